"""Wrong and right answers to the exercises of chapter 08.

Each function's name begins with its exercise's.  What is wrong with a wrong
one is said beside it in :mod:`mathlib.exercises.optimization`.
"""

import math

import numpy as np

from mathlib import optimization as op

# --- gradient_descent --------------------------------------------------------


def gradient_descent_uphill(grad, theta, *, lr, steps):
    for _ in range(steps):
        theta = theta + lr * grad(theta)
    return theta


def gradient_descent_one_short(grad, theta, *, lr, steps):
    for _ in range(1, steps):
        theta = theta - lr * grad(theta)
    return theta


def gradient_descent_one_too_many(grad, theta, *, lr, steps):
    for _ in range(steps + 1):
        theta = theta - lr * grad(theta)
    return theta


def gradient_descent_of_one_gradient(grad, theta, *, lr, steps):
    gradient = grad(theta)
    for _ in range(steps):
        theta = theta - lr * gradient
    return theta


def gradient_descent_returns_at_once(grad, theta, *, lr, steps):
    for _ in range(steps):
        theta = theta - lr * grad(theta)
        return theta


def gradient_descent_of_unit_length(grad, theta, *, lr, steps):
    for _ in range(steps):
        gradient = grad(theta)
        theta = theta - lr * gradient / np.linalg.norm(gradient)
    return theta


def gradient_descent_with_path(grad, theta, *, lr, steps):
    path = [theta]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1]))
    return np.array(path)


def gradient_descent_without_rate(grad, theta, *, lr, steps):
    for _ in range(steps):
        theta = theta - grad(theta)
    return theta


def gradient_descent_asks_twice(grad, theta, *, lr, steps):
    for _ in range(steps):
        if not np.all(np.isfinite(grad(theta))):
            break
        theta = theta - lr * grad(theta)
    return theta


def gradient_descent_stops_when_close(grad, theta, *, lr, steps):
    for _ in range(steps):
        gradient = grad(theta)
        if np.linalg.norm(gradient) < 1e-3:
            break
        theta = theta - lr * gradient
    return theta


def gradient_descent_on_a_copy(grad, theta, *, lr, steps):
    theta = theta.copy()
    for _ in range(steps):
        theta -= lr * grad(theta)
    return theta


def gradient_descent_by_recursion(grad, theta, *, lr, steps):
    if steps == 0:
        return theta
    theta = theta - lr * grad(theta)
    return gradient_descent_by_recursion(grad, theta, lr=lr, steps=steps - 1)


# --- momentum_step -----------------------------------------------------------


def momentum_averaged(theta, gradient, velocity, *, lr, beta=0.9,
                      dampening=0.0):
    velocity = beta * velocity + (1 - beta) * gradient
    return theta - lr * velocity, velocity


def momentum_with_rate_inside(theta, gradient, velocity, *, lr, beta=0.9,
                              dampening=0.0):
    velocity = beta * velocity + lr * (1 - dampening) * gradient
    return theta - velocity, velocity


def momentum_with_rate_inside_undampened(theta, gradient, velocity, *, lr,
                                         beta=0.9, dampening=0.0):
    velocity = beta * velocity + lr * gradient
    return theta - velocity, velocity


def momentum_along_the_old(theta, gradient, velocity, *, lr, beta=0.9,
                           dampening=0.0):
    new = beta * velocity + (1 - dampening) * gradient
    return theta - lr * velocity, new


def momentum_without_velocity(theta, gradient, velocity, *, lr, beta=0.9,
                              dampening=0.0):
    velocity = beta * velocity + (1 - dampening) * gradient
    return theta - lr * velocity


def momentum_forgotten(theta, gradient, velocity, *, lr, beta=0.9,
                       dampening=0.0):
    velocity = beta * velocity + (1 - dampening) * gradient
    return theta - lr * velocity, np.zeros_like(velocity)


def momentum_that_stands_still(theta, gradient, velocity, *, lr, beta=0.9,
                               dampening=0.0):
    new = beta * velocity + (1 - dampening) * gradient
    return theta - lr * new, velocity


def momentum_swapped(theta, gradient, velocity, *, lr, beta=0.9,
                     dampening=0.0):
    velocity = beta * velocity + (1 - dampening) * gradient
    return velocity, theta - lr * velocity


def momentum_undampened(theta, gradient, velocity, *, lr, beta=0.9,
                        dampening=0.0):
    velocity = beta * velocity + gradient
    return theta - lr * velocity, velocity


def momentum_dampened_the_other_way(theta, gradient, velocity, *, lr,
                                    beta=0.9, dampening=0.0):
    velocity = beta * velocity + dampening * gradient
    return theta - lr * velocity, velocity


def momentum_dampens_all(theta, gradient, velocity, *, lr, beta=0.9,
                         dampening=0.0):
    velocity = (1 - dampening) * (beta * velocity + gradient)
    return theta - lr * velocity, velocity


def momentum_first_undampened(theta, gradient, velocity, *, lr, beta=0.9,
                              dampening=0.0):
    if not np.any(velocity):
        velocity = gradient
    else:
        velocity = beta * velocity + (1 - dampening) * gradient
    return theta - lr * velocity, velocity


def momentum_uphill(theta, gradient, velocity, *, lr, beta=0.9,
                    dampening=0.0):
    velocity = beta * velocity + (1 - dampening) * gradient
    return theta + lr * velocity, velocity


def momentum_against_itself(theta, gradient, velocity, *, lr, beta=0.9,
                            dampening=0.0):
    velocity = beta * velocity - (1 - dampening) * gradient
    return theta - lr * velocity, velocity


def momentum_as_displacement(theta, gradient, velocity, *, lr, beta=0.9,
                             dampening=0.0):
    velocity = beta * velocity - (1 - dampening) * gradient
    return theta + lr * velocity, velocity


def momentum_as_shortened_displacement(theta, gradient, velocity, *, lr,
                                       beta=0.9, dampening=0.0):
    velocity = beta * velocity - lr * (1 - dampening) * gradient
    return theta + velocity, velocity


def momentum_ahead(theta, gradient, velocity, *, lr, beta=0.9,
                   dampening=0.0):
    velocity = beta * velocity + (1 - dampening) * gradient
    return theta - lr * (gradient + beta * velocity), velocity


def momentum_with_weights_swapped(theta, gradient, velocity, *, lr,
                                  beta=0.9, dampening=0.0):
    velocity = (1 - beta) * velocity + beta * gradient
    return theta - lr * velocity, velocity


def momentum_of_fixed_beta(theta, gradient, velocity, *, lr, beta=0.9,
                           dampening=0.0):
    velocity = 0.9 * velocity + (1 - dampening) * gradient
    return theta - lr * velocity, velocity


def momentum_by_steps(theta, gradient, velocity, *, lr, beta=0.9,
                      dampening=0.0):
    new = velocity.copy()
    new *= beta
    new += gradient - dampening * gradient
    theta = theta.copy()
    theta -= lr * new
    return theta, new


def momentum_in_two_parts(theta, gradient, velocity, *, lr, beta=0.9,
                          dampening=0.0):
    rolled, pushed = beta * velocity, (1 - dampening) * gradient
    return [theta - lr * rolled - lr * pushed, rolled + pushed]


# --- nesterov_step -----------------------------------------------------------


def nesterov_at_the_point(theta, grad, velocity, *, lr, beta=0.9):
    velocity = beta * velocity + grad(theta)
    return theta - lr * velocity, velocity


def nesterov_looking_back(theta, grad, velocity, *, lr, beta=0.9):
    velocity = beta * velocity + grad(theta + lr * beta * velocity)
    return theta - lr * velocity, velocity


def nesterov_as_in_torch(theta, grad, velocity, *, lr, beta=0.9):
    gradient = grad(theta)
    velocity = beta * velocity + gradient
    return theta - lr * (gradient + beta * velocity), velocity


def nesterov_ahead_without_beta(theta, grad, velocity, *, lr, beta=0.9):
    velocity = beta * velocity + grad(theta - lr * velocity)
    return theta - lr * velocity, velocity


def nesterov_ahead_without_rate(theta, grad, velocity, *, lr, beta=0.9):
    velocity = beta * velocity + grad(theta - beta * velocity)
    return theta - lr * velocity, velocity


def nesterov_from_ahead(theta, grad, velocity, *, lr, beta=0.9):
    ahead = theta - lr * beta * velocity
    velocity = beta * velocity + grad(ahead)
    return ahead - lr * velocity, velocity


def nesterov_averaged(theta, grad, velocity, *, lr, beta=0.9):
    ahead = theta - lr * beta * velocity
    velocity = beta * velocity + (1 - beta) * grad(ahead)
    return theta - lr * velocity, velocity


def nesterov_without_velocity(*args, **options):
    return nesterov_rolls_then_pushes(*args, **options)[0]


def nesterov_swapped(*args, **options):
    return nesterov_rolls_then_pushes(*args, **options)[::-1]


def nesterov_uphill(theta, grad, velocity, *, lr, beta=0.9):
    ahead = theta - lr * beta * velocity
    velocity = beta * velocity + grad(ahead)
    return theta + lr * velocity, velocity


def nesterov_without_memory(theta, grad, velocity, *, lr, beta=0.9):
    velocity = grad(theta - lr * beta * velocity)
    return theta - lr * velocity, velocity


def nesterov_asks_twice(theta, grad, velocity, *, lr, beta=0.9):
    grad(theta)
    return nesterov_rolls_then_pushes(theta, grad, velocity, lr=lr, beta=beta)


def nesterov_with_rate_inside(theta, grad, velocity, *, lr, beta=0.9):
    velocity = beta * velocity + lr * grad(theta - beta * velocity)
    return theta - velocity, velocity


def nesterov_averaged_at_the_point(theta, grad, velocity, *, lr, beta=0.9):
    velocity = beta * velocity + (1 - beta) * grad(theta)
    return theta - lr * velocity, velocity


def nesterov_moves_theta(theta, grad, velocity, *, lr, beta=0.9):
    theta -= lr * beta * velocity
    velocity = beta * velocity + grad(theta)
    return theta - lr * velocity, velocity


def nesterov_rolls_then_pushes(theta, grad, velocity, *, lr, beta=0.9):
    rolled = beta * velocity
    theta = theta - lr * rolled
    push = grad(theta)
    return theta - lr * push, rolled + push


def nesterov_as_displacement(theta, grad, velocity, *, lr, beta=0.9):
    moved = -lr * velocity
    moved = beta * moved - lr * grad(theta + beta * moved)
    return theta + moved, -moved / lr


# --- adam_step ---------------------------------------------------------------


def _averages(gradient, m, v, beta1, beta2):
    return (beta1 * m + (1 - beta1) * gradient,
            beta2 * v + (1 - beta2) * gradient**2)


def adam_uncorrected(theta, gradient, m, v, t, *,
                     lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    return theta - lr * m / (np.sqrt(v) + eps), m, v


def adam_eps_under_the_root(theta, gradient, m, v, t, *,
                            lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / np.sqrt(v_hat + eps), m, v


def adam_counting_from_zero(theta, gradient, m, v, t, *,
                            lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _averages(gradient, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**(t - 1)), v / (1 - beta2**(t - 1))
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def adam_beta_times_t(theta, gradient, m, v, t, *,
                      lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _averages(gradient, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1 * t), v / (1 - beta2 * t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def adam_without_power(theta, gradient, m, v, t, *,
                       lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _averages(gradient, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1), v / (1 - beta2)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def adam_returns_corrected(theta, gradient, m, v, t, *,
                           lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _averages(gradient, m, v, beta1, beta2)
    m, v = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m / (np.sqrt(v) + eps), m, v


def adam_without_root(theta, gradient, m, v, t, *,
                      lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _averages(gradient, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (v_hat + eps), m, v


def adam_of_unsquared_gradient(theta, gradient, m, v, t, *,
                               lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def adam_of_squared_average(theta, gradient, m, v, t, *,
                            lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * m**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def adam_uphill(theta, gradient, m, v, t, *,
                lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _averages(gradient, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta + lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def adam_corrects_m_only(theta, gradient, m, v, t, *,
                         lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _averages(gradient, m, v, beta1, beta2)
    return theta - lr * m / (1 - beta1**t) / (np.sqrt(v) + eps), m, v


def adam_corrects_v_only(theta, gradient, m, v, t, *,
                         lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _averages(gradient, m, v, beta1, beta2)
    return theta - lr * m / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adam_with_weights_swapped(theta, gradient, m, v, t, *,
                              lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = (1 - beta1) * m + beta1 * gradient
    v = (1 - beta2) * v + beta2 * gradient**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def adam_eps_uncorrected(theta, gradient, m, v, t, *,
                         lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _averages(gradient, m, v, beta1, beta2)
    rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return theta - rate * m / (np.sqrt(v) + eps), m, v


def adam_counting_from_two(theta, gradient, m, v, t, *,
                           lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _averages(gradient, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**(t + 1)), v / (1 - beta2**(t + 1))
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def adam_one_beta(theta, gradient, m, v, t, *,
                  lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _averages(gradient, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta1**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def adam_without_eps(theta, gradient, m, v, t, *,
                     lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _averages(gradient, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / np.sqrt(v_hat), m, v


def adam_eps_beside(theta, gradient, m, v, t, *,
                    lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _averages(gradient, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * (m_hat / np.sqrt(v_hat) + eps), m, v


def adam_only_theta(theta, gradient, m, v, t, **options):
    return adam_one_rate(theta, gradient, m, v, t, **options)[0]


def adam_one_rate(theta, gradient, m, v, t, *,
                  lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = m + (1 - beta1) * (gradient - m)
    v = v + (1 - beta2) * (gradient**2 - v)
    root = (1 - beta2**t) ** 0.5
    rate = lr * root / (1 - beta1**t)
    return theta - rate * m / (v**0.5 + eps * root), m, v


def adam_in_float32(theta, gradient, m, v, t, *,
                    lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, gradient, m, v = map(np.float32, (theta, gradient, m, v))
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


# --- adamw_step --------------------------------------------------------------


def adamw_in_the_gradient(theta, gradient, m, v, t, *, lr=1e-3, beta1=0.9,
                          beta2=0.999, eps=1e-8, weight_decay=0.01):
    return op.adam_step(theta, gradient + weight_decay * theta, m, v, t,
                        lr=lr, beta1=beta1, beta2=beta2, eps=eps)


def adamw_without_rate(theta, gradient, m, v, t, *, lr=1e-3, beta1=0.9,
                       beta2=0.999, eps=1e-8, weight_decay=0.01):
    return op.adam_step(theta * (1 - weight_decay), gradient, m, v, t,
                        lr=lr, beta1=beta1, beta2=beta2, eps=eps)


def adamw_decays_after(theta, gradient, m, v, t, *, lr=1e-3, beta1=0.9,
                       beta2=0.999, eps=1e-8, weight_decay=0.01):
    theta, m, v = op.adam_step(theta, gradient, m, v, t,
                               lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    return theta * (1 - lr * weight_decay), m, v


def adamw_decays_after_without_rate(theta, gradient, m, v, t, *, lr=1e-3,
                                    beta1=0.9, beta2=0.999, eps=1e-8,
                                    weight_decay=0.01):
    theta, m, v = op.adam_step(theta, gradient, m, v, t,
                               lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    return theta * (1 - weight_decay), m, v


def adamw_grows(theta, gradient, m, v, t, *, lr=1e-3, beta1=0.9,
                beta2=0.999, eps=1e-8, weight_decay=0.01):
    return op.adam_step(theta * (1 + lr * weight_decay), gradient, m, v, t,
                        lr=lr, beta1=beta1, beta2=beta2, eps=eps)


def adamw_deaf(theta, gradient, m, v, t, *, lr=1e-3, beta1=0.9,
               beta2=0.999, eps=1e-8, weight_decay=0.01):
    return op.adam_step(theta * (1 - lr * weight_decay), gradient, m, v, t,
                        lr=lr)


def adamw_deaf_to_all(theta, gradient, m, v, t, *, lr=1e-3, beta1=0.9,
                      beta2=0.999, eps=1e-8, weight_decay=0.01):
    return op.adam_step(theta * (1 - lr * weight_decay), gradient, m, v, t)


def adamw_without_decay(theta, gradient, m, v, t, *, lr=1e-3, beta1=0.9,
                        beta2=0.999, eps=1e-8, weight_decay=0.01):
    return op.adam_step(theta, gradient, m, v, t,
                        lr=lr, beta1=beta1, beta2=beta2, eps=eps)


def adamw_decay_is_all(theta, gradient, m, v, t, *, lr=1e-3, beta1=0.9,
                       beta2=0.999, eps=1e-8, weight_decay=0.01):
    return op.adam_step(theta * lr * weight_decay, gradient, m, v, t,
                        lr=lr, beta1=beta1, beta2=beta2, eps=eps)


def adamw_in_the_gradient_deaf(theta, gradient, m, v, t, *, lr=1e-3,
                               beta1=0.9, beta2=0.999, eps=1e-8,
                               weight_decay=0.01):
    return op.adam_step(theta, gradient + weight_decay * theta, m, v, t,
                        lr=lr)


def adamw_little_in_the_gradient(theta, gradient, m, v, t, *, lr=1e-3,
                                 beta1=0.9, beta2=0.999, eps=1e-8,
                                 weight_decay=0.01):
    return op.adam_step(theta, gradient + lr * weight_decay * theta, m, v, t,
                        lr=lr, beta1=beta1, beta2=beta2, eps=eps)


def adamw_decays_after_deaf(theta, gradient, m, v, t, *, lr=1e-3, beta1=0.9,
                            beta2=0.999, eps=1e-8, weight_decay=0.01):
    theta, m, v = op.adam_step(theta, gradient, m, v, t, lr=lr)
    return theta * (1 - lr * weight_decay), m, v


def adamw_decays_twice(theta, gradient, m, v, t, *, weight_decay=0.01,
                       **options):
    return adamw_written_out(theta, gradient, m, v, t,
                             weight_decay=2 * weight_decay, **options)


def adamw_only_theta(theta, gradient, m, v, t, **options):
    return adamw_written_out(theta, gradient, m, v, t, **options)[0]


def adamw_written_out(theta, gradient, m, v, t, *, lr=1e-3, beta1=0.9,
                      beta2=0.999, eps=1e-8, weight_decay=0.01):
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    step = m_hat / (np.sqrt(v_hat) + eps) + weight_decay * theta
    return theta - lr * step, m, v


def adamw_decay_subtracted(theta, gradient, m, v, t, *, weight_decay=0.01,
                           lr=1e-3, **options):
    stepped, m, v = op.adam_step(theta, gradient, m, v, t, lr=lr, **options)
    return stepped - lr * weight_decay * theta, m, v


# --- newton_schulz and muon_step ---------------------------------------------

QUINTIC = 3.4445, -4.7750, 2.0315


def _iterate(X, steps, a, b, c):
    for _ in range(steps):
        A = X @ X.T
        X = a * X + (b * A + c * A @ A) @ X
    return X


def newton_schulz_unscaled(G, *, steps=5, eps=1e-7):
    return _iterate(G, steps, *QUINTIC)


def newton_schulz_sign(G, *, steps=5, eps=1e-7):
    return np.sign(G)


def newton_schulz_cubic(G, *, steps=5, eps=1e-7):
    return _iterate(G / max(np.linalg.norm(G), eps), steps, 1.5, -0.5, 0.0)


def newton_schulz_left_lying(G, *, steps=5, eps=1e-7):
    X = G / max(np.linalg.norm(G), eps)
    return _iterate(X.T if len(G) > len(G.T) else X, steps, *QUINTIC)


def newton_schulz_by_spectral_norm(G, *, steps=5, eps=1e-7):
    return _iterate(G / max(np.linalg.norm(G, 2), eps), steps, *QUINTIC)


def newton_schulz_by_rows(G, *, steps=5, eps=1e-7):
    norms = np.linalg.norm(G, axis=1, keepdims=True)
    return _iterate(G / np.maximum(norms, eps), steps, *QUINTIC)


def newton_schulz_exact(G, *, steps=5, eps=1e-7):
    U, _, Vt = np.linalg.svd(G, full_matrices=False)
    return U @ Vt


def newton_schulz_eps_added(G, *, steps=5, eps=1e-7):
    return _iterate(G / (np.linalg.norm(G) + eps), steps, *QUINTIC)


def newton_schulz_nan(G, *, steps=5, eps=1e-7):
    return _iterate(G / np.linalg.norm(G), steps, *QUINTIC)


def newton_schulz_five_at_once(G, *, steps=5, eps=1e-7):
    return _iterate(G / max(np.linalg.norm(G), eps), 5, *QUINTIC)


def newton_schulz_squares_entries(G, *, steps=5, eps=1e-7):
    a, b, c = QUINTIC
    X = G / max(np.linalg.norm(G), eps)
    for _ in range(steps):
        A = X @ X.T
        X = a * X + (b * A + c * A**2) @ X
    return X


def newton_schulz_of_columns(G, *, steps=5, eps=1e-7):
    a, b, c = QUINTIC
    X = G / max(np.linalg.norm(G), eps)
    for _ in range(steps):
        A = X.T @ X
        X = a * X + (b * A + c * A @ A) @ X
    return X


def newton_schulz_of_first_product(G, *, steps=5, eps=1e-7):
    a, b, c = QUINTIC
    X = G / max(np.linalg.norm(G), eps)
    A = X @ X.T
    for _ in range(steps):
        X = a * X + (b * A + c * A @ A) @ X
    return X


def newton_schulz_from_the_right(G, *, steps=5, eps=1e-7):
    a, b, c = QUINTIC
    X = G / max(np.linalg.norm(G), eps)
    for _ in range(steps):
        A = X @ X.T
        X = a * X + X @ (b * A + c * A @ A)
    return X


def newton_schulz_of_entries(G, *, steps=5, eps=1e-7):
    a, b, c = QUINTIC
    X = G / max(np.linalg.norm(G), eps)
    for _ in range(steps):
        X = a * X + b * X**3 + c * X**5
    return X


def newton_schulz_from_the_start(G, *, steps=5, eps=1e-7):
    a, b, c = QUINTIC
    X = G / max(np.linalg.norm(G), eps)
    for _ in range(steps):
        A = X @ X.T
        X = a * G + (b * A + c * A @ A) @ X
    return X


def newton_schulz_without_brackets(G, *, steps=5, eps=1e-7):
    a, b, c = QUINTIC
    X = G / max(np.linalg.norm(G), eps)
    for _ in range(steps):
        A = X @ X.T
        X = a * X + b * A + c * A @ A @ X
    return X


def newton_schulz_with_plus_b(G, *, steps=5, eps=1e-7):
    a, b, c = QUINTIC
    return _iterate(G / max(np.linalg.norm(G), eps), steps, a, -b, c)


def newton_schulz_transposing(G, *, steps=5, eps=1e-7):
    a, b, c = QUINTIC
    X = G.T if G.shape[0] > G.shape[1] else G
    X = X / max(np.linalg.norm(X), eps)
    for _ in range(steps):
        A = X @ X.T
        X = a * X + b * A @ X + c * A @ A @ X
    return X.T if G.shape[0] > G.shape[1] else X


def newton_schulz_by_singular_values(G, *, steps=5, eps=1e-7):
    a, b, c = QUINTIC
    U, s, Vt = np.linalg.svd(G, full_matrices=False)
    s = s / max(np.sqrt(np.sum(s**2)), eps)
    for _ in range(steps):
        s = a * s + b * s**3 + c * s**5
    return (U * s) @ Vt


def _muon(orthogonalise, W, gradient, velocity, *, lr, beta=0.95,
          nesterov=True):
    """Muon, with this in the place of the Newton-Schulz iteration."""
    velocity = beta * velocity + gradient
    direction = gradient + beta * velocity if nesterov else velocity
    return W - lr * orthogonalise(direction), velocity


def muon_unscaled(*args, **options):
    return _muon(newton_schulz_unscaled, *args, **options)


def muon_sign(*args, **options):
    return _muon(newton_schulz_sign, *args, **options)


def muon_cubic(*args, **options):
    return _muon(newton_schulz_cubic, *args, **options)


def muon_left_lying(*args, **options):
    return _muon(newton_schulz_left_lying, *args, **options)


def muon_by_spectral_norm(*args, **options):
    return _muon(newton_schulz_by_spectral_norm, *args, **options)


def muon_by_rows(*args, **options):
    return _muon(newton_schulz_by_rows, *args, **options)


def muon_exact(*args, **options):
    return _muon(newton_schulz_exact, *args, **options)


def muon_eps_added(*args, **options):
    return _muon(newton_schulz_eps_added, *args, **options)


def muon_nan(*args, **options):
    return _muon(newton_schulz_nan, *args, **options)


def muon_five_at_once(*args, **options):
    return _muon(newton_schulz_five_at_once, *args, **options)


def muon_squares_entries(*args, **options):
    return _muon(newton_schulz_squares_entries, *args, **options)


def muon_of_columns(*args, **options):
    return _muon(newton_schulz_of_columns, *args, **options)


def muon_from_the_right(*args, **options):
    return _muon(newton_schulz_from_the_right, *args, **options)


def muon_of_entries(*args, **options):
    return _muon(newton_schulz_of_entries, *args, **options)


def muon_from_the_start(*args, **options):
    return _muon(newton_schulz_from_the_start, *args, **options)


def muon_without_brackets(*args, **options):
    return _muon(newton_schulz_without_brackets, *args, **options)


def muon_with_plus_b(*args, **options):
    return _muon(newton_schulz_with_plus_b, *args, **options)


def muon_of_first_product(*args, **options):
    return _muon(newton_schulz_of_first_product, *args, **options)


def muon_written_out(W, gradient, velocity, *, lr, beta=0.95, nesterov=True):
    velocity = beta * velocity + gradient
    direction = velocity
    if nesterov:
        direction = (1 + beta) * gradient + beta * (velocity - gradient)
    return W - lr * newton_schulz_transposing(direction), velocity


def muon_never_ahead(W, gradient, velocity, *, lr, beta=0.95, nesterov=True):
    velocity = beta * velocity + gradient
    return W - lr * newton_schulz_transposing(velocity), velocity


def muon_always_ahead(W, gradient, velocity, *, lr, beta=0.95,
                      nesterov=True):
    velocity = beta * velocity + gradient
    direction = gradient + beta * velocity
    return W - lr * newton_schulz_transposing(direction), velocity


def muon_averaged(W, gradient, velocity, *, lr, beta=0.95, nesterov=True):
    velocity = beta * velocity + (1 - beta) * gradient
    ahead = (1 - beta) * gradient + beta * velocity
    direction = ahead if nesterov else velocity
    return W - lr * newton_schulz_transposing(direction), velocity


def muon_averaged_and_whole(W, gradient, velocity, *, lr, beta=0.95,
                            nesterov=True):
    velocity = beta * velocity + (1 - beta) * gradient
    direction = gradient + beta * velocity if nesterov else velocity
    return W - lr * newton_schulz_transposing(direction), velocity


def muon_orthogonalises_first(W, gradient, velocity, *, lr, beta=0.95,
                              nesterov=True):
    gradient = newton_schulz_transposing(gradient)
    velocity = beta * velocity + gradient
    direction = gradient + beta * velocity if nesterov else velocity
    return W - lr * direction, velocity


def muon_keeps_the_orthogonal(W, gradient, velocity, *, lr, beta=0.95,
                              nesterov=True):
    velocity = beta * velocity + gradient
    direction = gradient + beta * velocity if nesterov else velocity
    velocity = newton_schulz_transposing(direction)
    return W - lr * velocity, velocity


def muon_returns_the_orthogonal(*args, **options):
    W, velocity = muon_written_out(*args, **options)
    return W, newton_schulz_transposing(velocity)


def muon_of_signs(*args, **options):
    return _muon(np.sign, *args, **options)


def muon_not_orthogonal(W, gradient, velocity, *, lr, beta=0.95,
                        nesterov=True):
    velocity = beta * velocity + gradient
    direction = gradient + beta * velocity if nesterov else velocity
    return W - lr * direction, velocity


def muon_scaled_by_shape(W, gradient, velocity, *, lr, beta=0.95,
                         nesterov=True):
    scale = math.sqrt(max(1, W.shape[0] / W.shape[1]))
    return muon_written_out(W, gradient, velocity, lr=lr * scale, beta=beta,
                        nesterov=nesterov)


def muon_without_velocity(W, gradient, velocity, **options):
    return muon_written_out(W, gradient, velocity, **options)[0]


def muon_uphill(W, gradient, velocity, *, lr, **options):
    return muon_written_out(W, gradient, velocity, lr=-lr, **options)


# --- sam_step ----------------------------------------------------------------


def _climbed(theta, gradient, rho):
    norm = np.linalg.norm(gradient)
    return theta + (rho * gradient / norm if norm > 0 else 0.0)


def sam_downhill(theta, grad, *, lr, rho=0.05):
    return theta - lr * grad(_climbed(theta, grad(theta), -rho))


def sam_from_the_top(theta, grad, *, lr, rho=0.05):
    theta = _climbed(theta, grad(theta), rho)
    return theta - lr * grad(theta)


def sam_nan(theta, grad, *, lr, rho=0.05):
    gradient = grad(theta)
    top = theta + rho * gradient / np.linalg.norm(gradient)
    return theta - lr * grad(top)


def sam_not_normalised(theta, grad, *, lr, rho=0.05):
    return theta - lr * grad(theta + rho * grad(theta))


def sam_by_rows(theta, grad, *, lr, rho=0.05):
    gradient = grad(theta)
    norms = np.linalg.norm(gradient, axis=-1, keepdims=True)
    top = theta + rho * gradient / np.where(norms > 0, norms, 1.0)
    return theta - lr * grad(top)


def sam_by_squared_norm(theta, grad, *, lr, rho=0.05):
    gradient = grad(theta)
    square = np.sum(gradient**2)
    top = theta + rho * gradient / (square if square > 0 else 1.0)
    return theta - lr * grad(top)


def sam_climbs_by_rate(theta, grad, *, lr, rho=0.05):
    return theta - lr * grad(_climbed(theta, grad(theta), lr))


def sam_climbs_by_rate_nan(theta, grad, *, lr, rho=0.05):
    return theta - lr * grad(_climbed_anyhow(theta, grad(theta), lr))


def sam_of_signs(theta, grad, *, lr, rho=0.05):
    return theta - lr * grad(theta + rho * np.sign(grad(theta)))


def sam_plain_descent(theta, grad, *, lr, rho=0.05):
    return theta - lr * grad(theta)


def sam_both_gradients(theta, grad, *, lr, rho=0.05):
    gradient = grad(theta)
    return theta - lr * (gradient + grad(_climbed(theta, gradient, rho)))


def sam_returns_the_top(theta, grad, *, lr, rho=0.05):
    return _climbed(theta, grad(theta), rho)


def sam_moved_by_zero(theta, grad, *, lr, rho=0.05):
    gradient = grad(theta)
    norm = np.linalg.norm(gradient)
    unit = gradient / norm if norm > 0 else np.ones_like(theta)
    return theta - lr * grad(theta + rho * unit)


def sam_uphill(theta, grad, *, lr, rho=0.05):
    return theta + lr * grad(_climbed(theta, grad(theta), rho))


def _climbed_anyhow(theta, gradient, rho):
    return theta + rho * gradient / np.linalg.norm(gradient)


def sam_downhill_nan(theta, grad, *, lr, rho=0.05):
    return theta - lr * grad(_climbed_anyhow(theta, grad(theta), -rho))


def sam_from_the_top_nan(theta, grad, *, lr, rho=0.05):
    theta = _climbed_anyhow(theta, grad(theta), rho)
    return theta - lr * grad(theta)


def sam_by_rows_nan(theta, grad, *, lr, rho=0.05):
    gradient = grad(theta)
    norms = np.linalg.norm(gradient, axis=-1, keepdims=True)
    return theta - lr * grad(theta + rho * gradient / norms)


def sam_by_squared_norm_nan(theta, grad, *, lr, rho=0.05):
    gradient = grad(theta)
    return theta - lr * grad(theta + rho * gradient / np.sum(gradient**2))


def sam_by_spectral_norm(theta, grad, *, lr, rho=0.05):
    gradient = grad(theta)
    norm = np.linalg.norm(gradient, 2)
    climb = rho * gradient / norm if norm > 0 else 0.0
    return theta - lr * grad(theta + climb)


def sam_climbs_in_place(theta, grad, *, lr, rho=0.05):
    gradient = grad(theta)
    theta += rho * gradient / np.linalg.norm(gradient)
    return theta - lr * grad(theta)


def sam_climbs_in_place_and_back(theta, grad, *, lr, rho=0.05):
    gradient = grad(theta)
    climb = rho * gradient / np.linalg.norm(gradient)
    theta += climb
    gradient = grad(theta)
    theta -= climb
    return theta - lr * gradient


def sam_by_tiny_number(theta, grad, *, lr, rho=0.05):
    gradient = grad(theta)
    unit = gradient / (np.sqrt((gradient**2).sum()) + 1e-12)
    return theta - lr * grad(theta + rho * unit)


def sam_there_and_back(theta, grad, *, lr, rho=0.05):
    gradient = grad(theta)
    largest = np.max(np.abs(gradient))
    if largest == 0:
        return theta
    gradient = gradient / largest
    climb = rho * gradient / math.sqrt(np.sum(gradient**2))
    top = theta + climb
    return top - lr * grad(top) - climb


# --- newton_step -------------------------------------------------------------


def newton_by_product(theta, gradient, hessian, *, damping=0.0):
    return theta - (hessian + damping * np.eye(len(theta))) @ gradient


def newton_undamped(theta, gradient, hessian, *, damping=0.0):
    return theta - np.linalg.solve(hessian, gradient)


def newton_undamped_product(theta, gradient, hessian, *, damping=0.0):
    return theta - hessian @ gradient


def newton_damping_subtracted(theta, gradient, hessian, *, damping=0.0):
    damped = hessian - damping * np.eye(len(theta))
    return theta - np.linalg.solve(damped, gradient)


def newton_damping_everywhere(theta, gradient, hessian, *, damping=0.0):
    return theta - np.linalg.solve(hessian + damping, gradient)


def newton_uphill(theta, gradient, hessian, *, damping=0.0):
    damped = hessian + damping * np.eye(len(theta))
    return theta + np.linalg.solve(damped, gradient)


def newton_step_alone(theta, gradient, hessian, *, damping=0.0):
    damped = hessian + damping * np.eye(len(theta))
    return -np.linalg.solve(damped, gradient)


def newton_solution_alone(theta, gradient, hessian, *, damping=0.0):
    damped = hessian + damping * np.eye(len(theta))
    return np.linalg.solve(damped, gradient)


def newton_of_diagonal(theta, gradient, hessian, *, damping=0.0):
    return theta - gradient / (np.diag(hessian) + damping)


def newton_entry_by_entry(theta, gradient, hessian, *, damping=0.0):
    damped = hessian + damping * np.eye(len(theta))
    return theta - (1 / damped) @ gradient


def newton_shortened(theta, gradient, hessian, *, damping=0.0):
    return theta - np.linalg.solve(hessian, gradient) / (1 + damping)


def newton_uphill_undamped(theta, gradient, hessian, *, damping=0.0):
    return theta + np.linalg.solve(hessian, gradient)


def newton_inverse_times_star(theta, gradient, hessian, *, damping=0.0):
    damped = hessian + damping * np.eye(len(theta))
    return theta - np.linalg.inv(damped) * gradient


def newton_by_inverse(theta, gradient, hessian, *, damping=0.0):
    damped = hessian + damping * np.eye(len(theta))
    return theta - np.linalg.inv(damped) @ gradient


def newton_by_eigenbasis(theta, gradient, hessian, *, damping=0.0):
    values, Q = np.linalg.eigh(hessian)
    return theta - Q @ (Q.T @ gradient / (values + damping))


# --- kfac_update -------------------------------------------------------------


def _factors(activations, deltas, n, damping):
    A = activations.T @ activations / n
    S = deltas.T @ deltas / n
    return A + damping * np.eye(len(A)), S + damping * np.eye(len(S))


def _between(left, gradient, right):
    return np.linalg.solve(left, gradient) @ np.linalg.inv(right)


def kfac_as_it_stood(gradient, activations, deltas, *, lr, damping):
    A = activations.T @ activations
    S = deltas.T @ deltas
    A = A + damping * np.eye(len(A))
    S = S + damping * np.eye(len(S))
    return -lr * np.linalg.solve(A, gradient) @ np.linalg.inv(S)


def kfac_exchanged(gradient, activations, deltas, *, lr, damping):
    A, S = _factors(activations, deltas, len(deltas), damping)
    return -lr * _between(A, gradient, S)


def kfac_of_sums(gradient, activations, deltas, *, lr, damping):
    A, S = _factors(activations, deltas, 1, damping)
    return -lr * _between(S, gradient, A)


def kfac_unbiased(gradient, activations, deltas, *, lr, damping):
    A, S = _factors(activations, deltas, len(deltas) - 1, damping)
    return -lr * _between(S, gradient, A)


def kfac_mean_of_everything(gradient, activations, deltas, *, lr, damping):
    A = activations.T @ activations / len(activations.T)
    S = deltas.T @ deltas / len(deltas.T)
    A, S = (F + damping * np.eye(len(F)) for F in (A, S))
    return -lr * _between(S, gradient, A)


def kfac_of_damped_sums(gradient, activations, deltas, *, lr, damping):
    n = len(deltas)
    A, S = _factors(activations, deltas, 1, damping)
    return -lr * _between(S / n, gradient, A / n)


def kfac_undamped(gradient, activations, deltas, *, lr, damping):
    A, S = _factors(activations, deltas, len(deltas), 0.0)
    return -lr * np.linalg.pinv(S) @ gradient @ np.linalg.pinv(A)


def kfac_one_damped(gradient, activations, deltas, *, lr, damping):
    A, _ = _factors(activations, deltas, len(deltas), damping)
    _, S = _factors(activations, deltas, len(deltas), 0.0)
    return -lr * np.linalg.pinv(S) @ gradient @ np.linalg.inv(A)


def kfac_undamped_solved(gradient, activations, deltas, *, lr, damping):
    A, S = _factors(activations, deltas, len(deltas), 0.0)
    return -lr * _between(S, gradient, A)


def kfac_only_a_damped(gradient, activations, deltas, *, lr, damping):
    A, _ = _factors(activations, deltas, len(deltas), damping)
    _, S = _factors(activations, deltas, len(deltas), 0.0)
    return -lr * _between(S, gradient, A)


def kfac_only_s_damped(gradient, activations, deltas, *, lr, damping):
    A, _ = _factors(activations, deltas, len(deltas), 0.0)
    _, S = _factors(activations, deltas, len(deltas), damping)
    return -lr * _between(S, gradient, A)


def kfac_product_damped(gradient, activations, deltas, *, lr, damping):
    F = np.kron(*_factors(activations, deltas, len(deltas), 0.0))
    column = np.linalg.solve(F + damping * np.eye(len(F)),
                             gradient.reshape(-1, order="F"))
    return -lr * column.reshape(gradient.shape, order="F")


def kfac_of_width(gradient, activations, deltas, *, lr, damping):
    A, S = _factors(activations, deltas, activations.shape[1], damping)
    return -lr * _between(S, gradient, A)


def kfac_damped_by_roots(gradient, activations, deltas, *, lr, damping):
    A, S = _factors(activations, deltas, len(deltas), math.sqrt(damping))
    return -lr * _between(S, gradient, A)


def kfac_uphill(gradient, activations, deltas, *, lr, damping):
    A, S = _factors(activations, deltas, len(deltas), damping)
    return lr * _between(S, gradient, A)


def kfac_by_product(gradient, activations, deltas, *, lr, damping):
    A, S = _factors(activations, deltas, len(deltas), damping)
    return -lr * S @ gradient @ A


def kfac_without_rate(gradient, activations, deltas, *, lr, damping):
    A, S = _factors(activations, deltas, len(deltas), damping)
    return -_between(S, gradient, A)


def kfac_of_transposes(gradient, activations, deltas, *, lr, damping):
    A, S = _factors(activations, deltas, len(deltas), damping)
    return (-lr * _between(S, gradient, A)).T


def kfac_centred(gradient, activations, deltas, *, lr, damping):
    A, S = _factors(activations - activations.mean(axis=0),
                    deltas - deltas.mean(axis=0), len(deltas), damping)
    return -lr * _between(S, gradient, A)


def kfac_sum_in_s(gradient, activations, deltas, *, lr, damping):
    A, _ = _factors(activations, deltas, len(deltas), damping)
    _, S = _factors(activations, deltas, 1, damping)
    return -lr * _between(S, gradient, A)


def kfac_sum_in_a(gradient, activations, deltas, *, lr, damping):
    A, _ = _factors(activations, deltas, 1, damping)
    _, S = _factors(activations, deltas, len(deltas), damping)
    return -lr * _between(S, gradient, A)


def kfac_by_kronecker(gradient, activations, deltas, *, lr, damping):
    A, S = _factors(activations, deltas, len(deltas), damping)
    column = np.linalg.solve(np.kron(A, S), gradient.reshape(-1, order="F"))
    return -lr * column.reshape(gradient.shape, order="F")


def kfac_sample_by_sample(gradient, activations, deltas, *, lr, damping):
    A = damping * np.eye(activations.shape[1])
    S = damping * np.eye(deltas.shape[1])
    for a, delta in zip(activations, deltas, strict=True):
        A = A + np.outer(a, a) / len(activations)
        S = S + np.outer(delta, delta) / len(deltas)
    left = np.linalg.solve(S, gradient)
    return -lr * np.linalg.solve(A, left.T).T


# --- cosine_annealing --------------------------------------------------------


def _share(t, total_steps):
    return np.minimum(t, total_steps) / total_steps


def cosine_rises_again(t, total_steps, *, max_lr, min_lr=0.0):
    cosine = np.cos(np.pi * np.asarray(t) / total_steps)
    return min_lr + (max_lr - min_lr) * (1 + cosine) / 2


def cosine_in_degrees(t, total_steps, *, max_lr, min_lr=0.0):
    cosine = np.cos(180 * _share(t, total_steps))
    return min_lr + (max_lr - min_lr) * (1 + cosine) / 2


def cosine_without_floor(t, total_steps, *, max_lr, min_lr=0.0):
    cosine = np.cos(np.pi * _share(t, total_steps))
    return (max_lr - min_lr) * (1 + cosine) / 2


def cosine_deaf_to_floor(t, total_steps, *, max_lr, min_lr=0.0):
    cosine = np.cos(np.pi * _share(t, total_steps))
    return max_lr * (1 + cosine) / 2


def cosine_from_above(t, total_steps, *, max_lr, min_lr=0.0):
    cosine = np.cos(np.pi * _share(t, total_steps))
    return min_lr + max_lr * (1 + cosine) / 2


def cosine_cut_off(t, total_steps, *, max_lr, min_lr=0.0):
    cosine = np.cos(np.pi * _share(t, total_steps))
    return np.maximum(min_lr, max_lr * (1 + cosine) / 2)


def cosine_without_one(t, total_steps, *, max_lr, min_lr=0.0):
    cosine = np.cos(np.pi * _share(t, total_steps))
    return min_lr + (max_lr - min_lr) * cosine / 2


def cosine_without_half(t, total_steps, *, max_lr, min_lr=0.0):
    cosine = np.cos(np.pi * _share(t, total_steps))
    return min_lr + (max_lr - min_lr) * (1 + cosine)


def cosine_straight(t, total_steps, *, max_lr, min_lr=0.0):
    return max_lr + (min_lr - max_lr) * _share(t, total_steps)


def cosine_rising(t, total_steps, *, max_lr, min_lr=0.0):
    cosine = np.cos(np.pi * _share(t, total_steps))
    return min_lr + (max_lr - min_lr) * (1 - cosine) / 2


def cosine_quarter(t, total_steps, *, max_lr, min_lr=0.0):
    cosine = np.cos(np.pi / 2 * _share(t, total_steps))
    return min_lr + (max_lr - min_lr) * cosine


def cosine_half_way(t, total_steps, *, max_lr, min_lr=0.0):
    cosine = np.cos(np.pi / 2 * _share(t, total_steps))
    return min_lr + (max_lr - min_lr) * (1 + cosine) / 2


def cosine_of_two_pi(t, total_steps, *, max_lr, min_lr=0.0):
    cosine = np.cos(2 * np.pi * _share(t, total_steps))
    return min_lr + (max_lr - min_lr) * (1 + cosine) / 2


def cosine_zero_at_the_end(t, total_steps, *, max_lr, min_lr=0.0):
    t = np.asarray(t)
    cosine = np.cos(np.pi * t / total_steps)
    rate = min_lr + (max_lr - min_lr) * (1 + cosine) / 2
    return np.where(t > total_steps, 0.0, rate)


def cosine_of_one_step(t, total_steps, *, max_lr, min_lr=0.0):
    if t > total_steps:
        return min_lr
    cosine = math.cos(math.pi * t / total_steps)
    return min_lr + (max_lr - min_lr) * (1 + cosine) / 2


def cosine_deaf_and_rising_again(t, total_steps, *, max_lr, min_lr=0.0):
    return max_lr * (1 + np.cos(np.pi * np.asarray(t) / total_steps)) / 2


def cosine_floorless_and_rising_again(t, total_steps, *, max_lr, min_lr=0.0):
    wave = 1 + np.cos(np.pi * np.asarray(t) / total_steps)
    return (max_lr - min_lr) * wave / 2


def cosine_starts_again(t, total_steps, *, max_lr, min_lr=0.0):
    wave = 1 + np.cos(np.pi * (np.asarray(t) % total_steps) / total_steps)
    return min_lr + (max_lr - min_lr) * wave / 2


def cosine_one_earlier(t, total_steps, *, max_lr, min_lr=0.0):
    cosine = np.cos(np.pi * _share(t, total_steps - 1))
    return min_lr + (max_lr - min_lr) * (1 + cosine) / 2


def cosine_cuts_t(t, total_steps, *, max_lr, min_lr=0.0):
    t[t > total_steps] = total_steps
    cosine = np.cos(np.pi * t / total_steps)
    return min_lr + (max_lr - min_lr) * (1 + cosine) / 2


def cosine_by_where(t, total_steps, *, max_lr, min_lr=0.0):
    t = np.asarray(t, dtype=float)
    half = (max_lr - min_lr) / 2
    rate = min_lr + half * (1 + np.cos(np.pi * t / total_steps))
    return np.where(t < total_steps, rate, min_lr)


def cosine_by_squared_cosine(t, total_steps, *, max_lr, min_lr=0.0):
    down = np.sin(np.pi / 2 * np.clip(np.divide(t, total_steps), 0, 1)) ** 2
    return max_lr * (1 - down) + min_lr * down


# --- soft_threshold and ista -------------------------------------------------


def threshold_without_sign(w, tau):
    return np.maximum(np.abs(w) - tau, 0)


def threshold_hard(w, tau):
    return np.where(np.abs(w) > tau, w, 0.0)


def threshold_across_zero(w, tau):
    return w - tau * np.sign(w)


def threshold_upper_only(w, tau):
    return np.maximum(w - tau, 0)


def threshold_clipped(w, tau):
    return np.clip(w, -tau, tau)


def threshold_growing(w, tau):
    return np.sign(w) * (np.abs(w) + tau)


def threshold_tau_always_subtracted(w, tau):
    return np.where(np.abs(w) <= tau, 0.0, w - tau)


def threshold_one_number(w, tau):
    if w > tau:
        return w - tau
    if w < -tau:
        return w + tau
    return 0.0


def threshold_by_two_halves(w, tau):
    return np.maximum(w - tau, 0) - np.maximum(-w - tau, 0)


def threshold_by_clipping(w, tau):
    return w - np.clip(w, -tau, tau)


def _ista(shrink, X, y, alpha, *, steps, lr=None):
    """ISTA, with this in the place of the soft threshold."""
    lr = _default_rate(X) if lr is None else lr
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = shrink(w - lr * _slope(X, y, w), lr * alpha)
    return w


def ista_without_sign(*args, **options):
    return _ista(threshold_without_sign, *args, **options)


def ista_hard(*args, **options):
    return _ista(threshold_hard, *args, **options)


def ista_across_zero(*args, **options):
    return _ista(threshold_across_zero, *args, **options)


def ista_upper_only(*args, **options):
    return _ista(threshold_upper_only, *args, **options)


def ista_clipped(*args, **options):
    return _ista(threshold_clipped, *args, **options)


def ista_growing(*args, **options):
    return _ista(threshold_growing, *args, **options)


def ista_tau_always_subtracted(*args, **options):
    return _ista(threshold_tau_always_subtracted, *args, **options)


def ista_one_number(*args, **options):
    return _ista(threshold_one_number, *args, **options)


def _slope(X, y, w):
    return X.T @ (X @ w - y) / len(y)


def _default_rate(X):
    return len(X) / np.linalg.norm(X, 2) ** 2


def _prox(w, tau):
    return np.sign(w) * np.maximum(np.abs(w) - tau, 0)


def ista_threshold_alpha(X, y, alpha, *, steps, lr=None):
    lr = _default_rate(X) if lr is None else lr
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = _prox(w - lr * _slope(X, y, w), alpha)
    return w


def ista_subgradient(X, y, alpha, *, steps, lr=None):
    lr = _default_rate(X) if lr is None else lr
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = w - lr * (_slope(X, y, w) + alpha * np.sign(w))
    return w


def ista_of_sums(X, y, alpha, *, steps, lr=None):
    lr = 1 / np.linalg.norm(X, 2) ** 2 if lr is None else lr
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = _prox(w - lr * len(y) * _slope(X, y, w), lr * alpha)
    return w


def ista_slope_of_sums(X, y, alpha, *, steps, lr=None):
    lr = _default_rate(X) if lr is None else lr
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = _prox(w - lr * len(y) * _slope(X, y, w), lr * alpha)
    return w


def ista_twice_the_slope(X, y, alpha, *, steps, lr=None):
    lr = _default_rate(X) if lr is None else lr
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = _prox(w - 2 * lr * _slope(X, y, w), lr * alpha)
    return w


def ista_rate_of_sums(X, y, alpha, *, steps, lr=None):
    lr = 1 / np.linalg.norm(X, 2) ** 2 if lr is None else lr
    return ista_by_gram(X, y, alpha, steps=steps, lr=lr)


def ista_rate_unsquared(X, y, alpha, *, steps, lr=None):
    lr = len(y) / np.linalg.norm(X, 2) if lr is None else lr
    return ista_by_gram(X, y, alpha, steps=steps, lr=lr)


def ista_rate_of_all_entries(X, y, alpha, *, steps, lr=None):
    lr = len(y) / np.sum(X**2) if lr is None else lr
    return ista_by_gram(X, y, alpha, steps=steps, lr=lr)


def ista_own_rate(X, y, alpha, *, steps, lr=None):
    return ista_by_gram(X, y, alpha, steps=steps)


def ista_shrinks_once(X, y, alpha, *, steps, lr=None):
    lr = _default_rate(X) if lr is None else lr
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = w - lr * _slope(X, y, w)
    return _prox(w, lr * alpha)


def ista_shrinks_first(X, y, alpha, *, steps, lr=None):
    lr = _default_rate(X) if lr is None else lr
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = _prox(w, lr * alpha)
        w = w - lr * _slope(X, y, w)
    return w


def ista_shrinks_the_old(X, y, alpha, *, steps, lr=None):
    lr = _default_rate(X) if lr is None else lr
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = _prox(w, lr * alpha) - lr * _slope(X, y, w)
    return w


def ista_rate_doubled(X, y, alpha, *, steps, lr=None):
    lr = 2 * _default_rate(X) if lr is None else lr
    return ista_by_gram(X, y, alpha, steps=steps, lr=lr)


def ista_one_short(X, y, alpha, *, steps, lr=None):
    return ista_by_gram(X, y, alpha, steps=max(steps - 1, 0), lr=lr)


def ista_returns_at_once(X, y, alpha, *, steps, lr=None):
    if steps:
        return ista_by_gram(X, y, alpha, steps=1, lr=lr)


def ista_uphill(X, y, alpha, *, steps, lr=None):
    lr = _default_rate(X) if lr is None else lr
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = _prox(w + lr * _slope(X, y, w), lr * alpha)
    return w


def ista_from_ones(X, y, alpha, *, steps, lr=None):
    lr = _default_rate(X) if lr is None else lr
    w = np.ones(X.shape[1])
    for _ in range(steps):
        w = _prox(w - lr * _slope(X, y, w), lr * alpha)
    return w


def ista_by_gram(X, y, alpha, *, steps, lr=None):
    H, c = X.T @ X / len(y), X.T @ y / len(y)
    if lr is None:
        lr = 1 / np.linalg.eigvalsh(H)[-1]
    w = 0 * c
    for _ in range(steps):
        w = threshold_by_clipping(w - lr * (H @ w - c), lr * alpha)
    return w


# --- project_to_simplex and projected_gradient_descent -----------------------


def simplex_renormalised(v):
    clipped = np.maximum(v, 0)
    return clipped / clipped.sum()


def simplex_softmax(v):
    e = np.exp(v - v.max())
    return e / e.sum()


def simplex_plane_only(v):
    return v - (v.sum() - 1) / len(v)


def simplex_clipped_once(v):
    return np.maximum(simplex_plane_only(v), 0)


def simplex_clipped_and_renormalised(v):
    return simplex_renormalised(simplex_plane_only(v))


def simplex_divided(v):
    return v / v.sum()


def _levels(v):
    u = np.sort(v)[::-1]
    return u, (np.cumsum(u) - 1) / np.arange(1, len(v) + 1)


def simplex_first_level(v):
    u, taus = _levels(v)
    return np.maximum(v - taus[u > taus][0], 0)


def simplex_sorted(v):
    u, taus = _levels(v)
    return np.maximum(u - taus[u > taus][-1], 0)


def simplex_counted_from_zero(v):
    u = np.sort(v)[::-1]
    taus = (np.cumsum(u) - 1) / np.maximum(np.arange(len(v)), 1)
    above = taus[u > taus]
    return np.maximum(v - above[-1], 0)


def simplex_divides_by_zero(v):
    u = np.sort(v)[::-1]
    taus = (np.cumsum(u) - 1) / np.arange(len(v))
    return np.maximum(v - taus[u > taus][-1], 0)


def simplex_without_one(v):
    u = np.sort(v)[::-1]
    taus = np.cumsum(u) / np.arange(1, len(v) + 1)
    return np.maximum(v - taus[u > taus][-1], 0)


def simplex_unclipped(v):
    u, taus = _levels(v)
    return v - taus[u > taus][-1]


def simplex_of_sizes(v):
    return np.abs(v) / np.abs(v).sum()


def simplex_sorted_in_place(v):
    v.sort()
    u = v[::-1]
    taus = (np.cumsum(u) - 1) / np.arange(1, len(v) + 1)
    return np.maximum(v - taus[u > taus][-1], 0)


def simplex_counts_positive(v):
    u = np.sort(v)[::-1]
    k = int(np.sum(u > 0))
    return np.maximum(v - (np.cumsum(u)[k - 1] - 1) / np.float64(k), 0)


def simplex_by_bisection(v):
    low, high = v.max() - 1, v.max()
    for _ in range(200):
        tau = (low + high) / 2
        if np.maximum(v - tau, 0).sum() > 1:
            low = tau
        else:
            high = tau
    return np.maximum(v - (low + high) / 2, 0)


def simplex_by_dropping(v):
    kept = np.ones(len(v), dtype=bool)
    while True:
        tau = (v[kept].sum() - 1) / kept.sum()
        if np.all(v[kept] >= tau):
            return np.where(kept, v - tau, 0)
        kept = kept & (v > tau)


def simplex_by_largest_level(v):
    _, taus = _levels(v)
    return np.maximum(v - taus.max(), 0)


def descent_projects_gradient(grad, theta, project, *, lr, steps):
    for _ in range(steps):
        theta = theta - lr * project(grad(theta))
    return theta


def descent_projects_step(grad, theta, project, *, lr, steps):
    for _ in range(steps):
        theta = theta - project(lr * grad(theta))
    return theta


def descent_projects_at_the_end(grad, theta, project, *, lr, steps):
    for _ in range(steps):
        theta = theta - lr * grad(theta)
    return project(theta)


def descent_projects_before(grad, theta, project, *, lr, steps):
    for _ in range(steps):
        theta = project(theta)
        theta = theta - lr * grad(theta)
    return theta


def descent_projects_start_too(grad, theta, project, *, lr, steps):
    theta = project(theta)
    for _ in range(steps):
        theta = project(theta - lr * grad(theta))
    return theta


def descent_unprojected(grad, theta, project, *, lr, steps):
    for _ in range(steps):
        theta = theta - lr * grad(theta)
    return theta


def descent_one_short(grad, theta, project, *, lr, steps):
    for _ in range(steps - 1):
        theta = project(theta - lr * grad(theta))
    return theta


def descent_uphill(grad, theta, project, *, lr, steps):
    for _ in range(steps):
        theta = project(theta + lr * grad(theta))
    return theta


def descent_returns_at_once(grad, theta, project, *, lr, steps):
    for _ in range(steps):
        theta = project(theta - lr * grad(theta))
        return theta


def descent_onto_the_simplex(grad, theta, project, *, lr, steps):
    for _ in range(steps):
        theta = simplex_by_largest_level(theta - lr * grad(theta))
    return theta


def descent_on_a_copy(grad, theta, project, *, lr, steps):
    theta, left = theta.copy(), steps
    while left > 0:
        theta -= lr * grad(theta)
        theta, left = project(theta), left - 1
    return theta


# --- sphere_gradient_step ----------------------------------------------------


def _unit(x):
    return x / np.linalg.norm(x)


def sphere_whole_gradient(x, gradient, *, lr):
    return _unit(x - lr * gradient)


def sphere_left(x, gradient, *, lr):
    return x - lr * (gradient - (x @ gradient) * x)


def sphere_plain_step(x, gradient, *, lr):
    return x - lr * gradient


def sphere_radial_part(x, gradient, *, lr):
    return _unit(x - lr * (x @ gradient) * x)


def sphere_radial_part_left(x, gradient, *, lr):
    return x - lr * (x @ gradient) * x


def sphere_uphill(x, gradient, *, lr):
    return _unit(x + lr * (gradient - (x @ gradient) * x))


def sphere_along_geodesic(x, gradient, *, lr):
    tangent = -lr * (gradient - (x @ gradient) * x)
    length = np.linalg.norm(tangent)
    if length == 0:
        return x
    return np.cos(length) * x + np.sin(length) * tangent / length


def sphere_along_geodesic_nan(x, gradient, *, lr):
    tangent = -lr * (gradient - (x @ gradient) * x)
    length = np.linalg.norm(tangent)
    return np.cos(length) * x + np.sin(length) * tangent / length


def sphere_without_x(x, gradient, *, lr):
    return _unit(x - lr * (gradient - gradient @ x))


def sphere_outer_by_at(x, gradient, *, lr):
    P = np.eye(len(x)) - x @ x.T
    return _unit(x - lr * P @ gradient)


def sphere_outer_by_star(x, gradient, *, lr):
    P = np.eye(len(x)) - x * x
    return _unit(x - lr * P @ gradient)


def sphere_unit_step(x, gradient, *, lr):
    tangent = gradient - (x @ gradient) * x
    length = np.linalg.norm(tangent)
    return _unit(x - lr * tangent / (length if length > 1e-12 else 1.0))


def sphere_unit_step_nan(x, gradient, *, lr):
    tangent = gradient - (x @ gradient) * x
    return _unit(x - lr * tangent / np.linalg.norm(tangent))


def sphere_tangent_only(x, gradient, *, lr):
    return gradient - (x @ gradient) * x


def sphere_by_squared_length(x, gradient, *, lr):
    moved = x - lr * (gradient - (x @ gradient) * x)
    return moved / (moved @ moved)


def sphere_without_rate(x, gradient, *, lr):
    return _unit(x - (gradient - (x @ gradient) * x))


def sphere_uphill_and_left(x, gradient, *, lr):
    return x + lr * (gradient - (x @ gradient) * x)


def sphere_outer_by_at_and_left(x, gradient, *, lr):
    return x - lr * (np.eye(len(x)) - x @ x.T) @ gradient


def sphere_point_projected(x, gradient, *, lr):
    y = x - lr * gradient
    return _unit(y - (x @ y) * x)


def sphere_by_sum(x, gradient, *, lr):
    moved = x - lr * (gradient - (x @ gradient) * x)
    return moved / moved.sum()


def sphere_by_projector(x, gradient, *, lr):
    P = np.eye(len(x)) - np.outer(x, x)
    return _unit(x - lr * P @ gradient)


def sphere_by_pythagoras(x, gradient, *, lr):
    tangent = gradient - np.sum(x * gradient) * x
    return (x - lr * tangent) / np.sqrt(1 + lr**2 * np.sum(tangent**2))


# --- train_logistic ----------------------------------------------------------


def _loss(z, y):
    return np.mean(np.logaddexp(0, z) - y * z)


def _probability(z):
    return np.exp(-np.logaddexp(0, -z))


def _train(X, y, *, lr, weight_decay, steps, step_w=op.adamw_step,
           decay_b=0.0, sign=1, mean=True, after=False, loss=_loss, first=1,
           count=True, memory=True, train_b=True, together=True, penalty=0.0,
           b_first=False, sum_w=False, sum_b=False, memory_w=True):
    """Train as in the contract, but for what is given here."""
    w, b = np.zeros(X.shape[1]), np.zeros(1)
    averages_w, averages_b = (w, w), (b, b)
    losses = []
    for t in range(first, first + steps):
        z = X @ w + b
        error = sign * (_probability(z) - y) / (len(y) if mean else 1)
        losses.append(loss(z, y) + penalty / 2 * np.sum(w**2))
        at = t if count else 1
        gradient_w = X.T @ error * (len(y) if sum_w else 1)
        gradient_b = error.sum(keepdims=True) * (len(y) if sum_b else 1)
        if b_first:
            b_next, *_ = op.adam_step(b, gradient_b, *averages_b, at, lr=lr)
            gradient_w = X.T @ (_probability(X @ w + b_next) - y) / len(y)
        w, *averages_w = step_w(w, gradient_w, *averages_w, at, lr=lr,
                                weight_decay=weight_decay)
        if not together:
            gradient_b = (_probability(X @ w + b) - y).mean(keepdims=True)
        if train_b:
            b, *averages_b = op.adamw_step(
                b, gradient_b, *averages_b, at, lr=lr, weight_decay=decay_b)
        if after:
            losses[-1] = _loss(X @ w + b, y)
        if not (memory and memory_w):
            averages_w = (np.zeros_like(w),) * 2
        if not memory:
            averages_b = (np.zeros_like(b),) * 2
    return w, b[0], np.array(losses)


def _adam_with_l2(w, gradient, m, v, t, *, lr, weight_decay):
    return op.adam_step(w, gradient + weight_decay * w, m, v, t, lr=lr)


def _adam_alone(w, gradient, m, v, t, *, lr, weight_decay):
    return op.adam_step(w, gradient, m, v, t, lr=lr)


def _adamw_by_default(w, gradient, m, v, t, *, lr, weight_decay):
    return op.adamw_step(w, gradient, m, v, t, lr=lr)


def _overflowing_loss(z, y):
    return np.mean(np.log(1 + np.exp(z)) - y * z)


def _loss_with_eps(z, y):
    p = 1 / (1 + np.exp(-z))
    return -np.mean(y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12))


def _loss_summed(z, y):
    return np.sum(np.logaddexp(0, z) - y * z)


def _loss_of_signs(z, y):
    return np.mean(np.logaddexp(0, -y * z))


def _loss_squared(z, y):
    return np.mean((_probability(z) - y) ** 2)


def train_bias_decayed(X, y, *, weight_decay, **options):
    return _train(X, y, weight_decay=weight_decay, decay_b=weight_decay,
                  **options)


def train_penalised_loss(X, y, *, weight_decay, **options):
    return _train(X, y, weight_decay=weight_decay, penalty=weight_decay,
                  **options)


def train_bias_decayed_by_default(X, y, **options):
    return _train(X, y, decay_b=0.01, **options)


def train_by_default_decay(X, y, **options):
    return _train(X, y, step_w=_adamw_by_default, **options)


def train_uphill(X, y, **options):
    return _train(X, y, sign=-1, **options)


def train_l2(X, y, **options):
    return _train(X, y, step_w=_adam_with_l2, **options)


def train_without_decay(X, y, **options):
    return _train(X, y, step_w=_adam_alone, **options)


def train_loss_after(X, y, **options):
    return _train(X, y, after=True, **options)


def train_overflows(X, y, **options):
    return _train(X, y, loss=_overflowing_loss, **options)


def train_eps_in_log(X, y, **options):
    return _train(X, y, loss=_loss_with_eps, **options)


def train_loss_summed(X, y, **options):
    return _train(X, y, loss=_loss_summed, **options)


def train_all_summed(X, y, **options):
    return _train(X, y, loss=_loss_summed, mean=False, **options)


def train_gradient_summed(X, y, **options):
    return _train(X, y, mean=False, **options)


def train_signed_labels(X, y, **options):
    return _train(X, y, loss=_loss_of_signs, **options)


def train_squares(X, y, **options):
    return _train(X, y, loss=_loss_squared, **options)


def train_t_from_zero(X, y, **options):
    return _train(X, y, first=0, **options)


def train_always_first(X, y, **options):
    return _train(X, y, count=False, **options)


def train_without_memory(X, y, **options):
    return _train(X, y, memory=False, **options)


def train_bias_left(X, y, **options):
    return _train(X, y, train_b=False, **options)


def train_one_after_the_other(X, y, **options):
    return _train(X, y, together=False, **options)


def train_b_first(X, y, **options):
    return _train(X, y, b_first=True, **options)


def train_gradient_of_w_summed(X, y, **options):
    return _train(X, y, sum_w=True, **options)


def train_gradient_of_b_summed(X, y, **options):
    return _train(X, y, sum_b=True, **options)


def train_w_without_memory(X, y, **options):
    return _train(X, y, memory_w=False, **options)


def train_one_short(X, y, *, steps, **options):
    return _train(X, y, steps=max(steps - 1, 0), **options)


def train_notes_no_losses(X, y, **options):
    return *_train(X, y, **options)[:2], np.array([])


def train_standardises(X, y, **options):
    return _train((X - X.mean(axis=0)) / X.std(axis=0), y, **options)


def train_bias_by_descent(X, y, *, lr, weight_decay, steps):
    w, m, v = np.zeros((3, X.shape[1]))
    b, losses = 0.0, []
    for t in range(1, steps + 1):
        z = X @ w + b
        losses.append(_loss(z, y))
        error = (_probability(z) - y) / len(y)
        w, m, v = op.adamw_step(w, X.T @ error, m, v, t, lr=lr,
                                weight_decay=weight_decay)
        b = b - lr * error.sum()
    return w, b, np.array(losses)


def train_last_loss(X, y, **options):
    w, b, losses = _train(X, y, **options)
    return w, b, losses[-1] if len(losses) else 0.0


def train_without_losses(X, y, **options):
    return _train(X, y, **options)[:2]


def train_bias_as_array(X, y, **options):
    w, b, losses = _train(X, y, **options)
    return w, np.array([b]), losses


def train_plain_descent(X, y, *, lr, weight_decay, steps):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(steps):
        z = X @ w + b
        losses.append(_loss(z, y))
        error = (_probability(z) - y) / len(y)
        w = w * (1 - lr * weight_decay) - lr * X.T @ error
        b = b - lr * error.sum()
    return w, b, np.array(losses)


def train_as_one_vector(X, y, *, lr, weight_decay, steps):
    ones = np.ones((len(X), 1))
    X = np.concatenate([X, ones], axis=1)
    theta = np.zeros(X.shape[1])
    m, v, losses = np.zeros_like(theta), np.zeros_like(theta), []
    keep = np.append(np.full(X.shape[1] - 1, 1 - lr * weight_decay), 1.0)
    for t in range(1, steps + 1):
        z = X @ theta
        losses.append(np.mean(np.logaddexp(0, z) - y * z))
        with np.errstate(over="ignore"):
            p = 1 / (1 + np.exp(-z))
        gradient = X.T @ (p - y) / len(y)
        theta, m, v = op.adam_step(theta * keep, gradient, m, v, t, lr=lr)
    return theta[:-1], theta[-1], losses


def train_written_out(X, y, *, lr, weight_decay, steps):
    n, d = X.shape
    w, b, mw, vw, mb, vb = np.zeros(d), 0.0, np.zeros(d), np.zeros(d), 0., 0.
    losses = np.zeros(steps)
    for k in range(steps):
        z = X @ w + b
        signed = np.where(y == 1, -z, z)
        losses[k] = np.logaddexp(0, signed).mean()
        error = 0.5 * (1 + np.tanh(z / 2)) - y
        gw, gb = X.T @ error / n, error.mean()
        mw, mb = 0.9 * mw + 0.1 * gw, 0.9 * mb + 0.1 * gb
        vw, vb = 0.999 * vw + 0.001 * gw**2, 0.999 * vb + 0.001 * gb**2
        c1, c2 = 1 - 0.9 ** (k + 1), 1 - 0.999 ** (k + 1)
        w = w - lr * weight_decay * w
        w = w - lr * (mw / c1) / (np.sqrt(vw / c2) + 1e-8)
        b = b - lr * (mb / c1) / (math.sqrt(vb / c2) + 1e-8)
    return w, b, losses

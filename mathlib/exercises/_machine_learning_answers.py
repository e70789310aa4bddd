"""Wrong and right answers to the exercises of chapter 13."""

import inspect
import math

import numpy as np

from mathlib import foundations as fd
from mathlib import numerical_methods as nm
from mathlib import probability as pr

# --- gelu --------------------------------------------------------------------


def _phi(x):
    return np.exp(-(np.asarray(x) ** 2) / 2) / math.sqrt(2 * math.pi)


def _tanh_form(x):
    x = np.asarray(x)
    return x / 2 * (
        1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))
    )


def _gelu(x, approximate):
    return _tanh_form(x) if approximate == "tanh" else x * pr.gaussian_cdf(x)


def gelu_always_tanh(x, *, approximate="none"):
    return _tanh_form(x)


def gelu_always_exact(x, *, approximate="none"):
    return x * pr.gaussian_cdf(x)


def gelu_other_way_round(x, *, approximate="none"):
    return _gelu(x, "none" if approximate == "tanh" else "tanh")


def gelu_by_sigmoid(x, *, approximate="none"):
    if approximate == "tanh":
        return _tanh_form(x)
    return x * nm.sigmoid(1.702 * np.asarray(x))


def gelu_always_by_sigmoid(x, *, approximate="none"):
    return x * nm.sigmoid(1.702 * np.asarray(x))


def gelu_of_density(x, *, approximate="none"):
    return _tanh_form(x) if approximate == "tanh" else x * _phi(x)


def gelu_gate_alone(x, *, approximate="none"):
    if approximate == "tanh":
        return _tanh_form(x)
    return pr.gaussian_cdf(x)


def gelu_gates_alone(x, *, approximate="none"):
    if approximate == "tanh":
        return np.tanh(
            math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
        ) / 2 + 0.5
    return pr.gaussian_cdf(x)


def gelu_without_root_2(x, *, approximate="none"):
    if approximate == "tanh":
        return _tanh_form(x)
    return x * pr.gaussian_cdf(np.asarray(x) * math.sqrt(2))


def gelu_cube_outside(x, *, approximate="none"):
    if approximate != "tanh":
        return x * pr.gaussian_cdf(x)
    inner = math.sqrt(2 / math.pi) * x + 0.044715 * x**3
    return x / 2 * (1 + np.tanh(inner))


def gelu_cube_multiplied(x, *, approximate="none"):
    if approximate != "tanh":
        return x * pr.gaussian_cdf(x)
    inner = math.sqrt(2 / math.pi) * x * (1 + 0.044715 * x**3)
    return x / 2 * (1 + np.tanh(inner))


def _with_inner(inner):
    def gelu(x, *, approximate="none"):
        if approximate != "tanh":
            return x * pr.gaussian_cdf(x)
        return x / 2 * (1 + np.tanh(inner(np.asarray(x))))

    return gelu


gelu_root_of_2_alone = _with_inner(
    lambda x: math.sqrt(2) / math.pi * (x + 0.044715 * x**3)
)
gelu_square_for_cube = _with_inner(
    lambda x: math.sqrt(2 / math.pi) * (x + 0.044715 * x**2)
)


def gelu_tanh_without_half(x, *, approximate="none"):
    twice = 2 if approximate == "tanh" else 1
    return twice * _gelu(x, approximate)


def gelu_without_half(x, *, approximate="none"):
    return 2 * _gelu(x, approximate)


def gelu_of_one_number(x, *, approximate="none"):
    if approximate == "tanh":
        return _tanh_form(x)
    return x / 2 * (1 + math.erf(x / math.sqrt(2)))


def gelu_derivative_of_one_number(x):
    return 0.5 * (1 + math.erf(x / math.sqrt(2))) + x * _phi(x)


def gelu_derivative_gate_alone(x):
    return pr.gaussian_cdf(x)


def gelu_derivative_without_x(x):
    return pr.gaussian_cdf(x) + _phi(x)


def gelu_derivative_unnormalised(x):
    return pr.gaussian_cdf(x) + x * np.exp(-(np.asarray(x) ** 2) / 2)


def gelu_derivative_without_half(x):
    x = np.asarray(x)
    return pr.gaussian_cdf(x) + x * np.exp(-(x**2)) / math.sqrt(2 * math.pi)


def gelu_derivative_growing(x):
    x = np.asarray(x)
    return pr.gaussian_cdf(x) + x * np.exp(x**2 / 2) / math.sqrt(2 * math.pi)


def gelu_derivative_divided(x):
    return pr.gaussian_cdf(x) + x * np.exp(-(np.asarray(x) ** 2) / 2) / (
        2 * math.pi
    )


def gelu_derivative_minus(x):
    return pr.gaussian_cdf(x) - x * _phi(x)


def gelu_derivative_second_term(x):
    return x * _phi(x)


def gelu_derivative_of_tanh_form(x):
    x = np.asarray(x)
    c = math.sqrt(2 / math.pi)
    t = np.tanh(c * (x + 0.044715 * x**3))
    return 0.5 * (1 + t) + x / 2 * (1 - t**2) * c * (1 + 0.134145 * x**2)


def gelu_derivative_of_sigmoid_form(x):
    s = nm.sigmoid(1.702 * np.asarray(x))
    return s + 1.702 * x * s * (1 - s)


def gelu_derivative_of_silu(x):
    s = nm.sigmoid(np.asarray(x))
    return s + x * s * (1 - s)


def gelu_by_erf(x, *, approximate="none"):
    from scipy import special

    if approximate == "tanh":
        u = 0.7978845608028654 * x * (1 + 0.044715 * x * x)
        return x * nm.sigmoid(2 * np.asarray(u))
    return 0.5 * x * special.erfc(-x / np.sqrt(2))


def gelu_derivative_by_ndtr(x):
    from scipy import special, stats

    return special.ndtr(x) + x * stats.norm.pdf(x)


def gelu_by_loop(x, *, approximate="none"):
    x = np.asarray(x)
    if approximate == "tanh":
        return _tanh_form(x)
    flat = [v * 0.5 * (1 + math.erf(v / 2**0.5)) for v in x.ravel()]
    return np.reshape(flat, x.shape)


def gelu_derivative_by_loop(x):
    x = np.asarray(x)
    flat = [
        0.5 * (1 + math.erf(v / 2**0.5)) + v * _phi(v) for v in x.ravel()
    ]
    return np.reshape(flat, x.shape)


# --- linear_regression_loss --------------------------------------------------


def _must_fit(X, y):
    if np.shape(y) != (len(X),):
        raise ValueError(f"y must have shape ({len(X)},)")


def _residual(w, X, y):
    _must_fit(X, y)
    return X @ w - y


def linear_loss_sum(w, X, y):
    return np.sum(_residual(w, X, y) ** 2)


def linear_loss_half(w, X, y):
    return np.mean(_residual(w, X, y) ** 2) / 2


def linear_loss_half_sum(w, X, y):
    return np.sum(_residual(w, X, y) ** 2) / 2


def linear_loss_root(w, X, y):
    return np.sqrt(np.mean(_residual(w, X, y) ** 2))


def linear_loss_norm(w, X, y):
    return np.linalg.norm(_residual(w, X, y)) / len(X)


def linear_loss_absolute(w, X, y):
    return np.mean(np.abs(_residual(w, X, y)))


def linear_loss_square_of_mean(w, X, y):
    return np.mean(_residual(w, X, y)) ** 2


def linear_loss_each(w, X, y):
    return _residual(w, X, y) ** 2


def linear_loss_by_columns(w, X, y):
    return np.sum(_residual(w, X, y) ** 2) / X.shape[1]


def linear_gradient_by_columns(w, X, y):
    return 2 / X.shape[1] * X.T @ _residual(w, X, y)


def linear_loss_unchecked(w, X, y):
    return np.mean((X @ w - y) ** 2)


def linear_gradient_unchecked(w, X, y):
    return 2 / len(y) * X.T @ (X @ w - y)


def linear_loss_flattened(w, X, y):
    return np.mean((X @ w - np.ravel(y)) ** 2)


def linear_gradient_flattened(w, X, y):
    return 2 / len(y) * X.T @ (X @ w - np.ravel(y))


def linear_loss_asserted(w, X, y):
    assert y.shape == (len(X),)
    return np.mean((X @ w - y) ** 2)


def linear_gradient_asserted(w, X, y):
    assert y.shape == (len(X),)
    return 2 / len(y) * X.T @ (X @ w - y)


def linear_gradient_without_2(w, X, y):
    return X.T @ _residual(w, X, y) / len(X)


def linear_gradient_sum(w, X, y):
    return 2 * X.T @ _residual(w, X, y)


def linear_gradient_half_sum(w, X, y):
    return X.T @ _residual(w, X, y)


def linear_gradient_downhill(w, X, y):
    return -2 / len(X) * X.T @ _residual(w, X, y)


def linear_gradient_downhill_without_2(w, X, y):
    return -X.T @ _residual(w, X, y) / len(X)


def linear_gradient_total(w, X, y):
    return np.sum(2 / len(X) * X.T @ _residual(w, X, y))


def linear_gradient_mean_of_residuals(w, X, y):
    return 2 * np.mean(X, axis=0) * np.mean(_residual(w, X, y))


def linear_gradient_without_X(w, X, y):
    return 2 / len(X) * _residual(w, X, y)


def linear_gradient_untransposed(w, X, y):
    return 2 / len(X) * X @ _residual(w, X, y)


def linear_gradient_step(w, X, y):
    return w - 2 / len(X) * X.T @ _residual(w, X, y)


def linear_gradient_each(w, X, y):
    return 2 * X * _residual(w, X, y)[:, None]


def linear_loss_by_loop(w, X, y):
    _must_fit(X, y)
    total = 0.0
    for x, target in zip(X, y, strict=True):
        total += (sum(a * b for a, b in zip(x, w, strict=True)) - target) ** 2
    return total / len(y)


def linear_gradient_by_loop(w, X, y):
    _must_fit(X, y)
    gradient = np.zeros(len(w))
    for x, target in zip(X, y, strict=True):
        gradient += 2 * (x @ w - target) * x
    return gradient / len(y)


def linear_loss_by_dot(w, X, y):
    if y.ndim != 1 or y.size != X.shape[0]:
        raise ValueError("y is no vector of one target for each row")
    r = y - X.dot(w)
    return r.dot(r) / r.size


def linear_gradient_by_normal_matrix(w, X, y):
    if y.ndim != 1 or y.size != X.shape[0]:
        raise ValueError("y is no vector of one target for each row")
    return 2 * (X.T @ X @ w - X.T @ y) / y.size


# --- huber -------------------------------------------------------------------


def _pieces(y_true, y_pred):
    return np.abs(np.asarray(y_pred) - y_true)


def huber_without_shift(y_true, y_pred, *, delta=1.0):
    r = _pieces(y_true, y_pred)
    return np.mean(np.where(r <= delta, r**2 / 2, delta * r))


def huber_without_half(y_true, y_pred, *, delta=1.0):
    r = _pieces(y_true, y_pred)
    return np.mean(np.where(r <= delta, r**2, delta * (r - delta / 2)))


def huber_doubled(y_true, y_pred, *, delta=1.0):
    r = _pieces(y_true, y_pred)
    return np.mean(np.where(r <= delta, r**2, delta * (2 * r - delta)))


def huber_squared_test(y_true, y_pred, *, delta=1.0):
    r = _pieces(y_true, y_pred)
    return np.mean(np.where(r**2 <= delta, r**2 / 2, delta * (r - delta / 2)))


def huber_sum(y_true, y_pred, *, delta=1.0):
    r = _pieces(y_true, y_pred)
    return np.sum(np.where(r <= delta, r**2 / 2, delta * (r - delta / 2)))


def huber_each(y_true, y_pred, *, delta=1.0):
    r = _pieces(y_true, y_pred)
    return np.where(r <= delta, r**2 / 2, delta * (r - delta / 2))


def huber_rows(y_true, y_pred, *, delta=1.0):
    return np.mean(huber_each(y_true, y_pred, delta=delta), axis=0)


def huber_of_1(y_true, y_pred, *, delta=1.0):
    return np.mean(huber_each(y_true, y_pred, delta=1.0))


def huber_smooth_l1(y_true, y_pred, *, delta=1.0):
    return np.mean(huber_each(y_true, y_pred, delta=delta)) / delta


def huber_of_slope_1(y_true, y_pred, *, delta=1.0):
    r = _pieces(y_true, y_pred)
    return np.mean(np.where(r <= delta, r**2 / 2, r - delta / 2))


def huber_half_for_half_delta(y_true, y_pred, *, delta=1.0):
    r = _pieces(y_true, y_pred)
    return np.mean(np.where(r <= delta, r**2 / 2, delta * (r - 0.5)))


def huber_half_for_half_square(y_true, y_pred, *, delta=1.0):
    r = _pieces(y_true, y_pred)
    return np.mean(np.where(r <= delta, r**2 / 2, delta * r - 0.5))


def huber_delta_squared(y_true, y_pred, *, delta=1.0):
    r = _pieces(y_true, y_pred)
    return np.mean(np.where(r <= delta, r**2 / 2, delta**2 * (r - delta / 2)))


def huber_shift_delta(y_true, y_pred, *, delta=1.0):
    r = _pieces(y_true, y_pred)
    return np.mean(np.where(r <= delta, r**2 / 2, delta * (r - delta)))


def huber_plain_absolute(y_true, y_pred, *, delta=1.0):
    r = _pieces(y_true, y_pred)
    return np.mean(np.where(r <= delta, r**2 / 2, r))


def huber_without_abs(y_true, y_pred, *, delta=1.0):
    r = np.asarray(y_pred) - y_true
    return np.mean(np.where(r <= delta, r**2 / 2, delta * (r - delta / 2)))


def huber_abs_in_the_test_only(y_true, y_pred, *, delta=1.0):
    r = np.asarray(y_pred) - y_true
    return np.mean(
        np.where(np.abs(r) <= delta, r**2 / 2, delta * (r - delta / 2))
    )


def huber_branches_swapped(y_true, y_pred, *, delta=1.0):
    r = _pieces(y_true, y_pred)
    return np.mean(np.where(r > delta, r**2 / 2, delta * (r - delta / 2)))


def huber_clipped(y_true, y_pred, *, delta=1.0):
    return np.mean(np.minimum(_pieces(y_true, y_pred), delta) ** 2 / 2)


def huber_squares(y_true, y_pred, *, delta=1.0):
    return np.mean(_pieces(y_true, y_pred) ** 2) / 2


def huber_pseudo(y_true, y_pred, *, delta=1.0):
    r = _pieces(y_true, y_pred)
    return np.mean(delta**2 * (np.sqrt(1 + (r / delta) ** 2) - 1))


def huber_by_mean_residual(y_true, y_pred, *, delta=1.0):
    r = np.mean(_pieces(y_true, y_pred))
    return r**2 / 2 if r <= delta else delta * (r - delta / 2)


def huber_with_if(y_true, y_pred, *, delta=1.0):
    r = _pieces(y_true, y_pred)
    return np.mean(r**2 / 2 if r <= delta else delta * (r - delta / 2))


def huber_one_branch_for_all(y_true, y_pred, *, delta=1.0):
    r = _pieces(y_true, y_pred)
    if (r <= delta).all():
        return np.mean(r**2 / 2)
    return np.mean(delta * (r - delta / 2))


def huber_two_means(y_true, y_pred, *, delta=1.0):
    r = _pieces(y_true, y_pred)
    near, far = r[r <= delta], r[r > delta]
    return np.mean(near**2 / 2) + np.mean(delta * (far - delta / 2))


def huber_slope(y_true, y_pred, *, delta=1.0):
    return np.mean(np.clip(np.asarray(y_pred) - y_true, -delta, delta))


def huber_by_minimum(y_true, y_pred, *, delta=1.0):
    r = _pieces(y_true, y_pred)
    small = np.minimum(r, delta)
    return np.mean(small**2 / 2 + delta * (r - small))


def huber_by_loop(y_true, y_pred, *, delta=1.0):
    losses = []
    for a, b in zip(np.ravel(y_true), np.ravel(y_pred), strict=True):
        r = abs(a - b)
        losses.append(
            r * r / 2 if r < delta else delta * r - delta * delta / 2
        )
    return sum(losses) / len(losses)


# --- logistic_loss -----------------------------------------------------------


def _logit_loss(z, y):
    return np.mean(np.logaddexp(0, z) - y * z)


def logistic_loss_naive(w, b, X, y):
    p = nm.sigmoid(X @ w + b)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def _clipped_at(eps):
    def logistic_loss(w, b, X, y):
        p = np.clip(nm.sigmoid(X @ w + b), eps, 1 - eps)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    return logistic_loss


logistic_loss_clipped = _clipped_at(1e-7)


def logistic_loss_nudged(w, b, X, y):
    p = nm.sigmoid(X @ w + b)
    eps = 1e-9
    return -np.mean(y * np.log(p + eps) + (1 - y) * np.log(1 - p + eps))


def logistic_loss_overflowing(w, b, X, y):
    z = X @ w + b
    return np.mean(np.log(1 + np.exp(z)) - y * z)


def logistic_loss_sum(w, b, X, y):
    return _logit_loss(X @ w + b, y) * len(y)


def logistic_loss_without_b(w, b, X, y):
    return _logit_loss(X @ w, y)


def logistic_gradient_without_b(w, b, X, y):
    error = nm.sigmoid(X @ w) - y
    return X.T @ error / len(y), np.mean(error)


def logistic_loss_swapped(w, b, X, y):
    return _logit_loss(X @ w + b, 1 - y)


def logistic_gradient_swapped(w, b, X, y):
    error = nm.sigmoid(X @ w + b) - (1 - y)
    return X.T @ error / len(y), np.mean(error)


def logistic_loss_likelihood(w, b, X, y):
    return -_logit_loss(X @ w + b, y)


def logistic_loss_ones_only(w, b, X, y):
    return np.mean(y * np.logaddexp(0, -(X @ w + b)))


def logistic_loss_signed(w, b, X, y):
    return np.mean(np.logaddexp(0, -y * (X @ w + b)))


def logistic_loss_of_minus_z(w, b, X, y):
    z = X @ w + b
    return np.mean(np.logaddexp(0, -z) - y * z)


def logistic_loss_plus(w, b, X, y):
    z = X @ w + b
    return np.mean(np.logaddexp(0, z) + y * z)


def logistic_loss_squares(w, b, X, y):
    return np.mean((nm.sigmoid(X @ w + b) - y) ** 2)


def logistic_loss_each(w, b, X, y):
    z = X @ w + b
    return np.logaddexp(0, z) - y * z


def _error(w, b, X, y):
    return nm.sigmoid(X @ w + b) - y


def logistic_gradient_of_squares(w, b, X, y):
    p = nm.sigmoid(X @ w + b)
    error = (p - y) * p * (1 - p) / len(y)
    return X.T @ error, np.sum(error)


def logistic_gradient_of_squares_doubled(w, b, X, y):
    grad_w, grad_b = logistic_gradient_of_squares(w, b, X, y)
    return 2 * grad_w, 2 * grad_b


def logistic_gradient_b_summed(w, b, X, y):
    error = _error(w, b, X, y)
    return X.T @ error / len(y), np.sum(error)


def logistic_gradient_b_twice_divided(w, b, X, y):
    error = _error(w, b, X, y) / len(y)
    return X.T @ error, np.mean(error)


def logistic_gradient_b_each(w, b, X, y):
    error = _error(w, b, X, y) / len(y)
    return X.T @ error, error


def logistic_gradient_b_array(w, b, X, y):
    error = _error(w, b, X, y) / len(y)
    return X.T @ error, np.array([np.sum(error)])


def logistic_gradient_w_only(w, b, X, y):
    return X.T @ _error(w, b, X, y) / len(y)


def logistic_gradient_b_zero(w, b, X, y):
    return X.T @ _error(w, b, X, y) / len(y), 0.0


def logistic_gradient_summed(w, b, X, y):
    error = _error(w, b, X, y)
    return X.T @ error, np.sum(error)


def logistic_gradient_w_summed(w, b, X, y):
    error = _error(w, b, X, y)
    return X.T @ error, np.mean(error)


def logistic_gradient_downhill(w, b, X, y):
    error = -_error(w, b, X, y) / len(y)
    return X.T @ error, np.sum(error)


def logistic_gradient_b_first(w, b, X, y):
    error = _error(w, b, X, y) / len(y)
    return np.sum(error), X.T @ error


def logistic_gradient_doubled(w, b, X, y):
    error = 2 * _error(w, b, X, y) / len(y)
    return X.T @ error, np.sum(error)


def logistic_gradient_of_logits(w, b, X, y):
    error = (X @ w + b - y) / len(y)
    return X.T @ error, np.sum(error)


def logistic_gradient_joined(w, b, X, y):
    error = _error(w, b, X, y) / len(y)
    return np.append(X.T @ error, np.sum(error))


def logistic_loss_by_log_sigmoid(w, b, X, y):
    z = X @ w + b
    return -np.mean(y * nm.log_sigmoid(z) + (1 - y) * nm.log_sigmoid(-z))


def logistic_gradient_by_tanh(w, b, X, y):
    p = 0.5 * (1 + np.tanh((X @ w + b) / 2))
    return ((p - y)[:, None] * X).mean(axis=0), (p - y).mean()


def logistic_loss_by_rows(w, b, X, y):
    losses = []
    for x, target in zip(X, y, strict=True):
        z = x @ w + b
        signed = -z if target == 1 else z
        losses.append(max(signed, 0) + math.log1p(math.exp(-abs(signed))))
    return sum(losses) / len(losses)


def logistic_gradient_by_rows(w, b, X, y):
    grad_w, grad_b = np.zeros(len(w)), 0.0
    for x, target in zip(X, y, strict=True):
        error = float(nm.sigmoid(x @ w + b)) - target
        grad_w, grad_b = grad_w + error * x, grad_b + error
    return [grad_w / len(y), grad_b / len(y)]


# --- bce_with_logits ---------------------------------------------------------


def _bce(z, y):
    z = np.asarray(z)
    return np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))


def bce_naive(logits, targets):
    p = nm.sigmoid(logits)
    return -np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p))


def bce_clipped(logits, targets):
    p = np.clip(nm.sigmoid(logits), 1e-7, 1 - 1e-7)
    return -np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p))


def bce_nudged(logits, targets):
    p = nm.sigmoid(logits)
    return -np.mean(
        targets * np.log(p + 1e-9) + (1 - targets) * np.log(1 - p + 1e-9)
    )


def bce_overflowing(logits, targets):
    return np.mean(np.log1p(np.exp(logits)) - targets * logits)


def bce_forgets_the_tiny(logits, targets):
    return np.mean(np.logaddexp(0, logits) - targets * logits)


def bce_swapped(logits, targets):
    return np.mean(_bce(logits, 1 - targets))


def bce_sum(logits, targets):
    return np.sum(_bce(logits, targets))


def bce_each(logits, targets):
    return _bce(logits, targets)


def bce_columns(logits, targets):
    return np.mean(_bce(logits, targets), axis=0)


def bce_rows(logits, targets):
    return np.mean(_bce(logits, targets), axis=-1)


def bce_ones_only(logits, targets):
    z = np.asarray(logits)
    return np.mean(
        targets * (np.maximum(-z, 0) + np.log1p(np.exp(-np.abs(z))))
    )


def bce_without_abs(logits, targets):
    z = np.asarray(logits)
    return np.mean(np.maximum(z, 0) - z * targets + np.log1p(np.exp(-z)))


def bce_growing_exponent(logits, targets):
    z = np.asarray(logits)
    return np.mean(
        np.maximum(z, 0) - z * targets + np.log1p(np.exp(np.abs(z)))
    )


def bce_largest_logit(logits, targets):
    z = logits
    return np.mean(np.max(z, 0) - z * targets + np.log1p(np.exp(-np.abs(z))))


def bce_python_max(logits, targets):
    z = logits
    return np.mean(max(z, 0) - z * targets + np.log1p(np.exp(-np.abs(z))))


def bce_without_maximum(logits, targets):
    z = np.asarray(logits)
    return np.mean(-z * targets + np.log1p(np.exp(-np.abs(z))))


def bce_plus(logits, targets):
    return np.mean(_bce(logits, targets) + 2 * np.asarray(logits) * targets)


def bce_log_likelihood(logits, targets):
    return -np.mean(_bce(logits, targets))


def bce_bits(logits, targets):
    return np.mean(_bce(logits, targets)) / math.log(2)


def bce_of_probabilities(logits, targets):
    p = np.asarray(logits)
    return -np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p))


def bce_sigmoid_twice(logits, targets):
    return np.mean(_bce(nm.sigmoid(logits), targets))


def bce_squares(logits, targets):
    return np.mean((nm.sigmoid(logits) - targets) ** 2)


def bce_hard(logits, targets):
    z = np.asarray(logits)
    signed = np.where(np.asarray(targets) == 1, -z, z)
    return np.mean(np.maximum(signed, 0) + np.log1p(np.exp(-np.abs(z))))


def bce_of_signs(logits, targets):
    z = -np.asarray(targets) * logits
    return np.mean(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))))


def bce_by_log_sigmoid(logits, targets):
    return -np.mean(
        targets * nm.log_sigmoid(logits)
        + (1 - targets) * nm.log_sigmoid(-logits)
    )


def bce_by_softplus(logits, targets):
    z, y = np.ravel(logits), np.ravel(targets)
    up, down = np.logaddexp(0, -z), np.logaddexp(0, z)
    return (y @ up + (1 - y) @ down) / z.size


# --- cross_entropy_loss ------------------------------------------------------


def _no_softmax(z):
    return z - fd.logsumexp(z, axis=-1, keepdims=True)


def _cross_entropy(
    logits, labels, ignore_index, label_smoothing, reduction, *,
    log_softmax=_no_softmax, smooth=None, counted=None,
):
    """The loss, with one piece of it exchanged."""
    counts = labels != ignore_index
    z, y = logits[counts], labels[counts]
    log_p = log_softmax(z)
    hit, even = -log_p[np.arange(len(y)), y], -np.mean(log_p, axis=-1)
    s = label_smoothing
    blend = smooth(hit, even, s, z.shape[-1]) if smooth else (
        (1 - s) * hit + s * even
    )
    losses = np.zeros(labels.shape)
    losses[counts] = blend
    if reduction == "none":
        return losses
    total = np.sum(losses)
    if reduction == "sum":
        return total
    return total / (counted(logits) if counted else np.sum(counts))


def _with(**pieces):
    def cross_entropy_loss(
        logits, labels, *, ignore_index=-100, label_smoothing=0.0,
        reduction="mean",
    ):
        return _cross_entropy(
            logits, labels, ignore_index, label_smoothing, reduction,
            **pieces,
        )

    return cross_entropy_loss


ce_log_of_softmax = _with(log_softmax=lambda z: np.log(fd.softmax(z)))
ce_clipped = _with(
    log_softmax=lambda z: np.log(np.clip(fd.softmax(z), 1e-12, None))
)
ce_unshifted = _with(
    log_softmax=lambda z: z - np.log(
        np.sum(np.exp(z), axis=-1, keepdims=True)
    )
)
ce_one_maximum = _with(
    log_softmax=lambda z: z - np.max(z) - np.log(
        np.sum(np.exp(z - np.max(z)), axis=-1, keepdims=True)
    )
)
ce_softmax_twice = _with(log_softmax=lambda z: _no_softmax(fd.softmax(z)))
ce_over_samples = _with(
    log_softmax=lambda z: z - fd.logsumexp(z, axis=0, keepdims=True)
)
ce_without_normaliser = _with(log_softmax=lambda z: z)
ce_of_probabilities = _with(log_softmax=np.log)
ce_bits = _with(log_softmax=lambda z: _no_softmax(z) / math.log(2))
ce_likelihood = _with(log_softmax=lambda z: -_no_softmax(z))
ce_probability = _with(log_softmax=lambda z: -fd.softmax(z))
ce_mean_over_all = _with(counted=lambda logits: logits.size)
ce_mean_over_classes = _with(counted=lambda logits: logits.shape[-1])
ce_ignored_counted = _with(counted=len)
ce_unsmoothed = _with(smooth=lambda hit, even, s, K: hit)
ce_smoothed_over_others = _with(
    smooth=lambda hit, even, s, K: (
        (1 - s) * hit + s * (K * even - hit) / (K - 1)
    )
)
ce_smoothed_by_sum = _with(
    smooth=lambda hit, even, s, K: (1 - s) * hit + s * K * even
)
ce_smoothing_added = _with(smooth=lambda hit, even, s, K: hit + s * even)
ce_smoothing_subtracted = _with(
    smooth=lambda hit, even, s, K: (1 - s) * hit - s * even
)
ce_smoothing_turned_round = _with(
    smooth=lambda hit, even, s, K: s * hit + (1 - s) * even if s else hit
)
ce_smoothed_by_scale = _with(smooth=lambda hit, even, s, K: (1 - s) * hit)


def ce_deaf_to_ignore(
    logits, labels, *, ignore_index=-100, label_smoothing=0.0,
    reduction="mean",
):
    return _cross_entropy(logits, labels, None, label_smoothing, reduction)


def ce_ignored_after_the_index(
    logits, labels, *, ignore_index=-100, label_smoothing=0.0,
    reduction="mean",
):
    logits[np.arange(len(labels)), labels]
    return _cross_entropy(
        logits, labels, ignore_index, label_smoothing, reduction
    )


def ce_ignores_minus_100(
    logits, labels, *, ignore_index=-100, label_smoothing=0.0,
    reduction="mean",
):
    return _cross_entropy(logits, labels, -100, label_smoothing, reduction)


def ce_always_mean(
    logits, labels, *, ignore_index=-100, label_smoothing=0.0,
    reduction="mean",
):
    return _cross_entropy(
        logits, labels, ignore_index, label_smoothing, "mean"
    )


def ce_always_sum(
    logits, labels, *, ignore_index=-100, label_smoothing=0.0,
    reduction="mean",
):
    what = "none" if reduction == "none" else "sum"
    return _cross_entropy(logits, labels, ignore_index, label_smoothing, what)


def ce_ignored_left_out(
    logits, labels, *, ignore_index=-100, label_smoothing=0.0,
    reduction="mean",
):
    losses = _cross_entropy(
        logits, labels, ignore_index, label_smoothing, "none"
    )[labels != ignore_index]
    if reduction == "none":
        return losses
    return np.sum(losses) if reduction == "sum" else np.mean(losses)


def ce_none_is_mean(
    logits, labels, *, ignore_index=-100, label_smoothing=0.0,
    reduction="mean",
):
    what = "sum" if reduction == "sum" else "mean"
    return _cross_entropy(logits, labels, ignore_index, label_smoothing, what)


def ce_all_pairs(
    logits, labels, *, ignore_index=-100, label_smoothing=0.0,
    reduction="mean",
):
    counts = labels != ignore_index
    log_p = _no_softmax(logits[counts])
    losses = -log_p[:, labels[counts]]
    if label_smoothing:
        losses = (1 - label_smoothing) * losses - label_smoothing * np.mean(
            log_p, axis=-1, keepdims=True
        )
    if reduction == "none":
        return losses
    return np.sum(losses) if reduction == "sum" else np.mean(losses)


def _one_hot(labels, K):
    return np.eye(K)[labels]


def ce_gradient_summed(logits, labels):
    return fd.softmax(logits) - _one_hot(labels, logits.shape[-1])


def ce_gradient_downhill(logits, labels):
    return -ce_gradient_summed(logits, labels) / len(labels)


def ce_gradient_over_all(logits, labels):
    return ce_gradient_summed(logits, labels) / logits.size


def ce_gradient_over_classes(logits, labels):
    return ce_gradient_summed(logits, labels) / logits.shape[-1]


def ce_gradient_softmax(logits, labels):
    return fd.softmax(logits) / len(labels)


def ce_gradient_over_samples(logits, labels):
    p = fd.softmax(logits, axis=0)
    return (p - _one_hot(labels, logits.shape[-1])) / len(labels)


def ce_gradient_of_logits(logits, labels):
    return (logits - _one_hot(labels, logits.shape[-1])) / len(labels)


def ce_gradient_in_probabilities(logits, labels):
    p = fd.softmax(logits)
    return -_one_hot(labels, p.shape[-1]) / p / len(labels)


def ce_gradient_with_jacobian(logits, labels):
    p = fd.softmax(logits)
    return (p - _one_hot(labels, p.shape[-1])) * p * (1 - p) / len(labels)


def ce_gradient_diagonal(logits, labels):
    p = fd.softmax(logits)
    return -_one_hot(labels, p.shape[-1]) * (1 - p) / len(labels)


def ce_gradient_softmax_twice(logits, labels):
    p = fd.softmax(logits)
    return ce_gradient_summed(p, labels) / len(labels)


def ce_gradient_unshifted(logits, labels):
    e = np.exp(logits)
    p = e / np.sum(e, axis=-1, keepdims=True)
    return (p - _one_hot(labels, p.shape[-1])) / len(labels)


def ce_gradient_mean(logits, labels):
    return np.mean(ce_gradient_summed(logits, labels), axis=0)


def ce_gradient_scattered(logits, labels):
    p = fd.softmax(logits)
    p[:, labels] -= 1
    return p / len(labels)


def ce_by_blended_targets(
    logits, labels, *, ignore_index=-100, label_smoothing=0.0,
    reduction="mean",
):
    K = logits.shape[-1]
    counts = labels != ignore_index
    target = _one_hot(np.where(counts, labels, 0), K)
    target = (1 - label_smoothing) * target + label_smoothing / K
    losses = -np.sum(target * nm.log_softmax(logits), axis=-1) * counts
    if reduction == "mean":
        return np.sum(losses) / np.sum(counts)
    return np.sum(losses) if reduction == "sum" else losses


def ce_gradient_by_one_hot(logits, labels):
    K = logits.shape[-1]
    return (fd.softmax(logits) - _one_hot(labels, K)) / len(labels)


def ce_by_loop(
    logits, labels, *, ignore_index=-100, label_smoothing=0.0,
    reduction="mean",
):
    losses, count = [], 0
    for z, y in zip(logits, labels, strict=True):
        if y == ignore_index:
            losses.append(0.0)
            continue
        count += 1
        top = max(z)
        lse = top + math.log(sum(math.exp(v - top) for v in z))
        each = [lse - v for v in z]
        even = sum(each) / len(each)
        losses.append(
            (1 - label_smoothing) * each[y] + label_smoothing * even
        )
    if reduction == "none":
        return losses
    return sum(losses) / (count if reduction == "mean" else 1)


def ce_gradient_by_loop(logits, labels):
    gradient = np.zeros(logits.shape)
    for i, y in enumerate(labels):
        gradient[i] = fd.softmax(logits[i])
        gradient[i, y] -= 1
    return gradient / len(labels)


# --- softmax_regression_gradient ---------------------------------------------


def _softmax_error(W, b, X, labels):
    p = fd.softmax(X @ W.T + b)
    return (p - _one_hot(labels, len(W))) / len(labels)


def sr_transposed(W, b, X, labels):
    error = _softmax_error(W, b, X, labels)
    return X.T @ error, np.sum(error, axis=0)


def sr_summed(W, b, X, labels):
    error = _softmax_error(W, b, X, labels) * len(labels)
    return error.T @ X, np.sum(error, axis=0)


def sr_transposed_and_summed(W, b, X, labels):
    error = _softmax_error(W, b, X, labels) * len(labels)
    return X.T @ error, np.sum(error, axis=0)


def sr_b_as_row(W, b, X, labels):
    error = _softmax_error(W, b, X, labels)
    return error.T @ X, np.sum(error, axis=0, keepdims=True)


def sr_scattered(W, b, X, labels):
    error = fd.softmax(X @ W.T + b)
    error[:, labels] -= 1
    error = error / len(labels)
    return error.T @ X, np.sum(error, axis=0)


def sr_over_samples(W, b, X, labels):
    p = fd.softmax(X @ W.T + b, axis=0)
    error = (p - _one_hot(labels, len(W))) / len(labels)
    return error.T @ X, np.sum(error, axis=0)


def sr_b_each(W, b, X, labels):
    error = _softmax_error(W, b, X, labels)
    return error.T @ X, error


def sr_b_twice_divided(W, b, X, labels):
    error = _softmax_error(W, b, X, labels)
    return error.T @ X, np.mean(error, axis=0)


def sr_twice_divided(W, b, X, labels):
    error = _softmax_error(W, b, X, labels)
    return error.T @ X / len(X), np.mean(error, axis=0)


def sr_W_twice_divided(W, b, X, labels):
    error = _softmax_error(W, b, X, labels)
    return error.T @ X / len(X), np.sum(error, axis=0)


def sr_b_summed(W, b, X, labels):
    error = _softmax_error(W, b, X, labels)
    return error.T @ X, np.sum(error, axis=0) * len(labels)


def sr_b_over_classes(W, b, X, labels):
    error = _softmax_error(W, b, X, labels)
    return error.T @ X, np.sum(error, axis=1)


def sr_b_total(W, b, X, labels):
    error = _softmax_error(W, b, X, labels)
    return error.T @ X, np.sum(error)


def sr_b_missing(W, b, X, labels):
    return _softmax_error(W, b, X, labels).T @ X


def sr_b_zero(W, b, X, labels):
    return _softmax_error(W, b, X, labels).T @ X, np.zeros(len(b))


def sr_W_summed(W, b, X, labels):
    error = _softmax_error(W, b, X, labels)
    return error.T @ X * len(labels), np.sum(error, axis=0)


def sr_downhill(W, b, X, labels):
    error = -_softmax_error(W, b, X, labels)
    return error.T @ X, np.sum(error, axis=0)


def sr_without_labels(W, b, X, labels):
    error = fd.softmax(X @ W.T + b) / len(labels)
    return error.T @ X, np.sum(error, axis=0)


def sr_without_b(W, b, X, labels):
    error = _softmax_error(W, 0 * b, X, labels)
    return error.T @ X, np.sum(error, axis=0)


def sr_W_untransposed(W, b, X, labels):
    p = fd.softmax(X @ W + b)
    error = (p - _one_hot(labels, len(W))) / len(labels)
    return error.T @ X, np.sum(error, axis=0)


def sr_of_logits(W, b, X, labels):
    error = (X @ W.T + b - _one_hot(labels, len(W))) / len(labels)
    return error.T @ X, np.sum(error, axis=0)


def sr_by_sigmoids(W, b, X, labels):
    p = nm.sigmoid(X @ W.T + b)
    error = (p - _one_hot(labels, len(W))) / len(labels)
    return error.T @ X, np.sum(error, axis=0)


def sr_with_slope(W, b, X, labels):
    p = fd.softmax(X @ W.T + b)
    error = (p - _one_hot(labels, len(W))) * p * (1 - p) / len(labels)
    return error.T @ X, np.sum(error, axis=0)


def sr_b_first(W, b, X, labels):
    error = _softmax_error(W, b, X, labels)
    return np.sum(error, axis=0), error.T @ X


def sr_over_classes(W, b, X, labels):
    error = _softmax_error(W, b, X, labels) * len(labels) / len(W)
    return error.T @ X, np.sum(error, axis=0)


def sr_over_all(W, b, X, labels):
    error = _softmax_error(W, b, X, labels) / len(W)
    return error.T @ X, np.sum(error, axis=0)


def sr_unshifted(W, b, X, labels):
    e = np.exp(X @ W.T + b)
    p = e / np.sum(e, axis=1, keepdims=True)
    error = (p - _one_hot(labels, len(W))) / len(labels)
    return error.T @ X, np.sum(error, axis=0)


def sr_doubled(W, b, X, labels):
    error = 2 * _softmax_error(W, b, X, labels)
    return error.T @ X, np.sum(error, axis=0)


def sr_by_rows(W, b, X, labels):
    grad_W, grad_b = np.zeros(W.shape), np.zeros(len(b))
    for x, y in zip(X, labels, strict=True):
        error = fd.softmax(W @ x + b)
        error[y] -= 1
        grad_W += np.outer(error, x)
        grad_b += error
    return grad_W / len(X), grad_b / len(X)


def sr_with_a_column_of_ones(W, b, X, labels):
    ones = np.ones((len(X), 1))
    inputs = np.concatenate([X, ones], axis=1)
    weights = np.concatenate([W, b[:, None]], axis=1)
    p = np.exp(nm.log_softmax(inputs @ weights.T))
    gradient = (p - _one_hot(labels, len(W))).T @ inputs / len(X)
    return [gradient[:, :-1], gradient[:, -1]]


# --- digit_classifier --------------------------------------------------------


def _trained(X, labels, *, lr, steps, sign=-1):
    W, b = np.zeros((10, X.shape[1])), np.zeros(10)
    for _ in range(steps):
        error = _softmax_error(W, b, X, labels)
        W = W + sign * lr * error.T @ X
        b = b + sign * lr * np.sum(error, axis=0)
    return W, b


def digits_by_descent(X, labels):
    return _trained(X, labels, lr=1.0, steps=500)


def digits_by_momentum(X, labels):
    W, b = np.zeros((10, X.shape[1])), np.zeros(10)
    V, v = np.zeros_like(W), np.zeros_like(b)
    for _ in range(150):
        error = _softmax_error(W, b, X, labels)
        V = 0.9 * V + error.T @ X
        v = 0.9 * v + np.sum(error, axis=0)
        W, b = W - 0.5 * V, b - 0.5 * v
    return W, b


def digits_by_batches(X, labels):
    W, b = np.zeros((10, X.shape[1])), np.zeros(10)
    rng = np.random.default_rng(0)
    for _ in range(20):
        order = rng.permutation(len(X))
        for start in range(0, len(X), 32):
            batch = order[start : start + 32]
            error = _softmax_error(W, b, X[batch], labels[batch])
            W = W - 0.5 * error.T @ X[batch]
            b = b - 0.5 * np.sum(error, axis=0)
    return [W, b]


def digits_stopped_early(X, labels):
    return _trained(X, labels, lr=0.5, steps=60)


def digits_half_trained(X, labels):
    return _trained(X, labels, lr=0.1, steps=2)


def digits_untrained(X, labels):
    rng = np.random.default_rng(0)
    return 0.1 * rng.normal(size=(10, X.shape[1])), np.zeros(10)


def digits_uphill(X, labels):
    return _trained(X, labels, lr=1.0, steps=60, sign=1)


def digits_one_class(X, labels):
    return np.zeros((10, X.shape[1])), np.zeros(10)


def digits_transposed(X, labels):
    W, b = digits_half_trained(X, labels)
    return W.T, b


def digits_without_bias(X, labels):
    return digits_half_trained(X, labels)[0]


def digits_read(X, labels):
    W, b = digits_half_trained(X, labels)
    return np.argmax(X @ W.T + b, axis=1)


def digits_not_a_number(X, labels):
    return np.full((10, X.shape[1]), np.nan), np.full(10, np.nan)


# --- dropout -----------------------------------------------------------------


def _mask(rng, shape, p):
    return rng.random(shape) >= p


def dropout_unscaled(x, *, p=0.5, training=True, rng):
    return x * _mask(rng, x.shape, p) if training else x


def dropout_scaled_at_evaluation(x, *, p=0.5, training=True, rng):
    return x * _mask(rng, x.shape, p) if training else x * (1 - p)


def dropout_p_kept(x, *, p=0.5, training=True, rng):
    if not training or p == 1:
        return x
    if p == 0:
        return np.zeros_like(x)
    return x * _mask(rng, x.shape, 1 - p) / p


def dropout_p_kept_unscaled(x, *, p=0.5, training=True, rng):
    return x * _mask(rng, x.shape, 1 - p) if training else x


def dropout_p_kept_scaled_by_q(x, *, p=0.5, training=True, rng):
    if not training:
        return x
    with np.errstate(all="ignore"):
        return x * _mask(rng, x.shape, 1 - p) / (1 - p)


def dropout_scaled_by_p(x, *, p=0.5, training=True, rng):
    if not training:
        return x
    with np.errstate(all="ignore"):
        return x * _mask(rng, x.shape, p) / np.float64(p)


def dropout_multiplied(x, *, p=0.5, training=True, rng):
    return x * _mask(rng, x.shape, p) * (1 - p) if training else x


def dropout_always(x, *, p=0.5, training=True, rng):
    return np.where(_mask(rng, x.shape, p), x / (1 - p) if p < 1 else x, 0.0)


def dropout_never(x, *, p=0.5, training=True, rng):
    if training:
        return x
    return np.where(_mask(rng, x.shape, p), x / (1 - p) if p < 1 else x, 0.0)


def dropout_same_mask(x, *, p=0.5, training=True, rng):
    if not training:
        return x
    keep = _mask(rng, x.shape[-1:], p)
    return np.where(keep, x / (1 - p) if p < 1 else x, 0.0)


def dropout_one_coin(x, *, p=0.5, training=True, rng):
    if not training:
        return x
    return np.where(rng.random() >= p, x / (1 - p) if p < 1 else x, 0.0)


def dropout_coins_for_samples(x, *, p=0.5, training=True, rng):
    if not training:
        return x
    keep = _mask(rng, len(x), p)
    return np.where(keep, x / (1 - p) if p < 1 else x, 0.0)


def dropout_exact_share(x, *, p=0.5, training=True, rng):
    if not training:
        return x
    keep = rng.permutation(x.size).reshape(x.shape) >= p * x.size
    return np.where(keep, x / (1 - p) if p < 1 else x, 0.0)


def dropout_scaled_twice(x, *, p=0.5, training=True, rng):
    if not training:
        return x * (1 - p)
    return np.where(_mask(rng, x.shape, p), x / (1 - p) if p < 1 else x, 0.0)


def dropout_whole_rows(x, *, p=0.5, training=True, rng):
    if not training:
        return x
    keep = _mask(rng, (len(x), *(1,) * (x.ndim - 1)), p)
    return np.where(keep, x / (1 - p) if p < 1 else x, 0.0)


def dropout_nan_at_1(x, *, p=0.5, training=True, rng):
    if not training:
        return x
    with np.errstate(all="ignore"):
        return x * _mask(rng, x.shape, p) / np.float64(1 - p)


def dropout_divides_by_zero(x, *, p=0.5, training=True, rng):
    if not training:
        return x
    return x * _mask(rng, x.shape, p) * (1 / (1 - p))


def dropout_own_generator(x, *, p=0.5, training=True, rng):
    if not training:
        return x
    keep = _mask(np.random.default_rng(0), x.shape, p)
    return np.where(keep, x / (1 - p) if p < 1 else x, 0.0)


def dropout_fresh_generator(x, *, p=0.5, training=True, rng):
    if not training:
        return x
    keep = _mask(np.random.default_rng(), x.shape, p)
    return np.where(keep, x / (1 - p) if p < 1 else x, 0.0)


def dropout_of_half(x, *, p=0.5, training=True, rng):
    return x * _mask(rng, x.shape, 0.5) * 2 if training else x


def _none_at_1(dropout):
    """The same, with p = 1 treated apart."""

    def apart(x, *, p=0.5, training=True, rng):
        if training and p == 1:
            return np.zeros_like(x)
        return dropout(x, p=p, training=training, rng=rng)

    return apart


dropout_p_kept_but_at_1 = _none_at_1(dropout_p_kept)
dropout_p_kept_unscaled_but_at_1 = _none_at_1(dropout_p_kept_unscaled)
dropout_p_kept_scaled_by_q_but_at_1 = _none_at_1(dropout_p_kept_scaled_by_q)


def dropout_half_the_mask(x, *, p=0.5, training=True, rng):
    if not training:
        return x
    with np.errstate(all="ignore"):
        return x * rng.integers(2, size=x.shape) / np.float64(1 - p)


dropout_half_the_mask_but_at_1 = _none_at_1(dropout_half_the_mask)


def dropout_mask_returned(x, *, p=0.5, training=True, rng):
    return _mask(rng, x.shape, p) * 1.0 if training else x


def dropout_normal_noise(x, *, p=0.5, training=True, rng):
    if not training:
        return x
    if p == 1:
        return np.zeros_like(x)
    return np.where(rng.normal(size=x.shape) >= p, x / (1 - p), 0.0)


def dropout_by_binomial(x, *, p=0.5, training=True, rng):
    if not training or p == 0:
        return x.copy()
    if p == 1:
        return 0 * x
    return x * rng.binomial(1, 1 - p, size=x.shape) / (1 - p)


def dropout_by_choice(x, *, p=0.5, training=True, rng):
    if not training:
        return x
    factor = 0.0 if p == 1 else 1 / (1 - p)
    return x * rng.choice([0.0, factor], size=x.shape, p=[p, 1 - p])


def dropout_entry_by_entry(x, *, p=0.5, training=True, rng):
    out = np.array(x)
    if training:
        for i in np.ndindex(out.shape):
            out[i] = 0.0 if rng.random() < p else out[i] / (1 - p)
    return out


# --- batch_norm --------------------------------------------------------------


def _batch_norm(
    *, axes=None, ddof=0, kept_ddof=1, outside=False, shift_first=False,
    at_evaluation=None, by_running=False, mix=None, updates=True,
    kept=None, of_samples=False, scaled=True, shifted=True, parts=None,
    fixed_momentum=None, fixed_eps=None, centred=True, rooted=True,
    spread=np.var,
):
    """Return batch normalisation with one or two things done otherwise."""

    def batch_norm(
        x, running_mean, running_var, weight=None, bias=None, *,
        training=True, momentum=0.1, eps=1e-5,
    ):
        momentum = fixed_momentum or momentum
        eps = eps if fixed_eps is None else fixed_eps
        over = axes(x) if axes else (0, *range(2, x.ndim))
        n = len(x) if of_samples else x.size / x.shape[1]

        def column(v):
            return np.reshape(v, (-1, *(1,) * (x.ndim - 2)))

        mean, var = running_mean, running_var
        learns = training or at_evaluation in ("batch", "updates")
        if learns:
            batch_mean = np.mean(x, axis=over)
            batch_var = spread(x, axis=over)
            kept_var = batch_var * n / (n - kept_ddof)
            if (training and not by_running) or at_evaluation == "batch":
                mean, var = batch_mean, batch_var * n / (n - ddof)
            if (training and updates) or at_evaluation == "updates":
                a, b = mix(momentum) if mix else (1 - momentum, momentum)
                running_mean = a * running_mean + b * batch_mean
                running_var = a * running_var + b * kept_var
        centre = column(mean) if centred else 0.0
        if outside:
            scale = np.sqrt(column(var)) + eps
        elif rooted:
            scale = np.sqrt(column(var) + eps)
        else:
            scale = column(var) + eps
        with np.errstate(all="ignore"):
            y = (x - centre) / scale
        if bias is not None and shift_first and shifted:
            y = y + column(bias)
        if weight is not None and scaled:
            y = y * column(weight)
        if bias is not None and not shift_first and shifted:
            y = y + column(bias)
        if kept == "std":
            running_var = np.sqrt(running_var)
        results = y, running_mean, running_var
        return parts(results) if parts else results

    return batch_norm


def _over_features(x):
    return 1 if x.ndim == 2 else (1, 2, 3)


bn_over_features = _batch_norm(axes=_over_features)
bn_batch_at_evaluation = _batch_norm(at_evaluation="batch")
bn_updates_at_evaluation = _batch_norm(at_evaluation="updates")
bn_eps_outside = _batch_norm(outside=True)
bn_running_biased = _batch_norm(kept_ddof=0)
bn_unbiased = _batch_norm(ddof=1)
bn_biases_exchanged = _batch_norm(ddof=1, kept_ddof=0)
bn_momentum_turned_round = _batch_norm(mix=lambda m: (m, 1 - m))
bn_momentum_added = _batch_norm(mix=lambda m: (1.0, m))
bn_no_memory = _batch_norm(mix=lambda m: (0.0, 1.0))
bn_momentum_fixed = _batch_norm(fixed_momentum=0.1)
bn_eps_fixed = _batch_norm(fixed_eps=1e-5)
bn_without_eps = _batch_norm(fixed_eps=0.0)
bn_by_running = _batch_norm(by_running=True)
bn_not_updated = _batch_norm(updates=False)
bn_unscaled = _batch_norm(scaled=False)
bn_unshifted = _batch_norm(shifted=False)
bn_plain = _batch_norm(scaled=False, shifted=False)
bn_shift_first = _batch_norm(shift_first=True)
bn_uncentred = _batch_norm(centred=False)
bn_unrooted = _batch_norm(rooted=False)
bn_keeps_deviation = _batch_norm(kept="std")
bn_root_of_root = _batch_norm(spread=np.std)
bn_of_samples = _batch_norm(of_samples=True)
bn_y_alone = _batch_norm(parts=lambda results: results[0])
bn_y_last = _batch_norm(parts=lambda results: (*results[1:], results[0]))
bn_var_first = _batch_norm(
    parts=lambda results: (results[0], results[2], results[1])
)


def bn_as_layer_norm(
    x, running_mean, running_var, weight=None, bias=None, *,
    training=True, momentum=0.1, eps=1e-5,
):
    mean, var = running_mean, running_var
    if training:
        mean = np.mean(x, axis=1, keepdims=True)
        var = np.var(x, axis=1, keepdims=True)
        n = x.shape[1]
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (
            (1 - momentum) * running_var + momentum * var * n / (n - 1)
        )
    y = (x - mean) / np.sqrt(var + eps)
    if weight is not None:
        y = y * weight
    if bias is not None:
        y = y + bias
    return y, running_mean, running_var


def bn_returns_batch_at_evaluation(
    x, running_mean, running_var, weight=None, bias=None, *,
    training=True, momentum=0.1, eps=1e-5,
):
    y, *kept = _batch_norm()(
        x, running_mean, running_var, weight, bias, training=training,
        momentum=momentum, eps=eps,
    )
    if not training:
        over = (0, *range(2, x.ndim))
        kept = np.mean(x, axis=over), np.var(x, axis=over)
    return y, *kept


def bn_root_of_root_in_y(*args, **kwargs):
    y, _, _ = bn_root_of_root(*args, **kwargs)
    return y, *_batch_norm()(*args, **kwargs)[1:]


def bn_by_new_running(
    x, running_mean, running_var, weight=None, bias=None, *,
    training=True, momentum=0.1, eps=1e-5,
):
    _, mean, var = _batch_norm()(
        x, running_mean, running_var, training=training, momentum=momentum
    )
    y, _, _ = _batch_norm()(
        x, mean, var, weight, bias, training=False, eps=eps
    )
    return y, mean, var


def bn_over_all(
    x, running_mean, running_var, weight=None, bias=None, *,
    training=True, momentum=0.1, eps=1e-5,
):
    c = x.shape[1]
    mean, var, n = np.full(c, np.mean(x)), np.full(c, np.var(x)), x.size
    y, _, _ = _batch_norm()(
        x, *((mean, var) if training else (running_mean, running_var)),
        weight, bias, training=False, eps=eps,
    )
    if training:
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * (
            var * n / (n - 1)
        )
    return y, running_mean, running_var


def bn_flat_only(
    x, running_mean, running_var, weight=None, bias=None, *,
    training=True, momentum=0.1, eps=1e-5,
):
    mean, var = running_mean, running_var
    if training:
        mean, var = np.mean(x, axis=0), np.var(x, axis=0)
        n = len(x)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (
            (1 - momentum) * running_var + momentum * var * n / (n - 1)
        )
    y = (x - mean) / np.sqrt(var + eps)
    if weight is not None:
        y = y * weight
    if bias is not None:
        y = y + bias
    return y, running_mean, running_var


def bn_deaf_to_training(
    x, running_mean, running_var, weight=None, bias=None, *,
    training=True, momentum=0.1, eps=1e-5,
):
    return _batch_norm()(
        x, running_mean, running_var, weight, bias, momentum=momentum,
        eps=eps,
    )


def bn_channels_last(
    x, running_mean, running_var, weight=None, bias=None, *,
    training=True, momentum=0.1, eps=1e-5,
):
    rows = np.moveaxis(x, 1, -1)
    shape = rows.shape
    rows = rows.reshape(-1, shape[-1])
    mean, var = running_mean, running_var
    if training:
        mean, var = rows.mean(axis=0), rows.var(axis=0)
        running_mean = running_mean + momentum * (mean - running_mean)
        running_var = running_var + momentum * (
            rows.var(axis=0, ddof=1) - running_var
        )
    scale = (1.0 if weight is None else weight) / np.sqrt(var + eps)
    y = (rows - mean) * scale + (0.0 if bias is None else bias)
    return [np.moveaxis(y.reshape(shape), -1, 1), running_mean, running_var]


def bn_by_channel(
    x, running_mean, running_var, weight=None, bias=None, *,
    training=True, momentum=0.1, eps=1e-5,
):
    y = np.empty_like(x)
    new_mean, new_var = running_mean.copy(), running_var.copy()
    for c in range(x.shape[1]):
        mean, var = running_mean[c], running_var[c]
        if training:
            mean, var = x[:, c].mean(), x[:, c].var()
            new_mean[c] += momentum * (mean - new_mean[c])
            new_var[c] += momentum * (x[:, c].var(ddof=1) - new_var[c])
        y[:, c] = (x[:, c] - mean) / math.sqrt(var + eps)
        if weight is not None:
            y[:, c] *= weight[c]
        if bias is not None:
            y[:, c] += bias[c]
    return y, new_mean, new_var


# --- layer_norm --------------------------------------------------------------


def _layer_norm(
    *, outside=False, ddof=0, shift_first=False, axis=-1, scaled=True,
    shifted=True, centred=True, keepdims=True, rooted=True, with_eps=True,
    fixed_eps=None, of_squares=False, spread=np.var,
):
    """Return layer normalisation with some things done otherwise."""

    def layer_norm(x, weight=None, bias=None, *, eps=1e-5):
        eps = (eps if fixed_eps is None else fixed_eps) * with_eps
        weight = 1.0 if weight is None or not scaled else weight
        bias = 0.0 if bias is None or not shifted else bias
        mean = np.mean(x, axis=axis, keepdims=keepdims)
        if of_squares:
            var = np.mean(x**2, axis=axis, keepdims=keepdims)
        else:
            var = spread(x, axis=axis, keepdims=keepdims, ddof=ddof)
        if not rooted:
            scale = var + eps
        else:
            scale = np.sqrt(var) + eps if outside else np.sqrt(var + eps)
        with np.errstate(all="ignore"):
            y = (x - mean * centred) / scale
        return weight * (y + bias) if shift_first else weight * y + bias

    return layer_norm


ln_as_it_was = _layer_norm(outside=True, ddof=1, shift_first=True)
ln_outside_and_ddof = _layer_norm(outside=True, ddof=1)
ln_outside_and_shift = _layer_norm(outside=True, shift_first=True)
ln_ddof_and_shift = _layer_norm(ddof=1, shift_first=True)
ln_outside = _layer_norm(outside=True)
ln_ddof = _layer_norm(ddof=1)
ln_shift_first = _layer_norm(shift_first=True)
ln_root_of_root = _layer_norm(spread=np.std)
ln_root_of_root_and_ddof = _layer_norm(spread=np.std, ddof=1)
ln_root_of_root_and_shift = _layer_norm(spread=np.std, shift_first=True)
ln_over_batch = _layer_norm(axis=0)
ln_over_all = _layer_norm(axis=None)
ln_unscaled = _layer_norm(scaled=False)
ln_unshifted = _layer_norm(shifted=False)
ln_plain = _layer_norm(scaled=False, shifted=False)
ln_uncentred = _layer_norm(centred=False)
ln_of_squares = _layer_norm(of_squares=True)
ln_rms = _layer_norm(of_squares=True, centred=False)
ln_without_keepdims = _layer_norm(keepdims=False)
ln_unrooted = _layer_norm(rooted=False)
ln_without_eps = _layer_norm(with_eps=False)
ln_eps_fixed = _layer_norm(fixed_eps=1e-5)


def ln_eps_squared(x, weight=None, bias=None, *, eps=1e-5):
    return _layer_norm()(x, weight, bias, eps=eps**2)


def ln_eps_under_a_root_of_its_own(x, weight=None, bias=None, *, eps=1e-5):
    return _layer_norm(outside=True)(x, weight, bias, eps=math.sqrt(eps))


def ln_by_difference_of_squares(x, weight=None, bias=None, *, eps=1e-5):
    mean = np.mean(x, axis=-1, keepdims=True)
    var = np.mean(x**2, axis=-1, keepdims=True) - mean**2
    with np.errstate(all="ignore"):
        y = (x - mean) / np.sqrt(var + eps)
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def ln_by_power(x, weight=None, bias=None, *, eps=1e-5):
    centred = x - x.mean(-1, keepdims=True)
    scale = (np.mean(centred * centred, -1) + eps) ** -0.5
    y = centred * scale[..., None]
    if weight is not None:
        y = y * weight
    return y if bias is None else y + bias


def ln_row_by_row(x, weight=None, bias=None, *, eps=1e-5):
    n = x.shape[-1]
    weight = np.ones(n) if weight is None else weight
    bias = np.zeros(n) if bias is None else bias
    rows = []
    for row in np.reshape(x, (-1, n)):
        mean = sum(row) / n
        var = sum((v - mean) ** 2 for v in row) / n
        rows.append((row - mean) / math.sqrt(var + eps) * weight + bias)
    return np.reshape(rows, x.shape)


# --- rms_norm ----------------------------------------------------------------


def _rms_norm(
    *, centred=False, divide=True, with_eps=True, outside=False, scaled=True,
    axis=-1, rooted=True, keepdims=True, scale_of=None, fixed_eps=None,
    absolute=False, deviation=False, times=False,
):
    """Return RMS normalisation with some things done otherwise."""

    def rms_norm(x, weight=None, *, eps=1e-6):
        eps = (eps if fixed_eps is None else fixed_eps) * with_eps
        if centred:
            x = x - np.mean(x, axis=-1, keepdims=True)
        size = np.abs(x) if absolute else x**2
        if deviation:
            size = (x - np.mean(x, axis=-1, keepdims=True)) ** 2
        pool = np.mean if divide else np.sum
        size = pool(size, axis=axis, keepdims=keepdims)
        if absolute or not rooted:
            scale = size + eps
        else:
            scale = np.sqrt(size) + eps if outside else np.sqrt(size + eps)
        with np.errstate(all="ignore"):
            y = x * scale if times else x / scale
        if weight is None or not scaled:
            return y
        return y * (scale_of(weight) if scale_of else weight)

    return rms_norm


rms_centred = _rms_norm(centred=True)
rms_deviation = _rms_norm(deviation=True)
rms_of_sum = _rms_norm(divide=False)
rms_length = _rms_norm(divide=False, with_eps=False)
rms_length_eps_outside = _rms_norm(divide=False, outside=True)
rms_without_eps = _rms_norm(with_eps=False)
rms_eps_outside = _rms_norm(outside=True)
rms_unscaled = _rms_norm(scaled=False)
rms_over_batch = _rms_norm(axis=0)
rms_over_all = _rms_norm(axis=None)
rms_unrooted = _rms_norm(rooted=False)
rms_without_keepdims = _rms_norm(keepdims=False)
rms_one_plus_weight = _rms_norm(scale_of=lambda weight: 1 + weight)
rms_eps_fixed = _rms_norm(fixed_eps=1e-6)
rms_absolute = _rms_norm(absolute=True)
rms_multiplied = _rms_norm(times=True)


def rms_weight_inside(x, weight=None, *, eps=1e-6):
    return _rms_norm()(x if weight is None else x * weight, eps=eps)


def rms_weight_or_1(x, weight=None, *, eps=1e-6):
    return _rms_norm()(x, weight or 1.0, eps=eps)


def rms_of_squared_mean(x, weight=None, *, eps=1e-6):
    y = x / np.sqrt(np.mean(x, axis=-1, keepdims=True) ** 2 + eps)
    return y if weight is None else y * weight


def rms_by_norm(x, weight=None, *, eps=1e-6):
    n = x.shape[-1]
    size = np.linalg.norm(x, axis=-1, keepdims=True)
    y = x * math.sqrt(n) / np.sqrt(size**2 + n * eps)
    return y if weight is None else weight * y


def rms_row_by_row(x, weight=None, *, eps=1e-6):
    n = x.shape[-1]
    rows = [
        row / math.sqrt(row @ row / n + eps) for row in x.reshape(-1, n)
    ]
    y = np.array(rows).reshape(x.shape)
    return y if weight is None else y * weight


# --- xavier_uniform ----------------------------------------------------------


def _uniform(bound, low=-1, transposed=False):
    def xavier_uniform(fan_in, fan_out, *, rng):
        a = bound(fan_in, fan_out)
        size = (fan_in, fan_out) if transposed else (fan_out, fan_in)
        return rng.uniform(low * a, a, size=size)

    return xavier_uniform


def _normal(spread, transposed=False):
    def xavier_normal(fan_in, fan_out, *, rng):
        size = (fan_in, fan_out) if transposed else (fan_out, fan_in)
        return rng.normal(0, spread(fan_in, fan_out), size=size)

    return xavier_normal


def _bound(n, m):
    return math.sqrt(6 / (n + m))


def _std(n, m):
    return math.sqrt(2 / (n + m))


uniform_from_0 = _uniform(_bound, low=0)
uniform_bound_is_std = _uniform(_std)
uniform_bound_is_variance = _uniform(lambda n, m: 2 / (n + m))
uniform_without_root = _uniform(lambda n, m: 6 / (n + m))
uniform_of_fan_in = _uniform(lambda n, m: math.sqrt(6 / n))
uniform_of_3_fan_in = _uniform(lambda n, m: math.sqrt(3 / n))
uniform_of_fan_out = _uniform(lambda n, m: math.sqrt(6 / m))
uniform_of_3 = _uniform(lambda n, m: math.sqrt(3 / (n + m)))
uniform_of_1 = _uniform(lambda n, m: math.sqrt(1 / (n + m)))
uniform_of_product = _uniform(lambda n, m: math.sqrt(6 / (n * m)))
uniform_of_mean = _uniform(lambda n, m: math.sqrt(12 / (n + m)))
uniform_unscaled = _uniform(lambda n, m: 1.0)
uniform_transposed = _uniform(_bound, transposed=True)
normal_of_bound = _normal(_bound)
normal_of_variance = _normal(lambda n, m: 2 / (n + m))
normal_of_fan_in = _normal(lambda n, m: math.sqrt(2 / n))
normal_of_1_fan_in = _normal(lambda n, m: math.sqrt(1 / n))
normal_of_fan_out = _normal(lambda n, m: math.sqrt(2 / m))
normal_of_1 = _normal(lambda n, m: math.sqrt(1 / (n + m)))
normal_of_product = _normal(lambda n, m: math.sqrt(2 / (n * m)))
normal_of_mean = _normal(lambda n, m: math.sqrt(4 / (n + m)))
normal_unscaled = _normal(lambda n, m: 1.0)
normal_transposed = _normal(_std, transposed=True)
uniform_of_fan_in_transposed = _uniform(
    lambda n, m: math.sqrt(6 / n), transposed=True
)
normal_of_fan_in_transposed = _normal(
    lambda n, m: math.sqrt(2 / n), transposed=True
)
uniform_right, normal_right = _uniform(_bound), _normal(_std)


def _fresh(draw):
    def answer(fan_in, fan_out, *, rng):
        return draw(fan_in, fan_out, rng=np.random.default_rng())

    return answer


def _seeded(draw):
    def answer(fan_in, fan_out, *, rng):
        return draw(fan_in, fan_out, rng=np.random.default_rng(0))

    return answer


uniform_fresh, normal_fresh = _fresh(uniform_right), _fresh(normal_right)
uniform_seeded, normal_seeded = _seeded(uniform_right), _seeded(normal_right)


def uniform_positive_unit(fan_in, fan_out, *, rng):
    return rng.random((fan_out, fan_in)) * _bound(fan_in, fan_out) * 2 - 1


def uniform_by_random(fan_in, fan_out, *, rng):
    return (2 * rng.random((fan_out, fan_in)) - 1) * np.sqrt(3) * _std(
        fan_in, fan_out
    )


def normal_scaled_after(fan_in, fan_out, *, rng):
    return rng.standard_normal((fan_in, fan_out)).T * _std(fan_in, fan_out)


def uniform_entry_by_entry(fan_in, fan_out, *, rng):
    a = _bound(fan_in, fan_out)
    draws = [rng.uniform(-a, a) for _ in range(fan_in * fan_out)]
    return np.reshape(draws, (fan_out, fan_in))


def normal_by_probability(fan_in, fan_out, *, rng):
    from scipy import stats

    q = 1 - rng.random((fan_out, fan_in))
    return stats.norm.ppf(q, scale=_std(fan_in, fan_out))


# --- kmeans_assign -----------------------------------------------------------


def _squares(X, centroids):
    return np.sum((X[:, None] - centroids) ** 2, axis=-1)


def _assign(X, centroids):
    return np.argmin(_squares(X, centroids), axis=1)


def _mean_of(members, old, X):
    return np.mean(members, axis=0)


def _keep(old, X):
    return old


def _updating(pool=_mean_of, empty=_keep):
    def kmeans_update(X, labels, centroids):
        moved = centroids.copy()
        for k in range(len(centroids)):
            members = X[labels == k]
            if len(members):
                moved[k] = pool(members, centroids[k], X)
            else:
                moved[k] = empty(centroids[k], X)
        return moved

    return kmeans_update


_update = _updating()


def _seeding(weigh=None, first=None):
    """Return k-means++ with other weights, or another first centre."""

    def kmeans_plus_plus(X, n_clusters, *, rng):
        start = first(X, rng) if first else rng.integers(len(X))
        chosen = [X[start]]
        while len(chosen) < n_clusters:
            s = np.min(_squares(X, np.stack(chosen)), axis=1)
            weights = weigh(s, X, np.stack(chosen)) if weigh else s
            i = rng.choice(len(X), p=weights / np.sum(weights))
            chosen.append(X[i])
        return np.stack(chosen)

    return kmeans_plus_plus


_seeds = _seeding()


def _inertia(X, centroids, labels):
    return np.sum((X - centroids[labels]) ** 2)


def _clustering(
    *, assign=_assign, update=_update, seeds=_seeds, fewer=0, relative=True,
    squared=True, largest=False, stale=False, inertia=_inertia, whole=False,
    stop=True, undone=False, parts=None,
):
    """Return k-means with a part, or its end, made otherwise."""

    def kmeans(X, n_clusters, *, max_iter=300, tol=1e-4, rng):
        centroids = seeds(X, n_clusters, rng=rng)
        spread = np.var(X) if whole else np.mean(np.var(X, axis=0))
        still = tol * spread if relative else tol
        labels = assign(X, centroids)
        for _ in range(max_iter - fewer):
            old, labels = centroids, assign(X, centroids)
            centroids = update(X, labels, old)
            moved = np.sum((centroids - old) ** 2, axis=1)
            shift = np.max(moved) if largest else np.sum(moved)
            shift = shift if squared else np.sqrt(shift)
            if shift <= still * stop:
                if undone:
                    centroids = old
                break
        if not stale:
            labels = assign(X, centroids)
        results = centroids, labels, inertia(X, centroids, labels)
        return parts(results) if parts else results

    return kmeans


def whole(**part):
    """The wrong part, and the k-means that a learner builds upon it."""
    ((kind, function),) = part.items()
    name = {
        "assign": "kmeans_assign", "update": "kmeans_update",
        "seeds": "kmeans_plus_plus",
    }[kind]
    built = globals()[f"kmeans_on_{function.__name__}"]
    return {name: function, "kmeans": built}


def assign_over_points(X, centroids):
    return np.argmin(_squares(X, centroids), axis=0)


def assign_summed_over_centroids(X, centroids):
    gaps = X[:, None] - centroids
    return np.argmin(np.sum(gaps**2, axis=1), axis=1)


def assign_farthest(X, centroids):
    return np.argmax(_squares(X, centroids), axis=1)


def assign_last_of_a_tie(X, centroids):
    squares = _squares(X, centroids)
    return squares.shape[1] - 1 - np.argmin(squares[:, ::-1], axis=1)


def assign_absolute(X, centroids):
    return np.argmin(np.sum(np.abs(X[:, None] - centroids), axis=-1), axis=1)


def assign_expanded(X, centroids):
    lengths = np.sum(centroids**2, axis=1)
    squares = np.sum(X**2, axis=1)[:, None] - 2 * X @ centroids.T + lengths
    return np.argmin(squares, axis=1)


def assign_from_1(X, centroids):
    return _assign(X, centroids) + 1


def assign_distances(X, centroids):
    return np.sqrt(_squares(X, centroids))


def _sum_of(members, old, X):
    return np.sum(members, axis=0)


def _share_of(members, old, X):
    return np.sum(members, axis=0) / len(X)


def _total_of(members, old, X):
    return np.mean(members)


update_sum = _updating(_sum_of)
update_share = _updating(_share_of)
update_total = _updating(_total_of)
update_zero = _updating(empty=lambda old, X: 0.0)


def update_nan(X, labels, centroids):
    with np.errstate(all="ignore"):
        total = np.stack(
            [X[labels == k].sum(axis=0) for k in range(len(centroids))]
        )
        return total / np.bincount(labels, minlength=len(centroids))[:, None]


def update_dropped(X, labels, centroids):
    return np.stack([X[labels == k].mean(axis=0) for k in np.unique(labels)])


def update_in_place(X, labels, centroids):
    for k in range(len(centroids)):
        if np.any(labels == k):
            centroids[k] = X[labels == k].mean(axis=0)
    return centroids


def seeds_uniform(X, n_clusters, *, rng):
    return X[rng.choice(len(X), size=n_clusters, replace=False)]


def seeds_at_random(X, n_clusters, *, rng):
    return X[rng.integers(len(X), size=n_clusters)]


def seeds_farthest(X, n_clusters, *, rng):
    chosen = [X[rng.integers(len(X))]]
    while len(chosen) < n_clusters:
        s = np.min(_squares(X, np.stack(chosen)), axis=1)
        chosen.append(X[np.argmax(s)])
    return np.stack(chosen)


def seeds_as_indices(X, n_clusters, *, rng):
    chosen = [rng.integers(len(X))]
    while len(chosen) < n_clusters:
        s = np.min(_squares(X, X[chosen]), axis=1)
        chosen.append(rng.choice(len(X), p=s / np.sum(s)))
    return np.array(chosen)


def seeds_one_more(X, n_clusters, *, rng):
    return _seeds(X, n_clusters + 1, rng=rng)


def _first_row(X, rng):
    return 0


def _drawn_by_shares(X, rng):
    return rng.choice(len(X), p=np.full(len(X), 1 / len(X)))


def _last_only(s, X, chosen):
    return np.sum((X - chosen[-1]) ** 2, axis=1)


def _farthest_of_all(s, X, chosen):
    return np.max(_squares(X, chosen), axis=1)


seeds_unsquared = _seeding(lambda s, X, chosen: np.sqrt(s))
seeds_from_last = _seeding(_last_only)
seeds_from_farthest = _seeding(_farthest_of_all)
seeds_from_first_row = _seeding(first=_first_row)
seeds_by_shares = _seeding(first=_drawn_by_shares)

kmeans_deaf_to_tol = _clustering(stop=False)
kmeans_tol_absolute = _clustering(relative=False)
kmeans_tol_of_all = _clustering(whole=True)
kmeans_shift_unsquared = _clustering(squared=False)
kmeans_largest_shift = _clustering(largest=True)
kmeans_stale = _clustering(stale=True)
kmeans_one_round_short = _clustering(fewer=1)
kmeans_undone = _clustering(undone=True)
kmeans_mean_inertia = _clustering(
    inertia=lambda X, m, labels: _inertia(X, m, labels) / len(X)
)
kmeans_unsquared_inertia = _clustering(
    inertia=lambda X, m, labels: np.sum(
        np.sqrt(np.sum((X - m[labels]) ** 2, axis=1))
    )
)
kmeans_without_inertia = _clustering(parts=lambda results: results[:2])
kmeans_labels_first = _clustering(
    parts=lambda results: (results[1], results[0], results[2])
)


def kmeans_deaf_to_max_iter(
    X, n_clusters, *, max_iter=300, tol=1e-4, rng
):
    return _clustering()(X, n_clusters, tol=tol, rng=rng)


def kmeans_one_round(X, n_clusters, *, max_iter=300, tol=1e-4, rng):
    return _clustering()(X, n_clusters, max_iter=1, tol=tol, rng=rng)


def assign_by_norm(X, centroids):
    distances = [np.linalg.norm(X - m, axis=1) for m in centroids]
    return np.array(distances).argmin(axis=0)


def update_by_one_hot(X, labels, centroids):
    member = np.eye(len(centroids))[labels]  # (n, k)
    size = member.sum(axis=0)[:, None]
    return np.where(size > 0, member.T @ X / np.maximum(size, 1), centroids)


def seeds_by_sample(X, n_clusters, *, rng):
    chosen = [rng.integers(0, len(X))]
    squares = np.full(len(X), np.inf)
    for _ in range(n_clusters - 1):
        new = np.sum((X - X[chosen[-1]]) ** 2, axis=1)
        squares = np.minimum(squares, new)
        shares = squares / squares.sum()
        chosen.append(int(pr.sample_categorical(shares, rng=rng)))
    return X[chosen]


def kmeans_by_loop(X, n_clusters, *, max_iter=300, tol=1e-4, rng):
    m = seeds_by_sample(X, n_clusters, rng=rng)
    threshold = tol * X.var(axis=0).mean()
    rounds, moved = 0, np.inf
    while rounds < max_iter and moved > threshold:
        new = update_by_one_hot(X, assign_by_norm(X, m), m)
        moved, m, rounds = ((new - m) ** 2).sum(), new, rounds + 1
    labels = assign_by_norm(X, m)
    distances = np.linalg.norm(X - m[labels], axis=1)
    return m, labels, distances @ distances


def assign_by_loop(X, centroids):
    labels = []
    for x in X:
        squares = [float(((x - m) ** 2).sum()) for m in centroids]
        labels.append(squares.index(min(squares)))
    return labels


def update_by_loop(X, labels, centroids):
    return [
        X[labels == k].mean(axis=0) if (labels == k).any() else centroids[k]
        for k in range(len(centroids))
    ]


# Each wrong part has a k-means that is built upon it, ...
for _name in [*globals()]:
    _kind = _name.partition("_")[0]
    if _kind in ("assign", "update", "seeds"):
        globals()[f"kmeans_on_{_name}"] = _clustering(
            **{_kind: globals()[_name]}
        )

# ... and what a factory made is called as it is known here.
for _name, _made in [*globals().items()]:
    if inspect.isfunction(_made):
        _made.__name__ = _made.__qualname__ = _name

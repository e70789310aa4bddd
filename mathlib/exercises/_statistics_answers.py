"""Wrong answers to the exercises of chapter 07, and right ones.

Each function's name begins with its exercise's.  What is wrong with a wrong
one is said beside it in :mod:`mathlib.exercises.statistics`.
"""

import math
import warnings

import numpy as np
from scipy import special, stats

from mathlib import decompositions as dc
from mathlib import foundations as fd
from mathlib import multivariate_calculus as mc

# --- gaussian_mle, negative_log_likelihood -----------------------------------


def mle_unbiased(x):
    return np.mean(x), np.var(x, ddof=1)


def mle_deviation(x):
    return np.mean(x), np.std(x)


def mle_unbiased_deviation(x):
    return np.mean(x), np.std(x, ddof=1)


def mle_cancelled(x):
    mean = np.mean(x)
    return mean, np.mean(x * x) - mean**2


def mle_variance_first(x):
    return np.var(x), np.mean(x)


def mle_by_median(x):
    middle = np.median(x)
    return middle, np.mean((x - middle) ** 2)


def mle_by_loop(x):
    mean = math.fsum(x) / len(x)
    return mean, math.fsum((value - mean) ** 2 for value in x) / len(x)


def mle_by_numpy(x):
    return [x.mean(), x.var()]


def likelihood_mean(log_pdf, x):
    return -np.mean(log_pdf(x))


def likelihood_underflows(log_pdf, x):
    return -np.log(np.prod(np.exp(log_pdf(x))))


def likelihood_summed(log_pdf, x):
    return -np.log(np.sum(np.exp(log_pdf(x))))


def likelihood_not_negated(log_pdf, x):
    return np.sum(log_pdf(x))


def likelihood_of_densities(log_pdf, x):
    return -np.sum(np.exp(log_pdf(x)))


def likelihood_each(log_pdf, x):
    return -log_pdf(x)


def likelihood_by_fsum(log_pdf, x):
    return -math.fsum(log_pdf(x))


# --- map_gaussian_mean -------------------------------------------------------


def map_prior_per_sample(x, std, prior_mean, prior_std):
    a, b = 1 / std**2, 1 / prior_std**2
    n = len(x)
    return np.divide(a * np.sum(x) + n * b * prior_mean, n * (a + b))


def map_by_variances(x, std, prior_mean, prior_std):
    a, b = std**2, prior_std**2
    return (a * np.sum(x) + b * prior_mean) / (a * len(x) + b)


def map_by_deviations(x, std, prior_mean, prior_std):
    a, b = 1 / std, 1 / prior_std
    return (a * np.sum(x) + b * prior_mean) / (a * len(x) + b)


def map_without_prior(x, std, prior_mean, prior_std):
    return np.mean(x)


def map_halfway(x, std, prior_mean, prior_std):
    return (np.mean(x) + prior_mean) / 2


def map_counts_one(x, std, prior_mean, prior_std):
    a, b = 1 / std**2, 1 / prior_std**2
    return (a * np.sum(x) + b * prior_mean) / (a + b)


def map_prior_of_mean_zero(x, std, prior_mean, prior_std):
    a, b = 1 / std**2, 1 / prior_std**2
    return a * np.sum(x) / (a * len(x) + b)


def map_nan_without_data(x, std, prior_mean, prior_std):
    n = len(x)
    a, b = n / std**2, 1 / prior_std**2
    return (a * np.mean(x) + b * prior_mean) / (a + b)


def map_one_by_one(x, std, prior_mean, prior_std):
    """Let each observation move the belief a little."""
    mean, variance = prior_mean, prior_std**2
    for value in x:
        gain = variance / (variance + std**2)
        mean = mean + gain * (value - mean)
        variance = (1 - gain) * variance
    return mean


def map_by_shrinking(x, std, prior_mean, prior_std):
    share = prior_std**2 / (prior_std**2 * len(x) + std**2)
    return prior_mean + share * np.sum(x - prior_mean)


# --- ordinary_least_squares --------------------------------------------------


def ols_normal_equations(X, y):
    return np.linalg.inv(X.T @ X) @ X.T @ y


def ols_by_n_on_one_side(X, y):
    return np.linalg.solve(X.T @ X / len(X), X.T @ y)


def ols_with_intercept(X, y):
    return np.linalg.pinv(np.column_stack([np.ones(len(X)), X])) @ y


def ols_with_intercept_dropped(X, y):
    return ols_with_intercept(X, y)[1:]


def ols_tiny_ridge(X, y):
    return np.linalg.solve(X.T @ X + 1e-8 * np.eye(X.shape[1]), X.T @ y)


def ols_pinv_of_gram(X, y):
    return np.linalg.pinv(X.T @ X) @ X.T @ y


def ols_all_singular_values(X, y):
    U, S, Vt = np.linalg.svd(X, full_matrices=False)
    return Vt.T @ (U.T @ y / S)


def ols_absolute(X, y):
    U, S, Vt = np.linalg.svd(X, full_matrices=False)
    seen = S > 1e-10
    return Vt[seen].T @ ((U.T @ y)[seen] / S[seen])


def ols_qr_of_any(X, y):
    Q, R = np.linalg.qr(X)
    return np.linalg.solve(R, Q.T @ y)


def ols_fitted(X, y):
    return X @ np.linalg.pinv(X) @ y


def ols_by_pinv(X, y):
    return np.linalg.pinv(X) @ y


def ols_by_dc_svd(X, y):
    U, S, Vt = dc.svd(X)
    w = np.zeros(X.shape[1])
    for i in range(len(S)):
        if S[i] > 1e-11 * S[0]:
            w = w + (U[:, i] @ y) / S[i] * Vt[i]
    return w


# --- ridge_regression --------------------------------------------------------


def _ridge(X, y, alpha):
    return np.linalg.solve(X.T @ X + alpha * np.eye(X.shape[1]), X.T @ y)


def _centred(X, y, alpha):
    w = _ridge(X - X.mean(0), y - y.mean(), alpha)
    return w, y.mean() - X.mean(0) @ w


def ridge_penalised_intercept(X, y, alpha, *, fit_intercept=True):
    if not fit_intercept:
        return _ridge(X, y, alpha), 0.0
    w = _ridge(np.column_stack([np.ones(len(X)), X]), y, alpha)
    return w[1:], w[0]


def ridge_times_n(X, y, alpha, *, fit_intercept=True):
    return ridge_right(X, y, alpha * len(X), fit_intercept=fit_intercept)


def ridge_always_centred(X, y, alpha, *, fit_intercept=True):
    return _centred(X, y, alpha)


def ridge_never_centred(X, y, alpha, *, fit_intercept=True):
    return _ridge(X, y, alpha), 0.0


def ridge_intercept_of_y(X, y, alpha, *, fit_intercept=True):
    if not fit_intercept:
        return _ridge(X, y, alpha), 0.0
    return _centred(X, y, alpha)[0], y.mean()


def ridge_intercept_left_out(X, y, alpha, *, fit_intercept=True):
    if not fit_intercept:
        return _ridge(X, y, alpha), 0.0
    return _centred(X, y, alpha)[0], 0.0


def ridge_intercept_first(X, y, alpha, *, fit_intercept=True):
    return ridge_right(X, y, alpha, fit_intercept=fit_intercept)[::-1]


def ridge_weights_only(X, y, alpha, *, fit_intercept=True):
    return ridge_right(X, y, alpha, fit_intercept=fit_intercept)[0]


def ridge_y_centred_only(X, y, alpha, *, fit_intercept=True):
    if not fit_intercept:
        return _ridge(X, y, alpha), 0.0
    w = _ridge(X, y - y.mean(), alpha)
    return w, y.mean() - X.mean(0) @ w


def ridge_intercept_afterwards(X, y, alpha, *, fit_intercept=True):
    w = _ridge(X, y, alpha)
    return w, y.mean() - X.mean(0) @ w if fit_intercept else 0.0


def ridge_alpha_everywhere(X, y, alpha, *, fit_intercept=True):
    X_mean, y_mean = np.zeros(X.shape[1]), 0.0
    if fit_intercept:
        X_mean, y_mean = X.mean(0), y.mean()
    X, y = X - X_mean, y - y_mean
    w = np.linalg.solve(X.T @ X + alpha, X.T @ y)
    return w, y_mean - X_mean @ w


def ridge_alpha_squared(X, y, alpha, *, fit_intercept=True):
    return ridge_right(X, y, alpha**2, fit_intercept=fit_intercept)


def ridge_right(X, y, alpha, *, fit_intercept=True):
    if fit_intercept:
        return _centred(X, y, alpha)
    return _ridge(X, y, alpha), 0.0


def ridge_by_more_rows(X, y, alpha, *, fit_intercept=True):
    """Least squares, with a wish for w = 0 added as p more observations."""
    n, p = X.shape
    wish = math.sqrt(alpha) * np.eye(p)
    left = np.vstack([X, wish])
    if fit_intercept:
        ones = np.concatenate([np.ones(n), np.zeros(p)])
        left = np.column_stack([left, ones])
    w = np.linalg.lstsq(left, np.concatenate([y, np.zeros(p)]), rcond=None)[0]
    return (w[:p], w[p]) if fit_intercept else (w, 0.0)


def ridge_by_svd(X, y, alpha, *, fit_intercept=True):
    centre = X.mean(0) if fit_intercept else np.zeros(X.shape[1])
    level = y.mean() if fit_intercept else 0.0
    U, S, Vt = np.linalg.svd(X - centre, full_matrices=False)
    w = Vt.T @ (S / (S**2 + alpha) * (U.T @ (y - level)))
    return [w, level - centre @ w]


def ridge_by_dual(X, y, alpha, *, fit_intercept=True):
    centre = X.mean(0) if fit_intercept else np.zeros(X.shape[1])
    level = y.mean() if fit_intercept else 0.0
    Z = X - centre
    gram = Z @ Z.T + alpha * np.eye(len(Z))
    w = Z.T @ np.linalg.solve(gram, y - level)
    return w, level - centre @ w


# --- choose_alpha ------------------------------------------------------------


def _scaled(X, like, ddof=0):
    return (X - like.mean(0)) / like.std(0, ddof=ddof)


def _errors(fit, X, y, X_valid, y_valid, alphas):
    errors = []
    for alpha in alphas:
        w, b = fit(X, y, alpha)
        errors.append(np.mean((y_valid - X_valid @ w - b) ** 2))
    return np.array(errors)


def choose_alpha_right(X_train, y_train, X_valid, y_valid, alphas):
    errors = _errors(
        _centred, _scaled(X_train, X_train), y_train,
        _scaled(X_valid, X_train), y_valid, alphas,
    )
    return alphas[np.argmin(errors)], errors


def choose_alpha_by_training_error(
    X_train, y_train, X_valid, y_valid, alphas
):
    X = _scaled(X_train, X_train)
    errors = _errors(_centred, X, y_train, X, y_train, alphas)
    return alphas[np.argmin(errors)], errors


def choose_alpha_index(X_train, y_train, X_valid, y_valid, alphas):
    _, errors = choose_alpha_right(X_train, y_train, X_valid, y_valid, alphas)
    return np.argmin(errors), errors


def choose_alpha_leaks(X_train, y_train, X_valid, y_valid, alphas):
    both = np.concatenate([X_train, X_valid])
    errors = _errors(
        _centred, _scaled(X_train, both), y_train,
        _scaled(X_valid, both), y_valid, alphas,
    )
    return alphas[np.argmin(errors)], errors


def choose_alpha_each_by_itself(X_train, y_train, X_valid, y_valid, alphas):
    errors = _errors(
        _centred, _scaled(X_train, X_train), y_train,
        _scaled(X_valid, X_valid), y_valid, alphas,
    )
    return alphas[np.argmin(errors)], errors


def choose_alpha_raw(X_train, y_train, X_valid, y_valid, alphas):
    errors = _errors(_centred, X_train, y_train, X_valid, y_valid, alphas)
    return alphas[np.argmin(errors)], errors


def choose_alpha_unbiased(X_train, y_train, X_valid, y_valid, alphas):
    errors = _errors(
        _centred, _scaled(X_train, X_train, 1), y_train,
        _scaled(X_valid, X_train, 1), y_valid, alphas,
    )
    return alphas[np.argmin(errors)], errors


def choose_alpha_summed(X_train, y_train, X_valid, y_valid, alphas):
    alpha, errors = choose_alpha_right(
        X_train, y_train, X_valid, y_valid, alphas
    )
    return alpha, errors * len(y_valid)


def choose_alpha_roots(X_train, y_train, X_valid, y_valid, alphas):
    alpha, errors = choose_alpha_right(
        X_train, y_train, X_valid, y_valid, alphas
    )
    return alpha, np.sqrt(errors)


def choose_alpha_no_intercept(X_train, y_train, X_valid, y_valid, alphas):
    errors = _errors(
        lambda X, y, alpha: (_ridge(X, y, alpha), 0.0),
        _scaled(X_train, X_train), y_train,
        _scaled(X_valid, X_train), y_valid, alphas,
    )
    return alphas[np.argmin(errors)], errors


def choose_alpha_last(X_train, y_train, X_valid, y_valid, alphas):
    _, errors = choose_alpha_right(X_train, y_train, X_valid, y_valid, alphas)
    return alphas[::-1][np.argmin(errors[::-1])], errors


def choose_alpha_worst(X_train, y_train, X_valid, y_valid, alphas):
    _, errors = choose_alpha_right(X_train, y_train, X_valid, y_valid, alphas)
    return alphas[np.argmax(errors)], errors


def choose_alpha_sorted(X_train, y_train, X_valid, y_valid, alphas):
    return choose_alpha_right(
        X_train, y_train, X_valid, y_valid, np.sort(alphas)
    )


def choose_alpha_by_loop(X_train, y_train, X_valid, y_valid, alphas):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    best, found = None, []
    for alpha in alphas:
        w, b = ridge_by_svd((X_train - mean) / std, y_train, alpha)
        slopes = w / std
        apart = y_valid - X_valid @ slopes - (b - mean @ slopes)
        found.append(float(apart @ apart) / len(apart))
        if best is None or found[-1] < min(found[:-1]):
            best = alpha
    return best, found


# --- dirichlet_posterior, dirichlet_predictive -------------------------------


def posterior_normalised_counts(alpha, counts):
    return alpha + counts / np.sum(counts, axis=-1, keepdims=True)


def predictive_normalised_counts(alpha, counts):
    together = posterior_normalised_counts(alpha, counts)
    return together / np.sum(together, axis=-1, keepdims=True)


def posterior_is_a_probability(alpha, counts):
    return predictive_right(alpha, counts)


def posterior_one_less(alpha, counts):
    return alpha + counts - 1


def posterior_times(alpha, counts):
    return alpha * counts


def predictive_right(alpha, counts):
    together = alpha + counts
    return together / np.sum(together, axis=-1, keepdims=True)


def predictive_counts_only(alpha, counts):
    return counts / np.sum(counts, axis=-1, keepdims=True)


def predictive_prior_only(alpha, counts):
    return np.broadcast_to(alpha / np.sum(alpha), np.shape(counts)).copy()


def predictive_mode(alpha, counts):
    together = alpha + counts - 1
    return together / np.sum(together, axis=-1, keepdims=True)


def predictive_adds_one(alpha, counts):
    together = counts + 1.0
    return together / np.sum(together, axis=-1, keepdims=True)


def predictive_over_all(alpha, counts):
    return (alpha + counts) / np.sum(alpha + counts)


def predictive_not_normalised(alpha, counts):
    return alpha + counts


def predictive_divided_by_counts(alpha, counts):
    return (alpha + counts) / np.sum(counts, axis=-1, keepdims=True)


def posterior_by_loop(alpha, counts):
    rows = counts.reshape(-1, len(alpha))
    found = [[a + c for a, c in zip(alpha, row, strict=True)] for row in rows]
    return np.array(found).reshape(counts.shape)


def predictive_by_loop(alpha, counts):
    rows = posterior_by_loop(alpha, counts).reshape(-1, len(alpha))
    return np.stack([row / row.sum() for row in rows]).reshape(counts.shape)


# --- laplace_approximation ---------------------------------------------------


def _laplace(log_joint, theta_map, *, pi=0.5, volume=-0.5, count=None):
    H = -mc.hessian(log_joint, theta_map)
    count = len(theta_map) if count is None else count
    evidence = log_joint(theta_map) + pi * count * math.log(2 * math.pi)
    return H, evidence + volume * np.linalg.slogdet(H)[1]


def laplace_precision(log_joint, theta_map):
    return _laplace(log_joint, theta_map)


def laplace_entrywise(log_joint, theta_map):
    H, evidence = _laplace(log_joint, theta_map)
    with np.errstate(all="ignore"):
        return 1 / H, evidence


def laplace_sign(log_joint, theta_map):
    H, evidence = _laplace(log_joint, theta_map)
    return -np.linalg.inv(H), evidence


def laplace_without_pi(log_joint, theta_map):
    H, evidence = _laplace(log_joint, theta_map, pi=0.0)
    return np.linalg.inv(H), evidence


def laplace_one_axis(log_joint, theta_map):
    H, evidence = _laplace(log_joint, theta_map, count=1)
    return np.linalg.inv(H), evidence


def laplace_adds_volume(log_joint, theta_map):
    H, evidence = _laplace(log_joint, theta_map, volume=0.5)
    return np.linalg.inv(H), evidence


def laplace_whole_volume(log_joint, theta_map):
    H, evidence = _laplace(log_joint, theta_map, volume=-1.0)
    return np.linalg.inv(H), evidence


def laplace_peak_only(log_joint, theta_map):
    H, _ = _laplace(log_joint, theta_map)
    return np.linalg.inv(H), log_joint(theta_map)


def laplace_overflows(log_joint, theta_map):
    H, _ = _laplace(log_joint, theta_map)
    d, peak = len(theta_map), log_joint(theta_map)
    volume = np.log(np.linalg.det(H))
    return np.linalg.inv(H), peak + d / 2 * np.log(2 * np.pi) - volume / 2


def laplace_diagonal(log_joint, theta_map):
    H, _ = _laplace(log_joint, theta_map)
    h = np.diag(H)
    evidence = log_joint(theta_map) + 0.5 * np.sum(np.log(2 * np.pi / h))
    return np.diag(1 / h), evidence


def laplace_not_logged(log_joint, theta_map):
    H, evidence = _laplace(log_joint, theta_map)
    return np.linalg.inv(H), np.exp(evidence)


def laplace_by_differences(log_joint, theta_map):
    h, eye = 1e-4, np.eye(len(theta_map))
    H = np.empty_like(eye)
    for i, a in enumerate(eye):
        for j, b in enumerate(eye):
            H[i, j] = -(
                log_joint(theta_map + h * (a + b))
                - log_joint(theta_map + h * (a - b))
                - log_joint(theta_map - h * (a - b))
                + log_joint(theta_map - h * (a + b))
            ) / (4 * h * h)
    sizes, V = np.linalg.eigh((H + H.T) / 2)
    evidence = log_joint(theta_map) + 0.5 * np.sum(np.log(2 * np.pi / sizes))
    return (V / sizes) @ V.T, evidence


def laplace_by_cholesky(log_joint, theta_map):
    L = np.linalg.cholesky(-mc.hessian(log_joint, theta_map))
    back = np.linalg.solve(L, np.eye(len(L)))
    half = np.sum(np.log(np.diag(L)))
    d = len(theta_map)
    return back.T @ back, (
        log_joint(theta_map) + d * math.log(2 * math.pi) / 2 - half
    )


# --- metropolis --------------------------------------------------------------


def _walk(
    log_density, initial, steps, proposal_std, rng, accept,
    *, centre=None, uniform_first=False, lazy=False, one_noise=False,
    record="state", forgets=False, rests=False,
):
    """Walk; the mistakes differ in the rules."""
    state, height = initial, log_density(initial)
    chain = []
    for _ in range(steps):
        u = rng.random() if uniform_first else None
        noise = rng.normal(size=1 if one_noise else len(initial))
        proposal = (state if centre is None else centre)
        proposal = proposal + proposal_std * noise
        rise = log_density(proposal) - height
        if u is None:
            u = 0.0 if lazy and rise >= 0 else rng.random()
        accepted = accept(u, rise, height)
        if (accepted and not rests) or forgets:
            height = rise + height
        if accepted:
            state = proposal
        if record == "state" or accepted:
            chain.append(state)
        elif record == "proposal":
            chain.append(proposal)
        elif record == "gaps":
            chain.append(np.zeros(len(initial)))
    return np.reshape(chain, (len(chain), len(initial)))


def _rule(u, rise, height):
    return np.log(u) < rise


def metropolis_drops_rejected(
    log_density, initial, *, steps, proposal_std, rng
):
    return _walk(log_density, initial, steps, proposal_std, rng, _rule,
                 record="accepted")


def metropolis_leaves_gaps(
    log_density, initial, *, steps, proposal_std, rng
):
    return _walk(log_density, initial, steps, proposal_std, rng, _rule,
                 record="gaps")


def metropolis_keeps_first_height(
    log_density, initial, *, steps, proposal_std, rng
):
    return _walk(log_density, initial, steps, proposal_std, rng, _rule,
                 rests=True)


def metropolis_inverted(log_density, initial, *, steps, proposal_std, rng):
    return _walk(log_density, initial, steps, proposal_std, rng,
                 lambda u, rise, height: np.log(u) < -rise)


def metropolis_underflows(log_density, initial, *, steps, proposal_std, rng):
    def rule(u, rise, height):
        return u < np.divide(np.exp(rise + height), np.exp(height))

    return _walk(log_density, initial, steps, proposal_std, rng, rule)


def metropolis_uphill_only(
    log_density, initial, *, steps, proposal_std, rng
):
    return _walk(log_density, initial, steps, proposal_std, rng,
                 lambda u, rise, height: rise > 0)


def metropolis_takes_all(log_density, initial, *, steps, proposal_std, rng):
    return _walk(log_density, initial, steps, proposal_std, rng,
                 lambda u, rise, height: True)


def metropolis_from_the_start(
    log_density, initial, *, steps, proposal_std, rng
):
    return _walk(log_density, initial, steps, proposal_std, rng, _rule,
                 centre=initial)


def metropolis_initial_first(
    log_density, initial, *, steps, proposal_std, rng
):
    chain = metropolis_right(log_density, initial, steps=steps,
                             proposal_std=proposal_std, rng=rng)
    return np.concatenate([initial[None], chain])[:steps]


def metropolis_initial_too(
    log_density, initial, *, steps, proposal_std, rng
):
    chain = metropolis_right(log_density, initial, steps=steps,
                             proposal_std=proposal_std, rng=rng)
    return np.concatenate([initial[None], chain])


def metropolis_keeps_rejected(
    log_density, initial, *, steps, proposal_std, rng
):
    return _walk(log_density, initial, steps, proposal_std, rng, _rule,
                 record="proposal")


def metropolis_forgets_height(
    log_density, initial, *, steps, proposal_std, rng
):
    return _walk(log_density, initial, steps, proposal_std, rng, _rule,
                 forgets=True)


def metropolis_lazy(log_density, initial, *, steps, proposal_std, rng):
    return _walk(log_density, initial, steps, proposal_std, rng, _rule,
                 lazy=True)


def metropolis_uniform_first(
    log_density, initial, *, steps, proposal_std, rng
):
    return _walk(log_density, initial, steps, proposal_std, rng, _rule,
                 uniform_first=True)


def metropolis_drawn_ahead(
    log_density, initial, *, steps, proposal_std, rng
):
    normals = rng.normal(size=(steps, len(initial)))
    uniforms = rng.random(steps)
    chain = [initial]
    for z, u in zip(normals, uniforms, strict=True):
        here, there = chain[-1], chain[-1] + proposal_std * z
        rise = log_density(there) - log_density(here)
        chain.append(there if np.log(u) < rise else here)
    return np.array(chain[1:])


def metropolis_one_array(log_density, initial, *, steps, proposal_std, rng):
    state = initial.copy()
    chain = []
    for _ in range(steps):
        proposal = state + proposal_std * rng.normal(size=len(state))
        rise = log_density(proposal) - log_density(state)
        if np.log(rng.random()) < rise:
            state[:] = proposal
        chain.append(state)
    return chain


def metropolis_without_log(
    log_density, initial, *, steps, proposal_std, rng
):
    return _walk(log_density, initial, steps, proposal_std, rng,
                 lambda u, rise, height: u < rise)


def metropolis_one_noise(log_density, initial, *, steps, proposal_std, rng):
    return _walk(log_density, initial, steps, proposal_std, rng, _rule,
                 one_noise=True)


def metropolis_unit_steps(log_density, initial, *, steps, proposal_std, rng):
    return _walk(log_density, initial, steps, 1.0, rng, _rule)


def metropolis_right(log_density, initial, *, steps, proposal_std, rng):
    return _walk(log_density, initial, steps, proposal_std, rng, _rule)


def metropolis_by_ratio(log_density, initial, *, steps, proposal_std, rng):
    def rule(u, rise, height):
        return u < math.exp(min(0.0, rise))

    return _walk(log_density, initial, steps, proposal_std, rng, rule)


def metropolis_of_scaled_normals(
    log_density, initial, *, steps, proposal_std, rng
):
    chain = [initial]
    for _ in range(steps):
        here = chain[-1]
        there = rng.normal(here, proposal_std)
        rise = log_density(there) - log_density(here)
        chain.append(there if rng.uniform() < np.exp(min(rise, 0)) else here)
    return chain[1:]


# --- fit_naive_bayes, predict_naive_bayes ------------------------------------


def _fit(X, y, smoothing, *, denominator=None, prior=None):
    K, V = int(np.max(y)) + 1, X.shape[1]
    counts = np.stack([X[y == k].sum(0) for k in range(K)])
    total = counts.sum(1, keepdims=True)
    words = V * smoothing if denominator is None else denominator
    share = np.array([np.mean(y == k) for k in range(K)])
    share = share if prior is None else prior(counts)
    with np.errstate(divide="ignore"):
        return np.log(share), np.log((counts + smoothing) / (total + words))


def fit_without_smoothing(X, y, *, smoothing=1.0):
    return _fit(X, y, 0.0)


def fit_adds_one(X, y, *, smoothing=1.0):
    return _fit(X, y, 1.0)


def fit_smooths_above_only(X, y, *, smoothing=1.0):
    return _fit(X, y, smoothing, denominator=0.0)


def fit_smooths_below_once(X, y, *, smoothing=1.0):
    return _fit(X, y, smoothing, denominator=smoothing)


def fit_prior_of_words(X, y, *, smoothing=1.0):
    return _fit(X, y, smoothing, prior=lambda counts: (
        counts.sum(1) / counts.sum()))


def fit_uniform_prior(X, y, *, smoothing=1.0):
    return _fit(X, y, smoothing, prior=lambda counts: (
        np.full(len(counts), 1 / len(counts))))


def fit_smooths_prior(X, y, *, smoothing=1.0):
    member = np.bincount(y) + smoothing
    return np.log(member / member.sum()), _fit(X, y, smoothing)[1]


def fit_probabilities(X, y, *, smoothing=1.0):
    log_prior, log_prob = _fit(X, y, smoothing)
    return np.exp(log_prior), np.exp(log_prob)


def fit_presence(X, y, *, smoothing=1.0):
    return _fit((X > 0).astype(float), y, smoothing)


def fit_over_classes(X, y, *, smoothing=1.0):
    log_prior, _ = _fit(X, y, smoothing)
    counts = np.stack([X[y == k].sum(0) for k in range(len(log_prior))])
    counts = counts + smoothing
    return log_prior, np.log(counts / counts.sum(0))


def fit_over_everything(X, y, *, smoothing=1.0):
    log_prior, _ = _fit(X, y, smoothing)
    counts = np.stack([X[y == k].sum(0) for k in range(len(log_prior))])
    counts = counts + smoothing
    return log_prior, np.log(counts / counts.sum())


def fit_by_loops(X, y, *, smoothing=1.0):
    prior, rows = [], []
    for k in sorted(set(y.tolist())):
        mine = [x for x, label in zip(X, y, strict=True) if label == k]
        prior.append(math.log(len(mine) / len(y)))
        counts = [sum(text[v] for text in mine) for v in range(X.shape[1])]
        total = sum(counts) + smoothing * len(counts)
        rows.append([math.log((c + smoothing) / total) for c in counts])
    return prior, rows


def predict_underflows(model, X):
    prior, prob = np.exp(model[0]), np.exp(model[1])
    return np.argmax(prior * np.prod(prob ** X[:, None], axis=2), axis=1)


def predict_without_prior(model, X):
    return np.argmax(X @ model[1].T, axis=1)


def predict_presence(model, X):
    return np.argmax((X > 0) @ model[1].T + model[0], axis=1)


def predict_scores(model, X):
    return X @ model[1].T + model[0]


def predict_smallest(model, X):
    return np.argmin(X @ model[1].T + model[0], axis=1)


def predict_last_of_equal(model, X):
    scores = X @ model[1].T + model[0]
    return scores.shape[1] - 1 - np.argmax(scores[:, ::-1], axis=1)


def predict_prior_per_word(model, X):
    return np.argmax(X @ (model[1] + model[0][:, None]).T, axis=1)


def predict_by_loop(model, X):
    log_prior, log_prob = model
    found = []
    for x in X:
        scores = [p + np.sum(x * row) for p, row in zip(
            log_prior, log_prob, strict=True)]
        found.append(scores.index(max(scores)))
    return found


def predict_by_einsum(model, X):
    scores = np.einsum("nv,kv->nk", X, model[1]) + np.asarray(model[0])
    return scores.argmax(axis=-1)


# --- responsibilities, em_step -----------------------------------------------


def _log_densities(X, means, covs, *, half=0.5, volume=0.5):
    columns = []
    for mean, cov in zip(means, covs, strict=True):
        apart = X - mean
        squared = np.einsum("ni,in->n", apart, np.linalg.solve(cov, apart.T))
        columns.append(
            -half * squared - volume * np.linalg.slogdet(cov)[1]
            - X.shape[1] / 2 * np.log(2 * np.pi)
        )
    return np.stack(columns, axis=1)


def responsibilities_right(X, weights, means, covs):
    return fd.softmax(_log_densities(X, means, covs) + np.log(weights))


def responsibilities_over_points(X, weights, means, covs):
    scores = _log_densities(X, means, covs) + np.log(weights)
    return fd.softmax(scores, axis=0)


def responsibilities_without_weights(X, weights, means, covs):
    return fd.softmax(_log_densities(X, means, covs))


def responsibilities_underflow(X, weights, means, covs):
    joint = np.exp(_log_densities(X, means, covs)) * weights
    with np.errstate(all="ignore"):
        return joint / np.sum(joint, axis=1, keepdims=True)


def responsibilities_without_volume(X, weights, means, covs):
    scores = _log_densities(X, means, covs, volume=0.0)
    return fd.softmax(scores + np.log(weights))


def responsibilities_whole_volume(X, weights, means, covs):
    scores = _log_densities(X, means, covs, volume=1.0)
    return fd.softmax(scores + np.log(weights))


def responsibilities_without_half(X, weights, means, covs):
    scores = _log_densities(X, means, covs, half=1.0)
    return fd.softmax(scores + np.log(weights))


def responsibilities_not_normalised(X, weights, means, covs):
    return np.exp(_log_densities(X, means, covs)) * weights


def responsibilities_hard(X, weights, means, covs):
    R = responsibilities_right(X, weights, means, covs)
    return np.eye(len(weights))[np.argmax(R, axis=1)]


def _step(expect, X, weights, means, covs, reg_covar):
    R = expect(X, weights, means, covs)
    return _maximise(X, R, None, reg_covar)


def em_over_points(X, weights, means, covs, *, reg_covar=1e-6):
    guess = responsibilities_over_points
    return _step(guess, X, weights, means, covs, reg_covar)


def em_without_weights(X, weights, means, covs, *, reg_covar=1e-6):
    guess = responsibilities_without_weights
    return _step(guess, X, weights, means, covs, reg_covar)


def em_underflow(X, weights, means, covs, *, reg_covar=1e-6):
    guess = responsibilities_underflow
    return _step(guess, X, weights, means, covs, reg_covar)


def em_without_volume(X, weights, means, covs, *, reg_covar=1e-6):
    guess = responsibilities_without_volume
    return _step(guess, X, weights, means, covs, reg_covar)


def em_whole_volume(X, weights, means, covs, *, reg_covar=1e-6):
    guess = responsibilities_whole_volume
    return _step(guess, X, weights, means, covs, reg_covar)


def em_without_half(X, weights, means, covs, *, reg_covar=1e-6):
    guess = responsibilities_without_half
    return _step(guess, X, weights, means, covs, reg_covar)


def em_not_normalised(X, weights, means, covs, *, reg_covar=1e-6):
    guess = responsibilities_not_normalised
    return _step(guess, X, weights, means, covs, reg_covar)


def _maximise(X, R, centre, reg_covar):
    N = R.sum(0)
    means = (R.T @ X) / N[:, None]
    apart = X - (means if centre is None else centre)[:, None]
    covs = np.einsum("nk,kni,knj->kij", R, apart, apart) / N[:, None, None]
    return N / len(X), means, covs + reg_covar * np.eye(X.shape[1])


def em_by_n(X, weights, means, covs, *, reg_covar=1e-6):
    R = responsibilities_right(X, weights, means, covs)
    new = R.T @ X / len(X)
    apart = X - new[:, None]
    covs = np.einsum("nk,kni,knj->kij", R, apart, apart) / len(X)
    return R.mean(0), new, covs + reg_covar * np.eye(X.shape[1])


def em_means_by_n(X, weights, means, covs, *, reg_covar=1e-6):
    R = responsibilities_right(X, weights, means, covs)
    means = R.T @ X / len(X)
    weights, _, covs = _maximise(X, R, means, reg_covar)
    return weights, means, covs


def em_covs_by_n(X, weights, means, covs, *, reg_covar=1e-6):
    R = responsibilities_right(X, weights, means, covs)
    weights, means, covs = _maximise(X, R, None, 0.0)
    covs = covs * weights[:, None, None]
    return weights, means, covs + reg_covar * np.eye(X.shape[1])


def em_around_old_means(X, weights, means, covs, *, reg_covar=1e-6):
    R = responsibilities_right(X, weights, means, covs)
    return _maximise(X, R, means, reg_covar)


def em_unregularised(X, weights, means, covs, *, reg_covar=1e-6):
    R = responsibilities_right(X, weights, means, covs)
    return _maximise(X, R, None, 0.0)


def em_regularises_everywhere(X, weights, means, covs, *, reg_covar=1e-6):
    R = responsibilities_right(X, weights, means, covs)
    weights, means, covs = _maximise(X, R, None, 0.0)
    return weights, means, covs + reg_covar


def em_weights_are_sums(X, weights, means, covs, *, reg_covar=1e-6):
    R = responsibilities_right(X, weights, means, covs)
    _, means, covs = _maximise(X, R, None, reg_covar)
    return R.sum(0), means, covs


def em_keeps_weights(X, weights, means, covs, *, reg_covar=1e-6):
    R = responsibilities_right(X, weights, means, covs)
    _, means, covs = _maximise(X, R, None, reg_covar)
    return weights, means, covs


def em_hard(X, weights, means, covs, *, reg_covar=1e-6):
    R = responsibilities_hard(X, weights, means, covs)
    return _maximise(X, R, None, reg_covar)


def em_diagonal(X, weights, means, covs, *, reg_covar=1e-6):
    R = responsibilities_right(X, weights, means, covs)
    weights, means, covs = _maximise(X, R, None, reg_covar)
    return weights, means, covs * np.eye(X.shape[1])


def responsibilities_by_scipy(X, weights, means, covs):
    scores = np.stack([
        np.log(w) + stats.multivariate_normal(mean, cov).logpdf(X)
        for w, mean, cov in zip(weights, means, covs, strict=True)
    ], axis=-1).reshape(len(X), len(weights))
    top = scores.max(axis=1, keepdims=True)
    joint = np.exp(scores - top)
    return joint / joint.sum(axis=1, keepdims=True)


def em_by_loops(X, weights, means, covs, *, reg_covar=1e-6):
    R = responsibilities_by_scipy(X, weights, means, covs)
    new_weights, new_means, new_covs = [], [], []
    for r in R.T:
        total = sum(r)
        mean = sum(ri * x for ri, x in zip(r, X, strict=True)) / total
        cov = sum(
            ri * np.outer(x - mean, x - mean)
            for ri, x in zip(r, X, strict=True)
        ) / total
        new_weights.append(total / len(X))
        new_means.append(mean)
        new_covs.append(cov + reg_covar * np.identity(len(mean)))
    return new_weights, new_means, new_covs


# --- fisher_information ------------------------------------------------------


def fisher_of_the_mean(scores):
    mean = scores.mean(0)
    return np.outer(mean, mean)


def fisher_covariance(scores):
    apart = scores - scores.mean(0)
    with np.errstate(all="ignore"):
        return apart.T @ apart / np.float64(len(scores) - 1)


def fisher_np_cov(scores):
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.cov(scores.T)


def fisher_np_cov_biased(scores):
    return np.cov(scores.T, bias=True)


def fisher_centred(scores):
    apart = scores - scores.mean(0)
    return apart.T @ apart / len(scores)


def fisher_summed(scores):
    return scores.T @ scores


def fisher_of_samples(scores):
    return scores @ scores.T / len(scores)


def fisher_diagonal(scores):
    return np.mean(scores**2, axis=0)


def fisher_diagonal_matrix(scores):
    return np.diag(np.mean(scores**2, axis=0))


def fisher_by_parameters(scores):
    return scores.T @ scores / scores.shape[1]


def fisher_negative(scores):
    return -scores.T @ scores / len(scores)


def fisher_by_loop(scores):
    total = np.zeros((scores.shape[1],) * 2)
    for score in scores:
        total = total + np.outer(score, score)
    return total / len(scores)


def fisher_by_einsum(scores):
    return np.einsum("np,nq->npq", scores, scores).mean(axis=0)


# --- welch_t_test ------------------------------------------------------------


def _welch(x, y, ddof=1):
    a, b = np.var(x, ddof=ddof) / len(x), np.var(y, ddof=ddof) / len(y)
    t = (np.mean(x) - np.mean(y)) / np.sqrt(a + b)
    nu = (a + b) ** 2 / (a**2 / (len(x) - 1) + b**2 / (len(y) - 1))
    return t, nu


def welch_as_given(x, y):
    t, nu = _welch(x, y, ddof=0)
    return t, nu, special.stdtr(nu, -abs(t))


def welch_biased(x, y):
    t, nu = _welch(x, y, ddof=0)
    return t, nu, 2 * special.stdtr(nu, -abs(t))


def welch_one_sided(x, y):
    t, nu = _welch(x, y)
    return t, nu, special.stdtr(nu, -abs(t))


def welch_pooled(x, y):
    nu = len(x) + len(y) - 2
    squares = len(x) * np.var(x) + len(y) * np.var(y)
    t = (np.mean(x) - np.mean(y)) / np.sqrt(
        squares / nu * (1 / len(x) + 1 / len(y))
    )
    return t, float(nu), 2 * special.stdtr(nu, -abs(t))


def welch_cancelled(x, y):
    t, nu = _welch(x, y)
    return t, nu, 2 * (1 - special.stdtr(nu, abs(t)))


def welch_without_modulus(x, y):
    t, nu = _welch(x, y)
    return t, nu, 2 * special.stdtr(nu, -t)


def welch_without_modulus_as_it_is(x, y):
    t, nu = _welch(x, y)
    return t, nu, 2 * special.stdtr(nu, t)


def welch_normal(x, y):
    t, nu = _welch(x, y)
    return t, nu, 2 * special.ndtr(-abs(t))


def welch_plain_degrees(x, y):
    t, _ = _welch(x, y)
    nu = len(x) + len(y) - 2
    return t, float(nu), 2 * special.stdtr(nu, -abs(t))


def welch_degrees_of_all(x, y):
    t, _ = _welch(x, y)
    a, b = np.var(x, ddof=1) / len(x), np.var(y, ddof=1) / len(y)
    nu = (a + b) ** 2 / (a**2 / len(x) + b**2 / len(y))
    return t, nu, 2 * special.stdtr(nu, -abs(t))


def welch_rounded_degrees(x, y):
    t, nu = _welch(x, y)
    return t, np.floor(nu), 2 * special.stdtr(np.floor(nu), -abs(t))


def welch_modulus(x, y):
    t, nu = _welch(x, y)
    return abs(t), nu, 2 * special.stdtr(nu, -abs(t))


def welch_other_way(x, y):
    t, nu = _welch(y, x)
    return t, nu, 2 * special.stdtr(nu, -abs(t))


def welch_accepts(x, y):
    t, nu = _welch(x, y)
    return t, nu, 1 - 2 * special.stdtr(nu, -abs(t))


def welch_by_survival(x, y):
    t, nu = _welch(x, y)
    return [t, nu, 2 * stats.t.sf(abs(t), nu)]


def welch_by_incomplete_beta(x, y):
    a = sum((x - np.mean(x)) ** 2) / (len(x) - 1) / len(x)
    b = sum((y - np.mean(y)) ** 2) / (len(y) - 1) / len(y)
    t = (np.mean(x) - np.mean(y)) / math.sqrt(a + b)
    nu = (a + b) ** 2 / (a**2 / (len(x) - 1) + b**2 / (len(y) - 1))
    return t, nu, special.betainc(nu / 2, 0.5, nu / (nu + t * t))


# --- bootstrap_interval ------------------------------------------------------


def _resampled(draw, x, statistic, n_resamples):
    return np.array([statistic(draw(x)) for _ in range(n_resamples)])


def _two_tails(found, level):
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return low, high


def bootstrap_without_replacement(
    x, statistic, *, confidence_level=0.95, n_resamples=2000, rng
):
    found = _resampled(rng.permutation, x, statistic, n_resamples)
    return _two_tails(found, confidence_level)


def bootstrap_fewer_draws(
    x, statistic, *, confidence_level=0.95, n_resamples=2000, rng
):
    n = len(x)
    found = _resampled(lambda x: x[rng.integers(n, size=n - 1)], x,
                       statistic, n_resamples)
    return _two_tails(found, confidence_level)


def bootstrap_half_the_draws(
    x, statistic, *, confidence_level=0.95, n_resamples=2000, rng
):
    n = len(x)
    found = _resampled(lambda x: x[rng.integers(n, size=n // 2)], x,
                       statistic, n_resamples)
    return _two_tails(found, confidence_level)


def bootstrap_right(
    x, statistic, *, confidence_level=0.95, n_resamples=2000, rng
):
    n = len(x)
    found = _resampled(lambda x: x[rng.integers(n, size=n)], x, statistic,
                       n_resamples)
    return _two_tails(found, confidence_level)


def bootstrap_whole_tail(
    x, statistic, *, confidence_level=0.95, n_resamples=2000, rng
):
    return bootstrap_right(
        x, statistic, confidence_level=2 * confidence_level - 1,
        n_resamples=n_resamples, rng=rng,
    )


def bootstrap_percentiles_of_shares(
    x, statistic, *, confidence_level=0.95, n_resamples=2000, rng
):
    n = len(x)
    found = _resampled(lambda x: x[rng.integers(n, size=n)], x, statistic,
                       n_resamples)
    tail = (1 - confidence_level) / 2
    low, high = np.percentile(found, [tail, 1 - tail])
    return low, high


def bootstrap_always_95(
    x, statistic, *, confidence_level=0.95, n_resamples=2000, rng
):
    return bootstrap_right(x, statistic, n_resamples=n_resamples, rng=rng)


def bootstrap_always_2000(
    x, statistic, *, confidence_level=0.95, n_resamples=2000, rng
):
    return bootstrap_right(
        x, statistic, confidence_level=confidence_level, rng=rng
    )


def bootstrap_normal(
    x, statistic, *, confidence_level=0.95, n_resamples=2000, rng
):
    n = len(x)
    found = _resampled(lambda x: x[rng.integers(n, size=n)], x, statistic,
                       n_resamples)
    wide = special.ndtri((1 + confidence_level) / 2) * np.std(found)
    return statistic(x) - wide, statistic(x) + wide


def bootstrap_extremes(
    x, statistic, *, confidence_level=0.95, n_resamples=2000, rng
):
    n = len(x)
    found = _resampled(lambda x: x[rng.integers(n, size=n)], x, statistic,
                       n_resamples)
    return np.min(found), np.max(found)


def bootstrap_pairs_torn(
    x, statistic, *, confidence_level=0.95, n_resamples=2000, rng
):
    """Each column is drawn by itself."""
    n = len(x)

    def draw(x):
        if x.ndim == 1:
            return x[rng.integers(n, size=n)]
        return np.take_along_axis(x, rng.integers(n, size=x.shape), axis=0)

    return _two_tails(
        _resampled(draw, x, statistic, n_resamples), confidence_level
    )


def bootstrap_upside_down(
    x, statistic, *, confidence_level=0.95, n_resamples=2000, rng
):
    return bootstrap_right(
        x, statistic, confidence_level=confidence_level,
        n_resamples=n_resamples, rng=rng,
    )[::-1]


def bootstrap_at_once(
    x, statistic, *, confidence_level=0.95, n_resamples=2000, rng
):
    chosen = rng.integers(len(x), size=(n_resamples, len(x)))
    found = [statistic(resample) for resample in x[chosen]]
    tail = 50 * (1 - confidence_level)
    return np.percentile(found, tail), np.percentile(found, 100 - tail)


def bootstrap_by_choice(
    x, statistic, *, confidence_level=0.95, n_resamples=2000, rng
):
    found = _resampled(lambda x: rng.choice(x, size=len(x)), x, statistic,
                       n_resamples)
    return _two_tails(found, confidence_level)


# --- aic, bic ----------------------------------------------------------------


def aic_right(log_likelihood, k):
    return 2 * (k - log_likelihood)


def aic_halved(log_likelihood, k):
    return k - log_likelihood


def aic_with_log_n(log_likelihood, k):
    """Nobody told it n, so it takes 100."""
    return k * math.log(100) - 2 * log_likelihood


def aic_sign(log_likelihood, k):
    return 2 * k + 2 * log_likelihood


def aic_reward(log_likelihood, k):
    return 2 * log_likelihood - 2 * k


def aic_wrong_factor(log_likelihood, k):
    return 2 * k - log_likelihood


def bic_base_10(log_likelihood, k, n):
    return k * np.log10(n) - 2 * log_likelihood


def bic_base_2(log_likelihood, k, n):
    return k * np.log2(n) - 2 * log_likelihood


def bic_wrong_factor(log_likelihood, k, n):
    return 2 * k * np.log(n) - log_likelihood


def bic_factor_on_both(log_likelihood, k, n):
    return 2 * k * np.log(n) - 2 * log_likelihood


def bic_log_likelihood_once(log_likelihood, k, n):
    return k * np.log(n) - log_likelihood


def bic_sign(log_likelihood, k, n):
    return k * np.log(n) + 2 * log_likelihood


def bic_reward(log_likelihood, k, n):
    return 2 * log_likelihood - k * np.log(n)


def bic_of_the_mean(log_likelihood, k, n):
    return k * np.log(n) - 2 * n * log_likelihood


def bic_one_number(log_likelihood, k, n):
    return k * math.log(n) - 2 * log_likelihood


def bic_is_aic(log_likelihood, k, n):
    return 2 * k - 2 * log_likelihood


def bic_by_multiply(log_likelihood, k, n):
    return np.multiply(k, np.log(n)) + np.multiply(-2.0, log_likelihood)


# --- backdoor_adjustment -----------------------------------------------------


def _positive(joint):
    joint = joint[joint.sum(axis=(1, 2)) > 0]
    if np.any(joint.sum(axis=2) == 0):
        raise ValueError("some x never occurs with some z")
    return joint


def backdoor_conditional(joint):
    together = _positive(joint).sum(axis=0)
    return together / together.sum(axis=1, keepdims=True)


def backdoor_seen(joint):
    together = joint.sum(axis=0)
    return together / together.sum(axis=1, keepdims=True)


def backdoor_uniform(joint):
    joint = _positive(joint)
    return np.mean(joint / joint.sum(axis=2, keepdims=True), axis=0)


def backdoor_zx(joint):
    joint = _positive(joint)
    p_zx = joint.sum(axis=2, keepdims=True)
    return np.sum(joint / p_zx * p_zx, axis=0)


def backdoor_nan(joint):
    p_z = joint.sum(axis=(1, 2), keepdims=True)
    p_zx = joint.sum(axis=2, keepdims=True)
    if np.any((p_zx == 0) & (p_z > 0)):
        raise ValueError("some x never occurs with some z")
    with np.errstate(all="ignore"):
        return np.sum(joint / p_zx * p_z, axis=0)


def backdoor_nothing_checked(joint):
    p_z = joint.sum(axis=(1, 2))
    return np.einsum("zxy,z->xy", joint / joint.sum(2, keepdims=True), p_z)


def backdoor_unchecked(joint):
    p_z = joint.sum(axis=(1, 2))
    p_zx = joint.sum(axis=2, keepdims=True)
    filled = np.where(p_zx > 0, p_zx, 1.0)
    return np.tensordot(p_z, joint / filled, axes=1)


def backdoor_refuses_empty_z(joint):
    p_zx = joint.sum(axis=2, keepdims=True)
    if np.any(p_zx == 0):
        raise ValueError("some x never occurs with some z")
    p_z = joint.sum(axis=(1, 2), keepdims=True)
    return np.sum(joint / p_zx * p_z, axis=0)


def backdoor_transposed(joint):
    return backdoor_by_loops(joint).T


def backdoor_other_axes(joint):
    """Takes the axes for [x, z, y]."""
    return backdoor_by_loops(np.swapaxes(joint, 0, 1))


def backdoor_given_y(joint):
    joint = _positive(joint)
    p_z = joint.sum(axis=(1, 2), keepdims=True)
    return np.sum(joint / joint.sum(axis=1, keepdims=True) * p_z, axis=0)


def backdoor_by_loops(joint):
    Z, X, Y = joint.shape
    result = np.zeros((X, Y))
    for z in range(Z):
        p_z = joint[z].sum()
        if p_z == 0:
            continue
        for x in range(X):
            p_zx = joint[z, x].sum()
            if p_zx == 0:
                raise ValueError(f"x = {x} never occurs with z = {z}")
            for y in range(Y):
                result[x, y] += joint[z, x, y] / p_zx * p_z
    return result


def backdoor_by_weights(joint):
    """Weigh each cell by 1 / P(x | z)."""
    joint = _positive(joint)
    p_z = joint.sum(axis=(1, 2), keepdims=True)
    p_x_given_z = joint.sum(axis=2, keepdims=True) / p_z
    return np.sum(joint / p_x_given_z, axis=0)


# --- ipw_ate -----------------------------------------------------------------


def _chances(e):
    if np.any(e <= 0) or np.any(e >= 1):
        raise ValueError("a propensity must lie between 0 and 1")


def ipw_raw(treatment, outcome, propensity):
    _chances(propensity)
    treated = treatment == 1
    return outcome[treated].mean() - outcome[~treated].mean()


def ipw_raw_unchecked(treatment, outcome, propensity):
    treated = treatment == 1
    return outcome[treated].mean() - outcome[~treated].mean()


def ipw_same_weight(treatment, outcome, propensity):
    _chances(propensity)
    return np.mean((2 * treatment - 1) * outcome / propensity)


def ipw_swapped(treatment, outcome, propensity):
    _chances(propensity)
    e = 1 - propensity
    return np.mean(treatment * outcome / e - (1 - treatment) * outcome / (
        1 - e))


def ipw_multiplied(treatment, outcome, propensity):
    _chances(propensity)
    e = propensity
    return np.mean(treatment * outcome * e - (1 - treatment) * outcome * (
        1 - e))


def _weights(treatment, propensity):
    return np.where(treatment == 1, 1 / propensity, 1 / (1 - propensity))


def ipw_normalised(treatment, outcome, propensity):
    _chances(propensity)
    w, t = _weights(treatment, propensity), treatment
    treated = np.sum(w * t * outcome) / np.sum(w * t)
    return treated - np.sum(w * (1 - t) * outcome) / np.sum(w * (1 - t))


def ipw_group_sizes(treatment, outcome, propensity):
    _chances(propensity)
    w, t = _weights(treatment, propensity), treatment
    treated = np.sum(w * t * outcome) / np.sum(t)
    return treated - np.sum(w * (1 - t) * outcome) / np.sum(1 - t)


def ipw_summed(treatment, outcome, propensity):
    _chances(propensity)
    return np.sum(_weights(treatment, propensity) * (2 * treatment - 1)
                  * outcome)


def ipw_other_way(treatment, outcome, propensity):
    return -ipw_by_weights(treatment, outcome, propensity)


def ipw_added(treatment, outcome, propensity):
    _chances(propensity)
    return np.mean(_weights(treatment, propensity) * outcome)


def ipw_unchecked(treatment, outcome, propensity):
    e = propensity
    with np.errstate(all="ignore"):
        return np.mean(
            treatment * outcome / e - (1 - treatment) * outcome / (1 - e)
        )


def ipw_by_weights(treatment, outcome, propensity):
    _chances(propensity)
    sign = np.where(treatment == 1, 1.0, -1.0)
    return np.mean(sign * _weights(treatment, propensity) * outcome)


def ipw_by_loop(treatment, outcome, propensity):
    total = 0.0
    for t, y, e in zip(treatment, outcome, propensity, strict=True):
        if not 0 < e < 1:
            raise ValueError(f"{e} is no chance of both")
        total += y / e if t else -y / (1 - e)
    return total / len(outcome)

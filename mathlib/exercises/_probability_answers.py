"""Wrong and right answers to the exercises of chapter 06."""

import math

import numpy as np
from scipy import special

from mathlib import foundations as fd
from mathlib import probability as pr

# --- bayes_posterior ---------------------------------------------------------


def _log_joint(prior, likelihood):
    """log prior + the sum of the log likelihoods, one for each hypothesis."""
    return np.log(prior) + np.log(np.atleast_2d(likelihood)).sum(axis=0)


def posterior_unnormalised(prior, likelihood):
    return prior * np.prod(np.atleast_2d(likelihood), axis=0)


def posterior_over_the_data(prior, likelihood):
    likelihood = np.atleast_2d(likelihood)
    likelihood = likelihood / likelihood.sum(axis=0)
    return prior * np.prod(likelihood, axis=0)


def posterior_for_each_datum(prior, likelihood):
    joint = prior * likelihood
    return joint / joint.sum(axis=-1, keepdims=True)


def posterior_that_underflows(prior, likelihood):
    joint = prior * np.prod(np.atleast_2d(likelihood), axis=0)
    return joint / np.sum(joint)


def posterior_without_prior(prior, likelihood):
    return fd.softmax(np.log(np.atleast_2d(likelihood)).sum(axis=0))


def posterior_with_prior_each_time(prior, likelihood):
    joint = np.log(prior) + np.log(np.atleast_2d(likelihood))
    return fd.softmax(joint.sum(axis=0))


def posterior_of_added_likelihoods(prior, likelihood):
    joint = prior * np.atleast_2d(likelihood).sum(axis=0)
    return joint / np.sum(joint)


def posterior_with_eps(prior, likelihood):
    log_likelihood = np.log(np.atleast_2d(likelihood) + 1e-12).sum(axis=0)
    return fd.softmax(np.log(prior + 1e-12) + log_likelihood)


def posterior_of_everything(prior, likelihood):
    joint = prior * likelihood
    return joint / np.sum(joint)


def posterior_of_a_single_datum_lost(prior, likelihood):
    return fd.softmax(np.log(prior) + np.log(likelihood).sum(axis=0))


def posterior_in_logarithms(prior, likelihood):
    joint = _log_joint(prior, likelihood)
    return joint - fd.logsumexp(joint)


def posterior_as_log_joint(prior, likelihood):
    return _log_joint(prior, likelihood)


def posterior_in_log_space(prior, likelihood):
    joint = _log_joint(prior, likelihood)
    return np.exp(joint - fd.logsumexp(joint))


def posterior_one_by_one(prior, likelihood):
    belief = prior / np.sum(prior)
    for row in np.atleast_2d(likelihood):
        belief = belief * row
        belief = belief / np.sum(belief)
    return belief


# --- bernoulli_log_pmf -------------------------------------------------------


def bernoulli_swapped(k, p):
    return np.where(k == 1, np.log1p(-p), np.log(p))


def bernoulli_zero_times_log_zero(k, p):
    return k * np.log(p) + (1 - k) * np.log(1 - p)


def bernoulli_zero_times_log1p(k, p):
    return k * np.log(p) + (1 - k) * np.log1p(-p)


def bernoulli_one_minus_p_rounded(k, p):
    return np.where(k == 1, np.log(p), np.log(1 - p))


def bernoulli_probability(k, p):
    return p**k * (1 - p) ** (1 - k)


def bernoulli_clipped(k, p):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return k * np.log(p) + (1 - k) * np.log(1 - p)


def bernoulli_base_two(k, p):
    return np.where(k == 1, np.log2(p), np.log1p(-p) / np.log(2))


def bernoulli_of_one_toss(k, p):
    if k == 1:
        return np.log(p)
    return np.log1p(-p)


def bernoulli_by_xlogy(k, p):
    return special.xlogy(k, p) + special.xlog1py(1 - k, -p)


def bernoulli_by_loop(k, p):
    k, p = np.broadcast_arrays(k, p)
    out = np.empty(k.shape)
    for i in np.ndindex(k.shape):
        of_what_came = p[i] if k[i] == 1 else -p[i]
        if of_what_came in (0, -1):
            out[i] = 0.0 if k[i] != 1 and p[i] == 0 else -np.inf
        elif k[i] == 1:
            out[i] = math.log(p[i])
        else:
            out[i] = math.log1p(-p[i])
    return out


# --- categorical_log_pmf, sample_categorical ---------------------------------


def _draw(cumulative, size, rng, below=np.less_equal):
    """One class for each row of cumulative sums and each of size."""
    shape = () if size is None else tuple(np.atleast_1d(size))
    u = rng.random(shape + cumulative.shape[:-1])
    return np.sum(below(cumulative, u[..., None]), axis=-1)


def _cumulative(p):
    cumulative = np.cumsum(p, axis=-1)
    return cumulative / cumulative[..., -1:]


def categorical_probability(k, p):
    return p[k] if p.ndim == 1 else p[np.arange(len(p)), k]


def categorical_whole_rows(k, p):
    return np.log(p[k])


def categorical_every_pair(k, p):
    return np.log(p[..., k])


def categorical_of_a_batch_only(k, p):
    k = np.asarray(k)
    return np.log(np.take_along_axis(p, k[..., None], axis=-1)[..., 0])


def categorical_along_the_batch(k, p):
    if p.ndim == 1:
        return np.log(p[k])
    return np.log(p[k, np.arange(p.shape[1])])


def categorical_of_logits(k, p):
    log_p = p - fd.logsumexp(p, keepdims=True)
    return log_p[k] if p.ndim == 1 else log_p[np.arange(len(p)), k]


def sample_on_the_wrong_side(p, *, size=None, rng):
    return _draw(_cumulative(p), size, rng, np.less)


def sample_past_the_end(p, *, size=None, rng):
    return _draw(np.cumsum(p, axis=-1), size, rng)


def sample_argmax_of_nothing(p, *, size=None, rng):
    cumulative = np.cumsum(p, axis=-1)
    shape = () if size is None else tuple(np.atleast_1d(size))
    u = rng.random(shape + p.shape[:-1])
    return np.argmax(cumulative > u[..., None], axis=-1)


def sample_last_of_all(p, *, size=None, rng):
    drawn = _draw(np.cumsum(p, axis=-1), size, rng)
    return np.minimum(drawn, p.shape[-1] - 1)


def sample_one_number_for_all_rows(p, *, size=None, rng):
    shape = () if size is None else tuple(np.atleast_1d(size))
    u = np.asarray(rng.random(shape))
    u = u.reshape(shape + (1,) * p.ndim)
    return np.sum(_cumulative(p) <= u, axis=-1)


def sample_cumulative_down_the_columns(p, *, size=None, rng):
    cumulative = np.cumsum(p, axis=0)
    return _draw(cumulative / cumulative[-1], size, rng)


def sample_most_likely(p, *, size=None, rng):
    shape = () if size is None else tuple(np.atleast_1d(size))
    return np.broadcast_to(np.argmax(p, axis=-1), shape + p.shape[:-1])


def sample_size_last(p, *, size=None, rng):
    drawn = sample_by_counting(p, size=size, rng=rng)
    return drawn if p.ndim == 1 else np.moveaxis(drawn, -1, 0)


def sample_rows_drawn_first(p, *, size=None, rng):
    if p.ndim == 1:
        return sample_by_counting(p, size=size, rng=rng)
    shape = () if size is None else tuple(np.atleast_1d(size))
    u = rng.random(p.shape[:-1] + shape)
    borders = _cumulative(p).reshape(len(p), *(1,) * len(shape), -1)
    return np.sum(borders <= u[..., None], axis=-1)


def categorical_by_take_along_axis(k, p):
    p = np.broadcast_to(p, np.shape(k) + p.shape[-1:])
    chosen = np.take_along_axis(p, np.asarray(k)[..., None], axis=-1)
    return np.log(chosen[..., 0])


def sample_by_counting(p, *, size=None, rng):
    return _draw(_cumulative(p), size, rng)


def categorical_by_loop(k, p):
    if p.ndim == 2:
        return np.array([np.log(row[i]) for row, i in zip(p, k, strict=True)])
    return np.array([np.log(p[i]) for i in np.ravel(k)]).reshape(np.shape(k))


def sample_by_loop(p, *, size=None, rng):
    shape = () if size is None else tuple(np.atleast_1d(size))
    shape = shape + p.shape[:-1]
    drawn = np.empty(shape, dtype=int)
    for i in np.ndindex(shape):
        cumulative = _cumulative(p if p.ndim == 1 else p[i[-1]])
        u = rng.uniform()
        drawn[i] = next(k for k, c in enumerate(cumulative) if u < c)
    return drawn


def sample_by_searchsorted(p, *, size=None, rng):
    def place(row, u):
        return np.searchsorted(_cumulative(row), u, side="right")

    shape = () if size is None else tuple(np.atleast_1d(size))
    u = rng.random(shape + p.shape[:-1])
    if p.ndim == 1:
        return place(p, u)
    return np.stack([place(row, u[..., i]) for i, row in enumerate(p)], -1)


# --- variance ----------------------------------------------------------------


def _count(x, axis):
    return x.size if axis is None else x.shape[axis]


def variance_one_pass(x, *, ddof=0, axis=None):
    x = np.asarray(x, dtype=float)
    n = _count(x, axis)
    one_pass = np.mean(x**2, axis=axis) - np.mean(x, axis=axis) ** 2
    return one_pass * n / (n - ddof)


def variance_one_pass_without_ddof(x, *, ddof=0, axis=None):
    x = np.asarray(x, dtype=float)
    return np.mean(x**2, axis=axis) - np.mean(x, axis=axis) ** 2


def variance_of_a_sample(x, *, ddof=0, axis=None):
    d = x - np.mean(x, axis=axis, keepdims=True)
    return np.sum(d**2, axis=axis) / (_count(x, axis) - 1)


def variance_of_the_population(x, *, ddof=0, axis=None):
    d = x - np.mean(x, axis=axis, keepdims=True)
    return np.mean(d**2, axis=axis)


def variance_of_everything(x, *, ddof=0, axis=None):
    return np.sum((x - np.mean(x)) ** 2) / (x.size - ddof)


def variance_without_keepdims(x, *, ddof=0, axis=None):
    d = x - np.mean(x, axis=axis)
    return np.sum(d**2, axis=axis) / (_count(x, axis) - ddof)


def variance_about_the_grand_mean(x, *, ddof=0, axis=None):
    d = x - np.mean(x)
    return np.sum(d**2, axis=axis) / (_count(x, axis) - ddof)


def variance_by_all_entries(x, *, ddof=0, axis=None):
    d = x - np.mean(x, axis=axis, keepdims=True)
    return np.sum(d**2, axis=axis) / (x.size - ddof)


def variance_corrected_by_all_entries(x, *, ddof=0, axis=None):
    d = x - np.mean(x, axis=axis, keepdims=True)
    return np.mean(d**2, axis=axis) * (x.size / (x.size - ddof))


def variance_by_len(x, *, ddof=0, axis=None):
    d = x - np.mean(x, axis=axis, keepdims=True)
    return np.sum(d**2, axis=axis) / (len(x) - ddof)


def variance_rooted(x, *, ddof=0, axis=None):
    d = x - np.mean(x, axis=axis, keepdims=True)
    return np.sqrt(np.sum(d**2, axis=axis) / (_count(x, axis) - ddof))


def variance_of_absolute_deviations(x, *, ddof=0, axis=None):
    d = np.abs(x - np.mean(x, axis=axis, keepdims=True))
    return np.sum(d, axis=axis) / (_count(x, axis) - ddof)


def variance_not_centred(x, *, ddof=0, axis=None):
    return np.sum(x * x, axis=axis) / (_count(x, axis) - ddof)


def variance_by_welford(x, *, ddof=0, axis=None):
    x = np.asarray(x, dtype=float)
    rows = np.ravel(x) if axis is None else np.moveaxis(x, axis, 0)
    mean, total = 0.0 * rows[0], 0.0 * rows[0]
    for n, row in enumerate(rows, 1):
        change = row - mean
        mean = mean + change / n
        total = total + change * (row - mean)
    return total / (len(rows) - ddof)


def variance_of_shifted_data(x, *, ddof=0, axis=None):
    x = x - np.ravel(x)[0] - np.mean(x - np.ravel(x)[0], axis, keepdims=True)
    n = _count(x, axis)
    rest = np.sum(x, axis) ** 2 / n
    return (np.sum(x**2, axis) - rest) / (n - ddof)


# --- covariance_matrix -------------------------------------------------------


def covariance_of_rows(X, *, ddof=0):
    D = X - X.mean(axis=1, keepdims=True)
    return D @ D.T / (X.shape[1] - ddof)


def covariance_of_samples(X, *, ddof=0):
    D = X - X.mean(axis=0)
    return D @ D.T / (len(X) - ddof)


def covariance_about_row_means(X, *, ddof=0):
    D = X - X.mean(axis=1, keepdims=True)
    return D.T @ D / (len(X) - ddof)


def covariance_about_row_means_without_keepdims(X, *, ddof=0):
    D = X - X.mean(axis=1)
    return D.T @ D / (len(X) - ddof)


def covariance_not_centred(X, *, ddof=0):
    return X.T @ X / (len(X) - ddof)


def covariance_of_a_sample(X, *, ddof=0):
    D = X - X.mean(axis=0)
    return D.T @ D / (len(X) - 1)


def covariance_of_the_population(X, *, ddof=0):
    D = X - X.mean(axis=0)
    return D.T @ D / len(X)


def covariance_about_the_grand_mean(X, *, ddof=0):
    D = X - X.mean()
    return D.T @ D / (len(X) - ddof)


def covariance_scaled(X, *, ddof=0):
    D = (X - X.mean(axis=0)) / X.std(axis=0)
    return D.T @ D / (len(X) - ddof)


def covariance_one_pass(X, *, ddof=0):
    n, m = len(X), X.mean(axis=0)
    return (X.T @ X - n * np.outer(m, m)) / (n - ddof)


def covariance_as_a_sum(X, *, ddof=0):
    D = X - X.mean(axis=0)
    return D.T @ D


def covariance_by_einsum(X, *, ddof=0):
    D = X - X.mean(axis=0)
    return np.einsum("ni,nj->ij", D, D) / (len(X) - ddof)


def covariance_by_loop(X, *, ddof=0):
    N, d = X.shape
    C = np.zeros((d, d))
    means = [sum(X[:, i]) / N for i in range(d)]
    for i in range(d):
        for j in range(d):
            products = (X[:, i] - means[i]) * (X[:, j] - means[j])
            C[i, j] = sum(products) / (N - ddof)
    return C


# --- correlation -------------------------------------------------------------


def _varies(*data):
    if any(np.all(x == x[0]) for x in data):
        raise ValueError("x and y must vary")


def _pearson(x, y):
    dx, dy = x - x.mean(), y - y.mean()
    return np.sum(dx * dy) / np.sqrt(np.sum(dx**2)) / np.sqrt(np.sum(dy**2))


def correlation_as_given(x, y):
    covariance = np.sum((x - x.mean()) * (y - y.mean())) / (len(x) - 1)
    return covariance / (np.std(x) * np.std(y))


def correlation_of_constants(x, y):
    covariance = np.mean((x - x.mean()) * (y - y.mean()))
    return covariance / (np.std(x) * np.std(y))


def correlation_with_two_ddofs(x, y):
    _varies(x, y)
    return correlation_as_given(x, y)


def correlation_with_two_ddofs_std_compared(x, y):
    if np.std(x) == 0 or np.std(y) == 0:
        raise ValueError("x and y must vary")
    return correlation_as_given(x, y)


def correlation_std_compared(x, y):
    if np.std(x) == 0 or np.std(y) == 0:
        raise ValueError("x and y must vary")
    return _pearson(x, y)


def correlation_zero_for_constants(x, y):
    if np.all(x == x[0]) or np.all(y == y[0]):
        return 0.0
    return _pearson(x, y)


def correlation_of_raw_sums(x, y):
    _varies(x, y)
    n, sx, sy = len(x), x.sum(), y.sum()
    spread = (n * x @ x - sx**2) * (n * y @ y - sy**2)
    return (n * x @ y - sx * sy) / np.sqrt(spread)


def correlation_if_not_close(x, y):
    if np.allclose(x, x[0]) or np.allclose(y, y[0]):
        raise ValueError
    return _pearson(x, y)


def correlation_y_unchecked(x, y):
    _varies(x)
    return _pearson(x, y)


def correlation_by_variances(x, y):
    _varies(x, y)
    covariance = np.mean((x - x.mean()) * (y - y.mean()))
    return covariance / (np.var(x) * np.var(y))


def correlation_covariance(x, y):
    _varies(x, y)
    return np.mean((x - x.mean()) * (y - y.mean()))


def correlation_clipped(x, y):
    _varies(x, y)
    return np.clip(correlation_as_given(x, y), -1, 1)


def correlation_of_standard_scores(x, y):
    _varies(x, y)
    a, b = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    return np.mean(a * b)


def correlation_with_ddof_one_throughout(x, y):
    if x.min() == x.max() or y.min() == y.max():
        raise ValueError("a constant varies with nothing")
    covariance = (x - x.mean()) @ (y - y.mean()) / (len(x) - 1)
    return covariance / (np.std(x, ddof=1) * np.std(y, ddof=1))


# --- gaussian_log_pdf --------------------------------------------------------

_HALF_LOG_2PI = 0.5 * np.log(2 * np.pi)


def gaussian_of_variance(x, mean, std):
    return -((x - mean) ** 2) / (2 * std) - np.log(std) / 2 - _HALF_LOG_2PI


def gaussian_log_of_density(x, mean, std):
    z = (x - mean) / std
    return np.log(np.exp(-(z**2) / 2) / (std * np.sqrt(2 * np.pi)))


def gaussian_density(x, mean, std):
    z = (x - mean) / std
    return np.exp(-(z**2) / 2) / (std * np.sqrt(2 * np.pi))


def gaussian_without_two_pi(x, mean, std):
    return -(((x - mean) / std) ** 2) / 2 - np.log(std)


def gaussian_with_whole_two_pi(x, mean, std):
    return -(((x - mean) / std) ** 2) / 2 - np.log(std) - np.log(2 * np.pi)


def gaussian_without_log_std(x, mean, std):
    return -(((x - mean) / std) ** 2) / 2 - _HALF_LOG_2PI


def gaussian_with_half_log_std(x, mean, std):
    return -(((x - mean) / std) ** 2) / 2 - np.log(std) / 2 - _HALF_LOG_2PI


def gaussian_without_half(x, mean, std):
    return -(((x - mean) / std) ** 2) - np.log(std) - _HALF_LOG_2PI


def gaussian_by_squared_std(x, mean, std):
    variance = std**2
    quadratic = (x - mean) ** 2 / (2 * variance)
    return -0.5 * np.log(2 * np.pi * variance) - quadratic


def gaussian_in_one_line(x, mean, std):
    return -0.5 * (((x - mean) / std) ** 2 + np.log(2 * np.pi)) - np.log(std)


def gaussian_by_math(x, mean, std):
    x, mean, std = np.broadcast_arrays(x, mean, std)
    out = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        z = (x[i] - mean[i]) / std[i]
        out[i] = -z * z / 2 - math.log(std[i]) - math.log(2 * math.pi) / 2
    return out


# --- multivariate_gaussian_log_pdf -------------------------------------------


def _log_normal(x, mean, cov, *, log_det=None, dims=None, quadratic=None):
    """The log density, with one of its terms replaced."""
    d = x - mean
    if quadratic is None:
        quadratic = np.sum(d * np.linalg.solve(cov, d.T).T, axis=-1)
    if log_det is None:
        log_det = np.linalg.slogdet(cov)[1]
    dims = len(mean) if dims is None else dims
    return -0.5 * (quadratic + log_det + dims * np.log(2 * np.pi))


def multivariate_by_norm(x, mean, cov):
    return _log_normal(x, mean, cov, log_det=np.log(np.linalg.norm(cov)))


def multivariate_with_one_two_pi(x, mean, cov):
    return _log_normal(x, mean, cov, dims=1)


def multivariate_of_a_batch_always(x, mean, cov):
    return _log_normal(np.atleast_2d(x), mean, cov)


def _by_bending(x, mean, cov, bend):
    z = bend(np.linalg.cholesky(cov), (x - mean).T)
    return _log_normal(x, mean, cov, quadratic=np.sum(z**2, axis=0))


def multivariate_by_the_upper_triangle(x, mean, cov):
    return _by_bending(
        x, mean, cov, lambda L, d: np.linalg.solve(L.T, d)
    )


def multivariate_bent_once_more(x, mean, cov):
    return _by_bending(x, mean, cov, np.matmul)


def multivariate_with_all_pairs(x, mean, cov):
    d = x - mean
    return _log_normal(
        x, mean, cov, quadratic=d @ np.linalg.solve(cov, d.T)
    )


def multivariate_of_one_point(x, mean, cov):
    d = x - mean
    return _log_normal(
        x, mean, cov, quadratic=d @ np.linalg.inv(cov) @ d,
        log_det=np.log(np.linalg.det(cov)),
    )


def multivariate_with_the_batch_added(x, mean, cov):
    d = x - mean
    quadratic = np.sum(d * np.linalg.solve(cov, d.T).T)
    return _log_normal(x, mean, cov, quadratic=quadratic)


def multivariate_by_inverse(x, mean, cov):
    d = x - mean
    quadratic = np.sum((d @ np.linalg.inv(cov)) * d, axis=-1)
    return _log_normal(x, mean, cov, quadratic=quadratic)


def multivariate_log_of_determinant(x, mean, cov):
    log_det = np.log(np.linalg.det(cov))
    return _log_normal(x, mean, cov, log_det=log_det)


def multivariate_by_inverse_and_determinant(x, mean, cov):
    d = x - mean
    quadratic = np.sum((d @ np.linalg.inv(cov)) * d, axis=-1)
    log_det = np.log(np.linalg.det(cov))
    return _log_normal(x, mean, cov, quadratic=quadratic, log_det=log_det)


def multivariate_with_a_power_of_two_pi(x, mean, cov):
    d = x - mean
    quadratic = np.sum(d * np.linalg.solve(cov, d.T).T, axis=-1)
    volume = (2 * np.pi) ** len(mean) * np.linalg.det(cov)
    return -0.5 * (quadratic + np.log(volume))


def multivariate_without_root(x, mean, cov):
    return _log_normal(
        x, mean, cov, log_det=2 * np.linalg.slogdet(cov)[1]
    )


def multivariate_with_half_a_determinant(x, mean, cov):
    return _log_normal(
        x, mean, cov, log_det=np.linalg.slogdet(cov)[1] / 2
    )


def multivariate_without_half(x, mean, cov):
    d = x - mean
    quadratic = 2 * np.sum(d * np.linalg.solve(cov, d.T).T, axis=-1)
    return _log_normal(x, mean, cov, quadratic=quadratic)


def multivariate_density(x, mean, cov):
    return np.exp(_log_normal(x, mean, cov))


def multivariate_of_the_variances(x, mean, cov):
    return _log_normal(x, mean, np.diag(np.diagonal(cov)))


def multivariate_of_squared_cov(x, mean, cov):
    return _log_normal(x, mean, cov @ cov)


def multivariate_by_solve(x, mean, cov):
    return _log_normal(x, mean, cov)


def multivariate_by_eigenvectors(x, mean, cov):
    w, V = np.linalg.eigh(cov)
    z = (x - mean) @ V / np.sqrt(w)
    return _log_normal(
        x, mean, cov, quadratic=np.sum(z**2, axis=-1),
        log_det=np.sum(np.log(w)),
    )


def multivariate_by_loop(x, mean, cov):
    L = np.linalg.cholesky(cov)
    out = []
    for row in np.atleast_2d(x):
        z = np.linalg.solve(L, row - mean)
        out.append(
            -0.5 * z @ z - np.sum(np.log(np.diagonal(L)))
            - len(mean) * _HALF_LOG_2PI
        )
    return np.array(out) if x.ndim == 2 else out[0]


# --- gaussian_classifier -----------------------------------------------------


def _log_joints(X_train, y_train, X_test, *, cov=None, prior=True, ddof=0):
    """log p(x, k), a column for each class."""
    columns = []
    for k in range(y_train.max() + 1):
        X = X_train[y_train == k]
        S = pr.covariance_matrix(X, ddof=ddof) if cov is None else cov(X)
        column = pr.multivariate_gaussian_log_pdf(X_test, X.mean(axis=0), S)
        columns.append(column + prior * np.log(len(X) / len(X_train)))
    return np.stack(columns, axis=-1)


def classifier_without_prior(X_train, y_train, X_test):
    return fd.softmax(_log_joints(X_train, y_train, X_test, prior=False))


def classifier_with_prior_as_it_is(X_train, y_train, X_test):
    share = np.bincount(y_train) / len(y_train)
    likelihood = _log_joints(X_train, y_train, X_test, prior=False)
    return fd.softmax(share + likelihood)


def classifier_without_prior_with_ddof(X_train, y_train, X_test):
    return fd.softmax(
        _log_joints(X_train, y_train, X_test, prior=False, ddof=1)
    )


def classifier_by_np_cov(X_train, y_train, X_test):
    return fd.softmax(_log_joints(
        X_train, y_train, X_test, cov=lambda X: np.cov(X.T, ddof=0)
    ))


def classifier_by_np_cov_ddof(X_train, y_train, X_test):
    return fd.softmax(_log_joints(
        X_train, y_train, X_test, cov=lambda X: np.cov(X.T)
    ))


def classifier_of_three_kinds(X_train, y_train, X_test):
    columns = []
    for k in range(3):
        X = X_train[y_train == k]
        column = pr.multivariate_gaussian_log_pdf(
            X_test, X.mean(axis=0), pr.covariance_matrix(X)
        )
        columns.append(column + np.log(len(X) / len(X_train)))
    return fd.softmax(np.stack(columns, axis=-1))


def classifier_with_pooled_covariance(X_train, y_train, X_test):
    pooled = sum(
        pr.covariance_matrix(X_train[y_train == k]) * np.mean(y_train == k)
        for k in range(y_train.max() + 1)
    )
    return fd.softmax(
        _log_joints(X_train, y_train, X_test, cov=lambda X: pooled)
    )


def classifier_with_one_covariance(X_train, y_train, X_test):
    whole = pr.covariance_matrix(X_train)
    return fd.softmax(
        _log_joints(X_train, y_train, X_test, cov=lambda X: whole)
    )


def classifier_with_ddof(X_train, y_train, X_test):
    return fd.softmax(_log_joints(X_train, y_train, X_test, ddof=1))


def classifier_with_ddof_that_underflows(X_train, y_train, X_test):
    joint = np.exp(_log_joints(X_train, y_train, X_test, ddof=1))
    return joint / joint.sum(axis=-1, keepdims=True)


def classifier_of_independent_measures(X_train, y_train, X_test):
    return fd.softmax(_log_joints(
        X_train, y_train, X_test, cov=lambda X: np.diag(X.var(axis=0))
    ))


def classifier_that_underflows(X_train, y_train, X_test):
    joint = np.exp(_log_joints(X_train, y_train, X_test))
    return joint / joint.sum(axis=-1, keepdims=True)


def classifier_labels(X_train, y_train, X_test):
    return np.argmax(_log_joints(X_train, y_train, X_test), axis=-1)


def classifier_unnormalised(X_train, y_train, X_test):
    return np.exp(_log_joints(X_train, y_train, X_test))


def classifier_over_the_flowers(X_train, y_train, X_test):
    return fd.softmax(_log_joints(X_train, y_train, X_test), axis=0)


def classifier_by_logsumexp(X_train, y_train, X_test):
    joint = _log_joints(X_train, y_train, X_test)
    return np.exp(joint - fd.logsumexp(joint, keepdims=True))


def classifier_flower_by_flower(X_train, y_train, X_test):
    K = max(y_train) + 1
    prior = np.bincount(y_train) / len(y_train)
    rows = []
    for x in X_test:
        log_joint = np.array([
            math.log(prior[k]) + pr.multivariate_gaussian_log_pdf(
                x, X_train[y_train == k].mean(axis=0),
                np.cov(X_train[y_train == k].T, ddof=0).reshape(
                    (X_train.shape[1],) * 2),
            )
            for k in range(K)
        ])
        odds = np.exp(log_joint - log_joint.max())
        rows.append(odds / odds.sum())
    return np.array(rows)


# --- change_of_variables_log_density -----------------------------------------


def change_with_plus(base_log_pdf, inverse, jacobian, y):
    x = inverse(y)
    return base_log_pdf(x) + np.linalg.slogdet(jacobian(x))[1]


def change_without_absolute_value(base_log_pdf, inverse, jacobian, y):
    x = inverse(y)
    return base_log_pdf(x) - np.log(np.linalg.det(jacobian(x)))


def change_by_determinant(base_log_pdf, inverse, jacobian, y):
    x = inverse(y)
    return base_log_pdf(x) - np.log(np.abs(np.linalg.det(jacobian(x))))


def change_with_jacobian_at_y(base_log_pdf, inverse, jacobian, y):
    x = inverse(y)
    return base_log_pdf(x) - np.linalg.slogdet(jacobian(y))[1]


def change_with_base_at_y(base_log_pdf, inverse, jacobian, y):
    x = inverse(y)
    return base_log_pdf(y) - np.linalg.slogdet(jacobian(x))[1]


def change_without_logarithm(base_log_pdf, inverse, jacobian, y):
    x = inverse(y)
    return base_log_pdf(x) - np.abs(np.linalg.det(jacobian(x)))


def change_with_the_sign(base_log_pdf, inverse, jacobian, y):
    x = inverse(y)
    return base_log_pdf(x) - np.array(np.linalg.slogdet(jacobian(x)))


def change_without_determinant(base_log_pdf, inverse, jacobian, y):
    return base_log_pdf(inverse(y))


def change_by_the_diagonal(base_log_pdf, inverse, jacobian, y):
    x = inverse(y)
    diagonal = np.diagonal(jacobian(x), axis1=-2, axis2=-1)
    return base_log_pdf(x) - np.sum(np.log(np.abs(diagonal)), axis=-1)


def change_by_qr(base_log_pdf, inverse, jacobian, y):
    x = inverse(y)
    R = np.linalg.qr(jacobian(x))[1]
    diagonal = np.abs(np.diagonal(R, axis1=-2, axis2=-1))
    return base_log_pdf(x) - np.sum(np.log(diagonal), axis=-1)


def change_by_inverse_jacobian(base_log_pdf, inverse, jacobian, y):
    x = inverse(y)
    of_the_inverse = np.linalg.inv(jacobian(x))
    return np.linalg.slogdet(of_the_inverse)[1] + base_log_pdf(x)


# --- gaussian_mixture_log_pdf ------------------------------------------------


def _components(x, means, covs):
    """log N(x; mean_k, cov_k), the components along the last axis."""
    return np.stack([
        np.asarray(pr.multivariate_gaussian_log_pdf(x, m, C))
        for m, C in zip(means, covs, strict=True)
    ], axis=-1)


def mixture_of_logs(x, weights, means, covs):
    return np.sum(weights * _components(x, means, covs), axis=-1)


def mixture_with_weights_multiplied(x, weights, means, covs):
    return fd.logsumexp(weights * _components(x, means, covs))


def mixture_that_underflows(x, weights, means, covs):
    densities = np.exp(_components(x, means, covs))
    return np.log(np.sum(weights * densities, axis=-1))


def mixture_without_weights(x, weights, means, covs):
    return fd.logsumexp(_components(x, means, covs))


def mixture_density(x, weights, means, covs):
    densities = np.exp(_components(x, means, covs))
    return np.sum(weights * densities, axis=-1)


def mixture_of_the_nearest(x, weights, means, covs):
    return np.max(np.log(weights) + _components(x, means, covs), axis=-1)


def mixture_over_the_batch(x, weights, means, covs):
    return fd.logsumexp(
        np.log(weights) + _components(x, means, covs), axis=0
    )


def mixture_of_one_gaussian(x, weights, means, covs):
    mean = np.tensordot(weights, means, axes=1)
    cov = np.tensordot(weights, covs, axes=1)
    return pr.multivariate_gaussian_log_pdf(x, mean, cov)


def mixture_by_logaddexp(x, weights, means, covs):
    terms = np.log(weights) + _components(x, means, covs)
    return np.logaddexp.reduce(terms, axis=-1)


def mixture_by_loop(x, weights, means, covs):
    total = -np.inf
    for w, mean, cov in zip(weights, means, covs, strict=True):
        if w > 0:
            term = pr.multivariate_gaussian_log_pdf(x, mean, cov)
            total = np.logaddexp(total, math.log(w) + term)
    return total


# --- dirichlet_log_pdf -------------------------------------------------------


def _log_beta(alpha):
    return np.sum(special.gammaln(alpha)) - special.gammaln(np.sum(alpha))


def _log_powers(pi, exponent):
    return np.sum(special.xlogy(exponent, pi), axis=-1)


def dirichlet_by_gamma(pi, alpha):
    norm = special.gamma(np.sum(alpha)) / np.prod(special.gamma(alpha))
    return np.log(norm) + _log_powers(pi, alpha - 1)


def dirichlet_by_math_gamma(pi, alpha):
    norm = math.gamma(sum(alpha)) / math.prod(map(math.gamma, alpha))
    return math.log(norm) + _log_powers(pi, alpha - 1)


def dirichlet_by_product(pi, alpha):
    powers = np.prod(pi ** (alpha - 1), axis=-1)
    return np.log(powers) - _log_beta(alpha)


def dirichlet_with_norm_inverted(pi, alpha):
    return _log_beta(alpha) + _log_powers(pi, alpha - 1)


def dirichlet_without_minus_one(pi, alpha):
    return _log_powers(pi, alpha) - _log_beta(alpha)


def dirichlet_zero_times_log_zero(pi, alpha):
    powers = np.sum((alpha - 1) * np.log(pi), axis=-1)
    return powers - _log_beta(alpha)


def dirichlet_with_the_batch_added(pi, alpha):
    return np.sum(special.xlogy(alpha - 1, pi)) - _log_beta(alpha)


def dirichlet_density(pi, alpha):
    return np.exp(_log_powers(pi, alpha - 1) - _log_beta(alpha))


def dirichlet_without_norm(pi, alpha):
    return _log_powers(pi, alpha - 1)


def dirichlet_by_loop(pi, alpha):
    norm = math.lgamma(sum(alpha)) - sum(map(math.lgamma, alpha))
    total = norm + np.zeros(pi.shape[:-1])
    for k, a in enumerate(alpha):
        if a != 1:
            total = total + (a - 1) * np.log(pi[..., k])
    return total


def dirichlet_by_log_beta(pi, alpha):
    return _log_powers(pi, alpha - 1) - _log_beta(alpha)


# --- monte_carlo_expectation -------------------------------------------------


def monte_carlo_spread(f, sampler, n, *, rng):
    values = f(sampler(rng, n))
    return np.mean(values), np.std(values, ddof=1)


def monte_carlo_spread_ddof(f, sampler, n, *, rng):
    values = f(sampler(rng, n))
    return np.mean(values), np.std(values)


def monte_carlo_of_the_mean(f, sampler, n, *, rng):
    x = sampler(rng, n)
    error = np.std(f(x), ddof=1) / np.sqrt(n)
    return f(np.mean(x, axis=0, keepdims=True))[0], error


def monte_carlo_without_values(f, sampler, n, *, rng):
    x = sampler(rng, n)
    return f(x.mean()), x.std(ddof=1) / np.sqrt(n)


def monte_carlo_ddof(f, sampler, n, *, rng):
    values = f(sampler(rng, n))
    return np.mean(values), np.std(values) / np.sqrt(n)


def monte_carlo_squared(f, sampler, n, *, rng):
    values = f(sampler(rng, n))
    return np.mean(values), np.var(values, ddof=1) / n


def monte_carlo_by_n(f, sampler, n, *, rng):
    values = f(sampler(rng, n))
    return np.mean(values), np.std(values, ddof=1) / n


def monte_carlo_of_the_samples(f, sampler, n, *, rng):
    x = sampler(rng, n)
    return np.mean(f(x)), np.std(x, ddof=1) / np.sqrt(n)


def monte_carlo_estimate_only(f, sampler, n, *, rng):
    return np.mean(f(sampler(rng, n)))


def monte_carlo_drawn_twice(f, sampler, n, *, rng):
    estimate = np.mean(f(sampler(rng, n)))
    return estimate, np.std(f(sampler(rng, n)), ddof=1) / np.sqrt(n)


def monte_carlo_by_hand(f, sampler, n, *, rng):
    values = 1.0 * f(sampler(rng, n))
    mean = np.sum(values) / n
    variance = np.sum((values - mean) ** 2) / (n - 1)
    return float(mean), float(np.sqrt(variance / n))


def monte_carlo_by_loop(f, sampler, n, *, rng):
    values = [float(v) for v in f(sampler(rng, n))]
    mean = math.fsum(values) / n
    squares = math.fsum((v - mean) ** 2 for v in values)
    return mean, math.sqrt(squares / (n - 1) / n)


# --- importance_estimate -----------------------------------------------------


def importance_upside_down(f, samples, log_p, log_q, *, normalize=False):
    return importance_by_hand(f, samples, log_q, log_p, normalize=normalize)


def importance_divided_by_n(f, samples, log_p, log_q, *, normalize=False):
    weights = np.exp(log_p(samples) - log_q(samples))
    return np.mean(weights * f(samples))


def importance_sum(f, samples, log_p, log_q, *, normalize=False):
    log_weights = log_p(samples) - log_q(samples)
    weights = fd.softmax(log_weights) if normalize else np.exp(log_weights)
    return np.sum(weights * f(samples))


def importance_divided_twice(f, samples, log_p, log_q, *, normalize=False):
    log_weights = log_p(samples) - log_q(samples)
    weights = np.exp(log_weights)
    if normalize:
        weights = fd.softmax(log_weights)
    return np.mean(weights * f(samples))


def importance_that_underflows(f, samples, log_p, log_q, *, normalize=False):
    weights = np.exp(log_p(samples)) / np.exp(log_q(samples))
    total = np.sum(weights) if normalize else len(samples)
    return np.sum(weights * f(samples)) / total


def importance_unweighted(f, samples, log_p, log_q, *, normalize=False):
    return np.mean(f(samples))


def importance_always_normalised(
    f, samples, log_p, log_q, *, normalize=False
):
    return importance_by_hand(f, samples, log_p, log_q, normalize=True)


def importance_that_overflows(f, samples, log_p, log_q, *, normalize=False):
    weights = np.exp(log_p(samples) - log_q(samples))
    total = np.sum(weights) if normalize else len(samples)
    return np.sum(weights * f(samples)) / total


def importance_shifted(f, samples, log_p, log_q, *, normalize=False):
    log_weights = log_p(samples) - log_q(samples)
    weights = np.exp(log_weights - log_weights.max())
    total = np.sum(weights) if normalize else len(samples)
    return np.sum(weights * f(samples)) / total


def importance_of_log_weights(f, samples, log_p, log_q, *, normalize=False):
    weights = log_p(samples) - log_q(samples)
    total = np.sum(weights) if normalize else len(samples)
    return np.sum(weights * f(samples)) / total


def importance_by_hand(f, samples, log_p, log_q, *, normalize=False):
    log_weights = log_p(samples) - log_q(samples)
    if not normalize:
        return np.sum(np.exp(log_weights) * f(samples)) / len(samples)
    weights = np.exp(log_weights - np.max(log_weights))
    return np.sum(weights * f(samples)) / np.sum(weights)


def importance_by_logsumexp(f, samples, log_p, log_q, *, normalize=False):
    log_weights = log_p(samples) - log_q(samples)
    log_total = math.log(len(samples))
    if normalize:
        log_total = fd.logsumexp(log_weights)
    return np.exp(log_weights - log_total) @ f(samples)


# --- hoeffding_bound ---------------------------------------------------------


def hoeffding_one_sided(n, t, *, low=0.0, high=1.0):
    return np.exp(-2 * n * t**2 / (high - low) ** 2)


def hoeffding_range_not_squared(n, t, *, low=0.0, high=1.0):
    return 2 * np.exp(-2 * n * t**2 / (high - low))


def hoeffding_t_not_squared(n, t, *, low=0.0, high=1.0):
    return 2 * np.exp(-2 * n * t / (high - low) ** 2)


def hoeffding_range_ignored(n, t, *, low=0.0, high=1.0):
    return 2 * np.exp(-2 * n * t**2)


def hoeffding_low_ignored(n, t, *, low=0.0, high=1.0):
    return 2 * np.exp(-2 * n * t**2 / high**2)


def hoeffding_by_math(n, t, *, low=0.0, high=1.0):
    return 2 * math.exp(-2 * n * t**2 / (high - low) ** 2)


def hoeffding_capped(n, t, *, low=0.0, high=1.0):
    bound = 2 * np.exp(-2 * n * t**2 / (high - low) ** 2)
    return np.minimum(bound, 1.0)


def hoeffding_without_two_above(n, t, *, low=0.0, high=1.0):
    return 2 * np.exp(-n * t**2 / (high - low) ** 2)


def hoeffding_of_the_sum(n, t, *, low=0.0, high=1.0):
    return 2 * np.exp(-2 * t**2 / (n * (high - low) ** 2))


def hoeffding_chebyshev(n, t, *, low=0.0, high=1.0):
    return (high - low) ** 2 / (4 * n * t**2)


def hoeffding_by_scaled_t(n, t, *, low=0.0, high=1.0):
    share = np.asarray(t) / (high - low)
    return np.exp(np.log(2) - 2 * n * share * share)


def hoeffding_in_single_precision(n, t, *, low=0.0, high=1.0):
    share = np.asarray(t, dtype=np.float32) / np.float32(high - low)
    return 2 * np.exp(np.float32(-2 * n) * share**2)


# --- n_step_transition, stationary_distribution ------------------------------


def transition_entry_by_entry(P, n):
    return P**n


def transition_one_step_more(P, n):
    return np.linalg.matrix_power(P, n + 1)


def transition_from_one_step(P, n):
    Q = P
    for _ in range(n - 1):
        Q = Q @ P
    return Q


def transition_times_n(P, n):
    return n * P


def stationary_right_eigenvector(P):
    w, V = np.linalg.eig(P)
    v = np.real(V[:, np.argmin(np.abs(w - 1))])
    return v / v.sum()


def stationary_by_iteration(P):
    pi = np.ones(len(P)) / len(P)
    for _ in range(1001):
        pi = pi @ P
    return pi


def stationary_of_length_one(P):
    pi = stationary_by_eigenvector(P)
    return pi / np.linalg.norm(pi)


def stationary_column_means(P):
    return P.mean(axis=0)


def transition_by_squaring(P, n):
    Q = np.eye(len(P))
    while n:
        if n % 2:
            Q = Q @ P
        P, n = P @ P, n // 2
    return Q


def transition_by_loop(P, n):
    Q = np.eye(len(P))
    for _ in range(n):
        Q = Q @ P
    return Q


def stationary_by_eigenvector(P):
    w, V = np.linalg.eig(P.T)
    v = np.real(V[:, np.argmin(np.abs(w - 1))])
    return v / v.sum()


def stationary_by_replaced_equation(P):
    A = P.T - np.eye(len(P))
    A[-1] = 1.0
    b = np.zeros(len(P))
    b[-1] = 1.0
    return np.linalg.solve(A, b)


def stationary_of_the_lazy_chain(P):
    # Half of the time it stays: no period any more, the same law.
    Q = (P + np.eye(len(P))) / 2
    for _ in range(40):
        Q = Q @ Q
        Q = Q / Q.sum(axis=1, keepdims=True)
    return Q[0]

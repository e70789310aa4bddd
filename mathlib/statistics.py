"""Chapter 07: estimation, Bayesian inference, regression, tests, causes.

Samples are rows.  A ``log_pdf`` or ``log_density`` returns natural logarithms.
``rng`` is a ``numpy.random.Generator``; nothing is drawn from anywhere else.
"""

import math
import operator

import numpy as np

from mathlib import _ops
from mathlib.arrays import alike, arrays
from mathlib.decompositions import cholesky, matrix_rank, pseudoinverse
from mathlib.foundations import (
    check_count,
    check_positive,
    check_vector,
    one_hot,
    softmax,
)
from mathlib.linear_algebra import check_matrix
from mathlib.multivariate_calculus import hessian
from mathlib.probability import multivariate_gaussian_log_pdf, variance

__all__ = [
    "aic",
    "autocorrelation",
    "backdoor_adjustment",
    "bayesian_linear_regression",
    "bic",
    "bootstrap_interval",
    "dirichlet_posterior",
    "dirichlet_predictive",
    "effective_sample_size",
    "em_step",
    "fisher_information",
    "fit_ar1",
    "fit_naive_bayes",
    "gaussian_mle",
    "ipw_ate",
    "laplace_approximation",
    "map_gaussian_mean",
    "metropolis",
    "negative_log_likelihood",
    "ols_standard_errors",
    "ordinary_least_squares",
    "predict_linear",
    "predict_naive_bayes",
    "r_hat",
    "responsibilities",
    "ridge_regression",
    "scm_counterfactual",
    "welch_t_test",
]


def gaussian_mle(x):
    r"""Find the Gaussian under which the data are most likely.

    Parameters
    ----------
    x : array of shape `(n,)`

    Returns
    -------
    mean, variance : arrays of shape `()`

    Raises
    ------
    ValueError
        If ``x`` is no vector or empty.

    Notes
    -----
    .. math:: \hat\mu = \bar x, \qquad
       \hat\sigma^2 = \frac1n\sum_i (x_i - \bar x)^2.

    Divided by n: the unbiased estimate, with n - 1, is not the most likely.
    Linear time.

    References
    ----------
    Fisher, R. A. (1922). On the mathematical foundations of theoretical
    statistics. Phil. Trans. R. Soc. A 222. doi:10.1098/rsta.1922.0009.

    Examples
    --------
    >>> mean, var = gaussian_mle([1, 2, 6])
    >>> round(float(mean), 4), round(float(var), 4)
    (3.0, 4.6667)
    """
    xp, x = arrays(x)
    check_vector("x", x, 1)
    return xp.mean(x), variance(x)


def negative_log_likelihood(log_pdf, x):
    r"""Measure how badly a model explains independent data, in nats.

    Parameters
    ----------
    log_pdf : callable
        Takes ``x``, returns the log density of each sample.
    x : array of shape `(n, ...)`

    Returns
    -------
    array of shape `()`
        The sum over the samples, not the mean; infinite when one is
        impossible.

    Raises
    ------
    ValueError
        If ``log_pdf`` does not return one number for each sample.

    Notes
    -----
    .. math:: -\log\prod_i p(x_i\mid\theta) = -\sum_i\log p(x_i\mid\theta).

    The product itself is 0 in floats from some hundred samples on.  Linear
    time.

    References
    ----------
    Fisher, R. A. (1922). On the mathematical foundations of theoretical
    statistics. Phil. Trans. R. Soc. A 222. doi:10.1098/rsta.1922.0009.

    Examples
    --------
    >>> float(negative_log_likelihood(lambda x: -x, [1, 2]))
    3.0
    """
    _, x = arrays(x)
    xp, log_p = arrays(log_pdf(x))
    if x.ndim < 1 or tuple(log_p.shape) != tuple(x.shape[:1]):
        raise ValueError(
            "log_pdf must return one number for each sample, got the shape"
            f" {tuple(log_p.shape)} for x of shape {tuple(x.shape)}"
        )
    return xp.sum(-log_p)


def map_gaussian_mean(x, std, prior_mean, prior_std):
    r"""Find the most probable mean of Gaussian data under a Gaussian prior.

    Parameters
    ----------
    x : array of shape `(n,)`
        May be empty: then the prior mean is returned.
    std : number
        The known standard deviation of the data.
    prior_mean, prior_std : numbers
        Of the prior of the mean.

    Returns
    -------
    array of shape `()`

    Raises
    ------
    ValueError
        If ``x`` is no vector or a standard deviation is not positive.

    Notes
    -----
    .. math:: \hat\mu = \frac{\sum_i x_i/\sigma^2 + \mu_0/\tau^2}
       {n/\sigma^2 + 1/\tau^2} = \frac{\sum_i x_i + \kappa\mu_0}{n + \kappa},
       \qquad \kappa = \sigma^2/\tau^2.

    The prior counts like :math:`\kappa` more samples, however many there
    are, so that it fades as n grows.  Linear time.

    References
    ----------
    Murphy, K. P. (2012). Machine Learning: A Probabilistic Perspective,
    4.4.2. MIT Press.

    Examples
    --------
    >>> float(map_gaussian_mean([4, 6], 1, 0, 1))
    3.3333333333333335
    """
    xp, x = arrays(x)
    check_vector("x", x)
    check_positive(std=std, prior_std=prior_std)
    kappa = (std / prior_std) ** 2
    return (xp.sum(x) + kappa * prior_mean) / (x.shape[0] + kappa)


def predict_linear(X, beta):
    r"""Predict with a linear model, one number for each row.

    Parameters
    ----------
    X : array of shape `(n, p)`
        An intercept needs a column of ones.
    beta : array of shape `(p,)`

    Returns
    -------
    array of shape `(n,)`

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    .. math:: \hat{\mathbf y} = X\boldsymbol\beta, \qquad
       \mathbf y = X\boldsymbol\beta + \boldsymbol\epsilon, \quad
       \boldsymbol\epsilon\sim\mathcal N(0, \sigma^2 I).

    :math:`O(np)` time.

    References
    ----------
    Hastie, T., Tibshirani, R., Friedman, J. (2009). The Elements of
    Statistical Learning, 2nd ed., 3.2. doi:10.1007/978-0-387-84858-7.

    Examples
    --------
    >>> predict_linear([[1, 0], [1, 2]], [10, 3])
    array([10., 16.])
    """
    _, X, beta = arrays(X, beta)
    check_matrix("X", X, batch=False)
    if tuple(beta.shape) != (X.shape[1],):
        raise ValueError(
            f"beta must have the shape ({X.shape[1]},) for X of shape"
            f" {tuple(X.shape)}, got {tuple(beta.shape)}"
        )
    return X @ beta


def ordinary_least_squares(X, y):
    r"""Fit a linear model by least squares.

    Parameters
    ----------
    X : array of shape `(n, p)`
        No column of ones is added.
    y : array of shape `(n,)`

    Returns
    -------
    array of shape `(p,)`
        The shortest of all coefficients that fit best, when the columns of
        ``X`` are dependent.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    .. math:: X^\top X\,\mathbf w = X^\top\mathbf y, \qquad
       \mathbf w = (X^\top X)^{-1}X^\top\mathbf y = R^{-1}Q^\top\mathbf y.

    :math:`X = QR` keeps the digits that :math:`X^\top X` loses by squaring
    the condition number; the pseudoinverse serves where R has no inverse.
    :math:`O(np^2)` time.

    References
    ----------
    Golub, G. (1965). Numerical methods for solving linear least squares
    problems. Numer. Math. 7. doi:10.1007/BF01436075.

    Examples
    --------
    >>> ordinary_least_squares([[1, 0], [1, 1], [1, 2]], [1, 3, 5]).round(9)
    array([1., 2.])
    """
    xp, X, y = _regression(X, y)
    Q, R, rtol = _qr(xp, X)
    if _has_full_rank(R, rtol):
        return xp.linalg.solve(R, (Q.mT @ y)[:, None])[:, 0]
    return pseudoinverse(R, rtol=rtol) @ (Q.mT @ y)


def ridge_regression(X, y, alpha, *, fit_intercept=True):
    r"""Fit a linear model whose coefficients are kept small.

    Parameters
    ----------
    X : array of shape `(n, p)`
    y : array of shape `(n,)`
    alpha : number
        Weight of the penalty, 0 or more; :math:`\lambda` below.
    fit_intercept : bool, default True
        Whether there is a constant, which is not penalized.

    Returns
    -------
    w : array of shape `(p,)`
    intercept : array of shape `()`
        0 without ``fit_intercept``.

    Raises
    ------
    ValueError
        If the shapes do not fit, ``alpha`` is negative, or there is no row
        to find an intercept from.

    Notes
    -----
    .. math:: \min_{\mathbf w, b}\ \|\mathbf y - X\mathbf w - b\|^2
       + \lambda\|\mathbf w\|^2, \qquad
       \mathbf w = (X^\top X + \lambda I)^{-1}X^\top\mathbf y.

    The loss is a sum, as in scikit-learn: with a mean, :math:`\lambda` would
    be n times smaller.  Centring X and y takes the intercept out.  The
    penalty is p more rows :math:`\sqrt\lambda I` whose targets are 0, for
    :func:`ordinary_least_squares`.  :math:`O((n + p)p^2)` time.

    References
    ----------
    Hoerl, A. E., Kennard, R. W. (1970). Ridge regression: biased estimation
    for nonorthogonal problems. Technometrics 12(1). doi:10.2307/1267351.

    Examples
    --------
    >>> w, b = ridge_regression([[0], [1], [2]], [1, 3, 5], 2)
    >>> w, float(b)
    (array([1.]), 2.0)
    """
    xp, X, y = _regression(X, y, 1 if fit_intercept else 0)
    if not alpha >= 0:
        raise ValueError(f"alpha must be at least 0, got {alpha}")
    if not fit_intercept:
        w = ordinary_least_squares(*_with_penalty(xp, X, y, alpha))
        return w, xp.zeros((), dtype=y.dtype, device=y.device)
    mean_x, mean_y = xp.mean(X, axis=0), xp.mean(y)
    centred = _with_penalty(xp, X - mean_x, y - mean_y, alpha)
    w = ordinary_least_squares(*centred)
    return w, mean_y - xp.vecdot(mean_x, w)


def ols_standard_errors(X, y):
    r"""Find how uncertain each coefficient of a least-squares fit is.

    Parameters
    ----------
    X : array of shape `(n, p)`
        Independent columns, fewer than rows.
    y : array of shape `(n,)`

    Returns
    -------
    array of shape `(p,)`

    Raises
    ------
    ValueError
        If the shapes do not fit, n is not above p, or columns are dependent.

    Notes
    -----
    .. math:: \hat\sigma^2 = \frac{\|\mathbf y - X\hat\beta\|^2}{n - p},
       \qquad \mathrm{se}_j = \hat\sigma\sqrt{[(X^\top X)^{-1}]_{jj}}.

    From :math:`X = QR` follows :math:`(X^\top X)^{-1} = R^{-1}R^{-\top}`, so
    that its diagonal holds the squared lengths of the rows of
    :math:`R^{-1}`.  :math:`O(np^2)` time.

    References
    ----------
    Hastie, T., Tibshirani, R., Friedman, J. (2009). The Elements of
    Statistical Learning, 2nd ed., 3.2. doi:10.1007/978-0-387-84858-7.

    Examples
    --------
    >>> ols_standard_errors([[1], [1], [1]], [0, 3, 0])
    array([1.])
    """
    xp, X, y = _regression(X, y)
    n, p = X.shape
    Q, R, rtol = _qr(xp, X)
    if n <= p or not _has_full_rank(R, rtol):
        raise ValueError(
            "X must have more rows than columns, and independent columns,"
            f" got the shape {tuple(X.shape)}"
        )
    residual = y - Q @ (Q.mT @ y)
    sigma2 = xp.vecdot(residual, residual) / (n - p)
    inverse = xp.linalg.inv(R)
    return xp.sqrt(sigma2 * xp.vecdot(inverse, inverse))


def bayesian_linear_regression(X, y, noise_std, prior_std):
    r"""Find what to believe of the coefficients after seeing the data.

    Parameters
    ----------
    X : array of shape `(n, p)`
        May have no rows: then the prior is returned.
    y : array of shape `(n,)`
    noise_std : number
        The standard deviation of the noise, known.
    prior_std : number
        Of every coefficient, whose prior mean is 0.

    Returns
    -------
    mean : array of shape `(p,)`
    cov : array of shape `(p, p)`

    Raises
    ------
    ValueError
        If the shapes do not fit or a standard deviation is not positive.

    Notes
    -----
    .. math:: \Sigma_N = \Big(\frac{X^\top X}{\sigma^2}
       + \frac{I}{\tau^2}\Big)^{-1}, \qquad
       \boldsymbol\mu_N = \Sigma_N\frac{X^\top\mathbf y}{\sigma^2}.

    The mean is that of :func:`ridge_regression` with
    :math:`\lambda = \sigma^2/\tau^2` and no intercept.
    :math:`O((n + p)p^2)` time.

    References
    ----------
    Bishop, C. M. (2006). Pattern Recognition and Machine Learning, 3.3.
    Springer.

    Examples
    --------
    >>> mean, cov = bayesian_linear_regression([[1], [1]], [4, 6], 1, 1)
    >>> mean.round(4), cov.round(4)
    (array([3.3333]), array([[0.3333]]))
    """
    xp, X, y = _regression(X, y)
    check_positive(noise_std=noise_std, prior_std=prior_std)
    alpha = (noise_std / prior_std) ** 2
    X, y = _with_penalty(xp, X, y, alpha)
    root = noise_std * xp.linalg.inv(_qr(xp, X)[1])
    return ordinary_least_squares(X, y), root @ root.mT


def dirichlet_posterior(alpha, counts):
    r"""Update a Dirichlet prior of probabilities with counts of outcomes.

    Parameters
    ----------
    alpha : array of shape `(..., K)`
        The prior's parameters, positive: imagined counts.
    counts : array of shape `(..., K)`
        How often each of the K outcomes was seen.

    Returns
    -------
    array of shape `(..., K)`
        The posterior's parameters.

    Raises
    ------
    ValueError
        If the shapes do not fit, ``alpha`` is not positive or a count is
        negative.

    Notes
    -----
    .. math:: \boldsymbol\alpha^{\text{post}} = \boldsymbol\alpha+\mathbf n.

    Linear time.

    References
    ----------
    Gelman, A. et al. (2013). Bayesian Data Analysis, 3rd ed., 3.4. CRC Press.

    Examples
    --------
    >>> dirichlet_posterior([1, 1, 1], [2, 0, 5])
    array([3., 1., 6.])
    """
    xp, alpha, counts = arrays(alpha, counts)
    if alpha.ndim < 1 or alpha.shape[-1:] != counts.shape[-1:]:
        raise ValueError(
            "alpha and counts must have the shape (..., K), got"
            f" {tuple(alpha.shape)} and {tuple(counts.shape)}"
        )
    if not bool(xp.all(alpha > 0)):
        raise ValueError("alpha must be positive")
    if not bool(xp.all(counts >= 0)):
        raise ValueError("counts must not be negative")
    return alpha + counts


def dirichlet_predictive(alpha, counts):
    r"""Find the probability of each outcome next time.

    Parameters
    ----------
    alpha, counts : arrays of shape `(..., K)`
        As in :func:`dirichlet_posterior`.

    Returns
    -------
    array of shape `(..., K)`
        Probabilities; none is 0.

    Raises
    ------
    ValueError
        As :func:`dirichlet_posterior` does.

    Notes
    -----
    .. math:: P(x_{\text{new}} = k) =
       \frac{\alpha_k + n_k}{\sum_j(\alpha_j + n_j)}.

    With every :math:`\alpha_k = 1` this is Laplace's rule of succession.
    Linear time.

    References
    ----------
    Gelman, A. et al. (2013). Bayesian Data Analysis, 3rd ed., 3.4. CRC Press.

    Examples
    --------
    >>> dirichlet_predictive([1, 1, 1], [2, 0, 5])
    array([0.3, 0.1, 0.6])
    """
    xp, alpha, counts = arrays(alpha, counts)
    posterior = dirichlet_posterior(alpha, counts)
    return posterior / xp.sum(posterior, axis=-1, keepdims=True)


def laplace_approximation(log_joint, theta_map):
    r"""Replace a posterior by the Gaussian that fits it at its top.

    Parameters
    ----------
    log_joint : callable
        Takes parameters of shape `(d,)`, returns the logarithm of prior times
        likelihood, one number.
    theta_map : array of shape `(d,)`
        Where it is largest.

    Returns
    -------
    cov : array of shape `(d, d)`
    log_evidence : array of shape `()`

    Raises
    ------
    ValueError
        If ``theta_map`` is no vector or the function does not bend down there
        in every direction.

    Notes
    -----
    .. math:: p(\theta\mid D)\approx\mathcal N(\hat\theta, H^{-1}), \quad
       H = -\nabla^2\log p(D, \hat\theta), \quad
       \log p(D)\approx\log p(D, \hat\theta) + \tfrac d2\log 2\pi
       - \tfrac12\log|H|.

    H comes from differences, first in steps of 1e-4, then again in steps
    of a thousandth of the standard deviations that this gave, because the
    right step depends on how sharp the top is.  Tops wider than about 1e3
    need another unit.  4d(d + 1) calls.

    References
    ----------
    MacKay, D. J. C. (2003). Information Theory, Inference, and Learning
    Algorithms, ch. 27. Cambridge University Press.

    Examples
    --------
    >>> log_joint = lambda w: -(w[0] - 3) ** 2 / 8
    >>> cov, log_evidence = laplace_approximation(log_joint, [3])
    >>> cov.round(4), round(float(log_evidence), 4)  # log(8 pi) / 2
    (array([[4.]]), 1.6121)
    """
    xp, theta = arrays(theta_map)
    check_vector("theta_map", theta)
    top = xp.astype(theta, xp.float64)
    zero = xp.zeros_like(top)
    # The root of the covariance, in whose units the top is a round one.
    root = xp.eye(top.shape[0], dtype=top.dtype, device=top.device)
    for h in (1e-4, 1e-3):
        bend = hessian(
            lambda z, root=root: log_joint(top + root @ z), zero, h=h
        )
        try:
            L = cholesky(-bend)
        except ValueError:
            raise ValueError(
                "theta_map must be a maximum: log_joint does not bend down"
                " there in every direction"
            ) from None
        root = root @ xp.linalg.inv(L).mT
    cov = root @ root.mT
    log_evidence = (
        float(log_joint(top))
        + top.shape[0] / 2 * math.log(2 * math.pi)
        + xp.linalg.slogdet(root).logabsdet
    )
    return xp.astype(cov, theta.dtype), xp.astype(log_evidence, theta.dtype)


def metropolis(log_density, initial, *, steps, proposal_std, rng):
    r"""Draw from a density that is known up to a factor.

    Parameters
    ----------
    log_density : callable
        Takes a state of the shape of ``initial``, returns one number: minus
        infinity where no state may be.
    initial : array of any shape
        Where the chain starts.
    steps : int
        The number of steps, at least 1.
    proposal_std : number
        The standard deviation of a proposed move, in each coordinate.
    rng : numpy.random.Generator
        Each step draws ``rng.normal(size=shape)``, then ``rng.random()``.

    Returns
    -------
    array of shape `(steps, ...)`
        The state after each step; a rejected one repeats the state.

    Raises
    ------
    ValueError
        If ``steps`` or ``proposal_std`` is not positive, ``initial`` is
        impossible, or a log density is nan.

    Notes
    -----
    .. math:: a = \min\Big(1, \frac{p(\theta')}{p(\theta)}\Big), \qquad
       \theta' = \theta + s\,\mathbf z, \quad
       \mathbf z\sim\mathcal N(0, I).

    The move is made when a uniform number is below a.  The ratio is taken as
    a difference of logarithms, because densities underflow.  ``steps`` + 1
    calls of ``log_density``.

    References
    ----------
    Metropolis, N. et al. (1953). Equation of state calculations by fast
    computing machines. J. Chem. Phys. 21(6). doi:10.1063/1.1699114.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> chain = metropolis(lambda x: -(x[0] ** 2) / 2, [0], steps=4,
    ...                    proposal_std=1, rng=rng)
    >>> chain[:, 0].round(3)
    array([0.126, 0.766, 0.23 , 0.23 ])
    """
    xp, state = arrays(initial)
    check_count("steps", steps, 1)
    check_positive(proposal_std=proposal_std)
    here = _log_density(log_density, state)
    if not math.isfinite(here):
        raise ValueError(f"log_density must be finite at initial, got {here}")
    chain = []
    for _ in range(steps):
        z = rng.normal(size=tuple(state.shape))
        z = xp.asarray(z, dtype=state.dtype, device=state.device)
        proposal = state + proposal_std * z
        there = _log_density(log_density, proposal)
        # Never above exp(0): a better state must not overflow.
        if rng.random() < math.exp(min(0.0, there - here)):
            state, here = proposal, there
        chain.append(state)
    return xp.stack(chain)


def effective_sample_size(x):
    r"""Count the independent draws that a chain of dependent ones is worth.

    Parameters
    ----------
    x : array of shape `(n,)`
        One number from each step, at least 4.

    Returns
    -------
    array of shape `()`

    Raises
    ------
    ValueError
        If ``x`` is no vector, too short or constant.

    Notes
    -----
    .. math:: n_{\text{eff}} = \frac{n}{1 + 2\sum_{k\ge1}\rho_k}.

    Far lags are noise, so the sum ends before the first pair
    :math:`\rho_{2k} + \rho_{2k+1}` that is not positive.  Above n when
    neighbours repel each other, up to n log10(n), where Stan stops, too.
    :math:`O(nk)` time for k lags.

    References
    ----------
    Geyer, C. J. (1992). Practical Markov chain Monte Carlo. Statist. Sci.
    7(4). doi:10.1214/ss/1177011137.

    Examples
    --------
    >>> float(effective_sample_size([1, 1, 2, 2, 1, 1, 2, 2])).__round__(4)
    6.4
    """
    xp, x = arrays(x)
    check_vector("x", x, 4)
    n, total = x.shape[0], -1.0
    for k in range(0, n - 1, 2):
        pair = autocorrelation(x, k) + autocorrelation(x, k + 1)
        if not bool(pair > 0):
            break
        total = total + 2 * pair
    return n / xp.maximum(total, 1 / math.log10(n))


def r_hat(chains):
    r"""Compare the spread between chains with that inside them.

    Parameters
    ----------
    chains : array of shape `(m, n)`
        One number from each of n steps of m chains, n at least 4.

    Returns
    -------
    array of shape `()`
        Near 1 when the chains agree; above 1.01 they have not run for long
        enough.

    Raises
    ------
    ValueError
        If ``chains`` is no matrix, too short, or no chain ever moves.

    Notes
    -----
    .. math:: \hat R = \sqrt{\frac{\frac{n-1}n W + B}{W}}.

    W is the mean of the chains' variances, B the variance of their means
    (both with ddof = 1).  Each chain is first cut into halves, which count
    as chains of their own (a middle step is left out): so drift shows, too,
    even in one chain.  Linear time.

    References
    ----------
    Gelman, A., Rubin, D. B. (1992). Inference from iterative simulation using
    multiple sequences. Statist. Sci. 7(4). doi:10.1214/ss/1177011136.

    Examples
    --------
    >>> float(r_hat([[0, 2, 0, 2], [5, 7, 5, 7]])).__round__(4)
    2.1602
    """
    xp, chains = arrays(chains)
    check_matrix("chains", chains, batch=False)
    n = chains.shape[1] // 2
    if n < 2 or chains.shape[0] < 1:
        raise ValueError(
            "chains must have the shape (m, n) with m >= 1 and n >= 4, got"
            f" {tuple(chains.shape)}"
        )
    last = chains[:, chains.shape[1] - n :]
    halves = xp.concat([chains[:, :n], last], axis=0)
    within = xp.mean(variance(halves, ddof=1, axis=1))
    if not bool(within > 0):
        raise ValueError("chains must vary")
    between = variance(xp.mean(halves, axis=1), ddof=1)
    return xp.sqrt((n - 1) / n + between / within)


def fit_naive_bayes(X, y, *, smoothing=1.0):
    r"""Learn from counts of words how each class speaks.

    Parameters
    ----------
    X : array of shape `(n, D)`
        How often each of D words stands in each of n texts.
    y : integer array of shape `(n,)`
        The class of each text, counted from 0.
    smoothing : number, default 1.0
        Added to the count of every word in every class; positive.

    Returns
    -------
    log_prior : array of shape `(K,)`
        K is the largest label plus 1.
    log_likelihood : array of shape `(K, D)`

    Raises
    ------
    TypeError
        If labels are not integers.
    ValueError
        If the shapes do not fit, there is no text, a count or label is
        negative, or ``smoothing`` is not positive.

    Notes
    -----
    .. math:: \log P(c) = \log\frac{n_c}n, \qquad
       \log P(w\mid c) = \log\frac{N_{cw} + \alpha}
       {\sum_v (N_{cv} + \alpha)}.

    This is :func:`dirichlet_predictive` in each class: a word that a class
    has never used keeps a small probability.  :math:`O(nDK)` time.

    References
    ----------
    McCallum, A., Nigam, K. (1998). A comparison of event models for naive
    Bayes text classification. AAAI-98 Workshop on Learning for Text
    Categorization.

    Examples
    --------
    >>> model = fit_naive_bayes([[2, 0], [1, 1], [0, 3]], [0, 0, 1])
    >>> np.exp(model[0]).round(4), np.exp(model[1]).round(4)
    (array([0.6667, 0.3333]), array([[0.6667, 0.3333],
           [0.2   , 0.8   ]]))
    """
    xp, X, y = arrays(X, y, floating=False)
    xp, X = arrays(X)
    _check_counts(xp, X)
    if tuple(y.shape) != tuple(X.shape[:1]) or y.shape[0] == 0:
        raise ValueError(
            f"y must have the shape ({X.shape[0]},), one label a row of X,"
            f" and be not empty, got {tuple(y.shape)}"
        )
    check_positive(smoothing=smoothing)
    members = xp.astype(one_hot(y, int(xp.max(y)) + 1), X.dtype)
    texts = xp.sum(members, axis=0)
    # A class without a text has probability 0, and never wins.
    log_prior = xp.where(
        texts > 0, xp.log(xp.where(texts > 0, texts, 1.0)), -math.inf
    ) - math.log(y.shape[0])
    words = xp.full(X.shape[1:], smoothing, dtype=X.dtype, device=X.device)
    return log_prior, xp.log(dirichlet_predictive(words, members.mT @ X))


def predict_naive_bayes(model, X):
    r"""Say which class most probably wrote each text.

    Parameters
    ----------
    model : tuple
        ``(log_prior, log_likelihood)`` of :func:`fit_naive_bayes`.
    X : array of shape `(n, D)`
        Counts of words.

    Returns
    -------
    integer array of shape `(n,)`
        Among equals the first class.

    Raises
    ------
    ValueError
        If the shapes do not fit or a count is negative.

    Notes
    -----
    .. math:: \hat y = \arg\max_c\Big[\log P(c)
       + \sum_w x_w\log P(w\mid c)\Big].

    "Naive", because words are taken to be independent given the class.
    Probabilities multiplied, not logs added, would be 0 for every class of a
    long text.  :math:`O(nDK)` time.

    References
    ----------
    McCallum, A., Nigam, K. (1998). A comparison of event models for naive
    Bayes text classification. AAAI-98 Workshop on Learning for Text
    Categorization.

    Examples
    --------
    >>> model = fit_naive_bayes([[2, 0], [1, 1], [0, 3]], [0, 0, 1])
    >>> predict_naive_bayes(model, [[3, 0], [1, 3]])
    array([0, 1])
    """
    xp, log_prior, log_likelihood, X = arrays(*model, X)
    _check_counts(xp, X)
    if log_likelihood.shape[1] != X.shape[1]:
        raise ValueError(
            f"X must have the shape (n, {log_likelihood.shape[1]}), got"
            f" {tuple(X.shape)}"
        )
    return xp.argmax(log_prior + X @ log_likelihood.mT, axis=-1)


def responsibilities(X, weights, means, covs):
    r"""Find which component of a mixture each point probably came from.

    Parameters
    ----------
    X : array of shape `(n, d)`
    weights : array of shape `(K,)`
        Not negative, adding up to 1.
    means : array of shape `(K, d)`
    covs : array of shape `(K, d, d)`
        Positive definite.

    Returns
    -------
    array of shape `(n, K)`
        Rows add up to 1.

    Raises
    ------
    ValueError
        If the shapes do not fit or a covariance is not positive definite.

    Notes
    -----
    .. math:: r_{ik} = \frac{\pi_k\mathcal N(\mathbf x_i;\mu_k,\Sigma_k)}
       {\sum_j\pi_j\mathcal N(\mathbf x_i;\mu_j,\Sigma_j)}.

    Bayes' rule, as a softmax of logarithms: far from every mean all
    densities underflow.  :math:`O(Kd^2(n + d))` time.

    References
    ----------
    Dempster, A. P., Laird, N. M., Rubin, D. B. (1977). Maximum likelihood
    from incomplete data via the EM algorithm. J. R. Stat. Soc. B 39(1).
    doi:10.1111/j.2517-6161.1977.tb01600.x.

    Examples
    --------
    >>> responsibilities([[0], [3]], [0.5, 0.5], [[0], [2]],
    ...                  [[[1]], [[1]]]).round(4)
    array([[0.8808, 0.1192],
           [0.018 , 0.982 ]])
    """
    xp, X, weights, means, covs = arrays(X, weights, means, covs)
    check_matrix("X", X, batch=False)
    K, d = weights.shape[0] if weights.ndim == 1 else 0, X.shape[1]
    shapes = (K,), (K, d), (K, d, d)
    given = tuple(tuple(a.shape) for a in (weights, means, covs))
    if K < 1 or given != shapes:
        raise ValueError(
            f"weights, means and covs must have the shapes (K,), (K, {d}) and"
            f" (K, {d}, {d}), got {given[0]}, {given[1]} and {given[2]}"
        )
    if not bool(xp.all(weights >= 0)):
        raise ValueError("weights must not be negative")
    some = weights > 0
    log_weights = xp.log(xp.where(some, weights, 1.0))
    densities = [
        multivariate_gaussian_log_pdf(X, means[k, ...], covs[k, ...])
        for k in range(K)
    ]
    logits = log_weights + xp.stack(densities, axis=-1)
    return softmax(xp.where(some, logits, -math.inf))


def em_step(X, weights, means, covs, *, reg_covar=1e-6):
    r"""Improve a Gaussian mixture by one step of expectation-maximization.

    Parameters
    ----------
    X, weights, means, covs : arrays
        As in :func:`responsibilities`; at least one point.
    reg_covar : number, default 1e-6
        Added to the diagonals, so that no component shrinks to a point.

    Returns
    -------
    weights : array of shape `(K,)`
    means : array of shape `(K, d)`
    covs : array of shape `(K, d, d)`

    Raises
    ------
    ValueError
        If the shapes do not fit, there is no point, a covariance is not
        positive definite, or ``reg_covar`` is negative.

    Notes
    -----
    .. math:: \pi_k = \frac{n_k}n, \quad
       \mu_k = \frac1{n_k}\sum_i r_{ik}\mathbf x_i, \quad
       \Sigma_k = \frac1{n_k}\sum_i r_{ik}
       (\mathbf x_i-\mu_k)(\mathbf x_i-\mu_k)^\top, \quad
       n_k = \sum_i r_{ik}.

    Covariances are taken around the new means.  With ``reg_covar=0`` the
    likelihood never falls.  A component that no point belongs to stays where
    it is, with weight 0.  :math:`O(Kd^2(n + d))` time.

    References
    ----------
    Dempster, A. P., Laird, N. M., Rubin, D. B. (1977). Maximum likelihood
    from incomplete data via the EM algorithm. J. R. Stat. Soc. B 39(1).
    doi:10.1111/j.2517-6161.1977.tb01600.x.

    Examples
    --------
    >>> weights, means, covs = em_step(
    ...     [[0], [2], [9], [9]], [0.5, 0.5], [[0], [9]], [[[1]], [[1]]])
    >>> weights.round(4), means[:, 0].round(4), covs[:, 0, 0].round(4)
    (array([0.5, 0.5]), array([1., 9.]), array([1., 0.]))
    """
    xp, X, weights, means, covs = arrays(X, weights, means, covs)
    if not reg_covar >= 0:
        raise ValueError(f"reg_covar must be at least 0, got {reg_covar}")
    R = responsibilities(X, weights, means, covs)
    n, d = X.shape
    if n == 0:
        raise ValueError("X must have at least one row")
    members = xp.sum(R, axis=0)
    some = members > 0
    share = (R / xp.where(some, members, 1.0)).mT
    means = xp.where(some[:, None], share @ X, means)
    away = X - means[:, None, :]
    scatter = (share[..., None] * away).mT @ away
    covs = xp.where(some[:, None, None], scatter, covs)
    eye = xp.eye(d, dtype=X.dtype, device=X.device)
    return members / n, means, covs + reg_covar * eye


def fisher_information(scores):
    r"""Estimate the Fisher information from gradients of log p.

    Parameters
    ----------
    scores : array of shape `(N, P)`
        The gradient of the log-likelihood by P parameters, one draw a row.

    Returns
    -------
    array of shape `(P, P)`

    Raises
    ------
    ValueError
        If ``scores`` is no matrix or has no row.

    Notes
    -----
    .. math:: F = E\big[\nabla\log p_\theta\,\nabla\log p_\theta^\top\big]
       = -E\big[\nabla^2\log p_\theta\big].

    The average of outer products, not the outer product of the average,
    which is 0 at the best parameters.  Draws from the model give the Fisher
    information, data the empirical one.  :math:`O(NP^2)` time.

    References
    ----------
    Kunstner, F., Hennig, P., Balles, L. (2019). Limitations of the empirical
    Fisher approximation. NeurIPS. arXiv:1905.12558.

    Examples
    --------
    >>> fisher_information([[1, 2], [-1, 0]])
    array([[1., 1.],
           [1., 2.]])
    """
    xp, scores = arrays(scores)
    check_matrix("scores", scores, batch=False)
    if scores.shape[0] == 0:
        raise ValueError("scores must have at least one row")
    return scores.mT @ scores / scores.shape[0]


def welch_t_test(x, y):
    r"""Test whether two samples have the same mean.

    Parameters
    ----------
    x : array of shape `(n,)`
    y : array of shape `(m,)`
        At least two numbers each; not both constant.

    Returns
    -------
    t, df, p_value : arrays of shape `()`
        The statistic, positive when x has the larger mean; the degrees of
        freedom; the two-sided p-value.

    Raises
    ------
    ValueError
        If a sample is no vector or too short, or if neither varies.

    Notes
    -----
    .. math:: t = \frac{\bar x-\bar y}{\sqrt{a + b}}, \quad
       \nu = \frac{(a + b)^2}{\frac{a^2}{n-1} + \frac{b^2}{m-1}}, \quad
       a = \frac{s_x^2}n, \ b = \frac{s_y^2}m.

    The variances have ddof = 1 and need not be alike.  The p-value is the
    chance of so large a \|t\| were the means equal; it is not the chance
    that they are.  Linear time.

    References
    ----------
    Welch, B. L. (1947). The generalization of 'Student's' problem when
    several different population variances are involved. Biometrika 34(1-2).
    doi:10.1093/biomet/34.1-2.28.

    Examples
    --------
    >>> t, df, p = welch_t_test([1, 2, 3], [4, 6, 8, 10])
    >>> round(float(t), 4), round(float(df), 4), round(float(p), 4)
    (-3.5355, 4.0755, 0.0234)
    """
    xp, x, y = arrays(x, y)
    check_vector("x", x, 2)
    check_vector("y", y, 2)
    n, m = x.shape[0], y.shape[0]
    a, b = variance(x, ddof=1) / n, variance(y, ddof=1) / m
    if not bool(a + b > 0):
        raise ValueError("x and y must not both be constant")
    t = (xp.mean(x) - xp.mean(y)) / xp.sqrt(a + b)
    # Shares, because squares of small variances underflow.
    share_a, share_b = a / (a + b), b / (a + b)
    df = 1 / (share_a**2 / (n - 1) + share_b**2 / (m - 1))
    return t, df, 2 * _ops.stdtr(xp, df, -xp.abs(t))


def bootstrap_interval(
    x, statistic, *, confidence_level=0.95, n_resamples=2000, rng
):
    r"""Find how far a statistic might be off, by drawing the sample again.

    Parameters
    ----------
    x : array of shape `(n, ...)`
        Samples are rows; those of pairs stay together.
    statistic : callable
        Takes an array of the shape of ``x``, returns one number.
    confidence_level : number, default 0.95
    n_resamples : int, default 2000
    rng : numpy.random.Generator
        Each resample takes the rows ``rng.integers(n, size=n)``.

    Returns
    -------
    low, high : arrays of shape `()`

    Raises
    ------
    ValueError
        If ``x`` is empty or a number lies outside its range.

    Notes
    -----
    .. math:: \big[q_{\alpha/2}(\hat\theta^*),
       \,q_{1-\alpha/2}(\hat\theta^*)\big], \qquad
       \alpha = 1 - \text{level}.

    Rows are drawn with replacement, as many as there are.  Quantiles are
    interpolated linearly, as by ``numpy.quantile``.  ``n_resamples`` calls of
    ``statistic``.

    References
    ----------
    Efron, B. (1979). Bootstrap methods: another look at the jackknife. Ann.
    Statist. 7(1). doi:10.1214/aos/1176344552.

    Examples
    --------
    >>> low, high = bootstrap_interval(
    ...     [1, 2, 3, 4, 5], np.mean, rng=np.random.default_rng(0))
    >>> round(float(low), 2), round(float(high), 2)
    (1.8, 4.2)
    """
    xp, x = arrays(x)
    if x.ndim < 1 or x.shape[0] == 0:
        raise ValueError(
            "x must have the shape (n, ...) with n at least 1, got"
            f" {tuple(x.shape)}"
        )
    if not 0 < confidence_level < 1:
        raise ValueError(
            f"confidence_level must lie in (0, 1), got {confidence_level}"
        )
    check_count("n_resamples", n_resamples, 1)
    n, found = x.shape[0], []
    for _ in range(n_resamples):
        rows = xp.asarray(rng.integers(n, size=n), device=x.device)
        found.append(float(statistic(xp.take(x, rows, axis=0))))
    tail = (1 - confidence_level) / 2
    ends = np.quantile(found, [tail, 1 - tail])
    low, high = (
        xp.asarray(float(end), dtype=x.dtype, device=x.device) for end in ends
    )
    return low, high


def aic(log_likelihood, k):
    r"""Score a model by its fit less its size; the lowest score wins.

    Parameters
    ----------
    log_likelihood : array of shape `(...)`
        At its maximum, summed over the data, in nats.
    k : number, or array that broadcasts
        How many numbers were fitted, the noise variance included.

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If ``k`` is negative.

    Notes
    -----
    .. math:: \mathrm{AIC} = 2k - 2\ln\hat L.

    Linear time.

    References
    ----------
    Akaike, H. (1974). A new look at the statistical model identification.
    IEEE Trans. Autom. Control 19(6). doi:10.1109/TAC.1974.1100705.

    Examples
    --------
    >>> float(aic(-10, 3))
    26.0
    """
    xp, log_likelihood, k = alike(log_likelihood, k)
    if not bool(xp.all(k >= 0)):
        raise ValueError("k must not be negative")
    return 2 * k - 2 * log_likelihood


def bic(log_likelihood, k, n):
    r"""Score a model by its fit less its size, more strictly than AIC.

    Parameters
    ----------
    log_likelihood : array of shape `(...)`
        At its maximum, summed over the data, in nats.
    k : number, or array that broadcasts
        How many numbers were fitted, the noise variance included.
    n : number, or array that broadcasts
        The number of samples.

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If ``k`` is negative or ``n`` is below 1.

    Notes
    -----
    .. math:: \mathrm{BIC} = k\ln n - 2\ln\hat L.

    From 8 samples on (ln n > 2) a parameter costs more than in :func:`aic`.
    Linear time.

    References
    ----------
    Schwarz, G. (1978). Estimating the dimension of a model. Ann. Statist.
    6(2). doi:10.1214/aos/1176344136.

    Examples
    --------
    >>> float(bic(-10, 3, 1)), round(float(bic(-10, 3, 100)), 4)
    (20.0, 33.8155)
    """
    xp, log_likelihood, k, n = alike(log_likelihood, k, n)
    if not bool(xp.all(k >= 0)):
        raise ValueError("k must not be negative")
    if not bool(xp.all(n >= 1)):
        raise ValueError("n must be at least 1")
    return k * xp.log(n) - 2 * log_likelihood


def autocorrelation(x, lag):
    r"""Compare a series with itself, some steps later.

    Parameters
    ----------
    x : array of shape `(n,)`
    lag : int
        The number of steps, from 0 to n - 1.

    Returns
    -------
    array of shape `()`
        From -1 to 1.

    Raises
    ------
    ValueError
        If ``x`` is no vector or constant, or ``lag`` is out of range.

    Notes
    -----
    .. math:: r_k = \frac{\sum_{t>k}(x_t-\bar x)(x_{t-k}-\bar x)}
       {\sum_t (x_t-\bar x)^2}.

    The sum above has k terms fewer and is not scaled up for it, so that far
    lags fade.  Linear time.

    References
    ----------
    Box, G. E. P., Jenkins, G. M., Reinsel, G. C., Ljung, G. M. (2015). Time
    Series Analysis: Forecasting and Control, 5th ed., 2.1. Wiley.

    Examples
    --------
    >>> float(autocorrelation([1, 2, 3, 4], 1))
    0.25
    """
    xp, x = arrays(x)
    check_vector("x", x, 1)
    lag, n = operator.index(lag), x.shape[0]
    if not 0 <= lag < n:
        raise ValueError(f"lag must lie in 0 to n - 1 = {n - 1}, got {lag}")
    if bool(xp.all(x == x[0])):
        raise ValueError("x must vary")
    x = x - xp.mean(x)
    return xp.vecdot(x[lag:], x[: n - lag]) / xp.vecdot(x, x)


def fit_ar1(x):
    r"""Fit a series whose every value is a share of the last, plus noise.

    Parameters
    ----------
    x : array of shape `(n,)`
        At least 2 values around 0: subtract the mean if it is another.

    Returns
    -------
    phi : array of shape `()`
        The share.
    noise_std : array of shape `()`

    Raises
    ------
    ValueError
        If ``x`` is no vector, too short, or 0 all along before its end.

    Notes
    -----
    .. math:: x_t = \phi x_{t-1} + \varepsilon_t, \qquad
       \hat\phi = \frac{\sum_t x_t x_{t-1}}{\sum_t x_{t-1}^2}, \qquad
       \hat\sigma^2 = \frac1{n-1}\sum_t(x_t - \hat\phi x_{t-1})^2.

    Least squares of each value on the one before: the maximum of the
    likelihood given the first value.  Linear time.

    References
    ----------
    Box, G. E. P., Jenkins, G. M., Reinsel, G. C., Ljung, G. M. (2015). Time
    Series Analysis: Forecasting and Control, 5th ed., 7.1. Wiley.

    Examples
    --------
    >>> phi, noise_std = fit_ar1([8, 4, 2, 1])
    >>> float(phi), float(noise_std)
    (0.5, 0.0)
    """
    xp, x = arrays(x)
    check_vector("x", x, 2)
    before, after = x[:-1], x[1:]
    square = xp.vecdot(before, before)
    if not bool(square > 0):
        raise ValueError("x must not be 0 all along before its end")
    phi = xp.vecdot(before, after) / square
    return phi, xp.sqrt(xp.mean((after - phi * before) ** 2))


def backdoor_adjustment(joint):
    r"""Find what doing x does to y, where z causes both.

    Parameters
    ----------
    joint : array of shape `(Z, X, Y)`
        ``joint[z, x, y]``: probabilities, or counts.

    Returns
    -------
    array of shape `(X, Y)`
        P(y | do(x)); rows add up to 1.

    Raises
    ------
    ValueError
        If ``joint`` has another shape or a negative entry, or some x never
        occurs with a z that does: then the data cannot tell.

    Notes
    -----
    .. math:: P(y\mid do(x)) = \sum_z P(y\mid x, z)\,P(z).

    Plain conditioning weights with :math:`P(z\mid x)` instead: it asks who
    took x, not what x does.  z must hold every common cause, and nothing
    that x causes.  Linear time.

    References
    ----------
    Pearl, J. (1993). Comment: graphical models, causality and intervention.
    Statist. Sci. 8(3). doi:10.1214/ss/1177010894.

    Examples
    --------
    >>> backdoor_adjustment([[[1, 1], [1, 3]], [[0, 1], [0, 1]]])
    array([[0.375 , 0.625 ],
           [0.1875, 0.8125]])
    """
    xp, joint = arrays(joint)
    if joint.ndim != 3:
        raise ValueError(
            f"joint must have the shape (Z, X, Y), got {tuple(joint.shape)}"
        )
    if not bool(xp.all(joint >= 0)) or not bool(xp.sum(joint) > 0):
        raise ValueError("joint must not be negative, nor 0 all over")
    p_zx = xp.sum(joint, axis=2, keepdims=True)
    p_z = xp.sum(p_zx, axis=1, keepdims=True) / xp.sum(joint)
    if bool(xp.any((p_zx == 0) & (p_z > 0))):
        raise ValueError("joint must have some of every x at every z")
    return xp.sum(joint / xp.where(p_zx > 0, p_zx, 1.0) * p_z, axis=0)


def ipw_ate(treatment, outcome, propensity):
    r"""Estimate what a treatment does, from data where it was not assigned.

    Parameters
    ----------
    treatment : array of shape `(n,)`
        1 where treated, else 0.
    outcome : array of shape `(n,)`
    propensity : array of shape `(n,)`
        The probability of treatment of each; above 0 and below 1.

    Returns
    -------
    array of shape `()`

    Raises
    ------
    ValueError
        If the shapes differ, there is no row, or a value is out of range.

    Notes
    -----
    .. math:: \widehat{ATE} = \frac1n\sum_i\Big[\frac{T_iY_i}{e_i}
       - \frac{(1-T_i)Y_i}{1-e_i}\Big].

    Each counts for all who are like it: those treated against the odds
    weigh most, and the variance is large where odds are extreme.  Linear
    time.

    References
    ----------
    Rosenbaum, P. R., Rubin, D. B. (1983). The central role of the propensity
    score in observational studies for causal effects. Biometrika 70(1).
    doi:10.1093/biomet/70.1.41.

    Examples
    --------
    >>> float(ipw_ate([1, 0, 1, 0], [5, 3, 4, 2], [0.5, 0.5, 0.5, 0.5]))
    2.0
    """
    xp, T, Y, e = arrays(treatment, outcome, propensity)
    if not T.shape == Y.shape == e.shape or T.ndim != 1 or T.shape[0] == 0:
        raise ValueError(
            "treatment, outcome and propensity must have the shape (n,) with"
            f" n at least 1, got {tuple(T.shape)}, {tuple(Y.shape)} and"
            f" {tuple(e.shape)}"
        )
    if not bool(xp.all((T == 0) | (T == 1))):
        raise ValueError("treatment must be 0 or 1")
    if not bool(xp.all((e > 0) & (e < 1))):
        raise ValueError("propensity must lie between 0 and 1")
    return xp.mean(T * Y / e - (1 - T) * Y / (1 - e))


def scm_counterfactual(equations, evidence, intervention):
    r"""Say what would have been, had something been otherwise.

    Parameters
    ----------
    equations : dict
        From the name of a variable to a function, causes before effects.  The
        function takes a dict of the variables before it and returns the value
        that this one would have without noise.
    evidence : dict
        What was seen: a number (or an array of units) for every variable.
    intervention : dict
        The values that are set by force instead.

    Returns
    -------
    dict
        What every variable would have been.

    Raises
    ------
    ValueError
        If evidence lacks a variable, or a name is not among the equations.

    Notes
    -----
    .. math:: P(u\mid e)\ \to\ \mathrm{do}(X = x)\ \to\ Y_x(u),
       \qquad v = f_v(\text{causes}) + u_v.

    Abduction: the noise of each variable is what its equation leaves of the
    evidence.  Action: a variable that is set forgets its causes.  Prediction:
    the equations run again with the same noise.  Twice as many calls as
    variables.

    References
    ----------
    Pearl, J. (2009). Causality, 2nd ed., 7.1. Cambridge University Press.
    doi:10.1017/CBO9780511803161.

    Examples
    --------
    >>> equations = {"study": lambda v: 0, "mark": lambda v: 2 * v["study"]}
    >>> scm_counterfactual(equations, {"study": 3, "mark": 7}, {"study": 5})
    {'study': 5, 'mark': 11}
    """
    unknown = {*evidence, *intervention} - {*equations}
    lacking = {*equations} - {*evidence}
    if unknown or lacking:
        raise ValueError(
            "evidence must name every variable of the equations, and"
            f" intervention no other: unknown {sorted(unknown)}, lacking"
            f" {sorted(lacking)}"
        )
    seen, values = {}, {}
    for name, equation in equations.items():
        noise = evidence[name] - equation(seen)
        seen[name] = evidence[name]
        if name in intervention:
            values[name] = intervention[name]
        else:
            values[name] = equation(values) + noise
    return values


def _regression(X, y, least=0):
    """Return the namespace, X and y, or raise ValueError."""
    xp, X, y = arrays(X, y)
    check_matrix("X", X, batch=False)
    if tuple(y.shape) != (X.shape[0],):
        raise ValueError(
            f"y must have the shape ({X.shape[0]},) for X of shape"
            f" {tuple(X.shape)}, got {tuple(y.shape)}"
        )
    if X.shape[0] < least:
        raise ValueError("X must have at least one row")
    return xp, X, y


def _with_penalty(xp, X, y, alpha):
    """Return X and y with rows that pull the coefficients towards 0."""
    eye = xp.eye(X.shape[1], dtype=X.dtype, device=X.device)
    return xp.concat([X, alpha**0.5 * eye]), xp.concat([y, 0 * eye[:, 0]])


def _qr(xp, X):
    """Return X = QR, and below which share a singular value is noise."""
    Q, R = xp.linalg.qr(X)
    return Q, R, max(X.shape) * float(xp.finfo(X.dtype).eps)


def _has_full_rank(R, rtol):
    """Say whether the columns of R are independent."""
    return int(matrix_rank(R, rtol=rtol)) == R.shape[1]


def _log_density(log_density, state):
    """Return log_density(state) as a float, or raise ValueError if nan."""
    value = float(log_density(state))
    if math.isnan(value):
        raise ValueError("log_density must return a number, got nan")
    return value


def _check_counts(xp, X):
    """Raise ValueError unless X is a matrix without negative entries."""
    check_matrix("X", X, batch=False)
    if not bool(xp.all(X >= 0)):
        raise ValueError("X must not be negative")

"""Chapter 06: distributions, Bayes, expectation, concentration, chains.

Densities and probability functions are returned as natural logarithms, and
minus infinity is the logarithm of 0.  Samples are rows.  ``rng`` is a
``numpy.random.Generator``; nothing is drawn from anywhere else.
"""

import math
import operator

import numpy as np

from mathlib import _ops
from mathlib.arrays import alike, arrays, to_numpy
from mathlib.decompositions import cholesky
from mathlib.foundations import (
    check_axis,
    check_count,
    check_generator,
    check_positive,
    check_shape,
    logsumexp,
    softmax,
)
from mathlib.linear_algebra import check_matrix, cosine_similarity, solve

__all__ = [
    "bayes_posterior",
    "bayesian_network_log_probability",
    "bernoulli_log_pmf",
    "categorical_log_pmf",
    "change_of_variables_log_density",
    "correlation",
    "covariance_matrix",
    "dirichlet_log_pdf",
    "evidence",
    "expectation",
    "gaussian_cdf",
    "gaussian_log_pdf",
    "gaussian_mixture_log_pdf",
    "gaussian_quantile",
    "generated_sigma_algebra",
    "hoeffding_bound",
    "importance_estimate",
    "joint_probability",
    "laplace_log_pdf",
    "monte_carlo_expectation",
    "multivariate_gaussian_log_pdf",
    "n_step_transition",
    "sample_categorical",
    "sample_lda_document",
    "standardized_mean",
    "stationary_distribution",
    "union_probability",
    "variance",
]

# Probabilities may miss 0, 1 or their sum by so much: float32 is allowed.
_SLACK = 1e-4
# A family of 2 ** 16 events is the largest that is written out.
_MOST_ATOMS = 16


def union_probability(p_a, p_b, p_a_and_b):
    r"""Find the probability that at least one of two events happens.

    Parameters
    ----------
    p_a, p_b, p_a_and_b : array of shape `(...)`
        Probabilities of A, of B, and that both happen.

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If no two events have such probabilities.

    Notes
    -----
    .. math:: P(A\cup B) = P(A) + P(B) - P(A\cap B).

    P(A) + P(B) alone counts what lies in both events twice.

    References
    ----------
    Kolmogorov, A. N. (1933). Grundbegriffe der Wahrscheinlichkeitsrechnung.
    doi:10.1007/978-3-642-49888-6.

    Examples
    --------
    >>> float(union_probability(0.5, 0.5, 0.25))
    0.75
    """
    xp, a, b, both = _together(p_a=p_a, p_b=p_b, p_a_and_b=p_a_and_b)
    union = a + b - both
    _check_probability("p_a", a)
    _check_probability("p_b", b)
    _check_probability("p_a_and_b", both)
    _check_probability("the union", union)
    if not bool(xp.all((both <= a + _SLACK) & (both <= b + _SLACK))):
        raise ValueError("p_a_and_b must not exceed p_a or p_b")
    return union


def joint_probability(conditional, marginal):
    r"""Find the probability that two events both happen.

    Parameters
    ----------
    conditional, marginal : array of shape `(...)`
        P(A | B) and P(B).

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If one is not a probability, or the shapes do not broadcast.

    Notes
    -----
    .. math:: P(A, B) = P(A\mid B)\,P(B), \qquad
       P(x_1,\dots,x_n) = \prod_i P(x_i\mid x_{<i}).

    It is P(A) P(B) only if A and B are independent.

    References
    ----------
    Kolmogorov, A. N. (1933). Grundbegriffe der Wahrscheinlichkeitsrechnung.
    doi:10.1007/978-3-642-49888-6.

    Examples
    --------
    >>> float(joint_probability(0.5, 0.25))
    0.125
    """
    _, conditional, marginal = _together(
        conditional=conditional, marginal=marginal
    )
    _check_probability("conditional", conditional)
    _check_probability("marginal", marginal)
    return conditional * marginal


def evidence(prior, likelihood):
    r"""Find how probable the data are, whatever the hypothesis.

    Parameters
    ----------
    prior : array of shape `(K,)`
        Probabilities of K hypotheses.
    likelihood : array of shape `(K,)` or `(n, K)`
        Probability (or density) of the data under each hypothesis; of n
        independent data, one row each.

    Returns
    -------
    array of shape `()`
        The probability (or density) of all the data together.

    Raises
    ------
    ValueError
        If ``prior`` is no distribution, a likelihood is negative, or the
        shapes do not fit.

    Notes
    -----
    .. math:: P(D) = \sum_\theta P(D\mid\theta)\,P(\theta), \qquad
       P(D\mid\theta) = \prod_i P(d_i\mid\theta).

    Of many data it underflows; the log of it, by log-sum-exp, does not.

    References
    ----------
    MacKay, D. J. C. (2003). Information Theory, Inference, and Learning
    Algorithms, ch. 28. Cambridge University Press.

    Examples
    --------
    >>> float(evidence([0.5, 0.5], [0.75, 0.25]))
    0.5
    """
    xp, prior, likelihood = _hypotheses(prior, likelihood)
    return xp.sum(prior * xp.prod(likelihood, axis=0))


def bayes_posterior(prior, likelihood):
    r"""Update beliefs about hypotheses by data.

    Parameters
    ----------
    prior : array of shape `(K,)`
        Probabilities of K hypotheses.
    likelihood : array of shape `(K,)` or `(n, K)`
        Probability (or density) of the data under each hypothesis; of n
        independent data, one row each.

    Returns
    -------
    array of shape `(K,)`
        Adds up to 1; the prior if there are no data.

    Raises
    ------
    ValueError
        If ``prior`` is no distribution, a likelihood is negative, the shapes
        do not fit, or no hypothesis allows the data.

    Notes
    -----
    .. math:: P(\theta\mid D) = \frac{P(\theta)\prod_iP(d_i\mid\theta)}{P(D)}.

    Logarithms are added: the product of 2000 likelihoods is 0 under every
    hypothesis.  What has probability 0 before has it ever after.

    References
    ----------
    Bayes, T. (1763). An essay towards solving a problem in the doctrine of
    chances. Phil. Trans. 53. doi:10.1098/rstl.1763.0053.

    Examples
    --------
    >>> bayes_posterior([0.5, 0.5], [0.75, 0.25]).round(4)
    array([0.75, 0.25])
    """
    xp, prior, likelihood = _hypotheses(prior, likelihood)
    # Relative to the best hypothesis, so that the logs stay small.
    best = xp.max(likelihood, axis=-1, keepdims=True)
    ratio = likelihood / xp.where(best > 0, best, 1.0)
    log_joint = _log(xp, prior) + xp.sum(_log(xp, ratio), axis=0)
    if not bool(xp.any(log_joint > -math.inf)):
        raise ValueError("likelihood must not be 0 for every hypothesis")
    return softmax(log_joint)


def bernoulli_log_pmf(k, p):
    r"""Take the log probability of yes (1) or no (0).

    Parameters
    ----------
    k : array of shape `(...)`
        Zeros and ones.
    p : array of shape `(...)`
        Probability of a one.

    Returns
    -------
    array of shape `(...)`
        Minus infinity for what is impossible.

    Raises
    ------
    ValueError
        If a ``k`` is neither 0 nor 1, or a ``p`` is not a probability.

    Notes
    -----
    .. math:: \log P(X = k) = k\log p + (1 - k)\log(1 - p), \qquad
       E[X] = p, \quad \mathrm{Var}(X) = p(1 - p).

    Only the term that counts is taken: 0 times the log of 0 is NaN.

    References
    ----------
    Bernoulli, J. (1713). Ars Conjectandi. Thurneysen, Basel.

    Examples
    --------
    >>> bernoulli_log_pmf([1, 0], 0.25).round(4)
    array([-1.3863, -0.2877])
    """
    xp, k, p = _together(k=k, p=p)
    if not bool(xp.all((k == 0) | (k == 1))):
        raise ValueError("k must hold zeros and ones")
    _check_probability("p", p)
    certain = p >= 1
    no = xp.where(certain, -math.inf, xp.log1p(-xp.where(certain, 0.0, p)))
    return xp.where(k == 1, _log(xp, p), no)


def categorical_log_pmf(k, p):
    r"""Take the log probability of a class.

    Parameters
    ----------
    k : integer array of shape `(...)`, or `(n,)`
        Classes, counted from 0.
    p : array of shape `(K,)`, or `(n, K)`
        Probabilities of the classes; or one distribution for each ``k``.

    Returns
    -------
    array of the shape of ``k``
        Minus infinity for what is impossible.

    Raises
    ------
    TypeError
        If ``k`` holds no integers.
    ValueError
        If a class lies outside 0 to K - 1, ``p`` holds no distributions, or
        the shapes do not fit.

    Notes
    -----
    .. math:: \log P(X = k) = \log p_k.

    Negated and averaged over data, it is the loss of a language model.

    References
    ----------
    Bishop, C. M. (2006). Pattern Recognition and Machine Learning, 2.2.

    Examples
    --------
    >>> categorical_log_pmf([2, 0], [0.5, 0.25, 0.25]).round(4)
    array([-1.3863, -0.6931])
    """
    _, p = arrays(p)
    xp, k, p = arrays(k, p, floating=False)
    _check_rows("p", p)
    if not xp.isdtype(k.dtype, "integral"):
        raise TypeError(f"k must be integers, got {k.dtype}")
    if not bool(xp.all((k >= 0) & (k < p.shape[-1]))):
        raise ValueError(f"k must lie in 0 to K - 1 = {p.shape[-1] - 1}")
    log_p = _log(xp, p)
    if p.ndim == 1:
        flat = xp.reshape(k, (-1,))
        return xp.reshape(xp.take(log_p, flat, axis=0), k.shape)
    if tuple(k.shape) != (p.shape[0],):
        raise ValueError(
            f"k must have the shape ({p.shape[0]},) for p of shape"
            f" {tuple(p.shape)}, got {tuple(k.shape)}"
        )
    return xp.take_along_axis(log_p, k[:, None], axis=-1)[:, 0]


def sample_categorical(p, *, size=None, rng):
    r"""Draw classes with given probabilities.

    Parameters
    ----------
    p : array of shape `(K,)` or `(n, K)`
        Probabilities of the classes; one distribution in each row.
    size : int or tuple of ints, optional
        How many draws from each distribution; one by default.
    rng : numpy.random.Generator

    Returns
    -------
    integer array of shape `size`, or `(*size, n)`
        Classes, counted from 0.

    Raises
    ------
    TypeError
        If ``rng`` is no generator.
    ValueError
        If ``p`` holds no distributions.

    Notes
    -----
    .. math:: k = \min\{k : u < p_0 + \dots + p_k\}, \qquad
       u\sim\mathrm{Uniform}[0, 1).

    One ``rng.random`` of the shape of the result.  With ``<=`` a class of
    probability 0 could be drawn; a last sum of 0.9999999 would let u run past
    the end, so all sums are divided by it, in double precision.
    :math:`O(\log K)` time a draw from one distribution, :math:`O(K)` from a
    row.

    References
    ----------
    Devroye, L. (1986). Non-Uniform Random Variate Generation, III.2.
    doi:10.1007/978-1-4613-8643-8.

    Examples
    --------
    >>> sample_categorical([0, 1, 0], size=3, rng=np.random.default_rng(0))
    array([1, 1, 1])
    """
    xp, p = arrays(p)
    _check_rows("p", p)
    size = () if size is None else np.broadcast_shapes(size)
    sums = np.cumsum(to_numpy(p).astype(np.float64), axis=-1)
    sums /= sums[..., -1:]
    check_generator(rng)
    u = np.asarray(rng.random(size + p.shape[:-1]))
    if p.ndim == 1:
        drawn = np.searchsorted(sums, u, side="right")
    else:
        drawn = np.sum(sums <= u[..., None], axis=-1)
    return xp.asarray(drawn, dtype=xp.int64, device=p.device)


def gaussian_log_pdf(x, mean, std):
    r"""Take the log density of the normal distribution.

    Parameters
    ----------
    x, mean, std : array of shape `(...)`
        ``std`` is the standard deviation, not the variance; positive.

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If a ``std`` is not positive, or the shapes do not broadcast.

    Notes
    -----
    .. math:: \log f(x) = -\frac12\Big(\frac{x-\mu}{\sigma}\Big)^2
       - \log\sigma - \frac12\log 2\pi.

    At 40 standard deviations the density itself is 0, its log is -801.

    References
    ----------
    Gauss, C. F. (1809). Theoria motus corporum coelestium, 177. Hamburg.

    Examples
    --------
    >>> float(gaussian_log_pdf(3, 1, 2)).__round__(4)
    -2.1121
    """
    xp, x, mean, std = _together(x=x, mean=mean, std=std)
    check_positive(std=std)
    z = (x - mean) / std
    return -z * z / 2 - xp.log(std) - math.log(2 * math.pi) / 2


def gaussian_cdf(x, *, mean=0.0, std=1.0):
    r"""Find the probability that a normal variable is at most x.

    Parameters
    ----------
    x : array of shape `(...)`
    mean, std : array of shape `(...)`, default 0.0 and 1.0
        ``std`` is the standard deviation, positive.

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If a ``std`` is not positive, or the shapes do not broadcast.

    Notes
    -----
    .. math:: \Phi(x) = \tfrac12\big(1 + \mathrm{erf}(x/\sqrt2)\big)
       = \tfrac12\,\mathrm{erfc}(-x/\sqrt2).

    The second form is computed: at -8.5 the first is 0 instead of 9e-18.

    References
    ----------
    Abramowitz, M., Stegun, I. A. (1964). Handbook of Mathematical Functions,
    26.2. National Bureau of Standards.

    Examples
    --------
    >>> gaussian_cdf([0.0, 1.96]).round(4)
    array([0.5  , 0.975])
    """
    xp, x, mean, std = _together(x=x, mean=mean, std=std)
    check_positive(std=std)
    return _ops.erfc(xp, (mean - x) / std / math.sqrt(2)) / 2


def gaussian_quantile(q, *, mean=0.0, std=1.0):
    r"""Find the number below which a normal variable falls with chance q.

    Parameters
    ----------
    q : array of shape `(...)`
        Probabilities.
    mean, std : array of shape `(...)`, default 0.0 and 1.0
        ``std`` is the standard deviation, positive.

    Returns
    -------
    array of shape `(...)`
        Infinite where ``q`` is 0 or 1.

    Raises
    ------
    ValueError
        If a ``q`` lies outside 0 to 1, a ``std`` is not positive, or the
        shapes do not broadcast.

    Notes
    -----
    .. math:: x = \mu + \sigma\,\Phi^{-1}(q).

    The inverse of :func:`gaussian_cdf`.  Near q = 1 few digits are left: use
    minus the quantile of 1 - q.

    References
    ----------
    Abramowitz, M., Stegun, I. A. (1964). Handbook of Mathematical Functions,
    26.2. National Bureau of Standards.

    Examples
    --------
    >>> gaussian_quantile([0.5, 0.975]).round(4)
    array([0.  , 1.96])
    """
    xp, q, mean, std = _together(q=q, mean=mean, std=std)
    if not bool(xp.all((q >= 0) & (q <= 1))):
        raise ValueError("q must lie in 0 to 1")
    check_positive(std=std)
    return mean + std * _ops.ndtri(xp, q)


def multivariate_gaussian_log_pdf(x, mean, cov):
    r"""Take the log density of the normal distribution of vectors.

    Parameters
    ----------
    x : array of shape `(..., n)`
        Points, one a row.
    mean : array of shape `(n,)`
    cov : array of shape `(n, n)`
        Symmetric positive definite.

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If the shapes do not fit, or ``cov`` is not symmetric and positive
        definite.

    Notes
    -----
    .. math:: \log p(\mathbf x) = -\tfrac12\|L^{-1}(\mathbf x-\boldsymbol\mu)
       \|^2 - \sum_i\log L_{ii} - \tfrac n2\log 2\pi, \qquad
       \Sigma = LL^\top.

    The sum of logs is :math:`\tfrac12\log|\Sigma|`: the determinant, not a
    norm.  Neither it nor an inverse is formed.  A singular covariance matrix
    (collinear features, too few samples) has all its mass on a subspace, and
    no density.  :math:`O(n^3)` time, and :math:`O(n^2)` for each point.

    References
    ----------
    Rasmussen, C. E., Williams, C. K. I. (2006). Gaussian Processes for
    Machine Learning, A.2. MIT Press.

    Examples
    --------
    >>> cov = [[4, 0], [0, 9]]
    >>> float(multivariate_gaussian_log_pdf([2, 3], [0, 0], cov)).__round__(4)
    -4.6296
    """
    xp, x, mean, cov = alike(x, mean, cov)
    check_matrix("cov", cov, square=True, batch=False)
    n = cov.shape[0]
    check_shape("mean", mean, (n,))
    _check_last("x", x, n)
    try:
        L = cholesky(cov)
    except ValueError as error:
        raise ValueError(
            "cov must be symmetric and positive definite (of a singular one"
            f" there is no density): {error}"
        ) from None
    deviations = xp.reshape(x - mean, (-1, n))
    z = _ops.solve_triangular(xp, L, deviations.mT)
    squares = xp.reshape(xp.sum(z * z, axis=0), x.shape[:-1])
    half_log_det = xp.sum(xp.log(xp.linalg.diagonal(L)))
    return -squares / 2 - half_log_det - n / 2 * math.log(2 * math.pi)


def dirichlet_log_pdf(pi, alpha):
    r"""Take the log density of a distribution of distributions.

    Parameters
    ----------
    pi : array of shape `(..., K)`
        Probabilities, adding up to 1 in each row.
    alpha : array of shape `(K,)`
        Concentrations, positive.

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If ``pi`` holds no distributions, an ``alpha`` is not positive, or
        the shapes do not fit.

    Notes
    -----
    .. math:: \log p(\boldsymbol\pi) = \log\Gamma\Big(\sum_k\alpha_k\Big)
       - \sum_k\log\Gamma(\alpha_k) + \sum_k(\alpha_k - 1)\log\pi_k.

    Gamma overflows above 171, its logarithm does not.  The power
    :math:`0^0` is 1.

    References
    ----------
    Ferguson, T. S. (1973). A Bayesian analysis of some nonparametric
    problems. Ann. Statist. 1(2). doi:10.1214/aos/1176342360.

    Examples
    --------
    >>> float(dirichlet_log_pdf([0.2, 0.3, 0.5], [2, 1, 1])).__round__(4)
    0.1823
    """
    xp, pi, alpha = _together(pi=pi, alpha=alpha)
    _check_last("pi", pi, None)
    check_shape("alpha", alpha, (pi.shape[-1],))
    _check_distribution("pi", pi)
    check_positive(alpha=alpha)
    log_pi = xp.where((pi == 0) & (alpha == 1), 0.0, _log(xp, pi))
    log_normalizer = _ops.lgamma(xp, xp.sum(alpha)) - xp.sum(
        _ops.lgamma(xp, alpha)
    )
    return log_normalizer + xp.sum((alpha - 1) * log_pi, axis=-1)


def laplace_log_pdf(x, loc, scale):
    r"""Take the log density of the Laplace distribution.

    Parameters
    ----------
    x, loc, scale : array of shape `(...)`
        ``loc`` is the mean, ``scale`` is b, positive.

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If a ``scale`` is not positive, or the shapes do not broadcast.

    Notes
    -----
    .. math:: \log p(x) = -\frac{|x-\mu|}{b} - \log 2b, \qquad
       \mathrm{Var}(X) = 2b^2.

    As a prior of weights it is the L1 penalty; a Gaussian is the L2.

    References
    ----------
    Laplace, P.-S. (1774). Memoire sur la probabilite des causes par les
    evenements. Mem. Acad. R. Sci. 6.

    Examples
    --------
    >>> float(laplace_log_pdf(2, 0, 0.5))
    -4.0
    """
    xp, x, loc, scale = _together(x=x, loc=loc, scale=scale)
    check_positive(scale=scale)
    return -xp.abs(x - loc) / scale - xp.log(2 * scale)


def expectation(values, probabilities):
    r"""Average values with their probabilities as weights.

    Parameters
    ----------
    values : array of shape `(..., n)`
        The values of X, or of g(X).
    probabilities : array of shape `(..., n)`
        Of the outcomes, adding up to 1 along the last axis.

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If ``probabilities`` holds no distributions, or the shapes do not
        broadcast.

    Notes
    -----
    .. math:: E[g(X)] = \sum_x g(x)\,P(x).

    Not g(E[X]), unless g is linear.  What has probability 0 adds nothing,
    even if it is infinite.

    References
    ----------
    Huygens, C. (1657). De ratiociniis in ludo aleae. Elsevier, Leiden.

    Examples
    --------
    >>> float(expectation([1, 2, 4], [0.5, 0.25, 0.25]))
    2.0
    """
    xp, x, p = _together(values=values, probabilities=probabilities)
    _check_last("values", x, None)
    _check_distribution("probabilities", p)
    x = xp.where((p == 0) & (xp.abs(x) == math.inf), 0.0, x)
    return xp.sum(x * p, axis=-1)


def variance(x, *, ddof=0, axis=None):
    r"""Measure how far numbers scatter about their mean, squared.

    Parameters
    ----------
    x : array of shape `(...)`
    ddof : float, default 0
        The sum of squares is divided by N - ddof: by N if these are all there
        are, by N - 1 for an unbiased estimate from a sample.
    axis : int, optional
        The axis along which the N numbers lie; all numbers by default.

    Returns
    -------
    array
        Of the shape of ``x`` without ``axis``, or `()`.

    Raises
    ------
    ValueError
        If there is no such axis, or N is not more than ``ddof``.

    Notes
    -----
    .. math:: \mathrm{Var}(X) = E[(X - \mu)^2] = E[X^2] - E[X]^2.

    The first form, in two passes.  The second makes 2, 0 or less of data
    near 1e8 whose variance is 1.  The root is the standard deviation.

    References
    ----------
    Chan, T. F., Golub, G. H., LeVeque, R. J. (1983). Algorithms for computing
    the sample variance. Amer. Statist. 37(3).
    doi:10.1080/00031305.1983.10483115.

    Examples
    --------
    >>> float(variance([1, 2, 3, 6])), float(variance([1, 3], ddof=1))
    (3.5, 2.0)
    """
    xp, x = arrays(x)
    if axis is None:
        x, axis = xp.reshape(x, (-1,)), 0
    check_axis("x", x, axis)
    divisor = _degrees("x", x.shape[axis], ddof)
    deviations = x - xp.mean(x, axis=axis, keepdims=True)
    return xp.sum(deviations * deviations, axis=axis) / divisor


def covariance_matrix(X, *, ddof=0):
    r"""Measure how the columns of a table vary together.

    Parameters
    ----------
    X : array of shape `(N, d)`
        Samples are rows.
    ddof : float, default 0
        Sums are divided by N - ddof.

    Returns
    -------
    array of shape `(d, d)`
        Variances on the diagonal.

    Raises
    ------
    ValueError
        If ``X`` is not one matrix or has not more than ``ddof`` rows.

    Notes
    -----
    .. math:: \Sigma = \frac{1}{N-\mathrm{ddof}}\,\bar X^\top\bar X, \qquad
       \bar X = X - \mathbf 1\boldsymbol\mu^\top.

    Positive semidefinite; singular if features are collinear or N is at most
    d.  ``numpy.cov`` takes variables as rows, and ddof = 1.  :math:`O(Nd^2)`
    time.

    References
    ----------
    Anderson, T. W. (2003). An Introduction to Multivariate Statistical
    Analysis, 3rd ed., ch. 3. Wiley.

    Examples
    --------
    >>> covariance_matrix([[1, 2], [3, 2], [5, 8]], ddof=1)
    array([[ 4.,  6.],
           [ 6., 12.]])
    """
    xp, X = arrays(X)
    check_matrix("X", X, batch=False)
    divisor = _degrees("X", X.shape[0], ddof)
    centered = X - xp.mean(X, axis=0, keepdims=True)
    return centered.mT @ centered / divisor


def correlation(x, y):
    r"""Say how nearly two variables lie on a line, from -1 to 1.

    Parameters
    ----------
    x, y : array of shape `(n,)`
        At least two values, not all equal.

    Returns
    -------
    array of shape `()`

    Raises
    ------
    ValueError
        If the shapes differ, there are fewer than two values, or all values
        of one variable are equal.

    Notes
    -----
    .. math:: \rho = \frac{\mathrm{Cov}(X, Y)}{\sigma_X\sigma_Y} =
       \frac{(\mathbf x-\bar x)\cdot(\mathbf y-\bar y)}
       {\|\mathbf x-\bar x\|\,\|\mathbf y-\bar y\|}\in[-1, 1].

    N - ddof cancels, if it is the same above and below.  A correlation of 0
    does not mean independence.

    References
    ----------
    Pearson, K. (1895). Note on regression and inheritance in the case of two
    parents. Proc. R. Soc. Lond. 58. doi:10.1098/rspl.1895.0041.

    Examples
    --------
    >>> float(correlation([1, 3, 5], [2, 2, 8])).__round__(4)
    0.866
    """
    xp, x, y = alike(x, y)
    if x.ndim != 1 or x.shape[0] < 2:
        raise ValueError(
            f"x must have the shape (n,) with n > 1, got {tuple(x.shape)}"
        )
    check_shape("y", y, tuple(x.shape))
    for name, z in (("x", x), ("y", y)):
        # Deviations from a rounded mean need not be zero: compare values.
        if bool(xp.all(z == z[:1])):
            raise ValueError(f"{name} must not be constant")
    rho = cosine_similarity(x - xp.mean(x), y - xp.mean(y), eps=0.0)
    return xp.clip(rho, -1.0, 1.0)


def change_of_variables_log_density(base_log_pdf, inverse, jacobian, y):
    r"""Take the log density of y = f(x), from that of x.

    Parameters
    ----------
    base_log_pdf : callable
        The log density of x: takes `(..., d)`, returns `(...)`.
    inverse : callable
        Takes y, returns x, both of shape `(..., d)`.
    jacobian : callable
        Takes x, returns the Jacobian matrix of f (not of its inverse) there:
        `(..., d, d)`, or `(d, d)` if it is the same everywhere.
    y : array of shape `(..., d)`

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If a function returns another shape, or the Jacobian is singular.

    Notes
    -----
    .. math:: \log p_Y(\mathbf y) = \log p_X(\mathbf x) -
       \log|\det J_f(\mathbf x)|, \qquad \mathbf x = f^{-1}(\mathbf y).

    Where f stretches, mass is spread over more room: minus.  The absolute
    value, for a reflection has a negative determinant.  :math:`O(d^3)` time a
    point.

    References
    ----------
    Rezende, D. J., Mohamed, S. (2015). Variational inference with normalizing
    flows. ICML. arXiv:1505.05770.

    Examples
    --------
    >>> float(change_of_variables_log_density(  # f(x) = 2x + 1
    ...     lambda x: gaussian_log_pdf(x[0], 0, 1), lambda y: (y - 1) / 2,
    ...     lambda x: [[2.0]], [3.0],
    ... )).__round__(4)
    -2.1121
    """
    _, y = arrays(y)
    _check_last("y", y, None)
    d, batch = y.shape[-1], tuple(y.shape[:-1])
    x = inverse(y)
    xp, y, x, log_base, J = alike(y, x, base_log_pdf(x), jacobian(x))
    check_shape("inverse(y)", x, tuple(y.shape))
    if tuple(log_base.shape) not in ((), batch):
        check_shape("base_log_pdf(x)", log_base, batch)
    if tuple(J.shape) != (d, d):
        check_shape("jacobian(x)", J, (*batch, d, d))
    sign, log_volume = xp.linalg.slogdet(J)
    if bool(xp.any(sign == 0)):
        raise ValueError("jacobian(x) must not be singular")
    return log_base - log_volume


def gaussian_mixture_log_pdf(x, weights, means, covs):
    r"""Take the log density of a mixture of Gaussians.

    Parameters
    ----------
    x : array of shape `(..., d)`
        Points, one a row.
    weights : array of shape `(K,)`
        Probabilities of the components, adding up to 1.
    means : array of shape `(K, d)`
    covs : array of shape `(K, d, d)`
        Symmetric positive definite.

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If ``weights`` is no distribution, a matrix is not positive definite,
        or the shapes do not fit.

    Notes
    -----
    .. math:: \log p(\mathbf x) = \log\sum_k\exp\big(\log\pi_k +
       \log\mathcal N(\mathbf x;\boldsymbol\mu_k,\Sigma_k)\big).

    Densities are averaged, not their logs; by log-sum-exp, for far from every
    mean all of them are 0.  :math:`O(Kd^3)` time, :math:`O(Kd^2)` a point.

    References
    ----------
    Pearson, K. (1894). Contributions to the mathematical theory of evolution.
    Phil. Trans. R. Soc. Lond. A 185. doi:10.1098/rsta.1894.0003.

    Examples
    --------
    >>> float(gaussian_mixture_log_pdf(
    ...     [0], [0.25, 0.75], [[0], [2]], [[[1]], [[1]]]
    ... )).__round__(4)
    -1.9645
    """
    xp, x, weights, means, covs = alike(x, weights, means, covs)
    _check_last("x", x, None)
    d = x.shape[-1]
    if weights.ndim != 1:
        raise ValueError(
            f"weights must have the shape (K,), got {tuple(weights.shape)}"
        )
    K = weights.shape[0]
    _check_distribution("weights", weights)
    check_shape("means", means, (K, d))
    check_shape("covs", covs, (K, d, d))
    log_densities = [
        multivariate_gaussian_log_pdf(x, means[k, ...], covs[k, ...])
        for k in range(K)
    ]
    return logsumexp(xp.stack(log_densities, axis=-1) + _log(xp, weights))


def monte_carlo_expectation(f, sampler, n, *, rng):
    r"""Estimate an expectation by drawing, and say how far to trust it.

    Parameters
    ----------
    f : callable
        Takes all samples at once, returns numbers or truth values, `(n,)`.
    sampler : callable
        ``sampler(rng, n)`` draws n samples, an array of shape `(n, ...)`.
    n : int
        At least 2.
    rng : numpy.random.Generator

    Returns
    -------
    estimate, standard_error : array of shape `()`

    Raises
    ------
    ValueError
        If ``n`` is less than 2, or ``f`` returns another shape.

    Notes
    -----
    .. math:: E[f]\approx\frac1n\sum_i f(x_i)\pm\frac{s}{\sqrt n}, \qquad
       s^2 = \frac{1}{n-1}\sum_i\big(f(x_i) - \bar f\big)^2.

    One digit more for a hundred times the samples, in any dimension.

    References
    ----------
    Metropolis, N., Ulam, S. (1949). The Monte Carlo method. J. Amer. Statist.
    Assoc. 44(247). doi:10.1080/01621459.1949.10483310.

    Examples
    --------
    >>> estimate, error = monte_carlo_expectation(
    ...     lambda x: x, lambda rng, n: [1, 2, 3, 6], 4, rng=None
    ... )
    >>> float(estimate), float(error).__round__(4)
    (3.0, 1.0801)
    """
    n = check_count("n", n, 2)
    xp, values = arrays(f(sampler(rng, n)))
    check_shape("what f returns", values, (n,))
    error = xp.sqrt(variance(values, ddof=1) / n)
    return xp.mean(values), error


def bayesian_network_log_probability(assignment, parents, tables):
    r"""Take the log probability of one state of all variables of a network.

    Parameters
    ----------
    assignment : dict
        Name of each variable -> its value, an integer from 0.
    parents : dict
        Name of each variable -> list of the names of its parents.
    tables : dict
        Name of each variable -> array of probabilities, with an axis for each
        parent, in order, and a last one for the variable itself.

    Returns
    -------
    array of shape `()`
        Minus infinity for what is impossible.

    Raises
    ------
    ValueError
        If the names differ, a table or a value does not fit, or a variable is
        its own ancestor.

    Notes
    -----
    .. math:: \log P(x_1,\dots,x_n) = \sum_i\log P(x_i\mid\mathrm{pa}(x_i)).

    Of n binary variables the joint distribution has :math:`2^n - 1` free
    numbers, these tables :math:`\sum_i 2^{|\mathrm{pa}(x_i)|}`.

    References
    ----------
    Pearl, J. (1986). Fusion, propagation, and structuring in belief networks.
    Artif. Intell. 29(3). doi:10.1016/0004-3702(86)90072-X.

    Examples
    --------
    >>> float(bayesian_network_log_probability(  # log 1/8
    ...     {"rain": 1, "wet": 1}, {"rain": [], "wet": ["rain"]},
    ...     {"rain": [0.75, 0.25], "wet": [[0.9, 0.1], [0.5, 0.5]]},
    ... )).__round__(4)
    -2.0794
    """
    names = list(parents)
    for name, given in (("assignment", assignment), ("tables", tables)):
        if set(given) != set(names):
            raise ValueError(
                f"{name} must name the variables of parents, {names}, got"
                f" {list(given)}"
            )
    _check_acyclic(parents)
    xp, *found = alike(*tables.values())
    total = 0.0
    for name, table in zip(tables, found, strict=True):
        _check_distribution(f"tables[{name!r}]", table)
        family = [*parents[name], name]
        index = tuple(operator.index(assignment[v]) for v in family)
        if len(index) != table.ndim or not all(
            0 <= i < m for i, m in zip(index, table.shape, strict=True)
        ):
            raise ValueError(
                f"tables[{name!r}] must have an axis for each of {family},"
                f" with an entry {index}, got the shape {tuple(table.shape)}"
            )
        total = total + _log(xp, table[index])
    return total


def sample_lda_document(alpha, topics, length, *, rng):
    r"""Write a document as latent Dirichlet allocation believes it is done.

    Parameters
    ----------
    alpha : array of shape `(K,)`
        Concentrations of the K topics, positive.
    topics : array of shape `(K, V)`
        For each topic the probabilities of the V words.
    length : int
        How many words.
    rng : numpy.random.Generator

    Returns
    -------
    words, z : integer arrays of shape `(length,)`
        The words, and the topic that each of them comes from.
    theta : array of shape `(K,)`
        The document's share of each topic.

    Raises
    ------
    TypeError
        If ``rng`` is no generator.
    ValueError
        If ``topics`` holds no distributions, an ``alpha`` is not positive, or
        the shapes do not fit.

    Notes
    -----
    .. math:: \boldsymbol\theta\sim\mathrm{Dir}(\boldsymbol\alpha), \qquad
       z_i\sim\mathrm{Cat}(\boldsymbol\theta), \qquad
       w_i\sim\mathrm{Cat}(\boldsymbol\phi_{z_i}).

    Drawn in this order: ``rng.dirichlet``, all topics, all words.  The order
    of words plays no part.

    References
    ----------
    Blei, D. M., Ng, A. Y., Jordan, M. I. (2003). Latent Dirichlet allocation.
    J. Mach. Learn. Res. 3.

    Examples
    --------
    >>> words, z, theta = sample_lda_document(
    ...     [1, 1], [[1, 0], [0, 1]], 5, rng=np.random.default_rng(0)
    ... )
    >>> bool((words == z).all()), theta.shape
    (True, (2,))
    """
    xp, alpha, topics = alike(alpha, topics)
    check_matrix("topics", topics, batch=False)
    _check_distribution("topics", topics)
    check_shape("alpha", alpha, tuple(topics.shape[:1]))
    check_positive(alpha=alpha)
    length = check_count("length", length, 0)
    check_generator(rng)
    theta = xp.asarray(
        rng.dirichlet(to_numpy(alpha)), dtype=alpha.dtype, device=alpha.device
    )
    z = sample_categorical(theta, size=length, rng=rng)
    words = sample_categorical(xp.take(topics, z, axis=0), rng=rng)
    return words, z, theta


def hoeffding_bound(n, t, *, low=0.0, high=1.0):
    r"""Bound the chance that a mean of n draws is off by t or more.

    Parameters
    ----------
    n : array of shape `(...)`
        How many independent draws, at least 1.
    t : array of shape `(...)`
        How far off, not negative.
    low, high : float, default 0.0 and 1.0
        Every draw lies between these.

    Returns
    -------
    array of shape `(...)`
        As it stands, also where it is above 1.

    Raises
    ------
    ValueError
        If an ``n`` is less than 1, a ``t`` is negative, or ``low`` is not
        below ``high``.

    Notes
    -----
    .. math:: P(|\bar X - \mu|\ge t)\le 2\exp\Big(-\frac{2nt^2}{(b-a)^2}\Big).

    Whatever the distribution; the 2 is for both sides.

    References
    ----------
    Hoeffding, W. (1963). Probability inequalities for sums of bounded random
    variables. J. Amer. Statist. Assoc. 58(301).
    doi:10.1080/01621459.1963.10500830.

    Examples
    --------
    >>> float(hoeffding_bound(100, 0.1)).__round__(4)
    0.2707
    """
    xp, n, t = _together(n=n, t=t)
    if not bool(xp.all(n >= 1)):
        raise ValueError("n must be at least 1")
    if not bool(xp.all(t >= 0)):
        raise ValueError("t must not be negative")
    if not low < high:
        raise ValueError(f"low must be below high, got {low} and {high}")
    share = t / (high - low)
    return 2 * xp.exp(-2 * n * share * share)


def standardized_mean(samples, mu, sigma, *, axis=-1):
    r"""Measure how far a mean is off, in its own standard deviations.

    Parameters
    ----------
    samples : array of shape `(..., n)`
    mu, sigma : array of shape `(...)`
        Mean and standard deviation (positive) of the law they come from.
    axis : int, default -1
        The axis along which the n draws lie.

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If there is no such axis or nothing along it, or a ``sigma`` is not
        positive.

    Notes
    -----
    .. math:: \frac{\sqrt n\,(\bar X - \mu)}{\sigma}\to\mathcal N(0, 1)
       \quad\text{in distribution}.

    For independent draws of a law with finite variance; Cauchy's has none,
    and its means never settle.

    References
    ----------
    Lindeberg, J. W. (1922). Eine neue Herleitung des Exponentialgesetzes in
    der Wahrscheinlichkeitsrechnung. Math. Z. 15. doi:10.1007/BF01494395.

    Examples
    --------
    >>> float(standardized_mean([1, 1, 1, 0], 0.5, 0.5))
    1.0
    """
    xp, samples, mu, sigma = alike(samples, mu, sigma)
    check_axis("samples", samples, axis, empty=False)
    check_positive(sigma=sigma)
    mean = xp.mean(samples, axis=axis)
    return math.sqrt(samples.shape[axis]) * (mean - mu) / sigma


def n_step_transition(P, n):
    r"""Find the probabilities of going from state to state in n steps.

    Parameters
    ----------
    P : array of shape `(m, m)`
        Row i holds the probabilities of the next state after state i.
    n : int
        Not negative.

    Returns
    -------
    array of shape `(m, m)`
        The identity for n = 0.

    Raises
    ------
    ValueError
        If ``P`` is not square, its rows are no distributions, or ``n`` is
        negative.

    Notes
    -----
    .. math:: P(X_{t+n} = j\mid X_t = i) = (P^n)_{ij}.

    A power of the matrix, not of its entries: a sum over all paths.  By
    squaring again and again: :math:`O(m^3\log n)` time.

    References
    ----------
    Norris, J. R. (1997). Markov Chains, 1.1. doi:10.1017/CBO9780511810633.

    Examples
    --------
    >>> n_step_transition([[0.5, 0.5], [0, 1]], 2)
    array([[0.25, 0.75],
           [0.  , 1.  ]])
    """
    xp, P = _transitions(P)
    n = check_count("n", n, 0)
    power = xp.eye(P.shape[0], dtype=P.dtype, device=P.device)
    while n:
        if n % 2:
            power = power @ P
        P, n = P @ P, n // 2
    return power


def stationary_distribution(P):
    r"""Find the distribution that a Markov chain leaves as it is.

    Parameters
    ----------
    P : array of shape `(m, m)`
        Row i holds the probabilities of the next state after state i.

    Returns
    -------
    array of shape `(m,)`
        Adds up to 1.

    Raises
    ------
    ValueError
        If ``P`` is not square, its rows are no distributions, or more than
        one distribution is stationary.

    Notes
    -----
    .. math:: \boldsymbol\pi P = \boldsymbol\pi,\ \sum_i\pi_i = 1
       \quad\Leftrightarrow\quad
       \boldsymbol\pi\,(I - P + \mathbf 1\mathbf 1^\top) = \mathbf 1^\top.

    A left eigenvector: the right one of the eigenvalue 1 is constant.  Solved
    for, because steps of a periodic chain never settle.  The matrix is
    singular just when the chain can end in two places.  :math:`O(m^3)` time.

    References
    ----------
    Paige, C. C., Styan, G. P. H., Wachter, P. G. (1975). Computation of the
    stationary distribution of a Markov chain. J. Stat. Comput. Simul. 4.
    doi:10.1080/00949657508810122.

    Examples
    --------
    >>> stationary_distribution([[0, 1], [0.5, 0.5]]).round(4)
    array([0.3333, 0.6667])
    """
    xp, P = _transitions(P)
    eye = xp.eye(P.shape[0], dtype=P.dtype, device=P.device)
    # 1 - P_ii from the other entries, and the chain sped up: a slow one
    # would lose digits to the ones.
    moves = P * (1 - eye)
    leaves = xp.sum(moves, axis=-1)
    fastest = xp.max(leaves)
    fastest = xp.where(fastest > 0, fastest, 1.0)
    A = (eye * leaves - moves) / fastest + 1
    try:
        pi = solve(A.mT, xp.ones_like(leaves))
    except ValueError:
        raise ValueError(
            "P must have one stationary distribution only: its chain must"
            " not be able to end in two places"
        ) from None
    pi = xp.clip(pi, 0.0, None)
    return pi / xp.sum(pi)


def importance_estimate(f, samples, log_p, log_q, *, normalize=False):
    r"""Estimate an expectation under p from samples of q.

    Parameters
    ----------
    f : callable
        Takes all samples at once, returns `(n,)` values.
    samples : array of shape `(n, ...)`
        Drawn from q.
    log_p, log_q : callable
        Log densities: take all samples at once, return `(n,)`.
    normalize : bool, default False
        Divide by the sum of the weights instead of n; the log densities may
        then lack a constant.

    Returns
    -------
    array of shape `()`

    Raises
    ------
    ValueError
        If a function returns another shape, there are no samples, or one of
        them is impossible under q.

    Notes
    -----
    .. math:: E_p[f] = E_q\Big[f\,\frac{dp}{dq}\Big]
       \approx\frac1n\sum_i w_i f(x_i), \qquad w_i = \frac{p(x_i)}{q(x_i)}.

    Unbiased if q > 0 wherever p f is not 0; normalized, the bias is O(1/n).
    Logarithms are subtracted first, for both densities may underflow.

    References
    ----------
    Kahn, H., Marshall, A. W. (1953). Methods of reducing sample size in Monte
    Carlo computations. Oper. Res. 1(5). doi:10.1287/opre.1.5.263.

    Examples
    --------
    >>> float(importance_estimate(  # a coin of 3/4, from throws of a fair one
    ...     lambda x: x, [0, 1], lambda x: np.log([0.25, 0.75]),
    ...     lambda x: np.log([0.5, 0.5])
    ... )).__round__(4)
    0.75
    """
    _, samples = arrays(samples, floating=False)
    check_axis("samples", samples, 0, empty=False)
    n = samples.shape[0]
    xp, values, lp, lq = alike(f(samples), log_p(samples), log_q(samples))
    check_shape("f(samples)", values, (n,))
    check_shape("log_p(samples)", lp, (n,))
    check_shape("log_q(samples)", lq, (n,))
    if bool(xp.any(lq == -math.inf)):
        raise ValueError("samples must be possible under q")
    log_w = lp - lq
    if normalize:
        return xp.sum(softmax(log_w) * values)
    return xp.mean(xp.exp(log_w) * values)


def generated_sigma_algebra(omega, sets):
    r"""Find all events that can be told apart by some given ones.

    Parameters
    ----------
    omega : iterable of hashable things
        The outcomes.
    sets : iterable of iterables
        Events, each a part of ``omega``.

    Returns
    -------
    set of frozensets
        The smallest family with ``omega`` and these events that is closed
        under complements and unions.

    Raises
    ------
    TypeError
        If an outcome is not hashable.
    ValueError
        If an event is no part of ``omega``, or there are more than 16 atoms.

    Notes
    -----
    .. math:: \sigma(\mathcal C) = \{\text{unions of atoms}\}, \qquad
       |\sigma(\mathcal C)| = 2^{\#\text{atoms}}.

    Outcomes in the same given events cannot be told apart: an atom.

    References
    ----------
    Billingsley, P. (1995). Probability and Measure, 3rd ed., 2. Wiley.

    Examples
    --------
    >>> events = generated_sigma_algebra("123", [{"1"}])
    >>> sorted(sorted(event) for event in events)
    [[], ['1'], ['1', '2', '3'], ['2', '3']]
    """
    omega, sets = frozenset(omega), [frozenset(event) for event in sets]
    for event in sets:
        if not event <= omega:
            raise ValueError(
                f"sets must hold parts of omega, not so {set(event - omega)}"
            )
    atoms = {}
    for outcome in omega:
        key = tuple(outcome in event for event in sets)
        atoms.setdefault(key, set()).add(outcome)
    if len(atoms) > _MOST_ATOMS:
        raise ValueError(
            f"sets must leave at most {_MOST_ATOMS} atoms, got {len(atoms)}"
        )
    family = {frozenset()}
    for atom in atoms.values():
        family |= {event | atom for event in family}
    return family


def _together(**values):
    """Return the namespace and arrays of one precision that broadcast."""
    xp, *found = alike(*values.values())
    shapes = [tuple(x.shape) for x in found]
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        raise ValueError(
            f"{', '.join(values)} must have shapes that broadcast, got"
            f" {', '.join(map(str, shapes))}"
        ) from None
    return xp, *found


def _log(xp, p):
    """Return the logarithm, minus infinity at 0 with gradient 0."""
    zero = p == 0
    return xp.where(zero, -math.inf, xp.log(xp.where(zero, 1.0, p)))


def _hypotheses(prior, likelihood):
    """Return the namespace, the prior, and the likelihood as (n, K)."""
    xp, prior, likelihood = alike(prior, likelihood)
    if prior.ndim != 1:
        raise ValueError(
            f"prior must have the shape (K,), got {tuple(prior.shape)}"
        )
    _check_distribution("prior", prior)
    K = prior.shape[0]
    if likelihood.ndim not in (1, 2) or likelihood.shape[-1] != K:
        raise ValueError(
            f"likelihood must have the shape ({K},) or (n, {K}), got"
            f" {tuple(likelihood.shape)}"
        )
    if not bool(xp.all(likelihood >= 0)):
        raise ValueError("likelihood must not be negative")
    return xp, prior, xp.reshape(likelihood, (-1, K))


def _transitions(P):
    """Return the namespace and P, or raise ValueError."""
    xp, P = arrays(P)
    check_matrix("P", P, square=True, batch=False)
    _check_distribution("P", P)
    return xp, P


def _check_rows(name, p):
    """Raise ValueError unless p is a distribution, or a matrix of them."""
    if p.ndim not in (1, 2):
        raise ValueError(
            f"{name} must have the shape (K,) or (n, K), got"
            f" {tuple(p.shape)}"
        )
    _check_distribution(name, p)


def _check_distribution(name, p):
    """Raise ValueError unless the last axis holds distributions."""
    xp, p = arrays(p)
    _check_last(name, p, None)
    total = xp.sum(p, axis=-1)
    if not bool(xp.all(p >= 0) & xp.all(xp.abs(total - 1) <= _SLACK)):
        raise ValueError(
            f"{name} must hold probabilities that add up to 1 along the last"
            " axis"
        )


def _check_probability(name, p):
    xp, p = arrays(p)
    if not bool(xp.all((p >= -_SLACK) & (p <= 1 + _SLACK))):
        raise ValueError(f"{name} must be a probability, from 0 to 1")


def _check_last(name, x, n):
    """Raise ValueError unless the last axis has n (or some) entries."""
    wrong = x.ndim == 0 or x.shape[-1] == 0
    if wrong or (n is not None and x.shape[-1] != n):
        raise ValueError(
            f"{name} must have the shape (..., {n or 'n'}), got"
            f" {tuple(x.shape)}"
        )


def _check_acyclic(parents):
    """Raise ValueError if a variable is its own ancestor."""
    known, waiting = set(), dict(parents)
    while waiting:
        ready = [v for v in waiting if known.issuperset(waiting[v])]
        if not ready:
            raise ValueError(
                f"parents must have no cycle and no strangers, see {waiting}"
            )
        known.update(ready)
        for v in ready:
            del waiting[v]


def _degrees(name, count, ddof):
    """Return N - ddof, or raise ValueError."""
    if not count - ddof > 0:
        raise ValueError(
            f"{name} must hold more than ddof = {ddof} samples, got {count}"
        )
    return count - ddof

"""Chapter 09: entropy, divergences, codes, and what a model has to do with it.

Information is in nats (natural logarithms) unless a ``base`` is given; code
words are text of the characters 0 and 1, and their lengths are in bits.  Of
a joint table the rows are values of X, the columns values of Y.
"""

import heapq
import itertools
import math
import operator
from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from array_api_compat import is_array_api_obj

from mathlib import _ops
from mathlib.arrays import alike, arrays, to_numpy
from mathlib.decompositions import cholesky
from mathlib.foundations import check_axis, check_count, logsumexp
from mathlib.linear_algebra import check_matrix

__all__ = [
    "arithmetic_decode",
    "arithmetic_encode",
    "conditional_entropy",
    "cramer_rao_bound",
    "cross_entropy",
    "entropy",
    "fisher_kl_approximation",
    "gaussian_kl",
    "huffman_code",
    "infonce_bound",
    "information_bottleneck_objective",
    "information_gain",
    "jensen_shannon",
    "joint_entropy",
    "kl_divergence",
    "mutual_information",
]

# A sum of probabilities may miss 1 by so much: float32 is allowed, and
# formats of 16 bits miss by more.
_SLACK = 1e-4


def entropy(p, *, base=None, axis=-1):
    r"""Measure how uncertain a draw is.

    Parameters
    ----------
    p : array of shape `(..., K)`
        Distributions.
    base : float, optional
        The base of the logarithm; e by default, 2 for bits.
    axis : int, default -1
        The axis whose probabilities add up to one.

    Returns
    -------
    array of shape `(...)`
        From 0 (certain) to log K (all alike).

    Raises
    ------
    ValueError
        If ``p`` holds no distributions along ``axis``, or ``base`` is not
        above 1.

    Notes
    -----
    .. math:: H(X) = -\sum_x p(x)\log p(x), \qquad 0\log 0 = 0.

    What can't happen adds nothing, and gets the gradient 0, though the slope
    there is infinite.  ``scipy.stats.entropy`` divides by the sum first, so
    that it takes anything for a distribution.  Linear time.

    References
    ----------
    Shannon, C. E. (1948). A mathematical theory of communication. Bell Syst.
    Tech. J. 27(3). doi:10.1002/j.1538-7305.1948.tb01338.x.

    Examples
    --------
    >>> entropy([[0.5, 0.25, 0.25], [1, 0, 0]], base=2)
    array([1.5, 0. ])
    """
    xp, p = arrays(p)
    _check_distribution("p", p, axis)
    unit = _unit(base)
    # Not the negated sum, which would be -0 for the certain draw.
    return xp.sum(0.0 - _p_log_q(xp, p, p), axis=axis) / unit


def cross_entropy(p, q, *, base=None, axis=-1):
    r"""Measure the surprise of one who expects q when p is true.

    Parameters
    ----------
    p, q : array of shape `(..., K)`
        Distributions; the other axes broadcast.
    base : float, optional
        The base of the logarithm; e by default, 2 for bits.
    axis : int, default -1
        The axis whose probabilities add up to one.

    Returns
    -------
    array of shape `(...)`
        Infinite where p allows what q does not.

    Raises
    ------
    ValueError
        If ``p`` or ``q`` holds no distributions along ``axis``, the shapes
        do not fit, or ``base`` is not above 1.

    Notes
    -----
    .. math:: H(p, q) = -\sum_x p(x)\log q(x) = H(p)
       + D_{\mathrm{KL}}(p\,\|\,q) \ge H(p).

    The truth p comes first, the model q is in the logarithm.  Where p is 0
    the term is 0, whatever q.  From logits, log-softmax and the loss of
    chapter 13 keep digits that probabilities have lost.  Linear time.

    References
    ----------
    Cover, T. M., Thomas, J. A. (2006). Elements of Information Theory, 2nd
    ed., ch. 2 and 5. Wiley. doi:10.1002/047174882X.

    Examples
    --------
    >>> q = [[0.2, 0.6, 0.2], [0.85, 0.1, 0.05]]
    >>> cross_entropy([0, 1, 0], q).round(4)
    array([0.5108, 2.3026])
    """
    xp, p, q, axis = _pair(p, q, axis)
    return xp.sum(0.0 - _p_log_q(xp, p, q), axis=axis) / _unit(base)


def kl_divergence(p, q, *, base=None, axis=-1):
    r"""Measure how much worse it is to expect q than the true p.

    Parameters
    ----------
    p, q : array of shape `(..., K)`
        Distributions; the other axes broadcast.
    base : float, optional
        The base of the logarithm; e by default, 2 for bits.
    axis : int, default -1
        The axis whose probabilities add up to one.

    Returns
    -------
    array of shape `(...)`
        0 if p = q, else positive (up to rounding); infinite where p allows
        what q does not.

    Raises
    ------
    ValueError
        If ``p`` or ``q`` holds no distributions along ``axis``, the shapes
        do not fit, or ``base`` is not above 1.

    Notes
    -----
    .. math:: D_{\mathrm{KL}}(p\,\|\,q) = \sum_x p(x)\log\frac{p(x)}{q(x)}
       \ge 0.

    Not a distance: p and q can't be exchanged.  A small number added to q
    would hide that q forbids what happens.  ``torch.nn.functional.kl_div``
    takes log q first and p second.  Linear time.

    References
    ----------
    Kullback, S., Leibler, R. A. (1951). On information and sufficiency. Ann.
    Math. Statist. 22(1). doi:10.1214/aoms/1177729694.

    Examples
    --------
    >>> p, q = [0.5, 0.5], [0.75, 0.25]
    >>> round(float(kl_divergence(p, q)), 4)
    0.1438
    >>> round(float(kl_divergence(q, p)), 4)
    0.1308
    """
    xp, p, q, axis = _pair(p, q, axis)
    # The logs apart, because p / q may overflow.
    terms = _p_log_q(xp, p, p) - _p_log_q(xp, p, q)
    return xp.sum(terms, axis=axis) / _unit(base)


def jensen_shannon(p, q, *, base=None, axis=-1):
    r"""Measure how well one can tell draws of p from draws of q.

    Parameters
    ----------
    p, q : array of shape `(..., K)`
        Distributions; the other axes broadcast.
    base : float, optional
        The base of the logarithm; e by default, 2 for bits.
    axis : int, default -1
        The axis whose probabilities add up to one.

    Returns
    -------
    array of shape `(...)`
        From 0 (p = q) to log 2 (nothing in common).

    Raises
    ------
    ValueError
        If ``p`` or ``q`` holds no distributions along ``axis``, the shapes
        do not fit, or ``base`` is not above 1.

    Notes
    -----
    .. math:: \mathrm{JSD}(p, q) = \tfrac12D_{\mathrm{KL}}(p\,\|\,m) +
       \tfrac12D_{\mathrm{KL}}(q\,\|\,m), \qquad m = \tfrac{p + q}2.

    Symmetric, and never infinite.  It is what a fair coin, which chooses
    between p and q, and the draw tell of each other.  Its square root is a
    distance: that is what ``scipy.spatial.distance.jensenshannon`` returns.
    Linear time.

    References
    ----------
    Lin, J. (1991). Divergence measures based on the Shannon entropy. IEEE
    Trans. Inf. Theory 37(1). doi:10.1109/18.61115.

    Examples
    --------
    >>> jensen_shannon([1, 0], [[0, 1], [1, 0]], base=2)
    array([1., 0.])
    """
    xp, p, q, axis = _pair(p, q, axis)
    m = (p + q) / 2
    terms = _p_log_q(xp, p, p) - _p_log_q(xp, p, m)
    terms = terms + _p_log_q(xp, q, q) - _p_log_q(xp, q, m)
    return xp.sum(terms, axis=axis) / 2 / _unit(base)


def joint_entropy(p_xy):
    r"""Measure how uncertain a pair is.

    Parameters
    ----------
    p_xy : array of shape `(m, n)`
        p(x, y): a row for each x, a column for each y.

    Returns
    -------
    array of shape `()`
        In nats; from the larger of H(X) and H(Y) to their sum.

    Raises
    ------
    ValueError
        If ``p_xy`` is no matrix, or no distribution.

    Notes
    -----
    .. math:: H(X, Y) = -\sum_{x,y} p(x, y)\log p(x, y)
       = H(Y) + H(X\mid Y).

    Linear time.

    References
    ----------
    Shannon, C. E. (1948). A mathematical theory of communication, section 6.
    Bell Syst. Tech. J. 27(3). doi:10.1002/j.1538-7305.1948.tb01338.x.

    Examples
    --------
    >>> round(float(joint_entropy([[0.25, 0.25], [0.25, 0.25]])), 4)
    1.3863
    """
    xp, p_xy = _table(p_xy)
    return xp.sum(0.0 - _p_log_q(xp, p_xy, p_xy))


def conditional_entropy(p_xy):
    r"""Measure how uncertain X is, on average, when Y is known.

    Parameters
    ----------
    p_xy : array of shape `(m, n)`
        p(x, y): a row for each x, a column for each y.

    Returns
    -------
    array of shape `()`
        H(X | Y) in nats, from 0 to H(X).  Of the transposed table it is
        H(Y | X).

    Raises
    ------
    ValueError
        If ``p_xy`` is no matrix, or no distribution.

    Notes
    -----
    .. math:: H(X\mid Y) = H(X, Y) - H(Y) =
       -\sum_{x,y} p(x, y)\log p(x\mid y).

    The columns' entropies are weighted by p(y).  A column that can't happen
    adds nothing.  Linear time.

    References
    ----------
    Shannon, C. E. (1948). A mathematical theory of communication, section 6.
    Bell Syst. Tech. J. 27(3). doi:10.1002/j.1538-7305.1948.tb01338.x.

    Examples
    --------
    >>> round(float(conditional_entropy([[0.5, 0.25], [0, 0.25]])), 4)
    0.3466
    """
    xp, p_xy = _table(p_xy)
    p_y = xp.sum(p_xy, axis=0, keepdims=True)
    return xp.sum(_p_log_q(xp, p_xy, p_y) - _p_log_q(xp, p_xy, p_xy))


def mutual_information(p_xy):
    r"""Measure what X and Y tell of each other.

    Parameters
    ----------
    p_xy : array of shape `(m, n)`
        p(x, y): a row for each x, a column for each y.

    Returns
    -------
    array of shape `()`
        In nats; 0 (up to rounding) if X and Y are independent.

    Raises
    ------
    ValueError
        If ``p_xy`` is no matrix, or no distribution.

    Notes
    -----
    .. math:: I(X; Y) = \sum_{x,y} p(x, y)\log\frac{p(x, y)}{p(x)\,p(y)}
       = H(X) - H(X\mid Y) = H(Y) - H(Y\mid X).

    The logarithms are subtracted: p(x) p(y) may underflow where p(x, y) does
    not.  Linear time.

    References
    ----------
    Shannon, C. E. (1948). A mathematical theory of communication, section
    12. Bell Syst. Tech. J. 27(3). doi:10.1002/j.1538-7305.1948.tb01338.x.

    Examples
    --------
    >>> round(float(mutual_information([[0.5, 0], [0, 0.5]])), 4)  # log 2
    0.6931
    >>> float(mutual_information([[0.25, 0.25], [0.25, 0.25]]))
    0.0
    """
    xp, p_xy = _table(p_xy)
    p_x = xp.sum(p_xy, axis=1, keepdims=True)
    p_y = xp.sum(p_xy, axis=0, keepdims=True)
    apart = _p_log_q(xp, p_xy, p_x) + _p_log_q(xp, p_xy, p_y)
    return xp.sum(_p_log_q(xp, p_xy, p_xy) - apart)


def information_gain(labels, feature):
    r"""Measure what a feature tells about the labels of a data set.

    Parameters
    ----------
    labels, feature : array or list of length n
        Classes: numbers or text.  Entries that are equal are one class.

    Returns
    -------
    float
        In nats, from 0 to the entropy of the labels.

    Raises
    ------
    ValueError
        If ``labels`` and ``feature`` are no vectors of one length, or empty.

    Notes
    -----
    .. math:: IG = H(Y) - \sum_v\frac{|S_v|}{|S|}\,H(Y\mid S_v) = I(Y; V).

    The mutual information of the shares in the sample.  A feature that names
    every row has the full gain and predicts nothing, which is why C4.5
    divides by the entropy of the split.  :math:`O(n\log n)` time.

    References
    ----------
    Quinlan, J. R. (1986). Induction of decision trees. Machine Learning 1.
    doi:10.1007/BF00116251.

    Examples
    --------
    >>> information_gain([0, 0, 1, 1], ["a", "a", "a", "b"]).__round__(4)
    0.2158
    """
    rows, columns = _classes("labels", labels), _classes("feature", feature)
    if len(rows) != len(columns):
        raise ValueError(
            f"feature must have {len(rows)} entries as labels has, got"
            f" {len(columns)}"
        )
    counts = np.zeros((max(rows) + 1, max(columns) + 1))
    np.add.at(counts, (rows, columns), 1)
    share = counts / len(rows)
    return float(entropy(share.sum(axis=1)) - conditional_entropy(share))


def gaussian_kl(mean0, cov0, mean1, cov1):
    r"""Find the KL divergence of two Gaussians.

    Parameters
    ----------
    mean0, mean1 : array of shape `(d,)`
    cov0, cov1 : array of shape `(d, d)`
        Symmetric positive definite.

    Returns
    -------
    array of shape `()`
        In nats: the first Gaussian is true, the second is expected.

    Raises
    ------
    ValueError
        If the shapes do not fit or a covariance matrix is not positive
        definite.

    Notes
    -----
    .. math:: D_{\mathrm{KL}} = \tfrac12\Big[\mathrm{tr}(\Sigma_1^{-1}
       \Sigma_0) + \Delta^\top\Sigma_1^{-1}\Delta - d +
       \ln\frac{|\Sigma_1|}{|\Sigma_0|}\Big], \qquad \Delta = \mu_1 - \mu_0.

    With :math:`\Sigma_i = L_iL_i^\top` the trace is the sum of the squares
    of :math:`M = L_1^{-1}L_0`, and half the logarithm is
    :math:`-\sum_i\ln M_{ii}`.  The term of each direction,
    :math:`M_{ii}^2 - 1 - 2\ln M_{ii}`, is not negative.  :math:`O(d^3)` time.

    References
    ----------
    Kullback, S. (1959). Information Theory and Statistics, ch. 9. Wiley.

    Examples
    --------
    >>> one, four = [[1]], [[4]]
    >>> round(float(gaussian_kl([0], one, [1], four)), 4)
    0.4431
    >>> round(float(gaussian_kl([1], four, [0], one)), 4)
    1.3069
    """
    xp, mean0, cov0, mean1, cov1 = alike(mean0, cov0, mean1, cov1)
    check_matrix("cov0", cov0, square=True, batch=False)
    d = cov0.shape[0]
    for name, x, shape in (
        ("cov1", cov1, (d, d)), ("mean0", mean0, (d,)), ("mean1", mean1, (d,))
    ):
        if tuple(x.shape) != shape:
            raise ValueError(
                f"{name} must have the shape {shape} for cov0 of shape"
                f" {(d, d)}, got {tuple(x.shape)}"
            )
    L0, L1 = _root("cov0", cov0), _root("cov1", cov1)
    right = xp.concat([L0, (mean1 - mean0)[:, None]], axis=1)
    M = _ops.solve_triangular(xp, L1, right)
    scales = xp.linalg.diagonal(M[:, :d])
    return (xp.sum(M * M) - d) / 2 - xp.sum(xp.log(scales))


def infonce_bound(scores):
    r"""Bound mutual information from below by a guessing game.

    Parameters
    ----------
    scores : array of shape `(N, N)`
        How well x of row i fits y of column j; the true pairs are on the
        diagonal.

    Returns
    -------
    array of shape `()`
        In nats; at most log N.

    Raises
    ------
    ValueError
        If ``scores`` is not one square matrix, or empty.

    Notes
    -----
    .. math:: I(X; Y) \ge \log N + \frac1N\sum_{i=1}^N
       \Big[s_{ii} - \log\sum_{j=1}^N e^{s_{ij}}\Big].

    The bracket is the log-softmax of row i at its own partner, who belongs
    to the sum.  It holds on average over batches of N independent pairs; one
    batch may lie above the truth.  However much X and Y share, N candidates
    show at most log N of it.  :math:`O(N^2)` time.

    References
    ----------
    van den Oord, A., Li, Y., Vinyals, O. (2018). Representation learning
    with contrastive predictive coding. arXiv:1807.03748.  Poole, B. et al.
    (2019). On variational bounds of mutual information. ICML.
    arXiv:1905.06922.

    Examples
    --------
    >>> round(float(infonce_bound([[2, 0], [0, 2]])), 4)
    0.5662
    """
    xp, scores = arrays(scores)
    check_matrix("scores", scores, square=True, batch=False)
    N = scores.shape[0]
    if N == 0:
        raise ValueError("scores must have at least one row")
    # Relative to the partner's, so that numbers far from zero lose nothing.
    scores = scores - xp.linalg.diagonal(scores)[:, None]
    return math.log(N) - xp.mean(logsumexp(scores))


def information_bottleneck_objective(p_xy, p_t_given_x, beta):
    r"""Weigh how much of X a summary T keeps against what it tells of Y.

    Parameters
    ----------
    p_xy : array of shape `(m, n)`
        p(x, y): a row for each x, a column for each y.
    p_t_given_x : array of shape `(m, k)`
        A distribution of T for each x.
    beta : float
        What a nat about Y is worth in nats about X; not negative.

    Returns
    -------
    array of shape `()`
        To be made small.

    Raises
    ------
    ValueError
        If ``p_xy`` is no distribution, a row of ``p_t_given_x`` is none, the
        shapes do not fit, or ``beta`` is negative.

    Notes
    -----
    .. math:: I(X; T) - \beta\,I(T; Y), \qquad p(x, t) = p(x)\,p(t\mid x),
       \quad p(t, y) = \sum_x p(t\mid x)\,p(x, y).

    T sees Y through X alone, so I(T; Y) is at most I(X; Y).
    :math:`O(mnk)` time.

    References
    ----------
    Tishby, N., Pereira, F. C., Bialek, W. (1999). The information bottleneck
    method. Allerton Conf. arXiv:physics/0004057.

    Examples
    --------
    >>> p_xy = [[0.5, 0], [0, 0.5]]
    >>> keep, forget = [[1, 0], [0, 1]], [[1, 0], [1, 0]]
    >>> round(float(information_bottleneck_objective(p_xy, keep, 2)), 4)
    -0.6931
    >>> float(information_bottleneck_objective(p_xy, forget, 2))
    0.0
    """
    xp, p_xy, p_t_given_x = alike(p_xy, p_t_given_x)
    _table(p_xy)
    check_matrix("p_t_given_x", p_t_given_x, batch=False)
    _check_distribution("p_t_given_x", p_t_given_x, -1)
    if p_t_given_x.shape[0] != p_xy.shape[0]:
        raise ValueError(
            f"p_t_given_x must have {p_xy.shape[0]} rows as p_xy has, got"
            f" {p_t_given_x.shape[0]}"
        )
    if not beta >= 0:
        raise ValueError(f"beta must not be negative, got {beta}")
    p_xt = xp.sum(p_xy, axis=1, keepdims=True) * p_t_given_x
    p_ty = p_t_given_x.mT @ p_xy
    return mutual_information(p_xt) - beta * mutual_information(p_ty)


def cramer_rao_bound(fisher, *, n=1):
    r"""Bound the covariance of every unbiased estimator from below.

    Parameters
    ----------
    fisher : array of shape `(P, P)`
        The Fisher information of one observation; symmetric positive
        definite.
    n : int, default 1
        The number of independent observations.

    Returns
    -------
    array of shape `(P, P)`
        The covariance of an unbiased estimator minus this matrix has no
        negative eigenvalue.

    Raises
    ------
    ValueError
        If ``fisher`` is not symmetric positive definite, or ``n`` is less
        than 1.

    Notes
    -----
    .. math:: \mathrm{Cov}(\hat\theta)\succeq\frac1n F(\theta)^{-1}.

    Maximum likelihood attains it as n grows.  A biased estimator may have
    less variance: a constant has none.  :math:`O(P^3)` time.

    References
    ----------
    Rao, C. R. (1945). Information and the accuracy attainable in the
    estimation of statistical parameters. Bull. Calcutta Math. Soc. 37.

    Examples
    --------
    >>> cramer_rao_bound([[4, 0], [0, 0.5]], n=10)
    array([[0.025, 0.   ],
           [0.   , 0.2  ]])
    """
    xp, fisher = arrays(fisher)
    check_matrix("fisher", fisher, square=True, batch=False)
    n = check_count("n", n, 1)
    L = _root("fisher", fisher)
    eye = xp.eye(L.shape[0], dtype=L.dtype, device=L.device)
    inverse = _ops.solve_triangular(xp, L, eye)
    return inverse.mT @ inverse / n


def fisher_kl_approximation(fisher, delta):
    r"""Approximate the KL divergence of a model from its near neighbour.

    Parameters
    ----------
    fisher : array of shape `(P, P)`
        The Fisher information at theta.
    delta : array of shape `(..., P)`
        Small changes of theta.

    Returns
    -------
    array of shape `(...)`
        In nats.

    Raises
    ------
    ValueError
        If ``fisher`` is not one square matrix, or the shapes do not fit.

    Notes
    -----
    .. math:: D_{\mathrm{KL}}(p_\theta\,\|\,p_{\theta+\delta}) =
       \tfrac12\,\delta^\top F(\theta)\,\delta + O(\|\delta\|^3).

    The gradient at 0 is 0, because 0 is the minimum: Fisher's matrix is the
    curvature of KL there, in either order of its arguments.  Natural
    gradient and TRPO measure steps by it.  :math:`O(P^2)` time.

    References
    ----------
    Amari, S. (1998). Natural gradient works efficiently in learning. Neural
    Computation 10(2). doi:10.1162/089976698300017746.

    Examples
    --------
    >>> fisher = [[4.0]]  # a coin that falls on heads with chance 1/2
    >>> round(float(fisher_kl_approximation(fisher, [0.1])), 4)
    0.02
    >>> round(float(kl_divergence([0.5, 0.5], [0.6, 0.4])), 4)
    0.0204
    """
    xp, fisher, delta = alike(fisher, delta)
    check_matrix("fisher", fisher, square=True, batch=False)
    P = fisher.shape[0]
    if delta.ndim == 0 or delta.shape[-1] != P:
        raise ValueError(
            f"delta must have the shape (..., {P}) for fisher of shape"
            f" {(P, P)}, got {tuple(delta.shape)}"
        )
    return xp.sum((delta @ fisher) * delta, axis=-1) / 2


def huffman_code(probabilities):
    r"""Find a prefix code with the shortest average code word.

    Parameters
    ----------
    probabilities : mapping, or array of shape `(K,)`
        Of each symbol; an array is for the symbols 0 to K - 1.

    Returns
    -------
    dict
        A code word for each symbol: text of the characters 0 and 1.  A
        single symbol gets ``"0"``.

    Raises
    ------
    ValueError
        If there are no symbols, or the probabilities are none or do not add
        up to 1.

    Notes
    -----
    .. math:: H\le\bar\ell = \sum_x p(x)\,\ell(x) < H + 1 \qquad
       (H\text{ in bits, more than one symbol}).

    The two least probable nodes become one, until one is left; the code word
    of a symbol is its way from there.  Of equal nodes the older goes first,
    which keeps the longest word short.  Codes differ where nodes are equal,
    or 0 and 1 are exchanged; average lengths do not.  A symbol of
    probability 0 has a code word, too.  :math:`O(K\log K)` steps, and
    the sum of all lengths to write the words.

    References
    ----------
    Huffman, D. A. (1952). A method for the construction of minimum-redundancy
    codes. Proc. IRE 40(9). doi:10.1109/JRPROC.1952.273898.

    Examples
    --------
    >>> huffman_code({"a": 0.5, "b": 0.25, "c": 0.25})
    {'a': '0', 'b': '10', 'c': '11'}
    """
    table = _weights(probabilities)
    age = itertools.count()
    heap = [(p, next(age), [symbol]) for symbol, p in table.items()]
    heapq.heapify(heap)
    code = dict.fromkeys(table, "0" if len(table) == 1 else "")
    while len(heap) > 1:
        p0, _, zeros = heapq.heappop(heap)
        p1, _, ones = heapq.heappop(heap)
        for symbol in zeros:
            code[symbol] = "0" + code[symbol]
        for symbol in ones:
            code[symbol] = "1" + code[symbol]
        heapq.heappush(heap, (p0 + p1, next(age), zeros + ones))
    return code


def arithmetic_encode(symbols, conditional):
    r"""Write a sequence in hardly more bits than its surprise under a model.

    Parameters
    ----------
    symbols : sequence of ints
        Counted from 0.
    conditional : callable
        ``conditional(prefix)`` returns the probabilities of the next symbol
        after a tuple of symbols: fractions or floats, which are taken as the
        binary fractions they are and divided by their sum.

    Returns
    -------
    str
        Characters 0 and 1.

    Raises
    ------
    TypeError
        If a symbol is no integer, or ``conditional`` is not callable.
    ValueError
        If the model returns no distribution, or gives a symbol the
        probability 0.

    Notes
    -----
    .. math:: [l, h)\leftarrow[l + (h-l)F(x^-),\ l + (h-l)F(x)), \qquad
       \ell = \lceil-\log_2P(x_{1:n})\rceil + 1.

    F(x) sums the probabilities up to x, :math:`F(x^-)` those before x.  The
    interval starts as [0, 1) and ends with the width
    :math:`P(x_{1:n}) = \prod_i p(x_i\mid x_{<i})`, wide enough for a stretch
    of :math:`2^{-\ell}` that begins at a multiple of it: the first that fits
    is written.  Fractions are exact; doubles would run out after some 50
    bits.  :math:`O(n^2)` time, as they grow.

    References
    ----------
    Rissanen, J. (1976). Generalized Kraft inequality and arithmetic coding.
    IBM J. Res. Dev. 20(3). doi:10.1147/rd.203.0198.  Deletang, G. et al.
    (2024). Language modeling is compression. ICLR. arXiv:2309.10668.

    Examples
    --------
    >>> fair = lambda prefix: [Fraction(1, 2), Fraction(1, 2)]
    >>> arithmetic_encode([0, 1, 1], fair)
    '0110'
    """
    symbols = _symbols(symbols)
    low, width = Fraction(0), Fraction(1)
    for i, symbol in enumerate(symbols):
        sums = _cumulative(conditional, symbols[:i])
        if not 0 <= symbol < len(sums) - 1:
            raise ValueError(
                f"symbols must lie in 0 to {len(sums) - 2}, got {symbol}"
            )
        low += width * sums[symbol]
        width *= sums[symbol + 1] - sums[symbol]
        if not width:
            raise ValueError(
                f"conditional must not give symbol {i}, which is {symbol},"
                " the probability 0"
            )
    # (k - 1).bit_length() is the logarithm of k to base 2, rounded up.
    length = (math.ceil(1 / width) - 1).bit_length() + 1
    return format(math.ceil(low * 2**length), f"0{length}b")


def arithmetic_decode(bits, length, conditional):
    r"""Read a sequence that :func:`arithmetic_encode` has written.

    Parameters
    ----------
    bits : str
        Characters 0 and 1.
    length : int
        How many symbols there are.
    conditional : callable
        The model that the sequence was written with.

    Returns
    -------
    list of ints

    Raises
    ------
    TypeError
        If ``bits`` is no text, ``length`` no integer, or ``conditional`` not
        callable.
    ValueError
        If ``bits`` holds other characters, ``length`` is negative, or the
        model returns no distribution.

    Notes
    -----
    .. math:: F(x^-) \le\frac{v - l}{h - l} < F(x), \qquad
       v = \sum_i b_i\,2^{-i}.

    The bits are a number v; the symbol is the one whose part of the interval
    holds it.  Then the interval is narrowed as the encoder did: the model
    must see the same symbols, those before this one, and answer with the
    same numbers.  :math:`O(n^2)` time.

    References
    ----------
    Witten, I. H., Neal, R. M., Cleary, J. G. (1987). Arithmetic coding for
    data compression. Comm. ACM 30(6). doi:10.1145/214762.214771.

    Examples
    --------
    >>> fair = lambda prefix: [Fraction(1, 2), Fraction(1, 2)]
    >>> arithmetic_decode("0110", 3, fair)
    [0, 1, 1]
    """
    if not isinstance(bits, str):
        raise TypeError(f"bits must be text, got {type(bits).__name__}")
    if set(bits) - set("01"):
        raise ValueError("bits must hold the characters 0 and 1 only")
    value = Fraction(int(bits or "0", 2), 2 ** len(bits))
    symbols, low, width = (), Fraction(0), Fraction(1)
    for _ in range(check_count("length", length, 0)):
        sums = _cumulative(conditional, symbols)
        place = (value - low) / width
        symbol = sum(F <= place for F in sums) - 1
        symbols += (symbol,)
        low += width * sums[symbol]
        width *= sums[symbol + 1] - sums[symbol]
    return list(symbols)


def _p_log_q(xp, p, q):
    """Return p log q: 0 where p is 0, minus infinity where only q is."""
    zero = q == 0
    # The log of 1 in place of that of 0: no warning, and no NaN as gradient.
    product = p * xp.log(xp.where(zero, 1.0, q))
    return xp.where(zero & (p > 0), -math.inf, product)


def _unit(base):
    """Return how many nats the unit of information has."""
    if base is None:
        return 1.0
    if not base > 1:
        raise ValueError(f"base must be above 1, got {base}")
    return math.log(base)


def _pair(p, q, axis):
    """Return the namespace, p, q, and the axis counted from the end."""
    xp, p, q = alike(p, q)
    _one_axis(axis)
    if axis >= 0:
        name, more = ("p", p) if p.ndim >= q.ndim else ("q", q)
        check_axis(name, more, axis)
        axis -= more.ndim
    _check_distribution("p", p, axis)
    _check_distribution("q", q, axis)
    shapes = tuple(p.shape), tuple(q.shape)
    if shapes[0][axis] != shapes[1][axis]:
        raise ValueError(
            f"p and q must have the same length along axis {axis}, got the"
            f" shapes {shapes[0]} and {shapes[1]}"
        )
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        raise ValueError(
            "p and q must have shapes that broadcast, got"
            f" {shapes[0]} and {shapes[1]}"
        ) from None
    return xp, p, q, axis


def _table(p_xy):
    """Return the namespace and p_xy, or raise ValueError."""
    xp, p_xy = arrays(p_xy)
    check_matrix("p_xy", p_xy, batch=False)
    if not _adds_up(xp, xp.reshape(p_xy, (-1,)), 0):
        raise ValueError("p_xy must hold probabilities that add up to 1")
    return xp, p_xy


def _one_axis(axis):
    """Raise TypeError for None or a tuple, which NumPy's sums would take."""
    try:
        operator.index(axis)
    except TypeError:
        raise TypeError(
            f"axis must be an int, got {axis}; to take a whole table for one"
            " distribution, flatten it first with reshape(-1)"
        ) from None


def _check_distribution(name, p, axis):
    """Raise ValueError unless the axis holds distributions."""
    xp, p = arrays(p)
    _one_axis(axis)
    check_axis(name, p, axis)
    if not _adds_up(xp, p, axis):
        raise ValueError(
            f"{name} must hold probabilities that add up to 1 along axis"
            f" {axis}"
        )


def _adds_up(xp, p, axis):
    missing = xp.abs(xp.sum(p, axis=axis) - 1)
    slack = max(_SLACK, 4 * float(xp.finfo(p.dtype).eps))
    return bool(xp.all(p >= 0) & xp.all(missing <= slack))


def _root(name, A):
    """Return the Cholesky factor, or raise ValueError with the name."""
    try:
        return cholesky(A)
    except ValueError as error:
        raise ValueError(
            f"{name} must be symmetric and positive definite: {error}"
        ) from None


def _classes(name, values):
    """Return the number of each entry's class, from 0."""
    if is_array_api_obj(values):
        values = to_numpy(values)
    values = np.asarray(values)
    if values.ndim != 1 or not values.size:
        raise ValueError(
            f"{name} must have the shape (n,) with n at least 1, got"
            f" {values.shape}"
        )
    return np.unique(values, return_inverse=True)[1]


def _weights(probabilities):
    """Return {symbol: probability}, or raise ValueError."""
    if not isinstance(probabilities, Mapping):
        if is_array_api_obj(probabilities):
            probabilities = to_numpy(probabilities).tolist()
        probabilities = dict(enumerate(probabilities))
    table = dict(probabilities)
    ok = all(p >= 0 for p in table.values())
    if not ok or not abs(sum(table.values()) - 1) <= _SLACK:
        raise ValueError(
            "probabilities must hold probabilities that add up to 1, of one"
            " symbol or more"
        )
    return table


def _symbols(symbols):
    """Return a sequence of integers as a tuple."""
    if is_array_api_obj(symbols):
        symbols = to_numpy(symbols).tolist()
    return tuple(operator.index(symbol) for symbol in symbols)


def _cumulative(conditional, prefix):
    """Return the sums of 0, 1, ... K of the next symbol's probabilities."""
    p = conditional(prefix)
    if is_array_api_obj(p):
        p = to_numpy(p).tolist()
    p = [Fraction(x) for x in p]
    total = sum(p)
    if not abs(total - 1) <= _SLACK or min(p) < 0:
        raise ValueError(
            "conditional must return probabilities that add up to 1, got"
            f" {[float(x) for x in p]}"
        )
    return [s / total for s in itertools.accumulate(p, initial=Fraction(0))]

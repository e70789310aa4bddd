"""Chapter 10: numbers in a computer, and formulas that survive them."""

import math
import sys

import numpy as np

from mathlib import _ops
from mathlib.arrays import alike, arrays
from mathlib.calculus import trapezoid_integral
from mathlib.foundations import (
    check_axis,
    check_count,
    check_vector,
    logsumexp,
)
from mathlib.linear_algebra import check_matrix, is_symmetric

__all__ = [
    "RunningVariance",
    "barycentric_interpolate",
    "block_scaled_round",
    "condition_number",
    "conjugate_gradient",
    "gauss_legendre_integral",
    "kahan_sum",
    "least_squares_qr",
    "log_sigmoid",
    "log_softmax",
    "machine_epsilon",
    "mixed_precision_matmul",
    "optimal_difference_step",
    "round_to_bfloat16",
    "round_to_float",
    "sigmoid",
    "simpson_integral",
    "welford",
]


def sigmoid(x):
    r"""Map every number to a probability, without overflow.

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    array
        Shape and dtype of ``x``, between 0 and 1.

    Raises
    ------
    TypeError
        If ``x`` is not numeric.

    Notes
    -----
    .. math:: \sigma(x) = \begin{cases} \frac1{1+e^{-x}} & x \ge 0 \\
       \frac{e^x}{1+e^x} & x < 0. \end{cases}

    The two forms are equal, but the exponential of the first overflows at
    :math:`x = -1000`, that of the second at 1000.  Linear time.

    References
    ----------
    Higham, N. J. (2002). Accuracy and Stability of Numerical Algorithms,
    2nd ed. SIAM. doi:10.1137/1.9780898718027.

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    xp, x = arrays(x)
    return _ops.sigmoid(xp, x)


def log_sigmoid(x):
    r"""Take the logarithm of the sigmoid without taking the sigmoid.

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    array
        Shape and dtype of ``x``; negative, or 0 where x is large.

    Raises
    ------
    TypeError
        If ``x`` is not numeric.

    Notes
    -----
    .. math:: \log\sigma(x) = \min(x, 0) - \log(1 + e^{-|x|}).

    The exponential is at most 1, and ``log1p`` keeps its digits where 1 + it
    would not.  ``log(sigmoid(x))`` is minus infinity at -1000, where this is
    -1000.  Elsewhere it is ``torch.nn.functional.logsigmoid`` and
    ``scipy.special.log_expit``.  Linear time.

    References
    ----------
    Maechler, M. (2012). Accurately computing log(1 - exp(-|a|)). R package
    Rmpfr, vignette.

    Examples
    --------
    >>> log_sigmoid([-1000.0, 0.0, 1000.0]).round(4)
    array([-1.000e+03, -6.931e-01,  0.000e+00])
    """
    xp, x = arrays(x)
    # Of two equal numbers the minimum has half the slope of each, as it must.
    least = xp.minimum(x, xp.zeros_like(x))
    return least - xp.log1p(xp.exp(-xp.abs(x)))


def log_softmax(z, *, axis=-1):
    r"""Take the logarithm of the softmax without taking the softmax.

    Parameters
    ----------
    z : array of shape `(..., n)`
        Logits.
    axis : int, default -1
        The axis whose probabilities add up to one.

    Returns
    -------
    array
        Log-probabilities, shape and dtype of ``z``.

    Raises
    ------
    ValueError
        If ``z`` has no such axis or nothing along it.

    Notes
    -----
    .. math:: \log s_i = z_i - \log\sum_j e^{z_j}.

    ``log(softmax(z))`` is minus infinity for a class 800 below the largest,
    because its probability underflows to 0; here it is -800.  A row of
    minus infinities is NaN, as is one with plus infinity.  Linear time.

    References
    ----------
    Blanchard, P., Higham, D. J., Higham, N. J. (2021). Accurately computing
    the log-sum-exp and softmax functions. IMA J. Numer. Anal. 41(4).
    doi:10.1093/imanum/draa038.

    Examples
    --------
    >>> log_softmax([0.0, 800.0])
    array([-800.,    0.])
    """
    xp, z = arrays(z)
    check_axis("z", z, axis, empty=False)
    # Near zero first: at 1e8 a double keeps eight digits behind the point.
    m = xp.max(z, axis=axis, keepdims=True)
    z = z - xp.where(xp.isfinite(m), m, 0.0)
    total = logsumexp(z, axis=axis, keepdims=True)
    # NaN here and not from inf - inf, which would also warn.
    return z - xp.where(xp.isfinite(total), total, math.nan)


def machine_epsilon(dtype):
    r"""Find the distance from 1 to the next number of a format, by trying.

    Parameters
    ----------
    dtype : dtype, or its name
        A floating-point type of NumPy, torch or another library.

    Returns
    -------
    float

    Raises
    ------
    TypeError
        If ``dtype`` is no real floating-point type.

    Notes
    -----
    .. math:: \varepsilon = \min\{2^{-k} : 1 + 2^{-k} > 1\}.

    Half of it is rounded away: 1 + eps/2 lies between two neighbours, and
    the even one is 1.  Every sum is taken in the format itself; a Python
    number would be a double.  Rounding to nearest changes a number by a
    share of at most eps/2.

    References
    ----------
    Higham, N. J. (2002). Accuracy and Stability of Numerical Algorithms,
    2nd ed., ch. 2. SIAM. doi:10.1137/1.9780898718027.

    Examples
    --------
    >>> machine_epsilon("float16"), 2.0**-10
    (0.0009765625, 0.0009765625)
    """
    one = _one(dtype)
    eps = one
    while one + eps / 2 > one:
        eps = eps / 2
    return float(eps)


def round_to_bfloat16(x):
    r"""Round numbers to the nearest that bfloat16 can hold.

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    array
        Shape and dtype of ``x``; 8 significant bits.

    Raises
    ------
    TypeError
        If ``x`` is not numeric.

    Notes
    -----
    .. math:: \mathrm{bf16}(x) = \text{the top 16 bits of float32, rounded to
       nearest, ties to even}.

    The exponents are those of float32, so overflow is as rare, and 8 bits
    are left: the next number after 1 is 1.0078125.  From
    :math:`(2 - 2^{-8})\,2^{127}` on the result is infinite, as in PyTorch;
    NaN stays NaN.  Gradients are 0.  Linear time.

    References
    ----------
    Kalamkar, D. et al. (2019). A study of bfloat16 for deep learning
    training. arXiv:1905.12322.

    Examples
    --------
    >>> round_to_bfloat16([1.0, 1.0078125, 1.005, 3.14159265])
    array([1.       , 1.0078125, 1.0078125, 3.140625 ])
    """
    xp, x = arrays(x)
    return _ieee(xp, x, 8, 7)


def round_to_float(x, *, exponent_bits, mantissa_bits, max_value=None):
    r"""Round numbers to the nearest that a small format can hold.

    Parameters
    ----------
    x : array of any shape
    exponent_bits, mantissa_bits : int
        2 to 8, and 0 to 23: what the format stores beside the sign.
    max_value : float, optional
        The largest number.  By default that of IEEE 754, whose largest
        exponent is kept for infinity and NaN.

    Returns
    -------
    array
        Shape and dtype of ``x``.  Numbers beyond ``max_value``, infinity
        too, become it.

    Raises
    ------
    TypeError
        If ``x`` is not numeric.
    ValueError
        If a number of bits or ``max_value`` is out of range.

    Notes
    -----
    .. math:: x_q = q\,\mathrm{round}(x/q), \qquad
       q = 2^{\max(\lfloor\log_2|x|\rfloor,\ 2 - 2^{E-1}) - M}.

    Ties go to the even multiple of the spacing q.  Below the smallest
    exponent the spacing stays, so small numbers lose bits one by one, until
    0: the subnormal numbers.  E4M3 (``max_value=448``) and E5M2 are the 8
    bits of training, E2M1 (``max_value=6``) the 4 bits of MXFP4; PyTorch
    has them as ``float8_e4m3fn`` and ``float8_e5m2``.  Gradients are 0.
    Linear time.

    References
    ----------
    Micikevicius, P. et al. (2022). FP8 formats for deep learning.
    arXiv:2209.05433.

    Examples
    --------
    >>> x = [0.001, 1.06, 17.0, 1000.0]
    >>> round_to_float(x, exponent_bits=4, mantissa_bits=3, max_value=448)
    array([1.953125e-03, 1.000000e+00, 1.600000e+01, 4.480000e+02])
    """
    xp, x = arrays(x)
    E = check_count("exponent_bits", exponent_bits, 2, 8)
    M = check_count("mantissa_bits", mantissa_bits, 0, 23)
    if max_value is None:
        max_value = _largest(E, M)
    if not 0 < max_value < math.inf:
        raise ValueError(
            f"max_value must be positive and finite, got {max_value}"
        )
    wide = xp.clip(_double(xp, x), -max_value, max_value)
    return xp.astype(_nearest(xp, wide, E, M, max_value), x.dtype)


def block_scaled_round(
    x, *, block_size=32, exponent_bits=4, mantissa_bits=3, max_value=448.0
):
    r"""Round numbers to a small format, with a scale for each block.

    Parameters
    ----------
    x : array of shape `(..., n)`
        Finite.
    block_size : int, default 32
        How many neighbours along the last axis share a scale; the last block
        may be shorter.
    exponent_bits, mantissa_bits : int, default 4 and 3
        Of the format of the scaled numbers.
    max_value : float, default 448.0
        The format's largest number: that of each block becomes it.

    Returns
    -------
    array
        Shape and dtype of ``x``.

    Raises
    ------
    TypeError
        If ``x`` is not numeric.
    ValueError
        If ``x`` has no axis or is not finite, or a number of bits,
        ``block_size`` or ``max_value`` is out of range.

    Notes
    -----
    .. math:: x_q = s_b\,\mathrm{round}_{E,M}(x/s_b), \qquad
       s_b = \frac{\max_{i\in b}|x_i|}{x_{\max}}.

    An outlier costs its own block digits, not the whole tensor.  A block of
    zeros stays.  The scales are real numbers here; MX formats round them to
    powers of two and store the exponents, NVFP4 stores them in E4M3.
    Gradients are those of the largest number of each block.  Linear time.

    References
    ----------
    Rouhani, B. D. et al. (2023). Microscaling data formats for deep
    learning. arXiv:2310.10537.

    Examples
    --------
    >>> x = [0.001, 0.002, 500.0, 1000.0]
    >>> block_scaled_round(x, block_size=2)
    array([1.e-03, 2.e-03, 5.e+02, 1.e+03])
    >>> block_scaled_round(x, block_size=4)
    array([   0.,    0.,  500., 1000.])
    """
    xp, x = arrays(x)
    size = check_count("block_size", block_size, 1)
    check_axis("x", x, -1)
    if not bool(xp.all(xp.isfinite(x))):
        raise ValueError("x must be finite")
    wide = xp.astype(x, xp.float64)
    *batch, n = x.shape
    padding = xp.zeros_like(
        xp.broadcast_to(wide[..., :1], (*batch, -n % size))
    )
    blocks = xp.reshape(
        xp.concat([wide, padding], axis=-1), (*batch, -1, size)
    )
    scale = xp.max(xp.abs(blocks), axis=-1, keepdims=True) / max_value
    scale = xp.where(scale > 0, scale, 1.0)
    rounded = scale * round_to_float(
        blocks / scale, exponent_bits=exponent_bits,
        mantissa_bits=mantissa_bits, max_value=max_value,
    )
    flat = xp.reshape(rounded, (*batch, -1))[..., :n]
    return xp.astype(flat, x.dtype)


def condition_number(A):
    r"""Say how much a linear system may enlarge errors.

    Parameters
    ----------
    A : array of shape `(..., m, n)`

    Returns
    -------
    array of shape `(...)`
        At least 1; infinite where the smallest singular value is 0.

    Raises
    ------
    ValueError
        If ``A`` is no matrix, or empty.

    Notes
    -----
    .. math:: \kappa(A) = \frac{\sigma_{\max}}{\sigma_{\min}}, \qquad
       \kappa(A^\top A) = \kappa(A)^2.

    Relative errors of b in Ax = b grow by a factor of up to it: some
    :math:`\log_{10}\kappa` of 16 digits are lost.  The determinant says
    nothing of the kind: 0.1 I has the condition number 1.  Of a matrix that
    is singular but for rounding it is not infinite, but as large as 1/eps.
    :math:`O(mn\min(m, n))` time.

    References
    ----------
    Turing, A. M. (1948). Rounding-off errors in matrix processes. Quart. J.
    Mech. Appl. Math. 1. doi:10.1093/qjmam/1.1.287.

    Examples
    --------
    >>> float(condition_number([[3, 0], [0, -0.5]]))
    6.0
    >>> float(condition_number([[1, 0], [0, 0]]))
    inf
    """
    xp, A = arrays(A)
    check_matrix("A", A)
    if 0 in A.shape[-2:]:
        raise ValueError(
            f"A must have rows and columns, got the shape {tuple(A.shape)}"
        )
    sigma = xp.linalg.svdvals(A)
    largest, least = sigma[..., 0], sigma[..., -1]
    singular = least == 0
    ratio = largest / xp.where(singular, 1.0, least)
    return xp.where(singular, math.inf, ratio)


def least_squares_qr(X, y):
    r"""Solve a least-squares problem without squaring its condition number.

    Parameters
    ----------
    X : array of shape `(n, p)`
        Independent columns, so n is at least p.
    y : array of shape `(n,)`

    Returns
    -------
    array of shape `(p,)`

    Raises
    ------
    ValueError
        If the shapes do not fit, or the columns of ``X`` are dependent up to
        rounding.

    Notes
    -----
    .. math:: X = QR, \qquad R\mathbf w = Q^\top\mathbf y.

    R is triangular: the last equation has one unknown, the one above two.
    :math:`X^\top X` would double the digits lost: with a column of ones and
    entries of 1e-8 below it is singular in doubles, while R is not.
    :math:`O(np^2)` time.

    References
    ----------
    Golub, G. (1965). Numerical methods for solving linear least squares
    problems. Numer. Math. 7. doi:10.1007/BF01436075.

    Examples
    --------
    >>> X = [[1, 1], [1e-8, 0], [0, 1e-8]]
    >>> least_squares_qr(X, [3, 1e-8, 2e-8]).round(6)
    array([1., 2.])
    """
    xp, X, y = alike(X, y)
    check_matrix("X", X, batch=False)
    n, p = X.shape
    if tuple(y.shape) != (n,):
        raise ValueError(
            f"y must have the shape ({n},) for X of shape {(n, p)}, got"
            f" {tuple(y.shape)}"
        )
    if n < p:
        raise ValueError(f"X must have at least {p} rows, got {n}")
    Q, R = xp.linalg.qr(X)
    # Each column has its own unit, and the year may stand beside a share.
    noise = n * float(xp.finfo(X.dtype).eps) * xp.max(xp.abs(R), axis=0)
    if not bool(xp.all(xp.abs(xp.linalg.diagonal(R)) > noise)):
        raise ValueError("X must have independent columns")
    return _back_substitution(xp, R, Q.mT @ y)


class RunningVariance:
    r"""Mean and variance of numbers that come one by one and are not kept.

    Attributes
    ----------
    count : int
    mean : array
        Of the shape of one observation; 0.0 before the first.

    Methods
    -------
    update(x)
        Take in one observation: a number, or an array of features.
    variance(ddof=0)
        Return the sum of squares about the mean over count - ddof; NaN
        unless that is positive.

    Raises
    ------
    TypeError
        If ``x`` is not numeric.
    ValueError
        If ``x`` has another shape than those before.

    Notes
    -----
    .. math:: \delta = x - \mu_{k-1}, \qquad \mu_k = \mu_{k-1} + \delta/k,
       \qquad M_k = M_{k-1} + \delta\,(x - \mu_k).

    One :math:`\delta` is measured from the old mean, the other distance from
    the new one; M is the sum of squares about the mean.  Mean of squares
    minus square of the mean would subtract two numbers of 17 digits near
    1e8.  Constant time and memory for each observation.

    References
    ----------
    Welford, B. P. (1962). Note on a method for calculating corrected sums of
    squares and products. Technometrics 4(3). doi:10.2307/1266577.

    Examples
    --------
    >>> seen = RunningVariance()
    >>> for x in (1.0, 2.0, 6.0):
    ...     seen.update(x)
    >>> seen.count, float(seen.mean), float(seen.variance(ddof=1))
    (3, 3.0, 7.0)
    """

    def __init__(self):
        self.count, self.mean, self._squares = 0, 0.0, 0.0

    def update(self, x):
        xp, x = arrays(x)
        if self.count == 0:
            self.mean = self._squares = xp.zeros_like(x)
        elif x.shape != self.mean.shape:
            raise ValueError(
                f"x must have the shape {tuple(self.mean.shape)} of those"
                f" before, got {tuple(x.shape)}"
            )
        self.count += 1
        delta = x - self.mean
        self.mean = self.mean + delta / self.count
        self._squares = self._squares + delta * (x - self.mean)

    def variance(self, ddof=0):
        degrees = self.count - ddof
        return self._squares / (degrees if degrees > 0 else math.nan)


def welford(values, *, ddof=0):
    r"""Find mean and variance in one pass that loses no digits.

    Parameters
    ----------
    values : array of shape `(n, ...)`
        One observation a row.
    ddof : int, default 0
        The sum of squares is divided by n - ddof.

    Returns
    -------
    mean, variance : arrays of shape `(...)`
        The variance of ``ddof`` observations or fewer is NaN.

    Raises
    ------
    ValueError
        If there are no observations.

    Notes
    -----
    .. math:: \delta = x - \mu_{k-1}, \qquad \mu_k = \mu_{k-1} + \delta/k,
       \qquad M_k = M_{k-1} + \delta\,(x - \mu_k).

    The variance is :math:`M_n/(n - \mathrm{ddof})`; see
    :class:`RunningVariance`, which need not have all values at once.  Linear
    time.

    References
    ----------
    Welford, B. P. (1962). Note on a method for calculating corrected sums of
    squares and products. Technometrics 4(3). doi:10.2307/1266577.

    Examples
    --------
    >>> mean, variance = welford([1e8 + 1, 1e8 + 2, 1e8 + 6], ddof=1)
    >>> float(mean) - 1e8, float(variance)
    (3.0, 7.0)
    """
    _, values = arrays(values)
    check_axis("values", values, 0, empty=False)
    seen = RunningVariance()
    for i in range(values.shape[0]):
        seen.update(values[i, ...])
    return seen.mean, seen.variance(ddof)


def kahan_sum(values):
    r"""Add up numbers, and what rounding took from the sum with the next.

    Parameters
    ----------
    values : array of shape `(n,)`
        Finite.

    Returns
    -------
    array of shape `()`
        In the dtype of ``values``; 0 if there are none.

    Raises
    ------
    ValueError
        If ``values`` is not a vector.

    Notes
    -----
    .. math:: y = x - c, \qquad t = s + y, \qquad c = (t - s) - y, \qquad
       s = t.

    In exact arithmetic c would be 0: it is what the last sum gained by
    rounding.  The error does not grow with n, while that of a plain sum
    does: a hundred thousand times 0.1 in float32 is 9998.557.  Linear time,
    in a loop: ``math.fsum`` is exact, and pairwise sums as in ``numpy.sum``
    are good enough for most.

    References
    ----------
    Kahan, W. (1965). Further remarks on reducing truncation errors. Comm.
    ACM 8(1). doi:10.1145/363707.363723.

    Examples
    --------
    >>> small = np.full(1000, 1e-16)
    >>> float(kahan_sum(np.concatenate([np.ones(1), small])))
    1.0000000000001
    """
    xp, values = arrays(values)
    check_vector("values", values)
    s = c = xp.zeros((), dtype=values.dtype, device=values.device)
    for i in range(values.shape[0]):
        y = values[i] - c
        t = s + y
        c = (t - s) - y
        s = t
    return s


def mixed_precision_matmul(A, B):
    r"""Multiply matrices as a tensor core does: half in, single inside.

    Parameters
    ----------
    A : array of shape `(m, k)`
    B : array of shape `(k, n)`

    Returns
    -------
    array of shape `(m, n)`
        Of dtype float32.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    .. math:: c_{ij} = \sum_k^{\text{fp32}} a_{ik}^{\text{fp16}}
       b_{kj}^{\text{fp16}}.

    The entries are rounded to float16 (infinite from 65520 on).  A product
    of two such numbers has 22 bits and is exact in float32; the sums are
    rounded to 24 bits.  Sums of float16 would stop growing: ones add up to
    2048 and no further.  Gradients are 0.  :math:`O(mkn)` time.

    References
    ----------
    Micikevicius, P. et al. (2018). Mixed precision training. ICLR.
    arXiv:1710.03740.

    Examples
    --------
    >>> mixed_precision_matmul(np.ones((1, 4096)), np.ones((4096, 1)))
    array([[4096.]], dtype=float32)
    """
    xp, A, B = alike(A, B)
    check_matrix("A", A, batch=False)
    check_matrix("B", B, batch=False)
    if A.shape[1] != B.shape[0]:
        raise ValueError(
            f"A must have as many columns as B has rows, got the shapes"
            f" {tuple(A.shape)} and {tuple(B.shape)}"
        )
    A, B = (xp.astype(_ieee(xp, M, 5, 10), xp.float32) for M in (A, B))
    return A @ B


def optimal_difference_step(dtype, *, scheme="central"):
    r"""Choose the step of a finite difference by the precision of numbers.

    Parameters
    ----------
    dtype : dtype, or its name
        In which the function is computed.
    scheme : {"central", "forward"}

    Returns
    -------
    float

    Raises
    ------
    TypeError
        If ``dtype`` is no real floating-point type.
    ValueError
        If ``scheme`` is neither.

    Notes
    -----
    .. math:: |\mathrm{err}| \approx \frac{h^2}6|f'''| +
       \frac{\varepsilon|f|}h \ \Rightarrow\
       h^* = \Big(\frac{3\varepsilon|f|}{|f'''|}\Big)^{1/3}\sim
       \varepsilon^{1/3}.

    The forward difference errs by :math:`\tfrac h2|f''|` instead, and the
    best step is about :math:`\varepsilon^{1/2}`.  For functions and
    arguments near 1; multiply by the scale of x.

    References
    ----------
    Press, W. H. et al. (2007). Numerical Recipes, 3rd ed., 5.7. Cambridge
    University Press.

    Examples
    --------
    >>> round(optimal_difference_step("float64") * 1e6, 2)
    6.06
    >>> round(optimal_difference_step("float64", scheme="forward") * 1e8, 2)
    1.49
    """
    powers = {"central": 1 / 3, "forward": 1 / 2}
    if scheme not in powers:
        raise ValueError(
            f"scheme must be 'central' or 'forward', got {scheme!r}"
        )
    return machine_epsilon(dtype) ** powers[scheme]


def simpson_integral(f, a, b, n):
    r"""Integrate f from a to b: the area under n/2 parabolas.

    Parameters
    ----------
    f : callable
        Entry by entry: arrays in, arrays of the same shape out.
    a, b : float
        The bounds.  With b < a the integral changes its sign.
    n : int
        The number of intervals; even.

    Returns
    -------
    array of shape `()`

    Raises
    ------
    TypeError
        If ``f`` is not callable or ``n`` is not an integer.
    ValueError
        If ``n`` is odd or less than 2, a bound is not one finite number, or
        f does not return one number for each point.

    Notes
    -----
    .. math:: \int_a^b f \approx \frac h3\Big(f_0 + 4\sum_{\text{odd}}f_i +
       2\sum_{\text{even}}f_i + f_n\Big) = \frac{4T_h - T_{2h}}3, \qquad
       h = \frac{b-a}n.

    T is the trapezoid rule: of its error :math:`ch^2` four quarters less one
    leave nothing.  Exact to degree 3; else the error is about
    :math:`-\tfrac{h^4}{180}(f'''(b) - f'''(a))`.  ``scipy.integrate.simpson``
    takes the samples in place of f.

    References
    ----------
    Richardson, L. F., Gaunt, J. A. (1927). The deferred approach to the
    limit. Phil. Trans. R. Soc. A 226. doi:10.1098/rsta.1927.0008.

    Examples
    --------
    >>> float(simpson_integral(lambda x: x**3, 0.0, 2.0, 2))
    4.0
    """
    n = check_count("n", n, 2)
    if n % 2:
        raise ValueError(f"n must be even, got {n}")
    fine = trapezoid_integral(f, a, b, n)
    return (4 * fine - trapezoid_integral(f, a, b, n // 2)) / 3


def gauss_legendre_integral(f, a, b, n):
    r"""Integrate f from a to b with n points in the best places.

    Parameters
    ----------
    f : callable
        Entry by entry: arrays in, arrays of the same shape out.
    a, b : float
        The bounds.  With b < a the integral changes its sign.
    n : int
        The number of points.

    Returns
    -------
    array of shape `()`

    Raises
    ------
    TypeError
        If ``f`` is not callable or ``n`` is not an integer.
    ValueError
        If ``n`` is less than 1, a bound is not one finite number, or f does
        not return one number for each point.

    Notes
    -----
    .. math:: \int_a^b f \approx \frac{b-a}2\sum_{i=1}^n
       w_i\,f\Big(\frac{a+b}2 + \frac{b-a}2x_i\Big).

    The :math:`x_i` are the zeros of the Legendre polynomial of degree n: so
    the sum is exact for polynomials to degree 2n - 1, and there is no end
    point among them.  For smooth f the error falls faster than any power of
    n.  :math:`O(n^3)` time for the points.

    References
    ----------
    Golub, G. H., Welsch, J. H. (1969). Calculation of Gauss quadrature
    rules. Math. Comp. 23. doi:10.1090/S0025-5718-69-99647-1.

    Examples
    --------
    >>> area = gauss_legendre_integral(lambda x: x**3, 0.0, 2.0, 2)
    >>> round(float(area), 12)
    4.0
    """
    xp, a, b = alike(a, b)
    n = check_count("n", n, 1)
    for name, bound in {"a": a, "b": b}.items():
        if bound.shape != () or not bool(xp.isfinite(bound)):
            raise ValueError(f"{name} must be one finite number")
    x, w = (
        xp.asarray(v.tolist(), dtype=a.dtype, device=a.device)
        for v in np.polynomial.legendre.leggauss(n)
    )
    x = (a + b) / 2 + (b - a) / 2 * x
    if not callable(f):
        raise TypeError(f"f must be a function, got {type(f).__name__}")
    _, y = arrays(f(x))
    if tuple(y.shape) not in ((), (n,)):
        raise ValueError(
            f"f must return one number for each of {n} points, got the shape"
            f" {tuple(y.shape)}"
        )
    return (b - a) / 2 * xp.sum(w * y)


def conjugate_gradient(A, b, *, tol=1e-8, max_iter=None):
    r"""Solve A x = b by products with A alone.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Symmetric positive definite.
    b : array of shape `(n,)`
    tol : float, default 1e-8
        Stop when the residual is at most tol times as long as b.
    max_iter : int, optional
        Stop after so many steps in any case; n by default.

    Returns
    -------
    array of shape `(n,)`
        The last iterate.

    Raises
    ------
    ValueError
        If the shapes do not fit, ``A`` is far from symmetric or turns out
        not to be positive definite, or ``tol`` or ``max_iter`` is negative.

    Notes
    -----
    .. math:: \alpha_k = \frac{\mathbf r_k^\top\mathbf r_k}
       {\mathbf p_k^\top A\mathbf p_k}, \quad
       \mathbf x_{k+1} = \mathbf x_k + \alpha_k\mathbf p_k, \quad
       \mathbf r_{k+1} = \mathbf r_k - \alpha_kA\mathbf p_k, \quad
       \mathbf p_{k+1} = \mathbf r_{k+1} +
       \frac{\|\mathbf r_{k+1}\|^2}{\|\mathbf r_k\|^2}\,\mathbf p_k.

    It starts at 0, with the residual b as direction.  Directions are
    conjugate, so no step undoes another: without rounding n steps suffice,
    and the error falls at least as fast as
    :math:`2\big(\tfrac{\sqrt\kappa-1}{\sqrt\kappa+1}\big)^k`.
    :math:`O(n^2)` time for each step, less if A is sparse.

    References
    ----------
    Hestenes, M. R., Stiefel, E. (1952). Methods of conjugate gradients for
    solving linear systems. J. Res. NBS 49(6). doi:10.6028/jres.049.044.

    Examples
    --------
    >>> conjugate_gradient([[4, 1], [1, 3]], [6, 7]).round(9)
    array([1., 2.])
    """
    xp, A, b = alike(A, b)
    check_matrix("A", A, square=True, batch=False)
    n = A.shape[0]
    if tuple(b.shape) != (n,):
        raise ValueError(
            f"b must have the shape ({n},) for A of shape {(n, n)}, got"
            f" {tuple(b.shape)}"
        )
    if not is_symmetric(A, tol=float(xp.finfo(A.dtype).eps) ** 0.5):
        raise ValueError("A must be symmetric")
    if not tol >= 0:
        raise ValueError(f"tol must not be negative, got {tol}")
    if max_iter is None:
        max_iter = n
    # In units of b, whose squares might be out of range.
    unit = xp.max(xp.abs(b)) if n else 1.0
    unit = unit if bool(unit > 0) else 1.0
    x, r = xp.zeros_like(b), b / unit
    p, rr = r, xp.sum(r * r)
    enough = tol**2 * rr
    for _ in range(check_count("max_iter", max_iter, 0)):
        if bool(rr <= enough):
            break
        Ap = A @ p
        curvature = xp.sum(p * Ap)
        if not bool(curvature > 0):
            raise ValueError("A must be positive definite")
        alpha = rr / curvature
        x = x + alpha * p
        r = r - alpha * Ap
        before, rr = rr, xp.sum(r * r)
        p = r + rr / before * p
    return x * unit


def barycentric_interpolate(x_nodes, y_nodes, x):
    r"""Evaluate the polynomial through given points.

    Parameters
    ----------
    x_nodes : array of shape `(n,)`
        All different, in any order.
    y_nodes : array of shape `(n,)`
    x : array of shape `(...)`

    Returns
    -------
    array of shape `(...)`
        Values of the one polynomial of degree below n.

    Raises
    ------
    ValueError
        If the shapes do not fit, there are no nodes, or two are equal.

    Notes
    -----
    .. math:: p(x) = \frac{\sum_j\frac{w_j}{x - x_j}y_j}
       {\sum_j\frac{w_j}{x - x_j}}, \qquad
       w_j = \prod_{k\ne j}\frac1{x_j - x_k}.

    A factor common to all weights cancels, and is chosen so that they stay
    in range.  Through equally spaced points of 1/(1 + 25 x^2) the polynomial
    swings wildly near the ends (Runge); the points cos((2k + 1) pi / 2n),
    dense at the ends, cure it.  :math:`O(n^2)` time for the weights, O(n)
    for each x.

    References
    ----------
    Berrut, J.-P., Trefethen, L. N. (2004). Barycentric Lagrange
    interpolation. SIAM Review 46(3). doi:10.1137/S0036144502417715.

    Examples
    --------
    >>> barycentric_interpolate([0, 1, 2], [0, 1, 4], [0.5, 2, 3])
    array([0.25, 4.  , 9.  ])
    """
    xp, x_nodes, y_nodes, x = alike(x_nodes, y_nodes, x)
    check_vector("x_nodes", x_nodes, 1)
    n = x_nodes.shape[0]
    if tuple(y_nodes.shape) != (n,):
        raise ValueError(
            f"y_nodes must have the shape ({n},) as x_nodes has, got"
            f" {tuple(y_nodes.shape)}"
        )
    apart = x_nodes[:, None] - x_nodes
    own = xp.eye(n, dtype=xp.bool, device=x.device)
    if bool(xp.any((apart == 0) & ~own)):
        raise ValueError("x_nodes must all be different")
    # A quarter of the range is the size for which products neither grow nor
    # fall exponentially.
    unit = xp.where(xp.max(apart) > 0, xp.max(apart) / 4, 1.0)
    weights = 1 / xp.prod(xp.where(own, 1.0, apart / unit), axis=1)
    # In units of the distance to the nearest node, which may be 0.
    away = x[..., None] - x_nodes
    least = xp.min(xp.abs(away), axis=-1, keepdims=True)
    at_node = away == 0
    near = xp.where(at_node, 1.0, least / xp.where(at_node, 1.0, away))
    terms = weights * near
    value = xp.sum(terms * y_nodes, axis=-1) / xp.sum(terms, axis=-1)
    there = xp.sum(xp.where(at_node, y_nodes, 0.0), axis=-1)
    return xp.where(xp.any(at_node, axis=-1), there, value)


def widen(xp, x):
    """Return half-precision numbers in single precision, others as is.

    A sum of a thousand numbers of 8 bits (bfloat16) or 11 bits (float16) is
    worth nothing when every partial sum is rounded as far.
    """
    if xp.finfo(x.dtype).bits < 32:
        return xp.astype(x, xp.float32)
    return x


def _one(dtype):
    """Return the number 1 of a type, whichever library it belongs to."""
    library = type(dtype).__module__.partition(".")[0]
    # The type of another library comes from one that is loaded.
    known = library in ("torch", "array_api_strict")
    ones = sys.modules[library].ones if known else np.ones
    xp, one = arrays(ones((), dtype=dtype), floating=False)
    if not xp.isdtype(one.dtype, "real floating"):
        raise TypeError(
            f"dtype must be a real floating-point type, got {dtype!r}"
        )
    return one


def _largest(exponent_bits, mantissa_bits):
    """Return the largest finite number of an IEEE format."""
    return (2 - 2.0**-mantissa_bits) * 2.0 ** (2 ** (exponent_bits - 1) - 1)


def _double(xp, x):
    """Return x in double precision, every NaN as one that does not warn."""
    return xp.astype(xp.where(xp.isnan(x), math.nan, x), xp.float64)


def _nearest(xp, x, exponent_bits, mantissa_bits, max_value):
    """Round doubles to the spacing that a format has at their size."""
    least = 2 - 2 ** (exponent_bits - 1)
    top = math.frexp(max_value)[1]
    # The exponent by looking it up: logarithms and powers may be inexact.
    powers = xp.asarray(
        [2.0**k for k in range(least, top)], dtype=x.dtype, device=x.device
    )
    size = xp.reshape(xp.abs(x), (-1,))
    place = xp.clip(xp.searchsorted(powers, size, side="right") - 1, 0, None)
    spacing = xp.reshape(xp.take(powers, place), x.shape) / 2**mantissa_bits
    return xp.round(x / spacing) * spacing


def _ieee(xp, x, exponent_bits, mantissa_bits):
    """Round to an IEEE format, in which what is too large is infinite."""
    largest = _largest(exponent_bits, mantissa_bits)
    y = _nearest(xp, _double(xp, x), exponent_bits, mantissa_bits, largest)
    y = xp.where(y > largest, math.inf, xp.where(y < -largest, -math.inf, y))
    return xp.astype(y, x.dtype)


def _back_substitution(xp, R, b):
    """Solve R x = b for an upper triangular R, from the last line up."""
    # Turned upside down and left to right, R is lower triangular.
    turned = xp.flip(R, axis=(0, 1))
    x = _ops.solve_triangular(xp, turned, xp.flip(b)[:, None])
    return xp.flip(x[:, 0])

r"""Chapter 12: Fourier, kernels and what is built on them.

A kernel matrix K has the shape ``(n, n)``: ``K[i, j]`` is the kernel of the
training points i and j.  ``K_star`` has a row for each new point and a column
for each training point, in the whole chapter.  Labels of two classes are -1
and +1.  ``rng`` is a ``numpy.random.Generator``; nothing is drawn from
anywhere else.
"""

import math

import numpy as np

from mathlib import _ops
from mathlib.arrays import alike, arrays, to_numpy
from mathlib.decompositions import eigendecomposition
from mathlib.foundations import (
    check_axis,
    check_count,
    check_generator,
    check_positive,
    check_shape,
)
from mathlib.linear_algebra import (
    _check_batches,
    _check_pair,
    _root,
    check_matrix,
    is_symmetric,
    pairwise_euclidean_distance,
)
from mathlib.probability import _together

__all__ = [
    "center_kernel",
    "circular_convolution",
    "dft",
    "empirical_ntk",
    "expected_improvement",
    "fft",
    "fft_convolve",
    "fourier_coefficients",
    "fourier_features",
    "gp_posterior",
    "haar",
    "inverse_haar",
    "is_psd_kernel",
    "kernel_pca",
    "kernel_ridge_fit",
    "kernel_ridge_predict",
    "lp_norm",
    "ntk_predictions",
    "polynomial_kernel",
    "rbf_kernel",
    "rkhs_norm",
    "sample_fourier_frequencies",
    "svm_fit",
    "svm_objective",
    "svm_subgradient",
]


def lp_norm(x, p, *, axis=None):
    r"""Measure the size of an array, with a taste for large entries.

    Parameters
    ----------
    x : array of shape `(...)`
        Real or complex.
    p : float
        Positive; infinity for the largest entry.
    axis : int, optional
        Measure along this axis; by default all entries together.

    Returns
    -------
    array
        The shape of x without this axis; `()` by default.

    Raises
    ------
    ValueError
        If ``p`` is not positive or there is no such axis.

    Notes
    -----
    .. math:: \|x\|_p = \Big(\sum_i |x_i|^p\Big)^{1/p}, \qquad
       \|f\|_p = \Big(\int |f|^p\Big)^{1/p}, \qquad
       \|x\|_\infty = \max_i |x_i|.

    The norm of a function sampled at a distance h is :math:`h^{1/p}` times
    that of its samples.  Below p = 1 the triangle inequality fails: the
    number is no norm, its unit ball is not convex.  A matrix is a long vector
    here.  Of nothing, 0.  Linear time; entries may be as large or small as
    numbers go.

    References
    ----------
    Riesz, F. (1910). Untersuchungen ueber Systeme integrierbarer Funktionen.
    Math. Ann. 69. doi:10.1007/BF01457637.

    Examples
    --------
    >>> [float(lp_norm([3, -4], p)) for p in (1, 2, float("inf"))]
    [7.0, 5.0, 4.0]
    """
    xp, x = arrays(x)
    if not p > 0:
        raise ValueError(f"p must be positive, got {p}")
    if axis is None:
        x, axis = xp.reshape(x, (-1,)), 0
    check_axis("x", x, axis)
    size = xp.abs(x)
    if size.shape[axis] == 0:
        return xp.sum(size, axis=axis)
    largest = xp.max(size, axis=axis, keepdims=True)
    if p == math.inf:
        return xp.squeeze(largest, axis=axis)
    # By the largest itself: 1.01 to the power of 1e5 would be too much.
    usual = (largest > 0) & (largest < math.inf)
    scale = xp.where(usual, largest, 1.0)
    # The slope at 0 is taken to be 0, for all p.
    zero = size == 0
    powers = xp.where(zero, 0.0, xp.where(zero, 1.0, size / scale) ** p)
    total = xp.sum(powers, axis=axis)
    zero = total == 0
    root = xp.where(zero, 0.0, xp.where(zero, 1.0, total) ** (1 / p))
    return root * xp.squeeze(scale, axis=axis)


def fourier_coefficients(samples, order):
    r"""Take the coordinates of a periodic function among the waves.

    Parameters
    ----------
    samples : array of shape `(..., n)`
        Values at n equally spaced points of one period, at
        :math:`t_j = 2\pi j/n` for j = 0, ..., n - 1: the end of the period,
        which is its beginning again, is not among them.
    order : int
        The largest frequency, at most (n - 1) / 2.

    Returns
    -------
    complex array of shape `(..., 2 order + 1)`
        The coefficients of the frequencies m = -order, ..., 0, ..., order.

    Raises
    ------
    ValueError
        If there are no samples, or too few for this order.

    Notes
    -----
    .. math:: \hat f_m = \frac1{2\pi}\int_0^{2\pi} f(t)\,e^{-imt}\,dt
       \approx \frac1n\sum_{j=0}^{n-1} f(t_j)\,e^{-imt_j}, \qquad
       f(t) = \sum_m \hat f_m e^{imt}.

    The sum is the trapezoid rule.  It is exact when f has no frequency of
    n - order or more; otherwise the coefficients of the frequencies that the
    samples cannot tell from m, those n, 2n, ... away, are added to that of m.
    For real f, :math:`\hat f_{-m}` is the conjugate of :math:`\hat f_m`.
    :math:`O(n\,order)` time.

    References
    ----------
    Trefethen, L. N., Weideman, J. A. C. (2014). The exponentially convergent
    trapezoidal rule. SIAM Rev. 56(3). doi:10.1137/130932132.

    Examples
    --------
    >>> t = 2 * np.pi * np.arange(4) / 4
    >>> fourier_coefficients(5 + 2 * np.cos(t), 1).real.round(9) + 0.0
    array([1., 5., 1.])
    """
    xp, samples = arrays(samples)
    check_axis("samples", samples, -1, empty=False)
    n = samples.shape[-1]
    order = check_count("order", order, 0)
    if n < 2 * order + 1:
        raise ValueError(
            f"samples must hold at least 2 order + 1 = {2 * order + 1}"
            f" numbers, got {n}"
        )
    samples = _complex(xp, samples)
    j, m = np.arange(n)[:, None], np.arange(-order, order + 1)
    return samples @ _waves(xp, j * m, n, samples) / n


def dft(x):
    r"""Write a sequence as a sum of waves: the definition, term by term.

    Parameters
    ----------
    x : array of shape `(..., n)`
        Real or complex.

    Returns
    -------
    complex array of shape `(..., n)`
        Entry m belongs to m turns in n steps; m and m - n are one frequency.

    Raises
    ------
    ValueError
        If ``x`` has no entries along its last axis.

    Notes
    -----
    .. math:: \hat x_m = \sum_{j=0}^{n-1} x_j\,e^{-2\pi imj/n}, \qquad
       x_j = \frac1n\sum_{m=0}^{n-1}\hat x_m\,e^{2\pi imj/n}.

    Minus in the forward transform and 1/n in the inverse, as in NumPy, SciPy
    and torch.  :math:`O(n^2)` time and memory; :func:`fft` is fast.

    References
    ----------
    Briggs, W. L., Henson, V. E. (1995). The DFT: An Owner's Manual. SIAM.
    doi:10.1137/1.9781611971514.

    Examples
    --------
    >>> dft([1, 0, 0, 0])
    array([1.+0.j, 1.+0.j, 1.+0.j, 1.+0.j])
    """
    xp, x = arrays(x)
    check_axis("x", x, -1, empty=False)
    x, j = _complex(xp, x), np.arange(x.shape[-1])
    return x @ _waves(xp, j[:, None] * j, len(j), x)


def circular_convolution(x, y):
    r"""Convolve two sequences on a circle, by the definition.

    Parameters
    ----------
    x, y : array of shape `(..., n)`
        Real or complex, of one length.

    Returns
    -------
    array of shape `(..., n)`

    Raises
    ------
    ValueError
        If the lengths differ, or the leading axes do not broadcast.

    Notes
    -----
    .. math:: (x * y)_l = \sum_{j=0}^{n-1} x_j\,y_{(l-j)\bmod n}, \qquad
       \widehat{x * y} = \hat x\,\hat y.

    What a linear convolution would write beyond the end comes in again at
    the beginning; with n - 1 zeros behind both there is nothing to come in,
    see :func:`fft_convolve`.  :math:`O(n^2)` time and memory.

    References
    ----------
    Oppenheim, A. V., Schafer, R. W. (2010). Discrete-Time Signal Processing,
    3rd ed., 8.6.5. Pearson.

    Examples
    --------
    >>> circular_convolution([1, 2, 3], [0, 1, 0])
    array([3., 1., 2.])
    """
    xp, x, y = alike(x, y)
    _check_pair("x", x, "y", y, -1)
    dtype = xp.result_type(x, y)
    x, y = xp.astype(x, dtype), xp.astype(y, dtype)
    j = np.arange(x.shape[-1])
    back = (j[:, None] - j) % max(1, len(j))
    index = xp.asarray(back.ravel(), device=y.device)
    shifted = xp.reshape(
        xp.take(y, index, axis=-1), (*y.shape[:-1], *back.shape)
    )
    return (shifted @ x[..., None])[..., 0]


def fft(x):
    r"""Take the discrete Fourier transform by halves.

    Parameters
    ----------
    x : array of shape `(..., n)`
        Real or complex; n is a power of two.

    Returns
    -------
    complex array of shape `(..., n)`
        The same numbers as :func:`dft`.

    Raises
    ------
    ValueError
        If n is not a power of two.

    Notes
    -----
    .. math:: \hat x_m = E_m + e^{-2\pi im/n}O_m, \qquad
       \hat x_{m+n/2} = E_m - e^{-2\pi im/n}O_m,

    with E and O the transforms of the entries of even and of odd index.  All
    transforms of one length are done together, each in a column: of w columns
    number j is the transform of the entries j, j + w, j + 2w, ...  Columns
    are merged in pairs until one is left.  :math:`O(n\log n)` time.

    References
    ----------
    Cooley, J. W., Tukey, J. W. (1965). An algorithm for the machine
    calculation of complex Fourier series. Math. Comput. 19(90).
    doi:10.1090/S0025-5718-1965-0178586-1.

    Examples
    --------
    >>> fft([1, 2, 3, 4])
    array([10.+0.j, -2.+2.j, -2.+0.j, -2.-2.j])
    """
    xp, x = arrays(x)
    _check_power_of_two("x", x)
    X = _complex(xp, x)[..., None, :]
    while X.shape[-1] > 1:
        m, half = np.arange(X.shape[-2])[:, None], X.shape[-1] // 2
        even, odd = X[..., :half], X[..., half:]
        odd = _waves(xp, m, 2 * len(m), X) * odd
        X = xp.concat([even + odd, even - odd], axis=-2)
    return X[..., 0]


def fft_convolve(a, b):
    r"""Convolve two sequences by way of their spectra.

    Parameters
    ----------
    a : array of shape `(..., n)`
    b : array of shape `(..., k)`
        Real or complex.

    Returns
    -------
    array of shape `(..., n + k - 1)`
        Complex if one of them is.

    Raises
    ------
    ValueError
        If one has no entries, or the leading axes do not broadcast.

    Notes
    -----
    .. math:: (a * b)_l = \sum_j a_j\,b_{l-j}, \qquad
       \widehat{a * b} = \hat a\,\hat b.

    The linear convolution, whole, as ``numpy.convolve``: zeros are put behind
    both up to a power of two that has room for it, so that nothing comes
    round.  Rounding is relative to the largest entries, not to each.
    :math:`O((n + k)\log(n + k))` time.

    References
    ----------
    Stockham, T. G. (1966). High-speed convolution and correlation. Proc.
    AFIPS 28. doi:10.1145/1464182.1464209.

    Examples
    --------
    >>> fft_convolve([1, 2, 3], [0, 1, 0.5]).round(9) + 0.0
    array([0. , 1. , 2.5, 4. , 1.5])
    """
    xp, a, b = alike(a, b)
    check_axis("a", a, -1, empty=False)
    check_axis("b", b, -1, empty=False)
    _check_batches("a", a.shape[:-1], "b", b.shape[:-1])
    length = a.shape[-1] + b.shape[-1] - 1
    size = 2 ** (length - 1).bit_length()
    spectrum = fft(_padded(xp, a, size)) * fft(_padded(xp, b, size))
    # The inverse transform turns the other way round, and divides.
    result = (xp.conj(fft(xp.conj(spectrum))) / size)[..., :length]
    if xp.isdtype(xp.result_type(a, b), "real floating"):
        return xp.real(result)
    return result


def haar(x):
    r"""Split a sequence into an average and details, coarse to fine.

    Parameters
    ----------
    x : array of shape `(..., n)`
        n is a power of two.

    Returns
    -------
    array of shape `(..., n)`
        The sum of all entries over :math:`\sqrt n`, then the details of the
        coarsest level (1 number), of the next (2, 4, ...), and of the finest
        (n/2 numbers).

    Raises
    ------
    ValueError
        If n is not a power of two.

    Notes
    -----
    .. math:: s_j = \frac{x_{2j} + x_{2j+1}}{\sqrt2}, \qquad
       \delta_j = \frac{x_{2j} - x_{2j+1}}{\sqrt2},

    and then the same with s for x, until one number is left.  Lengths and
    angles are kept.  :math:`O(n)` time.

    References
    ----------
    Haar, A. (1910). Zur Theorie der orthogonalen Funktionensysteme. Math.
    Ann. 69. doi:10.1007/BF01456326.

    Examples
    --------
    >>> haar([1, 1, 1, 1, 4, 4, 4, 4]).round(4) + 0.0
    array([ 7.0711, -4.2426,  0.    ,  0.    ,  0.    ,  0.    ,  0.    ,
            0.    ])
    """
    xp, x = arrays(x)
    _check_power_of_two("x", x)
    details = []
    while x.shape[-1] > 1:
        even, odd = x[..., ::2], x[..., 1::2]
        details.append((even - odd) / math.sqrt(2))
        x = (even + odd) / math.sqrt(2)
    return xp.concat([x, *details[::-1]], axis=-1)


def inverse_haar(c):
    r"""Build a sequence from its average and its details.

    Parameters
    ----------
    c : array of shape `(..., n)`
        In the order of :func:`haar`; n is a power of two.

    Returns
    -------
    array of shape `(..., n)`

    Raises
    ------
    ValueError
        If n is not a power of two.

    Notes
    -----
    .. math:: x_{2j} = \frac{s_j + \delta_j}{\sqrt2}, \qquad
       x_{2j+1} = \frac{s_j - \delta_j}{\sqrt2},

    from the coarsest level to the finest.  :math:`O(n)` time.

    References
    ----------
    Mallat, S. G. (1989). A theory for multiresolution signal decomposition:
    the wavelet representation. IEEE Trans. Pattern Anal. Mach. Intell. 11(7).
    doi:10.1109/34.192463.

    Examples
    --------
    >>> inverse_haar([2, 0, 0, 0])
    array([1., 1., 1., 1.])
    """
    xp, c = arrays(c)
    _check_power_of_two("c", c)
    x = c[..., :1]
    while x.shape[-1] < c.shape[-1]:
        n = x.shape[-1]
        detail = c[..., n : 2 * n]
        pairs = xp.stack([x + detail, x - detail], axis=-1) / math.sqrt(2)
        x = xp.reshape(pairs, (*c.shape[:-1], 2 * n))
    return x


def rbf_kernel(X, Y=None, *, length_scale=1.0):
    r"""Compare points by their distance: 1 when equal, 0 far away.

    Parameters
    ----------
    X : array of shape `(..., n, d)`
        n points.
    Y : array of shape `(..., m, d)`, optional
        m points; X by default.
    length_scale : float, default 1.0
        Positive.  Points much nearer than this are alike.

    Returns
    -------
    array of shape `(..., n, m)`

    Raises
    ------
    ValueError
        If the points have not the same number of coordinates, the batches do
        not fit, or ``length_scale`` is not one positive number.

    Notes
    -----
    .. math:: k(\mathbf x, \mathbf x') = \exp\Big(
       -\frac{\|\mathbf x - \mathbf x'\|^2}{2\ell^2}\Big).

    As ``RBF(length_scale)`` of scikit-learn's Gaussian processes; its
    ``rbf_kernel`` and SVC take :math:`\gamma = 1/(2\ell^2)`.  Computed from
    differences of the points, not from their squares, so that points far from
    the origin keep their distances.  :math:`O(nmd)` time.

    References
    ----------
    Rasmussen, C. E., Williams, C. K. I. (2006). Gaussian Processes for
    Machine Learning, 4.2. MIT Press. doi:10.7551/mitpress/3206.001.0001.

    Examples
    --------
    >>> rbf_kernel([[0], [1]], length_scale=0.5).round(4)
    array([[1.    , 0.1353],
           [0.1353, 1.    ]])
    """
    xp, X, Y, scale = alike(X, X if Y is None else Y, length_scale)
    check_shape("length_scale", scale, ())
    check_positive(length_scale=scale)
    distance = pairwise_euclidean_distance(X, Y) / scale
    return xp.exp(-(distance**2) / 2)


def polynomial_kernel(X, Y=None, *, degree=3, coef0=1.0):
    r"""Compare points by all products of their coordinates at once.

    Parameters
    ----------
    X : array of shape `(..., n, d)`
        n points.
    Y : array of shape `(..., m, d)`, optional
        m points; X by default.
    degree : int, default 3
        q of the formula, at least 1.
    coef0 : float, default 1.0
        r of the formula.

    Returns
    -------
    array of shape `(..., n, m)`

    Raises
    ------
    ValueError
        If the points have not the same number of coordinates, the batches do
        not fit, ``degree`` is less than 1 or ``coef0`` not one number.

    Notes
    -----
    .. math:: k(\mathbf x, \mathbf x') = (\mathbf x^\top\mathbf x' + r)^q.

    Positive semidefinite for :math:`r\ge0`; with r = 0 only products of
    exactly q coordinates take part.  scikit-learn multiplies the dot product
    by ``gamma``, 1 over the number of coordinates unless said otherwise.
    :math:`O(nmd)` time.

    References
    ----------
    Schoelkopf, B., Smola, A. J. (2002). Learning with Kernels, 2.1. MIT
    Press. doi:10.7551/mitpress/4175.001.0001.

    Examples
    --------
    >>> polynomial_kernel([[1, 2]], [[3, 1], [0, 0]], degree=2)
    array([[36.,  1.]])
    """
    _, X, Y, r = alike(X, X if Y is None else Y, coef0)
    check_matrix("X", X)
    check_matrix("Y", Y)
    check_shape("coef0", r, ())
    if X.shape[-1] != Y.shape[-1]:
        raise ValueError(
            "X and Y must have the shapes (..., n, d) and (..., m, d), got"
            f" {tuple(X.shape)} and {tuple(Y.shape)}"
        )
    _check_batches("X", X.shape[:-2], "Y", Y.shape[:-2])
    return (X @ Y.mT + r) ** check_count("degree", degree, 1)


def is_psd_kernel(kernel, X, *, tol=1e-9):
    r"""Say whether a kernel passes the test of positivity on some points.

    Parameters
    ----------
    kernel : callable
        Takes two arrays of shape `(n, d)` and returns the `(n, n)` values, as
        :func:`rbf_kernel` does.
    X : array of shape `(n, d)`
        n points.
    tol : float, default 1e-9
        How far below 0 an eigenvalue may be, relative to the largest entry in
        modulus; at least what rounding may make of a 0.

    Returns
    -------
    bool
        False if the matrix is not symmetric (to the same tolerance) or has a
        negative eigenvalue.

    Raises
    ------
    ValueError
        If ``X`` is not one matrix, the kernel returns another shape or
        something that is not finite, or ``tol`` is negative.

    Notes
    -----
    .. math:: \sum_{ij} c_i c_j\,k(\mathbf x_i, \mathbf x_j)\ge0
       \ \ \forall\mathbf c \iff K = K^\top,\ \lambda_{\min}(K)\ge0.

    False settles it: the kernel is not positive semidefinite.  True holds for
    these points only.  Two equal points give an eigenvalue 0, which is fine,
    and entries below 0 are fine too.  :math:`O(n^3)` time.

    References
    ----------
    Aronszajn, N. (1950). Theory of reproducing kernels. Trans. Amer. Math.
    Soc. 68(3). doi:10.1090/S0002-9947-1950-0051437-7.

    Examples
    --------
    >>> is_psd_kernel(rbf_kernel, [[0.0], [1.0], [1.0]])
    True
    >>> is_psd_kernel(pairwise_euclidean_distance, [[0.0], [1.0]])
    False
    """
    xp, X = arrays(X)
    check_matrix("X", X, batch=False)
    if not tol >= 0:
        raise ValueError(f"tol must not be negative, got {tol}")
    _, _, K = arrays(X, kernel(X, X))
    n = X.shape[0]
    if tuple(K.shape) != (n, n) or not bool(xp.all(xp.isfinite(K))):
        raise ValueError(
            f"kernel must return ({n}, {n}) finite numbers, got the shape"
            f" {tuple(K.shape)}"
        )
    tol = max(tol, 8 * n * xp.finfo(K.dtype).eps)
    if n == 0 or not is_symmetric(K, tol=tol):
        return n == 0
    least = xp.linalg.eigvalsh((K + K.mT) / 2)[0]
    return bool(least >= -tol * xp.max(xp.abs(K)))


def rkhs_norm(K, alpha):
    r"""Measure a function that is a sum of kernels at given points.

    Parameters
    ----------
    K : array of shape `(n, n)`
        Kernel matrix of the points, symmetric positive semidefinite.
    alpha : array of shape `(n,)`
        The function is :math:`f = \sum_i\alpha_i k(\mathbf x_i, \cdot)`.

    Returns
    -------
    array of shape `()`

    Raises
    ------
    ValueError
        If ``K`` is not square and symmetric, ``alpha`` does not fit, or the
        square comes out negative by more than rounding.

    Notes
    -----
    .. math:: f(\mathbf x) = \langle f, k(\mathbf x, \cdot)
       \rangle_{\mathcal H}, \qquad
       \|f\|_{\mathcal H}^2 = \boldsymbol\alpha^\top K\boldsymbol\alpha.

    The norm, not its square.  It bounds how fast f changes:
    :math:`|f(\mathbf x) - f(\mathbf y)| \le \|f\|_{\mathcal H}
    \|k(\mathbf x, \cdot) - k(\mathbf y, \cdot)\|_{\mathcal H}`.
    :math:`O(n^2)` time.

    References
    ----------
    Aronszajn, N. (1950). Theory of reproducing kernels. Trans. Amer. Math.
    Soc. 68(3). doi:10.1090/S0002-9947-1950-0051437-7.

    Examples
    --------
    >>> float(rkhs_norm([[1.0, 0.5], [0.5, 1.0]], [2, -2]))
    2.0
    """
    xp, K, alpha = alike(K, alpha)
    n = _check_gram("K", K)
    check_shape("alpha", alpha, (n,))
    square = xp.sum(alpha * (K @ alpha))
    size = xp.sum(xp.abs(alpha) * (xp.abs(K) @ xp.abs(alpha)))
    if not bool(square >= -8 * n * xp.finfo(K.dtype).eps * size):
        raise ValueError("K must be positive semidefinite")
    return _root(xp, xp.where(square > 0, square, 0.0))


def kernel_ridge_fit(K, y, alpha):
    r"""Fit a sum of kernels to data, with a price on its norm.

    Parameters
    ----------
    K : array of shape `(n, n)`
        Kernel matrix of the training points, symmetric positive semidefinite.
    y : array of shape `(n,)` or `(n, k)`
        Targets.
    alpha : float
        The price, not negative.

    Returns
    -------
    array of the shape of y
        The coefficients of the kernels, ``dual_coef_`` of scikit-learn.

    Raises
    ------
    ValueError
        If ``K`` is not square and symmetric, ``y`` does not fit, ``alpha`` is
        not one number from 0 on, or the sum of K and alpha on its diagonal is
        not positive definite.

    Notes
    -----
    .. math:: \mathbf c = (K + \alpha I)^{-1}\mathbf y
       = \arg\min_{\mathbf c}\ \|\mathbf y - K\mathbf c\|^2
       + \alpha\,\mathbf c^\top K\mathbf c.

    The sum of squares, not its mean: alpha need not be multiplied by n.
    There is no intercept.  By Cholesky, :math:`O(n^3)` time.

    References
    ----------
    Saunders, C., Gammerman, A., Vovk, V. (1998). Ridge regression learning
    algorithm in dual variables. ICML.

    Examples
    --------
    >>> kernel_ridge_fit([[1, 0.5], [0.5, 1]], [3, 0], 1.0)
    array([ 1.6, -0.4])
    """
    xp, K, y, alpha = alike(K, y, alpha)
    n = _check_gram("K", K)
    check_shape("alpha", alpha, ())
    if not bool(alpha >= 0):
        raise ValueError(f"alpha must not be negative, got {float(alpha)}")
    if y.ndim not in (1, 2) or y.shape[0] != n:
        raise ValueError(
            f"y must have the shape ({n},) or ({n}, k), got {tuple(y.shape)}"
        )
    eye = xp.eye(n, dtype=K.dtype, device=K.device)
    L = _cholesky(xp, "K + alpha I", K + alpha * eye)
    Y = y[:, None] if y.ndim == 1 else y
    half = _ops.solve_triangular(xp, L, Y)
    # Upside down and left to right the transpose of L is lower triangular.
    turned = xp.flip(L.mT, axis=(0, 1))
    c = _ops.solve_triangular(xp, turned, xp.flip(half, axis=0))
    return xp.reshape(xp.flip(c, axis=0), y.shape)


def kernel_ridge_predict(K_star, dual_coef):
    r"""Add up the kernels at new points, each with its coefficient.

    Parameters
    ----------
    K_star : array of shape `(n_test, n)`
        Kernels of new points (rows) and training points (columns).
    dual_coef : array of shape `(n,)` or `(n, k)`
        From :func:`kernel_ridge_fit`.

    Returns
    -------
    array of shape `(n_test,)` or `(n_test, k)`

    Raises
    ------
    ValueError
        If ``K_star`` has not one column for each coefficient.

    Notes
    -----
    .. math:: f(\mathbf x_*) = \sum_i c_i\,k(\mathbf x_i, \mathbf x_*).

    :math:`O(n_{\mathrm{test}}n)` time.

    References
    ----------
    Schoelkopf, B., Herbrich, R., Smola, A. J. (2001). A generalized
    representer theorem. COLT. doi:10.1007/3-540-44581-1_27.

    Examples
    --------
    >>> kernel_ridge_predict([[1, 0.5], [0, 0], [1, 1]], [1.6, -0.4])
    array([1.4, 0. , 1.2])
    """
    _, K_star, c = alike(K_star, dual_coef)
    check_matrix("K_star", K_star, batch=False)
    n = K_star.shape[1]
    if c.ndim not in (1, 2) or c.shape[0] != n:
        raise ValueError(
            f"dual_coef must have the shape ({n},) or ({n}, k) to go with"
            f" K_star, got {tuple(c.shape)}"
        )
    return K_star @ c


def svm_objective(w, b, X, y, *, C=1.0):
    r"""Take the loss of a linear support vector machine.

    Parameters
    ----------
    w : array of shape `(d,)`
    b : float
    X : array of shape `(n, d)`
        Points, one a row.
    y : array of shape `(n,)`
        Labels, -1 or +1.
    C : float, default 1.0
        The price of a point inside the margin, positive.

    Returns
    -------
    array of shape `()`

    Raises
    ------
    ValueError
        If the shapes do not fit, a label is neither -1 nor +1, or ``C`` is
        not positive.

    Notes
    -----
    .. math:: \tfrac12\|\mathbf w\|^2
       + C\sum_i\max\big(0, 1 - y_i(\mathbf w^\top\mathbf x_i + b)\big).

    The sum over the points, not their mean; b has no price.  :math:`O(nd)`
    time.

    References
    ----------
    Cortes, C., Vapnik, V. (1995). Support-vector networks. Mach. Learn. 20.
    doi:10.1007/BF00994018.

    Examples
    --------
    >>> X, y = [[2, 0], [0, 1]], [1, -1]
    >>> float(svm_objective([1, 0], -0.5, X, y))  # 1/2 + 0 + 1/2
    1.0
    """
    xp, w, _, _, C, margin = _margins(w, b, X, y, C)
    hinge = xp.where(margin < 1, 1 - margin, 0.0)
    return xp.sum(w * w) / 2 + C * xp.sum(hinge)


def svm_subgradient(w, b, X, y, *, C=1.0):
    r"""Find the way up from (w, b), for the loss of a linear SVM.

    Parameters
    ----------
    w : array of shape `(d,)`
    b : float
    X : array of shape `(n, d)`
        Points, one a row.
    y : array of shape `(n,)`
        Labels, -1 or +1.
    C : float, default 1.0
        The price of a point inside the margin, positive.

    Returns
    -------
    grad_w : array of shape `(d,)`
    grad_b : array of shape `()`

    Raises
    ------
    ValueError
        If the shapes do not fit, a label is neither -1 nor +1, or ``C`` is
        not positive.

    Notes
    -----
    .. math:: \mathbf g_w = \mathbf w - C\sum_{i\in M} y_i\mathbf x_i, \quad
       g_b = -C\sum_{i\in M} y_i, \quad
       M = \{i : y_i(\mathbf w^\top\mathbf x_i + b) < 1\}.

    Where a point lies on the margin exactly, the loss has a kink and any part
    of the point may be counted; here none is.  :math:`O(nd)` time.

    References
    ----------
    Shalev-Shwartz, S., Singer, Y., Srebro, N., Cotter, A. (2011). Pegasos:
    primal estimated sub-gradient solver for SVM. Math. Program. 127.
    doi:10.1007/s10107-010-0420-4.

    Examples
    --------
    >>> X, y = [[2, 0], [0, 1]], [1, -1]
    >>> grad_w, grad_b = svm_subgradient([1, 0], -0.5, X, y)
    >>> grad_w, float(grad_b)
    (array([1., 1.]), 1.0)
    """
    xp, w, X, y, C, margin = _margins(w, b, X, y, C)
    pull = xp.where(margin < 1, C * y, 0.0)
    return w - X.mT @ pull, -xp.sum(pull)


def svm_fit(K, y, *, C=1.0, tol=1e-3, max_iter=100_000):
    r"""Train a kernel support vector machine, two coefficients at a time.

    Parameters
    ----------
    K : array of shape `(n, n)`
        Kernel matrix of the training points, symmetric positive semidefinite.
    y : array of shape `(n,)`
        Labels, -1 or +1, at least one of each.
    C : float, default 1.0
        The price of a point inside the margin, positive.
    tol : float, default 1e-3
        Stop when no pair of points gains more than this per unit moved.
    max_iter : int, default 100000
        Stop after so many pairs.

    Returns
    -------
    dual_coef : array of shape `(n,)`
        c of the formula; 0 for a point that supports nothing.  A new point
        is on the side of the sign of ``K_star @ dual_coef + intercept``.
    intercept : array of shape `()`

    Raises
    ------
    ValueError
        If ``K`` is not square and symmetric, ``y`` does not fit or lacks a
        label, ``C`` or ``tol`` is not positive, or ``max_iter`` is less than
        1.

    Notes
    -----
    .. math:: \max_{\mathbf c}\ \mathbf y^\top\mathbf c
       - \tfrac12\mathbf c^\top K\mathbf c, \qquad
       \sum_i c_i = 0, \quad 0\le y_ic_i\le C.

    Sequential minimal optimization: because the coefficients must add up to
    0, one goes up by as much as another goes down.  i can rise and has the
    largest slope; of those that can fall, j is the one with which most is
    gained.  A parabola in one variable says how far.  At the end all points
    between the bounds have the slope b.  As scikit-learn's SVC, whose
    ``dual_coef_`` holds the coefficients that are not 0.  In NumPy and in
    double precision, whatever K is; :math:`O(n)` time a pair.

    References
    ----------
    Platt, J. C. (1998). Sequential minimal optimization. Microsoft Research
    MSR-TR-98-14.
    Fan, R.-E., Chen, P.-H., Lin, C.-J. (2005). Working set selection using
    second order information for training support vector machines. J. Mach.
    Learn. Res. 6.

    Examples
    --------
    >>> x = np.array([[0.0], [1.0], [3.0], [4.0]])
    >>> c, b = svm_fit(x @ x.T, [-1, -1, 1, 1])  # the edge is at 2
    >>> c.round(4), float(b.round(4))
    (array([ 0. , -0.5,  0.5,  0. ]), -2.0)
    """
    xp, K = arrays(K)
    n, y = _check_gram("K", K), _labels(K, y)
    check_shape("y", y, (n,))
    check_positive(C=C, tol=tol)
    k, y = (to_numpy(a).astype(np.float64) for a in (K, y))
    if set(y) != {-1, 1}:
        raise ValueError("y must hold both labels, -1 and +1")
    low, high = np.minimum(0, C * y), np.maximum(0, C * y)
    c, slope, slack = np.zeros_like(y), y.copy(), 1e-12 * C
    for _ in range(check_count("max_iter", max_iter, 1)):
        rise, fall = c < high - slack, c > low + slack
        i = np.argmax(np.where(rise, slope, -math.inf))
        gap = np.where(fall, slope[i] - slope, 0.0)
        if np.max(gap) <= tol:
            break
        bend = np.maximum(k[i, i] + np.diag(k) - 2 * k[i], 1e-12)
        j = np.argmax(np.maximum(gap, 0) ** 2 / bend)
        step = min(high[i] - c[i], c[j] - low[j], gap[j] / bend[j])
        c[i] += step
        c[j] -= step
        slope -= step * (k[i] - k[j])
    rise, fall = c < high - slack, c > low + slack
    if np.any(rise & fall):
        b = np.mean(slope[rise & fall])
    else:
        b = (np.max(slope[rise]) + np.min(slope[fall])) / 2
    return tuple(
        xp.asarray(a, dtype=K.dtype, device=K.device)
        for a in (np.clip(c, low, high), b)
    )


def center_kernel(K):
    r"""Move the origin of the feature space to the mean of the points.

    Parameters
    ----------
    K : array of shape `(n, n)`
        Kernel matrix.

    Returns
    -------
    array of shape `(n, n)`
        Its rows and its columns add up to 0.

    Raises
    ------
    ValueError
        If ``K`` is not square or is empty.

    Notes
    -----
    .. math:: K_c = HKH, \qquad H = I - \tfrac1n\mathbf 1\mathbf 1^\top,
       \qquad (K_c)_{ij} = K_{ij} - \bar K_{i\cdot} - \bar K_{\cdot j}
       + \bar K.

    The kernel matrix of the points minus their mean, without knowing the
    points.  :math:`O(n^2)` time.

    References
    ----------
    Schoelkopf, B., Smola, A., Mueller, K.-R. (1998). Nonlinear component
    analysis as a kernel eigenvalue problem. Neural Comput. 10(5).
    doi:10.1162/089976698300017467.

    Examples
    --------
    >>> x = np.array([[1.0], [2.0], [6.0]])  # minus the mean: -2, -1, 3
    >>> center_kernel(x @ x.T)
    array([[ 4.,  2., -6.],
           [ 2.,  1., -3.],
           [-6., -3.,  9.]])
    """
    xp, K = arrays(K)
    check_matrix("K", K, square=True, batch=False)
    if K.shape[0] == 0:
        raise ValueError("K must not be empty")
    # In two steps, so that K may be far from 0.
    K = K - xp.mean(K, axis=0, keepdims=True)
    return K - xp.mean(K, axis=1, keepdims=True)


def kernel_pca(K, n_components):
    r"""Give points the coordinates in which they vary most, by kernel.

    Parameters
    ----------
    K : array of shape `(n, n)`
        Kernel matrix, symmetric positive semidefinite; it is centered here.
    n_components : int
        k, from 1 to n.

    Returns
    -------
    array of shape `(n, k)`
        Row i belongs to point i, column 0 varies most.  Of each column the
        largest entry is positive.

    Raises
    ------
    ValueError
        If ``K`` is not square and symmetric, or there are no ``n_components``
        eigenvectors.

    Notes
    -----
    .. math:: K_c = HKH = U\Lambda U^\top, \qquad Z = U\sqrt\Lambda, \qquad
       ZZ^\top\approx K_c.

    With the kernel :math:`\mathbf x^\top\mathbf x'` these are the scores of
    principal component analysis.  Eigenvalues that are no more than rounding
    count as 0, and so do negative ones, which no positive semidefinite kernel
    has.  :math:`O(n^3)` time.

    References
    ----------
    Schoelkopf, B., Smola, A., Mueller, K.-R. (1998). Nonlinear component
    analysis as a kernel eigenvalue problem. Neural Comput. 10(5).
    doi:10.1162/089976698300017467.

    Examples
    --------
    >>> x = np.array([[1.0], [2.0], [6.0]])
    >>> kernel_pca(x @ x.T, 1).round(4)
    array([[-2.],
           [-1.],
           [ 3.]])
    """
    xp, K = arrays(K)
    k = check_count("n_components", n_components, 1, _check_gram("K", K))
    values, U = eigendecomposition(center_kernel(K))
    noise = K.shape[0] * xp.finfo(K.dtype).eps * xp.max(xp.abs(values))
    values = xp.where(values > noise, values, 0.0)
    return U[:, :k] * _root(xp, values[:k])


def gp_posterior(K, K_star, K_star_star, y, *, noise_std=0.0):
    r"""Update a Gaussian process by what was measured.

    Parameters
    ----------
    K : array of shape `(n, n)`
        Kernel matrix of the training points, symmetric positive semidefinite.
    K_star : array of shape `(m, n)`
        Kernels of new points (rows) and training points (columns).
    K_star_star : array of shape `(m, m)`
        Kernel matrix of the new points.
    y : array of shape `(n,)`
        Measured values.
    noise_std : float, default 0.0
        Standard deviation of the noise of a measurement.

    Returns
    -------
    mean : array of shape `(m,)`
    cov : array of shape `(m, m)`
        Of the function itself: a new measurement has ``noise_std**2`` more on
        the diagonal.

    Raises
    ------
    ValueError
        If ``K`` is not square and symmetric, the shapes do not fit,
        ``noise_std`` is negative, or K is not positive semidefinite.

    Notes
    -----
    .. math:: \boldsymbol\mu_* = K_*(K + \sigma^2I)^{-1}\mathbf y, \qquad
       \Sigma_* = K_{**} - K_*(K + \sigma^2I)^{-1}K_*^\top.

    With :math:`LL^\top = K + \sigma^2I` and :math:`V = L^{-1}K_*^\top` these
    are :math:`V^\top L^{-1}\mathbf y` and :math:`K_{**} - V^\top V`.  The
    prior mean is 0.  Cholesky needs a little noise: :math:`\sigma^2` is at
    least the largest variance in K times the machine epsilon to the power of
    2/3, which is 4e-11 in double precision and 2e-5 in single.  Variances
    that rounding makes negative are 0.  :math:`O(n^3 + n^2m +
    nm^2)` time.

    References
    ----------
    Rasmussen, C. E., Williams, C. K. I. (2006). Gaussian Processes for
    Machine Learning, 2.2. MIT Press. doi:10.7551/mitpress/3206.001.0001.

    Examples
    --------
    >>> mean, cov = gp_posterior([[1.0]], [[0.5]], [[1.0]], [2.0], noise_std=1)
    >>> mean, cov
    (array([0.5]), array([[0.875]]))
    """
    xp, K, K_star, K_star_star, y, std = alike(
        K, K_star, K_star_star, y, noise_std
    )
    n = _check_gram("K", K)
    check_matrix("K_star", K_star, batch=False)
    m = K_star.shape[0]
    check_shape("K_star", K_star, (m, n))
    check_shape("K_star_star", K_star_star, (m, m))
    check_shape("y", y, (n,))
    check_shape("noise_std", std, ())
    if not bool(std >= 0):
        raise ValueError(f"noise_std must not be negative, got {float(std)}")
    if n == 0:
        return xp.zeros_like(K_star_star[:, 0]), K_star_star
    largest = xp.max(xp.linalg.diagonal(K))
    jitter = xp.finfo(K.dtype).eps ** (2 / 3) * largest
    eye = xp.eye(n, dtype=K.dtype, device=K.device)
    L = _cholesky(xp, "K", K + xp.maximum(std**2, jitter) * eye)
    V = _ops.solve_triangular(
        xp, L, xp.concat([K_star.mT, y[:, None]], axis=1)
    )
    V, v = V[:, :m], V[:, m]
    cov = K_star_star - V.mT @ V
    i = xp.arange(m, device=K.device)
    variance = (i[:, None] == i[None, :]) & (cov < 0)
    return V.mT @ v, xp.where(variance, 0.0, cov)


def expected_improvement(mean, std, best):
    r"""Find how much more than the best so far a point promises.

    Parameters
    ----------
    mean, std : array of shape `(...)`
        Of the normal distribution of the value there; ``std`` is not
        negative.
    best : array of shape `(...)`
        The largest value so far.

    Returns
    -------
    array of shape `(...)`
        Not negative.

    Raises
    ------
    ValueError
        If a ``std`` is negative, or the shapes do not broadcast.

    Notes
    -----
    .. math:: \mathrm{EI} = \mathbb E\max(y - y_{best}, 0)
       = (\mu - y_{best})\,\Phi(u) + \sigma\,\Phi'(u), \qquad
       u = \frac{\mu - y_{best}}\sigma.

    For a value that is to be large; to find a small one, give minus mean and
    minus best.  Where std is 0, :math:`\max(\mu - y_{best}, 0)`.

    References
    ----------
    Jones, D. R., Schonlau, M., Welch, W. J. (1998). Efficient global
    optimization of expensive black-box functions. J. Glob. Optim. 13.
    doi:10.1023/A:1008306431147.

    Examples
    --------
    >>> expected_improvement([1.0, 1.0, 3.0], [1.0, 0.0, 0.0], 1.0).round(4)
    array([0.3989, 0.    , 2.    ])
    """
    xp, mean, std, best = _together(mean=mean, std=std, best=best)
    if not bool(xp.all(std >= 0)):
        raise ValueError("std must not be negative")
    # From 40 standard deviations on there is no doubt left, to any digit.
    gain = mean - best
    sure = xp.abs(gain) >= 40 * std
    u = gain / xp.where(sure, 1.0, std)
    density = xp.exp(-u * u / 2) / math.sqrt(2 * math.pi)
    below = _ops.erfc(xp, -u / math.sqrt(2)) / 2
    improvement = xp.where(sure, gain, gain * below + std * density)
    return xp.where(improvement > 0, improvement, 0.0)


def empirical_ntk(jacobian_1, jacobian_2):
    r"""Compare inputs by what the parameters of a network do to both.

    Parameters
    ----------
    jacobian_1 : array of shape `(n, P)`
        Row i is the gradient of the network's output at input i, by all P
        parameters.
    jacobian_2 : array of shape `(m, P)`
        The same for other inputs.

    Returns
    -------
    array of shape `(n, m)`

    Raises
    ------
    ValueError
        If one is not a matrix, or the parameters are not as many.

    Notes
    -----
    .. math:: \Theta(\mathbf x, \mathbf x') = \nabla_\theta f(\mathbf x)^\top
       \nabla_\theta f(\mathbf x'), \qquad \Theta = J_1J_2^\top.

    Inputs by inputs; :math:`J^\top J` would be parameters by parameters.  Of
    a network with one output, at one value of its parameters.  As the width
    grows, it depends on their random start less and less, and changes less
    and less in training.  :math:`O(nmP)` time.

    References
    ----------
    Jacot, A., Gabriel, F., Hongler, C. (2018). Neural tangent kernel:
    convergence and generalization in neural networks. NeurIPS.
    arXiv:1806.07572.

    Examples
    --------
    >>> J = [[1.0, 0.0, 2.0], [1.0, 1.0, 0.0]]
    >>> empirical_ntk(J, J)
    array([[5., 1.],
           [1., 2.]])
    """
    _, J1, J2 = alike(jacobian_1, jacobian_2)
    check_matrix("jacobian_1", J1, batch=False)
    check_matrix("jacobian_2", J2, batch=False)
    if J1.shape[1] != J2.shape[1]:
        raise ValueError(
            "jacobian_1 and jacobian_2 must have a column for each parameter,"
            f" got the shapes {tuple(J1.shape)} and {tuple(J2.shape)}"
        )
    return J1 @ J2.mT


def ntk_predictions(Theta, f0, y, t, *, lr):
    r"""Find what a wide network answers after training for a time.

    Parameters
    ----------
    Theta : array of shape `(n, n)`
        Tangent kernel of the training inputs, symmetric.
    f0 : array of shape `(n,)` or `(n, k)`
        Answers at time 0.
    y : array of the shape of f0
        Targets.
    t : float
        Time, not negative: the number of steps.
    lr : float
        Learning rate, positive.

    Returns
    -------
    array of the shape of f0

    Raises
    ------
    ValueError
        If ``Theta`` is not square and symmetric, ``f0`` or ``y`` does not
        fit, ``t`` is negative or ``lr`` not positive.

    Notes
    -----
    .. math:: \mathbf f_t - \mathbf y = e^{-\eta\Theta t}
       (\mathbf f_0 - \mathbf y), \qquad \Theta = Q\Lambda Q^\top, \qquad
       e^{-\eta\Theta t} = Q\,e^{-\eta\Lambda t}Q^\top.

    Gradient flow on :math:`\tfrac12\|\mathbf f - \mathbf y\|^2` (the sum of
    squares, not the mean) with a kernel that does not change.  Of the
    residual, the part along eigenvector i decays as
    :math:`e^{-\eta\lambda_it}`; steps of gradient descent give
    :math:`(1 - \eta\lambda_i)^t`, near to it while :math:`\eta\lambda_i` is
    small.  :math:`O(n^3)` time.  Gradients by Theta need distinct
    eigenvalues.

    References
    ----------
    Lee, J. et al. (2019). Wide neural networks of any depth evolve as linear
    models under gradient descent. NeurIPS. arXiv:1902.06720.

    Examples
    --------
    >>> ntk_predictions([[2, 1], [1, 2]], [0, 0], [1, 1], 1, lr=1.0).round(4)
    array([0.9502, 0.9502])
    """
    xp, Theta, f0, y, t, lr = alike(Theta, f0, y, t, lr)
    n = _check_gram("Theta", Theta)
    check_shape("t", t, ())
    check_shape("lr", lr, ())
    check_positive(lr=lr)
    if not bool(t >= 0):
        raise ValueError(f"t must not be negative, got {float(t)}")
    if f0.ndim not in (1, 2) or f0.shape[0] != n:
        raise ValueError(
            f"f0 must have the shape ({n},) or ({n}, k), got"
            f" {tuple(f0.shape)}"
        )
    check_shape("y", y, tuple(f0.shape))
    values, Q = xp.linalg.eigh((Theta + Theta.mT) / 2)
    decay = xp.exp(-lr * t * values)
    return y + (Q * decay) @ (Q.mT @ (f0 - y))


def sample_fourier_frequencies(
    n_features, n_components, *, length_scale=1.0, rng
):
    r"""Draw the random waves that stand in for an RBF kernel.

    Parameters
    ----------
    n_features : int
        d, the number of coordinates of a point.
    n_components : int
        D, the number of waves.
    length_scale : float, default 1.0
        That of the kernel, positive.
    rng : numpy.random.Generator

    Returns
    -------
    omega : NumPy array of shape `(n_features, n_components)`
        Frequencies, one wave a column.
    phase : NumPy array of shape `(n_components,)`

    Raises
    ------
    TypeError
        If ``rng`` is no generator.
    ValueError
        If a number is less than 1 or ``length_scale`` not positive.

    Notes
    -----
    .. math:: \Omega\sim\mathcal N(0, \ell^{-2}I), \qquad
       \boldsymbol\psi\sim U[0, 2\pi].

    One ``rng.normal`` of size (d, D), divided by the length scale, then one
    ``rng.uniform`` of size D.  Draw once, and use the same waves for training
    and for test points: those of two draws have nothing to do with each
    other.

    References
    ----------
    Rahimi, A., Recht, B. (2007). Random features for large-scale kernel
    machines. NeurIPS.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> omega, phase = sample_fourier_frequencies(2, 5, rng=rng)
    >>> omega.shape, phase.shape
    ((2, 5), (5,))
    """
    d = check_count("n_features", n_features, 1)
    D = check_count("n_components", n_components, 1)
    check_positive(length_scale=length_scale)
    check_generator(rng)
    omega = rng.normal(size=(d, D)) / length_scale
    return omega, rng.uniform(0, 2 * math.pi, size=D)


def fourier_features(X, omega, phase):
    r"""Turn points into random waves whose products are near a kernel.

    Parameters
    ----------
    X : array of shape `(..., d)`
        Points.
    omega : array of shape `(d, D)`
        Frequencies, from :func:`sample_fourier_frequencies`.
    phase : array of shape `(D,)`

    Returns
    -------
    array of shape `(..., D)`

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    .. math:: \phi(\mathbf x) = \sqrt{\tfrac2D}\,
       \cos(\Omega^\top\mathbf x + \boldsymbol\psi), \qquad
       \mathbb E\,\phi(\mathbf x)^\top\phi(\mathbf x')
       = k_{\mathrm{RBF}}(\mathbf x, \mathbf x').

    The product of two cosines is half the cosine of their difference plus
    half that of their sum; the random phase makes the second average out, and
    the 2 makes up for the half.  The error of one product has a standard
    deviation of at most :math:`\sqrt{1.5/D}`, whatever d.  :math:`O(ndD)`
    time.

    References
    ----------
    Rahimi, A., Recht, B. (2007). Random features for large-scale kernel
    machines. NeurIPS.

    Examples
    --------
    >>> fourier_features([[1.0], [0.0]], [[0.0, np.pi]], [0.0, 0.0])
    array([[ 1., -1.],
           [ 1.,  1.]])
    """
    xp, X, omega, phase = alike(X, omega, phase)
    check_axis("X", X, -1)
    check_matrix("omega", omega, batch=False)
    check_shape("omega", omega, (X.shape[-1], omega.shape[1]))
    D = check_count("the number of columns of omega", omega.shape[1], 1)
    check_shape("phase", phase, (D,))
    return math.sqrt(2 / D) * xp.cos(X @ omega + phase)


def _complex(xp, x):
    """Return x as complex numbers of its precision."""
    return xp.astype(x, xp.result_type(x.dtype, xp.complex64))


def _waves(xp, turns, n, x):
    """Return exp(-2 pi i turns / n) as an array that goes with x."""
    # Whole turns are left out as integers, which are exact.
    once_round = np.exp(-2j * math.pi / n * np.arange(n))
    waves = once_round[turns % n]
    return xp.asarray(waves, dtype=x.dtype, device=x.device)


def _padded(xp, x, size):
    """Return x with zeros behind it, up to this length."""
    gap = (*x.shape[:-1], size - x.shape[-1])
    zeros = xp.zeros(gap, dtype=x.dtype, device=x.device)
    return xp.concat([x, zeros], axis=-1)


def _check_power_of_two(name, x):
    """Raise ValueError unless the last axis has 1, 2, 4, ... entries."""
    check_axis(name, x, -1, empty=False)
    n = x.shape[-1]
    if n & (n - 1):
        raise ValueError(
            f"{name} must have a power of two entries along its last axis,"
            f" got {n}"
        )


def _check_gram(name, K):
    """Return the size of a symmetric matrix, or raise ValueError."""
    check_matrix(name, K, square=True, batch=False)
    xp, K = arrays(K)
    if not is_symmetric(K, tol=max(1e-12, 64 * xp.finfo(K.dtype).eps)):
        raise ValueError(f"{name} must be symmetric")
    return K.shape[0]


def _cholesky(xp, name, A):
    """Return the lower triangular root of A, or raise ValueError."""
    try:
        L = xp.linalg.cholesky(A)
    except (ValueError, RuntimeError):  # NumPy's and torch's LinAlgError
        L = None
    if L is None or not bool(xp.all(xp.isfinite(L))):
        raise ValueError(f"{name} must be positive definite") from None
    return L


def _labels(X, y):
    """Return labels in the precision of X, or raise ValueError."""
    xp, X, y = arrays(X, y)
    if not bool(xp.all((y == 1) | (y == -1))):
        raise ValueError("y must hold labels -1 and +1")
    return xp.astype(y, X.dtype)


def _margins(w, b, X, y, C):
    """Return the arguments, checked, and y (X w + b)."""
    xp, w, b, X, C = alike(w, b, X, C)
    check_matrix("X", X, batch=False)
    n, d = X.shape
    check_shape("w", w, (d,))
    check_shape("b", b, ())
    check_shape("C", C, ())
    check_positive(C=C)
    y = _labels(X, y)
    check_shape("y", y, (n,))
    return xp, w, X, y, C, y * (X @ w + b)

"""Chapter 03: eigenvalues, singular values, and what is built on them.

Matrices lie in the last two axes; where a docstring says so, all axes before
them are a batch.  Eigenvalues and singular values come largest first.  A
vector that is only determined up to its sign gets the sign that makes its
largest entry positive (the first of them, when several are as large up to
rounding).

The decompositions themselves (``eigendecomposition``, ``svd``) call LAPACK
through the array namespace: good ones fill books.  Those that fit a screen
are written out: power iteration, Cholesky, QR, LU, the randomised SVD.
"""

import math
import operator

import numpy as np

from mathlib.arrays import arrays
from mathlib.foundations import check_count
from mathlib.linear_algebra import check_matrix, l2_norm, reflect

__all__ = [
    "cholesky",
    "complete_matrix",
    "eigendecomposition",
    "eigenpair_residual",
    "explained_variance_ratio",
    "factorize_ratings",
    "frobenius_norm",
    "is_positive_definite",
    "log_determinant",
    "low_rank_approximation",
    "lu",
    "matrix_power_by_eigen",
    "matrix_rank",
    "nuclear_norm",
    "pca",
    "pca_svd",
    "power_iteration",
    "power_law_alpha",
    "pseudoinverse",
    "qr_householder",
    "randomized_svd",
    "singular_value_threshold",
    "spectral_norm",
    "spectral_normalize",
    "spectral_radius",
    "svd",
    "truncation_error",
]


def eigenpair_residual(A, eigenvalue, eigenvector):
    r"""Measure how far a number and a vector are from being an eigenpair.

    Parameters
    ----------
    A : array of shape `(..., n, n)`
    eigenvalue : array of shape `(...)`
        Real or complex.
    eigenvector : array of shape `(..., n)`
        Of any length but 0.  Leading axes broadcast: the columns of ``P``
        are tested at once as ``P.T``.

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If ``A`` is not square, the vector does not fit, or is zero.

    Notes
    -----
    .. math:: A\mathbf v = \lambda\mathbf v, \qquad
       r = \|A\mathbf v - \lambda\mathbf v\| / \|\mathbf v\|.

    A symmetric ``A`` has an eigenvalue within r of :math:`\lambda`.  An
    eigenvector may be flipped (:math:`\lambda < 0`), and a rotation of the
    plane keeps no real direction: its eigenvalues are complex.
    :math:`O(n^2)` time.

    References
    ----------
    Golub, G. H., Van Loan, C. F. (2013). Matrix Computations, 4th ed., 8.1.
    Johns Hopkins University Press.

    Examples
    --------
    >>> float(eigenpair_residual([[0, 1], [1, 0]], -1, [1, -1]))
    0.0
    """
    xp, A, value, v = arrays(A, eigenvalue, eigenvector)
    check_matrix("A", A, square=True)
    if v.ndim == 0 or v.shape[-1] != A.shape[-1]:
        raise ValueError(
            f"eigenvector must have the shape (..., {A.shape[-1]}) for A of"
            f" shape {tuple(A.shape)}, got {tuple(v.shape)}"
        )
    length = l2_norm(v)
    if bool(xp.any(length == 0)):
        raise ValueError("eigenvector must not be zero")
    # A real matrix may have complex eigenpairs.
    dtype = xp.result_type(A, value, v)
    A, value, v = (xp.astype(x, dtype) for x in (A, value, v))
    residual = (A @ v[..., None])[..., 0] - value[..., None] * v
    return l2_norm(residual) / length


def eigendecomposition(A):
    r"""Find the directions that a matrix only scales, and by how much.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Real.

    Returns
    -------
    eigenvalues : array of shape `(n,)`
        Largest first; complex ones by their real parts, and of a conjugate
        pair the one above the real axis first.
    P : array of shape `(n, n)`
        Column j is a unit eigenvector of eigenvalue j.  Both arrays are
        complex only if an eigenvalue is.

    Raises
    ------
    ValueError
        If ``A`` is not one square matrix, or its eigenvectors do not span
        the space: to working precision, when the smallest singular value of
        ``P`` is at most four times the root of the machine epsilon.

    Notes
    -----
    .. math:: A = PDP^{-1}, \qquad A = Q\Lambda Q^\top\ (A = A^\top).

    Only a symmetric matrix (here: up to rounding) has orthonormal
    eigenvectors, real eigenvalues and always enough of them; for others
    :math:`P^{-1}` is not :math:`P^\top`, and [[1, 1], [0, 1]] has one
    direction only.  LAPACK's ``syevd`` or ``geev``: :math:`O(n^3)` time.
    Gradients need distinct eigenvalues.

    References
    ----------
    Golub, G. H., Van Loan, C. F. (2013). Matrix Computations, 4th ed., ch. 7
    and 8. Johns Hopkins University Press.

    Examples
    --------
    >>> eigenvalues, P = eigendecomposition([[2, 0], [0, 3]])
    >>> eigenvalues
    array([3., 2.])
    >>> P
    array([[0., 1.],
           [1., 0.]])
    """
    xp, A = arrays(A)
    check_matrix("A", A, square=True, batch=False)
    if _is_symmetric(xp, A):
        eigenvalues, P = xp.linalg.eigh((A + A.mT) / 2)
        eigenvalues, P = xp.flip(eigenvalues), xp.flip(P, axis=-1)
    else:
        eigenvalues, P = _general_eigen(xp, A)
        if bool(
            xp.linalg.svdvals(P)[-1] <= 4 * xp.finfo(A.dtype).eps ** 0.5
        ):
            raise ValueError(
                "A must be diagonalizable: its eigenvectors are dependent"
            )
    return eigenvalues, P * _signs(xp, P, -2)


def matrix_power_by_eigen(A, k):
    r"""Raise a matrix to a power by raising its eigenvalues.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Real and diagonalizable.
    k : int
        Negative only if no eigenvalue is 0.

    Returns
    -------
    array of shape `(n, n)`
        Real.

    Raises
    ------
    ValueError
        If ``A`` is not one square diagonalizable matrix, or ``k`` is negative
        and an eigenvalue is 0 up to rounding.
    TypeError
        If ``k`` is not an integer.

    Notes
    -----
    .. math:: A^k = PD^kP^{-1}.

    In between, each :math:`P^{-1}P` cancels.  :math:`O(n^3)` time, whatever
    k; repeated squaring takes :math:`O(n^3\log k)` and rounds less when P is
    badly conditioned.

    References
    ----------
    Strang, G. (2016). Introduction to Linear Algebra, 5th ed., 6.2.
    Wellesley-Cambridge Press.

    Examples
    --------
    >>> matrix_power_by_eigen([[1, 1], [1, 0]], 10).round(9)
    array([[89., 55.],
           [55., 34.]])
    """
    xp, A = arrays(A)
    k = operator.index(k)
    eigenvalues, P = eigendecomposition(A)
    if k < 0:
        size = xp.abs(eigenvalues)
        rounding = A.shape[0] * xp.finfo(A.dtype).eps
        if bool(xp.any(size <= rounding * xp.max(size))):
            raise ValueError(f"A must have no eigenvalue 0 for k = {k}")
    scaled = P * eigenvalues ** float(k)
    if _is_symmetric(xp, A):
        return scaled @ P.mT
    # X P = P D^k, solved for X; P is not orthogonal.
    power = xp.linalg.solve(P.mT, scaled.mT).mT
    return power if power.dtype == A.dtype else xp.real(power)


def power_iteration(A, *, max_iter=1000, tol=1e-10, rng=None):
    r"""Find the eigenvalue of largest modulus by multiplying again and again.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Symmetric.
    max_iter : int, default 1000
        Stop after so many multiplications.
    tol : float, default 1e-10
        Stop when a step, not the first, changes the eigenvalue by no more
        than this share.
    rng : numpy.random.Generator, int or None
        Draws the vector to start from.

    Returns
    -------
    eigenvalue : array of shape `()`
        With its sign.
    eigenvector : array of shape `(n,)`
        Of length 1.

    Raises
    ------
    ValueError
        If ``A`` is not one square matrix, is empty, or ``max_iter`` is less
        than 1.

    Notes
    -----
    .. math:: \mathbf v \leftarrow \frac{A\mathbf v}{\|A\mathbf v\|}, \qquad
       \lambda = \mathbf v^\top A\mathbf v.

    The error of the vector shrinks by :math:`|\lambda_2/\lambda_1|` a step,
    that of the eigenvalue by the square.  The change of the eigenvalue is
    tested, not of the vector, which flips at each step if :math:`\lambda<0`.
    When :math:`\lambda_2 = -\lambda_1` there is nothing to converge to.
    :math:`O(n^2)` time a step.

    References
    ----------
    von Mises, R., Pollaczek-Geiringer, H. (1929). Praktische Verfahren der
    Gleichungsaufloesung. ZAMM 9. doi:10.1002/zamm.19290090206.

    Examples
    --------
    >>> eigenvalue, v = power_iteration([[1, 0], [0, -4]], rng=0)
    >>> round(float(eigenvalue), 4), v.round(4) + 0.0
    (-4.0, array([0., 1.]))
    """
    xp, A = arrays(A)
    check_matrix("A", A, square=True, batch=False)
    if A.shape[0] == 0:
        raise ValueError("A must not be empty")
    v = _unit(xp, _normal(xp, A, (A.shape[0],), rng))
    w = A @ v
    eigenvalue = xp.vecdot(v, w)
    for step in range(check_count("max_iter", max_iter, 1)):
        # Of the zero matrix every vector is an eigenvector.
        if not bool(xp.any(w != 0)):
            break
        v = _unit(xp, w)
        w = A @ v
        before, eigenvalue = eigenvalue, xp.vecdot(v, w)
        change = xp.abs(eigenvalue - before)
        if step > 0 and bool(change <= tol * xp.abs(eigenvalue)):
            break
    return eigenvalue, v * _signs(xp, v, -1)


def svd(A):
    r"""Split a matrix into a rotation, a scaling of axes, and a rotation.

    Parameters
    ----------
    A : array of shape `(..., m, n)`

    Returns
    -------
    U : array of shape `(..., m, r)`
        Orthonormal columns; r is the smaller of m and n.
    S : array of shape `(..., r)`
        The singular values, largest first, none negative.
    Vt : array of shape `(..., r, n)`
        V transposed: its rows are orthonormal.

    Raises
    ------
    ValueError
        If ``A`` is no matrix.

    Notes
    -----
    .. math:: A = U\Sigma V^\top = \sum_i \sigma_i\mathbf u_i\mathbf v_i^\top.

    The thin form: the columns of the square U and V that meet only zeros of
    the m x n :math:`\Sigma` are left out.  U and V share their signs; flip
    one alone and the product is no longer ``A``.  The eigenvalues of
    :math:`A^\top A` are the squares, but forming it loses all singular
    values below 1e-8 of the largest.  LAPACK's ``gesdd``:
    :math:`O(mn\min(m, n))` time.  Gradients need distinct singular values.

    References
    ----------
    Golub, G. H., Kahan, W. (1965). Calculating the singular values and
    pseudo-inverse of a matrix. SIAM J. Numer. Anal. 2(2).
    doi:10.1137/0702016.

    Examples
    --------
    >>> U, S, Vt = svd([[0, 2], [3, 0], [0, 0]])
    >>> S
    array([3., 2.])
    >>> (U * S) @ Vt
    array([[0., 2.],
           [3., 0.],
           [0., 0.]])
    """
    xp, A = arrays(A)
    check_matrix("A", A)
    U, S, Vt = xp.linalg.svd(A, full_matrices=False)
    signs = _signs(xp, Vt, -1)
    return U * signs.mT, S, Vt * signs


def matrix_rank(A, *, rtol=None):
    r"""Count the directions that a matrix does not flatten.

    Parameters
    ----------
    A : array of shape `(..., m, n)`
    rtol : float, optional
        Singular values up to so much of the largest count as zero; max(m, n)
        times the machine epsilon by default.

    Returns
    -------
    array of shape `(...)`
        Integers; 0 for a matrix of zeros.

    Raises
    ------
    ValueError
        If ``A`` is no matrix.

    Notes
    -----
    .. math:: \mathrm{rank}(A) = \#\{i : \sigma_i > \tau\}, \qquad
       \tau = \sigma_1\max(m, n)\,\varepsilon.

    Rounding turns zeros into 1e-16, so zero is no test; and what is small
    depends on the matrix, so the limit is relative.  :math:`O(mn\min(m,n))`
    time.

    References
    ----------
    Golub, G. H., Van Loan, C. F. (2013). Matrix Computations, 4th ed., 5.4.
    Johns Hopkins University Press.

    Examples
    --------
    >>> int(matrix_rank([[1, 2], [2, 4]])), int(matrix_rank([[1e-30]]))
    (1, 1)
    """
    xp, A = arrays(A)
    check_matrix("A", A)
    S = xp.linalg.svdvals(A)
    return xp.count_nonzero(_not_noise(xp, S, A.shape, rtol), axis=-1)


def low_rank_approximation(A, k):
    r"""Find the matrix of rank k at most that is nearest to A.

    Parameters
    ----------
    A : array of shape `(..., m, n)`
    k : int
        From 0 to min(m, n).

    Returns
    -------
    array of shape `(..., m, n)`

    Raises
    ------
    ValueError
        If ``A`` is no matrix or ``k`` is out of range.

    Notes
    -----
    .. math:: A_k = U_k\Sigma_kV_k^\top
       = \sum_{i\le k}\sigma_i\mathbf u_i\mathbf v_i^\top.

    Nearest in the Frobenius and in the spectral norm, see
    :func:`truncation_error`.  The factors are k(m + n + 1) numbers instead of
    mn.  :math:`O(mn\min(m, n))` time.

    References
    ----------
    Eckart, C., Young, G. (1936). The approximation of one matrix by another
    of lower rank. Psychometrika 1. doi:10.1007/BF02288367.

    Examples
    --------
    >>> low_rank_approximation([[3, 0], [0, 2]], 1)
    array([[3., 0.],
           [0., 0.]])
    """
    xp, A = arrays(A)
    check_matrix("A", A)
    k = check_count("k", k, 0, min(A.shape[-2:]))
    U, S, Vt = svd(A)
    return (U[..., :, :k] * S[..., None, :k]) @ Vt[..., :k, :]


def truncation_error(singular_values, k, *, norm="fro"):
    r"""Say how far the nearest matrix of rank k is, from singular values.

    Parameters
    ----------
    singular_values : array of shape `(..., r)`
        In any order.
    k : int
        From 0 to r.
    norm : {"fro", 2}, default "fro"
        Frobenius or spectral norm of the difference.

    Returns
    -------
    array of shape `(...)`
        0 for k = r.

    Raises
    ------
    ValueError
        If ``k`` is out of range or ``norm`` is neither "fro" nor 2.

    Notes
    -----
    .. math:: \min_{\mathrm{rank}\,B\le k}\|A-B\|_F =
       \sqrt{\sum_{i>k}\sigma_i^2}, \qquad
       \min_{\mathrm{rank}\,B\le k}\|A-B\|_2 = \sigma_{k+1}.

    Both minima are reached by :func:`low_rank_approximation`.
    :math:`O(r\log r)` time.

    References
    ----------
    Mirsky, L. (1960). Symmetric gauge functions and unitarily invariant
    norms. Q. J. Math. 11(1). doi:10.1093/qmath/11.1.50.

    Examples
    --------
    >>> float(truncation_error([12, 4, 3], 1))
    5.0
    >>> float(truncation_error([12, 4, 3], 1, norm=2))
    4.0
    """
    xp, S = arrays(singular_values)
    if S.ndim == 0:
        raise ValueError("singular_values must have the shape (..., r)")
    k = check_count("k", k, 0, S.shape[-1])
    tail = xp.sort(S, axis=-1, descending=True)[..., k:]
    if norm == "fro":
        return l2_norm(tail)
    if norm == 2:
        return xp.sum(_first(tail), axis=-1)
    raise ValueError(f'norm must be "fro" or 2, got {norm!r}')


def pca(X, n_components):
    r"""Find the directions in which a cloud of points varies most.

    Parameters
    ----------
    X : array of shape `(N, D)`
        Samples are rows.
    n_components : int
        How many directions k to keep, from 1 to min(N, D).

    Returns
    -------
    Z : array of shape `(N, k)`
        The samples in the new coordinates.
    V : array of shape `(D, k)`
        The directions, as orthonormal columns.
    variances : array of shape `(k,)`
        The variance along each, largest first.

    Raises
    ------
    ValueError
        If ``X`` is not one matrix or ``n_components`` is out of range.

    Notes
    -----
    .. math:: \Sigma = \tfrac1N X_c^\top X_c = V\Lambda V^\top, \qquad
       Z = X_cV_k, \qquad X \approx ZV_k^\top + \bar{\mathbf x}.

    Variances divide by N; scikit-learn and ``np.cov`` divide by N - 1, which
    changes no direction.  Without centring, the first direction would point
    at the mean.  The covariance squares the condition number: see
    :func:`pca_svd`.  :math:`O(ND^2 + D^3)` time.

    References
    ----------
    Pearson, K. (1901). On lines and planes of closest fit to systems of
    points in space. Phil. Mag. 2(11). doi:10.1080/14786440109462720.

    Examples
    --------
    >>> Z, V, variances = pca([[1, 5], [3, 5], [5, 5]], 1)
    >>> V.ravel(), Z.ravel()
    (array([1., 0.]), array([-2.,  0.,  2.]))
    """
    xp, X = arrays(X)
    k, Xc = _centered(xp, X, n_components)
    variances, V = eigendecomposition(Xc.mT @ Xc / X.shape[0])
    V = V[:, :k]
    # Rounding may leave a zero at -1e-17.
    return Xc @ V, V, xp.maximum(variances[:k], 0.0)


def pca_svd(X, n_components):
    r"""Do what pca does, without forming the covariance.

    Parameters
    ----------
    X : array of shape `(N, D)`
        Samples are rows.
    n_components : int
        How many directions k to keep, from 1 to min(N, D).

    Returns
    -------
    Z : array of shape `(N, k)`
        The samples in the new coordinates.
    V : array of shape `(D, k)`
        The directions, as orthonormal columns.
    variances : array of shape `(k,)`
        The variance along each (divided by N), largest first.

    Raises
    ------
    ValueError
        If ``X`` is not one matrix or ``n_components`` is out of range.

    Notes
    -----
    .. math:: X_c = USV^\top, \qquad \lambda_i = s_i^2/N, \qquad Z = U_kS_k.

    A direction that varies 1e-9 times as much as the first is still found,
    where the covariance, which has the square of that, has lost it.
    :math:`O(ND\min(N, D))` time.

    References
    ----------
    Jolliffe, I. T. (2002). Principal Component Analysis, 2nd ed., 3.5.
    Springer. doi:10.1007/b98835.

    Examples
    --------
    >>> Z, V, variances = pca_svd([[1, 5], [3, 5], [5, 5]], 1)
    >>> V.ravel().round(9) + 0.0, variances.round(9)
    (array([1., 0.]), array([2.66666667]))
    """
    xp, X = arrays(X)
    k, Xc = _centered(xp, X, n_components)
    U, S, Vt = svd(Xc)
    return U[:, :k] * S[:k], Vt[:k, :].mT, S[:k] ** 2 / X.shape[0]


def explained_variance_ratio(X, n_components=None):
    r"""Say which share of all variance each principal direction has.

    Parameters
    ----------
    X : array of shape `(N, D)`
        Samples are rows.
    n_components : int, optional
        How many shares k to return, from 1 to min(N, D), which is the
        default.

    Returns
    -------
    array of shape `(k,)`
        Largest first; of all variance, so that they add up to 1 only if all
        are asked for.  Zeros if ``X`` does not vary (beyond rounding).

    Raises
    ------
    ValueError
        If ``X`` is not one matrix or ``n_components`` is out of range.

    Notes
    -----
    .. math:: \rho_i = \frac{s_i^2}{\sum_j s_j^2}.

    Whether variances divide by N or N - 1 does not matter here.
    :math:`O(ND\min(N, D))` time.

    References
    ----------
    Jolliffe, I. T. (2002). Principal Component Analysis, 2nd ed., 6.1.
    Springer. doi:10.1007/b98835.

    Examples
    --------
    >>> explained_variance_ratio([[3, 0], [-3, 0], [0, 1], [0, -1]])
    array([0.9, 0.1])
    """
    xp, X = arrays(X)
    k, Xc = _centered(xp, X, n_components)
    s = xp.linalg.svdvals(Xc)
    # What centring leaves of a constant is rounding, not variance.
    rounding = 4 * xp.finfo(X.dtype).eps * math.sqrt(X.shape[0] * X.shape[1])
    if bool(s[0] <= rounding * xp.max(xp.abs(X))):
        return xp.zeros_like(s[:k])
    squares = (s / s[0]) ** 2
    return squares[:k] / xp.sum(squares)


def is_positive_definite(A):
    r"""Say whether a matrix is symmetric and curves upwards everywhere.

    Parameters
    ----------
    A : array of shape `(m, n)`

    Returns
    -------
    bool
        False for a matrix that is not square, not symmetric, or only
        semidefinite (all three up to rounding).

    Raises
    ------
    ValueError
        If ``A`` is not one matrix.

    Notes
    -----
    .. math:: \mathbf x^\top A\mathbf x > 0\ \ \forall\mathbf x\neq 0
       \iff \lambda_{\min}(A) > 0.

    The determinant is no test: [[-1, 0], [0, -1]] has 1.  A covariance
    matrix is semidefinite, and no more than that when features are collinear
    or N <= D.  An eigenvalue of at most n times the machine epsilon of the
    largest (in modulus) counts as 0.  :math:`O(n^3)` time.

    References
    ----------
    Horn, R. A., Johnson, C. R. (2012). Matrix Analysis, 2nd ed., ch. 7.
    Cambridge University Press. doi:10.1017/CBO9781139020411.

    Examples
    --------
    >>> is_positive_definite([[2, -1], [-1, 2]])
    True
    >>> is_positive_definite([[1, 1], [1, 1]])
    False
    """
    xp, A = arrays(A)
    check_matrix("A", A, batch=False)
    m, n = A.shape
    if m != n or not _is_symmetric(xp, A):
        return False
    if n == 0:
        return True
    eigenvalues = xp.linalg.eigvalsh(A)
    rounding = n * xp.finfo(A.dtype).eps * xp.max(xp.abs(eigenvalues))
    return bool(eigenvalues[0] > rounding)


def cholesky(A):
    r"""Find the lower triangular root of a positive definite matrix.

    Parameters
    ----------
    A : array of shape `(..., n, n)`
        Symmetric positive definite.

    Returns
    -------
    array of shape `(..., n, n)`
        Zeros above the diagonal, positive numbers on it.

    Raises
    ------
    ValueError
        If ``A`` is not square, not symmetric (up to rounding), or not
        positive definite: a pivot is at most n times the machine epsilon of
        the entry it came from.

    Notes
    -----
    .. math:: A = LL^\top, \qquad
       L_{jj} = \sqrt{A_{jj} - \textstyle\sum_{k<j} L_{jk}^2}, \qquad
       L_{ij} = \frac{A_{ij} - \sum_{k<j} L_{ik}L_{jk}}{L_{jj}}.

    As soon as a column is known, its share of the sums is subtracted from
    what is left: a smaller matrix of the same kind.  No pivoting is needed.
    A semidefinite matrix may slip through, when rounding leaves a larger
    pivot; :func:`is_positive_definite` is the stricter test.
    :math:`O(n^3)` time.

    References
    ----------
    Golub, G. H., Van Loan, C. F. (2013). Matrix Computations, 4th ed., 4.2.
    Johns Hopkins University Press.

    Examples
    --------
    >>> cholesky([[4, 2], [2, 10]])
    array([[2., 0.],
           [1., 3.]])
    """
    xp, A = arrays(A)
    check_matrix("A", A, square=True)
    if not _is_symmetric(xp, A):
        raise ValueError("A must be symmetric")
    n = A.shape[-1]
    rounding = n * xp.finfo(A.dtype).eps * xp.abs(xp.linalg.diagonal(A))
    columns, rest = [A[..., :0]], (A + A.mT) / 2
    for j in range(n):
        pivot = rest[..., 0, 0]
        if not bool(xp.all(pivot > rounding[..., j])):
            raise ValueError(f"A must be positive definite: no pivot {j}")
        column = rest[..., :, :1] / xp.sqrt(pivot)[..., None, None]
        below = column[..., 1:, :]
        zeros = xp.zeros_like(A[..., :j, :1])
        columns.append(xp.concat([zeros, column], axis=-2))
        rest = rest[..., 1:, 1:] - below @ below.mT
    return xp.concat(columns, axis=-1)


def log_determinant(A):
    r"""Find the log of the determinant of a positive definite matrix.

    Parameters
    ----------
    A : array of shape `(..., n, n)`
        Symmetric positive definite.

    Returns
    -------
    array of shape `(...)`
        0 for the empty matrix.

    Raises
    ------
    ValueError
        If ``A`` is not square, not symmetric, or not positive definite.

    Notes
    -----
    .. math:: \log\det A = 2\sum_i\log L_{ii}, \qquad A = LL^\top.

    The determinant itself would leave the range of numbers: that of 0.1 I
    in 400 dimensions is 1e-400.  Its gradient is :math:`A^{-1}`.
    :math:`O(n^3)` time.

    References
    ----------
    Rasmussen, C. E., Williams, C. K. I. (2006). Gaussian Processes for
    Machine Learning, A.4. MIT Press.

    Examples
    --------
    >>> round(float(log_determinant([[4, 2], [2, 10]])), 6)  # log 36
    3.583519
    """
    xp, A = arrays(A)
    L = cholesky(A)
    return 2 * xp.sum(xp.log(xp.linalg.diagonal(L)), axis=-1)


def pseudoinverse(A, *, rtol=None):
    r"""Undo a matrix as far as it can be undone.

    Parameters
    ----------
    A : array of shape `(..., m, n)`
        Of any shape and rank.
    rtol : float, optional
        Singular values up to so much of the largest count as zero; max(m, n)
        times the machine epsilon by default.

    Returns
    -------
    array of shape `(..., n, m)`
        Zeros for a matrix of zeros.

    Raises
    ------
    ValueError
        If ``A`` is no matrix.

    Notes
    -----
    .. math:: A^\dagger = V\Sigma^\dagger U^\top
       = \lim_{\lambda\to0^+}(A^\top A + \lambda I)^{-1}A^\top.

    :math:`A^\dagger\mathbf b` is the shortest of all solutions that fit
    best.  A singular value that is rounding noise must be dropped: its
    reciprocal would drown all others.  :math:`O(mn\min(m, n))` time.
    Gradients hold for distinct singular values that are not 0.

    References
    ----------
    Penrose, R. (1955). A generalized inverse for matrices. Math. Proc.
    Camb. Phil. Soc. 51(3). doi:10.1017/S0305004100030401.

    Examples
    --------
    >>> pseudoinverse([[2, 0], [0, 0], [0, 0]])
    array([[0.5, 0. , 0. ],
           [0. , 0. , 0. ]])
    """
    xp, A = arrays(A)
    U, S, Vt = svd(A)
    kept = _not_noise(xp, S, A.shape, rtol)
    inverses = xp.where(kept, 1 / xp.where(kept, S, 1.0), 0.0)
    return (Vt.mT * inverses[..., None, :]) @ U.mT


def spectral_norm(W):
    r"""Find by how much a matrix stretches a vector at most.

    Parameters
    ----------
    W : array of shape `(..., m, n)`

    Returns
    -------
    array of shape `(...)`
        0 for an empty matrix.

    Raises
    ------
    ValueError
        If ``W`` is no matrix.

    Notes
    -----
    .. math:: \|W\|_2 = \sigma_{\max}(W) = \sqrt{\lambda_{\max}(W^\top W)}
       = \max_{\|\mathbf x\|=1}\|W\mathbf x\|.

    It is the Lipschitz constant of :math:`\mathbf x\mapsto W\mathbf x`.
    :math:`O(mn\min(m, n))` time; :func:`spectral_normalize` shows the
    cheaper way.

    References
    ----------
    Golub, G. H., Van Loan, C. F. (2013). Matrix Computations, 4th ed., 2.3.
    Johns Hopkins University Press.

    Examples
    --------
    >>> float(spectral_norm([[0, 5], [0, 0]]))
    5.0
    """
    xp, W = arrays(W)
    check_matrix("W", W)
    return xp.sum(_first(xp.linalg.svdvals(W)), axis=-1)


def spectral_normalize(W, *, steps=100, rng=None):
    r"""Scale a matrix so that it stretches no vector.

    Parameters
    ----------
    W : array of shape `(m, n)`
    steps : int, default 100
        Steps of power iteration, at least 1.
    rng : numpy.random.Generator, int or None
        Draws the vector to start from.

    Returns
    -------
    array of shape `(m, n)`
        Of spectral norm 1 (a little more, when the iteration has not
        converged); zeros stay zeros.

    Raises
    ------
    ValueError
        If ``W`` is not one matrix or ``steps`` is less than 1.

    Notes
    -----
    .. math:: \bar W = \frac{W}{\sigma(W)}, \quad
       \mathbf v\leftarrow\frac{W^\top\mathbf u}{\|W^\top\mathbf u\|},\
       \mathbf u\leftarrow\frac{W\mathbf v}{\|W\mathbf v\|},\
       \sigma\approx\mathbf u^\top W\mathbf v.

    Power iteration on :math:`W^\top W`, without forming it.  In training one
    step is enough, because :math:`\mathbf u` is kept from the last update
    and W has changed little.  :math:`O(mn)` time a step.

    References
    ----------
    Miyato, T., Kataoka, T., Koyama, M., Yoshida, Y. (2018). Spectral
    normalization for generative adversarial networks. arXiv:1802.05957.

    Examples
    --------
    >>> spectral_normalize([[4, 0, 0], [0, 2, 0]], rng=0).round(9)
    array([[1. , 0. , 0. ],
           [0. , 0.5, 0. ]])
    """
    xp, W = arrays(W)
    check_matrix("W", W, batch=False)
    steps = check_count("steps", steps, 1)
    u = _normal(xp, W, (W.shape[0],), rng)
    for _ in range(steps):
        v = _unit(xp, W.mT @ u)
        u = _unit(xp, W @ v)
    sigma = xp.vecdot(u, W @ v)
    return W / xp.where(sigma > 0, sigma, 1.0)


def frobenius_norm(A):
    r"""Measure a matrix as if it were one long vector.

    Parameters
    ----------
    A : array of shape `(..., m, n)`

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If ``A`` is no matrix.

    Notes
    -----
    .. math:: \|A\|_F = \sqrt{\sum_{ij}A_{ij}^2} = \sqrt{\sum_i\sigma_i^2}.

    Linear time, without overflow.

    References
    ----------
    Golub, G. H., Van Loan, C. F. (2013). Matrix Computations, 4th ed., 2.3.
    Johns Hopkins University Press.

    Examples
    --------
    >>> float(frobenius_norm([[1, 2], [2, 4]]))
    5.0
    """
    xp, A = arrays(A)
    check_matrix("A", A)
    *batch, m, n = A.shape
    return l2_norm(xp.reshape(A, (*batch, m * n)))


def nuclear_norm(A):
    r"""Add up the singular values of a matrix.

    Parameters
    ----------
    A : array of shape `(..., m, n)`

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If ``A`` is no matrix.

    Notes
    -----
    .. math:: \|A\|_* = \sum_i\sigma_i(A).

    What the 1-norm is to counting entries that are not 0, this is to the
    rank: the largest convex function below it, among matrices of spectral
    norm 1 at most.  :math:`O(mn\min(m, n))` time.

    References
    ----------
    Recht, B., Fazel, M., Parrilo, P. A. (2010). Guaranteed minimum-rank
    solutions of linear matrix equations via nuclear norm minimization. SIAM
    Rev. 52(3). doi:10.1137/070697835.

    Examples
    --------
    >>> float(nuclear_norm([[0, 3], [-4, 0]]))
    7.0
    """
    xp, A = arrays(A)
    check_matrix("A", A)
    return xp.sum(xp.linalg.svdvals(A), axis=-1)


def singular_value_threshold(A, tau):
    r"""Shrink every singular value by tau, down to zero at most.

    Parameters
    ----------
    A : array of shape `(..., m, n)`
    tau : float
        Not negative.

    Returns
    -------
    array of shape `(..., m, n)`
        Its rank is the number of singular values of ``A`` above ``tau``.

    Raises
    ------
    ValueError
        If ``A`` is no matrix or ``tau`` is negative.

    Notes
    -----
    .. math:: \mathcal D_\tau(A) = U\,\mathrm{diag}\big((\sigma_i-\tau)_+\big)
       V^\top = \arg\min_B\ \tfrac12\|A-B\|_F^2 + \tau\|B\|_*.

    :math:`O(mn\min(m, n))` time.

    References
    ----------
    Cai, J.-F., Candes, E. J., Shen, Z. (2010). A singular value thresholding
    algorithm for matrix completion. SIAM J. Optim. 20(4).
    doi:10.1137/080738970.

    Examples
    --------
    >>> singular_value_threshold([[5, 0], [0, 1]], 2)
    array([[3., 0.],
           [0., 0.]])
    """
    xp, A = arrays(A)
    if not tau >= 0:
        raise ValueError(f"tau must not be negative, got {tau}")
    U, S, Vt = svd(A)
    return (U * xp.maximum(S - tau, 0.0)[..., None, :]) @ Vt


def complete_matrix(A, mask, tau, *, steps=100):
    r"""Fill the gaps of a matrix so that its singular values are few.

    Parameters
    ----------
    A : array of shape `(m, n)`
        What stands in the gaps does not matter; it may be NaN.
    mask : array of bool of shape `(m, n)`
        True where ``A`` is known.
    tau : float
        What the singular values are shrunk by; the larger, the lower the
        rank.  Not negative, and with 0 the gaps stay 0.
    steps : int, default 100
        How many times the gaps are filled.

    Returns
    -------
    array of shape `(m, n)`
        Known entries too are changed: shrunk, or freed of noise.

    Raises
    ------
    ValueError
        If the shapes differ, ``tau`` is negative or ``steps`` less than 1.

    Notes
    -----
    .. math:: Z \leftarrow \mathcal D_\tau\big(P_\Omega(A)
       + P_\Omega^\perp(Z)\big), \qquad \min_Z\ \tfrac12
       \|P_\Omega(A - Z)\|_F^2 + \tau\|Z\|_*.

    Known entries from ``A``, gaps from the last guess (the first is 0), then
    :func:`singular_value_threshold`: this is Soft-Impute.  Nesterov's
    momentum makes it much faster: the gaps go on in the direction of their
    last change.  A row or column without a known entry stays 0.
    :math:`O(mn\min(m, n))` time a step.

    References
    ----------
    Mazumder, R., Hastie, T., Tibshirani, R. (2010). Spectral regularization
    algorithms for learning large incomplete matrices. JMLR 11, 2287-2322.
    Beck, A., Teboulle, M. (2009). A fast iterative shrinkage-thresholding
    algorithm. SIAM J. Imaging Sci. 2(1). doi:10.1137/080716542.

    Examples
    --------
    >>> A = [[0, 2, 3], [2, 4, 6], [3, 6, 9]]
    >>> known = [[0, 1, 1], [1, 1, 1], [1, 1, 1]]
    >>> complete_matrix(A, known, 0.01).round(1)
    array([[1., 2., 3.],
           [2., 4., 6.],
           [3., 6., 9.]])
    """
    xp, A, mask = _known("A", A, mask)
    Z = before = xp.zeros_like(A)
    for k in range(check_count("steps", steps, 1)):
        guess = Z + k / (k + 3) * (Z - before)
        before = Z
        Z = singular_value_threshold(xp.where(mask, A, guess), tau)
    return Z


def factorize_ratings(
    R, mask, n_components, *, alpha=0.1, steps=50, rng=None
):
    r"""Explain known ratings by a few numbers for each user and each item.

    Parameters
    ----------
    R : array of shape `(m, n)`
        Ratings, a row for each user.  What stands where no rating is known
        does not matter; it may be NaN.
    mask : array of bool of shape `(m, n)`
        True where a rating is known.
    n_components : int
        Numbers k for each user and item, at least 1.
    alpha : float, default 0.1
        Weight of the penalty on large numbers; positive.
    steps : int, default 50
        How many times both sides are solved for.
    rng : numpy.random.Generator, int or None
        Draws the items' numbers to start from.

    Returns
    -------
    U : array of shape `(m, k)`
    V : array of shape `(n, k)`
        The prediction for all pairs is ``U @ V.T``; 0 for users and items
        without a rating.

    Raises
    ------
    ValueError
        If the shapes differ or an option is out of range.

    Notes
    -----
    .. math:: \min_{U,V}\sum_{(i,j)\in\Omega}
       (R_{ij} - \mathbf u_i^\top\mathbf v_j)^2
       + \alpha\big(\|U\|_F^2 + \|V\|_F^2\big).

    With V fixed, each user's row is a ridge regression on the items that the
    user has rated; then the same for items.  No step makes the objective
    larger.  The pair is not unique: U T and V :math:`T^{-\top}` predict the
    same.  :math:`O(mnk^2 + (m + n)k^3)` time a step.

    References
    ----------
    Koren, Y., Bell, R., Volinsky, C. (2009). Matrix factorization techniques
    for recommender systems. Computer 42(8). doi:10.1109/MC.2009.263.

    Examples
    --------
    >>> R = [[0, 2, 3], [2, 4, 6], [3, 6, 9]]
    >>> known = [[0, 1, 1], [1, 1, 1], [1, 1, 1]]
    >>> U, V = factorize_ratings(R, known, 1, alpha=0.001, rng=0)
    >>> (U @ V.T).round(1)
    array([[1., 2., 3.],
           [2., 4., 6.],
           [3., 6., 9.]])
    """
    xp, R, mask = _known("R", R, mask)
    k = check_count("n_components", n_components, 1)
    if not alpha > 0:
        raise ValueError(f"alpha must be positive, got {alpha}")
    V = _normal(xp, R, (R.shape[1], k), rng)
    for _ in range(check_count("steps", steps, 1)):
        U = _ridge_rows(xp, R, mask, V, alpha)
        V = _ridge_rows(xp, R.mT, mask.mT, U, alpha)
    return U, V


def spectral_radius(W):
    r"""Find the largest modulus of all eigenvalues, complex ones too.

    Parameters
    ----------
    W : array of shape `(..., n, n)`

    Returns
    -------
    array of shape `(...)`
        0 for the empty matrix.

    Raises
    ------
    ValueError
        If ``W`` is not square.

    Notes
    -----
    .. math:: \rho(W) = \max_i|\lambda_i(W)|, \qquad \rho(W)\le\|W\|_2.

    :math:`W^t\to 0` if and only if :math:`\rho(W) < 1`, but on the way
    there it may grow: [[0.9, 10], [0, 0.9]] stretches a vector 38-fold in 9
    steps.  What keeps every step in check is the spectral norm (times the
    largest slope of the activation).  :math:`O(n^3)` time.

    References
    ----------
    Pascanu, R., Mikolov, T., Bengio, Y. (2013). On the difficulty of
    training recurrent neural networks. ICML. arXiv:1211.5063.

    Examples
    --------
    >>> round(float(spectral_radius([[0, -2], [2, 0]])), 9)  # +2i and -2i
    2.0
    """
    xp, W = arrays(W)
    check_matrix("W", W, square=True)
    size = xp.abs(xp.linalg.eigvals(W))
    return xp.max(size, axis=-1) if W.shape[-1] else xp.sum(size, axis=-1)


def randomized_svd(
    A, n_components, *, n_oversamples=10, n_iter=2, rng=None
):
    r"""Find the first singular values and vectors from a random sketch.

    Parameters
    ----------
    A : array of shape `(m, n)`
    n_components : int
        How many of them k, from 1 to min(m, n).
    n_oversamples : int, default 10
        Random vectors beyond k, for safety.
    n_iter : int, default 2
        Power iterations, which make small singular values smaller still.
    rng : numpy.random.Generator, int or None
        Draws the sketch.

    Returns
    -------
    U : array of shape `(m, k)`
    S : array of shape `(k,)`
        Largest first.
    Vt : array of shape `(k, n)`

    Raises
    ------
    ValueError
        If ``A`` is not one matrix or an option is out of range.

    Notes
    -----
    .. math:: Y = (AA^\top)^qA\Omega, \quad Y = QR, \quad
       B = Q^\top A = \tilde U\Sigma V^\top, \quad U = Q\tilde U.

    Q nearly holds what A does to anything, so the small B has A's singular
    values.  Orthonormal columns in between keep the powers from rounding the
    smaller directions away.  :math:`O(mnl)` time for each of the 2q + 2
    products, l = k + oversamples, where the whole SVD takes
    :math:`O(mn\min(m, n))`.

    References
    ----------
    Halko, N., Martinsson, P.-G., Tropp, J. A. (2011). Finding structure with
    randomness. SIAM Rev. 53(2). doi:10.1137/090771806.

    Examples
    --------
    >>> U, S, Vt = randomized_svd([[3, 0, 0], [0, 2, 0], [0, 0, 1]], 2, rng=0)
    >>> S.round(9)
    array([3., 2.])
    """
    xp, A = arrays(A)
    check_matrix("A", A, batch=False)
    m, n = A.shape
    k = check_count("n_components", n_components, 1, min(m, n))
    extra = check_count("n_oversamples", n_oversamples, 0)
    omega = _normal(xp, A, (n, k + extra), rng)
    Q, _ = xp.linalg.qr(A @ omega)
    for _ in range(check_count("n_iter", n_iter, 0)):
        Q, _ = xp.linalg.qr(A.mT @ Q)
        Q, _ = xp.linalg.qr(A @ Q)
    U, S, Vt = svd(Q.mT @ A)
    return Q @ U[:, :k], S[:k], Vt[:k, :]


def power_law_alpha(W, lambda_min):
    r"""Estimate how fast the spectrum of a weight matrix falls off.

    Parameters
    ----------
    W : array of shape `(m, n)`
    lambda_min : float
        Where the tail begins; positive.

    Returns
    -------
    array of shape `()`
        The exponent of a density :math:`p(\lambda)\propto\lambda^{-\alpha}`
        of the eigenvalues of :math:`W^\top W` from ``lambda_min`` on.

    Raises
    ------
    ValueError
        If ``W`` is not one matrix, ``lambda_min`` is not positive, or no
        eigenvalue is larger.

    Notes
    -----
    .. math:: \hat\alpha = 1 + n\Big/\sum_{i=1}^n
       \ln\frac{\lambda_i}{\lambda_{\min}}, \qquad
       \lambda_i = \sigma_i^2(W) \ge \lambda_{\min}.

    The estimate of maximum likelihood (Hill's); its standard error is about
    :math:`(\hat\alpha - 1)/\sqrt n`.  Singular values in place of their
    squares would double :math:`\alpha - 1`.  That alpha between 2 and 6
    tells a well-trained layer is an empirical claim.
    :math:`O(mn\min(m, n))` time.

    References
    ----------
    Martin, C. H., Mahoney, M. W. (2021). Implicit self-regularization in
    deep neural networks. JMLR 22(165). arXiv:1810.01075.

    Examples
    --------
    >>> import math
    >>> W = [[1, 0], [0, math.sqrt(math.e)]]
    >>> round(float(power_law_alpha(W, 1)), 9)
    3.0
    """
    xp, W = arrays(W)
    check_matrix("W", W, batch=False)
    if not lambda_min > 0:
        raise ValueError(f"lambda_min must be positive, got {lambda_min}")
    ratios = xp.linalg.svdvals(W) ** 2 / lambda_min
    tail = ratios >= 1
    # Logarithms of 1 add nothing for what is below the tail.
    total = xp.sum(xp.log(xp.where(tail, ratios, 1.0)))
    if not bool(total > 0):
        raise ValueError(
            f"W must have an eigenvalue above lambda_min = {lambda_min}"
        )
    return 1 + xp.sum(xp.astype(tail, W.dtype)) / total


def qr_householder(A):
    r"""Factor a matrix into orthonormal columns and a triangle, by mirrors.

    Parameters
    ----------
    A : array of shape `(m, n)`

    Returns
    -------
    Q : array of shape `(m, r)`
        Orthonormal columns; r is the smaller of m and n.
    R : array of shape `(r, n)`
        Zeros below the diagonal.  Diagonal entries have the sign opposite
        to the entry that stood there when its column's turn came.

    Raises
    ------
    ValueError
        If ``A`` is not one matrix.

    Notes
    -----
    .. math:: A = QR, \qquad H = I - 2\mathbf v\mathbf v^\top, \quad
       \mathbf v\propto\mathbf x + \mathrm{sign}(x_1)\|\mathbf x\|\mathbf e_1.

    Each mirror sends a column to a multiple of :math:`\mathbf e_1`.  With
    sign(0) = 1 nothing cancels in v; with the other sign a column that points
    along :math:`\mathbf e_1` already would give 0/0.  A column of zeros needs
    no mirror.  :math:`Q = H_1 H_2 \dots` is put together from the last to the
    first.  :math:`O(mn\min(m, n))` time.

    References
    ----------
    Householder, A. S. (1958). Unitary triangularization of a nonsymmetric
    matrix. J. ACM 5(4). doi:10.1145/320941.320947.

    Examples
    --------
    >>> Q, R = qr_householder([[3, 1], [4, 3]])
    >>> R.round(9)
    array([[-5., -3.],
           [ 0., -1.]])
    """
    xp, A = arrays(A)
    check_matrix("A", A, batch=False)
    m, n = A.shape
    r = min(m, n)
    normals, rows, rest = [], [A[:0, :]], A
    for j in range(r):
        x = _unit(xp, rest[:, 0])
        sign = xp.where(x[:1] < 0, -xp.ones_like(x[:1]), 1.0)
        v = xp.concat([x[:1] + sign, x[1:]])
        v = xp.where(xp.any(x != 0), v, 0.0)
        rest = reflect(rest.mT, v).mT
        zeros = xp.zeros_like(A[:1, :j])
        rows.append(xp.concat([zeros, rest[:1, :]], axis=1))
        normals.append(v)
        rest = rest[1:, 1:]

    Q = xp.eye(m, r, dtype=A.dtype, device=A.device)
    for j in reversed(range(r)):
        mirrored = reflect(Q[j:, :].mT, normals[j]).mT
        Q = xp.concat([Q[:j, :], mirrored], axis=0)
    return Q, xp.concat(rows, axis=0)


def lu(A):
    r"""Keep the steps of elimination with partial pivoting as matrices.

    Parameters
    ----------
    A : array of shape `(m, n)`

    Returns
    -------
    P : array of shape `(m, m)`
        A permutation of the rows.
    L : array of shape `(m, r)`
        Ones on the diagonal, zeros above it, nothing larger than 1 below; r
        is the smaller of m and n.
    U : array of shape `(r, n)`
        Zeros below the diagonal.

    Raises
    ------
    ValueError
        If ``A`` is not one matrix.

    Notes
    -----
    .. math:: PA = LU.

    SciPy and PyTorch return the transpose of this P: A = P L U.  L holds the
    multipliers; once it is known, each right side costs :math:`O(n^2)` only.
    A singular matrix has an LU, with a zero on the diagonal of U.
    :math:`O(mn\min(m, n))` time.

    References
    ----------
    Turing, A. M. (1948). Rounding-off errors in matrix processes. Q. J.
    Mech. Appl. Math. 1(1). doi:10.1093/qjmam/1.1.287.

    Examples
    --------
    >>> P, L, U = lu([[1, 3], [2, 4]])
    >>> L
    array([[1. , 0. ],
           [0.5, 1. ]])
    >>> U
    array([[2., 4.],
           [0., 1.]])
    """
    xp, A = arrays(A)
    check_matrix("A", A, batch=False)
    m, n = A.shape
    r = min(m, n)
    order = list(range(m))
    # The multipliers take the place of the zeros they make.
    for k in range(r):
        p = k + int(xp.argmax(xp.abs(A[k:, k])))
        swap = list(range(m))
        swap[k], swap[p] = p, k
        order[k], order[p] = order[p], order[k]
        A = _take_rows(xp, A, swap)
        top, below = A[: k + 1, :], A[k + 1 :, :]
        pivot = A[k, k]
        factors = below[:, k : k + 1] / xp.where(pivot == 0, 1.0, pivot)
        rest = below[:, k + 1 :] - factors * A[k, k + 1 :]
        below = xp.concat([below[:, :k], factors, rest], axis=1)
        A = xp.concat([top, below], axis=0)
    eye = xp.eye(m, dtype=A.dtype, device=A.device)
    P = _take_rows(xp, eye, order)
    return P, xp.tril(A[:, :r], k=-1) + eye[:, :r], xp.triu(A[:r, :])


def _general_eigen(xp, A):
    """Return eigenvalues and vectors in order, real where they can be."""
    eigenvalues, P = xp.linalg.eig(A)
    # A stable sort: LAPACK puts the +i of a pair first already.
    order = xp.argsort(xp.real(eigenvalues), descending=True, stable=True)
    eigenvalues = xp.take(eigenvalues, order, axis=0)
    P = xp.take(P, order, axis=1)
    if bool(xp.all(xp.imag(eigenvalues) == 0)):
        return xp.real(eigenvalues), xp.real(P)
    return eigenvalues, P


def _signs(xp, V, axis):
    """Return signs that make the largest entry along an axis positive."""
    shape = list(V.shape)
    shape[axis] = 1
    if 0 in V.shape or xp.isdtype(V.dtype, "complex floating"):
        return xp.ones(tuple(shape), dtype=V.dtype, device=V.device)
    size = xp.abs(V)
    # Of entries that rounding alone makes different, the first.
    limit = 1 - xp.finfo(V.dtype).eps ** 0.5
    near = size >= limit * xp.max(size, axis=axis, keepdims=True)
    first = xp.argmax(xp.astype(near, xp.int8), axis=axis, keepdims=True)
    entry = xp.take_along_axis(V, first, axis=axis)
    return xp.where(entry < 0, -xp.ones_like(entry), 1.0)


def _is_symmetric(xp, A):
    """Say whether all matrices are symmetric up to rounding."""
    if 0 in A.shape:
        return True
    largest = xp.max(xp.abs(A), axis=(-2, -1), keepdims=True)
    tol = max(1e-12, 64 * xp.finfo(A.dtype).eps)
    return bool(xp.all(xp.abs(A - A.mT) <= tol * largest))


def _not_noise(xp, S, shape, rtol):
    """Say which singular values of a matrix of this shape are not 0."""
    if rtol is None:
        rtol = max(shape[-2:]) * xp.finfo(S.dtype).eps
    return S > rtol * _first(S)


def _first(S):
    """Return the first number along the last axis, or none of none."""
    return S[..., : min(1, S.shape[-1])]


def _unit(xp, x):
    """Return a vector divided by its length; zero stays zero."""
    length = l2_norm(x)
    return x / xp.where(length > 0, length, 1.0)


def _normal(xp, like, shape, rng):
    """Draw from the normal distribution, to go with an array."""
    # The array standard has no random numbers: NumPy's, on the device.
    values = np.random.default_rng(rng).normal(size=shape)
    return xp.asarray(values, dtype=like.dtype, device=like.device)


def _take_rows(xp, A, order):
    """Return the rows of a matrix in another order."""
    order = xp.asarray(order, dtype=xp.int64, device=A.device)
    return xp.take(A, order, axis=0)


def _centered(xp, X, n_components):
    """Return the number of components, and X minus its mean row."""
    check_matrix("X", X, batch=False)
    most = min(X.shape)
    if n_components is None:
        n_components = most
    k = check_count("n_components", n_components, 1, most)
    return k, X - xp.mean(X, axis=0)


def _known(name, A, mask):
    """Return the namespace, A with zeros in its gaps, and the mask."""
    xp, A, mask = arrays(A, mask, floating=False)
    _, A = arrays(A)
    check_matrix(name, A, batch=False)
    if A.shape != mask.shape:
        raise ValueError(
            f"mask must have the shape {tuple(A.shape)} of {name}, got"
            f" {tuple(mask.shape)}"
        )
    mask = xp.astype(mask, xp.bool)
    return xp, xp.where(mask, A, 0.0), mask


def _ridge_rows(xp, R, mask, V, alpha):
    """Return the rows u that fit R's known entries best, with V fixed."""
    n, k = V.shape
    products = xp.reshape(V[:, :, None] * V[:, None, :], (n, k * k))
    known = xp.astype(mask, V.dtype)
    grams = xp.reshape(known @ products, (R.shape[0], k, k))
    eye = xp.eye(k, dtype=V.dtype, device=V.device)
    return xp.linalg.solve(grams + alpha * eye, (R @ V)[..., None])[..., 0]

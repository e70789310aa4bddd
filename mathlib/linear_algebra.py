"""Chapter 02: vectors, matrices, linear systems, projections.

Vectors lie along the last axis unless ``axis`` says otherwise, matrices in
the last two; all axes before them are a batch.  Weights have the shape
`(out, in)`.
"""

import numpy as np

from mathlib.arrays import arrays
from mathlib.foundations import check_axis

__all__ = [
    "cosine_similarity",
    "determinant",
    "dot",
    "gram_schmidt",
    "hadamard",
    "inverse",
    "is_orthogonal",
    "is_symmetric",
    "kronecker",
    "l1_norm",
    "l2_norm",
    "linear",
    "matmul",
    "pairwise_euclidean_distance",
    "project",
    "projection_matrix",
    "reflect",
    "rotation_matrix",
    "row_echelon",
    "solve",
    "trace",
    "trace_of_product",
    "transpose",
    "vec",
]

# So many differences at a time stay in the processor's cache.
_BLOCK = 2**17


def dot(a, b, *, axis=-1):
    r"""Multiply two vectors entry by entry and add up.

    Parameters
    ----------
    a, b : array of shape `(..., n)`
        Vectors, or batches of them that broadcast.
    axis : int, default -1
        The axis of both along which the vectors lie.

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If the lengths along ``axis`` differ or the batches do not fit.

    Notes
    -----
    .. math:: \mathbf a\cdot\mathbf b = \sum_i a_i b_i.

    Only ``axis`` is summed: a batch of pairs gives one number for each.  Of
    complex vectors the first is conjugated.  Linear time.

    References
    ----------
    Strang, G. (2016). Introduction to Linear Algebra, 5th ed., 1.2.
    Wellesley-Cambridge Press.

    Examples
    --------
    >>> float(dot([1, 2], [3, 4]))
    11.0
    """
    xp, a, b = arrays(a, b)
    axis = _check_pair("a", a, "b", b, axis)
    return xp.vecdot(a, b, axis=axis)


def cosine_similarity(a, b, *, axis=-1, eps=1e-8):
    r"""Compare the directions of two vectors, from -1 (opposite) to 1 (same).

    Parameters
    ----------
    a, b : array of shape `(..., n)`
        Vectors, or batches of them that broadcast.
    axis : int, default -1
        The axis of both along which the vectors lie.
    eps : float, default 1e-8
        Each norm counts as this much at least.

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If the lengths along ``axis`` differ or the batches do not fit.

    Notes
    -----
    .. math:: \cos\theta = \frac{\mathbf a\cdot\mathbf b}
       {\max(\|\mathbf a\|, \epsilon)\,\max(\|\mathbf b\|, \epsilon)}.

    A zero vector has the similarity 0 with every vector, as in PyTorch.
    Rounding may give 1 + 2e-16: clip before taking arccos.  Linear time.

    References
    ----------
    Salton, G., Wong, A., Yang, C. S. (1975). A vector space model for
    automatic indexing. Commun. ACM 18(11). doi:10.1145/361219.361220.

    Examples
    --------
    >>> round(float(cosine_similarity([1, 0], [1, 1])), 4)
    0.7071
    """
    xp, a, b = arrays(a, b)
    axis = _check_pair("a", a, "b", b, axis)
    # Divide first: the product of two long vectors may overflow.
    a = a / xp.maximum(_l2_norm(xp, a, axis, keepdims=True), eps)
    b = b / xp.maximum(_l2_norm(xp, b, axis, keepdims=True), eps)
    return xp.vecdot(a, b, axis=axis)


def l2_norm(x, *, axis=-1):
    r"""Measure the length of a vector.

    Parameters
    ----------
    x : array of shape `(..., n)`
    axis : int, default -1
        The axis along which the vectors lie.

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If ``x`` has no such axis.

    Notes
    -----
    .. math:: \|\mathbf x\|_2 = \sqrt{\sum_i x_i^2}
       = s\,\sqrt{\sum_i (x_i/s)^2}, \qquad s \approx \max_i |x_i|.

    The second form is computed, because 1e200 squared is infinite and 1e-200
    squared is zero; s is a power of two, so that dividing rounds nothing.
    The gradient at the zero vector does not exist; it is taken to be 0.
    Linear time.

    References
    ----------
    Blue, J. L. (1978). A portable Fortran program to find the Euclidean norm
    of a vector. ACM Trans. Math. Softw. 4(1). doi:10.1145/355769.355771.

    Examples
    --------
    >>> float(l2_norm([3, 4])), float(l2_norm([1e200, 0]))
    (5.0, 1e+200)
    """
    xp, x = arrays(x)
    check_axis("x", x, axis)
    return _l2_norm(xp, x, axis)


def l1_norm(x, *, axis=-1):
    r"""Add up the sizes of a vector's entries.

    Parameters
    ----------
    x : array of shape `(..., n)`
    axis : int, default -1
        The axis along which the vectors lie.

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If ``x`` has no such axis.

    Notes
    -----
    .. math:: \|\mathbf x\|_1 = \sum_i |x_i|.

    Its gradient is the sign of each entry, 0 at 0.  Linear time.

    References
    ----------
    Tibshirani, R. (1996). Regression shrinkage and selection via the lasso.
    J. R. Stat. Soc. B 58(1). doi:10.1111/j.2517-6161.1996.tb02080.x.

    Examples
    --------
    >>> float(l1_norm([3, -4]))
    7.0
    """
    xp, x = arrays(x)
    check_axis("x", x, axis)
    return xp.sum(xp.abs(x), axis=axis)


def pairwise_euclidean_distance(X, Y):
    r"""Measure the distance of every row of X from every row of Y.

    Parameters
    ----------
    X : array of shape `(..., n, d)`
        n points.
    Y : array of shape `(..., m, d)`
        m points.

    Returns
    -------
    array of shape `(..., n, m)`

    Raises
    ------
    ValueError
        If the points have not the same number of coordinates, or the batches
        do not fit.

    Notes
    -----
    .. math:: D_{ij} = \|\mathbf x_i - \mathbf y_j\|_2
       = \sqrt{\|\mathbf x_i\|^2 + \|\mathbf y_j\|^2
       - 2\,\mathbf x_i\cdot\mathbf y_j}.

    The second form is one matrix product, and loses half of the digits where
    points are near to each other, all of them 1e8 away from the origin.  So
    the differences themselves are squared, a block of rows at a time:
    :math:`O(nmd)` time, :math:`O(nm)` memory (:math:`O(nmd)` when gradients
    are recorded).  The gradient at distance 0 is taken to be 0.

    References
    ----------
    Cover, T., Hart, P. (1967). Nearest neighbor pattern classification. IEEE
    Trans. Inf. Theory 13(1). doi:10.1109/TIT.1967.1053964.

    Examples
    --------
    >>> pairwise_euclidean_distance([[0, 0], [3, 4]], [[0, 0], [3, 0]])
    array([[0., 3.],
           [5., 4.]])
    """
    xp, X, Y = arrays(X, Y)
    check_matrix("X", X)
    check_matrix("Y", Y)
    if X.shape[-1] != Y.shape[-1]:
        raise ValueError(
            "X and Y must have the shapes (..., n, d) and (..., m, d), got"
            f" {tuple(X.shape)} and {tuple(Y.shape)}"
        )
    batch = _check_batches("X", X.shape[:-2], "Y", Y.shape[:-2])
    (n, d), m = X.shape[-2:], Y.shape[-2]
    if n * m * d == 0:
        return xp.zeros((*batch, n, m), dtype=X.dtype, device=X.device)
    largest = xp.maximum(xp.max(xp.abs(X)), xp.max(xp.abs(Y)))
    scale = _scale(xp, largest)
    X, Y = X[..., :, None, :] / scale, Y[..., None, :, :] / scale
    rows, blocks = max(1, _BLOCK // (m * d)), []
    for i in range(0, n, rows):
        difference = X[..., i : min(i + rows, n), :, :] - Y
        blocks.append(xp.vecdot(difference, difference, axis=-1))
    return _root(xp, xp.concat(blocks, axis=-2)) * scale


def project(a, b):
    r"""Drop a perpendicular from a onto the line through b.

    Parameters
    ----------
    a : array of shape `(..., n)`
        What is projected.
    b : array of shape `(..., n)`
        The direction of the line, of any length.  Leading axes broadcast.

    Returns
    -------
    array of shape `(..., n)`
        The multiple of ``b`` that is nearest to ``a``.

    Raises
    ------
    ValueError
        If the lengths differ or the batches do not fit.

    Notes
    -----
    .. math:: \mathrm{proj}_{\mathbf b}\,\mathbf a =
       \frac{\mathbf a\cdot\mathbf b}{\|\mathbf b\|^2}\,\mathbf b
       = (\mathbf a\cdot\mathbf u)\,\mathbf u, \qquad
       \mathbf u = \mathbf b/\|\mathbf b\|.

    The line through a zero vector is the origin alone, so the projection is
    0.  Linear time.

    References
    ----------
    Strang, G. (2016). Introduction to Linear Algebra, 5th ed., 4.2.
    Wellesley-Cambridge Press.

    Examples
    --------
    >>> project([1, 2], [3, 0])
    array([1., 0.])
    """
    xp, a, b = arrays(a, b)
    _check_pair("a", a, "b", b, -1)
    # The unit vector first: a square of b may overflow.
    length = _l2_norm(xp, b, -1, keepdims=True)
    u = b / xp.where(length > 0, length, 1.0)
    return xp.vecdot(u, a, axis=-1)[..., None] * u


def reflect(x, v):
    r"""Mirror vectors in the hyperplane at right angles to v.

    Parameters
    ----------
    x : array of shape `(..., n)`
        Vectors, one a row.
    v : array of shape `(..., n)`
        Normal of the mirror, of any length.  Leading axes broadcast.

    Returns
    -------
    array of shape `(..., n)`

    Raises
    ------
    ValueError
        If the lengths differ or the batches do not fit.

    Notes
    -----
    .. math:: H_{\mathbf v}\,\mathbf x = \mathbf x -
       2\,\frac{\mathbf v\cdot\mathbf x}{\mathbf v\cdot\mathbf v}\,\mathbf v.

    Twice the projection onto ``v`` is taken away: once would stop in the
    mirror.  A zero ``v`` leaves everything in place.  The n x n matrix
    is never formed: linear time instead of quadratic.

    References
    ----------
    Householder, A. S. (1958). Unitary triangularization of a nonsymmetric
    matrix. J. ACM 5(4). doi:10.1145/320941.320947.

    Examples
    --------
    >>> reflect([[1, 2], [3, 4]], [5, 0])
    array([[-1.,  2.],
           [-3.,  4.]])
    """
    xp, x, v = arrays(x, v)
    _check_pair("x", x, "v", v, -1)
    return x - 2 * project(x, v)


def gram_schmidt(V, *, tol=1e-10):
    r"""Make an orthonormal basis of the space that the columns span.

    Parameters
    ----------
    V : array of shape `(m, n)`
        The vectors are its columns.
    tol : float, default 1e-10
        A column is dropped as dependent when what the earlier ones leave of
        it is at most so much of its length (or of rounding, when that is
        more: max(m, n) times the machine epsilon).

    Returns
    -------
    array of shape `(m, r)`
        Orthonormal columns, r the number of columns that are not dropped.

    Raises
    ------
    ValueError
        If ``V`` is not one matrix.

    Notes
    -----
    .. math:: \mathbf u_k = \mathbf v_k - \sum_{j<k}
       (\mathbf v_k\cdot\mathbf q_j)\,\mathbf q_j, \qquad
       \mathbf q_k = \mathbf u_k/\|\mathbf u_k\|.

    Done once, this loses orthogonality when columns are nearly dependent: on
    the 8 x 8 Hilbert matrix :math:`Q^\top Q` is off by 1.0, and by 4e-7 in
    the modified form that subtracts one vector after the other.  Done twice,
    as here, it is right to rounding.  :math:`O(mn^2)` time.

    References
    ----------
    Giraud, L., Langou, J., Rozloznik, M., van den Eshof, J. (2005). Rounding
    error analysis of the classical Gram-Schmidt orthogonalization process.
    Numer. Math. 101. doi:10.1007/s00211-005-0615-4.

    Examples
    --------
    >>> gram_schmidt([[3, 6, 1], [4, 8, 0]])
    array([[ 0.6,  0.8],
           [ 0.8, -0.6]])
    """
    xp, V = arrays(V)
    check_matrix("V", V, batch=False)
    tol = max(tol, max(V.shape, default=0) * xp.finfo(V.dtype).eps)
    # Long and short columns alike, without overflow in the products.
    lengths = _l2_norm(xp, V, 0)
    V = V / xp.where(lengths > 0, lengths, 1.0)
    Q = V[:, :0]
    for k in range(V.shape[1]):
        v = V[:, k]
        u = v - Q @ (Q.mT @ v)
        if bool(_l2_norm(xp, u, 0) > tol):
            u = u - Q @ (Q.mT @ u)
            q = u / _l2_norm(xp, u, 0)
            Q = xp.concat([Q, q[:, None]], axis=1)
    return Q


def matmul(A, B):
    r"""Multiply two matrices: rows of the first by columns of the second.

    Parameters
    ----------
    A : array of shape `(..., m, k)` or `(k,)`
    B : array of shape `(..., k, n)` or `(k,)`
        A vector counts as a row on the left and as a column on the right;
        the axis that this adds is not in the result.  Batches broadcast.

    Returns
    -------
    array of shape `(..., m, n)`

    Raises
    ------
    ValueError
        If the inner dimensions differ or the batches do not fit.

    Notes
    -----
    .. math:: (AB)_{ij} = \sum_k A_{ik} B_{kj}.

    :math:`O(mkn)` time.  Integers are multiplied as floats.

    References
    ----------
    Cayley, A. (1858). A memoir on the theory of matrices. Phil. Trans. R.
    Soc. 148. doi:10.1098/rstl.1858.0002.

    Examples
    --------
    >>> matmul([[1, 2], [3, 4]], [[0, 1], [1, 0]])
    array([[2., 1.],
           [4., 3.]])
    """
    xp, A, B = arrays(A, B)
    inner = B.shape[-min(B.ndim, 2)] if B.ndim else None
    if A.ndim == 0 or A.shape[-1] != inner:
        raise ValueError(
            "A and B must have the shapes (..., m, k) and (..., k, n), got"
            f" {tuple(A.shape)} and {tuple(B.shape)}"
        )
    _check_batches("A", A.shape[:-2], "B", B.shape[:-2])
    return A @ B


def transpose(A):
    r"""Turn rows into columns.

    Parameters
    ----------
    A : array of shape `(..., m, n)`

    Returns
    -------
    array of shape `(..., n, m)`
        In the dtype of ``A``, integers too; it may share memory with ``A``.

    Raises
    ------
    ValueError
        If ``A`` is no matrix.

    Notes
    -----
    .. math:: (A^\top)_{ij} = A_{ji}, \qquad (AB)^\top = B^\top A^\top.

    Only the last two axes change places, where ``A.T`` in NumPy reverses all
    of them.  Constant time.

    References
    ----------
    Cayley, A. (1858). A memoir on the theory of matrices. Phil. Trans. R.
    Soc. 148. doi:10.1098/rstl.1858.0002.

    Examples
    --------
    >>> transpose([[1, 2, 3]])
    array([[1],
           [2],
           [3]])
    """
    _, A = arrays(A, floating=False)
    check_matrix("A", A)
    return A.mT


def inverse(A):
    r"""Find the matrix that undoes A.

    Parameters
    ----------
    A : array of shape `(..., n, n)`

    Returns
    -------
    array of shape `(..., n, n)`

    Raises
    ------
    ValueError
        If ``A`` is not square or is singular to working precision.

    Notes
    -----
    .. math:: A A^{-1} = A^{-1} A = I.

    Column j solves :math:`A\mathbf x = \mathbf e_j`.  To solve one system,
    call :func:`solve`: it costs a third and rounds less.  :math:`O(n^3)`
    time.

    References
    ----------
    Higham, N. J. (2002). Accuracy and Stability of Numerical Algorithms,
    2nd ed., ch. 14. SIAM. doi:10.1137/1.9780898718027.

    Examples
    --------
    >>> inverse([[1, 2], [3, 5]]).round(12)
    array([[-5.,  2.],
           [ 3., -1.]])
    """
    xp, A = arrays(A)
    check_matrix("A", A, square=True)
    eye = xp.eye(A.shape[-1], dtype=A.dtype, device=A.device)
    return solve(A, eye)


def row_echelon(A, *, tol=1e-10):
    r"""Clear what stands below the first entry of every row.

    Parameters
    ----------
    A : array of shape `(m, n)`
        Often a system with its right side, :math:`[A\,|\,\mathbf b]`.
    tol : float, default 1e-10
        Entries up to so much of the largest of ``A`` count as zero (or up to
        rounding, when that is more: max(m, n) times the machine epsilon).

    Returns
    -------
    R : array of shape `(m, n)`
        Row echelon form: each row begins further right than the one above,
        rows of zeros come last.  Not reduced: pivots are not scaled to 1 and
        what stands above them stays.
    pivots : tuple of int
        The columns, from 0, in which the rows begin; their number is the
        rank.

    Raises
    ------
    ValueError
        If ``A`` is not one matrix.

    Notes
    -----
    .. math:: [A\,|\,\mathbf b] \to [R\,|\,\mathbf c], \qquad
       \mathrm{rank}(A) = \#\text{pivots}.

    The largest entry of each column becomes its pivot (partial pivoting),
    so no factor is larger than 1.  A column without one is passed over: the
    next pivot may stand further right.  The rank of a matrix known only to
    some digits needs singular values.  :math:`O(mn\min(m, n))` time.

    References
    ----------
    Golub, G. H., Van Loan, C. F. (2013). Matrix Computations, 4th ed., 3.4.
    Johns Hopkins University Press.

    Examples
    --------
    >>> R, pivots = row_echelon([[0, 2, 4], [1, 1, 1], [2, 2, 2]])
    >>> R
    array([[2., 2., 2.],
           [0., 2., 4.],
           [0., 0., 0.]])
    >>> pivots
    (0, 1)
    """
    xp, A = arrays(A)
    check_matrix("A", A, batch=False)
    m, n = A.shape
    if m * n == 0:
        return A, ()
    limit = max(tol, max(m, n) * xp.finfo(A.dtype).eps) * xp.max(xp.abs(A))
    rows, pivots, rest = [], [], A
    for j in range(n):
        if len(rows) < m and bool(xp.max(xp.abs(rest[:, 0])) > limit):
            _, top, below = _pick_pivot(xp, rest)
            left = xp.zeros((1, j), dtype=A.dtype, device=A.device)
            rows.append(xp.concat([left, top], axis=1))
            pivots.append(j)
            rest = _clear_column(xp, top, below)
        else:
            rest = rest[:, 1:]
    zeros = xp.zeros((m - len(rows), n), dtype=A.dtype, device=A.device)
    return xp.concat([*rows, zeros], axis=0), tuple(pivots)


def solve(A, b):
    r"""Solve A x = b by elimination with partial pivoting.

    Parameters
    ----------
    A : array of shape `(..., n, n)`
    b : array of shape `(n,)` or `(..., n, k)`
        One right side, or k of them as columns.  Batches broadcast.

    Returns
    -------
    array of shape `(..., n)` or `(..., n, k)`
        One solution for each right side.

    Raises
    ------
    ValueError
        If ``A`` is not square, ``b`` does not fit, or ``A`` is singular to
        working precision: with rows of size about 1, a pivot is at most n
        times the machine epsilon of its column's largest entry.

    Notes
    -----
    .. math:: A\mathbf x = \mathbf b, \qquad PA = LU.

    Row exchanges are no luxury: without them a zero pivot stops the
    elimination, and a tiny one, as in [[1e-20, 1], [1, 1]], costs all digits.
    Rows are first scaled by powers of two, which rounds nothing.
    :math:`O(n^3)` time.

    References
    ----------
    Golub, G. H., Van Loan, C. F. (2013). Matrix Computations, 4th ed., 3.4.
    Johns Hopkins University Press.

    Examples
    --------
    >>> solve([[0, 1], [2, 0]], [3, 4])
    array([2., 3.])
    """
    xp, A, b = arrays(A, b)
    check_matrix("A", A, square=True)
    n = A.shape[-1]
    if b.ndim == 0 or b.shape[-min(b.ndim, 2)] != n:
        raise ValueError(
            f"b must have the shape ({n},) or (..., {n}, k) for A of shape"
            f" {tuple(A.shape)}, got {tuple(b.shape)}"
        )
    B = b[:, None] if b.ndim == 1 else b
    batch = _check_batches("A", A.shape[:-2], "b", B.shape[:-2])
    A = xp.broadcast_to(A, (*batch, n, n))
    B = xp.broadcast_to(B, (*batch, n, B.shape[-1]))

    if n == 0:
        return xp.sum(A, axis=-1) if b.ndim == 1 else B
    # Rows of one size, so that pivots are comparable.
    largest = xp.max(xp.abs(A), axis=-1, keepdims=True)
    scale = xp.where(largest > 0, _scale(xp, largest), 1.0)
    A, B = A / scale, B / scale

    rows, _ = _eliminate(xp, xp.concat([A, B], axis=-1), n)
    rounding = n * xp.finfo(A.dtype).eps * xp.max(xp.abs(A), axis=-2)
    X = B[..., :0, :]
    for k in reversed(range(n)):
        pivot = rows[k][..., :, :1]
        if bool(xp.any(xp.abs(pivot[..., 0, 0]) <= rounding[..., k])):
            raise ValueError(
                f"A must not be singular: no pivot for column {k}"
            )
        U, c = rows[k][..., :, 1 : n - k], rows[k][..., :, n - k :]
        X = xp.concat([(c - U @ X) / pivot, X], axis=-2)
    return X[..., 0] if b.ndim == 1 else X


def trace(A):
    r"""Add up the diagonal of a square matrix.

    Parameters
    ----------
    A : array of shape `(..., n, n)`

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If ``A`` is not square.

    Notes
    -----
    .. math:: \mathrm{tr}(A) = \sum_i A_{ii}.

    It is also the sum of the eigenvalues.  :math:`O(n)` time.

    References
    ----------
    Strang, G. (2016). Introduction to Linear Algebra, 5th ed., 6.1.
    Wellesley-Cambridge Press.

    Examples
    --------
    >>> float(trace([[1, 2], [3, 4]]))
    5.0
    """
    xp, A = arrays(A)
    check_matrix("A", A, square=True)
    return xp.linalg.trace(A)


def trace_of_product(A, B):
    r"""Find the trace of A B without multiplying the matrices.

    Parameters
    ----------
    A : array of shape `(..., m, n)`
    B : array of shape `(..., n, m)`
        Batches broadcast.

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    ValueError
        If ``B`` has not the shape of ``A`` transposed.

    Notes
    -----
    .. math:: \mathrm{tr}(AB) = \mathrm{tr}(BA) = \sum_{ij} A_{ij} B_{ji}.

    The sum of ``A * B`` is something else: the trace of
    :math:`A^\top B`.  :math:`O(mn)` time, where the product takes
    :math:`O(m^2 n)`.

    References
    ----------
    Petersen, K. B., Pedersen, M. S. (2012). The Matrix Cookbook, 1.1.
    Technical University of Denmark.

    Examples
    --------
    >>> float(trace_of_product([[1, 2]], [[3], [4]]))
    11.0
    """
    xp, A, B = arrays(A, B)
    check_matrix("A", A)
    if tuple(B.shape[-2:]) != (A.shape[-1], A.shape[-2]):
        raise ValueError(
            "A and B must have the shapes (..., m, n) and (..., n, m), got"
            f" {tuple(A.shape)} and {tuple(B.shape)}"
        )
    _check_batches("A", A.shape[:-2], "B", B.shape[:-2])
    return xp.sum(A * B.mT, axis=(-2, -1))


def hadamard(A, B):
    r"""Multiply two arrays of one shape entry by entry.

    Parameters
    ----------
    A, B : array of one shape
        Vectors, matrices, or any number of axes.

    Returns
    -------
    array
        Of that shape.

    Raises
    ------
    ValueError
        If the shapes differ: nothing is broadcast.

    Notes
    -----
    .. math:: (A\odot B)_{ij} = A_{ij} B_{ij}.

    Linear time.

    References
    ----------
    Horn, R. A., Johnson, C. R. (1991). Topics in Matrix Analysis, ch. 5.
    Cambridge University Press. doi:10.1017/CBO9780511840371.

    Examples
    --------
    >>> hadamard([[1, 2], [3, 4]], [[0, 1], [1, 0]])
    array([[0., 2.],
           [3., 0.]])
    """
    _, A, B = arrays(A, B)
    if A.shape != B.shape:
        raise ValueError(
            f"B must have the shape {tuple(A.shape)} of A, got"
            f" {tuple(B.shape)}"
        )
    return A * B


def kronecker(A, B):
    r"""Replace every entry of A by that entry times B.

    Parameters
    ----------
    A : array of shape `(..., m, n)`
    B : array of shape `(..., p, q)`
        Batches broadcast.

    Returns
    -------
    array of shape `(..., m * p, n * q)`

    Raises
    ------
    ValueError
        If ``A`` or ``B`` is no matrix or the batches do not fit.

    Notes
    -----
    .. math:: (A\otimes B)_{(i,k),(j,l)} = A_{ij} B_{kl}, \qquad
       \mathrm{vec}(AXB) = (B^\top\otimes A)\,\mathrm{vec}(X).

    Time and memory are those of the result.

    References
    ----------
    Van Loan, C. F. (2000). The ubiquitous Kronecker product. J. Comput.
    Appl. Math. 123. doi:10.1016/S0377-0427(00)00393-9.

    Examples
    --------
    >>> kronecker([[1, 2]], [[1, 0], [0, 1]])
    array([[1., 0., 2., 0.],
           [0., 1., 0., 2.]])
    """
    xp, A, B = arrays(A, B)
    check_matrix("A", A)
    check_matrix("B", B)
    batch = _check_batches("A", A.shape[:-2], "B", B.shape[:-2])
    (m, n), (p, q) = A.shape[-2:], B.shape[-2:]
    blocks = A[..., :, None, :, None] * B[..., None, :, None, :]
    return xp.reshape(blocks, (*batch, m * p, n * q))


def vec(X):
    r"""Stack the columns of a matrix into one vector.

    Parameters
    ----------
    X : array of shape `(..., m, n)`

    Returns
    -------
    array of shape `(..., m * n)`
        In the dtype of ``X``, integers too.

    Raises
    ------
    ValueError
        If ``X`` is no matrix.

    Notes
    -----
    .. math:: \mathrm{vec}(X)_{i + jm} = X_{ij} \quad\text{(from 0)}.

    Columns, as in mathematics; ``reshape(-1)`` in NumPy and PyTorch lays the
    rows one after the other.  Linear time.

    References
    ----------
    Magnus, J. R., Neudecker, H. (2019). Matrix Differential Calculus, 3rd
    ed., ch. 2. Wiley. doi:10.1002/9781119541219.

    Examples
    --------
    >>> vec([[1, 2], [3, 4]])
    array([1, 3, 2, 4])
    """
    xp, X = arrays(X, floating=False)
    check_matrix("X", X)
    *batch, m, n = X.shape
    return xp.reshape(X.mT, (*batch, m * n))


def is_orthogonal(Q, *, tol=1e-8):
    r"""Say whether a matrix keeps all lengths and angles.

    Parameters
    ----------
    Q : array of shape `(m, n)`
    tol : float, default 1e-8
        How much any entry of :math:`Q^\top Q` may differ from the identity
        (at least n times the machine epsilon is allowed).

    Returns
    -------
    bool
        False for a matrix that is not square.

    Raises
    ------
    ValueError
        If ``Q`` is not one matrix.

    Notes
    -----
    .. math:: Q^\top Q = I \ \Rightarrow\ \|Q\mathbf x\| = \|\mathbf x\|.

    Rotations have determinant 1, reflections -1; both are orthogonal.
    :math:`O(n^3)` time.

    References
    ----------
    Strang, G. (2016). Introduction to Linear Algebra, 5th ed., 4.4.
    Wellesley-Cambridge Press.

    Examples
    --------
    >>> is_orthogonal([[0, 1], [1, 0]]), is_orthogonal([[1, 1], [0, 1]])
    (True, False)
    """
    xp, Q = arrays(Q)
    check_matrix("Q", Q, batch=False)
    m, n = Q.shape
    if m != n:
        return False
    eye = xp.eye(n, dtype=Q.dtype, device=Q.device)
    tol = max(tol, n * xp.finfo(Q.dtype).eps)
    return bool(xp.all(xp.abs(Q.mT @ Q - eye) <= tol))


def is_symmetric(A, *, tol=1e-12):
    r"""Say whether a matrix is its own transpose.

    Parameters
    ----------
    A : array of shape `(m, n)`
    tol : float, default 1e-12
        How much entries may differ from those across the diagonal, relative
        to the largest entry.

    Returns
    -------
    bool
        False for a matrix that is not square.

    Raises
    ------
    ValueError
        If ``A`` is not one matrix.

    Notes
    -----
    .. math:: A = A^\top.

    Covariances, Hessians and kernel matrices are.  Quadratic time.

    References
    ----------
    Strang, G. (2016). Introduction to Linear Algebra, 5th ed., 2.7.
    Wellesley-Cambridge Press.

    Examples
    --------
    >>> is_symmetric([[1, 2], [2, 1]]), is_symmetric([[1, 2], [3, 1]])
    (True, False)
    """
    xp, A = arrays(A)
    check_matrix("A", A, batch=False)
    m, n = A.shape
    if m != n:
        return False
    largest = xp.max(xp.abs(A)) if n else 0.0
    return bool(xp.all(xp.abs(A - A.mT) <= tol * largest))


def linear(x, W, b=None):
    r"""Apply a linear (fully connected) layer.

    Parameters
    ----------
    x : array of shape `(..., n_in)`
        Samples are rows.
    W : array of shape `(n_out, n_in)`
        Weights, one row for each output.
    b : array of shape `(n_out,)`, optional
        Bias.

    Returns
    -------
    array of shape `(..., n_out)`

    Raises
    ------
    ValueError
        If the shapes do not fit one another.

    Notes
    -----
    .. math:: \mathbf y = W\mathbf x + \mathbf b, \qquad
       Y = XW^\top + \mathbf 1\mathbf b^\top.

    Argument order and shape of the weights as in
    ``torch.nn.functional.linear``.  :math:`O(n_{in} n_{out})` time a sample.

    References
    ----------
    Rosenblatt, F. (1958). The perceptron: a probabilistic model for
    information storage and organization in the brain. Psychol. Rev. 65(6).
    doi:10.1037/h0042519.

    Examples
    --------
    >>> linear([[1, 2]], [[1, 0], [0, 1], [1, 1]], [0, 0, 10])
    array([[ 1.,  2., 13.]])
    """
    _, x, W, b = arrays(x, W, b)
    check_matrix("W", W, batch=False)
    n_out, n_in = W.shape
    if x.ndim == 0 or x.shape[-1] != n_in:
        raise ValueError(
            f"x must have the shape (..., {n_in}) for W of shape"
            f" {tuple(W.shape)}, got {tuple(x.shape)}"
        )
    y = x @ W.mT
    if b is None:
        return y
    if tuple(b.shape) != (n_out,):
        raise ValueError(
            f"b must have the shape ({n_out},) for W of shape"
            f" {tuple(W.shape)}, got {tuple(b.shape)}"
        )
    return y + b


def projection_matrix(A):
    r"""Make the matrix that projects onto the column space of A.

    Parameters
    ----------
    A : array of shape `(m, n)`

    Returns
    -------
    array of shape `(m, m)`

    Raises
    ------
    ValueError
        If ``A`` is not one matrix.

    Notes
    -----
    .. math:: P = A(A^\top A)^{-1}A^\top = QQ^\top, \qquad P^2 = P = P^\top,
       \qquad A^\top(\mathbf y - P\mathbf y) = 0.

    Q comes from :func:`gram_schmidt`, which drops dependent columns, where
    the inverse of :math:`A^\top A` would not exist; nor are the digits lost
    that squaring A costs.  :math:`O(mn^2 + m^2 n)` time.

    References
    ----------
    Strang, G. (2016). Introduction to Linear Algebra, 5th ed., 4.2.
    Wellesley-Cambridge Press.

    Examples
    --------
    >>> projection_matrix([[2, 4], [0, 0]])
    array([[1., 0.],
           [0., 0.]])
    """
    xp, A = arrays(A)
    check_matrix("A", A, batch=False)
    Q = gram_schmidt(A)
    return Q @ Q.mT


def rotation_matrix(theta):
    r"""Make the matrix that turns the plane by an angle.

    Parameters
    ----------
    theta : array of shape `(...)`
        Angles in radians, counterclockwise.

    Returns
    -------
    array of shape `(..., 2, 2)`

    Raises
    ------
    TypeError
        If ``theta`` is not numeric.

    Notes
    -----
    .. math:: R(\theta) = \begin{pmatrix}\cos\theta&-\sin\theta\\
       \sin\theta&\cos\theta\end{pmatrix}.

    It acts on columns: ``R @ x``.  For a batch of rows write ``X @ R.T``.
    Constant time for each angle.

    References
    ----------
    Strang, G. (2016). Introduction to Linear Algebra, 5th ed., 8.1.
    Wellesley-Cambridge Press.

    Examples
    --------
    >>> import math
    >>> rotation_matrix(math.pi / 2).round(12) + 0.0
    array([[ 0., -1.],
           [ 1.,  0.]])
    """
    xp, theta = arrays(theta)
    c, s = xp.cos(theta), xp.sin(theta)
    rows = [xp.stack([c, -s], axis=-1), xp.stack([s, c], axis=-1)]
    return xp.stack(rows, axis=-2)


def determinant(A):
    r"""Measure by how much a matrix scales volumes, with sign.

    Parameters
    ----------
    A : array of shape `(..., n, n)`

    Returns
    -------
    array of shape `(...)`
        1 for the empty matrix.

    Raises
    ------
    ValueError
        If ``A`` is not square.

    Notes
    -----
    .. math:: \det A = \sum_\pi\mathrm{sgn}(\pi)\prod_i A_{i\pi(i)}
       = (-1)^{\#\text{row exchanges}}\prod_i U_{ii}.

    The sum has n! terms; elimination with partial pivoting needs
    :math:`O(n^3)` operations.  A singular matrix may get a value of the size
    of rounding in place of 0; gradients hold where ``A`` is not singular.

    References
    ----------
    Golub, G. H., Van Loan, C. F. (2013). Matrix Computations, 4th ed., 3.2.
    Johns Hopkins University Press.

    Examples
    --------
    >>> float(determinant([[0, 2], [3, 4]]))
    -6.0
    """
    xp, A = arrays(A)
    check_matrix("A", A, square=True)
    rows, product = _eliminate(xp, A, A.shape[-1])
    for row in rows:
        product = product * row[..., 0, 0]
    return product


def _l2_norm(xp, x, axis, keepdims=False):
    """Return Euclidean lengths along an axis, see l2_norm."""
    axis = axis - x.ndim if axis >= 0 else axis
    size = xp.abs(x)
    if x.shape[axis] == 0:
        norm = xp.sum(size, axis=axis)
    else:
        scale = _scale(xp, xp.max(size, axis=axis, keepdims=True))
        size = size / scale
        norm = _root(xp, xp.vecdot(size, size, axis=axis))
        norm = norm * xp.squeeze(scale, axis=axis)
    return xp.expand_dims(norm, axis=axis) if keepdims else norm


def _scale(xp, largest):
    """Return powers of two near these numbers; dividing by one is exact."""
    limits = xp.finfo(largest.dtype)
    # Neither 0 nor inf: dividing by them gives NaN.
    largest = xp.maximum(largest, float(limits.smallest_normal))
    largest = xp.minimum(largest, float(limits.max) / 2)
    return 2.0 ** xp.floor(xp.log2(largest))


def _root(xp, x):
    """Return the square root, with gradient 0 at 0."""
    zero = x == 0
    # The infinite derivative must not be met even in the branch not taken.
    return xp.where(zero, 0.0, xp.sqrt(xp.where(zero, 1.0, x)))


def _eliminate(xp, M, n):
    """Eliminate the first n columns of M, of shape (..., n, n + k).

    Returns the rows of U, row i from its pivot on, of shape
    (..., 1, n + k - i), and the sign of the exchanges.  Nothing is written
    in place, so that gradients flow.
    """
    sign = xp.ones(M.shape[:-2], dtype=M.dtype, device=M.device)
    rows = []
    for _ in range(n):
        p, top, below = _pick_pivot(xp, M)
        sign = xp.where(p > 0, -sign, sign)
        rows.append(top)
        M = _clear_column(xp, top, below)
    return rows, sign


def _pick_pivot(xp, M):
    """Return where column 0 is largest, that row, and the other rows.

    Row 0 takes the place of the pivot's row.
    """
    p = xp.argmax(xp.abs(M[..., :, 0]), axis=-1)
    top = xp.take_along_axis(M, p[..., None, None], axis=-2)
    order = xp.arange(1, M.shape[-2], dtype=p.dtype, device=M.device)
    taken = (order == p[..., None])[..., None]
    return p, top, xp.where(taken, M[..., :1, :], M[..., 1:, :])


def _clear_column(xp, top, below):
    """Return what is left to the right of column 0 and below the top row."""
    # Below a pivot of zero everything is zero already.
    pivot = xp.where(top[..., :1] == 0, 1.0, top[..., :1])
    return below[..., 1:] - below[..., :1] / pivot * top[..., 1:]


def check_matrix(name, A, *, square=False, batch=True):
    """Raise ValueError unless A is a matrix (or a batch of them)."""
    n = "n, n" if square else "m, n"
    wrong = A.ndim < 2 or (A.ndim > 2 and not batch)
    if wrong or (square and A.shape[-1] != A.shape[-2]):
        leading = "..., " if batch else ""
        raise ValueError(
            f"{name} must have the shape ({leading}{n}), got {tuple(A.shape)}"
        )


def _check_pair(name_a, a, name_b, b, axis):
    """Raise ValueError unless a and b hold vectors of one length.

    Returns the axis counted from the end, where broadcasting aligns them.
    """
    if axis >= 0:
        check_axis(*max((name_a, a), (name_b, b), key=lambda p: p[1].ndim),
                   axis)
        axis -= max(a.ndim, b.ndim)
    check_axis(name_a, a, axis)
    check_axis(name_b, b, axis)
    if a.shape[axis] != b.shape[axis]:
        raise ValueError(
            f"{name_a} and {name_b} must have the same length along axis"
            f" {axis}, got the shapes {tuple(a.shape)} and {tuple(b.shape)}"
        )
    _check_batches(name_a, a.shape, name_b, b.shape)
    return axis


def _check_batches(name_a, shape_a, name_b, shape_b):
    """Return the broadcast shape, or raise ValueError with names."""
    try:
        return np.broadcast_shapes(tuple(shape_a), tuple(shape_b))
    except ValueError:
        raise ValueError(
            f"the leading axes of {name_a} and {name_b} must broadcast, got"
            f" {tuple(shape_a)} and {tuple(shape_b)}"
        ) from None

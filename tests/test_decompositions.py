"""mathlib.decompositions against NumPy, SciPy, scikit-learn and theorems."""

import numpy as np
import pytest
import scipy.linalg
import scipy.stats
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as hypothesis_arrays
from referees import check_gradient, exempt, referee
from scipy.stats import ortho_group

import mathlib.decompositions as dc
import mathlib.linear_algebra as la

RNG = np.random.default_rng(3)


def normal(*shape):
    return RNG.normal(size=shape)


def rotation(n):
    return ortho_group.rvs(n, random_state=RNG)


def with_eigenvalues(*values):
    """Return a symmetric matrix that has these eigenvalues."""
    Q = rotation(len(values))
    A = Q @ np.diag(np.array(values, float)) @ Q.T
    return (A + A.T) / 2


def with_singular_values(m, n, *values):
    k = len(values)
    U, V = rotation(m)[:, :k], rotation(n)[:, :k]
    return (U * np.array(values, float)) @ V.T


def regular(M):
    """Return M with a diagonal that dominates its rows."""
    return M + np.diag(1 + np.abs(M).sum(axis=1) * np.where(
        np.diag(M) < 0, -1, 1
    ))


TALL, WIDE, BATCH = normal(5, 3), normal(3, 5), normal(2, 3, 4)
SQUARE, SQUARES = normal(4, 4), normal(2, 3, 3)
DEFICIENT = normal(6, 2) @ normal(2, 4)
SYMMETRIC = with_eigenvalues(3, 1, -2, 0.5)
POSITIVE = with_eigenvalues(4, 2, 1, 0.5)
POSITIVES = SQUARES @ SQUARES.mT + np.eye(3)
TURN = np.array([[0.6, -0.8], [0.8, 0.6]])
VALUES, VECTORS = normal(2), normal(2, 3)
SKEWED = np.array([[0.9, 10.0], [0.0, 0.9]])
HILBERT = scipy.linalg.hilbert(8)
DECAY = with_singular_values(20, 12, *0.5 ** np.arange(12))
DATA = normal(30, 4) @ np.diag([4.0, 2, 1, 0.5]) @ rotation(4) + [5, -3, 0, 9]
POSITIVE_TAIL = [4.0, 3, 2, 1, 0.5]
TAILED = with_singular_values(5, 7, *np.sqrt(POSITIVE_TAIL))


# ------------------------------------------------------------------ oracles


def tail(values, k):
    return np.sqrt(np.sum(np.sort(values)[::-1][k:] ** 2))


def hill(eigenvalues, smallest):
    """Return the exponent that SciPy's fit of a Pareto law finds."""
    kept = np.array([v for v in eigenvalues if v >= smallest])
    shape, _, _ = scipy.stats.pareto.fit(kept, floc=0, fscale=smallest)
    return np.array(shape + 1)


def logdet(A):
    return np.linalg.slogdet(A)[1]


def by_scipy_lu(A):
    P, L, U = scipy.linalg.lu(A)
    return P.T, L, U


# function, arguments, options, what another source says
TABLE = [
    (dc.eigenpair_residual, (np.diag([2.0, 3]), np.array(2.0),
                             np.array([5.0, 0])), {}, np.array(0.0)),
    (dc.eigenpair_residual, (np.diag([2.0, 3]), np.array(1.0),
                             np.array([3.0, 4])), {},
     np.array(np.hypot(3, 8) / 5)),
    (dc.eigenpair_residual, (SQUARES, VALUES, VECTORS), {}, np.stack([
        np.linalg.norm(M @ v - w * v) / np.linalg.norm(v)
        for M, w, v in zip(SQUARES, VALUES, VECTORS, strict=True)
    ])),
    (dc.matrix_power_by_eigen, (SYMMETRIC, 5), {},
     np.linalg.matrix_power(SYMMETRIC, 5)),
    (dc.matrix_power_by_eigen, (SQUARE, 3), {},
     np.linalg.matrix_power(SQUARE, 3)),
    (dc.matrix_power_by_eigen, (SQUARE, 0), {}, np.eye(4)),
    (dc.matrix_power_by_eigen, (SQUARE, -1), {}, scipy.linalg.inv(SQUARE)),
    (dc.matrix_power_by_eigen, (TURN, 7), {},
     la.rotation_matrix(7 * np.arctan2(0.8, 0.6))),
    (dc.matrix_power_by_eigen, (np.array([[2.0, 1], [0, 3]]), 3), {},
     np.array([[8.0, 19], [0, 27]])),
    (dc.matrix_power_by_eigen, (scipy.linalg.block_diag(TURN, 0), 3), {},
     scipy.linalg.block_diag(TURN @ TURN @ TURN, 0)),
    (dc.matrix_rank, (SQUARE,), {}, np.array(4)),
    (dc.matrix_rank, (DEFICIENT,), {}, np.array(2)),
    (dc.matrix_rank, (np.stack([SQUARE, DEFICIENT[:4]]),), {},
     np.array([4, 2])),
    (dc.matrix_rank, (np.zeros((3, 2)),), {}, np.array(0)),
    (dc.matrix_rank, (np.zeros((0, 2)),), {}, np.array(0)),
    (dc.matrix_rank, (1e-12 * TALL,), {}, np.array(3)),
    (dc.low_rank_approximation, (DEFICIENT, 2), {}, DEFICIENT),
    (dc.low_rank_approximation, (WIDE, 0), {}, np.zeros((3, 5))),
    (dc.low_rank_approximation, (WIDE, 3), {}, WIDE),
    (dc.low_rank_approximation, (np.diag([1.0, 5, 3]), 2), {},
     np.diag([0.0, 5, 3])),
    (dc.low_rank_approximation, (BATCH, 3), {}, BATCH),
    (dc.low_rank_approximation, (np.zeros((2, 2)), 1), {}, np.zeros((2, 2))),
    (dc.truncation_error, (np.array([3.0, 4, 12]), 0), {}, np.array(13.0)),
    (dc.truncation_error, (np.array([3.0, 4, 12]), 1), {}, np.array(5.0)),
    (dc.truncation_error, (np.array([3.0, 4, 12]), 3), {}, np.array(0.0)),
    (dc.truncation_error, (np.array([3.0, 4, 12]), 1), {"norm": 2},
     np.array(4.0)),
    (dc.truncation_error, (np.array([3.0, 4, 12]), 3), {"norm": 2},
     np.array(0.0)),
    (dc.truncation_error, (np.array([[3.0, 4], [2, 1]]), 1), {},
     np.array([3.0, 1])),
    (dc.explained_variance_ratio, (np.array([[2.0, 0], [-2, 0], [0, 1],
                                             [0, -1]]),), {},
     np.array([0.8, 0.2])),
    (dc.explained_variance_ratio, (np.full((3, 2), 0.1),), {}, np.zeros(2)),
    (dc.explained_variance_ratio, (np.full((3, 2), 0.1), 1), {}, np.zeros(1)),
    (dc.is_positive_definite, (POSITIVE,), {}, True),
    (dc.is_positive_definite, (SYMMETRIC,), {}, False),
    (dc.is_positive_definite, (SQUARE,), {}, False),
    (dc.is_positive_definite, (TALL,), {}, False),
    (dc.is_positive_definite, (-np.eye(2),), {}, False),
    (dc.is_positive_definite, (np.ones((2, 2)),), {}, False),
    (dc.is_positive_definite, (np.array([[2.0, 1], [-1, 2]]),), {}, False),
    (dc.is_positive_definite, (np.zeros((1, 1)),), {}, False),
    (dc.is_positive_definite, (np.zeros((0, 0)),), {}, True),
    (dc.is_positive_definite, (1e-12 * np.eye(3),), {}, True),
    (dc.is_positive_definite, (DEFICIENT @ DEFICIENT.T,), {}, False),
    (dc.cholesky, (POSITIVE,), {}, scipy.linalg.cholesky(POSITIVE, True)),
    (dc.cholesky, (POSITIVES,), {}, np.linalg.cholesky(POSITIVES)),
    (dc.cholesky, (np.diag([4.0, 1e-30]),), {}, np.diag([2.0, 1e-15])),
    (dc.cholesky, (np.zeros((0, 0)),), {}, np.zeros((0, 0))),
    (dc.log_determinant, (POSITIVE,), {}, np.array(np.log(4.0))),
    (dc.log_determinant, (POSITIVES,), {}, logdet(POSITIVES)),
    (dc.log_determinant, (0.1 * np.eye(40) / 1e9,), {},
     np.array(-400 * np.log(10))),
    (dc.log_determinant, (np.zeros((2, 0, 0)),), {}, np.zeros(2)),
    (dc.pseudoinverse, (TALL,), {}, scipy.linalg.pinv(TALL)),
    (dc.pseudoinverse, (WIDE,), {}, scipy.linalg.pinv(WIDE)),
    (dc.pseudoinverse, (BATCH,), {}, np.linalg.pinv(BATCH)),
    (dc.pseudoinverse, (DEFICIENT,), {},
     np.linalg.pinv(DEFICIENT, rcond=1e-10)),
    (dc.pseudoinverse, (np.zeros((2, 3)),), {}, np.zeros((3, 2))),
    (dc.pseudoinverse, (np.zeros((0, 3)),), {}, np.zeros((3, 0))),
    (dc.spectral_norm, (TALL,), {}, np.array(scipy.linalg.norm(TALL, 2))),
    (dc.spectral_norm, (BATCH,), {}, np.linalg.norm(BATCH, 2, axis=(1, 2))),
    (dc.spectral_norm, (np.zeros((0, 3)),), {}, np.array(0.0)),
    (dc.spectral_normalize, (np.zeros((2, 3)),), {"rng": 0},
     np.zeros((2, 3))),
    (dc.spectral_normalize, (TALL,), {"rng": 0},
     TALL / np.linalg.norm(TALL, 2)),
    (dc.frobenius_norm, (TALL,), {}, np.array(scipy.linalg.norm(TALL))),
    (dc.frobenius_norm, (BATCH,), {}, np.linalg.norm(BATCH, axis=(1, 2))),
    (dc.frobenius_norm, (np.zeros((0, 3)),), {}, np.array(0.0)),
    (dc.nuclear_norm, (TALL,), {}, np.array(np.linalg.norm(TALL, "nuc"))),
    (dc.nuclear_norm, (BATCH,), {},
     np.linalg.norm(BATCH, "nuc", axis=(1, 2))),
    (dc.nuclear_norm, (np.zeros((0, 3)),), {}, np.array(0.0)),
    (dc.singular_value_threshold, (np.diag([5.0, 3, 1]), 2), {},
     np.diag([3.0, 1, 0])),
    (dc.singular_value_threshold, (BATCH, 0.0), {}, BATCH),
    (dc.spectral_radius, (SQUARE,), {},
     np.max(np.abs(scipy.linalg.eigvals(SQUARE)))),
    (dc.spectral_radius, (TURN,), {}, np.array(1.0)),
    (dc.spectral_radius, (np.diag([1.0, -3]),), {}, np.array(3.0)),
    (dc.spectral_radius, (np.stack([TURN, 2 * TURN]),), {},
     np.array([1.0, 2])),
    (dc.spectral_radius, (np.zeros((2, 0, 0)),), {}, np.zeros(2)),
    (dc.power_law_alpha, (TAILED, 0.9), {}, hill(POSITIVE_TAIL, 0.9)),
    (dc.power_law_alpha, (TAILED, 2.5), {}, hill(POSITIVE_TAIL, 2.5)),
    (dc.lu, (SQUARE,), {}, by_scipy_lu(SQUARE)),
    (dc.lu, (TALL,), {}, by_scipy_lu(TALL)),
    (dc.lu, (WIDE,), {}, by_scipy_lu(WIDE)),
    (dc.lu, (np.array([[0.0, 2], [3, 4]]),), {},
     (np.eye(2)[::-1].copy(), np.eye(2), np.array([[3.0, 4], [0, 2]]))),
    (dc.lu, (np.zeros((2, 2)),), {},
     (np.eye(2), np.eye(2), np.zeros((2, 2)))),
    (dc.lu, (np.ones((2, 3)),), {},
     (np.eye(2), np.array([[1.0, 0], [1, 1]]),
      np.array([[1.0, 1, 1], [0, 0, 0]]))),
    (dc.lu, (np.zeros((0, 3)),), {},
     (np.zeros((0, 0)), np.zeros((0, 0)), np.zeros((0, 3)))),
]


@referee("oracle", *dict.fromkeys(row[0] for row in TABLE))
@pytest.mark.parametrize(
    "function, args, options, expected", TABLE,
    ids=[f"{row[0].__name__}-{i}" for i, row in enumerate(TABLE)],
)
def test_against_oracle(library, function, args, options, expected):
    library.agrees(function, expected, *args, **options)


# ------------------------------------- what is known up to signs, or to bases
MATRICES = [
    TALL, WIDE, SQUARE, DEFICIENT, DECAY, np.eye(3), np.zeros((3, 2)),
    np.zeros((2, 0)), np.array([[0.0, 2], [3, 0], [0, 0]]),
    1e-170 * TALL, with_singular_values(6, 4, 2, 2, 1, 1),
]


def close(got, right, size=1.0):
    np.testing.assert_allclose(got, right, rtol=1e-9, atol=1e-9 * size)


def both(library, matrix):
    """Yield the matrix in both precisions (if it has both), and tolerances."""
    yield library.asarray(matrix), 1e-12
    size = np.max(np.abs(matrix), initial=0)
    if size == 0 or 1e-30 < size < 1e30:
        yield library.asarray(matrix, "float32"), 2e-5


def assert_like(library, given, *arrays):
    for array in arrays:
        assert library.owns(array) and array.dtype == given.dtype


def assert_orthonormal(columns, atol):
    eye = np.eye(columns.shape[1])
    np.testing.assert_allclose(columns.T @ columns, eye, atol=atol)


def assert_largest_is_positive(columns):
    for v in columns.T if columns.size else ():
        near = np.abs(v) > 0.999 * np.abs(v).max()
        assert v[near][0] > 0


@referee("oracle", dc.svd)
@pytest.mark.parametrize("matrix", MATRICES)
def test_svd_against_scipy(library, matrix):
    r = min(matrix.shape)
    expected = np.zeros(r)
    if r:
        expected = scipy.linalg.svd(matrix, compute_uv=False)
    for A, tol in both(library, matrix):
        U, S, Vt = dc.svd(A)
        assert_like(library, A, U, S, Vt)
        U, S, Vt = map(library.to_numpy, (U, S, Vt))
        size = np.max(expected, initial=0)
        np.testing.assert_allclose(S, expected, rtol=0, atol=tol * size)
        np.testing.assert_allclose(
            (U * S) @ Vt, matrix, rtol=0, atol=tol * size
        )
        assert_orthonormal(U, 10 * tol)
        assert_orthonormal(Vt.T, 10 * tol)
        assert_largest_is_positive(Vt.T)


def test_svd_of_a_batch(library):
    U, S, Vt = map(library.to_numpy, dc.svd(library.asarray(BATCH)))
    assert U.shape == (2, 3, 3) and Vt.shape == (2, 3, 4)
    np.testing.assert_allclose((U * S[:, None, :]) @ Vt, BATCH, atol=1e-13)


def test_svd_keeps_small_singular_values():
    values = np.array([1, 1e-5, 1e-10])
    S = dc.svd(with_singular_values(5, 4, *values))[1]
    np.testing.assert_allclose(S[:3], values, rtol=1e-5)


GENERAL = [
    SQUARE, np.array([[2.0, 1], [0, 3]]), TURN, np.diag([1.0, 2, 3])[:, ::-1],
    np.kron(np.diag([2.0, 1]), TURN), np.array([[0.0, 1], [1, 0]]),
    SYMMETRIC, POSITIVE, with_eigenvalues(2, 2, -1), np.eye(3),
    np.zeros((2, 2)), np.zeros((0, 0)),
]


@referee("oracle", dc.eigendecomposition)
@pytest.mark.parametrize("matrix", GENERAL)
def test_eigendecomposition_against_scipy(library, matrix):
    symmetric = len(matrix) == 0 or scipy.linalg.issymmetric(matrix)
    expected = scipy.linalg.eigvals(matrix) if matrix.size else np.zeros(0)
    expected = expected[np.lexsort((-expected.imag, -expected.real.round(9)))]
    real = symmetric or (expected.imag == 0).all()
    for A, tol in both(library, matrix):
        eigenvalues, P = dc.eigendecomposition(A)
        if real:
            assert_like(library, A, eigenvalues, P)
        eigenvalues, P = map(library.to_numpy, (eigenvalues, P))
        assert (eigenvalues.dtype.kind == "f") == real
        np.testing.assert_allclose(eigenvalues, expected, atol=10 * tol)
        np.testing.assert_allclose(np.linalg.norm(P, axis=0), 1, rtol=tol)
        np.testing.assert_allclose(
            matrix @ P, P * eigenvalues, atol=30 * tol
        )
        if symmetric:
            assert_orthonormal(P, 10 * tol)
        if real:
            assert_largest_is_positive(P)
        assert np.linalg.matrix_rank(P) == len(matrix)


@pytest.mark.parametrize("block", [
    [[1, 1], [0, 1]], [[0, 1], [0, 0]], [[2, 1, 0], [0, 2, 1], [0, 0, 2]],
])
def test_defective_matrices_are_refused(library, block):
    block = np.array(block, float)
    S = regular(normal(*block.shape))
    for matrix in (block, S @ block @ np.linalg.inv(S)):
        for A, _ in both(library, matrix):
            with pytest.raises(ValueError, match="A must be diagonalizable"):
                dc.eigendecomposition(A)
            with pytest.raises(ValueError, match="A must be diagonalizable"):
                dc.matrix_power_by_eigen(A, 2)


def test_eigenpairs_leave_no_residual(library):
    """All at once, complex ones of a real matrix too."""
    for matrix in (SYMMETRIC, SQUARE, TURN):
        for A, tol in both(library, matrix):
            eigenvalues, P = dc.eigendecomposition(A)
            residual = dc.eigenpair_residual(A, eigenvalues, P.mT)
            assert tuple(residual.shape) == (len(matrix),)
            assert library.to_numpy(residual).max() < 10 * tol
    assert dc.eigenpair_residual(TURN, 0.6 + 0.8j, [1, -1j]) < 1e-15


def test_rounding_does_not_make_a_matrix_unsymmetric(library):
    for A, tol in both(library, POSITIVE):
        eps = library.xp.finfo(A.dtype).eps
        noise = library.asarray(
            1 + eps * np.triu(np.ones((4, 4)), 1), POSITIVE.dtype.name
        )
        nearly = A * library.xp.astype(noise, A.dtype)
        P = library.to_numpy(dc.eigendecomposition(nearly)[1])
        assert_orthonormal(P, 10 * tol)
        assert dc.is_positive_definite(nearly)
        dc.cholesky(nearly)


def test_negative_powers_need_eigenvalues_that_are_not_zero(library):
    for A in (np.diag([1.0, 0]), DEFICIENT[:4]):
        with pytest.raises(ValueError, match="no eigenvalue 0 for k = -2"):
            dc.matrix_power_by_eigen(library.asarray(A), -2)


def test_rounding_does_not_choose_the_sign():
    """Of entries that are equal but for it, the first is positive."""
    for late in (1, 1 + 1e-15, 1 - 1e-15):
        for direction in ([-1, late, late], [0.5, -late, 1]):
            v = np.array(direction)
            expected = v * np.sign(v[np.abs(v) > 0.9][0])
            expected = expected / np.linalg.norm(expected)
            A = np.outer(v, v)
            close(dc.eigendecomposition(A)[1][:, 0], expected)
            close(dc.power_iteration(A, rng=0)[1], expected)
            close(dc.svd(A)[2][0], expected)
            close(dc.pca_svd(np.stack([v, -v]), 1)[1][:, 0], expected)


def test_semidefinite_is_not_definite(library):
    for _ in range(20):
        G = normal(6, 2)
        for A, _ in both(library, G @ G.T):
            assert not dc.is_positive_definite(A)
            with pytest.raises(ValueError, match="positive definite"):
                dc.cholesky(A)
    eps = np.finfo(float).eps
    for n, definite in [(2, True), (8, False)]:
        A = np.diag([1.0] * (n - 1) + [4 * eps])
        assert dc.is_positive_definite(library.asarray(A)) == definite
        assert not dc.is_positive_definite(library.asarray(-A))


@referee("oracle", dc.power_iteration)
@pytest.mark.parametrize("matrix", [
    SYMMETRIC, POSITIVE, with_eigenvalues(-5, 1, 2), with_eigenvalues(1e6, 3),
    1e-200 * POSITIVE, 1e200 * POSITIVE, np.array([[-2.0]]),
    with_eigenvalues(3, 3, 1),
])
def test_power_iteration_against_eigh(library, matrix):
    values = scipy.linalg.eigvalsh(matrix)
    top = values[np.argmax(np.abs(values))]
    for A, tol in both(library, matrix):
        eigenvalue, v = dc.power_iteration(A, rng=np.random.default_rng(1))
        assert_like(library, A, eigenvalue, v)
        assert tuple(eigenvalue.shape) == ()
        np.testing.assert_allclose(
            library.to_numpy(eigenvalue), top, rtol=max(tol, 1e-9)
        )
        v = library.to_numpy(v)
        np.testing.assert_allclose(np.linalg.norm(v), 1, rtol=tol)
        np.testing.assert_allclose(
            matrix @ v, top * v, rtol=0, atol=1e-4 * abs(top)
        )
        assert_largest_is_positive(v[:, None])


def test_power_iteration_steps_and_stops(library):
    start = np.random.default_rng(5).normal(size=4)
    v = np.linalg.matrix_power(SYMMETRIC, 2) @ start
    v = v / np.linalg.norm(v)
    A = library.asarray(SYMMETRIC)
    found, _ = dc.power_iteration(A, max_iter=2, rng=5)
    np.testing.assert_allclose(library.to_numpy(found), v @ SYMMETRIC @ v)
    # However coarse the tolerance, there are two steps to compare.
    coarse, _ = dc.power_iteration(A, tol=1e9, rng=5)
    assert float(coarse) == float(found)
    # A coarse tolerance stops early, at another value.
    coarse, _ = dc.power_iteration(A, tol=0.5, rng=5)
    fine, _ = dc.power_iteration(A, rng=5)
    assert abs(float(coarse) - 3) > 1e-6 > abs(float(fine) - 3)


def test_power_iteration_of_zero_is_zero(library):
    eigenvalue, v = dc.power_iteration(library.asarray(np.zeros((2, 2))))
    assert float(eigenvalue) == 0
    np.testing.assert_allclose(np.linalg.norm(library.to_numpy(v)), 1)


@referee("oracle", dc.pca, dc.pca_svd)
@pytest.mark.parametrize("function", [dc.pca, dc.pca_svd])
@pytest.mark.parametrize("X", [DATA, DATA[:3], DATA + 1e5])
def test_pca_against_scikit_learn(library, function, X):
    from sklearn.decomposition import PCA

    far = np.max(np.abs(X)) / 10
    for A, tol in both(library, X):
        for k in (1, min(3, min(X.shape))):
            theirs = PCA(k).fit(X)
            Z, V, variances = function(A, k)
            assert_like(library, A, Z, V, variances)
            Z, V, variances = map(library.to_numpy, (Z, V, variances))
            sign = np.sign(np.sum(V * theirs.components_.T, axis=0))
            # A variance of zero has no direction.
            real = theirs.explained_variance_ > 1e-9
            atol = 100 * tol * max(far, 1)
            np.testing.assert_allclose(
                (V * sign)[:, real], theirs.components_.T[:, real], atol=atol
            )
            np.testing.assert_allclose(
                (Z * sign)[:, real], theirs.transform(X)[:, real],
                atol=10 * atol,
            )
            np.testing.assert_allclose(
                variances, theirs.explained_variance_ * (1 - 1 / len(X)),
                atol=100 * atol,
            )
            assert_orthonormal(V, 100 * tol)
            assert_largest_is_positive(V)


def test_pca_by_svd_sees_smaller_variances():
    """A covariance has the squares, and 1e-18 is below rounding."""
    small = with_singular_values(50, 3, 1, 1e-2, 1e-9)
    small = small - small.mean(axis=0)
    right = scipy.linalg.svdvals(small)[2] ** 2 / 50
    assert dc.pca_svd(small, 3)[2][2] == pytest.approx(right, rel=1e-5, abs=0)
    assert not dc.pca(small, 3)[2][2] == pytest.approx(right, rel=0.1, abs=0)


@referee("oracle", dc.explained_variance_ratio)
@pytest.mark.parametrize("n_components", [None, 1, 3])
@pytest.mark.parametrize("X", [DATA, DATA[:3], 1e200 * DATA, 1e-200 * DATA])
def test_explained_variance_against_scikit_learn(library, X, n_components):
    from sklearn.decomposition import PCA

    scaled = X / np.max(np.abs(X))
    expected = PCA().fit(scaled).explained_variance_ratio_[:n_components]
    got = dc.explained_variance_ratio(library.asarray(X), n_components)
    library.assert_close(got, expected)


@referee("oracle", dc.spectral_normalize)
@pytest.mark.parametrize("matrix", [
    TALL, WIDE, DECAY, 1e-200 * TALL, 1e200 * TALL, -np.eye(2)[:1],
])
def test_spectral_normalize_against_the_norm(library, matrix):
    expected = matrix / np.linalg.norm(matrix, 2)
    got = dc.spectral_normalize(library.asarray(matrix), rng=3)
    library.assert_close(got, expected)


def test_spectral_normalize_takes_so_many_steps(library):
    W = with_singular_values(4, 3, 2, 1.9, 1)
    u = np.random.default_rng(7).normal(size=4)
    for steps in (1, 3):
        w = np.linalg.matrix_power(W @ W.T, steps) @ u
        v = W.T @ np.linalg.matrix_power(W @ W.T, steps - 1) @ u
        sigma = w @ W @ v / np.linalg.norm(w) / np.linalg.norm(v)
        got = dc.spectral_normalize(library.asarray(W), steps=steps, rng=7)
        library.assert_close(got, W / sigma)


def test_rtol(library):
    A = library.asarray(np.diag([2.0, 0.4, 0.1]))
    for rtol, rank in [(0.0, 3), (0.05, 2), (0.2, 1), (0.3, 1), (1.0, 0)]:
        assert int(dc.matrix_rank(A, rtol=rtol)) == rank
        inverse = np.array([0.5, 2.5, 10]) * (np.arange(3) < rank)
        library.assert_close(
            dc.pseudoinverse(A, rtol=rtol), np.diag(inverse)
        )


def test_default_rtol_grows_with_the_matrix(library):
    """Noise of rounding in a large matrix of low rank."""
    A = normal(300, 5) @ normal(5, 300)
    for same, tol in both(library, A):
        assert int(dc.matrix_rank(same)) == 5
        found = library.to_numpy(dc.pseudoinverse(same))
        assert np.linalg.norm(A @ found @ A - A, 2) < 10 * tol * np.max(A)
    eps = np.finfo(float).eps
    long = np.zeros((8, 2))
    long[:2] = np.diag([1, 5 * eps])
    assert dc.matrix_rank(long) == dc.matrix_rank(long.T) == 1
    assert dc.matrix_rank(np.diag([1, 5 * eps])) == 2
    assert dc.matrix_rank(np.diag([1, 5 * eps, *[0] * 6])) == 1


@referee("oracle", dc.qr_householder)
@pytest.mark.parametrize("matrix", [
    *MATRICES, HILBERT, -np.eye(3), np.array([[0.0, 1], [1, 1]]),
    np.array([[1.0, 2], [1e-8, 3], [1e-8, 4]]), 1e200 * SQUARE,
    np.array([[0.0, 1, 2], [0, 3, 4], [0, 5, 7]]),
])
def test_qr_against_scipy(library, matrix):
    for A, tol in both(library, matrix):
        Q, R = dc.qr_householder(A)
        assert_like(library, A, Q, R)
        Q, R = map(library.to_numpy, (Q, R))
        r = min(matrix.shape)
        assert Q.shape == (len(matrix), r) and R.shape[0] == r
        assert (np.tril(R, -1) == 0).all()
        assert_orthonormal(Q, 10 * tol)
        size = np.max(np.abs(matrix), initial=0)
        np.testing.assert_allclose(
            Q @ R, matrix, rtol=0, atol=10 * tol * size
        )
        if np.linalg.matrix_rank(matrix) == r and r and matrix is not HILBERT:
            theirs = scipy.linalg.qr(matrix, mode="economic")[1]
            signs = np.sign(np.diag(R)) * np.sign(np.diag(theirs))
            np.testing.assert_allclose(
                R, signs[:, None] * theirs, rtol=0, atol=20 * tol * size
            )


def test_qr_mirrors_away_from_the_entry_that_stood_there(library):
    found = dc.qr_householder(library.asarray(np.eye(2)))
    library.assert_close(found, (-np.eye(2), -np.eye(2)))
    # Nothing is mirrored where a column is zero.
    found = dc.qr_householder(library.asarray(np.array([[0.0, 1], [0, 2]])))
    flip, R = np.diag([1.0, -1]), np.array([[0.0, 1], [0, -2]])
    library.assert_close(found, (flip, R))
    Q, R = dc.qr_householder(library.asarray(np.array([[-3.0, 1], [4, 3]])))
    library.assert_close(R, np.array([[5.0, 1.8], [0, -2.6]]))
    library.assert_close(Q[:, 0], np.array([-0.6, 0.8]))


@referee("oracle", dc.randomized_svd)
@pytest.mark.parametrize("matrix", [DECAY, DECAY.T, DEFICIENT, TALL, WIDE])
def test_randomized_svd_against_scipy(library, matrix):
    U, S, Vt = scipy.linalg.svd(matrix, full_matrices=False)
    for A, tol in both(library, matrix):
        k = 2
        found = dc.randomized_svd(A, k, n_iter=6, rng=1)
        assert_like(library, A, *found)
        u, s, vt = map(library.to_numpy, found)
        np.testing.assert_allclose(s, S[:k], rtol=10 * tol)
        np.testing.assert_allclose(
            (u * s) @ vt, (U[:, :k] * S[:k]) @ Vt[:k], atol=100 * tol
        )
        assert_orthonormal(u, 10 * tol)
        assert_orthonormal(vt.T, 10 * tol)
        assert_largest_is_positive(vt.T)


def test_randomized_svd_is_its_sketch(library):
    A = with_singular_values(12, 9, *0.9 ** np.arange(9))
    for k, extra, q in [(2, 0, 0), (2, 1, 0), (3, 2, 1), (9, 10, 0)]:
        sketch = np.random.default_rng(4).normal(size=(9, k + extra))
        Y = np.linalg.matrix_power(A @ A.T, q) @ A @ sketch
        Q = scipy.linalg.orth(Y, rcond=1e-12)
        S = scipy.linalg.svdvals(Q.T @ A)[:k]
        found = dc.randomized_svd(
            library.asarray(A), k, n_oversamples=extra, n_iter=q, rng=4
        )
        library.assert_close(found[1], S)


def test_a_small_spectral_radius_does_not_prevent_growth():
    """0.9 to the power t wins in the end; the way there leads over 38."""
    assert dc.spectral_radius(SKEWED) == pytest.approx(0.9)
    lengths = [
        np.linalg.norm(np.linalg.matrix_power(SKEWED, t) @ [0, 1])
        for t in range(400)
    ]
    assert np.argmax(lengths) == 9 and 38 < max(lengths) < 39
    assert lengths[-1] < 1e-10 and dc.spectral_norm(SKEWED) > 10
    tamed = dc.spectral_normalize(SKEWED, rng=0)
    assert np.linalg.norm(np.linalg.matrix_power(tamed, 5), 2) <= 1 + 1e-9


def test_covariances_of_few_or_collinear_samples_are_not_definite():
    few = np.cov(normal(5, 20), rowvar=False)
    column = normal(100, 1)
    collinear = np.cov(np.hstack([column, 2 * column]), rowvar=False)
    assert not dc.is_positive_definite(few)
    assert not dc.is_positive_definite(collinear)
    assert dc.matrix_rank(few) == 4
    assert dc.is_positive_definite(few + 1e-9 * np.eye(20))


def test_powers_do_not_round_small_singular_values_away():
    values = [1.0, 1e-5, 1e-10]
    A = with_singular_values(20, 12, *values)
    S = dc.randomized_svd(A, 3, n_oversamples=2, n_iter=4, rng=0)[1]
    np.testing.assert_allclose(S, values, rtol=1e-4)


# ------------------------------------------------------- filling in the gaps
TRUTH = normal(24, 2) @ normal(2, 16)
MASK = RNG.random((24, 16)) < 0.7


def objective(A, mask, Z, tau):
    gap = np.where(mask, A - Z, 0)
    return np.sum(gap**2) / 2 + tau * np.linalg.norm(Z, "nuc")


@referee("oracle", dc.complete_matrix)
@pytest.mark.parametrize("tau", [2.0, 5.0])
def test_completion_is_optimal(library, tau):
    """What is left of the known entries is tau times a subgradient."""
    holes = np.where(MASK, TRUTH, np.nan)
    Z = dc.complete_matrix(
        library.asarray(holes), library.asarray(MASK), tau, steps=150
    )
    assert library.owns(Z)
    Z = library.to_numpy(Z)
    G = np.where(MASK, TRUTH - Z, 0) / tau
    assert np.linalg.norm(G, 2) <= 1 + 1e-6
    np.testing.assert_allclose(np.sum(G * Z), np.linalg.norm(Z, "nuc"))


def test_completion_finds_what_was_hidden(library):
    Z = dc.complete_matrix(
        library.asarray(TRUTH), library.asarray(MASK), 0.01, steps=200
    )
    np.testing.assert_allclose(library.to_numpy(Z), TRUTH, atol=0.05)
    one = dc.complete_matrix(
        library.asarray(TRUTH), library.asarray(MASK), 0.5, steps=1
    )
    library.assert_close(
        one, dc.singular_value_threshold(np.where(MASK, TRUTH, 0), 0.5)
    )


def gradients(R, mask, U, V, alpha):
    gap = np.where(mask, U @ V.T - R, 0)
    return gap @ V + alpha * U, gap.T @ U + alpha * V


@referee("oracle", dc.factorize_ratings)
def test_factors_are_stationary(library):
    holes = np.where(MASK, TRUTH, np.nan)
    for dtype, tol in (("float64", 1e-6), ("float32", 1e-3)):
        R = library.asarray(holes, dtype)
        found = dc.factorize_ratings(
            R, library.asarray(MASK), 2, alpha=2.0, steps=150, rng=0
        )
        assert_like(library, R, *found)
        U, V = map(library.to_numpy, found)
        assert U.shape == (24, 2) and V.shape == (16, 2)
        for gradient in gradients(TRUTH, MASK, U, V, 2.0):
            np.testing.assert_allclose(gradient, 0, atol=tol)


def test_factors_find_what_was_hidden(library):
    U, V = dc.factorize_ratings(
        library.asarray(TRUTH), library.asarray(MASK), 2, alpha=1e-3,
        steps=100, rng=np.random.default_rng(0),
    )
    np.testing.assert_allclose(library.to_numpy(U @ V.T), TRUTH, atol=0.02)


def test_who_rated_nothing_gets_zeros(library):
    mask = MASK.copy()
    mask[3], mask[:, 5] = False, False
    U, V = dc.factorize_ratings(
        library.asarray(TRUTH), library.asarray(mask), 2, rng=1
    )
    assert (library.to_numpy(U)[3] == 0).all()
    assert (library.to_numpy(V)[5] == 0).all()


# ----------------------------------------------------------------- gradients
def symmetric(M):
    return (M + M.mT) / 2


def positive(M):
    return M @ M.mT + 1


def projector(M):
    """Return what the sign of the first eigenvector does not change."""
    Q = dc.eigendecomposition(symmetric(M))[1]
    return Q[:, :1] @ Q[:, :1].mT


def given_gaps(function, *rest, **options):
    """Return the function of a matrix of which MASK is known."""
    mask = MASK[:6, :5].tolist()
    return lambda A: function(A, mask, *rest, **options)


SPREAD = SQUARE + 2 * np.diag([1.0, 2, 3, 4])
SMALL = TRUTH[:6, :5]
# the function, how it is called, with what
DIFFERENTIABLE = [
    (dc.eigenpair_residual, dc.eigenpair_residual, SQUARES, VALUES, VECTORS),
    (dc.eigendecomposition, projector, SPREAD),
    (dc.eigendecomposition,
     lambda M: dc.eigendecomposition(symmetric(M)), SPREAD),
    (dc.eigendecomposition, lambda M: dc.eigendecomposition(M)[0], SPREAD),
    (dc.matrix_power_by_eigen,
     lambda M: dc.matrix_power_by_eigen(M, 3), SPREAD),
    (dc.matrix_power_by_eigen,
     lambda M: dc.matrix_power_by_eigen(M, 2), np.kron(TURN, [[2.0]])),
    (dc.matrix_power_by_eigen,
     lambda M: dc.matrix_power_by_eigen(symmetric(M), -2), SPREAD),
    (dc.power_iteration,
     lambda M: dc.power_iteration(symmetric(M), tol=0.0, max_iter=99, rng=0),
     np.diag([1.0, -3, 0.5])),
    (dc.svd, dc.svd, TALL),
    (dc.svd, dc.svd, BATCH),
    (dc.low_rank_approximation,
     lambda A: dc.low_rank_approximation(A, 2), TALL),
    (dc.truncation_error,
     lambda S: dc.truncation_error(S, 1), np.array([3.0, 4, 12])),
    (dc.truncation_error,
     lambda S: dc.truncation_error(S, 1, norm=2), np.array([3.0, 4, 12])),
    (dc.pca, lambda X: dc.pca(X, 2), DATA[:8]),
    (dc.pca_svd, lambda X: dc.pca_svd(X, 2), DATA[:8]),
    (dc.explained_variance_ratio, dc.explained_variance_ratio, DATA[:8]),
    (dc.cholesky, lambda M: dc.cholesky(positive(M)), SQUARES),
    (dc.log_determinant, lambda M: dc.log_determinant(positive(M)), SQUARES),
    (dc.pseudoinverse, dc.pseudoinverse, TALL),
    (dc.pseudoinverse, dc.pseudoinverse, BATCH),
    (dc.spectral_norm, dc.spectral_norm, BATCH),
    (dc.spectral_normalize,
     lambda W: dc.spectral_normalize(W, steps=3, rng=0), WIDE),
    (dc.frobenius_norm, dc.frobenius_norm, BATCH),
    (dc.nuclear_norm, dc.nuclear_norm, BATCH),
    (dc.singular_value_threshold,
     lambda A: dc.singular_value_threshold(A, 1.0), BATCH),
    (dc.complete_matrix, given_gaps(dc.complete_matrix, 0.5, steps=5), SMALL),
    (dc.factorize_ratings,
     given_gaps(dc.factorize_ratings, 2, steps=3, rng=0), SMALL),
    (dc.spectral_radius, dc.spectral_radius, SQUARES),
    (dc.randomized_svd,
     lambda A: dc.randomized_svd(A, 2, n_oversamples=1, rng=0), DECAY[:7]),
    (dc.power_law_alpha, lambda W: dc.power_law_alpha(W, 0.9), TAILED),
    (dc.qr_householder, dc.qr_householder, TALL),
    (dc.qr_householder, dc.qr_householder, WIDE),
    (dc.lu, dc.lu, SQUARE),
    (dc.lu, dc.lu, TALL),
]


@referee("gradient", *dict.fromkeys(row[0] for row in DIFFERENTIABLE))
@pytest.mark.parametrize("function, call, args", [
    (function, call, args) for function, call, *args in DIFFERENTIABLE
], ids=[f"{row[0].__name__}-{i}" for i, row in enumerate(DIFFERENTIABLE)])
def test_gradients(function, call, args):
    check_gradient(call, *args)


exempt("gradient", dc.matrix_rank, because="it counts")
exempt("gradient", dc.is_positive_definite, because="boolean output")


def test_gradient_of_log_determinant_is_the_inverse():
    torch = pytest.importorskip("torch")
    A = torch.tensor(POSITIVE, requires_grad=True)
    dc.log_determinant(A).backward()
    np.testing.assert_allclose(A.grad, np.linalg.inv(POSITIVE), atol=1e-12)


def test_gradient_of_the_spectral_norm_is_the_first_pair():
    torch = pytest.importorskip("torch")
    W = torch.tensor(TALL, requires_grad=True)
    dc.spectral_norm(W).backward()
    U, _, Vt = scipy.linalg.svd(TALL)
    np.testing.assert_allclose(W.grad, np.outer(U[:, 0], Vt[0]), atol=1e-12)


# ---------------------------------------------------------------- properties
numbers = st.floats(-100, 100).map(lambda x: round(x, 3))
sizes = st.integers(1, 4)
seeds = st.integers(0, 2**32)


@st.composite
def several(draw, *shapes):
    """Draw arrays whose shapes name common sizes, such as "mk", "kn"."""
    size = {letter: draw(sizes) for letter in sorted(set("".join(shapes)))}
    return tuple(
        draw(hypothesis_arrays(
            float, tuple(size[c] for c in shape), elements=numbers
        ))
        for shape in shapes
    )


@referee("property", dc.eigendecomposition, dc.eigenpair_residual)
@given(several("nn"), st.floats(-9, 9))
def test_a_shift_moves_eigenvalues_and_keeps_directions(arrays, shift):
    A = symmetric(arrays[0])
    eigenvalues, Q = dc.eigendecomposition(A)
    size = np.abs(A).max() + 1
    assert (np.diff(eigenvalues) <= 0).all()
    close(Q.T @ Q, np.eye(len(A)))
    close((Q * eigenvalues) @ Q.T, A, size)
    close(np.sum(eigenvalues), np.trace(A), size)
    shifted = A + shift * np.eye(len(A))
    close(dc.eigendecomposition(shifted)[0], eigenvalues + shift, size)
    assert (dc.eigenpair_residual(
        shifted, eigenvalues + shift, -7 * Q.T
    ) < 1e-12 * size).all()


@referee("property", dc.eigenpair_residual)
@given(several("nn", "n"), numbers)
def test_a_symmetric_matrix_has_an_eigenvalue_that_near(arrays, value):
    A, v = symmetric(arrays[0]), arrays[1]
    assume(np.linalg.norm(v) > 1e-3)
    r = dc.eigenpair_residual(A, value, v)
    gap = np.min(np.abs(np.linalg.eigvalsh(A) - value))
    assert gap <= r * (1 + 1e-9) + 1e-9


@referee("property", dc.matrix_power_by_eigen)
@given(several("nn"), st.integers(0, 3), st.integers(0, 3))
def test_powers_add(arrays, j, k):
    A = regular(symmetric(arrays[0])) / 100
    size = 10.0 ** (j + k)
    power = dc.matrix_power_by_eigen
    close(power(A, j) @ power(A, k), power(A, j + k), size)
    close(power(A, -j) @ power(A, j + k), power(A, k), size**2)


@referee("property", dc.power_iteration, dc.spectral_radius)
@given(several("nn"), seeds)
def test_rayleigh_quotients_stay_within_the_spectrum(arrays, seed):
    A = symmetric(arrays[0])
    eigenvalue, v = dc.power_iteration(A, rng=seed)
    close(np.linalg.norm(v), 1)
    close(v @ A @ v, eigenvalue, 100)
    radius = dc.spectral_radius(A)
    assert abs(eigenvalue) <= radius * (1 + 1e-9)
    # A shift makes the top eigenvalue the largest, and alone in its modulus.
    shift = radius + 1
    top, _ = dc.power_iteration(
        A + shift * np.eye(len(A)), tol=1e-14, max_iter=5000, rng=seed
    )
    highest = np.linalg.eigvalsh(A)[-1]
    assert highest - 0.05 * shift <= top - shift <= highest + 1e-6


@referee("property", dc.svd, dc.spectral_norm, dc.nuclear_norm,
         dc.frobenius_norm)
@given(several("mn"), st.integers(-300, 300))
def test_singular_values_make_all_norms(arrays, power):
    A = arrays[0] * 2.0**power
    U, S, Vt = dc.svd(A)
    size = np.abs(A).max()
    assert (S >= 0).all() and (np.diff(S) <= 0).all()
    close(U.T @ U, np.eye(len(S)))
    close(Vt @ Vt.T, np.eye(len(S)))
    close((U * S) @ Vt, A, size)
    two, frobenius = dc.spectral_norm(A), dc.frobenius_norm(A)
    nuclear = dc.nuclear_norm(A)
    close(frobenius, dc.truncation_error(S, 0), size)
    close(two, S[0], size)
    slack = 1 + 1e-12
    assert size <= two * slack <= frobenius * slack**2
    assert frobenius <= nuclear * slack <= np.sqrt(len(S)) * (
        frobenius * slack**2
    )
    assert frobenius == dc.frobenius_norm(arrays[0]) * 2.0**power


@referee("property", dc.matrix_rank)
@given(st.tuples(sizes, sizes).flatmap(lambda shape: hypothesis_arrays(
    int, shape, elements=st.integers(-2, 2)
)), st.integers(-200, 200))
def test_rank_of_small_integers_is_exact(matrix, power):
    A = matrix * 2.0**power
    assert dc.matrix_rank(A) == len(la.row_echelon(matrix)[1])
    assert dc.matrix_rank(A.T) == dc.matrix_rank(A)


@referee("property", dc.low_rank_approximation, dc.truncation_error)
@given(several("mn", "mn"), st.data())
def test_eckart_and_young(pair, data):
    A, other = pair
    k = data.draw(st.integers(0, min(A.shape)))
    best = dc.low_rank_approximation(A, k)
    S = np.linalg.svd(A, compute_uv=False)
    size = np.abs(A).max() + np.abs(other).max() + 1
    fro, two = (dc.truncation_error(S, k, norm=norm) for norm in ("fro", 2))
    close(dc.frobenius_norm(A - best), fro, size)
    close(dc.spectral_norm(A - best), two, size)
    assert np.linalg.matrix_rank(best, tol=1e-9 * size) <= k
    # Any other matrix of rank k is no nearer.
    rival = dc.low_rank_approximation(other, k)
    assert dc.frobenius_norm(A - rival) >= fro - 1e-9 * size
    assert dc.spectral_norm(A - rival) >= two - 1e-9 * size
    assert dc.truncation_error(S[::-1], k) == fro


@referee("property", dc.pca, dc.pca_svd, dc.explained_variance_ratio)
@given(several("mn"), numbers)
def test_components_are_uncorrelated_and_explain_all(arrays, shift):
    X = arrays[0] + np.linspace(0, 1, len(arrays[0]))[:, None]
    k = min(X.shape)
    Xc = X - X.mean(axis=0)
    size = np.abs(X).max() ** 2 + 1
    for function in (dc.pca, dc.pca_svd):
        Z, V, variances = function(X + shift, k)
        assert (variances >= 0).all()
        close(Z.mean(axis=0), 0, size)
        close(Z.T @ Z / len(X), np.diag(variances), 1e3 * size)
        close(Z @ V.T, Xc, size)
        close(np.sum(variances), np.sum(Xc**2) / len(X), size)
    ratio = dc.explained_variance_ratio(X)
    if np.abs(Xc).max() > 1e-6:
        close(np.sum(ratio), 1)
        assert (dc.explained_variance_ratio(X, 1) == ratio[:1]).all()
        total = np.sum(variances)
        np.testing.assert_allclose(ratio, variances / total, atol=1e-6)


@referee("property", dc.is_positive_definite, dc.cholesky)
@given(several("nn"))
def test_three_ways_to_be_positive_definite(arrays):
    A = symmetric(arrays[0])
    eigenvalues = np.linalg.eigvalsh(A)
    assume(abs(eigenvalues[0]) > 1e-6)
    definite = dc.is_positive_definite(A)
    assert definite == (eigenvalues[0] > 0)
    if definite:
        L = dc.cholesky(A)
        assert (np.diag(L) > 0).all() and (np.triu(L, 1) == 0).all()
        close(L @ L.T, A, 100)
    else:
        with pytest.raises(ValueError, match="positive definite"):
            dc.cholesky(A)


@referee("property", dc.cholesky, dc.log_determinant)
@given(several("nn"), st.integers(-100, 100))
def test_a_triangle_is_its_own_root(arrays, power):
    L = np.tril(arrays[0], -1) / 100 + np.diag(
        1 + np.abs(np.diag(arrays[0]))
    )
    A = L @ L.T
    close(dc.cholesky(A), L, 1e3)
    close(dc.cholesky(A * 4.0**power), L * 2.0**power, 1e3 * 2.0**power)
    logdet = dc.log_determinant(A)
    close(logdet, 2 * np.sum(np.log(np.diag(L))), 10)
    close(dc.log_determinant(np.linalg.inv(A)), -logdet, 10)


@referee("property", dc.pseudoinverse)
@given(several("mk", "kn", "m"))
def test_penrose_conditions_and_shortest_solutions(arrays):
    A = (arrays[0] @ arrays[1]).round(1)
    S = np.linalg.svd(A, compute_uv=False)
    assume(not ((S > 1e-14 * S[0]) & (S < 1e-4 * S[0])).any())
    P = dc.pseudoinverse(A)
    close(A @ P @ A, A, np.abs(A).max())
    close(P @ A @ P, P, np.abs(P).max())
    close(A @ P, (A @ P).T)
    close(P @ A, (P @ A).T)
    close(dc.pseudoinverse(A.T), P.T, np.abs(P).max())


@referee("property", dc.spectral_normalize)
@given(several("mn"), st.integers(-200, 200), seeds)
def test_normalized_weights_stretch_nothing(arrays, power, seed):
    W = arrays[0]
    once = dc.spectral_normalize(W, rng=seed)
    if W.any():
        # Power iteration comes from below.
        assert 1 - 1e-12 <= np.linalg.norm(once, 2) <= 1.05
    again = dc.spectral_normalize(-W * 2.0**power, rng=seed)
    close(again, -once)


@referee("property", dc.singular_value_threshold)
@given(several("mn", "mn"), st.floats(0, 100))
def test_thresholding_brings_matrices_nearer(pair, tau):
    A, B = pair
    shrunk, other = (dc.singular_value_threshold(x, tau) for x in pair)
    assert np.linalg.norm(shrunk - other) <= np.linalg.norm(A - B) + 1e-9
    close(dc.nuclear_norm(shrunk), np.sum(np.maximum(
        np.linalg.svd(A, compute_uv=False) - tau, 0
    )), 100)
    # The minimum of what it minimises, against the other matrix.
    everything = np.ones(A.shape, bool)
    assert objective(A, everything, shrunk, tau) <= (
        objective(A, everything, B, tau) + 1e-6
    )


@referee("property", dc.complete_matrix)
@given(several("mn"), st.floats(0.1, 10), seeds)
def test_completing_what_has_no_gaps_is_thresholding(arrays, tau, seed):
    A = arrays[0]
    whole = dc.complete_matrix(A, np.ones(A.shape, bool), tau, steps=3)
    close(whole, dc.singular_value_threshold(A, tau), 100)
    mask = np.random.default_rng(seed).random(A.shape) < 0.5
    Z = dc.complete_matrix(A, mask, tau, steps=50)
    assert objective(A, mask, Z, tau) <= np.sum(A[mask] ** 2) / 2 + 1e-9
    # What stands in the gaps plays no part.
    assert (Z == dc.complete_matrix(
        np.where(mask, A, 7.0), mask, tau, steps=50
    )).all()


@referee("property", dc.factorize_ratings)
@given(several("mn"), st.integers(1, 3), st.floats(0.1, 10), seeds)
def test_alternating_never_makes_it_worse(arrays, k, alpha, seed):
    A = arrays[0] / 10
    mask = np.random.default_rng(seed).random(A.shape) < 0.7

    def loss(steps):
        U, V = dc.factorize_ratings(
            A, mask, k, alpha=alpha, steps=steps, rng=seed
        )
        gap = (A - U @ V.T)[mask]
        return np.sum(gap**2) + alpha * (np.sum(U**2) + np.sum(V**2))

    losses = [loss(steps) for steps in (1, 2, 5, 10)]
    assert (np.diff(losses) <= 1e-9 * (1 + losses[0])).all()


@referee("property", dc.spectral_radius)
@given(several("nn"), st.floats(-3, 3))
def test_spectral_radius_bounds(arrays, factor):
    W = arrays[0]
    radius = dc.spectral_radius(W)
    assert radius <= dc.spectral_norm(W) * (1 + 1e-9) + 1e-9
    # An eigenvalue that is not simple is only known to a root of rounding.
    size = np.abs(W).max() + 1
    atol = size * len(W) * 1e-3
    np.testing.assert_allclose(dc.spectral_radius(W.T), radius, atol=atol)
    np.testing.assert_allclose(
        dc.spectral_radius(factor * W), abs(factor) * radius, atol=3 * atol
    )


@referee("property", dc.randomized_svd)
@given(several("mn"), st.integers(0, 2), seeds, st.data())
def test_a_sketch_never_exceeds_the_matrix(arrays, n_iter, seed, data):
    (A,) = arrays
    k = data.draw(st.integers(1, min(A.shape)))
    U, S, Vt = dc.randomized_svd(
        A, k, n_oversamples=0, n_iter=n_iter, rng=seed
    )
    exact = np.linalg.svd(A, compute_uv=False)[:k]
    assert (S <= exact + 1e-9 * (1 + exact[0])).all()
    assert (S >= 0).all() and (np.diff(S) <= 0).all()
    close(U.T @ U, np.eye(k))
    close(Vt @ Vt.T, np.eye(k))
    # A sketch with a vector for each row or column holds everything.
    S = dc.randomized_svd(A, k, n_iter=n_iter, rng=seed)[1]
    close(S, exact, exact[0] + 1)


@referee("property", dc.power_law_alpha)
@given(several("mn"), st.floats(0.1, 10), st.floats(0.1, 10))
def test_the_exponent_does_not_depend_on_the_scale(arrays, start, scale):
    (W,) = arrays
    squares = np.linalg.svd(W, compute_uv=False) ** 2
    assume(squares[0] > 1.01 * start)
    assume((np.abs(squares / start - 1) > 1e-6).all())
    alpha = dc.power_law_alpha(W, start)
    close(alpha, 1 + 1 / np.mean(np.log(squares[squares > start] / start)))
    close(dc.power_law_alpha(scale * W, scale**2 * start), alpha, alpha)


@referee("property", dc.qr_householder)
@given(several("mn"))
def test_mirrors_keep_lengths(arrays):
    (A,) = arrays
    Q, R = dc.qr_householder(A)
    close(Q.T @ Q, np.eye(min(A.shape)))
    close(Q @ R, A, 100)
    assert (np.tril(R, -1) == 0).all()
    close(np.linalg.norm(R, axis=0), np.linalg.norm(A, axis=0), 100)
    # The sign is that which lets nothing cancel.
    assert R[0, 0] * A[0, 0] <= 0


@referee("property", dc.lu)
@given(several("mn"))
def test_elimination_is_a_product_of_triangles(arrays):
    (A,) = arrays
    P, L, U = dc.lu(A)
    close(L @ U, P @ A, 1e3)
    assert (np.sort(P, axis=1)[:, :-1] == 0).all() and (P.sum(0) == 1).all()
    assert (np.triu(L, 1) == 0).all() and (np.abs(L) <= 1).all()
    assert (np.diag(L) == 1).all() and (np.tril(U, -1) == 0).all()
    if len(A) == len(A.T):
        sign = np.linalg.det(P)
        size = 1e3 ** len(A)
        close(sign * np.prod(np.diag(U)), la.determinant(A), size)


# ----------------------------------------------------------------- bad input
vector, matrix, cube = np.ones(3), np.ones((2, 3)), np.ones((2, 3, 3))
KNOWN = np.ones((2, 3), bool)
SQUARE_ONE = r"A must have the shape \(n, n\)"
SQUARE_MANY = r"A must have the shape \(..., n, n\), got \(2, 3\)"
ONE = r"must have the shape \(m, n\), got"
MANY = r"must have the shape \(..., m, n\), got \(3,\)"
BAD = [
    (dc.eigenpair_residual, (matrix, np.array(1.0), vector), {}, SQUARE_MANY),
    (dc.eigenpair_residual, (np.eye(2), np.array(1.0), vector), {},
     r"eigenvector must have the shape \(..., 2\) for A .* got \(3,\)"),
    (dc.eigenpair_residual, (np.eye(2), np.array(1.0), np.array(1.0)), {},
     r"eigenvector must have the shape"),
    (dc.eigenpair_residual, (np.eye(3), np.array(0.0), 0 * vector), {},
     r"eigenvector must not be zero"),
    (dc.eigendecomposition, (matrix,), {}, SQUARE_ONE),
    (dc.eigendecomposition, (cube,), {}, SQUARE_ONE),
    (dc.matrix_power_by_eigen, (matrix, 2), {}, SQUARE_ONE),
    (dc.power_iteration, (matrix,), {}, SQUARE_ONE),
    (dc.power_iteration, (np.zeros((0, 0)),), {}, r"A must not be empty"),
    (dc.power_iteration, (np.eye(2),), {"max_iter": 0},
     r"max_iter must be at least 1, got 0"),
    (dc.svd, (vector,), {}, MANY),
    (dc.matrix_rank, (vector,), {}, MANY),
    (dc.low_rank_approximation, (vector, 1), {}, MANY),
    (dc.low_rank_approximation, (matrix, 3), {},
     r"k must be at least 0 and at most 2, got 3"),
    (dc.low_rank_approximation, (matrix, -1), {}, r"k must be .*got -1"),
    (dc.truncation_error, (np.array(1.0), 0), {},
     r"singular_values must have the shape \(..., r\)"),
    (dc.truncation_error, (vector, 4), {}, r"k must be .* most 3, got 4"),
    (dc.truncation_error, (vector, 1), {"norm": 1},
     r'norm must be "fro" or 2, got 1'),
    (dc.pca, (vector, 1), {}, r"X " + ONE),
    (dc.pca, (matrix, 3), {}, r"n_components must be .* most 2, got 3"),
    (dc.pca, (matrix, 0), {}, r"n_components must be at least 1"),
    (dc.pca_svd, (vector, 1), {}, r"X " + ONE),
    (dc.pca_svd, (matrix, 3), {}, r"n_components must be .* most 2, got 3"),
    (dc.explained_variance_ratio, (vector,), {}, r"X " + ONE),
    (dc.explained_variance_ratio, (matrix, 3), {}, r"n_components must be"),
    (dc.explained_variance_ratio, (np.zeros((0, 3)),), {}, r"n_components"),
    (dc.is_positive_definite, (vector,), {}, r"A " + ONE),
    (dc.is_positive_definite, (cube,), {}, r"A " + ONE),
    (dc.cholesky, (matrix,), {}, SQUARE_MANY),
    (dc.cholesky, (SQUARE,), {}, r"A must be symmetric"),
    (dc.cholesky, (-np.eye(2),), {}, r"positive definite: no pivot 0"),
    (dc.cholesky, (np.ones((2, 2)),), {}, r"positive definite: no pivot 1"),
    (dc.cholesky, (np.stack([np.eye(2), np.ones((2, 2))]),), {},
     r"positive definite: no pivot 1"),
    (dc.log_determinant, (matrix,), {}, SQUARE_MANY),
    (dc.log_determinant, (SYMMETRIC,), {}, r"A must be positive definite"),
    (dc.pseudoinverse, (vector,), {}, MANY),
    (dc.spectral_norm, (vector,), {}, MANY),
    (dc.spectral_normalize, (vector,), {}, r"W " + ONE),
    (dc.spectral_normalize, (matrix,), {"steps": 0},
     r"steps must be at least 1, got 0"),
    (dc.frobenius_norm, (vector,), {}, MANY),
    (dc.nuclear_norm, (vector,), {}, MANY),
    (dc.singular_value_threshold, (vector, 1.0), {}, MANY),
    (dc.singular_value_threshold, (matrix, -1.0), {},
     r"tau must not be negative, got -1.0"),
    (dc.complete_matrix, (cube, cube > 0, 1.0), {}, r"A " + ONE),
    (dc.complete_matrix, (matrix, KNOWN.T, 1.0), {},
     r"mask must have the shape \(2, 3\) of A, got \(3, 2\)"),
    (dc.complete_matrix, (matrix, KNOWN, -1.0), {}, r"tau must not be neg"),
    (dc.complete_matrix, (matrix, KNOWN, 1.0), {"steps": 0}, r"steps must"),
    (dc.factorize_ratings, (matrix, KNOWN[0], 1), {},
     r"mask must have the shape \(2, 3\) of R, got \(3,\)"),
    (dc.factorize_ratings, (matrix, KNOWN, 0), {}, r"n_components must"),
    (dc.factorize_ratings, (matrix, KNOWN, 1), {"alpha": 0.0},
     r"alpha must be positive, got 0.0"),
    (dc.factorize_ratings, (matrix, KNOWN, 1), {"steps": 0}, r"steps must"),
    (dc.spectral_radius, (matrix,), {},
     r"W must have the shape \(..., n, n\), got \(2, 3\)"),
    (dc.randomized_svd, (cube, 1), {}, r"A " + ONE),
    (dc.randomized_svd, (matrix, 3), {}, r"n_components must be .* most 2"),
    (dc.randomized_svd, (matrix, 1), {"n_oversamples": -1},
     r"n_oversamples must be at least 0"),
    (dc.randomized_svd, (matrix, 1), {"n_iter": -1}, r"n_iter must be"),
    (dc.power_law_alpha, (vector, 1.0), {}, r"W " + ONE),
    (dc.power_law_alpha, (matrix, 0.0), {},
     r"lambda_min must be positive, got 0.0"),
    (dc.power_law_alpha, (matrix, 7.0), {},
     r"W must have an eigenvalue above lambda_min = 7.0"),
    (dc.qr_householder, (vector,), {}, r"A " + ONE),
    (dc.lu, (cube,), {}, r"A " + ONE),
]


@referee("bad input", *dict.fromkeys(row[0] for row in BAD))
@pytest.mark.parametrize(
    "function, args, options, message", BAD,
    ids=[f"{row[0].__name__}-{i}" for i, row in enumerate(BAD)],
)
def test_bad_input_is_named(library, function, args, options, message):
    with pytest.raises(ValueError, match=message):
        function(*library.convert(args), **options)


@pytest.mark.parametrize("function", [
    dc.low_rank_approximation, dc.pca, dc.matrix_power_by_eigen,
])
def test_counts_are_integers(function):
    with pytest.raises(TypeError, match="integer"):
        function(np.eye(2), 1.5)


def test_lists_of_integers(library):
    """Whole numbers become floats, because formulas divide."""
    A = library.asarray(np.array([[4, 2], [2, 10]]))
    default = library.xp.empty(0).dtype
    for made in (
        dc.cholesky(A), dc.svd(A)[1], dc.qr_householder(A)[1], dc.lu(A)[1],
        dc.eigendecomposition(A)[0], dc.pca(A, 1)[0], dc.frobenius_norm(A),
        dc.complete_matrix(A, A > 2, 0.1), dc.power_iteration(A, rng=0)[0],
    ):
        assert library.owns(made) and made.dtype == default

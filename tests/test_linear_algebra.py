"""mathlib.linear_algebra against NumPy, SciPy, SymPy and closed forms."""

import itertools
import math

import numpy as np
import pytest
import scipy.linalg
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as hypothesis_arrays
from referees import check_gradient, exempt, referee
from scipy.spatial.distance import cdist
from scipy.spatial.transform import Rotation

import mathlib.linear_algebra as la

RNG = np.random.default_rng(2)


def normal(*shape):
    return RNG.normal(size=shape)


A, B = normal(2, 3, 4), normal(2, 3, 4)
U, V, ROW = normal(4), normal(4), normal(3)
W, RIGHT = normal(3, 4), normal(4, 2)
SQUARES, SQUARE = normal(2, 3, 3), normal(4, 4)
TALL = normal(5, 3)
DEPENDENT = TALL @ np.array([[1, 2, 0, 0], [0, 1, 0, 1], [0, 0, 0, 1.0]])
HILBERT = scipy.linalg.hilbert(8)
ZERO_PIVOTS = np.array([[0.0, 1, 2], [0, 0, 3], [4, 5, 6]])
TURN = np.array([[0.6, -0.8], [0.8, 0.6]])


# ------------------------------------------------------------------ oracles


def norms(x, axis=-1):
    return np.linalg.norm(x, axis=axis, keepdims=True)


def cosine(a, b, axis=-1):
    return np.sum(a * b / norms(a, axis) / norms(b, axis), axis=axis)


def leibniz(matrix):
    """Return the determinant as the sum over all permutations."""
    n = len(matrix)
    total = 0.0
    for order in itertools.permutations(range(n)):
        sign = np.linalg.det(np.eye(n)[list(order)])
        total += sign * np.prod(matrix[range(n), order])
    return np.array(total)


def by_pinv(matrix):
    return matrix @ np.linalg.pinv(matrix)


def turns(angles):
    """Return 2 x 2 rotations, cut from rotations about the z axis."""
    about_z = Rotation.from_rotvec(
        np.multiply.outer(np.ravel(angles), [0, 0, 1])
    ).as_matrix()
    return about_z[:, :2, :2].reshape(*np.shape(angles), 2, 2)


def householder(v):
    return np.eye(len(v)) - 2 * np.outer(v, v) / (v @ v)


# function, arguments, options, what another source says
TABLE = [
    (la.dot, (U, V), {}, np.inner(U, V)),
    (la.dot, (A, B), {}, np.einsum("bij,bij->bi", A, B)),
    (la.dot, (A, B), {"axis": 1}, np.einsum("bij,bij->bj", A, B)),
    (la.dot, (A, V), {}, A @ V),
    (la.cosine_similarity, (U, V), {}, cosine(U, V)),
    (la.cosine_similarity, (A, B), {"axis": 0}, cosine(A, B, 0)),
    (la.cosine_similarity, (A, V), {}, cosine(A, V)),
    (la.cosine_similarity, (np.array([3.0, 4]), np.array([1.0, 0])),
     {"eps": 10.0}, np.array(3 / 100)),
    (la.l2_norm, (U,), {}, np.array(scipy.linalg.norm(U))),
    (la.l2_norm, (A,), {"axis": 0}, np.linalg.norm(A, axis=0)),
    (la.l2_norm, (A,), {"axis": -2}, np.linalg.norm(A, axis=-2)),
    (la.l2_norm, (np.zeros((2, 0)),), {}, np.zeros(2)),
    (la.l1_norm, (U,), {}, np.array(scipy.linalg.norm(U, 1))),
    (la.l1_norm, (A,), {"axis": 1}, np.linalg.norm(A, 1, axis=1)),
    (la.pairwise_euclidean_distance, (TALL, normal(0, 3)), {},
     np.zeros((5, 0))),
    (la.pairwise_euclidean_distance, (TALL, TALL[1:3]), {},
     cdist(TALL, TALL[1:3])),
    (la.pairwise_euclidean_distance, (A, B[:, :2]), {},
     np.stack([cdist(a, b[:2]) for a, b in zip(A, B, strict=True)])),
    (la.project, (U, V), {}, np.outer(V, V) @ U / (V @ V)),
    (la.project, (A, V), {}, A @ np.outer(V, V) / (V @ V)),
    (la.project, (A, B), {},
     B * (np.sum(A * B, -1) / np.sum(B * B, -1))[..., None]),
    (la.project, (U, 0 * V), {}, 0 * V),
    (la.reflect, (U, V), {}, householder(V) @ U),
    (la.reflect, (A, V), {}, A @ householder(V)),
    (la.reflect, (U, 0 * V), {}, U),
    (la.matmul, (A, B.mT), {}, np.einsum("bij,bkj->bik", A, B)),
    (la.matmul, (A, V), {}, np.einsum("bij,j->bi", A, V)),
    (la.matmul, (ROW, A), {}, np.einsum("i,bij->bj", ROW, A)),
    (la.matmul, (U, V), {}, np.inner(U, V)),
    (la.transpose, (A,), {}, np.swapaxes(A, 1, 2)),
    (la.inverse, (SQUARE,), {}, scipy.linalg.inv(SQUARE)),
    (la.inverse, (SQUARES,), {}, np.linalg.inv(SQUARES)),
    (la.solve, (SQUARE, V), {}, scipy.linalg.solve(SQUARE, V)),
    (la.solve, (SQUARE, RIGHT), {}, scipy.linalg.solve(SQUARE, RIGHT)),
    (la.solve, (SQUARES, ROW), {}, np.linalg.inv(SQUARES) @ ROW),
    (la.solve, (SQUARES, A), {}, np.linalg.solve(SQUARES, A)),
    (la.solve, (SQUARES[0], A), {}, np.linalg.solve(SQUARES[0], A)),
    (la.solve, (np.zeros((0, 0)), np.zeros(0)), {}, np.zeros(0)),
    (la.solve, (np.zeros((2, 0, 0)), np.zeros((0, 3))), {},
     np.zeros((2, 0, 3))),
    (la.inverse, (np.zeros((0, 0)),), {}, np.zeros((0, 0))),
    (la.trace, (SQUARE,), {}, np.trace(SQUARE)),
    (la.trace, (SQUARES,), {}, np.einsum("bii->b", SQUARES)),
    (la.trace_of_product, (TALL, TALL.T), {}, np.trace(TALL @ TALL.T)),
    (la.trace_of_product, (A, B.mT), {},
     np.trace(A @ B.mT, axis1=1, axis2=2)),
    (la.hadamard, (A, B), {}, np.einsum("bij,bij->bij", A, B)),
    (la.kronecker, (SQUARE, TALL), {}, np.kron(SQUARE, TALL)),
    (la.kronecker, (A, TALL), {}, np.stack([np.kron(a, TALL) for a in A])),
    (la.vec, (TALL,), {}, TALL.reshape(-1, order="F")),
    (la.vec, (A,), {}, np.stack([a.reshape(-1, order="F") for a in A])),
    (la.is_orthogonal, (TURN,), {}, True),
    (la.is_orthogonal, (np.eye(3)[[1, 0, 2]],), {}, True),
    (la.is_orthogonal, (scipy.linalg.qr(SQUARE)[0],), {}, True),
    (la.is_orthogonal, (SQUARE,), {}, False),
    (la.is_orthogonal, (2 * np.eye(2),), {}, False),
    (la.is_orthogonal, (np.eye(3)[:, :2],), {}, False),
    (la.is_orthogonal, (np.eye(2) * 1.01,), {"tol": 0.1}, True),
    (la.is_symmetric, (SQUARE + SQUARE.T,), {}, True),
    (la.is_symmetric, (1e9 * (SQUARE @ SQUARE.T),), {"tol": 1e-6}, True),
    (la.is_symmetric, (SQUARE,), {}, False),
    (la.is_symmetric, (TALL,), {}, False),
    (la.is_symmetric, (np.array([[1.0, 1.1], [1, 1]]),), {"tol": 0.2}, True),
    (la.is_symmetric, (np.zeros((0, 0)),), {}, True),
    (la.linear, (U, W), {}, np.einsum("oi,i->o", W, U)),
    (la.linear, (A, SQUARE), {}, np.einsum("oi,bji->bjo", SQUARE, A)),
    (la.linear, (A, W, ROW), {}, np.einsum("oi,bji->bjo", W, A) + ROW),
    (la.projection_matrix, (TALL,), {}, by_pinv(TALL)),
    (la.projection_matrix, (DEPENDENT,), {}, by_pinv(DEPENDENT)),
    (la.projection_matrix, (np.zeros((2, 2)),), {}, np.zeros((2, 2))),
    (la.rotation_matrix, (np.array(0.7),), {}, turns(0.7)),
    (la.rotation_matrix, (U,), {}, turns(U)),
    (la.determinant, (SQUARE,), {}, leibniz(SQUARE)),
    (la.determinant, (SQUARES,), {}, np.stack([*map(leibniz, SQUARES)])),
    (la.determinant, (ZERO_PIVOTS,), {}, leibniz(ZERO_PIVOTS)),
    (la.determinant, (np.array([[0.0, 1], [0, 2]]),), {}, np.array(0.0)),
    (la.determinant, (np.zeros((2, 0, 0)),), {}, np.ones(2)),
]


@referee("oracle", *dict.fromkeys(row[0] for row in TABLE))
@pytest.mark.parametrize(
    "function, args, options, expected", TABLE,
    ids=[f"{row[0].__name__}-{i}" for i, row in enumerate(TABLE)],
)
def test_against_oracle(library, function, args, options, expected):
    library.agrees(function, expected, *args, **options)


def test_linear_against_torch():
    F = pytest.importorskip("torch.nn.functional")
    from torch import tensor

    x, weight, bias = tensor(A), tensor(W), tensor(ROW)
    assert F.linear(x, weight, bias).allclose(la.linear(x, weight, bias))
    assert F.cosine_similarity(x, tensor(B), dim=1).allclose(
        la.cosine_similarity(x, tensor(B), axis=1)
    )


@referee("oracle", la.gram_schmidt)
@pytest.mark.parametrize("V", [TALL, TALL.T[:, :3], SQUARE])
def test_gram_schmidt_against_qr(library, V):
    Q, R = scipy.linalg.qr(V, mode="economic")
    # The signs of a QR decomposition are free; here diag(R) is positive.
    library.agrees(la.gram_schmidt, Q * np.sign(np.diag(R)), V)


def test_gram_schmidt_drops_dependent_columns(library):
    Q = scipy.linalg.qr(TALL, mode="economic")[0]
    for dtype in ("float64", "float32"):
        found = la.gram_schmidt(library.asarray(DEPENDENT, dtype))
        assert tuple(found.shape) == (5, 3)
        found = library.to_numpy(found)
        rtol = 1e-12 if dtype == "float64" else 1e-5
        np.testing.assert_allclose(found @ found.T, Q @ Q.T, atol=rtol)
    zeros = la.gram_schmidt(library.asarray(np.zeros((3, 2))))
    assert tuple(zeros.shape) == (3, 0)


@pytest.mark.parametrize("V", [
    HILBERT, HILBERT * 1e-200, HILBERT * 1e200,
    HILBERT * 10.0 ** np.arange(-60, 100, 20),
], ids=["hilbert", "tiny", "huge", "tiny to huge"])
def test_gram_schmidt_is_orthogonal_to_rounding(V):
    Q = la.gram_schmidt(V)
    assert Q.shape == (8, 8)
    assert np.abs(Q.T @ Q - np.eye(8)).max() < 1e-14


def test_gram_schmidt_tolerance_is_relative_to_the_column():
    V = np.array([[1.0, 1.0], [0.0, 1e-4]])
    for scale in (1.0, 1e-30):
        assert la.gram_schmidt(V * scale).shape == (2, 2)
        assert la.gram_schmidt(V * scale, tol=1e-3).shape == (2, 1)


ECHELON = [
    np.array([[0.0, 1], [0, 0]]),
    np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]),
    np.array([[0.0, 0, 1, 2], [0, 0, 2, 4], [0, 3, 1, 1]]),
    np.array([[1.0, 2], [2, 4], [3, 6], [0, 1]]),
    np.zeros((2, 3)),
    np.array([[2.0, 4, -2, 2], [4, 9, -3, 8], [-2, -3, 7, 10]]),
]


def assert_echelon(R, pivots, matrix):
    """Compare with SymPy's exact reduced form, which is unique."""
    reduced, exact = sympy.Matrix(matrix.astype(int)).rref()
    assert pivots == tuple(exact)
    for i, j in enumerate(pivots):
        assert R[i, j] != 0
        assert (R[i, :j] == 0).all() and (R[i + 1 :, j] == 0).all()
    assert (R[len(pivots) :] == 0).all()
    again = sympy.Matrix(R).rref(iszerofunc=lambda x: abs(x) < 1e-9)[0]
    np.testing.assert_allclose(
        np.array(again, float), np.array(reduced, float), atol=1e-7
    )


@referee("oracle", la.row_echelon)
@pytest.mark.parametrize("matrix", ECHELON)
def test_row_echelon_against_sympy(library, matrix):
    for dtype in ("float64", "float32"):
        x = library.asarray(matrix, dtype)
        R, pivots = la.row_echelon(x)
        assert library.owns(R) and R.dtype == x.dtype
        assert all(type(j) is int for j in pivots)
        if dtype == "float64":
            assert_echelon(library.to_numpy(R), pivots, matrix)
        else:
            assert pivots == la.row_echelon(matrix)[1]


def test_row_echelon_exchanges_for_the_largest_pivot(library):
    library.agrees(
        la.row_echelon,
        (np.array([[2.0, 2, 2], [0, 2, 4], [0, 0, 0]]), (0, 1)),
        np.array([[0.0, 2, 4], [1, 1, 1], [2, 2, 2]]),
    )
    library.agrees(la.row_echelon, (np.zeros((0, 3)), ()), np.zeros((0, 3)))


def test_row_echelon_tolerance_is_relative_to_the_matrix():
    matrix = np.array([[1.0, 1.0], [1.0, 1.0 + 1e-6]])
    for scale in (1.0, 1e-30, 1e30):
        assert la.row_echelon(matrix * scale)[1] == (0, 1)
        assert la.row_echelon(matrix * scale, tol=1e-5)[1] == (0,)


# ------------------------------------------------------- where formulas fail


def test_norms_neither_overflow_nor_underflow(library):
    for s in (1e200, 1e-200, 1e-310, 1e308):
        x = s * np.array([0.6, 0.8])
        for function, right in [
            (la.l2_norm, s), (la.cosine_similarity, 1.0), (la.project, x),
            (la.pairwise_euclidean_distance, np.array([[s]])),
        ]:
            args = {
                la.l2_norm: (x,),
                la.cosine_similarity: (x, x),
                la.project: (x, x),
                la.pairwise_euclidean_distance: (
                    x[None, :], 0 * x[None, :]
                ),
            }[function]
            options = {"eps": 0.0} if function is la.cosine_similarity else {}
            got = function(*map(library.asarray, args), **options)
            library.assert_close(got, np.asarray(right), rtol=1e-11)
    infinite = np.array([[np.inf, 1.0], [3e38, -np.inf], [np.nan, 0.0]])
    library.agrees(la.l2_norm, np.array([np.inf, np.inf, np.nan]), infinite)


def test_zero_vectors(library):
    zero, x = np.zeros(3), np.arange(3.0)
    library.agrees(la.l2_norm, np.array(0.0), zero)
    library.agrees(la.cosine_similarity, np.array(0.0), zero, x)
    library.agrees(la.cosine_similarity, np.array(0.0), zero, zero)


def test_distances_of_near_points_far_away(library):
    X = RNG.integers(0, 100, size=(6, 3)) / 64.0
    far = X + 1e8
    got = la.pairwise_euclidean_distance(
        library.asarray(far), library.asarray(far)
    )
    library.assert_close(got, cdist(X, X), rtol=1e-14)
    assert (np.diag(library.to_numpy(got)) == 0).all()


def test_distances_of_more_rows_than_fit_a_block(library, monkeypatch):
    monkeypatch.setattr(la, "_BLOCK", 12)
    X, Y = normal(7, 2), normal(3, 2)
    library.agrees(la.pairwise_euclidean_distance, cdist(X, Y), X, Y)


@pytest.mark.parametrize(("matrix", "right"), [
    ([[0, 1], [1, 0]], [3, 4]),
    ([[1e-20, 1], [1, 1]], [1, 2]),
    ([[1, 0], [0, 1e-20]], [1, 2e-20]),
    ([[1e200, 1], [1, 1e-100]], [1, 2]),
    ([[1, 1], [0, 1e-20]], [1, 2]),
])
def test_solve_pivots_and_bears_scaling(library, matrix, right):
    matrix, right = np.array(matrix, float), np.array(right, float)
    exact = sympy.Matrix(matrix.tolist()).applyfunc(sympy.Rational)
    x = exact.LUsolve(sympy.Matrix(right.tolist()).applyfunc(sympy.Rational))
    got = la.solve(library.asarray(matrix), library.asarray(right))
    np.testing.assert_allclose(
        library.to_numpy(got), np.array(x, float).ravel(), rtol=1e-14
    )


@pytest.mark.parametrize("matrix", [
    [[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[0, 0], [0, 1]], [[1, 2], [2, 4]],
    [[0]], [[1, 1, 0], [0, 0, 0], [0, 1, 1]],
])
def test_singular_matrices_are_refused(library, matrix):
    matrix = np.array(matrix, float)
    for dtype in ("float64", "float32"):
        singular = library.asarray(matrix, dtype)
        with pytest.raises(ValueError, match="A must not be singular"):
            la.solve(singular, library.asarray(np.ones(len(matrix)), dtype))
        with pytest.raises(ValueError, match="A must not be singular"):
            la.inverse(singular)


def test_one_singular_matrix_in_a_batch_is_refused(library):
    batch = np.stack([np.eye(2), np.ones((2, 2))])
    with pytest.raises(ValueError, match="no pivot for column 1"):
        la.inverse(library.asarray(batch))


def test_integers(library):
    x = library.asarray(np.array([[1, 2], [3, 4]]))
    for kept in (la.transpose(x), la.vec(x)):
        assert kept.dtype == x.dtype
    default = library.xp.empty(0).dtype
    for made in (la.matmul(x, x), la.trace(x), la.dot(x, x), la.inverse(x)):
        assert library.owns(made) and made.dtype == default


# ----------------------------------------------------------------- gradients
DIFFERENTIABLE = [
    (la.dot, A, B),
    (la.cosine_similarity, A, V),
    (la.l2_norm, A),
    (la.l1_norm, A),
    (la.pairwise_euclidean_distance, A, B[:, :2]),
    (la.project, A, V),
    (la.reflect, A, V),
    (la.gram_schmidt, TALL),
    (la.matmul, A, SQUARE),
    (la.transpose, A),
    (la.inverse, SQUARES),
    (la.solve, SQUARE, V),
    (la.solve, SQUARES, A),
    (la.trace, SQUARES),
    (la.trace_of_product, A, B.mT),
    (la.hadamard, A, B),
    (la.kronecker, A, TURN),
    (la.vec, A),
    (la.linear, A, W, ROW),
    (la.projection_matrix, TALL),
    (la.rotation_matrix, U),
    (la.determinant, SQUARES),
    (la.determinant, ZERO_PIVOTS),
]


@referee("gradient", *dict.fromkeys(row[0] for row in DIFFERENTIABLE))
@pytest.mark.parametrize("function, args", [
    (function, args) for function, *args in DIFFERENTIABLE
])
def test_gradients(function, args):
    check_gradient(function, *args)


@referee("gradient", la.row_echelon)
def test_gradient_of_row_echelon():
    check_gradient(lambda x: la.row_echelon(x)[0], TALL.T)


exempt(
    "gradient", la.is_orthogonal, la.is_symmetric, because="boolean output"
)


@pytest.mark.parametrize("function, value", [
    (la.l2_norm, np.zeros((2, 3))),
    (lambda x: la.pairwise_euclidean_distance(x, x), TALL),
    (lambda x: la.project(x, 0 * x), TALL),
    (lambda x: la.cosine_similarity(x, 0 * x), TALL),
], ids=["l2_norm", "distance", "project", "cosine"])
def test_gradients_at_zero_are_finite(function, value):
    torch = pytest.importorskip("torch")
    x = torch.tensor(value, requires_grad=True)
    function(x).sum().backward()
    assert torch.isfinite(x.grad).all()


def test_gradient_of_distances_of_a_set_to_itself():
    torch = pytest.importorskip("torch")
    x, y = (torch.tensor(TALL, requires_grad=True) for _ in range(2))
    (la.pairwise_euclidean_distance(x, x) ** 2).sum().backward()
    # Sum of squares over all pairs: 4 n (x_i - mean).
    right = 4 * len(TALL) * (TALL - TALL.mean(axis=0))
    np.testing.assert_allclose(x.grad.numpy(), right)


# ---------------------------------------------------------------- properties
numbers = st.floats(-100, 100).map(lambda x: round(x, 3))
sizes = st.integers(1, 4)


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


def close(got, right, size=1.0):
    np.testing.assert_allclose(got, right, rtol=1e-9, atol=1e-9 * size)


def regular(M):
    """Return M with a diagonal that dominates its rows."""
    return M + np.diag(1 + np.abs(M).sum(axis=1) * np.where(
        np.diag(M) < 0, -1, 1
    ))


@referee("property", la.dot, la.l2_norm)
@given(several("n", "n"))
def test_cauchy_and_schwarz(pair):
    a, b = pair
    assert la.dot(a, b) == la.dot(b, a)
    bound = la.l2_norm(a) * la.l2_norm(b)
    assert abs(la.dot(a, b)) <= bound * (1 + 1e-12)


@referee("property", la.l1_norm, la.l2_norm)
@given(several("n"), st.integers(-900, 900))
def test_norms_bound_each_other_and_scale(arrays, power):
    (x,) = arrays
    one, two = la.l1_norm(x), la.l2_norm(x)
    assert two <= one * (1 + 1e-12)
    assert one <= math.sqrt(len(x)) * two * (1 + 1e-12)
    assert la.l2_norm(x * 2.0**power) == two * 2.0**power


@referee("property", la.cosine_similarity)
@given(several("n", "n"), st.floats(0.5, 1e3))
def test_cosine_is_bounded_and_blind_to_length(pair, factor):
    a, b = pair
    cos = la.cosine_similarity(a, b)
    assert abs(cos) <= 1 + 1e-12
    close(la.cosine_similarity(factor * a, b), cos)
    close(la.cosine_similarity(a, -b), -cos)
    if a.any():
        close(la.cosine_similarity(a, a), 1)


@referee("property", la.pairwise_euclidean_distance)
@given(several("nd"), st.floats(-1e3, 1e3))
def test_distance_is_a_metric_that_no_shift_changes(arrays, shift):
    (X,) = arrays
    D = la.pairwise_euclidean_distance(X, X)
    assert (np.diag(D) == 0).all() and (D == D.T).all()
    assert (D[:, None] <= D[..., None] + D + 1e-9).all()
    close(la.pairwise_euclidean_distance(X + shift, X + shift), D, 1e3)


@referee("property", la.project)
@given(several("n", "n"))
def test_what_projection_leaves_is_orthogonal(pair):
    a, b = pair
    p = la.project(a, b)
    close((a - p) @ b, 0, 1e4)
    close(la.project(p, b), p, 100)
    close(la.project(a, -3 * b), p, 100)


@referee("property", la.reflect)
@given(several("mn", "n"))
def test_reflecting_twice_is_staying(arrays):
    X, v = arrays
    mirrored = la.reflect(X, v)
    close(la.reflect(mirrored, v), X, 100)
    close(la.l2_norm(mirrored), la.l2_norm(X), 100)
    close(la.reflect(v, v), -v, 100)


@referee("property", la.gram_schmidt, la.projection_matrix)
@given(several("mk", "kn"))
def test_a_basis_spans_the_columns(arrays):
    V = arrays[0] @ arrays[1]
    Q = la.gram_schmidt(V)
    assert Q.shape[1] <= min(arrays[0].shape + arrays[1].shape)
    close(Q.T @ Q, np.eye(Q.shape[1]))
    P = la.projection_matrix(V)
    close(P, P.T)
    close(P @ P, P)
    close(P @ V, V, np.abs(V).max())
    close(np.trace(P), Q.shape[1])


@referee("property", la.matmul, la.transpose)
@given(several("mk", "kn", "np"))
def test_products_associate_and_turn_around(arrays):
    A, B, C = arrays
    AB = la.matmul(A, B)
    close(la.matmul(AB, C), la.matmul(A, la.matmul(B, C)), 1e6)
    close(la.transpose(AB), la.matmul(la.transpose(B), la.transpose(A)), 1e4)
    assert (la.transpose(la.transpose(A)) == A).all()


@referee("property", la.solve, la.inverse)
@given(several("nn", "nk"))
def test_solutions_solve(arrays):
    A, B = regular(arrays[0]), arrays[1]
    close(A @ la.solve(A, B), B, 100)
    # One column alone may be rounded otherwise than among others.
    close(la.solve(A, B[:, 0]), la.solve(A, B)[:, 0], 100)
    close(la.inverse(A) @ A, np.eye(len(A)))
    close(la.inverse(la.inverse(A)), A, 1e3)


@referee("property", la.row_echelon)
@given(st.tuples(sizes, sizes).flatmap(lambda shape: hypothesis_arrays(
    int, shape, elements=st.integers(-2, 2)
)))
def test_row_echelon_of_small_integers_is_exact(matrix):
    R, pivots = la.row_echelon(matrix.astype(float))
    assert_echelon(R, pivots, matrix)


@referee("property", la.trace, la.trace_of_product)
@given(several("mn", "nm"))
def test_trace_is_cyclic(pair):
    A, B = pair
    close(la.trace(A @ B), la.trace(B @ A), 1e4)
    close(la.trace_of_product(A, B), la.trace(A @ B), 1e4)
    close(la.trace_of_product(A, A.T), np.sum(A**2))


@referee("property", la.hadamard)
@given(several("mn", "mn", "m", "n"))
def test_hadamard_laws(arrays):
    A, B, u, v = arrays
    product = la.hadamard(A, B)
    assert (product == la.hadamard(B, A)).all()
    assert (la.hadamard(A, np.ones_like(A)) == A).all()
    # With a matrix of rank one it scales rows and columns.
    close(
        la.hadamard(A, np.outer(u, v)), np.diag(u) @ A @ np.diag(v), 1e6
    )


@referee("property", la.kronecker, la.vec)
@given(several("mn", "np", "pq"))
def test_kronecker_and_vec(arrays):
    A, X, B = arrays
    close(la.vec(A @ X @ B), la.kronecker(B.T, A) @ la.vec(X), 1e7)


@referee("property", la.is_orthogonal, la.rotation_matrix)
@given(st.floats(-10, 10), st.floats(-10, 10), st.floats(1e-3, 10))
def test_rotations_compose_and_are_orthogonal(a, b, stretch):
    R, S = la.rotation_matrix(a), la.rotation_matrix(b)
    close(R @ S, la.rotation_matrix(a + b))
    close(la.determinant(R), 1)
    assert la.is_orthogonal(R) and la.is_orthogonal(R @ np.diag([1, -1]))
    assert not la.is_orthogonal(R @ np.diag([1, 1 + stretch]))


@referee("property", la.is_symmetric)
@given(several("nn"), st.integers(-200, 200))
def test_symmetric_and_antisymmetric_parts(arrays, power):
    A = arrays[0] * 2.0**power
    assert la.is_symmetric(A + A.T) and la.is_symmetric(A @ A.T)
    assert la.is_symmetric(A - A.T) == (A == A.T).all()


@referee("property", la.linear)
@given(several("mn", "on", "o"))
def test_a_layer_treats_each_row_alone(arrays):
    X, W, b = arrays
    Y = la.linear(X, W, b)
    for x, y in zip(X, Y, strict=True):
        close(y, W @ x + b, 1e5)
    close(la.linear(X, W) + b, Y, 1e5)


@referee("property", la.determinant)
@given(several("nn", "nn"), st.data())
def test_determinant_multiplies_and_alternates(pair, data):
    A, B = (x / 10 for x in pair)
    size = 1e4 ** len(A)
    det = la.determinant(A)
    close(la.determinant(A @ B), det * la.determinant(B), size)
    close(la.determinant(A.T), det, size)
    assume(len(A) > 1)
    i, j = data.draw(st.permutations(range(len(A))))[:2]
    swapped = A.copy()
    swapped[[i, j]] = A[[j, i]]
    close(la.determinant(swapped), -det, size)


# ----------------------------------------------------------------- bad input
vector, matrix = np.ones(3), np.ones((2, 3))
BAD = [
    (la.dot, (vector, U), r"a and b must have the same length .*\(3,\).*4"),
    (la.dot, (np.ones((2, 3)), np.ones((4, 3))), r"axes of a and b must"),
    (la.dot, (np.array(1.0), vector), r"a must have an axis"),
    (la.cosine_similarity, (vector, U), r"a and b must have the same len"),
    (la.l2_norm, (np.array(1.0),), r"x must have an axis -1, got .*\(\)"),
    (la.l1_norm, (np.array(1.0),), r"x must have an axis -1, got .*\(\)"),
    (la.pairwise_euclidean_distance, (matrix, np.ones((4, 2))),
     r"X and Y must have the shapes \(..., n, d\).*\(2, 3\) and \(4, 2\)"),
    (la.pairwise_euclidean_distance, (matrix, vector),
     r"Y must have the shape \(..., m, n\), got \(3,\)"),
    (la.pairwise_euclidean_distance, (A, np.ones((5, 3, 4))),
     r"axes of X and Y must broadcast"),
    (la.project, (vector, U), r"a and b must have the same length"),
    (la.reflect, (matrix, U), r"x and v must have the same length"),
    (la.gram_schmidt, (vector,), r"V must have the shape \(m, n\).*\(3,\)"),
    (la.gram_schmidt, (A,), r"V must have the shape \(m, n\).*\(2, 3, 4\)"),
    (la.matmul, (matrix, matrix),
     r"A and B must have the shapes \(..., m, k\) and \(..., k, n\)"),
    (la.matmul, (matrix, np.array(2.0)), r"A and B must .*\(2, 3\) and \(\)"),
    (la.matmul, (A, np.ones((3, 4, 2))), r"axes of A and B must broadcast"),
    (la.transpose, (vector,), r"A must have the shape \(..., m, n\)"),
    (la.inverse, (matrix,), r"A must have the shape \(..., n, n\).*\(2, 3"),
    (la.row_echelon, (vector,), r"A must have the shape \(m, n\)"),
    (la.row_echelon, (A,), r"A must have the shape \(m, n\)"),
    (la.solve, (matrix, vector), r"A must have the shape \(..., n, n\)"),
    (la.solve, (np.eye(3), U), r"b must have the shape \(3,\) or \(..., 3, k"),
    (la.solve, (np.eye(3), np.array(1.0)), r"b must have the shape"),
    (la.solve, (SQUARES, np.ones((5, 3, 1))), r"axes of A and b must"),
    (la.trace, (matrix,), r"A must have the shape \(..., n, n\)"),
    (la.trace_of_product, (matrix, matrix),
     r"A and B must have the shapes \(..., m, n\) and \(..., n, m\)"),
    (la.trace_of_product, (matrix, vector), r"A and B must have the shapes"),
    (la.hadamard, (matrix, vector), r"B must have the shape \(2, 3\) of A"),
    (la.kronecker, (vector, matrix), r"A must have the shape \(..., m, n\)"),
    (la.kronecker, (matrix, vector), r"B must have the shape \(..., m, n\)"),
    (la.vec, (vector,), r"X must have the shape \(..., m, n\), got \(3,\)"),
    (la.is_orthogonal, (vector,), r"Q must have the shape \(m, n\)"),
    (la.is_symmetric, (vector,), r"A must have the shape \(m, n\)"),
    (la.linear, (U, matrix), r"x must have the shape \(..., 3\) for W"),
    (la.linear, (vector, vector), r"W must have the shape \(m, n\)"),
    (la.linear, (vector, matrix, vector), r"b must have the shape \(2,\)"),
    (la.projection_matrix, (vector,), r"A must have the shape \(m, n\)"),
    (la.determinant, (matrix,), r"A must have the shape \(..., n, n\)"),
]


@referee("bad input", *dict.fromkeys(row[0] for row in BAD))
@pytest.mark.parametrize(
    "function, args, message", BAD,
    ids=[f"{row[0].__name__}-{i}" for i, row in enumerate(BAD)],
)
def test_bad_shapes_are_named(library, function, args, message):
    with pytest.raises(ValueError, match=message):
        function(*library.convert(args))


@referee("bad input", la.rotation_matrix)
@pytest.mark.parametrize("function", [la.rotation_matrix, la.l2_norm])
def test_what_is_not_numeric_is_refused(function):
    with pytest.raises(TypeError, match="expected an array or numbers"):
        function("ninety degrees")


def test_an_axis_beyond_both_vectors_is_refused():
    with pytest.raises(ValueError, match="must have an axis 1"):
        la.dot([1.0, 2.0], [3.0, 4.0], axis=1)

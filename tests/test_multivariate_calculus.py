"""mathlib.multivariate_calculus against SciPy, torch, SymPy, closed forms."""

import math

import numpy as np
import pytest
import scipy.linalg
import scipy.optimize
import scipy.special
import sympy
from array_api_compat import array_namespace
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as hypothesis_arrays
from referees import check_gradient, exempt, referee

import mathlib.multivariate_calculus as mc
from mathlib.course.judge import judge, run_here
from mathlib.exercises import find, givens
from mathlib.multivariate_calculus import Value, backward

RNG = np.random.default_rng(5)


def normal(*shape):
    return RNG.normal(size=shape)


X, D = 1 + 0.3 * normal(5), normal(5)
MATRIX, OTHER = normal(2, 3), normal(2, 3)
A, SQUARES = normal(4, 4), normal(2, 4, 4)
U, BATCH = normal(4), normal(2, 4)
JACOBIANS = (normal(3, 4), normal(5, 3), normal(2, 5))
ROW = normal(2)
LOGITS = np.array([[0.5, -1.0, 2.0], [1000.0, 999.0, -1000.0]])


# --------------------------------- functions that run on every array library


def rosen(x):
    xp = array_namespace(x)
    bends = x[1:] - x[:-1] ** 2
    return xp.sum(100.0 * bends**2 + (1.0 - x[:-1]) ** 2)


def rosen_gradient(x):
    xp = array_namespace(x)
    bends = x[1:] - x[:-1] ** 2
    first = xp.concat([-400.0 * x[:-1] * bends - 2.0 * (1.0 - x[:-1]),
                       xp.zeros_like(x[:1])])
    return first + xp.concat([xp.zeros_like(x[:1]), 200.0 * bends])


def cubes(x):
    xp = array_namespace(x)
    return xp.sum(x**3) / 3.0


def squares(x):
    return x**2


def spherical(x):
    """Take (r, theta, phi) to (x, y, z)."""
    xp = array_namespace(x)
    r, theta, phi = x[0], x[1], x[2]
    return xp.stack([r * xp.sin(theta) * xp.cos(phi),
                     r * xp.sin(theta) * xp.sin(phi), r * xp.cos(theta)])


def linear_map(matrix):
    def function(x):
        xp = array_namespace(x)
        # With the axes of x in one row, so that x may have any shape.
        W = xp.asarray(matrix, dtype=x.dtype, device=x.device)
        return xp.reshape(W @ xp.reshape(x, (-1,)), (matrix.shape[0],))

    return function


def linear_gradient(H):
    """Return the gradient of x^T H x / 2 for a symmetric H, any shape."""
    def gradient(x):
        return array_namespace(x).reshape(linear_map(H)(x), x.shape)

    return gradient


def spherical_jacobian(r, theta, phi):
    symbols = sympy.symbols("r theta phi")
    r_, t, p = symbols
    to = sympy.Matrix([r_ * sympy.sin(t) * sympy.cos(p),
                       r_ * sympy.sin(t) * sympy.sin(p), r_ * sympy.cos(t)])
    exact = to.jacobian(symbols).subs(
        dict(zip(symbols, (r, theta, phi), strict=True))
    )
    return np.array(exact.evalf(), dtype=float)


POINT = np.array([2.0, 0.7, -0.4])

# function, arguments, options, what another source says, relative error
TABLE = [
    (mc.numerical_gradient, (rosen, X), {}, scipy.optimize.rosen_der(X),
     1e-7),
    (mc.numerical_gradient, (cubes, MATRIX), {}, MATRIX**2, 1e-7),
    (mc.numerical_gradient, (cubes, SQUARES), {}, SQUARES**2, 1e-7),
    (mc.numerical_gradient, (cubes, np.array(2.0)), {}, np.array(4.0), 1e-7),
    (mc.numerical_gradient, (cubes, np.zeros((0, 2))), {}, np.zeros((0, 2)),
     1e-7),
    # Of a cube the difference leaves out exactly h^2 / 3.
    (mc.numerical_gradient, (cubes, MATRIX), {"h": 0.3},
     MATRIX**2 + 0.03, 1e-10),
    (mc.directional_derivative, (rosen, X, D), {},
     scipy.optimize.rosen_der(X) @ D / np.linalg.norm(D), 1e-7),
    (mc.directional_derivative, (cubes, MATRIX, 1e6 * OTHER), {},
     np.sum(MATRIX**2 * OTHER) / np.linalg.norm(OTHER), 1e-7),
    (mc.jacobian, (spherical, POINT), {}, spherical_jacobian(*POINT), 1e-8),
    (mc.jacobian, (linear_map(JACOBIANS[0]), U), {}, JACOBIANS[0], 1e-8),
    (mc.jacobian, (linear_map(JACOBIANS[0][:1]), U), {}, JACOBIANS[0][:1],
     1e-8),
    (mc.jacobian, (rosen, X), {}, scipy.optimize.rosen_der(X)[None, :],
     1e-7),
    (mc.jacobian, (squares, np.array([3.0])), {}, np.array([[6.0]]), 1e-8),
    (mc.jacobian, (lambda x: x**3, U), {"h": 0.3},
     np.diag(3 * U**2 + 0.09), 1e-10),
    (mc.hessian, (rosen, X), {}, scipy.optimize.rosen_hess(X), 1e-5),
    (mc.hessian, (cubes, U), {}, np.diag(2 * U), 1e-5),
    # Of a fourth power the difference of steps 2h leaves out 8 h^2.
    (mc.hessian, (lambda x: x[0] ** 4 + x[0] * x[1], U[:2]), {"h": 0.1},
     np.array([[12 * U[0] ** 2 + 0.08, 1], [1, 0.0]]), 1e-9),
    (mc.softmax_jacobian, (LOGITS[0],), {},
     np.diag(scipy.special.softmax(LOGITS[0]))
     - np.outer(*[scipy.special.softmax(LOGITS[0])] * 2), None),
    (mc.softmax_jacobian, (LOGITS,), {}, np.stack([
        np.diag(s) - np.outer(s, s)
        for s in scipy.special.softmax(LOGITS, axis=1)
    ]), None),
    (mc.quadratic_form_gradient, (A, U), {},
     np.einsum("ij,j->i", A, U) + np.einsum("ij,i->j", A, U), None),
    (mc.quadratic_form_gradient, (SQUARES, BATCH), {},
     np.einsum("bij,bj->bi", SQUARES, BATCH)
     + np.einsum("bij,bi->bj", SQUARES, BATCH), None),
    (mc.quadratic_form_gradient, (A, BATCH), {}, BATCH @ (A + A.T), None),
    (mc.gauss_newton_matrix, (A,), {}, np.einsum("ki,kj->ij", A, A), None),
    (mc.gauss_newton_matrix, (MATRIX, np.diag([1.0, 2.0])), {},
     np.einsum("ki,k,kj->ij", MATRIX, [1, 2], MATRIX), None),
    (mc.gauss_newton_matrix, (SQUARES[:, :3],), {},
     np.einsum("ski,skj->ij", SQUARES[:, :3], SQUARES[:, :3]), None),
    (mc.gauss_newton_matrix, (SQUARES, A), {},
     np.einsum("ski,kl,slj->ij", SQUARES, A, SQUARES), None),
    (mc.gauss_newton_matrix, (SQUARES, SQUARES[::-1].copy()), {},
     np.einsum("ski,skl,slj->ij", SQUARES, SQUARES[::-1], SQUARES), None),
    (mc.hessian_vector_product, (rosen_gradient, X, D), {},
     scipy.optimize.rosen_hess_prod(X, D), 1e-7),
    (mc.hessian_vector_product, (squares, MATRIX, OTHER), {},
     2 * MATRIX * OTHER, 1e-8),
    (mc.hessian_vector_product, (squares, MATRIX, 1e9 * OTHER), {},
     2e9 * MATRIX * OTHER, 1e-8),
    (mc.hessian_vector_product, (squares, MATRIX, 1e-9 * OTHER), {},
     2e-9 * MATRIX * OTHER, 1e-8),
    (mc.hessian_vector_product, (squares, MATRIX, 0 * OTHER), {},
     np.zeros((2, 3)), None),
    # The step has the length h: 0.3 / 5 for each unit of v = (3, 4).
    (mc.hessian_vector_product,
     (lambda x: x**3, np.ones(2), np.array([3.0, 4.0])), {"h": 0.3},
     np.array([9 + 3**3 * 0.06**2, 12 + 4**3 * 0.06**2]), 1e-10),
]


@referee("oracle", *dict.fromkeys(row[0] for row in TABLE))
@pytest.mark.parametrize(
    "function, args, options, expected, rtol", TABLE,
    ids=[f"{row[0].__name__}-{i}" for i, row in enumerate(TABLE)],
)
def test_against_oracle(library, function, args, options, expected, rtol):
    library.agrees(function, expected, *args, rtol=rtol, **options)


SIGNS = {
    "minimum": (1, 2, 1e-3), "maximum": (-1, -1e-3, -2),
    "saddle": (1, -1e-3, 0), "inconclusive": (0, 1, 1e-12),
}


@referee("oracle", mc.classify_critical_point)
@pytest.mark.parametrize("scale", [1.0, 1e-12, 1e12])
@pytest.mark.parametrize("kind", SIGNS)
def test_kind_of_point_by_construction(library, kind, scale):
    Q = scipy.linalg.qr(normal(3, 3))[0]
    H = Q @ np.diag(SIGNS[kind]) @ Q.T * scale
    library.agrees(mc.classify_critical_point, kind, H)
    if kind == "inconclusive":
        library.agrees(mc.classify_critical_point, kind, -H)
        library.agrees(mc.classify_critical_point, kind, 0 * H)


def test_tolerance_of_the_kind_of_point(library):
    H = np.diag([1.0, 1e-4])
    library.agrees(mc.classify_critical_point, "minimum", H)
    library.agrees(mc.classify_critical_point, "inconclusive", H, tol=1e-3)
    # The diagonal is positive, the determinant too: neither is enough.
    tilted = np.array([[1.0, 2, 2], [2, 1, 2], [2, 2, 1]])
    assert np.linalg.det(tilted) > 0
    library.agrees(mc.classify_critical_point, "saddle", tilted)
    # The noise of second differences is no asymmetry, a wrong formula is.
    noisy = np.array([[1.0, 0.5], [0.5 + 1e-5, 1.0]])
    library.agrees(mc.classify_critical_point, "minimum", noisy)
    with pytest.raises(ValueError, match="H must be symmetric"):
        mc.classify_critical_point(library.asarray(noisy + [[0, 0], [.1, 0]]))
    numbers = mc.hessian(rosen, [1.0, 1.0, 1.0])
    assert mc.classify_critical_point(numbers) == "minimum"


@referee("oracle", mc.chain_jacobian, mc.chain_vjp)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_chains_against_multi_dot(library, dtype):
    right = np.linalg.multi_dot(JACOBIANS[::-1])
    mine = library.convert(JACOBIANS, dtype)
    library.assert_close(mc.chain_jacobian(mine), right, dtype=dtype)
    library.assert_close(
        mc.chain_jacobian(mine[:1]), JACOBIANS[0], dtype=dtype
    )
    v = library.asarray(ROW, dtype)
    library.assert_close(mc.chain_vjp(mine, v), ROW @ right, dtype=dtype)
    library.assert_close(mc.chain_vjp([], v), ROW, dtype=dtype)
    rows = library.asarray(normal(3, 2), dtype)
    library.assert_close(
        mc.chain_vjp(mine, rows),
        library.to_numpy(rows).astype(float) @ right, dtype=dtype,
    )


def test_chains_of_batches(library):
    first, second = normal(6, 3, 4), normal(6, 2, 3)
    pair = library.convert((first, second))
    library.assert_close(
        mc.chain_jacobian(pair), np.einsum("bij,bjk->bik", second, first)
    )
    rows = normal(6, 2)
    library.assert_close(
        mc.chain_vjp(pair, library.asarray(rows)),
        np.einsum("bi,bij,bjk->bk", rows, second, first),
    )


def test_vjp_never_multiplies_two_matrices():
    class Watched(np.ndarray):
        def __rmatmul__(self, other):
            assert other.shape[-2] == 1, "a matrix times a matrix"
            return np.asarray(other) @ np.asarray(self)

        __array_ufunc__ = None

    chain = [J.view(Watched) for J in JACOBIANS]
    np.testing.assert_allclose(
        mc.chain_vjp(chain, ROW), ROW @ np.linalg.multi_dot(JACOBIANS[::-1])
    )


SPECTRA = [
    (3.0, -5.0), (3.0, 2.0, 1.0), (-1.0, -4.0, -4.0), (0.0, -2.0),
    (5.0, -5.0), (0.0, 0.0), (2.0, 2.0), (-3.0, -3.0), (7.0,), (-7.0,),
    (1e9, -3e9), (1e-9, -3e-9), (4.0, 1.0, *[-5.0] * 20),
]


@referee("oracle", mc.sharpness)
@pytest.mark.parametrize("spectrum", SPECTRA, ids=str)
def test_sharpness_of_a_known_spectrum(library, spectrum):
    n = len(spectrum)
    Q = scipy.linalg.qr(normal(n, n))[0]
    gradient = linear_gradient(Q @ np.diag(spectrum) @ Q.T)
    size = max(map(abs, spectrum))
    for dtype in ("float64", "float32"):
        found = mc.sharpness(gradient, library.asarray(np.zeros(n), dtype))
        assert type(found) is float
        assert found == pytest.approx(
            max(spectrum), rel=1e-4, abs=1e-5 * size
        )


def test_sharpness_of_rosenbrock_anywhere(library):
    right = scipy.linalg.eigvalsh(scipy.optimize.rosen_hess(X))[-1]
    x = library.asarray(X)
    found = mc.sharpness(rosen_gradient, x)
    assert found == pytest.approx(right, rel=1e-4)
    assert mc.sharpness(rosen_gradient, x) == found
    again = mc.sharpness(rosen_gradient, x, rng=np.random.default_rng(8))
    assert again != found and again == pytest.approx(right, rel=1e-4)
    np.testing.assert_array_equal(library.to_numpy(x), X)
    # Any shape, as the weights of a layer have it.
    H = A + A.T
    found = mc.sharpness(
        linear_gradient(H), library.asarray(np.zeros((2, 2)))
    )
    assert found == pytest.approx(scipy.linalg.eigvalsh(H)[-1], rel=1e-3)


def test_sharpness_stops_in_time():
    calls = []

    def gradient(x):
        calls.append(x)
        return np.array([1.0, 0.999, -1.0]) * x

    mc.sharpness(gradient, np.zeros(3), max_iter=7, tol=0.0)
    assert len(calls) == 2 * 2 * 7
    calls.clear()
    mc.sharpness(gradient, np.zeros(3), max_iter=1)
    assert len(calls) == 2 * 2
    calls.clear()
    rough = mc.sharpness(gradient, np.zeros(3), tol=0.5)
    assert len(calls) <= 2 * 2 * 4 and 0 < rough < 0.9999


def test_hessian_vector_product_takes_two_gradients():
    calls = []

    def gradient(x):
        calls.append(x)
        return x**3

    mc.hessian_vector_product(gradient, np.ones(50), np.ones(50))
    assert len(calls) == 2


# -------------------------------------------------------------- gradient check


@referee("oracle", mc.gradient_check)
@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
def test_gradient_check_is_relative(library, scale):
    def f(x):
        return scale * cubes(x)

    for dtype in ("float64", "float32"):
        x = library.asarray(MATRIX, dtype)
        right = mc.gradient_check(f, lambda x: scale * x**2, x)
        assert type(right) is float and right < 1e-8
        # |g - 3g| / (|g| + |3g|), and for a gradient of the wrong sign 1.
        triple = mc.gradient_check(f, lambda x: 3 * scale * x**2, x)
        assert triple == pytest.approx(1 / 2, rel=1e-7)
        wrong = mc.gradient_check(f, lambda x: -scale * x**2, x)
        assert wrong == pytest.approx(1, rel=1e-7)
        np.testing.assert_array_equal(
            library.to_numpy(x), MATRIX.astype(dtype)
        )


def test_gradient_check_without_gradients():
    def zero(x):
        return 0 * x

    assert mc.gradient_check(lambda x: 7.0, zero, MATRIX) == 0.0
    assert mc.gradient_check(lambda x: (x**2).sum(), zero, [0.0]) == 0.0
    assert mc.gradient_check(lambda x: 7.0, lambda x: x + 1, [0, 0]) == 1.0
    assert math.isnan(
        mc.gradient_check(cubes, lambda x: x * math.nan, MATRIX)
    )


def test_gradient_check_with_another_step():
    rough = mc.gradient_check(cubes, squares, np.array([1.0]), h=0.3)
    assert rough == pytest.approx(0.03 / 2.03)


# ------------------------------------------------------------ what f may do


@pytest.mark.parametrize("function, h", [
    (mc.numerical_gradient, 1e-5), (mc.hessian, 1e-4), (mc.jacobian, 1e-5),
])
def test_functions_get_fresh_arrays(library, function, h):
    x = library.asarray(U)

    def careless(x):
        y = cubes(x)
        x[0] = 1e6
        return y

    library.assert_close(function(careless, x), library.to_numpy(
        function(cubes, x)
    ), rtol=1e-12)
    np.testing.assert_array_equal(library.to_numpy(x), U)


def test_plain_numbers_and_lists_are_outputs(library):
    x = library.asarray(np.array([3.0, 5.0]))

    def number(x):
        return float(x[0]) ** 2 * float(x[1])

    library.assert_close(
        mc.numerical_gradient(number, x), np.array([30.0, 9.0]), rtol=1e-8
    )
    library.assert_close(
        mc.jacobian(lambda x: [number(x), 7], x),
        np.array([[30.0, 9.0], [0, 0]]), rtol=1e-8,
    )
    library.assert_close(
        mc.numerical_gradient(lambda x: x[:1] * x[1:], x),
        np.array([5.0, 3.0]), rtol=1e-8,
    )
    library.assert_close(
        mc.jacobian(number, x), np.array([[30.0, 9.0]]), rtol=1e-8
    )


def test_integers_become_floats(library):
    x = library.asarray(np.array([1, 2, 3]))
    default = library.xp.empty(0).dtype
    for made in (
        mc.numerical_gradient(cubes, x), mc.jacobian(squares, x),
        mc.hessian(cubes, x), mc.hessian_vector_product(squares, x, x),
        mc.softmax_jacobian(x),
    ):
        assert library.owns(made) and made.dtype == default


def test_derivatives_against_torch():
    torch = pytest.importorskip("torch")
    functional = torch.autograd.functional
    x, point = torch.tensor(X), torch.tensor(POINT)
    for found, right in [
        (mc.jacobian(spherical, point),
         functional.jacobian(spherical, point)),
        (mc.hessian(rosen, x), functional.hessian(rosen, x)),
        (mc.hessian_vector_product(rosen_gradient, x, torch.tensor(D)),
         functional.hvp(rosen, x, torch.tensor(D))[1]),
        (mc.softmax_jacobian(point),
         functional.jacobian(lambda z: torch.softmax(z, 0), point)),
    ]:
        torch.testing.assert_close(found, right, rtol=1e-5, atol=1e-5)


def test_gauss_newton_is_the_hessian_of_a_linear_model():
    X, labels = normal(20, 2), RNG.integers(0, 3, 20)

    def loss(w):
        logits = X @ w.reshape(3, 2).T
        picked = logits[np.arange(20), labels]
        return np.sum(scipy.special.logsumexp(logits, axis=1) - picked)

    w = normal(6)
    p = scipy.special.softmax(X @ w.reshape(3, 2).T, axis=1)
    J = np.einsum("ij,sk->sijk", np.eye(3), X).reshape(20, 3, 6)
    curvature = np.einsum("si,ij->sij", p, np.eye(3))
    curvature -= np.einsum("si,sj->sij", p, p)
    G = mc.gauss_newton_matrix(J, curvature)
    np.testing.assert_allclose(G, mc.hessian(loss, w), atol=1e-5)
    # Without the Hessian of the loss it is another matrix.
    assert np.abs(mc.gauss_newton_matrix(J) - G).max() > 1


# ------------------------------------------------------ automatic derivatives
EXPRESSIONS = {
    "sum and difference": (lambda a, b: (a + b - 3.0) - (2 - a), MATRIX,
                           OTHER),
    "product": (lambda a, b: 2 * a * b * a, MATRIX, OTHER),
    "quotient": (lambda a, b: (a / b) / 3 + 2 / b, MATRIX, 2 + OTHER**2),
    "powers": (lambda a, b: a**3 + b**-0.5 + a**0 + a**1, MATRIX,
               1 + OTHER**2),
    "power of a number": (lambda a: 2.0**a + (1 + a * a) ** a, MATRIX),
    "sign": (lambda a: -(-a * -a), MATRIX),
    "functions": (lambda a: (a.exp() + 1).log() * a.tanh() + a.relu(),
                  MATRIX),
    "waves": (lambda a: a.sin() * (2 * a).cos(), MATRIX),
    "broadcast rows": (lambda a, b: a * b + b, MATRIX, normal(3)),
    "broadcast columns": (lambda a, b: (a - b) / (b * b + 1), MATRIX,
                          normal(2, 1)),
    "broadcast both": (lambda a, b: a * b, normal(2, 1), normal(1, 3)),
    "broadcast a batch": (lambda a, b: a * b, normal(4, 2, 3), normal(1, 3)),
    "sums": (lambda a: a.sum(axis=0) * a.sum(axis=1, keepdims=True)
             + a.sum() + a.sum(axis=-1).exp().sum(), MATRIX),
    "sum of a batch": (lambda a: a.sum(axis=(0, 2)).tanh()
                       * a.sum(axis=1, keepdims=True).sum(axis=-1),
                       normal(2, 3, 3)),
    "matrix matrix": (lambda a, b: (a @ b.mT).tanh() @ b, MATRIX, OTHER),
    "matrix vector": (lambda a, b: (a @ b).exp(), MATRIX, normal(3)),
    "vector matrix": (lambda a, b: (a @ b).exp(), normal(2), MATRIX),
    "vector vector": (lambda a, b: (a @ b).exp() * a, normal(3), normal(3)),
    "batch matrix": (lambda a, b: (a @ b.mT) ** 2, normal(4, 2, 3), MATRIX),
    "matrix batch": (lambda a, b: (a.mT @ b) ** 2, MATRIX, normal(4, 2, 3)),
    "batch vector": (lambda a, b: (a @ b) ** 2, normal(4, 2, 3), normal(3)),
    "vector batch": (lambda a, b: (a @ b) ** 2, normal(2), normal(4, 2, 3)),
    "softmax cross-entropy": (
        lambda W, x, y: ((x @ W.mT).exp().sum(axis=-1).log()
                         - (x @ W.mT * y).sum(axis=-1)) / 5,
        normal(3, 4), normal(5, 4), np.eye(3)[[0, 2, 1, 1, 0]],
    ),
}


def derivatives(expression, arguments):
    """Return a number and its derivatives by all the arguments."""
    values = [Value(a) for a in arguments]
    output = expression(*values)
    total = output.sum() if output.shape else output
    backward(total)
    return total.data, [v.grad for v in values]


def differences(expression, arguments):
    """Return the same derivatives by differences."""
    def moved(i):
        def f(x):
            others = list(arguments)
            others[i] = x
            output = expression(*map(Value, others))
            return (output.sum() if output.shape else output).data

        return f

    return [
        mc.numerical_gradient(moved(i), a) for i, a in enumerate(arguments)
    ]


def names(expressions):
    return pytest.mark.parametrize("name", list(expressions))


@referee("oracle", mc.Value, mc.backward)
@names(EXPRESSIONS)
def test_backward_against_differences(library, name):
    expression, *arguments = EXPRESSIONS[name]
    right = [np.asarray(d) for d in differences(expression, arguments)]
    for dtype in ("float64", "float32"):
        mine = library.convert(tuple(arguments), dtype)
        output, found = derivatives(expression, mine)
        assert isinstance(output, float) or library.owns(output)
        for a, g, r in zip(mine, found, right, strict=True):
            library.assert_close(g, r, dtype=dtype, rtol=(
                1e-7 if dtype == "float64" else 2e-4
            ))
            assert g.shape == a.shape
    assert Value in (Value, backward)


@names(EXPRESSIONS)
def test_backward_against_torch(name):
    torch = pytest.importorskip("torch")
    expression, *arguments = EXPRESSIONS[name]
    tensors = [torch.tensor(a, requires_grad=True) for a in arguments]
    expression(*tensors).sum().backward()
    output, found = derivatives(expression, arguments)
    for g, tensor in zip(found, tensors, strict=True):
        np.testing.assert_allclose(g, tensor.grad, rtol=1e-12, atol=1e-12)


SCALARS = {
    "shared": lambda x, y: (x * y + x) * (x * y + x),
    "square": lambda x, y: x * x + y / x,
    "powers": lambda x, y: (x**3 - 2 * y**-2) / (1 + x**2) + 2**x,
    "mixed": lambda x, y: -(x - 1) * (3 - y) / (x + y) - 0.5 * y,
}


@names(SCALARS)
def test_plain_numbers_against_sympy(name):
    symbols = sympy.symbols("x y")
    exact = SCALARS[name](*symbols)
    point = dict(zip(symbols, (1.5, -0.75), strict=True))
    x, y = (Value(v) for v in point.values())
    output = SCALARS[name](x, y)
    backward(output)
    assert type(output.data) is float and type(x.grad) is float
    assert output.data == pytest.approx(float(exact.subs(point)), rel=1e-12)
    for value, symbol in zip((x, y), symbols, strict=True):
        right = float(exact.diff(symbol).subs(point))
        assert value.grad == pytest.approx(right, rel=1e-12)


@pytest.mark.parametrize("name, value, slope", [
    ("exp", math.exp(0.7), math.exp(0.7)), ("log", math.log(0.7), 1 / 0.7),
    ("tanh", math.tanh(0.7), 1 / math.cosh(0.7) ** 2), ("relu", 0.7, 1.0),
    ("sin", math.sin(0.7), math.cos(0.7)),
    ("cos", math.cos(0.7), -math.sin(0.7)), ("sum", 0.7, 1.0),
])
def test_functions_of_plain_numbers(name, value, slope):
    x = Value(0.7)
    y = getattr(x, name)()
    backward(y)
    assert type(y.data) is float and y.op == name and y.parents == (x,)
    assert y.data == pytest.approx(value) and x.grad == pytest.approx(slope)


def test_by_hand():
    a, b = Value(2.0), Value(3.0)
    L = (a * b + a) ** 2
    backward(L)
    assert (L.data, a.grad, b.grad) == (64.0, 64.0, 32.0)
    assert L.grad == 1.0 and L.op == "**2" and L.parents[0].op == "+"
    assert repr(a) == "Value(data=2.0, grad=64.0)"


def test_a_second_backward_starts_afresh():
    x = Value([1.0, 2.0])
    y = x * x
    first, second = y.sum(), (3 * y).sum()
    for _ in range(3):
        backward(first)
        assert x.grad.tolist() == [2.0, 4.0]
    backward(second)
    assert x.grad.tolist() == [6.0, 12.0]
    # What is no part of the graph is left alone.
    assert first.grad == 1.0 and Value(4.0).grad == 0.0


def test_gradients_share_no_memory():
    x, y = Value([1.0, 2.0]), Value([3.0, 4.0])
    backward((x + y).sum())
    x.grad += 10
    assert y.grad.tolist() == [1.0, 1.0]
    x.grad[0] = 7
    data = np.array([1.0, 2.0])
    x = Value(data)
    backward((x * 1.0 + x).sum())
    assert data.tolist() == [1.0, 2.0]


def test_deep_graphs_and_many_paths():
    x = Value(1.0)
    y = x
    for _ in range(50_000):
        y = y + x
    backward(y)
    assert y.data == x.grad == 50_001.0
    y = x
    for _ in range(60):
        y = y + y
    backward(y)
    assert x.grad == 2.0**60


def test_order_of_parents_does_not_matter():
    # The long way round must be complete before x passes anything on.
    for swap in (False, True):
        w = Value(2.0)
        x = w * 1.0
        long = ((x + 1) + 1) * x
        y = x + long if swap else long + x
        backward(y)
        assert w.grad == 2 * 2 + 2 + 1


@pytest.mark.parametrize("left", [
    2, 2.0, True, np.float64(2), np.float32(2), np.array(2.0),
    np.array([2.0, 3.0]), [2.0, 3.0],
], ids=repr)
def test_numbers_on_both_sides(left):
    data = np.array([1.5, 2.5])
    for op in ("+", "-", "*", "/", "**"):
        def apply(a, b, op=op):
            return eval(f"a {op} b")

        x = Value(data)
        y = apply(left, x)
        assert type(y) is Value
        np.testing.assert_allclose(y.data, apply(np.asarray(left), data))
        if op != "**":
            z = apply(x, left)
            np.testing.assert_allclose(z.data, apply(data, np.asarray(left)))
        assert x.data is data
    if np.ndim(left):
        assert (left @ Value(data)).data == (Value(data) @ left).data == 10.5


def test_torch_tensors_on_the_left():
    torch = pytest.importorskip("torch")
    x = Value(torch.tensor([1.0, 2.0]))
    y = torch.tensor([3.0, 4.0]) * x + torch.tensor(1.0)
    backward(y.sum())
    assert x.grad.tolist() == [3.0, 4.0] and x.grad.dtype is torch.float32


def test_derivatives_of_derivatives_by_torch():
    torch = pytest.importorskip("torch")
    data = torch.tensor(MATRIX, requires_grad=True)
    x = Value(data)
    backward((x**3 + x.sin()).sum())
    x.grad.sum().backward()
    np.testing.assert_allclose(data.grad, 6 * MATRIX - np.sin(MATRIX))


def test_kinks_and_infinities():
    for x in (0.0, -0.0, -1.0, -math.inf):
        value = Value(x)
        backward(value.relu())
        assert value.relu().data == 0.0 and value.grad == 0.0
    x = Value([0.0, -1.0, 2.0, -np.inf, np.inf])
    backward(x.relu().sum())
    assert x.grad.tolist() == [0.0, 0.0, 1.0, 0.0, 1.0]
    assert np.isnan(Value([np.nan]).relu().data).all()
    assert math.isnan(Value(math.nan).relu().data)
    assert Value([800.0, -800.0]).tanh().data.tolist() == [1.0, -1.0]
    zero = Value([0.0, 2.0])
    backward((zero**0 + zero**1).sum())
    assert zero.grad.tolist() == [1.0, 1.0]


def test_kinds_of_data(library):
    assert type(Value(3).data) is type(Value(np.float32(3)).data) is float
    assert type(Value(np.array(3.0)).data) is float
    whole = Value(library.asarray(np.array([1, 2])))
    assert whole.data.dtype == library.xp.empty(0).dtype
    x = library.asarray(MATRIX)
    assert Value(x).data is x and Value(x).shape == (2, 3)
    assert Value(1.0).shape == () and Value([1, 2]).data.dtype == float
    # A number that stands for an array of one: any shape of length 1.
    one = Value(library.asarray(np.ones((1, 1))))
    backward(one * 3)
    library.assert_close(one.grad, np.full((1, 1), 3.0))


def test_operations_of_ones_own(library):
    def cube(x):
        value = Value(x.data**3, (x,), "cube")
        value.pullback = lambda g: (g * 3 * x.data**2,)
        return value

    x = Value(library.asarray(MATRIX))
    backward(cube(x).sum())
    library.assert_close(x.grad, 3 * MATRIX**2)
    total = Value(float(MATRIX.sum()), (x,), "total")
    total.pullback = lambda g: (library.asarray(np.array(7.0)),)
    backward(total)
    library.assert_close(x.grad, np.full((2, 3), 7.0))
    y = Value(2.0)
    z = Value(5.0, [y], "numpy's")
    z.pullback = lambda g: (np.float64(7.0),)
    backward(z * np.array([1.0]))
    assert y.grad == 7.0 and type(y.grad) is float


def test_a_perceptron_learns_iris():
    from sklearn.datasets import load_iris

    X, labels = load_iris(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    Y = np.eye(3)[labels]
    rng = np.random.default_rng(0)
    W, b = Value(rng.normal(size=(8, 4)) / 2), Value(np.zeros(8))
    V, c = Value(rng.normal(size=(3, 8)) / 3), Value(np.zeros(3))

    def logits():
        return (X @ W.mT + b).tanh() @ V.mT + c

    for _ in range(150):
        z = logits()
        loss = (z.exp().sum(axis=-1).log() - (z * Y).sum(axis=-1)).sum()
        backward(loss)
        for p in (W, b, V, c):
            p.data = p.data - 0.5 / 150 * p.grad
    assert (logits().data.argmax(axis=1) == labels).mean() > 0.95


# ----------------------------------------------------------------- gradients
SYMMETRIC = SQUARES + SQUARES.mT
DIFFERENTIABLE = [
    (lambda *J: mc.chain_jacobian(J), *JACOBIANS),
    (lambda v, *J: mc.chain_vjp(J, v), ROW, *JACOBIANS),
    (mc.softmax_jacobian, normal(2, 3)),
    (mc.quadratic_form_gradient, SQUARES, BATCH),
    (mc.gauss_newton_matrix, SQUARES),
    (mc.gauss_newton_matrix, SQUARES, SYMMETRIC),
]


@referee("gradient", mc.softmax_jacobian, mc.quadratic_form_gradient,
         mc.gauss_newton_matrix)
@pytest.mark.parametrize("function, args", [
    (function, args) for function, *args in DIFFERENTIABLE
])
def test_gradients(function, args):
    check_gradient(function, *args)


@referee("gradient", mc.chain_jacobian, mc.chain_vjp)
def test_gradients_of_chains():
    check_gradient(lambda *J: mc.chain_jacobian(J), *JACOBIANS)
    check_gradient(lambda v, *J: mc.chain_vjp(J, v), ROW, *JACOBIANS)


exempt(
    "gradient", mc.numerical_gradient, mc.directional_derivative,
    mc.jacobian, mc.hessian, mc.hessian_vector_product,
    because="differences already",
)
exempt(
    "gradient", mc.sharpness, mc.gradient_check, mc.classify_critical_point,
    because="plain numbers and words",
)
exempt(
    "gradient", mc.Value, mc.backward,
    because="compared with torch.autograd above",
)


# ---------------------------------------------------------------- properties
numbers = st.floats(-10, 10).map(lambda x: round(x, 3))
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


def close(got, right, size=1.0, rtol=1e-9):
    np.testing.assert_allclose(got, right, rtol=rtol, atol=rtol * size)


@referee("property", mc.numerical_gradient, mc.quadratic_form_gradient)
@given(several("nn", "n"))
def test_gradient_of_quadratic_forms(pair):
    A, x = pair
    found = mc.numerical_gradient(lambda x: x @ A @ x, x)
    close(found, mc.quadratic_form_gradient(A, x), 1e4, rtol=1e-8)
    close(x @ mc.quadratic_form_gradient(A, x), 2 * x @ A @ x, 1e4)


@referee("property", mc.directional_derivative)
@given(several("n", "n", "n"), st.floats(0.1, 100))
def test_no_direction_is_steeper_than_the_gradient(arrays, factor):
    w, x, d = arrays
    assume(d.any() and np.linalg.norm(d) > 1e-3)

    def f(x):
        return np.sin(w @ x)

    slope = mc.directional_derivative(f, x, d)
    gradient = w * np.cos(w @ x)
    assert slope <= np.linalg.norm(gradient) + 1e-6
    close(mc.directional_derivative(f, x, factor * d), slope, 40, 1e-8)
    close(mc.directional_derivative(f, x, -d), -slope, 40, 1e-8)
    if np.linalg.norm(gradient) > 1e-3:
        steepest = mc.directional_derivative(f, x, gradient)
        close(steepest, np.linalg.norm(gradient), 400, 1e-7)


@referee("property", mc.jacobian)
@given(several("mn", "km", "n"))
def test_jacobians_of_a_composition_multiply(arrays):
    A, B, x = arrays
    A, B = A / 10, B / 10

    def inner(x):
        return np.sin(A @ x)

    def outer(y):
        return np.cos(B @ y)

    whole = mc.jacobian(lambda x: outer(inner(x)), x)
    assert whole.shape == (len(B), len(x))
    product = mc.jacobian(outer, inner(x)) @ mc.jacobian(inner, x)
    close(whole, product, 10, 1e-7)


@referee("property", mc.hessian)
@given(several("nn", "n", "n"))
def test_hessian_of_a_quadratic_form(arrays):
    A, b, x = arrays
    H = mc.hessian(lambda x: x @ A @ x + b @ x, x)
    assert (H == H.T).all()
    close(H, A + A.T, 1e3, 1e-6)


def roots_above_zero(H):
    """Count positive eigenvalues by Descartes' rule, which is exact here.

    All roots are real: there are as many above 0 as changes of sign among
    the coefficients of the characteristic polynomial.
    """
    signs = [c for c in sympy.Matrix(H).charpoly().all_coeffs() if c]
    return sum(bool(a * b < 0) for a, b in zip(signs, signs[1:], strict=False))


@referee("property", mc.classify_critical_point)
@given(hypothesis_arrays(int, st.integers(1, 3).map(lambda n: (n, n)),
                         elements=st.integers(-3, 3)))
def test_kind_of_point_against_exact_definiteness(matrix):
    H = matrix + matrix.T
    kind = mc.classify_critical_point(H, tol=1e-7)
    positive, negative = (roots_above_zero(M) for M in (H, -H))
    if positive == len(H):
        assert kind == "minimum"
    elif negative == len(H):
        assert kind == "maximum"
    else:
        both = positive and negative
        assert kind == ("saddle" if both else "inconclusive")
    opposite = {"minimum": "maximum", "maximum": "minimum"}
    assert mc.classify_critical_point(-H) == opposite.get(kind, kind)


@referee("property", mc.chain_jacobian, mc.chain_vjp)
@given(several("ab", "ca", "dc", "d"))
def test_both_ends_of_a_chain_agree(arrays):
    *jacobians, v = arrays
    whole = mc.chain_jacobian(jacobians)
    close(mc.chain_vjp(jacobians, v), v @ whole, 1e6)
    close(mc.chain_vjp(jacobians[:2], mc.chain_vjp(jacobians[2:], v)),
          v @ whole, 1e6)


OPERATIONS = {
    "+": (2, lambda a, b: a + b, lambda a, b, da, db: da + db),
    "-": (2, lambda a, b: a - b, lambda a, b, da, db: da - db),
    "*": (2, lambda a, b: a * b, lambda a, b, da, db: a * db + b * da),
    "/": (2, lambda a, b: a / (b * b + 1), lambda a, b, da, db: (
        da / (b * b + 1) - 2 * a * b * db / (b * b + 1) ** 2
    )),
    "tanh": (1, lambda a: a.tanh(),
             lambda a, da: da / math.cosh(min(abs(a), 300.0)) ** 2),
    "sin": (1, lambda a: a.sin(), lambda a, da: da * math.cos(a)),
    "relu": (1, lambda a: a.relu(), lambda a, da: da if a > 0 else 0.0),
}
programs = st.lists(
    st.tuples(st.sampled_from(sorted(OPERATIONS)), st.integers(0, 99),
              st.integers(0, 99)),
    min_size=1, max_size=20,
)


@referee("property", mc.Value, mc.backward)
@given(programs, st.tuples(numbers, numbers))
def test_random_graphs_against_forward_mode(program, point):
    """Carry derivatives forwards, one input after the other."""
    values = [Value(v) for v in point]
    tangents = [np.array([1.0, 0.0]), np.array([0.0, 1.0])]
    for name, *picked in program:
        arity, function, rule = OPERATIONS[name]
        at = [i % len(values) for i in picked[:arity]]
        data = [values[i].data for i in at]
        assume(all(abs(d) < 1e6 for d in data))
        tangents.append(rule(*data, *(tangents[i] for i in at))
                        + np.zeros(2))
        values.append(function(*(values[i] for i in at)))
    output = sum(values[2:], Value(0.0))
    right = sum(tangents[2:])
    size = sum(np.abs(t).max() for t in tangents)
    for _ in range(2):
        backward(output)
        close([v.grad for v in values[:2]], right, size)


@referee("property", mc.gradient_check)
@given(several("n", "n"), st.integers(-30, 30))
def test_relative_errors_lie_between_0_and_1(pair, power):
    w, g = pair
    scale = 2.0**power
    error = mc.gradient_check(
        lambda x: scale * (w @ x), lambda x: scale * g, 0 * w
    )
    assert 0 <= error <= 1 + 1e-12
    size = np.linalg.norm(w) + np.linalg.norm(g)
    close(error, np.linalg.norm(w - g) / max(size, 1e-12 / scale), 1, 1e-7)


@referee("property", mc.softmax_jacobian)
@given(several("bn"), st.floats(-100, 100))
def test_softmax_jacobian_is_a_laplacian(arrays, shift):
    (z,) = arrays
    J = mc.softmax_jacobian(z)
    assert (J == J.mT).all()
    close(J.sum(axis=-1), 0)
    close(mc.softmax_jacobian(z + shift), J)
    assert (np.linalg.eigvalsh(J) > -1e-12).all()


@referee("property", mc.gauss_newton_matrix)
@given(several("smn", "mm"))
def test_gauss_newton_adds_up_samples(arrays):
    J, root = arrays
    stacked = mc.gauss_newton_matrix(J.reshape(-1, J.shape[-1]))
    close(mc.gauss_newton_matrix(J), stacked, 1e3)
    G = mc.gauss_newton_matrix(J, root.T @ root)
    close(G, mc.gauss_newton_matrix(root @ J), 1e6)
    assert np.linalg.eigvalsh(G).min() > -1e-6


@referee("property", mc.hessian_vector_product)
@given(several("nn", "n", "n", "n"), st.floats(-1e3, 1e3))
def test_hessian_vector_product_is_linear(arrays, factor):
    A, x, u, v = arrays
    H = A + A.T

    def product(v):
        return mc.hessian_vector_product(lambda x: H @ x, x, v)

    close(product(v), H @ v, 1e4, 1e-8)
    close(product(u + factor * v), product(u) + factor * product(v),
          1e7, 1e-8)


@referee("property", mc.sharpness)
@given(several("nn", "n"), st.floats(-20, 20))
def test_sharpness_moves_with_the_spectrum(arrays, shift):
    A, x = arrays
    H = (A + A.T) / 2
    right = np.linalg.eigvalsh(H)[-1]
    found = mc.sharpness(lambda x: H @ x, x, max_iter=400, tol=1e-9)
    close(found, right, 50, 1e-4)
    moved = mc.sharpness(
        lambda x: H @ x + shift * x, x, max_iter=400, tol=1e-9
    )
    close(moved, right + shift, 50, 1e-4)


# ----------------------------------------------------------------- bad input
vector, matrix = np.ones(3), np.ones((2, 3))
BAD = [
    (mc.numerical_gradient, (squares, vector), {},
     r"f must return one number, got the shape \(3,\)"),
    (mc.numerical_gradient, (cubes, vector), {"h": 0.0}, "h must be positi"),
    (mc.numerical_gradient, (cubes, vector), {"h": -1e-5}, "h must be posit"),
    (mc.directional_derivative, (squares, vector, vector), {},
     "f must return one number"),
    (mc.directional_derivative, (cubes, vector, 0 * vector), {},
     "direction must not be zero"),
    (mc.directional_derivative, (cubes, vector, matrix), {},
     r"direction must have the shape \(3,\) of x, got \(2, 3\)"),
    (mc.jacobian, (squares, matrix), {},
     r"x must have the shape \(n,\) with n at least 1, got \(2, 3\)"),
    (mc.jacobian, (squares, np.zeros(0)), {}, r"x must .* got \(0,\)"),
    (mc.jacobian, (lambda x: x[:, None] * x[None, :], vector), {},
     r"f must return an array of shape \(m,\) or one number.*\(3, 3\)"),
    (mc.jacobian, (squares, vector), {"h": 0.0}, "h must be positive"),
    (mc.hessian, (cubes, matrix), {}, r"x must have the shape \(n,\)"),
    (mc.hessian, (squares, vector), {}, "f must return one number"),
    (mc.hessian, (cubes, vector), {"h": np.nan}, "h must be positive"),
    (mc.classify_critical_point, (matrix,), {},
     r"H must have the shape \(n, n\) with n > 0, got \(2, 3\)"),
    (mc.classify_critical_point, (np.zeros((0, 0)),), {}, r"H must .*\(0, 0"),
    (mc.classify_critical_point, (np.ones((1, 2, 2)),), {}, "H must have"),
    (mc.classify_critical_point, (np.array([[1.0, 2], [3, 4]]),), {},
     "H must be symmetric"),
    (mc.classify_critical_point, (np.array([[np.nan]]),), {},
     "H must be finite"),
    (mc.chain_jacobian, ((),), {}, "jacobians must hold a matrix at least"),
    (mc.chain_jacobian, ((matrix, matrix),), {},
     r"jacobians\[1\] must have as many columns as jacobians\[0\] has rows"),
    (mc.chain_jacobian, ((matrix, vector),), {},
     r"jacobians\[1\] must have the shape \(..., m, n\), got \(3,\)"),
    (mc.chain_vjp, ((matrix.T, matrix), vector), {},
     r"v must have the shape \(..., 2\) for a last Jacobian of shape \(2, 3"),
    (mc.chain_vjp, ((matrix, matrix), vector[:2]), {}, r"jacobians\[1\] must"),
    (mc.chain_vjp, ((matrix,), np.array(1.0)), {}, "v must have an axis"),
    (mc.chain_jacobian, ((np.ones((4, 2, 3)), np.ones((5, 2, 2))),), {},
     r"leading axes of all arguments must broadcast, got \(4,\) and \(5,\)"),
    (mc.chain_vjp, ((np.ones((4, 2, 3)),), np.ones((5, 2))), {},
     r"leading axes of all arguments must broadcast, got \(5,\) and \(4,\)"),
    (mc.quadratic_form_gradient, (SQUARES, np.ones((5, 4))), {},
     r"leading axes of A and x must broadcast, got \(2,\) and \(5,\)"),
    (mc.softmax_jacobian, (np.array(1.0),), {}, "z must have an axis -1"),
    (mc.softmax_jacobian, (np.zeros(0),), {}, "z must have entries"),
    (mc.quadratic_form_gradient, (matrix, vector), {},
     r"A must have the shape \(..., n, n\), got \(2, 3\)"),
    (mc.quadratic_form_gradient, (np.eye(2), vector), {},
     r"x must have the shape \(..., 2\) for A of shape \(2, 2\), got \(3,"),
    (mc.gauss_newton_matrix, (vector,), {},
     r"J must have the shape \(..., m, n\), got \(3,\)"),
    (mc.gauss_newton_matrix, (matrix, np.eye(3)), {},
     r"loss_hessian must have the shape \(2, 2\).*got \(3, 3\)"),
    (mc.gauss_newton_matrix, (matrix, vector[:2]), {}, "loss_hessian must"),
    (mc.gradient_check, (cubes, cubes, vector), {},
     r"grad must return the shape \(3,\) of x, got \(\)"),
    (mc.gradient_check, (squares, squares, vector), {},
     "f must return one number"),
    (mc.gradient_check, (cubes, squares, vector), {"h": 0}, "h must be posi"),
    (mc.hessian_vector_product, (squares, vector, matrix), {},
     r"v must have the shape \(3,\) of x, got \(2, 3\)"),
    (mc.hessian_vector_product, (cubes, vector, vector), {},
     "grad must return the shape"),
    (mc.hessian_vector_product, (squares, vector, vector), {"h": -1},
     "h must be positive"),
    (mc.sharpness, (squares, np.zeros((0, 2))), {},
     r"x must not be empty, got \(0, 2\)"),
    (mc.sharpness, (cubes, vector), {}, "grad must return the shape"),
    (mc.sharpness, (squares, vector), {"max_iter": 0}, "max_iter must be at"),
]


@referee("bad input", *dict.fromkeys(row[0] for row in BAD))
@pytest.mark.parametrize(
    "function, args, options, message", BAD,
    ids=[f"{row[0].__name__}-{i}" for i, row in enumerate(BAD)],
)
def test_bad_arguments_are_named(library, function, args, options, message):
    with pytest.raises(ValueError, match=message):
        function(*library.convert(args), **options)


@pytest.mark.parametrize("function, args", [
    (mc.numerical_gradient, (cubes,)), (mc.jacobian, (squares,)),
    (mc.hessian, (cubes,)), (mc.gradient_check, (cubes, squares)),
    (mc.sharpness, (squares,)),
])
def test_complex_points_are_refused(function, args):
    with pytest.raises(TypeError, match="x must be real, got complex128"):
        function(*args, np.array([1j]))


@referee("bad input", mc.Value)
@pytest.mark.parametrize("data", [
    "one", None, 1j, [1j], np.complex128(1j), np.array(1j), np.str_("one"),
    [Value(1.0)], {"a": 1},
], ids=str)
def test_only_numbers_have_derivatives(data):
    with pytest.raises(TypeError, match="must be real|expected an array"):
        Value(data)


@referee("bad input", mc.backward)
def test_only_one_number_goes_backward():
    with pytest.raises(ValueError, match=r"one number, got the shape \(2,\)"):
        backward(Value([1.0, 2.0]))
    with pytest.raises(ValueError, match="op 'mystery' has no pullback"):
        backward(Value(1.0, (Value(2.0),), "mystery") + 1)


def test_operations_that_do_not_fit():
    x = Value([1.0, 2.0])
    for wrong in (lambda: x + np.ones(3), lambda: x @ np.ones(3),
                  lambda: x.sum(axis=1)):
        with pytest.raises(ValueError):
            wrong()
    for wrong in (lambda: Value(1.0) @ 2.0, lambda: Value(-8.0) ** 0.5,
                  lambda: x + "two"):
        with pytest.raises(TypeError):
            wrong()
    # Plain numbers follow Python.
    with pytest.raises(ZeroDivisionError):
        1 / Value(0.0)
    with pytest.raises(OverflowError):
        Value(1000.0).exp()


# ------------------------------------------------------ the exercises' side


@pytest.mark.parametrize("name, shape", [
    ("bumpy", (4,)), ("bumpy", (2, 3)), ("square_times", (2,)),
])
def test_the_gradients_that_exercises_give_are_right(name, shape):
    f, grad = givens.build(name), givens.build(f"{name}_gradient")
    assert mc.gradient_check(f, grad, RNG.normal(size=shape)) < 1e-9


def test_the_engine_of_the_module_solves_the_exercise_of_the_engine():
    run = run_here({"Value": Value, "backward": backward})
    assert judge(find("Value"), run, seed=5).complete

"""mathlib.calculus against NumPy, SciPy, torch.autograd and closed forms."""

import math

import numpy as np
import pytest
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as hypothesis_arrays
from numpy.polynomial import polynomial
from referees import check_gradient, exempt, referee
from scipy import integrate, optimize

import mathlib.calculus as ca
from mathlib.calculus import Dual

RNG = np.random.default_rng(4)
X = RNG.normal(size=(3, 4))
POSITIVE = RNG.uniform(0.3, 3, size=(2, 3))
C = RNG.normal(size=(2, 5))
HUGE = np.array([-1000.0, -40, 40, 1000])
AT_ZERO = np.array([-np.inf, -2.0, -0.0, 0.0, 1e-30, 3.0, np.inf])
N = np.arange(1.0, 31)

entries = hypothesis_arrays(
    float, st.tuples(st.integers(0, 3), st.integers(1, 4)),
    elements=st.floats(-30, 30),
)
coefficients = hypothesis_arrays(
    float, st.integers(1, 6), elements=st.floats(-3, 3)
)
numbers = st.floats(-3, 3)


def cube(x):
    return x * x * x


def cube_slope(x):
    return 3 * x * x


def line(x):
    return 2 * x - 1


def two(x):
    return 2.0


def minus_one(x):
    return -1


# -------------------------------------------------------------- by formulas

# function, arguments, options, what another source says
TABLE = [
    (ca.polynomial_derivative, (np.array([5.0, 0, 3, 2]),), {},
     np.array([0.0, 6, 6])),
    (ca.polynomial_derivative, (C,), {}, polynomial.polyder(C.T).T),
    (ca.polynomial_derivative, (np.array([7.0]),), {}, np.zeros(1)),
    (ca.polynomial_derivative, (C[:, :1],), {}, np.zeros((2, 1))),
    (ca.exp_derivative, (X,), {}, np.exp(X)),
    (ca.exp_derivative, (np.array([-np.inf, np.inf, np.nan]),), {},
     np.array([0, np.inf, np.nan])),
    (ca.log_derivative, (POSITIVE,), {}, 1 / POSITIVE),
    (ca.log_derivative, (np.array([-2.0, 0, np.inf]),), {},
     np.array([np.nan, np.nan, 0])),
    (ca.sigmoid_derivative, (X,), {}, scipy.stats.logistic.pdf(X)),
    (ca.sigmoid_derivative, (np.array(0.0),), {}, np.array(0.25)),
    (ca.sigmoid_derivative, (np.array([-np.inf, np.inf, np.nan]),), {},
     np.array([0, 0, np.nan])),
    (ca.tanh_derivative, (X,), {}, 1 / np.cosh(X) ** 2),
    (ca.tanh_derivative, (np.array(0.0),), {}, np.array(1.0)),
    (ca.tanh_derivative, (np.array([-np.inf, np.inf, np.nan]),), {},
     np.array([0, 0, np.nan])),
    (ca.relu_derivative, (X,), {}, np.heaviside(X, 0)),
    (ca.relu_derivative, (AT_ZERO,), {}, np.array([0.0, 0, 0, 0, 1, 1, 1])),
    (ca.leaky_relu_derivative, (X,), {}, np.where(X > 0, 1.0, 0.01)),
    (ca.leaky_relu_derivative, (AT_ZERO,), {"negative_slope": 1.5},
     np.array([1.5, 1.5, 1.5, 1.5, 1, 1, 1])),
    (ca.leaky_relu_derivative, (np.array(-1.0),), {}, np.array(0.01)),
    (ca.sum_derivative, (cube_slope, two, X), {}, 3 * X**2 + 2),
    (ca.sum_derivative, (two, minus_one, X), {}, np.ones((3, 4))),
    (ca.product_derivative, (cube, cube_slope, line, two, X), {},
     8 * X**3 - 3 * X**2),
    (ca.product_derivative, (cube, cube_slope, line, two, np.array(2.0)),
     {}, np.array(52.0)),
    (ca.chain_derivative, (cube_slope, line, two, X), {},
     6 * (2 * X - 1) ** 2),
    (ca.chain_derivative, (line, cube, cube_slope, X[0]), {},
     (2 * X[0] ** 3 - 1) * 3 * X[0] ** 2),
    (ca.chain_derivative, (minus_one, line, two, X), {},
     np.full((3, 4), -2.0)),
    # Without rounding, so that single precision is as good.
    (ca.central_difference, (cube, np.array([1.0, -2])), {"h": 0.125},
     np.array([3 + 1 / 64, 12 + 1 / 64])),
    (ca.central_difference, (line, np.array(4.0)), {"h": 0.5},
     np.array(2.0)),
    (ca.central_difference, (two, X), {}, np.zeros((3, 4))),
    (ca.taylor_polynomial, (np.ones(5), 0.0, np.array(1.0)), {},
     np.array(65 / 24)),
    (ca.taylor_polynomial, (np.array([9.0, 6, 2]), 3.0, X), {}, X**2),
    (ca.taylor_polynomial, (C[0], np.array(0.5), X), {}, polynomial.polyval(
        X - 0.5, C[0] / scipy.special.factorial(np.arange(5)))),
    (ca.taylor_polynomial, (np.array([7.0]), 2, X), {}, np.full((3, 4), 7.0)),
    (ca.taylor_polynomial, (np.ones(200), 0.0, np.array([1.0, 20])), {},
     np.exp([1.0, 20])),
    *[(ca.trapezoid_integral, (cube, np.array(a), np.array(b), n), {},
       integrate.trapezoid(cube(np.linspace(a, b, n + 1)), dx=(b - a) / n))
      for a, b in ((0.0, 1.0), (-1.0, 3.0), (2.0, 0.5)) for n in (1, 2, 7)],
    (ca.trapezoid_integral, (two, np.array(-1.0), np.array(2.0), 3), {},
     np.array(6.0)),
    (ca.ratio_test, (0.5**N,), {}, np.array(0.5)),
    (ca.ratio_test, ((-3.0) ** N[:5] * np.array([[1.0], [2.0]]),), {},
     np.full(2, 3.0)),
    (ca.ratio_test, (np.array([8.0, 2, 1, 0.25, 0.125, 1 / 32]),), {},
     np.array(np.nan)),
    (ca.ratio_test, (np.array([1.0, 1, 2, 3, 5.25]),), {},
     np.array(1.625)),
    (ca.ratio_test, (scipy.special.factorial(N[:20]),), {},
     np.array(np.inf)),
    (ca.ratio_test, (0.5 ** N[:20] * (3 + (-1) ** N[:20]),), {},
     np.array(np.nan)),
    (ca.ratio_test, (np.ones(4),), {}, np.array(1.0)),
]


@referee("oracle", *dict.fromkeys(row[0] for row in TABLE))
@pytest.mark.parametrize(
    "function, args, options, expected", TABLE,
    ids=[f"{row[0].__name__}-{i}" for i, row in enumerate(TABLE)],
)
def test_against_oracle(library, function, args, options, expected):
    library.agrees(function, np.asarray(expected), *args, **options)


@pytest.mark.parametrize("function, right", [
    (ca.sigmoid_derivative, np.exp(-abs(HUGE))),
    (ca.tanh_derivative, 4 * np.exp(-2 * abs(HUGE))),
])
def test_tails_keep_their_digits(library, function, right):
    got = library.to_numpy(function(library.asarray(HUGE)))
    np.testing.assert_allclose(got, right, rtol=1e-14, atol=0)
    assert got[0] == got[-1] == 0


def test_central_differences_err_with_the_square_of_the_step(library):
    xp, x = library.xp, library.asarray(X)
    library.assert_close(
        ca.central_difference(xp.sin, x), np.cos(X), rtol=2e-10
    )
    errors = [
        np.max(np.abs(np.cos(X) - library.to_numpy(
            ca.central_difference(xp.sin, x, h=h))))
        for h in (1e-2, 1e-3)
    ]
    assert errors[0] / errors[1] == pytest.approx(100, rel=1e-2)


def test_the_step_taken_is_the_one_divided_by():
    # At a million, x + 1e-5 is off by a thousandth of the step.
    got = ca.central_difference(line, 1e6 / 3)
    assert got == pytest.approx(2, rel=1e-15)


def test_both_ends_of_the_integral_are_exact():
    def quarter(x):
        assert x.min() >= a and x.max() <= b and x[0] == a and x[-1] == b
        return np.sqrt((x - a) * (b - x))

    for a, b in ((0.1, 0.7), (-0.3, 1.1), (1e-3, 1e3)):
        got = ca.trapezoid_integral(quarter, a, b, 4000)
        assert got == pytest.approx(np.pi / 8 * (b - a) ** 2, rel=1e-4)


def test_twice_the_intervals_quarter_the_error():
    errors = [
        ca.trapezoid_integral(np.exp, 0, 1, n) - (math.e - 1)
        for n in (100, 200)
    ]
    assert errors[0] / errors[1] == pytest.approx(4, rel=1e-4)
    assert errors[0] == pytest.approx((math.e - 1) / 12e4, rel=1e-4)


def test_ratios_of_series_that_creep():
    for terms in (1 / N, 1 / N**2, (-1) ** N / N):
        assert ca.ratio_test(terms) == pytest.approx(1, abs=5e-3)
    assert ca.ratio_test(N * 2.0**N) == pytest.approx(2, rel=1e-2)
    assert ca.ratio_test(np.exp(-N[:20] ** 2)) == pytest.approx(0, abs=1e-8)
    inverse = 1 / scipy.special.factorial(np.arange(20))
    assert ca.ratio_test(inverse) == pytest.approx(0, abs=1e-12)
    assert ca.ratio_test(np.sqrt(inverse)) == pytest.approx(0.11, abs=0.01)
    for many in (300, 10**5):
        creeping = 1 / np.arange(1.0, many)
        assert ca.ratio_test(creeping) == pytest.approx(1, abs=1e-4)
    single = np.float32(1) / np.arange(1, 400, dtype=np.float32)
    assert ca.ratio_test(single) == pytest.approx(1, abs=1e-2)
    swings = np.cumprod(0.5 + (-1) ** N * 0.7**N)
    assert ca.ratio_test(swings) == pytest.approx(0.5, abs=1e-4)


exempt("gradient", ca.relu_derivative, ca.leaky_relu_derivative,
       because="steps, whose slope is 0 wherever there is one")


@referee("gradient", ca.polynomial_derivative, ca.exp_derivative,
         ca.log_derivative, ca.sigmoid_derivative, ca.tanh_derivative,
         ca.sum_derivative, ca.product_derivative, ca.chain_derivative,
         ca.central_difference, ca.taylor_polynomial, ca.trapezoid_integral,
         ca.ratio_test)
@pytest.mark.parametrize("function, args, options", [
    (ca.polynomial_derivative, (C,), {}),
    (ca.exp_derivative, (X,), {}),
    (ca.log_derivative, (POSITIVE,), {}),
    (ca.sigmoid_derivative, (X,), {}),
    (ca.tanh_derivative, (X,), {}),
    (ca.sum_derivative, (cube_slope, two, X), {}),
    (ca.product_derivative, (cube, cube_slope, line, two, X), {}),
    (ca.chain_derivative, (cube_slope, line, two, X), {}),
    (ca.central_difference, (cube, X), {"h": 0.1}),
    (ca.taylor_polynomial, (C[0], np.array(0.3), X), {}),
    (ca.trapezoid_integral, (cube, np.array(0.5), np.array(2.0), 5), {}),
    (ca.ratio_test, (0.7**N[:9] / N[:9],), {}),
], ids=lambda value: getattr(value, "__name__", None))
def test_gradients(function, args, options):
    pytest.importorskip("torch")
    check_gradient(function, *args, **options)


@referee("property", ca.exp_derivative)
@given(numbers, numbers)
def test_slope_of_the_exponential_turns_sums_into_products(x, y):
    left, right = ca.exp_derivative(x), ca.exp_derivative(y)
    assert ca.exp_derivative(x + y) == pytest.approx(left * right)


@referee("property", ca.log_derivative)
@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_slope_of_the_logarithm_scales_inversely(x, factor):
    scaled = ca.log_derivative(factor * x)
    assert scaled * factor == pytest.approx(ca.log_derivative(x))


@referee("property", ca.sigmoid_derivative, ca.tanh_derivative)
@given(entries)
def test_slopes_of_squashers_are_even_and_bounded(x):
    for slope, top in ((ca.sigmoid_derivative, 0.25),
                       (ca.tanh_derivative, 1.0)):
        assert (slope(x) >= 0).all()
        assert (slope(x) <= top * (1 + 1e-15)).all()  # it is rounded
        np.testing.assert_array_equal(slope(-x), slope(x))


@referee("property", ca.relu_derivative, ca.leaky_relu_derivative)
@given(entries, numbers)
def test_slopes_of_rectifiers(z, slope):
    step = ca.relu_derivative(z)
    np.testing.assert_array_equal(step * z, np.maximum(z, 0) * step)
    np.testing.assert_array_equal(step + ca.relu_derivative(-z), z != 0)
    leaky = ca.leaky_relu_derivative(z, negative_slope=slope)
    np.testing.assert_array_equal(leaky, step + slope * (1 - step))


@referee("property", ca.polynomial_derivative)
@given(coefficients, coefficients)
def test_derivative_of_a_product_of_polynomials(f, g):
    right = polynomial.polyadd(
        polynomial.polymul(ca.polynomial_derivative(f), g),
        polynomial.polymul(f, ca.polynomial_derivative(g)),
    )
    got = ca.polynomial_derivative(polynomial.polymul(f, g))
    size = max(len(got), len(right))
    padded = [np.pad(c, (0, size - len(c))) for c in (got, right)]
    np.testing.assert_allclose(*padded, atol=1e-9)


def evaluated(c):
    return lambda x: polynomial.polyval(x, c)


@referee("property", ca.sum_derivative, ca.product_derivative,
         ca.chain_derivative)
@given(coefficients, coefficients, numbers)
def test_rules_for_polynomials(f, g, x):
    f_prime = evaluated(polynomial.polyder(f))
    g_prime = evaluated(polynomial.polyder(g))
    total = ca.sum_derivative(f_prime, g_prime, x)
    right = evaluated(polynomial.polyder(polynomial.polyadd(f, g)))(x)
    assert total == pytest.approx(right, abs=1e-8)
    f, g = evaluated(f), evaluated(g)
    for got, whole in (
        (ca.product_derivative(f, f_prime, g, g_prime, x),
         f(Dual(x, 1.0)) * g(Dual(x, 1.0))),
        (ca.chain_derivative(f_prime, g, g_prime, x), f(g(Dual(x, 1.0)))),
    ):
        right = Dual(0) + whole
        assert got == pytest.approx(right.derivative, rel=1e-6, abs=1e-6)


@referee("property", ca.central_difference)
@given(numbers, numbers, numbers, st.floats(0.1, 2))
def test_central_differences_of_parabolas_are_exact(a, b, x, h):
    def parabola(x):
        return a * x * x + b * x

    got = ca.central_difference(parabola, x, h=h)
    assert got == pytest.approx(2 * a * x + b, abs=1e-11)


@referee("property", ca.taylor_polynomial)
@given(coefficients, numbers, entries)
def test_polynomials_are_their_taylor_polynomials(c, center, x):
    x, slopes, rest = x / 10, [], c
    for _ in c:
        slopes.append(polynomial.polyval(center, rest))
        rest = ca.polynomial_derivative(rest)
    got = ca.taylor_polynomial(slopes, center, x)
    np.testing.assert_allclose(got, polynomial.polyval(x, c), atol=1e-7)


@referee("property", ca.trapezoid_integral)
@given(numbers, numbers, numbers, st.integers(1, 9))
def test_integrals_of_lines_are_exact_and_add_up(a, b, c, n):
    def area(x):
        return x * x - x

    got = ca.trapezoid_integral(line, a, b, n)
    assert got == pytest.approx(area(b) - area(a), abs=1e-12)
    onwards = ca.trapezoid_integral(line, b, c, n)
    assert got + onwards == pytest.approx(area(c) - area(a), abs=1e-12)


@referee("property", ca.ratio_test)
@given(st.floats(0.05, 5), st.integers(4, 20), st.sampled_from([-1, 1]))
def test_ratios_of_geometric_series(ratio, n, sign):
    terms = (sign * ratio) ** np.arange(n)
    assert ca.ratio_test(terms) == pytest.approx(ratio, rel=1e-9)


ELEMENTWISE = [ca.exp_derivative, ca.log_derivative, ca.sigmoid_derivative,
               ca.tanh_derivative, ca.relu_derivative,
               ca.leaky_relu_derivative]


@referee("bad input", *ELEMENTWISE)
@pytest.mark.parametrize("function", ELEMENTWISE)
def test_text_has_no_derivative(function):
    with pytest.raises(TypeError, match="expected an array or numbers"):
        function("x")


@referee("bad input", ca.polynomial_derivative)
def test_no_coefficients(library):
    for shape in ((0,), (2, 0), ()):
        with pytest.raises(ValueError, match="coefficients must have"):
            ca.polynomial_derivative(library.asarray(np.zeros(shape)))


def too_short(x):
    return x[..., 1:]


@referee("bad input", ca.sum_derivative, ca.product_derivative,
         ca.chain_derivative, ca.central_difference)
@pytest.mark.parametrize("function, names", [
    (ca.sum_derivative, ["f_prime", "g_prime"]),
    (ca.product_derivative, ["f", "f_prime", "g", "g_prime"]),
    (ca.chain_derivative, ["f_prime", "g", "g_prime"]),
    (ca.central_difference, ["f"]),
])
def test_bad_functions(library, function, names):
    x = library.asarray(X)
    right = dict.fromkeys(names, line)
    for name in names:
        with pytest.raises(ValueError, match=rf"{name} must return.*\(3, 4"):
            function(**{**right, name: too_short}, x=x)
        with pytest.raises(ValueError, match=f"{name} must return"):
            function(**{**right, name: lambda x: None}, x=x)
        with pytest.raises(TypeError, match=f"{name} must be a function"):
            function(**{**right, name: 2.0}, x=x)


def test_steps_that_are_none():
    for h in (0.0, -1e-5, math.inf, math.nan):
        with pytest.raises(ValueError, match="h must be positive"):
            ca.central_difference(line, 1.0, h=h)


@referee("bad input", ca.taylor_polynomial)
def test_bad_taylor_polynomials(library):
    x = library.asarray(X)
    for shape in ((), (0,), (2, 2)):
        with pytest.raises(ValueError, match=r"must have shape \(n \+ 1,\)"):
            ca.taylor_polynomial(library.asarray(np.zeros(shape)), 0.0, x)
    with pytest.raises(ValueError, match=r"center must be a number.*\(3, 4"):
        ca.taylor_polynomial(library.asarray(np.ones(3)), x, x)


@referee("bad input", ca.trapezoid_integral)
def test_bad_integrals(library):
    a, b = library.asarray(0.0), library.asarray(1.0)
    for n in (0, -2):
        with pytest.raises(ValueError, match="n counts intervals"):
            ca.trapezoid_integral(line, a, b, n)
    with pytest.raises(TypeError, match="integer"):
        ca.trapezoid_integral(line, a, b, 2.0)
    with pytest.raises(ValueError, match="b must be finite, got inf"):
        ca.trapezoid_integral(line, a, library.asarray(np.inf), 3)
    with pytest.raises(ValueError, match=r"a must be a number, got \(3, 4"):
        ca.trapezoid_integral(line, library.asarray(X), b, 3)
    with pytest.raises(ValueError, match="f must return one number"):
        ca.trapezoid_integral(too_short, a, b, 3)
    with pytest.raises(TypeError, match="f must be a function"):
        ca.trapezoid_integral(1.0, a, b, 3)


@referee("bad input", ca.ratio_test)
def test_bad_terms(library):
    with pytest.raises(ValueError, match="terms must be 4 or more, got 3"):
        ca.ratio_test(library.asarray(np.ones((5, 3))))
    for bad in (0.0, np.inf, np.nan):
        terms = library.asarray(np.array([1.0, 1, bad, 1]))
        with pytest.raises(ValueError, match="finite and not 0"):
            ca.ratio_test(terms)
    with pytest.raises(ValueError, match="terms must have an axis"):
        ca.ratio_test(library.asarray(1.0))


# ------------------------------------------------------------------- limits

LIMITS = [
    (lambda x: math.sin(x) / x, 0, 0, 1),
    (lambda x: (1 - math.cos(x)) / x**2, 0, 0, 1 / 2),
    (lambda x: (math.exp(x) - 1 - x - x**2 / 2) / x**3, 0, 0, 1 / 6),
    (lambda x: (x**2 - 1e6) / (x - 1000), 1000, 0, 2000),
    (lambda x: ((2 + x) ** 3 - 8) / x, 0, 0, 12),
    (lambda x: 5, 3, 0, 5),
    (lambda x: abs(x) / x, 0, 1, 1),
    (lambda x: abs(x) / x, 0, -1, -1),
    (lambda x: abs(x) / x, 0, 0, math.nan),
    (math.floor, 2, -1, 1),
    (math.floor, 2, 0, math.nan),
    (lambda x: max(0.0, x - 0.1), 0, 0, 0),
    (lambda x: 1 / x, 0, 1, math.inf),
    (lambda x: 1 / x, 0, -1, -math.inf),
    (lambda x: 1 / x, 0, 0, math.nan),
    (lambda x: 1 / x**2, 0, 0, math.inf),
    (lambda x: 1 / x if x > 0 else 3, 0, 0, math.nan),
    (lambda x: 1 / x if x < 0 else 3, 0, 0, math.nan),
    (math.log, 0, 1, -math.inf),
    (lambda x: x * math.log(x), 0, 1, 0),
    (math.sqrt, 0, 1, 0),
    (lambda x: x * math.sin(1 / x), 0, 0, 0),
    (lambda x: math.sin(1 / x), 0, 0, math.nan),
    (lambda x: math.sin(math.pi / x), 0, 0, math.nan),
    (lambda x: 1 / math.log(x), 0, 1, math.nan),  # it creeps
    (lambda x: (1 + 1 / x) ** x, math.inf, 0, math.e),
    (math.atan, -math.inf, 0, -math.pi / 2),
    (lambda x: -(x**3), math.inf, 0, -math.inf),
    (lambda x: math.inf, 1, 0, math.inf),
    (lambda x: math.nan, 1, 0, math.nan),
    (math.sin, math.inf, 0, math.nan),
]


@referee("oracle", ca.limit)
@pytest.mark.parametrize("f, a, side, right", LIMITS,
                         ids=map(str, range(len(LIMITS))))
def test_limits(f, a, side, right):
    got = ca.limit(f, a, side=side)
    assert type(got) is float
    assert got == pytest.approx(right, rel=1e-7, abs=1e-6, nan_ok=True)


exempt("library", ca.limit, because="f takes and returns one number")
exempt("gradient", ca.limit, because="f takes and returns one number")


def test_a_limit_does_not_ask_what_happens_there():
    seen = []

    def f(x):
        seen.append(x)
        return x + 1

    assert ca.limit(f, 2.0, side=1) == pytest.approx(3)
    assert min(seen) > 2


@referee("property", ca.limit)
@given(coefficients, st.floats(-5, 5))
def test_polynomials_are_continuous(c, a):
    right = polynomial.polyval(a, c)
    assert ca.limit(evaluated(c), a) == pytest.approx(right, 1e-6, 1e-6)


@referee("bad input", ca.limit)
def test_bad_limits():
    with pytest.raises(TypeError, match="f must be a function, got float"):
        ca.limit(2.0, 0)
    with pytest.raises(ValueError, match="side must be -1, 0 or 1"):
        ca.limit(math.sin, 0, side=2)
    with pytest.raises(ValueError, match="a must not be NaN"):
        ca.limit(math.sin, math.nan)


# ------------------------------------------------------------- dual numbers


def sigmoid(x):
    return x.sigmoid() if isinstance(x, Dual) else scipy.special.expit(x)


# f, its derivative
DUALS = {
    "plus": (lambda x: 2 + (x + 1) + x, lambda x: 2 + 0 * x),
    "minus": (lambda x: 2 - (x - 1) - x / 4, lambda x: -1.25 + 0 * x),
    "times": (lambda x: 3 * x * x * 0.5, lambda x: 3 * x),
    "divided": (lambda x: (x + 1) / (2 * x) / 4, lambda x: -1 / (8 * x**2)),
    "number divided": (lambda x: 1 / x, lambda x: -1 / x**2),
    "minus x": (lambda x: -(-x * x), lambda x: 2 * x),
    "square": (lambda x: x**2, lambda x: 2 * x),
    "inverse cube": (lambda x: x**-3, lambda x: -3 * x**-4.0),
    "root": (lambda x: x**0.5, lambda x: 0.5 / x**0.5),
    "constant": (lambda x: x**0, lambda x: 0 * x),
    "two to x": (lambda x: 2**x, lambda x: math.log(2) * 2**x),
    "x to x": (lambda x: x**x, lambda x: x**x * (np.log(x) + 1)),
    "polynomial": (lambda x: x**2 + 3 * x, lambda x: 2 * x + 3),
    "bell": (lambda x: np.exp(-x * x / 2),
             lambda x: -x * np.exp(-x * x / 2)),
    "log": (lambda x: np.log(x) * x, lambda x: np.log(x) + 1),
    "sqrt": (lambda x: np.sqrt(1 + x * x), lambda x: x / np.sqrt(1 + x * x)),
    "sin": (lambda x: np.sin(x * x), lambda x: 2 * x * np.cos(x * x)),
    "cos": (lambda x: np.cos(2 * x), lambda x: -2 * np.sin(2 * x)),
    "tanh": (lambda x: np.tanh(3 * x), lambda x: 3 / np.cosh(3 * x) ** 2),
    "sigmoid": (lambda x: sigmoid(-2 * x),
                lambda x: -2 * sigmoid(2 * x) * sigmoid(-2 * x)),
}


@referee("oracle", Dual)
@pytest.mark.parametrize("f, f_prime", DUALS.values(), ids=DUALS)
@pytest.mark.parametrize("x", [POSITIVE, np.array(0.7)],
                         ids=["array", "number"])
def test_duals_against_formulas(library, f, f_prime, x):
    def both(x):
        y = f(Dual(x, 1.0))
        return y.value, y.derivative

    library.agrees(both, (np.asarray(f(x)), np.asarray(f_prime(x))), x)


@pytest.mark.parametrize("f, f_prime", DUALS.values(), ids=DUALS)
def test_duals_against_central_differences(f, f_prime):
    slope = ca.central_difference(f, POSITIVE)
    got = f(Dual(POSITIVE, 1.0)).derivative
    np.testing.assert_allclose(got, slope, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("name", DUALS)
def test_duals_against_autograd(name, monkeypatch):
    torch = pytest.importorskip("torch")
    x = torch.tensor(POSITIVE, requires_grad=True)
    f = DUALS[name][0]
    dual = f(Dual(x, 1.0))
    for function in ("exp", "log", "sqrt", "sin", "cos", "tanh"):
        monkeypatch.setattr(np, function, getattr(torch, function))
    monkeypatch.setattr(scipy.special, "expit", torch.sigmoid)
    y = f(x)
    torch.testing.assert_close(dual.value, y)
    slope = torch.zeros_like(x)
    if y.requires_grad:
        (slope,) = torch.autograd.grad(y.sum(), x, allow_unused=True)
    torch.testing.assert_close(dual.derivative, slope)


@referee("gradient", Dual)
@pytest.mark.parametrize("name", ["divided", "x to x", "bell", "sigmoid"])
def test_derivatives_have_gradients(name):
    pytest.importorskip("torch")
    check_gradient(lambda x: DUALS[name][0](Dual(x, 1.0)).derivative,
                   POSITIVE)
    check_gradient(lambda x, b: (Dual(x, b) ** 2).derivative, X, X + 1)


@pytest.mark.parametrize("left", [
    np.float64(2), np.float32(2), np.int64(2), np.array(2.0),
    np.array([2.0, 3.0]), True, 2,
], ids=lambda left: f"{type(left).__name__}-{np.ndim(left)}")
def test_whatever_stands_on_the_left(left):
    x, c = Dual(0.5, 1.0), np.asarray(left, float)
    for y, value, slope in (
        (left + x, c + 0.5, 1), (left - x, c - 0.5, -1),
        (left * x, c / 2, c), (left / x, 2 * c, -4 * c),
        (left**x, c**0.5, np.log(c) * c**0.5),
    ):
        assert type(y) is Dual
        np.testing.assert_allclose(y.value, value)
        np.testing.assert_allclose(y.derivative, slope + 0 * c)
        assert y.value.shape == y.derivative.shape == c.shape
    for compare in ("__lt__", "__le__", "__gt__", "__ge__", "__eq__"):
        assert np.all(getattr(x, compare)(left)
                      == getattr(np.float64(0.5), compare)(c))
    assert np.all(left > x) and np.all(left >= x) and np.all(left != x)
    assert not np.any(left < x) and not np.any(left <= x)
    assert not np.any(left == x)


def test_torch_on_the_left():
    torch = pytest.importorskip("torch")
    c, x = torch.tensor([2.0, 3.0]), Dual(torch.tensor([0.5, 1.0]), 1.0)
    for y, slope in ((c + x, [1, 1]), (c - x, [-1, -1]), (c * x, [2, 3]),
                     (c / x, [-8, -3])):
        assert y.derivative.tolist() == slope
    slope = c.log() * c ** x.value
    torch.testing.assert_close((c**x).derivative, slope)


def test_powers_at_zero_and_below():
    zero, below = Dual(0.0, 1.0), Dual(-2.0, 1.0)
    with np.errstate(all="raise"):
        for n, slope in ((0, 0), (1, 1), (2, 0), (3, 0)):
            assert (zero**n).derivative == slope
        assert (below**3).derivative == 12 and (below**2).derivative == -4
        assert (below**-1).derivative == -0.25
        assert (zero ** Dual(2.0, 1.0)).derivative == 0
        assert (zero**2.5).derivative == 0


def test_constants_and_directions():
    x = Dual(3.0)
    assert x.derivative == 0 and (x * x + x).derivative == 0
    assert Dual(2, 1).derivative.dtype == float
    y = Dual(np.array([1.0, 2.0]), np.array([1.0, -1.0]))
    assert (y * y).derivative.tolist() == [2, -4]
    single = np.float32([1, 2])
    z = 2.0 * np.exp(Dual(single, 1.0)) ** 2 / 3 + 1
    assert z.value.dtype == z.derivative.dtype == np.float32


def test_branches_look_at_values():
    def relu(x):
        return x if x > 0 else 0 * x

    assert relu(Dual(2.0, 1.0)).derivative == 1
    assert relu(Dual(-2.0, 1.0)).derivative == 0
    z = Dual(np.array([-1.0, 0.0, 2.0]), 1.0)
    assert (z * (z > 0)).derivative.tolist() == [0, 0, 1]
    assert Dual(2.0, 1.0) == 2 and Dual(2.0, 1.0) == Dual(2.0, 5.0)
    with pytest.raises(TypeError, match="unhashable"):
        hash(z)


def test_sums_and_printing():
    x = Dual(2.0, 1.0)
    total = sum(k * x**k for k in range(4))
    assert repr(total) == "Dual(34.0, 45.0)"
    assert repr(np.square(x)) == "Dual(4.0, 4.0)"
    assert repr(np.negative(x)) == "Dual(-2.0, -1.0)"


def test_sums_and_means_of_arrays(library):
    value, slope = library.asarray(X), library.asarray(X + 1)
    x = Dual(value, slope) ** 2
    for axis in (None, 0, -1):
        for got, right in ((x.sum(axis), np.sum), (x.mean(axis), np.mean),
                           (np.sum(x, axis=axis), np.sum),
                           (np.mean(x, axis=axis), np.mean)):
            library.assert_close(got.value, right(X**2, axis=axis))
            slopes = 2 * X * (X + 1)
            library.assert_close(got.derivative, right(slopes, axis=axis))
            assert got.value.shape == got.derivative.shape


def test_where_chooses_values_and_slopes():
    z = np.array([-1.0, 0.0, 2.0])
    x = Dual(z, 1.0)
    relu = np.where(x > 0, x, 0.0)
    assert relu.value.tolist() == [0, 0, 2]
    assert relu.derivative.tolist() == [0, 0, 1]
    size = np.where(x < 0, -x, x * 1)
    assert size.derivative.tolist() == [-1, 1, 1]
    assert np.where(x > 0, 3, x).derivative.tolist() == [1, 1, 0]


@pytest.mark.parametrize("refused", [
    np.abs, np.tan, np.log1p, np.prod, np.cumsum,
    lambda x: np.maximum(x, 0), lambda x: np.exp(x, out=np.empty(2)),
])
def test_what_a_dual_can_not_do_is_told(refused):
    with pytest.raises(TypeError, match="with a Dual. These do: "):
        refused(Dual(np.array([1.0, 2.0]), 1.0))


@referee("property", Dual)
@given(*[numbers] * 6)
def test_dual_numbers_are_a_ring(a, b, c, d, e, f):
    x, y, z = Dual(a, b), Dual(c, d), Dual(e, f)
    for left, right in [
        (x + y, y + x), (x * y, y * x), ((x + y) * z, x * z + y * z),
        ((x * y) * z, x * (y * z)), (x - y, -(y - x)),
    ]:
        assert left.value == pytest.approx(right.value, abs=1e-12)
        assert left.derivative == pytest.approx(right.derivative, abs=1e-12)
    epsilon = Dual(0.0, 1.0)
    assert epsilon * epsilon == 0 and (epsilon * epsilon).derivative == 0


def test_growth_of_the_co2_record():
    from mathlib.exercises.calculus import added_co2, growth_rate

    t, y = added_co2()
    assert t.tolist() == list(range(1959, 2002)) and 35 < y[0] < 37

    def error(r):
        return np.sum((y[0] * np.exp(r * (t - t[0])) - y) ** 2)

    best = optimize.minimize_scalar(error, bounds=(0, 0.1), method="bounded",
                                    options={"xatol": 1e-9})
    assert growth_rate(t, y) == pytest.approx(best.x, abs=1e-7)
    assert growth_rate(t, y) == pytest.approx(0.02265, abs=5e-6)


@referee("bad input", Dual)
def test_bad_duals(library):
    value = library.asarray(X)
    for derivative in (X[0], X[:, :1], X[None]):
        with pytest.raises(ValueError, match=r"number or have the shape \(3"):
            Dual(value, library.asarray(derivative))
    with pytest.raises(TypeError, match="expected an array or numbers"):
        Dual("x", 1.0)
    with pytest.raises(TypeError, match="expected an array or numbers"):
        Dual(value, 1.0) + "x"
    with pytest.raises(TypeError, match="real number"):
        math.exp(Dual(1.0, 1.0))
    for call in (np.arctan, np.add.reduce, np.isnan):
        with pytest.raises(TypeError, match="to do with a Dual"):
            call(Dual(1.0, 1.0))

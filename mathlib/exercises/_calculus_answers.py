"""Wrong answers to the exercises of chapter 04, and right ones.

Each function's name begins with its exercise's.  What is wrong with a wrong
one is said beside it in :mod:`mathlib.exercises.calculus`.
"""

import math

import numpy as np

from mathlib import calculus as ca
from mathlib import numerical_methods as nm

# --- polynomial_derivative ---------------------------------------------------


def polynomial_highest_first(coefficients):
    n = len(coefficients)
    return coefficients[:-1] * np.arange(n - 1, 0, -1)


def polynomial_highest_first_but_for_constants(coefficients):
    if len(coefficients) == 1:
        return np.zeros(1)
    return polynomial_highest_first(coefficients)


def polynomial_nothing_for_constants(coefficients):
    return coefficients[1:] * np.arange(1, len(coefficients))


def polynomial_cut_at_the_wrong_end(coefficients):
    return (coefficients * np.arange(len(coefficients)))[:-1]


def polynomial_cut_at_the_wrong_end_but_for_constants(coefficients):
    if len(coefficients) == 1:
        return np.zeros(1)
    return polynomial_cut_at_the_wrong_end(coefficients)


def polynomial_not_moved(coefficients):
    return coefficients * np.arange(len(coefficients))


def polynomial_only_moved(coefficients):
    return coefficients[1:] if len(coefficients) > 1 else np.zeros(1)


def polynomial_off_by_one(coefficients):
    if len(coefficients) == 1:
        return np.zeros(1)
    return coefficients[1:] * np.arange(len(coefficients) - 1)


def polynomial_as_long_as_before(coefficients):
    slopes = coefficients[1:] * np.arange(1, len(coefficients))
    return np.append(slopes, 0.0)


def polynomial_integrated(coefficients):
    powers = np.arange(1, len(coefficients) + 1)
    return np.concatenate([[0.0], coefficients / powers])


def polynomial_by_loop(coefficients):
    slopes = [k * c for k, c in enumerate(coefficients)][1:]
    return slopes or [0.0]


def polynomial_by_matrix(coefficients):
    n = len(coefficients)
    D = np.diag(np.arange(1.0, n), k=1)
    return (D @ coefficients)[: max(n - 1, 1)]


# --- sigmoid_derivative ------------------------------------------------------


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def sigmoid_as_given(x):
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


def sigmoid_nan_on_the_right(x):
    return np.exp(x) / (1 + np.exp(x)) ** 2


def sigmoid_of_its_value(x):
    return x * (1 - x)


def sigmoid_of_one_number(x):
    e = math.exp(-abs(x))
    return e / (1 + e) ** 2


def sigmoid_of_one_number_overflows(x):
    s = 1 / (1 + math.exp(-x))
    return s * (1 - s)


def sigmoid_by_if(x):
    e = np.exp(-x) if x > 0 else np.exp(x)
    return e / (1 + e) ** 2


def sigmoid_plus(x):
    s = _sigmoid(x)
    return s * (1 + s)


def sigmoid_wrong_sign(x):
    s = _sigmoid(x)
    return s**2 - s


def sigmoid_itself(x):
    return _sigmoid(x)


def sigmoid_complement(x):
    return 1 - _sigmoid(x)


def sigmoid_by_tanh(x):
    return 1 - np.tanh(x) ** 2


def sigmoid_clipped(x):
    e = np.exp(-np.clip(x, -10, 10))
    return e / (1 + e) ** 2


def sigmoid_twice(x):
    s = _sigmoid(_sigmoid(x))
    return s * (1 - s)


def sigmoid_by_sigmoid(x):
    s = _sigmoid(x)
    return s * (1 - s)


def sigmoid_by_symmetry(x):
    e = np.exp(-np.abs(x))
    return e / (1 + e) ** 2


def sigmoid_by_cosh(x):
    return 1 / (4 * np.cosh(x / 2) ** 2)


def sigmoid_by_both_sides(x):
    return nm.sigmoid(x) * nm.sigmoid(-x)


def sigmoid_clipped_far_out(x):
    e = np.exp(-np.clip(x, -500, 500))
    return e / (1 + e) ** 2


# --- tanh_derivative ---------------------------------------------------------


def tanh_of_the_square(x):
    return 1 - np.tanh(x**2)


def tanh_of_its_value(x):
    return 1 - x**2


def tanh_like_the_sigmoid(x):
    s = nm.sigmoid(x)
    return s * (1 - s)


def tanh_rule_of_the_sigmoid(x):
    t = np.tanh(x)
    return t * (1 - t)


def tanh_of_one_number(x):
    return 1 - math.tanh(x) ** 2


def tanh_plus(x):
    return 1 + np.tanh(x) ** 2


def tanh_wrong_sign(x):
    return np.tanh(x) ** 2 - 1


def tanh_not_squared(x):
    return 1 - np.tanh(x)


def tanh_nan_far_out(x):
    up, down = np.exp(x), np.exp(-x)
    return 1 - ((up - down) / (up + down)) ** 2


def tanh_itself(x):
    return np.tanh(x)


def tanh_inner_slope_forgotten(x):
    s = nm.sigmoid(2 * x)
    return s * (1 - s)


def tanh_in_two_factors(x):
    t = np.tanh(x)
    return (1 - t) * (1 + t)


def tanh_by_cosh(x):
    return 1 / np.cosh(x) ** 2


def tanh_by_sigmoid(x):
    return 4 * ca.sigmoid_derivative(2 * x)


# --- relu_derivative ---------------------------------------------------------


def relu_one_at_zero(z):
    return np.where(z >= 0, 1.0, 0.0)


def leaky_one_at_zero(z, *, negative_slope=0.01):
    return np.where(z >= 0, 1.0, negative_slope)


def relu_of_one_number(z):
    return 1.0 if z > 0 else 0.0


def leaky_of_one_number(z, *, negative_slope=0.01):
    return 1.0 if z > 0 else negative_slope


def relu_half_at_zero(z):
    return np.heaviside(z, 0.5)


def relu_truth_values(z):
    return np.asarray(z) > 0


def relu_itself(z):
    return np.maximum(z, 0.0)


def relu_sign(z):
    return np.sign(z)


def leaky_times_z(z, *, negative_slope=0.01):
    return np.where(z > 0, 1.0, negative_slope * z)


def leaky_itself(z, *, negative_slope=0.01):
    return np.where(z > 0, z, negative_slope * z)


def leaky_zero(z, *, negative_slope=0.01):
    return np.where(z > 0, 1.0, 0.0)


def leaky_always_a_hundredth(z, *, negative_slope=0.01):
    return np.where(z > 0, 1.0, 0.01)


def leaky_by_the_larger(z, *, negative_slope=0.01):
    return np.where(z > negative_slope * z, 1.0, negative_slope)


def leaky_larger_slope(z, *, negative_slope=0.01):
    return np.maximum(np.asarray(z) > 0, negative_slope)


def leaky_downwards(z, *, negative_slope=0.01):
    return np.where(z > 0, 1.0, -negative_slope)


def relu_by_where(z):
    return np.where(z > 0, 1, 0)


def relu_by_heaviside(z):
    return np.heaviside(z, 0.0)


def relu_by_loop(z):
    z = np.asarray(z)
    flat = [1.0 if v > 0 else 0.0 for v in z.ravel()]
    return np.array(flat).reshape(z.shape)


def leaky_by_where(z, *, negative_slope=0.01):
    return np.where(z > 0, 1, negative_slope)


def leaky_by_arithmetic(z, *, negative_slope=0.01):
    on = (np.asarray(z) > 0) * 1.0
    return on + negative_slope * (1 - on)


def leaky_by_loop(z, *, negative_slope=0.01):
    z = np.asarray(z)
    flat = [1.0 if v > 0 else negative_slope for v in z.ravel()]
    return np.array(flat).reshape(z.shape)


# --- product_derivative ------------------------------------------------------


def product_of_the_derivatives(f, f_prime, g, g_prime, x):
    return f_prime(x) * g_prime(x)


def product_without_the_second(f, f_prime, g, g_prime, x):
    return f_prime(x) * g(x)


def product_without_the_first(f, f_prime, g, g_prime, x):
    return f(x) * g_prime(x)


def product_like_a_quotient(f, f_prime, g, g_prime, x):
    return f_prime(x) * g(x) - f(x) * g_prime(x)


def product_itself(f, f_prime, g, g_prime, x):
    return f(x) * g(x)


def product_like_a_sum(f, f_prime, g, g_prime, x):
    return f_prime(x) + g_prime(x)


def product_like_a_chain(f, f_prime, g, g_prime, x):
    return f_prime(g(x)) * g_prime(x)


def product_mixed_up(f, f_prime, g, g_prime, x):
    return f_prime(x) * f(x) + g(x) * g_prime(x)


def product_by_two_steps(f, f_prime, g, g_prime, x):
    first = f_prime(x) * g(x)
    second = f(x) * g_prime(x)
    return first + second


def product_by_squares(f, f_prime, g, g_prime, x):
    # fg is half of (f + g)^2 - f^2 - g^2.
    whole = (f(x) + g(x)) * (f_prime(x) + g_prime(x))
    return whole - f(x) * f_prime(x) - g(x) * g_prime(x)


# --- chain_derivative --------------------------------------------------------


def chain_outer_at_x(f_prime, g, g_prime, x):
    return f_prime(x) * g_prime(x)


def chain_added(f_prime, g, g_prime, x):
    return f_prime(g(x)) + g_prime(x)


def chain_inner_forgotten(f_prime, g, g_prime, x):
    return f_prime(g(x))


def chain_of_the_slopes(f_prime, g, g_prime, x):
    return f_prime(g_prime(x))


def chain_inside_out(f_prime, g, g_prime, x):
    return g_prime(f_prime(x)) * f_prime(x)


def chain_times_the_value(f_prime, g, g_prime, x):
    return f_prime(g(x)) * g(x)


def chain_inner_slope_at_the_value(f_prime, g, g_prime, x):
    return f_prime(g(x)) * g_prime(g(x))


def chain_by_steps(f_prime, g, g_prime, x):
    y = g(x)
    dy = g_prime(x)
    return dy * f_prime(y)


def chain_place_by_place(f_prime, g, g_prime, x):
    places = np.ravel(x).tolist()
    slopes = [f_prime(g(v)) * g_prime(v) for v in places]
    return np.reshape(slopes, np.shape(x))


# --- central_difference ------------------------------------------------------


def central_forward(f, x, *, h=1e-5):
    return (f(x + h) - f(x)) / h


def central_backward(f, x, *, h=1e-5):
    return (f(x) - f(x - h)) / h


def central_over_h(f, x, *, h=1e-5):
    return (f(x + h) - f(x - h)) / h


def central_times_h(f, x, *, h=1e-5):
    return (f(x + h) - f(x - h)) / 2 * h


def central_without_brackets(f, x, *, h=1e-5):
    return f(x + h) - f(x - h) / (2 * h)


def central_wrong_sign(f, x, *, h=1e-5):
    return (f(x - h) - f(x + h)) / (2 * h)


def central_tiny_step(f, x, *, h=1e-5):
    h = 1e-12
    return (f(x + h) - f(x - h)) / (2 * h)


def central_own_step(f, x, *, h=1e-5):
    h = 1e-5
    return (f(x + h) - f(x - h)) / (2 * h)


def central_half_steps(f, x, *, h=1e-5):
    return (f(x + h / 2) - f(x - h / 2)) / h


def central_five_points(f, x, *, h=1e-5):
    near = f(x + h) - f(x - h)
    far = f(x + 2 * h) - f(x - 2 * h)
    return (8 * near - far) / (12 * h)


def central_not_divided(f, x, *, h=1e-5):
    return f(x + h) - f(x - h)


def central_second(f, x, *, h=1e-5):
    return (f(x + h) - 2 * f(x) + f(x - h)) / h**2


def central_mean_of_both_sides(f, x, *, h=1e-5):
    forward = (f(x + h) - f(x)) / h
    backward = (f(x) - f(x - h)) / h
    return (forward + backward) / 2


def central_by_loop(f, x, *, h=1e-5):
    x = np.asarray(x)
    flat = [(f(v + h) - f(v - h)) / (2 * h) for v in x.ravel()]
    return np.array(flat).reshape(x.shape)


def central_step_as_taken(f, x, *, h=1e-5):
    right, left = x + h, x - h
    return (f(right) - f(left)) / (right - left)


# --- Dual --------------------------------------------------------------------


class DualByRules:
    """Right: every rule written out."""

    def __init__(self, value, derivative=0.0):
        self.value, self.derivative = value, derivative

    def lift(self, other):
        return other if isinstance(other, DualByRules) else self.new(other)

    def new(self, value, derivative=0.0):
        return type(self)(value, derivative)

    def __add__(self, other):
        other = self.lift(other)
        return self.new(self.value + other.value,
                        self.derivative + other.derivative)

    def __neg__(self):
        return self.new(-self.value, -self.derivative)

    def __sub__(self, other):
        other = self.lift(other)
        return self.new(self.value - other.value,
                        self.derivative - other.derivative)

    def __mul__(self, other):
        other = self.lift(other)
        a, b = self.value, self.derivative
        c, d = other.value, other.derivative
        return self.new(a * c, self.eps(a, b, c, d))

    def eps(self, a, b, c, d):
        return a * d + b * c

    def __truediv__(self, other):
        other = self.lift(other)
        return self.new(
            self.value / other.value,
            (self.derivative * other.value - self.value * other.derivative)
            / other.value**2)

    def __pow__(self, n):
        return self.new(self.value**n,
                        n * self.value ** (n - 1) * self.derivative)

    def __radd__(self, other):
        return self.lift(other) + self

    def __rsub__(self, other):
        return self.lift(other) - self

    def __rmul__(self, other):
        return self.lift(other) * self

    def __rtruediv__(self, other):
        return self.lift(other) / self

    def chain(self, value, slope):
        return self.new(value, slope * self.derivative)

    def exp(self):
        return self.chain(math.exp(self.value), math.exp(self.value))

    def log(self):
        return self.chain(math.log(self.value), 1 / self.value)

    def sin(self):
        return self.chain(math.sin(self.value), math.cos(self.value))

    def cos(self):
        return self.chain(math.cos(self.value), -math.sin(self.value))

    def tanh(self):
        return self.chain(math.tanh(self.value),
                          1 - math.tanh(self.value) ** 2)


class DualByFewRules(DualByRules):
    """Right: minus and division from the other rules, as hint 3 says."""

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __sub__(self, other):
        return self + -other

    def __truediv__(self, other):
        return self * self.lift(other) ** -1

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other


class DualConstantsMove(DualByRules):
    def lift(self, other):
        return other if isinstance(other, DualByRules) else self.new(other, 1)


class DualProductOfSlopes(DualByRules):
    def eps(self, a, b, c, d):
        return b * d


class DualProductOfSlopesByFewRules(DualByFewRules):
    eps = DualProductOfSlopes.eps


class DualWithoutFirstTerm(DualByRules):
    def eps(self, a, b, c, d):
        return b * c


class DualWithoutFirstTermByFewRules(DualByFewRules):
    eps = DualWithoutFirstTerm.eps


class DualWithoutSecondTerm(DualByRules):
    def eps(self, a, b, c, d):
        return a * d


class DualWithoutSecondTermByFewRules(DualByFewRules):
    eps = DualWithoutSecondTerm.eps


class DualMinusInProduct(DualByRules):
    def eps(self, a, b, c, d):
        return b * c - a * d


class DualMinusInProductByFewRules(DualByFewRules):
    eps = DualMinusInProduct.eps


class DualMinusTheOtherWay(DualByRules):
    def eps(self, a, b, c, d):
        return a * d - b * c


class DualMinusTheOtherWayByFewRules(DualByFewRules):
    eps = DualMinusTheOtherWay.eps


class DualOwnSlopes(DualByRules):
    def eps(self, a, b, c, d):
        return a * b + c * d


class DualOwnSlopesByFewRules(DualByFewRules):
    eps = DualOwnSlopes.eps


class DualSlopesAdded(DualByRules):
    def eps(self, a, b, c, d):
        return b + d


class DualSlopesAddedByFewRules(DualByFewRules):
    eps = DualSlopesAdded.eps


class DualForgetsInExp(DualByRules):
    def exp(self):
        return self.new(math.exp(self.value), math.exp(self.value))


class DualForgetsInLog(DualByRules):
    def log(self):
        return self.new(math.log(self.value), 1 / self.value)


class DualForgetsInSin(DualByRules):
    def sin(self):
        return self.new(math.sin(self.value), math.cos(self.value))


class DualForgetsInCos(DualByRules):
    def cos(self):
        return self.new(math.cos(self.value), -math.sin(self.value))


class DualForgetsInTanh(DualByRules):
    def tanh(self):
        return self.new(math.tanh(self.value), 1 - math.tanh(self.value) ** 2)


class DualConstantsMoveByFewRules(DualByFewRules):
    lift = DualConstantsMove.lift


class DualSlopeNotAdded(DualByRules):
    def __add__(self, other):
        other = self.lift(other)
        return self.new(self.value + other.value, self.derivative)


class DualSlopeNotAddedByFewRules(DualByFewRules):
    __add__ = DualSlopeNotAdded.__add__


class DualNothingOnTheLeft(DualByRules):
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = None


class DualSomeOnTheLeft(DualByRules):
    __rsub__ = __rtruediv__ = None


class DualNoNumbers(DualNothingOnTheLeft):
    def lift(self, other):
        return other


class DualFloatsOnly(DualByRules):
    def lift(self, other):
        return self.new(other) if isinstance(other, float) else other


class DualLeftIsRight(DualByRules):
    def __rsub__(self, other):
        return self - other

    def __rtruediv__(self, other):
        return self / other


class DualDifferenceTurned(DualByRules):
    def __rsub__(self, other):
        return self - other


class DualQuotientTurnedRound(DualByRules):
    def __rtruediv__(self, other):
        return self / other


class DualSignOfReciprocal(DualByRules):
    def __rtruediv__(self, other):
        return self.new(other / self.value,
                        other * self.derivative / self.value**2)


class DualInnerForgotten(DualByRules):
    def chain(self, value, slope):
        return self.new(value, slope)


class DualInnerForgottenEverywhere(DualByFewRules):
    chain = DualInnerForgotten.chain

    def __pow__(self, n):
        return self.chain(self.value**n, n * self.value ** (n - 1))


class DualSlopesForgotten(DualByRules):
    def chain(self, value, slope):
        return self.new(value, self.derivative)


class DualQuotientAdded(DualByRules):
    def __truediv__(self, other):
        other = self.lift(other)
        return self.new(
            self.value / other.value,
            (self.derivative * other.value + self.value * other.derivative)
            / other.value**2)


class DualQuotientOfSlopes(DualByRules):
    def __truediv__(self, other):
        other = self.lift(other)
        if other.derivative == 0:
            return self * (1 / other.value)
        return self.new(self.value / other.value,
                        self.derivative / other.derivative)


class DualQuotientTurned(DualByRules):
    def __truediv__(self, other):
        other = self.lift(other)
        return self.new(
            self.value / other.value,
            (self.value * other.derivative - self.derivative * other.value)
            / other.value**2)


class DualDifferenceAdded(DualByRules):
    def __sub__(self, other):
        other = self.lift(other)
        return self.new(self.value - other.value,
                        self.derivative + other.derivative)


class DualMinusForgotten(DualByRules):
    def __neg__(self):
        return self.new(-self.value, self.derivative)


class DualPowerNotLowered(DualByRules):
    def __pow__(self, n):
        return self.new(self.value**n, n * self.value**n * self.derivative)


class DualPowerWithoutInner(DualByRules):
    def __pow__(self, n):
        return self.new(self.value**n, n * self.value ** (n - 1))


class DualPowerNotLoweredByFewRules(DualByFewRules):
    __pow__ = DualPowerNotLowered.__pow__


class DualPowerWithoutInnerByFewRules(DualByFewRules):
    __pow__ = DualPowerWithoutInner.__pow__


class DualWholePowers(DualByRules):
    def __pow__(self, n):
        result = self.new(1.0)
        for _ in range(n):
            result = result * self
        return result


class DualCosine(DualByRules):
    def cos(self):
        return self.chain(math.cos(self.value), math.sin(self.value))


class DualTanh(DualByRules):
    def tanh(self):
        return self.chain(math.tanh(self.value), 1 - self.value**2)


class DualChangesItself(DualByRules):
    def __add__(self, other):
        other = self.lift(other)
        self.value = self.value + other.value
        self.derivative = self.derivative + other.derivative
        return self

    def __mul__(self, other):
        other = self.lift(other)
        self.derivative = (self.value * other.derivative
                           + self.derivative * other.value)
        self.value = self.value * other.value
        return self


class DualSumChangesItself(DualByRules):
    __add__ = DualChangesItself.__add__


class DualOneByDefault(DualByRules):
    def __init__(self, value, derivative=1.0):
        super().__init__(value, derivative)

    def new(self, value, derivative=0.0):
        return type(self)(value, derivative)


class DualByMatrices:
    """Right: a + b epsilon as the matrix [[a, b], [0, a]]."""

    def __init__(self, value, derivative=0.0):
        self.M = np.array([[value, derivative], [0.0, value]])

    @property
    def value(self):
        return self.M[0, 0]

    @property
    def derivative(self):
        return self.M[0, 1]

    def _of(self, M):
        return DualByMatrices(M[0, 0], M[0, 1])

    def _matrix(self, other):
        if isinstance(other, DualByMatrices):
            return other.M
        return other * np.eye(2)

    def __add__(self, other):
        return self._of(self.M + self._matrix(other))

    def __sub__(self, other):
        return self._of(self.M - self._matrix(other))

    def __rsub__(self, other):
        return self._of(self._matrix(other) - self.M)

    def __neg__(self):
        return self._of(-self.M)

    def __mul__(self, other):
        return self._of(self.M @ self._matrix(other))

    def __truediv__(self, other):
        return self._of(np.linalg.solve(self._matrix(other), self.M))

    def __rtruediv__(self, other):
        return self._of(np.linalg.solve(self.M, self._matrix(other)))

    __radd__ = __add__
    __rmul__ = __mul__

    def __pow__(self, n):
        return self._chain(lambda a: a**n, lambda a: n * a ** (n - 1))

    def _chain(self, f, slope):
        return DualByMatrices(f(self.value),
                              slope(self.value) * self.derivative)

    def exp(self):
        return self._chain(np.exp, np.exp)

    def log(self):
        return self._chain(np.log, np.reciprocal)

    def sin(self):
        return self._chain(np.sin, np.cos)

    def cos(self):
        return self._chain(np.cos, lambda a: -np.sin(a))

    def tanh(self):
        return self._chain(np.tanh, lambda a: 1 / np.cosh(a) ** 2)


# --- trapezoid_integral ------------------------------------------------------


def trapezoid_full_ends(f, a, b, n):
    return (b - a) / n * np.sum(f(np.linspace(a, b, n + 1)))


def trapezoid_too_few_points(f, a, b, n):
    x = np.linspace(a, b, n)
    y = f(x)
    h = (b - a) / n
    return h * (np.sum(y) - (y[0] + y[-1]) / 2)


def trapezoid_one_interval_less(f, a, b, n):
    y = f(np.linspace(a, b, n))
    total = 0.0
    for i in range(n - 1):
        total += (b - a) / (n - 1) * (y[i] + y[i + 1]) / 2
    return total


def trapezoid_one_interval_less_by_step(f, a, b, n):
    x = np.linspace(a, b, n)
    y = f(x)
    return (x[1] - x[0]) * (np.sum(y) - (y[0] + y[-1]) / 2)


def trapezoid_one_interval_less_by_formula(f, a, b, n):
    y = f(np.linspace(a, b, n))
    return (b - a) / (n - 1) * (np.sum(y) - (y[0] + y[-1]) / 2)


def trapezoid_no_last_point(f, a, b, n):
    h = (b - a) / n
    y = f(np.arange(a, b, h))
    return h * (np.sum(y) - (y[0] + y[-1]) / 2)


def trapezoid_no_half(f, a, b, n):
    y = f(np.linspace(a, b, n + 1))
    return (b - a) / n * np.sum(y[1:] + y[:-1])


def trapezoid_last_inner_left_out(f, a, b, n):
    h = (b - a) / n
    inner = sum(f(a + i * h) for i in range(1, n - 1))
    return h * (f(a) / 2 + inner + f(b) / 2)


def trapezoid_first_counted_again(f, a, b, n):
    h = (b - a) / n
    inner = sum(f(a + i * h) for i in range(n))
    return h * (f(a) / 2 + inner + f(b) / 2)


def trapezoid_both_mistakes(f, a, b, n):
    return (b - a) / n * np.sum(f(np.linspace(a, b, n)))


def trapezoid_left(f, a, b, n):
    return (b - a) / n * np.sum(f(np.linspace(a, b, n + 1))[:-1])


def trapezoid_right(f, a, b, n):
    return (b - a) / n * np.sum(f(np.linspace(a, b, n + 1))[1:])


def trapezoid_middle(f, a, b, n):
    h = (b - a) / n
    return h * np.sum(f(a + h * (np.arange(n) + 0.5)))


def trapezoid_without_width(f, a, b, n):
    y = f(np.linspace(a, b, n + 1))
    return np.sum(y) - (y[0] + y[-1]) / 2


def trapezoid_never_negative(f, a, b, n):
    y = f(np.linspace(a, b, n + 1))
    return abs(b - a) / n * (np.sum(y) - (y[0] + y[-1]) / 2)


def trapezoid_width_of_points(f, a, b, n):
    y = f(np.linspace(a, b, n + 1))
    return (b - a) / (n + 1) * (np.sum(y) - (y[0] + y[-1]) / 2)


def trapezoid_all_halved(f, a, b, n):
    y = f(np.linspace(a, b, n + 1))
    return (b - a) / n * np.sum(y) / 2


def trapezoid_one_chord(f, a, b, n):
    return (b - a) * (f(a) + f(b)) / 2


def trapezoid_without_ends(f, a, b, n):
    return (b - a) / n * np.sum(f(np.linspace(a, b, n + 1))[1:-1])


def trapezoid_chord_by_chord(f, a, b, n):
    h = (b - a) / n
    total = 0.0
    for i in range(n):
        total += h * (f(a + i * h) + f(a + (i + 1) * h)) / 2
    return total


def trapezoid_by_weights(f, a, b, n):
    weights = np.ones(n + 1)
    weights[[0, -1]] = 0.5
    return (b - a) / n * weights @ f(np.linspace(a, b, n + 1))


def trapezoid_by_neighbours(f, a, b, n):
    y = f(np.linspace(a, b, n + 1))
    return np.mean((y[1:] + y[:-1]) / 2) * (b - a)


# --- taylor_polynomial -------------------------------------------------------


def _terms(derivatives, step, divisor):
    return sum(
        d * step**k / divisor(k) for k, d in enumerate(derivatives)
    )


def taylor_without_factorials(derivatives, center, x):
    return _terms(derivatives, x - center, lambda k: 1)


def taylor_around_zero(derivatives, center, x):
    return _terms(derivatives, x, math.factorial)


def taylor_around_zero_without_factorials(derivatives, center, x):
    return _terms(derivatives, x, lambda k: 1)


def taylor_divided_by_k(derivatives, center, x):
    return _terms(derivatives, x - center, lambda k: max(k, 1))


def taylor_next_factorial(derivatives, center, x):
    return _terms(derivatives, x - center, lambda k: math.factorial(k + 1))


def taylor_last_left_out(derivatives, center, x):
    return 0.0 * x + _terms(derivatives[:-1], x - center, math.factorial)


def taylor_last_left_out_by_a_sum(derivatives, center, x):
    return _terms(derivatives[:-1], x - center, math.factorial)


def taylor_slope_for_value(derivatives, center, x):
    return _terms(derivatives[1:], x - center, math.factorial)


def taylor_first_left_out(derivatives, center, x):
    whole = _terms(derivatives, x - center, math.factorial)
    return whole - derivatives[0]


def taylor_turned_round(derivatives, center, x):
    return _terms(derivatives, center - x, math.factorial)


def taylor_highest_first(derivatives, center, x):
    return _terms(derivatives[::-1], x - center, math.factorial)


def taylor_factorials_overflow(derivatives, center, x):
    k = np.arange(len(derivatives))
    factorials = np.cumprod(np.maximum(k, 1))
    step = np.asarray(x - center)[..., None]
    return np.sum(derivatives / factorials * step**k, axis=-1)


def taylor_number_for_a_constant(derivatives, center, x):
    total = derivatives[-1]
    for k in range(len(derivatives) - 1, 0, -1):
        total = derivatives[k - 1] + (x - center) / k * total
    return total


def taylor_by_powers(derivatives, center, x):
    return _terms(derivatives, x - center, math.factorial)


def taylor_by_growing_terms(derivatives, center, x):
    total, term = 0.0 * x, 1.0 + 0.0 * x
    for k, d in enumerate(derivatives):
        total = total + d * term
        term = term * (x - center) / (k + 1)
    return total


def taylor_by_arrays(derivatives, center, x):
    k = np.arange(len(derivatives))
    factorials = np.cumprod(np.maximum(k, 1).astype(float))
    step = np.asarray(x - center)[..., None]
    return np.sum(derivatives / factorials * step**k, axis=-1)


# --- fit_growth_rate ---------------------------------------------------------


def _slope(r, s, y, start):
    """E'(r) of the curve start * exp(r s)."""
    with np.errstate(all="ignore"):
        curve = start * np.exp(r * s)
        return 2 * np.sum((curve - y) * curve * s)


def _bisect(slope, halvings=60):
    low, high = -1.0, 1.0
    for _ in range(halvings):
        middle = (low + high) / 2
        if slope(middle) > 0:
            high = middle
        else:
            low = middle
    return (low + high) / 2


def growth_line_through_logarithms(t, y):
    s, logs = t - t.mean(), np.log(y)
    return s @ (logs - logs.mean()) / (s @ s)


def growth_logarithms_through_the_first(t, y):
    s = t - t[0]
    return s @ np.log(y / y[0]) / (s @ s)


def growth_first_and_last(t, y):
    return np.log(y[-1] / y[0]) / (t[-1] - t[0])


def growth_mean_of_years(t, y):
    return np.mean(np.diff(y) / y[:-1] / np.diff(t))


def growth_clock_not_set(t, y):
    return _bisect(lambda r: _slope(r, t, y, y[0]))


def growth_wrong_half(t, y):
    return _bisect(lambda r: -_slope(r, t - t[0], y, y[0]))


def growth_always_left(t, y):
    return _bisect(
        lambda r: np.sum((y[0] * np.exp(r * (t - t[0])) - y) ** 2)
    )


def growth_always_right(t, y):
    def slope(r):
        r = ca.Dual(r)
        error = (y[0] * np.exp(r * (t - t[0])) - y) ** 2
        return np.sum(error.derivative)

    return _bisect(slope)


def growth_begins_at_one(t, y):
    return _bisect(lambda r: _slope(r, t - t[0], y, 1.0))


def growth_stopped_early(t, y):
    return _bisect(lambda r: _slope(r, t - t[0], y, y[0]), 11)


def growth_as_a_factor(t, y):
    return np.exp(growth_by_hand(t, y)) - 1


def growth_factor_itself(t, y):
    return np.exp(growth_by_hand(t, y))


def growth_doubling_time(t, y):
    return np.log(2) / growth_by_hand(t, y)


def growth_free_start(t, y):
    def slope(r):
        e = np.exp(r * (t - t[0]))
        return _slope(r, t - t[0], y, (y @ e) / (e @ e))

    return _bisect(slope)


def growth_coarse_grid(t, y):
    rates = np.linspace(-1, 1, 201)
    errors = [
        np.sum((y[0] * np.exp(r * (t - t[0])) - y) ** 2) for r in rates
    ]
    return rates[np.argmin(errors)]


def growth_absolute_errors(t, y):
    def slope(r):
        curve = y[0] * np.exp(r * (t - t[0]))
        return np.sum(np.sign(curve - y) * curve * (t - t[0]))

    return _bisect(slope)


def growth_inner_slope_forgotten(t, y):
    return _bisect(lambda r: np.sum(
        y[0] * np.exp(r * (t - t[0])) - y
    ))


def growth_by_hand(t, y):
    return _bisect(lambda r: _slope(r, t - t[0], y, y[0]))


def growth_year_by_year(t, y):
    low, high = -1.0, 1.0
    while high - low > 1e-9:
        r = ca.Dual((low + high) / 2, 1.0)
        error = 0
        for ti, yi in zip(t.tolist(), y.tolist(), strict=True):
            miss = y[0] * (r * (ti - t[0])).exp() - yi
            error += miss * miss
        if error.derivative < 0:
            low = float(r.value)
        else:
            high = float(r.value)
    return low


def growth_by_sum_of_duals(t, y):
    def slope(r):
        curve = y[0] * np.exp(ca.Dual(r, 1.0) * (t - t[0]))
        return np.sum((curve - y) ** 2).derivative

    return _bisect(slope)


def growth_by_brentq(t, y):
    from scipy.optimize import brentq

    def slope(r):
        curve = y[0] * np.exp(ca.Dual(r, 1.0) * (t - t[0]))
        return np.sum(((curve - y) ** 2).derivative)

    return brentq(slope, -1, 1, xtol=1e-13)

"""Values that a learner's function is given and both sides know by name.

A case names them, ``given("rng", 7)``, because a callback, a model or a
generator cannot travel as plain data.  Each entry builds a fresh value.
"""

import itertools
from fractions import Fraction

import numpy as np

__all__ = ["build", "register"]

_BUILDERS = {}


def register(builder):
    """Make ``builder`` known under its own name (use as a decorator)."""
    if builder.__name__ in _BUILDERS:
        raise ValueError(f"there already is a given {builder.__name__!r}")
    _BUILDERS[builder.__name__] = builder
    return builder


def build(name, *args, **kwargs):
    """Return a fresh value of the given called ``name``."""
    if name not in _BUILDERS:
        raise ValueError(f"there is no given called {name!r}")
    return _BUILDERS[name](*args, **kwargs)


@register
def rng(seed):
    """A NumPy random generator."""
    return np.random.default_rng(seed)


@register
def torch_rng(seed):
    """A torch random generator on the CPU."""
    import torch

    return torch.Generator().manual_seed(seed)


@register
def sum_of_squares():
    """The function x -> sum of x**2."""
    return lambda x: (x**2).sum()


@register
def sin_of_product():
    """The function x -> sin of the product of all entries of x."""
    return lambda x: np.sin(np.prod(x))


@register
def gaussian_log_density(mean=0.0, scale=1.0):
    """The log-density, up to a constant, of independent Gaussians."""
    return lambda x: -0.5 * np.sum(((x - mean) / scale) ** 2)


@register
def linear_noise_model(weight):
    """A noise predictor (x_t, t) -> weight * x_t * sqrt(1 + t)."""
    return lambda x, t: weight * x * np.sqrt(1.0 + np.asarray(t))[..., None]


@register
def relu():
    """The activation max(0, x), for NumPy arrays and torch tensors."""
    return lambda x: x * (x > 0)


@register
def square():
    """The activation x**2: unlike ReLU it is never zero on a half-line."""
    return lambda x: x * x


@register
def polynomial(*coefficients):
    """The function x -> c0 + c1 x + c2 x**2 + ..."""
    return lambda x: sum(c * x**k for k, c in enumerate(coefficients))


@register
def listed(first, values):
    """The term i -> values[i - first]; there are no others."""

    def term(i):
        if not first <= i < first + len(values):
            raise IndexError(f"there is no term {i}")
        return float(values[i - first])

    return term


@register
def sine_wave(frequency=1.0, height=1.0):
    """The function x -> height * sin(frequency * x)."""
    return lambda x: height * np.sin(frequency * x)


@register
def cosine_wave(frequency=1.0, height=1.0):
    """The function x -> height * cos(frequency * x)."""
    return lambda x: height * np.cos(frequency * x)


@register
def exponential_curve(rate=1.0, start=1.0):
    """The function x -> start * exp(rate * x)."""
    return lambda x: start * np.exp(rate * x)


# --- chapter 05: functions of many variables, and what they cost ---


@register
def square_times():
    """The function x -> x_0**2 * x_1."""
    return lambda x: x[0] ** 2 * x[1]


@register
def square_times_gradient():
    """The gradient of ``square_times``."""
    return lambda x: np.stack([2 * x[0] * x[1], x[0] ** 2])


def _slopes(x):
    return np.cos(1.0 + np.arange(x.size)).reshape(x.shape)


@register
def bumpy():
    """A function of arrays of any shape, all of whose entries interact."""
    return lambda x: (
        np.sin((_slopes(x) * x).sum()) + (x**2).sum() + (x**3).sum() / 3
    )


@register
def bumpy_gradient(factor=1.0):
    """The gradient of ``bumpy``, or a multiple of it."""

    def gradient(x):
        slopes = _slopes(x)
        wave = slopes * np.cos((slopes * x).sum())
        return factor * (wave + 2 * x + x**2)

    return gradient


@register
def ripples(scale):
    """The function x -> sum of the sines of scale * x."""
    return lambda x: np.sin(scale * x).sum()


@register
def each_ripple(scale):
    """The map x -> the sines of scale * x."""
    return lambda x: np.sin(scale * x)


@register
def ripples_crossed(scale):
    """The function x -> product of the sines of scale * x."""
    return lambda x: np.sin(scale * x).prod()


@register
def times(factor, function):
    """The function x -> factor * function(x)."""
    return lambda x: factor * function(x)


@register
def product_of_cubes():
    """The function x -> sum of (x_i x_j)**3 over all i < j."""
    return lambda x: ((x**3).sum() ** 2 - (x**6).sum()) / 2


@register
def flat(value):
    """The function that is ``value`` everywhere."""
    return lambda x: value


@register
def quadratic(A, b):
    """The function x -> x^T A x / 2 + b^T x."""
    return lambda x: x @ A @ x / 2 + b @ x


@register
def matrix_times(A):
    """The map x -> A x: the gradient of x^T A x / 2 for symmetric A."""
    return lambda x: A @ x


@register
def three_of_two():
    """The map (x, y) -> (x y, x + y, y**2)."""
    return lambda x: np.stack([x[0] * x[1], x[0] + x[1], x[1] ** 2])


@register
def waves(m):
    """A map to m numbers, each of which depends on all entries of x."""

    def outputs(x):
        k = np.arange(1.0, m + 1)
        slopes = np.cos(np.outer(k, 1.0 + np.arange(len(x))))
        return np.sin(slopes @ x) + k * (x**2).sum()

    return outputs


@register
def counted(function):
    """The same function, which counts in ``calls`` how often it is called."""

    def counting(x):
        counting.calls += 1
        return function(x)

    counting.calls = 0
    return counting


@register
def peak_memory():
    """The function (f, *args) -> bytes at most in use while f(*args) runs."""
    import tracemalloc

    def measure(function, *args):
        function(*args)  # the first call may load a module
        traced = tracemalloc.is_tracing()
        if not traced:
            tracemalloc.start()
        try:
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            function(*args)
            return tracemalloc.get_traced_memory()[1] - before
        finally:
            if not traced:
                tracemalloc.stop()

    return measure


# --- chapter 06: laws, maps, and generators whose numbers are known ---


class _Scripted:
    """Stands in for a random generator; its numbers are written down."""

    def __init__(self, numbers):
        self._left = [float(number) for number in numbers]

    def random(self, size=None):
        count = 1 if size is None else int(np.prod(size))
        if count > len(self._left):
            raise ValueError("more random numbers were asked for than draws")
        taken, self._left = self._left[:count], self._left[count:]
        return taken[0] if size is None else np.reshape(taken, size)

    def uniform(self, low=0.0, high=1.0, size=None):
        return low + (high - low) * self.random(size)

    def __getattr__(self, name):
        raise AttributeError(
            f"draw with rng.random, as the contract says: {name} would use"
            " the generator in another way"
        )


@register
def scripted_rng(numbers):
    """A generator whose ``random`` returns these numbers, in this order."""
    return _Scripted(numbers)


@register
def scripted_samples(samples):
    """The sampler (rng, n) -> the next n of these samples, round and round."""
    left = itertools.cycle(samples)
    return lambda rng, n: np.array(list(itertools.islice(left, n)))


@register
def normal_samples(mean=0.0, std=1.0):
    """The sampler of n Gaussian numbers."""
    return lambda rng, n: rng.normal(mean, std, size=n)


@register
def points_in_a_square():
    """The sampler of n points of the square from 0 to 1."""
    return lambda rng, n: rng.random((n, 2))


@register
def inside_the_circle():
    """Whether each row of x is a point of the unit disc."""
    return lambda x: np.sum(x**2, axis=-1) < 1


@register
def above(threshold):
    """Whether each entry of x lies above a threshold."""
    return lambda x: x > threshold


@register
def row_sums():
    """The sum of each row of x."""
    return lambda x: np.sum(x, axis=-1)


@register
def gaussian_law(mean=0.0, std=1.0, constant=True, shift=0.0):
    """The log-density of a Gaussian, for a number or a row of them.

    ``shift`` is added to it; without ``constant`` the factor before the
    exponential is left out.
    """
    def log_density(x):
        log_p = -0.5 * ((x - mean) / std) ** 2
        if constant:
            log_p = log_p - np.log(std) - 0.5 * np.log(2 * np.pi)
        return log_p.reshape(len(x), -1).sum(axis=1) + shift

    return log_density


@register
def coin_law(heads):
    """The log-probability of 1 (heads) and 0 (tails)."""
    return lambda x: np.log(np.where(x == 1, heads, 1 - heads))


@register
def standard_gaussian():
    """The log-density of independent standard Gaussians, row by row."""
    return lambda x: -0.5 * np.sum(x**2 + np.log(2 * np.pi), axis=-1)


@register
def affine_inverse(A, b):
    """The inverse y -> A^-1 (y - b) of x -> A x + b, row by row."""
    return lambda y: (y - b) @ np.linalg.inv(A).T


@register
def affine_jacobian(A):
    """The Jacobian A of x -> A x + b, once for each row of x."""
    return lambda x: np.broadcast_to(A, (*x.shape, x.shape[-1])).copy()


@register
def stretch_inverse(factor):
    """The inverse of x -> factor x."""
    return lambda y: y / factor


@register
def stretch_jacobian(factor):
    """The Jacobian of x -> factor x."""
    return lambda x: factor * (np.ones_like(x)[..., None]
                               * np.eye(x.shape[-1]))


@register
def logarithm():
    """The inverse of x -> e^x, entry by entry."""
    return np.log


@register
def exponential_jacobian():
    """The Jacobian of x -> e^x, entry by entry."""
    return lambda x: np.exp(x)[..., None] * np.eye(x.shape[-1])


@register
def exponential_log_pdf(rate=1.0):
    """The log-density of waiting times x >= 0, entry by entry."""
    return lambda x: np.log(rate) - rate * np.asarray(x)


@register
def gaussian_log_pdf(mean, std):
    """The log-density of a Gaussian, entry by entry."""

    def log_pdf(x):
        z = (np.asarray(x) - mean) / std
        return -0.5 * z**2 - np.log(std) - 0.5 * np.log(2 * np.pi)

    return log_pdf


@register
def low_gaussian_log_density(lowered=10_000.0):
    """As far down as the densities of large data sets: exp of it is 0."""
    return lambda x: -0.5 * np.sum(np.asarray(x) ** 2) - lowered


@register
def waiting_time_log_density(rate):
    """The log-density, up to a constant, of times: -inf before time 0."""

    def log_density(x):
        return float(-rate * np.sum(x)) if np.all(x >= 0) else -np.inf

    return log_density


@register
def gaussian_log_joint(peak, precision, height):
    """theta -> height - (theta - peak)^T precision (theta - peak) / 2."""

    def log_joint(theta):
        apart = theta - peak
        return float(height - apart @ precision @ apart / 2)

    return log_joint


@register
def gamma_log_joint(shape, rate):
    """theta -> shape log theta - rate theta, for a theta of one entry."""
    return lambda theta: float(shape * np.log(theta[0]) - rate * theta[0])


@register
def logistic_log_joint(X, y, prior_std):
    """Logistic regression of labels 0 and 1, with a Gaussian prior."""

    def log_joint(w):
        signed = (2 * y - 1) * (X @ w)
        prior = -0.5 * np.sum(w**2) / prior_std**2
        prior -= len(w) * (np.log(prior_std) + 0.5 * np.log(2 * np.pi))
        return float(-np.sum(np.logaddexp(0, -signed)) + prior)

    return log_joint


@register
def mean():
    """The mean of all entries."""
    return lambda x: float(np.mean(x))


@register
def median():
    """The median of all entries."""
    return lambda x: float(np.median(x))


@register
def correlation():
    """The correlation of two columns."""
    return lambda x: float(np.corrcoef(x[:, 0], x[:, 1])[0, 1])


# --- chapter 09: what a model expects of the next symbol, in fractions ---


def _shares(weights):
    return [Fraction(int(weight), int(sum(weights))) for weight in weights]


@register
def memoryless(*weights):
    """The model of one law for every symbol, whatever came before."""
    return lambda prefix: _shares(weights)


@register
def after_the_last(first, rows):
    """The model of a Markov chain: a law for each last symbol."""

    def conditional(prefix):
        return _shares(rows[prefix[-1]] if len(prefix) else first)

    return conditional


@register
def laplace_rule(kinds):
    """The model that counts: each kind once more than it was seen."""

    def conditional(prefix):
        seen = [int(symbol) for symbol in prefix]
        return _shares([seen.count(kind) + 1 for kind in range(kinds)])

    return conditional


# --- chapter 08: gradients to descend along, and sets to stay in ---


@register
def Ax_minus_b(A, b):
    """The map x -> A x - b: the gradient of x^T A x / 2 - b^T x."""
    return lambda x: A @ x - b


@register
def onto_box(low, high):
    """The nearest point whose entries lie between low and high."""
    return lambda x: np.clip(x, low, high)


@register
def onto_ball(centre, radius):
    """The nearest point no further than radius from the centre."""

    def project(x):
        apart = x - centre
        length = np.linalg.norm(apart)
        return centre + apart * (radius / max(length, radius))

    return project


# --- chapter 11: filters of graph signals ---


@register
def low_pass(strength=1.0):
    """The response x -> 1 / (1 + strength * x)."""
    return lambda x: 1 / (1 + strength * x)


# --- chapter 14: activations' derivatives ---


@register
def tanh_derivative():
    """The derivative z -> 1 - tanh(z)**2 of tanh."""
    return lambda z: 1 - np.tanh(z) ** 2


@register
def relu_derivative():
    """The derivative of ReLU: 1 where z is positive, 0 elsewhere."""
    return lambda z: (z > 0) * 1.0


@register
def square_derivative():
    """The derivative z -> 2 z of the activation z**2."""
    return lambda z: 2 * z


# --- chapter 12: kernels (X, Y) -> Gram matrix, good ones and bad ---


def _apart(X, Y):
    """The distance of every row of X from every row of Y."""
    return np.sqrt(np.sum((X[:, None] - Y) ** 2, axis=-1))


def _or_itself(kernel):
    """The same kernel, for which no Y means X."""
    return lambda X, Y=None: kernel(X, X if Y is None else Y)


@register
def gaussian_bumps(height=1.0):
    """The RBF kernel of length scale 1, times height."""
    return _or_itself(
        lambda X, Y: height * np.exp(-(_apart(X, Y) ** 2) / 2))


@register
def dot_products(scale=1.0):
    """The linear kernel scale * x . y."""
    return _or_itself(lambda X, Y: scale * (X @ Y.T))


@register
def distances(scale=1.0):
    """What grows with the distance: scale * |x - y|, no kernel at all."""
    return _or_itself(lambda X, Y: scale * _apart(X, Y))


@register
def smaller_of_two():
    """The kernel min(x, y) of positive numbers; Y must be given."""
    return lambda X, Y: np.minimum(X, Y.T)


@register
def lowered_bumps(loss):
    """The RBF kernel, less by ``loss`` where the two points are one."""
    return _or_itself(lambda X, Y: (
        np.exp(-(_apart(X, Y) ** 2) / 2) - loss * (_apart(X, Y) == 0)))


def _rises(X, Y):
    return np.sum(Y, axis=1) > np.sum(X, axis=1)[:, None]


@register
def one_way(strength):
    """An RBF kernel to smaller points, a stronger one to larger points."""
    return _or_itself(lambda X, Y: (
        np.exp(-(_apart(X, Y) ** 2) / 2) * (1 + strength * _rises(X, Y))))


@register
def dot_products_one_way(scale):
    """Inner products, half as large to larger points; +5 on the diagonal."""
    return _or_itself(lambda X, Y: (
        scale * (X @ Y.T + 5 * (_apart(X, Y) == 0))
        * (1 - 0.5 * _rises(X, Y))))


@register
def nothing_in_common():
    """The kernel that is 0 everywhere."""
    return _or_itself(lambda X, Y: np.zeros((len(X), len(Y))))

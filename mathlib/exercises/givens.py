"""Values that a learner's function is given and both sides know by name.

A case names them, ``given("rng", 7)``, because a callback, a model or a
generator cannot travel as plain data.  Each entry builds a fresh value.
"""

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

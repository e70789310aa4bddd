"""The few operations that the array standard lacks.

Each has a fast path for the libraries that have the operation, and a form
that runs on every other.
"""

import math

import numpy as np
from array_api_compat import is_torch_array

# From here on 1 - erf(x) is less than half the spacing of doubles below 1.
_ERF_IS_ONE = 6.0
# From here on erfc is a continued fraction.
_ERFC_FAR = 1.5


def sigmoid(xp, x):
    """Return 1 / (1 + exp(-x)) without overflow."""
    if is_torch_array(x):
        return x.sigmoid()
    if isinstance(x, np.ndarray):
        from scipy.special import expit

        return expit(x)
    e = xp.exp(-xp.abs(x))
    return xp.where(x < 0, e, 1.0) / (1 + e)


def erf(xp, x):
    """Return the error function of real x."""
    if is_torch_array(x):
        return x.erf()
    if isinstance(x, np.ndarray):
        from scipy.special import erf

        return erf(x)
    # exp(-x^2) times a series of positive terms x (2 x^2)^k / (1 3 5 ...),
    # which loses no digits to cancellation (Abramowitz & Stegun, 7.1.6).
    x = xp.clip(x, -_ERF_IS_ONE, _ERF_IS_ONE)
    total = xp.ones_like(x)
    for k in range(125, 0, -1):
        total = 1 + total * (x * x * (2 / (2 * k + 1)))
    return 2 / math.sqrt(math.pi) * x * xp.exp(-x * x) * total


def erfc(xp, x):
    """Return 1 - erf(x), with all its digits where that is tiny."""
    if is_torch_array(x):
        return x.erfc()
    if isinstance(x, np.ndarray):
        from scipy.special import erfc

        return erfc(x)
    # Far out a continued fraction, from its end (Abramowitz & Stegun, 7.1.14).
    far = xp.clip(xp.abs(x), _ERFC_FAR, None)
    tail = far
    for k in range(100, 0, -1):
        tail = far + k / 2 / tail
    tail = xp.exp(-far * far) / (math.sqrt(math.pi) * tail)
    tail = xp.where(x < 0, 2 - tail, tail)
    return xp.where(xp.abs(x) >= _ERFC_FAR, tail, 1 - erf(xp, x))


def ndtri(xp, p):
    """Return the x below which a standard normal falls with chance p."""
    if is_torch_array(p):
        import torch

        return torch.special.ndtri(p)
    if isinstance(p, np.ndarray):
        from scipy.special import ndtri

        return ndtri(p)
    # Newton's steps on the log of the lower tail.  That is concave, so they
    # come from the left and never overshoot.
    lower = xp.where(p < 0.5, p, 1 - p)
    inside = lower > 0
    least = float(xp.finfo(p.dtype).smallest_normal)
    target = xp.log(xp.where(inside, xp.clip(lower, least, None), 0.5))
    x = -xp.sqrt(-2 * target)
    for _ in range(9):
        tail = erfc(xp, -x / math.sqrt(2)) / 2
        slope = xp.exp(-x * x / 2) / math.sqrt(2 * math.pi) / tail
        x = x + (target - xp.log(tail)) / slope
    x = xp.where(inside, x, xp.where(lower == 0, -math.inf, math.nan * p))
    return xp.where(p < 0.5, x, -x)


def lgamma(xp, x):
    """Return the logarithm of the gamma function of positive x."""
    if is_torch_array(x):
        return x.lgamma()
    if isinstance(x, np.ndarray):
        from scipy.special import gammaln

        return gammaln(x)
    # Stirling's series (Abramowitz & Stegun, 6.1.41) needs a large argument:
    # gamma(x + n) = x (x + 1) ... (x + n - 1) gamma(x).
    small = x < 8
    shift = xp.where(small, x, 1.0)
    product = shift
    for k in range(1, 8):
        product = product * (shift + k)
    z = xp.where(small, x + 8, x)
    w, series = 1 / z, xp.zeros_like(z)
    for c in (1 / 156, -691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260,
              -1 / 360, 1 / 12):
        series = series * (w * w) + c
    large = (z - 0.5) * (xp.log(z) - 1) + (math.log(2 * math.pi) - 1) / 2
    return large + series * w - xp.where(small, xp.log(product), 0.0)


def solve_triangular(xp, L, B):
    """Return the X with L X = B, for a lower triangular L of shape (n, n)."""
    if is_torch_array(L):
        import torch

        return torch.linalg.solve_triangular(L, B, upper=False)
    if isinstance(L, np.ndarray):
        from scipy.linalg import solve_triangular

        return solve_triangular(L, B, lower=True, check_finite=False)
    return xp.linalg.solve(L, B)


def index_add(xp, size, index, values):
    """Return the sums of the values with index 0, 1, ..., size - 1."""
    if is_torch_array(values):
        return values.new_zeros(size).index_add(0, index, values)
    if isinstance(values, np.ndarray):
        total = np.zeros(size, dtype=values.dtype)
        np.add.at(total, index, values)
        return total
    place = xp.arange(size, device=values.device)
    member = place[:, None] == index[None, :]
    return xp.astype(member, values.dtype) @ values


def stdtr(xp, df, t):
    """Return the chance that Student's t, df degrees of freedom, is <= t."""
    if isinstance(t, np.ndarray | np.generic):
        from scipy.special import stdtr

        return stdtr(df, t)
    # The incomplete beta function I_z(a, b), from whichever end it is small,
    # as a continued fraction from its end (DLMF, 8.17.22).
    square = t * t / df
    near, half = t * t < 3, xp.ones_like(t) / 2
    a, b = xp.where(near, half, df / 2), xp.where(near, df / 2, half)
    z = xp.where(near, square, 1.0) / (1 + square)
    # The more degrees of freedom, the more terms.
    terms = 30
    while bool(xp.any(9 * df > (terms - 20) ** 2)):
        terms *= 2
    tail = xp.ones_like(z)
    for m in range(terms, -1, -1):
        c = a + 2 * m
        tail = 1 - (a + m) * (a + b + m) * z / (c * (c + 1)) / tail
        if m:
            tail = 1 + m * (b - m) * z / ((c - 1) * c) / tail
    front = xp.sqrt(square / (1 + square)) * xp.exp(-df / 2 * xp.log1p(square))
    front = front * _gamma_ratio(xp, df / 2) / math.sqrt(math.pi)
    beta = front / a / tail
    lower = xp.where(near, 1 - beta, beta) / 2
    return xp.where(t < 0, lower, 1 - lower)


def _gamma_ratio(xp, a):
    """Return gamma(a + 1/2) / gamma(a), where either may overflow."""
    small = a < 16
    start, product = xp.where(small, a, 1.0), 1.0
    for k in range(16):
        product = product * ((start + k) / (start + k + 0.5))
    z = xp.where(small, a + 16, a)
    series = xp.zeros_like(z)
    for c in (17 / 14336, -1 / 640, 1 / 192, -1 / 8):
        series = series / (z * z) + c
    return xp.sqrt(z) * xp.exp(series / z) * xp.where(small, product, 1.0)

"""Wrong answers to the exercises of chapter 10, and right ones.

Each function's name begins with its exercise's.  What is wrong with a wrong
one is said beside it in :mod:`mathlib.exercises.numerical_methods`.
"""

import math

import numpy as np

from mathlib import foundations as fd
from mathlib import linear_algebra as la

# --- log_softmax -------------------------------------------------------------


def log_softmax_of_softmax(z, *, axis=-1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return np.log(e / e.sum(axis=axis, keepdims=True))


def log_softmax_without_shift(z, *, axis=-1):
    return z - np.log(np.sum(np.exp(z), axis=axis, keepdims=True))


def log_softmax_of_quotient(z, *, axis=-1):
    e = np.exp(z)
    return np.log(e / e.sum(axis=axis, keepdims=True))


def log_softmax_with_eps(z, *, axis=-1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return np.log(e / e.sum(axis=axis, keepdims=True) + 1e-12)


def log_softmax_last_axis(z, *, axis=-1):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def log_softmax_of_the_batch(z, *, axis=-1):
    z = z - z.max()
    return z - np.log(np.exp(z).sum())


def log_softmax_with_one_shift(z, *, axis=-1):
    z = z - z.max()
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))


def log_softmax_axis_dropped(z, *, axis=-1):
    z = z - z.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis))


def log_softmax_axis_dropped_twice(z, *, axis=-1):
    z = z - z.max(axis=axis)
    return z - np.log(np.exp(z).sum(axis=axis))


def log_softmax_shift_left_over(z, *, axis=-1):
    shifted = z - z.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def log_softmax_shift_twice(z, *, axis=-1):
    m = z.max(axis=axis, keepdims=True)
    return z - m - fd.logsumexp(z, axis=axis, keepdims=True)


def _shifted(z, axis, shift, log=np.log):
    z = z - shift(z, axis=axis, keepdims=True)
    return z - log(np.exp(z).sum(axis=axis, keepdims=True))


def log_softmax_shifted_by_size(z, *, axis=-1):
    return _shifted(z, axis, lambda z, **how: np.abs(z).max(**how))


def log_softmax_shifted_by_mean(z, *, axis=-1):
    return _shifted(z, axis, np.mean)


def log_softmax_by_log2(z, *, axis=-1):
    return _shifted(z, axis, np.max, np.log2)


def log_softmax_by_log10(z, *, axis=-1):
    return _shifted(z, axis, np.max, np.log10)


def log_softmax_without_log(z, *, axis=-1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def log_softmax_negated(z, *, axis=-1):
    return -log_softmax_by_logsumexp(z, axis=axis)


def log_softmax_by_logsumexp(z, *, axis=-1):
    return z - fd.logsumexp(z, axis=axis, keepdims=True)


def log_softmax_by_logaddexp(z, *, axis=-1):
    return z - np.logaddexp.reduce(z, axis=axis, keepdims=True)


def log_softmax_by_loop(z, *, axis=-1):
    def one(row):
        m = max(row)
        return row - m - math.log(sum(math.exp(v - m) for v in row))

    return np.apply_along_axis(one, axis, z)


# --- sigmoid and log_sigmoid -------------------------------------------------


def sigmoid_by_growing(x):
    return np.exp(x) / (1 + np.exp(x))


def sigmoid_that_warns(x):
    return 1 / (1 + np.exp(-x))


def sigmoid_both_branches(x):
    return np.where(
        x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x))
    )


def sigmoid_by_tanh(x):
    return (1 + np.tanh(x / 2)) / 2


def sigmoid_by_symmetry(x):
    right = 1 / (1 + np.exp(-np.abs(x)))
    return np.where(x >= 0, right, 1 - right)


def sigmoid_clipped(x):
    return 1 / (1 + np.exp(-np.clip(x, -20, 20)))


def sigmoid_mirrored(x):
    small = np.exp(-np.abs(x))
    return np.where(x > 0, small, 1.0) / (1 + small)


def sigmoid_never_small(x):
    return 1 / (1 + np.exp(-np.abs(x)))


def sigmoid_by_if(x):
    if x >= 0:
        return 1 / (1 + np.exp(-x))
    return np.exp(x) / (1 + np.exp(x))


def sigmoid_by_masks(x):
    s = np.empty(x.shape)
    right = x >= 0
    s[right] = 1 / (1 + np.exp(-x[right]))
    s[~right] = np.exp(x[~right]) / (1 + np.exp(x[~right]))
    return s


def sigmoid_by_two_clips(x):
    e = np.exp(np.minimum(x, 0))
    return e / (e + np.exp(-np.maximum(x, 0)))


def sigmoid_by_loop(x):
    def one(v):
        if v >= 0:
            return 1 / (1 + math.exp(-v))
        return math.exp(v) / (1 + math.exp(v))

    return np.array([one(v) for v in x.ravel()]).reshape(x.shape)


def log_sigmoid_of_sigmoid(x):
    return np.log(sigmoid_by_masks(x))


def log_sigmoid_of_the_first(x):
    return np.log(sigmoid_that_warns(x))


def log_sigmoid_overflows(x):
    return -np.log(1 + np.exp(-x))


def log_sigmoid_by_log1p_only(x):
    return -np.log1p(np.exp(-x))


def log_sigmoid_without_log1p(x):
    return np.minimum(x, 0) - np.log(1 + np.exp(-np.abs(x)))


def log_sigmoid_other_form(x):
    return x - np.log1p(np.exp(x))


def log_sigmoid_with_eps(x):
    return np.log(sigmoid_by_masks(x) + 1e-12)


def log_sigmoid_negated(x):
    return -log_sigmoid_by_logaddexp(x)


def log_sigmoid_max_for_min(x):
    return np.maximum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def log_sigmoid_without_x(x):
    return -np.log1p(np.exp(-np.abs(x)))


def log_sigmoid_plus(x):
    return np.minimum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def log_sigmoid_both_branches(x):
    return np.where(x < 0, x - np.log1p(np.exp(x)), -np.log1p(np.exp(-x)))


def log_sigmoid_by_logaddexp(x):
    return -np.logaddexp(0, -x)


def log_sigmoid_by_branches(x):
    left = x - np.log1p(np.exp(np.minimum(x, 0)))
    right = -np.log1p(np.exp(-np.maximum(x, 0)))
    return np.where(x < 0, left, right)


# --- machine_epsilon ---------------------------------------------------------


def _halve(one, stop):
    eps = one
    while not stop(eps):
        eps = eps / 2
    return eps


def epsilon_of_doubles(dtype):
    return _halve(1.0, lambda eps: 1 + eps / 2 == 1)


def epsilon_halved(dtype):
    one = np.dtype(dtype).type(1)
    return _halve(one, lambda eps: one + eps == one)


def epsilon_doubled(dtype):
    one = np.dtype(dtype).type(1)
    return _halve(one, lambda eps: one + eps / 2 == one) * 2


def epsilon_counted(dtype):
    one = np.dtype(dtype).type(1)
    k = 0
    while one + one / 2 ** (k + 1) > one:
        k += 1
    return k


def epsilon_smallest_number(dtype):
    return _halve(np.dtype(dtype).type(1), lambda eps: eps / 2 == 0)


def epsilon_by_tens(dtype):
    one = np.dtype(dtype).type(1)
    eps = one
    while one + eps / 10 > one:
        eps = eps / 10
    return eps


def epsilon_of_types_only(dtype):
    one = dtype(1)
    return _halve(one, lambda eps: one + eps / 2 == one)


def epsilon_by_thirds(dtype):
    three, four, one = np.array([3, 4, 1], dtype=dtype)
    return abs(three * (four / three - one) - one)


def epsilon_by_casts(dtype):
    k = 0
    while np.array(1 + 2.0 ** -(k + 1)).astype(dtype) > 1:
        k += 1
    return 2.0**-k


def epsilon_by_arrays(dtype):
    one = np.ones(1, dtype=dtype)
    eps = one.copy()
    while (one + eps / 2)[0] > 1:
        eps /= 2
    return float(eps[0])


# --- round_to_bfloat16 -------------------------------------------------------


def _bits(x):
    return x.view(np.uint32)


def _floats(bits, x, nan=True):
    y = (bits & 0xFFFF0000).astype(np.uint32).view(np.float32)
    return np.where(np.isnan(x), np.float32(np.nan), y) if nan else y


def _to_even(x):
    return _bits(x) + 0x7FFF + ((_bits(x) >> 16) & 1)


def bfloat16_truncated(x):
    return _floats(_bits(x), x)


def bfloat16_truncated_nan(x):
    return _floats(_bits(x), x, nan=False)


def bfloat16_half_up(x):
    return _floats(_bits(x) + 0x8000, x)


def bfloat16_half_up_nan(x):
    return _floats(_bits(x) + 0x8000, x, nan=False)


def bfloat16_half_down(x):
    return _floats(_bits(x) + 0x7FFF, x)


def bfloat16_half_down_nan(x):
    return _floats(_bits(x) + 0x7FFF, x, nan=False)


def bfloat16_to_odd(x):
    return _floats(_bits(x) + 0x8000 - ((_bits(x) >> 16) & 1), x)


def bfloat16_nan_wraps(x):
    return _floats(_to_even(x), x, nan=False)


def bfloat16_as_float16(x):
    return x.astype(np.float16).astype(np.float32)


def bfloat16_as_bits(x):
    return (_to_even(x) >> 16).astype(np.uint16)


def bfloat16_one_bit_more(x):
    bits = _bits(x) + 0x3FFF + ((_bits(x) >> 15) & 1)
    return np.where(np.isnan(x), x, (bits & 0xFFFF8000).view(np.float32))


def bfloat16_two_decimals(x):
    return np.round(x, 2)


def bfloat16_saturated(x):
    largest = np.float32((2 - 2.0**-7) * 2.0**127)
    y = np.clip(_floats(_to_even(x), x), -largest, largest)
    return np.where(np.isinf(x), x, y)


def _bfloat16_by_exponents(x, floor, bits=8):
    m, e = np.frexp(x.astype(float))
    e = np.maximum(e, floor)
    m = np.ldexp(x.astype(float), -e)
    return np.ldexp(np.round(m * 2**bits), e - bits).astype(np.float32)


def bfloat16_fine_subnormals(x):
    return _bfloat16_by_exponents(x, -1000)


def bfloat16_one_bit_less(x):
    return _bfloat16_by_exponents(x, -1000, bits=7)


def bfloat16_in_place(x):
    bits = _bits(x)
    bits += 0x7FFF + ((bits >> 16) & 1)
    bits &= 0xFFFF0000
    return np.where(np.isnan(x), np.float32(np.nan), bits.view(np.float32))


def bfloat16_added_in_place(x):
    bits = _bits(x)
    bits += 0x7FFF + ((bits >> 16) & 1)
    return np.where(np.isnan(x), x, (bits & 0xFFFF0000).view(np.float32))


def bfloat16_by_exponents(x):
    return _bfloat16_by_exponents(x, -125)


def bfloat16_by_cases(x):
    bits = _bits(x).astype(np.int64)
    whole, rest = bits >> 16, bits & 0xFFFF
    up = (rest > 0x8000) | ((rest == 0x8000) & (whole % 2 == 1))
    y = ((whole + up) << 16).astype(np.uint32).view(np.float32)
    return np.where(np.isnan(x), x, y)


# --- round_to_float and block_scaled_round -----------------------------------


def _format(
    x, E, M, max_value, *, bias=None, floor=True, lower=0,
    rounding=np.round, flush=False, saturate=True,
):
    """Round to a format; the mistakes differ in the rules."""
    bias = 2 ** (E - 1) - 1 if bias is None else bias
    if max_value is None:
        max_value = (2 - 2.0**-M) * 2.0**bias
    size = np.clip(np.abs(x), 0, max_value) if saturate else np.abs(x)
    e = np.where(np.isfinite(size), np.frexp(size)[1] - 1, 0)
    least = 1 - bias - lower
    if floor:
        e = np.maximum(e, least)
    spacing = 2.0 ** (e - M)
    y = rounding(size / spacing) * spacing
    if flush:
        y = np.where(y < 2.0**least, 0.0, y)
    return np.copysign(y, x)


def format_half_away(x, *, exponent_bits, mantissa_bits, max_value=None):
    return _format(x, exponent_bits, mantissa_bits, max_value,
                   rounding=lambda v: np.floor(v + 0.5))


def format_half_up(x, *, exponent_bits, mantissa_bits, max_value=None):
    return _format_plain(x, exponent_bits, mantissa_bits, max_value,
                         rounding=lambda v: np.floor(v + 0.5))


def format_integer_power(
    x, *, exponent_bits, mantissa_bits, max_value=None
):
    return _format_plain(x, exponent_bits, mantissa_bits, max_value, two=2)


def format_one_bit_less(x, *, exponent_bits, mantissa_bits, max_value=None):
    """Take the exponent of frexp, whose mantissa is below 1, as it is."""
    return _format_plain(x, exponent_bits, mantissa_bits, max_value, off=0)


def format_one_bit_and_floor(
    x, *, exponent_bits, mantissa_bits, max_value=None
):
    return _format_plain(x, exponent_bits, mantissa_bits, max_value, off=0,
                         late=1)


def _format_plain(
    x, E, M, max_value, *, off=1, late=0, two=2.0, rounding=np.round
):
    """Round as the solution does; the mistakes differ in one place."""
    bias = 2 ** (E - 1) - 1
    if max_value is None:
        max_value = (2 - 2.0**-M) * 2.0**bias
    x = np.clip(x, -max_value, max_value)
    e = np.maximum(np.frexp(x)[1] - off, 1 - bias + late)
    spacing = two ** (e - M)
    return rounding(x / spacing) * spacing


def format_truncated(x, *, exponent_bits, mantissa_bits, max_value=None):
    return _format(x, exponent_bits, mantissa_bits, max_value,
                   rounding=np.floor)


def format_flushed(x, *, exponent_bits, mantissa_bits, max_value=None):
    return _format(x, exponent_bits, mantissa_bits, max_value, flush=True)


def format_without_floor(x, *, exponent_bits, mantissa_bits, max_value=None):
    return _format(x, exponent_bits, mantissa_bits, max_value, floor=False)


def format_unlimited(x, *, exponent_bits, mantissa_bits, max_value=None):
    return _format(x, exponent_bits, mantissa_bits, max_value, saturate=False)


def format_overflows(x, *, exponent_bits, mantissa_bits, max_value=None):
    if max_value is None:
        bias = 2 ** (exponent_bits - 1) - 1
        max_value = (2 - 2.0**-mantissa_bits) * 2.0**bias
    y = _format(x, exponent_bits, mantissa_bits, None, saturate=False)
    return np.where(np.abs(y) > max_value, np.copysign(np.inf, x), y)


def format_one_bit_clipped(
    x, *, exponent_bits, mantissa_bits, max_value=None
):
    """Take the exponent of frexp as it is, and clip at the end, too."""
    bias = 2 ** (exponent_bits - 1) - 1
    if max_value is None:
        max_value = (2 - 2.0**-mantissa_bits) * 2.0**bias
    x = np.clip(x, -max_value, max_value)
    e = np.maximum(np.frexp(x)[1], 1 - bias)
    spacing = 2.0 ** (e - mantissa_bits)
    y = np.round(x / spacing) * spacing
    return np.clip(y, -max_value, max_value)


def format_other_bias(x, *, exponent_bits, mantissa_bits, max_value=None):
    return _format(x, exponent_bits, mantissa_bits, max_value,
                   bias=2 ** (exponent_bits - 1))


def format_low_floor(x, *, exponent_bits, mantissa_bits, max_value=None):
    return _format(x, exponent_bits, mantissa_bits, max_value, lower=1)


def format_top_exponent(x, *, exponent_bits, mantissa_bits, max_value=None):
    if max_value is None:
        top = 2 ** (exponent_bits - 1)
        max_value = (2 - 2.0**-mantissa_bits) * 2.0**top
    return _format(x, exponent_bits, mantissa_bits, max_value)


def format_nan_for_inf(x, *, exponent_bits, mantissa_bits, max_value=None):
    y = _format(x, exponent_bits, mantissa_bits, max_value)
    return np.where(np.isinf(x), np.nan, y)


def format_by_logarithm(x, *, exponent_bits, mantissa_bits, max_value=None):
    bias = 2 ** (exponent_bits - 1) - 1
    if max_value is None:
        max_value = (2 - 2.0**-mantissa_bits) * 2.0**bias
    size = np.minimum(np.abs(x), max_value)
    normal = np.maximum(size, 2.0 ** (1 - bias))
    spacing = 2.0 ** (np.floor(np.log2(normal)) - mantissa_bits)
    return np.sign(x) * np.rint(size / spacing) * spacing


def format_by_table(x, *, exponent_bits, mantissa_bits, max_value=None):
    """List all numbers of the format, and look for the nearest."""
    bias, steps = 2 ** (exponent_bits - 1) - 1, 2**mantissa_bits
    if max_value is None:
        max_value = (2 - 1 / steps) * 2.0**bias
    codes = np.arange(2**exponent_bits * steps)
    exponent, rest = codes // steps, codes % steps
    table = np.where(
        exponent == 0,
        2.0 ** (1 - bias) * rest / steps,
        2.0 ** (exponent - bias) * (1 + rest / steps),
    )
    table = table[table <= max_value]
    size = np.minimum(np.abs(x), max_value)
    upper = np.minimum(np.searchsorted(table, size), len(table) - 1)
    lower = np.maximum(upper - 1, 0)
    low, high = size - table[lower], table[upper] - size
    up = (high < low) | ((high == low) & (upper % 2 == 0))
    y = np.sign(x) * table[np.where(up, upper, lower)]
    return np.where(np.isnan(x), np.nan, y)


def _rounded_blocks(
    x, block_size, options, rounding, *, scale_of=None, zero=1.0,
    back=lambda y, scale: y * scale, to=lambda x, scale: x / scale,
):
    """Round block by block; the mistakes differ in the rules."""
    scale_of = scale_of or _plain_scale
    rounded = np.zeros(x.shape)
    for i in range(0, x.shape[-1], block_size):
        block = x[..., i:i + block_size]
        scale = scale_of(block, options["max_value"])
        scale = np.where(scale == 0, zero, scale)
        y = rounding(to(block, scale), **options)
        rounded[..., i:i + block_size] = back(y, scale)
    return rounded


def _plain_scale(block, max_value):
    return np.max(np.abs(block), axis=-1, keepdims=True) / max_value


def _blocks_with(rounding, name, **rules):
    """A block_scaled_round that calls a round_to_float of its own."""

    def blocks(
        x, *, block_size=32, exponent_bits=4, mantissa_bits=3,
        max_value=448.0,
    ):
        options = {
            "exponent_bits": exponent_bits, "mantissa_bits": mantissa_bits,
            "max_value": max_value,
        }
        return _rounded_blocks(x, block_size, options, rounding, **rules)

    blocks.__name__ = name
    return blocks


def blocks_not_written(x, **options):
    raise NotImplementedError


blocks_half_away = _blocks_with(format_half_away, "blocks_half_away")
blocks_truncated = _blocks_with(format_truncated, "blocks_truncated")
blocks_flushed = _blocks_with(format_flushed, "blocks_flushed")
blocks_without_floor = _blocks_with(
    format_without_floor, "blocks_without_floor"
)
blocks_unlimited = _blocks_with(format_unlimited, "blocks_unlimited")
blocks_overflow = _blocks_with(format_overflows, "blocks_overflow")
blocks_one_bit_less = _blocks_with(format_one_bit_less, "blocks_one_bit_less")
blocks_one_bit_and_floor = _blocks_with(
    format_one_bit_and_floor, "blocks_one_bit_and_floor"
)
blocks_one_bit_clipped = _blocks_with(
    format_one_bit_clipped, "blocks_one_bit_clipped"
)
blocks_half_up = _blocks_with(format_half_up, "blocks_half_up")
blocks_integer_power = _blocks_with(
    format_integer_power, "blocks_integer_power"
)
blocks_other_bias = _blocks_with(format_other_bias, "blocks_other_bias")
blocks_top_exponent = _blocks_with(format_top_exponent, "blocks_top_exponent")
blocks_low_floor = _blocks_with(format_low_floor, "blocks_low_floor")
blocks_nan_for_inf = _blocks_with(format_nan_for_inf, "blocks_nan_for_inf")
blocks_by_logarithm = _blocks_with(format_by_logarithm, "blocks_by_logarithm")


def blocks_with_one_scale(
    x, *, block_size=32, exponent_bits=4, mantissa_bits=3, max_value=448.0
):
    scale = np.max(np.abs(x)) / max_value
    scale = scale if scale > 0 else 1.0
    return scale * _format(
        x / scale, exponent_bits, mantissa_bits, max_value
    )


def blocks_with_one_scale_each_row(
    x, *, block_size=32, exponent_bits=4, mantissa_bits=3, max_value=448.0
):
    scale = np.max(np.abs(x), axis=-1, keepdims=True) / max_value
    scale = np.where(scale > 0, scale, 1.0)
    return scale * _format(
        x / scale, exponent_bits, mantissa_bits, max_value
    )


def blocks_across_rows(
    x, *, block_size=32, exponent_bits=4, mantissa_bits=3, max_value=448.0
):
    flat = blocks_by_logarithm(
        x.ravel(), block_size=block_size, exponent_bits=exponent_bits,
        mantissa_bits=mantissa_bits, max_value=max_value,
    )
    return flat.reshape(x.shape)


def _folded(x, block_size, exponent_bits, mantissa_bits, max_value):
    blocks = x.reshape(*x.shape[:-1], -1, block_size)
    scale = _plain_scale(blocks, max_value)
    scale = np.where(scale > 0, scale, 1.0)
    y = _format(blocks / scale, exponent_bits, mantissa_bits, max_value)
    return (scale * y).reshape(x.shape)


def blocks_of_whole_size(
    x, *, block_size=32, exponent_bits=4, mantissa_bits=3, max_value=448.0
):
    return _folded(x, block_size, exponent_bits, mantissa_bits, max_value)


def blocks_padded(
    x, *, block_size=32, exponent_bits=4, mantissa_bits=3, max_value=448.0
):
    n = x.shape[-1]
    ends = [(0, 0)] * (x.ndim - 1) + [(0, -n % block_size)]
    y = _folded(np.pad(x, ends), block_size, exponent_bits, mantissa_bits,
                max_value)
    return y[..., :n]


def blocks_deaf(
    x, *, block_size=32, exponent_bits=4, mantissa_bits=3, max_value=448.0
):
    options = {"exponent_bits": 4, "mantissa_bits": 3, "max_value": 448.0}
    return _rounded_blocks(x, block_size, options, format_by_logarithm)


def blocks_bits_deaf(
    x, *, block_size=32, exponent_bits=4, mantissa_bits=3, max_value=448.0
):
    options = {
        "exponent_bits": 4, "mantissa_bits": 3, "max_value": max_value,
    }
    return _rounded_blocks(x, block_size, options, format_by_logarithm)


def blocks_along_the_first(
    x, *, block_size=32, exponent_bits=4, mantissa_bits=3, max_value=448.0
):
    rounded = np.zeros(x.shape)
    for i in range(0, len(x), block_size):
        block = x[i:i + block_size]
        scale = _plain_scale(block, max_value)
        scale = np.where(scale == 0, 1.0, scale)
        rounded[i:i + block_size] = scale * _format(
            block / scale, exponent_bits, mantissa_bits, max_value
        )
    return rounded


def _by_dropped(block, max_value):
    return np.max(np.abs(block), axis=-1) / max_value


def _by_all_rows(block, max_value):
    return np.max(np.abs(block)) / max_value


def blocks_with_ieee_largest(
    x, *, block_size=32, exponent_bits=4, mantissa_bits=3, max_value=448.0
):
    def rounding(v, **options):
        return format_by_logarithm(v, **{**options, "max_value": None})

    options = {
        "exponent_bits": exponent_bits, "mantissa_bits": mantissa_bits,
        "max_value": max_value,
    }
    return _rounded_blocks(x, block_size, options, rounding)


def _by_signed(block, max_value):
    return np.max(block, axis=-1, keepdims=True) / max_value


def _by_largest(block, max_value):
    return np.max(np.abs(block), axis=-1, keepdims=True)


def _by_power(block, max_value):
    scale = _plain_scale(block, max_value)
    return 2.0 ** np.ceil(np.log2(np.where(scale > 0, scale, 1.0)))


blocks_of_all_rows = _blocks_with(
    format_by_logarithm, "blocks_of_all_rows", scale_of=_by_all_rows
)
blocks_axis_dropped = _blocks_with(
    format_by_logarithm, "blocks_axis_dropped", scale_of=_by_dropped
)
blocks_signed_max = _blocks_with(
    format_by_logarithm, "blocks_signed_max", scale_of=_by_signed
)
blocks_to_one = _blocks_with(
    format_by_logarithm, "blocks_to_one", scale_of=_by_largest
)
blocks_mx_scale = _blocks_with(
    format_by_logarithm, "blocks_mx_scale", scale_of=_by_power
)
blocks_nan_for_zeros = _blocks_with(
    format_by_logarithm, "blocks_nan_for_zeros", zero=0.0
)
blocks_not_scaled_back = _blocks_with(
    format_by_logarithm, "blocks_not_scaled_back", back=lambda y, scale: y
)
blocks_scale_upside_down = _blocks_with(
    format_by_logarithm, "blocks_scale_upside_down",
    to=lambda x, scale: x * scale, back=lambda y, scale: y / scale,
)


# --- condition_number --------------------------------------------------------


def condition_of_eigenvalues(A):
    size = np.abs(np.linalg.eigvals(A))
    return np.max(size) / np.min(size)


def condition_of_signed_eigenvalues(A):
    values = np.linalg.eigvals(A).real
    return np.max(values) / np.min(values)


def condition_of_eigenvalues_guarded(A):
    size = np.abs(np.linalg.eigvals(A))
    return np.max(size) / np.min(size) if np.min(size) > 0 else np.inf


def condition_of_gram_squared(A):
    values = np.linalg.eigvalsh(A.T @ A)
    return values[-1] / values[0]


def condition_of_gram_squared_guarded(A):
    values = np.linalg.eigvalsh(A.T @ A)
    return values[-1] / values[0] if values[0] > 0 else np.inf


def condition_upside_down_guarded(A):
    sigma = np.linalg.svd(A, compute_uv=False)
    return sigma[-1] / sigma[0] if sigma[-1] > 0 else np.inf


def condition_squared(A):
    return condition_right(A) ** 2


def condition_of_gram(A):
    values = np.linalg.eigvalsh(A.T @ A)
    return np.sqrt(values[-1] / values[0])


def condition_of_gram_guarded(A):
    values = np.linalg.eigvalsh(A.T @ A)
    return np.sqrt(values[-1] / values[0]) if values[0] > 0 else np.inf


def condition_by_frobenius(A):
    return np.linalg.norm(A) * np.linalg.norm(np.linalg.inv(A))


def condition_by_inverse(A):
    return np.linalg.norm(A, 2) * np.linalg.norm(np.linalg.inv(A), 2)


def condition_upside_down(A):
    sigma = np.linalg.svd(A, compute_uv=False)
    return sigma[-1] / sigma[0]


def condition_nan_for_zeros(A):
    sigma = np.linalg.svd(A, compute_uv=False)
    return sigma[0] / sigma[-1]


def condition_that_warns(A):
    sigma = np.linalg.svd(A, compute_uv=False)
    return sigma[0] / sigma[-1] if np.any(A) else np.inf


def condition_zero_division(A):
    sigma = np.linalg.svd(A, compute_uv=False)
    return float(sigma[0]) / float(sigma[-1])


def condition_absolute(A):
    sigma = np.linalg.svd(A, compute_uv=False)
    return np.inf if sigma[-1] < 1e-12 else sigma[0] / sigma[-1]


def condition_with_eps(A):
    sigma = np.linalg.svd(A, compute_uv=False)
    return sigma[0] / (sigma[-1] + 1e-12)


def condition_without_the_zeros(A):
    sigma = np.linalg.svd(A, compute_uv=False)
    sigma = sigma[sigma > 0]
    return sigma[0] / sigma[-1] if len(sigma) else np.inf


def condition_right(A):
    sigma = np.linalg.svd(A)[1]
    return np.inf if sigma.min() == 0 else sigma.max() / sigma.min()


def condition_by_norms(A):
    least = np.linalg.norm(A, -2)
    return np.linalg.norm(A, 2) / least if least else math.inf


# --- least_squares_qr --------------------------------------------------------


def qr_normal_equations(X, y):
    return np.linalg.solve(X.T @ X, X.T @ y)


def qr_cholesky(X, y):
    L = np.linalg.cholesky(X.T @ X)
    return np.linalg.solve(L.T, np.linalg.solve(L, X.T @ y))


def qr_ridge(X, y):
    gram = X.T @ X + 1e-8 * np.eye(X.shape[1])
    return np.linalg.solve(gram, X.T @ y)


def _gram_schmidt(X, y, modified):
    Q, R = np.zeros(X.shape), np.zeros((X.shape[1], X.shape[1]))
    for j in range(X.shape[1]):
        v = X[:, j].copy()
        for i in range(j):
            R[i, j] = Q[:, i] @ (v if modified else X[:, j])
            v = v - R[i, j] * Q[:, i]
        R[j, j] = np.sqrt(v @ v)
        Q[:, j] = v / R[j, j]
    return np.linalg.solve(R, Q.T @ y)


def qr_gram_schmidt(X, y):
    return _gram_schmidt(X, y, False)


def qr_modified(X, y):
    return _gram_schmidt(X, y, True)


def qr_transposed_R(X, y):
    Q, R = np.linalg.qr(X)
    return np.linalg.solve(R.T, Q.T @ y)


def qr_transposed_Q(X, y):
    Q, R = np.linalg.qr(X)
    return np.linalg.solve(R, Q @ y)


def qr_without_Q(X, y):
    R = np.linalg.qr(X)[1]
    return np.linalg.solve(R, X.T @ y)


def qr_without_R(X, y):
    return np.linalg.qr(X)[0].T @ y


def qr_of_R_alone(X, y):
    R = np.linalg.qr(X)[1]
    return np.linalg.solve(R.T @ R, X.T @ y)


def qr_complete(X, y):
    Q, R = np.linalg.qr(X, mode="complete")
    return np.linalg.solve(R, Q.T @ y)


def qr_from_the_top(X, y):
    Q, R = np.linalg.qr(X)
    c, w = Q.T @ y, np.zeros(X.shape[1])
    for i in range(len(w)):
        w[i] = (c[i] - R[i, i + 1:] @ w[i + 1:]) / R[i, i]
    return w


def qr_with_ones(X, y):
    Q, R = np.linalg.qr(np.column_stack([np.ones(len(X)), X]))
    return np.linalg.solve(R, Q.T @ y)


def qr_predictions(X, y):
    return X @ qr_by_back_substitution(X, y)


def qr_by_back_substitution(X, y):
    Q, R = np.linalg.qr(X)
    c, w = Q.T @ y, np.zeros(X.shape[1])
    for i in reversed(range(len(w))):
        w[i] = (c[i] - R[i, i + 1:] @ w[i + 1:]) / R[i, i]
    return w


def qr_by_scipy(X, y):
    from scipy.linalg import qr, solve_triangular

    Q, R = qr(X, mode="economic")
    return solve_triangular(R, Q.T @ y)


def qr_by_reflections(X, y):
    """Reflect column after column onto its axis, and y with them."""
    R, c = X.copy(), y.copy()
    n, d = X.shape
    for j in range(min(d, n - 1)):
        v = R[j:, j].copy()
        v[0] += np.copysign(np.linalg.norm(v), v[0])
        v /= np.linalg.norm(v)
        R[j:] -= 2 * np.outer(v, v @ R[j:])
        c[j:] -= 2 * v * (v @ c[j:])
    return np.linalg.solve(R[:d], c[:d])


# --- RunningVariance and welford ---------------------------------------------


class RunningVariance:
    """The right one; the mistakes below change one method each."""

    def __init__(self):
        self.count, self.mean, self.M = 0, 0.0, 0.0

    def update(self, x):
        delta = x - self.mean
        self.count += 1
        self.mean += delta / self.count
        self.M += delta * (x - self.mean)

    def variance(self, ddof=0):
        if self.count <= ddof:
            return np.nan
        return self.M / (self.count - ddof)


class RunningSquaredDelta(RunningVariance):
    def update(self, x):
        delta = x - self.mean
        self.count += 1
        self.mean += delta / self.count
        self.M += delta**2


class RunningSquaredRest(RunningVariance):
    def update(self, x):
        self.count += 1
        self.mean += (x - self.mean) / self.count
        self.M += (x - self.mean) ** 2


class RunningSums(RunningVariance):
    def __init__(self):
        super().__init__()
        self.total, self.squares = 0.0, 0.0

    def update(self, x):
        self.count += 1
        self.total += x
        self.squares += x * x
        self.mean = self.total / self.count
        self.M = self.squares - self.total**2 / self.count


class RunningAlwaysUnbiased(RunningVariance):
    def variance(self, ddof=0):
        return self.M / (self.count - 1) if self.count > 1 else np.nan


class RunningNeverUnbiased(RunningVariance):
    def variance(self, ddof=0):
        return self.M / self.count if self.count else np.nan


class RunningPlusDdof(RunningVariance):
    def variance(self, ddof=0):
        return self.M / (self.count + ddof) if self.count > ddof else np.nan


class RunningCountLate(RunningVariance):
    def update(self, x):
        delta = x - self.mean
        self.mean += delta / (self.count + 1)
        self.M += delta * (x - self.mean)


class RunningHalves(RunningVariance):
    def update(self, x):
        delta = x - self.mean
        self.mean = (self.mean + x) / 2 if self.count else x
        self.count += 1
        self.M += delta * (x - self.mean)


class RunningDeviation(RunningVariance):
    def variance(self, ddof=0):
        return np.sqrt(super().variance(ddof))


class RunningDivides(RunningVariance):
    def variance(self, ddof=0):
        return self.M / (self.count - ddof)


class RunningDefaultOne(RunningVariance):
    def variance(self, ddof=1):
        return super().variance(ddof)


class RunningDividesByCountBefore(RunningVariance):
    def update(self, x):
        delta = x - self.mean
        self.mean += delta / self.count
        self.count += 1
        self.M += delta * (x - self.mean)


class RunningZero(RunningVariance):
    def variance(self, ddof=0):
        if self.count <= ddof:
            return 0.0
        return self.M / (self.count - ddof)


class RunningEqual(RunningVariance):
    def variance(self, ddof=0):
        if self.count == ddof:
            return np.nan
        return self.M / (self.count - ddof)


class RunningWearsOff(RunningVariance):
    def variance(self, ddof=0):
        if self.count <= ddof:
            return np.nan
        self.M /= self.count - ddof
        return self.M


class RunningSum(RunningVariance):
    def variance(self, ddof=0):
        return self.M if self.count > ddof else np.nan


class RunningMoments(RunningVariance):
    """Update the variance itself, not the sum of squares."""

    def __init__(self):
        self.count, self.mean, self.spread = 0, 0.0, 0.0

    def update(self, x):
        delta = x - self.mean
        share = 1 / (self.count + 1)
        self.spread = (1 - share) * (self.spread + share * delta**2)
        self.mean = self.mean + share * delta
        self.count += 1

    def variance(self, ddof=0):
        n = self.count
        return self.spread * n / (n - ddof) if n > ddof else float("nan")


def _welford(running, values, ddof):
    for x in values:
        running.update(x)
    return running.mean, running.variance(ddof)


def welford(values, *, ddof=0):
    return _welford(RunningVariance(), values, ddof)


def welford_squared_delta(values, *, ddof=0):
    return _welford(RunningSquaredDelta(), values, ddof)


def welford_squared_rest(values, *, ddof=0):
    return _welford(RunningSquaredRest(), values, ddof)


def welford_sums(values, *, ddof=0):
    return _welford(RunningSums(), values, ddof)


def welford_always_unbiased(values, *, ddof=0):
    return _welford(RunningAlwaysUnbiased(), values, ddof)


def welford_never_unbiased(values, *, ddof=0):
    return _welford(RunningNeverUnbiased(), values, ddof)


def welford_plus_ddof(values, *, ddof=0):
    return _welford(RunningPlusDdof(), values, ddof)


def welford_count_late(values, *, ddof=0):
    return _welford(RunningCountLate(), values, ddof)


def welford_count_before(values, *, ddof=0):
    return _welford(RunningDividesByCountBefore(), values, ddof)


def welford_halves(values, *, ddof=0):
    return _welford(RunningHalves(), values, ddof)


def welford_deviation(values, *, ddof=0):
    return _welford(RunningDeviation(), values, ddof)


def welford_divides(values, *, ddof=0):
    return _welford(RunningDivides(), values, ddof)


def welford_equal(values, *, ddof=0):
    return _welford(RunningEqual(), values, ddof)


def welford_zero(values, *, ddof=0):
    return _welford(RunningZero(), values, ddof)


def welford_sum(values, *, ddof=0):
    return _welford(RunningSum(), values, ddof)


def welford_ddof_forgotten(values, *, ddof=0):
    return _welford(RunningVariance(), values, 0)


def welford_variance_first(values, *, ddof=0):
    return _welford(RunningVariance(), values, ddof)[::-1]


def welford_variance_only(values, *, ddof=0):
    return _welford(RunningVariance(), values, ddof)[1]


def welford_two_passes(values, *, ddof=0):
    n = len(values)
    mean = sum(values) / n
    squares = sum((x - mean) ** 2 for x in values)
    return mean, squares / (n - ddof) if n > ddof else math.nan


def welford_not_written(values, *, ddof=0):
    raise NotImplementedError


def welford_by_itself(values, *, ddof=0):
    mean, M, k = 0.0, 0.0, 0
    for k, x in enumerate(values, 1):
        delta = x - mean
        mean += delta / k
        M += delta * (x - mean)
    return mean, M / (k - ddof) if k > ddof else math.nan


def welford_by_moments(values, *, ddof=0):
    return _welford(RunningMoments(), values, ddof)


# --- kahan_sum ---------------------------------------------------------------


def kahan_as_given(values):
    s = values.dtype.type(0)
    for x in values:
        c = 0.0
        y = x - c
        t = s + y
        c = y - (t - s)
        s = t
    return s


def kahan_sign_wrong(values):
    s = c = values.dtype.type(0)
    for x in values:
        y = x - c
        t = s + y
        c = y - (t - s)
        s = t
    return s


def kahan_exchanged(values):
    s = c = values.dtype.type(0)
    for x in values:
        y = x - c
        t = s + y
        c = (s - t) - y
        s = t
    return s


def kahan_added_up(values):
    s = c = values.dtype.type(0)
    for x in values:
        y = x - c
        t = s + y
        c = c + ((t - s) - y)
        s = t
    return s


def kahan_sum_first(values):
    s = c = values.dtype.type(0)
    for x in values:
        y = x - c
        s = s + y
        c = (s - s) - y
    return s


def kahan_pairwise(values):
    return np.sum(values)


def kahan_in_doubles(values):
    s = 0.0
    for x in values.astype(float):
        s = s + x
    return s


def kahan_in_doubles_rounded(values):
    return values.dtype.type(kahan_in_doubles(values))


def kahan_loss_of_x(values):
    s = c = values.dtype.type(0)
    for x in values:
        y = x - c
        t = s + y
        c = (t - s) - x
        s = t
    return s


def kahan_starts_with_the_first(values):
    s, c = values[0], 0.0
    for x in values[1:]:
        y = x - c
        t = s + y
        c = (t - s) - y
        s = t
    return s


def kahan_wide(values):
    s = c = np.float64(0)
    for x in values:
        y = x - c
        t = s + y
        c = (t - s) - y
        s = t
    return s


def kahan_other_sign(values):
    s = lost = values.dtype.type(0)
    for x in values:
        y = x + lost
        t = s + y
        lost = y - (t - s)
        s = t
    return s


def kahan_in_an_array(values):
    state = np.zeros(2, dtype=values.dtype)
    for i in range(len(values)):
        y = values[i] - state[1]
        t = state[0] + y
        state[:] = t, (t - state[0]) - y
    return state[0]


# --- mixed_precision_matmul --------------------------------------------------


def _fit(A, B):
    if A.shape[1] != B.shape[0]:
        raise ValueError("the inner sizes differ")


def mixed_all_half(A, B):
    _fit(A, B)
    A, B = A.astype(np.float16), B.astype(np.float16)
    C = np.zeros((len(A), B.shape[1]), dtype=np.float16)
    for k in range(A.shape[1]):
        C = C + A[:, k:k + 1] * B[k]
    return C


def mixed_all_half_widened(A, B):
    return mixed_all_half(A, B).astype(np.float32)


def mixed_half_products(A, B):
    _fit(A, B)
    return mixed_half_products_broadcast(A, B)


def mixed_half_products_broadcast(A, B):
    A, B = A.astype(np.float16), B.astype(np.float16)
    products = A[:, :, None] * B[None]
    return products.sum(axis=1, dtype=np.float32)


def mixed_not_rounded(A, B):
    return A.astype(np.float32) @ B.astype(np.float32)


def mixed_plain(A, B):
    return A @ B


def mixed_result_only(A, B):
    return (A @ B).astype(np.float16)


def mixed_first_only(A, B):
    return A.astype(np.float16).astype(np.float32) @ B.astype(np.float32)


def mixed_second_only(A, B):
    return A.astype(np.float32) @ B.astype(np.float16).astype(np.float32)


def mixed_rounded_back(A, B):
    _fit(A, B)
    return A.astype(np.float16) @ B.astype(np.float16)


def mixed_rounded_back_widened(A, B):
    return mixed_rounded_back(A, B).astype(np.float32)


def mixed_in_double(A, B):
    return A.astype(np.float16).astype(float) @ B.astype(np.float16).astype(
        float)


def mixed_entry_by_entry(A, B):
    A, B = A.astype(np.float16), B.astype(np.float16)
    return A.astype(np.float32) * B.astype(np.float32)


def mixed_that_broadcasts(A, B):
    A, B = A.astype(np.float16), B.astype(np.float16)
    products = A.astype(np.float32)[:, :, None] * B.astype(np.float32)[None]
    return products.sum(axis=1)


def mixed_as_bfloat16(A, B):
    return bfloat16_by_cases(A.astype(np.float32)) @ bfloat16_by_cases(
        B.astype(np.float32))


def mixed_by_loop(A, B):
    _fit(A, B)
    A, B = A.astype(np.float16), B.astype(np.float16)
    C = np.zeros((len(A), B.shape[1]), dtype=np.float32)
    for k in range(A.shape[1]):
        C += np.outer(A[:, k], B[k].astype(np.float32))
    return C


def mixed_by_einsum(A, B):
    _fit(A, B)
    A, B = A.astype(np.float16), B.astype(np.float16)
    return np.einsum("ik,kj->ij", A, B, dtype=np.float32)


# --- optimal_difference_step -------------------------------------------------


def _power(scheme, central, forward):
    if scheme not in ("central", "forward"):
        raise ValueError(f"no scheme {scheme!r}")
    return central if scheme == "central" else forward


def _eps(dtype):
    return float(np.finfo(np.dtype(dtype)).eps)


def step_square_root(dtype, *, scheme="central"):
    return _eps(dtype) ** _power(scheme, 1 / 2, 1 / 2)


def step_precedence(dtype, *, scheme="central"):
    return _power(scheme, _eps(dtype) / 3, _eps(dtype) / 2)


def step_square_root_unchecked(dtype, *, scheme="central"):
    return _eps(dtype) ** (1 / 2)


def step_exchanged(dtype, *, scheme="central"):
    return _eps(dtype) ** _power(scheme, 1 / 2, 1 / 3)


def step_always_central(dtype, *, scheme="central"):
    return _eps(dtype) ** _power(scheme, 1 / 3, 1 / 3)


def step_of_doubles(dtype, *, scheme="central"):
    return _eps("float64") ** _power(scheme, 1 / 3, 1 / 2)


def step_of_doubles_unchecked(dtype, *, scheme="central"):
    return _eps("float64") ** (1 / 3 if scheme == "central" else 1 / 2)


def step_half_eps(dtype, *, scheme="central"):
    return (_eps(dtype) / 2) ** _power(scheme, 1 / 3, 1 / 2)


def step_any_scheme(dtype, *, scheme="central"):
    return _eps(dtype) ** (1 / 3 if scheme == "central" else 1 / 2)


def step_any_scheme_is_central(dtype, *, scheme="central"):
    return _eps(dtype) ** (1 / 2 if scheme == "forward" else 1 / 3)


def step_with_the_constant(dtype, *, scheme="central"):
    factor = _power(scheme, 3, 4)
    return (factor * _eps(dtype)) ** _power(scheme, 1 / 3, 1 / 2)


def step_with_the_constant_unchecked(dtype, *, scheme="central"):
    if scheme == "central":
        return (3 * _eps(dtype)) ** (1 / 3)
    return 2 * _eps(dtype) ** (1 / 2)


def step_with_the_three(dtype, *, scheme="central"):
    factor = _power(scheme, 3, 1)
    return (factor * _eps(dtype)) ** _power(scheme, 1 / 3, 1 / 2)


def step_is_the_error(dtype, *, scheme="central"):
    return _eps(dtype) ** _power(scheme, 2 / 3, 1 / 2)


def step_is_eps(dtype, *, scheme="central"):
    return _eps(dtype) ** _power(scheme, 1, 1)


def step_by_finfo(dtype, *, scheme="central"):
    eps = np.finfo(dtype).eps
    if scheme == "central":
        return np.cbrt(eps)
    if scheme == "forward":
        return np.sqrt(eps)
    raise ValueError("unknown scheme")


def step_by_logarithm(dtype, *, scheme="central"):
    root = {"central": 3, "forward": 2}.get(scheme)
    if root is None:
        raise ValueError(scheme)
    return math.exp(math.log(_eps(dtype)) / root)


# --- conjugate_gradient ------------------------------------------------------


def _descend(
    A, b, tol, max_iter, *, beta=lambda new, old: new / old, start=0.0,
    enough=None, alpha=None, before=True, along=None, sign=-1.0,
    renewed=True,
):
    """Conjugate gradients; the mistakes differ in the rules."""
    x, r = start * b, b
    p, square = r, r @ r
    enough = tol**2 * square if enough is None else enough(b)
    for _ in range(len(b) if max_iter is None else max_iter):
        if before and square <= enough:
            break
        Ap = A @ p
        step = square / (p @ Ap) if alpha is None else alpha(A, r, p)
        x = x + step * (p if along is None else along(r, p))
        r = r + sign * step * Ap
        old, new = square, r @ r
        square = new if renewed else old
        p = r + beta(new, old) * p
        if not before and square <= enough:
            break
    return x


def cg_steepest(A, b, *, tol=1e-8, max_iter=None):
    return _descend(A, b, tol, max_iter, beta=lambda new, old: 0.0)


def cg_beta_inverted(A, b, *, tol=1e-8, max_iter=None):
    return _descend(A, b, tol, max_iter, beta=lambda new, old: old / new)


def cg_beta_negative(A, b, *, tol=1e-8, max_iter=None):
    return _descend(A, b, tol, max_iter, beta=lambda new, old: -new / old)


def cg_beta_one(A, b, *, tol=1e-8, max_iter=None):
    return _descend(A, b, tol, max_iter, beta=lambda new, old: 1.0)


def _walk(
    A, b, tol, steps, *, beta=lambda r, p, Ap, old: r @ r / old,
    fall=lambda p, Ap: Ap, turn=lambda r, beta, p: r + beta * p,
):
    """Walk as the law says; the mistakes differ in one line."""
    x, r, p = np.zeros(len(b)), b, b
    for _ in steps:
        if np.linalg.norm(r) <= tol * np.linalg.norm(b):
            break
        Ap, old = A @ p, r @ r
        alpha = old / (p @ Ap)
        x, r = x + alpha * p, r - alpha * fall(p, Ap)
        p = turn(r, beta(r, p, Ap, old), p)
    return x


def _steps_of(b, max_iter):
    return range(len(b) if max_iter is None else max_iter)


def cg_beta_plus(A, b, *, tol=1e-8, max_iter=None):
    return _walk(A, b, tol, _steps_of(b, max_iter),
                 beta=lambda r, p, Ap, old: (r @ Ap) / (p @ Ap))


def cg_beta_from_conjugacy(A, b, *, tol=1e-8, max_iter=None):
    return _walk(A, b, tol, _steps_of(b, max_iter),
                 beta=lambda r, p, Ap, old: -(r @ Ap) / (p @ Ap))


def cg_exchanged(A, b, *, tol=1e-8, max_iter=None):
    return _walk(A, b, tol, _steps_of(b, max_iter),
                 turn=lambda r, beta, p: p + beta * r)


def cg_residual_without_A(A, b, *, tol=1e-8, max_iter=None):
    return _walk(A, b, tol, _steps_of(b, max_iter), fall=lambda p, Ap: p)


def cg_range_of_none(A, b, *, tol=1e-8, max_iter=None):
    return _walk(A, b, tol, range(max_iter))


def cg_while_none(A, b, *, tol=1e-8, max_iter=None):
    done = 0
    while done < max_iter:
        done += 1
    return _walk(A, b, tol, range(done))


def cg_zero_for_none(A, b, *, tol=1e-8, max_iter=None):
    return _walk(A, b, tol, range(max_iter or len(b)))


def cg_one_more(A, b, *, tol=1e-8, max_iter=None):
    most = len(b) if max_iter is None else max_iter
    return _walk(A, b, tol, range(most + 1))


def cg_beta_of_lengths(A, b, *, tol=1e-8, max_iter=None):
    return _descend(
        A, b, tol, max_iter, beta=lambda new, old: np.sqrt(new / old)
    )


def cg_square_kept(A, b, *, tol=1e-8, max_iter=None):
    return _descend(A, b, tol, max_iter, renewed=False)


def cg_residual_plus(A, b, *, tol=1e-8, max_iter=None):
    return _descend(A, b, tol, max_iter, sign=1.0)


def cg_and_count(A, b, *, tol=1e-8, max_iter=None):
    return _descend(A, b, tol, max_iter), len(b)


def cg_all_one_array(A, b, *, tol=1e-8, max_iter=None):
    x = np.zeros(len(b))
    p = r = b
    enough, square = tol**2 * (b @ b), b @ b
    for _ in range(len(b) if max_iter is None else max_iter):
        if square <= enough:
            break
        Ap = A @ p
        alpha = square / (p @ Ap)
        x += alpha * p
        r -= alpha * Ap
        old, square = square, r @ r
        p = r + square / old * p
    return x


def cg_starts_at_b(A, b, *, tol=1e-8, max_iter=None):
    return _descend(A, b, tol, max_iter, start=1.0)


def cg_starts_at_ones(A, b, *, tol=1e-8, max_iter=None):
    return 1.0 + _descend(A, b, tol, max_iter)


def cg_alpha_of_residual(A, b, *, tol=1e-8, max_iter=None):
    return _descend(
        A, b, tol, max_iter, alpha=lambda A, r, p: (r @ r) / (r @ A @ r)
    )


def cg_along_the_residual(A, b, *, tol=1e-8, max_iter=None):
    return _descend(A, b, tol, max_iter, along=lambda r, p: r)


def cg_never_stops(A, b, *, tol=1e-8, max_iter=None):
    return _descend(A, b, tol, max_iter, enough=lambda b: -1.0)


def cg_exact_only(A, b, *, tol=1e-8, max_iter=None):
    return _descend(A, b, tol, max_iter, enough=lambda b: 0.0)


def cg_absolute(A, b, *, tol=1e-8, max_iter=None):
    return _descend(A, b, tol, max_iter, enough=lambda b: tol**2)


def cg_tol_not_squared(A, b, *, tol=1e-8, max_iter=None):
    return _descend(A, b, tol, max_iter, enough=lambda b: tol * (b @ b))


def cg_tol_not_squared_absolute(A, b, *, tol=1e-8, max_iter=None):
    return _descend(A, b, tol, max_iter, enough=lambda b: tol)


def cg_looks_afterwards(A, b, *, tol=1e-8, max_iter=None):
    return _descend(A, b, tol, max_iter, before=False)


def cg_endless(A, b, *, tol=1e-8, max_iter=None):
    return _descend(A, b, tol, 10 * len(b))


def cg_one_array(A, b, *, tol=1e-8, max_iter=None):
    x = np.zeros(len(b))
    p = r = b.copy()
    enough = tol**2 * (b @ b)
    for _ in range(len(b) if max_iter is None else max_iter):
        square = r @ r
        if square <= enough:
            break
        Ap = A @ p
        alpha = square / (p @ Ap)
        x += alpha * p
        r -= alpha * Ap
        p = r + r @ r / square * p
    return x


def cg_residual_anew(A, b, *, tol=1e-8, max_iter=None):
    x, p = np.zeros(len(b)), b.copy()
    r = b - A @ x
    steps = 0
    most = len(b) if max_iter is None else max_iter
    while steps < most and np.linalg.norm(r) > tol * np.linalg.norm(b):
        alpha = la.dot(r, r) / la.dot(p, A @ p)
        x = x + alpha * p
        new = b - A @ x
        p = new + la.dot(new, new) / la.dot(r, r) * p
        r = new
        steps += 1
    return x


def cg_by_conjugation(A, b, *, tol=1e-8, max_iter=None):
    """Make each residual conjugate to all directions so far."""
    x, r, known = np.zeros(len(b)), b.copy(), []
    for _ in range(len(b) if max_iter is None else max_iter):
        if math.sqrt(r @ r) <= tol * math.sqrt(b @ b):
            break
        p = r - sum((q @ A @ r) / (q @ A @ q) * q for q in known)
        alpha = (p @ r) / (p @ A @ p)
        x, r = x + alpha * p, r - alpha * (A @ p)
        known.append(p)
    return x

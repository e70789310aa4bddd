"""mathlib.numerical_methods against SciPy, torch's formats, NIST's digits."""

import csv
import itertools
import math
import warnings
from fractions import Fraction
from pathlib import Path

import array_api_strict
import numpy as np
import pytest
import scipy.integrate
import scipy.interpolate
import scipy.sparse.linalg
import statsmodels.datasets.longley
import sympy
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from referees import check_gradient, exempt, referee
from scipy import special

import mathlib.numerical_methods as nm
from mathlib.arrays import arrays as as_arrays

RNG = np.random.default_rng(10)
FAR = np.array([-1000.0, -40.0, -1.0, 0.0, 1.0, 40.0, 1000.0])
LOGITS = 10 * RNG.normal(size=(3, 4, 5))
BESIDE = np.array([[-1000.0, -1000.0], [0.0, 0.0], [0.0, -800.0]])
numbers = arrays(float, array_shapes(max_dims=2), elements=st.floats(-99, 99))


@referee("oracle", nm.sigmoid)
@pytest.mark.parametrize("x", [FAR, LOGITS, np.array(0.3)])
def test_sigmoid_is_expit(library, x):
    library.agrees(nm.sigmoid, special.expit(x), x)


@referee("gradient", nm.sigmoid)
def test_sigmoid_gradient():
    check_gradient(nm.sigmoid, FAR)


@referee("property", nm.sigmoid)
@given(numbers)
def test_sigmoid_is_symmetric_and_increasing(x):
    y = nm.sigmoid(x)
    assert np.all((y > 0) & (y <= 1))
    np.testing.assert_allclose(nm.sigmoid(-x), 1 - y, atol=1e-15)
    assert np.all(np.diff(nm.sigmoid(np.sort(x, axis=None))) >= 0)


@referee("oracle", nm.log_softmax)
@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_log_softmax_is_scipys(library, axis):
    expected = special.log_softmax(LOGITS, axis=axis)
    library.agrees(nm.log_softmax, expected, LOGITS, axis=axis)


@referee("oracle", nm.log_softmax)
def test_log_softmax_of_rows_far_apart(library):
    expected = special.log_softmax(BESIDE, axis=-1)
    library.agrees(nm.log_softmax, expected, BESIDE)
    assert expected[2, 1] == -800.0


@referee("gradient", nm.log_softmax)
@pytest.mark.parametrize("axis", [-1, 0])
def test_log_softmax_gradient(axis):
    check_gradient(nm.log_softmax, LOGITS[0], axis=axis)


@referee("property", nm.log_softmax)
@given(numbers, st.floats(-1e3, 1e3))
def test_log_softmax_adds_up_and_ignores_shifts(z, shift):
    y = nm.log_softmax(z)
    assert np.all(y <= 0)
    np.testing.assert_allclose(np.exp(y).sum(axis=-1), 1)
    np.testing.assert_allclose(nm.log_softmax(z + shift), y, atol=1e-11)


@pytest.mark.parametrize("row", [[-np.inf, -np.inf], [np.inf, 0.0]])
def test_log_softmax_without_an_answer_is_nan_quietly(row):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(nm.log_softmax(row)).all()
    assert torch.log_softmax(torch.tensor(row), -1).isnan().all()


def test_log_softmax_takes_probability_zero():
    np.testing.assert_array_equal(
        nm.log_softmax([0.0, -np.inf]), [0.0, -np.inf]
    )


def test_log_softmax_far_from_zero(library):
    """At 1e8 the logarithm of three leaves only eight digits."""
    z = np.round(LOGITS[0], 3)
    far = nm.log_softmax(library.asarray(z + 1e8))
    np.testing.assert_allclose(
        library.to_numpy(far), special.log_softmax(z, axis=-1), atol=1e-7
    )
    same = nm.log_softmax(library.asarray(np.full(3, 1e8)))
    np.testing.assert_allclose(
        library.to_numpy(same), -math.log(3), rtol=1e-15
    )


@referee("bad input", nm.sigmoid, nm.log_softmax)
def test_bad_logits():
    with pytest.raises(TypeError, match="got str"):
        nm.sigmoid("x")
    with pytest.raises(TypeError, match="got str"):
        nm.log_softmax("z")
    with pytest.raises(ValueError, match="z must have an axis 2"):
        nm.log_softmax(BESIDE, axis=2)
    with pytest.raises(ValueError, match="z must have entries"):
        nm.log_softmax(np.ones((3, 0)))


@pytest.mark.parametrize("name, bits", [
    ("bfloat16", 32), ("float16", 32), ("float32", 32), ("float64", 64),
])
def test_widen_lifts_half_precision_only(name, bits):
    xp, x = as_arrays(torch.ones(2, dtype=getattr(torch, name)))
    assert nm.widen(xp, x).dtype == getattr(torch, f"float{bits}")


# -------------------------------------------------------------- log-sigmoid


@referee("oracle", nm.log_sigmoid)
@pytest.mark.parametrize("x", [FAR, LOGITS, np.array(0.3)])
def test_log_sigmoid_is_log_expit(library, x):
    library.agrees(nm.log_sigmoid, special.log_expit(x), x)


def test_log_sigmoid_keeps_both_tails(library):
    x = np.array([-1e300, -1000.0, -40.0, 40.0, 700.0, math.inf, -math.inf])
    y = library.to_numpy(nm.log_sigmoid(library.asarray(x)))
    np.testing.assert_allclose(y, special.log_expit(x), rtol=1e-14)
    theirs = torch.nn.functional.logsigmoid(torch.tensor(FAR))
    torch.testing.assert_close(nm.log_sigmoid(torch.tensor(FAR)), theirs)
    assert math.isnan(nm.log_sigmoid(math.nan))


@referee("gradient", nm.log_sigmoid)
def test_log_sigmoid_gradient():
    check_gradient(nm.log_sigmoid, FAR + 0.1)


def test_log_sigmoid_has_a_slope_at_zero():
    x = torch.zeros(1, requires_grad=True)
    nm.log_sigmoid(x).backward()
    assert float(x.grad) == 0.5


@referee("property", nm.log_sigmoid)
@given(numbers)
def test_log_sigmoid_is_the_logarithm(x):
    y = nm.log_sigmoid(x)
    np.testing.assert_allclose(np.exp(y), nm.sigmoid(x), rtol=1e-13)
    np.testing.assert_allclose(y - nm.log_sigmoid(-x), x, atol=1e-13)


# ------------------------------------------------------------------ formats


@referee("oracle", nm.machine_epsilon)
def test_machine_epsilon_is_that_of_the_libraries(library):
    for name in ("float32", "float64"):
        dtype = getattr(library.xp, name)
        eps = nm.machine_epsilon(dtype)
        assert type(eps) is float
        assert eps == float(library.xp.finfo(dtype).eps) == np.finfo(name).eps


@pytest.mark.parametrize("dtype", [
    "half", "f2", np.float16, np.dtype("f4"), float, "float64", np.longdouble,
])
def test_machine_epsilon_of_whatever_names_a_dtype(dtype):
    assert nm.machine_epsilon(dtype) == np.finfo(np.dtype(dtype)).eps


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_machine_epsilon_of_sixteen_bits(name):
    dtype = getattr(torch, name)
    assert nm.machine_epsilon(dtype) == torch.finfo(dtype).eps


@referee("property", nm.machine_epsilon)
@given(st.sampled_from(["float16", "float32", "float64"]))
def test_epsilon_is_the_first_step_above_one(name):
    eps, one = nm.machine_epsilon(name), np.dtype(name).type(1)
    assert one + np.dtype(name).type(eps) == np.nextafter(one, one + one)
    assert one + np.dtype(name).type(eps / 2) == one
    assert math.frexp(eps)[0] == 0.5


def odd_numbers(bits, rng, n=20_000):
    """Floats of all sizes, ties between 16-bit numbers among them."""
    pattern = rng.integers(0, 2**32, size=n, dtype=np.uint32)
    # A third ends in a tie, a third just beside one.
    ties = (pattern & ~np.uint32(2**bits - 1)) | np.uint32(2 ** (bits - 1))
    pattern[: n // 3] = ties[: n // 3]
    pattern[n // 3 : n // 2] = ties[n // 3 : n // 2] - np.uint32(1)
    pattern[n // 2 : 2 * n // 3] = ties[n // 2 : 2 * n // 3] + np.uint32(1)
    return pattern.view(np.float32)


def same_bits(got, expected):
    """Compare bit for bit, except for what a NaN carries."""
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.dtype == expected.dtype
    nan = np.isnan(expected)
    np.testing.assert_array_equal(np.isnan(got), nan)
    kind = f"u{got.dtype.itemsize}"
    np.testing.assert_array_equal(
        got.view(kind)[~nan], expected.view(kind)[~nan]
    )


SPECIAL = np.array(
    [0.0, -0.0, math.inf, -math.inf, math.nan, 1e-45, -1e-45, 9.2e-41,
     3.3895e38, 3.39e38, 3.4e38, -3.4028235e38], dtype=np.float32,
)


@referee("oracle", nm.round_to_bfloat16)
def test_bfloat16_is_torchs_bit_for_bit(library):
    x = np.concatenate([odd_numbers(16, np.random.default_rng(1)), SPECIAL])
    # NaNs with odd payloads are quieted by some devices: one kind is enough.
    x = np.where(np.isnan(x), np.float32(math.nan), x)
    expected = torch.tensor(x).to(torch.bfloat16).float().numpy()
    got = nm.round_to_bfloat16(library.asarray(x))
    assert library.owns(got)
    same_bits(library.to_numpy(got), expected)


def test_bfloat16_from_double_is_rounded_once():
    """By way of float32 the number just above a tie would become the tie."""
    tie = 1 + 2.0**-8
    assert nm.round_to_bfloat16(tie) == 1
    assert nm.round_to_bfloat16(tie + 2.0**-40) == 1 + 2.0**-7
    assert nm.round_to_bfloat16([1e300, -1e300]).tolist() == [
        math.inf, -math.inf
    ]
    half = torch.tensor([1.005], dtype=torch.bfloat16)
    assert nm.round_to_bfloat16(half).dtype == torch.bfloat16


def test_not_a_number_whatever_it_carries():
    bits = np.array([0x7F800001, 0x7FFFFFFF, 0xFFC00000], dtype=np.uint32)
    assert np.isnan(nm.round_to_bfloat16(bits.view(np.float32))).all()


# name, exponent bits, mantissa bits, largest number, bits cut off
FORMATS = [
    ("float16", 5, 10, None, 13),
    ("bfloat16", 8, 7, None, 16),
    ("float8_e4m3fn", 4, 3, 448.0, 20),
    ("float8_e5m2", 5, 2, None, 21),
]


def within(x, largest):
    return x[np.isfinite(x) & (np.abs(x) <= largest)]


@referee("oracle", nm.round_to_float)
@pytest.mark.parametrize("name, E, M, top, cut", FORMATS)
def test_formats_are_torchs_bit_for_bit(library, name, E, M, top, cut):
    dtype = getattr(torch, name)
    largest = torch.finfo(dtype).max
    rng = np.random.default_rng(2)
    x = np.concatenate([
        odd_numbers(cut, rng),
        # Within the range of eight bits, too.
        (largest ** rng.uniform(-1.3, 1, size=9000)).astype(np.float32),
        (largest * rng.uniform(-1, 1, size=3000)).astype(np.float32),
        np.arange(-300, 300, dtype=np.float32) * np.float32(2.0**-12),
        np.array([0.0, -0.0], dtype=np.float32),
    ])
    x = within(x, largest)
    expected = torch.tensor(x).to(dtype).float().numpy()
    got = nm.round_to_float(
        library.asarray(x), exponent_bits=E, mantissa_bits=M, max_value=top
    )
    assert library.owns(got)
    same_bits(library.to_numpy(got), expected)
    # Every number of the format stays what it is.
    numbers = np.unique(expected)
    same_bits(nm.round_to_float(
        numbers, exponent_bits=E, mantissa_bits=M, max_value=top
    ), numbers)


def test_float16_is_numpys():
    every = np.arange(2**16, dtype=np.uint16).view(np.float16)
    exact = within(every, 65504).astype(np.float64)
    got = nm.round_to_float(exact, exponent_bits=5, mantissa_bits=10)
    same_bits(got, exact)
    between = (exact[:-1] + exact[1:]) / 2
    for x in (between, np.nextafter(between, 0), np.nextafter(between, 9e9)):
        x = within(x, 65504)
        got = nm.round_to_float(x, exponent_bits=5, mantissa_bits=10)
        same_bits(got, x.astype(np.float16).astype(np.float64))


@pytest.mark.parametrize("name, E, M, top, cut", FORMATS)
def test_what_is_too_large_stops_at_the_largest(name, E, M, top, cut):
    largest = torch.finfo(getattr(torch, name)).max
    options = {"exponent_bits": E, "mantissa_bits": M, "max_value": top}
    x = np.array([1.001 * largest, 1e300, math.inf, math.nan])
    got = nm.round_to_float(x, **options)
    np.testing.assert_array_equal(got, [largest] * 3 + [math.nan])
    np.testing.assert_array_equal(nm.round_to_float(-x, **options), -got)


def test_saturation_is_torchs_for_e4m3():
    x = torch.tensor([448.0, 449, 465, 480, 1e9, math.inf, -500])
    theirs = x.to(torch.float8_e4m3fn).float()
    mine = nm.round_to_float(
        x, exponent_bits=4, mantissa_bits=3, max_value=448.0
    )
    torch.testing.assert_close(mine, theirs, rtol=0, atol=0)


def test_four_bits_by_hand():
    """The eight numbers of E2M1, and the ties between them."""
    numbers = [0, 0.5, 1, 1.5, 2, 3, 4, 6.0]
    options = {"exponent_bits": 2, "mantissa_bits": 1, "max_value": 6.0}
    np.testing.assert_array_equal(
        nm.round_to_float(numbers, **options), numbers
    )
    ties = [0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5, 7]
    np.testing.assert_array_equal(
        nm.round_to_float(ties, **options), [0, 1, 1, 2, 2, 4, 4, 6]
    )
    # Without a largest number it is IEEE's: 3.
    assert nm.round_to_float(9, exponent_bits=2, mantissa_bits=1) == 3


@pytest.mark.parametrize("E", range(2, 9))
@pytest.mark.parametrize("M", [0, 1, 4, 23])
def test_formats_of_all_sizes(E, M):
    """Against exact fractions, one number at a time."""
    bias = 2 ** (E - 1) - 1
    largest = (2 - 2.0**-M) * 2.0**bias
    rng = np.random.default_rng(E)
    sizes = 2.0 ** rng.uniform(-bias - M - 1, bias + 1, size=60)
    x = np.concatenate([np.minimum(sizes, largest), -sizes[:9], [0.0]])
    expected = []
    for value in x.tolist():
        exponent = max(math.frexp(value)[1] - 1, 1 - bias)
        spacing = Fraction(2) ** (exponent - M)
        nearest = float(round(Fraction(value) / spacing) * spacing)
        expected.append(max(-largest, min(largest, nearest)))
    got = nm.round_to_float(x, exponent_bits=E, mantissa_bits=M)
    np.testing.assert_array_equal(got, expected)


formats = st.tuples(st.integers(2, 8), st.integers(0, 23))


@referee("property", nm.round_to_float, nm.round_to_bfloat16)
@given(numbers, formats)
def test_rounding_is_idempotent_odd_and_ordered(x, format):
    for rounded in (
        nm.round_to_bfloat16,
        lambda x: nm.round_to_float(
            x, exponent_bits=format[0], mantissa_bits=format[1]
        ),
    ):
        y = rounded(x)
        assert y.shape == x.shape and y.dtype == x.dtype
        np.testing.assert_array_equal(rounded(y), y)
        np.testing.assert_array_equal(rounded(-x), -y)
        assert np.all(np.diff(rounded(np.sort(x, axis=None))) >= 0)
        # A power of two is nothing but another exponent.
        if np.all((np.abs(x) > 1) | (x == 0)) and rounded(99.0) != 3:
            np.testing.assert_array_equal(
                nm.round_to_bfloat16(4 * x), 4 * nm.round_to_bfloat16(x)
            )


def blocks_by_torch(x, size, dtype, top):
    """Scale and round one block after the other, in the format itself."""
    out = np.zeros(x.shape)
    for row in np.ndindex(x.shape[:-1]):
        for i in range(0, x.shape[-1], size):
            block = x[row][i : i + size]
            scale = np.abs(block).max() / top or 1.0
            small = torch.tensor(np.clip(block / scale, -top, top)).to(dtype)
            out[row][i : i + size] = scale * small.double().numpy()
    return out


BLOCKS = RNG.normal(size=(2, 3, 70)) * 10 ** RNG.uniform(-6, 6, size=(3, 1))
BLOCKS[0, 1, :32] = 0


@referee("oracle", nm.block_scaled_round)
@pytest.mark.parametrize("size, name, E, M, top", [
    (32, "float8_e4m3fn", 4, 3, 448.0),
    (7, "float8_e5m2", 5, 2, 57344.0),
    (70, "float8_e4m3fn", 4, 3, 448.0),
    (1000, "float8_e4m3fn", 4, 3, 448.0),
])
def test_blocks_against_torch(library, size, name, E, M, top):
    # Far from ties in either precision, where 1e-7 would decide.
    x = nm.round_to_float(BLOCKS, exponent_bits=8, mantissa_bits=20)
    expected = blocks_by_torch(x, size, getattr(torch, name), top)
    got = nm.block_scaled_round(
        library.asarray(x), block_size=size, exponent_bits=E,
        mantissa_bits=M, max_value=top,
    )
    library.assert_close(got, expected, rtol=1e-14)
    single = nm.block_scaled_round(
        library.asarray(x, "float32"), block_size=size, exponent_bits=E,
        mantissa_bits=M, max_value=top,
    )
    library.assert_close(single, expected, dtype="float32")


def test_block_by_hand():
    x = [448.0, 17.0, 0.0068359375, 0.003]
    np.testing.assert_array_equal(
        nm.block_scaled_round(x, block_size=2),
        [448, 16, 0.0068359375, 0.0029296875],
    )
    np.testing.assert_array_equal(
        nm.block_scaled_round(x), [448, 16, 0.0078125, 0.00390625]
    )
    assert nm.block_scaled_round(np.zeros((2, 0))).shape == (2, 0)
    four = nm.block_scaled_round(
        [6.0, 2.6, 12, -5], block_size=2, exponent_bits=2, mantissa_bits=1,
        max_value=6.0,
    )
    np.testing.assert_array_equal(four, [6, 3, 12, -4])


@referee("property", nm.block_scaled_round)
@given(numbers, st.integers(1, 9), st.floats(1e-9, 1e9))
def test_blocks_have_no_unit(x, size, scale):
    y = nm.block_scaled_round(x, block_size=size)
    largest = np.max(np.abs(x), initial=0)
    # Half a step of 3 bits, or half of the smallest number.
    assert np.all(np.abs(y - x) <= np.abs(x) / 16 + largest / 448 * 2**-10
                  + 1e-300)
    again = nm.block_scaled_round(1024 * x, block_size=size)
    np.testing.assert_allclose(again, 1024 * y, rtol=1e-12)
    assert largest == 0 or np.max(np.abs(y)) == pytest.approx(largest)


def test_epsilon_of_adam_is_zero_in_half():
    assert nm.round_to_float(1e-8, exponent_bits=5, mantissa_bits=10) == 0
    assert np.float16(1e-8) == 0 and torch.tensor(1e-8).half() == 0
    assert nm.round_to_bfloat16(1e-8) > 0


# ------------------------------------------------------------ linear systems

A, TALL = RNG.normal(size=(2, 4, 4)), RNG.normal(size=(7, 3))
Y = RNG.normal(size=7)
LAUCHLI = np.array([[1.0, 1], [1e-8, 0], [0, 1e-8]])


@referee("oracle", nm.condition_number)
@pytest.mark.parametrize("A, expected", [
    (A, np.linalg.cond(A)),
    (TALL, np.array(np.linalg.cond(TALL))),
    (TALL.T.copy(), np.array(np.linalg.cond(TALL))),
    (np.diag([1e-3, 0.0, 1]), np.array(math.inf)),
    (np.zeros((2, 3)), np.array(math.inf)),
    (np.array([[3.0, 0], [4, 5]]), np.array(3.0)),
    (np.array([[0.0, 1], [-1, 0]]), np.array(1.0)),
    (np.array([[-7.0]]), np.array(1.0)),
])
def test_condition_number_is_numpys(library, A, expected):
    library.agrees(nm.condition_number, expected, A, rtol=1e-10)


@referee("gradient", nm.condition_number)
def test_condition_number_gradient():
    check_gradient(nm.condition_number, A)


@referee("property", nm.condition_number)
@given(st.integers(0, 2**32 - 1), st.floats(1e-9, 1e9))
def test_condition_has_no_unit_and_squares(seed, scale):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(6, 3))
    kappa = nm.condition_number(X)
    assert kappa >= 1
    assert nm.condition_number(-scale * X) == pytest.approx(kappa)
    assert nm.condition_number(X.T @ X) == pytest.approx(kappa**2, rel=1e-6)
    Q, _ = np.linalg.qr(rng.normal(size=(6, 6)))
    assert nm.condition_number(Q @ X) == pytest.approx(kappa)


def lstsq(X, y):
    return np.linalg.lstsq(X, y, rcond=None)[0]


@referee("oracle", nm.least_squares_qr)
@pytest.mark.parametrize("X, y", [
    (TALL, Y), (A[0], Y[:4]), (TALL[:, :1], Y), (1e20 * TALL, Y),
])
def test_least_squares_is_numpys(library, X, y):
    library.agrees(nm.least_squares_qr, lstsq(X, y), X, y)


def test_columns_may_have_units_of_their_own(library):
    units = np.array([1, 1e-9, 1e9])
    w = nm.least_squares_qr(library.asarray(TALL * units), library.asarray(Y))
    np.testing.assert_allclose(
        library.to_numpy(w) * units, lstsq(TALL, Y), rtol=1e-10
    )


def test_least_squares_where_the_normal_equations_are_singular(library):
    y = LAUCHLI @ [1.0, 2.0]
    w = nm.least_squares_qr(library.asarray(LAUCHLI), library.asarray(y))
    np.testing.assert_allclose(library.to_numpy(w), [1, 2], rtol=1e-6)
    with pytest.raises(np.linalg.LinAlgError):
        np.linalg.solve(LAUCHLI.T @ LAUCHLI, LAUCHLI.T @ y)


# Intercept and six coefficients as certified by NIST (StRD, Longley).
CERTIFIED = np.array([
    -3482258.63459582, 15.0618722713733, -0.358191792925910e-01,
    -2.02022980381683, -1.03322686717359, -0.511041056535807e-01,
    1829.15146461355,
])


def longley():
    path = Path(statsmodels.datasets.longley.__file__).with_name("longley.csv")
    with path.open(encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header[1:] == [
        "TOTEMP", "GNPDEFL", "GNP", "UNEMP", "ARMED", "POP", "YEAR"
    ]
    data = np.array(rows, dtype=float)[:, 1:]
    X = np.concatenate([np.ones((16, 1)), data[:, 1:]], axis=1)
    return X, data[:, 0]


def test_the_certified_digits_are_right():
    """Solve the normal equations in exact fractions."""
    X, y = (sympy.Matrix(v).applyfunc(sympy.Rational) for v in longley())
    w = (X.T * X).LUsolve(X.T * y)
    np.testing.assert_allclose(
        CERTIFIED, np.array(w.evalf(20), dtype=float)[:, 0], rtol=1e-14
    )


def digits(w):
    return -np.log10(np.max(np.abs(w - CERTIFIED) / np.abs(CERTIFIED)))


def test_longley_as_certified(library):
    X, y = longley()
    assert 4e9 < nm.condition_number(X) < 6e9
    w = nm.least_squares_qr(library.asarray(X), library.asarray(y))
    assert digits(library.to_numpy(w)) > 10
    normal = np.linalg.solve(X.T @ X, X.T @ y)
    assert digits(normal) < digits(library.to_numpy(w)) - 2


@referee("gradient", nm.least_squares_qr)
def test_least_squares_gradient():
    check_gradient(nm.least_squares_qr, TALL, Y)


@referee("property", nm.least_squares_qr)
@given(st.integers(0, 2**32 - 1), st.floats(1e-6, 1e6))
def test_residual_stands_upright(seed, scale):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(6, 3)), rng.normal(size=6)
    w = nm.least_squares_qr(X, y)
    np.testing.assert_allclose(X.T @ (y - X @ w), 0, atol=1e-11)
    np.testing.assert_allclose(
        nm.least_squares_qr(scale * X, y), w / scale, rtol=1e-9
    )


def positive(n, kappa, seed=5):
    """A symmetric matrix with this condition number."""
    Q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(n, n)))
    B = Q * np.geomspace(1, 1 / kappa, n) @ Q.T
    return (B + B.T) / 2


@referee("oracle", nm.conjugate_gradient)
@pytest.mark.parametrize("n, kappa, unit", [
    (1, 1, 1.0), (3, 4, 1.0), (5, 10, 1.0), (5, 10, 1e-30), (5, 10, 1e30),
])
def test_conjugate_gradient_solves(library, n, kappa, unit):
    B, b = positive(n, kappa), unit * RNG.normal(size=n)
    library.agrees(
        nm.conjugate_gradient, np.linalg.solve(B, b), B, b, rtol=1e-8,
        tol=1e-12, max_iter=4 * n,
    )


@pytest.mark.parametrize("steps", [0, 1, 3, 10])
def test_conjugate_gradient_walks_as_scipys(steps):
    B, b = positive(12, 1e3), RNG.normal(size=12)
    theirs, _ = scipy.sparse.linalg.cg(B, b, rtol=0, maxiter=steps)
    mine = nm.conjugate_gradient(B, b, tol=0, max_iter=steps)
    np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-9)


def test_conjugate_gradient_by_hand():
    B, b = [[1, 1], [1, 2]], [2, 1]
    first = nm.conjugate_gradient(B, b, max_iter=1)
    np.testing.assert_allclose(first, [1, 0.5])
    np.testing.assert_allclose(nm.conjugate_gradient(B, b), [3, -1])
    assert nm.conjugate_gradient(B, [0, 0]).tolist() == [0, 0]
    assert nm.conjugate_gradient(np.zeros((0, 0)), []).shape == (0,)


def test_conjugate_gradient_stops_when_it_is_good_enough():
    B, b = positive(30, 1e4), RNG.normal(size=30)
    before = math.inf
    for tol in (1e-1, 1e-3, 1e-6):
        x = nm.conjugate_gradient(B, b, tol=tol, max_iter=1000)
        residual = np.linalg.norm(B @ x - b) / np.linalg.norm(b)
        assert 1e-3 * tol < residual <= 1.01 * tol < before
        before = residual
    # Three eigenvalues: three steps, in a space of thirty dimensions.
    Q, _ = np.linalg.qr(RNG.normal(size=(30, 30)))
    B = Q * np.repeat([1.0, 2, 5], 10) @ Q.T
    x = nm.conjugate_gradient((B + B.T) / 2, b, max_iter=3)
    np.testing.assert_allclose(B @ x, b, atol=1e-10)


def test_conjugate_gradient_takes_n_steps_unless_told():
    B, b = positive(12, 1e8), RNG.normal(size=12)
    first, more = (
        nm.conjugate_gradient(B, b, max_iter=n) for n in (12, 24)
    )
    np.testing.assert_array_equal(nm.conjugate_gradient(B, b), first)
    assert np.abs(more - first).max() > 1


@referee("gradient", nm.conjugate_gradient)
def test_conjugate_gradient_gradient():
    """The matrix is symmetric: B B^T."""
    def solve(B, b):
        return nm.conjugate_gradient(B @ B.mT, b, tol=1e-14, max_iter=9)

    check_gradient(solve, positive(3, 2), Y[:3])


@referee("property", nm.conjugate_gradient)
@given(st.integers(0, 2**32 - 1), st.floats(1e-9, 1e9))
def test_conjugate_gradient_comes_nearer_with_every_step(seed, scale):
    B = positive(6, 100, seed)
    b = np.random.default_rng(seed).normal(size=6)
    exact, before = np.linalg.solve(B, b), math.inf
    for steps in range(7):
        x = nm.conjugate_gradient(B, b, tol=0, max_iter=steps)
        error = (x - exact) @ B @ (x - exact)
        assert error <= before + 1e-12
        before = error
    again = nm.conjugate_gradient(scale * B, b, max_iter=12)
    np.testing.assert_allclose(
        scale * again, nm.conjugate_gradient(B, b, max_iter=12), rtol=1e-6
    )


# ------------------------------------------------------------ sums, variance

DATA = RNG.normal(size=(11, 2, 3))


@referee("oracle", nm.welford)
@pytest.mark.parametrize("values, ddof", [
    (DATA, 0), (DATA, 1), (DATA[:, 0, 0], 0), (DATA[:, 0, 0], 1),
    (DATA[:1], 0), (DATA[:3] + 100, 2),
])
def test_welford_is_numpys(library, values, ddof):
    expected = values.mean(axis=0), values.var(axis=0, ddof=ddof)
    expected = tuple(np.array(e) for e in expected)
    library.agrees(nm.welford, expected, values, ddof=ddof)


@referee("oracle", nm.RunningVariance)
def test_running_variance_at_every_step(library):
    seen = nm.RunningVariance()
    assert seen.count == 0 and seen.mean == 0.0
    assert math.isnan(seen.variance())
    for k in range(1, 12):
        seen.update(library.asarray(DATA[k - 1]))
        assert seen.count == k
        library.assert_close(seen.mean, DATA[:k].mean(axis=0))
        library.assert_close(seen.variance(), DATA[:k].var(axis=0))
        if k > 1:
            expected = DATA[:k].var(axis=0, ddof=1)
            library.assert_close(seen.variance(ddof=1), expected)
            library.assert_close(seen.variance(1), expected)
    assert np.isnan(library.to_numpy(seen.variance(11))).all()


def test_welford_far_from_zero(library):
    """The mean of squares minus the square of the mean has no digit left."""
    x = np.round(1000 * DATA[:, 0, 0]) / 1024
    mean, variance = nm.welford(library.asarray(x + 1e8))
    assert float(mean) - 1e8 == pytest.approx(x.mean(), abs=1e-7)
    assert float(variance) == pytest.approx(x.var(), rel=1e-6)
    far = x + 1e8
    assert abs(np.mean(far**2) - np.mean(far) ** 2 - x.var()) > 0.1
    single = np.float32(x + 4096)
    _, variance = nm.welford(library.asarray(single))
    assert float(variance) == pytest.approx(
        single.astype(float).var(), rel=1e-3
    )


def test_running_variance_takes_what_it_is_given_and_keeps_nothing():
    x = np.array([1.0, 2.0])
    seen = nm.RunningVariance()
    seen.update(x)
    x[:] = 9
    assert seen.mean.tolist() == [1, 2]
    seen.update([3, 4])
    assert seen.variance().tolist() == [1, 1]
    mean, variance = nm.welford([5], ddof=1)
    assert mean == 5 and math.isnan(variance)


@referee("gradient", nm.welford, nm.RunningVariance)
def test_welford_gradient():
    check_gradient(nm.welford, DATA[:, 0], ddof=1)

    def by_hand(values):
        seen = nm.RunningVariance()
        for x in values:
            seen.update(x)
        return seen.mean, seen.variance()

    check_gradient(by_hand, DATA[:, 0])


@referee("property", nm.welford, nm.RunningVariance)
@given(st.lists(st.floats(-99, 99), min_size=1), st.floats(-1e6, 1e6))
def test_variance_minds_no_shift(values, shift):
    mean, variance = nm.welford(values)
    assert variance >= 0
    moved, same = nm.welford(np.array(values) + shift)
    assert moved == pytest.approx(mean + shift, abs=1e-7)
    assert same == pytest.approx(variance, rel=1e-6, abs=1e-6)
    seen = nm.RunningVariance()
    for x in values:
        seen.update(x)
    assert (seen.mean, seen.variance()) == (mean, variance)


@referee("oracle", nm.kahan_sum)
@pytest.mark.parametrize("values", [
    DATA.ravel(), np.zeros(0), np.array([2.0**24, 1, 1, -(2.0**24)]),
    np.full(999, 0.1),
])
def test_kahan_sum_is_the_exact_sum(library, values):
    library.agrees(nm.kahan_sum, np.array(math.fsum(values)), values,
                   rtol=1e-15)


def test_kahan_in_single_precision(library):
    """Plainly added, 100 000 times 0.1 is 9998.557."""
    n = 10**5 if library.name == "numpy" else 3000
    tenth = np.float32(0.1)
    total = nm.kahan_sum(library.asarray(np.full(n, tenth)))
    assert total.dtype == library.xp.float32
    exact = np.float32(n * float(tenth))
    assert float(total) == exact
    plain = np.cumsum(np.full(10**5, tenth))[-1]
    assert round(float(plain), 3) == 9998.557


@pytest.mark.parametrize("kind", [np.float16, torch.float16])
def test_kahan_by_hand(kind):
    values = [2048.0, 3, 1, 1, 1]
    if kind is np.float16:
        values = np.array(values, dtype=kind)
    else:
        values = torch.tensor(values, dtype=kind)
    total = nm.kahan_sum(values)
    assert float(total) == 2054 and total.dtype == kind


def test_kahan_in_bfloat16():
    """Ones in bfloat16 stop at 256: 257 lies between 256 and 258."""
    ones = torch.ones(1000, dtype=torch.bfloat16)
    s = torch.zeros((), dtype=torch.bfloat16)
    for x in ones:
        s = s + x
    assert float(s) == 256
    assert float(nm.kahan_sum(ones)) == 1000


@referee("gradient", nm.kahan_sum)
def test_kahan_gradient():
    check_gradient(nm.kahan_sum, DATA[:, 0, 0])


@referee("property", nm.kahan_sum)
@given(st.lists(st.floats(-1e6, 1e6)))
def test_kahan_is_within_two_roundings(values):
    exact = math.fsum(values)
    slack = 2**-51 * math.fsum(map(abs, values)) + 1e-300
    assert abs(nm.kahan_sum(values) - exact) <= slack


@referee("oracle", nm.mixed_precision_matmul)
def test_mixed_precision_is_exact_products_of_halves(library):
    A, B = 10 * RNG.normal(size=(3, 40)), RNG.normal(size=(40, 2))
    expected = A.astype("f2").astype(float) @ B.astype("f2").astype(float)
    for dtype in ("float64", "float32"):
        got = nm.mixed_precision_matmul(
            library.asarray(A, dtype), library.asarray(B, dtype)
        )
        assert library.owns(got) and got.dtype == library.xp.float32
        np.testing.assert_allclose(
            library.to_numpy(got), expected, rtol=1e-5, atol=1e-4
        )
        off = library.to_numpy(got) - A @ B
        assert np.abs(off).max() > 1e-3


def test_sums_are_not_in_half():
    ones = np.ones((1, 4096))
    got = nm.mixed_precision_matmul(ones, ones.T)
    assert float(got[0, 0]) == 4096
    assert np.cumsum(ones.astype(np.float16))[-1] == 2048
    by_hand = nm.mixed_precision_matmul([[0.1, 2049.0]], [[3.0], [1.0]])
    assert float(by_hand[0, 0]) == pytest.approx(2048.2999, abs=1e-4)
    # 65519 is rounded to the largest of the halves, 65520 beyond.
    large = nm.mixed_precision_matmul([[65519.0], [65520], [-1e9]], [[1.0]])
    np.testing.assert_array_equal(large[:, 0], [65504, math.inf, -math.inf])
    halves = torch.tensor([[0.1, 5000.3]]).half()
    got = nm.mixed_precision_matmul(halves, halves.T)
    torch.testing.assert_close(got, halves.float() @ halves.float().T)


@referee("property", nm.mixed_precision_matmul)
@given(st.integers(0, 2**32 - 1), st.integers(1, 50))
def test_mixed_precision_errs_as_little_as_its_inputs(seed, k):
    rng = np.random.default_rng(seed)
    A, B = rng.normal(size=(2, k)), rng.normal(size=(k, 3))
    C = nm.mixed_precision_matmul(A, B)
    assert C.shape == (2, 3) and C.dtype == np.float32
    bound = (2**-10 + 1e-5) * (np.abs(A) @ np.abs(B)) + 1e-6
    assert np.all(np.abs(C - A @ B) <= bound)
    np.testing.assert_allclose(
        nm.mixed_precision_matmul(B.T, A.T), C.T, atol=1e-5
    )


# ------------------------------------------------ differences and integrals


@referee("oracle", nm.optimal_difference_step)
@pytest.mark.parametrize("scheme, power", [("central", 3), ("forward", 2)])
def test_step_is_a_root_of_epsilon(library, scheme, power):
    for name in ("float32", "float64"):
        h = nm.optimal_difference_step(
            getattr(library.xp, name), scheme=scheme
        )
        assert type(h) is float
        assert h**power == pytest.approx(float(np.finfo(name).eps))


def test_step_is_about_the_best_there_is():
    """Of exp near 1, over all steps in doubles: within a factor of ten."""
    steps, f = np.geomspace(1e-12, 1e-1, 200), np.exp
    x = np.linspace(1, 1.1, 50)[:, None]
    exact = f(x)
    central = (f(x + steps) - f(x - steps)) / (2 * steps)
    forward = (f(x + steps) - f(x)) / steps
    for scheme, slope in (("central", central), ("forward", forward)):
        error = np.mean(np.abs(slope - exact), axis=0)
        best = steps[np.argmin(error)]
        h = nm.optimal_difference_step("float64", scheme=scheme)
        assert best / 10 < h < 10 * best
        wrong = {"central": "forward", "forward": "central"}[scheme]
        other = nm.optimal_difference_step("float64", scheme=wrong)
        assert not best / 10 < other < 10 * best


@referee("property", nm.optimal_difference_step)
@given(st.sampled_from(["float16", "float32", "float64"]))
def test_forward_steps_are_shorter(name):
    forward = nm.optimal_difference_step(name, scheme="forward")
    central = nm.optimal_difference_step(name)
    assert 0 < forward < central < 1
    assert forward**2 == pytest.approx(central**3)


def wave(x):
    """Speaks every library: a polynomial, a root of nothing, no function."""
    return 1 / (1 + x * x) + x * x * x


WAVE = scipy.integrate.quad(wave, -1, 2, epsabs=1e-14)[0]


@referee("oracle", nm.simpson_integral)
@pytest.mark.parametrize("n", [2, 6, 100])
def test_simpson_is_scipys(library, n):
    x = np.linspace(-1, 2, n + 1)
    expected = np.array(scipy.integrate.simpson(wave(x), x=x))
    for dtype in ("float64", "float32"):
        a, b = (library.asarray(v, dtype) for v in (-1.0, 2.0))
        got = nm.simpson_integral(wave, a, b, n)
        library.assert_close(got, expected, dtype=dtype)


@referee("oracle", nm.gauss_legendre_integral)
@pytest.mark.parametrize("n", [1, 2, 5, 20])
def test_gauss_legendre_is_scipys(library, n):
    expected = np.array(scipy.integrate.fixed_quad(wave, -1, 2, n=n)[0])
    for dtype in ("float64", "float32"):
        a, b = (library.asarray(v, dtype) for v in (-1.0, 2.0))
        got = nm.gauss_legendre_integral(wave, a, b, n)
        library.assert_close(got, expected, dtype=dtype)


def test_orders_of_convergence():
    errors = [abs(nm.simpson_integral(wave, -1, 2, n) - WAVE)
              for n in (16, 32, 64)]
    for large, small in itertools.pairwise(errors):
        assert large / small == pytest.approx(16, rel=0.2)
    gauss = nm.gauss_legendre_integral(wave, -1, 2, 40)
    assert float(gauss) == pytest.approx(WAVE, rel=1e-13)


def test_constants_and_single_numbers():
    assert nm.simpson_integral(lambda x: 2.0, 0, 3, 2) == 6
    assert nm.gauss_legendre_integral(lambda x: 2.0, 0, 3, 2) == (
        pytest.approx(6)
    )
    assert nm.simpson_integral(wave, 1.0, 1.0, 4) == 0
    # A root at the end is never asked for by Gauss.
    area = nm.gauss_legendre_integral(lambda x: x**-0.5, 0.0, 1.0, 200)
    assert float(area) == pytest.approx(2, abs=0.01)


@referee("gradient", nm.simpson_integral, nm.gauss_legendre_integral)
@pytest.mark.parametrize(
    "rule", [nm.simpson_integral, nm.gauss_legendre_integral]
)
def test_integral_gradient(rule):
    """By the bounds, and by what the function has inside."""
    def area(a, b, c):
        return rule(lambda x: wave(c * x), a, b, 4)

    check_gradient(area, np.array(-0.3), np.array(0.9), np.array(1.2))


@referee("property", nm.simpson_integral, nm.gauss_legendre_integral)
@given(st.lists(st.floats(-9, 9), min_size=1, max_size=8),
       st.floats(-2, 2), st.floats(-2, 2), st.integers(1, 4))
def test_rules_are_exact_to_their_degree(coefficients, a, b, n):
    def exact(p):
        area = np.polynomial.polynomial.polyint(p)
        return np.diff(np.polynomial.polynomial.polyval([a, b], area))[0]

    for rule, points, degree in (
        (nm.simpson_integral, 2 * n, 3),
        (nm.gauss_legendre_integral, n, 2 * n - 1),
    ):
        p = np.array(coefficients[: degree + 1])

        def f(x, p=p):
            return np.polynomial.polynomial.polyval(x, p)

        area = rule(f, a, b, points)
        assert area == pytest.approx(exact(p), abs=1e-9)
        assert rule(f, b, a, points) == pytest.approx(-area, abs=1e-9)


# ------------------------------------------------------------ interpolation

NODES = np.array([0.3, -1.0, 2.0, 1.1, 0.5])
VALUES = RNG.normal(size=5)
PLACES = np.array([[0.0, 0.4, 2.0], [-1.0, 3.0, 0.31]])


@referee("oracle", nm.barycentric_interpolate)
@pytest.mark.parametrize("nodes, values, x", [
    (NODES, VALUES, PLACES),
    (NODES, VALUES, np.array(0.7)),
    (NODES[:2], VALUES[:2], PLACES),
    (NODES + 100, VALUES, PLACES + 100),
])
def test_interpolation_is_scipys(library, nodes, values, x):
    expected = scipy.interpolate.barycentric_interpolate(nodes, values, x)
    for dtype, rtol in (("float64", 1e-9), ("float32", 2e-3)):
        args = library.convert((nodes, values, x), dtype)
        got = nm.barycentric_interpolate(*args)
        library.assert_close(got, np.asarray(expected), dtype=dtype,
                             rtol=rtol)


def test_at_the_nodes_the_values_themselves():
    """To the last bit, not a weight away."""
    nodes, values = np.random.default_rng(1).normal(size=(2, 60))
    got = nm.barycentric_interpolate(nodes, values, nodes)
    np.testing.assert_array_equal(got, values)
    one = nm.barycentric_interpolate([3], [7], PLACES)
    np.testing.assert_array_equal(one, np.full((2, 3), 7.0))
    near = nm.barycentric_interpolate([0.0, 1], [1.0, 2], [1e-310, -5e-324])
    np.testing.assert_array_equal(near, [1, 1])


def runge(x):
    return 1 / (1 + 25 * x**2)


def test_runge():
    x = np.linspace(-1, 1, 1001)
    worst = {}
    for n in (11, 21, 41):
        even = np.linspace(-1, 1, n)
        dense = np.cos((2 * np.arange(n) + 1) * np.pi / (2 * n))
        for name, nodes in (("even", even), ("dense", dense)):
            p = nm.barycentric_interpolate(nodes, runge(nodes), x)
            worst[name, n] = np.abs(p - runge(x)).max()
    assert 1 < worst["even", 11] < worst["even", 21] < worst["even", 41]
    assert 0.2 > worst["dense", 11] > worst["dense", 21] > worst["dense", 41]


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_many_nodes_stay_in_range(unit):
    """Products of a thousand differences leave the range of numbers."""
    n = 1000
    nodes = unit * np.cos((2 * np.arange(n) + 1) * np.pi / (2 * n))
    x = unit * np.linspace(-1, 1, 301)
    p = nm.barycentric_interpolate(nodes, runge(nodes / unit), x)
    np.testing.assert_allclose(p, runge(x / unit), atol=1e-12)


@referee("gradient", nm.barycentric_interpolate)
def test_interpolation_gradient():
    check_gradient(
        nm.barycentric_interpolate, NODES, VALUES, np.array([0.0, 0.4, 3.0])
    )


@referee("property", nm.barycentric_interpolate)
@given(st.lists(st.floats(-5, 5), min_size=1, max_size=6),
       st.floats(-3, 3), st.integers(0, 2**32 - 1))
def test_polynomials_are_found_again(coefficients, x, seed):
    n = len(coefficients)
    nodes = np.random.default_rng(seed).permutation(
        np.cos((2 * np.arange(n) + 1) * np.pi / (2 * n))
    )
    poly = np.polynomial.Polynomial(coefficients)
    got = nm.barycentric_interpolate(nodes, poly(nodes), x)
    assert got == pytest.approx(poly(x), abs=1e-7, rel=1e-9)


exempt("gradient", nm.machine_epsilon, nm.optimal_difference_step,
       because="a dtype has no slope")
exempt("gradient", nm.round_to_bfloat16, nm.round_to_float,
       nm.block_scaled_round, nm.mixed_precision_matmul,
       because="rounding is a staircase")


# ---------------------------------------------------------------- bad input

SMALL = {"exponent_bits": 4, "mantissa_bits": 3}
I2 = np.eye(2)


@referee("bad input", nm.log_sigmoid, nm.round_to_bfloat16,
         nm.machine_epsilon)
def test_types_are_checked():
    for function in (nm.log_sigmoid, nm.round_to_bfloat16):
        with pytest.raises(TypeError, match="got str"):
            function("x")
    for dtype in (int, "i4", complex, torch.int32, torch.complex64, bool,
                  array_api_strict.int64, object, "float17"):
        with pytest.raises(TypeError):
            nm.machine_epsilon(dtype)
    with pytest.raises(TypeError, match="f must be"):
        nm.gauss_legendre_integral(1.0, 0, 1, 2)
    with pytest.raises(TypeError):
        nm.simpson_integral(1.0, 0, 1, 2)
    with pytest.raises(TypeError):
        nm.simpson_integral(wave, 0, 1, 2.0)
    with pytest.raises(TypeError):
        nm.round_to_float(1.0, exponent_bits=4.0, mantissa_bits=3)


@referee("bad input", *(
    getattr(nm, name) for name in nm.__all__
    if name not in ("sigmoid", "log_softmax", "log_sigmoid",
                    "round_to_bfloat16", "machine_epsilon",
                    "RunningVariance")
))
@pytest.mark.parametrize("function, args, options, words", [
    (nm.round_to_float, (1,), {**SMALL, "exponent_bits": 1}, "exponent_b"),
    (nm.round_to_float, (1,), {**SMALL, "exponent_bits": 9}, "exponent_b"),
    (nm.round_to_float, (1,), {**SMALL, "mantissa_bits": -1}, "mantissa_b"),
    (nm.round_to_float, (1,), {**SMALL, "mantissa_bits": 24}, "mantissa_b"),
    (nm.round_to_float, (1,), {**SMALL, "max_value": 0}, "max_value"),
    (nm.round_to_float, (1,), {**SMALL, "max_value": math.inf}, "max_value"),
    (nm.block_scaled_round, ([1],), {"block_size": 0}, "block_size"),
    (nm.block_scaled_round, (1.0,), {}, "x must have an axis"),
    (nm.block_scaled_round, ([math.inf],), {}, "x must be finite"),
    (nm.block_scaled_round, ([math.nan],), {}, "x must be finite"),
    (nm.block_scaled_round, ([1],), {"max_value": -1}, "max_value"),
    (nm.block_scaled_round, ([1],), {"exponent_bits": 0}, "exponent_bits"),
    (nm.condition_number, ([1, 2],), {}, "A must have the shape"),
    (nm.condition_number, (np.zeros((0, 2)),), {}, "rows and columns"),
    (nm.least_squares_qr, ([1, 2], [1, 2]), {}, "X must have the shape"),
    (nm.least_squares_qr, (TALL, Y[:3]), {}, "y must have"),
    (nm.least_squares_qr, (TALL, TALL), {}, "y must have"),
    (nm.least_squares_qr, (TALL.T, Y[:3]), {}, "at least 7 rows"),
    (nm.least_squares_qr, (TALL[:, [0, 1, 0]], Y), {}, "independent"),
    (nm.least_squares_qr, (0 * TALL, Y), {}, "independent"),
    (nm.welford, (1.0,), {}, "values must have an axis"),
    (nm.welford, ([],), {}, "values must have entries"),
    (nm.kahan_sum, (DATA,), {}, "values must have"),
    (nm.kahan_sum, (1.0,), {}, "values must have"),
    (nm.mixed_precision_matmul, (I2, TALL), {}, "as many columns"),
    (nm.mixed_precision_matmul, ([1], I2), {}, "A must have"),
    (nm.mixed_precision_matmul, (I2, [1]), {}, "B must have"),
    (nm.optimal_difference_step, (float,), {"scheme": "backward"}, "scheme"),
    (nm.simpson_integral, (wave, 0, 1, 3), {}, "n must be even"),
    (nm.simpson_integral, (wave, 0, 1, 0), {}, "n must be at least 2"),
    (nm.simpson_integral, (wave, 0, math.inf, 2), {}, "b must be finite"),
    (nm.simpson_integral, (wave, [0], 1, 2), {}, "a must be"),
    (nm.gauss_legendre_integral, (wave, 0, 1, 0), {}, "n must be"),
    (nm.gauss_legendre_integral, (wave, 0, math.nan, 2), {}, "b must be"),
    (nm.gauss_legendre_integral, (wave, [0], 1, 2), {}, "a must be"),
    (nm.gauss_legendre_integral, (lambda x: x[:1], 0, 1, 2), {}, "f must"),
    (nm.conjugate_gradient, (TALL, Y), {}, "A must have the shape"),
    (nm.conjugate_gradient, (I2, Y), {}, "b must have"),
    (nm.conjugate_gradient, (I2, I2), {}, "b must have"),
    (nm.conjugate_gradient, ([[1, 2], [0, 1]], [1, 1]), {}, "symmetric"),
    (nm.conjugate_gradient, (-I2, [1, 1]), {}, "positive definite"),
    (nm.conjugate_gradient, ([[1, 2], [2, 1]], [1, -1]), {}, "definite"),
    (nm.conjugate_gradient, ([[1, 0], [0, 0]], [0, 1]), {}, "definite"),
    (nm.conjugate_gradient, (I2, [1, 1]), {"tol": -1}, "tol"),
    (nm.conjugate_gradient, (I2, [1, 1]), {"tol": math.nan}, "tol"),
    (nm.conjugate_gradient, (I2, [1, 1]), {"max_iter": -1}, "max_iter"),
    (nm.barycentric_interpolate, ([], [], 1), {}, "x_nodes must have"),
    (nm.barycentric_interpolate, (1, 1, 1), {}, "x_nodes must have"),
    (nm.barycentric_interpolate, ([1, 2], [1], 1), {}, "y_nodes must have"),
    (nm.barycentric_interpolate, ([1, 2, 1], [1, 2, 3], 1), {}, "different"),
], ids=lambda value: getattr(value, "__name__", ""))
def test_bad_input(function, args, options, words):
    with pytest.raises(ValueError, match=words):
        function(*args, **options)


@referee("bad input", nm.RunningVariance)
def test_observations_have_one_shape():
    seen = nm.RunningVariance()
    seen.update([1, 2])
    with pytest.raises(ValueError, match="x must have the shape"):
        seen.update([1, 2, 3])
    with pytest.raises(TypeError):
        nm.RunningVariance().update("x")

"""mathlib.numerical_methods against SciPy, and its own laws."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from referees import check_gradient, referee
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


@referee("bad input", nm.sigmoid, nm.log_softmax)
def test_bad_input():
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

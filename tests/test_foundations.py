"""mathlib.foundations against SciPy and torch."""

import math

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as hypothesis_arrays
from referees import check_gradient, exempt, referee

import mathlib.foundations as fo

RNG = np.random.default_rng(1)
SCORES = RNG.normal(size=(2, 3, 4))
HUGE = np.array([[1000.0, 999.0, -1000.0], [-1000.0, -1000.0, -999.0]])
MASKED = np.array([[0.0, -np.inf, 1.0], [-np.inf, -np.inf, 2.0]])

scores = hypothesis_arrays(
    float, st.tuples(st.integers(1, 4), st.integers(1, 5)),
    elements=st.floats(-700, 700),
)


@referee("oracle", fo.softmax, fo.logsumexp)
@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("function, oracle", [
    (fo.softmax, scipy.special.softmax),
    (fo.logsumexp, scipy.special.logsumexp),
])
def test_against_scipy(library, function, oracle, axis):
    library.agrees(function, oracle(SCORES, axis=axis), SCORES, axis=axis)


@pytest.mark.parametrize("z", [HUGE, MASKED], ids=["huge", "masked"])
@pytest.mark.parametrize("function, oracle", [
    (fo.softmax, scipy.special.softmax),
    (fo.logsumexp, scipy.special.logsumexp),
])
def test_extreme_scores(library, function, oracle, z):
    library.agrees(function, oracle(z, axis=-1), z)


def test_keepdims(library):
    expected = scipy.special.logsumexp(SCORES, axis=1, keepdims=True)
    library.agrees(fo.logsumexp, expected, SCORES, axis=1, keepdims=True)


def test_a_row_of_minus_infinities(library):
    nothing = np.array([[-np.inf, -np.inf], [0.0, 0.0]])
    library.agrees(fo.logsumexp, np.array([-np.inf, math.log(2)]), nothing)
    halves = np.array([[np.nan, np.nan], [0.5, 0.5]])
    library.agrees(fo.softmax, halves, nothing)


def test_plus_infinity(library):
    z = np.array([[np.inf, 1.0], [np.inf, np.inf], [np.nan, 1.0]])
    library.agrees(fo.logsumexp, np.array([np.inf, np.inf, np.nan]), z)
    library.agrees(fo.softmax, np.full((3, 2), np.nan), z)


@referee("oracle", fo.one_hot)
@pytest.mark.parametrize("labels", [
    np.array([2, 0, 1]), np.array([[0, 3], [1, 1]]), np.array(2),
    np.zeros((0,), dtype=int),
], ids=lambda labels: str(labels.shape))
def test_one_hot(library, labels):
    hot = fo.one_hot(library.asarray(labels), 4)
    default = library.xp.empty(0).dtype
    assert library.owns(hot) and hot.dtype == default
    expected = np.eye(4)[labels]
    np.testing.assert_array_equal(library.to_numpy(hot), expected)
    assert hot.shape == expected.shape


@referee("gradient", fo.softmax, fo.logsumexp)
@pytest.mark.parametrize("function", [fo.softmax, fo.logsumexp])
@pytest.mark.parametrize("axis", [0, -1])
def test_gradients(function, axis):
    check_gradient(function, SCORES, axis=axis)


def test_gradient_of_rows_with_nothing_in_them():
    torch = pytest.importorskip("torch")
    z = torch.tensor([[-math.inf, -math.inf], [-math.inf, 1.0]])
    z.requires_grad_()
    result = fo.logsumexp(z)
    result[torch.isfinite(result)].sum().backward()
    assert z.grad.tolist() == [[0.0, 0.0], [0.0, 1.0]]


exempt("gradient", fo.one_hot, because="labels are integers")


@referee("property", fo.softmax)
@given(scores, st.floats(-100, 100))
def test_softmax_is_a_distribution_and_forgets_a_shift(z, shift):
    p = fo.softmax(z)
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=-1), 1)
    np.testing.assert_allclose(fo.softmax(z + shift), p, atol=1e-12)


@referee("property", fo.logsumexp)
@given(scores, st.floats(-100, 100))
def test_logsumexp_bounds_the_maximum_and_moves_with_a_shift(z, shift):
    total, top = fo.logsumexp(z), z.max(axis=-1)
    assert (total >= top).all()
    assert (total <= top + math.log(z.shape[-1]) + 1e-12).all()
    np.testing.assert_allclose(
        fo.logsumexp(z + shift), total + shift, atol=1e-11
    )


@referee("property", fo.one_hot)
@given(st.lists(st.integers(0, 6), min_size=1), st.integers(0, 3))
def test_one_hot_picks_the_label(labels, more):
    hot = fo.one_hot(labels, 7 + more)
    assert hot.shape == (len(labels), 7 + more)
    assert (hot.sum(axis=-1) == 1).all()
    assert hot.argmax(axis=-1).tolist() == labels


@referee("bad input", fo.softmax, fo.logsumexp)
@pytest.mark.parametrize("function", [fo.softmax, fo.logsumexp])
def test_bad_axes_and_types(library, function):
    with pytest.raises(ValueError, match=r"z must have an axis 3.*\(2, 3"):
        function(library.asarray(SCORES), axis=3)
    with pytest.raises(ValueError, match=r"z must have an axis -1.*\(\)"):
        function(library.asarray(1.0))
    with pytest.raises(ValueError, match=r"z must have entries.*\(2, 0\)"):
        function(library.asarray(np.zeros((2, 0))))
    with pytest.raises(TypeError, match="expected an array or numbers"):
        function("abc")


@referee("bad input", fo.one_hot)
def test_bad_labels(library):
    for labels in (np.array([0, 3]), np.array([-1, 0])):
        with pytest.raises(ValueError, match="labels must lie in 0 to .*2"):
            fo.one_hot(library.asarray(labels), 3)
    with pytest.raises(TypeError, match="labels must be integers"):
        fo.one_hot(library.asarray(np.array([0.0, 1.0])), 3)
    with pytest.raises(TypeError, match="integer"):
        fo.one_hot(library.asarray(np.array([0, 1])), 3.0)

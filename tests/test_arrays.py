"""The cast at the door: libraries, dtypes and devices are kept."""

import array_api_strict
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes
from hypothesis.extra.numpy import arrays as hypothesis_arrays

import mathlib.arrays
from mathlib import _ops
from mathlib.arrays import arrays, device, has_torch, like, to_numpy


def test_arrays_come_back_as_they_are(library):
    for dtype in ("float64", "float32"):
        x = library.asarray(np.ones((2, 3)), dtype)
        xp, y = arrays(x)
        assert y is x
        assert library.owns(xp.zeros(2, device=library.device))


@pytest.mark.parametrize(
    "values", [[1.0, 2.0], (1, 2), [True, False], np.float64(3), 4]
)
def test_numbers_and_lists_join_the_first_array(library, values):
    x = library.asarray(np.ones(2), "float32")
    _, before, same, after = arrays(values, x, values)
    assert same is x
    for made in (before, after):
        assert library.owns(made)
        assert made.dtype == library.xp.empty(0).dtype
        np.testing.assert_array_equal(
            library.to_numpy(made), np.asarray(values, float)
        )


def test_integers_and_booleans_become_floats_only_where_asked(library):
    default = library.xp.empty(0).dtype
    for values in (np.array([1, 2]), np.array([True, False])):
        x = library.asarray(values)
        assert arrays(x)[1].dtype == default
        assert arrays(x, floating=False)[1] is x
        assert library.owns(arrays(x)[1])


def test_complex_numbers_stay(library):
    x = library.asarray(np.array([1j]))
    assert arrays(x)[1] is x


def test_like_follows_its_first_argument(library):
    x = library.asarray(np.ones(2))
    labels = like(x, [1, 2])
    assert library.owns(labels)
    assert library.xp.isdtype(labels.dtype, "integral")
    floats = like(x, [1, 2], floating=True)
    assert floats.dtype == library.xp.empty(0).dtype
    assert like(x, None) is None


def test_none_passes_through(library):
    x = library.asarray(np.ones(2))
    _, before, same, after = arrays(None, x, None)
    assert before is None and same is x and after is None
    xp, nothing = arrays(None)
    assert nothing is None and xp.asarray([1.0]).dtype == np.float64


def test_to_numpy_from_every_library(library):
    right = np.arange(6.0).reshape(2, 3)
    found = to_numpy(library.asarray(right))
    assert type(found) is np.ndarray
    np.testing.assert_array_equal(found, right)
    assert to_numpy([1, 2]).tolist() == [1, 2]


@pytest.mark.skipif(not has_torch, reason="torch is not installed")
def test_to_numpy_from_a_tensor_with_gradient():
    import torch

    x = torch.ones(2, dtype=torch.complex64, requires_grad=True)
    assert to_numpy((x * 1j).conj().imag).tolist() == [-1, -1]


@pytest.mark.skipif(not has_torch, reason="torch is not installed")
def test_gradients_pass_the_door():
    import torch

    x = torch.ones(2, requires_grad=True)
    _, y, _ = arrays(x, [1.0, 2.0])
    assert y.requires_grad


@pytest.mark.parametrize("value", ["text", object(), {"a": 1}, [None]])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(TypeError, match="expected an array or numbers"):
        arrays(value)


def test_two_libraries_are_not_mixed():
    with pytest.raises(TypeError):
        arrays(np.ones(2), array_api_strict.ones(2))


@given(hypothesis_arrays(
    st.sampled_from([np.float32, np.float64, np.int64, np.bool_]),
    array_shapes(min_dims=0, min_side=0),
))
def test_values_and_shapes_survive(x):
    _, same = arrays(x)
    assert same.shape == x.shape and same.dtype.kind == "f"
    np.testing.assert_array_equal(same, x.astype(same.dtype))


def test_device_is_chosen(monkeypatch):
    try:
        for chosen in ("cpu", "mps"):
            device.cache_clear()
            monkeypatch.setenv("MATHLIB_DEVICE", chosen)
            assert device() == chosen
        device.cache_clear()
        monkeypatch.delenv("MATHLIB_DEVICE")
        monkeypatch.setattr(mathlib.arrays, "has_torch", False)
        assert device() == "cpu"
    finally:
        device.cache_clear()


# ----------------------------------------------------- private operations


@pytest.mark.parametrize("name", ["erf", "erfc", "expit"])
def test_fast_paths_and_portable_forms_agree(library, name):
    import scipy.special

    x = np.concatenate([
        np.linspace(-9, 9, 721), [0.0, 1e-300, 1e-8, -800, 800],
        [np.inf, -np.inf, np.nan],
    ])
    ours = getattr(_ops, "sigmoid" if name == "expit" else name)
    got = ours(library.xp, library.asarray(x))
    library.assert_close(got, getattr(scipy.special, name)(x), rtol=4e-15)
    single = ours(library.xp, library.asarray(x, "float32"))
    assert single.dtype == library.xp.float32 and library.owns(single)


@pytest.mark.parametrize("ours, name, x, near", [
    (_ops.erfc, "erfc", np.linspace(1, 26, 501), 0),
    (_ops.lgamma, "gammaln", np.geomspace(1e-300, 0.5, 501), 0),
    (_ops.lgamma, "gammaln", np.linspace(0.5, 20, 301), 1),
    (_ops.lgamma, "gammaln", np.geomspace(20, 1e36, 501), 0),
    (_ops.ndtri, "ndtri", np.geomspace(1e-300, 0.4, 501), 0),
    (_ops.ndtri, "ndtri", np.linspace(0.4, 0.99, 60), 1),
])
def test_special_functions_keep_their_digits(library, ours, name, x, near):
    import scipy.special

    # Relative to each value; where they pass through 0, relative to 1.
    for dtype, rtol in (("float64", 1e-13), ("float32", 1e-5)):
        limits = np.finfo(dtype)
        x = x[x > limits.smallest_normal].astype(dtype)
        got = ours(library.xp, library.asarray(x))
        assert library.owns(got) and got.dtype == getattr(library.xp, dtype)
        right = getattr(scipy.special, name)(x.astype(float))
        limit = rtol * np.maximum(np.abs(right), near)
        limit = np.maximum(limit, float(limits.smallest_normal))
        assert (np.abs(library.to_numpy(got) - right) <= limit).all()


def test_special_functions_at_the_ends(library):
    ends = library.asarray([0.0, np.inf])
    for ours, right in (
        (_ops.erfc, [1, 0]), (_ops.lgamma, [np.inf, np.inf]),
    ):
        with np.errstate(divide="ignore"):
            got = ours(library.xp, ends)
        np.testing.assert_array_equal(library.to_numpy(got), right)
    got = _ops.ndtri(library.xp, library.asarray([0.0, 1.0]))
    np.testing.assert_array_equal(library.to_numpy(got), [-np.inf, np.inf])


def test_ndtri_outside_of_its_domain_is_nan(library):
    got = _ops.ndtri(library.xp, library.asarray([-0.5, 1.5, np.nan]))
    assert np.isnan(library.to_numpy(got)).all()


def test_solve_triangular(library):
    rng = np.random.default_rng(0)
    L = np.tril(rng.normal(size=(4, 4))) + 3 * np.eye(4)
    X = rng.normal(size=(4, 5))
    got = _ops.solve_triangular(
        library.xp, *library.convert((L, L @ X))
    )
    library.assert_close(got, X, rtol=1e-13)

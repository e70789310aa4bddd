"""Comparisons: what counts as equal, and what is said when it is not."""

import numpy as np
import pytest
from scipy import stats

from mathlib.course.compare import (
    as_set,
    distribution,
    satisfies,
    up_to_permutation,
    up_to_sign,
    values,
)
from mathlib.course.plain import Opaque, from_json, plain, to_json
from mathlib.exercise import call, given, script

NOTHING = call()


def differs(expected, got, comparison=None, program=NOTHING):
    return (comparison or values())(plain(expected), plain(got), program)


@pytest.mark.parametrize("got", [
    [1.0, 2.0], (1.0, 2.0), np.array([1, 2]), np.array([1.0, 2.0], "f4"),
    [np.float64(1), np.array(2.0)],
])
def test_one_shape_is_one_kind(got):
    assert differs(np.array([1.0, 2.0]), got) is None


@pytest.mark.parametrize(("got", "kind"), [
    (1.0, "shape"), ([[1.0, 2.0]], "shape"), ("12", "kind"), (None, "kind"),
    ({1: 2}, "kind"), (object(), "kind"), ([1.0, 2.1], "value"),
    ([1.0, float("nan")], "value"), ([1.0, float("inf")], "value"),
    ([1.0, 2.0 + 1e-5], "value"), ([1.0, 2.0 + 1j], "value"),
])
def test_what_is_wrong_is_said(got, kind):
    assert differs(np.array([1.0, 2.0]), got).kind == kind


def test_every_nan_is_a_nan_and_none_warns():
    loud = np.array([0x7F800001], np.uint32).view(np.float32)
    assert differs(np.array([np.nan]), loud) is None


def test_tolerance_follows_the_coarser_precision():
    right = np.array([1.0, 2.0])
    close = right + 3e-5
    assert differs(right, close)
    assert differs(right, close.astype("f4")) is None
    single = call(right.astype("f4"))
    assert differs(right, close, program=single) is None
    assert differs(right, right.astype("f2") + np.float16(0.01))


def test_tolerance_is_relative_to_the_largest_entry():
    assert differs([1e9, 0.0], [1e9, 1e-5]) is None
    assert differs([1.0, 0.0], [1.0, 1e-5])
    assert differs(1e-20, 0.0) is None
    assert differs(1e-20, 0.0, values(atol=0))
    assert differs(np.float32(1e-20), np.float32(2e-20), values(atol=0))


def test_nan_and_infinity_match_themselves_only():
    assert differs([np.nan, np.inf], [np.nan, np.inf]) is None
    assert differs([np.inf], [-np.inf]).index == (0,)
    assert differs([np.nan], [0.0])


def test_nested_differences_know_their_path():
    found = differs((1.0, {"a": [1.0, 2.0]}), (1.0, {"a": [1.0, 3.0]}))
    assert found.path == (1, "a") and found.index == (1,)
    assert "missing" in differs({"a": 1}, {}).message
    assert "should not be there" in differs({}, {"a": 1}).message
    assert differs((1.0, 2.0), (1.0,)).kind == "kind"


def test_up_to_sign_is_up_to_sign_only():
    rng = np.random.default_rng(0)
    V = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    flips = np.array([1, -1, -1, 1.0])
    assert differs(V, V * flips, up_to_sign()) is None
    assert differs(V, V[:, ::-1], up_to_sign())
    assert differs(V, np.abs(V), up_to_sign())
    assert differs(V, 2 * V, up_to_sign())
    assert differs(V, V[:, :2], up_to_sign()).kind == "shape"


def test_up_to_permutation():
    rng = np.random.default_rng(0)
    centers = rng.normal(size=(3, 2))
    names = np.array([0, 1, 2, 1, 0])
    order = np.array([2, 0, 1])
    moved = (centers[order], np.argsort(order)[names])
    by_name = up_to_permutation(labels=True)
    assert differs((centers, names), moved, up_to_permutation()) is None
    assert differs((centers, names), (centers, names[::-1] * 0),
                   up_to_permutation())
    assert differs(centers, centers[order], up_to_permutation()) is None
    assert differs(names, np.array([5, 7, 1, 7, 5]), by_name) is None
    assert differs(names, np.array([5, 7, 5, 7, 5]), by_name)


def test_a_distribution_rejects_what_it_should():
    rng = np.random.default_rng(0)
    law = distribution(stats.norm.cdf)
    wanted = rng.normal(size=3000)
    rejected = sum(
        differs(wanted, rng.normal(size=3000), law) is not None
        for _ in range(50)
    )
    assert rejected == 0
    assert differs(wanted, rng.normal(size=3000) * 1.2, law)
    assert differs(wanted, np.full(3000, np.nan), law)
    assert differs(wanted, rng.normal(size=2), law).kind == "shape"


def test_sets_and_predicates():
    assert differs([1, 2, 3], [3, 2, 1], as_set()) is None
    assert "missing" in differs([1, 2], [1], as_set()).message
    small = satisfies(lambda got, bound: got < bound, "below the bound")
    assert differs(None, 1.0, small, call(2.0)) is None
    assert "below the bound" in differs(None, 3.0, small, call(2.0)).message
    assert differs(None, "x", small, call(2.0)).kind == "rule"


@pytest.mark.parametrize("value", [
    None, True, 3, 2.5, "text", b"bytes", (1, [2, "a"]), {"a": (1,)},
    frozenset({1}), np.arange(6.0).reshape(2, 3), np.array(2, "i4"),
    float("inf"), Opaque("thing"), call([1.0], a=given("rng", 3)),
    script("f(x)", x=np.ones(2)),
])
def test_plain_data_travels(value):
    import json

    back = from_json(json.loads(json.dumps(to_json(value))))
    assert repr(back) == repr(value)


def test_nothing_else_travels():
    with pytest.raises(TypeError, match="no place in plain data"):
        to_json(object())
    with pytest.raises(ValueError, match="unknown tag"):
        from_json({"pickle": "x"})
    with pytest.raises(ValueError, match="do not travel"):
        from_json({"array": ["|O", [1], ""]})


def test_plain_data_hold_nothing_of_the_learner():
    class Evil(float):
        def __eq__(self, other):
            return True

        __hash__ = float.__hash__

    assert type(plain(Evil(2.0))) is np.ndarray
    assert plain([object()]) == [Opaque("object")]
    assert plain(x for x in "ab") == Opaque("generator")
    deep = []
    for _ in range(100):
        deep = [deep]
    assert "nested too deeply" in repr(plain(deep))


def test_a_list_of_numbers_is_as_good_as_a_tuple():
    expected = plain((3, 4.0))
    assert values()(expected, plain([3, 4.0]), call()) is None
    assert values()(expected, plain([3, 5.0]), call()) is not None
    assert values()(expected, plain([[3], [4.0]]), call()) is not None

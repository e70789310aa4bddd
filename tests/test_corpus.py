"""Hostile and broken submissions on nbgrader's own road.

The corpus is graded once, as an instructor would, with one witness at each
end of the class; ``python -m corpus`` does the same from the command line.
"""

import os
import sys

import pytest
from corpus import FAMILIES
from corpus.family import FULL, NOTHING, SLUG, WRITTEN, Family
from corpus.grading import KINDS, THE_CLASS, compare_points, grade_all
from corpus.pages import active
from corpus.world import MODEL, answers
from roundtrip import ROOT

from mathlib.exercise import Written
from mathlib.exercises import chapter_exercises

# Processes are found in /proc, and a wall is known for Linux only.
graded = pytest.mark.skipif(sys.platform != "linux", reason="not Linux")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What is wrong with each family, and with the class."""
    folder = tmp_path_factory.mktemp("corpus")
    return grade_all(list(FAMILIES), folder, jobs=4)


def told(findings):
    return [f"{KINDS[f.kind]}: {f.detail}" for f in findings]


@graded
@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILIES)
def test_family(found, name):
    assert not told(found[name]), FAMILIES[name].tries


@graded
@pytest.mark.slow
def test_the_class_is_graded_and_nothing_else_happens(found):
    assert not told(found.get(THE_CLASS, []))


def test_the_corpus_knows_the_chapter():
    exercises = chapter_exercises(SLUG)
    graded = [e for e in exercises if not isinstance(e, Written)]
    assert {e.name: e.points for e in graded} == FULL
    assert [e.name for e in exercises if isinstance(e, Written)] == [WRITTEN]
    assert answers().keys() == FULL.keys()
    for folder, there in {"solutions": True, "chapters": False}.items():
        text = (ROOT / folder / SLUG / f"{SLUG}.ipynb").read_text("utf-8")
        assert (MODEL in text) == there


def test_the_corpus_has_families_of_every_kind():
    groups = {}
    for family in FAMILIES.values():
        assert isinstance(family, Family)
        assert family.tries.endswith(".")
        groups.setdefault(family.group, []).append(family)
    assert len(FAMILIES) >= 90
    assert groups.keys() == {
        "forging", "stealing", "hard-coding", "leaking", "disrupting",
        "unreadable", "script", "honest",
    }
    assert min(map(len, groups.values())) >= 10


@pytest.mark.parametrize("points, kinds", [
    ({}, []),
    ({"dot": 0}, ["lost"]),
    ({"dot": 2}, ["earned"]),
    ({"dot": None}, ["ungraded"]),
    ({WRITTEN: 5}, ["lost"]),
])
def test_points_are_compared_with_what_is_right(points, kinds):
    got = {**FULL, WRITTEN: None, **points}
    assert [f.kind for f in compare_points({}, got)] == kinds


def test_points_of_nothing():
    assert not compare_points(NOTHING, {**NOTHING, WRITTEN: 0})
    assert compare_points(NOTHING, {**NOTHING, "dot": 0.5})[0].kind == "earned"
    assert compare_points(NOTHING, {})[0].kind == "ungraded"


@pytest.mark.parametrize("page", [
    "<script>x7</script>", "<SCRIPT SRC=x7>", "<b onclick=x7>",
    "<svg/onload=x7>", "<a href='java\tscript:x7'>",
    "<a href='data:text/html,x7'>", "<iframe srcdoc='x7'></iframe>",
    "<img src='//x7'>", "<p style='position:fixed;--a:x7'>",
    "<style>x7</style>", r"<p>$\href{javascript:x7}{y}$</p>",
    "<form action=x7>", "<meta http-equiv=refresh content='0;url=x7'>",
])
def test_what_acts_in_a_page_is_seen(page):
    assert active(page, "x7")
    assert not active(page, "x8")


@pytest.mark.parametrize("page", [
    "<p>x7</p>", "<pre>&lt;script&gt;x7&lt;/script&gt;</pre>",
    "<a href='https://example.org/x7'>see</a>",
    "<img src='data:image/png;base64,x7'>", "<b title=x7>",
    r"<pre>\href{javascript:x7}</pre>",
    "<script src='https://m/MathJax.js?config=TeX,Safe'></script>"
    r"<p>$\href{javascript:x7}{y}$</p>",
    "<p style='color: red; x: x7'>",
])
def test_what_is_only_shown_is_not_active(page):
    assert not active(page, "x7")


# Stock nbgrader waits minutes for what never answers.
patient = pytest.mark.skipif(
    "MATHLIB_SLOW" not in os.environ, reason="set MATHLIB_SLOW=1 to run it"
)


@graded
@pytest.mark.slow
@pytest.mark.parametrize("wanted", [
    {"own-check": "earned", "shown-html": "script"},
    pytest.param({"connects": "leaked", "pipe": "ungraded"}, marks=patient),
])
def test_stock_nbgrader_fails_families_of_each_kind(tmp_path, wanted):
    """The corpus can fail: nbgrader as it comes does, in every way."""
    found = grade_all(list(wanted), tmp_path, stock=True)
    for name, kind in wanted.items():
        assert kind in {f.kind for f in found[name]}, (name, found[name])

"""No small change of a solution goes unnoticed by its exercise's cases."""

import dataclasses
import time
from pathlib import Path

import numpy as np
import pytest

from mathlib import exercises
from mathlib.course.chapters import SLUGS
from mathlib.course.mutants import (
    mutants,
    survivors,
)
from mathlib.course.source import source_path
from mathlib.course.verify import TRAINING
from mathlib.exercise import Case, Exercise, Written, call

ROOT = Path(__file__).resolve().parents[1]
WRITTEN_CHAPTERS = [s for s in SLUGS if source_path(s, ROOT).is_file()]
GRADED = [
    (slug, name)
    for slug in WRITTEN_CHAPTERS
    for name in exercises.names(slug)
    if not isinstance(exercises.find(name), Written)
    # Each mutant of a training run takes as long as the run.
    and exercises.find(name).seconds < TRAINING
]


def news(body, head="def f(x, y):"):
    """Return what becomes of one line, by what was done to it."""
    found = {}
    for mutant in mutants(f"{head}\n    {body}\n"):
        if mutant.number == 2:
            found.setdefault(mutant.description, []).append(mutant.new)
    return found


# --- what is changed ---------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "new"),
    [
        ("return x + y", "return (x - y)"),
        ("return x - y", "return (x + y)"),
        ("return x * y", "return (x / y)"),
        ("return x / y", "return (x * y)"),
        ("return x @ y", "return (x * y)"),
        ("return x ** 2", "return (x * 2)"),
        ("return x ** 2", "return x ** 3"),
        ("return x + y", "return x"),
        ("return x + y", "return y"),
        ("return x - y", "return (y - x)"),
        ("return -x", "return x"),
        ("return x < y", "return (x <= y)"),
        ("return x <= y", "return (x < y)"),
        ("return x < y", "return (x >= y)"),
        ("return x == y", "return (x != y)"),
        ("return 0 < x <= y", "return (0 < x < y)"),
        ("return x is None", "return (x is not None)"),
        ("return x[0]", "return x[1]"),
        ("return x[1:]", "return x[0:]"),
        ("return x[y:]", "return x[:]"),
        ("return 0.5 * x", "return 1.0 * x"),
        ("return 0.0", "return 1.0"),
        ("return True", "return False"),
        ("return x.T @ y", "return x @ y"),
        ("return np.sum(x, axis=y)", "return np.sum(x)"),
        ("return np.sum(x, axis=1)", "return np.sum(x, axis=2)"),
        ("return np.sum(x, axis=1)", "return x"),
        ("return x.sum(axis=0)", "return x"),
        ("return f(x, y)", "return f(y, x)"),
        ("return x, y", "return (y, x)"),
        ("return not x", "return x"),
        ("return x and y", "return (x or y)"),
        ("return x and y", "return y"),
        ("return x if y else 3", "return x"),
        ("x = x + y", "x += y"),
        ("x -= y", "x += y"),
        ("x -= y", "x = y"),
        ("x[0] = y", "pass"),
        ("if x: y = 1", "if True: y = 1"),
        ("if x: y = 1", "if False: y = 1"),
        ("raise ValueError('no')", "pass"),
    ],
)
def test_each_kind_of_change_is_made(line, new):
    assert new in [n for group in news(line).values() for n in group]


def test_mutants_are_python_and_all_different():
    source = (
        'def f(x, y=1e-8, *, axis=-1):\n    """Say 1 + 1."""\n'
        "    # 2 + 2\n    while x > y:\n        x = x - (y if axis else 0)\n"
        "    return [x, y][0]\n"
    )
    found = mutants(source)
    assert len({m.source for m in found} | {source}) == len(found) + 1
    for mutant in found:
        compile(mutant.source, "mutant", "exec")
        assert '"""Say 1 + 1."""\n    # 2 + 2' in mutant.source
        assert mutant.line in source and mutant.new in mutant.source


def test_defaults_are_changed():
    heads = [m.new for m in mutants("def f(x, *, eps=1e-8, axis=-1): pass")]
    assert "def f(x, *, eps=2e-08, axis=-1): pass" in heads
    assert "def f(x, *, eps=1e-8, axis=1): pass" in heads


def test_messages_are_left_alone():
    found = news("raise ValueError(f'{x + 1} is not {y}')")
    assert found == {"statement deleted": ["pass"]}


def test_changes_over_several_lines_keep_the_rest():
    source = "def f(x):\n    return g(\n        x,\n        1,\n    ) + 2\n"
    for mutant in mutants(source):
        compile(mutant.source, "mutant", "exec")
    assert any(m.source.endswith("(g(x, 1) - 2)\n") for m in mutants(source))


# --- who survives ------------------------------------------------------------


def double(x):
    return 2 * x


WEAK = Exercise(
    reference=double, points=1, name="double", chapter=SLUGS[0],
    cases=lambda rng: [Case("two", call(np.array([2.0])), core=True)],
)
STRONG = dataclasses.replace(WEAK, cases=lambda rng: [
    Case("two", call(np.array([2.0])), core=True),
    Case("any", call(rng.normal(size=3))),
])


def test_a_missing_case_lets_a_mutant_live():
    squared = dataclasses.replace(WEAK, reference=np.square)
    source = "def double(x):\n    return x**2\n"
    killed, surviving = survivors(squared, source)
    new = [m.new for m in surviving]
    assert new == ["return (x * 2)", "return (2 ** x)"]
    squared = dataclasses.replace(squared, cases=STRONG.cases)
    assert survivors(squared, source) == (killed + 2, [])


def test_a_mutant_without_end_is_killed_in_time():
    source = (
        "def double(x):\n    n = 0\n    while n < 1:\n        n = n + 1\n"
        "    return x + n * x\n"
    )
    started = time.monotonic()
    _, surviving = survivors(STRONG, source)
    assert "n = (n - 1)" in [m.new for m in mutants(source)]
    assert "n = (n - 1)" not in [m.new for m in surviving]
    assert time.monotonic() - started < 30


def test_the_setup_cell_is_seen():
    source = "def double(x):\n    return np.add(x, x)\n"
    assert not survivors(STRONG, source, ["import numpy as np"])[1]


def test_a_wrong_solution_is_refused():
    with pytest.raises(ValueError, match="the solution fails: two"):
        survivors(WEAK, "def double(x):\n    return x\n")

"""What the audit of :mod:`mathlib.course.audit` does not look at.

``mathlib verify`` audits every exercise over a few seeds; here the slow test
does it over many.  Set ``MATHLIB_SLOW=1`` to run it, and ``MATHLIB_SEEDS``
for more or fewer seeds than 200 (a training run, whose every answer takes
seconds, gets a fiftieth of them).
"""

import os

import pytest

from mathlib import exercises
from mathlib.course.audit import audit
from mathlib.course.judge import CHANGED, make_cases
from mathlib.course.programs import materialise
from mathlib.course.verify import TRAINING
from mathlib.exercise import Call, Exercise, Script, Written

ALL = [exercises.find(name) for name in exercises.names()]
GRADED = [e for e in ALL if isinstance(e, Exercise)]
WRITTEN = [e for e in ALL if isinstance(e, Written)]
MANY_SEEDS = range(3, 3 + int(os.environ.get("MATHLIB_SEEDS", "200")))

every = pytest.mark.parametrize("exercise", GRADED, ids=lambda e: e.name)


@every
def test_mistakes_are_explained_in_sentences(exercise):
    for mistake in exercise.mistakes:
        assert len(mistake.why) > 40
        assert mistake.why.rstrip().endswith((".", "?"))
        assert not mistake.name.endswith(".")
        assert mistake.name != CHANGED.name, "the judge names this one itself"


@every
def test_cases_say_which_part_they_call(exercise):
    for case in make_cases(exercise, 0):
        if isinstance(case.program, Call):
            name = case.program.name
            assert name is None or name in exercise.parts
            several = len(exercise.parts) > 1
            assert name or not several, f"{case.title}: of which part?"
            values = [*case.program.args, *case.program.kwargs.values()]
        else:
            assert isinstance(case.program, Script)
            values = case.program.inputs.values()
        for value in values:
            materialise(value, exercise.arrays)


@every
def test_nobody_waits_for_minutes(exercise):
    assert 0 < exercise.seconds <= 120
    assert exercise.points > 0


@pytest.mark.parametrize("exercise", WRITTEN, ids=lambda e: e.name)
def test_rubrics_say_what_earns_points(exercise):
    assert len(exercise.rubric) >= 2
    assert all(points > 0 and text for points, text in exercise.rubric)


@pytest.mark.slow
@pytest.mark.skipif(
    "MATHLIB_SLOW" not in os.environ, reason="set MATHLIB_SLOW=1 to run it"
)
@every
def test_all_of_it_over_many_seeds(exercise):
    few = exercise.seconds >= TRAINING
    seeds = MANY_SEEDS[:: 50 if few else 1]
    assert [str(problem) for problem in audit(exercise, seeds)] == []

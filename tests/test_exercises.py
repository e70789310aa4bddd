"""Every exercise of the course: what is right earns all, and nothing else.

Set ``MATHLIB_SEEDS`` to run the slow test over more or fewer seeds than 200.
"""

import dataclasses
import inspect
import os

import numpy as np
import pytest

from mathlib import exercises
from mathlib.course.judge import CHANGED, judge, make_cases, parts_of, run_here
from mathlib.course.plain import plain, to_json
from mathlib.course.programs import materialise
from mathlib.exercise import Call, Exercise, Script, Written

ALL = [exercises.find(name) for name in exercises.names()]
GRADED = [e for e in ALL if isinstance(e, Exercise)]
WRITTEN = [e for e in ALL if isinstance(e, Written)]
SEEDS = (0, 1, 2)
MANY_SEEDS = range(3, 3 + int(os.environ.get("MATHLIB_SEEDS", "200")))

every = pytest.mark.parametrize("exercise", GRADED, ids=lambda e: e.name)
mistakes = pytest.mark.parametrize(
    ("exercise", "mistake"),
    [pytest.param(e, m, id=f"{e.name}-{m.name}")
     for e in GRADED for m in e.mistakes],
)
variants = pytest.mark.parametrize(
    ("exercise", "variant"),
    [pytest.param(e, v, id=f"{e.name}-{v.name}")
     for e in GRADED for v in e.variants],
)
seeds = pytest.mark.parametrize("seed", SEEDS)


def judged(exercise, answer, seed=0):
    """Judge an answer: a part, or a dict of some or all of them."""
    parts = parts_of(exercise, answer)
    return judge(exercise, run_here(parts, exercise.arrays), seed)


def wrong_cases(result):
    return [(r.case.title, r.difference) for r in result.results
            if not r.right]


def every_part(exercise, wrap):
    """Return an answer whose parts are made from the right ones."""
    parts = {name: wrap(part) for name, part in exercise.parts.items()}
    several = isinstance(exercise.reference, dict)
    return parts if several else parts[exercise.name]


def is_function(exercise):
    return all(
        callable(part) and not isinstance(part, type)
        for part in exercise.parts.values()
    )


# --- what is right -----------------------------------------------------------


def assert_right(exercise, answer, seed):
    result = judged(exercise, answer, seed)
    assert not wrong_cases(result)
    assert result.points == exercise.points


@every
@seeds
def test_the_reference_earns_all_points(exercise, seed):
    assert_right(exercise, exercise.reference, seed)


@variants
@seeds
def test_variants_earn_all_points(exercise, variant, seed):
    assert_right(exercise, variant.answer, seed)


def in_single_precision(value):
    """Round what float32 can hold, and leave the rest as it is."""
    if isinstance(value, (tuple, list)):
        return type(value)(in_single_precision(item) for item in value)
    if isinstance(value, dict):
        return {k: in_single_precision(item) for k, item in value.items()}
    numbers = plain(value)
    if not isinstance(numbers, np.ndarray) or numbers.dtype != np.float64:
        return value
    limits = np.finfo(np.float32)
    size = np.abs(numbers[np.isfinite(numbers) & (numbers != 0)])
    if np.any((size > limits.max) | (size < limits.tiny)):
        return value
    return numbers.astype(np.float32)


@every
def test_answers_in_single_precision_earn_all_points(exercise):
    if not is_function(exercise):
        pytest.skip("not a function: nothing returned that could be rounded")

    def rounded(part):
        return lambda *a, **k: in_single_precision(part(*a, **k))

    assert_right(exercise, every_part(exercise, rounded), 0)


# --- what is wrong -----------------------------------------------------------


def assert_named(exercise, mistake, seed):
    result = judged(exercise, mistake.answer, seed)
    assert result.points < exercise.points, "it loses no points"
    assert result.mistake is not None, "no mistake was named"
    assert result.mistake.name == mistake.name
    if result.explains_all:
        assert result.points >= mistake.credit


@mistakes
@seeds
def test_mistakes_lose_points_and_are_named(exercise, mistake, seed):
    assert_named(exercise, mistake, seed)


@mistakes
def test_mistakes_are_explained(exercise, mistake):
    assert 0 <= mistake.credit < exercise.points
    assert len(mistake.why) > 40 and mistake.why.rstrip().endswith(".")
    assert not mistake.name.endswith(".")


@every
def test_there_are_mistakes_and_variants(exercise):
    assert len(exercise.mistakes) >= 2, "fewer than two mistakes"
    assert len(exercise.variants) >= 1, "no correct variant"
    names = [m.name for m in exercise.mistakes]
    assert len(set(names)) == len(names)
    assert CHANGED.name not in names, "the judge names this one itself"


def like_the_right_one(fill):
    """An answer of the right shape with nothing of it right."""

    def wrap(part):
        def answer(*args, **kwargs):
            return filled(plain(part(*args, **kwargs)), fill)

        return answer

    return wrap


def filled(value, number):
    if isinstance(value, np.ndarray):
        return np.full_like(value, number)
    if isinstance(value, (tuple, list)):
        return type(value)(filled(item, number) for item in value)
    if isinstance(value, dict):
        return {k: filled(item, number) for k, item in value.items()}
    return value


def refuse(*args, **kwargs):
    raise ValueError("no")


def constant(value):
    return lambda part: lambda *args, **kwargs: value


TRIVIAL = {
    "the first argument": lambda part: (
        lambda *a, **k: a[0] if a else next(iter(k.values()))),
    "the last argument": lambda part: (
        lambda *a, **k: [*a, *k.values()][-1]),
    "zeros like the first argument": lambda part: (
        lambda *a, **k: np.zeros_like(a[0]) if a else 0),
    "zeros like the right answer": like_the_right_one(0),
    "ones like the right answer": like_the_right_one(1),
    "None": constant(None),
    "0": constant(0.0),
    "1": constant(1.0),
    "True": constant(True),
    "an empty array": constant(np.zeros(0)),
    "an empty list": constant([]),
    "text": constant("right"),
    "ValueError": lambda part: refuse,
}


def assert_worthless(exercise, trivial, seed):
    # A mistake's credit must not reach it either; but naming mistakes takes
    # most of the time, and one seed shows it.
    unnamed = dataclasses.replace(exercise, mistakes=())
    exercise = exercise if seed == 0 else unnamed
    answer = every_part(exercise, trivial)
    assert judged(exercise, answer, seed).points == 0


@every
@pytest.mark.parametrize("trivial", TRIVIAL)
def test_trivial_answers_earn_nothing(exercise, trivial):
    for seed in SEEDS:
        assert_worthless(exercise, TRIVIAL[trivial], seed)


def overwritten(value):
    """Change an array or list in place; say whether there was one."""
    if isinstance(value, dict):
        return any([overwritten(item) for item in value.values()])
    if isinstance(value, (list, tuple)):
        return any([overwritten(item) for item in value])
    shape = getattr(value, "shape", ())
    if not shape or 0 in tuple(shape):
        return False
    value[...] = value + 1
    return True


@every
def test_changed_inputs_lose_points(exercise):
    if not is_function(exercise):
        pytest.skip("not a function: it is given nothing")
    changed = []

    def careless(part):
        def answer(*args, **kwargs):
            result = part(*args, **kwargs)
            changed.append(overwritten((*args, *kwargs.values())))
            return result

        return answer

    result = judged(exercise, every_part(exercise, careless))
    if not any(changed):
        pytest.skip("no case passes an array")
    assert result.points < exercise.points
    assert any(d.kind == "changed" for _, d in wrong_cases(result))


# --- what the cases say ------------------------------------------------------


def options(part):
    """The names of a function's arguments that have a default."""
    try:
        parameters = inspect.signature(part).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p.name for p in parameters if p.default is not p.empty]


@every
def test_every_option_is_needed(exercise):
    if not is_function(exercise):
        pytest.skip("not a function: no options")
    for name, part in exercise.parts.items():
        for option in options(part):
            answer = {**exercise.parts, name: without(part, option)}
            result = judged(exercise, answer if isinstance(
                exercise.reference, dict) else answer[name])
            assert wrong_cases(result), f"no case needs {name}'s {option}"


def without(part, option):
    """The same function, deaf to one of its options."""
    signature = inspect.signature(part)

    def deaf(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        bound.arguments.pop(option, None)
        return part(*bound.args, **bound.kwargs)

    return deaf


@every
@seeds
def test_titles_tell_cases_apart(exercise, seed):
    titles = [case.title for case in make_cases(exercise, seed)]
    assert len(set(titles)) == len(titles)
    assert all(titles)


@every
def test_data_depend_on_the_seed(exercise):
    def data(seed):
        return [to_json(c.program) for c in make_cases(exercise, seed)]

    assert data(0) == data(0)
    assert data(0) != data(1), "all data are fixed: an answer can be learnt"


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
def test_no_case_takes_long(exercise):
    assert exercise.seconds <= 120
    assert exercise.points > 0


@pytest.mark.parametrize("exercise", WRITTEN, ids=lambda e: e.name)
def test_rubrics_say_what_earns_points(exercise):
    assert len(exercise.rubric) >= 2
    assert all(points > 0 and text for points, text in exercise.rubric)


# --- over many seeds ---------------------------------------------------------


@pytest.mark.slow
@pytest.mark.skipif(
    "MATHLIB_SLOW" not in os.environ, reason="set MATHLIB_SLOW=1 to run it"
)
@every
def test_all_of_it_over_many_seeds(exercise):
    for seed in MANY_SEEDS:
        assert_right(exercise, exercise.reference, seed)
        for variant in exercise.variants:
            assert_right(exercise, variant.answer, seed)
        for mistake in exercise.mistakes:
            assert_named(exercise, mistake, seed)
        for trivial in TRIVIAL.values():
            assert_worthless(exercise, trivial, seed)

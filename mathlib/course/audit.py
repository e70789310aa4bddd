"""Is an exercise fair?  Every way in which one can be unfair, by name.

The right answer must earn everything however it is written; every known
mistake must lose points and be named; an answer that knows nothing must earn
nothing; and every option of the contract must matter to some case.
"""

import inspect
from dataclasses import dataclass

import numpy as np

from mathlib.course.judge import (
    judge,
    make_cases,
    parts_of,
    run_here,
)

__all__ = ["Problem", "audit", "trivial_answers"]

SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Problem:
    """Something that keeps a chapter from being done."""

    reason: str
    where: str
    detail: str = ""

    def __str__(self):
        told = f"{self.where}: {self.reason}"
        return f"{told} ({self.detail})" if self.detail else told


def audit(exercise, seeds=SEEDS):
    """Return all that is wrong with an exercise, as a list of problems."""
    problems = [*_shape_of(exercise, seeds[0])]
    for seed in seeds:
        problems += _rights(exercise, seed)
        problems += _mistakes(exercise, seed)
        problems += _trivial(exercise, seed)
    problems += _options(exercise, seeds)
    return list(dict.fromkeys(problems))


def _graded(exercise, answer, seed):
    parts = parts_of(exercise, answer)
    return judge(exercise, run_here(parts, exercise.arrays), seed)


def _shape_of(exercise, seed):
    if len(exercise.mistakes) == 0:
        yield Problem("an exercise with no mistake", exercise.name)
    elif len(exercise.mistakes) < 2:
        yield Problem("an exercise with one mistake only", exercise.name)
    if not exercise.variants:
        yield Problem("an exercise with no variant", exercise.name)
    names = [m.name for m in exercise.mistakes]
    titles = [case.title for case in make_cases(exercise, seed)]
    for said, kind in ((names, "mistakes"), (titles, "cases")):
        if len(set(said)) < len(said):
            yield Problem(f"two {kind} of one name", exercise.name)
    for mistake in exercise.mistakes:
        if not 0 <= mistake.credit < exercise.points:
            yield Problem(
                "a mistake that keeps all its points", exercise.name,
                mistake.name,
            )


def _rights(exercise, seed):
    rights = [("the reference", exercise.reference)]
    rights += [(v.name, v.answer) for v in exercise.variants]
    for name, answer in rights:
        result = _graded(exercise, answer, seed)
        if not result.complete:
            yield Problem(
                "a right answer that loses points", exercise.name,
                f"{name}, {_first(result)}, seed {seed}",
            )


def _mistakes(exercise, seed):
    for mistake in exercise.mistakes:
        result = _graded(exercise, mistake.answer, seed)
        said = f"{mistake.name}, seed {seed}"
        if result.complete:
            yield Problem("a mistake that loses nothing", exercise.name, said)
        elif result.mistake is None or result.mistake.name != mistake.name:
            named = result.mistake.name if result.mistake else "nothing"
            yield Problem(
                "a mistake that is not named", exercise.name,
                f"{said}: the report names {named}",
            )
        elif result.points < mistake.credit:
            yield Problem("a credit that is not given", exercise.name, said)


def trivial_answers(exercise):
    """Return answers that know nothing, by name."""
    def of(function):
        return {part: function for part in exercise.parts}

    def first(args, kwargs):
        given = [*args, *kwargs.values()]
        return given[0] if given else None

    answers = {
        "its input": lambda *a, **k: first(a, k),
        "zeros": lambda *a, **k: np.zeros(np.shape(_array(first(a, k)))),
        "ones": lambda *a, **k: np.ones(np.shape(_array(first(a, k)))),
        "None": lambda *a, **k: None,
        "zero": lambda *a, **k: 0.0,
        "one": lambda *a, **k: 1.0,
        "an empty list": lambda *a, **k: [],
        "an error": _raise,
        "an object": lambda *a, **k: object(),
    }
    return {name: of(function) for name, function in answers.items()}


def _array(value):
    return value if hasattr(value, "shape") else np.zeros(())


def _raise(*args, **kwargs):
    raise ValueError("this answer knows nothing")


def _trivial(exercise, seed):
    for name, parts in trivial_answers(exercise).items():
        runner = run_here(parts, exercise.arrays)
        result = judge(exercise, runner, seed)
        if result.complete:
            yield Problem("a check cell that cannot fail", exercise.name, name)
        elif result.points:
            yield Problem(
                "a trivial answer that earns points", exercise.name, name
            )


def _options(exercise, seeds):
    """Every parameter with a default must matter to some case."""
    for part, right in exercise.parts.items():
        for option in _defaults(right):
            if not any(
                _graded(exercise, _without(exercise, part, right, option), s)
                .right < len(make_cases(exercise, s))
                for s in seeds
            ):
                yield Problem(
                    "an option or hint that no case needs", exercise.name,
                    f"{option} of {part}",
                )


def _defaults(right):
    try:
        parameters = inspect.signature(right).parameters.values()
    except (TypeError, ValueError):
        return []
    return [
        p.name for p in parameters if p.default is not inspect.Parameter.empty
    ]


def _without(exercise, part, right, option):
    """The right answer, but deaf to one of its options."""
    signature = inspect.signature(right)

    def deaf(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        bound.arguments.pop(option, None)
        return right(*bound.args, **bound.kwargs)

    if isinstance(exercise.reference, dict):
        return {part: deaf}
    return deaf


def _first(result):
    failure = result.first_failure
    if failure is None:
        return "no case fails"
    return f"case {failure.case.title!r}: {failure.difference.message}"

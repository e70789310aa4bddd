"""Is an exercise fair?  Every way in which one can be unfair, by name.

The right answer must earn everything however it is written, and in single
precision too; every known mistake must lose points and be named, a change of
the input among them; an answer that knows nothing must earn nothing; and
every option of the contract must matter to some case.
"""

import inspect
from dataclasses import dataclass

import numpy as np

from mathlib.course.judge import (
    Bank,
    judge,
    make_cases,
    parts_of,
    run_here,
    same_outcome,
)
from mathlib.course.plain import plain, to_json

__all__ = ["Problem", "alike", "audit", "trivial_answers"]

SEEDS = (0, 1)


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
    banks = [Bank(exercise, seed) for seed in seeds]
    for bank in banks:
        problems += _rights(bank)
        problems += _mistakes(bank)
        problems += _trivial(bank)
    problems += _options(banks)
    problems += _in_place(banks[0])
    return list(dict.fromkeys(problems))


def _graded(bank, answer):
    return _judged(bank, parts_of(bank.exercise, answer))


def _judged(bank, parts):
    runner = run_here(parts, bank.exercise.arrays)
    return judge(bank.exercise, runner, bank=bank)


def _shape_of(exercise, seed):
    if len(exercise.mistakes) == 0:
        yield Problem("an exercise with no mistake", exercise.name)
    elif len(exercise.mistakes) < 2:
        yield Problem("an exercise with one mistake only", exercise.name)
    if not exercise.variants:
        yield Problem("an exercise with no variant", exercise.name)
    names = [m.name for m in exercise.mistakes]
    cases = make_cases(exercise, seed)
    titles = [case.title for case in cases]
    others = make_cases(exercise, seed + 1)
    if _is_function(exercise) and _data(cases) == _data(others):
        yield Problem("data that could be learnt by heart", exercise.name)
    for said, kind in ((names, "mistakes"), (titles, "cases")):
        if len(set(said)) < len(said):
            yield Problem(f"two {kind} of one name", exercise.name)
    for mistake in exercise.mistakes:
        if not 0 <= mistake.credit < exercise.points:
            yield Problem(
                "a mistake that keeps all its points", exercise.name,
                mistake.name,
            )


def _data(cases):
    return [to_json(case.program) for case in cases]


def _rights(bank):
    exercise = bank.exercise
    rights = [("the reference", exercise.reference)]
    rights += [(v.name, v.answer) for v in exercise.variants]
    if _is_function(exercise):
        rounded = _in_single_precision(exercise)
        several = isinstance(exercise.reference, dict)
        rights.append((
            "the reference in single precision",
            rounded if several else rounded[exercise.name],
        ))
    for name, answer in rights:
        result = _graded(bank, answer)
        if not result.complete:
            yield Problem(
                "a right answer that loses points", exercise.name,
                f"{name}, {_first(result)}, seed {bank.seed}",
            )


def _mistakes(bank):
    exercise = bank.exercise
    for place, mistake in enumerate(exercise.mistakes):
        result = _graded(bank, mistake.answer)
        said = f"{mistake.name}, seed {bank.seed}"
        if result.complete:
            yield Problem("a mistake that loses nothing", exercise.name, said)
        elif result.mistake is not mistake and not (
            result.explains_all
            and _alike_by_chance(bank, result.mistake, place)
        ):
            named = result.mistake.name if result.mistake else "nothing"
            yield Problem(
                "a mistake that is not named", exercise.name,
                f"{said}: the report names {named}",
            )
        elif result.points < mistake.credit:
            yield Problem("a credit that is not given", exercise.name, said)


def _alike_by_chance(bank, named, place):
    """Whether two mistakes can't be told apart, but with this seed only.

    Rounding may decide whether a matrix is singular, and with it which of
    two ways to invert it an answer looks like.
    """
    if named not in bank.exercise.mistakes:
        return False
    other = bank.exercise.mistakes.index(named)
    return alike(bank, place, other) and not all(
        alike(Bank(bank.exercise, seed), place, other) for seed in range(3)
    )


def alike(bank, one, other):
    """Say whether two mistakes do the same on every case of a bank."""
    return all(
        same_outcome(bank.exercise, case, a, b)
        for case, a, b in zip(
            bank.cases, bank.of_mistake(one), bank.of_mistake(other),
            strict=False,
        )
    )


def trivial_answers(exercise):
    """Return answers that know nothing, by name: each a dict of parts."""
    def of(wrap):
        return {name: wrap(part) for name, part in exercise.parts.items()}

    def constant(value):
        return of(lambda part: lambda *args, **kwargs: value)

    def argument(place):
        return of(lambda part: lambda *args, **kwargs: (
            [*args, *kwargs.values()] or [None])[place])

    def filled(number):
        return of(lambda part: lambda *args, **kwargs: _filled(
            plain(part(*args, **kwargs)), number))

    return {
        "its first argument": argument(0),
        "its last argument": argument(-1),
        "zeros of the right shape": filled(0),
        "ones of the right shape": filled(1),
        "None": constant(None),
        "zero": constant(0.0),
        "one": constant(1.0),
        "True": constant(True),
        "an empty list": constant([]),
        "text": constant("right"),
        "an error": of(lambda part: _raise),
        "an object": constant(object()),
    }


def _filled(value, number):
    if isinstance(value, np.ndarray):
        return np.full_like(value, number)
    if isinstance(value, (tuple, list)):
        return type(value)(_filled(item, number) for item in value)
    if isinstance(value, dict):
        return {key: _filled(item, number) for key, item in value.items()}
    return str(number) if isinstance(value, str) else value


def _raise(*args, **kwargs):
    raise ValueError("this answer knows nothing")


def _trivial(bank):
    exercise = bank.exercise
    for name, parts in trivial_answers(exercise).items():
        result = _judged(bank, parts)
        if result.complete:
            yield Problem("a check cell that cannot fail", exercise.name, name)
        elif result.points:
            yield Problem(
                "a trivial answer that earns points", exercise.name, name
            )


def _in_place(bank):
    """A right answer that overwrites its arguments must be told so."""
    exercise, changed = bank.exercise, []

    def careless(part):
        def answer(*args, **kwargs):
            result = part(*args, **kwargs)
            changed.append(_overwrite((*args, *kwargs.values())))
            return result

        return answer

    if not _is_function(exercise):
        return
    parts = {name: careless(part) for name, part in exercise.parts.items()}
    result = _judged(bank, parts)
    if any(changed) and result.complete:
        yield Problem("a changed input that costs nothing", exercise.name)


def _overwrite(value):
    """Change every array in place; say whether there was one."""
    if isinstance(value, dict):
        return any([_overwrite(item) for item in value.values()])
    if isinstance(value, (list, tuple)):
        return any([_overwrite(item) for item in value])
    shape = getattr(value, "shape", ())
    if not shape or 0 in tuple(shape):
        return False
    value[...] = value + 1
    return True


def _is_function(exercise):
    return all(
        callable(part) and not isinstance(part, type)
        for part in exercise.parts.values()
    )


def _in_single_precision(exercise):
    """The reference with what it returns rounded to float32."""
    def rounded(part):
        return lambda *args, **kwargs: _rounded(part(*args, **kwargs))

    return {name: rounded(part) for name, part in exercise.parts.items()}


def _rounded(value):
    """Round what float32 can hold, and leave the rest as it is."""
    if isinstance(value, (tuple, list)):
        return type(value)(_rounded(item) for item in value)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    numbers = plain(value)
    if not isinstance(numbers, np.ndarray) or numbers.dtype != np.float64:
        return value
    limits = np.finfo(np.float32)
    sizes = np.abs(numbers[np.isfinite(numbers) & (numbers != 0)])
    if np.any((sizes > limits.max) | (sizes < limits.tiny)):
        return value
    return numbers.astype(np.float32)


def _options(banks):
    """Every parameter with a default must matter to some case."""
    exercise = banks[0].exercise
    for part, right in exercise.parts.items():
        for option in _defaults(right):
            if not any(
                _graded(bank, _without(exercise, part, right, option)).wrong
                for bank in banks
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

"""From an answer to points: run the cases, compare, name the mistake.

The judge sees plain data only.  Where the answer runs - here or in another
process - is the business of the ``runner`` it is given.
"""

import functools
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mathlib.course import delegation
from mathlib.course.compare import Difference, values
from mathlib.course.guard import no_trace, run_limited
from mathlib.course.programs import Outcome, identical, perform
from mathlib.exercise import Case, Exercise, Mistake, call

__all__ = [
    "Bank", "CaseResult", "Result", "judge", "make_cases", "run_here",
    "same_outcome",
]

# What stands for the cases after the one that used up the time.
NOT_RUN = Outcome(timed_out=True, ran=False)

CHANGED = Mistake(
    "changes its input",
    None,
    "The caller still needs the array that it passed. Work on a copy, or"
    " write x = x + 1 in place of x += 1.",
)


@dataclass(frozen=True)
class CaseResult:
    """What became of one case."""

    case: Case
    expected: Outcome
    got: Outcome
    difference: Difference | None

    @property
    def right(self):
        """Whether the answer got this case right."""
        return self.difference is None


@dataclass(frozen=True)
class Result:
    """What became of an answer."""

    exercise: Exercise
    points: float
    results: list
    seed: int
    mistake: Mistake | None = None
    explains_all: bool = False
    unsolved: bool = False
    printed: str = ""
    foreign: tuple = ()
    missing: tuple = ()
    delegated: tuple = ()
    unread: str | None = None

    @property
    def right(self):
        """How many cases are right."""
        return sum(1 for r in self.results if r.right)

    @property
    def wrong(self):
        """How many cases are not right."""
        return len(self.results) - self.right

    @property
    def complete(self):
        """Whether the answer earns all points."""
        return self.points == self.exercise.points

    @property
    def first_failure(self):
        """The first case that is not right, or None."""
        return next((r for r in self.results if not r.right), None)


class Bank:
    """What is known of an exercise and a seed before any answer is seen.

    Kept by whoever judges many answers: the reference and each mistake then
    run once, and not once for every answer.
    """

    def __init__(self, exercise, seed):
        self.exercise, self.seed = exercise, seed
        self.cases = make_cases(exercise, seed)
        self._mistakes = {}

    @functools.cached_property
    def programs(self):
        """The programs of the cases."""
        return [case.program for case in self.cases]

    @functools.cached_property
    def expected(self):
        """The outcomes of the reference."""
        return self._run(self.exercise.parts, 600)

    def of_mistake(self, place):
        """The outcomes of a mistake; fewer than cases when time ran out."""
        if place not in self._mistakes:
            answer = self.exercise.mistakes[place].answer
            self._mistakes[place] = self._run(
                parts_of(self.exercise, answer), self.exercise.seconds
            )
        return self._mistakes[place]

    def _run(self, parts, seconds):
        # All at once: starting the watchdog costs more than most cases do.
        outcomes, _ = run_here(parts, self.exercise.arrays)(
            self.programs, seconds
        )
        return outcomes


def make_cases(exercise, seed):
    """Return the exercise's cases for this seed, the same in any process."""
    key = zlib.crc32(exercise.name.encode())
    cases = list(exercise.cases(np.random.default_rng([seed, key])))
    if not any(case.core for case in cases):
        raise ValueError(f"{exercise.name}: no case is core")
    return cases


def run_here(parts, arrays="numpy", refuses=()):
    """Return a runner of programs on objects of this process.

    ``refuses`` are names that the programs can't call: see
    :mod:`mathlib.course.delegation`.
    """

    def run(programs, seconds):
        outcomes = []

        def run_all():
            for program in programs:
                outcomes.append(perform(parts, program, arrays))
                if outcomes[-1].timed_out:
                    break

        with no_trace() as printed, delegation.refusing(refuses):
            _, late = run_limited(run_all, seconds)
        # A copy: a run that was left behind may still add to the list.
        done = outcomes[: len(programs) - late]
        if late and not (done and done[-1].timed_out):
            done.append(Outcome(timed_out=True))
        return done, printed.getvalue()

    return run


def judge(
    exercise, runner: Callable, seed=None, *, bank=None, foreign=(),
    missing=(), delegates=(), unread=None,
):
    """Judge the answer behind ``runner`` on the exercise's cases.

    Parameters
    ----------
    exercise : Exercise
    runner : callable
        ``runner(programs, seconds)`` returns the outcomes, in order and
        perhaps fewer when time ran out, and what was printed.
    seed : int
        Seed of the cases' data.
    bank : Bank, optional
        In place of the seed, by one who judges many answers.
    foreign : sequence of str
        Names that the answer reads and that are not its to read.
    missing : sequence of str
        Parts that are not defined.
    delegates : sequence of str
        Names that the answer's code uses and that are the exercise itself.
        Those whose call was refused are found in the outcomes.
    unread : str, optional
        The typing error in the last attempt, which therefore never ran: what
        is judged is an older one, and earns nothing.
    """
    bank = bank or Bank(exercise, seed)
    outcomes, printed = runner(bank.programs, exercise.seconds)
    outcomes = outcomes + [NOT_RUN] * (len(bank.cases) - len(outcomes))
    delegated = delegation.named_in(outcomes, delegation.refused(exercise))
    delegated = tuple(sorted({*delegates, *delegated}))
    with no_trace():  # a predicate may warn, and nbgrader punishes a warning
        results = [
            CaseResult(case, right, got, compare(exercise, case, right, got))
            for case, right, got in zip(
                bank.cases, bank.expected, outcomes, strict=True
            )
        ]
        failures = [r for r in results if not r.right]
        mistake, explains_all = (
            name_mistake(bank, results, failures)
            if failures and not foreign and not delegated and not unread
            else (None, False)
        )
    finished = [o for o in outcomes if not o.timed_out]
    unsolved = bool(finished) and all(o.unsolved for o in finished)
    return Result(
        exercise,
        0.0
        if foreign or delegated or unsolved or unread
        else count_points(
            exercise, results, mistake if explains_all else None,
            least=_as_if_unwritten(bank, results, failures),
        ),
        results,
        bank.seed,
        mistake,
        explains_all,
        unsolved,
        printed,
        tuple(foreign),
        tuple(missing),
        delegated,
        unread,
    )


def compare(exercise, case, expected, got):
    """Return where the outcome differs from the right one, or None."""
    if got.timed_out:
        return Difference(
            "time", f"not finished after {exercise.seconds:g} seconds"
        )
    if got.raised and not expected.raised:
        return Difference("raised", "yours stops with an error")
    if expected.raised:
        wanted = expected.raised.type
        if not got.raised:
            return Difference(
                "not raised", f"this should raise {wanted}", got=got.value
            )
        if wanted not in got.raised.types:
            return Difference(
                "raised",
                f"this should raise {wanted}, yours raises"
                f" {got.raised.type}",
            )
        return None
    found = _comparison(exercise, case)(
        expected.value, got.value, case.program
    )
    return found or _compare_changes(expected, got)


def _comparison(exercise, case):
    return case.compare or exercise.compare or values()


def _compare_changes(expected, got):
    """The inputs must be left as they were, unless changing them is asked."""
    for name, value in got.changed.items():
        if name not in expected.changed:
            return Difference("changed", f"{name} was changed", path=(name,))
        found = values()(expected.changed[name], value, call())
        if found:
            return found.inside(name)
    for name in expected.changed:
        if name not in got.changed:
            return Difference(
                "unchanged", f"{name} should be changed in place",
                path=(name,),
            )
    return None


def count_points(exercise, results, mistake, least=0.0):
    """Points as a kind grader gives them, and no fewer than ``least``."""
    right = sum(1 for r in results if r.right)
    total = float(exercise.points)
    if right == len(results):
        return total
    earned = least
    if all(r.right for r in results if r.case.core):
        earned = max(earned, total * right / len(results))
    if mistake is CHANGED:
        earned = max(earned, total / 2)
    elif mistake:
        earned = max(earned, mistake.credit)
    return min(max(round(earned, 2), 0.0), total)


def _as_if_unwritten(bank, results, failures):
    """What the answer would earn without the parts that are wrong.

    To have tried must not cost more than to have left the part as it was.
    """
    best = 0.0
    if not failures:
        return best
    for place, mistake in enumerate(bank.exercise.mistakes):
        outcomes = bank.of_mistake(place)
        if any(o.unsolved for o in outcomes) and all(
            outcome.unsolved or (r.right and not compare(
                bank.exercise, r.case, r.expected, outcome
            ))
            for r, outcome in zip(results, outcomes, strict=False)
        ):
            best = max(best, mistake.credit)
    return best


def name_mistake(bank, results, failures):
    """Return the known mistake that the failures show, and if it is all.

    A mistake is named when it gives the learner's output on every failing
    case where it differs from the right answer; of several, the one that
    explains most.  Where none explains all (people often make two at once),
    one that gives the first failure's output, which is the one shown.  A
    mistake that fails where the answer is right is never the one made.
    """
    if all(r.difference and r.difference.kind == "changed" for r in failures):
        return CHANGED, True
    candidates = []
    for place, mistake in enumerate(bank.exercise.mistakes):
        found = _explain(
            bank.exercise, bank.of_mistake(place), results, failures
        )
        if found:
            explained, contradicted, explains_first = found
            whole = explained == len(failures)
            if whole or explains_first:
                rank = (not contradicted, explained, -place)
                candidates.append((rank, mistake, whole))
    if candidates:
        _, mistake, whole = max(candidates, key=lambda c: c[0])
        return mistake, whole
    first = failures[0].difference
    if first and first.kind == "changed":
        return CHANGED, False
    return None, False


def parts_of(exercise, answer):
    """Return the parts of a mistake or variant, completed by right ones."""
    if isinstance(exercise.reference, dict):
        return {**exercise.reference, **answer}
    return {exercise.name: answer}


def _explain(exercise, outcomes, results, failures):
    """Count the failures a mistake explains and those it contradicts.

    Returns None for a mistake that can't be the one made, because it fails
    where the answer is right.
    """
    explained, contradicted, explains_first = 0, 0, False
    for r, outcome in zip(results, outcomes, strict=False):
        if compare(exercise, r.case, r.expected, outcome) is None:
            continue
        if r.right:
            return None
        if same_outcome(exercise, r.case, outcome, r.got):
            explained += 1
            explains_first |= r is failures[0]
        else:
            contradicted += 1
    return explained, contradicted, explains_first


def _beginning(raised):
    """The first words of a message: what it is about, without the sizes."""
    return re.sub(r"\d+", "", raised.message).split()[:4]


def same_outcome(exercise, case, first, second):
    """Whether two outcomes are alike, as answers and as mistakes are."""
    if first.timed_out or second.timed_out:
        return first.timed_out and second.timed_out
    if first.raised or second.raised:
        return bool(
            first.raised
            and second.raised
            and first.raised.type == second.raised.type
            and _beginning(first.raised) == _beginning(second.raised)
        )
    alike = getattr(_comparison(exercise, case), "same", values())
    if first.changed.keys() != second.changed.keys():
        return False
    if not all(
        identical(first.changed[k], second.changed[k]) or not values()(
            first.changed[k], second.changed[k], case.program
        )
        for k in first.changed
    ):
        return False
    return alike(first.value, second.value, case.program) is None


"""``check("name")``: how a learner asks whether an answer is right."""

import os
import secrets
import sys

from mathlib.course import delegation, progress
from mathlib.course.attempts import typing_error
from mathlib.course.judge import judge, run_here
from mathlib.course.report import number, to_html, to_text
from mathlib.course.scope import foreign_names
from mathlib.exercise import Written
from mathlib.exercises import find

__all__ = ["NotSolved", "Score", "check"]


class NotSolved(Exception):
    """Told to nbgrader's Validate button, which shows exceptions only."""


class Score(float):
    """Points with a report.

    As text it is always the bare number, which nbgrader reads as partial
    credit; in a notebook it shows the report.
    """

    def __new__(cls, result):
        """Make the score of a judged answer."""
        score = super().__new__(cls, result.points)
        score.result = result
        return score

    @property
    def text(self):
        """The report for a terminal."""
        return to_text(self.result)

    def __repr__(self):
        """Return the bare number."""
        return number(self)

    __str__ = __repr__

    def _repr_pretty_(self, printer, cycle):
        # IPython would print a float by its own %precision otherwise.
        printer.text(repr(self))

    def _repr_html_(self):
        return to_html(self.result)


def check(name, *, seed=None):
    """Check your answer to an exercise and show what it earns and why.

    The function looks up ``name`` among your definitions, runs the
    exercise's cases on it and on the reference, and returns the points.
    It leaves no trace: random states, warnings and your variables stay.

    Parameters
    ----------
    name : str
        The exercise's name.
    seed : int, optional
        Seed of the cases' data.  A fresh one each time unless given here or
        in the environment variable ``MATHLIB_SEED``; a failing report names
        it, so that you can run the same cases again.

    Returns
    -------
    Score
        A float, the points, whose ``text`` is the report.

    Raises
    ------
    ValueError
        If there is no exercise of that name.
    """
    exercise = find(name)
    if isinstance(exercise, Written):
        raise ValueError(f"{name} is a written answer: a person grades it")
    namespace = sys._getframe(1).f_globals
    parts, missing = collect(exercise, namespace)
    written = [part for name, part in parts.items() if name not in missing]
    foreign = foreign_names(exercise, written, namespace)
    refuses = delegation.refused(exercise)
    result = judge(
        exercise,
        run_here(parts, exercise.arrays, refuses),
        choose_seed(seed),
        foreign=foreign,
        missing=missing,
        delegates=delegation.delegates(refuses, written, namespace),
        unread=typing_error(exercise.parts, namespace.get("In", ())),
    )
    if os.environ.get("NBGRADER_EXECUTION") == "validate" and result.unsolved:
        raise NotSolved(f"{name} is not solved yet") from None
    progress.record(result)
    return Score(result)


def collect(exercise, namespace):
    """Return the learner's parts of an exercise and the missing names."""
    missing = tuple(
        part for part in exercise.parts
        if part not in namespace or namespace[part] is None
    )
    parts = {
        part: _missing(part) if part in missing else namespace[part]
        for part in exercise.parts
    }
    return parts, missing


def choose_seed(seed=None):
    """Return the seed asked for, the environment's, or a fresh one."""
    if seed is not None:
        return int(seed)
    fixed = os.environ.get("MATHLIB_SEED")
    return int(fixed) if fixed else secrets.randbelow(10**6)


class _missing:
    """Stands in for a part that is not defined."""

    def __init__(self, name):
        self._name = name

    def __call__(self, *args, **kwargs):
        raise NotImplementedError(f"{self._name} is not defined yet")

    def __getattr__(self, attribute):
        raise NotImplementedError(f"{self._name} is not defined yet")

"""What an exercise is: plain data, without any machinery.

A chapter's file in :mod:`mathlib.exercises` builds these objects;
:mod:`mathlib.course` runs them, in the notebook and in a judge's process.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Call",
    "Case",
    "Exercise",
    "Given",
    "Mistake",
    "Script",
    "Variant",
    "Written",
    "call",
    "given",
    "half_written",
    "script",
]


@dataclass(frozen=True)
class Given:
    """A value both sides know by name: a callback, a model, a generator."""

    name: str
    args: tuple = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)


def given(name, *args, **kwargs):
    """Name a value of :mod:`mathlib.exercises.givens` as an argument.

    Examples
    --------
    >>> given("rng", 7)
    Given(name='rng', args=(7,), kwargs={})
    """
    return Given(name, args, kwargs)


@dataclass(frozen=True)
class Call:
    """Call the answer once: ``answer(*args, **kwargs)``."""

    args: tuple
    kwargs: Mapping[str, Any]
    name: str | None = None

    def on(self, name):
        """Return the same call on another part of the exercise."""
        return Call(self.args, self.kwargs, name)


def call(*args, **kwargs):
    """Describe one call of the answer.

    Lists of numbers are given to the learner's function as float arrays.

    Examples
    --------
    >>> call([1.0, 2.0], axis=0).kwargs
    {'axis': 0}
    >>> call(3).on("trace").name
    'trace'
    """
    return Call(args, kwargs)


@dataclass(frozen=True)
class Script:
    """A short program that uses the answer: create, call, read."""

    source: str
    inputs: Mapping[str, Any]


def script(source, **inputs):
    """Describe a program; the value of its last expression is the outcome.

    The program sees the answer (each part under its own name), the inputs by
    their keywords, and nothing else.  Keep to plain data in the last line:
    numbers, text, arrays, and tuples, lists and dicts of them.

    Examples
    --------
    >>> script("stack = Stack(); stack.push(x); stack.top()", x=3).inputs
    {'x': 3}
    """
    return Script(source, inputs)


@dataclass(frozen=True)
class Case:
    """One thing the answer must get right.

    Parameters
    ----------
    title : str
        What this case is about, as the learner reads it in the report.
    program : Call or Script
        What is run.
    core : bool
        Without all core cases right, an answer earns nothing.
    compare : callable, optional
        ``compare(expected, got, program)`` returns None when right, otherwise
        a :class:`mathlib.course.compare.Difference`; the default compares
        values (see :mod:`mathlib.course.compare` for the others).
    """

    title: str
    program: Call | Script
    core: bool = False
    compare: Callable | None = None


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give, with its name and why it is wrong.

    ``answer`` is what the learner would have written (for an exercise of
    several parts a dict of the wrong ones).  ``credit`` is what a kind grader
    would still give for it, in points.
    """

    name: str
    answer: Any
    why: str
    credit: float = 0.0


def not_written(*args, **kwargs):
    """What the notebook holds before anyone has begun."""
    raise NotImplementedError


def half_written(credit, *names):
    """Return a mistake for each part left as the notebook has it.

    Examples
    --------
    >>> half_written(1.5, "decode")[0].name
    'decode not written yet'
    """
    return [
        Mistake(
            f"{name} not written yet", {name: not_written},
            f"{name} still says NotImplementedError: write it in place of"
            " that line. What does not call it was judged all the same.",
            credit,
        )
        for name in names
    ]


@dataclass(frozen=True)
class Variant:
    """A right answer written another way: it must get full marks."""

    name: str
    answer: Any


@dataclass(frozen=True)
class Exercise:
    """A graded exercise.

    Parameters
    ----------
    reference : object or dict
        The right answer: a function, a class, a value; for an exercise of
        several parts a dict from name to part.
    points : float
        What a complete answer earns.
    cases : callable or sequence
        ``cases(rng)`` returns the list of cases; their data come from the
        generator ``rng``, so that every check draws fresh ones.
    mistakes : sequence of Mistake
    variants : sequence of Variant
    compare : callable, optional
        How all cases compare that do not say it themselves.
    arrays : {"numpy", "torch"}
        What array arguments are when they reach the learner's function.
    seconds : float
        Time limit of one check.
    refuses : tuple of str
        Dotted names of what would be the whole answer, besides mathlib's
        own: ``"scipy.special.softmax"``, ``"torch.Tensor.softmax"``.
    name, chapter : str
        Filled in from where the exercise stands: the attribute's name in
        ``mathlib/exercises/<module>.py`` and the chapter's slug.
    """

    reference: Any
    points: float
    cases: Callable
    mistakes: tuple | list = ()
    variants: tuple | list = ()
    compare: Callable | None = None
    arrays: str = "numpy"
    seconds: float = 10.0
    refuses: tuple = ()
    name: str = ""
    chapter: str = ""

    @property
    def parts(self):
        """The names the learner defines, each with its right answer."""
        if isinstance(self.reference, dict):
            return self.reference
        return {self.name: self.reference}


@dataclass(frozen=True)
class Written:
    """An answer in words and formulas, graded by a person.

    ``rubric`` lists ``(points, what earns them)``; it is shown to the grader.
    The model answer stands in the chapter's source.
    """

    rubric: tuple | list
    name: str = ""
    chapter: str = ""

    @property
    def points(self):
        """The sum of the rubric's points."""
        return sum(points for points, _ in self.rubric)

"""A very small chapter, 00_sample, with one exercise of every kind.

``install()`` makes its exercises known to this process; the chapter's setup
cell calls it too, so that ``check`` finds them in the notebook's kernel.
"""

import functools
import sys

import mathlib.course.chapters as chapters
import mathlib.exercises as exercises
from mathlib.exercise import Case, Exercise, Written, call, script

SLUG = "00_sample"


def right_double(x):
    return 2 * x


def right_triple(x):
    return 3 * x


class Counter:
    def __init__(self):
        self.count = 0

    def add(self, n):
        self.count += n
        return self.count


double = Exercise(
    reference={"double": right_double, "triple": right_triple},
    points=3,
    cases=lambda rng: [
        Case("two", call([1.0, 2.0]).on("double"), core=True),
        Case("any", call(rng.normal(size=4)).on("double")),
        Case("three", call(rng.normal(size=4)).on("triple")),
    ],
)
Tally = Exercise(
    reference=Counter,
    points=2.5,
    cases=lambda rng: [
        Case("adds up", script("t = Tally(); t.add(n); t.add(2)",
                               n=int(rng.integers(9))), core=True),
    ],
)
answer = Exercise(
    reference=42.0,
    points=1,
    cases=lambda rng: [Case("the value", script("answer"), core=True)],
)
why_two = Written(rubric=[(1, "says what doubling is"), (2, "proves it")])

NAMES = ["double", "Tally", "answer", "why_two"]


def install():
    """Make the chapter and its exercises known; return how to undo it."""
    if SLUG in chapters.SLUGS:
        return lambda: None
    index = exercises._index

    @functools.cache
    def with_sample():
        return {**dict.fromkeys(NAMES, SLUG), **index()}

    module = "mathlib.exercises.sample"
    chapters.SLUGS.insert(0, SLUG)
    chapters.TITLES[SLUG] = "A sample"
    exercises._index = with_sample
    sys.modules[module] = sys.modules[__name__]

    def undo():
        chapters.SLUGS.remove(SLUG)
        del chapters.TITLES[SLUG]
        exercises._index = index
        exercises.find.cache_clear()
        del sys.modules[module]

    return undo

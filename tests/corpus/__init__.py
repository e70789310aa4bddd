"""Hostile and merely broken submissions, and what must come of each.

Run by ``tests/test_corpus.py``, and by hand from the repository's root::

    PYTHONPATH=tests python -m corpus
    PYTHONPATH=tests python -m corpus --stock --only own-check

Each family hands in the finished chapter 02 with one thing about it that is
odd.  Two honest witnesses, first and last in the alphabet, hand in the
finished chapter as it is.  What is judged is what an instructor gets from
nbgrader: the gradebook, the autograded notebooks, the pages; so any way of
grading can be put to the test.
"""

from corpus import (  # noqa: F401
    disrupting,
    forging,
    hardcoding,
    honest,
    leaking,
    scripting,
    stealing,
    unreadable,
)
from corpus.family import FAMILIES, FULL, Family

__all__ = ["FAMILIES", "FULL", "Family"]

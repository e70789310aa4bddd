"""The exercises of the course, one file a chapter, found by name."""

import dataclasses
import functools
import importlib
import re
from pathlib import Path

from mathlib.course.chapters import SLUGS, find_slug, module_of
from mathlib.exercise import Exercise, Written

__all__ = ["chapter_exercises", "find", "names"]

_DEFINITION = re.compile(r"^(\w+) = (?:Exercise|Written)\(", re.MULTILINE)


@functools.cache
def _index():
    """Map each exercise's name to its chapter, without importing any."""
    index = {}
    for slug in SLUGS:
        path = Path(__file__).with_name(module_of(slug) + ".py")
        if not path.exists():
            continue
        for name in _DEFINITION.findall(path.read_text(encoding="utf-8")):
            if name in index:
                raise ValueError(
                    f"two exercises are called {name!r}: in {index[name]}"
                    f" and {slug}"
                )
            index[name] = slug
    return index


def names(chapter=None):
    """Return the names of all exercises, or of one chapter's, in order."""
    slug = chapter and find_slug(chapter)
    return [name for name, s in _index().items() if slug in (None, s)]


@functools.cache
def find(name):
    """Return the exercise called ``name``, with its name and chapter set.

    Raises
    ------
    ValueError
        If there is none; the message names the nearest.
    """
    slug = _index().get(name)
    if slug is None:
        import difflib

        near = difflib.get_close_matches(str(name), _index(), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"there is no exercise called {name!r}{hint}")
    module = importlib.import_module(f"mathlib.exercises.{module_of(slug)}")
    exercise = getattr(module, name)
    assert isinstance(exercise, (Exercise, Written))
    return dataclasses.replace(exercise, name=name, chapter=slug)


def chapter_exercises(chapter):
    """Return the exercises of one chapter, in the order of its file."""
    return [find(name) for name in names(chapter)]

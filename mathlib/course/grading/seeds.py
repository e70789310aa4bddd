"""The secret seeds of a course: one for each exercise, the same for all.

They are drawn once and kept beside the gradebook, so that grading again gives
the same points.  Whoever knows them can predict the cases; nothing that
learners get to see holds them.
"""

import contextlib
import json
import os
import secrets
import tempfile
from pathlib import Path

__all__ = ["FILE", "grading_seeds"]

FILE = ".mathlib-seeds.json"


def grading_seeds(root, exercises):
    """Return exercise -> seed, drawing what was never drawn before.

    ``MATHLIB_SEED`` in the environment takes the place of all of them, for
    tests.

    Parameters
    ----------
    root : path-like
        The course's folder.
    exercises : iterable of str
    """
    fixed = os.environ.get("MATHLIB_SEED")
    if fixed:
        return dict.fromkeys(exercises, int(fixed))
    path = Path(root) / FILE
    seeds = {}
    with contextlib.suppress(FileNotFoundError):
        text = path.read_text(encoding="ascii")
        try:
            seeds = dict(json.loads(text))
        except (TypeError, ValueError):
            raise ValueError(
                f"{path} does not hold the course's seeds any more: restore"
                " it, or delete it and grade every chapter again"
            ) from None
    new = [name for name in exercises if name not in seeds]
    if new:
        seeds |= {name: secrets.randbits(48) for name in new}
        _write(path, json.dumps(seeds, indent=1, sort_keys=True))
    return {name: seeds[name] for name in exercises}


def _write(path, text):
    """Replace the file at once, readable for its owner only."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(number, "w", encoding="ascii") as file:
        file.write(text)
    os.replace(name, path)

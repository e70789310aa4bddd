"""What a notebook's cells are for, and where solutions stand in them."""

import hashlib
import re

from mathlib.course.scope import defined_names, fingerprint

__all__ = [
    "KERNEL",
    "LANGUAGE",
    "MARKER",
    "ChapterError",
    "chapter_names",
    "content_hash",
    "is_code",
    "regions",
    "role",
]

KERNEL = {
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
    "name": "python3",
}
# No version: it would change with every machine.
LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}

_BEGIN = re.compile(r"^(\s*)### BEGIN SOLUTION\s*$")
_END = re.compile(r"^(\s*)### END SOLUTION\s*$")
MARKER = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN|MARK)|AUTOTEST")


class ChapterError(Exception):
    """A chapter that can't be built, with a reason that tests can name."""

    def __init__(self, slug, reason, detail=""):
        super().__init__(slug, reason, detail)
        self.slug = slug
        self.reason = reason
        self.detail = detail

    def __str__(self):
        said = f"{self.slug}: {self.reason}"
        return f"{said}\n{self.detail}" if self.detail else said


def role(cell):
    """Return what a built notebook's cell is for.

    Returns
    -------
    str
        ``"exercise"``, ``"check"``, ``"written"``, ``"rubric"``, ``"code"``
        or ``"text"``.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell
    >>> role(new_markdown_cell("Vectors"))
    'text'
    """
    graded = cell.metadata.get("nbgrader")
    if graded:
        if graded["solution"]:
            return "written" if graded["grade"] else "exercise"
        return "check" if graded["grade"] else "rubric"
    return "code" if cell.cell_type == "code" else "text"


def chapter_names(notebook):
    """Return which names the setup cell and each lesson cell define.

    Returns
    -------
    dict
        ``setup``: sorted names; ``cells``: for the fingerprint of each
        lesson cell the names it defines, as
        :func:`mathlib.course.scope.lessons` reads them.
    """
    setup, *lessons = [c for c in notebook.cells if role(c) == "code"]
    return {
        "setup": defined_names(setup.source),
        "cells": {
            fingerprint(cell.source): defined_names(cell.source)
            for cell in lessons
        },
    }


def content_hash(notebook):
    """Return a hash of what is written in a notebook, outputs aside.

    Running a notebook does not change it; writing an answer does.
    """
    digest = hashlib.sha256()
    for cell in notebook.cells:
        points = cell.metadata.get("nbgrader", {}).get("points", "")
        part = f"{cell.cell_type}\0{points}\0{cell.source}\0\0"
        digest.update(part.encode())
    return digest.hexdigest()[:16]


def regions(slug, source):
    """Return where the solutions stand in a cell's source.

    Returns
    -------
    list of (int, int)
        Pairs of line numbers, from 0, of the BEGIN and the END marker.

    Raises
    ------
    ChapterError
        If markers are nested, unpaired, unevenly indented or around nothing.
    """
    found, begin, indent = [], None, ""
    for number, line in enumerate(source.split("\n")):
        opening, closing = _BEGIN.match(line), _END.match(line)
        if opening and begin is None:
            begin, indent = number, opening[1]
        elif closing and begin is not None and closing[1] == indent:
            lines = source.split("\n")[begin + 1:number]
            if not any(is_code(line) for line in lines):
                raise ChapterError(slug, "an empty solution", source)
            found.append((begin, number))
            begin = None
        elif opening or closing or MARKER.search(line):
            raise ChapterError(
                slug, "solution markers that do not match", line.strip()
            )
    if begin is not None:
        raise ChapterError(
            slug, "solution markers that do not match", "no END SOLUTION"
        )
    return found


def is_code(line):
    """Whether a line says more than a comment does."""
    return bool(line.strip()) and not line.lstrip().startswith("#")

"""Read what a learner handed in, and set it into the notebook as released.

A submission is data.  Of its notebook only the sources of the answers and of
the learner's own cells are taken; everything else (metadata, tags, outputs,
attachments, the kernel, files beside it) is left where it is, and what was
left is listed for the instructor.  Nothing is run here, no link is followed,
and nothing of the learner's is written to.
"""

import codecs
import contextlib
import copy
import itertools
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dateutil.tz import gettz
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from mathlib.course.cells import role
from mathlib.course.grading.folder import MAX_NAMES, Folder, Unreadable
from mathlib.course.scope import fingerprint

__all__ = ["Own", "Submission", "Unreadable", "read_submission", "rebuild"]

MAX_BYTES = 32 * 2**20  # of a notebook; a released one has half a megabyte
MAX_MARKS = 1_000_000  # brackets and commas: what its objects take in memory
MAX_DEPTH = 200
MAX_CELLS = 2000
MAX_SOURCE = 2**20  # characters in a cell
MAX_NOTES = 200  # sentences for the instructor
SHOWN = 10  # names in one of these

_ANSWERS = ("exercise", "written")
_KINDS = {
    "code": "code", "markdown": "markdown", "raw": "raw",
    "heading": "markdown", "html": "markdown",  # of nbformat 3
}
_NEW = {
    "code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell
}
_EXPECTED = {"timestamp.txt", "submission_secret.txt", ".ipynb_checkpoints"}
# Metadata that are nobody's choice: not worth a sentence.
_IGNORED = {"language_info", "mathlib", "widgets"}
_WHEN = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?) ?"
    r"(?:(Z|[+-]\d\d:?\d\d)|([A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*))?",
    re.ASCII,
)


@dataclass(frozen=True)
class Own:
    """A cell that the learner added, or a lesson cell that they edited.

    Attributes
    ----------
    kind : str
        ``"code"``, ``"markdown"`` or ``"raw"``.
    source : str
    after : str or None
        Id of the released cell after which it stands; None: at the start.
    """

    kind: str
    source: str
    after: str | None


@dataclass(frozen=True)
class Submission:
    """What is taken of a submission.

    Attributes
    ----------
    answers : dict of str to str
        The source of each solution cell by its grade id; missing ones are
        absent.
    own : tuple of Own
        In the learner's order.
    discarded : tuple of str
        Sentences for the instructor: what was not taken, and why.  They are
        text, not HTML, and name files of the learner's.
    timestamp : datetime or None
        What timestamp.txt says, in UTC and without a time zone, as nbgrader
        keeps it.
    """

    answers: dict[str, str]
    own: tuple[Own, ...]
    discarded: tuple[str, ...]
    timestamp: datetime | None


def read_submission(folder, name, release):
    """Read a submission as data, of which anything may be wrong.

    Parameters
    ----------
    folder : path-like
        The directory of the submission.
    name : str
        The notebook's name, without ``.ipynb``.
    release : NotebookNode
        The notebook as released.

    Returns
    -------
    Submission

    Raises
    ------
    Unreadable
        If there is no notebook in it that can be read.
    """
    if not name or Path(name).name != name:
        raise ValueError(f"name must be that of a file, not {name!r}")
    notes = []
    with contextlib.closing(Folder(folder)) as files:
        names = files.names()
        file = f"{name}.ipynb"
        data = files.read(file, MAX_BYTES, "the notebook")
        if data is None:
            file = _renamed(files, names, file, release)
            data = files.read(file, MAX_BYTES, "the notebook") or b""
            notes.append(f"the notebook was called {_printable(file)}")
        timestamp = _timestamp(files, notes)
    others = [n for n in names if n not in _EXPECTED and n != file]
    if len(names) == MAX_NAMES:
        notes.append(f"the folder holds {MAX_NAMES} files or more")
    if others:
        notes.append(f"files that were not read: {_listing(others)}")
    content = _parse(data, notes)
    cells = _cells(content, notes)
    _recognise(cells, release)
    answers, own = _take(cells, release, notes)
    _compare(content, cells, release, notes)
    if len(notes) > MAX_NOTES:
        notes[MAX_NOTES:] = [f"and {len(notes) - MAX_NOTES} more remarks"]
    return Submission(answers, tuple(own), tuple(notes), timestamp)


def rebuild(release, submission):
    """Set a submission's answers and own cells into the notebook released.

    Parameters
    ----------
    release : NotebookNode
        It stays as it is.
    submission : Submission

    Returns
    -------
    NotebookNode
        The cells and metadata of the release, in its order.  Own cells have
        ``metadata.mathlib.own`` and ids ``own-1``, ``own-2``, ...  Answers,
        checks and own cells have no outputs; lessons those released.
    """
    notebook = copy.deepcopy(release)
    places = {None: [], **{cell["id"]: [] for cell in notebook.cells}}
    numbered = (f"own-{n}" for n in itertools.count(1))
    free = (name for name in numbered if name not in places)
    for own in submission.own:
        if own.after not in places:
            raise ValueError(f"no released cell is called {own.after!r}")
        places[own.after].append(own)
    cells = []

    def add_own(after):
        for own in places[after]:
            mark = NotebookNode(mathlib=NotebookNode(own=True))
            make = _NEW[own.kind]
            cells.append(make(own.source, id=next(free), metadata=mark))

    add_own(None)
    for cell in notebook.cells:
        kind = role(cell)
        if kind in _ANSWERS:
            cell.source = submission.answers.get(_grade_id(cell), cell.source)
        if kind != "code" and cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        cells.append(cell)
        add_own(cell["id"])
    notebook.cells = cells
    return notebook


def _renamed(files, names, file, release):
    """Return the name of the only other notebook with the chapter's cells."""
    graded = {_grade_id(cell) for cell in release.cells} - {None}
    found = []
    for name in [n for n in names if n.endswith(".ipynb")][:SHOWN]:
        with contextlib.suppress(Unreadable):
            data = files.read(name, MAX_BYTES, name) or b""
            cells = _cells(_parse(data, []), [])
            if graded & {_grade_id(cell) for cell in cells}:
                found.append(name)
    if len(found) != 1:
        raise Unreadable(f"there is no notebook called {file}")
    return found[0]


def _timestamp(files, notes):
    try:
        data = files.read("timestamp.txt", 1000, "timestamp.txt")
    except Unreadable as error:
        notes.append(f"{error}: the time of submission is not known")
        return None
    if data is None:
        return None
    # Not by nbgrader's function: it looks for a time zone of that name among
    # the files, wherever the name leads to.
    try:
        match = _WHEN.fullmatch(_decode(data, notes, "timestamp.txt").strip())
        date, time, offset, zone = match.groups()
        when = datetime.fromisoformat(f"{date}T{time}{offset or ''}")
        if not offset:
            place = gettz(zone) if zone else UTC
            if place is None:
                notes.append("timestamp.txt: unknown time zone, taken as UTC")
            when = when.replace(tzinfo=place or UTC)
        return when.astimezone(UTC).replace(tzinfo=None)
    except (AttributeError, ValueError, OverflowError):
        notes.append("timestamp.txt does not say when it was handed in")
        return None


def _decode(data, notes, what):
    """Return text in UTF-8, or in UTF-16 if a byte-order mark says so."""
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    encoding = "utf-16" if data.startswith(marks) else "utf-8-sig"
    try:
        return data.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        notes.append(f"{what} is not UTF-8: some characters were replaced")
        return data.decode(encoding, "replace")


def _parse(data, notes):
    """Return a notebook's JSON as plain data, of bounded size and depth."""
    text = _decode(data, notes, "the notebook").strip("\ufeff\0 \t\r\n")
    # Between quotes, with escaped ones out of the way, every other piece is
    # outside of all strings; the marks there say what JSON will build.
    bare = text.encode("ascii", "replace").decode()
    bare = bare.replace("\\\\", "").replace('\\"', "")
    marks = bare.count('"') <= 4 * MAX_MARKS and re.sub(
        r"[^][{},]+", "", "".join(bare.split('"')[::2])
    )
    if marks is False or len(marks) > MAX_MARKS:
        raise Unreadable("the notebook has too many parts")
    steps = ((mark in "[{") - (mark in "]}") for mark in marks)
    if max(itertools.accumulate(steps), default=0) > MAX_DEPTH:
        raise Unreadable("the notebook is nested too deeply")
    try:
        content = json.loads(
            text, strict=False,
            parse_int=lambda digits: int(digits) if len(digits) < 32 else 0,
        )
    except (ValueError, RecursionError):
        raise Unreadable("the notebook is not JSON: it is cut off, or was"
                         " written by something else than Jupyter") from None
    if not isinstance(content, dict):
        raise Unreadable("the notebook is JSON, but not a notebook")
    return content


@dataclass
class _Cell:
    number: int
    kind: str
    source: str
    id: object
    metadata: dict
    attachments: bool
    released: NotebookNode | None = None

    def equals(self, released):
        return self.kind == released.cell_type and (
            fingerprint(self.source) == fingerprint(released.source)
        )


def _mapping(value):
    return value if isinstance(value, dict) else {}


def _grade_id(cell):
    name = _mapping(cell.metadata.get("nbgrader")).get("grade_id")
    return name if isinstance(name, str) else None


def _cells(content, notes):
    """Return the cells that can be read, each with text."""
    version = content.get("nbformat")
    raw = content.get("cells")
    if version == 3 and isinstance(content.get("worksheets"), list):
        sheets = [_mapping(s).get("cells") for s in content["worksheets"]]
        raw = [c for cells in sheets if isinstance(cells, list) for c in cells]
    elif version != 4:
        raise Unreadable("the notebook's format is not nbformat 4")
    if not isinstance(raw, list):
        raise Unreadable("the notebook has no cells")
    if len(raw) > MAX_CELLS:
        notes.append(f"cells after the first {MAX_CELLS} were left out")
    cells = []
    for number, cell in enumerate(raw[:MAX_CELLS], 1):
        cell = _mapping(cell)
        kind = cell.get("cell_type")
        kind = _KINDS.get(kind) if isinstance(kind, str) else None
        source = cell.get("source", cell.get("input"))
        if isinstance(source, list):
            lines = all(isinstance(line, str) for line in source)
            source = "".join(source) if lines else None
        if kind is None or not isinstance(source, str):
            notes.append(f"cell {number} is not a cell: left out")
        elif len(source) > MAX_SOURCE:
            notes.append(
                f"cell {number} has more than {MAX_SOURCE:,} characters:"
                " left out"
            )
        else:
            source = source.replace("\r\n", "\n").replace("\r", "\n")
            text = _clean(source)
            if text != source:
                notes.append(f"characters that are no text in cell {number}")
            name = cell.get("id")
            cells.append(_Cell(
                number, kind, text, name if isinstance(name, str) else None,
                _mapping(cell.get("metadata")), bool(cell.get("attachments")),
            ))
    return cells


def _clean(source):
    """Replace lone surrogates; drop NUL, and a byte-order mark in front."""
    text = source.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\0", "").removeprefix("\ufeff")


def _recognise(cells, release):
    """Find out which released cell each cell is: no two are the same one.

    By the grade id first, then by the cell's id, then by what it says.  Of
    several the first in which the answer is not as released is taken, but
    the first lesson or check that is.
    """
    by_grade = {_grade_id(cell): cell for cell in release.cells}
    by_grade.pop(None, None)
    by_id = {cell["id"]: cell for cell in release.cells}
    by_content = defaultdict(list)
    for cell in release.cells:
        by_content[cell.cell_type, fingerprint(cell.source)].append(cell)

    def same_grade(cell):
        yield by_grade.get(_grade_id(cell))

    def same_id(cell):
        if _grade_id(cell) not in by_grade:
            yield by_id.get(cell.id)

    def same_content(cell):
        yield from by_content.get((cell.kind, fingerprint(cell.source)), ())

    claimed = set()
    for rule in (same_grade, same_id, same_content):
        for particular in (True, False):
            for cell in cells:
                if cell.released is not None:
                    continue
                for released in rule(cell):
                    if released is None or released["id"] in claimed:
                        continue
                    answer = role(released) in _ANSWERS
                    if particular and cell.equals(released) == answer:
                        continue
                    cell.released = released
                    claimed.add(released["id"])
                    break


def _take(cells, release, notes):
    """Return the answers and the learner's own cells."""
    recognised = [cell for cell in cells if cell.released is not None]
    answers = {
        _grade_id(cell.released): cell.source
        for cell in recognised if role(cell.released) in _ANSWERS
    }
    # A further check is the learner's.  A further lesson is no new code, and
    # neither is an answer as it is, or as it was, once more.
    copies = {
        (cell.cell_type, fingerprint(source)): cell["id"]
        for cell in release.cells if role(cell) != "check"
        for source in (cell.source, answers.get(_grade_id(cell), cell.source))
    }
    own, after = [], None
    for cell in cells:
        if cell.released is not None:
            after = cell.released["id"]
            keep = _edited(cell, cell.released, notes)
        elif not cell.source.strip():
            keep = False
        else:
            twin = copies.get((cell.kind, fingerprint(cell.source)))
            keep = twin is None
            name = _grade_id(cell)
            again = name if name in answers else twin
            if again is not None:
                notes.append(
                    f"{again} is there again as cell {cell.number}, "
                    + ("kept as the learner's own" if keep else "left out")
                )
        if keep:
            own.append(Own(cell.kind, cell.source, after))
    return answers, own


def _edited(cell, released, notes):
    """Report changes to a released cell; return whether they are code."""
    name, kind = released["id"], role(released)
    if kind in _ANSWERS:
        if cell.kind != released.cell_type:
            notes.append(f"{name} was a {cell.kind} cell")
        if cell.attachments:
            notes.append(f"what is attached to {name} was not taken: see the"
                         " learner's own notebook")
        return False
    if cell.equals(released):
        return False
    # Code in a lesson's place may be what an answer calls.
    known = (fingerprint(released.source), fingerprint(""))
    keep = (
        cell.kind == "code" and kind in ("code", "text")
        and fingerprint(cell.source) not in known
    )
    notes.append(
        f"edited lesson cell {name} kept as the learner's own" if keep
        else f"edited cell {name} put back as released"
    )
    return keep


def _compare(content, cells, release, notes):
    """Report what is missing, moved, or other than it was released."""
    places = {cell["id"]: n for n, cell in enumerate(release.cells)}
    recognised = [cell for cell in cells if cell.released is not None]
    found = [cell.released["id"] for cell in recognised]
    furthest = itertools.accumulate((places[name] for name in found), max)
    moved = [
        name for name, place in zip(found, furthest, strict=True)
        if places[name] < place
    ]
    changed = [
        cell.released["id"] for cell in recognised
        if _marks(cell) != _marks(cell.released)
    ]
    answers = {c["id"] for c in release.cells if role(c) in _ANSWERS}
    missing = [name for name in places if name not in found]
    ours, theirs = release.metadata, _mapping(content.get("metadata"))
    other = [
        key for key in sorted({*ours, *theirs} - _IGNORED)
        if theirs.get(key) != ours.get(key)
    ]
    for words, names in {
        "answers that are missing": [n for n in missing if n in answers],
        "deleted cells put back": [n for n in missing if n not in answers],
        "moved cells put back in their places": moved,
        "cells with changed tags or marks for grading": changed,
        "metadata of the notebook that were not taken": other,
    }.items():
        if names:
            notes.append(f"{words}: {_listing(names)}")
    if not found:
        notes.append("none of the cells is of this chapter")


def _marks(cell):
    """Return what a cell's metadata say of grading and running it."""
    marks = _mapping(cell.metadata.get("nbgrader"))
    keys = ("grade_id", "grade", "solution", "locked", "task", "points")
    return [marks.get(key) or None for key in keys] + [
        cell.metadata.get("tags") or []
    ]


def _listing(names):
    more = len(names) - SHOWN
    shown = ", ".join(map(_printable, names[:SHOWN]))
    return f"{shown} and {more} more" if more > 0 else shown


def _printable(name):
    return "".join(c if c.isprintable() else "?" for c in name[:80])

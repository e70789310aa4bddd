"""A chapter's source: read it, check its form, turn it into a notebook.

The source ``solutions/<slug>/<slug>.py`` is the only file of a chapter's
notebooks that is edited by hand.  A cell there says only
``# %% exercise="softmax"``, ``# %% check="softmax"`` or
``# %% [markdown] written="proof"``; all else that nbgrader and Jupyter want
is filled in here.

An exercise called NAME becomes these cells:

=============== ================= =====================================
cell            grade id          what nbgrader does with it
=============== ================= =====================================
the answer      ``NAME-answer``   keeps what the student wrote
the check       ``NAME``          locks it, and reads the points off it
a rubric        ``NAME-rubric``   locks it
a written one   ``NAME``          keeps it, and asks a person for points
=============== ================= =====================================
"""

import ast
import hashlib
import re
from pathlib import Path

import nbformat
from nbformat.v4 import new_markdown_cell, new_notebook

import mathlib.exercises as exercises
from mathlib.course.cells import (
    KERNEL,
    LANGUAGE,
    MARKER,
    ChapterError,
    regions,
)
from mathlib.course.scope import defined_names
from mathlib.exercise import Written

__all__ = ["TAGS", "read", "repository", "source_path"]

TAGS = {"nbval-ignore-output"}
WIDTH = 79

_ROLES = ("exercise", "check", "written")


def repository(start=None):
    """Return the root of the course's repository.

    Parameters
    ----------
    start : path, optional
        Where to look first, with all folders above; the working directory
        unless given.  Then the folder the package was installed from.

    Raises
    ------
    FileNotFoundError
        If neither is inside a clone of the repository.
    """
    start = Path(start or Path.cwd()).resolve()
    package = Path(__file__).resolve().parents[2]
    for folder in (start, *start.parents, package):
        if (folder / "mathlib" / "course" / "source.py").is_file() and any(
            (folder / part).is_dir() for part in ("chapters", "solutions")
        ):
            return folder
    raise FileNotFoundError(
        "the course's notebooks are not here: they come with a clone of the"
        " repository, not with the installed package. Clone it, and run this"
        " inside it."
    )


def source_path(slug, root):
    """Return where the source of a chapter stands."""
    return Path(root) / "solutions" / slug / f"{slug}.py"


def read(slug, root):
    """Read a chapter's source and return it as a notebook, without outputs.

    Parameters
    ----------
    slug : str
    root : path
        The repository, or a course folder laid out like it.

    Returns
    -------
    NotebookNode
        With cell ids, nbgrader's metadata, and the rubrics inserted.

    Raises
    ------
    ChapterError
        If the source breaks a rule; the error's ``reason`` says which.
    """
    path = source_path(slug, root)
    if not path.is_file():
        raise ChapterError(slug, "no source", str(path.name))
    text = path.read_text(encoding="utf-8")
    if not text.startswith("# ---\n"):
        raise ChapterError(
            slug, "no header",
            "the first line must be '# ---': jupytext ignores a header that"
            " anything stands above",
        )
    notebook = new_notebook(
        cells=[_bare(slug, cell) for cell in _jupytext(text).cells]
    )
    _check_form(slug, notebook.cells)
    notebook.cells = list(_dress(slug, notebook.cells))
    _name_cells(slug, notebook.cells)
    notebook.metadata.update(
        kernelspec=dict(KERNEL),
        language_info=dict(LANGUAGE),
        mathlib={"chapter": slug},
    )
    notebook.nbformat_minor = 5
    nbformat.validate(notebook)
    return notebook


def _jupytext(text):
    try:
        import jupytext
    except ImportError:
        raise ImportError(
            "building notebooks needs jupytext: pip install"
            " 'mathlib-course[dev]'"
        ) from None
    return jupytext.reads(text, fmt="py:percent")


def _bare(slug, cell):
    """Return the cell with the metadata that its author wrote, only."""
    cell.metadata.pop("lines_to_next_cell", None)
    unknown = set(cell.metadata) - {*_ROLES, "tags"}
    if unknown:
        raise ChapterError(
            slug, "an unknown cell option", ", ".join(sorted(unknown))
        )
    return cell


def _check_form(slug, cells):
    """Check all that can be seen without running anything."""
    setup = next((c for c in cells if c.cell_type == "code"), None)
    if setup is None or _authored(setup)[0]:
        raise ChapterError(
            slug, "no setup cell",
            "the first code cell must hold the imports and helpers",
        )
    for cell in cells:
        _check_cell(slug, cell)
    _check_pairs(slug, [c for c in cells if _authored(c)[0]])


def _authored(cell):
    """Return the role that the author gave a cell, and its exercise."""
    for kind in _ROLES:
        if kind in cell.metadata:
            return kind, cell.metadata[kind]
    return None, None


def _check_cell(slug, cell):
    kind, name = _authored(cell)
    where = f"exercise {name}" if name else _first_line(cell)
    if sum(option in cell.metadata for option in _ROLES) > 1:
        raise ChapterError(slug, "a cell with two roles", where)
    if kind and (cell.cell_type == "markdown") != (kind == "written"):
        raise ChapterError(
            slug, "a cell of the wrong type", f"{where}: {kind}"
        )
    unknown = set(cell.metadata.get("tags", ())) - TAGS
    if unknown or (kind and cell.metadata.get("tags")):
        raise ChapterError(
            slug, "a tag that may not be here",
            f"{where}: {', '.join(cell.metadata['tags'])}",
        )
    if kind != "exercise" and MARKER.search(cell.source):
        raise ChapterError(
            slug, "a solution outside an exercise cell", where
        )
    if cell.cell_type != "code":
        return
    try:
        ast.parse(cell.source)
    except SyntaxError as error:
        raise ChapterError(
            slug, "a cell that is not Python", f"{where}: {error}"
        ) from None
    for line in cell.source.splitlines():
        if len(line) > WIDTH:
            raise ChapterError(
                slug, f"a code line over {WIDTH} characters", line
            )
    if kind == "exercise":
        _check_answer(slug, name, cell)
    if kind == "check" and cell.source != f'check("{name}")':
        raise ChapterError(
            slug, "a check cell that does more than check", cell.source
        )


def _check_answer(slug, name, cell):
    if not regions(slug, cell.source):
        raise ChapterError(slug, "an exercise without a solution", name)
    exercise = _find(slug, name)
    if not isinstance(exercise, Written):
        missing = set(exercise.parts) - set(defined_names(cell.source))
        if missing:
            raise ChapterError(
                slug, "a solution that does not define its exercise",
                f"{name}: {', '.join(sorted(missing))}",
            )


def _check_pairs(slug, cells):
    """Every answer is followed by its check; nothing is there twice."""
    names = [c.metadata[k] for c in cells for k in ("exercise", "written")
             if k in c.metadata]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ChapterError(slug, "an exercise that is there twice",
                           ", ".join(twice))
    waiting = None
    for cell in cells:
        kind, name = _authored(cell)
        if kind == "check":
            if name != waiting:
                raise ChapterError(
                    slug, "a check without its exercise above", name
                )
            waiting = None
            continue
        if waiting:
            break
        waiting = name if kind == "exercise" else None
        if isinstance(_find(slug, name), Written) != (kind == "written"):
            raise ChapterError(slug, "an exercise of the other kind", name)
    if waiting:
        raise ChapterError(slug, "an exercise without its check", waiting)
    left_out = [n for n in exercises.names(slug) if n not in names]
    if left_out:
        raise ChapterError(
            slug, "an exercise that the chapter leaves out",
            ", ".join(left_out),
        )


def _find(slug, name):
    try:
        exercise = exercises.find(name)
    except ValueError as error:
        raise ChapterError(slug, "an unknown exercise", str(error)) from None
    if exercise.chapter != slug:
        raise ChapterError(
            slug, "an exercise of another chapter",
            f"{name} belongs to {exercise.chapter}",
        )
    return exercise


def _dress(slug, cells):
    """Give graded cells nbgrader's metadata; put rubrics above answers."""
    for cell in cells:
        kind, name = _authored(cell)
        cell.metadata.pop(kind, None)
        if kind == "written":
            yield _rubric(slug, name)
        if kind:
            cell.metadata["nbgrader"] = _graded(slug, kind, name)
        yield cell


def _graded(slug, kind, name):
    metadata = {
        "grade": kind != "exercise",
        "grade_id": f"{name}-answer" if kind == "exercise" else name,
        "locked": kind == "check",
        "schema_version": 3,
        "solution": kind != "check",
        "task": False,
    }
    if kind != "exercise":
        metadata["points"] = _plain(_find(slug, name).points)
    return metadata


def _rubric(slug, name):
    exercise = _find(slug, name)
    total = _plain(exercise.points)
    # Folded: it says what a good answer holds, and so gives some of it away.
    lines = [
        "<details><summary>How a reader grades this"
        f" ({total} points; holds the answers)</summary>", "",
    ]
    for points, what in exercise.rubric:
        unit = "point" if points == 1 else "points"
        lines.append(f"- ({_plain(points)} {unit}) {what}")
    lines += ["", "</details>"]
    cell = new_markdown_cell("\n".join(lines))
    cell.metadata["nbgrader"] = {
        "grade": False,
        "grade_id": f"{name}-rubric",
        "locked": True,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return cell


def _plain(points):
    """Write whole points as whole numbers, so that files read well."""
    return int(points) if float(points).is_integer() else float(points)


def _name_cells(slug, cells):
    """Name cells after grade ids, and others by their place after one.

    So a cell that is added changes the ids up to the next exercise only.
    """
    last, place = "start", 0
    for cell in cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id:
            cell["id"] = _as_id(grade_id)
            last, place = grade_id, 0
        else:
            place += 1
            cell["id"] = _as_id(f"{last}-{place}")
    ids = [cell["id"] for cell in cells]
    if len(ids) != len(set(ids)):
        raise ChapterError(
            slug, "two cells with one id",
            ", ".join(sorted({i for i in ids if ids.count(i) > 1})),
        )


def _as_id(text):
    """Return the text as a cell id: at most 64 of ``[a-zA-Z0-9-_]``."""
    text = re.sub(r"[^\w-]", "-", text, flags=re.ASCII)
    if len(text) <= 64:
        return text
    return text[:55] + "-" + hashlib.sha256(text.encode()).hexdigest()[:8]


def _first_line(cell):
    return cell.source.split("\n", 1)[0][:WIDTH]

"""From a chapter's source to its two notebooks.

``solutions/<slug>/<slug>.py`` is converted, run, and written beside itself
with its outputs; nbgrader makes the release of it, which is run too and
written to ``chapters/<slug>/``.  Two builds on one machine give the same
bytes.
"""

import contextlib
import copy
import hashlib
import json
import logging
import os
import tempfile
from pathlib import Path

import nbformat

from mathlib.course.cells import ChapterError, chapter_names, content_hash
from mathlib.course.chapters import SLUGS
from mathlib.course.execute import keep_pictures, run_notebook
from mathlib.course.scope import LESSONS
from mathlib.course.source import read, source_path

__all__ = [
    "back_up",
    "build",
    "built_chapters",
    "check",
    "notebook_paths",
    "orphans",
    "write",
]


def built_chapters(root):
    """Return the slugs of the chapters that have a source, in order."""
    return [slug for slug in SLUGS if source_path(slug, root).is_file()]


def notebook_paths(slug, root):
    """Return the paths of the notebook with solutions and of the release."""
    root = Path(root)
    return (
        root / "solutions" / slug / f"{slug}.ipynb",
        root / "chapters" / slug / f"{slug}.ipynb",
    )


def build(slug, root, *, lessons_path=None, say=lambda line: None):
    """Build one chapter's notebooks and replace the old ones.

    Nothing is replaced unless all of it succeeds.  A notebook that is not
    what a build wrote is copied to ``work/backups/`` first.

    Parameters
    ----------
    slug : str
    root : path
        The repository, or a course folder laid out like it.
    lessons_path : path, optional
        Where to write which names the lessons define; the package's own
        ``lessons.json`` unless given.
    say : callable
        Told, line by line, what happens.

    Raises
    ------
    ChapterError
    """
    from mathlib.course import release as releasing

    root = Path(root)
    solved_path, release_path = notebook_paths(slug, root)
    solved = _convert(slug, root)
    # First, because check reads them when it judges the solutions.
    with _lessons_of(slug, solved, Path(lessons_path or LESSONS)):
        say(f"{slug}: running the solutions")
        run_notebook(slug, solved, solved_path.parent)
        releasing.verify_scores(slug, solved, solved=True)
        keep_pictures(solved, _load(solved_path))
        say(f"{slug}: releasing, and running what learners get")
        release = _release(slug, solved)
        releasing.finish(slug, release)
        releasing.verify(slug, solved, release)
    for path, notebook in ((solved_path, solved), (release_path, release)):
        backup = _replace(path, notebook, root)
        if backup:
            say(f"{slug}: {path.name} had been edited; it is now {backup}")
    say(f"{slug}: done")


def check(slug, root, *, lessons_path=None):
    """Compare both notebooks with the source, outputs aside, running none.

    Raises
    ------
    ChapterError
        With the reason ``"stale build"`` where a notebook is not what the
        source gives now, or another where the source itself is wrong.
    """
    from mathlib.course import release as releasing

    solved = _convert(slug, root)
    release = _release(slug, solved)
    releasing.verify(slug, solved, release)
    paths = notebook_paths(slug, root)
    for path, fresh in zip(paths, (solved, release), strict=True):
        name = path.relative_to(root)
        stands = _load(path)
        if stands is None:
            raise ChapterError(slug, "stale build", f"{name} is not there")
        difference = _difference(stands, fresh)
        if difference:
            raise ChapterError(
                slug, "stale build",
                f"{name}: {difference}; run: mathlib build {slug}",
            )
    releasing.verify(slug, _load(paths[0]), _load(paths[1]))
    releasing.verify_scores(slug, _load(paths[0]), solved=True)
    releasing.verify_scores(slug, _load(paths[1]), solved=False)
    path = Path(lessons_path or LESSONS)
    known = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    if known.get(slug) != chapter_names(solved):
        raise ChapterError(
            slug, "stale build", f"{path.name}; run: mathlib build {slug}"
        )


def orphans(root):
    """Return an error for each notebook that has no source any more."""
    found = sorted(Path(root).glob("chapters/*/*"))
    found += sorted(Path(root).glob("solutions/*/*.ipynb"))
    expected = {
        path for slug in built_chapters(root)
        for path in notebook_paths(slug, root)
    }
    return [
        ChapterError(
            path.parent.name, "stale build",
            f"no source makes {path.relative_to(root).as_posix()}",
        )
        for path in found
        if path not in expected and not path.name.startswith(".")
    ]


def _convert(slug, root):
    """Return the notebook of the source, with what the build adds."""
    notebook = read(slug, root)
    pins = Path(root) / "constraints.txt"
    notebook.metadata.mathlib["pins"] = (
        hashlib.sha256(pins.read_bytes()).hexdigest()[:16]
        if pins.is_file() else "none"
    )
    notebook.metadata.mathlib["built"] = content_hash(notebook)
    return notebook


def _release(slug, solved):
    """Return what nbgrader's generate_assignment makes of a notebook.

    It works in a course folder of its own: with --force it would delete the
    old release before it knows whether there will be a new one.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    from mathlib.course.release import configure

    config = configure(Config())
    config.SaveCells.enabled = False
    config.RunRelease.enabled = False
    config.GenerateAssignment.no_database = True
    with tempfile.TemporaryDirectory() as folder:
        folder = str(Path(folder).resolve())
        config.CourseDirectory.root = folder
        config.CourseDirectory.assignment_id = slug
        source, _ = notebook_paths(slug, folder)
        target = Path(folder, "release", slug, source.name)
        source.parent.mkdir(parents=True)
        nbformat.write(solved, source)
        with _listening() as said:
            try:
                GenerateAssignment(
                    coursedir=CourseDirectory(config=config), config=config
                ).start()
            except NbGraderException:
                raise ChapterError(
                    slug, "nbgrader can't release this", "\n".join(said)
                ) from None
        files = sorted(p.name for p in target.parent.iterdir())
        if files != [target.name]:
            raise ChapterError(
                slug, "a release of more than its notebook", str(files)
            )
        return nbformat.read(target, as_version=4)


@contextlib.contextmanager
def _listening():
    """Collect the errors that nbgrader logs instead of raising."""
    import traitlets.log

    said = []

    class Listener(logging.Handler):
        def emit(self, record):
            said.append(record.getMessage())

    listener = Listener(logging.ERROR)
    log = traitlets.log.get_logger()
    handlers, propagate = log.handlers, log.propagate
    log.handlers, log.propagate = [listener], False
    try:
        yield said
    finally:
        log.handlers, log.propagate = handlers, propagate


def _load(path):
    return nbformat.read(path, as_version=4) if path.is_file() else None


def _difference(stands, fresh):
    """Say where two notebooks differ, outputs and counts aside."""
    first, second = _without_outputs(stands), _without_outputs(fresh)
    for before, after in zip(first.cells, second.cells, strict=False):
        if before != after:
            return f"cell {after.get('id')} is another one"
    if len(first.cells) != len(second.cells):
        return f"{len(second.cells)} cells, not {len(first.cells)}"
    if first != second:
        return "its metadata are others"
    return None


def _without_outputs(notebook):
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _replace(path, notebook, root):
    """Write a notebook in one step; return where an edited one went."""
    path.parent.mkdir(parents=True, exist_ok=True)
    backup = back_up(path, root)
    write(path, nbformat.writes(notebook) + "\n")
    return backup


def write(path, text):
    """Write a file so that nobody ever sees half of it."""
    path = Path(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def back_up(path, root, *, always=False):
    """Copy a notebook that a person has changed since it was built.

    Returns
    -------
    str or None
        Where the copy is, from the root; None if there was no need for one.
    """
    if not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    if not always and _as_built(text):
        return None
    kind = path.parent.parent.name
    number = 1
    while True:
        name = f"{path.stem}-{kind}-{number}.ipynb"
        backup = Path(root) / "work" / "backups" / name
        if not backup.exists():
            break
        number += 1
    backup.parent.mkdir(parents=True, exist_ok=True)
    write(backup, text)
    return backup.relative_to(root).as_posix()


def _as_built(text):
    """Whether a notebook is what a build wrote, outputs aside."""
    try:
        notebook = nbformat.reads(text, as_version=4)
        wrote = notebook.metadata.get("mathlib", {}).get("built")
        return wrote == content_hash(notebook)
    except Exception:  # whatever it is, it is somebody's
        return False


@contextlib.contextmanager
def _lessons_of(slug, notebook, path):
    """Write which names the lessons define; undo it if the build fails."""
    before = path.read_text("utf-8") if path.is_file() else None
    known = json.loads(before) if before else {}
    known[slug] = chapter_names(notebook)
    known = {s: known[s] for s in SLUGS if s in known}
    write(path, json.dumps(known, indent=1) + "\n")
    try:
        yield
    except BaseException:
        if before is None:
            path.unlink()
        else:
            write(path, before)
        raise

"""nbgrader's ``generate_assignment``, made safe to run on a living course.

nbgrader deletes the old release first and asks questions later: when an
exercise was added after submissions exist, or when anything else fails, no
release is left, and the gradebook may know of one that never was.  Here it
asks first, works beside the old release, and replaces it, and what the
gradebook knows of it, when everything else has worked.
"""

import contextlib
import copy
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
import nbgrader.apps.api
import nbgrader.apps.generateassignmentapp
import sqlalchemy.exc
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateAssignment, NbGraderException
from nbgrader.preprocessors import SaveCells

__all__ = ["GenerateChapter", "install_generate"]


def install_generate():
    """Let nbgrader's command line and formgrader use ``GenerateChapter``.

    Both look the class up in a module of theirs at the time of the call.
    Doing it twice changes nothing.
    """
    nbgrader.apps.generateassignmentapp.GenerateAssignment = GenerateChapter
    nbgrader.apps.api.GenerateAssignment = GenerateChapter


class HoldCells(SaveCells):
    """Keep what ``SaveCells`` would save, until the release is finished."""

    def preprocess(self, nb, resources):
        """Put the notebook as it is now into the resources."""
        resources["nbgrader"]["to_save"] = copy.deepcopy(nb)
        return nb, resources


class GenerateChapter(GenerateAssignment):
    """Refuse what would break a gradebook; replace a release at the end.

    ``BaseConverter.convert_notebooks`` calls, for each assignment,
    ``init_destination``, ``init_assignment``, ``write_single_notebook`` and
    ``set_permissions``.  The last of them is where everything has worked.
    """

    _stage = None  # the folder in which releases are made

    def start(self):
        """Generate the assignment."""
        self.preprocessors = [
            HoldCells if pp is SaveCells else pp for pp in self.preprocessors
        ]
        super().start()

    def convert_notebooks(self):
        """Generate each assignment, or leave its old release as it was.

        Raises
        ------
        NbGraderException
            Before anything is touched if submissions would no longer fit;
            or after nbgrader has logged what failed.
        """
        if not self.no_database:
            self._refuse_changes()
        # Beside the releases, so that a finished one need only be renamed.
        releases = Path(self._format_dest(".", "."))
        releases.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=".generating-", dir=releases
        ) as stage:
            self._stage = Path(stage)
            try:
                super().convert_notebooks()
            except NbGraderException:
                self.log.error(
                    "What could not be generated stays as it was, in %s and"
                    " in the gradebook", releases,
                )
                raise
            finally:
                self._stage = None

    def _format_dest(self, assignment_id, student_id, escape=False):
        if self._stage is None:
            return super()._format_dest(assignment_id, student_id, escape)
        return str(self._stage / assignment_id)

    def init_destination(self, assignment_id, student_id):
        """Let nbgrader remove what it likes from a copy."""
        self._held = []
        real, staged = self._places(assignment_id, student_id)
        if real.exists():
            shutil.copytree(real, staged)
        return super().init_destination(assignment_id, student_id)

    def init_assignment(self, assignment_id, student_id):
        """Wait: nbgrader writes to the gradebook here."""

    def write_single_notebook(self, output, resources):
        """Write a notebook, and keep what the gradebook must know of it."""
        nb = resources["nbgrader"].pop("to_save", None)
        if nb is not None:
            self._held.append((nb, resources))
        super().write_single_notebook(output, resources)

    def set_permissions(self, assignment_id, student_id):
        """Finish: tell the gradebook, and replace the old release."""
        super().init_assignment(assignment_id, student_id)
        for nb, resources in self._held:
            SaveCells(parent=self.exporter).preprocess(nb, resources)
        super().set_permissions(assignment_id, student_id)
        real, staged = self._places(assignment_id, student_id)
        old = self._stage / f"old-{assignment_id}"
        if real.exists():
            real.rename(old)
        try:
            staged.rename(real)
        except OSError:
            if old.exists():
                old.rename(real)
            raise

    def _places(self, assignment_id, student_id):
        real = super()._format_dest(assignment_id, student_id)
        staged = self._format_dest(assignment_id, student_id)
        return Path(os.path.normpath(real)), Path(staged)

    # -- before anything is touched --------------------------------------

    def _refuse_changes(self):
        pattern = self._format_source("(?P<slug>.*)", ".*", escape=True)
        for folder, notebooks in sorted(self.assignments.items()):
            slug = re.fullmatch(pattern, folder)["slug"]
            # A gradebook of an older nbgrader: it says itself what to do.
            with contextlib.suppress(sqlalchemy.exc.OperationalError):
                old = self._recorded(slug)
                if old is not None:
                    self._compare(slug, old, _written(notebooks))

    def _recorded(self, slug):
        """Return what the gradebook's submissions of a chapter rest on.

        None if there are no submissions.
        """
        with Gradebook(
            self.coursedir.db_url, self.coursedir.course_id
        ) as book:
            try:
                assignment = book.find_assignment(slug)
            except MissingEntry:
                return None
            if not assignment.submissions:
                return None
            return {
                notebook.name: _recorded_cells(notebook)
                for notebook in assignment.notebooks
                if self.coursedir.notebook_id in ("*", notebook.name)
            }

    def _compare(self, slug, old, new):
        lines = _differences(old, new)
        if lines:
            message = _REFUSED.format(
                slug=slug, changes="\n".join(f"  {line}" for line in lines),
                folder=Path(self.coursedir.source_directory, "NAME"),
            )
            self.log.error(message)
            raise NbGraderException(message)
        for name, before, after in _other_points(old, new):
            self.log.warning(
                "%s: %s is now worth %g points, not %g; grades already given"
                " stay until the submissions are autograded again",
                slug, name, after, before,
            )


_REFUSED = """\
{slug} has submissions in the gradebook, which would no longer fit:
{changes}
So nothing was generated, and nothing was changed. You can
- take the change back (a renamed exercise counts as removed and added); or
- make it an assignment with a name of its own, in {folder}; or
- if these submissions and their grades are not wanted any more, keep a copy
  of the gradebook, and delete them from it:
    nbgrader db assignment remove {slug} --force"""


@dataclass(frozen=True)
class Cell:
    """What nbgrader's gradebook knows of a cell."""

    kind: str
    points: float | None = None

    def __str__(self):
        if self.points is None:
            return self.kind
        return f"{self.kind}, {self.points:g} points"


def _kind(*, grade, solution, task):
    if task:
        return "task"
    if grade:
        return "written answer" if solution else "check"
    return "answer" if solution else "locked text"


def _written(paths):
    """Return notebook -> name -> Cell of the sources."""
    return {
        Path(path).stem: _written_cells(nbformat.read(path, as_version=4))
        for path in paths
    }


def _written_cells(notebook):
    found = {}
    for cell in notebook.cells:
        roles = {
            "grade": utils.is_grade(cell),
            "solution": utils.is_solution(cell),
            "task": utils.is_task(cell),
        }
        if any(roles.values()) or utils.is_locked(cell):
            data = cell.metadata.nbgrader
            graded = roles["grade"] or roles["task"]
            found[data.grade_id] = Cell(
                _kind(**roles), float(data.points) if graded else None
            )
    return found


def _recorded_cells(notebook):
    """Return name -> Cell of a notebook in the gradebook."""
    graded = {
        cell.name: cell.max_score
        for cell in (*notebook.grade_cells, *notebook.task_cells)
    }
    solutions = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name for cell in notebook.task_cells}
    names = solutions | graded.keys()
    names |= {cell.name for cell in notebook.source_cells}
    return {
        name: Cell(
            _kind(
                grade=name in graded, solution=name in solutions,
                task=name in tasks,
            ),
            graded.get(name),
        )
        for name in names
    }


def _differences(old, new):
    """Return a line for each notebook or cell that came, went or changed."""
    came, went = new.keys() - old.keys(), old.keys() - new.keys()
    lines = [f"added: the notebook {name}" for name in sorted(came)]
    lines += [f"removed: the notebook {name}" for name in sorted(went)]
    for notebook in sorted(old.keys() & new.keys()):
        before, after = old[notebook], new[notebook]
        for name in sorted(after.keys() - before.keys()):
            lines.append(f"added: {name} ({after[name]})")
        for name in sorted(before.keys() - after.keys()):
            lines.append(f"removed: {name} ({before[name]})")
        for name in sorted(before.keys() & after.keys()):
            if before[name].kind != after[name].kind:
                lines.append(
                    f"of another kind: {name} (was {before[name]};"
                    f" is {after[name]})"
                )
    return lines


def _other_points(old, new):
    """Yield (name, before, after) where only the points are others."""
    for notebook in sorted(old.keys() & new.keys()):
        for name, cell in sorted(new[notebook].items()):
            before = old[notebook][name].points
            if cell.points != before:
                yield name, before, cell.points

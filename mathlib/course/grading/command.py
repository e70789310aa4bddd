"""``mathlib grade``: nbgrader's autograde with a view of how it is going."""

import logging
import os
from contextlib import chdir
from pathlib import Path

from nbgrader.apps import AutogradeApp
from nbgrader.converters import NbGraderException
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from mathlib.course.grading.autograde import AutogradeChapter

__all__ = ["grade"]


def grade(
    slug, root, out, *, student="*", jobs=None, force=False, unconfined=False
):
    """Grade a chapter's submissions and print what became of them.

    Parameters
    ----------
    slug : str
    root : path-like
        The course's folder, with its ``nbgrader_config.py``.
    out : rich.console.Console
    student : str
        Grade this one's submission only.
    jobs : int, optional
        How many at a time; one for each processor by default.
    force : bool
        Grade again what was graded.
    unconfined : bool
        Go on where learners' code can't be fenced in.

    Returns
    -------
    bool
        Whether everything was recorded.
    """
    jobs = jobs or _processors()
    with chdir(Path(root)):
        app = AutogradeApp()
        app.initialize([slug])
        app.coursedir.assignment_id, app.coursedir.student_id = slug, student
        app.log.setLevel(logging.ERROR)
        converter = AutogradeChapter(coursedir=app.coursedir, parent=app)
        converter.jobs, converter.force = jobs, force or converter.force
        converter.unconfined = unconfined or converter.unconfined
        seen = _View(out, slug)
        converter.progress = seen.one
        try:
            with seen.bar:
                converter.start()
            return True
        except NbGraderException as error:
            out.print(str(error), style="red")
            return False
        finally:
            seen.summary()


def _processors():
    """Return how many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _View:
    """The bar while it lasts, and the notes after it."""

    def __init__(self, out, slug):
        self._out = out
        self.bar = Progress(
            TextColumn("{task.description}"), BarColumn(),
            MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
            console=out,
        )
        self._task = self.bar.add_task(slug, total=None, rate="")
        self._graded, self._skipped, self._notes = 0, 0, []
        self._ways = set()

    def one(self, done, total, student, graded):
        """Take note of one submission."""
        if graded is None:
            self._skipped += 1
        else:
            self._graded += 1
            self._ways |= {graded.way} - {""}
            self._notes += [(student, note) for note in graded.notes]
        self.bar.update(self._task, completed=done, total=total)
        speed = self.bar.tasks[0].speed
        if speed:
            self.bar.update(self._task, rate=f"{60 * speed:.0f} a minute")

    def summary(self):
        """Print how many there were, and what to look at."""
        told = f"{self._graded} graded"
        if self._skipped:
            told += f", {self._skipped} graded before (again with --force)"
        self._out.print(f"{told}.")
        for way in sorted(self._ways):
            self._out.print(
                "Learners' code was NOT fenced in." if way == "none"
                else f"Learners' code was fenced in by {way}."
            )
        if not self._notes:
            return
        table = Table("student", "to look at")
        for student, note in self._notes:
            table.add_row(student, note)
        self._out.print(table)

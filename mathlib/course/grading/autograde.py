"""nbgrader's ``autograde`` for chapters of this course.

nbgrader would copy a submission, links and all, and run its notebook, tests
and all, in one kernel.  Here a submission is read as data, its answers run
behind a wall, and a notebook that this process wrote is handed to nbgrader's
own ``SaveAutoGrades`` and late penalties: the gradebook, formgrader, feedback
and export go on as ever.  An assignment without any of mathlib's exercises is
left to nbgrader.
"""

import fnmatch
import glob
import os
import re
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path

import nbformat
import nbgrader.apps.api
import nbgrader.apps.autogradeapp
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, NbGraderException
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades
from traitlets import Any, Bool, Float, Integer

from mathlib.course.chapters import SLUGS
from mathlib.course.grading.grader import autograded, unreadable
from mathlib.course.grading.learner import NoWall
from mathlib.course.grading.seeds import grading_seeds
from mathlib.course.grading.submission import Unreadable, read_submission
from mathlib.course.grading.workers import Chapter, grade_all
from mathlib.exercises import names

__all__ = ["AutogradeChapter", "install_autograde"]


def install_autograde():
    """Let nbgrader's command line and formgrader use ``AutogradeChapter``.

    Both look the class up in a module of theirs at the time of the call.
    Doing it twice changes nothing.
    """
    nbgrader.apps.autogradeapp.Autograde = AutogradeChapter
    nbgrader.apps.api.Autograde = AutogradeChapter


@dataclass(frozen=True)
class _Work:
    """One submission to grade."""

    student: str
    source: Path
    dest: Path


class AutogradeChapter(Autograde):
    """Grade submissions of a chapter, one guarded submission at a time."""

    unconfined = Bool(
        False, help="Whether to run submissions where no wall can be put up."
    ).tag(config=True)
    cell_seconds = Float(
        60.0, help="Time limit of each cell that a learner added."
    ).tag(config=True)
    time_factor = Float(
        1.0, help="By which the exercises' time limits are multiplied: more"
        " than 1 for a slow or busy machine.",
    ).tag(config=True)
    jobs = Integer(
        1, help="How many submissions are graded at the same time."
    ).tag(config=True)
    progress = Any(
        None, allow_none=True,
        help="Called as progress(done, total, student, graded).",
    )

    def init_notebooks(self):
        """Find the submissions, whether or not there is a notebook in them."""
        pattern = self._format_source(
            self.coursedir.assignment_id, self.coursedir.student_id
        )
        self.assignments = {
            # Named, not looked into: nothing in there is to be trusted.
            folder: [os.path.join(folder, f"{os.path.basename(folder)}.ipynb")]
            for folder in glob.glob(pattern)
        }
        if not self.assignments:
            super().init_notebooks()  # which says what is wrong

    def convert_notebooks(self):
        """Grade everything that was found."""
        ours, others = {}, {}
        self._failed, self._said = [], set()
        for folder in sorted(self.assignments):
            slug, student = self._names(folder)
            ours.setdefault(slug, []).append((student, Path(folder)))
        for slug, folders in ours.items():
            release = self._release(slug)
            if release is None:
                others |= {str(folder): [] for _, folder in folders}
            elif fnmatch.fnmatch(slug, self.coursedir.notebook_id):
                self._grade_chapter(slug, release, folders)
        if others:
            super().init_notebooks()
            self.assignments = {
                k: v for k, v in self.assignments.items() if k in others
            }
            super().convert_notebooks()
        if self._failed:
            raise self._failure(f"not recorded: {', '.join(self._failed)}")

    def _release(self, slug):
        """Return the chapter as released; None if it is not a chapter."""
        path = self._release_path(slug)
        if path.is_file():
            release = nbformat.read(path, as_version=4)
            if set(autograded(release)) & set(names()):
                return release
        elif slug in SLUGS:
            raise self._failure(
                f"{slug} is not released: run 'nbgrader generate_assignment"
                f" {slug}' first"
            )
        return None

    # -- one chapter -----------------------------------------------------

    def _grade_chapter(self, slug, release, folders):
        self._compare_with_gradebook(slug, release)
        works = {
            student: _Work(
                student, folder, Path(self._dest(slug, student))
            )
            for student, folder in folders if self._wanted(student)
        }
        total, done = len(works), 0
        stamps = {}

        def readable():
            """Yield what there is to grade; record what can't be read."""
            for student, work in works.items():
                try:
                    if work.source.parent.is_symlink():
                        raise Unreadable("the folder is a symbolic link")
                    read = read_submission(work.source, slug, release)
                except Unreadable as error:
                    if self.force or not self._was_graded(work):
                        finished(student, unreadable(release, str(error)))
                    else:  # a disk may be away for a while
                        self.log.error(
                            "%s of %s can't be read now: %s. Its grades stay"
                            " (--force takes them away).", slug, student, error
                        )
                        finished(student, None)
                    continue
                stamps[student] = read.timestamp
                if self._is_new(work, read.timestamp):
                    yield student, read
                else:
                    self.log.info("Skipping existing: %s", work.dest)
                    finished(student, None)

        def finished(student, graded):
            nonlocal done
            done += 1
            if graded is not None:
                self._say_how(graded.way)
                self._record(slug, works[student], stamps.get(student), graded)
            if self.progress:
                self.progress(done, total, student, graded)

        chapter = Chapter(
            release,
            grading_seeds(self.coursedir.root, autograded(release)),
            unseen=(str(Path(self.coursedir.root) / "gradebook.db"),
                    str(self._release_path(slug).resolve())),
            unconfined=self.unconfined,
            cell_seconds=self.cell_seconds,
            time_factor=self.time_factor,
        )
        try:
            for student, graded in grade_all(chapter, readable(), self.jobs):
                finished(student, graded)
        except NoWall as error:
            raise self._failure(str(error)) from None

    def _say_how(self, way):
        if way and way not in self._said:
            self._said.add(way)
            if way == "none":
                self.log.warning("Learners' code is NOT fenced in")
            else:
                self.log.info("Learners' code is fenced in by %s", way)

    def _compare_with_gradebook(self, slug, release):
        """Refuse before anything is touched if the gradebook does not fit."""
        with self._gradebook() as book:
            try:
                cells = book.find_notebook(slug, slug).grade_cells
            except MissingEntry:
                raise self._failure(
                    f"the gradebook does not know {slug}: run 'nbgrader"
                    f" generate_assignment {slug}' first"
                ) from None
            known = {cell.name for cell in cells}
        there = {
            cell.metadata.nbgrader.grade_id for cell in release.cells
            if cell.metadata.get("nbgrader", {}).get("grade")
        }
        if known != there:
            odd = ", ".join(sorted(known ^ there))
            raise self._failure(
                f"the release of {slug} and the gradebook differ in {odd}:"
                f" run 'nbgrader generate_assignment {slug}' again"
            )

    def _wanted(self, student):
        excluded = self.coursedir.student_id_exclude
        return not (excluded and student in excluded.split(","))

    def _is_new(self, work, timestamp):
        """Whether this submission was never graded, or is newer."""
        if self.force or not self._was_graded(work):
            return True
        old = self.coursedir.get_existing_timestamp(str(work.dest))
        return bool(timestamp and old and timestamp > old)

    def _was_graded(self, work):
        return (work.dest / f"{work.dest.name}.ipynb").exists()

    # -- one submission --------------------------------------------------

    def _record(self, slug, work, timestamp, graded):
        """Hand a graded notebook to nbgrader; what fails stops no other."""
        try:
            self.notebooks = [str(work.dest / f"{slug}.ipynb")]
            self.run_pre_convert_hook()
            self._register(slug, work.student, timestamp)
            notebook, resources = graded.notebook, {"nbgrader": {
                "student": work.student, "assignment": slug,
                "notebook": slug, "db_url": self.coursedir.db_url,
            }}
            for step in (SaveAutoGrades, AssignLatePenalties):
                notebook, resources = step(parent=self).preprocess(
                    notebook, resources
                )
            self._write(slug, work, timestamp, notebook)
            self.set_permissions(slug, work.student)
            self.run_post_convert_hook()
        except Exception:
            self.log.error(
                "%s of %s was graded but could not be recorded:\n%s",
                slug, work.student, traceback.format_exc(),
            )
            self._failed.append(f"{slug} of {work.student}")
        for note in graded.notes:
            self.log.warning("%s, %s: %s", slug, work.student, note)

    def _register(self, slug, student, timestamp):
        with self._gradebook() as book:
            if self.create_student:
                book.update_or_create_student(student)
            else:
                book.find_student(student)
            given = {"timestamp": timestamp} if timestamp else {}
            book.update_or_create_submission(slug, student, **given)

    def _write(self, slug, work, timestamp, notebook):
        """Replace what was graded before, when all of it is there."""
        work.dest.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=".grading-", dir=work.dest.parent
        ) as folder:
            new, old = Path(folder) / "new", Path(folder) / "old"
            new.mkdir()
            nbformat.write(notebook, new / f"{slug}.ipynb")
            if timestamp:
                text = f"{timestamp:%Y-%m-%d %H:%M:%S.%f} UTC"
                (new / "timestamp.txt").write_text(text, encoding="ascii")
            if work.dest.exists():
                work.dest.rename(old)
            new.rename(work.dest)

    # -- names and places ------------------------------------------------

    def _names(self, folder):
        pattern = self._format_source(
            "(?P<slug>[^/]*)", "(?P<student>[^/]*)", escape=True
        )
        match = re.fullmatch(pattern, folder)
        if match is None:
            raise self._failure(f"{folder!r} is not where submissions are")
        return match["slug"], match["student"]

    def _release_path(self, slug):
        folder = self.coursedir.format_path(
            self.coursedir.release_directory, ".", slug
        )
        return Path(folder) / f"{slug}.ipynb"

    def _dest(self, slug, student):
        return os.path.normpath(self.coursedir.format_path(
            self.coursedir.autograded_directory, student, slug
        ))

    def _gradebook(self):
        return Gradebook(self.coursedir.db_url, self.coursedir.course_id)

    def _failure(self, message):
        self.log.error(message)
        return NbGraderException(message)

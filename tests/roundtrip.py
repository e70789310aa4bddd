"""A course folder of nbgrader's, to send notebooks through it in tests.

    course = make_course(tmp_path, "02_linear_algebra")
    course.submit("ann", notebook)
    course.autograde()
    course.scores()     # {"ann": {"dot": 2.0, ...}}

Each step calls nbgrader as an instructor does, in a process of its own, with
the repository's own ``nbgrader_config.py``.
"""

import csv
import importlib
import inspect
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

from mathlib.course.chapters import module_of
from mathlib.exercise import not_written

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "tests" / "samples"
SAMPLE = "00_sample"


@dataclass
class Course:
    """A folder with a chapter as nbgrader's assignment."""

    folder: Path
    slug: str
    seed: int | None = None

    @property
    def release(self):
        """What nbgrader released."""
        return self.folder / "release" / self.slug / f"{self.slug}.ipynb"

    def autograded(self, student):
        """Return the path of a student's notebook after autograding."""
        return (
            self.folder / "autograded" / student / self.slug
            / f"{self.slug}.ipynb"
        )

    def nbgrader(self, *args):
        """Run an nbgrader command; return what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *args],
            cwd=self.folder, env=environment(self.seed), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=1800,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def generate(self, *options):
        """Release the chapter and tell nbgrader's database of it."""
        return self.nbgrader("generate_assignment", self.slug, *options)

    def submit(self, student, notebook):
        """Hand in a notebook: a path, or one in memory."""
        path = (
            self.folder / "submitted" / student / self.slug
            / f"{self.slug}.ipynb"
        )
        path.parent.mkdir(parents=True)
        if isinstance(notebook, (str, os.PathLike)):
            shutil.copy(notebook, path)
        else:
            nbformat.write(notebook, path)

    def autograde(self):
        """Grade everything that was handed in."""
        return self.nbgrader("autograde", self.slug)

    def export(self):
        """Return the lines of nbgrader's table of grades."""
        self.nbgrader("export")
        return (self.folder / "grades.csv").read_text().splitlines()

    def table(self):
        """Return nbgrader's table of grades, a dict for each student."""
        return list(csv.DictReader(self.export()))

    def waiting(self, student):
        """Return the names of a student's cells that a person must grade."""
        return {
            name for who, name, needs in self._grades("needs_manual_grade")
            if who == student and needs
        }

    def grade_by_hand(self, student, points):
        """Give points, name -> number, as formgrader does."""
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}") as book:
            for name, number in points.items():
                grade = book.find_grade(name, self.slug, self.slug, student)
                grade.manual_score = number
                grade.needs_manual_grade = False
            book.db.commit()

    def scores(self):
        """Return student -> exercise -> points that nbgrader gave itself.

        Written answers, which wait for a person, have None.
        """
        found = {}
        for student, name, points in self._grades("auto_score"):
            found.setdefault(student, {})[name] = points
        return found

    def _grades(self, column):
        """Yield (student, exercise, what the gradebook's column says)."""
        query = f"""
            SELECT submitted_assignment.student_id, base_cell.name,
                   grade.{column}
            FROM grade
            JOIN base_cell ON base_cell.id = grade.cell_id
            JOIN submitted_notebook
              ON submitted_notebook.id = grade.notebook_id
            JOIN submitted_assignment
              ON submitted_assignment.id = submitted_notebook.assignment_id
        """
        with sqlite3.connect(self.folder / "gradebook.db") as database:
            return database.execute(query).fetchall()


def environment(seed=None):
    """The environment of nbgrader and of the kernels that it starts."""
    paths = [str(ROOT), str(SAMPLES), os.environ.get("PYTHONPATH", "")]
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "MATHLIB_PROGRESS": "off",
    }
    if seed is not None:
        env["MATHLIB_SEED"] = str(seed)
    return env


def make_course(folder, slug, *, root=ROOT, run=True, seed=None):
    """Make a course folder with one chapter of ``root``, released in it.

    With ``run=False`` nbgrader does not run what it releases; ``seed`` is
    that of all the grading there.
    """
    folder = Path(folder)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    shutil.copytree(root / "solutions" / slug, folder / "solutions" / slug)
    course = Course(folder, slug, seed)
    course.generate(*([] if run else ["--RunRelease.enabled=False"]))
    return course


def make_sample(folder):
    """Make a root with the sample chapter's source; return its path."""
    folder = Path(folder)
    source = folder / "solutions" / SAMPLE / f"{SAMPLE}.py"
    source.parent.mkdir(parents=True)
    (folder / "chapters").mkdir()
    shutil.copy(SAMPLES / f"{SAMPLE}.py", source)
    return folder


def answers_source(slug):
    """Return the text of all functions that answer a chapter wrongly."""
    name = f"mathlib.exercises._{module_of(slug)}_answers"
    return "\n\n".join([
        inspect.getsource(importlib.import_module(name)),
        inspect.getsource(not_written),
    ])


def edit(path, old, new):
    """Replace what is there exactly once in a file."""
    text = Path(path).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    Path(path).write_text(text.replace(old, new), encoding="utf-8")

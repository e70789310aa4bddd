"""A course folder of nbgrader's, to send notebooks through it in tests.

    course = make_course(tmp_path, "02_linear_algebra")
    course.submit("ann", notebook)
    course.autograde()
    course.scores()     # {"ann": {"dot": 2.0, ...}}

Each step calls nbgrader as an instructor does, in a process of its own, with
the repository's own ``nbgrader_config.py``.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "tests" / "samples"
SAMPLE = "00_sample"


@dataclass
class Course:
    """A folder with a chapter as nbgrader's assignment."""

    folder: Path
    slug: str

    @property
    def release(self):
        """What nbgrader released."""
        return self.folder / "release" / self.slug / f"{self.slug}.ipynb"

    def nbgrader(self, *args):
        """Run an nbgrader command; return what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *args],
            cwd=self.folder, env=environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600,
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

    def scores(self):
        """Return student -> exercise -> points that nbgrader gave itself.

        Written answers, which wait for a person, have None.
        """
        query = """
            SELECT submitted_assignment.student_id, base_cell.name,
                   grade.auto_score
            FROM grade
            JOIN base_cell ON base_cell.id = grade.cell_id
            JOIN submitted_notebook
              ON submitted_notebook.id = grade.notebook_id
            JOIN submitted_assignment
              ON submitted_assignment.id = submitted_notebook.assignment_id
        """
        found = {}
        with sqlite3.connect(self.folder / "gradebook.db") as database:
            for student, name, points in database.execute(query):
                found.setdefault(student, {})[name] = points
        return found


def environment():
    """The environment of nbgrader and of the kernels that it starts."""
    paths = [str(ROOT), str(SAMPLES), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "MATHLIB_PROGRESS": "off",
    }


def make_course(folder, slug, *, root=ROOT):
    """Make a course folder with one chapter of ``root``, released in it."""
    folder = Path(folder)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    shutil.copytree(root / "solutions" / slug, folder / "solutions" / slug)
    course = Course(folder, slug)
    course.generate()
    return course


def make_sample(folder):
    """Make a root with the sample chapter's source; return its path."""
    folder = Path(folder)
    source = folder / "solutions" / SAMPLE / f"{SAMPLE}.py"
    source.parent.mkdir(parents=True)
    (folder / "chapters").mkdir()
    shutil.copy(SAMPLES / f"{SAMPLE}.py", source)
    return folder


def edit(path, old, new):
    """Replace what is there exactly once in a file."""
    text = Path(path).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    Path(path).write_text(text.replace(old, new), encoding="utf-8")

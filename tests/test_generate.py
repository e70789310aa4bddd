"""generate_assignment refuses first, replaces last, and loses nothing."""

import shutil
import sqlite3
import sys
from pathlib import Path

import nbformat
import nbgrader.apps.api
import nbgrader.apps.generateassignmentapp
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.apps.generateassignmentapp import GenerateAssignmentApp
from nbgrader.converters import GenerateAssignment, NbGraderException
from nbgrader.coursedir import CourseDirectory
from roundtrip import ROOT
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from mathlib.course.grading import generate
from mathlib.course.grading.generate import GenerateChapter, install_generate
from mathlib.course.release import configure

# How nbgrader itself adds a submission.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

SLUG = "02_linear_algebra"
USERS = [nbgrader.apps.api, nbgrader.apps.generateassignmentapp]


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    """Leave nbgrader as it is without the course's configuration."""
    for module in USERS:
        monkeypatch.setattr(module, "GenerateAssignment", GenerateAssignment)


def graded(new, source, name, **roles):
    cell = new(source)
    cell.metadata["nbgrader"] = {
        "grade": False, "solution": False, "locked": False, "task": False,
        "grade_id": name, "schema_version": 3, **roles,
    }
    return cell


def exercise(name, points=2):
    return [
        graded(
            new_code_cell,
            f"### BEGIN SOLUTION\n{name} = 1\n### END SOLUTION",
            f"{name}-answer", solution=True,
        ),
        graded(
            new_code_cell, f'check("{name}")', name, grade=True, locked=True,
            points=points,
        ),
    ]


def written(name):
    return [
        graded(
            new_markdown_cell, "Because.", name, grade=True, solution=True,
            points=3,
        )
    ]


class Course:
    """A folder with one chapter, whose nbgrader runs in this process."""

    def __init__(self, folder):
        self.folder = folder
        self.source = folder / "solutions" / SLUG
        self.source.mkdir(parents=True, exist_ok=True)
        self.config = configure(Config())
        self.config.CourseDirectory.root = str(folder)
        self.config.RunRelease.enabled = False

    def write(self, *parts, name=SLUG):
        cells = [cell for part in parts for cell in part]
        nbformat.write(
            new_notebook(cells=cells), self.source / f"{name}.ipynb"
        )

    def generate(self, **options):
        """Do as formgrader's button does; return what it is told."""
        api = NbGraderAPI(
            CourseDirectory(config=self.config), config=self.config
        )
        return api.generate_assignment(SLUG, **options)

    def book(self):
        return Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}")

    def submit(self):
        with self.book() as book:
            book.add_student("ann")
            book.add_submission(SLUG, "ann")

    def points(self):
        """Return what the gradebook knows: name -> points."""
        with self.book() as book:
            (notebook,) = book.find_assignment(SLUG).notebooks
            return {c.name: c.max_score for c in notebook.grade_cells}

    def everything(self):
        """Return every file below release/ and every line of the gradebook.
        """
        release = self.folder / "release"
        files = {
            path.relative_to(release).as_posix():
                path.read_bytes() if path.is_file() else None
            for path in release.rglob("*")
        }
        with sqlite3.connect(self.folder / "gradebook.db") as database:
            return files, sorted(database.iterdump())

    def released(self):
        path = self.folder / "release" / SLUG / f"{SLUG}.ipynb"
        return nbformat.read(path, as_version=4)


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """A chapter with two exercises and a written answer, generated."""
    course = Course(tmp_path_factory.mktemp("course"))
    course.write(exercise("dot"), exercise("norm"), written("why"))
    with pytest.MonkeyPatch.context() as patch:
        # A new gradebook asks alembic, by its bare name, for its version.
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
        result = course.generate()
    assert result["success"], result
    return course


@pytest.fixture
def course(generated, tmp_path):
    """A copy to spoil."""
    shutil.copytree(generated.folder, tmp_path, dirs_exist_ok=True)
    install_generate()
    return Course(tmp_path)


CHANGED = {
    "added": (
        [exercise("dot"), exercise("norm"), exercise("cross", 4),
         written("why")],
        ["added: cross (check, 4 points)", "added: cross-answer (answer)"],
    ),
    "removed": (
        [exercise("dot"), written("why")],
        ["removed: norm (check, 2 points)", "removed: norm-answer (answer)"],
    ),
    "renamed": (
        [exercise("dot"), exercise("length"), written("why")],
        ["added: length (check", "removed: norm (check"],
    ),
    "written was added": (
        [exercise("dot"), exercise("norm"), written("why"), written("how")],
        ["added: how (written answer, 3 points)"],
    ),
    "of another kind": (
        [exercise("dot"), exercise("norm"),
         [graded(new_code_cell, "check", "why", grade=True, points=3)]],
        ["of another kind: why (was written answer, 3 points; is check,"],
    ),
    "a text was locked": (
        [exercise("dot"), exercise("norm"), written("why"),
         [graded(new_markdown_cell, "Read.", "note", locked=True)]],
        ["added: note (locked text)"],
    ),
}


@pytest.mark.parametrize("parts, lines", CHANGED.values(), ids=CHANGED)
def test_other_exercises_after_submissions_are_refused(
    course, parts, lines
):
    course.submit()
    before = course.everything()
    course.write(*parts)
    result = course.generate()
    assert not result["success"]
    assert course.everything() == before
    said = result["log"]
    for line in lines:
        assert said.count(line) == 1
    assert "Traceback" not in said and "dot" not in said
    assert "a name of its own, in solutions/NAME" in said
    assert f"nbgrader db assignment remove {SLUG} --force" in said


@pytest.mark.parametrize("parts", [p for p, _ in CHANGED.values()],
                         ids=CHANGED)
def test_what_is_refused_is_what_nbgrader_would_stop_at(course, parts):
    course.submit()
    course.write(*parts)
    for module in USERS:
        module.GenerateAssignment = GenerateAssignment
    result = course.generate()
    assert "Cannot add or remove cells" in result["log"]
    assert not (course.folder / "release" / SLUG).exists()


@pytest.mark.parametrize("parts", [p for p, _ in CHANGED.values()],
                         ids=CHANGED)
def test_before_submissions_everything_may_change(course, parts):
    course.write(*parts)
    assert course.generate()["success"]
    names = {
        c.metadata.nbgrader.grade_id for c in course.released().cells
        if c.metadata.nbgrader.grade
    }
    assert course.points().keys() == names


def test_notebooks_may_not_come_or_go_after_submissions(course):
    course.submit()
    before = course.everything()
    course.write(exercise("cross"), name="more")
    assert "added: the notebook more" in course.generate()["log"]
    (course.source / f"{SLUG}.ipynb").unlink()
    said = course.generate()["log"]
    assert f"removed: the notebook {SLUG}" in said
    assert course.everything() == before


def test_after_deleting_the_submissions_it_goes_on(course):
    course.submit()
    course.write(exercise("cross"))
    with course.book() as book:  # as nbgrader db assignment remove does
        book.remove_assignment(SLUG)
    assert course.generate()["success"]
    assert course.points() == {"cross": 2}


def test_other_words_and_points_are_let_through_as_nbgrader_does(course):
    course.submit()
    course.write(
        [new_markdown_cell("New words.")], exercise("dot", 5),
        exercise("norm"), written("why"),
    )
    result = course.generate()
    assert result["success"]
    assert "dot is now worth 5 points, not 2" in result["log"]
    assert "norm is now" not in result["log"]
    assert course.points() == {"dot": 5, "norm": 2, "why": 3}
    assert course.released().cells[0].source == "New words."


def duplicate(course):
    course.write(exercise("dot"), exercise("dot"))
    return "Duplicate grade id"


def solution_in_a_lesson(course):
    course.write(
        exercise("cross"),
        [new_code_cell("### BEGIN SOLUTION\nx = 1\n### END SOLUTION")],
    )
    return "non-solution cell"


def not_a_notebook(course):
    (course.source / f"{SLUG}.ipynb").write_text("[]")
    return "There was an error processing assignment"


@pytest.mark.parametrize("spoil", [
    duplicate, solution_in_a_lesson, not_a_notebook,
])
def test_a_run_that_fails_changes_nothing(course, spoil):
    before = course.everything()
    reason = spoil(course)
    result = course.generate()
    assert not result["success"]
    assert reason in result["log"]
    assert "stays as it was" in result["log"]
    assert course.everything() == before


def test_a_run_that_is_stopped_changes_nothing(course, monkeypatch):
    before = course.everything()
    course.write(exercise("cross"))

    def stop(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(generate.SaveCells, "preprocess", stop)
        patch.setattr(generate.HoldCells, "preprocess", stop)
        assert not course.generate()["success"]
    assert course.everything() == before
    assert course.generate()["success"]


def test_the_gradebook_is_told_after_the_notebook_is_written(
    course, monkeypatch
):
    # Whatever comes after SaveCells may fail, running the release above all.
    from mathlib.course.release import SealRelease

    before = course.everything()
    course.write(exercise("cross"))

    def broken(*args):
        raise RuntimeError("late")

    monkeypatch.setattr(SealRelease, "preprocess", broken)
    assert "late" in course.generate()["log"]
    assert course.everything() == before


def test_the_old_release_is_put_back_if_the_new_one_can_not_be(
    course, monkeypatch
):
    before, _ = course.everything()
    rename = Path.rename

    def stubborn(path, target):
        if ".generating-" in str(path) and "old-" not in path.name:
            raise PermissionError("in use")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", stubborn)
    course.write(exercise("cross"))
    assert "in use" in course.generate()["log"]
    files, _ = course.everything()
    assert files == before


def test_a_release_is_replaced_as_a_whole(course):
    old = course.folder / "release" / SLUG / "old.csv"
    old.write_text("1")
    (course.source / "data").mkdir()
    (course.source / "data" / "new.csv").write_text("2")
    (course.source / f"{SLUG}.py").write_text("# solutions")
    course.write(exercise("dot"))
    assert course.generate()["success"]
    files, _ = course.everything()
    assert files.keys() == {
        SLUG, f"{SLUG}/{SLUG}.ipynb", f"{SLUG}/data", f"{SLUG}/data/new.csv"
    }
    assert "### BEGIN" not in str(course.released())
    assert course.released().cells[1].metadata.nbgrader.checksum


def test_without_force_a_release_stays(course):
    before = course.everything()
    course.write(exercise("cross"))
    result = course.generate(force=False)
    assert result["success"] and "Skipping existing" in result["log"]
    assert course.everything() == before


def test_the_gradebook_may_be_left_out(course):
    course.submit()
    _, before = course.everything()
    course.write(exercise("cross"))
    course.config.GenerateAssignment.no_database = True
    course.config.SaveCells.enabled = False
    assert course.generate()["success"]
    assert course.everything()[1] == before
    assert len(course.released().cells) == 2


def test_one_notebook_of_several(course):
    course.write(exercise("cross"), name="more")
    assert course.generate()["success"]
    course.write(exercise("dot", 7), name=SLUG)
    course.write(exercise("curl"), name="more")
    course.config.CourseDirectory.notebook_id = SLUG
    assert course.generate()["success"]
    other = course.folder / "release" / SLUG / "more.ipynb"
    assert "cross" in other.read_text() and "curl" not in other.read_text()
    assert course.released().cells[1].metadata.nbgrader.points == 7


# -- nbgrader's names ---------------------------------------------------------

def test_the_command_line_and_formgrader_use_it(
    tmp_path, monkeypatch
):
    # Where either looks for the class elsewhere, it runs nbgrader's own.
    started = []

    def start(self):
        started.append(self.coursedir.assignment_id)
        raise NbGraderException

    monkeypatch.setattr(GenerateChapter, "start", start)
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        install_generate()
    Course(tmp_path).generate()
    assert started == [SLUG]
    app = GenerateAssignmentApp()
    app.load_cwd_config = False
    app.initialize(["another"])
    with pytest.raises(SystemExit):
        app.start()
    assert started == [SLUG, "another"]


def test_nbgraders_configuration_installs_it(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.syspath_prepend(ROOT)
    PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    for module in USERS:
        assert module.GenerateAssignment is GenerateChapter


@pytest.mark.parametrize("name", [
    "convert_notebooks", "_format_dest", "init_destination",
    "init_assignment", "write_single_notebook", "set_permissions",
])
def test_what_is_overridden_is_nbgraders(name):
    assert name in vars(GenerateChapter)
    assert callable(getattr(GenerateAssignment, name))

"""nbgrader's autograde with ours in its place: what is recorded, and how."""

import contextlib
import inspect
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import nbformat
import nbgrader
import nbgrader.apps.api
import nbgrader.apps.autogradeapp
import nbgrader.apps.generateassignmentapp
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import (
    Autograde,
    GenerateAssignment,
    NbGraderException,
)
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades
from roundtrip import ROOT, environment
from traitlets.config import Config
from typer.testing import CliRunner

from mathlib.course.cells import role
from mathlib.course.cli import app
from mathlib.course.grading import autograde, workers
from mathlib.course.grading.autograde import (
    AutogradeChapter,
    install_autograde,
)
from mathlib.course.grading.generate import GenerateChapter
from mathlib.course.release import configure
from mathlib.exercise import Written
from mathlib.exercises import chapter_exercises

# How nbgrader itself adds a submission.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

TESTED = "0.9"  # nbgrader, whose names we replace
SLUG = "02_linear_algebra"
FULL = {
    e.name: None if isinstance(e, Written) else float(e.points)
    for e in chapter_exercises(SLUG)
}
NOTHING = dict.fromkeys(FULL, 0.0)
DOT = "def dot(a, b, *, axis=-1): return 0"


class Course:
    """A course's folder; nbgrader works on it in this process."""

    def __init__(self, folder):
        self.folder = folder
        self.config = configure(Config())
        self.config.CourseDirectory.root = str(folder)
        self.config.CourseDirectory.course_id = "mathlib"
        self.options = {}

    def coursedir(self, student="*", slug=SLUG):
        made = CourseDirectory(config=self.config)
        made.assignment_id, made.student_id = slug, student
        for name, value in self.options.items():
            setattr(made, name, value)
        return made

    def submitted(self, student):
        return self.folder / "submitted" / student / SLUG

    def submit(self, student, content, timestamp=None):
        """Hand in a notebook, text or bytes."""
        folder = self.submitted(student)
        folder.mkdir(parents=True, exist_ok=True)
        if not isinstance(content, (str, bytes)):
            content = nbformat.writes(content)
        if isinstance(content, str):
            content = content.encode()
        (folder / f"{SLUG}.ipynb").write_bytes(content)
        if timestamp:
            (folder / "timestamp.txt").write_text(timestamp)

    def autograde(self, student="*", slug=SLUG, **options):
        """Grade; return student -> whether it was graded now."""
        converter = AutogradeChapter(
            coursedir=self.coursedir(student, slug), config=self.config
        )
        seen = {}
        converter.progress = lambda done, total, name, graded: seen.update(
            {name: graded is not None}
        )
        for name, value in options.items():
            setattr(converter, name, value)
        try:
            converter.start()
        finally:
            self.seen = seen
        return seen

    def graded(self, student):
        """Return the notebook that formgrader shows."""
        path = self.folder / "autograded" / student / SLUG / f"{SLUG}.ipynb"
        return nbformat.read(path, as_version=4)

    def book(self):
        return Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}")

    def grades(self, column="auto_score"):
        """Return student -> exercise -> what nbgrader recorded."""
        found = {}
        with self.book() as book:
            for submission in book.assignment_submissions(SLUG):
                found[submission.student.id] = {
                    grade.name: getattr(grade, column)
                    for grade in submission.notebooks[0].grades
                }
        return found

    def dump(self):
        """Return all that is in the gradebook."""
        path = self.folder / "gradebook.db"
        with contextlib.closing(sqlite3.connect(path)) as database:
            return sorted(database.iterdump())


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A course in which the chapter is released."""
    folder = tmp_path_factory.mktemp("base")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    shutil.copytree(ROOT / "solutions" / SLUG, folder / "solutions" / SLUG)
    course = Course(folder)
    course.config.RunRelease.enabled = False
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", with_alembic())
        GenerateChapter(
            coursedir=course.coursedir(), config=course.config
        ).start()
    return folder


def with_alembic():
    """nbgrader starts it by its bare name."""
    return os.pathsep.join(
        [str(Path(sys.executable).parent), os.environ["PATH"]]
    )


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    """Leave nbgrader and this process as they were."""
    for module in (nbgrader.apps.api, nbgrader.apps.autogradeapp):
        monkeypatch.setattr(module, "Autograde", Autograde)
    for module in (nbgrader.apps.api, nbgrader.apps.generateassignmentapp):
        monkeypatch.setattr(module, "GenerateAssignment", GenerateAssignment)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setenv("PATH", with_alembic())


@pytest.fixture
def course(base, tmp_path, monkeypatch, grader):
    """A course of one's own, graded by the grader of all these tests."""

    class Shared:
        grade = grader.grade

        def close(self):
            pass

    monkeypatch.setattr(workers, "Grader", lambda *_, **__: Shared())
    shutil.copytree(base, tmp_path / "course")
    return Course(tmp_path / "course")


@pytest.fixture(scope="module")
def solved():
    path = ROOT / "solutions" / SLUG / f"{SLUG}.ipynb"
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def empty():
    path = ROOT / "chapters" / SLUG / f"{SLUG}.ipynb"
    return path.read_text(encoding="utf-8")


def with_answer(notebook, name, source):
    """Return the text of a notebook with one answer changed."""
    notebook = nbformat.reads(notebook, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == name:
            cell.source = source
    return nbformat.writes(notebook)


def reasons(course, student):
    return course.graded(student).cells[-1].source


# -- nbgrader's own ways in -----------------------------------------------


def test_the_names_that_are_replaced_are_where_they_were():
    told = (
        f"the names that mathlib replaces in nbgrader were tested with"
        f" nbgrader {TESTED}; this is {nbgrader.__version__}: see"
        " mathlib/course/grading/autograde.py"
    )
    assert nbgrader.__version__.startswith(f"{TESTED}."), told
    assert nbgrader.apps.autogradeapp.Autograde is Autograde, told
    assert nbgrader.apps.api.Autograde is Autograde, told
    for caller in (
        nbgrader.apps.autogradeapp.AutogradeApp.start, NbGraderAPI.autograde,
    ):
        assert "Autograde(coursedir=self.coursedir" in inspect.getsource(
            caller
        ), told
    for name in (
        "init_notebooks", "convert_notebooks", "set_permissions", "start",
        "run_pre_convert_hook", "run_post_convert_hook", "_format_source",
    ):
        assert callable(getattr(Autograde, name, None)), (name, told)
    assert SaveAutoGrades in Autograde.autograde_preprocessors.default_args[
        0
    ], told
    install_autograde()
    install_autograde()
    assert nbgrader.apps.autogradeapp.Autograde is AutogradeChapter
    assert nbgrader.apps.api.Autograde is AutogradeChapter


def test_formgrader_s_way(course, solved):
    course.submit("ann", solved)
    course.submit("ben", solved)
    install_autograde()
    api = NbGraderAPI(coursedir=course.coursedir(""), config=course.config)
    result = api.autograde(SLUG, "ann")
    assert result["success"], result
    assert course.grades() == {"ann": FULL}
    shutil.rmtree(course.folder / "release")
    result = api.autograde(SLUG, "ben")
    assert not result["success"]
    assert "is not released" in json.dumps(result)
    assert course.grades() == {"ann": FULL}


def hand_in_all(course, solved, empty):
    course.submit("ann", solved)
    course.submit("ben", empty)
    course.submit("cas", with_answer(solved, "dot-answer", DOT))
    course.submit("eve", "not JSON")


@pytest.fixture(scope="module")
def commands(base, solved, empty, tmp_path_factory):
    """The same class graded by both commands; their outputs."""
    found = {}
    for name, command in {
        "nbgrader": ["nbgrader", "autograde", SLUG],
        "mathlib": ["mathlib.course.cli", "grade", "2", "--jobs", "2",
                    "--unconfined"],
    }.items():
        folder = tmp_path_factory.mktemp("commands") / name
        shutil.copytree(base, folder)
        if name == "nbgrader":
            with open(folder / "nbgrader_config.py", "a") as file:
                file.write("\nc.AutogradeChapter.unconfined = True\n")
        course = Course(folder)
        hand_in_all(course, solved, empty)
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=folder, text=True,
            env=environment(11), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=300,
        )
        found[name] = course, done
    return found


@pytest.mark.parametrize("name", ["nbgrader", "mathlib"])
def test_a_command_grades_the_class(commands, name):
    course, done = commands[name]
    assert done.returncode == 0, done.stdout
    assert course.grades() == {
        "ann": FULL, "ben": NOTHING, "cas": FULL | {"dot": 0.0},
        "eve": NOTHING,
    }
    assert "This submission could not be graded" in done.stdout


def test_both_commands_give_the_same_notebooks(commands):
    (one, _), (two, _) = commands.values()
    for student in ("ann", "ben", "cas", "eve"):
        assert one.graded(student) == two.graded(student)
    for column in ("needs_manual_grade", "manual_score", "extra_credit"):
        assert one.grades(column) == two.grades(column)


def test_the_command_tells_how_it_went(commands):
    _, done = commands["mathlib"]
    assert "4 graded." in done.stdout
    assert "to look at" in done.stdout
    assert "Traceback" not in done.stdout


# -- mathlib grade --------------------------------------------------------


@pytest.fixture
def mathlib(course, monkeypatch):
    """Call ``mathlib`` in the course's folder."""
    monkeypatch.chdir(course.folder)

    def call(*args):
        return CliRunner().invoke(app, ["grade", *args])

    return call


def test_one_student(course, mathlib, solved):
    course.submit("ann", solved)
    course.submit("ben", solved)
    done = mathlib("2", "--student", "ben")
    assert done.exit_code == 0, done.output
    assert course.grades() == {"ben": FULL}
    assert "1 graded." in done.output
    done = mathlib("linear_algebra", "--jobs", "1")
    assert done.exit_code == 0
    assert "1 graded, 1 graded before (again with --force)." in done.output
    assert course.grades() == {"ann": FULL, "ben": FULL}
    done = mathlib(SLUG, "--force", "--jobs", "1")
    assert "2 graded." in done.output


def test_what_can_t_be_graded_is_said_with_the_exit_status(
    course, mathlib, solved, monkeypatch, tmp_path
):
    done = mathlib("2")
    assert done.exit_code == 1
    assert "No notebooks were matched" in done.output
    course.submit("ann", solved)
    shutil.rmtree(course.folder / "release")
    done = mathlib("2")
    assert done.exit_code == 1
    assert "is not released" in done.output
    assert mathlib("99").exit_code == 1
    monkeypatch.chdir(tmp_path)
    done = mathlib("2")
    assert done.exit_code == 1
    assert "nbgrader_config.py" in done.output


def test_a_record_that_fails_is_said_with_the_exit_status(
    course, mathlib, solved, fails
):
    course.submit("ben", solved)
    done = mathlib("2", "--jobs", "1")
    assert done.exit_code == 1
    assert f"not recorded: {SLUG} of ben" in done.output


# -- submissions of all kinds ---------------------------------------------


def pipe(path):
    os.mkfifo(path)


def link(path):
    target = path.parents[4] / "secret.ipynb"
    target.write_text('{"cells": [], "secret": "swordfish"}')
    path.symlink_to(target)


UNREADABLE = {
    "a-folder": (Path.mkdir, "is a folder"),
    "a-link": (link, "is a symbolic link"),
    "a-pipe": (pipe, "is a pipe"),
    "nothing": (lambda path: None, ""),
    "not-json": (lambda path: path.write_text("{"), "JSON"),
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no pipes")
def test_what_can_t_be_read_gets_nothing_and_a_reason(course, solved):
    for student, (make, _) in UNREADABLE.items():
        course.submitted(student).mkdir(parents=True)
        make(course.submitted(student) / f"{SLUG}.ipynb")
    course.submit("ann", solved)
    course.submit("zoe", solved)
    assert all(course.autograde().values())
    expected = dict.fromkeys(UNREADABLE, NOTHING) | {"ann": FULL, "zoe": FULL}
    assert course.grades() == expected
    for student, (_, words) in UNREADABLE.items():
        assert "could not be graded" in reasons(course, student)
        assert words in reasons(course, student)
        assert not any(course.grades("needs_manual_grade")[student].values())
    for path in (course.folder / "autograded").rglob("*"):
        assert path.is_dir() or path.is_file() and not path.is_symlink()
        assert path.is_dir() or "swordfish" not in path.read_text()


@pytest.mark.parametrize("place", ["student", "chapter"])
def test_a_folder_that_is_a_link_is_not_followed(
    course, solved, tmp_path, place
):
    elsewhere = Course(tmp_path / "elsewhere")
    elsewhere.submit("joe", solved)
    before = sorted(elsewhere.folder.rglob("*"))
    course.submit("ann", solved)
    path = course.submitted("joe")
    target = elsewhere.submitted("joe")
    if place == "student":
        path, target = path.parent, target.parent
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(target)
    course.autograde()
    assert course.grades() == {"ann": FULL, "joe": NOTHING}
    assert "symbolic link" in reasons(course, "joe")
    assert sorted(elsewhere.folder.rglob("*")) == before


def test_a_file_in_the_place_of_a_folder(course, solved):
    course.submit("ann", solved)
    course.submitted("joe").parent.mkdir()
    course.submitted("joe").write_text("here")
    course.autograde()
    assert course.grades() == {"ann": FULL, "joe": NOTHING}


def test_who_is_excluded_is_not_graded(course, solved):
    for student in ("ann", "ben", "cas"):
        course.submit(student, solved)
    course.options = {"student_id_exclude": "ben,cas"}
    assert course.autograde() == {"ann": True}
    assert course.grades() == {"ann": FULL}
    assert not (course.folder / "autograded" / "ben").exists()


def test_a_student_who_is_not_known(course, solved):
    with course.book() as book:
        book.add_student("ann")
    course.submit("ann", solved)
    course.submit("ben", solved)
    with pytest.raises(NbGraderException, match="of ben"):
        course.autograde(create_student=False)
    assert course.grades() == {"ann": FULL}


def test_what_is_kept_of_a_submission(course, solved):
    course.submit("ann", solved, "2030-01-02 03:04:05 UTC")
    (course.submitted("ann") / "numpy.py").write_text("1 / 0")
    before = {
        path: path.read_bytes() for path in course.submitted("ann").iterdir()
    }
    course.autograde()
    folder = course.folder / "autograded" / "ann" / SLUG
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{SLUG}.ipynb", "timestamp.txt",
    ]
    assert [p.name for p in folder.parent.iterdir()] == [SLUG]
    assert "numpy.py" in reasons(course, "ann")
    assert before == {
        path: path.read_bytes() for path in course.submitted("ann").iterdir()
    }
    with course.book() as book:
        found = book.find_submission(SLUG, "ann")
        assert found.timestamp == datetime(2030, 1, 2, 3, 4, 5)


# -- again ----------------------------------------------------------------


def test_what_was_graded_is_graded_again_when_asked_or_newer(course, solved):
    course.submit("ann", solved, "2030-01-02 00:00:00 UTC")
    assert course.autograde() == {"ann": True}
    wrong = with_answer(solved, "dot-answer", DOT)
    for when, again in [
        (None, False), ("2030-01-02 00:00:00 UTC", False),
        ("2030-01-01 00:00:00 UTC", False),
        ("2030-01-02 01:00:00 +0200", False),
    ]:
        course.submit("ann", wrong, when)
        assert course.autograde() == {"ann": again}
        assert course.grades() == {"ann": FULL}
    course.submit("ann", wrong, "2030-01-02 00:00:01 UTC")
    assert course.autograde() == {"ann": True}
    assert course.grades() == {"ann": FULL | {"dot": 0.0}}
    course.submit("ann", solved)
    assert course.autograde(force=True) == {"ann": True}
    assert course.grades() == {"ann": FULL}
    assert course.autograde() == {"ann": False}


def test_grading_again_changes_nothing(course, solved):
    course.submit("ann", with_answer(solved, "dot-answer", "1 / 0"))
    course.submit("eve", "not JSON")

    def state():
        return course.dump(), course.graded("ann"), course.graded("eve")

    course.autograde()
    first = state()
    assert course.autograde() == {"ann": False, "eve": False}
    assert state() == first
    assert course.autograde(force=True) == {"ann": True, "eve": True}
    assert state() == first


def test_grades_stay_when_a_submission_can_t_be_read_any_more(course, solved):
    course.submit("ann", solved)
    course.autograde()
    course.submit("ann", "not JSON")
    assert course.autograde() == {"ann": False}
    assert course.grades() == {"ann": FULL}
    assert course.autograde(force=True) == {"ann": True}
    assert course.grades() == {"ann": NOTHING}


def test_what_people_gave_survives(course, solved, released):
    course.submit("ann", solved)
    course.autograde()
    (written,) = [name for name, points in FULL.items() if points is None]
    place = [c for c in released.cells if role(c) == "exercise"][0]
    answer = place.metadata.nbgrader.grade_id
    with course.book() as book:
        hers = SLUG, SLUG, "ann"
        grade = book.find_grade(written, *hers)
        grade.manual_score, grade.extra_credit = 4.5, 0.25
        grade.needs_manual_grade = False
        book.find_grade("dot", *hers).manual_score = 0.5
        book.find_comment(answer, *hers).manual_comment = "Well done."
        book.db.commit()
    course.submit("ann", with_answer(solved, "trace-answer", "1 / 0"))
    course.autograde(force=True)
    assert course.grades()["ann"] == FULL | {"trace": 0.0}
    manual = course.grades("manual_score")["ann"]
    assert (manual.pop(written), manual.pop("dot")) == (4.5, 0.5)
    assert not any(manual.values())
    assert course.grades("extra_credit")["ann"][written] == 0.25
    with course.book() as book:
        comment = book.find_comment(answer, *hers)
        assert comment.manual_comment == "Well done."
    waiting = course.grades("needs_manual_grade")["ann"]
    assert {name for name, needs in waiting.items() if needs} == {
        written, "dot"  # nbgrader's way: a person looks at it once more
    }


class Late(BasePlugin):
    """Takes a point for an hour, and notes what it was told."""

    told = []

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        self.told.append((student_id, score, total_seconds_late))
        return total_seconds_late / 3600


def test_late_penalties(course, solved):
    with course.book() as book:
        book.update_or_create_assignment(
            SLUG, duedate=datetime(2030, 1, 1, 12)
        )
    course.submit("ann", solved, "2030-01-01 14:00:00 UTC")
    course.submit("ben", solved, "2030-01-01 12:00:00 UTC")
    course.submit("cas", solved)
    course.submit("eve", "not JSON", "2030-01-01 14:00:00 UTC")
    course.config.AssignLatePenalties.plugin_class = Late
    Late.told.clear()
    course.autograde()
    total = sum(filter(None, FULL.values()))
    assert Late.told == [("ann", total, 7200.0)]
    with course.book() as book:
        assert {
            s.student.id: s.notebooks[0].late_submission_penalty or 0
            for s in book.assignment_submissions(SLUG)
        } == {"ann": 2.0, "ben": 0, "cas": 0, "eve": 0}


# -- refused before anything is touched -----------------------------------


def without_release(course):
    shutil.rmtree(course.folder / "release")


def without_gradebook(course):
    (course.folder / "gradebook.db").unlink()


def another_gradebook(course):
    with course.book() as book:
        book.remove_assignment(SLUG)


def another_cell(course):
    with course.book() as book:
        book.add_grade_cell(
            "new", SLUG, SLUG, max_score=1, cell_type="code"
        )


def a_cell_less(course):
    path = course.folder / "release" / SLUG / f"{SLUG}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [
        cell for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") != "trace"
    ]
    path.chmod(0o644)
    nbformat.write(notebook, path)


@pytest.mark.parametrize("change, told", [
    (without_release, "is not released"),
    (without_gradebook, "does not know"),
    (another_gradebook, "does not know"),
    (another_cell, "differ in new"),
    (a_cell_less, "differ in trace"),
])
def test_what_does_not_fit_is_refused(course, solved, change, told):
    course.submit("ann", solved)
    change(course)
    # An empty gradebook is made by looking at it.
    before = None if change is without_gradebook else course.dump()
    with pytest.raises(NbGraderException, match=told):
        course.autograde()
    assert before in (None, course.dump())
    assert course.seen == {}
    assert not (course.folder / "autograded").exists()


def test_nothing_handed_in(course):
    with pytest.raises(NbGraderException, match="No notebooks were matched"):
        course.autograde()


def test_without_a_wall_nothing_is_touched(base, tmp_path, monkeypatch):
    from mathlib.course.grading import learner

    def start(*_):
        raise OSError("walls are forbidden here")

    shutil.copytree(base, tmp_path / "course")
    course = Course(tmp_path / "course")
    course.submit("ann", (
        ROOT / "solutions" / SLUG / f"{SLUG}.ipynb"
    ).read_bytes())
    monkeypatch.setattr(learner.outer, "start", start)
    before = course.dump()
    with pytest.raises(NbGraderException, match="walls are forbidden here"):
        course.autograde()
    assert course.dump() == before
    assert not (course.folder / "autograded").exists()


# -- and the rest ---------------------------------------------------------


@pytest.fixture
def fails(monkeypatch):
    """Recording what ben did fails; the list holds the others."""
    recorded = []

    class Fails(SaveAutoGrades):
        def preprocess(self, nb, resources):
            student = resources["nbgrader"]["student"]
            if student == "ben":
                raise OSError("the disk is full")
            recorded.append(student)
            return super().preprocess(nb, resources)

    monkeypatch.setattr(autograde, "SaveAutoGrades", Fails)
    return recorded


def test_a_record_that_fails_stops_no_other(
    course, solved, fails, monkeypatch
):
    for student in ("ann", "ben", "cas"):
        course.submit(student, solved)
    with pytest.raises(NbGraderException, match=f"{SLUG} of ben"):
        course.autograde()
    assert fails == ["ann", "cas"]
    assert course.seen.keys() == {"ann", "ben", "cas"}
    grades = course.grades()
    assert (grades["ann"], grades["cas"]) == (FULL, FULL)
    assert not any(grades["ben"].values())
    assert not (course.folder / "autograded" / "ben").exists()
    # The next run makes up for it.
    monkeypatch.setattr(autograde, "SaveAutoGrades", SaveAutoGrades)
    assert course.autograde() == {"ann": False, "ben": True, "cas": False}
    assert course.grades()["ben"] == FULL


def test_an_assignment_that_is_not_of_this_course(course, monkeypatch):
    graded = []
    monkeypatch.setattr(
        Autograde, "convert_notebooks",
        lambda self: graded.append(dict(self.assignments)),
    )
    notebook = nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_code_cell("assert x == 1", metadata={"nbgrader": {
            "grade_id": "own-test", "grade": True, "solution": False,
        }}),
    ])
    for folder in ("release/hw1", "submitted/ann/hw1", "submitted/ben/hw1"):
        (course.folder / folder).mkdir(parents=True)
        nbformat.write(notebook, course.folder / folder / "task.ipynb")
    assert course.autograde(slug="hw1") == {}
    (found,) = graded
    assert found == {
        str(course.folder / "submitted" / student / "hw1"): [
            str(course.folder / "submitted" / student / "hw1" / "task.ipynb")
        ] for student in ("ann", "ben")
    }


def test_hooks_are_called(course, solved):
    called = []
    course.submit("ann", solved)
    course.autograde(
        pre_convert_hook=lambda **given: called.append(("pre", given)),
        post_convert_hook=lambda **given: called.append(("post", given)),
    )
    assert [kind for kind, _ in called] == ["pre", "post"]
    assert called[0][1]["assignment"] == SLUG


def test_late_penalties_are_nbgrader_s_own():
    assert autograde.AssignLatePenalties is AssignLatePenalties
    assert autograde.SaveAutoGrades is SaveAutoGrades

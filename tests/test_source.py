"""A chapter's source is read as it should be, or refused with a reason."""

import shutil
import sys
from types import SimpleNamespace

import pytest
from nbformat.v4 import new_output
from roundtrip import ROOT, SAMPLE, SAMPLES, edit, make_sample

from mathlib.course.cells import (
    ChapterError,
    chapter_names,
    content_hash,
    regions,
    role,
)
from mathlib.course.source import read, repository


@pytest.fixture(scope="module", autouse=True)
def sample_course():
    sys.path.insert(0, str(SAMPLES))
    import sample_course

    undo = sample_course.install()
    yield sample_course
    undo()
    sys.path.remove(str(SAMPLES))


@pytest.fixture
def root(tmp_path):
    return make_sample(tmp_path)


def by_id(notebook, name):
    (cell,) = [cell for cell in notebook.cells if cell["id"] == name]
    return cell


def test_cells_get_roles_ids_and_points(root):
    notebook = read(SAMPLE, root)
    graded = [
        (c["id"], role(c), c.metadata.nbgrader.get("points"))
        for c in notebook.cells if "nbgrader" in c.metadata
    ]
    assert graded == [
        ("double-answer", "exercise", None), ("double", "check", 3),
        ("Tally-answer", "exercise", None), ("Tally", "check", 2.5),
        ("answer-answer", "exercise", None), ("answer", "check", 1),
        ("why_two-rubric", "rubric", None), ("why_two", "written", 3),
    ]
    assert notebook.cells[1]["id"] == "start-2"
    assert by_id(notebook, "Tally-1").cell_type == "markdown"


def test_metadata_hold_nothing_of_jupytext_or_of_the_machine(root):
    notebook = read(SAMPLE, root)
    assert set(notebook.metadata) == {
        "kernelspec", "language_info", "mathlib"
    }
    assert "version" not in notebook.metadata.language_info
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"nbgrader", "tags"}


def test_rubric_stands_above_the_written_answer(root):
    cells = read(SAMPLE, root).cells
    places = {cell["id"]: n for n, cell in enumerate(cells)}
    assert places["why_two-rubric"] + 1 == places["why_two"]
    assert "(2 points) proves it" in cells[places["why_two-rubric"]].source


def test_a_new_cell_changes_ids_up_to_the_next_exercise_only(root):
    before = {cell["id"]: cell.source for cell in read(SAMPLE, root).cells}
    edit(
        root / "solutions" / SAMPLE / f"{SAMPLE}.py",
        "# %% [markdown]\n# ### Exercise 0.2",
        "# %% [markdown]\n# New.\n\n# %% [markdown]\n# ### Exercise 0.2",
    )
    after = {cell["id"]: cell.source for cell in read(SAMPLE, root).cells}
    changed = {k for k in before | after if before.get(k) != after.get(k)}
    assert changed == {"double-1", "double-2"}


def test_names_of_setup_and_lessons(root):
    names = chapter_names(read(SAMPLE, root))
    assert names["setup"] == ["check", "np", "plt", "rows", "sample_course"]
    lessons = [name for found in names["cells"].values() for name in found]
    assert lessons == ["t", "Shown", "ax", "fig", "sys"]


def test_content_hash_is_of_what_is_written_not_of_outputs(root):
    notebook = read(SAMPLE, root)
    before = content_hash(notebook)
    by_id(notebook, "double").outputs = [new_output("stream", text="x")]
    assert content_hash(notebook) == before
    by_id(notebook, "double-answer").source += "\n# mine"
    assert content_hash(notebook) != before


CHECK = '# %% check="double"\ncheck("double")\n'
AGAIN = """\
# %% exercise="answer"
### BEGIN SOLUTION
answer = 42.0
### END SOLUTION

# %% check="answer"
check("answer")
"""


@pytest.mark.parametrize("old, new, reason", [
    ("# ---\n# jupyter:", "# A note\n# ---\n# jupyter:", "no header"),
    ("# %%\nimport matplotlib", '# %% check="double"\nimport matplotlib',
     "no setup cell"),
    ("# %%\nassert (2", '# %% slideshow="skip"\nassert (2',
     "an unknown cell option"),
    ('# %% check="double"', '# %% check="double" exercise="double"',
     "a cell with two roles"),
    ('# %% check="double"', '# %% [markdown] check="double"',
     "a cell of the wrong type"),
    ('tags=["nbval-ignore-output"]', 'tags=["raises-exception"]',
     "a tag that may not be here"),
    ('# %% check="double"',
     '# %% check="double" tags=["nbval-ignore-output"]',
     "a tag that may not be here"),
    ("assert (2 * t).sum() == 12", "### BEGIN SOLUTION\n### END SOLUTION",
     "a solution outside an exercise cell"),
    ("assert (2 * t).sum() == 12", "assert (2 * t", "a cell that is not"),
    ("assert (2 * t).sum() == 12", "# %pip install numpy\n# !ls",
     "a cell that is not"),
    ("assert (2 * t).sum() == 12", "x = 1" + " + 1" * 20,
     "a code line over 79 characters"),
    ('check("double")', 'check("double", seed=1)',
     "a check cell that does more than check"),
    ("### BEGIN SOLUTION\nanswer = 6.0 * 7.0\n### END SOLUTION",
     "answer = 6.0 * 7.0", "an exercise without a solution"),
    ("answer = 6.0 * 7.0", "anwser = 6.0 * 7.0",
     "a solution that does not define its exercise"),
    ("def triple(x)", "def tripel(x)",
     "a solution that does not define its exercise"),
    (CHECK, CHECK + "\n" + AGAIN, "an exercise that is there twice"),
    (CHECK, "", "an exercise without its check"),
    (CHECK, CHECK + "\n" + CHECK, "a check without its exercise above"),
    ('exercise="answer"', 'exercise="dubble"', "an unknown exercise"),
    ('# %% [markdown] written="why_two"', "# %% [markdown]",
     "an exercise that the chapter leaves out"),
    ('# %% [markdown] written="why_two"', '# %% [markdown] written="double"',
     "an exercise that is there twice"),
    ("answer = 6.0 * 7.0", "# nothing", "an empty solution"),
    ("### BEGIN SOLUTION\nanswer", "# ### BEGIN SOLUTION\nanswer",
     "solution markers that do not match"),
])
def test_a_wrong_form_is_refused_by_name(root, old, new, reason):
    edit(root / "solutions" / SAMPLE / f"{SAMPLE}.py", old, new)
    with pytest.raises(ChapterError) as error:
        read(SAMPLE, root)
    assert error.value.reason.startswith(reason)
    assert SAMPLE in str(error.value)


def test_a_written_exercise_where_code_is_asked_for(root):
    path = root / "solutions" / SAMPLE / f"{SAMPLE}.py"
    edit(path, '# %% [markdown] written="why_two"', "# %% [markdown]")
    edit(path, 'exercise="answer"', 'exercise="why_two"')
    with pytest.raises(ChapterError, match="exercise of the other kind"):
        read(SAMPLE, root)


def test_an_exercise_of_another_chapter(root, monkeypatch):
    import mathlib.exercises as exercises

    real = exercises.find

    def find(name):
        if name == "answer":
            return SimpleNamespace(chapter="25_evaluation", parts={})
        return real(name)

    monkeypatch.setattr(exercises, "find", find)
    with pytest.raises(ChapterError, match="exercise of another chapter"):
        read(SAMPLE, root)


@pytest.mark.parametrize("source", [
    "### BEGIN SOLUTION\nx = 1",
    "x = 1\n### END SOLUTION",
    "### BEGIN SOLUTION\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION",
    "    ### BEGIN SOLUTION\n    x = 1\n### END SOLUTION",
    "## BEGIN SOLUTION\nx = 1\n## END SOLUTION",
    "### BEGIN SOLUTION\nx = 1\n### END SOLUTION  # done",
])
def test_markers_that_do_not_match(source):
    with pytest.raises(ChapterError, match="markers that do not match"):
        regions("slug", source)


def test_no_source(tmp_path):
    with pytest.raises(ChapterError, match="no source"):
        read(SAMPLE, tmp_path)


def test_the_section_that_shows_the_form_is_of_this_form(
    tmp_path, monkeypatch
):
    import mathlib.exercises as exercises

    exercise = SimpleNamespace(
        chapter="08_optimization", points=3, parts={"adam_step": None}
    )
    monkeypatch.setattr(exercises, "find", lambda name: exercise)
    monkeypatch.setattr(exercises, "names", lambda slug: ["adam_step"])
    path = tmp_path / "solutions/08_optimization/08_optimization.py"
    path.parent.mkdir(parents=True)
    shutil.copy(SAMPLES / "sample_section.py", path)
    notebook = read("08_optimization", tmp_path)
    assert [role(c) for c in notebook.cells[-2:]] == ["exercise", "check"]


def test_repository_is_found_from_inside_and_from_the_package(tmp_path):
    assert repository(ROOT / "tests" / "samples") == ROOT
    assert repository(tmp_path) == ROOT

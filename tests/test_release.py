"""What learners get: stubs that run, no solution, and nbgrader agrees."""

import copy
import sys

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from roundtrip import SAMPLE, SAMPLES, make_sample

from mathlib.course import build as building
from mathlib.course import release as releasing
from mathlib.course.cells import ChapterError, role
from mathlib.course.release import clear_answer
from mathlib.course.source import read


@pytest.fixture(scope="module", autouse=True)
def sample_course():
    sys.path.insert(0, str(SAMPLES))
    import sample_course

    undo = sample_course.install()
    yield sample_course
    undo()
    sys.path.remove(str(SAMPLES))


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """The sample with solutions and its release, neither of them run."""
    solved = read(SAMPLE, make_sample(tmp_path_factory.mktemp("root")))
    return solved, building._release(SAMPLE, solved)


@pytest.fixture
def solved(pair):
    return copy.deepcopy(pair[0])


@pytest.fixture
def release(pair):
    return copy.deepcopy(pair[1])


def by_id(notebook, name):
    (cell,) = [cell for cell in notebook.cells if cell["id"] == name]
    return cell


def answer_cell(source):
    cell = new_code_cell(source)
    cell.metadata["nbgrader"] = {
        "grade": False, "solution": True, "grade_id": "x-answer"
    }
    return cell


@pytest.mark.parametrize("source, stub", [
    # a function, and what stands around the region
    ('def f(x):\n    """Doc."""\n    y = 1\n    ### BEGIN SOLUTION\n'
     "    y = 2\n\n    z = 3\n    ### END SOLUTION\n    return y",
     'def f(x):\n    """Doc."""\n    y = 1\n    # YOUR CODE HERE\n'
     "    raise NotImplementedError\n    return y"),
    # a method, deeper
    ("class A:\n    def f(self):\n        ### BEGIN SOLUTION\n"
     "        return 1\n        ### END SOLUTION",
     "class A:\n    def f(self):\n        # YOUR CODE HERE\n"
     "        raise NotImplementedError"),
    # a body of a loop in a function
    ("async def f(x):\n    for i in x:\n        ### BEGIN SOLUTION\n"
     "        # why\n        i += 1\n        ### END SOLUTION",
     "async def f(x):\n    for i in x:\n        # YOUR CODE HERE\n"
     "        raise NotImplementedError"),
    # a class body must not raise, or the notebook would stop
    ("class A:\n    ### BEGIN SOLUTION\n    x = 1\n    ### END SOLUTION",
     "class A:\n    # YOUR CODE HERE\n    pass"),
    # neither must a value, a whole function, or a branch
    ("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", "# YOUR CODE HERE"),
    ("### BEGIN SOLUTION\ndef f():\n    return 1\n### END SOLUTION",
     "# YOUR CODE HERE"),
    ("if True:\n    ### BEGIN SOLUTION\n    x = 1\n    ### END SOLUTION",
     "if True:\n    # YOUR CODE HERE\n    pass"),
    # two regions
    ("def f():\n    ### BEGIN SOLUTION\n    a = 1\n    ### END SOLUTION\n"
     "### BEGIN SOLUTION\nx = f()\n### END SOLUTION",
     "def f():\n    # YOUR CODE HERE\n    raise NotImplementedError\n"
     "# YOUR CODE HERE"),
])
def test_stubs(source, stub):
    cell = answer_cell(source)
    clear_answer("slug", cell)
    assert cell.source == stub


def test_a_stub_that_is_not_python_is_refused():
    cell = answer_cell(
        "x = [\n    ### BEGIN SOLUTION\n    1,\n    ### END SOLUTION\n]"
    )
    with pytest.raises(ChapterError, match="a stub that is not Python"):
        clear_answer("slug", cell)


def test_release_has_stubs_prompts_and_the_lessons(solved, release):
    assert by_id(release, "double-answer").source.count("raise Not") == 2
    assert by_id(release, "answer-answer").source == "# YOUR CODE HERE"
    assert by_id(release, "why_two").source == releasing.PROMPT
    for before, after in zip(solved.cells, release.cells, strict=True):
        assert before["id"] == after["id"]
        if role(before) not in ("exercise", "written"):
            assert before.source == after.source
    releasing.verify(SAMPLE, solved, release)


def test_checks_are_locked_and_answers_can_not_be_deleted(release):
    for name in ("double", "Tally", "answer", "why_two-rubric"):
        metadata = by_id(release, name).metadata
        assert metadata.deletable is False and metadata.editable is False
        assert metadata.nbgrader.locked is True
    metadata = by_id(release, "double-answer").metadata
    assert metadata.deletable is False and "editable" not in metadata
    assert len(metadata.nbgrader.checksum) == 32


def leak_into_answer(release):
    by_id(release, "Tally-answer").source += "\ntotal = total + x"


def leak_into_check(release):
    by_id(release, "double").source += "\n  self.count_so_far += n  "


def leak_into_text(release):
    by_id(release, "answer-1").source += "\n    answer = 6.0 * 7.0"


def leak_marker(release):
    by_id(release, "start-3").source += "\n### BEGIN SOLUTION"


def leak_output(release):
    by_id(release, "start-3").outputs = [
        new_output("stream", text="### BEGIN SOLUTION")
    ]


def leak_model_answer(release):
    by_id(release, "why_two").source = "Because $x + x = 2x$."


def new_stub_line(release):
    by_id(release, "answer-answer").source += "\nanswer = None"


def new_cell(release):
    release.cells.append(new_markdown_cell("More."))


def lost_cell(release):
    del release.cells[3]


LEAK = "a solution leaked into the release"
OTHER = "a release with other cells than the solutions"


@pytest.mark.parametrize("spoil, reason", [
    (leak_into_answer, LEAK),
    (leak_into_check, LEAK),
    (leak_into_text, LEAK),
    (leak_marker, LEAK),
    (leak_output, LEAK),
    (leak_model_answer, LEAK),
    (new_stub_line, "a stub line that is not in the solution"),
    (new_cell, OTHER),
    (lost_cell, OTHER),
])
def test_a_bad_release_is_refused_by_name(solved, release, spoil, reason):
    spoil(release)
    with pytest.raises(ChapterError) as error:
        releasing.verify(SAMPLE, solved, release)
    assert error.value.reason == reason


def score(notebook, name, text):
    cell = by_id(notebook, name)
    cell.outputs = [
        new_output("execute_result", {"text/plain": text}, metadata={})
    ]


def test_scores_of_solutions_and_of_the_release(solved):
    for name, points in (("double", "3"), ("Tally", "2.5"), ("answer", "1")):
        score(solved, name, points)
    releasing.verify_scores(SAMPLE, solved, solved=True)
    with pytest.raises(ChapterError, match="points to an empty answer"):
        releasing.verify_scores(SAMPLE, solved, solved=False)
    score(solved, "Tally", "2.49")
    with pytest.raises(ChapterError, match="not earn all its points\nTally"):
        releasing.verify_scores(SAMPLE, solved, solved=True)


@pytest.mark.parametrize("text", ["", "np.float64(1.0)", "full"])
def test_a_check_that_gives_no_number(solved, text):
    score(solved, "double", text)
    with pytest.raises(ChapterError, match="gives no number"):
        releasing.verify_scores(SAMPLE, solved, solved=True)


def test_a_check_without_output_is_no_number(solved):
    # nbgrader would give full marks.
    with pytest.raises(ChapterError, match="gives no number"):
        releasing.verify_scores(SAMPLE, solved, solved=False)


def test_nbgraders_own_checks_still_run(solved):
    by_id(solved, "Tally").metadata.nbgrader["grade_id"] = "double"
    with pytest.raises(ChapterError) as error:
        building._release(SAMPLE, solved)
    assert error.value.reason == "nbgrader can't release this"
    assert "Duplicate grade id" in error.value.detail


def test_a_solution_in_a_lesson_cell_is_refused_by_nbgrader_too(solved):
    by_id(solved, "start-3").source = (
        "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
    )
    with pytest.raises(ChapterError, match="non-solution cell"):
        building._release(SAMPLE, solved)

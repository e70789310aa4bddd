"""The build: the same bytes each time, nothing lost, errors with a name."""

import base64
import copy
import io
import json
import shutil
import sys

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image
from roundtrip import SAMPLE, SAMPLES, edit, make_course, make_sample

from mathlib.course import build as building
from mathlib.course import execute
from mathlib.course import release as releasing
from mathlib.course.cells import ChapterError, content_hash


@pytest.fixture(scope="module", autouse=True)
def sample_course():
    sys.path.insert(0, str(SAMPLES))
    import sample_course

    undo = sample_course.install()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(SAMPLES))
        yield sample_course
    undo()
    sys.path.remove(str(SAMPLES))


@pytest.fixture(scope="module")
def built_once(tmp_path_factory):
    root = make_sample(tmp_path_factory.mktemp("built"))
    building.build(SAMPLE, root, lessons_path=root / "lessons.json")
    return root


@pytest.fixture
def root(built_once, tmp_path):
    """A built course that a test may spoil."""
    return shutil.copytree(built_once, tmp_path / "root")


def source(root):
    return root / "solutions" / SAMPLE / f"{SAMPLE}.py"


def load(root):
    return [
        nbformat.read(path, as_version=4)
        for path in building.notebook_paths(SAMPLE, root)
    ]


def by_id(notebook, name):
    (cell,) = [cell for cell in notebook.cells if cell["id"] == name]
    return cell


def build(root, said=None):
    building.build(
        SAMPLE, root, lessons_path=root / "lessons.json",
        say=(said if said is not None else []).append,
    )


def check(root):
    building.check(SAMPLE, root, lessons_path=root / "lessons.json")


def everything(root):
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*") if path.is_file()
    }


@pytest.mark.slow
def test_two_builds_give_the_same_bytes(root):
    before = everything(root)
    build(root)
    assert everything(root) == before
    check(root)


def test_the_release_shows_what_it_gives(built_once):
    solved, release = load(built_once)
    for notebook, points in ((solved, "2.5"), (release, "0")):
        (output,) = by_id(notebook, "Tally").outputs
        assert output.data["text/plain"] == points
        assert "Tally" in output.data["text/html"]
        assert by_id(notebook, "Tally").execution_count == 9
        assert by_id(notebook, "Tally-answer").execution_count is None
        assert by_id(notebook, "why_two-1").execution_count == 12
    assert by_id(solved, "start-3").outputs == by_id(
        release, "start-3"
    ).outputs
    assert "not solved yet" in str(by_id(release, "answer").outputs)


def test_the_release_stands_alone_in_its_folder(built_once):
    folder = building.notebook_paths(SAMPLE, built_once)[1].parent
    assert [p.name for p in folder.iterdir()] == [f"{SAMPLE}.ipynb"]


def test_nothing_that_changes_is_written(built_once):
    for notebook in load(built_once):
        outputs = json.dumps([c.get("outputs") for c in notebook.cells])
        assert "widget-view" not in outputs and "f00d" not in outputs
        assert set(notebook.metadata) == {
            "kernelspec", "language_info", "mathlib"
        }
        assert all("execution" not in c.metadata for c in notebook.cells)
        (explorer,) = by_id(notebook, "start-4").outputs
        assert explorer.data == {
            "text/plain": "Explorer: doubling (needs a running notebook)"
        }


def test_what_the_lessons_define_is_written_for_check(built_once):
    known = json.loads((built_once / "lessons.json").read_text())
    assert known[SAMPLE]["setup"] == [
        "check", "np", "plt", "rows", "sample_course"
    ]
    assert ["ax", "fig"] in known[SAMPLE]["cells"].values()


def test_check_passes_and_does_not_look_at_outputs(root):
    check(root)
    _, path = building.notebook_paths(SAMPLE, root)
    notebook = nbformat.read(path, as_version=4)
    by_id(notebook, "start-3").outputs = []
    nbformat.write(notebook, path)
    check(root)


def change_source(root):
    edit(source(root), "# $2x$ is twice $x$.", "# $2x$ is $x + x$.")


def change_points(root):
    solved, path = building.notebook_paths(SAMPLE, root)
    for notebook in (solved, path):
        edit(notebook, '"points": 2.5', '"points": 2.0')


def change_release(root):
    edit(building.notebook_paths(SAMPLE, root)[1], "rows = 4", "rows = 5")


def change_metadata(root):
    edit(
        building.notebook_paths(SAMPLE, root)[1],
        '"pins"', '"jupytext": {}, "pins"',
    )


def lose_release(root):
    building.notebook_paths(SAMPLE, root)[1].unlink()


def change_lessons(root):
    edit(root / "lessons.json", '"rows"', '"row"')


def change_pins(root):
    (root / "constraints.txt").write_text("numpy==2.4\n")


@pytest.mark.parametrize("spoil", [
    change_source, change_points, change_release, change_metadata,
    lose_release, change_lessons, change_pins,
])
def test_a_stale_build_is_told_by_name(root, spoil):
    spoil(root)
    with pytest.raises(ChapterError) as error:
        check(root)
    assert error.value.reason == "stale build"


def test_check_finds_a_release_that_gives_points(root):
    _, path = building.notebook_paths(SAMPLE, root)
    notebook = nbformat.read(path, as_version=4)
    by_id(notebook, "answer").outputs[0].data["text/plain"] = "1"
    nbformat.write(notebook, path)
    with pytest.raises(ChapterError, match="points to an empty answer"):
        check(root)


def test_orphans(root):
    assert building.orphans(root) == []
    (root / "chapters" / SAMPLE / f"{SAMPLE}.py").write_text("x = 1\n")
    (root / "chapters" / "99_gone").mkdir()
    (root / "chapters" / "99_gone" / "99_gone.ipynb").write_text("{}")
    found = building.orphans(root)
    assert [error.reason for error in found] == ["stale build"] * 2
    assert "chapters/99_gone/99_gone.ipynb" in str(found[1])


def put_answer(path):
    notebook = nbformat.read(path, as_version=4)
    by_id(notebook, "answer-answer").source = "answer = 42  # mine"
    nbformat.write(notebook, path)
    return path.read_bytes()


@pytest.mark.slow
def test_an_edited_release_is_kept_and_one_only_run_is_not(root):
    _, path = building.notebook_paths(SAMPLE, root)
    edited, said = put_answer(path), []
    build(root, said)
    backup = root / "work" / "backups" / f"{SAMPLE}-chapters-1.ipynb"
    assert backup.read_bytes() == edited
    assert any("work/backups" in line for line in said)
    assert b"mine" not in path.read_bytes()


def test_backups_are_numbered_and_half_files_are_kept_too(root):
    _, path = building.notebook_paths(SAMPLE, root)
    assert building.back_up(path, root) is None
    notebook = nbformat.read(path, as_version=4)
    by_id(notebook, "start-3").outputs = []
    nbformat.write(notebook, path)
    assert building.back_up(path, root) is None  # run, but not written in
    for number, text in enumerate(["{", "[]", "no notebook"], 1):
        path.write_text(text)
        kept = building.back_up(path, root)
        assert kept == f"work/backups/{SAMPLE}-chapters-{number}.ipynb"
        assert (root / kept).read_text() == text


@pytest.mark.slow
@pytest.mark.parametrize("old, new, reason, detail", [
    ("answer = 6.0 * 7.0", "answer = 41.0",
     "a solution that does not earn all its points", "answer: 0 of 1"),
    ("assert (2 * t).sum() == 12", "assert t.sum() == 12",
     "a cell that raises", "cell why_two-1"),
    ("assert (2 * t).sum() == 12", "print(triple(t))",
     "a cell that raises", "NotImplementedError"),
    ("assert (2 * t).sum() == 12", "print(globals().get('answer'))",
     "a lesson that depends on an exercise", "cell why_two-1"),
    ("assert (2 * t).sum() == 12", "object()",
     "an address in an output", "cell why_two-1"),
    ("assert (2 * t).sum() == 12", "np.float64(1) / 0",
     "an output on stderr", "RuntimeWarning"),
])
def test_a_build_that_fails_says_why_and_changes_nothing(
    root, old, new, reason, detail
):
    edit(source(root), old, new)
    before = everything(root)
    with pytest.raises(ChapterError) as error:
        build(root)
    assert error.value.reason == reason
    assert detail in error.value.detail
    assert everything(root) == before


@pytest.mark.slow
def test_notebooks_run_on_this_python_alone(tmp_path, monkeypatch):
    spec = tmp_path / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(json.dumps({
        "argv": ["/bin/false", "{connection_file}"],
        "display_name": "Another", "language": "python",
    }))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    monkeypatch.setenv("MATHLIB_SEED", "17")
    notebook = new_notebook(cells=[new_code_cell(
        "import os, sys\n"
        f"print(sys.executable == {sys.executable!r})\n"
        "print(*map(os.environ.get, ['MATHLIB_SEED', 'MATHLIB_PROGRESS',"
        " 'NBGRADER_EXECUTION', 'OMP_NUM_THREADS']))"
    )])
    notebook.metadata["kernelspec"] = {
        "name": "python3", "display_name": "Another", "language": "python"
    }
    execute.run_notebook("slug", notebook, tmp_path)
    (output,) = notebook.cells[0].outputs
    assert output.text == "True\n0 off None 2\n"


def one_cell(output):
    cell = new_code_cell("f()", outputs=[output])
    return new_notebook(cells=[cell])


@pytest.mark.parametrize("text, reason", [
    ("<function f at 0x7f1be1b2a840>", "an address in an output"),
    ("<F object at 0x000001F4A8>", "an address in an output"),
    (f"{sys.prefix}/lib/x.py", "a path of this machine in an output"),
    ("/tmp/ipykernel_17/1.py:3: Note", "a path of this machine"),
])
@pytest.mark.parametrize("kind", ["text/plain", "text/html", "stream"])
def test_outputs_that_would_change_are_refused(tmp_path, text, reason, kind):
    output = (
        new_output("stream", text=text) if kind == "stream"
        else new_output("display_data", {kind: text})
    )
    with pytest.raises(ChapterError) as error:
        execute.tidy("slug", one_cell(output), tmp_path)
    assert error.value.reason.startswith(reason)


def test_hexadecimal_numbers_are_no_addresses(tmp_path):
    output = new_output("stream", text="1.0 is 0x3f800000 in float32\n")
    execute.tidy("slug", one_cell(output), tmp_path)


def test_pieces_of_one_print_are_joined(tmp_path):
    notebook = one_cell(new_output("stream", text="a\n"))
    notebook.cells[0].outputs += [
        new_output("stream", text="b\n"),
        new_output("display_data", {"text/plain": "c"}),
        new_output("stream", text="d\n"),
    ]
    execute.tidy("slug", notebook, tmp_path)
    texts = [output.get("text") for output in notebook.cells[0].outputs]
    assert texts == ["a\nb\n", None, "d\n"]


def picture(change=0, at=5, compress=6):
    """A PNG of one grey, with one pixel of another."""
    pixels = np.full((20, 30, 3), 128, np.uint8)
    pixels[at, at] += change
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=compress)
    return base64.b64encode(file.getvalue()).decode()


@pytest.mark.parametrize("encoded, source, pins, kept", [
    (picture(3, compress=1), "f()", "a", True),
    (picture(40), "f()", "a", False),
    (picture(3), "g()", "a", False),
    (picture(3), "f()", "b", False),
    ("no picture", "f()", "a", False),
])
def test_an_old_picture_is_kept_while_it_looks_the_same(
    encoded, source, pins, kept
):
    old = one_cell(new_output("display_data", {"image/png": picture()}))
    old.metadata["mathlib"] = {"pins": "a"}
    new = copy.deepcopy(old)
    new.metadata.mathlib["pins"] = pins
    new.cells[0].source = source
    new.cells[0].outputs[0].data["image/png"] = encoded
    execute.keep_pictures(new, old)
    chosen = new.cells[0].outputs[0].data["image/png"]
    assert chosen == (picture() if kept else encoded)


def test_there_need_not_be_an_old_notebook():
    new = one_cell(new_output("display_data", {"image/png": picture()}))
    execute.keep_pictures(new, None)
    assert new.cells[0].outputs[0].data["image/png"] == picture()


def test_the_hash_of_the_release_tells_it_from_another(built_once):
    solved, release = load(built_once)
    assert release.metadata.mathlib.built == content_hash(release)
    assert solved.metadata.mathlib.built == content_hash(solved)
    assert content_hash(solved) != content_hash(release)


def test_cells_to_ignore_may_differ_between_the_two(monkeypatch, built_once):
    solved, release = load(built_once)
    before = copy.deepcopy(by_id(release, "start-6").outputs)

    def run(slug, notebook, folder):
        by_id(notebook, "start-6").outputs = [
            new_output("stream", text="Python 4\n")
        ]

    monkeypatch.setattr(releasing, "run_notebook", run)
    releasing.finish(SAMPLE, release)
    assert by_id(release, "start-6").outputs == before


@pytest.mark.slow
def test_round_trip_through_nbgrader(built_once, tmp_path):
    solved, released = building.notebook_paths(SAMPLE, built_once)
    course = make_course(tmp_path, SAMPLE, root=built_once)

    # An instructor's nbgrader releases the very file that the build does,
    # and nothing that lies beside it.
    assert course.release.read_bytes() == released.read_bytes()
    assert [p.name for p in course.release.parent.iterdir()] == [
        released.name
    ]

    half = nbformat.read(released, as_version=4)
    by_id(half, "double-answer").source = (
        "def double(x):\n    return 2 * x\n"
        "def triple(x):\n    raise NotImplementedError"
    )
    by_id(half, "double").source = "3"
    by_id(half, "why_two").source = "Because."
    course.submit("empty", released)
    course.submit("half", half)
    course.submit("solved", solved)
    course.autograde()

    scores = course.scores()
    full = {"double": 3.0, "Tally": 2.5, "answer": 1.0, "why_two": None}
    assert scores["solved"] == full
    assert scores["empty"] == dict.fromkeys(full, 0.0)
    # Two of three cases; the check that the student wrote over is put back.
    assert scores["half"] == {
        "double": 2.0, "Tally": 0.0, "answer": 0.0, "why_two": None
    }
    graded = course.folder / "autograded" / "empty" / SAMPLE
    assert [p.name for p in graded.iterdir()] == [released.name]
    assert [line.split(",")[3] for line in course.export()[1:]] == [
        "empty", "half", "solved"
    ]

"""A submission is data: anything may be wrong with it, and nothing is run."""

import contextlib
import copy
import json
import os
import random
import socket
import tempfile
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)

from mathlib.course.cells import role
from mathlib.course.grading import folder as folders
from mathlib.course.grading import submission as reading
from mathlib.course.grading.submission import (
    Own,
    Submission,
    Unreadable,
    read_submission,
    rebuild,
)

ROOT = Path(__file__).resolve().parents[1]
SLUG = "02_linear_algebra"
STUB = "def dot(a, b):\n    raise NotImplementedError"
SOLVED = "def dot(a, b):\n    return a @ b"


def graded(name, *, solution=False, grade=False, points=0):
    """nbgrader's marks, as generate_assignment writes them."""
    marks = {
        "grade_id": name, "solution": solution, "grade": grade,
        "locked": not solution, "task": False, "schema_version": 3,
    }
    return {"nbgrader": {**marks, **({"points": points} if grade else {})}}


def tiny():
    """A chapter with a cell of each role."""
    shown = [new_output("stream", text="3\n")]
    ran = [new_output("execute_result", {"text/plain": "0.0"})]
    return new_notebook(
        metadata={"mathlib": {"built": "0123"}, "kernelspec": {
            "name": "python3", "display_name": "Python 3"}},
        cells=[
            new_markdown_cell("# Vectors", id="start-1"),
            new_code_cell("import numpy as np", id="start-2"),
            new_code_cell("t = 3\nprint(t)", id="start-3", outputs=shown,
                          execution_count=2),
            new_code_cell(STUB, id="dot-answer", outputs=ran,
                          metadata=graded("dot-answer", solution=True)),
            new_code_cell('check("dot")', id="dot", outputs=ran,
                          execution_count=4,
                          metadata=graded("dot", grade=True, points=2)),
            new_markdown_cell("One point for why.", id="why-rubric",
                              metadata=graded("why-rubric")),
            new_markdown_cell("*Write your answer here.*", id="why",
                              metadata=graded("why", solution=True,
                                              grade=True, points=5)),
        ],
    )


RELEASE = tiny()
IDS = [cell["id"] for cell in RELEASE.cells]


def at(notebook, name):
    (cell,) = [c for c in notebook["cells"] if c.get("id") == name]
    return cell


def plain(notebook):
    """Return a notebook as plain data, to be spoilt."""
    return json.loads(nbformat.writes(notebook, split_lines=False))


@pytest.fixture
def work():
    """A learner's notebook in which dot is solved, as plain data."""
    notebook = plain(tiny())
    at(notebook, "dot-answer")["source"] = SOLVED
    return notebook


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "handed-in"
    path.mkdir()
    return path


@pytest.fixture
def hand_in(folder):
    """Write what was handed in (JSON, text or bytes) and read it."""
    def run(content, release=RELEASE):
        if isinstance(content, dict):
            content = json.dumps(content)
        if isinstance(content, str):
            content = content.encode("utf-8", "surrogatepass")
        (folder / "x.ipynb").write_bytes(content)
        got = read_submission(folder, "x", release)
        verify(got, release)
        return got
    return run


def verify(submission, release):
    """Whatever was read must make a notebook with the release's cells."""
    before = copy.deepcopy(release)
    notebook = rebuild(release, submission)
    assert release == before
    nbformat.validate(notebook)
    assert notebook.metadata == release.metadata
    own = [c for c in notebook.cells if c["id"].startswith("own-")]
    kept = [c for c in notebook.cells if not c["id"].startswith("own-")]
    assert len(own) == len(submission.own)
    for cell in own:
        assert cell.metadata == {"mathlib": {"own": True}}
        assert not cell.get("outputs") and "attachments" not in cell
    for cell, released in zip(kept, release.cells, strict=True):
        expected = copy.deepcopy(released)
        name = expected.metadata.get("nbgrader", {}).get("grade_id")
        if name in submission.answers:
            assert role(released) in ("exercise", "written")
            expected.source = submission.answers[name]
        if cell.cell_type == "code" and role(released) != "code":
            expected.outputs, expected.execution_count = [], None
        assert cell == expected
    assert all(isinstance(note, str) for note in submission.discarded)
    assert len(submission.discarded) <= reading.MAX_NOTES + 1
    return notebook


def said(submission, words):
    """Return the notes for the instructor with these words."""
    return [note for note in submission.discarded if words in note]


# What is taken


def test_answers_are_taken_by_grade_id_and_nothing_else_is(work, hand_in):
    at(work, "why")["source"] = ["Because\n", "it is."]
    got = hand_in(work)
    assert got == Submission(
        {"dot-answer": SOLVED, "why": "Because\nit is."}, (), (), None
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_real_chapter_in_disorder_keeps_its_answers(seed, hand_in):
    """Cells shuffled, copied, deleted, edited, without ids."""
    rng = random.Random(seed)
    release = nbformat.read(ROOT / f"chapters/{SLUG}/{SLUG}.ipynb", 4)
    solved = nbformat.read(ROOT / f"solutions/{SLUG}/{SLUG}.ipynb", 4)
    roles = {cell["id"]: role(cell) for cell in release.cells}
    answers = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in solved.cells if role(cell) in ("exercise", "written")
    }
    work = plain(solved)
    cells, edited = [], set()
    for cell in work["cells"]:
        kind = roles[cell["id"]]
        chance = rng.random()
        if chance < 0.1 and kind not in ("exercise", "written"):
            continue
        if chance < 0.2 and kind == "code":
            edited.add(cell["source"] + "\nmine = 1")
            cell["source"] += "\nmine = 1"
        elif chance < 0.3:
            cells.append({**cell, "id": f"copy-{len(cells)}"})
        cells.append(cell)
    rng.shuffle(cells)
    got = hand_in({**work, "cells": cells}, release)
    assert got.answers == answers
    extra = [own.source for own in got.own if own.source not in edited]
    assert edited == {own.source for own in got.own} - set(extra)
    assert all(source.startswith("check(") for source in extra)
    assert said(got, "deleted cells put back") and said(got, "moved cells")


def test_the_release_itself_changes_nothing(hand_in):
    got = hand_in(plain(RELEASE))
    assert got.own == () and got.discarded == ()
    assert got.answers == {
        "dot-answer": STUB, "why": "*Write your answer here.*"
    }


@pytest.mark.parametrize("slug", [SLUG, "15_transformers"])
def test_solutions_give_back_every_answer(slug, hand_in):
    release = nbformat.read(ROOT / f"chapters/{slug}/{slug}.ipynb", 4)
    path = ROOT / f"solutions/{slug}/{slug}.ipynb"
    solved = nbformat.read(path, 4)
    got = hand_in(path.read_bytes(), release)
    assert got.own == ()
    assert got.answers == {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in solved.cells if role(cell) in ("exercise", "written")
    }
    assert len(got.answers) > 10
    again = hand_in(plain(rebuild(release, got)), release)
    assert again.answers == got.answers and not again.own


def test_ids_and_marks_of_the_learner_are_not_taken(work, hand_in):
    for cell in work["cells"]:
        cell["id"] = f"x{cell['id']}"
    got = hand_in(work)
    assert got.answers["dot-answer"] == SOLVED
    assert got.own == () and got.discarded == ()


def test_nbformat_4_4_has_no_ids(work, hand_in):
    work["nbformat_minor"] = 4
    for cell in work["cells"]:
        del cell["id"]
    work["cells"].insert(3, {
        "cell_type": "code", "source": "y = 1", "metadata": {},
        "outputs": [], "execution_count": None,
    })
    got = hand_in(work)
    assert got.answers["dot-answer"] == SOLVED
    assert got.own == (Own("code", "y = 1", "start-3"),)
    assert got.discarded == ()


def test_nbformat_3(hand_in, work):
    cells = copy.deepcopy(work["cells"])
    for cell in cells:
        del cell["id"]
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
    cells.append({"cell_type": "heading", "source": "Mine", "level": 2})
    got = hand_in({
        "nbformat": 3, "nbformat_minor": 0, "metadata": work["metadata"],
        "worksheets": [{"cells": cells[:2]}, 1, {"cells": cells[2:]}, {}],
    })
    assert got.answers["dot-answer"] == SOLVED
    assert got.own == (Own("markdown", "Mine", "why"),)
    assert got.discarded == ()


def test_an_answer_whose_marks_were_lost_is_known_by_its_id(work, hand_in):
    at(work, "dot-answer")["metadata"] = {}
    got = hand_in(work)
    assert got.answers["dot-answer"] == SOLVED
    assert said(got, "marks for grading: dot-answer")


def test_an_answer_without_marks_and_id_is_the_learners_cell(work, hand_in):
    at(work, "dot-answer").update(metadata={}, id="other")
    got = hand_in(work)
    assert "dot-answer" not in got.answers
    assert got.own == (Own("code", SOLVED, "start-3"),)
    assert said(got, "answers that are missing: dot-answer")


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_an_answer_of_another_type_is_taken_as_text(kind, work, hand_in):
    at(work, "dot-answer")["cell_type"] = kind
    at(work, "why")["cell_type"] = "code"
    got = hand_in(work)
    assert got.answers["dot-answer"] == SOLVED
    assert said(got, f"dot-answer was a {kind} cell")
    assert said(got, "why was a code cell")


def another(work, name, source, **changes):
    cell = copy.deepcopy(at(work, name))
    return {**cell, "id": "copied", "source": source, **changes}


def test_the_first_of_several_answers_wins(work, hand_in):
    work["cells"].insert(4, another(work, "dot-answer", "dot = max"))
    got = hand_in(work)
    assert got.answers["dot-answer"] == SOLVED
    assert got.own == (Own("code", "dot = max", "dot-answer"),)
    assert said(got, "dot-answer is there again as cell 5, kept")


@pytest.mark.parametrize("source", [STUB, SOLVED, SOLVED + "\n\n"])
def test_a_copy_of_an_answer_adds_nothing(source, work, hand_in):
    work["cells"].append(another(work, "dot-answer", source))
    got = hand_in(work)
    assert got.answers["dot-answer"] == SOLVED and got.own == ()
    assert said(got, "dot-answer is there again as cell 8, left out")


def test_a_stub_does_not_hide_the_answer_in_a_copy(work, hand_in):
    work["cells"].insert(3, another(work, "dot-answer", STUB))
    got = hand_in(work)
    assert got.answers["dot-answer"] == SOLVED and got.own == ()


def test_marks_do_not_borrow_another_cells_id(work, hand_in):
    work["cells"][-1] = another(work, "dot-answer", "x = 1", id="why")
    got = hand_in(work)
    assert got.answers == {"dot-answer": SOLVED}
    assert got.own == (Own("code", "x = 1", "why-rubric"),)


# Released cells


def test_an_edited_lesson_cell_is_kept_as_the_learners_own(work, hand_in):
    at(work, "start-2")["source"] = "import numpy as np\nimport math"
    got = hand_in(work)
    own = Own("code", "import numpy as np\nimport math", "start-2")
    assert got.own == (own,)
    assert got.discarded == (
        "edited lesson cell start-2 kept as the learner's own",
    )
    names = [c["id"] for c in rebuild(RELEASE, got).cells]
    assert names == [*IDS[:2], "own-1", *IDS[2:]]


@pytest.mark.parametrize("name, changes", [
    ("start-1", {"source": "# Mine"}),
    ("start-1", {"source": ""}),
    ("start-1", {"cell_type": "code"}),
    ("start-3", {"source": " \n"}),
    ("start-3", {"cell_type": "markdown"}),
    ("dot", {"source": "2.0"}),
    ("dot", {"source": 'check("dot")\nfrom mine import *'}),
    ("dot", {"cell_type": "markdown"}),
    ("why-rubric", {"source": "Full points."}),
])
def test_other_edited_cells_are_put_back(name, changes, work, hand_in):
    at(work, name).update(changes)
    got = hand_in(work)
    assert got.own == ()
    assert said(got, f"edited cell {name} put back as released")


def test_code_in_the_place_of_text_is_kept(work, hand_in):
    at(work, "start-1").update(cell_type="code", source="def helper(): ...")
    assert hand_in(work).own == (
        Own("code", "def helper(): ...", "start-1"),
    )


@pytest.mark.parametrize("ends", ["\r\n", "\r", "  \n"])
def test_ends_of_lines_are_no_edit(ends, work, hand_in):
    for cell in work["cells"]:
        cell["source"] = "\n" + cell["source"].replace("\n", ends) + ends
    got = hand_in(work)
    assert got.own == () and got.discarded == ()
    assert "\r" not in "".join(got.answers.values())


def test_deleted_cells_come_back(work, hand_in):
    work["cells"] = [at(work, "start-2"), at(work, "dot-answer")]
    got = hand_in(work)
    assert got.answers == {"dot-answer": SOLVED} and got.own == ()
    assert said(got, "answers that are missing: why")
    assert said(got, "cells put back: start-1, start-3, dot, why-rubric")


def test_moved_cells_go_back(work, hand_in):
    cells = work["cells"]
    cells.append(cells.pop(1))
    cells.append({**cells[0], "id": "mine", "source": "at the end"})
    got = hand_in(work)
    assert said(got, "moved cells put back in their places: start-2")
    assert got.own == (Own("markdown", "at the end", "start-2"),)


def test_metadata_are_not_taken_but_told(work, hand_in):
    at(work, "dot")["metadata"]["nbgrader"]["points"] = 100
    at(work, "start-3")["metadata"]["tags"] = ["raises-exception"]
    work["metadata"]["kernelspec"]["name"] = "mine"
    got = hand_in(work)
    assert said(got, "marks for grading: start-3, dot")
    assert said(got, "that were not taken: kernelspec")


def test_the_version_of_python_is_nothing_to_tell(work, hand_in):
    work["metadata"]["language_info"] = {"name": "python", "version": "3.99"}
    assert hand_in(work).discarded == ()


def test_attached_pictures_are_told(work, hand_in):
    at(work, "why")["attachments"] = {"p.png": {"image/png": "AAAA"}}
    assert said(hand_in(work), "what is attached to why was not taken")


# The learner's own cells


def test_own_cells_carry_their_source_alone(work, hand_in):
    mine = {
        "metadata": {"tags": ["x"], "mathlib": {"own": False}},
        "attachments": {"p.png": {"image/png": "AAAA"}}, "id": "own-1",
        "outputs": [{"output_type": "error"}], "execution_count": 9,
    }
    work["cells"][0:0] = [{**mine, "cell_type": "raw", "source": "first"}]
    work["cells"] += [
        {**mine, "cell_type": "code", "source": "h = 1"},
        {**mine, "cell_type": "markdown", "source": "# H"},
        {**mine, "cell_type": "code", "source": " \n"},
    ]
    got = hand_in(work)
    assert got.own == (
        Own("raw", "first", None), Own("code", "h = 1", "why"),
        Own("markdown", "# H", "why"),
    )
    names = [c["id"] for c in rebuild(RELEASE, got).cells]
    assert names == ["own-1", *IDS, "own-2", "own-3"]


@pytest.mark.parametrize("metadata", [{}, graded("dot", grade=True),
                                      graded("dot2", grade=True)])
@pytest.mark.parametrize("source", ['check("dot")', 'check("dot"); 2'])
def test_another_check_is_the_learners_cell(
    source, metadata, work, hand_in
):
    work["cells"].insert(4, another(work, "dot", source, metadata=metadata))
    got = hand_in(work)
    (own,) = got.own
    assert (own.kind, own.source) == ("code", source)
    assert not said(got, "put back")


def test_a_copied_lesson_adds_nothing(work, hand_in):
    work["cells"].append(another(work, "start-3", "t = 3\nprint(t)"))
    got = hand_in(work)
    assert got.own == ()
    assert said(got, "start-3 is there again as cell 8, left out")


def test_own_ids_are_new():
    release = tiny()
    release.cells[2]["id"] = "own-1"
    own = Own("code", "1", None), Own("code", "2", "own-1")
    notebook = rebuild(release, Submission({}, own, (), None))
    nbformat.validate(notebook)
    names = [cell["id"] for cell in notebook.cells]
    assert names[0] == "own-2" and names[3:5] == ["own-1", "own-3"]


def test_own_cells_stand_after_a_released_one():
    own = (Own("code", "1", "nowhere"),)
    with pytest.raises(ValueError, match="nowhere"):
        rebuild(RELEASE, Submission({}, own, (), None))


# Text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding, work, hand_in):
    at(work, "why")["source"] = "weil λ > 0 😀"
    text = json.dumps(work, ensure_ascii=False)
    got = hand_in(text.encode(encoding))
    assert got.answers["why"] == "weil λ > 0 😀" and got.discarded == ()


def test_bytes_that_are_no_text_are_replaced(work, hand_in):
    at(work, "why")["source"] = "weil §"
    got = hand_in(json.dumps(work, ensure_ascii=False).encode("latin-1"))
    assert got.answers["why"] == "weil \ufffd"
    assert said(got, "not UTF-8")


@pytest.mark.parametrize("before, after, told", [
    ("a\0b", "ab", True),
    ("\ufeffa", "a", True),
    ("a\ud800b", "a\ufffdb", True),
    (["\ud83d", "\ude00"], "😀", True),
    ("a\fb\x1b\u2028c", "a\fb\x1b\u2028c", False),
    (["a\r", "\nb\rc"], "a\nb\nc", False),
])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_odd_characters(before, after, told, ascii_only, work, hand_in):
    at(work, "why")["source"] = before
    got = hand_in(json.dumps(work, ensure_ascii=ascii_only))
    assert got.answers["why"] == after
    assert bool(said(got, "no text in cell 7")) is told


def test_control_characters_as_they_are(work, hand_in):
    text = json.dumps(work).replace(r"\n", "\n").replace("    ", "\t")
    assert "\t" in text and "\n" in text
    got = hand_in(text)
    assert got.answers["dot-answer"] == SOLVED.replace("    ", "\t")


def test_a_file_padded_with_nul(work, hand_in):
    got = hand_in(json.dumps(work).encode() + b"\0" * 4096)
    assert got.answers["dot-answer"] == SOLVED


@pytest.mark.parametrize("cell", [
    None, 1, "code", [], {}, {"cell_type": "code"},
    {"cell_type": [], "source": ""}, {"cell_type": "slide", "source": ""},
    {"cell_type": "code", "source": None},
    {"cell_type": "code", "source": ["a", 1]},
    {"cell_type": "code", "source": {"a": 1}},
])
def test_what_is_no_cell_is_told(cell, work, hand_in):
    work["cells"].insert(2, cell)
    got = hand_in(work)
    assert got.answers["dot-answer"] == SOLVED and got.own == ()
    assert got.discarded == ("cell 3 is not a cell: left out",)


@pytest.mark.parametrize("metadata", [
    None, 1, [], {"nbgrader": 1}, {"nbgrader": {"grade_id": []}},
    {"nbgrader": {"grade_id": {"a": 1}}, "tags": {"a": None}},
])
def test_metadata_may_be_anything(metadata, work, hand_in):
    for cell in work["cells"]:
        cell["metadata"] = metadata
    work["metadata"] = metadata
    got = hand_in(work)
    assert got.answers["dot-answer"] == SOLVED and got.own == ()


# Bounds


@pytest.mark.parametrize("content, words", [
    (b"", "not JSON"),
    (b"\x89PNG\r\n\x1a\n", "not JSON"),
    (b"[]", "not a notebook"),
    (b"null", "not a notebook"),
    (b"{}", "nbformat 4"),
    (b'{"nbformat": 5, "cells": []}', "nbformat 4"),
    (b'{"nbformat": 4}', "no cells"),
    (b'{"nbformat": 4, "cells": {}}', "no cells"),
    (b'{"nbformat": 3, "worksheets": 1}', "nbformat 4"),
    (b'{"nbformat": 4, "cells": [', "not JSON"),
    (b"[" * 300, "nested too deeply"),
    (b"[" * 3_000_000, "too many parts"),
    (b'{"a": ' * 250 + b"1" + b"}" * 250, "nested too deeply"),
    (b"[" + b"[]," * 400_000 + b"[]]", "too many parts"),
    (b"[" + b"{}," * 400_000 + b"{}]", "too many parts"),
    (b'"' * 5_000_000, "too many parts"),
    (b'"' + b'\\"' * 3_000_000, "not JSON"),
    (b"\\" * 3_000_001, "not JSON"),
    (b'{"nbformat": ' + b"4" * 100_000 + b"}", "nbformat 4"),
], ids=range(19))
def test_what_is_no_notebook(content, words, hand_in):
    with pytest.raises(Unreadable, match=words):
        hand_in(content)


def test_a_wrong_notebook_of_the_right_name(hand_in):
    got = hand_in({"nbformat": 4, "cells": []})
    assert said(got, "none of the cells is of this chapter")
    assert said(got, "answers that are missing: dot-answer, why")


def test_depth_does_not_count_in_text(work, hand_in):
    at(work, "why")["source"] = '"[{' * 500 + "\\" * 7 + '"' + "[{" * 500
    assert hand_in(work).answers["why"].endswith("[{" * 500)


def test_huge_numbers_do_not_matter(work, hand_in):
    text = json.dumps(work)[:-1]
    got = hand_in(text + ', "a": ' + "9" * 100_000 + ', "b": 1e999, "c": NaN}')
    assert got.answers["dot-answer"] == SOLVED


def test_at_most_so_many_bytes(work, hand_in, monkeypatch):
    text = json.dumps(work)
    monkeypatch.setattr(reading, "MAX_BYTES", len(text))
    assert hand_in(text).answers["dot-answer"] == SOLVED
    with pytest.raises(Unreadable, match="larger than"):
        hand_in(text + " ")


def test_a_file_that_grows_is_read_to_the_limit(work, hand_in, monkeypatch):
    """What the size said when it was opened does not count."""
    monkeypatch.setattr(reading, "MAX_BYTES", 100_000)
    real = os.fstat

    def grow(fd):
        seen = real(fd)
        with open(f"/proc/self/fd/{fd}", "ab") as file:
            file.write(b" " * 10_000_000)
        return seen

    if not os.path.exists("/proc/self/fd"):
        pytest.skip("needs /proc")
    monkeypatch.setattr(folders.os, "fstat", grow)
    with pytest.raises(Unreadable, match="larger than 100,000 bytes"):
        hand_in(work)


def test_a_hole_of_a_terabyte(folder):
    with open(folder / "x.ipynb", "wb") as file:
        try:
            file.truncate(2**40)
        except OSError:
            pytest.skip("no holes in files here")
    with pytest.raises(Unreadable, match="larger than"):
        read_submission(folder, "x", RELEASE)


def test_long_cells_and_many_cells(work, hand_in):
    own = {"cell_type": "code", "metadata": {}}
    work["cells"] += [{**own, "source": "#" * (reading.MAX_SOURCE + 1)}]
    work["cells"] += [{**own, "source": str(n)} for n in range(3000)]
    got = hand_in(work)
    assert len(got.own) == reading.MAX_CELLS - len(RELEASE.cells) - 1
    assert said(got, "cell 8 has more than 1,048,576 characters")
    assert said(got, "cells after the first 2000")


def test_remarks_are_bounded(work, hand_in):
    work["cells"] += [1] * 1000
    got = hand_in(work)
    assert len(got.discarded) == reading.MAX_NOTES + 1
    assert got.discarded[-1] == "and 800 more remarks"


# The folder


@pytest.fixture(params=["relative", "portable"])
def way(request, monkeypatch):
    """Both ways to open files: the second is that of Windows."""
    if request.param == "portable":
        monkeypatch.setattr(folders.Folder, "relative", False)
        kept = folders.Folder.flags & ~getattr(os, "O_NOFOLLOW", 0)
        monkeypatch.setattr(folders.Folder, "flags", kept)
    elif not folders.Folder.relative:
        pytest.skip("not on this system")


def obstruct(path, kind, target):
    if kind == "link":
        path.symlink_to(target)
    elif kind == "broken link":
        path.symlink_to(path.parent / "nowhere")
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        here = os.getcwd()
        os.chdir(path.parent)  # a socket's path must be short
        try:
            with socket.socket(socket.AF_UNIX) as server:
                server.bind(path.name)
        finally:
            os.chdir(here)
    elif kind == "device":
        try:
            os.mknod(path, 0o20666, os.makedev(1, 5))  # /dev/zero
        except PermissionError:
            pytest.skip("only root can make devices")


@pytest.mark.parametrize("kind, words", [
    ("link", "a symbolic link"), ("broken link", "a symbolic link"),
    ("loop", "a symbolic link"), ("folder", "a folder"),
    ("pipe", "a pipe or a device"), ("socket", "a pipe or a device"),
    ("device", "a pipe or a device"),
])
def test_only_plain_files_are_opened(
    kind, words, way, work, folder, tmp_path
):
    secret = tmp_path / "secret.ipynb"
    secret.write_text(json.dumps(work))
    obstruct(folder / "x.ipynb", kind, secret)
    with pytest.raises(Unreadable, match=f"the notebook is {words}"):
        read_submission(folder, "x", RELEASE)
    # The same beside a notebook that is fine.
    (folder / "y.ipynb").write_text(json.dumps(work))
    obstruct(folder / "timestamp.txt", kind, secret)
    got = read_submission(folder, "y", RELEASE)
    assert got.answers["dot-answer"] == SOLVED and got.timestamp is None
    assert said(got, f"timestamp.txt is {words}")
    assert said(got, "files that were not read: x.ipynb")


def test_the_folder_is_no_link(way, work, folder, tmp_path):
    (folder / "x.ipynb").write_text(json.dumps(work))
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    for path in (tmp_path / "link", f"{tmp_path}/link/"):
        with pytest.raises(Unreadable, match="folder is a symbolic link"):
            read_submission(path, "x", RELEASE)
    with pytest.raises(Unreadable, match="folder is a file"):
        read_submission(folder / "x.ipynb", "x", RELEASE)
    with pytest.raises(Unreadable, match="can't be read: No such file"):
        read_submission(tmp_path / "nobody", "x", RELEASE)
    assert read_submission(folder, "x", RELEASE).answers


def test_a_file_exchanged_for_a_link(way, work, folder, tmp_path, monkeypatch):
    """Between the look at the name and the opening."""
    secret = tmp_path / "secret.ipynb"
    secret.write_text(json.dumps(work))
    path = folder / "x.ipynb"
    path.write_text("{}")
    real = os.stat

    def look_and_exchange(name, **options):
        seen = real(name, **options)
        if str(name).endswith("x.ipynb") and options:
            path.unlink()
            path.symlink_to(secret)
        return seen

    monkeypatch.setattr(folders.os, "stat", look_and_exchange)
    with pytest.raises(Unreadable, match="exchanged|can't be read"):
        read_submission(folder, "x", RELEASE)


def test_no_descriptor_stays_open(work, folder):
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("needs /proc")
    before = len(os.listdir("/proc/self/fd"))
    for content in (json.dumps(work), "", "[" * 300):
        (folder / "x.ipynb").write_text(content)
        with contextlib.suppress(Unreadable):
            read_submission(folder, "x", RELEASE)
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0,
                    reason="nothing is closed to root")
def test_a_file_without_permission(work, folder):
    (folder / "x.ipynb").write_text(json.dumps(work))
    (folder / "x.ipynb").chmod(0)
    with pytest.raises(Unreadable, match="Permission denied"):
        read_submission(folder, "x", RELEASE)


@pytest.mark.parametrize("name", ["../x", "a/x", "", "/x"])
def test_the_name_is_that_of_a_file(name, folder):
    with pytest.raises(ValueError, match="name must be"):
        read_submission(folder, name, RELEASE)


def test_neighbours_are_named_and_not_read(work, folder, hand_in):
    (folder / "numpy.py").write_text("raise SystemExit")
    (folder / "a\n\u202e<b>\x1b").write_text("")
    (folder / "data").mkdir()
    for expected in ("submission_secret.txt", ".ipynb_checkpoints"):
        (folder / expected).write_text("")
    got = hand_in(work)
    assert got.discarded == (
        "files that were not read: a??<b>?, data, numpy.py",
    )
    for n in range(1500):
        (folder / f"n{n}").touch()
    got = hand_in(work)
    assert len(said(got, "files that were not read")[0]) < 300
    assert said(got, "the folder holds 1000 files or more")


def test_nothing_is_written(work, folder, hand_in):
    hand_in(work)
    (folder / "timestamp.txt").write_text("never")
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns)
              for p in folder.iterdir()}
    folder.chmod(0o555)
    got = read_submission(folder, "x", RELEASE)
    rebuild(RELEASE, got)
    folder.chmod(0o755)
    assert before == {p: (p.read_bytes(), p.stat().st_mtime_ns)
                      for p in folder.iterdir()}


def test_a_renamed_notebook_is_found(work, folder):
    (folder / "x (1).ipynb").write_text(json.dumps(work))
    (folder / "other.ipynb").write_text('{"nbformat": 4, "cells": []}')
    (folder / "broken.ipynb").write_text("{")
    (folder / "link.ipynb").symlink_to(folder / "x (1).ipynb")
    got = read_submission(folder, "x", RELEASE)
    assert got.answers["dot-answer"] == SOLVED
    assert said(got, "the notebook was called x (1).ipynb")
    (folder / "x (2).ipynb").write_text(json.dumps(work))
    with pytest.raises(Unreadable, match="no notebook called x.ipynb"):
        read_submission(folder, "x", RELEASE)


def test_an_empty_folder(folder):
    with pytest.raises(Unreadable, match="no notebook called x.ipynb"):
        read_submission(folder, "x", RELEASE)


@pytest.mark.parametrize("text, expected", [
    ("2026-03-01 12:30:15.250000 UTC",
     datetime(2026, 3, 1, 12, 30, 15, 250000)),
    ("2026-03-01 12:30:15 CET\n", datetime(2026, 3, 1, 11, 30, 15)),
    ("2026-03-01 12:30:15 America/New_York",
     datetime(2026, 3, 1, 17, 30, 15)),
    ("2026-03-01T12:30:15+0100", datetime(2026, 3, 1, 11, 30, 15)),
    ("2026-03-01 12:30:15 -05:00", datetime(2026, 3, 1, 17, 30, 15)),
    ("\ufeff2026-03-01 12:30:15", datetime(2026, 3, 1, 12, 30, 15)),
    ("2026-03-01 12:30Z", datetime(2026, 3, 1, 12, 30)),
])
def test_timestamps(text, expected, work, folder, hand_in):
    (folder / "timestamp.txt").write_text(text, encoding="utf-8")
    got = hand_in(work)
    assert got.timestamp == expected and got.discarded == ()


@pytest.mark.parametrize("text", [
    "", "yesterday", "12", "2026-13-01 12:30:15 UTC", "0001-01-01 00:00+14:00",
    "2026-03-01 12:30:15 /dev/zero", "2026-03-01 12:30:15 ../../dev/zero",
    "2026-03-01 12:30:15 UTC\0", "२०२६-०३-०१ 12:30:15", "9" * 2000,
])
def test_other_timestamps_are_told(text, work, folder, hand_in):
    (folder / "timestamp.txt").write_text(text, encoding="utf-8")
    got = hand_in(work)
    assert got.timestamp is None and said(got, "timestamp.txt")


def test_an_unknown_time_zone_is_utc(work, folder, hand_in):
    (folder / "timestamp.txt").write_text("2026-03-01 12:30:15 XYZ")
    got = hand_in(work)
    assert got.timestamp == datetime(2026, 3, 1, 12, 30, 15)
    assert said(got, "unknown time zone")


# Anything at all

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats()
    | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from([*IDS, "dot-answer", "new"])
MARKS = st.fixed_dictionaries({}, optional={
    "grade_id": NAMES | ANYTHING, "points": ANYTHING, "grade": ANYTHING,
})
CELLS = ANYTHING | st.fixed_dictionaries({}, optional={
    "id": NAMES | ANYTHING,
    "cell_type": st.sampled_from(["code", "markdown", "raw"]) | ANYTHING,
    "source": st.sampled_from([c.source for c in RELEASE.cells] + [SOLVED])
    | st.text(st.characters()) | st.lists(st.text()) | ANYTHING,
    "metadata": ANYTHING | st.fixed_dictionaries(
        {}, optional={"nbgrader": MARKS | ANYTHING, "tags": ANYTHING}
    ),
    "attachments": ANYTHING,
})
NOTEBOOKS = ANYTHING | st.fixed_dictionaries({
    "nbformat": st.sampled_from([4, 4, 4, 3, 5, "4"]),
    "cells": st.lists(CELLS, max_size=12) | ANYTHING,
}, optional={
    "metadata": ANYTHING, "nbformat_minor": ANYTHING,
    "worksheets": st.lists(ANYTHING | st.fixed_dictionaries(
        {"cells": st.lists(CELLS)}
    )),
})


def read_bytes(content):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "x.ipynb").write_bytes(content)
        try:
            return read_submission(folder, "x", RELEASE)
        except Unreadable:
            return None


@given(NOTEBOOKS)
def test_any_json_is_read_or_unreadable(content):
    got = read_bytes(json.dumps(content).encode())
    if got is not None:
        verify(got, RELEASE)


@given(st.binary())
def test_any_bytes_are_read_or_unreadable(content):
    got = read_bytes(content)
    assert got is None or verify(got, RELEASE)


@given(st.lists(CELLS, max_size=5), st.integers(0, 2**32))
def test_cells_in_between_never_take_an_answer_away(extra, seed):
    """Unless they say that they are that answer."""
    rng = random.Random(seed)
    notebook = plain(RELEASE)
    at(notebook, "dot-answer")["source"] = SOLVED
    for cell in extra:
        if isinstance(cell, dict) and "metadata" in cell:
            cell = {**cell, "metadata": {}}
        place = rng.randrange(len(notebook["cells"]) + 1)
        notebook["cells"].insert(place, cell)
    got = read_bytes(json.dumps(notebook).encode())
    assert got.answers["dot-answer"] == SOLVED
    verify(got, RELEASE)

"""The learner's copies are made once, and never lost."""

import json
import os
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from roundtrip import ROOT
from typer.testing import CliRunner

from mathlib.course import cli, lab
from mathlib.course.cells import content_hash

SLUG = "02_linear_algebra"
OTHER = "15_transformers"


def graded(source, name, *, solution, grade=False, kind="code"):
    new = new_code_cell if kind == "code" else new_markdown_cell
    cell = new(source, id=name)
    cell.metadata["nbgrader"] = {
        "grade": grade, "solution": solution, "grade_id": name,
        "locked": not solution, "schema_version": 3,
    }
    return cell


def release(*, rows=4, points=2):
    """A released chapter; other rows or points make it another release."""
    check = graded('check("dot")', "dot", solution=False, grade=True)
    check.metadata.nbgrader["points"] = points
    notebook = new_notebook(cells=[
        new_code_cell(f"rows = {rows}", id="start-1"),
        new_markdown_cell("Write dot.", id="start-2"),
        graded("# YOUR CODE HERE", "dot-answer", solution=True),
        check,
        graded("*Write here.*", "why", solution=True, grade=True,
               kind="markdown"),
    ])
    notebook.cells[-1].metadata.nbgrader["points"] = 1
    notebook.metadata["mathlib"] = {"built": content_hash(notebook)}
    return notebook


@pytest.fixture
def root(tmp_path):
    put(tmp_path, SLUG, release())
    put(tmp_path, OTHER, release(rows=15))
    return tmp_path


def put(root, slug, notebook):
    path = root / "chapters" / slug / f"{slug}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def prepare(root):
    said = []
    assert lab.prepare(root, say=said.append) == [SLUG, OTHER]
    return said


def test_missing_chapters_are_copied_and_said(root):
    assert prepare(root) == [
        f"{slug}: copied to work/{slug}/{slug}.ipynb"
        for slug in (SLUG, OTHER)
    ]
    for slug in (SLUG, OTHER):
        released = root / "chapters" / slug / f"{slug}.ipynb"
        assert lab.copy_path(slug, root).read_bytes() == released.read_bytes()
    assert prepare(root) == []


@pytest.mark.parametrize("text", ["my own file", "", '{"cells": []}'])
def test_what_is_there_is_never_overwritten(root, text):
    path = lab.copy_path(SLUG, root)
    path.parent.mkdir(parents=True)
    path.write_text(text)
    prepare(root)
    prepare(root)
    assert path.read_text() == text


def answered(root):
    """Answer one exercise in the learner's copy, and add two cells."""
    path = lab.copy_path(SLUG, root)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].source = "def dot(x, y): return helper(x, y)"
    notebook.cells.insert(
        2, new_code_cell("def helper(x, y): ...",
                         id="5b2f0c1e-11aa-4cde-9f00-aa11bb22cc33")
    )
    notebook.cells.insert(0, new_markdown_cell("Mine.", id="0123abcd"))
    nbformat.write(notebook, path)
    return path


def test_a_newer_release_is_told_and_answers_stay(root):
    prepare(root)
    before = answered(root).read_bytes()
    assert prepare(root) == []
    put(root, SLUG, release(rows=5))
    (line,) = prepare(root)
    assert line.startswith(SLUG) and "newer release" in line
    assert "mathlib lab --update 02" in line
    assert lab.copy_path(SLUG, root).read_bytes() == before


def test_update_carries_answers_and_own_cells_over(root):
    prepare(root)
    before = answered(root).read_bytes()
    newer = release(rows=5, points=3)
    newer.cells.insert(1, new_markdown_cell("New.", id="start-7"))
    newer.metadata["mathlib"]["built"] = content_hash(newer)
    put(root, SLUG, newer)
    said = []
    lab.update(SLUG, root, say=said.append)
    fresh = nbformat.read(lab.copy_path(SLUG, root), as_version=4)
    assert [cell.source for cell in fresh.cells] == [
        "Mine.", "rows = 5", "New.", "Write dot.", "def helper(x, y): ...",
        "def dot(x, y): return helper(x, y)", 'check("dot")',
        "*Write here.*",
    ]
    assert fresh.cells[6].metadata.nbgrader.points == 3
    assert "3 of your cells" in said[0]
    backup = root / "work" / "backups" / f"{SLUG}-work-1.ipynb"
    assert backup.read_bytes() == before
    assert prepare(root) == []  # it is the newest now


def test_update_drops_cells_of_the_old_release_that_are_gone(root):
    old = release()
    old.cells.insert(2, new_markdown_cell("Gone.", id="start-3"))
    fresh, carried = lab.carry_over(old, release())
    assert [c.source for c in fresh.cells] == [
        c.source for c in release().cells
    ]
    assert carried == 0


def test_update_of_a_chapter_that_is_not_there(root):
    with pytest.raises(FileNotFoundError, match="not released yet"):
        lab.update("03_decompositions", root)


def test_front_page_links_to_copies_that_exist(root):
    prepare(root)
    page = nbformat.read(root / lab.FRONT_PAGE, as_version=4)
    text = page.cells[0].source
    assert f"[2. Linear Algebra Basics]({SLUG}/{SLUG}.ipynb)" in text
    for slug in (SLUG, OTHER):
        assert f"{slug}/{slug}.ipynb" in text
        assert (root / "work" / slug / f"{slug}.ipynb").is_file()
    assert "03_decompositions" not in text
    nbformat.validate(page)


def test_front_page_is_renewed_unless_the_learner_changed_it(root):
    prepare(root)
    path = root / lab.FRONT_PAGE
    page = nbformat.read(path, as_version=4)
    page.cells[-1].execution_count = 1  # only run
    nbformat.write(page, path)
    put(root, "03_decompositions", release())
    lab.prepare(root)
    page = nbformat.read(path, as_version=4)
    assert "03_decompositions" in page.cells[0].source
    page.cells[0].source += "\n\nMy notes."
    nbformat.write(page, path)
    put(root, "04_calculus", release())
    said = []
    lab.prepare(root, say=said.append)
    assert "My notes." in path.read_text()
    assert any("you have changed it" in line for line in said)


def test_jupyterlab_opens_the_front_page_at_the_root(root):
    line = lab.command(root, browser=False, port=8899)
    assert line[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={root}" in line
    assert "--LabApp.default_url=/lab/tree/work/index.ipynb" in line
    assert {"--no-browser", "--port=8899"} <= set(line)
    assert "--no-browser" not in lab.command(root)


@pytest.mark.parametrize("user", [0, 1000])
def test_root_may_start_it_in_a_container(root, monkeypatch, user):
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    assert ("--allow-root" in lab.command(root)) == (user == 0)


def test_jupyterlab_finds_this_mathlib_and_asks_for_no_news(
    root, monkeypatch
):
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    env = lab.environment(root)
    assert env["PYTHONPATH"] == f"{root}{os.pathsep}elsewhere"
    done = subprocess.run(
        [sys.executable, "-c",
         "import json; from jupyterlab_server.config import *;"
         "print(json.dumps(get_static_page_config(level='all')))"],
        env=env, capture_output=True, text=True, cwd=root,
    )
    assert json.loads(done.stdout.splitlines()[-1])["disabledExtensions"] == {
        "@jupyterlab/apputils-extension:announcements": True
    }


def run(*args):
    return CliRunner().invoke(cli.app, args)


def test_command_line_without_a_repository(monkeypatch, tmp_path):
    from mathlib.course import source

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        source, "__file__", str(tmp_path / "a" / "b" / "c" / "source.py")
    )
    for command in ("lab", "build"):
        result = run(command)
        assert result.exit_code == 1
        assert "clone of the repository" in " ".join(result.output.split())


def test_command_line_names_chapters_as_people_do(monkeypatch, root):
    seen = []
    monkeypatch.setattr(cli, "_root", lambda: cli.PACKAGE.parent)
    monkeypatch.setattr(
        "mathlib.course.build.build",
        lambda slug, root, say: seen.append(slug),
    )
    assert run("build", "2", "transformers").exit_code == 0
    assert seen == [SLUG, OTHER]
    result = run("build", "26")
    assert result.exit_code == 1 and "no chapter '26'" in result.output


def test_command_line_reports_every_failure(monkeypatch):
    from mathlib.course.cells import ChapterError

    def check(slug, root):
        raise ChapterError(slug, "stale build", "it is old")

    monkeypatch.setattr("mathlib.course.build.check", check)
    monkeypatch.chdir(ROOT)
    result = run("build", "--check", "2", "15")
    assert result.exit_code == 1
    for slug in (SLUG, OTHER):
        assert f"{slug}: stale build\nit is old" in result.output


def test_build_with_the_mathlib_of_another_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(cli, "_root", lambda: tmp_path)
    result = run("build")
    assert result.exit_code == 1 and "install the one" in result.output


def test_lab_updates_and_stops(monkeypatch, root):
    prepare(root)
    put(root, SLUG, release(rows=6))
    monkeypatch.setattr(cli, "_root", lambda: root)
    monkeypatch.setattr(lab, "open_lab", lambda *args, **kw: 1 / 0)
    result = run("lab", "--update", "2")
    assert result.exit_code == 0, result.output
    assert "rows = 6" in lab.copy_path(SLUG, root).read_text()


def test_progress_in_a_terminal(tmp_path):
    (tmp_path / "p.jsonl").write_text("")
    done = subprocess.run(
        [sys.executable, "-m", "mathlib.course.cli", "progress"],
        env={**os.environ, "PYTHONPATH": str(ROOT),
             "MATHLIB_PROGRESS": str(tmp_path / "p.jsonl")},
        capture_output=True, text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "Linear Algebra Basics" in done.stdout


def test_notebooks_in_work_are_valid_json(root):
    prepare(root)
    for path in (root / "work").rglob("*.ipynb"):
        nbformat.validate(json.loads(path.read_text()))

"""What must never get into the repository."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from mathlib.course.chapters import SLUGS, module_of

ROOT = Path(__file__).resolve().parents[1]
SOLUTION = re.compile(
    r"^ *### BEGIN SOLUTION\n(.*?)^ *### END SOLUTION",
    re.DOTALL | re.MULTILINE,
)

# Put together here so that this file does not contain what it looks for.
# Kernel 17 is the invented one with which the build's own tests complain.
MACHINE = re.compile(
    "|".join([
        "/ro" + "ot/", "/ho" + "me/[a-z]", "/Us" + "ers/[A-Za-z]",
        "/tm" + "p/(?!ipykernel_17/)[a-z]", "/op" + "t/[a-z]",
        "/wo" + "rk/(?:main|shared)",
        r"[A-Z]:\\\\?Us" + "ers",
    ])
)
REGISTRIES = re.compile(
    "|".join([
        "py" + r"pi\.org", r"pythonhosted\." + "org", "conda" + r"\.anaconda",
        r"registry\.npm" + "js",
    ])
)
TORCH_INDEX = "download.pytorch" + ".org"
# People need the index of the small torch here, and nowhere else.
NAMES_TORCH_INDEX = re.compile(r"README\.md|binder/.*|\.github/.*")


def tracked():
    """Return the files that are in the repository or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file()]


def text_of(path):
    """Return a file's text, pictures in notebooks left out; None if binary."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
    if path.suffix == ".ipynb":
        text = re.sub(r'"image/png": "[^"]*"', "", text)
    return text


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def leaks(name, text):
    """Return what the text of one file gives away."""
    found = [m.group() for m in MACHINE.finditer(text)]
    found += [m.group() for m in REGISTRIES.finditer(text)]
    if TORCH_INDEX in text and not NAMES_TORCH_INDEX.fullmatch(name):
        found.append(TORCH_INDEX)
    return found


def test_there_is_something_to_look_at():
    names = {name_of(path) for path in tracked()}
    assert {"pyproject.toml", "mathlib/__init__.py", "README.md"} <= names


def test_no_file_over_3_mb():
    large = [name_of(p) for p in tracked() if p.stat().st_size > 3e6]
    assert large == []


def test_no_machine_paths_and_registries():
    found = {}
    for path in tracked():
        text = text_of(path)
        leaked = leaks(name_of(path), text) if text else []
        if leaked:
            found[name_of(path)] = leaked[:3]
    assert found == {}


@pytest.mark.parametrize("text", [
    "see /ro" + "ot/x", "in /tm" + "p/abc/def.py", "/ho" + "me/ann/course",
    "https://py" + "pi.org/simple", "https://" + TORCH_INDEX,
])
def test_leaks_are_found(text):
    assert leaks("mathlib/x.py", text)


def test_torch_index_is_allowed_where_people_need_it():
    assert not leaks("README.md", TORCH_INDEX)
    assert not leaks("binder/requirements.txt", TORCH_INDEX)


def solutions_in(released, source):
    """Return the solution blocks of the source that the release contains.

    A line of a solution may well stand in the lesson around it, so only
    cells in which learners write are compared.
    """
    cells = [
        "".join(cell["source"])
        for cell in released["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    ]
    blocks = [block.strip() for block in SOLUTION.findall(source)]
    found = [b for b in blocks if any(b in cell for cell in cells)]
    return found + [c for c in cells if "BEGIN SOLUTION" in c]


@pytest.mark.parametrize("slug", SLUGS)
def test_chapter_folders(slug):
    source = ROOT / "solutions" / slug / f"{slug}.py"
    chapter = ROOT / "chapters" / slug
    files = {name_of(p) for p in tracked()}
    here = {f for f in files if f.startswith(f"chapters/{slug}/")}
    if not source.exists():
        assert not here, "a chapter without its source"
        return
    assert here == {f"chapters/{slug}/{slug}.ipynb"}
    assert f"solutions/{slug}/{slug}.ipynb" in files
    for folder in ("mathlib", "mathlib/exercises"):
        assert f"{folder}/{module_of(slug)}.py" in files
    assert f"tests/test_{module_of(slug)}.py" in files
    text = source.read_text(encoding="utf-8")
    assert SOLUTION.search(text), "a chapter without exercises"
    released = json.loads(
        (chapter / f"{slug}.ipynb").read_text(encoding="utf-8")
    )
    assert solutions_in(released, text) == []


def too_wide(source):
    """Return the lines of code, prose left out, of more than 79 letters."""
    return [
        line
        for line in source.splitlines()
        if len(line) > 79 and not line.startswith("#")
    ]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "solutions").glob("*/*.py")), ids=lambda p: p.stem
)
def test_code_fits_beside_the_panels(path):
    assert too_wide(path.read_text(encoding="utf-8")) == []


def test_wide_code_is_found():
    assert too_wide("# " + 90 * "a" + "\nx = 1\n") == []
    assert len(too_wide("x = " + 90 * "1" + "\n    # " + 90 * "a")) == 2


@pytest.mark.parametrize("folder", ["chapters", "solutions"])
def test_only_chapters_have_folders(folder):
    assert {p.name for p in (ROOT / folder).iterdir() if p.is_dir()} <= (
        set(SLUGS)
    )


def test_leaked_solution_is_found():
    source = "### BEGIN SOLUTION\n    return a @ b\n    ### END SOLUTION\n"
    cell = {
        "metadata": {"nbgrader": {"solution": True}},
        "source": ["def f(a, b):\n", "    return a @ b\n"],
    }
    assert solutions_in({"cells": [cell]}, source) == ["return a @ b"]
    cell["source"] = ["def f(a, b):\n", "    raise NotImplementedError\n"]
    assert solutions_in({"cells": [cell]}, source) == []

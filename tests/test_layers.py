"""Imports only go down: notebooks, course, explore, exercises, mathematics."""

import ast
from pathlib import Path

import pytest

from mathlib.course.chapters import SLUGS, module_of

PACKAGE = Path(__file__).resolve().parents[1] / "mathlib"
CHAPTERS = [module_of(slug) for slug in SLUGS]
FILES = sorted(PACKAGE.rglob("*.py"))

# The mathematics has levels 10 to 34, so that a chapter may use earlier ones.
ARRAYS, FIRST, EXERCISE, EXERCISES, EXPLORE, COURSE = 0, 10, 50, 60, 70, 80

# Parts of the course that are data or compare data; they are held to the
# level of exercise.py, and that is why exercises may import them.
LOW = {
    "mathlib.course.chapters",
    "mathlib.course.compare",
    "mathlib.course.plain",
}

SHOWING = {"matplotlib", "IPython", "ipywidgets", "nbgrader", "jupyterlab"}


def name_of(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(p for p in parts if p != "__init__")


def level(name):
    """Return the height at which a module stands."""
    if name in LOW:
        return EXERCISE
    first, *rest = name.split(".")[1:] or [""]
    if first == "arrays" or (first.startswith("_") and not rest):
        return ARRAYS
    if first in CHAPTERS:
        return FIRST + CHAPTERS.index(first)
    heights = {"exercise": EXERCISE, "exercises": EXERCISES,
               "explore": EXPLORE, "course": COURSE}
    assert first in heights, f"{name} has no place in the layers"
    return heights[first]


def imports(tree, package):
    """Yield (module, at top level?) for each import, lazy ones too."""
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        top = id(node) not in inside
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, top
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"relative import in {package}"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                # Elsewhere than in mathlib itself x may be a value.
                module = node.module == "mathlib" or is_module(full)
                yield (full if module else node.module), top


def is_module(name):
    path = PACKAGE.parent.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").exists()


def faults(name, source):
    """Return what a module with this source does that it must not."""
    found = []
    for target, top in imports(ast.parse(source), name):
        first = target.partition(".")[0]
        if target == "mathlib":
            found.append("imports mathlib itself; name the module")
        elif first == "mathlib" and not allowed(name, target):
            found.append(f"imports {target}, which is not below it")
        elif first == "torch" and top and level(name) < COURSE:
            found.append("imports torch before it is asked for")
        elif first in SHOWING and level(name) < EXPLORE:
            found.append(f"imports {first}: mathematics shows nothing")
    return found


def allowed(name, target):
    own, other = level(name), level(target)
    shared = {ARRAYS, EXERCISE, EXERCISES, EXPLORE, COURSE}
    return other < own or (own == other and own in shared)


@pytest.mark.parametrize(
    "path", [p for p in FILES if p != PACKAGE / "__init__.py"], ids=name_of
)
def test_imports_only_go_down(path):
    assert faults(name_of(path), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name, source, fault", [
    ("mathlib.arrays", "import mathlib.linear_algebra", "not below"),
    ("mathlib.linear_algebra", "import mathlib.transformers", "not below"),
    ("mathlib.transformers", "from mathlib import course", "not below"),
    ("mathlib.linear_algebra", "from mathlib.explore import x", "not below"),
    ("mathlib.linear_algebra", "def f():\n import mathlib.explore",
     "not below"),
    ("mathlib.exercises.calculus", "from mathlib.course import check",
     "not below"),
    ("mathlib.explore.figures", "import mathlib.course.build", "not below"),
    ("mathlib.course.compare", "import mathlib.exercises", "not below"),
    ("mathlib.course.check", "import mathlib", "itself"),
    ("mathlib.transformers", "import torch.nn", "torch"),
    ("mathlib.transformers", "if True:\n from torch import nn", "torch"),
    ("mathlib.exercises.calculus", "import torch", "torch"),
    ("mathlib.transformers", "def f():\n import matplotlib", "shows"),
])
def test_faults_are_found(name, source, fault):
    assert any(fault in found for found in faults(name, source))


@pytest.mark.parametrize("name, source", [
    ("mathlib.transformers", "from mathlib.foundations import softmax"),
    ("mathlib.transformers", "from mathlib import foundations"),
    ("mathlib.transformers", "def f():\n import torch"),
    ("mathlib.linear_algebra", "from mathlib.arrays import arrays"),
    ("mathlib.exercises.calculus", "from mathlib.exercise import Exercise"),
    ("mathlib.exercises", "from mathlib.course.chapters import SLUGS"),
    ("mathlib.course.build", "from mathlib.course import chapters"),
])
def test_allowed_imports_pass(name, source):
    assert faults(name, source) == []


def test_package_itself_imports_only_the_standard_library():
    import sys

    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    names = {name.partition(".")[0] for name, _ in imports(tree, "mathlib")}
    assert names <= sys.stdlib_module_names

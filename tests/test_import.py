"""`import mathlib` costs next to nothing and drags nothing heavy in."""

import json
import re
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import mathlib

HEAVY = ["torch", "matplotlib", "IPython", "ipywidgets", "nbgrader"]

# How an absent package looks: no finder knows it.
HIDE = """
import sys

class Hidden:
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, *args):
        if name.partition(".")[0] in NAMES:
            return None
        return self.finder.find_spec(name, *args)

    def __getattr__(self, name):
        return getattr(self.finder, name)

sys.meta_path[:] = [Hidden(finder) for finder in sys.meta_path]
"""
ROOT = Path(__file__).resolve().parents[1]


def without(*names):
    """Return code that makes packages look as if they were not installed."""
    return HIDE.replace("NAMES", repr(names))


def run(code):
    """Run code in a fresh Python; return what its last line prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_import_takes_under_50_ms_more_than_numpy():
    milliseconds = statistics.median(
        run(
            "import time, numpy\n"
            "start = time.perf_counter()\n"
            "import mathlib\n"
            "print(1e3 * (time.perf_counter() - start))"
        )
        for _ in range(5)
    )
    assert milliseconds < 50


def test_import_brings_no_third_party_package():
    new = run(
        "import json, numpy, sys\n"
        "before = set(sys.modules)\n"
        "import mathlib\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}"
        "\nprint(json.dumps(sorted(new - sys.stdlib_module_names)))"
    )
    assert new == ["mathlib"]


@pytest.mark.parametrize("module", ["linear_algebra", "transformers"])
def test_mathematics_loads_nothing_heavy(module):
    loaded = run(
        f"import json, sys, mathlib, mathlib.{module}\n"
        f"print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    )
    assert loaded == []


def test_mathematics_works_where_torch_is_absent():
    has_torch, device, dot = run(
        without("torch")
        + "import json, mathlib\n"
        "try:\n"
        "    import torch\n"
        "except ModuleNotFoundError:\n"
        "    pass\n"
        "else:\n"
        "    raise AssertionError('torch is not hidden')\n"
        "dot = float(mathlib.linear_algebra.dot([1, 2], [3, 4]))\n"
        "print(json.dumps([mathlib.has_torch, mathlib.device(), dot]))"
    )
    assert (has_torch, device, dot) == (False, "cpu", 11.0)


@pytest.mark.parametrize("name", sorted(mathlib._SHORT))
def test_short_names_resolve(name):
    value = getattr(mathlib, name)
    assert callable(value) or name == "has_torch"
    assert name in dir(mathlib)


def test_short_name_and_submodule_do_not_hide_each_other():
    outcome = run(
        "import json, types\n"
        "import mathlib.course.check, mathlib.course.progress\n"
        "import mathlib.exercise, mathlib.exercises\n"
        "from mathlib import check, progress\n"
        "modules = [mathlib.exercise, mathlib.exercises]\n"
        "print(json.dumps([callable(check), callable(progress),\n"
        "    all(isinstance(m, types.ModuleType) for m in modules)]))"
    )
    assert outcome == [True, True, True]


def test_submodules_are_attributes():
    assert run(
        "import json, mathlib\n"
        "print(json.dumps(mathlib.linear_algebra.__name__))"
    ) == "mathlib.linear_algebra"
    assert {"linear_algebra", "explore", "exercises"} <= set(dir(mathlib))


def test_unknown_attribute_is_an_attribute_error():
    with pytest.raises(AttributeError, match="linear_algebro"):
        _ = mathlib.linear_algebro


def development_packages():
    """Return the import names of the development dependencies."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    asked = project["optional-dependencies"]["dev"]
    names = [re.match(r"[\w-]+", line).group() for line in asked]
    return [
        {"pytest-xdist": "xdist"}.get(name, name).replace("-", "_")
        for name in names
    ]


def test_learners_need_no_development_package():
    # torch itself needs sympy, so that one is always there.
    hidden = set(development_packages()) - {"sympy"}
    assert {"pytest", "jupytext", "array_api_strict"} <= hidden
    assert run(
        without(*hidden)
        + "import importlib, json, mathlib\n"
        "for name in ['check', 'cli', 'lab', 'ledger', 'progress',\n"
        "             'release']:\n"
        "    importlib.import_module('mathlib.course.' + name)\n"
        "mathlib.style()\n"
        "mathlib.explore.matrix_multiplication()\n"
        f"print(json.dumps([m for m in {sorted(hidden)} "
        "if m in sys.modules]))"
    ) == []

"""No public function without its referees, no referee in name only."""

import importlib
from pathlib import Path

import pytest
import referees
from hypothesis import given
from hypothesis import strategies as st
from referees import exempt, fault, missing, referee

from mathlib.course.chapters import SLUGS, module_of

ROOT = Path(__file__).resolve().parents[1]
MODULES = [
    name
    for name in map(module_of, SLUGS)
    if (ROOT / "mathlib" / f"{name}.py").exists()
]


def public(name):
    """Return the public functions of a module of the mathematics."""
    module = importlib.import_module(f"mathlib.{name}")
    return [getattr(module, name) for name in module.__all__]


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_has_its_referees(name):
    importlib.import_module(f"test_{name}")
    lacking = {
        function.__name__: missing(function)
        for function in public(name)
        if missing(function)
    }
    assert public(name) and lacking == {}


@pytest.mark.parametrize("name", MODULES)
def test_every_referee_is_what_it_says(name):
    module = importlib.import_module(f"test_{name}")
    faults = []
    for (kind, function), noted in list(referees.tests.items()):
        for where, test in noted:
            if where == module.__name__:
                # By name, because a later test of the same name hides it.
                found = fault(kind, function, getattr(module, test))
                if found or not test.startswith("test_"):
                    faults.append(f"{test} ({kind}) {found}")
    assert faults == []


def triple(x):
    return 3 * x


def raises_somewhere():
    with pytest.raises(TypeError):
        triple(None)


@pytest.mark.parametrize("function", [triple])
def in_table(function, library):
    assert function(1) == 3


@given(st.integers())
def holds_always(x):
    assert triple(x) == x + x + x


def idle(library):
    pass


@pytest.mark.parametrize(("kind", "test", "words"), [
    ("oracle", idle, "does not use triple"),
    ("oracle", raises_somewhere, "every library"),
    ("property", idle, "not a Hypothesis"),
    ("gradient", idle, "check_gradient"),
    ("bad input", idle, "raises"),
])
def test_referees_in_name_only_are_found(kind, test, words):
    assert words in fault(kind, triple, test)


@pytest.mark.parametrize(("kind", "test"), [
    ("oracle", in_table),
    ("property", holds_always),
    ("bad input", raises_somewhere),
])
def test_true_referees_pass(kind, test):
    assert fault(kind, triple, test) is None


def test_what_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(referees, "tests", referees.tests.copy())
    monkeypatch.setattr(referees, "reasons", {})
    assert missing(triple) == list(referees.KINDS)
    referee("bad input", triple)(raises_somewhere)
    exempt("gradient", triple, because="integer output")
    assert missing(triple) == ["oracle", "property"]
    assert "every library" in fault("oracle", triple, raises_somewhere)
    exempt("library", triple, because="for the test")
    assert fault("oracle", triple, raises_somewhere) is None


def test_reasons_are_reasons():
    with pytest.raises(ValueError, match="in words"):
        exempt("gradient", triple, because="no")
    with pytest.raises(ValueError, match="nothing is exempt"):
        exempt("bad input", triple, because="it takes everything")
    with pytest.raises(ValueError, match="one of"):
        referee("orcale", triple)
    with pytest.raises(ValueError, match="name the functions"):
        referee("oracle")

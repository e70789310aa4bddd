"""The ledger and the code agree, both ways."""

import ast
import csv
import importlib
import inspect
import re
from pathlib import Path

import pytest

import mathlib
from mathlib import exercises
from mathlib.course import ledger
from mathlib.course.chapters import SLUGS, find_slug, module_of

ROOT = Path(__file__).resolve().parents[1]
ROWS = list(ledger.formulas())
CALLABLES = sorted({(t, row) for row in ROWS for t in row.signatures},
                   key=lambda pair: (pair[0], pair[1].id))
MODULES = [
    module_of(slug)
    for slug in SLUGS
    if (ROOT / "mathlib" / f"{module_of(slug)}.py").exists()
]
WRITTEN = [
    slug
    for slug in SLUGS
    if (ROOT / "solutions" / slug / f"{slug}.py").exists()
]


def each(rows):
    return pytest.mark.parametrize("row", rows, ids=lambda row: row.id)


def each_callable(pairs):
    ids = [f"{text.partition('(')[0]}-{row.id}" for text, row in pairs]
    return pytest.mark.parametrize("text, row", pairs, ids=ids)


def resolve(dotted):
    module, _, name = dotted.rpartition(".")
    module = importlib.import_module(module)
    assert name in module.__all__, f"{dotted} is not public"
    return getattr(module, name)


def signature_of(text):
    """Return {name: (kind, default)} of a signature as the ledger has it."""
    arguments = ast.parse(f"def f({text.partition('(')[2]}: pass").body[0].args
    plain = [*arguments.posonlyargs, *arguments.args]
    gap = [inspect.Parameter.empty] * (len(plain) - len(arguments.defaults))
    defaults = gap + [ast.literal_eval(d) for d in arguments.defaults]
    found = {
        a.arg: ("positional", d)
        for a, d in zip(plain, defaults, strict=True)
    }
    if arguments.vararg:
        found[arguments.vararg.arg] = (
            "positional", inspect.Parameter.empty
        )
    for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        default = ast.literal_eval(d) if d else inspect.Parameter.empty
        found[a.arg] = ("keyword", default)
    return found


def signature_in_code(function):
    return {
        p.name: (
            "keyword" if p.kind is p.KEYWORD_ONLY else "positional",
            p.default,
        )
        for p in inspect.signature(function).parameters.values()
    }


def test_names_used_resolves_aliases():
    used = ledger.names_used(
        "import mathlib\nimport mathlib.a as m\nfrom mathlib.b import g\n"
        "m.f(1)\ng(2)\nmathlib.c.h(3)\nother.k(4)\n"
    )
    assert {"mathlib.a.f", "mathlib.b.g", "mathlib.c.h"} <= used
    assert "mathlib.k" not in used and "mathlib.a.k" not in used


def test_table_is_well_formed():
    ids = [row.id for row in ROWS]
    assert len(ids) == len(set(ids))
    assert [r.chapter for r in ROWS] == sorted(r.chapter for r in ROWS)
    for row in ROWS:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.id)
        assert row.title and row.formula and row.kind
        assert find_slug(row.chapter).startswith(row.chapter)
        if row.kind not in ("fact", "animation"):
            assert row.formula.count("{") == row.formula.count("}"), row.id
    with (ROOT / "mathlib" / "formulas.csv").open(encoding="utf-8") as file:
        header = next(csv.reader(file))
    assert header == ["id", "title", "kind", "chapter", "formula",
                      "callable", "exercise", "practice"]


@each_callable(CALLABLES)
def test_callable_is_public_and_has_this_signature(text, row):
    found = resolve(text.partition("(")[0])
    assert callable(found)
    if "(" in text:
        assert signature_of(text) == signature_in_code(found)
    else:
        assert row.kind == "animation", "only explorers go without signature"


@each_callable([c for c in CALLABLES if c[1].slug in WRITTEN])
def test_callable_is_used_in_its_chapter(text, row):
    path = ROOT / "solutions" / row.slug / f"{row.slug}.py"
    used = ledger.names_used(path.read_text(encoding="utf-8"))
    assert text.partition("(")[0] in used


@pytest.mark.parametrize("module", MODULES)
def test_every_public_callable_has_a_row(module):
    named = {name for row in ROWS for name in row.functions}
    loaded = importlib.import_module(f"mathlib.{module}")
    # That each of these is tested, tests/test_referees.py sees to.
    public = {
        f"mathlib.{module}.{name}"
        for name in loaded.__all__
        if callable(getattr(loaded, name))
    }
    assert public, f"mathlib.{module} has nothing public"
    assert public - named == set()


@each([row for row in ROWS if row.exercise])
def test_exercises_exist_and_belong_to_the_chapter(row):
    for name in row.exercises:
        assert exercises.find(name).chapter == row.slug


def test_every_exercise_belongs_to_one_row():
    practised = [name for row in ROWS for name in row.exercises]
    assert sorted(practised) == sorted(exercises.names())


@each(ROWS)
def test_card_shows_everything(row):
    card = mathlib.formula(row.id)
    assert card is row
    shown = card._repr_markdown_()
    plain = repr(card)
    assert row.title in shown and row.formula in plain
    if row.kind not in ("fact", "animation"):
        assert f"$$\n{row.formula}\n$$" in shown
    for name in row.functions:
        assert name in plain
        if not name.startswith("mathlib.explore."):
            short = name.rpartition(".")[2]
            assert re.search(rf"^(def|class) {short}\b", shown, re.M)
            assert '"""' not in shown
    for name in row.exercises:
        assert f"`{name}`" in shown and name in plain


def test_card_links_to_the_chapter_where_there_is_one(monkeypatch, tmp_path):
    card = mathlib.formula("dot-product")
    monkeypatch.setattr(ledger, "ROOT", tmp_path)
    assert "](" not in card._repr_markdown_()
    source = tmp_path / "solutions" / card.slug / f"{card.slug}.py"
    source.parent.mkdir(parents=True)
    source.touch()
    link = "../02_linear_algebra/02_linear_algebra.ipynb"
    assert f"]({link})" in card._repr_markdown_()


def test_forgiving_lookup_and_friendly_error():
    assert mathlib.formula("Dot product").id == "dot-product"
    assert mathlib.formula("cosine_similarity").id == "cosine-similarity"
    with pytest.raises(ValueError, match="did you mean 'cosine-similarity'"):
        mathlib.formula("cosine-similarty")
    with pytest.raises(ValueError, match=r"mathlib\.formulas\(\)"):
        mathlib.formula("qqqqqq")


def test_search():
    found = mathlib.formulas("MASK transformers")
    assert "causal-mask" in {row.id for row in found}
    assert all(row.chapter == "15" for row in found)
    assert len(mathlib.formulas()) == len(ROWS) > len(found) > 0
    assert found[0] in list(found)
    assert "matrix-trace" not in {r.id for r in mathlib.formulas("rope")}
    assert "euclidean-norm" in {r.id for r in mathlib.formulas("NORM")}
    nothing = mathlib.formulas("no such <thing>")
    assert len(nothing) == 0 and "no such" in repr(nothing)
    assert "&lt;thing&gt;" in nothing._repr_html_()


def test_table_html():
    shown = mathlib.formulas("rotary")._repr_html_()
    assert "<code>rope</code>" in shown
    assert "<code>mathlib.transformers.rope</code>" in shown
    # LaTeX's & and < must survive a browser.
    assert "&amp;" in shown and "cos m\\theta_i&-" not in shown


def test_index_page_is_up_to_date():
    written = (ROOT / "FORMULAS.md").read_text(encoding="utf-8")
    assert written == ledger.index_markdown(), "run: make formulas"
    for row in ROWS:
        assert f"`{row.id}`" in written
    for target in re.findall(r"\]\(([^)]+)\)", written):
        assert (ROOT / target).exists(), target

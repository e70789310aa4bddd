"""The formula ledger: what is taught where, with its code and its practice.

The table is ``mathlib/formulas.csv``.  A card shows one formula, the table
finds it, and ``python -m mathlib.course.ledger`` writes the index page.
"""

import ast
import csv
import difflib
import functools
import html
import importlib
import inspect
import re
import textwrap
from dataclasses import dataclass, fields
from pathlib import Path

from mathlib.course.chapters import TITLES, find_slug

__all__ = [
    "Formula",
    "Formulas",
    "formula",
    "formulas",
    "index_markdown",
    "names_used",
]

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = PACKAGE.parent
INDEX = ROOT / "FORMULAS.md"

# In these rows the formula is a sentence, not LaTeX.
_IN_WORDS = {"fact", "animation"}


@dataclass(frozen=True, repr=False)
class Formula:
    """One row of the ledger; as the last line of a cell it shows its card.

    Parameters
    ----------
    id, title : str
    kind : str
        ``formula``, ``algorithm``, ``model``, ``theorem``, ``fact``,
        ``worked-example`` or ``animation``.
    chapter : str
        The chapter's number, two digits.
    formula : str
        LaTeX; plain words for facts and animations.
    callable : str
        The functions that compute it, with their signatures, separated by
        ``"; "``; empty when there is nothing to compute.
    exercise : str
        The exercises that practise it, separated by ``"; "``.
    practice : str
        Where it bears load.
    """

    id: str
    title: str
    kind: str
    chapter: str
    formula: str
    callable: str
    exercise: str
    practice: str

    @property
    def slug(self):
        """The chapter's folder."""
        return find_slug(self.chapter)

    @property
    def signatures(self):
        """The functions as written in the ledger, with their arguments."""
        return _split(self.callable)

    @property
    def functions(self):
        """The dotted names of the functions."""
        return [text.partition("(")[0] for text in self.signatures]

    @property
    def exercises(self):
        """The names of the exercises."""
        return _split(self.exercise)

    @property
    def code(self):
        """The source of the functions, without docstrings."""
        return "\n\n".join(
            _source(name)
            for name in self.functions
            if not name.startswith("mathlib.explore.")
        )

    @property
    def place(self):
        """The chapter in words: ``chapter 2, Linear Algebra Basics``."""
        return f"chapter {int(self.chapter)}, {TITLES[self.slug]}"

    def __repr__(self):
        lines = [f"{self.title} ({self.id})", f"  {self.formula}"]
        lines += [f"  {text}" for text in self.signatures]
        lines.append(f"  in {self.place}")
        if self.exercises:
            lines.append(f"  exercise: {', '.join(self.exercises)}")
        if self.practice:
            lines.append(f"  used in: {self.practice}")
        return "\n".join(lines)

    def _repr_markdown_(self):
        # The link works from any notebook in chapters/, work/ or solutions/.
        parts = [f"### {self.title}", self._statement()]
        if self.code:
            parts.append(f"```python\n{self.code}\n```")
        return "\n\n".join([*parts, self._facts("..")]) + "\n"

    def _statement(self):
        if self.kind in _IN_WORDS:
            return _escaped(self.formula)
        return f"$$\n{self.formula}\n$$"

    def _facts(self, above):
        """Where it is taught, practised and used, as a line of Markdown."""
        where = f"C{self.place[1:]}"
        # Its source, because a chapter's first build comes before its release
        # and must show the same as the second.
        if (ROOT / "solutions" / self.slug / f"{self.slug}.py").exists():
            where = f"[{where}]({above}/{self.slug}/{self.slug}.ipynb)"
        facts = [where]
        if self.exercises:
            names = ", ".join(f"`{name}`" for name in self.exercises)
            facts.append(f"exercise: {names}")
        if self.practice:
            facts.append(f"used in: {_escaped(self.practice)}")
        return " · ".join(facts)


class Formulas:
    """Rows of the ledger that were searched for: iterate, index, or look."""

    def __init__(self, rows, search=""):
        self._rows = tuple(rows)
        self._search = search

    def __iter__(self):
        return iter(self._rows)

    def __len__(self):
        return len(self._rows)

    def __getitem__(self, index):
        return self._rows[index]

    def __repr__(self):
        if not self._rows:
            return f"no formula matches {self._search!r}"
        wide = max(len(row.id) for row in self)
        return "\n".join(
            f"{row.id:{wide}}  {row.chapter}  {row.title}" for row in self
        )

    def _repr_html_(self):
        if not self._rows:
            return f"<p>{html.escape(repr(self))}</p>"
        heads = ("name", "formula", "code")
        lines = ["<table>", _html_row("th", heads)]
        for row in self:
            statement = html.escape(row.formula)
            if row.kind not in _IN_WORDS:
                statement = f"$\\displaystyle {statement}$"
            code = _html_names(row.functions)
            if row.exercises:
                code += f"<br>exercise: {_html_names(row.exercises)}"
            name = (
                f"<b>{html.escape(row.title)}</b><br><code>{row.id}</code>"
                f"<br>chapter {int(row.chapter)}"
            )
            lines.append(_html_row("td", [name, statement, code]))
        return "\n".join([*lines, "</table>"])


def formula(id):
    """Return the card of one formula.

    Parameters
    ----------
    id : str
        The formula's name in the ledger, such as ``"cosine-similarity"``.
        Underscores and capitals do no harm.

    Returns
    -------
    Formula
        The formula, the reference code, where it is taught and used.

    Raises
    ------
    ValueError
        If the ledger has no such formula; the message names the nearest.

    Examples
    --------
    >>> card = formula("dot-product")
    >>> card.functions
    ['mathlib.linear_algebra.dot']
    """
    rows = {row.id: row for row in _ledger()}
    wanted = str(id).strip().lower().replace("_", "-").replace(" ", "-")
    if wanted in rows:
        return rows[wanted]
    near = difflib.get_close_matches(wanted, rows, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else "see mathlib.formulas()"
    raise ValueError(f"no formula is called {id!r}; {hint}")


def formulas(search=""):
    """Return the formulas in which every word of ``search`` begins a word.

    Parameters
    ----------
    search : str
        Words to look for in ids, titles, chapters, formulas, functions,
        exercises and uses; capitals do not matter. Empty finds all.

    Returns
    -------
    Formulas
        A sequence of :class:`Formula` that shows itself as a table.

    Examples
    --------
    >>> formulas("gram-schmidt orthonormalization")
    gram-schmidt  02  Gram-Schmidt orthonormalization
    """
    # At the beginning of words only: "rope" is not in "property".
    words = [
        re.compile(rf"(?<![a-z0-9]){re.escape(word)}")
        for word in str(search).lower().split()
    ]
    found = [
        row
        for row in _ledger()
        if all(word.search(_haystack(row)) for word in words)
    ]
    return Formulas(found, search)


def index_markdown():
    """Return the index page: every formula of the ledger, by chapter."""
    lines = [
        "# Formulas",
        "",
        "Generated from `mathlib/formulas.csv` by `make formulas`. In a"
        " notebook, `mathlib.formula(id)` shows one of these with its code,"
        " and `mathlib.formulas(words)` finds it.",
    ]
    rows = list(_ledger())
    for slug, title in TITLES.items():
        here = [row for row in rows if row.slug == slug]
        if here:
            lines += ["", f"## {int(slug[:2])}. {title}"]
        for row in here:
            lines += ["", f"### {row.title}", "", row._statement(), ""]
            facts = [f"`{row.id}`", row._facts("chapters")]
            for text in row.signatures:
                dotted = text.partition("(")[0].rpartition(".")[0]
                path = _path(dotted).relative_to(ROOT).as_posix()
                facts.append(f"[`{text}`]({path})")
            lines.append(" · ".join(facts))
    return "\n".join(lines) + "\n"


@functools.cache
def _ledger():
    path = PACKAGE / "formulas.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(Formula(**row) for row in csv.DictReader(file))


def _split(text):
    return [part.strip() for part in text.split(";") if part.strip()]


def _haystack(row):
    values = [getattr(row, field.name) for field in fields(row)]
    return " ".join([*values, row.slug, TITLES[row.slug]]).lower()


def _source(dotted):
    """Return a function's source without its docstring."""
    module, _, name = dotted.rpartition(".")
    found = inspect.unwrap(getattr(importlib.import_module(module), name))
    source = textwrap.dedent(inspect.getsource(found)).rstrip()
    body = ast.parse(source).body[0].body
    if ast.get_docstring(ast.parse(source).body[0]) and len(body) > 1:
        lines = source.splitlines()
        text = body[0]
        del lines[text.lineno - 1 : text.end_lineno]
        source = "\n".join(lines)
    return source


def _path(dotted):
    """Return the file of a module, without importing it."""
    path = ROOT.joinpath(*dotted.split("."))
    return path if path.is_dir() else path.with_suffix(".py")


def _escaped(text):
    return re.sub(r"([\\*_<|`])", r"\\\1", text)


def _html_names(names):
    return "<br>".join(f"<code>{html.escape(name)}</code>" for name in names)


def _html_row(tag, cells):
    left = 'style="text-align: left; min-width: 14em"'
    cells = "".join(f"<{tag} {left}>{cell}</{tag}>" for cell in cells)
    return f"<tr>{cells}</tr>"


def names_used(source):
    """Return every dotted name that the code uses, aliases resolved."""
    tree = ast.parse(source)
    alias = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for a in node.names:
                full = a.name if a.asname else a.name.partition(".")[0]
                alias[a.asname or full] = full
        elif isinstance(node, ast.ImportFrom):
            for a in node.names:
                alias[a.asname or a.name] = f"{node.module}.{a.name}"
    used = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            used.add(alias.get(node.id, node.id))
        elif isinstance(node, ast.Attribute):
            # A base that is not a name, as in f().x, begins with a "?".
            first, _, rest = ast.unparse(node).partition(".")
            used.add(f"{alias.get(first, '?')}.{rest}")
    return used


if __name__ == "__main__":
    INDEX.write_text(index_markdown(), encoding="utf-8")
    print(f"wrote {INDEX.name}")

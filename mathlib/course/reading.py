"""Is a built notebook fit to be read?  Pictures, sizes, and who needs whom.
"""

import ast
import json
import re

from mathlib.course.audit import Problem
from mathlib.course.cells import role
from mathlib.course.scope import defined_names

__all__ = ["compare_runs", "review"]

MAX_BYTES = 2**20
MAX_LINES = 25
CELLS = range(60, 111)
WITHOUT_PICTURE = 8


def review(slug, notebook):
    """Return what keeps a notebook with outputs from being done."""
    return [
        *_lean_on_answers(notebook),
        *_figures(notebook),
        *_sizes(slug, notebook),
        *_prose(notebook),
    ]


def _lean_on_answers(notebook):
    """Lesson cells must run whatever the learner has written."""
    answers, lessons = set(), set()
    for cell in notebook.cells:
        kind = role(cell)
        names = set(defined_names(cell.source))
        if kind == "exercise":
            answers |= names
        elif kind == "code":
            leaning = (_read_names(cell.source) & answers) - lessons - names
            for name in sorted(leaning):
                yield Problem(
                    "a lesson cell that depends on a learner's answer",
                    cell["id"], name,
                )
            lessons |= names


def _read_names(source):
    return {
        node.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def _figures(notebook):
    since = 0
    for cell in notebook.cells:
        since += 1
        outputs = cell.get("outputs", [])
        for place, output in enumerate(outputs):
            if "image/png" not in output.get("data", {}):
                continue
            since = 0
            alt = output.metadata.get("image/png", {}).get("alt", "")
            if not alt.strip():
                yield Problem("a figure without alt text", cell["id"])
            below = outputs[place + 1:place + 2]
            caption = below and below[0].get("data", {}).get("text/html", "")
            if not caption or "<em>" not in caption:
                yield Problem("a figure without a caption", cell["id"])
        if since == WITHOUT_PICTURE + 1 and role(cell) != "written":
            yield Problem(
                f"more than {WITHOUT_PICTURE} cells without a picture",
                cell["id"],
            )


def _sizes(slug, notebook):
    size = len(json.dumps(notebook))
    if size > MAX_BYTES:
        yield Problem(
            "a notebook of over 1 MB", slug, f"{size / 2**20:.2f} MB"
        )
    if len(notebook.cells) not in CELLS:
        yield Problem(
            "a chapter of other than 60 to 110 cells", slug,
            str(len(notebook.cells)),
        )


def _prose(notebook):
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        lines = [line for line in cell.source.split("\n") if line.strip()]
        if len(lines) > MAX_LINES + 5 and not _is_table(lines):
            yield Problem(
                f"a text cell of over {MAX_LINES} lines", cell["id"],
                str(len(lines)),
            )
        if cell.source.count("$$") % 2:
            yield Problem("a formula that does not end", cell["id"])


def _is_table(lines):
    return sum(line.startswith("|") for line in lines) > len(lines) / 2


def compare_runs(before, after):
    """Return the cells whose outputs differ between two runs."""
    for first, second in zip(before.cells, after.cells, strict=True):
        if "nbval-ignore-output" in first.metadata.get("tags", []):
            continue
        if _said(first) != _said(second):
            yield Problem("a non-deterministic output", first["id"])


def _said(cell):
    """What a cell printed or returned; pictures vary between machines."""
    said = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            said.append(output.text)
        # In the order of their names, as a file has them.
        for kind, content in sorted(output.get("data", {}).items()):
            if re.match(r"text/(plain|html|markdown|latex)$", kind):
                said.append((kind, content))
    return said

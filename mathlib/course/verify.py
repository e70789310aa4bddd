"""``mathlib verify``: is a chapter done?  One table says so.

It asks all that can be asked without a reader: the build, the ledger, the
exercises with their mistakes and mutants, the pictures, and, on request, a
fresh run of both notebooks.
"""

import concurrent.futures
import contextlib
import importlib
import multiprocessing
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from rich.console import Console
from rich.table import Table

from mathlib.course import build, mutants, reading
from mathlib.course.audit import Problem, audit
from mathlib.course.cells import ChapterError
from mathlib.course.judge import make_cases
from mathlib.course.ledger import formulas, names_used
from mathlib.course.source import repository, source_path
from mathlib.exercise import Written
from mathlib.exercises import chapter_exercises, find

__all__ = ["Verdict", "examine", "main"]

# Seconds from which an exercise is a training run: each of its mutants takes
# as long, and many learn as well as the original.
TRAINING = 60

CODED = {"formula", "algorithm", "model"}


@dataclass
class Verdict:
    """What was found about one chapter."""

    slug: str
    rows: list = field(default_factory=list)
    problems: list = field(default_factory=list)

    def add(self, question, found, told):
        """Add a row of the table and the problems behind it."""
        found = list(found)
        self.problems += found
        self.rows.append((question, len(found), told))

    @property
    def done(self):
        """Whether nothing was found."""
        return not self.problems


def examine(slug, root=None, *, run=False, audits=None):
    """Return the verdict on one chapter.

    ``audits`` are what :func:`audit_all` returned for it, where the audits
    have been begun already.
    """
    root = Path(root or repository())
    audits = audit_all(slug, root) if audits is None else audits
    verdict = Verdict(slug)
    verdict.add("the build is fresh, nothing leaks", *_build(slug, root))
    verdict.add("every formula has its code", *ledger_problems(slug, root))
    _examine_exercises(verdict, audits)
    for path in build.notebook_paths(slug, root):
        if path.is_file():
            notebook = nbformat.read(path, as_version=4)
            kind = path.parent.parent.name
            verdict.add(
                f"{kind}: fit to be read",
                reading.review(slug, notebook), _measures(notebook),
            )
            if run:
                verdict.add(
                    f"{kind}: runs and says the same again",
                    *_run_again(slug, path, notebook),
                )
    return verdict


def _build(slug, root):
    try:
        build.check(slug, root)
    except ChapterError as error:
        return [Problem(error.reason, slug, error.detail)], "no"
    return [], "yes"


def ledger_problems(slug, root):
    """Return what the ledger and the chapter's source do not agree on."""
    path = source_path(slug, root)
    # The code only: to be named in the prose is not to be used.
    used = names_used(path.read_text("utf-8") if path.is_file() else "")
    rows = [row for row in formulas() if row.slug == slug]
    found = []
    for row in rows:
        if row.kind in CODED and not row.functions:
            found.append(Problem("a formula row without code", row.id))
        for name in row.functions:
            if not _exists(name):
                found.append(
                    Problem("a formula row without code", row.id, name)
                )
            elif name not in used:
                found.append(
                    Problem("a formula its chapter never uses", row.id, name)
                )
        for name in row.exercises:
            if name not in [e.name for e in chapter_exercises(slug)]:
                found.append(
                    Problem("a row whose exercise is missing", row.id, name)
                )
    return found, f"{len(rows)} rows"


def _exists(dotted):
    module, _, name = dotted.rpartition(".")
    try:
        return hasattr(importlib.import_module(module), name)
    except ImportError:
        return False


def audit_all(slug, root, each=map):
    """Return an iterator over the audits of a chapter's exercises.

    ``each`` is ``map`` or the map of a pool of processes, which begins at
    once.
    """
    try:
        setup, sources = mutants.solutions(slug, root)
    except ChapterError:  # the build's row of the table tells
        setup, sources = "", {}
    return each(
        _one, [(e.name, setup, sources.get(e.name)) for e in _graded(slug)]
    )


def _graded(slug):
    return [e for e in chapter_exercises(slug) if not isinstance(e, Written)]


def _examine_exercises(verdict, audits):
    graded = _graded(verdict.slug)
    problems, killed, kept, alive = [], 0, 0, []
    for found, dead, excused, survivors in audits:
        problems += found
        killed += dead
        kept += excused
        alive += survivors
    count = Counter()
    for exercise in graded:
        count["cases"] += len(make_cases(exercise, 0))
        count["mistakes"] += len(exercise.mistakes)
        count["variants"] += len(exercise.variants)
    told = ", ".join(f"{n} {what}" for what, n in count.items())
    verdict.add(
        f"{len(graded)} exercises grade fairly", problems, told
    )
    total = killed + kept + len(alive)
    share = killed / (total - kept) if total > kept else 1
    verdict.add(
        "no mutant of a solution survives", alive,
        f"{total} mutants: {killed} killed ({share:.1%}), {kept} equivalent,"
        f" {len(alive)} survive",
    )


@contextlib.contextmanager
def _processes(jobs):
    """Yield a map over so many processes."""
    if jobs < 2:
        yield map
        return
    # Spawned, because a fork of a process that used torch's threads hangs.
    context = multiprocessing.get_context("spawn")
    pool = concurrent.futures.ProcessPoolExecutor(jobs, mp_context=context)
    try:
        yield pool.map
    finally:
        pool.shutdown(cancel_futures=True)


def _one(task):
    """Audit one exercise and its solution's mutants."""
    name, setup, source = task
    exercise = find(name)
    problems = audit(exercise)
    if not source or exercise.seconds >= TRAINING:
        return problems, 0, 0, []
    killed, excused, surviving = mutants.examine(exercise, source, [setup])
    if excused < len(mutants.equivalent(exercise)):
        problems.append(Problem("a reason without a mutant", name))
    alive = [
        Problem("a mutant that survives", name, str(mutant))
        for mutant in surviving
    ]
    return problems, killed, excused, alive


def _measures(notebook):
    pictures = sum(
        "image/png" in output.get("data", {})
        for cell in notebook.cells for output in cell.get("outputs", [])
    )
    size = len(nbformat.writes(notebook)) / 2**20
    return (
        f"{len(notebook.cells)} cells, {pictures} pictures, {size:.2f} MB"
    )


def _run_again(slug, path, before):
    from mathlib.course.execute import run_notebook

    after = nbformat.read(path, as_version=4)
    started = time.monotonic()
    try:
        run_notebook(slug, after, path.parent)
    except ChapterError as error:
        return [Problem(error.reason, path.name, error.detail)], "no"
    seconds = time.monotonic() - started
    return reading.compare_runs(before, after), f"{seconds:.0f} s"


def main(slugs=None, *, run=False, jobs=2):
    """Print the table of each chapter; return how many are not done."""
    console = Console()
    root = repository()
    slugs = slugs or build.built_chapters(root)
    unfinished = 0
    with _processes(jobs) as each:
        begun = [audit_all(slug, root, each) for slug in slugs]
        for slug, audits in zip(slugs, begun, strict=True):
            verdict = examine(slug, root, run=run, audits=audits)
            _show(console, verdict)
            unfinished += not verdict.done
    return unfinished


def _show(console, verdict):
    told = "done" if verdict.done else "NOT done"
    console.print(f"[bold]{verdict.slug}: {told}[/]")
    table = Table(show_header=False)
    for question, found, told in verdict.rows:
        table.add_row(
            question,
            "[green]yes[/]" if not found else f"[red]no, {found}[/]",
            told,
        )
    console.print(table)
    for problem in verdict.problems:
        console.print(
            f"  {problem}", style="red", highlight=False, markup=False
        )

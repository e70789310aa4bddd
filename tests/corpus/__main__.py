"""Grade the corpus and show what came of each family.

    PYTHONPATH=tests python -m corpus [--stock] [--only NAME ...] [--jobs N]
"""

import argparse
import sys
import tempfile
import time
from collections import Counter

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from corpus import FAMILIES
from corpus.grading import KINDS, THE_CLASS, grade_all


def main():
    """Read the command line, grade, and show the tables."""
    options = read_options()
    console = Console()
    names = [
        name for name, family in FAMILIES.items()
        if (not options.only or name in options.only)
        and (not options.group or family.group in options.group)
    ]
    unknown = set(options.only or ()) - FAMILIES.keys()
    if unknown or not names:
        sys.exit(f"there is no family {', '.join(sorted(unknown))}")
    if options.list:
        for name in names:
            family = FAMILIES[name]
            console.print(f"{family.group:12} {name}: {family.tries}")
        return
    start = time.monotonic()
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), console=console,
    ) as bar:
        task = bar.add_task("grading", total=len(names))

        def each(name, findings):
            bar.advance(task, name != THE_CLASS)

        folder = options.folder or tempfile.mkdtemp(prefix="corpus-")
        found = grade_all(
            names, folder, stock=options.stock, command=options.command,
            jobs=options.jobs, each=each,
        )
    show(console, found, options.all)
    console.print(
        f"{len(names)} families in {time.monotonic() - start:.0f} s;"
        f" what the grader said is in {folder}"
    )
    sys.exit(any(found.values()))


def read_options():
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="corpus", description=__doc__)
    parser.add_argument(
        "--stock", action="store_true",
        help="grade with nbgrader as it comes, each family by itself",
    )
    parser.add_argument("--only", nargs="+", metavar="NAME")
    parser.add_argument("--group", nargs="+", metavar="GROUP")
    parser.add_argument("--jobs", type=int, default=1, metavar="N")
    parser.add_argument(
        "--command", choices=["autograde", "grade"], default="autograde",
        help="nbgrader autograde or mathlib grade",
    )
    parser.add_argument(
        "--all", action="store_true", help="show those handled rightly, too"
    )
    parser.add_argument(
        "--list", action="store_true", help="list the families and stop"
    )
    parser.add_argument("--folder", help="where to work; kept")
    return parser.parse_args()


def show(console, found, everything):
    """Print a row for each family and a count for each group."""
    table = Table("group", "family", "what came of it", "detail")
    counts = {}
    for name, findings in found.items():
        group = FAMILIES[name].group if name in FAMILIES else ""
        verdict = worst(findings)
        if group:
            counts.setdefault(group, Counter())[verdict] += 1
        if findings or everything and group:
            table.add_row(
                group, name,
                f"[red]{KINDS[verdict]}[/]" if verdict else "rightly handled",
                shorten(details(findings)),
            )
    if table.row_count:
        console.print(table)
    summary = Table("group", "families", "rightly", *KINDS)
    for group, counter in [*counts.items(), ("all", sum(
        counts.values(), Counter()
    ))]:
        summary.add_row(
            group, str(counter.total()), str(counter[None]),
            *(str(counter[kind] or "") for kind in KINDS),
        )
    console.print(summary)


def details(findings):
    """Return what was found, by kind."""
    return "; ".join(
        f"{kind}: {', '.join(f.detail for f in findings if f.kind == kind)}"
        for kind in dict.fromkeys(f.kind for f in findings)
    )


def worst(findings):
    """Return the kind of the finding that matters most, or None."""
    kinds = {finding.kind for finding in findings}
    return next((kind for kind in KINDS if kind in kinds), None)


def shorten(text, most=160):
    """Return the beginning of a text, in which rich sees no markup."""
    text = text if len(text) <= most else text[:most - 3] + "..."
    return text.replace("[", r"\[")


if __name__ == "__main__":
    main()

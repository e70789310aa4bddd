"""How fast submissions are graded, beside stock nbgrader on the same machine.

    python benchmarks/grading.py 02_linear_algebra --copies 40

hands in so many copies of a finished chapter and grades them three times:
with nbgrader as it comes, with this course's ``nbgrader autograde``, and with
``mathlib grade``.  All grades must be equal.  The last line is the time that
the answers themselves need, in one process that has everything imported.
"""

import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Annotated

import nbformat
import typer
from rich.console import Console
from rich.table import Table

from mathlib.course.cells import role
from mathlib.course.chapters import find_slug
from mathlib.course.grading import plan
from mathlib.course.grading.grader import autograded
from mathlib.course.judge import Bank, judge, run_here
from mathlib.exercise import Written
from mathlib.exercises import find

ROOT = Path(__file__).resolve().parents[1]
SEED = 11
STOCK = """
from mathlib.course.release import configure
c = configure(get_config())
c.CourseDirectory.root = {root!r}
c.CourseDirectory.course_id = "mathlib"
"""


def main(
    chapter: Annotated[str, typer.Argument()] = "02_linear_algebra",
    copies: Annotated[int, typer.Option(min=1)] = 40,
    jobs: Annotated[int, typer.Option(min=1)] = 2,
    stock: Annotated[
        bool, typer.Option(help="Time nbgrader as it comes, too.")
    ] = True,
):
    """Grade copies of a finished chapter in three ways and compare."""
    slug = find_slug(chapter)
    ways = {
        "nbgrader autograde, stock": ["nbgrader", "autograde", slug],
        "nbgrader autograde, this course's": ["nbgrader", "autograde", slug],
        f"mathlib grade --jobs {jobs}": [
            "mathlib.course.cli", "grade", slug, "--jobs", str(jobs),
        ],
    }
    table = Table("way", "s", "s each", "times stock", "memory, MB")
    grades, first = [], None
    for name, command in ways.items():
        if "stock" in name and not stock:
            continue
        with tempfile.TemporaryDirectory() as folder:
            course = make_course(Path(folder), slug, copies, "stock" in name)
            seconds, memory = timed(command, course)
            grades.append(scores(course))
        first = first or seconds
        table.add_row(
            name, f"{seconds:.1f}", f"{seconds / copies:.2f}",
            f"{first / seconds:.1f}" if stock else "", f"{memory:.0f}",
        )
    alone = statistics.median(answers_alone(slug) for _ in range(3))
    table.add_row("the answers alone", "", f"{alone:.2f}", "", "")
    console = Console()
    console.print(f"{copies} copies of {slug}, {os.cpu_count()} processors")
    console.print(table)
    count = {len(g) for g in grades}
    if any(g != grades[0] for g in grades):
        console.print("THE GRADES DIFFER", style="red")
        raise typer.Exit(1)
    console.print(f"all grades equal: {count.pop()} in each run")


def make_course(folder, slug, copies, stock):
    """Make a course folder with a released chapter and its submissions."""
    shutil.copytree(ROOT / "solutions" / slug, folder / "solutions" / slug)
    config = folder / "nbgrader_config.py"
    if stock:
        config.write_text(STOCK.format(root=str(folder)), encoding="utf-8")
    else:
        shutil.copy(ROOT / "nbgrader_config.py", config)
    run(
        ["nbgrader", "generate_assignment", slug,
         "--RunRelease.enabled=False"], folder,
    )
    finished = ROOT / "solutions" / slug / f"{slug}.ipynb"
    for number in range(copies):
        place = folder / "submitted" / f"student{number:03}" / slug
        place.mkdir(parents=True)
        shutil.copy(finished, place)
    return folder


def run(command, folder):
    """Start one of the commands and wait for its end."""
    programs = os.path.dirname(sys.executable)  # nbgrader starts alembic
    env = os.environ | {
        "PATH": os.pathsep.join([programs, os.environ.get("PATH", "")]),
        "PYTHONPATH": str(ROOT), "MATHLIB_SEED": str(SEED),
        "MATHLIB_PROGRESS": "off", "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    if done.returncode:
        raise SystemExit(done.stdout)


def timed(command, folder):
    """Return the seconds that a command takes and the most memory in use."""
    most, ended = [0.0], threading.Event()

    def watch():
        while not ended.wait(0.25):
            most[0] = max(most[0], memory_below(os.getpid()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    begun = time.perf_counter()
    try:
        run(command, folder)
        return time.perf_counter() - begun, most[0]
    finally:
        ended.set()
        watcher.join()


def memory_below(top):
    """Return the memory of all processes below one, in MB, shared ones once.

    Linux only; elsewhere it is 0.
    """
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            after = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry.parent.name)] = int(after[1])
    below, grown = {top}, True
    while grown:
        found = {pid for pid, up in parents.items() if up in below} - below
        below |= found
        grown = bool(found)
    total = 0
    for pid in below - {top}:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(
            int(line.split()[1]) for line in text.splitlines()
            if line.startswith("Pss:")
        )
    return total / 1024


def scores(folder):
    """Return (student, cell) -> points, from the gradebook."""
    with sqlite3.connect(folder / "gradebook.db") as database:
        return {
            (student, cell): points
            for student, cell, points in database.execute("""
                SELECT submitted_assignment.student_id, base_cell.name,
                       grade.auto_score
                FROM grade
                JOIN base_cell ON base_cell.id = grade.cell_id
                JOIN submitted_notebook
                  ON submitted_notebook.id = grade.notebook_id
                JOIN submitted_assignment ON submitted_assignment.id
                     = submitted_notebook.assignment_id
            """)
        }


def answers_alone(slug):
    """Return the seconds for the answers and their checks, and no more."""
    path = ROOT / "solutions" / slug / f"{slug}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    banks = {
        name: Bank(find(name), SEED) for name in autograded(notebook)
        if not isinstance(find(name), Written)
    }
    for bank in banks.values():
        bank.expected  # noqa: B018  (once for all submissions)
    namespace = {"__name__": "__main__"}
    begun = time.perf_counter()
    for step in plan.steps(notebook):
        cell = notebook.cells[step.place]
        if role(cell) != "check":
            exec(compile(cell.source, cell.id, "exec"), namespace)
            continue
        bank = banks[cell.metadata.nbgrader.grade_id]
        parts = {name: namespace[name] for name in bank.exercise.parts}
        judge(
            bank.exercise, run_here(parts, bank.exercise.arrays), bank=bank
        )
    return time.perf_counter() - begun


if __name__ == "__main__":
    typer.run(main)

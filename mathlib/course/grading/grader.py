"""Grade one submission: run its cells behind the wall, judge each exercise.

The notebook that comes out is built here from what was released, the
learner's sources, and outputs that this process wrote or cleaned; nbgrader
reads the grades from it.
"""

import contextlib
import html
import logging
import time
from dataclasses import dataclass, replace

from nbformat import from_dict
from nbformat.v4 import new_markdown_cell, new_output

from mathlib.course import delegation
from mathlib.course.cells import role
from mathlib.course.grading import plan
from mathlib.course.grading.learner import Gone, Zygote
from mathlib.course.grading.sanitise import clean_outputs
from mathlib.course.grading.submission import Submission, rebuild
from mathlib.course.judge import Bank, judge
from mathlib.course.report import number, to_html
from mathlib.exercise import Exercise
from mathlib.exercises import find, names

__all__ = ["Graded", "Grader", "unreadable"]

log = logging.getLogger(__name__)

CELL_SECONDS = 60.0
SUBMISSION_SECONDS = 900.0


@dataclass(frozen=True)
class Graded:
    """A graded notebook.

    Attributes
    ----------
    notebook : NotebookNode
        As formgrader shows it and nbgrader reads it.
    points : dict
        Exercise -> points, without the written ones.
    notes : tuple of str
        What the instructor should know.
    way : str
        How the learner's code was fenced in; empty where none was run.
    """

    notebook: object
    points: dict
    notes: tuple
    way: str = ""


class Grader:
    """Grades submissions of one chapter, one after the other.

    Parameters
    ----------
    release : NotebookNode
        The chapter as released.
    seeds : mapping
        Exercise -> secret seed of its cases.
    unseen : sequence of str
        Paths that no learner may see.
    unconfined : bool
        Whether to go on where no wall can be put up.
    cell_seconds : float
        Time limit of each of the learner's own cells.
    time_factor : float
        By which the exercises' time limits are multiplied.
    """

    def __init__(
        self, release, seeds, *, unseen=(), unconfined=False,
        cell_seconds=CELL_SECONDS, time_factor=1.0,
    ):
        self.release, self.cell_seconds = release, cell_seconds
        known = set(names())
        self.banks = {}
        for name in autograded(release):
            exercise = find(name) if name in known else None
            if isinstance(exercise, Exercise):
                seconds = exercise.seconds * time_factor
                self.banks[name] = Bank(
                    replace(exercise, seconds=seconds), seeds[name]
                )
        modules = {"matplotlib.pyplot", "torch", "scipy.special"}
        self.zygote = Zygote(
            sorted(modules.union(plan.imported_modules(release))),
            unseen, unconfined=unconfined,
        )

    def grade(self, submission):
        """Return the submission's :class:`Graded`."""
        notebook = rebuild(self.release, submission)
        run = _Run(self, notebook)
        with contextlib.closing(run):
            run.all_steps()
        notes = tuple(map(_printable, (*submission.discarded, *run.notes)))
        _add_notes(notebook, notes)
        return Graded(notebook, run.points, notes, self.zygote.way)

    def close(self):
        """End the zygote."""
        self.zygote.close()


def autograded(notebook):
    """Return the grade ids of the cells that nbgrader grades by itself."""
    return [
        cell.metadata.nbgrader.grade_id
        for cell in notebook.cells if role(cell) == "check"
    ]


def unreadable(release, reason):
    """Return the :class:`Graded` of what could not be read: zeros."""
    notebook = rebuild(release, Submission({}, (), (), None))
    points = {}
    for cell in notebook.cells:
        if role(cell) == "check":
            text = f"This submission could not be graded: {reason}."
            _set_score(cell, 0.0, f"<p>{html.escape(text)}</p>")
            points[cell.metadata.nbgrader.grade_id] = 0.0
    notes = (f"This submission could not be graded: {reason}.",)
    _add_notes(notebook, notes)
    return Graded(notebook, points, notes)


class _Run:
    """One submission on its way through its steps.

    When the learner's process ends or has to be ended, the step that did it
    is over; the cells before it are run again in a new process, and the rest
    goes on from there.
    """

    def __init__(self, grader, notebook):
        self.grader, self.notebook = grader, notebook
        self.points, self.notes = {}, []
        self._learner = None
        self._done = []  # steps whose cells a new process needs again
        self._ends = time.monotonic() + SUBMISSION_SECONDS

    def close(self):
        if self._learner:
            self._learner.close()
            self._learner = None

    def all_steps(self):
        for step in plan.steps(self.notebook):
            if step.kind == "judge":
                cell = self.notebook.cells[step.place]
                cell.execution_count = step.place + 1
                self._judge(cell)
            else:
                self._run(step)

    def _seconds(self, wanted):
        """The time that a step may take."""
        return max(min(wanted, self._ends - time.monotonic()), 0.01)

    def _ready(self):
        """Return the learner's process, in the state that it should be."""
        while self._learner is None:
            self._learner = self.grader.zygote.fork()
            for step in list(self._done):
                try:
                    self._send(step)
                except Gone:
                    # It ran the first time; it is left out from now on.
                    self._learner = None
                    self._done.remove(step)
                    break
        return self._learner

    def _send(self, step):
        cell = self.notebook.cells[step.place]
        return self._learner.run_cell(
            cell.source, self._seconds(self.grader.cell_seconds),
            own=step.kind == "own",
        )

    def _run(self, step):
        cell = self.notebook.cells[step.place]
        if not cell.source.strip():
            return
        self._ready()
        try:
            outputs = self._send(step)
        except Gone as gone:
            self._learner = None
            outputs = [_ended(gone, self.grader.cell_seconds)]
            self.notes.append(f"Cell {cell.id}: {outputs[0]['evalue']}.")
        else:
            self._done.append(step)
        if step.kind == "own":
            cell.outputs = from_dict(clean_outputs(outputs))
            cell.execution_count = step.place + 1
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = cell.execution_count

    def _judge(self, cell):
        name = cell.metadata.nbgrader.grade_id
        bank = self.grader.banks.get(name)
        if bank is None:
            _set_score(cell, 0.0, _BY_HAND)
            self.notes.append(f"{name}: not one of mathlib's exercises; 0.")
            self.points[name] = 0.0
            return
        try:
            result = self._result(bank)
            report = to_html(replace(result, seed=None))
        except Exception:
            # No answer may stop the others, whatever it made us stumble on.
            log.exception("%s could not be judged", name)
            self.close()  # there may be more where that came from
            self.notes.append(f"{name}: the answer could not be judged.")
            self.points[name] = 0.0
            _set_score(cell, 0.0, _NO_SENSE)
            return
        if result.delegated:
            self.notes.append(
                f"{name}: delegated to {', '.join(result.delegated)};"
                " if this is the learner's own work, give the points."
            )
        self.points[name] = result.points
        _set_score(cell, result.points, report)

    def _result(self, bank):
        exercise = bank.exercise
        answer = self._ready().answer(
            exercise, delegation.refused(exercise),
            [case.program for case in bank.cases],
            self._seconds(exercise.seconds),
        )
        if answer.gone:
            self._learner = None
        return judge(
            exercise,
            lambda programs, seconds: (answer.outcomes, answer.printed),
            bank=bank, foreign=answer.foreign, missing=answer.missing,
            delegates=answer.delegated,
        )


def _ended(gone, seconds):
    told = (
        f"this cell was stopped after {seconds:g} seconds" if gone.late
        else "this cell ended the process that it ran in"
    )
    name = "TimeLimit" if gone.late else "ProcessEnded"
    return {
        "output_type": "error", "ename": name, "evalue": told,
        "traceback": [f"{name}: {told}"],
    }


def _set_score(cell, points, report):
    """Write points and report where nbgrader and people look for them."""
    # An answer may return or raise what no file can hold.
    report = report.encode("utf-8", "replace").decode()
    cell.outputs = [new_output(
        "execute_result",
        {"text/plain": number(points), "text/html": report},
        execution_count=cell.execution_count,
    )]


def _printable(text):
    """Take out what a terminal would act on."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _add_notes(notebook, notes):
    """Put what the instructor should know at the notebook's end."""
    if not notes:
        return
    # As HTML in which nothing is left to interpret: names in it are theirs.
    items = "\n".join(
        f"<li>{_literal(note)}</li>" for note in notes
    )
    cell = new_markdown_cell(
        f"**About this submission**\n\n<ul>\n{items}\n</ul>",
        id="about-this-submission", metadata={"mathlib": {"notes": True}},
    )
    notebook.cells.append(cell)


def _literal(text):
    return "".join(
        c if c.isalnum() or c in " .,;:()'" else f"&#{ord(c)};" for c in text
    )


_BY_HAND = (
    "<p>This cell is not one of mathlib's exercises and was not run. It is"
    " graded by hand.</p>"
)
_NO_SENSE = "<p>What this answer returned could not be judged.</p>"

"""The learner's process: runs cells, answers the judge's programs.

It knows the learner's cells, and the inputs of the cases one exercise at a
time; of what is right it knows nothing.  Whatever it says about itself is
taken as the answer, never as a grade.
"""

import os
import sys

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from mathlib.course import delegation, scope
from mathlib.course.check import collect
from mathlib.course.grading import walls, wire
from mathlib.course.grading.outputs import Outputs
from mathlib.course.grading.plan import plain_python
from mathlib.course.guard import no_trace
from mathlib.course.plain import from_json, to_json
from mathlib.course.programs import Outcome, describe, perform
from mathlib.exercise import Exercise

__all__ = ["make_shell", "serve"]


class _Hook(DisplayHook):
    """The value of a cell's last line becomes an output."""

    def start_displayhook(self):
        pass

    def write_output_prompt(self):
        pass

    def write_format_data(self, data, metadata=None):
        self.shell.outputs.result(data, self.shell.execution_count)

    def finish_displayhook(self):
        pass


class _Publisher(DisplayPublisher):
    """What is displayed becomes an output."""

    def publish(self, data, metadata=None, *args, **kwargs):
        self.shell.outputs.display(data)

    def clear_output(self, wait=False):
        self.shell.outputs.clear()


class Shell(InteractiveShell):
    """IPython without a kernel: magics and all, no messages, no threads."""

    displayhook_class = _Hook
    display_pub_class = _Publisher
    outputs = None

    def enable_gui(self, gui=None):
        """Do nothing: there is no window to draw to."""

    def ask_exit(self):
        """Do nothing: ``exit()`` in one cell does not take the next away."""

    def system(self, command):
        """Run a line of shell; its output goes where the cell's goes."""
        status = os.system(self.var_expand(command, depth=1))
        self.user_ns["_exit_code"] = os.waitstatus_to_exitcode(status)

    system_piped = system_raw = system

    def _showtraceback(self, etype, evalue, stb):
        try:
            text = str(evalue)
        except Exception:
            text = ""
        self.outputs.error(etype.__name__, text, stb)


def make_shell():
    """Return the shell of this process, ready to run cells."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.enable_tip = False
    shell = Shell.instance(config=config)
    shell.enable_matplotlib("inline")
    scope.lessons()  # read before the walls stand
    return shell


def serve(channel, shell, plan):
    """Answer the judge until it closes the channel."""
    shell.outputs = Outputs()
    if plan["isolated"]:
        _settle_in()
    _forget_references()
    _close_standard_files()
    sources = []
    wire.send(channel, {"fit": os.getpid()})
    while True:
        try:
            request = wire.receive(channel)
        except wire.Broken:
            return
        if "cell" in request:
            if request["own"]:
                sources.append(plain_python(request["cell"]))
            reply = {"outputs": _run_cell(shell, request["cell"])}
            wire.send(channel, reply)
        else:
            _answer(channel, shell.user_ns, sources, request)


def _close_standard_files():
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nowhere, number)
    if nowhere > 2:
        os.close(nowhere)


def _settle_in():
    """A home of its own, empty, and nothing else in the environment."""
    os.makedirs(walls.HOME, exist_ok=True)
    os.chdir(walls.HOME)
    os.environ.update(
        HOME=walls.HOME, TMPDIR=walls.SCRATCH, USER="learner",
        LOGNAME="learner",
    )
    sys.argv, sys.orig_argv = [""], []


def _forget_references():
    """Take the exercises' side of the course out of reach of an import."""
    package = sys.modules["mathlib"]
    for name in list(sys.modules):
        if name.startswith("mathlib.exercises"):
            sys.modules[name] = None
    vars(package).pop("exercises", None)
    package.check = _no_check


def _no_check(name, **options):
    """``check`` in a learner's own cell while the notebook is graded."""
    print(f"{name} is graded at its own check cell.")


def _run_cell(shell, source):
    with shell.outputs.capture():
        shell.run_cell(source, store_history=True)
        # An autocall such as exit() asks to leave; the notebook goes on.
        shell.exit_now = False
    return shell.outputs.collected


def _answer(channel, namespace, sources, request):
    """Run the programs of one exercise and send each outcome at once."""
    exercise = Exercise(
        dict.fromkeys(request["parts"]), 0.0, (), arrays=request["arrays"],
        name=request["name"], chapter=request["chapter"],
    )
    parts, missing = collect(exercise, namespace)
    written = [part for name, part in parts.items() if name not in missing]
    refused = request["refuses"]
    wire.send(channel, {
        "missing": missing,
        "foreign": scope.foreign_names(exercise, written, namespace, sources),
        "delegated": delegation.delegates(refused, written, namespace),
    })
    with no_trace() as printed, delegation.refusing(refused):
        for node in request["programs"]:
            try:
                outcome = perform(parts, from_json(node), exercise.arrays)
                message = _encode(outcome)
            except BaseException as error:  # KeyboardInterrupt, MemoryError
                message = _encode(Outcome(raised=describe(error)))
            wire.send(channel, message)
    wire.send(channel, {"printed": printed.getvalue()})


def _encode(outcome):
    raised = outcome.raised
    return {
        "value": to_json(outcome.value),
        "raised": raised and [raised.types, raised.message, raised.lines],
        "changed": to_json(outcome.changed),
    }

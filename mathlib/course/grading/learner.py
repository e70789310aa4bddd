"""The judge's end: a zygote, and the learner's process forked from it."""

import contextlib
import logging
import shutil
import socket
import tempfile
import time

from mathlib.course.grading import outer, wire
from mathlib.course.plain import from_json, to_json
from mathlib.course.programs import Outcome, Raised

__all__ = ["Gone", "Learner", "NoWall", "Zygote"]

log = logging.getLogger(__name__)

STARTUP = 120.0  # seconds for the imports, on a slow disk
PATIENCE = 20.0  # seconds for what takes milliseconds


class NoWall(RuntimeError):
    """Learners' code can't be fenced in on this machine."""


class Gone(Exception):
    """The learner's process ended, or was ended when its time was up."""

    def __init__(self, late):
        super().__init__("time is up" if late else "the process ended")
        self.late = late


class Zygote:
    """A process with everything imported, forked for each submission.

    Parameters
    ----------
    modules : sequence of str
        What the chapter's setup cell imports.
    unseen : sequence of str
        Paths that no learner may see: the course's folder, the gradebook.
    unconfined : bool
        Whether to go on where no wall can be put up.

    Raises
    ------
    NoWall
        If no way works and ``unconfined`` was not given; the message says
        what was tried, why it failed, and what would help.
    """

    def __init__(self, modules=(), unseen=(), *, unconfined=False, ways=None):
        self.modules, self.unseen = list(modules), list(unseen)
        self._process = self._last = None
        failures = []
        for way in ways or outer.WAYS:
            if way == "none" and not unconfined:
                break
            try:
                self._start(way)
                self.fork().close()
            except (OSError, wire.Broken, wire.TooLate) as error:
                failures.append(f"{way}: {error} {self._last_words()}".strip())
                self.close()
            else:
                self.way = way
                return
        raise NoWall(_advice(failures))

    def _start(self, way):
        self._errors = tempfile.TemporaryFile()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = outer.start(
                way, theirs, self.modules, self.unseen, self._errors
            )
        wire.receive(self._control, time.monotonic() + STARTUP)

    def _last_words(self):
        if self._process is None:
            return ""
        with contextlib.suppress(Exception):
            self._process.wait(2)
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").splitlines()
        return lines[-1] if lines else ""

    def fork(self):
        """Return a new learner's process; the one before it is ended."""
        for attempt in (1, 2):
            ours, theirs = socket.socketpair()
            try:
                with theirs:
                    socket.send_fds(self._control, [b"F"], [theirs.fileno()])
                self._confirm()
                hello = wire.receive(ours, time.monotonic() + PATIENCE)
                if "fit" not in hello:
                    raise OSError(str(hello.get("unfit")))
                self._last = Learner(self, ours)
                return self._last
            except (OSError, wire.Broken, wire.TooLate):
                ours.close()
                if attempt == 2 or not hasattr(self, "way"):
                    raise
                # A zygote does not die of what its forks do; if this one
                # did for any other reason, another takes its place.
                log.warning("the zygote was lost; starting another")
                self.close()
                self._start(self.way)

    def end(self, learner):
        """End a fork and all that it started, unless another took over."""
        if learner is not self._last:
            return
        self._last = None
        with contextlib.suppress(OSError, wire.Broken, wire.TooLate):
            self._control.send(b"E")
            self._confirm()

    def _confirm(self):
        deadline = time.monotonic() + PATIENCE
        if wire.read(self._control, 1, deadline) != b"k":
            raise wire.Broken("the zygote does not answer")

    def close(self):
        """End the zygote."""
        if self._process is None:
            return
        self._control.close()
        try:
            self._process.wait(2)
        except Exception:
            self._process.kill()
            self._process.wait()
        self._errors.close()
        self._process = None

    def __enter__(self):
        """Return the zygote itself."""
        return self

    def __exit__(self, *_):
        """End it."""
        self.close()


class Learner:
    """A process that runs a learner's cells and answers programs."""

    def __init__(self, zygote, channel):
        self._zygote, self._channel = zygote, channel

    def run_cell(self, source, seconds, *, own=True):
        """Run one cell; return its outputs, as they were sent.

        ``own`` is whether answers may read what the cell defines.
        """
        self._send({"cell": source, "own": own})
        outputs = self._receive(time.monotonic() + seconds).get("outputs")
        return outputs if isinstance(outputs, list) else []

    def answer(self, exercise, refuses, programs, seconds):
        """Run an exercise's programs; return an :class:`Answer`."""
        answer = Answer()
        try:
            self._send({
                "name": exercise.name, "chapter": exercise.chapter,
                "parts": list(exercise.parts), "arrays": exercise.arrays,
                "refuses": list(refuses),
                "programs": [to_json(program) for program in programs],
            })
            deadline = time.monotonic() + seconds
            answer.look(self._receive(deadline))
            for _ in programs:
                answer.outcomes.append(_outcome(self._receive(deadline)))
            printed = self._receive(deadline).get("printed")
            answer.printed = str(printed)[:2000]
        except Gone as gone:
            answer.gone = gone
            self.close()
            lost = len(programs) - len(answer.outcomes)
            if gone.late and lost:
                answer.outcomes.append(Outcome(timed_out=True))
            else:
                answer.outcomes += [Outcome(raised=_ENDED)] * lost
        return answer

    def _send(self, message):
        # Whoever does not listen must not keep the judge waiting.
        deadline = time.monotonic() + PATIENCE
        try:
            wire.send(self._channel, message, deadline)
        except (wire.Broken, wire.TooLate) as error:
            self.close()
            late = isinstance(error, wire.TooLate)
            raise Gone(late) from None

    def _receive(self, deadline):
        try:
            message = wire.receive(self._channel, deadline)
        except (wire.Broken, wire.TooLate) as error:
            self.close()
            late = isinstance(error, wire.TooLate)
            raise Gone(late) from None
        return message if isinstance(message, dict) else {}

    def close(self):
        """End the process and all that it started."""
        if self._channel.fileno() != -1:
            self._channel.close()
            self._zygote.end(self)

    def __enter__(self):
        """Return the learner itself."""
        return self

    def __exit__(self, *_):
        """End its process."""
        self.close()


class Answer:
    """What a learner's process said to one exercise."""

    def __init__(self):
        self.outcomes, self.printed, self.gone = [], "", None
        self.missing = self.foreign = self.delegated = ()

    def look(self, found):
        """Take what was found by looking at the answer."""
        for name in ("missing", "foreign", "delegated"):
            names = found.get(name)
            if isinstance(names, list):
                names = tuple(str(n)[:200] for n in names[:50])
                setattr(self, name, names)


_ENDED = Raised(
    ("ProcessEnded", "BaseException"),
    "the process that ran this answer ended",
)


def _outcome(reply):
    """Rebuild an outcome from a reply that may be a lie, but is only data."""
    try:
        raised = reply["raised"]
        if raised is not None:
            types, message, lines = raised
            raised = Raised(
                tuple(str(t)[:100] for t in types[:20]) or ("Exception",),
                str(message)[:500],
                tuple(
                    (str(a)[:100], int(b), str(c)[:500])
                    for a, b, c in lines[:3]
                ),
            )
        value, changed = from_json(reply["value"]), from_json(reply["changed"])
        if not isinstance(changed, dict):
            raise ValueError("changed is a mapping")
        return Outcome(value, raised, changed)
    except Exception:
        malformed = Raised(("MalformedReply",), "the reply makes no sense")
        return Outcome(raised=malformed)


def _advice(failures):
    lines = ["learners' code can't be fenced in on this machine:"]
    lines += [f"  {failure}" for failure in failures]
    if shutil.which("bwrap") is None:
        lines.append("Install bubblewrap (apt install bubblewrap).")
    with contextlib.suppress(OSError):
        name = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"
        with open(name, encoding="ascii") as file:
            if file.read().strip() == "1":
                lines.append(
                    "AppArmor forbids user namespaces here. This allows them:"
                    " sudo sysctl -w"
                    " kernel.apparmor_restrict_unprivileged_userns=0"
                )
    lines.append(
        "To go on without a wall, where you trust every submission:"
        " --unconfined"
    )
    return "\n".join(lines)

"""Answers in another process: only plain data passes, as lines of JSON.

``python -m mathlib.course.pipe`` is the learner's side.  It reads the cells
that define the answer, then programs, and writes one outcome for each.
:func:`run_piped` is the judge's side and makes a runner for
:func:`mathlib.course.judge.judge`.
"""

import json
import os
import subprocess
import sys
import threading

from mathlib.course.guard import no_trace
from mathlib.course.plain import from_json, to_json
from mathlib.course.programs import Outcome, Raised, describe, perform

__all__ = ["run_piped"]

MAX_LINE = 64 * 2**20


def run_piped(cells, names, arrays="numpy", *, python=sys.executable):
    """Return a runner of programs on the answer that ``cells`` define.

    Parameters
    ----------
    cells : list of str
        Sources, run in order in a fresh namespace.
    names : list of str
        The parts of the answer.
    arrays : {"numpy", "torch"}
        What array arguments become.
    """

    def run(programs, seconds):
        request = {
            "cells": list(cells),
            "names": list(names),
            "arrays": arrays,
            "programs": [to_json(program) for program in programs],
        }
        process = subprocess.Popen(
            [python, "-m", "mathlib.course.pipe"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        replies = []
        reader = threading.Thread(
            target=_read_replies, args=(process, len(programs), replies)
        )
        reader.start()
        try:
            try:
                process.stdin.write(json.dumps(request).encode() + b"\n")
                process.stdin.close()
            except BrokenPipeError:
                pass
            reader.join(_STARTUP + seconds)
            late = reader.is_alive()
        finally:
            process.kill()
            process.wait()
            reader.join()
        outcomes = [_to_outcome(reply) for reply in replies]
        if len(outcomes) < len(programs):
            gone = Raised(
                ("ProcessEnded", "BaseException"),
                "the process that ran this answer ended",
            )
            if late:
                outcomes.append(Outcome(timed_out=True))
            else:
                lost = len(programs) - len(outcomes)
                outcomes += [Outcome(raised=gone)] * lost
        return outcomes, ""

    return run


_STARTUP = 30.0


def _read_replies(process, count, replies):
    for _ in range(count):
        line = process.stdout.readline(MAX_LINE)
        if not line.endswith(b"\n"):
            break
        try:
            replies.append(json.loads(line))
        except ValueError:
            break
    # The judge does not wait for what the answer does after its last reply.
    process.kill()


def _to_outcome(reply):
    """Rebuild an outcome from a reply that may be a lie, but is only data."""
    try:
        raised = reply["raised"]
        if raised is not None:
            types, message, lines = raised
            raised = Raised(
                tuple(str(t) for t in types),
                str(message)[:500],
                tuple((str(a), int(b), str(c)) for a, b, c in lines),
            )
        return Outcome(
            from_json(reply["value"]),
            raised,
            from_json(reply["changed"]),
            bool(reply["timed_out"]),
        )
    except Exception:
        malformed = Raised(("MalformedReply",), "the reply makes no sense")
        return Outcome(raised=malformed)


def _from_outcome(outcome):
    raised = outcome.raised
    return {
        "value": to_json(outcome.value),
        "raised": raised and [raised.types, raised.message, raised.lines],
        "changed": to_json(outcome.changed),
        "timed_out": outcome.timed_out,
    }


def main():
    """Answer the programs that arrive on standard input."""
    request = json.loads(sys.stdin.buffer.readline())
    # The replies' channel is kept from code that prints.
    channel = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    namespace = {"__name__": "__answer__"}
    names = request["names"]
    with no_trace():
        broken = _define(request["cells"], namespace)
        for node in request["programs"]:
            if broken and not all(name in namespace for name in names):
                outcome = Outcome(raised=broken)
            else:
                parts = {name: namespace.get(name) for name in names}
                outcome = perform(parts, from_json(node), request["arrays"])
            channel.write(json.dumps(_from_outcome(outcome)).encode() + b"\n")
            channel.flush()


def _define(cells, namespace):
    for source in cells:
        try:
            exec(compile(source, "<cell>", "exec"), namespace)
        except Exception as error:
            return describe(error)
    return None


if __name__ == "__main__":
    main()

"""A process that is ready to be a learner's: started once, forked for each.

``python -m mathlib.course.grading.zygote SOCKET PLAN`` imports what the
chapters need and computes nothing: the fork of a process that has used
torch's thread pool hangs.  It holds no secret.  Over the socket that it is
given the judge asks for a fork (and passes the fork's own channel along) or
for the end of the last one.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
import traceback

from mathlib.course.grading import walls, wire


def main():
    """Import, then serve the judge until it goes away."""
    control = socket.socket(fileno=int(sys.argv[1]))
    plan = json.loads(sys.argv[2])
    control.set_inheritable(False)
    shell = prepare(plan)
    if plan["isolated"]:
        walls.drop_root()
    if threading.active_count() > 1:
        raise RuntimeError(f"threads before the fork: {threading.enumerate()}")
    gc.collect()
    gc.freeze()  # the forks share these pages as long as nobody writes there
    wire.send(control, {"ready": os.getpid()})
    keeper = None
    while True:
        request, channels, *_ = socket.recv_fds(control, 1, 1)
        if keeper:
            keeper.end()
        keeper = None
        if not request:
            return
        if request == b"F":
            keeper = Keeper(control, channels[0], shell, plan)
        control.send(b"k")


def prepare(plan):
    """Import everything that forks should find there; return their shell."""
    from mathlib.course.grading import inside

    for name in plan["modules"]:
        try:
            importlib.import_module(name)
        except Exception:  # the cell that wants it will say so
            continue
    return inside.make_shell()


class Keeper:
    """One fork, and the process between it and the zygote.

    The fork is process 1 of a process namespace of its own, so that all that
    it ever starts ends with it.  Whoever makes such a namespace stays outside
    of it: that is the process in between, which ends the fork when told to.
    """

    def __init__(self, control, channel, shell, plan):
        self._ends, told = os.pipe()
        self._told = told
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                control.close()
                os.close(told)
                status = _between(self._ends, channel, shell, plan)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        os.close(self._ends)
        os.close(channel)

    def end(self):
        """End the fork and everything that it started."""
        os.close(self._told)
        os.waitpid(self.pid, 0)


def _between(ends, channel, shell, plan):
    with socket.socket(fileno=channel) as to_judge:
        walls.die_with_parent()
        try:
            if plan["isolated"]:
                walls.enclose()
            pid = os.fork()
            if pid == 0:
                os.close(ends)
                _be_the_learner(to_judge, shell, plan)
        except OSError as error:
            wire.send(to_judge, {"unfit": str(error)})
            return 1
    ended = os.pidfd_open(pid)
    select.select([ends, ended], [], [])
    if plan["isolated"]:
        os.kill(pid, signal.SIGKILL)
    else:
        os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return 0


def _be_the_learner(channel, shell, plan):
    """Never returns: the inner wall, then the learner's cells."""
    status = 1
    try:
        os.setsid()
        channel.set_inheritable(False)
        walls.die_with_parent()
        walls.close_others({0, 1, 2, channel.fileno()})
        if plan["isolated"]:
            walls.settle(plan["readable"], plan["hidden"])
            walls.prove(plan["hidden"], plan["unseen"])
        else:
            # The grader's own processes would count, too.
            walls.limit(walls.LIMITS | {"processes": None})
        from mathlib.course.grading import inside

        inside.serve(channel, shell, plan)
        status = 0
    except OSError as error:
        wire.send(channel, {"unfit": str(error)})
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()

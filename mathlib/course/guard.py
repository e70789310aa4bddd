"""Run a learner's code so that it leaves no trace and does not run for ever.
"""

import contextlib
import contextvars
import ctypes
import io
import os
import random
import sys
import threading
import time
import warnings

import numpy as np

MAX_PRINTED = 2000


class TimeLimit(BaseException):
    """Raised inside code that has used up its time.

    Not an Exception, so that ``except Exception`` does not swallow it.
    """


def run_limited(function, seconds):
    """Call ``function`` for at most ``seconds``; return (result, timed_out).

    The function runs in a thread of its own, into which :class:`TimeLimit`
    is injected when time is up: the caller's thread is never touched.  Code
    that swallows every exception, or a call into C that does not return, is
    left behind after a grace period, and injected into until it ends.
    """
    outcome = {}

    def run():
        try:
            outcome["result"] = function()
        except TimeLimit:
            pass
        except BaseException as error:
            outcome["error"] = error

    context = contextvars.copy_context()
    worker = threading.Thread(target=context.run, args=(run,), daemon=True)
    worker.start()
    try:
        worker.join(seconds)
    finally:  # also when the learner interrupts the kernel
        timed_out = worker.is_alive()
        if timed_out:
            _stop(worker, GRACE)
    if timed_out:
        return None, True
    if "error" in outcome:
        raise outcome["error"]
    return outcome.get("result"), False


GRACE = 0.5


def _stop(worker, patience):
    """Inject TimeLimit into a thread until it ends, in front or behind."""
    deadline = time.monotonic() + patience
    while worker.is_alive() and time.monotonic() < deadline:
        _inject(worker.ident)
        worker.join(0.003)
    if worker.is_alive():
        threading.Thread(
            target=_stop, args=(worker, 600.0), daemon=True
        ).start()


def _inject(thread):
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), ctypes.py_object(TimeLimit)
    )


@contextlib.contextmanager
def no_trace():
    """Restore random states, warnings and error states; silence stderr.

    Yields a buffer that holds what was printed.
    """
    printed = _Capped()
    with (
        _kept_random_states(),
        _kept_torch_settings(),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        _silent_stderr(),
        contextlib.redirect_stdout(printed),
    ):
        warnings.simplefilter("ignore")
        yield printed


class _Capped(io.StringIO):
    """A text buffer that forgets what comes after its first lines."""

    def write(self, text):
        room = MAX_PRINTED - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


@contextlib.contextmanager
def _kept_random_states():
    python, legacy = random.getstate(), np.random.get_state()
    torch = sys.modules.get("torch")
    tensors = torch.get_rng_state() if torch else None
    gpus = (
        torch.cuda.get_rng_state_all()
        if torch and torch.cuda.is_initialized()
        else None
    )
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(legacy)
        if tensors is not None:
            torch.set_rng_state(tensors)
        if gpus is not None:
            torch.cuda.set_rng_state_all(gpus)


@contextlib.contextmanager
def _kept_torch_settings():
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    dtype, grad = torch.get_default_dtype(), torch.is_grad_enabled()
    try:
        yield
    finally:
        torch.set_default_dtype(dtype)
        torch.set_grad_enabled(grad)


@contextlib.contextmanager
def _silent_stderr():
    """Send Python's stderr and file descriptor 2 to nowhere.

    Both, because nbgrader gives 0 to a cell that writes to either.
    """
    kept = os.dup(2)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        sys.stderr.flush()
        os.dup2(nowhere.fileno(), 2)
        try:
            with contextlib.redirect_stderr(nowhere):
                yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)

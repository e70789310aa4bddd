"""Run a learner's code so that it leaves no trace and does not run for ever.
"""

import contextlib
import ctypes
import io
import os
import random
import sys
import threading
import warnings

import numpy as np

MAX_PRINTED = 2000


class TimeLimit(BaseException):
    """Raised inside code that has used up its time.

    Not an Exception, so that ``except Exception`` does not swallow it.
    """


def run_limited(function, seconds):
    """Call ``function`` for at most ``seconds``; return (result, timed_out).

    A watchdog thread injects :class:`TimeLimit` into the calling thread, and
    again every few milliseconds, for code that swallows every exception.  A
    call into C ends when it returns.
    """
    target = ctypes.c_ulong(threading.get_ident())
    inject = ctypes.pythonapi.PyThreadState_SetAsyncExc
    finished = threading.Event()
    fired = []

    def watch():
        if finished.wait(seconds):
            return
        while not finished.is_set():
            fired.append(True)
            inject(target, ctypes.py_object(TimeLimit))
            finished.wait(0.005)

    watchdog = threading.Thread(target=watch, daemon=True)
    watchdog.start()
    result = None
    try:
        result = function()
    except TimeLimit:
        pass
    finally:
        # One more injection may arrive anywhere in here: begin again until
        # the watchdog is gone and nothing is pending.
        while True:
            try:
                finished.set()
                while watchdog.is_alive():
                    watchdog.join(0.01)
                inject(target, None)
                break
            except TimeLimit:
                continue
    return result, bool(fired)


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

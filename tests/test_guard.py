"""Time limits hold against code that will not be interrupted."""

import threading
import time

import pytest

from mathlib.course.guard import TimeLimit, no_trace, run_limited

# Lets the stubborn ones end with the test instead of burning a core.
OVER = threading.Event()


def swallow():
    while not OVER.is_set():
        try:
            time.sleep(0.001)
        except BaseException:
            pass


def swallow_twice():
    while not OVER.is_set():
        try:
            try:
                time.sleep(0.001)
            except BaseException:
                pass
        except BaseException:
            continue


def spin():
    while True:
        pass


@pytest.mark.parametrize("function", [swallow, swallow_twice, spin])
def test_stubborn_code_is_stopped(function):
    OVER.clear()
    started = time.monotonic()
    result, late = run_limited(function, 0.1)
    assert late and result is None
    assert time.monotonic() - started < 5
    # Nothing is injected afterwards.
    deadline = time.monotonic() + 0.05
    while time.monotonic() < deadline:
        pass
    OVER.set()


def test_a_quick_answer_is_untouched():
    assert run_limited(lambda: 7, 5) == (7, False)


def test_errors_pass_through():
    with pytest.raises(ZeroDivisionError):
        run_limited(lambda: 1 / 0, 5)


def test_time_limit_is_not_an_exception():
    assert not issubclass(TimeLimit, Exception)


def test_many_short_runs_do_not_leak_an_injection():
    for _ in range(200):
        run_limited(lambda: time.sleep(0.001), 0.001)
    for _ in range(10_000):
        pass


def test_printed_text_is_capped():
    with no_trace() as printed:
        print("x" * 10**6)
    assert len(printed.getvalue()) == 2000

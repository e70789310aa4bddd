"""``check`` and its report, in every state a learner can meet."""

import json
import os
import random
import re
import sys
import warnings

import numpy as np
import pytest

from mathlib import check, optimization
from mathlib.course import progress, scope
from mathlib.course.check import NotSolved
from mathlib.course.report import show
from mathlib.exercises import find
from mathlib.exercises._optimization_answers import (
    adam_eps_under_the_root,
    adam_uncorrected,
)

SIGNATURE = "theta, gradient, m, v, t, *, lr=1e-3, beta1=0.9, beta2=0.999"
SIGNATURE += ", eps=1e-8"
RIGHT = f"""
import numpy as np
def adam_step({SIGNATURE}):
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
"""


@pytest.fixture(autouse=True)
def fixed_seed(monkeypatch, tmp_path):
    monkeypatch.setenv("MATHLIB_SEED", "0")
    monkeypatch.setenv("MATHLIB_PROGRESS", str(tmp_path / "progress.jsonl"))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def checked(source, name="adam_step", **cells):
    """Run a source as a notebook would, then check in its namespace."""
    namespace = {"__name__": "__main__", "check": check, **cells}
    exec(source, namespace)
    return eval(f"check({name!r})", namespace)


def body(code):
    """An adam_step with another body."""
    return f"import numpy as np\ndef adam_step({SIGNATURE}):\n" + "\n".join(
        "    " + line for line in code.strip().splitlines()
    )


def plain_html(score):
    """The report as formgrader shows it: without any style."""
    return re.sub(r'\s*style="[^"]*"', "", score._repr_html_())


def test_full_marks_are_constant_text():
    score = checked(RIGHT)
    assert score == 3 and repr(score) == str(score) == "3"
    assert score.text == (
        "adam_step: 3 of 3 points.\nAll 7 cases are right."
    )
    os.environ["MATHLIB_SEED"] = "5"
    assert checked(RIGHT)._repr_html_() == score._repr_html_()


def test_not_solved():
    stub = body("# YOUR CODE HERE\nraise NotImplementedError")
    for source in (stub, ""):
        score = checked(source)
        assert score == 0 and repr(score) == "0"
        assert "not solved yet" in score.text
        assert "wrong" not in score.text


def test_an_error_of_a_library_is_not_an_unsolved_exercise(tmp_path):
    path = tmp_path / "cell.py"  # so that the line can be read, as in a cell
    path.write_text(body(
        "error = NotImplementedError('no such dtype')\nraise error"
    ))
    names = {}
    exec(compile(path.read_text(), str(path), "exec"), names)
    text = checked("", adam_step=names["adam_step"]).text
    assert "NotImplementedError: no such dtype" in text
    assert "not solved yet" not in text


def test_validate_is_told_in_one_line(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    with pytest.raises(NotSolved, match="adam_step is not solved yet"):
        checked("")
    assert checked(RIGHT) == 3


def test_wrong_shape():
    score = checked(RIGHT.replace("return theta -", "return theta.sum() -"))
    assert score == 0
    wrong = checked(body("return theta[:0], m, v"))
    assert "shape (0,), the right answer has shape (1,)" in wrong.text


def test_wrong_value_shows_input_both_outputs_and_where_they_part():
    score = checked(RIGHT.replace("theta - lr", "theta + lr"))
    text = score.text
    assert "The first case that is not right: the first step, by hand" in text
    assert "adam_step([1.], [4.], [0.], [0.], t=1, lr=0.1)" in text
    assert "([1.1], [0.4], [0.016])" in text
    assert "([0.9], [0.4], [0.016])" in text
    assert "They part at output[0][0]: yours is 1.1, right is 0.9" in text
    assert 'check("adam_step", seed=0)' in text


def test_an_exception_shows_the_learners_frames_only():
    source = body("def inner(x):\n    return x.nothing\nreturn inner(theta)")
    text = checked(source).text
    assert "AttributeError: 'numpy.ndarray' object has no attribute" in text
    assert "in inner, line 4" in text
    assert "programs.py" not in text and "judge" not in text


def test_a_known_mistake_is_named_and_credited():
    namespace = {"adam_step": adam_uncorrected}
    score = checked("", **namespace)
    assert score == 1.5
    assert "known mistake: no bias correction" in score.text
    assert "3.2 times too long" in score.text
    assert "known mistake: eps under the root" in checked(
        "", adam_step=adam_eps_under_the_root
    ).text


def test_two_mistakes_at_once_name_the_first():
    both = RIGHT.replace(
        "m / (1 - beta1**t), v / (1 - beta2**t)", "m, v"
    ).replace("+ eps", "+ 2 * eps")
    score = checked(both)
    assert "The first failure looks like a known mistake: no bias" in (
        score.text
    )
    assert "There may be another" in score.text
    assert score < 1.5


def test_partial_marks_once_the_core_is_right():
    score = checked(RIGHT.replace("+ eps", "+ 1e-8"))
    assert score == round(3 * 6 / 7, 2)
    assert "wrong    a larger eps" in score.text


@pytest.mark.parametrize("tried", [
    "raise NotImplementedError", "return soft_treshold(X, alpha)",
    "return X @ y + 17.5, 3",
])
def test_to_have_tried_costs_no_more_than_to_leave_it(tried):
    score = checked(
        "import numpy as np\n"
        "def soft_threshold(w, tau):\n"
        "    return np.sign(w) * np.maximum(np.abs(w) - tau, 0)\n"
        "def ista(X, y, alpha, *, steps, lr=None):\n"
        f"    {tried}\n", "soft_threshold",
    )
    (unwritten,) = [
        m for m in find("soft_threshold").mistakes
        if m.name == "ista not written yet"
    ]
    assert score == unwritten.credit > 1
    what = "The idea is there" if "Not" in tried else "A part of it is right"
    assert f"{what}: that alone earns 1.2 of 3 points." in score.text


def test_a_changed_input_is_named():
    inplace = RIGHT.replace("m = beta1 * m +", "m *= beta1; m +=")
    score = checked(inplace)
    assert score == 1.5
    assert "known mistake: changes its input" in score.text
    assert "Your answer changed argument 3" in score.text


def test_a_global_of_a_lesson_cell_is_named(monkeypatch):
    lesson = {"setup": ["np"], "cells": {
        scope.fingerprint("rate = 0.1"): ["rate"],
    }}
    monkeypatch.setattr(
        scope, "lessons", lambda: {"08_optimization": lesson}
    )
    source = "rate = 1.0" + RIGHT.replace("theta - lr", "theta - rate * lr")
    score = checked(source, In=["", "rate = 0.1"])
    assert score == 0
    assert "Your answer uses rate, which is not an argument" in score.text
    assert "cases are right" not in score.text
    # A name that the learner's own cell defines is the learner's.
    assert checked(source, In=["", "rate = 0.1", "rate = 1.0"]) == 3
    # Seen through a helper function, too.
    helper = (
        "rate = 1.0\ndef f(x):\n    return rate * x\n"
        + RIGHT.replace("theta - lr", "theta - f(lr)")
    )
    assert checked(helper, In=["", "rate = 0.1"]) == 0


def test_a_check_before_the_answer_is_not_solved_yet(monkeypatch):
    lesson = {"setup": [], "cells": {"x": ["rate"]}}
    monkeypatch.setattr(
        scope, "lessons", lambda: {"08_optimization": lesson}
    )
    assert "not solved yet" in checked("", rate=1.0, In=[""]).text


def test_one_case_is_right():
    score = checked(RIGHT.replace("+ eps", "+ 1e-8"))
    assert "6 of 7 cases are right." in score.text
    wrong = [r for r in score.result.results if not r.right]
    score.result.results[:] = [score.result.results[0], *wrong]
    assert "1 of 2 cases is right." in score.text


@pytest.mark.parametrize("code, told", [
    ("print(theta)", "A function that ends without `return` gives None"),
    ("if theta > 0:\n    return theta, m, v", "`np.where(condition, this"),
    ("import math\nreturn math.sqrt(theta), m, v", "work entry by entry"),
])
def test_what_everybody_meets_once_is_told(code, told):
    # The first case has arrays of one entry, which Python takes for numbers.
    source = body(f"if theta.size == 1:\n    theta = theta.repeat(2)\n{code}")
    assert told in " ".join(checked(source).text.split())
    assert told not in checked(body("return theta.nothing")).text


@pytest.mark.parametrize("method, types, told", [
    ("", "'Dual' and 'Dual'",
     "Python runs `__mul__` of Dual: it is missing, or does not take what"
     " stands on the right, of type Dual."),
    ("def __mul__(self, other): return Dual(self.value * other.value,"
     " self.value * other.derivative + self.derivative * other.value)",
     "'int' and 'Dual'",
     "With something of type int on the left Python runs `__rmul__` of"
     " Dual"),
])
def test_a_missing_operator_is_told(method, types, told):
    source = (
        "class Dual:\n"
        "    def __init__(self, value, derivative=0.0):\n"
        "        self.value, self.derivative = value, derivative\n"
        "    def __add__(self, other):\n"
        "        return Dual(self.value + other.value,\n"
        "                    self.derivative + other.derivative)\n"
        f"    {method}\n"
    )
    text = " ".join(checked(source, "Dual").text.split())
    assert f"unsupported operand type(s) for *: {types}" in text
    assert told in text
    # Who adds None has other worries than a method.
    text = checked(body("return theta + None")).text
    assert "unsupported operand" in text and "Python runs" not in text


def test_reports_are_html_that_reads_without_styles():
    html = plain_html(checked(RIGHT.replace("theta - lr", "theta + lr")))
    for said in ("wrong", "right", "Your output", "The right output"):
        assert said in html
    assert "<script" not in html and "class=" not in html
    evil = body("raise ValueError('<script>alert(1)</script>')")
    assert "<script>" not in checked(evil)._repr_html_()


def test_ipython_shows_the_bare_number():
    from IPython.core.formatters import PlainTextFormatter

    formatter = PlainTextFormatter()
    formatter.float_precision = "%.3e"
    assert formatter(checked(RIGHT)) == "3"
    assert float(formatter(checked("", adam_step=adam_uncorrected))) == 1.5


def test_check_leaves_no_trace(capfd):
    noisy = RIGHT.replace("    m = beta1", """
    import os, random, sys, warnings
    random.seed(1); np.random.seed(1)
    warnings.warn("noise"); warnings.simplefilter("error")
    np.seterr(all="raise")
    print("hello"); print("noise", file=sys.stderr); os.write(2, b"noise")
    m = beta1""", 1)
    before = (
        random.getstate(), np.random.get_state()[1].tolist(),
        np.geterr(), list(warnings.filters), sys.stderr,
    )
    with warnings.catch_warnings():
        score = checked(noisy)
    after = (
        random.getstate(), np.random.get_state()[1].tolist(),
        np.geterr(), list(warnings.filters), sys.stderr,
    )
    assert score == 3
    assert before == after
    assert capfd.readouterr() == ("", "")


def test_torch_state_is_restored():
    torch = pytest.importorskip("torch")
    state = torch.get_rng_state()
    source = RIGHT.replace(
        "    m = beta1",
        "    import torch\n"
        "    torch.manual_seed(1); torch.set_default_dtype(torch.float64)\n"
        "    m = beta1", 1)
    assert checked(source) == 3
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_default_dtype() == torch.float32


def test_what_the_answer_printed_is_shown():
    chatty = RIGHT.replace("theta - lr", "theta + lr").replace(
        "    m = beta1", "    print('look:', t)\n    m = beta1", 1)
    text = checked(chatty).text
    assert "Your code printed" in text and "look: 1" in text
    flood = chatty.replace("'look:', t", "'x' * 10**6")
    assert len(checked(flood).text) < 10_000


@pytest.mark.parametrize("loop", [
    "while True:\n    pass",
    "while True:\n    try:\n        t = t\n    except BaseException:\n"
    "        pass",
    "def f():\n    while True:\n        try:\n            [].append(1)\n"
    "        except:\n            continue\nf()",
    "import time\ntime.sleep(0.02)\nwhile 1:\n    time.sleep(0.01)",
])
def test_an_answer_that_never_returns(monkeypatch, loop):
    import dataclasses

    from mathlib.course import check as module

    short = dataclasses.replace(find("adam_step"), seconds=0.3)
    monkeypatch.setattr(module, "find", lambda name: short)
    score = checked(body(loop))
    assert score == 0
    assert "too slow" in score.text and "not run" in score.text
    assert "Not finished after 0.3 seconds" in score.text
    for _ in range(1000):  # nothing injected late may arrive here
        pass


@pytest.mark.parametrize("wrap", [
    "list({})", "tuple(x.tolist() for x in {})",
    "[np.float64(x[0]) if x.shape == (1,) else x for x in {}]",
])
def test_lists_are_as_good_as_arrays(wrap):
    returned = "(theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v)"
    source = RIGHT.replace(returned.strip("()").join(["", ""]), "")
    head, _, tail = RIGHT.rpartition("return ")
    source = f"{head}return {wrap.format('(' + tail.strip() + ')')}\n"
    expected = 0 if "float64" in wrap else 3  # a number is no array of one
    assert checked(source) == expected


def test_tensors_and_nan():
    pytest.importorskip("torch")
    head, _, tail = RIGHT.rpartition("return ")
    tensors = (
        f"{head}import torch\n    return tuple("
        f"torch.tensor(x, requires_grad=True) for x in ({tail.strip()}))\n"
    )
    assert checked(tensors) == 3
    meta = "torch.empty(1, device='meta')"
    empty = checked(f"{head}import torch\n    return {meta}\n")
    assert empty == 0 and "Tensor that can't be read" in empty.text
    nan = checked(f"{head}return theta * np.nan, m, v\n")
    assert nan == 0 and "yours is nan" in nan.text


def test_answers_that_swallow_every_exception_still_fail():
    swallow = body(
        "try:\n    return theta.nothing\nexcept BaseException:\n"
        "    return theta, m, v"
    )
    assert checked(swallow) == 0


def test_an_object_that_refuses_every_question():
    odd = (
        "class Odd:\n    def __getattr__(self, name):\n"
        "        raise RuntimeError(name)\nadam_step = Odd()\n"
    )
    assert checked(odd) == 0


def test_trivial_and_missing_parts():
    assert checked("adam_step = None") == 0
    assert checked("adam_step = 3") == 0
    assert "TypeError" in checked("adam_step = 3").text


def test_unknown_name_suggests_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'adam_step'"):
        check("adam_stp")


def test_progress_remembers_and_grading_does_not(monkeypatch, tmp_path):
    checked(RIGHT)
    checked("", adam_step=adam_uncorrected)
    lines = (tmp_path / "progress.jsonl").read_text().splitlines()
    assert [json.loads(line)["points"] for line in lines] == [3, 1.5]
    shown = progress.progress()
    assert shown.best["adam_step"] == 3
    assert shown.mistakes["no bias correction"] == 1
    assert "1 of" in str(shown) and "progress" in shown._repr_html_()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    checked(RIGHT)
    assert len((tmp_path / "progress.jsonl").read_text().splitlines()) == 2


def test_a_call_of_the_exercise_itself_earns_nothing_and_is_told_kindly():
    call = """
from mathlib import optimization as opt
def adam_step(*args, **options):
    return opt.adam_step(*args, **options)
"""
    unread = call.replace("return opt.adam_step", 'return eval("opt")'
                          '.__getattribute__("adam" + "_step")')
    told = (
        "Your answer calls mathlib.optimization.adam_step, which does this"
        " exercise for you: write it out. (If you think that this is your own"
        " work, tell your instructor, who can give the points.)"
    )
    for score in (
        checked(call), checked(unread),
        checked("", adam_step=optimization.adam_step),
    ):
        assert score == 0
        assert score.result.delegated == ("mathlib.optimization.adam_step",)
        assert " ".join(score.text.split()) == (
            f"adam_step: 0 of 3 points. {told}"
        )
        assert told in plain_html(score)
    # It does not matter what is called elsewhere, nor for how long.
    elsewhere = call.replace("def adam_step", "def compare") + RIGHT
    assert checked(elsewhere) == 3
    assert optimization.adam_step(1.0, 1.0, 0.0, 0.0, 1)


def test_a_call_of_the_exercise_and_a_name_of_the_lesson_are_both_told(
    monkeypatch,
):
    lesson = {"setup": [], "cells": {scope.fingerprint("r = 1"): ["r"]}}
    monkeypatch.setattr(
        scope, "lessons", lambda: {"08_optimization": lesson}
    )
    score = checked(
        "from mathlib import optimization as opt\nr = 1\n"
        "def adam_step(*args, **options):\n"
        "    return opt.adam_step(*args, **options) * r",
        In=["", "r = 1"],
    )
    assert score == 0
    assert "calls mathlib.optimization.adam_step" in score.text
    assert "Your answer uses r, which is not an argument" in score.text


def test_a_tuple_of_one_is_written_as_python_does():
    assert show((np.asarray(3),)) == "(3,)"
    assert show((np.asarray(3), np.asarray(4))) == "(3, 4)"
    assert show([]) == "[]"


def test_sixteen_bits_and_every_nan_are_written_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert show(np.float16([2048, 3])) == "[2048.,    3.]"
        loud = np.array([0x7F800001], np.uint32).view(np.float32)
        assert show(loud) == "[nan]"


class TestATypingError:
    """The version before it is not what the learner sees."""

    BROKEN = "def adam_step(theta, gradient:\n    return theta"

    def test_the_older_answer_is_not_praised(self):
        score = checked(RIGHT, In=["", RIGHT, self.BROKEN])
        assert score == 0 and "0 of" in score.text
        assert "typing error" in score.text
        assert "line 1: '(' was never closed" in score.text
        assert "typing error" in plain_html(score)

    def test_once_mended_it_is_forgotten(self):
        score = checked(RIGHT, In=["", self.BROKEN, RIGHT, "other = (1"])
        assert score == find("adam_step").points

    def test_the_real_shell_remembers_what_it_could_not_read(self):
        from IPython.core.interactiveshell import InteractiveShell

        shell = InteractiveShell()
        shell.user_ns["check"] = check
        for cell in (RIGHT, self.BROKEN, "found = check('adam_step')"):
            shell.run_cell(cell, store_history=True, silent=False)
        assert shell.user_ns["found"] == 0
        assert "typing error" in shell.user_ns["found"].text

"""Cells run and answers judged: what is shown, what is run, what is earned."""

import contextlib
import copy
import json
import os
import stat
import time
from dataclasses import replace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mathlib.course.cells import role
from mathlib.course.grading import grader as graders
from mathlib.course.grading import learner as judges_end
from mathlib.course.grading import outputs, plan
from mathlib.course.grading.grader import Graded, unreadable
from mathlib.course.grading.learner import Gone, NoWall
from mathlib.course.grading.plan import (
    imported_modules,
    plain_python,
    steps,
)
from mathlib.course.grading.seeds import FILE, grading_seeds
from mathlib.course.grading.submission import Own, Submission
from mathlib.course.grading.workers import Chapter, grade_all
from mathlib.exercise import Written
from mathlib.exercises import chapter_exercises

SLUG = "02_linear_algebra"
FULL = {
    e.name: float(e.points) for e in chapter_exercises(SLUG)
    if not isinstance(e, Written)
}
NOTHING = dict.fromkeys(FULL, 0.0)


# -- what a cell shows ----------------------------------------------------


@pytest.fixture
def learner(zygote):
    """A learner's process."""
    with zygote.fork() as process:
        yield process


@pytest.fixture
def show(learner):
    """Run a cell and return its outputs."""

    def run(source, seconds=30):
        found = learner.run_cell(source, seconds)
        for output in found:
            output.pop("metadata", None)
        return found

    return run


def stream(name, text):
    return {"output_type": "stream", "name": name, "text": text}


@pytest.mark.parametrize("source, expected", [
    ("", []),
    ("x = 1", []),
    ("print('a'); print('b', 1)", [stream("stdout", "a\nb 1\n")]),
    ("import sys; print('a', file=sys.stderr)", [stream("stderr", "a\n")]),
    (
        "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')",
        [stream("stdout", "a\n"), stream("stderr", "b\n"),
         stream("stdout", "c\n")],
    ),
    ("import os; n = os.write(1, b'a\\n')", [stream("stdout", "a\n")]),
    ("import os; n = os.write(2, b'a\\n')", [stream("stdout", "a\n")]),
    ("import os; n = os.write(1, b'\\xff\\n')",
     [stream("stdout", "\ufffd\n")]),
    ("!echo a; echo b >&2", [stream("stdout", "a\nb\n")]),
    ("word = 'a'\n!echo {word} $word", [stream("stdout", "a a\n")]),
    ("found = !echo a\nprint(found)", [stream("stdout", "['a']\n")]),
    ("%%bash\necho a\necho b >&2",
     [stream("stdout", "a\n"), stream("stderr", "b\n")]),
    ("import asyncio\nawait asyncio.sleep(0.001)\nprint('a')",
     [stream("stdout", "a\n")]),
    ("async def f():\n    yield 'a'\nasync for x in f():\n    print(x)",
     [stream("stdout", "a\n")]),
    ("%%capture kept\nprint('a')", []),
    ("%matplotlib inline", []),
    ("1 + 1;", []),
    ("None", []),
    ("exit()", []),
    ("quit()", []),
])
def test_a_cell_prints(show, source, expected):
    assert show(source) == expected
    assert show("print('on')") == [stream("stdout", "on\n")]


@pytest.mark.parametrize("source, kind, form, text", [
    ("1 + 1", "execute_result", "text/plain", "2"),
    ("'a'\n'b'", "execute_result", "text/plain", "'b'"),
    ("import asyncio\nawait asyncio.sleep(0, 'a')", "execute_result",
     "text/plain", "'a'"),
    ("%time 1 + 1", "execute_result", "text/plain", "2"),
    ("class A:\n    def _repr_html_(self): return '<i>a</i>'\nA()",
     "execute_result", "text/html", "<i>a</i>"),
    ("display(2)", "display_data", "text/plain", "2"),
    ("from IPython.display import HTML; display(HTML('<b>a</b>'))",
     "display_data", "text/html", "<b>a</b>"),
    ("from IPython.display import Markdown; Markdown('*a*')",
     "execute_result", "text/markdown", "*a*"),
    ("import matplotlib.pyplot as plt; plt.plot([1, 2]);", "display_data",
     "image/png", "iVBOR"),
    ("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()",
     "display_data", "image/png", "iVBOR"),
])
def test_a_cell_shows(show, source, kind, form, text):
    found = show(source)[-1]
    assert found["output_type"] == kind
    assert found["data"][form].startswith(text)


def test_a_figure_is_shown_once(show):
    found = show("import matplotlib.pyplot as plt\nplt.plot([1]);\nplt.show()")
    assert [o["output_type"] for o in found] == ["display_data"]
    assert show("1;") == []


def test_clear_output_forgets(show):
    assert show(
        "from IPython.display import clear_output\n"
        "print('a'); clear_output(); print('b')"
    ) == [stream("stdout", "b\n")]


@pytest.mark.parametrize("source, name, value", [
    ("1 / 0", "ZeroDivisionError", "division by zero"),
    ("f(", "_IncompleteInputError", ""),
    ("x = = 1", "SyntaxError", "invalid syntax"),
    ("input()", "EOFError", ""),
    ("import sys; sys.exit(3)", "SystemExit", "3"),
    ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
    ("%nonsense", "UsageError", ""),
    ("%%bash\nexit 3", "CalledProcessError", "Command"),
    ("class E(Exception):\n    def __str__(self): return 1 / 0\nraise E",
     "E", ""),
    ("class E(BaseException): pass\nraise E('a')", "E", "a"),
])
def test_a_cell_stops_with_an_error(show, source, name, value):
    found = show(source)
    errors = [o for o in found if o["output_type"] == "error"]
    if name == "UsageError":  # IPython only prints it
        assert "UsageError" in found[0]["text"]
    elif name == "_IncompleteInputError":  # a SyntaxError by another name
        assert errors[0]["ename"] in (name, "SyntaxError")
    else:
        assert errors[0]["ename"] == name
        assert errors[0]["evalue"].startswith(value)
        assert any(name in line for line in errors[0]["traceback"])
    assert show("print('on')") == [stream("stdout", "on\n")]


def test_a_traceback_shows_the_learner_s_line(show):
    (error,) = show("def f():\n    return 1 / 0  # mine\nf()")
    assert "# mine" in "".join(error["traceback"])


def test_cells_share_a_namespace(learner):
    learner.run_cell("x = 2\ndef f(): return x", 20)
    (found,) = learner.run_cell("x = 3\nf(), __name__, _exit_code", 20)
    assert found["ename"] == "NameError"
    (found,) = learner.run_cell("f(), __name__", 20)
    assert found["data"]["text/plain"] == "(3, '__main__')"


@pytest.mark.parametrize("source", [
    "import sys; sys.stdout = sys.stderr = None",
    "import sys; sys.stdout.close()",
    "import os; os.close(1); os.close(2)",
    "import os; os.closerange(0, 3)",
    "import builtins; builtins.print = None",
    "import sys; sys.setrecursionlimit(60)",
    "import threading, time\n"
    "threading.Thread(target=lambda: time.sleep(30)).start()",
    "import subprocess\nkept = subprocess.Popen(['sleep', '30'])",
    "get_ipython().reset()",
    "import os, signal\nos.kill(os.getpid(), signal.SIGINT)",
    "breakpoint()",
])
def test_the_next_cell_still_runs(learner, source):
    with contextlib.suppress(Gone):
        learner.run_cell(source, 20)
        found = learner.run_cell("import sys; n = sys.stdout.write('on')", 20)
        assert found == [stream("stdout", "on")]


@pytest.mark.parametrize("source, late", [
    ("import os; os._exit(0)", False),
    ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", None),
    ("import ctypes; ctypes.string_at(0)", False),
    ("while True: pass", True),
    ("while True:\n    try:\n        while True: pass\n"
     "    except BaseException: pass", True),
    ("import time; time.sleep(60)", True),
    ("!sleep 60", True),
    ("await __import__('asyncio').sleep(60)", True),
])
def test_a_process_that_is_gone(learner, zygote, source, late):
    seconds = 0.3 if late else 20
    if late is None and zygote.way != "none":
        # The first process of a namespace can't be killed from inside.
        assert learner.run_cell(source, seconds) == []
        return
    start = time.monotonic()
    with pytest.raises(Gone) as gone:
        learner.run_cell(source, seconds)
    assert gone.value.late is bool(late)
    assert time.monotonic() - start < 10
    with pytest.raises(Gone):
        learner.run_cell("1", 20)


# -- caps -----------------------------------------------------------------


@pytest.mark.parametrize("source", [
    "print('a' * 10**7)",
    "for _ in range(10**4): print('a' * 100)",
    "import os\nfor _ in range(100): os.write(1, b'a' * 10**5)",
    "!head -c 10000000 /dev/zero | tr '\\0' a",
])
def test_text_is_capped(show, source):
    found = show(source)
    texts = [o for o in found if o["output_type"] == "stream"]
    assert 1000 < sum(len(o["text"]) for o in texts) <= outputs.MAX_TEXT


def test_the_number_of_outputs_is_capped(show):
    assert len(show("for n in range(500): display(n)")) == outputs.MAX_OUTPUTS


def test_what_is_displayed_is_capped(show):
    page = "from IPython.display import HTML\npage = HTML('a' * {})\n"
    found = show(page.format(3 * 2**20) + "for _ in range(50): display(page)")
    sizes = [len(o["data"]["text/html"]) for o in found]
    assert sizes == [3 * 2**20] * 2
    (found,) = show(page.format(outputs.MAX_DATA + 1) + "display(page)")
    assert found["data"].keys() == {"text/plain"}


def test_letters_of_any_alphabet_fit_into_a_message(show):
    found = show(
        "from IPython.display import HTML\n"
        "for _ in range(3): display(HTML('\\U0001f600' * (2 * 2**20)))\n"
        "print('\\ud800')"
    )
    assert len(found) == 4
    assert found[-1] == stream("stdout", "\ud800\n")


def test_an_error_is_capped(show):
    (error,) = show("class " + "E" * 999 + "(Exception): pass\n"
                    "raise " + "E" * 999 + "('a' * 10**7)")
    assert len(json.dumps(error)) < 10**5


# -- what is run ----------------------------------------------------------


def cell(source, kind="code", *, own=False, exercise=False, name=None):
    made = (new_code_cell if kind == "code" else new_markdown_cell)(source)
    if own:
        made.metadata["mathlib"] = {"own": True}
    if name:
        made.metadata["nbgrader"] = {
            "grade_id": name, "solution": exercise, "grade": not exercise
        }
    return made


def answer(source, name="f"):
    return cell(source, exercise=True, name=f"{name}-answer")


def check(name="f"):
    return cell(f"check('{name}')", name=name)


def own(source):
    return cell(source, own=True)


def planned(*cells):
    return [(s.place, s.kind) for s in steps(new_notebook(cells=cells))]


def test_setup_answers_and_checks_are_done_in_their_order():
    assert planned(
        cell("# Title", "markdown"), cell("import numpy as np"),
        answer("def f(x): return x"), check(), cell("shown = 1"),
        answer("def g(x): return x", "g"), check("g"),
    ) == [(1, "setup"), (2, "own"), (3, "judge"), (5, "own"), (6, "judge")]


def test_own_cells_are_run_and_their_prose_is_not():
    prose = new_markdown_cell("a", metadata={"mathlib": {"own": True}})
    assert planned(
        own("first = 1"), cell("import numpy as np"), prose, own("y = 1"),
    ) == [(0, "own"), (1, "setup"), (3, "own")]


def test_what_is_too_long_is_not_read(monkeypatch):
    monkeypatch.setattr(plan, "MAX_READ", 30)
    cells = [cell("x = 1"), own("print(x)"), own("#" * 30), own("print(y)")]
    found = planned(cell(""), cell("y = 1"), *cells)
    assert [place for place, kind in found if kind == "lesson"] == [2]


def lesson(reader, *lessons):
    """Return the lessons that are run, where a reader stands after them."""
    found = planned(cell("import numpy as np"), *map(cell, lessons), reader)
    return [place for place, kind in found if kind == "lesson"]


@pytest.mark.parametrize("reader", [
    own("print(x)"), own("x.append(1)"), own("del x"),
    answer("def f(): return x"), answer("def f(a=x): return a"),
    own("class A:\n    y = x"), own("lambda: (lambda: x)"),
    own("[x for _ in y]"), own("%matplotlib inline\nprint(x)"),
    own("await x"), own("%%time\nprint(x)"), own("%time print(x)"),
    own("files = !ls\nprint(x)"), own("print?\nprint(x)"),
    own("def f():\n    global x\n    x = x + 1"), own("x += 1"),
])
def test_a_lesson_that_is_read_is_run(reader):
    assert lesson(reader, "x = 1", "y = 2")[:1] == [1]


@pytest.mark.parametrize("reader", [
    own("print(z)"), own("x = 1"), own("def f(x): return x"),
    own("a.x"), own("'x'"), own("# x"), own("f(x=1)"), own("[x for x in z]"),
    own("x = = 1"), own("print(x"), own("%%bash\necho x"), own("!echo x"),
    own("\0x"), own("x" + "+x" * 5000),
])
def test_other_lessons_are_not_run(reader):
    assert lesson(reader, "x = 1") == []


def test_lessons_are_run_for_lessons():
    assert lesson(own("z"), "x = 1", "y = x", "z = y", "w = z") == [1, 2, 3]
    assert lesson(own("f()"), "x = 1", "def f(): return x", "w = 1") == [1, 2]


def test_lessons_after_the_reader_are_not_run():
    assert planned(
        cell("import numpy as np"), own("print(x)"), cell("x = 1"),
    ) == [(0, "setup"), (1, "own")]
    assert planned(
        cell("import numpy as np"), cell("y = x"), own("y"), cell("x = 1"),
    ) == [(0, "setup"), (1, "lesson"), (2, "own")]


def test_lessons_are_not_run_for_what_own_cells_define():
    assert planned(
        cell("import numpy as np"), cell("x = np.ones(3)"),
        own("%matplotlib inline\nx = 2"), own("print(x, np)"),
    ) == [(0, "setup"), (2, "own"), (3, "own")]
    assert planned(
        cell("import numpy as np"), cell("x = 1"), own("print(x)"),
        own("x = 2"),
    ) == [(0, "setup"), (1, "lesson"), (2, "own"), (3, "own")]


@pytest.mark.parametrize("source, expected", [
    ("x = 1", "x = 1"),
    ("%matplotlib inline\nx = 1", "pass\nx = 1"),
    ("if x:\n    !ls {x}\n    y = 1", "if x:\n    pass\n    y = 1"),
    ("files = !ls\nn = %time f()", "files = 0\nn = 0"),
    ("print?\n?print\n??print\nx = 1", "pass\npass\npass\nx = 1"),
    ("%time x = f()", "x = f()"),
    ("\n%%time\nx = 1", "x = 1"),
    ("%%timeit -n 1\nx", "x"),
    ("%%capture kept\nx", "x"),
    ("%%bash\nx=1", ""),
    ("%%writefile a.py\nx = 1", ""),
    ("x = 7 % 3", "x = 7 % 3"),
    ("x = [\n    7\n    % 3]", "x = [\n    7\n    % 3]"),
    ("await f()", "await f()"),
    ("x = '''\n%s\n'''", "x = '''\n%s\n'''"),
    ("x = = 1", "x = = 1"),
])
def test_magics_are_taken_out(source, expected):
    assert plain_python(source) == expected


@pytest.mark.parametrize("source", [
    "!ls\n" * 100_000, "%x " + " " * 10**6 + "?", "(" * 10**5,
    "x" + "()" * 10**5, "- " * 10**5 + "x", "%%time\n" * 10**5,
    "def f():\n" + "\n".join(" " * n + "if x:" for n in range(1, 90)),
    "a = " * 10**5 + "1", "\\\n" * 10**5 + "!", "'" * 999_999,
    "lambda: " * 900 + "x", "x = " + "1 + " * 900 + "1\n%time y = 2",
])
def test_a_cell_that_is_hard_to_read_is_soon_read(source):
    start = time.process_time()
    plan._defined(plain_python(source))
    planned(cell("x = 1"), own(source))
    assert time.process_time() - start < 5


def test_modules_of_the_setup_cell():
    notebook = new_notebook(cells=[
        cell("import a.b as c, d\nfrom e import f\nfrom . import g\nx = 1"),
        cell("import later"),
    ])
    assert imported_modules(notebook) == ["a.b", "d", "e", "e.f"]
    assert imported_modules(new_notebook()) == []


def test_a_finished_chapter_needs_no_lesson(released):
    kinds = [step.kind for step in steps(released)]
    assert kinds.count("setup") == 1 and kinds.count("lesson") == 0
    assert kinds.count("judge") == len(FULL)


# -- what is earned -------------------------------------------------------


@pytest.fixture
def grade(grader, answers):
    """Grade the right answers with some changed, and cells of one's own."""

    def run(changed=None, own=(), discarded=(), answers=answers):
        changed = {f"{k}-answer": v for k, v in (changed or {}).items()}
        cells = tuple(Own("code", source, None) for source in own)
        found = grader.grade(
            Submission({**answers, **changed}, cells, tuple(discarded), None)
        )
        assert isinstance(found, Graded)
        nbformat.validate(found.notebook)
        nbformat.writes(found.notebook).encode()
        for cell in found.notebook.cells:
            if role(cell) == "check":
                name = cell.metadata.nbgrader.grade_id
                (output,) = cell.outputs
                assert float(output.data["text/plain"]) == found.points[name]
        return found

    return run


def report(graded, name):
    """Return the HTML of an exercise's report."""
    (found,) = [
        cell.outputs[0].data["text/html"] for cell in graded.notebook.cells
        if role(cell) == "check" and cell.metadata.nbgrader.grade_id == name
    ]
    return found


def own_outputs(graded):
    return [
        cell.outputs for cell in graded.notebook.cells
        if plan.is_own(cell) and cell.cell_type == "code"
    ]


def wrapped(right, *lines, name="dot"):
    """The right answer behind some other lines."""
    return "\n".join([
        right, f"_right = {name}", f"def {name}(*args, **kwargs):",
        *(f"    {line}" for line in lines),
        "    return _right(*args, **kwargs)",
    ])


def test_right_answers_earn_all(grade):
    found = grade()
    assert found.points == FULL
    assert found.notes == ()
    assert "About this submission" not in found.notebook.cells[-1].source
    assert all(
        c.execution_count for c in found.notebook.cells
        if role(c) in ("exercise", "check")
    )


def test_the_release_earns_nothing(grade, released):
    found = grade(answers={})
    assert found.points == NOTHING
    assert all("not solved yet" in report(found, name) for name in FULL)
    assert found.notes == ()


def test_the_release_itself_stays_as_it_is(grade, grader, released):
    before = copy.deepcopy(released)
    grade({"dot": "1 / 0"}, own=["print('mine')"])
    assert grader.release == released == before


ENDS = {
    "cell ends": "import os; os._exit(0)",
    "cell loops": "while True: pass",
}


@pytest.mark.parametrize("kind", ENDS)
def test_an_answer_s_cell_that_does_not_end_well(
    grade, grader, monkeypatch, kind
):
    monkeypatch.setattr(grader, "cell_seconds", 0.5 if "loops" in kind else 20)
    found = grade({"dot": ENDS[kind]})
    assert found.points == FULL | {"dot": 0.0}
    told = {
        "cell ends": "ended the process", "cell loops": "was stopped after 0.5"
    }[kind]
    assert "not solved yet" in report(found, "dot")
    (note,) = found.notes
    assert told in note
    assert any(
        told in output.evalue for cell in found.notebook.cells
        if role(cell) == "exercise" for output in cell.outputs
    )


def test_answers_that_do_not_end_well_leave_the_others(
    grade, grader, answers, monkeypatch
):
    for name in ("l2_norm", "trace"):
        bank = grader.banks[name]
        monkeypatch.setattr(bank, "exercise", replace(
            bank.exercise, seconds=0.3
        ))

    def made(name, *lines):
        return wrapped(answers[f"{name}-answer"], *lines, name=name)

    found = grade({
        "dot": made("dot", "import os", "os._exit(0)"),
        "l2_norm": made("l2_norm", "while True: pass"),
        "trace": made(
            "trace", "while True:", "    try:", "        while True: pass",
            "    except BaseException: pass",
        ),
        "matmul": made("matmul", "import ctypes", "ctypes.string_at(0)"),
        "linear": made("linear", "return bytearray(2**33)"),
        "project": made("project", "import sys", "sys.exit(0)"),
        "reflect": made("reflect", "raise KeyboardInterrupt"),
        "solve": made("solve", "return 'x' * 10**8"),
    })
    lost = ("dot", "l2_norm", "trace", "matmul", "linear", "project",
            "reflect", "solve")
    assert found.points == FULL | dict.fromkeys(lost, 0.0)
    assert "the process that ran this answer ended" in report(found, "dot")
    assert "Not finished after 0.3 seconds" in report(found, "l2_norm")
    assert "MemoryError" in report(found, "linear")
    assert "SystemExit" in report(found, "project")


def test_what_was_right_before_a_crash_stays(grade, answers):
    # The first half of the cases goes through.
    found = grade({"row_echelon": "\n".join([
        answers["row_echelon-answer"], "right, left = row_echelon, [4]",
        "def row_echelon(A, **kwargs):", "    import os", "    left[0] -= 1",
        "    if left[0] < 0: os._exit(0)", "    return right(A, **kwargs)",
    ])})
    words = report(found, "row_echelon")
    assert words.count(">right<") == 4
    assert found.points == FULL | {
        "row_echelon": found.points["row_echelon"]
    }


@pytest.mark.parametrize("ends", ENDS.values())
def test_own_cells_are_run_again_in_a_new_process(
    grade, grader, answers, monkeypatch, ends
):
    monkeypatch.setattr(grader, "cell_seconds", 1.0)
    found = grade(
        {"dot": wrapped(answers["dot-answer"], "helper()")},
        own=["helpers = []", "def helper(): helpers.append(count)",
             "count = 1", ends, "print(count)"],
    )
    assert found.points == FULL
    assert len(found.notes) == 1
    outputs = own_outputs(found)
    assert outputs[3][0].output_type == "error"
    assert outputs[4][0].text == "1\n"


def test_a_lesson_s_name_is_foreign_but_one_s_own_is_not(grade, answers):
    uses = {"dot": wrapped(answers["dot-answer"], "X_train")}
    found = grade(uses)
    assert found.points == FULL | {"dot": 0.0}
    assert "Your answer uses X_train" in report(found, "dot")
    for source in (
        "X_train = 1", "%matplotlib inline\nX_train = 1",
        "%%time\nX_train = 1",
    ):
        assert grade(uses, own=[source]).points == FULL


def test_a_deep_cell_costs_its_own_exercise_only(grade):
    deep = "dot = " + "1 + " * 900 + "1"
    found = grade({"dot": deep}, own=["z = " + "1 + " * 400 + "1"])
    assert found.points == FULL | {"dot": 0.0}


def test_delegation_earns_nothing_and_is_noted(grade):
    found = grade({
        "dot": "def dot(a, b, *, axis=-1):\n"
               "    return la.dot(a, b, axis=axis)",
    })
    assert found.points == FULL | {"dot": 0.0}
    (note,) = found.notes
    assert note.startswith("dot: delegated to mathlib.linear_algebra.dot")
    assert "does this exercise for you" in report(found, "dot")


def test_a_check_that_mathlib_does_not_know(grade, grader, monkeypatch):
    monkeypatch.delitem(grader.banks, "dot")
    found = grade()
    assert found.points == FULL | {"dot": 0.0}
    assert found.notes == ("dot: not one of mathlib's exercises; 0.",)
    assert "graded by hand" in report(found, "dot")


def test_an_answer_that_can_t_be_judged_stops_no_other(
    grade, grader, monkeypatch
):
    def judge(exercise, *args, **kwargs):
        if exercise.name == "dot":
            raise RecursionError
        return real(exercise, *args, **kwargs)

    real = graders.judge
    monkeypatch.setattr(graders, "judge", judge)
    found = grade()
    assert found.points == FULL | {"dot": 0.0}
    assert found.notes == ("dot: the answer could not be judged.",)


def test_notes_are_text_and_nothing_else(grade):
    hostile = (
        "<script>x</script> [a](javascript:x) ![](//x) `a` $x$ \\( &lt; "
        "\x1b[2J\ud800\n# Heading"
    )
    found = grade(discarded=[hostile])
    last = found.notebook.cells[-1]
    assert last.cell_type == "markdown"
    item = last.source.partition("<li>")[2].partition("</li>")[0]
    assert not set(item) & set("<>[]()!`$\\\n\x1b\ud800") - set("()")
    assert "script&#62;" in item
    assert "\x1b" not in found.notes[0] and "\ud800" not in found.notes[0]


def test_what_own_cells_show_is_cleaned(grade):
    found = grade(own=[
        "from IPython.display import HTML, Javascript\n"
        "display(HTML('<b>a</b><script>evil()</script>'))\n"
        "display(Javascript('evil()'))\nprint('shown')",
    ])
    (shown,) = own_outputs(found)
    text = json.dumps(shown)
    assert "<b>a</b>" in text and "shown" in text
    assert "<script" not in text and "evil" not in text


@pytest.mark.parametrize("line", [
    "raise ValueError('\\ud800<script>')", "return '\\ud800'",
    "return {'\\ud800': b'\\0'}", "print('\\ud800\\0\\x1b[2J')",
    "raise type('\\ud800', (Exception,), {})",
])
def test_what_no_file_can_hold_is_replaced(grade, answers, line):
    found = grade({"dot": wrapped(answers["dot-answer"], line)})
    assert found.points == FULL | {"dot": 1.0 if "print" in line else 0.0}
    assert "<script" not in report(found, "dot")


TALK = """
import json, os, socket, stat, struct
def talk(message, times=1):
    data = json.dumps(message).encode()
    for number in range(3, 600):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                for _ in range(times):
                    os.write(number, struct.pack(">Q", len(data)) + data)
        except OSError:
            pass
"""


@pytest.mark.parametrize("message", [
    {"value": 1, "raised": None, "changed": {"dict": []}}, None, "text",
    {"outputs": [{"output_type": "nonsense"}, 3], "missing": 1,
     "foreign": [[[]]], "raised": [[], 1, 2], "value": {"array": 1}},
])
def test_who_answers_in_the_judge_s_place_earns_nothing(grade, message):
    found = grade(own=[TALK + f"talk({message!r}, 40)"], answers={})
    assert found.points == NOTHING


def test_who_does_not_listen_is_not_waited_for(
    grader, answers, monkeypatch
):
    monkeypatch.setattr(judges_end, "PATIENCE", 0.5)
    monkeypatch.setattr(grader, "cell_seconds", 0.5)
    cells = [TALK + "talk({'outputs': []})\nwhile True: pass", "#" * 2**20]
    start = time.monotonic()
    found = grader.grade(Submission(answers, tuple(
        Own("code", source, "nearest_neighbor") for source in cells
    ), (), None))
    assert found.points == FULL
    assert time.monotonic() - start < 15
    assert "was stopped" in found.notes[0]


def test_a_submission_has_its_time(grade, monkeypatch):
    monkeypatch.setattr(graders, "SUBMISSION_SECONDS", 1.0)
    start = time.monotonic()
    found = grade(own=["while True: pass"])
    assert time.monotonic() - start < 15
    assert found.points.keys() == FULL.keys()
    assert found.points != FULL
    assert found.notes
    monkeypatch.undo()
    assert grade().points == FULL


def test_the_same_grade_twice_gives_the_same_notebook(grade):
    def once():
        found = grade(
            {"dot": "def dot(a, b, axis=-1): return a", "trace": "1 / 0"},
            own=["print('mine')\n1 + 1", "import os; os._exit(0)"],
        )
        return nbformat.writes(found.notebook), found.points, found.notes

    assert once() == once()


def test_no_report_shows_the_seed(grade):
    wrong = "def {0}(*args, **kwargs): return 0.5"
    found = grade({name: wrong.format(name) for name in FULL})
    assert sum(found.points.values()) < sum(FULL.values()) / 4
    text = nbformat.writes(found.notebook)
    assert "618033" not in text
    assert "seed=" not in "".join(report(found, name) for name in FULL)


def test_a_submission_that_can_t_be_read(released):
    found = unreadable(released, "the notebook is <b>a pipe</b>")
    assert found.points == NOTHING
    assert found.notes[0].endswith("is <b>a pipe</b>.")
    assert "&lt;b&gt;a pipe" in report(found, "dot")
    assert "<b>" not in found.notebook.cells[-1].source
    nbformat.validate(found.notebook)


# -- many -----------------------------------------------------------------


class Fails:
    """A grader that stops at some submissions."""

    def __init__(self):
        self.closed = False

    def grade(self, submission):
        if isinstance(submission, Exception):
            raise submission
        return submission

    def close(self):
        self.closed = True


class FailingChapter(Chapter):
    started = ()

    def grader(self):
        object.__setattr__(self, "started", (*self.started, Fails()))
        return self.started[-1]


def test_what_fails_stops_no_other(released, caplog):
    chapter = FailingChapter(released, {})
    work = [("a", 1), ("b", OSError("the disk is full")), ("c", 3)]
    found = dict(grade_all(chapter, work))
    assert (found["a"], found["c"]) == (1, 3)
    assert found["b"].points == NOTHING
    assert "OSError" in found["b"].notes[0]
    assert "the disk is full" in caplog.text
    assert [grader.closed for grader in chapter.started] == [True]


@pytest.mark.parametrize("jobs", [1, 4])
def test_nothing_to_grade_starts_nothing(released, jobs):
    chapter = FailingChapter(released, {})
    assert list(grade_all(chapter, [], jobs)) == []
    assert chapter.started == ()


def test_one_is_graded_here_however_many_jobs(released):
    chapter = FailingChapter(released, {})
    assert list(grade_all(chapter, [("a", 1)], jobs=4)) == [("a", 1)]
    assert len(chapter.started) == 1


def test_without_a_wall_nothing_is_graded(released, monkeypatch):
    def start(*_):
        raise OSError("forbidden")

    monkeypatch.setattr(judges_end.outer, "start", start)
    seeds = dict.fromkeys(FULL, 1)
    with pytest.raises(NoWall, match="forbidden"):
        list(grade_all(Chapter(released, seeds), [("a", None)]))


# -- seeds ----------------------------------------------------------------


@pytest.fixture
def drawn(tmp_path, monkeypatch):
    monkeypatch.delenv("MATHLIB_SEED", raising=False)
    return lambda *names: grading_seeds(tmp_path, names)


def test_seeds_are_drawn_once(drawn):
    first = drawn("a", "b")
    assert first.keys() == {"a", "b"}
    assert first["a"] != first["b"]
    assert drawn("a", "b") == first
    assert drawn("b") == {"b": first["b"]}


def test_a_new_exercise_gets_a_seed_and_the_others_keep_theirs(drawn):
    first = drawn("a")
    second = drawn("a", "c")
    assert second["a"] == first["a"]
    assert drawn("c", "a") == second


def test_seeds_of_two_courses_differ(tmp_path, drawn):
    (tmp_path / "other").mkdir()
    assert drawn("a") != grading_seeds(tmp_path / "other", ["a"])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_seeds_are_for_their_owner_only(tmp_path, drawn):
    drawn("a")
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_fixed_seed_takes_the_place_of_all(tmp_path, drawn, monkeypatch):
    monkeypatch.setenv("MATHLIB_SEED", "7")
    assert drawn("a", "b") == {"a": 7, "b": 7}
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("text", ["", "{", "1", "[1]"])
def test_seeds_that_can_t_be_read_are_not_drawn_again(tmp_path, drawn, text):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ValueError, match="seeds any more"):
        drawn("a")
    assert (tmp_path / FILE).read_text() == text

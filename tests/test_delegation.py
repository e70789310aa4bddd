"""Calls that are the exercise itself are found, and nothing else is."""

import fractions
import functools
import importlib
import inspect
import pickle
import re
import statistics
import sys
import textwrap
import types
from pathlib import Path

import numpy as np
import pytest

from mathlib import exercises
from mathlib import linear_algebra as la
from mathlib.arrays import has_torch
from mathlib.course import delegation
from mathlib.course.audit import alike
from mathlib.course.delegation import Delegation, delegates, refusing
from mathlib.course.judge import Bank, judge, parts_of, run_here
from mathlib.course.programs import Outcome, Raised
from mathlib.exercise import Exercise

ROOT = Path(__file__).parents[1]
GRADED = [
    e for e in map(exercises.find, exercises.names())
    if isinstance(e, Exercise)
]
DET = ("mathlib.linear_algebra.determinant", "numpy.linalg.det",
       "scipy.linalg.det")
A = np.array([[3.0, 1.0], [4.0, 2.0]])

needs_torch = pytest.mark.skipif(not has_torch, reason="needs torch")


def learner(source, **names):
    """Run a source as a notebook would; return the globals."""
    namespace = {"__name__": "__main__", "np": np, "la": la, **names}
    exec(compile(textwrap.dedent(source), "<cell>", "exec"), namespace)
    return namespace


def read(source, names=DET, part="determinant", **more):
    """Return what reading finds in the answer of a source."""
    namespace = learner(source, **more)
    return delegates(names, [namespace[part]], namespace)


# --- what is refused ---


def test_mathlibs_own_function_and_the_references_are_refused():
    names = delegation.refused(exercises.find("trace"))
    assert "mathlib.linear_algebra.trace" in names
    assert "mathlib.linear_algebra.trace_of_product" in names
    names = delegation.refused(exercises.find("reflect"))
    assert "mathlib.linear_algebra.reflect" in names
    assert "mathlib.exercises.linear_algebra.mirror" in names
    assert "mathlib.exercises._linear_algebra_answers.reflect_by_loop" in names
    assert list(names) == sorted(set(names))


@pytest.mark.parametrize("name, offered", [
    ("choose_alpha", "mathlib.statistics.ridge_regression"),
    ("laplace_approximation", "mathlib.multivariate_calculus.hessian"),
    ("nearest_neighbor", "mathlib.linear_algebra.pairwise_euclidean_distance"),
    ("digit_reader", "mathlib.transformers.transformer_block"),
    ("cached_rope_scores", "mathlib.transformers.rope"),
    ("cosine_similarity", "mathlib.linear_algebra.l2_norm"),
    ("iris_perceptron", "mathlib.multivariate_calculus.Value"),
    ("sharpness", "mathlib.multivariate_calculus.hessian_vector_product"),
    ("attention_backward", "mathlib.transformers.attention"),
    ("adamw_step", "mathlib.optimization.adam_step"),
    ("train_logistic", "mathlib.optimization.adam_step"),
    ("train_logistic", "mathlib.optimization.adamw_step"),
    ("cross_entropy_loss", "mathlib.numerical_methods.log_softmax"),
    ("softmax_regression_gradient",
     "mathlib.machine_learning.cross_entropy_gradient"),
    ("digit_classifier",
     "mathlib.machine_learning.softmax_regression_gradient"),
    ("rbf_kernel", "mathlib.linear_algebra.pairwise_euclidean_distance"),
    ("co2_forecast", "mathlib.functional_analysis.gp_posterior"),
    ("co2_forecast", "mathlib.functional_analysis.rbf_kernel"),
])
def test_what_the_text_offers_is_not_refused(name, offered):
    assert offered not in delegation.refused(exercises.find(name))


@pytest.mark.parametrize("exercise", GRADED, ids=lambda e: e.name)
def test_every_name_means_something(exercise):
    for name in delegation.refused(exercise):
        top, *steps = name.split(".")
        try:
            item = importlib.import_module(top)
        except ImportError:
            assert top in ("scipy", "sklearn", "torch"), name
            continue
        path = top
        for step in steps:
            path += "." + step
            if hasattr(item, step):
                item = getattr(item, step)
            else:
                item = importlib.import_module(path)
        assert callable(item) or name == "mathlib.exercises", name


def test_the_sentence_is_kind_and_names_all():
    assert delegation.sentence(["scipy.special.softmax"]) == (
        "Your answer calls scipy.special.softmax, which does this exercise"
        " for you: write it out. (If you think that this is your own work,"
        " tell your instructor, who can give the points.)"
    )
    assert "a.b, c.d and e.f, which do this" in delegation.sentence(
        ["a.b", "c.d", "e.f"]
    )


def test_only_a_refusal_by_this_name_counts_as_one():
    def raised(*types, message):
        return Outcome(raised=Raised(types, message))

    told = raised("Delegation", message=str(Delegation("a.b")))
    own = raised("Delegation", message="no such envoy")
    other = raised("RuntimeError", message=str(Delegation("a.b")))
    assert delegation.named_in([told, Outcome(1.0)], ["a.b", "c"]) == ("a.b",)
    assert delegation.named_in([told], ["c"]) == ()
    assert delegation.named_in([own, other], ["a.b"]) == ()


# --- by reading ---

HIDDEN = {
    "by attribute": "def determinant(A): return np.linalg.det(A)",
    "mathlib's": "def determinant(A): return la.determinant(A)",
    "through the package": """
        import mathlib
        def determinant(A): return mathlib.linear_algebra.determinant(A)""",
    "imported before": """
        from numpy.linalg import det as d
        def determinant(A): return d(A)""",
    "imported inside": """
        def determinant(A):
            from scipy.linalg import inv, det as d
            return d(A)""",
    "module imported inside": """
        def determinant(A):
            import scipy.linalg
            return scipy.linalg.det(A)""",
    "module renamed inside": """
        def determinant(A):
            import scipy.linalg as quick
            return quick.det(A)""",
    "a local name for the module": """
        def determinant(A):
            lapack = np.linalg
            return lapack.det(A)""",
    "a global name for the module": """
        lapack = np.linalg
        def determinant(A): return lapack.det(A)""",
    "a name around an inner function": """
        def determinant(A):
            lapack = np.linalg
            def inner(A): return lapack.det(A)
            return inner(A)""",
    "in a comprehension": """
        def determinant(A): return [np.linalg.det(a) for a in [A]][0]""",
    "getattr": """
        def determinant(A): return getattr(np.linalg, "det")(A)""",
    "getattr twice": """
        def determinant(A):
            return getattr(getattr(np, "linalg"), "det")(A)""",
    "the module's dict": """
        def determinant(A): return np.linalg.__dict__["det"](A)""",
    "the function itself": "determinant = np.linalg.det",
    "a lambda": "determinant = lambda A: np.linalg.det(A)",
    "a partial": """
        from functools import partial
        determinant = partial(np.linalg.det)""",
    "a cached one": """
        import functools
        determinant = functools.cache(np.linalg.det)""",
    "vectorised": "determinant = np.vectorize(np.linalg.det)",
    "a helper": """
        def helper(A): return np.linalg.det(A)
        def determinant(A): return helper(A)""",
    "a helper's helper": """
        class Helper:
            def run(self, A): return np.linalg.det(A)
        def helper(A): return Helper().run(A)
        def determinant(A): return helper(A)""",
    "a method of a global object": """
        class Helper:
            @property
            def run(self): return np.linalg.det
        helper = Helper()
        def determinant(A): return helper.run(A)""",
    "an attribute of a class": """
        class Helper:
            run = staticmethod(np.linalg.det)
        def determinant(A): return Helper.run(A)""",
    "a default": """
        def determinant(A, det=np.linalg.det): return det(A)""",
    "a keyword's default": """
        def determinant(A, *, quick=np.linalg): return quick.det(A)""",
    "a closure": """
        def make(f): return lambda A: f(A)
        determinant = make(np.linalg.det)""",
    "a decorated one": """
        import functools
        def keep(f):
            @functools.wraps(f)
            def inner(*args): return f(*args)
            return inner
        determinant = keep(np.linalg.det)""",
    "behind an object that refuses every question": """
        class Sulky:
            def __getattribute__(self, name): raise KeyError(name)
        sulky = Sulky()
        def determinant(A): return sulky or np.linalg.det(A)""",
    "in a list": """
        ways = [len, np.linalg.det]
        def determinant(A): return ways[1](A)""",
    "in a dict": """
        ways = {"quick": np.linalg.det}
        def determinant(A): return ways["quick"](A)""",
}


@pytest.mark.parametrize("way", HIDDEN)
def test_a_call_is_found_by_reading(way):
    found = read(HIDDEN[way])
    assert len(found) == 1 and found[0] in DET


HONEST = {
    "a function of the same name": """
        def det(A): return A[0, 0]
        def determinant(A): return det(A)""",
    "itself": """
        def determinant(A):
            return determinant(A[1:, 1:]) if len(A) > 1 else A[0, 0]""",
    "a method of the same name": """
        class linalg:
            def det(self, A): return 0.0
        np_ = linalg()
        def determinant(A): return np_.det(A) + A.linalg.det(A)""",
    "a local of the module's name": """
        def determinant(A, np):
            return np.linalg.det(A)""",
    "a name that was the module before": """
        def determinant(A):
            lapack = np.linalg
            lapack = A
            return lapack.det(A)""",
    "two names at once": """
        def determinant(A):
            lapack, other = A, np.linalg
            return lapack.det(A)""",
    "building blocks": """
        def determinant(A):
            P = np.linalg.qr(A)[0] @ la.inverse(A) @ np.linalg.solve(A, A)
            return np.prod(np.diag(P))""",
    "text": """
        def determinant(A):
            print(np.linalg, "det")
            return "np.linalg.det(A)" """,
    "what is compared elsewhere": """
        def compare(A): return determinant(A) - np.linalg.det(A)
        def determinant(A): return A[0, 0]""",
    "a value": "determinant = 3.0",
    "an object that refuses every question": """
        class Sulky:
            def __getattribute__(self, name): raise KeyError(name)
        sulky = Sulky()
        def determinant(A): return sulky""",
}


@pytest.mark.parametrize("way", HONEST)
def test_an_honest_answer_is_not_accused(way):
    assert read(HONEST[way]) == ()


def test_the_right_answers_of_the_exercises_are_refused():
    exercise = exercises.find("determinant")
    for source in (
        "from mathlib.exercises import find\n"
        "def determinant(A): return find('determinant').reference(A)",
        "import mathlib\n"
        "def determinant(A):\n"
        "    e = mathlib.exercises.linear_algebra.determinant\n"
        "    return e.reference(A)",
        "def determinant(A):\n"
        "    from mathlib.exercises import _linear_algebra_answers as a\n"
        "    return a.determinant_by_elimination(A)",
        "from mathlib.exercises._linear_algebra_answers import"
        " determinant_by_elimination as determinant",
    ):
        found = read(source, delegation.refused(exercise))
        assert found and all("mathlib.exercises" in name for name in found)


def test_a_name_inside_another_is_told_once():
    names = ("numpy.linalg", "numpy.linalg.det")
    assert read(HIDDEN["by attribute"], names) == ("numpy.linalg.det",)
    other = "def determinant(A): return np.linalg.slogdet(A)"
    assert read(other, names) == ("numpy.linalg",)


def test_a_class_and_its_children_are_found():
    names = ("fractions.Fraction",)
    child = """
        from fractions import Fraction
        class answer(Fraction): pass"""
    assert read(child, names, "answer") == names
    user = """
        from fractions import Fraction as F
        def answer(x): return F(x)"""
    assert read(user, names, "answer") == names
    maker = """
        from fractions import Fraction as F
        def answer(x): return F.from_float(x)"""
    assert read(maker, ("fractions.Fraction.from_float",), "answer")


def test_reading_imports_nothing():
    source = "def determinant(A):\n    import this\n    return this.d"
    assert read(source, ("this.d", "that.is.not.there")) == ("this.d",)
    assert "this" not in sys.modules


@needs_torch
def test_methods_of_tensors_are_found_by_their_class_only():
    import torch

    names = ("torch.Tensor.softmax", "torch.softmax")
    by_class = "def f(x): return torch.Tensor.softmax(x, -1)"
    assert read(by_class, names, "f", torch=torch) == (names[0],)
    unknown = "def f(x): return (x + ones).softmax(-1)"
    ones = torch.ones(2)
    assert read(unknown, names, "f", torch=torch, ones=ones) == ()


TRACE = ("numpy.ndarray.trace", "numpy.trace")


@pytest.mark.parametrize("source", [
    "def trace(A): return A.trace()",
    "def trace(A): return (A @ A).trace()",
    "def trace(A):\n    B = np.asarray(A)\n    return B.trace(0)",
    "def trace(A): return np.ndarray.trace(A)",
    "trace = np.ndarray.trace",
    "trace = lambda A: helper(A)\nhelper = lambda A: A.trace()",
])
def test_a_method_of_arrays_is_found_by_reading(source):
    assert read(source, TRACE, "trace") == TRACE[:1]


@pytest.mark.parametrize("source", [
    "def trace(A): return np.sum(A.diagonal())",
    "def trace(A): return A.linalg(np.trace_of)",
    """
        class Square:
            def trace(self): return 1.0
        def trace(A): return Square().trace()""",
])
def test_another_method_is_not_taken_for_one_of_arrays(source):
    assert read(source, TRACE, "trace") == ()


# --- while it runs ---


def test_a_call_is_refused_and_everything_is_put_back():
    before = np.linalg.det
    with refusing(DET):
        with pytest.raises(Delegation, match="calls numpy.linalg.det, which"):
            np.linalg.det(A)
        with pytest.raises(Delegation) as told:
            la.determinant(A)
        with pytest.raises(Delegation):
            list(map(np.linalg.det, [A]))
        np.linalg.slogdet(A)
    assert isinstance(told.value, RuntimeError)
    assert told.value.name == "mathlib.linear_algebra.determinant"
    assert np.linalg.det is before and np.linalg.det(A) == pytest.approx(2)


def test_everything_is_put_back_whatever_happens():
    before = np.linalg.det
    with pytest.raises(KeyError), refusing(DET):
        np.linalg.det = print
        raise KeyError
    assert np.linalg.det is before
    with pytest.raises(SystemExit), refusing(DET):
        del np.linalg.det
        raise SystemExit
    assert np.linalg.det is before
    with refusing(DET), refusing(DET), pytest.raises(Delegation):
        np.linalg.det(A)
    assert np.linalg.det is before


def test_libraries_may_go_on_using_their_own():
    with refusing(["mathlib.linear_algebra.solve"]):
        with pytest.raises(Delegation):
            la.solve(A, A[0])
        assert la.inverse(A) @ A == pytest.approx(np.eye(2))


def test_public_names_of_the_same_object_are_refused_too(monkeypatch):
    def exercise():
        return 7

    for name in ("toy", "toy.one", "toy._inner"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    toy, one, inner = map(sys.modules.get, ("toy", "toy.one", "toy._inner"))
    one.answer = toy.same = toy._mine = inner.answer = exercise
    other = types.ModuleType("other")
    monkeypatch.setitem(sys.modules, "other", other)
    other.answer = exercise
    with refusing(["toy.one.answer"]):
        for call in (one.answer, toy.same):
            with pytest.raises(Delegation, match="toy.one.answer"):
                call()
        assert inner.answer() == toy._mine() == other.answer() == 7
    assert one.answer is toy.same is exercise


def test_making_an_object_of_a_class_is_refused():
    half = fractions.Fraction(1, 2)
    before = dict(vars(fractions.Fraction))
    with refusing(["fractions.Fraction"]):
        with pytest.raises(Delegation, match=r"fractions\.Fraction"):
            fractions.Fraction(1, 2)
        assert isinstance(half, fractions.Fraction)
        # The standard library makes some itself.
        assert statistics.mean([1, 2]) == 1.5
    assert dict(vars(fractions.Fraction)) == before
    assert fractions.Fraction(1, 2) == half


def test_static_and_class_methods_are_refused():
    before = vars(fractions.Fraction)["from_float"]
    with refusing(["fractions.Fraction.from_float"]):
        with pytest.raises(Delegation):
            fractions.Fraction.from_float(0.5)
        with pytest.raises(Delegation):
            fractions.Fraction(1).from_float(0.5)
    assert vars(fractions.Fraction)["from_float"] is before
    assert fractions.Fraction.from_float(0.5) == fractions.Fraction(1, 2)


@needs_torch
def test_torchs_functions_methods_and_modules_are_refused():
    import torch

    x = torch.zeros(2)
    layer = torch.nn.Linear.__init__
    with refusing([
        "torch.Tensor.softmax", "torch.nn.Linear", "torch.cdist",
        "torch.nn.Transformer.generate_square_subsequent_mask",
    ]):
        for call in (
            lambda: x.softmax(-1),
            lambda: torch.Tensor.softmax(x, -1),
            lambda: torch.nn.Linear(1, 1),
            lambda: torch.cdist(x[None], x[None]),
            lambda: torch.nn.Transformer.generate_square_subsequent_mask(2),
        ):
            with pytest.raises(Delegation):
                call()
        assert torch.nn.functional.softmax(x, -1).tolist() == [0.5, 0.5]
        torch.nn.TransformerEncoderLayer(2, 1)  # holds Linears
    assert "softmax" not in vars(torch.Tensor)
    assert torch.nn.Linear.__init__ is layer
    assert torch.nn.Transformer.generate_square_subsequent_mask(1) == 0


def test_what_cant_be_refused_is_passed_over():
    with refusing([
        "numpy.ndarray.dot", "numpy.no_such", "nowhere.at_all", "numpy.pi",
        "this.d", "mathlib.exercises", "numpy.pi.real",
    ]):
        assert A[0].dot(A[0]) == 10
    assert "this" not in sys.modules


def test_a_module_that_was_loaded_meanwhile_keeps_no_guard(
    tmp_path, monkeypatch
):
    (tmp_path / "copies_det.py").write_text("from numpy.linalg import det\n")
    monkeypatch.syspath_prepend(tmp_path)
    with refusing(DET):
        import copies_det

        kept = np.linalg.det
        with pytest.raises(Delegation):
            copies_det.det(A)
    del sys.modules["copies_det"]
    assert copies_det.det is np.linalg.det
    assert kept(A) == pytest.approx(2)  # whoever kept it keeps a function


def test_what_stands_in_looks_like_the_function():
    signature = inspect.signature(la.determinant)
    with refusing([*DET, "numpy.add"]):
        assert inspect.signature(la.determinant) == signature
        assert la.determinant.__name__ == "determinant"
        assert np.add.identity == 0


def test_a_refusal_travels_between_processes():
    told = pickle.loads(pickle.dumps(Delegation("a.b")))
    assert (told.name, str(told)) == ("a.b", str(Delegation("a.b")))


# --- the exercises ---

def rewritten(answer):
    """Return an answer, its parts, and its globals, as if a learner's."""
    several = isinstance(answer, dict)
    written = list(answer.values()) if several else [answer]
    (module,) = {inspect.getmodule(part) for part in written}
    source = Path(module.__file__).read_text(encoding="utf-8")
    namespace = {"__name__": "__main__"}
    exec(compile(source, "<cell>", "exec"), namespace)
    typed = [namespace[part.__name__] for part in written]
    if several:
        return dict(zip(answer, typed, strict=True)), typed, namespace
    return typed[0], typed, namespace


@functools.cache
def bank_of(name):
    return Bank(exercises.find(name), seed=1)


def typed_in(exercise, answer):
    """Judge an answer as if a learner had typed it."""
    if exercise.arrays == "torch" and not has_torch:
        pytest.skip("needs torch")
    answer, typed, namespace = rewritten(answer)
    names = delegation.refused(exercise)
    return judge(
        exercise,
        run_here(parts_of(exercise, answer), exercise.arrays, names),
        bank=bank_of(exercise.name),
        delegates=delegates(names, typed, namespace),
    )


def every(kind):
    """One test for each of an exercise's mistakes or variants."""
    return pytest.mark.parametrize(
        "exercise, given",
        [(e, given) for e in GRADED for given in getattr(e, kind)],
        ids=lambda value: value.name.replace(" ", "-"),
    )


@every("variants")
def test_right_answers_are_not_refused(exercise, given):
    result = typed_in(exercise, given.answer)
    assert result.delegated == ()
    assert result.complete, result.first_failure


@every("mistakes")
def test_mistakes_are_not_refused_but_named(exercise, given):
    result = typed_in(exercise, given.answer)
    assert result.delegated == ()
    bank = bank_of(exercise.name)
    place = exercise.mistakes.index(given)
    # Two may be alike with this seed; the audit knows that with others.
    assert result.mistake == given or alike(
        bank, place, exercise.mistakes.index(result.mistake)
    )
    outcomes = bank.of_mistake(place)
    free = judge(exercise, lambda *args: (outcomes, ""), bank=bank)
    assert result.points == free.points >= given.credit


@pytest.mark.parametrize("slug", [
    "01_foundations", "02_linear_algebra", "03_decompositions", "04_calculus",
    "05_multivariate_calculus", "06_probability", "07_statistics",
    "08_optimization",
    "09_information_theory",
    "10_numerical_methods",
    "11_graph_theory",
    "12_functional_analysis",
    pytest.param("13_machine_learning", marks=needs_torch),
    pytest.param("14_neural_networks", marks=needs_torch),
    pytest.param("15_transformers", marks=needs_torch),
])
def test_the_chapters_solutions_are_not_refused(slug):
    text = (ROOT / "solutions" / slug / f"{slug}.py").read_text("utf-8")
    cells = re.split(r"^# %%", text, flags=re.MULTILINE)
    imports = "\n".join(re.findall(
        r"^(?:import|from) (?:.*\([^)]*\)|.*)", text, re.MULTILINE
    ))
    count = 0
    for cell in cells:
        head = re.match(r' exercise="(\w+)"\n', cell)
        if head:
            exercise = exercises.find(head[1])
            namespace = learner(imports)
            exec(cell[head.end():], namespace)
            parts = [namespace[name] for name in exercise.parts]
            names = delegation.refused(exercise)
            assert delegates(names, parts, namespace) == ()
            count += 1
    assert count == sum(e.chapter == slug for e in GRADED)

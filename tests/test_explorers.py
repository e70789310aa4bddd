"""What every explorer promises, and what each one shows."""

import io
import itertools
import json
import math
import os
import subprocess
import sys
import threading
import time
import warnings

import ipywidgets
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from mathlib import explore
from mathlib.explore import explorer as base
from mathlib.transformers import attention

NAMES = [
    "attention_stages", "backprop_two_layer", "bayes_update", "clt",
    "convolution_slide", "descent_bowl", "descent_surface", "floating_line",
    "fourier_partial_sums", "gp_posterior", "k_means_steps", "kl_direction",
    "logistic_boundary", "matrix_multiplication", "optimizer_race",
    "power_iteration", "random_walk", "rope_rotation", "sigma_loop",
    "svd_truncation", "taylor",
]

# Texts have no corners; these are their extremes.
TEXTS = {
    "sentence": ["a b", "the cat sat on the mat",
                 "wonderfully " * 7 + "Ωmega"],
    "A": ["2 0 1\n-1 3 2", "1\n0\n-9999.5", "1 2 3 4 5 6\n" * 6],
    "B": ["1 4 0 2\n2 -1 3 0\n3 1 -2 5", "-1234.5 0.001", "1 0\n" * 6],
}


@pytest.fixture(autouse=True)
def own_widgets():
    yield
    ipywidgets.Widget.close_all()
    plt.close("all")


def make(name):
    return getattr(explore, name)()


def corners(control, name):
    if hasattr(control, "options"):
        return [value for _, value in control.options]
    if isinstance(control.value, bool):
        return [False, True]
    if isinstance(control.value, str):
        return TEXTS[name]
    return [control.min, control.max]


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)))


def outline(patch):
    """Return the box of a patch's control points, which holds its curves."""
    path = patch.get_path()
    # The last point of a closed curve has no meaning.
    open_path = path.vertices[path.codes != Path.CLOSEPOLY]
    points = patch.get_transform().transform(open_path)
    return Bbox([points.min(axis=0), points.max(axis=0)])


def clipped(figure):
    """Return the visible texts that stand out of the figure."""
    if figure.stale:  # an explorer has just drawn its own
        figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    found = []
    for artist in figure.findobj(lambda a: isinstance(a, Text | PathPatch)):
        axes = artist.axes
        if not artist.get_visible() or (axes and not axes.get_visible()):
            continue
        if isinstance(artist, PathPatch):
            if not len(artist.get_path().vertices):
                continue
            box = outline(artist)
        elif artist.get_text():
            box = artist.get_window_extent(renderer)
        else:
            continue
        if (
            box.x0 < 0 or box.y0 < 0
            or box.x1 > figure.bbox.width or box.y1 > figure.bbox.height
        ):
            found.append(getattr(artist, "get_text", artist.__repr__)())
    return found


def one_at_a_time(choices):
    """Return all combinations, each with one place other than the last."""
    if not choices:
        return [()]
    first, *rest = choices
    found, others = [], one_at_a_time(rest)
    for value in first:
        found += [(value, *other) for other in others]
        others.reverse()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_corner_draws_without_a_warning(name):
    e = make(name)
    names = [n for n in e.controls if n not in TEXTS]
    choices = [corners(e.controls[n], n) for n in names]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Every move of a control draws.
        for values in one_at_a_time(choices):
            for n, value in zip(names, values, strict=True):
                e.controls[n].value = value
            assert "Not drawn" not in e._words.value
            assert clipped(e._figure) == []


@pytest.mark.parametrize("name, texts", [
    ("attention_stages", {"sentence": text}) for text in TEXTS["sentence"]
] + [
    ("matrix_multiplication", {"A": a, "B": b})
    for a, b in zip(TEXTS["A"], TEXTS["B"], strict=True)
])
def test_every_text_draws_without_a_warning(name, texts):
    e = make(name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        e.update(**texts)
        for n, control in e.controls.items():
            if n in TEXTS:
                continue
            for value in corners(control, n):
                control.value = value
                assert "Not drawn" not in e._words.value
                assert clipped(e._figure) == []
        assert clipped(e.still()) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_control_changes_picture_and_words(name):
    for n in make(name).controls:
        if n in ("A", "B"):
            # One alone does not fit the other; they have tests of their own.
            continue
        e = make(name)
        if name == "attention_stages":
            # The first stage knows of no mask, the last row hides no key.
            e.update(stage=1, row=2)
        control = e.controls[n]
        seen = {(e.png(), e.text) for control.value in corners(control, n)}
        assert len({png for png, _ in seen}) > 1, n
        assert len({text for _, text in seen}) > 1, n


@pytest.mark.parametrize("name", NAMES)
def test_picture(name):
    e = make(name)
    width, height = (round(inches * e.dpi) for inches in e.size)
    assert pixels(e.png()).shape[:2] == pytest.approx((height, width), abs=1)
    assert len(e.png()) < 150_000
    assert pixels(e.png()).std() > 10


@pytest.mark.parametrize("name", NAMES)
def test_drawing_twice_gives_the_same_bytes(name):
    assert make(name).png() == make(name).png()


@pytest.mark.parametrize("name", NAMES)
def test_way_to_a_state_leaves_no_trace(name):
    e, fresh = make(name), make(name)
    for values in (*e.default_states(), *reversed(e.default_states())):
        e.update(**values)
        fresh = make(name)
        fresh.update(**values)
        assert (e.png(), e.text) == (fresh.png(), fresh.text)


@pytest.mark.parametrize("name", NAMES)
def test_mimebundle(name):
    bundles = [make(name)._repr_mimebundle_() for _ in range(2)]
    one, other = (bundle["text/plain"] for bundle in bundles)
    assert one == other
    assert one.startswith("Explorer: ")
    assert one.endswith("(needs a running notebook)")
    assert "0x" not in one
    assert "application/vnd.jupyter.widget-view+json" in bundles[0]


@pytest.mark.parametrize("name", NAMES)
def test_controls_have_names_and_nothing_is_an_output(name):
    e = make(name)
    for control in e.controls.values():
        assert control.description.strip()
        assert control.tabbable is not False
    todo, seen = [e], []
    while todo:
        widget = todo.pop()
        seen.append(widget)
        todo += getattr(widget, "children", ())
    assert not any(isinstance(w, ipywidgets.Output) for w in seen)
    assert any(isinstance(w, ipywidgets.Play) for w in seen)


@pytest.mark.parametrize("name", NAMES)
def test_picture_has_a_name_for_screen_readers(name):
    e = make(name)
    assert e.title in e._image.tooltip and e.text in e._image.tooltip
    # The front end sets a title only beside an empty description.
    assert e._image.get_state()["description"] == ""
    assert 'role="status"' in e._words.value


@pytest.mark.parametrize("name", NAMES)
def test_still(name):
    e = make(name)
    before = e.values(), e.png()
    figure = e.still()
    assert len(figure.subfigs) == len(e.default_states())
    assert clipped(figure) == []
    assert (e.values(), e.png()) == before
    assert max(figure.get_size_inches()) < 11


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("count", [1, 3])
def test_still_of_chosen_states(name, count):
    e = make(name)
    states = e.default_states()[:count]
    figure = e.still(states, titles=["A title"] * count)
    texts = [t.get_text() for t in figure.findobj(Text)]
    assert sum("A title" in text for text in texts) == count
    assert clipped(figure) == []


@pytest.mark.parametrize("name", NAMES)
def test_still_is_deterministic(name):
    first, second = (_bytes(make(name).still()) for _ in range(2))
    assert first == second


def _bytes(figure):
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_still_refuses(name):
    e = make(name)
    with pytest.raises(ValueError, match="empty"):
        e.still([])
    with pytest.raises(ValueError, match="titles"):
        e.still([{}], titles=[])
    with pytest.raises(TypeError, match="no control"):
        e.still([{"nonsense": 1}])


@pytest.mark.parametrize("name, wrong", [
    ("matrix_multiplication", {"step": 25}),
    ("matrix_multiplication", {"step": -1}),
    ("matrix_multiplication", {"i": 2}),
    ("matrix_multiplication", {"j": 4}),
    ("matrix_multiplication", {"A": "1 2\n3"}),
    ("matrix_multiplication", {"A": "1 2\n3 4"}),
    ("matrix_multiplication", {"A": "1 b 2"}),
    ("matrix_multiplication", {"A": "1 nan 2"}),
    ("matrix_multiplication", {"A": ""}),
    ("attention_stages", {"stage": 4}),
    ("attention_stages", {"row": 6}),
    ("attention_stages", {"temperature": 0.0}),
    ("attention_stages", {"sentence": "one"}),
    ("attention_stages", {"sentence": "far too many words " * 3}),
    ("descent_surface", {"x": 1.6}),
    ("descent_surface", {"step": 25}),
    ("descent_bowl", {"lr": 0.0}),
    ("descent_bowl", {"lr": 0.46}),
    ("descent_bowl", {"step": 21}),
    ("optimizer_race", {"step": 121}),
    ("optimizer_race", {"surface": "hill"}),
    ("optimizer_race", {"rates": 3.0}),
    ("rope_rotation", {"m": 17}),
    ("rope_rotation", {"shift": -1}),
    ("sigma_loop", {"step": 6}),
    ("sigma_loop", {"stop": 9}),
    ("sigma_loop", {"start": 4, "stop": 2}),
    ("sigma_loop", {"summand": "i**3"}),
    ("taylor", {"degree": 16}),
    ("taylor", {"center": 4.5}),
    ("taylor", {"function": "log", "center": 0.0}),
    ("taylor", {"function": "tan"}),
    ("power_iteration", {"step": 13}),
    ("power_iteration", {"start": 181}),
    ("power_iteration", {"matrix": "zero"}),
    ("svd_truncation", {"k": 0}),
    ("svd_truncation", {"k": 143}),
    ("svd_truncation", {"picture": "cat"}),
    ("clt", {"n": 0}),
    ("clt", {"n": 81}),
    ("clt", {"law": "loaded die"}),
    ("bayes_update", {"n": -1}),
    ("bayes_update", {"n": 101}),
    ("bayes_update", {"prior": "none"}),
    ("bayes_update", {"coin": 0.6}),
    ("floating_line", {"value": 3.0}),
    ("floating_line", {"halvings": 0}),
    ("floating_line", {"steps": 9}),
    ("k_means_steps", {"k": 0}),
    ("k_means_steps", {"k": 7}),
    ("k_means_steps", {"step": 31}),
    ("k_means_steps", {"start": "middle"}),
    ("kl_direction", {"gap": 7.5}),
    ("kl_direction", {"share": 0.0}),
    ("kl_direction", {"start": -5.0}),
    ("kl_direction", {"step": 61}),
    ("logistic_boundary", {"lr": 0.2}),
    ("logistic_boundary", {"alpha": -1.0}),
    ("logistic_boundary", {"step": 201}),
    ("random_walk", {"step": 1001}),
    ("random_walk", {"walker": 0}),
    ("random_walk", {"graph": "web"}),
    ("backprop_two_layer", {"step": 10}),
    ("backprop_two_layer", {"w1": 2.5}),
    ("backprop_two_layer", {"lr": 0.0}),
    ("convolution_slide", {"step": 36}),
    ("convolution_slide", {"stride": 0}),
    ("convolution_slide", {"stride": 2, "step": 9}),
    ("convolution_slide", {"kernel": "Sobel"}),
    ("fourier_partial_sums", {"m": 0}),
    ("fourier_partial_sums", {"m": 61}),
    ("fourier_partial_sums", {"wave": "tidal"}),
    ("gp_posterior", {"n": 15}),
    ("gp_posterior", {"length_scale": 0.1}),
    ("gp_posterior", {"noise": 0.0}),
])
def test_update_refuses_and_changes_nothing(name, wrong):
    e = make(name)
    before = e.values(), e.png(), e.text
    with pytest.raises(ValueError):
        e.update(**wrong)
    assert (e.values(), e.png(), e.text) == before


@pytest.mark.parametrize("name, control, value, message", [
    ("matrix_multiplication", "A", "1 b", "'1 b' is not a row"),
    ("matrix_multiplication", "B", "1 2", "A has 3 columns and B has 1"),
    ("attention_stages", "sentence", "one", "2 to 8 words, got 1"),
])
def test_a_slip_is_named_and_can_be_mended(name, control, value, message):
    e = make(name)
    good, picture, text = e.controls[control].value, e.png(), e.text
    e.controls[control].value = value
    assert message in e.text and "Not drawn" in e._words.value
    assert e.png() == picture
    e.controls[control].value = good
    assert (e.png(), e.text) == (picture, text)
    assert "Not drawn" not in e._words.value


def test_errors_in_callbacks_are_shown_and_survived(monkeypatch):
    e = make("rope_rotation")

    def broken(state):
        raise KeyError("<angle>")

    with monkeypatch.context() as patch:
        patch.setattr(e, "describe", broken)
        e.controls["m"].value = 3
        assert "KeyError" in e.text
        assert "&lt;angle&gt;" in e._words.value
    e.controls["m"].value = 4
    assert "m = 4" in e.text


def test_panel_that_failed_halfway_is_made_anew(monkeypatch):
    e = make("rope_rotation")
    e.update(m=1)
    picture = e.png()

    def broken(*args):
        raise RuntimeError("half done")

    with monkeypatch.context() as patch:
        patch.setattr(e._panel, "_turn", broken)
        e.update(m=3)
        assert "RuntimeError: half done" in e.text
    e.update(m=1)
    assert e.png() == picture


@pytest.mark.parametrize("name", NAMES)
def test_update_draws_once(name, monkeypatch):
    e, drawn = make(name), []
    encode = base._encode
    monkeypatch.setattr(
        base, "_encode", lambda f: drawn.append(1) or encode(f)
    )
    e.update(**e.default_states()[-1])
    assert len(drawn) == 1


def test_fast_moves_are_drawn_once_and_the_last_one_wins(monkeypatch):
    e, drawn = make("rope_rotation"), []
    started, go = threading.Event(), threading.Event()
    encode = base._encode

    def slow(figure):
        drawn.append(1)
        started.set()
        go.wait(30)
        return encode(figure)

    monkeypatch.setattr(base, "_encode", slow)
    drawing = threading.Thread(target=lambda: e.update(m=1))
    drawing.start()
    assert started.wait(30)
    for m in range(2, 12):
        e.controls["m"].value = m
    go.set()
    drawing.join(30)
    assert len(drawn) == 2
    fresh = make("rope_rotation")
    fresh.update(m=11)
    assert (e.png(), e.text) == (fresh.png(), fresh.text)


@pytest.mark.parametrize("name", NAMES)
def test_two_threads_and_pyplot_draw_what_one_thread_draws(name):
    e, faults = make(name), []
    states = e.default_states() * 3

    def move(order):
        try:
            for values in order:
                e.update(**values)
        except Exception as error:
            faults.append(error)

    threads = [
        threading.Thread(target=move, args=(order,))
        for order in (states, states[::-1])
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        fig, ax = plt.subplots()
        ax.plot([1, 2])
        fig.canvas.draw()
        assert len(fig.axes) == 1 and len(ax.lines) == 1
        plt.close(fig)
    assert faults == []
    assert "Not drawn" not in e._words.value
    fresh = make(name)
    fresh.update(**e.values())
    assert (e.png(), e.text) == (fresh.png(), fresh.text)
    e.update(**states[0])
    fresh.update(**states[0])
    assert (e.png(), e.text) == (fresh.png(), fresh.text)


@pytest.mark.parametrize("name", NAMES)
def test_an_interrupt_does_not_stop_the_explorer(name, monkeypatch):
    e = make(name)

    def interrupted(figure):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(base, "_encode", interrupted)
        with pytest.raises(KeyboardInterrupt):
            e.update(**e.default_states()[1])
    fresh = make(name)
    for one in (e, fresh):
        one.update(**e.default_states()[2])
    assert e.png() == fresh.png()


@pytest.mark.parametrize("name", NAMES)
def test_update_is_fast(name):
    e = make(name)
    states = e.default_states()
    for values in states:
        e.update(**values)
    taken = []
    for values in states * 3:
        # Of this thread, so that a busy machine makes no difference.
        start = time.thread_time()
        e.update(**values)
        taken.append(time.thread_time() - start)
    # A drag is smooth below 40 ms; processors differ, by less than this.
    assert min(taken) < 0.120


@pytest.mark.parametrize("name", NAMES)
def test_settings_of_the_notebook_change_nothing(name):
    plain = make(name).png()
    with matplotlib.rc_context({
        "text.color": "red", "font.size": 20, "figure.facecolor": "black",
        "axes.facecolor": "gray", "axes.grid": True, "savefig.dpi": 30,
        "figure.constrained_layout.use": True, "lines.linewidth": 9,
    }):
        assert make(name).png() == plain


@pytest.fixture(scope="module")
def elsewhere():
    """What another process says, whose hash of a text is another one."""
    here = os.environ.get("PYTHONHASHSEED")
    done = subprocess.run(
        [sys.executable, "-c",
         "import json, sys, mathlib.explore as ex\n"
         "from mathlib.explore._attention_stages import _embed\n"
         f"for name in {NAMES}: getattr(ex, name)().still()\n"
         "print(json.dumps({'pyplot': 'matplotlib.pyplot' in sys.modules,\n"
         "  'cat': _embed('cat').tolist(), 'hash': hash('cat')}))"],
        env={**os.environ, "PYTHONHASHSEED": "1" if here != "1" else "2"},
        capture_output=True, text=True, timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_explorers_need_no_pyplot(elsewhere):
    assert elsewhere["pyplot"] is False


def test_names_are_lazy_and_not_hidden_by_their_files():
    import mathlib.explore._rope_rotation  # noqa: F401

    assert set(NAMES) <= set(dir(explore))
    for name in NAMES:
        assert callable(getattr(explore, name))
    with pytest.raises(AttributeError, match="no_such"):
        _ = explore.no_such


# -- matrix multiplication ---------------------------------------------------

def test_products_accumulate():
    e = explore.matrix_multiplication([[1, 2], [3, 4]], [[5], [6]])
    said = []
    for step in range(5):
        e.update(step=step)
        said.append(e.text)
    assert "C[0, 0] = …" in said[0] and "Nothing" in said[0]
    assert "C[0, 0] = 5 + …" in said[1] and "1 of 2" in said[1]
    assert "C[0, 0] = 5 + 12 = 17" in said[2] and "unknown: 1" in said[2]
    assert "C[1, 0] = 15 + …" in said[3]
    assert "C[1, 0] = 15 + 24 = 39" in said[4] and "unknown: 0" in said[4]


def test_unknown_cells_are_question_marks():
    e = explore.matrix_multiplication([[1, 2], [3, 4]], [[5], [6]])
    for step, shown in [(0, ["?", "?"]), (1, ["?", "?"]), (2, ["17", "?"]),
                        (3, ["17", "?"]), (4, ["17", "39"])]:
        e.update(step=step)
        assert [text.get_text() for _, text in e._panel.c.flat] == shown


def test_step_row_and_column_move_together():
    e = explore.matrix_multiplication()
    e.controls["step"].value = 17
    assert (e.controls["i"].value, e.controls["j"].value) == (1, 1)
    e.controls["j"].value = 3
    assert e.controls["step"].value == 23
    e.controls["i"].value = 0
    assert e.controls["step"].value == 11


def test_editing_the_matrices_moves_the_limits():
    e = explore.matrix_multiplication()
    e.update(step=24)
    e.update(A="1 2", B="1\n1")
    assert e.controls["step"].max == 2
    assert e.values() == {"A": "1 2", "B": "1\n1", "step": 2, "i": 0, "j": 0}
    assert "= 1 + 2 = 3" in e.text
    e.update(A="1 2\n3 4\n5 6")
    assert e.controls["i"].max == 2


def test_entries_survive_the_text_field():
    e = explore.matrix_multiplication([[1 / 3]], [[0.1]])
    A = e.read(e.values())["A"]
    assert A[0, 0] == 1 / 3


@pytest.mark.parametrize("A, B", [
    ([1, 2], [[1], [2]]), ([[1, 2]], [[1, 2]]), ([[]], [[]]),
    ([[1] * 7], [[1]] * 7), ([["x"]], [[1]]), ([[1], [1, 2]], [[1]]),
    ([[math.inf]], [[1]]), ([[1e5]], [[1]]),
])
def test_bad_matrices(A, B):
    with pytest.raises(ValueError, match="A|B"):
        explore.matrix_multiplication(A, B)


# -- attention ---------------------------------------------------------------

def test_stages_are_what_attention_computes():
    rng = np.random.default_rng(0)
    Q, K, V = rng.standard_normal((3, 5, 3))
    e = explore.attention_stages(Q=Q, K=K, V=V)
    for causal, scaling, temperature in itertools.product(
        [False, True], [False, True], [0.5, 2.0]
    ):
        e.update(causal=causal, scaling=scaling, temperature=temperature)
        state = e.read(e.values())
        scale = (3**-0.5 if scaling else 1) / temperature
        scores = scale * Q @ K.T
        if causal:
            scores[np.triu_indices(5, 1)] = -np.inf
        weights = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
        np.testing.assert_allclose(state["weights"], weights)
        np.testing.assert_allclose(state["output"], weights @ V)
        np.testing.assert_allclose(
            state["output"],
            attention(Q, K, V, causal=causal, scale=scale),
        )


def test_a_word_always_has_the_same_embedding():
    e = explore.attention_stages("red or red")
    e.update(causal=False)
    state = e.read(e.values())
    np.testing.assert_allclose(state["output"][0], state["output"][2])
    assert not np.allclose(state["output"][0], state["output"][1])


def test_embeddings_do_not_depend_on_the_process(elsewhere):
    from mathlib.explore._attention_stages import _embed

    assert elsewhere["hash"] != hash("cat")
    assert elsewhere["cat"] == _embed("cat").tolist()


def test_a_shorter_sentence_moves_the_row():
    e = explore.attention_stages()
    e.update(row=5)
    e.controls["sentence"].value = "only three words"
    assert (e.controls["row"].value, e.controls["row"].max) == (2, 2)
    assert "words" in e.text


def test_large_scores_stay_in_place():
    e = explore.attention_stages(
        Q=[[1e6, 0], [0, -1e6]], K=[[1e6, 0], [0, 1e6]], V=[[1e9], [0]]
    )
    for stage in range(4):
        e.update(stage=stage)
        assert "Not drawn" not in e._words.value
        assert clipped(e._figure) == []


@pytest.mark.parametrize("arguments", [
    {"tokens": "one"}, {"tokens": ["w"] * 9},
    {"Q": np.ones((2, 2))},
    {"Q": np.ones((2, 2)), "K": np.ones((2, 2))},
    {"Q": np.ones((2, 2)), "K": np.ones((2, 3)), "V": np.ones((2, 2))},
    {"Q": np.ones((2, 2)), "K": np.ones((2, 2)), "V": np.ones((3, 2))},
    {"Q": np.ones((2, 2)), "K": np.ones((2, 2)), "V": np.ones((2, 7))},
    {"Q": np.ones(2), "K": np.ones(2), "V": np.ones(2)},
    {"Q": np.full((2, 2), np.nan), "K": np.ones((2, 2)),
     "V": np.ones((2, 2))},
    {"tokens": "a b c", "Q": np.ones((2, 2)), "K": np.ones((2, 2)),
     "V": np.ones((2, 2))},
])
def test_bad_attention(arguments):
    with pytest.raises(ValueError):
        explore.attention_stages(**arguments)


# -- a surface with a saddle -------------------------------------------------

def test_slope_and_curvature_are_those_of_the_surface():
    e = explore.descent_surface()
    for x, y in itertools.product([-1.5, -0.3, 0.0, 1.2], [-1.5, 0.4, 1.5]):
        state = e.read({"x": x, "y": y, "step": 0})
        np.testing.assert_allclose(
            state["gradient"], [x**3 - x + y / 2, x / 2 + y], atol=1e-8
        )
        np.testing.assert_allclose(
            state["hessian"], [[3 * x**2 - 1, 0.5], [0.5, 1]], atol=1e-6
        )
        assert state["height"] == pytest.approx(
            x**4 / 4 - x**2 / 2 + x * y / 2 + y**2 / 2
        )


def test_only_level_ground_is_called_critical():
    e = explore.descent_surface()
    e.update(x=0, y=0, step=0)
    assert "level here" in e.text and "a saddle." in e.text
    e.update(x=1.5, y=1.5)
    assert "like a bowl, but it is not level" in e.text
    e.update(x=0, y=1.2)
    assert "like a saddle, but it is not level" in e.text


def test_steps_go_down_into_a_valley():
    e = explore.descent_surface()
    state = e.read({"x": 0.1, "y": 1.2, "step": 24})
    heights = [
        x**4 / 4 - x**2 / 2 + x * y / 2 + y**2 / 2 for x, y in state["path"]
    ]
    assert np.all(np.diff(heights) < 0)
    # The valleys lie where y = -x/2 and x^2 = 5/4.
    np.testing.assert_allclose(
        state["point"], [-np.sqrt(1.25), np.sqrt(1.25) / 2], atol=0.06
    )
    assert state["shape"] == "minimum"


def test_at_the_saddle_nothing_moves_it():
    e = explore.descent_surface()
    e.update(x=0, y=0, step=24)
    assert "at (0.00, 0.00)" in e.text and "a saddle." in e.text


def test_half_axes_of_the_ellipse_are_the_curvatures():
    e = explore.descent_surface()
    e.update(x=1.0, y=0.5, step=0)
    around = np.array(e._panel.ellipse.get_data()).T - [1.0, 0.5]
    radii = np.hypot(*around.T)
    curvatures = np.abs(e.read(e.values())["curvatures"])
    # Of 121 points of the ellipse none need be at the very end of an axis.
    assert radii.max() / radii.min() == pytest.approx(
        curvatures.max() / curvatures.min(), rel=2e-2
    )


# -- a ball in a bowl --------------------------------------------------------

def test_the_ball_obeys_the_law_of_the_bowl():
    e = explore.descent_bowl()
    for lr, step in itertools.product([0.05, 0.2, 0.37, 0.4, 0.45], [0, 7]):
        path = e.read({"lr": lr, "step": step})["path"]
        law = 1.6 + (1 - 5 * lr) ** np.arange(step + 1) * (0 - 1.6)
        np.testing.assert_allclose(path, law, atol=1e-12)
    w = np.linspace(-1, 3, 9)
    from mathlib.explore._descent_bowl import loss, slope

    two_points = ((w - 2) ** 2 + (2 * w - 3) ** 2) / 2
    np.testing.assert_allclose(loss(w), two_points, atol=1e-12)
    np.testing.assert_allclose(slope(w), 5 * w - 8)


def test_the_fate_turns_at_the_borders():
    e = explore.descent_bowl()
    fates = [
        (0.19, "slides in"), (0.2, "arrives at once"), (0.21, "hops in"),
        (0.39, "hops in"), (0.4, "hops and never settles"),
        (0.41, "hops away for ever"),
    ]
    for lr, fate in fates:
        e.update(lr=lr, step=3)
        assert f": it {fate}. After 3" in e.text
    e.update(lr=0.1, step=1)
    assert "w = 0.8 and the loss is 1.7;" in e.text


def test_a_ball_that_left_the_frame_is_said_to_be_outside():
    e = explore.descent_bowl()
    e.update(lr=0.45, step=20)
    assert "(outside)" in e._panel.heads[1].get_text()
    e.update(lr=0.1)
    assert "(outside)" not in e._panel.heads[1].get_text()


# -- five optimizers ---------------------------------------------------------

def test_slopes_of_the_surfaces_are_their_derivatives():
    from mathlib.explore._optimizer_race import SURFACES

    points = np.random.default_rng(0).uniform(-1.5, 1.5, size=(20, 2))
    for _, height, _, lowest in SURFACES.values():
        slopes = height(points)[1]
        for k, h in enumerate(1e-5 * np.eye(2)):
            nudged = (height(points + h)[0] - height(points - h)[0]) / 2e-5
            np.testing.assert_allclose(slopes[:, k], nudged, atol=1e-6)
        for spot in lowest:
            assert np.abs(height(np.array(spot))[1]).max() < 1e-2


def test_runners_take_the_steps_of_the_library():
    from mathlib import optimization as op
    from mathlib.explore._optimizer_race import SURFACES, run

    for surface, (_, height, start, _) in SURFACES.items():
        p, v = np.array(start), np.zeros(2)
        path = run("SGD", surface, 0.05)
        end = op.gradient_descent(
            lambda q: height(q)[1], p, lr=0.05, steps=120  # noqa: B023
        )
        assert path.shape == (121, 2)
        np.testing.assert_allclose(path[0], start)
        np.testing.assert_allclose(path[-1], end)
        for _ in range(3):
            p, v = op.momentum_step(p, height(p)[1], v, lr=0.01)
        np.testing.assert_allclose(run("momentum", surface, 0.01)[3], p)


def test_doubled_rates_lose_sgd_and_decay_pulls_adamw():
    e = explore.optimizer_race()
    e.update(surface="bowl", rates=2.0, step=120)
    assert "SGD gone" in e.text
    state = e.read({"surface": "bowl", "rates": 1.0, "step": 120})
    ends = {name: path[-1] for name, path in state["paths"].items()}
    np.testing.assert_allclose(ends["Adam"], [1.2, 0.4], atol=0.02)
    assert np.hypot(*ends["AdamW"]) < np.hypot(*ends["Adam"]) - 0.01


def test_who_cannot_feel_a_turn_takes_the_same_way_turned():
    from mathlib.explore._optimizer_race import GOAL, TURN, run

    for name, rate in (("SGD", 0.15), ("momentum", 0.03)):
        np.testing.assert_allclose(
            run(name, "turned", rate),
            GOAL + (run(name, "bowl", rate) - GOAL) @ TURN, atol=1e-12,
        )
    turned = run("Adam", "turned", 0.3)
    straight = GOAL + (run("Adam", "bowl", 0.3) - GOAL) @ TURN
    assert np.abs(turned - straight).max() > 0.1


def test_who_flies_off_is_not_drawn_all_over_the_map():
    from mathlib.explore._optimizer_race import FAR

    e = explore.optimizer_race()
    e.update(surface="bowl", rates=2.0, step=60)
    drawn = np.stack(e._panel.paths["SGD"].get_data())
    assert 3 < drawn.shape[1] < 10
    assert np.abs(drawn[:, :-1]).max() <= FAR < np.abs(drawn[:, -1]).max()
    assert e._panel.paths["Adam"].get_data()[0].shape == (61,)


# -- rotary positions --------------------------------------------------------

def test_score_depends_on_the_offset_only():
    e = explore.rope_rotation()
    e.update(m=2, n=5)
    score, words = e.read(e.values())["score"], e.text
    for shift in (1, 7, 16):
        e.update(shift=shift)
        assert e.read(e.values())["score"] == pytest.approx(score)
        assert e.text != words
    e.update(n=6)
    assert e.read(e.values())["score"] != pytest.approx(score)


def test_dots_are_on_the_curve_and_the_state_on_a_dot():
    from mathlib.explore._rope_rotation import _law

    e = explore.rope_rotation()
    for m, n, shift in [(0, 0, 0), (16, 0, 3), (0, 16, 16), (4, 9, 0)]:
        state = e.read({"m": m, "n": n, "shift": shift})
        np.testing.assert_allclose(
            _law(state, state["offsets"]), state["scores"], atol=1e-12
        )
        here = state["offsets"].tolist().index(n - m)
        assert state["scores"][here] == pytest.approx(state["score"])


def test_without_positions_the_score_is_the_inner_product():
    e = explore.rope_rotation([1, 2], [3, 4])
    e.update(m=7, n=7)
    assert "is 11.00 rotated, 11.00 unrotated" in e.text


@pytest.mark.parametrize("q, k", [
    ([1, 2], None), (None, [1, 2]), ([1, 2, 3], [1, 2, 3]),
    ([1, 2], [1, 2, 3, 4]), ([1, math.nan], [1, 2]), ([[1, 2]], [[1, 2]]),
])
def test_bad_vectors(q, k):
    with pytest.raises(ValueError, match="q|k"):
        explore.rope_rotation(q, k)


def test_zero_vectors_draw():
    e = explore.rope_rotation([0, 0], [0, 0])
    assert "Not drawn" not in e._words.value


# -- a sum -------------------------------------------------------------------

def test_terms_are_added_one_by_one():
    e = explore.sigma_loop()
    said = []
    for step in range(4):
        e.update(summand="i**2", start=1, stop=3, step=step)
        said.append(e.text)
    assert "3. … 0 of 3" in said[0]
    assert "makes 0; all of them make 14" in said[0]
    assert "1 + 4 + …" in said[2] and "makes 5;" in said[2]
    assert "1 + 4 + 9 = 14" in said[3] and "agree" in said[3]


def test_all_programs_say_the_same_and_are_what_they_say():
    from mathlib.explore._sigma_loop import SUMMANDS, A, B

    e = explore.sigma_loop()
    for summand, start, stop in itertools.product(
        SUMMANDS, [0, 1, 4], [0, 3, 8]
    ):
        if stop < start - 1:
            continue
        e.update(summand=summand, start=start, stop=stop)
        e.update(step=max(stop - start + 1, 0))
        state = e.read(e.values())
        ran = {"np": np, "a": A, "b": B, "total": 0}
        loop, array, einsum = state["programs"]
        exec(loop, ran)
        *before, last = array.split("; ")
        exec("; ".join(before), ran)
        said = [ran["total"], eval(last, ran), eval(einsum, ran)]
        assert said == state["results"] == [math.fsum(state["terms"])] * 3


def test_an_empty_sum_is_zero():
    e = explore.sigma_loop()
    e.update(start=3, stop=2)
    assert e.values()["step"] == 0 and "empty sum of i² is 0" in e.text
    assert e.read(e.values())["results"] == [0, 0, 0]


def test_bounds_move_the_limits():
    e = explore.sigma_loop()
    e.update(start=0, stop=8, step=9)
    e.controls["stop"].value = 2
    assert (e.controls["step"].value, e.controls["step"].max) == (3, 3)
    e.controls["start"].value = 4
    assert (e.controls["stop"].value, e.controls["step"].value) == (3, 0)


def test_negative_terms_stand_in_brackets():
    e = explore.sigma_loop()
    e.update(summand="a[i]*b[i]", start=1, stop=2, step=2)
    assert "1·4 + 3·(−1) = 1." in e.text
    e.update(summand="2*i - 1", start=0, stop=1, step=2)
    assert "(−1) + 1 = 0." in e.text


# -- Taylor polynomials ------------------------------------------------------

def on_a_circle(f, c, radius, count):
    """Return Taylor coefficients by Cauchy's integral formula."""
    turns = np.exp(2j * np.pi * np.arange(64) / 64)
    found = np.fft.fft(f(c + radius * turns)) / 64
    return found.real[:count] / radius ** np.arange(count)


COMPLEX = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)), "tanh": np.tanh,
    "exp": np.exp, "log": np.log,
}


@pytest.mark.parametrize("name, centers", [
    ("sigmoid", [-4, 0, 1.25]), ("tanh", [-2, 0, 0.75]),
    ("exp", [-3, 0, 2]), ("log", [0.5, 1, 4]),
])
def test_coefficients_are_those_of_the_function(name, centers):
    e = explore.taylor()
    for c in centers:
        state = e.read({"function": name, "center": c, "degree": 15})
        radius = min(state["reach"], 4) / 2
        expected = on_a_circle(COMPLEX[name], c, radius, 16)
        scale = radius ** np.arange(16)
        np.testing.assert_allclose(
            state["coefficients"] * scale, expected * scale, atol=1e-4
        )
        np.testing.assert_allclose(
            state["coefficients"][:6], expected[:6], atol=1e-6
        )


@pytest.mark.parametrize("name, nearest", [
    ("sigmoid", 1j * np.pi), ("tanh", 0.5j * np.pi), ("log", 0.0),
])
def test_the_series_reaches_to_the_nearest_singularity(name, nearest):
    e = explore.taylor()
    for c in (0.5, 1.5):
        state = e.read({"function": name, "center": c, "degree": 3})
        assert state["reach"] == pytest.approx(abs(c - nearest))
    with np.errstate(all="ignore"):
        inverse = 1 / COMPLEX[name](np.array(nearest, dtype=complex))
    assert abs(inverse) < 1e-12


def test_close_means_close():
    e = explore.taylor()
    for name, degree in itertools.product(COMPLEX, [0, 3, 15]):
        state = e.read({"function": name, "center": 1.0, "degree": degree})
        (a, b), x = state["close"], state["x"]
        off = np.abs(state["polynomial"] - state["y"])
        assert np.all(off[(a < x) & (x < b)] <= 0.01)
        for end in {a, b} - {x[0], x[-1]}:
            assert not off[x == end] <= 0.01


def test_another_function_moves_the_centre():
    e = explore.taylor()
    e.update(function="sigmoid", center=-4.0)
    e.controls["function"].value = "log"
    center = e.controls["center"]
    assert (center.value, center.min, center.max) == (0.5, 0.5, 4.0)
    assert "converges from 0 to 1" in e.text
    e.controls["function"].value = "exp"
    assert (center.value, center.min) == (0.5, -3.0)
    assert "everywhere" in e.text


def test_a_sum_without_terms_is_written_as_zero():
    e = explore.taylor()
    e.update(function="tanh", degree=0)
    assert e._panel.title.get_text() == "$T(x) = 0$"
    e.update(function="log", center=1.0, degree=2)
    said = e._panel.title.get_text().replace(" ", "")
    assert said == r"$T(x)=(x-1)-0.5\,(x-1)^{2}$"


# -- a picture in layers -----------------------------------------------------

def test_layers_add_up_and_the_rest_is_the_rest():
    from mathlib.explore._svd_truncation import load

    e = explore.svd_truncation()
    for picture in ("china", "flower", "shuffled"):
        whole = load(picture)
        state = {}
        for shown in ("sum", "layer", "rest"):
            e.update(picture=picture, k=7, shown=shown)
            state[shown] = e.read(e.values())["pixels"]
        e.update(k=6, shown="sum")
        six = e.read(e.values())["pixels"]
        np.testing.assert_allclose(state["sum"] + state["rest"], whole)
        np.testing.assert_allclose(six + state["layer"], state["sum"])
        assert np.linalg.matrix_rank(state["sum"]) == 7


def test_error_and_storage_are_those_of_the_picture():
    from mathlib.decompositions import low_rank_approximation
    from mathlib.explore._svd_truncation import load

    e, china = explore.svd_truncation(), load("china")
    for k in (1, 20, 142):
        e.update(k=k)
        state = e.read(e.values())
        rest = china - low_rank_approximation(china, k)
        error = np.linalg.norm(rest) / np.linalg.norm(china)
        assert state["errors"][k] == pytest.approx(error, abs=1e-13)
    e.update(k=1)
    assert e.text.startswith("A pavilion in China, 1 layer added.")
    assert "The first 1 layer of 142: 356 numbers instead of 30,246" in e.text


def test_shuffled_pixels_are_the_same_pixels():
    from mathlib.explore._svd_truncation import load

    china, shuffled = load("china"), load("shuffled")
    np.testing.assert_array_equal(np.sort(china, None),
                                  np.sort(shuffled, None))
    e = explore.svd_truncation()
    e.update(k=40)
    straight = e.read(e.values())["errors"][40]
    e.update(picture="shuffled")
    assert e.read(e.values())["errors"][40] > 4 * straight


# -- power iteration ---------------------------------------------------------

def test_steps_are_those_of_power_iteration():
    e = explore.power_iteration()
    e.update(matrix="symmetric", start=0, step=2)
    state = e.read(e.values())
    np.testing.assert_allclose(state["path"][1], np.array([2, 1]) / 5**0.5)
    np.testing.assert_allclose(state["path"][2], np.array([5, 4]) / 41**0.5)
    assert state["quotient"] == pytest.approx(122 / 41)
    assert "after 2 steps" in e.text.lower()
    assert "eigenvalues are 3 and 1" in e.text


def test_angles_shrink_by_the_ratio_of_the_eigenvalues():
    e = explore.power_iteration()
    turns = e.read({"matrix": "symmetric", "start": 100, "step": 0})["turns"]
    assert turns[12] / turns[11] == pytest.approx(1 / 3, rel=1e-3)


@pytest.mark.parametrize("matrix, angle", [("turn", 40), ("tie", 20)])
def test_what_never_settles(matrix, angle):
    turns = explore.power_iteration().read(
        {"matrix": matrix, "start": 35, "step": 0}
    )["turns"]
    np.testing.assert_allclose(turns, angle)


def test_an_eigenvector_stays_and_a_flip_counts_as_no_turn():
    e = explore.power_iteration()
    e.update(matrix="flip", start=135, step=3)
    state = e.read(e.values())
    assert state["turns"][3] == pytest.approx(0, abs=1e-9)
    assert state["quotient"] == pytest.approx(-2.5)
    assert "0° off its line" in e.text


def test_a_rotation_has_no_real_eigenvalue():
    e = explore.power_iteration()
    e.update(matrix="turn")
    assert "no eigenvalue is real" in e.text


# -- means of many draws -----------------------------------------------------

def test_means_are_those_of_the_draws():
    from mathlib.explore._clt import LAWS, MEANS, sums

    e = explore.clt()
    for law, (_, _, mu, sigma, _, _) in LAWS.items():
        e.update(law=law, n=7)
        means = sums(law)[:, 6] / 7
        z = means if mu is None else 7**0.5 * (means - mu) / sigma
        np.testing.assert_allclose(e.read(e.values())["z"], z)
        assert f"{MEANS:,} means of 7 draws" in e.text


def test_laws_have_the_mean_and_the_spread_that_are_said():
    from mathlib.explore._clt import LAWS, sums

    for law, (_, _, mu, sigma, _, _) in LAWS.items():
        if mu is None:
            continue
        draws = np.diff(sums(law), axis=1, prepend=0.0)
        # Five standard errors, for the mean and (with room) the spread.
        near = 5 * sigma / draws.size**0.5
        assert abs(draws.mean() - mu) < near
        assert draws.std() == pytest.approx(sigma, rel=0.02)


def test_all_means_in_sight_are_in_the_bars():
    e = explore.clt()
    for law, n in itertools.product(("die", "coin", "lumps"), (1, 3, 80)):
        state = e.read({"law": law, "n": n})
        heights, edges = state["many"]
        inside = np.mean((state["z"] > edges[0]) & (state["z"] < edges[-1]))
        assert np.sum(heights * np.diff(edges)) == pytest.approx(inside)
        # Of a die or a coin no value lies on the border of two bars.
        if law != "lumps":
            gap = np.abs(state["z"][:, None] - edges).min()
            assert gap > 1e-6


def test_skew_fades_and_cauchy_does_not():
    e = explore.clt()
    skew = [np.mean(e.read({"law": "waiting", "n": n})["z"] ** 3)
            for n in (1, 80)]
    # Of a waiting time it is 2 over the root of n.
    assert skew[0] == pytest.approx(2, abs=0.5)
    assert skew[1] == pytest.approx(2 / 80**0.5, abs=0.15)
    tails = [sum(e.read({"law": "cauchy", "n": n})["tails"])
             for n in (1, 80)]
    # P(|X| > 2) of a Cauchy is 1 - 2 atan(2) / pi, also of its means.
    np.testing.assert_allclose(
        tails, 1 - 2 * math.atan(2) / math.pi, atol=0.035
    )
    e.update(law="cauchy")
    assert "no mean to come closer to" in e.text


# -- a belief about a coin ---------------------------------------------------

def test_posterior_is_prior_times_likelihood():
    from scipy.stats import beta

    from mathlib.explore._bayes_update import PRIORS, THETA

    e = explore.bayes_update()
    for (prior, (_, a, b)), n in itertools.product(
        PRIORS.items(), (0, 1, 10, 100)
    ):
        e.update(prior=prior, n=n)
        state = e.read(e.values())
        before, likelihood, after = state["curves"]
        np.testing.assert_allclose(before, beta.pdf(THETA, a, b))
        product = before * likelihood
        ratio = after / product
        np.testing.assert_allclose(ratio, ratio[0], rtol=1e-8)
        law = beta(a + state["heads"], b + state["tails"])
        np.testing.assert_allclose(after, law.pdf(THETA), rtol=1e-8)
        assert state["mean"] == pytest.approx(law.mean())
        inside = law.cdf(state["high"]) - law.cdf(state["low"])
        assert inside == pytest.approx(0.95)
        assert f"{state['heads']} heads" in e.text
        assert state["heads"] + state["tails"] == n


def test_flips_come_one_by_one_and_from_the_coin():
    from mathlib.explore._bayes_update import COINS, MOST, flips

    e = explore.bayes_update()
    for coin in COINS:
        seen = [e.read({"prior": "flat", "coin": coin, "n": n})["seen"]
                for n in range(MOST + 1)]
        for n, some in enumerate(seen):
            np.testing.assert_array_equal(some, flips(coin)[:n])
        # Four standard errors of a hundred flips.
        near = 4 * (coin * (1 - coin) / MOST) ** 0.5
        assert abs(seen[-1].mean() - coin) < near


def test_a_hundred_flips_outvote_the_prior():
    e = explore.bayes_update()
    few, many = (
        [e.read({"prior": prior, "coin": 0.95, "n": n})["mean"]
         for prior in ("flat", "fair", "bent")]
        for n in (3, 100)
    )
    assert np.ptp(few) > 0.25
    assert np.ptp(many) < 0.6 * np.ptp(few)
    assert abs(many[0] - many[2]) < 0.01


def to_format(name, x):
    """Round as NumPy and torch do, which know nothing of ours."""
    import torch

    if name in ("fp16", "fp32"):
        with np.errstate(over="ignore"):
            return x.astype({"fp16": "f2", "fp32": "f4"}[name]).astype(float)
    kind = {"bf16": torch.bfloat16, "fp8": torch.float8_e4m3fn}[name]
    return torch.from_numpy(x).to(torch.float32).to(kind).double().numpy()


@pytest.mark.parametrize("name", ["fp32", "fp16", "bf16", "fp8"])
def test_rounding_is_that_of_the_hardware_formats(name):
    from mathlib.explore._floating_line import FORMATS, VALUES

    rng = np.random.default_rng(10)
    x = np.float32(2.0 ** rng.uniform(-24, 15, 500)).astype(float)
    x = np.concatenate([x, np.float32([*VALUES.values(), 65519, 65521, 0])])
    # Halfway between two numbers of fp16, of bf16, of fp8.
    x = np.concatenate([x, [2049, 2051, 257, 259, 17, 19, 2.0**-25]])
    if name == "fp8":
        x = x[x <= 448]
    np.testing.assert_array_equal(
        [FORMATS[name].round(v) for v in x], to_format(name, x)
    )


def test_fp8_saturates_and_fp16_overflows():
    e = explore.floating_line()
    lines = e.read({"value": 6e4, "halvings": 2, "steps": 8})["lines"]
    assert lines["fp8"]["sum"] == 448
    assert lines["fp16"]["sum"] == math.inf
    e.update(value=6e4, halvings=2, steps=8)
    assert "fp16 has ∞" in e.text and "fp8 has 448" in e.text


@pytest.mark.parametrize("value", [1e-7, 1e-5, 0.1, 1.0, 2048.0, 6e4])
def test_ticks_are_all_numbers_of_the_format(value):
    e = explore.floating_line()
    for halvings in (1, 4, 8, 12):
        state = e.read({"value": value, "halvings": halvings, "steps": 0})
        line, d = state["lines"]["fp16"], state["d"]
        low, high = value - d, value + 9.5 * d
        if not len(line["ticks"]) or len(line["bars"]):
            continue
        bits = np.arange(0x7C00, dtype=np.uint16)
        every = bits.view(np.float16).astype(float)
        there = every[(every >= low) & (every <= high)]
        np.testing.assert_allclose(line["ticks"] * d + value, there)


def test_bars_stand_where_ticks_would_touch():
    from mathlib.explore._floating_line import DENSE, FORMATS, MOST

    e = explore.floating_line()
    for halvings in range(1, 27):
        state = e.read({"value": 1.0, "halvings": halvings, "steps": 0})
        for name, line in state["lines"].items():
            apart = FORMATS[name].spacing(1.0) / state["d"]
            above = [b for a, b in line["bars"] if b > 0]
            assert bool(above) == (apart < (MOST + 2.5) * DENSE)
            gaps = np.diff(line["ticks"])
            assert (gaps >= (MOST + 2.5) * DENSE - 1e-9).all()


def test_a_sum_stands_still_when_the_step_is_below_half_a_gap():
    e = explore.floating_line()
    lines = e.read({"value": 2048.0, "halvings": 11, "steps": 8})["lines"]
    assert lines["fp16"]["sum"] == 2048 and lines["fp32"]["sum"] == 2056
    assert lines["fp16"]["apart"] == 2
    # One d more and it is as if there had been no trouble.
    lines = e.read({"value": 2048.0, "halvings": 10, "steps": 8})["lines"]
    assert lines["fp16"]["sum"] == 2064
    assert lines["fp16"]["moved"] == 8


# -- one Gaussian for two humps ----------------------------------------------

def divergences(state):
    """Return KL(p || q) of the one fit and KL(q || p) of the other."""
    from scipy.integrate import quad
    from scipy.stats import norm

    gap, share = state["gap"], state["share"]

    def p(x):
        return ((1 - share) * norm.pdf(x, -gap / 2, 0.6)
                + share * norm.pdf(x, gap / 2, 0.6))

    def q(x, fit):
        return norm.pdf(x, *state[fit][:2])

    def integral(f):
        return quad(f, -9, 9, points=[-gap / 2, 0.1, gap / 2], limit=200)[0]

    return (
        integral(lambda x: p(x) * np.log(p(x) / q(x, "forward"))),
        integral(lambda x: q(x, "reverse")
                 * np.log(max(q(x, "reverse"), 1e-300) / p(x))),
    )


@pytest.mark.parametrize("gap, start", [
    (0.0, 1.0), (2.5, -0.5), (5.0, -0.5), (5.0, 1.5),
])
@pytest.mark.parametrize("step", [0, 7, 60])
def test_each_way_down_reads_its_own_divergence(gap, start, step):
    e = explore.kl_direction()
    state = e.read({"gap": gap, "share": 0.6, "start": start, "step": step})
    np.testing.assert_allclose(
        [state["forward"][2], state["reverse"][2]], divergences(state),
        rtol=2e-4, atol=2e-5,
    )


def test_both_start_alike_and_never_go_up():
    e = explore.kl_direction()
    for gap, share, start in itertools.product(
        (0.0, 2.5, 7.0), (0.1, 0.6, 0.9), (-4.0, -0.5, 4.0)
    ):
        e.update(gap=gap, share=share, start=start, step=0)
        state = e.read(e.values())
        assert state["forward"][:2] == state["reverse"][:2] == (start, 1.0)
        for way in state["ways"]:
            assert np.all(np.diff(way[:, 2]) < 1e-9)


def test_forward_takes_the_moments_of_p():
    e = explore.kl_direction()
    for gap, share in itertools.product((0.0, 3.0, 7.0), (0.2, 0.6)):
        e.update(gap=gap, share=share, start=1.0)
        mean, std, _ = e.read(e.values())["forward"]
        assert mean == pytest.approx(gap * (share - 0.5), abs=1e-4)
        variance = 0.36 + gap**2 * share * (1 - share)
        assert std**2 == pytest.approx(variance, rel=1e-3)


def test_reverse_takes_one_hump_and_pays_for_its_share():
    e = explore.kl_direction()
    for start, mean, left in ((-4.0, -3.0, 0.4), (4.0, 3.0, 0.6)):
        e.update(gap=6.0, share=0.6, start=start)
        fit = e.read(e.values())["reverse"]
        np.testing.assert_allclose(fit, [mean, 0.6, -np.log(left)], atol=2e-3)


def test_one_hump_leaves_nothing_to_choose():
    e = explore.kl_direction()
    e.update(gap=0.0, start=2.0)
    state = e.read(e.values())
    for fit in ("forward", "reverse"):
        np.testing.assert_allclose(state[fit], [0, 0.6, 0], atol=1e-3)


# -- a walker on a graph -----------------------------------------------------

def test_a_walk_goes_along_edges_and_is_counted():
    from mathlib.explore._random_walk import GRAPHS, STEPS, load, walk

    e = explore.random_walk()
    for graph, walker in itertools.product(GRAPHS, (1, 9)):
        A, places, _ = load(graph)
        path = walk(graph, walker)
        assert len(path) == STEPS + 1 and path[0] == 0
        assert (A[path[:-1], path[1:]] == 1).all()
        assert len(places) == len(A) and np.abs(places).max() <= 1
        e.update(graph=graph, walker=walker, step=7)
        state = e.read(e.values())
        assert state["visits"].tolist() == [
            path[:8].tolist().count(i) for i in range(len(A))
        ]
        assert f"stands on node {path[7]} and" in e.text


def test_a_bar_that_goes_beyond_the_frame_says_so():
    e = explore.random_walk()
    for step, beyond in ((1, 2), (1000, 0)):
        e.update(graph="ring", step=step)
        e.png()
        assert len(e._panel.beyond.get_xdata()) == beyond
        assert max(b.get_height() for b in e._panel.bars) <= e._panel.top


def test_the_law_is_the_degree_and_long_walks_come_close():
    from mathlib.explore._random_walk import GRAPHS, STEPS

    e = explore.random_walk()
    for graph in GRAPHS:
        far = [e.read({"graph": graph, "walker": w, "step": s})["distance"]
               for s in (10, STEPS) for w in range(1, 10)]
        assert np.mean(far[9:]) < 0.4 * np.mean(far[:9])
        state = e.read({"graph": graph, "walker": 1, "step": 0})
        np.testing.assert_allclose(
            state["law"], state["A"].sum(axis=0) / state["A"].sum()
        )
        assert state["distance"] == pytest.approx(1 - state["law"][0])


def test_no_nodes_are_drawn_upon_each_other():
    from mathlib.explore._random_walk import GRAPHS, load

    for graph in GRAPHS:
        _, places, _ = load(graph)
        apart = places[:, None] - places
        gaps = np.hypot(*apart.T) + 9 * np.eye(len(places))
        assert gaps.min() > 0.1


# -- k-means, half a step at a time ------------------------------------------

def test_half_steps_take_turns_and_the_objective_never_rises():
    from mathlib.explore._k_means_steps import SETS, STARTS, load, run

    for data, start, k in itertools.product(SETS, STARTS, (1, 5)):
        X, steps = load(data), run(data, k, start)
        assert steps[0][1] is None and steps[0][0].shape == (k, 2)
        J = [step[2] for step in steps[1:]]
        assert all(b <= a + 1e-9 for a, b in itertools.pairwise(J))
        for at in range(1, len(steps)):
            (before, old, _), (after, new, _) = steps[at - 1], steps[at]
            if at % 2:
                np.testing.assert_array_equal(before, after)
                far = ((X[:, None] - after) ** 2).sum(-1)
                # A tie may be decided by the last bit.
                chosen = far[np.arange(len(X)), new]
                np.testing.assert_allclose(chosen, far.min(axis=1))
            else:
                np.testing.assert_array_equal(old, new)
                for j in set(new.tolist()):
                    np.testing.assert_allclose(after[j], X[new == j].mean(0))


def test_where_k_means_ends_is_scikit_learns_place():
    from sklearn.cluster import KMeans

    from mathlib.explore._k_means_steps import load, run

    found = {}
    for start in ("corner", "random"):
        steps = run("clouds", 4, start)
        theirs = KMeans(4, init=steps[0][0], n_init=1, tol=0)
        theirs.fit(load("clouds"))
        found[start] = steps[-1][2]
        assert found[start] == pytest.approx(theirs.inertia_)
    assert found["random"] > 2 * found["corner"]


def test_k_means_says_when_it_has_settled():
    e = explore.k_means_steps()
    e.update(data="clouds", k=4, start="corner", step=0)
    assert "nobody has chosen yet" in e.text and "settled" not in e.text
    e.update(step=1)
    assert "the points chose" in e.text
    e.update(step=2)
    assert "the centroids moved" in e.text
    e.update(step=30)
    assert "settled after 6" in e.text
    assert e.read(e.values())["at"] == 6


# -- a decision boundary on its way ------------------------------------------

def test_the_boundary_is_where_the_model_is_undecided():
    from mathlib.explore._logistic_boundary import _line

    w, b = np.array([2.0, -1.0]), 0.5
    for level in (0.0, np.log(9)):
        ends = np.array(_line(w, b, level))
        np.testing.assert_allclose(w @ ends + b, level)
    assert _line(np.zeros(2), 1.0, 0.0) == ([], [])


def test_the_boundary_arrives_where_scikit_learn_says():
    from sklearn.linear_model import LogisticRegression

    from mathlib.explore._logistic_boundary import load, run

    X, y = load("tumours")
    assert X.shape == (569, 2) and set(y) == {0.0, 1.0}
    weights, biases, losses = run("tumours", 3.0, 0.1)
    theirs = LogisticRegression(C=1 / (0.1 * len(y)), tol=1e-10).fit(X, y)
    np.testing.assert_allclose(weights[-1], theirs.coef_[0], atol=1e-4)
    assert biases[-1] == pytest.approx(theirs.intercept_[0], abs=1e-4)
    assert (np.diff(losses) < 1e-12).all()


def test_a_long_rate_jumps_and_separable_weights_grow():
    from mathlib.explore._logistic_boundary import TOP, run

    assert (np.diff(run("tumours", 100.0, 0.0)[2]) > 1).any()
    free = np.linalg.norm(run("apart", 3.0, 0.0)[0], axis=1)
    held = np.linalg.norm(run("apart", 3.0, 0.1)[0], axis=1)
    assert (np.diff(free[20:]) > 0).all() and free[-1] > 5
    assert abs(held[-1] - held[-50]) < 1e-6 and held[-1] < 2
    e = explore.logistic_boundary()
    e.update(data="tumours", lr=100.0, alpha=0.0)
    losses = e.read(e.values())["losses"]
    e.update(step=int(losses.argmax()))
    assert losses.max() > TOP and "above the frame" in e.text
    assert e._panel.now.get_marker() == "^"


@pytest.mark.parametrize("x, w1, lr", [(2.0, 1.0, 0.05), (1.5, 0.75, 0.02),
                                       (-2.0, 1.0, 0.1), (-2.0, -1.0, 0.01)])
def test_blame_of_two_weights_is_torchs(x, w1, lr):
    torch = pytest.importorskip("torch")
    e = explore.backprop_two_layer()
    state = e.read({"step": 9, "x": x, "w1": w1, "lr": lr})
    w = torch.tensor([w1, 2.0], dtype=torch.float64, requires_grad=True)
    z = w[0] * x
    h = torch.relu(z)
    y_hat = w[1] * h
    for value in (z, h, y_hat):
        value.retain_grad()
    loss = (y_hat - 6) ** 2 / 2
    loss.backward()
    np.testing.assert_allclose(
        state["before"], [v.item() for v in (z, h, y_hat, loss)])
    slopes = state["slopes"]
    np.testing.assert_allclose(
        [slopes[name] for name in ("out", "h", "z", "w1", "w2")],
        [y_hat.grad, h.grad, z.grad, *w.grad])
    new = (w - lr * w.grad).detach().numpy()
    np.testing.assert_allclose(state["new"], new)
    again = new[1] * max(new[0] * x, 0)
    np.testing.assert_allclose(state["again"][2:],
                               [again, (again - 6) ** 2 / 2])


def test_the_example_of_two_weights_loses_99_percent():
    e = explore.backprop_two_layer()
    e.update(x=2.0, w1=1.0, lr=0.05)
    assert "ŷ = 6.16, and the loss goes from 2 to 0.0128" in e.text
    for step, said in ((3, "ŷ − y = −2."), (4, "= −4."), (5, "= −4."),
                       (7, "= −8."), (8, "w₁ = 1.4, w₂ = 2.2.")):
        e.update(step=step)
        assert e.text.endswith(said)
    e.update(w1=-1.0, step=6)
    assert "shut: ∂ℒ/∂z = 0." in e.text


@pytest.mark.parametrize("padding", [0, 1, 2])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_the_sliding_kernel_is_torchs_convolution(stride, padding):
    torch = pytest.importorskip("torch")
    from mathlib.explore._convolution_slide import KERNELS, digit

    e = explore.convolution_slide()
    for name, kernel in KERNELS.items():
        state = e.read({"step": 3, "kernel": name, "stride": stride,
                        "padding": padding})
        right = torch.nn.functional.conv2d(
            torch.tensor(digit())[None, None],
            torch.tensor(kernel, dtype=torch.float64)[None, None],
            stride=stride, padding=padding)[0, 0].numpy()
        np.testing.assert_allclose(state["result"], right)
        assert state["seen"].sum() == 4
        i, j = state["cell"]
        assert (state["patch"] * state["kernel"]).sum() == right[i, j]


def test_fewer_places_bring_the_kernel_back():
    e = explore.convolution_slide()
    e.update(padding=2, step=99)
    e.update(padding=0)
    assert e.values()["step"] == 35 and "(5, 5)" in e.text
    assert "⌊(8 + 2·0 − 3)/1⌋ + 1 = 6 places" in e.text


# -- partial Fourier sums ----------------------------------------------------

def test_coefficients_are_the_integrals():
    from scipy.integrate import quad

    from mathlib.explore._fourier_partial_sums import WAVES, T, load

    for wave, (_, make_wave, jump, whole) in WAVES.items():
        values, coefficients, sums = load(wave)

        def at(t, make_wave=make_wave):
            return float(make_wave(np.array([t]), np.array([1]))[0][0])

        def integral(f):
            ends = [-np.pi / 4, 0, np.pi / 4]
            return quad(f, -np.pi, np.pi, points=ends, limit=200)[0]

        for m in (0, 1, 2, 3, 7):
            real = integral(lambda t, m=m: at(t) * math.cos(m * t))
            imag = integral(lambda t, m=m: -at(t) * math.sin(m * t))
            assert coefficients[m] == pytest.approx(
                (real + 1j * imag) / (2 * np.pi), abs=1e-7
            )
        square = integral(lambda t: at(t) ** 2) / (2 * np.pi)
        assert whole == pytest.approx(square, abs=1e-6)
        assert np.ptp(values) > 0.99 * jump
        # The sums come to the wave, away from the jumps.
        calm = np.abs(np.sin(4 * T)) > 0.7
        assert np.abs(sums[-1] - values)[calm].max() < 0.06


def test_more_waves_miss_less_and_overshoot_as_gibbs_says():
    from mathlib.explore._fourier_partial_sums import MOST, WAVES

    e = explore.fourier_partial_sums()
    gibbs = 0.0894898722
    for wave, (_, _, jump, _) in WAVES.items():
        states = [e.read({"wave": wave, "m": m}) for m in range(1, MOST + 1)]
        missing = [state["missing"] for state in states]
        assert np.all(np.diff(missing) < 1e-12) and missing[-1] > 0
        if jump:
            assert states[-1]["over"] == pytest.approx(gibbs, abs=0.01)
    e.update(wave="square", m=1)
    assert "up to 1, of which 1 is in it" in e.text
    assert "18.9 % is missing" in e.text
    e.update(wave="triangle", m=5)
    assert "of which 3 are in it" in e.text and "no jump" in e.text


# -- a Gaussian process ------------------------------------------------------

def test_band_is_that_of_the_formula():
    from mathlib.explore._gp_posterior import GRID, measured

    e = explore.gp_posterior()
    x, y = measured()

    def kernel(s, t, ell):
        return np.exp(-(s[:, None] - t) ** 2 / (2 * ell**2))

    for n, ell, noise in itertools.product(
        (0, 1, 5, 14), (0.2, 0.8, 3.0), (0.05, 0.8)
    ):
        state = e.read({"n": n, "length_scale": ell, "noise": noise})
        A = kernel(x[:n], x[:n], ell) + noise**2 * np.eye(n)
        K = kernel(GRID, x[:n], ell)
        weights = np.linalg.solve(A, K.T).T
        np.testing.assert_allclose(state["mean"], weights @ y[:n], atol=1e-8)
        variance = 1 - np.sum(weights * K, axis=1)
        np.testing.assert_allclose(state["std"] ** 2, variance, atol=1e-8)


def test_draws_lie_in_the_band_and_points_are_real_measurements():
    from mathlib.explore._gp_posterior import MOST, NOISE, measured, truth

    x, y = measured()
    assert len(x) == len(y) == MOST == len(set(x))
    # Four standard errors of the size of the noise.
    size = np.sqrt(np.mean((y - truth(x)) ** 2))
    assert abs(size - NOISE) < 4 * NOISE / (2 * MOST) ** 0.5
    e = explore.gp_posterior()
    for n in (0, 3, 14):
        state = e.read({"n": n, "length_scale": 0.8, "noise": 0.15})
        off = (state["draws"] - state["mean"][:, None]) / (
            state["std"][:, None] + 1e-3)
        assert np.abs(off).max() < 4.5


def test_a_wrong_length_scale_is_unsure_or_wrong():
    e = explore.gp_posterior()
    short, right, long = (
        e.read({"n": 14, "length_scale": ell, "noise": 0.15})
        for ell in (0.2, 0.8, 3.0)
    )
    assert right["inside"] > 0.9 and long["inside"] < 0.5
    assert short["std"].max() > 3 * right["std"][20:141].max()
    e.update(n=0)
    assert "Nothing is known" in e.text

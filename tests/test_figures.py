"""The style, and how a lesson shows a figure."""

import base64
import itertools
import sys

import IPython
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from mathlib.explore import figures
from mathlib.explore.figures import COLORS, show, style

CAPTION = "The line rises by 1 for each step."
ALT = "A straight line from the lower left to the upper right."

# What people without one kind of cone see, as matrices on linear RGB:
# Machado, Oliveira and Fernandes 2009, severity 1.
BLINDNESS = {
    "none": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868],
               [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968],
               [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779],
               [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}


@pytest.fixture(autouse=True)
def own_settings():
    with matplotlib.rc_context({"backend": "agg"}):
        yield
    plt.close("all")


@pytest.fixture
def shell(monkeypatch):
    """An IPython shell, as there is one in every notebook."""
    shell = InteractiveShell.instance()
    yield shell
    InteractiveShell.clear_instance()


def line():
    fig, ax = plt.subplots()
    ax.plot([0, 1, 2], label="line")
    ax.set(xlabel="step", ylabel="height")
    return fig


def shown(fig, caption=CAPTION, alt=ALT):
    with capture_output() as captured:
        show(fig, caption=caption, alt=alt)
    return captured


def linear(color):
    c = np.array(to_rgb(color))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    to_xyz = np.array([[0.4124, 0.3576, 0.1805],
                       [0.2126, 0.7152, 0.0722],
                       [0.0193, 0.1192, 0.9505]])
    x = to_xyz @ np.clip(rgb, 0, 1) / [0.9505, 1.0, 1.089]
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]),
                     200 * (f[1] - f[2])])


def cycle():
    style()
    return matplotlib.rcParams["axes.prop_cycle"].by_key()["color"]


def test_named_colors_are_the_cycle():
    assert [to_rgb(c) for c in cycle()] == [
        to_rgb(c) for c in COLORS.values()
    ]


def test_text_in_every_color_can_be_read_on_white():
    for color in cycle():
        luminance = linear(color) @ [0.2126, 0.7152, 0.0722]
        assert 1.05 / (luminance + 0.05) >= 4.5, color


@pytest.mark.parametrize("kind", BLINDNESS)
def test_colors_differ_for_everybody(kind):
    seen = [lab(BLINDNESS[kind] @ linear(c)) for c in cycle()[:4]]
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(one - other) > 15


def test_style():
    style()
    rc = matplotlib.rcParams
    assert rc["figure.figsize"] == [6.4, 3.0]
    assert rc["font.size"] == 10
    assert not rc["axes.spines.top"] and not rc["axes.grid"]


def test_show_displays_once_with_alt_and_caption(shell):
    style()
    fig = line()
    picture, caption = shown(fig).outputs
    assert set(picture.data) == {"image/png", "text/plain"}
    assert picture.data["text/plain"] == ALT
    assert picture.metadata == {"image/png": {"alt": ALT}}
    png = base64.b64decode(picture.data["image/png"])
    assert png.startswith(b"\x89PNG")
    assert len(png) < 60_000
    assert caption.data == {
        "text/html": f"<p><em>{CAPTION}</em></p>", "text/plain": CAPTION,
    }


def test_show_closes_the_figure(shell):
    fig = line()
    shown(fig)
    assert not plt.fignum_exists(fig.number)


def test_figures_outside_pyplot_are_shown_too(shell):
    fig = Figure()
    fig.subplots().plot([1, 2])
    assert len(shown(fig).outputs) == 2


def test_same_figure_gives_same_bytes(shell):
    style()
    first, second = (
        shown(line()).outputs[0].data["image/png"] for _ in range(2)
    )
    assert first == second
    png = base64.b64decode(first)
    for chunk in (b"tEXt", b"tIME", b"iTXt", b"zTXt"):
        assert chunk not in png


def test_caption_is_plain_text(shell):
    text = "Where 1 < x & x* stays, [a](b) _is_ <b>not</b> a link: $x^*$."
    _, caption = shown(line(), caption=text).outputs
    assert caption.data["text/html"] == (
        "<p><em>Where 1 &lt; x &amp; x* stays, [a](b) _is_"
        " &lt;b&gt;not&lt;/b&gt; a link: $x^*$.</em></p>"
    )
    assert caption.data["text/plain"] == text


def test_nothing_is_cut_off(shell):
    fig = line()
    fig.axes[0].text(2.5, 1, "a label far to the right of the axes")
    with_label = shown(fig).outputs[0].data["image/png"]
    without = shown(line()).outputs[0].data["image/png"]
    width, narrow = (
        int.from_bytes(base64.b64decode(x)[16:20], "big")
        for x in (with_label, without)
    )
    assert width > narrow


@pytest.mark.parametrize("texts, word", [
    ({"caption": "", "alt": ALT}, "caption"),
    ({"caption": CAPTION, "alt": "  \n"}, "alt"),
    ({"caption": CAPTION, "alt": CAPTION}, "repeats"),
    ({"caption": CAPTION, "alt": CAPTION.upper() + "!"}, "repeats"),
    ({"caption": CAPTION, "alt": "A plot. " + CAPTION}, "repeats"),
])
def test_bad_texts(texts, word):
    fig = line()
    with pytest.raises(ValueError, match=word):
        show(fig, **texts)


def test_a_word_in_common_is_no_repetition():
    show(line(), caption="Lines.", alt="Streamlines round a cylinder.")


@pytest.mark.parametrize("texts", [
    {}, {"caption": CAPTION}, {"alt": ALT},
    {"caption": None, "alt": ALT}, {"caption": CAPTION, "alt": 3},
])
def test_missing_texts(texts):
    with pytest.raises(TypeError):
        show(line(), **texts)


@pytest.mark.parametrize("thing", [None, plt, "figure"])
def test_not_a_figure(thing):
    with pytest.raises(TypeError, match="Figure"):
        show(thing, caption=CAPTION, alt=ALT)


def test_axes_are_not_a_figure():
    with pytest.raises(TypeError, match="it is the first"):
        show(line().axes[0], caption=CAPTION, alt=ALT)


def test_outside_a_notebook_it_only_closes(capsys):
    assert IPython.get_ipython() is None
    fig = line()
    assert show(fig, caption=CAPTION, alt=ALT) is None
    assert not plt.fignum_exists(fig.number)
    assert capsys.readouterr() == ("", "")


def test_without_ipython_nothing_is_imported(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython")
    show(line(), caption=CAPTION, alt=ALT)
    assert "IPython" not in sys.modules


def test_figures_are_closed_when_drawing_fails(shell, monkeypatch):
    def broken(fig):
        raise RuntimeError("no disk")

    monkeypatch.setattr(figures, "png", broken)
    fig = line()
    with pytest.raises(RuntimeError):
        show(fig, caption=CAPTION, alt=ALT)
    assert not plt.fignum_exists(fig.number)

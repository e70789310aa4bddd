"""Explorer: a picture as a sum of layers, the heaviest first."""

import functools

import ipywidgets
import numpy as np

from mathlib.explore.explorer import Explorer, Panel, play_along, row, wide
from mathlib.explore.figures import COLORS

BLUE, ORANGE, GREEN = COLORS["blue"], COLORS["orange"], COLORS["green"]
INK, GRAY = "#222222", "#6B6B6B"

PICTURES = [
    ("a pavilion in China", "china"),
    ("a dahlia", "flower"),
    ("the pavilion, pixels shuffled", "shuffled"),
]
SHOWN = [
    ("the first k layers", "sum"),
    ("layer k alone", "layer"),
    ("what is still missing", "rest"),
]


@functools.cache
def load(name):
    """Return a bundled photograph in grey, (142, 213), from 0 to 1."""
    # scikit-learn takes a second to import, so only when a picture is drawn.
    from sklearn.datasets import load_sample_image

    source = "china" if name == "shuffled" else name
    pixels = load_sample_image(f"{source}.jpg") / 255
    grey = pixels[:426, :639] @ [0.299, 0.587, 0.114]
    grey = grey.reshape(142, 3, 213, 3).mean(axis=(1, 3))
    if name == "shuffled":
        order = np.random.default_rng(0).permutation(grey.size)
        grey = grey.ravel()[order].reshape(grey.shape)
    return grey


@functools.cache
def layers(name):
    """Return the factors of a picture and the error after k layers."""
    U, s, Vt = np.linalg.svd(load(name), full_matrices=False)
    # Summed from the small end, so that nothing small is lost.
    left = np.append(np.cumsum(s[::-1] ** 2)[::-1], 0.0)
    return U, s, Vt, np.sqrt(left / left[0])


class TruncationPanel(Panel):
    """The picture on the left, the error by the number of layers right."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        m, n = state["shape"]
        width, height = figure.bbox.width, figure.bbox.height
        wide_part = min(0.575, 0.88 * height * n / m / width)
        tall = wide_part * width * m / n / height
        ax = figure.add_axes([0.01, (1 - tall) / 2 - 0.035, wide_part, tall])
        ax.set_axis_off()
        self.image = ax.imshow(
            np.zeros((m, n)), cmap="gray", vmin=0, vmax=1, aspect="auto",
            interpolation="nearest",
        )
        self.title = figure.text(
            0.01 + wide_part / 2, 0.94, "", ha="center", va="center",
            fontsize=font, color=INK, fontweight="bold",
        )
        self._curve(state)

    @staticmethod
    def key(state):
        return state["picture"]

    def _curve(self, state):
        errors, (m, n) = state["errors"], state["shape"]
        ax = self.figure.add_axes([0.685, 0.19, 0.30, 0.56],
                                  facecolor="white")
        ax.grid(False)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            ax.spines[side].set(color="#999999", linewidth=0.8)
        last = len(errors) - 1
        even = m * n / (m + n + 1)
        ax.axvspan(even, last, color="#EEEEEE", lw=0, zorder=0)
        ax.text((even + last) / 2, 0.97, "no gain", ha="center", va="top",
                fontsize=0.85 * self.font, color=GRAY)
        ax.plot(np.arange(last + 1), errors, color=BLUE, lw=1.6)
        self.drop = ax.plot([0, 0], [0, 0], color=ORANGE, lw=1.2)[0]
        self.here = ax.plot(
            [0], [0], "o", color=ORANGE, ms=8, mec="white", mew=1.2,
            zorder=5,
        )[0]
        ax.set(xlim=(0, last), ylim=(0, 1.03))
        ax.set_xticks([0, 50, 100], ["0", "50", "100"])
        ax.set_yticks([0, 0.5, 1], ["0", "50%", "100%"])
        ax.tick_params(colors=GRAY, labelsize=0.9 * self.font, length=3,
                       pad=2)
        ax.set_xlabel("layers k", fontsize=self.font, color=INK, labelpad=1)
        self.lines = [
            self.figure.text(
                0.835, y, "", ha="center", va="center", color=color,
                fontsize=self.font, fontweight="bold",
            )
            for y, color in ((0.94, ORANGE), (0.84, INK))
        ]

    def draw(self, state):
        k, error = state["k"], state["errors"][state["k"]]
        # Forty greys are enough for the eye, and half the file.
        self.image.set_data(np.round(state["pixels"] * 40) / 40)
        low = 0.0 if state["shown"] == "sum" else -0.5
        self.image.set_clim(low, low + 1)
        self.title.set_text(_heading(state))
        self.here.set_data([k], [error])
        self.drop.set_data([k, k], [0, error])
        self.lines[0].set_text(f"error {_percent(error)}")
        self.lines[1].set_text(f"numbers {_percent(state['storage'])}")


class SvdTruncation(Explorer):
    """Explore how few layers of a picture are enough.

    Each layer is a column times a row, scaled by a singular value.  Drag k;
    look at the sum so far, at one layer alone, or at what is missing.

    Notes
    -----
    The error is relative, in the Frobenius norm; "numbers" counts
    ``k (m + n + 1)`` against the ``m n`` of the picture.  In "layer k
    alone" and "what is still missing" middle grey is 0.  Controls:
    ``picture``, ``k`` and ``shown``.
    """

    title = "a picture from its first k layers"
    panel = TruncationPanel
    size = (6.9, 2.9)
    still_size = (4.9, 2.05)

    def __init__(self):
        picture = ipywidgets.Dropdown(
            options=PICTURES, value="china", description="picture",
            layout=ipywidgets.Layout(width="20em"),
        )
        last = min(load("china").shape)
        k = ipywidgets.IntSlider(
            10, 1, last, description="layers k", style=wide(),
            layout=ipywidgets.Layout(width="24em"),
        )
        shown = ipywidgets.Dropdown(
            options=SHOWN, value="sum", description="shown",
            layout=ipywidgets.Layout(width="18em"),
        )
        play = play_along(k, interval=250, low=1)
        super().__init__(
            {"picture": picture, "k": k, "shown": shown},
            [row(play, k), row(picture, shown)],
        )

    def read(self, values):
        picture, k, shown = (values[n] for n in ("picture", "k", "shown"))
        U, s, Vt, errors = layers(picture)
        if shown == "layer":
            pixels = s[k - 1] * np.outer(U[:, k - 1], Vt[k - 1])
        else:
            pixels = (U[:, :k] * s[:k]) @ Vt[:k]
        if shown == "rest":
            pixels = load(picture) - pixels
        m, n = pixels.shape
        return {
            "picture": picture, "k": k, "shown": shown, "pixels": pixels,
            "shape": (m, n), "errors": errors, "sigma": s[k - 1],
            "storage": k * (m + n + 1) / (m * n),
        }

    def describe(self, state):
        k, (m, n) = state["k"], state["shape"]
        name = self.short(state)
        numbers = k * (m + n + 1)
        return (
            f"{name[0].upper()}{name[1:]}, {_heading(state)}."
            f" The first {_count(k)} of {min(m, n)}: {numbers:,} numbers"
            f" instead of {m * n:,} ({_percent(state['storage'])}), error"
            f" {_percent(state['errors'][k])}. Singular value"
            f" {k} is {state['sigma']:.3g}."
        )

    def short(self, state):
        return dict((key, words) for words, key in PICTURES)[
            state["picture"]
        ]

    def default_states(self):
        return [
            {"picture": "china", "k": 1, "shown": "sum"},
            {"picture": "china", "k": 20, "shown": "sum"},
            {"picture": "china", "k": 20, "shown": "rest"},
            {"picture": "shuffled", "k": 20, "shown": "sum"},
        ]


def _heading(state):
    k = state["k"]
    return {
        "sum": f"{_count(k)} added",
        "layer": f"layer {k} alone",
        "rest": f"missing after {_count(k)}",
    }[state["shown"]]


def _count(k):
    return "1 layer" if k == 1 else f"{k} layers"


def _percent(share):
    return f"{share:.1%}" if share < 0.0995 else f"{share:.0%}"


svd_truncation = SvdTruncation

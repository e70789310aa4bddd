"""Explorer: a decision boundary while gradient descent runs."""

import functools

import ipywidgets
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from sklearn.datasets import load_breast_cancer

from mathlib import machine_learning as ml
from mathlib.explore.explorer import (
    Explorer,
    Panel,
    number,
    play_along,
    row,
    wide,
)
from mathlib.explore.figures import COLORS
from mathlib.numerical_methods import sigmoid

LAST = 200
REACH = 3.6
TOP = 1.6
BLUE, ORANGE = COLORS["blue"], COLORS["orange"]
INK, GRAY = "#222222", "#6B6B6B"
SHADES = LinearSegmentedColormap.from_list(
    "doubt", ["#BFDDF0", "#FFFFFF", "#F4D3BC"])
# It starts the wrong way round, so that one sees it turn.
START = (np.array([-1.0, 1.0]), 0.0)


def _tumours():
    X, y = load_breast_cancer(return_X_y=True)
    # Worst radius and worst texture; 1 is malignant here.
    X = X[:, [20, 21]]
    return (X - X.mean(axis=0)) / X.std(axis=0), 1.0 - y


def _apart():
    rng = np.random.default_rng(3)
    y = np.repeat([0.0, 1.0], 30)
    X = 0.55 * rng.normal(size=(60, 2)) + np.where(
        y[:, None] == 1, [1.3, 0.9], [-1.3, -0.9])
    return X, y


SETS = {
    "tumours": ("569 tumours", _tumours, ("radius", "texture")),
    "apart": ("two clouds with a gap", _apart, ("first", "second")),
}


@functools.cache
def load(data):
    """Return points (N, 2) and answers (N,) of zeros and ones."""
    return SETS[data][1]()


@functools.lru_cache(maxsize=128)
def run(data, lr, alpha):
    """Return weights (LAST + 1, 2), biases and penalised losses."""
    X, y = load(data)
    w, b = START
    weights, biases, losses = [], [], []
    for _ in range(LAST + 1):
        weights.append(w)
        biases.append(float(b))
        losses.append(
            float(ml.logistic_loss(w, b, X, y) + ml.l2_penalty(w, alpha)))
        slope_w, slope_b = ml.logistic_gradient(w, b, X, y)
        # Far outside nothing more happens that anybody could see.
        w = np.clip(w - lr * (slope_w + alpha * w), -1e3, 1e3)
        b = np.clip(b - lr * slope_b, -1e3, 1e3)
    return np.array(weights), np.array(biases), np.array(losses)


class BoundaryPanel(Panel):
    """The points on a map of probabilities, and the loss beside it."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        X, y = load(state["data"])
        names = SETS[state["data"]][2]
        ax = self.axes = figure.add_axes([0.1, 0.14, 0.48, 0.82],
                                         facecolor="white")
        ax.grid(False)
        line = np.linspace(-REACH, REACH, 90)
        self.grid = np.stack(np.meshgrid(line, line), axis=-1)
        self.land = ax.imshow(
            np.zeros((90, 90)), origin="lower", cmap=SHADES, vmin=0, vmax=1,
            extent=(-REACH, REACH, -REACH, REACH), aspect="auto", zorder=0)
        inside = np.abs(X).max(axis=1) <= REACH
        for label, mark, color in ((0, "o", BLUE), (1, "s", ORANGE)):
            ax.plot(*X[inside & (y == label)].T, mark, color=color, ms=3.2,
                    mec="white", mew=0.3, alpha=0.8, zorder=2)
        self.lines = [
            ax.plot([], [], color=INK, lw=lw, ls=style, zorder=3)[0]
            for lw, style in ((0.9, ":"), (1.8, "-"), (0.9, ":"))
        ]
        ax.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH))
        ax.set_xlabel(names[0], fontsize=0.9 * font, color=INK, labelpad=1)
        ax.set_ylabel(names[1], fontsize=0.9 * font, color=INK, labelpad=0)
        ax.set_xticks([-2, 0, 2], ["−2", "0", "2"])
        ax.set_yticks([-2, 0, 2], ["−2", "0", "2"])
        ax.tick_params(colors=GRAY, labelsize=0.85 * font, length=3, pad=2)
        for side in ax.spines.values():
            side.set(color="#999999", linewidth=0.8, visible=True)
        self._curve(font)

    def _curve(self, font):
        ax = self.right = self.figure.add_axes([0.66, 0.2, 0.32, 0.55],
                                               facecolor="white")
        ax.grid(False)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            ax.spines[side].set(color="#999999", linewidth=0.8)
        ax.set(xlim=(0, LAST), ylim=(0, TOP))
        ax.set_xticks([0, 100, 200], ["0", "100", "200"])
        ax.set_yticks([0, 0.5, 1, 1.5], ["0", "0.5", "1", "1.5"])
        ax.tick_params(colors=GRAY, labelsize=0.85 * font, length=3, pad=2)
        ax.set_xlabel("steps", fontsize=0.9 * font, color=INK, labelpad=2)
        self.losses = ax.plot([], [], color=GRAY, lw=1.3)[0]
        self.now = ax.plot([], [], "o", color=INK, ms=5, clip_on=False)[0]
        self.words = [
            self.figure.text(0.66, up, "", fontsize=size * font, color=color,
                             va="center", fontweight=weight)
            for up, size, color, weight in (
                (0.94, 1.0, INK, "bold"), (0.86, 0.9, GRAY, "normal"))
        ]

    @staticmethod
    def key(state):
        return state["data"]

    def draw(self, state):
        w, b, step = state["w"], state["b"], state["step"]
        self.land.set_data(sigmoid(self.grid @ w + b))
        for line, level in zip(self.lines, (0.1, 0.5, 0.9), strict=True):
            line.set_data(*_line(w, b, np.log(level / (1 - level))))
        losses = state["losses"]
        self.losses.set_data(np.arange(step + 1), losses[:step + 1])
        self.now.set_data([step], [min(losses[step], TOP)])
        self.now.set_marker("^" if losses[step] > TOP else "o")
        self.words[0].set_text(f"loss {number(losses[step])}")
        self.words[1].set_text(f"{state['hits']:.1%} right,"
                               f" |w| = {number(np.hypot(*w))}")


class LogisticBoundary(Explorer):
    """Explore how a decision boundary turns while gradient descent runs.

    Orange squares are the answer 1, blue discs 0; the shade is the predicted
    probability, the line is where it is one half, the dotted lines where it
    is 0.1 and 0.9.

    Notes
    -----
    The loss is the mean cross-entropy plus half of ``alpha`` times the square
    of the weights (not of the bias).  Controls: ``data``, ``lr`` (the
    learning rate), ``alpha`` (the strength of L2) and ``step``.
    """

    title = "a decision boundary on its way"
    panel = BoundaryPanel
    size = (6.8, 3.5)
    still_size = (4.8, 2.6)

    def __init__(self):
        data = ipywidgets.Dropdown(
            options=[(SETS[key][0], key) for key in SETS], value="tumours",
            description="points", layout=ipywidgets.Layout(width="20em"),
        )
        lr = ipywidgets.SelectionSlider(
            options=[(f"{x:g}", x) for x in (0.1, 0.3, 1.0, 3.0, 10.0, 30.0,
                                           100.0)],
            value=1.0, description="rate η",
        )
        alpha = ipywidgets.SelectionSlider(
            options=[(f"{x:g}", x) for x in (0.0, 0.001, 0.01, 0.1, 1.0)],
            value=0.0, description="L2, λ",
        )
        step = ipywidgets.IntSlider(
            4, 0, LAST, description="steps", style=wide(),
            layout=ipywidgets.Layout(width="30em"),
        )
        play = play_along(step, interval=120)
        super().__init__(
            {"data": data, "lr": lr, "alpha": alpha, "step": step},
            [row(play, step), row(data), row(lr, alpha)],
        )

    def read(self, values):
        weights, biases, losses = run(
            values["data"], values["lr"], values["alpha"])
        X, y = load(values["data"])
        w, b = weights[values["step"]], biases[values["step"]]
        return {
            **values, "w": w, "b": b, "losses": losses,
            "hits": float(((X @ w + b > 0) == (y == 1)).mean()),
        }

    def describe(self, state):
        w = ", ".join(number(v) for v in state["w"])
        loss = state["losses"][state["step"]]
        above = " (above the frame)" if loss > TOP else ""
        return (
            f"{SETS[state['data']][0].capitalize()}, rate {state['lr']:g},"
            f" λ = {state['alpha']:g}, after {state['step']} steps: weights"
            f" ({w}), bias {number(state['b'])}, loss"
            f" {number(loss)}{above}, {state['hits']:.1%} on the right side."
        )

    def short(self, state):
        return (f"η = {state['lr']:g}, λ = {state['alpha']:g},"
                f" step {state['step']}")

    def default_states(self):
        return [
            {"data": "tumours", "lr": 1.0, "alpha": 0.0, "step": 3},
            {"data": "tumours", "lr": 100.0, "alpha": 0.0, "step": 100},
            {"data": "apart", "lr": 3.0, "alpha": 0.0, "step": 200},
            {"data": "apart", "lr": 3.0, "alpha": 0.1, "step": 200},
        ]


def _line(w, b, level):
    """Return the two ends, far outside, of the line w x + b = level."""
    size = np.hypot(*w)
    if size < 1e-12:
        return [], []
    middle = w * (level - b) / size**2
    along = np.array([-w[1], w[0]]) / size
    return (middle + 50 * np.array([[-1.0], [1.0]]) * along).T


logistic_boundary = LogisticBoundary

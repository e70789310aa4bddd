"""Explorer: k-means, one half-step at a time, and the objective falling."""

import functools

import ipywidgets
import numpy as np
from sklearn.datasets import load_iris

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

LAST = 30
INK, GRAY = "#222222", "#6B6B6B"
TINTS = [COLORS[name] for name in
         ("blue", "orange", "green", "purple", "ochre", "black")]
MARKS = "os^DvP"


def _clouds():
    rng = np.random.default_rng(4)
    middles = np.array([[-2.2, -1.0], [-0.6, 1.6], [1.2, -1.4], [2.4, 1.1]])
    return np.vstack([m + 0.5 * rng.normal(size=(40, 2)) for m in middles])


def _petals():
    return load_iris().data[:, 2:]


def _rings():
    rng = np.random.default_rng(0)
    angle = rng.uniform(0, 2 * np.pi, size=150)
    far = np.append(0.7 * np.sqrt(rng.random(50)),
                    2 + 0.09 * rng.normal(size=100))
    return far[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)


SETS = {
    "clouds": ("four clouds", _clouds),
    "petals": ("iris petals", _petals),
    "rings": ("a ring around a disc", _rings),
}
STARTS = {
    "spread": "k-means++",
    "random": "random points",
    "corner": "all in one corner",
}


@functools.cache
def load(data):
    """Return the points, of shape (N, 2)."""
    return SETS[data][1]()


def begin(X, k, start):
    """Return the first k centroids."""
    if start == "spread":
        return ml.kmeans_plus_plus(X, k, rng=np.random.default_rng(2))
    if start == "random":
        return X[np.random.default_rng(2).choice(len(X), k, replace=False)]
    # Some points of the data stand upon each other; centroids must not.
    corner = np.unique(X, axis=0)
    return corner[np.argsort(corner.sum(axis=1), kind="stable")[:k]]


@functools.lru_cache(maxsize=128)
def run(data, k, start):
    """Return (centroids, labels or None, objective or nan) of each step.

    Step 0 is the start; then points choose and centroids move, in turn,
    until nothing changes.  The last one stays.
    """
    X = load(data)
    centroids, labels = begin(X, k, start), None
    steps = [(centroids, None, np.nan)]
    while len(steps) <= LAST:
        if len(steps) % 2:
            chosen = ml.kmeans_assign(X, centroids)
            if labels is not None and (chosen == labels).all():
                break
            labels = chosen
        else:
            centroids = ml.kmeans_update(X, labels, centroids)
        J = ((X - centroids[labels]) ** 2).sum()
        steps.append((centroids, labels, J))
    return steps


class StepsPanel(Panel):
    """The points with their centroids, and the objective beside them."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        X = state["X"]
        ax = self.axes = figure.add_axes([0.02, 0.03, 0.55, 0.94],
                                         facecolor="white")
        ax.grid(False)
        low, high = X.min(axis=0), X.max(axis=0)
        low, high = low - 0.08 * (high - low), high + 0.08 * (high - low)
        self.grid = np.stack(np.meshgrid(
            np.linspace(low[0], high[0], 120),
            np.linspace(low[1], high[1], 120)), axis=-1)
        self.land = ax.imshow(
            np.ones((120, 120, 3)), origin="lower", aspect="auto",
            extent=(low[0], high[0], low[1], high[1]), zorder=0,
            interpolation="nearest")
        self.points = [
            ax.plot([], [], mark, color=tint, ms=3.6, mew=0, zorder=2)[0]
            for mark, tint in zip(MARKS, TINTS, strict=True)
        ]
        self.free = ax.plot([], [], "o", color="#9A9A9A", ms=3.6, mew=0,
                            zorder=2)[0]
        self.trails = [ax.plot([], [], color=tint, lw=1.2, zorder=3)[0]
                       for tint in TINTS]
        self.heads = [
            ax.plot([], [], mark, color=tint, ms=10, mec="white", mew=1.6,
                    zorder=4)[0]
            for mark, tint in zip(MARKS, TINTS, strict=True)
        ]
        ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xticks=[],
               yticks=[])
        for side in ax.spines.values():
            side.set(color="#999999", linewidth=0.8, visible=True)
        self._curve(font)

    def _curve(self, font):
        ax = self.right = self.figure.add_axes([0.67, 0.2, 0.31, 0.62],
                                               facecolor="white")
        ax.grid(False)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            ax.spines[side].set(color="#999999", linewidth=0.8)
        ax.set_xlabel("half-steps", fontsize=0.9 * font, color=INK,
                      labelpad=2)
        ax.tick_params(colors=GRAY, labelsize=0.85 * font, length=3, pad=2)
        self.line = ax.plot([], [], color=GRAY, lw=1, zorder=1)[0]
        self.chose = ax.plot([], [], "o", color=COLORS["blue"], ms=4.5)[0]
        self.moved = ax.plot([], [], "s", color=COLORS["orange"], ms=4.5)[0]
        self.head = self.figure.text(0.67, 0.93, "", fontsize=font,
                                     color=INK, va="center",
                                     fontweight="bold")
        for x, text, color in ((0.42, "● points chose", "blue"),
                               (0.42, "■ centroids moved", "orange")):
            ax.text(x, 0.97 - 0.11 * (color == "orange"), text,
                    transform=ax.transAxes, fontsize=0.8 * font,
                    color=COLORS[color], va="top")

    @staticmethod
    def key(state):
        return state["data"]

    def draw(self, state):
        X, k, at = state["X"], state["k"], state["at"]
        steps = state["steps"]
        centroids, labels, _ = steps[at]
        near = ml.kmeans_assign(self.grid.reshape(-1, 2), centroids)
        pale = np.array([_pale(tint) for tint in TINTS])
        self.land.set_data(pale[near].reshape(120, 120, 3))
        self.free.set_data(*(X.T if labels is None else ([], [])))
        path = np.array([c for c, _, _ in steps[:at + 1]])
        for j in range(len(TINTS)):
            mine = [] if labels is None else np.flatnonzero(labels == j)
            self.points[j].set_data(*X[mine].T if len(mine) else ([], []))
            self.trails[j].set_data(*(path[:, j].T if j < k else ([], [])))
            self.heads[j].set_data(
                *(centroids[j][:, None] if j < k else ([], [])))
        self._draw_curve(steps, at)

    def _draw_curve(self, steps, at):
        J = np.array([step[2] for step in steps])
        when = np.arange(at + 1)
        self.line.set_data(when[1:], J[1:at + 1])
        for marks, first in ((self.chose, 1), (self.moved, 2)):
            marks.set_data(when[first::2], J[first:at + 1:2])
        most = max(len(J) - 1, 2)
        self.right.set(xlim=(0.4, most + 0.6), ylim=(0, 1.12 * J[1]))
        ticks = np.unique([1, (most + 1) // 2, most])
        self.right.set_xticks(ticks, [str(t) for t in ticks])
        self.right.set_yticks([0, J[1]], ["0", number(J[1])])
        self.head.set_text("" if at == 0 else f"J = {number(J[at])}")


class KMeansSteps(Explorer):
    """Explore how k-means finds its clusters, half a step at a time.

    First every point chooses the nearest centroid, then every centroid moves
    to the mean of the points that chose it; and again, until nothing changes.

    Notes
    -----
    The tinted lands show which centroid is nearest now; after the centroids
    have moved, the points still carry the colours they chose before.  ``J``
    is the sum of the squared distances to the chosen centroids.  Controls:
    ``data``, ``k``, ``start`` and ``step``.
    """

    title = "k-means, step by step"
    panel = StepsPanel
    size = (6.8, 3.3)
    still_size = (4.8, 2.5)

    def __init__(self):
        data = ipywidgets.Dropdown(
            options=[(SETS[key][0], key) for key in SETS], value="clouds",
            description="points",
            layout=ipywidgets.Layout(width="19em"),
        )
        k = ipywidgets.IntSlider(4, 1, 6, description="k")
        start = ipywidgets.Dropdown(
            options=[(name, key) for key, name in STARTS.items()],
            value="corner", description="start",
            layout=ipywidgets.Layout(width="19em"),
        )
        step = ipywidgets.IntSlider(
            3, 0, LAST, description="half-steps", style=wide(),
            layout=ipywidgets.Layout(width="30em"),
        )
        play = play_along(step, interval=700)
        super().__init__(
            {"data": data, "k": k, "start": start, "step": step},
            [row(play, step), row(data, start, k)],
        )

    def read(self, values):
        steps = run(values["data"], values["k"], values["start"])
        return {
            **values, "X": load(values["data"]), "steps": steps,
            "at": min(values["step"], len(steps) - 1),
            "done": values["step"] >= len(steps) - 1,
        }

    def describe(self, state):
        steps, at = state["steps"], state["at"]
        _, labels, J = steps[at]
        head = (
            f"{SETS[state['data']][0].capitalize()}, {len(state['X'])}"
            f" points, k = {state['k']}, start: {STARTS[state['start']]}. "
        )
        if at == 0:
            return head + "The centroids stand; nobody has chosen yet."
        sizes = ", ".join(
            str(n) for n in np.bincount(labels, minlength=state["k"]))
        what = "the points chose" if at % 2 else "the centroids moved"
        settled = (f" Nothing changes any more: settled after {at}."
                   if state["done"] else "")
        return (
            f"{head}After half-step {at} ({what}): J = {number(J)},"
            f" clusters of {sizes}.{settled}"
        )

    def short(self, state):
        when = "settled" if state["done"] else f"half-step {state['at']}"
        return (f"{SETS[state['data']][0]}, k = {state['k']},"
                f" {STARTS[state['start']]}: {when}")

    def default_states(self):
        return [
            {"data": "clouds", "k": 4, "start": "corner", "step": 1},
            {"data": "clouds", "k": 4, "start": "corner", "step": LAST},
            {"data": "clouds", "k": 4, "start": "random", "step": LAST},
            {"data": "rings", "k": 2, "start": "spread", "step": LAST},
        ]


def _pale(color):
    return tuple(
        0.86 + 0.14 * int(color[i:i + 2], 16) / 255 for i in (1, 3, 5))


k_means_steps = KMeansSteps

"""Explorer: one Gaussian for two humps, by either direction of the KL."""

import functools

import ipywidgets
import numpy as np

from mathlib.explore.explorer import (
    Explorer,
    Panel,
    number,
    play_along,
    row,
    wide,
)
from mathlib.explore.figures import COLORS

STEPS = 60
RATE = 0.2
HUMP = 0.6  # the standard deviation of either hump
X = np.linspace(-7, 7, 561)
DX = X[1] - X[0]
# A grid for standard normal noise, weighted by its density.
Z = np.linspace(-6, 6, 241)
WEIGHT = np.exp(-(Z**2) / 2)
WEIGHT /= WEIGHT.sum()
BLUE, ORANGE, GREEN = COLORS["blue"], COLORS["orange"], COLORS["green"]
INK, GRAY = "#222222", "#6B6B6B"


def log_gaussian(x, mean, std):
    """Return the log density of a Gaussian."""
    return -(((x - mean) / std) ** 2) / 2 - np.log(std * np.sqrt(2 * np.pi))


def log_humps(x, gap, share):
    """Return log p(x) and its slope: two humps, ``gap`` apart."""
    logs = np.stack([
        np.log(weight) + log_gaussian(x, at, HUMP)
        for weight, at in ((1 - share, -gap / 2), (share, gap / 2))
    ])
    total = np.logaddexp(*logs)
    right = np.exp(logs[1] - total)
    slope = (gap * (right - 0.5) - x) / HUMP**2
    return total, slope


def forward_step(mean, std, gap, share):
    """Return mean and std after a step down KL(p || q)."""
    center = gap * (share - 0.5)
    spread = HUMP**2 + gap**2 * share * (1 - share)
    around = spread + (center - mean) ** 2
    return (mean + RATE * (center - mean),
            std * np.exp(RATE * np.clip(around / std**2 - 1, -1, 1) / 2))


def reverse_step(mean, std, gap, share):
    """Return mean and std after a step down KL(q || p)."""
    _, slope = log_humps(mean + std * Z, gap, share)
    uphill = WEIGHT @ slope
    wider = 1 + std * (WEIGHT @ (slope * Z))
    return (mean + RATE * np.clip(std**2 * uphill, -1, 1),
            std * np.exp(RATE * np.clip(wider, -1, 1) / 2))


def forward_kl(mean, std, gap, share):
    """Return KL(p || q) in nats."""
    log_p, _ = log_humps(X, gap, share)
    return DX * np.sum(np.exp(log_p) * (log_p - log_gaussian(X, mean, std)))


def reverse_kl(mean, std, gap, share):
    """Return KL(q || p) in nats."""
    x = mean + std * Z
    return WEIGHT @ (log_gaussian(x, mean, std)
                     - log_humps(x, gap, share)[0])


@functools.lru_cache(maxsize=256)
def descend(gap, share, start):
    """Return both ways down from ``start``: (mean, std, KL) a step."""
    ways = []
    for step, kl in ((forward_step, forward_kl), (reverse_step, reverse_kl)):
        q, way = (start, 1.0), []
        for _ in range(STEPS + 1):
            way.append((*q, kl(*q, gap, share)))
            q = step(*q, gap, share)
        ways.append(np.array(way))
    return ways


class HumpsPanel(Panel):
    """The humps and both fits; beside them, how far down each has come."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        self.ax = figure.add_axes([0.03, 0.16, 0.60, 0.72], facecolor="white")
        self.side = figure.add_axes([0.73, 0.16, 0.25, 0.72],
                                    facecolor="white")
        for ax in (self.ax, self.side):
            ax.grid(False)
            for side in ("top", "right"):
                ax.spines[side].set_visible(False)
            for side in ("bottom", "left"):
                ax.spines[side].set(color="#999999", linewidth=0.8)
            ax.tick_params(colors=GRAY, labelsize=0.85 * font, length=3,
                           pad=2)
        self.ax.spines["left"].set_visible(False)
        self.ax.set_yticks([])
        self.ax.set_xlim(-6, 6)
        self.ax.set_xticks(range(-6, 7, 2))
        self.area = self.ax.fill_between(X, 0 * X, color=BLUE, alpha=0.22,
                                         lw=0)
        self.lines = [
            self.ax.plot(X, 0 * X, color=color, lw=lw, ls=ls)[0]
            for color, lw, ls in ((GRAY, 1.2, ":"),
                                  (ORANGE, 2.2, (0, (5, 2))),
                                  (GREEN, 2.2, "-"))
        ]
        for x, text, color in ((0.03, "p", BLUE),
                               (0.09, "q by KL(p‖q), dashed", ORANGE),
                               (0.42, "q by KL(q‖p)", GREEN),
                               (0.73, "its KL, nats", INK)):
            figure.text(x, 0.94, text, fontsize=0.95 * font, color=color,
                        fontweight="bold", va="center")
        self.side.set_xlim(0, STEPS + 2)
        self.side.set_xticks([0, 20, 40, 60])
        self.side.set_xlabel("step", fontsize=0.9 * font, color=INK,
                             labelpad=1)
        self.ways = [
            self.side.plot([], [], color=color, lw=1.6, ls=ls)[0]
            for color, ls in ((ORANGE, (0, (5, 2))), (GREEN, "-"))
        ]
        self.dots = [
            self.side.plot([], [], "o", color=color, ms=0.6 * font)[0]
            for color in (ORANGE, GREEN)
        ]

    def draw(self, state):
        p = state["p"]
        ends = np.append(X, X[::-1])
        self.area.set_verts([np.column_stack([ends, np.append(p, 0 * p)])])
        shown = [(state["start"], 1.0), state["forward"], state["reverse"]]
        curves = [np.exp(log_gaussian(X, *q[:2])) for q in shown]
        for line, curve in zip(self.lines, curves, strict=True):
            line.set_ydata(curve)
        self.ax.set_ylim(0, 1.06 * max(p.max(), *(c.max() for c in curves)))
        # Where it starts far away the first KL would flatten all the rest.
        top = max(way[3:, 2].max() for way in state["ways"])
        self.side.set_ylim(0, 1.15 * max(top, 0.1))
        for line, dot, way in zip(self.ways, self.dots, state["ways"],
                                  strict=True):
            line.set_data(np.arange(STEPS + 1), way[:, 2])
            dot.set_data([state["step"]], [way[state["step"], 2]])


class KLDirection(Explorer):
    """Explore what a Gaussian becomes when it is fitted to two humps.

    Two Gaussians start alike, as the dotted one.  Step by step, one goes
    down KL(p || q), the other down KL(q || p).  Move the humps apart, make
    one of them larger, start elsewhere.

    Notes
    -----
    A step follows the natural gradient of mean and log standard deviation,
    which for KL(p || q) moves the mean by a fifth of the way to that of p;
    a step is not allowed to be too long.  Controls: ``gap`` between the
    humps, ``share`` of the right one, mean ``start`` of the first Gaussian
    and the ``step``.
    """

    title = "two humps, one Gaussian, two directions"
    panel = HumpsPanel
    size = (6.6, 2.9)
    still_size = (4.6, 2.2)

    def __init__(self):
        gap = ipywidgets.FloatSlider(5.0, min=0.0, max=7.0, step=0.25,
                                     description="gap")
        share = ipywidgets.FloatSlider(0.6, min=0.1, max=0.9, step=0.05,
                                       description="share right",
                                       style=wide())
        start = ipywidgets.FloatSlider(-0.5, min=-4.0, max=4.0, step=0.25,
                                       description="start")
        step = ipywidgets.IntSlider(STEPS, min=0, max=STEPS,
                                    description="step")
        play = play_along(step, interval=120)
        super().__init__(
            {"gap": gap, "share": share, "start": start, "step": step},
            [row(play, step, start), row(gap, share)],
        )

    def read(self, values):
        gap, share, start = (float(round(values[name], 2))
                             for name in ("gap", "share", "start"))
        ways = descend(gap, share, start)
        forward, reverse = (tuple(way[values["step"]]) for way in ways)
        return {
            **values, "start": start, "ways": ways, "forward": forward,
            "reverse": reverse, "p": np.exp(log_humps(X, gap, share)[0]),
        }

    def describe(self, state):
        both = " ".join(
            f"By {name}: mean {number(round(mean, 2))}, standard deviation"
            f" {number(round(std, 2))}, {number(round(kl, 3))} nats left."
            for name, (mean, std, kl) in (("KL(p‖q)", state["forward"]),
                                          ("KL(q‖p)", state["reverse"]))
        )
        return (
            f"Humps {state['gap']:g} apart, {state['share']:.0%} of p in the"
            f" right one; both started at {number(state['start'])}, step"
            f" {state['step']}. {both}"
        )

    def short(self, state):
        return (f"gap {state['gap']:g}, right {state['share']:.0%}, from"
                f" {number(state['start'])}")

    def default_states(self):
        one = {"share": 0.6, "step": STEPS, "start": -0.5}
        return [
            {**one, "gap": 1.0},
            {**one, "gap": 2.5},
            {**one, "gap": 5.0},
            {**one, "gap": 5.0, "start": 1.5},
        ]


kl_direction = KLDirection

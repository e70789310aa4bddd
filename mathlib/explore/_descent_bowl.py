"""Explorer: a ball that rolls down a bowl, one gradient step at a time."""

import ipywidgets
import numpy as np

from mathlib.explore.explorer import Explorer, Panel, number, play_along, row
from mathlib.explore.figures import COLORS
from mathlib.optimization import gradient_descent

# The mean of the squared errors on two points, written as a parabola.
CURVATURE, SLOPE_AT_0, LOSS_AT_0 = 5.0, -8.0, 6.5
BEST = -SLOPE_AT_0 / CURVATURE
START, LAST = 0.0, 20
LEFT, RIGHT, TOP = -1.0, 4.2, 17.5
LOWEST, HIGHEST = 1e-6, 1e4

BLUE, ORANGE, GREEN = COLORS["blue"], COLORS["orange"], COLORS["green"]
INK, GRAY, PALE = "#222222", "#6B6B6B", "#A9B6BF"


def loss(w):
    """Return the mean of (w - 2)^2 and (2 w - 3)^2."""
    return LOSS_AT_0 + SLOPE_AT_0 * w + CURVATURE * w**2 / 2


def slope(w):
    """Return the derivative of the loss."""
    return SLOPE_AT_0 + CURVATURE * w


class BowlPanel(Panel):
    """The bowl with the ball's trail; beside it the loss after each step."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        self.bowl = self._axes([0.075, 0.2, 0.44, 0.62])
        w = np.linspace(LEFT, RIGHT, 201)
        self.bowl.plot(w, loss(w), color=PALE, lw=2.2)
        self.bowl.set(xlim=(LEFT, RIGHT), ylim=(-0.6, TOP))
        self.trail = self.bowl.plot([], [], "o-", color=BLUE, ms=3.5,
                                    lw=1.0, mfc="white", mew=1.0)[0]
        self.ball = self.bowl.plot([], [], "o", color=ORANGE, ms=9)[0]
        self.curve = self._axes([0.635, 0.2, 0.345, 0.62])
        self.curve.set(xlim=(-0.5, LAST + 0.5), yscale="log",
                       ylim=(LOWEST, HIGHEST))
        self.curve.set_xticks(range(0, LAST + 1, 5))
        self.curve.set_yticks([1e-6, 1e-3, 1, 1e3])
        self.curve.minorticks_off()
        self.losses = self.curve.plot([], [], ".-", color=BLUE, ms=5,
                                      lw=1.0)[0]
        self.now = self.curve.plot([], [], "o", color=ORANGE, ms=7)[0]
        for ax, across, up in (
            (self.bowl, "weight w", "loss"),
            (self.curve, "step", "loss − lowest"),
        ):
            ax.set_xlabel(across, fontsize=0.9 * font, color=INK, labelpad=1)
            ax.set_ylabel(up, fontsize=0.9 * font, color=INK, labelpad=1)
        self.heads = [
            figure.text(x, 0.92, "", fontsize=font, color=color, ha="left",
                        va="center", fontweight="bold")
            for x, color in ((0.075, INK), (0.635, ORANGE))
        ]

    def _axes(self, place):
        ax = self.figure.add_axes(place, facecolor="white")
        ax.grid(False)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            ax.spines[side].set(color="#999999", linewidth=0.8, visible=True)
        ax.tick_params(colors=GRAY, labelsize=0.85 * self.font, length=3,
                       pad=2)
        return ax

    def draw(self, state):
        path, losses, step = state["path"], state["losses"], state["step"]
        self.trail.set_data(path, loss(path))
        self.ball.set_data(path[-1:], loss(path[-1:]))
        shown = np.clip(losses, LOWEST, HIGHEST)
        self.losses.set_data(np.arange(step + 1), shown)
        self.now.set_data([step], shown[-1:])
        self.heads[0].set_text(f"η = {state['lr']:.2f}: {state['fate']}")
        inside = LEFT <= path[-1] <= RIGHT and loss(path[-1]) <= TOP
        where = "" if inside else " (outside)"
        self.heads[1].set_text(f"w = {number(path[-1])}{where}")


class DescentBowl(Explorer):
    """Explore what the learning rate does to a ball on a parabola.

    The loss is that of one weight on two points, (1, 2) and (2, 3); its
    curvature is 5 everywhere.  The ball starts at 0, and each step adds
    minus η times the slope.

    Notes
    -----
    The distance to the lowest point is multiplied by 1 − 5η in each step:
    below η = 0.2 it shrinks on one side, up to 0.4 it shrinks and hops, and
    above that it grows.  Losses outside 1e-6 to 1e4 are drawn at the edge.
    Controls: ``lr`` and ``step``.
    """

    title = "gradient descent on a bowl"
    panel = BowlPanel
    size = (6.6, 2.9)
    still_size = (4.6, 2.1)

    def __init__(self):
        lr = ipywidgets.FloatSlider(
            0.22, min=0.01, max=0.45, step=0.01, description="η",
            readout_format=".2f",
        )
        step = ipywidgets.IntSlider(LAST, 0, LAST, description="steps")
        play = play_along(step, interval=400)
        super().__init__({"lr": lr, "step": step}, [row(lr, play, step)])

    def read(self, values):
        lr, step = values["lr"], values["step"]
        path = np.array([
            gradient_descent(slope, np.array([START]), lr=lr, steps=k)[0]
            for k in range(step + 1)
        ])
        factor = 1 - lr * CURVATURE
        return {
            "lr": lr, "step": step, "path": path, "factor": factor,
            "losses": CURVATURE * (path - BEST) ** 2 / 2,
            "fate": _fate(factor),
        }

    def describe(self, state):
        w, factor = state["path"][-1], state["factor"]
        return (
            f"With η = {state['lr']:.2f} each step multiplies the distance to"
            f" the lowest point, w = {number(BEST)}, by 1 − 5η ="
            f" {number(factor)}: it {state['fate']}. After {state['step']}"
            f" steps w = {number(w)} and the loss is"
            f" {number(loss(w))}; the lowest is {number(loss(BEST))}."
        )

    def short(self, state):
        return f"{state['step']} steps"

    def default_states(self):
        return [{"lr": lr, "step": LAST} for lr in (0.03, 0.22, 0.39, 0.41)]


def _fate(factor):
    size = abs(factor)
    if size < 1e-9:
        return "arrives at once"
    if size > 1 + 1e-9:
        return "hops away for ever"
    if size > 1 - 1e-9:
        return "hops and never settles"
    return "slides in" if factor > 0 else "hops in"


descent_bowl = DescentBowl

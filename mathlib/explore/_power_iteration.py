"""Explorer: multiply, shorten to length 1, repeat."""

import ipywidgets
import numpy as np
from matplotlib.patches import FancyArrowPatch

from mathlib.explore.explorer import (
    Explorer,
    Panel,
    number,
    play_along,
    row,
    wide,
)
from mathlib.explore.figures import COLORS

STEPS = 12
FLOOR = 1e-5
BLUE, ORANGE, GREEN = COLORS["blue"], COLORS["orange"], COLORS["green"]
INK, GRAY = "#222222", "#6B6B6B"

MATRICES = {
    "symmetric": ("symmetric", [[2.0, 1.0], [1.0, 2.0]]),
    "flip": ("larger eigenvalue negative", [[-1.0, 1.5], [1.5, -1.0]]),
    "close": ("eigenvalues close", [[1.05, 0.05], [0.05, 1.05]]),
    "tie": ("eigenvalues 2 and −2", [[0.0, 2.0], [2.0, 0.0]]),
    "lean": ("not symmetric", [[1.5, 1.2], [0.0, 0.6]]),
    "turn": ("a rotation by 40°", [
        [np.cos(np.radians(40)), -np.sin(np.radians(40))],
        [np.sin(np.radians(40)), np.cos(np.radians(40))],
    ]),
}


class IterationPanel(Panel):
    """The vectors so far on the left; on the right, how much they turn."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        self._plane(state)
        self._curve()

    @staticmethod
    def key(state):
        return state["matrix"]

    def _plane(self, state):
        width, height = self.figure.bbox.width, self.figure.bbox.height
        self.reach = reach = 1.12 * max(1.15, state["stretch"])
        tall = 0.98
        ax = self.figure.add_axes([0.0, 0.01, tall * height / width, tall])
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach))
        ax.set_axis_off()
        ax.plot([-reach, reach], [0, 0], color="#DDDDDD", lw=0.8, zorder=0)
        ax.plot([0, 0], [-reach, reach], color="#DDDDDD", lw=0.8, zorder=0)
        around = np.linspace(0, 2 * np.pi, 181)
        circle = np.stack([np.cos(around), np.sin(around)])
        ax.plot(*circle, color=BLUE, lw=0.9, alpha=0.5, zorder=1)
        ax.plot(*(state["A"] @ circle), color=ORANGE, lw=0.9, alpha=0.5,
                ls=(0, (4, 2)), zorder=1)
        self.names = []
        for value, direction in state["axes"]:
            ax.plot(*np.outer(direction, [-reach, reach]), color=GREEN,
                    lw=1.1, ls=(0, (1, 2)), zorder=1)
            name = ax.text(
                0, 0, f"λ = {number(value)}", color=GREEN, ha="center",
                va="center", fontsize=0.9 * self.font, zorder=6,
                bbox={"fc": "white", "ec": "none", "pad": 0.6},
            )
            self.names.append((name, direction))
        self.past = ax.plot([], [], "o", color=BLUE, ms=4, mew=0,
                            alpha=0.45, zorder=3)[0]
        self.arrows = []
        for color, style in ((ORANGE, (0, (3, 2))), (BLUE, "-")):
            arrow = FancyArrowPatch(
                (0, 0), (1, 0), arrowstyle="-|>", shrinkA=0, shrinkB=0,
                mutation_scale=1.25 * self.font, lw=2.2, color=color,
                linestyle=style, zorder=4,
            )
            ax.add_patch(arrow)
            self.arrows.append(arrow)
        self.labels = [
            ax.text(0, 0, text, color=color, fontweight="bold", ha="center",
                    va="center", fontsize=1.1 * self.font, zorder=7)
            for text, color in (("Av", ORANGE), ("v", BLUE))
        ]

    def _curve(self):
        ax = self.figure.add_axes([0.59, 0.19, 0.385, 0.55],
                                  facecolor="white")
        ax.grid(False)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            ax.spines[side].set(color="#999999", linewidth=0.8)
        ax.set_yscale("log")
        ax.set(xlim=(-0.4, STEPS + 0.4), ylim=(FLOOR / 2, 200))
        ax.set_xticks([0, 4, 8, 12], ["0", "4", "8", "12"])
        ax.set_yticks([1e-4, 1e-2, 1, 90], ["0.0001°", "0.01°", "1°", "90°"])
        ax.minorticks_off()
        ax.tick_params(colors=GRAY, labelsize=0.9 * self.font, length=3,
                       pad=2)
        ax.set_xlabel("step", fontsize=self.font, color=INK, labelpad=1)
        self.line = ax.plot([], [], "o-", color=BLUE, lw=1.2, ms=3)[0]
        self.here = ax.plot([0], [1], "o", color=ORANGE, ms=8, mec="white",
                            mew=1.2, zorder=5)[0]
        self.lines = [
            self.figure.text(0.78, y, "", ha="center", va="center",
                             fontsize=self.font, color=color,
                             fontweight="bold")
            for y, color in ((0.94, BLUE), (0.84, INK))
        ]

    def draw(self, state):
        step, path = state["step"], state["path"]
        v = path[step]
        tips = [state["A"] @ v, v]
        self.past.set_data(*path[:step].T)
        # The letters stand beside their arrows, each on its outer side.
        side = -1 if v[0] * tips[0][1] < v[1] * tips[0][0] else 1
        for arrow, label, tip, out in zip(
            self.arrows, self.labels, tips, (side, -side), strict=True
        ):
            arrow.set_positions((0, 0), tuple(tip))
            beside = np.array([-tip[1], tip[0]]) / np.hypot(*tip)
            label.set_position(0.68 * tip + 0.13 * out * self.reach * beside)
        for name, direction in self.names:
            # At the end of the line that the arrows leave free.
            end = -1 if direction @ tips[0] > 0 else 1
            name.set_position(0.76 * end * self.reach * direction)
        turns = np.maximum(state["turns"], FLOOR)
        self.line.set_data(np.arange(step + 1), turns[:step + 1])
        self.here.set_data([step], [turns[step]])
        self.lines[0].set_text(
            f"Av is {_angle(state['turns'][step])} off the line of v"
        )
        self.lines[1].set_text(f"vᵀAv = {number(state['quotient'])}")


class PowerIteration(Explorer):
    """Explore a vector that a matrix multiplies again and again.

    After each multiplication the vector is shortened to length 1.  Choose
    the matrix and the start; step, or play.

    Notes
    -----
    The angle is between the lines of v and of Av, so a flip counts as none:
    an angle of 0 means that v is an eigenvector.  Controls: ``matrix``,
    ``start`` (degrees) and ``step``.
    """

    title = "a vector, multiplied again and again"
    panel = IterationPanel
    size = (6.6, 3.1)
    still_size = (4.7, 2.2)

    def __init__(self):
        matrix = ipywidgets.Dropdown(
            options=[(label, key) for key, (label, _) in MATRICES.items()],
            value="symmetric", description="matrix",
            layout=ipywidgets.Layout(width="21em"),
        )
        start = ipywidgets.IntSlider(
            100, 0, 180, 5, description="start (degrees)", style=wide(),
            layout=ipywidgets.Layout(width="22em"),
        )
        step = ipywidgets.IntSlider(1, 0, STEPS, description="step")
        play = play_along(step, interval=700)
        super().__init__(
            {"matrix": matrix, "start": start, "step": step},
            [row(play, step), row(matrix, start)],
        )

    def read(self, values):
        A = np.array(MATRICES[values["matrix"]][1])
        angle = np.radians(values["start"])
        path = [np.array([np.cos(angle), np.sin(angle)])]
        turns = []
        for _ in range(STEPS + 1):
            v = path[-1]
            moved = A @ v
            cross = v[0] * moved[1] - v[1] * moved[0]
            turns.append(np.degrees(np.arctan2(abs(cross), abs(v @ moved))))
            path.append(moved / np.hypot(*moved))
        v = path[values["step"]]
        eigenvalues, vectors = np.linalg.eig(A)
        axes = [] if np.iscomplexobj(eigenvalues) else list(
            zip(eigenvalues, vectors.T, strict=True)
        )
        return {
            "matrix": values["matrix"], "step": values["step"], "A": A,
            "start": values["start"], "path": np.array(path),
            "turns": np.array(turns), "quotient": v @ A @ v, "axes": axes,
            "stretch": np.linalg.norm(A, 2),
        }

    def describe(self, state):
        step, (x, y) = state["step"], state["path"][state["step"]]
        rows = "; ".join(" ".join(number(a) for a in r) for r in state["A"])
        if state["axes"]:
            known = " and ".join(number(v) for v, _ in state["axes"])
            known = f"The eigenvalues are {known}."
        else:
            known = "No direction survives: no eigenvalue is real."
        return (
            f"A = [{rows}], started at {state['start']}°. After"
            f" {step} step{'' if step == 1 else 's'} v = ({number(x)},"
            f" {number(y)}); Av is {_angle(state['turns'][step])} off its"
            f" line, and vᵀAv = {number(state['quotient'])}. {known}"
        )

    def short(self, state):
        label = MATRICES[state["matrix"]][0]
        return f"{label}, step {state['step']}"

    def default_states(self):
        return [
            {"matrix": "symmetric", "start": 100, "step": 1},
            {"matrix": "symmetric", "start": 100, "step": 6},
            {"matrix": "close", "start": 100, "step": 12},
            {"matrix": "turn", "start": 100, "step": 6},
        ]


def _angle(degrees):
    return "0°" if degrees < FLOOR else f"{number(degrees)}°"


power_iteration = PowerIteration

"""Explorer: two weights and one mistake, forwards and then backwards."""

import ipywidgets
import numpy as np
from matplotlib.patches import Circle, FancyArrowPatch

from mathlib.explore.explorer import Explorer, Panel, number, play_along, row
from mathlib.explore.figures import COLORS

BLUE, ORANGE, GREEN = COLORS["blue"], COLORS["orange"], COLORS["green"]
INK, GRAY, PALE = "#222222", "#6B6B6B", "#C9D2D8"

W2, TARGET = 2.0, 6.0
PLACES = np.array([0.9, 3.6, 6.3, 9.0])
NAMES = ["x", "h", "ŷ", "loss"]
STEPS = [
    "forward: the hidden unit",
    "forward: the prediction",
    "forward: the loss",
    "backward: the output is to blame",
    "backward: and its weight",
    "backward: through the weight",
    "backward: through the ReLU",
    "backward: the first weight",
    "the step: both weights move",
    "forward again",
]
LAST = len(STEPS) - 1


def forward(x, w1, w2):
    """Return the sum, the hidden unit, the prediction and the loss."""
    z = w1 * x
    h = max(z, 0.0)
    y_hat = w2 * h
    return z, h, y_hat, (y_hat - TARGET) ** 2 / 2


def backward(x, w1, w2):
    """Return the errors of output, unit and sum, and both slopes."""
    z, h, y_hat, _ = forward(x, w1, w2)
    out = y_hat - TARGET
    blame_h = w2 * out
    blame_z = blame_h * (z > 0)
    return {"out": out, "w2": out * h, "h": blame_h, "z": blame_z,
            "w1": blame_z * x}


class TwoLayerPanel(Panel):
    """Four circles in a line; forward numbers above, backward below."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        ax = self.ax = figure.add_axes([0, 0, 1, 1])
        ax.set(xlim=(0, 10), ylim=(0, 4.2))
        ax.set_axis_off()
        self.circles = [
            ax.add_patch(Circle((x, 2.2), 0.42, fc="white", ec=INK, lw=1.4,
                                zorder=3))
            for x in PLACES
        ]
        self.inside = [self._text(x, 2.2, INK, bold=True) for x in PLACES]
        for x, name in zip(PLACES, NAMES, strict=True):
            self._text(x, 3.5, GRAY).set_text(name)
        self.ahead = [self._arrow(k, 0.12, BLUE) for k in range(3)]
        self.back = [self._arrow(k, -0.12, ORANGE) for k in range(3)]
        middle = (PLACES[1:] + PLACES[:-1]) / 2
        self.weights = [self._text(x, 2.62, BLUE) for x in middle[:2]]
        self.target = self._text(middle[2], 2.62, BLUE)
        self.target.set_text(f"y = {number(TARGET)}")
        self.slopes = [self._text(x, 1.66, ORANGE) for x in middle[:2]]
        self.blames = [self._text(x, 1.2, ORANGE) for x in PLACES[1:3]]
        self.gate = self._text(PLACES[1], 0.76, ORANGE)
        self.gate.set_fontsize(0.9 * font)
        self.heading = self._text(0.3, 3.95, INK, bold=True)
        self.heading.set_ha("left")
        self.footer = self._text(5.0, 0.25, GREEN, bold=True)

    def _text(self, x, y, color, *, bold=False):
        return self.ax.text(x, y, "", fontsize=self.font, color=color,
                            ha="center", va="center", zorder=4,
                            fontweight="bold" if bold else "normal")

    def _arrow(self, k, up, color):
        ends = [(PLACES[k] + 0.48, 2.2 + up), (PLACES[k + 1] - 0.48, 2.2 + up)]
        arrow = FancyArrowPatch(*(ends if up > 0 else ends[::-1]),
                                arrowstyle="-|>", mutation_scale=11,
                                color=color, lw=1.6, zorder=2)
        return self.ax.add_patch(arrow)

    def draw(self, state):
        step, slope = state["step"], state["slopes"]
        shown = state["again"] if step == LAST else state["before"]
        z, h, y_hat, loss = shown
        inside = [state["x"], h, y_hat, loss]
        reached = min(step + 1, 3)
        for k, (circle, text) in enumerate(
            zip(self.circles, self.inside, strict=True)
        ):
            there = k <= reached
            text.set_text(number(inside[k]) if there else "?")
            small = len(text.get_text()) > 4
            text.set_fontsize((0.72 if small else 1) * self.font)
            circle.set_edgecolor(INK if there else PALE)
            text.set_color(INK if there else GRAY)
        for k, arrow in enumerate(self.ahead):
            arrow.set_color(BLUE if k < reached else PALE)
        going_back = 3 <= step < LAST
        for arrow, since in zip(self.back, (7, 5, 3), strict=True):
            arrow.set_visible(going_back and step >= since)
        moved = step >= LAST - 1
        for k, text in enumerate(self.weights):
            w, new = state["w"][k], state["new"][k]
            name = f"w{'₁₂'[k]}"
            text.set_text(
                f"{name}: {number(w)} → {number(new)}" if moved
                else f"{name} = {number(w)}"
            )
            text.set_color(GREEN if moved else BLUE)
        for text, since, name, value in (
            (self.slopes[1], 4, "∂ℒ/∂w₂", slope["w2"]),
            (self.slopes[0], 7, "∂ℒ/∂w₁", slope["w1"]),
            (self.blames[1], 3, "∂ℒ/∂ŷ", slope["out"]),
            (self.blames[0], 5, "∂ℒ/∂h", slope["h"]),
        ):
            seen = going_back and step >= since
            text.set_text(f"{name} = {number(value)}" if seen else "")
        self.gate.set_text(
            f"∂ℒ/∂z = {number(slope['z'])}"
            if going_back and step >= 6 else ""
        )
        self.heading.set_text(f"{step + 1}. {STEPS[step]}")
        self.footer.set_text(
            f"loss {number(state['before'][3])} → {number(loss)}"
            if step == LAST else ""
        )


class BackpropTwoLayer(Explorer):
    """Explore the smallest network with a hidden unit, number by number.

    One input, one hidden unit with a ReLU, one prediction ``w2 h`` with
    w2 = 2, the loss ``(ŷ − 6)² / 2``.  Ten steps: forwards, backwards, one
    gradient step with both weights, and forwards again.

    Notes
    -----
    Controls: ``step`` (0 to 9), the input ``x``, the weight ``w1`` and the
    learning rate ``lr``.  With ``w1 x < 0`` the ReLU is shut: no blame gets
    through, and neither weight moves.
    """

    title = "backpropagation through two weights"
    panel = TwoLayerPanel
    size = (6.6, 2.9)
    still_size = (4.9, 2.15)

    def __init__(self):
        step = ipywidgets.IntSlider(LAST, 0, LAST, description="step")
        x = ipywidgets.FloatSlider(2.0, min=-2.0, max=3.0, step=0.5,
                                   description="x", readout_format=".1f")
        w1 = ipywidgets.FloatSlider(1.0, min=-1.0, max=2.0, step=0.25,
                                    description="w₁", readout_format=".2f")
        lr = ipywidgets.FloatSlider(0.05, min=0.01, max=0.1, step=0.01,
                                    description="η", readout_format=".2f")
        play = play_along(step, interval=1500)
        super().__init__({"step": step, "x": x, "w1": w1, "lr": lr},
                         [row(play, step, lr), row(x, w1)])

    def read(self, values):
        x, w1, lr = values["x"], values["w1"], values["lr"]
        slopes = backward(x, w1, W2)
        new = (w1 - lr * slopes["w1"], W2 - lr * slopes["w2"])
        return {
            "step": values["step"], "x": x, "lr": lr, "w": (w1, W2),
            "new": new, "slopes": slopes, "before": forward(x, w1, W2),
            "again": forward(x, *new),
        }

    def describe(self, state):
        z, h, y_hat, loss = (number(v) for v in state["before"])
        x, (w1, w2) = number(state["x"]), (number(w) for w in state["w"])
        at = {k: number(v) for k, v in state["slopes"].items()}
        new = [number(w) for w in state["new"]]
        then = [number(v) for v in state["again"]]
        said = [
            f"z = w₁x = {w1} · {x} = {z}, and h = max(z, 0) = {h}.",
            f"ŷ = w₂h = {w2} · {h} = {y_hat}.",
            f"The loss is (ŷ − y)²/2 = {loss}.",
            f"∂ℒ/∂ŷ = ŷ − y = {at['out']}.",
            f"∂ℒ/∂w₂ = {at['out']} · h = {at['w2']}.",
            f"∂ℒ/∂h = w₂ · {at['out']} = {at['h']}.",
            f"The ReLU is {'open' if state['before'][0] > 0 else 'shut'}:"
            f" ∂ℒ/∂z = {at['z']}.",
            f"∂ℒ/∂w₁ = {at['z']} · x = {at['w1']}.",
            f"With η = {state['lr']:.2f}: w₁ = {new[0]}, w₂ = {new[1]}.",
            f"w₁ = {new[0]}, w₂ = {new[1]}: now ŷ = {then[2]}, and the loss"
            f" goes from {loss} to {then[3]}.",
        ][state["step"]]
        return (
            f"Step {state['step'] + 1} of {LAST + 1}, with x = {x},"
            f" w₁ = {w1}. {said}"
        )

    def short(self, state):
        return f"step {state['step'] + 1} of {LAST + 1}"

    def default_states(self):
        return [{"x": 2.0, "w1": 1.0, "lr": 0.05, "step": step}
                for step in (2, 4, 7, 9)]


backprop_two_layer = BackpropTwoLayer

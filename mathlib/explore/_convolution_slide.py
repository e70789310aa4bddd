"""Explorer: a small kernel slides over a digit."""

import functools

import ipywidgets
import numpy as np
from matplotlib.patches import Rectangle

from mathlib.explore._numerals import Numerals
from mathlib.explore.explorer import Explorer, Panel, number, play_along, row
from mathlib.explore.figures import COLORS

ORANGE = COLORS["orange"]
INK, GRAY = "#222222", "#6B6B6B"
KERNELS = {
    "left edges": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    "upper edges": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
    "blur": [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
    "the centre": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
}
F = 3


@functools.cache
def digit():
    """Return a handwritten three, (8, 8), whole numbers from 0 to 16."""
    # scikit-learn takes a second to import, so only when a picture is drawn.
    from sklearn.datasets import load_digits

    return load_digits().images[3]


def out_size(stride, padding):
    """Return how many places the kernel has on each axis."""
    return (8 + 2 * padding - F) // stride + 1


class SlidePanel(Panel):
    """The padded digit, what lies under the kernel, and the output."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        self.padding, self.out = state["padding"], state["out"]
        n = 8 + 2 * self.padding
        self.input, self.pixels = self._table(
            [0.015, 0.06, 0.36, 0.78], n, self.padding, "Greys", 0, 16)
        corner = -self.padding - 0.5
        for at, size, line in ((corner, n, "-"), (-0.5, 8, ":")):
            self.input.add_patch(Rectangle(
                (at, at), size, size, fill=False, ec=GRAY, lw=0.8, ls=line))
        self.window = self.input.add_patch(Rectangle(
            (0, 0), F, F, fill=False, ec=ORANGE, lw=2.2))
        self.kernel, self.taps = self._table(
            [0.425, 0.2, 0.19, 0.5], F, 0, "RdBu_r", -1.6, 1.6)
        places = [(j, i) for i, j in np.ndindex(F, F)]
        self.products = Numerals(self.kernel, places, 0.9 * font, [INK],
                                 fits=3.3)
        self.output, self.cells = self._table(
            [0.66, 0.06, 0.325, 0.78], self.out, 0, "RdBu_r", -1, 1)
        self.output.add_patch(Rectangle(
            (-0.5, -0.5), self.out, self.out, fill=False, ec=GRAY, lw=0.8))
        self.frame = self.output.add_patch(Rectangle(
            (-0.5, -0.5), 1, 1, fill=False, ec=ORANGE, lw=2.2))
        places = [(j, i) for i, j in np.ndindex(self.out, self.out)]
        size = font * min(0.9, 5.4 / self.out)
        self.numbers = Numerals(self.output, places, size, [INK, "white"],
                                fits=3.6)
        self.heads = [
            figure.text(x, 0.93, "", ha="center", va="center", color=INK,
                        fontsize=font, fontweight="bold")
            for x in (0.195, 0.52, 0.8225)
        ]
        self.sum = figure.text(0.52, 0.1, "", ha="center", va="center",
                               color=ORANGE, fontsize=font,
                               fontweight="bold")

    @staticmethod
    def key(state):
        return state["padding"], state["out"]

    def _table(self, place, n, offset, cmap, low, high):
        ax = self.figure.add_axes(place)
        ax.set_axis_off()
        at = np.array([-0.5, n - 0.5]) - offset
        image = ax.imshow(np.zeros((n, n)), cmap=cmap, vmin=low, vmax=high,
                          extent=(*at, *at[::-1]), interpolation="nearest")
        ax.set(xlim=at + [-0.06, 0.06], ylim=at[::-1] + [0.06, -0.06])
        ax.apply_aspect()
        return ax, image

    def draw(self, state):
        i, j, stride = *state["cell"], state["stride"]
        self.pixels.set_data(state["padded"])
        self.window.set_xy((j * stride - self.padding - 0.5,
                            i * stride - self.padding - 0.5))
        self.taps.set_data(state["kernel"])
        self.products.write(
            [f"{number(k)}·{number(x)}" for k, x in zip(
                state["kernel"].flat, state["patch"].flat, strict=True)],
            [INK] * F * F,
        )
        most = max(np.abs(state["result"]).max(), 1)
        # What is masked stays white.
        self.cells.set_data(np.ma.array(state["result"],
                                        mask=~state["seen"]))
        self.cells.set_clim(-most, most)
        self.numbers.write(
            [number(v) if s else "" for v, s in zip(
                state["result"].flat, state["seen"].flat, strict=True)],
            ["white" if abs(v) > 0.62 * most else INK
             for v in state["result"].flat],
        )
        self.frame.set_xy((j - 0.5, i - 0.5))
        n = 8 + 2 * self.padding
        self.heads[0].set_text(f"input, {n} × {n}" if self.padding
                               else "input, 8 × 8")
        self.heads[1].set_text("kernel · pixel")
        self.heads[2].set_text(f"output, {self.out} × {self.out}")
        self.sum.set_text(f"sum: {number(state['result'][i, j])}")


class ConvolutionSlide(Explorer):
    """Explore how a kernel of 3 by 3 slides over a digit.

    The window stops at one place after the other, row by row; at each, nine
    kernel entries meet nine pixels, and the sum of the products is one cell
    of the output.

    Notes
    -----
    The kernel is not flipped: this is the cross-correlation that the
    libraries call convolution.  Padding is a frame of zeros.  Controls:
    ``step``, ``kernel``, ``stride`` and ``padding``.
    """

    title = "a kernel slides over a digit"
    panel = SlidePanel
    size = (7.0, 3.0)
    still_size = (5.0, 2.15)

    def __init__(self):
        kernel = ipywidgets.Dropdown(
            options=[(name, name) for name in KERNELS], value="left edges",
            description="kernel", layout=ipywidgets.Layout(width="16em"),
        )
        stride = ipywidgets.IntSlider(1, 1, 3, description="stride")
        padding = ipywidgets.IntSlider(0, 0, 2, description="padding")
        step = ipywidgets.IntSlider(20, 0, 35, description="step")
        play = play_along(step, interval=250)
        super().__init__(
            {"kernel": kernel, "stride": stride, "padding": padding,
             "step": step},
            [row(play, step, kernel), row(stride, padding)],
        )

    def limits(self, values):
        # A stride out of range is refused later, by its own control.
        places = out_size(max(values["stride"], 1), values["padding"])
        return {"step": (0, places**2 - 1)}

    def settle(self, values, changed):
        if "step" in changed:
            return values
        last = self.limits(values)["step"][1]
        return {**values, "step": min(values["step"], last)}

    def read(self, values):
        stride, padding = values["stride"], values["padding"]
        padded = np.pad(digit(), padding)
        kernel = np.array(KERNELS[values["kernel"]], dtype=float)
        out = out_size(stride, padding)
        patches = np.lib.stride_tricks.sliding_window_view(
            padded, (F, F))[::stride, ::stride]
        cell = divmod(values["step"], out)
        return {
            **values, "padded": padded, "out": out,
            "kernel": kernel, "kernel_name": values["kernel"],
            "cell": cell, "patch": patches[cell],
            "result": (patches * kernel).sum(axis=(2, 3)),
            "seen": np.arange(out * out).reshape(out, out)
            <= values["step"],
        }

    def describe(self, state):
        i, j = state["cell"]
        out = state["out"]
        stride, padding = state["stride"], state["padding"]
        terms = " + ".join(
            f"{number(k)}·{number(x)}" for k, x in zip(
                state["kernel"].flat, state["patch"].flat, strict=True)
            if k and x
        ).replace("+ −", "− ")
        return (
            f"Kernel “{state['kernel_name']}”, stride {stride}, padding"
            f" {padding}: ⌊(8 + 2·{padding} − 3)/{stride}⌋ + 1"
            f" = {out} places on each axis. Output cell ({i}, {j}) ="
            f" {terms or 0} = {number(state['result'][i, j])}."
        )

    def short(self, state):
        return f"stride {state['stride']}, padding {state['padding']}"

    def default_states(self):
        return [
            {"kernel": "left edges", "stride": 1, "padding": 0, "step": 8},
            {"kernel": "left edges", "stride": 1, "padding": 0, "step": 35},
            {"kernel": "upper edges", "stride": 1, "padding": 1, "step": 63},
            {"kernel": "upper edges", "stride": 2, "padding": 1, "step": 9},
        ]


convolution_slide = ConvolutionSlide

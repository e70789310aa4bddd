"""Explorer: a wave, and what its first frequencies make of it."""

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

MOST = 60
T = np.linspace(-np.pi, np.pi, 1441)
BLUE, ORANGE = COLORS["blue"], COLORS["orange"]
INK, GRAY = "#222222", "#6B6B6B"


def _square(t, m):
    odd = m % 2 == 1
    wave = np.where(np.abs(t) == np.pi, 0.0, np.sign(t))
    return wave, odd * 2 / (1j * np.pi * m), 0.0


def _saw(t, m):
    wave = np.where(np.abs(t) == np.pi, 0.0, t / np.pi)
    return wave, 1j * (-1.0) ** m / (np.pi * m), 0.0


def _triangle(t, m):
    return 1 - 2 * np.abs(t) / np.pi, (m % 2) * 4 / (np.pi * m) ** 2, 0.0


def _pulse(t, m):
    wave = np.where(np.abs(t) < np.pi / 4, 1.0, 0.0)
    return wave, np.sin(m * np.pi / 4) / (np.pi * m), 0.25


# Each wave: its name, its values and coefficients, the height of its jump,
# and the mean of its square.
WAVES = {
    "square": ("a square wave", _square, 2.0, 1.0),
    "saw": ("a saw-tooth", _saw, 2.0, 1 / 3),
    "triangle": ("a triangle", _triangle, 0.0, 1 / 3),
    "pulse": ("a pulse", _pulse, 1.0, 0.25),
}


@functools.cache
def load(wave):
    """Return the wave on T, its coefficients 0 to MOST, its partial sums."""
    m = np.arange(1, MOST + 1)
    values, coefficients, mean = WAVES[wave][1](T, m)
    # A real function: the parts of m and -m are conjugate to each other.
    turns = np.exp(1j * np.outer(m, T))
    parts = 2 * (coefficients[:, None] * turns).real
    sums = np.cumsum(np.vstack([np.full_like(T, mean)[None], parts]), axis=0)
    found = values, np.append(mean, coefficients), sums
    for array in found:
        array.flags.writeable = False
    return found


class SumPanel(Panel):
    """The wave and its partial sum; on the right, the coefficients."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        self.left = figure.add_axes([0.065, 0.17, 0.52, 0.68],
                                    facecolor="white")
        self.right = figure.add_axes([0.685, 0.17, 0.3, 0.68],
                                     facecolor="white")
        for ax in (self.left, self.right):
            ax.grid(False)
            for side in ("top", "right"):
                ax.spines[side].set_visible(False)
            for side in ("left", "bottom"):
                ax.spines[side].set(color="#999999", linewidth=0.8)
            ax.tick_params(colors=GRAY, labelsize=0.85 * font, length=3,
                           pad=2)
        self.left.set(xlim=(-np.pi, np.pi), ylim=(-1.35, 1.35))
        self.left.set_xticks([-np.pi, 0, np.pi], ["−π", "0", "π"])
        self.left.set_yticks([-1, 0, 1], ["−1", "0", "1"])
        self.right.set(xlim=(-1.5, MOST + 1), ylim=(0, 0.68))
        self.right.set_xticks([0, 20, 40, 60])
        self.right.set_yticks([0, 0.3, 0.6])
        for ax, label in ((self.left, "t"), (self.right, "frequency m")):
            ax.set_xlabel(label, fontsize=0.9 * font, color=INK, labelpad=1)
        self.wave, = self.left.plot(T, 0 * T, color="#AAAAAA", lw=1.4)
        self.sum, = self.left.plot(T, 0 * T, color=BLUE, lw=1.8)
        m = np.arange(MOST + 1)
        self.later, = self.right.plot(m, 0 * m, "o", ms=0.3 * font,
                                      mfc="white", mec=GRAY, mew=0.7)
        self.used, = self.right.plot([], [], "o", ms=0.34 * font, color=BLUE)
        figure.text(0.065, 0.93, "partial sum", fontsize=font, color=BLUE,
                    fontweight="bold", va="center")
        figure.text(0.685, 0.93, "coefficients, size", color=INK,
                    fontsize=font, fontweight="bold", va="center")

    def draw(self, state):
        sizes, m = state["sizes"], state["m"]
        self.wave.set_ydata(state["wave_values"])
        self.sum.set_ydata(state["sum"])
        self.later.set_ydata(sizes)
        self.used.set_data(np.arange(m + 1), sizes[:m + 1])


class FourierPartialSums(Explorer):
    """Explore what the first frequencies make of a wave.

    Choose a wave and the highest frequency that is used; play.

    Notes
    -----
    The waves have the period 2 pi, and their coefficients are exact.  What
    is missing is the mean square of the difference, over the mean square of
    the wave.  Controls: ``wave`` and ``m``, the highest frequency.
    """

    title = "a wave as a sum of waves"
    panel = SumPanel
    size = (6.8, 2.9)
    still_size = (4.9, 2.1)

    def __init__(self):
        wave = ipywidgets.Dropdown(
            options=[(label, key) for key, (label, *_) in WAVES.items()],
            value="square", description="wave",
            layout=ipywidgets.Layout(width="17em"),
        )
        m = ipywidgets.IntSlider(
            5, 1, MOST, description="highest frequency", style=wide(),
            layout=ipywidgets.Layout(width="27em"),
        )
        play = play_along(m, interval=250, low=1)
        super().__init__({"wave": wave, "m": m}, [row(play, m), row(wave)])

    def read(self, values):
        wave, coefficients, sums = load(values["wave"])
        m, (_, _, jump, whole) = values["m"], WAVES[values["wave"]]
        sizes = np.abs(coefficients)
        kept = sizes[0] ** 2 + 2 * np.sum(sizes[1:m + 1] ** 2)
        over = (sums[m].max() - wave.max()) / jump if jump else None
        return {
            **values, "wave_values": wave, "sizes": sizes, "sum": sums[m],
            "missing": 1 - kept / whole, "over": over,
        }

    def describe(self, state):
        name, _, jump, _ = WAVES[state["wave"]]
        gibbs = (
            f" Beside the jump it shoots over by {state['over']:.1%} of the"
            " jump." if jump else " There is no jump to shoot over."
        )
        used = np.count_nonzero(state["sizes"][1:state["m"] + 1] > 1e-12)
        return (
            f"{name.capitalize()} from the frequencies up to {state['m']},"
            f" of which {used} {'is' if used == 1 else 'are'} in it. In the"
            f" mean square {_share(state['missing'])} is missing.{gibbs}"
        )

    def short(self, state):
        return f"{WAVES[state['wave']][0]}, up to m = {state['m']}"

    def default_states(self):
        return [
            {"wave": "saw", "m": 5},
            {"wave": "saw", "m": 41},
            {"wave": "pulse", "m": 21},
            {"wave": "triangle", "m": 5},
        ]


def _share(part):
    return f"{number(100 * part)} %"


fourier_partial_sums = FourierPartialSums

"""Explorer: a Gaussian process learns a curve, point by point."""

import functools

import ipywidgets
import numpy as np

from mathlib import functional_analysis as fa
from mathlib.explore.explorer import (
    Explorer,
    Panel,
    number,
    play_along,
    row,
    wide,
)
from mathlib.explore.figures import COLORS

MOST = 14
NOISE = 0.15
GRID = np.linspace(-4, 4, 161)
BLUE, ORANGE = COLORS["blue"], COLORS["orange"]
INK, GRAY = "#222222", "#6B6B6B"


def truth(x):
    """Return the curve that is measured."""
    return 1.1 * np.sin(1.3 * x) + 0.5 * np.cos(2.3 * x + 1)


@functools.cache
def measured():
    """Return MOST points and their measured values, in order."""
    rng = np.random.default_rng(12)
    # Even shares of the line, visited in a mixed order.
    x = np.linspace(-3.6, 3.6, MOST) + rng.uniform(-0.2, 0.2, MOST)
    x = x[[3, 10, 7, 0, 12, 5, 9, 1, 13, 6, 2, 11, 4, 8]]
    return x, truth(x) + NOISE * rng.normal(size=MOST)


@functools.cache
def luck():
    """Return the random numbers behind three draws."""
    return np.random.default_rng(0).normal(size=(len(GRID), 3))


def posterior(n, length_scale, noise):
    """Return mean, standard deviations and three draws on the grid."""
    x, y = measured()

    def kernel(s, t):
        return fa.rbf_kernel(s[:, None], t[:, None],
                             length_scale=length_scale)

    mean, cov = fa.gp_posterior(
        kernel(x[:n], x[:n]), kernel(GRID, x[:n]), kernel(GRID, GRID), y[:n],
        noise_std=noise,
    )
    # A thousandth of noise, which nobody sees, keeps Cholesky going.
    L = np.linalg.cholesky(cov + 1e-6 * np.eye(len(GRID)))
    return mean, np.sqrt(np.diag(cov)), mean[:, None] + L @ luck()


class PosteriorPanel(Panel):
    """A band, its mean, three draws, the measurements and the truth."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        ax = figure.add_axes([0.06, 0.14, 0.92, 0.72], facecolor="white")
        ax.grid(False)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            ax.spines[side].set(color="#999999", linewidth=0.8)
        ax.tick_params(colors=GRAY, labelsize=0.85 * font, length=3, pad=2)
        ax.set(xlim=(-4, 4), ylim=(-3, 3))
        ax.set_xticks([-4, -2, 0, 2, 4], ["−4", "−2", "0", "2", "4"])
        ax.set_yticks([-2, 0, 2], ["−2", "0", "2"])
        ax.set_xlabel("x", fontsize=0.9 * font, color=INK, labelpad=1)
        self.band = ax.fill_between(GRID, 0 * GRID, color=BLUE, alpha=0.18,
                                    lw=0)
        self.draws = ax.plot(GRID, np.zeros((len(GRID), 3)), color="#999999",
                             lw=0.8)
        self.mean, = ax.plot(GRID, 0 * GRID, color=BLUE, lw=2.2)
        ax.plot(GRID, truth(GRID), ":", color=INK, lw=1.4)
        self.dots, = ax.plot([], [], "o", color=ORANGE, ms=0.62 * font,
                             zorder=4)
        self.newest, = ax.plot([], [], "o", mfc="none", mec=ORANGE,
                               ms=1.3 * font, mew=1.4, zorder=4)
        for x, text, color in (
            (0.06, "mean and 2 standard deviations", BLUE),
            (0.55, "measured", ORANGE), (0.72, "··· truth", INK),
            (0.87, "draws", GRAY),
        ):
            figure.text(x, 0.93, text, fontsize=font, color=color,
                        fontweight="bold", va="center")

    def draw(self, state):
        mean, std, n = state["mean"], state["std"], state["n"]
        low, high = mean - 2 * std, mean + 2 * std
        self.band.set_verts([np.column_stack([
            np.append(GRID, GRID[::-1]), np.append(low, high[::-1])
        ])])
        self.mean.set_ydata(mean)
        for line, path in zip(self.draws, state["draws"].T, strict=True):
            line.set_ydata(path)
        x, y = measured()
        self.dots.set_data(x[:n], y[:n])
        self.newest.set_data(x[max(n - 1, 0):n], y[max(n - 1, 0):n])


class GPPosterior(Explorer):
    """Explore a Gaussian process as points are added.

    Add points, or play; change the length scale of the RBF kernel and the
    noise that the process believes in.

    Notes
    -----
    The points are measured with a noise of standard deviation 0.15, whatever
    is believed.  The band is that of the curve itself, not of a new
    measurement, and the three draws come from the same luck always.
    Controls: ``n``, ``length_scale`` and ``noise``.
    """

    title = "a Gaussian process learns a curve"
    panel = PosteriorPanel
    size = (6.8, 3.1)
    still_size = (4.9, 2.2)

    def __init__(self):
        n = ipywidgets.IntSlider(6, 0, MOST, description="points")
        length_scale = ipywidgets.FloatSlider(
            0.8, min=0.2, max=3.0, step=0.1, description="length scale",
            readout_format=".1f", style=wide(),
        )
        noise = ipywidgets.FloatSlider(
            0.15, min=0.05, max=0.8, step=0.05, readout_format=".2f",
            description="noise believed", style=wide(),
        )
        play = play_along(n, interval=700)
        super().__init__(
            {"n": n, "length_scale": length_scale, "noise": noise},
            [row(play, n), row(length_scale, noise)],
        )

    def read(self, values):
        mean, std, draws = posterior(
            values["n"], values["length_scale"], values["noise"]
        )
        inside = np.abs(truth(GRID) - mean) <= 2 * std
        return {**values, "mean": mean, "std": std, "draws": draws,
                "inside": float(np.mean(inside))}

    def describe(self, state):
        n, std = state["n"], state["std"]
        widest = GRID[int(np.argmax(std))]
        sure = (
            f"It is least sure at x = {number(widest)}, where two standard"
            f" deviations are {number(2 * std.max())}." if n
            else "Nothing is known, and two standard deviations are 2."
        )
        return (
            f"{n} point{'' if n == 1 else 's'}, length scale"
            f" {state['length_scale']:.1f}, noise believed"
            f" {state['noise']:.2f} (true: {NOISE}). {sure} The band holds"
            f" {state['inside']:.0%} of the true curve."
        )

    def short(self, state):
        return (
            f"{state['n']} points, ℓ = {state['length_scale']:.1f},"
            f" σ = {state['noise']:.2f}"
        )

    def default_states(self):
        return [
            {"n": 3, "length_scale": 0.8, "noise": 0.15},
            {"n": 14, "length_scale": 0.8, "noise": 0.15},
            {"n": 14, "length_scale": 0.2, "noise": 0.15},
            {"n": 14, "length_scale": 3.0, "noise": 0.15},
        ]


gp_posterior = GPPosterior

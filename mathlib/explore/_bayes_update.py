"""Explorer: what a coin may be, flip after flip."""

import functools

import ipywidgets
import numpy as np
from scipy import special

from mathlib.explore.explorer import Explorer, Panel, number, play_along, row
from mathlib.explore.figures import COLORS

MOST = 100
THETA = np.linspace(0.002, 0.998, 499)
BLUE, ORANGE = COLORS["blue"], COLORS["orange"]
INK, GRAY = "#222222", "#6B6B6B"

# Each prior: its name, and the a and b of its Beta density.
PRIORS = {
    "flat": ("anything", 1.0, 1.0),
    "fair": ("fair, and firmly so", 30.0, 30.0),
    "bent": ("bent, either way", 0.5, 0.5),
}
COINS = (0.5, 0.7, 0.95)


@functools.cache
def flips(coin):
    """Return MOST flips, 1 for heads, of a coin; the luck is always one."""
    u = np.random.default_rng(0).random(MOST)
    return (u < coin).astype(int)


def beta_pdf(theta, a, b):
    """Return the density of Beta(a, b)."""
    return np.exp(
        special.xlogy(a - 1, theta) + special.xlog1py(b - 1, -theta)
        - special.betaln(a, b)
    )


class BeliefPanel(Panel):
    """Three densities over theta, and the flips so far in a strip."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        self.ax = figure.add_axes([0.05, 0.31, 0.91, 0.52], facecolor="white")
        self.strip = figure.add_axes([0.05, 0.03, 0.91, 0.11])
        for ax in (self.ax, self.strip):
            ax.grid(False)
            ax.set_yticks([])
            for side in ("top", "right", "left"):
                ax.spines[side].set_visible(False)
        self.ax.spines["bottom"].set(color="#999999", linewidth=0.8)
        self.ax.set_xlim(0, 1)
        self.ax.set_xticks(np.linspace(0, 1, 6))
        self.ax.tick_params(colors=GRAY, labelsize=0.85 * font, length=3,
                            pad=2)
        self.ax.set_xlabel("θ, the probability of heads",
                           fontsize=0.9 * font, color=INK, labelpad=1)
        self.strip.axis("off")
        self.strip.set(xlim=(-1, 50), ylim=(-0.6, 1.6))
        self.area = self.ax.fill_between(THETA, 0 * THETA, color=BLUE,
                                         alpha=0.18, lw=0)
        self.curves = [
            # The likelihood on top: after a flat prior it is the posterior.
            self.ax.plot(THETA, 0 * THETA, color=color, lw=lw, ls=ls,
                         zorder=z)[0]
            for color, lw, ls, z in ((GRAY, 1.5, ":", 2),
                                     (ORANGE, 1.5, (0, (5, 2)), 4),
                                     (BLUE, 2.6, "-", 3))
        ]
        self.span = self.ax.plot([], [], color=BLUE, lw=5, alpha=0.8,
                                 solid_capstyle="butt", clip_on=False)[0]
        self.truth = self.ax.axvline(0.5, color=INK, lw=0.8)
        size = (0.55 * font) ** 2
        self.dots = [
            self.strip.scatter([], [], s=size, linewidths=0.9,
                               edgecolors=ORANGE, facecolors=fill)
            for fill in (ORANGE, "white")
        ]
        for x, text, color in ((0.05, "prior ×", GRAY),
                               (0.20, "likelihood", ORANGE),
                               (0.375, "∝ posterior", BLUE)):
            figure.text(x, 0.93, text, fontsize=font, color=color,
                        fontweight="bold", va="center")
        self.count = figure.text(0.96, 0.93, "", fontsize=font, color=INK,
                                 ha="right", va="center")

    def draw(self, state):
        curves = state["curves"]
        for line, density in zip(self.curves, curves, strict=True):
            line.set_ydata(density)
        ends = np.append(THETA, THETA[::-1])
        base = np.append(curves[2], 0 * THETA)
        self.area.set_verts([np.column_stack([ends, base])])
        top = 1.12 * max(density[5:-5].max() for density in curves)
        self.ax.set_ylim(0, max(top, 1.4))
        self.span.set_data([state["low"], state["high"]], [0, 0])
        self.truth.set_xdata([state["coin"]] * 2)
        seen = state["seen"]
        places = np.arange(len(seen))
        at = np.column_stack([places % 50, 1 - places // 50])
        for dots, side in zip(self.dots, (1, 0), strict=True):
            dots.set_offsets(at[seen == side].reshape(-1, 2))
        heads = int(seen.sum())
        self.count.set_text(f"{heads} heads, {len(seen) - heads} tails")


class BayesUpdate(Explorer):
    """Explore how a belief about a coin changes as flips arrive.

    Choose what was believed before, which coin is flipped, and how many
    flips have been seen; play them one by one.  A Beta prior times the
    likelihood is again a Beta density.

    Notes
    -----
    The likelihood is scaled to area 1, so that with the flat prior it is the
    posterior.  The bar on the axis holds the middle 95 % of the posterior,
    the thin line is the coin's true probability.  Flips of all coins come
    from the same luck.  Controls: ``prior``, ``coin`` and ``n``.
    """

    title = "a belief, flip after flip"
    panel = BeliefPanel
    size = (6.6, 3.2)
    still_size = (4.6, 2.3)

    def __init__(self):
        prior = ipywidgets.Dropdown(
            options=[(PRIORS[key][0], key) for key in PRIORS], value="fair",
            description="prior", layout=ipywidgets.Layout(width="17em"),
        )
        coin = ipywidgets.Dropdown(
            options=[(f"{100 * c:.0f} % heads", c) for c in COINS], value=0.7,
            description="coin", layout=ipywidgets.Layout(width="15em"),
        )
        n = ipywidgets.IntSlider(10, 0, MOST, description="flips")
        play = play_along(n, interval=250)
        super().__init__(
            {"prior": prior, "coin": coin, "n": n},
            [row(play, n), row(prior, coin)],
        )

    def read(self, values):
        _, a, b = PRIORS[values["prior"]]
        seen = flips(values["coin"])[: values["n"]]
        heads, tails = int(seen.sum()), int(len(seen) - seen.sum())
        low, high = special.betaincinv(
            a + heads, b + tails, [0.025, 0.975]
        )
        return {
            **values, "seen": seen, "heads": heads, "tails": tails,
            "low": float(low), "high": float(high),
            "mean": (a + heads) / (a + b + len(seen)),
            "curves": [
                beta_pdf(THETA, a, b),
                beta_pdf(THETA, 1 + heads, 1 + tails),
                beta_pdf(THETA, a + heads, b + tails),
            ],
        }

    def describe(self, state):
        name, a, b = PRIORS[state["prior"]]
        return (
            f"Before: {name}, Beta({a:g}, {b:g}). Seen: {state['heads']} heads"
            f" and {state['tails']} tails. Now: Beta({a + state['heads']:g},"
            f" {b + state['tails']:g}), mean {number(state['mean'])}; 95 % lie"
            f" between {number(state['low'])} and {number(state['high'])}. In"
            f" truth θ is {state['coin']:g}."
        )

    def short(self, state):
        return f"{PRIORS[state['prior']][0]}, {state['n']} flips"

    def default_states(self):
        return [
            {"prior": "flat", "coin": 0.7, "n": 3},
            {"prior": "fair", "coin": 0.7, "n": 10},
            {"prior": "fair", "coin": 0.7, "n": 100},
            {"prior": "bent", "coin": 0.95, "n": 10},
        ]


bayes_update = BayesUpdate

"""Explorer: means of n draws, from a law that you choose."""

import functools

import ipywidgets
import numpy as np

from mathlib.explore.explorer import Explorer, Panel, number, play_along, row
from mathlib.explore.figures import COLORS

MEANS, MOST, REACH = 5000, 80, 5.0
BLUE, ORANGE = COLORS["blue"], COLORS["orange"]
INK, GRAY, PALE = "#222222", "#6B6B6B", "#D6E8F5"

# Each law: its name, its draws, its mean and standard deviation, the distance
# of its values if they are whole steps apart, and what to show of one draw.
LAWS = {
    "die": ("a die", lambda rng, size: rng.integers(1, 7, size),
            3.5, (35 / 12) ** 0.5, 1.0, (0.5, 6.5)),
    "coin": ("a rare event, p = 0.05",
             lambda rng, size: rng.random(size) < 0.05,
             0.05, (0.05 * 0.95) ** 0.5, 1.0, (-0.5, 1.5)),
    "flat": ("flat between 0 and 1", lambda rng, size: rng.random(size),
             0.5, 12**-0.5, None, (-0.2, 1.2)),
    "waiting": ("a waiting time",
                lambda rng, size: rng.exponential(size=size),
                1.0, 1.0, None, (-0.3, 5.0)),
    "lumps": ("two lumps",
              lambda rng, size: rng.choice([-1.0, 1.0], size)
              + 0.15 * rng.standard_normal(size),
              0.0, (1 + 0.15**2) ** 0.5, None, (-1.8, 1.8)),
    "cauchy": ("no mean at all (Cauchy)",
               lambda rng, size: rng.standard_cauchy(size),
               None, None, None, (-5.0, 5.0)),
}


@functools.cache
def sums(law):
    """Return MEANS running sums of MOST draws each, from one fixed seed."""
    draws = LAWS[law][1](np.random.default_rng(6), (MEANS, MOST))
    return np.cumsum(draws, axis=1, dtype=float)


class MeansPanel(Panel):
    """One draw on the left; on the right, the means against the bell."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        low, high = LAWS[state["law"]][5]
        self.one = self._axes([0.035, 0.2, 0.24, 0.56], (low, high))
        self.many = self._axes([0.335, 0.2, 0.64, 0.56], (-REACH, REACH))
        heights, edges = state["one"]
        self.one.stairs(heights, edges, fill=True, color=ORANGE, alpha=0.75)
        self.one.set_ylim(0, 1.12 * heights.max())
        self.bars = self.many.stairs(
            [0], [0, 1], fill=True, facecolor=PALE, edgecolor=BLUE, lw=1.0
        )
        z = np.linspace(-REACH, REACH, 201)
        self.many.plot(z, np.exp(-z**2 / 2) / (2 * np.pi) ** 0.5,
                       color=INK, lw=1.6, ls=(0, (4, 2)))
        self.lines = [
            figure.text(x, y, text, fontsize=size * font, color=color,
                        ha="left", va="center", fontweight=weight)
            for x, y, text, size, color, weight in (
                (0.035, 0.93, "one draw", 1, ORANGE, "bold"),
                (0.335, 0.93, "", 1, BLUE, "bold"),
                (0.335, 0.835, "", 0.9, INK, "normal"),
            )
        ]
        known = state["mu"] is not None
        self.many.set_xlabel(
            "distance of the mean from μ, in σ/√n" if known
            else "the mean itself",
            fontsize=0.9 * font, color=INK, labelpad=1,
        )

    @staticmethod
    def key(state):
        return state["law"]

    def _axes(self, place, limits):
        ax = self.figure.add_axes(place, facecolor="white")
        ax.grid(False)
        for side in ("top", "right", "left"):
            ax.spines[side].set_visible(False)
        ax.spines["bottom"].set(color="#999999", linewidth=0.8)
        ax.set_yticks([])
        ax.tick_params(colors=GRAY, labelsize=0.85 * self.font, length=3,
                       pad=2)
        ax.set_xlim(*limits)
        # All that lie inside; a locator would keep hidden ones outside.
        low, high = np.ceil(limits[0]), np.floor(limits[1])
        ticks = np.arange(low, high + 1)
        ax.set_xticks(ticks[ticks % 2 == 0] if high - low > 6 else ticks)
        return ax

    def draw(self, state):
        heights, edges = state["many"]
        self.bars.set_data(heights, np.clip(edges, -REACH, REACH))
        self.many.set_ylim(0, max(0.5, 1.08 * heights.max()))
        n = state["n"]
        self.lines[1].set_text(
            f"{MEANS:,} means of {n} draws" if n > 1
            else f"{MEANS:,} single draws"
        )
        low, high = (_percent(share) for share in state["tails"])
        self.lines[2].set_text(
            f"below −2: {low}, above 2: {high} (bell: 2.3 % each)"
        )


class CentralLimit(Explorer):
    """Explore how the mean of n draws comes to be Gaussian, or does not.

    Choose what is drawn, and how many draws make one mean.  The same 5000
    rows of draws stand behind all pictures; n takes the first n of each row.

    Notes
    -----
    The means are shown as z = √n (mean − μ) / σ, so that the dashed bell of
    the standard Gaussian never moves.  The Cauchy law has neither μ nor σ:
    there the means are shown as they are.  Controls: ``law`` and ``n``.
    """

    title = "means of many draws"
    panel = MeansPanel
    size = (6.6, 2.9)
    still_size = (4.6, 2.1)

    def __init__(self):
        law = ipywidgets.Dropdown(
            options=[(LAWS[key][0], key) for key in LAWS], value="waiting",
            description="draw", layout=ipywidgets.Layout(width="20em"),
        )
        n = ipywidgets.IntSlider(2, 1, MOST, description="n")
        play = play_along(n, interval=200, low=1)
        super().__init__({"law": law, "n": n}, [row(play, n, law)])

    def read(self, values):
        law, n = values["law"], values["n"]
        _, _, mu, sigma, step, shown = LAWS[law]
        total = sums(law)
        z = total[:, n - 1] / n
        if mu is not None:
            z = n**0.5 * (z - mu) / sigma
            step = step and 1 / (n**0.5 * sigma)
        edges = np.arange(-REACH, REACH + 0.1, 0.2)
        if step:
            # Bars as wide as whole steps: else some would hold two values
            # and their neighbours one.
            width = step * max(1, round(0.2 / step))
            first = n**0.5 * (np.ceil(mu) - mu) / sigma - width / 2
            edges = first + width * np.arange(
                np.floor((-REACH - first) / width),
                np.ceil((REACH - first) / width) + 1,
            )
        bins = np.linspace(*shown, 57)
        if LAWS[law][4]:
            bins = np.arange(shown[0], shown[1] + 1)
        return {
            "law": law, "n": n, "mu": mu, "z": z,
            "many": _histogram(z, edges),
            "one": _histogram(total[:, 0], bins),
            "tails": (float(np.mean(z < -2)), float(np.mean(z > 2))),
        }

    def describe(self, state):
        law, n = LAWS[state["law"]][0], state["n"]
        low, high = (_percent(share) for share in state["tails"])
        said = (
            f"{law[0].upper()}{law[1:]}: {MEANS:,} means of {n}"
            f" draw{'' if n == 1 else 's'} each. {low} lie below −2 and"
            f" {high} above 2"
        )
        if state["mu"] is None:
            return (
                f"{said}, whatever n is: there is no mean to come closer to."
            )
        skew = number(round(float(np.mean(state["z"] ** 3)), 2))
        return (
            f"{said}; of a Gaussian it would be 2.3 % each. The mean of z³"
            f" is {skew}, of a Gaussian 0."
        )

    def short(self, state):
        return f"{LAWS[state['law']][0]}, n = {state['n']}"

    def default_states(self):
        return [
            {"law": "waiting", "n": 2},
            {"law": "waiting", "n": 40},
            {"law": "coin", "n": 40},
            {"law": "cauchy", "n": 40},
        ]


def _histogram(values, edges):
    """Return densities whose area counts what lies outside, too."""
    counts, _ = np.histogram(values, edges)
    return counts / len(values) / np.diff(edges), edges


def _percent(share):
    return f"{100 * share:.1f} %"


clt = CentralLimit

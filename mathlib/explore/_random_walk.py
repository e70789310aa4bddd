"""Explorer: a walker on a graph, and where it spends its time."""

import functools

import ipywidgets
import networkx as nx
import numpy as np

from mathlib import graph_theory as gt
from mathlib.explore.explorer import (
    Explorer,
    Panel,
    number,
    play_along,
    row,
    wide,
)
from mathlib.explore.figures import COLORS

STEPS = 1000
TRAIL = 4
BLUE, ORANGE = COLORS["blue"], COLORS["orange"]
INK, GRAY = "#222222", "#6B6B6B"


def _around(n, turn=0.25):
    """Return n places on a circle."""
    angle = 2 * np.pi * (turn + np.arange(n) / n)
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def _ring():
    return nx.cycle_graph(9), _around(9)


def _star():
    return nx.star_graph(8), np.vstack([[[0, 0]], _around(8)])


def _barbell():
    left = 0.62 * _around(5, 0.0) - [1.1, 0]
    right = 0.62 * _around(5, 0.5) + [1.1, 0]
    graph = nx.disjoint_union(nx.complete_graph(5), nx.complete_graph(5))
    # Node 0 of each is the one that looks to the other side.
    graph.add_edge(0, 5)
    return graph, np.vstack([left, right])


def _karate():
    graph = nx.karate_club_graph()
    place = nx.spring_layout(graph, k=0.5, iterations=120, seed=19)
    return graph, np.array([place[i] for i in graph])


GRAPHS = {
    "karate": ("the karate club", _karate),
    "barbell": ("two cliques and a bridge", _barbell),
    "star": ("a star", _star),
    "ring": ("a ring", _ring),
}


@functools.cache
def load(graph):
    """Return adjacency matrix, places and stationary law of a graph."""
    made, places = GRAPHS[graph][1]()
    A = nx.to_numpy_array(made, weight=None)
    places = places - (places.max(axis=0) + places.min(axis=0)) / 2
    places = places / np.abs(places).max(axis=0)
    return A, places, gt.walk_stationary_distribution(A)


@functools.cache
def walk(graph, walker):
    """Return the nodes that a walker visits, the start first."""
    A, _, _ = load(graph)
    rng = np.random.default_rng(walker)
    path = np.asarray(gt.random_walk(A, 0, STEPS + 1, rng=rng))
    path.flags.writeable = False
    return path


class WalkPanel(Panel):
    """The graph on the left; on the right, time spent against the law."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        self._graph(state)
        self._bars(state)

    @staticmethod
    def key(state):
        return state["graph"]

    def _graph(self, state):
        A, places = state["A"], state["places"]
        ax = self.figure.add_axes([0.015, 0.04, 0.43, 0.92])
        ax.set(xlim=(-1.13, 1.13), ylim=(-1.16, 1.16))
        ax.set_axis_off()
        for i, j in zip(*np.nonzero(np.triu(A)), strict=True):
            ax.plot(*places[[i, j]].T, color="#C8C8C8", lw=0.8, zorder=1)
        self.trail = [
            ax.plot([], [], color=ORANGE, lw=2.4, alpha=0.25 + 0.2 * k,
                    solid_capstyle="round", zorder=2)[0]
            for k in range(TRAIL)
        ]
        size = 7 if len(A) > 20 else 12
        self.dots = [
            ax.plot(*place, "o", ms=size, mec=GRAY, mew=0.8, zorder=3)[0]
            for place in places
        ]
        self.walker = ax.plot([], [], "o", ms=size + 5, mfc="none",
                              mec=ORANGE, mew=2.4, zorder=4)[0]

    def _bars(self, state):
        law = state["law"]
        ax = self.figure.add_axes([0.535, 0.14, 0.45, 0.61],
                                  facecolor="white")
        ax.grid(False)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            ax.spines[side].set(color="#999999", linewidth=0.8)
        at = np.arange(len(law))
        self.order = np.argsort(-law, kind="stable")
        self.top = min(2.8 * law.max(), 1.0)
        self.bars = ax.bar(at, 0 * law, width=0.74, color=BLUE)
        # The first steps' tall bars end at the frame, with an arrow.
        self.beyond, = ax.plot([], [], "^", color=BLUE, ms=4.5,
                               clip_on=False)
        ax.plot([at - 0.42, at + 0.42], [law[self.order]] * 2,
                color=ORANGE, lw=2.2, solid_capstyle="butt", zorder=3)
        ax.set(xlim=(-0.8, len(law) - 0.2), ylim=(0, self.top))
        ax.set_xticks([])
        ax.set_yticks([0, law.max()], ["0", number(law.max())])
        ax.tick_params(colors=GRAY, labelsize=0.9 * self.font, length=3,
                       pad=2)
        ax.set_xlabel("nodes, those with most edges first",
                      fontsize=self.font, color=INK, labelpad=4)
        self.lines = [
            self.figure.text(0.535, y, "", ha="left", va="center",
                             fontsize=self.font, color=color,
                             fontweight="bold")
            for y, color in ((0.94, BLUE), (0.83, ORANGE))
        ]
        self.lines[1].set_text("dashes: the law")

    def draw(self, state):
        path, step = state["path"], state["step"]
        share, places = state["share"], state["places"]
        for dot, part in zip(self.dots, share, strict=True):
            # White where it never was, blue where it is most.
            deep = min(part / share.max(), 1.0)
            dot.set_markerfacecolor(tuple(
                1 - deep * (1 - c) for c in _rgb(BLUE)
            ))
        self.walker.set_data(*places[path[step], None].T)
        for k, line in enumerate(self.trail):
            behind = step - TRAIL + k
            ends = path[behind:behind + 2] if behind >= 0 else []
            line.set_data(*places[ends].T if len(ends) else ([], []))
        sorted_share = share[self.order]
        for bar, part in zip(self.bars, sorted_share, strict=True):
            bar.set_height(min(part, self.top))
        far = np.flatnonzero(sorted_share > self.top)
        self.beyond.set_data(far, np.full(len(far), 1.03 * self.top))
        self.lines[0].set_text(
            f"bars: visits, {state['distance']:.0%} misplaced"
        )


class RandomWalk(Explorer):
    """Explore where a walker on a graph spends its time.

    In each step it takes one of its node's edges, all alike.  Choose the
    graph and the walker; step, or play.

    Notes
    -----
    ``step`` edges are walked, so ``step + 1`` nodes have been visited, the
    start included.  The time misplaced is half the sum of the absolute
    differences between the shares of visits and the stationary law.
    Controls: ``graph``, ``walker`` (the seed) and ``step``.
    """

    title = "a walker on a graph"
    panel = WalkPanel
    size = (6.8, 3.1)
    still_size = (4.9, 2.3)

    def __init__(self):
        graph = ipywidgets.Dropdown(
            options=[(label, key) for key, (label, _) in GRAPHS.items()],
            value="karate", description="graph",
            layout=ipywidgets.Layout(width="21em"),
        )
        walker = ipywidgets.IntSlider(1, 1, 9, description="walker")
        step = ipywidgets.IntSlider(
            20, 0, STEPS, description="steps walked", style=wide(),
            layout=ipywidgets.Layout(width="30em"),
        )
        play = play_along(step, interval=120)
        super().__init__(
            {"graph": graph, "walker": walker, "step": step},
            [row(play, step), row(graph, walker)],
        )

    def read(self, values):
        A, places, law = load(values["graph"])
        step = values["step"]
        path = walk(values["graph"], values["walker"])
        visits = np.bincount(path[:step + 1], minlength=len(A))
        share = visits / visits.sum()
        return {
            **values, "A": A, "places": places, "law": law, "path": path,
            "visits": visits, "share": share,
            "distance": np.abs(share - law).sum() / 2,
        }

    def describe(self, state):
        label, visits = GRAPHS[state["graph"]][0], state["visits"]
        most = int(visits.argmax())
        return (
            f"Walker {state['walker']} on {label}, {len(visits)} nodes,"
            f" after {_times(state['step'])}: it stands on node"
            f" {state['path'][state['step']]} and has seen"
            f" {np.count_nonzero(visits)} nodes. Most of its time,"
            f" {state['share'][most]:.1%}, it spent on node {most}; the law"
            f" says {state['law'][most]:.1%} there. Misplaced:"
            f" {state['distance']:.1%}."
        )

    def short(self, state):
        return f"{GRAPHS[state['graph']][0]}, {_times(state['step'])}"

    def default_states(self):
        return [
            {"graph": "karate", "walker": 1, "step": 20},
            {"graph": "karate", "walker": 1, "step": 1000},
            {"graph": "star", "walker": 1, "step": 200},
            {"graph": "barbell", "walker": 1, "step": 200},
        ]


def _times(step):
    return f"{step} step{'' if step == 1 else 's'}"


def _rgb(color):
    return tuple(int(color[k:k + 2], 16) / 255 for k in (1, 3, 5))


random_walk = RandomWalk

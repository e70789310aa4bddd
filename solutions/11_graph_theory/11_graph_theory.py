# ---
# jupyter:
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 11. Graph Theory
#
# **Who will go with whom?**
#
# From 1970 to 1972 the anthropologist Wayne Zachary sat at the edge of a university karate club and wrote down who of
# its 34 members met outside the lessons. Then the instructor and the president fell out over the price of a lesson, and
# the club broke in two.

# %%
import math

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
from scipy.sparse.csgraph import connected_components

import mathlib
import mathlib.foundations as fd
import mathlib.graph_theory as gt
import mathlib.multivariate_calculus as mc
import mathlib.probability as pr
from mathlib import check

mathlib.style()

# %%
def places(graph, **options):
    """Return a place in the plane for each node: springs pull friends."""
    found = nx.spring_layout(graph, k=0.5, weight=None, **options)
    return np.array([found[node] for node in graph])


def draw_graph(ax, A, at, color="white", size=70, **options):
    """Draw the edges of A as lines, and its nodes as dots at `at`."""
    for i, j in np.argwhere(np.triu(A, 1)):
        ax.plot(*at[[i, j]].T, color="0.82", lw=0.8, zorder=1)
    ax.axis("off")
    ax.margins(0.06)
    return ax.scatter(*at.T, c=color, s=size, edgecolors="0.35", zorder=2,
                      **options)


graph = nx.karate_club_graph()
club = nx.to_numpy_array(graph, weight=None)
went = np.array([graph.nodes[i]["club"] == "Officer" for i in graph])
club_at = places(graph, iterations=120, seed=19)

fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.2))
draw_graph(axes[0], club, club_at, "0.75")
draw_graph(axes[1], club, club_at, size=0)
for side, color, shape in ((~went, "C0", "o"), (went, "C1", "s")):
    axes[1].plot(*club_at[side].T, shape, color=color, ms=8)
for ax, title in zip(axes, ("before: who meets whom", "after")):
    ax.set_title(title)
    for i, name, spot in ((0, "instructor", (0.0, 0.04)),
                          (33, "president", (0.38, 0.0))):
        ax.annotate(name, club_at[i], spot, fontweight="bold",
                    textcoords="axes fraction",
                    arrowprops={"arrowstyle": "-", "color": "black"})
        ax.plot(*club_at[i], "k.", ms=5)
mathlib.show(
    fig,
    caption=f"{len(club)} people, {int(club.sum() / 2)} friendships. After"
    f" the quarrel {np.sum(~went)} went with the instructor (blue discs),"
    f" {went.sum()} with the president (orange squares).",
    alt="The same network drawn twice: on the left all dots are grey, on the"
    " right the left half are blue discs and the right half orange squares.",
)
assert club.sum() == 156 and went.sum() == 17

# %% [markdown]
# Cover the right picture. **Could you have said beforehand who would go where?** In this chapter three programs will
# try. They see the left picture only, and as a table of zeros and ones, without a layout that has already pulled the
# two camps apart. The first solves one eigenvalue problem. The other two are small neural networks, which are told
# where the two quarrellers went and nothing else. Most of their runs err on one to four of the 34, and one member fools
# nearly all of them.
#
# **After this chapter you can**
#
# - turn a graph into a matrix, and read off the matrix's eigenvalues in how many pieces it is and where it is thinnest;
# - say how rough a signal on a graph is, and smooth it, with waves or without a single one;
# - predict where a random walker spends its time, and rank pages, or the characters of a novel;
# - write the layers of a graph convolutional network and of a graph attention network, train them with gradients of
#   your own, and know why fifty such layers are worse than two;
# - turn the nodes of a graph into vectors, as word2vec does with words.
#
# **You need** matrices (chapter 2), eigenvectors of symmetric matrices (3), the chain rule for matrices (5), Markov
# chains (6), softmax (1). **Time:** two and a half hours to read; the 14 exercises take three to five hours more.

# %% [markdown]
# ## 11.1 A graph is a table
#
# A **graph** is a set of $n$ **nodes**, here numbered $0, \dots, n - 1$, and of **edges** between pairs of them. An
# edge may have a **weight** $w_{ij} > 0$: how strong a friendship is, how many scenes two characters share. Everything
# there is to know stands in one matrix, the **adjacency matrix** $A$, of shape $(n, n)$:
#
# $$A_{ij} = \begin{cases} w_{ij} & \text{if there is an edge from } i \text{ to } j,\\ 0 & \text{if not.}\end{cases}$$
#
# (Without weights, $w_{ij} = 1$.) Row: from. Column: to. In an **undirected** graph an edge goes both ways, so it
# stands in *two* places and $A = A^\top$. A **loop** from $i$ to $i$ has one place only, $A_{ii}$.
#
# The **degree** of node $i$ is the sum of its row, and the **degree matrix** $D$ has them on its diagonal:
#
# $$d_i = \sum_j A_{ij}, \qquad D = \mathrm{diag}(d_0, \dots, d_{n-1}).$$
#
# In a directed graph that is what goes *out*; what comes in is the sum of the column. **By hand**, our guinea pig for
# the chapter, a kite with four nodes: edges $0$–$1$ of weight 2, $1$–$2$ of weight 3, $0$–$2$ of weight 1, and the tail
# $2$–$3$ of weight 4.
#
# $$A = \begin{pmatrix}0&2&1&0\\2&0&3&0\\1&3&0&4\\0&0&4&0\end{pmatrix}, \qquad \mathbf d = (3, 5, 8, 4).$$
#
# The degrees add up to 20, twice the weights' sum 10, since each edge is counted at both of its ends.

# %%
edges = [(0, 1, 2), (1, 2, 3), (0, 2, 1), (2, 3, 4)]
kite = gt.adjacency_matrix(edges, 4)
kite_at = np.array([[-1.4, 0.55], [-1.4, -0.55], [-0.2, 0], [1.2, 0]])
print(kite)
print("degrees:", np.diag(gt.degree_matrix(kite)))
assert kite.sum() == 20 == 2 * sum(w for _, _, w in edges)

mixed = np.random.default_rng(3).permutation(34)
fig, axes = plt.subplots(1, 3, figsize=(7.2, 2.5),
                         width_ratios=[1.15, 1, 1])
draw_graph(axes[0], kite, kite_at, size=230)
for i, (x, y) in enumerate(kite_at):
    axes[0].text(x, y, i, ha="center", va="center_baseline")
for i, j, w in edges:
    x, y = kite_at[[i, j]].mean(axis=0)
    axes[0].text(x, y, w, ha="center", va="center_baseline", color="C1",
                 bbox={"fc": "white", "ec": "none", "pad": 1.5})
axes[0].set(title="the kite", xlim=(-1.7, 1.5), ylim=(-1.2, 1.2))
for ax, order, title in ((axes[1], np.arange(34), "the club"),
                         (axes[2], mixed, "the club, renumbered")):
    ax.imshow(club[np.ix_(order, order)], cmap="Blues", vmax=1.2)
    ax.set(title=title, xticks=[0, 33], yticks=[0, 33], xlabel="node")
axes[1].set_ylabel("node")
mathlib.show(
    fig,
    caption="Left, the kite with its weights. Right, one and the same club"
    " twice: a dark cell is a friendship, and the order of the members is"
    " nobody's choice.",
    alt="A triangle of nodes 0, 1, 2 with a tail to node 3; then two square"
    " grids of dark cells that look quite different.",
)

# %% [markdown]
# **A graph has no first node.** The two tables on the right are the same club: to renumber is to permute rows *and*
# columns, $QAQ^\top$ with a permutation matrix $Q$. Whatever we compute must not care, or must be permuted along. Keep
# this in mind: it is the reason why one cannot feed $A$ to an ordinary neural network, and what the layers of 11.6 and
# 11.7 are built around.
#
# **Powers count.** Without weights and loops, $(A^2)_{ij} = \sum_k A_{ik}A_{kj}$ adds 1 for each $k$ with edges $i$–$k$
# and $k$–$j$: it counts the ways of two steps. In the same way $(A^k)_{ij}$ counts the ways of $k$ steps. So
# $(A^3)_{ii}$ counts the round trips of three steps, and $\operatorname{tr}(A^3)/6$ the triangles: each has three
# corners and two directions.
#
# **Your friends have more friends than you.** Ask a random person for the degree: the mean is $\frac1n\sum_id_i$. Ask a
# random *end of an edge*: a person of degree $d_i$ is found there $d_i$ times, so the mean is
# $\sum_id_i^2 / \sum_id_i$, which is never smaller. Nothing is wrong with you.

# %%
d = club.sum(axis=1)
triangles = np.trace(np.linalg.matrix_power(club, 3)) / 6
print(f"triangles in the club: {triangles:.0f}")
print(f"a member has {d.mean():.2f} friends;"
      f" a friend has {np.sum(d**2) / np.sum(d):.2f}")
assert triangles == sum(nx.triangles(graph).values()) / 3 == 45
assert np.allclose([d.mean(), np.sum(d**2) / np.sum(d)], [4.588, 7.769],
                   atol=1e-3)

# %% [markdown]
# **Where it is load-bearing.** Road maps, molecules, payment flows, citations, the calls between functions of a program
# are stored so; with millions of nodes only the entries that are not 0 are kept (*sparse* matrices). An attention mask
# (chapter 15) is an adjacency matrix, that of the graph "who may look at whom".
#
# ### Exercise 11.1 * · the table (2 points)
#
# **Contract.** `adjacency_matrix(edges, num_nodes, *, directed=False)`: `edges` is a list of pairs `(i, j)` or triples
# `(i, j, w)`, or an array `(m, 2)` or `(m, 3)` of floats; nodes count from 0; an edge without `w` has weight 1. Return
# $A$ `(n, n)`, floats. Undirected: in both places, a loop in its one place, once. Directed: from $i$ to $j$ only. An
# edge that is listed twice adds up. No edges: zeros. `degree_matrix(A)`: $D$ `(n, n)`, the *row* sums on the diagonal.
#
# *Example:* `adjacency_matrix([(0, 1, 1), (0, 2, 2), (2, 0, 1), (1, 3, 4), (3, 3, 5)], 4)` returns `[[0, 1, 3, 0],
# [1, 0, 0, 4], [3, 0, 0, 0], [0, 4, 0, 5]]`, as floats, and its degrees are 4, 5, 3, 9.
#
# <details><summary>Hint 1</summary><code>for i, j, *weight in edges</code> unpacks pairs and triples alike; <code>weight</code> is a list, perhaps an empty one, and never a number. A node from an array of floats must become an int before it can be an index.</details>
# <details><summary>Hint 2</summary>What must happen at an edge that comes twice, and what at <code>i == j</code>?</details>

# %% exercise="adjacency_matrix"
def adjacency_matrix(edges, num_nodes, *, directed=False):
    """Return the (n, n) table of the edges' weights."""
    ### BEGIN SOLUTION
    A = np.zeros((num_nodes, num_nodes))
    for i, j, *weight in edges:
        i, j, w = int(i), int(j), weight[0] if weight else 1.0
        A[i, j] += w
        if not directed and i != j:  # a loop has only one place
            A[j, i] += w
    return A
    ### END SOLUTION

def degree_matrix(A):
    """Return the diagonal matrix of the row sums."""
    ### BEGIN SOLUTION
    return np.diag(np.sum(A, axis=1))
    ### END SOLUTION

# %% check="adjacency_matrix"
check("adjacency_matrix")

# %% [markdown]
# **How far is it?** Let now $A_{ij}$ be a *length*, at least 0. The **shortest path** from a source $s$ satisfies
#
# $$d(s) = 0, \qquad d(v) = \min_{(u, v)\in\mathcal E}\bigl(d(u) + w_{uv}\bigr),$$
#
# where $\mathcal E$ is the set of edges: the last step comes from somewhere. **Dijkstra** (1959) finds all $d(v)$ in
# one sweep. Keep a guess for each node, at first 0 for $s$ and $\infty$ elsewhere. Again and again take the nearest
# node that is not settled, settle it, and see whether its neighbours can be reached sooner through it. Why may the
# nearest be settled for good? Any other way to it would have to leave the settled nodes through one that is at least as
# far already, and lengths are never negative.
#
# **By hand**, from node 0 of the kite:
#
# | settle | node 0 | node 1 | node 2 | node 3 |
# |---|---|---|---|---|
# | 0 | **0** | 2 | 1 | $\infty$ |
# | 2 | | $\min(2, 1 + 3) = 2$ | **1** | $1 + 4 = 5$ |
# | 1 | | **2** | | 5 |
# | 3 | | | | **5** |
#
# **Mind what a weight means.** In *Les Misérables* (Donald Knuth's table, chapter 2) the weight of an edge counts
# common scenes: large is *close*. So the length is $1/w$, and the shortest way is the one along which a rumour would
# run.

# %%
print("from node 0 of the kite:", gt.dijkstra(kite, 0))
assert gt.dijkstra(kite, 0).tolist() == [0, 2, 1, 5]

novel = nx.les_miserables_graph()
names = list(novel)
scenes = nx.to_numpy_array(novel)
met = (scenes > 0).astype(float)
lengths = np.divide(1, scenes, out=np.zeros_like(scenes),
                    where=scenes > 0)
valjean = names.index("Valjean")
hops, rumour = gt.dijkstra(met, valjean), gt.dijkstra(lengths, valjean)
for name in ("Cosette", "Bossuet", "Napoleon"):
    i = names.index(name)
    by = nx.shortest_path(nx.from_numpy_array(lengths), valjean, i, "weight")
    print(f"{name}: steps {hops[i]:.0f}, for a rumour {rumour[i]:.3f},"
          f" by way of {[names[k] for k in by[1:-1]]}")
assert scenes[valjean, names.index("Bossuet")] == 1
print("characters at 0, 1, 2, 3 steps from Valjean:",
      np.bincount(hops.astype(int)))
assert np.allclose(rumour, [
    nx.dijkstra_path_length(nx.from_numpy_array(lengths), valjean, i)
    for i in range(77)])

# %% [markdown]
# Valjean and Bossuet share a scene. But they share only one, and a rumour gets there sooner by way of Marius and
# Courfeyrac. (Everybody in the novel is within three handshakes of its hero.)
#
# **How connected is a graph that nobody planned?** Erdős and Rényi (1959): take $n$ nodes, and let each pair be an edge
# with probability $p$, independently. A node then has about $np$ neighbours. How large is the largest connected piece?
#
# Suppose that for large $n$ there is one **giant component** that holds a share $s$ of all nodes. You are *not* in it
# if each of the others is either not your neighbour, or not in it either. For one of them that has the probability
# $(1 - p) + p(1 - s) = 1 - ps$; for about $n$ of them, nearly independent,
#
# $$1 - s = (1 - ps)^n \approx e^{-nps}, \qquad\text{so}\qquad s = 1 - e^{-nps}.$$
#
# $s = 0$ always solves this. Another solution exists only if the right side starts steeper than the left: its slope at
# 0 is $np$. **So below one neighbour on average there are only crumbs; above it, suddenly, there is a giant.** Water
# freezes as suddenly. Epidemics have it (one infection per infected person), and so does the near-neighbour graph that
# a vector search walks through (chapter 23): with too few links per item some can never be found.
#
# Real networks are *not* random in this way. The club has 45 triangles; random graphs with as many nodes and (on
# average) edges have about 16.

# %%
def giant_share(c):
    """Solve s = 1 - exp(-c s) from above, by putting it in again."""
    s = np.ones_like(c)
    for _ in range(2000):
        s = 1 - np.exp(-c * s)
    return s


n, rng = 500, np.random.default_rng(0)
neighbours = np.arange(0.25, 4.01, 0.25)
largest = []
for c in neighbours:
    A = gt.erdos_renyi(n, c / n, rng=rng)
    _, piece = connected_components(A)
    largest.append(np.bincount(piece).max() / n)

fig, ax = plt.subplots(figsize=(6.2, 2.6))
fine = np.linspace(0, 4, 401)
ax.plot(fine, giant_share(fine), color="C1")
ax.text(2.05, 0.66, "$s = 1 - e^{-np\\,s}$", color="C1")
ax.plot(neighbours, largest, "o", color="C0", ms=6)
ax.text(0.02, 0.55, f"random graphs, n = {n}", color="C0")
ax.set(xlabel="neighbours on average, np", ylabel="share of the largest",
       ylim=(-0.03, 1.03))
mathlib.show(
    fig,
    caption="The largest piece of random graphs (one for each dot) against"
    " the law (line): at one neighbour on average the crumbs join.",
    alt="A curve that stays at 0 up to 1 and then rises steeply towards 1,"
    " with dots along it.",
)
assert np.abs(giant_share(neighbours) - largest)[neighbours > 1.6].max() < 0.1
assert max(np.array(largest)[neighbours < 0.8]) < 0.15

p = 78 / (34 * 33 / 2)
expected = 34 * 33 * 32 / 6 * p**3
seen = [np.trace(np.linalg.matrix_power(
    gt.erdos_renyi(34, p, rng=rng), 3)) / 6 for _ in range(200)]
print(f"triangles expected {expected:.1f}, on average {np.mean(seen):.1f},"
      f" in the club {triangles:.0f};"
      f" of 200 random graphs {np.sum(seen >= triangles)} have as many")
assert round(expected) == 16 and np.sum(seen >= triangles) < 5


# %% [markdown]
# ## 11.2 How rough is it? The Laplacian
#
# Give each node a number $x_i$: an age, a temperature, a vote. Together they are a **signal** $\mathbf x$, of shape
# $(n,)$. Is it smooth, do friends have similar numbers? Hang a spring on each edge that pulls the more the further its
# ends are apart. The tension of the whole net is the **Dirichlet energy**
#
# $$E(\mathbf x) = \sum_{(i,j)\in\mathcal E} w_{ij}\,(x_i - x_j)^2 ,$$
#
# each edge counted once. The matrix behind it is the **Laplacian**
#
# $$L = D - A, \qquad L_{ii} = d_i - A_{ii}, \quad L_{ij} = -A_{ij}\ (i \ne j), \qquad\text{and}\qquad
# \mathbf x^\top L\,\mathbf x = \tfrac12\sum_{ij}A_{ij}(x_i - x_j)^2 = E(\mathbf x).$$
#
# (The sum over all pairs $i, j$ meets each edge twice, hence the half. The proof is yours: Exercise 11.4.)
#
# **What $L$ does to a signal.** Row $i$ of $L\mathbf x$ is $d_ix_i - \sum_jA_{ij}x_j = \sum_jA_{ij}(x_i - x_j)$: by how
# much node $i$ stands above its neighbours. Let heat flow down these differences, $\dot{\mathbf x} = -L\mathbf x$, and
# you have physics' heat equation. (There $-\nabla^2$ plays the part of $L$. Mind the sign: $A - D$ would heat up what
# is hot.) Each row of $L$ adds up to 0: a constant signal has no differences, $L\mathbf 1 = \mathbf 0$.
#
# **By hand**, on the kite, with $\mathbf x = (1, 0, 3, 1)$:
#
# $$L = \begin{pmatrix}3&-2&-1&0\\-2&5&-3&0\\-1&-3&8&-4\\0&0&-4&4\end{pmatrix}, \qquad L\mathbf x = (0, -11, 19, -8),
# \qquad E = 2\cdot1 + 3\cdot9 + 1\cdot4 + 4\cdot4 = 49 .$$

# %%
L, x = gt.laplacian(kite), np.array([1.0, 0, 3, 1])
print("Lx =", L @ x, "  x·Lx =", x @ L @ x,
      "  energy =", gt.dirichlet_energy(kite, x))
assert (L @ x).tolist() == [0, -11, 19, -8]
assert x @ L @ x == gt.dirichlet_energy(kite, x) == 49
assert np.allclose(L.sum(axis=1), 0)

# Three signals of ones and minus ones on the club, each with 17 of each.
sides = np.where(went, 1.0, -1.0)
near = np.where(np.argsort(np.argsort(-club_at[:, 1])) < 17, 1.0, -1.0)
coins = np.random.default_rng(1).permutation(sides)
fig, axes = plt.subplots(1, 3, figsize=(7.2, 2.4))
for ax, signal, title in zip(
    axes, (sides, near, coins), ("who went where", "upper half", "lots")
):
    draw_graph(ax, club, club_at, np.where(signal > 0, "C1", "white"), 45)
    energy = gt.dirichlet_energy(club, signal)
    ax.set_title(f"{title}: E = {energy:.0f}")
mathlib.show(
    fig,
    caption="Three signals with 17 times +1 (filled) and 17 times −1. Each"
    " edge between unlike ends costs 4. The quarrel ran where it cut the"
    " fewest friendships of the three.",
    alt="The club three times with half of its dots filled: the right half,"
    " the upper half, and dots at random.",
)
energies = [gt.dirichlet_energy(club, s) for s in (sides, near, coins)]
assert sorted(energies) == energies and energies[0] < energies[1] / 2

# %% [markdown]
# ### Exercise 11.2 * · the Laplacian (2 points)
#
# **Contract.** `A` `(n, n)`, symmetric, weights $\ge 0$; return $L = D - A$, `(n, n)`. A loop cancels, since it stands
# in $D$ and in $A$.
#
# *Example:* for the kite, `[[3, -2, -1, 0], [-2, 5, -3, 0], [-1, -3, 8, -4], [0, 0, -4, 4]]`.
#
# <details><summary>Hint</summary>What must every row add up to? If yours don't: are the degrees those <i>with</i> weights?</details>

# %% exercise="laplacian"
def laplacian(A):
    """Return the Laplacian of a graph from its adjacency matrix."""
    ### BEGIN SOLUTION
    return np.diag(np.sum(A, axis=1)) - A
    ### END SOLUTION

# %% check="laplacian"
check("laplacian")

# %% [markdown]
# **A trap.** $\mathbf x^\top L\mathbf x$ and the sum over edges are the same number, and not the same program. Add
# $10^8$ to all $x_i$: no difference changes, nor should the energy. But $\mathbf x^\top L\mathbf x$ multiplies numbers
# of size $10^8$ first and hopes that $10^{16}$ cancels (chapter 10 has told you how such hopes end).
#
# With $c$ numbers for each node, **channels**, the signal has shape $(n, c)$ and the energies of its columns add up:
# $E(X) = \sum_{(i,j)\in\mathcal E}w_{ij}\,\|\mathbf x_i - \mathbf x_j\|^2$, with $\mathbf x_i$ the row of node $i$.

# %%
small = x / 7  # energy 49 / 7**2 = 1
offsets = 10.0 ** np.arange(0, 9)
through_L = [abs((small + c) @ L @ (small + c) - 1) for c in offsets]
by_gaps = [abs(gt.dirichlet_energy(kite, small + c) - 1) for c in offsets]
far = small + 1e8
print(f"far off, by differences: {gt.dirichlet_energy(kite, far):.6f}")
print("wrong by more than 0.01 through L:", max(through_L) > 0.01)
assert max(through_L) > 0.01 and max(by_gaps) < 1e-6

fig, ax = plt.subplots(figsize=(6.0, 2.3))
ax.loglog(offsets, np.maximum(through_L, 1e-17), "s-", color="C1")
ax.loglog(offsets, np.maximum(by_gaps, 1e-17), "o-", color="C0")
ax.text(3e3, 3e-4, "through $L$", color="C1")
ax.text(3e5, 1e-14, "by differences", color="C0")
ax.set(xlabel="what is added to all $x_i$", ylabel="error of E = 1",
       ylim=(1e-17, 100))
mathlib.show(
    fig,
    caption="The same energy by two programs. An error of 0 is drawn at the"
    " bottom.",
    alt="Two rising lines on logarithmic axes; the one through L climbs twice"
    " as steeply.",
)

# %% [markdown]
# ### Exercise 11.3 ** · the energy (2 points)
#
# **Contract.** `A` `(n, n)`, symmetric, weights $\ge 0$; `x` `(n,)`, or `(n, c)` for $c$ channels. Return one number,
# $E$, each edge counted once, summed over the channels. Loops add nothing. Exact also for `x + 1e8`.
#
# *Example:* for the kite and `x = [1, 0, 3, 1]`, 49; with a second channel `[0, 1, 2, 4]`, which has 25 alone, 74.
#
# <details><summary>Hint 1</summary><code>x[:, None] - x</code> holds all differences of a signal with one channel. In how many places does an edge stand in A?</details>
# <details><summary>Hint 2</summary><code>np.reshape(x, (len(A), -1))</code> turns one channel into the case of many. What is the shape of all differences then, and which axis are the channels?</details>

# %% exercise="dirichlet_energy"
def dirichlet_energy(A, x):
    """Return the sum over the edges of w (x_i - x_j)^2."""
    ### BEGIN SOLUTION
    columns = np.reshape(x, (len(A), -1))
    gaps = columns[:, None] - columns  # (n, n, channels)
    return np.sum(A * np.sum(gaps**2, axis=2)) / 2
    ### END SOLUTION

# %% check="dirichlet_energy"
check("dirichlet_energy")

# %% [markdown]
# ### Exercise 11.4 ** · a derivation, in writing (5 points, read by a person)
#
# $A$ is symmetric with weights $\ge 0$, and $L = D - A$.
#
# 1. Write $\mathbf x^\top D\,\mathbf x$ and $\mathbf x^\top A\,\mathbf x$ as double sums over $i$ and $j$.
# 2. Show $\mathbf x^\top L\,\mathbf x = \frac12\sum_{ij}A_{ij}(x_i - x_j)^2$, and say why that is the sum over the edges,
#    each taken once. Say where the symmetry of $A$ is used.
# 3. Conclude that no eigenvalue of $L$ is negative, and that $L\mathbf x = \mathbf 0$ exactly when $\mathbf x$ is constant
#    on each connected component. (For one direction you may use: if $L$ has no negative eigenvalue and
#    $\mathbf x^\top L\,\mathbf x = 0$, then $L\mathbf x = \mathbf 0$.)
# 4. Let $x_i = 1$ for the nodes of a set $B$ and $-1$ for the others. Express $\mathbf x^\top L\,\mathbf x$ by
#    $\mathrm{cut}(B)$, the total weight of the edges between $B$ and the rest. In one sentence: why, then, does a search
#    for a small cut look at small eigenvalues, and why is the very smallest of no use?
#
# Write formulas between dollar signs. One line of reasoning for each step is enough; a step without a reason is not.

# %% [markdown] written="laplacian_derivation"
# **1.** $\mathbf x^\top D\,\mathbf x = \sum_id_ix_i^2 = \sum_{ij}A_{ij}x_i^2$, because $d_i = \sum_jA_{ij}$. And
# $\mathbf x^\top A\,\mathbf x = \sum_{ij}A_{ij}x_ix_j$.
#
# **2.** Rename $i$ and $j$ in the first sum and use $A_{ji} = A_{ij}$: $\sum_{ij}A_{ij}x_i^2 = \sum_{ij}A_{ij}x_j^2$,
# so each is half of both together, $\frac12\sum_{ij}A_{ij}(x_i^2 + x_j^2)$. Hence
# $$\mathbf x^\top L\,\mathbf x = \tfrac12\sum_{ij}A_{ij}(x_i^2 + x_j^2 - 2x_ix_j) =
# \tfrac12\sum_{ij}A_{ij}(x_i - x_j)^2 .$$
# An edge between $i \ne j$ occurs as $(i, j)$ and as $(j, i)$ with the same term, which the half makes one. Loops have
# $x_i - x_i = 0$.
#
# **3.** All terms are $\ge 0$, so $\mathbf x^\top L\,\mathbf x \ge 0$ for every $\mathbf x$. For an eigenvector of
# length 1 it is the eigenvalue. If $L\mathbf x = \mathbf 0$, the sum is 0, so every term is: $x_i = x_j$ along each
# edge, and so along each path, and $\mathbf x$ is constant on each component. If it is constant on each component, all
# terms are 0, so $\mathbf x^\top L\,\mathbf x = 0$ and $L\mathbf x = \mathbf 0$ (or directly: row $i$ of $L\mathbf x$
# is $\sum_jA_{ij}(x_i - x_j) = 0$).
#
# **4.** Inside $B$ and inside the rest $x_i - x_j = 0$; across it is $\pm2$. So
# $\mathbf x^\top L\,\mathbf x = 4\,\mathrm{cut}(B)$. For vectors of one length (here $\sqrt n$) the quadratic form is
# smallest along the eigenvectors of the smallest eigenvalues (Rayleigh). The smallest of all is 0, with the constant
# vector: everybody on one side, nothing cut. That is no division, so one takes the second.

# %% [markdown]
# **Pieces.** Step 3 of your derivation is a theorem worth its own line:
#
# $$\dim\ker L = \text{number of connected components}.$$
#
# (The kernel: all $\mathbf x$ with $L\mathbf x = \mathbf 0$. A signal that is constant on each of $k$ components is
# made of $k$ free numbers.) Count the zero eigenvalues, and you know in how many pieces a graph is. Try it on the
# novel: what would be left of it without one of its characters?

# %%
for name in ("Valjean", "Myriel", "Gavroche", "Marius"):
    stays = np.array(names) != name
    rest = scenes[np.ix_(stays, stays)]
    eigenvalues = np.linalg.eigvalsh(gt.laplacian(rest))
    print(f"pieces without {name}: {gt.number_of_components(rest)};"
          f" eigenvalues {np.abs(eigenvalues[:9]).round(2)}")
    assert (gt.number_of_components(rest) == np.sum(eigenvalues < 1e-9)
            == connected_components(rest)[0])

stays = np.array(names) != "Valjean"
rest = scenes[np.ix_(stays, stays)]
_, piece = connected_components(rest)
at = np.array([*nx.kamada_kawai_layout(novel, weight=None).values()])
spots, alone = at[stays], np.bincount(piece)[piece] == 1
spots[alone] = [(x, 0.02) for x in np.linspace(0.45, 0.85, alone.sum())]

fig, ax = plt.subplots(figsize=(6.6, 3.2))
main = np.bincount(piece).argmax()
draw_graph(ax, rest, spots, np.where(piece == main, "0.8", "C1"), 45)
shown = {"Myriel": (0, 8), "Cosette": (0, 8), "Marius": (0, 8),
         "Fantine": (0, 8), "Gavroche": (0, 8)}
for name, shift in shown.items():
    ax.annotate(name, at[names.index(name)], shift, ha="center",
                textcoords="offset points", fontsize=9,
                bbox={"fc": "white", "ec": "none", "pad": 0.3})
mathlib.show(
    fig,
    caption=f"Without Valjean the novel falls into {piece.max() + 1} pieces:"
    " a bishop with his visitors and, set in a row, five people who are"
    " alone (orange), and the rest (grey).",
    alt="A network of grey dots; beside it a small star of orange dots"
    " and a row of five orange dots without a line have no link to it.",
)
assert sorted(np.bincount(piece)) == [1, 1, 1, 1, 1, 10, 61]

# %% [markdown]
# **Loud nodes.** In $L$ a node of degree 36 counts 36 times as much as one of degree 1. Often one would rather give
# each node the same say. The **normalized Laplacian** divides by the degrees, half on each side so that it stays
# symmetric. With $D^{-1/2} = \mathrm{diag}(1/\sqrt{d_0}, \dots, 1/\sqrt{d_{n-1}})$,
#
# $$L_{\mathrm{sym}} = I - D^{-1/2}AD^{-1/2}, \qquad (L_{\mathrm{sym}})_{ij} = -\frac{A_{ij}}{\sqrt{d_id_j}}\ (i \ne j),
# \qquad (L_{\mathrm{sym}})_{ii} = 1 - \frac{A_{ii}}{d_i} .$$
#
# **Its eigenvalues lie between 0 and 2**, whatever the graph. With $y_i = x_i/\sqrt{d_i}$ we have $\mathbf x^\top
# L_{\mathrm{sym}}\mathbf x = \mathbf y^\top L\,\mathbf y = \sum_{(i,j)\in\mathcal E}w_{ij}(y_i - y_j)^2 \ge 0$. And
# since $(a - b)^2 \le 2a^2 + 2b^2$, it is at most $2\sum_{(i,j)\in\mathcal E} w_{ij}(y_i^2 + y_j^2) = 2\sum_i d_iy_i^2
# = 2\,\|\mathbf x\|^2$. The value 2 itself needs $y_i = -y_j$ along every edge of a component: two camps, and edges
# only between them (a **bipartite** graph).
#
# **By hand.** Edges $0$–$1$ (weight 1) and $0$–$2$ (weight 3), node 3 alone: $d = (4, 1, 3, 0)$. The entries are
# $-\frac1{\sqrt{4\cdot1}} = -\frac12$ and $-\frac3{\sqrt{4\cdot3}} = -0.866$. And node 3? $\frac1{\sqrt0}$ is infinite.
# The convention (Chung, 1997; networkx and SciPy follow it) is a row and a column of zeros, *the diagonal too*, so that
# a lonely node still counts as a piece.

# %%
lonely = gt.adjacency_matrix([(0, 1), (0, 2, 3)], 4)
print(gt.normalized_laplacian(lonely).round(3))

graphs = {
    "the club": club, "Les Misérables": scenes,
    "two lonely pairs": gt.adjacency_matrix([(0, 1), (2, 3)], 4),
    "a star": gt.adjacency_matrix([(0, k) for k in range(1, 9)], 9),
    "all with all": np.ones((9, 9)) - np.eye(9),
}
fig, ax = plt.subplots(figsize=(6.4, 2.4))
for row, A in enumerate(graphs.values()):
    values = np.linalg.eigvalsh(gt.normalized_laplacian(A))
    ax.plot(values, np.full(len(A), -row), "|", ms=13, mew=1.6)
    assert -1e-9 < values.min() and values.max() < 2 + 1e-9
ax.set(yticks=range(0, -5, -1), yticklabels=graphs, xlim=(-0.05, 2.05),
       ylim=(-4.6, 0.6), xlabel="eigenvalues of the normalized Laplacian")
mathlib.show(
    fig,
    caption="All within [0, 2]. A 0 for each piece (two for the two pairs),"
    " a 2 where edges run only between two camps (pairs, star).",
    alt="Five rows of ticks on an axis from 0 to 2.",
)
assert np.isclose(np.linalg.eigvalsh(
    gt.normalized_laplacian(graphs["a star"])).max(), 2)

# %% [markdown]
# ### Exercise 11.5 ** · equal say (2 points)
#
# **Contract.** `A` `(n, n)`, symmetric, weights $\ge 0$; return $L_{\mathrm{sym}}$ `(n, n)`. A node without edges has a
# row and a column of zeros, not nan.
#
# *Example:* edges $0$–$1$ (weight 1), $0$–$2$ (weight 3), node 3 alone: `[[1, -0.5, -0.866, 0], [-0.5, 1, 0, 0],
# [-0.866, 0, 1, 0], [0, 0, 0, 0]]`.
#
# <details><summary>Hint 1</summary>To scale the rows of A by s, write <code>s[:, None] * A</code>. And the columns?</details>
# <details><summary>Hint 2</summary><code>np.where(d &gt; 0, 1 / d, 0)</code> divides everywhere first and warns. Replace the zeros by 1 <i>before</i> the division.</details>

# %% exercise="normalized_laplacian"
def normalized_laplacian(A):
    """Return the symmetric normalized Laplacian."""
    ### BEGIN SOLUTION
    degrees = np.sum(A, axis=1)
    linked = degrees > 0
    scale = linked / np.sqrt(np.where(linked, degrees, 1.0))
    return np.diag(linked) - scale[:, None] * A * scale
    ### END SOLUTION

# %% check="normalized_laplacian"
check("normalized_laplacian")

# %% [markdown]
# ## 11.3 A walker, and where it spends its time
#
# Put a walker on a node. In each step it takes one of the edges there, with a probability proportional to the weight.
# From $i$ to $j$ that is $A_{ij}/d_i$, so all probabilities together are the **transition matrix**
#
# $$P = D^{-1}A, \qquad D^{-1} = \mathrm{diag}(1/d_0, \dots, 1/d_{n-1}), \qquad \sum_jP_{ij} = 1 .$$
#
# Each *row* adds up to 1, because from somewhere one must go somewhere. A node without edges has nowhere to go; we let
# the walker stay there, $P_{ii} = 1$. This is a Markov chain (chapter 6): if the row $\boldsymbol\pi_t$, of shape
# $(n,)$, holds the probabilities of where the walker is at time $t$, then $\boldsymbol\pi_{t+1} = \boldsymbol\pi_tP$.
#
# **By hand**, on the kite: $d = (3, 5, 8, 4)$, so from node 2 the walker goes to 0, 1, 3 with probabilities $\frac18,
# \frac38, \frac48$. From node 3 it has no choice.

# %%
P = gt.transition_matrix(kite)
print(P.round(3))
print("a walk:", gt.random_walk(kite, 0, 12, rng=np.random.default_rng(0)))
assert np.allclose(P[2], [1 / 8, 3 / 8, 0, 4 / 8])

where = np.array([1.0, 0, 0, 0])
fig, axes = plt.subplots(1, 5, figsize=(7.4, 1.6))
for t, ax in enumerate(axes):
    print(f"t = {t}: {where.round(3)}")
    draw_graph(ax, kite, kite_at, "C0", 30 + 500 * where)
    ax.set(title=f"t = {t}", xlim=(-2.1, 1.9), ylim=(-1.3, 1.3))
    where = where @ P
mathlib.show(
    fig,
    caption="Where a walker may be that started at node 0 (above, on the"
    " left): the larger the dot, the more probably.",
    alt="The kite five times; one large dot at first, then the dots even"
    " out, the middle one largest in the end.",
)

# %% [markdown]
# ### Exercise 11.6 ** · walk (3 points)
#
# **Contract.** `transition_matrix(A)`: `A` `(n, n)`, weights $\ge 0$, perhaps directed; return $P$ `(n, n)`; a node
# without outgoing edges stays. `random_walk(A, start, length, *, rng)`: the nodes visited, integers `(length,)`,
# `start` first, `length` $\ge 1$. Each of the `length - 1` steps, also one that stays, draws one `u = rng.random()` and
# goes to the first node $j$ with $u < P_{i0} + \dots + P_{ij}$. (`rng.choice(n, p=P[i])` does just this.)
#
# *Example:* edges $0$–$1$ (weight 1), $0$–$2$ (3), $1$–$2$ (1), node 3 alone: $P$ is
# `[[0, 0.25, 0.75, 0], [0.5, 0, 0.5, 0], [0.75, 0.25, 0, 0], [0, 0, 0, 1]]`, and
# `random_walk(A, 0, 8, rng=np.random.default_rng(0))` is `[0, 2, 0, 1, 0, 2, 1, 2]`.
#
# <details><summary>Hint 1</summary>Give a loop, of whatever weight, to the lonely nodes and to nobody else: then the formula lets them stay. Mind that <code>A</code> itself must not change.</details>
# <details><summary>Hint 2</summary>Eight nodes are seven steps. Which row of P is asked in a step?</details>

# %% exercise="transition_matrix"
def transition_matrix(A):
    """Return the probabilities of going from i to j in one step."""
    ### BEGIN SOLUTION
    A = A + np.diag(np.sum(A, axis=1) == 0)  # who has no edge stays
    return A / np.sum(A, axis=1, keepdims=True)
    ### END SOLUTION

def random_walk(A, start, length, *, rng):
    """Return the nodes that a random walker visits."""
    ### BEGIN SOLUTION
    P = transition_matrix(A)
    nodes = [start]
    while len(nodes) < length:
        nodes.append(rng.choice(len(P), p=P[nodes[-1]]))
    return np.array(nodes)
    ### END SOLUTION

# %% check="transition_matrix"
check("transition_matrix")

# %% [markdown]
# **Where does it end up?** A distribution that a step leaves alone is **stationary**, $\boldsymbol\pi P =
# \boldsymbol\pi$. For a general chain one must solve equations (chapter 6). On an undirected, connected graph one only
# has to look:
#
# $$\pi_i = \frac{d_i}{\sum_kd_k} .$$
#
# *Proof.* With $\mathrm{vol} = \sum_kd_k$, what flows along an edge in one step is
# $\pi_iP_{ij} = \frac{d_i}{\mathrm{vol}}\cdot\frac{A_{ij}}{d_i} = \frac{A_{ij}}{\mathrm{vol}}$. That is the same in
# both directions. So every node gets from each neighbour what it gives it, and nothing changes:
# $\sum_i\pi_iP_{ij} = \sum_i\pi_jP_{ji} = \pi_j$. (This is *detailed balance*, on which chapter 7's Metropolis rests.)
# On the kite: $(3, 5, 8, 4)/20$.
#
# **You are visited as often as you have friends.** It does not matter who they are! And does the walk *get* there?
# Since $D^{1/2}PD^{-1/2} = D^{-1/2}AD^{-1/2} = I - L_{\mathrm{sym}}$, the eigenvalues of $P$ are 1 minus those of
# $L_{\mathrm{sym}}$: between $-1$ and 1. All but the first 1 fade like $\lambda^t$, *unless there is a $-1$*. On a
# bipartite graph the walker is at even times on one side, at odd times on the other, for ever. The formula still tells
# its share of time; waiting for $\boldsymbol\pi_t$ to settle does not end.

# %%
barbell = nx.to_numpy_array(nx.barbell_graph(5, 0))
fig, ax = plt.subplots(figsize=(6.4, 2.7))
spots = {"the club": (33, 3e-4), "two cliques and a bridge": (25, 0.12),
         "a star (bipartite)": (25, 0.7), "all with all": (6, 1e-4)}
cases = {"the club": club, "two cliques and a bridge": barbell,
         "a star (bipartite)": graphs["a star"],
         "all with all": graphs["all with all"]}
for k, (name, A) in enumerate(cases.items()):
    P, pi = gt.transition_matrix(A), gt.walk_stationary_distribution(A)
    assert np.allclose(pi @ P, pi)
    assert np.allclose(pi, pr.stationary_distribution(P))
    where, off = np.eye(len(A))[0], []
    for _ in range(61):
        off.append(np.abs(where - pi).sum() / 2)
        where = where @ P
    ax.semilogy(off, ["-", "--", ":", "-."][k], color=f"C{k}")
    ax.text(*spots[name], name, color=f"C{k}")
    other = np.sort(np.abs(1 - np.linalg.eigvalsh(
        gt.normalized_laplacian(A))))[-2]
    t = int(np.flatnonzero(np.array(off) > 1e-9)[-1])
    print(f"{name}: shrinks by {off[t] / off[t - 1]:.3f} a step;"
          f" the largest other |eigenvalue| of P is {other:.3f}")
    assert np.isclose(off[t] / off[t - 1], other, atol=0.01)
ax.set(xlabel="step t", ylabel="probability misplaced", ylim=(1e-5, 2))
mathlib.show(
    fig,
    caption="How much of the walker's distribution is not where the"
    " stationary one has it: half the sum of |differences|. Straight lines:"
    " a constant factor a step. A bottleneck makes it slow, a bipartite"
    " graph keeps it from ever settling.",
    alt="Four lines on a logarithmic axis: one falls almost at once, one"
    " falls steadily, one falls slowly, one stays level.",
)

# %%
# One walker, and its visits instead of probabilities. Below the pictures
# you can choose the graph, send out another walker, and let it run.
explorer = mathlib.explore.random_walk()
fig = explorer.still()
mathlib.show(
    fig,
    caption="The bluer a node, the more often it was visited; the ring is"
    " the walker. Its shares of time (bars) come to degree / sum of degrees"
    " (dashes), also on the star; misplaced is half the sum of"
    " |differences|. Between two cliques it takes its time.",
    alt="Four pairs of a network with a marked walker and a bar chart with"
    " dashes: the club after 20 and 1000 steps, a star, two cliques with a"
    " bridge.",
)

explorer

# %% [markdown]
# ### Exercise 11.7 * · where it spends its time (2 points)
#
# **Contract.** `A` `(n, n)`, symmetric, weights $\ge 0$, connected; bipartite and loops are allowed. Return the
# stationary distribution of the walk, `(n,)`, which adds up to 1.
#
# *Example:* for the kite, `[0.15, 0.25, 0.4, 0.2]`.
#
# <details><summary>Hint</summary>No eigenvector, no loop. Read the proof again: there is a formula.</details>

# %% exercise="walk_stationary_distribution"
def walk_stationary_distribution(A):
    """Return the share of time that a random walker spends at each node."""
    ### BEGIN SOLUTION
    degrees = np.sum(A, axis=1)
    return degrees / np.sum(degrees)
    ### END SOLUTION

# %% check="walk_stationary_distribution"
check("walk_stationary_distribution")

# %% [markdown]
# **PageRank.** In 1998 two students wanted to rank the web. Links are directed, so the trick with the degrees is gone;
# there are pages without links, and corners that one can enter and never leave. Brin and Page let the surfer get bored:
# with probability $\alpha = 0.85$ he follows one of the links, otherwise he jumps to any page. From a page without
# links (*dangling*) he always jumps. With $P_{ij}$ the probability of the link $i \to j$, and rows
# $\frac1n\mathbf 1^\top$ for dangling pages,
#
# $$\boldsymbol\pi_{t+1} = \alpha\,\boldsymbol\pi_tP + (1 - \alpha)\tfrac1n\mathbf 1^\top .$$
#
# **It converges, always.** The difference of two distributions obeys
# $\boldsymbol\delta_{t+1} = \alpha\,\boldsymbol \delta_tP$, and the rows of $P$ add up to 1, so
# $\sum_j|(\boldsymbol\delta P)_j| \le \sum_i|\delta_i|\sum_jP_{ij} = \sum_i|\delta_i|$. Each step shrinks the
# difference at least by the factor $\alpha$. (What of the bipartite hopping? Its eigenvalue $-1$ has become $-\alpha$.)
# One vote each at the start; what a page is worth is what its voters are worth, divided by how many votes they cast.
#
# **By hand.** Links $0\to1$, $0\to2$, $1\to2$; page 2 has none. Start at $\frac13$ each. Page 0 is linked by nobody,
# but the surfer at page 2 jumps to it with probability $\frac13$:
# $0.85\cdot\frac13\cdot\frac13 + 0.15\cdot\frac13 = 0.1444$. Page 1: half of page 0's share, too,
# $0.85(\frac12\cdot\frac13 + \frac19) + 0.05 = 0.2861$. Page 2 has the rest.

# %%
web = gt.adjacency_matrix([(0, 1), (0, 2), (1, 2)], 3, directed=True)
print("one step:", gt.pagerank(web, max_iter=1).round(4))
print("in the end:", gt.pagerank(web).round(4))
assert np.allclose(gt.pagerank(web, max_iter=1), [0.1444, 0.2861, 0.5694],
                   atol=1e-4)
assert np.allclose(gt.pagerank(web), [
    *nx.pagerank(nx.from_numpy_array(web, create_using=nx.DiGraph),
                 tol=1e-12).values()])

rank = gt.pagerank(scenes)
assert np.allclose(rank, [*nx.pagerank(novel, tol=1e-12).values()])
strength = gt.walk_stationary_distribution(scenes)
fig, ax = plt.subplots(figsize=(6.6, 3.1))
ax.plot([0, 0.2], [0, 0.2], color="0.8", lw=1)
ax.plot(strength, rank, "o", ms=4)
shown = {"Valjean": (-44, 4), "Marius": (5, 0), "Myriel": (4, 4),
         "Enjolras": (5, -4), "Cosette": (-6, 7), "Courfeyrac": (-4, -13)}
for name, shift in shown.items():
    i = names.index(name)
    ax.annotate(name, (strength[i], rank[i]), shift, color="C0",
                textcoords="offset points", fontsize=9)
ax.set(xlabel="share of scenes (the plain walk)", ylabel="PageRank",
       xlim=(-0.002, 0.108), ylim=(0, 0.108))
places_of = [1 + int(np.sum(v > v[names.index("Myriel")]))
             for v in (rank, strength)]
mathlib.show(
    fig,
    caption="The novel's characters. On the grey line both agree. Bishop"
    f" Myriel is number {places_of[0]} for PageRank, and number"
    f" {places_of[1]} by scenes: his visitors know nobody else.",
    alt="A scatter plot near a diagonal; the dot named Myriel stands clearly"
    " above it, Enjolras below.",
)
assert places_of == [3, 16]

# %% [markdown]
# Why Myriel? A visitor with a single link gives his whole vote, while Enjolras's friends divide theirs among a dozen.
# (The jump helps, too: it gives each of the lonely visitors a vote to begin with.)
#
# **Where it is load-bearing.** Search; ranking of proteins, papers and of suspicious accounts; and *personalised*
# PageRank, where the surfer jumps home instead of anywhere, finds the neighbourhood of a page for recommendations and
# for retrieval over knowledge graphs.
#
# ### Exercise 11.8 *** · rank the web (3 points)
#
# **Contract.** `A` `(n, n)`, weights $\ge 0$, $A_{ij}$ the weight of the link *from* $i$ *to* $j$; links are followed
# in proportion to weight. Start at $\frac1n$ each. After each step stop if
# $\sum_i|\pi_i^{\text{new}} - \pi_i^{\text{old}}| <$ `tol`; at most `max_iter` steps; return the newest
# $\boldsymbol\pi$, `(n,)`. A page without links jumps to all pages alike, its own included. (Mind that
# `gt.transition_matrix` would let it stay instead.)
#
# *Example:* the three pages above give `[0.1976, 0.2816, 0.5209]`; with `max_iter=1`, `[0.1444, 0.2861, 0.5694]`.
#
# <details><summary>Hint 1</summary>A page without links behaves like a page that links to all. Give it such a row, before you divide by the sums of the rows.</details>
# <details><summary>Hint 2</summary><code>pi @ P</code> collects what comes <i>in</i>, <code>P @ pi</code> would ask those whom a page links to. And the second term: if pi adds up to 1, what must it add up to?</details>

# %% exercise="pagerank"
def pagerank(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    """Return where a surfer is who now and then jumps anywhere."""
    ### BEGIN SOLUTION
    links = np.sum(A, axis=1, keepdims=True)
    P = np.where(links > 0, A, 1.0)  # a page without links: to all alike
    P = P / np.sum(P, axis=1, keepdims=True)
    pi = np.full(len(A), 1 / len(A))
    for _ in range(max_iter):
        old, pi = pi, alpha * pi @ P + (1 - alpha) / len(A)
        if np.sum(np.abs(pi - old)) < tol:
            break
    return pi
    ### END SOLUTION

# %% check="pagerank"
check("pagerank")

# %% [markdown]
# ## 11.4 Where to cut
#
# To the club. Divide its members into two camps: $s_i = 1$ or $-1$. Your derivation said what that costs, $\mathbf
# s^\top L\,\mathbf s = 4\,\mathrm{cut}$. We want few friendships cut, *and* two camps of about equal size, for else
# one would cut off a single lonely member and be done. Exactly equal means $\sum_is_i = 0$, in other words $\mathbf
# s\perp\mathbf 1$:
#
# $$\min_{\mathbf s\in\{-1,1\}^n,\ \mathbf s\perp\mathbf 1}\ \mathbf s^\top L\,\mathbf s .$$
#
# There are $\binom{34}{17}/2 \approx 1.2$ thousand million ways to choose, and in general nobody knows a fast way to
# the best. **So cheat:** let the $s_i$ be any real numbers, and keep only the length, $\|\mathbf x\|^2 = n$:
#
# $$\min_{\|\mathbf x\|^2 = n,\ \mathbf x\perp\mathbf 1}\ \mathbf x^\top L\,\mathbf x = \lambda_2\,n ,
# \qquad\text{at } \mathbf x = \sqrt n\,\mathbf u_2 .$$
#
# Here $0 = \lambda_1 \le \lambda_2 \le \dots \le \lambda_n$ are the eigenvalues of $L$, with eigenvectors
# $\mathbf u_1, \dots, \mathbf u_n$ of length 1. (In the basis of the eigenvectors $\mathbf x = \sum_kc_k\mathbf u_k$,
# and $\mathbf x^\top L\,\mathbf x = \sum_k\lambda_kc_k^2$. The condition says $c_1 = 0$; then all weight belongs on the
# smallest that is left. Chapter 3 calls it the Rayleigh quotient.)
#
# **$\mathbf u_2$ is the Fiedler vector** (1973). Its *signs* are the two camps. $\lambda_2$ itself measures how well
# the graph hangs together: it is 0 exactly for a graph in pieces (11.2). Since we searched among more candidates,
# $\lambda_2n/4$ is a lower bound for every balanced cut.

# %%
hats = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4)]
tail = gt.adjacency_matrix(hats, 5)
values, vectors = np.linalg.eigh(gt.laplacian(tail))
print("eigenvalues:", np.abs(values).round(3))
for k in range(5):
    u = vectors[:, k] * np.sign(vectors[0, k])
    print(f"u_{k + 1} =", u.round(3) + 0, " energy:",
          np.abs(gt.dirichlet_energy(tail, u)).round(3))
assert np.isclose(values[1], 0.5188, atol=1e-4)

# All ways to cut the triangle with a tail in 2 and 3, by brute force:
cuts = {s: gt.dirichlet_energy(tail, [1 if i in s else -1
                                      for i in range(5)]) / 4
        for s in [(i, j) for i in range(5) for j in range(i)]}
best = min(cuts, key=cuts.get)
print("the cheapest pair to cut off:", best, "cost", cuts[best])
assert best == (4, 3) and cuts[best] == 1
assert round(math.comb(34, 17) / 2e9, 1) == 1.2

# %% [markdown]
# The triangle $0, 1, 2$ with a tail $2$–$3$–$4$: the second eigenvector is positive on the triangle and negative on the
# tail, and that is the cheapest cut. Its energy *is* its eigenvalue, since
# $\mathbf u_k^\top L\,\mathbf u_k = \lambda_k\|\mathbf u_k\|^2$: **the eigenvalues of $L$ say how rough their
# eigenvectors are**, and the first ones are the smoothest signals there are.
#
# **More than one number for each node.** Take the first $k$ eigenvectors as columns, $(n, k)$: the row of node $i$ is
# its **spectral embedding**, a point in $k$ dimensions. Among all orthonormal choices it is the one for which the
# springs are least stretched, $\sum_{(i,j)\in\mathcal E}w_{ij}\|\mathbf z_i - \mathbf z_j\|^2$ is smallest. (The first
# column is constant and tells nothing; drawings use the second and the third.) Watch what this does to tables whose
# nodes have been renumbered by lot:

# %%
ladder = nx.to_numpy_array(nx.grid_2d_graph(5, 9))
cliques = nx.to_numpy_array(nx.connected_caveman_graph(4, 6))
ring = nx.to_numpy_array(nx.cycle_graph(24))
rng = np.random.default_rng(8)
fig, axes = plt.subplots(2, 3, figsize=(6.8, 4.0),
                         height_ratios=[1, 1.15])
for column, A in zip(axes.T, (ring, ladder, cliques)):
    order = rng.permutation(len(A))
    A = A[np.ix_(order, order)]
    column[0].imshow(A, cmap="Blues", vmax=1.2)
    column[0].set(xticks=[], yticks=[])
    draw_graph(column[1], A, gt.spectral_embedding(A, 3)[:, 1:], "C0", 28)
axes[0, 0].set_ylabel("the table")
mathlib.show(
    fig,
    caption="Above, three tables of zeros and ones. Below, the same graphs,"
    " with $u_2$ across and $u_3$ up as coordinates: a ring, a sheet, four"
    " cliques in a ring. Nobody told the program.",
    alt="Three scattered matrices; below them a clean circle, a regular grid,"
    " and four clusters at the corners of a square.",
)

# %% [markdown]
# **Where it is load-bearing.** This is the *spectral* in spectral clustering: rows of the embedding, then k-means on
# them (chapter 13 completes it). Images are segmented so, meshes cut for parallel computers, cell types found in
# biology. And $\mathbf u_2, \mathbf u_3, \dots$ serve graph transformers as *positional encodings*: they tell a node
# where it is, as sines and cosines tell a token (chapter 15).
#
# ### Exercise 11.9 *** · the capstone: who will go with whom? (4 points)
#
# **Contract.** `A` `(n, n)`, symmetric, connected, weights $\ge 0$. All from $L = D - A$ (not the normalized one);
# $\lambda_2$ is simple ($\lambda_2 < \lambda_3$), and no entry of $\mathbf u_2$ is 0. `fiedler_vector(A)`: $\mathbf
# u_2$ `(n,)`, length 1, either sign. `spectral_embedding(A, n_components)`: the first `n_components` eigenvectors as
# columns, ascending, the constant $\mathbf u_1$ included, `(n, n_components)`, each with either sign.
# `spectral_bisection(A)`: `(n,)`, 0 or 1 (not $-1$ and 1) by the *sign* of the Fiedler vector; which camp is 0 is free.
# `gt.laplacian` and `np.linalg.eigh` may be used.
#
# *Example:* for the triangle with a tail, $\pm$`[0.4193, 0.4193, 0.2018, -0.3380, -0.7024]` and `[0, 0, 0, 1, 1]` (or
# `[1, 1, 1, 0, 0]`).
#
# <details><summary>Hint 1</summary><code>np.linalg.eigh</code> returns the eigenvalues in ascending order, and the eigenvectors in the <i>columns</i> of its second result. Which column is wanted?</details>
# <details><summary>Hint 2</summary>Half of the members on each side is not asked. Where does a signal that adds up to 0 change its camp?</details>

# %% exercise="fiedler_vector"
def fiedler_vector(A):
    """Return the unit eigenvector of the second smallest eigenvalue."""
    ### BEGIN SOLUTION
    return np.linalg.eigh(gt.laplacian(A))[1][:, 1]
    ### END SOLUTION

def spectral_embedding(A, n_components):
    """Return the smoothest eigenvectors as columns, the constant first."""
    ### BEGIN SOLUTION
    return np.linalg.eigh(gt.laplacian(A))[1][:, :n_components]
    ### END SOLUTION

def spectral_bisection(A):
    """Return a camp, 0 or 1, for each node."""
    ### BEGIN SOLUTION
    return (fiedler_vector(A) > 0).astype(int)
    ### END SOLUTION

# %% check="fiedler_vector"
check("fiedler_vector")

# %% [markdown]
# **Now try it on the club.** Paste this into a new cell, guess first, then run:
#
# ```python
# camp = spectral_bisection(club)
# camp = (camp == camp[33]).astype(int)      # let the president's camp be 1
# print(np.flatnonzero(camp != went), "went elsewhere")
# ```
#
# Here is mathlib's answer, drawn.

# %%
u = gt.fiedler_vector(club)
u = u * np.sign(u[33])
said = gt.spectral_bisection(club)
said = said if said[33] else 1 - said
assert np.array_equal(said == 1, u > 0)
wrong = np.flatnonzero(said != went)

fig, axes = plt.subplots(1, 2, figsize=(7.2, 2.9), width_ratios=[1, 1.15])
order = np.argsort(u)
for side, color, shape in ((~went, "C0", "o"), (went, "C1", "s")):
    ranks = np.flatnonzero(side[order])
    axes[0].plot(ranks, u[order][ranks], shape, color=color, ms=5)
axes[0].axhline(0, color="0.6", lw=0.8)
axes[0].set(xlabel="members, sorted", ylabel="entry of $u_2$")
draw_graph(axes[1], club, club_at, size=0)
for side, color, shape in ((~went, "C0", "o"), (went, "C1", "s")):
    axes[1].plot(*club_at[side].T, shape, color=color, ms=7)
for i in wrong:
    axes[0].annotate(str(i), (list(order).index(i), u[i]), (-12, 5),
                     textcoords="offset points", fontweight="bold")
    axes[1].plot(*club_at[i], "o", ms=15, mfc="none", mec="black", mew=1.6)
    axes[1].annotate(str(i), club_at[i], (9, 7), fontweight="bold",
                     textcoords="offset points")
mathlib.show(
    fig,
    caption=f"Colour and shape: what happened. The sign of $u_2$ (above or"
    f" below the line) is right for {np.sum(said == went)} of 34. The two"
    " that it misplaces stand close to the line, with the undecided.",
    alt="Left, a rising row of blue discs and orange squares that changes"
    " colour near zero, with two discs just above the line. Right, the club"
    " with these two ringed, in the middle between the camps.",
)
weighted = nx.to_numpy_array(graph)
heavy = gt.spectral_bisection(weighted)
heavy = heavy if heavy[33] else 1 - heavy
print("wrong:", wrong, "  with weights:", np.flatnonzero(heavy != went))
print(f"cut: {gt.dirichlet_energy(club, np.where(said, 1, -1)) / 4:.0f}"
      f" friendships; what happened cut"
      f" {gt.dirichlet_energy(club, sides) / 4:.0f}; bound for 17 to 17:"
      f" {np.linalg.eigvalsh(gt.laplacian(club))[1] * 34 / 4:.1f}")
assert wrong.tolist() == [2, 8]
assert np.flatnonzero(heavy != went).tolist() == [8]
assert np.isclose(np.linalg.norm(u), 1)

# %% [markdown]
# **32 of 34, from one eigenvector**, without a word about the quarrel. (With Zachary's weights, which count in how many
# places two people meet, 33.) The one who remains, number 8, has a story. Zachary's own method put him with the
# president's friends, too, and he *was* their friend. But three weeks after the split he had his test for the black
# belt, with the instructor; to leave would have meant to begin again. No matrix of friendships contains that.
#
# **A warning.** That the camps came out right is luck of a kind: this club broke along its thinnest line; nothing in
# the mathematics says that quarrels do. And there is a second one: try the novel.

# %%
u = gt.fiedler_vector(scenes)
outer = np.argsort(-np.abs(u))[:10]
print("largest entries, novel:",
      ", ".join(f"{names[i]} {abs(u[i]):.2f}" for i in outer))
assert scenes[names.index("Jondrette")].sum() == 1
assert sum(scenes[names.index("Myriel"), i] > 0 for i in outer) == 7

_, vectors = np.linalg.eigh(gt.normalized_laplacian(scenes))
book_halves = vectors[:, 1] > 0
sizes = sorted(np.bincount(book_halves).tolist())
print("with the normalized Laplacian the camps have", sizes, "members")
assert sizes[0] > 30

# %% [markdown]
# **The second warning:** $L$ likes to cut off little bits that hang by a thread. The Fiedler vector of the novel points
# at Jondrette, who hangs on Mme Burgon by a single scene, and at the bishop's visitors once more. With
# $L_{\mathrm{sym}}$, where everyone has the same say, the second eigenvector divides the book: the years of Fantine on
# one side, the barricades on the other. (Shi and Malik's *normalized cut*, 2000.)
#
# ## 11.5 Waves on a graph
#
# Write the eigenvectors of a symmetric $L$ as the columns of $U$, the eigenvalues on the diagonal of $\Lambda$: $L =
# U\Lambda U^\top$, $U^\top U = I$. The eigenvectors are a ladder of signals from smooth to rough. So any signal can be
# taken apart into smooth and rough parts, and put together again:
#
# $$\hat{\mathbf x} = U^\top\mathbf x, \qquad \mathbf x = U\hat{\mathbf x}, \qquad \hat x_k = \mathbf u_k\cdot\mathbf x .$$
#
# **This is the Fourier transform**, and not only in name. On a ring, row $j$ of $L\mathbf x$ is
# $2x_j - x_{j-1} - x_{j+1}$. Put in the wave $x_j = \cos\omega j$: since
# $\cos\omega(j-1) + \cos\omega(j+1) = 2\cos\omega\cos\omega j$, you get $(2 - 2\cos\omega)\,x_j$. A wave that closes
# after $n$ steps, $\omega = 2\pi k/n$, is an eigenvector, its eigenvalue grows with its frequency, and the same holds
# for the sine. On any other graph the $\mathbf u_k$ are what waves *are*, and $\lambda_k$ is their (squared) frequency.

# %%
n = len(ring)
values = np.linalg.eigvalsh(gt.laplacian(ring))
waves = np.sort(2 - 2 * np.cos(2 * np.pi * np.arange(n) / n))
assert np.allclose(values, waves)

values, U = np.linalg.eigh(gt.laplacian(club))
assert np.abs(U[:, 2:4]).argmax(axis=0).tolist() == [11, 11]
assert club[11].sum() == 1 and np.abs(U[:, 33]).argmax() == 33
fig, axes = plt.subplots(1, 4, figsize=(7.4, 2.2))
for ax, k in zip(axes, (1, 2, 3, 33)):
    wave = U[:, k] * np.sign(U[33, k])
    largest = np.abs(wave).max()
    draw_graph(ax, club, club_at, wave, 45, cmap="RdBu_r",
               vmin=-largest, vmax=largest)
    ax.set_title(f"$u_{{{k + 1}}}$, λ = {values[k]:.2f}")
mathlib.show(
    fig,
    caption="Waves on the club: red above 0, blue below, white at 0. $u_2$"
    " changes slowly from friend to friend. $u_3$ and $u_4$ single out a"
    " member who hangs by one thread (the second warning). The highest"
    " frequency only knows the president and everybody around him.",
    alt="The club four times, coloured from blue to red: left against right,"
    " then twice one very dark dot at the upper left, at last one dark dot"
    " in the middle of the right half.",
)

# %% [markdown]
# **A filter** turns each frequency up or down. Choose a function $g$ of the frequency, the *response*, and apply it to
# the eigenvalues, one by one:
#
# $$g * \mathbf x = U\,g(\Lambda)\,U^\top\mathbf x, \qquad g(\Lambda) = \mathrm{diag}\bigl(g(\lambda_1), \dots,
# g(\lambda_n)\bigr).$$
#
# Take apart, weigh, put together. Two that everybody needs: heat that has flowed for a time $t$ has the response
# $e^{-t\lambda}$. And the signal near $\mathbf y$ that is as smooth as possible,
# $\min_{\mathbf z}\|\mathbf z - \mathbf y\|^2 + \gamma\,\mathbf z^\top L\,\mathbf z$: set the gradient to zero,
# $2(\mathbf z - \mathbf y) + 2\gamma L\mathbf z = \mathbf 0$, so $\mathbf z = (I + \gamma L)^{-1}\mathbf y$, which is
# the response $\frac1{1 + \gamma\lambda}$.
#
# **By hand.** The path $0$–$1$–$2$ has $L = \begin{pmatrix}1&-1&0\\-1&2&-1\\0&-1&1\end{pmatrix}$, eigenvalues $0, 1, 3$
# and eigenvectors along $(1, 1, 1)$, $(1, 0, -1)$, $(1, -2, 1)$. (Check one.) Then
#
# $$(1, 2, 6) = 3\,(1, 1, 1) - \tfrac52\,(1, 0, -1) + \tfrac12\,(1, -2, 1) .$$
#
# With the response $\frac1{1 + \lambda} = 1, \frac12, \frac14$ the three parts become $3\,(1,1,1) - \frac54\,(1,0,-1) +
# \frac18\,(1,-2,1) = (1.875, 2.75, 4.375)$: less steep, and the mean is still 3.

# %%
path = gt.adjacency_matrix([(0, 1), (1, 2)], 3)
L, x = gt.laplacian(path), np.array([1.0, 2, 6])
x_hat = gt.graph_fourier(L, x)
print("sizes of the parts:", np.abs(x_hat).round(3))
smooth = gt.spectral_filter(L, x, lambda v: 1 / (1 + v))
print("smoothed:", smooth)
assert np.allclose(smooth, [1.875, 2.75, 4.375])
assert np.allclose(np.abs(x_hat), np.abs([9 / 3**0.5, -5 / 2**0.5,
                                          3 / 6**0.5]))

# Each member tells his side, +1 or -1, but mumbles: noise of size 1.5.
rng, L = np.random.default_rng(4), gt.laplacian(club)
heard = sides[:, None] + rng.normal(scale=1.5, size=(34, 400))
gammas = np.geomspace(0.01, 100, 25)
right = []
for g in gammas:
    clear = gt.spectral_filter(L, heard, lambda v, g=g: 1 / (1 + g * v))
    right.append(np.mean((clear > 0) == (sides > 0)[:, None]))
raw = np.mean((heard > 0) == (sides > 0)[:, None])
fig, ax = plt.subplots(figsize=(6.0, 2.4))
ax.semilogx(gammas, right, "o-", ms=3)
ax.axhline(raw, color="0.5", ls=":")
ax.text(0.8, raw + 0.01, "unfiltered", color="0.4")
ax.set(xlabel="smoothing γ", ylabel="sides understood", ylim=(0.5, 1))
mathlib.show(
    fig,
    caption="34 mumbling members, heard 400 times. Asking the neighbours, a"
    " low-pass filter, helps; asking too far around drowns everybody in"
    " the mean of all.",
    alt="A curve that rises from a dotted line at 0.75 to a maximum and falls"
    " again for strong smoothing.",
)
assert max(right) > raw + 0.1 and right[-1] < max(right) - 0.05

# %% [markdown]
# ### Exercise 11.10 ** · take apart, weigh, put together (3 points)
#
# **Contract.** `L` `(n, n)`, any symmetric matrix; `x` `(n,)`, or `(n, c)` for $c$ channels. `graph_fourier(L, x)`:
# $U^\top\mathbf x$, of the shape of `x`, eigenvalues ascending; each row may have either sign.
# `spectral_filter(L, x, response)`: $U\,g(\Lambda)\,U^\top\mathbf x$, of the shape of `x`; `response` takes the array
# of all eigenvalues, `(n,)`, and returns `(n,)`. `np.linalg.eigh` may be used.
#
# *Example:* for the path's $L$ and `x = [1, 2, 6]`: `[-5.196, 3.536, 1.225]` up to signs, and with `lambda v: 1 / (1 +
# v)`, `[1.875, 2.75, 4.375]`.
#
# <details><summary>Hint 1</summary>The waves are the columns of U, and each wants its dot product with x.</details>
# <details><summary>Hint 2</summary><code>U * g</code>, with g of shape (n,), scales the <i>columns</i> of U: that is U times a diagonal matrix. It works for one channel and for many.</details>

# %% exercise="graph_fourier"
def graph_fourier(L, x):
    """Return how much of each wave there is in x."""
    ### BEGIN SOLUTION
    _, U = np.linalg.eigh(L)
    return U.T @ x
    ### END SOLUTION

def spectral_filter(L, x, response):
    """Weigh the waves in x by a function of their eigenvalues."""
    ### BEGIN SOLUTION
    eigenvalues, U = np.linalg.eigh(L)
    return (U * response(eigenvalues)) @ (U.T @ x)
    ### END SOLUTION

# %% check="graph_fourier"
check("graph_fourier")

# %% [markdown]
# **Without a single eigenvector.** All eigenvectors of a graph with a million nodes are out of reach ($n^3$ steps,
# $n^2$ numbers). But for a *polynomial* $g$ one needs none: $U\Lambda^kU^\top = L^k$, so $g(L)\mathbf x$ is made of
# $\mathbf x, L\mathbf x, L(L\mathbf x), \dots$, and each product costs one visit to each edge. Better still, $K$
# products carry a number at most $K$ steps far: **a filter of degree $K$ looks at the neighbours up to $K$ steps away,
# and no further**, as a convolution with a small kernel does on a picture.
#
# Powers are a poor basis (chapter 10: they all look alike). **Chebyshev polynomials** are a good one:
#
# $$T_0(y) = 1, \qquad T_1(y) = y, \qquad T_k(y) = 2y\,T_{k-1}(y) - T_{k-2}(y) .$$
#
# They are $\cos k\varphi$ in disguise, $T_k(\cos\varphi) = \cos k\varphi$, by the same identity that we used on the
# ring. So on $[-1, 1]$ they stay between $-1$ and 1. *Outside they explode*, and the eigenvalues of $L$ go up to
# $\lambda_{\max}$. Hence ChebNet (Defferrard et al., 2016) rescales first:
#
# $$\tilde L = \frac{2L}{\lambda_{\max}} - I, \qquad g_\theta * \mathbf x = \sum_{k=0}^{K}\theta_k\,T_k(\tilde L)\,\mathbf x,$$
#
# and *learns* the $\theta_k$. (For a matrix "1" is $I$, so $T_0(\tilde L)\,\mathbf x = \mathbf x$.) **By hand**, for
# the path and $\mathbf x = (1, 2, 6)$, $\lambda_{\max} = 3$:
#
# $$\tilde L = \frac13\begin{pmatrix}-1&-2&0\\-2&1&-2\\0&-2&-1\end{pmatrix}, \quad
# T_1\mathbf x = \tilde L\mathbf x = -\tfrac13\,(5, 12, 10), \quad
# T_2\mathbf x = 2\tilde L\,(T_1\mathbf x) - \mathbf x = \tfrac19\,(49, 18, 14),$$
#
# and with $\theta = (1, 2, 3)$ the sum is $(14, 0, 4)$.

# %%
L, x = gt.laplacian(path), np.array([1.0, 2, 6])
print("by hand's numbers:", gt.chebyshev_filter(L, x, [1, 2, 3]).round(9) + 0)
assert np.allclose(gt.chebyshev_filter(L, x, [1, 2, 3]), [14, 0, 4])

# Heat for a time of 1, from the president, by polynomials of degree K.
L = gt.laplacian(club)
top = np.linalg.eigvalsh(L)[-1]
spark = np.eye(34)[33]
exact = gt.spectral_filter(L, spark, lambda v: np.exp(-v))
cheb = np.polynomial.Chebyshev
errors = []
for K in range(1, 17):
    theta = cheb.interpolate(lambda v: np.exp(-v), K, [0, top]).coef
    found = gt.chebyshev_filter(L, spark, theta, lambda_max=top)
    errors.append(np.abs(found - exact).max())
wild = gt.chebyshev_filter(L, spark, theta, lambda_max=2.0)
print(f"degree 16: error {errors[-1]:.0e};"
      f" not rescaled to [-1, 1]: {np.abs(wild - exact).max():.0e}")
assert errors[-1] < 1e-6 and np.abs(wild - exact).max() > 1e9

fig, axes = plt.subplots(1, 4, figsize=(7.4, 2.1),
                         width_ratios=[1.5, 1, 1, 1])
axes[0].semilogy(range(1, 17), errors, "o-", ms=3)
axes[0].set(xlabel="degree K", ylabel="error", yticks=[1, 1e-4, 1e-8])
steps = gt.dijkstra(club, 33)
for K, ax in enumerate(axes[1:]):
    theta = np.ones(K + 1)
    found = gt.chebyshev_filter(L, spark, theta)
    reached = np.abs(found) > 1e-12
    assert np.array_equal(reached, steps <= K)
    draw_graph(ax, club, club_at, np.where(reached, "C1", "white"), 25)
    ax.set_title(f"K = {K}")
mathlib.show(
    fig,
    caption="Left, e to the minus L by polynomials: the error falls fast."
    " Right, whom a filter of degree K reaches (filled) from the president:"
    " those within K steps.",
    alt="A falling curve on a logarithmic axis; then the club three times"
    " with one dot filled, then the right half, then nearly all.",
)

# %% [markdown]
# ### Exercise 11.11 *** · a filter without waves (3 points)
#
# **Contract.** `L` `(n, n)`, a Laplacian with at least one edge; `x` `(n,)` or `(n, c)`; `theta` `(K + 1,)`, $K \ge 0$.
# Return $\sum_k\theta_kT_k(\tilde L)\mathbf x$, of the shape of `x`. `lambda_max=None` means the largest eigenvalue of
# `L`.
#
# *Example:* the path, `x = [1, 2, 6]`, `theta = [1, 2, 3]`: `[14, 0, 4]`; with `lambda_max=2.0`, `[24, -20, 14]`.
#
# <details><summary>Hint 1</summary>The polynomial of a matrix is made of matrix products. Never form a power of L: keep a list of the vectors T_k x, each made of the two before it.</details>
# <details><summary>Hint 2</summary>Start with two terms. If theta is shorter than the list, <code>zip</code> stops in time.</details>

# %% exercise="chebyshev_filter"
def chebyshev_filter(L, x, theta, *, lambda_max=None):
    """Apply a polynomial of the Laplacian, in Chebyshev's basis."""
    ### BEGIN SOLUTION
    if lambda_max is None:
        lambda_max = np.linalg.eigvalsh(L)[-1]
    scaled = 2 * L / lambda_max - np.eye(len(L))
    terms = [x, scaled @ x]
    while len(terms) < len(theta):
        terms.append(2 * scaled @ terms[-1] - terms[-2])
    return sum(t * term for t, term in zip(theta, terms))
    ### END SOLUTION

# %% check="chebyshev_filter"
check("chebyshev_filter")

# %% [markdown]
# ## 11.6 A layer that learns: graph convolution
#
# **From ChebNet to GCN in four steps** (Kipf and Welling, 2017). Take $K = 1$ and the normalized Laplacian, whose
# $\lambda_{\max}$ is at most 2. With $\lambda_{\max} = 2$, $\tilde L = L_{\mathrm{sym}} - I = -D^{-1/2}AD^{-1/2}$, and
# the filter is
#
# $$\theta_0\,\mathbf x - \theta_1D^{-1/2}AD^{-1/2}\,\mathbf x .$$
#
# *One number is enough:* set $\theta = \theta_0 = -\theta_1$, which gives $\theta\,(I + D^{-1/2}AD^{-1/2})\,\mathbf x$.
# *But stacked, that explodes:* its eigenvalues go from 0 to 2. *So put the $I$ inside*, as a loop at each node, and
# normalize with the new degrees: now the eigenvalues lie in $(-1, 1]$. *Many channels:* with $H$ of shape $(n,
# \text{in})$ and a weight matrix $W$, (in, out), instead of $\theta$,
#
# $$H' = \sigma\bigl(\hat D^{-1/2}\hat A\,\hat D^{-1/2}\,H\,W\bigr), \qquad \hat A = A + I, \quad \hat D = \text{the degrees of } \hat A .$$
#
# ($\sigma$, sigma: a nonlinearity such as tanh, entry by entry.) In words: every node averages its neighbours and
# itself, then all of them go through one and the same linear layer. (Two conventions to mind. Some texts write
# $\hat A$ for the whole normalized matrix; here it is $A + I$, and we call the whole one $S$. And $W$ is (in, out), as
# in the paper, not (out, in) as in chapter 2's `la.linear`.) Renumber the nodes, and the output is renumbered: 11.1's
# demand is met.
#
# **By hand.** Two nodes, an edge of weight 3, and node 1 has a loop of weight 5 already:
# $\hat A = \begin{pmatrix}1&3\\3&6 \end{pmatrix}$, degrees 4 and 9. $S = \begin{pmatrix}1/4&3/6\\3/6&6/9\end{pmatrix}$.
# With $H = (6, 12)^\top$: $SH = (7.5, 11)^\top$, and $W = (1, -1)$ makes two channels of it.

# %%
A, H, W = np.array([[0.0, 3], [3, 5]]), np.array([[6.0], [12]]), [[1, -1]]
print(gt.gcn_layer(A, H, np.array(W)))
assert np.allclose(gt.gcn_layer(A, H, np.array(W)), [[7.5, -7.5], [11, -11]])

# With W = I and H = I the layer shows S itself.
S = gt.gcn_layer(club, np.eye(34), np.eye(34))
values = np.linalg.eigvalsh(S)
print("eigenvalues of the club's S:", values[[0, -2, -1]].round(3))
assert np.isclose(values[-1], 1) and values[0] > -1

# Renumbering before or after the layer is the same.
features = np.random.default_rng(0).normal(size=(34, 2))
W = np.eye(2)
before = gt.gcn_layer(club[np.ix_(mixed, mixed)], features[mixed], W)
assert np.allclose(before, gt.gcn_layer(club, features, W)[mixed])

unmended = 2 * np.eye(34) - gt.normalized_laplacian(club)
fig, axes = plt.subplots(1, 2, figsize=(6.8, 2.5), width_ratios=[1, 1.5])
axes[0].imshow(S, cmap="Blues")
axes[0].set(title="S of the club", xticks=[0, 33], yticks=[0, 33])
for M, look, color, name, spot in (
    (unmended, "s-", "C1", "$I + D^{-1/2}AD^{-1/2}$", (2.2, 400)),
    (S, "o-", "C0", "$S$, loops first", (11, 3)),
):
    sizes = [np.linalg.norm(np.linalg.matrix_power(M, k) @ features)
             for k in range(21)]
    axes[1].semilogy(sizes, look, color=color, ms=3)
    axes[1].text(*spot, name, color=color)
axes[1].set(xlabel="layers", ylabel="size of the features",
            xticks=range(0, 21, 5))
mathlib.show(
    fig,
    caption="Left, who averages whom, and himself (the diagonal). Right, why"
    " the loops come first: otherwise the features double, layer by layer.",
    alt="A matrix picture with a visible diagonal; a steeply rising line and"
    " a nearly level one on a logarithmic axis.",
)
assert sizes[-1] < sizes[0]

# %% [markdown]
# ### Exercise 11.12 ** · a GCN layer (3 points)
#
# **Contract.** `A` `(n, n)`, symmetric, weights $\ge 0$; `H` `(n, in)`; `W` `(in, out)`; `activation` a function or
# `None`. Return $\sigma(\hat D^{-1/2}\hat A\hat D^{-1/2}HW)$, `(n, out)`; without `activation`, no $\sigma$. $I$ is
# added also where `A` has loops. A node without edges keeps itself.
#
# *Example:* `A = [[0, 3], [3, 5]]`, `H = [[6], [12]]`, `W = [[1, -1]]`: `[[7.5, -7.5], [11, -11]]`.
#
# <details><summary>Hint 1</summary>Whose degrees? Not those of A.</details>
# <details><summary>Hint 2</summary>You have scaled rows and columns before, in Exercise 11.5. Here the degrees are those of A with the new loops, and none is 0. Why not?</details>

# %% exercise="gcn_layer"
def gcn_layer(A, H, W, activation=None):
    """Average neighbours and self, then apply one linear layer to all."""
    ### BEGIN SOLUTION
    A_hat = A + np.eye(len(A))
    scale = 1 / np.sqrt(np.sum(A_hat, axis=1))
    Z = (scale[:, None] * A_hat * scale) @ H @ W
    return Z if activation is None else activation(Z)
    ### END SOLUTION

# %% check="gcn_layer"
check("gcn_layer")

# %% [markdown]
# **The same idea, wider: message passing** (Gilmer et al., 2017). Each neighbour sends a message, the messages are
# gathered without regard to order, and the node updates itself:
#
# $$\mathbf h_i' = \phi\Bigl(\mathbf h_i,\ \bigoplus_{j\in\mathcal N(i)}\psi(\mathbf h_i, \mathbf h_j)\Bigr) .$$
#
# $\mathcal N(i)$ are the neighbours of $i$; $\psi$ (psi) makes the message, $\bigoplus$ gathers, $\phi$ (phi) updates.
# It must be blind to order, for a graph has no first node: a sum, a mean, a maximum. **Which one is not a matter of
# taste.** Three centres hear different things:

# %%
star_of = [(0, 3), (1, 4), (1, 5), (2, 6), (2, 7)]
A = gt.adjacency_matrix(star_of, 8)
says = np.array([0, 0, 0, 2, 2, 2, 1, 3])[:, None]
print("        hears 2   hears 2, 2   hears 1, 3")
for how in ("mean", "max", "sum"):
    heard = gt.aggregate_neighbors(A, says, how=how)[:3, 0]
    print(f"{how:>6} {heard[0]:8.0f} {heard[1]:11.0f} {heard[2]:12.0f}")
means, most, total = (gt.aggregate_neighbors(A, says, how=how)[:3, 0].tolist()
                      for how in ("mean", "max", "sum"))
assert means == [2, 2, 2] and most == [2, 2, 3] and total == [2, 4, 4]

# %% [markdown]
# The mean can't count, the maximum can't count either, and the sum takes $1 + 3$ for $2 + 2$. (With a network before
# the sum that can be healed, and then nothing gathers more: Xu et al., 2019.) A molecule's mass wants a sum; a
# community wants a mean.
#
# **Deeper is not better: oversmoothing.** Leave out $\sigma$ and $W$, and $k$ layers are $S^kH$. The largest eigenvalue
# of $S$ is 1, with the eigenvector $\mathbf u$ of entries proportional to $\sqrt{\hat d_i}$ (check:
# $\sum_j\frac{\hat A_{ij}}{\sqrt{\hat d_i\hat d_j}}\sqrt{\hat d_j} = \frac{\hat d_i}{\sqrt{\hat d_i}}$). All others are
# smaller in size, on a connected graph, so
#
# $$S^kH \longrightarrow \mathbf u\,(\mathbf u^\top H) \qquad (k\to\infty):$$
#
# every row becomes a multiple of *one and the same* vector, and all that is left of node $i$ is its degree. It is the
# random walk of 11.3 once more: after many steps it has forgotten where it came from. A little is good, since
# neighbours are alike; too much, and everybody is.

# %%
H = np.random.default_rng(2).normal(size=(34, 2))
fig, axes = plt.subplots(1, 4, figsize=(7.4, 2.2))
rough = []
for ax, k in zip(axes, (0, 2, 6, 40)):
    X = np.linalg.matrix_power(S, k) @ H
    X = X / np.linalg.norm(X)
    root = np.sqrt(club.sum(axis=1) + 1)[:, None]
    rough.append(gt.dirichlet_energy(club, X / root))
    for side, color, shape in ((~went, "C0", "o"), (went, "C1", "s")):
        ax.plot(*X[side].T, shape, color=color, ms=3.5, alpha=0.8)
    ax.plot(0, 0, "k+", ms=9)
    ax.set(title=f"k = {k}", xticks=[], yticks=[])
    ax.axis("equal")
print("roughness (energy of the rescaled rows):", np.round(rough, 4))
assert np.all(np.diff(rough) < 0) and rough[-1] < 1e-4
mathlib.show(
    fig,
    caption="34 members with two random numbers each (first channel across,"
    " second up), after k averagings; the cross is 0. Two pull the camps"
    " (discs, squares) apart. Forty put everybody on one ray from 0, ordered"
    " by degree.",
    alt="Four scatter plots: mixed, then two groups, then a narrow band,"
    " then a straight line that leaves from a cross.",
)

# %% [markdown]
# **Train it.** Two layers; two members whose side is told, the instructor and the president; 32 whom nobody asks. Each
# member's input is only his own name, one-hot: $H_0 = I$, so $SH_0W_1 = SW_1$ and row $i$ of $W_1$ is a vector that we
# learn for member $i$. With
#
# $$H_1 = \tanh(SW_1), \qquad Z = SH_1W_2, \qquad Y = \mathrm{softmax}(Z)\ \text{(by rows)},$$
#
# the loss is the mean cross-entropy $-\log Y_{i,\,\text{side of }i}$ **over the two who are known**. Backwards, with
# chapter 5's rules. For softmax and cross-entropy the gradient at $Z$ is prediction minus truth; in the rows of the
# others it is 0:
#
# $$G = \tfrac12(Y - T)\ \text{in the known rows}, \qquad \frac{\partial\ell}{\partial W_2} = (SH_1)^\top G, \qquad
# \frac{\partial\ell}{\partial W_1} = S^\top\bigl[(S^\top GW_2^\top)\odot(1 - H_1\odot H_1)\bigr] .$$
#
# ($T$ holds the truth one-hot; $\odot$ multiplies entry by entry, and $1 - \tanh^2$ is the derivative of tanh.) Only
# two rows of $G$ are not zero, but $S^\top$ spreads them: after two layers the gradient reaches everybody within two
# steps.

# %%
known, truth = [0, 33], np.eye(2)[went.astype(int)]


def loss_of(Z):
    """Return the loss on the known members, its gradient, and Y."""
    Y = fd.softmax(Z, axis=1)
    G = np.zeros_like(Y)
    G[known] = (Y - truth)[known] / len(known)
    return -np.mean(np.log(np.sum(Y * truth, axis=1)[known])), G, Y


def gcn(W1, W2):
    """Return loss, gradients and predictions of two GCN layers."""
    H1 = gt.gcn_layer(club, np.eye(34), W1, np.tanh)
    loss, G, Y = loss_of(gt.gcn_layer(club, H1, W2))
    dW1 = S.T @ ((S.T @ G @ W2.T) * (1 - H1**2))
    return loss, (dW1, (S @ H1).T @ G), Y


def train(model, weights, steps=200, rate=1.0):
    """Go downhill; return the predictions of all steps."""
    seen = []
    for _ in range(steps):
        _, gradients, Y = model(*weights)
        seen.append(Y)
        weights = [w - rate * g for w, g in zip(weights, gradients)]
    return np.array(seen)


def gcn_start(seed):
    rng = np.random.default_rng(seed)
    return [rng.normal(scale=0.3, size=(34, 4)),
            rng.normal(scale=0.5, size=(4, 2))]


W1, W2 = gcn_start(0)
_, (dW1, dW2), _ = gcn(W1, W2)
assert np.allclose(dW1, mc.numerical_gradient(lambda W: gcn(W, W2)[0], W1),
                   atol=1e-7)
assert np.allclose(dW2, mc.numerical_gradient(lambda W: gcn(W1, W)[0], W2),
                   atol=1e-7)

# %%
gcn_runs = [train(gcn, gcn_start(seed)) for seed in range(20)]
right = [(run.argmax(axis=2) == went).sum(axis=1) for run in gcn_runs]
print("right of 34, before training:", [int(r[0]) for r in right])
print("after 200 steps:             ", [int(r[-1]) for r in right])
misses = sum((run[-1].argmax(axis=1) != went) for run in gcn_runs)
print("missed how often, of 20 runs:",
      {int(i): int(misses[i]) for i in np.flatnonzero(misses)})

fig, axes = plt.subplots(1, 3, figsize=(7.4, 2.5))
for ax, step in zip(axes, (0, 10, 199)):
    Y = gcn_runs[0][step]
    draw_graph(ax, club, club_at, Y[:, 1], 55, cmap="RdBu_r", vmin=0, vmax=1)
    ax.plot(*club_at[known].T, "o", ms=12, mfc="none", mec="black", mew=1.6)
    bad = Y.argmax(axis=1) != went
    ax.plot(*club_at[bad].T, "kx", ms=6, mew=1.6)
    ax.set_title(f"step {step}: {np.sum(~bad)} right")
mathlib.show(
    fig,
    caption="What the network believes: red for the president's camp, blue"
    " for the instructor's. Only the ringed two were told; crosses are"
    " errors. The news travels along the edges.",
    alt="The club three times: pale with many crosses, then coloured left"
    " blue and right red, then in deep colours with a single cross.",
)
final = [int(r[-1]) for r in right]
assert min(final) >= 31 and np.mean(final) > 32
assert misses.argmax() == 8

# %% [markdown]
# Two labels, and 32 or 33 of 34. It is the same member 8 who went against his friends, run after run. (Kipf and
# Welling's point was *semi-supervised* learning: on citation networks 20 labels for each class sufficed, and the graph
# did the rest.) Is it better than the eigenvector? By one member, on one club. Nobody should conclude anything from
# that, except that both look for a smooth signal, the network with two ends held fast.
#
# **Where it is load-bearing.** Layers of this family predict the properties of molecules and the weather of the next
# ten days (GraphCast passes messages on a mesh around the globe), estimate arrival times on road maps, and recommend.

# %% [markdown]
# ## 11.7 Whom to listen to: graph attention
#
# In a GCN the weight of a neighbour is fixed by the degrees. **GAT** (Veličković et al., 2018) lets the node choose.
# Let $\mathbf z_i = W\mathbf h_i$, with $W$ of shape (out, in) this time, and let a vector $\mathbf a$ of shape
# $(2\,\text{out},)$ score how much $i$ wants to hear $j$:
#
# $$e_{ij} = \mathrm{LeakyReLU}\bigl(\mathbf a^\top[\mathbf z_i\,\|\,\mathbf z_j]\bigr), \qquad
# \alpha_{ij} = \frac{e^{e_{ij}}}{\sum_{k\in\mathcal N(i)\cup\{i\}}e^{e_{ik}}}, \qquad
# \mathbf h_i' = \sum_{j\in\mathcal N(i)\cup\{i\}}\alpha_{ij}\,\mathbf z_j .$$
#
# $\|$ puts two vectors end to end, so the score is
# $\mathbf a_{\text{first}}\cdot\mathbf z_i + \mathbf a_{\text{second}}\cdot\mathbf z_j$: two numbers for each node,
# then all sums. LeakyReLU leaves $x > 0$ as it is and multiplies $x < 0$ by a small slope, here 0.2. The softmax runs
# over $j$, *the neighbours of $i$ and $i$ itself*: each **row** of $\alpha$ adds up to 1. Who is no neighbour must get
# the weight 0, so its score must be $-\infty$ ($e^{-\infty} = 0$), as in the masks of chapter 15. And who has no
# neighbours at least hears itself.
#
# **By hand.** Path $0$–$1$–$2$, $H = (-8, 2, 12)^\top$ and $W = (\frac12)$, so $\mathbf z = (-4, 1, 6)$; and $\mathbf a
# = (-\ln2, \ln2)$. Before the slope, the score is $\ln2\cdot(z_j - z_i)$: one listens to who stands higher. For a
# neighbour 5 above, $e^{e_{ij}} = 2^5 = 32$; for oneself, $2^0 = 1$; for a neighbour 5 below, the slope makes $-5\ln2$
# into $-\ln2$, so $\frac12$.
#
# | | hears | weights | $h_i'$ |
# |---|---|---|---|
# | 0 | 0, 1 | $1 : 32$ | $(-4 + 32\cdot1)/33 = 0.8485$ |
# | 1 | 0, 1, 2 | $\frac12 : 1 : 32$ | $(-2 + 1 + 32\cdot6)/33.5 = 5.7015$ |
# | 2 | 1, 2 | $\frac12 : 1$ | $(\frac12 + 6)/1.5 = 4.3333$ |

# %%
H, W = np.array([[-8.0], [2], [12]]), np.array([[0.5]])
a = np.array([-np.log(2), np.log(2)])
print(gt.gat_layer(path, H, W, a).round(4).ravel())
assert np.allclose(gt.gat_layer(path, H, W, a)[:, 0],
                   [28 / 33, 191 / 33.5, 6.5 / 1.5])


def listen(A, H, W, a):
    """Return the weights alpha of a GAT layer: the mean name tags.

    Beside its features every node holds up a tag, one-hot, which no score
    looks at. What it then hears of the tags is whom it listened to.
    """
    n, (m, d) = len(A), W.shape
    tagged = np.block([[W, np.zeros((m, n))], [np.zeros((n, d)), np.eye(n)]])
    score = np.concatenate([a[:m], np.zeros(n), a[m:], np.zeros(n)])
    return gt.gat_layer(A, np.hstack([H, np.eye(n)]), tagged, score)[:, m:]


print(listen(path, H, W, a).round(3))
assert np.allclose(listen(path, H, W, a)[1], np.array([0.5, 1, 32]) / 33.5)

# %% [markdown]
# ### Exercise 11.13 *** · find and mend (4 points)
#
# The layer below was found in a repository. Its shapes are right, nothing warns, and a network even trains with it. It
# has **two** bugs. On the path of three nodes it returns nonsense: node 0 hears node 2, who is not its neighbour, and
# the weights of a row don't add up to 1. **Mend both.**
#
# **Contract.** `A` `(n, n)`, perhaps directed: node $i$ listens to itself and to each $j$ with $A_{ij} \ne 0$; the
# weights in `A` play no further part. `H` `(n, in)`, `W` `(out, in)`, `a` `(2 out,)`, its first half for the listener
# $i$, its second for the heard $j$. Return $\sum_j\alpha_{ij}W\mathbf h_j$, `(n, out)`; no activation after it. Scores
# may be in the thousands. `fd.softmax` may be used; it copes with $-\infty$.
#
# *Example:* path $0$–$1$–$2$, `H = [[-8], [2], [12]]`, `W = [[0.5]]`, `a = [-ln 2, ln 2]`: `[[0.8485], [5.7015],
# [4.3333]]`.
#
# <details><summary>Hint 1</summary>What is the exponential of 0?</details>
# <details><summary>Hint 2</summary>Row i of the scores belongs to the listener i. Which axis runs over those who are heard?</details>

# %%
def broken_gat_layer(A, H, W, a, *, negative_slope=0.2):
    Z = H @ W.T
    of_i, of_j = Z @ a[:len(W)], Z @ a[len(W):]
    scores = of_i[:, None] + of_j  # (n, n): row i attends to column j
    scores = np.where(scores > 0, scores, negative_slope * scores)
    linked = A + np.eye(len(A)) != 0
    return fd.softmax(np.where(linked, scores, 0.0), axis=0) @ Z

print(broken_gat_layer(path, H, W, a).round(4).ravel())
assert not np.allclose(broken_gat_layer(path, H, W, a),
                       gt.gat_layer(path, H, W, a))

# %% exercise="gat_layer"
def gat_layer(A, H, W, a, *, negative_slope=0.2):
    """Let every node average its neighbours by learned attention."""
    ### BEGIN SOLUTION
    Z = H @ W.T
    of_i, of_j = Z @ a[:len(W)], Z @ a[len(W):]
    scores = of_i[:, None] + of_j  # (n, n): row i attends to column j
    scores = np.where(scores > 0, scores, negative_slope * scores)
    linked = A + np.eye(len(A)) != 0
    return fd.softmax(np.where(linked, scores, -np.inf), axis=1) @ Z
    ### END SOLUTION

# %% check="gat_layer"
check("gat_layer")

# %% [markdown]
# **Train it, too,** with the same loss and the same way downhill. Only the gradients are new; you may take them on
# trust, for the cell below checks them by differences (and torch agrees, at the end of the chapter).
#
# <details><summary>For the curious: the layer, backwards</summary>
#
# Let $G$, of shape (n, out), be the gradient at the layer's output $\alpha Z$ (rows of $Z$: $\mathbf z_i = W\mathbf
# h_i$). A product gives to both factors; then softmax by rows (chapter 5), then the slope $\sigma'_{ij} \in \{1,
# 0.2\}$:
#
# $$\partial\alpha = GZ^\top, \qquad \partial e_{ij} = \alpha_{ij}\Bigl(\partial\alpha_{ij} - \sum_k\alpha_{ik}\,\partial\alpha_{ik}\Bigr)\,\sigma'_{ij} .$$
#
# (Where $\alpha_{ij} = 0$, nothing flows: the mask takes care of itself.) The score was a number of $i$ plus a number
# of $j$. With $r_i = \sum_j\partial e_{ij}$ and $c_j = \sum_i\partial e_{ij}$
#
# $$\partial\mathbf a = (Z^\top\mathbf r,\ Z^\top\mathbf c), \qquad
# \partial Z = \alpha^\top G + \mathbf r\,\mathbf a_{\text{first}}^\top + \mathbf c\,\mathbf a_{\text{second}}^\top, \qquad
# \partial W = (\partial Z)^\top H, \qquad \partial H = \partial Z\,W .$$
#
# Three ways lead to $Z$: what is heard, who hears, who is heard. Forget one, and the check by differences says so.
#
# </details>

# %%
def gat_backward(A, H, W, a, G):
    """Return the gradients at H, W and a from that at the output."""
    Z, m, alpha = H @ W.T, len(W), listen(A, H, W, a)
    raw = (Z @ a[:m])[:, None] + Z @ a[m:]
    d_alpha = G @ Z.T
    d_score = alpha * (d_alpha - np.sum(alpha * d_alpha, axis=1,
                                        keepdims=True))
    d_score = d_score * np.where(raw > 0, 1, 0.2)
    r, c = d_score.sum(axis=1), d_score.sum(axis=0)
    dZ = alpha.T @ G + np.outer(r, a[:m]) + np.outer(c, a[m:])
    return dZ @ W, dZ.T @ H, np.concatenate([Z.T @ r, Z.T @ c])


def gat(W1, a1, W2, a2):
    """Return loss, gradients and predictions of two GAT layers."""
    H1 = np.tanh(gt.gat_layer(club, np.eye(34), W1, a1))
    loss, G, Y = loss_of(gt.gat_layer(club, H1, W2, a2))
    dH1, dW2, da2 = gat_backward(club, H1, W2, a2, G)
    _, dW1, da1 = gat_backward(club, np.eye(34), W1, a1, dH1 * (1 - H1**2))
    return loss, (dW1, da1, dW2, da2), Y


def gat_start(seed):
    rng = np.random.default_rng(seed)
    return [rng.normal(scale=scale, size=size) for scale, size in (
        (0.3, (4, 34)), (0.5, 8), (0.5, (2, 4)), (0.5, 4))]


weights = gat_start(0)
_, gradients, _ = gat(*weights)
for k in range(4):
    numeric = mc.numerical_gradient(
        lambda w, k=k: gat(*weights[:k], w, *weights[k + 1:])[0], weights[k])
    assert np.allclose(gradients[k], numeric, atol=1e-7)
gat_runs = [train(gat, gat_start(seed)) for seed in range(10)]
final = [int((run[-1].argmax(axis=1) == went).sum()) for run in gat_runs]
print("right of 34, ten runs:", final)
misses = sum((run[-1].argmax(axis=1) != went) for run in gat_runs)
print("missed how often:",
      {int(i): int(misses[i]) for i in np.flatnonzero(misses)})
assert min(final) >= 26 and np.median(final) >= 30

fig, ax = plt.subplots(figsize=(6.0, 1.5))
for row, runs in enumerate(([r[-1] for r in right], final)):
    for score, count in zip(*np.unique(runs, return_counts=True)):
        ax.plot(score, -row, "os"[row], color=f"C{row}", ms=7)
        ax.annotate(f"{count}×", (score, -row), (0, 8), color=f"C{row}",
                    textcoords="offset points", ha="center")
ax.set(yticks=[0, -1], yticklabels=["GCN, 20 runs", "GAT, 10 runs"],
       ylim=(-1.5, 0.8), xlim=(26.4, 34.4), xlabel="members right, of 34")
mathlib.show(
    fig,
    caption="How many members each run got right, and how many runs did.",
    alt="Two rows of marks: the upper at 32 and 33, the lower spread from 27"
    " to 33.",
)

# %% [markdown]
# The GAT does well, too, but its runs differ more: with two labels it has more freedom than anybody can pin down. On
# graphs with thousands of labels that freedom pays. What one gains in any case is a look inside: *whom* does a node
# listen to?
#
# **A limit.** Since $e_{ij}$ is LeakyReLU of (a number of $i$) + (a number of $j$), and LeakyReLU only rises, all nodes
# *agree* on the ranking of whom to hear; they differ in who is their neighbour and in how strongly they prefer. Brody
# et al. (GATv2, 2022) put $\mathbf a$ behind the nonlinearity and mend it. A transformer's attention (chapter 15) is
# message passing on the graph in which everyone is everyone's neighbour, with a score that can rank differently for
# each.

# %%
def trained(model, weights, steps=200):
    """Return the weights after going downhill."""
    for _ in range(steps):
        _, gradients, _ = model(*weights)
        weights = [w - g for w, g in zip(weights, gradients)]
    return weights


best = int(np.argmax(final))
W1, a1, W2, a2 = trained(gat, gat_start(best))
alpha = listen(club, np.eye(34), W1, a1)
assert np.allclose(alpha.sum(axis=1), 1)
fig, axes = plt.subplots(1, 2, figsize=(7.2, 2.8))
friends = np.flatnonzero(club[33] + np.eye(34)[33])
for ax, weight, title in ((axes[0], S[33], "GCN: by degree"),
                          (axes[1], alpha[33], "GAT: by choice")):
    order = friends[np.argsort(-weight[friends])]
    ax.bar(range(len(order)), weight[order],
           color=np.where(went[order], "C1", "C0"),
           hatch=["" if went[i] else "//" for i in order],
           edgecolor="white")
    ax.set(title=title, xlabel="friend (33 is himself)", ylabel="weight",
           ylim=(0, 0.16), yticks=[0, 0.05, 0.1, 0.15])
    ax.set_xticks(range(len(order)), order, fontsize=7)
assert alpha[33].max() < 0.16 and S[33].max() < 0.16
mathlib.show(
    fig,
    caption="Whom the president's node listens to, in the first layer:"
    " orange went with him, hatched blue didn't. (The GCN's weights add up"
    f" to {S[33].sum():.2f}, the GAT's to {alpha[33].sum():.2f}: compare the"
    " order, not the heights.) The GCN listens most to those with few"
    " friends. The GAT has learned other favourites, and who they are"
    " differs from run to run.",
    alt="Two bar charts of weights over the same eighteen members, in a"
    " different order.",
)

# %% [markdown]
# ## 11.8 Nodes as words: node2vec
#
# word2vec learns a vector for each word from the words around it. A random walk is a sentence whose words are nodes.
# So: walk a lot, and let each node's vector predict who comes near it in the walks. **node2vec** (Grover and Leskovec,
# 2016) adds a walker with a short memory. It has just come from $t$ to $v$; where to, next? To each neighbour $x$ of
# $v$ with a probability
#
# $$P(x\mid t, v) \propto w_{vx}\cdot\begin{cases} 1/p & \text{if } x = t \quad\text{(turn back)},\\
# 1 & \text{if } x \text{ is a neighbour of } t \quad\text{(stay near)},\\
# 1/q & \text{otherwise} \quad\text{(move on)}.\end{cases}$$
#
# The cases are the distance from $t$, the *previous* node: 0, 1, 2. Large $p$: hardly ever back. Small $q$: out into
# the world, like a depth-first search. Large $q$: around the own village. With $p = q = 1$ it is the walk of 11.3.
#
# **By hand.** Edges $0$–$1$, $0$–$2$, $1$–$2$ of weight 1, $1$–$3$ of weight 2, $3$–$4$; from 0 to 1, with $p = 4$,
# $q = \frac12$. Back to 0: $1\cdot\frac14$. To 2, a neighbour of 0: $1$. To 3: $2\cdot\frac1{1/2} = 4$. Together
# $5.25$, so the probabilities are $0.0476, 0.1905, 0.7619$.
#
# ### Exercise 11.14 ** · a walker with a memory (3 points)
#
# **Contract.** `A` `(n, n)`, symmetric, no loops, weights $\ge 0$; `previous` and `current` are neighbours; `p`, `q` $>
# 0$. Return the probabilities of the next node, `(n,)`, which add up to 1.
#
# *Example:* the graph above: `node2vec_transition(A, 0, 1, 4.0, 0.5)` returns `[0.0476, 0, 0.1905, 0.7619, 0]`.
#
# <details><summary>Hint 1</summary>Make an array of factors for <i>all</i> nodes, first without a thought of who is a neighbour of current. What takes care of that afterwards?</details>
# <details><summary>Hint 2</summary>Row <code>previous</code> of A says who is at distance 1. Who is at distance 0, and what has the row said of him?</details>

# %%
A = gt.adjacency_matrix([(0, 1), (0, 2), (1, 2), (1, 3, 2), (3, 4)], 5)
print(gt.node2vec_transition(A, 0, 1, 4.0, 0.5).round(4))
assert np.allclose(gt.node2vec_transition(A, 0, 1, 4.0, 0.5),
                   np.array([1 / 4, 0, 1, 4, 0]) / 5.25)

# %% exercise="node2vec_transition"
def node2vec_transition(A, previous, current, p, q):
    """Return where a node2vec walker goes that came from previous."""
    ### BEGIN SOLUTION
    bias = np.where(A[previous] > 0, 1.0, 1 / q)
    bias[previous] = 1 / p
    weights = A[current] * bias
    return weights / np.sum(weights)
    ### END SOLUTION

# %% check="node2vec_transition"
check("node2vec_transition")

# %% [markdown]
# **Walks into vectors.** In 20 walks from each character, count in a matrix $C$, $(n, n)$, how often $j$ comes within
# three steps of $i$. Give each node a vector $\mathbf u_i$ (as a centre) and a vector $\mathbf v_j$ (as company),
# $d = 8$ numbers each, and let $P(j\mid i) = \mathrm{softmax}_j(\mathbf u_i\cdot\mathbf v_j)$. The best vectors are
# those that make the counts most probable, that is, minimise
#
# $$\ell = -\frac1{\sum C}\sum_{ij}C_{ij}\log P(j\mid i) .$$
#
# At the scores $M = UV^\top$ the gradient is again prediction minus truth, row by row:
# $\partial M_{ij} = (c_iP(j\mid i) - C_{ij})/\sum C$ with $c_i = \sum_jC_{ij}$; then $\partial U = \partial M\,V$ and
# $\partial V = \partial M^\top U$. (With a million nodes nobody can afford the softmax over all; then a few random
# "negatives" stand for the rest, *negative sampling*. We have 77.)

# %%
def walks(A, p, q, count, length, rng):
    """Return node2vec walks, `count` from each node, as rows."""
    first = gt.transition_matrix(A)
    rows = {}  # (previous, current) comes again and again: keep its row
    found = []
    for start in np.tile(np.arange(len(A)), count):
        walk = [start, rng.choice(len(A), p=first[start])]
        while len(walk) < length:
            pair = tuple(walk[-2:])
            if pair not in rows:
                rows[pair] = gt.node2vec_transition(A, *pair, p, q)
            walk.append(rng.choice(len(A), p=rows[pair]))
        found.append(walk)
    return np.array(found)


def company(sentences, n, window=3):
    """Count who comes within a few steps of whom."""
    C = np.zeros((n, n))
    for k in range(1, window + 1):
        pairs = sentences[:, :-k].ravel(), sentences[:, k:].ravel()
        np.add.at(C, pairs, 1)
    return C + C.T


def embed(C, d, rng, steps=300):
    """Return vectors whose dot products predict the company."""
    U, V = rng.normal(scale=0.3, size=(2, len(C), d))
    losses = []
    for _ in range(steps):
        M = U @ V.T
        log_p = M - fd.logsumexp(M, axis=1, keepdims=True)
        losses.append(-np.sum(C * log_p) / C.sum())
        dM = (C.sum(axis=1, keepdims=True) * np.exp(log_p) - C) / C.sum()
        U, V = U - 10 * dM @ V, V - 10 * dM.T @ U
    return U, losses

# %%
rng = np.random.default_rng(1)
for q in (4.0, 0.25):
    seen = [len(set(w)) for w in walks(scenes, 1.0, q, 2, 20, rng)]
    print(f"q = {q}: {np.mean(seen):.1f} different characters in 20 steps")
vectors, losses = embed(
    company(walks(scenes, 1.0, 1.0, 20, 20, rng), 77), 8, rng)
print(f"loss {losses[0]:.2f} -> {losses[-1]:.2f}; knowing nothing: "
      f"{np.log(77):.2f}")
assert losses[-1] < 3 < np.log(77) < losses[0]

unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
for name in ("Enjolras", "Thenardier", "Myriel"):
    i = names.index(name)
    alike = np.argsort(-(unit @ unit[i]))[1:5]
    most = np.argsort(-scenes[i])[:3]
    print(f"{name}: alike {', '.join(names[k] for k in alike)};"
          f" most scenes with {', '.join(names[k] for k in most)}")

centred = vectors - vectors.mean(axis=0)
plane = centred @ np.linalg.svd(centred)[2][:2].T
plane = plane * np.sign(plane[names.index("Myriel")])
late = book_halves == book_halves[names.index("Enjolras")]
fig, ax = plt.subplots(figsize=(6.8, 3.4))
for side, color, shape in ((~late, "C0", "o"), (late, "C1", "s")):
    ax.plot(*plane[side].T, shape, color=color, ms=5)
ax.set(xlabel="first principal component", ylabel="second")
shown = {"Valjean": (9, -13), "Myriel": (7, -3), "Fantine": (5, 4),
         "Enjolras": (5, 4), "Thenardier": (-16, 19), "Marius": (-16, -15),
         "Gavroche": (6, -11)}
for name, shift in shown.items():
    ax.annotate(name, plane[names.index(name)], shift, fontsize=9,
                textcoords="offset points")
mathlib.show(
    fig,
    caption="77 vectors of length 8, seen from their best side. Shape and"
    " colour: the two halves that the normalized Laplacian found in 11.4."
    " Who keeps the same company lies together.",
    alt="A scatter plot of discs and squares in several clusters,"
    " seven of them with names.",
)

# %% [markdown]
# *Alike* is not *together*. Enjolras shares most scenes with Courfeyrac and Combeferre, but nearest to him lie those
# who know the same people: the students of the barricade. Thénardier's neighbours are his family and his gang.
#
# **Where it is load-bearing.** Recommenders at web scale began so (walks on "who bought what", vectors, nearest
# neighbours: chapter 23). Against a GNN it is the cheap choice, with one drawback: a node that joins tomorrow has no
# vector. A GNN has *weights*, and only needs its neighbours.
#
# ## Common mistakes
#
# | one often sees | why it is wrong | what is right |
# |---|---|---|
# | an undirected edge stored once; `A + A.T` on a list with loops | half of the graph is missing; loops count twice | both places, a loop once |
# | column sums for out-degrees | that is what comes in | row sums |
# | $A - D$ | eigenvalues $\le 0$, heat flows uphill | $L = D - A$ |
# | `x @ L @ x` far from 0 | cancels: at $10^8$ no digit is right | differences first |
# | $D^{-1}A$ for $D^{-1/2}AD^{-1/2}$ | not symmetric: other eigenvectors, no `eigh` | half on each side |
# | $1/\sqrt0$ for a lonely node | inf, then nan | a row and a column of zeros |
# | the right eigenvector of $P$ | it is constant, $P\mathbf 1 = \mathbf 1$ | $\boldsymbol\pi P = \boldsymbol\pi$: degrees |
# | PageRank without care for dangling pages | loses mass in each step | they jump anywhere |
# | the first, or the last, eigenvector to cut with | constant, or as rough as can be | the second smallest |
# | Chebyshev on an $L$ that is not rescaled | $T_k$ explodes outside $[-1, 1]$ | $2L/\lambda_{\max} - I$ |
# | GCN with the degrees of $A$ | eigenvalues beyond 1: explodes in depth | loops first, then degrees |
# | attention masked with 0; softmax over $i$ | $e^0 = 1$: strangers are heard | $-\infty$; rows add up to 1 |

# %% [markdown]
# ## The same in networkx, SciPy and PyTorch Geometric
#
# | here | networkx, SciPy | PyTorch Geometric |
# |---|---|---|
# | `gt.adjacency_matrix(edges, n)` | `nx.to_numpy_array(graph)` | `edge_index` `(2, m)`: a list of edges, both ways |
# | `gt.laplacian(A)` | `csgraph.laplacian(A)` | `get_laplacian(edge_index)` |
# | `gt.normalized_laplacian(A)` | `csgraph.laplacian(A, normed=True)` | `get_laplacian(..., normalization="sym")` |
# | `gt.number_of_components(A)` | `csgraph.connected_components(A)[0]` | |
# | `gt.dijkstra(A, s)` | `csgraph.dijkstra(A, indices=s)` | |
# | `gt.pagerank(A)` | `nx.pagerank(graph)` | |
# | `gt.fiedler_vector(A)` | `nx.fiedler_vector(graph)` | |
# | `gt.erdos_renyi(n, p, rng=rng)` | `nx.gnp_random_graph(n, p)` | `erdos_renyi_graph(n, p)` |
# | `gt.chebyshev_filter(L, x, theta)` | | `ChebConv(in, out, K)`, which counts terms: our $K + 1$ |
# | `gt.gcn_layer(A, H, W)` | | `GCNConv(in, out)` |
# | `gt.gat_layer(A, H, W, a)` | | `GATConv(in, out)`; `GATv2Conv` |
# | `gt.node2vec_transition` | | `Node2Vec(edge_index, p=p, q=q, ...)` |
#
# SciPy's `csgraph` takes sparse matrices. With ten nodes nobody notices; with a million, $A$ as a table has $10^{12}$
# entries.

# %% tags=["nbval-ignore-output"]
from scipy.sparse import csgraph

assert np.allclose(gt.laplacian(scenes), csgraph.laplacian(scenes))
assert np.allclose(gt.normalized_laplacian(scenes),
                   csgraph.laplacian(scenes, normed=True))
assert np.allclose(gt.dijkstra(lengths, 0),
                   csgraph.dijkstra(lengths, indices=0))
theirs = nx.fiedler_vector(graph, weight=None, method="lanczos", seed=0)
assert np.isclose(abs(theirs @ gt.fiedler_vector(club))
                  / np.linalg.norm(theirs), 1, atol=1e-5)
print("they agree")

# If torch is there, let it check our gradients: mathlib's functions take
# its tensors as they are.
if mathlib.has_torch:
    import torch

    leaves = [torch.tensor(w, requires_grad=True) for w in weights]
    A, eye = torch.tensor(club), torch.eye(34, dtype=torch.float64)
    H1 = torch.tanh(gt.gat_layer(A, eye, leaves[0], leaves[1]))
    Z = gt.gat_layer(A, H1, leaves[2], leaves[3])
    torch.nn.functional.cross_entropy(
        Z[known], torch.tensor(truth[known])).backward()
    for ours, leaf in zip(gradients, leaves):
        assert np.allclose(ours, leaf.grad.numpy())
    print("torch finds the same four gradients")
else:
    print("no torch here; nothing else needs it")

# %% [markdown]
# ## Summary: one screen
#
# | | formula | function |
# |---|---|---|
# | table, degrees | $A_{ij} = w_{ij}$, $\;D = \mathrm{diag}(\sum_jA_{ij})$ | `gt.adjacency_matrix`, `gt.degree_matrix` |
# | shortest path | $d(v) = \min_u(d(u) + w_{uv})$ | `gt.dijkstra` |
# | random graph | $s = 1 - e^{-nps}$ | `gt.erdos_renyi` |
# | Laplacian | $L = D - A$, $\;\mathbf x^\top L\mathbf x = \frac12\sum_{ij}A_{ij}(x_i - x_j)^2$ | `gt.laplacian`, `gt.dirichlet_energy` |
# | equal say | $I - D^{-1/2}AD^{-1/2}$, $\;0 \le \lambda \le 2$ | `gt.normalized_laplacian` |
# | pieces | $\dim\ker L$ | `gt.number_of_components` |
# | walk | $P = D^{-1}A$, $\;\boldsymbol\pi_{t+1} = \boldsymbol\pi_tP$ | `gt.transition_matrix`, `gt.random_walk` |
# | where it stays | $\pi_i = d_i/\sum_kd_k$ | `gt.walk_stationary_distribution` |
# | PageRank | $\boldsymbol\pi = \alpha\,\boldsymbol\pi P + (1 - \alpha)\frac1n\mathbf 1^\top$ | `gt.pagerank` |
# | cut | $L\mathbf u_2 = \lambda_2\mathbf u_2$, signs | `gt.fiedler_vector`, `gt.spectral_embedding`, `gt.spectral_bisection` |
# | waves | $\hat{\mathbf x} = U^\top\mathbf x$, $\;U\,g(\Lambda)\,U^\top\mathbf x$ | `gt.graph_fourier`, `gt.spectral_filter` |
# | ChebNet | $\sum_k\theta_kT_k(2L/\lambda_{\max} - I)\,\mathbf x$ | `gt.chebyshev_filter` |
# | GCN | $\sigma(\hat D^{-1/2}(A + I)\hat D^{-1/2}HW)$ | `gt.gcn_layer` |
# | messages | $\phi(\mathbf h_i, \bigoplus_j\psi(\mathbf h_i, \mathbf h_j))$ | `gt.aggregate_neighbors` |
# | GAT | $\sum_j\mathrm{softmax}_j(\mathrm{LeakyReLU}(\mathbf a^\top[\mathbf z_i\,\Vert\,\mathbf z_j]))\,\mathbf z_j$ | `gt.gat_layer` |
# | node2vec | $w_{vx}\cdot\{1/p, 1, 1/q\}$ | `gt.node2vec_transition` |

# %% [markdown]
# **Five questions to ask yourself.**
#
# <details><summary>1. The Laplacian of your graph has the eigenvalues 0, 0, 0.001, 0.9, ... What do you know?</summary>
# It is in two pieces, and one of them almost falls apart: a small λ is a signal that changes only across few, weak
# edges.
# </details>
# <details><summary>2. You have a list of a thousand people, 100 doses of a vaccine, and no degrees; but you can ask each person for a friend's name. Whom do you vaccinate?</summary>
# Random friends of random people. Ends of edges have more friends than people have: there the virus comes by, too, in
# proportion to degree.
# </details>
# <details><summary>3. Your ten-layer GCN is worse than your two-layer one, on the training data as well. Why, and what could you try?</summary>
# Oversmoothing: ten averagings leave little but the degree. Fewer layers, skip connections (chapter 14), or a filter of
# high degree K in one layer.
# </details>
# <details><summary>4. A colleague gives each node its row of A as input and trains an ordinary network. What goes wrong with tomorrow's graph?</summary>
# Its weights belong to node numbers. Renumber the nodes, or add one, and it knows nothing. A GNN uses the same weights
# at every node.
# </details>
# <details><summary>5. Which of these depend on how the nodes are numbered: λ₂, the Fiedler vector, PageRank, the number of triangles?</summary>
# The two numbers don't. The two vectors are permuted along with the nodes, as they must be.
# </details>

# %% [markdown]
# ## Further reading
#
# **Graphs and walks.** E. W. Dijkstra, *Numer. Math.* 1 (1959), doi:10.1007/BF01386390. P. Erdős, A. Rényi, *Publ.
# Math. Debrecen* 6 (1959). L. Page, S. Brin, R. Motwani, T. Winograd, *The PageRank Citation Ranking*, Stanford, 1998.
#
# **Eigenvalues.** M. Fiedler, *Czech. Math. J.* 23 (1973). F. Chung, *Spectral Graph Theory*, AMS, 1997. J. Shi, J.
# Malik, *IEEE TPAMI* 22 (2000), doi:10.1109/34.868688. U. von Luxburg, a tutorial, 2007, arXiv:0711.0189. D. Shuman et
# al., signals on graphs, 2013, arXiv:1211.0053.
#
# **Networks.** M. Defferrard, X. Bresson, P. Vandergheynst, ChebNet, 2016, arXiv:1606.09375. T. Kipf, M. Welling, GCN,
# 2017, arXiv:1609.02907. J. Gilmer et al., message passing, 2017, arXiv:1704.01212. P. Veličković et al., GAT, 2018,
# arXiv:1710.10903. K. Xu et al., how powerful?, 2019, arXiv:1810.00826. S. Brody, U. Alon, E. Yahav, GATv2, 2022,
# arXiv:2105.14491. Q. Li et al., oversmoothing, 2018, arXiv:1801.07606. A. Grover, J. Leskovec, node2vec, 2016,
# arXiv:1607.00653. R. Lam et al., GraphCast, 2023, arXiv:2212.12794.
#
# **The data.** W. W. Zachary, *J. Anthropol. Res.* 33 (1977), doi:10.1086/jar.33.4.3629752: read it, it is a good
# story. D. E. Knuth, *The Stanford GraphBase*, Addison-Wesley, 1993.
#
# Next: chapter 12 takes the step from $n$ nodes to a continuum, where signals are functions and waves are waves.

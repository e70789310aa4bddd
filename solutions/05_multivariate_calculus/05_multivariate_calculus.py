# ---
# jupyter:
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 5. Multivariate Calculus
#
# **A network has a million knobs and makes one mistake. How do you ask all the knobs at once which of them is to blame?**
#
# You could ask one at a time: turn a knob by a hair, run the network again, see whether the mistake got smaller, turn it
# back. A million knobs, a million runs, for one step of training. Nobody could afford a language model.
#
# Yet every step of training asks exactly this question, of every knob, and has the complete answer for the price of about
# three runs. **Three, not a million.** The trick is a page of calculus and one change of direction. You are about
# to build it, and to teach it to tell three flowers apart.
#
# **After this chapter you can**
#
# - read a loss as a landscape: which way is up, how steep, and how it bends;
# - chain derivatives through any number of layers, in the right order, and from the cheap end;
# - write reverse-mode automatic differentiation, and train a network with it;
# - find out whether a gradient is right, before you trust it;
# - tell a valley from a saddle, and say when the curvature refuses to tell.
#
# **You need** vectors and matrices (chapter 2), softmax (chapter 1), the derivative in one variable and its chain rule
# (chapter 4), eigenvalues of a symmetric matrix (chapter 3; their meaning is recalled in section 5.7). **Time:** about 100
# minutes to read; the 14 exercises take three to five hours more. In code, `mc` is mathlib's module for this chapter: it holds
# the functions you are going to write. Where a cell draws a picture, look at the picture; its code can wait. The first one
# puts the question to a real network: 51 knobs, one iris, and it names the wrong kind. Its code uses what you will have built
# by the end of section 5.4.

# %%
import math

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_iris

import mathlib
import mathlib.foundations as fd
import mathlib.linear_algebra as la
import mathlib.multivariate_calculus as mc
from mathlib import check

mathlib.style()
rng = np.random.default_rng(5)

# %%
iris = load_iris()
X = (iris.data - iris.data.mean(axis=0)) / iris.data.std(axis=0)
y = iris.target


def network(X, W, b, V, c):
    """Three scores for each flower; the weights are Values."""
    return (X @ W.mT + b).tanh() @ V.mT + c


def surprise(scores, y):
    """The loss: the mean of -log softmax(scores)[y]."""
    right = (scores * fd.one_hot(y, 3)).sum(axis=1)
    return (scores.exp().sum(axis=1).log() - right).sum() / len(y)


asked = np.array([100])
W, b, V, c = knobs = [mc.Value(start) for start in (
    rng.normal(size=(6, 4)) / 2, np.zeros(6),
    rng.normal(size=(3, 6)) / math.sqrt(6), np.zeros(3),
)]
scores = network(X[asked], *knobs)
mc.backward(surprise(scores, y[asked]))

how_many = sum(knob.data.size for knob in knobs)
shares, right = fd.softmax(scores.data)[0], y[asked[0]]
print(f"{how_many} knobs; the right answer gets {shares[right]:.0%}")
assert how_many == 51 and shares.argmax() != right

# %%
def draw_wires(ax, x, heights, targets, rows):
    """Draw each weight as a line, as thick as its blame."""
    for target, row in zip(targets, rows):
        for height, blame in zip(heights, row):
            ax.plot([x, x + 1], [height, target], lw=9 * abs(blame),
                    color="C1" if blame > 0 else "C0", zorder=1,
                    ls=(0, (2, 0.6)) if blame > 0 else "-",
                    solid_capstyle="butt", alpha=0.8)


places = [np.linspace(1, -1, n) * 0.2 * n for n in (4, 6, 3)]
inputs = ["sepal length", "sepal width", "petal length", "petal width"]
fig, ax = plt.subplots(figsize=(6.4, 3.2))
draw_wires(ax, 0, places[0], places[1], W.grad)
draw_wires(ax, 1, places[1], places[2], V.grad)
for x, heights in enumerate(places):
    ax.plot(np.full(len(heights), x), heights, "o", ms=13, color="white",
            mec="0.3", zorder=2)
for name, height in zip(inputs, places[0]):
    ax.text(-0.09, height, name, ha="right", va="center")
for k, (name, height) in enumerate(zip(iris.target_names, places[2])):
    mark = "  (right)" if k == right else ""
    ax.text(2.09, height, f"{name} {shares[k]:.0%}{mark}", va="center",
            fontweight="bold" if mark else "normal")
ax.set(xlim=(-0.75, 3.0))
ax.axis("off")
mathlib.show(
    fig,
    caption=f"One flower, one mistake, {how_many} knobs. The thicker a wire,"
    " the more the mistake would change if you turned that weight; solid"
    " blue ones want to be turned up, dashed orange ones down. (The 9 biases"
    " are not drawn.)",
    alt="A network of 4 inputs, 6 hidden units and 3 outputs. The wires are"
    " of very different thickness, some solid blue, some dashed orange.",
)

# %% [markdown]
# Each thickness is an answer to "and if I turned *this* one?", and nobody turned anything. The 51 answers came from one
# run through the network, and one **backwards**. Let us see what such an answer is (section 5.1), how answers multiply through
# layers (5.2), why backwards is cheap (5.3), and how a program does it by itself (5.4).
#
# (Notation: $\mathbf x$ is a vector, a column; $\mathbf e_i$ is the vector with a 1 in place $i$ and 0 elsewhere;
# $\|\mathbf x\|$ is the Euclidean length.)

# %% [markdown]
# ## 5.1 The slope of a landscape
#
# You stand on a hillside in fog. You cannot see the valley, but you can feel the ground under your feet. How much can you
# learn from that?
#
# **Partial derivatives.** Move along one axis, hold everything else still. For $f: \mathbb R^n \to \mathbb R$
#
# $$\frac{\partial f}{\partial x_i}(\mathbf x) = \lim_{h\to0}\frac{f(\mathbf x + h\,\mathbf e_i) - f(\mathbf x)}{h},
# \qquad
# \nabla f = \Bigl(\frac{\partial f}{\partial x_1}, \dots, \frac{\partial f}{\partial x_n}\Bigr)^{\!\top} .$$
#
# The vector of all of them is the **gradient**, "nabla $f$". Its shape is that of $\mathbf x$: one answer for each knob.
# Each one is a derivative in one variable (chapter 4), because the others are constants while you compute it.
#
# **By hand.** The landscape of this chapter has two valleys and a pass between them:
#
# $$f(x, y) = \tfrac14x^4 - \tfrac12x^2 + \tfrac12xy + \tfrac12y^2, \qquad
# \nabla f = \begin{pmatrix} x^3 - x + \tfrac12y \\ \tfrac12x + y\end{pmatrix}, \qquad
# \nabla f(1, 1) = \begin{pmatrix}0.5\\1.5\end{pmatrix} .$$
#
# In the first line $y$ is a constant, so $\tfrac12y^2$ disappears and $\tfrac12xy$ leaves $\tfrac12y$.

# %%
def landscape(p):
    """The height above p, of shape (..., 2)."""
    x, y = p[..., 0], p[..., 1]
    return x**4 / 4 - x**2 / 2 + x * y / 2 + y**2 / 2


here = np.array([1.0, 1.0])
gradient = mc.numerical_gradient(landscape, here)
print("height", landscape(here), "  gradient", gradient.round(6))
assert landscape(here) == 0.75 and np.allclose(gradient, [0.5, 1.5])

around = np.linspace(-1.7, 1.7, 121)
plane = np.stack(np.meshgrid(around, around), axis=-1)
levels = np.arange(-3, 26, 2) / 10
spots = np.array([(1, 1), (-0.5, 1.2), (0.2, -1.2), (1.2, 0.3), (-1.3, -0.4)])

fig, ax = plt.subplots(figsize=(4.8, 3.8))
lines = ax.contour(around, around, landscape(plane), levels, colors="0.55",
                   linewidths=0.9, linestyles="solid")
ax.clabel(lines, [-0.1, 0.5, 1.5], fmt="%g", fontsize=8)
for spot in spots:
    slope = mc.numerical_gradient(landscape, spot)
    ax.annotate("", spot + 0.3 * slope, spot, arrowprops={
        "arrowstyle": "-|>", "color": "C1", "lw": 2, "shrinkA": 0,
        "shrinkB": 0})
ax.plot(*spots.T, "o", color="black", ms=4)
ax.set(aspect="equal", xlabel="x", ylabel="y", xlim=(-1.7, 1.7),
       ylim=(-1.7, 1.7))
mathlib.show(
    fig,
    caption="Lines of equal height, 0.2 apart, and the gradient at five"
    " points (at 0.3 of its length): it crosses the lines at right angles,"
    " and is longest where they lie close together.",
    alt="A map of curved level lines around two valleys, one upper left and"
    " one lower right, with five orange arrows pointing outwards.",
)

# %% [markdown]
# **Only two directions?** The gradient asks along the axes. But it knows about *every* direction, and the reason is the
# one idea of this chapter:
#
# > Close up, a smooth function is a plane. Differentiable **means**: there is a vector $\mathbf g$ such that
# > $$f(\mathbf x + \mathbf d) = f(\mathbf x) + \mathbf g\cdot\mathbf d + (\text{a rest that shrinks faster than }\|\mathbf d\|).$$
#
# Walk $\mathbf d = h\,\mathbf u$ in the direction of a **unit** vector $\mathbf u$, subtract $f(\mathbf x)$, divide by $h$,
# let $h\to0$. The rest disappears, and what is left is the slope in that direction, the **directional derivative**
#
# $$D_{\mathbf u}f = \lim_{h\to0}\frac{f(\mathbf x + h\,\mathbf u) - f(\mathbf x)}{h} = \mathbf g\cdot\mathbf u .$$
#
# With $\mathbf u = \mathbf e_i$ the left side is the partial derivative and the right side is $g_i$, so
# $\mathbf g = \nabla f$, and $D_{\mathbf u}f = \nabla f\cdot\mathbf u$: two slopes give all of them.
#
# **Which way is steepest?** A dot product is $\|\nabla f\|\,\|\mathbf u\|\cos\theta$ (chapter 2), with
# $\|\mathbf u\| = 1$. The cosine is at most 1, at $\theta = 0$. So
#
# $$\max_{\|\mathbf u\| = 1} D_{\mathbf u}f = \|\nabla f\|, \quad\text{reached for}\quad
# \mathbf u = \frac{\nabla f}{\|\nabla f\|}; \qquad D_{\mathbf u}f = 0 \text{ at right angles to it.}$$
#
# Along a line of equal height the slope is 0: that is why the arrows cross the lines at right angles.
#
# **By hand.** At $(1, 1)$ the steepest slope is $\|(0.5, 1.5)\| = \sqrt{2.5} \approx 1.58$. In the direction $(3, 4)$,
# whose unit vector is $(0.6, 0.8)$, it is $0.5\cdot0.6 + 1.5\cdot0.8 = 1.5$. Whoever forgets to make it a unit vector
# says 7.5: that is the speed of somebody who walks five times as fast. (`mc.directional_derivative` does it for you.)

# %%
steepest = la.l2_norm(gradient)
sideways = np.array([3.0, 4.0])
print("steepest slope", round(float(steepest), 4))
print("towards (3, 4)", round(float(
    mc.directional_derivative(landscape, here, sideways)), 4))
assert np.isclose(steepest, math.sqrt(2.5))
assert np.isclose(1.5, mc.directional_derivative(
    landscape, here, sideways))
assert np.isclose(gradient @ sideways, 7.5)

angles = np.radians(np.arange(0, 361, 5))
towards = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
slopes = [mc.directional_derivative(landscape, here, u) for u in towards]
best = math.atan2(gradient[1], gradient[0])
assert np.allclose(slopes, steepest * np.cos(angles - best))

fig, ax = plt.subplots(figsize=(6.4, 2.5))
ax.plot(np.degrees(angles), slopes, color="C0")
ax.axhline(0, color="0.8", lw=0.8)
for turn, text, shift in ((0, "the gradient: steepest up", (0, 9)),
                          (90, "level", (24, 7)),
                          (180, "steepest down", (0, -17))):
    angle = np.degrees(best) + turn
    height = steepest * np.cos(np.radians(turn))
    ax.plot(angle, height, "o", color="C1")
    ax.annotate(text, (angle, height), shift, color="C1", ha="center",
                textcoords="offset points")
ax.set(xlabel="direction in degrees, 0 = along x", ylabel="slope",
       xticks=range(0, 361, 45), ylim=(-2.4, 2.4))
mathlib.show(
    fig,
    caption="The slope at (1, 1) in every direction is one cosine; its top"
    " is where the gradient points, its zeros are the level line.",
    alt="A cosine curve of slope against direction, with marked points at the"
    f" top near {np.degrees(best):.0f} degrees, at a zero and at the bottom.",
)

# %% [markdown]
# **A warning.** Partial derivatives alone do not promise a plane. $q(x, y) = xy/(x^2+y^2)$, with $q(0, 0) = 0$, is 0
# along both axes, so both partial derivatives at the origin are 0. On the diagonal it is $\tfrac12$, right up to the
# origin: a cliff.

# %%
def cliff(p):
    return p[0] * p[1] / (p @ p) if p.any() else 0.0


print("partial derivatives:", mc.numerical_gradient(cliff, np.zeros(2)))
print("a hair beside, on the diagonal:", cliff(np.array([1e-9, 1e-9])))
assert np.allclose(mc.numerical_gradient(cliff, np.zeros(2)), 0)
assert cliff(np.array([1e-9, 1e-9])) == 0.5

# %% [markdown]
# If the partial derivatives are **continuous**, there is a plane. All the functions of this chapter have that, almost
# everywhere.
#
# **Where it is load-bearing.** Gradient descent is one line, $\mathbf x \leftarrow \mathbf x - \eta\,\nabla f(\mathbf x)$:
# walk against the gradient. Every optimiser of chapter 8 starts from it. (The small print: "steepest" depends on what counts
# as a step of length 1. Newton, Adam and the natural gradient measure length differently, and walk in other directions.)
#
# **How to compute one.** If all you have is the function, take a *central difference* in each place (chapter 4: its error
# shrinks like $h^2$, that of a one-sided one like $h$):
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(\mathbf x + h\,\mathbf e_i) - f(\mathbf x - h\,\mathbf e_i)}{2h} .$$
#
# It takes $2n$ runs. For a million knobs that is hopeless; for a test with ten it is a treasure (section 5.6).
#
# ### Exercise 5.1 * · the gradient, one nudge at a time (2 points)
#
# **Contract.** `f` takes an array of the shape of `x` and returns a number; `x` has any shape with at least one axis (a
# matrix of weights, too), floats or whole numbers. Return an array of floats of the shape of `x`, the central differences
# with step `h`. `x` must come back as it was.
#
# *Example:* for $f(\mathbf x) = x_0^2x_1$, `numerical_gradient(f, np.array([3., 2.]))` returns `[12., 9.]`.
#
# <details><summary>Hint 1</summary>Nudge a copy. An array of whole numbers has no room for a step of 1e-5: what does <code>np.array(x, dtype=float)</code> do for both problems?</details>
# <details><summary>Hint 2</summary><code>np.ndindex(x.shape)</code> runs through the places of an array of any shape; <code>x[place]</code> is the entry there.</details>

# %% exercise="numerical_gradient"
def numerical_gradient(f, x, *, h=1e-5):
    """Return the central differences of f at x, in the shape of x."""
    ### BEGIN SOLUTION
    gradient = np.zeros(np.shape(x))
    for place in np.ndindex(gradient.shape):
        step = np.zeros(gradient.shape)
        step[place] = h
        gradient[place] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient
    ### END SOLUTION

# %% check="numerical_gradient"
check("numerical_gradient")

# %% [markdown]
# ## 5.2 Many outputs: the Jacobian, and how derivatives multiply
#
# A layer of a network turns $n$ numbers into $m$. Each output has a gradient of its own. Stack them as rows:
#
# $$\mathbf f: \mathbb R^n \to \mathbb R^m, \qquad J_{ij} = \frac{\partial f_i}{\partial x_j}, \qquad
# J: (m, n), \qquad \mathbf f(\mathbf x + \mathbf d) \approx \mathbf f(\mathbf x) + J\,\mathbf d .$$
#
# **Rows are outputs, columns are inputs**, exactly as for the matrix of a linear layer: close up, every smooth layer *is*
# a linear layer, and $J$ is its matrix. For $m = 1$ the Jacobian is the row $(\nabla f)^\top$, of shape $(1, n)$.
#
# **By hand.** Polar coordinates turn $(r, \varphi)$ into $(r\cos\varphi,\; r\sin\varphi)$, so
#
# $$J = \begin{pmatrix}\cos\varphi & -r\sin\varphi\\ \sin\varphi & r\cos\varphi\end{pmatrix}, \qquad
# \text{at } r = 2,\ \varphi = \tfrac\pi2:\quad J = \begin{pmatrix}0&-2\\1&0\end{pmatrix}, \qquad
# \det J = r = 2 .$$
#
# Second column: turn by a small angle, and you, looking north from a distance of 2, move west, twice as fast as the angle
# grows. The determinant says how much a small area grows (chapter 2).

# %%
def polar(p):
    """Turn (r, angle) into (x, y)."""
    return np.array([p[0] * np.cos(p[1]), p[0] * np.sin(p[1])])


J = mc.jacobian(polar, np.array([2.0, np.pi / 2]))
print(J.round(6) + 0)
assert np.allclose(J, [[0, -2], [1, 0]]) and np.isclose(la.determinant(J), 2)

side = np.linspace(0, 1, 21)
zero, one = np.zeros(21), np.ones(21)
edge = np.stack([np.r_[side, one, side[::-1], zero],
                 np.r_[zero, side, one, side[::-1]]])
corners = np.array([[0, 1, 1, 0, 0], [0, 0, 1, 1, 0.0]])
fig, (before, after) = plt.subplots(1, 2, figsize=(6.4, 3.1))
for at, size, color in (((0.6, 0.3), 0.7, "C0"), ((1.9, 0.35), 0.25, "C2"),
                        ((1.7, 1.0), 0.7, "C1")):
    at = np.array(at)
    before.fill(*(at[:, None] + size * edge), color=color, alpha=0.5)
    after.fill(*polar(at[:, None] + size * edge), color=color, alpha=0.5)
    J = mc.jacobian(polar, at)
    flat = polar(at)[:, None] + J @ (size * corners)
    after.plot(*flat, color="black", lw=1.2, ls=(0, (3, 1.5)))
    before.plot(*at, "o", color="black", ms=4)
    after.plot(*polar(at), "o", color="black", ms=4)
before.set(xlabel="r", ylabel="angle φ", xlim=(0, 2.6), ylim=(0, 1.9))
after.set(xlabel="x", ylabel="y", xlim=(-0.7, 2.7), ylim=(0, 3.0))
for ax in (before, after):
    ax.set_aspect("equal")
mathlib.show(
    fig,
    caption="Squares in (r, φ), and what becomes of them. Dashed: what the"
    " Jacobian at the dot says. A small square it gets right, a large one"
    " only near the dot; and squares farther out become larger.",
    alt="Left three squares, two large and one small. Right their images,"
    " curved pieces of rings, each with a dashed parallelogram at one of its"
    " corners.",
)

# %% [markdown]
# **Where it is load-bearing.** A normalising flow turns noise into pictures by a chain of such maps and must know how much
# each of them stretches small volumes: $|\det J|$ (chapter 22). And a Jacobian is what every layer of a network
# contributes to the blame, as you will see on the next screen.
#
# ### Exercise 5.2 * · the Jacobian (2 points)
#
# **Contract.** `x` `(n,)`; `f` takes `(n,)` and returns `(m,)`, or a single number, which counts as $m = 1$. Return `J` of
# shape `(m, n)`, always with two axes, by central differences with step `h`.
#
# *Example:* for $\mathbf f(\mathbf x) = (x_0x_1,\; x_0 + x_1,\; x_1^2)$ and `x = [2, 3]` it returns
# `[[3, 2], [1, 1], [0, 6]]`.
#
# <details><summary>Hint 1</summary>You nudge one <b>input</b> and look at all outputs at once. Is that a row of J, or a column?</details>
# <details><summary>Hint 2</summary><code>np.stack(columns, axis=1)</code> sets vectors side by side. <code>np.atleast_1d</code> turns a number into a vector of one.</details>

# %% exercise="jacobian"
def jacobian(f, x, *, h=1e-5):
    """Return the matrix of the derivatives of f's outputs by its inputs."""
    ### BEGIN SOLUTION
    columns = []
    for step in h * np.eye(len(x)):
        change = (f(x + step) - f(x - step)) / (2 * h)
        columns.append(np.atleast_1d(change))
    return np.stack(columns, axis=1)
    ### END SOLUTION

# %% check="jacobian"
check("jacobian")

# %% [markdown]
# **Two layers.** First $\mathbf g$, then $\mathbf f$. A small step $\mathbf d$ comes out of the first as
# $J_g\,\mathbf d$. This is a small step for the second, which turns it into $J_f\,(J_g\,\mathbf d)$:
#
# $$\mathbf f(\mathbf g(\mathbf x + \mathbf d)) \approx \mathbf f\bigl(\mathbf g(\mathbf x) + J_g\mathbf d\bigr)
# \approx \mathbf f(\mathbf g(\mathbf x)) + J_f\,J_g\,\mathbf d .$$
#
# The rests are smaller than $\mathbf d$, so in the limit this is exact. It is the whole **chain rule**:
#
# $$\boxed{\;J_{f\circ g}(\mathbf x) = J_f\bigl(\mathbf g(\mathbf x)\bigr)\; J_g(\mathbf x)\;}
# \qquad\text{and for $L$ layers}\qquad J = J_L\,J_{L-1}\cdots J_2\,J_1 .$$
#
# **The factors descend.** The layer that runs first stands last, next to $\mathbf d$. One often sees the product written
# upwards, $J_1J_2\cdots J_L$. Matrices do not commute: upwards the shapes usually do not even fit, and when they do, the
# result is wrong. And mind the place: $J_f$ is taken at $\mathbf g(\mathbf x)$, where the second layer really is.
#
# **By hand.** $\mathbf g(x, y) = (xy,\; x + y)$ and $f(u, v) = u^2 + v$, at $(1, 2)$, where $\mathbf g = (2, 3)$:
#
# $$J_g = \begin{pmatrix}y & x\\1&1\end{pmatrix} = \begin{pmatrix}2&1\\1&1\end{pmatrix}, \quad
# J_f = (2u,\; 1) = (4,\; 1), \quad J_fJ_g = (4\cdot2 + 1,\;\; 4\cdot1 + 1) = (9,\; 5).$$
#
# Check: $f\circ g = x^2y^2 + x + y$ has the derivatives $2xy^2 + 1 = 9$ and $2x^2y + 1 = 5$.

# %%
def g(p):
    return np.array([p[0] * p[1], p[0] + p[1]])


def outer(q):
    return q[0] ** 2 + q[1]


start = np.array([1.0, 2.0])
J_g = mc.jacobian(g, start)
J_f = mc.jacobian(outer, g(start))
both = mc.chain_jacobian([J_g, J_f])      # in the order in which they run
print("J_f J_g =", both.round(6))
assert np.allclose(both, [[9, 5]])
assert np.allclose(both, mc.jacobian(lambda p: outer(g(p)), start))

sizes = [5, 4, 3, 2]
layers = [rng.normal(size=(m, n)) for n, m in zip(sizes, sizes[1:])]
J_1, J_2, J_3 = layers
assert np.allclose(mc.chain_jacobian(layers), J_3 @ J_2 @ J_1)
try:
    J_1 @ J_2 @ J_3
except ValueError:
    print("upwards, J_1 J_2 J_3:", J_1.shape, J_2.shape, J_3.shape,
          "do not fit")
turn, stretch = la.rotation_matrix(1.0), np.diag([1.0, 3.0])
wrong = turn @ stretch                    # first turn, then stretch
assert not np.allclose(mc.chain_jacobian([turn, stretch]), wrong)

# %%
fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.2), sharey=True)
ring = np.stack([np.cos(angles), np.sin(angles)])
for ax, M, title in zip(axes, (np.eye(2), stretch @ turn, turn @ stretch),
                        ("a ring of small steps", "first turn: S R",
                         "upwards: R S")):
    ax.plot(*(M @ ring), color="0.5")
    for k, color in ((0, "C0"), (1, "C1")):
        ax.annotate("", M[:, k], (0, 0), arrowprops={
            "arrowstyle": "-|>", "color": color, "lw": 2, "shrinkA": 0,
            "shrinkB": 0, "ls": "-" if k == 0 else (0, (2, 1))})
    ax.set(aspect="equal", title=title, xlim=(-3.2, 3.2), ylim=(-3.2, 3.2))
    ax.axis("off")
mathlib.show(
    fig,
    caption="A layer that turns (R) and one that stretches upwards (S). The"
    " turn runs first, so it stands last: S R. The product written upwards"
    " is another map.",
    alt="A circle with two arrows; an upright ellipse; a leaning ellipse. The"
    " two arrows end at other places in the second and third panel.",
)

# %% [markdown]
# ## 5.3 From which end?
#
# A network ends in **one** number, the loss $\mathcal L = \ell(\mathbf a_L)$, and $\mathbf a_L$ came out of $L$ layers. With
# $\mathbf v = \nabla\ell$, of shape $(n_L,)$, the gradient by the input is a row times a product:
#
# $$\mathbf v^\top\,J_L\;J_{L-1}\;\cdots\;J_1 .$$
#
# Brackets may stand anywhere, the result is the same. **The price is not.**
#
# **By hand.** $\mathbf v = (1, -1)$ and
# $J_2 = \begin{pmatrix}1&0&2\\0&1&1\end{pmatrix}$, $J_1 = \begin{pmatrix}1&2\\0&1\\3&0\end{pmatrix}$:
#
# - *from the left:* $\mathbf v^\top J_2 = (1, -1, 1)$, then $(1, -1, 1)\,J_1 = (4, 1)$. That is
#   $2\cdot3 + 3\cdot2 = 12$ multiplications, and nothing larger than a vector is ever stored.
# - *matrices first:* $J_2J_1$ takes $2\cdot3\cdot2 = 12$, and then $\mathbf v^\top$ times it another 4: 16 in all.
#
# Not impressive yet. Make the layers wide: with $L$ square factors of size $n$ it is $L\,n^2$ against
# $(L-1)\,n^3 + n^2$, about $n$ times as much. And nobody needs to have $J_k$ as a matrix at all: all that is asked of a
# layer is to turn a vector $\mathbf v$ into $J_k^\top\mathbf v$, its **vector-Jacobian product**.

# %%
v = np.array([1.0, -1.0])
J_2 = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]])
J_1 = np.array([[1.0, 2.0], [0.0, 1.0], [3.0, 0.0]])
print("first step", v @ J_2, "  result", mc.chain_vjp([J_1, J_2], v))
assert (v @ J_2).tolist() == [1, -1, 1]
assert mc.chain_vjp([J_1, J_2], v).tolist() == [4, 1]
assert np.allclose(mc.chain_vjp([J_1, J_2], v), v @ (J_2 @ J_1))


def from_left(*n):
    """Multiplications for layers of n_0, n_1, ..., n_L numbers."""
    return sum(a * b for a, b in zip(n, n[1:]))


def matrices_first(*n):
    """J_2 J_1, then J_3 times that, ..., and v at the end."""
    return sum(n[0] * a * b for a, b in zip(n[1:], n[2:])) + n[0] * n[-1]


assert from_left(2, 3, 2) == 12 and matrices_first(2, 3, 2) == 16
width, depth = 4096, 32
wide = [width] * (depth + 1)
cheap, dear = from_left(*wide), matrices_first(*wide)
print(f"{depth} layers, {width} wide: {cheap:.1e} or {dear:.1e}"
      " multiplications")
assert cheap == depth * width**2
assert dear == (depth - 1) * width**3 + width**2

# %%
widths = 2 ** np.arange(2, 14)
fig, ax = plt.subplots(figsize=(6.4, 2.7))
for count, color, style, name in (
    (matrices_first, "C1", "s--", "matrices first"),
    (from_left, "C0", "o-", "from the left"),
):
    counts = [count(*[int(n)] * (depth + 1)) for n in widths]
    ax.loglog(widths, counts, style, color=color)
    ax.text(widths[-1] * 1.2, counts[-1], name, color=color, va="center")
ax.axvline(width, color="0.8", lw=1, zorder=0)
ax.text(width * 0.9, 3e3, f"{width}: a layer of\na language model",
        ha="right", color="0.4")
ax.set(xlabel="width n of each layer", ylabel="multiplications",
       xlim=(3, 8e4), xticks=[10, 100, 1000, 10000])
mathlib.show(
    fig,
    caption=f"The gradient through {depth} layers, by two placings of the"
    f" brackets: at width {width} one is {dear / cheap:,.0f} times dearer,"
    " for the same numbers.",
    alt="Log-log plot of multiplications against width: two rising lines,"
    " the upper one steeper, further and further apart.",
)

# %% [markdown]
# **Two modes.** From the left, $\mathbf v^\top J_L\cdots$, starts at the loss and gives the derivative of **one output by
# all inputs**: *reverse mode*. From the right, $\cdots J_1\mathbf u$, starts at the input and gives the derivative of
# **all outputs in one direction** $\mathbf u$: *forward mode*, the dual numbers of chapter 4. So count: few outputs, take
# reverse; few inputs, take forward. A loss is one output and has millions of inputs. That is why training runs backwards.
#
# The price of reverse mode is memory: the first layer's derivative is needed last, so everything in between must be kept.
# (Throwing some of it away and computing it again is called checkpointing, chapter 17.)
#
# ### Exercise 5.3 ** · a vector through a chain of Jacobians (3 points)
#
# **Contract.** `jacobians`: a list $[J_1, \dots, J_L]$, **the first layer's first**, $J_k$ of shape $(n_k, n_{k-1})$; `v`
# `(n_L,)`. Return the entries of $\mathbf v^\top J_L\cdots J_1$, of shape $(n_0,)$. Without layers, return `v`. No two
# matrices may be multiplied: a case goes through layers of 1000, 1 and 1000 numbers, and the memory you take is measured.
#
# *Example:* with $J_1$, $J_2$ and $\mathbf v$ from above, `chain_vjp([J_1, J_2], v)` returns `[4., 1.]`.
#
# <details><summary>Hint 1</summary>Which matrix does v meet first, and where in the list does it stand?</details>
# <details><summary>Hint 2</summary><code>v @ J</code> and <code>J.T @ v</code> are the same vector. <code>J @ v</code> is another one, or an error.</details>

# %% exercise="chain_vjp"
def chain_vjp(jacobians, v):
    """Pull the vector v back through the layers, last layer first."""
    ### BEGIN SOLUTION
    for J in reversed(jacobians):
        v = v @ J
    return v
    ### END SOLUTION

# %% check="chain_vjp"
check("chain_vjp")

# %% [markdown]
# **The blame of a weight deep inside.** Let layer $l$ be $\mathbf z_l = W_l\,\mathbf a_{l-1}$ and
# $\mathbf a_l = \sigma(\mathbf z_l)$, with $\sigma$ taken entry by entry. $W_l$ enters at layer $l$ and nowhere else, so
# go back from the loss **to there, and stop**:
#
# $$\frac{\partial\mathcal L}{\partial W_l} =
# \frac{\partial\mathcal L}{\partial\mathbf a_L}\;
# \frac{\partial\mathbf a_L}{\partial\mathbf a_{L-1}}\cdots\frac{\partial\mathbf a_{l+1}}{\partial\mathbf a_l}\;
# \frac{\partial\mathbf a_l}{\partial W_l}, \qquad
# \frac{\partial\mathbf a_k}{\partial\mathbf a_{k-1}} = \operatorname{diag}\bigl(\sigma'(\mathbf z_k)\bigr)\,W_k .$$
#
# (The last factor says how each entry of $\mathbf a_l$ depends on each weight; section 5.4 finds a way never to write it down.)
# Look at the indices for the first layer: weights $W_L, \dots, W_2$, but derivatives $\sigma'(\mathbf z_L), \dots,
# \sigma'(\mathbf z_1)$, and at the end the input $\mathbf a_0$. **$W_1$ is not in its own gradient.** Many summaries
# multiply $W_k\,\sigma'(\mathbf z_k)$ over one and the same range, and lose a factor or gain one. With one number per
# layer you can see it:

# %%
def deep(first, others, a):
    """One number through four layers of tanh."""
    for w in (first, *others):
        a = math.tanh(w * a)
    return a


w = [0.9, -1.4, 0.7, 1.1]
a, slopes = [0.8], []
for weight in w:
    a.append(math.tanh(weight * a[-1]))
    slopes.append(1 - a[-1] ** 2)

right = math.prod(w[1:]) * math.prod(slopes) * a[0]
one_slope_lost = math.prod(w[1:]) * math.prod(slopes[1:]) * a[0]
own_weight_too = math.prod(w) * math.prod(slopes) * a[0]
h = 1e-5
nudged = (deep(w[0] + h, w[1:], 0.8) - deep(w[0] - h, w[1:], 0.8)) / (2 * h)
print(f"nudged {nudged:.6f}   weights 2..4, slopes 1..4: {right:.6f}")
print(f"slopes 2..4: {one_slope_lost:.6f}   weights 1..4:"
      f" {own_weight_too:.6f}")
assert np.isclose(nudged, right)
assert not np.isclose(nudged, one_slope_lost)
assert not np.isclose(nudged, own_weight_too)

# %% [markdown]
# **A product of many factors** shrinks or grows without limit, unless the factors stay near 1. *Vanishing* and *exploding*
# gradients are the next picture and nothing else. Residual connections, normalisation and careful initial weights
# (chapters 13 to 15) are there to keep the factors near 1.

# %%
def lengths_going_back(gain, layers=60, n=64):
    """The length of v on its way back through random tanh layers."""
    rng = np.random.default_rng(0)
    a, jacobians = rng.normal(size=n), []
    for _ in range(layers):
        W = gain * rng.normal(size=(n, n)) / math.sqrt(n)
        a = np.tanh(W @ a)
        jacobians.append((1 - a**2)[:, None] * W)
    v = np.ones(n) / math.sqrt(n)
    lengths = [1.0]
    for J in reversed(jacobians):
        v = mc.chain_vjp([J], v)
        lengths.append(la.l2_norm(v))
    return np.array(lengths)


fig, ax = plt.subplots(figsize=(6.4, 2.7))
gains = {0.7: ("C0", "-"), 1.0: ("C2", "--"), 2.0: ("C1", ":")}
ends = {}
for gain, (color, style) in gains.items():
    lengths = lengths_going_back(gain)
    ax.semilogy(lengths, color=color, ls=style)
    ax.text(61, lengths[-1], f"weights × {gain:g}", color=color, va="center")
    ends[gain] = lengths[-1]
ax.set(xlabel="layers gone back from the loss", ylabel="length of v",
       xlim=(0, 75))
mathlib.show(
    fig,
    caption="Blame on its way back through 60 layers: each factor shrinks or"
    f" stretches it a little. With small weights only {ends[0.7]:.0e} of it"
    f" arrives, with large ones it becomes {ends[2.0]:.0e}.",
    alt="Log plot of vector length over layers: a solid line falls steeply,"
    " a dashed one falls slowly, a dotted one rises.",
)
assert ends[0.7] < 1e-6 and ends[2.0] > 1e3

# %% [markdown]
# ## 5.4 A program that knows its own derivative
#
# A chain is a special case. In a real program values are used twice, branches meet, and nobody writes down Jacobians. What
# is true of *every* program: it is made of small steps, `+`, `*`, `exp`, `tanh`, and of each small step we know the
# derivative by heart. So let the program **keep notes**. Each value remembers what it was made from, and how much it
# would change if that changed: the **local derivative**. The notes form a graph, from the inputs to the output.
#
# **By hand.** $L = (ab + a)^2$ at $a = 2$, $b = 3$: first $c = ab = 6$, then $d = c + a = 8$, then $L = d^2 = 64$. Write
# $\bar v$ for $\partial L/\partial v$, the blame of $v$, and walk back from $\bar L = 1$:
#
# | step | local derivatives | blame |
# |---|---|---|
# | $L = d^2$ | $\partial L/\partial d = 2d = 16$ | $\bar d = 1\cdot16 = 16$ |
# | $d = c + a$ | $1$ and $1$ | $\bar c = 16\cdot1 = 16$, and $a$ gets $16\cdot1 = 16$ |
# | $c = ab$ | $b = 3$ and $a = 2$ | $a$ gets $16\cdot3 = 48$ **more**, $\bar b = 16\cdot2 = 32$ |
#
# So $\bar a = 16 + 48 = 64$. (Check: $\partial L/\partial a = 2(ab + a)(b + 1) = 2\cdot8\cdot4 = 64$.)

# %%
a, b = mc.Value(2.0), mc.Value(3.0)
c = a * b
d = c + a
L = d**2
mc.backward(L)
print("L =", L.data, "  dL/da =", a.grad, "  dL/db =", b.grad)
assert (L.data, a.grad, b.grad, d.grad) == (64, 64, 32, 16)

nodes = {"a": (0, 1, a, ""), "b": (0, 0, b, ""), "c": (1.1, 0.2, c, "a·b"),
         "d": (2.3, 0.8, d, "c + a"), "L": (3.4, 0.8, L, "d²")}
wires = [("a", "c", "3"), ("b", "c", "2"), ("c", "d", "1"), ("a", "d", "1"),
         ("d", "L", "16")]
fig, ax = plt.subplots(figsize=(6.4, 2.7))
for start, stop, local in wires:
    p, q = np.array(nodes[start][:2]), np.array(nodes[stop][:2])
    ax.annotate("", q, p, arrowprops={
        "arrowstyle": "-|>", "color": "0.5", "shrinkA": 20, "shrinkB": 24})
    ax.text(*(0.52 * p + 0.48 * q + [0, 0.06]), f"×{local}", color="C1",
            ha="center", fontsize=9)
for name, (x, up, value, how) in nodes.items():
    ax.plot(x, up, "o", ms=34, color="white", mec="0.3")
    ax.text(x, up, f"{name} = {value.data:g}", ha="center", va="center",
            fontsize=9)
    ax.text(x, up + 0.27, how, ha="center", color="0.4", fontsize=9)
    ax.text(x, up - 0.27, f"blame {value.grad:g}", ha="center", va="top",
            color="C1", fontweight="bold", fontsize=9)
ax.set(xlim=(-0.4, 3.8), ylim=(-0.5, 1.4))
ax.axis("off")
mathlib.show(
    fig,
    caption="Forwards the values, backwards the blame: each arrow passes it"
    " on times its local derivative, and a, from which two arrows leave, adds"
    " up what comes back, 48 + 16.",
    alt="A graph of five nodes: a and b lead to c, c and a to d, d to L."
    " Below each node stands its blame, on each arrow a factor.",
)

# %% [markdown]
# **The law of reverse mode.** For every value $v_i$, with $\mathrm{out}(i)$ the values that were made from it directly,
#
# $$\bar v_i = \sum_{j\,\in\,\mathrm{out}(i)} \bar v_j\,\frac{\partial v_j}{\partial v_i}, \qquad
# \bar v_{\text{output}} = 1 .$$
#
# **Derivation.** The output can feel $v_i$ only through the values made from it directly, say $v_1, \dots, v_m$. Push each
# of these with your own hand, by $\delta_j$, and let the rest of the program run. The output is some
# $F(\delta_1, \dots, \delta_m)$, and $\partial F/\partial\delta_j = \bar v_j$ is what blame means. A small change
# $\epsilon$ of $v_i$ *is* such pushes, $\delta_j = \frac{\partial v_j}{\partial v_i}\epsilon$, all $m$ at once. The plane
# of section 5.1 adds them up: $\nabla F\cdot\boldsymbol\delta = \sum_j \bar v_j\frac{\partial v_j}{\partial v_i}\epsilon$. Divide
# by $\epsilon$.
#
# **Two commands for whoever programs it.**
#
# 1. **Add, don't assign.** $x\cdot x$ has two arrows from $x$. Whoever assigns loses one, and says that the derivative of
#    $x^2$ is $x$.
# 2. **Pass on only what is complete.** The formula needs the finished $\bar v_j$ of *all* values made from $v_i$. So list
#    the graph such that each value stands behind everything it was made from (a *topological order*), and walk the list
#    backwards.
#
# Such a list is easy to get: "*to list a value, first list its parents, then the value itself; skip what is listed
# already.*" In the graph above: $a, b, c, d, L$. As a recursion that is three lines. But Python gives up at a depth of
# about 1000, and a graph can be a hundred times as deep; so keep your own stack of what is still to do.

# %%
def in_order(output):
    """List all values that output was made from, parents first."""
    order, seen, stack = [], set(), [(output, False)]
    while stack:
        value, parents_listed = stack.pop()
        if parents_listed:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            stack.append((value, True))
            stack.extend((parent, False) for parent in value.parents)
    return order


names = {a: "a", b: "b", c: "c", d: "d", L: "L"}
print("parents first:", *[names[value] for value in in_order(L)])
x = mc.Value(3.0)
mc.backward(x * x)
print("x * x at 3:", x.grad)
assert x.grad == 6

far = x = mc.Value(1.0)
for _ in range(20_000):
    far = far + 0.0
mc.backward(far)
print("20 000 additions deep:", x.grad)
assert x.grad == 1

# %% [markdown]
# **Which kind of differentiation is this?** It is sometimes called "symbolic", sometimes "numerical". It is neither.
#
# | | works on | result | trouble |
# |---|---|---|---|
# | symbolic | a formula | a formula for $f'$ | the formula may grow without limit |
# | numerical | two runs | a number, $\pm$ error | too small a step: rounding; too large: curvature |
# | **automatic** | the steps of one run | a number, exact up to rounding | must see every step |
#
# A small program that brings the other two to their knees: $x \leftarrow 4x(1 - x)$, $n$ times. Written out it is a
# polynomial of degree $2^n$; at $n = 20$ that is a million terms, for a loop of 60 operations. And it bends so wildly that our
# $h = 10^{-5}$ fails. Another $h$ would do, but you must know it beforehand. We know the truth: from $x = \sin^2\theta$ it leads to $\sin^2(2^n\theta)$, whose
# derivative is $2^n\sin(2^{n+1}\theta)/\sin(2\theta)$.

# %%
def logistic(x, n):
    for _ in range(n):
        x = 4 * x * (1 - x)
    return x


theta, h = 0.6, 1e-5
start = math.sin(theta) ** 2
by_graph, by_difference = [], []
turns = range(1, 21)
for n in turns:
    truth = 2**n * math.sin(2 ** (n + 1) * theta) / math.sin(2 * theta)
    x = mc.Value(start)
    mc.backward(logistic(x, n))
    quotient = (logistic(start + h, n) - logistic(start - h, n)) / (2 * h)
    by_graph.append(abs(x.grad / truth - 1))
    by_difference.append(abs(quotient / truth - 1))

fig, ax = plt.subplots(figsize=(6.4, 2.5))
ax.semilogy(turns, by_difference, "s--", color="C1")
ax.semilogy(turns, by_graph, "o-", color="C0")
ax.text(13, 2e-3, "difference quotient,\nh = 1e-5", color="C1", va="top")
ax.text(5, 2e-14, "reverse mode", color="C0", va="bottom")
ax.set(xlabel="turns of the loop", ylabel="relative error",
       xticks=range(0, 21, 4))
mathlib.show(
    fig,
    caption="The derivative of a loop: with h = 1e-5 the difference quotient"
    " is useless after 16 turns, reverse mode only carries the rounding"
    " errors of the loop itself.",
    alt="Log plot of error against turns: an orange dashed line climbs from"
    " 1e-11 to above 1, a blue one stays many orders of magnitude below.",
)
assert by_difference[-1] > 0.5 and max(by_graph) < 1e-8
assert 2**20 == 1_048_576

# %% [markdown]
# **Where it is load-bearing.** This *is* PyTorch, JAX and TensorFlow: `requires_grad`, `backward()`, `.grad`. Reverse
# mode was found several times over (Linnainmaa 1970; backpropagation, Rumelhart, Hinton and Williams 1986). It visits each
# operation once on the way back and does about as much work there as on the way out, twice as much for a product: hence
# "about three runs", however many inputs there are (Baur and Strassen proved such a bound in 1983).
#
# **What you will build.** `Value(data, parents, op)` holds a number, its gradient, and its parents. In your version a
# parent comes **in a pair with the local derivative**: $d = c + a$ keeps `[(c, 1.0), (a, 1.0)]`, and a product $c = ab$
# keeps `[(a, b.data), (b, a.data)]`. So the forward formula and its derivative stand side by side in one line. Then
# `backward` needs no knowledge of operations at all: it is the law above, and nothing else. (The `parents` of
# `mc.Value` are without numbers, for a reason that comes after the exercise.)
#
# Local derivatives you need, from chapter 4: $(x^p)' = p\,x^{p-1}$, $(e^x)' = e^x$, $(\log x)' = 1/x$,
# $(\tanh x)' = 1 - \tanh^2 x$, and for $\operatorname{relu}(x) = \max(0, x)$ it is 1 where $x > 0$ and 0 elsewhere (at 0 a
# convention, PyTorch's as well). And here is all of reverse mode on the notes of our example, as plain data:

# %%
notes = {                        # value: [(parent, local derivative), ...]
    "c": [("a", 3), ("b", 2)],
    "d": [("c", 1), ("a", 1)],
    "L": [("d", 16)],
}


def walk(order):
    blame = dict.fromkeys("abcd", 0) | {"L": 1}
    for name in order:
        for parent, local in notes[name]:
            blame[parent] += blame[name] * local
    return blame


print("L, d, c:", walk("Ldc"))
print("L, c, d:", walk("Lcd"), " c passed on before it was complete")
assert walk("Ldc") == {"a": 64, "b": 32, "c": 16, "d": 16, "L": 1}
assert walk("Lcd")["b"] == 0

# %% [markdown]
# ### Exercise 5.4 *** · the engine (4 points)
#
# **Contract.** `v.data` and `v.grad` are floats (given a whole number, NumPy's too, `data` becomes a float); `grad` is 0.0 until a backward. Between two Values, or a Value and a number
# on either side: `+ - * /`; `-v`; `v ** p` with a number `p`; methods `exp()`, `log()`, `tanh()`, `relu()` (slope 0 at 0).
# `backward(output)` sets `grad` to $\partial\,\text{output}/\partial\,\text{value}$ for every Value that the output was made
# from, directly or not, and for the output itself (1); it returns nothing. In particular
#
# 1. a Value that is used twice gets the **sum**;
# 2. a Value passes on its gradient only when it is complete;
# 3. each `backward` starts **afresh**: a second one, or one of another output that shares Values, adds nothing to old
#    gradients (PyTorch *does* add, until you call `zero_grad`);
# 4. 10 000 operations in a row must work: no recursion (which costs you this case, and only this one);
# 5. each Value is visited once: `x = x + x`, sixty times, has $2^{60}$ paths.
#
# *Example:* `a, b = Value(3.0), Value(-2.0)`, then `c = a * b + a` and `backward(c)`: `c.data` is -3, `a.grad` is -1, `b.grad`
# is 3.
#
# <details><summary>Hint 1</summary>A number may stand on the other side: begin with <code>other = as_value(other)</code>, which is given below the class. Start with <code>__add__</code> and <code>backward</code>; test with <code>x + x</code>. The other operations are one line each, of the same form.</details>
# <details><summary>Hint 2</summary><code>backward</code> has three parts: list the graph (see <code>in_order</code> above; your parents are pairs), set all grads to 0 and the output's to 1, then walk the list in reverse.</details>
# <details><summary>Hint 3</summary>On the walk, for each value and each of its pairs: the parent's <code>grad</code> grows by the value's <code>grad</code> times the local derivative.</details>

# %% exercise="Value"
class Value:
    """A number that remembers what it was made from."""

    def __init__(self, data, parents=(), op=""):
        self.data, self.grad = float(data), 0.0
        self.parents = parents  # pairs: (parent, d self / d parent)
        self.op = op

    def __add__(self, other):
        ### BEGIN SOLUTION
        other = as_value(other)
        pairs = [(self, 1.0), (other, 1.0)]
        return Value(self.data + other.data, pairs, "+")
        ### END SOLUTION

    def __mul__(self, other):
        ### BEGIN SOLUTION
        other = as_value(other)
        pairs = [(self, other.data), (other, self.data)]
        return Value(self.data * other.data, pairs, "*")
        ### END SOLUTION

    def __pow__(self, p):
        ### BEGIN SOLUTION
        pairs = [(self, p * self.data ** (p - 1))]
        return Value(self.data**p, pairs, "**")
        ### END SOLUTION

    def exp(self):
        ### BEGIN SOLUTION
        y = math.exp(self.data)
        return Value(y, [(self, y)], "exp")
        ### END SOLUTION

    def log(self):
        ### BEGIN SOLUTION
        return Value(math.log(self.data), [(self, 1 / self.data)], "log")
        ### END SOLUTION

    def tanh(self):
        ### BEGIN SOLUTION
        y = math.tanh(self.data)
        return Value(y, [(self, 1 - y * y)], "tanh")
        ### END SOLUTION

    def relu(self):
        ### BEGIN SOLUTION
        pairs = [(self, float(self.data > 0))]
        return Value(max(self.data, 0.0), pairs, "relu")
        ### END SOLUTION

    # Given: the rest is made of these.
    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __truediv__(self, other):
        return self * other**-1.0

    def __rtruediv__(self, other):
        return self**-1.0 * other


def as_value(x):
    """Given: let plain numbers take part."""
    return x if isinstance(x, Value) else Value(x)


def backward(output):
    """Set grad of output, and of all it was made from."""
    ### BEGIN SOLUTION
    order, seen, stack = [], set(), [(output, False)]
    while stack:
        node, parents_listed = stack.pop()
        if parents_listed:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((parent, False) for parent, _ in node.parents)
    for node in order:
        node.grad = 0.0
    output.grad = 1.0
    for node in reversed(order):
        for parent, local in node.parents:
            parent.grad += node.grad * local
    ### END SOLUTION

# %% check="Value"
check("Value")

# %% [markdown]
# ### Then on arrays
#
# One node for each number is lovely and slow. Real engines put a whole **array** into a node. What is the local derivative
# of a matrix product? An object with four indices, and nobody wants it. Section 5.3 says what to want instead: its
# vector-Jacobian product, a function that turns the gradient by the output into the gradients by the inputs. This
# function is called the **pullback** of the operation, and `mc.Value` keeps one in each node.
#
# **Derivation, for $Y = AB$** with $A$ $(n, k)$ and $B$ $(k, m)$: $Y_{ir} = \sum_j A_{ij}B_{jr}$. The entry $A_{ij}$ is
# used in row $i$ of $Y$, once for each column $r$, with local derivative $B_{jr}$. The law adds up:
#
# $$\bar A_{ij} = \sum_r \bar Y_{ir}\,B_{jr}
# \;\Longrightarrow\; \bar A = \bar Y B^\top, \qquad\text{and in the same way}\qquad \bar B = A^\top\bar Y .$$
#
# **Shapes do the remembering**: $\bar A$ has the shape of $A$, and there is only one way to make $(n, k)$ out of $\bar Y$
# $(n, m)$ and $B$ $(k, m)^\top$. The other pullbacks you know already:
#
# | forwards | backwards |
# |---|---|
# | $Y = A + B$ | $\bar A = \bar Y$, $\;\bar B = \bar Y$ |
# | $Y = A\odot B$ (entry by entry) | $\bar A = \bar Y\odot B$, $\;\bar B = \bar Y\odot A$ |
# | $Y = \tanh A$ | $\bar A = \bar Y\odot(1 - Y\odot Y)$ |
# | $s = \sum_{ij}A_{ij}$ | $\bar A = \bar s$, in every place |
# | a bias $\mathbf b$, broadcast to all $N$ rows | $\bar{\mathbf b} = \sum_n \bar Y_n$: used $N$ times, so $N$ times added |

# %%
A = mc.Value(np.array([[1.0, 2.0]]))
B = mc.Value(np.array([[3.0], [4.0]]))
mc.backward((A @ B).sum())
print("A.grad", A.grad.tolist(), "  B.grad", B.grad.tolist())
assert A.grad.tolist() == [[3, 4]] and B.grad.tolist() == [[1], [2]]



def one_flower(flower, label, W, b, V, c):
    """The network and its loss for one flower, number by number."""
    hidden = [(sum(w * x for w, x in zip(row, flower)) + bias).tanh()
              for row, bias in zip(W, b)]
    scores = [sum(v * h for v, h in zip(row, hidden)) + bias
              for row, bias in zip(V, c)]
    return sum(z.exp() for z in scores).log() - scores[label]


as_values = np.vectorize(lambda w: mc.Value(float(w)), otypes=[object])
numbers = [as_values(knob.data) for knob in knobs]
loss = one_flower(X[100], y[100], *numbers)
mc.backward(loss)
one_by_one = [[w.grad for w in row] for row in numbers[0]]
print("same blame as in the first picture:",
      np.allclose(one_by_one, knobs[0].grad))
assert np.allclose(one_by_one, knobs[0].grad)

graph = in_order(surprise(network(X, *knobs), y))
print(f"numbers: {len(in_order(loss))} nodes for one flower;"
      f" arrays: {len(graph)} for all {len(y)}")
assert len(graph) < 30 and len(in_order(loss)) > 150

# %% [markdown]
# ## 5.5 Gradients worth knowing by heart
#
# A machine can differentiate for you. But with four gradients in your head you can read most of the papers, and see when
# the machine was told the wrong thing.
#
# | function of $\mathbf x$ | gradient | |
# |---|---|---|
# | $\mathbf a\cdot\mathbf x$ | $\mathbf a$ | a plane has one slope |
# | $\mathbf x^\top A\,\mathbf x$ | $(A + A^\top)\,\mathbf x$ | $2A\mathbf x$ **only** for symmetric $A$ |
# | $\tfrac12\lVert A\mathbf x - \mathbf y\rVert^2$ | $A^\top(A\mathbf x - \mathbf y)$ | zero at the least-squares solution (chapter 2) |
# | $-\log\operatorname{softmax}(\mathbf x)_y$ | $\operatorname{softmax}(\mathbf x) - \mathbf e_y$ | what trains every classifier |
#
# **The quadratic form**, $\mathbf x^\top A\mathbf x = \sum_{i,j}x_iA_{ij}x_j$. Differentiate by $x_k$. It occurs as the
# left factor (when $i = k$) and as the right one (when $j = k$); by the product rule add both:
#
# $$\frac{\partial}{\partial x_k}\sum_{i,j}x_iA_{ij}x_j = \sum_j A_{kj}x_j + \sum_i x_iA_{ik}
# = (A\mathbf x)_k + (A^\top\mathbf x)_k .$$
#
# **By hand.** $A = \begin{pmatrix}1&2\\0&3\end{pmatrix}$, $\mathbf x = (1, 1)$: the form is $x_0^2 + 2x_0x_1 + 3x_1^2$,
# its gradient $(2x_0 + 2x_1,\; 2x_0 + 6x_1) = (4, 8)$. And
# $A + A^\top = \begin{pmatrix}2&2\\2&6\end{pmatrix}$ says the same. But $2A\mathbf x = (6, 6)$.
#
# **The third line** follows: $\tfrac12\lVert A\mathbf x - \mathbf y\rVert^2 = \tfrac12\mathbf x^\top A^\top A\,\mathbf x -
# \mathbf y^\top A\,\mathbf x + \tfrac12\mathbf y^\top\mathbf y$, and $A^\top A$ is symmetric.

# %%
A = np.array([[1.0, 2.0], [0.0, 3.0]])
x = np.ones(2)
print("right", mc.quadratic_form_gradient(A, x), "  2 A x", 2 * A @ x)
assert mc.quadratic_form_gradient(A, x).tolist() == [4, 8]
assert np.allclose(mc.numerical_gradient(lambda x: x @ A @ x, x), [4, 8])

fig, axes = plt.subplots(1, 2, figsize=(6.4, 3.0), sharey=True)
height = np.einsum("...i,ij,...j->...", plane, A, plane)
places = np.array([(1, 1), (-1.0, 0.5), (0.9, -0.9), (-0.5, -1), (0.2, 0.9)])
for ax, slopes, title in (
    (axes[0], places @ (A + A.T), r"$(A + A^\top)\,\mathbf{x}$"),
    (axes[1], 2 * places @ A.T, r"$2A\,\mathbf{x}$"),
):
    ax.contour(around, around, height, [0.5, 1.5, 3, 5, 8], colors="0.6",
               linewidths=0.9)
    ways = slopes / la.l2_norm(slopes)[:, None]
    ax.quiver(*places.T, *ways.T, color="C1", angles="xy", scale=1.7,
              scale_units="xy", width=0.012)
    ax.plot(*places.T, "o", color="black", ms=4)
    ax.set(aspect="equal", title=title, xlabel="$x_0$", xlim=(-1.7, 1.7),
           ylim=(-1.7, 1.7))
axes[0].set_ylabel("$x_1$")
mathlib.show(
    fig,
    caption="Lines of equal height of one quadratic form. The true gradient"
    " crosses them at right angles; 2Ax, with this A, does not.",
    alt="Two panels with the same slanted ellipses and five dots with arrows;"
    " left the arrows stand at right angles to the ellipses, right they lean.",
)

# %% [markdown]
# ### Exercise 5.5 * · the gradient of a quadratic form (2 points)
#
# **Contract.** `A` `(n, n)`, symmetric or not; `x` `(n,)`; return the gradient of $\mathbf x^\top A\mathbf x$ with respect
# to `x`, of shape `(n,)`.
#
# *Example:* with `A = [[1, 4], [0, 2]]` and `x = [1, 3]` it returns `[14., 16.]`.
#
# <details><summary>Hint</summary>x occurs twice, once on each side of A. Each occurrence gives one term.</details>

# %% exercise="quadratic_form_gradient"
def quadratic_form_gradient(A, x):
    """Return the gradient of x^T A x with respect to x."""
    ### BEGIN SOLUTION
    return (A + A.T) @ x
    ### END SOLUTION

# %% check="quadratic_form_gradient"
check("quadratic_form_gradient")

# %% [markdown]
# **Softmax.** $\mathbf s = \operatorname{softmax}(\mathbf z)$, $s_i = e^{z_i}/\sum_k e^{z_k}$ (chapter 1). Raise one score
# $z_j$: $s_j$ grows, and, since all shares add up to 1, **every other share must shrink**. So no derivative is zero, and
# softmax is not a function "entry by entry". Its Jacobian is full:
#
# $$\frac{\partial s_i}{\partial z_j} = s_i\,(\delta_{ij} - s_j), \qquad
# J = \operatorname{diag}(\mathbf s) - \mathbf s\,\mathbf s^\top, \qquad J: (n, n), \text{ symmetric.}$$
#
# ($\delta_{ij}$ is 1 for $i = j$ and 0 otherwise.) The derivation is yours: Exercise 5.7.
#
# **By hand.** $\mathbf z = (0, 0)$: $\mathbf s = (\tfrac12, \tfrac12)$. On the diagonal
# $\tfrac12(1 - \tfrac12) = \tfrac14$, beside it $-\tfrac12\cdot\tfrac12 = -\tfrac14$. Each column adds up to 0, as it must, and so, since $J$ is symmetric, does each row.
#
# **What it does in training.** The loss is $\mathcal L = -\log s_y$. Its gradient by $\mathbf s$ has one entry, $-1/s_y$ in place
# $y$. Pulled back through $J$ (symmetric, so $J^\top = J$), entry $j$ becomes
#
# $$\frac{\partial\mathcal L}{\partial z_j} = s_y(\delta_{yj} - s_j)\cdot\Bigl(-\frac1{s_y}\Bigr) = s_j - \delta_{yj}, \qquad
# \nabla_{\mathbf z}\mathcal L = \mathbf s - \mathbf e_y :$$
#
# prediction minus truth. Whoever takes only the diagonal, as one may for tanh or a sigmoid, gets something else:

# %%
print(mc.softmax_jacobian(np.zeros(2)).tolist())
assert np.allclose(mc.softmax_jacobian(np.zeros(2)),
                   [[0.25, -0.25], [-0.25, 0.25]])

z, label = np.array([1.0, 2.0, 0.5]), 1
s = fd.softmax(z)
J = mc.softmax_jacobian(z)
by_s = -np.eye(3)[label] / s
print("full Jacobian ", mc.chain_vjp([J], by_s).round(4))
print("s minus truth ", (s - np.eye(3)[label]).round(4))
print("diagonal only ", (np.diag(J) * by_s).round(4) + 0)
assert np.allclose(mc.chain_vjp([J], by_s), s - np.eye(3)[label])
assert np.allclose(J, mc.jacobian(fd.softmax, z), atol=1e-9)
assert np.allclose(J.sum(axis=1), 0)

z = np.array([1.2, 0.8, 0.4, 0.0, -0.4])
J = mc.softmax_jacobian(z)
fig, (ax, after) = plt.subplots(1, 2, figsize=(6.4, 2.8))
ax.imshow(J, cmap="RdBu_r", vmin=-0.25, vmax=0.25)
for (i, j), entry in np.ndenumerate(J):
    ax.text(j, i, f"{entry:.2f}".replace("-", "−"), ha="center",
            va="center", fontsize=8,
            color="white" if abs(entry) > 0.16 else "black")
ax.set(xticks=range(5), yticks=range(5), xlabel="score j is raised",
       ylabel="share i changes")
for spine in ax.spines.values():
    spine.set_visible(False)
raised = z + [0, 1, 0, 0, 0]
after.bar(np.arange(5) - 0.2, fd.softmax(z), 0.4, color="0.75")
after.bar(np.arange(5) + 0.2, fd.softmax(raised), 0.4, color="C0")
after.text(-0.4, 0.395, "before", color="0.4")
after.text(1.5, 0.4, "score 1 raised by 1", color="C0")
after.set(xlabel="i", ylabel="share")
mathlib.show(
    fig,
    caption="Raise one score and its share grows while all others shrink:"
    " positive on the diagonal, negative everywhere else, and every row and"
    " column adds up to 0.",
    alt="A five by five matrix with positive numbers on the diagonal and"
    " negative ones beside it; a bar chart in which one share grows and four"
    " shrink.",
)

# %% [markdown]
# **Where it is load-bearing.** In the backward pass of attention (chapter 15), where a softmax stands in the middle of the
# network and no logarithm cancels it. FlashAttention never stores the matrix: it needs only
# $J\mathbf v = \mathbf s\odot\mathbf v - \mathbf s\,(\mathbf s\cdot\mathbf v)$, a vector-Jacobian product again.
#
# ### Exercise 5.6 * · the softmax Jacobian (2 points)
#
# **Contract.** `z` `(n,)`, scores of any size (1000 and -1000, too); return `(n, n)`, entry $(i, j)$ is
# $\partial s_i/\partial z_j$. `fd.softmax` may be used. By the formula, not by differences.
#
# *Example:* `softmax_jacobian(np.log([1., 2., 1.]))` returns `[[3, -2, -1], [-2, 4, -2], [-1, -2, 3]]` divided by 16.
#
# <details><summary>Hint 1</summary>The formula has two terms, and NumPy a function for each: one makes a diagonal matrix, one all products of two vectors.</details>
# <details><summary>Hint 2</summary>If your columns do not add up to 0, look at the second term.</details>

# %% exercise="softmax_jacobian"
def softmax_jacobian(z):
    """Return the matrix of the derivatives of softmax(z)_i by z_j."""
    ### BEGIN SOLUTION
    s = fd.softmax(z)
    return np.diag(s) - np.outer(s, s)
    ### END SOLUTION

# %% check="softmax_jacobian"
check("softmax_jacobian")

# %% [markdown]
# ### Exercise 5.7 ** · where it comes from, in writing (5 points, read by a person)
#
# Let $s_i = e^{z_i}/S$ with $S = \sum_k e^{z_k}$.
#
# 1. State the quotient rule for $s_i$, and find $\partial S/\partial z_j$.
# 2. Case $i = j$: show that $\partial s_i/\partial z_i = s_i(1 - s_i)$.
# 3. Case $i \ne j$: show that $\partial s_i/\partial z_j = -s_is_j$.
# 4. Write both as one formula with $\delta_{ij}$, then as a matrix. Show that its rows add up to 0, and say why they must.
# 5. Let $\mathbf t$ be any distribution over the classes ($t_i \ge 0$, adding up to 1; a one-hot label is one), and
#    $\mathcal L = -\sum_i t_i\log s_i$. Find $\nabla_{\mathbf z}\mathcal L$ by the chain rule: a row vector times your matrix.
#
# Write formulas between dollar signs. One line of reasoning for each step is enough; a step without a reason is not.

# %% [markdown] written="softmax_derivation"
# **1.** $\dfrac{\partial s_i}{\partial z_j} = \dfrac{1}{S^2}\Bigl(\dfrac{\partial e^{z_i}}{\partial z_j}S -
# e^{z_i}\dfrac{\partial S}{\partial z_j}\Bigr)$. In $S = \sum_k e^{z_k}$ only the term $k = j$ contains $z_j$, so
# $\partial S/\partial z_j = e^{z_j}$.
#
# **2.** For $i = j$ both derivatives are $e^{z_i}$:
# $\dfrac{\partial s_i}{\partial z_i} = \dfrac{e^{z_i}S - e^{z_i}e^{z_i}}{S^2} =
# \dfrac{e^{z_i}}{S}\Bigl(1 - \dfrac{e^{z_i}}{S}\Bigr) = s_i(1 - s_i)$.
#
# **3.** For $i \ne j$ the numerator does not contain $z_j$, its derivative is 0:
# $\dfrac{\partial s_i}{\partial z_j} = \dfrac{0 - e^{z_i}e^{z_j}}{S^2} = -s_is_j$.
#
# **4.** $\partial s_i/\partial z_j = s_i(\delta_{ij} - s_j)$: for $i = j$ the bracket is $1 - s_i$, else $-s_j$. The term
# $s_i\delta_{ij}$ is the matrix $\operatorname{diag}(\mathbf s)$ and $s_is_j$ is $\mathbf s\mathbf s^\top$, so
# $J = \operatorname{diag}(\mathbf s) - \mathbf s\mathbf s^\top$. Row $i$ adds up to
# $\sum_j s_i(\delta_{ij} - s_j) = s_i - s_i\sum_j s_j = s_i - s_i = 0$. It must: the sum of a row is the derivative when
# all scores are raised alike, and softmax does not notice that. (Or: the shares add up to 1, so each column adds up to 0, and
# $J$ is symmetric.)
#
# **5.** $\partial\mathcal L/\partial s_i = -t_i/s_i$. Then
# $\dfrac{\partial\mathcal L}{\partial z_j} = \sum_i\dfrac{\partial\mathcal L}{\partial s_i}\dfrac{\partial s_i}{\partial z_j} =
# -\sum_i\dfrac{t_i}{s_i}\,s_i(\delta_{ij} - s_j) = -t_j + s_j\sum_i t_i = s_j - t_j$, because the $t_i$ add up to 1. So
# $\nabla_{\mathbf z}\mathcal L = \mathbf s - \mathbf t$, and for $\mathbf t = \mathbf e_y$ what stands above.

# %% [markdown]
# ## 5.6 Trust, but check
#
# A wrong gradient is the quietest of all bugs. Nothing crashes. The loss even goes down, a little slower; and you spend a
# week on the learning rate. But there is a witness who knows nothing of your derivation: the difference quotient. Compare
# the two, and compare **relatively**:
#
# $$\text{error} = \frac{\lVert\mathbf g_{\text{num}} - \mathbf g\rVert}
# {\max\bigl(\lVert\mathbf g_{\text{num}}\rVert + \lVert\mathbf g\rVert,\; 10^{-12}\bigr)} .$$
#
# It lies between 0 and 1. In float64, a right gradient of a smooth function usually gives below $10^{-6}$, a wrong one
# $10^{-4}$ or more; in between, look again. **Why relatively?** A gradient of size $10^{-9}$ passes every absolute test,
# right or wrong, and one of size $10^9$ fails every one. **Why the maximum?** Two gradients of zero agree, and $0/0$
# would not say so.
#
# **By hand.** $f = x_0^2 + x_1^2$ at $(1, 2)$; somebody forgot the 2 and returns $(1, 2)$. True is $(2, 4)$:
# $\lVert(1, 2)\rVert / (\lVert(2, 4)\rVert + \lVert(1, 2)\rVert) = \sqrt5/(3\sqrt5) = \tfrac13$.
#
# Here is the witness at work, on a linear classifier of the irises. Scores $XW^\top$, their softmax $S$, row by row, the
# truth $Y$ with a 1 in each row; loss $\frac1N\sum_n -\log S_{n,y_n}$, gradient $\frac1N(S - Y)^\top X$ by section 5.5; and two
# bugs from real life.

# %%
def squares(x):
    return np.sum(x**2)


forgot = mc.gradient_check(squares, lambda x: x, np.array([1.0, 2.0]))
print(f"forgot the 2: {forgot:.4f}")
assert np.isclose(forgot, 1 / 3)

Y = fd.one_hot(y, 3)


def classifier_loss(W):
    scores = X @ W.T
    return np.mean(fd.logsumexp(scores) - np.sum(Y * scores, axis=1))


def classifier_gradient(W):
    return (fd.softmax(X @ W.T) - Y).T @ X / len(X)


W_0 = rng.normal(size=(3, 4))
suspects = {
    "right": classifier_gradient,
    "one entry 1% off": lambda W: classifier_gradient(W) * (
        1 + 0.01 * (np.arange(12) == 5).reshape(3, 4)),
    "mean forgotten": lambda W: classifier_gradient(W) * len(X),
}
steps = 10.0 ** np.arange(-12, -0.9, 0.5)
fig, ax = plt.subplots(figsize=(6.4, 2.9))
found = {}
for (name, suspect), style in zip(suspects.items(), ("o-", "s--", "^:")):
    errors = [mc.gradient_check(classifier_loss, suspect, W_0, h=h)
              for h in steps]
    found[name] = mc.gradient_check(classifier_loss, suspect, W_0)
    line, = ax.loglog(steps, errors, style, ms=4)
    ax.text(0.2, errors[-1], name, color=line.get_color(), va="center")
ax.axhline(1e-6, color="0.7", lw=1)
ax.text(3e-9, 1.6e-6, "suspicious above this line", color="0.4")
ax.set(xlabel="step h", ylabel="relative error", xlim=(6e-13, 60))
mathlib.show(
    fig,
    caption="A wrong gradient cannot hide: its error stays where it is,"
    " whatever the step. The right one falls with h², until rounding takes"
    " over.",
    alt="Log-log plot: one curve is a V with its lowest point near 1e-5 below"
    " 1e-10, two others are flat, near 1e-3 and near 1.",
)
assert found["right"] < 1e-8 < 1e-4 < found["one entry 1% off"]
assert found["mean forgotten"] > 0.9

# %% [markdown]
# **Where it is load-bearing.** PyTorch tests the backward pass of its operations in this way, with
# `torch.autograd.gradcheck`. Three cautions: differences of float32 numbers keep only a few digits, so check in float64; at the
# kink of a ReLU the two may differ and both be right; and test on random weights, because at zero many wrong formulas agree.
#
# **And our engine?** The 51 knobs of the first picture, packed into one vector and asked both ways:

# %%
def unpack(theta, hidden=6):
    """Cut a vector of all weights into W, b, V, c."""
    shapes = [(hidden, 4), (hidden,), (3, hidden), (3,)]
    ends = np.cumsum([math.prod(shape) for shape in shapes])[:-1]
    return [part.reshape(shape)
            for part, shape in zip(np.split(theta, ends), shapes)]


def loss_at(theta, X=X, y=y):
    """The mean loss as a plain number."""
    return float(surprise(network(X, *map(mc.Value, unpack(theta))), y).data)


def gradient_at(theta, X=X, y=y):
    """Its gradient, by one run forwards and one backwards."""
    parts = [mc.Value(part) for part in unpack(theta)]
    mc.backward(surprise(network(X, *parts), y))
    return np.concatenate([part.grad.ravel() for part in parts])


theta_0 = np.concatenate([part.data.ravel() for part in knobs])
engine_error = mc.gradient_check(loss_at, gradient_at, theta_0)
print(f"{len(theta_0)} knobs, error below 1e-8: {engine_error < 1e-8}")
assert len(theta_0) == 51 and engine_error < 1e-8

# %% [markdown]
# ### Exercise 5.8 ** · the gradient check (2 points)
#
# **Contract.** `f` takes an array of the shape of `x` and returns a number; `grad` takes and returns the shape of `x` (any
# shape). Return the relative error of the formula above, a scalar, with central differences of step `h`
# (`mc.numerical_gradient` may be used) and lengths taken over all entries. Two zero gradients give 0. If `x` comes in
# float32, or as whole numbers, work in float64, and give `f` and `grad` float64.
#
# *Example:* for the sum of squares, `x = [1, 2]` and `grad = lambda x: x` it returns `0.3333`.
#
# <details><summary>Hint 1</summary><code>np.linalg.norm(g)</code> is the length over all entries, for any shape. (With a second argument, of a matrix, it is another norm.)</details>
# <details><summary>Hint 2</summary>The cast comes first: everything after it, the witness too, then works in float64.</details>

# %% exercise="gradient_check"
def gradient_check(f, grad, x, *, h=1e-5):
    """Return the relative error of grad against central differences."""
    ### BEGIN SOLUTION
    x = np.array(x, dtype=np.float64)
    numerical = mc.numerical_gradient(f, x, h=h).ravel()
    given = grad(x).ravel()
    size = np.linalg.norm(numerical) + np.linalg.norm(given)
    return np.linalg.norm(numerical - given) / max(size, 1e-12)
    ### END SOLUTION

# %% check="gradient_check"
check("gradient_check")

# %% [markdown]
# ## 5.7 How the ground bends: the Hessian
#
# The gradient is a plane. But you want to know whether you stand in a valley, and how far you may walk before the plane is
# a lie. For that, differentiate the gradient once more. Its Jacobian is the **Hessian**
#
# $$H_{ij} = \frac{\partial^2f}{\partial x_i\,\partial x_j}, \quad H: (n, n), \qquad
# f(\mathbf x + \mathbf d) \approx f(\mathbf x) + \nabla f\cdot\mathbf d + \tfrac12\,\mathbf d^\top H\,\mathbf d .$$
#
# **Derivation.** Walk straight ahead: $\phi(t) = f(\mathbf x + t\mathbf d)$ has one variable, so chapter 4's Taylor series
# gives $\phi(1) \approx \phi(0) + \phi'(0) + \tfrac12\phi''(0)$. By section 5.1, $\phi'(t) = \sum_i\partial_if\,d_i$. Each
# $\partial_if$ is again a function along the walk, so $\phi''(t) = \sum_{i,j}\partial_j\partial_if\,d_id_j$. At $t = 0$
# that is $\mathbf d^\top H\mathbf d$.
#
# $H$ is **symmetric** when the second derivatives are continuous (Schwarz): first east then north bends like first north
# then east. So it has orthonormal eigenvectors $\mathbf q_i$ with real eigenvalues $\lambda_i$,
# $H\mathbf q_i = \lambda_i\mathbf q_i$ (chapter 3). With $c_i = \mathbf q_i\cdot\mathbf d$ the bend is
# $\mathbf d^\top H\mathbf d = \sum_i\lambda_ic_i^2$: **along $\mathbf q_i$ the ground bends with strength $\lambda_i$**,
# upwards if it is positive, and the directions do not disturb each other.
#
# **By hand.** For our landscape $H = \begin{pmatrix}3x^2 - 1 & \tfrac12\\ \tfrac12 & 1\end{pmatrix}$, at $(1, 1)$
# therefore $\begin{pmatrix}2&0.5\\0.5&1\end{pmatrix}$. At the origin it is
# $\begin{pmatrix}-1&0.5\\0.5&1\end{pmatrix}$, with $\lambda = \pm\sqrt{1.25} \approx \pm1.118$: up one way, down another.
#
# **By differences**, with steps $\mathbf a = h\,\mathbf e_i$ and $\mathbf b = h\,\mathbf e_j$: a central difference of
# central differences,
#
# $$H_{ij} \approx \frac{f(\mathbf x + \mathbf a + \mathbf b) - f(\mathbf x + \mathbf a - \mathbf b)
# - f(\mathbf x - \mathbf a + \mathbf b) + f(\mathbf x - \mathbf a - \mathbf b)}{4h^2} .$$

# %%
H = mc.hessian(landscape, here)
print("at (1, 1):", H.round(4).tolist())
assert np.allclose(H, [[2, 0.5], [0.5, 1]], atol=1e-5)
saddle = mc.hessian(landscape, np.zeros(2))
bends = np.linalg.eigvalsh(saddle)
print("bends at the origin:", bends.round(4))
assert np.allclose(bends, [-math.sqrt(1.25), math.sqrt(1.25)], atol=1e-5)

steps = 10.0 ** np.arange(-9, 0.1, 0.25)
truth = np.array([[2, 0.5], [0.5, 1]])
errors = [np.abs(mc.hessian(landscape, here, h=h) - truth).max()
          for h in steps]
fig, ax = plt.subplots(figsize=(6.4, 2.4))
ax.loglog(steps, errors, "o-", ms=4)
ax.axvline(1e-4, color="C1", ls="--", lw=1.2)
ax.text(1.3e-4, 1e-1, "mathlib's h = 1e-4", color="C1")
ax.set(xlabel="step h", ylabel="largest error of H")
mathlib.show(
    fig,
    caption="Second differences divide rounding errors by h²: a step"
    " of 1e-6 leaves about four digits, and one of 1e-8 pure noise.",
    alt="Log-log plot of the error against the step, a V with the lowest"
    " point near 1e-4 and errors above 1 for steps below 1e-8.",
)
assert min(errors) < 1e-6
assert max(e for h, e in zip(steps, errors) if h < 1.1e-8) > 0.5

# %% [markdown]
# **Where it is load-bearing.** Newton's method jumps to where this parabola has its bottom (chapter 8). Laplace's
# approximation turns it into error bars for weights (chapter 7). And it says how long a step may be: section 5.8.
#
# ### Exercise 5.9 ** · the Hessian (3 points)
#
# **Contract.** `f` takes `(n,)` and returns a number; `x` `(n,)`; return `(n, n)`, symmetric, by the quotient above with
# step `h`. (On the diagonal you may use $(f(\mathbf x + \mathbf a) - 2f(\mathbf x) + f(\mathbf x - \mathbf a))/h^2$
# instead.) About four digits are asked for; rounding leaves no more.
#
# *Example:* for $f(\mathbf x) = x_0^2x_1$ and `x = [3, 2]` it returns `[[4, 6], [6, 0]]`.
#
# <details><summary>Hint 1</summary><code>h * np.eye(n)</code> holds all the steps, one in each row.</details>
# <details><summary>Hint 2</summary>Each of the two differences is divided by 2h. What is their product?</details>

# %% exercise="hessian"
def hessian(f, x, *, h=1e-4):
    """Return the matrix of second derivatives of f at x."""
    ### BEGIN SOLUTION
    n = len(x)
    steps = h * np.eye(n)
    H = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            a, b = steps[i], steps[j]
            H[i, j] = H[j, i] = (
                f(x + a + b) - f(x + a - b) - f(x - a + b) + f(x - a - b)
            ) / (4 * h**2)
    return H
    ### END SOLUTION

# %% check="hessian"
check("hessian")

# %% [markdown]
# **Valley, peak or pass?** Stand where the ground is level, $\nabla f = \mathbf 0$: a *critical point*. There the plane
# says nothing and the bend decides:
#
# $$f(\mathbf x + \mathbf d) - f(\mathbf x) \approx \tfrac12\sum_i\lambda_ic_i^2 .$$
#
# | eigenvalues of $H$, **where** $\nabla f = \mathbf 0$ | the point is |
# |---|---|
# | all positive | a local minimum |
# | all negative | a local maximum |
# | some positive and some negative | a saddle: up along one line, down along another |
# | none of these: some are 0, the others of one sign | **inconclusive**: $H$ cannot tell |
#
# **Derivation.** If all are positive, the sum is at least $\lambda_{\min}\lVert\mathbf d\rVert^2$, since
# $\sum_ic_i^2 = \lVert\mathbf d\rVert^2$. What Taylor leaves out shrinks faster than $\lVert\mathbf d\rVert^2$, so close to
# the point it cannot win: higher ground all around. The same with the sign turned. With mixed signs one direction goes up
# and another down. But along an eigenvector with $\lambda = 0$ the bend is nothing, and the rest, however small, decides.
#
# **Two conditions that get lost.** First, $\nabla f = \mathbf 0$: $x + x^2$ has $H = 2$ everywhere, at $x = 5$ too, where
# the slope is 11; that is no minimum. Second, a zero eigenvalue is *not* "almost a minimum". Three functions, one Hessian.
# ($x^2 - y^4$ goes up along $x$ and down along $y$: a saddle. $x^2 + y^3$ goes up along $x$; along $y$ it does neither. Some
# books call that a saddle, too.)

# %%
fates = {
    "$x^2 + y^4$\nminimum": lambda p: p[..., 0] ** 2 + p[..., 1] ** 4,
    "$x^2 - y^4$\nsaddle": lambda p: p[..., 0] ** 2 - p[..., 1] ** 4,
    "$x^2 + y^3$\nnone of these": lambda p: p[..., 0] ** 2 + p[..., 1] ** 3,
}
window = np.stack(np.meshgrid(*[np.linspace(-1, 1, 101)] * 2), axis=-1)
fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.6), sharey=True)
for ax, (name, fate) in zip(axes, fates.items()):
    H = mc.hessian(fate, np.zeros(2))
    assert np.allclose(H, [[2, 0], [0, 0]], atol=1e-3)
    ax.contourf(window[0, :, 0], window[:, 0, 1], fate(window),
                [-1.1, -0.3, -0.05, 0, 0.05, 0.3, 1, 2.1], cmap="RdBu_r",
                vmin=-1.2, vmax=1.2, alpha=0.7)
    ax.contour(window[0, :, 0], window[:, 0, 1], fate(window), [0],
               colors="black", linewidths=1)
    ax.plot(0, 0, "o", color="black", ms=5)
    ax.set(aspect="equal", xlabel="x", xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    ax.set_title(name, loc="center")
axes[0].set_ylabel("y")
mathlib.show(
    fig,
    caption="All three are level at the origin and have the same Hessian"
    " there, with eigenvalues 2 and 0. Blue lies lower than the dot: the"
    " Hessian could not have told you.",
    alt="Three coloured maps: red all around the dot; blue wedges above and"
    " below it; blue below it only.",
)
slope_at_5 = mc.numerical_gradient(lambda x: np.sum(x + x**2), [5.0])
bend_at_5 = mc.hessian(lambda x: np.sum(x + x**2), [5.0])
print("x + x² at 5: slope", slope_at_5.round(4), " bend", bend_at_5.round(4))
assert np.allclose(slope_at_5, 11) and np.allclose(bend_at_5, 2)

print(mc.classify_critical_point(np.array([[2.0, 0.0], [0.0, 0.0]])))
print(mc.classify_critical_point(saddle))
valley = np.array([1.0, -0.5]) * math.sqrt(1.25)
assert np.allclose(mc.numerical_gradient(landscape, valley), 0, atol=1e-8)
kind = mc.classify_critical_point(mc.hessian(landscape, valley))
print(kind)
assert kind == "minimum"

# %% [markdown]
# **Drag the point.** Below are four states of an explorer, and then the explorer itself. Left the landscape with its tangent
# plane, right its map. The arrow is the gradient, at 0.25 of its length. The ellipse shows the Hessian: take a step of length
# 0.25 in some direction, and the gradient changes by the vector from the point to the ellipse. Its half-axes point along the
# eigenvectors, and are 0.25 times as long as the eigenvalues; a dashed one bends downwards. "Steps" walks against the
# gradient.
#
# At (d) the ground bends upwards in every direction, and yet it is no minimum. How far must you go west until it bends down
# somewhere? Then start exactly at the pass, $(0, 0)$, and walk. Then start a hair beside it.

# %%
explorer = mathlib.explore.descent_surface()
fig = explorer.still()
mathlib.show(
    fig,
    caption="On a slope that bends up one way and down the other (a), in the"
    " valley after 24 steps (b), level at the pass, where a walk does not even"
    " begin (c), and on a slope that bends up both ways (d).",
    alt="Four pairs of pictures: a grey surface with a green plane touching"
    " it, and a map with level lines, an arrow and an ellipse.",
)

explorer

# %% [markdown]
# <details><summary>Where does the bend change?</summary>
# Where an eigenvalue becomes 0, and with it the determinant, $3x^2 - 1 - \tfrac14$: at $x = \sqrt{5/12} \approx 0.65$, whatever $y$ is.
# </details>
# <details><summary>What happens at the pass?</summary>
# At (0, 0) the gradient is zero, so nothing moves, for ever. A hair beside it the walk starts slowly, then slides into one
# of the valleys. In a random landscape of many dimensions passes are far more common than valleys: with a hundred directions,
# who expects all of them to bend upwards? In training, noise usually supplies the hair.
# </details>
#
# ### Exercise 5.10 * · the second-derivative test (2 points)
#
# **Contract.** `H` `(n, n)`, symmetric, $n \ge 1$, the Hessian at a point where the gradient vanishes. Return `"minimum"`,
# `"maximum"`, `"saddle"` (some positive and some negative, whatever the others are) or `"inconclusive"` (all the rest). An
# eigenvalue whose modulus is at most `tol` times the largest modulus counts as 0.
#
# *Example:* `[[2, 0], [0, 3]]` is a `"minimum"`, `[[1, 3], [3, 1]]` a `"saddle"`, `[[2, 0], [0, 0]]` `"inconclusive"`.
#
# <details><summary>Hint 1</summary>The second example has a positive diagonal. Only the eigenvalues know: <code>np.linalg.eigvalsh</code>.</details>
# <details><summary>Hint 2</summary>Ask two questions first: is any one positive, is any one negative? Then count.</details>

# %% exercise="classify_critical_point"
def classify_critical_point(H, *, tol=1e-9):
    """Say what kind of critical point has the Hessian H."""
    ### BEGIN SOLUTION
    eigenvalues = np.linalg.eigvalsh(H)
    zero = tol * np.max(np.abs(eigenvalues))
    up, down = eigenvalues > zero, eigenvalues < -zero
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "minimum"
    if down.all():
        return "maximum"
    return "inconclusive"
    ### END SOLUTION

# %% check="classify_critical_point"
check("classify_critical_point")

# %% [markdown]
# ## 5.8 Curvature you can afford
#
# A model with seven billion weights has a Hessian of $4.9\cdot10^{19}$ entries. Nobody will ever store one. Here are three ways
# to have the curvature without it. (On a first reading you may start with the second one, below Exercise 5.11.)
#
# **First way: only the good part (Gauss-Newton).** Let $\mathbf z(\boldsymbol\theta)$ be the $m$ outputs of a network
# with weights $\boldsymbol\theta$, and $\mathcal L = \ell(\mathbf z)$. Differentiate $\mathcal L$ by $\theta_a$ and then by $\theta_b$;
# chain rule, then product rule:
#
# $$\frac{\partial^2\mathcal L}{\partial\theta_a\partial\theta_b} =
# \sum_{k,l}\frac{\partial z_k}{\partial\theta_a}\,\frac{\partial^2\ell}{\partial z_k\partial z_l}\,\frac{\partial z_l}{\partial\theta_b}
# + \sum_k\frac{\partial\ell}{\partial z_k}\,\frac{\partial^2z_k}{\partial\theta_a\partial\theta_b} .$$
#
# The second sum is expensive. It is also zero when the network is linear in its weights, and small when the loss no longer
# pushes ($\partial\ell/\partial z_k \approx 0$). Drop it, and keep first derivatives only:
#
# $$\boxed{\;H \approx J^\top H_\ell\,J\;} \qquad J = \frac{\partial\mathbf z}{\partial\boldsymbol\theta}: (m, n), \quad
# H_\ell: (m, m); \qquad \text{several samples: add up } \textstyle\sum_s J_s^\top H_{\ell,s}J_s .$$
#
# **Which $H_\ell$?** For $\ell = \tfrac12\lVert\mathbf r\rVert^2$ it is the identity, and only then does one get the
# $J^\top J$ that is often quoted for everything. For softmax and cross-entropy $\nabla\ell = \mathbf s - \mathbf e_y$, so
# $H_\ell$ is the softmax Jacobian, $\operatorname{diag}(\mathbf s) - \mathbf s\mathbf s^\top$. If $\ell$ nowhere bends downwards (if it is
# *convex*, as these two are), $H_\ell$ and the product have no negative eigenvalues: it is a Hessian without passes.
#
# **By hand.** $J = \begin{pmatrix}1&2\\0&1\\1&0\end{pmatrix}$: $J^\top J = \begin{pmatrix}2&2\\2&5\end{pmatrix}$. With
# $H_\ell = \operatorname{diag}(1, 2, 0)$ the second row counts twice and the third not at all:
# $\begin{pmatrix}1&2\\2&6\end{pmatrix}$.

# %%
J = np.array([[1.0, 2.0], [0.0, 1.0], [1.0, 0.0]])
print(mc.gauss_newton_matrix(J).tolist())
print(mc.gauss_newton_matrix(J, np.diag([1.0, 2.0, 0.0])).tolist())
assert mc.gauss_newton_matrix(J).tolist() == [[2, 2], [2, 5]]
weighted = mc.gauss_newton_matrix(J, np.diag([1.0, 2.0, 0.0]))
assert weighted.tolist() == [[1, 2], [2, 6]]

# The iris classifier: scores W x are linear in W, so nothing is dropped.
W_0 = 0.3 * rng.normal(size=(3, 4))
J = np.stack([la.kronecker(np.eye(3), x[None, :]) for x in X])
inner = mc.softmax_jacobian(X @ W_0.T)
N = len(X)
exact = mc.hessian(lambda w: classifier_loss(w.reshape(3, 4)), W_0.ravel())
right_one = mc.gauss_newton_matrix(J, inner) / N
too_simple = mc.gauss_newton_matrix(J) / N
print("J:", J.shape, "  inner Hessians:", inner.shape)
assert np.allclose(exact, right_one, atol=1e-6)

fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.4))
for ax, M, name in zip(axes, (exact, right_one, too_simple), (
    "Hessian", r"$\sum\, J^\top H_\ell\; J$", r"$\sum\, J^\top J$"
)):
    ax.imshow(M, cmap="RdBu_r", vmin=-0.5, vmax=0.5)
    ax.set(xticks=[], yticks=[])
    ax.set_title(name, loc="center")
    ax.set_xlabel(f"trace {np.trace(M):.2f}")
mathlib.show(
    fig,
    caption="The 12 by 12 Hessian of a softmax classifier of irises. With"
    " the inner Hessian, Gauss-Newton is exact here; without it, it is"
    f" {np.trace(too_simple) / np.trace(exact):.1f} times too large, and"
    " blind to how the classes compete.",
    alt="Three coloured matrices. The first two are the same, with three"
    " blocks along the diagonal and fainter ones of the other colour beside;"
    " the third has only the diagonal blocks.",
)

# %% [markdown]
# **Where it is load-bearing.** K-FAC (Martens and Grosse 2015) approximates each layer's block of this matrix by a
# Kronecker product (chapter 2), which can be inverted (chapter 8). Levenberg-Marquardt fits curves with it.
#
# ### Exercise 5.11 ** · the Gauss-Newton matrix (2 points)
#
# **Contract.** `J` `(m, n)`, or `(N, m, n)`, one for each of `N` samples; `loss_hessian` `(m, m)`, one for all, or
# `(N, m, m)`; `None` means the identity. Return $J^\top H_\ell J$, `(n, n)`, for samples the **sum**, not the mean.
#
# *Example:* the two of the worked example: `[[2, 2], [2, 5]]`, and with `np.diag([1., 2., 0.])` `[[1, 2], [2, 6]]`.
#
# <details><summary>Hint 1</summary>Which of J J^T and J^T J has one row and column for each weight?</details>
# <details><summary>Hint 2</summary><code>@</code> multiplies stacks of matrices; <code>J.mT</code> transposes each matrix of a stack. What is left is one sum over one axis, if there is one.</details>

# %% exercise="gauss_newton_matrix"
def gauss_newton_matrix(J, loss_hessian=None):
    """Return J^T H J, added up over the samples if J holds several."""
    ### BEGIN SOLUTION
    weighted = J if loss_hessian is None else loss_hessian @ J
    G = J.mT @ weighted
    return G if G.ndim == 2 else G.sum(axis=0)
    ### END SOLUTION

# %% check="gauss_newton_matrix"
check("gauss_newton_matrix")

# %% [markdown]
# **Second way: one product at a time.** You rarely need $H$; you need $H\mathbf v$ for some $\mathbf v$. And $H$ is the
# Jacobian of the gradient, so $H\mathbf v$ is how much the gradient changes when you walk along $\mathbf v$:
#
# $$H\,\mathbf v \approx \frac{\nabla f(\mathbf x + \epsilon\mathbf v) - \nabla f(\mathbf x - \epsilon\mathbf v)}{2\epsilon} .$$
#
# **Two gradients, that is all**, whether there are 50 weights or 50 billion. (Exact, without $\epsilon$: dual numbers pushed
# through a backward pass, Pearlmutter 1994.) How large is $\epsilon$? The *step* should have a sensible length, $h$,
# however long $\mathbf v$ is. So go along the unit vector $\mathbf u = \mathbf v/\lVert\mathbf v\rVert$ with
# $\epsilon = h$, and multiply the result by $\lVert\mathbf v\rVert$: $H\mathbf v = \lVert\mathbf v\rVert\,H\mathbf u$.
#
# **By hand.** $f = x_0^2x_1$ at $(3, 2)$, $\nabla f = (2x_0x_1,\; x_0^2)$,
# $H = \begin{pmatrix}4&6\\6&0\end{pmatrix}$, $\mathbf v = (1, 2)$: $H\mathbf v = (4 + 12,\; 6) = (16, 6)$.

# %%
def bent(x):
    """The gradient of x_0^2 x_1."""
    return np.array([2 * x[0] * x[1], x[0] ** 2])


at = np.array([3.0, 2.0])
Hv = mc.hessian_vector_product(bent, at, np.array([1.0, 2.0]))
print("H v =", Hv.round(6))
assert np.allclose(Hv, [16, 6])
assert np.allclose(mc.hessian(lambda x: x[0]**2 * x[1], at) @ [1, 2], Hv,
                   atol=1e-4)
print(f"7 billion weights: {(7e9)**2:.1e} entries, or 2 gradients")
assert (7e9) ** 2 == 4.9e19

asked_for = 0


def counted(theta):
    global asked_for
    asked_for += 1
    return gradient_at(theta)


mc.hessian_vector_product(counted, theta_0, np.ones(51))
print("gradients of the 51-knob network:", asked_for)
assert asked_for == 2

p, v = np.array([0.3, 0.9]), 0.5 * np.array([0.8, -0.6])
fig, ax = plt.subplots(figsize=(4.8, 3.4))
ax.contour(around, around, landscape(plane), levels, colors="0.75",
           linewidths=0.9, linestyles="solid")
for sign, color, style in ((1, "C1", "-"), (-1, "C0", (0, (2, 1)))):
    slope = 0.35 * mc.numerical_gradient(landscape, p + sign * v)
    for start, alpha in ((p + sign * v, 1), (p, 0.5)):
        ax.annotate("", start + slope, start, arrowprops={
            "arrowstyle": "-|>", "color": color, "lw": 2, "ls": style,
            "shrinkA": 0, "shrinkB": 0, "alpha": alpha})
tips = [p + 0.35 * mc.numerical_gradient(landscape, p + s * v)
        for s in (-1, 1)]
ax.annotate("", tips[1], tips[0], arrowprops={
    "arrowstyle": "-|>", "color": "black", "lw": 2, "shrinkA": 0,
    "shrinkB": 0})
ax.plot(*np.stack([p - v, p, p + v]).T, "o-", color="0.4", ms=4, lw=1)
ax.set(aspect="equal", xlabel="x", ylabel="y", xlim=(-1.2, 1.7),
       ylim=(-0.3, 1.7))
mathlib.show(
    fig,
    caption="The gradients at two points (dashed blue, solid orange), carried"
    " to the point between them. Their difference, black, is nearly 2εHv:"
    " what the Hessian says about this one direction. (All at 0.35 of their"
    " length.)",
    alt="A map with level lines, a short slanted line with three dots, an"
    " arrow from each end, both again from the middle, and a black arrow"
    " from tip to tip.",
)

# %% [markdown]
# **Where it is load-bearing.** The curvature of models with billions of weights is only ever seen through such products.
#
# ### Exercise 5.12 ** · the Hessian-vector product (3 points)
#
# **Contract.** `grad` takes and returns the shape of `x` (any shape); `v` has the shape of `x` and any length, $10^{-9}$ and
# $10^9$ too; for `v = 0` the answer is 0. Return $H\mathbf v$, in that shape, by the central difference with a step of
# **length** `h` along `v`. The Hessian is never built: calls of `grad` are counted, at most 4.
#
# *Example:* with `bent` from above as `grad`, `x = [3, 2]`, `v = [1, 2]` it returns `[16., 6.]`.
#
# <details><summary>Hint 1</summary>Divide by the length of v at the beginning, and give it back at the end.</details>
# <details><summary>Hint 2</summary>v = 0 has no direction. What is H times 0?</details>

# %% exercise="hessian_vector_product"
def hessian_vector_product(grad, x, v, *, h=1e-5):
    """Return H v from two gradients, a step h along v to either side."""
    ### BEGIN SOLUTION
    length = np.sqrt(np.sum(v**2))
    if length == 0:
        return np.zeros(np.shape(x))
    u = v / length
    return length * (grad(x + h * u) - grad(x - h * u)) / (2 * h)
    ### END SOLUTION

# %% check="hessian_vector_product"
check("hessian_vector_product")

# %% [markdown]
# **Third way: one number.** The **sharpness** is the largest eigenvalue, $\lambda_{\max}(H)$: how strongly the ground bends
# upwards in the worst direction. It decides how long a step may be. Near a minimum, $\mathbf d$ away from it, the gradient
# is $H\mathbf d$, and a step of gradient descent leaves $\mathbf d - \eta H\mathbf d$. Along $\mathbf q_i$ that multiplies the
# distance by $1 - \eta\lambda_i$. It shrinks if $\lvert1 - \eta\lambda_i\rvert < 1$; so all of them shrink exactly if
#
# $$0 < \eta < \frac{2}{\lambda_{\max}} .$$
#
# And you can find $\lambda_{\max}$ with Hessian-vector products alone, by *power iteration* (chapter 3): start with a random
# unit vector $\mathbf v$, replace it by $H\mathbf v$ made a unit vector again, and repeat. The eigenvector whose eigenvalue
# has the **largest modulus** grows fastest and wins; then $\mathbf v\cdot H\mathbf v$ is its eigenvalue. Do you see the trap?
# (Exercise 5.13 is about it.)

# %%
def landscape_gradient(p):
    x, y = p
    return np.array([x**3 - x + y / 2, x / 2 + y])


worst = mc.sharpness(landscape_gradient, valley)
truth = np.linalg.eigvalsh(mc.hessian(landscape, valley)).max()
print(f"sharpness of the valley {worst:.4f}, so steps below {2 / worst:.3f}")
assert np.isclose(worst, truth, rtol=1e-4)
trap = np.diag([3.0, -5.0])
found = mc.sharpness(lambda x: trap @ x, np.zeros(2))
print("eigenvalues 3 and -5:", round(found, 4))
assert np.isclose(found, 3)

fig, ax = plt.subplots(figsize=(6.4, 2.6))
for share, style in ((0.5, "-"), (0.98, "--"), (1.02, ":")):
    p, away = valley + [0.005, 0.0], []
    for _ in range(31):
        away.append(la.l2_norm(p - valley))
        p = p - share * 2 / worst * landscape_gradient(p)
    line, = ax.semilogy(away, style)
    ax.text(30.5, away[-1], f"η = {share:g} · 2/λ",
            color=line.get_color(), va="center")
ax.set(xlabel="step", ylabel="distance to the minimum", xlim=(0, 38),
       ylim=(1e-8, 0.1))
mathlib.show(
    fig,
    caption="Gradient descent in one valley of the landscape. Two per cent"
    " below the limit it arrives, two per cent above it is thrown out.",
    alt="Log plot of distance over 30 steps: a solid line falls fast, a"
    " dashed one slowly, a dotted one rises.",
)

# %% [markdown]
# **Are flat minima better?** It is often said that networks in flat valleys, with small sharpness, do better on new data,
# and SAM (Foret et al. 2020) looks for such valleys with success. As a *law* it is contested, for a reason that you can check
# by hand (Dinh et al. 2017). A network of two weights, $x \mapsto b\,a\,x$, is to learn the identity:
# $\mathcal L = \tfrac12(ab - 1)^2$. All points with $ab = 1$ are minima, and **all are the same function**, on old data and new.
# There
#
# $$H = \begin{pmatrix}b^2 & 1\\1 & a^2\end{pmatrix}, \qquad \det H = a^2b^2 - 1 = 0, \qquad
# \lambda_{\max} = \operatorname{tr}H = a^2 + b^2 :$$
#
# the eigenvalues add up to the trace, and one of them is 0. So $(1, 1)$ has sharpness 2, and $(10,\, 0.1)$ has 100.01.
# Sharpness depends on how one writes the function down. Comparing it makes sense only where that is held fixed.

# %%
def identity_gradient(p):
    a, b = p
    return (a * b - 1) * np.array([b, a])


pair = np.linspace(0.2, 5, 200)
grid = np.stack(np.meshgrid(np.linspace(0, 5, 101), np.linspace(0, 3, 61)),
                axis=-1)
loss_map = 0.5 * (grid[..., 0] * grid[..., 1] - 1) ** 2
fig, ax = plt.subplots(figsize=(6.4, 3.0))
ax.contour(grid[0, :, 0], grid[:, 0, 1], loss_map,
           [0.02, 0.1, 0.3, 0.8, 2, 5], colors="0.7", linewidths=0.8)
ax.plot(pair, 1 / pair, color="C0", lw=2.5)
for a in (0.4, 1.0, 2.0, 4.0):
    point = np.array([a, 1 / a])
    sharp = mc.sharpness(identity_gradient, point)
    assert np.isclose(sharp, a**2 + 1 / a**2, rtol=1e-3)
    ax.plot(*point, "o", color="C1")
    ax.annotate(f"{sharp:.2f}", point, (7, 6), color="C1",
                textcoords="offset points", fontweight="bold")
ax.text(3.1, 1.35, "all of these minima\nare one function", color="C0")
ax.set(xlabel="first weight a", ylabel="second weight b", xlim=(0, 5),
       ylim=(0, 3))
mathlib.show(
    fig,
    caption="The valley ab = 1, and its sharpness at four places: the same"
    " network, the same outputs, very different curvature.",
    alt="A hyperbola with thin level lines on both sides that crowd together"
    " at its far end; four dots on it carry numbers between 2 and 16.",
)
far = mc.sharpness(identity_gradient, np.array([10.0, 0.1]))
assert np.isclose(far, 100.01, rtol=1e-3)

# %% [markdown]
# ### Exercise 5.13 *** · find and mend: the sharpness (3 points)
#
# This is power iteration as section 5.8 tells it, and it holds **two** mistakes. You see one of them at work below.
#
# ```python
# def sharpness(grad, x, *, max_iter=100, tol=1e-6, rng=None):
#     rng = np.random.default_rng() if rng is None else rng
#     v = rng.normal(size=x.shape)
#     v = v / np.linalg.norm(v)
#     value = np.inf
#     for step in range(max_iter):
#         Hv = mc.hessian_vector_product(grad, x, v)
#         old, value = value, v @ Hv
#         if abs(value - old) <= tol * abs(value):
#             break
#         v = Hv / np.linalg.norm(Hv)
#     return value
# ```

# %%
def broken_sharpness(grad, x, steps):
    v = np.random.default_rng(1).normal(size=x.shape)
    said = []
    for _ in range(steps):
        v = v / np.linalg.norm(v)
        Hv = mc.hessian_vector_product(grad, x, v)
        said.append(v @ Hv)
        v = Hv
    return said


fig, ax = plt.subplots(figsize=(6.4, 2.3))
for bends, style in (((3.0, -5.0), "o-"), ((5.0, -3.0), "s--")):
    said = broken_sharpness(np.diag(bends).dot, np.zeros(2), 12)
    line, = ax.plot(range(1, 13), said, style)
    ax.text(12.3, said[-1], f"eigenvalues {bends[0]:g} and {bends[1]:g}",
            color=line.get_color(), va="center")
ax.axhline(0, color="0.8", lw=0.8)
ax.set(xlabel="step", ylabel="what it says", xlim=(0.5, 18),
       xticks=range(2, 13, 2), ylim=(-6, 6))
mathlib.show(
    fig,
    caption="Power iteration runs to the eigenvalue of largest modulus: with"
    " 5 and -3 it finds the sharpness, with 3 and -5 it ends at -5.",
    alt="Two curves over 12 steps, one settling at 5, the other at -5.",
)
assert np.isclose(said[-1], 5, atol=0.1)

# %% [markdown]
# **Contract.** `grad` takes and returns `(n,)`; `x` `(n,)`. Return the **largest** eigenvalue, with its sign, of the Hessian
# at `x`: 3 for eigenvalues 3 and -5, -1 for -1 and -4, 0 where all are 0. Three digits are asked for. The Hessian may not be
# built (`grad` is counted); `mc.hessian_vector_product` may be used. Start from `rng`, so that one seed gives one number. An
# iteration ends when $\mathbf v\cdot H\mathbf v$ changes by at most `tol` times its modulus, or after `max_iter` steps; you
# may need two iterations.
#
# *Example:* with `grad = lambda x: np.diag([3., -5.]) @ x` it returns `3.0`.
#
# <details><summary>Hint 1</summary>Where the ground is flat, what is Hv, and what is its length?</details>
# <details><summary>Hint 2</summary>Add a number m to every eigenvalue: H + mI has the same eigenvectors, and (H + mI)v = Hv + mv costs nothing extra. Which m makes sure that none is negative?</details>
# <details><summary>Hint 3</summary>The broken code finds the largest modulus. That is a fine m. Then iterate again, and take m off at the end.</details>

# %% exercise="sharpness"
def sharpness(grad, x, *, max_iter=100, tol=1e-6, rng=None):
    """Return the largest eigenvalue of the Hessian at x."""
    ### BEGIN SOLUTION
    rng = np.random.default_rng(0) if rng is None else rng

    def unit(v):
        length = np.linalg.norm(v)
        return v / length if length else v

    def largest_modulus(shift):
        v, bend = unit(rng.normal(size=x.shape)), np.inf
        for _ in range(max_iter):
            w = mc.hessian_vector_product(grad, x, v) + shift * v
            before, bend = bend, v @ w
            if abs(bend - before) <= tol * abs(bend):
                break
            v = unit(w)
        return bend

    shift = abs(largest_modulus(0.0))
    return largest_modulus(shift) - shift
    ### END SOLUTION

# %% check="sharpness"
check("sharpness")

# %% [markdown]
# ## The capstone: three irises
#
# In 1936 Ronald Fisher published the measures of 150 irises of three kinds, taken by Edgar Anderson: length and width of
# sepals and petals. Fisher drew straight lines between them. You will train a network, and no line of it will be anybody
# else's: the engine is yours.
#
# The recipe is short. Begin with small random weights. Take one flower: run the network, compute the surprise
# $-\log s_y$, run `backward`. Then turn every knob a little against its blame, $w \leftarrow w - \eta\,\bar w$. Next
# flower. When all have had their turn, shuffle, and go round again.
#
# ### Exercise 5.14 *** · a network that learns, on your own engine (4 points)
#
# **Contract.** `X` `(N, 4)`, measures of $N = 90$ flowers, 30 of each kind, each measure with mean 0 and deviation 1; `y` `(N,)`, integers
# 0, 1, 2. Return trained weights `(W1, b1, W2, b2)` as arrays of numbers (or lists), of shapes `(h, 4)`, `(h,)`, `(3, h)`,
# `(3,)`, with `h` from 2 to 64 as you like. The network is $W_2\tanh(W_1\mathbf x + \mathbf b_1) + \mathbf b_2$, and the
# largest of its three outputs wins. Everything random comes from `seed`. **You are graded by what it reads:** at least 85 % of 60
# flowers that it has never seen, within a minute (a few seconds are enough).
#
# Use your `Value` and `backward`; if they are not ready yet, `mc.Value` and `mc.backward` do as well.
#
# <details><summary>Hint 1</summary>A layer is one list comprehension: for each row of weights, <code>sum(w * x ...) + bias</code>. <code>one_flower</code> in section 5.4 has two.</details>
# <details><summary>Hint 2</summary>A weight learns by <code>w.data -= lr * w.grad</code>. Change <code>data</code> of the Value you have; a new Value is unknown to the network.</details>
# <details><summary>Hint 3</summary>6 to 8 hidden units, a learning rate near 0.1, and ten to twenty rounds are plenty. Print the mean surprise of each round while you try: it starts near log 3.</details>

# %% exercise="iris_perceptron"
def iris_perceptron(X, y, *, seed):
    """Train a two-layer perceptron; return (W1, b1, W2, b2)."""
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)

    def layer(n_in, n_out):
        W = rng.normal(size=(n_out, n_in)) / n_in**0.5
        return [[Value(w) for w in row] for row in W], [
            Value(0.0) for _ in range(n_out)
        ]

    def linear(W, b, x):
        return [
            sum(w * x_i for w, x_i in zip(row, x)) + bias
            for row, bias in zip(W, b)
        ]

    (W1, b1), (W2, b2) = layer(4, 6), layer(6, 3)
    knobs = [w for row in (*W1, *W2, b1, b2) for w in row]
    for _ in range(15):
        for n in rng.permutation(len(X)):
            hidden = [z.tanh() for z in linear(W1, b1, X[n])]
            scores = linear(W2, b2, hidden)
            loss = sum(z.exp() for z in scores).log() - scores[y[n]]
            backward(loss)
            for w in knobs:
                w.data -= 0.1 * w.grad

    def numbers(rows):
        return np.array([[w.data for w in row] for row in rows])

    return numbers(W1), numbers([b1])[0], numbers(W2), numbers([b2])[0]
    ### END SOLUTION

# %% check="iris_perceptron"
check("iris_perceptron")

# %% [markdown]
# **The same with arrays**, all flowers at once, on `mc.Value`. 100 flowers teach, 50 are kept aside. What has it learned? Let
# two of the four measures vary, hold the other two at their mean, and colour the plane by the network's answer.

# %% tags=["nbval-ignore-output"]
order = np.random.default_rng(0).permutation(150)
known, new = order[:100], order[100:]


def network_says(theta, X):
    W, b, V, c = unpack(theta)
    return np.tanh(X @ W.T + b) @ V.T + c


theta = theta_0.copy()
losses, hits = [], []
for _ in range(301):
    losses.append([loss_at(theta, X[part], y[part]) for part in (known, new)])
    hits.append(np.mean(network_says(theta, X[new]).argmax(1) == y[new]))
    theta = theta - 0.5 * gradient_at(theta, X[known], y[known])

fig, (curve, ax) = plt.subplots(1, 2, figsize=(6.4, 3.0))
for values, style, name in zip(np.array(losses).T, ("-", "--"),
                               ("known", "new")):
    line, = curve.semilogy(values, style)
    curve.text(305, values[-1], name, color=line.get_color(), va="center")
curve.set(xlabel="step", ylabel="mean surprise", xlim=(0, 370))
petals = np.stack(np.meshgrid(np.linspace(-1.8, 2, 120),
                              np.linspace(-1.8, 2, 120)), axis=-1)
flowers = np.concatenate([np.zeros_like(petals), petals], axis=-1)
says = network_says(theta, flowers).argmax(axis=-1)
ax.contourf(petals[..., 0], petals[..., 1], says, [-0.5, 0.5, 1.5, 2.5],
            colors=["C0", "C1", "C2"], alpha=0.2)
for k, (name, at, mark) in enumerate(zip(
    iris.target_names, ((-0.6, -1.4), (-1.3, 0.6), (0.75, 1.75)), "os^"
)):
    ax.plot(*X[new][y[new] == k][:, 2:].T, mark, ms=5, color=f"C{k}")
    ax.text(*at, name, color=f"C{k}", fontweight="bold")
ax.set(xlabel="petal length, standardised", ylabel="petal width")
mathlib.show(
    fig,
    caption=f"300 steps of one run forwards and one backwards: of {len(new)}"
    f" new flowers {hits[-1]:.0%} are read right. Right: the new flowers, and"
    " what the network would say about average sepals.",
    alt="Left two falling loss curves. Right a plane cut into three coloured"
    " regions, with dots, squares and triangles mostly in their own region.",
)
assert losses[-1][0] < 0.1 and hits[-1] >= 0.9

# %% [markdown]
# **What does the landscape look like where it arrived?** It has 51 dimensions; nobody can draw it. But its Hessian is only
# 51 by 51: 51 Hessian-vector products, two gradients each, and every direction tells how it bends.

# %% tags=["nbval-ignore-output"]
def training_gradient(theta):
    return gradient_at(theta, X[known], y[known])


def spectrum(theta):
    """All eigenvalues of the Hessian of the training loss."""
    H = np.array([
        mc.hessian_vector_product(training_gradient, theta, direction)
        for direction in np.eye(len(theta))
    ])
    return np.linalg.eigvalsh((H + H.T) / 2)


untrained, trained = spectrum(theta_0), spectrum(theta)
fig, axes = plt.subplots(1, 2, figsize=(6.4, 2.6), sharey=True)
for ax, values, name, color in zip(
    axes, (untrained, trained), ("before training", "after training"),
    ("C1", "C0"),
):
    ax.hist(values, bins=50, color=color)
    ax.plot(values[-1], 1.6, "v", color="black", ms=5)
    ax.set(yscale="log", xlabel="eigenvalue", ylim=(0.7, 60),
           title=f"{name}: {np.sum(values < -1e-6)} below 0")
axes[0].set_ylabel("how many of 51")
small = np.mean(np.abs(trained) < 0.05 * trained[-1])
mathlib.show(
    fig,
    caption="Curvatures of the 51-knob network, the largest marked. After"
    f" training {small:.0%} of them are below a twentieth of the largest: a"
    f" bulk near zero, and one outlier, {trained[-1]:.2f} (the next is"
    f" {trained[-2]:.2f}). Those below 0 are too small to see: the lowest is"
    f" {trained[0]:.3f}.".replace("-0.", "−0."),
    alt="Two histograms with a tall bar at zero and single ones to the right,"
    " one of them far; the left one also has bars below zero.",
)
sharp = mc.sharpness(training_gradient, theta)
print("power iteration finds the largest:",
      np.isclose(sharp, trained[-1], rtol=1e-2))
left = la.l2_norm(training_gradient(theta))
print(f"length of the gradient that is left: {left:.3f}")
assert untrained[0] < 0 and small > 0.7
assert trained[-1] > 4 * trained[-2] and left < 0.05

# %% [markdown]
# **A bulk near zero, an outlier, and some below zero.** This is what one also finds in networks with millions of weights
# (Sagun et al. 2016, Ghorbani et al. 2019): in most directions the loss hardly bends, and in a few, often about as many as
# there are classes, it bends strongly. Here it is one. It is an *observation*, not a theorem. What it is good for: the
# outliers limit the step ($\eta < 2/\lambda_{\max}$), the bulk makes the way long, and each eigenvalue below zero at a level
# place is a way down. (Ours is not quite level yet: see the gradient that is left.) Dauphin et al. (2014) argue that large
# networks have far more such passes than dead ends.

# %% [markdown]
# ## The same in PyTorch and JAX
#
# | here | PyTorch | JAX |
# |---|---|---|
# | `mc.Value(x)` | `torch.tensor(x, requires_grad=True)` | any argument |
# | `mc.backward(loss)`, `x.grad` | `loss.backward()`, `x.grad` | `jax.grad(f)(x)` |
# | gradients start afresh | they **add up**: `optimizer.zero_grad()` | afresh |
# | a number, cut off from the graph | `x.detach()`, `torch.no_grad()` | `jax.lax.stop_gradient` |
# | `mc.jacobian` | `torch.func.jacrev`, `jacfwd` | `jax.jacrev`, `jax.jacfwd` |
# | `mc.chain_vjp`, one layer | `torch.autograd.grad(y, x, v)` | `jax.vjp` |
# | `mc.hessian` | `torch.func.hessian` | `jax.hessian` |
# | `mc.hessian_vector_product` | `torch.func.jvp` of `torch.func.grad` | `jax.jvp` of `jax.grad` |
# | `mc.gradient_check` | `torch.autograd.gradcheck` (wants float64) | `jax.test_util.check_grads` |
#
# TensorFlow keeps its notes on a `tf.GradientTape` and asks it with `tape.gradient(loss, x)`. All three are reverse mode on
# arrays, with hand-written pullbacks, as in section 5.4; their derivatives are exact to rounding, and come from the steps of a
# program, not from a formula for it. If torch is installed, ask it about our two graphs:

# %% tags=["nbval-ignore-output"]
if mathlib.has_torch:
    import torch

    a, b = (torch.tensor(v, requires_grad=True) for v in (2.0, 3.0))
    (a * b + a).square().backward()
    print("dL/da, dL/db:", a.grad.item(), b.grad.item())
    assert (a.grad, b.grad) == (64, 32)
    (a * b + a).square().backward()
    print("again, without zero_grad:", a.grad.item())
    assert a.grad == 128

    parts = [torch.tensor(part, requires_grad=True)
             for part in unpack(theta)]
    hidden = torch.tanh(torch.tensor(X) @ parts[0].T + parts[1])
    torch.nn.functional.cross_entropy(
        hidden @ parts[2].T + parts[3], torch.tensor(y)).backward()
    theirs = np.concatenate([part.grad.ravel() for part in parts])
    print("51 knobs agree:", np.allclose(theirs, gradient_at(theta)))
    assert np.allclose(theirs, gradient_at(theta), atol=1e-12)

# %% [markdown]
# ## Common mistakes
#
# | one often sees | why it is wrong | what is right |
# |---|---|---|
# | `x[i] += h` and forgotten | the caller's $\mathbf x$ has moved | step on a copy |
# | slope in direction $(3, 4)$ as $\nabla f\cdot(3, 4)$ | five times too large | a unit vector first |
# | Jacobian of shape (inputs, outputs) | its transpose; the chain rule breaks | rows are outputs |
# | $J_1J_2\cdots J_L$ | the order of running is not the order of writing | factors descend, $J_L\cdots J_1$ |
# | $\prod_l W_l\,\sigma'(z_l)$ over one range for $\partial\mathcal L/\partial W_1$ | $W_1$ is not in its own gradient | weights $2..L$, slopes $1..L$ |
# | matrices first, then the vector | $n$ times too dear | $\mathbf v^\top$ from the left |
# | `parent.grad = ...` | a value used twice loses one use | `parent.grad += ...` |
# | forgotten `zero_grad` in PyTorch | old gradients are added | zero before each backward |
# | "autodiff is symbolic", or "numerical" | no formula grows, no step $h$ errs | exact local derivatives, multiplied |
# | $2A\mathbf x$ for $\nabla\,\mathbf x^\top A\mathbf x$ | only for symmetric $A$ | $(A + A^\top)\,\mathbf x$ |
# | softmax' is $s(1-s)$, entry by entry | that is only the diagonal | $\operatorname{diag}(\mathbf s) - \mathbf s\mathbf s^\top$ |
# | absolute error in a gradient check | passes every tiny gradient | relative error, float64 |
# | $h = 10^{-8}$ for second differences | rounding is divided by $h^2$ | $h$ near $10^{-4}$ |
# | "$H$ positive definite: a minimum" | also on a slope | only where $\nabla f = \mathbf 0$ |
# | "an eigenvalue 0: almost a minimum" | may be anything | inconclusive |
# | "Gauss-Newton is $J^\top J$" | for squared error only | $J^\top H_\ell J$ |
# | power iteration for $\lambda_{\max}$ | finds the largest modulus | shift first |
# | "flat minima generalise better", as a law | sharpness depends on the parametrisation | an observation, contested |

# %% [markdown]
# ## Summary: one screen
#
# | | formula | function |
# |---|---|---|
# | gradient | $\nabla f = (\partial f/\partial x_1, \dots, \partial f/\partial x_n)^\top$ | `mc.numerical_gradient` |
# | slope in a direction | $D_{\mathbf u}f = \nabla f\cdot\mathbf u$, at most $\lVert\nabla f\rVert$ | `mc.directional_derivative` |
# | Jacobian | $J_{ij} = \partial f_i/\partial x_j$, $\;(m, n)$ | `mc.jacobian` |
# | chain rule | $J_{f\circ g} = J_f\,J_g$ | `mc.chain_jacobian` |
# | vector-Jacobian product | $\mathbf v^\top J_L\cdots J_1$, from the left | `mc.chain_vjp` |
# | reverse mode | $\bar v_i = \sum_j\bar v_j\,\partial v_j/\partial v_i$ | `mc.Value`, `mc.backward` |
# | quadratic form | $\nabla\,\mathbf x^\top A\mathbf x = (A + A^\top)\mathbf x$ | `mc.quadratic_form_gradient` |
# | softmax | $J = \operatorname{diag}(\mathbf s) - \mathbf s\mathbf s^\top$ | `mc.softmax_jacobian` |
# | check | $\lVert\mathbf g_{\text{num}} - \mathbf g\rVert\,/\,(\lVert\mathbf g_{\text{num}}\rVert + \lVert\mathbf g\rVert)$ | `mc.gradient_check` |
# | Hessian | $H_{ij} = \partial^2f/\partial x_i\partial x_j$ | `mc.hessian` |
# | level places | signs of the eigenvalues, **if** $\nabla f = \mathbf 0$ | `mc.classify_critical_point` |
# | Gauss-Newton | $J^\top H_\ell J$ | `mc.gauss_newton_matrix` |
# | product with $H$ | $\lVert\mathbf v\rVert\,(\nabla f(\mathbf x + h\mathbf u) - \nabla f(\mathbf x - h\mathbf u))/2h$, $\;\mathbf u = \mathbf v/\lVert\mathbf v\rVert$ | `mc.hessian_vector_product` |
# | sharpness | $\lambda_{\max}(H)$; steps below $2/\lambda_{\max}$ | `mc.sharpness` |

# %% [markdown]
# **Five questions to ask yourself.**
#
# <details><summary>1. A function has 3 inputs and 10 000 outputs, and you want all derivatives. Forward or reverse?</summary>
# Forward: one run for each input, three in all. Reverse would need one for each output.
# </details>
# <details><summary>2. Your engine says that the derivative of x*x + x is x. What did you forget?</summary>
# To add: three contributions come back to x, 1 from the sum and x twice from the square, and each overwrote the one before.
# </details>
# <details><summary>3. The loss has stopped falling, the gradient is nearly zero. Is it a minimum?</summary>
# Unknown. Look for a negative eigenvalue of the Hessian; Hessian-vector products are enough for that. With zero eigenvalues even the Hessian cannot tell.
# </details>
# <details><summary>4. A colleague's gradient check passes with an error of 0.3 in absolute terms, "because gradients are of size 1e9". What do you answer?</summary>
# Relative to 1e9 that is 3e-10: fine. And a check with an absolute limit would have passed every wrong gradient of size 1e-9.
# </details>
# <details><summary>5. Gradient descent with rate 0.1 flies off. What do you know about the sharpness?</summary>
# Near a minimum it would be above 2/0.1 = 20.
# </details>

# %% [markdown]
# ## Further reading
#
# **Reverse mode.** S. Linnainmaa, *BIT* 16 (1976), doi:10.1007/BF01931367. D. Rumelhart, G. Hinton, R. Williams, *Nature*
# 323 (1986), doi:10.1038/323533a0. W. Baur, V. Strassen, the price of all partial derivatives, *Theor. Comput. Sci.* 22
# (1983), doi:10.1016/0304-3975(83)90110-X. A. Griewank, A. Walther, *Evaluating Derivatives*, SIAM, 2008,
# doi:10.1137/1.9780898717761. A. Baydin et al., a survey, 2015, arXiv:1502.05767.
#
# **Curvature.** B. Pearlmutter, exact Hessian-vector products, *Neural Comput.* 6 (1994), doi:10.1162/neco.1994.6.1.147.
# N. Schraudolph, Gauss-Newton products, *Neural Comput.* 14 (2002), doi:10.1162/08997660260028683. J. Martens, R. Grosse,
# K-FAC, 2015, arXiv:1503.05671.
#
# **Landscapes.** Y. Dauphin et al., saddles, 2014, arXiv:1406.2572. L. Sagun et al., spectra, 2016, arXiv:1611.07476. B.
# Ghorbani et al., 2019, arXiv:1901.10159. P. Foret et al., SAM, 2020, arXiv:2010.01412. L. Dinh et al., sharp minima can
# generalise, 2017, arXiv:1703.04933.
#
# **The data.** R. A. Fisher, *Ann. Eugen.* 7 (1936), doi:10.1111/j.1469-1809.1936.tb02137.x.
#
# Next: chapter 6 lets go of certainty, and asks what can still be computed when the numbers are random.

# ---
# jupyter:
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 2. Linear Algebra Basics
#
# **How can a machine read handwriting with a single multiplication, and without any training?**
#
# ```text
#     somebody wrote:           the machine remembers:
#
#         ░░▓▓████                    ▒▒██▓▓
#       ░░████▒▒░░                  ▒▒██▒▒░░
#         ▓▓▒▒                    ░░██░░
#         ██░░░░                  ░░▓▓
#       ░░██████▒▒                ░░██▓▓▓▓▓▓░░
#       ░░▓▓░░  ▓▓░░              ░░██░░  ▓▓▓▓
#         ░░▒▒░░██░░                ▓▓▓▓░░██░░
#         ░░▓▓██▒▒                    ▓▓██▒▒
# ```
#
# To the machine each picture is a list of 64 numbers. It was given 1200 such lists, nobody told it what a loop or a
# stroke is, and it found the one on the right to be the most similar. (Is it the same digit? Decide before you go on.)
#
# **After this chapter you can**
#
# - measure agreement, length, angle and distance, and say when each of them lies;
# - read every shape in `x @ W.T + b`, and say why it is that way round;
# - solve a linear system by hand and by a program that survives a pivot of $10^{-20}$;
# - project onto a line, a plane, or the pictures of all threes;
# - write the digit reader, and say why shuffling the data would hide more than half of its mistakes.
#
# **You need** the $\sum$ sign and index notation (chapter 1), and NumPy arrays. **Time:** about 90 minutes to read; the 16
# exercises take two to four hours more.

# %%
import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
from sklearn.datasets import load_digits

import mathlib
import mathlib.linear_algebra as la
from mathlib import check

mathlib.style()

# %%
X, y = load_digits(return_X_y=True)
X_train, y_train, X_test, y_test = X[:1200], y[:1200], X[1200:], y[1200:]

# The one multiplication: 597 new pictures against 1200 known ones.
products = la.matmul(X_test, la.transpose(X_train))
lengths = la.dot(X_test, X_test)[:, None] + la.dot(X_train, X_train)
nearest = (lengths - 2 * products).argmin(axis=1)
right = y_train[nearest] == y_test

asked = [142, 44, 7, 161, 368, 23, 1, 284]
fig, axes = plt.subplots(2, 8, figsize=(7.2, 2.1))
for letter, j, column in zip("abcdefgh", asked, axes.T):
    column[0].set_title(letter, loc="center")
    for ax, pixels in zip(column, (X_test[j], X_train[nearest[j]])):
        ax.imshow(pixels.reshape(8, 8), cmap="gray_r")
        ax.axis("off")
mathlib.show(
    fig,
    caption=f"The nearest of {len(X_train)} known pictures is the right"
    f" answer for {right.mean():.1%} of {len(X_test)} new ones, and for all"
    f" but {np.sum(~right[asked])} of these eight.",
    alt="Two rows of eight small grey pictures of handwritten digits, the"
    " asked ones above, the nearest known ones below.",
)
assert (~right[asked]).tolist() == [j == 161 for j in asked]
assert products.shape == (597, 1200) and products.size == 716_400

# %% [markdown]
# Under each picture stands the machine's answer. One of the eight pairs is wrong.
#
# <details><summary>Which?</summary>
# Pair d, the one you have seen in large. It is a 5, and the most similar picture is a 6: almost every pixel agrees,
# except for the few that close the loop. The machine does not know that loops matter. All 64 numbers count the same.
# </details>
#
# "Most similar" is a distance between two lists, and behind the $597 \cdot 1200 = 716\,400$ distances of the cell above
# stands **one matrix product**, `X_test @ X_train.T`. That is the whole trick, and it is the same one a search engine
# plays on your question, and a language model on every word you type. You are about to see how it works, to build it
# from nothing, and to find out what it cannot see.
#
# (Notation: vectors are bold and lower case, $\mathbf a$; matrices upper case, $A$; a row is a sample.)

# %% [markdown]
# ## 2.1 One number for "these agree": the dot product
#
# Ana, Ben and Cleo rate three films from $-2$ (walked out) to $2$ (went twice). Do Ana and Ben share a taste? Multiply
# their ratings film by film. Where they agree, liking or loathing, the product is positive; where they quarrel it is
# negative. Then add up.
#
# **The law.** For $\mathbf a, \mathbf b \in \mathbb R^n$ the dot product is one number:
#
# $$\mathbf a \cdot \mathbf b = \sum_{i=1}^{n} a_i b_i = \mathbf a^\top \mathbf b .$$
#
# **Two rules follow, and they carry the rest of the chapter.** Since $a_i b_i = b_i a_i$, the order does not matter.
# Since $\sum_i (a_i + s\,c_i)\, b_i = \sum_i a_i b_i + s \sum_i c_i b_i$, brackets open as they do with numbers:
#
# $$\mathbf a \cdot \mathbf b = \mathbf b \cdot \mathbf a, \qquad
# (\mathbf a + s\,\mathbf c) \cdot \mathbf b = \mathbf a \cdot \mathbf b + s\,(\mathbf c \cdot \mathbf b).$$
#
# **By hand.** Ana $= (2, 1, -2)$, Ben $= (1, 2, -1)$, Cleo $= (-1, 0, 2)$:
#
# | | film 1 | film 2 | film 3 | sum |
# |---|---|---|---|---|
# | Ana and Ben | $2 \cdot 1 = 2$ | $1 \cdot 2 = 2$ | $(-2)(-1) = 2$ | $6$ |
# | Ana and Cleo | $2 \cdot (-1) = -2$ | $1 \cdot 0 = 0$ | $(-2) \cdot 2 = -4$ | $-6$ |
#
# **In a picture.** Fix $\mathbf b = (2, 1)$ and let $\mathbf a$ roam over the plane. The cell asks 14 641 questions in
# one call: shape `(121, 121, 2)` goes in, the last axis is summed away, `(121, 121)` comes out.

# %%
def draw_arrow(ax, v, text, color, start=(0, 0), shift=(4, 4)):
    """Draw the vector v from start, with its name at the tip."""
    tip = np.add(start, v)
    ax.annotate("", tip, start, arrowprops={
        "arrowstyle": "-|>", "color": color, "lw": 2,
        "shrinkA": 0, "shrinkB": 0,
    })
    ax.annotate(text, tip, shift, textcoords="offset points", color=color)


def draw_plane(ax, low, high):
    """Make one unit as long across as up, and mark the origin."""
    ax.axhline(0, color="0.8", lw=0.8, zorder=0)
    ax.axvline(0, color="0.8", lw=0.8, zorder=0)
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")


ana, ben, cleo = np.array([[2, 1, -2], [1, 2, -1], [-1, 0, 2]])

print("Ana and Ben: ", la.dot(ana, ben))
print("Ana and Cleo:", la.dot(ana, cleo))
assert la.dot(ana, ben) == 6 and la.dot(ana, cleo) == -6

# Brackets open: Ben, and three times Cleo, in one go.
assert la.dot(ana, ben + 3 * cleo) == 6 + 3 * (-6)

b = np.array([2.0, 1.0])
across, up = np.meshgrid(np.linspace(-3, 3, 121), np.linspace(-3, 3, 121))
roaming = np.stack([across, up], axis=-1)
agreement = la.dot(roaming, b)
assert agreement.shape == (121, 121) and agreement.size == 14_641

fig, ax = plt.subplots(figsize=(4.6, 3.6))
ax.contourf(across, up, agreement, levels=13, cmap="RdBu_r", alpha=0.6,
            vmin=-9, vmax=9)
lines = ax.contour(across, up, agreement, levels=[-6, -3, 0, 3, 6],
                   colors="0.3", linewidths=0.9, linestyles="solid")
ax.clabel(lines, fmt="%g", manual=[
    (-2.5, -1), (-1.25, -0.5), (0.5, -1), (1.8, -0.6), (2.5, 1),
])
draw_arrow(ax, b, "b", "black", shift=(-12, 2))
draw_plane(ax, (-3, -3), (3, 3))
ax.set(xlabel="first entry of a", ylabel="second entry of a")
mathlib.show(
    fig,
    caption="All vectors a with the same dot product with b lie on a straight"
    " line across b: only the part of a along b counts.",
    alt="A plane coloured from blue over white to red, with parallel"
    " lines marked -6, -3, 0, 3, 6 and an arrow b pointing at right angles"
    " to them.",
)

# %% [markdown]
# **Where it is load-bearing.** In a transformer each token carries a *query* ("what am I looking for?") and a *key*
# ("what do I offer?"). How much token $i$ listens to token $j$ starts as one dot product,
# $\mathbf q_i \cdot \mathbf k_j$ (chapter 15). A neuron is a dot product of its input with its weights. The tensor
# cores of a GPU do nothing else.
#
# ### Exercise 2.1 * · the dot product (1 point)
#
# **Contract.** `a`, `b`: arrays of one shape; multiply entry by entry and sum over `axis` (the last by default). Return
# an array without that axis (a scalar for two vectors). The dot product of empty vectors is 0.
#
# *Example:* `dot(np.array([[1., 2.], [3., 4.]]), np.array([[5., 6.], [7., 8.]]))` returns `[17., 53.]`.
#
# <details><summary>Hint 1</summary>Two rows in, two numbers out: which axis must survive, and which must go?</details>
# <details><summary>Hint 2</summary><code>np.sum</code> without <code>axis</code> adds up everything, the batch included.</details>

# %% exercise="dot"
def dot(a, b, *, axis=-1):
    """Return the sum of the products a_i b_i along one axis."""
    ### BEGIN SOLUTION
    return np.sum(a * b, axis=axis)
    ### END SOLUTION

# %% check="dot"
check("dot")

# %% [markdown]
# ## 2.2 Length and angle, with 77 people from *Les Misérables*
#
# A vector's dot product with itself is the sum of its squares. By Pythagoras that is its length, squared.
#
# **The laws.** For $\mathbf a, \mathbf b \in \mathbb R^n$
#
# $$\|\mathbf a\|_2 = \sqrt{\textstyle\sum_i a_i^2} = \sqrt{\mathbf a \cdot \mathbf a}, \qquad
# \|\mathbf a\|_1 = \textstyle\sum_i |a_i|, \qquad
# \cos\theta = \frac{\mathbf a \cdot \mathbf b}{\|\mathbf a\|_2\,\|\mathbf b\|_2} .$$
#
# $\|\mathbf a\|_2$ is as the crow flies, $\|\mathbf a\|_1$ as the taxi drives; $\|\mathbf a\|$ alone means the first.
#
# **Why may the last one be called a cosine?** However many dimensions there are, $\mathbf 0$, $\mathbf a$ and $\mathbf b$
# are the corners of a flat triangle, and the law of cosines holds in it:
# $\|\mathbf a - \mathbf b\|^2 = \|\mathbf a\|^2 + \|\mathbf b\|^2 - 2\,\|\mathbf a\|\|\mathbf b\|\cos\theta$. Open the
# left side with the two rules of 2.1 and compare: $\mathbf a\cdot\mathbf b = \|\mathbf a\|\|\mathbf b\|\cos\theta$.
# That this fraction never leaves $[-1, 1]$ needs no triangle. For the unit vectors
# $\mathbf u = \mathbf a/\|\mathbf a\|$ and $\mathbf w = \mathbf b/\|\mathbf b\|$
#
# $$0 \le \|\mathbf u - \mathbf w\|^2 = \mathbf u\cdot\mathbf u - 2\,\mathbf u\cdot\mathbf w + \mathbf w\cdot\mathbf w
# = 2 - 2\cos\theta ,$$
#
# so $\cos\theta \le 1$; the same with $\mathbf u + \mathbf w$ gives $\cos\theta \ge -1$: the Cauchy-Schwarz inequality,
# in one line. (Keep that line. It returns in 2.5.)
#
# **By hand.** $\mathbf a = (3, 4)$, $\mathbf b = (4, 3)$: length $\sqrt{9 + 16} = 5$, taxi $3 + 4 = 7$,
# $\cos\theta = (12 + 12)/(5 \cdot 5) = 0.96$.
#
# **Two lengths, two characters.** Which point of the line $x_1 + 2 x_2 = 2$ is shortest? Grow each unit ball until it
# touches: the round one does it with its side, the diamond with a corner, and corners lie on the axes.

# %%
a, b = np.array([3.0, 4.0]), np.array([4.0, 3.0])

print("length", la.l2_norm(a), "  taxi", la.l1_norm(a))
print("cosine", la.cosine_similarity(a, b))
assert la.l2_norm(a) == 5 and la.l1_norm(a) == 7
assert np.isclose(la.cosine_similarity(a, b), 0.96)

# The law as it stands, against two honest lengths:
for a in (np.array([3e200, 4e200]), np.array([3e-200, 4e-200])):
    with np.errstate(over="ignore"):
        naive = np.sqrt(np.sum(a**2))
    print(f"naive {naive:.0e}   mathlib {la.l2_norm(a):.0e}")
    assert naive in (np.inf, 0) and np.isclose(la.l2_norm(a) / a[0], 5 / 3)

# Where squares begin to overflow, in double and in half precision:
with np.errstate(over="ignore"):
    assert np.isfinite(1.3e154**2) and np.isinf(np.float64(1.4e154) ** 2)
    assert np.finfo(np.float16).max == 65504
    assert np.isinf(np.float16(256) ** 2) and np.float16(255) ** 2 < np.inf

# %%
on_line = np.linspace(-1, 3, 401)
line = np.stack([on_line, (2 - on_line) / 2], axis=-1)
shortest = {
    "L2": line[la.l2_norm(line).argmin()],
    "L1": line[la.l1_norm(line).argmin()],
}
assert np.allclose(shortest["L2"], [0.4, 0.8])
assert np.allclose(shortest["L1"], [0, 1])

around = np.linspace(0, 2 * np.pi, 201)
circle = np.stack([np.cos(around), np.sin(around)], axis=-1)
diamond = np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [1, 0]])

fig, axes = plt.subplots(1, 2, figsize=(6.4, 3.0), sharey=True)
balls = {"L2": circle * la.l2_norm(shortest["L2"]), "L1": diamond}
for ax, (name, ball), color in zip(axes, balls.items(), ("C0", "C1")):
    ax.plot(*ball.T, color=color)
    ax.plot(*line.T, color="0.4", lw=1.2)
    ax.plot(*shortest[name], "o", color=color, ms=8)
    first, second = np.abs(shortest[name].round(1))
    ax.annotate(f"({first:g}, {second:g})", shortest[name], (8, 6),
                textcoords="offset points", color=color)
    draw_plane(ax, (-1.3, -1.2), (2.3, 1.7))
    ax.set(title=f"shortest by the {name} norm", xlabel="$x_1$")
axes[0].set_ylabel("$x_2$")
mathlib.show(
    fig,
    caption="The L1 norm prefers a corner, so one coordinate of its shortest"
    " point is exactly zero; the L2 norm spreads the effort.",
    alt="Left, a circle touches a falling line on its side. Right, a diamond"
    " touches the same line with its top corner.",
)

# %% [markdown]
# The formula is right and the program is wrong: $(3\cdot10^{200})^2 = 9\cdot 10^{400}$ does not fit in a float (the
# largest is about $1.8 \cdot 10^{308}$), and $10^{-400}$ is rounded to zero. The cure costs one line of algebra. For
# any $s > 0$,
#
# $$\|\mathbf a\| = s\,\Bigl\|\frac{\mathbf a}{s}\Bigr\| ,$$
#
# and with $s = \max_i |a_i|$ every entry of $\mathbf a / s$ lies in $[-1, 1]$. In half precision, where the ceiling is
# 65 504, a gradient entry of only 256 already overflows when squared. So this is not an exotic worry.
#
# ### Exercise 2.2 ** · a length that does not overflow (2 points)
#
# **Contract.** `x`: array `(..., n)`; return the L2 norm along `axis` (the last by default), without that axis. Entries
# from $10^{-300}$ to $10^{300}$ must work. The norm of a zero vector and of an empty one is 0.
#
# *Example:* `l2_norm(np.array([[3e200, 4e200], [0., 0.]]))` returns `[5e200, 0.]`.
#
# <details><summary>Hint 1</summary>Find the largest absolute value along the axis and keep the axis (<code>keepdims=True</code>), so that you can divide by it.</details>
# <details><summary>Hint 2</summary>A zero vector would be divided by zero. Which scale does no harm there?</details>
# <details><summary>Hint 3</summary><code>np.max(..., initial=0)</code> knows the maximum of nothing; <code>np.squeeze(scale, axis)</code> drops the axis at the end.</details>

# %% exercise="l2_norm"
def l2_norm(x, *, axis=-1):
    """Return the Euclidean length along one axis, without overflow."""
    ### BEGIN SOLUTION
    scale = np.max(np.abs(x), axis=axis, keepdims=True, initial=0.0)
    scale = np.where(scale == 0, 1.0, scale)
    length = np.sqrt(np.sum((x / scale) ** 2, axis=axis))
    return length * np.squeeze(scale, axis=axis)
    ### END SOLUTION

# %% check="l2_norm"
check("l2_norm")

# %% [markdown]
# Back to the corners: that is why a penalty on $\|\mathbf w\|_1$ (Lasso) switches features off while one on
# $\|\mathbf w\|_2^2$ only turns them down; how often and how exactly is chapter 13's story.
#
# **Now the angle at work.** networkx brings a table that Donald Knuth made from *Les Misérables*: for 77 characters,
# how often each pair appears in one chapter. So each character **is** a vector of 77 counts: the company they keep. Who
# is most like Gavroche, the street boy? Ask the dot product.

# %%
story = nx.les_miserables_graph()
names = np.array(list(story))
company = nx.to_numpy_array(story, weight="weight")
gavroche = company[names == "Gavroche"][0]

by_dot = la.dot(company, gavroche)
by_angle = la.cosine_similarity(company, gavroche)
ranked = names[np.argsort(-by_dot, kind="stable")]
print("by dot product:", *ranked[:6], sep="  ")
assert company.shape == (77, 77) and ranked[4] == "Gavroche"

# %% [markdown]
# Gavroche himself comes **fifth**. Four others are more like him than he is! Nothing is broken:
# $\mathbf a\cdot\mathbf b = \|\mathbf a\|\,\|\mathbf b\|\cos\theta$, and people who appear everywhere have long
# vectors. The dot product mixes *what direction* with *how much*. Divide the lengths away, and the boy is himself
# again, followed by the students he dies with on the barricade.

# %%
fig, axes = plt.subplots(1, 2, figsize=(6.4, 2.7))
for ax, score, label in (
    (axes[0], by_dot, "dot product"), (axes[1], by_angle, "cosine"),
):
    best = np.argsort(-score, kind="stable")[:6][::-1]
    colors = ["C1" if names[i] == "Gavroche" else "C0" for i in best]
    bars = ax.barh(names[best], score[best], color=colors, height=0.65)
    texts = [f"{score[i]:.3g}" for i in best]
    ax.bar_label(bars, texts, padding=3, fontsize=9)
    ax.set(xlabel=label, xlim=(0, 1.18 * score.max()))
    ax.tick_params(axis="y", length=0)
mathlib.show(
    fig,
    caption="Who keeps the same company as Gavroche? The dot product prefers"
    " people who appear everywhere; the cosine compares directions only.",
    alt="Two bar charts of six names. By dot product Courfeyrac leads and"
    " Gavroche is fifth; by cosine Gavroche leads with 1, then Feuilly.",
)
assert names[np.argmax(by_angle)] == "Gavroche"

# %% [markdown]
# **A surprise about high dimensions.** Pick two directions at random. In three dimensions any angle is quite possible.
# In 4096, the width of a language model of seven billion weights, random directions are almost always nearly at right
# angles: the cosine has mean 0 and standard deviation $1/\sqrt n$.

# %%
rng = np.random.default_rng(0)
fig, ax = plt.subplots(figsize=(6.4, 2.7))
spread = {}
for n, at, color in (
    (3, (0.62, 1.9), "C2"), (64, (0.2, 4.2), "C1"), (4096, (0.05, 15), "C0"),
):
    pairs = rng.normal(size=(2, 1500, n))
    cosines = la.cosine_similarity(*pairs)
    spread[n] = cosines.std()
    ax.hist(cosines, bins=np.linspace(-1, 1, 121), density=True,
            histtype="step", lw=1.8, color=color)
    ax.text(*at, f"n = {n}", color=color)
    assert np.isclose(spread[n], 1 / np.sqrt(n), rtol=0.1)
assert 0.1 / spread[4096] > 6
ax.set(xlabel="cosine of two random vectors", ylabel="density",
       xlim=(-1, 1))
mathlib.show(
    fig,
    caption=f"In {n} dimensions the cosine of two random vectors is"
    f" {spread[n]:.3f} from zero on a typical day: almost a right angle.",
    alt="Three outlined histograms over cosines from -1 to 1: nearly flat"
    " for n = 3, a bell for n = 64, a needle at zero for n = 4096.",
)

# %% [markdown]
# So there is room for far more than 4096 directions *nearly* at right angles, and trained networks seem to use it
# ("superposition", Elhage et al. 2022). It also tells you how to read a similarity score: between random vectors of
# 4096 entries, 0.1 would be a sensation; it is more than six standard deviations. (Real embeddings are not random:
# measure your own baseline.) Cosine is the default score of semantic search and RAG (chapter 23), and of CLIP.
#
# ### Exercise 2.3 ** · cosine similarity (2 points)
#
# **Contract.** `a`, `b`: arrays `(..., n)` that broadcast against each other; cosine along `axis` (the last by
# default), without that axis. Each norm counts as at least `eps`, as in `torch.nn.functional.cosine_similarity`; so a
# zero vector gives 0, not nan.
#
# *Example:* `cosine_similarity(np.array([[3., 4.], [0., 0.]]), np.array([[4., 3.], [1., 2.]]))` returns `[0.96, 0.]`.
#
# <details><summary>Hint 1</summary>There are three sums along the axis here: one dot product and two norms. <code>la.l2_norm</code> takes an axis too.</details>
# <details><summary>Hint 2</summary>"At least eps" for each norm on its own: <code>np.maximum</code>, twice.</details>

# %% exercise="cosine_similarity"
def cosine_similarity(a, b, *, axis=-1, eps=1e-8):
    """Return the cosine of the angle between a and b along one axis."""
    ### BEGIN SOLUTION
    length_a = np.maximum(la.l2_norm(a, axis=axis), eps)
    length_b = np.maximum(la.l2_norm(b, axis=axis), eps)
    return np.sum(a * b, axis=axis) / (length_a * length_b)
    ### END SOLUTION

# %% check="cosine_similarity"
check("cosine_similarity")

# %% [markdown]
# ## 2.3 Matrices: many dot products, or one motion
#
# A matrix is a table of numbers **and** a machine: put in a vector, get out a vector whose entries are the dot products
# with the table's rows. Put two machines in a row. What single table does the work of both?
#
# **Derivation.** First $B$ of shape $(K, n)$ acts on $\mathbf x \in \mathbb R^n$, then $A$ of shape $(m, K)$:
#
# $$\bigl(A(B\mathbf x)\bigr)_i = \sum_k A_{ik}\,(B\mathbf x)_k = \sum_k A_{ik}\sum_j B_{kj}\,x_j
# = \sum_j \Bigl(\underbrace{\textstyle\sum_k A_{ik}B_{kj}}_{(AB)_{ij}}\Bigr) x_j .$$
#
# The law was not invented, it was forced: row times column is the only table that does both jobs at once.
#
# **The law.** $A$: $(m, K)$, $B$: $(K, n)$, $AB$: $(m, n)$. The inner numbers must agree, and they disappear:
#
# $$(AB)_{ij} = \sum_{k=1}^{K} A_{ik}B_{kj}, \qquad (A^\top)_{ij} = A_{ji}, \qquad (A \odot B)_{ij} = A_{ij}B_{ij}.$$
#
# $A^\top$, the transpose, swaps rows and columns. $\odot$, the Hadamard product, multiplies entry by entry, needs equal
# shapes, and is **another operation**: in NumPy `A @ B` is the first law, `A * B` the last.
#
# **By hand.** $A = \begin{pmatrix}1&2\\3&4\end{pmatrix}$ and $B = \begin{pmatrix}0&1\\1&0\end{pmatrix}$. Row 1 with
# column 1: $1\cdot0 + 2\cdot1 = 2$. All together:
#
# $$AB = \begin{pmatrix}2&1\\4&3\end{pmatrix}, \qquad BA = \begin{pmatrix}3&4\\1&2\end{pmatrix}, \qquad
# A\odot B = \begin{pmatrix}0&2\\3&0\end{pmatrix}.$$
#
# From the right, $B$ swaps columns; from the left, rows. Transposing turns the order round, like socks and shoes:
# $(AB)^\top = B^\top A^\top$, because both sides have $\sum_k A_{jk}B_{ki}$ in row $i$, column $j$.

# %%
A = np.array([[1.0, 2.0], [3.0, 4.0]])
B = np.array([[0.0, 1.0], [1.0, 0.0]])

print("AB =\n", la.matmul(A, B))
print("BA =\n", la.matmul(B, A))
print("A ⊙ B =\n", la.hadamard(A, B))
assert la.matmul(A, B).tolist() == [[2, 1], [4, 3]]
assert la.matmul(B, A).tolist() == [[3, 4], [1, 2]]
assert la.hadamard(A, B).tolist() == [[0, 2], [3, 0]]
assert np.array_equal(
    la.transpose(la.matmul(A, B)),
    la.matmul(la.transpose(B), la.transpose(A)),
)

# %% [markdown]
# **Drag it.** In the explorer below, step through the sum, choose a cell, type other entries. (It counts from 0, as
# NumPy does: $k = 0, \dots, K - 1$.) Four of its states stand above it, for those who read on paper.
#
# **Three ways to see one product.** Cell by cell: rows times columns. Column by column: each column of $AB$ is a
# *mixture* of the columns of $A$, a sum of multiples of them. Layer by layer: $AB$ is a **sum of outer products**,
# column $k$ of $A$ times row $k$ of $B$,
#
# $$AB = \sum_{k=1}^{K} A_{:,k}\,B_{k,:}\,.$$
#
# GPUs work the third way, on tiles: a tile of the result stays in registers while slices of $A$ and $B$ stream past and
# are added on. LoRA *is* the third way: a weight update $BA$ with inner size 16 is a sum of 16 outer products, however
# large the matrix (Hu et al. 2021).
#
# **As a motion** a $2\times2$ matrix carries the plane along. Watch the letter, and the order.

# %%
explorer = mathlib.explore.matrix_multiplication()
fig = explorer.still([
    {"step": 1}, {"step": 3}, {"step": 12}, {"step": 24},
])
mathlib.show(
    fig,
    caption="One cell of C is one row of A times one column of B; the sum"
    " runs over the index that both share and then forget.",
    alt="Four states of a product of a 2 by 3 and a 3 by 4 matrix: the first"
    " multiplication, the first cell done, the first row done, all done.",
)

explorer

# %%
letter = np.array([
    [0, 0], [0, 3], [2, 3], [2, 2.4], [0.6, 2.4], [0.6, 1.8], [1.6, 1.8],
    [1.6, 1.2], [0.6, 1.2], [0.6, 0],
])
stretch = np.array([[2.0, 0.0], [0.0, 1.0]])
shear = np.array([[1.0, 0.5], [0.0, 1.0]])
turn = la.rotation_matrix(np.pi / 2)

motions = {
    "shear": shear,
    "stretch, then turn": la.matmul(turn, stretch),
    "turn, then stretch": la.matmul(stretch, turn),
}
fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.5), sharey=True)
for ax, (name, M), color in zip(axes, motions.items(), ("C0", "C1", "C2")):
    # The points are rows, so the matrix stands transposed on the right.
    moved = la.matmul(letter, la.transpose(M))
    ax.fill(*letter.T, color="0.85")
    ax.fill(*moved.T, color=color, alpha=0.75)
    draw_plane(ax, (-6.2, -0.4), (3.7, 4.2))
    ax.set_title(name, loc="center")
mathlib.show(
    fig,
    caption="The same two motions in two orders give two letters: a matrix"
    " product is read from right to left, and AB is not BA.",
    alt="A grey letter F and its image in three panels: leaning, lying and"
    " tall and thin, lying and broad.",
)
assert not np.allclose(turn @ stretch, stretch @ turn)

# %% [markdown]
# ### Exercise 2.4 ** · matrix multiplication (2 points)
#
# Write it from `*` and `sum`. (`A @ B` would get the points too, and teach you nothing.)
#
# **Contract.** 2-D only: `A` `(m, K)`, `B` `(K, n)`; return `(m, n)`. Raise `ValueError` if the inner dimensions
# differ, also when one of them is 1. With $K = 0$ the result is all zeros. (`la.matmul` takes batches too; its messages
# write this as `(..., m, k)` and `(..., k, n)`.)
#
# *Example:* `matmul(np.array([[1., 2.]]), np.array([[3.], [4.]]))` returns `[[11.]]`.
#
# <details><summary>Hint 1</summary>Which of the three ways do you like best? Each of them is a solution.</details>
# <details><summary>Hint 2</summary>The third way: start from zeros of shape (m, n), and for each k add a column times a row.</details>
# <details><summary>Hint 3</summary>All at once: give A the shape (m, K, 1) and B the shape (1, K, n). The product has shape (m, K, n). Which axis is k?</details>
# <details><summary>Hint 4</summary>Compare the shapes first, yourself. Broadcasting stretches an axis of length 1, and would multiply (2, 1) by (3, 4) without a word; <code>zip</code> drops what is left over.</details>

# %% exercise="matmul"
def matmul(A, B):
    """Return the matrix product of A (m, K) and B (K, n)."""
    ### BEGIN SOLUTION
    if A.shape[1] != B.shape[0]:
        raise ValueError(f"A {A.shape} and B {B.shape} do not fit")
    C = np.zeros((A.shape[0], B.shape[1]))
    for column, row in zip(A.T, B):
        C += column[:, None] * row
    return C
    ### END SOLUTION

# %% check="matmul"
check("matmul")

# %% [markdown]
# **Why a GPU loves large matrices.** Two $n \times n$ matrices hold $2n^2$ numbers, and their product needs $n^3$
# multiplications and as many additions. Each number that is fetched gets used about $n$ times. A vector instead of the
# second matrix ruins that: $n^2$ numbers fetched, each used **once**. The cell counts operations per byte, in 16-bit
# numbers. An H100 does about 990 trillion operations while it fetches 3.35 trillion bytes: below $990/3.35 \approx 296$
# per byte it waits for memory (the "roofline", Williams et al. 2009).

# %%
n, bytes_each = 4096, 2
operations = 2 * n**3
traffic = 3 * n**2 * bytes_each
matrix_by_matrix = operations / traffic

operations_one = 2 * n**2
traffic_one = (n**2 + 2 * n) * bytes_each
matrix_by_vector = operations_one / traffic_one

balance = 990 / 3.35
print(f"operations per byte, matrix times matrix: {matrix_by_matrix:.0f}")
print(f"operations per byte, matrix times vector: {matrix_by_vector:.2f}")
print(f"what the chip needs to stay busy: {balance:.0f}")
assert round(balance) == 296
assert matrix_by_vector < 1 < balance < matrix_by_matrix

# %% [markdown]
# There you have the economics of chatbots. *Reading* your prompt is matrix times matrix: the chip is busy. *Writing*
# the answer, token by token, is matrix times vector: it waits. So servers batch many users' vectors (chapter 18).
#
# **The linear layer.** One vector: $\mathbf y = W\mathbf x + \mathbf b$. A batch of $N$ of them, as rows of $X$:
# transpose both sides, and
#
# $$Y = X W^\top + \mathbf 1 \mathbf b^\top, \qquad X: (N, n_\text{in}), \quad W: (n_\text{out}, n_\text{in}), \quad
# \mathbf b: (n_\text{out}), \quad Y: (N, n_\text{out}).$$
#
# $W$ is `(out, in)` as in `torch.nn.Linear`: **each row of $W$ is one template**, and each output the input's dot
# product with it. Other texts write $XW$ with $W$ of shape `(in, out)`. Neither is wrong; mixing them is. The ruling
# here: layers as above; attention's $W_Q, W_K, W_V$ are $(d_\text{model}, d_k)$ and used as $XW$, as in the papers. The
# trap is a **square** $W$: then `x @ W` runs, has the right shape, and is wrong.
#
# **By hand.** $\mathbf x = (1, 2)$, $W = \begin{pmatrix}1&0\\3&1\end{pmatrix}$, $\mathbf b = (10, 20)$:
# $W\mathbf x + \mathbf b = (1 + 10,\; 3 + 2 + 20) = (11, 25)$. The mix-up gives $(1 + 6 + 10,\; 2 + 20) = (17, 22)$.
#
# **A layer that reads digits, untrained.** Let template $k$ be the mean $\boldsymbol\mu_k$ of all training pictures of
# digit $k$. Nearest means least $\|\mathbf x\|^2 - 2\,\boldsymbol\mu_k\cdot \mathbf x + \|\boldsymbol\mu_k\|^2$. The
# first term is the same for all $k$: drop it, halve, turn the sign, and
#
# $$\text{nearest} = \operatorname*{argmax}_k \; \boldsymbol\mu_k \cdot \mathbf x - \tfrac12\|\boldsymbol\mu_k\|^2 ,$$
#
# which is a linear layer with $W_k = \boldsymbol\mu_k$ and $b_k = -\tfrac12\|\boldsymbol\mu_k\|^2$. The bias charges
# each template for being long: the Gavroche problem again, and its cure.

# %%
def draw_digit(ax, pixels, title=""):
    """Draw 64 numbers as a picture of 8 by 8."""
    ax.imshow(np.reshape(pixels, (8, 8)), cmap="gray_r", vmin=0, vmax=16)
    ax.set(xticks=[], yticks=[])
    ax.set_title(title, loc="center", fontsize=9)
    for spine in ax.spines.values():
        spine.set(visible=True, color="0.85")


x = np.array([1.0, 2.0])
W = np.array([[1.0, 0.0], [3.0, 1.0]])
bias = np.array([10.0, 20.0])

print("right ", la.linear(x, W, bias))
print("mix-up", x @ W + bias)
assert la.linear(x, W, bias).tolist() == [11, 25]
assert (x @ W + bias).tolist() == [17, 22]

templates = np.stack([X_train[y_train == k].mean(axis=0) for k in range(10)])
charge = -0.5 * la.l2_norm(templates) ** 2

scores = la.linear(X_test, templates, charge)
template_accuracy = np.mean(scores.argmax(axis=1) == y_test)
shown = 347

fig = plt.figure(figsize=(6.4, 2.6))
left, right_part = fig.subfigures(1, 2, width_ratios=[2.1, 1.3])
for k, ax in enumerate(left.subplots(2, 5).flat):
    draw_digit(ax, templates[k], f"row {k}")
ax = right_part.subplots()
best = scores[shown].argmax()
ax.barh(range(10), scores[shown] - scores[shown].min(), height=0.7,
        color=["C1" if k == best else "C0" for k in range(10)])
ax.set(yticks=range(10), xlabel="score above the lowest",
       title=f"a new {y_test[shown]}: row {best} wins")
ax.invert_yaxis()
mathlib.show(
    fig,
    caption="A linear layer whose ten rows are average digits reads"
    f" {template_accuracy:.1%} of the test pictures right, before any"
    " training.",
    alt="Ten blurry average digits labelled row 0 to row 9, and a bar chart"
    " of the ten scores of one test picture.",
)
assert best == y_test[shown] and template_accuracy > 0.88

# %% [markdown]
# ### Exercise 2.5 * · the linear layer (2 points)
#
# **Contract.** `x` `(..., n_in)`, `W` `(n_out, n_in)`, `b` `(n_out,)` or `None` for no bias; return `(..., n_out)`. Any
# number of batch axes.
#
# *Example:* `linear(np.array([1., 2.]), np.array([[1., 0.], [3., 1.]]), np.array([10., 20.]))` returns `[11., 25.]`.
#
# <details><summary>Hint 1</summary>Write the shapes under the letters: (..., n_in) and (n_out, n_in). Which of them must be turned for the inner numbers to meet?</details>
# <details><summary>Hint 2</summary>Broadcasting lines shapes up from the right. A bias of shape (n_out,) therefore needs no help.</details>

# %% exercise="linear"
def linear(x, W, b=None):
    """Return x W^T + b for a batch of rows x."""
    ### BEGIN SOLUTION
    y = x @ W.T
    return y if b is None else y + b
    ### END SOLUTION

# %% check="linear"
check("linear")

# %% [markdown]
# ## 2.4 Matrices you need not compute: trace and vec
#
# The fastest way to handle a huge matrix is never to make it. Here are two laws that do that. The second one saves 1.1
# petabytes.
#
# **The trace** of a square matrix is the sum of its diagonal, $\operatorname{tr}(M) = \sum_i M_{ii}$. Of a product
# $AB$ it wants $m$ entries out of $m^2$. Must you compute the others?
#
# **The law.** For $A$ of shape $(m, n)$ and $B$ of shape $(n, m)$
#
# $$\operatorname{tr}(AB) = \sum_{i}\sum_{j} A_{ij}B_{ji} = \operatorname{tr}(BA).$$
#
# **Derivation.** $(AB)_{ii} = \sum_j A_{ij}B_{ji}$; sum over $i$. Swap the two sums, and the same numbers read
# $\sum_j (BA)_{jj}$. So $mn$ products are enough, where forming $AB$ takes $m^2n$; and two matrices of different sizes,
# $(m, m)$ and $(n, n)$, have one trace.
#
# **By hand.** $A = \begin{pmatrix}1&2\\3&4\end{pmatrix}$, $B = \begin{pmatrix}0&1\\5&0\end{pmatrix}$:
# $\operatorname{tr}(AB) = 1\cdot0 + 2\cdot5 + 3\cdot1 + 4\cdot0 = 13$. The near miss is
# $\sum_{ij} A_{ij}B_{ij} = 0 + 2 + 15 + 0 = 17$: that is $\operatorname{tr}(A^\top B)$.

# %%
A = np.array([[1.0, 2.0], [3.0, 4.0]])
B = np.array([[0.0, 1.0], [5.0, 0.0]])

print("tr(AB)   =", la.trace_of_product(A, B))
print("sum(A*B) =", np.sum(A * B), " which is tr(A^T B)")
assert la.trace_of_product(A, B) == la.trace(A @ B) == la.trace(B @ A) == 13
assert np.sum(A * B) == la.trace(A.T @ B) == 17

n = 1000
print(f"products for n = {n}: {n**3:,} to form AB, {n**2:,} for the trace")

# %% [markdown]
# **The Kronecker product** $A \otimes B$ puts a copy of $B$ in the place of each entry of $A$, multiplied by that entry
# (you see one below). **vec** stacks the columns of a matrix into one vector. For $A$ of shape $(m, n)$ and $B$ of
# shape $(p, q)$, $A\otimes B$ is $(mp, nq)$, and
#
# $$(A\otimes B)_{(i,k),(j,l)} = A_{ij}B_{kl}, \qquad
# \operatorname{vec}(AXB) = (B^\top\otimes A)\,\operatorname{vec}(X).$$
#
# A pair is an address, block first: row $(i,k)$ is place $k$ of block $i$, the row $ip + k$ when you count from 0;
# column $(j,l)$ is the column $jq + l$.
#
# **Derivation.** $(AXB)_{ij} = \sum_{k,l} A_{ik}\,X_{kl}\,B_{lj}$. Entry $(i,j)$ of a matrix stands in column $j$, so
# in $\operatorname{vec}$ its address is $(j,i)$, and that of $X_{kl}$ is $(l,k)$. The factor between them,
# $B_{lj}A_{ik} = (B^\top)_{jl}A_{ik}$, is the entry of $B^\top\otimes A$ in row $(j,i)$ and column $(l,k)$.
#
# **By hand.** $\operatorname{vec}\begin{pmatrix}1&2\\3&4\end{pmatrix} = (1, 3, 2, 4)$: **columns** first, although
# NumPy and torch store rows first, so it is `X.T.reshape(-1)`.
#
# **Where it is load-bearing.** The gradient of a $4096\times4096$ layer is a matrix; the curvature that a second-order
# optimiser wants couples every weight with every other: $4096^4$ entries. K-FAC (Martens and Grosse 2015), Shampoo and
# SOAP keep two factors of $4096 \times 4096$ and act *as if* with their Kronecker product. The vec law turns it back
# into two ordinary multiplications (chapter 8).

# %%
A = np.array([[1.0, 0.6], [0.3, 0.0]])
blocks = la.kronecker(A, X_test[46].reshape(8, 8))

fig, ax = plt.subplots(figsize=(2.6, 2.7))
ax.imshow(blocks, cmap="gray_r", vmin=0, vmax=16)
for (i, j), factor in np.ndenumerate(A):
    ax.text(8 * j - 0.1, 8 * i + 0.2, f"{factor:g}", color="C1", va="top",
            fontweight="bold")
ax.axhline(7.5, color="C1", lw=1)
ax.axvline(7.5, color="C1", lw=1)
ax.set(xticks=[], yticks=[])
mathlib.show(
    fig,
    caption="A ⊗ B puts a copy of B at each entry of A, as dark as that"
    " entry says.",
    alt="Four copies of one handwritten digit in a two by two grid, marked"
    " 1, 0.6, 0.3 and 0, fading from black to nothing.",
)

M = np.array([[1.0, 2.0], [3.0, 4.0]])
assert la.vec(M).tolist() == [1, 3, 2, 4]
L, R = rng.normal(size=(2, 2, 2))
assert np.allclose(la.vec(L @ M @ R), la.kronecker(R.T, L) @ la.vec(M))

n = 4096
written_out = (n * n) ** 2
factors = 2 * n * n
print(f"written out: {written_out:.2e} entries, in float32"
      f" {4 * written_out / 1e15:.1f} petabytes")
print(f"two factors: {factors:.2e} entries, in float32"
      f" {4 * factors / 1e6:.0f} megabytes")
assert 1.1e15 < 4 * written_out < 1.2e15 and 4 * factors < 140e6

# %% [markdown]
# And the trace? The divergence between two Gaussians contains $\operatorname{tr}(\Sigma_2^{-1}\Sigma_1)$ (chapter 9),
# and that of a matrix too large to store can be estimated from products with random vectors (chapter 10).
#
# ### Exercise 2.6 ** · the trace, and the trace of a product (2 points)
#
# **Contract.** `trace(A)`: `A` `(n, n)`, a scalar; `ValueError` if `A` is not square. `trace_of_product(A, B)`: `A`
# `(m, n)`, `B` `(n, m)`, returns the scalar $\operatorname{tr}(AB)$; `ValueError` if the shapes do not fit. It must
# cost $mn$ products: do not form $AB$ (a matter of honour; nobody measures).
#
# *Example:* with $A$ and $B$ from above, `trace(A)` returns `5.0` and `trace_of_product(A, B)` returns `13.0`.
#
# <details><summary>Hint 1</summary>The law's sum has A with indices ij and B with indices ji. What turns the second into ij?</details>
# <details><summary>Hint 2</summary>The shapes fit when <code>A.shape == B.shape[::-1]</code>; without that test, broadcasting may hide a mismatch.</details>

# %% exercise="trace"
def trace(A):
    """Return the sum of the diagonal of a square matrix."""
    ### BEGIN SOLUTION
    if A.shape[0] != A.shape[1]:
        raise ValueError(f"A must be square, not {A.shape}")
    return np.sum(np.diag(A))
    ### END SOLUTION


def trace_of_product(A, B):
    """Return the trace of A B without computing A B."""
    ### BEGIN SOLUTION
    if A.shape != B.shape[::-1]:
        raise ValueError(f"A {A.shape} and B {B.shape} do not fit")
    return np.sum(A * B.T)
    ### END SOLUTION

# %% check="trace"
check("trace")

# %% [markdown]
# ## 2.5 Every distance at once
#
# You have $n$ questions and $m$ documents, as rows of $X$ $(n, d)$ and $Y$ $(m, d)$, and want all $nm$ distances. Two
# loops would take Python a coffee. The brackets of section 2.1 do it in one product.
#
# **The law.**
#
# $$D_{ij} = \|\mathbf x_i - \mathbf y_j\| = \sqrt{\|\mathbf x_i\|^2 + \|\mathbf y_j\|^2 - 2\,\mathbf x_i\cdot\mathbf y_j}.$$
#
# **Derivation.**
# $(\mathbf x - \mathbf y)\cdot(\mathbf x-\mathbf y) = \mathbf x\cdot\mathbf x - 2\,\mathbf x\cdot\mathbf y + \mathbf y\cdot\mathbf y$.
# All the $\mathbf x_i\cdot\mathbf y_j$ together are $XY^\top$, of shape $(n, m)$. The squared lengths are a column
# $(n, 1)$ and a row $(1, m)$, and broadcasting does the rest.
#
# **By hand.** $\mathbf x = (3, 4)$, $\mathbf y = (6, 0)$: $\sqrt{25 + 36 - 2\cdot18} = \sqrt{25} = 5$. Check:
# $\mathbf x - \mathbf y = (-3, 4)$, length 5.
#
# **For unit vectors** it says $D^2 = 2 - 2\cos\theta$, the line you kept from 2.2. So nearest by distance and most
# similar by cosine are **the same ranking** once the vectors have length 1, and a vector database may offer you either.
#
# **And now break it.** Fifty points in a cloud of size 1. Carry the whole cloud away from the origin, by $10^8$ say
# (timestamps do that; so do map coordinates in millimetres). No distance changes. But the formula now subtracts numbers
# near $10^{16}$ to get numbers near 1, and a float carries 16 digits. Everything cancels, except the rounding errors.

# %%
x, y_one = np.array([[3.0, 4.0]]), np.array([[6.0, 0.0]])
print("distance", la.pairwise_euclidean_distance(x, y_one))
assert la.pairwise_euclidean_distance(x, y_one) == 5

points = rng.normal(size=(200, 16))
units = points / la.l2_norm(points)[:, None]
near = la.pairwise_euclidean_distance(units[:1], units)[0]
alike = la.cosine_similarity(units[0], units)
assert np.allclose(near**2, 2 - 2 * alike)
print("same ranking:", np.array_equal(np.argsort(near), np.argsort(-alike)))
assert np.array_equal(np.argsort(near), np.argsort(-alike))


def squared_naively(X, Y):
    lengths_x, lengths_y = np.sum(X**2, axis=1), np.sum(Y**2, axis=1)
    return lengths_x[:, None] + lengths_y - 2 * X @ Y.T


# Rounded so that adding an offset rounds nothing: the truth stays known.
cloud = np.round(rng.normal(size=(50, 3)) * 2**22) / 2**22
true = ((cloud[:, None] - cloud) ** 2).sum(axis=-1)

offsets = 10.0 ** np.arange(1, 9)
naive_error, centred_error, careful_error, impossible = [], [], [], []
for offset in offsets:
    moved = cloud + offset
    assert np.array_equal(moved - offset, cloud)
    squares = squared_naively(moved, moved)
    centred = moved - moved.mean(axis=0)
    clipped = np.maximum(squared_naively(centred, centred), 0)
    careful = la.pairwise_euclidean_distance(moved, moved) ** 2
    naive_error.append(np.abs(squares - true).max())
    centred_error.append(np.abs(clipped - true).max())
    careful_error.append(np.abs(careful - true).max())
    impossible.append(bool(np.any(squares < 0)))

print("offsets where some square comes out below zero:",
      sum(impossible), "of", len(offsets))
assert naive_error[-1] > 1
assert max(centred_error) < 1e-13 and max(careful_error) < 1e-13

fig, ax = plt.subplots(figsize=(6.4, 2.8))
ax.loglog(offsets, naive_error, "o-", color="C1")
ax.loglog(offsets, centred_error, "^:", color="C2")
ax.loglog(offsets, careful_error, "s--", color="C0")
ax.axhline(1, color="0.6", lw=1)
ax.text(10, 2, "size of the squares themselves", color="0.4")
ax.text(8e3, 1e-5, "the law as it stands", color="C1", ha="right")
ax.text(1.2e5, 2e-14, "differences first (mathlib)", color="C0")
ax.text(1.2e6, 4e-18, "centred first", color="C2", ha="right")
ax.set(xlabel="distance of the cloud from the origin",
       ylabel="largest error of a square", ylim=(1e-18, 1e3))
mathlib.show(
    fig,
    caption="Carried far from the origin, the naive formula loses two digits"
    " for each factor of ten; at an offset of 1e8 its error is larger than"
    " the distances it should measure. Subtracting first loses none.",
    alt="Log-log plot of largest error against offset: an orange line climbs"
    " from below 1e-14 to above 1, a green and a blue line stay near 1e-15.",
)

# %% [markdown]
# Two cures, both in the picture. **Differences first**, `X[:, None] - Y`: safe, but an array of $n\cdot m\cdot d$
# numbers, and no matrix product to make it fast (mathlib does it block by block, and prefers being right). Or **centre
# first**: subtract one and the same point (the mean of $Y$, say) from all rows; distances do not notice, and the
# squares are small again. What is left is noise of a few $10^{-16}$ that can push a square **below zero**, whose root
# is `nan`, typically on the diagonal where a point meets itself. So clip at 0 before the root. (Pixels are small whole
# numbers: there the formula does not round at all, and the opening picture could use it as it stands.)
#
# ### Exercise 2.7 ** · all pairwise distances (3 points)
#
# **Contract.** `X` `(n, d)`, `Y` `(m, d)`; return `D` of shape `(n, m)`, not squared, never nan. Points that all share
# a large offset (up to $10^8$ times their spread) must still give their distances to 6 digits.
#
# *Example:* `pairwise_euclidean_distance(np.array([[3., 4.]]), np.array([[6., 0.], [3., 4.]]))` returns `[[5., 0.]]`.
#
# <details><summary>Hint 1</summary>Which single point can you subtract from every row of both arrays without changing any distance?</details>
# <details><summary>Hint 2</summary>A column (n, 1) plus a row (m,) broadcasts to (n, m). Which of the two sums of squares gets <code>[:, None]</code>?</details>
# <details><summary>Hint 3</summary>Between the sum and the root stands <code>np.maximum(..., 0)</code>.</details>

# %% exercise="pairwise_euclidean_distance"
def pairwise_euclidean_distance(X, Y):
    """Return the distances from each row of X to each row of Y."""
    ### BEGIN SOLUTION
    middle = Y.mean(axis=0)
    X, Y = X - middle, Y - middle
    squares_x, squares_y = np.sum(X**2, axis=1), np.sum(Y**2, axis=1)
    squared = squares_x[:, None] + squares_y - 2 * X @ Y.T
    return np.sqrt(np.maximum(squared, 0))
    ### END SOLUTION

# %% check="pairwise_euclidean_distance"
check("pairwise_euclidean_distance")

# %% [markdown]
# ## 2.6 Shadows and mirrors
#
# Light falls straight down on the line through $\mathbf b$. Where is the shadow of $\mathbf a$? It is the point
# $c\,\mathbf b$ from which the way up to $\mathbf a$ leaves at a right angle, and "right angle" is something we can
# write down: a dot product of zero.
#
# **Derivation.** Ask that the rest $\mathbf a - c\,\mathbf b$ be orthogonal to $\mathbf b$ ($\mathbf b \ne \mathbf 0$),
# open the bracket, solve for $c$:
#
# $$(\mathbf a - c\,\mathbf b)\cdot\mathbf b = 0 \quad\Longrightarrow\quad \mathbf a\cdot\mathbf b = c\;\mathbf b\cdot\mathbf b
# \quad\Longrightarrow\quad \operatorname{proj}_{\mathbf b}\mathbf a = \frac{\mathbf a\cdot\mathbf b}{\|\mathbf b\|^2}\,\mathbf b .$$
#
# **Go one shadow further and you are in the mirror.** From $\mathbf x$ walk to the plane orthogonal to $\mathbf v$:
# that removes $\operatorname{proj}_{\mathbf v}\mathbf x$. Walk the same way again, and you stand behind the mirror (a
# Householder reflection):
#
# $$\operatorname{reflect}(\mathbf x, \mathbf v) = \mathbf x - 2\,\frac{\mathbf v\cdot\mathbf x}{\mathbf v\cdot\mathbf v}\,\mathbf v .$$
#
# **By hand.** $\mathbf a = (1, 3)$, $\mathbf b = (2, 1)$: $\mathbf a\cdot\mathbf b = 5$ and $\|\mathbf b\|^2 = 5$, so
# the shadow is $(2, 1)$ and the rest $(-1, 2)$. Mirror image: $(1, 3) - 2\,(2, 1) = (-3, 1)$.

# %%
a, b = np.array([1.0, 3.0]), np.array([2.0, 1.0])
shadow = la.project(a, b)
rest = a - shadow
mirrored = la.reflect(a, b)

print("shadow", shadow, "  rest", rest, "  mirror image", mirrored)
assert np.allclose(shadow, [2, 1]) and np.allclose(rest, [-1, 2])
assert np.allclose(mirrored, [-3, 1])
assert np.isclose(la.dot(rest, b), 0)
assert np.isclose(la.l2_norm(mirrored), la.l2_norm(a))

fig, ax = plt.subplots(figsize=(5.2, 3.3))
ax.axline((0, 0), b, color="0.75", lw=1)
ax.axline((0, 0), rest, color="C2", lw=1.2, ls="--")
ax.text(-2.0, 3.55, "mirror", color="C2", ha="right")
draw_arrow(ax, a, "a", "black")
draw_arrow(ax, b, "shadow = b", "C0", shift=(6, -12))
draw_arrow(ax, rest, "rest", "C2", start=shadow, shift=(10, -18))
draw_arrow(ax, mirrored, "mirror image", "C1", shift=(-22, 8))
draw_plane(ax, (-4.4, -0.6), (4.4, 4.0))
ax.set(xlabel="$x_1$", ylabel="$x_2$")
mathlib.show(
    fig,
    caption="a is its shadow plus a rest at right angles; subtract the"
    " shadow twice and you see a in the mirror.",
    alt="Arrows in the plane: a going up, its shadow along b, the rest from"
    " the shadow's tip to a, and the mirror image on the far side of a dashed"
    " line.",
)

# %% [markdown]
# **Where it is load-bearing.** Removing a direction from activations ("ablating" a concept) is
# $\mathbf a - \operatorname{proj}_{\mathbf b}\mathbf a$. Gram-Schmidt, least squares and PCA are all made of shadows,
# as you will see. Mirrors are how LAPACK, and so `np.linalg.qr`, makes right angles (Householder 1958).
#
# ### Exercise 2.8 * · a shadow (2 points)
#
# **Contract.** `a` `(..., n)`, `b` `(n,)` or `(..., n)`: project each vector `a` onto the line through `b`, along the
# last axis; return `(..., n)`. The projection onto the zero vector is the zero vector.
#
# *Example:* `project(np.array([[1., 3.], [4., 2.]]), np.array([2., 1.]))` returns `[[2., 1.], [4., 2.]]`.
#
# <details><summary>Hint 1</summary>The result points along b. If yours points along a, you multiplied the wrong one.</details>
# <details><summary>Hint 2</summary><code>np.sum(..., axis=-1, keepdims=True)</code> keeps a last axis of 1, ready to multiply b.</details>
# <details><summary>Hint 3</summary>For b = 0 you would divide 0 by 0. Divide by 1 instead, where the square is 0: <code>np.where</code>.</details>

# %% exercise="project"
def project(a, b):
    """Return the projection of a onto the line through b."""
    ### BEGIN SOLUTION
    square = np.sum(b * b, axis=-1, keepdims=True)
    square = np.where(square == 0, 1.0, square)
    return np.sum(a * b, axis=-1, keepdims=True) / square * b
    ### END SOLUTION

# %% check="project"
check("project")

# %% [markdown]
# ### Exercise 2.9 ** · find and mend: the broken mirror (2 points)
#
# This came out of a code review. The author tested it with $\mathbf v = (1, 0)$ and was happy. It holds **two**
# mistakes.
#
# ```python
# def reflect(x, v):
#     return x - 2 * (v @ x) * v
# ```
#
# The next cell runs it. A vector $\mathbf v$ that is not of length 1 breaks it, and so does a batch: `v @ x` sums over
# the **last** axis of `v` but the **second to last** of `x`. When the batch happens to be square, it does not even
# complain.
#
# **Contract.** `x` `(..., n)`, `v` `(n,)` of any length: reflect each vector `x` in the hyperplane through 0 orthogonal
# to `v`; return `(..., n)`. Raise `ValueError` if `v` is zero: there is no such mirror. (On this point you are to be
# stricter than `la.reflect`, which then leaves `x` where it is.)
#
# *Example:* `reflect(np.array([[1., 3.], [2., 1.]]), np.array([2., 1.]))` returns `[[-3., 1.], [-2., -1.]]`.
#
# <details><summary>Hint 1</summary>The law divides by something that is 1 for a unit vector.</details>
# <details><summary>Hint 2</summary><code>x @ v</code> sums over the last axis of x, for any number of axes. Its result has lost that axis; <code>[..., None]</code> gives it back.</details>

# %%
def broken_reflect(x, v):
    return x - 2 * (v @ x) * v


corners = 0.6 * letter + [1.0, 0.3]
v = np.array([1.15, -0.35])
images = {
    "mended": la.reflect(corners, v),
    "broken": np.array([broken_reflect(corner, v) for corner in corners]),
}
fig, axes = plt.subplots(1, 2, figsize=(6.4, 2.9), sharey=True)
for ax, (name, image), color in zip(axes, images.items(), ("C0", "C1")):
    ax.axline((0, 0), (0.35, 1.15), color="C2", ls="--", lw=1.2)
    ax.fill(*corners.T, color="0.8")
    ax.fill(*image.T, color=color, alpha=0.75)
    draw_plane(ax, (-3.5, -0.2), (2.5, 4.2))
    ax.set_title(name, loc="center")
axes[1].text(1.3, 3.6, "mirror", color="C2")
mathlib.show(
    fig,
    caption="A mirror keeps lengths. The broken one, one vector at a time"
    " and with v longer than 1, throws the letter too far and skews it.",
    alt="Two panels with a grey letter F right of a dashed line. On its left"
    " stands an F of the same size, in the other panel a wider slanted one.",
)
far = la.l2_norm(corners)
assert np.allclose(la.l2_norm(images["mended"]), far)
assert np.max(la.l2_norm(images["broken"]) / far) > 1.2
square_batch = corners[:2]
assert not np.allclose(
    broken_reflect(square_batch, np.array([0.6, 0.8])),
    la.reflect(square_batch, np.array([0.6, 0.8])),
)

# %% exercise="reflect"
def reflect(x, v):
    """Return the mirror image of x in the hyperplane orthogonal to v."""
    ### BEGIN SOLUTION
    square = v @ v
    if square == 0:
        raise ValueError("v must not be zero")
    along = (x @ v)[..., None] / square
    return x - 2 * along * v
    ### END SOLUTION

# %% check="reflect"
check("reflect")

# %% [markdown]
# ## 2.7 Right angles, kept and made
#
# **Matrices that keep all lengths.** A square $Q$ is *orthogonal* when its columns are orthonormal (unit length, right
# angles).
#
# $$Q^\top Q = I \;\Longrightarrow\; \|Q\mathbf x\|^2 = (Q\mathbf x)^\top(Q\mathbf x) = \mathbf x^\top Q^\top Q\,\mathbf x
# = \|\mathbf x\|^2 ; \qquad R(\theta) = \begin{pmatrix}\cos\theta&-\sin\theta\\\sin\theta&\cos\theta\end{pmatrix}.$$
#
# Its inverse is free: $Q^{-1} = Q^\top$. One often reads that orthogonal matrices *are* rotations. Half of them are.
# The mirror $H = I - 2\mathbf v\mathbf v^\top/(\mathbf v\cdot\mathbf v)$ keeps all lengths too, yet no rotation turns
# your left hand into your right one. The determinant (section 2.8) tells them apart: $+1$ or $-1$.
#
# **Symmetric** is another thing: $A = A^\top$. Covariances, Hessians and kernel matrices are; a rotation by $90°$ is
# not; a mirror is both.
#
# **Why language models rotate.** From the addition formulas, $R(\alpha)R(\beta) = R(\alpha + \beta)$ and
# $R(\alpha)^\top = R(-\alpha)$. Turn a query at place $m$ by $m\omega$ and a key at place $n$ by $n\omega$, and their
# score is $\mathbf q^\top R(m\omega)^\top R(n\omega)\,\mathbf k = \mathbf q^\top R\bigl((n - m)\omega\bigr)\mathbf k$:
# it depends only on **how far apart** they stand. That is rotary position embedding, RoPE (Su et al. 2021; chapter 15).

# %%
mirror = np.eye(2) - 2 * np.outer(b, b) / la.dot(b, b)
turn = la.rotation_matrix(0.7)

for name, M in (("rotation", turn), ("mirror", mirror), ("shear", shear)):
    print(f"{name:9} orthogonal: {la.is_orthogonal(M)!s:6}"
          f"symmetric: {la.is_symmetric(M)!s:6}"
          f"determinant: {la.determinant(M):+.0f}")
assert la.is_orthogonal(turn) and not la.is_symmetric(turn)
assert la.is_orthogonal(mirror) and la.is_symmetric(mirror)
assert np.isclose(la.determinant(mirror), -1)

# RoPE: places 5 and 2, or 1005 and 1002, give one score.
q, k = rng.normal(size=(2, 2))
near_by, far_on = (
    la.dot(la.rotation_matrix(m * 0.3) @ q, la.rotation_matrix(n * 0.3) @ k)
    for m, n in ((5, 2), (1005, 1002))
)
assert np.isclose(near_by, far_on)

# %% [markdown]
# **Gram-Schmidt: right angles made to order.** Three words first. The *span* of some vectors is the set of all their
# mixtures. Vectors are *independent* when none of them is a mixture of the others. The *dimension* of a span is how
# many independent vectors it takes to span it; any choice takes equally many.
#
# Take vectors as they come. From each, remove its shadows on those before it; if something is left, scale it to length
# 1 and keep it.
#
# $$\mathbf u_k = \mathbf v_k - \sum_{j<k} (\mathbf v_k\cdot\mathbf q_j)\,\mathbf q_j , \qquad
# \mathbf q_k = \frac{\mathbf u_k}{\|\mathbf u_k\|} .$$
#
# **Why it works.** Suppose $\mathbf q_1, \dots, \mathbf q_{k-1}$ are orthonormal. For each $i<k$ the sum meets
# $\mathbf q_j\cdot\mathbf q_i$, which is 0 except for $j = i$, so
# $\mathbf u_k\cdot\mathbf q_i = \mathbf v_k\cdot\mathbf q_i - \mathbf v_k\cdot\mathbf q_i = 0$. If
# $\mathbf u_k = \mathbf 0$, then $\mathbf v_k$ was a mixture of the earlier ones and is dropped. What is kept spans
# the same and is independent, so its number is the dimension of the span.
#
# **By hand.** $\mathbf v_1 = (3, 4)$, $\mathbf v_2 = (5, 0)$. First $\mathbf q_1 = (0.6, 0.8)$. Then
# $\mathbf v_2\cdot\mathbf q_1 = 3$, $\mathbf u_2 = (5, 0) - 3\,(0.6, 0.8) = (3.2, -2.4)$, its length is 4, and
# $\mathbf q_2 = (0.8, -0.6)$.
#
# **Two programs from one formula.** *Classical*: all shadows of the original $\mathbf v_k$, then subtract. *Modified*:
# subtract one shadow, and compute the next from **what is left**. On paper these are equal. In floating point the
# classical one never looks at its own rounding errors; the modified one measures them in the next step and removes most
# of them. How much can that matter? Take the columns of the $8\times8$ Hilbert matrix, $H_{ij} = 1/(i + j + 1)$ with
# $i, j = 0, \dots, 7$: independent, but nearly not.

# %%
V = np.array([[3.0, 5.0], [4.0, 0.0]])
print("by hand:\n", la.gram_schmidt(V).round(12))
assert np.allclose(la.gram_schmidt(V), [[0.6, 0.8], [0.8, -0.6]])


def classical(V):
    kept = []
    for v_k in V.T:
        shadows = [la.dot(v_k, q_j) * q_j for q_j in kept]
        u_k = v_k - sum(shadows)
        kept.append(u_k / la.l2_norm(u_k))
    return np.stack(kept, axis=1)


def modified(V):
    """The same sums, swept forward: each new q cleans all that follow."""
    Q = V.copy()
    for k in range(Q.shape[1]):
        Q[:, k] /= la.l2_norm(Q[:, k])
        Q[:, k + 1:] -= np.outer(Q[:, k], Q[:, k] @ Q[:, k + 1:])
    return Q


hilbert = 1 / (1 + np.arange(8)[:, None] + np.arange(8))
defects = {
    name: np.abs(Q.T @ Q - np.eye(8))
    for name, Q in (("classical", classical(hilbert)),
                    ("modified", modified(hilbert)),
                    ("mathlib", la.gram_schmidt(hilbert)))
}
assert defects["classical"].max() > 0.99
assert 1e-9 < defects["modified"].max() < 1e-5
assert defects["mathlib"].max() < 1e-14

fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.5), sharey=True)
for ax, (name, defect) in zip(axes, defects.items()):
    shown = ax.imshow(np.log10(defect + 1e-17), vmin=-16, vmax=0,
                      cmap="magma_r")
    ax.set(title=f"{name}\nup to {defect.max():.0e}", xlabel="column",
           xticks=range(0, 8, 2), yticks=range(0, 8, 2))
axes[0].set_ylabel("column")
bar = fig.colorbar(shown, ax=axes, ticks=[-16, -8, 0], shrink=0.9)
bar.set_ticklabels(["1e-16", "1e-8", "1"])
mathlib.show(
    fig,
    caption="Distance of each dot product of two result columns from what it"
    " should be: for classical Gram-Schmidt the last columns are parallel,"
    " not orthogonal.",
    alt="Three heat maps of 8 by 8 cells on a log scale. The first turns"
    " black in its lower right corner, the second orange, the third stays"
    " light.",
)

# %% [markdown]
# A wrong dot product of 1 between unit vectors means the angle is not $90°$ but $0°$. The textbook formula returned two **parallel**
# vectors and called them orthogonal (Björck 1967 explains both). The third panel is mathlib: it removes all shadows *twice*,
# because the second pass sees the rounding errors of the first, and after two passes nothing is left to see.
#
# ### Exercise 2.10 *** · Gram-Schmidt that holds (4 points)
#
# **Contract.** `V` `(m, n)`: the **columns** are the vectors, first to last. Return `Q` `(m, r)` with columns that are
# at least as orthonormal as the **modified** form makes them. (Classical once is not; classical twice is.) A column is
# dropped when what is left of it is at most `tol` times **its own** original norm. If nothing is kept, return shape
# `(m, 0)`. Leave `V` as it was.
#
# *Example:* `gram_schmidt(np.array([[3., 6., 5.], [4., 8., 0.]]))` returns `[[0.6, 0.8], [0.8, -0.6]]`.
#
# <details><summary>Hint 1</summary>The columns of V are the rows of V.T, and a for loop walks over rows: <code>for v in V.T</code>. Each v is a window into V, so <code>u = v; u -= ...</code> would write into V. Start with <code>u = v.copy()</code>, or write <code>u = u - ...</code>.</details>
# <details><summary>Hint 2</summary>Inside, a second loop over the q kept so far. Each pass changes u; the next pass must use the changed one.</details>
# <details><summary>Hint 3</summary>Compare <code>la.l2_norm(u)</code> with <code>tol * la.l2_norm(v)</code>. Collect the q in a list; <code>np.reshape(kept, (len(kept), m)).T</code> also works for an empty list.</details>

# %% exercise="gram_schmidt"
def gram_schmidt(V, *, tol=1e-10):
    """Return orthonormal columns that span what the columns of V span."""
    ### BEGIN SOLUTION
    kept = []
    for v in V.T:
        u = v
        for q in kept:
            u = u - (u @ q) * q
        if la.l2_norm(u) > tol * la.l2_norm(v):
            kept.append(u / la.l2_norm(u))
    return np.reshape(kept, (len(kept), V.shape[0])).T
    ### END SOLUTION

# %% check="gram_schmidt"
check("gram_schmidt")

# %% [markdown]
# ## 2.8 Solving: the art of making zeros
#
# $A\mathbf x = \mathbf b$ asks: which mixture of the columns of $A$ gives $\mathbf b$? Gauss's idea (the Chinese *Nine
# Chapters* had it before the year 300): adding a multiple of one equation to another changes no solution. Use that to
# make zeros below a *pivot*, move on, and stop at a staircase.
#
# **By hand.** With the right-hand side as a last column; $r_2$ is row 2:
#
# $$\left(\begin{array}{rrr|r}2&1&-1&1\\4&2&1&8\\-2&2&3&7\end{array}\right)
# \xrightarrow[r_3 + r_1]{r_2 - 2r_1}
# \left(\begin{array}{rrr|r}2&1&-1&1\\0&0&3&6\\0&3&2&8\end{array}\right)
# \xrightarrow{r_2 \leftrightarrow r_3}
# \left(\begin{array}{rrr|r}\mathbf 2&1&-1&1\\0&\mathbf 3&2&8\\0&0&\mathbf 3&6\end{array}\right)$$
#
# By hand any pivot but 0 will do; a program takes the largest, for a reason that comes below. A zero stood where the
# second pivot should be, and a row from below came to help. Now climb the stairs: $x_3 = 6/3 = 2$,
# $x_2 = (8 - 2\cdot 2)/3 = 4/3$, $x_1 = (1 - \tfrac43 + 2)/2 = \tfrac56$.
#
# **The law.** Elimination turns $[A\,|\,\mathbf b]$ into $[R\,|\,\mathbf c]$ with the same solutions, and
#
# $$\operatorname{rank}(A) = \text{number of pivots of } A = \dim\,(\text{span of the columns of } A).$$
#
# The second equals sign, because row operations keep every relation between columns: $A\mathbf z = \mathbf 0$ exactly
# when $R\mathbf z = \mathbf 0$. In $R$ the pivot columns are independent and the others are mixtures of them; so it is
# in $A$.

# %%
A = np.array([[2.0, 1.0, -1.0], [4.0, 2.0, 1.0], [-2.0, 2.0, 3.0]])
b = np.array([1.0, 8.0, 7.0])

x = la.solve(A, b)
print("x =", x, "  6x =", (6 * x).round(12))
assert np.allclose(x, [5 / 6, 4 / 3, 2])

# The rank is the number of pivots, not of nonzero diagonal entries:
R, pivots = la.row_echelon(np.array([[0.0, 1.0], [0.0, 0.0]]))
print("pivot columns of [[0, 1], [0, 0]]:", pivots)
assert list(pivots) == [1]

# A 6 x 10 matrix that was built to have rank 4:
thin, flat = rng.integers(-2, 3, size=(2, 4, 10)).astype(float)
hidden = thin[:, :6].T @ flat
hidden[:, 1] = 2 * hidden[:, 0]
stairs, pivots = la.row_echelon(hidden)
assert len(pivots) == 4 and 1 not in pivots

# LoRA's bargain: two thin matrices of inner size 16 for one of 4096.
assert 2 * 4096 * 16 == 131_072
assert round(131_072 / 4096**2 * 100, 2) == 0.78

fig, axes = plt.subplots(1, 2, figsize=(6.4, 2.3))
for ax, table, title in (
    (axes[0], hidden, "before"), (axes[1], stairs, "after elimination"),
):
    limit = np.abs(table).max()
    ax.imshow(np.sign(table) * np.sqrt(np.abs(table) / limit),
              cmap="RdBu_r", vmin=-1.2, vmax=1.2)
    ax.set(title=title, xlabel="column", xticks=range(0, 10, 3),
           yticks=range(0, 6, 2))
for row, column in enumerate(pivots):
    axes[1].add_patch(plt.Rectangle(
        (column - 0.5, row - 0.5), 1, 1, fill=False, ec="black", lw=2,
    ))
axes[0].set_ylabel("row")
mathlib.show(
    fig,
    caption=f"Sixty numbers, {len(pivots)} steps: the rank can be counted"
    " by eye once the matrix is a staircase (pivots framed, zeros white).",
    alt="Left a 6 by 10 table of red and blue cells without order, right a"
    " staircase with four framed cells and two empty rows.",
)

# %% [markdown]
# **Where it is load-bearing.** Rank is the currency of cheap adaptation: LoRA trains an update of a $4096\times4096$
# layer that has rank at most 16, with 131 072 numbers instead of 16.8 million, 0.78 % (chapter 19). A caution: exact
# zeros are for paper. With rounding, "is this pivot zero?" needs a tolerance, and singular values (chapter 3) answer
# better.
#
# ### Exercise 2.11 *** · the staircase (4 points)
#
# **Contract.** `A` `(m, n)`, floats; return `(R, pivots)`: `R` `(m, n)` and the list of pivot columns, counted from 0.
# In each column take as pivot the entry of largest absolute value from the current row down, exchange rows, and clear
# the entries **below**. If that largest entry is at most `tol` times the largest $|A_{ij}|$ of the original `A`, the
# column has no pivot: set its entries from the current row down to 0, and go right. No other small entry needs care.
# (Scaling the pivots or clearing above them is neither asked for nor wrong.) Leave `A` as it was.
#
# *Example:* `row_echelon(np.array([[0., 1.], [2., 4.], [1., 2.]]))` returns `([[2., 4.], [0., 1.], [0., 0.]], [0, 1])`.
#
# <details><summary>Hint 1</summary>Walk over the columns. The current row is the number of pivots found so far; it does not move on when a column has none.</details>
# <details><summary>Hint 2</summary><code>R[[r, p]] = R[[p, r]]</code> exchanges two rows.</details>
# <details><summary>Hint 3</summary>All rows below at once: subtract <code>np.outer(factors, R[r])</code>, with the factors from column j. Then write the zeros of that column yourself: rounding would leave crumbs.</details>

# %% exercise="row_echelon"
def row_echelon(A, *, tol=1e-10):
    """Return a row echelon form of A and its pivot columns."""
    ### BEGIN SOLUTION
    R = np.array(A, dtype=float)
    small = tol * np.max(np.abs(R), initial=0.0)
    pivots = []
    for j in range(R.shape[1]):
        r = len(pivots)
        if r == len(R):
            break
        p = r + np.argmax(np.abs(R[r:, j]))
        if np.abs(R[p, j]) <= small:
            R[r:, j] = 0
            continue
        R[[r, p]] = R[[p, r]]
        R[r + 1:] -= np.outer(R[r + 1:, j] / R[r, j], R[r])
        R[r + 1:, j] = 0
        pivots.append(j)
    return R, pivots
    ### END SOLUTION

# %% check="row_echelon"
check("row_echelon")

# %% [markdown]
# **One, none, or all.** Each equation in two unknowns is a line. Two lines meet in one point, in none, or everywhere.
# Compare the rank of $A$ with that of $[A\,|\,\mathbf b]$: if the right-hand side brings a pivot of its own, the last
# equation reads $0 = 1$.
#
# **Why the pivot must be large.** Solve
# $\begin{pmatrix}10^{-20}&1\\1&1\end{pmatrix}\mathbf x = \begin{pmatrix}1\\2\end{pmatrix}$. The answer is
# $\mathbf x \approx (1, 1)$. Use $10^{-20}$ as pivot: the factor is $10^{20}$, and row 2 becomes
# $\bigl(0,\; 1 - 10^{20} \;\big|\; 2 - 10^{20}\bigr)$. In 16 digits both are $-10^{20}$: the 1 and the 2, all that row
# 2 knew, are gone. So $x_2 = 1$ and $x_1 = (1 - 1)/10^{-20} = 0$. No warning. **Exchange the rows first** and the
# factor is $10^{-20}$: nothing large, nothing lost.

# %%
cases = {
    "one solution": ([[1, 1], [1, -1]], [3, 1]),
    "none": ([[1, 1], [2, 2]], [3, 2]),
    "a whole line": ([[1, 1], [2, 2]], [3, 6]),
}
fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.5), sharey=True)
s = np.linspace(-1, 4, 2)
for ax, (name, (A, b)) in zip(axes, cases.items()):
    for (a1, a2), right_side, look in zip(A, b, ("C0-", "C1--")):
        ax.plot(s, (right_side - a1 * s) / a2, look, lw=2.4)
    rank = len(la.row_echelon(A)[1])
    rank_with_b = len(la.row_echelon(np.column_stack([A, b]))[1])
    ax.set(title=f"{name}\nranks {rank} and {rank_with_b}", xlabel="$x_1$")
    draw_plane(ax, (-1, -1), (4, 4))
axes[0].set_ylabel("$x_2$")
mathlib.show(
    fig,
    caption="Two equations are two lines; the ranks of A and of A with b"
    " tell, in any dimension, how they meet.",
    alt="Three panels with two lines each: crossing, parallel, and on top of"
    " one another.",
)

# %%
def solve_without_exchange(A, b):
    factor = A[1, 0] / A[0, 0]
    x_2 = (b[1] - factor * b[0]) / (A[1, 1] - factor * A[0, 1])
    return np.array([(b[0] - A[0, 1] * x_2) / A[0, 0], x_2])


b = np.array([1.0, 2.0])
tiny = 10.0 ** -np.arange(1, 21)
without, with_exchange = [], []
for pivot in tiny:
    A = np.array([[pivot, 1.0], [1.0, 1.0]])
    true = np.array([1, 1 - 2 * pivot]) / (1 - pivot)
    without.append(np.abs(solve_without_exchange(A, b) - true).max())
    with_exchange.append(np.abs(la.solve(A, b) - true).max())

print("without exchange:", solve_without_exchange(A, b))
print("with exchange:   ", la.solve(A, b))
assert solve_without_exchange(A, b).tolist() == [0, 1]
assert max(with_exchange) < 1e-15

fig, ax = plt.subplots(figsize=(6.4, 2.7))
ax.loglog(tiny, np.maximum(without, 1e-17), "o-", color="C1")
ax.loglog(tiny, np.maximum(with_exchange, 1e-17), "s--", color="C0")
ax.text(2e-9, 1e-6, "without exchange", color="C1", ha="right")
ax.text(1e-10, 1e-15, "with the larger pivot", color="C0")
ax.set(xlabel="first pivot", ylabel="error of x", ylim=(3e-18, 30))
ax.invert_xaxis()
mathlib.show(
    fig,
    caption="Each factor of ten in the pivot costs a digit, until none is"
    " left; exchanging two rows costs nothing.",
    alt="Log-log plot: as the first pivot shrinks to the right, one error"
    " curve climbs from 1e-16 to 1 and the other stays flat at the bottom.",
)

# %% [markdown]
# **Partial pivoting** (bring the largest entry of the column up) is what `np.linalg.solve` does, as $PA = LU$: $P$
# records the exchanges, $L$ the factors, $U$ the staircase. Wilkinson (1961) showed why it is nearly always enough. It
# costs about $n^3/3$ multiplications.
#
# ### Exercise 2.12 *** · solve (4 points)
#
# **Contract.** `A` `(n, n)` and `b` `(n,)`, floats; return `x` `(n,)` by elimination with partial pivoting and back
# substitution. Leave `A` and `b` as they were. Raise `ValueError` if `A` is not square, or singular: no pivot larger
# than $n \cdot 2.2\cdot10^{-16}$ times the largest $|A_{ij}|$.
#
# *Example:* `solve(np.array([[0., 2.], [1., 1.]]), np.array([4., 3.]))` returns `[1., 2.]`.
#
# <details><summary>Hint 1</summary>Glue b on as a last column, <code>np.column_stack([A, b])</code>: the result is a copy, and every row operation moves b along. (Why not hand that to <code>la.row_echelon</code>? Its tolerance is coarser, and it would measure A's pivots against the entries of b too: a large b would make A look singular.)</details>
# <details><summary>Hint 2</summary>The largest entry from row j down is at <code>j + np.argmax(np.abs(M[j:, j]))</code>.</details>
# <details><summary>Hint 3</summary>Back substitution walks upward: in row i all x behind i are known, so subtract <code>M[i, i + 1:n] @ x[i + 1:]</code> from the last column and divide by the pivot.</details>

# %% exercise="solve"
def solve(A, b):
    """Return the x with A x = b."""
    ### BEGIN SOLUTION
    n = len(b)
    if A.shape != (n, n):
        raise ValueError(f"A must be ({n}, {n}), not {A.shape}")
    small = n * np.finfo(float).eps * np.max(np.abs(A))
    M = np.column_stack([A, b]).astype(float)
    for j in range(n):
        p = j + np.argmax(np.abs(M[j:, j]))
        if np.abs(M[p, j]) <= small:
            raise ValueError("A is singular")
        M[[j, p]] = M[[p, j]]
        M[j + 1:] -= np.outer(M[j + 1:, j] / M[j, j], M[j])
    x = np.zeros(n)
    for i in reversed(range(n)):
        x[i] = (M[i, n] - M[i, i + 1:n] @ x[i + 1:]) / M[i, i]
    return x
    ### END SOLUTION

# %% check="solve"
check("solve")

# %% [markdown]
# **The inverse** of a square $A$ of full rank is the matrix with $AA^{-1} = A^{-1}A = I$. On paper
# $\mathbf x = A^{-1}\mathbf b$. In a program, write `solve(A, b)`: the inverse is $n$ systems solved to answer one, and
# it is less accurate too. Judge by the *residual*, how far $A\mathbf x$ misses $\mathbf b$, on the Hilbert matrix of
# section 2.7:

# %% tags=["nbval-ignore-output"]
A = np.array([[2.0, 1.0], [1.0, 1.0]])
print("inverse of [[2, 1], [1, 1]]:", la.inverse(A).round(12).tolist())
assert np.allclose(la.inverse(A), [[1, -1], [-1, 2]])
assert np.allclose(A @ la.inverse(A), np.eye(2))

b = np.ones(8)
misses = {
    "solve": la.l2_norm(hilbert @ la.solve(hilbert, b) - b),
    "inverse": la.l2_norm(hilbert @ (la.inverse(hilbert) @ b) - b),
}
for name, miss in misses.items():
    print(f"{name:8} misses b by {miss:.0e}")
assert misses["solve"] < 1e-9 and misses["inverse"] > 1e-8

# %% [markdown]
# **The determinant** of $A$ is the factor by which the motion $A$ changes areas (volumes, in $\mathbb R^n$), with a
# minus sign if it also turns left into right. To find it, let row operations follow: each is one more motion, and its
# own factor is plain.
#
# - Adding a multiple of one row to another is a *shear*. It slides layers, like a deck of cards: factor $1$.
# - Exchanging two rows is a mirror: factor $-1$.
# - Multiplying one row by $s$ stretches one direction: factor $s$.
#
# Elimination uses the first two. It ends at a triangle, and shears clear that *above* the pivots too: what is left is a
# box with the pivots as sides. (If one is missing, the box is flat, and no inverse can unflatten it.) So
# $\det A = (-1)^{\text{exchanges}} \cdot \prod(\text{pivots})$. In the upper row of the picture you see it for
# $a = d = 2$, $b = c = 1$:
#
# $$\begin{pmatrix}a&b\\c&d\end{pmatrix} \xrightarrow{r_2 - \frac ca r_1}
# \begin{pmatrix}a&b\\0&d - \frac{bc}a\end{pmatrix}: \qquad \det = a\,\Bigl(d - \frac{bc}a\Bigr) = ad - bc .$$
#
# If $a = 0$, exchange first: $-\,c\,b$, the same formula. **By hand:** the matrix that opened this section needed one
# exchange and had the pivots $2, 3, 3$, so $\det A = -18$.
#
# **Leibniz's formula** is the same three rules with all brackets open. A shear takes from a row whatever is a mixture
# of the others; what remains is a multiple of one fixed vector, and the third rule takes that factor out. So $\det$
# opens brackets in each row. Write row $i$ as $\sum_j A_{ij}\,\mathbf e_j$ ($\mathbf e_j$: row $j$ of $I$) and open
# all: a term with one $\mathbf e_j$ twice is flat, 0. The others are $I$ with its rows in another order $\pi$, so
# $\det A = \sum_\pi \operatorname{sgn}(\pi)\prod_i A_{i\,\pi(i)}$, where $\operatorname{sgn}(\pi) = \pm1$ as the
# exchanges needed are even or odd in number. For $n = 20$ these are $20! = 2.4\cdot10^{18}$ terms: a billion per second
# takes 77 years. Elimination needs some 2700 multiplications.

# %%
A = np.array([[2.0, 1.0, -1.0], [4.0, 2.0, 1.0], [-2.0, 2.0, 3.0]])
print("determinant", round(la.determinant(A), 9))
assert np.isclose(la.determinant(A), -18)

terms = np.prod(np.arange(1, 21, dtype=float))
years = terms / 1e9 / (365.25 * 24 * 3600)
print(f"{terms:.1e} terms, {years:.0f} years; {20**3 / 3:.0f} products")
assert 2.4e18 < terms < 2.5e18 and round(years) == 77
assert round(20**3 / 3, -2) == 2700

square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
A = np.array([[2.0, 1.0], [1.0, 2.0]])
below = np.array([[1.0, 0.0], [-A[1, 0] / A[0, 0], 1.0]])
triangle = below @ A
above = np.array([[1.0, -triangle[0, 1] / triangle[1, 1]], [0.0, 1.0]])
box = above @ triangle
stages = {
    "A": A, "row 2 $-$ ½ row 1": triangle, "row 1 $-$ ⅔ row 2": box,
}
assert np.allclose(below[1, 0], -1 / 2) and np.allclose(above[0, 1], -2 / 3)
assert np.allclose(box, [[2, 0], [0, 1.5]])

motions = {
    "stretch and lean": np.array([[1.5, 0.5], [0.0, 1.0]]),
    "mirror": np.array([[-1.0, 0.0], [0.0, 1.0]]),
    "flatten": np.array([[1.0, 0.5], [0.5, 0.25]]),
}
fig, axes = plt.subplots(2, 3, figsize=(6.4, 4.6), sharey="row")
for ax, (name, M) in zip(axes[0], stages.items()):
    ax.fill(*square.T, color="0.8")
    ax.fill(*(square @ M.T).T, color="C3", ec="C3", alpha=0.6, lw=2)
    draw_plane(ax, (-0.5, -0.3), (3.6, 3.3))
    ax.set_title(f"{name}\narea ${la.determinant(M):g}$", loc="center")
axes[0, 2].text(1, 1.6, f"{box[0, 0]:g}", ha="center")
axes[0, 2].text(2.15, 0.75, f"{box[1, 1]:g}", va="center")
for ax, (name, M), color in zip(axes[1], motions.items(), ("C0", "C1", "C2")):
    moved = letter @ M.T
    ax.fill(*letter.T, color="0.85")
    ax.fill(*moved.T, color=color, ec=color, alpha=0.75, lw=2)
    draw_plane(ax, (-2.4, -0.4), (4.8, 3.4))
    ax.set_title(f"{name}\n$\\det = {la.determinant(M):g}$", loc="center")
mathlib.show(
    fig,
    caption="Above: shears turn the image of the unit square into a box of"
    " the same area, with the pivots as sides. Below: the determinant is"
    " negative when the letter can only be read in a mirror, and zero when it"
    " is squashed onto a line.",
    alt="Above, a slanted parallelogram, one standing on its base, and an"
    " upright box. Below, a grey F and its image: wider and leaning, mirrored"
    " to the left, and flattened to a slanted line.",
)

# %% [markdown]
# **Where it is load-bearing.** A normalising flow bends simple noise into images, and must divide the density by how
# much each small volume grows: the absolute determinant of its Jacobian (chapter 22). Flows are built triangular so
# that this is one product.
#
# ### Exercise 2.13 ** · the determinant (3 points)
#
# **Contract.** `A` `(n, n)`, floats; return a scalar, by elimination with row exchanges; `ValueError` if `A` is not
# square. A singular matrix gives 0 (up to rounding), the empty matrix `(0, 0)` gives 1. Leave `A` as it was.
#
# *Example:* `determinant(np.array([[0., 1.], [1., 0.]]))` returns `-1.0`.
#
# <details><summary>Hint 1</summary>It is the loop of <code>solve</code> without b. What else must you keep count of?</details>
# <details><summary>Hint 2</summary>An exchange of a row with itself is none: turn the sign only when p differs from j.</details>
# <details><summary>Hint 3</summary>If the best pivot is 0 there is nothing to divide by, and nothing left to compute.</details>

# %% exercise="determinant"
def determinant(A):
    """Return the determinant of a square matrix."""
    ### BEGIN SOLUTION
    n = len(A)
    if A.shape != (n, n):
        raise ValueError(f"A must be square, not {A.shape}")
    U = np.array(A, dtype=float)
    sign = 1.0
    for j in range(n):
        p = j + np.argmax(np.abs(U[j:, j]))
        if U[p, j] == 0:
            return 0.0
        if p != j:
            U[[j, p]] = U[[p, j]]
            sign = -sign
        U[j + 1:] -= np.outer(U[j + 1:, j] / U[j, j], U[j])
    return sign * np.prod(np.diag(U))
    ### END SOLUTION

# %% check="determinant"
check("determinant")

# %% [markdown]
# ## 2.9 The nearest point, when there is no solution
#
# Three measurements, two unknowns: a line $c + dt$ through $(0, 0), (1, 3), (2, 3)$. There is none. In the language of
# columns, with
#
# $$A = \begin{pmatrix}1&0\\1&1\\1&2\end{pmatrix}, \qquad \mathbf y = \begin{pmatrix}0\\3\\3\end{pmatrix},$$
#
# the vector $\mathbf y$ is not in the *column space*, the plane of all mixtures $A\mathbf w$. So take the point of that
# plane nearest to $\mathbf y$: its shadow, $P\mathbf y$. One condition says it all: **the rest is orthogonal to every
# column**,
#
# $$A^\top(\mathbf y - P\mathbf y) = \mathbf 0 .$$
#
# **Why is that point nearest?** Any other point of the plane is $P\mathbf y + \mathbf z$ with $\mathbf z$ in the plane,
# so $\mathbf y - P\mathbf y$ is orthogonal to $\mathbf z$. Pythagoras:
# $\|\mathbf y - P\mathbf y - \mathbf z\|^2 = \|\mathbf y - P\mathbf y\|^2 + \|\mathbf z\|^2$, which is larger unless
# $\mathbf z = \mathbf 0$.
#
# **With orthonormal columns** it is easy: if $Q$ has columns $\mathbf q_1, \dots, \mathbf q_r$, add up the shadows on
# each, $\sum_j \mathbf q_j(\mathbf q_j\cdot\mathbf y)$, so $P = QQ^\top$. Then
# $Q^\top(\mathbf y - QQ^\top\mathbf y) = Q^\top\mathbf y - Q^\top\mathbf y = \mathbf 0$, as it must be. And shadows
# have no shadows: $P^2 = Q(Q^\top Q)Q^\top = P$.
#
# **With any independent columns**, $P = A(A^\top A)^{-1}A^\top$. Where that comes from, *you* will show in Exercise
# 2.15.

# %% [markdown]
# **By hand.** Write $P\mathbf y = A\mathbf w$ with $\mathbf w = (c, d)$. The condition becomes
# $A^\top A\,\mathbf w = A^\top\mathbf y$, the *normal equations*:
#
# $$\begin{pmatrix}3&3\\3&5\end{pmatrix}\begin{pmatrix}c\\d\end{pmatrix} = \begin{pmatrix}6\\9\end{pmatrix}
# \;\Longrightarrow\; c = \tfrac12,\; d = \tfrac32, \qquad P\mathbf y = (0.5,\, 2,\, 3.5), \qquad
# \mathbf y - P\mathbf y = (-0.5,\, 1,\, -0.5).$$
#
# Check the rest: with $(1,1,1)$ it gives $-0.5 + 1 - 0.5 = 0$, with $(0,1,2)$ it gives $0 + 1 - 1 = 0$. Fitting a line
# by least squares **is** dropping a perpendicular. The two pictures below are one and the same problem.

# %%
t = np.array([0.0, 1.0, 2.0])
A = np.column_stack([np.ones(3), t])
target = np.array([0.0, 3.0, 3.0])

P = la.projection_matrix(A)
w = la.solve(A.T @ A, A.T @ target)
foot = la.matmul(P, target[:, None])[:, 0]
rest = target - foot
print("c, d =", w.round(9), "  Py =", foot.round(9), "  rest", rest.round(9))
assert np.allclose(w, [0.5, 1.5]) and np.allclose(foot, [0.5, 2, 3.5])
assert np.allclose(rest, [-0.5, 1, -0.5])
assert np.allclose(A.T @ rest, 0) and np.allclose(P @ P, P)
assert np.allclose(P, A @ la.inverse(A.T @ A) @ A.T) and la.is_symmetric(P)

fig = plt.figure(figsize=(6.4, 3.0))
grid = fig.add_gridspec(1, 2, width_ratios=[1, 1.35])
fit = fig.add_subplot(grid[0])
fit.plot(t, w[0] + w[1] * t, color="C0")
fit.vlines(t, foot, target, color="C1", lw=2.5)
fit.plot(t, target, "o", color="black", ms=7)
fit.plot(t, foot, "o", color="C0", ms=7)
fit.text(0.91, 2.6, "rest", color="C1", ha="right", va="center")
fit.set(xlabel="t", ylabel="y", xlim=(-0.3, 2.4), ylim=(-0.4, 4),
        title="three points, one line")

# A photograph is a projection, too: this camera stands beside Py, a
# little above the plane, and holds the rest upright.
ahead, up = foot / la.l2_norm(foot), rest / la.l2_norm(rest)
side = np.linalg.cross(up, ahead)
camera = np.stack([
    0.54 * ahead - 0.84 * side,
    0.92 * up + 0.39 * (0.84 * ahead + 0.54 * side),
])
floor = np.array([[-0.7, -1.6], [5, -1.6], [5, 1.6], [-0.7, 1.6]])
floor = floor @ np.stack([ahead, side])

space = fig.add_subplot(grid[1])
space.fill(*(camera @ floor.T), color="C0", alpha=0.18, lw=0)
for k, shift in enumerate(((-26, 6), (6, -12))):
    draw_arrow(space, camera @ A[:, k], f"column {k + 1}", "0.4",
               shift=shift)
draw_arrow(space, camera @ foot, "Py", "C0", shift=(7, -9))
draw_arrow(space, camera @ target, "y", "black", shift=(-16, -4))
space.plot(*(camera @ np.stack([foot, target]).T), color="C1", lw=2.5)
space.text(*(camera @ (foot + 0.5 * rest) + [0.12, 0]), "rest", color="C1",
           va="center")
corner = foot + 0.35 * np.array([up, up - ahead, -ahead])
space.plot(*(camera @ corner.T), color="0.3", lw=1)
space.set(aspect="equal")
space.axis("off")
space.set_title("three dimensions, one plane", loc="center")
mathlib.show(
    fig,
    caption="Least squares twice: as a line close to three points, and as"
    " the foot of the perpendicular from y to the plane of all lines.",
    alt="Left, a rising line with three dots and short vertical gaps. Right,"
    " a plane in space with arrows for the two columns and Py in it, an arrow"
    " y above it, and a segment from Py up to y at a marked right angle.",
)

# %% [markdown]
# **Where it is load-bearing.** Linear regression (chapter 13); Gaussian processes; PCA, which looks for the plane with
# the longest shadows (chapter 3). And here: reading digits. The mixtures of a few known threes form a space of threes. **A
# new picture belongs where its shadow is nearest to it.**

# %%
few = 3
spaces = {
    k: la.projection_matrix(X_train[y_train == k][:few].T)
    for k in range(10)
}


def distances_to_spaces(pictures, spaces):
    """Distances to each digit's space; rows are pictures."""
    return np.stack(
        [la.l2_norm(pictures - pictures @ P.T) for P in spaces.values()],
        axis=1,
    )


away = distances_to_spaces(X_test, spaces)
shown = 46
fig, axes = plt.subplots(2, 6, figsize=(6.4, 2.6))
cells = list(axes.flat)
draw_digit(cells[0], X_test[shown], "new picture")
cells[6].axis("off")
for k, ax in zip(range(10), cells[1:6] + cells[7:]):
    draw_digit(ax, spaces[k] @ X_test[shown], f"{k}: {away[shown, k]:.1f}")
    if k == away[shown].argmin():
        for spine in ax.spines.values():
            spine.set(visible=True, color="C1", lw=2.5)
mathlib.show(
    fig,
    caption="The shadow of one new picture in ten spaces, each made of"
    f" {few} pictures of one digit, and how far away it lies: the"
    f" {away[shown].argmin()}s come nearest.",
    alt="A new digit, and ten blurry attempts to rebuild it from zeros, ones,"
    " twos and so on, with a distance above each; one is framed.",
)
assert away[shown].argmin() == y_test[shown]

# %% [markdown]
# ### Exercise 2.14 ** · the projection matrix (3 points)
#
# **Contract.** `A` `(m, n)`; return `P` `(m, m)`, the orthogonal projection onto the span of the columns. The columns
# may be **dependent** (then $A^\top A$ has no inverse, but the span is still there) or zero; the projection onto
# nothing is all zeros.
#
# *Example:* `projection_matrix(np.array([[3., 6.], [4., 8.]]))` returns `[[0.36, 0.48], [0.48, 0.64]]`.
#
# <details><summary>Hint 1</summary>For orthonormal columns there is a formula without any inverse.</details>
# <details><summary>Hint 2</summary><code>la.gram_schmidt</code> makes orthonormal columns and drops dependent ones.</details>

# %% exercise="projection_matrix"
def projection_matrix(A):
    """Return the orthogonal projection onto the column space of A."""
    ### BEGIN SOLUTION
    Q = la.gram_schmidt(A)
    return Q @ Q.T
    ### END SOLUTION

# %% check="projection_matrix"
check("projection_matrix")

# %% [markdown]
# **Is a space of mixtures better than the pictures it is made of?** Let both readers start with the same few pictures
# of each digit.

# %%
counts = [1, 2, 3, 5, 10, 20, 40]
by_space, by_nearest = [], []
for few in counts:
    rows = [X_train[y_train == k][:few] for k in range(10)]
    projections = {k: la.projection_matrix(rows[k].T) for k in range(10)}
    guess = distances_to_spaces(X_test, projections).argmin(axis=1)
    by_space.append(np.mean(guess == y_test))
    known = np.concatenate(rows)
    labels = np.repeat(np.arange(10), few)
    closest = squared_naively(X_test, known).argmin(axis=1)
    by_nearest.append(np.mean(labels[closest] == y_test))

fig, ax = plt.subplots(figsize=(6.4, 2.7))
ax.semilogx(counts, by_space, "o-", color="C0")
ax.semilogx(counts, by_nearest, "s--", color="C1")
ax.text(2.1, by_space[1] + 0.035, "nearest mixture", color="C0", ha="right")
ax.text(2.2, by_nearest[1] - 0.035, "nearest picture", color="C1")
ax.set(xlabel="known pictures of each digit", ylabel="share read right",
       xticks=counts, xticklabels=counts, ylim=(0.55, 0.97))
ax.minorticks_off()
mathlib.show(
    fig,
    caption=f"With {counts[2]} pictures of each digit, mixing them reads"
    f" {by_space[2]:.0%} right against {by_nearest[2]:.0%}; with"
    f" {counts[-1]}, mixing hurts: the spaces have grown so large that they"
    " can imitate any digit.",
    alt="Two rising curves over the number of known pictures on a log axis:"
    " the mixture is above until about ten, below from twenty on.",
)
assert by_space[2] - by_nearest[2] > 0.03
assert by_space[-1] < by_nearest[-1]

# %% [markdown]
# ### Exercise 2.15 *** · a derivation, in writing (5 points, read by a person)
#
# Let $A$ be of shape $(m, n)$ with **independent** columns and $\mathbf y \in \mathbb R^m$. You know two things about
# the projection $P\mathbf y$: it is a mixture of the columns, $P\mathbf y = A\mathbf w$, and the rest is orthogonal to
# each of them, $A^\top(\mathbf y - P\mathbf y) = \mathbf 0$.
#
# 1. Show that $A^\top A$ has an inverse. (Suppose $A^\top A\mathbf z = \mathbf 0$ and look at $\|A\mathbf z\|^2$.)
# 2. Derive $P = A(A^\top A)^{-1}A^\top$.
# 3. Show that $P^2 = P$ and $P^\top = P$, and say in one sentence what each means.
# 4. What becomes of the formula when the columns are orthonormal? What breaks when they are dependent?
#
# Write formulas between dollar signs. One line of reasoning for each step is enough; a step without a reason is not.

# %% [markdown] written="projection_derivation"
# **1.** Suppose $A^\top A\mathbf z = \mathbf 0$. Multiply by $\mathbf z^\top$ from the left:
# $\mathbf z^\top A^\top A\mathbf z = \|A\mathbf z\|^2 = 0$. Only the zero vector has length 0, so
# $A\mathbf z = \mathbf 0$, and because the columns are independent, $\mathbf z = \mathbf 0$. A square matrix that sends
# only $\mathbf 0$ to $\mathbf 0$ has full rank and therefore an inverse.
#
# **2.** Put $P\mathbf y = A\mathbf w$ into the condition: $A^\top(\mathbf y - A\mathbf w) = \mathbf 0$, so
# $A^\top A\,\mathbf w = A^\top\mathbf y$. By step 1 we may solve: $\mathbf w = (A^\top A)^{-1}A^\top\mathbf y$. Hence
# $P\mathbf y = A\mathbf w = A(A^\top A)^{-1}A^\top\mathbf y$. This holds for every $\mathbf y$, so
# $P = A(A^\top A)^{-1}A^\top$.
#
# **3.** $P^2 = A(A^\top A)^{-1}\,(A^\top A)\,(A^\top A)^{-1}A^\top = A(A^\top A)^{-1}A^\top = P$: a point that already
# lies in the space stays where it is. For the transpose, the order turns round:
# $P^\top = A\bigl((A^\top A)^{-1}\bigr)^\top A^\top$. The inverse of a symmetric matrix is symmetric, and $A^\top A$ is
# symmetric, so $P^\top = P$: the projection is orthogonal, not slanted, because then
# $(\mathbf y - P\mathbf y)\cdot P\mathbf x = \mathbf y^\top(I - P)P\,\mathbf x = 0$ for all $\mathbf x, \mathbf y$.
#
# **4.** With orthonormal columns $A^\top A = I$ and $P = AA^\top$. With dependent columns there is a
# $\mathbf z \ne \mathbf 0$ with $A\mathbf z = \mathbf 0$, so $A^\top A\mathbf z = \mathbf 0$ and the inverse does not
# exist. The projection does: $P\mathbf y$ is still unique, only $\mathbf w$ is not.

# %% [markdown]
# ## The capstone: read handwriting
#
# All the parts are there. Each picture is a row of 64 numbers. For every new picture find the nearest known one, and
# say what it says. No training, no parameters: Cover and Hart proved in 1967 that with endless data this rule errs at
# most twice as often as the best rule possible.
#
# ### Exercise 2.16 ** · the nearest neighbour (3 points)
#
# **Contract.** `X_train` `(n, d)`, `y_train` `(n,)` of integers, `X_test` `(m, d)`; return `(m,)` integer labels.
# Euclidean distance; on ties the training picture with the **lowest index** wins.
#
# *Example:* `nearest_neighbor(np.array([[0.], [10.]]), np.array([3, 8]), np.array([[1.], [7.], [5.]]))` returns
# `[3, 8, 3]`.
#
# <details><summary>Hint 1</summary>One call gives all distances. Which axis of the result runs over the training pictures?</details>
# <details><summary>Hint 2</summary><code>argmin</code> gives positions, and takes the first on ties. Positions in what? Turn them into labels.</details>

# %% exercise="nearest_neighbor"
def nearest_neighbor(X_train, y_train, X_test):
    """Return for each test row the label of the nearest training row."""
    ### BEGIN SOLUTION
    D = la.pairwise_euclidean_distance(X_test, X_train)
    return y_train[np.argmin(D, axis=1)]
    ### END SOLUTION

# %% check="nearest_neighbor"
check("nearest_neighbor")

# %% [markdown]
# **Now use it.** The chapter runs without your answer, so this it leaves to you. Paste it into a new cell, guess the
# three numbers, and run it: the pictures as they are; with the 64 pixels of *all* pictures shuffled in one and the same
# way; and with the new ones moved by one pixel.
#
# ```python
# order = np.random.default_rng(0).permutation(64)
# moved = np.roll(X_test.reshape(-1, 8, 8), 1, axis=2).reshape(-1, 64)
# for known, new in ((X_train, X_test),
#                    (X_train[:, order], X_test[:, order]),
#                    (X_train, moved)):
#     said = nearest_neighbor(known, y_train, new)
#     print(np.sum(said == y_test), "of", len(y_test), "right")
# ```
#
# <details><summary>And?</summary>576 of 597 (96.5%); again 576; and 374. It does not see a picture: it sees 64 numbers, and any order is as good. That pixels have neighbours it does not know, so one pixel to the right is another world. (Networks that do know it: chapter 14.)</details>
#
# **Never trust an accuracy before you have looked at the errors.** Here are the first seven, the new picture above, its
# nearest below.
#
# **And never trust a split you did not think about.** Our test pictures are the *last third* of the file. Shuffle the
# file first, as most tutorials do, and look:

# %%
wrong = np.flatnonzero(~right)
images = X_test.reshape(-1, 8, 8)
shifted = np.roll(images, 1, axis=2).reshape(-1, 64)
by_a_pixel = la.l2_norm(shifted - X_test).mean()
to_nearest = la.l2_norm(X_train[nearest] - X_test).mean()
assert by_a_pixel > 1.5 * to_nearest

fig, axes = plt.subplots(2, 7, figsize=(6.4, 2.3))
for j, (above, below) in zip(wrong, axes.T):
    draw_digit(above, X_test[j], f"is {y_test[j]}")
    draw_digit(below, X_train[nearest[j]],
               f"read as {y_train[nearest[j]]}")
mathlib.show(
    fig,
    caption=f"Seven of the {len(wrong)} mistakes. The machine compares pixel"
    f" by pixel: a picture is {by_a_pixel:.0f} away from itself shifted by"
    f" one pixel, but only {to_nearest:.0f} from its nearest neighbour.",
    alt="Two rows of seven digits, the true digit written above each upper"
    " one and the wrong reading above each lower one.",
)
print(f"{len(wrong)} wrong of {len(y_test)}")
assert len(wrong) == 21 and len(y_test) == 597
assert f"{576 / 597:.1%}" == "96.5%" and np.sum(right) == 576
astray = squared_naively(shifted, X_train).argmin(axis=1)
assert np.sum(y_train[astray] == y_test) == 374
mixed = np.random.default_rng(0).permutation(64)
again = squared_naively(X_test[:, mixed], X_train[:, mixed]).argmin(axis=1)
assert np.array_equal(again, nearest)

shuffled_accuracy = []
for seed in range(5):
    order = np.random.default_rng(seed).permutation(len(X))
    old, new = order[:1200], order[1200:]
    closest = squared_naively(X[new], X[old]).argmin(axis=1)
    shuffled_accuracy.append(np.mean(y[old][closest] == y[new]))

ours = np.mean(right)
print(f"last third: {ours:.1%}    shuffled:",
      *[f"{share:.1%}" for share in shuffled_accuracy])
fewer = (1 - ours) / (1 - np.mean(shuffled_accuracy))
print(f"errors are {fewer:.1f} times as many on the last third")
assert fewer > 2 and min(shuffled_accuracy) > ours

# %% [markdown]
# The same machine, the same pictures, and less than half of the errors. The likely reason: the pictures come from a few
# dozen writers, and their pages lie together in the file. Shuffled, almost every test picture has a sibling by the same
# hand among the known ones. (Likely, not proven: the file does not name its writers.) Which number you should report
# depends on whom the machine will meet: old friends, or strangers. Chapter 25 makes a discipline of that question.

# %% [markdown]
# ## Common mistakes
#
# | one often sees | why it is wrong | what is right |
# |---|---|---|
# | `np.sum(a * b)` for a batch of dot products | adds up the batch as well | `np.sum(a * b, axis=-1)` |
# | `np.sqrt(np.sum(x**2))` without a thought | overflows from $1.4\cdot10^{154}$, in half precision from 256 | scale by $\max\lvert x_i\rvert$ first |
# | cosine of a zero vector is nan | $0/0$ | norms of at least `eps`: the result is 0 |
# | `np.arccos(cosine)` | rounding gives $1 + 2\cdot10^{-16}$, then nan | clip to $[-1, 1]$ first |
# | `A * B` for the matrix product | that is $A\odot B$, and runs for equal shapes | `A @ B` |
# | `x @ W` in a linear layer | unnoticed when $W$ is square | `x @ W.T` for $W$ of shape (out, in) |
# | $W\mathbf x$ and $\mathbf xW$ mixed within one text | each is a convention, the mixture is a mistake | layers $XW^\top$; attention projections $XW_Q$ |
# | `np.sum(A * B)` for $\operatorname{tr}(AB)$ | that is $\operatorname{tr}(A^\top B)$ | `np.sum(A * B.T)` |
# | distances by the expanded square, as it stands | cancels far from 0; negative under the root | centre, expand, clip |
# | $\frac{\mathbf a\cdot\mathbf b}{\lVert\mathbf b\rVert}\mathbf b$ | right only if $\lVert\mathbf b\rVert = 1$ | divide by $\lVert\mathbf b\rVert^2$ |
# | "orthogonal matrices are rotations" | mirrors are orthogonal too, $\det = -1$ | rotations are those with $\det = +1$ |
# | rank = nonzero diagonal entries | $\begin{pmatrix}0&1\\0&0\end{pmatrix}$ has rank 1 | count the pivots |
# | `inverse(A) @ b` | dearer and less accurate | `solve(A, b)` |
# | $P = AA^\top$ for any $A$ | $P^2 \ne P$ unless the columns are orthonormal | $QQ^\top$ with $Q$ from Gram-Schmidt |

# %% [markdown]
# ## The same in NumPy and PyTorch
#
# | here | NumPy | PyTorch |
# |---|---|---|
# | `la.dot(a, b)` | `np.vecdot(a, b)` | `torch.linalg.vecdot(a, b)` |
# | `la.l2_norm(x)`, `la.l1_norm(x)` | `np.linalg.norm(x, ord, axis=-1)` | `torch.linalg.vector_norm(x, ord, dim=-1)` |
# | `la.cosine_similarity(a, b)` | | `F.cosine_similarity(a, b, dim=-1)` |
# | `la.pairwise_euclidean_distance(X, Y)` | `scipy.spatial.distance.cdist(X, Y)` | `torch.cdist(X, Y)` |
# | `la.matmul(A, B)`, `la.transpose(A)` | `A @ B`, `A.T` | `A @ B`, `A.T` |
# | `la.hadamard(A, B)` | `A * B` | `A * B` |
# | `la.trace(A)` | `np.trace(A)` | `torch.trace(A)` |
# | `la.kronecker(A, B)`, `la.vec(X)` | `np.kron(A, B)`, `X.T.reshape(-1)` | `torch.kron(A, B)`, `X.T.reshape(-1)` |
# | `la.solve(A, b)`, `la.inverse(A)` | `np.linalg.solve`, `np.linalg.inv` | `torch.linalg.solve`, `torch.linalg.inv` |
# | `la.determinant(A)` | `np.linalg.det(A)` | `torch.linalg.det(A)` |
# | `la.gram_schmidt(V)`, columns independent | `np.linalg.qr(V).Q`, up to signs | `torch.linalg.qr(V).Q`, up to signs |
# | `la.linear(x, W, b)` | `x @ W.T + b` | `F.linear(x, W, b)`, `nn.Linear` |
#
# `np.linalg.svd`, `eig` and the matrix norms wait in chapter 3. When in doubt, ask: `x.shape`, `x.dtype`, and in torch
# also `x.device`. Random test data: `rng.normal(size=(batch, length, d_model))`, in torch
# `torch.randn(batch, length, d_model)`.

# %%
A, B = rng.normal(size=(2, 5, 5))
b = rng.normal(size=5)

assert np.allclose(la.dot(A, B), np.vecdot(A, B))
assert np.allclose(la.l2_norm(A), np.linalg.norm(A, axis=-1))
assert np.allclose(la.l1_norm(A), np.linalg.norm(A, 1, axis=-1))
assert np.allclose(la.matmul(A, B), A @ B)
assert np.allclose(la.kronecker(A, B), np.kron(A, B))
assert np.allclose(la.solve(A, b), np.linalg.solve(A, b))
assert np.allclose(la.inverse(A), np.linalg.inv(A))
assert np.isclose(la.determinant(A), np.linalg.det(A))
assert np.isclose(la.trace(A), np.trace(A))
Q = la.gram_schmidt(A)
assert np.allclose(np.abs(Q), np.abs(np.linalg.qr(A).Q))
batch = rng.normal(size=(2, 3, 5))
print("linear layer:", batch.shape, "to", la.linear(batch, A, b).shape)

# %% [markdown]
# ## Summary: one screen
#
# | | formula | function |
# |---|---|---|
# | dot product | $\sum_i a_i b_i$ | `la.dot` |
# | norms | $\lVert\mathbf a\rVert_2 = \sqrt{\sum_i a_i^2}$, $\;\lVert\mathbf a\rVert_1 = \sum_i\lvert a_i\rvert$ | `la.l2_norm`, `la.l1_norm` |
# | cosine | $\mathbf a\cdot\mathbf b \,/\, (\lVert\mathbf a\rVert\lVert\mathbf b\rVert)$ | `la.cosine_similarity` |
# | product | $(AB)_{ij} = \sum_k A_{ik}B_{kj}$, $\;(AB)^\top = B^\top A^\top$ | `la.matmul`, `la.transpose` |
# | entry by entry | $(A\odot B)_{ij} = A_{ij}B_{ij}$ | `la.hadamard` |
# | linear layer | $Y = XW^\top + \mathbf 1\mathbf b^\top$ | `la.linear` |
# | trace | $\operatorname{tr}(AB) = \operatorname{tr}(BA) = \sum_{ij}A_{ij}B_{ji}$ | `la.trace`, `la.trace_of_product` |
# | Kronecker | $\operatorname{vec}(AXB) = (B^\top\otimes A)\operatorname{vec}(X)$ | `la.kronecker`, `la.vec` |
# | distances | $D_{ij}^2 = \lVert\mathbf x_i\rVert^2 + \lVert\mathbf y_j\rVert^2 - 2\,\mathbf x_i\cdot\mathbf y_j$ | `la.pairwise_euclidean_distance` |
# | shadow | $\frac{\mathbf a\cdot\mathbf b}{\lVert\mathbf b\rVert^2}\,\mathbf b$ | `la.project` |
# | mirror | $\mathbf x - 2\,\frac{\mathbf v\cdot\mathbf x}{\mathbf v\cdot\mathbf v}\,\mathbf v$ | `la.reflect` |
# | orthogonal, symmetric | $Q^\top Q = I$, $\;A = A^\top$ | `la.is_orthogonal`, `la.is_symmetric` |
# | rotation | $R(\alpha)R(\beta) = R(\alpha+\beta)$ | `la.rotation_matrix` |
# | Gram-Schmidt | $\mathbf u_k = \mathbf v_k - \sum_{j<k}(\mathbf v_k\cdot\mathbf q_j)\mathbf q_j$ | `la.gram_schmidt` |
# | rank | number of pivots | `la.row_echelon` |
# | system, inverse | $A\mathbf x = \mathbf b$, $\;AA^{-1} = I$ | `la.solve`, `la.inverse` |
# | determinant | $\pm\prod$ pivots: the signed volume | `la.determinant` |
# | projection | $P = A(A^\top A)^{-1}A^\top$, $\;P^2 = P$ | `la.projection_matrix` |

# %% [markdown]
# **Five questions to ask yourself.**
#
# <details><summary>1. A search returns the same three long documents for every query. What is the score, and what would you change?</summary>
# A raw dot product: long vectors win everywhere. Scale the vectors to length 1, or use the cosine. For unit vectors, distance gives the same ranking.
# </details>
# <details><summary>2. X is (32, 512) and a layer's W is (2048, 512). What is the shape of the output, and which single line computes it?</summary>
# (32, 2048): <code>X @ W.T + b</code>. The inner 512 meets 512 and disappears.
# </details>
# <details><summary>3. Your distance matrix has nan on its diagonal. What happened, and what two lines mend it?</summary>
# A point met itself, rounding left a tiny negative square, and its root is nan. Centre the data, and clip at 0 before the root.
# </details>
# <details><summary>4. Name a matrix that keeps all lengths and is no rotation. How does its determinant tell?</summary>
# A mirror, such as diag(1, -1). Its determinant is -1: it turns left into right.
# </details>
# <details><summary>5. Why does the residual of a least-squares fit with an intercept sum to zero?</summary>
# The intercept is a column of ones, and the residual is orthogonal to every column: its dot product with ones is its sum.
# </details>

# %% [markdown]
# ## Further reading
#
# **Right angles.** J. P. Gram, *J. reine angew. Math.* 94 (1883), doi:10.1515/crll.1883.94.41. E. Schmidt, *Math.
# Annalen* 63 (1907), doi:10.1007/BF01449770. Å. Björck, classical against modified, *BIT* 7 (1967),
# doi:10.1007/BF01934122. A. S. Householder, mirrors, *J. ACM* 5 (1958), doi:10.1145/320941.320947.
#
# **Elimination.** J. H. Wilkinson, *J. ACM* 8 (1961), doi:10.1145/321075.321076. V. Strassen, "Gaussian elimination is
# not optimal" (three pages, and true), *Numer. Math.* 13 (1969), doi:10.1007/BF02165411.
#
# **Neighbours.** T. Cover and P. Hart, *IEEE Trans. Inf. Theory* 13 (1967), doi:10.1109/TIT.1967.1053964.
#
# **Where it went.** S. Williams, A. Waterman, D. Patterson, the roofline, *Commun. ACM* 52 (2009),
# doi:10.1145/1498765.1498785. J. Martens, R. Grosse, K-FAC, 2015, arXiv:1503.05671. E. Hu et al., LoRA, 2021,
# arXiv:2106.09685. J. Su et al., RoPE, 2021, arXiv:2104.09864. N. Elhage et al., superposition, 2022, arXiv:2209.10652.
#
# **The data.** E. Alpaydin, C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI, 1998, doi:10.24432/C50P49. D.
# E. Knuth, *The Stanford GraphBase*, Addison-Wesley, 1993.
#
# Next: chapter 3 asks which directions a matrix leaves alone, and finds in the answer PCA, compression, and the true
# meaning of rank.

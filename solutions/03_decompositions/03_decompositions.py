# ---
# jupyter:
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 3. Advanced Linear Algebra
#
# **How few numbers are enough?**
#
# Here are two pictures of 30 246 pixels each. They hold *exactly the same pixels*: the second is the first after a
# thorough shuffle, as if somebody had cut up a photograph and shaken the box. Below each stands what is left when you
# may keep only a quarter of the numbers. Nobody told the program what a roof is.

# %%
import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits, load_sample_image
from sklearn.neural_network import MLPClassifier

import mathlib
import mathlib.decompositions as dc
import mathlib.linear_algebra as la
from mathlib import check

mathlib.style()

# %%
def grey_photograph(name):
    """Return a bundled photograph in grey, (142, 213), from 0 to 1."""
    grey = load_sample_image(name)[:426, :639] @ [0.299, 0.587, 0.114]
    return grey.reshape(142, 3, 213, 3).mean(axis=(1, 3)) / 255

def draw_picture(ax, pixels, title=""):
    """Draw an array as a grey picture without axes."""
    # Thirty greys are enough for the eye, and half the file.
    greys = np.round(np.clip(pixels, 0, 1) * 30)
    ax.imshow(greys, cmap="gray", vmin=0, vmax=30, interpolation="nearest")
    ax.axis("off")
    ax.set_title(title, loc="center", fontsize=9)

china, flower = map(grey_photograph, ("china.jpg", "flower.jpg"))
order = np.random.default_rng(0).permutation(china.size)
shuffled = china.ravel()[order].reshape(china.shape)

m, n = china.shape
k = 21
kept = k * (m + n + 1)

fig, axes = plt.subplots(2, 2, figsize=(4.8, 3.5))
for column, picture in zip(axes.T, (china, shuffled)):
    few = dc.low_rank_approximation(picture, k)
    error = dc.frobenius_norm(picture - few) / dc.frobenius_norm(picture)
    draw_picture(column[0], picture, f"all {m * n:,} numbers")
    draw_picture(column[1], few, f"{kept:,} numbers, {error:.0%} off")
mathlib.show(
    fig,
    caption=f"The same pixels twice. From {kept / (m * n):.0%} as many"
    " numbers the photograph comes back; its shuffled twin does not.",
    alt="Above, a grey photograph of a Chinese pavilion and a field of grey"
    " noise. Below, the pavilion a little grainy, and a paler noise.",
)
assert m * n == 30_246 and np.array_equal(np.sort(china, None),
                                          np.sort(shuffled, None))
assert round(kept / (m * n), 2) == 0.25

# %% [markdown]
# What does the photograph have that the noise has not? Its rows know one another. A few columns and a few rows, mixed
# the right way, make nearly all of it, and the right way can be *computed*. The same computation finds what
# handwritten digits have in common, guesses a rating that nobody gave, undoes a blur, keeps networks from blowing up,
# and tells a trained weight matrix from a random one. That is this chapter.
#
# **After this chapter you can**
#
# - say which directions a matrix leaves alone, and find the strongest by doing nothing but multiplying;
# - split *any* matrix into layers, heaviest first, and prove that no other way of keeping $k$ is better;
# - reduce 64 dimensions to two, and say what was lost and what centring has to do with it;
# - tell a bowl from a saddle, take the root of a matrix, and its determinant in 400 dimensions;
# - solve systems with no solution or too many, without letting the noise explode;
# - see how a few ratings tell the missing ones, and in the spectrum of a weight matrix that somebody trained it.
#
# **You need** chapter 2: products, projections, Gram-Schmidt, elimination. **Time:** two hours to read; the 14
# exercises take three to five hours more.

# %% [markdown]
# ## 3.1 Directions that survive
#
# Multiply a vector by a matrix and it usually points somewhere else. A few do not turn. They only get longer, shorter,
# or point backwards. A nonzero $\mathbf v$ like that is an **eigenvector**, and the factor its **eigenvalue**
# $\lambda$ (German *eigen*: its own):
#
# $$A\mathbf v = \lambda\mathbf v, \qquad A: (n, n), \quad \mathbf v \in \mathbb R^n,\ \mathbf v \ne \mathbf 0 .$$
#
# **How to find them.** $A\mathbf v = \lambda\mathbf v$ says $(A - \lambda I)\,\mathbf v = \mathbf 0$: the matrix
# $A - \lambda I$ flattens a direction. By chapter 2 that happens exactly when its determinant is 0. So solve
# $\det(A - \lambda I) = 0$ for $\lambda$, then look for what is flattened.
#
# **By hand.** $A = \begin{pmatrix}4&1\\2&3\end{pmatrix}$: $(4-\lambda)(3-\lambda) - 2 = \lambda^2 - 7\lambda + 10 =
# (\lambda - 5)(\lambda - 2)$, so $\lambda = 5$ or $2$.
#
# - $A - 5I = \begin{pmatrix}-1&1\\2&-2\end{pmatrix}$ flattens $(1, 1)$. Check: $A\,(1,1) = (5, 5)$.
# - $A - 2I = \begin{pmatrix}2&1\\2&1\end{pmatrix}$ flattens $(1, -2)$. Check: $A\,(1,-2) = (2, -4)$.
#
# One often reads that eigenvectors are "only stretched". A negative $\lambda$ turns them round: still the same line, so
# still an eigenvector. And a matrix need not have a real one at all. Ask the rotation by $90°$:
# $\det\begin{pmatrix}-\lambda&-1\\1&-\lambda\end{pmatrix} = \lambda^2 + 1$ is never 0 for real $\lambda$. (Its
# eigenvalues are $\pm i$, complex numbers. Nothing real survives a turn.)

# %%
A = np.array([[4.0, 1.0], [2.0, 3.0]])
for value, vector in ((5, [1.0, 1.0]), (2, [1.0, -2.0])):
    print(value, vector, "residual", dc.eigenpair_residual(A, value, vector))
    assert dc.eigenpair_residual(A, value, vector) == 0
assert dc.eigenpair_residual(A, 5, [1.0, 0.0]) > 0.1

quarter_turn = la.rotation_matrix(np.pi / 2)
assert np.allclose(np.linalg.eigvals(quarter_turn).real, 0)

def draw_plane(ax, reach):
    """Make one unit as long across as up, and mark the origin."""
    ax.axhline(0, color="0.85", lw=0.8, zorder=0)
    ax.axvline(0, color="0.85", lw=0.8, zorder=0)
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal",
           xticks=[], yticks=[])

motions = {
    "stretch": [[1.35, 0.65], [0.65, 1.35]],
    "one flipped": [[-0.4, 1.1], [1.1, -0.4]],
    "shear": [[1.0, 1.0], [0.0, 1.0]],
    "turn and grow": 1.5 * la.rotation_matrix(np.pi / 4),
}
around = np.linspace(0, 2 * np.pi, 24, endpoint=False)
circle = np.stack([np.cos(around), np.sin(around)], axis=1)

fig, axes = plt.subplots(1, 4, figsize=(7.2, 2.3))
for ax, (name, M) in zip(axes, motions.items()):
    moved = circle @ np.transpose(M)
    cross = circle[:, 0] * moved[:, 1] - circle[:, 1] * moved[:, 0]
    for start, end, turned in zip(circle, moved, np.abs(cross) > 1e-9):
        ax.plot(*np.stack([start, end]).T, color="0.75" if turned else "C1",
                lw=1 if turned else 2.5)
        ax.plot(*end, "." if turned else "o", ms=4 if turned else 7,
                color="0.55" if turned else "C1")
    ax.plot(*np.vstack([circle, circle[:1]]).T, color="C0", lw=1)
    draw_plane(ax, 1.9)
    survivors = int(np.sum(np.abs(cross) <= 1e-9) / 2)
    ax.set_title(f"{name}: {survivors or 'no'} line"
                 f"{'' if survivors == 1 else 's'}", loc="center")
mathlib.show(
    fig,
    caption="From each point of the unit circle a line leads to its image."
    " Eigenvectors (orange) move along their own line, even through the"
    " origin; in the shear they stand still, λ = 1. A shear has one such"
    " line, a turn none.",
    alt="Four circles with spokes that lead outwards. Thick orange spokes"
    " lie on two lines in the first two pictures; in the third two orange"
    " points stay on the circle.",
)

# %% [markdown]
# **Put them side by side.** Suppose $A$ has $n$ *independent* eigenvectors $\mathbf p_1, \dots, \mathbf p_n$. Make them
# the **columns** of $P$, and put the eigenvalues on the diagonal of $D$, in the same order. Column $j$ of $AP$ is
# $A\mathbf p_j = \lambda_j\mathbf p_j$, and that is column $j$ of $PD$. So
#
# $$AP = PD \quad\Longrightarrow\quad A = PDP^{-1}, \qquad
# A^k = PDP^{-1}\,PDP^{-1}\cdots PDP^{-1} = PD^kP^{-1}.$$
#
# Read it from the right: translate into the eigenvectors' language, where $A$ is nothing but $n$ separate factors; do
# it $k$ times, $\lambda_j^k$; translate back. A hundredth power costs no more than a second.
#
# **Not every matrix has enough of them.** The shear above has one line of eigenvectors, not two; it cannot be written
# like that. Such matrices are rare (a random one is never one) and always near (they spoil the digits of their
# neighbours).
#
# **By hand.** $P = \begin{pmatrix}1&1\\1&-2\end{pmatrix}$, $\det P = -3$, $P^{-1} =
# \frac13\begin{pmatrix}2&1\\1&-1\end{pmatrix}$. So
#
# $$A^2 = P\begin{pmatrix}25&0\\0&4\end{pmatrix}P^{-1}
# = \begin{pmatrix}25&4\\25&-8\end{pmatrix}\cdot\frac13\begin{pmatrix}2&1\\1&-1\end{pmatrix}
# = \begin{pmatrix}18&7\\14&11\end{pmatrix},$$
#
# and $A\cdot A$ agrees: $4\cdot4 + 1\cdot2 = 18$. Note $P^{-1} \ne P^\top$ here. They agree for one kind of matrix
# only, and it is the kind you will meet most.

# %%
eigenvalues, P = dc.eigendecomposition(A)
print("eigenvalues", np.real(eigenvalues).round(9))
print("A squared\n", np.real(dc.matrix_power_by_eigen(A, 2)).round(9))
assert np.allclose(np.sort(np.real(eigenvalues)), [2, 5])
assert np.allclose(P @ np.diag(eigenvalues) @ np.linalg.inv(P), A)
assert np.allclose(dc.matrix_power_by_eigen(A, 2), [[18, 7], [14, 11]])
assert not np.allclose(P @ np.diag(eigenvalues) @ P.T, A)

# %% [markdown]
# **The symmetric kind: $A = A^\top$.** Covariances, Hessians, kernels, graphs: all symmetric. For them life is good:
#
# $$A = Q\Lambda Q^\top, \qquad Q^\top Q = I, \quad \Lambda \text{ real and diagonal.}$$
#
# **Why there is one eigenvector.** Walk round the unit sphere and look for the $\mathbf v$ with the largest $\mathbf
# v^\top A\mathbf v$ (there is one: the sphere is closed and bounded). Step from it a little towards a unit $\mathbf
# w \perp \mathbf v$, to $\mathbf v + t\,\mathbf w$ with squared length $1 + t^2$. Because $A$ is symmetric,
#
# $$\frac{(\mathbf v + t\mathbf w)^\top A(\mathbf v + t\mathbf w)}{1 + t^2}
# = \mathbf v^\top A\mathbf v + 2t\;\mathbf w^\top A\mathbf v + \text{terms with } t^2, t^3, \dots$$
#
# For small $t$ the middle term wins. Were it not zero, a $t$ of the right sign would climb above the maximum. So
# $\mathbf w^\top A\mathbf v = 0$ for **every** $\mathbf w \perp \mathbf v$, and only multiples of $\mathbf v$ have that
# property: $A\mathbf v = \lambda\mathbf v$, with $\lambda = \mathbf v^\top A\mathbf v$.
#
# **Why there are $n$, at right angles.** If $\mathbf w \perp \mathbf v$ then $\mathbf v^\top A\mathbf w = (A\mathbf
# v)^\top\mathbf w = \lambda\,\mathbf v^\top\mathbf w = 0$: $A$ never leaves the space orthogonal to $\mathbf v$. Start
# again in there, with one dimension less, until none is left. (Keep the maximum in mind. It returns as the spectral
# norm, and as PCA.)
#
# **Where it is load-bearing.** Whether a linear recurrence, an RNN's or Mamba's, remembers or forgets is written in its
# eigenvalues: after $k$ steps each direction is multiplied by $\lambda^k$.

# %% [markdown]
# ### Exercise 3.1 ** · take a matrix apart (3 points)
#
# **Contract.** `eigendecomposition(A)`: `A` `(n, n)`, diagonalizable; return `(eigenvalues, P)`. The eigenvalues `(n,)`
# have the **largest first** (complex ones by their real part, and of a pair the one with $+i$ first), each as often as
# it occurs; column $j$ of `P` `(n, n)` is a unit eigenvector of eigenvalue $j$. For a symmetric `A` the columns are
# orthonormal, also where an eigenvalue occurs twice. `matrix_power_by_eigen(A, k)` returns $A^k$, real; `k` is an
# integer, 0 for the identity, negative only where `A` has an inverse; use your own `eigendecomposition`. NumPy's
# `np.linalg.eig` and `np.linalg.eigh` (for symmetric matrices; eigenvalues ascending) may be called: choosing, sorting
# and putting together are the work.
#
# *Example:* `eigendecomposition(np.array([[2., 1.], [0., 3.]]))` returns `[3., 2.]` and columns along $(1, 1)$ and
# $(1, 0)$; `matrix_power_by_eigen(np.array([[2., 1.], [0., 3.]]), 3)` returns `[[8., 19.], [0., 27.]]`.
#
# <details><summary>Hint 1</summary><code>np.linalg.eig</code> doesn't know that a symmetric matrix deserves right angles; where an eigenvalue occurs twice it returns any two directions. <code>la.is_symmetric</code> tells when to ask <code>eigh</code>.</details>
# <details><summary>Hint 2</summary><code>np.argsort(-values)</code> is that order, for complex values too. Apply the same one to the values and to the <em>columns</em> of P.</details>
# <details><summary>Hint 3</summary><code>P * values**k</code> multiplies column j by the j-th power: no diagonal matrix needed. A complex pair gives a real power, plus crumbs of imaginary rounding.</details>

# %% exercise="eigendecomposition"
def eigendecomposition(A):
    """Return the eigenvalues of A, and its eigenvectors as columns."""
    ### BEGIN SOLUTION
    find = np.linalg.eigh if la.is_symmetric(A) else np.linalg.eig
    values, P = find(A)
    order = np.argsort(-values)
    return values[order], P[:, order]
    ### END SOLUTION

def matrix_power_by_eigen(A, k):
    """Return A to the power k."""
    ### BEGIN SOLUTION
    values, P = eigendecomposition(A)
    return np.real((P * values**k) @ np.linalg.inv(P))
    ### END SOLUTION

# %% check="eigendecomposition"
check("eigendecomposition")

# %% [markdown]
# ## 3.2 Multiply, and multiply again
#
# Take any vector. Multiply by $A$. Shorten the result to length 1. Repeat. Whatever you began with, it turns, step by
# step, into the strongest eigenvector. It is the oldest trick of the trade, and one of the few that still work when
# the matrix has a billion rows: Google's first ranking of the web was this loop.
#
# **The law (power iteration).** For a symmetric $A$
#
# $$\mathbf v \leftarrow \frac{A\mathbf v}{\|A\mathbf v\|}, \qquad \lambda = \mathbf v^\top A\mathbf v .$$
#
# **Why it works.** Write the start in orthonormal eigenvectors, $\mathbf v = \sum_i c_i\,\mathbf q_i$, with
# $|\lambda_1| > |\lambda_2| \ge \dots$ . After $k$ steps, up to the length,
#
# $$A^k\mathbf v = \sum_i c_i\,\lambda_i^k\,\mathbf q_i
# = \lambda_1^k\Bigl(c_1\mathbf q_1 + \sum_{i\ge2} c_i\Bigl(\frac{\lambda_i}{\lambda_1}\Bigr)^{k}\mathbf q_i\Bigr).$$
#
# Every other direction shrinks by at least $|\lambda_2/\lambda_1|$ a step. Only $c_1 = 0$ would spoil it, and a random
# start never has that. The number $\mathbf v^\top A\mathbf v$ is the *Rayleigh quotient*. It converges twice as fast as
# the vector, and it **keeps the sign**, which the length $\|A\mathbf v\|$ forgets.
#
# **By hand.** $A = \begin{pmatrix}2&1\\1&2\end{pmatrix}$, start $(1, 0)$. First step: $(2, 1)$. Second:
# $A\,(2, 1) = (5, 4)$. Third: $A\,(5, 4) = (14, 13)$. The direction creeps up to $(1, 1)$, and the Rayleigh quotient of
# $(5,4)$ is $(5\cdot14 + 4\cdot13)/(25 + 16) = 122/41 \approx 2.976$, nearly $\lambda_1 = 3$.
# (Below the first picture you can drag it: one matrix there has two equally strong eigenvalues, one is a rotation.)

# %%
A = np.array([[2.0, 1.0], [1.0, 2.0]])
value, vector = dc.power_iteration(A, rng=np.random.default_rng(0))
print(f"eigenvalue {value:.6f}   vector {np.abs(vector).round(4)}")
assert np.isclose(value, 3) and np.allclose(np.abs(vector), 0.5**0.5)

v = np.array([5.0, 4.0])
assert (A @ v).tolist() == [14, 13]
print(f"Rayleigh quotient of (5, 4): {v @ A @ v / (v @ v):.3f}")
assert round(v @ A @ v / (v @ v), 3) == 2.976

# The sign survives:
value, _ = dc.power_iteration(-A, rng=np.random.default_rng(0))
assert np.isclose(value, -3)

fig, ax = plt.subplots(figsize=(6.4, 2.7))
k = np.arange(25)
for second, look in ((0.5, "o-"), (0.9, "s--"), (-0.9, "^:"),
                     (0.99, "v-.")):
    B = np.diag([1.0, second])
    v = np.array([1.0, 1.0])
    angles = []
    for _ in k:
        angles.append(np.degrees(np.arctan(abs(v[1] / v[0]))))
        v = B @ v / la.l2_norm(B @ v)
    ax.semilogy(k, angles, look, ms=4, markevery=3)
    name = "0.9, −0.9" if second == -0.9 else f"{second:g}"
    if second != 0.9:
        ax.text(24.5, angles[-1], name, va="center")
ax.set(xlabel="step", ylabel="angle to the goal (°)", xlim=(0, 28.5))
mathlib.show(
    fig,
    caption="With largest eigenvalue 1, each step multiplies the error by"
    " about the second one. What counts is the gap, not the size of the"
    " matrix; the sign of the second eigenvalue makes no difference (two"
    " curves coincide).",
    alt="Four falling straight lines on a log scale, ending at 0.5 lowest,"
    " 0.9 and minus 0.9 together in the middle, and 0.99 nearly flat.",
)

# %%
explorer = mathlib.explore.power_iteration()
fig = explorer.still()
mathlib.show(
    fig,
    caption="Each step carries the vector (blue) over to Av (orange, dashed)"
    " and cuts it to length 1. It locks on to the larger eigenvalue; slowly"
    " when the two are close, never when no direction survives.",
    alt="Four states of an arrow in the unit circle, with a curve of angles"
    " beside each: falling steeply twice, nearly flat, and flat at 40"
    " degrees.",
)

explorer

# %% [markdown]
# **Where it is load-bearing.** *Sharpness*, the largest eigenvalue of a network's Hessian. Nobody could store that
# matrix, but power iteration wants only products with it (chapter 5).
#
# ### Exercise 3.2 ** · power iteration (3 points)
#
# **Contract.** `A` `(n, n)`, symmetric, not zero, with one eigenvalue of largest absolute value; return
# `(eigenvalue, v)`: a scalar **with its sign**, and a unit vector `(n,)`, up to sign. Start with `rng.normal(size=n)`
# made a unit vector (`np.random.default_rng()` if `rng` is `None`). In each step: $\mathbf v \leftarrow A\mathbf v /
# \|A\mathbf v\|$, then $\lambda \leftarrow \mathbf v\cdot A\mathbf v$. Stop when $\lambda$ changes by at most
# `tol` times $|\lambda|$ from one step to the next, or after `max_iter` steps.
#
# *Example:* `power_iteration(np.array([[2., 1.], [1., 2.]]))` returns `3.0` and $(0.7071, 0.7071)$, up to sign.
#
# <details><summary>Hint 1</summary>Watch λ, not v: for a negative λ the vector turns round at every step and never settles.</details>
# <details><summary>Hint 2</summary>Remember the old λ; begin with infinity, so that the first comparison fails.</details>

# %% exercise="power_iteration"
def power_iteration(A, *, max_iter=1000, tol=1e-10, rng=None):
    """Return the dominant eigenvalue of a symmetric A, and its vector."""
    ### BEGIN SOLUTION
    rng = np.random.default_rng() if rng is None else rng
    v = rng.normal(size=len(A))
    v = v / la.l2_norm(v)
    value = np.inf
    for _ in range(max_iter):
        v = A @ v
        v = v / la.l2_norm(v)
        before, value = value, v @ A @ v
        if np.abs(value - before) <= tol * np.abs(value):
            break
    return value, v
    ### END SOLUTION

# %% check="power_iteration"
check("power_iteration")

# %% [markdown]
# **Without the shortening**, $A^k\mathbf h$ grows or dies like $\rho^k$, where the **spectral radius**
#
# $$\rho(W) = \max_i |\lambda_i(W)|$$
#
# is the largest absolute value of an eigenvalue (the *modulus*, where it is complex). A recurrent network multiplies its
# state by the same $W$ at every word. So a folk theorem says: *$\rho(W) < 1$, hence no explosion.* Try it on
# $W = \begin{pmatrix}0.9&10\\0&0.9\end{pmatrix}$, both eigenvalues $0.9$, with $\mathbf h = (0, 1)$:

# %%
W = np.array([[0.9, 10.0], [0.0, 0.9]])
calm = np.diag([0.9, 0.9])
lengths = {"calm": [1.0], "leaning": [1.0]}
for name, M in (("calm", calm), ("leaning", W)):
    h = np.array([0.0, 1.0])
    for _ in range(70):
        h = M @ h
        lengths[name].append(la.l2_norm(h))

peak = int(np.argmax(lengths["leaning"]))
grown = lengths["leaning"][peak]
radius, norm = dc.spectral_radius(W), dc.spectral_norm(W)
print(f"spectral radius {radius:.3g}, spectral norm {norm:.4g}")
print(f"largest after {peak} steps: {grown:.1f} times the start")
assert np.isclose(radius, 0.9) and peak == 9 and round(grown, 1) == 38.7
assert round(norm, 2) == 10.08 and np.isclose(dc.spectral_radius(calm), 0.9)
assert np.isclose(dc.spectral_radius(quarter_turn), 1)

fig, ax = plt.subplots(figsize=(6.4, 2.7))
ax.semilogy(lengths["leaning"], color="C1")
ax.semilogy(lengths["calm"], "--", color="C0")
ax.axhline(1, color="0.7", lw=0.8)
ax.plot(peak, grown, "o", color="C1")
ax.text(peak + 1.5, grown * 1.3, f"{grown:.0f}-fold after {peak} steps",
        color="C1")
ax.text(40, 9, "the same, and 10 beside it", color="C1")
ax.text(33, 4e-3, "0.9 twice on the diagonal", color="C0",
        ha="right", va="top")
ax.set(xlabel="step", ylabel="length of the state", ylim=(3e-4, 200))
mathlib.show(
    fig,
    caption=f"Two matrices with spectral radius {radius:g}. Both forget in"
    " the end, but one of them shouts first.",
    alt="Log plot over 70 steps: a straight falling dashed line, and a solid"
    " curve that first climbs to nearly 40 and falls below 1 only after 60"
    " steps.",
)

# %% [markdown]
# It explodes, 39-fold, and only then decays. $\rho < 1$ promises something about $k \to \infty$ and nothing about your
# sequence of 50 words. The eigenvectors of this $W$ have fallen onto one line, and the picture "$n$ separate factors" is
# not available. The honest promise uses how much a *single* step can stretch, the **spectral norm**
# $\|W\|_2 = \max_{\|\mathbf x\| = 1} \|W\mathbf x\|$, which you meet properly in the next section. Always
#
# $$\rho(W) \le \|W\|_2 ,$$
#
# because an eigenvector is one of the vectors tried. (For a complex one, $\mathbf a + i\mathbf b$, squared lengths add
# up: $|\lambda|^2(\|\mathbf a\|^2 + \|\mathbf b\|^2) = \|W\mathbf a\|^2 + \|W\mathbf b\|^2 \le \|W\|_2^2(\|\mathbf
# a\|^2 + \|\mathbf b\|^2)$.) With an activation $f$ between the steps, $\|W\|_2 \cdot \max|f'| < 1$ is *sufficient*:
# then every step shrinks every difference. For symmetric $W$ the two numbers agree, and the folk theorem is true.
#
# Two more ways to be wrong about $\rho$: taking the largest eigenvalue instead of the largest *modulus* (it misses
# $-1.2$, and every rotation), and taking singular values (that is the other number).
# %% [markdown]
# ## 3.3 Every matrix, in three moves
#
# Eigenvectors are for square matrices, and not for all of those. But take *any* matrix, a photograph say, and ask a
# more modest question. Not "which direction does not turn?", but "**which right angles stay right angles?**" There are
# always some.
#
# **The law (singular value decomposition, SVD).** For every $A$ of shape $(m, n)$
#
# $$A = U\Sigma V^\top, \qquad U: (m, m),\; V: (n, n) \text{ orthogonal}, \qquad
# \Sigma: (m, n), \quad \sigma_1 \ge \sigma_2 \ge \dots \ge 0 \text{ on its diagonal.}$$
#
# Turn ($V^\top$), stretch along the axes ($\Sigma$), turn ($U$). "Turn" may include a mirror. Column by column it says
# $A\mathbf v_i = \sigma_i\mathbf u_i$: the **right singular vectors** $\mathbf v_i$ are at right angles, and so are
# their images $\sigma_i\mathbf u_i$. The $\sigma_i$ are the **singular values**.
#
# **Derivation.** $A^\top A$ is symmetric, so by 3.1 it has orthonormal eigenvectors $\mathbf v_1, \dots, \mathbf v_n$.
# Their eigenvalues are not negative, for $\mathbf v^\top A^\top A\,\mathbf v = \|A\mathbf v\|^2$. Call them
# $\sigma_i^2$, largest first. The images stay at right angles:
#
# $$(A\mathbf v_i)\cdot(A\mathbf v_j) = \mathbf v_i^\top(A^\top A\,\mathbf v_j) = \sigma_j^2\;\mathbf v_i\cdot\mathbf v_j
# = 0 \quad (i \ne j), \qquad \|A\mathbf v_i\| = \sigma_i .$$
#
# Where $\sigma_i > 0$ put $\mathbf u_i = A\mathbf v_i/\sigma_i$; fill up $U$ with any orthonormal rest. Then
# $AV = U\Sigma$, and $V^{-1} = V^\top$ does the rest. The order matters: **first $V$, then $U$ from it.**

# %% [markdown]
# **By hand.** $A = \begin{pmatrix}4&0\\3&5\end{pmatrix}$, $A^\top A = \begin{pmatrix}25&15\\15&25\end{pmatrix}$ with
# eigenvectors $(1, 1)/\sqrt2$ and $(1, -1)/\sqrt2$ for $25 \pm 15$, so $\sigma_1 = \sqrt{40}$, $\sigma_2 = \sqrt{10}$.
# Images: $A\,(1,1) = (4, 8)$ and $A\,(1,-1) = (4, -2)$: at right angles indeed. Scaled to length 1,
# $\mathbf u_1 = (1, 2)/\sqrt5$, $\mathbf u_2 = (2, -1)/\sqrt5$. And $\sigma_1\sigma_2 = 20 = \det A$.
#
# One sign is free in each pair: $(-\mathbf u_i, -\mathbf v_i)$ serve as well. *Both* together, though. And since $V$
# keeps lengths, $\|A\mathbf x\|$ is largest at $\mathbf x = \mathbf v_1$: the spectral norm of 3.2 is $\|A\|_2 =
# \sigma_1$.

# %%
A = np.array([[4.0, 0.0], [3.0, 5.0]])
U, s, Vt = dc.svd(A)
print("singular values", s.round(4), "  squared", (s**2).round(9))
assert np.allclose(s**2, [40, 10])
assert np.allclose(U @ np.diag(s) @ Vt, A)
assert np.allclose(np.abs(U[:, 0]) * 5**0.5, [1, 2])

around = np.linspace(0, 2 * np.pi, 181)
ring = np.stack([np.cos(around), np.sin(around)])
stages = {
    "the unit circle (×3)": np.eye(2), "turned by $V^\\top$ (×3)": Vt,
    "stretched by $\\Sigma$": np.diag(s) @ Vt, "turned by U": A,
}
fig, axes = plt.subplots(1, 4, figsize=(7.2, 2.2))
for ax, (name, M) in zip(axes, stages.items()):
    ax.plot(*(M @ ring), color="0.6")
    for i, color in enumerate(("C1", "C0")):
        tip = M @ Vt[i]
        ax.annotate("", tip, (0, 0), arrowprops={
            "arrowstyle": "-|>", "color": color, "lw": 2,
            "shrinkA": 0, "shrinkB": 0})
        if la.l2_norm(tip) > 1.01:
            ax.annotate(f"{la.l2_norm(tip):.2g}", 0.5 * tip, (-3, -11),
                        textcoords="offset points", color=color,
                        ha="left" if color == "C1" else "right")
    draw_plane(ax, 7 / 3 if "×3" in name else 7)
    ax.set_title(name, loc="center")
mathlib.show(
    fig,
    caption="Any matrix is a turn, a stretch along the axes, and another"
    " turn. Two arrows at right angles stay at right angles all the way.",
    alt="A circle, the same circle with turned arrows, a flat ellipse along"
    " the axes, and the same ellipse leaning. Arrows mark its half axes.",
)

# %% [markdown]
# **Full and thin.** For a $(1000, 20)$ matrix, $U$ would have 1000 columns, and 980 of them meet only zeros of
# $\Sigma$. The *thin* form leaves them out: $r = \min(m, n)$ columns in $U$ and $V$. `dc.svd` and
# `np.linalg.svd(A, full_matrices=False)` return it, as $U$, the vector $s$, and $V^\top$ **already transposed**: its
# *rows* are the $\mathbf v_i$.
#
# **Never through $A^\top A$.** The derivation is right and the program it suggests is not. Squaring doubles the number
# of digits, and a float has 16: a singular value $10^{-9}$ times the largest has the square $10^{-18}$, which drowns in
# the rounding of $\sigma_1^2$. Half of all digits are gone. The way out squares nothing. Put $A$ **off the diagonal**:
#
# $$H = \begin{pmatrix}0&A\\A^\top&0\end{pmatrix}, \qquad
# H\begin{pmatrix}\mathbf u_i\\\pm\mathbf v_i\end{pmatrix}
# = \begin{pmatrix}\pm A\mathbf v_i\\A^\top\mathbf u_i\end{pmatrix}
# = \pm\sigma_i\begin{pmatrix}\mathbf u_i\\\pm\mathbf v_i\end{pmatrix},$$
#
# for $A^\top\mathbf u_i = V\Sigma^\top U^\top\mathbf u_i = \sigma_i\mathbf v_i$. $H$ is symmetric, of size $m + n$, and
# its eigenvalues are $\pm\sigma_i$, and $|m - n|$ zeros. **By hand**, $A = (3)$: $H =
# \begin{pmatrix}0&3\\3&0\end{pmatrix}$ has the eigenvalues $3$ and $-3$ with $(1, 1)$ and $(1, -1)$. Where $\sigma_i >
# 0$, halves of eigenvectors, rescaled, are singular vectors. (Where $\sigma_i = 0$ an eigenvector mixes the halves as
# it likes; the tool in Exercise 3.3 repairs that.)

# %%
rng = np.random.default_rng(0)
true = 10.0 ** -np.arange(16)
left, right = (np.linalg.qr(rng.normal(size=(16, 16)))[0] for _ in "LR")
graded = (left * true) @ right.T

by_squaring = np.sqrt(np.abs(np.linalg.eigvalsh(graded.T @ graded)[::-1]))
both = np.block([[np.zeros((16, 16)), graded],
                 [graded.T, np.zeros((16, 16))]])
by_block = np.linalg.eigvalsh(both)[::-1][:16]
assert np.abs(by_block - true).max() < 1e-14
assert np.abs(dc.svd(graded)[1] - true).max() < 1e-14
assert by_squaring[-1] > 1e-11 and by_squaring[-1] > 1e3 * true[-1]

fig, ax = plt.subplots(figsize=(6.4, 2.8))
places = np.arange(1, 17)
ax.semilogy(places, true, "-", color="0.6", lw=5, alpha=0.5)
ax.semilogy(places, by_squaring, "o-", color="C1")
ax.semilogy(places, np.maximum(by_block, 1e-17), "s--", color="C0", ms=5)
ax.text(15.9, 3e-8, "roots of the eigenvalues\nof $A^\\top A$", color="C1",
        ha="right")
ax.text(11, 3e-14, "eigenvalues of H", color="C0", ha="right")
ax.set(xlabel="place", ylabel="singular value", ylim=(1e-17, 5))
mathlib.show(
    fig,
    caption="A matrix with singular values 1, 0.1, 0.01, ... (grey). Through"
    " the square all that lies below 1e-8 is noise; without it the digits"
    " last to 1e-16.",
    alt="Log plot of 16 falling values. The orange curve leaves the grey"
    " line at the ninth value and stays flat; blue squares follow the"
    " line down.",
)

# %% [markdown]
# **Where it is load-bearing.** Where a model is *opened*: the right singular vectors of a weight matrix are the inputs
# it listens to, in order of importance, and the left ones what it then says.
#
# ### Exercise 3.3 *** · find and mend: two true halves (4 points)
#
# "Every line computes something true," says the author. Still $U\,\Sigma\,V^\top \ne A$. There are **two** faults.
#
# ```python
# def svd(A):
#     k = min(A.shape)
#     squares, U = np.linalg.eigh(A @ A.T)
#     V = np.linalg.eigh(A.T @ A)[1]
#     s = np.sqrt(squares[::-1][:k])
#     return U[:, ::-1][:, :k], s, V[:, ::-1][:, :k].T
# ```
#
# **Contract.** `A` `(m, n)`, any rank, $k = \min(m, n)$; return the thin form `(U, s, Vt)`: `U` `(m, k)` with
# orthonormal columns; `s` `(k,)`, the largest first, none negative, each right to $10^{-12}$ of the largest; `Vt` `(k,
# n)`, $V$ **transposed**, with orthonormal rows; and $A = U\operatorname{diag}(\mathbf s)V^\top$. Zero and equal
# singular values are allowed, and so is $10^{-170}A$, whose squares underflow. `np.linalg.eigh` and `np.linalg.qr` may
# be called, library SVDs not.
#
# *Example:* `svd(np.array([[3., 0.], [4., 5.]]))` returns `s = [6.7082, 2.2361]`.

# %% tags=["nbval-ignore-output"]
def broken_svd(A):
    k = min(A.shape)
    squares, U = np.linalg.eigh(A @ A.T)
    V = np.linalg.eigh(A.T @ A)[1]
    s = np.sqrt(squares[::-1][:k])
    return U[:, ::-1][:, :k], s, V[:, ::-1][:, :k].T

wrong = 0
for seed in range(100):
    M = np.random.default_rng(seed).normal(size=(3, 3))
    U, s, Vt = broken_svd(M)
    wrong += not np.allclose((U * s) @ Vt, M)
print(f"of 100 random 3 x 3 matrices, U S V^T is not A for {wrong}")
assert 50 < wrong < 100

# %% [markdown]
# It is right now and then. Each pair of columns, one of $U$ and one of $V$, throws a coin for its sign, and three coins
# fall well together about once in eight throws. That is how such code survives a test.
#
# **A tool you may want.** `np.linalg.qr(B)` returns `(Q, R)` with $B = QR$: $Q$ has orthonormal columns, also where
# columns of $B$ are dependent or zero, and $R$ is zero below its diagonal. It is Gram-Schmidt done well. If the columns
# of $B$ are at right angles already, $R$ is diagonal: their lengths, up to sign. (How QR works is section 3.7.)
#
# <details><summary>Hint 1</summary>A pair of singular vectors has one sign to share. Two separate calls of <code>eigh</code> throw two coins. Which of the two bases can be made <em>from</em> the other?</details>
# <details><summary>Hint 2</summary>The lower n entries of the eigenvectors of H for the k largest eigenvalues are the v, times a length. <code>qr</code> makes them orthonormal, even where singular values are 0.</details>
# <details><summary>Hint 3</summary>The columns of A V are at right angles, and their lengths are the singular values. One more <code>qr</code>, and a look at the signs on the diagonal of R. (<code>np.sign</code> says 0 for 0.)</details>

# %% exercise="svd"
def svd(A):
    """Return U, s and V transposed, with A = U S V^T."""
    ### BEGIN SOLUTION
    m, n = A.shape
    k = min(m, n)
    H = np.block([[np.zeros((m, m)), A], [A.T, np.zeros((n, n))]])
    halves = np.linalg.eigh(H)[1][m:, ::-1][:, :k]
    V = np.linalg.qr(halves).Q
    U, R = np.linalg.qr(A @ V)
    s = np.diagonal(R)
    return U * np.where(s < 0, -1, 1), np.abs(s), V.T
    ### END SOLUTION

# %% check="svd"
check("svd")

# %% [markdown]
# **Rank, at last.** Chapter 2 counted pivots, and warned that a computer can't see an exact zero. Singular values can
# say *how nearly* zero:
#
# $$\operatorname{rank}(A) = \#\{i : \sigma_i > \tau\}, \qquad \tau = \sigma_1\cdot\max(m, n)\cdot\varepsilon .$$
#
# $\varepsilon \approx 2.2\cdot10^{-16}$ is the gap between 1 and the next float. Why this $\tau$? Storing $A$ rounds
# each entry by a share of $\varepsilon$, and such a disturbance moves no singular value by more than its own spectral
# norm (we prove that in 3.4); $\sigma_1\max(m,n)\,\varepsilon$ is a generous bound for it. The tolerance must be
# **relative**: $10^{-12}A$ has the rank of $A$.

# %%
rank_one = np.array([[0.1], [0.2], [0.3]]) @ np.array([[0.1, 0.7]])
summed = np.array([[0.1 + 0.2, 1.0], [0.3, 1.0]])
hidden = rng.normal(size=(80, 5)) @ rng.normal(size=(5, 60))
print("ranks:", *(int(dc.matrix_rank(M)) for M in (
    rank_one, summed, 1e-12 * summed + np.eye(2), hidden, 1e-12 * hidden)))
assert dc.matrix_rank(summed) == 1 and la.determinant(summed) != 0
assert dc.matrix_rank(hidden) == dc.matrix_rank(1e-12 * hidden) == 5

fig, ax = plt.subplots(figsize=(6.4, 2.7))
values = dc.svd(hidden)[1]
tau = values[0] * 80 * np.finfo(float).eps
noisy = dc.svd(hidden + 1e-6 * rng.normal(size=hidden.shape))[1]
places = np.arange(1, 61)
ax.semilogy(places, values, "o", color="C0", ms=4)
ax.semilogy(places, noisy, "x", color="C1", ms=4)
ax.axhline(tau, color="0.4", lw=1)
ax.text(60, tau * 2, "τ", ha="right", color="0.3")
ax.text(30, 1e-4, "with noise of 1e-6 on each entry", color="C1",
        ha="center")
ax.text(30, 1e-17, "as computed: a product of (80, 5) and (5, 60)",
        color="C0", ha="center")
ax.set(xlabel="place", ylabel="singular value", ylim=(1e-18, 1e3))
mathlib.show(
    fig,
    caption="Five layers stand out. The other 55 singular values of the same"
    " matrix are rounding, not zeros; real data bring noise as well, and"
    " then rank is a question of scale.",
    alt="Log plot over 60 places: five high points, then a cliff, to 1e-5"
    " for crosses and below 1e-14 for dots, with a line tau between.",
)

# %% [markdown]
# ### Exercise 3.4 * · the rank (2 points)
#
# **Contract.** `A` `(m, n)`; return how many singular values are larger than `rtol` times the largest, an integer.
# Default: `rtol` $= \max(m, n)\cdot\varepsilon$ with `np.finfo(float).eps`. A zero matrix has rank 0.
# `np.linalg.svd(A, compute_uv=False)` may be called: it returns the singular values alone.
#
# *Example:* `matrix_rank(np.array([[1., 2.], [2., 4.], [3., 6.]]))` returns `1`.
#
# <details><summary>Hint 1</summary>"Larger than": with ≥, a zero matrix would have full rank.</details>
# <details><summary>Hint 2</summary><code>if rtol is None</code>; the caller may well mean 0.</details>

# %% exercise="matrix_rank"
def matrix_rank(A, *, rtol=None):
    """Return how many singular values are not negligible."""
    ### BEGIN SOLUTION
    if rtol is None:
        rtol = max(A.shape) * np.finfo(float).eps
    s = np.linalg.svd(A, compute_uv=False)
    return int(np.sum(s > rtol * s[0]))
    ### END SOLUTION

# %% check="matrix_rank"
check("matrix_rank")

# %% [markdown]
# ## 3.4 The best you can do with k layers
#
# Multiply out $A = U\Sigma V^\top$ the third way of chapter 2, column times row, and any matrix falls into **layers**:
#
# $$A = \sum_{i=1}^{r} \sigma_i\,\mathbf u_i\mathbf v_i^\top, \qquad
# A_k = \sum_{i=1}^{k} \sigma_i\,\mathbf u_i\mathbf v_i^\top = U_k\Sigma_kV_k^\top .$$
#
# Each layer is one column times one row: stripes. Stop after $k$ of them and you hold the *truncated SVD* $A_k$, in
# $k(m + n + 1)$ numbers instead of $mn$. Drag $k$ in the explorer, then look at one layer alone, and at what is missing.

# %%
explorer = mathlib.explore.svd_truncation()
fig = explorer.still([
    {"k": 1}, {"k": 20}, {"k": 20, "shown": "layer"},
    {"k": 20, "shown": "rest"},
], titles=["k = 1", "k = 20", "the 20th", "all but 20"])
mathlib.show(
    fig,
    caption="One layer is a column times a row, so stripes. Twenty of 142"
    " show every roof; the twentieth alone is a faint weave, and what is"
    " still missing is texture.",
    alt="Four states with an error curve beside each: grey stripes, the"
    " pavilion, a fine pattern, and an embossed outline of the roofs.",
)

explorer

# %% [markdown]
# **How far off is it?** Add up all squared entries, as if the matrix were one long vector: the **Frobenius norm**. Since
# the sum of squares of a column is its squared length, and orthogonal matrices keep lengths, $U$ and $V$ drop out:
#
# $$\|A\|_F = \sqrt{\textstyle\sum_{ij} A_{ij}^2} = \|U^\top A V\|_F = \|\Sigma\|_F = \sqrt{\textstyle\sum_i\sigma_i^2},
# \qquad\text{and so}\quad \|A - A_k\|_F = \sqrt{\textstyle\sum_{i>k}\sigma_i^2}, \quad \|A - A_k\|_2 = \sigma_{k+1} .$$
#
# What you drop is all you lose. Could another matrix of rank $k$ lose less?
#
# **Theorem (Eckart and Young 1936, Mirsky 1960). No.** For every $B$ of rank at most $k$
#
# $$\|A - B\|_2 \ge \sigma_{k+1}, \qquad \|A - B\|_F \ge \sqrt{\textstyle\sum_{i>k}\sigma_i^2} .$$
#
# **Proof, the first.** $B$ has rank $\le k$, so it flattens a space of dimension at least $n - k$: $n$ unknowns, at
# most $k$ pivots. The span of $\mathbf v_1, \dots, \mathbf v_{k+1}$ has dimension $k + 1$. Together $(n - k) + (k + 1)
# = n + 1$, one too many for $\mathbb R^n$, so they share a direction, a unit $\mathbf z = \sum_{i\le k+1} z_i\mathbf
# v_i$ with $B\mathbf z = \mathbf 0$. On it
#
# $$\|A - B\|_2^2 \ge \|(A - B)\,\mathbf z\|^2 = \|A\mathbf z\|^2 = \sum_{i\le k+1}\sigma_i^2z_i^2
# \ge \sigma_{k+1}^2\sum_i z_i^2 = \sigma_{k+1}^2 .$$

# %% [markdown]
# **Proof, the second.** Let $C = A - B$ and cut it after $i - 1$ layers. $B + C_{i-1}$ has rank at most $k + i - 1$, so
# the first part says $\sigma_{k+i}(A) \le \|A - B - C_{i-1}\|_2 = \|C - C_{i-1}\|_2 = \sigma_i(C)$. Square, and add
# over all $i$: $\sum_{i>k}\sigma_i(A)^2 \le \sum_i\sigma_i(C)^2 = \|A - B\|_F^2$. ∎
#
# The first part also keeps the promise made with the rank's tolerance. Let $E$ be a disturbance and $B = (A +
# E)_{i-1}$, of rank $i - 1$: then $\sigma_i(A) \le \|A - B\|_2 \le \|E\|_2 + \|A + E - B\|_2 = \|E\|_2 + \sigma_i(A +
# E)$. With the roles of $A$ and $A + E$ exchanged, $|\sigma_i(A + E) - \sigma_i(A)| \le \|E\|_2$.
#
# **By hand**, with the matrix of 3.3: $A_1 =
# \sqrt{40}\cdot\frac{1}{\sqrt5}\begin{pmatrix}1\\2\end{pmatrix}\cdot\frac1{\sqrt2}(1\;\;1) =
# \begin{pmatrix}2&2\\4&4\end{pmatrix}$, because $\sqrt{40}/\sqrt{10} = 2$. What is missing,
# $\begin{pmatrix}2&-2\\-1&1\end{pmatrix}$, has $\|\cdot\|_F = \sqrt{4 + 4 + 1 + 1} = \sqrt{10} = \sigma_2$.

# %%
A = np.array([[4.0, 0.0], [3.0, 5.0]])
A_1 = dc.low_rank_approximation(A, 1)
s = dc.svd(A)[1]
print("A_1 =", A_1.round(9).tolist())
print(f"error {dc.frobenius_norm(A - A_1):.4f}, promised"
      f" {float(dc.truncation_error(s, 1)):.4f}")
assert np.allclose(A_1, [[2, 2], [4, 4]])
assert np.isclose(dc.frobenius_norm(A - A_1), 10**0.5)
assert np.isclose(dc.truncation_error(s, 1, norm=2), s[1])

# Challengers for the photograph: the best mixture of k of its own columns,
# and of k random directions.
def challenge(columns):
    return dc.frobenius_norm(china - la.projection_matrix(columns) @ china)

size = dc.frobenius_norm(china)
values = dc.svd(china)[1]
ks = [1, 2, 5, 10, 20, 40, 80]
anything = rng.normal(size=(m, 80))
own = china[:, rng.permutation(n)]
errors = {
    "random": [challenge(anything[:, :k]) / size for k in ks],
    "own": [challenge(own[:, :k]) / size for k in ks],
    "layers": [float(dc.truncation_error(values, k)) / size for k in ks],
}
assert all(a > c and b > c for a, b, c in zip(*errors.values()))

fig, ax = plt.subplots(figsize=(6.4, 2.8))
for line, look, color in zip(
    errors.values(), ("^:", "s--", "o-"), ("C2", "C1", "C0")
):
    ax.loglog(ks, line, look, color=color)
ax.text(4, 0.66, "k random directions", color="C2")
ax.text(6, 0.235, "k of its own columns", color="C1")
ax.text(2.0, 0.085, "k layers: unbeatable", color="C0")
ax.set(xlabel="k", ylabel="relative error", xticks=ks, xticklabels=ks,
       yticks=[0.03, 0.1, 0.3, 1], yticklabels=["3%", "10%", "30%", "100%"])
ax.minorticks_off()
mathlib.show(
    fig,
    caption="Three ways to rebuild the photograph from a space of k"
    " columns. Eckart and Young proved that nobody will ever go below the"
    " lowest curve.",
    alt="Three falling curves over k on log axes: random directions far"
    " above, its own columns in the middle, the layers lowest.",
)

# %% [markdown]
# **Which pictures are cheap?** Ask all three, and find the number of layers for an error of 10 %.

# %%
def layers_for(picture, error):
    """Return the smallest k with a relative Frobenius error below error."""
    values = dc.svd(picture)[1]
    size = dc.frobenius_norm(picture)
    return next(k for k in range(len(values) + 1)
                if float(dc.truncation_error(values, k)) < error * size)

pictures = {"pavilion": china, "dahlia": flower, "shuffled": shuffled}
needed = {name: layers_for(p, 0.1) for name, p in pictures.items()}
assert needed["pavilion"] < 20 and needed["shuffled"] > 85

fig, axes = plt.subplots(2, 3, figsize=(5.4, 2.9))
for row, (name, picture) in zip(axes, list(pictures.items())[:2]):
    for ax, k in zip(row, (2, 8, 20)):
        draw_picture(ax, dc.low_rank_approximation(picture, k),
                     f"{name}, k = {k}")
mathlib.show(
    fig,
    caption=f"For an error of 10% the pavilion needs {needed['pavilion']}"
    f" layers, the dahlia {needed['dahlia']}, and the shuffled pavilion"
    f" {needed['shuffled']}, more numbers than it has pixels.",
    alt="Two rows of three pictures, a pavilion and a flower, from coarse"
    " stripes to a slightly rough photograph.",
)
assert needed["shuffled"] * (m + n + 1) > m * n

# %% [markdown]
# (JPEG does better on photographs: it cuts small patches, where more is predictable. You will rediscover its patterns
# in 3.5. Stripes are at their best when rows really are mixtures of few rows.)
#
# **Where it is load-bearing.** LoRA bets that the *change* of a weight matrix during fine-tuning needs few layers, and
# stores only the two thin factors (Hu et al. 2021; chapter 19). In 3.8 we look whether the bet is a good one.
#
# ### Exercise 3.5 * · the best k layers (2 points)
#
# **Contract.** `A` `(m, n)`, $0 \le k \le \min(m, n)$; return the matrix of rank at most `k` nearest to `A`, of shape
# `(m, n)`; `k = 0` gives zeros. `np.linalg.svd(A, full_matrices=False)` may be called; it returns `U, s, Vt`.
#
# *Example:* `low_rank_approximation(np.array([[3., 0.], [0., 1.]]), 1)` returns `[[3., 0.], [0., 0.]]`.
#
# <details><summary>Hint 1</summary>The v are the <em>rows</em> of Vt. Which slice are the first k of them?</details>
# <details><summary>Hint 2</summary><code>U * s</code> stretches the columns of U; no diagonal matrix needed. On the other side of the product it would be <code>s[:, None] * Vt</code>.</details>

# %% exercise="low_rank_approximation"
def low_rank_approximation(A, k):
    """Return the sum of the k heaviest layers of A."""
    ### BEGIN SOLUTION
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return (U[:, :k] * s[:k]) @ Vt[:k]
    ### END SOLUTION

# %% check="low_rank_approximation"
check("low_rank_approximation")

# %% [markdown]
# **When the matrix is huge.** A full SVD costs about $mn\cdot\min(m, n)$ operations, to compute layers that you throw
# away. The **randomized SVD** asks the matrix only a few questions. Multiply it by a handful of random vectors, the
# columns of $\Omega$. Each answer is a mixture of the $\mathbf u_i$ in which the heavy ones are loud:
#
# $$A\boldsymbol\omega = \sum_i \sigma_i\,(\mathbf v_i\cdot\boldsymbol\omega)\;\mathbf u_i, \qquad
# (AA^\top)^qA\,\boldsymbol\omega = \sum_i \sigma_i^{2q+1}(\mathbf v_i\cdot\boldsymbol\omega)\;\mathbf u_i .$$
#
# The second form makes them louder: $q$ rounds of power iteration, on all questions at once. Then
#
# $$Y = (AA^\top)^qA\,\Omega, \qquad Y = QR, \qquad B = Q^\top A = \tilde U\Sigma V^\top, \qquad U = Q\,\tilde U .$$
#
# $\Omega$ is $(n, k + p)$: ask $p \approx 10$ questions more than you want layers, because the last ones are always
# poorly answered. $Q$ is $(m, k+p)$ with orthonormal columns that span the answers; $B$ is small and wide, and its SVD
# cheap. $A \approx QQ^\top A = QB = (Q\tilde U)\,\Sigma V^\top$: that is why $U$ needs the $Q$ in front.
#
# **Between the rounds** make the columns orthonormal again (`np.linalg.qr(Y).Q`). Otherwise all of them turn into
# $\mathbf u_1$, as in 3.2, and the others sink below the last digit.
#
# **By hand:** $A = \operatorname{diag}(3, 1)$, one question $\boldsymbol\omega = (1, 1)$. Answer $(3, 1)$, so
# $\mathbf q = (3, 1)/\sqrt{10}$ and $B = \mathbf q^\top A = (9, 1)/\sqrt{10}$ with $\sigma = \sqrt{82/10} \approx 2.86$
# instead of 3. With $q = 1$ the answer is $(27, 1)$, and $\sigma \approx 2.998$.

# %%
found = []
for answer in np.array([[3.0, 1.0], [27.0, 1.0]]):
    q_vector = answer / la.l2_norm(answer)
    found.append(float(la.l2_norm(q_vector * [3.0, 1.0])))
print("by hand, q = 0 and q = 1:", *[round(s, 4) for s in found])
assert np.isclose(found[0] ** 2, 8.2) and round(found[1], 3) == 2.998

curves = {}
for label, n_iter, extra in (
    ("one look, no extra", 0, 0), ("one look, 10 extra", 0, 10),
    ("2 rounds, 10 extra", 2, 10),
):
    U, s, Vt = dc.randomized_svd(china, 20, n_iter=n_iter,
                                 n_oversamples=extra,
                                 rng=np.random.default_rng(1))
    curves[label] = s

exact = dc.svd(china)[1][:20]
fig, ax = plt.subplots(figsize=(6.4, 2.8))
places = np.arange(1, 21)
ax.semilogy(places, exact, color="0.6", lw=6, alpha=0.5)
for s, look, color in zip(
    curves.values(), ("^:", "s--", "o-"), ("C1", "C2", "C0")
):
    ax.semilogy(places, s, look, ms=4, color=color)
for (label, s), color, up in zip(
    curves.items(), ("C1", "C2", "C0"), (0.87, 0.95, 1.1)
):
    ax.text(20.4, up * s[-1], label, color=color, va="center")
ax.set(xlabel="place", ylabel="singular value", xlim=(0, 27), ylim=(1, 150),
       xticks=(1, 5, 10, 15, 20))
worst = np.abs(curves["2 rounds, 10 extra"] / exact - 1).max()
mathlib.show(
    fig,
    caption="The 20 heaviest layers of the photograph from 30 random"
    f" questions: with two rounds of power iteration within {worst:.1%} of"
    " the truth (grey); a single look falls short.",
    alt="Log plot of 20 falling singular values: circles on a grey band,"
    " squares a little below it, triangles falling away.",
)
assert worst < 0.02
assert curves["one look, no extra"][-1] < 0.7 * exact[-1]

# %% [markdown]
# **Where it is load-bearing.** scikit-learn's `PCA` takes this way by itself when the table is large and you want few
# components. Halko, Martinsson and Tropp (2011) prove how little it misses.
#
# ### Exercise 3.6 *** · the randomized SVD (3 points)
#
# **Contract.** `A` `(m, n)`. `Omega = rng.normal(size=(n, n_components + n_oversamples))`, one draw
# (`np.random.default_rng()` if `rng` is `None`). $Y = A\,\Omega$; make its columns orthonormal; then `n_iter` times
# multiply by $A^\top$ and by $A$, and make them orthonormal again. SVD of the small $B = Q^\top A$ (`np.linalg.svd`),
# $U = Q\tilde U$; return the first `n_components` of each, `(U, s, Vt)` of shapes `(m, k)`, `(k,)`, `(k, n)`.
#
# *Example:* `randomized_svd(np.array([[3., 0.], [0., 1.]]), 1)` returns `s = [3.]`, and `U * s @ Vt` is
# `[[3., 0.], [0., 0.]]`.
#
# <details><summary>Hint 1</summary><code>np.linalg.qr(Y).Q</code> has orthonormal columns with the span of Y's.</details>
# <details><summary>Hint 2</summary>One round is <code>A @ (A.T @ Q)</code>, from the right: A Aᵀ itself would be an (m, m) matrix that you don't want to see.</details>

# %% exercise="randomized_svd"
def randomized_svd(A, n_components, *, n_oversamples=10, n_iter=2, rng=None):
    """Return the n_components heaviest layers of A, nearly."""
    ### BEGIN SOLUTION
    rng = np.random.default_rng() if rng is None else rng
    Omega = rng.normal(size=(A.shape[1], n_components + n_oversamples))
    Q = np.linalg.qr(A @ Omega).Q
    for _ in range(n_iter):
        Q = np.linalg.qr(A.T @ Q).Q
        Q = np.linalg.qr(A @ Q).Q
    U, s, Vt = np.linalg.svd(Q.T @ A, full_matrices=False)
    k = n_components
    return (Q @ U)[:, :k], s[:k], Vt[:k]
    ### END SOLUTION

# %% check="randomized_svd"
check("randomized_svd")

# %% [markdown]
# ## 3.5 The longest shadows: PCA
#
# 1797 handwritten digits, each a point in 64 dimensions. You own a sheet of paper: two. From which side should you
# look? From the side where the points lie furthest apart; there you see most of what makes them different. (A coat
# stand seen from above is a dot.)
#
# **The law (principal component analysis).** Rows of $X$, $(N, d)$, are samples. Let $X_c$ be $X$ with the mean of each
# **column** subtracted. The shadows on a unit vector $\mathbf w$ are the $N$ numbers $X_c\mathbf w$; their mean is 0,
# and their variance
#
# $$\frac1N\|X_c\mathbf w\|^2 = \mathbf w^\top\Sigma\,\mathbf w, \qquad \Sigma = \frac1NX_c^\top X_c = V\Lambda V^\top .$$
#
# $\Sigma$, $(d, d)$, is the **covariance matrix** ($\Sigma$ here is not the one of the SVD; the letter is overworked).
# It is symmetric, and which unit vector makes $\mathbf w^\top\Sigma\mathbf w$ largest we know from 3.1: the eigenvector
# of the largest eigenvalue, the **first principal component**. The variance along it *is* the eigenvalue $\lambda_1$.
# At right angles to it, the second, and so on. The coordinates of all samples, the **scores**, are
#
# $$Z = X_cV_k, \qquad V_k: (d, k), \quad Z: (N, k), \qquad\text{and back:}\quad X \approx \text{mean} + ZV_k^\top .$$
#
# **By hand.** $X = \begin{pmatrix}1&2\\3&4\\5&6\end{pmatrix}$, mean $(3, 4)$, $X_c =
# \begin{pmatrix}-2&-2\\0&0\\2&2\end{pmatrix}$, $\Sigma = \frac13\begin{pmatrix}8&8\\8&8\end{pmatrix}$. First component
# $(1, 1)/\sqrt2$ with $\lambda_1 = \tfrac{16}3$; scores $\mp2\sqrt2$ and 0.
#
# **$N$ or $N - 1$?** scikit-learn and `np.cov` divide by $N - 1$ and say 8. The directions are the same; every variance
# differs by the factor $N/(N-1)$. Here it is $1/N$ throughout.

# %%
X_small = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
Z, V, variances = dc.pca(X_small, 1)
print("scores", Z[:, 0].round(4), "  variance", variances.round(4))
assert np.allclose(variances, 16 / 3)
assert np.allclose(np.abs(Z[:, 0]), [8**0.5, 0, 8**0.5])
assert np.isclose(np.cov(X_small.T).trace(), 8)

X, y = load_digits(return_X_y=True)
Z, V, variances = dc.pca(X, 2)
whole = np.var(X, axis=0).sum()

fig, ax = plt.subplots(figsize=(6.4, 3.9))
for k in range(10):
    cloud = Z[y == k][:60]
    color = f"C{(0, 1, 2, 3, 4, 5, 2, 0, 4, 1)[k]}"
    ax.scatter(*cloud.T, s=9, alpha=0.35, color=color, lw=0)
    ax.text(*np.median(Z[y == k], axis=0), str(k), fontsize=17,
            fontweight="bold", color=color, ha="center", va="center")
ax.set(xlabel="first component", ylabel="second component")
mathlib.show(
    fig,
    caption=f"64 dimensions on a sheet of paper. Two components hold"
    f" {variances.sum() / whole:.1%} of the variance, and nobody told them"
    " which digit is which.",
    alt="A cloud of coloured dots with a large figure from 0 to 9 at the"
    " middle of each class; 4, 6, 0 and 3 stand at the edges.",
)
assert 0.28 < variances.sum() / whole < 0.29 and len(X) == 1797

# %% [markdown]
# **What is a component?** A direction in the space of pictures, so a picture itself, with negative ink. A digit is the
# mean plus a bit of the first plus a bit of the second and so on. And **why centre?** Forget it, and the longest
# shadow by far is the one *towards the cloud*: the "first component" is the mean picture, and you learned where the
# data are instead of how they differ.

# %%
def draw_digit(ax, pixels, title="", limit=None):
    """Draw 64 numbers as a picture; with a limit, red and blue around 0."""
    style = {"cmap": "gray_r", "vmin": 0, "vmax": 16}
    if limit:
        style = {"cmap": "RdBu_r", "vmin": -limit, "vmax": limit}
    ax.imshow(np.reshape(pixels, (8, 8)), **style)
    ax.set(xticks=[], yticks=[])
    ax.set_title(title, loc="center", fontsize=9)

mean = X.mean(axis=0)
Z, V, variances = dc.pca(X, 64)
uncentred = dc.svd(X)[2][0]
alike = abs(la.cosine_similarity(uncentred, mean))

fig, axes = plt.subplots(1, 7, figsize=(7.2, 1.5))
draw_digit(axes[0], mean, "mean")
for k in range(5):
    draw_digit(axes[k + 1], V[:, k], f"{k + 1}", 0.4)
draw_digit(axes[6], uncentred, "not centred", 0.4)
mathlib.show(
    fig,
    caption="The mean digit and the first five components, red for ink, blue"
    " for ink removed. Without centring the first component is the mean"
    f" again (cosine {alike:.3f}).",
    alt="Seven small pictures: a grey blob, five patterns in red and blue,"
    " and one that looks like the first.",
)
assert alike > 0.99

rebuilt = {k: mean + Z[:, :k] @ V[:, :k].T for k in (2, 5, 10, 20, 64)}
fig, axes = plt.subplots(2, 6, figsize=(6.4, 2.5))
for row, j in zip(axes, (5, 3)):
    for ax, (k, pictures_k) in zip(row, rebuilt.items()):
        draw_digit(ax, pictures_k[j], f"{k} numbers")
    draw_digit(row[5], X[j], "original")
mathlib.show(
    fig,
    caption="Two digits rebuilt from their first scores: twenty numbers of"
    " 64 are enough to read them.",
    alt="Two rows of six pictures: blurry shapes that sharpen into a 5 and"
    " a 3.",
)
assert np.allclose(rebuilt[64], X)

# %% [markdown]
# **Where it is load-bearing.** It is the first thing anybody does to the activations of a model, to see whether they
# fall into groups. A caution: largest variance means loudest, not most important. A label may live in a quiet
# direction, and one feature in millimetres among others in metres takes the first component for itself; scale first.
#
# ### Exercise 3.7 *** · the capstone: PCA (4 points)
#
# You will be checked on the digits.
#
# **Contract.** `X` `(N, d)`, rows are samples; $1 \le k =$ `n_components` $\le \min(N, d)$. Return `(Z, V, variances)`:
# scores `Z` `(N, k)`; `V` `(d, k)` with orthonormal **columns**, the direction of largest variance first; `variances`
# `(k,)`, of the columns of `Z`, **with $1/N$**. `Z` and `V` must agree; their common sign is yours. The mean may be a
# million times the spread. `eigh` and `svd` of NumPy may be called.
#
# *Example:* `pca(np.array([[1., 2.], [3., 4.], [5., 6.]]), 1)` returns `Z` $= \pm(-2.8284, 0, 2.8284)$ as a column,
# `V` $= \pm(0.7071, 0.7071)$ as a column, and `[5.3333]`.
#
# <details><summary>Hint 1</summary>Subtract the mean of each column first, <code>X.mean(axis=0)</code>; everything else forgets that there was one.</details>
# <details><summary>Hint 2</summary><code>np.linalg.eigh</code> returns the eigenvalues <em>ascending</em>. <code>[:, ::-1]</code> reverses the columns.</details>
# <details><summary>Hint 3</summary>Or take the SVD of the centred data: the rows of Vt are the components. What are its singular values, squared, in terms of variances? (Exercise 3.9 asks.)</details>

# %% exercise="pca"
def pca(X, n_components):
    """Return scores, components as columns, and variances."""
    ### BEGIN SOLUTION
    centred = X - X.mean(axis=0)
    U, s, Vt = np.linalg.svd(centred, full_matrices=False)
    V = Vt[:n_components].T
    return centred @ V, V, s[:n_components] ** 2 / len(X)
    ### END SOLUTION

# %% check="pca"
check("pca")

# %% [markdown]
# **How many components?** The total variance is the sum of the variances of all columns, $\operatorname{tr}\Sigma$, and
# by chapter 2 $\operatorname{tr}(V\Lambda V^\top) = \operatorname{tr}(\Lambda V^\top V) = \sum_j\lambda_j$. So each
# component has a share, the **explained variance ratio**
#
# $$r_i = \frac{\lambda_i}{\sum_j\lambda_j} = \frac{s_i^2}{\sum_j s_j^2},$$
#
# where $s_i$ are the singular values of $X_c$ (that $\lambda_i = s_i^2/N$ is for you to show below). **Squares**, and
# *all* of them in the denominator, also of the components you drop. **By hand:** the rows $(\pm2, 0)$, $(0, \pm1)$ have
# $\Sigma = \frac14\begin{pmatrix}8&0\\0&2\end{pmatrix}$, so the shares are $(0.8,\, 0.2)$. The roots would say
# $(0.67,\, 0.33)$.
#
# **And now a picture.** Cut the pavilion into patches of $8\times8$ pixels, each a row of 64 numbers, and let PCA find
# out what patches have in common.

# %%
cross = np.array([[2.0, 0.0], [-2.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
print("shares", dc.explained_variance_ratio(cross).round(9))
assert np.allclose(dc.explained_variance_ratio(cross), [0.8, 0.2])

fine = load_sample_image("china.jpg")[:424] @ [0.299, 0.587, 0.114] / 255
patches = fine.reshape(53, 8, 80, 8).swapaxes(1, 2).reshape(-1, 64)
_, patterns, _ = dc.pca(patches, 12)
shares = {"patches of the photograph": dc.explained_variance_ratio(patches),
          "digits": dc.explained_variance_ratio(X)}
few = np.cumsum(shares["patches of the photograph"])
many = np.cumsum(shares["digits"])

fig = plt.figure(figsize=(7.2, 2.6))
left_part, right_part = fig.subfigures(1, 2, width_ratios=[1, 1.15])
for k, ax in enumerate(left_part.subplots(3, 4).flat):
    ax.imshow(patterns[:, k].reshape(8, 8), cmap="gray",
              vmin=-0.3, vmax=0.3)
    ax.axis("off")
ax = right_part.subplots()
for (name, share), look, color, at in zip(
    shares.items(), ("-", "--"), ("C0", "C1"), ((64, 0.84), (17, 0.7))
):
    ax.plot(np.arange(1, 65), np.cumsum(share), look, color=color)
    ax.text(*at, name, color=color,
            ha="right" if at[0] > 60 else "left")
ax.set(xlabel="components", ylabel="share of the variance", xlim=(0, 65),
       ylim=(0, 1.03))
mathlib.show(
    fig,
    caption="Left: of the first twelve components of the photograph's 4240"
    " patches the first four are plainly cosines. Right: eight of 64 hold"
    f" {few[7]:.0%} of the variance of the patches, {many[7]:.0%} of that of"
    " the digits.",
    alt="Twelve small grey patterns: plain, two slopes, a band, then"
    " slanted stripes and blotches; beside them two rising curves.",
)
assert len(patches) == 4240 and few[7] > 0.85 > many[7]

# %%
# One direction of variance 1, one of exactly 1e-18, at right angles.
pair = rng.normal(size=(500, 2))
pair = np.linalg.qr(pair - pair.mean(axis=0)).Q * 500**0.5
loud = pair * [1.0, 1e-9] @ la.rotation_matrix(0.5)
by_covariance = np.linalg.eigvalsh(np.cov(loud.T, ddof=0))[0]
by_svd = dc.pca_svd(loud, 2)[2][1]
print(f"variance 1e-18, through the SVD: {by_svd:.4e}")
print("through the covariance right to within half:",
      abs(by_covariance / 1e-18 - 1) < 0.5)
assert abs(by_svd / 1e-18 - 1) < 1e-5
assert abs(by_covariance / 1e-18 - 1) > 0.5

# %% [markdown]
# The first pattern is "brighter or darker", then two slopes, then a wave, then finer and finer ones. In 1974 Ahmed,
# Natarajan and Rao proposed to use *cosines* instead of computing components for each picture, because for natural
# images they come out nearly alike. JPEG has used their cosines ever since. Your first four are plainly theirs; after
# that one photograph alone, full of slanting roofs, has habits of its own.
#
# **Covariance or SVD?** `dc.pca` may form $\Sigma$; `dc.pca_svd` takes the SVD of $X_c$ instead and never does. In 3.3
# squaring cost half of the digits, and $\Sigma$ is a square. With one direction $10^{-9}$ times as loud as the other
# (the cell above) the first way has nothing left to say.
#
# ### Exercise 3.8 * · shares (2 points)
#
# **Contract.** `X` `(N, d)`, not all rows equal; the share of each principal component in the **whole** variance, the
# largest first: the first `n_components` of them, or all $\min(N, d)$ for `None`.
#
# *Example:* `explained_variance_ratio(np.array([[2., 0.], [-2., 0.], [0., 1.], [0., -1.]]))` returns `[0.8, 0.2]`.
#
# <details><summary>Hint 1</summary>First all shares, then cut: a denominator of the kept ones alone would always promise 100 %.</details>

# %% exercise="explained_variance_ratio"
def explained_variance_ratio(X, n_components=None):
    """Return the share of each principal component in the variance."""
    ### BEGIN SOLUTION
    s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    return (s**2 / np.sum(s**2))[:n_components]
    ### END SOLUTION

# %% check="explained_variance_ratio"
check("explained_variance_ratio")

# %% [markdown]
# ### Exercise 3.9 *** · a derivation, in writing (5 points, read by a person)
#
# Let $X_c$, $(N, d)$, be centred data with SVD $X_c = USV^\top$, and $\Sigma = \frac1NX_c^\top X_c$.
#
# 1. Put the SVD into $\Sigma$ and multiply out. Which property of $U$ did you use?
# 2. Show that the columns $\mathbf v_i$ of $V$ are eigenvectors of $\Sigma$, with $\lambda_i = s_i^2/N$. What are the
#    other eigenvalues when $N < d$?
# 3. Show that the scores are $Z = X_cV = US$, that their columns have mean 0 and are uncorrelated (the mean of the
#    product of two different columns is 0), and have the variances $\lambda_i$.
# 4. Show that no unit vector $\mathbf w$ has a larger variance $\mathbf w^\top\Sigma\mathbf w$ than $\mathbf v_1$.
# 5. What becomes of $V$, $s_i$, $\lambda_i$ if one divides by $N - 1$? If one forgets to centre? And why prefer the SVD
#    of $X_c$ to the eigenvectors of $\Sigma$ in a program?
#
# Write formulas between dollar signs. One line of reasoning for each step is enough; a step without a reason is not.

# %% [markdown] written="pca_svd_derivation"
# **1.** $\Sigma = \frac1N(USV^\top)^\top USV^\top = \frac1NVS^\top U^\top U\,SV^\top = V\,\frac{S^\top S}N\,V^\top$,
# because $U^\top U = I$.
#
# **2.** $V^\top\mathbf v_i = \mathbf e_i$, the $i$-th column of $I$, since the columns of $V$ are orthonormal. So
# $\Sigma\mathbf v_i = V\frac{S^\top S}N\mathbf e_i = \frac{s_i^2}NV\mathbf e_i = \frac{s_i^2}N\mathbf v_i$. If $N < d$,
# $S$ has only $N$ values; the other $d - N$ diagonal entries of $S^\top S$ are 0, and so are those eigenvalues.
# ($\Sigma$ is then semidefinite, not definite.)
#
# **3.** $Z = X_cV = USV^\top V = US$. Mean: $\mathbf 1^\top Z = (\mathbf 1^\top X_c)V = \mathbf 0$, since each column of
# $X_c$ sums to 0. Covariance of the scores: $\frac1NZ^\top Z = \frac1NS^\top U^\top US = \frac1NS^\top S$, diagonal with
# $s_i^2/N = \lambda_i$: off the diagonal 0, so uncorrelated; on it the variances.
#
# **4.** Write $\mathbf w = \sum_ic_i\mathbf v_i$ with $\sum_ic_i^2 = 1$. Then $\mathbf w^\top\Sigma\mathbf w =
# \sum_i\lambda_ic_i^2 \le \lambda_1\sum_ic_i^2 = \lambda_1 = \mathbf v_1^\top\Sigma\mathbf v_1$.
#
# **5.** With $N - 1$: $V$ and $s_i$ stay, every $\lambda_i$ grows by $N/(N-1)$. Not centred: $X^\top X/N = \Sigma +
# \boldsymbol\mu\boldsymbol\mu^\top$ with the mean $\boldsymbol\mu$; all three change, and for a large mean $\mathbf
# v_1$ points at it. Numerically: forming $\Sigma$ squares the singular values; one of $10^{-9}$ of the largest has the
# square $10^{-18}$, below $\varepsilon \approx 2\cdot10^{-16}$, and is lost. The SVD of $X_c$ keeps it.

# %% [markdown]
# ## 3.6 Bowls, and the root of a matrix
#
# Put a symmetric $A$ between two copies of a vector and you get one number, $\mathbf x^\top A\mathbf x$: a landscape
# over the plane. Is it a bowl, with a single lowest point at $\mathbf 0$? Then a ball finds it from everywhere, and so
# does an optimiser.
#
# **The law.** A symmetric $A$ is **positive definite** if $\mathbf x^\top A\mathbf x > 0$ for all
# $\mathbf x \ne \mathbf 0$, and *semidefinite* if $\ge 0$. And
#
# $$\mathbf x^\top A\mathbf x > 0 \;\;\text{for all } \mathbf x \ne \mathbf 0 \quad\Longleftrightarrow\quad
# \lambda_{\min}(A) > 0 .$$
#
# **Derivation.** In orthonormal eigenvectors, $\mathbf x = \sum_ic_i\mathbf q_i$ gives $\mathbf x^\top A\mathbf x =
# \sum_i\lambda_ic_i^2$. If all $\lambda_i > 0$, that is positive unless all $c_i$ are 0. If some $\lambda_i \le 0$, try
# $\mathbf x = \mathbf q_i$.
#
# **By hand.** $\begin{pmatrix}2&1\\1&2\end{pmatrix}$ has eigenvalues 3 and 1: a bowl.
# $\begin{pmatrix}1&2\\2&1\end{pmatrix}$ has 3 and $-1$: a saddle, although every entry is positive.
# $\begin{pmatrix}-1&0\\0&-1\end{pmatrix}$ is a dome, and its **determinant is $+1$**: two negatives. A positive
# determinant proves nothing.
#
# **"Covariance matrices are positive definite."** One reads it often. They are positive *semi*definite: $\mathbf
# w^\top\Sigma\mathbf w = \frac1N\|X_c\mathbf w\|^2 \ge 0$, and 0 as soon as some direction has no variance. That
# happens when a column is a mixture of others, and **always** when there are no more samples than dimensions. It
# happens to real data: 3 of the 64 pixels of the digits are never inked.

# %%
landscapes = {
    "bowl": [[2.0, 1.0], [1.0, 2.0]], "valley": [[1.0, 1.0], [1.0, 1.0]],
    "saddle": [[1.0, 2.0], [2.0, 1.0]], "dome": [[-1.0, 0.0], [0.0, -1.0]],
}
spots = np.linspace(-2, 2, 81)
points = np.stack(np.meshgrid(spots, spots), axis=-1)
fig, axes = plt.subplots(1, 4, figsize=(7.2, 2.3))
for ax, (name, A) in zip(axes, landscapes.items()):
    height = np.sum(points @ A * points, axis=-1)
    ax.contourf(spots, spots, height, levels=np.arange(-15, 16, 2),
                cmap="RdBu_r", alpha=0.75, extend="both")
    ax.contour(spots, spots, height, levels=[0], colors="black",
               linewidths=1)
    ax.set(xticks=[], yticks=[], aspect="equal")
    if name == "valley":  # it touches 0, and contour sees only crossings
        ax.plot([-2, 2], [2, -2], color="black", lw=1)
    low, high = np.linalg.eigvalsh(A).round(9) + 0.0
    ax.set_title(f"{name}\nλ = {low:g}, {high:g}".replace("-", "−"),
                 loc="center", fontsize=9.5)
    ax.set_xlabel("definite" if dc.is_positive_definite(A)
                  else "not definite")
mathlib.show(
    fig,
    caption="Height of the landscape (red above 0, blue below). Only the"
    " first is positive definite: the valley has a whole line at height 0"
    " (black).",
    alt="Four contour pictures: closed ellipses, straight bands beside a"
    " black line, a cross of red and blue, and blue circles.",
)
assert [dc.is_positive_definite(A) for A in landscapes.values()] == [
    True, False, False, False]
assert la.determinant(landscapes["dome"]) > 0

twice = rng.normal(size=(100, 1)) * [1.0, 2.0]
five = rng.normal(size=(5, 20))
for name, data in (("a column and its double", twice),
                   ("5 samples in 20 dimensions", five), ("digits", X)):
    covariance = np.cov(data.T)
    rank = int(dc.matrix_rank(covariance))
    print(f"{name:27} {len(covariance)} x {len(covariance)}, rank {rank},"
          f" definite: {dc.is_positive_definite(covariance)}")
    assert not dc.is_positive_definite(covariance)
assert np.sum(X.std(axis=0) == 0) == 3 and dc.matrix_rank(np.cov(X.T)) == 61

# %% [markdown]
# ### Exercise 3.10 ** · definite or not (2 points)
#
# **Contract.** `A` `(n, n)`; `True` if `A` is **symmetric** (up to rounding: `la.is_symmetric`) and
# $\mathbf x^\top A\mathbf x > 0$ for all $\mathbf x \ne \mathbf 0$, else `False`. An eigenvalue of at most
# $n\,\varepsilon$ times the largest absolute eigenvalue counts as zero: rounding can't tell it from one. So $10^{-12}I$
# is definite, and $X^\top X$ of dependent columns is not.
#
# *Example:* `True` for `np.array([[2., 1.], [1., 2.]])`, `False` for `np.array([[1., 2.], [2., 1.]])`.
#
# <details><summary>Hint 1</summary><code>np.linalg.eigvalsh</code> looks at the lower triangle only and believes that the other is its mirror image. Ask about symmetry first.</details>
# <details><summary>Hint 2</summary>The limit is <code>len(A) * np.finfo(float).eps</code> times the largest absolute eigenvalue.</details>

# %% exercise="is_positive_definite"
def is_positive_definite(A):
    """Return whether A is symmetric with only positive eigenvalues."""
    ### BEGIN SOLUTION
    if not la.is_symmetric(A):
        return False
    values = np.linalg.eigvalsh(A)
    small = len(A) * np.finfo(float).eps * np.abs(values).max()
    return bool(values[0] > small)
    ### END SOLUTION

# %% check="is_positive_definite"
check("is_positive_definite")

# %% [markdown]
# **A positive number has a root. A positive definite matrix has one, too:** a *lower triangular* $L$ with positive
# diagonal and
#
# $$A = LL^\top, \qquad \log\det A = 2\sum_i\log L_{ii} .$$
#
# **Derivation.** Write out entry $(i, j)$ with $i \ge j$. The triangle stops the sum at $j$:
# $A_{ij} = \sum_{k\le j}L_{ik}L_{jk}$. Its last term has the unknown; the others stand further left. Go column by
# column:
#
# $$L_{jj} = \sqrt{A_{jj} - \textstyle\sum_{k<j}L_{jk}^2}, \qquad
# L_{ij} = \frac1{L_{jj}}\Bigl(A_{ij} - \textstyle\sum_{k<j}L_{ik}L_{jk}\Bigr) \quad (i > j).$$
#
# What stands under the root is positive exactly when $A$ is positive definite: the algorithm is also the fastest test,
# away from the border. (At the border, $X^\top X$ of dependent columns, rounding decides; hence the limit in Exercise
# 3.10.) (It is what is left of $\mathbf x^\top A\mathbf x$ when the first $j - 1$ entries of $\mathbf x$ have been
# chosen to make it smallest, with $x_j = 1$ and zeros behind.) And $\det A = \det L\cdot\det L^\top = \prod L_{ii}^2$.
#
# **By hand.** $A = \begin{pmatrix}4&2&-2\\2&10&2\\-2&2&6\end{pmatrix}$. Column 1: $\sqrt4 = 2$, then $2/2 = 1$ and
# $-2/2 = -1$. Column 2: $\sqrt{10 - 1} = 3$, then $(2 - (-1)(1))/3 = 1$. Column 3: $\sqrt{6 - 1 - 1} = 2$. So
# $L = \begin{pmatrix}2&0&0\\1&3&0\\-1&1&2\end{pmatrix}$ and $\det A = (2\cdot3\cdot2)^2 = 144$.
#
# **Why the logarithm.** The determinant of $0.1\,I$ in 400 dimensions is $10^{-400}$. A float says 0, and its logarithm
# $-\infty$. The sum of 400 logarithms is $-921$, and no trouble at all.

# %%
A = np.array([[4.0, 2, -2], [2, 10, 2], [-2, 2, 6]])
L = dc.cholesky(A)
print("L =\n", L.round(9))
assert np.allclose(L, [[2, 0, 0], [1, 3, 0], [-1, 1, 2]])
assert np.isclose(np.exp(dc.log_determinant(A)), 144)

tiny = 0.1 * np.eye(400)
print("det:", np.linalg.det(tiny), f"  log det:"
      f" {float(dc.log_determinant(tiny)):.2f}")
assert np.linalg.det(tiny) == 0
assert round(float(dc.log_determinant(tiny))) == -921

Sigma = np.array([[2.0, 1.2], [1.2, 1.0]])
white = rng.normal(size=(600, 2))
dyed = white @ dc.cholesky(Sigma).T
measured = np.cov(dyed.T)
assert np.abs(measured - Sigma).max() < 0.3

fig, axes = plt.subplots(1, 2, figsize=(5.6, 2.6))
for ax, cloud, M, name in (
    (axes[0], white, np.eye(2), "z: round"),
    (axes[1], dyed, dc.cholesky(Sigma), "Lz: as ordered"),
):
    ax.plot(*cloud.T, ".", ms=3, color="C0", alpha=0.35)
    ax.plot(*(2 * M @ ring), color="C1", lw=2)
    draw_plane(ax, 4.6)
    ax.set_title(name, loc="center")
mathlib.show(
    fig,
    caption="Independent noise z has covariance I. Multiply by L, and the"
    " cloud has covariance LLᵀ = Σ: that is how every library draws"
    " correlated Gaussians. (The ring shows two standard deviations.)",
    alt="Left a round cloud of blue dots inside an orange circle, right a"
    " slanted one in a slanted ellipse.",
)

# %% [markdown]
# The covariance of $L\mathbf z$: for rows $\mathbf z$ of covariance $I$, $\frac1N(ZL^\top)^\top(ZL^\top) =
# L\bigl(\frac1NZ^\top Z\bigr)L^\top \approx LL^\top$.
#
# **Where it is load-bearing.** The Gaussian log-density contains $\log\det\Sigma$ and $\Sigma^{-1}$; both come from $L$
# (chapter 6).
#
# ### Exercise 3.11 ** · the root (3 points)
#
# **Contract.** `cholesky(A)`: `A` `(n, n)` symmetric; return the **lower** triangular `L` with positive diagonal,
# exactly 0 above it, $LL^\top = A$; `ValueError` if `A` is not positive definite (what should go under a root is
# $\le 0$). `log_determinant(A)`: $\ln\det A$, a scalar, also where $\det A$ itself over- or underflows; `ValueError`
# as above. No library Cholesky, `slogdet` or LU.
#
# *Example:* `cholesky(np.array([[4., 2.], [2., 5.]]))` returns `[[2., 0.], [1., 2.]]`, and `log_determinant` of the same
# is $\ln 16 = 2.7726$.
#
# <details><summary>Hint 1</summary><code>L[i, :j] @ L[j, :j]</code> is the sum over k &lt; j, and 0 for j = 0.</details>
# <details><summary>Hint 2</summary>All i below at once: <code>A[j + 1:, j] - L[j + 1:, :j] @ L[j, :j]</code>.</details>

# %% exercise="cholesky"
def cholesky(A):
    """Return the lower triangular L with L L^T = A."""
    ### BEGIN SOLUTION
    n = len(A)
    L = np.zeros((n, n))
    for j in range(n):
        square = A[j, j] - L[j, :j] @ L[j, :j]
        if square <= 0:
            raise ValueError("A must be positive definite")
        L[j, j] = np.sqrt(square)
        below = A[j + 1:, j] - L[j + 1:, :j] @ L[j, :j]
        L[j + 1:, j] = below / L[j, j]
    return L
    ### END SOLUTION

def log_determinant(A):
    """Return the logarithm of the determinant of a positive definite A."""
    ### BEGIN SOLUTION
    return 2 * np.sum(np.log(np.diagonal(cholesky(A))))
    ### END SOLUTION

# %% check="cholesky"
check("cholesky")

# %% [markdown]
# ## 3.7 Going back
#
# You are given $\mathbf b = A\mathbf x$, a blurred photograph say, and want $\mathbf x$. If $A$ flattens a direction,
# that part of $\mathbf x$ is gone. If it *nearly* flattens one, going back multiplies it by a huge number, and whatever
# noise lies there with it.
#
# **The law (Moore-Penrose pseudoinverse).** In the SVD $A = U\Sigma V^\top$, invert every singular value that is
# there, and leave the others at 0:
#
# $$A^\dagger = V\Sigma^\dagger U^\top, \qquad \sigma_i^\dagger = \begin{cases}1/\sigma_i & \sigma_i > \tau\\ 0 & \text{else}\end{cases},
# \qquad A^\dagger: (n, m) \text{ for } A: (m, n).$$
#
# **What it is good for.** $\mathbf x = A^\dagger\mathbf b$ is, of all vectors with the smallest $\|A\mathbf x - \mathbf
# b\|$, the shortest. **Derivation.** Turn both sides: with $\mathbf y = V^\top\mathbf x$ and $\mathbf c = U^\top\mathbf
# b$, $\|A\mathbf x - \mathbf b\|^2 = \|\Sigma\mathbf y - \mathbf c\|^2 = \sum_i(\sigma_iy_i - c_i)^2$, plus $c_i^2$ for
# rows beyond. Where $\sigma_i > 0$, $y_i = c_i/\sigma_i$ makes the term 0. Where $\sigma_i = 0$, no $y_i$ helps, and
# the shortest choice is $y_i = 0$. That is $\mathbf y = \Sigma^\dagger\mathbf c$. ∎
#
# If the columns are independent it is $(A^\top A)^{-1}A^\top$, the normal equations of chapter 2. For a **wide** matrix
# that formula does not exist, and the pseudoinverse does: more unknowns than equations, shortest solution.
#
# **By hand.** $A = \begin{pmatrix}1&2\\2&4\end{pmatrix} = \sigma\,\mathbf u\mathbf v^\top$ with
# $\mathbf u = \mathbf v = (1, 2)/\sqrt5$, $\sigma = 5$. So
# $A^\dagger = \tfrac15\mathbf v\mathbf u^\top = \tfrac1{25}\begin{pmatrix}1&2\\2&4\end{pmatrix}$.

# %% [markdown]
# **Ridge, the soft version.** $(A^\top A + \alpha I)^{-1}A^\top$ with $\alpha > 0$ always exists. In the SVD it is
# $V\operatorname{diag}\bigl(\tfrac{\sigma_i}{\sigma_i^2 + \alpha}\bigr)U^\top$, because $A^\top A + \alpha I =
# V(\Sigma^\top\Sigma + \alpha I)V^\top$. For $\alpha \to 0$ each factor goes to $1/\sigma_i$, or stays 0 when
# $\sigma_i = 0$: the limit is $A^\dagger$.
#
# **Unblur a photograph.** The camera moved sideways, so each pixel is the mean of 15 neighbours in its row: the picture
# was multiplied from the right by a known matrix $K^\top$. Then it was stored in the usual 256 grey levels. That
# rounding, far below what you can see, is all the noise there is. We go back twice: once inverting *every* singular
# value, once only those above 2 % of the largest.

# %%
A = np.array([[1.0, 2.0], [2.0, 4.0]])
print("pseudoinverse\n", dc.pseudoinverse(A).round(9))
assert np.allclose(dc.pseudoinverse(A), A / 25)
ridge = np.linalg.solve(A.T @ A + 1e-8 * np.eye(2), A.T)
assert np.allclose(ridge, A / 25, atol=1e-7)

places = np.arange(n)
K = (np.abs(places[:, None] - places) <= 7).astype(float)
K = K / K.sum(axis=1, keepdims=True)
blurred = np.round(255 * china @ K.T) / 255

greedy = blurred @ dc.pseudoinverse(K, rtol=0).T
wise = blurred @ dc.pseudoinverse(K, rtol=0.02).T
size = dc.frobenius_norm(china)
off = {name: dc.frobenius_norm(p - china) / size
       for name, p in (("blurred", blurred), ("greedy", greedy),
                       ("wise", wise))}
fig, axes = plt.subplots(1, 3, figsize=(7.4, 2.0))
for ax, picture, title in zip(axes, (blurred, greedy, wise), (
    f"blurred: {off['blurred']:.0%} off",
    "every value inverted",
    f"those above 2%: {off['wise']:.0%} off",
)):
    draw_picture(ax, picture, title)
mathlib.show(
    fig,
    caption="Back from a blur. Dividing by singular values near 1e-17"
    " buries whole columns in noise; leaving out the small ones brings the"
    " roofs back.",
    alt="A pavilion smeared sideways, black and white stripes, and a"
    " pavilion sharper than the first.",
)
assert off["greedy"] > 1e6 and off["wise"] < 0.5 * off["blurred"]
assert dc.svd(K)[1][-1] < 1e-15

# %% [markdown]
# The same trap as in 3.3, seen from the other side: **small singular values are where errors live.**
#
# ### Exercise 3.12 ** · the pseudoinverse (3 points)
#
# **Contract.** `A` `(m, n)`, any rank; return $A^\dagger$ `(n, m)`. Singular values of at most `rtol` times the largest
# count as 0; default `rtol` $= \max(m, n)\cdot\varepsilon$. A zero matrix gives zeros `(n, m)`.
# `np.linalg.svd` may be called.
#
# *Example:* `pseudoinverse(np.array([[2., 0.], [0., 0.], [0., 4.]]))` returns `[[0.5, 0., 0.], [0., 0., 0.25]]`.
#
# <details><summary>Hint 1</summary>Keep only the layers that count, as in a truncated SVD; then there is nothing to divide by zero.</details>
# <details><summary>Hint 2</summary><code>kept = s &gt; rtol * s[0]</code> can index: <code>U[:, kept]</code>, <code>s[kept]</code>, <code>Vt[kept]</code>.</details>

# %% exercise="pseudoinverse"
def pseudoinverse(A, *, rtol=None):
    """Return the Moore-Penrose pseudoinverse of A."""
    ### BEGIN SOLUTION
    if rtol is None:
        rtol = max(A.shape) * np.finfo(float).eps
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    kept = s > rtol * s[0]
    return (Vt[kept].T / s[kept]) @ U[:, kept].T
    ### END SOLUTION

# %% check="pseudoinverse"
check("pseudoinverse")

# %% [markdown]
# **Right angles without squares, and without an SVD: QR.** Chapter 2 made orthonormal columns by subtracting shadows and
# was bitten by rounding. Householder (1958) uses mirrors instead. A product of mirrors is orthogonal *whatever the
# matrix was*.
#
# **One mirror.** Which one sends $\mathbf x$ onto the first axis, to $\mp\|\mathbf x\|\,\mathbf e_1$? The one halfway:
# its normal is the difference between the point and its image. With the upper sign,
#
# $$\mathbf v = \mathbf x + \operatorname{sign}(x_1)\,\|\mathbf x\|\,\mathbf e_1, \qquad
# H = I - 2\,\frac{\mathbf v\mathbf v^\top}{\mathbf v^\top\mathbf v}, \qquad
# H\mathbf x = -\operatorname{sign}(x_1)\,\|\mathbf x\|\,\mathbf e_1 .$$
#
# **Check.** With $s = \operatorname{sign}(x_1)$: $\mathbf v^\top\mathbf x = \|\mathbf x\|^2 + s\|\mathbf x\|x_1$ and
# $\mathbf v^\top\mathbf v = 2\|\mathbf x\|^2 + 2s\|\mathbf x\|x_1$: the fraction is $\tfrac12$, so
# $H\mathbf x = \mathbf x - \mathbf v$. (Take $\operatorname{sign}(0) = 1$; and if $\mathbf x = \mathbf 0$, no mirror.)
#
# **Why that sign?** Then $v_1 = x_1 + \operatorname{sign}(x_1)\|\mathbf x\|$ *adds* two numbers of one sign. The other
# choice subtracts, and for $\mathbf x$ almost on the axis cancels: for $(1, 10^{-8}, 10^{-8})$ to $v_1 = 0$, and for
# $\mathbf e_1$ itself to $0/0$.
#
# **By hand.** $A = \begin{pmatrix}3&1\\4&3\end{pmatrix}$: $\mathbf x = (3, 4)$, $\mathbf v = (8, 4)$, the mirror across
# $(2, 1)$. It sends $(3, 4)$ to $(-5, 0)$ and $(1, 3)$ to $(1, 3) - 2\cdot\tfrac55(2, 1) = (-3, 1)$. So
# $R = \begin{pmatrix}-5&-3\\0&1\end{pmatrix}$, $Q = H$. (`dc.qr_householder` gives the last entry, a column of length 1,
# a mirror of its own, and gets $-1$. Both are right.)

# %% [markdown]
# **All mirrors.** Column 1 by $H_1$. Then leave row and column 1 alone and treat what is left the same way: $H_2$ acts
# on the entries from 2 on, and so on. After $r$ of them
#
# $$H_r\cdots H_2H_1A = R \quad\text{(upper triangular)} \qquad\Longrightarrow\qquad A = H_1H_2\cdots H_r\,R = QR,$$
#
# for a mirror undoes itself. Note the **order** in $Q$: the other way round you hold $Q^\top$.

# %%
A = np.array([[3.0, 1.0], [4.0, 3.0]])
Q, R = dc.qr_householder(A)
print("R =", R.round(9).tolist(), "  Q =", Q.round(9).tolist())
assert np.allclose(Q @ R, A) and np.isclose(R[0, 0], -5)
assert np.allclose(la.reflect(A.T, np.array([2.0, 1.0])).T[0], [-5, -3])

hilbert = 1 / (1 + np.arange(8)[:, None] + np.arange(8))
Q, _ = dc.qr_householder(hilbert)
defect = np.abs(Q.T @ Q - np.eye(8)).max()
print("largest wrong dot product for the Hilbert matrix of chapter 2:",
      "below 1e-14" if defect < 1e-14 else defect)
assert defect < 1e-14

B = rng.normal(size=(6, 5))
stages, M = [B], B
for j in range(3):
    v = np.zeros(6)
    v[j:] = M[j:, j]
    v[j] += np.copysign(la.l2_norm(M[j:, j]), M[j, j])
    M = la.reflect(M.T, v).T
    stages.append(M)
fig, axes = plt.subplots(1, 5, figsize=(7.2, 1.9))
names = ("A", "one mirror", "two", "three", "R")
full_R = np.vstack([dc.qr_householder(B)[1][:5], np.zeros((1, 5))])
for ax, M, name in zip(axes, [*stages, full_R], names):
    M = np.where(np.abs(M) < 1e-12, 0, M)
    ax.imshow(M, cmap="RdBu_r", vmin=-3, vmax=3)
    ax.set(xticks=[], yticks=[])
    ax.set_title(name, loc="center", fontsize=9.5)
mathlib.show(
    fig,
    caption="Each mirror empties one column below the diagonal and leaves"
    " the earlier zeros (white) alone.",
    alt="Five tables of red and blue cells; from left to right one more"
    " column is white below the diagonal, until a triangle is left.",
)
assert np.allclose(la.l2_norm(stages[3].T), la.l2_norm(B.T))

# %% [markdown]
# **Where it is load-bearing.** In every least-squares solver: $A = QR$ turns $\|A\mathbf x - \mathbf b\|$ into the
# triangle $R\mathbf x = Q^\top\mathbf b$, and squares nothing.
#
# ### Exercise 3.13 *** · QR by mirrors (3 points)
#
# **Contract.** `A` `(m, n)`, any shape and rank, $r = \min(m, n)$; return `(Q, R)`: `Q` `(m, r)` with orthonormal columns,
# `R` `(r, n)` upper triangular (what is left below the diagonal at most $10^{-14}$ of the largest entry), $QR = A$. The
# signs of R's diagonal are free. A column that is zero from its diagonal entry down needs no mirror.
#
# *Example:* `qr_householder(np.array([[3., 1.], [4., 3.]]))` returns `R = [[-5., -3.], [0., 1.]]` and `Q` with first
# column $(-0.6, -0.8)$; with other signs it is as right.
#
# <details><summary>Hint 1</summary><code>np.copysign(length, x[0])</code> has the sign of x[0], and takes +0 as positive.</details>
# <details><summary>Hint 2</summary>v has zeros in its first j places. <code>la.reflect(R.T, v).T</code> reflects each column of R. (With v = 0 it does nothing.)</details>
# <details><summary>Hint 3</summary>Start with Q = I and multiply each mirror on from the <em>right</em>: for the rows of Q that is <code>la.reflect(Q, v)</code>. At the end cut to r columns and r rows.</details>

# %% exercise="qr_householder"
def qr_householder(A):
    """Return Q with orthonormal columns and triangular R with Q R = A."""
    ### BEGIN SOLUTION
    m, n = A.shape
    r = min(m, n)
    Q, R = np.eye(m), np.array(A, dtype=float)
    for j in range(r):
        v = np.zeros(m)
        v[j:] = R[j:, j]
        v[j] += np.copysign(la.l2_norm(v), v[j])
        R = la.reflect(R.T, v).T
        Q = la.reflect(Q, v)
    return Q[:, :r], np.triu(R[:r])
    ### END SOLUTION

# %% check="qr_householder"
check("qr_householder")

# %% [markdown]
# **LU: elimination, kept.** Gauss's staircase of chapter 2 is thrown away after one right-hand side. Keep the factors in
# a lower triangle $L$ with ones on the diagonal, the staircase as $U$, the row exchanges as $P$:
#
# $$PA = LU .$$
#
# **Why $L$ holds the factors:** with the rows in their final order, row $i$ of $A$ is what is left of it in $U$ plus
# all that was subtracted, $L_{ij}$ times row $j$ of $U$ for each $j < i$. Now every new $\mathbf b$ costs two
# triangles, about $n^2$ products instead of $n^3/3$.
#
# | you have | take | products, about |
# |---|---|---|
# | any square system | LU | $n^3/3$ |
# | symmetric, positive definite | Cholesky: half of LU | $n^3/6$ |
# | least squares, independent columns | QR | $mn^2$ |
# | rank in doubt, noise | SVD, pseudoinverse | several times as many |
#
# **By hand**, the matrix of section 2.8, with rows 2, 3, 1 as pivots (the largest first). Two exchanges, sign $+1$, so
# $\det A = 4\cdot3\cdot(-1.5) = -18$, as chapter 2 found with fewer:

# %%
A = np.array([[2.0, 1.0, -1.0], [4.0, 2.0, 1.0], [-2.0, 2.0, 3.0]])
P, L, U = dc.lu(A)
print("rows in the order", (P @ np.arange(3)).astype(int))
print("L =\n", L.round(9), "\nU =\n", U.round(9))
assert np.allclose(P @ A, L @ U)
assert np.allclose(U, [[4, 2, 1], [0, 3, 3.5], [0, 0, -1.5]])
assert np.isclose(np.prod(np.diagonal(U)), -18)

# %% [markdown]
# ## 3.8 How far can a layer throw?
#
# Two photographs of one cat differ by a hair. Sixty layers later, do the network's opinions differ by a hair too? Each
# linear layer can stretch a difference by at most its **spectral norm**,
#
# $$\|W\|_2 = \max_{\|\mathbf x\|=1}\|W\mathbf x\| = \sigma_{\max}(W) = \sqrt{\lambda_{\max}(W^\top W)}, \qquad
# \|W\mathbf x - W\mathbf x'\| \le \|W\|_2\,\|\mathbf x - \mathbf x'\| .$$
#
# A stack multiplies them. So divide each $W$ by its $\sigma_{\max}$ and no difference can ever grow (the *Lipschitz
# constant* is at most 1). GANs train stably when the critic is held like that (Miyato et al. 2018; chapter 22). Norm 1
# is a ceiling, no promise: ReLU drops half at each layer, so below even this signal fades, only later.
#
# **Without an SVD, please,** at every training step. $W^\top W$ is symmetric with largest eigenvalue
# $\sigma_{\max}^2$, so iterate on it as in 3.2, in two halves, because each half is a vector worth having:
#
# $$\mathbf v \leftarrow \frac{W^\top\mathbf u}{\|W^\top\mathbf u\|}, \qquad \mathbf u \leftarrow \frac{W\mathbf v}{\|W\mathbf v\|}, \qquad
# \sigma \approx \mathbf u^\top W\mathbf v, \qquad \bar W = \frac W\sigma .$$
#
# For $W$ of shape $(m, n)$, $\mathbf u$ has $m$ entries and $\mathbf v$ has $n$. They converge to $\mathbf u_1, \mathbf
# v_1$, and $\mathbf u_1^\top W\mathbf v_1 = \sigma_1$. (Iterating with $W$ itself makes sense only if it is square, and
# then finds an *eigenvalue*: for $\begin{pmatrix}0&10\\0&0\end{pmatrix}$ that is 0.)
#
# **By hand.** $W = \begin{pmatrix}3&0\\0&4\end{pmatrix}$, $\mathbf u = (1, 1)$: $W^\top\mathbf u = (3, 4)$,
# $\mathbf v = (0.6, 0.8)$; $W\mathbf v = (1.8, 3.2)$ of length $\sqrt{13.48} \approx 3.67$: already near 4. (Dividing
# by $\|W\|_F$, the easy way out, is safe and far too much: it adds *all* singular values up.)

# %%
W = np.diag([3.0, 4.0])
print("normalized:", dc.spectral_normalize(
    W, rng=np.random.default_rng(0)).round(6).tolist())
assert np.isclose(dc.spectral_norm(W), 4)
assert np.isclose(la.l2_norm(np.array([1.8, 3.2])), 13.48**0.5)

depth, wide = 30, 64
layers = rng.normal(size=(depth, wide, wide)) / wide**0.5
x = rng.normal(size=wide)
hair = 1e-3 * rng.normal(size=wide)

def growth(layers):
    """Distance of two nearby inputs after each layer, start = 1."""
    a, b, seen = x, x + hair, [1.0]
    for W in layers:
        a, b = np.maximum(W @ a, 0), np.maximum(W @ b, 0)
        seen.append(la.l2_norm(a - b) / la.l2_norm(hair))
    return np.array(seen)

scaled = {
    "twice as large": 2 * layers,
    "divided by the spectral norm": np.array([
        dc.spectral_normalize(W, rng=np.random.default_rng(0))
        for W in layers]),
    "divided by the Frobenius norm": np.array([
        W / dc.frobenius_norm(W) for W in layers]),
}
fig, ax = plt.subplots(figsize=(6.4, 2.8))
for (name, stack), look, color, up in zip(
    scaled.items(), ("-", "--", ":"), ("C1", "C0", "C2"), (2e3, 1e2, 1e-4)
):
    line = growth(stack)
    ax.semilogy(line, look, color=color, lw=2)
    ax.text(16, line[16] * up, name, color=color,
            ha="right" if color == "C2" else "left")
    top = max(dc.spectral_norm(W) for W in stack)
    print(f"{name:30} largest spectral norm {top:.2f}")
ax.axhline(1, color="0.7", lw=0.8)
ax.set(xlabel="layer", ylabel="distance of two inputs", ylim=(1e-36, 1e10),
       yticks=10.0 ** np.arange(-30, 11, 10))
mathlib.show(
    fig,
    caption="A hair's breadth through 30 random ReLU layers. With spectral"
    " norm 1 it cannot grow, and fades; the Frobenius norm takes far more"
    " than it must.",
    alt="Log plot over 30 layers: one line rises slowly, a dashed one falls"
    " gently, a dotted one plunges to 1e-30.",
)
normal = scaled["divided by the spectral norm"]
assert all(np.isclose(dc.spectral_norm(W), 1, atol=0.01) for W in normal)

# %% [markdown]
# ### Exercise 3.14 ** · spectral normalization (2 points)
#
# **Contract.** `W` `(m, n)`, not zero; return $W/\sigma$, `(m, n)`. Start with `u = rng.normal(size=m)`
# (`np.random.default_rng()` if `rng` is `None`); `steps` $\ge 1$ times $\mathbf v$, then $\mathbf u$ as above; then
# $\sigma = \mathbf u^\top W\mathbf v$. So `rng` decides the result, also where the steps are too few. (Where
# $\sigma_1$ and $\sigma_2$ are close even a hundred are: a norm a little above 1 is left.)
#
# *Example:* `spectral_normalize(np.array([[3., 0.], [0., 4.]]))` returns `[[0.75, 0.], [0., 1.]]`.
#
# <details><summary>Hint 1</summary>u lives in the outputs, v in the inputs. Which of W and its transpose leads from which to which?</details>

# %% exercise="spectral_normalize"
def spectral_normalize(W, *, steps=100, rng=None):
    """Return W divided by its largest singular value, nearly."""
    ### BEGIN SOLUTION
    rng = np.random.default_rng() if rng is None else rng
    u = rng.normal(size=len(W))
    for _ in range(steps):
        v = W.T @ u
        v = v / la.l2_norm(v)
        u = W @ v
        u = u / la.l2_norm(u)
    return W / (u @ W @ v)
    ### END SOLUTION

# %% check="spectral_normalize"
check("spectral_normalize")

# %% [markdown]
# **What training leaves behind.** Back to the shaken box. Train a small network on 1200 digits; take its second weight
# matrix, 64 by 128, and look at the singular values three times: before training; after; and after training but with
# the *entries shuffled*. A shuffle keeps every weight and destroys every relation, as it did to the photograph.
#
# For independent entries of standard deviation $s$ theory knows the edge: no singular value beyond about
# $s\,(\sqrt m + \sqrt n)$ (Marchenko and Pastur 1967). What stands beyond it has been *learned*.

# %% tags=["nbval-ignore-output"]
def train(**settings):
    net = MLPClassifier((128, 64), random_state=0, **settings)
    return net.fit(X[:1200] / 16, y[:1200])

def accuracy(net):
    return net.score(X[1200:] / 16, y[1200:])

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # "not converged yet": we know
    fresh = train(max_iter=1, learning_rate_init=1e-12)
    net = train(max_iter=100)
W_before, W_after = fresh.coefs_[1].T, net.coefs_[1].T
mixed = rng.permutation(W_after.ravel()).reshape(W_after.shape)
spectra = {"before training": dc.svd(W_before)[1],
           "shuffled": dc.svd(mixed)[1], "trained": dc.svd(W_after)[1]}
edge = W_after.std() * (64**0.5 + 128**0.5)
beyond = int(np.sum(spectra["trained"] > 1.05 * edge))

fig, ax = plt.subplots(figsize=(6.4, 2.9))
for s, look, color in zip(
    spectra.values(), ("^:", "s--", "o-"), ("C2", "C1", "C0")
):
    ax.plot(np.arange(1, 65), s, look, ms=3.5, color=color)
ax.axhline(edge, color="0.4", lw=1)
ax.text(64, edge + 0.08, "edge of chance", ha="right", color="0.3")
ax.text(6, 3.4, "trained", color="C0")
ax.text(17, 2.15, "the same weights, shuffled", color="C1")
ax.text(2.5, 1.25, "before training", color="C2")
ax.set(xlabel="place", ylabel="singular value", ylim=(0, None))
mathlib.show(
    fig,
    caption=f"After training, {beyond} singular values stand beyond what"
    " chance allows. Shuffle the same weights and they are gone.",
    alt="Three falling curves over 64 places. The solid one starts near 4,"
    " above a horizontal line; the two others stay below it.",
)
print(f"accuracy untrained {accuracy(fresh):.0%}, trained {accuracy(net):.1%}")
assert accuracy(net) > 0.9 and 4 <= beyond <= 10
assert max(spectra["shuffled"]) < 1.1 * edge

# %% [markdown]
# **One number for a spectrum.** WeightWatcher (Martin and Mahoney 2021) fits the tail of the $\lambda_i = \sigma_i^2$
# with a power law, $p(\lambda) \propto \lambda^{-\alpha}$ for $\lambda \ge \lambda_{\min}$, and reports the exponent:
#
# $$\hat\alpha = 1 + n\Big/\sum_{i=1}^n\ln\frac{\lambda_i}{\lambda_{\min}} \qquad (\text{over the } n \text{ values with }
# \lambda_i \ge \lambda_{\min}).$$
#
# (This $\alpha$ is not the ridge's of 3.7; letters are scarce.) It is the exponent that makes the seen values most
# likely (chapter 7 derives it). Small $\alpha$: a heavy tail, a few giants. Three ways to get it wrong: the $\sigma_i$
# instead of their squares (then $\alpha - 1$ doubles), no "$1 +$", and counting values below $\lambda_{\min}$, whose
# logarithms are negative. **By hand:** $\lambda = 1, e, e^2$ and $\lambda_{\min} = 1$: $1 + 3/(0 + 1 + 2) = 2$.
#
# What it is worth is disputed. Its authors find that it predicts which of several pretrained models generalise better,
# without any data. But 64 values are few to fit a power law to, and another $\lambda_{\min}$ gives another number. Read
# it as a thermometer, and compare with the shuffled matrix.

# %% tags=["nbval-ignore-output"]
by_hand = np.diag(np.exp([0.0, 0.5, 1.0]))
assert np.isclose(dc.power_law_alpha(by_hand, 1.0), 2)

for name, M in (("before", W_before), ("shuffled", mixed),
                ("trained", W_after)):
    median = float(np.median(dc.svd(M)[1] ** 2))
    print(f"{name:9} alpha {float(dc.power_law_alpha(M, median)):.2f}")
alphas = [float(dc.power_law_alpha(
    M, float(np.median(dc.svd(M)[1] ** 2)))) for M in (mixed, W_after)]
assert alphas[0] > alphas[1] + 0.3

ks = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 24, 32]
change = W_after - W_before
whole_net, changed_net = [], []
for k in ks:
    for base, part, found in ((0, W_after, whole_net),
                              (W_before, change, changed_net)):
        net.coefs_[1] = (base + dc.low_rank_approximation(part, k)).T
        found.append(accuracy(net))
net.coefs_[1] = W_after.T
enough = next(k for k, share in zip(ks, whole_net)
              if share > accuracy(net) - 0.01)

fig, ax = plt.subplots(figsize=(6.4, 2.7))
ax.plot(ks, changed_net, "s--", color="C1", ms=4)
ax.plot(ks, whole_net, "o-", color="C0", ms=4)
ax.axhline(accuracy(net), color="0.6", lw=1)
ax.text(32, accuracy(net) + 0.02, "all 64 layers", ha="right", color="0.4")
ax.text(5.4, 0.55, "k layers of W", color="C0")
ax.annotate("W before training\n+ k layers of the change", (7, 0.93),
            (10, 0.66), color="C1",
            arrowprops={"arrowstyle": "-", "color": "C1"})
ax.set(xlabel="k", ylabel="accuracy on new digits", ylim=(0.1, 1.03))
mathlib.show(
    fig,
    caption=f"{enough} of 64 layers of one weight matrix are enough for a"
    " task with ten classes. The change that training made needs no more:"
    " LoRA's bet.",
    alt="Two curves of accuracy over k: both reach the horizontal line of"
    " the full network at about ten, one starts low.",
)
assert whole_net[ks.index(12)] > accuracy(net) - 0.03
assert changed_net[ks.index(12)] > accuracy(net) - 0.03

# %% [markdown]
# ## 3.9 The ratings nobody gave
#
# 120 people and 60 films, and three out of ten cells of the table are filled. The others are what you sell. Why should
# the empty cells be knowable at all? Because taste is not 60 separate opinions: if a few traits of a person and the same
# traits of a film explain the ratings, the full table is nearly a matrix of **low rank**.
#
# **The law (matrix factorization).** $R$: $(m, n)$, known on a set $\Omega$ of cells (not the random matrix of 3.4).
# Each user gets a vector $\mathbf u_i \in \mathbb R^k$, each film a $\mathbf v_j \in \mathbb R^k$:
#
# $$R \approx UV^\top, \qquad \min_{U, V}\sum_{(i,j)\in\Omega}\bigl(R_{ij} - \mathbf u_i^\top\mathbf v_j\bigr)^2
# + \alpha\bigl(\|U\|_F^2 + \|V\|_F^2\bigr).$$
#
# With every cell known and $\alpha = 0$ this is Eckart and Young: a truncated SVD. With holes there is no formula. But
# **hold $V$ fixed**, and each user is a separate least-squares problem with $k$ unknowns, by section 3.7's ridge
# $\mathbf u_i = (V_i^\top V_i + \alpha I)^{-1}V_i^\top\mathbf r_i$, where $V_i$ has the rows of the films that user $i$
# rated. Then hold $U$ fixed, and so on: *alternating* least squares. No step makes the sum larger. (Which does not mean
# that it finds the least: with few ratings it can settle in a wrong valley. Try another start; the cell below meets
# such a valley.)
#
# **By hand.** $R = \begin{pmatrix}1&2\\2&4\\3&?\end{pmatrix}$, $k = 1$, $\alpha \approx 0$. Suppose $\mathbf v = (1,
# 2)$. Then $u_1 = (1\cdot1 + 2\cdot2)/(1 + 4) = 1$, $u_2 = 2$, and $u_3 = 3\cdot1/1 = 3$ from the one rating there is.
# The guess: $? = 3\cdot2 = 6$.
#
# **The data**, with a law we know, so that the truth can be asked: three traits for everybody, normal; rating
# $= 3 + 0.6\,\mathbf u\cdot\mathbf v +$ noise of $0.3$. No method can have a smaller error on hidden cells than that noise.

# %%
table = np.array([[1.0, 2], [2, 4], [3, np.nan]])
gaps = []
for start in (1, 2):
    U, V = dc.factorize_ratings(table, ~np.isnan(table), 1, alpha=1e-3,
                                rng=np.random.default_rng(start))
    gaps.append(float((U @ V.T)[2, 1]))
print(f"the gap by hand, with alpha = 0.001: {gaps[0]:.1f}")
print(f"from another start, a wrong valley: {gaps[1]:.0f}")
assert 5.9 < gaps[0] < 6 and gaps[1] < -50

law = np.random.default_rng(7)
people, films = law.normal(size=(120, 3)), law.normal(size=(60, 3))
ratings = 3 + 0.6 * people @ films.T + 0.3 * law.normal(size=(120, 60))
known = law.random(ratings.shape) < 0.3
centre = ratings[known].mean()
centred = np.where(known, ratings - centre, 0.0)

def hidden_error(guess):
    """Root of the mean squared error over the cells nobody filled."""
    return float(np.sqrt(np.mean((centre + guess - ratings)[~known] ** 2)))

traits = range(1, 13)
seen, hidden = [], []
for k in traits:
    U, V = dc.factorize_ratings(centred, known, k, alpha=1.0,
                                rng=np.random.default_rng(0))
    fitted = centre + U @ V.T
    seen.append(float(np.sqrt(np.mean((fitted - ratings)[known] ** 2))))
    hidden.append(hidden_error(U @ V.T))
best = int(np.argmin(hidden)) + 1
average = hidden_error(0.0)
zeros_filled = min(hidden_error(dc.low_rank_approximation(centred, k))
                   for k in range(1, 13))
assert best == 3 and hidden[2] < 0.4 < zeros_filled

fig, ax = plt.subplots(figsize=(6.4, 2.9))
ax.plot(traits, hidden, "o-C1", traits, seen, "s--C0")
ax.axhline(average, color="0.5", lw=1)
ax.axhline(0.3, color="0.5", lw=1, ls=":")
ax.text(12.2, average - 0.02, "always the average", ha="right", va="top",
        color="0.35")
ax.text(1, 0.27, "the noise", va="top", color="0.35")
ax.text(8.5, hidden[8] + 0.06, "hidden cells", color="C1")
ax.text(6.6, 0.09, "known cells", color="C0")
ax.set(xlabel="traits k", ylabel="error (stars)", xticks=traits,
       ylim=(0, 1.05))
mathlib.show(
    fig,
    caption=f"The data were made with three traits, and {best} is where the"
    f" error on hidden cells is least: {hidden[2]:.2f} stars. More traits"
    " only learn the noise of the known cells by heart.",
    alt="Two curves over the number of traits: the dashed one keeps"
    " falling, the solid one has its lowest point at 3 and rises.",
)
print(f"SVD with zeros in the gaps, best k: {zeros_filled:.2f} stars")

# %% [markdown]
# Filling the gaps with zeros and taking an SVD is the popular mistake: the SVD then explains, faithfully, that nearly
# everybody gave nearly everything an average mark.
#
# **Without counting: the nuclear norm.** Rank counts singular values. Counting is a bad thing to minimise; adding up
# is a good one, just as $\|\mathbf w\|_1$ stood for the number of nonzero entries in chapter 2. The **nuclear norm** is
#
# $$\|A\|_* = \sum_i\sigma_i(A), \qquad\text{and}\qquad \min_Z\;\tfrac12\sum_{(i,j)\in\Omega}(Z_{ij} - R_{ij})^2 + \tau\|Z\|_*$$
#
# prefers a $Z$ with few layers. With no holes the answer has a formula, **singular value thresholding**: make each
# singular value smaller by $\tau$, and stop at 0,
#
# $$\mathcal D_\tau(A) = U\operatorname{diag}\bigl((\sigma_i - \tau)_+\bigr)V^\top, \qquad (x)_+ = \max(x, 0).$$
#
# (Each $\sigma_i$ alone: the $z \ge 0$ that makes $\tfrac12(z - \sigma_i)^2 + \tau z$ least has slope $z - \sigma_i + \tau
# = 0$, or is 0. That no other directions do better is von Neumann's $\sum_{ij}A_{ij}Z_{ij} \le \sum_i\sigma_i(A)\sigma_i(Z)$.)
#
# With holes: **fill the gaps with the last guess, threshold, repeat.** That is Soft-Impute (Mazumder et al. 2010), here
# with a little momentum. By hand: $\mathcal D_1$ of $\operatorname{diag}(3, 0.5)$ is $\operatorname{diag}(2, 0)$. Now
# $\tau$ is chosen as $k$ was, by the error on hidden cells: 1.5 for the ratings, 0.1 for the picture below. Shrinking
# hits the three true layers, too, and small ones creep in to help: the cell prints three heavy ones, then light ones.
#
# **Where it is load-bearing.** Ensembles around matrix factorization won the Netflix prize (2009); the two-tower models
# that followed still score with $\mathbf u\cdot\mathbf v$ (chapter 23).
#
# **And a photograph is a table, too.** Throw away half of the dahlia's pixels at random:

# %%
assert np.allclose(
    dc.singular_value_threshold(np.diag([3.0, 0.5]), 1.0), [[2, 0], [0, 0]])
assert np.isclose(dc.nuclear_norm(np.diag([3.0, 0.5])), 3.5)

Z = dc.complete_matrix(centred, known, 1.5)
layers_of_Z = dc.svd(Z)[1]
print(f"ratings by completion: {hidden_error(Z):.2f} stars, nuclear norm"
      f" {dc.nuclear_norm(Z):.0f}, rank {int(dc.matrix_rank(Z, rtol=1e-6))}")
print("its layers weigh", *layers_of_Z[:4].round(1), "...")
assert hidden_error(Z) < 0.5
assert layers_of_Z[2] > 20 and layers_of_Z[3] < 5

holes = np.random.default_rng(2).random(flower.shape) < 0.5
mean_ink = flower[~holes].mean()
filled = mean_ink + dc.complete_matrix(
    np.where(holes, 0, flower - mean_ink), ~holes, 0.1)
filled = np.where(holes, filled, flower)
missed = np.sqrt(np.mean((filled - flower)[holes] ** 2))

fig, axes = plt.subplots(1, 3, figsize=(6.6, 1.9))
draw_picture(axes[0], np.where(holes, 1, flower), "half is missing")
draw_picture(axes[1], filled, f"filled: off by {missed:.0%} of black to white")
draw_picture(axes[2], flower, "the truth")
mathlib.show(
    fig,
    caption="Half of the pixels guessed from the other half, by nothing but"
    " the belief that a picture needs few layers.",
    alt="A flower under white snow, the same flower a little rough, and the"
    " clean photograph.",
)
assert missed < 0.07

# %% [markdown]
# ## Common mistakes
#
# | one often sees | why it is wrong | what is right |
# |---|---|---|
# | "eigenvectors are only scaled, never turned" | a negative $\lambda$ makes them point backwards; a rotation has none that are real | they keep their **line** |
# | $A = PDP^\top$ | $P^{-1} = P^\top$ only for orthonormal columns: symmetric $A$ | $A = PDP^{-1}$, if there are $n$ independent eigenvectors |
# | `values.sort()` after `eig` | the vectors stay where they were | one `argsort` for values and columns |
# | $\lVert A\mathbf v\rVert$ as eigenvalue | forgets the sign | $\mathbf v^\top A\mathbf v$ |
# | "$\rho(W) < 1$, so nothing explodes" | true in the end; $\begin{pmatrix}0.9&10\\0&0.9\end{pmatrix}$ grows 39-fold first | $\lVert W\rVert_2\cdot\max\lvert f'\rvert < 1$ is sufficient |
# | singular values as roots of eigenvalues of $A^\top A$ | all below $10^{-8}\sigma_1$ are lost | an SVD that squares nothing |
# | $U$ and $V$ from two calls of `eigh` | signs (and bases) do not match | $U$ from $V$: $\mathbf u_i = A\mathbf v_i/\sigma_i$ where $\sigma_i > 0$, else QR of $AV$ |
# | `Vt[:, :k]` | the $\mathbf v_i$ are the **rows** of `Vt` | `Vt[:k]` |
# | rank by comparing with 0 or with `1e-10` | rounding; a change of units | relative to $\sigma_1$ |
# | PCA without centring | finds the mean | subtract column means |
# | `eigh(C)[1][:, :k]` | `eigh` is ascending: the *least* important ones | `[:, ::-1][:, :k]` |
# | shares $s_i/\sum_j s_j$ | variance is a square | $s_i^2/\sum_j s_j^2$, over all $j$ |
# | variances differ from scikit-learn's | $1/N$ here, $1/(N-1)$ there | say which; directions agree |
# | "covariances are positive definite" | singular for $N \le d$ or collinear columns | positive **semi**definite |
# | definite because $\det > 0$ | $\det(-I) = 1$ in two dimensions | all eigenvalues $> 0$, or, away from the border, Cholesky |
# | `log(det(A))` | 0 or infinity in 400 dimensions | $2\sum_i\log L_{ii}$ |
# | $(A^\top A)^{-1}A^\top$ for wide $A$ | $A^\top A$ is singular | $A^\dagger$ |
# | mirror with $x_1 - \lVert\mathbf x\rVert$ | cancels, $0/0$ for the identity | $x_1 + \operatorname{sign}(x_1)\lVert\mathbf x\rVert$ |
# | spectral normalization with $\lVert W\rVert_F$ | divides by far too much | $\sigma_{\max}$ |
# | zeros in the gaps, then SVD | explains the zeros | fit the known cells only |

# %% [markdown]
# ## The same in NumPy and PyTorch
#
# | here | NumPy | PyTorch |
# |---|---|---|
# | `dc.eigendecomposition(A)` | `np.linalg.eig`, `np.linalg.eigh` (ascending) | `torch.linalg.eig`, `torch.linalg.eigh` |
# | `dc.svd(A)` | `np.linalg.svd(A, full_matrices=False)` | `torch.linalg.svd(A, full_matrices=False)` |
# | `dc.matrix_rank(A)`, `dc.pseudoinverse(A)` | `np.linalg.matrix_rank`, `np.linalg.pinv` | the same in `torch.linalg` |
# | `dc.pca(X, k)` | `sklearn.decomposition.PCA(k)` ($N-1$) | `torch.pca_lowrank` |
# | `dc.randomized_svd(A, k)` | `sklearn.utils.extmath.randomized_svd` | `torch.svd_lowrank` |
# | `dc.cholesky(A)`, `dc.log_determinant(A)` | `np.linalg.cholesky`, `np.linalg.slogdet` | the same in `torch.linalg` |
# | `dc.qr_householder(A)` | `np.linalg.qr`, up to signs | `torch.linalg.qr` |
# | `dc.lu(A)`: $PA = LU$ | `scipy.linalg.lu`: $A = PLU$ | `torch.linalg.lu`: $A = PLU$ |
# | `dc.spectral_norm`, `frobenius_norm`, `nuclear_norm` | `np.linalg.norm(A, 2)`, `"fro"`, `"nuc"` | `torch.linalg.matrix_norm` |
# | `dc.spectral_normalize(W)` | | `torch.nn.utils.parametrizations.spectral_norm` |
#
# Beware of `np.linalg.pinv`: its default tolerance is `1e-15` whatever the size, and too small for large matrices.
# `np.linalg.pinv(A, rtol=None)` takes $\max(m, n)\,\varepsilon$, as here.

# %%
A = rng.normal(size=(6, 4))
S = A.T @ A

assert np.allclose(dc.svd(A)[1], np.linalg.svd(A)[1])
assert np.allclose(dc.pseudoinverse(A), np.linalg.pinv(A))
assert np.allclose(dc.cholesky(S), np.linalg.cholesky(S))
assert np.isclose(dc.log_determinant(S), np.linalg.slogdet(S)[1])
assert np.allclose(np.abs(dc.qr_householder(A)[1]),
                   np.abs(np.linalg.qr(A).R))
assert np.isclose(dc.spectral_norm(A), np.linalg.norm(A, 2))
assert np.isclose(dc.frobenius_norm(A), np.linalg.norm(A))
assert np.isclose(dc.nuclear_norm(A), np.linalg.norm(A, "nuc"))
assert dc.matrix_rank(A) == np.linalg.matrix_rank(A) == 4

# A pseudoinverse that believes in noise: rank 5, 400 x 400.
low = rng.normal(size=(400, 5)) @ rng.normal(size=(5, 400))
careful = dc.spectral_norm(dc.pseudoinverse(low))
assert np.isclose(careful, 1 / dc.svd(low)[1][4])
print("ranks and norms agree; pseudoinverse of a rank-5 matrix has norm",
      f"{careful:.4f}")

# %% [markdown]
# ## Summary: one screen
#
# | | formula | function |
# |---|---|---|
# | eigenpair | $A\mathbf v = \lambda\mathbf v$ | `dc.eigenpair_residual` |
# | eigendecomposition | $A = PDP^{-1}$, $\;Q\Lambda Q^\top$ if symmetric; $\;A^k = PD^kP^{-1}$ | `dc.eigendecomposition`, `dc.matrix_power_by_eigen` |
# | power iteration | $\mathbf v \leftarrow A\mathbf v/\lVert A\mathbf v\rVert$, $\;\lambda = \mathbf v^\top A\mathbf v$ | `dc.power_iteration` |
# | spectral radius | $\rho(W) = \max_i\lvert\lambda_i\rvert \le \lVert W\rVert_2$ | `dc.spectral_radius` |
# | SVD | $A = U\Sigma V^\top = \sum_i\sigma_i\mathbf u_i\mathbf v_i^\top$ | `dc.svd` |
# | rank | $\#\{\sigma_i > \tau\}$ | `dc.matrix_rank` |
# | best rank $k$ | $A_k = U_k\Sigma_kV_k^\top$ | `dc.low_rank_approximation` |
# | Eckart-Young | $\lVert A - A_k\rVert_F^2 = \sum_{i>k}\sigma_i^2$, $\;\lVert A - A_k\rVert_2 = \sigma_{k+1}$ | `dc.truncation_error` |
# | randomized SVD | $Y = (AA^\top)^qA\Omega = QR$, $\;Q^\top A = \tilde U\Sigma V^\top$ | `dc.randomized_svd` |
# | PCA | $\frac1NX_c^\top X_c = V\Lambda V^\top$, $\;Z = X_cV_k$, $\;\lambda_i = s_i^2/N$ | `dc.pca`, `dc.pca_svd` |
# | shares | $s_i^2/\sum_js_j^2$ | `dc.explained_variance_ratio` |
# | definite | $\lambda_{\min} > 0$ | `dc.is_positive_definite` |
# | Cholesky | $A = LL^\top$, $\;\log\det A = 2\sum\log L_{ii}$ | `dc.cholesky`, `dc.log_determinant` |
# | pseudoinverse | $V\Sigma^\dagger U^\top$ | `dc.pseudoinverse` |
# | QR, LU | $A = QR$, $\;PA = LU$ | `dc.qr_householder`, `dc.lu` |
# | three norms | $\sigma_1$, $\;\sqrt{\sum\sigma_i^2}$, $\;\sum\sigma_i$ | `dc.spectral_norm`, `dc.frobenius_norm`, `dc.nuclear_norm` |
# | spectral normalization | $W/\sigma_{\max}$ | `dc.spectral_normalize` |
# | spectrum's tail | $1 + n/\sum\ln(\lambda_i/\lambda_{\min})$ | `dc.power_law_alpha` |
# | ratings | $\min\sum_\Omega(R_{ij} - \mathbf u_i^\top\mathbf v_j)^2$ | `dc.factorize_ratings` |
# | thresholding | $U\operatorname{diag}((\sigma_i - \tau)_+)V^\top$ | `dc.singular_value_threshold`, `dc.complete_matrix` |

# %% [markdown]
# **Five questions to ask yourself.**
#
# <details><summary>1. Your first principal component explains 99 % of the variance of 300 features. Two reasons why that may mean nothing?</summary>
# The data were not centred (it is the mean), or one feature is in units a thousand times smaller than the others and
# drowns them. Centre, scale, look again.
# </details>
# <details><summary>2. An RNN has spectral radius 0.95 and its states still blow up on sequences of length 30. Is the theorem wrong?</summary>
# No: it speaks of the limit. A matrix whose eigenvectors are nearly parallel can grow a lot first. Look at the spectral
# norm, or at the norms of its powers.
# </details>
# <details><summary>3. Why does a shuffled photograph compress so badly, although it has the same histogram?</summary>
# Layers are stripes: they profit from rows that are mixtures of few rows. The shuffle keeps the values and makes the
# rows independent, so all singular values are of similar size.
# </details>
# <details><summary>4. You must solve A x = b for the same A and a thousand b, A symmetric and positive definite. What do you compute once?</summary>
# The Cholesky factor: half the work of LU, no exchanges. Then two triangles for each b. (And never the inverse.)
# </details>
# <details><summary>5. Which of the three norms would you bound to keep a layer from amplifying, which to keep weights small, which to have few layers?</summary>
# Spectral, Frobenius (that is weight decay), nuclear: the largest, the sum of squares, the sum.
# </details>

# %% [markdown]
# ## Further reading
#
# **The best k.** C. Eckart, G. Young, *Psychometrika* 1 (1936), doi:10.1007/BF02288367. L. Mirsky, *Quart. J. Math.* 11
# (1960), doi:10.1093/qmath/11.1.50. N. Halko, P.-G. Martinsson, J. Tropp, randomized SVD, *SIAM Review* 53 (2011),
# doi:10.1137/090771806. G. W. Stewart, the early history of the SVD, *SIAM Review* 35 (1993), doi:10.1137/1035134.
#
# **PCA.** K. Pearson, *Phil. Mag.* 2 (1901), doi:10.1080/14786440109462720. H. Hotelling, *J. Educ. Psychol.* 24 (1933),
# doi:10.1037/h0071325. N. Ahmed, T. Natarajan, K. R. Rao, the cosines, *IEEE Trans. Comput.* C-23 (1974),
# doi:10.1109/T-C.1974.223784.
#
# **Going back.** R. Penrose, *Proc. Cambridge Phil. Soc.* 51 (1955), doi:10.1017/S0305004100030401. A. S. Householder,
# *J. ACM* 5 (1958), doi:10.1145/320941.320947.
#
# **Spectra of networks.** V. Marchenko, L. Pastur, *Math. USSR-Sbornik* 1 (1967), doi:10.1070/SM1967v001n04ABEH001994.
# T. Miyato et al., spectral normalization, 2018, arXiv:1802.05957. C. Martin, M. Mahoney, 2021, *JMLR* 22,
# arXiv:1810.01075. E. Hu et al., LoRA, 2021, arXiv:2106.09685. J. Zhao et al., GaLore, 2024, arXiv:2403.03507.
#
# **Gaps.** Y. Koren, R. Bell, C. Volinsky, *Computer* 42 (2009), doi:10.1109/MC.2009.263. R. Mazumder, T. Hastie, R.
# Tibshirani, *JMLR* 11 (2010). E. Candès, B. Recht, when it can be exact, 2009, doi:10.1007/s10208-009-9045-5. S. Arora
# et al., whether gradient descent by itself prefers low rank, 2019, arXiv:1905.13655.
#
# **The data.** E. Alpaydin, C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI, 1998, doi:10.24432/C50P49. The
# two photographs come with scikit-learn.
#
# Next: chapter 4 looks at what changes, and how fast.

# ---
# jupyter:
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 12. Functional Analysis
#
# **Which curve?**
#
# Seven measurements. Between them you have measured nothing, and infinitely many curves go through all seven. Every
# program that learns from examples picks one of these curves for you, whether it says so or not.

# %%
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits, load_iris, load_sample_image
from statsmodels.datasets import co2, sunspots

import mathlib
import mathlib.decompositions as dc
import mathlib.functional_analysis as fa
import mathlib.linear_algebra as la
from mathlib import check

mathlib.style()

# %%
x7 = np.array([-3.4, -2.7, -1.9, -0.3, 0.6, 2.5, 3.3])
y7 = np.array([0.4, -0.6, -1.2, 0.6, 1.3, -0.9, -0.2])
grid = np.linspace(-4, 4, 241)


def bumps(s, t, length_scale=0.8):
    """Return the RBF kernel of two sets of numbers (12.4)."""
    return fa.rbf_kernel(s[:, None], t[:, None], length_scale=length_scale)


rng = np.random.default_rng(3)
centres = np.linspace(-4.4, 4.4, 23)
heights = rng.normal(scale=1.2, size=(23, 40))
mend = np.linalg.solve(bumps(x7, x7),
                       y7[:, None] - bumps(x7, centres) @ heights)
curves = bumps(grid, centres) @ heights + bumps(grid, x7) @ mend

fig, ax = plt.subplots(figsize=(6.6, 3.0))
ax.plot(grid, curves, color="0.65", lw=0.7)
ax.plot(x7, y7, "o", color="C1", ms=8)
ax.set(xlabel="x", ylabel="y", ylim=(-3.2, 3.2), xlim=(-4.1, 4.1))
mathlib.show(
    fig,
    caption="Seven measurements and forty of the infinitely many smooth"
    " curves that go through all of them.",
    alt="Seven orange dots; forty thin grey curves meet in each dot and fan"
    " out widely in the gaps between them.",
)
assert np.allclose(bumps(x7, centres) @ heights + bumps(x7, x7) @ mend,
                   y7[:, None])

# %% [markdown]
# **Which of them would you believe?** One answer is as old as geometry: the shortest. But a curve is no arrow, so what
# is its length? This chapter treats functions as vectors with infinitely many entries, and finds that lengths, angles,
# right angles and projections survive. Then it asks three quite different machines for their curve: one that wants the
# *shortest*, one that averages *all* of them, and a wide neural network that wants nothing at all. You will see how near
# to each other their answers are.
#
# **After this chapter you can**
#
# - take a function apart into waves, in $n\log n$ steps, and convolve and compress with them;
# - say what a kernel is, tell a true one from an impostor, and compute with infinitely many features at finite cost;
# - write kernel ridge regression, kernel PCA, a Gaussian process, and what a support vector machine minimises, and
#   read scikit-learn's versions of them;
# - forecast the carbon dioxide in the air, five years ahead, and say how sure you are;
# - predict how a wide network will train, before it has taken a step.
#
# **You need** projections (chapter 2), eigenvectors (3), Gaussians and covariances (6), ridge regression (7), convexity
# and KKT (8). **Time:** three hours to read; the 14 exercises take four to five hours more.

# %% [markdown]
# ## 12.1 A function is a long vector
#
# Sample a function $f$ on $[a, b]$ at $n$ points, a distance $h = (b - a)/n$ apart: a vector with $n$ entries. Sample
# more finely: a longer vector. For lengths not to grow along, weigh each entry by $h$, and the sums become integrals.
# For $p \ge 1$ the **$L^p$ norm** is
#
# $$\|f\|_p = \Bigl(\int_a^b|f(t)|^p\,dt\Bigr)^{1/p} \approx \Bigl(h\sum_j|f(t_j)|^p\Bigr)^{1/p}, \qquad
# \|f\|_\infty = \max_t|f(t)| .$$
#
# $p = 1$ is the area under $|f|$, $p = 2$ the length that Pythagoras would give, $p = \infty$ the highest peak. (For a
# plain vector leave out the $h$. The largest entry is the limit for large $p$: it outgrows all others.)
#
# **A norm** is anything with three properties: $\|f\| = 0$ only for $f = 0$; $\|af\| = |a|\,\|f\|$ for numbers $a$;
# and the detour is longer, $\|f + g\| \le \|f\| + \|g\|$. The third says that the **unit ball**, all $f$ with
# $\|f\| \le 1$, is convex: between two points in the ball nothing sticks out. For $p < 1$ it fails, the ball has dents.
#
# **By hand.** $\mathbf x = (3, -4)$: $\|\mathbf x\|_1 = 7$, $\|\mathbf x\|_2 = 5$, $\|\mathbf x\|_\infty = 4$.

# %%
powers = {0.5: (":", "C3"), 1: ("--", "C1"), 2: ("-", "C0"),
          4: ("-.", "C2"), np.inf: ("-", "0.5")}
turns = np.linspace(0, 2 * np.pi, 401)
circle = np.stack([np.cos(turns), np.sin(turns)], axis=1)
print([float(fa.lp_norm([3.0, -4.0], p)) for p in (1, 2, np.inf)])
assert [fa.lp_norm([3.0, -4.0], p) for p in (1, 2, np.inf)] == [7, 5, 4]

fig, axes = plt.subplots(1, 2, figsize=(7.2, 2.8), width_ratios=[1, 1.6])
for p, (style, color) in powers.items():
    ball = circle / fa.lp_norm(circle, p, axis=1)[:, None]
    axes[0].plot(*ball.T, style, color=color)
    corner = 1 / fa.lp_norm([1.0, 1.0], p)
    axes[0].text(corner + 0.03, corner + 0.0, f"{p:g}".replace("inf", "∞"),
                 color=color, fontsize=9)
axes[0].set(aspect="equal", title="unit balls", xlim=(-1.1, 1.25),
            xticks=[-1, 0, 1], yticks=[-1, 0, 1])
widths = np.geomspace(1, 1e-4, 30)
h = 1e-5
for p, style, color, at in ((1, "--", "C1", (3e-3, 0.012)),
                            (2, "-", "C0", (3e-3, 1.15)),
                            (np.inf, "-", "0.5", (3e-3, 25))):
    size = [fa.lp_norm(np.full(round(w / h), w**-0.5), p)
            * (1 if p == np.inf else h ** (1 / p)) for w in widths]
    axes[1].loglog(widths, size, style, color=color)
    axes[1].text(*at, f"$p$ = {p:g}".replace("inf", "∞"), color=color)
axes[1].set(xlabel="width w of the peak", ylabel="norm",
            title="a peak of width w and height $1/\\sqrt{w}$")
mathlib.show(
    fig,
    caption="Left, all vectors of length 1 in the plane, by five p. Right,"
    " a peak that gets narrower (to the left) and higher: its 1-norm dies,"
    " its 2-norm stays 1, its ∞-norm explodes.",
    alt="Nested outlines from a four-pointed star over a diamond and a"
    " circle to a square; three lines on logarithmic axes, one falling, one"
    " level, one rising to the left.",
)

# %% [markdown]
# **The right picture can't happen to arrows.** In the plane all norms agree up to a factor: what is small for one is
# small for all. Among functions they quarrel, and so *close to* means nothing until you say in which norm. You have met
# them as losses: mean absolute error is $p = 1$, mean squared error $p = 2$, the worst case $p = \infty$.
#
# **Why $p = 2$ is special.** It alone comes from an **inner product**, and an inner product knows angles:
#
# $$\langle f, g\rangle = \int_a^b f(t)\,\overline{g(t)}\,dt, \qquad \|f\|_2 = \sqrt{\langle f, f\rangle} .$$
#
# (The bar is for complex values: it changes the sign of the imaginary part, so that $\langle f, f\rangle \ge 0$. For
# real functions forget it.) $f$ and $g$ are **orthogonal** if $\langle f, g\rangle = 0$. Chapter 2's proof of
# Cauchy–Schwarz used only that $\langle\cdot,\cdot\rangle$ is linear, symmetric and positive, so it holds here word for
# word: $|\langle f, g\rangle| \le \|f\|\,\|g\|$. So does Pythagoras: if $f \perp g$, then
# $\|f + g\|^2 = \|f\|^2 + \|g\|^2$.

# %% [markdown]
# **No holes.** One more property is needed before one may compute with limits. The ramps below get ever closer to one
# another in the 2-norm, and yet they approach nothing among the continuous functions: their limit jumps. As the
# fractions 1, 1.4, 1.41, 1.414, … approach a hole where $\sqrt2$ should be. A space in which whatever closes in on
# itself has something to close in *on* is called **complete**. A **Hilbert space** is a space with an inner product
# that is complete in its norm. $\mathbb R^n$ is one; the continuous functions with the 2-norm are not; fill their holes
# and you get $L^2$, the functions whose square has a finite integral.
#
# **What it buys: the best approximation exists, and it is a projection.** Let $S$ be a closed subspace, say all
# straight lines. (*Closed* means without holes of its own. What finitely many functions span always is.) Then exactly
# one $f^*\in S$ is nearest to $f$, and it is the one with
#
# $$\langle f - f^*, g\rangle = 0 \quad\text{for all } g\in S .$$
#
# *Why nearest:* for any other $g\in S$ the vectors $f - f^*$ and $f^* - g$ are orthogonal (the second lies in $S$), so
# by Pythagoras $\|f - g\|^2 = \|f - f^*\|^2 + \|f^* - g\|^2$, which is larger. *Why it exists* is where completeness
# enters: candidates that get better and better close in on each other, and there must be something there. This one
# picture, the foot of a perpendicular, will come back again and again.

# %%
t = (np.arange(2000) + 0.5) / 1000 - 1
fig, axes = plt.subplots(1, 2, figsize=(7.2, 2.7))
for k, N in enumerate((1, 2, 4, 8, 64)):
    axes[0].plot(t, np.clip(N * t, -1, 1), color=str(0.75 - 0.15 * k),
                 lw=1.5)
gaps = [fa.lp_norm(np.clip(N * t, -1, 1) - np.clip(2 * N * t, -1, 1), 2)
        * 0.001**0.5 for N in (1, 2, 4, 8, 16)]
print("from ramp to ramp:", np.round(gaps, 3))
assert all(np.diff(gaps) < 0)
axes[0].set(title="ramps min(max(Nt, −1), 1)", xlabel="t")
axes[0].text(-0.95, 0.72, "N = 1, 2, 4, 8, 64", color="0.3")

t = (np.arange(1000) + 0.5) / 1000
lines = {"nearest in the mean square": (t - 1 / 6, "-", "C0"),
         "nearest at the worst point": (t - 1 / 8, "--", "C1"),
         "tangent in the middle": (t - 1 / 4, ":", "C3")}
axes[1].plot(t, t**2, color="0.2", lw=2.6)
for name, (line, style, color) in lines.items():
    axes[1].plot(t, line, style, color=color, label=name)
    print(f"{name}: 2-norm {fa.lp_norm(t**2 - line, 2) / 1000**0.5:.4f},"
          f" ∞-norm {fa.lp_norm(t**2 - line, np.inf):.4f}")
axes[1].set(title="$t^2$ and three lines", xlabel="t", ylim=(-0.3, 1.05))
axes[1].legend(loc="upper left", fontsize=8)
mathlib.show(
    fig,
    caption="Left, continuous functions that close in on a jump. Right,"
    " which straight line is nearest to $t^2$ (thick)? It depends on the"
    " norm.",
    alt="Ramps that get steeper, from grey to black; a thick parabola piece"
    " with three parallel lines at slightly different heights.",
)
rest = t**2 - (t - 1 / 6)
assert abs(rest.mean()) < 1e-6 and abs((rest * t).mean()) < 1e-6
assert np.isclose(fa.lp_norm(rest, 2) / 1000**0.5, 180**-0.5, atol=1e-5)

# %% [markdown]
# **By hand.** The line nearest to $t^2$ on $[0, 1]$: the rest $t^2 - u - vt$ must be orthogonal to 1 and to $t$,
#
# $$\tfrac13 - u - \tfrac12v = 0, \qquad \tfrac14 - \tfrac12u - \tfrac13v = 0 ,$$
#
# so $v = 1$, $u = -\frac16$: the line $t - \frac16$, at the distance $\sqrt{1/180} = 0.0745$. These are the normal
# equations of chapter 2, with integrals for dot products. Least squares *is* a projection, in whatever Hilbert space.
#
# ## 12.2 Waves as axes
#
# To project on a subspace is easiest along axes that are orthogonal. For functions on a circle, $f(t)$ with period
# $2\pi$, nature offers some. With $e^{\mathrm it} = \cos t + \mathrm i\sin t$, where $\mathrm i^2 = -1$ (a point on the
# unit circle at the angle $t$; $e^{\mathrm is}e^{\mathrm it} = e^{\mathrm i(s + t)}$ says that angles add), take the
# waves $e^{\mathrm imt}$ with $m = 0, \pm1, \pm2, \dots$ turns per period. With the inner product
# $\langle f, g\rangle = \frac1{2\pi}\int_0^{2\pi}f\,\bar g\,dt$,
#
# $$\langle e^{\mathrm imt}, e^{\mathrm im't}\rangle = \frac1{2\pi}\int_0^{2\pi}e^{\mathrm i(m - m')t}\,dt =
# \begin{cases}1 & m = m'\\0 & m\ne m',\end{cases}$$
#
# since a wave spends as much time above zero as below. They are **orthonormal**: axes of length 1 at right angles. The
# coordinate of $f$ along each is an inner product, and $f$ is the sum of its parts:
#
# $$\hat f_m = \langle f, e^{\mathrm imt}\rangle = \frac1{2\pi}\int_0^{2\pi}f(t)\,e^{-\mathrm imt}\,dt, \qquad
# f(t) = \sum_{m=-\infty}^\infty\hat f_m\,e^{\mathrm imt} .$$
#
# The minus comes from the bar. These are the **Fourier coefficients** (1822), and Pythagoras, now with infinitely many
# legs, is called **Parseval**: $\frac1{2\pi}\int|f|^2dt = \sum_m|\hat f_m|^2$. (That the sum does reach $f$, in the
# 2-norm and for every $f$ in $L^2$, is a theorem that we borrow: the waves leave no direction out.)

# %% [markdown]
# **By hand.** The square wave, $1$ on $(0, \pi)$ and $-1$ on $(\pi, 2\pi)$. Its mean is 0, so $\hat f_0 = 0$. For
# $m \ne 0$ the antiderivative of $e^{-\mathrm imt}$ is $e^{-\mathrm imt}/(-\mathrm im)$, and $e^{-\mathrm im\pi} =
# (-1)^m$:
#
# $$\hat f_m = \frac1{2\pi}\Bigl(\frac{(-1)^m - 1}{-\mathrm im} - \frac{1 - (-1)^m}{-\mathrm im}\Bigr) =
# \frac{1 - (-1)^m}{\mathrm i\pi m} = \frac{2}{\mathrm i\pi m} \text{ for odd } m, \text{ else } 0 .$$
#
# Put $m$ and $-m$ together: $e^{\mathrm imt} - e^{-\mathrm imt} = 2\mathrm i\sin mt$, and so
# $f(t) = \frac4\pi\bigl(\sin t + \frac13\sin3t + \frac15\sin5t + \dots\bigr)$. Parseval, for free:
# $1 = 2\cdot\frac4{\pi^2}\bigl(1 + \frac19 + \frac1{25} + \dots\bigr)$, so the sum over the odd squares is $\pi^2/8$.
#
# **With samples.** A computer has $f$ at $t_j = 2\pi j/n$, $j = 0, \dots, n - 1$, and takes the mean for the integral:
#
# $$\hat f_m \approx \frac1n\sum_{j=0}^{n-1}f(t_j)\,e^{-\mathrm imt_j} .$$
#
# $t = 2\pi$ is *not* among the points: it is $t = 0$ again, and must not vote twice. This is not just an approximation:
# if $f$ is a sum of waves up to a frequency $m_{\max}$ and $n \ge 2m_{\max} + 1$, it is **exact**, because sampled waves are
# orthogonal, too (12.3). Faster waves than that disguise themselves as slow ones, like the wheels of a film's stagecoach
# that turn backwards: *aliasing*.

# %%
samples = np.array([3.0, 1.0, 5.0, 7.0])   # t = 0, π/2, π, 3π/2
print(fa.fourier_coefficients(samples, 1) + 0)
assert np.allclose(fa.fourier_coefficients(samples, 1),
                   [-0.5 - 1.5j, 4, -0.5 + 1.5j])
odd = np.arange(1, 2_000_000, 2)
assert np.isclose(8 / np.pi**2 * np.sum(1 / odd**2), 1)

t = 2 * np.pi * np.arange(4096) / 4096
square = np.where(t < np.pi, 1.0, -1.0)
square[[0, 2048]] = 0                      # at a jump: its middle
c, m = fa.fourier_coefficients(square, 15), np.arange(-15, 16)
print("m = 1, 2, 3:", c[16:19].round(4) + 0, " 2/π =", round(2 / np.pi, 4))
fig, axes = plt.subplots(1, 2, figsize=(7.2, 2.6), width_ratios=[1, 1.7])
axes[0].vlines(m, 0, np.abs(c), color="C0")
axes[0].plot(m, np.abs(c), "o", color="C0", ms=4)
axes[0].set(xlabel="frequency m", ylabel="size of $\\hat f_m$",
            title="the coordinates")
near = np.linspace(0, 1.3, 5201)
axes[1].plot([0, 0, 1.3], [0, 1, 1], color="0.6", lw=1)
for top, color, style in ((5, "C3", ":"), (21, "C1", "--"),
                          (201, "C0", "-")):
    odd = np.arange(1, top + 1, 2)
    part = 4 / np.pi * np.sin(np.outer(near, odd)) @ (1 / odd)
    axes[1].plot(near, part, style, color=color)
    print(f"up to |m| = {top}: peak {part.max():.4f},"
          f" missing {1 - 8 / np.pi**2 * np.sum(1 / odd**2):.1%}")
    axes[1].text(1.02, {5: 0.35, 21: 0.47, 201: 0.59}[top],
                 f"|m| ≤ {top}", color=color)
# In the limit the peak is 2/π times the integral of sin(u)/u up to π.
level = 2 * np.sinc((np.arange(1000) + 0.5) / 1000).mean()
axes[1].set(xlabel="t", title="its partial sums near the jump",
            ylim=(-0.05, 1.3))
axes[1].axhline(level, color="0.5", lw=0.8)
axes[1].text(0.62, 1.2, f"{level:.3f}", color="0.4", fontsize=9)
mathlib.show(
    fig,
    caption="The square wave. More waves miss less and less of it in the"
    " mean square. The overshoot beside the jump stays: it moves closer, and"
    f" settles at 9 % of the jump of 2 (level line: {level:.3f}). That is"
    " Gibbs's phenomenon.",
    alt="Left, a comb of lines that shrink like 1 over m on both sides."
    " Right, three wavy curves that rise from 0 just beyond a level line"
    " a little above 1, and wobble around 1.",
)
assert abs(part.max() - level) < 1e-4 and abs(level - 1.17898) < 1e-5

# %% [markdown]
# **Two norms, two verdicts** (12.1): in the 2-norm the partial sums converge, in the $\infty$-norm they never do. Waves
# are smooth, a jump is not, and the finest waves that are left out are just those that the edge would need.
#
# **Smooth means short.** Integrate by parts once: $\hat f_m = \frac1{\mathrm im}\widehat{(f')}_m$ for a periodic $f$
# without jumps. Each derivative that exists makes the coefficients fall by another $1/m$. The square wave has $1/m$, a
# saw's tooth too, a triangle $1/m^2$, and a function with all derivatives falls faster than any power. This is why a few
# coordinates are enough for sounds and pictures: most of the world is smooth most of the time. Try some:

# %%
explorer = mathlib.explore.fourier_partial_sums()
fig = explorer.still()
mathlib.show(
    fig,
    caption="Three more waves (grey), their partial sums, and the sizes of"
    " their coefficients, those in use filled. Jumps need many and never lose"
    " the overshoot; a triangle is nearly done after three.",
    alt="Four pairs of a wave with its partial sum and a row of dots that"
    " falls: saw-tooth and pulse with ripples, a triangle almost without.",
)

explorer

# %% [markdown]
# ### Exercise 12.1 * · coordinates among the waves (2 points)
#
# **Contract.** `samples` `(n,)`, real or complex: $f(t_j)$ at $t_j = 2\pi j/n$ for $j = 0, \dots, n - 1$ (the end
# $2\pi$ is not among them); `order` $\ge 0$ with $n \ge 2\cdot$`order` $+ 1$. Return the $\hat f_m$ for $m = -$`order`$, \dots,
# 0, \dots,$ `order`, complex `(2 * order + 1,)`. All of `np.fft` and `scipy.fft` is refused: you are about to write it.
#
# *Example:* `fourier_coefficients(np.array([3, 1, 5, 7]), 1)` returns `[-0.5 - 1.5j, 4, -0.5 + 1.5j]`.
#
# <details><summary>Hint 1</summary><code>np.arange(-order, order + 1)</code> are the frequencies; <code>1j</code> is the imaginary unit. <code>np.outer</code> makes a table of all products of two vectors.</details>
# <details><summary>Hint 2</summary>Where does <code>np.linspace(0, 2 * np.pi, n)</code> put its last point? And do not forget that a mean is no sum.</details>

# %% exercise="fourier_coefficients"
def fourier_coefficients(samples, order):
    """Return the coefficients of the frequencies -order, ..., order."""
    ### BEGIN SOLUTION
    n = len(samples)
    t = 2 * np.pi * np.arange(n) / n  # 2 pi itself is 0 again: left out
    m = np.arange(-order, order + 1)
    return np.exp(-1j * np.outer(m, t)) @ samples / n
    ### END SOLUTION

# %% check="fourier_coefficients"
check("fourier_coefficients")

# %% [markdown]
# ## 12.3 Fast: the transform that runs the world
#
# Take all $n$ frequencies that $n$ samples can tell apart, leave out the $1/n$, and you have the **discrete Fourier
# transform** of a vector $\mathbf x$ of length $n$:
#
# $$\hat x_m = \sum_{j=0}^{n-1}x_j\,e^{-2\pi\mathrm imj/n}, \qquad x_j = \frac1n\sum_{m=0}^{n-1}\hat x_m\,
# e^{2\pi\mathrm imj/n}, \qquad m, j = 0, \dots, n - 1 .$$
#
# Minus going, plus coming back, and the $1/n$ on the way back: that is the convention of NumPy, SciPy and PyTorch.
# Frequencies from $n/2$ on are the negative ones, because $m$ and $m - n$ turns agree at every sample.
#
# **Why the way back works.** The sampled waves are orthogonal: for $m \ne m'$ put $z = e^{2\pi\mathrm i(m - m')/n} \ne
# 1$; then $\sum_jz^j = \frac{z^n - 1}{z - 1} = 0$, since $z^n = 1$ (the geometric series of chapter 1). For $m = m'$ the
# sum is $n$. So the matrix $F$ with entries $e^{-2\pi\mathrm imj/n}$ satisfies $F\bar F = nI$: but for a factor
# $\sqrt n$, a rotation.
#
# **By hand**, $n = 4$: the entries of $F$ are the powers of $-\mathrm i$, namely $1, -\mathrm i, -1, \mathrm i$.
#
# $$\begin{pmatrix}1&1&1&1\\1&-\mathrm i&-1&\mathrm i\\1&-1&1&-1\\1&\mathrm i&-1&-\mathrm i\end{pmatrix}
# \begin{pmatrix}1\\2\\4\\8\end{pmatrix} = \begin{pmatrix}15\\-3 + 6\mathrm i\\-5\\-3 - 6\mathrm i\end{pmatrix}$$

# %%
print(fa.dft([1, 2, 4, 8]).round(9) + 0)
assert np.allclose(fa.dft([1, 2, 4, 8]), [15, -3 + 6j, -5, -3 - 6j])

record = sunspots.load_pandas().data
years = record.YEAR.to_numpy()[-256:]
spots = record.SUNACTIVITY.to_numpy()[-256:]
size = np.abs(fa.dft(spots - spots.mean()))[:129] / 256
best = int(size.argmax())
fig, axes = plt.subplots(1, 3, figsize=(7.6, 2.4),
                         width_ratios=[0.8, 1.4, 1.2])
axes[0].imshow(fa.dft(np.eye(24)).real, cmap="RdBu_r")
axes[0].set(title="real part of F, n = 24", xlabel="j", ylabel="m")
axes[1].plot(years, spots, lw=0.9)
axes[1].set(title="sunspots", xlabel="year", ylim=(0, 200))
axes[2].plot(np.arange(129), size, lw=1)
axes[2].annotate(f"{256 / best:.1f} years", (best, size[best]), (45, 11),
                 color="C1", arrowprops={"arrowstyle": "-", "color": "C1"})
axes[2].set(title="their spectrum", xlabel="m, turns in 256 years")
mathlib.show(
    fig,
    caption=f"Left, the waves as rows of a matrix. Middle, {years[0]:.0f} to"
    f" {years[-1]:.0f}: how spotted the sun was. Right, the size of each"
    " frequency, and the sun's rhythm.",
    alt="A square pattern of stripes with ever higher frequency; a jagged"
    " curve with regular peaks; a spectrum with one tall group of peaks.",
)
print(f"strongest: m = {best}, a period of {256 / best:.2f} years")
assert best == 23 and round(256 / best, 1) == 11.1

# %% [markdown]
# **Convolution.** An echo, a blurred photograph, a layer of a CNN: each output is a weighted sum of shifted inputs. On
# a circle of $n$ places,
#
# $$(\mathbf x * \mathbf y)_l = \sum_{j=0}^{n-1}x_j\,y_{(l - j)\bmod n}, \qquad\text{and}\qquad
# \widehat{(\mathbf x * \mathbf y)}_m = \hat x_m\,\hat y_m .$$
#
# **What was tangled becomes a product, one number at a time.** *Proof:* with $l = j + j'$,
#
# $$\sum_le^{-2\pi\mathrm iml/n}\sum_jx_j\,y_{(l - j)\bmod n} = \sum_jx_j\,e^{-2\pi\mathrm imj/n}
# \sum_{j'}y_{j'}\,e^{-2\pi\mathrm imj'/n} ,$$
#
# where the mod does not matter, because the wave does not notice whole turns. In the words of chapter 3: waves are the
# eigenvectors of *every* convolution, and $\hat y_m$ are its eigenvalues.
#
# **By hand.** $(1, 2, 3) * (4, 0, 5)$. Laid out without the circle it is $1\cdot(4, 0, 5)$, then $2\cdot(4, 0, 5)$ one
# place later, then $3\cdot(4, 0, 5)$ two places later: $(4, 8, 17, 10, 15)$. On the circle the last two come in at the
# front again: $(4 + 10, 8 + 15, 17) = (14, 23, 17)$. **That is the trap**: if you mean the first, the **linear**
# convolution, put enough zeros behind both (here 2) before you go through the transform.

# %%
x, y = np.array([1.0, 2, 3]), np.array([4.0, 0, 5])
print("circular:", fa.circular_convolution(x, y),
      "  linear:", fa.fft_convolve(x, y).round(9))
assert np.allclose(fa.circular_convolution(x, y), [14, 23, 17])
assert np.allclose(fa.fft_convolve(x, y), [4, 8, 17, 10, 15])
assert np.allclose(fa.dft(fa.circular_convolution(x, y)),
                   fa.dft(x) * fa.dft(y))

# A number is a convolution that has not carried yet: 2**3000 * 3**2000.
a, b = str(2**3000), str(3**2000)
digits = [np.array([*map(int, s[::-1])], float) for s in (a, b)]
columns = np.rint(fa.fft_convolve(*digits)).astype(int).tolist()
product = sum(c * 10**j for j, c in enumerate(columns))
print(f"{len(a)} digits times {len(b)}: right?", product == 2**3000 * 3**2000)
assert product == 2**3000 * 3**2000

# %% [markdown]
# The last lines multiply two long numbers by the theorem: digits convolve as polynomials do, and the carrying comes
# afterwards. (Records in computing $\pi$ are made so, and chapter 10 says why the rounding is safe: the columns are
# whole numbers below $81\cdot955$, far from $2^{53}$.)
#
# ### Exercise 12.2 ** · the transform, and the circle (3 points)
#
# **Contract.** `dft(x)`: `x` `(n,)`, real or complex, any $n \ge 1$; return $\hat{\mathbf x}$, complex `(n,)`, minus in
# the exponent, no $1/n$. `circular_convolution(x, y)`: both `(n,)`; return $\mathbf x * \mathbf y$ on the circle,
# `(n,)`. `np.fft`, `scipy.fft` and mathlib's fast versions are refused; `np.roll`
# and `np.convolve` are not.
#
# *Example:* `dft(np.array([1, 2, 4, 8]))` returns `[15, -3 + 6j, -5, -3 - 6j]`, and
# `circular_convolution(np.array([1, 2, 3]), np.array([4, 0, 5]))` returns `[14, 23, 17]`.
#
# <details><summary>Hint 1</summary>The matrix F has a row for each m and a column for each j. Which function makes a table of all products m j?</details>
# <details><summary>Hint 2</summary>For the second: a table <code>y[(l - j) % n]</code> with a row for each l and a column for each j. Indexing with a table of integers gives a table.</details>

# %% exercise="dft"
def dft(x):
    """Return the discrete Fourier transform, by its definition."""
    ### BEGIN SOLUTION
    m = np.arange(len(x))
    return np.exp(-2j * np.pi * np.outer(m, m) / len(x)) @ x
    ### END SOLUTION

def circular_convolution(x, y):
    """Convolve two sequences of one length on a circle."""
    ### BEGIN SOLUTION
    j = np.arange(len(x))
    return y[(j[:, None] - j) % len(x)] @ x
    ### END SOLUTION

# %% check="dft"
check("dft")

# %% [markdown]
# **By halves.** The definition costs $n^2$ multiplications: for a minute of music, $n = 2.6$ million, some seven million
# million. Gauss (1805, for the orbits of asteroids) and Cooley and Tukey (1965) saw that almost all of it is done
# twice. Sort the samples into even and odd places, let $E$ and $O$ be the transforms of the two halves, of length
# $n/2$ each:
#
# $$\hat x_m = \sum_{j}x_{2j}\,e^{-2\pi\mathrm im(2j)/n} + \sum_jx_{2j+1}\,e^{-2\pi\mathrm im(2j + 1)/n}
# = E_m + e^{-2\pi\mathrm im/n}\,O_m , \qquad m < n/2 .$$
#
# For the upper half of the frequencies nothing new is needed. $E$ and $O$ repeat after $n/2$, and
# $e^{-2\pi\mathrm i(m + n/2)/n} = -e^{-2\pi\mathrm im/n}$, so
#
# $$\hat x_{m + n/2} = E_m - e^{-2\pi\mathrm im/n}\,O_m .$$
#
# Two transforms of half the length and $n/2$ multiplications. Halve again, until a single number is left, which is its
# own transform. There are $\log_2n$ levels with $n/2$ multiplications each: $\frac n2\log_2n$ instead of $n^2$.
#
# **By hand.** $\mathbf x = (1, 2, 4, 8)$. Evens $(1, 4)$: $E = (1 + 4, 1 - 4) = (5, -3)$. Odds $(2, 8)$: $O = (10, -6)$.
# The factors are $e^0 = 1$ and $e^{-2\pi\mathrm i/4} = -\mathrm i$, so the turned odds are $(10, 6\mathrm i)$, and the
# answer $(5 + 10,\ -3 + 6\mathrm i,\ 5 - 10,\ -3 - 6\mathrm i)$.

# %%
print(fa.fft([1, 2, 4, 8]).round(9) + 0)
x = np.random.default_rng(1).normal(size=4096)
gap = np.abs(fa.fft(x) - np.fft.fft(x)).max() / np.abs(x).sum()
print("differs from np.fft.fft by less than 1e-13 of the sum:", gap < 1e-13)
assert gap < 1e-13 and np.allclose(fa.fft(x[:256]), fa.dft(x[:256]))

n = 2.0 ** np.arange(1, 25)
slow, fast = n**2, n / 2 * np.log2(n)
fig, ax = plt.subplots(figsize=(6.2, 2.5))
ax.loglog(n, slow, "--", color="C1")
ax.loglog(n, fast, color="C0")
ax.axvline(2.6e6, color="0.6", lw=0.8)
ax.text(2.3e6, 3, "a minute of music", ha="right", color="0.35")
ax.text(40, 3e8, "the definition, $n^2$", color="C1")
ax.text(2e4, 2e3, "by halves, $\\frac{n}{2}\\log_2 n$", color="C0")
ax.set(xlabel="length n", ylabel="multiplications")
mathlib.show(
    fig,
    caption="What a transform costs. For a minute of music the definition"
    f" does {2.6e6**2 / (1.3e6 * np.log2(2.6e6)):,.0f} times as much work.",
    alt="Two lines on logarithmic axes, the dashed one twice as steep.",
)
assert 2e5 < 2.6e6**2 / (1.3e6 * np.log2(2.6e6)) < 3e5

# %% [markdown]
# **Where it is load-bearing.** MRI scanners, JPEG, MP3, mobile phones; every spectrogram that a speech model listens to.
# Long convolutions in sequence models (S4, Hyena) go through the transform and back, because $n\log n$ beats the
# $n^2$ of attention.
#
# ### Exercise 12.3 *** · by halves (3 points)
#
# **Contract.** `x` `(n,)`, real or complex, $n$ a power of two (1 is one). Return the same as `dft`, complex `(n,)`,
# but by halves: no table of $n\times n$ (the check looks at your memory, and the definition once more earns little).
# All of `np.fft` and `scipy.fft` is refused, and `fa.dft` inside the answer, too.
#
# *Example:* `fft(np.array([1, 2, 4, 8]))` returns `[15, -3 + 6j, -5, -3 - 6j]`.
#
# <details><summary>Hint 1</summary>A function may call itself, if it knows when to stop. What is the transform of one number?</details>
# <details><summary>Hint 2</summary><code>x[::2]</code> are the even places. <code>np.concatenate([first, second])</code> sets one half behind the other.</details>

# %% exercise="fft"
def fft(x):
    """Return the discrete Fourier transform, by halves."""
    ### BEGIN SOLUTION
    if len(x) == 1:
        return x + 0j
    even, odd = fft(x[::2]), fft(x[1::2])
    m = np.arange(len(odd))
    turned = np.exp(-2j * np.pi * m / len(x)) * odd
    return np.concatenate([even + turned, even - turned])
    ### END SOLUTION

# %% check="fft"
check("fft")

# %% [markdown]
# **Waves know what, not when.** A click is spread over all frequencies; a wave lasts for ever. Alfréd Haar (1910) took
# axes that are short instead. From each pair of neighbours keep the average and the detail,
#
# $$s_j = \frac{x_{2j} + x_{2j+1}}{\sqrt2}, \qquad \delta_j = \frac{x_{2j} - x_{2j+1}}{\sqrt2},$$
#
# and do the same with the averages, and with theirs, until one is left. Each step is a rotation by $45°$ of each pair
# (with a reflection), so lengths stay: orthonormal axes again, the **Haar wavelets**. It costs $2n$ additions, even less
# than the fast Fourier transform.
#
# **By hand.** $(4, 2, 5, 9)$: averages $(6, 14)/\sqrt2$, details $(2, -4)/\sqrt2$. Again: average
# $\frac{6 + 14}{2} = 10$, detail $\frac{6 - 14}{2} = -4$. Together $(10, -4, \sqrt2, -2\sqrt2)$, and the squares add up
# to $126$, before and after.
#
# **Compression.** Where a picture is smooth, details are almost 0: forget them. Let us keep 4 of 100 numbers of a
# photograph, the largest ones, in three kinds of coordinates. (A picture is transformed along its rows, then along its
# columns.) Smoother wavelets than Haar's do it in JPEG 2000, in the FBI's fingerprints, and in the search for
# gravitational waves.

# %%
print(fa.haar([4.0, 2, 5, 9]).round(4))
assert np.allclose(fa.haar([4.0, 2, 5, 9]),
                   [10, -4, 2**0.5, -2 * 2**0.5])
photo = load_sample_image("china.jpg").mean(axis=2)[60:316:2, 190:446:2] / 255


def keep(c, share=0.04):
    """Set all but the largest entries to 0."""
    least = np.quantile(np.abs(c), 1 - share)
    return np.where(np.abs(c) >= least, c, 0)


short = keep(fa.haar(fa.haar(photo).T).T)
short = fa.inverse_haar(fa.inverse_haar(short).T).T
waves = keep(fa.fft(fa.fft(photo).T).T)
waves = np.conj(fa.fft(fa.fft(np.conj(waves)).T).T).real / photo.size
mean = photo.mean()
points = mean + keep(photo - mean)
fig, axes = plt.subplots(1, 4, figsize=(7.6, 2.2))
errors = {}
for ax, (name, p) in zip(axes, {"the photograph": photo, "pixels": points,
                                "waves": waves, "wavelets": short}.items()):
    ax.imshow(p, cmap="gray", vmin=0, vmax=1,
              interpolation="nearest")
    errors[name] = la.l2_norm((p - photo).ravel()) / la.l2_norm(
        (photo - mean).ravel())
    ax.set(xticks=[], yticks=[], title=name)
    ax.set_xlabel(f"misses {errors[name]:.0%}" if p is not photo else "")
mathlib.show(
    fig,
    caption="A photograph, and what 4 % of its coordinates say. Missed: the"
    " length of the difference, as a share of the photograph's own (without"
    " its mean). Single pixels know nothing of their neighbours, waves ripple"
    " around every edge of the roof (Gibbs again), wavelets make blocks.",
    alt="A Chinese pavilion; the same almost uniformly grey with a few"
    " bright and dark spots; blurred with ripples; sharp but in blocks.",
)
assert errors["wavelets"] < errors["waves"] < errors["pixels"]

# %% [markdown]
# ## 12.4 Angles between things: kernels
#
# A straight line can't separate a ring from what it encloses. Give each point a third coordinate, its distance from the
# middle, and a flat cut does it. That is the oldest trick of machine learning: send $\mathbf x$, of shape $(d,)$, to
# **features** $\phi(\mathbf x)$ in some larger Hilbert space, and do something linear there. Chapter 2 has taught that
# linear methods (regression, projections, PCA) need nothing but inner products. So one needs no features at all, just
#
# $$k(\mathbf x, \mathbf x') = \langle\phi(\mathbf x), \phi(\mathbf x')\rangle .$$
#
# **By hand.** In the plane, $k(\mathbf x, \mathbf x') = (\mathbf x^\top\mathbf x')^2 = (x_1x_1' + x_2x_2')^2 =
# x_1^2x_1'^2 + 2x_1x_2\,x_1'x_2' + x_2^2x_2'^2$. That is $\phi(\mathbf x)^\top\phi(\mathbf x')$ with
# $\phi(\mathbf x) = (x_1^2, \sqrt2\,x_1x_2, x_2^2)$: three features for the price of one dot product and a square. The
# **polynomial kernel** $(\mathbf x^\top\mathbf x' + r)^q$ has all products of up to $q$ coordinates as features. For a
# digit of 64 pixels and $q = 5$ those are more than ten million, and nobody ever writes them down.
#
# **And infinitely many.** The **RBF kernel** with length scale $\ell$,
#
# $$k(\mathbf x, \mathbf x') = \exp\Bigl(-\frac{\|\mathbf x - \mathbf x'\|^2}{2\ell^2}\Bigr) ,$$
#
# is 1 for equal points and falls to nothing over a distance of a few $\ell$. In one dimension, with $\ell = 1$, open the
# square and expand $e^{xx'}$:
#
# $$k(x, x') = e^{-x^2/2}\,e^{-x'^2/2}\sum_{q=0}^\infty\frac{(xx')^q}{q!} = \sum_{q=0}^\infty\phi_q(x)\,\phi_q(x'),
# \qquad \phi_q(x) = e^{-x^2/2}\frac{x^q}{\sqrt{q!}} .$$
#
# A feature for every power of $x$, without end, and the whole inner product costs one exponential.

# %%
a, b = np.array([[1.0, 2.0]]), np.array([[3.0, 1.0], [0.0, -2.0]])
print("(x·x' + 1)²:", fa.polynomial_kernel(a, b, degree=2),
      "  RBF at distance 5, ℓ = 5:",
      fa.rbf_kernel([[0, 0]], [[3, 4]], length_scale=5).round(4))
assert np.allclose(fa.polynomial_kernel(a, b, degree=2), [[36, 9]])
assert np.isclose(fa.rbf_kernel([[0, 0]], [[3, 4]], length_scale=5)[0, 0],
                  np.exp(-0.5))
# 69 things choose 5: monomials of degree up to 5 in 64 pixels.
assert np.prod(np.arange(65, 70)) / 120 > 1.1e7

x, y = 1e8, 1e8 + 1
print("squared distance:", (x - y) ** 2, " opened:", x * x + y * y - 2 * x * y)
assert x * x + y * y - 2 * x * y == 0

X, label = load_digits(return_X_y=True)
X = X / 16
by_class = np.argsort(label[:150], kind="stable")
some = X[:150][by_class]
grams = {"linear, $x\\cdot x'$": some @ some.T,
         "polynomial, q = 5": fa.polynomial_kernel(some, degree=5),
         "RBF, ℓ = 1": fa.rbf_kernel(some, length_scale=1.0)}
ticks = np.bincount(label[:150]).cumsum() - 8
fig, axes = plt.subplots(1, 3, figsize=(7.4, 2.7))
for ax, (name, K) in zip(axes, grams.items()):
    size = np.sqrt(np.diag(K))
    ax.imshow((K / np.outer(size, size)).round(1), cmap="Blues", vmin=0,
              vmax=1, interpolation="nearest")
    ax.set(title=name, xticks=ticks, yticks=ticks)
    ax.set_xticklabels(range(10))
    ax.set_yticklabels(range(10))
    ax.tick_params(length=0)
mathlib.show(
    fig,
    caption="The kernels of 150 digits with one another, sorted by class and"
    " scaled to 1 on the diagonal: cosines of angles. For the linear kernel"
    " everything is alike; for the others each digit knows its kin.",
    alt="Three square tables of 150 by 150: the first almost evenly blue,"
    " the second and the third pale with darker blocks on the diagonal.",
)

# %% [markdown]
# Such a table, $K_{ij} = k(\mathbf x_i, \mathbf x_j)$ of shape $(n, n)$, is called a **Gram matrix**. Everything from
# here on sees the data only through it. The data may be texts, molecules or graphs: whatever has a kernel can be
# classified.
#
# **A trap.** $\|\mathbf x - \mathbf y\|^2 = \|\mathbf x\|^2 + \|\mathbf y\|^2 - 2\,\mathbf x^\top\mathbf y$ is quick,
# because the last term is one matrix product. It also subtracts large numbers: for $x = 10^8$ and $y = 10^8 + 1$ the cell
# above got 0 instead of 1. It may even get a negative square, and then $k > 1$.
#
# **Where it is load-bearing.** Attention's scores $\exp(\mathbf q^\top\mathbf k/\sqrt d)$ are, but for factors of
# $\mathbf q$ alone and of $\mathbf k$ alone, the RBF kernel of queries and keys (open the square); linear attention
# replaces it by features. Cosine search among embeddings (chapter 23) is a kernel, too.
#
# ### Exercise 12.4 * · two kernels (3 points)
#
# **Contract.** `X` `(n, d)`; `Y` `(p, d)`, and if it is `None`, `X` itself. Return `(n, p)`. `rbf_kernel`:
# $\exp(-\|\mathbf x - \mathbf y\|^2/(2\ell^2))$ with $\ell$ = `length_scale`. No entry above 1, and 1 on the diagonal
# of $k(X, X)$, also for points near $10^8$. `polynomial_kernel`: $(\mathbf x^\top\mathbf y + r)^q$ with $r$ = `coef0`,
# $q$ = `degree`. `la.pairwise_euclidean_distance` may be used; scikit-learn's kernels are refused.
#
# *Example:* `rbf_kernel(np.array([[0, 0], [3, 4]]), length_scale=5)` returns `[[1, 0.6065], [0.6065, 1]]`;
# `polynomial_kernel(np.array([[1, 2]]), np.array([[3, 1], [0, -2]]), degree=2)` returns `[[36, 9]]`.
#
# <details><summary>Hint 1</summary><code>la.pairwise_euclidean_distance(X, Y)</code> has the distances, one row for each point of X. What does the formula want instead?</details>
# <details><summary>Hint 2</summary>In the example the distance is as long as ℓ: the exponent must be −1/2.</details>

# %% exercise="rbf_kernel"
def rbf_kernel(X, Y=None, *, length_scale=1.0):
    """Return the Gaussian kernel of each row of X with each row of Y."""
    ### BEGIN SOLUTION
    Y = X if Y is None else Y
    distances = la.pairwise_euclidean_distance(X, Y)
    return np.exp(-(distances**2) / (2 * length_scale**2))
    ### END SOLUTION

def polynomial_kernel(X, Y=None, *, degree=3, coef0=1.0):
    """Return (x.y + coef0) ** degree of each row of X with each of Y."""
    ### BEGIN SOLUTION
    Y = X if Y is None else Y
    return (X @ Y.T + coef0) ** degree
    ### END SOLUTION

# %% check="rbf_kernel"
check("rbf_kernel")

# %% [markdown]
# **Which tables are kernels?** Suppose a friend invents a measure of likeness. Are there features behind it, in any
# space at all? If there are, then for all numbers $c_1, \dots, c_n$
#
# $$\sum_{ij}c_ic_j\,k(\mathbf x_i, \mathbf x_j) = \Bigl\langle\sum_ic_i\phi(\mathbf x_i), \sum_jc_j\phi(\mathbf x_j)
# \Bigr\rangle = \Bigl\|\sum_ic_i\,\phi(\mathbf x_i)\Bigr\|^2 \ge 0 .$$
#
# So $K$ is symmetric and has no negative eigenvalue, for every choice of points: the kernel is **positive
# semi-definite** (PSD). The surprise is that this is enough. Every PSD function is an inner product of features; we
# build them in a minute (Aronszajn, 1950). PSD says nothing about the *entries*: $(x x')$ on the line has negative
# ones, and the table of all distances has none, yet an eigenvalue below 0.
#
# **By hand.** The distances of $0, 1, 3$: $K = \begin{pmatrix}0&1&3\\1&0&2\\3&2&0\end{pmatrix}$. Take
# $\mathbf c = (1, 0, -1)$: $\mathbf c^\top K\mathbf c = -6$. No kernel. And $\min(x, x')$ on the points $1, 1, 3$:
# $\begin{pmatrix}1&1&1\\1&1&1\\1&1&3\end{pmatrix}$. The point that stands there twice makes two equal rows, an
# eigenvalue 0. *Semi*-definite, and perfectly all right.
#
# **Rules to build with.** If $k_1$ and $k_2$ are kernels, so are $k_1 + k_2$ (features side by side), $a^2k_1$, and the
# product $k_1k_2$ (all products of features; Schur's theorem), and $k(g(\mathbf x), g(\mathbf x'))$ for any function
# $g$ (features of features). What they are for you will see in the capstone.

# %%
D = np.array([[0.0, 1, 3], [1, 0, 2], [3, 2, 0]])
print("distances:", np.linalg.eigvalsh(D).round(3))


def smaller(X, Y):
    """Return min(x, y), a kernel for positive numbers."""
    return np.minimum(X, Y.T)


points = np.random.default_rng(2).uniform(0, 3, size=(30, 1))
candidates = {"RBF": fa.rbf_kernel, "min(x, y)": smaller,
              "distance": la.pairwise_euclidean_distance,
              "tanh(x·y − 1)": lambda X, Y: np.tanh(X @ Y.T - 1)}
fig, ax = plt.subplots(figsize=(6.4, 2.3))
for row, (name, kernel) in enumerate(candidates.items()):
    K = kernel(points, points)
    scaled = np.linalg.eigvalsh(K) / np.abs(K).max()
    ax.plot(scaled, np.full(30, -row), "|", ms=14, mew=1.4,
            color="C1" if scaled[0] < -1e-9 else "C0")
    lowest = round(scaled[0], 3) + 0.0
    print(f"{name:14s} smallest eigenvalue / largest entry {lowest:7.3f}",
          " PSD here:", fa.is_psd_kernel(kernel, points))
ax.set_xscale("symlog", linthresh=0.1)
ax.set_yticks([0, -1, -2, -3], candidates)
ax.axvline(0, color="0.6", lw=0.8, zorder=0)
ax.set(ylim=(-3.6, 0.6), xlabel="eigenvalue / largest entry",
       xticks=[-10, -1, -0.1, 0, 0.1, 1, 10])
mathlib.show(
    fig,
    caption="The eigenvalues of four tables of 30 points (the axis is"
    " logarithmic beyond ±0.1). Kernels have none to the left of 0.",
    alt="Four rows of ticks on a line: two rows end at 0 on the left, two"
    " rows go on far below 0.",
)
verdicts = [fa.is_psd_kernel(k, points) for k in candidates.values()]
assert verdicts == [True, True, False, False]
assert fa.is_psd_kernel(smaller, np.array([[1.0], [1.0], [3.0]]))

# %% [markdown]
# `tanh`, once sold as the "neural network kernel", is an impostor. A negative square length is not a matter of taste:
# training may then run away for ever, or stop at nonsense.
#
# ### Exercise 12.5 ** · kernel or impostor? (2 points)
#
# **Contract.** `kernel(X, Y)` returns the table `(n, p)` of two sets of points; call it as `kernel(X, X)` with `X`
# `(n, d)` (it may want both). Return `True` or `False`: is this table $K$ symmetric, and has it no eigenvalue below 0, up to
# rounding? With $s$ the largest $|K_{ij}|$: allow $|K_{ij} - K_{ji}| \le$ `tol` $\cdot\,s$ and eigenvalues $\ge -$
# `tol` $\cdot\,s$. $K = 0$ is fine. `np.linalg.eigvalsh` may be used. (`True` holds for these points only; a `False` is
# final.)
#
# *Example:* with `la.pairwise_euclidean_distance` and `X = np.array([[0.0], [1.0], [3.0]])`: `False`. With
# `fa.rbf_kernel` and `X = np.array([[1.0], [1.0], [3.0]])`: `True`.
#
# <details><summary>Hint 1</summary><code>eigvalsh</code> reads one triangle of the table and believes the rest. It never tells you that K is not symmetric.</details>
# <details><summary>Hint 2</summary>A kernel may be measured in millions or in millionths. What has that to do with s?</details>

# %% exercise="is_psd_kernel"
def is_psd_kernel(kernel, X, *, tol=1e-9):
    """Say whether the kernel's table of these points is PSD."""
    ### BEGIN SOLUTION
    K = kernel(X, X)
    margin = tol * np.max(np.abs(K))
    symmetric = np.max(np.abs(K - K.T)) <= margin
    return bool(symmetric and np.linalg.eigvalsh(K)[0] >= -margin)
    ### END SOLUTION

# %% check="is_psd_kernel"
check("is_psd_kernel")

# %% [markdown]
# ### The space behind a kernel
#
# Where are the features of a PSD function $k$? Let the feature of a point be a *function*, the bump that the kernel
# puts there: $\phi(\mathbf x) = k(\mathbf x, \cdot)$. Take all sums of bumps,
#
# $$f = \sum_ic_i\,k(\mathbf x_i, \cdot), \qquad\text{with}\qquad \langle k(\mathbf x, \cdot), k(\mathbf x', \cdot)
# \rangle := k(\mathbf x, \mathbf x'), \qquad \|f\|^2 = \sum_{ij}c_ic_j\,k(\mathbf x_i, \mathbf x_j)
# = \mathbf c^\top K\mathbf c ,$$
#
# and fill the holes. This Hilbert space is the **reproducing kernel Hilbert space** (RKHS) of $k$. Its name comes from
# a little miracle. What is the inner product of $f$ with one bump?
#
# $$\langle f, k(\mathbf x, \cdot)\rangle = \sum_ic_i\,k(\mathbf x_i, \mathbf x) = f(\mathbf x) .$$
#
# **To evaluate $f$ is to take an inner product.** So by Cauchy–Schwarz $|f(\mathbf x) - f(\mathbf x')| \le \|f\|\,
# \|k(\mathbf x, \cdot) - k(\mathbf x', \cdot)\|$: functions of small norm can't change fast, and *norm* has become a
# word for *wildness*. ($L^2$ has nothing of the kind: a high and narrow peak has a small norm there.)
#
# **By hand.** $k(x, x') = \min(x, x')$ for $x \ge 0$, the points 1 and 2, $\mathbf c = (1, 2)$:
# $\|f\|^2 = 1\cdot1 + 2\cdot(2\cdot1) + 4\cdot2 = 13$. What is $f(x) = \min(1, x) + 2\min(2, x)$? A line of slope 3 up
# to $x = 1$, of slope 2 up to $x = 2$, then level. The integral of its squared slope: $9 + 4 = 13$. That is no
# accident. For this kernel $\|f\|^2 = \int f'(x)^2dx$, and the shortest curve through some points joins them by straight
# lines.

# %%
K = np.minimum.outer([1.0, 2.0], [1.0, 2.0])
print("norm squared:", (fa.rkhs_norm(K, [1.0, 2.0]) ** 2).round(9))
assert np.isclose(fa.rkhs_norm(K, [1.0, 2.0]) ** 2, 13)

# The forty curves of the first picture are sums of bumps, too.
where = np.concatenate([centres, x7])
K_all = bumps(where, where)
lengths = np.array([fa.rkhs_norm(K_all, np.concatenate([h, c]))
                    for h, c in zip(heights.T, mend.T)])
shortest = np.linalg.solve(bumps(x7, x7), y7)   # bumps at the dots alone
least = fa.rkhs_norm(bumps(x7, x7), shortest)
fig, axes = plt.subplots(1, 2, figsize=(7.4, 2.7), width_ratios=[1.9, 1])
order = np.argsort(-lengths)
shades = plt.get_cmap("Greys")(np.linspace(0.25, 0.75, 40))
for rank, i in enumerate(order):
    axes[0].plot(grid, curves[:, i], color=shades[rank], lw=0.7)
axes[0].plot(grid, bumps(grid, x7) @ shortest, color="C0", lw=2.4)
axes[0].plot(x7, y7, "o", color="C1", ms=7)
axes[0].set(xlabel="x", ylim=(-3.2, 3.2))
axes[1].plot(lengths[order], "o", color="0.5", ms=3)
axes[1].axhline(least, color="C0", lw=2.4)
axes[1].text(1, least - 0.75, f"{least:.2f}", color="C0")
axes[1].set(xlabel="curve, sorted", ylabel="norm",
            ylim=(0, 1.1 * lengths.max()))
mathlib.show(
    fig,
    caption="The forty curves, darker the shorter they are in the RKHS of"
    " the RBF kernel (right: their norms). Thick: the sum of seven bumps"
    " that goes through the dots. It is shorter than all of them.",
    alt="Grey curves through seven dots with a thick blue one in their"
    " midst; a falling row of grey dots, all above a blue level line.",
)
assert lengths.min() > least

# %% [markdown]
# Seven bumps, one on each dot, and nothing anywhere else: why should *that* be the shortest of all curves, in a space of
# infinitely many dimensions? The foot of a perpendicular again, and the proof is yours.
#
# ## 12.5 The infinite, made finite
#
# Measurements have errors, so don't insist on hitting the dots. **Kernel ridge regression** weighs the misses against
# the length, with a price $\alpha > 0$:
#
# $$\min_{f\in\mathcal H}\ J(f), \qquad J(f) = \sum_{i=1}^n\bigl(y_i - f(\mathbf x_i)\bigr)^2 + \alpha\,\|f\|^2 ,$$
#
# where $\mathcal H$ is the RKHS. That is a search among functions. The **representer theorem** (Kimeldorf and Wahba,
# 1971; Schölkopf, Herbrich and Smola, 2001) says that it is one among $n$ numbers: the best $f$ is
# $\sum_ic_i\,k(\mathbf x_i, \cdot)$, with bumps at the data and nowhere else.
#
# ### Exercise 12.6 ** · a derivation, in writing (5 points, read by a person)
#
# $\mathcal H$ is the RKHS of a kernel $k$, $\mathbf x_1, \dots, \mathbf x_n$ are points, $\alpha > 0$, and $J$ is as
# above.
#
# 1. Let $S$ be the set of all sums $\sum_ic_i\,k(\mathbf x_i, \cdot)$. Say why every $f\in\mathcal H$ can be written as
#    $f = g + h$ with $g\in S$ and $h$ orthogonal to each $k(\mathbf x_i, \cdot)$.
# 2. Show $f(\mathbf x_i) = g(\mathbf x_i)$ for all $i$. Which property of $\mathcal H$ do you use? What does it mean for
#    the first part of $J$?
# 3. Compare $\|f\|^2$ and $\|g\|^2$. Conclude that $J(f) \ge J(g)$, with equality only for $h = 0$, so that every
#    minimizer is $\sum_ic_i\,k(\mathbf x_i, \cdot)$. Where was $\alpha > 0$ needed?
# 4. Put this form into $J$ and show $J = \|\mathbf y - K\mathbf c\|^2 + \alpha\,\mathbf c^\top K\mathbf c$. Set the
#    gradient by $\mathbf c$ to zero and show that $\mathbf c = (K + \alpha I)^{-1}\mathbf y$ solves it.
#
# Write formulas between dollar signs. One line of reasoning for each step is enough; a step without a reason is not.

# %% [markdown] written="representer_derivation"
# **1.** $S$ is a subspace of finite dimension (it is spanned by $n$ functions), hence closed, so every $f$ has a
# projection $g$ on it (12.1), and $h = f - g$ is orthogonal to all of $S$, in particular to each
# $k(\mathbf x_i, \cdot)$.
#
# **2.** The reproducing property: $f(\mathbf x_i) = \langle f, k(\mathbf x_i, \cdot)\rangle =
# \langle g, k(\mathbf x_i, \cdot)\rangle + \langle h, k(\mathbf x_i, \cdot)\rangle = g(\mathbf x_i) + 0$. The sum of
# squares asks only for the values at the data, so it is the same for $f$ and $g$: it does not see $h$.
#
# **3.** $g\perp h$, so Pythagoras gives $\|f\|^2 = \|g\|^2 + \|h\|^2 \ge \|g\|^2$. The first parts of $J$ are equal and
# the second differ by $\alpha\|h\|^2 \ge 0$; as $\alpha > 0$ this is 0 only for $h = 0$. So whoever is not in $S$ can be
# improved by dropping $h$, and a minimizer is in $S$. (With $\alpha = 0$ any $h$ would cost nothing.)
#
# **4.** $f(\mathbf x_i) = \sum_jc_j\,k(\mathbf x_j, \mathbf x_i) = (K\mathbf c)_i$ and
# $\|f\|^2 = \mathbf c^\top K\mathbf c$, which gives $J$. With $K = K^\top$ the gradient is
# $-2K(\mathbf y - K\mathbf c) + 2\alpha K\mathbf c = 2K\bigl((K + \alpha I)\mathbf c - \mathbf y\bigr)$. The bracket is
# $\mathbf 0$ for $\mathbf c = (K + \alpha I)^{-1}\mathbf y$; the inverse exists, because all eigenvalues of
# $K + \alpha I$ are at least $\alpha$. ($J$ is convex in $\mathbf c$, so a zero of the gradient is a minimum.)

# %% [markdown]
# The proof used only that the loss looks at values at the data. So it holds for every such loss: for the support vector
# machine of 12.6, for logistic regression, for whatever you like.
#
# **The recipe.** Train: $\mathbf c = (K + \alpha I)^{-1}\mathbf y$. Predict at new points $\mathbf x_*$: with the table
# $K_*$ of the new points (rows) and the old ones (columns), of shape $(n_*, n)$,
#
# $$f(\mathbf x_*) = \sum_ic_i\,k(\mathbf x_i, \mathbf x_*), \qquad \mathbf f_* = K_*\,\mathbf c .$$
#
# **By hand.** $\min(x, x')$, the points 1 and 2, $\mathbf y = (5, 9)$, $\alpha = 2$:
# $K + 2I = \begin{pmatrix}3&1\\1&4\end{pmatrix}$, and $\mathbf c = (1, 2)$ solves it: $3 + 2 = 5$, $1 + 8 = 9$. You know
# this function. It gives $f(1) = 3$ and $f(2) = 5$, well short of 5 and 9: two is a high price for length.

# %%
c = fa.kernel_ridge_fit(K, np.array([5.0, 9.0]), 2.0)
print("c =", c, "  f(1), f(2) =", fa.kernel_ridge_predict(K, c))
assert np.allclose(c, [1, 2]) and np.allclose(K @ c, [3, 5])

fig, axes = plt.subplots(1, 3, figsize=(7.5, 2.3), sharey=True)
for ax, ell in zip(axes, (0.15, 0.8, 3.0)):
    for alpha, style, color in ((1e-6, "-", "C0"), (0.3, "--", "C2"),
                                (10, ":", "C3")):
        c = fa.kernel_ridge_fit(bumps(x7, x7, ell), y7, alpha)
        f = fa.kernel_ridge_predict(bumps(grid, x7, ell), c)
        ax.plot(grid, f, style, color=color, label=f"α = {alpha:g}")
        if alpha == 1e-6:
            hits = np.abs(np.interp(x7, grid, f) - y7).max()
            assert hits < 0.02, hits
            end = f[-1]
    ax.plot(x7, y7, "o", color="C1", ms=5)
    ax.set(title=f"ℓ = {ell:g}", ylim=(-2.2, 2.2), xlabel="x")
axes[0].legend(fontsize=8, loc="upper center", ncol=2, columnspacing=1,
               handlelength=1.6)
mathlib.show(
    fig,
    caption="Kernel ridge on the seven dots. The length scale says how far"
    " a measurement speaks, α how little each is trusted. For almost no"
    " α (solid) the curve goes through the dots. With ℓ = 3 that takes a"
    f" swing that leaves the frame: at x = 4 it is at {end:.1f}.",
    alt="Three panels: spikes on each dot; a smooth curve through the dots"
    " with two flatter ones; wide waves.",
)

# %% [markdown]
# **Ten digits at once.** $\mathbf y$ may have several columns: ten, with $+1$ in the column of the right digit and $-1$
# elsewhere. One solve trains all ten; the largest prediction wins. Half of the digits train, the other half tests.
# ($\ell = 1$ and $\alpha = 0.01$ are just round numbers; the second line shows that they hardly matter.)

# %%
train, test = np.arange(0, 1797, 2), np.arange(1, 1797, 2)
targets = 2 * np.eye(10)[label] - 1


def digit_accuracy(ell, alpha=0.01):
    """Return the share of test digits that kernel ridge gets right."""
    K = fa.rbf_kernel(X[train], length_scale=ell)
    c = fa.kernel_ridge_fit(K, targets[train], alpha)
    K_star = fa.rbf_kernel(X[test], X[train], length_scale=ell)
    guess = fa.kernel_ridge_predict(K_star, c).argmax(axis=1)
    return np.mean(guess == label[test])


flat = np.column_stack([X, np.ones(len(X))])
W = np.linalg.lstsq(flat[train], targets[train], rcond=None)[0]
linear = np.mean((flat[test] @ W).argmax(axis=1) == label[test])
kernel_score = digit_accuracy(1.0)
print(f"least squares {linear:.1%}, kernel ridge {kernel_score:.1%}")
print("ℓ = 0.5 and 4:",
      [f"{digit_accuracy(ell):.1%}" for ell in (0.5, 4)])
assert linear < 0.93 and kernel_score > 0.98

# %% [markdown]
# The same squares, the same ten columns; only the inner product has changed. The price is a system of $n$ equations,
# $n^3/3$ multiplications, which ends the fun at some ten thousand examples; 12.8 has a way out.
#
# ### Exercise 12.7 * · kernel ridge regression (2 points)
#
# **Contract.** `kernel_ridge_fit(K, y, alpha)`: `K` `(n, n)`, symmetric PSD, perhaps singular; `y` `(n,)`, or `(n, p)`
# for several targets; `alpha` $> 0$ is taken as it is, without a factor $n$. Return $\mathbf c$, of the shape of `y`.
# `kernel_ridge_predict(K_star, dual_coef)`: `K_star` `(n_test, n)`; return `(n_test,)`, or `(n_test, p)`.
# `np.linalg.solve` may be used; scikit-learn's ridge regressions are refused.
#
# *Example:* with `K = np.array([[1, 1], [1, 2]])`: `kernel_ridge_fit(K, np.array([5, 9]), 2)` returns `[1, 2]`, and
# `kernel_ridge_predict(np.array([[1, 0], [3, 1], [0, 2]]), np.array([1, 2]))` returns `[1, 5, 4]`.
#
# <details><summary>Hint</summary><code>K + alpha</code> adds to every entry. Which entries does the formula mean? And in the prediction: each row of K_star belongs to one new point.</details>

# %% exercise="kernel_ridge_fit"
def kernel_ridge_fit(K, y, alpha):
    """Return the coefficients of the bumps, c = (K + alpha I)^-1 y."""
    ### BEGIN SOLUTION
    return np.linalg.solve(K + alpha * np.eye(len(K)), y)
    ### END SOLUTION

def kernel_ridge_predict(K_star, dual_coef):
    """Return the predictions at new points, one for each row of K_star."""
    ### BEGIN SOLUTION
    return K_star @ dual_coef
    ### END SOLUTION

# %% check="kernel_ridge_fit"
check("kernel_ridge_fit")

# %% [markdown]
# ### PCA in a space that you cannot enter
#
# PCA (chapter 3) looks for the directions in which centred data spread most. Let the features of each point be a row of
# a matrix $\Phi$; its principal components are $U\sqrt\Lambda$, where $\Phi\Phi^\top = U\Lambda U^\top$ (the SVD says
# so). But $\Phi\Phi^\top = K$. **Only the centring is missing**: the mean of the features is out of reach. Not its
# effect, though. To subtract the mean of $n$ rows is to multiply by the matrix $H = I - \frac1n\mathbf 1\mathbf 1^\top$
# (the space was $\mathcal H$), so
#
# $$K_c = (H\Phi)(H\Phi)^\top = HKH, \qquad (K_c)_{ij} = K_{ij} - \bar K_{i\cdot} - \bar K_{\cdot j} + \bar K ,$$
#
# with the mean of the row, the mean of the column, and the mean of all. Then $K_c = U\Lambda U^\top$, and the first
# columns of $Z = U\sqrt\Lambda$, largest eigenvalue first, are the coordinates.
#
# **By hand.** $x = (0, 1, 5)$ and $K = xx^\top$, the linear kernel. Row means $(0, 2, 10)$, mean of all 4. So $K_c$ has
# the corner $0 - 0 - 0 + 4 = 4$, and altogether $\begin{pmatrix}4&2&-6\\2&1&-3\\-6&-3&9\end{pmatrix} = zz^\top$ with
# $z = (-2, -1, 3)$: just $x$ minus its mean, as it must be.

# %%
x = np.array([0.0, 1.0, 5.0])
print(fa.center_kernel(np.outer(x, x)) + 0)
print(np.abs(fa.kernel_pca(np.outer(x, x), 2)).round(6))
assert np.allclose(fa.center_kernel(np.outer(x, x)),
                   np.outer(x - 2, x - 2))

rng = np.random.default_rng(5)
radius = np.repeat([0.4, 1.0], 120) + rng.normal(scale=0.06, size=240)
angle = rng.uniform(0, 2 * np.pi, 240)
rings = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
K = fa.rbf_kernel(rings, length_scale=0.7)
views = {"two rings": rings, "PCA": dc.pca(rings, 2)[0],
         "kernel PCA, 1st and 3rd": fa.kernel_pca(K, 3)[:, ::2]}
assert len(set(np.sign(views["kernel PCA, 1st and 3rd"][:120, 1]))) == 1
fig, axes = plt.subplots(1, 3, figsize=(7.4, 2.5))
labels = [("$x_1$", "$x_2$"), ("1st component", "2nd"),
          ("1st component", "3rd")]
for ax, (name, Z), (along, up) in zip(axes, views.items(), labels):
    for part, color, shape in ((slice(0, 120), "C0", "o"),
                               (slice(120, 240), "C1", "s")):
        ax.plot(*Z[part].T, shape, color=color, ms=3)
    ax.set(title=name, xticks=[], yticks=[], xlabel=along, ylabel=up)
mathlib.show(
    fig,
    caption="Two rings. PCA can only turn them. Kernel PCA (RBF, ℓ = 0.7)"
    " finds, in its third component, how far a point is from the middle:"
    " now a level line separates them. It has not seen the colours.",
    alt="Concentric rings of blue discs inside orange squares; the same"
    " turned; blue discs all on one side, orange squares on the other.",
)

# %% [markdown]
# **Where it is load-bearing.** Denoising (Mika et al., 1999), maps of genetic variation, and as the common root of
# spectral clustering (chapter 11), Isomap and Laplacian eigenmaps, which are kernel PCA with kernels made from graphs.
# Centred kernels also measure how alike the representations of two neural networks are (CKA, Kornblith et al., 2019).
#
# ### Exercise 12.8 *** · find and mend (3 points)
#
# Somebody wrote the program below. It runs, it returns the right shape, its columns may even look like something. It is
# wrong in three places, and where $K$ has an eigenvalue 0 (which rounding likes to make $-10^{-16}$) the formula has one
# more trap. **Mend it.**
#
# ```python
# def center_kernel(K):
#     return K - np.mean(K, axis=0)
#
# def kernel_pca(K, n_components):
#     values, U = np.linalg.eigh(center_kernel(K))
#     return U[:, :n_components] * values[:n_components]
# ```
#
# **Contract.** `center_kernel(K)`: `K` `(n, n)`, symmetric PSD; return $HKH$, `(n, n)`. `kernel_pca(K, n_components)`:
# centre $K$, then return the first `n_components` $\le n$ columns of $U\sqrt\Lambda$, `(n, n_components)`, the largest
# eigenvalue first, each column up to its sign. An eigenvalue 0 gives a column of zeros, never nan. `np.linalg.eigh` may
# be used; scikit-learn's versions are refused.
#
# *Example:* for `x = np.array([0.0, 1, 5])` and `K = np.outer(x, x)`: `[[4, 2, -6], [2, 1, -3], [-6, -3, 9]]` and
# `kernel_pca(K, 2)` is `[[-2, 0], [-1, 0], [3, 0]]` (or `[[2, 0], [1, 0], [-3, 0]]`).
#
# <details><summary>Hint 1</summary>A centred table has rows <i>and</i> columns that add up to 0. Does this one?</details>
# <details><summary>Hint 2</summary><code>eigh</code> counts upwards. And for x above, how long should the column be: as long as x minus its mean, or as that squared?</details>

# %% exercise="center_kernel"
def center_kernel(K):
    """Return the kernel of the features minus their mean."""
    ### BEGIN SOLUTION
    rows = np.mean(K, axis=1, keepdims=True)
    return K - rows - np.mean(K, axis=0) + np.mean(K)
    ### END SOLUTION

def kernel_pca(K, n_components):
    """Return the first principal components of the features."""
    ### BEGIN SOLUTION
    eigenvalues, U = np.linalg.eigh(center_kernel(K))
    largest = np.argsort(eigenvalues)[::-1][:n_components]
    return U[:, largest] * np.sqrt(np.maximum(eigenvalues[largest], 0.0))
    ### END SOLUTION

# %% check="center_kernel"
check("center_kernel")

# %% [markdown]
# ## 12.6 The widest street: support vector machines
#
# Two classes, labels $y_i = -1$ and $+1$. A plane $\mathbf w^\top\mathbf x + b = 0$ separates them if
# $y_i(\mathbf w^\top\mathbf x_i + b) > 0$ for all $i$. If one plane does, many do. Vapnik's idea (with Lerner 1963,
# with Boser and Guyon 1992, with Cortes 1995): take the one with the widest empty street on both sides.
#
# Scale $\mathbf w$ and $b$ so that the nearest points have $y_i(\mathbf w^\top\mathbf x_i + b) = 1$. The distance of a
# point from the plane is $|\mathbf w^\top\mathbf x_i + b|/\|\mathbf w\|$ (chapter 2), so the street is $2/\|\mathbf
# w\|$ wide. **Wide street, short $\mathbf w$**: the norm again. And when the classes overlap, let points stand in the
# street, for a fine. With the **margin** $m_i = y_i(\mathbf w^\top\mathbf x_i + b)$ (from here on $m$ is no frequency),
#
# $$\min_{\mathbf w, b}\ \tfrac12\|\mathbf w\|^2 + C\sum_{i=1}^n\max(0, 1 - m_i) .$$
#
# The fine is the **hinge loss**: nothing beyond the kerb, $m_i \ge 1$; then it grows with every step into the street.
# $C > 0$ is its price. The position $b$ is free of charge: it says where the street is, not how wide.
#
# **By hand.** $\mathbf w = (1, -1)$, $b = \frac12$, $C = 2$, points $(1, 2), (2, 0), (3, 0), (0, 1)$, labels
# $1, -1, 1, 1$. $\mathbf w^\top\mathbf x_i + b = -0.5, 2.5, 3.5, -0.5$. Margins $-0.5, -2.5, 3.5, -0.5$, hinges
# $1.5, 3.5, 0, 1.5$. Objective $\frac12\cdot2 + 2\cdot6.5 = 14$.

# %% [markdown]
# **Downhill.** The hinge has a corner at $m_i = 1$, where every slope from $-1$ to 0 is as good as another; we agree on
# 0 (a **subgradient**). For a point in the street $1 - m_i$ has the gradient $-y_i\mathbf x_i$ by $\mathbf w$ and $-y_i$
# by $b$; beyond the kerb, nothing:
#
# $$\mathbf g_w = \mathbf w - C\sum_{i:\,m_i < 1}y_i\mathbf x_i, \qquad g_b = -C\sum_{i:\,m_i < 1}y_i .$$
#
# By hand, for the four points: in the street are the first, second and fourth, with
# $\sum y_i\mathbf x_i = (1, 2) - (2, 0) + (0, 1) = (-1, 3)$ and $\sum y_i = 1$. So $\mathbf g_w = (1, -1) - 2\,(-1, 3)
# = (3, -7)$ and $g_b = -2$.
#
# Below, on Fisher's irises: the length and the width of a petal, *versicolor* against *virginica*, which overlap. The
# steps are $\frac{0.1}{C\sqrt t}$ long, since a constant step never comes to rest at a corner (chapter 8), and the mean of
# the last half is taken.

# %%
w, b = np.array([1.0, -1.0]), 0.5
four, sides = np.array([[1.0, 2], [2, 0], [3, 0], [0, 1]]), [1, -1, 1, 1]
gw, gb = fa.svm_subgradient(w, b, four, sides, C=2.0)
print("objective", fa.svm_objective(w, b, four, sides, C=2.0),
      " subgradient", gw, gb)
assert fa.svm_objective(w, b, four, sides, C=2.0) == 14
assert np.allclose(gw, [3, -7]) and gb == -2

iris, kind = load_iris(return_X_y=True)
petals = iris[kind > 0][:, 2:]
petals = petals - petals.mean(axis=0)
side = np.where(kind[kind > 0] == 2, 1.0, -1.0)


def walk_down(C, steps=3000):
    """Return w and b, the mean of the last half of the steps."""
    w, b, path = np.zeros(2), 0.0, []
    for t in range(1, steps + 1):
        gw, gb = fa.svm_subgradient(w, b, petals, side, C=C)
        lr = 0.1 / (C * t**0.5)
        w, b = w - lr * gw, b - lr * gb
        path.append([*w, b])
    *w, b = np.mean(path[steps // 2:], axis=0)
    return np.array(w), b


fig, axes = plt.subplots(1, 2, figsize=(7.2, 2.8), sharey=True)
for ax, C in zip(axes, (0.1, 10.0)):
    w, b = walk_down(C)
    margins = side * (petals @ w + b)
    across = np.array([-2.2, 2.2])
    for level, style in ((-1, ":"), (0, "-"), (1, ":")):
        ax.plot(across, (level - b - w[0] * across) / w[1], style,
                color="0.3", lw=1.2)
    for s, color, shape in ((-1, "C0", "o"), (1, "C1", "s")):
        for part, fill in ((margins < 1, color), (margins >= 1, "white")):
            here = part & (side == s)
            ax.plot(*petals[here].T, shape, color=color, mfc=fill, ms=4.5)
    ax.set(title=f"C = {C:g}: street {2 / la.l2_norm(w):.2f} cm wide",
           xlim=(-2.2, 2.2), ylim=(-1.0, 1.1),
           xlabel="petal length minus the mean (cm)")
    print(f"C = {C:g}: objective"
          f" {fa.svm_objective(w, b, petals, side, C=C):.2f},"
          f" {np.mean(margins > 0):.0%} on the right side")
axes[0].set_ylabel("petal width\nminus the mean (cm)")
mathlib.show(
    fig,
    caption="Versicolor (blue discs) and virginica (orange squares); the mean"
    " of all is at (0, 0). Solid: the plane; dotted: the kerbs. Filled"
    " points pay a fine: when it is cheap (left) the street is wide and many"
    " stand in it.",
    alt="Two scatter plots of two overlapping clouds with a solid line"
    " between two dotted ones; on the left far apart, on the right close.",
)

# %% [markdown]
# ### Exercise 12.9 ** · the fine and its slope (3 points)
#
# **Contract.** `w` `(d,)`, `b` a number, `X` `(n, d)`, `y` `(n,)` of $-1$ and $+1$ (never 0 and 1), `C` $> 0$.
# `svm_objective`: one number, $\frac12\|\mathbf w\|^2 + C\sum_i\max(0, 1 - m_i)$; a sum, no mean; $b$ is free.
# `svm_subgradient`: the tuple $(\mathbf g_w, g_b)$ of shapes `(d,)` and `()`; a point with $m_i \ge 1$ adds nothing, one
# with $m_i = 1$ exactly included. scikit-learn's machines and losses are refused.
#
# *Example:* with the four points above, `svm_objective(w, b, X, y, C=2.0)` returns `14.0` and
# `svm_subgradient(w, b, X, y, C=2.0)` returns `([3, -7], -2.0)`.
#
# <details><summary>Hint 1</summary>All margins at once: <code>y * (X @ w + b)</code>. The larger of two numbers, entry by entry, is <code>np.maximum</code> (Python's <code>max</code> compares two numbers only).</details>
# <details><summary>Hint 2</summary>Set the labels of those who pay nothing to 0: <code>np.where(margins < 1, y, 0)</code>. Then both sums run over everybody.</details>

# %% exercise="svm_objective"
def svm_objective(w, b, X, y, *, C=1.0):
    """Return half the squared length of w plus the fines."""
    ### BEGIN SOLUTION
    margins = y * (X @ w + b)
    return w @ w / 2 + C * np.sum(np.maximum(0.0, 1 - margins))
    ### END SOLUTION

def svm_subgradient(w, b, X, y, *, C=1.0):
    """Return the slopes of the objective by w and by b."""
    ### BEGIN SOLUTION
    inside = y * (X @ w + b) < 1  # the others cost nothing
    pull = np.where(inside, y, 0.0)
    return w - C * pull @ X, -C * np.sum(pull)
    ### END SOLUTION

# %% check="svm_objective"
check("svm_objective")

# %% [markdown]
# **Seen from the other side.** The objective is $\|\mathbf w\|^2$ plus a function of values at the data, so the
# representer theorem holds: $\mathbf w = \sum_ic_i\mathbf x_i$, or with a kernel $f = \sum_ic_i\,k(\mathbf x_i, \cdot) +
# b$. Which $c$? Those that solve the **dual** (chapter 8),
#
# $$\max_{\mathbf c}\ \mathbf y^\top\mathbf c - \tfrac12\,\mathbf c^\top K\mathbf c, \qquad \sum_ic_i = 0, \qquad
# 0 \le y_ic_i \le C .$$
#
# The data come in through $K$ alone. **Who has a say?** Beyond the kerb, $m_i > 1$: $c_i = 0$. In the street, $m_i < 1$:
# $y_ic_i = C$. Between the two bounds: exactly on the kerb. The points on the kerb or in the street are the **support
# vectors**. Remove all others, train again, and nothing changes.
#
# <details><summary>Where the dual comes from</summary>
#
# Write the fines as $\xi_i \ge 0$ with $\xi_i \ge 1 - m_i$, and put multipliers $\beta_i, \gamma_i \ge 0$ on these walls:
# $$\tfrac12\|\mathbf w\|^2 + C\sum_i\xi_i + \sum_i\beta_i(1 - \xi_i - m_i) - \sum_i\gamma_i\xi_i .$$
# Set the slopes to zero. By $\mathbf w$: $\mathbf w = \sum_i\beta_iy_i\mathbf x_i$, so $c_i = \beta_iy_i$ and $\beta_i =
# y_ic_i$. By $b$: $\sum_ic_i = 0$. By $\xi_i$: $\beta_i + \gamma_i = C$, so $0 \le \beta_i \le C$. Put in: the dual. And
# its KKT conditions sort the points: beyond the kerb the wall does not push, in the street it pushes as hard as it may.
#
# </details>
#
# **SMO** (*sequential minimal optimization*, Platt 1998), the heart of scikit-learn's `SVC`: because the $c_i$ add up to
# 0, one can't be changed alone, but two can. Take the pair that gains most, $c_i$ up by $s$ and $c_j$ down by $s$, go to
# the top of the parabola or to the first bound, and again, until no pair gains.
#
# <details><summary>How far, and which pair?</summary>
#
# Let $\mathbf e = \mathbf y - K\mathbf c$, the slope. Along the pair we climb $s\,(e_i - e_j) - \frac12s^2(K_{ii} + K_{jj} -
# 2K_{ij})$, best at $s = (e_i - e_j)/(K_{ii} + K_{jj} - 2K_{ij})$. The steepest pair has the largest $e_i$ of those that
# may go up, the smallest $e_j$ of those that may go down. In the end $e_i$ is the same for all between their bounds. It is
# $b$, because $m_i = 1$ there.
#
# </details>
#
# **By hand.** Points $0, 1$ (label $-1$) and $3, 4$ ($+1$). The street is from 1 to 3, so $f(x) = x - 2$: $w = 1$, $b =
# -2$, and the support vectors 1 and 3 carry it, $-\frac12\cdot1 + \frac12\cdot3 = 1$. The points 0 and 4 could be at
# $-1000$ and $1000$.

# %%
def smo(K, y, C, tol=1e-6):
    """Return c, b and the number of pairs that were moved."""
    c, e, moved = np.zeros(len(y)), y.copy(), 0
    low, high = np.minimum(0, C * y), np.maximum(0, C * y)
    while True:
        i = np.where(c < high, e, -np.inf).argmax()
        j = np.where(c > low, e, np.inf).argmin()
        if e[i] - e[j] < tol:
            return c, (e[i] + e[j]) / 2, moved
        bend = max(K[i, i] + K[j, j] - 2 * K[i, j], 1e-12)
        s = min((e[i] - e[j]) / bend, high[i] - c[i], c[j] - low[j])
        c[i], c[j], e = c[i] + s, c[j] - s, e - s * (K[i] - K[j])
        moved += 1


line = np.array([[0.0], [1.0], [3.0], [4.0]])
c, b, moved = smo(line @ line.T, np.array([-1.0, -1, 1, 1]), 1.0)
print("points 0, 1 | 3, 4:  c =", c.round(6) + 0, " b =", b.round(6),
      " w =", (c @ line).round(6), f" pairs moved: {moved}")
assert np.allclose(c, [0, -0.5, 0.5, 0]) and np.isclose(b, -2)

# %%
from sklearn.svm import SVC

# Its gamma is 1 / (2 ℓ²), and its dual_coef_ are our c without the zeros.

fig, axes = plt.subplots(1, 3, figsize=(7.6, 2.6), sharey=True)
place = np.stack(np.meshgrid(np.linspace(-2.2, 2.2, 90),
                             np.linspace(-1.0, 1.1, 60)), axis=-1)
for ax, (ell, C) in zip(axes, ((1.0, 1.0), (0.5, 10.0), (0.15, 10.0))):
    K = fa.rbf_kernel(petals, length_scale=ell)
    c, b, moved = smo(K, side, C)
    theirs = SVC(C=C, gamma=1 / (2 * ell**2), tol=1e-6).fit(petals, side)
    ours = fa.svm_fit(K, side, C=C, tol=1e-6)
    gap = np.abs(K @ c + b - theirs.decision_function(petals)).max()
    gap = max(gap, np.abs(K @ (c - ours[0]) + b - ours[1]).max())
    assert gap < 1e-4, gap
    support = np.abs(c) > 1e-6 * C
    print(f"ℓ = {ell}, C = {C:g}: {support.sum()} support vectors of 100,"
          f" {np.mean(np.sign(K @ c + b) == side):.0%} right; differs from"
          f" SVC by less than 1e-4: {gap < 1e-4}")
    f = fa.rbf_kernel(place.reshape(-1, 2), petals, length_scale=ell) @ c + b
    ax.contourf(*place.transpose(2, 0, 1), f.reshape(60, 90),
                [-9, 0, 9], colors=["#DCE9F2", "#F6E3D6"])
    ax.contour(*place.transpose(2, 0, 1), f.reshape(60, 90), [-1, 0, 1],
               colors="0.3", linestyles=[":", "-", ":"], linewidths=1.2)
    for s, color, shape in ((-1, "C0", "o"), (1, "C1", "s")):
        for part, fill in ((support, color), (~support, "white")):
            here = part & (side == s)
            ax.plot(*petals[here].T, shape, color=color, mfc=fill, ms=4)
    ax.set(title=f"ℓ = {ell:g}, C = {C:g}",
           xlabel="petal length\nminus the mean (cm)")
axes[0].set_ylabel("petal width\nminus the mean (cm)")
mathlib.show(
    fig,
    caption="Support vector machines with the RBF kernel. Solid: where f is"
    " 0; dotted: −1 and +1, the kerbs. Filled points are the support"
    " vectors. Far from most flowers the bumps fade and f falls back towards"
    " b: so outlying flowers stand in the street or on the kerb, too. The"
    " last machine has learned these hundred flowers by heart.",
    alt="Three maps of two coloured regions: a gently curved border, a more"
    " curved one, and a blue region with a ragged border; there dotted lines"
    " wind like worms around the flowers.",
)

# %% [markdown]
# The right-hand machine makes the fewest errors on the flowers that it has seen, and you should not trust it. Which
# $\ell$ and $C$? Hold some flowers back and count (chapter 13).
#
# **Where it is load-bearing.** For fifteen years from 1995 this was the method to beat, and where data are few
# (medicine, chemistry) it still is a first choice. The hinge lives on in ranking losses, in metric learning, and in GANs.
#
# ## 12.7 All curves at once: Gaussian processes
#
# To the seven dots. The second machine does not choose a curve. It keeps all of them, each with a weight. A **Gaussian
# process** is a random function $f$ of which any finite number of values is jointly Gaussian (chapter 6), here with
# mean 0 and
#
# $$\mathrm{Cov}\bigl(f(\mathbf x), f(\mathbf x')\bigr) = k(\mathbf x, \mathbf x') .$$
#
# The covariance must be PSD: any kernel will do, and nothing else. Near points have nearly equal values, because they
# are highly correlated; how near is near, $\ell$ says. Measure with noise, $y_i = f(\mathbf x_i) + \varepsilon_i$,
# independent with standard deviation $\sigma$. What do we know about $\mathbf f_*$, the values at new points?
#
# **Derivation.** Let $K, K_*, K_{**}$ be the kernels of old with old, new with old, new with new points. Then
# $\mathrm{Cov}(\mathbf y) = K + \sigma^2I$ and $\mathrm{Cov}(\mathbf f_*, \mathbf y) = K_*$. Subtract from $\mathbf f_*$
# what is linear in $\mathbf y$, so that the rest $\mathbf r = \mathbf f_* - A\mathbf y$ has no correlation left with it:
# $K_* - A(K + \sigma^2I) = 0$, so $A = K_*(K + \sigma^2I)^{-1}$. (A projection, in the Hilbert space of random variables
# with $\langle u, v\rangle = \mathbb E[uv]$.) For jointly Gaussian variables *uncorrelated* is *independent*: $\mathbf r$
# learns nothing from $\mathbf y$. So given $\mathbf y$, $\mathbf f_*$ is the known $A\mathbf y$ plus that Gaussian rest:
#
# $$\boldsymbol\mu_* = K_*(K + \sigma^2I)^{-1}\mathbf y, \qquad
# \Sigma_* = K_{**} - K_*(K + \sigma^2I)^{-1}K_*^\top .$$

# %% [markdown]
# <details><summary>The covariance of that rest</summary>
#
# $\mathrm{Cov}(\mathbf f_* - A\mathbf y) = K_{**} - AK_*^\top - K_*A^\top + A(K + \sigma^2I)A^\top$, and because
# $A(K + \sigma^2I) = K_*$ the last two cancel.
#
# </details>
#
# **The mean is kernel ridge regression** with $\alpha = \sigma^2$, to the letter. The average of all curves is the
# shortest one. What is new is $\Sigma_*$: how far the curves still fan out. It does not depend on $\mathbf y$ at all.
# $\Sigma_*$ is about $f$; for a new *measurement* add its own noise, $\sigma^2$ on the diagonal. (If a point stands twice
# and $\sigma = 0$, $K$ has two equal rows and no inverse. A crumb of noise that nobody sees, $10^{-10}$ of the largest
# diagonal entry, mends that: the **jitter**.)
#
# **By hand.** $K = \mathrm{diag}(6, 1, 16)$, $\sigma = 2$, $\mathbf y = (20, 5, 40)$,
# $K_* = \begin{pmatrix}2&1&4\\1&0&2\end{pmatrix}$, $K_{**} = \begin{pmatrix}4&1\\1&2\end{pmatrix}$. Noise variance 4
# (not 2!): $K + 4I = \mathrm{diag}(10, 5, 20)$, its inverse times $\mathbf y$ is $(2, 1, 2)$, so $\boldsymbol\mu_* =
# (4 + 1 + 8,\ 2 + 0 + 4) = (13, 6)$. Corner of $\Sigma_*$: $4 - (\frac4{10} + \frac15 + \frac{16}{20}) = 2.6$.

# %%
mean, cov = fa.gp_posterior(
    np.diag([6.0, 1, 16]), [[2.0, 1, 4], [1, 0, 2]], [[4.0, 1], [1, 2]],
    [20.0, 5, 40], noise_std=2.0)
print("mean", mean, " covariance", cov.round(9).tolist())
assert np.allclose(mean, [13, 6])
assert np.allclose(cov, [[2.6, 0.4], [0.4, 1.7]])

rng = np.random.default_rng(0)
fig, axes = plt.subplots(1, 3, figsize=(7.6, 2.4), sharey=True)
for ax, (count, noise) in zip(axes, ((0, 0.0), (7, 0.0), (7, 0.3))):
    seen, K_new = x7[:count], bumps(grid, x7[:count])
    mean, cov = fa.gp_posterior(bumps(seen, seen), K_new, bumps(grid, grid),
                                y7[:count], noise_std=noise)
    values, U = np.linalg.eigh(cov)
    root = U * np.sqrt(np.maximum(values, 0))
    ax.plot(grid, mean[:, None] + root @ rng.normal(size=(len(grid), 6)),
            color="0.6", lw=0.7)
    std = np.sqrt(np.diag(cov))
    ax.fill_between(grid, mean - 2 * std, mean + 2 * std, color="C0",
                    alpha=0.18, lw=0)
    ax.plot(grid, mean, color="C0", lw=2.2)
    ax.plot(seen, y7[:count], "o", color="C1", ms=6)
    ax.set(title=f"{count} measurements" + f", σ = {noise:g}" * (count > 0),
           xlabel="x", ylim=(-3, 3))
mathlib.show(
    fig,
    caption="Before and after seven measurements, without and with noise."
    " Thick: the mean; shaded: two standard deviations; thin: six functions"
    " drawn at random from what is still possible.",
    alt="Three panels: a level band with wavy lines; a band that narrows to"
    " nothing at each dot; a band that narrows near the dots.",
)
ridge = bumps(grid, x7) @ fa.kernel_ridge_fit(bumps(x7, x7), y7, 0.3**2)
assert np.allclose(mean, ridge)

# %%
explorer = mathlib.explore.gp_posterior()
fig = explorer.still()
mathlib.show(
    fig,
    caption="A Gaussian process learns. Line: the mean; shaded: two standard"
    " deviations of f; thin: three draws; dots: measurements, the newest"
    " ringed; dotted: the truth. A length scale that is too short leaves"
    " gaps between the dots, one that is too long is sure of itself, and"
    " wrong.",
    alt="Four panels with a wavy dotted curve and a band that tightens around"
    " it as dots are added; too ragged in one, too stiff in another.",
)

explorer

# %% [markdown]
# ### Exercise 12.10 ** · what is left after measuring (3 points)
#
# **Contract.** `K` `(n, n)`, `K_star` `(n_test, n)`, `K_star_star` `(n_test, n_test)`, `y` `(n,)`; prior mean 0;
# `noise_std` is $\sigma$, a standard deviation. Return the tuple $(\boldsymbol\mu_*, \Sigma_*)$ of shapes `(n_test,)`
# and `(n_test, n_test)`; $\Sigma_*$ is the covariance of $f$, so $\sigma^2$ belongs to $K$ and nowhere else. A point may
# be given twice with $\sigma = 0$, and $K$ is singular then: a *jitter* of $10^{-10}$ times the largest diagonal entry
# of $K$ on the diagonal keeps the solver alive (and does no harm otherwise). `np.linalg.solve`, `cholesky`, `inv` may be
# used; scikit-learn's regressor is refused.
#
# *Example:* the numbers above: `[13, 6]` and `[[2.6, 0.4], [0.4, 1.7]]`.
#
# <details><summary>Hint 1</summary>Which matrix has to be inverted in both formulas? <code>np.linalg.solve(A, B)</code> takes a matrix for B, too.</details>
# <details><summary>Hint 2</summary>K_star is as wide as the training set, not as high. Where does it stand upright, and where lying down?</details>

# %% exercise="gp_posterior"
def gp_posterior(K, K_star, K_star_star, y, *, noise_std=0.0):
    """Return mean and covariance of f at new points, given y."""
    ### BEGIN SOLUTION
    jitter = 1e-10 * np.max(np.diag(K))
    A = K + (noise_std**2 + jitter) * np.eye(len(K))
    weights = np.linalg.solve(A, K_star.T).T  # (n_test, n_train)
    return weights @ y, K_star_star - weights @ K_star.T
    ### END SOLUTION

# %% check="gp_posterior"
check("gp_posterior")

# %% [markdown]
# **Which $\ell$?** Here Bayes has an answer without a test set. Under the prior the data are one draw of a Gaussian with
# covariance $A = K + \sigma^2I$. Its density at $\mathbf y$ is the **evidence** (chapter 7), and it is a formula:
#
# $$\log p(\mathbf y) = -\tfrac12\,\mathbf y^\top A^{-1}\mathbf y - \tfrac12\log\det A - \tfrac n2\log2\pi .$$
#
# The first term rewards a good fit. The second fines a prior that would have allowed anything: a short $\ell$ makes $A$
# nearly diagonal, with a large determinant.

# %%
ells = np.geomspace(0.1, 6, 60)
evidence = []
for ell in ells:
    L = np.linalg.cholesky(bumps(x7, x7, ell) + 0.2**2 * np.eye(7))
    z = np.linalg.solve(L, y7)
    evidence.append(-z @ z / 2 - np.log(np.diag(L)).sum()
                    - 3.5 * np.log(2 * np.pi))
top = ells[np.argmax(evidence)]
print(f"the evidence likes ℓ = {top:.2f} best")
assert 0.6 < top < 1.6

# %% [markdown]
# **Where to measure next?** If each measurement is dear (a training run, an alloy, a drug), let the process choose. It
# knows for each $\mathbf x$ what to expect, $\mu_*$, and how unsure it is, $\sigma_* = \sqrt{(\Sigma_*)_{ii}}$. With
# the best value so far, $y_{\text{best}}$, a new one $f\sim\mathcal N(\mu_*, \sigma_*^2)$ gains $\max(f -
# y_{\text{best}}, 0)$. Its mean is the **expected improvement**
#
# $$\mathrm{EI} = (\mu_* - y_{\text{best}})\,\Phi(u) + \sigma_*\,\mathcal N(u), \qquad u = \frac{\mu_* -
# y_{\text{best}}}{\sigma_*}.$$
#
# ($\Phi$ is from here on the standard normal's distribution function, no longer a matrix of features, and
# $\mathcal N(u) = e^{-u^2/2}/\sqrt{2\pi}$ its density.) It is large where much is promised *or* little is known. For
# $\sigma_* = 0$ it is $\max(\mu_* - y_{\text{best}}, 0)$. To measure where it is largest is **Bayesian optimization**.
#
# **By hand.** No better expected than we have, $\mu_* = y_{\text{best}}$, and $\sigma_* = 1$: $\mathrm{EI} =
# \mathcal N(0) = 0.399$. Doubt alone is worth a try, since a loss costs nothing: one keeps the best.
#
# <details><summary>Where the formula comes from</summary>
#
# $f = \mu_* + \sigma_*z$ with a standard normal $z$ gains where $z > -u$, so $\mathrm{EI} = \int_{-u}^\infty(\mu_* -
# y_{\text{best}} + \sigma_*z)\,\mathcal N(z)\,dz$. The first part is $(\mu_* - y_{\text{best}})\,\Phi(u)$. For the second,
# $z\,\mathcal N(z)$ is the derivative of $-\mathcal N(z)$.
#
# </details>

# %%
assert round(float(fa.expected_improvement(0.0, 1.0, 0.0)), 3) == 0.399

# Tune a real thing: the length scale of the digit reader of 12.5, first
# half of the training digits against the second, 10 tries.
halves = train[::2], train[1::2]


def try_out(log_ell):
    """Return minus the mean squared error of kernel ridge, in a log."""
    a, b = halves
    K = fa.rbf_kernel(X[a], length_scale=10**log_ell)
    K_star = fa.rbf_kernel(X[b], X[a], length_scale=10**log_ell)
    f = K_star @ fa.kernel_ridge_fit(K, targets[a], 0.01)
    return -np.log10(np.mean((f - targets[b]) ** 2))


axis = np.linspace(-1.5, 1.5, 121)
tried = [-1.0, 1.2]
found = [try_out(v) for v in tried]
fig, axes = plt.subplots(2, 4, figsize=(7.6, 2.9), sharex=True, sharey="row",
                         height_ratios=[2.2, 1])
for step in range(8):
    s, shift = np.array(tried), np.mean(found)
    mean, cov = fa.gp_posterior(
        bumps(s, s, 0.4), bumps(axis, s, 0.4), bumps(axis, axis, 0.4),
        np.array(found) - shift, noise_std=0.01)
    mean, std = mean + shift, np.sqrt(np.maximum(np.diag(cov), 0))
    gain = fa.expected_improvement(mean, std, max(found))
    if step % 2 == 0:
        top_ax, low_ax = axes[:, step // 2]
        top_ax.fill_between(axis, mean - 2 * std, mean + 2 * std,
                            color="C0", alpha=0.18, lw=0)
        top_ax.plot(axis, mean, color="C0")
        top_ax.plot(tried, found, "o", color="C1", ms=4)
        low_ax.plot(axis, gain / gain.max(), color="C2", lw=1.3)
        low_ax.axvline(axis[gain.argmax()], color="C2", ls=":", lw=1)
        top_ax.set_title(f"{len(tried)} tries")
    tried.append(axis[gain.argmax()])
    found.append(try_out(tried[-1]))
axes[0, 0].set_ylabel("score")
axes[1, 0].set(ylabel="EI", yticks=[])
for ax in axes[1]:
    ax.set_xlabel("$\\log_{10}$ ℓ")
best = tried[int(np.argmax(found))]
mathlib.show(
    fig,
    caption="Bayesian optimization of the digit reader's length scale. Above,"
    " the tries (dots) and what the process makes of them (line: mean; band:"
    " two standard deviations; the score is −log₁₀ of the mean squared"
    " error); below, expected improvement (scaled to 1), and where it sends"
    " us next (dotted).",
    alt="Four pairs of panels: a band around few dots that tightens; below"
    " each a curve with a dotted line at its top.",
)
truth = axis[np.argmax([try_out(v) for v in axis[::4]]) * 4]
print(f"after {len(tried)} tries: ℓ = {10**best:.2f}; a grid of 31 tries"
      f" finds {10**truth:.2f}")
assert abs(best - truth) < 0.15

# %% [markdown]
# **Where it is load-bearing.** Tuning of large training runs (Google's Vizier; AlphaGo's search was tuned so), robots
# that learn to walk in few tries, new materials and batteries, geostatistics, where it is called *kriging* (1951) and
# looks for ore.
#
# ### The capstone: the air on Mauna Loa
#
# On a volcano in Hawaii the carbon dioxide in the air has been measured since 1958, and each year it is more. Chapter 4
# asked how fast it rises. Now: **what will it be in five years, and how sure are you?** Everything is in the choice of
# the kernel. Three parts are plain to see: a trend over decades, a season that comes back each year (when the northern
# forests breathe), and irregular weather over a year or two. Three independent random functions add up, and then so do
# their covariances.
#
# **A season needs a kernel that comes back.** Send the time to the hand of a clock that goes round once a year,
# $\mathbf u(t) = (\cos2\pi t, \sin2\pi t)$, and take the RBF kernel *there*: features of features are features (12.4). The
# distance on the clock is $\|\mathbf u(s) - \mathbf u(t)\|^2 = 2 - 2\cos2\pi(s - t) = 4\sin^2\pi(s - t)$, so with
# $\ell = 1$ you get the **periodic kernel** $\exp(-2\sin^2\pi(s - t))$. Seasons change slowly from decade to decade:
# multiply by a wide RBF kernel (products of kernels are kernels).
#
# $$k(s, t) = 60^2\,k_{60}(s, t) + 3^2\,k_{100}(s, t)\,e^{-2\sin^2\pi(s - t)} + 0.7^2\,k_{1.5}(s, t), \qquad
# \sigma = 0.3,$$
#
# in ppm (parts per million); $k_\ell$ is the RBF kernel with a length scale of $\ell$ years.

# %%
weekly = co2.load_pandas().data["co2"].dropna()
months = weekly.groupby([weekly.index.year, weekly.index.month]).mean()
year = np.array([y + (m - 0.5) / 12 for y, m in months.index])
ppm = months.to_numpy()
print(f"{len(ppm)} months, {year[0]:.2f} to {year[-1]:.2f},"
      f" {ppm[0]:.1f} to {ppm[-1]:.1f} ppm")

s = np.linspace(0, 6, 180)


def clock(t):
    """Return where the hand stands that goes round once a year."""
    return np.stack([np.cos(2 * np.pi * t), np.sin(2 * np.pi * t)], axis=1)


season = fa.rbf_kernel(clock(s), clock(s))
assert np.allclose(season, np.exp(-2 * np.sin(np.pi * (s[:, None] - s)) ** 2))
parts = {"RBF, ℓ = 3": bumps(s, s, 3), "RBF, ℓ = 0.4": bumps(s, s, 0.4),
         "periodic": season, "periodic × RBF": season * bumps(s, s, 2)}
rng = np.random.default_rng(1)
fig, axes = plt.subplots(2, 4, figsize=(7.6, 3.2), height_ratios=[1.6, 1])
for (name, K), column in zip(parts.items(), axes.T):
    column[0].imshow(K, cmap="Blues", vmin=0, vmax=1)
    column[0].set(title=name, xticks=[], yticks=[])
    values, U = np.linalg.eigh(K)
    root = U * np.sqrt(np.maximum(values, 0))
    for style, z in zip(("-", "--"), rng.normal(size=(2, len(s)))):
        column[1].plot(s, root @ z, style, lw=1.2)
    column[1].set(xlabel="years", ylim=(-4, 4), yticks=[])
    assert np.abs(root @ z).max() < 4
mathlib.show(
    fig,
    caption="Four kernels of time. Above, their Gram matrices (the diagonal"
    " is now with now; dark is alike); below, two functions each that they"
    " hold for likely.",
    alt="A wide and a narrow dark diagonal band; parallel dark stripes;"
    " stripes that fade away from the diagonal; below slow, fast, periodic"
    " and almost periodic curves.",
)

# %% [markdown]
# ### Exercise 12.11 *** · forecast the air (4 points)
#
# **Contract.** Times are in years. `co2_kernel(s, t)`: `s` `(n,)`, `t` `(p,)`; return the kernel above, `(n, p)`.
# `co2_forecast(t, y, t_new)`: `t` `(n,)`, `y` `(n,)` in ppm, `t_new` `(p,)`. The process has mean 0 and the air has not:
# subtract the mean of `y` first, and add it again at the end. Return the tuple (mean, std), `(p,)` each, of a new
# *measurement*: the noise, $\sigma = 0.3$, is in it. `fa.rbf_kernel` and `fa.gp_posterior` may be used; scikit-learn's
# Gaussian processes are refused.
#
# *Example:* `co2_kernel(np.array([1990, 1990.5]), np.array([1990, 1991, 2000.25]))` returns
# `[[3609.49, 3608.8919, 3551.1437], [3601.5565, 3601.5565, 3556.0764]]`, and
# `co2_forecast(np.array([1990, 1990.25, 1990.5]), np.array([354, 356, 353]), np.array([1990.75, 1991]))` returns the
# mean `[353.3992, 353.9713]` and the std `[2.8122, 1.1603]`.
#
# <details><summary>Hint 1</summary><code>fa.rbf_kernel</code> wants points as rows: <code>s[:, None]</code>. For the season you may use the formula with the sine, or the clock.</details>
# <details><summary>Hint 2</summary>60² is a variance: does the square stand in the formula for all three parts? And which covariance does gp_posterior return, that of f or that of a measurement?</details>

# %% exercise="co2_forecast"
def co2_kernel(s, t):
    """Return trend + season + weather, the kernel of the air."""
    ### BEGIN SOLUTION
    def clock(t):  # where the hand stands: once round in a year
        return np.stack([np.cos(2 * np.pi * t), np.sin(2 * np.pi * t)], 1)

    S, T = s[:, None], t[:, None]
    season = fa.rbf_kernel(clock(s), clock(t))
    return (60**2 * fa.rbf_kernel(S, T, length_scale=60.0)
            + 3**2 * season * fa.rbf_kernel(S, T, length_scale=100.0)
            + 0.7**2 * fa.rbf_kernel(S, T, length_scale=1.5))
    ### END SOLUTION

def co2_forecast(t, y, t_new):
    """Return mean and standard deviation of new measurements."""
    ### BEGIN SOLUTION
    K, K_new = co2_kernel(t, t), co2_kernel(t_new, t)
    mean, cov = fa.gp_posterior(
        K, K_new, co2_kernel(t_new, t_new), y - np.mean(y), noise_std=0.3)
    return np.mean(y) + mean, np.sqrt(np.diag(cov) + 0.3**2)
    ### END SOLUTION

# %% check="co2_forecast"
check("co2_forecast")

# %% [markdown]
# **Now use it.** Paste this into a new cell. The program sees the years before 1997; guess first how many of the 60
# months after lie within two standard deviations.
#
# ```python
# old = year < 1997
# mean, std = co2_forecast(year[old], ppm[old], year[~old])
# inside = np.abs(ppm[~old] - mean) < 2 * std
# print(inside.mean(), np.abs(ppm[~old] - mean).max(), std[[0, -1]])
# plt.plot(year[~old], mean, year[~old], ppm[~old], "k.")
# ```
#
# Here are two kernels that know less, and then yours, for which we ask scikit-learn (it does algebra with kernels):

# %%
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ExpSineSquared

old = year < 1997
t_new = np.concatenate([np.linspace(1993, 1997, 90), year[~old]])
level = ppm[old].mean()
kernels = {
    "RBF, ℓ = 0.3 years": (60**2 * RBF(0.3), 0.3),
    "RBF, ℓ = 25 years": (60**2 * RBF(25.0), 2.0),
    "trend + season + weather": (
        60**2 * RBF(60.0) + 3**2 * RBF(100.0) * ExpSineSquared(1.0, 1.0)
        + 0.7**2 * RBF(1.5), 0.3),
}
fig, axes = plt.subplots(1, 3, figsize=(7.8, 2.5), sharey=True)
for ax, (name, (kernel, sigma)) in zip(axes, kernels.items()):
    gp = GaussianProcessRegressor(kernel, alpha=sigma**2, optimizer=None)
    gp.fit(year[old, None], ppm[old] - level)
    mean, std = gp.predict(t_new[:, None], return_std=True)
    mean, std = mean + level, np.sqrt(std**2 + sigma**2)
    ax.fill_between(t_new, mean - 2 * std, mean + 2 * std, color="C0",
                    alpha=0.18, lw=0)
    ax.plot(t_new, mean, color="C0", lw=1.3)
    for part, fill in ((old, "C1"), (~old, "white")):
        here = part & (year > 1993)
        ax.plot(year[here], ppm[here], "o", ms=2.6, color="C1", mfc=fill)
    ax.set(title=name, ylim=(332, 380), xticks=[1994, 1998, 2002])
axes[0].set_ylabel("carbon dioxide (ppm)")
off = np.abs(ppm[~old] - mean[90:])
inside = np.mean(off < 2 * std[90:])
mathlib.show(
    fig,
    caption="Filled: seen by the process; open: not seen; shaded: two"
    " standard deviations. A kernel that knows no season and no trend (left)"
    " falls back to the mean of 1958 to 1996 within a year. A trend alone"
    " (middle) averages the seasons away. All three parts (right):"
    f" {inside:.0%} of the 60 months are inside.",
    alt="Left, a wavy line through filled dots that drops to a low level with"
    " a huge band; in the middle a smooth line with dots swinging around it;"
    " on the right a wavy line and a band that follow the open dots.",
)
print(f"inside {inside:.0%}; largest error {off.max():.1f} ppm; standard"
      f" deviation {std[90]:.2f} at first, {std[-1]:.2f} in the end")
assert 0.9 < inside < 1 and off.max() < 2

# %% [markdown]
# Nineteen of twenty: just what two standard deviations promise. Be fair to the facts, though: the
# numbers in the kernel are rounded from those that Rasmussen and Williams (2006) fitted to the record up to 2003. They
# have *seen* the years that they forecast here. The honest way is to choose them by the evidence of the years before the
# cut alone; whoever does, and trusts one maximum of it, can end up far too sure (the model can't know what it has left
# out: volcanoes, treaties, growth).
#
# ## 12.8 A network is a kernel, too
#
# Kernel methods solve an $n\times n$ system, and at a million examples that is over. **Random Fourier features** (Rahimi
# and Recht, 2007) turn the trick around: find a few honest features after all. A theorem of Bochner's says that a
# kernel that depends on $\boldsymbol\delta = \mathbf x - \mathbf x'$ alone is a mean of waves. For the RBF kernel the
# waves are Gaussian:
#
# $$\mathbb E\cos(\boldsymbol\omega^\top\boldsymbol\delta) = e^{-\|\boldsymbol\delta\|^2/(2\ell^2)}
# \quad\text{for}\quad \boldsymbol\omega\sim\mathcal N(0, \ell^{-2}I) .$$
#
# (Chapter 6 has computed $\mathbb E e^{sz} = e^{s^2/2}$ for a standard normal $z$; put $s = \mathrm i\|\boldsymbol\delta
# \|/\ell$ and take the real part.) Short $\ell$, fast waves: $\ell$ is in the denominator. Now a cosine of a difference
# has to be split into a feature of $\mathbf x$ and one of $\mathbf x'$. Add a random **phase** $\psi$, uniform on
# $[0, 2\pi]$:
#
# $$2\cos(\boldsymbol\omega^\top\mathbf x + \psi)\cos(\boldsymbol\omega^\top\mathbf x' + \psi) =
# \cos\boldsymbol\omega^\top(\mathbf x - \mathbf x') + \cos\bigl(\boldsymbol\omega^\top(\mathbf x + \mathbf x') + 2\psi\bigr),$$
#
# and the last term averages to 0 over $\psi$. So draw $D$ waves and take the mean of the products:
#
# $$\phi(\mathbf x) = \sqrt{\tfrac2D}\,\cos(\Omega^\top\mathbf x + \boldsymbol\psi), \qquad
# \phi(\mathbf x)^\top\phi(\mathbf x')\approx k(\mathbf x, \mathbf x'), \qquad \Omega\ (d, D),\ \boldsymbol\psi\ (D,).$$

# %% [markdown]
# It is a mean of $D$ independent draws, so the error shrinks like $1/\sqrt D$ (chapter 6), whatever the dimension. Ridge
# regression on $D$ features costs $nD^2$ instead of $n^3$. Old and new points must of course ride the *same* waves:
# draw once, keep $\Omega$ and $\boldsymbol\psi$.
#
# **By hand.** $\mathbf x = (1, 2)$, frequencies as columns $(\frac\pi3, 0), (0, \frac\pi6), (\pi, \frac\pi6)$, phases
# $0, \frac\pi3, \frac{2\pi}3$: the angles are $\frac\pi3$, $\frac\pi3 + \frac\pi3 = \frac{2\pi}3$, and
# $\pi + \frac\pi3 + \frac{2\pi}3 = 2\pi$, so the features $\sqrt{\frac23}\,(\frac12, -\frac12, 1)$.

# %%
omega = np.array([[1 / 3, 0, 1], [0, 1 / 6, 1 / 6]]) * np.pi
phase = np.array([0, 1 / 3, 2 / 3]) * np.pi
print(fa.fourier_features([[1.0, 2.0]], omega, phase).round(4))
assert np.allclose(fa.fourier_features([[1.0, 2.0]], omega, phase),
                   (2 / 3) ** 0.5 * np.array([0.5, -0.5, 1]))

counts = [16, 64, 256, 1024]
rng = np.random.default_rng(7)
K_true = fa.rbf_kernel(X[:200], length_scale=2.0)
errors, scores = [], []
for D in counts:
    omega, phase = fa.sample_fourier_frequencies(64, D, length_scale=2.0,
                                                 rng=rng)
    Z = fa.fourier_features(X, omega, phase)
    errors.append(np.sqrt(np.mean((Z[:200] @ Z[:200].T - K_true) ** 2)))
    G = Z[train].T @ Z[train] + 0.01 * np.eye(D)
    W = np.linalg.solve(G, Z[train].T @ targets[train])
    scores.append(np.mean((Z[test] @ W).argmax(axis=1) == label[test]))
fig, axes = plt.subplots(1, 3, figsize=(7.6, 2.4))
omega, phase = fa.sample_fourier_frequencies(1, 4096, length_scale=0.8,
                                             rng=rng)
for D, style, color in ((16, ":", "C3"), (128, "--", "C1"),
                        (4096, "-", "C0")):
    Z = fa.fourier_features(grid[:, None], omega[:, :D], phase[:D])
    axes[0].plot(grid, Z @ Z[len(grid) // 2], style, color=color, lw=1.4,
                 label=f"D = {D}")
axes[0].plot(grid, bumps(grid, np.zeros(1))[:, 0], color="0.2", lw=0.8)
axes[0].set(title="$\\phi(x)\\cdot\\phi(0)$", xlabel="x", ylim=(-0.7, 2.5))
axes[0].legend(fontsize=8, loc="upper left")
axes[1].loglog(counts, errors, "o-")
axes[1].loglog(counts, 0.5 / np.sqrt(counts), ":", color="0.5")
axes[1].set(title="error of the kernel, digits", xlabel="features D",
            yticks=[0.02, 0.05, 0.1, 0.2])
axes[1].set_yticklabels(["0.02", "0.05", "0.1", "0.2"])
axes[1].minorticks_off()
axes[1].text(20, 0.03, "$\\propto 1/\\sqrt{D}$", color="0.4")
axes[2].semilogx(counts, scores, "o-")
kernel_score = digit_accuracy(2.0)
axes[2].axhline(kernel_score, color="C1", ls="--")
axes[2].text(16, kernel_score - 0.045, "exact kernel", color="C1")
axes[2].set(title="digits read", xlabel="features D", ylim=(0.5, 1.02))
mathlib.show(
    fig,
    caption="Random features. Left, the kernel in one dimension (thin black)"
    " and what D waves make of it. Middle, the root mean square error for"
    " 200 digits in 64 dimensions; dotted, a line that falls like one over"
    " the root of D. Right, ridge regression on the features"
    " against kernel ridge (dashed), ℓ = 2.",
    alt="A bell curve with a ragged, a better and a perfect imitation; a"
    " falling line on logarithmic axes; a rising curve that reaches a dashed"
    " level line.",
)
print("errors", np.round(errors, 3), " scores", np.round(scores, 3))
assert scores[-1] > 0.97 and 6 < errors[0] / errors[-1] < 10

# %% [markdown]
# ### Exercise 12.12 ** · random waves (3 points)
#
# **Contract.** `sample_fourier_frequencies(n_features, n_components, *, length_scale=1.0, rng)`: the tuple $(\Omega,
# \boldsymbol\psi)$ of shapes `(n_features, n_components)` and `(n_components,)`. First `rng.normal(size=(n_features,
# n_components))`, once, for standard normals, then `rng.uniform(0, 2 * np.pi, size=n_components)`, once.
# `fourier_features(X, omega, phase)`: `X` `(n, n_features)`; return $\phi$ of each row, `(n, n_components)`. scikit-learn's
# `RBFSampler` is refused.
#
# *Example:* `sample_fourier_frequencies(2, 3, length_scale=2.0, rng=np.random.default_rng(0))` returns
# `[[0.0629, -0.0661, 0.3202], [0.0525, -0.2678, 0.1808]]` and `[3.8116, 4.5836, 3.4157]`; the features by hand above
# are `[[0.4082, -0.4082, 0.8165]]`.
#
# <details><summary>Hint 1</summary>A standard normal number times what has the standard deviation 1/ℓ?</details>
# <details><summary>Hint 2</summary>Rows of X are points, columns of omega are waves. Which product has an angle for each point and each wave? Then add the phases of the waves.</details>

# %% exercise="sample_fourier_frequencies"
def sample_fourier_frequencies(n_features, n_components, *,
                               length_scale=1.0, rng):
    """Draw the frequencies and the phases of random waves."""
    ### BEGIN SOLUTION
    omega = rng.normal(size=(n_features, n_components)) / length_scale
    return omega, rng.uniform(0, 2 * np.pi, size=n_components)
    ### END SOLUTION

def fourier_features(X, omega, phase):
    """Return the random features of each row of X."""
    ### BEGIN SOLUTION
    return np.sqrt(2 / len(phase)) * np.cos(X @ omega + phase)
    ### END SOLUTION

# %% check="sample_fourier_frequencies"
check("sample_fourier_frequencies")

# %% [markdown]
# **Look again at what you have built**: a layer of random weights and biases, a nonlinearity, and a last layer that is
# trained. A neural network with all but its last layer frozen. What if one trains it all? A network $f(x;
# \boldsymbol\theta)$ with parameters $\boldsymbol\theta$, shape $(P,)$, and small steps $\eta$ down the gradient of
# $\frac12\sum_i(f(x_i) - y_i)^2$. Let $\mathbf f$ be its answers at the $n$ training points and $J$ (no longer 12.5's
# price), shape $(n, P)$, the Jacobian: row $i$ is $\nabla_{\boldsymbol\theta}f(x_i)$. The gradient of the loss is
# $J^\top(\mathbf f - \mathbf y)$, and a step of $-\eta$ times it moves the answers, to first order, by $J$ times the
# step:
#
# $$\Delta\mathbf f\approx-\eta\,JJ^\top(\mathbf f - \mathbf y) = -\eta\,\Theta\,(\mathbf f - \mathbf y), \qquad
# \Theta(x, x') = \nabla_{\boldsymbol\theta}f(x)^\top\nabla_{\boldsymbol\theta}f(x') .$$
#
# $\Theta$ is an inner product of features, a kernel: the **neural tangent kernel** (NTK; Jacot, Gabriel and Hongler,
# 2018). It is $n\times n$, inputs by inputs: how much does learning about $x'$ move the answer at $x$? ($J^\top J$ would
# be parameters by parameters.)
#
# **By hand.** $J_1 = \begin{pmatrix}1&2&0\\0&1&3\end{pmatrix}$ for two inputs and $J_2$ with the rows $(2, 1, 1)$,
# $(1, 0, -1)$, $(0, 3, 1)$ for three others: $\Theta = J_1J_2^\top = \begin{pmatrix}4&1&6\\4&-3&6\end{pmatrix}$.

# %% [markdown]
# **What is special about width.** In general $\Theta$ depends on the random start and changes while the network trains.
# Take our waves, with all three kinds of parameters free:
#
# $$f(x) = \sqrt{\tfrac2M}\sum_{j=1}^Ma_j\cos(w_jx + \psi_j), \qquad a_j\sim\mathcal N(0, 1),\quad
# w_j\sim\mathcal N(0, \ell^{-2}),\quad \psi_j\sim U[0, 2\pi] .$$
#
# The derivative by $a_j$ is $\sqrt{2/M}\cos(w_jx + \psi_j)$, by $\psi_j$ it is $-\sqrt{2/M}\,a_j\sin(w_jx + \psi_j)$, by
# $w_j$ that times $x$. So $\Theta(x, x')$ is a *mean* over the $M$ units: as the width $M$ grows, it settles on its
# expectation (law of large numbers). We know it. The cosines give $k_{\mathrm{RBF}}$, the sines give it too (the same
# formula, the other sign, and $\mathbb Ea_j^2 = 1$), so
#
# $$\Theta_\infty(x, x') = \bigl(1 + 1 + xx'\bigr)\,e^{-(x - x')^2/(2\ell^2)} .$$
#
# And the second effect: each parameter has a share of about $1/\sqrt M$ in the answer, so to change the answer by 1
# each needs to move only by about $1/\sqrt M$. *Together they move mountains, and none of them notices.* $J$ hardly changes:
# a wide network stays a linear model in its parameters, with a fixed kernel. (That is a theorem for widths to infinity
# in this scaling. Networks in practice are wide and still leave this regime: they change their features, which is half
# of what makes them good.)

# %%
ell = 0.8


def start(M, rng):
    """Draw the parameters w, psi, a of a network of width M."""
    return [rng.normal(size=M) / ell, rng.uniform(0, 2 * np.pi, M),
            rng.normal(size=M)]


def network(theta, x):
    """Return the answers at x, one for each input."""
    w, psi, a = theta
    return np.sqrt(2 / len(a)) * np.cos(np.outer(x, w) + psi) @ a


def by_parameters(theta, x):
    """Return the Jacobian (n, 3 M) of the answers."""
    w, psi, a = theta
    angle = np.outer(x, w) + psi
    turn = -a * np.sin(angle)
    return np.sqrt(2 / len(a)) * np.hstack(
        [x[:, None] * turn, turn, np.cos(angle)])


limit = (2 + np.outer(x7, x7)) * bumps(x7, x7)
widths, rng = np.array([8, 32, 128, 512, 2048]), np.random.default_rng(0)
fig, axes = plt.subplots(1, 5, figsize=(7.8, 2.0),
                         width_ratios=[1, 1, 1, 1, 1.9])
off = []
for M in widths:
    J = [by_parameters(start(M, rng), x7) for _ in range(20)]
    tables = np.array([fa.empirical_ntk(j, j) for j in J])
    off.append(np.abs(tables - limit).mean() / np.abs(limit).mean())
    if M in (8, 128, 2048):
        ax = axes[(8, 128, 2048).index(M)]
        ax.imshow(tables[0], cmap="RdBu_r", vmin=-13, vmax=13)
        ax.set(title=f"M = {M}", xticks=[], yticks=[])
axes[3].imshow(limit, cmap="RdBu_r", vmin=-13, vmax=13)
axes[3].set(title="the limit", xticks=[], yticks=[])
axes[4].loglog(widths, off, "o-")
axes[4].loglog(widths, off[0] * np.sqrt(8 / widths), ":", color="0.5")
axes[4].set(xlabel="width M", title="distance from the limit")
mathlib.show(
    fig,
    caption="The tangent kernel of a random network at the seven dots, for"
    " three widths, and its limit. Right, the mean relative distance over 20"
    " networks; dotted, one over the root of M.",
    alt="Four seven by seven tables of red and blue that become alike; a"
    " straight falling line on logarithmic axes beside a dotted one.",
)
slope = np.polyfit(np.log(widths), np.log(off), 1)[0]
print(f"relative distance {np.round(off, 3)}, slope {slope:.2f}")
assert abs(slope + 0.5) < 0.1

# %% [markdown]
# ### Exercise 12.13 ** · the kernel of a network (3 points)
#
# **Contract.** Another small network, with one input and without biases: $f(x) = \frac1{\sqrt M}\sum_jv_j\tanh(w_jx)$,
# `x` `(n,)`, `w` `(M,)`, `v` `(M,)`. `network_jacobian(x, w, v)`: $J$ `(n, 2 M)`, row $i$ the gradient of $f(x_i)$ by the
# *parameters*, first by $w_1, \dots, w_M$, then by $v_1, \dots, v_M$. ($\tanh' = 1 - \tanh^2$.)
# `empirical_ntk(jacobian_1, jacobian_2)`: `(n_1, P)` and `(n_2, P)`; return $\Theta$ `(n_1, n_2)`. The Jacobians of
# mathlib and of torch are refused.
#
# *Example:* `network_jacobian(np.array([0.0, 2]), np.array([1, -0.5]), np.array([3.0, -4]))` returns `[[0, 0, 0, 0],
# [0.2997, -2.3757, 0.6817, -0.5385]]`, and `empirical_ntk` of the two matrices by hand above returns `[[4, 1, 6],
# [4, -3, 6]]`.
#
# <details><summary>Hint 1</summary>The input x stands in the derivative by w, as a factor: it is the inner derivative. <code>np.outer(x, w)</code> has a row for each input.</details>
# <details><summary>Hint 2</summary><code>np.hstack</code> sets two tables beside each other. Check yours against (f(w + h) − f(w))/h for a small h in one entry of w.</details>

# %% exercise="empirical_ntk"
def network_jacobian(x, w, v):
    """Return the gradients of the answers by the parameters, as rows."""
    ### BEGIN SOLUTION
    h = np.tanh(np.outer(x, w))  # (n, M)
    by_w = x[:, None] * v * (1 - h**2)
    return np.hstack([by_w, h]) / np.sqrt(len(w))
    ### END SOLUTION

def empirical_ntk(jacobian_1, jacobian_2):
    """Return the inner products of the gradients, inputs by inputs."""
    ### BEGIN SOLUTION
    return jacobian_1 @ jacobian_2.T
    ### END SOLUTION

# %% check="empirical_ntk"
check("empirical_ntk")

# %% [markdown]
# **How fast does it learn?** With a fixed $\Theta$ and small steps, $\Delta\mathbf f = -\eta\,\Theta(\mathbf f - \mathbf
# y)$ is a differential equation in the time $t$, counted in steps. Write $\Theta = U\Lambda U^\top$. Along each
# eigenvector the residual has its own equation, $\dot r_i = -\eta\lambda_ir_i$, whose solution is
# $r_i(t) = e^{-\eta\lambda_it}r_i(0)$. Together
#
# $$\mathbf f_t - \mathbf y = e^{-\eta\Theta t}(\mathbf f_0 - \mathbf y), \qquad
# e^{-\eta\Theta t} = U\,\mathrm{diag}(e^{-\eta\lambda_it})\,U^\top .$$
#
# The exponential of the *matrix*, not of its entries. Patterns with a large eigenvalue are learned at once, those with a
# small one last. For most networks the large ones belong to smooth patterns: that is why networks learn the broad lines
# first and the noise late, and why stopping early helps.
#
# **By hand.** $\Theta = \begin{pmatrix}2&1\\1&2\end{pmatrix}$, $\mathbf f_0 = (4, 4)$, $\mathbf y = (1, 3)$,
# $\eta = \frac12$, $t = 2\ln2$. The residual is $(3, 1) = 2\,(1, 1) + 1\,(1, -1)$, eigenvectors with $\lambda = 3$ and
# $\lambda = 1$. Factors $e^{-3\ln2} = \frac18$ and $e^{-\ln2} = \frac12$. Left: $(\frac14 + \frac12,\ \frac14 - \frac12)
# = (0.75, -0.25)$, so $\mathbf f_t = (1.75, 2.75)$. The second answer has overshot its target on the way: modes decay,
# entries need not.

# %%
now = fa.ntk_predictions([[2.0, 1], [1, 2]], [4.0, 4], [1.0, 3],
                         2 * np.log(2), lr=0.5)
print("f at t = 2 ln 2:", now)
assert np.allclose(now, [1.75, 2.75])

lr, steps = 0.01, 400
fig, axes = plt.subplots(1, 3, figsize=(7.6, 2.5), sharey=True)
for ax, M in zip(axes, (32, 256, 2048)):
    theta = start(M, np.random.default_rng(1))
    J = by_parameters(theta, x7)
    kernel, answers = fa.empirical_ntk(J, J), [network(theta, x7)]
    for _ in range(steps):
        g = by_parameters(theta, x7).T @ (answers[-1] - y7)
        theta = [p - lr * part for p, part in zip(theta, np.split(g, 3))]
        answers.append(network(theta, x7))
    said = [fa.ntk_predictions(kernel, answers[0], y7, t, lr=lr)
            for t in range(steps + 1)]
    values, U = np.linalg.eigh(kernel)
    for i, color in ((0, "C0"), (2, "C1"), (5, "C2")):
        ax.semilogy(np.abs((answers - y7) @ U[:, i]), color=color)
        ax.semilogy(np.abs((said - y7) @ U[:, i]), "k:", lw=1.4)
    left, promised = (abs((f - y7) @ U[:, 0]) for f in (answers[-1], said[-1]))
    J = by_parameters(theta, x7)
    moved = (dc.frobenius_norm(fa.empirical_ntk(J, J) - kernel)
             / dc.frobenius_norm(kernel))
    print(f"M = {M}: training moved the kernel by {moved:.1%}; the slowest"
          f" mode is at {left / promised:.2f} of what was predicted")
    ax.set(title=f"width M = {M}", xlabel="step", ylim=(1e-3, 4))
axes[0].set_ylabel("residual along $u_i$")
mathlib.show(
    fig,
    caption="Training a network on the seven dots, by gradient descent. Three"
    " modes of the residual (solid; blue i = 1, the slowest, orange 3,"
    " green 6) and what the kernel at the start predicted (dotted) before the"
    " first step. In a wide network the prophecy comes true.",
    alt="Three panels with falling straight and bent lines on a logarithmic"
    " axis; dotted lines run apart from them on the left and on them on the"
    " right.",
)
assert abs(left / promised - 1) < 0.05

# %% [markdown]
# ### Exercise 12.14 ** · the prophecy (2 points)
#
# **Contract.** `Theta` `(n, n)`, symmetric PSD; `f0` `(n,)`, `y` `(n,)`; `t` $\ge 0$, `lr` $> 0$, numbers. Return
# $\mathbf f_t$ `(n,)`. `np.linalg.eigh` or `scipy.linalg.expm` may be used.
#
# *Example:* the numbers above: `[1.75, 2.75]`.
#
# <details><summary>Hint 1</summary><code>np.exp</code> of a matrix is taken entry by entry. For the vector of the eigenvalues that is just right (<code>np.diag</code> would add zeros beside them, and exp 0 is 1): go there with U transposed, and come back with U.</details>
# <details><summary>Hint 2</summary>What decays, the answers or their distance from the targets? At t = 0 you must get f0.</details>

# %% exercise="ntk_predictions"
def ntk_predictions(Theta, f0, y, t, *, lr):
    """Return the answers of a wide network after a time t."""
    ### BEGIN SOLUTION
    eigenvalues, U = np.linalg.eigh(Theta)
    modes = U.T @ (f0 - y)
    return y + U @ (np.exp(-lr * eigenvalues * t) * modes)
    ### END SOLUTION

# %% check="ntk_predictions"
check("ntk_predictions")

# %% [markdown]
# **Which curve, then?** Let $t\to\infty$. At a new point $x$ the same reasoning gives
#
# $$f_\infty(x) = f_0(x) + \Theta(x, X)\,\Theta^{-1}(\mathbf y - \mathbf f_0),$$
#
# with $\Theta(x, X)$ the row of $x$ against the training points: the start, plus kernel regression on what it got wrong.
# And $f_0$, a sum of many independent random parts, is a draw from a Gaussian process (chapter 6's central limit
# theorem). Many networks, each from its own start: a cloud of curves. Average them, and $f_0$ drops out.

# %%
fig, axes = plt.subplots(1, 2, figsize=(7.5, 2.8), sharey=True)
total, many = 0, 24
for seed in range(many):
    theta = first = start(1024, np.random.default_rng(100 + seed))
    for _ in range(250):
        g = by_parameters(theta, x7).T @ (network(theta, x7) - y7)
        theta = [p - 0.02 * part for p, part in zip(theta, np.split(g, 3))]
    curve = network(theta, grid)
    total = total + curve / many
    axes[0].plot(grid, curve, color="0.6", lw=0.7)
kernel_row = (2 + np.outer(grid, x7)) * bumps(grid, x7)
tangent = kernel_row @ np.linalg.solve(limit, y7)
rbf = bumps(grid, x7) @ shortest
axes[0].plot(grid, total, color="C0", lw=2.2)
axes[0].set(title=f"{many} trained networks, M = 1024", xlabel="x",
            ylim=(-3.2, 3.2))
axes[1].plot(grid, total, color="C0", lw=2.2)
axes[1].plot(grid, tangent, "--", color="C3", lw=1.6)
axes[1].plot(grid, rbf, ":", color="C2", lw=2.0)
for name, color, at in (("mean of the networks", "C0", (-4, 2.7)),
                        ("NTK regression", "C3", (-4, 2.2)),
                        ("RBF: the shortest curve", "C2", (-4, 1.7))):
    axes[1].text(*at, name, color=color)
axes[1].set(title="three machines, one question", xlabel="x")
for ax in axes:
    ax.plot(x7, y7, "o", color="C1", ms=6)
mathlib.show(
    fig,
    caption="Left, wide networks trained from different starts (thin) and"
    " their mean (thick). Right, the mean, regression with the limit of"
    " their kernel, and the curve that was shortest in the RKHS of the RBF"
    " kernel, which is also the mean of the Gaussian process.",
    alt="Left, thin curves through seven dots that fan out in the gaps, as in"
    " the first picture. Right, three curves that nearly coincide.",
)
print("networks and NTK regression:",
      f"{np.abs(total - tangent).max():.2f} apart at most,",
      f"NTK and RBF: {np.abs(tangent - rbf).max():.2f}")

# %% [markdown]
# **That is the answer to the first question, and it is three answers in one.** The *shortest* curve, the *average* of
# all curves, and what a crowd of wide networks agrees on are (for related kernels) nearly the same function. Nobody has
# asked the networks for a short curve. Where they start and how they are built decides what "short" means, which is the
# modern way to ask: *why does this network generalise?*
#
# ## Common mistakes
#
# | one often sees | why it is wrong | what is right |
# |---|---|---|
# | $e^{+\mathrm imt}$ in the coefficients; no $1/n$; $2\pi$ sampled too | conjugates; $n$ times too large; $t = 0$ votes twice | minus, a mean, $t_j = 2\pi j/n$ |
# | a spectrum product for a linear convolution | the tail comes in at the front | zeros behind both first |
# | `exp(-d / (2 ℓ**2))`, `exp(-d**2 / ℓ**2)` | no square; another ℓ | $e^{-d^2/(2\ell^2)}$; `gamma` is $1/(2\ell^2)$ |
# | squared distances from $\lVert x\rVert^2 + \lVert y\rVert^2 - 2x^\top y$ | cancels, even below 0 | differences first |
# | a kernel because all entries are positive; `eigvalsh > 0` | eigenvalues count; a double point gives 0 | symmetric, $\lambda_{\min} \ge -$ tol |
# | `K + alpha`; `n * alpha` | every entry; another α | $K + \alpha I$ |
# | labels 0 and 1 in a hinge; $b$ in the penalty | margins of class 0 are always 0 | $\pm1$; $b$ is free |
# | kernel PCA with column means only; $U\Lambda$ | not symmetric; too long | $HKH$, $U\sqrt\Lambda$ |
# | $K + \sigma I$; $\sigma^2$ on $K_{**}$, too | a standard deviation is no variance; predicts measurements, not $f$ | $\sigma^2$ on $K$ alone |
# | new waves for the test set; $\Omega\cdot\ell$ | features of two different kernels; fast for slow | draw once, divide by ℓ |
# | $J^\top J$; gradients by the input | parameters × parameters; another question | $JJ^\top$, by the parameters |
# | `np.exp(-lr * Theta * t)`; decaying $\mathbf f$ | entry by entry; targets forgotten | through $U\Lambda U^\top$, of $\mathbf f - \mathbf y$ |

# %% [markdown]
# ## The same in NumPy, scikit-learn and PyTorch
#
# | here | NumPy, scikit-learn | PyTorch, GPyTorch |
# |---|---|---|
# | `fa.fft(x)` | `np.fft.fft(x)` | `torch.fft.fft(x)` |
# | `fa.fft_convolve(a, b)` | `scipy.signal.fftconvolve(a, b)` | |
# | `fa.rbf_kernel(X, Y, length_scale=ℓ)` | `rbf_kernel(X, Y, gamma=1/(2ℓ²))` | `RBFKernel` |
# | `fa.kernel_ridge_fit(K, y, alpha)` | `KernelRidge(alpha=alpha, kernel="precomputed")` | |
# | `fa.kernel_pca(K, p)` | `KernelPCA(p, kernel="precomputed")` | |
# | `fa.svm_fit(K, y, C=C)` | `SVC(C=C, kernel="precomputed")` | |
# | `fa.gp_posterior(...)` | `GaussianProcessRegressor(kernel, alpha=σ²)` | `ExactGP` |
# | `fa.fourier_features(X, ...)` | `RBFSampler(gamma=1/(2ℓ²))` | |
# | `fa.empirical_ntk(J, J)` | | `torch.func.jacrev` by the parameters |

# %% tags=["nbval-ignore-output"]
from sklearn.decomposition import KernelPCA
from sklearn.kernel_ridge import KernelRidge

K, K_new = bumps(x7, x7), bumps(grid, x7)
theirs = GaussianProcessRegressor(RBF(0.8), alpha=0.3**2, optimizer=None)
mean, cov = theirs.fit(x7[:, None], y7).predict(grid[:, None],
                                                return_cov=True)
ours = fa.gp_posterior(K, K_new, bumps(grid, grid), y7, noise_std=0.3)
assert np.allclose(ours[0], mean) and np.allclose(ours[1], cov, atol=1e-8)
ridge = KernelRidge(alpha=0.09, kernel="precomputed").fit(K, y7)
assert np.allclose(ridge.dual_coef_, fa.kernel_ridge_fit(K, y7, 0.09))
parts = KernelPCA(2, kernel="precomputed").fit_transform(K)
assert np.allclose(np.abs(parts), np.abs(fa.kernel_pca(K, 2)))
signal = np.random.default_rng(0).normal(size=1024)
assert np.allclose(fa.fft(signal), np.fft.fft(signal))
print("they agree")

# If torch is there, let it differentiate our network for the tangent kernel.
if mathlib.has_torch:
    import torch

    theta = start(64, np.random.default_rng(0))
    leaves = [torch.tensor(p, requires_grad=True) for p in theta]
    w, psi, a = leaves
    rows = []
    for value in x7:
        f = (2 / 64) ** 0.5 * torch.cos(value * w + psi) @ a
        rows.append(torch.cat(torch.autograd.grad(f, leaves)))
    J, Jt = by_parameters(theta, x7), torch.stack(rows)
    assert np.allclose(fa.empirical_ntk(J, J), (Jt @ Jt.T).numpy())
    print("torch finds the same tangent kernel")
else:
    print("no torch here; nothing else needs it")

# %% [markdown]
# ## Summary: one screen
#
# | | formula | function |
# |---|---|---|
# | norms | $\lVert f\rVert_p = (\int\lvert f\rvert^p)^{1/p}$ | `fa.lp_norm` |
# | projection | $f - f^*\perp S$ | (chapter 2, in any Hilbert space) |
# | Fourier | $\hat f_m = \frac1{2\pi}\int f\,e^{-\mathrm imt}\,dt$ | `fa.fourier_coefficients` |
# | DFT, FFT | $\hat x_m = \sum_jx_je^{-2\pi\mathrm imj/n} = E_m \pm e^{-2\pi\mathrm im/n}O_m$ | `fa.dft`, `fa.fft` |
# | convolution | $\widehat{x * y} = \hat x\,\hat y$ | `fa.circular_convolution`, `fa.fft_convolve` |
# | Haar | $s_j, \delta_j = (x_{2j}\pm x_{2j+1})/\sqrt2$ | `fa.haar`, `fa.inverse_haar` |
# | kernels | $e^{-\lVert x - x'\rVert^2/(2\ell^2)}$, $\;(x^\top x' + r)^q$ | `fa.rbf_kernel`, `fa.polynomial_kernel` |
# | PSD | $\mathbf c^\top K\mathbf c \ge 0$ | `fa.is_psd_kernel` |
# | RKHS | $f(x) = \langle f, k(x, \cdot)\rangle$, $\;\lVert f\rVert^2 = \mathbf c^\top K\mathbf c$ | `fa.rkhs_norm` |
# | kernel ridge | $\mathbf c = (K + \alpha I)^{-1}\mathbf y$ | `fa.kernel_ridge_fit`, `fa.kernel_ridge_predict` |
# | kernel PCA | $HKH = U\Lambda U^\top$, $\;Z = U\sqrt\Lambda$ | `fa.center_kernel`, `fa.kernel_pca` |
# | SVM | $\frac12\lVert\mathbf w\rVert^2 + C\sum\max(0, 1 - m_i)$ | `fa.svm_objective`, `fa.svm_subgradient` |
# | its dual | $\max\ \mathbf y^\top\mathbf c - \frac12\mathbf c^\top K\mathbf c$ | `fa.svm_fit` |
# | Gaussian process | $\boldsymbol\mu_* = K_*(K + \sigma^2I)^{-1}\mathbf y$, $\;\Sigma_* = K_{**} - \dots$ | `fa.gp_posterior` |
# | where next | $(\mu_* - y_{\text{best}})\,\Phi(u) + \sigma_*\,\mathcal N(u)$ | `fa.expected_improvement` |
# | random features | $\sqrt{2/D}\,\cos(\Omega^\top x + \psi)$ | `fa.sample_fourier_frequencies`, `fa.fourier_features` |
# | NTK | $\Theta = JJ^\top$, $\;\mathbf f_t - \mathbf y = e^{-\eta\Theta t}(\mathbf f_0 - \mathbf y)$ | `fa.empirical_ntk`, `fa.ntk_predictions` |

# %% [markdown]
# **Five questions to ask yourself.**
#
# <details><summary>1. A sequence of functions tends to 0 in the 2-norm. Do the values at t = 0 tend to 0? And in an RKHS?</summary>
# Not in L²: a narrow peak at 0 has a tiny norm. In an RKHS yes, since |f(0)| = |⟨f, k(0, ·)⟩| ≤ ‖f‖ √k(0, 0).
# </details>
# <details><summary>2. You record a tone of 900 hertz with 1000 samples a second, and hear 100 hertz. Why?</summary>
# Aliasing: at the samples, 900 and −100 turns a second agree. Filter out what is above 500 hertz before sampling.
# </details>
# <details><summary>3. Your Gaussian process is quite sure, far away from all data. Is that possible?</summary>
# Yes, with a long length scale or a periodic kernel: the prior says that far points are alike. The band is only as
# honest as the kernel.
# </details>
# <details><summary>4. A support vector machine was trained on a million points and keeps 300. May you throw away the others?</summary>
# For prediction, yes: their coefficients are 0. Even training again on the 300 alone gives the same machine.
# </details>
# <details><summary>5. A very wide network has learned the smooth part of your data after 100 steps. How long for a pattern whose eigenvalue is a thousandth?</summary>
# About 100 000 steps: the time is proportional to 1/λ. Or for ever, if you stop early, which may be what you want.
# </details>

# %% [markdown]
# ## Further reading
#
# **Waves.** J. Cooley, J. Tukey, *Math. Comp.* 19 (1965), doi:10.1090/S0025-5718-1965-0178586-1. A. Haar, *Math. Ann.* 69
# (1910), doi:10.1007/BF01456326. I. Daubechies, *Ten Lectures on Wavelets*, SIAM, 1992.
#
# **Kernels.** N. Aronszajn, *Trans. AMS* 68 (1950), doi:10.1090/S0002-9947-1950-0051437-7. G. Kimeldorf, G. Wahba, *J.
# Math. Anal. Appl.* 33 (1971), doi:10.1016/0022-247X(71)90184-3. B. Schölkopf, A. Smola, K.-R. Müller, *Neural Comput.*
# 10 (1998), doi:10.1162/089976698300017467. C. Cortes, V. Vapnik, *Mach. Learn.* 20 (1995), doi:10.1007/BF00994018.
# J. Platt, SMO, Microsoft MSR-TR-98-14, 1998. A. Rahimi, B. Recht, *Random Features*, NeurIPS 2007.
#
# **Gaussian processes.** C. Rasmussen, C. Williams, *Gaussian Processes for Machine Learning*, MIT Press, 2006 (5.4.3 has
# the air of Mauna Loa), doi:10.7551/mitpress/3206.001.0001. D. Jones, M. Schonlau, W. Welch, *J. Glob. Optim.* 13 (1998),
# doi:10.1023/A:1008306431147.
#
# **Wide networks.** R. Neal, *Bayesian Learning for Neural Networks*, Springer, 1996. A. Jacot, F. Gabriel, C. Hongler,
# 2018, arXiv:1806.07572. J. Lee et al., 2019, arXiv:1902.06720. L. Chizat, E. Oyallon, F. Bach, when it is lazy, 2019,
# arXiv:1812.07956.
#
# **The data.** C. D. Keeling, T. P. Whorf, Mauna Loa; sunspot numbers; both as shipped with statsmodels. R. A. Fisher's
# irises and the digits of E. Alpaydin, C. Kaynak with scikit-learn.
#
# Next: chapter 13 trains the models that everybody trains first, with losses for lengths and activations for bends.

# ---
# jupyter:
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 8. Optimization
#
# **How fast may you go downhill?**
#
# Three bicycles stand at the top of one hill. They are the same model: 640 numbers that read handwritten digits, all of
# them zero, ready to roll. The same 1200 pictures show each of them the way down, 200 times. They differ in one number,
# the gear: $\eta = 0.02$, $0.18$, $0.20$.

# %%
import matplotlib.pyplot as plt
import numpy as np
from scipy import special
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.linear_model import Lasso
from threadpoolctl import threadpool_limits

import mathlib
import mathlib.linear_algebra as la
import mathlib.optimization as op
from mathlib import check

# Products as small as ours are faster on one thread than on several.
threadpool_limits(1)
mathlib.style()

# %%
digits, answers = load_digits(return_X_y=True)
digits = digits / 16
known, new = slice(0, 1200), slice(1200, None)
wanted = np.eye(10)[answers]


def reader_slope(W):
    """Gradient of half the mean squared error of the scores W x."""
    x = digits[known]
    return (x @ W.T - wanted[known]).T @ x / len(x)


ride = {}
fig, ax = plt.subplots(figsize=(6.6, 3.0))
for lr, look in ((0.02, "--"), (0.18, "-"), (0.2, "-.")):
    W, losses = np.zeros((10, 64)), []
    for _ in range(200):
        W = op.gradient_descent(reader_slope, W, lr=lr, steps=1)
        wrong = digits[known] @ W.T - wanted[known]
        losses.append((wrong**2).sum(axis=1).mean() / 2)
    hits = (digits[new] @ W.T).argmax(axis=1) == answers[new]
    ride[lr] = losses[-1], hits.mean()
    line, = ax.semilogy(losses, look)
    spot = (203, losses[-1]) if losses[-1] < 1 else (48, 9)
    ax.text(*spot, f"η = {lr:.2f}, reads {hits.mean():.0%}",
            color=line.get_color(), va="center")
ax.set(xlabel="step", ylabel="loss", xlim=(0, 270), ylim=(0.12, 20),
       xticks=range(0, 201, 50), yticks=[0.2, 0.5, 1, 2, 5, 10],
       yticklabels=["0.2", "0.5", "1", "2", "5", "10"])
ax.minorticks_off()
mathlib.show(
    fig,
    caption="One model, one set of pictures, three learning rates, and"
    f" the share of {len(hits)} new digits that each reads in the end. The"
    f" third curve goes on above the frame, to {ride[0.2][0]:.0e}.",
    alt="Three curves on a logarithmic scale: one falls slowly, one falls"
    " fast and levels off, one falls, turns, and climbs in a straight line"
    " to the top.",
)
assert ride[0.18][1] > 0.88 > ride[0.02][1] > 0.8 > ride[0.2][1]
assert W.size == 640 and len(digits[known]) == 1200 and ride[0.2][0] > 1e5

# %% [markdown]
# From 0.02 to 0.18 it only gets better. From 0.18 to 0.20 it falls off a cliff. **Where exactly is the edge, and could
# you have known it before the first step?** (Yes, to four digits, from the pictures alone. You will, in 8.2.)
#
# **After this chapter you can**
#
# - say what "convex" promises, and the three things it does not;
# - compute how long a step may be, and recognise on a loss curve that it was too long;
# - write the optimizers that train today's models, from gradient descent to AdamW and Muon, one small law each;
# - use curvature where you can afford it, and say what each approximation of it leaves out;
# - stay inside a fence: exact zeros, probabilities, points on a sphere;
# - run a race between optimizers that you would believe yourself.
#
# **You need** norms, the SVD and positive definite matrices (chapters 2, 3), gradient and Hessian (5), averages (6).
# **Time:** three hours to read; the 15 exercises take four to five more, and one derivation wants a pencil.
#
# **Letters.** $\boldsymbol\theta$ (theta): the parameters, an array of any shape, unless a shape is given. $L$: the
# loss. $\mathbf g = \nabla L(\boldsymbol\theta)$: the gradient, an array of $\boldsymbol\theta$'s shape. In code
# `gradient` is such an array, `grad` a *function* that returns one. $\eta$ (eta): the learning rate, `lr`. $t$: the
# number of the step.

# %% [markdown]
# ## 8.1 Bowls
#
# Stretch a string between any two points of a curve. If it never dips below the curve, the curve is a bowl. A function
# $f: \mathbb R^n \to \mathbb R$ is **convex** if, for all $\mathbf x$, $\mathbf y$ and all $\lambda \in [0, 1]$,
#
# $$f(\lambda\mathbf x + (1 - \lambda)\mathbf y) \;\le\; \lambda f(\mathbf x) + (1 - \lambda)f(\mathbf y),$$
#
# and **strictly** convex if $<$ holds wherever $\mathbf x \ne \mathbf y$ and $0 < \lambda < 1$. On the left the curve,
# on the right the string.
#
# **By hand.** $f(x) = x^2$, from $x = 0$ to $y = 4$, with $\lambda = \frac34$: the point between is
# $\frac34\cdot0 + \frac14\cdot4 = 1$, the curve has 1 there, the string $\frac34\cdot0 + \frac14\cdot16 = 4$.
#
# **What it is good for: every local minimum is a global one.** More: with a derivative, *one* level place is enough.
# Let $\nabla f(\mathbf x^*) = \mathbf 0$, take any $\mathbf y$, and walk towards it, with $\lambda$ now the share of
# $\mathbf y$: $f(\mathbf x^* + \lambda(\mathbf y - \mathbf x^*)) \le f(\mathbf x^*) + \lambda\,(f(\mathbf y) -
# f(\mathbf x^*))$. Bring $f(\mathbf x^*)$ over and divide by $\lambda > 0$:
#
# $$\frac{f(\mathbf x^* + \lambda(\mathbf y - \mathbf x^*)) - f(\mathbf x^*)}{\lambda} \;\le\; f(\mathbf y) -
# f(\mathbf x^*) .$$
#
# For $\lambda \to 0$ the left side becomes the slope at $\mathbf x^*$ towards $\mathbf y$, $\nabla
# f(\mathbf x^*)\cdot(\mathbf y - \mathbf x^*) = 0$. So $f(\mathbf y) \ge f(\mathbf x^*)$, wherever $\mathbf y$ is.

# %%
curve, string = 1.0**2, 0.75 * 0.0**2 + 0.25 * 4.0**2
print("curve", curve, "  string", string)
assert (curve, string) == (1, 4)

shapes = {
    "$x^2$": (lambda x: x**2, -2, 2),
    r"$\max(|x| - 1, 0)$": (lambda x: np.maximum(np.abs(x) - 1, 0), -3, 3),
    "$e^x$": (np.exp, -5, 1.5),
    r"$x^4 - 2x^2 + \frac{x}{2}$":
        (lambda x: x**4 - 2 * x**2 + x / 2, -1.6, 1.5),
}
fig, axes = plt.subplots(1, 4, figsize=(7.4, 2.1))
for ax, (name, (f, low, high)) in zip(axes, shapes.items()):
    x = np.linspace(low, high, 201)
    ends = np.array([low + 0.2, high - 0.3])
    bowl = op.is_convex_on_segment(f, *ends)
    assert bowl == ("x^4" not in name)
    ax.plot(x, f(x), color="C0" if bowl else "C1")
    ax.plot(ends, f(ends), "o:", color="0.3", ms=4)
    ax.set_title(name, loc="center")
    ax.set_xlabel("convex here" if bowl else "not convex")
    ax.set(yticks=[])
mathlib.show(
    fig,
    caption="A bowl with one lowest point; a tray with many; a slide with"
    " none; and two hollows, of which one is not the lowest. Dotted: strings.",
    alt="Four small curves, each with a dotted straight line between two of"
    " its points. In the last the curve rises above the line.",
)

# %% [markdown]
# **What it does not promise.** "Convex: one minimum, and gradient descent finds it" is written often. Three things are
# wrong with it.
#
# - *One?* The tray is convex and has a whole line of minima. At most one needs **strict** convexity.
# - *Is there any?* $e^x$ is strictly convex, and its lowest value, 0, is never reached.
# - *Finds it?* On $x^2$, the kindest bowl of all, steps that are too long climb out: with $\eta = 1.1$ each step
#   multiplies $x$ by $1 - 2\cdot1.1 = -1.2$.
#
# And the picture checks one string of one curve. A string that dips proves that $f$ is *not* convex; one that holds
# proves nothing. Proofs come from rules: sums of convex functions are convex, so is the maximum of several, so is
# $f(A\mathbf x + \mathbf b)$; and a function with second derivatives is convex exactly where its Hessian is positive
# semidefinite everywhere. By these rules least squares, logistic regression, softmax regression and the SVM (chapters
# 7, 12, 13) are bowls.

# %%
x = op.gradient_descent(lambda x: 2 * x, np.array([1.0]), lr=1.1, steps=20)
print("x² from 1, after 20 steps with η = 1.1:", x.round(2))
assert np.isclose(x[0], (-1.2) ** 20) and round(x[0], 1) == 38.3

z = np.linspace(-9, 6, 301)
s = special.expit(z)
losses = {"(σ(z) − 1)² / 2": (s - 1) ** 2 / 2, "−log σ(z)": -np.log(s)}
fig, axes = plt.subplots(1, 2, figsize=(6.6, 2.5))
for (name, values), ax in zip(losses.items(), axes):
    bend = np.diff(values, 2)
    down = np.r_[False, bend < -1e-12, False]
    ax.plot(z, values, color="C0")
    ax.plot(z, np.where(down, values, np.nan), "C1", lw=3, ls=(0, (2, 1)))
    ax.set_title(name, loc="center")
    ax.set_xlabel(f"z; slope at −8: {np.gradient(values, z)[20]:.4f}")
    print(name, "bends down at", down.sum(), "of", len(z), "places")
axes[0].text(-8.8, 0.33, "bends down", color="C1")
axes[0].set_ylabel("loss for label 1")
mathlib.show(
    fig,
    caption="One sigmoid, label 1. With the squared error (left) whoever is"
    " badly wrong stands on a plateau and feels nothing; the cross-entropy"
    " (right) is convex, and pulls hardest there.",
    alt="Left, a curve that is flat, falls, and is flat again, its upper"
    " half dashed. Right, a curve that falls straight and then levels off.",
)
assert np.diff(losses["(σ(z) − 1)² / 2"], 2).min() < -1e-5
assert np.diff(losses["−log σ(z)"], 2).min() > -1e-12

# %% [markdown]
# **Deep networks are not bowls**, whatever the loss at the end. There is a one-line reason. Swap two hidden units, with
# all their weights: another point $\boldsymbol\theta'$, the same network, the same loss. If the two were minima of a
# convex function, everything on the string between them would have to be at least as good. But halfway both units have
# the same weights, and one of them is wasted. With 32 units there are $32! \approx 2.6\cdot10^{35}$ such copies of every
# minimum, and between them hills, plateaus, and passes (saddles, chapter 5).
#
# So why does training work at all? Nobody has the whole answer. A hollow need not be the deepest to be good enough; in
# many dimensions, level places are mostly passes (chapter 5); and wide networks have so many solutions that one is never
# far (an observation, with theorems for special cases). All methods below need slopes only. On a bowl they come with
# promises; elsewhere with experience.
#
# Here is the network of this chapter's race. It reads the digits through 32 hidden units and answers with ten scores
# for softmax; its loss is the mean surprise $-\log s_y$ (chapter 7). Its matrices are $W$ `(32, 65)` and $V$ `(10, 33)`, the
# last column of each is the bias. The picture shuffles all 32 units. Look at it, and skip the code for now: `backward` is
# chapter 5's, and comes back in 8.5, 8.6 and 8.8.

# %%
pixels = np.c_[digits, np.ones(len(digits))]


def forward(theta, x):
    """Return the hidden units, with a one behind, and the ten scores."""
    W, V = theta
    hidden = np.c_[np.tanh(x @ W.T), np.ones(len(x))]
    return hidden, hidden @ V.T


def surprise(theta, rows):
    """Return the mean of -log softmax(scores) at the right answers."""
    _, scores = forward(theta, pixels[rows])
    right = np.take_along_axis(scores, answers[rows][:, None], axis=1)[:, 0]
    return np.mean(special.logsumexp(scores, axis=1) - right)


def backward(theta, rows):
    """Return the gradients, and what each layer saw, for 8.6."""
    (_, V), x = theta, pixels[rows]
    hidden, scores = forward(theta, x)
    late = special.softmax(scores, axis=1) - wanted[rows]
    early = late @ V[:, :-1] * (1 - hidden[:, :-1] ** 2)
    seen = [(x, early), (hidden, late)]
    return [d.T @ a / len(x) for a, d in seen], seen


def fresh(seed):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(32, 65)) / 65**0.5,
            rng.normal(size=(10, 33)) / 33**0.5]


print("weights:", sum(w.size for w in fresh(0)), "  loss before training:",
      round(float(surprise(fresh(0), known)), 2))
nudge = fresh(5)
slope = sum(np.sum(a * b) for a, b in zip(backward(fresh(0), known)[0], nudge))
ahead, behind = (surprise([w + h * d for w, d in zip(fresh(0), nudge)], known)
                 for h in (1e-5, -1e-5))
assert np.isclose(slope, (ahead - behind) / 2e-5, rtol=1e-5)

theta = fresh(0)
for _ in range(300):
    theta = [w - 0.8 * g for w, g in zip(theta, backward(theta, known)[0])]
order = np.random.default_rng(1).permutation(32)
twin = [theta[0][order], np.c_[theta[1][:, :32][:, order], theta[1][:, 32:]]]

along = np.linspace(-0.2, 1.2, 57)
heights = [surprise([(1 - a) * w + a * u for w, u in zip(theta, twin)], known)
           for a in along]
fig, ax = plt.subplots(figsize=(6.4, 2.5))
ax.plot(along, heights)
ends = [surprise(theta, known), surprise(twin, known)]
ax.plot([0, 1], ends, "o:", color="C1")
ax.text(0, ends[0] + 0.12, "a trained network", ha="center", color="C1")
ax.text(1, ends[1] + 0.12, "itself, units shuffled", ha="center", color="C1")
ax.set(xlabel="share of the way from one to the other", ylabel="loss",
       ylim=(0, None))
mathlib.show(
    fig,
    caption="From a trained network straight to its own twin, whose hidden"
    f" units are shuffled: both ends have a loss of {ends[0]:.3f}, the hill"
    f" between them {max(heights):.2f}. (Training was stopped after 300"
    " steps, so the ends are no minima yet; but a bowl would stay below the"
    " dotted string all the same.)",
    alt="A curve with two low ends joined by a dotted line, and a high hill"
    " between.",
)
assert np.isclose(*ends) and max(heights[8:-8]) > 5 * ends[0]
assert np.isclose(special.factorial(32), 2.6e35, rtol=0.02)

# %% [markdown]
# ## 8.2 One step, and how long it may be
#
# $\mathbf g$ points uphill, as steeply as it gets (chapter 5). So go the other way, and ask again:
#
# $$\boldsymbol\theta_{t+1} = \boldsymbol\theta_t - \eta\,\nabla L(\boldsymbol\theta_t) .$$
#
# That is **gradient descent**. Everything else in this chapter is an amendment to this line.
#
# **By hand.** One weight $w$, two points: $x = 1, 2$ with $y = 2, 3$. The loss is the mean squared error,
# $L(w) = \frac12\left[(w - 2)^2 + (2w - 3)^2\right] = 2.5w^2 - 8w + 6.5$, its slope $L'(w) = 5w - 8$. Begin at $w = 0$
# with $\eta = 0.1$: the slope is $-8$, so $w = 0 + 0.1\cdot8 = 0.8$, and the loss falls from $6.5$ to
# $2.5\cdot0.64 - 6.4 + 6.5 = 1.7$. Again: slope $-4$, $w = 1.2$. Again: $-2$, $w = 1.4$. The distance to the lowest
# point, $w^* = 1.6$, is halved each time.

# %%
def loss_at(w):
    return np.mean((w * np.array([1, 2]) - np.array([2, 3])) ** 2)


def slope_at(w):
    return 5 * w - 8


for steps in (0, 1, 2, 3, 20):
    w = op.gradient_descent(slope_at, np.array([0.0]), lr=0.1, steps=steps)
    print(f"{steps:2} steps: w = {w[0]:.6f}, loss {loss_at(w[0]):.4f}")
assert np.isclose(loss_at(0.8), 1.7) and np.isclose(loss_at(0), 6.5)
assert abs(w[0] - 1.6) < 2e-6 and np.isclose(loss_at(1.6), 0.1)

# %% [markdown]
# ### Exercise 8.1 * · gradient descent (2 points)
#
# **Contract.** `grad` is a function: it takes `theta`, an array of any shape, and returns an array of that shape. Make
# exactly `steps` updates $\boldsymbol\theta \leftarrow \boldsymbol\theta - \eta\,\nabla L(\boldsymbol\theta)$, each with
# the gradient at the place where you are then (`grad` is called once for each step), and return the last `theta`, not the
# path. `steps=0` returns it as it
# came. The caller's array stays as it was.
#
# In a report, `<Ax_minus_b(A, b)>` is the gradient function $\mathbf x \mapsto A\mathbf x - \mathbf b$.
#
# *Example:* `gradient_descent(lambda w: 5 * w - 8, np.array([0.0]), lr=0.1, steps=3)` returns `[1.4]`.
#
# <details><summary>Hint 1</summary>A loop of one line.</details>
# <details><summary>Hint 2</summary><code>theta -= …</code> writes into the array that the caller still holds. What makes a new one?</details>

# %% exercise="gradient_descent"
def gradient_descent(grad, theta, *, lr, steps):
    """Walk against the gradient, steps times; return where you are."""
    ### BEGIN SOLUTION
    for _ in range(steps):
        theta = theta - lr * grad(theta)
    return theta
    ### END SOLUTION

# %% check="gradient_descent"
check("gradient_descent")

# %% [markdown]
# **How long may the step be?** In the example $w_{t+1} - 1.6 = w_t - \eta(5w_t - 8) - 1.6 = (1 - 5\eta)(w_t - 1.6)$.
# The distance is multiplied by the same number in each step. With any curvature $\lambda$ in place of 5:
#
# $$w_t - w^* = (1 - \eta\lambda)^t\,(w_0 - w^*) .$$
#
# | | factor $1 - \eta\lambda$ | the ball |
# |---|---|---|
# | $0 < \eta < 1/\lambda$ | between 0 and 1 | slides in |
# | $\eta = 1/\lambda$ | 0 | arrives at once |
# | $1/\lambda < \eta < 2/\lambda$ | between $-1$ and 0 | hops from side to side, and comes in |
# | $\eta = 2/\lambda$ | $-1$ | hops for ever |
# | $\eta > 2/\lambda$ | below $-1$ | hops out |
#
# For our bowl the borders are $0.2$ and $0.4$. Below are four states of an explorer, and then the explorer itself. What
# happens at exactly $0.20$, and at $0.40$? And which of $0.03$ and $0.37$ is faster?

# %%
explorer = mathlib.explore.descent_bowl()
fig = explorer.still()
mathlib.show(
    fig,
    caption="20 steps on the bowl of the example: too careful (a), quick,"
    " although it hops (b), hopping and hardly coming in (c), hopping out"
    " (d). What leaves the frame is not drawn; the loss on the right is.",
    alt="Four pairs of pictures: a parabola with a trail of dots and a ball,"
    " and beside it the loss over 20 steps, falling in three and rising in"
    " the last.",
)
for lr, factor in ((0.03, 0.85), (0.2, 0), (0.22, -0.1), (0.37, -0.85),
                   (0.39, -0.95), (0.4, -1), (0.41, -1.05)):
    assert np.isclose(op.gd_contraction(5.0, lr), factor, atol=1e-12)

explorer

# %% [markdown]
# <details><summary>0.03 or 0.37?</summary>
# Neither: their factors are 0.85 and −0.85. One creeps, one hops, and both need the same number of steps.
# </details>
#
# **Many weights.** Let $H = \begin{pmatrix}3&1\\1&3\end{pmatrix}$ and $L = \frac12\boldsymbol\theta^\top
# H\boldsymbol\theta$. Along the eigenvectors $(1, 1)$ and $(1, -1)$ the ground bends by $\lambda = 4$ and $2$, and
# these directions do not disturb each other (chapter 5). So you ride two bowls at once, **with one gear**. It must suit
# the steeper: $\eta < 2/4$. In general
#
# $$\boxed{\;\eta < \frac{2}{\lambda_{\max}}\;}$$
#
# and the flattest direction pays: it shrinks by $1 - \eta\lambda_{\min}$ only. How bad that is depends on the **condition
# number** $\kappa = \lambda_{\max}/\lambda_{\min}$ (kappa, chapter 3); the exercise below finds out.
#
# **Now the cliff of the first page.** That loss is a bowl, $\frac1{2N}\sum_i\lVert W\mathbf x_i - \mathbf y_i\rVert^2$,
# with $\mathbf y_i$ the row of `wanted`: a one at the right digit. Each of the ten rows of $W$ has the Hessian
# $X^\top X/N$, the same for all, made of pictures alone. Its largest eigenvalue gives the edge.

# %%
H = digits[known].T @ digits[known] / 1200
bends = np.linalg.eigvalsh(H)
edge = 2 / bends[-1]
print(f"steepest {bends[-1]:.4f}, next {bends[-2]:.4f}: edge at {edge:.4f}")
assert 0.18 < edge < 0.2
assert np.allclose(np.linalg.eigvalsh([[3, 1], [1, 3]]), [2, 4])

rates = np.r_[np.geomspace(0.005, 0.18, 14), edge - 0.002, edge + 0.002, 0.195,
              0.2]
ends = []
for lr in rates:
    W = op.gradient_descent(reader_slope, np.zeros((10, 64)), lr=lr, steps=200)
    wrong = digits[known] @ W.T - wanted[known]
    ends.append((wrong**2).sum(axis=1).mean() / 2)
fig, ax = plt.subplots(figsize=(6.4, 2.5))
ax.loglog(rates, ends, "o-", ms=4)
ax.axvline(edge, color="C1", ls="--", zorder=0)
ax.text(edge * 0.95, 1.6, f"2 / λmax = {edge:.4f}", color="C1", ha="right")
ax.set(xlabel="learning rate η", ylabel="loss after 200 steps",
       ylim=(0.13, 3), xticks=[0.005, 0.01, 0.02, 0.05, 0.1, 0.2],
       yticks=[0.2, 0.5, 1, 2],
       xticklabels=["0.005", "0.01", "0.02", "0.05", "0.1", "0.2"],
       yticklabels=["0.2", "0.5", "1", "2"])
ax.minorticks_off()
mathlib.show(
    fig,
    caption="The reader of the first page at 18 learning rates, and the edge"
    " as its pictures foretell it (dashed; the three runs beyond it end above"
    " the frame). The best gear lies close to the cliff.",
    alt="A curve that falls slowly towards a dashed vertical line, and"
    " behind it shoots up.",
)
assert ends[14] < 0.2 and ends[-1] > 1e5 and rates[ends.index(min(ends))] > 0.1

# %% [markdown]
# **One direction out of 64 sets the speed limit for all.** The steepest bend is 15 times the next: it belongs to the mean
# picture (the pixels have not been centred), and all others must wait for it.
#
# On a network $\lambda_{\max}$ changes as you ride. Trained with all data and a fixed $\eta$, it often *rises* until it
# is about $2/\eta$, and stays there, half hopping: the "edge of stability" (Cohen et al. 2021), an observation. So on a
# network a full-batch loss that zigzags says: you are at the edge. (On a fixed bowl it never does. Below
# $2/\lambda_{\max}$ the loss falls at each step, even while the ball hops, see (c) above; beyond, it soon grows for good.)
#
# ### Exercise 8.2 *** · the limit, in writing (5 points, read by a person)
#
# $L(\boldsymbol\theta) = \frac12(\boldsymbol\theta - \boldsymbol\theta^*)^\top H(\boldsymbol\theta -
# \boldsymbol\theta^*)$ with $H$ `(d, d)` symmetric and positive definite, $H = Q\,\mathrm{diag}(\lambda_1, \dots,
# \lambda_d)\,Q^\top$, and $\mathbf e_t = \boldsymbol\theta_t - \boldsymbol\theta^*$ the error.
#
# 1. Show that $\mathbf e_{t+1} = (I - \eta H)\,\mathbf e_t$.
# 2. Let $\mathbf c_t = Q^\top\mathbf e_t$. Show that its entries part: $c_{t,i} = (1 - \eta\lambda_i)^t\,c_{0,i}$. Where
#    do you use that $H$ is symmetric?
# 3. Show that $\mathbf e_t \to \mathbf 0$ from every start **if and only if** $0 < \eta < 2/\lambda_{\max}$. What happens at the limit?
# 4. Which fixed $\eta$ makes the largest $|1 - \eta\lambda_i|$ smallest? What is it then, in terms of $\kappa = \lambda_{\max}/\lambda_{\min}$?
# 5. The bowl with $\lambda = 5$: for which $\eta$ does the error shrink without changing its sign, for which does it hop
#    and shrink, for which does it grow? How many steps until it is a thousandth of the first, with $\eta = 0.1$ and with
#    $\eta = 0.39$?
#
# Write formulas between dollar signs, with one reason for each step.

# %% [markdown] written="step_limit_derivation"
# **1.** The gradient is $\nabla L(\boldsymbol\theta) = H(\boldsymbol\theta - \boldsymbol\theta^*)$ (chapter 5, $H$
# symmetric). So $\mathbf e_{t+1} = \boldsymbol\theta_t - \eta H\mathbf e_t - \boldsymbol\theta^* = (I - \eta
# H)\,\mathbf e_t$.
#
# **2.** A symmetric matrix has an orthonormal basis of eigenvectors, the columns of $Q$, and real eigenvalues: this is
# where symmetry enters. Since $QQ^\top = I$, $I - \eta H = Q(I - \eta\Lambda)Q^\top$ with $\Lambda$ the diagonal matrix.
# Multiply 1. by $Q^\top$ from the left, with $Q^\top Q = I$: $\mathbf c_{t+1} = (I - \eta\Lambda)\,\mathbf c_t$. A
# diagonal matrix works on each entry alone: $c_{t+1,i} = (1 - \eta\lambda_i)\,c_{t,i}$, and $t$ times over, $c_{t,i} =
# (1 - \eta\lambda_i)^t\,c_{0,i}$.
#
# **3.** $\lVert\mathbf e_t\rVert = \lVert\mathbf c_t\rVert$, as $Q$ keeps lengths; so the error vanishes if and only if
# every entry of $\mathbf c_t$ does. If $0 < \eta < 2/\lambda_{\max}$, then $0 < \eta\lambda_i < 2$ for all $i$ (all
# $\lambda_i > 0$), so $|1 - \eta\lambda_i| < 1$ and all powers vanish. If $\eta \ge 2/\lambda_{\max}$, start along the
# steepest eigenvector: $|1 - \eta\lambda_{\max}| \ge 1$, and the error never shrinks; at equality the factor is $-1$,
# and it hops from side to side for ever, at the same distance. If $\eta \le 0$, every factor is $\ge 1$.
#
# **4.** $1 - \eta\lambda$ falls with $\lambda$, so the largest modulus is at one of the two ends: $\max(|1 -
# \eta\lambda_{\min}|, |1 - \eta\lambda_{\max}|)$. A larger $\eta$ improves the first (as long as $\eta\lambda_{\min} <
# 1$) and, once $\eta\lambda_{\max} > 1$, worsens the second. Best is where they are equal, $1 - \eta\lambda_{\min} =
# \eta\lambda_{\max} - 1$: $\eta = \frac{2}{\lambda_{\min} + \lambda_{\max}}$, and the factor is
# $\frac{\lambda_{\max} - \lambda_{\min}}{\lambda_{\max} + \lambda_{\min}} = \frac{\kappa - 1}{\kappa + 1}$.
#
# **5.** Factor $1 - 5\eta$: without a change of sign for $0 < \eta < 0.2$ (at $0.2$ the error is 0 after one step);
# hopping and shrinking for $0.2 < \eta < 0.4$; growing for $\eta > 0.4$ (at $0.4$ it keeps its size; for $\eta < 0$
# it grows, too). With $\eta = 0.1$ the factor is $0.5$, and $0.5^t \le 10^{-3}$ from $t = 10$ on
# ($\log1000/\log2 = 9.97$). With $\eta = 0.39$ it is $-0.95$: $\log1000/\log(1/0.95) = 134.7$, so 135 steps.

# %% [markdown]
# ### Ask a few, not all
#
# A loss is a mean over $N$ samples, so one gradient costs $N$. A million pictures for one step? You do not ask a million
# people to know the weather. **Stochastic gradient descent** (SGD) asks a **minibatch** $B$, a few samples drawn anew:
#
# $$\boldsymbol\theta \leftarrow \boldsymbol\theta - \eta\,\frac1{|B|}\sum_{i\in B}\nabla\ell_i(\boldsymbol\theta),$$
#
# where $\ell_i$ is the loss of sample $i$. If $B$ is drawn evenly, the estimate is right on average, and its error
# shrinks like $1/\sqrt{|B|}$ (chapter 6): four times the work for half the noise. So small batches are the better
# bargain while you are far away. In practice one shuffles, cuts the order into batches, and goes through all of them;
# that is one **epoch**.
#
# Close to the goal the noise stays while the gradient shrinks, and with a fixed $\eta$ the ride ends in a cloud around
# the lowest point. Its width grows with $\eta$: that is why rates are lowered in the end (8.8).

# %%
def reader_grad(W, batch):
    """The reader's gradient on some rows of pictures and answers."""
    x, y = batch
    return (x @ W.T - y).T @ x / len(x)


rng = np.random.default_rng(0)
data = digits[known], wanted[known]
W = np.zeros((10, 64))
full = reader_grad(W, data)
sizes = [4, 16, 64, 256]
noise = [np.sqrt(np.mean([
    np.sum((reader_grad(W, (data[0][rows], data[1][rows])) - full) ** 2)
    for rows in (rng.integers(1200, size=B) for _ in range(200))
])) / la.l2_norm(full.ravel()) for B in sizes]

fig, axes = plt.subplots(1, 2, figsize=(7, 2.6), width_ratios=[1, 1.5])
axes[0].loglog(sizes, noise, "o")
axes[0].loglog(sizes, noise[0] * np.sqrt(sizes[0] / np.array(sizes)), ":",
               color="0.4")
axes[0].set(xlabel="pictures in a batch", ylabel="error of the gradient",
            xticks=sizes, xticklabels=sizes, yticks=[0.2, 0.5, 1],
            yticklabels=["20%", "50%", "100%"])
axes[0].minorticks_off()
for B, lr, look in ((1200, 0.18, "C0o-"), (32, 0.1, "C1s--"),
                    (4, 0.08, "C2^:")):
    W, losses = np.zeros((10, 64)), []
    for _ in range(15):
        W = op.sgd(reader_grad, W, data, lr=lr, batch_size=B, epochs=1,
                   rng=rng)
        wrong = data[0] @ W.T - data[1]
        losses.append((wrong**2).sum(axis=1).mean() / 2)
    axes[1].plot(range(1, 16), losses, look, ms=4)
    axes[1].text(15.4, losses[-1] + (0.006 if B == 4 else 0),
                 f"batches of {B}, η = {lr}", color=look[:2], va="center",
                 fontsize=9)
axes[1].set(xlabel="epochs", ylabel="loss", xlim=(0.5, 28),
            xticks=[1, 5, 10, 15])
mathlib.show(
    fig,
    caption="Left: how far a batch's gradient is off, in percent of the true"
    " one; dotted, 1/√B. Right: for the same number of pictures looked at,"
    " small batches get much farther; the smallest end in a cloud.",
    alt="Left, four dots on a falling dotted line. Right, three curves over"
    " 15 epochs; the one for 1200 lies highest, that for 4 wobbles.",
)
assert 5 < noise[0] / noise[-1] < 12

# %% [markdown]
# ## 8.3 Momentum: the bicycle rolls
#
# In a long valley the gradient points from side to side, mostly. Gradient descent follows it, and zigzags. A bicycle
# does not: it has mass. What pushes left, then right, cancels; what pushes forward adds up. Keep a **velocity**
# $\mathbf v$, an array of $\boldsymbol\theta$'s shape, zero at first, and let it forget by a factor $\beta$ (beta) in
# each step:
#
# $$\mathbf v_t = \beta\,\mathbf v_{t-1} + \nabla L(\boldsymbol\theta_t), \qquad
# \boldsymbol\theta_{t+1} = \boldsymbol\theta_t - \eta\,\mathbf v_t .$$
#
# **How fast does it get?** Write out the first line: $\mathbf v_t = \mathbf g_t + \beta\,\mathbf g_{t-1} +
# \beta^2\mathbf g_{t-2} + \dots$ On a constant slope $\mathbf g$ this adds up to $\mathbf g/(1 - \beta)$ (a geometric
# series, chapter 1): with the usual $\beta = 0.9$, ten times as fast. On a slope that changes its sign each step it is
# $\mathbf g/(1 + \beta)$, about half. That is all the magic.
#
# **By hand.** $\theta = 1$, $g = 2$, $v = 3$, $\eta = 0.2$, $\beta = 0.9$: $v = 0.9\cdot3 + 2 = 4.7$, and
# $\theta = 1 - 0.2\cdot4.7 = 0.06$.
#
# **Three conventions**, and one letter $\mathbf v$ for all. This one, the *heavy ball*, is PyTorch's. Some put $\eta$
# inside, $\mathbf v \leftarrow \beta\mathbf v + \eta\,\mathbf g$: the same ride while $\eta$ stays, another as soon as it
# changes. And some take an average, $\mathbf v \leftarrow \beta\mathbf v + (1 - \beta)\,\mathbf g$, which is ten times as
# slow for the same $\eta$. PyTorch has a knob for that: $(1 - \text{dampening})\,\mathbf g$. Before you take over
# anybody's learning rate, ask which.

# %%
theta, velocity = op.momentum_step(
    np.array([1.0]), np.array([2.0]), np.array([3.0]), lr=0.2)
print("θ", theta.round(4), "  v", velocity.round(4))
assert np.allclose([theta[0], velocity[0]], [0.06, 4.7])

gears = np.repeat([0.1, 0.01], 50)            # a slope of 1, 100 steps
heavy = inside = average = 0.0
path = []
for lr in gears:
    last = path[-1] if path else (0.0, 0.0, 0.0)
    heavy = 0.9 * heavy + 1
    inside = 0.9 * inside + lr
    average = 0.9 * average + 0.1
    path.append((last[0] - lr * heavy, last[1] - inside,
                 last[2] - lr * average))
fig, ax = plt.subplots(figsize=(6.4, 2.5))
for way, look, name in zip(np.array(path).T, ("C0-", "C1--", "C2:"),
                           ("heavy ball", "η inside", "average")):
    ax.plot(range(1, 101), way, look)
    ax.text(102, way[-1], f"{name}: {way[-1]:.1f}", color=look[:2],
            va="center")
ax.axvline(50.5, color="0.8", lw=1, zorder=0)
ax.set(xlabel="step", ylabel="θ", xlim=(0, 125))
mathlib.show(
    fig,
    caption="Three things called momentum on one constant slope. After 50"
    " steps η falls from 0.1 to 0.01 (line): the heavy ball obeys at once,"
    " with η inside it rolls on.",
    alt="Three falling curves. Two run together for 50 steps and then part,"
    " the third stays near zero.",
)
assert np.allclose(path[-1][:2], [-46.04, -54.06], atol=0.01)
assert np.isclose(path[-1][2] * 10, path[-1][0])

# %% [markdown]
# ### Exercise 8.3 * · momentum (2 points)
#
# **Contract.** `momentum_step(theta, gradient, velocity, *, lr, beta=0.9, dampening=0.0)`: three arrays of one shape,
# any. Return the pair `(theta, velocity)`: $\mathbf v \leftarrow \beta\mathbf v + (1 - \text{dampening})\,\mathbf g$, then
# $\boldsymbol\theta \leftarrow \boldsymbol\theta - \eta\,\mathbf v$ with the new $\mathbf v$. The dampening counts at
# every step (PyTorch leaves it out at the first). The caller's arrays stay as they were.
#
# *Example:* `theta = [1]`, `gradient = [2]`, `velocity = [3]`, `lr=0.2` (as arrays): returns `([0.06], [4.7])`; with
# `dampening=0.5` it returns `([0.26], [3.7])`.
#
# <details><summary>Hint 1</summary>Two lines. Which of the two must come first?</details>
# <details><summary>Hint 2</summary>η does not enter the velocity. Who calls you again next time needs the new velocity back.</details>

# %% exercise="momentum_step"
def momentum_step(theta, gradient, velocity, *, lr, beta=0.9, dampening=0.0):
    """Take one step of the heavy ball; return (theta, velocity)."""
    ### BEGIN SOLUTION
    velocity = beta * velocity + (1 - dampening) * gradient
    return theta - lr * velocity, velocity
    ### END SOLUTION

# %% check="momentum_step"
check("momentum_step")

# %% [markdown]
# **Look ahead.** The velocity will carry you on by $-\eta\beta\mathbf v$ anyway, whatever the slope here. So ask for the
# slope *there*. If it rises already, you brake one step earlier. That is **Nesterov's momentum**:
#
# $$\mathbf v_t = \beta\,\mathbf v_{t-1} + \nabla L(\boldsymbol\theta_t - \eta\beta\,\mathbf v_{t-1}), \qquad
# \boldsymbol\theta_{t+1} = \boldsymbol\theta_t - \eta\,\mathbf v_t .$$
#
# **By hand.** $L = \theta^2$, slope $2\theta$, $\theta = 1$, $v = 3$, $\eta = 0.1$, $\beta = 0.9$: look ahead to $1 -
# 0.1\cdot0.9\cdot3 = 0.73$. The slope there is $1.46$, so $v = 2.7 + 1.46 = 4.16$, and $\theta = 1 - 0.416 = 0.584$.
#
# **PyTorch's numbers are others**, and yet it is the same ride. `SGD(nesterov=True)` stores the look-ahead point
# $\boldsymbol\phi_t = \boldsymbol\theta_t - \eta\beta\mathbf v_{t-1}$ and calls that its parameters. How does that point
# move? Put in the two lines above:
#
# $$\boldsymbol\phi_{t+1} = \boldsymbol\theta_{t+1} - \eta\beta\mathbf v_t = \boldsymbol\theta_t - \eta\,\mathbf v_t -
# \eta\beta\mathbf v_t = \boldsymbol\phi_t + \eta\beta\mathbf v_{t-1} - \eta\mathbf v_t - \eta\beta\mathbf v_t =
# \boldsymbol\phi_t - \eta\,(\mathbf g + \beta\,\mathbf v_t),$$
#
# since $\mathbf v_t - \beta\mathbf v_{t-1} = \mathbf g$, the gradient at $\boldsymbol\phi_t$. Nobody needs to look ahead
# any more: one stands there.
#
# **How much is it worth?** On a bowl with condition number $\kappa$ the best fixed step of gradient descent shrinks the
# error by $\frac{\kappa - 1}{\kappa + 1}$ per step (Exercise 8.2). With the best $\eta$ and $\beta$, the heavy ball's
# factor is $\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}$ in the long run (Polyak 1964). For $\kappa = 100$: $0.980$ against
# $0.818$, or, for three digits, 346 steps against about 35 in the long run; with the detour that it takes at first it is 56,
# as the picture shows. A square root, for one array of memory.

# %%
theta, velocity = op.nesterov_step(
    np.array([1.0]), lambda x: 2 * x, np.array([3.0]), lr=0.1)
print("θ", theta.round(4), "  v", velocity.round(4))
assert np.allclose([theta[0], velocity[0]], [0.584, 4.16])

steep = np.array([1.0, 100.0])
root = 10.0
best = {"GD": 2 / 101, "heavy ball": 4 / (1 + root) ** 2, "Nesterov": 1 / 100}
beta = {"heavy ball": ((root - 1) / (root + 1)) ** 2,
        "Nesterov": (root - 1) / (root + 1)}
counted = {}
fig, ax = plt.subplots(figsize=(6.4, 2.7))
for (name, lr), look in zip(best.items(), ("C0-", "C1--", "C2-.")):
    theta, velocity, errors = np.ones(2), np.zeros(2), []
    for _ in range(350):
        errors.append(la.l2_norm(theta))
        if name == "GD":
            theta = theta - lr * steep * theta
        elif name == "heavy ball":
            theta, velocity = op.momentum_step(
                theta, steep * theta, velocity, lr=lr, beta=beta[name])
        else:
            theta, velocity = op.nesterov_step(
                theta, lambda x: steep * x, velocity, lr=lr, beta=beta[name])
    counted[name] = int(np.flatnonzero(np.array(errors) > 1e-3 * 2**0.5)[-1])
    ax.semilogy(errors[:120], look)
    ax.text(121, errors[119], name, color=look[:2], va="center")
ax.set(xlabel="step", ylabel="distance to the minimum", xlim=(0, 145))
mathlib.show(
    fig,
    caption="A bowl with curvatures 1 and 100, each method with its"
    " textbook rates. The heavy ball is fastest in the end, after a detour;"
    " Nesterov takes no detour, and comes second.",
    alt="Three lines on a log scale: one falls slowly and straight, two fall"
    " steeply, one of them after a hump.",
)
shrink = 99 / 101, 9 / 11
needed = np.ceil(np.log(1e-3) / np.log(shrink)).astype(int)
print("per step", np.round(shrink, 3), "  steps for three digits", needed)
print("counted in the picture:", {k: n + 1 for k, n in counted.items()})
assert needed.tolist() == [346, 35] and counted["heavy ball"] + 1 == 56

# %% [markdown]
# ### Exercise 8.4 ** · look ahead (2 points)
#
# **Contract.** `nesterov_step(theta, grad, velocity, *, lr, beta=0.9)`: here `grad` is a **function**, called exactly
# once, at the look-ahead point; `theta` and `velocity` are arrays of one shape, any. Return `(theta, velocity)` by the
# law above; the step starts from $\boldsymbol\theta$, not from the look-ahead point. (PyTorch's form would end elsewhere.)
#
# *Example:* `grad` $= 2x$, `theta = [1]`, `velocity = [3]`, `lr=0.1` (as arrays): returns `([0.584], [4.16])`.
#
# <details><summary>Hint 1</summary>Name the look-ahead point. In which direction does the velocity carry you, with its sign?</details>
# <details><summary>Hint 2</summary>Only one thing differs from 8.3: where the gradient is asked for.</details>

# %% exercise="nesterov_step"
def nesterov_step(theta, grad, velocity, *, lr, beta=0.9):
    """Take one step with Nesterov's momentum; return (theta, velocity)."""
    ### BEGIN SOLUTION
    ahead = theta - lr * beta * velocity
    velocity = beta * velocity + grad(ahead)
    return theta - lr * velocity, velocity
    ### END SOLUTION

# %% check="nesterov_step"
check("nesterov_step")

# %% [markdown]
# ## 8.4 A gear for each weight: from AdaGrad to AdamW
#
# A rare word occurs once in ten thousand sentences, "the" in each. Its weights get a push now and then; those of "the"
# get one all the time. Why should both use the same gear? Let each weight find its own, from the size of the pushes it
# has had. All that follows is entry by entry, with a small $\epsilon$ (epsilon) against division by zero.
#
# **AdaGrad** (2011) divides by the root of the sum of all squares so far, $\mathbf v$ for short (no longer a velocity):
#
# $$\mathbf v_t = \mathbf v_{t-1} + \mathbf g_t^2, \qquad
# \boldsymbol\theta \leftarrow \boldsymbol\theta - \eta\,\frac{\mathbf g_t}{\sqrt{\mathbf v_t} + \epsilon} .$$
#
# The sum only grows, so the steps shrink like $1/\sqrt t$, even where they should not. **RMSProp** (2012) forgets:
#
# $$\mathbf v_t = \rho\,\mathbf v_{t-1} + (1 - \rho)\,\mathbf g_t^2$$
#
# is a running *mean* of the squares (for $\rho = 0.99$, rho, of about the last 100). **By hand.** A slope of $3$, twice,
# with $\eta = 1$: AdaGrad has $v = 9$, then $18$, and steps $\frac33 = 1$, then $3/\sqrt{18} = 0.71$. RMSProp with
# $\rho = 0.9$ has $v = 0.9$, then $0.81 + 0.9 = 1.71$: steps $3/\sqrt{0.9} = 3.16$, then $2.29$. **Whoever starts an
# average at zero starts too low**, and here, below a fraction, that makes the first steps too long.

# %%
theta, v = np.array([0.0]), np.array([0.0])
for rule, options, expected in (
    (op.adagrad_step, {"lr": 1.0}, [1, 18**-0.5 * 3]),
    (op.rmsprop_step, {"lr": 1.0, "rho": 0.9}, [0.9**-0.5 * 3,
                                                1.71**-0.5 * 3]),
):
    first, v_1 = rule(theta, np.array([3.0]), v, **options)
    second, v_2 = rule(first, np.array([3.0]), v_1, **options)
    steps = np.array([theta - first, first - second])[:, 0]
    print(rule.__name__, "v", v_1.round(2), v_2.round(2), "steps",
          steps.round(2))
    assert np.allclose(steps, expected)

t = np.arange(1, 2001)
bare = (1 - 0.9**t) / np.sqrt(1 - 0.999**t)
fig, ax = plt.subplots(figsize=(6.4, 2.4))
ax.semilogx(t, bare, color="C1", ls="--")
ax.axhline(1, color="C0")
for k in (1, 10):
    ax.plot(k, bare[k - 1], "o", color="C1")
    ax.text(k * 1.15, bare[k - 1] - 0.75, f"{bare[k - 1]:.2f}", color="C1")
ax.text(300, 2.9, "without correction", color="C1")
ax.text(1.1, 0.3, "with correction", color="C0")
ax.set(xlabel="step t", ylabel="length of a step, in η", ylim=(0, 7.3))
mathlib.show(
    fig,
    caption="Adam's steps on a constant slope, with the usual betas. Without"
    " the bias correction they are not tiny in the beginning, as one often"
    f" reads, but up to {bare.max():.1f} times too long.",
    alt="A dashed curve that starts at 3.2, rises to 6.5 and falls to 1 after"
    " a thousand steps, above a straight line at 1.",
)
assert np.allclose(bare[[0, 9]], [3.162, 6.528], atol=1e-3)

# %% [markdown]
# **Adam** (Kingma and Ba 2015) joins the two ideas: momentum, as an average, over RMSProp's root; and it mends the
# averages. With $\mathbf m_0 = \mathbf v_0 = \mathbf 0$,
#
# $$\mathbf m_t = \beta_1\mathbf m_{t-1} + (1 - \beta_1)\,\mathbf g_t, \qquad
# \mathbf v_t = \beta_2\mathbf v_{t-1} + (1 - \beta_2)\,\mathbf g_t^2,$$
# $$\hat{\mathbf m} = \frac{\mathbf m_t}{1 - \beta_1^t}, \qquad \hat{\mathbf v} = \frac{\mathbf v_t}{1 - \beta_2^t},
# \qquad \boldsymbol\theta \leftarrow \boldsymbol\theta - \eta\,\frac{\hat{\mathbf m}}{\sqrt{\hat{\mathbf v}} + \epsilon}.$$
#
# **Why these divisors?** Write the average out: $\mathbf m_t = (1 - \beta_1)\sum_{k=0}^{t-1}\beta_1^k\,\mathbf g_{t-k}$.
# The weights of the gradients add up to $(1 - \beta_1)\frac{1 - \beta_1^t}{1 - \beta_1} = 1 - \beta_1^t$. The missing
# $\beta_1^t$ is the weight of the zero at the start. Divide it away, and it is a true average. ($\beta^t$ is a power, and
# $t$ counts from 1: with $t - 1$ you would divide by zero.)
#
# **By hand.** $\theta = 1$, $g = 4$, $t = 1$, $\eta = 0.1$, the usual $\beta_1 = 0.9$, $\beta_2 = 0.999$: $m = 0.4$, $v =
# 0.016$. Corrected: $\hat m = 4$, $\hat v = 16$. So $\theta = 1 - 0.1\cdot\frac44 = 0.9$. With $g = 400$, or $0.04$, it is
# $0.9$ as well: **the first step of Adam is $\eta$ in every weight**, whatever the slope. That is its charm: $\eta$ is a
# length.
#
# And $\epsilon = 10^{-8}$? It stands *after* the root, and it decides what a weight does that hardly feels anything. In
# half precision (float16) it *is* zero, as the smallest positive number there is $6\cdot10^{-8}$: so the averages are kept
# in float32, even where the weights are not (chapters 10 and 17).

# %%
zero = np.array([0.0])
for g in (4.0, 400.0, 0.04):
    theta, m, v = op.adam_step(np.array([1.0]), np.array([g]), zero, zero,
                               t=1, lr=0.1)
    print(f"g = {g}: θ {theta.round(4)}, m {m.round(4)}, v {v.round(7)}")
    assert np.isclose(theta[0], 0.9)
print("1e-8 in half precision:", np.float16(1e-8), "  smallest:",
      np.finfo(np.float16).smallest_subnormal)
assert np.float16(1e-8) == 0

# Two weights; one gets a large push each step, one a small one, now and then.
rng = np.random.default_rng(3)
pushes = np.stack([3 + rng.normal(size=200),
                   0.05 * (rng.random(200) < 0.1)], axis=1)
fig, axes = plt.subplots(1, 2, figsize=(6.8, 2.5))
for ax, k, name in zip(axes, (0, 1), ("pushed hard, always",
                                      "pushed gently, one step in ten")):
    for rule, look in (("SGD", "C0-"), ("AdaGrad", "C2-."), ("Adam", "C1--")):
        theta, m, v, way = zero, zero, zero, []
        for t, g in enumerate(pushes[:, k:k + 1], 1):
            if rule == "SGD":
                theta = theta - 0.01 * g
            elif rule == "AdaGrad":
                theta, v = op.adagrad_step(theta, g, v, lr=0.01)
            else:
                theta, m, v = op.adam_step(theta, g, m, v, t, lr=0.01)
            way.append(theta[0])
        ax.plot(way, look)
        ax.text(204, way[-1], rule, color=look[:2], va="center", fontsize=9)
    ax.set(xlabel="step", xlim=(0, 260))
    ax.set_title(name, loc="center")
axes[0].set_ylabel("θ")
mathlib.show(
    fig,
    caption="Two weights, all with η = 0.01. SGD rushes with one and leaves"
    " the other standing; with Adam both travel, and AdaGrad slows down.",
    alt="Two panels of three falling curves. In the left one SGD falls far"
    " below the others, in the right one it stays at zero.",
)

# %% [markdown]
# ### Exercise 8.5 ** · Adam (3 points)
#
# **Contract.** `theta`, `gradient`, `m`, `v`: arrays of one shape, any; `t` the number of this step, from 1. Return
# `(theta, m, v)`. The averages go in and come out **not** bias-corrected; $\epsilon$ is added after the root. The
# caller's arrays stay as they were.
#
# *Example:* `theta = [1]`, `gradient = [4]`, `m = v = [0]` (as arrays), `t=1`, `lr=0.1` returns `([0.9], [0.4],
# [0.016])`.
#
# <details><summary>Hint 1</summary>Four lines, in the order of the formulas. The corrected averages get names of their own.</details>
# <details><summary>Hint 2</summary>What you return as m is what the next call multiplies by β₁: would a corrected one do?</details>

# %% exercise="adam_step"
def adam_step(theta, gradient, m, v, t, *,
              lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Take the t-th step of Adam; return (theta, m, v)."""
    ### BEGIN SOLUTION
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
    ### END SOLUTION

# %% check="adam_step"
check("adam_step")

# %% [markdown]
# **A leash, and how Adam bites it.** Chapter 7 added $\frac\lambda2\lVert\boldsymbol\theta\rVert^2$ to the loss, so that
# weights stay small ($\lambda$ is now the strength of that leash). Its gradient is $\lambda\boldsymbol\theta$, and plain
# gradient descent takes it as
#
# $$\boldsymbol\theta - \eta\,(\mathbf g + \lambda\boldsymbol\theta) = (1 - \eta\lambda)\,\boldsymbol\theta -
# \eta\,\mathbf g :$$
#
# first each weight loses the share $\eta\lambda$, then comes the step. Hence the name **weight decay**. Half of the world
# says "L2" and "weight decay" for one thing; for gradient descent it is (with $\frac\lambda2$, mind the factor). **For
# Adam it is not.** There $\lambda\boldsymbol\theta$ goes through the averages with the rest and is divided by
# $\sqrt{\hat{\mathbf v}}$: a weight that is pushed hard hardly feels the leash, one that is pushed gently is throttled.
# **AdamW** (Loshchilov and Hutter 2019) keeps the two apart:
#
# $$\boldsymbol\theta \leftarrow (1 - \eta\lambda)\,\boldsymbol\theta - \eta\,\frac{\hat{\mathbf m}}{\sqrt{\hat{\mathbf v}}
# + \epsilon},$$
#
# with $\mathbf m$, $\mathbf v$ of the bare gradient. **By hand.** $\theta = 2$, $g = 4$, $t = 1$, $\eta = 0.1$, $\lambda =
# 0.5$: decay to $2\cdot0.95 = 1.9$, then Adam's step of $0.1$: $1.8$. (L2 in the gradient: $g = 5$, Adam's first step is
# still $0.1$: $1.9$, no leash at all. Step first, then decay: $1.9\cdot0.95 = 1.805$.)
#
# GPT-3, LLaMA and nearly every language model since were trained with AdamW, or say so; $\beta_2 = 0.95$ and $\lambda =
# 0.1$ are common there. Biases and norm gains are usually spared the decay.

# %%
two, four = np.array([2.0]), np.array([4.0])
theta, m, v = op.adamw_step(two, four, zero, zero, t=1, lr=0.1,
                            weight_decay=0.5)
l2, *_ = op.adam_step(two, four + 0.5 * two, zero, zero, t=1, lr=0.1)
print("AdamW", theta.round(4), "  L2 in Adam", l2.round(4))
assert np.isclose(theta[0], 1.8) and np.isclose(l2[0], 1.9)

# Weights that only get noise, of different strength: who is held back?
strengths = np.geomspace(0.01, 10, 7)
rng = np.random.default_rng(0)
decoupled, coupled = np.ones(7), np.ones(7)
m = v = m_2 = v_2 = np.zeros(7)
for t in range(1, 1001):
    g = strengths * rng.normal(size=7)
    decoupled, m, v = op.adamw_step(decoupled, g, m, v, t, lr=1e-3,
                                    weight_decay=1.0)
    coupled, m_2, v_2 = op.adam_step(coupled, g + coupled, m_2, v_2, t,
                                     lr=1e-3)
fig, ax = plt.subplots(figsize=(6.4, 2.5))
ax.semilogx(strengths, decoupled, "o-")
ax.semilogx(strengths, coupled, "s--")
ax.axhline(np.exp(-1), color="0.7", lw=1, zorder=0)
ax.text(10.5, decoupled[-1] - 0.22, "AdamW", color="C0", ha="right")
ax.text(10.5, coupled[-1] + 0.08, "L2 in Adam", color="C1", ha="right")
ax.set(xlabel="strength of the noise in the gradient", ylabel="weight",
       ylim=(-0.1, 1.2))
mathlib.show(
    fig,
    caption="1000 steps from 1 with ηλ = 0.001 and nothing but noise to"
    f" learn. AdamW brings every weight near 1/e = {np.exp(-1):.2f} (line);"
    " with L2 in Adam the noisy ones keep what the quiet ones lose.",
    alt="A line of dots that stays level near 0.37, and squares that rise"
    " from about a quarter to near 1.",
)
assert np.ptp(coupled) > 0.6 and np.ptp(decoupled) < 0.25

# %% [markdown]
# ### Exercise 8.6 * · AdamW (2 points)
#
# **Contract.** As 8.5, with `weight_decay=0.01`: first `theta` is multiplied by $1 - \eta\lambda$, then Adam takes its step
# from there, with the gradient as it is: the decay never meets `m` and `v`. Return `(theta, m, v)`. `op.adam_step` may be
# called.
#
# *Example:* `theta = [2]`, `gradient = [4]`, `m = v = [0]` (as arrays), `t=1`, `lr=0.1`, `weight_decay=0.5` returns
# `([1.8], [0.4], [0.016])`.
#
# <details><summary>Hint 1</summary>Two lines, if you let Adam do the rest.</details>
# <details><summary>Hint 2</summary>Pass on <em>all</em> of its options, by name.</details>

# %% exercise="adamw_step"
def adamw_step(theta, gradient, m, v, t, *, lr=1e-3, beta1=0.9,
               beta2=0.999, eps=1e-8, weight_decay=0.01):
    """Take the t-th step of AdamW; return (theta, m, v)."""
    ### BEGIN SOLUTION
    shrunk = theta * (1 - lr * weight_decay)
    return op.adam_step(shrunk, gradient, m, v, t,
                        lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    ### END SOLUTION

# %% check="adamw_step"
check("adamw_step")

# %% [markdown]
# ## 8.5 Weights are matrices: Muon, Shampoo, SOAP
#
# To Adam a layer is a heap of numbers. But $W$ `(m, n)` is a matrix, and a matrix has directions: its gradient $G$ is
# a sum $\sum_i\sigma_i\mathbf u_i\mathbf v_i^\top$ of singular values and vectors (chapter 3). In trained networks a few
# $\sigma_i$ are large and the rest is small. Gradient descent then works on a few directions and neglects all others.
#
# **What is a step of length 1?** "Steepest descent" means: among all steps $D$ of length at most 1, the one with the most
# negative $\langle G, D\rangle = \sum_{ij}G_{ij}D_{ij}$. It depends on what "length" is:
#
# | length of $D$ | steepest step | who |
# |---|---|---|
# | root of the sum of squares | $-G/\lVert G\rVert_F$ | gradient descent |
# | largest entry | $-\mathrm{sign}(G)$, entry by entry | Adam, nearly |
# | largest singular value, $\lVert D\rVert_2$ | $-UV^\top$ | **Muon** (2024) |
#
# **Why $UV^\top$?** With $G = U\Sigma V^\top$, $\langle G, D\rangle = \sum_i\sigma_i\,\mathbf u_i^\top D\,\mathbf v_i$, and
# $|\mathbf u_i^\top D\,\mathbf v_i| \le \lVert D\rVert_2 \le 1$. So nothing is below $-\sum_i\sigma_i$, and $D = -UV^\top$
# gets there. $UV^\top$, the *polar factor*, is $G$ **with all singular values set to 1**: every direction moves, and all
# equally fast. (The largest singular value says how much a layer can stretch its input; so the step changes the layer's
# output by a bounded amount.)

# %%
gradients, seen = backward(fresh(0), slice(0, 100))
G = gradients[0]
U, sigma, Vt = np.linalg.svd(G, full_matrices=False)
steps = {"gradient": G, "sign": np.sign(G),
         "Newton-Schulz": op.newton_schulz(G)}
fig, ax = plt.subplots(figsize=(6.4, 2.6))
for (name, D), look in zip(steps.items(), ("C0o-", "C2^:", "C1s--")):
    values = np.linalg.svd(D, compute_uv=False)
    ax.semilogy(range(1, 33), values / values[0], look, ms=4)
    ax.text(32.7, values[-1] / values[0], name, color=look[:2], va="center")
ax.set(xlabel="singular value number", ylabel="in shares of the largest",
       xlim=(0, 42), xticks=[1, 8, 16, 24, 32])
mathlib.show(
    fig,
    caption="The singular values of one step for the first layer of the"
    " digit network, before training, by three rules. The gradient lives in"
    " a few directions; Muon's step, by Newton-Schulz, in nearly all.",
    alt="Three falling series of dots on a log scale: one falls to a"
    " thousandth, one more slowly, one stays near 1 almost to the end.",
)
assert sigma[8] < 0.1 * sigma[0]
polar = U @ Vt
assert np.isclose(np.sum(G * polar), sigma.sum())
for D in steps.values():
    D = D / np.linalg.norm(D, 2)
    assert np.sum(G * D) <= sigma.sum()

# %% [markdown]
# **Without an SVD.** An SVD in each step would be slow on a GPU. Products of matrices are fast. So: if $X = U\Sigma
# V^\top$ and $A = XX^\top = U\Sigma^2U^\top$, then
#
# $$aX + (bA + cA^2)X = U\,(a\Sigma + b\Sigma^3 + c\Sigma^5)\,V^\top :$$
#
# three matrix products apply the polynomial $p(\sigma) = a\sigma + b\sigma^3 + c\sigma^5$ to every singular value, and
# leave $U$ and $V$ alone. Choose $a$, $b$, $c$ so that $p$, again and again, drives everything in $(0, 1]$ towards 1.
# Muon takes $(3.4445, -4.7750, 2.0315)$, five times. To get into $(0, 1]$ first, divide by $\lVert G\rVert_F$, which is
# never less than the largest singular value. This is a **Newton-Schulz iteration**.
#
# **By hand.** $G = \begin{pmatrix}7&1\\5&5\end{pmatrix}$ has $\lVert G\rVert_F = 10$, so $X = \begin{pmatrix}0.7&0.1\\0.5&0.5
# \end{pmatrix}$, $A = \begin{pmatrix}0.5&0.4\\0.4&0.5\end{pmatrix}$, $A^2 = \begin{pmatrix}0.41&0.4\\0.4&0.41\end{pmatrix}$, and one
# round gives $\begin{pmatrix}0.7742&-0.3597\\0.1768&0.8352\end{pmatrix}$. Its singular values? $A$ has the eigenvalues $0.9$
# and $0.1$, so those of $X$ were $0.9487$ and $0.3162$; now they are $p(0.9487) = 0.9447$ and $p(0.3162) = 0.7518$.
#
# Note what it is **not**. With the slope $a = 3.44$ at zero even tiny singular values grow quickly, and that was the aim;
# the price is that $p$ has no fixed point at 1. After five rounds those that began above 0.01 lie between about 0.7 and 1.2,
# the tiniest are still on their way. For a step that is good enough, and nobody has found that it matters (an empirical
# statement).

# %%
a, b, c = 3.4445, -4.7750, 2.0315
G = np.array([[7.0, 1.0], [5.0, 5.0]])
once, often = op.newton_schulz(G, steps=1), op.newton_schulz(G)
print("once", once.round(4).tolist(), " five times", often.round(4).tolist())
assert np.allclose(once, [[0.7742, -0.3597], [0.1768, 0.8352]], atol=1e-4)
assert np.allclose(often, [[0.8348, -0.4789], [0.1178, 0.9551]], atol=1e-4)
assert np.allclose(np.linalg.svd(once)[1], [0.9447, 0.7518], atol=1e-4)

sigma = np.geomspace(1e-3, 1, 400)
rounds = [sigma]
for _ in range(5):
    s = rounds[-1]
    rounds.append(a * s + b * s**3 + c * s**5)
cubic = sigma
for _ in range(5):
    cubic = 1.5 * cubic - 0.5 * cubic**3
fig, ax = plt.subplots(figsize=(6.4, 2.7))
ax.axhspan(0.68, 1.21, color="0.93", zorder=0)
for k, look in ((1, "C0:"), (5, "C1-")):
    ax.semilogx(sigma, rounds[k], look)
ax.semilogx(sigma, cubic, "C2--")
ax.text(0.14, 0.2, "1 round", color="C0")
ax.text(0.0016, 1.25, "5 rounds", color="C1")
ax.text(0.0035, 0.28, "5 rounds of the cubic", color="C2")
ax.set(xlabel="singular value before", ylabel="after", ylim=(0, 1.45))
mathlib.show(
    fig,
    caption="What Muon's polynomial makes of a singular value. After five"
    " rounds all from 0.01 up lie in the grey band, 0.68 to 1.21; the"
    " classical cubic, (3σ − σ³)/2, is exact at 1 but far slower at zero.",
    alt="A log axis from a thousandth to 1: a dotted curve, a solid one that"
    " rises early and then wobbles in a grey band, a dashed one that rises"
    " late and smoothly to 1.",
)
settled = rounds[5][sigma > 0.01]
assert 0.68 < settled.min() and settled.max() < 1.21

# %% [markdown]
# **Muon** is momentum, with this in front of the step. For $W$, $G$, $V$ all `(m, n)`, $V$ now the velocity, and $\beta =
# 0.95$:
#
# $$V \leftarrow \beta V + G, \qquad M = G + \beta V \ \text{(Nesterov, as in 8.3) or } M = V, \qquad W \leftarrow W -
# \eta\;\mathrm{NS}_5(M) .$$
#
# **By hand.** $W = I$, $G = \begin{pmatrix}0&3\\-4&0\end{pmatrix}$, $V = \begin{pmatrix}0&1\\1&0\end{pmatrix}$: new $V =
# \begin{pmatrix}0&3.95\\-3.05&0\end{pmatrix}$ and $M = \begin{pmatrix}0&6.7525\\-6.8975&0\end{pmatrix}$. Its two singular
# values are nearly equal, and so is what comes out: about $1.1$ each, with their signs.
#
# It is used for hidden matrices; embeddings, biases and the last layer get AdamW. Public: the NanoGPT speed records (2024),
# Moonlight and Kimi K2 (2025); that OpenAI's models use it is said, and nowhere documented. In practice $\eta$ gets a factor
# for the shape, $\sqrt{\max(1, m/n)}$ or $0.2\sqrt{\max(m, n)}$. `torch.optim.Muon` averages, $(1 - \beta)G$: same
# direction.
#
# ### Exercise 8.7 *** · Muon (4 points)
#
# **Contract.** `newton_schulz(G, *, steps=5, eps=1e-7)`: `G` `(m, n)`, wide, square or tall. $X_0 = G/\max(\lVert
# G\rVert_F, \epsilon)$, so that a zero matrix stays zero; then `steps` times $A = XX^\top$, $X \leftarrow aX + (bA +
# cA^2)X$ with the $a$, $b$, $c$ above. Return $X$ `(m, n)`. (A tall `G` may be transposed first, to make $A$ small, and
# back: same answer.) `muon_step(W, gradient, velocity, *, lr, beta=0.95, nesterov=True)`: return `(W, velocity)` by the
# law above, with five steps and no factor for the shape; the velocity itself is never orthogonalised.
#
# *Examples:* `newton_schulz(G)` with `G = [[7, 1], [5, 5]]` (as an array) is `[[0.8348, -0.4789], [0.1178, 0.9551]]`, with
# `steps=1` it is `[[0.7742, -0.3597], [0.1768, 0.8352]]`. `muon_step` with the numbers above and `lr=0.1`: `W` `[[1, -0.1121],
# [0.1093, 1]]`, velocity `[[0, 3.95], [-3.05, 0]]`.
#
# <details><summary>Hint 1</summary><code>np.linalg.norm(G)</code> of a matrix is the Frobenius norm. A is (m, m): which side of X does it stand on?</details>
# <details><summary>Hint 2</summary><code>A**2</code> squares entry by entry. Is that A²?</details>
# <details><summary>Hint 3</summary>For the step: first the velocity, then the direction from the <em>new</em> velocity, then its Newton-Schulz.</details>

# %% exercise="newton_schulz"
def newton_schulz(G, *, steps=5, eps=1e-7):
    """Drive the singular values of G towards 1."""
    ### BEGIN SOLUTION
    a, b, c = 3.4445, -4.7750, 2.0315
    X = G / max(np.linalg.norm(G), eps)
    for _ in range(steps):
        A = X @ X.T
        X = a * X + (b * A + c * A @ A) @ X
    return X
    ### END SOLUTION


def muon_step(W, gradient, velocity, *, lr, beta=0.95, nesterov=True):
    """Take one step of Muon; return (W, velocity)."""
    ### BEGIN SOLUTION
    velocity = beta * velocity + gradient
    direction = gradient + beta * velocity if nesterov else velocity
    return W - lr * newton_schulz(direction), velocity
    ### END SOLUTION

# %% check="newton_schulz"
check("newton_schulz")

# %% [markdown]
# **Shampoo** (2018) came to the same place from AdaGrad. AdaGrad divides by the root of the summed squares, entry by entry.
# The real thing would be the root of the summed $\mathbf g\mathbf g^\top$, a matrix of $mn$ by $mn$. Shampoo keeps one
# small matrix for each side of $G$, left and right ($L$ is no loss here):
#
# $$L \leftarrow L + GG^\top \ (m, m), \qquad R \leftarrow R + G^\top G \ (n, n), \qquad W \leftarrow W -
# \eta\,L^{-1/4}\,G\,R^{-1/4} .$$
#
# **Its first step is Muon's.** With $G = U\Sigma V^\top$: $L = U\Sigma^2U^\top$, so $L^{-1/4} = U\Sigma^{-1/2}U^\top$, and
# $R^{-1/4} = V\Sigma^{-1/2}V^\top$ alike ($V$ is the SVD's again). The product is $U\Sigma^{-1/2}\Sigma\,\Sigma^{-1/2}V^\top = UV^\top$. (For powers
# of matrices see chapter 3; a little $\epsilon I$ is added first.) So Muon is Shampoo without memory, and Shampoo is Muon
# that remembers which directions have been used.
#
# **SOAP** (Vyas et al. 2024) turns it round: the eigenvectors of $L$ and $R$, the columns of $Q_L$ and $Q_R$, are a good
# *basis*; in it, run plain Adam. With $G' = Q_L^\top GQ_R$ and $N'$ the step that Adam makes of $G'$,
#
# $$W \leftarrow W - \eta\,Q_LN'Q_R^\top .$$
#
# Adam's weakness is its coordinates: turn the valley by 45 degrees, and "a gear for each weight" is of no use, because
# every weight feels both directions. SOAP brings its own coordinates along, as the next cell shows.
#
# The price of both: $m^3 + n^3$ for the eigenvectors (SOAP's authors refresh them every tenth step only). Whether it pays
# depends on model, batch and machine; "state of the art" is a claim with a date on it.

# %%
G = np.array([[0.0, 3.0], [4.0, 0.0]])
W, *_ = op.shampoo_step(np.zeros((2, 2)), G, np.zeros((2, 2)),
                        np.zeros((2, 2)), lr=0.1)
print("Shampoo's first step", (W + 0.0).round(4).tolist())
assert np.allclose(W, -0.1 * np.array([[0, 1], [1, 0]]), atol=1e-6)

rng = np.random.default_rng(0)
bends = np.geomspace(1, 100, 6)
turn = la.gram_schmidt(rng.normal(size=(6, 6)))
goal = rng.normal(size=(6, 6))
fig, ax = plt.subplots(figsize=(6.4, 2.7))
ends = {}
for name, look in (("Adam", "C0"), ("SOAP", "C1")):
    for turned, style in ((False, "-"), (True, "--")):
        A = np.diag(bends)
        B = turn if turned else np.eye(6)
        A, aim, state = B @ A @ B.T, B @ goal @ B.T, None
        W, m, v, losses = np.zeros((6, 6)), np.zeros((6, 6)), 0 * goal, []
        noise = 0.3 * np.random.default_rng(1).normal(size=(150, 6, 6))
        for t in range(1, 151):
            off = W - aim
            losses.append(np.sum(off * (A @ off @ A)) / 200)
            G = A @ (off + B @ noise[t - 1] @ B.T) @ A / 100
            if name == "Adam":
                W, m, v = op.adam_step(W, G, m, v, t, lr=0.03)
            else:
                W, state = op.soap_step(W, G, state, lr=0.03)
        ends[name, turned] = losses[-1]
        ax.semilogy(losses, color=look, ls=style)
        if not (name == "SOAP" and turned):
            ax.text(152, losses[-1] * (0.75 if name == "Adam" else 1.35),
                    name + (", turned" if turned else ""), color=look,
                    va="center")
ax.set(xlabel="step", ylabel="loss", xlim=(0, 185), ylim=(0.15, None))
mathlib.show(
    fig,
    caption="A bowl for a 6 by 6 matrix, with noisy gradients, once along its"
    " axes (solid) and once turned (dashed). Adam suffers from the turn;"
    " SOAP's two curves are one: it finds the axes itself.",
    alt="Four falling curves, of which two coincide.",
)
assert np.isclose(ends["SOAP", False], ends["SOAP", True], rtol=1e-3)
assert ends["Adam", True] > 4 * ends["SOAP", True]

# %% [markdown]
# ## 8.6 A map of the ground: curvature
#
# Momentum guesses the ground from how it shook so far. But there is a map: the Hessian $H$ `(d, d)` (chapter 5; in this
# section $\boldsymbol\theta$ is a vector of $d$ numbers). Around $\boldsymbol\theta$,
#
# $$L(\boldsymbol\theta - \mathbf s) \approx L - \mathbf g\cdot\mathbf s + \tfrac12\,\mathbf s^\top H\,\mathbf s .$$
#
# Where is this parabola level? Its gradient by $\mathbf s$ is $-\mathbf g + H\mathbf s$. So solve $H\mathbf s = \mathbf g$:
#
# $$\boldsymbol\theta_{t+1} = \boldsymbol\theta_t - H^{-1}\nabla L(\boldsymbol\theta_t) \qquad\text{(Newton's method).}$$
#
# On a bowl it arrives in one step, whatever $\kappa$ is; close to any minimum with $H$ positive definite the number of right
# digits doubles from step to step. No learning rate, no zigzag.
#
# **By hand.** $\boldsymbol\theta = (1, 0)$, $\mathbf g = (1, 2)$, $H = \begin{pmatrix}1&2\\2&1\end{pmatrix}$. $H\mathbf s =
# \mathbf g$: $s_1 + 2s_2 = 1$ and $2s_1 + s_2 = 2$, so $\mathbf s = (1, 0)$ and we land at $(0, 0)$.
#
# **The trap.** "Level" need not be low. This $H$ has the eigenvalues $3$ and $-1$: $(0, 0)$ is a pass, and along the
# eigenvector of $-1$ we walked *up* to it. **Damping** helps: solve $(H + \delta I)\,\mathbf s = \mathbf g$ with $\delta$
# (delta) `damping`. Along the $i$-th eigenvector the step is then $g_i/(\lambda_i + \delta)$, so with $\delta >
# -\lambda_{\min}$ every direction goes down; a large $\delta$ gives $\mathbf g/\delta$, short and plain gradient descent. In the
# example with $\delta = 2$: $3s_1 + 2s_2 = 1$, $2s_1 + 3s_2 = 2$, $\mathbf s = (-0.2, 0.8)$, landing at $(1.2, -0.8)$, where
# $L = \frac12\boldsymbol\theta^\top H\boldsymbol\theta$ is $-0.88$, less than the pass's $0$.

# %%
place, g = np.array([1.0, 0.0]), np.array([1.0, 2.0])
H = np.array([[1.0, 2.0], [2.0, 1.0]])
bare = op.newton_step(place, g, H) + 0.0
damped = op.newton_step(place, g, H, damping=2.0)
print("Newton", bare.round(4), "  damped", damped.round(4))
assert np.allclose(bare, 0) and np.allclose(damped, [1.2, -0.8])
assert np.isclose(damped @ H @ damped / 2, -0.88)


def valleys(p):
    return p[..., 0] ** 4 / 4 - p[..., 0] ** 2 / 2 + p[..., 1] ** 2


def walk(start, steps, **options):
    path = [np.array(start)]
    for _ in range(steps):
        x, y = path[-1]
        g, H = np.array([x**3 - x, 2 * y]), np.diag([3 * x**2 - 1, 2.0])
        path.append(op.newton_step(path[-1], g, H, **options))
    return np.array(path)


plain, damped = walk((0.3, 0.8), 7), walk((0.3, 0.8), 7, damping=1.2)
near = np.abs(walk((1.5, 0.0), 5)[:, 0] - 1)
fig, axes = plt.subplots(1, 2, figsize=(7, 2.7), width_ratios=[1.5, 1])
grid = np.stack(np.meshgrid(np.linspace(-1.6, 1.6, 81),
                            np.linspace(-0.5, 1.1, 61)), axis=-1)
axes[0].contour(grid[0, :, 0], grid[:, 0, 1], valleys(grid), 14, colors="0.8",
                linewidths=0.8)
for path, look, name, at in (
    (plain, "C1s--", "Newton: to the pass", (-1.5, 0.5)),
    (damped, "C0o-", "damped", (0.85, 0.5)),
):
    axes[0].plot(*path.T, look, ms=4)
    axes[0].text(*at, name, color=look[:2])
axes[0].set(xlabel="x", ylabel="y")
axes[1].semilogy(near, "o-", color="C2")
axes[1].set(xlabel="step", ylabel="distance to x = 1")
mathlib.show(
    fig,
    caption="Left: a pass between two valleys. Newton's method finds it"
    " irresistible, with a damping of 1.2 it goes down. Right: near a"
    " minimum the number of right digits doubles each time.",
    alt="Left a contour map with two hollows, a dashed path that ends between"
    " them and a solid one that ends in the right one. Right a curve that"
    " falls ever more steeply on a log scale.",
)
print("distance", " ".join(f"{e:.1e}" for e in near))
assert la.l2_norm(plain[-1]) < 1e-3 and abs(damped[-1, 0] - 1) < 0.02

# %%
# solve, not inv: on a matrix with a condition number of 5e11.
i = np.arange(9)
hilbert = 1 / (i[:, None] + i + 1)
g = hilbert @ np.ones(9)
by_solve = op.newton_step(np.zeros(9), g, hilbert)
by_inverse = -np.linalg.inv(hilbert) @ g
off = [la.l2_norm(hilbert @ s + g) for s in (by_solve, by_inverse)]
print("inv leaves a million times as much of the gradient as solve:",
      off[1] > 1e6 * off[0])
assert off[0] < 1e-12

X, y = load_breast_cancer(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)


def cancer(w):
    """Return loss, gradient and Hessian, with a leash of 0.01."""
    p = special.expit(X @ w)
    loss = np.mean(np.logaddexp(0, X @ w) - y * (X @ w)) + 0.005 * w @ w
    H = X.T @ (X * (p * (1 - p))[:, None]) / len(y) + 0.01 * np.eye(30)
    return loss, X.T @ (p - y) / len(y) + 0.01 * w, H


best = np.zeros(30)
for _ in range(12):
    _, g, H = cancer(best)
    best = op.newton_step(best, g, H)
floor = cancer(best)[0]
edge = 2 / np.linalg.eigvalsh(cancer(np.zeros(30))[2])[-1]
slow, quick, race = np.zeros(30), np.zeros(30), []
for _ in range(8):
    race.append([cancer(w)[0] - floor for w in (slow, quick)])
    slow = op.gradient_descent(lambda w: cancer(w)[1], slow, lr=0.9 * edge,
                               steps=1)
    _, g, H = cancer(quick)
    quick = op.newton_step(quick, g, H)
fig, ax = plt.subplots(figsize=(6.4, 2.3))
for values, look, name in zip(
    np.array(race).T, ("C0o-", "C1s--"),
    ("gradient descent", "Newton"),
):
    ax.semilogy(values, look)
    ax.text(7.15, values[-1], name, color=look[:2], va="center")
ax.set(xlabel="step", ylabel="loss above the lowest", xlim=(-0.2, 9.3))
mathlib.show(
    fig,
    caption="Logistic regression on 569 tumours, 30 features, with a little"
    " ridge. Seven steps of Newton's method reach the rounding errors.",
    alt="Two curves over seven steps on a log scale; one hardly falls, one"
    " plunges.",
)
assert race[7][1] < 1e-12 < 0.04 < race[7][0]

# %% [markdown]
# **`solve`, not `inv`.** $H^{-1}\mathbf g$ as `np.linalg.inv(H) @ g` costs more and loses digits when $H$ is
# ill-conditioned, as the cell shows (chapters 2 and 10).
#
# **What Newton costs.** $d^2$ numbers and about $d^3/3$ multiplications per step. For logistic regression on 30 features,
# nothing: seven steps and it is done. For seven billion weights, never. What is left is to approximate $H$; three ways
# follow the exercise.
#
# ### Exercise 8.8 * · Newton's step (2 points)
#
# **Contract.** `theta`, `gradient` `(d,)`; `hessian` `(d, d)` symmetric, maybe indefinite; `damping` a number. Return
# $\boldsymbol\theta - \mathbf s$ with $(H + \text{damping}\cdot I)\,\mathbf s = \mathbf g$. `np.linalg.solve` may be called.
#
# *Example:* `theta = [1, 0]`, `gradient = [1, 2]`, `hessian = [[1, 2], [2, 1]]` (as arrays) returns `[0., 0.]`, the pass; with
# `damping=2.0` it returns `[1.2, -0.8]`.
#
# <details><summary>Hint 1</summary>Damping goes to the diagonal, and only there: <code>np.eye</code>.</details>
# <details><summary>Hint 2</summary>Check the sign with a bowl: from anywhere, you must land at its bottom.</details>

# %% exercise="newton_step"
def newton_step(theta, gradient, hessian, *, damping=0.0):
    """Jump to where the parabola that fits here is level."""
    ### BEGIN SOLUTION
    damped = hessian + damping * np.eye(len(theta))
    return theta - np.linalg.solve(damped, gradient)
    ### END SOLUTION

# %% check="newton_step"
check("newton_step")

# %% [markdown]
# **First way: measure in what the model says.** A step of length 0.1 in the weights may change the predictions a lot or not at
# all. The **natural gradient** (Amari 1998) measures a step by how much it changes the model's *distribution*: for small
# steps by $\frac12\,\mathbf s^\top F\,\mathbf s$, with $F = E[\nabla\log p\;\nabla\log p^\top]$ the Fisher information
# `(d, d)` of chapter 7. It takes the place of $H$, and as it is never indefinite, no pass attracts:
#
# $$\boldsymbol\theta \leftarrow \boldsymbol\theta - \eta\,F^{-1}\nabla L .$$
#
# **By hand**, with $\eta = 1$: a coin of probability $p = 0.1$ shows heads, so $L = -\log p$, and $p$ should rise. In $p$
# itself: $g = -1/p = -10$, $F = \frac1{p(1-p)} = 1/0.09$, $F^{-1}g = -0.9$: $p$ moves by $+0.9$. In $z$ with $p = \sigma(z)$:
# $g = p - 1 = -0.9$, $F = p(1 - p) = 0.09$, $F^{-1}g = -10$: $z$ moves by $+10$, and as $\frac{dp}{dz} = 0.09$, $p$ by $+0.9$
# to first order. It does not matter how you write the model. The plain gradient would move $p$ by $+10$ in one and by
# $0.9\cdot0.09 = +0.081$ in the other.
#
# **Second way: a Kronecker product (K-FAC).** But $F$ is as big as $H$. Look at one layer, $\mathbf z = W\mathbf a$, with $W$
# `(out, in)`, input $\mathbf a$ and $\boldsymbol\delta = \partial\ell/\partial\mathbf z$ (delta, bold: no damping). One
# sample's gradient is $\boldsymbol\delta\,\mathbf a^\top$ (chapter 5), stacked by columns $\mathbf
# a\otimes\boldsymbol\delta$ (chapter 2). So
#
# $$F = E\bigl[(\mathbf a\otimes\boldsymbol\delta)(\mathbf a\otimes\boldsymbol\delta)^\top\bigr] = E[\mathbf a\mathbf a^\top
# \otimes \boldsymbol\delta\boldsymbol\delta^\top] \;\approx\; \underbrace{E[\mathbf a\mathbf a^\top]}_{A:\ (in, in)} \otimes
# \underbrace{E[\boldsymbol\delta\boldsymbol\delta^\top]}_{S:\ (out, out)} .$$
#
# The $\approx$ is the whole approximation: the mean of a product, taken as the product of the means. It is crude, as the
# picture shows, and it works nevertheless, because a step need not be exact.

# %%
p = np.array([0.1])
in_p = op.natural_gradient_step(p, -1 / p, [[1 / 0.09]], lr=1.0) - p
in_z = op.natural_gradient_step(p, p - 1, [[0.09]], lr=1.0) - p
print("p moves by", in_p.round(4), "  z by", in_z.round(4), "and p with it by",
      (0.09 * in_z).round(4))
assert np.allclose([in_p[0], in_z[0]], [0.9, 10.0])

theta = fresh(0)
for _ in range(40):
    theta = [w - 0.8 * g for w, g in zip(theta, backward(theta, known)[0])]
hidden, late = backward(theta, known)[1][1]
a, d = hidden[:, :6], late[:, :4]
each = np.stack([la.kronecker(u[:, None], v[:, None])[:, 0]
                 for u, v in zip(a, d)])
exact = each.T @ each / len(each)
factored = la.kronecker(a.T @ a / len(a), d.T @ d / len(d))
fig, axes = plt.subplots(1, 3, figsize=(6.8, 2.5))
top = np.abs(exact).max()
for ax, M, name in zip(axes, (exact, factored, exact - factored),
                       ("mean of the products", "A ⊗ S", "difference")):
    ax.imshow(M, cmap="RdBu_r", vmin=-top, vmax=top)
    ax.set(xticks=[], yticks=[])
    ax.set_title(name, loc="center")
lost = la.l2_norm((exact - factored).ravel()) / la.l2_norm(exact.ravel())
mathlib.show(
    fig,
    caption="The 24 by 24 matrix F of six hidden units and four digits in the"
    " half-trained network, and K-FAC's product of a 6 by 6 and a 4 by 4"
    f" matrix (red is positive, blue negative). The difference has {lost:.0%}"
    " of its length.",
    alt="Three square coloured maps: two with a like pattern of blocks, the"
    " third paler.",
)
assert lost < 0.6 and exact.shape == (24, 24)

# %% [markdown]
# **Why is that cheap?** Because $(A\otimes S)^{-1} = A^{-1}\otimes S^{-1}$, and $(A^{-1}\otimes S^{-1})\,\mathrm{vec}(G) =
# \mathrm{vec}(S^{-1}GA^{-1})$, as $A$ is symmetric (chapter 2's vec rule). For a layer of 4096 by 4096, instead of a matrix
# with $16.8$ million rows you invert two with 4096:
#
# $$\Delta W = -\eta\,(S + \delta I)^{-1}\,\nabla_WL\,(A + \delta I)^{-1} .$$
#
# (With the deltas of the *data's* labels this is the "empirical" Fisher matrix; the true one takes labels drawn from the
# model's own answers. And what is approximated is the Fisher or Gauss-Newton matrix $J^\top H_\ell J$, not "$J^\top J$":
# chapter 5.) Damping is not a luxury here: with $N$ samples and more than $N$ inputs, $A$ is singular. **By hand:** $G =
# \begin{pmatrix}1&2\\3&2\end{pmatrix}$, activations $(2, 0)$ and $(0, 4)$, deltas $(1, 3)$ and $(1, 1)$, $\eta = 0.9$, $\delta =
# 1$. Means: $A = \mathrm{diag}(2, 8)$, $S = \begin{pmatrix}1&2\\2&5\end{pmatrix}$. $(S + I)^{-1}G = \begin{pmatrix}0.75&-0.25\\
# -0.25&0.25\end{pmatrix}G = \begin{pmatrix}0&1\\0.5&0\end{pmatrix}$; the columns by $3$ and $9$, times $-0.9$: $\Delta W =
# \begin{pmatrix}0&-0.1\\-0.15&0\end{pmatrix}$.
#
# ### Exercise 8.9 *** · find and mend: K-FAC (3 points)
#
# **Contract.** `gradient` `(out, in)`; `activations` `(N, in)`, `deltas` `(N, out)`, rows are samples; `damping` is added to
# the diagonal of both factors. Return $\Delta W$ `(out, in)` as above, with its minus, $A$ and $S$ being **means** over the
# samples. `np.linalg.solve` and `np.linalg.inv` may be called.
#
# *Example:* the one by hand, `gradient = [[1, 2], [3, 2]]`, `activations = [[2, 0], [0, 4]]`, `deltas = [[1, 3], [1, 1]]`,
# `lr=0.9`, `damping=1.0`: returns `[[0., -0.1], [-0.15, 0.]]`. Somebody wrote this, tried it on a square layer, saw no error,
# and shipped it. It holds **two** mistakes.
#
# ```python
# def kfac_update(gradient, activations, deltas, *, lr, damping):
#     A = activations.T @ activations
#     S = deltas.T @ deltas
#     A += damping * np.eye(len(A))
#     S += damping * np.eye(len(S))
#     return -lr * np.linalg.solve(A, gradient) @ np.linalg.inv(S)
# ```
#
# <details><summary>Hint 1</summary>Write the shape behind every matrix, for a layer with 3 inputs and 2 outputs. What fits only if in = out?</details>
# <details><summary>Hint 2</summary>Give it every sample twice. Should the answer change?</details>

# %% exercise="kfac_update"
def kfac_update(gradient, activations, deltas, *, lr, damping):
    """Return the change of W that K-FAC makes."""
    ### BEGIN SOLUTION
    n = len(activations)
    A = activations.T @ activations / n
    S = deltas.T @ deltas / n
    A = A + damping * np.eye(len(A))
    S = S + damping * np.eye(len(S))
    return -lr * np.linalg.solve(S, gradient) @ np.linalg.inv(A)
    ### END SOLUTION

# %% check="kfac_update"
check("kfac_update")

# %% [markdown]
# **Third way: two gradients, and look for flat ground (SAM).** Sharpness-aware minimization (Foret et al. 2021) does not ask
# for the lowest point but for one whose whole *neighbourhood* is low:
#
# $$\min_{\boldsymbol\theta}\;\max_{\lVert\boldsymbol\epsilon\rVert \le \rho} L(\boldsymbol\theta + \boldsymbol\epsilon) .$$
#
# **Derivation.** For small $\rho$ (rho), $L(\boldsymbol\theta + \boldsymbol\epsilon) \approx L + \mathbf
# g\cdot\boldsymbol\epsilon$, and the worst $\boldsymbol\epsilon$ of length $\rho$ points along $\mathbf g$:
# $\hat{\boldsymbol\epsilon} = \rho\,\mathbf g/\lVert\mathbf g\rVert$. Climb there, ask for the gradient, come back, and step
# (that $\hat{\boldsymbol\epsilon}$ itself depends on $\boldsymbol\theta$ is ignored):
#
# $$\boldsymbol\theta \leftarrow \boldsymbol\theta - \eta\,\nabla L(\boldsymbol\theta + \hat{\boldsymbol\epsilon}) .$$
#
# **By hand.** Gradient $(x_1, 4x_2)$, at $(3, 1)$: $\mathbf g = (3, 4)$ of length 5. With $\rho = 0.5$ climb by $(0.3, 0.4)$
# to $(3.3, 1.4)$, where the gradient is $(3.3, 5.6)$. With $\eta = 0.2$: $(3, 1) - (0.66, 1.12) = (2.34, -0.12)$.
#
# What it has to do with curvature: $\nabla L(\boldsymbol\theta + \hat{\boldsymbol\epsilon}) \approx \mathbf g +
# \frac{\rho}{\lVert\mathbf g\rVert}H\mathbf g$, a Hessian-vector product for the price of a second gradient. Whether flat
# minima *generalise* better is disputed: the same network can be written with sharp or flat weights (chapter 5, $ab = 1$;
# Dinh et al. 2017). SAM improved many image models; that is an observation.

# %%
def bend_apart(x):
    return np.array([1.0, 4.0]) * x


landed = op.sam_step(np.array([3.0, 1.0]), bend_apart, lr=0.2, rho=0.5)
print("SAM lands at", landed.round(4))
assert np.allclose(landed, [2.34, -0.12])


def pits(x):
    """A narrow pit near 0.4 and a wide one near 3."""
    return (0.06 * (x - 3) ** 2 - 0.8 * np.exp(-((x - 0.35) / 0.22) ** 2)
            - 0.25 * np.exp(-((x - 3) / 1.2) ** 2))


x, rho = np.linspace(-0.8, 5, 581), 0.4
around = np.linspace(-rho, rho, 81)
worst = pits(x[:, None] + around).max(axis=1)
fig, ax = plt.subplots(figsize=(6.4, 2.6))
for values, look, name, at in (
    (pits(x), "C0-", "loss", (0.7, -0.3)),
    (worst, "C1--", "worst loss within ρ", (1.3, 0.4)),
):
    ax.plot(x, values, look)
    ax.plot(x[values.argmin()], values.min(), "o", color=look[:2], ms=7)
    ax.text(*at, name, color=look[:2])
ax.set(xlabel="θ", ylabel="loss")
mathlib.show(
    fig,
    caption=f"What SAM makes smaller, for ρ = {rho}: the dashed curve. The"
    " narrow pit is the deepest place (dot), but its neighbourhood is not;"
    " in the dashed curve it is a hill, and the wide pit wins.",
    alt="A solid curve with a narrow deep and a wide shallow hollow; above it"
    " a dashed one with a plateau over the narrow and a hollow over the wide"
    " one.",
)
assert x[pits(x).argmin()] < 0.5 and 2.8 < x[worst.argmin()] < 3.2

# %% [markdown]
# ### Exercise 8.10 ** · SAM (2 points)
#
# **Contract.** `sam_step(theta, grad, *, lr, rho=0.05)`: `grad` a function, `theta` an array of any shape; the norm is over
# *all* entries. Return the new `theta`: climb by `rho` along the unit gradient, take the gradient there, step from where you
# were. Where the gradient is zero there is nothing to climb along: return `theta` as it is, no `nan`. The caller's array
# stays as it was.
#
# *Example:* `grad` $= (x_1, 4x_2)$, `theta = [3, 1]` (as an array), `lr=0.2`, `rho=0.5`: returns `[2.34, -0.12]`.
#
# <details><summary>Hint 1</summary>Two calls of grad. From which point does the step start?</details>
# <details><summary>Hint 2</summary><code>np.linalg.norm(gradient)</code> without an axis is over all entries, for vectors and matrices.</details>

# %% exercise="sam_step"
def sam_step(theta, grad, *, lr, rho=0.05):
    """Take one sharpness-aware step."""
    ### BEGIN SOLUTION
    gradient = grad(theta)
    norm = np.linalg.norm(gradient)
    if norm == 0:
        return theta
    return theta - lr * grad(theta + rho * gradient / norm)
    ### END SOLUTION

# %% check="sam_step"
check("sam_step")

# %% [markdown]
# ## 8.7 Fences: corners, probabilities, spheres
#
# So far you could ride anywhere. Now there are fences: weights that must be exactly zero, shares that add up to 1, vectors
# of length 1. One pattern serves all: **take the step as if there were no fence, then come back to the nearest point that
# is allowed.**
#
# ### Corners: the lasso
#
# The lasso (chapter 7) adds $\alpha\lVert\mathbf w\rVert_1$ to the loss, whose slope is $\alpha\,\mathrm{sign}(\mathbf w)$.
# That "drives small weights exactly to zero", one reads. The *minimum* has exact zeros; that update does not find them: with
# $w = 0.05$, $\eta = 0.1$, $\alpha = 1$ it jumps to $-0.05$, back to $0.05$, and so on for ever.
#
# **The cure** is to ask where the step should end. The **proximal step** of a point $u$ is the $w$ that makes $\frac12(w -
# u)^2 + \tau|w|$ smallest, with $\tau$ (tau) $\ge 0$. For $w > 0$ the derivative is $w - u + \tau$: zero at $w = u - \tau$,
# which is positive only if $u > \tau$. For $w < 0$ in the same way $w = u + \tau$, if $u < -\tau$. In between neither fits:
# the function falls towards 0 from both sides, so $w = 0$, *exactly*. In one line, for each entry:
#
# $$S_\tau(u) = \mathrm{sign}(u)\,\max(|u| - \tau, 0) \qquad\text{(soft thresholding).}$$
#
# For $L(\mathbf w) + \alpha\lVert\mathbf w\rVert_1$: a gradient step for the smooth part, then the proximal step. Both are of
# length $\eta$, so $\tau = \eta\alpha$:
#
# $$\mathbf w \leftarrow S_{\eta\alpha}\bigl(\mathbf w - \eta\,\nabla L(\mathbf w)\bigr) \qquad\text{(ISTA).}$$
#
# **By hand.** $X = \mathrm{diag}(2, 4)$, $\mathbf y = (4, 0.4)$, $L = \frac1{2n}\lVert\mathbf y - X\mathbf w\rVert^2$ with $n =
# 2$, $\alpha = 1$. $\nabla L = X^\top(X\mathbf w - \mathbf y)/2$, at zero $(-4, -0.8)$. The curvatures are $2$ and $8$, so $\eta =
# \frac18$ is safe ($1/\lambda_{\max}$): $\mathbf w - \eta\nabla L = (0.5, 0.1)$, and $S_{0.125}$ makes it $(0.375, 0)$. The next
# step gives $(0.65625, 0)$; the limit is $(1.5, 0)$. The second weight is *exactly* zero all the time: a slope of $0.8$ is
# too weak for $\alpha = 1$.

# %%
w, path = 0.05, []
for _ in range(4):
    w -= 0.1 * np.sign(w)
    path.append(round(float(w), 2))
print("with the sign:", path, "  soft:", op.soft_threshold([0.05], 0.1))
assert path == [-0.05, 0.05, -0.05, 0.05]
small = np.diag([2.0, 4.0]), np.array([4.0, 0.4])
print([op.ista(*small, 1.0, steps=k).round(4).tolist() for k in (1, 2, 200)])
assert np.allclose(op.ista(*small, 1.0, steps=2), [0.65625, 0])
assert np.allclose(op.ista(*small, 1.0, steps=200), [1.5, 0])

Z, y = load_diabetes(return_X_y=True)
Z, y = (Z - Z.mean(axis=0)) / Z.std(axis=0), y - y.mean()
signs = [np.zeros(10)]
for _ in range(149):
    slope = Z.T @ (Z @ signs[-1] - y) / len(y) + 8 * np.sign(signs[-1])
    signs.append(signs[-1] - 0.2 * slope)
soft = [op.ista(Z, y, 8, steps=k, lr=0.2) for k in range(150)]
fig, axes = plt.subplots(1, 2, figsize=(6.8, 2.6), sharey=True)
for ax, track, name in zip(axes, (np.array(signs), np.array(soft)),
                           ("slope α sign(w)", "soft thresholding")):
    zeros = np.sum(track[-1] == 0)
    for k in range(10):
        ax.plot(track[:, k], color="C0" if abs(track[-1, k]) > 3 else "C1",
                lw=1.2, ls="-" if abs(track[-1, k]) > 3 else "--")
    ax.set(xlabel="step", ylim=(-14, 26))
    ax.set_title(f"{name}: {zeros} zeros", loc="center")
axes[0].set_ylabel("ten weights")
mathlib.show(
    fig,
    caption="The lasso on the diabetes data, α = 8. With the sign's slope the"
    " small weights (dashed) tremble around zero for ever; with soft"
    " thresholding they are switched off.",
    alt="Two panels of ten curves; in the left one some zigzag around zero,"
    " in the right one they lie on it.",
)
judge = Lasso(alpha=8, fit_intercept=False, tol=1e-12).fit(Z, y).coef_
found = op.ista(Z, y, 8, steps=3000)
assert np.allclose(found, judge, atol=1e-4)
assert ((found == 0) == (judge == 0)).all() and (found == 0).sum() >= 5

# %% [markdown]
# ### Exercise 8.11 ** · exact zeros (3 points)
#
# **Contract.** `soft_threshold(w, tau)`: `w` an array of any shape, `tau` a number $\ge 0$; an array of that shape. `ista(X,
# y, alpha, *, steps, lr=None)`: `X` `(n, d)`, `y` `(n,)`. Minimise $\frac1{2n}\lVert\mathbf y - X\mathbf w\rVert^2 +
# \alpha\lVert\mathbf w\rVert_1$ (scikit-learn's `Lasso` without an intercept): from $\mathbf w = \mathbf 0$, exactly `steps`
# times a gradient step and a soft threshold; return $\mathbf w$ `(d,)`. `lr=None` means 1 by the largest eigenvalue of
# $X^\top X/n$.
#
# *Examples:* `soft_threshold(np.array([3., -2., 0.5]), 1.0)` returns `[2., -1., 0.]`; the example by hand, `ista` with
# `alpha=1.0`, returns `[0.375, 0.]` for `steps=1` and `[0.65625, 0.]` for `steps=2`.
#
# <details><summary>Hint 1</summary>The threshold is not alpha: how far does one step go?</details>
# <details><summary>Hint 2</summary>The largest eigenvalue of XᵀX is the square of the largest singular value of X (chapter 3): <code>np.linalg.norm(X, 2)</code>.</details>

# %% exercise="soft_threshold"
def soft_threshold(w, tau):
    """Move every entry towards 0 by tau, but not beyond."""
    ### BEGIN SOLUTION
    return np.sign(w) * np.maximum(np.abs(w) - tau, 0)
    ### END SOLUTION


def ista(X, y, alpha, *, steps, lr=None):
    """Fit the lasso by proximal gradient steps, from zero."""
    ### BEGIN SOLUTION
    n, d = X.shape
    if lr is None:
        lr = n / np.linalg.norm(X, 2)**2
    w = np.zeros(d)
    for _ in range(steps):
        gradient = X.T @ (X @ w - y) / n
        w = soft_threshold(w - lr * gradient, lr * alpha)
    return w
    ### END SOLUTION

# %% check="soft_threshold"
check("soft_threshold")

# %% [markdown]
# ### Walls: Lagrange, Karush, Kuhn, Tucker
#
# Minimise $f(\mathbf x)$ on the curve $g(\mathbf x) = 0$ ($g$ is a function here, no gradient). At the best point you can't go lower *along* the curve, so $\nabla
# f$ has no part along it: it points straight across, as $\nabla g$ does. So there is a number $\lambda$, the **multiplier**,
# with
#
# $$\nabla f + \lambda\,\nabla g = \mathbf 0 .$$
#
# With walls, $g_i(\mathbf x) \le 0$ for $i = 1, \dots, m$, each wall either does not touch you ($g_i < 0$; then it does
# not push, $\lambda_i = 0$), or it pushes, and a wall can only push *back*, $\lambda_i \ge 0$. Together the **KKT
# conditions**:
#
# $$\nabla f + \sum_i\lambda_i\nabla g_i = \mathbf 0, \qquad g_i \le 0, \qquad \lambda_i \ge 0, \qquad \lambda_ig_i = 0 .$$
#
# For convex $f$ and $g_i$ a point that meets them is a minimum. (That a minimum meets them needs a little more, for instance
# some point with all $g_i < 0$.)
#
# **The dual.** Let a price $\lambda_i \ge 0$ replace each wall: $q(\boldsymbol\lambda) = \min_{\mathbf x}\,f(\mathbf x) +
# \sum_i\lambda_ig_i(\mathbf x)$. At an allowed $\mathbf x$ the sum is $\le 0$, so $q(\boldsymbol\lambda) \le f(\mathbf x)$:
# **every price is a lower bound of every allowed value**. The best bound, $\max q$, is the dual problem; for convex problems
# it usually touches.
#
# **By hand.** $f = x^2$ with $x \ge 1$, so $g = 1 - x$. KKT: $2x - \lambda = 0$, and $x = 1$ gives $\lambda = 2 \ge 0$: a
# minimum. Dual: $x^2 + \lambda(1 - x)$ is lowest at $x = \lambda/2$, so $q = \lambda - \lambda^2/4$, largest at $\lambda = 2$,
# where it is $1 = f(1)$. And the price means something: move the wall to $x \ge 1 - s$, and the minimum falls by
# $\lambda s = 2s$ to first order.

# %%
# The largest violation of the four conditions. At x = 2 with λ = 4 the first
# three hold; the fourth does not: λg = -4.
right = op.kkt_residual([2.0], [[-1.0]], [0.0], [2.0])
inside = op.kkt_residual([4.0], [[-1.0]], [-1.0], [4.0])    # x = 2, λ = 4
print("x = 1, λ = 2: off by", float(right), "  x = 2, λ = 4: off by",
      float(inside))
assert right == 0 and inside == 4

price = np.linspace(0, 4.5, 100)
x = np.linspace(0, 2, 100)
fig, axes = plt.subplots(1, 2, figsize=(6.6, 2.4), sharey=True)
axes[0].plot(x, x**2, "C0:")
axes[0].plot(x[x >= 1], x[x >= 1] ** 2, "C0")
axes[0].axvspan(0, 1, color="0.92")
axes[0].text(0.5, 2.2, "not\nallowed", ha="center", color="0.4")
axes[1].plot(price, price - price**2 / 4, "C1--")
for ax, at in zip(axes, (1, 2)):
    ax.axhline(1, color="0.7", lw=0.8, zorder=0)
    ax.plot(at, 1, "o", color="C3")
axes[0].set(xlabel="x", ylabel="value", title="f(x) = x², x ≥ 1",
            ylim=(0, 3))
axes[1].set(xlabel="price λ", title="the dual, λ − λ²/4")
mathlib.show(
    fig,
    caption="Left the problem, right its dual: no price gives more than the"
    " lowest allowed value, and the best price (dot) gives just that.",
    alt="Left a parabola, dotted in a grey zone, with a dot at its edge."
    " Right an arch whose top is as high as that dot.",
)
assert np.all(price - price**2 / 4 <= 1)

# %% [markdown]
# ### Shares: the simplex
#
# **Projected gradient descent** is the pattern from above, with $\Pi_C$ the nearest point of the allowed set $C$:
#
# $$\boldsymbol\theta \leftarrow \Pi_C\bigl(\boldsymbol\theta - \eta\,\nabla f(\boldsymbol\theta)\bigr) .$$
#
# It is the *point* that is projected, after the step, not the gradient. For a box $\Pi$ is `np.clip`. For probabilities
# ($p_i \ge 0$, sum 1: the **simplex**) one might clip and divide by the sum. That lands on the simplex, but not at the
# nearest point. KKT finds that one: minimise $\frac12\lVert\mathbf p - \mathbf v\rVert^2$ with a multiplier $\tau$ for the sum
# and $\mu_i \ge 0$ for $-p_i \le 0$:
#
# $$p_i - v_i + \tau - \mu_i = 0, \qquad \mu_ip_i = 0 .$$
#
# If $p_i > 0$, then $\mu_i = 0$ and $p_i = v_i - \tau$. If $p_i = 0$, then $\mu_i = \tau - v_i \ge 0$, so $v_i \le \tau$. Both in one:
# $p_i = \max(v_i - \tau, 0)$. **The same amount is taken from everybody, and nobody goes below zero.** To find $\tau$, sort:
# $u_1 \ge u_2 \ge \dots$ If the $k$ largest stay, then $\tau_k = (u_1 + \dots + u_k - 1)/k$; the right $k$ is the largest with
# $u_k > \tau_k$.
#
# **By hand.** $\mathbf v = (1, 0.5, -1)$: $\tau_1 = 0$, $\tau_2 = 0.25$, $\tau_3 = -\frac16$. $u_2 = 0.5 > 0.25$, but $u_3
# = -1 < -\frac16$. So $k = 2$, $\tau = 0.25$, $\mathbf p = (0.75, 0.25, 0)$. (Clipped and divided: $(0.667, 0.333, 0)$.)
#
# **Where it is load-bearing.** The dual of the support vector machine lives in a box (chapter 12); sparsemax is this
# projection in the place of softmax; and a reward with a constraint, "be helpful, as long as harm stays below $c$", is
# trained with a multiplier that rises while the constraint is broken (chapter 21).

# %%
v = np.array([1.0, 0.5, -1.0])
p = op.project_to_simplex(v)
clipped = np.maximum(v, 0) / np.maximum(v, 0).sum()
print("nearest", p, f"at {la.l2_norm(p - v):.4f}", "  clipped",
      clipped.round(3), f"at {la.l2_norm(clipped - v):.4f}")
assert np.allclose(p, [0.75, 0.25, 0])
assert la.l2_norm(p - v) < la.l2_norm(clipped - v)
assert op.kkt_residual(
    p - v, np.vstack([-np.eye(3), np.ones(3), -np.ones(3)]),
    np.r_[-p, 0, 0], np.r_[0, 0, 1.25, 0.25, 0]) < 1e-12

boxed = op.projected_gradient_descent(
    lambda x: x - np.array([2.0, 0.5, -1.0]), np.array([0.0, 0.0, 1.0]),
    lambda x: np.clip(x, 0, 1), lr=0.5, steps=2)
print("two steps in a box", boxed)
assert np.allclose(boxed, [1, 0.375, 0])

corners = np.array([[0, 0], [1, 0], [0.5, 3**0.5 / 2]])
tilt = np.linalg.svd(np.ones((1, 3)))[2][1:]          # the plane p₁+p₂+p₃ = 0
rng = np.random.default_rng(4)
fig, ax = plt.subplots(figsize=(4.8, 3.6))
ax.plot(*corners[[0, 1, 2, 0]].T, color="0.4")
for v in 1 / 3 + 0.55 * rng.normal(size=(60, 2)) @ tilt:
    p, start = op.project_to_simplex(v) @ corners, v @ corners
    ax.plot(*np.array([start, p]).T, color="C0", lw=0.8)
    ax.plot(*start, "o", color="C0", ms=3, mfc="white", mew=0.8)
    ax.plot(*p, "o", color="C1", ms=3.5)
for k, (x, y_) in enumerate(corners):
    ax.text(x + (-0.1, 0.1, 0)[k], y_ + (0.12, 0.14, 0.3)[k],
            f"p{'₁₂₃'[k]} = 1", ha=("right", "left", "center")[k])
ax.set(aspect="equal", xlim=(-0.75, 1.75), ylim=(-0.8, 1.4))
ax.axis("off")
mathlib.show(
    fig,
    caption="Points whose entries add up to 1 (hollow), and where the"
    " projection takes them (full): straight to an edge, or into a corner,"
    " where exact zeros are.",
    alt="A triangle; short lines run from points around it to its edges, at"
    " right angles, or to its corners.",
)

# %% [markdown]
# ### Exercise 8.12 *** · back to the simplex (3 points)
#
# **Contract.** `project_to_simplex(v)`: `v` `(n,)`, $n \ge 1$; the nearest $\mathbf p$ `(n,)` with $p_i \ge 0$ and sum 1.
# `projected_gradient_descent(grad, theta, project, *, lr, steps)`: `grad` and `project` are functions; exactly `steps` times
# $\boldsymbol\theta \leftarrow$ `project`$(\boldsymbol\theta - \eta\,$`grad`$(\boldsymbol\theta))$; return the last. The start
# itself is not projected.
#
# *Examples:* `project_to_simplex(np.array([1., 0.5, -1.]))` returns `[0.75, 0.25, 0.]`. With `grad` $= \mathbf x - (2, 0.5,
# -1)$, `theta = [0, 0, 1]` (as an array), `project` the clip to $[0, 1]$, `lr=0.5`, `steps=2`, the second returns `[1.,
# 0.375, 0.]`.
#
# <details><summary>Hint 1</summary><code>np.sort(v)[::-1]</code> sorts downwards, <code>np.cumsum</code> gives all the sums u₁ + … + uₖ at once.</details>
# <details><summary>Hint 2</summary>All τₖ are one array. Of those with uₖ > τₖ, which one is it?</details>

# %% exercise="project_to_simplex"
def project_to_simplex(v):
    """Return the nearest vector of probabilities."""
    ### BEGIN SOLUTION
    u = np.sort(v)[::-1]
    taus = (np.cumsum(u) - 1) / np.arange(1, len(v) + 1)
    tau = taus[u > taus][-1]
    return np.maximum(v - tau, 0)
    ### END SOLUTION


def projected_gradient_descent(grad, theta, project, *, lr, steps):
    """Step against the gradient, come back inside, and again."""
    ### BEGIN SOLUTION
    for _ in range(steps):
        theta = project(theta - lr * grad(theta))
    return theta
    ### END SOLUTION

# %% check="project_to_simplex"
check("project_to_simplex")

# %% [markdown]
# **A postscript to 8.12.** $\tau_k$ is a weighted mean of $\tau_{k-1}$ and $u_k$. So it rises as long as $u_k >
# \tau_{k-1}$, and falls from then on: the right $\tau$ is the largest of them all.
#
# ### Spheres: a curved ground
#
# Unit vectors (embeddings, directions) live on a sphere. Most of the gradient may point off it, and walking there is
# wasted. So take two steps. **Project** the gradient onto the *tangent plane* at $\mathbf x$: subtract its part along $\mathbf
# x$ (chapter 2),
#
# $$\mathrm{grad} f = (I - \mathbf x\mathbf x^\top)\,\nabla f, \qquad \mathbf x, \nabla f: (d,), \quad \lVert\mathbf x\rVert =
# 1 ,$$
#
# the **Riemannian gradient**. Step against it, and come back by dividing by the length, the **retraction**:
# $R_{\mathbf x}(\mathbf s) = \frac{\mathbf x + \mathbf s}{\lVert\mathbf x + \mathbf s\rVert}$ with $\mathbf s = -\eta\,\mathrm{grad}f$.
# How far two points are apart is now measured along the ground: $d(\mathbf x, \mathbf y) = \arccos(\mathbf x\cdot\mathbf y)$,
# an angle, the **geodesic distance**. (The cosine similarity of chapter 2 is its cosine.)
#
# **By hand.** $\mathbf x = (0.8, 0.6)$, $\nabla f = (2.8, -0.4)$: along $\mathbf x$ it has $2.24 - 0.24 = 2$. So
# $\mathrm{grad}f = (2.8 - 1.6, -0.4 - 1.2) = (1.2, -1.6)$. With $\eta = 0.375$: $(0.8 - 0.45, 0.6 + 0.6) = (0.35, 1.2)$, length
# $1.25$, so we land at $(0.28, 0.96)$. On the ground that is $\arccos(0.224 + 0.576) = \arccos0.8 = 0.6435$.
#
# **PCA is a ride on a sphere.** The first principal component is the unit vector with the largest $\mathbf x^\top C\mathbf x$
# ($C$ the covariance, chapter 3). So minimise $f = -\frac12\mathbf x^\top C\mathbf x$, $\nabla f = -C\mathbf x$. It is not
# convex, and yet every start but a freak one arrives: all other level places are passes. And Muon? Its steps are
# orthogonal matrices, the "unit vectors" among matrices.

# %%
x, g = np.array([0.8, 0.6]), np.array([2.8, -0.4])
landed = op.sphere_gradient_step(x, g, lr=0.375)
print("lands at", landed.round(4), "  geodesic distance",
      op.geodesic_distance(x, landed).round(4))
assert np.allclose(landed, [0.28, 0.96])
assert np.isclose(op.geodesic_distance(x, landed), 0.6435, atol=1e-4)

centred = digits - digits.mean(axis=0)
C = centred.T @ centred / len(digits)
spread, axes_of_C = np.linalg.eigh(C)
fig, (left, ax) = plt.subplots(1, 2, figsize=(6.8, 2.8), width_ratios=[1, 1.5])
around = np.linspace(-0.3, np.pi / 2 + 0.2, 60)
left.plot(np.cos(around), np.sin(around), color="0.5")
tangent = g - (g @ x) * x
for start, move, color in ((x, -0.375 * g, "C1"), (x, -0.375 * tangent, "C0"),
                           (x - 0.375 * tangent,
                            landed - x + 0.375 * tangent, "C2")):
    left.annotate("", start + move, start, arrowprops={
        "arrowstyle": "-|>", "color": color, "lw": 1.8, "shrinkA": 0,
        "shrinkB": 0})
for text, at, color in (("plain step", (-0.3, 0.55), "C1"),
                        ("tangent", (0.66, 0.98), "C0"),
                        ("back", (0.02, 1.2), "C2"),
                        ("x", (0.86, 0.55), "0.2")):
    left.text(*at, text, color=color)
left.set(aspect="equal", xlim=(-0.6, 1.25), ylim=(-0.3, 1.35))
left.axis("off")
for seed, look in ((0, "C0-"), (1, "C1--"), (2, "C2:")):
    x = np.random.default_rng(seed).normal(size=64)
    x, angles = x / la.l2_norm(x), []
    for _ in range(80):
        away = op.geodesic_distance(x, axes_of_C[:, -1])
        angles.append(min(away, np.pi - away))
        x = op.sphere_gradient_step(x, -C @ x, lr=1.5)
    ax.semilogy(np.degrees(angles), look)
ax.set(xlabel="step", ylabel="degrees from the component")
mathlib.show(
    fig,
    caption="Left: the example. The plain step leaves the sphere, the tangent"
    " one hardly. Right: three random starts find the first principal"
    " component of the digits (or its opposite).",
    alt="Left an arc with three arrows at a point. Right three curves that"
    " fall on a log scale, after a while with the same slope.",
)
assert angles[-1] < np.radians(1)

# %% [markdown]
# ### Exercise 8.13 ** · a step on the sphere (2 points)
#
# **Contract.** `sphere_gradient_step(x, gradient, *, lr)`: `x` `(d,)` of length 1, `gradient` `(d,)` the ordinary gradient.
# Take out of it the part along `x`, step against what is left, divide by the length; return a unit vector `(d,)`.
#
# *Example:* `x = [0.8, 0.6]`, `gradient = [2.8, -0.4]` (as arrays), `lr=0.375` returns `[0.28, 0.96]`.
#
# <details><summary>Hint 1</summary>The part of g along a unit vector x is (x · g) x.</details>
# <details><summary>Hint 2</summary>Check: what is left must be at right angles to x.</details>

# %% exercise="sphere_gradient_step"
def sphere_gradient_step(x, gradient, *, lr):
    """Step along the tangent plane, and come back to the sphere."""
    ### BEGIN SOLUTION
    tangent = gradient - (x @ gradient) * x
    y = x - lr * tangent
    return y / np.linalg.norm(y)
    ### END SOLUTION

# %% check="sphere_gradient_step"
check("sphere_gradient_step")

# %% [markdown]
# ## 8.8 The race
#
# ### Change gears on the way
#
# Far away you want long steps; close to the goal the noise of the batches wants short ones (8.2). So let $\eta$ depend on
# $t$, from 0 to the last step $T$:
#
# | schedule | $\eta_t$ |
# |---|---|
# | exponential | $\eta_{\max}\,e^{-kt}$ |
# | cosine (Loshchilov and Hutter 2017) | $\eta_{\min} + \frac12(\eta_{\max} - \eta_{\min})\left(1 + \cos\frac{\pi t}{T}\right)$ |
# | one cycle (Smith and Topin 2018) | half a wave up from $\eta_{\max}/25$ in the first 30 %, half a wave down to $\eta_{\max}/(25\cdot10^4)$; the shape and the numbers are PyTorch's defaults |
#
# **By hand.** Cosine with $T = 100$, from $0.4$ to $0.1$, at $t = 25$: $\cos\frac\pi4 = 0.7071$, so $0.1 +
# \frac12\cdot0.3\cdot1.7071 = 0.3561$. At $t = 50$ it is $0.25$, halfway. **After** $T$ the cosine would rise again; whoever
# trains on a little longer must hold it at $\eta_{\min}$.
#
# **Where it is load-bearing.** GPT-3 and LLaMA were trained with a cosine, down to a tenth, after a short linear warmup
# (chapter 17). In torch: `CosineAnnealingLR`, `OneCycleLR(max_lr=1e-3, total_steps=10000)`. Which shape is best is settled by
# trying. That the rate must come down in the end is not disputed.

# %%
t = np.array([0, 25, 50, 100, 150])
rates = op.cosine_annealing(t, 100, max_lr=0.4, min_lr=0.1)
print("cosine", rates.round(4))
assert np.allclose(rates, [0.4, 0.3561, 0.25, 0.1, 0.1], atol=1e-4)

steps = np.arange(301)
plans = {
    "constant": np.full(301, 0.08),
    "exponential": op.exponential_decay(steps, 0.015, max_lr=0.08),
    "cosine": op.cosine_annealing(steps, 300, max_lr=0.08),
    "one cycle": op.one_cycle(steps, 301, max_lr=0.08),
}
fig, axes = plt.subplots(1, 2, figsize=(7.2, 2.7))
ends = []
for (name, plan), look in zip(plans.items(), ("C3:", "C2-.", "C0-", "C1--")):
    axes[0].plot(plan, look)
    rng, W, losses = np.random.default_rng(0), np.zeros((10, 64)), []
    for lr in plan:
        rows = rng.integers(1200, size=4)
        W = W - lr * reader_grad(W, (data[0][rows], data[1][rows]))
        wrong = data[0][::2] @ W.T - data[1][::2]
        losses.append((wrong**2).sum(axis=1).mean() / 2)
    axes[1].plot(losses, look, lw=1.2)
    ends.append((losses[-1], name, look[:2]))
low = 0
for end, name, color in sorted(ends):
    low = max(end, low + 0.012)            # labels must not touch
    axes[1].text(305, low, f"{name}: {end:.3f}", color=color, va="center",
                 fontsize=9)
for k, (name, at) in enumerate((("constant", (190, 0.083)),
                                ("exponential", (112, 0.02)),
                                ("cosine", (215, 0.04)),
                                ("one cycle", (70, 0.088)))):
    axes[0].text(*at, name, color=("C3", "C2", "C0", "C1")[k], fontsize=9)
axes[0].set(xlabel="step", ylabel="learning rate", ylim=(0, 0.095))
axes[1].set(xlabel="step", ylabel="loss", xlim=(0, 470), ylim=(0.14, 0.3),
            xticks=[0, 100, 200, 300])
mathlib.show(
    fig,
    caption="Four plans (left), and the digit reader of 8.2 with batches of 4"
    " pictures under each (right), with its last loss (measured on every"
    " second picture). Where the rate ends near zero, the noise does, too;"
    " but the exponential braked too early.",
    alt="Left a level line, a falling exponential, half a cosine wave, and a"
    " wave that rises and falls. Right four noisy falling curves.",
)

# %% [markdown]
# ### Exercise 8.14 * · the cosine (2 points)
#
# **Contract.** `cosine_annealing(t, total_steps, *, max_lr, min_lr=0.0)`: `t` a number or an array of any shape, counted
# from 0; return the rate, a number or an array of `t`'s shape. `t = 0` gives `max_lr`, `t = total_steps` gives `min_lr`, and
# so does every later `t`.
#
# *Example:* `t = [0, 25, 50, 100, 150]` (as an array), `total_steps=100`, `max_lr=0.4`, `min_lr=0.1` returns `[0.4, 0.3561,
# 0.25, 0.1, 0.1]`.
#
# <details><summary>Hint 1</summary><code>np.cos</code> takes radians: half a turn is π.</details>
# <details><summary>Hint 2</summary>Compute first what share of the way is done. What may it be at most?</details>

# %% exercise="cosine_annealing"
def cosine_annealing(t, total_steps, *, max_lr, min_lr=0.0):
    """Return the learning rate after t steps."""
    ### BEGIN SOLUTION
    done = np.minimum(t, total_steps) / total_steps
    return min_lr + (max_lr - min_lr) * (1 + np.cos(np.pi * done)) / 2
    ### END SOLUTION

# %% check="cosine_annealing"
check("cosine_annealing")

# %% [markdown]
# ### On the same hill first
#
# Five riders, one surface, in two dimensions, where one can see. For Muon a point $(x, y)$ is the matrix with $x$ and $y$ on
# its diagonal. Their rates are such that you can follow them; nobody was tuned to win. Drag the rates: at a quarter, who
# has arrived after 120 steps? At twice, who flies off? And turn the bowl, with the start: who notices?

# %%
explorer = mathlib.explore.optimizer_race()
fig = explorer.still()
mathlib.show(
    fig,
    caption="The same five from the dot to the cross, after 30 steps: the"
    " long bowl (a), turned together with the start (b), all rates doubled,"
    " so that SGD flies off (c), and a pass between two valleys, with all"
    " rates halved (d): two lowest points, the riders take one.",
    alt="Four maps with level lines and five coloured paths each; beside each"
    " map a table of rates and losses.",
)


def race_of(surface, rates, step):
    values = {"surface": surface, "rates": rates, "step": step}
    return explorer.read(values)["losses"]


slow, fast = race_of("bowl", 0.25, 120), race_of("bowl", 2.0, 120)
assert {name for name in slow if slow[name] < 1e-4} == {"momentum", "Adam"}
assert {name for name in fast if fast[name] > 0.01} == {"SGD"}
straight, turned = race_of("bowl", 1.0, 60), race_of("turned", 1.0, 60)
assert {name for name in turned
        if np.isclose(turned[name], straight[name])} == {"SGD", "momentum"}

explorer

# %% [markdown]
# <details><summary>Who arrives, who flies off, who notices the turn?</summary>
# At a quarter of the rates, momentum and Adam (AdamW is held back a little by its decay). At twice, SGD: its 0.3 is beyond 2/λmax = 2/10. The turn: SGD and momentum ride the same way, only turned, with the same losses to the last digit. Whatever works entry by entry, Adam and AdamW, notices, and so does Muon here, to which x and y are two singular values.
# </details>
#
# ### Then on the same real problem
#
# The network of 8.1, 2410 weights, 1200 digits, 60 batches of 100. Twelve riders, and they all get the same: the same first
# weights, the same batches, and **the same nine learning rates to try**, two for each power of ten. Everything else stays at
# its default (decay in AdamW 0.1, damping in K-FAC 0.03). What is compared is what they are asked to make small, the loss
# on the 1200.
#
# Most rules work entry by entry, so they get all weights as one vector; the lower four get the two matrices, whole: Muon the
# biases and the last layer, too, against the custom of 8.5, to keep the code short.

# %%
def flat(parts):
    return np.concatenate([part.ravel() for part in parts])


def split(theta):
    return theta[:2080].reshape(32, 65), theta[2080:].reshape(10, 33)


by_entry = {
    "SGD": lambda x, grad, m, v, t, lr: (x - lr * grad(x), m, v),
    "momentum": lambda x, grad, m, v, t, lr: (
        *op.momentum_step(x, grad(x), m, lr=lr), v),
    "Nesterov": lambda x, grad, m, v, t, lr: (
        *op.nesterov_step(x, grad, m, lr=lr), v),
    "AdaGrad": lambda x, grad, m, v, t, lr: (
        *op.adagrad_step(x, grad(x), m, lr=lr), v),
    "RMSProp": lambda x, grad, m, v, t, lr: (
        *op.rmsprop_step(x, grad(x), m, lr=lr), v),
    "Adam": lambda x, grad, m, v, t, lr: op.adam_step(
        x, grad(x), m, v, t, lr=lr),
    "AdamW": lambda x, grad, m, v, t, lr: op.adamw_step(
        x, grad(x), m, v, t, lr=lr, weight_decay=0.1),
    "SAM": lambda x, grad, m, v, t, lr: (op.sam_step(x, grad, lr=lr), m, v),
}
by_matrix = {
    "Muon": lambda W, G, s, seen, lr: op.muon_step(
        W, G, 0 * W if s is None else s, lr=lr),
    "Shampoo": lambda W, G, s, seen, lr: op.shampoo_step(
        W, G, *(s or (0 * W @ W.T, 0 * W.T @ W)), lr=lr),
    "SOAP": lambda W, G, s, seen, lr: op.soap_step(W, G, s, lr=lr),
    "K-FAC": lambda W, G, s, seen, lr: (
        W + op.kfac_update(G, *seen, lr=lr, damping=0.03), s),
}


def ride_digits(name, lr, seed, every=60):
    """Return the losses, one for `every` steps, and the weights."""
    theta, memory = flat(fresh(seed)), [None, None]
    order = np.random.default_rng(seed)
    batches = [rows for _ in range(5)
               for rows in np.split(order.permutation(1200), 12)]
    m = v = 0 * theta
    losses = [surprise(split(theta), known)]
    for t, rows in enumerate(batches, 1):
        if name in by_entry:
            theta, m, v = by_entry[name](
                theta, lambda x, b=rows: flat(backward(split(x), b)[0]),
                m, v, t, lr)
        else:
            moved = []
            for k, (W, G, saw) in enumerate(zip(
                split(theta), *backward(split(theta), rows))):
                W, *kept = by_matrix[name](W, G, memory[k], saw, lr)
                memory[k] = kept[0] if len(kept) == 1 else kept
                moved.append(W)
            theta = flat(moved)
        if t % every == 0:
            losses.append(surprise(split(theta), known))
    return np.array(losses), theta

# %% tags=["nbval-ignore-output"]
names = [*by_entry, *by_matrix]
grid = 10.0 ** np.arange(-3, 1.1, 0.5)
final = np.array([[ride_digits(name, lr, seed=0)[0][-1] for lr in grid]
                  for name in names])
chosen = dict(zip(names, grid[final.argmin(axis=1)]))

fig, ax = plt.subplots(figsize=(7, 4.3))
shade = np.clip(final, 0.005, 3)
ax.imshow(np.log10(shade), cmap="Blues_r", aspect="auto", vmin=-2.3, vmax=1)
for (row, column), loss in np.ndenumerate(final):
    best = column == final[row].argmin()
    ax.text(column, row, f"{loss:.3f}" if loss < 2.35 else "–", ha="center",
            va="center", fontsize=9, fontweight="bold" if best else "normal",
            color="white" if loss < 0.12 else "black")
ax.set(xticks=range(9), xticklabels=[f"{lr:.2g}" for lr in grid],
       yticks=range(12), yticklabels=names, xlabel="learning rate")
ax.tick_params(length=0)
mathlib.show(
    fig,
    caption="Loss after 60 steps for every rule and rate, from one start; a"
    " dash: no better than before training. In bold the best of each line."
    " From one column to the next is more than from one line to the next.",
    alt="A table of twelve rules and nine rates with a number in each cell,"
    " the darker the lower; in each line the dark cells lie elsewhere.",
)
best = final.argmin(axis=1)
tripled = final[range(12), np.minimum(best + 1, 8)]
print("best losses from", final.min(axis=1).min().round(3), "to",
      final.min(axis=1).max().round(3))
print("with three times the best rate", np.sum(tripled > 1),
      "of 12 end with a loss above 1")
assert final.min(axis=1).max() < 0.25 and np.sum(tripled > 1) >= 3
assert np.ptp(np.log10(list(chosen.values()))) >= 2

# %% [markdown]
# **Read along a line first.** Each rule has its own good rate, and they differ by a factor of a hundred or more: 0.001, "Adam's
# default", would make a fool of SGD, and SGD's best blows up Adam. A factor of three too much, and several of the twelve
# are lost, whatever their name. That is how many a published race was won: one rider had been tuned, the others had not (Schmidt et
# al. 2021 tried fifteen of them and say so).
#
# Now the final: each with the rate from that table, **from other weights, with other batches**.

# %% tags=["nbval-ignore-output"]
finals = {name: ride_digits(name, chosen[name], seed=1, every=6)
          for name in names}
panels = {
    "one gear for all": ["SGD", "momentum", "Nesterov"],
    "a gear for each": ["AdaGrad", "RMSProp", "Adam", "AdamW"],
    "matrices": ["Muon", "Shampoo", "SOAP"],
    "curvature": ["SAM", "K-FAC", "SGD"],
}
fig, axes = plt.subplots(2, 2, figsize=(7.4, 5), sharex=True, sharey=True)
across = np.arange(0, 61, 6)
for ax, (title, shown) in zip(axes.flat, panels.items()):
    for losses, _ in finals.values():
        ax.semilogy(across, losses, color="0.85", lw=1, zorder=1)
    ends = sorted((finals[name][0][-1], name) for name in shown)
    spots = np.log10([end for end, _ in ends])
    for _ in range(99):                    # labels must not touch
        push = np.maximum(0.27 - np.diff(spots), 0) / 3
        spots += np.r_[0, push] - np.r_[push, 0]
    for spot, (end, name) in zip(spots, ends):
        look = ("C0o-", "C1s--", "C2^:", "C3v-.")[shown.index(name)]
        ax.semilogy(across, finals[name][0], look, ms=3.5, lw=1.5)
        ax.text(62, 10**spot, f"{name} {end:.3f}", color=look[:2],
                va="center", fontsize=9)
    ax.set_title(title)
    ax.set(xlim=(0, 92), xticks=[0, 20, 40, 60])
for ax in axes[:, 0]:
    ax.set_ylabel("loss")
for ax in axes[1]:
    ax.set_xlabel("step")
mathlib.show(
    fig,
    caption="The final, in four panels; grey are all the others. At the end"
    " of each curve its name and its last loss. In the last panel SGD is"
    " there for comparison.",
    alt="Four panels of falling curves on a log scale, each with three or"
    " four coloured ones before the same grey ones.",
)
for name, (losses, theta) in finals.items():
    _, scores = forward(split(theta), pixels[new])
    hits = np.mean(scores.argmax(axis=1) == answers[new])
    print(f"{name:9} η = {chosen[name]:<6.2g} loss {losses[-1]:.3f}, reads"
          f" {hits:.1%} of the new digits")
    assert losses[-1] < 0.4 and hits > 0.85

# %% [markdown]
# **What this race says, and what it does not.** Whoever uses more structure needs fewer *steps*. But K-FAC, Shampoo and SOAP
# pay for theirs with inverses and eigenvectors, SAM with a second gradient; a race by the clock, on a large model and many
# machines, is another race. And on the *new* digits the field is close together: going down fast is one thing, reading well
# another (chapter 25). With other sizes, batches and numbers of steps the order changes. The order of two neighbours here is
# not worth a bet; that a badly chosen rate loses to everybody is.
#
# **A practical rule.** AdamW with a short warmup and a cosine is rarely far from the best, and everybody knows its rates.
# Spend your trials on $\eta$ first.

# %% [markdown]
# ## The capstone: 569 tumours
#
# Ten measures of the cells of 569 breast tumours, each as mean, spread and worst case: 30 columns, and a diagnosis, benign or
# malignant. One column is an area of up to 4000, another a smoothness near 0.1. You met the data in 8.6; there the columns
# had been standardised first. What if they have not?
#
# You will train logistic regression from nothing with AdamW: $\mathbf z = X\mathbf w + b$, and the mean loss $\frac1n\sum_i
# \log(1 + e^{z_i}) - y_iz_i$, without any penalty. Its gradients are $X^\top(\mathbf p - \mathbf y)/n$ and the mean of
# $\mathbf p - \mathbf y$, with $p_i = \sigma(z_i)$ (chapter 7). The leash is AdamW's decay, on $\mathbf w$ alone: the
# intercept $b$ is only a level, and is spared.
#
# ### Exercise 8.15 *** · train it (4 points, real data)
#
# **Contract.** `train_logistic(X, y, *, lr, weight_decay, steps)`: `X` `(n, d)`, `y` `(n,)` of zeros and ones. Start with
# $\mathbf w = \mathbf 0$, $b = 0$. Exactly `steps` steps, $t = 1, 2, \dots$, on all data: AdamW for $\mathbf w$ with
# `weight_decay`, Adam for $b$, both gradients taken at the same point, everything else at its default. Return `(w, b,
# losses)`: `w` `(d,)`, `b` a number, `losses` `(steps,)`, the loss **before** each step. It must stay finite for $|z|$ of
# 1000. `steps=0` gives zeros and no losses. `op.adam_step` and `op.adamw_step` may be called. Graded on rows of the tumour
# data, standardised and raw.
#
# *Example:* `X = [[1, 2], [3, -1], [2, 1]]`, `y = [1, 0, 0]` (as float arrays), `lr=0.1`, `weight_decay=0.5`, `steps=2` returns
# `w` `[-0.1935, 0.1947]`, `b` `-0.1968`, `losses` `[0.6931, 0.5885]`.
#
# <details><summary>Hint 1</summary>Before the loop: w, b, two averages for each of them. In the loop: z, the loss, the errors p − y, and then both steps.</details>
# <details><summary>Hint 2</summary>log(1 + e^z) is <code>np.logaddexp(0, z)</code> (chapter 1), and a sigmoid can be made of it: log σ(z) = −log(1 + e^(−z)).</details>
# <details><summary>Hint 3</summary>Is b changed before the gradient of w is taken? Take both first.</details>

# %% exercise="train_logistic"
def train_logistic(X, y, *, lr, weight_decay, steps):
    """Fit logistic regression with AdamW; return (w, b, losses)."""
    ### BEGIN SOLUTION
    w, m_w, v_w = np.zeros((3, X.shape[1]))
    b = m_b = v_b = 0.0
    losses = []
    for t in range(1, steps + 1):
        z = X @ w + b
        losses.append(np.mean(np.logaddexp(0, z) - y * z))
        error = (np.exp(-np.logaddexp(0, -z)) - y) / len(y)
        w, m_w, v_w = op.adamw_step(w, X.T @ error, m_w, v_w, t, lr=lr,
                                    weight_decay=weight_decay)
        b, m_b, v_b = op.adam_step(b, error.sum(), m_b, v_b, t, lr=lr)
    return w, b, np.array(losses)
    ### END SOLUTION

# %% check="train_logistic"
check("train_logistic")

# %% [markdown]
# **Against plain gradient descent**, for the same 200 steps, on raw columns and on standardised ones. Neither has a leash here
# (AdamW without decay is Adam), and the intercept is the weight of a column of ones. Both get the best of seven rates, chosen
# on the 380 patients that they learn from; 189 others are read at the end.
#
# Compare the left picture with the condition number below it: one gear, for curvatures that differ by that many powers of ten.
# Dividing each column by its spread is a preconditioner, too, the cheapest of all, and you can have it before the first step.
# That is the other lesson of this chapter: **before you change the optimizer, look at the ground.**

# %%
cells, sick = load_breast_cancer(return_X_y=True)
order = np.random.default_rng(8).permutation(569)
train, test = order[:380], order[380:]
mean, std = cells[train].mean(axis=0), cells[train].std(axis=0)


def train_by(rule, X, lr):
    """Return 200 losses and the share of the others read right."""
    X = np.c_[X, np.ones(569)]
    w, m, v, losses = np.zeros(31), np.zeros(31), np.zeros(31), []
    for t in range(1, 201):
        z = X[train] @ w
        losses.append(np.mean(np.logaddexp(0, z) - sick[train] * z))
        g = X[train].T @ (special.expit(z) - sick[train]) / 380
        if rule == "Adam":
            w, m, v = op.adam_step(w, g, m, v, t, lr=lr)
        else:
            w = w - lr * g
    return np.array(losses), np.mean((X[test] @ w > 0) == sick[test])


fig, axes = plt.subplots(1, 2, figsize=(7, 2.7), sharey=True)
reached = {}
for ax, (title, X) in zip(axes, (("raw columns", cells),
                                 ("standardised", (cells - mean) / std))):
    for rule, look in (("gradient descent", "C1--"), ("Adam", "C0-")):
        runs = [train_by(rule, X, lr) for lr in 10.0 ** np.arange(-6, 1)]
        losses, hits = min(runs, key=lambda run: run[0][-20:].mean())
        reached[title, rule] = losses[-20:].mean(), hits
        ax.semilogy(losses, look, lw=1.2)
        up = 1.5 if rule == "gradient descent" else 0.7
        ax.text(203, losses[-20:].mean() * up, f"{rule}\nreads {hits:.0%}",
                color=look[:2], va="center", fontsize=9)
    ax.set(title=title, xlabel="step", xlim=(0, 330), ylim=(0.01, 3),
           xticks=[0, 100, 200])
axes[0].set_ylabel("loss")
mathlib.show(
    fig,
    caption="Logistic regression on 380 tumours, 200 steps, and the share of"
    " 189 others read right. On raw columns gradient descent is held back by"
    " the largest column; Adam gives each its own gear (its first steps are"
    " above the frame). Standardised, both go far down; who goes lower need"
    " not read better.",
    alt="Two panels with a dashed and a solid curve each; both end much lower"
    " in the right one.",
)
assert reached["raw columns", "Adam"][0] < reached[
    "raw columns", "gradient descent"][0] / 1.5
H = cells[train].T @ cells[train] / 380 / 4
print("curvature of the raw problem at the start, largest / smallest:"
      f" {np.linalg.cond(H):.0e}")

# %% [markdown]
# ## Common mistakes
#
# | one often sees | why it is wrong | what is right |
# |---|---|---|
# | "convex, so one minimum, and GD finds it" | trays, slides, steps that are too long | unique if strictly convex; $\eta < 2/\lambda_{\max}$ |
# | `theta -= lr * g` in a function | changes the caller's array | `theta = theta - lr * g` |
# | momentum with $(1 - \beta)\,\mathbf g$, and a rate from PyTorch | ten times too slow | heavy ball, or ten times the rate |
# | "without bias correction, Adam's first steps are tiny" | they are 3 to 6 times too long | divide by $1 - \beta^t$, $t$ from 1 |
# | `sqrt(v + eps)` | $\epsilon$ grows from $10^{-8}$ to $10^{-4}$ | `sqrt(v) + eps` |
# | L2 in Adam, called weight decay | divided by $\sqrt{\hat v}$ | AdamW: $(1 - \eta\lambda)\boldsymbol\theta$ first |
# | Muon with `np.sign`, or without dividing by $\lVert G\rVert_F$ | another rule; overflow | polar factor, from $X_0 = G/\lVert G\rVert_F$ |
# | Newton without damping at a pass | walks up to it | $H + \delta I$ with $\delta > -\lambda_{\min}$ |
# | K-FAC with $A$ and $S$ exchanged | fits if the layer is square | $S^{-1}GA^{-1}$, both means |
# | $\alpha\,\mathrm{sign}(\mathbf w)$ "gives zeros" | trembles around them | soft threshold $\eta\alpha$ |
# | clip and divide, for the simplex | not the nearest point | $\max(v_i - \tau, 0)$ |
# | "A beats B" after tuning A | the rate decided | the same trials for both, other seeds |
#
# ## The same in PyTorch
#
# | here | PyTorch (`O = torch.optim`) |
# |---|---|
# | `op.gradient_descent`, `op.momentum_step` | `O.SGD(lr, momentum=0.9)`; no dampening at its first step |
# | `op.nesterov_step` | `O.SGD(lr, momentum=0.9, nesterov=True)`, seen from the look-ahead point |
# | `op.adagrad_step`, `op.rmsprop_step(rho=)` | `O.Adagrad`, `O.RMSprop(alpha=)` |
# | `op.adam_step`, `op.adamw_step` | `O.Adam`, `O.AdamW` (`Adam(weight_decay=)` is L2) |
# | `op.muon_step` | `O.Muon` (2.9 on), with an average and a factor for the shape |
# | `op.cosine_annealing`, `op.one_cycle`, `op.exponential_decay` | `O.lr_scheduler.CosineAnnealingLR`, `OneCycleLR`, `ExponentialLR(gamma=np.exp(-k))` |
# | `op.soft_threshold` | `torch.nn.functional.softshrink` |
#
# Shampoo, SOAP, SAM and K-FAC live in libraries of their own. The next cell rides 100 steps with both, on one noisy slope,
# and compares all weights at each step.

# %% tags=["nbval-ignore-output"]
if mathlib.has_torch:
    import torch

    rng = np.random.default_rng(0)
    start, shakes = rng.normal(size=(4, 3)), rng.normal(size=(100, 4, 3))

    def shaky(x, t):
        return 3 * x + shakes[t - 1]

    # rule, our step, PyTorch's optimizer; memory is (m, v)
    pairs = {
        "SGD": (lambda x, g, m, v, t: (x - 0.1 * g, m, v),
                torch.optim.SGD, {}),
        "momentum": (lambda x, g, m, v, t: (
            *op.momentum_step(x, g, m, lr=0.1), v),
            torch.optim.SGD, {"momentum": 0.9}),
        "AdaGrad": (lambda x, g, m, v, t: (
            *op.adagrad_step(x, g, m, lr=0.1), v), torch.optim.Adagrad, {}),
        "RMSProp": (lambda x, g, m, v, t: (
            *op.rmsprop_step(x, g, m, lr=0.1), v), torch.optim.RMSprop, {}),
        "Adam": (lambda x, g, m, v, t: op.adam_step(x, g, m, v, t, lr=0.1),
                 torch.optim.Adam, {}),
        "AdamW": (lambda x, g, m, v, t: op.adamw_step(
            x, g, m, v, t, lr=0.1, weight_decay=0.1),
            torch.optim.AdamW, {"weight_decay": 0.1}),
    }
    for name, (step, theirs, options) in pairs.items():
        x, m, v = start, 0 * start, 0 * start
        w = torch.tensor(start, requires_grad=True)
        rider = theirs([w], lr=0.1, **options)
        apart = 0.0
        for t in range(1, 101):
            x, m, v = step(x, shaky(x, t), m, v, t)
            w.grad = torch.tensor(shaky(w.detach().numpy(), t))
            rider.step()
            apart = max(apart, np.abs(x - w.detach().numpy()).max())
        print(f"{name:9} largest difference in 100 steps: {apart:.0e}")
        assert apart < 1e-12

    x, m = start, 0 * start
    w = torch.tensor(start, requires_grad=True)
    rider = torch.optim.SGD([w], lr=0.1, momentum=0.9, nesterov=True)
    for t in range(1, 101):
        x, m = op.nesterov_step(x, lambda y, t=t: shaky(y, t), m, lr=0.1)
        w.grad = torch.tensor(shaky(w.detach().numpy(), t))
        rider.step()
        assert np.allclose(x - 0.1 * 0.9 * m, w.detach().numpy())
    print("Nesterov  the same, seen from the look-ahead point")
else:
    print("PyTorch is not installed here; the tests compare with it")

# %% [markdown]
# ## Summary: one screen
#
# | | formula | function |
# |---|---|---|
# | convex | $f(\lambda\mathbf x + (1-\lambda)\mathbf y) \le \lambda f(\mathbf x) + (1-\lambda)f(\mathbf y)$ | `op.is_convex_on_segment` |
# | gradient descent | $\boldsymbol\theta - \eta\,\mathbf g$; factor $1 - \eta\lambda$, so $\eta < 2/\lambda_{\max}$ | `op.gradient_descent`, `op.gd_contraction` |
# | minibatches | the mean over $B$; noise $\sim 1/\sqrt{\lvert B\rvert}$ | `op.sgd` |
# | momentum | $\mathbf v \leftarrow \beta\mathbf v + \mathbf g$; look ahead: $\mathbf g$ at $\boldsymbol\theta - \eta\beta\mathbf v$ | `op.momentum_step`, `op.nesterov_step` |
# | own gears | $\mathbf g/(\sqrt{\mathbf v} + \epsilon)$, $\mathbf v$ a sum or a mean of $\mathbf g^2$ | `op.adagrad_step`, `op.rmsprop_step` |
# | Adam, AdamW | $\hat{\mathbf m}/(\sqrt{\hat{\mathbf v}} + \epsilon)$; first $(1 - \eta\lambda)\boldsymbol\theta$ | `op.adam_step`, `op.adamw_step` |
# | Muon | $aX + (bA + cA^2)X$, five times, on the momentum | `op.newton_schulz`, `op.muon_step` |
# | Shampoo, SOAP | $L^{-1/4}GR^{-1/4}$; Adam in the basis of $L$, $R$ | `op.shampoo_step`, `op.soap_step` |
# | Newton | $(H + \delta I)\,\mathbf s = \mathbf g$ | `op.newton_step` |
# | natural, K-FAC | $F^{-1}\mathbf g$; $(S + \delta I)^{-1}G(A + \delta I)^{-1}$ | `op.natural_gradient_step`, `op.kfac_update` |
# | SAM | $\mathbf g$ at $\boldsymbol\theta + \rho\,\mathbf g/\lVert\mathbf g\rVert$ | `op.sam_step` |
# | lasso | $\mathrm{sign}(u)\max(\lvert u\rvert - \tau, 0)$ with $\tau = \eta\alpha$ | `op.soft_threshold`, `op.ista` |
# | walls | $\nabla f + \sum\lambda_i\nabla g_i = 0$, $\lambda_i \ge 0$, $\lambda_ig_i = 0$ | `op.kkt_residual` |
# | simplex | $\max(v_i - \tau, 0)$; step, then project | `op.project_to_simplex`, `op.projected_gradient_descent` |
# | sphere | $(I - \mathbf x\mathbf x^\top)\nabla f$; divide by the length; $\arccos(\mathbf x\cdot\mathbf y)$ | `op.sphere_gradient_step`, `op.geodesic_distance` |
# | schedules | $\eta_{\min} + \frac12(\eta_{\max} - \eta_{\min})(1 + \cos\frac{\pi t}T)$ | `op.cosine_annealing`, `op.exponential_decay`, `op.one_cycle` |
#
# **Five questions to ask yourself.**
#
# <details><summary>1. Your loss zigzags from step to step, and falls all the same. What do you conclude about η?</summary>
# On a fixed bowl, with all data in each step, this cannot happen: below 2/λmax the loss falls at every step, even while the ball hops; above, it soon grows for good. So either the batches are noisy, or the bend changes under you, and η is about 2/λmax just now (the edge of stability).
# </details>
# <details><summary>2. You halve β from 0.9 to 0.45 in SGD with momentum and keep η. What happens to the speed on a long slope?</summary>
# It falls from 10 to 1/0.55 ≈ 1.8 times the gradient. Rate and β belong together: η/(1 − β) is what travels.
# </details>
# <details><summary>3. All losses are multiplied by 1000. Who notices: SGD, Adam, Newton?</summary>
# SGD: its steps are 1000 times as long. Adam and Newton: no (Adam up to ε). Muon: no.
# </details>
# <details><summary>4. A colleague's new optimizer beats AdamW on your model. What do you ask first?</summary>
# How many learning rates each was given to try, whether the schedule was the same, over how many seeds, and whether by steps or by the clock.
# </details>
# <details><summary>5. A weight of your lasso is 10⁻⁹ after ten thousand steps. What has been forgotten?</summary>
# The soft threshold. With the slope of |w| it only trembles; with the proximal step it would be 0.
# </details>

# %% [markdown]
# ## Further reading
#
# **Steps.** A. Cauchy, *C. R. Acad. Sci. Paris* 25 (1847). H. Robbins, S. Monro, *Ann. Math. Stat.* 22 (1951),
# doi:10.1214/aoms/1177729586. B. Polyak, the heavy ball, *USSR Comput. Math. Math. Phys.* 4 (1964),
# doi:10.1016/0041-5553(64)90137-5. Y. Nesterov, *Dokl. Akad. Nauk SSSR* 269 (1983). J. Cohen et al., the edge of stability,
# 2021, arXiv:2103.00065.
#
# **Gears.** J. Duchi, E. Hazan, Y. Singer, AdaGrad, *J. Mach. Learn. Res.* 12 (2011). T. Tieleman, G. Hinton, RMSProp, in a
# lecture of 2012. D. Kingma, J. Ba, Adam, 2015, arXiv:1412.6980. I. Loshchilov, F. Hutter, cosine, 2017, arXiv:1608.03983, and
# AdamW, 2019, arXiv:1711.05101. L. Smith, N. Topin, one cycle, 2018, arXiv:1708.07120.
#
# **Matrices.** V. Gupta, T. Koren, Y. Singer, Shampoo, 2018, arXiv:1802.09568. N. Vyas et al., SOAP, 2024, arXiv:2409.11321.
# K. Jordan et al., Muon, 2024, kellerjordan.github.io/posts/muon. J. Liu et al., Moonlight, 2025, arXiv:2502.16982.
#
# **Curvature.** S. Amari, *Neural Comput.* 10 (1998), doi:10.1162/089976698300017746. J. Martens, R. Grosse, K-FAC, 2015,
# arXiv:1503.05671. F. Kunstner, L. Balles, P. Hennig, the empirical Fisher, 2019, arXiv:1905.12558. P. Foret et al., SAM, 2021,
# arXiv:2010.01412. L. Dinh et al., sharp minima can generalize, 2017, arXiv:1703.04933.
#
# **Fences.** S. Boyd, L. Vandenberghe, *Convex Optimization*, Cambridge, 2004, doi:10.1017/CBO9780511804441. A. Beck, M.
# Teboulle, ISTA and FISTA, *SIAM J. Imaging Sci.* 2 (2009), doi:10.1137/080716542. J. Duchi et al., the simplex, *ICML* 2008,
# doi:10.1145/1390156.1390191. P.-A. Absil, R. Mahony, R. Sepulchre, *Optimization Algorithms on Matrix Manifolds*, Princeton,
# 2008, doi:10.1515/9781400830244.
#
# **Races.** R. Schmidt, F. Schneider, P. Hennig, "Descending through a crowded valley", 2021, arXiv:2007.01547. D. Choi et al.,
# 2019, arXiv:1910.05446.
#
# **The data.** E. Alpaydin, C. Kaynak, digits, UCI, 1998, doi:10.24432/C50P49. W. Wolberg et al., breast cancer, UCI, 1995,
# doi:10.24432/C5DW2B. The diabetes data are those of B. Efron et al., *Ann. Stat.* 32 (2004), doi:10.1214/009053604000000067.
#
# Next: chapter 9 asks what a bit is, and why everybody minimises a surprise.

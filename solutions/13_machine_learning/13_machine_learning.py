# ---
# jupyter:
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 13. ML-Specific Math
#
# **How do you tell a machine that it is wrong?**
#
# Below are three pupils. One guesses how far a disease will have come in a year. One reads from the shape of cells whether
# a tumour is malignant. One reads handwritten digits. None of them was ever told a rule. All they were given is examples
# with their answers, and a measure of how wrong one is.

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from sklearn.cluster import KMeans
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_sample_image,
    load_wine,
)
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression

import mathlib
import mathlib.foundations as fd
import mathlib.graph_theory as gt
import mathlib.machine_learning as ml
import mathlib.multivariate_calculus as mc
import mathlib.numerical_methods as nm
import mathlib.optimization as op
import mathlib.probability as pr
from mathlib import check

mathlib.style()
torch.set_num_threads(1)  # for arrays this small, more are slower
double = torch.float64  # NumPy's numbers, so that digits compare

# %%
def standard(X):
    """Give each column mean 0 and standard deviation 1."""
    return (X - X.mean(axis=0)) / X.std(axis=0)


people, progress = load_diabetes(return_X_y=True)
people = standard(people)
cells, benign = load_breast_cancer(return_X_y=True)
cells, sick = standard(cells), 1.0 - benign
digits, names = load_digits(return_X_y=True)
digits = digits / 16

number = LinearRegression().fit(people, progress)
yes_no = LogisticRegression(C=1.0).fit(cells, sick)
one_of_ten = LogisticRegression(C=0.1, max_iter=500).fit(digits, names)

fig, axes = plt.subplots(1, 3, figsize=(9, 2.5), width_ratios=[1, 1, 1.75])
axes[0].plot(number.predict(people), progress, "o", ms=2.5, alpha=0.6)
axes[0].plot([40, 300], [40, 300], color="0.4", lw=1)
axes[0].set(xlabel="guess", ylabel="progress measured", title="a number")
risk = yes_no.predict_proba(cells)[:, 1]
for answer, look, name in ((0, "C0", "benign"), (1, "C1", "malignant")):
    axes[1].hist(risk[sick == answer], np.linspace(0, 1, 21), color=look,
                 alpha=0.75, hatch="//" * answer, ec="white", log=True)
    axes[1].text(0.2 + 0.2 * answer, [220, 90][answer], name, color=look)
axes[1].set(xlabel="guess: probability of malignant", ylabel="tumours",
            title="yes or no")
wall = np.pad(one_of_ten.coef_.reshape(2, 5, 8, 8),
              ((0, 0), (0, 0), (2, 0), (1, 1)))
limit = np.abs(wall).max()
axes[2].imshow(wall.transpose(0, 2, 1, 3).reshape(20, 50), cmap="RdBu_r",
               vmin=-limit, vmax=limit)
axes[2].set_title("one of ten")
axes[2].axis("off")
for k in range(10):
    axes[2].text(10 * (k % 5) + 0.6, 10 * (k // 5) + 0.4, k, va="center")
mathlib.show(
    fig,
    caption=f"What three pupils made of it. Left: {len(people)} patients,"
    " on the line the guess is right. Middle: how sure of malignancy it is,"
    f" for {len(cells)} tumours (the heights are logarithmic). Right: what"
    " it looks for in each digit: ink on red speaks for it, ink on blue"
    " against it.",
    alt="Three panels: a scatter along a diagonal, two histograms piled up"
    " at opposite ends, and ten small images of weights in red and blue,"
    " in which a zero has a blue centre.",
)
assert np.mean(yes_no.predict(cells) == sick) > 0.97
assert np.mean(one_of_ten.predict(digits) == names) > 0.95

# %% [markdown]
# Different questions, different machines, one would think. Yet **all three can be taught by the same line of code**. You
# will meet it three times, in 13.1, 13.2 and 13.3, before you are asked why. These three come from scikit-learn, which
# knows quicker ways to the same place; you will build each of them yourself and get the same numbers.
#
# **After this chapter you can**
#
# - choose a loss, say what it forgives and what not, and derive its gradient;
# - build linear, logistic and softmax regression and k-means from nothing, with scikit-learn's numbers;
# - follow gradient boosting, step by step, to the numbers of scikit-learn's;
# - name six activations with their slopes, and start a deep network so that its signals live;
# - say which numbers each normalisation averages, and where $\epsilon$ belongs;
# - hold a model back with L2, L1 or dropout, and know what each of them does to a weight.
#
# **You need** derivatives and gradients ([chapters 4](../04_calculus/04_calculus.ipynb) and
# [5](../05_multivariate_calculus/05_multivariate_calculus.ipynb)), gradient descent
# ([chapter 8](../08_optimization/08_optimization.ipynb)), variance (6), cross-entropy (9), the stable sigmoid (10).
# **Time:** three hours to read; the 15 exercises take four more.
#
# **Letters.** $N$ samples are the rows of $X$ `(N, d)`; $\mathbf y$ `(N,)` are the answers, $\hat{\mathbf y}$ the guesses.
# $\mathbf w$ `(d,)` and $b$: weights and bias. $z$: a score before any squashing, called a **logit** where a probability
# will be made of it. $K$: the number of classes, or of clusters. $L$: the loss. $\eta$: the learning rate. $\lambda$: the
# strength of a penalty. $\epsilon$: a tiny positive number. $\sigma$ is the sigmoid, and nothing else: a variance is $v$.

# %% [markdown]
# ## 13.1 A number: linear regression
#
# The guess is a weighted sum, $\hat{\mathbf y} = X\mathbf w$ `(N,)`. (A bias is the weight of a column of ones.) How
# wrong is it? Per sample there is a **residual** $r_i = \hat y_i - y_i$: too much is positive. The **mean squared
# error** (MSE) charges the square of each:
#
# $$L(\mathbf w) = \frac1N\sum_{i=1}^N(\mathbf x_i\cdot\mathbf w - y_i)^2 = \frac1N\lVert X\mathbf w - \mathbf y\rVert^2 .$$
#
# **Which way is down?** The weight $w_j$ enters the guess for sample $i$ through $x_{ij}w_j$ alone, so
# $\partial r_i/\partial w_j = x_{ij}$, and by the chain rule
#
# $$\frac{\partial L}{\partial w_j} = \frac1N\sum_i 2r_i\,x_{ij}
# \qquad\Longrightarrow\qquad \nabla L = \frac2N\,X^\top(X\mathbf w - \mathbf y) .$$
#
# Read $X^\top\mathbf r$ aloud: weight $j$ asks every sample "how wrong were we about you, and how much of me was in it?",
# and adds up. Keep that sentence.
#
# **By hand.** Three samples with two features, $\mathbf x_1 = [1, 2]$, $\mathbf x_2 = [3, 0]$, $\mathbf x_3 = [0, 1]$;
# $\mathbf w = [1, -1]$; $\mathbf y = [1, 1, 2]$. Guesses $[-1, 3, -1]$, residuals $[-2, 2, -3]$, so $L = (4 + 4 + 9)/3 =
# 17/3$. First weight: $-2\cdot1 + 2\cdot3 - 3\cdot0 = 4$. Second: $-2\cdot2 + 0 - 3\cdot1 = -7$. The gradient is
# $\frac23[4, -7] = [2.667, -4.667]$.

# %%
X = np.array([[1.0, 2], [3, 0], [0, 1]])
w, y = np.array([1.0, -1]), np.array([1.0, 1, 2])
print("loss    ", ml.linear_regression_loss(w, X, y).round(3))
print("gradient", ml.linear_regression_gradient(w, X, y).round(3))
assert np.isclose(ml.linear_regression_loss(w, X, y), 17 / 3)
assert np.allclose(ml.linear_regression_gradient(w, X, y), [8 / 3, -14 / 3])

column = y[:, None]                       # the same answers, on end
print("\nresiduals of X w − y, if y is a column:\n", X @ w - column)
assert (X @ w - column).shape == (3, 3)

A, target = np.c_[people, np.ones(len(people))], progress
slope = ml.linear_regression_gradient
theta = op.gradient_descent(lambda w: slope(w, A, target), np.zeros(11),
                            lr=0.2, steps=12_000)
gap = np.abs(theta - np.r_[number.coef_, number.intercept_]).max()
print("\nafter 12000 steps, scikit-learn's weights to 1e-6:", gap < 1e-6)
assert gap < 1e-6 and np.abs(slope(theta, A, target)).max() < 1e-6

# %% [markdown]
# Mind the middle of that output. A `y` of shape `(3, 1)` raises no error: broadcasting makes a table of **every guess
# minus every answer**, and its mean square is a perfectly plausible number. This is perhaps the most expensive
# missing pair of brackets in the field. Check the shape before you subtract.
#
# ### Exercise 13.1 * · the loss and its slope (2 points)
#
# **Contract.** `linear_regression_loss(w, X, y)` and `linear_regression_gradient(w, X, y)`: `X` `(N, d)`, `w` `(d,)`,
# `y` `(N,)`, float arrays. The loss is one number, the mean of the squared residuals; the gradient is `(d,)`, with
# its factor $2/N$. A `y` of any other shape, a column `(N, 1)` too, raises `ValueError`.
#
# *Example:* `X = [[1, 0], [1, 2], [2, 1], [0, 3]]`, `w = [2, 1]`, `y = [3, 2, 5, 0]` (as float arrays): residuals
# `[-1, 2, 0, 3]`, loss `3.5`, gradient `[0.5, 6.5]`.
#
# <details><summary>Hint 1</summary>One line each, behind the guard for the shape. What are the two shapes that <code>X @ w - y</code> subtracts?</details>
# <details><summary>Hint 2</summary>The sum over samples in the gradient is a matrix product: which of X's axes does it run over?</details>

# %% exercise="linear_regression_loss"
def linear_regression_loss(w, X, y):
    """Return the mean of the squared residuals."""
    ### BEGIN SOLUTION
    if y.shape != (len(X),):
        raise ValueError(f"y must have shape ({len(X)},), got {y.shape}")
    return np.mean((X @ w - y) ** 2)
    ### END SOLUTION


def linear_regression_gradient(w, X, y):
    """Return the loss's gradient in w, of shape (d,)."""
    ### BEGIN SOLUTION
    if y.shape != (len(X),):
        raise ValueError(f"y must have shape ({len(X)},), got {y.shape}")
    return 2 / len(X) * X.T @ (X @ w - y)
    ### END SOLUTION

# %% check="linear_regression_loss"
check("linear_regression_loss")

# %% [markdown]
# ### What a loss forgives
#
# A loss is an opinion about mistakes. The square says: twice as wrong is four times as bad. The **mean absolute
# error** says: twice as wrong is twice as bad.
#
# $$\mathrm{MSE} = \frac1N\sum_i(y_i - \hat y_i)^2, \qquad \mathrm{MAE} = \frac1N\sum_i\lvert y_i - \hat y_i\rvert .$$
#
# Ask both for the best *constant* guess $\hat y$. The square's slope, $\frac2N\sum_i(\hat y - y_i)$, is zero where
# $\hat y$ is the **mean**. The absolute value's slope is
# $\frac1N(\text{how many } y_i \text{ are below } \hat y - \text{how many are above})$, zero where both are equal: at
# the **median**. So a squared loss aims at means, an absolute one at medians, and a mean can be dragged anywhere by
# one slipped decimal point.
#
# The absolute value has its own trouble: its slope never fades, so with a fixed rate one hops around the goal for
# ever, and at 0 there is none. **Huber's loss** is a square near zero and straight farther out, with a threshold
# $\delta > 0$:
#
# $$L_\delta(r) = \begin{cases}\frac12r^2 & |r| \le \delta\\ \delta\,(|r| - \frac12\delta) & |r| > \delta\end{cases}
# \qquad L_\delta'(r) = \begin{cases}r & |r| \le \delta\\ \delta\,\mathrm{sign}(r) & |r| > \delta\end{cases}$$
#
# The odd $-\frac12\delta$ is no choice. A line of slope $\delta$ that should meet the parabola at $|r| = \delta$,
# where that is $\frac12\delta^2$, has to be $\delta|r| - \frac12\delta^2$. Then value and slope both agree, and the
# slope is the residual, **clipped** to $[-\delta, \delta]$. By hand, with $\delta = 2$: $r = 1.5$ costs $1.125$;
# $r = 5$ costs $2(5 - 1) = 8$ (MSE: 25).

# %%
costs = [ml.huber([0], [r], delta=2) for r in (1.5, 5)]
assert np.allclose(costs, [1.125, 8])
bmi = people[:, 2]
typed = progress.copy()
typed[np.argsort(bmi)[:6]] *= 10          # six slipped decimal points
A = np.c_[np.ones(len(bmi)), bmi]
charge = {                                # the slope of each loss in r
    "squared": lambda r: 2 * r,
    "absolute": np.sign,
    "Huber, δ = 20": lambda r: np.clip(r, -20, 20),
}
fig, axes = plt.subplots(1, 2, figsize=(7.6, 2.9), width_ratios=[1, 1.4])
r = np.linspace(-3, 3, 301)
for k, (value, name) in enumerate((
        (r**2, "r²"), (np.abs(r), "|r|"),
        (np.where(np.abs(r) <= 1, r * r / 2, np.abs(r) - 0.5), "Huber"))):
    axes[0].plot(r, value, f"C{k}", ls=["-", "--", "-."][k])
    axes[0].text([1.15, 3.05, 3.05][k], [3.6, 3.1, 2.3][k], name,
                 color=f"C{k}")
axes[0].set(xlabel="residual r", ylabel="loss", ylim=(0, 4), xlim=(-3, 4.6))
axes[1].plot(bmi, typed, "o", color="0.75", ms=2.5)
lines = {}
for k, (name, slope) in enumerate(charge.items()):
    lines[name] = [op.gradient_descent(
        lambda w, y=y, s=slope: A.T @ s(A @ w - y) / len(y), np.zeros(2),
        lr=[0.3, 3.0, 0.15][k], steps=1500) for y in (progress, typed)]
    low, high = lines[name][1] @ [[1, 1], [-2.2, 3.9]]
    axes[1].plot([-2.2, 3.9], [low, high], f"C{k}", ls=["-", "--", "-."][k])
    axes[1].text(4.0, high - [0, 12, -12][k],
                 f"{name}: {lines[name][1][1]:.0f}", color=f"C{k}",
                 va="center", fontsize=9)
axes[1].set(xlabel="body mass index, standardised", ylabel="progress",
            ylim=(0, 420), xlim=(-2.4, 7.6), xticks=[-2, 0, 2, 4])
mathlib.show(
    fig,
    caption="Left: three opinions on a mistake (Huber's δ is 1 here). Right:"
    " 442 patients; in six of them, the thinnest, an answer was typed ten"
    " times too large, far above the frame. The square's line loses almost"
    " half its slope (printed beside the lines); the others shrug.",
    alt="Left a parabola, a corner and a curve between them. Right a cloud"
    " with three lines, one of them flatter than the other two.",
)
for name, (clean, spoilt) in lines.items():
    print(f"{name:14} slope {clean[1]:.0f} before the typing, {spoilt[1]:.0f}"
          " after")
assert lines["squared"][1][1] < 0.6 * lines["squared"][0][1]
assert all(abs(lines[n][1][1] - lines[n][0][1]) < 1.5
           for n in list(lines)[1:])

# %% [markdown]
# **Where it is load-bearing.** The squared loss: every forecast of a mean, the value networks of reinforcement
# learning (chapter 20), the denoisers of diffusion models (22). Huber's: the DQN that learned Atari clipped its
# errors to $[-1, 1]$, which is Huber's slope with $\delta = 1$ (Mnih et al. 2015), and object detectors fit their
# boxes so. In PyTorch `F.huber_loss` is this one; `F.smooth_l1_loss(beta=δ)` is it divided by $\delta$.
#
# ### Exercise 13.2 * · Huber's loss (2 points)
#
# **Contract.** `huber(y_true, y_pred, *, delta=1.0)`: float arrays of one shape, any. Return one number, the mean of
# $L_\delta(r)$ over all entries. At $|r| = \delta$ both branches say $\delta^2/2$.
#
# *Example:* `y_true = [0, 0, 1]`, `y_pred = [1.5, 5, -2]` (as arrays), `delta=2` costs $1.125$, $8$ and $4$: returns
# `4.375`; with `delta=1` it returns `2.6667`.
#
# <details><summary>Hint 1</summary>The two branches need only |r|; which branch, is asked for each entry.</details>
# <details><summary>Hint 2</summary><code>np.where(condition, this, that)</code> chooses entry by entry.</details>

# %% exercise="huber"
def huber(y_true, y_pred, *, delta=1.0):
    """Return the mean Huber loss."""
    ### BEGIN SOLUTION
    r = np.abs(y_pred - y_true)
    return np.mean(np.where(r <= delta, r**2 / 2, delta * (r - delta / 2)))
    ### END SOLUTION

# %% check="huber"
check("huber")

# %% [markdown]
# ## 13.2 Yes or no: logistic regression
#
# A tumour is malignant, $y = 1$, or it is not, $y = 0$. A weighted sum $z = \mathbf w\cdot\mathbf x + b$ can be $-7$
# or $300$. The **sigmoid** makes a probability of it:
#
# $$\hat y = \sigma(z) = \frac1{1 + e^{-z}}, \qquad \sigma'(z) = \sigma(z)\,(1 - \sigma(z)), \qquad z = \log\frac{\hat y}{1 - \hat y} .$$
#
# So a logit is a **log-odds**: $z = 0$ is even, and each $+1$ multiplies the odds by $e$. (The slope: chapter 4.
# Solve the first for $z$ to get the third.)
#
# **The loss.** If the model says $\hat y$, it gives the answer $y$ the probability $\hat y$ for $y = 1$ and
# $1 - \hat y$ for $y = 0$; in one formula, $\hat y^{\,y}(1 - \hat y)^{1 - y}$. Maximum likelihood (chapter 7) wants
# the product over all samples large. Take minus the logarithm: the **binary cross-entropy**
#
# $$L = -\big[\,y\log\hat y + (1 - y)\log(1 - \hat y)\,\big].$$
#
# **Its slope.**
# $\frac{\partial L}{\partial\hat y} = -\frac y{\hat y} + \frac{1 - y}{1 - \hat y} = \frac{\hat y - y}{\hat y(1 - \hat y)}$.
# Multiply by $\sigma' = \hat y(1 - \hat y)$, and the denominator is gone:
#
# $$\frac{\partial L}{\partial z} = \hat y - y, \qquad \nabla_{\mathbf w}L = \frac1NX^\top(\hat{\mathbf y} - \mathbf y), \qquad
# \frac{\partial L}{\partial b} = \frac1N\sum_i(\hat y_i - y_i)$$
#
# for the mean loss of $N$ samples. Guess minus answer, once more: the line from 13.1 (whose 2 came from the square).
# And why not the square of $\hat y - y$ here, too? Look first:

# %%
z = np.linspace(-10, 6, 400)
guess = nm.sigmoid(z)
fig, axes = plt.subplots(1, 2, figsize=(7.4, 2.7))
both = ((np.logaddexp(0, -z), guess - 1, "C0-"),
        ((guess - 1)**2, 2 * (guess - 1) * guess * (1 - guess), "C1--"))
for value, slope, look in both:
    axes[0].plot(z, value, look)
    axes[1].plot(z, slope, look)
axes[0].text(-6, 7, "cross-entropy", color="C0")
axes[0].text(-9.8, 1.4, "squared", color="C1")
axes[1].text(-9.8, -0.93, "cross-entropy", color="C0")
axes[1].text(-9.8, -0.13, "squared", color="C1")
axes[0].set(xlabel="logit z", ylabel="loss if y = 1", ylim=(0, 10.2))
axes[1].set(xlabel="logit z", ylabel="slope")
mathlib.show(
    fig,
    caption="The answer is yes, and the model says z. Far to the left it is"
    " sure and wrong: the cross-entropy pulls with full force (slope −1), the"
    " square of the sigmoid lets go.",
    alt="Left: a falling line that bends to zero, above a low step. Right: the"
    " slopes; one stays at minus one on the left, the other returns to zero.",
)
lost = 2 * (nm.sigmoid(-8.0) - 1) * nm.sigmoid(-8.0) * nm.sigmoid(8.0)
print(f"slopes at z = −8: {nm.sigmoid(-8.0) - 1:.4f} and {lost:.4f}")
assert np.isclose(nm.sigmoid(-8.0) * nm.sigmoid(8.0), 0.0003, atol=5e-5)
bend = np.diff(both[1][0], 2)
assert bend.min() < 0 < bend.max() and np.diff(both[0][0], 2).min() > 0

# %% [markdown]
# **Why not the square?** Because of the factor that would *not* cancel: the slope of $(\hat y - y)^2$ is
# $2(\hat y - y)\,\sigma'(z)$. Be wrong and very sure of it, $z = -8$ with $y = 1$: the error is almost 1, but
# $\sigma' = 0.0003$. The pupil who is most wrong learns nothing. (And the loss is not convex in $z$, as the left
# picture shows: it bends the wrong way.)
#
# ### From logits, or not at all
#
# In floating point $\sigma(40) = 1$, so $1 - \hat y = 0$, and $\log 0$ is on its way. Clipping $\hat y$ at $10^{-7}$
# hides the symptom and caps the loss at 16: whoever is wrong beyond that feels no slope any more. The cure is never
# to form $\hat y$. Since $-\log\sigma(z) = \log(1 + e^{-z})$ and
# $-\log(1 - \sigma(z)) = -\log\sigma(-z) = \log(1 + e^z) = z + \log(1 + e^{-z})$,
#
# $$L = y\log(1 + e^{-z}) + (1 - y)\big(z + \log(1 + e^{-z})\big) = \log(1 + e^{-z}) + z - zy = \log(1 + e^z) - zy .$$
#
# The last step is the same identity backwards. Now pull out the larger of $1$ and $e^z$, as with log-sum-exp (chapter
# 1): $\log(1 + e^z) = \max(z, 0) + \log(1 + e^{-|z|})$, whose exponential never exceeds 1:
#
# $$L = \max(z, 0) - zy + \log(1 + e^{-|z|}) .$$
#
# By hand: $z = -3$, $y = 0$: $0 - 0 + \log(1 + e^{-3}) = 0.0486$. And $z = 800$, $y = 0$: $800 - 0 + 0 = 800$.

# %%
z, y = np.array([-3.0, 40.0, 800.0]), np.zeros(3)
with np.errstate(all="ignore"):
    p = 1 / (1 + np.exp(-z))
    naive = -(y * np.log(p) + (1 - y) * np.log(1 - p))
    q = p.clip(1e-7, 1 - 1e-7)
    clipped = -np.log(1 - q)
stable = np.array([ml.bce_with_logits([a], [0.0]) for a in z])
for name, losses in (("naive", naive), ("clipped", clipped),
                     ("from logits", stable)):
    print(f"{name:12}", *(f"{loss:9.4f}" for loss in losses))
assert np.isinf(naive[1]) and np.allclose(clipped[1:], 16.118, atol=0.001)
assert np.allclose(stable, [0.0486, 40, 800], atol=5e-5)
theirs = F.binary_cross_entropy_with_logits(
    torch.tensor(z), torch.tensor(y), reduction="none")
assert np.allclose(stable, theirs)

# %% [markdown]
# One more trap at the far end: $z = 40$, $y = 1$. The loss is $e^{-40} = 4.2\cdot10^{-18}$, and
# `np.log(1 + np.exp(-40))` says 0, because $1 + 4\cdot10^{-18}$ is $1$. `np.log1p(x)` computes $\log(1 + x)$ without
# ever adding.
#
# ### Exercise 13.3 ** · binary cross-entropy (2 points)
#
# **Contract.** `bce_with_logits(logits, targets)`: arrays of one shape, any, also 0-d; targets in $[0, 1]$, not only
# the ends. Return one number, the mean over all entries. Exact for $|z|$ of 1000, and where the loss is tiny
# ($z = 40$, $y = 1$ costs `4.2e-18`).
#
# *Example:* logits `[2, 0, -3]`, targets `[1, 1, 0]` (as float arrays) cost $0.1269$, $0.6931$, $0.0486$: returns
# `0.2896`. Logits `[800, -800]` against `[0, 1]`: `800.0`.
#
# <details><summary>Hint 1</summary>The formula has three terms, each a line of NumPy. The maximum is asked for each entry: <code>np.maximum(z, 0)</code>. (<code>np.max(z, 0)</code> is one maximum along axis 0.)</details>
# <details><summary>Hint 2</summary>For z = 40, y = 1 all that is left is log(1 + 4e-18). Which logarithm sees that?</details>

# %% exercise="bce_with_logits"
def bce_with_logits(logits, targets):
    """Return the mean binary cross-entropy, from logits."""
    ### BEGIN SOLUTION
    z, y = logits, targets
    losses = np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))
    return np.mean(losses)
    ### END SOLUTION

# %% check="bce_with_logits"
check("bce_with_logits")

# %% [markdown]
# ### Watch it learn
#
# Two measures of 569 tumours, the worst radius and the worst texture of their cells (worst: the mean of the three
# largest), standardised; orange squares are malignant. The line is where $z = 0$: the model is undecided there. It
# starts the wrong way round. Drag **steps**, then turn the rate up until the loss jumps.
#
# Then take the **two clouds with a gap**. A line separates them, so doubling $\mathbf w$ makes every answer surer,
# and the loss lower: there is no best $\mathbf w$, and it grows for as long as you let it. An L2 penalty (13.6) stops
# it. Watch the dotted lines, where $\hat y$ is 0.1 and 0.9.

# %%
explorer = mathlib.explore.logistic_boundary()
fig = explorer.still()
mathlib.show(
    fig,
    caption="Four states of the explorer below; dotted: where ŷ is 0.1 and"
    " 0.9. (a) After 3 steps the line is still turning. (b) A rate of 100 is"
    " too much: the loss jumps. (c) Nothing holds the weights of separable"
    " clouds; the dotted lines close in. (d) A penalty keeps a margin of"
    " doubt.",
    alt="Four panels, each with two groups of points, a line between them, and"
    " the loss against the steps.",
)
explorer

# %% [markdown]
# **By hand.** $\mathbf w = [\log 3, \log 2]$, $b = -\log 3$, and one sample $\mathbf x = [1, -1]$ with $y = 0$. Then
# $z = \log 3 - \log 2 - \log 3 = -\log 2$, $\hat y = \frac1{1 + 2} = \frac13$, and the loss is
# $-\log\frac23 = 0.405$. The error is $\frac13$, so the gradients are $\frac13[1, -1]$ and $\frac13$.
#
# **The same minimum as scikit-learn's?** Its `LogisticRegression(C)` minimises
# $C\sum_i\ell_i + \frac12\lVert\mathbf w\rVert^2$, with $\ell_i$ the loss of sample $i$. Divide by $CN$: that is our
# mean loss plus $\frac\lambda2\lVert\mathbf w\rVert^2$ with $\lambda = \frac1{CN}$. A large `C` is a *weak* penalty.
# The bias is spared in both.

# %%
w, b = np.log([3.0, 2.0]), -np.log(3.0)
x, no = np.array([[1.0, -1.0]]), np.array([0.0])
grad_w, grad_b = ml.logistic_gradient(w, b, x, no)
print("by hand:", grad_w.round(4), round(float(grad_b), 4))
assert np.allclose([*grad_w, grad_b], [1 / 3, -1 / 3, 1 / 3])
assert np.isclose(ml.logistic_loss(w, b, x, no), np.log(1.5))

shown, hidden = np.arange(569) < 400, np.arange(569) >= 400
penalty = 0.01


def slope(theta):
    """Gradient of the penalised loss; the last entry is the bias."""
    w, b = theta[:-1], theta[-1]
    grad_w, grad_b = ml.logistic_gradient(w, b, cells[shown], sick[shown])
    return np.append(grad_w + ml.l2_gradient(w, penalty), grad_b)


theta = op.gradient_descent(slope, np.zeros(31), lr=0.5, steps=3000)
theirs = LogisticRegression(C=1 / (penalty * 400), tol=1e-8, max_iter=999)
theirs.fit(cells[shown], sick[shown])
gap = np.abs(theta - np.append(theirs.coef_[0], theirs.intercept_)).max()
hits = np.mean((cells[hidden] @ theta[:-1] + theta[-1] > 0) == sick[hidden])
print("scikit-learn's weights to 1e-5:", gap < 1e-5)
print(f"of {hidden.sum()} tumours it has not seen, {hits:.1%} are read right")
assert gap < 1e-5 and hits > 0.95

# %% [markdown]
# (Strictly: the columns were standardised with all 569, so a whisper of the hidden ones got in. With honest work one
# takes mean and spread from the shown part alone, as in chapters 7 and 8.)
#
# ### Exercise 13.4 ** · logistic regression (3 points)
#
# **Contract.** `logistic_loss(w, b, X, y)` and `logistic_gradient(w, b, X, y)`: `X` `(N, d)`, `w` `(d,)`, `b` a
# number, `y` `(N,)` of zeros and ones. The loss is one number, the **mean** over samples, right for logits of
# $\pm1000$: no `nan`, no `inf`. The gradient is a pair `(grad_w, grad_b)` of that mean: `(d,)` and one
# number. `ml.bce_with_logits`, `nm.sigmoid` and `np.logaddexp` may be used.
#
# *Example:* `w = [ln 3, ln 2]`, `b = -ln 3`, `X = [[1, 1], [2, 0], [1, -1]]`, `y = [1, 0, 0]` (as float arrays):
# logits $\ln 2, \ln 3, -\ln 2$, guesses $\frac23, \frac34, \frac13$, loss `0.7324`, gradients `[0.5, -0.2222]` and
# `0.25`.
#
# <details><summary>Hint 1</summary>The short form of the loss: log(1 + e^z) − zy. And <code>np.logaddexp(0, z)</code> is log(e^0 + e^z): good here, where no loss is tiny; 4e-18 needs 13.3's form.</details>
# <details><summary>Hint 2</summary>Both gradients are made of one array of errors, of shape (N,).</details>

# %% exercise="logistic_loss"
def logistic_loss(w, b, X, y):
    """Return the mean loss of logistic regression."""
    ### BEGIN SOLUTION
    z = X @ w + b
    return np.mean(np.logaddexp(0, z) - y * z)
    ### END SOLUTION


def logistic_gradient(w, b, X, y):
    """Return its gradients (grad_w, grad_b)."""
    ### BEGIN SOLUTION
    error = (nm.sigmoid(X @ w + b) - y) / len(y)
    return X.T @ error, np.sum(error)
    ### END SOLUTION

# %% check="logistic_loss"
check("logistic_loss")

# %% [markdown]
# ### When one answer is rare
#
# A detector looks at a hundred thousand spots of a photo; twenty hold something. The easy spots cost little each, but
# there are so many that their sum drowns the rest. The **focal loss** (Lin et al. 2017) turns down who is right
# already. Let $\hat y_t$ be the probability given to the **true** answer: $\hat y$ if $y = 1$, else $1 - \hat y$.
# Likewise $\alpha_t$ is $\alpha$ or $1 - \alpha$. Then
#
# $$L = -\alpha_t\,(1 - \hat y_t)^\gamma\,\log\hat y_t .$$
#
# With $\gamma = 0$ it is a weighted cross-entropy. With $\gamma = 2$ an easy spot, $\hat y_t = 0.99$, is turned down
# by $0.01^2$, ten thousand times; a hard one, $\hat y_t = 0.1$, by $0.81$. (The price: the guesses are no
# probabilities any more; its minimum is not at the true frequency.)
#
# Its slope in the logit of the true answer, with $q = \hat y_t$ and $\frac{\partial q}{\partial z} = q(1 - q)$: the
# product rule gives
# $\alpha_t\big[\gamma(1 - q)^{\gamma - 1}\log q - (1 - q)^\gamma/q\big]\,q(1 - q) = \alpha_t(1 - q)^\gamma\big[\gamma\,q\log q - (1 - q)\big]$.
# For $\gamma = 0$ that is $\alpha_t(q - 1)$: guess minus answer. The next cell lets autograd check all the slopes so
# far.

# %%
z = torch.linspace(-4, 4, 9, dtype=double, requires_grad=True)
guess = z.detach() * 0.7 + 1
p = torch.sigmoid(z).detach()
by_hand = {
    "squared": (ml.mse(guess, z), 2 * (z - guess) / 9),
    "absolute": (ml.mae(guess, z), torch.sign(z - guess) / 9),
    "Huber": (ml.huber(guess, z), (z - guess).clip(-1, 1) / 9),
    "cross-entropy": (ml.bce_with_logits(z, torch.full_like(z, 0.3)),
                      (p - 0.3) / 9),
    "focal": (ml.sigmoid_focal_loss(z, torch.ones_like(z)).mean(),
              0.25 * (1 - p)**2 * (2 * p * p.log() - (1 - p)) / 9),
}
for name, (loss, slope) in by_hand.items():
    found, = torch.autograd.grad(loss, z)
    assert torch.allclose(found, slope, atol=1e-14), name
print("slopes by hand, as autograd says:", ", ".join(by_hand))

p = np.linspace(0.01, 0.999, 300)
fig, ax = plt.subplots(figsize=(5.8, 2.6))
for k, gamma in enumerate((0, 1, 2, 5)):
    ax.plot(p, -(1 - p)**gamma * np.log(p), f"C{k}",
            ls=["-", "--", "-.", ":"][k])
    at = [0.5, 0.35, 0.25, 0.15][k]
    ax.text(at, -(1 - at)**gamma * np.log(at), f"γ = {gamma}", ha="center",
            color=f"C{k}", va="center", backgroundcolor="white", fontsize=9)
ax.set(xlabel="probability given to the true answer", ylabel="loss",
       ylim=(0, 3), xlim=(0, 1))
mathlib.show(
    fig,
    caption="The focal loss without its weight α. The larger γ, the earlier a"
    " sample counts as done.",
    alt="Four falling curves; the larger gamma, the earlier they are near"
    " zero.",
)

# %% [markdown]
# ## 13.3 One of many: softmax regression
#
# Ten digits, ten scores. Each class $k$ has its own weights, a row of $W$ `(K, d)`, and a bias; the scores of all
# samples are $Z = XW^\top + \mathbf b$ `(N, K)`, and the softmax (chapter 1), across the classes, makes probabilities
# of each row: $\hat Y = \mathrm{softmax}(Z)$. The loss is minus the logarithm of what was given to the true class
# $y$, and the logarithm of a softmax needs no softmax:
#
# $$L = -\log\hat y_y = -\log\frac{e^{z_y}}{\sum_k e^{z_k}} = \mathrm{LSE}(\mathbf z) - z_y, \qquad \mathrm{LSE}(\mathbf z) = \log\sum_ke^{z_k},$$
#
# per sample, and the mean over samples. **Its slope** takes two lines:
# $\frac{\partial}{\partial z_k}\mathrm{LSE}(\mathbf z) = \frac{e^{z_k}}{\sum_l e^{z_l}} = \hat y_k$, and $z_y$ has
# slope 1 in the true class and 0 elsewhere. With $\mathbf y$ the **one-hot** row (1 in the true class),
#
# $$\frac{\partial L}{\partial\mathbf z} = \hat{\mathbf y} - \mathbf y, \qquad \nabla_WL = \frac1N(\hat Y - Y)^\top X, \qquad
# \nabla_{\mathbf b}L = \frac1N\sum_i(\hat{\mathbf y}_i - \mathbf y_i) .$$
#
# Guess minus answer, the third time. $\nabla_WL$ has the shape of $W$, `(K, d)`; `torch.nn.Linear` stores its weights
# so, too.

# %% [markdown]
# **By hand.** $\mathbf z = [2, 0, 1]$, true class 0. $e^{\mathbf z} = [7.389, 1, 2.718]$ with sum $11.107$, so
# $\hat{\mathbf y} = [0.665, 0.090, 0.245]$, $L = \log 11.107 - 2 = 0.408$, and the slope is
# $[0.665 - 1, 0.090, 0.245] = [-0.335, 0.090, 0.245]$. It adds up to 0: what one class gains, the others lose.
#
# **A tempting short cut is wrong.** "The slope through an activation is slope times slope":
# $\frac{\partial L}{\partial\hat y_k}\,\hat y_k(1 - \hat y_k)$. That holds for activations that work on each entry
# alone. In a softmax every output depends on every logit; one needs the whole Jacobian (chapter 5). The short cut
# would give $[-0.335, 0, 0]$: right where you look first, and zero elsewhere.
#
# **Two options**, as in `F.cross_entropy`. **Label smoothing** $s$ spreads a share of the target evenly over all
# classes, so nobody is asked for $\hat y = 1$, which would need infinite logits: $(1 - s)\,L + \frac sK\sum_kL_k$,
# where $L_k = -\log\hat y_k$ is the loss if $k$ were the true class. Above, these are $0.408$, $2.408$ and $1.408$,
# with mean $1.408$; so $s = 0.1$ makes $0.9\cdot0.408 + 0.1\cdot1.408 = 0.508$. And samples labelled `ignore_index`
# (padding, mostly) cost nothing and **do not count** in the mean.

# %%
z, label = np.array([[2.0, 0, 1]]), np.array([0])
p = fd.softmax(z)
jacobian = mc.softmax_jacobian(z[0])
wanted = -np.eye(3)[0] / p[0]             # dL/dŷ: only the true class
print("right      ", ml.cross_entropy_gradient(z, label)[0].round(3))
print("Jacobian   ", (jacobian @ wanted).round(3))
print("short cut  ", (wanted * p[0] * (1 - p[0])).round(3) + 0.0)
assert np.allclose(ml.cross_entropy_loss(z, label), 0.408, atol=5e-4)
smooth = ml.cross_entropy_loss(z, label, label_smoothing=0.1)
print("smoothed   ", smooth.round(3))
assert np.isclose(smooth, 0.508, atol=5e-4)
assert np.allclose(jacobian @ wanted, p[0] - np.eye(3)[0])

with np.errstate(all="ignore"):
    print("\nlogits of ±1000, log of softmax:",
          -np.log(np.exp([-1000.0, 1000]) / np.exp([-1000.0, 1000]).sum()))
print("LSE(z) − z_y:", ml.cross_entropy_loss([[-1000.0, 1000]], [0]))

z = torch.tensor(np.random.default_rng(0).normal(size=(6, 4)),
                 requires_grad=True)
labels = torch.tensor([3, 0, 2, 2, 1, 0])
options = {"label_smoothing": 0.1, "ignore_index": 2}
loss = ml.cross_entropy_loss(z, labels, **options)
assert torch.allclose(loss, F.cross_entropy(z, labels, **options))
found, = torch.autograd.grad(ml.cross_entropy_loss(z, labels), z)
assert torch.allclose(found, ml.cross_entropy_gradient(z, labels))
print("autograd and F.cross_entropy agree")
floor = F.cross_entropy(torch.eye(10), torch.arange(10)).item()
print(f"softmax twice, and all ten right for certain: {floor:.2f}")
assert np.isclose(floor, np.log(np.e + 9) - 1) and round(floor, 2) == 1.46

# %% [markdown]
# **Two classics.** `F.cross_entropy` takes **logits**. Hand it probabilities and it takes the softmax of a softmax:
# all its "scores" lie between 0 and 1, and the loss can't fall below $\log(e + K - 1) - 1$, which is $1.46$ for ten
# classes. It trains all the same, badly, and nothing complains. And the mean is over **samples**: divide by $NK$ and
# the learning rate is $K$ times too small.
#
# ### Exercise 13.5 *** · cross-entropy from logits (3 points)
#
# **Contract.** `cross_entropy_loss(logits, labels, *, ignore_index=-100, label_smoothing=0.0, reduction="mean")`:
# `logits` `(N, K)`, `labels` `(N,)` integers from 0 to $K - 1$, or `ignore_index`. An ignored sample costs 0 and does
# not count in the mean (at least one counts). `reduction` is `"mean"`, `"sum"` (one number each) or `"none"` (every
# sample's loss, `(N,)`). Right for logits of 1000.
#
# `cross_entropy_gradient(logits, labels)`: the gradient of the **mean** loss in the logits, `(N, K)`, without options
# and ignored labels. In both, `fd.softmax`, `fd.logsumexp` and `nm.log_softmax` may be used.
#
# *Example:* logits `[[2, 0, 1], [0, 0, ln 2]]` (as an array), labels `[0, 2]`: losses `0.4076` and `0.6931`, mean
# `0.5504`; with `label_smoothing=0.3` it is `0.7697`; with labels `[0, -100]`, `0.4076`. Gradient:
# `[[-0.1674, 0.0450, 0.1224], [0.125, 0.125, -0.25]]`.
#
# <details><summary>Hint 1</summary>Make log-probabilities first: logits minus their log-sum-exp, with <code>keepdims=True</code>.</details>
# <details><summary>Hint 2</summary><code>log_p[np.arange(len(y)), y]</code> picks one entry of each row. The average of the losses over all classes is a mean along a row.</details>
# <details><summary>Hint 3</summary>With few classes −100 is out of range, and −1 would silently be the last class. Pick out the samples that count before you index.</details>

# %% exercise="cross_entropy_loss"
def cross_entropy_loss(
    logits,
    labels,
    *,
    ignore_index=-100,
    label_smoothing=0.0,
    reduction="mean",
):
    """Return LSE(z) - z_y: its mean, its sum, or all of them."""
    ### BEGIN SOLUTION
    counts = labels != ignore_index
    z, y = logits[counts], labels[counts]
    log_p = z - fd.logsumexp(z, keepdims=True)
    hit, even = -log_p[np.arange(len(y)), y], -np.mean(log_p, axis=1)
    losses = np.zeros(labels.shape)
    losses[counts] = (1 - label_smoothing) * hit + label_smoothing * even
    if reduction == "none":
        return losses
    total = np.sum(losses)
    return total if reduction == "sum" else total / np.sum(counts)
    ### END SOLUTION


def cross_entropy_gradient(logits, labels):
    """Return the gradient of the mean loss in the logits, (N, K)."""
    ### BEGIN SOLUTION
    error = fd.softmax(logits)
    error[np.arange(len(labels)), labels] -= 1
    return error / len(labels)
    ### END SOLUTION

# %% check="cross_entropy_loss"
check("cross_entropy_loss")

# %% [markdown]
# ### Why always guess minus answer?
#
# | | score to guess | the answer is distributed as | loss | slope in the score |
# |---|---|---|---|---|
# | a number | $\hat y = z$ | Gaussian, mean $\hat y$, variance 1 | $\frac12(\hat y - y)^2$ | $\hat y - y$ |
# | yes or no | $\hat y = \sigma(z)$ | Bernoulli | $-y\log\hat y - (1 - y)\log(1 - \hat y)$ | $\hat y - y$ |
# | one of $K$ | $\hat{\mathbf y} = \mathrm{softmax}(\mathbf z)$ | categorical | $-\sum_ky_k\log\hat y_k$ | $\hat{\mathbf y} - \mathbf y$ |
#
# In each row the loss is minus the log-likelihood of the distribution, and each of those can be written $A(z) - yz$
# plus something without $z$: with $A = \frac12z^2$, $\log(1 + e^z)$, $\mathrm{LSE}(\mathbf z)$. Its slope is
# $A'(z) - y$, and $A'(z)$ is the mean that the distribution expects: the guess. Each squash **belongs** to its loss.
# (The theory is that of *generalised linear models*, Nelder and Wedderburn 1972; our MSE without the $\frac12$ has
# the factor 2.) Take a squash and a loss that don't belong together, a sigmoid and a square, and you pay with
# $\sigma'$.
#
# **A gradient you can look at.** Begin with $W = 0$: every digit gets $\hat y_k = \frac1{10}$, and row $k$ of
# $-\nabla_WL$ is $\frac1N\sum_i(y_{ik} - \frac1{10})\,\mathbf x_i$: the sum of the pictures of class $k$, minus a
# tenth of all pictures. The first step of learning is the average digit, and what it must not be mistaken for.

# %%
grad_W, _ = ml.softmax_regression_gradient(
    np.zeros((10, 64)), np.zeros(10), digits, names)
fig, axes = plt.subplots(2, 10, figsize=(8.2, 2.1))
for k in range(10):
    axes[0, k].set_title(k, loc="center")
    for ax, image in zip(axes[:, k], (-grad_W[k], one_of_ten.coef_[k]),
                         strict=True):
        limit = np.abs(image).max()
        ax.imshow(image.reshape(8, 8), cmap="RdBu_r", vmin=-limit,
                  vmax=limit)
        ax.set(xticks=[], yticks=[])
axes[0, 0].set_ylabel("first step")
axes[1, 0].set_ylabel("in the end")
mathlib.show(
    fig,
    caption="Above: minus the gradient at W = 0, one image per digit. Below:"
    " the weights after training. Ink on red speaks for the digit, on blue"
    " against it. First comes what the digit looks like; later, what tells it"
    " from its neighbours.",
    alt="Two rows of ten small red and blue images; the upper ones look like"
    " blurred digits, the lower ones like patchwork.",
)
average = np.array([digits[names == k].sum(axis=0) for k in range(10)])
assert np.allclose(-grad_W * 1797, average - digits.sum(axis=0) / 10)

# %% [markdown]
# ### Exercise 13.6 ** · the gradient of softmax regression (3 points)
#
# **Contract.** `softmax_regression_gradient(W, b, X, labels)`: `W` `(K, d)`, `b` `(K,)`, `X` `(N, d)`, `labels`
# `(N,)` integers. Return the pair `(grad_W, grad_b)`, of shapes `(K, d)` and `(K,)`: the gradient of the mean
# cross-entropy. `fd.softmax` and `ml.cross_entropy_gradient` (it has its $1/N$ already) may be used.
#
# *Example:* `W = [[1, 0], [0, 1], [0, 0]]`, `b = [0, 0, ln 2]`, `X = [[0, ln 2], [ln 3, 0]]` (as float arrays),
# `labels = [2, 1]`: guesses `[0.2, 0.4, 0.4]` and `[1/2, 1/6, 1/3]`;
# `grad_W = [[0.2747, 0.0693], [-0.4578, 0.1386], [0.1831, -0.2079]]`, `grad_b = [0.35, -0.2167, -0.1333]`.
#
# <details><summary>Hint 1</summary>Everything follows from one array of errors, of shape (N, K), divided by N.</details>
# <details><summary>Hint 2</summary>Write the shapes down: (N, K) and (N, d) should make (K, d). For b, sum over the samples: which axis is that?</details>

# %% exercise="softmax_regression_gradient"
def softmax_regression_gradient(W, b, X, labels):
    """Return (grad_W, grad_b) of the mean cross-entropy."""
    ### BEGIN SOLUTION
    error = fd.softmax(X @ W.T + b)
    error[np.arange(len(labels)), labels] -= 1
    error = error / len(labels)
    return error.T @ X, np.sum(error, axis=0)
    ### END SOLUTION

# %% check="softmax_regression_gradient"
check("softmax_regression_gradient")

# %% [markdown]
# **Three wines.** 178 Italian wines from three kinds of vine, thirteen chemical measures. With your gradient, an L2
# penalty of 0.01 (13.6 has more on those) and 3000 steps the weights are scikit-learn's, to six digits.

# %%
wine, vine = load_wine(return_X_y=True)
wine = standard(wine)


def slope(theta):
    """Gradient of the penalised loss; the last column is the bias."""
    W, b = theta[:, :-1], theta[:, -1]
    grad_W, grad_b = ml.softmax_regression_gradient(W, b, wine, vine)
    return np.c_[grad_W + ml.l2_gradient(W, 0.01), grad_b]


theta = op.gradient_descent(slope, np.zeros((3, 14)), lr=1.0, steps=3000)
theirs = LogisticRegression(C=1 / (0.01 * 178), tol=1e-9, max_iter=999)
theirs.fit(wine, vine)
gap = np.abs(theta[:, :-1] - theirs.coef_).max()
print("scikit-learn's weights to 1e-6:", gap < 1e-6)
assert gap < 1e-6

fig, ax = plt.subplots(figsize=(7.2, 2.6))
image = ax.imshow(theta[:, :-1], cmap="RdBu_r", vmin=-1.2, vmax=1.2)
measures = load_wine().feature_names
measures[11] = "od280/od315"              # the short name, to fit
ax.set_xticks(range(13), measures, rotation=40, ha="right",
              rotation_mode="anchor", fontsize=8)
ax.set_yticks(range(3), ["vine 0", "vine 1", "vine 2"])
fig.colorbar(image, label="weight", pad=0.02)
mathlib.show(
    fig,
    caption="The weights of the three vines: red speaks for the vine, blue"
    " against it. Each column adds up to 0: what one vine gains, the others"
    " lose.",
    alt="A grid of three rows and thirteen columns in red and blue.",
)
assert np.allclose(theta[:, :-1].sum(axis=0), 0, atol=1e-6)

# %% [markdown]
# ### The capstone: read what somebody wrote
#
# The digits: 1797 pictures of $8\times8$ pixels, ten classes. You have everything: a gradient, and a rule that
# walks downhill (chapter 8).
#
# ### Exercise 13.7 ** · a reader of digits (3 points, real data)
#
# **Contract.** `digit_classifier(X, labels)`: `X` `(N, 64)`, pixels from 0 to 1; `labels` `(N,)` integers 0 to 9.
# Train softmax regression and return `(W, b)` of shapes `(10, 64)` and `(10,)`. The check keeps every fifth digit
# from you (another fifth at each check), trains yours on the others and reads the fifth with `argmax(X @ W.T + b)`:
# **more than 94 %** must be right. `ml.softmax_regression_gradient` may be used, and how you walk is yours to choose;
# scikit-learn's classifiers are refused. About a second is enough.
#
# <details><summary>Hint 1</summary>Zeros are a fine start here: the loss is convex (chapter 8).</details>
# <details><summary>Hint 2</summary>With 100 steps at η = 0.5 you are not there yet. Print the share of right answers on what you train on, and try a longer walk or longer steps.</details>

# %% exercise="digit_classifier"
def digit_classifier(X, labels):
    """Train softmax regression on digits; return (W, b)."""
    ### BEGIN SOLUTION
    W, b = np.zeros((10, X.shape[1])), np.zeros(10)
    for _ in range(500):
        grad_W, grad_b = ml.softmax_regression_gradient(W, b, X, labels)
        W, b = W - 1.0 * grad_W, b - 1.0 * grad_b
    return W, b
    ### END SOLUTION

# %% check="digit_classifier"
check("digit_classifier")

# %% [markdown]
# **Before you celebrate.** The check drew its fifth from among all pictures. But they are the work of 13 people, and
# the file seems to go through them one after the other: whoever wrote the last 360 digits, the first 1437 hardly show
# that hand. Same data, same model (scikit-learn's, here), another question:

# %%
everyone = np.arange(1797)
for title, kept in (("every fifth digit", everyone % 5 == 0),
                    ("the last 360", everyone >= 1437)):
    reader = LogisticRegression(C=1.0, max_iter=500)
    reader.fit(digits[~kept], names[~kept])
    read = reader.predict(digits[kept])
    share = np.mean(read == names[kept])
    print(f"{title:18} {share:.1%} read right")
    assert (share > 0.94) == (title == "every fifth digit")
assert share > 0.87
wrong = np.flatnonzero(read != names[kept])[:9]
fig, axes = plt.subplots(1, 9, figsize=(8, 1.3))
for ax, i in zip(axes, wrong, strict=True):
    ax.imshow(digits[kept][i].reshape(8, 8), cmap="Greys")
    ax.set(xticks=[], yticks=[])
    ax.set_title(f"{names[kept][i]}: {read[i]}?")
mathlib.show(
    fig,
    caption="The first nine of the last 360 that it gets wrong: what was"
    f" meant, and what it read. {np.sum(names[kept][wrong] == 1)} of the nine"
    " are ones, by a hand that gives them a long flag; before, few did.",
    alt="Nine small images of digits, each with two numbers above it. Most are"
    " ones with a long stroke to the left, read as nines.",
)

# %% [markdown]
# Which of the two numbers is "the" accuracy? Both: one for more digits by the same people, one for the next customer.
# Say which you mean (chapter 25 has more on this).
#
# ## 13.4 Bends: activations
#
# A line of lines is a line: $W_2(W_1\mathbf x) = (W_2W_1)\mathbf x$. However many layers you stack, without a bend
# between them you have one. An **activation** is that bend, applied to every number on its own. Six are in use:
#
# | | value | slope |
# |---|---|---|
# | ReLU | $\max(0, x)$ | $0$ for $x < 0$, $1$ for $x > 0$ |
# | leaky ReLU | $x$ for $x > 0$, else $ax$ (often $a = 0.01$) | $a$ or $1$ |
# | sigmoid | $\sigma(x) = \frac1{1 + e^{-x}}$ | $\sigma(x)(1 - \sigma(x)) \le \frac14$ |
# | tanh | $\frac{e^x - e^{-x}}{e^x + e^{-x}} = 2\sigma(2x) - 1$ | $1 - \tanh^2x \le 1$ |
# | GELU | $x\,\Phi(x)$ | $\Phi(x) + x\,\phi(x)$ |
# | SiLU (swish) | $x\,\sigma(x)$ | $\sigma(x) + x\,\sigma(x)(1 - \sigma(x))$ |
#
# $\Phi$ is the distribution function of the standard normal, $\phi(x) = \frac1{\sqrt{2\pi}}e^{-x^2/2}$ its density.
# The first four slopes were derived in [chapter 4](../04_calculus/04_calculus.ipynb). The last two are the product
# rule, $(x\,g(x))' = g(x) + x\,g'(x)$, with $\Phi' = \phi$ and $\sigma' = \sigma(1 - \sigma)$. (At the corner of ReLU
# there is no slope; by convention, and in PyTorch, it is 0.)

# %%
x = torch.linspace(-6, 6, 2400, dtype=double, requires_grad=True)  # not 0
s, t = torch.sigmoid(x).detach(), torch.tanh(x).detach()
derived = {
    "ReLU": (ml.relu, (x > 0).to(double)),
    "leaky ReLU": (ml.leaky_relu, torch.where(x > 0, 1, 0.01).to(double)),
    "sigmoid": (nm.sigmoid, s * (1 - s)),
    "tanh": (ml.tanh, 1 - t**2),
    "GELU": (ml.gelu, ml.gelu_derivative(x.detach())),
    "SiLU": (ml.silu, ml.silu_derivative(x.detach())),
}
fig, axes = plt.subplots(2, 6, figsize=(8.6, 3.0), sharex=True, sharey="row")
for ax, (name, (f, slope)) in zip(axes.T, derived.items(), strict=True):
    value = f(x)
    found, = torch.autograd.grad(value.sum(), x)
    assert torch.allclose(found, slope, atol=1e-12), name
    print(f"{name:11} slope from {slope.min():z6.3f} to {slope.max():.3f},"
          " as autograd says")
    ax[0].plot(x.detach(), value.detach())
    ax[1].plot(x.detach(), slope, "C1--")
    ax[0].set(title=name, ylim=(-1.2, 3.2))
    ax[1].set(ylim=(-0.25, 1.25), xlabel="x", xticks=[-5, 0, 5])
    for panel in ax:
        panel.axhline(0, color="0.85", lw=0.8, zorder=0)
axes[0, 0].set_ylabel("value")
axes[1, 0].set_ylabel("slope")
mathlib.show(
    fig,
    caption="Six bends and their slopes. Sigmoid and tanh go flat on both"
    " sides, ReLU on one. GELU and SiLU dip below zero, and their slopes reach"
    " a little above 1.",
    alt="Two rows of six small panels: the activations above, their"
    " derivatives below.",
)
assert derived["sigmoid"][1].max() <= 0.25 < derived["tanh"][1].max() <= 1

# %% [markdown]
# **Who uses what.**
#
# - *Sigmoid:* probabilities at the output, and gates, which must lie in $(0, 1)$, inside LSTMs
#   ([chapter 14](../14_neural_networks/14_neural_networks.ipynb)). "Only in the output layer", one reads; the gates
#   disagree.
# - *tanh:* what an LSTM writes into its memory, not its gates: a gate of $\tanh(-2) = -0.96$ would turn the memory's
#   sign.
# - *ReLU:* convolutional networks, cheap and never flat on its working side; but a unit that is negative for all
#   samples has slope 0 for all of them, and never comes back.
# - *leaky ReLU* leaves such a unit a trickle. (Its other form, $\max(ax, x)$, is right for $a \le 1$ only.)
# - *GELU:* BERT, GPT-2.
# - *SiLU*, as half of SwiGLU ([chapter 15](../15_transformers/15_transformers.ipynb)): LLaMA and its kin.
#
# Which of the smooth ones is best is an empirical matter, and the differences are small.
#
# **GELU's story**: multiply $x$ by 1 or 0, by a coin that depends on $x$: heads with probability $\Phi(x)$, the share
# of a standard normal *below* $x$. The expected result is $x\,\Phi(x)$. (Not "the probability that $x$ is positive":
# $-1$ is surely negative, and passes with weight $\Phi(-1) = 0.16$.) Two approximations are about:
#
# $$\frac x2\Big(1 + \tanh\Big[\sqrt{2/\pi}\,\big(x + 0.044715\,x^3\big)\Big]\Big) \qquad\text{and}\qquad x\,\sigma(1.702\,x) .$$
#
# The first is what GPT-2 was trained with, so its weights want that one. The second is forty times cruder.

# %%
x = np.linspace(-5, 5, 4001)
exact = ml.gelu(x)
off = {"tanh form": ml.gelu(x, approximate="tanh") - exact,
       "x σ(1.702 x)": x * nm.sigmoid(1.702 * x) - exact}
fig, ax = plt.subplots(figsize=(6, 2.4))
for k, (name, error) in enumerate(off.items()):
    ax.plot(x, error, f"C{k}", ls=["-", "--"][k])
    worst = np.abs(error).argmax()
    print(f"{name:13} off by {np.abs(error[worst]):.5f} at most,"
          f" at |x| = {abs(x[worst]):.2f}")
ax.text(3.15, -0.0175, "x σ(1.702 x)", color="C1")
ax.text(-4.7, 0.002, "tanh form", color="C0")
ax.set(xlabel="x", ylabel="minus the exact GELU", xlim=(-5, 5))
mathlib.show(
    fig,
    caption="What the two short forms get wrong. On this scale the tanh form"
    " looks exact.",
    alt="One curve hugs zero, the other swings between plus and minus 0.02.",
)
assert np.isclose(np.abs(off["tanh form"]).max(), 4.7e-4, atol=1e-5)
assert np.isclose(np.abs(off["x σ(1.702 x)"]).max(), 0.0203, atol=1e-4)
assert np.isclose(pr.gaussian_cdf(-1.0), 0.16, atol=0.002)

# %% [markdown]
# ### Exercise 13.8 * · GELU and its slope (2 points)
#
# **Contract.** `gelu(x, *, approximate="none")` and `gelu_derivative(x)`: `x` an array of any shape, also 0-d; return
# its shape. `"none"` is the exact form, `"tanh"` GPT-2's. The derivative is that of the exact form.
# `pr.gaussian_cdf(x)` is $\Phi(x)$ and may be used.
#
# *Example:* for `x = [-2, 0, 1]` (as an array) `gelu(x)` returns `[-0.0455, 0, 0.8413]`, with `approximate="tanh"`
# `[-0.0454, 0, 0.8412]`, and `gelu_derivative(x)` `[-0.0852, 0.5, 1.0833]`.
#
# <details><summary>Hint</summary>The derivative has two terms. For x = −2 they are 0.0228 and −0.1080.</details>

# %% exercise="gelu"
def gelu(x, *, approximate="none"):
    """Return x Phi(x), or its form with tanh."""
    ### BEGIN SOLUTION
    if approximate == "tanh":
        inner = np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)
        return x / 2 * (1 + np.tanh(inner))
    return x * pr.gaussian_cdf(x)
    ### END SOLUTION


def gelu_derivative(x):
    """Return the slope of the exact GELU."""
    ### BEGIN SOLUTION
    density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    return pr.gaussian_cdf(x) + x * density
    ### END SOLUTION

# %% check="gelu"
check("gelu")

# %% [markdown]
# ## 13.5 Keep the numbers alive
#
# ### The start
#
# A deep network multiplies, layer after layer. Too large a factor, and the numbers explode; too small, and they fade;
# and no loss will mend what is 0 or `inf` at the first step. So what size should the first random weights have?
#
# **Forward.** $z_i = \sum_{j=1}^{n_{\text{in}}}W_{ij}x_j$, weights independent with mean 0 and variance
# $\mathrm{Var}(W)$, independent of $\mathbf x$. The terms have mean 0 and are uncorrelated, so their variances add
# up:
#
# $$\mathrm{Var}(z_i) = \sum_j\mathbb E[W_{ij}^2]\,\mathbb E[x_j^2] = n_{\text{in}}\,\mathrm{Var}(W)\,\mathbb E[x^2],$$
#
# if all $x_j$ have the same mean square. Unchanged for $\mathrm{Var}(W) = 1/n_{\text{in}}$.
#
# **Backward.** The gradient of $x_j$ is $\sum_{i=1}^{n_{\text{out}}}W_{ij}\frac{\partial L}{\partial z_i}$, a sum of
# $n_{\text{out}}$ terms. Unchanged for $\mathrm{Var}(W) = 1/n_{\text{out}}$. Both at once is possible for square
# layers only; **Xavier** (Glorot and Bengio 2010) meets them halfway:
#
# $$\mathrm{Var}(W) = \frac2{n_{\text{in}} + n_{\text{out}}}, \qquad W \sim \mathcal N\Big(0, \frac2{n_{\text{in}} + n_{\text{out}}}\Big) \quad\text{or}\quad
# W \sim U(-u, u),\; u = \sqrt{\frac6{n_{\text{in}} + n_{\text{out}}}} .$$
#
# The 6: a uniform law on $(-u, u)$ has variance $\frac1{2u}\int_{-u}^uw^2\,dw = \frac{u^2}3$. By hand:
# $n_{\text{in}} = 300$, $n_{\text{out}} = 100$: variance $0.005$, standard deviation $0.0707$, bound $0.1225$.

# %%
rng = np.random.default_rng(0)
for name, W in (("normal", ml.xavier_normal(300, 100, rng=rng)),
                ("uniform", ml.xavier_uniform(300, 100, rng=rng))):
    print(f"Xavier, {name:8} shape {W.shape}  std {W.std():.3f}"
          f"  largest {np.abs(W).max():.3f}")

print("\nmean square after one layer, from 1; then of the gradient, back:")
for n_in, n_out in ((512, 512), (512, 2048), (2048, 512)):
    W = torch.tensor(ml.xavier_normal(n_in, n_out, rng=rng))
    x = torch.tensor(rng.normal(size=(n_in, 50)), requires_grad=True)
    z = W @ x
    back, = torch.autograd.grad(z, x, torch.tensor(rng.normal(size=z.shape)))
    sizes = [np.mean(t.detach().numpy() ** 2) for t in (z, back)]
    laws = [2 * n / (n_in + n_out) for n in (n_in, n_out)]
    print(f"  {n_in} to {n_out}: {sizes[0]:.1f} and {sizes[1]:.1f}; the laws"
          f" say {laws[0]:.1f} and {laws[1]:.1f}")
    assert np.allclose(sizes, laws, rtol=0.04)

# %% [markdown]
# **And ReLU?** $z$ is symmetric around 0, and ReLU sets the negative half to zero: half of $\mathbb E[z^2]$ is gone,
# in each layer. **He** (2015) gives it back:
#
# $$W \sim \mathcal N\Big(0, \frac2{n_{\text{in}}}\Big) .$$
#
# That is twice $1/n_{\text{in}}$ (and twice Xavier's only if the layer is square). In $\mathcal N(\cdot, \cdot)$ the
# second number is the **variance**; a generator wants the standard deviation, its root.
#
# By hand, the same layer: variance $\frac2{300} = 0.0067$, standard deviation $0.0816$.

# %%
rng = np.random.default_rng(0)
W = ml.he_normal(300, 100, rng=rng)
print(f"He: shape {W.shape}  std {W.std():.3f}")
assert np.isclose(W.std(), 0.0816, rtol=0.02)

n, depth = 256, 20
ways = {"ReLU, He": (ml.relu, lambda: ml.he_normal(n, n, rng=rng)),
        "ReLU, Xavier": (ml.relu, lambda: ml.xavier_normal(n, n, rng=rng)),
        "tanh, Xavier": (np.tanh, lambda: ml.xavier_normal(n, n, rng=rng)),
        "ReLU, std 0.05": (ml.relu, lambda: 0.05 * rng.normal(size=(n, n))),
        "ReLU, std 0.2": (ml.relu, lambda: 0.2 * rng.normal(size=(n, n)))}
fig, ax = plt.subplots(figsize=(6.4, 2.9))
end = {}
for k, (name, (bend, draw)) in enumerate(ways.items()):
    x = rng.normal(size=(n, 64))
    power = [1.0]
    for _ in range(depth):
        x = bend(draw() @ x)
        power.append(np.mean(x**2))
    end[name] = power[-1]
    ax.semilogy(power, f"C{k}", ls=["-", "--", "-.", ":", "-"][k])
    ax.text(depth + 0.3, power[-1] * [10, 1, 0.1, 1, 1][k], name,
            color=f"C{k}", va="center")
ax.set(xlabel="layer", ylabel="mean square of its numbers", xlim=(0, 26),
       xticks=range(0, 21, 5))
mathlib.show(
    fig,
    caption="One signal through 20 layers of 256 units, each layer's weights"
    " fresh. He keeps ReLU level; Xavier with ReLU halves it each time. tanh"
    " squeezes a little every time, so with Xavier it sinks slowly. The other"
    " two show what a factor per layer does in twenty.",
    alt="Five lines on a logarithmic scale: one level, one falling slowly, two"
    " falling, one rising.",
)
assert 0.2 < end["ReLU, He"] < 5 and end["ReLU, std 0.2"] > 1e10
assert 0.2 < end["ReLU, Xavier"] * 2**depth < 5
assert 0.01 < end["tanh, Xavier"] < 0.1

# %% [markdown]
# ### Exercise 13.9 * · Xavier, twice (2 points)
#
# **Contract.** `xavier_uniform(fan_in, fan_out, *, rng)` and `xavier_normal(fan_in, fan_out, *, rng)`: two counts and
# a NumPy generator. Return an array of shape **`(fan_out, fan_in)`**, as `W @ x` needs it, with independent entries
# of the law above. How you use `rng` is free: the check looks at the law.
#
# *Example:* `fan_in=300`, `fan_out=100`: the uniform ones lie within ±0.1225, and both have standard deviation 0.0707.
#
# <details><summary>Hint</summary>One takes a bound, the other a standard deviation. Which of them is a root of 6, which of 2?</details>

# %% exercise="xavier_uniform"
def xavier_uniform(fan_in, fan_out, *, rng):
    """Draw (fan_out, fan_in) weights, evenly within the bound."""
    ### BEGIN SOLUTION
    bound = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-bound, bound, size=(fan_out, fan_in))
    ### END SOLUTION


def xavier_normal(fan_in, fan_out, *, rng):
    """Draw (fan_out, fan_in) weights from a normal law."""
    ### BEGIN SOLUTION
    std = np.sqrt(2 / (fan_in + fan_out))
    return rng.normal(0, std, size=(fan_out, fan_in))
    ### END SOLUTION

# %% check="xavier_uniform"
check("xavier_uniform")

# %% [markdown]
# ### On the way: normalisation
#
# Weights move, and the good start is soon forgotten. So measure the numbers where they flow, and set them right. The
# normalisations in use do nearly the same: subtract a mean, divide by a spread, then let the model choose its own scale
# and shift, entry by entry:
#
# $$\hat x = \frac{x - \mu}{\sqrt{v + \epsilon}}, \qquad \text{output} = w\,\hat x + b .$$
#
# They differ in **which numbers are averaged**. Let $X$ be `(N, d)`: a row per sample, a column per feature.
#
# | | mean $\mu$ and variance $v$ over | needs |
# |---|---|---|
# | batch norm (Ioffe and Szegedy 2015) | each **column**: one feature, all samples of the batch | a batch; a memory for evaluation |
# | layer norm (Ba et al. 2016) | each **row**: one sample, all its features | nothing else |
# | RMS norm (Zhang and Sennrich 2019) | each row, no mean: $\frac{x_i}{\sqrt{\frac1d\sum_jx_j^2 + \epsilon}}$ | nothing else |
#
# $w$ and $b$ (papers: $\gamma$ and $\beta$; PyTorch: `weight`, `bias`) have one entry per feature; RMS norm has no
# $b$. All divide by the number of values, not by one less (`ddof=0`). Images `(N, C, H, W)` have channels for
# features: batch norm averages over $N$, $H$ and $W$.

# %%
rng = np.random.default_rng(3)
table = rng.normal(size=(6, 8)) * np.geomspace(0.4, 3, 6)[:, None]
table += np.linspace(-1.5, 4.5, 8)
zero, one = np.zeros(8), np.ones(8)
normed = {"as it came": table,
          "batch norm": ml.batch_norm(table, zero, one)[0],
          "layer norm": ml.layer_norm(table), "RMS norm": ml.rms_norm(table)}
fig, axes = plt.subplots(1, 4, figsize=(8.6, 2.6))
for ax, (name, T) in zip(axes, normed.items(), strict=True):
    limit = 6 if name == "as it came" else 2.2
    ax.imshow(T, cmap="PuOr", vmin=-limit, vmax=limit)
    ax.set(title=name, xticks=[], yticks=[], xlabel="features")
axes[0].set_ylabel("samples")
axes[1].axvspan(2.5, 3.5, fill=False, ec="k", lw=2)
for ax in axes[2:]:
    ax.axhspan(1.5, 2.5, fill=False, ec="k", lw=2)
mathlib.show(
    fig,
    caption="One table, four times (purple is positive, orange negative; the"
    " first panel has its own scale of colours). The box holds numbers that"
    " share a spread, for RMS norm a size. Batch norm takes away"
    " what columns have in common, here the drift from left to right. Layer"
    " norm keeps the drift, and evens the rows around zero; RMS norm evens"
    " them and leaves zero where it was.",
    alt="Four grids of purple and orange cells: with a drift from left to"
    " right, without it, and twice with it and rows of equal strength.",
)
for axis, name in ((0, "batch norm"), (1, "layer norm")):
    assert np.allclose(normed[name].mean(axis=axis), 0)
    assert np.allclose(normed[name].var(axis=axis), 1, atol=1e-3)
assert np.allclose((normed["RMS norm"] ** 2).mean(axis=1), 1, atol=1e-3)

# %% [markdown]
# **By hand**, with $\epsilon = 0$. The row $[1, 3, 8, 0]$: mean 3, deviations $[-2, 0, 5, -3]$, variance
# $\frac{4 + 0 + 25 + 9}4 = 9.5$. Layer norm: divide by $3.082$: $[-0.649, 0, 1.622, -0.973]$. RMS norm of $[1, 7]$:
# mean square $25$, so $[0.2, 1.4]$.
#
# **Where $\epsilon$ belongs.** It is there for rows that are (nearly) constant, where $v = 0$. Under the root,
# $\sqrt{v + \epsilon}$ is never below $\sqrt\epsilon = 0.003$. Beside it, $\sqrt v + \epsilon$ may fall to $10^{-5}$,
# and the tiniest noise is blown up a hundred thousand times. Several widely read notes have it there.

# %%
print("layer norm", ml.layer_norm([1.0, 3, 8, 0], eps=0).round(3))
print("RMS norm  ", ml.rms_norm([1.0, 7], eps=0).round(3))

row = np.array([1.0, -1, 2, -2])
sizes = np.geomspace(1e-7, 1, 200)
spread = sizes * row.std()
under = [ml.layer_norm(size * row)[2] for size in sizes]
beside = sizes * 2 / (spread + 1e-5)
fig, ax = plt.subplots(figsize=(5.8, 2.5))
ax.loglog(spread, under)
ax.loglog(spread, beside, "--")
ax.text(7e-6, 4e-4, "ε under the root", color="C0")
ax.text(2e-7, 0.3, "ε beside it", color="C1")
ax.set(xlabel="standard deviation of the row", ylabel="largest output")
mathlib.show(
    fig,
    caption="The row [1, −1, 2, −2] made smaller and smaller, ε = 10⁻⁵. Under"
    " the root, rows of spread below 0.003 fade away; beside it, a row of"
    " rounding errors comes out nearly full size.",
    alt="Two rising curves that meet at the right; on the left the solid one"
    " is 300 times lower.",
)
slopes = beside[0] / under[0]
print(f"for tiny rows the two differ {slopes:.0f} times")
assert 300 < slopes < 330

# %% [markdown]
# ### Exercise 13.10 ** · a famous norm, to be mended (2 points)
#
# It runs, and two of its slips stand in a tutorial that thousands have copied:
#
# ```python
# def layer_norm(x, weight=None, bias=None, *, eps=1e-5):
#     if weight is None:
#         weight = 1.0
#     if bias is None:
#         bias = 0.0
#     std = x.std(axis=-1, keepdims=True, ddof=1)
#     x = (x - x.mean(axis=-1, keepdims=True)) / (std + eps)
#     return weight * (x + bias)
# ```
#
# There are **three** slips in it. Find them, write the norm as it should be, and say to yourself which of the three
# you would have noticed from the output on a row of ordinary numbers.
#
# **Contract.** `layer_norm(x, weight=None, bias=None, *, eps=1e-5)`: `x` `(..., d)`, also `(d,)`; `weight` and `bias`
# `(d,)`, or `None` for ones and zeros. Mean and variance over the last axis, the variance divided by $d$, $\epsilon$
# under the root.
#
# *Example:* for `x = [[1, 3, 8, 0]]` and `eps=0` it returns `[[-0.6489, 0, 1.6222, -0.9733]]`; for `x = [1e-3, 3e-3]`
# `[-0.3015, 0.3015]`; for `x = [1, 3]`, `weight=[2, 1]`, `bias=[10, 20]`, `eps=0` `[8, 21]`.
#
# <details><summary>Hint 1</summary>Each of the last three lines has one.</details>
# <details><summary>Hint 2</summary>Try the third example on the old code: what happens to the bias of 10?</details>

# %% exercise="layer_norm"
def layer_norm(x, weight=None, bias=None, *, eps=1e-5):
    """Normalise over the last axis, then scale and shift."""
    ### BEGIN SOLUTION
    weight = 1.0 if weight is None else weight
    bias = 0.0 if bias is None else bias
    mean = np.mean(x, axis=-1, keepdims=True)
    var = np.var(x, axis=-1, keepdims=True)
    return weight * (x - mean) / np.sqrt(var + eps) + bias
    ### END SOLUTION

# %% check="layer_norm"
check("layer_norm")

# %% [markdown]
# ### Exercise 13.11 * · RMS norm (2 points)
#
# What LLaMA uses, twice in every block ([chapter 15](../15_transformers/15_transformers.ipynb)): one mean less to
# compute, and in practice about as good.
#
# **Contract.** `rms_norm(x, weight=None, *, eps=1e-6)`: `x` `(..., d)`, also `(d,)`; `weight` `(d,)`, or `None` for
# ones. Divide each row by the root of (its mean square plus $\epsilon$). A row of zeros gives zeros.
#
# *Example:* for `x = [1, 7]` and `eps=0` it returns `[0.2, 1.4]`; for `x = [1e-3, -2e-3, 2e-3]` `[0.5, -1, 1]`.
#
# <details><summary>Hint</summary>Mean square, not sum of squares: the two differ by the root of d, which nobody notices until the weights have learned to live with it.</details>

# %% exercise="rms_norm"
def rms_norm(x, weight=None, *, eps=1e-6):
    """Divide by the root mean square of the last axis."""
    ### BEGIN SOLUTION
    weight = 1.0 if weight is None else weight
    mean_square = np.mean(x**2, axis=-1, keepdims=True)
    return weight * x / np.sqrt(mean_square + eps)
    ### END SOLUTION

# %% check="rms_norm"
check("rms_norm")

# %% [markdown]
# ### The way back (for the curious: nothing later in this chapter needs it)
#
# A norm's inputs share $\mu$ and $v$, so each output depends on every input of its group. With
# $\tau = \sqrt{v + \epsilon}$ and $d$ entries:
#
# $$\frac{\partial\mu}{\partial x_j} = \frac1d, \qquad \frac{\partial v}{\partial x_j} = \frac2d(x_j - \mu), \qquad
# \frac{\partial\tau}{\partial x_j} = \frac1{2\tau}\cdot\frac{\partial v}{\partial x_j} = \frac{\hat x_j}d .$$
#
# (In the second, $\mu$ moves too, but its share is $-\frac2d\cdot\frac1d\sum_i(x_i - \mu) = 0$. The third uses
# $x_j - \mu = \tau\,\hat x_j$.) So, with $[i = j]$ for 1 or 0,
#
# $$\frac{\partial\hat x_i}{\partial x_j} = \frac{[i = j] - \frac1d}\tau - \frac{x_i - \mu}{\tau^2}\cdot\frac{\hat x_j}d = \frac1\tau\Big([i = j] - \frac1d - \frac{\hat x_i\hat x_j}d\Big) .$$
#
# If the loss has the slopes $g_i = \frac{\partial L}{\partial\hat x_i}$, then
# $\frac{\partial L}{\partial x_j} = \sum_ig_i\frac{\partial\hat x_i}{\partial x_j}$:
#
# $$\boxed{\frac{\partial L}{\partial\mathbf x} = \frac1\tau\Big(\mathbf g - \mathrm{mean}(\mathbf g) - \hat{\mathbf x}\,\mathrm{mean}(\mathbf g\odot\hat{\mathbf x})\Big)}$$
#
# What comes back has lost its part along $\mathbf 1$ and (for $\epsilon = 0$) along $\hat{\mathbf x}$: nobody can be
# told to shift or to stretch, since the norm would undo it. RMS norm has no mean to lose: leave out
# $\mathrm{mean}(\mathbf g)$. Batch norm: the same down each column. And $\frac1\tau$: the smaller the spread, the
# larger the gradient. (With $w$ and $b$ behind the norm: $g_i$ is $w_i$ times the slope of the output, $w_i$'s own slope is
# that slope times $\hat x_i$, summed over the samples, and $b_i$'s is its plain sum.)
#
# **By hand**, $\epsilon = 0$: $\mathbf x = [0, 0, 3]$ has $\tau = \sqrt2$ and $\hat{\mathbf x} =
# \frac1{\sqrt2}[-1, -1, 2]$. Let $\mathbf g = [1, 0, 0]$. Its mean is $\frac13$, that of
# $\mathbf g\odot\hat{\mathbf x}$ is $-\frac1{3\sqrt2}$, and
# $\frac1{\sqrt2}\big([1, 0, 0] - \frac13 + \frac16[-1, -1, 2]\big) = [0.354, -0.354, 0]$. It adds up to 0, and
# the 3 hears nothing: without $\mathbf 1$ and $\hat{\mathbf x}$ the direction $[1, -1, 0]$ is all that is left.

# %%
def norm_backward(g, x, axis, *, centre=True, eps=1e-5):
    """Return the slopes in x, if the slopes in the normed x are g."""
    middle = x.mean(axis, keepdim=True) * centre
    s = ((x - middle).square().mean(axis, keepdim=True) + eps).sqrt()
    normed = (x - middle) / s
    along = (g * normed).mean(axis, keepdim=True)
    return (g - centre * g.mean(axis, keepdim=True) - normed * along) / s


g, x = torch.tensor([[1.0, 0, 0], [0, 0, 3]], dtype=double)
by_hand = norm_backward(g, x, 0, eps=0)
print("by hand:", by_hand.numpy().round(3) + 0.0)
assert torch.allclose(by_hand * 2**0.5, torch.tensor([0.5, -0.5, 0]).double())

g = torch.tensor(np.random.default_rng(1).normal(size=(6, 8)))
x = torch.tensor(table, requires_grad=True)
zero, one = torch.zeros(8, dtype=double), torch.ones(8, dtype=double)
for name, y, options in (
        ("batch norm", ml.batch_norm(x, zero, one)[0], {"axis": 0}),
        ("layer norm", ml.layer_norm(x), {"axis": 1}),
        ("RMS norm", ml.rms_norm(x, eps=1e-5), {"axis": 1, "centre": False})):
    found, = torch.autograd.grad(y, x, g)
    derived = norm_backward(g, x.detach(), **options)
    assert torch.allclose(found, derived, atol=1e-13)
    print(f"{name:11} the way back as autograd says")

row = torch.tensor([-0.5, 0.3, 0.8, 2.5, 0.4, 0.0, 1.4, 0.7], dtype=double)
fig, axes = plt.subplots(1, 2, figsize=(6, 2.6))
for ax, (name, f) in zip(axes, (("layer norm", ml.layer_norm),
                                ("RMS norm", ml.rms_norm)), strict=True):
    J = torch.autograd.functional.jacobian(f, row)
    ax.imshow(J, cmap="PuOr", vmin=-1.2, vmax=1.2)
    ax.set(title=name, xlabel="input j", ylabel="output i")
    lost = torch.linalg.vector_norm(J @ f(row)) / torch.linalg.vector_norm(J)
    assert lost < 1e-3
mathlib.show(
    fig,
    caption="How each output of a norm depends on each input (purple: positive"
    " slopes, orange: negative) for a row whose entry 3 is far out. The"
    " diagonal alone is not the whole story: everybody pays a little for"
    " everybody, and entry 3, which sets the spread, has hardly a slope of"
    " its own.",
    alt="Two square grids with a purple diagonal that has a gap at entry 3.",
)

# %% [markdown]
# ### Batch norm has a memory
#
# At evaluation there may be one sample and no batch. So during training batch norm keeps **running** averages of what
# it saw, with a momentum $\rho$ (0.1):
#
# $$\text{running} \leftarrow (1 - \rho)\,\text{running} + \rho\,\text{batch},$$
#
# and uses those at evaluation. Two conventions hide here. PyTorch's momentum is the share of the **new**, other
# libraries' that of the old. And the batch is normalised with the biased variance (divided by $n$, the count of
# values), while `running_var` remembers the **unbiased** one ($n - 1$).
#
# **By hand**, one feature, values $1, 3, 8$: mean $4$, deviations $-3, -1, 4$, whose squares add up to $26$. Biased
# $\frac{26}3 = 8.667$, so (with $\epsilon = 0$) the outputs are $[-1.019, -0.340, 1.359]$. Unbiased $13$. From
# running values 0 and 1: mean $0.9\cdot0 + 0.1\cdot4 = 0.4$, variance $0.9\cdot1 + 0.1\cdot13 = 2.2$.
#
# The price of a batch: your output depends on who else is in it. In evaluation it must not, and forgetting to switch
# is the classic that a test with a large batch never shows:

# %%
y, mean, var = ml.batch_norm([[1.0], [3], [8]], [0.0], [1.0], eps=0)
print("by hand:", y[:, 0].round(3), mean.round(3), var.round(3))
assert np.allclose([*mean, *var], [0.4, 2.2])

rng = np.random.default_rng(0)
mean, var = np.zeros(3), np.ones(3)
for _ in range(200):
    batch = rng.normal([5, -2, 0], [2, 1, 0.5], size=(32, 3))
    _, mean, var = ml.batch_norm(batch, mean, var)
print("\nafter 200 batches it remembers", mean.round(1), var.round(1))

guest = np.array([[7.0, -2, 0.5]])
for size in (1, 2, 32):
    among = np.vstack([guest, batch[1:size]])
    trained = ml.batch_norm(among, mean, var)[0][0] if size > 1 else None
    fixed = ml.batch_norm(among, mean, var, training=False)[0][0]
    print(f"among {size:2}: evaluation {fixed.round(2)}, training",
          "refused (no variance)" if trained is None else trained.round(2))
    assert np.allclose(fixed, (guest[0] - mean) / np.sqrt(var + 1e-5))

# %% [markdown]
# ### Exercise 13.12 *** · batch norm (3 points)
#
# **Contract.**
# `batch_norm(x, running_mean, running_var, weight=None, bias=None, *, training=True, momentum=0.1, eps=1e-5)`: `x`
# `(N, C)` or `(N, C, H, W)`; everything else `(C,)`. Statistics belong to a channel, over all the rest. Return
# `(y, running_mean, running_var)`. Training: normalise with the batch's mean and **biased** variance; return the
# running ones moved towards the batch's mean and **unbiased** variance. Evaluation: normalise with the running ones,
# and return them as they came. No argument is changed.
#
# *Example:* `x = [[1, 10], [3, 20], [8, 60]]`, running `[0, 0]` and `[1, 1]` (as float arrays), `eps=0`:
# `y = [[-1.019, -0.926], [-0.340, -0.463], [1.359, 1.389]]`, then `[0.4, 3]` and `[2.2, 70.9]`. The same `x` at
# evaluation, with running `[1, 10]`, `[4, 100]`, `weight=[2, 1]`, `bias=[0, 5]`, `eps=0`:
# `y = [[0, 5], [2, 6], [7, 10]]`.
#
# <details><summary>Hint 1</summary>For four axes the means run over (0, 2, 3). How many numbers is that? The unbiased variance needs it.</details>
# <details><summary>Hint 2</summary>To meet x, an array of shape (C,) has to become (1, C, 1, 1): <code>reshape</code>.</details>
# <details><summary>Hint 3</summary>Decide first which mean and variance to normalise with; the line that normalises is the same for both modes.</details>

# %% exercise="batch_norm"
def batch_norm(
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=True,
    momentum=0.1,
    eps=1e-5,
):
    """Normalise each channel; return (y, running_mean, running_var)."""
    ### BEGIN SOLUTION
    axes = (0, *range(2, x.ndim))  # all but the channels
    shape = (-1, *(1,) * (x.ndim - 2))  # a channel's number for each pixel
    mean, var = running_mean, running_var
    if training:
        mean, var = np.mean(x, axis=axes), np.var(x, axis=axes)
        n = x.size / len(mean)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        unbiased = var * n / (n - 1)
        running_var = (1 - momentum) * running_var + momentum * unbiased
    y = (x - mean.reshape(shape)) / np.sqrt(var.reshape(shape) + eps)
    if weight is not None:
        y = y * weight.reshape(shape)
    if bias is not None:
        y = y + bias.reshape(shape)
    return y, running_mean, running_var
    ### END SOLUTION

# %% check="batch_norm"
check("batch_norm")

# %% [markdown]
# ## 13.6 Hold it back
#
# A model with enough weights learns its samples by heart, noise included. Three leashes.
#
# **L2** charges half the squared length; **L1** the sum of the sizes, $\lVert\mathbf w\rVert_1 = \sum_j|w_j|$:
#
# $$L + \frac\lambda2\lVert\mathbf w\rVert_2^2,\;\text{ slope } \nabla L + \lambda\mathbf w; \qquad L + \lambda\lVert\mathbf w\rVert_1,\;\text{ slope } \nabla L + \lambda\,\mathrm{sign}(\mathbf w) .$$
#
# The $\frac12$ is a convention (ours and AdamW's); without it, as in scikit-learn's `Ridge`, the same $\lambda$ pulls
# twice as hard. Put L2 into a step of gradient descent, and you see its other name:
#
# $$\mathbf w \leftarrow \mathbf w - \eta(\nabla L + \lambda\mathbf w) = (1 - \eta\lambda)\,\mathbf w - \eta\nabla L \qquad\text{(\textbf{weight decay})}.$$
#
# Same thing for plain SGD; **not** for Adam, which divides the gradient by its size and the pull of L2 with it. Hence
# AdamW ([chapter 8](../08_optimization/08_optimization.ipynb), section 8.4). By hand: $w = 2$, $\nabla L = 0.3$,
# $\eta = 0.1$, $\lambda = 0.5$: $2 - 0.1(0.3 + 1) = 1.87 = 0.95\cdot2 - 0.03$.
#
# **What they do to a weight.** L2 pulls in proportion to size, so a small weight is hardly pulled at all, and none
# arrives at 0. L1 pulls equally hard all the way, and what the data hold with less than $\lambda$ goes to 0 *at the
# minimum*. But mind the algorithm: steps along $\mathrm{sign}(\mathbf w)$ only tremble around 0. The soft threshold
# $\mathrm{sign}(w)\max(|w| - \eta\lambda, 0)$ lands there (chapter 8 again).

# %%
assert np.isclose(2 - 0.1 * (0.3 + ml.l2_gradient(2.0, 0.5)), 1.87)
w = np.array([3.0, -4])
print(f"[3, −4] with λ = 0.1: L2 charges {ml.l2_penalty(w, 0.1):.2f},"
      f" L1 {ml.l1_penalty(w, 0.1):.2f}")
assert np.allclose([ml.l2_penalty(w, 0.1), ml.l1_penalty(w, 0.1)], [1.25, 0.7])

along, landed = [0.05], [0.05]            # η = 0.1, λ = 1, no loss at all
for _ in range(4):
    along.append(along[-1] - 0.1 * np.sign(along[-1]))
    landed.append(op.soft_threshold(landed[-1], 0.1))
print("steps along the sign:", np.round(along, 3))
print("soft threshold:      ", np.round(landed, 3) + 0.0)
assert np.allclose(np.abs(along), 0.05) and not np.any(landed[1:])

# %%
def slope(theta):
    """Gradient of the logistic loss on tumours; the bias is last."""
    grads = ml.logistic_gradient(theta[:-1], theta[-1], cells, sick)
    return np.append(*grads)


strengths = np.geomspace(1e-3, 0.3, 12)
paths = {"L2": [], "L1": []}
for leash, path in paths.items():
    theta = np.zeros(31)
    for strength in strengths[::-1]:      # from strong to weak: warm starts
        for _ in range(400):
            step = theta - 0.3 * slope(theta)
            if leash == "L2":             # the bias wears no leash
                step[:-1] -= 0.3 * ml.l2_gradient(theta[:-1], strength)
            else:
                step[:-1] = op.soft_threshold(step[:-1], 0.3 * strength)
            theta = step
        path.append(theta[:-1])
fig, axes = plt.subplots(1, 2, figsize=(7.4, 2.7), sharey=True)
for ax, (leash, path) in zip(axes, paths.items(), strict=True):
    path = np.array(path[::-1])
    ax.semilogx(strengths, path, lw=1, color="C0" if leash == "L2" else "C1")
    ax.set(title=leash, xlabel="strength λ")
    zeros = np.sum(path == 0, axis=1)
    print(f"{leash}: weights that are exactly 0:", zeros)
    paths[leash] = path
axes[0].set_ylabel("30 weights")
mathlib.show(
    fig,
    caption="Logistic regression on the tumours, a line per weight, for"
    " stronger and stronger leashes. L2 shrinks all of them together; L1 drops"
    " them one after the other.",
    alt="Two panels of thirty lines that run together towards zero; in the"
    " right one they arrive there one by one.",
)
assert (paths["L2"] != 0).all() and np.sum(paths["L1"][-1] == 0) > 25

# %% [markdown]
# **Dropout** (Srivastava et al. 2014) holds back in another way: in each training step, every number is switched off
# with probability $p$, on its own. Nobody can rely on one colleague. What stays is divided by $1 - p$, so that the
# expected output is the input:
#
# $$\tilde{\mathbf x} = \frac{\mathbf m\odot\mathbf x}{1 - p}, \qquad m_i \sim \mathrm{Bernoulli}(1 - p), \qquad
# \mathbb E[\tilde x_i] = \frac{(1 - p)\,x_i}{1 - p} = x_i .$$
#
# $p$ is the share that is **dropped**, as in PyTorch; some notes write $\mathbf m \sim \mathrm{Bernoulli}(p)$, and
# there it is the share that is kept. Thanks to the division (*inverted* dropout), evaluation is the identity. The
# slope is $m_i/(1 - p)$: what was switched off learns nothing in this step.
#
# **It is a leash, exactly.** Variance of the noise:
# $\mathrm{Var}(\tilde x_i) = \frac{x_i^2}{(1 - p)^2}\,p(1 - p) = \frac p{1 - p}x_i^2$. Drop inputs of *linear*
# regression: an expected square is the square of the mean plus the variance, and the masks are independent, so
#
# $$\mathbb E\,(\tilde{\mathbf x}\cdot\mathbf w - y)^2 = (\mathbf x\cdot\mathbf w - y)^2 + \frac p{1 - p}\sum_jx_j^2w_j^2 .$$
#
# An L2 penalty, heavier on features that are large. (In deep networks no such formula holds; that it helps there is
# experience.)
#
# By hand: $\mathbf x = [1, 2]$, $\mathbf w = [3, 1]$, $y = 4$, $p = 0.2$: error $1$; penalty $0.25\,(9 + 4) = 3.25$;
# together $4.25$.

# %%
x, w, y, p = np.array([1.0, 2]), np.array([3.0, 1]), 4.0, 0.2
masks = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
chance = np.where(masks, 1 - p, p).prod(axis=1)
exact = chance @ (masks * x / (1 - p) @ w - y) ** 2
print("all four masks, by their chances:", exact.round(4))
assert np.isclose(exact, 4.25)

rng = np.random.default_rng(0)
once = ml.dropout(np.ones(8), p=0.25, rng=rng)
print("eight ones, p = 0.25:", once.round(3))
many = ml.dropout(np.ones((4000, 8)), p=0.25, rng=rng)
print("mean over 4000 draws:", many.mean(axis=0).round(2))
grey = digits[np.flatnonzero(names == 4)[0]].reshape(8, 8)
fig, axes = plt.subplots(1, 6, figsize=(8, 1.7))
for ax, share in zip(axes, (0, 0.2, 0.2, 0.5, 0.5, 0.8), strict=True):
    ax.imshow(ml.dropout(grey, p=share, rng=rng), cmap="Greys", vmin=0,
              vmax=2)
    ax.set(title=f"p = {share}", xticks=[], yticks=[])
mathlib.show(
    fig,
    caption="A four as it is, and under five masks. What is left gets darker,"
    " so that on average nothing changes (beyond p = 0.5 the ink would go past"
    " black).",
    alt="Six small images of a four; more and more pixels are white, the"
    " others darker.",
)
assert np.abs(many.mean(axis=0) - 1).max() < 0.05

# %% [markdown]
# ### Exercise 13.13 ** · dropout (3 points)
#
# **Contract.** `dropout(x, *, p=0.5, training=True, rng)`: `x` an array of any shape, $0 \le p \le 1$, `rng` a NumPy
# generator. Each entry, on its own, becomes 0 with probability `p`, else $x/(1 - p)$. `training=False` gives `x`
# unchanged; `p=1` gives zeros, not `nan`. How you use `rng` is free: the check looks at the law.
#
# *Example:* `x = np.ones(8)`, `p=0.25`, `rng=np.random.default_rng(0)`, kept where `rng.random(8) >= 0.25`: returns
# `[1.333, 1.333, 0, 0, 1.333, 1.333, 1.333, 1.333]`.
#
# <details><summary>Hint 1</summary>One random number per entry: what shape must the draw have?</details>
# <details><summary>Hint 2</summary>For p = 1 the division is 0/0. Who handles it, and when?</details>

# %% exercise="dropout"
def dropout(x, *, p=0.5, training=True, rng):
    """Switch entries off with probability p, enlarge the others."""
    ### BEGIN SOLUTION
    if not training:
        return x
    if p == 1:  # nothing is left to be scaled
        return np.zeros_like(x)
    keep = rng.random(x.shape) >= p
    return keep * x / (1 - p)
    ### END SOLUTION

# %% check="dropout"
check("dropout")

# %% [markdown]
# ## 13.7 Many small questions: gradient boosting
#
# On tables (a row per customer, a column per fact) the winners are seldom networks. They are sums of small trees,
# each of which corrects the sum before it: XGBoost, LightGBM, scikit-learn's `HistGradientBoosting`. A tree asks
# questions like "is the area above 785?" and puts each sample in a **leaf**; all samples of a leaf get the same
# correction.
#
# Which correction? Sample $i$ has the score $z_i$ so far, and the loss has slope $g_i$ and curvature $h_i$ there. Add
# $f$ to all scores of a leaf; by Taylor (chapter 4), with a leash $\frac\lambda2f^2$,
#
# $$\sum_{i\in\text{leaf}}\Big(\ell_i + g_if + \tfrac12h_if^2\Big) + \tfrac\lambda2f^2 = \text{const} + Gf + \tfrac12(H + \lambda)f^2, \qquad G = \sum g_i,\; H = \sum h_i .$$
#
# A parabola in $f$, lowest at
#
# $$f^* = -\frac G{H + \lambda}, \qquad\text{where it has saved}\qquad \frac12\,\frac{G^2}{H + \lambda} .$$
#
# That is Newton's step (chapter 8), for a leaf. Split the leaf into left and right, and the **gain** is what the two
# save more than the one, minus a price $c$ for another leaf (XGBoost calls it `gamma`):
#
# $$\mathrm{gain} = \frac12\Big[\frac{G_L^2}{H_L + \lambda} + \frac{G_R^2}{H_R + \lambda} - \frac{(G_L + G_R)^2}{H_L + H_R + \lambda}\Big] - c .$$
#
# For yes or no, $g_i = \hat y_i - y_i$ (there it is again), and $h_i = \hat y_i(1 - \hat y_i)$, its slope.

# %% [markdown]
# **By hand.** Five samples in order of a feature, answers $0, 0, 1, 0, 1$; all scores 0, so $\hat y = \frac12$,
# $\mathbf g = [\frac12, \frac12, -\frac12, \frac12, -\frac12]$, $h = \frac14$; $\lambda = 1$, $c = 0$. Cut after the
# second: $G_L = 1$, $H_L = \frac12$; $G_R = -\frac12$, $H_R = \frac34$. Gain:
# $\frac12\big[\frac1{1.5} + \frac{0.25}{1.75} - \frac{0.25}{2.25}\big] = 0.349$. The left gets
# $-\frac1{1.5} = -0.667$, the right $\frac{0.5}{1.75} = 0.286$.
#
# Now 400 tumours, 30 columns, and trees with a single question, **stumps**. To keep the search short, each column is
# cut into ten bins of equal count first; that is what the "Hist" in scikit-learn's name does, with 255. All
# scores start at the log-odds of the share of malignant ones: the best constant guess (13.2). Each round tries all
# questions, asks the best, and moves by a tenth of $f^*$. The learning rate is a leash, too. Then scikit-learn gets the
# same bins.

# %%
g, h = np.array([1, 1, -1, 1, -1]) / 2, np.full(5, 0.25)
left = np.arange(5) < 2
print("by hand: gain", ml.boosting_split_gain(g, h, left).round(3), " leaves",
      ml.boosting_leaf_weight(g[left], h[left]).round(3),
      ml.boosting_leaf_weight(g[~left], h[~left]).round(3))
assert np.isclose(ml.boosting_split_gain(g, h, left), 0.349, atol=5e-4)

cuts = np.quantile(cells[shown], np.arange(1, 10) / 10, axis=0)
bins = np.stack([np.searchsorted(cuts[:, j], cells[:, j])
                 for j in range(30)], axis=1)
questions = [(j, bins[:, j] <= at) for j in range(30) for at in range(9)]


def grow(score, rounds):
    """Add stumps to the scores; return scores, columns asked, gains."""
    columns, first = [], None
    for _ in range(rounds):
        guess = nm.sigmoid(score)
        g, h = (guess - sick)[shown], (guess * (1 - guess))[shown]
        gains = [ml.boosting_split_gain(g, h, below[shown])
                 for _, below in questions]
        column, below = questions[np.argmax(gains)]
        for side in (below, ~below):
            f = ml.boosting_leaf_weight(g[side[shown]], h[side[shown]])
            score = score + 0.1 * f * side
        columns.append(column)
        first = gains if first is None else first
    return score, columns, first


share = sick[shown].mean()
start = np.full(569, np.log(share / (1 - share)))  # log-odds
score, columns, first = grow(start, 60)
trees = HistGradientBoostingClassifier(
    max_iter=60, max_leaf_nodes=2, l2_regularization=1.0, learning_rate=0.1,
    min_samples_leaf=1, early_stopping=False).fit(bins[shown], sick[shown])
gap = np.abs(score - trees.decision_function(bins)).max()
hits = np.mean((score > 0) == sick, where=hidden)
print("60 stumps: scikit-learn's scores to 1e-5:", gap < 1e-5)
print(f"{hits:.1%} of the hidden tumours read right")
assert gap < 1e-5 and hits > 0.93

# %% [markdown]
# The same 60 questions, the same leaves. (scikit-learn stores gradients in single precision; hence the last digits.)
# It agrees so well because both have the same bins: on raw columns scikit-learn's 255 bins and yours would cut in
# slightly different places.
#
# **What did it ask?** A model of many small questions can be read, a little:

# %%
facts = load_breast_cancer().feature_names
best = np.reshape(first, (30, 9)).max(axis=1)
counts = np.bincount(columns, minlength=30)
top = np.argsort(-best)[:14][::-1]
fig, axes = plt.subplots(1, 2, figsize=(7.4, 3.3), sharey=True)
for ax, numbers, label in (
        (axes[0], best, "gain of its best cut, first round"),
        (axes[1], counts, "stumps that ask for it")):
    ax.barh(range(14), numbers[top], height=0.7, color="C0")
    ax.set(xlabel=label)
axes[0].set_yticks(range(14), facts[top], fontsize=8)
mathlib.show(
    fig,
    caption="The 14 columns with the best first question. Left: what each"
    f" would have gained. Right: how many of the 60 stumps asked for it"
    f" ({counts[top].sum()} in all). Columns that say nearly what another has"
    " said already are left alone.",
    alt="Two panels of horizontal bars over the same names. On the left they"
    " fall slowly; on the right a few are long and most are missing.",
)
assert np.sum(counts[top] == 0) >= 4

# %% [markdown]
# **Where it is load-bearing.** Prices, clicks, fraud, credit: where the data are a table, gradient boosting is the
# first thing to try and often the last (Grinsztajn et al. 2022 measured it against networks on 45 data sets). The
# leaf weight and the gain are XGBoost's (Chen and Guestrin 2016); the idea of descending in the space of functions is
# Friedman's (2001).
#
# ## 13.8 Without answers: k-means
#
# No $\mathbf y$ any more, only points. Which belong together? **k-means** looks for $K$ centroids $\boldsymbol\mu_k$
# and a partition of the points into clusters $C_k$ with a small
#
# $$J = \sum_{k=1}^K\;\sum_{\mathbf x\in C_k}\lVert\mathbf x - \boldsymbol\mu_k\rVert^2 ,$$
#
# scikit-learn's *inertia*. Both at once is hard (NP-hard, in general). One at a time is easy, so it takes turns:
#
# 1. **assign**: every point joins the nearest centroid (at a tie, the one with the lower number);
# 2. **update**: every centroid moves to the mean of its members;
#
# and again, until nothing moves. No gradient, no learning rate: not all of machine learning is gradient descent. (It is EM
# of chapter 7, in the limit of equal, tiny covariances. Chapter 1 met it too, with $J$ divided by $N$.)
#
# **By hand.** Points $0, 1, 5, 9$ on a line, centroids $0$ and $1$. Assign: $\{0\}$ and $\{1, 5, 9\}$;
# $J = 0 + 0 + 16 + 64 = 80$. Update: $0$ and $5$; $J = 16 + 0 + 16 = 32$. Assign: the 1 is nearer to 0 now:
# $\{0, 1\}$ and $\{5, 9\}$, $J = 1 + 0 + 16 = 17$. Update: $0.5$ and $7$, $J = 0.25 + 0.25 + 4 + 4 = 8.5$. Nothing
# moves any more.
#
# **And who has no members?** The mean of nothing is $0/0$. Ours keeps its place (a convention; scikit-learn moves it
# to a far point).

# %%
X = np.array([[0.0], [1], [5], [9]])
centroids = np.array([[0.0], [1]])
for _ in range(3):
    labels = ml.kmeans_assign(X, centroids)
    before = np.sum((X - centroids[labels]) ** 2)
    centroids = ml.kmeans_update(X, labels, centroids)
    after = np.sum((X - centroids[labels]) ** 2)
    print(f"labels {labels}, J = {before:4.1f}; centroids"
          f" {centroids[:, 0]}, J = {after:4.1f}")
assert after == 8.5 == before

# %% [markdown]
# ### Half a step at a time
#
# In the explorer every step is half a round: the points choose (the lands show who is nearest), then the centroids
# move, and $J$ falls. Try the start **random points** on the four clouds: it ends, for good, with two centroids in
# one cloud and two clouds under one. Nothing is wrong with the algorithm: it stops where neither turn helps, and that
# need not be the lowest $J$.
#
# Then the ring: k-means draws straight borders, halfway between centroids. What is not a blob it cuts in pieces.

# %%
explorer = mathlib.explore.k_means_steps()
fig = explorer.still()
mathlib.show(
    fig,
    caption="Four states of the explorer below. (a) All centroids begin in a"
    " corner, the points have chosen. (b) At half-step 6 it has found the"
    " clouds. (c) Another start ends in a worse place, and stays there."
    " (d) A ring around a disc is no case for straight borders.",
    alt="Four panels of points coloured by cluster, with centroids, the ways"
    " they took, and the falling objective beside each.",
)
explorer

# %% [markdown]
# ### Exercise 13.14 ** · why it works, in writing (5 points, read by a person)
#
# 1. One cluster $C$ with at least one point is fixed. Let $J_C(\boldsymbol\mu) = \sum_{\mathbf x\in C}\lVert\mathbf x - \boldsymbol\mu\rVert^2$. Set its gradient to zero: which
#    $\boldsymbol\mu$ solves it?
# 2. Show, without derivatives, that this is the one and only minimum: write $J_C(\boldsymbol\mu)$ as $J_C$ at the mean $\bar{\mathbf x}$ plus something that is never negative.
# 3. Show that neither the assign step nor the update step can raise $J$. What about a cluster without members, which keeps its centroid?
# 4. Show that the algorithm stops after finitely many rounds. (How many partitions are there?)
# 5. Show that where it stops need not be the best: four points $(0, 0), (4, 0), (0, 2), (4, 2)$, $K = 2$. Give two different places where it stops, and their $J$.
#
# Write formulas between dollar signs, with one reason for each step.

# %% [markdown] written="kmeans_derivation"
# **1.**
# $\nabla J_C = \sum_{\mathbf x\in C}2(\boldsymbol\mu - \mathbf x) = 2\big(|C|\,\boldsymbol\mu - \sum_{\mathbf x\in C}\mathbf x\big)$,
# which is $\mathbf 0$ for $\boldsymbol\mu = \frac1{|C|}\sum_{\mathbf x\in C}\mathbf x = \bar{\mathbf x}$ and for no
# other.
#
# **2.**
# $\lVert\mathbf x - \boldsymbol\mu\rVert^2 = \lVert\mathbf x - \bar{\mathbf x}\rVert^2 + 2(\mathbf x - \bar{\mathbf x})\cdot(\bar{\mathbf x} - \boldsymbol\mu) + \lVert\bar{\mathbf x} - \boldsymbol\mu\rVert^2$.
# Summed over $C$, the middle term is
# $2\big(\sum(\mathbf x - \bar{\mathbf x})\big)\cdot(\bar{\mathbf x} - \boldsymbol\mu) = 0$, since deviations from a
# mean add up to $\mathbf 0$. So
# $J_C(\boldsymbol\mu) = J_C(\bar{\mathbf x}) + |C|\,\lVert\bar{\mathbf x} - \boldsymbol\mu\rVert^2$, larger than
# $J_C(\bar{\mathbf x})$ unless $\boldsymbol\mu = \bar{\mathbf x}$.
#
# **3.** Assign: each point's term becomes its smallest squared distance, so no term grows. Update: $J$ is the sum of
# the $J_{C_k}$, and by 2. each of them falls or stays. A cluster without members contributes an empty sum, 0,
# wherever its centroid stands.
#
# **4.** After an update (with members) $J$ depends on the partition alone, since the centroids are its means. If a
# round moves a centroid that has members, $J$ falls strictly, by 2.; so no partition can come back later. There are
# at most $K^N$ partitions, so after finitely many rounds no such centroid moves; then the assignment stays what it is
# (ties always go the same way), and it stops.
#
# **5.** Centroids $(2, 0)$ and $(2, 2)$: the lower two points are nearest to the first, the upper two to the second,
# and their means are these centroids. It stops, with $J = 4\cdot2^2 = 16$. Centroids $(0, 1)$ and $(4, 1)$: left and
# right, also at rest, with $J = 4\cdot1^2 = 4$.

# %% [markdown]
# ### A good start
#
# Since the end depends on the start, start well. **k-means++** (Arthur and Vassilvitskii 2007) draws the first
# centroid evenly from the points, and each further one with a probability in proportion to $D^2(\mathbf x)$, the
# **squared** distance to the nearest centroid so far. Far points are likely; yet it is a lottery, so that one outlier
# doesn't win for certain. On average its $J$ is within a factor $8(\log K + 2)$ of the best, before a single round.
# (scikit-learn draws several candidates each time and keeps the best.)
#
# Below: the pixels of a photograph are points in the space of red, green and blue. $K$ centroids are a **palette**;
# each pixel is painted with its own. This is vector quantisation: the same idea stores embeddings in the indexes of
# chapter 23.

# %%
photo = load_sample_image("flower.jpg")[::5, ::5] / 255
pixels = photo.reshape(-1, 3)
fig, axes = plt.subplots(1, 4, figsize=(8.6, 1.95))
axes[0].imshow(photo)
axes[0].set_title(f"{len(np.unique(pixels, axis=0))} colours")
for ax, K in zip(axes[1:], (2, 4, 12), strict=True):
    rng = np.random.default_rng(1)
    palette, labels, J = ml.kmeans(pixels, K, rng=rng)
    ax.imshow(palette[labels].reshape(photo.shape))
    ax.set_title(f"K = {K}, J = {J:.0f}")
    theirs = KMeans(K, init=ml.kmeans_plus_plus(
        pixels, K, rng=np.random.default_rng(1)), n_init=1).fit(pixels)
    print(f"K = {K:2}: J = {J:.2f}, scikit-learn from the same start"
          f" {theirs.inertia_:.2f}")
    assert np.isclose(J, theirs.inertia_, rtol=1e-3)
for ax in axes:
    ax.set(xticks=[], yticks=[])
mathlib.show(
    fig,
    caption="A photograph in few colours. The palette was found by k-means in"
    " the space of colours; J falls with every further colour, so J alone"
    " can't tell how many are enough.",
    alt="A flower, four times: as photographed, and in two, four and twelve"
    " colours.",
)

# %% [markdown]
# **Straight borders, bent coordinates.** [Chapter 11](../11_graph_theory/11_graph_theory.ipynb) gave every node of a
# graph new coordinates, the first eigenvectors of its Laplacian, and promised that k-means would finish the job. Here
# it does: the ring around a disc, as a graph in which near points hang together. In the new coordinates each part is
# one dot, nearly, and two dots are easy.

# %%
rng = np.random.default_rng(0)
angle = rng.uniform(0, 2 * np.pi, 150)
radius = np.r_[0.7 * np.sqrt(rng.random(50)),
               2 + 0.09 * rng.normal(size=100)]
ring = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
apart = np.sum((ring[:, None] - ring) ** 2, axis=-1)
A = np.exp(-apart / (2 * 0.25**2)) * (1 - np.eye(150))
coordinates = gt.spectral_embedding(A, 2)
fig, axes = plt.subplots(1, 3, figsize=(8.4, 2.7))
for ax, title, points, found_in in (
        (axes[0], "k-means on the points", ring, ring),
        (axes[1], "the new coordinates", coordinates, coordinates),
        (axes[2], "k-means on those", ring, coordinates)):
    labels = ml.kmeans(found_in, 2, rng=np.random.default_rng(0))[1]
    for k, look in enumerate(("C0o", "C1s")):
        ax.plot(*points[labels == k].T, look, ms=3.5, alpha=0.7)
    ax.set(title=title, xticks=[], yticks=[])
    ax.margins(0.1)
    if points is ring:
        ax.set_aspect("equal")
    else:
        ax.set(xlabel="eigenvector 1 (constant)", ylabel="eigenvector 2",
               xlim=(0, 2 / 150**0.5))
mathlib.show(
    fig,
    caption="Left: k-means cuts the ring in two. Middle: the same points in"
    " the coordinates of chapter 11: the ring is one dot, the disc another."
    " Right: clusters found there, drawn here.",
    alt="Three scatter plots: a ring and a disc cut by a line, two small"
    " heaps, and the ring and the disc in two colours.",
)
assert len(set(labels[:50])) == len(set(labels[50:])) == 1
assert labels[0] != labels[-1]

# %% [markdown]
# ### Exercise 13.15 *** · k-means, all of it (4 points)
#
# Four functions, one check. `X` `(n, d)`, `centroids` `(k, d)`, float arrays.
#
# **Contract.** `kmeans_assign(X, centroids)`: `(n,)` integers, the number of the nearest centroid; a tie goes to the
# lower one. Exact for data near $10^8$, so subtract before you square. `kmeans_update(X, labels, centroids)`: new
# `(k, d)`, the means of the members; who has none **keeps** its place. No argument is changed.
#
# `kmeans_plus_plus(X, n_clusters, *, rng)`: `(n_clusters, d)`, rows of `X`. The first is `X[rng.integers(n)]`, each
# further one `X[rng.choice(n, p=s / s.sum())]` with `s` the squared distances to the nearest centroid so far. (`X`
# has at least `n_clusters` different rows.)
#
# `kmeans(X, n_clusters, *, max_iter=300, tol=1e-4, rng)`: start with k-means++ and this `rng`; then at most
# `max_iter` ($\ge 1$) rounds of assign and update, and stop after the round in which the squared moves of all
# centroids add up to at most `tol` times the mean of the columns' variances (`ddof=0`). Return
# `(centroids, labels, inertia)`; labels and inertia $J$ belong to the **returned** centroids.
#
# *Example:* `X = [[0, 0], [0, 2], [1, 1], [6, 1], [8, 3], [7, 2]]` and `centroids = [[0, 1], [6, 2], [50, 50]]` (as
# float arrays): labels `[0, 0, 0, 1, 1, 1]`, update `[[0.3333, 1], [7, 2], [50, 50]]`. With `[20, 20]` as a seventh
# row, `kmeans(X, 3, rng=np.random.default_rng(0))` gives centroids `[[7, 2], [20, 20], [0.3333, 1]]`, labels
# `[2, 2, 2, 0, 0, 0, 1]`, inertia `6.6667`, and `kmeans_plus_plus` with the same `rng` `[[7, 2], [20, 20], [0, 0]]`.
#
# <details><summary>Hint 1</summary><code>X[:, None] - centroids</code> has the shape (n, k, d). Which axis do you sum over, and which does the argmin run along?</details>
# <details><summary>Hint 2</summary><code>X[labels == k]</code> are the members of cluster k. Copy the centroids first, then overwrite those that have members.</details>
# <details><summary>Hint 3</summary>When the loop ends, the labels belong to the centroids of one round ago. Assign once more.</details>

# %% exercise="kmeans_assign"
def kmeans_assign(X, centroids):
    """Return each point's nearest centroid, (n,) integers."""
    ### BEGIN SOLUTION
    gaps = X[:, None] - centroids  # (n, k, d)
    return np.argmin(np.sum(gaps**2, axis=-1), axis=1)
    ### END SOLUTION


def kmeans_update(X, labels, centroids):
    """Return the means of the members, (k, d)."""
    ### BEGIN SOLUTION
    centroids = centroids.copy()
    for k in range(len(centroids)):
        if np.any(labels == k):
            centroids[k] = np.mean(X[labels == k], axis=0)
    return centroids
    ### END SOLUTION


def kmeans_plus_plus(X, n_clusters, *, rng):
    """Draw far-apart rows of X as first centroids."""
    ### BEGIN SOLUTION
    centroids = [X[rng.integers(len(X))]]
    while len(centroids) < n_clusters:
        gaps = X[:, None] - centroids
        squares = np.min(np.sum(gaps**2, axis=-1), axis=1)
        i = rng.choice(len(X), p=squares / np.sum(squares))
        centroids.append(X[i])
    return np.stack(centroids)
    ### END SOLUTION


def kmeans(X, n_clusters, *, max_iter=300, tol=1e-4, rng):
    """Return (centroids, labels, inertia)."""
    ### BEGIN SOLUTION
    centroids = kmeans_plus_plus(X, n_clusters, rng=rng)
    still = tol * np.mean(np.var(X, axis=0))
    for _ in range(max_iter):
        old = centroids
        centroids = kmeans_update(X, kmeans_assign(X, old), old)
        if np.sum((centroids - old) ** 2) <= still:
            break
    labels = kmeans_assign(X, centroids)
    return centroids, labels, np.sum((X - centroids[labels]) ** 2)
    ### END SOLUTION

# %% check="kmeans_assign"
check("kmeans_assign")

# %% [markdown]
# ## Common mistakes
#
# | one often sees | why it is wrong | what is right |
# |---|---|---|
# | `y` of shape `(N, 1)` beside guesses `(N,)` | broadcasts to `(N, N)`, and the mean looks fine | equal shapes, checked |
# | $\sigma'$ in the gradient of logistic regression | that is the square's; sure and wrong learns nothing | $\hat y - y$ |
# | probabilities clipped at $10^{-7}$ | the loss is capped at 16, its slope is 0 there | work from logits |
# | softmax, then `F.cross_entropy` | a softmax of a softmax; never below 1.46 for ten classes | hand over logits |
# | slope through softmax as $\hat y_k(1 - \hat y_k)$ | only the diagonal of its Jacobian | $\hat{\mathbf y} - \mathbf y$, all entries |
# | "tanh and sigmoid have slopes up to 0.25" | tanh reaches 1 | $\sigma' \le \frac14$, $\tanh' \le 1$ |
# | $(x - \mu)/(\sqrt v + \epsilon)$ | blows up constant rows | $\sqrt{v + \epsilon}$, `ddof=0` |
# | batch statistics at evaluation | your answer depends on your neighbours | running statistics |
# | dropout with $\mathbf m \sim \mathrm{Bernoulli}(p)$, no division | keeps a share $p$, and everything shrinks | drop $p$, divide by $1 - p$ |
# | Xavier's $\sqrt{6/(\dots)}$ as a standard deviation | it is the bound of the uniform law | $\sqrt{2/(\dots)}$ |
# | "L2 is weight decay" | true for SGD, not for Adam | AdamW |
# | "L1's gradient gives zeros" | $\mathrm{sign}(w)$ trembles around 0 | soft threshold |
#
# And one about words: "cross-entropy makes calibrated models". The true probabilities are what minimises it *on
# average*; a network with room to learn its samples by heart goes on until it is too sure of itself (Guo et al. 2017;
# chapter 25).
#
# ## The same in PyTorch
#
# | here | PyTorch |
# |---|---|
# | $XW^\top + \mathbf b$ | `torch.nn.Linear` |
# | `ml.mse`, `ml.mae`, `ml.huber` | `torch.nn.MSELoss`, `L1Loss`, `HuberLoss(delta=)` |
# | `ml.bce_with_logits` | `torch.nn.BCEWithLogitsLoss` (logits) |
# | `ml.cross_entropy_loss` | `torch.nn.CrossEntropyLoss` (**logits**; classes on axis 1) |
# | `ml.relu`, `leaky_relu`, `tanh`, `gelu`, `silu` | `F.relu`, `F.leaky_relu`, `torch.tanh`, `F.gelu`, `F.silu` |
# | `ml.layer_norm`, `ml.rms_norm`, `ml.batch_norm` | `torch.nn.LayerNorm`, `RMSNorm`, `BatchNorm1d`, `BatchNorm2d` (training unless `.eval()`; `F.batch_norm` the other way round) |
# | `ml.dropout(p=0.1)` | `torch.nn.Dropout(p=0.1)` |
# | `ml.xavier_uniform`, `ml.he_normal` | `torch.nn.init.xavier_uniform_`, `kaiming_normal_` |
# | chapter 8 | `torch.optim.Adam`, `AdamW` (decay 0.01); `lr_scheduler.CosineAnnealingLR`, `OneCycleLR` |
#
# `F.cosine_similarity` is often listed among the losses. It is a similarity: large is good. As a loss, take 1 minus it.

# %%
x, y = torch.randn(2, 6, 5, generator=torch.Generator().manual_seed(0))
labels = torch.tensor([0, 4, 1, 2, 2, 3])
zero, one = torch.zeros(5), torch.ones(5)
N = torch.nn
pairs = {
    "MSELoss": (ml.mse(y, x), N.MSELoss()(x, y)),
    "L1Loss": (ml.mae(y, x), N.L1Loss()(x, y)),
    "HuberLoss": (ml.huber(y, x, delta=0.5), N.HuberLoss(delta=0.5)(x, y)),
    "BCEWithLogitsLoss": (ml.bce_with_logits(x, (y > 0).float()),
                          N.BCEWithLogitsLoss()(x, (y > 0).float())),
    "CrossEntropyLoss": (ml.cross_entropy_loss(x, labels),
                         N.CrossEntropyLoss()(x, labels)),
    "LeakyReLU": (ml.leaky_relu(x), N.LeakyReLU()(x)),
    "GELU": (ml.gelu(x), N.GELU()(x)),
    "SiLU": (ml.silu(x), N.SiLU()(x)),
    "LayerNorm": (ml.layer_norm(x), N.LayerNorm(5)(x)),
    "RMSNorm": (ml.rms_norm(x), N.RMSNorm(5, eps=1e-6)(x)),
    "BatchNorm1d": (ml.batch_norm(x, zero, one)[0], N.BatchNorm1d(5)(x)),
}
for name, (ours, theirs) in pairs.items():
    assert torch.allclose(ours, theirs, atol=1e-6), name
print("the same to single precision:", ", ".join(pairs))
with torch.no_grad():
    assert torch.allclose(F.cosine_similarity(x, 2 * x), torch.ones(6))

# %% [markdown]
# ## Summary: one screen
#
# | | formula | function |
# |---|---|---|
# | linear regression | $\frac1N\lVert X\mathbf w - \mathbf y\rVert^2$, slope $\frac2NX^\top(X\mathbf w - \mathbf y)$ | `ml.linear_regression_loss`, `ml.linear_regression_gradient` |
# | means, medians, both | $r^2$, $\lvert r\rvert$, Huber: slope clipped at $\delta$ | `ml.mse`, `ml.mae`, `ml.huber` |
# | yes or no | $\max(z, 0) - zy + \log(1 + e^{-\lvert z\rvert})$, slope $\hat y - y$ | `ml.bce_with_logits`, `ml.logistic_loss`, `ml.logistic_gradient` |
# | rare answers | $-\alpha_t(1 - \hat y_t)^\gamma\log\hat y_t$ | `ml.sigmoid_focal_loss` |
# | one of $K$ | $\mathrm{LSE}(\mathbf z) - z_y$, slope $\hat{\mathbf y} - \mathbf y$; $\frac1N(\hat Y - Y)^\top X$ | `ml.cross_entropy_loss`, `ml.cross_entropy_gradient`, `ml.softmax_regression_gradient` |
# | bends | $\max(0, x)$, $x\,\Phi(x)$, $x\,\sigma(x)$, … | `ml.relu`, `ml.leaky_relu`, `ml.tanh`, `nm.sigmoid`, `ml.gelu`, `ml.gelu_derivative`, `ml.silu`, `ml.silu_derivative` |
# | start | variance $\frac2{n_{\text{in}} + n_{\text{out}}}$; ReLU: $\frac2{n_{\text{in}}}$ | `ml.xavier_uniform`, `ml.xavier_normal`, `ml.he_normal` |
# | norms | $w\,\frac{x - \mu}{\sqrt{v + \epsilon}} + b$; columns, rows, rows without $\mu$ | `ml.batch_norm`, `ml.layer_norm`, `ml.rms_norm` |
# | leashes | $\frac\lambda2\lVert\mathbf w\rVert_2^2$, $\lambda\lVert\mathbf w\rVert_1$, $\frac{\mathbf m\odot\mathbf x}{1 - p}$ | `ml.l2_penalty`, `ml.l2_gradient`, `ml.l1_penalty`, `ml.dropout` |
# | boosting | $-\frac G{H + \lambda}$; gain: $\frac12\frac{G^2}{H + \lambda}$ of left plus right, minus that of both together, minus $c$ | `ml.boosting_leaf_weight`, `ml.boosting_split_gain` |
# | k-means | nearest centroid, then mean of the members | `ml.kmeans_assign`, `ml.kmeans_update`, `ml.kmeans_plus_plus`, `ml.kmeans` |
#
# **Five questions to ask yourself.**
#
# <details><summary>1. A colleague trains a classifier with the squared error of a sigmoid. It sits at a high loss and does not move. What happened, probably?</summary>It is sure and wrong: σ′ is nearly 0 there, and it multiplies the gradient. With cross-entropy the slope would be ŷ − y, nearly −1 or 1.</details>
# <details><summary>2. Ten classes, and the loss is 2.30 at the start. Good or bad?</summary>As it should be: log 10 = 2.303 is the loss of even guesses. Much more means that the first weights are too large, or that something is wrong with the labels.</details>
# <details><summary>3. You move a model with batch norm from batches of 256 to batches of 2. What breaks, training or evaluation?</summary>Training: means and variances of two samples are mostly noise. Evaluation uses the running ones, and would work; but those are averages of noise now.</details>
# <details><summary>4. Dropout of 0.5, and somebody forgot to divide by 1 − p, in training and in evaluation. What do you see?</summary>In evaluation all numbers are twice as large, on average, as the layers behind them have learnt to expect. Training looks fine; the test is bad.</details>
# <details><summary>5. k-means with K = 5 has J = 40, with K = 6 J = 35. Is six better?</summary>Not for that reason: the lowest J falls with every further centroid, down to 0 for K = N. Ask what the clusters are for, or look at data that were held back.</details>

# %% [markdown]
# ## Further reading
#
# **Losses and models.** J. Nelder, R. Wedderburn, generalised linear models, *J. R. Stat. Soc. A* 135 (1972),
# doi:10.2307/2344614. P. Huber, *Ann. Math. Stat.* 35 (1964), doi:10.1214/aoms/1177703732. D. Cox, *J. R. Stat. Soc.
# B* 20 (1958), doi:10.1111/j.2517-6161.1958.tb00292.x. T.-Y. Lin et al., focal loss, 2017, arXiv:1708.02002. C. Guo
# et al., calibration, 2017, arXiv:1706.04599. V. Mnih et al., DQN, *Nature* 518 (2015), doi:10.1038/nature14236.
#
# **Bends and starts.** D. Hendrycks, K. Gimpel, GELU, 2016, arXiv:1606.08415. S. Elfwing et al., SiLU, 2018,
# arXiv:1702.03118. X. Glorot, Y. Bengio, *AISTATS* 2010 (PMLR 9). K. He et al., 2015, arXiv:1502.01852.
#
# **Norms and leashes.** S. Ioffe, C. Szegedy, 2015, arXiv:1502.03167. J. Ba, J. Kiros, G. Hinton, 2016,
# arXiv:1607.06450. B. Zhang, R. Sennrich, 2019, arXiv:1910.07467. N. Srivastava et al., dropout, *J. Mach. Learn.
# Res.* 15 (2014). S. Wager, S. Wang, P. Liang, dropout as a penalty, 2013, arXiv:1307.1493.
#
# **Trees and clusters.** J. Friedman, *Ann. Stat.* 29 (2001), doi:10.1214/aos/1013203451. T. Chen, C. Guestrin,
# XGBoost, 2016, arXiv:1603.02754. L. Grinsztajn, E. Oyallon, G. Varoquaux, 2022, arXiv:2207.08815. S. Lloyd, *IEEE
# Trans. Inf. Theory* 28 (1982), doi:10.1109/TIT.1982.1056489. D. Arthur, S. Vassilvitskii, k-means++, *SODA* 2007.
#
# **The data.** Diabetes: B. Efron et al., *Ann. Stat.* 32 (2004), doi:10.1214/009053604000000067. Breast cancer: W.
# Wolberg et al., UCI, 1995, doi:10.24432/C5DW2B. Digits: E. Alpaydin, C. Kaynak, UCI, 1998, doi:10.24432/C50P49.
# Wine: S. Aeberhard, M. Forina, UCI, 1992, doi:10.24432/C5PC7J.
#
# Next: chapter 14 stacks these parts, and sends the gradient back through all of them.

# ---
# jupyter:
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 7. Statistics
#
# **What may you conclude?**
#
# Seven hundred people had kidney stones, and one of two treatments. Three months later somebody counted who was rid of
# them. The counts are real, they are large, and nobody has made a mistake in adding them up.

# %%
import math
import re
from pydoc_data.topics import topics

import matplotlib.pyplot as plt
import numpy as np
from scipy import optimize
from scipy.special import expit, stdtr
from sklearn.datasets import load_diabetes, load_iris
from statsmodels.datasets import nile, randhie, sunspots

import mathlib
import mathlib.decompositions as dc  # noqa: F401
import mathlib.foundations as fd
import mathlib.multivariate_calculus as mc
import mathlib.probability as pr
import mathlib.statistics as st
from mathlib import check

mathlib.style()

# %%
# stones[size, treatment, outcome]: small, large; A, B; failed, cured
stones = np.array([[[6, 81], [36, 234]], [[71, 192], [25, 55]]])
cured = stones[..., 1] / stones.sum(axis=2)
overall = stones.sum(axis=0)[:, 1] / stones.sum(axis=(0, 2))

fig, axes = plt.subplots(1, 2, figsize=(6.8, 2.8), width_ratios=[1, 2.1])
shown = [("all stones", overall, axes[0])] + [
    (f"{name} stones", cured[i], axes[1])
    for i, name in enumerate(("small", "large"))]
for i, (_, rates, ax) in enumerate(shown):
    for k, rate in enumerate(rates):
        at = k + 2.8 * (i == 2)
        ax.bar(at, rate, width=0.85, color=f"C{k}")
        ax.text(at, rate + 0.015, f"{rate:.0%}", ha="center")
        ax.text(at, 0.05, "AB"[k], ha="center", color="white", weight="bold")
axes[0].set(xticks=[0.5], xticklabels=["all stones"], ylabel="share cured")
axes[1].set(xticks=[0.5, 3.3], xticklabels=["small stones", "large stones"])
for ax in axes:
    ax.set(ylim=(0, 1.08), yticks=[0, 0.5, 1])
    ax.grid(False)
mathlib.show(
    fig,
    caption="The same 700 patients twice. Of all stones, B cures more; of"
    " the small ones A does, and of the large ones A does, too.",
    alt="Three pairs of bars. In the first pair B is higher than A, in the"
    " two others A is higher than B.",
)
assert overall[1] > overall[0] and (cured[:, 0] > cured[:, 1]).all()

# %% [markdown]
# **Which treatment would you take?** "It depends on my stone" is no way out: whichever you have, A did better. "I don't
# know which I have" is none either: then you have one or the other. And yet, of all who came, B cured more.
#
# No formula of chapter 6 settles this, since all three pairs of bars are correct probabilities. The answer comes in
# 7.8. Until then we learn the trade: going back from data to what made them.
#
# **After this chapter you can**
#
# - say which numbers make your data most likely, and how sharply the data say so;
# - mix what you believed with what you saw, in the right proportion;
# - fit a line, keep it on a leash, and put an error bar on every weight;
# - draw from a posterior that nobody can integrate, and tell whether the draws are any good;
# - sort texts by counting words, and flowers without being told their names;
# - say whether a difference could be chance, and notice when the test was told a lie;
# - tell "those who took it" from "if you take it".
#
# **You need** chapter 6 (densities, Bayes, expectations), least squares and the SVD (2, 3), gradients and Hessians (5).
# **Time:** two and a half hours to read; the 16 exercises take four to five hours more, and one derivation a pencil.

# %% [markdown]
# ## 7.1 The most likely story
#
# From 1871 to 1970 somebody measured each year how much water the Nile brought to Aswan: $n = 100$ numbers $\mathbf x =
# (x_1, \dots, x_n)$. Suppose that a Gaussian made them, with a mean $\mu$ and a standard deviation $\sigma$ that nobody
# tells us. Write $\theta$ for what we don't know: here $\theta = (\mu, \sigma)$.
#
# **The law.** If the years are independent, the density of all of them is a product. Read as a function of $\theta$,
# with the data fixed, it is the *likelihood*. The **maximum likelihood estimate** is the $\theta$ that makes it
# largest. The logarithm has its maximum at the same place, and turns the product into a sum:
#
# $$\hat\theta_{\mathrm{MLE}} = \arg\max_\theta\prod_{i=1}^np(x_i\mid\theta) =
# \arg\max_\theta\sum_{i=1}^n\log p(x_i\mid\theta) = \arg\min_\theta\;
# \underbrace{-\sum_{i=1}^n\log p(x_i\mid\theta)}_{\text{negative log-likelihood}} .$$
#
# **For the Gaussian** the last sum is $\frac n2\log(2\pi\sigma^2) + \frac1{2\sigma^2}\sum_i(x_i - \mu)^2$. Set its
# derivatives to zero. By $\mu$: $-\frac1{\sigma^2}\sum_i(x_i - \mu) = 0$. By $v = \sigma^2$: $\frac n{2v} -
# \frac1{2v^2}\sum_i(x_i - \mu)^2 = 0$. So
#
# $$\hat\mu = \frac1n\sum_ix_i = \bar x, \qquad \hat\sigma^2 = \frac1n\sum_i(x_i - \bar x)^2 .$$
#
# **By hand.** $1, 2, 3, 6$: the mean is 3, the squared distances $4, 1, 0, 9$ add up to 14, and $\hat\sigma^2 = 14/4 =
# 3.5$. Divided by $n - 1$ it would be $4.67$: right on average over many samples (*unbiased*, chapter 6), but not the
# most likely. Why on average too small? Because $\bar x$ sits closer to its own data than the true mean does.

# %%
mean, var = st.gaussian_mle([1, 2, 3, 6])
print(f"by hand: mean {mean:.1f}, variance {var:.1f}")
assert mean == 3 and var == 3.5

flow = nile.load_pandas().data.volume.to_numpy()
years = 1871 + np.arange(flow.size)
mean, var = st.gaussian_mle(flow)


def log_pdf(x):
    return pr.gaussian_log_pdf(x, mean, var**0.5)


nll = st.negative_log_likelihood(log_pdf, flow)
print(f"Nile: mean {mean:.0f}, standard deviation {var**0.5:.0f}")
print(f"negative log-likelihood {nll:.1f}, the likelihood itself"
      f" {np.prod(np.exp(log_pdf(flow))):.0e}")
assert math.exp(-1.15 * nll) == 0 < math.exp(-1.1 * nll)

m, s = np.meshgrid(np.linspace(840, 1000, 81), np.linspace(125, 240, 81))
surface = -pr.gaussian_log_pdf(flow[:, None, None], m, s).sum(axis=0)
fig, axes = plt.subplots(1, 2, figsize=(7, 2.8), width_ratios=[1.4, 1])
axes[0].plot(years, flow, ".-", ms=4, lw=0.8)
axes[0].axhline(mean, color="C1")
axes[0].axhspan(mean - var**0.5, mean + var**0.5, color="C1", alpha=0.15)
axes[0].set(xlabel="year", ylabel="flow (10⁸ m³)")
lines = axes[1].contour(m, s, surface - nll, levels=[0.5, 2, 4.5, 8],
                        colors="C0")
axes[1].clabel(lines, fmt="+%g", fontsize=8)
axes[1].plot(mean, var**0.5, "o", color="C1")
axes[1].set(xlabel="mean", ylabel="standard deviation")
mathlib.show(
    fig,
    caption="A hundred years of the Nile, and how much worse than the best"
    f" (dot, {nll:.1f}) the negative log-likelihood of other Gaussians is.",
    alt="Left, a jagged time series with a horizontal line and a band, the"
    " first third mostly above it. Right, four nested ovals around a dot.",
)

# %% [markdown]
# **Why the logarithm is no luxury.** The likelihood of a hundred years is a number with 284 zeros after the point.
# Fifteen more such years and it is 0 in floating point, for *every* $\theta$: nothing left to maximise. A training run
# has a million million tokens.
#
# **What it does not say.** That a Gaussian made the data. It names the best Gaussian, even if none is any good. Look at
# the years up to 1898 again: we'll come back to them (7.7).
#
# **Where it is load-bearing.** Nearly every training loss is this number. A language model minimises $-\sum_t\log
# p_\theta(x_t\mid x_{<t})$. The squared error is a Gaussian's, with $\sigma$ held fixed, the absolute error a Laplace's
# (chapter 6), cross-entropy a categorical's.
#
# ### Exercise 7.1 * · the number that training makes small (2 points)
#
# **Contract.** `gaussian_mle(x)`: `x` `(n,)`, $n \ge 1$; return the pair `(mean, variance)`: the **variance**, not the
# standard deviation, divided by $n$; data near $10^8$ with variance 1 must come out right (subtract first).
# `negative_log_likelihood(log_pdf, x)`: `log_pdf` takes the array `x` and returns `(n,)`, the log density of each;
# return minus their **sum** (not the mean); no observations: 0.
#
# *Examples:* `gaussian_mle([1, 2, 3, 6])` returns `(3.0, 3.5)`; `negative_log_likelihood(lambda x: -x,
# np.array([0.5, 1, 2]))` returns `3.5`.
#
# <details><summary>Hint 1</summary>The second one needs no formula of any density: it is told the logarithms.</details>
# <details><summary>Hint 2</summary>The mean of x² minus the square of the mean is the same on paper, but loses all digits at 10⁸.</details>

# %% exercise="gaussian_mle"
def gaussian_mle(x):
    """Return the mean and the variance of the most likely Gaussian."""
    ### BEGIN SOLUTION
    mean = np.mean(x)
    return mean, np.mean((x - mean) ** 2)
    ### END SOLUTION

def negative_log_likelihood(log_pdf, x):
    """Return minus the sum of the log densities."""
    ### BEGIN SOLUTION
    return -np.sum(log_pdf(x))
    ### END SOLUTION

# %% check="gaussian_mle"
check("gaussian_mle")

# %% [markdown]
# **How sharp is the peak?** Seven heads in ten, or seventy in a hundred: $\hat\theta = 0.7$ both times. But the second
# log-likelihood bends down ten times as fast. The bend is the information. Call the gradient $\mathbf s = \nabla_\theta
# \log p_\theta(x) \in \mathbb R^P$ the **score** of one observation ($P$ parameters). The **Fisher information** of one
# observation is
#
# $$F = E_{x\sim p_\theta}\bigl[\mathbf s\,\mathbf s^\top\bigr] = -E_{x\sim p_\theta}\bigl[\nabla^2_\theta\log
# p_\theta(x)\bigr] \in \mathbb R^{P\times P} .$$
#
# **Why two forms?** $\int p_\theta\,dx = 1$ for all $\theta$. Differentiate, and use $\nabla p = p\,\nabla\log p$: $\int
# p\,\mathbf s\,dx = 0$, so the score has mean 0 *at the true* $\theta$. Differentiate once more: $\int p\,\mathbf
# s\mathbf s^\top dx + \int p\,\nabla^2\log p\,dx = 0$. That is the second equation.
#
# **By hand, a coin** with $P(\text{heads}) = \theta$. The score is $1/\theta$ for heads, $-1/(1 - \theta)$ for tails, so
# $F = \theta\cdot\frac1{\theta^2} + (1 - \theta)\cdot\frac1{(1 - \theta)^2} = \frac1{\theta(1 - \theta)}$. For $\theta =
# \frac12$ it is 4.
#
# **What it is good for.** Informations of independent observations add up, and for large $n$ the estimate is nearly
# Gaussian around the truth with covariance $(nF)^{-1}$. For the coin that is $\theta(1 - \theta)/n$: the old error bar
# of a percentage. No unbiased estimate does better (Cramér, Rao).

# %%
rng = np.random.default_rng(7)
heads = rng.random(100_000) < 0.7
scores = np.where(heads, 1 / 0.7, -1 / 0.3)[:, None]
F = st.fisher_information(scores)[0, 0]
print(f"coin of 0.7: {F:.2f}, by the formula {1 / (0.7 * 0.3):.2f}")
assert abs(F - 1 / 0.21) < 0.1

x = rng.normal(5, 2, size=100_000)  # mean 5, standard deviation 2
# By the mean m: (x - m)/s². By s: -1/s + (x - m)²/s³.
scores = np.stack([(x - 5) / 4, -1 / 2 + (x - 5) ** 2 / 8], axis=1)
F_gauss = st.fisher_information(scores)
print("Gaussian:", F_gauss.round(2).tolist(), " exactly [[1/4, 0], [0, 2/4]]")
assert np.allclose(F_gauss, [[0.25, 0], [0, 0.5]], atol=0.02)

theta = np.linspace(0.35, 0.95, 301)
fig, axes = plt.subplots(1, 2, figsize=(7, 2.7))
for k, n in enumerate((10, 100)):
    gain = n * (0.7 * np.log(theta / 0.7) + 0.3 * np.log((1 - theta) / 0.3))
    axes[0].plot(theta, gain, color=f"C{k}")
    axes[0].plot(theta, -n / 0.21 * (theta - 0.7) ** 2 / 2, "--",
                 color=f"C{k}")
axes[0].text(0.37, -0.7, "7 of 10", color="C0")
axes[0].text(0.38, -4.4, "70 of 100", color="C1")
axes[0].set(ylim=(-5, 0.3), xlabel="θ", ylabel="log-likelihood − maximum")
found = rng.binomial(100, 0.7, size=4000) / 100
axes[1].hist(found, bins=np.arange(0.505, 0.9, 0.02), density=True,
             color="C1", alpha=0.4)
axes[1].plot(theta, np.exp(pr.gaussian_log_pdf(theta, 0.7, (0.0021) ** 0.5)),
             color="C1")
axes[1].set(xlabel="estimate from 100 flips", yticks=[])
mathlib.show(
    fig,
    caption="Left: ten times the data, ten times the bend (dashed: parabolas"
    " −nF(θ − 0.7)²/2). Right: 4000 experiments spread as 1/√(nF) ="
    f" {(0.21 / 100) ** 0.5:.3f} promises.",
    alt="Left, a flat and a sharp hill with dashed parabolas on top. Right,"
    " a histogram under a bell curve.",
)

# %% [markdown]
# **Where it is load-bearing.** The natural gradient (chapter 8) divides a gradient by $F$: a step then changes the
# *distribution* equally much wherever the parameters sit. One warning. In $F$ the $x$ are drawn *from the model*. Put in the data instead
# and you have the **empirical Fisher**: the same only if the model is right, and no curvature elsewhere. Whichever you
# want, you decide it before you collect the scores.
#
# ### Exercise 7.2 * · the average of products (2 points)
#
# **Contract.** `scores` `(N, P)`: row $i$ is the gradient of $\log p(x_i\mid\theta)$, $N \ge 1$; return `(P, P)`: the
# mean of the outer products $\mathbf s_i\mathbf s_i^\top$. Nothing is subtracted.
#
# *Example:* three observations, two parameters: `[[1, 0], [-1, 2], [3, 1]]` gives $\frac13\left[\left(
# \begin{smallmatrix}1&0\\0&0\end{smallmatrix}\right) + \left(\begin{smallmatrix}1&-2\\-2&4\end{smallmatrix}\right) +
# \left(\begin{smallmatrix}9&3\\3&1\end{smallmatrix}\right)\right]$ = `[[3.6667, 0.3333], [0.3333, 1.6667]]`. (The
# *product of the average*, of $[1, 1]$, would be all ones: another matrix, and at a maximum it is 0.)
#
# <details><summary>Hint 1</summary>A sum of outer products of rows: which product of two matrices is that (chapter 2)?</details>

# %% exercise="fisher_information"
def fisher_information(scores):
    """Return the mean outer product of the scores."""
    ### BEGIN SOLUTION
    return scores.T @ scores / len(scores)
    ### END SOLUTION

# %% check="fisher_information"
check("fisher_information")

# %% [markdown]
# ## 7.2 What you believed before
#
# You flip a coin once: heads. Maximum likelihood says $\hat\theta = 1$: it will never show tails. Nobody believes that,
# since everybody has seen coins. Write down what you believed *before*, as a **prior** density $p(\theta)$, and Bayes'
# theorem (chapter 6) does the rest. The most probable $\theta$ *after* the data is the **maximum a posteriori**, or MAP:
#
# $$p(\theta\mid D) = \frac{p(D\mid\theta)\,p(\theta)}{p(D)}, \qquad
# \hat\theta_{\mathrm{MAP}} = \arg\max_\theta\Bigl[\sum_i\log p(x_i\mid\theta) + \log p(\theta)\Bigr] .$$
#
# The evidence $p(D)$ does not depend on $\theta$, so it drops out. The sum has $n$ terms and the prior **one**: however
# firmly you believed, enough data will talk you out of it (unless you gave the truth probability 0).
#
# **A mean.** Data from $\mathcal N(\mu, \sigma^2)$ with $\sigma$ known, belief $\mu \sim \mathcal N(\mu_0, \tau^2)$. The
# bracket is $-\frac1{2\sigma^2}\sum_i(x_i - \mu)^2 - \frac1{2\tau^2}(\mu - \mu_0)^2$ plus constants. Its derivative is 0
# where $\frac1{\sigma^2}\sum_i(x_i - \mu) = \frac1{\tau^2}(\mu - \mu_0)$:
#
# $$\hat\mu_{\mathrm{MAP}} = \frac{\frac1{\sigma^2}\sum_ix_i + \frac1{\tau^2}\mu_0}{\frac n{\sigma^2} + \frac1{\tau^2}} .$$
#
# A mean, weighed by **precisions** ($1/\text{variance}$). Precisions add up.
#
# **By hand.** $x = 2, 4, 6$ with $\sigma = 2$, and $\mu_0 = 1$, $\tau = 1$: $(\frac{12}4 + 1) / (\frac34 + 1) =
# \frac{16}7 \approx 2.29$. The data alone would say 4.

# %%
assert np.isclose(st.map_gaussian_mean([2, 4, 6], 2, 1, 1), 16 / 7)
print("by hand:", st.map_gaussian_mean([2, 4, 6], 2, 1, 1).round(4))

fig, ax = plt.subplots(figsize=(6.4, 2.9))
counts = np.arange(101)
for k, belief in enumerate((300, 60, 15)):
    at = [st.map_gaussian_mean(flow[:n], 169, 700, belief) for n in counts]
    ax.plot(counts, at, color=f"C{k}")
    ax.text(101, at[-1] + (14, -14, 0)[k], f"700 ± {belief}",
            color=f"C{k}", va="center")
ax.plot(counts[1:], np.cumsum(flow) / counts[1:], ":", color="0.35")
ax.text(22, 1118, "mean of the data", color="0.35")
ax.set(xlabel="years of the Nile seen", ylabel="estimate", xlim=(0, 117))
mathlib.show(
    fig,
    caption="Three people who had heard that the Nile brings 700, and were"
    " more or less sure of it. All come round; the surest (green) needs more"
    " than a century.",
    alt="A dotted curve starts near 1100 and settles near 920. Three curves"
    " start at 700; one joins the dotted curve at once, one after decades,"
    " one is still far below at the end.",
)
late = st.map_gaussian_mean(flow, 169, 700, 15)
assert late < 880 and abs(st.map_gaussian_mean(flow, 169, 700, 300)
                          - flow.mean()) < 2

# %% [markdown]
# ### Exercise 7.3 ** · weigh by precision (2 points)
#
# **Contract.** `map_gaussian_mean(x, std, prior_mean, prior_std)`: `x` `(n,)`, drawn from $\mathcal N(\mu,
# \mathtt{std}^2)$; belief $\mu \sim \mathcal N(\mathtt{prior\_mean}, \mathtt{prior\_std}^2)$; both stds positive; return
# the most probable $\mu$, a scalar. The prior counts **once**. No observations: `prior_mean`.
#
# *Example:* `map_gaussian_mean([2, 4, 6], 2, 1, 1)` returns 16/7 = 2.2857.
#
# <details><summary>Hint 1</summary>std and prior_std are standard deviations. The formula wants one over their squares.</details>
# <details><summary>Hint 2</summary>With x empty, which of the four terms are left? A sum of nothing is 0; a mean of nothing is nan.</details>

# %% exercise="map_gaussian_mean"
def map_gaussian_mean(x, std, prior_mean, prior_std):
    """Return the most probable mean."""
    ### BEGIN SOLUTION
    precision, prior_precision = 1 / std**2, 1 / prior_std**2
    pull = precision * np.sum(x) + prior_precision * prior_mean
    return pull / (precision * len(x) + prior_precision)
    ### END SOLUTION

# %% check="map_gaussian_mean"
check("map_gaussian_mean")

# %% [markdown]
# **Beliefs that keep their form.** A prior is **conjugate** to a likelihood if the posterior is of the same family. The
# mother of them: $K$ classes with unknown probabilities $\boldsymbol\pi$, a Dirichlet prior (chapter 6) with parameters
# $\boldsymbol\alpha$, and counts $\mathbf n$ of what was seen. Both are products of powers, and powers add:
#
# $$p(\boldsymbol\pi\mid\mathbf n) \propto \prod_k\pi_k^{n_k}\cdot\prod_k\pi_k^{\alpha_k - 1} =
# \prod_k\pi_k^{\alpha_k + n_k - 1}, \quad\text{so}\quad \boldsymbol\alpha^{\text{post}} = \boldsymbol\alpha + \mathbf n .$$
#
# Learning is adding. The $\alpha_k$ act as **pseudo-counts**, things you pretend to have seen. And the chance that the
# next draw is a $k$ is the posterior's mean,
#
# $$P(x_{\text{new}} = k) = \frac{\alpha_k + n_k}{\sum_j(\alpha_j + n_j)} .$$
#
# **By hand.** $\boldsymbol\alpha = (1, 1, 2)$ and $\mathbf n = (3, 0, 1)$ give $(4, 1, 3)$, so $(\frac12, \frac18,
# \frac38)$. The second class was never seen and still has its eighth.
#
# With $K = 2$ the Dirichlet is called **Beta**$(a, b)$: $a - 1$ and $b - 1$ are the powers of $\theta$ and $1 - \theta$.
# That is a belief about a coin, and it can be drawn. Play the flips one by one.

# %%
post = st.dirichlet_posterior([1, 1, 2], [3, 0, 1])
print("posterior", post, "  next", st.dirichlet_predictive([1, 1, 2],
                                                            [3, 0, 1]))
assert post.tolist() == [4, 1, 3]

explorer = mathlib.explore.bayes_update()
fig = explorer.still()
mathlib.show(
    fig,
    caption="Prior (dotted) times likelihood (dashed) becomes posterior. A"
    " flat prior (a) adopts what it sees; a stubborn one hardly moves in ten"
    " flips (b), and after 100 (c) still misses the truth (thin line). Who"
    " expects a bent coin (d) is sure after ten. Bar: the middle 95 %.",
    alt="Four panels of three curves each over θ from 0 to 1, with dots for"
    " the flips below: posteriors that lean to the right, stay near one half,"
    " sit between two hills, and rise steeply at the right end.",
)

explorer

# %% [markdown]
# **Where it is load-bearing.** Add-one smoothing of word counts is this formula with $\alpha_k = 1$ (Laplace asked it
# about sunrises). Topic models put it on every document. Below, the next letter given the last, learned from 3000
# letters of Python's manual and tried on the next 30 000. Without pseudo-counts one unseen pair makes the loss
# infinite. With too many, the model has seen mostly its own imagination.

# %%
letters = re.sub("[^a-z]+", " ", " ".join(
    topics[name] for name in sorted(topics)).lower())
code = np.array([ord(c) - 96 if c != " " else 0 for c in letters])
table = np.zeros((27, 27))
np.add.at(table, (code[:2999], code[1:3000]), 1)
test = code[3000:33_000]

def held_out(alpha):
    """Return the mean negative log-probability of the next letter."""
    P = st.dirichlet_predictive(np.full(27, alpha), table)
    return -np.log(P[test[:-1], test[1:]]).mean()

alphas = np.logspace(-6, 3, 37)
losses = np.array([held_out(a) for a in alphas])
best = alphas[losses.argmin()]
never = int(np.sum(table[test[:-1], test[1:]] == 0))
print("pairs in the test that were never seen:", "some" if never else "none")
assert never > 0 and losses[0] > losses.min() + 0.05 and 0.01 < best < 1

fig, ax = plt.subplots(figsize=(6, 2.4))
ax.semilogx(alphas, losses)
ax.plot(best, losses.min(), "o", color="C1")
ax.axhline(math.log(27), color="0.5", ls=":")
ax.text(1e-6, math.log(27) - 0.1, "knowing nothing: log 27", color="0.35")
ax.set(xlabel="pseudo-count α of every letter", ylabel="loss (nats)")
mathlib.show(
    fig,
    caption="Held-out loss of the next letter. A fraction of a pseudo-count"
    " (dot) is best; at α = 0 the loss is infinite.",
    alt="A curve that falls slowly from the left to a minimum below one, and"
    " then climbs steeply towards a dotted horizontal line.",
)

# %% [markdown]
# ### Exercise 7.4 * · learning is adding (2 points)
#
# **Contract.** `alpha` `(K,)`, all $> 0$; `counts` `(K,)` or `(..., K)`: several such rows. `dirichlet_posterior(alpha,
# counts)` returns the posterior's parameters, `dirichlet_predictive(alpha, counts)` the probabilities of the next draw,
# each of the shape of `counts`. Rows of probabilities add up to 1; none is 0.
#
# *Example:* `alpha = [1, 1, 2]`, `counts = [3, 0, 1]`: `[4, 1, 3]` and `[0.5, 0.125, 0.375]`.
#
# <details><summary>Hint 1</summary>Shares first and α afterwards would give the pseudo-counts the weight of all your data. Add while they are still counts.</details>
# <details><summary>Hint 2</summary>Each row by its own sum: <code>axis=-1</code>, and keep the axis.</details>

# %% exercise="dirichlet_posterior"
def dirichlet_posterior(alpha, counts):
    """Return the parameters after seeing the counts."""
    ### BEGIN SOLUTION
    return alpha + counts
    ### END SOLUTION

def dirichlet_predictive(alpha, counts):
    """Return the probability of each class next time."""
    ### BEGIN SOLUTION
    posterior = alpha + counts
    return posterior / np.sum(posterior, axis=-1, keepdims=True)
    ### END SOLUTION

# %% check="dirichlet_posterior"
check("dirichlet_posterior")

# %% [markdown]
# ## 7.3 A line through a cloud
#
# 442 people with diabetes, ten measures of each (age, body mass index, blood pressure, six blood sera), and a number
# for how far the disease had gone a year later. What goes with what? The **linear model** says
#
# $$\mathbf y = X\boldsymbol\beta + \boldsymbol\epsilon, \qquad \boldsymbol\epsilon \sim \mathcal N(0, \sigma^2I),
# \qquad X \in \mathbb R^{n\times p},\; \boldsymbol\beta \in \mathbb R^p,\; \mathbf y \in \mathbb R^n ,$$
#
# rows are people. An intercept is a column of ones. The negative log-likelihood is $\frac1{2\sigma^2}\lVert\mathbf y -
# X\boldsymbol\beta\rVert^2$ plus what does not depend on $\boldsymbol\beta$: **the most likely $\boldsymbol\beta$ is
# that of least squares**. Call it $\mathbf w$. Its gradient is 0 where
#
# $$X^\top(X\mathbf w - \mathbf y) = 0 \quad\Longleftrightarrow\quad X^\top X\,\mathbf w = X^\top\mathbf y
# \quad\Longrightarrow\quad \mathbf w = (X^\top X)^{-1}X^\top\mathbf y ,$$
#
# the **normal equation** (the last step if the columns are independent). *Normal*, because the residual $\mathbf y -
# X\mathbf w$ stands at right angles to every column: a projection, chapter 2.
#
# **By hand.** $X = \left(\begin{smallmatrix}1&0\\1&1\\1&2\end{smallmatrix}\right)$, $\mathbf y = (1, 3, 4)$: $X^\top X =
# \left(\begin{smallmatrix}3&3\\3&5\end{smallmatrix}\right)$, $X^\top\mathbf y = (8, 11)$, determinant 6, so $\mathbf w
# = \frac16(40 - 33,\; 33 - 24) = (\frac76, \frac32)$.
#
# **Don't compute it that way.** In the singular values of chapter 3, $X = USV^\top$, the matrix $X^\top X = VS^2V^\top$
# has the *squares*: its condition number is squared, and half of your digits go. Use $\mathbf w = VS^{-1}U^\top\mathbf
# y$, or QR. If a singular value is 0, leave its direction out: of all $\mathbf w$ that fit alike this is the shortest.

# %%
w = st.ordinary_least_squares([[1, 0], [1, 1], [1, 2]], [1, 3, 4])
print("by hand:", w.round(4), " predicts",
      st.predict_linear([[1, 0], [1, 3]], w).round(4))
assert np.allclose(w, [7 / 6, 3 / 2])

rng = np.random.default_rng(3)
base = rng.normal(size=60)
gaps, normal, careful = np.logspace(-7, 0, 25), [], []
for gap in gaps:
    X = np.stack([base, base + gap * rng.normal(size=60)], axis=1)
    y = X @ [1.0, 1.0]  # the truth is (1, 1)
    inverse = np.linalg.inv(X.T @ X) @ X.T @ y
    for errors, w in ((normal, inverse),
                      (careful, st.ordinary_least_squares(X, y))):
        errors.append(max(np.abs(w - 1).max(), 1e-16))
normal, careful = np.array(normal), np.array(careful)
assert np.median(normal[:8]) > 1e-5 > 1e-8 > np.median(careful[:8])

fig, ax = plt.subplots(figsize=(6.2, 2.6))
ax.loglog(gaps, normal, "s-", color="C1", ms=4)
ax.loglog(gaps, careful, "o-", color="C0", ms=4)
ax.text(3e-5, 3e-5, "inv(XᵀX)", color="C1")
ax.text(1e-7, 1e-12, "QR or SVD", color="C0")
ax.set(xlabel="distance of two columns", ylabel="error of w")
mathlib.show(
    fig,
    caption="Two columns that are nearly equal. The error of the normal"
    " equation grows with the square of what the careful way loses.",
    alt="Two falling clouds of points on logarithmic axes, the upper one"
    " twice as steep as the lower.",
)

# %% [markdown]
# ### Exercise 7.5 ** · least squares without regrets (2 points)
#
# **Contract.** `X` `(n, p)`, taken as it is: no column of ones is added; `y` `(n,)`; return `(p,)`, the weights that
# make $\lVert\mathbf y - X\mathbf w\rVert^2$ smallest; if several do (dependent columns, $p > n$), the **shortest** of
# them. Entries may be as small as $10^{-14}$. Columns that differ by $10^{-6}$ must come out right to six digits. The
# libraries' least squares (`np.linalg.lstsq`, ...) are refused; SVD, QR and `dc.svd` may be used. (So may
# `dc.pseudoinverse`, which leaves you one line and nothing to learn.)
#
# *Examples:* `X = [[1, 0], [1, 1], [1, 2]]`, `y = [1, 3, 4]` gives `[1.1667, 1.5]`. `X = [[1, 1], [2, 2]]`,
# `y = [2, 4]`: every w with w₀ + w₁ = 2 fits; returns `[1, 1]`.
#
# <details><summary>Hint 1</summary>With X = USVᵀ: turn y by Uᵀ, divide by the singular values, turn by V.</details>
# <details><summary>Hint 2</summary>A singular value that should be 0 comes out as 1e-17 or so. Compare it with the largest one, not with a fixed number.</details>

# %% exercise="ordinary_least_squares"
def ordinary_least_squares(X, y):
    """Return the shortest of the best-fitting weights."""
    ### BEGIN SOLUTION
    U, S, Vt = np.linalg.svd(X, full_matrices=False)
    seen = S > 1e-12 * S[0]  # directions that the data say something about
    return Vt[seen].T @ ((U.T @ y)[seen] / S[seen])
    ### END SOLUTION

# %% check="ordinary_least_squares"
check("ordinary_least_squares")

# %% [markdown]
# **How sure is each weight?** If the model holds, $\mathbf w = \boldsymbol\beta + (X^\top X)^{-1}X^\top\boldsymbol
# \epsilon$ (put $\mathbf y$ into the formula). The mean is $\boldsymbol\beta$, and the covariance $(X^\top X)^{-1}X^\top
# \cdot\sigma^2I\cdot X(X^\top X)^{-1} = \sigma^2(X^\top X)^{-1}$. We don't know $\sigma^2$; the residuals tell, with $n -
# p$ in place of $n$, because $p$ weights have already bent towards the data:
#
# $$\hat\sigma^2 = \frac{\lVert\mathbf y - X\mathbf w\rVert^2}{n - p}, \qquad
# \mathrm{se}_j = \hat\sigma\sqrt{[(X^\top X)^{-1}]_{jj}} .$$
#
# **By hand**, the three points above: residuals $-\frac16, \frac13, -\frac16$, squares add up to $\frac16$, and $n - p =
# 1$. So $\hat\sigma^2 = \frac16$, and with $[(X^\top X)^{-1}]_{jj} = \frac56, \frac36$ the standard errors are
# $\sqrt{5/36}$ and $\sqrt{3/36}$.
#
# Below, the ten measures, standardised so that the weights may be compared: what changes if a measure grows by one of
# its standard deviations, *the others staying as they are*.

# %%
se = st.ols_standard_errors([[1, 0], [1, 1], [1, 2]], [1, 3, 4])
assert np.allclose(se, np.sqrt([5 / 36, 3 / 36]))

data = load_diabetes(scaled=False)
measures = ["age", "sex", "bmi", "pressure", "cholesterol", "ldl", "hdl",
            "ratio", "triglycerides", "glucose"]
Z = (data.data - data.data.mean(axis=0)) / data.data.std(axis=0)
ones = np.column_stack([np.ones(len(Z)), Z])
w = st.ordinary_least_squares(ones, data.target)[1:]
se = st.ols_standard_errors(ones, data.target)[1:]

fig, ax = plt.subplots(figsize=(6.2, 3.1))
sure = np.abs(w) > 1.96 * se
ax.axvline(0, color="0.6", lw=1)
for k in range(10):
    ax.errorbar(w[k], -k, xerr=1.96 * se[k], fmt="o", capsize=3,
                color="C0" if sure[k] else "C1")
ax.set(yticks=-np.arange(10), yticklabels=measures,
       xlabel="weight ± 1.96 standard errors")
ax.grid(False, axis="y")
r = pr.correlation(Z[:, 4], Z[:, 5])
mathlib.show(
    fig,
    caption="Orange: zero is within 1.96 standard errors. Cholesterol and LDL"
    f" ({r:.2f} correlated) nearly cancel: only their sum is known well.",
    alt="Ten horizontal error bars. Those of cholesterol and ldl are five"
    " times as long as that of the body mass index.",
)
print("clearly not zero:", ", ".join(np.array(measures)[sure]))
turned = ones.copy()  # a c + b l = (a + b) c + b (l - c)
turned[:, 6] -= turned[:, 5]
se_sum = st.ols_standard_errors(turned, data.target)[5]
print(f"cholesterol ±{se[4]:.0f}, ldl ±{se[5]:.0f}, their sum ±{se_sum:.0f}")
assert r > 0.89 and se[4] > 5 * se[2] and se_sum < se[5] / 2

# %% [markdown]
# **A leash.** Where columns nearly depend on each other, large weights of opposite sign hold each other in balance, and
# the next patient upsets it. **Ridge regression** asks for small weights, too:
#
# $$\min_{\mathbf w, b}\;\lVert\mathbf y - X\mathbf w - b\mathbf 1\rVert^2 + \lambda\lVert\mathbf w\rVert^2
# \qquad\Longrightarrow\qquad \mathbf w = (X^\top X + \lambda I)^{-1}X^\top\mathbf y ,$$
#
# the second with $X$ and $\mathbf y$ **centred** by their column means. Why? The intercept $b$ is not punished: whether
# you count in °C or in K should not matter. Its derivative is 0 where $b = \bar y - \bar{\mathbf x}^\top\mathbf w$; put
# that in, and every $\mathbf x_i$ appears as $\mathbf x_i - \bar{\mathbf x}$.
#
# In the singular directions of the centred $X$ least squares divides by $s$; ridge multiplies by $s/(s^2 + \lambda)$.
# Where the data know a lot ($s^2 \gg \lambda$) nothing changes; where they know nothing, nothing is claimed.
#
# **By hand.** $x = 1, 2, 3$, $y = 2, 4, 9$, $\lambda = 1.5$. Centred: $x = -1, 0, 1$ and $y = -3, -1, 4$, so $w = 7/(2 +
# 1.5) = 2$ and $b = 5 - 2\cdot2 = 1$.
#
# **Conventions.** Here, as in scikit-learn's `Ridge(alpha)`, the loss is a *sum*. With the mean of the squares, $\lambda$
# must be $n$ times smaller for the same weights. Whenever somebody tells you a $\lambda$, ask which.

# %%
w, b = st.ridge_regression([[1], [2], [3]], [2, 4, 9], 1.5)
print("by hand: w =", w.round(4), " b =", b.round(4))
assert np.allclose(w, 2) and np.isclose(b, 1)

lambdas = np.logspace(-1, 5, 49)
paths = np.array([st.ridge_regression(Z, data.target, a)[0]
                  for a in lambdas])
fig, ax = plt.subplots(figsize=(6.4, 2.9))
named = {2: "C0", 4: "C1", 5: "C2", 8: "C3"}
for k in range(10):
    ax.semilogx(lambdas, paths[:, k], color=named.get(k, "0.75"))
for k, color in named.items():
    ax.text(0.09, paths[0, k] + {2: 2, 5: -2}.get(k, 0), measures[k],
            color=color, ha="right", va="center")
ax.set(xlabel="λ", ylabel="weight", xlim=(3e-3, 1.2e5),
       xticks=[0.1, 10, 1000, 1e5])
mathlib.show(
    fig,
    caption="The leash tightens from left to right. Cholesterol and LDL give"
    " up their quarrel first; the body mass index keeps its weight longest.",
    alt="Ten curves over a logarithmic axis. Two that start far from zero on"
    " opposite sides fall first; all end at zero.",
)
assert abs(paths[24, 4]) < 0.3 * abs(paths[0, 4])
assert paths[24, 2] > 0.8 * paths[0, 2]

# %% [markdown]
# ### Exercise 7.6 ** · a leash (3 points)
#
# **Contract.** `ridge_regression(X, y, alpha, *, fit_intercept=True)`: `X` `(n, p)`, `y` `(n,)`, `alpha` $> 0$; return
# the pair `(w, b)`, `(p,)` and a scalar, that makes $\lVert\mathbf y - X\mathbf w - b\rVert^2 + \mathtt{alpha}\,\lVert
# \mathbf w\rVert^2$ smallest: the **sum** of squares, and `b` is not punished. With `fit_intercept=False` nothing is
# centred, and `b` is 0. More columns than rows, and equal columns, are fine. scikit-learn's `Ridge` is refused.
#
# *Example:* `X = [[1], [2], [3]]`, `y = [2, 4, 9]`, `alpha = 1.5` gives `([2.0], 1.0)`; without intercept
# $37/15.5$: `([2.3871], 0.0)`.
#
# <details><summary>Hint 1</summary>Centre, solve, and find b afterwards from the two means.</details>
# <details><summary>Hint 2</summary>No intercept: pretend that the means are 0, and the same lines serve.</details>

# %% exercise="ridge_regression"
def ridge_regression(X, y, alpha, *, fit_intercept=True):
    """Return the weights and the intercept."""
    ### BEGIN SOLUTION
    X_mean, y_mean = np.zeros(X.shape[1]), 0.0
    if fit_intercept:
        X_mean, y_mean = np.mean(X, axis=0), np.mean(y)
    Xc, yc = X - X_mean, y - y_mean
    w = np.linalg.solve(Xc.T @ Xc + alpha * np.eye(X.shape[1]), Xc.T @ yc)
    return w, y_mean - X_mean @ w
    ### END SOLUTION

# %% check="ridge_regression"
check("ridge_regression")

# %% [markdown]
# **A penalty is a prior.** Suppose that each weight was believed to be near 0. Minus the logarithm of that belief is
#
# $$-\log\mathcal N(w; 0, \tau^2) = \frac{w^2}{2\tau^2} + c, \qquad -\log\mathrm{Laplace}(w; 0, b) = \frac{|w|}b + c ,$$
#
# and MAP adds it to the negative log-likelihood, $\frac1{2\sigma^2}\lVert\mathbf y - X\mathbf w\rVert^2$. A Gaussian
# belief makes ridge, a Laplace belief (chapter 6's tent) makes the **lasso**, which sets weights to exactly 0. Below, one
# weight: how the MAP depends on what least squares would say. You'll do the algebra in a moment.

# %%
grid = np.linspace(-3, 3, 1201)
asked = np.linspace(-3, 3, 61)
fit = (grid - asked[:, None]) ** 2 / 2  # X is one column of length 1
ridge_map = grid[(fit + grid**2 / 2).argmin(axis=1)]  # σ = τ = 1
lasso_map = grid[(fit + np.abs(grid)).argmin(axis=1)]  # σ = b = 1
assert np.allclose(ridge_map, asked / 2, atol=0.003)
soft = np.sign(asked) * np.maximum(np.abs(asked) - 1, 0)
assert np.allclose(lasso_map, soft, atol=0.003)

fig, axes = plt.subplots(1, 2, figsize=(6.8, 2.7))
axes[0].plot(grid, grid**2 / 2, label="Gaussian: w²/2")
axes[0].plot(grid, np.abs(grid), "--", label="Laplace: |w|")
axes[0].set(xlabel="w", ylabel="−log prior (+ const.)")
axes[0].legend(loc="upper center")
axes[1].plot(asked, asked, ":", color="0.5")
axes[1].plot(asked, ridge_map)
axes[1].plot(asked, lasso_map, "--")
axes[1].text(-2.9, -0.8, "ridge", color="C0")
axes[1].text(-1.3, 0.3, "lasso: 0", color="C1")
axes[1].set(xlabel="least squares says", ylabel="MAP says")
mathlib.show(
    fig,
    caption="Left: two beliefs. Right: what they make of a weight, found by"
    " search. Ridge halves it; the lasso takes 1 off, and stops at 0.",
    alt="Left, a parabola and a V. Right, a dotted diagonal, a line of half"
    " its slope, and a line that is flat in the middle.",
)

# %% [markdown]
# ### Exercise 7.7 *** · a derivation, in writing (5 points, read by a person)
#
# Where does the leash come from? $\mathbf y = X\mathbf w + \boldsymbol\epsilon$, $\boldsymbol\epsilon \sim \mathcal N(0,
# \sigma^2I)$, prior $\mathbf w \sim \mathcal N(0, \tau^2I)$, $X \in \mathbb R^{n\times p}$; no intercept.
#
# 1. Write down $-\log p(\mathbf y\mid X, \mathbf w)$ and $-\log p(\mathbf w)$. Which terms do not depend on $\mathbf w$?
# 2. Add them: why is the evidence of no matter? Multiply by $2\sigma^2$: why may you? Arrive at $\lVert\mathbf y -
#    X\mathbf w\rVert^2 + \lambda\lVert\mathbf w\rVert^2$, and say what $\lambda$ is.
# 3. Set the gradient to zero. Show that the matrix is positive definite for $\lambda > 0$, whatever $X$ is, so that
#    there is exactly one solution, and that it is the minimum.
# 4. What happens for $\tau \to \infty$, for $\tau \to 0$, and for $n \to \infty$ with $\tau$ fixed (and rows in
#    all directions)? Say each in words (what do you believe?) and by the formula.
# 5. The same with a Laplace prior, $p(w_j) = \frac1{2b}e^{-|w_j|/b}$, and the loss $\frac12\lVert\mathbf y - X\mathbf
#    w\rVert^2$: which penalty, with which $\lambda$?
#
# Write formulas between dollar signs. One reason for each step is enough; a step without a reason is not.

# %% [markdown] written="ridge_derivation"
# **1.** $-\log p(\mathbf y\mid X, \mathbf w) = \frac1{2\sigma^2}\lVert\mathbf y - X\mathbf w\rVert^2 + \frac
# n2\log(2\pi\sigma^2)$ and $-\log p(\mathbf w) = \frac1{2\tau^2}\lVert\mathbf w\rVert^2 + \frac p2\log(2\pi\tau^2)$.
# The two logarithms do not depend on $\mathbf w$.
#
# **2.** By Bayes, $-\log p(\mathbf w\mid X, \mathbf y)$ is their sum plus $\log p(\mathbf y\mid X)$. The evidence is an
# integral over all $\mathbf w$, so it does not depend on $\mathbf w$ and moves no minimum. Nor does a positive factor:
# times $2\sigma^2$ it is $\lVert\mathbf y - X\mathbf w\rVert^2 + \lambda\lVert\mathbf w\rVert^2$ plus constants, with
# $\lambda = \sigma^2/\tau^2$.
#
# **3.** The gradient is $2X^\top(X\mathbf w - \mathbf y) + 2\lambda\mathbf w$, which is 0 where $(X^\top X + \lambda
# I)\mathbf w = X^\top\mathbf y$. For $\mathbf v \ne 0$: $\mathbf v^\top(X^\top X + \lambda I)\mathbf v = \lVert X\mathbf
# v\rVert^2 + \lambda\lVert\mathbf v\rVert^2 > 0$. So the matrix is positive definite, hence invertible: one solution.
# Twice it is the Hessian, so the loss is strictly convex and the solution its minimum.
#
# **4.** $\tau \to \infty$: no belief, $\lambda \to 0$, least squares (the shortest solution, if there are several).
# $\tau \to 0$: certain that $\mathbf w = 0$, $\lambda \to \infty$, and $\mathbf w \to 0$. $n \to \infty$: $X^\top X$ grows
# like $n$ (if the rows keep telling something in every direction) while $\lambda I$ stays, so the prior is outvoted and
# $\mathbf w$ approaches least squares.
#
# **5.** $-\log p(\mathbf w) = \frac1b\lVert\mathbf w\rVert_1 + p\log2b$. Times $\sigma^2 > 0$ the sum is
# $\frac12\lVert\mathbf y - X\mathbf w\rVert^2 + \frac{\sigma^2}b\lVert\mathbf w\rVert_1$ plus constants: the lasso, with
# $\lambda = \sigma^2/b$.

# %% [markdown]
# ### The capstone: how short a leash?
#
# $\lambda$ can't be read off the data that it is fitted to: those always vote for 0. So hide some patients, and ask
# *them*. One trap lies on the way: to standardise, you need means and standard deviations, and if you take them from
# all patients, the hidden ones have already whispered. Take them from the training part, and use them for both.
#
# **By hand.** Training $x = 2, 6$, $y = 1, 5$: mean 4, standard deviation 2, so $z = -1, 1$, slopes $4/(2 + \lambda)$,
# intercept 3. Held out: $x = 6, 10$ with $y = 4, 6$. By the *training* part's mean and deviation, $z = 1, 3$. For
# $\lambda = 6$ the slope is $\frac12$ and the errors $\frac12$ and $\frac32$, squared and averaged $1.25$; for $\lambda
# = 2$ the slope is 1 and the error 0.
#
# ### Exercise 7.8 *** · choose λ on patients that the fit has not seen (3 points, real data)
#
# **Contract.** `choose_alpha(X_train, y_train, X_valid, y_valid, alphas)`: `X_train` `(n, p)`, `X_valid` `(m, p)` raw
# measures, no column constant; `y_train` `(n,)`, `y_valid` `(m,)`; `alphas` `(k,)`, positive, in any order. Standardise
# **both** parts with the training part's means and standard deviations (`ddof=0`); for each alpha fit ridge with an
# intercept on the training part (`st.ridge_regression` may be used); its error is the mean squared error on the held-out
# part. Return `(alpha, errors)`: the alpha with the smallest error (of equal ones the first), and the errors `(k,)` in
# the order of `alphas`. Graded on the diabetes data.
#
# *Example:* the one by hand, `X_train = [[2], [6]]`, `y_train = [1, 5]`, `X_valid = [[6], [10]]`, `y_valid = [4, 6]`,
# `alphas = [6, 2]`: returns `(2.0, [1.25, 0.0])`.
#
# <details><summary>Hint 1</summary>Four lines: two numbers per column, two standardised matrices, a loop, an argmin.</details>
# <details><summary>Hint 2</summary>The intercept that ridge returns belongs to the standardised columns: predict with those.</details>

# %% exercise="choose_alpha"
def choose_alpha(X_train, y_train, X_valid, y_valid, alphas):
    """Return the best alpha, and the error of each."""
    ### BEGIN SOLUTION
    mean, std = np.mean(X_train, axis=0), np.std(X_train, axis=0)
    Z_train, Z_valid = (X_train - mean) / std, (X_valid - mean) / std
    errors = []
    for alpha in alphas:
        w, b = st.ridge_regression(Z_train, y_train, alpha)
        errors.append(np.mean((y_valid - Z_valid @ w - b) ** 2))
    return alphas[np.argmin(errors)], errors
    ### END SOLUTION

# %% check="choose_alpha"
check("choose_alpha")

# %%
# What the capstone finds, with 100 patients to learn from.
order = np.random.default_rng(0).permutation(len(Z))
learn, hide = order[:100], order[100:]
centre, scale = data.data[learn].mean(axis=0), data.data[learn].std(axis=0)
A, V = ((data.data[rows] - centre) / scale for rows in (learn, hide))
alphas, errors = np.logspace(-1, 4, 41), []
for a in alphas:
    w, b = st.ridge_regression(A, data.target[learn], a)
    errors.append([np.mean((data.target[rows] - M @ w - b) ** 2)
                   for rows, M in ((learn, A), (hide, V))])
errors = np.sqrt(errors)
best = errors[:, 1].argmin()

fig, ax = plt.subplots(figsize=(6.2, 2.6))
ax.semilogx(alphas, errors[:, 0], "--", color="C1")
ax.semilogx(alphas, errors[:, 1], color="C0")
ax.plot(alphas[best], errors[best, 1], "o", color="C0")
ax.text(250, 57, "patients it learned from", color="C1")
ax.text(0.12, errors[0, 1] + 1.2, "hidden patients", color="C0")
ax.set(xlabel="λ", ylabel="root mean squared error")
mathlib.show(
    fig,
    caption=f"Hidden patients prefer λ ≈ {alphas[best]:.0f}, but only just:"
    f" {errors[best, 1]:.1f} against {errors[0, 1]:.1f}. The others always"
    " prefer none.",
    alt="Two curves over a logarithmic axis. The dashed one rises all the"
    " way; the solid one lies higher, dips a little and then rises.",
)
assert 1 < alphas[best] < 100 and (np.diff(errors[:, 0]) > 0).all()

# %% [markdown]
# The gain is small: ten measures and a hundred patients leave little to tame. And it is flattered, as the smallest of 41
# errors on the patients that chose it. For an honest number, hide a third group, and ask it once. With more columns than
# rows, the usual case in this century, the leash is everything.
#
# **The whole posterior, not just its top.** Gaussian prior times Gaussian likelihood is Gaussian: minus its logarithm is
# quadratic in $\mathbf w$. The Hessian is the precision, the minimum the mean:
#
# $$\Sigma_N = \Bigl(\frac{X^\top X}{\sigma^2} + \frac I{\tau^2}\Bigr)^{-1}, \qquad
# \boldsymbol\mu_N = \Sigma_N\,\frac{X^\top\mathbf y}{\sigma^2}, \qquad \mathbf w\mid D \sim \mathcal N(\boldsymbol\mu_N,
# \Sigma_N) .$$
#
# The mean is ridge, with $\lambda = \sigma^2/\tau^2$. New is $\Sigma_N$: how much all the lines that are still believable
# differ. Precisions add up, as in 7.2; a new patient can only sharpen it.

# %%
bmi = np.column_stack([np.ones(442), Z[:, 2]])
target = data.target - data.target.mean()
mu, Sigma = st.bayesian_linear_regression(bmi, target, 62, 80)
w, _ = st.ridge_regression(bmi, target, (62 / 80) ** 2, fit_intercept=False)
assert np.allclose(mu, w)
print("mean of the posterior:", mu.round(1) + 0.0, "= ridge")

ends = np.array([[1.0, -2.6], [1.0, 4.2]])
draws = np.random.default_rng(1)
fig, axes = plt.subplots(1, 4, figsize=(7.4, 2.3), sharey=True)
for ax, n in zip(axes, (0, 2, 10, 442)):
    rows = order[:n]
    mu, Sigma = st.bayesian_linear_regression(bmi[rows], target[rows], 62, 80)
    for w in draws.multivariate_normal(mu, Sigma, size=25):
        ax.plot(ends[:, 1], st.predict_linear(ends, w), color="C0",
                lw=0.7, alpha=0.5)
    ax.plot(bmi[rows, 1], target[rows], ".", color="C1", ms=5 if n < 50 else 2)
    ax.set(title=f"{n} patients", ylim=(-330, 330), xlabel="bmi (std.)")
axes[0].set(ylabel="progression − mean")
mathlib.show(
    fig,
    caption="25 lines drawn from what may be believed after 0, 2, 10 and all"
    " 442 patients. The lines agree in the end; the patients still scatter.",
    alt="Four panels of bundles of lines: in all directions, a loose bundle,"
    " a tighter one, and nearly one line through a wide cloud of points.",
)
assert np.all(np.sqrt(np.diag(Sigma)) < 3.1)

# %% [markdown]
# ## 7.4 When the integral won't
#
# Gaussian, Beta, Dirichlet: these posteriors have names. Most have none. All of Bayesian learning, in one line and four
# names:
#
# $$\underbrace{p(\theta\mid D)}_{\text{posterior: wanted}} = \frac{\overbrace{p(D\mid\theta)}^{\text{likelihood}}\;
# \overbrace{p(\theta)}^{\text{prior}}}{\underbrace{p(D)}_{\text{evidence}}}, \qquad p(D) = \int
# p(D\mid\theta)\,p(\theta)\,d\theta .$$
#
# | part | in machine learning |
# |---|---|
# | likelihood | **minus its logarithm** is the training loss (not the likelihood itself, as one sometimes reads) |
# | prior | minus its logarithm is the regulariser |
# | evidence | an integral over all parameters; with a million of them, out of reach |
# | posterior | hence out of reach too; only its *shape*, likelihood times prior, can be computed |
#
# Three ways around. **Laplace** puts a Gaussian on the peak, and so *approximates* the evidence. **MCMC** walks through
# the posterior and *never needs* it. Variational methods *bound* it from below (the ELBO, chapter 22).
#
# **Laplace's way.** At the top $\hat\theta \in \mathbb R^d$ (the MAP) the gradient of $\log p(D, \theta)$ is 0. Call $H =
# -\nabla^2\log p(D, \hat\theta)$ its downward bend, and stop Taylor's series (chapter 5) after two terms:
#
# $$\log p(D, \theta) \approx \log p(D, \hat\theta) - \tfrac12(\theta - \hat\theta)^\top H(\theta - \hat\theta)
# \quad\Longrightarrow\quad p(\theta\mid D) \approx \mathcal N(\hat\theta, H^{-1}) ,$$
#
# and since a Gaussian's integral is known, $\log p(D) \approx \log p(D, \hat\theta) + \frac d2\log2\pi - \frac12\log|H|$.
#
# **By hand.** Nine heads, three tails, in that order, flat prior: $p(D, \theta) = \theta^9(1 - \theta)^3$. The top is at
# $\frac9{12} = \frac34$; $H = \frac9{(3/4)^2} + \frac3{(1/4)^2} = 16 + 48 = 64$. So $\theta \approx 0.75 \pm
# \frac18$. The evidence is exactly $\frac{9!\,3!}{13!} = \frac1{2860}$; Laplace misses it by 5 %.
#
# **A real one.** A drug, four doses, five animals each. Some die: with probability $\mathrm{sigmoid}(\theta_0 +
# \theta_1\,\text{dose})$, say, where $\mathrm{sigmoid}(z) = 1/(1 + e^{-z})$ (SciPy calls it `expit`). No name for that.

# %%
def log_coin(t):
    return 9 * np.log(t[0]) + 3 * np.log(1 - t[0])


cov, log_evidence = st.laplace_approximation(log_coin, [0.75])
ratio = np.exp(log_evidence) * 2860
print(f"±{cov[0, 0]**0.5:.4f}, evidence {ratio:.3f} of the true one")
assert np.isclose(cov[0, 0], 1 / 64) and 1.04 < ratio < 1.06

# A real one: 20 animals at four doses (log g/ml), five each. Some died.
dose, dead = np.array([-0.86, -0.30, -0.05, 0.73]), np.array([0, 1, 3, 5])

def log_joint(t):
    """Return log p(D, t): P(death) = sigmoid(t0 + t1 dose)."""
    z = t[0] + t[1] * dose
    ways = math.log(1 * 5 * 10 * 1)  # orders of the dead at each dose
    log_prior = -(t @ t) / 200 - math.log(200 * math.pi)  # N(0, 10²), twice
    return dead @ z - 5 * np.logaddexp(0, z).sum() + ways + log_prior

top = optimize.minimize(lambda t: -log_joint(t), [0.0, 1.0]).x
cov, log_evidence = st.laplace_approximation(log_joint, top)
a, b = np.meshgrid(np.linspace(-4, 6, 121), np.linspace(-6, 38, 133))
height = np.array([[log_joint(np.array(t)) for t in zip(*row)]
                   for row in zip(a, b)])
exact = np.log(np.exp(height).sum() * (10 / 120) * (44 / 132))
print(f"log evidence: Laplace {log_evidence:.2f}, on a grid {exact:.2f}")
assert abs(log_evidence - exact) < 0.1

bell = pr.multivariate_gaussian_log_pdf(np.stack([a, b], -1), top, cov)
fig, axes = plt.subplots(1, 2, figsize=(6.8, 2.8), sharey=True)
for ax, h, name in zip(axes, (height, bell), ("posterior", "Laplace")):
    ax.contour(a, b, h - h.max(), levels=[-4.5, -2, -0.5], colors="C0",
               linestyles="solid")
    ax.plot(*top, "o", color="C1")
    ax.set(title=name, xlabel="intercept", ylim=(-6, 26))
axes[0].set(ylabel="slope")
mathlib.show(
    fig,
    caption="What the 20 animals say. The Gaussian has the right peak and the"
    " right bend there; it doesn't know that the posterior leans.",
    alt="Left, egg-shaped contours that lean to the upper right. Right,"
    " ellipses around the same point.",
)

# %% [markdown]
# **Where it is load-bearing.** Error bars on trained networks without retraining (Laplace on the last layer), the
# evidence in Gaussian-process classifiers, and BIC (7.7), which is this formula with all but the largest terms dropped.
#
# ### Exercise 7.9 *** · a Gaussian on the peak (3 points)
#
# **Contract.** `log_joint` takes `(d,)` and returns $\log p(D, \theta)$, a number, with all its constants; `theta_map`
# `(d,)`, where it is largest (given, not to be searched). Return the pair `(cov, log_evidence)`: `cov` `(d, d)` $=
# H^{-1}$, and the scalar $\log p(D, \hat\theta) + \frac d2\log2\pi - \frac12\log|H|$. `mc.hessian(f, x)` may be used.
# Compared to four digits. The determinant itself may overflow.
#
# *Example:* `log_joint(t)` $= \log3 - 2(t_0 - 1)^2$, `theta_map = [1]`: $H = 4$; returns `([[0.25]], 1.3244)`.
#
# <details><summary>Hint 1</summary>H is <b>minus</b> the Hessian: at a maximum the function bends down.</details>
# <details><summary>Hint 2</summary><code>np.linalg.slogdet</code> returns a sign and the logarithm of the determinant.</details>

# %% exercise="laplace_approximation"
def laplace_approximation(log_joint, theta_map):
    """Return the covariance and the log evidence."""
    ### BEGIN SOLUTION
    H = -mc.hessian(log_joint, theta_map)
    _, log_volume = np.linalg.slogdet(H)
    d = len(theta_map)
    peak = log_joint(theta_map)
    evidence = peak + d / 2 * math.log(2 * math.pi) - log_volume / 2
    return np.linalg.inv(H), evidence
    ### END SOLUTION

# %% check="laplace_approximation"
check("laplace_approximation")

# %% [markdown]
# **Walking.** Chapter 6 ended with random walks and where they spend their time: $\boldsymbol\pi P = \boldsymbol\pi$. Turn
# it round: *given* a density $p$, build a walk that spends its time as $p$ says. Metropolis and others, 1953:
#
# 1. From $\theta$, propose $\theta' = \theta + \delta\,\mathbf z$ with $\mathbf z \sim \mathcal N(0, I)$; $\delta$ is the step size.
# 2. Go there with probability $a = \min\bigl(1, \frac{p(\theta')}{p(\theta)}\bigr)$: draw $u \in [0, 1)$, go if $\log u <
#    \log p(\theta') - \log p(\theta)$.
# 3. If not, stay, and **count $\theta$ once more**.
#
# The evidence cancels in the quotient, so likelihood times prior is enough.
#
# **Why does it work?** Take two places with $p(\theta') \le p(\theta)$; proposals are as likely one way as the other, $q$.
# The traffic from $\theta$ to $\theta'$ is $p(\theta)\cdot q\cdot\frac{p(\theta')}{p(\theta)} = q\,p(\theta')$; the way
# back leads uphill and is always taken: $p(\theta')\cdot q\cdot1$. Equal, so walkers that are spread as $p$ stay so. (This is
# called *detailed balance*.)
#
# **By hand.** $p = (\frac13, \frac23)$ on two places, always propose the other. From the second go with probability
# $\frac12$, from the first always: $P = \left(\begin{smallmatrix}0&1\\1/2&1/2\end{smallmatrix}\right)$, and $(\frac13,
# \frac23)P = (\frac13, \frac23)$. The $\frac12$ on the diagonal is step 3. Leave it out, and the walk hops to and fro:
# half its time in each.

# %%
P = np.array([[0, 1], [0.5, 0.5]])
hop = np.array([[0, 1.0], [1, 0]])  # as if nobody ever stayed
print("time in each place, with step 3:",
      pr.stationary_distribution(P).round(4))
assert np.allclose(pr.stationary_distribution(P), [1 / 3, 2 / 3])
print("and without it:", [0.5, 0.5])
assert np.allclose([0.5, 0.5] @ hop, [0.5, 0.5])

starts = np.array([[-4.0, 2], [6, 2], [6, 30], [0, 36]])
fig, axes = plt.subplots(3, 2, figsize=(7.2, 4.6), width_ratios=[2.6, 1],
                         sharex="col")
said = {}
for row, s in zip(axes, (0.15, 3.0, 60.0)):
    chains = np.stack([
        st.metropolis(log_joint, start, steps=2500, proposal_std=s,
                      rng=np.random.default_rng(k))
        for k, start in enumerate(starts)])
    moved = np.any(np.diff(chains, axis=1) != 0, axis=2).mean()
    slope = chains[:, 500:, 1]  # the way in does not count
    said[s] = (moved, sum(st.effective_sample_size(c) for c in slope),
               st.r_hat(slope))
    print(f"step {s:5.2f}: {moved:5.1%} accepted, worth {said[s][1]:3.0f} of"
          f" {slope.size} draws, R-hat {said[s][2]:.2f}")
    for c in chains:
        row[0].plot(c[:1200, 1], lw=0.7)
    row[1].plot([st.autocorrelation(slope[2], k) for k in range(0, 100, 2)])
    row[0].set(ylabel=f"step {s:g}")
    row[1].set(ylim=(-0.3, 1.05))
axes[0, 0].set(title="slope, four chains")
axes[0, 1].set(title="autocorrelation", xticks=[0, 25, 50],
               xticklabels=[0, 50, 100])
axes[2, 0].set(xlabel="step")
axes[2, 1].set(xlabel="lag")
mathlib.show(
    fig,
    caption="Too timid, about right, too bold. The timid chains accept nearly"
    " all and arrive nowhere; the bold ones stand still for hundreds of"
    " steps. Good chains look like a furry caterpillar: the middle row is on"
    " its way. Right: how alike states are that lie so many steps apart.",
    alt="Three rows. Left, traces of four chains: slow separate worms, a"
    " dense tangle, and long flat stairs. Right, autocorrelations that fall"
    " slowly, fast, and slowly.",
)
assert said[0.15][0] > 0.85 and said[0.15][2] > 1.2 and said[60.0][0] < 0.02
assert said[3.0][2] < 1.1 and said[3.0][1] > 5 * said[60.0][1] / 2

# %% [markdown]
# **How good are the draws?** Each depends on the last. The **autocorrelation** of a chain $x_1, \dots, x_n$ at lag $k$,
# and what it costs (the sum is stopped where it drowns in noise):
#
# $$\rho_k = \frac{\sum_{t>k}(x_t - \bar x)(x_{t-k} - \bar x)}{\sum_t(x_t - \bar x)^2}, \qquad
# n_{\mathrm{eff}} = \frac n{1 + 2\sum_{k\ge1}\rho_k} ,$$
#
# the **effective sample size**: so many independent draws would be worth as much. And run several chains from far apart:
# $\hat R = \sqrt{(\frac{h-1}hW + B)/W}$ compares the variance between them ($B$, of their means) with that inside ($W$);
# each half of a chain, $h$ draws, counts as a chain of its own. If all have found the same place it is 1; **above 1.01 keep running**.
#
# **Acceptance is not quality.** The timid walk has the highest rate and the worst draws; a rate of a quarter to a half is
# a good sign with few parameters. And even the good walk is worth only a fraction of its steps, and by the rule of 1.01
# it isn't done. Report $n_{\mathrm{eff}}$ with every posterior mean: its error bar is the posterior's standard deviation
# divided by $\sqrt{n_{\mathrm{eff}}}$.
#
# So give it more steps, and ask it something. *At which dose do half of them die?* At $-\theta_0/\theta_1$, a quotient
# for which there is no formula. Take it of every draw:

# %%
longer = np.stack([
    st.metropolis(log_joint, start, steps=8000, proposal_std=3.0,
                  rng=np.random.default_rng(k))[1000:]
    for k, start in enumerate(starts)])
half = -longer[..., 0] / longer[..., 1]
worth = sum(st.effective_sample_size(h) for h in half)
print(f"R-hat {st.r_hat(half):.3f}, worth {worth:.0f} draws")
assert st.r_hat(half) < 1.01
good, half = longer.reshape(-1, 2), half.ravel()
low, high = np.quantile(half, [0.025, 0.975])
print(f"half die at {np.median(half):.2f}; 95 % lie between"
      f" {low:.2f} and {high:.2f}")

x = np.linspace(-1.1, 1, 80)
curve = expit(good[::200, :1] + good[::200, 1:] * x)
fig, axes = plt.subplots(1, 2, figsize=(7, 2.7))
axes[0].plot(x, curve.T, color="C0", lw=0.5, alpha=0.25)
axes[0].plot(dose, dead / 5, "o", color="C1", ms=8)
axes[0].set(xlabel="log dose", ylabel="share that dies")
axes[1].hist(half, bins=np.linspace(-0.6, 0.5, 45), color="C0", alpha=0.6)
axes[1].axvspan(low, high, color="C1", alpha=0.15)
axes[1].set(xlabel="log dose at which half die", yticks=[])
mathlib.show(
    fig,
    caption="Left: curves drawn from the posterior, and what was seen. Right:"
    " the answer, with its uncertainty (shaded: 95 %).",
    alt="Left, a bundle of S-shaped curves through four dots. Right, a"
    " histogram with one peak around minus 0.1.",
)
assert -0.2 < np.median(half) < 0 and low < -0.2 and high > 0

# %% [markdown]
# ### Exercise 7.10 *** · a walk that knows where to stay (3 points)
#
# **Contract.** `metropolis(log_density, initial, *, steps, proposal_std, rng)`: `log_density` takes `(d,)` and returns the
# logarithm of a density that need not be normalised, a number: $-\infty$ where the density is 0 (never at the start), or
# as low as $-10^4$. `initial` `(d,)`. Return the states after each step, `(steps, d)`, floats; `initial` itself is not
# among them (unless the first step is rejected).
#
# **How `rng` is used:** each step draws first `rng.normal(size=d)`, multiplies it by `proposal_std` and adds it to the
# state; then **one** `u = rng.random()`, always, also uphill. It goes there if log u < log p(proposal) − log p(state); if
# not, it stays, and the state counts once more. So one seed means one chain.
#
# *Example:* log density $-x^2/2$, `initial = [0.]`, 8 steps, `proposal_std = 2`, `default_rng(0)`: 0.2515, 1.5323,
# 0.4610, 0.4610, 0.4610, −0.7856, −0.7856, −0.7856: four rejections.
#
# <details><summary>Hint 1</summary>Keep the height of the current state: one call of log_density a step is enough.</details>
# <details><summary>Hint 2</summary>Write the state into row i after the decision, whatever it was.</details>
# <details><summary>Hint 3</summary>exp(−10 000) is 0, and 0/0 decides nothing. Stay with the logarithms.</details>

# %% exercise="metropolis"
def metropolis(log_density, initial, *, steps, proposal_std, rng):
    """Return the states of a random walk, (steps, d)."""
    ### BEGIN SOLUTION
    state, height = initial, log_density(initial)
    chain = np.zeros((steps, len(initial)))
    for i in range(steps):
        proposal = state + proposal_std * rng.normal(size=len(initial))
        new_height = log_density(proposal)
        if np.log(rng.random()) < new_height - height:
            state, height = proposal, new_height
        chain[i] = state
    return chain
    ### END SOLUTION

# %% check="metropolis"
check("metropolis")

# %% [markdown]
# **A network that knows what it doesn't know.** Take *all* weights of a network as $\theta$, and average its answers over
# the posterior instead of using one best $\mathbf w$:
#
# $$p(y\mid x, D) = \int p(y\mid x, \mathbf w)\,p(\mathbf w\mid D)\,d\mathbf w \approx \frac1S\sum_{s=1}^Sp(y\mid x,
# \mathbf w_s), \qquad \mathbf w_s \sim p(\mathbf w\mid D) .$$
#
# That is a **Bayesian neural network**. Below the smallest one of interest: three hidden units, ten weights, ten points
# with a hole in the middle, and the walk from above.

# %%
rng = np.random.default_rng(4)
seen = np.concatenate([np.linspace(-2.4, -1, 5), np.linspace(0.8, 2.2, 5)])
noisy = np.sin(1.5 * seen) + 0.2 * rng.normal(size=10)

def network(w, x):
    """Three hidden units: sum over v tanh(a x + b), plus a constant."""
    a, b, v = w[:9].reshape(3, 3)
    return np.tanh(np.multiply.outer(x, a) + b) @ v + w[9]

def log_weights(w):
    r = noisy - network(w, seen)
    return -(r @ r) / (2 * 0.25**2) - w @ w / (2 * 1.5**2)

walks = np.stack([
    st.metropolis(log_weights, np.random.default_rng(k).normal(size=10),
                  steps=6000, proposal_std=0.15, rng=np.random.default_rng(k))
    for k in range(4)])[:, 2000:]
x = np.linspace(-3.2, 3, 63)
answers = np.array([[network(w, x) for w in walk[::20]] for walk in walks])
low, mid, high = np.quantile(answers, [0.05, 0.5, 0.95], axis=(0, 1))
r_weights = [st.r_hat(walks[:, :, j]) for j in range(10)]
r_answers = [st.r_hat(answers[:, :, j]) for j in range(63)]
print(f"median R-hat: weights {np.median(r_weights):.1f},"
      f" answers {np.median(r_answers):.1f}")

fig, ax = plt.subplots(figsize=(6.4, 2.9))
ax.fill_between(x, low, high, color="C0", alpha=0.2)
for walk in answers:
    ax.plot(x, walk[::40].T, color="C0", lw=0.4, alpha=0.5)
ax.plot(x, mid, color="C0")
ax.plot(seen, noisy, "o", color="C1")
ax.set(xlabel="x", ylabel="y", ylim=(-2.6, 2.6))
mathlib.show(
    fig,
    caption="Ten points, and networks drawn from the posterior (band: 90 % of"
    " them). They agree where there are data, and not in the hole.",
    alt="Many thin curves that pass through two groups of points and fan out"
    " between them and at both ends.",
)
width = high - low
hole, near = width[np.abs(x) < 0.3], width[np.abs(x + 1.7) < 0.5]
assert hole.mean() > 2 * near.mean()
assert np.median(r_weights) > 1.5 > np.median(r_answers)

# %% [markdown]
# **Look at the two R-hats.** The four walks have *not* found the same weights, and never will: swap two hidden units, or
# flip the signs of one, and the function is the same, so there are $3!\cdot2^3 = 48$ copies of every posterior hill. The
# *answers* agree far better; those are what one should watch, and by the 1.01 rule these walks are still too short. With
# a million weights nobody can walk like this. In practice: Laplace, ensembles, dropout left on, or gradients to guide the
# walk (Hamiltonian Monte Carlo). Whether the exact posterior of a large network even predicts best is disputed (Wenzel
# and others, 2020).
#
# ## 7.5 What nobody wrote down
#
# Two models with a hidden cause: a class $c$ that made the data. In the first we are told the class of some texts. In the
# second nobody tells us anything.
#
# **Naive Bayes.** A text is a bag of words: $x_v$ says how often word $v$ of $V$ stands in it. Given the class, draw each
# word independently with probability $P(v\mid c)$. By Bayes, in logarithms, and leaving out the evidence,
#
# $$\hat y = \arg\max_c\Bigl[\log P(c) + \sum_vx_v\log P(v\mid c)\Bigr], \qquad
# P(v\mid c) = \frac{N_{cv} + \alpha}{\sum_{v'}(N_{cv'} + \alpha)} ,$$
#
# with $N_{cv}$ the count of $v$ in all texts of class $c$: the Dirichlet's prediction of 7.2. Without $\alpha$, one new
# word gives $\log0$, and vetoes a class for ever.
#
# **By hand.** Three words, three texts: $(2, 0, 1)$ and $(1, 0, 0)$ of class 0, $(0, 3, 1)$ of class 1. $P(c) =
# (\frac23, \frac13)$. With $\alpha = 1$: class 0 has the counts $(3, 0, 1)$, so $\frac17(4, 1, 2)$; class 1 $(0, 3, 1)$,
# so $\frac17(1, 4, 2)$. A new text $(1, 1, 0)$: the words are a draw, $\frac4{49}$ each, and the prior decides: 0.
#
# **Naive** it is: after "hot", "dog" is not independent. So its probabilities are far too sure of themselves. But the
# largest one is often the right one, and that is all $\arg\max$ asks.
#
# Below: which of six pages of Python's manual does a paragraph come from? One paragraph in three is held back.

# %%
model = st.fit_naive_bayes([[2, 0, 1], [1, 0, 0], [0, 3, 1]], [0, 0, 1])
assert np.allclose(np.exp(model[1]) * 7, [[4, 1, 2], [1, 4, 2]])
assert st.predict_naive_bayes(model, [[1, 1, 0], [0, 2, 5]]).tolist() == [0, 1]

pages = ["compound", "debugger", "formatstrings", "string-methods", "types",
         "typesseq"]
texts = [(re.findall("[a-z]+", part.lower()), c)
         for c, page in enumerate(pages)
         for part in topics[page].split("\n\n")]
texts = [(words, c) for words, c in texts if len(words) >= 10]
vocabulary = {w: i for i, w in enumerate(sorted({
    w for words, _ in texts for w in words}))}
counts = np.zeros((len(texts), len(vocabulary)))
for i, (words, _) in enumerate(texts):
    np.add.at(counts[i], [vocabulary[w] for w in words], 1)
labels = np.array([c for _, c in texts])
order = np.random.default_rng(0).permutation(len(texts))
learn, hide = np.split(order, [2 * len(texts) // 3])

model = st.fit_naive_bayes(counts[learn], labels[learn], smoothing=0.1)
said = st.predict_naive_bayes(model, counts[hide])
right = np.mean(said == labels[hide])
guess = np.mean(labels[hide] == np.bincount(labels[learn]).argmax())
print("held-out paragraphs: more than 7 of 10 right")
assert 0.7 < right and 0.25 < guess < 0.45
words = np.array(list(vocabulary))
telling = model[1] - fd.logsumexp(model[1], axis=0)

fig, (ax, beside) = plt.subplots(1, 2, figsize=(6.6, 3.3), sharey=True,
                                 width_ratios=[1, 0.75])
table = np.zeros((6, 6), dtype=int)
np.add.at(table, (labels[hide], said), 1)
ax.imshow(table / table.sum(axis=1, keepdims=True), cmap="Blues")
for i, j in np.ndindex(6, 6):
    ax.text(j, i, table[i, j], ha="center", va="center",
            color="white" if table[i, j] > table[i].sum() / 2 else "black")
for c in range(6):
    beside.text(0, c, " ".join(words[np.argsort(-telling[c])[:5]]),
                fontsize=8, va="center")
beside.axis("off")
beside.set(title="its most telling words")
ax.set(yticks=range(6), yticklabels=pages, xlabel="said to be from")
ax.set_xticks(range(6), pages, rotation=25, ha="right")
ax.grid(False)
mathlib.show(
    fig,
    caption="Held-out paragraphs: more than seven of ten are right by"
    " counting words, where naming the largest page would get about a third.",
    alt="A six by six table of counts, dark along the diagonal, and five words"
    " beside each row.",
)

# %% [markdown]
# ### Exercise 7.11 ** · a bag of words (3 points)
#
# **Contract.** `fit_naive_bayes(X, y, *, smoothing=1.0)`: `X` `(n, V)` counts, `y` `(n,)` integers $0$ to $K - 1$, every
# class occurs, `smoothing` $> 0$; return the pair `(log_prior, log_prob)`: `(K,)`, the logarithms of the classes' shares
# of the texts, and `(K, V)`, $\log P(v\mid c)$ as above. `predict_naive_bayes(model, X)`: `model` such a pair, `X` `(m,
# V)`; return integers `(m,)`: the class with the largest sum, the first of equal ones. For texts of thousands of words,
# too. scikit-learn's `MultinomialNB` is refused.
#
# *Example:* the one by hand: `log_prior` = log [2/3, 1/3], `log_prob` = log [[4, 1, 2], [1, 4, 2]] / 7; `[1, 1, 0]` gets
# class 0, `[0, 2, 5]` class 1.
#
# <details><summary>Hint 1</summary><code>fd.one_hot(y, K)</code>, (n, K), says which text is whose. One matrix product with it counts the words of all classes.</details>
# <details><summary>Hint 2</summary>The sum over the words of all texts and classes is a matrix product, too.</details>

# %% exercise="fit_naive_bayes"
def fit_naive_bayes(X, y, *, smoothing=1.0):
    """Return the logarithms of P(c) and of P(v | c)."""
    ### BEGIN SOLUTION
    member = fd.one_hot(y, np.max(y) + 1)  # (n, K): which text is whose
    words = member.T @ X + smoothing  # (K, V)
    log_prior = np.log(np.mean(member, axis=0))
    return log_prior, np.log(words / np.sum(words, axis=1, keepdims=True))
    ### END SOLUTION

def predict_naive_bayes(model, X):
    """Return the most probable class of each text."""
    ### BEGIN SOLUTION
    log_prior, log_prob = model
    return np.argmax(X @ log_prob.T + log_prior, axis=1)
    ### END SOLUTION

# %% check="fit_naive_bayes"
check("fit_naive_bayes")

# %% [markdown]
# **Now without labels.** Chapter 6 sorted irises by their petals; it had been told the species of 150. Suppose the labels
# are lost. The density is a mixture, $p(\mathbf x) = \sum_k\pi_k\,\mathcal N(\mathbf x; \boldsymbol\mu_k, \Sigma_k)$, and
# the likelihood has a sum inside the logarithm: no formula for its maximum. But two things would be easy. If we knew the
# parameters, Bayes would say who came from where; if we knew that, each Gaussian would be an average. So guess, and take
# turns: **expectation-maximisation**, EM.
#
# $$\textbf{E:}\quad r_{ik} = \frac{\pi_k\,\mathcal N(\mathbf x_i; \boldsymbol\mu_k, \Sigma_k)}{\sum_j\pi_j\,\mathcal
# N(\mathbf x_i; \boldsymbol\mu_j, \Sigma_j)} \qquad\qquad \textbf{M:}\quad N_k = \sum_ir_{ik},\;\; \pi_k =
# \frac{N_k}n,\;\; \boldsymbol\mu_k = \frac1{N_k}\sum_ir_{ik}\mathbf x_i,$$
#
# and $\Sigma_k = \frac1{N_k}\sum_ir_{ik}(\mathbf x_i - \boldsymbol\mu_k)(\mathbf x_i - \boldsymbol\mu_k)^\top$ around the
# *new* means. The **responsibilities** $r_{ik}$ of a point add up to 1 over $k$.
#
# **By hand.** $x = -1, 1$; two components with weight $\frac12$, means $-1$ and $1$, variance 1. For $x = 1$ the
# log-odds are $\frac12(2^2 - 0) = 2$, so $r = (1 - s, s)$ with $s = \mathrm{sigmoid}(2) = 0.881$. The new right mean is
# $s - (1 - s) = 2s - 1 = \tanh1 = 0.762$, its variance $1 - \tanh^21 = 0.420$.
#
# **Why does it never get worse?** For any $r$ with rows that add up to 1, Jensen's inequality (the logarithm of a mean
# is at least the mean of the logarithms) says $\log\sum_k\pi_k\mathcal N_k = \log\sum_kr_{ik}\frac{\pi_k\mathcal
# N_k}{r_{ik}} \ge \sum_kr_{ik}\log\frac{\pi_k\mathcal N_k}{r_{ik}}$. The E step chooses $r$ so that both sides are equal;
# the M step pushes the right side up, and the left must follow. (The right side is the ELBO.)

# %%
w, mu, S = st.em_step([[-1], [1]], [0.5, 0.5], [[-1], [1]], [[[1]], [[1]]],
                      reg_covar=0)
assert np.allclose(mu[:, 0], [-np.tanh(1), np.tanh(1)])
assert np.allclose(S[:, 0, 0], 1 - np.tanh(1) ** 2)

iris = load_iris()
petals, species = iris.data[:, 2:], iris.target

def run_em(seed, steps):
    """Return the models, and the log-likelihood before each step."""
    first = np.random.default_rng(seed).choice(150, 3, replace=False)
    model = (np.full(3, 1 / 3), petals[first],
             np.tile(pr.covariance_matrix(petals), (3, 1, 1)))
    models, fit = [], []
    for _ in range(steps):
        models.append(model)
        fit.append(pr.gaussian_mixture_log_pdf(petals, *model).sum())
        model = st.em_step(petals, *model, reg_covar=0)
    return models, np.array(fit)

runs = {seed: run_em(seed, 46) for seed in (2, 1)}
circle = np.stack([np.cos(np.linspace(0, 6.3, 60)),
                   np.sin(np.linspace(0, 6.3, 60))])
fig, axes = plt.subplots(1, 4, figsize=(7.6, 2.5), width_ratios=[1, 1, 1, 1.1])
for ax, (seed, step) in zip(axes, ((2, 0), (2, 45), (1, 45))):
    w, mu, S = runs[seed][0][step]
    R = st.responsibilities(petals, w, mu, S)
    for k in range(3):
        own = R.argmax(axis=1) == k
        ax.plot(*petals[own].T, "os^"[k], ms=2.5, color=f"C{k}")
        ax.plot(*(mu[k][:, None] + 2 * np.linalg.cholesky(S[k]) @ circle),
                color=f"C{k}")
    ax.set(title=f"start {'_AB'[-seed]}, step {step}", xlim=(0, 8),
           ylim=(-0.3, 3), xlabel="petal length")
axes[0].set(ylabel="petal width")
for (seed, (_, fit)), line in zip(runs.items(), ("-", "--")):
    axes[3].plot(fit, line, color="0.2",
                 label=f"start {'_AB'[-seed]}, to {fit[-1]:.1f}")
    assert (np.diff(fit) > -1e-9).all()
axes[3].set(title="log-likelihood", xlabel="step", ylim=(-250, -120))
axes[3].legend(fontsize=7)
mathlib.show(
    fig,
    caption="EM sorts flowers without labels (ellipses: two standard"
    " deviations, larger than the frame at first). Two starts, two results;"
    " the likelihood only ever climbs.",
    alt="Three scatter plots with three ellipses each: all overlapping, three"
    " neat groups, and a different split of the upper group. Right, two"
    " rising curves.",
)
agree = {}
for seed, (models, fit) in runs.items():
    group = st.responsibilities(petals, *models[-1]).argmax(axis=1)
    agree[seed] = sum(np.bincount(species[group == k]).max()
                      for k in range(3)) / 150
    print(f"start {'_AB'[-seed]}: log-likelihood {fit[-1]:.1f},"
          f" {agree[seed]:.0%} as the botanist")
assert agree[2] > 0.95 > 0.9 > agree[1] and runs[1][1][-1] > runs[2][1][-1]

# %% [markdown]
# **Read the last two lines twice.** The start that finds the botanist's species has the *lower* likelihood. EM climbs to
# a local maximum, which one depends on the start; and the highest hill is the best description of petals by three
# Gaussians, not of botany. Worse: let one component shrink onto a single flower, and the density there has no bound. The
# "maximum likelihood" of a mixture is infinite, and useless. Hence `reg_covar`, a little added to each variance.
#
# **Where it is load-bearing.** Hidden Markov models in speech, mixtures in astronomy, k-means (the limit of equal, tiny
# covariances, chapter 13), and the VAE (22), whose encoder is a network that guesses the E step.
#
# ### Exercise 7.12 *** · guess, then believe the guess (3 points)
#
# **Contract.** `X` `(n, d)`; `weights` `(K,)` positive, adding up to 1; `means` `(K, d)`; `covs` `(K, d, d)`.
# `responsibilities(X, weights, means, covs)`: `(n, K)`, each **row** adding up to 1, also where all densities underflow.
# `em_step(X, weights, means, covs, *, reg_covar=1e-6)`: the triple `(weights, means, covs)` after one step, plus
# `reg_covar` times the identity on each covariance. No component is empty. `fd.softmax` and
# `pr.multivariate_gaussian_log_pdf(X, mean, cov)` may be used; scikit-learn's `GaussianMixture` is refused.
#
# *Example:* the one by hand, `X = [[-1], [1]]`: responsibilities `[[0.8808, 0.1192], [0.1192, 0.8808]]`; with
# `reg_covar=0` weights `[0.5, 0.5]`, means `[[-0.7616], [0.7616]]`, covs 0.4200.
#
# <details><summary>Hint 1</summary>The (n, K) table of log weight plus log density, and a softmax over each row. What is the same for all k may be left out (the determinants are not).</details>
# <details><summary>Hint 2</summary>The means are R.T @ X, each row divided by its N.</details>
# <details><summary>Hint 3</summary><code>D = X - means[:, None]</code> has the shape (K, n, d), around the new means.</details>

# %% exercise="responsibilities"
def responsibilities(X, weights, means, covs):
    """Return the probability of each component, (n, K)."""
    ### BEGIN SOLUTION
    scores = np.zeros((len(X), len(weights)))
    for k in range(len(weights)):
        D = X - means[k]
        distance = np.sum(D * np.linalg.solve(covs[k], D.T).T, axis=1)
        _, log_volume = np.linalg.slogdet(covs[k])
        scores[:, k] = np.log(weights[k]) - (distance + log_volume) / 2
    return fd.softmax(scores, axis=1)  # (2 pi)^(d/2) is the same for all
    ### END SOLUTION

def em_step(X, weights, means, covs, *, reg_covar=1e-6):
    """Return the weights, means and covariances after a step."""
    ### BEGIN SOLUTION
    R = responsibilities(X, weights, means, covs)
    N = np.sum(R, axis=0)
    means = R.T @ X / N[:, None]
    D = X - means[:, None]  # (K, n, d)
    covs = np.einsum("nk,kni,knj->kij", R, D, D) / N[:, None, None]
    return N / len(X), means, covs + reg_covar * np.eye(X.shape[1])
    ### END SOLUTION

# %% check="responsibilities"
check("responsibilities")

# %% [markdown]
# ## 7.6 Could it be chance?
#
# Do people see the doctor more often when it costs them nothing? In the 1970s the RAND corporation asked, and did it
# properly: it gave away health insurance, **by lot**, to more than two thousand American families. With some plans all
# care was free, with others one paid a share, or the first bills. The table holds 20,190 person-years and the visits to a
# doctor in each. An A/B test, with real money.
#
# Two samples, $\mathbf x \in \mathbb R^{n}$ and $\mathbf y \in \mathbb R^{m}$. **Suppose that their means are equal in
# truth** (the *null hypothesis*). How surprising is then a difference as large as the one seen? Measure it by its own
# standard error; with $a = s_x^2/n$ and $b = s_y^2/m$, where $s^2$ are variances with `ddof=1`,
#
# $$t = \frac{\bar x - \bar y}{\sqrt{a + b}}, \qquad \nu = \frac{(a + b)^2}{\frac{a^2}{n - 1} + \frac{b^2}{m - 1}} .$$
#
# If $a + b$ were known, $t$ would be a standard Gaussian. It is estimated, so the tails are heavier: nearly **Student's
# t** with $\nu$ *degrees of freedom* (Welch chose $\nu$ so that the estimate's variance comes out right). The **p-value**
# is the probability of a $t$ as far from 0, on **either** side: $p = 2\,T_\nu(-|t|)$, with the distribution function
# $T_\nu(t)$ = `stdtr(nu, t)`.
#
# **By hand.** $\mathbf x = (5, 7, 9)$: mean 7, $s^2 = 4$, $a = \frac43$. $\mathbf y = (1, 2, 3, 4, 5)$: mean 3, $s^2 =
# \frac52$, $b = \frac12$. So $t = 4/\sqrt{11/6} = 2.954$ and $\nu = \frac{121}{36} / (\frac{16}{18} + \frac1{16}) =
# 3.533$, which makes $p = 0.049$.
#
# **What p is not**: the probability that the means are equal. That would need a prior. And of 100 tests of nothing, five
# have $p < 0.05$ on average: that is what it says, and all it says.

# %%
t, nu, p = st.welch_t_test([5, 7, 9], [1, 2, 3, 4, 5])
print(f"by hand: t = {t:.4f}, nu = {nu:.4f}, p = {p:.4f}")
assert np.isclose(t, 4 / (11 / 6) ** 0.5) and round(float(p), 4) == 0.0488

table = randhie.load_pandas().data
visits = table.mdvis.to_numpy()
free = ((table.lncoins == 0) & (table.idp == 0)).to_numpy()
t, nu, p = st.welch_t_test(visits[free], visits[~free])
print(f"free {visits[free].mean():.2f} visits a year, others"
      f" {visits[~free].mean():.2f}: t = {t:.1f}, p = {p:.0e}")

# Neighbouring rows that agree in all else: nearly always one person.
same = table[["lncoins", "idp", "physlm", "disea", "hlthg", "hlthf",
              "hlthp"]].to_numpy()
starts = np.append(True, np.any(np.diff(same, axis=0) != 0, axis=1))
block = np.cumsum(starts) - 1
mean_visits = np.bincount(block, visits) / np.bincount(block)
block_free = free[starts]
print(f"{visits.size:,} rows, but only {mean_visits.size:,} blocks;"
      f" rows within a block: {visits.size / mean_visits.size:.1f}")
assert t > 14 and mean_visits.size < 5300

# %% [markdown]
# A $p$ with dozens of zeros. Believe it? The formula takes the 20,190 rows to be independent, and they are not: the same person
# comes back every year, and who was ill once is ill again. The file has no names, but rows that stand together and agree
# in everything else give people away.
#
# **How to catch a test lying: the A/A test.** Give the labels "free" and "not free" to the blocks *at random*. Now there
# is nothing to find, and every $p$ should be equally common. Do it 400 times.

# %%
rng = np.random.default_rng(11)
by_rows, by_blocks = [], []
for _ in range(400):
    fake = rng.permutation(block_free)
    rows = fake[block]
    by_rows.append(st.welch_t_test(visits[rows], visits[~rows])[2])
    by_blocks.append(st.welch_t_test(mean_visits[fake],
                                     mean_visits[~fake])[2])
alarms = [np.mean(np.array(p) < 0.05) for p in (by_rows, by_blocks)]
t, nu, p = st.welch_t_test(mean_visits[block_free], mean_visits[~block_free])
print(f"false alarms at 0.05: by rows {alarms[0]:.0%}, by blocks"
      f" {alarms[1]:.0%}")
print(f"the real labels, by blocks: t = {t:.1f}, p = {p:.0e}")
assert alarms[0] > 0.12 and alarms[1] < 0.09 and 8 < t < 9.5

fig, axes = plt.subplots(1, 2, figsize=(6.6, 2.4), sharey=True)
for ax, found, name in zip(axes, (by_rows, by_blocks),
                           ("20,190 rows", f"{mean_visits.size:,} blocks")):
    heights, edges, bars = ax.hist(found, bins=20, range=(0, 1), color="C0",
                                   alpha=0.6)
    bars[0].set(facecolor="C1", alpha=1)
    ax.axhline(20, color="0.3", ls=":")
    ax.set(title=f"A/A tests with {name}", xlabel="p")
axes[0].set(ylabel="of 400 tests")
mathlib.show(
    fig,
    caption="400 tests of nothing each. An honest test has flat bars (dotted);"
    f" counting rows raises {alarms[0]:.0%} false alarms at p < 0.05"
    " (orange).",
    alt="Left, a histogram that towers at small p. Right, a flat one.",
)

# %% [markdown]
# **So the effect is real**, about one visit a year more, but the evidence is $t \approx 9$, not 15. With a smaller effect, or
# none, counting people four times would have been all of it. The same trap waits for you: several answers of one user,
# several questions about one passage, several seeds of one run. Count what was drawn by lot.
#
# Strictly, the lot fell on *families*, which this file doesn't show. With them $t$ would shrink once more; and our A/A
# test, which shuffles blocks, could not tell.
#
# **Where it is load-bearing.** Every A/B test of a product; every "our model is better" (chapter 25). With twenty
# comparisons, one at $p < 0.05$ is what nothing looks like.
#
# ### Exercise 7.13 ** · find and mend (2 points)
#
# The code below runs, looks right, and holds **two** mistakes. Mend it.
#
# **Contract.** `x` `(n,)`, `y` `(m,)`, $n, m \ge 2$, not both constant; return `(t, nu, p)`: $t$ positive if x's mean is
# larger, $\nu$ not rounded, $p$ **two-sided**, and right also where it is $10^{-30}$. Nothing is pooled. `stdtr(nu, t)` from the first cell may be used;
# `scipy.stats.ttest_ind` is refused.
#
# *Example:* `x = [5, 7, 9]`, `y = [1, 2, 3, 4, 5]` gives `(2.9542, 3.5328, 0.0488)`; the code below says p = 0.0132.
#
# <details><summary>Hint 1</summary>Compare by hand what np.var gives for 5, 7, 9.</details>
# <details><summary>Hint 2</summary>Exchange x and y. Which of the three numbers should change, and how many tails has the p of this code?</details>

# %%
def broken_welch(x, y):
    a = np.var(x) / len(x)
    b = np.var(y) / len(y)
    t = (np.mean(x) - np.mean(y)) / np.sqrt(a + b)
    nu = (a + b) ** 2 / (a**2 / (len(x) - 1) + b**2 / (len(y) - 1))
    return t, nu, stdtr(nu, -abs(t))

said = broken_welch([5.0, 7, 9], [1.0, 2, 3, 4, 5])
print("t = {:.4f}, nu = {:.4f}, p = {:.4f}".format(*said))
assert round(float(said[2]), 4) == 0.0132

# %% exercise="welch_t_test"
def welch_t_test(x, y):
    """Return t, the degrees of freedom and the p-value."""
    ### BEGIN SOLUTION
    a = np.var(x, ddof=1) / len(x)
    b = np.var(y, ddof=1) / len(y)
    t = (np.mean(x) - np.mean(y)) / np.sqrt(a + b)
    nu = (a + b) ** 2 / (a**2 / (len(x) - 1) + b**2 / (len(y) - 1))
    return t, nu, 2 * stdtr(nu, -abs(t))
    ### END SOLUTION

# %% check="welch_t_test"
check("welch_t_test")

# %% [markdown]
# **An error bar for anything: the bootstrap.** For a mean there is a formula. For a median, a correlation, an F1 score?
# What we want to know: how would this number change, had the same day happened again? We can't repeat the day. But the
# sample looks like what it was drawn from, so draw *from the sample*: $n$ rows **with replacement**, compute the number,
# call it $\hat\theta^*$, and repeat. The middle 95 % of what comes out is the interval
#
# $$\bigl[\,q_{0.025}(\hat\theta^*),\;q_{0.975}(\hat\theta^*)\bigr] ,$$
#
# with $q_\beta$ the value below which the share $\beta$ lies; for another level, leave $(1 - \text{level})/2$ outside on
# either side. *With* replacement, or every resample is the sample again;
# $n$ rows, or you measure the uncertainty of another day. **By hand**, of $(1, 2, 3)$ there are 27 equally likely
# resamples; one of them is $(1, 1, 1)$, with mean 1, and seven have the mean 2.
#
# It fails where one row decides: no resample of data ever has a larger maximum than the data had. And rows that belong
# together must be drawn together, so below it draws blocks.

# %%
means = [np.mean([i, j, k]) for i in (1, 2, 3) for j in (1, 2, 3)
         for k in (1, 2, 3)]
assert sum(m == 1 for m in means) == 1 and sum(m == 2 for m in means) == 7

people = np.column_stack([mean_visits, block_free])


def difference(z, of=np.asarray):
    visits, free = z[:, 0], z[:, 1] == 1
    return of(visits[free]).mean() - of(visits[~free]).mean()


def often(z):
    return difference(z, lambda visits: visits > 5)


def never(z):
    return difference(z, lambda visits: visits == 0)


a = np.var(mean_visits[block_free], ddof=1) / block_free.sum()
b = np.var(mean_visits[~block_free], ddof=1) / (~block_free).sum()
by_formula = difference(people) + 1.96 * np.sqrt(a + b) * np.array([-1, 1])

found = {}
for name, statistic in (("more visits", difference),
                        ("more than 5 a year", often),
                        ("never go", never)):
    low, high = st.bootstrap_interval(people, statistic, n_resamples=1000,
                                      rng=np.random.default_rng(0))
    found[name] = low, high
    print(f"{name:>18}: {statistic(people):+.3f}, from {low:+.3f}"
          f" to {high:+.3f}")
print("   Welch's interval:", by_formula.round(3))
assert np.allclose(found["more visits"], by_formula, atol=0.03)
assert found["never go"][1] < 0 < found["more than 5 a year"][0]

rng = np.random.default_rng(0)  # the same draws again, to look at them
rows = len(people)
kept = [difference(people[rng.integers(rows, size=rows)])
        for _ in range(1000)]
low, high = found["more visits"]
assert np.allclose(np.quantile(kept, [0.025, 0.975]), [low, high])
x = np.linspace(min(kept), max(kept), 101)
fig, ax = plt.subplots(figsize=(6, 2.3))
ax.hist(kept, bins=40, density=True, color="C0", alpha=0.5)
ax.axvspan(low, high, color="C1", alpha=0.15)
ax.plot(x, np.exp(pr.gaussian_log_pdf(x, difference(people),
                                      (a + b) ** 0.5)), color="0.2")
ax.set(xlabel="more visits a year with free care", yticks=[])
mathlib.show(
    fig,
    caption="1000 resamples of the difference, the middle 95 % (shaded), and"
    " the bell that Welch's formula has in mind.",
    alt="A histogram under a bell curve, with a shaded band from"
    f" {low:.2f} to {high:.2f}.",
)

# %% [markdown]
# Where there is a formula the two agree. Where there is none, the bootstrap goes on: with free care fewer people never
# go at all, and more go often.
#
# ### Exercise 7.14 ** · had the same day happened again (2 points)
#
# **Contract.** `bootstrap_interval(x, statistic, *, confidence_level=0.95, n_resamples=2000, rng)`: `x` `(n,)` or `(n,
# d)`: $n$ observations, one a row (a row stays together); `statistic` takes an array of the shape of `x` and returns a
# number. Return `(low, high)`: the quantiles $(1 - \text{level})/2$ and $(1 + \text{level})/2$ (`np.quantile` as it
# comes). **How `rng` is used:** each resample is `x[rng.integers(n, size=n)]`, one after another.
# `scipy.stats.bootstrap` is refused.
#
# *Example:* `x = [1, 2, 3, 4, 10]`, `np.mean`, `n_resamples=200`, `default_rng(0)`: `(2.0, 7.005)`.
#
# <details><summary>Hint 1</summary>95 % inside leave 5 % outside. How much on each side?</details>

# %% exercise="bootstrap_interval"
def bootstrap_interval(
    x, statistic, *, confidence_level=0.95, n_resamples=2000, rng
):
    """Return the ends of the percentile interval."""
    ### BEGIN SOLUTION
    found = []
    for _ in range(n_resamples):
        found.append(statistic(x[rng.integers(len(x), size=len(x))]))
    tail = (1 - confidence_level) / 2
    low, high = np.quantile(found, [tail, 1 - tail])
    return low, high
    ### END SOLUTION

# %% check="bootstrap_interval"
check("bootstrap_interval")

# %% [markdown]
# ## 7.7 How long a story?
#
# A model with more parameters always fits its own data at least as well. With a parameter for every point it fits
# perfectly, and has learned nothing. If you can hide data, hide some (7.3). If not, charge for every parameter. $\hat L$
# is the likelihood at its best, $k$ how many numbers were fitted (**the noise's variance counts**), $n$ how many
# observations:
#
# $$\mathrm{AIC} = 2k - 2\ln\hat L, \qquad \mathrm{BIC} = k\ln n - 2\ln\hat L, \qquad\text{smaller is better.}$$
#
# Akaike asked for the best prediction: on new data $\ln\hat L$ is about $k$ too optimistic. BIC is $-2$ times Laplace's
# log evidence for large $n$: there $H \approx nF$ (7.1, 7.4), so $\frac12\ln|H| = \frac k2\ln n$ plus terms that stay
# bounded, and those are dropped. Beyond $n = 7$ BIC charges more. They answer different questions; say which one you ask.
#
# **By hand.** $\ln\hat L = -10$, $k = 3$, $n = 100$: AIC $= 6 + 20 = 26$, BIC $= 3\cdot4.605 + 20 = 33.8$.
#
# **The Nile again.** One mean for a century, or two, with a jump in some year? Two means, a variance *and the year* make
# $k = 4$ against 2. (Counting a year like this is a rule of thumb: the likelihood jumps with it.) With the best variance
# put into 7.1's sum, $\ln\hat L = -\frac n2(\ln2\pi\hat\sigma^2 + 1)$.

# %%
print("by hand:", st.aic(-10, 3), st.bic(-10, 3, 100).round(4))
assert st.aic(-10, 3) == 26 and np.isclose(st.bic(-10, 3, 100), 33.8155)

def gaussian_fit(residuals):
    """Return the log-likelihood at the best variance."""
    n = len(residuals)
    return -n / 2 * (np.log(2 * np.pi * np.mean(residuals**2)) + 1)

splits = np.arange(5, 96)
two = np.array([gaussian_fit(np.append(flow[:k] - flow[:k].mean(),
                                       flow[k:] - flow[k:].mean()))
                for k in splits])
one, cut = gaussian_fit(flow - flow.mean()), splits[two.argmax()]
for name, L, k in (("one mean", one, 2), ("two means", two.max(), 4)):
    print(f"{name:>9}: log L {L:.1f}, AIC {st.aic(L, k):.1f},"
          f" BIC {st.bic(L, k, 100):.1f}")
assert st.bic(two.max(), 4, 100) < st.bic(one, 2, 100) - 40

fig, axes = plt.subplots(2, 1, figsize=(6.4, 3.4), sharex=True)
axes[0].plot(years, flow, ".-", ms=4, lw=0.7)
axes[0].plot(years[:cut], np.full(cut, flow[:cut].mean()), color="C1")
axes[0].plot(years[cut:], np.full(100 - cut, flow[cut:].mean()), color="C1")
axes[0].set(ylabel="flow (10⁸ m³)")
axes[1].plot(years[splits], two, color="C1")
axes[1].axhline(one, color="0.4", ls=":")
axes[1].text(1878, one + 1.2, "one mean", color="0.35")
axes[1].set(ylabel="log-likelihood", xlabel="first year of the second mean")
mathlib.show(
    fig,
    caption=f"The best jump is in {years[cut]}. The first dam at Aswan was"
    " being built then (1898 to 1902); Cobb (1978) blames the rain.",
    alt="Above, a jagged series with one level before 1899 and a lower one"
    " after. Below, a curve with one sharp peak at that year.",
)
assert years[cut] == 1899

# %% [markdown]
# ### Exercise 7.15 * · the price of a parameter (1 point)
#
# **Contract.** `aic(log_likelihood, k)`, `bic(log_likelihood, k, n)`: `log_likelihood` is the **total** of the model at
# its best (natural logarithm, not the mean); numbers, or arrays that broadcast.
#
# *Example:* log-likelihood −10, k = 3, n = 100: 26 and 33.8155.

# %% exercise="aic"
def aic(log_likelihood, k):
    """Return Akaike's criterion."""
    ### BEGIN SOLUTION
    return 2 * k - 2 * log_likelihood
    ### END SOLUTION

def bic(log_likelihood, k, n):
    """Return Schwarz's criterion."""
    ### BEGIN SOLUTION
    return k * np.log(n) - 2 * log_likelihood
    ### END SOLUTION

# %% check="aic"
check("aic")

# %% [markdown]
# **One thing after another.** So far the data came in no order. A *time series* remembers. The smallest memory is
# **AR(1)**: $x_t$ (with mean 0) is a share of the last value plus news,
#
# $$x_t = \phi x_{t-1} + \varepsilon_t, \qquad \varepsilon_t \sim \mathcal N(0, \sigma^2) \text{ independent}, \qquad
# |\phi| < 1 .$$
#
# Go $k$ steps back: $x_t = \phi^kx_{t-k}$ plus news that $x_{t-k}$ has not heard of. So the autocorrelation of 7.4 is
# $\rho_k = \phi^k$. Most likely is $\hat\phi = \sum_tx_tx_{t-1}/\sum_tx_{t-1}^2$, least squares with one column.
#
# **What memory costs.** $1 + 2\sum_{k\ge1}\phi^k = 1 + \frac{2\phi}{1 - \phi} = \frac{1 + \phi}{1 - \phi}$: so $n$ values
# are worth $n\frac{1 - \phi}{1 + \phi}$ for their mean. **By hand**, $\phi = 0.8$: a ninth. This is what
# `effective_sample_size` measures, and why $\sigma/\sqrt n$ is far too optimistic for tomorrow's weather, and for a chain.
#
# **Sunspots**, 1700 to 2008. Yule invented autoregressions for this very series, in 1927. One step of memory isn't
# enough: it can't turn round. AR($p$) has the last $p$ values as columns. How many? Ask AIC and BIC.

# %%
rng = np.random.default_rng(2)
noise, x = rng.normal(size=20_000), np.zeros(20_000)
for i in range(1, x.size):
    x[i] = 0.8 * x[i - 1] + noise[i]
phi, sigma = st.fit_ar1(x)
worth = st.effective_sample_size(x) / x.size
print(f"simulated: phi {phi:.2f}, noise {sigma:.2f}, worth 1/{1 / worth:.0f}")
assert abs(phi - 0.8) < 0.02 and abs(sigma - 1) < 0.02
assert 0.09 < worth < 0.14

spots = sunspots.load_pandas().data.SUNACTIVITY.to_numpy()
series = spots - spots.mean()
phi, sigma = st.fit_ar1(series)
orders, most = np.arange(1, 17), 16
target, scores = series[most:], []
for p in orders:  # the same years for all, or the scores can't be compared
    past = np.stack([series[most - j:-j] for j in range(1, p + 1)], axis=1)
    past = np.column_stack([np.ones(target.size), past])
    w = st.ordinary_least_squares(past, target)
    L = gaussian_fit(target - past @ w)
    scores.append([st.aic(L, p + 2), st.bic(L, p + 2, target.size)])
scores = np.array(scores)
a, b = orders[scores.argmin(axis=0)]
print(f"sunspots: phi {phi:.2f}; AIC wants order {a}, BIC {b}")

fig, axes = plt.subplots(1, 2, figsize=(7, 2.7), width_ratios=[1.3, 1])
lags = np.arange(45)
axes[0].bar(lags, [st.autocorrelation(series, k) for k in lags], width=0.5)
axes[0].plot(lags, phi**lags, color="C1")
axes[0].text(6, 0.55, "φᵏ", color="C1")
axes[0].set(xlabel="lag (years)", ylabel="autocorrelation")
axes[1].plot(orders, scores[:, 0], "o-", ms=3, label="AIC")
axes[1].plot(orders, scores[:, 1], "s-", ms=3, label="BIC")
axes[1].set(xlabel="order p", ylim=(scores.min() - 15, scores[1:].max() + 25))
axes[1].legend()
mathlib.show(
    fig,
    caption="Left: sunspots remember eleven years; AR(1) (orange) can only"
    f" forget. Right: both scores are best at p = {a}"
    f"{'' if a == b else f' and {b}'}. AR(1) stands far above the frame.",
    alt="Left, bars that swing up and down with a period of eleven, and a"
    " falling curve. Right, two curves that drop and then rise slowly.",
)
assert abs(phi - 0.82) < 0.01 and scores[1, 1] < scores[0, 1] - 100

# %% [markdown]
# ## 7.8 Seeing and doing
#
# Back to the stones. Why did B cure more? Count **who got what**: the doctors gave A, the knife, to 263 large stones and
# 87 small ones; B, the gentle way, to 80 and 270. The bad cases went to A. The size of the stone drives both the
# treatment and the cure: it is a **confounder**. That is **Simpson's paradox**, in one line:
#
# $$P(y\mid x, z) > P(y\mid x', z) \text{ for all } z \quad\not\Rightarrow\quad P(y\mid x) > P(y\mid x') ,$$
#
# because $P(y\mid x) = \sum_zP(y\mid x, z)\,P(z\mid x)$ weighs with *other* $z$ for $x$ than for $x'$. **Seeing** that
# someone got A tells you that the stone was probably large. **Doing** A, to whoever comes next, tells nothing of the
# stone. Write $\mathrm{do}(x)$ for setting $x$ by hand, whatever else. It cuts the arrow into "treatment" (picture below), so
# $z$ keeps its own distribution:
#
# $$P(y\mid\mathrm{do}(x)) = \sum_zP(y\mid x, z)\,P(z) .$$
#
# This is **back-door adjustment**. The two formulas differ in one symbol.
#
# **By hand.** Two sizes, each half of all; $P(\text{cured}\mid x, z)$ is $0.2$ and $0.3$ for $x = 0, 1$ in the first,
# $0.7$ and $0.8$ in the second; four of five get $x = 1$ in the first, and one of five in the second. Doing: $\frac12(0.3
# + 0.8) = 0.55$ for $x = 1$, $0.45$ for $x = 0$. Seeing: $0.8\cdot0.3 + 0.2\cdot0.8 = 0.4$ against $0.2\cdot0.2 +
# 0.8\cdot0.7 = 0.6$.
#
# **When is it allowed?** If $z$ holds *every* common cause, holds nothing that $x$ itself causes, and every $x$ occurs
# with every $z$ (*positivity*: else $P(y\mid x, z)$ is a guess). The first is not in the data. You have to know it.

# %%
got = stones.sum(axis=2)  # small, large; A, B
assert got.tolist() == [[87, 270], [263, 80]]
joint = np.array([[[0.08, 0.02], [0.28, 0.12]], [[0.12, 0.28], [0.02, 0.08]]])
print("by hand, do:", st.backdoor_adjustment(joint).round(4).tolist())
see = joint.sum(axis=0) / joint.sum(axis=(0, 2))[:, None]
assert np.allclose(st.backdoor_adjustment(joint), [[0.55, 0.45], [0.45, 0.55]])
assert np.allclose(see, [[0.4, 0.6], [0.6, 0.4]])

do = st.backdoor_adjustment(stones / stones.sum())[:, 1]
print(f"stones: seen A {overall[0]:.1%}, B {overall[1]:.1%};"
      f" done A {do[0]:.1%}, B {do[1]:.1%}")
assert do[0] > do[1] + 0.05

spot = {"size": (0, 0.9), "treatment": (-1.3, 0), "cured": (1.3, 0)}
arrows = [("size", "cured"), ("treatment", "cured"), ("size", "treatment")]
fig, axes = plt.subplots(1, 2, figsize=(7.4, 2))
for ax, drawn, name in zip(axes, (arrows, arrows[:2]),
                           ("seeing", "do(treatment)")):
    for start, end in drawn:
        ax.annotate("", spot[end], spot[start], arrowprops={
            "arrowstyle": "-|>", "shrinkA": 40 if start == "treatment" else 22,
            "shrinkB": 22 if end == "cured" else 26, "lw": 1.6,
            "color": "C1" if start == "size" else "C0"})
    for word, at in spot.items():
        ax.text(*at, word, ha="center", va="center", fontweight="bold")
    ax.set(xlim=(-2.1, 2.1), ylim=(-0.3, 1.2), title=name)
    ax.axis("off")
mathlib.show(
    fig,
    caption="Who causes whom. Left, the orange arrows make treatment and cure"
    " go together even if the blue one did nothing. Right, the arrow into"
    " treatment is cut: what still goes together is due to the blue one.",
    alt="A triangle of three words with arrows: from size to treatment, from"
    " size to cured, from treatment to cured. Beside it the same without the"
    " arrow from size to treatment.",
)

# Too much: a fair experiment, and "adjusting" for what it causes.
rng = np.random.default_rng(8)
T = rng.integers(2, size=100_000)
Y = T + rng.normal(size=T.size)
after = T + Y + rng.normal(size=T.size) > 1  # caused by both
plain = Y[T == 1].mean() - Y[T == 0].mean()
within = sum((Y[(T == 1) & (after == c)].mean()
              - Y[(T == 0) & (after == c)].mean()) * np.mean(after == c)
             for c in (True, False))
print(f"truth 1: plain {plain:.2f}, 'adjusted' for an effect {within:.2f}")
assert abs(plain - 1) < 0.03 and 0.34 < within < 0.4

# %% [markdown]
# **So: A**, if the stone's size was the only thing that the doctors looked at.
#
# **Can one adjust for too much?** The last lines above are a perfect experiment, treatment by the toss of a coin, effect
# exactly 1. Then they "adjust" for something that treatment and outcome both cause, and nearly two thirds of it are gone.
# What the treatment *causes* must not be held fixed: that spoils even this experiment. "Control for everything" is bad
# advice; the arrows decide, and chapter 6's $\rho$ does not show them.
#
# ### Exercise 7.16 ** · doing (2 points)
#
# **Contract.** `joint[z, x, y]` `(Z, X, Y)`: probabilities that add up to 1; return `(X, Y)`: $P(y\mid\mathrm{do}(x))$,
# rows adding up to 1. A $z$ of probability 0 adds nothing (never nan). `ValueError` if some $x$ never occurs together
# with a $z$ that does.
#
# *Example:* the one by hand: `[[[.08, .02], [.28, .12]], [[.12, .28], [.02, .08]]]` gives `[[.55, .45], [.45, .55]]`.
#
# <details><summary>Hint 1</summary>Three tables: P(z) from sums over x and y; P(z, x) from sums over y; and their quotient with the joint.</details>
# <details><summary>Hint 2</summary>Throw out the z of probability 0 first. What is then still 0 in P(z, x) is an error.</details>

# %% exercise="backdoor_adjustment"
def backdoor_adjustment(joint):
    """Return P(y | do(x)), (X, Y)."""
    ### BEGIN SOLUTION
    p_z = np.sum(joint, axis=(1, 2))
    joint = joint[p_z > 0]
    p_zx = np.sum(joint, axis=2, keepdims=True)
    if np.any(p_zx == 0):
        raise ValueError("some x never occurs with some z")
    return np.einsum("zxy,z->xy", joint / p_zx, p_z[p_z > 0])
    ### END SOLUTION

# %% check="backdoor_adjustment"
check("backdoor_adjustment")

# %% [markdown]
# **When $z$ is not a table.** With age, weight and ten blood values there are no two patients with the same $z$. Then use
# one number: the **propensity** $e_i = P(T_i = 1\mid z_i)$, how likely *this* patient was to be treated ($T_i$ is 1 or
# 0, $Y_i$ the outcome). A treated one with $e_i = 0.1$ stands for ten of their kind, nine of whom went untreated:
#
# $$\widehat{\mathrm{ATE}} = \frac1n\sum_{i=1}^n\Bigl[\frac{T_iY_i}{e_i} - \frac{(1 - T_i)Y_i}{1 - e_i}\Bigr] ,$$
#
# the **average treatment effect**, by inverse propensity weights. **Why?** Let $Y_i(1)$ be what would come with
# treatment, and given $z$ independent of who gets it. $E[TY/e\mid z] = \frac{P(T = 1\mid z)}{e}\,E[Y(1)\mid z] =
# E[Y(1)\mid z]$. It is chapter 6's importance sampling: drawn under the doctors' habits, wanted under a fair lot.
#
# **By hand.** $T = (1, 0, 1, 0)$, $Y = (3, 1, 5, 2)$, $e = (\frac12, \frac12, \frac14, \frac15)$: $\frac14\bigl(\frac3{1/2}
# - \frac1{1/2} + \frac5{1/4} - \frac2{4/5}\bigr) = \frac14(6 - 2 + 20 - 2.5) = 5.375$.
#
# Only where we made the world ourselves do we know the truth. So: 300 worlds of 1000 patients, in which the treatment
# helps by 2 on average, and the sickest get it.

# %%
ate = st.ipw_ate([1, 0, 1, 0], [3, 1, 5, 2], [0.5, 0.5, 0.25, 0.2])
print("by hand:", ate)
assert np.isclose(ate, 5.375)

def world(rng, pull, n=1000):
    """Return T, Y, e of n patients; the mean effect of T on Y is 2."""
    ill = rng.normal(size=n)
    e = expit(pull * ill)  # the sickest are treated
    T = (rng.random(n) < e).astype(float)
    return T, 10 - 3 * ill + (2 + ill) * T + rng.normal(size=n), e

rng = np.random.default_rng(12)
found = {}
for pull in (1.0, 3.0):
    found[pull] = np.array([
        (Y[T == 1].mean() - Y[T == 0].mean(), st.ipw_ate(T, Y, e))
        for T, Y, e in (world(rng, pull) for _ in range(300))])
    raw, ipw = found[pull].T
    print(f"pull {pull:g}: raw {raw.mean():+.2f} ± {raw.std():.2f}, weighted"
          f" {ipw.mean():+.2f} ± {ipw.std():.2f}; truth +2")
assert found[1.0][:, 0].mean() < 0.5
assert abs(found[1.0][:, 1].mean() - 2) < 0.15
assert found[3.0][:, 1].std() > 3 * found[1.0][:, 1].std()

weighted = found[3.0][:, 1]
outside = np.mean((weighted < -4) | (weighted > 6))
assert np.median(weighted) < 2 and 0 < outside < 0.15

fig, axes = plt.subplots(1, 2, figsize=(7, 2.5), sharey=True)
for ax, (pull, name) in zip(axes, ((1.0, "some choice"),
                                   (3.0, "hardly any choice"))):
    bins = np.linspace(-4, 6, 61)
    ax.hist(found[pull][:, 0], bins=bins, color="C1", alpha=0.6)
    ax.hist(found[pull][:, 1], bins=bins, color="C0", alpha=0.6)
    ax.axvline(2, color="0.2", ls="--")
    ax.set(title=name, xlabel="estimated effect", yticks=[])
axes[0].text(-3.9, 50, "raw means", color="C1")
axes[0].text(3.2, 30, "weighted", color="C0")
axes[0].text(2.1, 75, "truth", color="0.2")
mathlib.show(
    fig,
    caption="300 simulated worlds. The difference of raw means is precise and"
    " wrong. Weights set it right, unless the sickest are nearly always"
    " treated: then few stand for many. Right on average still, but most"
    f" worlds fall short, and a few ({outside:.0%}, outside the frame) far"
    " overshoot.",
    alt="Two pairs of histograms. Left, a narrow orange one far below the"
    " dashed line and a blue one around it. Right, the blue one is wide and"
    " ragged.",
)

# %% [markdown]
# **Where it is load-bearing.** The same weights let a new recommender, or a new policy, be judged by the logs of the old
# one (*off-policy evaluation*, chapter 20). In life $e_i$ must be estimated, and an unmeasured cause is still unmeasured.
#
# ### Exercise 7.17 ** · stand in for the others (2 points)
#
# **Contract.** `treatment` `(n,)` zeros and ones, `outcome` `(n,)`, `propensity` `(n,)`; return the average treatment
# effect, a scalar, divided by $n$ (not by the sum of the weights). `ValueError` if a propensity is not strictly between 0
# and 1.
#
# *Example:* the one by hand: 5.375. (The raw means differ by 2.5.)
#
# <details><summary>Hint 1</summary>For the untreated, the chance of what they got is 1 − e.</details>

# %% exercise="ipw_ate"
def ipw_ate(treatment, outcome, propensity):
    """Return the average treatment effect."""
    ### BEGIN SOLUTION
    if np.any((propensity <= 0) | (propensity >= 1)):
        raise ValueError("everyone must have a chance of both")
    treated = treatment * outcome / propensity
    control = (1 - treatment) * outcome / (1 - propensity)
    return np.mean(treated - control)
    ### END SOLUTION

# %% check="ipw_ate"
check("ipw_ate")

# %% [markdown]
# **What if?** Seeing was the first rung of a ladder, doing the second. This is the third: not "what happens to patients
# if", but "what would have happened to *this* one". It needs a
# **structural causal model**: one equation for each variable, from its causes and its own noise, $v = f_v(\text{causes})
# + u_v$. Then three steps:
#
# $$P(u\mid\text{seen}) \;\to\; \mathrm{do}(X = x) \;\to\; Y_x(u) :$$
#
# **abduction** (what noise explains what was seen?), **action** (replace an equation), **prediction** (run the rest
# again, with the *same* noise).
#
# **By hand.** dose $= 0.5\,$severity $+ u_d$ and health $= 10 - 2\,$severity $+ 1.5\,$dose $+ u_h$. A patient has
# severity 4, dose 3, health 8. Abduction: $u_d = 3 - 2 = 1$, $u_h = 8 - (10 - 8 + 4.5) = 1.5$: tougher than most. Had
# the dose been 0: $10 - 8 + 0 + 1.5 = 3.5$. (The average of such patients would have 2.)
#
# No data can check such a claim: nobody lives twice. In a simulation somebody does.

# %%
equations = {
    "severity": lambda v: 0.0,
    "dose": lambda v: 0.5 * v["severity"],
    "health": lambda v: 10 - 2 * v["severity"] + 1.5 * v["dose"],
}
seen = {"severity": 4.0, "dose": 3.0, "health": 8.0}
other = st.scm_counterfactual(equations, seen, {"dose": 0.0})
print("had the dose been 0:", other)
assert other["health"] == 3.5

# Two lives for each of 1000 patients, with the same luck in both.
rng = np.random.default_rng(5)
u = {name: rng.normal(size=1000) for name in equations}
equations["health"] = lambda v: 10 - v["severity"] ** 2 + np.tanh(v["dose"])
lives = []
for forced in (None, 2.0):
    v = {}
    for name, f in equations.items():
        v[name] = f(v) + u[name]
        if name == "dose" and forced is not None:
            v[name] = np.full(1000, forced)
    lives.append(v)
told = st.scm_counterfactual(equations, lives[0], {"dose": np.full(1000, 2.0)})
gap = np.abs(told["health"] - lives[1]["health"]).max()
print(f"1000 second lives foretold, largest error {gap:.0e}"
      if gap > 1e-12 else "1000 second lives foretold exactly")
assert gap < 1e-12

fig, ax = plt.subplots(figsize=(6.2, 2.7))
first, second = (life["health"][:60] for life in lives)
ill = lives[0]["severity"][:60]
ax.plot([ill, ill], [first, second], color="0.75", lw=0.8)
ax.plot(ill, first, "o", ms=4, color="C0")
ax.plot(ill, told["health"][:60], "^", ms=5, color="C1")
ax.set(xlabel="severity", ylabel="health")
mathlib.show(
    fig,
    caption="Sixty of them: as they were (discs), and as they would have been"
    " had the dose been 2 (triangles), told from the first life alone.",
    alt="A scatter plot with pairs of a disc and a triangle joined by thin"
    " vertical lines; on the left the triangles are above, on the right"
    " hardly.",
)

# %% [markdown]
# That works because the equations were right. With wrong ones the answer comes just as promptly. Seeing needs data, doing
# needs the arrows, imagining needs the equations: each rung of this ladder asks for more that is not in the table.
#
# ## Common mistakes
#
# | one often sees | why it is wrong | what is right |
# |---|---|---|
# | variance with $n - 1$ called "maximum likelihood" | unbiased, not most likely | divide by $n$ |
# | the log prior added for each sample | it would never fade | once |
# | weighing by variances, or by standard deviations | the vaguer would count more | precisions, $1/\sigma^2$ |
# | `inv(X.T @ X)` with nearly equal columns | squares the condition number | QR or SVD |
# | a punished intercept | °C and K would differ | centre first |
# | a $\lambda$ without its convention | sum or mean: a factor $n$ | say which |
# | standardising with the hidden part's mean | it has seen the exam | training part only |
# | $H$ as covariance; no $\frac d2\log2\pi$ | sharp peaks would be wide; evidence off | $H^{-1}$; keep it |
# | rejected steps left out | half the time in each place | count the state again |
# | no smoothing; products of words | one new word vetoes; all classes 0 | $\alpha > 0$; logarithms |
# | `np.var` in a t-test; one tail | `ddof=0`; half the surprise | `ddof=1`; both tails |
# | rows of one person as independent | false alarms | test what was drawn by lot |
# | $P(z\mid x)$ where $P(z)$ belongs | that is seeing | back-door adjustment |
#
# ## The same in SciPy, scikit-learn, statsmodels and PyTorch
#
# | here | there |
# |---|---|
# | `st.negative_log_likelihood` | `torch.nn.functional.nll_loss(..., reduction="sum")`; the default is the **mean** |
# | `st.ordinary_least_squares(X, y)` | `np.linalg.lstsq(X, y)[0]`, `torch.linalg.lstsq(X, y[:, None])` |
# | `st.ols_standard_errors(X, y)` | `statsmodels.api.OLS(y, X).fit().bse` |
# | `st.ridge_regression(X, y, a)` | `sklearn.linear_model.Ridge(a)`; in an optimiser, `weight_decay` |
# | `st.bayesian_linear_regression` | `sklearn.linear_model.BayesianRidge`, which also learns $\sigma$ and $\tau$ |
# | `st.fit_naive_bayes` | `sklearn.naive_bayes.MultinomialNB` |
# | `st.em_step` | `sklearn.mixture.GaussianMixture` |
# | `st.welch_t_test(x, y)` | `scipy.stats.ttest_ind(x, y, equal_var=False)`; the default **pools** |
# | `st.bootstrap_interval` | `scipy.stats.bootstrap(..., method="percentile")`; the default is BCa |
# | `st.effective_sample_size`, `st.r_hat` | `arviz.ess`, `arviz.rhat`: on ranks, a little stricter |
# | `st.fit_ar1` | `statsmodels.tsa.ar_model.AutoReg(x, 1, trend="n")` |

# %%
from scipy import stats
from sklearn.linear_model import Ridge
from sklearn.mixture import GaussianMixture
from sklearn.naive_bayes import MultinomialNB

x, y = mean_visits[block_free], mean_visits[~block_free]
mine, theirs = st.welch_t_test(x, y), stats.ttest_ind(x, y, equal_var=False)
assert np.allclose(mine, [theirs.statistic, theirs.df, theirs.pvalue])
w, b = st.ridge_regression(Z, data.target, 5.0)
ridge = Ridge(5.0).fit(Z, data.target)
assert np.allclose(w, ridge.coef_) and np.isclose(b, ridge.intercept_)
assert np.allclose(st.ordinary_least_squares(ones, data.target),
                   np.linalg.lstsq(ones, data.target)[0])
judge = MultinomialNB(alpha=0.1).fit(counts[learn], labels[learn])
assert np.mean(judge.predict(counts[hide]) == labels[hide]) == right
mixture = GaussianMixture(3, reg_covar=0, random_state=0).fit(petals)
R = st.responsibilities(petals, mixture.weights_, mixture.means_,
                        mixture.covariances_)
assert np.allclose(R, mixture.predict_proba(petals))
print("they agree")

# %% [markdown]
# ## Summary: one screen
#
# | | formula | function |
# |---|---|---|
# | most likely | $\arg\max_\theta\sum_i\log p(x_i\mid\theta)$; $\;\bar x$, $\frac1n\sum_i(x_i - \bar x)^2$ | `st.gaussian_mle`, `st.negative_log_likelihood` |
# | how sharply | $F = E[\mathbf s\mathbf s^\top]$, error $\approx (nF)^{-1/2}$ | `st.fisher_information` |
# | most probable | $(\frac{\sum x}{\sigma^2} + \frac{\mu_0}{\tau^2}) / (\frac n{\sigma^2} + \frac1{\tau^2})$ | `st.map_gaussian_mean` |
# | counts | $\boldsymbol\alpha + \mathbf n$ | `st.dirichlet_posterior`, `st.dirichlet_predictive` |
# | a line | $X^\top X\mathbf w = X^\top\mathbf y$, by QR or SVD | `st.predict_linear`, `st.ordinary_least_squares` |
# | its error bars | $\hat\sigma\sqrt{[(X^\top X)^{-1}]_{jj}}$ | `st.ols_standard_errors` |
# | a leash | $(X^\top X + \lambda I)^{-1}X^\top\mathbf y$, $\;\lambda = \sigma^2/\tau^2$ | `st.ridge_regression` |
# | all lines | $\Sigma_N = (X^\top X/\sigma^2 + I/\tau^2)^{-1}$ | `st.bayesian_linear_regression` |
# | a peak | $\mathcal N(\hat\theta, H^{-1})$ | `st.laplace_approximation` |
# | a walk | go if $\log u < \log p(\theta') - \log p(\theta)$ | `st.metropolis` |
# | is it any good? | $n/(1 + 2\sum\rho_k)$; $\hat R < 1.01$ | `st.effective_sample_size`, `st.r_hat` |
# | words | $\log P(c) + \sum_vx_v\log P(v\mid c)$ | `st.fit_naive_bayes`, `st.predict_naive_bayes` |
# | no labels | E: softmax of $\log\pi_k + \log\mathcal N_k$; M: averages | `st.responsibilities`, `st.em_step` |
# | chance? | $t = (\bar x - \bar y)/\sqrt{s_x^2/n + s_y^2/m}$ | `st.welch_t_test` |
# | any number | quantiles of resamples | `st.bootstrap_interval` |
# | how long? | $2k - 2\ln\hat L$; $k\ln n - 2\ln\hat L$ | `st.aic`, `st.bic` |
# | memory | $x_t = \phi x_{t-1} + \varepsilon_t$, $\;\rho_k = \phi^k$ | `st.fit_ar1`, `st.autocorrelation` |
# | doing | $\sum_zP(y\mid x, z)P(z)$; weights $1/e$ | `st.backdoor_adjustment`, `st.ipw_ate` |
# | what if | abduction, action, prediction | `st.scm_counterfactual` |
#
# **Five questions to ask yourself.**
#
# <details><summary>1. Your model's mean training loss is 2.1 nats a token. What is the likelihood of a text of 1000 tokens?</summary>
# e to the −2100, which no float holds. That is why nobody computes it.
# </details>
# <details><summary>2. You double your data. What should happen to λ in ridge (with the sum of squares)?</summary>
# Nothing, if the belief τ and the noise σ stay: λ = σ²/τ². The data simply outvote it more. With the mean of squares, halve it.
# </details>
# <details><summary>3. One chain, 90 % accepted, R-hat not available. Are you happy?</summary>
# No. Probably the steps are tiny. Look at the autocorrelation, take larger steps, and start a few more chains far apart.
# </details>
# <details><summary>4. An A/B test with a million page views of 2000 users gives p = 0.001. What do you ask?</summary>
# What was drawn by lot: users, presumably. Then test 2000 averages, and run an A/A test to see whether the machinery is honest.
# </details>
# <details><summary>5. Patients with a fire alarm in the ward die more often. Remove the alarms?</summary>
# Seeing is not doing. Who gets an alarm? Ask for the arrows, then for what blocks the back door.
# </details>

# %% [markdown]
# ## Further reading
#
# **Estimation.** R. A. Fisher, *Phil. Trans. A* 222 (1922), doi:10.1098/rsta.1922.0009. A. Hoerl, R. Kennard, ridge,
# *Technometrics* 12 (1970), doi:10.2307/1267351. R. Tibshirani, the lasso, *J. R. Stat. Soc. B* 58 (1996),
# doi:10.1111/j.2517-6161.1996.tb02080.x. A. Dempster, N. Laird, D. Rubin, EM, *J. R. Stat. Soc. B* 39 (1977),
# doi:10.1111/j.2517-6161.1977.tb01600.x. F. Kunstner and others on the empirical Fisher, 2019, arXiv:1905.12558.
#
# **Posteriors.** N. Metropolis and others, *J. Chem. Phys.* 21 (1953), doi:10.1063/1.1699114. A. Gelman, D. Rubin,
# $\hat R$, *Statist. Sci.* 7 (1992), doi:10.1214/ss/1177011136; A. Vehtari and others, an improved one, 2019,
# arXiv:1903.08008. D. MacKay, Bayesian networks, *Neural Comput.* 4 (1992), doi:10.1162/neco.1992.4.3.448. F. Wenzel and
# others, how good is the posterior really?, 2020, arXiv:2002.02405.
#
# **Tests and models.** B. L. Welch, *Biometrika* 34 (1947), doi:10.1093/biomet/34.1-2.28. B. Efron, the bootstrap, *Ann.
# Statist.* 7 (1979), doi:10.1214/aos/1176344552. H. Akaike, *IEEE Trans. Autom. Control* 19 (1974),
# doi:10.1109/TAC.1974.1100705. G. Schwarz, BIC, *Ann. Statist.* 6 (1978), doi:10.1214/aos/1176344136. G. U. Yule,
# sunspots, *Phil. Trans. A* 226 (1927), doi:10.1098/rsta.1927.0007. R. Wasserstein, N. Lazar, what p-values are not,
# *Am. Stat.* 70 (2016), doi:10.1080/00031305.2016.1154108.
#
# **Causes.** J. Pearl, the back door, *Biometrika* 82 (1995), doi:10.1093/biomet/82.4.669; *Causality*, 2009,
# doi:10.1017/CBO9780511803161. P. Rosenbaum, D. Rubin, the propensity, *Biometrika* 70 (1983),
# doi:10.1093/biomet/70.1.41.
#
# **The data.** Kidney stones: C. Charig and others, *Brit. Med. J.* 292 (1986), doi:10.1136/bmj.292.6524.879. Diabetes:
# B. Efron and others, *Ann. Statist.* 32 (2004), doi:10.1214/009053604000000067, with scikit-learn. Four doses: A.
# Racine and others, *Appl. Statist.* 35 (1986). Visits to the doctor: the RAND Health Insurance Experiment (W. Manning
# and others, *Am. Econ. Rev.* 77, 1987), the Nile (G. Cobb, *Biometrika* 65, 1978, doi:10.1093/biomet/65.2.243) and the
# sunspots, all with statsmodels. The manual is Python's own and differs a little from version to version.
#
# Next: chapter 8 finds minima when no formula does.

# ---
# jupyter:
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 15 · Transformers
#
# **How does a model find, among a hundred thousand words, the one that matters now?**
#
# It does not search. It multiplies three matrices and takes one softmax. Everything else in this chapter is there to keep
# that one idea honest (masks), calm (scaling, norms), many-sided (heads), trainable (residuals, the backward pass) and aware
# of order (positions).

# %%
import math

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits

import mathlib
import mathlib.machine_learning as ml
import mathlib.transformers as tr
from mathlib import check

mathlib.style()
torch.manual_seed(0)
torch.set_num_threads(1)  # for tensors this small, more are slower
torch.set_printoptions(precision=4, sci_mode=False)
device = mathlib.device()


def heat(ax, table, *, digits=None, rows=None, columns=None, **style):
    """Draw a table of numbers as a grid of shades, with its numbers."""
    table = mathlib.arrays.to_numpy(table)
    image = ax.imshow(table, **{"cmap": "Blues", **style})
    for axis, names in ((ax.yaxis, rows), (ax.xaxis, columns)):
        count = table.shape[axis is ax.xaxis]
        axis.set_ticks(range(count), names or range(count))
    ax.tick_params(length=0)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    if digits is not None:
        for (i, j), value in np.ndenumerate(table):
            dark = sum(image.cmap(image.norm(value))[:3]) < 1.5
            ax.text(j, i, "" if np.isnan(value) else f"{value:.{digits}f}",
                    ha="center", va="center", fontsize=8,
                    color="white" if dark else "black")

# %%
text = "the code is four one seven . I repeat : the code is four one"
words = text.split()
T = len(words)

g = torch.Generator().manual_seed(1)
vector = {w: torch.randn(64, generator=g) for w in sorted(set(words))}
here = torch.stack([vector[w] for w in words])           # asks
before = torch.cat([torch.zeros(1, 64), here[:-1]])      # answers

looks = tr.attention(here, before, torch.eye(T), causal=True)

seen = looks[-1].argmax()
print(f"the last word looks at: {words[seen]!r}"
      f" with weight {looks[-1, seen]:.2f}")
assert words[seen] == "seven" and looks[-1, seen] > 0.9

fig, ax = plt.subplots(figsize=(5.6, 4.9))
heat(ax, looks, rows=words, columns=words, vmin=0, vmax=1)
plt.setp(ax.get_xticklabels(), rotation=60, ha="right",
         rotation_mode="anchor")
ax.set(xlabel="the word looked at", ylabel="the word that looks")
ax.annotate(f"{looks[-1, seen]:.2f}", (seen, T - 1), (8.5, 6.5),
            color="C1", fontsize=12,
            arrowprops={"arrowstyle": "->", "color": "C1"})
mathlib.show(
    fig,
    caption="Nobody trained this. When the text begins to repeat, every word"
    " finds the word that came after it the first time: the dark streak."
    f" The last word looks at “{words[seen]}”. Copy what you look at, and"
    " you have predicted the next word.",
    alt="A 15 by 15 grid of attention weights over the words of the text."
    " In the last five rows one cell each is dark, one step further right"
    " in each row, ending at the word seven.",
)

# %% [markdown]
# Language models that were trained on nothing but text grow this very pattern by themselves; it is called an *induction
# head* (Olsson et al., 2022). We cheated in one place: each word was handed the vector of the word **before** it. Section 15.6
# makes that part too, out of rotations, and then the machine is complete.
#
# **After this chapter you can**
# - write attention from memory, with masks, heads and its backward pass, and say why each factor stands where it stands;
# - show with a few lines what breaks without the root, without the mask, without positions, without residuals;
# - rotate queries and keys (RoPE), and find the two bugs that every cached decoder has had at least once;
# - count a block's parameters and operations, and name the model they belong to;
# - assemble a small transformer that reads handwritten digits, row by row, and look inside it.
#
# **You need** matrix products and norms ([chapter 2](../02_linear_algebra/02_linear_algebra.ipynb)), the softmax (chapter 1), the chain rule for vectors (chapter 5),
# variances (chapter 6), the entropy (chapter 9), and a first meeting with neural networks (chapters 13 and 14).
#
# **Time:** about three hours with all exercises; one hour to read and play.
#
# **Letters.** $T_q, T_k$: numbers of queries and keys (both $T$ if a text looks at itself). $d$ or $d_{model}$: width of a
# token's vector. $h$ heads of width $d_k = d/h$; $d_v$: width of values. Rows are tokens. Indices count from 0.

# %% [markdown]
# ## 15.1 A dictionary that answers with averages
#
# A Python dictionary compares your query with its keys. One key is equal: you get its value. None is: `KeyError`.
#
# Attention is a dictionary that never raises. The query $\mathbf q$ fits **every** key a little; how much is their dot product.
# The softmax turns the fits into weights that add up to 1, and the answer is the weighted average of the values.
#
# **The law.** For queries $Q \in \mathbb R^{T_q\times d_k}$, keys $K \in \mathbb R^{T_k\times d_k}$ and values
# $V \in \mathbb R^{T_k\times d_v}$:
#
# $$
# S = \frac{QK^\top}{\sqrt{d_k}} \in \mathbb R^{T_q\times T_k},
# \qquad
# P_{ij} = \frac{e^{S_{ij}}}{\sum_{l} e^{S_{il}}},
# \qquad
# \mathrm{Attention}(Q,K,V) = PV \in \mathbb R^{T_q\times d_v}.
# $$
#
# Each **row** of $P$ belongs to one query and adds up to 1: the softmax runs over keys, the last axis.
# The letters are free, the **roles** are not: queries ask, keys are compared, values are handed over. $T_q$ and $T_k$
# may differ, and so may $d_k$ and $d_v$.

# %% [markdown]
# **Why a softmax, of all things?** We want weights $p_j \ge 0$ with $\sum_j p_j = 1$ that prefer large scores $s_j$, yet do not
# put everything on one key (a pure winner-takes-all has no useful gradient). So reward fit *and* spread, the spread measured by
# the entropy (chapter 9):
#
# $$\max_{\mathbf p}\; \sum_j p_j s_j - \sum_j p_j \log p_j \quad\text{with}\quad \sum_j p_j = 1 .$$
#
# Attach a multiplier $\lambda$ to the condition and set the derivative with respect to each $p_j$ to zero:
#
# $$s_j - \log p_j - 1 + \lambda = 0 \quad\Longrightarrow\quad p_j = e^{\lambda - 1}\, e^{s_j} .$$
#
# All weights are the same multiple of $e^{s_j}$, and they must add up to 1. So $p_j = e^{s_j} / \sum_l e^{s_l}$. The objective is
# strictly concave, so this is its only maximum.
#
# Multiply all scores by a large number and the fit wins: the best key takes all. Multiply by 0 and the spread wins: a plain
# average. The factor $1/\sqrt{d_k}$ in the law sits on exactly this dial. Section 15.2 says why it stands there.

# %% [markdown]
# **By hand.** Two tokens, "the" and "cat". The query of "cat" is $\mathbf q = [1, 0]$, so $d_k = 2$.
#
# | token | key | value | $\mathbf q\cdot\mathbf k$ | divided by $\sqrt 2$ | $e^{s}$ | weight |
# |---|---|---|---|---|---|---|
# | the | $[0.5, 0.5]$ | $[1, 0]$ | $0.5$ | $0.354$ | $1.424$ | $1.424/3.452 = 0.413$ |
# | cat | $[1, -1]$ | $[0, 1]$ | $1$ | $0.707$ | $2.028$ | $2.028/3.452 = 0.587$ |
#
# The answer is $0.413\,[1,0] + 0.587\,[0,1] = [0.413, 0.587]$.
#
# The values are the rows of the identity here, so the output **is** the row of weights. Keep this trick: ask with $V = I$
# and attention shows you $P$. (The picture above was made that way.)
#
# The cell below does the same three times: by hand, with mathlib, and with `F.scaled_dot_product_attention`, the PyTorch function that
# models run (the same formula with less memory traffic).
#
# **The dial.** The option `scale` replaces $1/\sqrt{d_k}$. The second cell turns it from 0 upwards and watches one answer travel.

# %%
q = torch.tensor([[1.0, 0.0]])
K = torch.tensor([[0.5, 0.5], [1.0, -1.0]])
V = torch.eye(2)

scores = q @ K.T
by_hand = torch.exp(scores / math.sqrt(2))
answer = tr.attention(q, K, V)
print("scores ", scores)
print("e^s    ", by_hand, " sum", round(by_hand.sum().item(), 3))
print("answer ", answer)

assert torch.allclose(by_hand, torch.tensor([[1.424, 2.028]]), atol=1e-3)
assert torch.allclose(answer, torch.tensor([[0.413, 0.587]]), atol=1e-3)
assert torch.allclose(answer, F.scaled_dot_product_attention(q, K, V))

# %%
q = torch.tensor([[0.6, 1.0]])
K = torch.tensor([[1.0, 0.1], [-0.3, 1.0], [0.2, -0.9]])
V = torch.tensor([[0.0, 0.0], [2.0, 0.0], [1.0, 1.6]])

dial = torch.cat([torch.zeros(1), torch.logspace(-2, 2, 200)])
path = torch.cat([tr.attention(q, K, V, scale=s.item()) for s in dial])
standard = tr.attention(q, K, V)[0]
best = (q @ K.T).argmax()

fig, ax = plt.subplots(figsize=(5.4, 3.4))
ax.fill(*V.T, color="C0", alpha=0.12, lw=0)
ax.scatter(*V.T, color="C0", zorder=3)
for j, offset in enumerate([(-12, -14), (0, -14), (0, 6)]):
    ax.annotate(f"value {j}, score {(q @ K.T)[0, j]:.2f}", V[j],
                offset, textcoords="offset points", color="C0",
                ha="center")
ax.plot(*path.T, color="C1")
ax.annotate("scale 0: plain average", path[0], (12, 2),
            textcoords="offset points", color="C1")
ax.plot(*standard, "o", color="C1")
ax.annotate("1/√d", standard, (8, 3), textcoords="offset points",
            color="C1")
ax.set(aspect="equal", xlabel="first coordinate of values",
       ylabel="second", xlim=(-0.7, 2.7), ylim=(-0.35, 1.95))
mathlib.show(
    fig,
    caption="The answer never leaves the triangle of the values. As the"
    " scale grows it travels from their centre to the value of the best"
    f" key, number {best}.",
    alt="A triangle with the three values at its corners; the path of the"
    " answer starts at the centre and ends in one corner.",
)
assert torch.allclose(path[0], V.mean(0))
assert torch.allclose(path[-1], V[best], atol=1e-3)

# %% [markdown]
# **Forbidden pairs.** Sometimes a query must not see a key: it lies in the future, or it is only padding. A **mask** says so:
# either Booleans (`True`: may look) or numbers added to $S$ ($0$: may look, $-\infty$: may not). It acts **before** the softmax,
# so that the remaining weights still add up to 1.
#
# Setting weights to zero **after** the softmax looks the same and is not:

# %%
g = torch.Generator().manual_seed(2)
Q, K = torch.randn(2, 3, 4, generator=g)
V = torch.eye(3)
may_look = torch.tensor([[True, False, False],
                         [True, True, False],
                         [False, False, False]])

right = tr.attention(Q, K, V, may_look)
wrong = (Q @ K.T / 2).softmax(-1) * may_look
print("before the softmax, rows add up to", right.sum(-1))
print("after the softmax,  rows add up to", wrong.sum(-1))
assert torch.allclose(right.sum(-1), torch.tensor([1.0, 1.0, 0.0]))
assert torch.allclose(
    right, F.scaled_dot_product_attention(Q, K, V, attn_mask=may_look))
assert wrong.sum(-1).max() < 0.95

# %% [markdown]
# The third query may look at nothing. The softmax of $(-\infty, -\infty, -\infty)$ is $0/0$; mathlib says the answer is then
# $\mathbf 0$, as PyTorch does by now (the cell compares them). (This is a convention, and older code returns `nan` there.)
#
# **Where it matters.** Attention between two sequences came first, in translation (Bahdanau et al., 2014), with a small
# network for the scores. The dot product with its root and the model made of nothing else are Vaswani et al. (2017). The
# large language models since then (GPT, LLaMA, Gemini) and many models of images and proteins are built around this formula.
#
# ### Exercise 15.1 * · attention (3 points)
#
# A few lines of torch, at the heart of every model in this chapter.
#
# **Contract.** `Q` (..., T_q, d_k), `K` (..., T_k, d_k), `V` (..., T_k, d_v) float tensors with the same leading axes; returns
# (..., T_q, d_v). `mask` is `None`, Boolean (`True` = may look) or additive (`0`, `-inf` or any number), of a shape
# that broadcasts to (..., T_q, T_k). `scale` multiplies the scores; `None` means $1/\sqrt{d_k}$. A query that may look at
# nothing gets zeros, not `nan`.
#
# *Example:* `attention(torch.tensor([[1., 0.]]), torch.tensor([[.5, .5], [1., -1.]]), torch.eye(2))`
# returns `[[0.4125, 0.5875]]`.
#
# <details><summary>Hint 1</summary>Which axis must add up to 1? There is one row per query.</details>
# <details><summary>Hint 2</summary><code>K.mT</code> swaps the last two axes and leaves batches alone; <code>masked_fill(~mask, -torch.inf)</code> turns Booleans into scores.</details>
# <details><summary>Hint 3</summary>Rows of nothing but -inf: find them in the scores, with <code>isneginf().all(-1, keepdim=True)</code>, and fill their weights with 0.</details>

# %% exercise="attention"
def attention(Q, K, V, mask=None, *, scale=None):
    """Return softmax(scale * Q K^T + mask) V, keys on the last axis."""
    ### BEGIN SOLUTION
    scale = Q.shape[-1] ** -0.5 if scale is None else scale
    scores = scale * Q @ K.mT
    if mask is not None and mask.dtype == torch.bool:
        scores = scores.masked_fill(~mask, -torch.inf)
    elif mask is not None:
        scores = scores + mask
    nothing = scores.isneginf().all(-1, keepdim=True)
    weights = scores.softmax(-1).masked_fill(nothing, 0)
    return weights @ V
    ### END SOLUTION

# %% check="attention"
check("attention")

# %% [markdown]
# ## 15.2 Why the root of $d_k$
#
# A dot product is a sum of $d_k$ terms. More terms, larger sums; larger sums, harder softmax. How much larger is a theorem.
#
# **The law.** Let $q_1, \dots, q_{d_k}, k_1, \dots, k_{d_k}$ be independent, with mean 0 and variance 1. Then
#
# $$\mathrm{Var}(\mathbf q \cdot \mathbf k) = d_k, \qquad \mathrm{Var}\!\left(\frac{\mathbf q \cdot \mathbf k}{\sqrt{d_k}}\right) = 1 .$$
#
# **By hand.** Let every component be a fair coin, $+1$ or $-1$. Each product $q_i k_i$ is again a fair coin. For $d_k = 2$
# the score is a sum of two coins: $-2, 0, 0, 2$, equally likely. Mean 0, variance $\frac{4+0+0+4}{4} = 2$. The cell does the
# same for other widths, by listing all $2^{2d_k}$ pairs of vectors.
#
# **Read the small print.** Many texts say "components of variance 1" and stop. That is not enough: they must have mean zero
# and be **independent** of one another, queries of keys too. Take $\mathbf k = \mathbf q$, as when a token looks at itself and
# both projections are equal:

# %%
for d in (1, 2, 3, 4):
    coins = torch.cartesian_prod(*[torch.tensor([-1.0, 1.0])] * (2 * d))
    q, k = coins[:, :d], coins[:, d:]
    variance = (q * k).sum(1).var(correction=0).item()
    print(f"d_k = {d}: variance of q.k over {len(coins)} pairs: {variance}")
    assert variance == d

g = torch.Generator().manual_seed(5)
q, k = torch.randn(2, 100_000, 64, generator=g)
s_independent, s_equal = (q * k).sum(1), (q * q).sum(1)
print(f"independent: mean {s_independent.mean().item():z5.1f},"
      f" variance {s_independent.var():5.1f}")
print(f"k = q:       mean {s_equal.mean():5.1f},"
      f" variance {s_equal.var():5.1f}")
assert abs(s_independent.var() - 64) < 2 and abs(s_equal.mean() - 64) < 1
assert abs(s_equal.var() - 128) < 4

# %% [markdown]
# The general proof is yours (Exercise 15.2). First see what it protects us from: scores with standard deviation
# $\sqrt{d_k}$ make the softmax **saturate**. One weight is nearly 1 and the others nearly 0. The derivative of weight $j$
# with respect to its own score is $p_j(1-p_j)$ (chapter 5): nearly 0 in both cases, so nothing is left to learn from.
#
# And dividing by $d_k$ itself, a popular slip? Then the scores fade instead, and attention forgets how to choose.

# %%
g = torch.Generator().manual_seed(4)
widths = 2 ** torch.arange(1, 11)
best, slope = {}, {}
for name, power in (("q·k", 0.0), ("q·k / √d", 0.5), ("q·k / d", 1.0)):
    best[name], slope[name] = [], []
    for d in widths.tolist():
        q = torch.randn(400, 1, d, generator=g)
        K = torch.randn(400, 16, d, generator=g)
        p = ((q @ K.mT)[:, 0] / d**power).softmax(-1)
        best[name].append(p.amax(1).mean().item())
        slope[name].append((p * (1 - p)).sum(1).mean().item())

fig, axes = plt.subplots(1, 2, figsize=(7.2, 2.9))
for i, name in enumerate(best):
    for ax, curve in zip(axes, (best[name], slope[name]), strict=True):
        ax.semilogx(widths, curve, base=2, color=f"C{i}",
                    ls=["--", "-", ":"][i])
        ax.annotate(name, (widths[-1], curve[-1]), (4, -3),
                    textcoords="offset points", color=f"C{i}",
                    annotation_clip=False)
axes[0].set(xlabel="width $d_k$", ylabel="largest of 16 weights",
            ylim=(0, 1.03))
axes[1].set(xlabel="width $d_k$", ylabel="sum of the slopes p (1 − p)",
            ylim=(0, 1.03))
fig.get_layout_engine().set(wspace=0.1)
mathlib.show(
    fig,
    caption="Without a divisor the largest weight tends to 1"
    f" ({best['q·k'][-1]:.2f} at width 1024) and the slopes vanish"
    f" ({slope['q·k'][-1]:.3f}). Divided by d the slopes are largest, but"
    " the weights are flat: nothing has been chosen. Only the root keeps"
    " both curves level.",
    alt="Two panels against the width. Largest weight: rises to almost 1"
    " unscaled, stays level with the root, falls to one sixteenth with d."
    " Sum of slopes: falls to almost 0, stays level, rises to almost 1.",
)
assert best["q·k"][-1] > 0.95 and slope["q·k"][-1] < 0.06
assert best["q·k / d"][-1] < 0.08
assert abs(best["q·k / √d"][-1] - best["q·k / √d"][5]) < 0.03

# %% [markdown]
# Back to $\mathbf k = \mathbf q$, in the two lines printed before the figure: a score of a vector with itself has mean 64, not 0, and twice the
# variance. So the theorem describes a network **at the start of training**, with random weights. Training correlates queries with keys;
# that is its purpose. Then nothing holds the scores back, and in large models they have been seen to grow until training
# broke. Two remedies are in use.
#
# **QK-norm** rescales every query and key to a fixed length, per head, before any rotation (section 15.6). With
# $\mathrm{RMSNorm}(\mathbf x) = \mathbf x / \sqrt{\frac1d\sum_i x_i^2 + \epsilon}\,\odot \mathbf w$ (chapter 13):
#
# $$S = \frac{\mathrm{RMSNorm}(Q)\,\mathrm{RMSNorm}(K)^\top}{\sqrt{d_k}}, \qquad |S_{ij}| \le \sqrt{d_k}\,\max_i |w^q_i w^k_i| .$$
#
# The bound: without $\mathbf w$ a normed vector has length at most $\sqrt{d_k}$. So two of them have a dot product of at most
# $d_k$ (Cauchy-Schwarz, chapter 2), the weights stretch each term by at most the maximum, and we divide by $\sqrt{d_k}$.
#
# **Soft-capping** bends the scores: $z \to c \tanh(z/c)$. Small scores pass unchanged, none leaves $(-c, c)$. By hand with $c = 50$:
# $z = 5$ becomes $4.98$, and $z = 500$ becomes $50$ (to two decimals).

# %%
z = torch.tensor([5.0, 500.0])
print("soft-capped at 50:", tr.soft_cap(z, cap=50.0))
assert torch.allclose(tr.soft_cap(z, cap=50.0),
                      torch.tensor([4.98, 50.0]), atol=0.005)

g = torch.Generator().manual_seed(6)
Q, K = torch.randn(2, 12, 64, generator=g)
ones = torch.ones(64)
eye = torch.eye(12)
growth = torch.logspace(0, 2.5, 40)
largest = {
    "plain": [(c * Q @ K.T / 8).abs().max().item() for c in growth],
    "soft-capped": [tr.soft_cap(c * Q @ K.T / 8, cap=50.0).abs().max()
                    .item() for c in growth],
    "QK-norm": [(ml.rms_norm(c * Q) @ ml.rms_norm(K).T / 8).abs().max()
                .item() for c in growth],
}
fig, ax = plt.subplots(figsize=(5.6, 2.9))
for i, (name, curve) in enumerate(largest.items()):
    ax.loglog(growth, curve, color=f"C{i}", ls=["--", "-", "-."][i])
    ax.annotate(name, (growth[-1], curve[-1]), (5, -3), color=f"C{i}",
                textcoords="offset points", annotation_clip=False)
ax.set(xlabel="queries multiplied by", ylabel="largest |score|")
mathlib.show(
    fig,
    caption="When queries grow, plain scores grow with them. Soft-capping"
    " stops at 50, and QK-norm does not even notice.",
    alt="Largest score against the factor on the queries, log-log: plain"
    " rises without limit, soft-capped levels off at 50, QK-norm is flat.",
)
assert max(largest["QK-norm"]) <= 8 and max(largest["soft-capped"]) < 50.01
assert torch.allclose(tr.qk_norm_attention(100 * Q, K, eye, ones, ones),
                      tr.qk_norm_attention(Q, K, eye, ones, ones), atol=1e-4)

# %% [markdown]
# **Where it matters.** The root is in every transformer. QK-norm is in Qwen3, OLMo 2 and Gemma 3; Gemma 2 soft-caps its
# attention scores at 50 and its output scores at 30. Why training broke without them is known by experiment (Dehghani et al., 2023, saw
# it near 8 billion parameters, on their way to 22), not by theorem.
#
# ### Exercise 15.2 ** · the variance of a score (written, 5 points)
#
# Prove the law of this section for general $d_k$, in your own words and formulas:
#
# 1. find the mean and the variance of one product $q_i k_i$;
# 2. find the variance of $\mathbf q\cdot\mathbf k$, and of $\mathbf q \cdot \mathbf k / \sqrt{d_k}$;
# 3. at **each** step name the assumption it uses (mean 0, variance 1, independence of what from what);
# 4. show with one example of your own (not $\mathbf k = \mathbf q$, which you have seen) that the law fails when one of these assumptions is dropped.
#
# You may use (chapter 6): $\mathrm{Var}(X) = \mathbb E[X^2] - \mathbb E[X]^2$; $\mathbb E[XY] = \mathbb E[X]\,\mathbb E[Y]$ and
# $\mathrm{Var}(X+Y) = \mathrm{Var}(X) + \mathrm{Var}(Y)$ if $X$ and $Y$ are independent; $\mathrm{Var}(cX) = c^2\,\mathrm{Var}(X)$.

# %% [markdown] written="score_variance"
# **One product.** $q_i$ and $k_i$ are independent, so $\mathbb E[q_i k_i] = \mathbb E[q_i]\,\mathbb E[k_i] = 0\cdot 0 = 0$ (mean 0).
# Their squares are independent too, so $\mathbb E[(q_i k_i)^2] = \mathbb E[q_i^2]\,\mathbb E[k_i^2]$. As the means are 0,
# $\mathbb E[q_i^2] = \mathrm{Var}(q_i) = 1$, and the same for $k_i$ (variance 1). Hence
# $\mathrm{Var}(q_i k_i) = 1\cdot 1 - 0^2 = 1$.
#
# **The sum.** $q_1k_1, \dots, q_{d_k}k_{d_k}$ are made from different components, which are all independent of one another;
# so the products are independent, and variances add:
#
# $$\mathrm{Var}(\mathbf q\cdot\mathbf k) = \sum_{i=1}^{d_k}\mathrm{Var}(q_ik_i) = d_k .$$
#
# **Scaled.** $\mathrm{Var}(\mathbf q\cdot\mathbf k/\sqrt{d_k}) = \left(1/\sqrt{d_k}\right)^2 d_k = 1$. (Dividing by $d_k$ would give $1/d_k$.)
#
# **Where it fails.** Drop independence: let all components of $\mathbf q$ be one fair coin $c = \pm1$, and all components of
# $\mathbf k$ another, $c'$. Each has mean 0 and variance 1, but $\mathbf q \cdot\mathbf k = d_k c c'$ has variance $d_k^2$. Or drop mean 0:
# if $q_i = 1 + c_i$ and $k_i = 1 + c'_i$ with independent fair coins, then $\mathbb E[q_i^2] = 2$, so
# $\mathrm{Var}(q_ik_i) = 2\cdot2 - 1 = 3$ and the score has variance $3d_k$ (and mean $d_k$).

# %% [markdown]
# ## 15.3 Masks: who may look at whom
#
# A language model learns to predict the next word at **every** position at once. If position 3 could look at position 4, it would
# copy the answer from there, score perfectly, and know nothing. The causal mask forbids that.
#
# **The law.** For $n$ positions that look at themselves, added to the scores,
#
# $$\mathrm{mask}_{ij} = \begin{cases} 0 & j \le i \\ -\infty & j > i\end{cases} \qquad (i, j = 0, \dots, n-1).$$
#
# A token may see **itself**: the diagonal is 0. For $n_q$ queries and $n_k \ge n_q$ keys the queries are the **last** $n_q$ positions of
# the text (the others are already in the cache, chapter 18). Query $i$ then stands at position $i + (n_k - n_q)$, so
#
# $$\mathrm{mask}_{ij} = 0 \iff j \le i + (n_k - n_q).$$
#
# **By hand.** $n_q = 2$ new tokens, $n_k = 5$ in all. They stand at positions 3 and 4. The first may see keys $0..3$, the second $0..4$:
# one forbidden cell, in the upper right corner. (`tr.attention(..., causal=True)` does this without building the mask.)
#
# **A trap with a famous name.** PyTorch's `F.scaled_dot_product_attention(..., is_causal=True)` aligns the triangle with the **top left**
# corner. For square scores that is the same. For two new tokens against a cache of five it says: the first new token
# may see only the first word of the text. (PyTorch documents this; it is a convention, and the wrong one here.)

# %%
print(tr.causal_mask(3))
print(tr.causal_mask(2, 5))
assert np.isinf(tr.causal_mask(2, 5)).sum() == 1
assert tr.causal_mask(2, 5)[0, 4] == -np.inf

g = torch.Generator().manual_seed(7)
Q = torch.randn(2, 4, generator=g)
K = torch.randn(5, 4, generator=g)
eye = torch.eye(5)

ours = tr.attention(Q, K, eye, causal=True)
top_left = F.scaled_dot_product_attention(Q, K, eye, is_causal=True)

fig, axes = plt.subplots(1, 2, figsize=(7.2, 1.9))
for ax, P, title in ((axes[0], ours, "last query with last key (ours)"),
                     (axes[1], top_left, "is_causal=True: top left")):
    heat(ax, P, digits=2, vmin=0, vmax=1, rows=["new 3", "new 4"])
    ax.set_title(title)
    ax.set(xlabel="key position")
mathlib.show(
    fig,
    caption="Two new tokens, five keys. Aligned top left, the token at"
    " position 3 sees only word 0, and the token at 4 only words 0 and 1.",
    alt="Two grids of attention weights, two rows by five columns. Left:"
    " only the upper right cell is zero. Right: all but the lower left"
    " triangle are zero.",
)
assert (ours[1] > 0).all() and ours[0, 4] == 0
assert top_left[0].tolist() == [1, 0, 0, 0, 0]
assert (top_left[1, 2:] == 0).all()

# %% [markdown]
# **Padding.** Texts of different lengths share a batch, filled up to length $n$ with a token that means nothing. `padding_mask` forbids
# looking at it. Masks are added, so "causal and no padding" is `causal_mask(n) + padding_mask(lengths, n)`, of shape $(B, n, n)$
# (the first lines of the cell show it for two texts of lengths 2 and 3).
#
# **Why $-\infty$ and not $-10^9$?** Because $-10^9$ is only a very low score, and *very low* is relative. Three ways it goes wrong, all shown below:
#
# 1. A query that may look at nothing looks at everything forbidden, evenly. With $-\infty$ the answer is $\mathbf 0$.
# 2. Half precision ends at 65 504. There $-10^9$ does not exist.
# 3. $-10^4$ exists, and loses against a real score of $-20\,000$: all the weight leaks to forbidden keys.
#
# **How to test a mask.** Do not stare at triangles. Change one token and see **who notices** (second cell). Causal means: nobody before it.

# %%
both = tr.causal_mask(3, like=torch.zeros(0))
both = both + tr.padding_mask(torch.tensor([2, 3]), 3)
print("last query, two texts:  ", both[:, -1].tolist())
assert both.shape == (2, 3, 3) and both[0, -1, 2] == -math.inf

no_key = tr.attention(torch.ones(1, 2), torch.ones(3, 2), torch.eye(3),
                      torch.full((1, 3), -1e9))
print("nothing allowed, -1e9:  ", no_key[0])

half = torch.zeros(1, 3, dtype=torch.float16)
try:
    half.masked_fill_(torch.tensor([[False, True, True]]), -1e9)
    message = ""
except RuntimeError as error:
    message = str(error)
print("in half precision:      ", message)

scores = torch.tensor([[-20_000.0, 3.0, 5.0]], dtype=torch.float16)
folk_remedy = torch.tensor([[0.0, -1e4, -1e4]], dtype=torch.float16)
leak = (scores + folk_remedy).softmax(-1)
print("-1e4, which does fit:   ", leak[0], "(only key 0 was allowed)")

assert torch.allclose(no_key, torch.full((1, 3), 1 / 3))
assert "overflow" in message
assert leak[0, 0] == 0 and leak[0, 1:].sum() > 0.99

# %%
g = torch.Generator().manual_seed(8)
x = torch.randn(8, 16, generator=g)
changed = x.clone()
changed[5] += 1.0

fig, ax = plt.subplots(figsize=(5.6, 2.5))
for i, (name, mask) in enumerate({
    "no mask": None,
    "transposed": tr.causal_mask(8, like=x).T,
    "causal": tr.causal_mask(8, like=x),
}.items()):
    before_, after = (tr.attention(t, t, t, mask) for t in (x, changed))
    noticed = (after - before_).norm(dim=1)
    ax.bar(np.arange(8) + 0.25 * (i - 1), noticed, 0.25, color=f"C{i}",
           hatch=["", "///", ""][i], label=name)
ax.set(xlabel="position (token 5 was changed)", yscale="log",
       ylabel="change of output", ylim=(0.005, 40))
ax.legend(ncols=3, loc="upper left")
mathlib.show(
    fig,
    caption="A log scale, on which zero has no bar. With the causal mask"
    " nobody before position 5 notices: not a little, exactly not at all."
    " With the transposed one, the past reads the future.",
    alt="Bars of the change of output at eight positions for three masks."
    " Causal: no bars before position 5. Transposed: none after it. No"
    " mask: a bar everywhere.",
)
assert (noticed[:5] == 0).all() and (noticed[5:] > 0).all()

# %% [markdown]
# **All stages on one sentence.** Step through raw scores, scaled and masked scores, weights, weighted values. Toggle the mask, turn the
# temperature (which divides the scores once more: the dial of section 15.1), edit the words. What happens without the root, at temperature 0.1? (That needs a running notebook; the figure shows three of its states.)

# %%
stages = mathlib.explore.attention_stages("the cat sat on the mat")
mathlib.show(
    stages.still([{"stage": stage, "row": 2} for stage in (0, 1, 3)]),
    caption="One query, “sat”, on its way: raw scores; divided by the"
    " root, the future at −∞; weights that add up to 1, and the values"
    " weighted and summed.",
    alt="Three panels, each a six by six grid over the words of the sentence"
    " with the row of sat framed, and beside it that row as bars; in the"
    " last panel the weighted values and their sum.",
)
stages

# %% [markdown]
# **Where it matters.** Causal masks make GPT and LLaMA *decoders*; BERT, an *encoder*, has only padding masks. Training sees all
# positions of a text in one pass because the mask keeps them from seeing one another's answers.
#
# ### Exercise 15.3 ** · two masks (3 points)
#
# **Contract.** `causal_mask(n_query, n_key=None)`: ints, `n_key` $\ge$ `n_query` (default: equal). Returns an (n_query, n_key) float tensor of
# `0` (may look) and `-inf` (may not); the last query is aligned with the last key.
# `padding_mask(lengths, n)`: `lengths` (B,) integers from 0 to `n`. Returns a (B, 1, n) float tensor of `0` and `-inf` (the 1 stands for the queries): sequence $b$ may be
# looked at in its first `lengths[b]` positions.
#
# *Example:* `causal_mask(2, 3)` returns `[[0, 0, -inf], [0, 0, 0]]`; `padding_mask(torch.tensor([2, 3]), 3)` forbids only the
# last position of the first text.
#
# <details><summary>Hint 1</summary><code>torch.ones(n, m, dtype=torch.bool).triu(k)</code> is True from the k-th diagonal upwards; the main diagonal is k = 0. Which is the first forbidden diagonal?</details>
# <details><summary>Hint 2</summary>For padding compare <code>torch.arange(n)</code> with <code>lengths[:, None]</code>. Position 2 is the third one: <code>&lt;</code> or <code>&lt;=</code>?</details>

# %% exercise="causal_mask"
def causal_mask(n_query, n_key=None):
    """Return 0 where a query may look and -inf where the future begins."""
    ### BEGIN SOLUTION
    n_key = n_query if n_key is None else n_key
    future = torch.ones(n_query, n_key, dtype=torch.bool)
    future = future.triu(n_key - n_query + 1)
    return torch.zeros(n_query, n_key).masked_fill(future, -torch.inf)
    ### END SOLUTION


def padding_mask(lengths, n):
    """Return 0 for the first lengths[b] positions of text b, else -inf."""
    ### BEGIN SOLUTION
    padding = torch.arange(n) >= lengths[:, None]
    mask = torch.zeros(padding.shape).masked_fill(padding, -torch.inf)
    return mask[:, None, :]
    ### END SOLUTION

# %% check="causal_mask"
check("causal_mask")

# %% [markdown]
# ## 15.4 The way back
#
# Training needs the gradient of attention. Automatic differentiation finds it, at a price: it keeps $P$, all $T_q \times T_k$ of it. Who
# knows the formulas can do better, and FlashAttention does. They fit on five lines.
#
# **The law.** Let $L$ be the loss, and write $dX$ for $\partial L/\partial X$, which has the shape of $X$. Given $dO$ for $O = PV$:
#
# $$dV = P^\top dO, \qquad dP = dO\,V^\top, \qquad dS = P \odot \big(dP - \mathrm{rowsum}(dP \odot P)\big),$$
# $$dQ = \frac{dS\,K}{\sqrt{d_k}}, \qquad dK = \frac{dS^\top Q}{\sqrt{d_k}} .$$
#
# **The products.** $O_{ic} = \sum_j P_{ij}V_{jc}$. So $V_{jc}$ acts on $L$ through $O_{ic}$ for every $i$, with factor $P_{ij}$:
#
# $$dV_{jc} = \sum_i P_{ij}\,dO_{ic} = (P^\top dO)_{jc}, \qquad\text{and in the same way}\qquad dP_{ij} = \sum_c dO_{ic} V_{jc} .$$
#
# $S = QK^\top/\sqrt{d_k}$ is a product as well: $S_{il} = \sum_c Q_{ic}K_{lc}/\sqrt{d_k}$ gives $dQ_{ic} = \sum_l dS_{il}K_{lc}/\sqrt{d_k}$ and
# $dK_{lc} = \sum_i dS_{il}Q_{ic}/\sqrt{d_k}$. The second has a transposed $dS$: a key collects from all queries.

# %% [markdown]
# **The softmax.** One row at a time: $P_{ij} = e^{S_{ij}}/\sum_m e^{S_{im}}$. By the quotient rule (chapter 5),
#
# $$\frac{\partial P_{ij}}{\partial S_{il}} = P_{ij}(\delta_{jl} - P_{il}),\qquad \delta_{jl} = 1 \text{ if } j = l \text{, else } 0.$$
#
# Every score moves **every** weight of its row, since they share the sum. Collect them all:
#
# $$dS_{il} = \sum_j dP_{ij}\,P_{ij}(\delta_{jl} - P_{il}) = P_{il}\Big(dP_{il} - \sum_j dP_{ij}P_{ij}\Big).$$
#
# Read it as a sentence: *a score matters as much as its weight, times how much its value differs from the average value,
# the average being the very one that attention takes.*
#
# **By hand.** The two tokens of section 15.1: $\mathbf p = [0.4125, 0.5875]$. Let the loss be the first number of the answer, so
# $dO = [1, 0]$. Then $dP = [dO\cdot\mathbf v_1, dO\cdot\mathbf v_2] = [1, 0]$, its weighted average is $0.4125$, and
#
# $$dS = [0.4125\,(1 - 0.4125),\; 0.5875\,(0 - 0.4125)] = [0.2423, -0.2423],$$
# $$dQ = 0.2423\,\big([0.5, 0.5] - [1, -1]\big)/\sqrt2 = 0.2423\,[-0.5, 1.5]/1.4142 = [-0.0857, 0.2570].$$

# %%
Q = torch.tensor([[1.0, 0.0]], requires_grad=True)
K = torch.tensor([[0.5, 0.5], [1.0, -1.0]], requires_grad=True)
V = torch.eye(2, requires_grad=True)
dO = torch.tensor([[1.0, 0.0]])

ours = tr.attention_backward(dO, Q, K, V)
tr.attention(Q, K, V).backward(dO)

for name, mine, its in zip("QKV", ours, (Q.grad, K.grad, V.grad),
                           strict=True):
    print(f"d{name} =", mine.detach() + 0.0)
    assert torch.allclose(mine, its, atol=1e-6)
assert torch.allclose(ours[0], torch.tensor([[-0.0857, 0.2570]]), atol=1e-4)

# %% [markdown]
# **The shortcut that isn't.** Remembering only the diagonal $P(1-P)$, as if the softmax worked entry by entry, gives numbers of
# the right size in the right places. One test exposes it: adding a constant to a row of scores changes no weight, so each row of
# $dS$ must add up to 0.

# %%
g = torch.Generator().manual_seed(9)
Q, K, V = torch.randn(3, 6, 4, generator=g)
dO = torch.randn(6, 4, generator=g)
P = tr.attention(Q, K, torch.eye(6))
dP = dO @ V.T
dS = P * (dP - (dP * P).sum(1, keepdim=True))
diagonal_only = P * (1 - P) * dP

fig, axes = plt.subplots(1, 4, figsize=(7.4, 2.3))
for ax, table, title in zip(
    axes, (P, dP, dS, diagonal_only),
    ("P", "dP", "dS", "diagonal only: wrong"), strict=True,
):
    top = table.abs().max()
    heat(ax, table, **({} if title == "P" else
                       {"cmap": "RdBu_r", "vmin": -top, "vmax": top}))
    ax.set(xticks=[], title=title)
    ax.yaxis.tick_right()
    ax.set_yticklabels(f"{row.sum():z.2f}".replace("-", "−")
                       for row in table)
    ax.set(xlabel="keys")
axes[0].set(ylabel="queries")
mathlib.show(
    fig,
    caption="Red raises the loss, blue lowers it (each grid on its own"
    " scale); beside each row stands its sum. In dS every row balances; with"
    " the diagonal alone they do not (sums up to"
    f" {diagonal_only.sum(1).abs().max():.2f}).",
    alt="Four six by six grids with row sums: the weights P in blues, rows"
    " summing to 1; dP in red and blue; dS, rows summing to 0; and the wrong"
    " diagonal version, rows summing to other numbers.",
)
assert dS.sum(1).abs().max() < 1e-6
assert diagonal_only.sum(1).abs().max() > 0.1

out = P @ V
print("rowsum(dP * P):", (dP * P).sum(1))
print("rowsum(dO * O):", (dO * out).sum(1))
assert torch.allclose((dP * P).sum(1), (dO * out).sum(1), atol=1e-5)

# %% [markdown]
# **Where it matters.** FlashAttention (Dao et al., 2022) never stores $P$: it recomputes it, tile by tile, on the way back. What makes that cheap is that the
# row sum needs neither $P$ nor $dP$ in full:
#
# $$\sum_j dP_{ij}P_{ij} = \sum_j P_{ij} \sum_c dO_{ic}V_{jc} = \sum_c dO_{ic}\sum_j P_{ij}V_{jc} = \sum_c dO_{ic}O_{ic} .$$
#
# One number per query, from two things that are there anyway.
#
# ### Exercise 15.4 *** · attention, backward (4 points)
#
# No autograd: five lines of algebra.
#
# **Contract.** `grad_output` (..., T_q, d_v) is $dO$; `Q`, `K`, `V` and `mask` as in Exercise 15.1 (Boolean with `True` = may look, or additive),
# scale $1/\sqrt{d_k}$. Return `(dQ, dK, dV)`, shaped like `Q`, `K`, `V`. Leading axes are a batch. A query that may look at nothing has
# gradient 0.
#
# *Example:* for the numbers by hand above, `dQ` is `[[-0.0857, 0.2570]]` and `dV` is `[[0.4125, 0], [0.5875, 0]]`.
#
# <details><summary>Hint 1</summary>You need P. Ask <code>tr.attention</code> with V = I. One identity (T_k, T_k) serves a whole batch: unlike yours in 15.1, <code>tr.attention</code> broadcasts leading axes.</details>
# <details><summary>Hint 2</summary>Where a mask forbids, P is 0, and so is dS = P ⊙ (...). The mask needs no second treatment.</details>
# <details><summary>Hint 3</summary>The row sum must broadcast along its row: <code>keepdim=True</code>. And use <code>.mT</code>: <code>.T</code> would turn the batch around.</details>

# %% exercise="attention_backward"
def attention_backward(grad_output, Q, K, V, mask=None):
    """Return the gradients (dQ, dK, dV) of softmax(Q K^T / sqrt(d)) V."""
    ### BEGIN SOLUTION
    scale = Q.shape[-1] ** -0.5
    P = tr.attention(Q, K, torch.eye(K.shape[-2], dtype=Q.dtype), mask)
    dV = P.mT @ grad_output
    dP = grad_output @ V.mT
    dS = P * (dP - (dP * P).sum(-1, keepdim=True))
    return scale * dS @ K, scale * dS.mT @ Q, dV
    ### END SOLUTION

# %% check="attention_backward"
check("attention_backward")

# %% [markdown]
# ## 15.5 Many heads
#
# One softmax takes **one** average. A verb that needs its subject *and* its object gets the mean of both, and from a mean you cannot tell
# what went in: $(1, 0)$ averaged with $(0, 1)$ is the same as $(1, 1)$ averaged with $(0, 0)$. Two heads take two averages and keep them apart.
#
# **The law.** For tokens $X \in \mathbb R^{T\times d}$, a context $C \in \mathbb R^{T_c \times d}$, and heads $i = 1, \dots, h$ of width $d_k = d/h$:
#
# $$\mathrm{head}_i = \mathrm{Attention}(XW^Q_i,\; CW^K_i,\; CW^V_i) \in \mathbb R^{T\times d_k},
# \qquad W^Q_i, W^K_i, W^V_i \in \mathbb R^{d\times d_k},$$
# $$\mathrm{MultiHead}(X, C) = \big[\mathrm{head}_1 \;|\; \dots \;|\; \mathrm{head}_h\big]\, W^O, \qquad W^O \in \mathbb R^{d\times d}.$$
#
# $C = X$ is **self-attention**. Another $C$ is **cross-attention**: a translation looks at its original, a picture at its description.
#
# Projections are used in row form here, $XW$. (PyTorch's `Linear` stores $W^\top$.)

# %% [markdown]
# **All heads in one product.** Stack the small matrices side by side, $W^Q = [W^Q_1 \,|\, \dots \,|\, W^Q_h] \in \mathbb R^{d\times d}$. Then
# $XW^Q = [XW^Q_1 \,|\, \dots \,|\, XW^Q_h]$: column blocks of the product are products with column blocks. Head $i$ owns columns
# $i\,d_k, \dots, (i+1)\,d_k - 1$ (counting heads from 0). Two consequences:
#
# - Heads **split** $d$, they do not multiply it. The four matrices hold $4d^2$ numbers, however many heads there are.
# - Cut $W^O$ into row blocks $W^O_i \in \mathbb R^{d_k\times d}$. Then $[\mathrm{head}_1 | \dots | \mathrm{head}_h]\,W^O = \sum_i \mathrm{head}_i W^O_i$:
#   the heads do not know of each other and their answers are **added**.
#
# **By hand, the reshape that everybody gets wrong once.** $T = 2$ tokens, $d = 4$, $h = 2$, and $XW^Q = \begin{pmatrix} 0&1&2&3\\4&5&6&7\end{pmatrix}$. Head 0 owns
# columns 0 and 1, so its queries are $(0, 1)$ and $(4, 5)$. In memory the numbers lie in the order $0, 1, \dots, 7$. Reshaping straight
# to $(h, T, d_k)$ hands head 0 the first four of them, $(0, 1)$ and $(2, 3)$: all of token 0 and nothing of token 1.
#
# Nothing crashes, all shapes fit, the loss even falls. That is what makes it a classic.
#
# **mathlib and PyTorch.** `nn.MultiheadAttention` packs $W^Q, W^K, W^V$ in one matrix, transposed. Fed with ours, it gives the same answer, for self-attention
# and for cross-attention:

# %%
XW = torch.arange(8).reshape(2, 4)
right = XW.reshape(2, 2, 2).transpose(0, 1)   # (T, h, d_k) -> (h, T, d_k)
wrong = XW.reshape(2, 2, 2)                   # read as (h, T, d_k)
print("right, head 0:", right[0].tolist())
print("wrong, head 0:", wrong[0].tolist())
assert right[0].tolist() == [[0, 1], [4, 5]]
assert wrong[0].tolist() == [[0, 1], [2, 3]]

T, h, d_k = 4, 2, 4
token = torch.arange(T)[:, None].expand(T, h * d_k)
panels = {
    "XW: one row per token": token,
    "head 0, right": token.reshape(T, h, d_k).transpose(0, 1)[0],
    "head 0, wrong": token.reshape(h, T, d_k)[0],
}
fig, axes = plt.subplots(1, 3, figsize=(6.6, 2.2),
                         width_ratios=[2, 1, 1])
for ax, (title, owner) in zip(axes, panels.items(), strict=True):
    heat(ax, owner, digits=0, vmin=-1, vmax=T)
    ax.set(xticks=[], title=title, ylabel="row" if ax is axes[0] else "")
axes[0].axvline(d_k - 0.5, color="C1", lw=2)
mathlib.show(
    fig,
    caption="The number in each cell says which token it comes from. After"
    " the right reshape each row of a head is one token. After the wrong"
    " one, head 0 holds two tokens twice and the others never.",
    alt="Three grids of token numbers. Right: rows 0, 1, 2, 3. Wrong: rows"
    " 0, 0, 1, 1.",
)
assert panels["head 0, wrong"][:, 0].tolist() == [0, 0, 1, 1]

# %%
g = torch.Generator().manual_seed(10)
d, h = 16, 4
W_q, W_k, W_v, W_o = torch.randn(4, d, d, generator=g) / d**0.5
X = torch.randn(5, d, generator=g)
C = torch.randn(7, d, generator=g)

layer = torch.nn.MultiheadAttention(d, h, bias=False)
with torch.no_grad():
    layer.in_proj_weight.copy_(torch.cat([W_q.T, W_k.T, W_v.T]))
    layer.out_proj.weight.copy_(W_o.T)
    for context in (X, C):
        ours = tr.multi_head_attention(X, W_q, W_k, W_v, W_o, h,
                                       context=context)
        theirs, _ = layer(X, context, context)
        print(tuple(context.shape), "->", tuple(ours.shape))
        assert torch.allclose(ours, theirs, atol=1e-5)

one_head = tr.multi_head_attention(X, W_q, W_k, W_v, W_o, 1)
four = tr.multi_head_attention(X, W_q, W_k, W_v, W_o, 4)
assert not torch.allclose(one_head, four, atol=1e-2)

keys = torch.eye(6)
value = torch.arange(6.0)[:, None]
wants = 20.0 * (keys[1] + keys[4])
one = tr.attention(wants[None], keys, value, scale=1.0).item()
two = [tr.attention(20 * keys[[j]], keys, value, scale=1.0).item()
       for j in (1, 4)]
also = tr.attention(20 * (keys[2] + keys[3])[None], keys, value,
                    scale=1.0).item()
print(f"one head, wants 1 and 4: {one:.2f}")
print(f"one head, wants 2 and 3: {also:.2f}  <- cannot be told apart")
print(f"two heads:               {two[0]:.2f} and {two[1]:.2f}")
assert abs(one - 2.5) < 1e-3 and abs(also - 2.5) < 1e-3
assert abs(two[0] - 1) < 1e-3 and abs(two[1] - 4) < 1e-3

# %% [markdown]
# In the middle of the cell: the same four matrices, cut into one head or into four. Same parameters, another function. Its end is the mean that
# hides what went in: the query wants tokens 1 and 4, each token's value is its own number, and one head can only return 2.5.
#
# **Where it matters.** The original transformer had 8 heads of width 64; LLaMA-7B has 32 of width 128. Sharing keys and values among
# heads (grouped-query attention, chapter 18) saves memory when generating. It keeps the formula of each head and is **another model**:
# outputs change, and a converted checkpoint must be trained further.
#
# ### Exercise 15.5 *** · multi-head attention (4 points)
#
# **Contract.** `x` (..., T, d); `W_q`, `W_k`, `W_v`, `W_o` (d, d), used as `x @ W`; `num_heads` divides d. `context` (..., T_c, d), or `None` for
# self-attention: keys **and** values come from it. `mask`, Boolean
# or additive, has at least two axes and broadcasts to (..., T, T_c) with the leading axes of `x`; it is the same for all heads. Returns (..., T, d).
#
# *Example:* with all four matrices $I$ and one head, it is `tr.attention(x, x, x)`.
#
# <details><summary>Hint 1</summary>Project first, with the whole (d, d) matrix. Split into heads afterwards.</details>
# <details><summary>Hint 2</summary><code>t.unflatten(-1, (num_heads, -1))</code> turns (..., T, d) into (..., T, h, d_k). Which two axes must then change places?</details>
# <details><summary>Hint 3</summary><code>tr.attention</code> takes any leading axes and divides by the root of the width it sees: d_k. Undo the swap before <code>flatten(-2)</code>. And a mask for a batch, (B, T, T), needs an axis for the heads.</details>

# %% exercise="multi_head_attention"
def multi_head_attention(x, W_q, W_k, W_v, W_o, num_heads, *,
                         context=None, mask=None):
    """Return the heads' attention of x to context, concatenated, times W_o."""
    ### BEGIN SOLUTION
    context = x if context is None else context

    def split(t):
        return t.unflatten(-1, (num_heads, -1)).transpose(-3, -2)

    if mask is not None:
        mask = mask.unsqueeze(-3)
    heads = tr.attention(split(x @ W_q), split(context @ W_k),
                         split(context @ W_v), mask)
    return heads.transpose(-3, -2).flatten(-2) @ W_o
    ### END SOLUTION

# %% check="multi_head_attention"
check("multi_head_attention")

# %% [markdown]
# ## 15.6 Where am I? Positions
#
# Read the law of attention again and look for the place where it says which token comes first. There is none. Shuffle the tokens and the
# answers are the same, shuffled: for a permutation matrix $\Pi$,
#
# $$\mathrm{Attention}(\Pi Q, \Pi K, \Pi V) = \Pi\,\mathrm{Attention}(Q, K, V),$$
#
# because $\Pi$ reorders the rows and the columns of $S$, the softmax does not care about the order inside its row, and the column order
# meets $\Pi V$ and cancels ($\Pi^\top \Pi = I$). To attention without positions, "dog bites man" **is** "man bites dog".
#
# **Clock hands.** So positions must be written into the tokens. The first transformer gave each position a row of clock hands: a fast one, a slower
# one, a still slower one. Together they tell the time; and one step later **every hand has turned by its own fixed angle**.
#
# **The law.** For even $d$, positions $pos = 0, 1, \dots$ and hands $i = 0, \dots, d/2 - 1$, with $\omega_i = 10000^{-2i/d}$:
#
# $$PE_{pos,\,2i} = \sin(pos\;\omega_i), \qquad PE_{pos,\,2i+1} = \cos(pos\;\omega_i).$$
#
# Sines stand in even columns, cosines in odd ones, and $i$ counts **pairs**. It is added to the token's vector.
#
# **By hand**, $d = 4$: $\omega_0 = 1$ and $\omega_1 = 10000^{-2/4} = 0.01$. Position 1 is
# $[\sin 1, \cos 1, \sin 0.01, \cos 0.01] = [0.8415, 0.5403, 0.0100, 1.0000]$ (the last is $0.99995$).

# %%
g = torch.Generator().manual_seed(11)
meaning = {w: torch.randn(8, generator=g) for w in ("dog", "bites", "man")}
x = torch.stack([meaning[w] for w in ("dog", "bites", "man")])
y = torch.stack([meaning[w] for w in ("man", "bites", "dog")])

for_dog = tr.attention(x, x, x)[0], tr.attention(y, y, y)[2]
print("dog in 'dog bites man':", for_dog[0][:4])
print("dog in 'man bites dog':", for_dog[1][:4])
assert torch.allclose(*for_dog, atol=1e-6)

# %%
PE = torch.as_tensor(tr.sinusoidal_encoding(64, 32))
small = torch.as_tensor(tr.sinusoidal_encoding(2, 4))
print(small[1])
assert np.allclose(small[1], [0.8415, 0.5403, 0.0100, 1.0], atol=1e-4)

fig, axes = plt.subplots(1, 2, figsize=(7.2, 2.9), width_ratios=[3, 2])
image = axes[0].imshow(PE.T, cmap="RdBu_r", aspect="auto")
axes[0].grid(False)
axes[0].set(xlabel="position", ylabel="column")
fig.colorbar(image, ax=axes[0])
nearness = PE @ PE[32]
axes[1].plot(nearness, color="C0")
axes[1].set(xlabel="position", ylabel="dot product with position 32")
mathlib.show(
    fig,
    caption="Left: fast hands in the first columns. The lower half hardly"
    " moves within 64 positions: its sines are still near 0 (pale), its"
    " cosines near 1 (red). Right: each position is most like itself;"
    " likeness depends on the distance alone.",
    alt="Left: stripes that get wider from the first column on, and in the"
    " lower half are constant, pale and red in turn."
    " Right: a curve with one peak at position 32, symmetric about it.",
)
assert nearness.argmax() == 32
assert torch.allclose(nearness[1:32], nearness[33:].flip(0), atol=1e-4)

# %% [markdown]
# ### Exercise 15.6 * · clock hands (2 points)
#
# **Contract.** `sinusoidal_encoding(length, d_model, *, base=10000.0)`: ints, `d_model` even (else raise `ValueError`). Returns a float tensor (length, d_model);
# positions from 0; column $2i$ is $\sin(pos\cdot base^{-2i/d})$, column $2i+1$ the cosine.
#
# *Example:* `sinusoidal_encoding(2, 4)[1]` is `[0.8415, 0.5403, 0.0100, 1.0000]`.
#
# <details><summary>Hint 1</summary><code>torch.arange(0, d_model, 2)</code> already is 2i. Doubling it once more squares all frequencies.</details>
# <details><summary>Hint 2</summary>Two (length, d/2) tables, woven together: <code>torch.stack([sin, cos], -1).flatten(-2)</code>.</details>

# %% exercise="sinusoidal_encoding"
def sinusoidal_encoding(length, d_model, *, base=10000.0):
    """Return the (length, d_model) table of sines and cosines."""
    ### BEGIN SOLUTION
    if d_model % 2:
        raise ValueError(f"d_model must be even, got {d_model}")
    two_i = torch.arange(0, d_model, 2, dtype=torch.float64)
    position = torch.arange(length, dtype=torch.float64)
    angle = position[:, None] * base ** (-two_i / d_model)
    return torch.stack([angle.sin(), angle.cos()], -1).flatten(-2)
    ### END SOLUTION

# %% check="sinusoidal_encoding"
check("sinusoidal_encoding")

# %% [markdown]
# **The theorem: a step is a rotation.** The addition formulas say
# $\sin(a + b) = \sin a\cos b + \cos a \sin b$ and $\cos(a+b) = \cos a\cos b - \sin a\sin b$. With $a = pos\,\omega_i$ and $b = k\,\omega_i$:
#
# $$
# \begin{pmatrix} PE_{pos+k,\,2i} \\ PE_{pos+k,\,2i+1}\end{pmatrix} =
# \begin{pmatrix} \cos k\omega_i & \sin k\omega_i \\ -\sin k\omega_i & \cos k\omega_i\end{pmatrix}
# \begin{pmatrix} PE_{pos,\,2i} \\ PE_{pos,\,2i+1}\end{pmatrix}.
# $$
#
# The matrix knows $k$ and does **not** know $pos$. Put the $2\times2$ blocks on the diagonal of one matrix $R_k$: then $PE_{pos+k} = R_k\,PE_{pos}$ for every
# $pos$. "Three words back" is one fixed linear map, and a projection $W^Q$ can learn it.
#
# (A rotation keeps lengths and angles, so $PE_a\cdot PE_b = \sum_i\cos((a-b)\,\omega_i)$: the curve above.)
#
# **Now finish the machine of the first picture.** It needed, at each position, the vector of the word *before*. That is an attention
# head: ask with $R_{-1}\,PE_{pos}$, compare with $PE_j$, and take the word's vector as value. No word is compared here, only places.
# Neighbouring places are alike, so the dial of section 15.1 must be turned far up: `scale=8.0` is 64 times the standard $1/\sqrt{64}$.
#
# Head 1 fetches the previous word. Head 2 asks "after whom did I come, last time?" and copies. Still nothing is trained.

# %%
def step(k, d, base=10000.0):
    """Return R_k, which turns PE(pos) into PE(pos + k), d by d."""
    angles = k * base ** (-torch.arange(0, d, 2, dtype=torch.float64) / d)
    return torch.block_diag(*[
        torch.tensor([[math.cos(a), math.sin(a)],
                      [-math.sin(a), math.cos(a)]], dtype=torch.float64)
        for a in angles.tolist()
    ])


PE = torch.as_tensor(tr.sinusoidal_encoding(64, 32)).double()
error = (PE[:-5] @ step(5, 32).T - PE[5:]).abs().max()
print("R_5 PE(pos) = PE(pos + 5) at 59 positions:", bool(error < 1e-12))
assert error < 1e-12


T = len(words)
PE = torch.as_tensor(tr.sinusoidal_encoding(T, 64)).double()
asks = PE @ step(-1, 64).T
eye = torch.eye(T, dtype=torch.float64)
head_1 = tr.attention(asks, PE, eye, causal=True, scale=8.0)
fetched = head_1.float() @ here
head_2 = tr.attention(here, fetched, torch.eye(T), causal=True)

fig, axes = plt.subplots(1, 2, figsize=(7.4, 3.7))
for ax, looks, title in ((axes[0], head_1, "head 1: places"),
                         (axes[1], head_2, "head 2: words")):
    heat(ax, looks, rows=words, columns=words, vmin=0, vmax=1)
    ax.tick_params(axis="x", rotation=90)
    ax.set_title(title)
axes[1].set_yticks([])
mathlib.show(
    fig,
    caption="Head 1 looks one word back, whatever the words. Head 2 looks"
    " where that was followed by what: the streak is back, and the last"
    f" word looks at “{words[head_2[-1].argmax()]}”.",
    alt="Two attention grids. Left: a dark line just below the diagonal."
    " Right: the dark streak of the first picture in its last rows.",
)
assert (head_1.diagonal(-1) > 0.99).all()
assert words[head_2[-1].argmax()] == "seven" and head_2[-1].max() > 0.9

# %% [markdown]
# Two layers of attention, one rotation, no training: in-context copying. (The first word has nobody before it and, under the causal mask, looks at
# itself; so the second "the" divides its attention between two places. Look for it.)
#
# **RoPE: rotate the queries and keys themselves.** Added positions mix with the meaning: $(\mathbf x + PE_m)W^Q$ meets $(\mathbf y + PE_n) W^K$, and four
# terms come out, of which some depend on $m$ or $n$ alone. Since a step is a rotation, why not rotate?
#
# **The law.** With $\theta_i = 10000^{-2i/d}$, position $m$ and pairs $i = 0, \dots, d/2-1$:
#
# $$
# \begin{pmatrix} x'_{2i} \\ x'_{2i+1}\end{pmatrix} =
# \begin{pmatrix} \cos m\theta_i & -\sin m\theta_i \\ \sin m\theta_i & \cos m\theta_i\end{pmatrix}
# \begin{pmatrix} x_{2i} \\ x_{2i+1}\end{pmatrix}, \qquad\text{in short } \mathbf x' = R_m\mathbf x .
# $$
#
# (It turns the other way round than the $R_k$ above, because there sines stood first. A convention.)
#
# **The theorem.** A score of rotated vectors depends on the difference of the positions alone:
#
# $$\langle R_m\mathbf q, R_n\mathbf k\rangle = \mathbf q^\top R_m^\top R_n\,\mathbf k = \mathbf q^\top R_{n-m}\,\mathbf k .$$
#
# The first step is $\langle \mathbf a, \mathbf b\rangle = \mathbf a^\top\mathbf b$. The second: $R_m^\top = R_{-m}$ (transposing flips the sign of the sines), and rotating by $n\theta_i$
# and then by $-m\theta_i$ is rotating by $(n - m)\theta_i$.
#
# **By hand**, $d = 2$, so $\theta_0 = 1$. Let $\mathbf q = \mathbf k = [1, 0]$ at positions $m = 2$ and $n = 1$:
# $R_2\mathbf q = [\cos 2, \sin 2] = [-0.4161, 0.9093]$, $R_1\mathbf k = [\cos 1, \sin 1] = [0.5403, 0.8415]$. Their dot product is
# $-0.2248 + 0.7651 = 0.5403 = \cos 1$. Now both 100 places further on:

# %%
q = k = torch.tensor([1.0, 0.0], dtype=torch.float64)
at = tr.rope(torch.stack([q, k]), torch.tensor([2, 1]))
print(at)
for m, n in ((2, 1), (102, 101), (2, 0)):
    print(f"m = {m:3}, n = {n:3}: score"
          f" {float(tr.rope_score(q, k, m, n)):.4f}")
assert np.allclose(at, [[-0.4161, 0.9093], [0.5403, 0.8415]], atol=1e-4)
assert math.isclose(tr.rope_score(q, k, 102, 101), math.cos(1))

g = torch.Generator().manual_seed(12)
q, k = torch.randn(2, 32, generator=g, dtype=torch.float64)
shift = torch.arange(0, 200)
PE = torch.as_tensor(tr.sinusoidal_encoding(210, 32)).double()
added = ((q + PE[shift + 5]) * (k + PE[shift + 2])).sum(1)
rotated = torch.tensor([float(tr.rope_score(q, k, s + 5, s + 2))
                        for s in shift.tolist()])
table = torch.tensor([[float(tr.rope_score(q, k, m, n))
                       for n in range(24)] for m in range(24)])

fig, axes = plt.subplots(1, 2, figsize=(7.2, 2.9), width_ratios=[3, 2])
axes[0].plot(shift, added, color="C1", ls="--")
axes[0].plot(shift, rotated, color="C0")
axes[0].annotate("positions added", (120, added.max()), color="C1",
                 va="bottom", ha="center")
axes[0].annotate("rotated", (120, rotated[0]), (0, -12), color="C0",
                 textcoords="offset points", ha="center")
axes[0].set(xlabel="both positions shifted by", ylabel="score",
            ylim=(None, added.max() + 2))
axes[1].imshow(table, cmap="RdBu_r")
axes[1].grid(False)
axes[1].set(xlabel="key position n", ylabel="query position m")
mathlib.show(
    fig,
    caption="Left: query 5, key 2, both shifted. Added positions make the"
    " score depend on where you are; rotation does not. Right: so the table"
    " of scores is constant along its diagonals.",
    alt="Left: a wiggling dashed curve and a perfectly flat one. Right: a"
    " grid with diagonal stripes.",
)
assert rotated.std() < 1e-6 and added.std() > 0.5
assert torch.allclose(table[1:, 1:], table[:-1, :-1], atol=1e-5)
assert not torch.allclose(table, table.T, atol=0.1)

# %% [markdown]
# The last assertion: the score depends on $n - m$, **not** on $|n - m|$. The word before you and the word after you are different words.
#
# Only queries and keys are rotated. **Values are not:** positions decide *where* to look, and what is handed over should mean the same everywhere.
#
# **Two pairings, one theorem, incompatible weights.** The law above pairs neighbours, $(2i, 2i+1)$: *interleaved*, as in the RoPE paper and Meta's LLaMA code.
# GPT-NeoX and the Hugging Face versions pair $(i, i + d/2)$: *half-split*. Both have the relative property. One is the other with its columns
# reordered. Loading the weights of one into the code of the other raises no error and gives nonsense:

# %%
g = torch.Generator().manual_seed(13)
q, k = torch.randn(2, 6, 8, generator=g, dtype=torch.float64)
pos = torch.arange(6)


def regroup(x):
    """Put even columns first, then odd ones."""
    return torch.cat([x[..., 0::2], x[..., 1::2]], -1)


neighbours = tr.rope(q, pos) @ tr.rope(k, pos).T
halves = (tr.rope(q, pos, interleaved=False)
          @ tr.rope(k, pos, interleaved=False).T)
regrouped = (tr.rope(regroup(q), pos, interleaved=False)
             @ tr.rope(regroup(k), pos, interleaved=False).T)
print(f"same weights, other pairing: scores off by up to"
      f" {(halves - neighbours).abs().max():.2f}")
print("columns regrouped first:     the same scores:",
      torch.allclose(regrouped, neighbours))
assert (halves - neighbours).abs().max() > 0.5
assert torch.allclose(regrouped, neighbours)
assert torch.allclose(halves.diagonal(), neighbours.diagonal())

# %% [markdown]
# (On the diagonal, distance 0, nobody is rotated against anybody and both agree. A test with one token would miss the bug.)
#
# **Where it matters.** Sinusoids: Vaswani et al. (2017). RoPE: Su et al. (2021), then GPT-NeoX, PaLM, LLaMA 1 to 3, Mistral, Qwen. Longer contexts come from a larger base
# (LLaMA 3 uses 500 000) or stretched angles (chapter 18).
#
# ### Exercise 15.7 *** · RoPE (3 points)
#
# **Contract.** `x` (..., T, d), d even, one position per row: `positions` (T,) integers, any, not only $0..T-1$. Row $t$ is turned by the angles
# `positions[t] * base ** (-2i/d)`, counter-clockwise as in the law. `interleaved=True` pairs columns $(2i, 2i+1)$; `False` pairs $(i, i + d/2)$. Returns
# the shape of `x`, and leaves `x` as it was.
#
# *Example:* `rope(torch.tensor([[1., 0.]]), torch.tensor([2]))` is `[[-0.4161, 0.9093]]`.
#
# <details><summary>Hint 1</summary>Split x into the first and the second member of each pair, both (..., T, d/2). Rotate. Put them back where they came from.</details>
# <details><summary>Hint 2</summary>Compute both new halves before you overwrite either. <code>x[..., 0::2]</code> is a view: what you write there, you write into the caller's <code>x</code>.</details>

# %% exercise="rope"
def rope(x, positions, *, base=10000.0, interleaved=True):
    """Turn each pair of columns of x by its position's angle."""
    ### BEGIN SOLUTION
    d = x.shape[-1]
    theta = base ** (-torch.arange(0, d, 2, dtype=x.dtype) / d)
    angle = positions[:, None] * theta
    cos, sin = angle.cos(), angle.sin()
    if interleaved:
        a, b = x[..., 0::2], x[..., 1::2]
    else:
        a, b = x.chunk(2, dim=-1)
    turned = a * cos - b * sin, a * sin + b * cos
    if interleaved:
        return torch.stack(turned, -1).flatten(-2)
    return torch.cat(turned, -1)
    ### END SOLUTION

# %% check="rope"
check("rope")

# %% [markdown]
# **Drag it.** Move query and key along the text, apart and together. Can you find two different offsets with the same score? (Here the base is 100, so that
# the second pair visibly moves.)

# %%
dials = mathlib.explore.rope_rotation()
mathlib.show(
    dials.still([{"m": 2, "n": 5}, {"m": 2, "n": 5, "shift": 6},
                 {"m": 2, "n": 12}]),
    caption="Two pairs, two speeds. Dashed: query (blue) and key (orange)"
    " before any rotation; the thin arcs show how far each has turned, round"
    " and round. From (a) to (b) both positions move on by 6: all arrows"
    " turn, and the score stays. In (c) only the key has moved.",
    alt="Three states of two dials with a blue query arrow and an orange"
    " key arrow, and a green curve of the score against n minus m; in the"
    " first two the marked point is the same.",
)
dials

# %% [markdown]
# ### Exercise 15.8 * · one score, two positions (2 points)
#
# The theorem as a function. You may rotate both vectors (`tr.rope`), or only one and think.
#
# **Contract.** `q`, `k` (d,) float tensors, `m`, `n` integers of any sign. Returns the scalar $\langle R_m\mathbf q, R_n\mathbf k\rangle$, base 10000, interleaved pairs,
# **not** divided by $\sqrt d$.
#
# *Example:* for `q = k = torch.tensor([1., 0.])`, `rope_score(q, k, 102, 101)` is `0.5403`.
#
# <details><summary>Hint</summary><code>tr.rope</code> wants a row per token: <code>k[None]</code> and <code>torch.tensor([n - m])</code>.</details>

# %% exercise="rope_score"
def rope_score(q, k, m, n):
    """Return the score of q at position m with k at position n."""
    ### BEGIN SOLUTION
    return q @ tr.rope(k[None], torch.tensor([n - m]))[0]
    ### END SOLUTION

# %% check="rope_score"
check("rope_score")

# %% [markdown]
# ### Exercise 15.9 *** · find and mend: scores against a cache (3 points)
#
# A decoder keeps the keys of the text so far and gets a few new queries. Somebody wrote this. It passed its test, which started from an
# empty cache. In service, from the second call on, the model babbled.

# %%
def broken_rope_scores(q, k_cache, start, *, base=10000.0):
    """Score new queries against all keys; no query sees its future."""
    q = tr.rope(q, torch.arange(len(q)), base=base)
    k = tr.rope(k_cache, torch.arange(len(k_cache)), base=base)
    scores = q @ k.T / q.shape[-1] ** 0.5
    future = torch.ones(scores.shape, dtype=torch.bool).triu(1)
    return scores.masked_fill(future, -torch.inf)


g = torch.Generator().manual_seed(14)
q, k = torch.randn(2, 5, 8, generator=g, dtype=torch.float64)
at_once = broken_rope_scores(q, k, 0)
in_two = broken_rope_scores(q[3:], k, 3)

fig, axes = plt.subplots(1, 2, figsize=(6.4, 1.7))
for ax, table, title in ((axes[0], at_once[3:], "all five at once"),
                         (axes[1], in_two, "three cached, then two")):
    heat(ax, table.nan_to_num(neginf=torch.nan), digits=1, cmap="RdBu_r",
         vmin=-5, vmax=5, rows=["query 3", "query 4"])
    ax.set(title=title, xlabel="key position")
mathlib.show(
    fig,
    caption="The same two queries against the same five keys (empty: the"
    " future, −∞). The two tables should be equal, and no score in them is.",
    alt="Two grids of scores, two rows by five columns. Left: only the last"
    " cell of the first row is empty. Right: the first row has one cell and"
    " the second two.",
)
assert not torch.isclose(at_once[3:], in_two)[in_two.isfinite()].any()

# %% [markdown]
# How the text is cut into calls must not matter. Write the mended function. (Finding *that* it is wrong took one comparison.
# Keep it: any cached function should pass it.)
#
# **Contract.** `q` (T_new, d) not yet rotated, at positions `start`, ..., `start + T_new - 1`; `k_cache` (T_all, d) not yet rotated, at
# positions $0, \dots, T_{all} - 1$, which may go on beyond the last query; d even, interleaved pairs. Returns (T_new, T_all): scores divided by $\sqrt d$, and `-inf` where the key's position is
# greater than the query's.
#
# *Example:* with `start=0` and `len(q) == len(k_cache)` it equals the broken one.
#
# <details><summary>Hint 1</summary><code>start</code> is an argument. Who uses it?</details>
# <details><summary>Hint 2</summary>There are two bugs. Two things ask for the query's position: the rotation and the mask.</details>

# %% exercise="cached_rope_scores"
def cached_rope_scores(q, k_cache, start, *, base=10000.0):
    """Score queries from position start on against all cached keys."""
    ### BEGIN SOLUTION
    q_positions = start + torch.arange(len(q))
    k_positions = torch.arange(len(k_cache))
    q = tr.rope(q, q_positions, base=base)
    k = tr.rope(k_cache, k_positions, base=base)
    future = k_positions[None, :] > q_positions[:, None]
    scores = q @ k.T / q.shape[-1] ** 0.5
    return scores.masked_fill(future, -torch.inf)
    ### END SOLUTION

# %% check="cached_rope_scores"
check("cached_rope_scores")

# %% [markdown]
# ## 15.7 The block, and what it costs
#
# Attention moves information **between** tokens, by averaging. Something must also work on each token **by itself**. That is the feed-forward
# network, and it holds two thirds of the parameters.
#
# **The law.** For each row $\mathbf x \in \mathbb R^{d}$ with $W_1 \in \mathbb R^{d\times d_{ff}}$, $W_2 \in \mathbb R^{d_{ff}\times d}$, usually $d_{ff} = 4d$:
#
# $$\mathrm{FFN}(\mathbf x) = \phi(\mathbf xW_1 + \mathbf b_1)\,W_2 + \mathbf b_2 .$$
#
# $\phi$ is ReLU in the first transformer, GELU in BERT and GPT-2 (chapter 13). The same weights serve every position, and no position sees another.
#
# **By hand.** $\mathbf x = [1, -1]$, ReLU:
#
# | step | numbers |
# |---|---|
# | $\mathbf xW_1$ with $W_1 = \begin{pmatrix}1&0&-1\\0&1&1\end{pmatrix}$ | $[1, -1, -2]$ |
# | $+\,\mathbf b_1 = [0, 2, 1]$ | $[1, 1, -1]$ |
# | ReLU: the third unit sleeps | $[1, 1, 0]$ |
# | times $W_2 = \begin{pmatrix}1&0\\2&1\\5&5\end{pmatrix}$ | $[3, 1]$ |
# | $+\,\mathbf b_2 = [0, -1]$ | $[3, 0]$ |
#
# **SwiGLU: a gate instead of a kink.** Most models since LLaMA use three matrices. One branch proposes, the other decides how much passes:
#
# $$\mathrm{SwiGLU}(\mathbf x) = \big(\mathrm{SiLU}(\mathbf xW_1)\odot \mathbf xW_3\big)W_2, \qquad \mathrm{SiLU}(z) = \frac{z}{1 + e^{-z}} .$$
#
# $W_1, W_3 \in\mathbb R^{d\times d_{ff}}$, $W_2\in\mathbb R^{d_{ff}\times d}$. Three matrices instead of two: $d_{ff} = \tfrac83 d$ keeps the count, since $3\cdot d\cdot\tfrac83d = 8d^2 = 2\cdot d\cdot 4d$.
#
# **By hand.** $\mathbf x = [1]$, $W_1 = [2, -2]$, $W_3 = [3, 3]$, $W_2 = [1, 1]^\top$. $\mathrm{SiLU}(2) = 1.7616$ and $\mathrm{SiLU}(-2) = -0.2384$. Times 3: $5.2848$ and $-0.7152$. Sum: $4.5696$.

# %%
x = torch.tensor([[1.0, -1.0]])
W1 = torch.tensor([[1.0, 0.0, -1.0], [0.0, 1.0, 1.0]])
b1 = torch.tensor([0.0, 2.0, 1.0])
W2 = torch.tensor([[1.0, 0.0], [2.0, 1.0], [5.0, 5.0]])
b2 = torch.tensor([0.0, -1.0])

out = tr.feed_forward(x, W1, b1, W2, b2, F.relu)
print(out)
assert out.tolist() == [[3.0, 0.0]]

one = torch.ones(1, 1)
by_hand = tr.swiglu(one, torch.tensor([[2.0, -2.0]]), 3 * torch.ones(1, 2),
                    torch.ones(2, 1))
print(f"SwiGLU by hand: {by_hand.item():.4f}")
assert abs(by_hand.item() - 4.5696) < 2e-4

column = torch.randn(4, 1)                        # d = 4, d_ff = 6
U1, U3, U2 = torch.randn(6, 4), torch.randn(6, 4), torch.randn(4, 6)
hidden = F.silu(U1 @ column) * (U3 @ column)
print("column form W2 h:", tuple((U2 @ hidden).shape))
try:
    hidden @ U2
    fits = True
except RuntimeError:
    fits = False
print("mixed form  h W2 fits:", fits)
assert not fits

z = torch.linspace(-4, 4, 201)
fig, axes = plt.subplots(1, 2, figsize=(7.0, 2.8), width_ratios=[3, 2])
for i, (name, f) in enumerate({"ReLU": F.relu, "GELU": F.gelu,
                               "SiLU": F.silu}.items()):
    axes[0].plot(z, f(z), color=f"C{i}", ls=["--", "-", "-."][i], label=name)
axes[0].legend()
axes[0].set(xlabel="z", ylabel="φ(z)")
gate = F.silu(z)[None, :] * z[:, None]
axes[1].contourf(z, z, gate, 15, cmap="RdBu_r", vmin=-16, vmax=16)
axes[1].set(xlabel="gate branch $xW_1$", ylabel="value branch $xW_3$")
mathlib.show(
    fig,
    caption="Left: three activations. Right: one SwiGLU unit. For a negative"
    " gate (left half) hardly anything passes; for a positive one, the"
    " value in proportion.",
    alt="Left: curves of ReLU, GELU and SiLU. Right: contours of the gate"
    " times value, pale in the left half and coloured in the right.",
)

# %% [markdown]
# ### Exercise 15.10 * · feed-forward (2 points)
#
# **Contract.** `x` (..., T, d), `W1` (d, d_ff), `b1` (d_ff,), `W2` (d_ff, d), `b2` (d,); `activation` is a function of a tensor, applied once, between the
# layers. Returns (..., T, d).
#
# *Example:* the numbers by hand above return `[[3., 0.]]` with `activation=F.relu`.
#
# <details><summary>Hint</summary>Matrices act on the last axis: no loop and no reshape, whatever stands in front.</details>

# %% exercise="feed_forward"
def feed_forward(x, W1, b1, W2, b2, activation):
    """Return activation(x W1 + b1) W2 + b2, position by position."""
    ### BEGIN SOLUTION
    return activation(x @ W1 + b1) @ W2 + b2
    ### END SOLUTION

# %% check="feed_forward"
check("feed_forward")

# %% [markdown]
# **Row or column?** The law above is in row form. In column form the last matrix comes **first**: $W_2\,(\mathrm{SiLU}(W_1\mathbf x)\odot W_3\mathbf x)$. Notes that mix the two, $(\mathrm{SiLU}(W_1\mathbf x)\odot W_3\mathbf x)\,W_2$,
# do not even have fitting shapes, as the cell above found out.
#
# **Where it matters.** LLaMA, Mistral, Qwen; PaLM too. LLaMA-7B has $d = 4096$ and $d_{ff} = 11\,008$, which is $\frac83 d$ rounded up to a multiple of 256. Shazeer's paper (2020) offers
# no theory for its success and attributes it "to divine benevolence".
#
# ### Exercise 15.11 * · SwiGLU (2 points)
#
# **Contract.** `x` (..., T, d), `W1`, `W3` (d, d_ff), `W2` (d_ff, d), used as `x @ W`, no biases; the SiLU is on the `W1` branch. Returns (..., T, d).
#
# *Example:* `swiglu(one, 2 * one, 3 * one, one)` with `one = torch.ones(1, 1)` returns `[[5.2848]]`.
#
# <details><summary>Hint</summary><code>F.silu</code> is z times its sigmoid, not the sigmoid alone.</details>

# %% exercise="swiglu"
def swiglu(x, W1, W3, W2):
    """Return (SiLU(x W1) * (x W3)) W2."""
    ### BEGIN SOLUTION
    return (F.silu(x @ W1) * (x @ W3)) @ W2
    ### END SOLUTION

# %% check="swiglu"
check("swiglu")

# %% [markdown]
# **Residuals: keep the road open.** A sublayer's output is **added** to its input, $\mathbf y = \mathbf x + f(\mathbf x)$. Differentiate:
#
# $$\frac{\partial\mathbf y}{\partial \mathbf x} = I + J, \qquad J = \frac{\partial f}{\partial\mathbf x}.$$
#
# Through $L$ sublayers the gradient meets $(I+J_L)\cdots(I+J_1) = I + \sum_l J_l + (\text{products of two and more})$. Without residuals only
# $J_L\cdots J_1$ is left: if each halves a vector, 50 of them leave $2^{-50} \approx 10^{-15}$ of it. With residuals the $I$ is always there. (And if every
# $J$ is $+\frac12 I$, the product is $1.5^{50} \approx 6\cdot10^8$. Norms keep the $J$ small.)
#
# **Norms: before or after?** Attention and FFN want inputs of a fixed size (LayerNorm or RMSNorm, chapter 13). Two places are possible:
#
# $$\text{pre-norm: } \mathbf x + f(\mathrm{Norm}(\mathbf x)), \qquad\qquad \text{post-norm: } \mathrm{Norm}(\mathbf x + f(\mathbf x)) .$$
#
# The first transformer was post-norm. There the $I$ passes through a norm at every step, and the road is no longer free. Does it matter?
#
# A small trial. The data are handwritten digits, pictures of 8 by 8 pixels that come with scikit-learn; each row of pixels is a token, and the
# label is to be found (more of that in section 15.8). In the cell below `new_block` draws a block's matrices, `sublayers` makes its two functions, `pre`
# and `post` say where the norm stands, and `losses` trains twelve blocks for 50 steps of Adam. Everything else is equal.

# %% tags=["nbval-ignore-output"]
def new_block(g, d, d_ff):
    """Draw the parameters of one block, variance 1 / (number of inputs)."""
    def W(n, m):
        return torch.randn(n, m, generator=g) / n**0.5
    return {"W_q": W(d, d), "W_k": W(d, d), "W_v": W(d, d), "W_o": W(d, d),
            "W1": W(d, d_ff), "W3": W(d, d_ff), "W2": W(d_ff, d),
            "norm_1": torch.ones(d), "norm_2": torch.ones(d)}


def sublayers(p):
    """Return the block's two functions, attention and feed-forward."""
    return (
        lambda x: tr.multi_head_attention(
            x, p["W_q"], p["W_k"], p["W_v"], p["W_o"], 4),
        lambda x: tr.swiglu(x, p["W1"], p["W3"], p["W2"]),
    )


digits = load_digits()
images = torch.tensor(digits.images / 16, dtype=torch.float32)
labels = torch.tensor(digits.target)


def losses(way, lr, depth=12, d=32, steps=50):
    """Train a deep stack for a moment; return the loss of each step."""
    g = torch.Generator().manual_seed(2)
    E, place = torch.randn(2, 8, d, generator=g) / 3
    blocks = [new_block(g, d, 64) for _ in range(depth)]
    weights = [E, place, torch.zeros(d, 10)]
    weights += [w for p in blocks for w in p.values()]
    weights = [w.to(device).requires_grad_() for w in weights]
    E, place, out, *rest = weights
    blocks = [dict(zip(p, rest[9 * i:], strict=False))
              for i, p in enumerate(blocks)]
    optimizer = torch.optim.Adam(weights, lr=lr)
    history = []
    for _ in range(steps):
        batch = torch.randint(len(images), (64,), generator=g)
        x = images[batch].to(device) @ E + place
        for p in blocks:
            for f in sublayers(p):
                x = way(x, f)
        loss = F.cross_entropy(ml.rms_norm(x).mean(1) @ out,
                               labels[batch].to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        history.append(loss.item())
    return np.array(history)


def pre(x, f):
    return tr.residual(x, lambda t: f(ml.rms_norm(t)))


def post(x, f):
    return ml.rms_norm(tr.residual(x, f))


runs = {
    "pre-norm": losses(pre, 3e-3),
    "post-norm": losses(post, 3e-3),
    "post-norm, lr/10": losses(post, 3e-4),
    "no residual": losses(lambda x, f: f(ml.rms_norm(x)), 3e-3),
}

# %% tags=["nbval-ignore-output"]
fig, ax = plt.subplots(figsize=(6.4, 3.0))
for i, (name, history) in enumerate(runs.items()):
    smooth = np.convolve(history, np.ones(5) / 5, "valid")
    ax.plot(np.arange(5, 51), smooth, color=f"C{i}",
            ls=["-", "--", "-.", ":"][i], label=name)
ax.axhline(math.log(10), color="0.8", lw=1, zorder=0)
ax.annotate("guessing: log 10", (5, math.log(10)), (0, 10), color="0.4",
            textcoords="offset points")
ax.set(xlabel="step", ylabel="loss, mean of 5 steps", ylim=(0.5, 2.75))
ax.legend(loc="lower left")
end = {name: history[-10:].mean() for name, history in runs.items()}
mathlib.show(
    fig,
    caption=f"After 50 steps pre-norm is at {end['pre-norm']:.2f}. Post-norm"
    f" at the same learning rate is hardly better than guessing"
    f" ({end['post-norm']:.2f}); at a tenth of it, it begins to learn."
    " Without residuals nothing moves.",
    alt="Loss against step for four stacks of twelve blocks. Only the"
    " pre-norm curve falls steeply; the others stay near log 10, one of"
    " them slowly sinking.",
)
print({name: round(float(value), 2) for name, value in end.items()})
assert end["pre-norm"] < 1.5 and end["pre-norm"] + 0.3 < end["post-norm"]
assert end["post-norm, lr/10"] < 2.2 < end["no residual"]
assert 0.5**50 < 1e-15 and 6e8 < 1.5**50 < 7e8

# %% [markdown]
# One seed, two learning rates, 50 steps: an illustration, no proof. It agrees with what others found at length: post-norm is not impossible, it is **delicate**. BERT was trained that way, with very small learning rates at first (warm-up, chapter 17). Xiong et al. (2020) analyse why. That pre-norm trains more
# stably is well supported; that it ends up better is not a law, and some recent models put norms elsewhere again (OLMo 2 norms the output of each sublayer).
#
# **The block (pre-norm), the law.**
#
# $$\mathbf x \leftarrow \mathbf x + \mathrm{MHA}(\mathrm{Norm}_1(\mathbf x)), \qquad \mathbf x \leftarrow \mathbf x + \mathrm{FFN}(\mathrm{Norm}_2(\mathbf x)).$$
#
# The second line starts from the **result** of the first. Think of the rows of $\mathbf x$ as a shared notebook: each sublayer reads a normed copy and writes an addition; nobody erases.

# %%
g = torch.Generator().manual_seed(16)
p = new_block(g, 16, 32)
x = torch.randn(5, 16, generator=g)

blank = {**p, "W_o": 0 * p["W_o"], "W2": 0 * p["W2"]}
for name, params in (("drawn", p), ("W_o = W2 = 0", blank)):
    written = tr.transformer_block(x, params, 4) - x
    print(f"{name:>12}: |x| = {x.norm():.1f}, added {written.norm():.1f}")
assert torch.equal(tr.transformer_block(x, blank, 4), x)

# %% [markdown]
# A useful trick: with $W_O = 0$ and $W_2 = 0$ a block is the identity. So a new block can be put into a trained model without hurting it, and
# many codes start near there.
#
# ### Exercise 15.12 *** · the whole block (4 points)
#
# **Contract.** `x` (..., T, d). `params` is a dict: `W_q`, `W_k`, `W_v`, `W_o` (d, d); `norm_1`, `norm_2` (d,), the norms' weights; and `W1`, `W3` (d, d_ff), `W2` (d_ff, d) for a SwiGLU.
# RMSNorm with `eps=1e-6`, no biases. `mask` goes to the attention. Pre-norm. Returns the shape of `x`; leave `x` and `params` as they were.
#
# *Example:* if `W_o` and `W2` are zero, the result equals `x`.
#
# <details><summary>Hint 1</summary><code>ml.rms_norm(x, weight)</code>, <code>tr.multi_head_attention</code> and <code>tr.swiglu</code> are all there. Two lines remain.</details>
# <details><summary>Hint 2</summary>The residual adds x itself, not the normed x. And <code>x += ...</code> would write into the caller's tensor.</details>

# %% exercise="transformer_block"
def transformer_block(x, params, num_heads, *, mask=None):
    """Return x after pre-norm attention and a pre-norm SwiGLU."""
    ### BEGIN SOLUTION
    p = params
    x = x + tr.multi_head_attention(
        ml.rms_norm(x, p["norm_1"]), p["W_q"], p["W_k"], p["W_v"], p["W_o"],
        num_heads, mask=mask)
    return x + tr.swiglu(ml.rms_norm(x, p["norm_2"]),
                         p["W1"], p["W3"], p["W2"])
    ### END SOLUTION

# %% check="transformer_block"
check("transformer_block")

# %% [markdown]
# **Count it.** Attention has four $d\times d$ matrices, whatever the number of heads. The FFN has two of $d \times d_{ff}$, or three when gated:
#
# $$\underbrace{4d^2}_{\text{attention}} + \underbrace{2\,d\,d_{ff} \text{ or } 3\,d\,d_{ff}}_{\text{FFN}} \;=\; 4d^2 + 8d^2 = 12d^2 \quad\text{for the usual widths.}$$
#
# Biases and norms add multiples of $d$, less than a hundredth of a per cent in large models. **By hand**, $d = 768$: $12\cdot 768^2 = 7\,077\,888$. Twelve such blocks, 50 257 word
# vectors and 1024 positions make a model whose size you may know:
#
# **What a forward pass costs.** A product of $(n, m)$ with $(m, k)$ takes $2nmk$ operations (multiply and add). For $T$ tokens and one block with $d_{ff} = 4d$:
#
# | part | products | operations |
# |---|---|---|
# | projections | four of $(T, d)(d, d)$ | $8Td^2$ |
# | FFN | $(T, d)(d, 4d)$ and $(T, 4d)(4d, d)$ | $16Td^2$ |
# | scores and weighted values, all heads | $(T, d_k)(d_k, T)$ and $(T, T)(T, d_k)$, $h$ times | $4T^2d$ |
#
# Only the last row grows with $T^2$. It overtakes the FFN at $4T^2d = 16Td^2$, which is $T = 4d$, and everything else at $T = 6d$. **And the memory**, if the scores are stored: $T^2$ numbers per head.

# %%
gpt2 = 12 * tr.block_parameter_count(768, 4 * 768)
gpt2 += (50_257 + 1024) * 768                      # tokens, positions
gpt2 += 12 * (4 + 4 + 1 + 4) * 768 + 2 * 768       # biases, LayerNorms
print(f"GPT-2 small: {gpt2:>13,}")

llama = 32 * tr.block_parameter_count(4096, 11_008, gated=True)
llama += 2 * 32_000 * 4096                         # word vectors in and out
llama += (2 * 32 + 1) * 4096                       # RMSNorms
print(f"Llama 2 7B:  {llama:>13,}")

assert tr.block_parameter_count(768, 3072) == 7_077_888 == 12 * 768**2
assert gpt2 == 124_439_808 and llama == 6_738_415_616

d = 4096
lengths = 2 ** torch.arange(9, 18, dtype=torch.float64)
per_token = {"projections": 8 * d**2 + 0 * lengths,
             "FFN": 16 * d**2 + 0 * lengths,
             "scores and values": 4 * lengths * d}

fig, ax = plt.subplots(figsize=(5.8, 3.0))
for i, (name, cost) in enumerate(per_token.items()):
    ax.loglog(lengths, cost / 1e6, color=f"C{i}", base=2,
              ls=[":", "--", "-"][i])
    at = 7 if "scores" in name else 0
    ax.annotate(name, (lengths[at], cost[at] / 1e6), color=f"C{i}",
                xytext=(-8, 3) if at else (0, 4), ha=["left", "right"][at > 0],
                textcoords="offset points")
ax.axvline(4 * d, color="0.7", lw=1, zorder=0)
limit = f"{4 * d:,}".replace(",", " ")
ax.annotate(f"T = 4d = {limit}", (4 * d, 8.5), (4, 0),
            textcoords="offset points", color="0.4")
ax.set_yscale("log", base=10)
ax.set(xlabel="tokens T", ylabel="million operations per token")
mathlib.show(
    fig,
    caption=f"One block with d = {d}. Up to {limit} tokens the quadratic"
    " part is the smaller worry; at 131 072 it costs"
    f" {131_072 / (4 * d):.0f} times the FFN.",
    alt="Operations per token against length, log-log: two level lines and"
    " one rising line that crosses the FFN line at T = 16 384.",
)
for T in (128_000, 131_072):
    print(f"T = {T}: {T * T / 1e9:.1f} billion scores per head,"
          f" in half precision {2 * T * T / 1e9:.0f} GB")
assert 16 * d**2 == 4 * (4 * d) * d and 131_072 / (4 * d) == 8
assert round(128_000**2 / 1e9, 1) == 16.4
assert round(131_072**2 / 1e9, 1) == 17.2
assert round(131_072**2 * 2 / 1e9) == 34

# %% [markdown]
# The two sizes are right to the last parameter: the published checkpoints have exactly these sizes.
#
# "128K tokens" means 128 000 to some and 131 072 to others: 16.4 or 17.2 billion scores, **per head and layer**. In half precision the latter are 34 GB. FlashAttention (chapter 18) computes the
# **same** numbers without storing them: extra memory $O(T)$, time still $O(T^2d)$. Sliding windows and linear attention change the model instead.
#
# **Who is built from this block.**
#
# | family | mask | models |
# |---|---|---|
# | decoder only | causal | GPT-2, GPT-3, GPT-NeoX, PaLM, LLaMA 1 to 3, Mistral, Phi-3, Gemini |
# | encoder only | padding | BERT |
# | encoder and decoder | both, and cross-attention | the original transformer, T5 |
# | two encoders side by side | (text: causal) | CLIP: one for pictures, one for text |
#
# GPT-4's report calls it a transformer and says no more; statements about its norms or its size are hearsay.
#
# ### Exercise 15.13 * · how many parameters? (2 points)
#
# **Contract.** Ints `d_model`, `d_ff`; `gated=True`: the FFN has three matrices of width `d_ff`. Matrices only: no biases, no norms. Returns an int.
#
# *Example:* `block_parameter_count(768, 3072)` is `7077888`; `block_parameter_count(2, 3, gated=True)` is `34`.
#
# <details><summary>Hint</summary>The number of heads is not an argument. Why not?</details>

# %% exercise="block_parameter_count"
def block_parameter_count(d_model, d_ff, *, gated=False):
    """Return the number of weights in the matrices of one block."""
    ### BEGIN SOLUTION
    return 4 * d_model**2 + (3 if gated else 2) * d_model * d_ff
    ### END SOLUTION

# %% check="block_parameter_count"
check("block_parameter_count")

# %% [markdown]
# ## 15.8 Reading digits, row by row
#
# A transformer does not know that its tokens are words. Give it anything that comes in pieces. Here: handwritten digits of 8 by 8 pixels (they ship with
# scikit-learn). A digit is a text of **eight words**, its rows, from top to bottom; a word is **eight numbers**. (The vision transformer of Dosovitskiy et al. (2020) does the same with patches of 16 by
# 16 pixels.)

# %%
order = torch.randperm(len(images),
                       generator=torch.Generator().manual_seed(17))
test, train = order[:360], order[360:]

three = images[labels == 3][0]
fig, axes = plt.subplots(1, 2, figsize=(6.2, 2.7), width_ratios=[1, 1.3])
heat(axes[0], three, cmap="Greys")
axes[0].set(title="a three", ylabel="token")
for i, row in enumerate(three):
    axes[1].step(range(9), -i + 0.85 * F.pad(row, (0, 1)), where="post",
                 color="C0")
axes[1].set(yticks=-np.arange(8.0), yticklabels=range(8), xlabel="column",
            title="as a text of eight words")
axes[1].grid(False)
mathlib.show(
    fig,
    caption=f"One of {len(images)} digits. The transformer gets its rows as"
    " eight tokens of eight numbers each.",
    alt="Left: an eight by eight grey picture of a three. Right: its eight"
    " rows drawn as eight small step curves.",
)

# %% [markdown]
# **The pieces**, with shapes, for a batch of $B$ digits $X \in [0,1]^{B\times 8\times 8}$:
#
# 1. *Embed*: $XE$ with $E \in \mathbb R^{8\times d}$. Eight pixels become a vector of width $d$.
# 2. *Positions*: add one vector per row number, $(8, d)$; sinusoidal, or free parameters that training finds.
# 3. *Blocks*: $(B, 8, d) \to (B, 8, d)$, twice. No mask: every row may look at every other.
# 4. *Pool*: norm, then the mean over the 8 rows, $(B, d)$.
# 5. *Classify*: times $W \in \mathbb R^{d\times10}$. Ten numbers, the logits.
# 6. *Loss*: cross-entropy (chapter 9), the mean of $-\log p_{\text{label}}$.
#
# A free test before any training: with $W = 0$ all ten classes have probability $\frac1{10}$, and the loss must be $\log 10 = 2.3026$. If your first loss
# is far above that, your last layer starts too large; if it is another small number, look for a bug.
#
# **And without positions?** Section 15.6 proved that attention is blind to order. The FFN works row by row, the mean does not care either. So a reader
# without positions must give **exactly** the same answer for a digit, for the digit upside down, and for its rows shuffled. A six and a flipped six would be one text.

# %%
g = torch.Generator().manual_seed(18)
d, heads = 32, 4
E = torch.randn(8, d, generator=g) / 8**0.5
place = torch.randn(8, d, generator=g) / 8**0.5
blocks = [new_block(g, d, 64) for _ in range(2)]
W = torch.zeros(d, 10)


def read(X, place):
    """Return the pooled vectors of a batch of digits."""
    x = X @ E + place
    for p in blocks:
        x = tr.transformer_block(x, p, heads)
    return ml.rms_norm(x).mean(1)


X, y = images[train[:64]], labels[train[:64]]
pooled = read(X, place)
loss = F.cross_entropy(pooled @ W, y).item()
print("embedded:", tuple((X @ E).shape), "  pooled:", tuple(pooled.shape),
      "  logits:", tuple((pooled @ W).shape))
print(f"loss before training: {loss:.4f}")
assert math.isclose(loss, math.log(10), abs_tol=1e-5)

# %%
six = images[labels == 6][0]
mixed = torch.tensor([5, 2, 7, 0, 3, 6, 1, 4])
versions = torch.stack([six, six.flip(0), six[mixed]])
blind = read(versions, 0 * place)
sighted = read(versions, place)

fig, axes = plt.subplots(1, 3, figsize=(5.6, 2.4))
for i, ax in enumerate(axes):
    heat(ax, versions[i], cmap="Greys")
    far = [(v[i] - v[0]).norm().item() for v in (blind, sighted)]
    ax.set(xticks=[], yticks=[],
           xlabel=f"blind: {far[0]:.2f}\nwith positions: {far[1]:.2f}")
axes[0].set_title("a six")
axes[1].set_title("upside down")
axes[2].set_title("rows shuffled")
mathlib.show(
    fig,
    caption="Below each picture, how far its pooled vector is from that of"
    " the six. To a reader without positions all three are the same text.",
    alt="A six, the six upside down, and the six with shuffled rows, each"
    " with two distances; without positions all distances are zero.",
)
assert (blind - blind[0]).norm(dim=1).max() < 1e-4
assert (sighted[1:] - sighted[0]).norm(dim=1).min() > 0.3

# %% [markdown]
# ### Exercise 15.14 *** · the digit reader (capstone, 5 points)
#
# Assemble it, train it, let it read. Two pre-norm blocks; rows as tokens; you choose the rest.
#
# **Contract.** `digit_reader(X_train, y_train, X_test, *, seed)`: `X_train` (N, 8, 8) and `X_test` (M, 8, 8) float64 in $[0, 1]$, `y_train` (N,) integers $0..9$. Return the predicted labels of
# `X_test`, (M,) integers. Draw everything random from `seed`. **Graded by what it reads:** trained on about 1440 digits, at least **94 %** of 360 unseen ones must be right, in at most a minute on two cores. (Without
# positions one gets stuck near 90 %.) By **what** it reads, not how: a nearest neighbour, one line, would pass too, and would only cheat you out of the fun. The function stands alone: `new_block` and the other names of the lesson cells are not there when it is graded; the imports of the first cell are.
#
# *Example:* our solution takes 300 steps of 128 digits with $d = 32$, 4 heads, $d_{ff} = 64$; a few seconds; usually 97 to 98 %.
#
# <details><summary>Hint 1</summary>Cut it in three: make parameters; <code>logits(X)</code>; a loop of loss, <code>backward()</code>, <code>optimizer.step()</code>. Test <code>logits</code> on one batch first: is the loss log 10?</details>
# <details><summary>Hint 2</summary>Parameters are plain tensors with <code>requires_grad_()</code>. Divide by the root of the number of inputs <b>before</b> you call it. Norm weights start at one.</details>
# <details><summary>Hint 3</summary>Work in float32 (<code>X.float()</code>). <code>torch.optim.AdamW</code> with lr near 4e-3, warmed up and cooled down by <code>torch.optim.lr_scheduler.OneCycleLR</code>, converges in 300 steps.</details>
# <details><summary>Hint 4</summary>Stuck near 90 %? Positions, or more steps. Between 40 and 80 %? Is <b>every</b> tensor in the optimizer's list, and is <code>zero_grad</code> called? Near 10 %? Is <code>step()</code> called, and does each digit still stand beside its own label?</details>

# %% exercise="digit_reader"
def digit_reader(X_train, y_train, X_test, *, seed):
    """Train two blocks on rows of digits; return the labels of X_test."""
    ### BEGIN SOLUTION
    g = torch.Generator().manual_seed(seed)
    d, d_ff, heads, steps = 32, 64, 4, 300

    def W(n, m):
        return (torch.randn(n, m, generator=g) / n**0.5).requires_grad_()

    embed, place, out = W(8, d), W(8, d), W(d, 10)
    blocks = [
        {"W_q": W(d, d), "W_k": W(d, d), "W_v": W(d, d), "W_o": W(d, d),
         "W1": W(d, d_ff), "W3": W(d, d_ff), "W2": W(d_ff, d),
         "norm_1": torch.ones(d, requires_grad=True),
         "norm_2": torch.ones(d, requires_grad=True)}
        for _ in range(2)
    ]

    def logits(X):
        x = X.float() @ embed + place
        for p in blocks:
            x = tr.transformer_block(x, p, heads)
        return ml.rms_norm(x).mean(1) @ out

    parameters = [embed, place, out, *(w for p in blocks for w in p.values())]
    optimizer = torch.optim.AdamW(parameters, lr=4e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=4e-3, total_steps=steps)
    for _ in range(steps):
        batch = torch.randint(len(X_train), (128,), generator=g)
        loss = F.cross_entropy(logits(X_train[batch]), y_train[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        return logits(X_test).argmax(1)
    ### END SOLUTION

# %% check="digit_reader"
check("digit_reader")

# %% [markdown]
# ### A look inside
#
# Now ours, as a `torch.nn.Module`, on a GPU if you have one. One difference makes it easier to look inside: instead of the mean over rows it has a ninth token that carries no pixels, the **answer token** (BERT and the
# vision transformer do this). Everything the classifier sees must pass through what this token looked at.

# %% tags=["nbval-ignore-output"]
class RowReader(torch.nn.Module):
    """Eight rows and an answer token, two blocks, ten classes."""

    def __init__(self, d=32, heads=4, d_ff=64, *, positions=True):
        super().__init__()
        g = torch.Generator().manual_seed(19)
        self.heads = heads
        self.embed = torch.nn.Parameter(torch.randn(8, d, generator=g) / 3)
        self.answer = torch.nn.Parameter(torch.randn(d, generator=g) / 3)
        self.place = torch.nn.Parameter(
            positions * torch.randn(8, d, generator=g) / 3,
            requires_grad=positions)
        self.blocks = torch.nn.ModuleList(
            torch.nn.ParameterDict(new_block(g, d, d_ff)) for _ in range(2))
        self.out = torch.nn.Parameter(torch.zeros(d, 10))

    def tokens(self, X):
        rows = X @ self.embed + self.place
        answer = self.answer.expand(len(X), 1, -1)
        return torch.cat([rows, answer], 1)                  # (B, 9, d)

    def forward(self, X):
        x = self.tokens(X)
        for p in self.blocks:
            x = tr.transformer_block(x, p, self.heads)
        return ml.rms_norm(x[:, 8]) @ self.out

    def maps(self, X):
        """Return the weights of every block, (2, B, heads, 9, 9)."""
        x, found = self.tokens(X), []
        for p in self.blocks:
            z = ml.rms_norm(x, p["norm_1"])
            q, k = ((z @ p[name]).unflatten(-1, (self.heads, -1))
                    .transpose(1, 2) for name in ("W_q", "W_k"))
            found.append(tr.attention(q, k, torch.eye(9, device=x.device)))
            x = tr.transformer_block(x, p, self.heads)
        return torch.stack(found)


def train_reader(model, steps=200):
    """Train on the training digits; return the accuracy on the others."""
    X, y = images.to(device), labels.to(device)
    free = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(free, lr=4e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=4e-3, total_steps=steps)
    g = torch.Generator().manual_seed(20)
    for _ in range(steps):
        batch = train[torch.randint(len(train), (128,), generator=g)]
        loss = F.cross_entropy(model(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        return (model(X[test]).argmax(1) == y[test]).float().mean().item()


reader = RowReader().to(device)
accuracy = train_reader(reader)
blind = train_reader(RowReader(positions=False).to(device))
distance = torch.cdist(images[test].flatten(1), images[train].flatten(1))
nearest = (labels[train][distance.argmin(1)] == labels[test]).double().mean()

print(f"row reader, {sum(p.numel() for p in reader.parameters()):,}"
      f" parameters:  {accuracy:.1%}")
print(f"the same without positions:     {blind:.1%}")
print(f"nearest neighbour (chapter 2):  {nearest.item():.1%}")
assert accuracy > 0.95 and blind < 0.95 and accuracy > blind + 0.02

# %% tags=["nbval-ignore-output"]
shown = torch.stack([images[test][labels[test] == c][0] for c in range(10)])
with torch.no_grad():
    P = reader.maps(shown.to(device)).cpu()
assert torch.allclose(P.sum(-1), torch.ones(2, 10, 4, 9), atol=1e-5)

chosen = [0, 1, 3, 4, 6, 7]
fig, axes = plt.subplots(2, 6, figsize=(7.4, 3.3),
                         height_ratios=[1, 1])
for column, c in enumerate(chosen):
    heat(axes[0, column], shown[c], cmap="Greys")
    heat(axes[1, column], P[1, c, :, 8, :8].T, vmin=0,
         vmax=P[1, ..., 8, :8].max(), aspect="auto")
    axes[0, column].set(xticks=[], yticks=[])
    axes[0, column].set_title(f"a {c}")
    axes[1, column].set(yticks=[], xlabel="head")
axes[0, 0].set(ylabel="row", yticks=[0, 7])
axes[1, 0].set(ylabel="weight on row", yticks=[0, 7])
mathlib.show(
    fig,
    caption="Above, six digits the reader has never seen. Below, how the"
    " answer token spreads its attention over the eight rows, one column"
    " for each of the four heads of the last block. The ninth weight, on"
    " itself, is left out: columns add up to less than 1.",
    alt="Six digits in grey; under each a grid of eight rows by four heads"
    " in blues, with different rows dark for different heads and digits.",
)

# %% [markdown]
# Be honest about the nearest neighbour: for digits this small, comparing pixels is as good. You do not need a transformer here. You needed a task small enough to see all of one.
#
# **Reading the maps.** They are clearly not random: heads choose rows, and different digits different rows. It is tempting to say "it looks at row 2 **because** the three is open there". Three reasons to hold back:
#
# - In the last block a row's vector is no longer that row. Block 1 has mixed the rows.
# - A large weight on a small value moves nothing. The map shows $P$ only; the output is $PVW^O$, **added** to what was there.
# - Other maps can give the same answers (Jain and Wallace, 2019; and a reply, Wiegreffe and Pinter, 2019: it depends on what you call an explanation).
#
# A map says where information **could** have come from in one step. To learn what mattered, **intervene**: paint over a row and count what goes wrong.

# %% tags=["nbval-ignore-output"]
with torch.no_grad():
    X = images[test].to(device)
    attention_paid = reader.maps(X)[1, :, :, 8, :8].mean((0, 1)).cpu()
    lost = []
    for row in range(8):
        painted = X.clone()
        painted[:, row] = X[:, row].mean(0)        # the average row instead
        right = reader(painted).argmax(1).cpu() == labels[test]
        lost.append(accuracy - right.float().mean().item())
lost = torch.tensor(lost)
agree = torch.corrcoef(torch.stack([attention_paid, lost]))[0, 1].item()
odd = (attention_paid / attention_paid.max() - lost / lost.max()).argmax()

fig, axes = plt.subplots(1, 2, figsize=(6.6, 2.6), sharey=True)
axes[0].barh(range(8), attention_paid, color="C0")
axes[0].set(xlabel="mean attention of the answer token", ylabel="row",
            xticks=[0, 0.1, 0.2])
axes[1].barh(range(8), 100 * lost, color="C1", hatch="//")
axes[1].set(xlabel="accuracy lost without it (points)")
axes[0].invert_yaxis()
mathlib.show(
    fig,
    caption="Looked at, and needed, are not the same: row"
    f" {odd} gets {attention_paid[odd]:.0%} of the attention, and painting"
    f" it over costs {100 * lost[odd]:.1f} points. (The correlation,"
    f" {agree:.2f}, comes from eight rows of one model with one seed: weak"
    " evidence either way. The answer token's weight on itself is left"
    " out.)",
    alt="Two bar charts over the eight rows: mean attention, and accuracy"
    " lost when the row is replaced by the average row.",
)
assert lost.max() > 0.05 and lost.argmax() not in (0, 7)

# %% [markdown]
# ## Common mistakes
#
# | one often sees | why it is wrong | right |
# |---|---|---|
# | softmax over queries (axis −2) | columns add up to 1, rows do not: nobody gets an average | softmax over keys, the last axis |
# | scores divided by $d_k$, or not at all | weights all equal, or saturated | divide by $\sqrt{d_k}$ |
# | "variance 1 is enough for $\mathrm{Var}(\mathbf q\cdot\mathbf k) = d_k$" | $\mathbf k = \mathbf q$ has mean $d_k$ | mean 0 **and** independence |
# | "Q, K, V are arbitrary" | names are, roles are not: swapping $Q$ and $K$ transposes $S$ | queries ask, keys are compared, values are passed on |
# | mask multiplied after the softmax | rows no longer add up to 1 | $-\infty$ before it |
# | $-10^9$ for $-\infty$ | overflows in fp16; leaks if nothing is allowed | $-\infty$, and zeros for empty rows |
# | mask without its diagonal, transposed, or aligned top left | empty first row; sees the future; new queries cut off from the cache | $j \le i + (n_k - n_q)$ |
# | $dS = P(1-P)\,dP$ | forgets that a row shares its sum | $P\odot(dP - \mathrm{rowsum}(dP\odot P))$ |
# | `reshape(h, T, d_k)` | mixes tokens | `reshape(T, h, d_k)`, then swap |
# | $h$ heads cost $h$ times as much | heads split $d$ | $4d^2$ for any $h$ |
# | $(\mathrm{SiLU}(W_1\mathbf x)\odot W_3\mathbf x)W_2$ | two conventions in one line: shapes do not fit | $(\mathrm{SiLU}(\mathbf xW_1)\odot\mathbf xW_3)W_2$ in row form |
# | LayerNorm $(x-\mu)/(\sigma+\epsilon)$ | far off for small $\sigma$ (chapter 13) | $(x-\mu)/\sqrt{\sigma^2+\epsilon}$ |
# | $\mathrm{Norm}(\mathbf x + f(\mathbf x))$ called pre-norm | that is post-norm | $\mathbf x + f(\mathrm{Norm}(\mathbf x))$ |
# | the FFN reads the block's **input** | throws the attention's work away | it reads the result of the first line |
# | exponent $2i/d$ with $i$ over all $d$ columns | squares the frequencies | $i$ counts pairs, $0..d/2-1$ |
# | RoPE on values; the other pairing; positions from 0 in every call | see section 15.6 | queries and keys; one pairing; true positions |
# | "attention costs $2T^2d$, FFN $16Td^2$" | two units in one sentence | $4T^2d$ against $16Td^2$: equal at $T = 4d$ |
# | "128K tokens: 16 billion scores" | 16.4 for 128 000, 17.2 for 131 072, per head and layer | say which |
# | "FlashAttention is approximate, $O(T)$" | exact; $O(T)$ **extra memory**; time $O(T^2d)$ | see chapter 18 |
# | "the map shows why" | it shows one step's weights | intervene |

# %% [markdown]
# ## Summary
#
# | | formula | mathlib |
# |---|---|---|
# | attention | $\mathrm{softmax}(QK^\top/\sqrt{d_k})\,V$ | `tr.attention` |
# | masks | $0$ if $j \le i + (n_k - n_q)$, else $-\infty$ | `tr.causal_mask`, `tr.padding_mask` |
# | backward | $dS = P\odot(dP - \mathrm{rowsum}(dP\odot P))$ | `tr.attention_backward` |
# | score variance | $\mathrm{Var}(\mathbf q\cdot\mathbf k) = d_k$ | |
# | QK-norm, soft cap | $\vert S\vert\le\sqrt{d_k}\max\vert w_qw_k\vert$; $c\tanh(z/c)$ | `tr.qk_norm_attention`, `tr.soft_cap` |
# | heads | $[\mathrm{head}_1\vert\dots\vert\mathrm{head}_h]W^O$ | `tr.multi_head_attention` |
# | sinusoids | $\sin, \cos(pos\cdot 10000^{-2i/d})$ | `tr.sinusoidal_encoding` |
# | RoPE | $\langle R_m\mathbf q, R_n\mathbf k\rangle = \langle\mathbf q, R_{n-m}\mathbf k\rangle$ | `tr.rope`, `tr.rope_score` |
# | feed-forward | $\phi(\mathbf xW_1+\mathbf b_1)W_2+\mathbf b_2$ | `tr.feed_forward` |
# | SwiGLU | $(\mathrm{SiLU}(\mathbf xW_1)\odot\mathbf xW_3)W_2$ | `tr.swiglu` |
# | residual | $\mathbf x + f(\mathbf x)$, derivative $I + J$ | `tr.residual` |
# | block | $\mathbf x + \mathrm{MHA}(\mathrm{Norm}\,\mathbf x)$, then $\mathbf x + \mathrm{FFN}(\mathrm{Norm}\,\mathbf x)$ | `tr.transformer_block` |
# | size | $4d^2 + 8d^2 = 12d^2$ | `tr.block_parameter_count` |
# | cost | $24Td^2 + 4T^2d$ operations | |

# %% [markdown]
# ### Five questions to ask yourself
#
# <details><summary>1. You swap two rows of K and the same two rows of V. What changes in the output?</summary>Nothing. The softmax and the sum run over keys in any order. (Swap rows of Q, and the outputs swap.)</details>
# <details><summary>2. You double every score. Do the weights double?</summary>No, they are squared and made to add up to 1 again: the best key gains, the others lose. It is the dial of section 15.1.</details>
# <details><summary>3. Why does each row of dS add up to zero, and what would it mean if it did not?</summary>Adding a constant to a row of scores changes no weight, so the loss cannot change in that direction. If it did not add up to zero, the gradient would be wrong.</details>
# <details><summary>4. A model with learned positions for 1024 places gets a text of 1025 tokens. And one with RoPE?</summary>The first has no vector for place 1024 and cannot run. The second runs: any angle exists. Whether it runs <i>well</i> at distances it was never trained on is another matter (chapter 18).</details>
# <details><summary>5. Double d at the same number of blocks and tokens. What happens to parameters, to the scores' share of the work?</summary>Parameters and projections: four times. Scores and values: 4T²d, twice. So their share falls; they dominate only beyond T = 6d, which has moved twice as far.</details>
#
# ### Further reading
#
# - Bahdanau, Cho, Bengio (2014), *Neural Machine Translation by Jointly Learning to Align and Translate*, arXiv:1409.0473: attention, before it was all you need.
# - Vaswani et al. (2017), *Attention Is All You Need*, arXiv:1706.03762.
# - Su et al. (2021), *RoFormer: Enhanced Transformer with Rotary Position Embedding*, arXiv:2104.09864.
# - Shazeer (2020), *GLU Variants Improve Transformer*, arXiv:2002.05202: two pages of formulas and one honest sentence.
# - Xiong et al. (2020), *On Layer Normalization in the Transformer Architecture*, arXiv:2002.04745. Zhang and Sennrich (2019), *Root Mean Square Layer Normalization*, arXiv:1910.07467.
# - Dehghani et al. (2023), *Scaling Vision Transformers to 22 Billion Parameters*, arXiv:2302.05442: QK-norm and why.
# - Dao et al. (2022), *FlashAttention*, arXiv:2205.14135.
# - Olsson et al. (2022), *In-context Learning and Induction Heads*, arXiv:2209.11895.
# - Touvron et al. (2023), *LLaMA*, arXiv:2302.13971. Dosovitskiy et al. (2020), *An Image is Worth 16x16 Words*, arXiv:2010.11929.
# - Jain and Wallace (2019), *Attention is not Explanation*, arXiv:1902.10186. Wiegreffe and Pinter (2019), *Attention is not not Explanation*, arXiv:1908.04626.

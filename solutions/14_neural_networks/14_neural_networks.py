# ---
# jupyter:
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 14. Math for Specific Models
#
# **A network makes a mistake. Which of its numbers is to blame, and by how much?**
#
# Below, a small network has read a handwritten digit wrongly, and was very sure of it. So we question its 64 pixels, one by one: a little
# more ink here, is the network then less wrong, or more? A little less? After 128 questions every pixel has its share of
# the blame.

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

import mathlib
import mathlib.foundations as fd
import mathlib.machine_learning as ml
import mathlib.neural_networks as nn
import mathlib.numerical_methods as nm
import mathlib.optimization as op
from mathlib import check

mathlib.style()
torch.manual_seed(0)
torch.set_num_threads(1)  # for tensors this small, more are slower
device = mathlib.device()

# %% tags=["nbval-ignore-output"]
digits = load_digits()
X, labels = digits.data / 16, digits.target
order = np.random.default_rng(14).permutation(len(X))
new, known = order[:360], order[360:]
reader = MLPClassifier((32,), learning_rate_init=0.01, max_iter=300,
                       tol=1e-3, n_iter_no_change=5, random_state=0)
reader.fit(X[known], labels[known])

says = reader.predict_proba(X[new])
worst = new[says[np.arange(360), labels[new]].argmin()]
culprit, truth = X[worst], labels[worst]


def surprise(pictures):
    """Return -log of the probability of the right answer."""
    return -reader.predict_log_proba(pictures)[:, truth]


ink = 1e-4 * np.eye(64)
blame = (surprise(culprit + ink) - surprise(culprit - ink)) / 2e-4

amount = 0.0
mended = culprit
while reader.predict(mended[None])[0] != truth and amount < 1:
    amount += 0.01
    mended = np.clip(culprit - amount * blame / np.abs(blame).max(), 0, 1)

fig, axes = plt.subplots(1, 3, figsize=(6.6, 2.5))
most = np.abs(blame).max()
wrong = reader.predict(culprit[None])[0]
for ax, table, title, look in (
    (axes[0], culprit, f"a {truth}, read as {wrong}",
     {"cmap": "Greys", "vmin": 0, "vmax": 1}),
    (axes[1], blame, "64 shares of the blame",
     {"cmap": "PuOr_r", "vmin": -most, "vmax": most}),
    (axes[2], mended, f"read as {truth}",
     {"cmap": "Greys", "vmin": 0, "vmax": 1}),
):
    ax.imshow(table.reshape(8, 8), **look)
    ax.set_title(title, loc="center")
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(True)
mathlib.show(
    fig,
    caption="Left: of 360 new digits, the one about which the network is most"
    " surely wrong. Middle: orange, where more ink makes the loss"
    " larger; purple, where it makes it smaller. Right: every pixel moved"
    f" against its blame, by at most {amount:.2f} of full black.",
    alt="An eight by eight grey digit; the same grid with orange and purple"
    " cells; the digit again, with some cells a little darker or lighter.",
)
knobs = sum(w.size for w in (*reader.coefs_, *reader.intercepts_))
print("weights and biases:", knobs, "  runs to question them:", 2 * knobs)
assert wrong != truth and len(ink) == 64 and knobs == 2410

# %% [markdown]
# Pixels cannot be changed in earnest; weights can, and that is how a network learns. This one has 2410 of them. To question each
# takes 4820 runs, for **one** step. A language model has $10^{11}$; nobody has that kind of time.
#
# There is a way to learn all shares of the blame in one run backwards, at about the price of two runs forwards. Everything that learns
# today learns this way.
#
# **After this chapter you can**
#
# - derive the backward pass of a layer and write it without looking anything up: dense, convolution, pooling, recurrence, gates;
# - say what makes blame fade or blow up on its way, and what LSTM, residuals and good first weights do about it;
# - count outputs, parameters and receptive fields of a convolutional network on the back of an envelope;
# - tell the four conventions apart on which ported models break (flipped kernels, order of gates, update gate, reset gate);
# - train a network that reads digits with not one line from a framework.
#
# **You need** the chain rule for vectors and vector-Jacobian products ([chapter 5](../05_multivariate_calculus/05_multivariate_calculus.ipynb)), gradient steps
# ([chapter 8](../08_optimization/08_optimization.ipynb)), and activations, losses and first weights ([chapter 13](../13_machine_learning/13_machine_learning.ipynb)).
# **Time:** two and a half hours to read; the 13 exercises and one derivation take four to five more.

# %% [markdown]
# **Letters.** One sheet for all of the chapter.
#
# | | |
# |---|---|
# | $\mathcal L$ | the loss, a number; $L$ is the number of layers |
# | $\mathbf x = \mathbf a^0$, $\mathbf z^l$, $\mathbf a^l$ | input; the sums of layer $l$; what leaves it. All of shape $(n_l,)$; layers are counted upstairs, from 1 |
# | $W^l$, $\mathbf b^l$ | weights $(n_l, n_{l-1})$, one **row for each output**; biases $(n_l,)$ |
# | $\varphi$, $\varphi'$ | the activation (phi) and its derivative, applied to each entry |
# | $\hat{\mathbf y}$, $\mathbf y$ | what the network says; what is right. Classes: a row with a single 1 ("one-hot") |
# | $\boldsymbol\delta^l = \partial\mathcal L/\partial\mathbf z^l$ | the **error signal** (delta): the blame of the sums of layer $l$ |
# | $\odot$ | product entry by entry |
# | $N$, $t$, $T$ | rows of a batch; a step in time, written downstairs; the number of steps |
#
# In code a batch has one sample in each row: `z = a @ W.T + b`. This is also PyTorch's `Linear`. For a single column vector it
# reads $W\mathbf a + \mathbf b$. We derive for one sample, with columns, and code for $N$, with rows.

# %% [markdown]
# ## 14.1 Forwards, and keep the receipts
#
# A **multilayer perceptron** (MLP) is the same two lines again and again:
#
# $$\mathbf z^l = W^l\mathbf a^{l-1} + \mathbf b^l, \qquad \mathbf a^l = \varphi(\mathbf z^l), \qquad l = 1, \dots, L .$$
#
# On the last layer the activation is left out: $\mathbf z^L$ is the prediction, or (for classes) the scores that the softmax turns
# into $\hat{\mathbf y}$. Why any $\varphi$ at all? Without one, $W^2(W^1\mathbf x) = (W^2W^1)\,\mathbf x$: two layers are one.
#
# **By hand.** The smallest network with a hidden unit: $x = 2$, $w_1 = 1$, $w_2 = 2$, no biases, a ReLU between. We want $y = 6$;
# the loss is $\mathcal L = (\hat y - y)^2/2$.
#
# $$z = w_1x = 2, \qquad h = \max(z, 0) = 2, \qquad \hat y = w_2h = 4, \qquad \mathcal L = (4 - 6)^2/2 = 2 .$$
#
# `nn.mlp_forward` returns two things: the output, and a `cache` with what came into every layer, $[\mathbf a^0, \dots, \mathbf a^{L-1}]$,
# and every sum, $[\mathbf z^1, \dots, \mathbf z^L]$. Receipts: you will be asked for them on the way back.

# %%
x, y = np.array([[2.0]]), np.array([[6.0]])
weights, biases = [np.array([[1.0]]), np.array([[2.0]])], [np.zeros(1)] * 2
output, cache = nn.mlp_forward(x, weights, biases, ml.relu)
print("output", output, " loss", ((output - y) ** 2 / 2).item())
print("into the layers", *cache[0], "  sums", *cache[1])
assert output.item() == 4 and [z.item() for z in cache[1]] == [2, 4]

W = [w.T for w in reader.coefs_]       # scikit-learn keeps them the other way
b = reader.intercepts_
scores, receipts = nn.mlp_forward(X[new], W, b, ml.relu)
for l, (a, z) in enumerate(zip(*receipts), start=1):
    print(f"layer {l}: in {a.shape}, weights {W[l - 1].shape}, sums {z.shape}")
assert np.allclose(fd.softmax(scores, axis=1), reader.predict_proba(X[new]))

# %% [markdown]
# ## 14.2 Backwards
#
# Four states of an explorer, then the explorer. Press play: blue runs forwards; then orange runs back, and every orange
# number is made of the orange one before it and **one number of the way there**. Try $w_1 = -1$, too. Who learns anything then?

# %%
explorer = mathlib.explore.backprop_two_layer()
mathlib.show(
    explorer.still(),
    caption="One mistake on its way. Forwards (a); the output's error, and"
    " from it the slope of the last weight (b); through that weight, through"
    " the ReLU, and the first weight's slope (c); one step of 0.05 with both,"
    " and 99% of the loss is gone (d).",
    alt="Four pictures of a chain of four circles, input, hidden unit,"
    " prediction and loss, with blue arrows to the right and, in two of them,"
    " orange arrows back, all labelled with numbers.",
)
assert np.isclose(0.0128 / 2, 1 - 0.9936)

explorer

# %% [markdown]
# <details><summary>Who learns at w₁ = −1?</summary>
# Nobody. The ReLU is shut: its slope is 0, so no blame reaches w₁; and h = 0, so the slope of w₂, which is blame times h, is 0 as well. A unit that is
# shut for <em>all</em> data stays so for ever: a dead ReLU (chapter 13).
# </details>
#
# ### Where the blame starts
#
# The last layer's error signal is $\boldsymbol\delta^L = \partial\mathcal L/\partial\mathbf z^L$, from $\mathcal L$ back through the last
# step $\mathbf z^L \to \hat{\mathbf y}$.
#
# **If that step works entry by entry**, $\hat y_k = \varphi(z_k)$, then $z_k$ has one way to the loss, and
# $\boldsymbol\delta^L = \dfrac{\partial\mathcal L}{\partial\hat{\mathbf y}} \odot \varphi'(\mathbf z^L)$.
#
# **The softmax does not.** Every score moves *every* probability. All ways add up: one needs the whole Jacobian
# $\operatorname{diag}(\hat{\mathbf y}) - \hat{\mathbf y}\hat{\mathbf y}^\top$ (chapter 5), not its diagonal. With the cross-entropy
# $\mathcal L = -\sum_k y_k\log\hat y_k$ the result is famous:
#
# $$\boxed{\;\boldsymbol\delta^L = \hat{\mathbf y} - \mathbf y\;}$$
#
# The same difference comes out for a linear output with half the squared error, and for a sigmoid with the binary cross-entropy
# (chapter 13). That is no accident of taste: losses and last steps are paired so that it does.

# %%
z, y = np.array([1.0, 2.0, 0.5]), np.array([0.0, 1.0, 0.0])
y_hat = fd.softmax(z)
slope = -y / y_hat                                # of the loss, by y_hat
ways = {
    "entry by entry": slope * y_hat * (1 - y_hat),
    "all ways": (np.diag(y_hat) - np.outer(y_hat, y_hat)) @ slope,
    "ŷ − y": nn.output_delta(y_hat, y),
}
fig, ax = plt.subplots(figsize=(6.4, 2.2))
for k, (name, delta) in enumerate(ways.items()):
    print(f"{name:15}", (delta + 0).round(4))
    ax.bar(np.arange(3) + 0.27 * (k - 1), delta, 0.25, label=name,
           hatch=["//", "", ".."][k], color=f"C{k}", ec="white")
ax.axhline(0, color="0.4", lw=0.8)
ax.set(xticks=range(3), xticklabels=["class 0", "class 1: right", "class 2"],
       xlim=(-0.5, 2.6), ylabel="δ")
ax.legend(loc="lower right")
mathlib.show(
    fig,
    caption="Blame of the three scores. Entry by entry (hatched) finds only"
    " that the right score should rise; the wrong ones, which should fall,"
    " go free. (Where no bar is seen, it is 0.)",
    alt="Three groups of bars. In the middle three equal bars point down; at"
    " both sides two point up and the first is missing.",
)
assert np.allclose(ways["entry by entry"], [0, -0.3715, 0], atol=1e-4)
assert np.allclose(ways["all ways"], [0.2312, -0.3715, 0.1402], atol=1e-4)
assert np.allclose(ways["all ways"], ways["ŷ − y"])

# %% [markdown]
# ### Exercise 14.1 ** · where the blame starts, in writing (5 points, read by a person)
#
# In chapter 5 you met the softmax Jacobian. There is a shorter road, and it shows more. Let $\mathbf z$ be the $n$ scores,
# $\hat{\mathbf y} = \mathrm{softmax}(\mathbf z)$, and $\mathbf y$ any row with $y_k \ge 0$ that adds up to 1. Let
# $\mathrm{lse}(\mathbf z) = \log\sum_j e^{z_j}$ (chapter 1) and $\mathcal L = -\sum_k y_k\log\hat y_k$.
#
# 1. Write $\log\hat y_k$ with $\mathrm{lse}$, and show $\mathcal L = \mathrm{lse}(\mathbf z) - \mathbf y\cdot\mathbf z$. Where do you
#    use that the $y_k$ add up to 1?
# 2. From this, $\partial\mathcal L/\partial\mathbf z = \hat{\mathbf y} - \mathbf y$, with no Jacobian. What do its entries add up to,
#    and why must they? (What happens to the loss if all scores rise by the same $c$?)
# 3. Now by the chain rule, through $\partial\mathcal L/\partial\hat{\mathbf y}$ and the whole Jacobian. In the picture, entry by entry
#    with $\hat y_k(1 - \hat y_k)$ still got one of three right. For which entries does that hold if $\mathbf y$ is one-hot, and why? And for
#    $\mathbf y = (\frac12, \frac12, 0)$?
# 4. One sigmoid unit is sure and wrong: $z = -8$, $y = 1$. Compare $\delta$ for $(\hat y - y)^2/2$ and for the cross-entropy, in numbers.
#    Which one learns?
# 5. Differentiate once more: find the matrix $H$ of second derivatives of $\mathcal L$ by $\mathbf z$. Where is $\mathbf y$? Show that
#    $\mathbf v\cdot H\mathbf v$ is the variance of a number that is $v_k$ with probability $\hat y_k$. So what shape does $\mathcal L$ have over
#    the scores, and in which direction is it flat? What does this promise a network of **one** layer, $\mathbf z = W\mathbf x + \mathbf b$, and why not one of two?

# %% [markdown] written="softmax_cross_entropy_delta"
# **1.** $\hat y_k = e^{z_k}/\sum_je^{z_j}$, so $\log\hat y_k = z_k - \mathrm{lse}(\mathbf z)$. Then
# $\mathcal L = -\sum_ky_kz_k + \mathrm{lse}(\mathbf z)\sum_ky_k = \mathrm{lse}(\mathbf z) - \mathbf y\cdot\mathbf z$. That the $y_k$ add
# up to 1 is used for the last sum.
#
# **2.** $\partial\,\mathrm{lse}/\partial z_i = e^{z_i}/\sum_je^{z_j} = \hat y_i$, and $\partial(\mathbf y\cdot\mathbf z)/\partial z_i = y_i$.
# So $\partial\mathcal L/\partial\mathbf z = \hat{\mathbf y} - \mathbf y$. The entries add up to $1 - 1 = 0$. They must: with $\mathbf z + c$
# the softmax, and so the loss, stays what it is; the derivative along $(1, \dots, 1)$, which is the sum of the entries, is 0.
#
# **3.** $\partial\mathcal L/\partial\hat y_k = -y_k/\hat y_k$ and $\partial\hat y_k/\partial z_i = \hat y_k(\delta_{ki} - \hat y_i)$
# (with Kronecker's $\delta_{ki}$). So $\partial\mathcal L/\partial z_i = \sum_k-\frac{y_k}{\hat y_k}\,\hat y_k(\delta_{ki} - \hat y_i) =
# -y_i + \hat y_i\sum_ky_k = \hat y_i - y_i$. Entry by entry keeps $k = i$ only, and drops every way on which $z_i$ moves the *other*
# probabilities. It gives $-y_i(1 - \hat y_i)$: for a one-hot $\mathbf y$ that is right for the true class, $\hat y_i - 1$, since all other $y_k$ are 0, and 0 for the
# others, where $\hat y_i$ is right. For $\mathbf y = (\frac12, \frac12, 0)$ it gives $\frac12\hat y_i - \frac12$ twice, where $\hat y_i - \frac12$ is right, and
# 0 for $\hat y_3$: not one entry is right.
#
# **4.** $\hat y = \sigma(-8) = 3.35\cdot10^{-4}$. Squared error: $\delta = (\hat y - y)\,\hat y(1 - \hat y) = -0.99966\cdot3.35\cdot10^{-4}
# = -3.4\cdot10^{-4}$. Cross-entropy: $\delta = \hat y - y = -0.9997$, three thousand times as much. The second learns; the first stands on a plateau.
#
# **5.** $H_{ij} = \partial(\hat y_i - y_i)/\partial z_j = \hat y_i(\delta_{ij} - \hat y_j)$, the softmax Jacobian $\operatorname{diag}(\hat{\mathbf y}) -
# \hat{\mathbf y}\hat{\mathbf y}^\top$. $\mathbf y$ has gone, since $\mathbf y\cdot\mathbf z$ is linear in $\mathbf z$. And
# $\mathbf v\cdot H\mathbf v = \sum_k\hat y_kv_k^2 - \big(\sum_k\hat y_kv_k\big)^2$, which is the variance, so never negative: $\mathcal L$ is convex in
# $\mathbf z$. All $\hat y_k$ are above 0, so the variance is 0 only if all $v_k$ are equal: flat along $(1, \dots, 1)$, as in question 2. With one layer $\mathbf z$ is
# linear in $W$ and $\mathbf b$, so $\mathcal L$ is convex in the weights, too: no valley but the lowest. With two, $\mathbf z = W^2\varphi(W^1\mathbf x)$ is not
# linear in both together, and the promise ends.

# %% [markdown]
# ### One layer down, and again
#
# Let $\boldsymbol\delta^{l+1}$ be known. How did $z_j^l$ get there? It made $a_j^l = \varphi(z_j^l)$, and $a_j^l$ went into **every** sum
# of the next layer, $z_i^{l+1} = \sum_jW_{ij}^{l+1}a_j^l + b_i^{l+1}$, with weight $W_{ij}^{l+1}$. All ways add up (chapter 5):
#
# $$\delta_j^l = \sum_i\delta_i^{l+1}\,W_{ij}^{l+1}\,\varphi'(z_j^l)
# \qquad\Longleftrightarrow\qquad
# \boxed{\;\boldsymbol\delta^l = \big((W^{l+1})^\top\boldsymbol\delta^{l+1}\big)\odot\varphi'(\mathbf z^l)\;}$$
#
# Forwards, $W$ adds up over its columns; backwards over its rows, hence the transpose. And a weight $W_{ij}^l$ meets the world in one
# place only: it multiplies $a_j^{l-1}$ inside $z_i^l$. A bias is added there. So
#
# $$\boxed{\;\frac{\partial\mathcal L}{\partial W^l} = \boldsymbol\delta^l\,(\mathbf a^{l-1})^\top, \qquad
# \frac{\partial\mathcal L}{\partial\mathbf b^l} = \boldsymbol\delta^l\;}$$
#
# The blame of a weight: the blame behind it, times the receipt before it. That is **backpropagation**, all of it.
#
# **By hand**, the network of 14.1. $\delta^2 = \hat y - y = -2$. Weight: $\partial w_2 = \delta^2h = -4$. Down: $w_2\delta^2 = -4$, the ReLU
# is open, $\delta^1 = -4\cdot1 = -4$. Weight: $\partial w_1 = \delta^1x = -8$. With $\eta = 0.05$: $w_2 = 2 + 0.2 = 2.2$ and
# $w_1 = 1 + 0.4 = 1.4$. Forwards again: $h = 2.8$, $\hat y = 6.16$, $\mathcal L = 0.16^2/2 = 0.0128$, after 2 before. Mind the order: $\delta^1$
# was made with the **old** $w_2$.

# %% [markdown]
# **A batch.** The loss is the mean over $N$ rows. Put $\boldsymbol\delta^L = (\hat{\mathbf y} - \mathbf y)/N$ into the rows of a matrix
# $\Delta^L$, `(N, n_L)`. Transposing $(W^\top\boldsymbol\delta)^\top = \boldsymbol\delta^\top W$, rows go down by `delta @ W`, **without** a
# transpose. The gradients of all rows add up: $\partial\mathcal L/\partial W^l = (\Delta^l)^\top A^{l-1}$, one product that
# multiplies and adds at once, and for the bias the sum over the rows.
#
# | | forwards | back to the input | to the weights |
# |---|---|---|---|
# | one sample, columns | $W\mathbf a$ | $W^\top\boldsymbol\delta$ | $\boldsymbol\delta\,\mathbf a^\top$ |
# | $N$ samples, rows | `a @ W.T` | `delta @ W` | `delta.T @ a` |
#
# Three products of one size: a step costs about three times a forward run, **whatever the number of weights**. The price is
# memory: all receipts are kept until the way back.

# %%
x, y = np.array([[2.0]]), np.array([[6.0]])
output, cache = nn.mlp_forward(x, weights, biases, ml.relu)
slopes, _ = nn.mlp_backward(cache, weights, y, lambda z: (z > 0) * 1.0,
                            kind="squared_error")
stepped = [w - 0.05 * g for w, g in zip(weights, slopes)]
again, _ = nn.mlp_forward(x, stepped, biases, ml.relu)
print("slopes", [g.item() for g in slopes],
      " weights", [round(w.item(), 2) for w in stepped],
      " output", round(again.item(), 2))
assert [g.item() for g in slopes] == [-8, -4]
assert np.isclose(again.item(), 6.16)
assert np.isclose((again.item() - 6) ** 2 / 2, 0.0128)

w1, w2 = np.meshgrid(np.linspace(0.5, 2.5, 81), np.linspace(1, 3, 81))
fig, ax = plt.subplots(figsize=(5.6, 2.6))
ax.contour(w1, w2, (2 * w1 * w2 - 6) ** 2 / 2, [0.1, 0.5, 2, 5, 10],
           colors="0.7", linewidths=0.9)
ax.plot(w1[0, 20:], 3 / w1[0, 20:], "--", color="C0")
ax.text(1.62, 2.2, "loss 0: $w_1w_2$ = 3", color="C0",
        bbox={"fc": "white", "ec": "none", "pad": 2})
ax.annotate("", (1.4, 2.2), (1, 2), arrowprops={
    "arrowstyle": "-|>", "color": "C1", "lw": 2, "shrinkA": 0, "shrinkB": 0})
ax.plot([1], [2], "o", color="C1")
ax.text(0.97, 1.93, "(1, 2), loss 2", color="C1", ha="right", va="top")
ax.set(xlabel="$w_1$", ylabel="$w_2$", xlim=(0.5, 2.5), ylim=(1, 3))
mathlib.show(
    fig,
    caption="The step on the map of both weights (grey: equal loss). Many"
    " pairs of weights would be right, the dashed valley; the slopes know the"
    " steepest way down, not which pair you had in mind.",
    alt="Grey curved lines around a dashed hyperbola, and an orange arrow"
    " from a dot nearly to the hyperbola.",
)

# %% [markdown]
# ### Exercise 14.2 *** · backpropagation (4 points)
#
# **Contract.** `cache = (activations, zs)` as `nn.mlp_forward` returns it: `activations` $= [\mathbf a^0, \dots, \mathbf a^{L-1}]$, `zs`
# $= [\mathbf z^1, \dots, \mathbf z^L]$, each `(N, n_l)`; `weights` a list of $L \ge 1$ matrices $(n_l, n_{l-1})$; `y` `(N, n_L)`, for classes one-hot;
# `activation_derivative` is $\varphi'$: it takes an array of sums and returns one of the same shape. The loss is the **mean over the N rows** of
# the cross-entropy of $\mathrm{softmax}(\mathbf z^L)$, or, with `kind="squared_error"`, of $\lVert\mathbf z^L - \mathbf y\rVert^2/2$. Return two lists in the
# order of the layers: the gradients of the weights, and of the biases `(n_l,)`. Nothing that you are given is changed.
#
# `fd.softmax` and `nn.output_delta` (one row's $\hat{\mathbf y} - \mathbf y$, no $1/N$) may be used; automatic differentiation (torch's `backward` and
# `grad`) may not.
#
# *Example*, with $\varphi(z) = z^2$, so $\varphi' = 2z$, and `kind="squared_error"`. `x` is `[[1.], [2.]]`, $W^1$ `[[1.], [2.]]`, $\mathbf b^1$ `[0., -1.]`, $W^2$ `[[2., -1.]]`,
# $\mathbf b^2$ `[1.]`, `y` is `[[0.], [3.]]`. Then the sums are $\mathbf z^1$ = `[[1, 1], [2, 3]]` and $\mathbf z^2$ = `[[2], [0]]`, and the answer is
# `([[[-20], [16]], [[-5, -12.5]]], [[-8, 7], [-0.5]])`, all arrays.
#
# <details><summary>Hint 1</summary>On the example: delta of the last layer is [[1], [−1.5]], half of 2 − 0 and 0 − 3. One down it is [[4, −2], [−12, 9]].</details>
# <details><summary>Hint 2</summary>For one row it is δaᵀ. For N rows it is one product of two matrices, and the sum over rows comes with it. For the bias?</details>
# <details><summary>Hint 3</summary>The loop runs from the last layer to the first. Which z has the shape of the delta that you are making? And below a⁰ there is no φ′.</details>

# %% exercise="mlp_backward"
def mlp_backward(cache, weights, y, activation_derivative, *,
                 kind="softmax_cross_entropy"):
    """Return the gradients of the mean loss, (weights', biases')."""
    ### BEGIN SOLUTION
    activations, zs = cache
    softmaxed = kind == "softmax_cross_entropy"
    y_hat = fd.softmax(zs[-1]) if softmaxed else zs[-1]
    delta = (y_hat - y) / len(y)
    grad_weights, grad_biases = [], []
    for layer in reversed(range(len(weights))):
        grad_weights.insert(0, delta.T @ activations[layer])
        grad_biases.insert(0, delta.sum(axis=0))
        if layer > 0:
            slope = activation_derivative(zs[layer - 1])
            delta = (delta @ weights[layer]) * slope
    return grad_weights, grad_biases
    ### END SOLUTION

# %% check="mlp_backward"
check("mlp_backward")

# %% [markdown]
# **Is it right?** Two referees. PyTorch, whose engine knows nothing of our formulas; and the 128 questions of the first page: go one step
# further down than the weights need, to $\partial\mathcal L/\partial\mathbf a^0 = (W^1)^\top\boldsymbol\delta^1$, and there is the blame
# of the pixels.

# %%
def relu_slope(z):
    return (z > 0) * 1.0


targets = np.eye(10)[labels]
_, receipts = nn.mlp_forward(X[known], W, b, ml.relu)
ours = nn.mlp_backward(receipts, W, targets[known], relu_slope)

theirs = [torch.tensor(p, requires_grad=True) for p in (*W, *b)]
hidden = torch.relu(torch.tensor(X[known]) @ theirs[0].T + theirs[2])
F.cross_entropy(hidden @ theirs[1].T + theirs[3],
                torch.tensor(labels[known])).backward()
apart = max(np.abs(o - t.grad.numpy()).max()
            for o, t in zip((*ours[0], *ours[1]), theirs))
print("ours and PyTorch's gradients, largest difference below 1e-12:",
      apart < 1e-12)
assert apart < 1e-12

scores, (_, zs) = nn.mlp_forward(culprit[None], W, b, ml.relu)
delta = nn.output_delta(fd.softmax(scores, axis=1), targets[[worst]])
delta = (delta @ W[1]) * relu_slope(zs[0])
to_pixels = (delta @ W[0])[0]
print("one run back says what 128 runs said:",
      np.allclose(to_pixels, blame, atol=1e-5))
assert np.allclose(to_pixels, blame, atol=1e-5)

fig, axes = plt.subplots(1, 2, figsize=(4.4, 2.3))
for ax, table, title in zip(axes, (blame, to_pixels),
                            ("128 runs forwards", "one run back")):
    ax.imshow(table.reshape(8, 8), cmap="PuOr_r", vmin=-np.abs(blame).max(),
              vmax=np.abs(blame).max())
    ax.set_title(title, loc="center")
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(True)
mathlib.show(
    fig,
    caption="The blame of the 64 pixels, asked for and handed back.",
    alt="Two equal eight by eight grids of orange and purple cells.",
)

# %% [markdown]
# **Where it is load-bearing.** Everywhere. Rumelhart, Hinton and Williams made it famous in 1986; the way of counting is Linnainmaa's, of 1970, and
# chapter 5 builds it into an engine. What the engines of today add is bookkeeping: they keep the receipts, and a table
# of rules like the two in the boxes, one for each operation. The rest of this chapter is more rows for that table.

# %% [markdown]
# ## 14.3 Blame fades, or blows up
#
# Put the box into itself until it reaches layer $l$. Each layer that the blame passes leaves two factors:
#
# $$\boldsymbol\delta^l = \Big[\prod_{k=l}^{L-1}\operatorname{diag}\big(\varphi'(\mathbf z^k)\big)\,(W^{k+1})^\top\Big]\,\boldsymbol\delta^L ,$$
#
# the factor of $k = l$ standing on the left. **Mind the numbers.** Between layers 1 and $L$ lie the matrices $W^2, \dots, W^L$ and the slopes at
# $\mathbf z^1, \dots, \mathbf z^{L-1}$: each $W^{k+1}$ goes with $\varphi'(\mathbf z^k)$, one number less. The slope at $\mathbf z^L$ is already in
# $\boldsymbol\delta^L$. And $W^1$ is nowhere: it stands *in front of* $\mathbf z^1$. Then
# $\partial\mathcal L/\partial W^1 = \boldsymbol\delta^1(\mathbf a^0)^\top$.
#
# Three versions are in print. With one unit in each layer the eye can check them: four layers of tanh, and the loss is what comes out of the fourth.

# %%
w = np.array([np.nan, 1.5, -0.8, 1.2, 0.9])     # w[l] is the weight of layer l


def run(w, a=0.7):
    """Return all sums and all activations; place l belongs to layer l."""
    zs, activations = [np.nan], [a]
    for weight in w[1:]:
        zs.append(weight * activations[-1])
        activations.append(np.tanh(zs[-1]))
    return np.array(zs), np.array(activations)


zs, activations = run(w)
slope = 1 - np.tanh(zs) ** 2
nudge = np.array([0, 1e-6, 0, 0, 0])
measured = (run(w + nudge)[1][-1] - run(w - nudge)[1][-1]) / 2e-6

end, later = slope[4], w[2:].prod()       # delta of layer 4; W² W³ W⁴
versions = {
    "W² W³ W⁴ with slopes 1, 2, 3": later * slope[1:4].prod() * end,
    "W² W³ W⁴ with slopes 2, 3, 4": later * slope[2:5].prod() * end,
    "W¹ W² W³ W⁴, slopes 1 to 4": w[1] * later * slope[1:].prod(),
}
print(f"{'measured by nudging W¹':28} {measured:+.4f}")
for name, delta in versions.items():
    print(f"{name:28} {delta * activations[0]:+.4f}")
right, shifted, with_first = (v * activations[0] for v in versions.values())
assert np.isclose(right, measured, atol=1e-8)
assert min(abs(shifted - measured), abs(with_first - measured)) > 0.01

# %% [markdown]
# ### Exercise 14.3 ** · find and mend: the profile (2 points)
#
# To see blame fade, one plots the length of $\boldsymbol\delta^l$ over $l$. This code follows a published formula,
# $\prod_l W^l\varphi'(\mathbf z^l)$. All shapes fit. It runs. It is wrong, in **two** ways (so its
# list also begins one layer too low, and lacks $\boldsymbol\delta^L$).
#
# ```python
# def gradient_norm_profile(weights, zs, delta_last, activation_derivative):
#     delta, lengths = delta_last, []
#     for W, z in zip(weights[::-1], zs[::-1]):
#         delta = (activation_derivative(z) * delta) @ W
#         lengths = [np.linalg.norm(delta), *lengths]
#     return np.array(lengths)
# ```
#
# **Contract.** `weights` $= [W^1, \dots, W^L]$, `zs` $= [\mathbf z^1, \dots, \mathbf z^L]$, each `(n_l,)` or `(N, n_l)`; `delta_last` is
# $\boldsymbol\delta^L$, of the shape of $\mathbf z^L$. Return an array `(L,)`: entry $l-1$ is the length of $\boldsymbol\delta^l$, the root of the sum of the squares of all
# its entries (`np.linalg.norm`). $L \ge 1$. Not all that is given is needed.
#
# *Example*, with $\varphi' = 2z$: `weights` $W^1$ `[[9, 9], [9, 9]]`, $W^2$ `[[1, 2], [0, -2]]`, $W^3$ `[[3, 0], [1, 2]]`, `zs` `[0.7, 1]`, `[3, -1]`, `[5, 5]`,
# and `delta_last` `[3, -4]`, all float arrays: it returns `[70, 34, 5]`.
#
# <details><summary>Hint 1</summary>The last entry is the length of delta_last. Where is it in what the code below prints?</details>
# <details><summary>Hint 2</summary>By hand, for the example: which matrix leads from layer 2 to layer 3, and which z has two entries and belongs to layer 2?</details>
# <details><summary>Hint 3</summary>There are L lengths and only L − 1 walks down.</details>

# %%
def broken_profile(weights, zs, delta_last, activation_derivative):
    delta, lengths = delta_last, []
    for W, z in zip(weights[::-1], zs[::-1]):
        delta = (activation_derivative(z) * delta) @ W
        lengths = [np.linalg.norm(delta), *lengths]
    return np.array(lengths)


example = ([np.full((2, 2), 9.0), np.array([[1.0, 2], [0, -2]]),
            np.array([[3.0, 0], [1, 2]])],
           [np.array([0.7, 1]), np.array([3.0, -1]), np.array([5.0, 5])],
           np.array([3.0, -4]), lambda z: 2 * z)
print("as printed:", broken_profile(*example).round())
print("right:     ", nn.gradient_norm_profile(*example))
assert nn.gradient_norm_profile(*example).tolist() == [70, 34, 5]

# %% exercise="gradient_norm_profile"
def gradient_norm_profile(weights, zs, delta_last, activation_derivative):
    """Return the norm of every layer's error signal, (L,)."""
    ### BEGIN SOLUTION
    delta = delta_last
    norms = [np.linalg.norm(delta)]
    for W, z in zip(weights[:0:-1], zs[-2::-1]):  # W^k with z^(k-1)
        delta = (delta @ W) * activation_derivative(z)
        norms.insert(0, np.linalg.norm(delta))
    return np.array(norms)
    ### END SOLUTION

# %% check="gradient_norm_profile"
check("gradient_norm_profile")

# %% [markdown]
# **How much is left?** One layer multiplies the length by at most $\lVert W^{k+1}\rVert_2\cdot\max\varphi'$ (the spectral norm, chapter 3). The slopes:
# at most $\frac14$ for the sigmoid, at most **1** for tanh (one often reads $\frac14$ for both), 0 or 1 for the ReLU.
#
# - If every such product is below 1, the blame **must** fade, like a power.
# - If they are above 1 it **may** blow up. It need not: $W = \operatorname{diag}(1.1,\,0.5)$ has norm 1.1, yet $(0, 1)$ is halved each time.
#
# The trade calls the two cases **vanishing** and **exploding gradients**. What decides is how the *typical* blame fares. Thirty layers of 64, weights drawn with variance $1/64$ ($2/64$ for the
# ReLU, as chapter 13 derives), and once three times as large:

# %%
rng = np.random.default_rng(3)
nets = {   # activation, slope, scale of the weights
    "sigmoid": (nm.sigmoid, lambda z: nm.sigmoid(z) * (1 - nm.sigmoid(z)), 1),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2, 1),
    "ReLU, He": (ml.relu, relu_slope, 2**0.5),
    "linear, × 3": (lambda z: z, np.ones_like, 3),
}
fig, ax = plt.subplots(figsize=(6.4, 2.8))
profile = {}
for (name, (phi, phi_slope, scale)), look in zip(
        nets.items(), ("--", "-", "-.", ":")):
    deep = [scale * rng.normal(size=(64, 64)) / 8 for _ in range(30)]
    _, (_, zs) = nn.mlp_forward(rng.normal(size=(20, 64)), deep,
                                [np.zeros(64)] * 30, phi)
    lengths = nn.gradient_norm_profile(
        deep, zs, rng.normal(size=(20, 64)), phi_slope)
    profile[name] = lengths / lengths[-1]
    ax.semilogy(range(1, 31), profile[name], look)
    ax.text(0.6, profile[name][0], f"{name}: {profile[name][0]:.1g}",
            color=ax.lines[-1].get_color(), ha="right",
            va={"t": "top", "R": "bottom"}.get(name[0], "center"))
ax.set(xlabel="layer (the loss is behind 30)", ylabel="length of δ",
       xlim=(-11, 31), xticks=[1, 10, 20, 30])
mathlib.show(
    fig,
    caption="How much of the blame of layer 30 reaches each layer. Sigmoids"
    " eat it; tanh and ReLU with good first weights bring it through; too"
    " large weights multiply it without end. (The linear net stands for any"
    " whose slopes are near 1. With tanh, such weights also push the sums to"
    " where the slope is nearly 0: there the two effects fight.)",
    alt="Four lines over 30 layers on a logarithmic scale, all starting at 1"
    " on the right: one falls steeply towards layer 1, two stay nearly level,"
    " one rises steeply.",
)
assert profile["sigmoid"][0] < 1e-15 and profile["linear, × 3"][0] > 1e10
assert 0.05 < profile["tanh"][0] < 20 and 0.05 < profile["ReLU, He"][0] < 20
shrunk = np.linalg.norm(np.linalg.matrix_power(np.diag([1.1, 0.5]), 20)[:, 1])
assert np.isclose(shrunk, 0.5**20)

# %% [markdown]
# **What people do about it**, each against one of the factors:
#
# | | |
# |---|---|
# | first weights of the right size (chapter 13) | keeps $\lVert W\boldsymbol\delta\rVert \approx \lVert\boldsymbol\delta\rVert$, at the start |
# | ReLU and its smooth kin | a slope of 1 where it is open |
# | normalisation (chapter 13) | puts the sums back to where slopes are not 0 |
# | residuals $\mathbf a^{l+1} = \mathbf a^l + \mathbf f(\mathbf a^l)$ (chapter [15](../15_transformers/15_transformers.ipynb)) | the Jacobian is $I$ plus something: a free way through |
# | gates (section 14.7) | the same free way, through time |
# | clipping the gradient (chapter 17) | only for what blows up |

# %% [markdown]
# ## The capstone: read digits with your own hands
#
# ### Exercise 14.4 *** · train it (4 points, real data)
#
# Everything is there. Random first weights; a batch; forwards; backwards; a step. Again.
#
# **Contract.** `X` `(N, 64)`, pixels from 0 to 1 (1200 digits), `y` `(N,)`, integers 0 to 9. Return `(weights, biases)` as `nn.mlp_forward` takes them: two
# lists, the first matrix `(h, 64)`, the last `(10, h)`, with one hidden layer or more, each of at most 256 units. ReLUs between, and they must have something to do
# (a linear model handed in behind an identity matrix is not it). The largest of the ten outputs wins. The unseen digits come as `X` does, from 0 to 1: don't standardise. Everything random comes from `seed`: same seed, same network (tried on 100 digits). **Graded by what it reads:** more than 95 % of 597 unseen digits, within a minute (a second is enough).
# Use your `mlp_backward`, or `nn.mlp_backward`. Automatic differentiation and scikit-learn's `MLPClassifier` would cheat you out of the fun, and are refused.
#
# *Example:* ours has one hidden layer of 128, takes about a second, and reads 96 to 98 %.
#
# <details><summary>Hint 1</summary>Targets: np.eye(10)[y]. First weights as He has them, normal · √(2 / n_in), biases 0. (All weights 0: what does the first way back give the hidden layer?)</details>
# <details><summary>Hint 2</summary>Shuffle with rng.permutation, cut into batches of about 32, 64 to 128 hidden units, learning rate near 0.2, 30 rounds.</details>
# <details><summary>Hint 3</summary>Cache and weights must belong together: run forwards anew for every batch. Change the entries of your lists: W −= lr · gradient.</details>

# %% exercise="train_digits"
def train_digits(X, y, *, seed):
    """Train a ReLU network on digits; return (weights, biases)."""
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    sizes = [64, 128, 10]
    weights = [
        rng.normal(size=(n_out, n_in)) * (2 / n_in) ** 0.5
        for n_in, n_out in zip(sizes, sizes[1:])
    ]
    biases = [np.zeros(n_out) for n_out in sizes[1:]]
    targets = np.eye(10)[y]
    for _ in range(30):
        order = rng.permutation(len(X))
        for batch in np.array_split(order, len(X) // 32):
            _, cache = nn.mlp_forward(X[batch], weights, biases, ml.relu)
            gradients = mlp_backward(
                cache, weights, targets[batch], lambda z: (z > 0) * 1.0
            )
            for theta, grad in zip((weights, biases), gradients):
                for layer in range(len(theta)):
                    theta[layer] -= 0.2 * grad[layer]
    return weights, biases
    ### END SOLUTION

# %% check="train_digits"
check("train_digits")

# %% [markdown]
# **A look inside.** What do the hidden units of the first page's reader look for? Each has 64 weights, one for each pixel; seen as a
# picture, that is the stroke that opens it.

# %% tags=["nbval-ignore-output"]
mlp_reads = reader.score(X[new], labels[new])
busy = np.argsort(-np.abs(W[1]).sum(axis=0))[:16]
fig, axes = plt.subplots(2, 8, figsize=(6.6, 1.8))
for ax, unit in zip(axes.flat, busy):
    stroke = W[0][unit]
    ax.imshow(stroke.reshape(8, 8), cmap="PuOr_r",
              vmin=-np.abs(stroke).max(), vmax=np.abs(stroke).max())
    ax.axis("off")
plain = LogisticRegression(max_iter=1000).fit(X[known], labels[known])
plain_reads = plain.score(X[new], labels[new])
print(f"softmax regression, no hidden layer: {plain_reads:.1%} read right")
mathlib.show(
    fig,
    caption=f"The reader of the first page reads {mlp_reads:.1%} of 360 new"
    " digits right. Of its 32 hidden units, the 16 on which the output"
    " leans most: ink on orange opens them, ink on purple shuts them.",
    alt="Sixteen small eight by eight grids with irregular orange and purple"
    " blots.",
)
assert mlp_reads > 0.93 and plain_reads > 0.93

# %% [markdown]
# Blots, not strokes; and every unit has to find out on its own that a neighbouring pixel is a neighbour. The next machine is told.
#
# (And be honest: the line above the picture is a softmax regression, chapter 13, one layer and no φ. It reads about as many. Digits as small and tidy as these
# hardly need a hidden layer; capstones do.)
#
# ## 14.4 One small kernel for all places
#
# Clap your hands in a church. One clap at time 0 leaves an echo: $g(0), g(1), g(2), \dots$ Clap at several times $\tau$, with loudness $f(\tau)$,
# and each clap leaves its own echo, shifted to its time. At time $t$ the echo of clap $\tau$ is $t - \tau$ old. Sounds add up:
#
# $$(f * g)(t) = \sum_\tau f(\tau)\,g(t-\tau) .$$
#
# That is the **convolution**. With $n$ claps and an echo of $k$ steps it rings for $n + k - 1$ steps. The minus sign means: as $\tau$ grows, $g$ is read *backwards*; the
# kernel is **flipped**. Order does not matter, $f * g = g * f$ (put $\tau' = t - \tau$). You have met it before: it is how chances of sums
# add (chapter 6) and what the Fourier transform turns into a product (chapter 12).
#
# **By hand.** $f = (2, 0, 1)$, $g = (3, 1)$. The clap of 2 at time 0: $(6, 2, 0, 0)$. The clap of 1 at time 2: $(0, 0, 3, 1)$. Together $(6, 2, 3, 1)$.
#
# **Not flipped** it is the **cross-correlation**, $\sum_\tau f(t+\tau)\,g(\tau)$: a template that is slid along, asking at each place "how much are you like me?".
# For $f = (1, 2, 3, 4)$, $g = (1, 0, -1)$, where they overlap fully, the convolution is $(2, 2)$, the cross-correlation $(-2, -2)$.

# %%
assert nn.convolve1d(np.array([2.0, 0, 1]), np.array([3.0, 1])).tolist() == [
    6, 2, 3, 1]
ramp, edge = np.array([1.0, 2, 3, 4]), np.array([1.0, 0, -1])
print("convolution      ", nn.convolve1d(ramp, edge)[2:4])
print("cross-correlation", nn.convolve1d(ramp, edge[::-1])[2:4])
assert nn.convolve1d(ramp, edge)[2:4].tolist() == [2, 2]

claps = np.zeros(12)
claps[[0, 3, 4, 9]] = 1.0, 0.6, 1.0, 0.5
echo = np.array([1.0, 0.35, 0.6, 0.15, 0.25, 0.05])
heard = nn.convolve1d(claps, echo)
fig, ax = plt.subplots(figsize=(6.4, 2.3))
floor = np.zeros(len(heard))
for k, tau in enumerate(np.flatnonzero(claps)):
    own = np.zeros(len(heard))
    own[tau:tau + len(echo)] = claps[tau] * echo
    ax.bar(range(len(heard)), own, bottom=floor, color=f"C{k}", width=0.7,
           hatch=["", "//", "..", "xx"][k], ec="white", lw=0.5)
    floor += own
    ax.text(tau, -0.16, f"clap {k + 1}", color=f"C{k}", ha="center",
            va="top", fontsize=8, rotation=25)
ax.plot(range(len(heard)), heard, "k_", ms=14)
ax.set(xlabel="time", ylabel="sound", xticks=range(0, 17, 2), ylim=(-0.6, 2))
mathlib.show(
    fig,
    caption="Four claps, each with its own echo (colours and patterns),"
    f" stacked; black strokes: the convolution. {len(claps)} steps of claps"
    f" and an echo of {len(echo)} ring for {len(heard)} steps.",
    alt="Stacked bars over time. Each colour begins at its clap and dies away"
    " over six steps; short black lines lie on top of the stacks.",
)
assert np.allclose(floor, heard) and len(heard) == 12 + 6 - 1

# %% [markdown]
# ### Exercise 14.5 * · convolution (2 points)
#
# **Contract.** `f` `(n,)`, `g` `(k,)`, $n, k \ge 1$. Return the full convolution `(n + k - 1,)`: entry $t$, from 0, is
# $\sum_\tau f(\tau)\,g(t-\tau)$; what lies outside counts as 0. Refused: functions that convolve or correlate, and products of polynomials (which are the same
# thing).
#
# *Example:* `convolve1d(np.array([1., 2., 3.]), np.array([1., 0., -1., 2.]))` returns `[1, 2, 2, 0, 1, 6]`.
#
# <details><summary>Hint 1</summary>Do as the church does: for each clap, add its echo at its place.</details>
# <details><summary>Hint 2</summary>out[tau : tau + k] has the length of g.</details>
# <details><summary>Why are products of polynomials the same thing?</summary>Multiply 2 + 0x + 1x² by 3 + x: the x³ comes from 1x² · x, the x² from 0x · x + 1x² · 3. In general xᵗ collects all pairs of powers that add up to t: f(τ) times g(t − τ).</details>

# %% exercise="convolve1d"
def convolve1d(f, g):
    """Return the full convolution of two sequences, (n + k - 1,)."""
    ### BEGIN SOLUTION
    out = np.zeros(len(f) + len(g) - 1)
    for tau, f_tau in enumerate(f):
        out[tau : tau + len(g)] += f_tau * g
    return out
    ### END SOLUTION

# %% check="convolve1d"
check("convolve1d")

# %% [markdown]
# ### On pictures, and without the flip
#
# A picture is a block $X$ of $c_{in}$ **channels** (grey: 1, colour: 3), each a table. A kernel $K$ has a small table for each channel. Put it on the
# picture with its corner at $(i, j)$, multiply what lies on one another, add up:
#
# $$Y_o(i,j) = b_o + \sum_{c=1}^{c_{in}}\sum_m\sum_n X_c(iS+m,\;jS+n)\;K_{oc}(m,n) .$$
#
# Each of $c_{out}$ kernels (number $o$) makes one channel of the output. $S$ is the **stride**: how far from stop to stop. Before that, the picture may get $P$ rows and
# columns of zeros on each of its four sides, the **padding**.
#
# **The kernel is not flipped.** What every library calls a convolution is a cross-correlation. If the kernel is learned, nobody minds: training finds the flipped one. If
# it is *given*, or ported from a signal-processing book, everything comes out turned by 180°. Here `convolve1d` flips, as NumPy's `convolve` does, and `conv2d` does not, as PyTorch's.
#
# **By hand.** $X = \begin{pmatrix}1&2&0\\0&1&3\\2&0&1\end{pmatrix}$, $K = \begin{pmatrix}1&2\\0&-1\end{pmatrix}$.
# $Y(0,0) = 1\cdot1 + 2\cdot2 + 0\cdot0 - 1\cdot1 = 4$, then $Y(0,1) = 2 + 0 + 0 - 3 = -1$, $Y(1,0) = 0 + 2 + 0 - 0 = 2$, $Y(1,1) = 1 + 6 + 0 - 1 = 6$.
# With the kernel flipped, $Y(0,0)$ would be $-1 + 0 + 0 + 1 = 0$.
#
# Below: four states of an explorer, and the explorer. Which stops does stride 2 leave out?

# %%
picture = np.array([[1.0, 2, 0], [0, 1, 3], [2, 0, 1]])[None, None]
kernel = np.array([[1.0, 2], [0, -1]])[None, None]
print("conv2d ", *nn.conv2d(picture, kernel)[0, 0])
print("flipped", *nn.conv2d(picture, kernel[:, :, ::-1, ::-1].copy())[0, 0])
assert nn.conv2d(picture, kernel)[0, 0].tolist() == [[4, -1], [2, 6]]

explorer = mathlib.explore.convolution_slide()
mathlib.show(
    explorer.still(),
    caption="A kernel that looks for left edges, on its way (a) and at its end"
    " (b): red where ink begins to the right of white, blue where it ends."
    " One that looks for upper edges, with a frame of zeros around the picture"
    " (c), and the same with stride 2, still on its way (d).",
    alt="Four rows of three tables: a grey digit with an orange frame on it, a"
    " three by three table of products, and the output filled up to the"
    " framed cell.",
)
explorer

# %% [markdown]
# <details><summary>Which stops does stride 2 leave out?</summary>
# Every second row and every second column. The first row of (d), 8, 27, 25, 4, is every second number of the first row of (c); the second row of (d) is the third of (c).
# </details>
#
# **How many stops?** Along one axis there are $n + 2P$ cells. The kernel, $F$ long, covers the first $F$ of them; then it may move on while a stride still fits into what is left, $n + 2P - F$ cells. Those are
# $\lfloor(n + 2P - F)/S\rfloor$ moves, and one stop more than moves:
#
# $$n_{out} = \Big\lfloor\frac{n + 2P - F}{S}\Big\rfloor + 1 .$$
#
# The floor is before the $+1$; the padding counts twice. A rest that no stride fits into is never looked at, and no library warns you.
#
# ### Exercise 14.6 * · output size (2 points)
#
# **Contract.** Whole numbers; `padding` zeros on **both** sides, `n + 2 * padding >= kernel_size >= 1`, `stride >= 1`. Return the number of stops, an `int`.
#
# *Example:* `conv_output_size(28, 5, stride=2, padding=1)` returns `13`.
#
# <details><summary>Hint</summary>Whole-number division rounds down by itself. Draw 7, 8 and 9 cells and the stops of a kernel of 3 with stride 2.</details>

# %% exercise="conv_output_size"
def conv_output_size(n, kernel_size, *, stride=1, padding=0):
    """Return how many places a kernel finds along one axis."""
    ### BEGIN SOLUTION
    return (n + 2 * padding - kernel_size) // stride + 1
    ### END SOLUTION

# %% check="conv_output_size"
check("conv_output_size")

# %% [markdown]
# ### Exercise 14.7 ** · the convolution layer (3 points)
#
# **Contract.** `x` `(N, C, H, W)`: pictures, channels, rows, columns. `weight` `(O, C, kh, kw)`, `kh` and `kw` may differ; `bias` `(O,)` or `None`; `stride` and `padding` whole numbers for
# both axes. No flip. Return `(N, O, H', W')`, with $H'$, $W'$ as above. `np.pad`, `np.einsum`, `np.tensordot` and `sliding_window_view` may be used; whole 2-D
# convolutions and correlations of torch and SciPy may not.
#
# *Example*, with `x = np.arange(1., 13).reshape(1, 1, 3, 4)` and `weight = np.array([[[[1., 0.], [2., -1.]]]])`: with bias `np.array([10.])` it returns
# `[[[[15, 17, 19], [23, 25, 27]]]]`; without bias, with `stride=2, padding=1`, `[[[[-1, 1, 8], [-9, 15, 32]]]]`.
#
# <details><summary>Hint 1</summary>Two loops, over the stops i and j, are fine. The window is x[:, :, iS : iS + kh, jS : jS + kw], all pictures and channels at once.</details>
# <details><summary>Hint 2</summary>Which axes are multiplied and summed away? c, and both axes of the window. einsum can say that in one line; n and o stay.</details>
# <details><summary>Hint 3</summary>The bias has one number for each output channel, which is axis 1 of four.</details>

# %% exercise="conv2d"
def conv2d(x, weight, bias=None, *, stride=1, padding=0):
    """Return the cross-correlation of images with kernels."""
    ### BEGIN SOLUTION
    P, S = padding, stride
    x = np.pad(x, ((0, 0), (0, 0), (P, P), (P, P)))
    height, width = weight.shape[2:]
    rows = (x.shape[2] - height) // S + 1
    columns = (x.shape[3] - width) // S + 1
    out = np.zeros((len(x), len(weight), rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = x[:, :, i * S : i * S + height, j * S : j * S + width]
            out[:, :, i, j] = np.einsum("ncij,ocij->no", window, weight)
    return out if bias is None else out + bias[:, None, None]
    ### END SOLUTION

# %% check="conv2d"
check("conv2d")

# %% [markdown]
# **What one saves.** A layer from 64 to 128 channels with kernels of $3\times3$ has $3\cdot3\cdot64\cdot128 + 128 = 73\,856$ parameters, on pictures of **any** size. A dense (fully connected) layer
# between the same blocks grows with the *square* of the number of pixels: 33.6 million on maps of $8\times8$, and 8.6 billion ("millions", one often reads) on $32\times32$.
# The bet behind it: an edge is an edge everywhere (weight sharing), and what belongs together is close together (small kernels).
#
# **Patches.** With the stride as large as the kernel the windows do not overlap: the picture is cut into patches, and each is multiplied by one matrix. A vision
# transformer begins exactly so. The cell shows that it is the same.

# %%
count = nn.conv_parameter_count(3, 64, 128)
sides = np.array([4, 8, 16, 32, 64])
dense = (sides**2 * 64) * (sides**2 * 128) + sides**2 * 128
for side, number in zip(sides, dense):
    print(f"maps of {side} x {side}: convolution {count:,}, dense {number:,}")
assert count == 73_856 and dense[1] == 33_562_624

fig, ax = plt.subplots(figsize=(5.6, 2.2))
ax.loglog(sides, dense, "o-")
ax.loglog(sides, 0 * sides + count, "s--")
ax.text(70, dense[-1], "dense", color="C0", va="center")
ax.text(70, count, "3 × 3", color="C1", va="center")
ax.set(xlabel="side of the map, in cells", ylabel="parameters",
       xlim=(3.5, 110), xticks=sides, xticklabels=sides,
       yticks=[1e5, 1e7, 1e9, 1e11])
ax.minorticks_off()
mathlib.show(
    fig,
    caption="Parameters of one layer from 64 to 128 channels. Twice the side,"
    " sixteen times the dense layer; the convolution does not care.",
    alt="On logarithmic axes a line that rises steeply, and a level one far"
    " below it.",
)

pictures = X[:5].reshape(5, 1, 8, 8)
embed = np.random.default_rng(0).normal(size=(6, 1, 4, 4))
patches = pictures.reshape(5, 2, 4, 2, 4).swapaxes(2, 3).reshape(5, 4, 16)
as_matrix = patches @ embed.reshape(6, 16).T              # (5, 4 patches, 6)
as_conv = nn.conv2d(pictures, embed, stride=4)            # (5, 6, 2, 2)
rows = as_conv.reshape(5, 6, 4).swapaxes(1, 2)
print("patches times a matrix is the same:", np.allclose(rows, as_matrix))
assert np.allclose(rows, as_matrix)

# %% [markdown]
# ### The way back
#
# Two questions, one answer each, with $G_o(i,j) = \partial\mathcal L/\partial Y_o(i,j)$ known. Stride 1, one channel, to see it.
#
# **A kernel entry** $K(m,n)$ was used at *every* stop: it multiplied $X(i+m,\,j+n)$ inside $Y(i,j)$. All stops add up:
#
# $$\frac{\partial\mathcal L}{\partial K(m,n)} = \sum_{i,j}G(i,j)\,X(i+m,\,j+n) .$$
#
# The picture correlated with its blame. That is what "shared weights" means on the way back: shared blame is **summed**.
#
# **A pixel** $X(u,v)$ lay under the kernel at several stops; at stop $(i,j)$ it met the entry $m = u - i$, $n = v - j$:
#
# $$\frac{\partial\mathcal L}{\partial X(u,v)} = \sum_{i,j}G(i,j)\,K(u-i,\,v-j) .$$
#
# A true convolution, minus sign and all: **the flip comes back on the way back**. (With a stride, $G$ is first spread out with zeros between.)
#
# **By hand**, $X$ and $K$ from above and $G = \begin{pmatrix}1&0\\0&2\end{pmatrix}$: $\;\partial K(0,0) = 1\cdot X(0,0) + 2\cdot X(1,1) = 1 + 2 = 3$. The pixel in the middle, $X(1,1)$, met $K(1,1) = -1$ at the first stop
# and $K(0,0) = 1$ at the last: $\partial X(1,1) = 1\cdot(-1) + 2\cdot1 = 1$.

# %%
G = np.array([[1.0, 0], [0, 2]])[None, None]
to_picture, to_kernel, to_bias = nn.conv2d_backward(G, picture, kernel)
print("to the kernel", *to_kernel[0, 0], "  to the bias", to_bias)
print("to the picture", *to_picture[0, 0])
assert to_kernel[0, 0, 0, 0] == 3 and to_picture[0, 0, 1, 1] == 1

rng = np.random.default_rng(1)
x, K = rng.normal(size=(2, 3, 9, 8)), rng.normal(size=(4, 3, 3, 2))
for stride, padding in ((1, 0), (2, 1), (3, 2)):
    leaves = [torch.tensor(v, requires_grad=True)
              for v in (x, K, np.zeros(4))]
    theirs = F.conv2d(*leaves, stride=stride, padding=padding)
    G = rng.normal(size=theirs.shape)
    theirs.backward(torch.tensor(G))
    ours = nn.conv2d_backward(G, x, K, stride=stride, padding=padding)
    forward = nn.conv2d(x, K, stride=stride, padding=padding)
    assert np.allclose(forward, theirs.detach().numpy())
    same = [np.allclose(o, leaf.grad.numpy()) for o, leaf in zip(ours, leaves)]
    print(f"stride {stride}, padding {padding}: PyTorch says the same", same)
    assert all(same)

# %% [markdown]
# ## 14.5 Pooling, and how far a unit sees
#
# **Max pooling** keeps the largest entry of each window, channel by channel; the usual one has windows of $2\times2$ and a stride of 2. It has nothing to learn.
# "Is there such an edge somewhere here?" is often all one wants to know.
#
# **The way back** is a question of justice. $\max(a, b)$ does not change if the loser moves a little: its slope is 0. The winner's is 1. So each window hands its whole blame to its **winner**, and
# nothing to the others. Not a share for each. Windows that overlap may have the same winner; then it gets both. At a tie the derivative does not exist, and one must choose: PyTorch, and we,
# give all to the first in reading order.
#
# **By hand.** Windows of 2, stride 1, on $(3, 1, 4, 4)$: maxima $3, 4, 4$. Blame $(10, 20, 30)$ comes back: 10 to the 3; 20 to the first 4; the third window is a tie, its
# first entry is that same 4, so 30 more. Together $(10, 0, 50, 0)$.
#
# **"Pooling makes a network blind to shifts."** Only to those that stay inside a window:

# %%
line = np.array([[3.0, 1, 4, 4]] * 2)[None, None]           # 2 equal rows
pooled = nn.max_pool2d(line, 2, stride=1)
back = nn.max_pool2d_backward(
    np.array([[[[10.0, 20, 30]]]]), line, 2, stride=1)
print("pooled", pooled[0, 0, 0], "  blame", *back[0, 0])
assert back[0, 0, 0].tolist() == [10, 0, 50, 0] and not back[0, 0, 1].any()

dot = np.zeros((1, 1, 8, 8))
dot[..., 3, 3] = 1
shifts = {"a dot": dot, "one to the left": np.roll(dot, -1, axis=3),
          "one to the right": np.roll(dot, 1, axis=3)}
fig, axes = plt.subplots(1, 6, figsize=(6.8, 1.7),
                         width_ratios=[2, 1] * 3)
for k, (name, moved) in enumerate(shifts.items()):
    pair = axes[2 * k], axes[2 * k + 1]
    for ax, table in zip(pair, (moved, nn.max_pool2d(moved, 2))):
        ax.imshow(table[0, 0], cmap="Greys", vmin=0, vmax=1.3)
        size = table.shape[-1]
        ax.set_xticks(np.arange(-0.5, size, 2 if size == 8 else 1), [])
        ax.set_yticks(np.arange(-0.5, size, 2 if size == 8 else 1), [])
        ax.grid(True, color="0.55", lw=0.8, alpha=1)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(True)
    pair[0].set_title(name, loc="center")
    pair[1].set_title("pooled", loc="center", fontsize=8)
mathlib.show(
    fig,
    caption="A dot, moved by one. To the left it stays in its window, and"
    " nothing changes after pooling. To the right it crosses a border, and"
    " the whole output moves.",
    alt="Three pairs of grids. The dot's cell in the small grids is the same"
    " in the first two pairs and one further right in the third.",
)
pools = [nn.max_pool2d(v, 2) for v in shifts.values()]
assert (pools[0] == pools[1]).all() and (pools[0] != pools[2]).any()

# %% [markdown]
# ### Exercise 14.8 *** · max pooling, both ways (3 points)
#
# **Contract.** `x` `(N, C, H, W)`, windows `kernel_size` × `kernel_size`; `stride=None` means `kernel_size`. Windows that stick out are left out. `max_pool2d` returns `(N, C, H', W')`.
# `max_pool2d_backward`: `grad_output` has that shape; return the gradient at `x`, of its shape. Each window gives all to its largest entry, at a tie to the first in row order; where windows overlap, contributions **add**.
# torch's `max_pool2d` is refused.
#
# *Example*, with `x = np.array([[[[1., 5., 2.], [5., 0., 7.], [3., 4., 6.]]]])`: `max_pool2d(x, 2, stride=1)` returns `[[[[5, 7], [5, 7]]]]`, and the way back from `[[[[1, 10], [100, 1000]]]]`
# returns `[[[[0, 1, 0], [100, 0, 1010], [0, 0, 0]]]]`. `max_pool2d(x, 2)` is `[[[[5]]]]`.
#
# <details><summary>Hint 1</summary>Loops over pictures, channels and stops are fine here: <code>np.ndindex(grad_output.shape)</code> is all four at once.</details>
# <details><summary>Hint 2</summary>np.argmax of a window counts its cells in reading order, and names the first of equals. divmod(place, F) makes row and column of it. Inside the window!</details>
# <details><summary>Hint 3</summary>Two windows may hand their blame to one cell. = or += ?</details>

# %% exercise="max_pool2d"
def max_pool2d(x, kernel_size, *, stride=None):
    """Return the largest entry of every window."""
    ### BEGIN SOLUTION
    F, S = kernel_size, stride or kernel_size
    rows, columns = [(size - F) // S + 1 for size in x.shape[2:]]
    out = np.zeros((*x.shape[:2], rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = x[:, :, i * S : i * S + F, j * S : j * S + F]
            out[:, :, i, j] = window.max(axis=(2, 3))
    return out
    ### END SOLUTION


def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None):
    """Return the gradient at x: all goes to the winner of each window."""
    ### BEGIN SOLUTION
    F, S = kernel_size, stride or kernel_size
    grad = np.zeros_like(x)
    for n, c, i, j in np.ndindex(grad_output.shape):
        window = x[n, c, i * S : i * S + F, j * S : j * S + F]
        m, k = divmod(window.argmax(), F)
        grad[n, c, i * S + m, j * S + k] += grad_output[n, c, i, j]
    return grad
    ### END SOLUTION

# %% check="max_pool2d"
check("max_pool2d")

# %% [markdown]
# **How far does a unit see?** One output of a $3\times3$ layer sees 3 cells along each axis. Two such layers: 5. In general, let neighbours in layer $l - 1$ lie $J_{l-1}$ pixels apart: the **jump**. A kernel of
# $F_l$ cells spans $F_l - 1$ gaps, each a jump wide, on top of what one cell of layer $l-1$ sees:
#
# $$R_l = R_{l-1} + (F_l - 1)\,J_{l-1}, \qquad J_l = J_{l-1}\,S_l, \qquad R_0 = J_0 = 1 .$$
#
# $R_l$ is the **receptive field** of layer $l$ (along one axis, in pixels); $J_{l-1} = S_1\cdots S_{l-1}$: the stride of layer $l$ itself does **not** count yet, only from the next layer on.
#
# **By hand.** Convolutions 3, 3, a pool of 2 with stride 2, then 3, 3: $R = 3, 5, 6, 10, 14$. One often reads that a pool doubles the receptive field. It does not: 5 became 6. It doubles
# the **growth** from there on, from 2 for each layer to 4. With $L$ layers of $3\times3$ and no stride, $R = 2L + 1$.
#
# No need to believe it: send blame back from a *single* output cell, and look where it arrives. (`footprint` does it with layers that you know; you may
# skip it and go on to the picture.)

# %%
stack = [(3, 1), (3, 1), (2, 2), (3, 1), (3, 1)]    # kernel size, stride


def footprint(layers, size=24):
    """Where blame of one middle output arrives; kernels all ones."""
    x = np.zeros((1, 1, size, size))
    shapes = []
    for k, stride in layers:
        shapes.append((x, np.ones((1, 1, k, k)) / k**2, stride))
        x = nn.conv2d(x, shapes[-1][1], stride=stride)
    G = np.zeros_like(x)
    G[..., x.shape[2] // 2, x.shape[3] // 2] = 1
    for x, kernel, stride in reversed(shapes):
        G, _, _ = nn.conv2d_backward(G, x, kernel, stride=stride)
    return G[0, 0]


fig, axes = plt.subplots(1, 4, figsize=(6.8, 2.1))
for ax, depth in zip(axes, (2, 3, 4, 5)):
    field = nn.receptive_field(*zip(*stack[:depth]))
    arrived = footprint(stack[:depth])
    lit = int((arrived > 0).any(axis=0).sum())
    assert field == lit
    ax.imshow(np.where(arrived > 0, arrived, np.nan), cmap="YlOrBr",
              vmin=0)
    ax.spines[:].set_visible(True)
    ax.set(xticks=[], yticks=[], xlim=(-0.5, 23.5), ylim=(23.5, -0.5),
           xlabel=f"{lit} × {lit}")
    ax.set_title(["two 3 × 3", "+ pool", "+ 3 × 3", "+ 3 × 3"][depth - 2],
                 loc="center")
mathlib.show(
    fig,
    caption="Where the blame of one single output cell arrives in the picture"
    " (the pool takes the mean here, so that nobody loses). Each side is the"
    " receptive field of the formula. Dark: most of it; the rim gets next to"
    " nothing.",
    alt="Four squares on a white ground, the second a little larger than the"
    " first, then clearly growing, all darkest in the middle.",
)
assert [nn.receptive_field(*zip(*stack[:d])) for d in range(1, 6)] == [
    3, 5, 6, 10, 14]
assert nn.receptive_field([3] * 10, [1] * 10) == 2 * 10 + 1
five, two_threes = (n * nn.conv_parameter_count(k, 64, 64)
                    for k, n in ((5, 1), (3, 2)))
print(f"one 5 x 5: {five:,} parameters; two 3 x 3: {two_threes:,}")
assert (five, two_threes) == (102_464, 73_856)
assert nn.receptive_field([5], [1]) == nn.receptive_field([3, 3], [1, 1]) == 5

# %% [markdown]
# The picture also shows what the formula hides: the rim hardly counts. What a unit really uses is smaller than its field, and grows more like $\sqrt L$ (Luo et al. 2016). The line above it counts, for 64 channels: two layers of $3\times3$ see as far as one of $5\times5$, with fewer parameters.
#
# ### Exercise 14.9 * · the receptive field (2 points)
#
# **Contract.** Two sequences (lists or tuples) of whole numbers of one length, the first layer first; a pool is a layer like any other. Return an `int`: how many input cells, along one axis, one output of the **last** layer sees. No layer: 1.
#
# *Example:* `receptive_field([3, 2, 3, 3], [1, 2, 1, 2])` returns `12` (on the way 3, 4, 8).
#
# <details><summary>Hint</summary>Carry two numbers through the loop, field and jump. Which of the two is changed first?</details>

# %% exercise="receptive_field"
def receptive_field(kernel_sizes, strides):
    """Return how many inputs one output of the last layer sees."""
    ### BEGIN SOLUTION
    field, jump = 1, 1
    for size, stride in zip(kernel_sizes, strides):
        field += (size - 1) * jump
        jump *= stride
    return field
    ### END SOLUTION

# %% check="receptive_field"
check("receptive_field")

# %% [markdown]
# ### All together: a network that sees
#
# Convolve, ReLU, pool; the same again, with twice the channels; one dense layer. Every line forwards has its line backwards, in the
# opposite order, with what it kept. Read `see` from the bottom up beside `hand_back` from the top down: there is nothing in it that you have not
# derived. What follows them, first weights and a loop over batches, you may skip. (The step is Adam's, chapter 8; numbers are float32, for speed.)

# %% tags=["nbval-ignore-output"]
pictures = X.reshape(-1, 1, 8, 8).astype(np.float32)
goal = targets.astype(np.float32)


def see(x, P):
    """Return ten scores for each picture, and the receipts."""
    z1 = nn.conv2d(x, P[0], P[1], padding=1)           # (N, 16, 8, 8)
    a1 = ml.relu(z1)
    p1 = nn.max_pool2d(a1, 2)                          # (N, 16, 4, 4)
    z2 = nn.conv2d(p1, P[2], P[3], padding=1)          # (N, 32, 4, 4)
    a2 = ml.relu(z2)
    p2 = nn.max_pool2d(a2, 2)                          # (N, 32, 2, 2)
    scores = p2.reshape(len(x), -1) @ P[4].T + P[5]    # (N, 10)
    return scores, (x, a1, p1, a2, p2)


def hand_back(scores, receipts, y, P):
    """Return the slopes of the mean cross-entropy, one for each of P."""
    x, a1, p1, a2, p2 = receipts
    delta = nn.output_delta(fd.softmax(scores, axis=1), y) / len(y)
    to_W, to_b = delta.T @ p2.reshape(len(y), -1), delta.sum(axis=0)
    G = (delta @ P[4]).reshape(p2.shape)
    G = nn.max_pool2d_backward(G, a2, 2) * (a2 > 0)
    G, to_K2, to_b2 = nn.conv2d_backward(G, p1, P[2], padding=1)
    G = nn.max_pool2d_backward(G, a1, 2) * (a1 > 0)
    _, to_K1, to_b1 = nn.conv2d_backward(G, x, P[0], padding=1)
    return to_K1, to_b1, to_K2, to_b2, to_W, to_b


rng = np.random.default_rng(0)
eyes = []
for shape in ((16, 1, 3, 3), (32, 16, 3, 3), (10, 128)):
    he = (2 / np.prod(shape[1:])) ** 0.5
    eyes += [he * rng.normal(size=shape), np.zeros(shape[0])]
eyes = [p.astype(np.float32) for p in eyes]
memory = [(0 * p, 0 * p) for p in eyes]
t, seen = 0, []
for _ in range(12):
    for rows in np.array_split(rng.permutation(known), 45):
        t += 1
        slopes = hand_back(*see(pictures[rows], eyes), goal[rows], eyes)
        for k, slope in enumerate(slopes):
            eyes[k], *memory[k] = op.adam_step(
                eyes[k], slope, *memory[k], t, lr=3e-3)
    says = see(pictures[new], eyes)[0].argmax(axis=1)
    seen.append(np.mean(says == labels[new]))
print(f"of 360 new digits, read right: {seen[-1]:.1%}"
      f" (the MLP of the first page: {mlp_reads:.1%})")
print("parameters:", sum(p.size for p in eyes))
assert seen[-1] > 0.97

# %% tags=["nbval-ignore-output"]
leaves = [torch.tensor(p, dtype=torch.float64, requires_grad=True)
          for p in eyes]
x = torch.tensor(pictures[:50], dtype=torch.float64)
for K, c in (leaves[:2], leaves[2:4]):
    x = F.max_pool2d(torch.relu(F.conv2d(x, K, c, padding=1)), 2)
F.cross_entropy(x.flatten(1) @ leaves[4].T + leaves[5],
                torch.tensor(labels[:50])).backward()
slopes = hand_back(*see(pictures[:50], eyes), goal[:50], eyes)
same = [np.allclose(s, leaf.grad.numpy(), atol=1e-5)
        for s, leaf in zip(slopes, leaves)]
print("PyTorch says the same about all six:", same)
assert all(same)

# Every digit one pixel further left, for the question below.
cut_off = np.mean(pictures[new][..., 0].any(axis=(1, 2)))
shifted = np.pad(pictures[new], ((0, 0), (0, 0), (0, 0), (0, 1)))[..., 1:]
still = np.mean(see(shifted, eyes)[0].argmax(axis=1) == labels[new])
flat = reader.score(shifted.reshape(360, 64), labels[new])
print(f"shifted by one pixel: the CNN reads {still:.0%}, the MLP {flat:.0%}"
      f" (ink cut off in {cut_off:.0%} of the digits)")
assert flat < still < seen[-1] - 0.02 and cut_off < 0.02

_, (_, maps, *_) = see(pictures[[worst]], eyes)
fig, axes = plt.subplots(2, 9, figsize=(6.8, 1.8))
axes[1, 0].imshow(culprit.reshape(8, 8), cmap="Greys")
chosen = np.argsort(-maps[0].sum(axis=(1, 2)))[:8]
for k, c in enumerate(chosen, start=1):
    most = np.abs(eyes[0][c]).max()
    axes[0, k].imshow(eyes[0][c, 0], cmap="PuOr_r", vmin=-most, vmax=most)
    axes[1, k].imshow(maps[0, c], cmap="Greys")
for ax in axes.flat:
    ax.axis("off")
mathlib.show(
    fig,
    caption="Above, eight of the 16 learned kernels; below, the digit of the"
    " first page and what they make of it. (It is a"
    f" {truth}; this network reads a {says[new == worst][0]}.)",
    alt="A row of three by three grids in orange and purple, over a digit and"
    " eight grey pictures of its parts.",
)

# %% [markdown]
# **And shifts?** For the line "shifted by one pixel" above, all new digits were moved to the left, where hardly one has ink to lose. If pooling made networks blind to shifts, nothing would have been lost. A convolution moves **with** its picture (this is called equivariance); the dense layer at the end has learned where things usually stand. What helps is to show it shifted digits in training, or to
# pool over the whole map at the end, as modern networks do.
#
# **Where it is load-bearing.** LeCun's networks read the amounts on cheques in the 1990s (1989, 1998); AlexNet (2012) began the present boom. Convolutions make up much of today's image generators (chapter 22), begin every
# vision transformer as patches, and speech models shorten sound with strided ones.

# %% [markdown]
# ## 14.6 A network that comes back to itself
#
# A sentence, a melody, a price: the input is a row of vectors $\mathbf x_1, \dots, \mathbf x_T$, and nobody knows $T$ beforehand. A **recurrent** network reads one at a time and keeps a note to itself, the
# **state** $\mathbf h_t$ of shape $(H,)$:
#
# $$\mathbf h_t = \tanh(W_h\,\mathbf h_{t-1} + W_x\,\mathbf x_t + \mathbf b), \qquad t = 1, \dots, T .$$
#
# With $D$ entries in each $\mathbf x_t$, $W_x$ is $(H, D)$, $W_h$ is $(H, H)$, and they are **the same at every step**: the number of weights does not depend on $T$. From any $\mathbf h_t$ scores can be read off, $W_y\mathbf h_t$, and the softmax makes
# $\hat{\mathbf y}_t$ of them. PyTorch calls the two matrices $W_{ih}$ (input to hidden) and $W_{hh}$; so does our code. If $\mathbf x$ has as many entries as $\mathbf h$, no shape complains when they are exchanged.
#
# **By hand**, one unit: $W_x = 1$, $W_h = \frac12$, $b = 0$, $h_0 = 0$, and a single knock at the door, $x = (1, 0, 0)$. $h_1 = \tanh(1) = 0.762$, $h_2 = \tanh(0.381) = 0.363$,
# $h_3 = \tanh(0.182) = 0.180$. The note is fading already.

# %%
knock = np.zeros((1, 12, 1))
knock[0, 0, 0] = 1
one = np.ones((1, 1))
fig, ax = plt.subplots(figsize=(6.4, 2.3))
for W_h, look in ((0.5, "o--"), (1.0, "s-"), (1.5, "^-."), (-0.9, "v:")):
    h, _ = nn.rnn_forward(knock, np.zeros((1, 1)), one, W_h * one)
    ax.plot(range(1, 13), h[0, :, 0], look, ms=4)
    ax.text(12.2, h[0, -1, 0], f"$W_h$ = {W_h}".replace("-", "−"),
            va="center", color=ax.lines[-1].get_color())
    if W_h == 0.5:
        print("W_h = 0.5:", h[0, :3, 0].round(3))
        assert np.allclose(h[0, :3, 0], [0.762, 0.363, 0.180], atol=1e-3)
ax.axhline(0, color="0.7", lw=0.8, zorder=0)
ax.set(xlabel="step t", ylabel="state", xlim=(0.5, 14.5), xticks=range(1, 13))
mathlib.show(
    fig,
    caption="One unit after one knock at step 1. With a weight of 0.5 it"
    " forgets, with 1 slowly, with −0.9 it swings; with 1.5 it never"
    " comes to rest at 0 again: it remembers that there was one.",
    alt="Four curves over twelve steps: one falls to zero at once, one"
    " slowly, one alternates in sign, one stays at about 0.86.",
)
h, _ = nn.rnn_forward(knock, 0 * one, one, 1.5 * one)
assert 0.85 < h[0, -1, 0] < 0.88

# %% [markdown]
# ### Exercise 14.10 * · the recurrent layer (2 points)
#
# **Contract.** `x` `(N, T, D)`, batch first, $T \ge 1$; `h0` `(N, H)`; `W_ih` `(H, D)`, `W_hh` `(H, H)`, `b` `(H,)` or `None`. Return `(h, cache)`: `h` `(N, T, H)`, where `h[:, t]` is the state **after** reading `x[:, t]`; and
# `cache = (x, h0, h)`, the receipts. torch's recurrent layers are refused.
#
# *Example*, with `x = np.array([[[1.], [0.]]])`, `h0 = np.array([[0., 0.5]])`, `W_ih = np.array([[1.], [0.]])`, `W_hh = np.array([[0., 1.], [2., 0.]])`, `b = np.array([0., -1.])`: the states are
# `[[[0.9051, -0.7616], [-0.642, 0.6698]]]` (tanh of 1.5 and −1; then of −0.7616 and 0.8103).
#
# <details><summary>Hint 1</summary>Rows: x[:, t] @ W_ih.T. Which of the two axes of x is time?</details>
# <details><summary>Hint 2</summary>Collect the states in a list, and np.stack them along axis 1.</details>

# %% exercise="rnn_forward"
def rnn_forward(x, h0, W_ih, W_hh, b=None):
    """Return all states (N, T, H), and what the way back needs."""
    ### BEGIN SOLUTION
    b = 0.0 if b is None else b
    states, h = [], h0
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W_ih.T + h @ W_hh.T + b)
        states.append(h)
    states = np.stack(states, axis=1)
    return states, (x, h0, states)
    ### END SOLUTION

# %% check="rnn_forward"
check("rnn_forward")

# %% [markdown]
# ### Backwards through time
#
# Draw the network once for each step, side by side: it is a deep network with $T$ layers that all have the same weights. Nothing new is needed, only two sums.
#
# **First**, $\mathbf h_t$ has two ways to the loss: directly, by what is read off at step $t$, and through $\mathbf h_{t+1}$. Let $\mathbf s_t$ be the sum inside the tanh, $\boldsymbol\delta_t = \partial\mathcal L/\partial\mathbf s_t$, and
# $\mathbf g_t$ the **direct** part of $\partial\mathcal L/\partial\mathbf h_t$. Both ways add up; then the tanh, whose slope is $1 - \tanh^2 = 1 - \mathbf h_t^2$:
#
# $$\boxed{\;\boldsymbol\delta_t = \big(\mathbf g_t + W_h^\top\boldsymbol\delta_{t+1}\big)\odot(1 - \mathbf h_t^2)\;}, \qquad \boldsymbol\delta_{T+1} = \mathbf 0 .$$
#
# **Second**, the weights are used at every step, so their blame is summed (as for a kernel):
#
# $$\frac{\partial\mathcal L}{\partial W_h} = \sum_t\boldsymbol\delta_t\,\mathbf h_{t-1}^\top, \qquad \frac{\partial\mathcal L}{\partial W_x} = \sum_t\boldsymbol\delta_t\,\mathbf x_t^\top, \qquad
# \frac{\partial\mathcal L}{\partial\mathbf b} = \sum_t\boldsymbol\delta_t .$$
#
# With $\mathbf h_{t-1}$, what came **in**; not $\mathbf h_t$. What is left over at the end, $W_h^\top\boldsymbol\delta_1$, is the blame of $\mathbf h_0$. This is **backpropagation through time** (BPTT).
#
# **By hand**, one unit, $T = 2$: $x = (1, 3)$, $h_0 = 2$, $W_x = 3$, $W_h = 2$. Say the states are $h = (\frac12, -\frac12)$ (no honest tanh gives that, but then $1 - h_t^2 = \frac34$), and $g = (1, 4)$.
# $\delta_2 = 4\cdot\frac34 = 3$. Carried back: $2\cdot3 = 6$. $\delta_1 = (1 + 6)\cdot\frac34 = 5.25$. Then $\partial W_h = 5.25\cdot2 + 3\cdot\frac12 = 12$, $\partial W_x = 5.25\cdot1 + 3\cdot3 = 14.25$, $\partial b = 8.25$.

# %%
receipts = (np.array([[[1.0], [3]]]), np.array([[2.0]]),
            np.array([[[0.5], [-0.5]]]))
slopes = nn.rnn_backward(receipts, np.array([[[1.0], [4]]]), 3 * one, 2 * one)
for name, slope in zip(("x", "h0", "W_ih", "W_hh", "b"), slopes):
    print(f"{name:5}", slope.ravel())
assert slopes[3].item() == 12 and slopes[2].item() == 14.25

rng = np.random.default_rng(4)
N, T, D, H = 3, 7, 2, 5
x, h0 = rng.normal(size=(N, T, D)), rng.normal(size=(N, H))
layer = torch.nn.RNN(D, H, batch_first=True).double()
W_ih, W_hh, b_ih, b_hh = (p.detach().numpy() for p in layer.parameters())
h, receipts = nn.rnn_forward(x, h0, W_ih, W_hh, b_ih + b_hh)
G = rng.normal(size=h.shape)
ours = nn.rnn_backward(receipts, G, W_ih, W_hh)

leaves = [torch.tensor(v, requires_grad=True) for v in (x, h0)]
theirs, _ = layer(leaves[0], leaves[1][None])
theirs.backward(torch.tensor(G))
expected = [*leaves, *list(layer.parameters())[:3]]
same = [np.allclose(o, e.grad.numpy()) for o, e in zip(ours, expected)]
print("PyTorch says the same, forwards:",
      np.allclose(h, theirs.detach().numpy()), " backwards:", same)
assert all(same) and np.allclose(h, theirs.detach().numpy())

direct = np.zeros((1, 12, 1))
direct[0, [4, 11]] = 1
wave = 0.3 * np.sin(np.arange(12)).reshape(1, 12, 1)
_, receipts = nn.rnn_forward(wave, 0 * one, one, 0.8 * one)
delta, *_ = nn.rnn_backward(receipts, direct, one, 0.8 * one)
fig, ax = plt.subplots(figsize=(6.4, 2.2))
ax.bar(range(1, 13), delta[0, :, 0], width=0.6)
ax.plot([5, 12], [1, 1], "o", color="C1", mfc="white", ms=8, mew=2)
ax.text(5.4, 1.02, "read off here", color="C1")
ax.set(xlabel="step t", ylabel="δ", xticks=range(1, 13), ylim=(0, 1.35))
mathlib.show(
    fig,
    caption="One unit with a weight of 0.8; the loss reads it off at steps 5"
    " and 12 only (rings: a direct blame of 1 each). Bars: the error signal."
    " It fades on its way back, and at step 5 both ways add up.",
    alt="Twelve bars. They grow from step 6 to step 12, and from step 1 to"
    " step 5, which is the highest.",
)
assert delta[0, :, 0].argmax() == 4

# %% [markdown]
# ### Exercise 14.11 *** · backpropagation through time (4 points)
#
# **Contract.** `cache = (x, h0, h)` as `nn.rnn_forward` returns it; `grad_h` `(N, T, H)`: entry $t$ is $\mathbf g_t$, the **direct** part of the blame of $\mathbf h_t$, **without** what comes back through later steps. Return `(grad_x, grad_h0, grad_W_ih, grad_W_hh, grad_b)`, of the
# shapes of `x`, `h0`, `W_ih`, `W_hh` and `(H,)`; the last three are summed over rows and steps (no mean: it is in `grad_h` already). The arguments stay as they are. Automatic differentiation is refused.
#
# *Example:* the one by hand above. `rnn_backward((np.array([[[1.], [3.]]]), np.array([[2.]]), np.array([[[.5], [-.5]]])), np.array([[[1.], [4.]]]), np.array([[3.]]), np.array([[2.]]))`
# returns arrays with `[[[15.75], [9]]]`, `[[10.5]]`, `[[14.25]]`, `[[12]]`, `[8.25]`.
#
# <details><summary>Hint 1</summary>A loop from the last step to the first, with one variable for what is carried back: (N, H), at first 0.</details>
# <details><summary>Hint 2</summary>In each step: add, times the slope of tanh, four products, carry on. Rows go back by delta @ W, without a transpose.</details>
# <details><summary>Hint 3</summary>h[:, t] is the state after step t. What went in at t = 0? Beware of h[:, −1].</details>

# %% exercise="rnn_backward"
def rnn_backward(cache, grad_h, W_ih, W_hh):
    """Return the gradients at x, h0, W_ih, W_hh and b."""
    ### BEGIN SOLUTION
    x, h0, h = cache
    grad_x = np.zeros_like(x)
    grad_W_ih, grad_W_hh = np.zeros_like(W_ih), np.zeros_like(W_hh)
    grad_b, carried = np.zeros(len(W_hh)), np.zeros_like(h0)
    for t in reversed(range(x.shape[1])):
        before = h[:, t - 1] if t > 0 else h0
        delta = (grad_h[:, t] + carried) * (1 - h[:, t] ** 2)
        grad_W_ih += delta.T @ x[:, t]
        grad_W_hh += delta.T @ before
        grad_b += delta.sum(axis=0)
        grad_x[:, t] = delta @ W_ih
        carried = delta @ W_hh
    return grad_x, carried, grad_W_ih, grad_W_hh, grad_b
    ### END SOLUTION

# %% check="rnn_backward"
check("rnn_backward")

# %% [markdown]
# **The same product, worse.** From step $t$ back to step $k$ the blame passes
#
# $$\frac{\partial\mathbf h_t}{\partial\mathbf h_k} = \prod_{i=t}^{k+1}\operatorname{diag}(1 - \mathbf h_i^2)\,W_h ,$$
#
# the factor of $i = t$ on the left (chapter 5: factors descend). In a deep network the matrices differ, and their sizes may average out. Here it is **one matrix to a power**: whatever its
# largest eigenvalue does, it does $t - k$ times. What goes wrong at the end is not heard by the first word.

# %%
rng = np.random.default_rng(6)
T, H = 40, 32
draw = rng.normal(size=(H, H))
draw = draw / np.abs(np.linalg.eigvals(draw)).max()   # spectral radius 1
x, W_x = 0.3 * rng.normal(size=(1, T, 4)), rng.normal(size=(H, 4)) / 2
only_last = np.zeros((1, T, H))
only_last[0, -1] = rng.normal(size=H)
fig, ax = plt.subplots(figsize=(6.4, 2.5))
heard = {}
for radius, look in ((0.5, "--"), (1.0, "-"), (1.5, "-."), (3.0, ":")):
    _, receipts = nn.rnn_forward(x, np.zeros((1, H)), W_x, radius * draw)
    to_x, *_ = nn.rnn_backward(receipts, only_last, W_x, radius * draw)
    heard[radius] = np.linalg.norm(to_x[0], axis=1)
    heard[radius] /= heard[radius][-1]
    ax.semilogy(range(1, T + 1), heard[radius], look)
    ax.text(0.3, heard[radius][0], f"{radius}", ha="right",
            va={1.0: "top", 1.5: "bottom"}.get(radius, "center"),
            color=ax.lines[-1].get_color())
ax.set(xlabel="step (the loss is read off at step 40)", xlim=(-2, 41),
       ylabel="blame of the input", xticks=[1, 10, 20, 30, 40])
mathlib.show(
    fig,
    caption="How much of the blame at step 40 reaches the input of each step,"
    " for one matrix at four sizes (its largest eigenvalue, in modulus). The"
    " slopes of the tanh damp, too: even 1.5 forgets here; 3 shouts.",
    alt="Four curves on a logarithmic scale from step 40 back to step 1. One"
    " falls steeply, two fall slowly, one rises.",
)
assert heard[0.5][0] < 1e-8 and heard[3.0][0] > 5
assert max(heard[1.0][0], heard[1.5][0]) < 0.1

# %% [markdown]
# ## 14.7 Gates
#
# The trouble is the multiplication. So do not multiply: **add**. Keep a second state, the **cell** $\mathbf c_t$, that is carried on as it is, and let the network decide by **gates**, numbers between 0 and 1, what to keep, what to write, and
# what to show. That is the **LSTM** (long short-term memory):
#
# $$\begin{aligned}
# \mathbf i, \mathbf f, \mathbf o &= \sigma(\cdots), \qquad \mathbf g = \tanh(\cdots), \qquad (\cdots) = W_{ih}\mathbf x_t + \mathbf b_{ih} + W_{hh}\mathbf h_{t-1} + \mathbf b_{hh} ,\\
# \mathbf c_t &= \mathbf f\odot\mathbf c_{t-1} + \mathbf i\odot\mathbf g , \qquad\quad
# \mathbf h_t = \mathbf o\odot\tanh\mathbf c_t .
# \end{aligned}$$
#
# $\mathbf i$: the input gate, how much to write. $\mathbf f$: the forget gate, how much to **keep** (a 1 keeps). $\mathbf g$: the candidate, what to write; it may be negative, hence the tanh. $\mathbf o$: the output gate, how much to show. (From here on, bold
# $\mathbf i$, $\mathbf f$, $\mathbf g$, $\mathbf o$ are gates; $\sigma$ is the sigmoid.) Four blocks need four matrices; they are stacked, $W_{ih}$ is $(4H, D)$ and $W_{hh}$ $(4H, H)$, in PyTorch's order **i, f, g, o**. Other libraries have other orders; nothing complains if they differ.
#
# **By hand**, one unit: $x_t = 1$, $h_{t-1} = 2$, $c_{t-1} = 4$, $W_{ih}$ the column $(0, 0, \log3, -\log3)$, $W_{hh}$ the column $(0, \frac12\log3, 0, 0)$, no biases. The sums are $(0, \log3, \log3, -\log3)$. As $\sigma(\log3) = \frac{3}{1+3}$ and $\tanh(\log3) = \frac{3-1/3}{3+1/3}$: $i = 0.5$, $f = 0.75$, $g = 0.8$, $o = 0.25$. Then
# $c_t = 0.75\cdot4 + 0.5\cdot0.8 = 3.4$ and $h_t = 0.25\tanh(3.4) = 0.2494$.

# %%
log3 = np.log(3)
h, c = nn.lstm_cell(one, 2 * one, 4 * one,
                    np.array([[0.0], [0], [log3], [-log3]]),
                    np.array([[0.0], [log3 / 2], [0], [0]]))
print("h", h.round(4), " c", c)
assert np.isclose(c.item(), 3.4) and np.isclose(h.item(), 0.2494, atol=1e-4)

k = np.arange(101)
fig, ax = plt.subplots(figsize=(6.4, 2.3))
for keep, look in ((0.5, ":"), (0.9, "--"), (0.99, "-."), (1.0, "-")):
    ax.plot(k, keep**k, look)
    ax.text(101, keep**100 + {0.9: 0.1, 0.5: 0.0}.get(keep, 0),
            f"f = {keep}: {keep**100:.2g}", va="center",
            color=ax.lines[-1].get_color())
ax.set(xlabel="steps", ylabel="what is left", xlim=(0, 135),
       xticks=range(0, 101, 25))
mathlib.show(
    fig,
    caption="A cell to which nothing is written, read some steps later, and"
    " how much of its blame comes back: the product of the forget gates. A"
    f" gate of 0.9 sounds like memory, but 0.9¹⁰⁰ = {0.9**100:.5f}.",
    alt="Four curves over a hundred steps: one is level at 1, one falls"
    " slowly, two drop to nothing.",
)
assert np.isclose(0.9**100, 2.7e-5, rtol=0.03)

# %% [markdown]
# **The carousel.** Along the cell alone, with the gates held fixed, $\;\partial\mathbf c_t/\partial\mathbf c_{t-1} = \operatorname{diag}(\mathbf f_t)$: no matrix, no tanh. Three things are often said wrongly here.
#
# - It is the **direct** path only. The cell also shows itself in $\mathbf h$, which moves all gates of the next step. The full derivative is another number (the code below measures both).
# - The LSTM of 1997 (Hochreiter and Schmidhuber) had **no** forget gate: its cell kept everything, weight exactly 1, hence *constant error carousel*. The gate came in 2000 (Gers et al.), and made it decay again, at a rate that is learned.
# - So a forget gate of 0.9 is no long memory: $0.9^{100} = 2.7\cdot10^{-5}$. That is why one starts with the forget gate's bias at 1 or more, the gate nearly open.
#
# **The way back** needs no new idea. With $\mathbf G_h$, $\mathbf G_c$ the blame of $\mathbf h_t$ and (directly) of $\mathbf c_t$: the cell's whole blame is
# $\mathbf d = \mathbf G_c + \mathbf G_h\odot\mathbf o\odot(1 - \tanh^2\mathbf c_t)$. The four sums get
#
# | block | blame, times the slope of its sigmoid or tanh |
# |---|---|
# | $\mathbf i$ | $\mathbf d\odot\mathbf g\;\odot\;\mathbf i(1-\mathbf i)$ |
# | $\mathbf f$ | $\mathbf d\odot\mathbf c_{t-1}\;\odot\;\mathbf f(1-\mathbf f)$ |
# | $\mathbf g$ | $\mathbf d\odot\mathbf i\;\odot\;(1-\mathbf g^2)$ |
# | $\mathbf o$ | $\mathbf G_h\odot\tanh\mathbf c_t\;\odot\;\mathbf o(1-\mathbf o)$ |
#
# and stacked, $\boldsymbol\delta$, they go through the two matrices as in 14.6. The old cell gets $\mathbf d\odot\mathbf f$.

# %%
rng = np.random.default_rng(8)
N, D, H = 4, 3, 5
x, h, c, G_h, G_c = (rng.normal(size=(N, s)) for s in (D, H, H, H, H))
layer = torch.nn.LSTMCell(D, H).double()
parts = [p.detach().numpy() for p in layer.parameters()]
leaves = [torch.tensor(v, requires_grad=True) for v in (x, h, c)]
new_h, new_c = layer(leaves[0], (leaves[1], leaves[2]))
(new_h * torch.tensor(G_h) + new_c * torch.tensor(G_c)).sum().backward()
ours = nn.lstm_cell(x, h, c, *parts)
assert np.allclose(ours[0], new_h.detach().numpy())
back = nn.lstm_cell_backward(G_h, G_c, x, h, c, *parts)
expected = [*leaves, *list(layer.parameters())[:3]]
same = [np.allclose(o, e.grad.numpy()) for o, e in zip(back, expected)]
print("PyTorch's LSTMCell says the same:", same)
assert all(same)

gate, cell = 0.6, 0.7         # one unit: it showed h = 0.6 tanh(0.7)
W_ih, W_hh = rng.normal(size=(4, 1)), 2 * rng.normal(size=(4, 1))


def next_cell(c, h):
    return nn.lstm_cell(0.3 * one, h * one, c * one, W_ih, W_hh)[1].item()


h_now = gate * np.tanh(cell)
f_gate = nm.sigmoid(0.3 * W_ih[1] + W_hh[1] * h_now).item()
direct = (next_cell(cell + 1e-6, h_now)
          - next_cell(cell - 1e-6, h_now)) / 2e-6
total = (next_cell(cell + 1e-6, gate * np.tanh(cell + 1e-6))
         - next_cell(cell - 1e-6, gate * np.tanh(cell - 1e-6))) / 2e-6
print(f"forget gate {f_gate:.3f}, direct path {direct:.3f},"
      f" with the way through h {total:.3f}")
assert np.isclose(direct, f_gate, atol=1e-6) and abs(total - direct) > 0.05

# %% [markdown]
# ### Exercise 14.12 ** · the LSTM cell (3 points)
#
# **Contract.** `x` `(N, D)`; `h` and `c` `(N, H)`; `W_ih` `(4H, D)`, `W_hh` `(4H, H)`; `b_ih` and `b_hh` `(4H,)` or `None`, each on its own. Blocks of H rows in the order i, f, g, o. Return `(h, c)`, the new ones, each `(N, H)`.
# `nm.sigmoid` may be used; torch's LSTM may not.
#
# *Example:* the one by hand: `x = np.array([[1.]])`, `h = np.array([[2.]])`, `c = np.array([[4.]])`, `W_ih` the column $(0, 0, \log3, -\log3)$, `W_hh` the column $(0, \frac12\log3, 0, 0)$, both `(4, 1)`. It returns `([[0.2494]], [[3.4]])`.
#
# <details><summary>Hint 1</summary>One sum (N, 4H) first; then cut it. np.split(z, 4, axis=1) cuts into four.</details>
# <details><summary>Hint 2</summary>Three sigmoids, and one tanh for the candidate; another tanh on the way out.</details>

# %% exercise="lstm_cell"
def lstm_cell(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None):
    """Return the next state and the next cell, (h, c)."""
    ### BEGIN SOLUTION
    z = x @ W_ih.T + h @ W_hh.T
    for bias in (b_ih, b_hh):
        z = z if bias is None else z + bias
    i, f, g, o = np.split(z, 4, axis=1)
    i, f, o = nm.sigmoid(i), nm.sigmoid(f), nm.sigmoid(o)
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c
    ### END SOLUTION

# %% check="lstm_cell"
check("lstm_cell")

# %% [markdown]
# ### GRU: two gates will do
#
# The **gated recurrent unit** has no second state. A reset gate $\mathbf r$ decides how much of the old state the candidate $\mathbf n$ may see; an update gate $\mathbf z_t$ mixes old and new. (A bold $\mathbf z$ with a *time* downstairs is this gate, as in PyTorch; sums of a layer carry
# the layer upstairs.)
#
# $$\begin{aligned}
# \mathbf r_t,\ \mathbf z_t &= \sigma(W_{i\bullet}\mathbf x_t + \mathbf b_{i\bullet} + W_{h\bullet}\mathbf h_{t-1} + \mathbf b_{h\bullet}) , \qquad \bullet = r,\ z,\\
# \mathbf n_t &= \tanh\big(W_{in}\mathbf x_t + \mathbf b_{in} + \mathbf r_t\odot(W_{hn}\mathbf h_{t-1} + \mathbf b_{hn})\big) ,\\
# \mathbf h_t &= \mathbf z_t\odot\mathbf h_{t-1} + (1 - \mathbf z_t)\odot\mathbf n_t .
# \end{aligned}$$
#
# Three blocks, in the order **r, z, n**. **Two conventions are about, and each is somebody's default:**
#
# | | here and in PyTorch | elsewhere |
# |---|---|---|
# | $\mathbf z$ near 1 means | keep the old state (Cho et al. 2014) | take the new one (Chung et al. 2014) |
# | the reset gate multiplies | the product, $\mathbf r\odot(W_{hn}\mathbf h + \mathbf b_{hn})$ | the state, $W_{hn}(\mathbf r\odot\mathbf h)$ (Cho et al. 2014) |
#
# Weights trained under one give nonsense under another, and all shapes fit.
#
# **By hand**, one unit, $h_{t-1} = 2$: $r = \frac14$, $z = \frac34$, nothing from $\mathbf x$ in the candidate, $W_{hn} = 3$, $b_{hn} = -2$. $n = \tanh(\frac14(3\cdot2 - 2)) = \tanh 1 = 0.762$, $h_t = \frac34\cdot2 + \frac14\cdot0.762 = 1.690$. With Chung's $z$: $\frac14\cdot2 +
# \frac34\cdot0.762 = 1.071$. With Cho's $r$: $n = \tanh(3\cdot\frac14\cdot2 - 2) = -0.462$, and $h_t = 1.384$.

# %%
h = nn.gru_cell(one, 2 * one, np.array([[-log3], [log3], [0]]),
                np.array([[0.0], [0], [3]]), None, np.array([0.0, 0, -2]))
chung = 0.25 * 2 + 0.75 * np.tanh(1)
cho = 0.75 * 2 + 0.25 * np.tanh(3 * 0.25 * 2 - 2)
print(f"PyTorch's form {h.item():.4f}, Chung's z {chung:.4f},"
      f" Cho's r {cho:.4f}")
assert np.allclose([h.item(), chung, cho], [1.6904, 1.071, 1.384], atol=5e-4)

gate, n = np.linspace(0, 1, 2), np.tanh(1)
fig, ax = plt.subplots(figsize=(6.4, 2.2))
for k, (name, values, at) in enumerate((
    ("PyTorch", gate * 2 + (1 - gate) * n, h.item()),
    ("Chung's z", (1 - gate) * 2 + gate * n, chung),
    ("Cho's r", gate * 2 + (1 - gate) * np.tanh(-0.5), cho),
)):
    ax.plot(gate, values, ["-", "--", ":"][k])
    ax.plot([0.75], [at], "os^"[k], color=f"C{k}")
    ax.text(*((1.01, n) if k == 1 else (-0.01, values[0])), name,
            color=f"C{k}", va="center",
            ha="left" if k == 1 else "right")
ax.set(xlabel="update gate", ylabel="new state", xlim=(-0.17, 1.17),
       xticks=[0, 0.25, 0.5, 0.75, 1])
mathlib.show(
    fig,
    caption="The same numbers under three conventions, for every value of the"
    " update gate; marked: 0.75. The dashed line runs the other way.",
    alt="Three straight lines; two rise to 2 from different heights, one falls"
    " from 2, each with a marker at 0.75.",
)

N, D, H = 4, 3, 5
x, h, G = (rng.normal(size=(N, s)) for s in (D, H, H))
layer = torch.nn.GRUCell(D, H).double()
parts = [p.detach().numpy() for p in layer.parameters()]
leaves = [torch.tensor(v, requires_grad=True) for v in (x, h)]
new_h = layer(*leaves)
new_h.backward(torch.tensor(G))
assert np.allclose(nn.gru_cell(x, h, *parts), new_h.detach().numpy())
back = nn.gru_cell_backward(G, x, h, *parts)
same = [np.allclose(o, e.grad.numpy())
        for o, e in zip(back, [*leaves, *layer.parameters()])]
print("PyTorch's GRUCell says the same, forwards and backwards:", same)
assert all(same)

# %% [markdown]
# (Its way back, with $\mathbf G$ the blame of $\mathbf h_t$ and $\mathbf u = W_{hn}\mathbf h_{t-1} + \mathbf b_{hn}$: $\boldsymbol\delta_n = \mathbf G\odot(1 - \mathbf z)\odot(1 - \mathbf n^2)$, $\;\boldsymbol\delta_z = \mathbf G\odot(\mathbf h_{t-1} - \mathbf n)\odot\mathbf z(1 - \mathbf z)$,
# $\;\boldsymbol\delta_r = \boldsymbol\delta_n\odot\mathbf u\odot\mathbf r(1 - \mathbf r)$; on the way to $\mathbf h_{t-1}$ the block $\boldsymbol\delta_n$ is multiplied by $\mathbf r$ first, and $\mathbf G\odot\mathbf z$ comes straight from the mixing.)
#
# ### Exercise 14.13 ** · the GRU cell (3 points)
#
# **Contract.** `x` `(N, D)`, `h` `(N, H)`; `W_ih` `(3H, D)`, `W_hh` `(3H, H)`; `b_ih` and `b_hh` `(3H,)` or `None`, each on its own. Blocks in the order r, z, n; PyTorch's form, as above. Return the new `h`, `(N, H)`. `nm.sigmoid` may be used; torch's GRU may not.
#
# *Example:* the one by hand: `x = np.array([[1.]])`, `h = np.array([[2.]])`, `W_ih` the column $(-\log3, \log3, 0)$, `W_hh` the column $(0, 0, 3)$, `b_ih=None`, `b_hh = np.array([0., 0., -2.])`. It returns `[[1.6904]]`.
#
# <details><summary>Hint 1</summary>Keep what comes from x and what comes from h apart, (N, 3H) each: the candidate needs them so.</details>
# <details><summary>Hint 2</summary>b_hh belongs to the part from h, so the reset gate multiplies its last block, too.</details>

# %% exercise="gru_cell"
def gru_cell(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    """Return the next state."""
    ### BEGIN SOLUTION
    from_x = x @ W_ih.T + (0.0 if b_ih is None else b_ih)
    from_h = h @ W_hh.T + (0.0 if b_hh is None else b_hh)
    r_x, z_x, n_x = np.split(from_x, 3, axis=1)
    r_h, z_h, n_h = np.split(from_h, 3, axis=1)
    r, z = nm.sigmoid(r_x + r_h), nm.sigmoid(z_x + z_h)
    n = np.tanh(n_x + r * n_h)
    return z * h + (1 - z) * n
    ### END SOLUTION

# %% check="gru_cell"
check("gru_cell")

# %% [markdown]
# ### The whispering game
#
# A game. Somebody whispers one of four words; then 39 others talk nonsense, in four other words, at random. Afterwards you are asked: what was the *first* word? Nothing at the end gives it away. To learn this, blame must travel 39 steps back.
#
# Two cells. The first asks, before any training, how much of the blame arrives. (The class in it is `nn.rnn_forward` and `nn.lstm_cell` with their weights
# in PyTorch's hands; you may skip it.) The second trains: 100 steps of Adam, 32 new games in each, the gradient clipped to length 1 (chapter 17). One seed
# each, and an RNN is sometimes lucky: take it as an illustration.

# %% tags=["nbval-ignore-output"]
class Listener(torch.nn.Module):
    """An RNN or LSTM of 16 units; scores of four words at the end."""

    def __init__(self, kind, forget=0.0, seed=0):
        super().__init__()
        self.kind = kind
        rows = 4 * 16 if kind == "LSTM" else 16
        g = torch.Generator().manual_seed(seed)

        def matrix(n, m):
            return torch.nn.Parameter(torch.randn(n, m, generator=g) / m**0.5)

        self.W_ih, self.W_hh = matrix(rows, 8), matrix(rows, 16)
        bias = torch.zeros(rows)
        if kind == "LSTM":
            bias[16:32] = forget                   # the second block is f
        self.b, self.out = torch.nn.Parameter(bias), matrix(4, 16)

    def forward(self, x):
        h = c = x.new_zeros(len(x), 16)
        if self.kind == "RNN":
            states, _ = nn.rnn_forward(x, h, self.W_ih, self.W_hh, self.b)
            return states[:, -1] @ self.out.T
        for x_t in x.unbind(1):
            h, c = nn.lstm_cell(x_t, h, c, self.W_ih, self.W_hh, self.b)
        return h @ self.out.T


def whispers(n, g, T=40):
    """Return n games, one-hot (n, T, 8), and the first words (n,)."""
    words = torch.randint(4, 8, (n, T), generator=g)
    words[:, 0] = torch.randint(4, (n,), generator=g)
    return F.one_hot(words, 8).float().to(device), words[:, 0].to(device)


players = {"RNN": ("RNN",), "LSTM, forget bias 0": ("LSTM", 0.0),
           "LSTM, forget bias 3": ("LSTM", 3.0)}
fig, ax = plt.subplots(figsize=(6.4, 2.4))
arrives = {}
for (name, kind), look in zip(players.items(), (":", "--", "-")):
    x, first = whispers(64, torch.Generator().manual_seed(0))
    x.requires_grad_()
    F.cross_entropy(Listener(*kind).to(device)(x), first).backward()
    length = x.grad.norm(dim=2).mean(0).cpu()
    arrives[name] = (length[0] / length[-1]).item()
    ax.semilogy(range(1, 41), length / length[-1], look)
    ax.text(0.6, arrives[name], f"{name}: {arrives[name]:.1g}", ha="right",
            va="bottom" if look == ":" else "top",
            color=ax.lines[-1].get_color())
ax.set(xlabel="word", ylabel="blame, against word 40", xlim=(-22, 41),
       xticks=[1, 10, 20, 30, 40], ylim=(1e-8, 5))
mathlib.show(
    fig,
    caption="Blame of each word before any training. A forget gate of bias 0"
    f" stands near 0.5, one of bias 3 near {nm.sigmoid(3.0):.2f}; alone they"
    " would keep that much at each step. The way through h gives some back:"
    " what is kept of a step's blame is, on average, "
    f"{arrives['LSTM, forget bias 0'] ** (1 / 39):.2f} and "
    f"{arrives['LSTM, forget bias 3'] ** (1 / 39):.2f}.",
    alt="Three lines on a logarithmic scale, falling from word 40 to word 1;"
    " one of them much less than the others.",
)
assert arrives["LSTM, forget bias 0"] < 1e-4
assert 0.2 < arrives["LSTM, forget bias 3"] < 5

# %% tags=["nbval-ignore-output"]
fig, ax = plt.subplots(figsize=(6.4, 2.5))
knows = {}
for (name, kind), look in zip(players.items(), (":", "--", "-")):
    player, g = Listener(*kind).to(device), torch.Generator().manual_seed(1)
    optimizer, losses = torch.optim.Adam(player.parameters(), lr=0.02), []
    for _ in range(100):
        x, first = whispers(32, g)
        loss = F.cross_entropy(player(x), first)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(player.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    x, first = whispers(1000, g)
    with torch.no_grad():
        knows[name] = (player(x).argmax(1) == first).float().mean().item()
    ax.plot(losses, look, lw=1.4,
            label=f"{name}: right in {knows[name]:.0%} of 1000 new games")
ax.axhline(np.log(4), color="0.6", lw=0.8, zorder=0)
ax.text(100, np.log(4) - 0.09, "guessing: log 4", color="0.4", ha="right",
        va="top", fontsize=8)
ax.set(xlabel="step", ylabel="loss", ylim=(0, 2.3))
ax.legend(loc="upper left")
mathlib.show(
    fig,
    caption="The two LSTMs begin with the same weights but for 16 numbers,"
    " the biases of the forget gate: these decide here whether the game is"
    " learned.",
    alt="Three curves of loss over 100 steps; the solid one falls to zero"
    " within the first half.",
)
assert knows["LSTM, forget bias 3"] > 0.99

# %% [markdown]
# **Where it is load-bearing.** From about 2015 LSTMs did the speech, the keyboards and the translation of phones. Transformers (chapter 15) took their place for text, since attention lets the last word ask the first one directly, with one step
# for the blame instead of 39, and all steps in parallel. What they gave up is the small state: an RNN carries a fixed note, attention carries the whole text. Hence the next section.

# %% [markdown]
# ## 14.8 A recurrence that is also a convolution
#
# Take the tanh away. Begin with a law of nature: a few hidden quantities $\mathbf h$, each relaxing by itself at rate $A_i$, pushed by an input $x(t)$, seen through $C$:
#
# $$\dot h_i = A_ih_i + B_i\,x, \qquad y = \sum_iC_ih_i .$$
#
# $A$, $B$, $C$ are vectors $(n,)$ here ($A$ is the diagonal of a matrix; negative entries relax, 0 remembers). A computer sees $x$ only every $\Delta$ (delta) seconds, and holds it constant in between: a **zero-order hold**. Then the equation is solved exactly. For constant
# $x$, put $h_i(t) = e^{A_it}q(t)$: the equation becomes $\dot q = e^{-A_it}B_ix$, and integrating from 0 to $\Delta$,
#
# $$h_i(\Delta) = e^{\Delta A_i}h_i(0) + \frac{e^{\Delta A_i} - 1}{A_i}B_i\,x
# \qquad\text{so}\qquad \bar A_i = e^{\Delta A_i}, \quad \bar B_i = \frac{e^{\Delta A_i} - 1}{A_i}B_i ,$$
#
# with the limit $\bar B_i = \Delta B_i$ for $A_i = 0$. From now on it is a recurrent network without a tanh, a **state-space model**:
#
# $$\mathbf h_t = \bar A\odot\mathbf h_{t-1} + \bar B\,x_t, \qquad y_t = C\cdot\mathbf h_t .$$
#
# **By hand.** $A = -1$, $B = C = 1$, $\Delta = \log2$: $\bar A = \frac12$, $\bar B = \frac12$. For $x = (1, 0, 2)$: $h = 0.5,\; 0.25,\; 0.125 + 1 = 1.125$.
#
# **Why not Euler's step**, $\bar A = 1 + \Delta A$, which is shorter? Because it blows up where nature is calm: as soon as $\Delta\lvert A\rvert > 2$ (chapter 8's edge, in disguise).

# %%
A_bar, B_bar = nn.discretize(np.array([-1.0]), np.array([1.0]), np.log(2))
y = nn.ssm_scan(np.array([1.0, 0, 2]), A_bar, B_bar, np.ones(1))
print("A_bar", A_bar, " B_bar", B_bar, " y", y)
assert np.allclose(y, [0.5, 0.25, 1.125])

rate, seconds = -2.0, np.linspace(0, 6, 200)
fig, axes = plt.subplots(1, 3, figsize=(6.8, 2.1), sharey=True)
for ax, delta in zip(axes, (0.25, 0.75, 1.2)):
    steps = int(6 / delta)
    held = nn.discretize(np.array([rate]), np.ones(1), delta)
    euler = np.array([1 + delta * rate]), np.array([delta])
    ax.plot(seconds, (np.exp(rate * seconds) - 1) / rate, color="0.7", lw=3)
    for bars, look in ((held, "o"), (euler, "x--")):
        h = nn.ssm_scan(np.ones(steps), *bars, np.ones(1))
        ax.plot(delta * np.arange(1, steps + 1), h, look, ms=4, lw=0.9)
    ax.set(title=f"Δ = {delta}: Δ|A| = {-delta * rate:.1f}", xlabel="time",
           ylim=(-0.6, 1.6), xticks=range(0, 7, 2))
    if delta == 0.25:
        axes[0].text(2.2, 0.9, "hold", color="C0")
        axes[0].text(2.2, 1.15, "Euler", color="C1")
exact = (np.exp(rate * delta * np.arange(1, steps + 1)) - 1) / rate
held_h = nn.ssm_scan(np.ones(steps), *held, np.ones(1))
mathlib.show(
    fig,
    caption="A state with A = −2, pushed by a constant input. Grey: the law"
    " itself. Dots, the zero-order hold, lie on it for every step. Crosses,"
    " Euler's step, swing and then leave the frame.",
    alt="Three panels with a rising grey curve that levels off; dots on the"
    " curve in all; dashed crosses near it, then zigzagging, then far off.",
)
assert np.allclose(held_h, exact) and abs(1 + delta * rate) > 1

# %% [markdown]
# **Unroll it.** $\mathbf h_0 = \mathbf 0$, so $\mathbf h_1 = \bar Bx_1$, $\mathbf h_2 = \bar A\bar Bx_1 + \bar Bx_2$, and so on:
#
# $$y_t = \sum_{k\ge0}\underbrace{\Big(\sum_iC_i\,\bar A_i^k\,\bar B_i\Big)}_{\bar K_k}\;x_{t-k} .$$
#
# The minus sign of section 14.4! The recurrence **is** a convolution with the kernel $\bar K$, which is what one knock leaves behind; it begins with $\bar K_0 = C\cdot\bar B$, not with $\bar A$. So one model has two programs:
#
# - *training*, the whole sequence is known: convolve, in parallel, with the FFT in $T\log T$ (chapter 12);
# - *writing*, one step at a time: the recurrence, with a state that does not grow. (Attention's memory does, chapter 15.)
#
# And the blame? It passes $\bar A$, diagonal, known, and for $A < 0$ between 0 and 1: it fades as designed, each entry at its own pace.

# %%
rng = np.random.default_rng(2)
A, B, C = -np.array([0.01, 0.1, 1.0]), np.ones(3), np.array([0.02, 0.2, 1.0])
bars = nn.discretize(A, B, 1.0)
x = (rng.random(120) < 0.06) * rng.uniform(0.5, 1.5, 120)
kernel = nn.ssm_kernel(*bars, C, 120)
y = nn.ssm_scan(x, *bars, C)
print("scan and convolution agree:",
      np.allclose(y, nn.convolve1d(kernel, x)[:120]))
assert np.allclose(y, nn.convolve1d(kernel, x)[:120])

fig, axes = plt.subplots(1, 2, figsize=(6.8, 2.2), width_ratios=[1, 1.4])
for i, look in enumerate(("-", "--", ":")):
    alone = nn.ssm_kernel(*(v[i:i + 1] for v in bars), C[i:i + 1], 60)
    axes[0].semilogy(alone, look)
    axes[0].text(*((61, alone[-1]) if i < 2 else (9, 3e-4)),
                 f"A = {A[i]}".replace("-", "−"), color=f"C{i}", va="center")
axes[0].set(xlabel="steps since the knock", ylabel="its part of the kernel",
            ylim=(1e-4, 1), xlim=(0, 92), xticks=[0, 30, 60])
axes[1].vlines(range(120), 0, x, color="0.6", lw=2)
axes[1].plot(y, color="C3")
axes[1].set(xlabel="step", ylabel="output (grey: input)")
mathlib.show(
    fig,
    caption="Left: three states of one model, each with a memory of its own"
    " length, by its A (what falls below 0.0001 is not drawn). Right: what"
    " all three make of some knocks, by the scan; the convolution with the"
    " kernel gives the same line.",
    alt="Left, three falling straight lines of different steepness on a"
    " logarithmic scale. Right, grey strokes and a curve that jumps at each"
    " and then sinks slowly.",
)

# %% [markdown]
# **Selective.** Mamba (Gu and Dao 2023) lets $\Delta$, $B$ and $C$ depend on the input: large $\Delta$, "this matters, write it and forget the rest"; small $\Delta$, "skip". Then there is no one kernel any more, and the convolution is gone; a
# parallel scan takes its place. The test is superposition: are two inputs together answered by the sum of their answers?

# %%
def selective_scan(x):
    """A state whose step is large for loud inputs."""
    h, out = np.zeros(1), []
    for x_t in x:
        bars = nn.discretize(-np.ones(1), np.ones(1), 0.05 + 2 * abs(x_t))
        h = bars[0] * h + bars[1] * x_t
        out.append(h.item())
    return np.array(out)


u, v = np.zeros(20), np.zeros(20)
u[2], v[8] = 0.5, 1.0
bars = nn.discretize(-np.ones(1), np.ones(1), 0.2)
fig, axes = plt.subplots(1, 2, figsize=(6.4, 2.0), sharey=True)
gaps = []
for ax, (name, scan) in zip(axes, {
    "fixed Δ": lambda x: nn.ssm_scan(x, *bars, np.ones(1)),
    "Δ by the input": selective_scan,
}.items()):
    together, added = scan(u + v), scan(u) + scan(v)
    gaps.append(np.abs(together - added).max())
    ax.plot(together, "-", color="C0")
    ax.plot(added, "o", color="C1", ms=4, mfc="none")
    ax.set(title=name, xlabel="step", xticks=range(0, 20, 5))
axes[0].set_ylabel("state")
mathlib.show(
    fig,
    caption="Two knocks. Line: both together; rings: the answers to each,"
    " added. On the right the second knock made the state forget"
    " the first one: no kernel can do that.",
    alt="Two panels with a curve of two jumps. The rings lie on the curve on"
    " the left and above it after the second jump on the right.",
)
assert gaps[0] < 1e-12 and gaps[1] > 0.1

# %% [markdown]
# ### Exercise 14.14 *** · state-space models (3 points)
#
# Three functions, one check.
#
# **Contract.** `discretize(A, B, delta)`: `A`, `B` `(n,)`, `A` the diagonal, entries of `A` may be 0 (then $\bar B_i = \Delta B_i$); `delta` a number above 0. Returns `(A_bar, B_bar)` of the zero-order hold, each `(n,)`.
# `ssm_scan(x, A_bar, B_bar, C)`: `x` `(T,)`; the state starts at 0; `y[t]` is read **after** `x[t]` has come in. Returns `y` `(T,)`.
# `ssm_kernel(A_bar, B_bar, C, length)`: $\bar K_0, \dots$, `(length,)`, `length >= 1`. SciPy's discretisation and simulation of linear systems are refused.
#
# *Examples:* `discretize(np.array([-1., -2., 0.]), np.array([1., 4., 3.]), np.log(2))` returns `([0.5, 0.25, 1], [0.5, 1.5, 2.0794])`. The scan takes any numbers, even an $\bar A$ that no $A$ gives: with `A_bar = np.array([0.5, -1.])`, `B_bar = np.array([2., 1.])`, `C = np.array([1., 3.])`:
# `ssm_scan(np.array([1., 0., 2., 1.]), A_bar, B_bar, C)` is `[5, -2, 13.5, -1.75]`, and `ssm_kernel(A_bar, B_bar, C, 4)` is `[5, -2, 3.5, -2.75]`.
#
# <details><summary>Hint 1</summary>np.where computes both of its branches. Give the division an A that is never 0: np.where(A == 0, 1, A).</details>
# <details><summary>Hint 2</summary>The scan is one line in a loop, and one line that reads.</details>
# <details><summary>Hint 3</summary>The kernel is the scan's answer to 1, 0, 0, …; or a power of A_bar for each k. (A_bar ** 0 is 1.)</details>

# %% exercise="discretize"
def discretize(A, B, delta):
    """Return (A_bar, B_bar) of the zero-order hold."""
    ### BEGIN SOLUTION
    A_bar = np.exp(delta * A)
    safe = np.where(A == 0, 1.0, A)
    B_bar = np.where(A == 0, delta, (A_bar - 1) / safe) * B
    return A_bar, B_bar
    ### END SOLUTION


def ssm_scan(x, A_bar, B_bar, C):
    """Return the outputs (T,), one step after the other."""
    ### BEGIN SOLUTION
    h, outputs = np.zeros_like(A_bar), []
    for x_t in x:
        h = A_bar * h + B_bar * x_t
        outputs.append(C @ h)
    return np.array(outputs)
    ### END SOLUTION


def ssm_kernel(A_bar, B_bar, C, length):
    """Return what one impulse leaves behind, (length,)."""
    ### BEGIN SOLUTION
    powers = A_bar ** np.arange(length)[:, None]
    return powers @ (C * B_bar)
    ### END SOLUTION

# %% check="discretize"
check("discretize")

# %% [markdown]
# ## Common mistakes
#
# | one often sees | why it is wrong | what is right |
# |---|---|---|
# | $\boldsymbol\delta^L = \partial\mathcal L/\partial\hat{\mathbf y}\odot\varphi'$ for a softmax | every score moves every probability | $\hat{\mathbf y} - \mathbf y$ |
# | $W\boldsymbol\delta$ on the way back | fits if $W$ is square | $W^\top\boldsymbol\delta$; for rows `delta @ W` |
# | $\varphi'(\mathbf a)$ | the same for ReLU only | $\varphi'(\mathbf z)$, of the layer where one arrives |
# | $\prod_lW^l\varphi'(\mathbf z^l)$ from layer 1 | $W^1$ lies in front; numbers shifted | $W^{k+1}$ with $\varphi'(\mathbf z^k)$ |
# | "tanh has slopes up to $\frac14$" | that is the sigmoid | up to 1 |
# | "$\lVert W\rVert\varphi' > 1$ explodes" | necessary, not sufficient | below 1 is sufficient for fading |
# | `conv2d` as a textbook convolution | libraries do not flip | flip a given kernel first |
# | blame shared by all of a pooling window | the losers' slope is 0 | all to the first winner; overlaps add |
# | "a pool doubles the receptive field", "makes blind to shifts" | 5 becomes 6; only inside a window | it doubles the growth after it |
# | BPTT with $\mathbf h_t$ for $\mathbf h_{t-1}$, or the last step only | the weights saw $\mathbf h_{t-1}$, at every step | $\sum_t\boldsymbol\delta_t\mathbf h_{t-1}^\top$ |
# | gates in another order; $\mathbf z$ and $1 - \mathbf z$ exchanged | nothing complains | i, f, g, o; r, z, n; $\mathbf z$ keeps |
# | "an LSTM's error never decays" | that was 1997, and along the cell only | $\prod\mathbf f_t$; start with an open gate |

# %% [markdown]
# ## The same in PyTorch
#
# | here | PyTorch (`F = torch.nn.functional`) |
# |---|---|
# | `nn.mlp_forward`, `nn.mlp_backward` | `torch.nn.Linear` and activations; `loss.backward()` |
# | `nn.output_delta` | inside `F.cross_entropy`, which takes **scores**, and class numbers |
# | `nn.conv2d`, `nn.conv2d_backward` | `F.conv2d`, `torch.nn.grad.conv2d_input`, `conv2d_weight` |
# | `nn.max_pool2d` | `F.max_pool2d` (windows; stride defaults to their size) |
# | `nn.rnn_forward` | `torch.nn.RNN(batch_first=True)`, with two biases that are added |
# | `nn.lstm_cell`, `nn.gru_cell` | `torch.nn.LSTMCell`, `torch.nn.GRUCell`; `LSTM` and `GRU` run all steps |
#
# All of them were compared in this chapter but the two below.

# %%
x = torch.tensor(X[new[:6]].reshape(6, 1, 8, 8), requires_grad=True)
y = F.max_pool2d(x, 3, stride=2)
G = torch.ones_like(y)
y.backward(G)
print("max_pool2d forwards:",
      np.allclose(nn.max_pool2d(x.detach().numpy(), 3, stride=2),
                  y.detach().numpy()),
      " backwards, ties and all:",
      np.allclose(nn.max_pool2d_backward(
          G.numpy(), x.detach().numpy(), 3, stride=2), x.grad.numpy()))
assert torch.equal(
    nn.max_pool2d_backward(G, x.detach(), 3, stride=2), x.grad)
K = torch.randn(4, 1, 3, 3, dtype=torch.float64)
G = torch.randn(6, 4, 6, 6, dtype=torch.float64)
assert torch.allclose(nn.conv2d_backward(G, x.detach(), K)[0],
                      torch.nn.grad.conv2d_input(x.shape, K, G))
assert [nn.conv_output_size(8, k, stride=s) for k, s in ((3, 2), (3, 1))] == [
    y.shape[2], G.shape[2]]

# %% [markdown]
# ## Summary: one screen
#
# | | formula | function |
# |---|---|---|
# | forwards | $\mathbf z^l = W^l\mathbf a^{l-1} + \mathbf b^l$, $\;\mathbf a^l = \varphi(\mathbf z^l)$ | `nn.mlp_forward` |
# | the first blame | $\boldsymbol\delta^L = \hat{\mathbf y} - \mathbf y$ | `nn.output_delta` |
# | backwards | $\boldsymbol\delta^l = ((W^{l+1})^\top\boldsymbol\delta^{l+1})\odot\varphi'(\mathbf z^l)$; $\;\partial W^l = \boldsymbol\delta^l(\mathbf a^{l-1})^\top$ | `nn.mlp_backward` |
# | through depth | $\prod_k\operatorname{diag}(\varphi'(\mathbf z^k))(W^{k+1})^\top$ | `nn.gradient_norm_profile` |
# | convolution | $\sum_\tau f(\tau)\,g(t - \tau)$ | `nn.convolve1d` |
# | the layer | $\sum X_c(iS + m,\,jS + n)\,K_{oc}(m,n) + b_o$ | `nn.conv2d`, `nn.conv2d_backward` |
# | its size | $\lfloor(n + 2P - F)/S\rfloor + 1$; $\;F^2c_{in}c_{out} + c_{out}$ parameters | `nn.conv_output_size`, `nn.conv_parameter_count` |
# | max pooling | the largest; all blame to the winner | `nn.max_pool2d`, `nn.max_pool2d_backward` |
# | receptive field | $R_l = R_{l-1} + (F_l - 1)\prod_{k<l}S_k$ | `nn.receptive_field` |
# | recurrence | $\tanh(W_h\mathbf h_{t-1} + W_x\mathbf x_t + \mathbf b)$ | `nn.rnn_forward` |
# | BPTT | $\boldsymbol\delta_t = (\mathbf g_t + W_h^\top\boldsymbol\delta_{t+1})\odot(1 - \mathbf h_t^2)$ | `nn.rnn_backward` |
# | LSTM | $\mathbf c_t = \mathbf f\odot\mathbf c_{t-1} + \mathbf i\odot\mathbf g$, $\;\mathbf h_t = \mathbf o\odot\tanh\mathbf c_t$ | `nn.lstm_cell`, `nn.lstm_cell_backward` |
# | GRU | $\mathbf z\odot\mathbf h_{t-1} + (1 - \mathbf z)\odot\mathbf n$ | `nn.gru_cell`, `nn.gru_cell_backward` |
# | state space | $\bar A = e^{\Delta A}$; scan = convolution with $C\bar A^k\bar B$ | `nn.discretize`, `nn.ssm_scan`, `nn.ssm_kernel` |
#
# **Five questions to ask yourself.**
#
# <details><summary>1. You start a network with all weights 0, biases too. What does the first way back give each layer?</summary>
# All hidden activations are 0 (for tanh and ReLU), so the last weights get δ·0; and the blame that goes down is multiplied by Wᵀ = 0. Only the last biases move. It never wakes up.</details>
# <details><summary>2. A layer of 5 × 5, and two of 3 × 3 one after the other, from 64 to 64 channels. Compare field and parameters.</summary>
# Both see 5 × 5. One has 25·64² + 64 = 102,464 parameters, the two 2·(9·64² + 64) = 73,856: fewer, and a ReLU between. (The same number as in 14.4, by another road.)</details>
# <details><summary>3. Why may a ported GRU read nonsense although every shape fits and all weights were copied?</summary>
# Another order of blocks, z and 1 − z exchanged, the reset gate at another place, or one bias where there are two.</details>
# <details><summary>4. The gradient of a pixel under max pooling is 0. Does that mean the pixel is unimportant?</summary>
# It means that a small change does nothing. A large one could make it the winner.</details>
# <details><summary>5. Why keep the receipts? Could one not compute them again?</summary>
# One can: that is checkpointing (chapter 17). Keep a few, run forwards again from there. It trades time for memory.</details>

# %% [markdown]
# ## Further reading
#
# **Backwards.** S. Linnainmaa, master's thesis, Helsinki, 1970. D. Rumelhart, G. Hinton, R. Williams, *Nature* 323 (1986), doi:10.1038/323533a0. S. Hochreiter, vanishing gradients, diploma thesis, Munich, 1991. Y. Bengio, P. Simard, P. Frasconi, *IEEE Trans. Neural Netw.* 5 (1994),
# doi:10.1109/72.279181. R. Pascanu, T. Mikolov, Y. Bengio, 2013, arXiv:1211.5063.
#
# **Pictures.** K. Fukushima, the neocognitron, *Biol. Cybern.* 36 (1980), doi:10.1007/BF00344251. Y. LeCun et al., *Neural Comput.* 1 (1989), doi:10.1162/neco.1989.1.4.541, and *Proc. IEEE* 86 (1998), doi:10.1109/5.726791. A. Krizhevsky, I. Sutskever, G. Hinton, AlexNet, NIPS 2012,
# doi:10.1145/3065386. W. Luo et al., effective receptive fields, 2016, arXiv:1701.04128. V. Dumoulin, F. Visin, convolution arithmetic, 2016, arXiv:1603.07285.
#
# **Time.** J. Elman, *Cogn. Sci.* 14 (1990), doi:10.1207/s15516709cog1402_1. P. Werbos, BPTT, *Proc. IEEE* 78 (1990), doi:10.1109/5.58337. S. Hochreiter, J. Schmidhuber, LSTM, *Neural Comput.* 9 (1997), doi:10.1162/neco.1997.9.8.1735. F. Gers, J. Schmidhuber, F. Cummins, the
# forget gate, *Neural Comput.* 12 (2000), doi:10.1162/089976600300015015. K. Cho et al., GRU, 2014, arXiv:1406.1078. J. Chung et al., 2014, arXiv:1412.3555. R. Jozefowicz, W. Zaremba, I. Sutskever, forget bias, ICML 2015.
#
# **State spaces.** A. Gu, K. Goel, C. Ré, S4, 2021, arXiv:2111.00396. A. Gupta, A. Gu, J. Berant, diagonal is enough, 2022, arXiv:2203.14343. A. Gu, T. Dao, Mamba, 2023, arXiv:2312.00752.
#
# **The data.** E. Alpaydin, C. Kaynak, digits, UCI, 1998, doi:10.24432/C50P49.
#
# Next: [chapter 15](../15_transformers/15_transformers.ipynb). Nobody waits for 39 words any more.

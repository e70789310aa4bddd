# ---
# jupyter:
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 6. Probability Theory
#
# **How sure may you be?**
#
# Somebody has measured the petals of 150 irises of three kinds, with a ruler, and told a machine which is which. Then
# three more flowers come in. The machine looks at each of them and says what it is, and *how sure* it is of that.

# %%
from collections import Counter
from pydoc_data.topics import topics

import matplotlib.pyplot as plt
import numpy as np
from scipy import special
from sklearn.datasets import load_iris
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis

import mathlib
import mathlib.foundations as fd
import mathlib.probability as pr
from mathlib import check

mathlib.style()

# %%
iris = load_iris()
petals, species = iris.data[:, 2:], iris.target

machine = QuadraticDiscriminantAnalysis().fit(petals, species)

asked = {"A": [5.8, 2.2], "B": [5.0, 1.7], "C": [2.6, 2.3]}
said = machine.predict_proba(list(asked.values()))

across, up = np.meshgrid(np.linspace(0.5, 7.5, 141), np.linspace(0, 2.8, 85))
share = machine.predict_proba(np.stack([across.ravel(), up.ravel()], axis=1))
share = share.reshape(*across.shape, 3)
pale = np.array([[0.72, 0.86, 0.95], [0.97, 0.82, 0.72], [0.72, 0.87, 0.82]])

fig, ax = plt.subplots(figsize=(6.6, 3.2))
ax.imshow(np.clip(share @ pale, 0, 1), extent=(0.5, 7.5, 0, 2.8),
          origin="lower", aspect="auto")
for k, (name, spot) in enumerate(zip(
    iris.target_names, [(1.05, 0.75), (3.55, 0.72), (6.15, 1.55)]
)):
    ax.plot(*petals[species == k].T, "os^"[k], color=f"C{k}", ms=4, alpha=0.7)
    ax.text(*spot, name, color=f"C{k}", fontweight="bold")
for (letter, at), p in zip(asked.items(), said):
    ax.plot(*at, "o", color="white", mec="black", ms=13)
    ax.text(*at, letter, ha="center", va="center_baseline",
            fontweight="bold")
    print(f"flower {letter}: {iris.target_names[p.argmax()]},"
          f" probability {p.max():.4f}")
ax.set(xlabel="length of a petal (cm)", ylabel="width (cm)")
mathlib.show(
    fig,
    caption="150 irises, and the machine's opinion at every place: the"
    " stronger a colour, the surer it is. Of C, where no flower ever was,"
    f" it is surest of all: {said[2].max():.4f}.",
    alt="Scatter plot of three groups of flowers on a background of three"
    " coloured regions; a white disc A lies in the third group, B between"
    " the second and third, C far from all.",
)
assert said[0].max() > 0.999 and 0.5 < said[1].max() < 0.51
assert said[2].max() > 0.9999 and (said.argmax(axis=1) == [2, 1, 2]).all()

# %% [markdown]
# A and B are fine: one is a clear case, the other a coin toss, and it says so. But look at C. There is nothing like it
# among the 150, and the machine is *certain*. **Whom of the three would you believe, and what should C have been
# told?** (You build the machine yourself at the end of 6.5. It has a second number to offer, and that one gives C
# away.)
#
# **After this chapter you can**
#
# - turn a probability round: from "how likely is this datum under my guess" to "how likely is my guess";
# - sample tokens as a language model does, without ever drawing an impossible one;
# - say what a mean, a spread and a correlation tell, and what they are blind to;
# - work with densities in two dimensions or 400, bend them, mix them, and stay finite;
# - replace an integral by a thousand dice, with an honest error bar;
# - promise that an average is not far off, and say what the promise costs;
# - find out where a random walk through the alphabet spends its time.
#
# **You need** sets, sums and log-sum-exp (chapter 1), matrices and projections (2), Cholesky (3), integrals and
# Jacobians (4, 5). Of probability you need what school gave you, even if little stuck. **Time:** two and a half hours
# to read; the 16 exercises take three to five hours more, and one derivation wants a pencil.

# %% [markdown]
# ## 6.1 Counting, carefully
#
# Roll two dice, a blue one and an orange one. There are 36 **outcomes**, $(1, 1)$ to $(6, 6)$, all alike. The set of
# all is $\Omega$ (Omega). An **event** is a set of outcomes, $A \subseteq \Omega$, and where all outcomes are alike its
# probability is a quotient of two counts, $P(A) = |A| / |\Omega|$.
#
# Dice can be loaded, so in general each outcome has its own weight. All that remains is **three axioms** (Kolmogorov
# 1933): $P(A) \ge 0$; $P(\Omega) = 1$; and $P(A \cup B) = P(A) + P(B)$ where $A$ and $B$ exclude each other (for
# endlessly many, too). Everything below follows.
#
# **"Or": the addition rule.** Add $P(A)$ and $P(B)$ and you have counted twice what lies in both:
#
# $$P(A\cup B) = P(A) + P(B) - P(A\cap B) .$$
#
# **"Given": conditioning.** You learn that $B$ has happened. The rest of $\Omega$ is gone; what is left of $A$ is
# $A\cap B$, and it is measured against the new whole, $B$:
#
# $$P(A\mid B) = \frac{P(A\cap B)}{P(B)}, \qquad\text{so}\qquad P(A, B) = P(A\mid B)\,P(B)$$
#
# (the **multiplication rule**; a comma means "and"). If learning $B$ changes nothing, $P(A\mid B) = P(A)$, the two are
# **independent**, and then, and only then, $P(A, B) = P(A)\,P(B)$.
#
# **By hand.** $A$: blue shows 6. $B$: the sum is at least 10. $P(A) = \frac6{36}$, $P(B) = \frac{3 + 2 + 1}{36} =
# \frac6{36}$, and $A\cap B$ has three outcomes. So $P(A\cup B) = \frac{6 + 6 - 3}{36} = \frac14$, and $P(A\mid B) =
# \frac36$: once you hear "at least 10", a blue six is three times as likely as before.

# %%
blue, orange = np.meshgrid(np.arange(1, 7), np.arange(1, 7))
A, B = blue == 6, blue + orange >= 10

p_a, p_b, p_ab = A.mean(), B.mean(), (A & B).mean()
print("P(A or B) =", pr.union_probability(p_a, p_b, p_ab).round(4))
assert np.isclose(pr.union_probability(p_a, p_b, p_ab), 1 / 4)
assert np.isclose((A | B).mean(), 1 / 4)

p_a_given_b = A[B].mean()
print("P(A | B) =", p_a_given_b, "  P(A, B) =",
      pr.joint_probability(p_a_given_b, p_b).round(4))
assert p_a_given_b == 3 / 6 and np.isclose(p_a_given_b / p_a, 3)
assert np.isclose(pr.joint_probability(p_a_given_b, p_b), p_ab)

fig, axes = plt.subplots(1, 2, figsize=(6.2, 2.9))
for ax, whole in zip(axes, (np.full_like(A, True), B)):
    for x, y, a, b, left in zip(*(m.ravel() for m in
                                  (blue, orange, A, B, whole))):
        color = ("0.88" if not left else
                 "C3" if a and b else "C0" if a else "C1" if b else "0.65")
        ax.plot(x, y, "s", ms=15, color=color)
        ax.text(x, y, x + y, ha="center", va="center", fontsize=8,
                color="0.75" if not left else
                "white" if a or b else "black")
    ax.set(aspect="equal", xlim=(0.3, 6.7), ylim=(0.3, 6.7),
           xlabel="blue die")
axes[0].set(ylabel="orange die", title="A blue, B orange, both purple")
axes[1].set(title="B has happened: 6 are left")
mathlib.show(
    fig,
    caption=f"36 outcomes, each with its sum. A or B: {np.sum(A | B)} of"
    f" {A.size}. Given B, only {B.sum()} count, and {np.sum(A & B)} of them"
    " lie in A.",
    alt="Two six by six grids of numbered squares. In the left one a column"
    " and a corner triangle are coloured, three squares belong to both; in"
    " the right one all but the triangle is pale.",
)

# %% [markdown]
# **The chain rule.** Use the multiplication rule again and again:
#
# $$P(x_1, x_2, \dots, x_n) = P(x_1)\,P(x_2\mid x_1)\,P(x_3\mid x_1, x_2)\cdots = \prod_i P(x_i\mid x_{<i}) ,$$
#
# where $x_{<i}$ means all that came before. There is no assumption in it. A language model is this line: it learns one
# factor, the next token given the past, and the product is the probability of a whole text.
#
# **A use.** $n$ people in a room, 365 birthdays, all alike. That nobody shares one: the second misses the first
# ($\frac{364}{365}$), the third misses both *given that they differ* ($\frac{363}{365}$), and so on. The same product
# says when two of your random seeds, or two hashes of 32 bits, will be the same.

# %%
def all_different(n, days):
    """Return the probability that 1, 2, ..., n draws all differ."""
    return np.cumprod(1 - np.arange(n) / days)

rooms = all_different(60, 365)
people = 1 + int(np.argmax(rooms < 0.5))
hashes = 1 + int(np.argmax(all_different(100_000, 2.0**32) < 0.5))
print(f"a shared birthday is more likely than not from {people} people on,")
print(f"two equal hashes of 32 bits from {hashes:,} hashes on")
assert people == 23 and hashes == 77_164
# One factor at a time, as the rule says it:
assert np.isclose(rooms[2], pr.joint_probability(363 / 365, 364 / 365))

fig, ax = plt.subplots(figsize=(6.2, 2.4))
ax.plot(np.arange(1, 61), 1 - rooms, ".-", ms=4)
ax.plot(people, 1 - rooms[people - 1], "o", ms=8, color="C1")
ax.text(people + 1.5, 0.47, f"{people} people: {1 - rooms[people - 1]:.1%}",
        color="C1", va="center")
ax.set(xlabel="people in the room", ylabel="P(a shared birthday)",
       ylim=(0, 1.03))
mathlib.show(
    fig,
    caption=f"With {people} people a shared birthday is more likely than"
    f" not; with {rooms.size}, it would take {1 / rooms[-1]:.0f} rooms to"
    " find one without.",
    alt="An S-shaped curve that climbs from 0 past one half at 23 and ends"
    " close to 1 at 60.",
)

# %% [markdown]
# **Total probability.** In a bag lie three dice, with 4, 6 and 20 faces. You draw one, blindly, and roll it. How likely
# is a 3? Go through the cases, weigh each by how likely it is, and add. For events $\theta$ (theta: here, which die) of
# which exactly one holds, and a datum $D$,
#
# $$P(D) = \sum_\theta P(D, \theta) = \sum_\theta P(D\mid\theta)\,P(\theta) .$$
#
# $P(D\mid\theta)$, read as a function of $\theta$, is called the **likelihood**; the sum is the **evidence**. Here:
# $\frac13\left(\frac14 + \frac16 + \frac1{20}\right) = \frac13\cdot\frac{15 + 10 + 3}{60} = \frac7{45} \approx 0.156$.
#
# The pitfall of this section is to multiply without asking: $P(A, B) = P(A)\,P(B)$ for things that know each other. For
# the purple squares of the two dice it would give $\frac16\cdot\frac16 = \frac1{36}$. They are three of 36.
#
# **For the curious: which questions may be asked at all?** Somebody rolls a die behind a screen and tells you only
# whether it was even. Then you can say whether "even" happened, and "odd", and the trivial "something" and "nothing":
# four events, but not whether it was a 2. What you can ever answer is closed: with an event its complement, with two
# their union. Such a family is a **$\sigma$-algebra** (sigma), and $\sigma(\mathcal C)$, the smallest one that holds
# the sets of $\mathcal C$, is the *information* in $\mathcal C$. On a finite $\Omega$ it is made of *atoms*, the groups
# that nobody can split; $m$ atoms give $2^m$ events, since each is in or out.
#
# **Where it is load-bearing.** A classifier's answers are constant on the atoms of its features: what falls together,
# it can't tell apart, however large it is. An agent's memory is a $\sigma$-algebra that grows (chapter 24). And on the
# line not every set *has* a length; the theory keeps a $\sigma$-algebra of those that have.

# %%
prior = np.array([1, 1, 1]) / 3
three = 1 / np.array([4, 6, 20])
print("P(3) =", np.round(pr.evidence(prior, three), 4))
assert np.isclose(pr.evidence(prior, three), 7 / 45)

faces, even, high = range(1, 7), {2, 4, 6}, {4, 5, 6}
told = {
    "nothing": [],
    "even or odd": [even],
    "even, and ≥ 4": [even, high],
}
fig, ax = plt.subplots(figsize=(6.2, 1.9))
for row, sets in enumerate(told.values()):
    events = pr.generated_sigma_algebra(faces, sets)
    atoms = [e for e in events if e and not any(o and o < e for o in events)]
    atoms.sort(key=min)
    for k, atom in enumerate(atoms):
        for face in atom:
            ax.plot(face, -row, "s", ms=19, color=f"C{k}",
                    alpha=0.85)
            ax.text(face, -row, face, color="white", ha="center",
                    va="center", fontweight="bold")
    ax.text(6.7, -row, f"{len(events)} events", va="center")
    assert len(events) == 2 ** len(atoms)
ax.set(xlim=(0.5, 8.2), ylim=(-2.5, 0.5), xticks=[],
       yticks=[0, -1, -2], yticklabels=told)
ax.spines[["left", "bottom"]].set_visible(False)
ax.tick_params(length=0)
mathlib.show(
    fig,
    caption="What you are told about a die (left) cuts its faces into atoms"
    " (colours). Faces of one colour are one and the same to you.",
    alt="Three rows of six numbered squares: all of one colour, then two"
    " colours alternating, then four colours.",
)
assert len(pr.generated_sigma_algebra(faces, [even, high])) == 16

# %% [markdown]
# ## 6.2 Turning it round
#
# A disease strikes one person in 100. The test finds 90 % of the ill, and frightens 5 % of the healthy. Yours is
# positive. How sure may you be that you are ill? Many people, doctors among them, say something like 90 %. They answer
# another question: $P(\text{positive}\mid\text{ill})$. You asked for $P(\text{ill}\mid\text{positive})$.
#
# **The law.** Write the multiplication rule in both orders, $P(\theta\mid D)\,P(D) = P(\theta, D) = P(D\mid\theta)\,
# P(\theta)$, and divide by $P(D)$. That is the whole derivation of **Bayes' theorem**:
#
# $$\underbrace{P(\theta\mid D)}_{\text{posterior}} = \frac{\overbrace{P(D\mid\theta)}^{\text{likelihood}}\;
# \overbrace{P(\theta)}^{\text{prior}}}{\underbrace{P(D)}_{\text{evidence}}}, \qquad
# P(D) = \sum_{\theta'}P(D\mid\theta')\,P(\theta') .$$
#
# Posterior is likelihood times prior, made to add up to 1 **over the hypotheses** $\theta$. (The likelihood does not
# add up to 1 over them: $0.9 + 0.05$. It adds up to 1 over the *data* that there might have been.)
#
# **By hand.** Ill and positive: $0.01\cdot0.9 = 0.009$. Healthy and positive: $0.99\cdot0.05 = 0.0495$. Together the
# evidence, $0.0585$. So $P(\text{ill}\mid\text{positive}) = 0.009/0.0585 = \frac2{13} \approx 15\,\%$.
#
# **Why so little?** Because the healthy are so many. In odds it is one product: $1 : 99$ before, and a positive test
# is $0.9/0.05 = 18$ times as likely for the ill, so $18 : 99$ after. A second, independent positive test brings another
# factor of 18: $324 : 99$, or 77 %.

# %%
prior = np.array([0.01, 0.99])
positive = np.array([0.9, 0.05])
once = pr.bayes_posterior(prior, positive)
twice = pr.bayes_posterior(prior, [positive, positive])
print("after one test", once.round(4), "  after two", twice.round(4))
assert np.allclose(once, [2 / 13, 11 / 13])
assert np.allclose(twice, [324 / 423, 99 / 423]) and round(twice[0], 2) == 0.77
assert np.isclose(pr.evidence(prior, positive), 0.0585)

ill = np.arange(1000) < 10
alarm = np.where(ill, np.arange(1000) < 9, np.arange(1000) >= 950)
fig, ax = plt.subplots(figsize=(6.6, 2.7))
x, y = np.divmod(np.arange(1000), 20)
for who, color, mark, size in (
    (~ill & ~alarm, "0.8", ".", 4), (~ill & alarm, "C1", "s", 4),
    (ill & ~alarm, "C0", "x", 4), (ill & alarm, "C0", "o", 5),
):
    ax.plot(x[who], -y[who], mark, color=color, ms=size)
ax.text(0, 1.2, f"ill: {ill.sum()}, of them {np.sum(ill & alarm)} positive",
        color="C0")
ax.text(49, 1.2, f"healthy and positive: {np.sum(~ill & alarm)}",
        color="C1", ha="right")
ax.set_ylim(-20, 3)
ax.axis("off")
mathlib.show(
    fig,
    caption=f"1000 people. {alarm.sum()} tests are positive (blue circles"
    f" and orange squares), and {np.sum(ill & alarm)} of these people are"
    " ill: that is what a positive test means.",
    alt="A field of a thousand grey dots. A few blue circles stand at the"
    " left edge, two and a half columns of orange squares at the right.",
)

# %% [markdown]
# **Many data.** If $D_1, \dots, D_n$ are independent *once you know* $\theta$, the likelihoods multiply: $P(D_1, \dots,
# D_n\mid\theta) = \prod_iP(D_i\mid\theta)$. In an array of shape $(n, K)$, one row for each datum and one column for
# each hypothesis, that is a product down the columns. And there the program breaks: 2000 factors of $\frac14$ are
# $10^{-1204}$, in floats 0, for every hypothesis. Zero over zero is nan. Chapter 1 has the cure, and this is its finest
# hour: **add logarithms**,
#
# $$\log P(\theta\mid D_1, \dots, D_n) = \log P(\theta) + \sum_i\log P(D_i\mid\theta) - \log P(D_1, \dots, D_n),$$
#
# the last term being the log-sum-exp of the others over $\theta$. In other words: the posterior is the **softmax** of
# log prior plus log likelihoods. (So every classifier that ends in a softmax speaks Bayes' language, whether or not its
# scores deserve it.) A hypothesis with a likelihood of 0 has $\log 0 = -\infty$ and falls to 0, for ever.
#
# **The bag of dice again**, with five kinds in it. Somebody draws one and rolls it, over and over. Watch.

# %%
sides = np.array([4, 6, 8, 12, 20])
prior = np.full(5, 1 / 5)
rolls = np.random.default_rng(168).integers(1, 9, 2000)
likelihood = np.where(rolls[:, None] <= sides, 1 / sides, 0.0)
belief = np.array([pr.bayes_posterior(prior, likelihood[:n])
                   for n in range(15)])

naive = prior * likelihood.prod(axis=0)
with np.errstate(invalid="ignore"):
    nonsense = naive / naive.sum()
print("2000 rolls, multiplied:", nonsense)
print("2000 rolls, in logs:   ",
      pr.bayes_posterior(prior, likelihood).round(4))
assert np.isnan(nonsense).all()
assert np.isclose(2000 * np.log10(1 / 4), -1204.1, atol=0.05)

fig, ax = plt.subplots(figsize=(6.6, 2.8))
spots = [(1.3, 0.7), (4.3, 0.87), (14.3, 0.97), (6.3, 0.13), (0.5, -0.06)]
for k, (look, spot) in enumerate(zip("vso^D", spots)):
    ax.plot(belief[:, k], f"{look}-", ms=4)
    ax.text(*spot, f"{sides[k]} faces", color=f"C{k}", va="center")
assert belief[14].argmax() == 2
ax.set(xlabel="roll", ylabel="belief", xlim=(-0.5, 16.2), ylim=(-0.1, 1.05))
ax.set_xticks(range(15), ["", *map(str, rolls[:14])])
mathlib.show(
    fig,
    caption="Below each step stands what was rolled. A roll that a die"
    " cannot show ends its line at 0; the others lose slowly to the die"
    " with just enough faces.",
    alt="Five lines from one fifth: two drop to zero within a few rolls, two"
    " fade slowly, one climbs towards 1.",
)

# %% [markdown]
# **Where it is load-bearing.** Naive Bayes filtered the world's spam for a decade with this sum. A robot's or an
# agent's *belief state* is this update after each observation (chapter 24). Retrieval-augmented generation weighs its
# documents by $P(\text{answer}) = \sum_dP(\text{answer}\mid d)\,P(d)$, the evidence formula (chapter 23), and with an
# honest $P(d)$ that sums to 1 over what was retrieved. *Maximum likelihood* keeps the likelihood alone, *MAP* takes the
# peak of the posterior: both are chapter 7.
#
# ### Exercise 6.1 ** · what is believed after the data (2 points)
#
# **Contract.** `prior` `(K,)`, probabilities of $K$ hypotheses. `likelihood` `(K,)`, the probability of one datum under
# each; or `(n, K)`, $n$ independent data, one row each. Return the posterior `(K,)`, which adds up to 1, also for 2000
# small likelihoods and for ones of $10^{-300}$. What has prior 0 stays at 0, what has a likelihood of 0 falls to 0
# (never nan). With no data, `(0, K)`, return the prior. At least one hypothesis is possible.
#
# *Example:* `bayes_posterior(np.array([0.01, 0.99]), np.array([0.9, 0.05]))` returns `[0.1538, 0.8462]`, and for the
# same test twice, `[[0.9, 0.05], [0.9, 0.05]]`, it returns `[0.7660, 0.2340]`.
#
# <details><summary>Hint 1</summary><code>np.atleast_2d</code> makes one datum a row; then there is one case left. Which axis are the data?</details>
# <details><summary>Hint 2</summary>Log prior plus the sum of the log likelihoods is a score. <code>fd.softmax</code> copes with −∞, and NumPy's warning about log 0 does no harm here.</details>

# %% exercise="bayes_posterior"
def bayes_posterior(prior, likelihood):
    """Return the probabilities of the hypotheses, given the data."""
    ### BEGIN SOLUTION
    log_likelihood = np.log(np.atleast_2d(likelihood)).sum(axis=0)
    return fd.softmax(np.log(prior) + log_likelihood)
    ### END SOLUTION

# %% check="bayes_posterior"
check("bayes_posterior")

# %% [markdown]
# ## 6.3 Numbers that chance picks
#
# A **random variable** $X$ attaches a number to each outcome: the sum of two dice, the next token's index. Its
# *distribution* says how probable each value is. Two of them carry most of machine learning.
#
# **Bernoulli.** One yes or no: $X = 1$ with probability $p$, else 0. Both cases in one formula:
#
# $$P(X = k) = p^k(1 - p)^{1-k}, \qquad \log P(X = k) = k\log p + (1 - k)\log(1 - p), \qquad k \in \{0, 1\}.$$
#
# Minus the second form is the loss of every binary classifier (*binary cross-entropy*), and a dropout mask is a list of
# such draws: with drop probability $q$, PyTorch's convention, a unit is **kept** with probability $1 - q$.
#
# **By hand.** $p = \frac14$: a 1 has $\log\frac14 = -1.3863$, a 0 has $\log\frac34 = -0.2877$.
#
# **The trap.** At $p = 1$ and $k = 1$ the result is certain, log-probability 0. The formula as it stands computes
# $1\cdot\log1 + 0\cdot\log0 = 0 + 0\cdot(-\infty)$, and zero times infinity is nan. The formula *means* "choose": take
# $\log p$ if $k = 1$, else $\log(1 - p)$. And for tiny $p$, `1 - p` rounds to 1; `np.log1p(-p)` is $\log(1 - p)$
# without forming it.
#
# ### Exercise 6.2 * · yes or no (2 points)
#
# **Contract.** `k` `(...)`, zeros and ones; `p`, the probability of a 1, a number or an array that broadcasts with `k`.
# Return the natural logarithm of $P(X = k)$, of the broadcast shape. What is certain has logarithm 0, what is
# impossible $-\infty$ (so $p = 0$ and $p = 1$ are allowed): never nan. For $k = 0$ and $p = 10^{-20}$ the answer is
# $-10^{-20}$, not 0.
#
# *Example:* `bernoulli_log_pmf(np.array([1, 0, 1]), 0.25)` returns `[-1.3863, -0.2877, -1.3863]`.
#
# <details><summary>Hint 1</summary>Choose instead of multiplying: <code>np.where</code> takes one of two arrays, entry by entry, and broadcasts.</details>

# %%
print("k = 1, 0, 1 at p = 1/4:",
      pr.bernoulli_log_pmf(np.array([1, 0, 1]), 0.25).round(4))
assert np.allclose(np.exp(pr.bernoulli_log_pmf(np.array([1, 0]), 0.25)),
                   [1 / 4, 3 / 4])

k, p = np.array([1.0]), np.array([1.0])
with np.errstate(divide="ignore", invalid="ignore"):
    naive = k * np.log(p) + (1 - k) * np.log(1 - p)
print("certain: naive", naive, "  mathlib", pr.bernoulli_log_pmf(k, p))
print("p = 1e-20: naive", np.log(1 - 1e-20), "  mathlib",
      pr.bernoulli_log_pmf(0, 1e-20))
assert np.isnan(naive) and pr.bernoulli_log_pmf(k, p) == 0

# %% exercise="bernoulli_log_pmf"
def bernoulli_log_pmf(k, p):
    """Return log P(X = k) for a yes-or-no with probability p."""
    ### BEGIN SOLUTION
    return np.where(k == 1, np.log(p), np.log1p(-p))
    ### END SOLUTION

# %% check="bernoulli_log_pmf"
check("bernoulli_log_pmf")

# %% [markdown]
# **Categorical.** One of $K$ classes, $P(X = k) = p_k$, $k = 0, \dots, K-1$. This is what a language model hands over
# for each token: $p = \mathrm{softmax}(\mathbf z)$ of its scores $\mathbf z$, one entry for each word of its
# vocabulary. Often the scores are divided by a **temperature** first, $p = \mathrm{softmax}(\mathbf z/T)$: $T < 1$
# makes the choice bolder, $T > 1$ milder.
#
# **How do you draw from it?** The computer offers $u$, uniform in $[0, 1)$: each stretch of the unit interval is hit as
# often as it is long. So cut $[0, 1)$ into stretches of length $p_0, p_1, \dots$ and see where $u$ falls. The borders
# are the running sums, the *cumulative distribution*:
#
# $$X = \text{the first } k \text{ with } u < p_0 + p_1 + \dots + p_k .$$
#
# **By hand.** $p = (0.5, 0.25, 0.25)$ has the borders $0.5,\ 0.75,\ 1$. Then $u = 0$ gives 0, $u = 0.5$ gives 1 (not 0:
# $0.5 < 0.5$ is false), and $u = 0.9$ gives 2.
#
# Below, the manual of Python as a bag of words: what comes after the word "the"?

# %%
words = " ".join(topics[name] for name in sorted(topics)).lower().split()
after = Counter(b for a, b in zip(words, words[1:]) if a == "the")
common = dict(after.most_common(7))
counts = np.array([*common.values(), after.total() - sum(common.values())])
names = [*common, "(others)"]
p = counts / counts.sum()

rng = np.random.default_rng(3)
drawn = pr.sample_categorical(p, size=20_000, rng=rng)
shares = np.bincount(drawn, minlength=len(p)) / drawn.size
print(f"log P({names[0]!r}) ="
      f" {pr.categorical_log_pmf(0, p):.3f}, among all words")
assert np.allclose(pr.categorical_log_pmf([2, 0], [0.5, 0.25, 0.25]),
                   np.log([1 / 4, 1 / 2]))
assert np.all(np.abs(shares - p) < 5 * np.sqrt(p / 20_000) + 1e-9)

# From here on without "others", at three temperatures.
fig, axes = plt.subplots(1, 2, figsize=(7.0, 2.9), width_ratios=[1.15, 1])
ends = np.cumsum(p[:7] / p[:7].sum())
starts = ends - p[:7] / p[:7].sum()
for k, (low, high) in enumerate(zip(starts, ends)):
    axes[0].plot([k, k], [low, high], color="C0", lw=7,
                 solid_capstyle="butt")
    axes[0].plot([-1.5, k], [high, high], color="0.85", lw=0.8, zorder=0)
for u in (0.2, 0.85):
    k = int(np.argmax(u < ends))
    axes[0].annotate("", (k, u), (-1.5, u), arrowprops={
        "arrowstyle": "-|>", "color": "C1", "lw": 1.6})
    axes[0].text(-1.4, u + 0.02, f"u = {u}", color="C1", fontsize=9)
axes[0].set(ylim=(0, 1), xlim=(-1.5, 6.6), ylabel="u")
for T, look in ((0.5, "s--"), (1, "o-"), (2, "^:")):
    axes[1].plot(fd.softmax(np.log(p[:7]) / T), look, ms=5,
                 label=f"T = {T}")
axes[1].set(ylabel="probability", ylim=(0, None))
axes[1].legend()
for ax in axes:
    ax.set_xticks(range(7), names[:7], rotation=60, ha="right",
                  rotation_mode="anchor")
mathlib.show(
    fig,
    caption="Left: the seven commonest words after “the” in Python's manual,"
    " scaled up to 1, share the unit interval; u picks one. Right: a"
    " temperature T below 1 makes the choice bolder, above 1 milder.",
    alt="Left, bars that stack up like stairs from 0 to 1, two arrows hit"
    " one step each. Right, three falling lines, the dashed one steepest.",
)

# %%
# Three ways to go wrong.  The first two strike only when u lies on a border
# or rounding has moved one, so that a test hardly ever meets them.
# 1. The first class is impossible, and u is exactly 0.
p = np.array([0.0, 0.5, 0.5])
left = np.searchsorted(np.cumsum(p), 0.0, side="left")
right = np.searchsorted(np.cumsum(p), 0.0, side="right")
print("u = 0, p_0 = 0:   side left draws", left, "  side right", right)
assert p[left] == 0 and p[right] > 0

# 2. Ten times a tenth is not quite one, and u can lie in the gap.
tenths = np.cumsum(np.full(10, 0.1))
u = 1 - 2.0**-53
print("the last border:", tenths[-1], "  so the class is",
      np.searchsorted(tenths, u, side="right"), "of 0 to 9")
assert tenths[-1] < 1 and u < 1
assert np.searchsorted(tenths, u, side="right") == 10

# 3. A batch of two rows, summed along the wrong axis.
batch = np.array([[0.5, 0.5], [0.1, 0.9]])
print("wrong axis:", np.cumsum(batch, axis=0)[-1],
      "  right:", np.cumsum(batch, axis=-1)[:, -1])
assert 2**24 == 16_777_216

# %% [markdown]
# In single precision `random` returns exactly 0 once in $2^{24} = 16\,777\,216$ draws. For a service that many people
# talk to, that is not rare. The cures: strictly less, as in the law above; and divide the running sums by the last one,
# so that the last border *is* 1.
#
# ### Exercise 6.3 *** · which class, and how probable (3 points)
#
# **Contract.** `p` `(K,)`, probabilities of the classes 0 to $K - 1$, or `(n, K)`, one distribution in each row.
# `categorical_log_pmf(k, p)`: for `p` `(K,)` `k` are integers of any shape (or a single one), returns that shape; for
# `p` `(n, K)` `k` is `(n,)`, one class for each row, returns `(n,)`. Natural logarithm, $-\infty$ for $p_k = 0$.
# `sample_categorical(p, *, size=None, rng)`: integers. For `p` `(K,)` one draw without axes, or with `size` (a whole
# number or a tuple) that shape; for `p` `(n, K)` one draw for each row, `(n,)`, or `(*size, n)`. Draw by the law above:
# $u$ from `rng.random`, one number for each draw, in the order of the output; the first $k$ with $u < (p_0 + \dots +
# p_k) / (p_0 + \dots + p_{K-1})$.
#
# *Example:* `categorical_log_pmf(np.array([2, 0]), np.array([0.5, 0.25, 0.25]))` returns `[-1.3863, -0.6931]`, and
# sampling from it with `size=3` gives `[0, 1, 2]` when `rng.random` returns `[0, 0.5, 0.9]`.
#
# <details><summary>Hint 1</summary>The first k with u below the border: that is the number of borders that are <em>not</em> above u. Counting them needs no search, and works for a batch.</details>
# <details><summary>Hint 2</summary>Always sum along the last axis. The shape of u is <code>size</code> as a tuple (empty for None), then the shape of p without its last axis.</details>
# <details><summary>Hint 3</summary>One entry in each row: <code>p[np.arange(len(p)), k]</code>.</details>

# %% exercise="categorical_log_pmf"
def categorical_log_pmf(k, p):
    """Return log P(X = k), for one distribution or one a row."""
    ### BEGIN SOLUTION
    if p.ndim == 1:
        return np.log(p[k])
    return np.log(p[np.arange(len(p)), k])
    ### END SOLUTION

def sample_categorical(p, *, size=None, rng):
    """Draw classes with the probabilities p."""
    ### BEGIN SOLUTION
    cumulative = np.cumsum(p, axis=-1)
    cumulative = cumulative / cumulative[..., -1:]
    shape = () if size is None else tuple(np.atleast_1d(size))
    u = rng.random(shape + p.shape[:-1])
    return np.sum(cumulative <= u[..., None], axis=-1)
    ### END SOLUTION

# %% check="categorical_log_pmf"
check("categorical_log_pmf")

# %% [markdown]
# ## 6.4 The middle, the spread, and what goes together
#
# **Expectation.** Weigh each value by its probability:
#
# $$E[X] = \sum_x x\,P(X = x), \qquad E[g(X)] = \sum_x g(x)\,P(X = x) .$$
#
# It is where the distribution would balance on a finger. Sums come apart, $E[aX + bY] = a\,E[X] + b\,E[Y]$, **whether
# or not** $X$ and $Y$ have anything to do with each other: that is just a sum in another order.
#
# **Variance.** How far from the middle $\mu = E[X]$, on average, in squares. Multiply out, and use that $\mu$ is a
# constant:
#
# $$\mathrm{Var}(X) = E[(X - \mu)^2] = E[X^2] - 2\mu\,E[X] + \mu^2 = E[X^2] - E[X]^2, \qquad
# \sigma = \sqrt{\mathrm{Var}(X)} .$$
#
# $\sigma$, the **standard deviation**, is in the units of $X$. Scaling: $\mathrm{Var}(aX + b) = a^2\,\mathrm{Var}(X)$.
#
# **By hand.** A die: $E[X] = \frac{21}6 = 3.5$, $E[X^2] = \frac{91}6$, so $\mathrm{Var}(X) = \frac{91}6 - \frac{49}4 =
# \frac{35}{12} \approx 2.92$. A Bernoulli variable has $X^2 = X$, so $\mathrm{Var}(X) = p - p^2 = p(1 - p)$.
#
# **The identity is true, and a bad program.** For data near $10^8$ the squares are near $10^{16}$, where floats are 2
# apart. The two terms agree in all the digits that a float has; what is left is noise. First the mean, then the
# deviations (*two passes*):

# %%
die = np.arange(1, 7)
fair = np.full(6, 1 / 6)
mean = pr.expectation(die, fair)
second = pr.expectation(die**2, fair)
print("die: mean", round(float(mean), 3), "  variance",
      round(float(second - mean**2), 4))
assert np.isclose(mean, 3.5) and np.isclose(second - mean**2, 35 / 12)
assert np.isclose(pr.variance(die), 35 / 12)

far = np.random.default_rng(0).normal(1e8, 1, 100_000)
short = (far**2).mean() - far.mean() ** 2
print("near 1e8, E[x²] − E[x]²:", short,
      "  two passes:", round(float(pr.variance(far)), 4))
far = np.random.default_rng(3).normal(1e8, 1, 100_000)
less = (far**2).mean() - far.mean() ** 2
print("another sample:         ", less,
      "  two passes:", round(float(pr.variance(far)), 4))
assert abs(short - 1) >= 1 and less < 0
assert np.isclose(pr.variance(far), 1, atol=0.02)
assert np.spacing(1e16) == 2

# %% [markdown]
# **Covariance.** Do two variables stray from their means together?
#
# $$\mathrm{Cov}(X, Y) = E[(X - \mu_X)(Y - \mu_Y)], \qquad
# \mathrm{Var}(X + Y) = \mathrm{Var}(X) + \mathrm{Var}(Y) + 2\,\mathrm{Cov}(X, Y) .$$
#
# (Square $(X - \mu_X) + (Y - \mu_Y)$ and take expectations.) Independent variables have covariance 0, because then
# $E[(X - \mu_X)(Y - \mu_Y)] = E[X - \mu_X]\,E[Y - \mu_Y] = 0\cdot0$. So **variances of independent draws add**, and the
# mean of $n$ of them has
#
# $$\mathrm{Var}(\bar X) = \frac1{n^2}\cdot n\sigma^2 = \frac{\sigma^2}n .$$
#
# Remember this line. Every error bar of this chapter is its root, $\sigma/\sqrt n$.
#
# **Why some divide by $n - 1$.** From data you do not know $\mu$, only the mean $\bar x$ of the very same data, and
# they are closer to that than to $\mu$. How much? Write $x_i - \mu = (x_i - \bar x) + (\bar x - \mu)$ and square; the
# mixed terms cancel since $\sum_i(x_i - \bar x) = 0$:
#
# $$\sum_i(x_i - \bar x)^2 = \sum_i(x_i - \mu)^2 - n(\bar x - \mu)^2, \qquad
# E\Bigl[\sum_i(x_i - \bar x)^2\Bigr] = n\sigma^2 - n\cdot\frac{\sigma^2}n = (n - 1)\,\sigma^2 .$$
#
# So dividing by $n$ comes out too small by $\frac{n-1}n$, on average, and dividing by $n - 1$ is right on average. The
# argument `ddof` (*delta degrees of freedom*) is what to subtract: `ddof=0` describes **these** data, `ddof=1`
# estimates the law **behind** them. NumPy's `var` has 0, its `cov` has 1, PyTorch's `var` has 1, its batch norm 0.
# Always say which.

# %%
rng = np.random.default_rng(0)
sizes = np.arange(2, 13)
fig, ax = plt.subplots(figsize=(6.2, 2.5))
for ddof, look in ((0, "o-"), (1, "s--")):
    average = [
        pr.variance(rng.normal(size=(20_000, n)), ddof=ddof, axis=1).mean()
        for n in sizes
    ]
    ax.plot(sizes, average, look, ms=5)
    ax.text(12.25, average[-1], f"ddof = {ddof}", color=f"C{ddof}",
            va="center")
    assert np.allclose(average, (sizes - 1) / (sizes - ddof), atol=0.06)
ax.set(xlabel="n, the size of each sample", ylabel="variance, on average",
       ylim=(0.4, 1.12), xlim=(1.7, 14))
mathlib.show(
    fig,
    caption="The true variance is 1. Of two values, dividing by n sees half"
    " of it; dividing by n − 1 is right on average (each point: 20 000"
    " samples).",
    alt="A lower curve climbs from one half towards 0.9; an upper one stays"
    " at 1.",
)

# %% [markdown]
# ### Exercise 6.4 * · the variance (2 points)
#
# **Contract.** `x` of any shape, floats or whole numbers; the sum of the squared deviations from the mean, divided by
# $N - \mathtt{ddof}$, along `axis` (an integer), where $N$ is the number of values that are averaged; over all entries
# (then a number) for `None`. Data near $10^9$ of variance 1: to six digits. `np.var` and `np.std` are the exercise.
#
# *Example:* `variance(np.array([1., 2., 3., 6.]))` returns 3.5, with `ddof=1` 4.6667.
#
# <details><summary>Hint 1</summary>Keep the axis when you take the mean (<code>keepdims=True</code>), so that it can be subtracted.</details>
# <details><summary>Hint 2</summary>The count: <code>x.size</code> without an axis, <code>x.shape[axis]</code> with one.</details>

# %% exercise="variance"
def variance(x, *, ddof=0, axis=None):
    """Return the mean squared deviation from the mean."""
    ### BEGIN SOLUTION
    deviation = x - np.mean(x, axis=axis, keepdims=True)
    count = x.size if axis is None else x.shape[axis]
    return np.sum(deviation**2, axis=axis) / (count - ddof)
    ### END SOLUTION

# %% check="variance"
check("variance")

# %% [markdown]
# **Many at once.** $N$ samples of $d$ features are a matrix $X$, $(N, d)$, rows are samples. Centre the columns, $X_c =
# X - \mathbf 1\bar{\mathbf x}^\top$. All covariances, each feature with each, are one product:
#
# $$\Sigma = \frac1{N - \mathtt{ddof}}\,X_c^\top X_c, \qquad (d, d), \qquad \Sigma_{jk} = \mathrm{Cov}(X_j, X_k).$$
#
# The variances stand on the diagonal. $\Sigma$ is symmetric, and $\mathbf w^\top\Sigma\mathbf w$ is the variance of the
# mixture $\sum_jw_jX_j$, so never negative: positive **semi**definite. It is *not* always positive definite, though one
# often reads so: it is singular as soon as one feature is a mixture of others, or $N \le d$ (chapter 3 met both).
#
# **By hand.** Rows $(1, 2), (3, 2), (5, 8)$, mean $(3, 4)$, deviations $(-2, -2), (0, -2), (2, 4)$. Products: $4 + 0 +
# 4 = 8$; $4 + 0 + 8 = 12$; $4 + 4 + 16 = 24$. Divided by 3: $\Sigma = \begin{pmatrix}8/3&4\\4&8\end{pmatrix}$.
#
# ### Exercise 6.5 * · all covariances in one product (2 points)
#
# **Contract.** `X` `(N, d)`, **rows are samples**; return `(d, d)`, for $d = 1$ `(1, 1)`, divided by $N -
# \mathtt{ddof}$. Data near $10^9$, too. `np.cov` is the exercise. (It takes rows to be variables unless told; a quiet
# trap for square data.)
#
# *Example:* `covariance_matrix(np.array([[1., 2.], [3., 2.], [5., 8.]]))` returns `[[2.6667, 4.], [4., 8.]]`; with
# `ddof=1` `[[4., 6.], [6., 12.]]`.
#
# <details><summary>Hint 1</summary>The mean of each column is <code>X.mean(axis=0)</code>. The result is (d, d), so the samples must be summed away: which factor is transposed?</details>

# %% exercise="covariance_matrix"
def covariance_matrix(X, *, ddof=0):
    """Return the covariances of the columns of X."""
    ### BEGIN SOLUTION
    D = X - X.mean(axis=0)
    return D.T @ D / (len(X) - ddof)
    ### END SOLUTION

# %% check="covariance_matrix"
check("covariance_matrix")

# %% [markdown]
# **Correlation.** A covariance has units (square centimetres, dollars times kilograms) and no scale. Divide them out:
#
# $$\rho = \frac{\mathrm{Cov}(X, Y)}{\sigma_X\,\sigma_Y} \in [-1, 1] .$$
#
# With the centred columns $\mathbf x_c, \mathbf y_c$ that is $\mathbf x_c\cdot\mathbf y_c\,/\,(\|\mathbf x_c\|\|\mathbf
# y_c\|)$: the **cosine** of chapter 2, after centring. So it can't leave $[-1, 1]$, and is $\pm1$ exactly on a straight
# line. The $N - \mathtt{ddof}$ cancels, *if* all three have the same.
#
# **What does it not see?** Look, before you read on. The last two clouds are real flowers.

# %%
sepals = iris.data[:, :2]
t = np.linspace(0, 2 * np.pi, 60, endpoint=False)
clouds = {
    "independent": rng.normal(size=(150, 2)),
    "a circle": np.stack([np.cos(t), np.sin(t)], axis=1),
    "150 irises": sepals,
    "one kind at a time": sepals,
}
overall = pr.correlation(*sepals.T)
within = [pr.correlation(*sepals[species == k].T) for k in range(3)]
assert overall < -0.1 and min(within) > 0.45
assert abs(pr.correlation(*clouds["a circle"].T)) < 1e-12

fig, axes = plt.subplots(1, 4, figsize=(7.4, 2.5))
for ax, (name, cloud) in zip(axes, clouds.items()):
    if name.startswith("one"):
        for k in range(3):
            ax.plot(*sepals[species == k].T, "os^"[k], ms=3.5)
        said = ", ".join(f"{r:.2f}" for r in within)
    else:
        ax.plot(*cloud.T, "o", ms=3, color="0.35")
        said = f"{pr.correlation(*cloud.T):.2f}".replace("-0.00", "0.00")
    ax.set(title=f"{name}\n{said}".replace("-", "−"), xticks=[], yticks=[])
    ax.title.set_fontsize(9)
axes[2].set_xlabel("length of a sepal\n(up: its width)")
axes[3].set_xlabel("length of a sepal")
mathlib.show(
    fig,
    caption="Correlations of four clouds. A circle has none, though x nearly"
    f" determines y. Over all irises it is {overall:.2f}: longer, hence"
    " narrower? Within each kind it is the other way round."
    .replace("-", "−"),
    alt="Four scatter plots: a round cloud, a ring, a shapeless grey cloud,"
    " and the same cloud in three colours, each group rising.",
)

# %% [markdown]
# - **Curves.** On the circle $\rho = 0$, and yet $x$ leaves only two values for $y$. Uncorrelated is *not* independent.
# - **Groups.** Mix three rising clouds whose centres fall, and the whole falls: *Simpson's paradox*. No formula tells
#   you which of the two numbers to report; knowing where the data came from does (chapter 7, causal effects).
# - **Causes.** A $\rho$ of 0.9 does not say who moves whom.
#
# ### Exercise 6.6 ** · find and mend (2 points)
#
# The function below was found in a notebook. It returns 1.2990 for the example, and a correlation can't do that; and on
# a constant column it says nan and goes on. **Mend both.**
#
# **Contract.** `x`, `y` `(n,)`, $n \ge 2$; return Pearson's correlation, a number in $[-1, 1]$, for data of any size
# ($10^{-6}$ and $10^8$, say), also near $10^8$ with variance 1. If `x` or `y` is constant (all entries equal), it
# varies with nothing: raise `ValueError`.
#
# *Example:* `correlation(np.array([1., 3., 5.]), np.array([2., 2., 8.]))` returns 0.8660: $4 / \sqrt{\frac83\cdot8}$.
#
# <details><summary>Hint 1</summary>By what does the first line divide, and by what does <code>np.std</code>, inside?</details>
# <details><summary>Hint 2</summary>Three times 0.1 has the mean 0.10000000000000002, so the deviations of a constant need not be 0. Compare the entries themselves.</details>

# %%
def broken_correlation(x, y):
    covariance = np.sum((x - x.mean()) * (y - y.mean())) / (len(x) - 1)
    return covariance / (np.std(x) * np.std(y))

said = broken_correlation(np.array([1.0, 3.0, 5.0]), np.array([2.0, 2, 8]))
print(f"a correlation of {said:.4f}")
with np.errstate(invalid="ignore"):
    print("with a constant:", broken_correlation(np.arange(2.0), np.ones(2)))
assert round(said, 4) == 1.2990

# %% exercise="correlation"
def correlation(x, y):
    """Return Pearson's correlation of two samples."""
    ### BEGIN SOLUTION
    if np.all(x == x[0]) or np.all(y == y[0]):
        raise ValueError("x and y must vary")
    dx, dy = x - x.mean(), y - y.mean()
    return dx @ dy / (np.linalg.norm(dx) * np.linalg.norm(dy))
    ### END SOLUTION

# %% check="correlation"
check("correlation")

# %% [markdown]
# ## 6.5 The bell
#
# How likely is a petal of exactly $4.7$ cm? Not "between $4.65$ and $4.75$": *exactly*, all infinitely many digits? The
# probability is 0. For continuous quantities one states a **density** $f$ instead: probability per centimetre. Areas
# under it are probabilities,
#
# $$P(a \le X \le b) = \int_a^bf(x)\,dx, \qquad \int_{-\infty}^{\infty}f(x)\,dx = 1 ,$$
#
# and expectations become integrals, $E[g(X)] = \int g(x)f(x)\,dx$. A density may be larger than 1, and it changes with
# the units: in millimetres it is a tenth as large. Only its area has a meaning.
#
# **The Gaussian** with mean $\mu$ and standard deviation $\sigma > 0$:
#
# $$f(x) = \frac1{\sigma\sqrt{2\pi}}\exp\Bigl(-\frac{(x - \mu)^2}{2\sigma^2}\Bigr), \qquad
# \log f(x) = -\frac{z^2}2 - \log\sigma - \tfrac12\log2\pi, \quad z = \frac{x - \mu}\sigma .$$
#
# The logarithm is a parabola, which is why it is so easy to work with: products of bells are bells. (Why $\sqrt{2\pi}$:
# with $I = \int e^{-x^2/2}dx$, $I^2 = \iint e^{-(x^2 + y^2)/2}\,dx\,dy$. In rings of radius $r$ and length $2\pi r$
# that is $\int_0^\infty e^{-r^2/2}\,2\pi r\,dr = 2\pi$.)
#
# **By hand.** $x = 3$, $\mu = 1$, $\sigma = 2$: $z = 1$, so $\log f = -0.5 - 0.6931 - 0.9189 = -2.1121$.
#
# **Work with the logarithm, never with its exponential.** At 40 standard deviations $f = e^{-800}/\sqrt{2\pi}$ is 0 in
# floats, and $\log0 = -\infty$: to the program all points out there are alike, and no gradient leads home. The parabola
# says $-800.92$ and is content.

# %%
print("log density:", pr.gaussian_log_pdf(3.0, 1.0, 2.0).round(4))
assert np.isclose(pr.gaussian_log_pdf(3.0, 1.0, 2.0), -2.1121, atol=5e-5)

with np.errstate(divide="ignore"):
    naive = np.log(np.exp(-(40.0**2) / 2) / np.sqrt(2 * np.pi))
    far = np.log(np.exp(-np.array([38.0, 39.0]) ** 2 / 2))
print("40 sigma out: naive", naive, "  mathlib",
      pr.gaussian_log_pdf(40.0, 0.0, 1.0).round(2))
assert naive == -np.inf and np.isfinite(far[0]) and far[1] == -np.inf

x = np.linspace(-6, 6, 601)
laws = {
    "Gaussian": pr.gaussian_log_pdf(x, 0.0, 1.0),
    "Laplace": pr.laplace_log_pdf(x, 0.0, 0.5**0.5),
    "narrow": pr.gaussian_log_pdf(x, 0.0, 0.25),
}
fig, axes = plt.subplots(1, 2, figsize=(7.0, 2.7))
for log_f, look in zip(laws.values(), ("-", "--", ":")):
    axes[0].plot(x, np.exp(log_f), look)
    axes[1].plot(x, log_f, look)
    # The area under each is 1, also where it is higher than 1.
    assert np.isclose(np.trapezoid(np.exp(log_f), x), 1, atol=2e-4)
axes[0].text(0.45, 1.35, "σ = 0.25", color="C2")
axes[0].text(0.75, 0.55, "Laplace, σ = 1", color="C1")
axes[0].text(1.15, 0.27, "Gaussian, σ = 1", color="C0")
axes[1].text(-5.8, 0.8, "Laplace:\nstraight lines", color="C1", va="top")
axes[1].text(2.6, -1.6, "Gaussian:\na parabola", color="C0")
axes[0].set(xlim=(-4, 4), ylim=(0, 1.7), xlabel="x", ylabel="density")
axes[1].set(ylim=(-13, 1), xlabel="x", ylabel="log density")
mathlib.show(
    fig,
    caption="Three densities of area 1; the narrow one rises above 1. In"
    " logarithms (right) one sees the tails: four units out, a Laplace value"
    " is far less of a surprise than a Gaussian one.",
    alt="Left, a tall dotted bell, a pointed dashed peak and a wide bell."
    " Right, two parabolas that open downwards and a tent.",
)

# %% [markdown]
# **A relative with a point:** the Laplace density, $\frac1{2b}\exp(-|x - \mu|/b)$, has variance $2b^2$. Its logarithm
# is a tent. Minus the log density is a penalty, so *Gaussian noise means squared errors, Laplace noise means absolute
# ones*, and as a prior the Laplace gives L1 regularisation (chapter 13).
#
# **How much lies below $x$?** The area from the left is the *cumulative distribution*
#
# $$\Phi(x) = P(Z \le x) = \tfrac12\bigl(1 + \mathrm{erf}(x/\sqrt2)\bigr), \qquad Z \sim \mathcal N(0, 1),$$
#
# where $\sim$ reads "is distributed as", $\mathcal N(\mu, \sigma^2)$ names the Gaussian by its mean and **variance**
# (while NumPy and PyTorch want the standard deviation), and erf is a special function; there is no simpler formula. Its
# inverse is the **quantile**: the $x$ below which a share $q$ lies.

# %%
inside = [pr.gaussian_cdf(k) - pr.gaussian_cdf(-k) for k in (1, 2, 3)]
print("within 1, 2, 3 sigma:", *(f"{share:.2%}" for share in inside))
print("97.5 % lie below", pr.gaussian_quantile(0.975).round(4))
assert np.allclose(inside, [0.6827, 0.9545, 0.9973], atol=5e-5)
assert np.isclose(pr.gaussian_quantile(pr.gaussian_cdf(1.3)), 1.3)

levels = pr.gaussian_quantile((np.arange(16) + 0.5) / 16)
fig, axes = plt.subplots(1, 2, figsize=(7.0, 2.6))
axes[0].plot(x, pr.gaussian_cdf(x))
for q, color in ((0.975, "C1"), (0.5, "C2")):
    at = pr.gaussian_quantile(q)
    axes[0].plot([-4, at, at], [q, q, 0], "--", color=color, lw=1.2)
    axes[0].text(-3.9, q - 0.03, f"{q:g}", color=color, va="top")
    axes[0].text(at + 0.12, 0.03, f"{at:.2f}", color=color)
axes[0].set(xlim=(-4, 4), ylim=(0, 1.04), xlabel="x", ylabel="Φ(x)")
axes[1].plot(x, np.exp(laws["Gaussian"]), color="0.6")
axes[1].vlines(levels, 0, np.exp(pr.gaussian_log_pdf(levels, 0.0, 1.0)),
               color="C1", lw=1.4)
axes[1].set(xlim=(-4, 4), ylim=(0, 0.43), xlabel="x", ylabel="density")
mathlib.show(
    fig,
    caption="Left: Φ turns a place into a share, the quantile a share into a"
    " place. Right: 16 levels at equal steps of the share stand close where"
    " the values are many.",
    alt="Left, an S-shaped curve with two dashed rectangles. Right, a grey"
    " bell with sixteen vertical lines, dense in the middle.",
)

# %% [markdown]
# **Where they are load-bearing.** Weights are initialised with Gaussian draws (chapter 13). GELU, the activation of
# BERT and GPT-2, is $x\,\Phi(x)$. The format NF4 stores a weight of a language model in four bits, as one of 16 levels
# made from Gaussian quantiles, since trained weights look roughly Gaussian (chapter 19). Diffusion models destroy a
# picture with Gaussian noise and learn to undo it (22).
#
# ### Exercise 6.7 * · the log density (2 points)
#
# **Contract.** `x` `(...)`; `mean` and `std` numbers or arrays that broadcast with `x`; `std` $> 0$ is the **standard
# deviation**, not the variance. Return the natural logarithm of the density, of the broadcast shape; finite 40 and
# $10^6$ standard deviations out, and right for a `std` of $10^{-200}$ (never square it alone).
#
# *Example:* `gaussian_log_pdf(3.0, 1.0, 2.0)` returns −2.1121.
#
# <details><summary>Hint 1</summary>Divide first, then square.</details>

# %% exercise="gaussian_log_pdf"
def gaussian_log_pdf(x, mean, std):
    """Return the log density of a Gaussian with this mean and std."""
    ### BEGIN SOLUTION
    z = (x - mean) / std
    return -z**2 / 2 - np.log(std) - np.log(2 * np.pi) / 2
    ### END SOLUTION

# %% check="gaussian_log_pdf"
check("gaussian_log_pdf")

# %% [markdown]
# **The bell in $n$ dimensions.** Take $n$ independent standard bells, $\mathbf z \in \mathbb R^n$. Independent
# densities multiply: $\prod_i\frac1{\sqrt{2\pi}}e^{-z_i^2/2} = (2\pi)^{-n/2}e^{-\|\mathbf z\|^2/2}$, a round cloud. Now
# bend it into an ellipse with a lower triangular $L$ with positive diagonal, and shift it:
#
# $$\mathbf x = \boldsymbol\mu + L\mathbf z .$$
#
# The mean is $\boldsymbol\mu$. Each $z_i$ has variance 1, and they are independent: $E[\mathbf z\mathbf z^\top] = I$. So
# the covariance is $E[L\mathbf z(L\mathbf z)^\top] = L\,E[\mathbf z\mathbf z^\top]\,L^\top = LL^\top =
# \Sigma$. Read it backwards: to sample with a given $\Sigma$, take its **Cholesky factor** (chapter 3).
#
# **The density.** Undo the bending, $\mathbf z = L^{-1}(\mathbf x - \boldsymbol\mu)$. Then $\|\mathbf z\|^2 = (\mathbf
# x - \boldsymbol\mu)^\top L^{-\top}L^{-1}(\mathbf x - \boldsymbol\mu) = (\mathbf x -
# \boldsymbol\mu)^\top\Sigma^{-1}(\mathbf x - \boldsymbol\mu)$. And $L$ blows every volume up by $\det L$, so the same
# probability is spread more thinly by that factor; $\det L = \sqrt{\det\Sigma}$ since $\det\Sigma = (\det L)^2$.
# Together, with $|\Sigma|$ for the **determinant** (not a norm, though it looks like one):
#
# $$p(\mathbf x) = \frac{\exp\bigl(-\frac12(\mathbf x - \boldsymbol\mu)^\top\Sigma^{-1}(\mathbf x -
# \boldsymbol\mu)\bigr)}{(2\pi)^{n/2}\,|\Sigma|^{1/2}}, \qquad
# \log p(\mathbf x) = -\tfrac12\bigl(\|\mathbf z\|^2 + \log|\Sigma| + n\log2\pi\bigr) .$$
#
# **By hand.** $\mathbf x = (2, 3)$, $\boldsymbol\mu = \mathbf 0$, $\Sigma = \mathrm{diag}(4, 9)$: $L = \mathrm{diag}(2,
# 3)$, $\mathbf z = (1, 1)$, $|\Sigma| = 36$. So $\log p = -\frac12(2 + \log36 + 2\log2\pi) = -4.6296$.
#
# **A program forms no inverse.** $L\mathbf z = \mathbf x - \boldsymbol\mu$ is solved, and $\log|\Sigma| = 2\sum_i\log
# L_{ii}$, since the determinant itself over- or underflows. If $\Sigma$ is singular there is no density: all the
# probability lies on a line or plane, which has no area.

# %%
Sigma = np.diag([4.0, 9.0])
log_p = pr.multivariate_gaussian_log_pdf([2.0, 3.0], np.zeros(2), Sigma)
print("log density:", log_p.round(4))
assert np.isclose(log_p, -4.6296, atol=5e-5)

# Determinant or norm? Whatever it is, the area has to be 1.
side = np.linspace(-40, 40, 801)
grid = np.stack(np.meshgrid(side, side), axis=-1)
bump = np.exp(-(grid**2 / [4, 9]).sum(axis=-1) / 2)
cell = (side[1] - side[0]) ** 2
for name, size in {
    "determinant": np.linalg.det(Sigma),
    "Frobenius norm": np.linalg.norm(Sigma),
}.items():
    total = bump.sum() * cell / (2 * np.pi * size**0.5)
    print(f"area with the {name}: {total:.4f}")
    assert np.isclose(total, 1) == (name == "determinant")

Sigma = np.array([[2.0, 1.2], [1.2, 1.0]])
L = np.linalg.cholesky(Sigma)
z = np.random.default_rng(1).normal(size=(400, 2))
around = np.linspace(0, 2 * np.pi, 200)
ring = np.stack([np.cos(around), np.sin(around)], axis=1)

fig, axes = plt.subplots(1, 2, figsize=(6.8, 2.9))
for ax, M, title in zip(axes, (np.eye(2), L), ("z", "x = Lz")):
    ax.plot(*(z @ M.T).T, ".", ms=3, color="0.6")
    for r, look in ((1, "-"), (2, "--")):
        ax.plot(*(r * ring @ M.T).T, look, color="C0")
    for column, name in zip(M.T, "ab"):
        ax.annotate("", column, (0, 0), arrowprops={
            "arrowstyle": "-|>", "color": "C1", "lw": 2,
            "shrinkA": 0, "shrinkB": 0})
        ax.annotate(name, column, (4, 3), textcoords="offset points",
                    color="C1", fontweight="bold",
                    bbox={"fc": "white", "ec": "none", "pad": 0.5})
    ax.set(xlim=(-4.3, 4.3), ylim=(-3.1, 3.1), aspect="equal", title=title)
within = np.mean((z**2).sum(axis=1) < 4)
mathlib.show(
    fig,
    caption="A round cloud, and the same points after Lz; arrows a, b go to"
    f" the columns of L. The dashed curve is 2 σ, and holds {within:.0%} of"
    " the points: in two dimensions fewer than the 95 % of one.",
    alt="Left, a round grey cloud with two circles and two arrows at right"
    " angles. Right, a slanted cloud with two ellipses and slanted arrows.",
)
assert 0.82 < within < 0.9 and np.isclose(1 - np.exp(-2), 0.865, atol=5e-4)

# %%
# How far from the centre are they, as n grows?
fig, ax = plt.subplots(figsize=(6.4, 2.3))
rng = np.random.default_rng(0)
for n, x_text in ((1, 1.3), (10, 3.9), (100, 10.9), (400, 20.9)):
    far = np.linalg.norm(rng.normal(size=(4000, n)), axis=1)
    ax.hist(far, bins=np.arange(0, 24, 0.25), density=True,
            histtype="step", lw=1.6)
    ax.text(x_text, 0.62, f"n = {n}", color=f"C{(1, 10, 100, 400).index(n)}")
    assert np.isclose(np.mean(far**2), n, rtol=0.1)
assert np.abs(far - 20).max() < 3
ax.set(xlabel="distance from the centre", ylabel="density", ylim=(0, 0.85))
mathlib.show(
    fig,
    caption="4000 points of a standard Gaussian in n dimensions: a thin"
    " shell of radius √n, as thick for 400 as for 10.",
    alt="Four histograms of equal width side by side, at about 1, 3, 10 and"
    " 20.",
)

# %% [markdown]
# **In many dimensions nobody lives at the peak.** $E\|\mathbf z\|^2 = n$, because each $z_i^2$ brings 1. So the points
# of a 400-dimensional standard bell lie about $\sqrt{400} = 20$ from the centre, nearly all of them, though the density
# is highest *in* the centre. There is just so little room there. (Guided diffusion and latent interpolation live with
# this: the average of two noise vectors is too short to be noise.)
#
# ### Exercise 6.8 *** · a bell in any number of dimensions (3 points)
#
# **Contract.** `x` `(n,)` or a batch of rows `(N, n)`, `mean` `(n,)`, `cov` `(n, n)`, symmetric positive definite.
# Return the natural logarithm of the density, one number for each row, `(N,)` (no axes for one point). It works for $n
# = 400$, where no float holds the determinant, and for an ill-conditioned `cov` (solve; form no inverse). NumPy's
# `cholesky`, `solve` and `slogdet` may be called.
#
# *Example:* `multivariate_gaussian_log_pdf(np.array([2., 3.]), np.zeros(2), np.diag([4., 9.]))` returns −4.6296.
#
# <details><summary>Hint 1</summary><code>np.linalg.solve(L, B)</code> solves for all columns of B at once. Your points are rows.</details>
# <details><summary>Hint 2</summary>‖z‖² is wanted for each point, not for each pair of points: square entry by entry, and sum over the axis that has n entries.</details>
# <details><summary>Hint 3</summary><code>(x - mean).T</code> turns one point and a batch of rows alike into what <code>solve</code> wants.</details>

# %% exercise="multivariate_gaussian_log_pdf"
def multivariate_gaussian_log_pdf(x, mean, cov):
    """Return the log density of a Gaussian in n dimensions."""
    ### BEGIN SOLUTION
    L = np.linalg.cholesky(cov)
    z = np.linalg.solve(L, (x - mean).T)
    log_det = 2 * np.log(np.diagonal(L)).sum()
    constant = len(mean) * np.log(2 * np.pi)
    return -(np.sum(z**2, axis=0) + log_det + constant) / 2
    ### END SOLUTION

# %% check="multivariate_gaussian_log_pdf"
check("multivariate_gaussian_log_pdf")

# %% [markdown]
# ### The capstone: which iris, and how sure?
#
# Everything is there. Each kind of flower $k$ gets one Gaussian, with the mean $\boldsymbol\mu_k$ and the covariance
# $\Sigma_k$ of its own training flowers, and a prior $\pi_k$, its share of them (only a name; no circle is involved). A
# new flower $\mathbf x$ is a datum, and Bayes does the rest; $\mathcal N(\mathbf x;\boldsymbol\mu, \Sigma)$ is the
# density at $\mathbf x$ of the bell with this mean and covariance:
#
# $$P(k\mid\mathbf x) = \frac{\pi_k\,\mathcal N(\mathbf x;\boldsymbol\mu_k, \Sigma_k)}{\sum_j\pi_j\,\mathcal N(\mathbf
# x;\boldsymbol\mu_j, \Sigma_j)} = \mathrm{softmax}_k\bigl(\log\pi_k + \log\mathcal N(\mathbf x;\boldsymbol\mu_k,
# \Sigma_k)\bigr) .$$
#
# The denominator is the **evidence** $p(\mathbf x)$: how probable is such a flower *at all*? The softmax compares the
# kinds with each other and throws that common size away. Keep an eye on it.
#
# Statisticians call it *quadratic discriminant analysis*. Its elder sister, with one $\Sigma$ for all and so with
# straight borders, was born for these very flowers (Fisher 1936).
#
# ### Exercise 6.9 *** · one Gaussian for each class (3 points)
#
# **Contract.** `X_train` `(N, d)`, `y_train` `(N,)`, integers from 0 to $K - 1$ of which each occurs; `X_test` `(M,
# d)`. Return the posterior probabilities `(M, K)`, rows adding up to 1. Prior: the share of the class. Class $k$: a
# Gaussian with mean and covariance (`ddof=0`) **of its own** training rows. Flowers so far out that all densities
# underflow get finite answers, too. `pr.multivariate_gaussian_log_pdf`, `pr.covariance_matrix`, `fd.softmax`,
# `fd.logsumexp` may be called.
#
# *Example:* `X_train = [[-1.], [1.], [3.], [5.]]`, `y_train = [0, 0, 1, 1]` gives the bells $\mathcal N(0, 1)$ and
# $\mathcal N(4, 1)$. At $x = 2$ it returns `[0.5, 0.5]`, at $x = 3$ `[0.0180, 0.9820]`.
#
# <details><summary>Hint 1</summary>One column for each class: log share plus log density at all test points. <code>np.stack(..., axis=-1)</code> puts them side by side.</details>
# <details><summary>Hint 2</summary><code>X_train[y_train == k]</code> are the rows of class k. Never leave the logarithms before the softmax.</details>

# %% exercise="gaussian_classifier"
def gaussian_classifier(X_train, y_train, X_test):
    """Return the probability of each class for each test row."""
    ### BEGIN SOLUTION
    log_joint = []
    for k in range(y_train.max() + 1):
        X = X_train[y_train == k]
        mean, cov = X.mean(axis=0), pr.covariance_matrix(X)
        log_density = pr.multivariate_gaussian_log_pdf(X_test, mean, cov)
        log_joint.append(np.log(len(X) / len(X_train)) + log_density)
    return fd.softmax(np.stack(log_joint, axis=-1))
    ### END SOLUTION

# %% check="gaussian_classifier"
check("gaussian_classifier")

# %%
# Back to A, B and C: the posterior, and the evidence that it forgets.
# (scikit-learn's machine coloured the first picture; here it is, opened.)
def log_joints(points, X=petals, y=species):
    """Return log P(kind, point) of one Gaussian a kind, (..., 3)."""
    kinds = [X[y == k] for k in range(3)]
    return np.stack([
        np.log(len(own) / len(X)) + pr.multivariate_gaussian_log_pdf(
            points, own.mean(axis=0), pr.covariance_matrix(own))
        for own in kinds
    ], axis=-1)

spots = np.array(list(asked.values()))
log_evidence = fd.logsumexp(log_joints(spots))
said = fd.softmax(log_joints(spots))
own = fd.logsumexp(log_joints(petals))
for letter, e, p in zip(asked, log_evidence, said):
    rarer = np.mean(own < e)
    print(f"{letter}: surest {p.max():.4f}, log evidence {e:6.1f},"
          f" rarer flowers among the 150: {rarer:.0%}")
print(f"the rarest of the 150: {own.min():.1f}")
assert log_evidence[2] < -19 and own.min() > -6

order = np.random.default_rng(0).permutation(150)
old, new = order[:90], order[90:]
p = fd.softmax(log_joints(iris.data[new], iris.data[old], species[old]))
wrong = p.argmax(axis=1) != species[new]
assert wrong.sum() == 2
assert np.allclose(np.sort(p[wrong].max(axis=1)), [0.71, 0.97], atol=5e-3)

surface = fd.logsumexp(log_joints(np.stack([across, up], axis=-1)))
fig, ax = plt.subplots(figsize=(6.6, 3.0))
lines = ax.contour(across, up, surface, levels=[-40, -20, -10, -5, -2],
                   colors=["0.7", "0.6", "0.45", "0.3", "0.1"],
                   linestyles="solid", linewidths=1)
ax.clabel(lines, fmt=lambda v: f"−{-v:.0f}", fontsize=8)
for k in range(3):
    ax.plot(*petals[species == k].T, "os^"[k], color=f"C{k}", ms=3.5,
            alpha=0.7)
for letter, at in asked.items():
    ax.plot(*at, "o", color="white", mec="black", ms=13, zorder=4)
    ax.text(*at, letter, ha="center", va="center_baseline",
            fontweight="bold", zorder=5)
ax.set(xlabel="length of a petal (cm)", ylabel="width (cm)")
mathlib.show(
    fig,
    caption="Lines of equal log evidence. C lies at"
    f" {log_evidence[2]:.0f}; the rarest of the 150 flowers at"
    f" {own.min():.0f}.".replace("-", "−"),
    alt="Contour lines like those of a map with three peaks, one around each"
    " group of points; C stands far down the slope.",
)

# %% [markdown]
# **What C should have been told: "if you are one of the three, then a virginica; but I have never seen anything like
# you."** The posterior answers *which of these*, under the assumption that it is one of these. A neural classifier has
# the same blind spot and usually no evidence to look at, which is why strange inputs get confident nonsense
# (*out-of-distribution* detection; chapter 25 measures how sure a model may be).
#
# The chapter runs without your answers, so this is for you to paste. Guess first: how many of 60 unseen flowers does it
# get right from all four measurements, and how sure is it where it errs?
#
# ```python
# order = np.random.default_rng(0).permutation(150)
# old, new = order[:90], order[90:]
# p = gaussian_classifier(iris.data[old], species[old], iris.data[new])
# wrong = p.argmax(axis=1) != species[new]
# print(60 - wrong.sum(), "of 60 right; when wrong:", p[wrong].max(axis=1).round(2))
# ```
#
# <details><summary>And?</summary>58. The two others it calls with 0.71 and 0.97: it is not always humble where it errs.</details>

# %% [markdown]
# ## 6.6 Bend it, mix it, take it apart
#
# **Bending.** Draw $x$ from a density you know, and put it through an invertible $f$: $y = f(x)$. What is the density
# of $y$? Probability is like dough: you may stretch it, but its amount stays. What lay on a short stretch $dx$ now lies
# on $dy = |f'(x)|\,dx$, so
#
# $$p_Y(y)\,|dy| = p_X(x)\,|dx| \quad\Longrightarrow\quad p_Y(y) = \frac{p_X(x)}{|f'(x)|}, \qquad x = f^{-1}(y) .$$
#
# In $d$ dimensions a small box becomes a slanted one, and the factor of its volume is the determinant of the Jacobian
# $J_f$ (chapter 5), $(d, d)$, taken at $\mathbf x$:
#
# $$\log p_Y(\mathbf y) = \log p_X(f^{-1}(\mathbf y)) - \log\bigl|\det J_f\bigr| .$$
#
# **Minus**, because where $f$ stretches, the dough gets thin. The **absolute value**, because a mirror has a negative
# determinant and makes no negative probability. If you differentiate the inverse instead, its determinant is one over
# ours, and the sign turns to plus: both forms are in use, mixing them is the classic mistake.
#
# **By hand.** $x \sim \mathcal N(0, 1)$, $f(x) = 2x + 1$, $y = 3$: $x = 1$, $\log p_X = -0.5 - 0.9189 = -1.4189$, minus
# $\log2$: $-2.1121$. You have met this number in 6.5, where it was $\mathcal N(1, 2^2)$ at 3. It should be.
#
# **A flow.** Split $\mathbf x = (x_1, x_2)$, keep $x_1$, and move $x_2$ by an amount that depends on $x_1$ as wildly as
# you like: $y_2 = x_2\,e^{s(x_1)} + t(x_1)$. The Jacobian is triangular, so its determinant is $e^{s(x_1)}$, and the
# inverse is $x_2 = (y_2 - t(x_1))\,e^{-s(x_1)}$. Stack such layers with learned $s$, $t$ and you have a **normalizing
# flow** (Real NVP, Glow; chapter 22). Here is one layer.

# %%
def flow(x):
    x1, x2 = x[..., 0], x[..., 1]
    return np.stack([x1, x2 * np.exp(0.6 * x1) + 0.6 * x1**2], axis=-1)

def unflow(y):
    y1, y2 = y[..., 0], y[..., 1]
    return np.stack([y1, (y2 - 0.6 * y1**2) * np.exp(-0.6 * y1)], axis=-1)

def flow_jacobian(x):
    x1, x2 = x[..., 0], x[..., 1]
    stretch = np.exp(0.6 * x1)
    return np.stack([
        np.stack([np.ones_like(x1), np.zeros_like(x1)], axis=-1),
        np.stack([0.6 * x2 * stretch + 1.2 * x1, stretch], axis=-1),
    ], axis=-2)

def round_bell(x):
    return pr.multivariate_gaussian_log_pdf(x, np.zeros(2), np.eye(2))

line = pr.change_of_variables_log_density(
    lambda x: pr.gaussian_log_pdf(x[..., 0], 0.0, 1.0),
    lambda y: (y - 1) / 2, lambda x: np.array([[2.0]]), np.array([3.0]))
print("2x + 1 at 3:", line.round(4))
assert np.isclose(line, -2.1121, atol=5e-5)

wide, tall = np.meshgrid(np.linspace(-4, 4, 161), np.linspace(-6, 22, 561))
log_y = pr.change_of_variables_log_density(
    round_bell, unflow, flow_jacobian, np.stack([wide, tall], axis=-1))
area = np.exp(log_y).sum() * 0.05 * 0.05
print(f"area under the bent density: {area:.3f}")
assert np.isclose(area, 1, atol=2e-3)

cloud = np.random.default_rng(2).normal(size=(500, 2))
fig, axes = plt.subplots(1, 2, figsize=(6.8, 3.0))
for ax, f in zip(axes, (lambda x: x, flow)):
    ax.plot(*f(cloud).T, ".", ms=3, color="0.65")
    for c in np.linspace(-2.5, 2.5, 11):
        along = np.linspace(-2.5, 2.5, 101)
        for pair in ((along, np.full(101, c)), (np.full(101, c), along)):
            ax.plot(*f(np.stack(pair, axis=-1)).T, color="C0", lw=0.7)
axes[1].contour(wide, tall, np.exp(log_y), levels=[0.01, 0.05, 0.15],
                colors="C1", linewidths=1.6)
axes[0].set(xlabel="$x_1$", ylabel="$x_2$", xlim=(-3, 3), ylim=(-3.2, 3.2))
axes[1].set(xlabel="$y_1$", ylabel="$y_2$", xlim=(-3, 3), ylim=(-4, 12))
mathlib.show(
    fig,
    caption="A round bell and its grid, before and after one layer of a"
    " flow. Where the cells grow, the density (orange lines) falls: each"
    " cell keeps its share of the points.",
    alt="Left, a square grid over a round cloud. Right, the grid bent into a"
    " fan that opens to the upper right, with three curved contour lines.",
)

# %% [markdown]
# ### Exercise 6.10 ** · bent dough (2 points)
#
# **Contract.** $\mathbf y = f(\mathbf x)$, $\mathbf x$ from the base. `y` `(d,)` or `(..., d)`. `inverse(y)` gives
# $\mathbf x$, of the shape of `y`; `jacobian(x)` gives the Jacobian matrix of **$f$** (not of the inverse), at
# **$\mathbf x$**, `(..., d, d)`; `base_log_pdf(x)` gives `(...)`. Return $\log p_Y(\mathbf y)$, `(...)`. The
# determinant may be negative, and for $d = 400$ too small or too large for a float.
#
# *Example:* base $\mathcal N(0, 1)$, $f(x) = 2x + 1$, `y = [3.]`: returns −2.1121.
#
# <details><summary>Hint 1</summary>Everything on the right-hand side of the law is taken at x, so find x first.</details>
# <details><summary>Hint 2</summary><code>np.linalg.slogdet</code> returns the sign and log |det| of a matrix, or of a batch of them.</details>

# %% exercise="change_of_variables_log_density"
def change_of_variables_log_density(base_log_pdf, inverse, jacobian, y):
    """Return the log density of y = f(x), x drawn from the base."""
    ### BEGIN SOLUTION
    x = inverse(y)
    return base_log_pdf(x) - np.linalg.slogdet(jacobian(x)).logabsdet
    ### END SOLUTION

# %% check="change_of_variables_log_density"
check("change_of_variables_log_density")

# %% [markdown]
# **Mixing.** The lengths of all 150 petals have two humps, and no single bell has two. Draw first a component $k$ with
# probability $\pi_k$, then a value from its bell. By total probability
#
# $$p(\mathbf x) = \sum_k\pi_k\,\mathcal N(\mathbf x;\boldsymbol\mu_k, \Sigma_k), \qquad
# \log p(\mathbf x) = \log\sum_k\exp\bigl(\log\pi_k + \log\mathcal N(\mathbf x;\boldsymbol\mu_k, \Sigma_k)\bigr).$$
#
# This is the evidence of 6.5 again. The weights go **into** the exponent as $\log\pi_k$; the logarithm of a sum is
# *not* the sum of logarithms; and far from every mean all terms underflow, unless log-sum-exp does the adding.
#
# **By hand.** $x = 0$, weights $\frac14, \frac34$, means 0 and 2, variances 1: $\frac14\cdot0.3989 + \frac34\cdot0.0540
# = 0.1402$, logarithm $-1.9645$.

# %%
by_hand = pr.gaussian_mixture_log_pdf(
    [0.0], [0.25, 0.75], [[0.0], [2.0]], [[[1.0]], [[1.0]]])
print("by hand:", by_hand.round(4))
assert np.isclose(by_hand, -1.9645, atol=5e-5)

length = petals[:, 0]
x = np.linspace(0.5, 7.5, 281)
parts = [length[species == k] for k in range(3)]
means = np.array([[part.mean()] for part in parts])
covs = np.array([[[pr.variance(part)]] for part in parts])
mixture = pr.gaussian_mixture_log_pdf(x[:, None], np.full(3, 1 / 3),
                                      means, covs)
single = pr.gaussian_log_pdf(x, length.mean(), pr.variance(length) ** 0.5)
remote = pr.gaussian_mixture_log_pdf([100.0], np.full(3, 1 / 3), means, covs)
print("a petal of one metre: log density", remote.round(0))
assert np.isfinite(remote) and np.exp(remote) == 0

fig, ax = plt.subplots(figsize=(6.2, 2.6))
ax.hist(length, bins=np.arange(0.95, 7.1, 0.2), density=True, color="0.85")
ax.plot(x, np.exp(single), ":", color="C5")
ax.plot(x, np.exp(mixture), color="C3")
for k, look in zip(range(3), ("--", "-.", (0, (1, 1)))):
    ax.plot(x, np.exp(pr.gaussian_log_pdf(x, means[k, 0],
                                          covs[k, 0, 0] ** 0.5)) / 3,
            color=f"C{k}", lw=1.2, ls=look)
for k, spot in enumerate([(1.85, 0.4), (3.25, 0.31), (5.95, 0.26)]):
    ax.text(*spot, iris.target_names[k], color=f"C{k}")
ax.text(1.9, 0.7, "a mixture of three bells", color="C3")
ax.text(2.1, 0.21, "one bell", color="C5")
ax.set(xlabel="length of a petal (cm)", ylabel="density", ylim=(0, 0.95))
mathlib.show(
    fig,
    caption="Petal lengths (grey) against one bell (dotted), which promises"
    " most where there is hardly a flower, and a mixture of three, each"
    " with a third of the weight.",
    alt="A histogram with a tall hump on the left and a broad one on the"
    " right; a dotted bell peaks between them; a curve follows both humps.",
)

# %% [markdown]
# Here we knew the kinds. How to find the bells when nobody tells which flower is which is one of the finest algorithms
# there are, and waits in chapter 7 (expectation-maximization).
#
# ### Exercise 6.11 ** · a mixture of bells (2 points)
#
# **Contract.** `x` `(d,)` or rows `(N, d)`; `weights` `(K,)`, $\ge 0$, adding up to 1 (0 is allowed); `means` `(K, d)`,
# `covs` `(K, d, d)`. Return the log density, one number or `(N,)`, finite far from every mean.
# `pr.multivariate_gaussian_log_pdf` and `fd.logsumexp` may be called.
#
# *Example:* the one above, `x = [0.]`, returns −1.9645.
#
# <details><summary>Hint 1</summary>A list of K arrays, one for each component, made one array: then over which axis does log-sum-exp run?</details>

# %% exercise="gaussian_mixture_log_pdf"
def gaussian_mixture_log_pdf(x, weights, means, covs):
    """Return the log density of a mixture of Gaussians."""
    ### BEGIN SOLUTION
    log_terms = [
        np.log(weight) + pr.multivariate_gaussian_log_pdf(x, mean, cov)
        for weight, mean, cov in zip(weights, means, covs)
    ]
    return fd.logsumexp(np.array(log_terms), axis=0)
    ### END SOLUTION

# %% check="gaussian_mixture_log_pdf"
check("gaussian_mixture_log_pdf")

# %% [markdown]
# **A distribution over distributions.** What are the probabilities of a die you have never seen? A vector
# $\boldsymbol\pi$ with $\pi_k \ge 0$, $\sum_k\pi_k = 1$: a point of a triangle if $K = 3$. A density on that triangle
# is the **Dirichlet**, with $\boldsymbol\alpha$, $(K,)$, all $\alpha_k > 0$:
#
# $$p(\boldsymbol\pi) = \frac{\Gamma(\sum_k\alpha_k)}{\prod_k\Gamma(\alpha_k)}\prod_k\pi_k^{\alpha_k - 1},
# \qquad E[\pi_k] = \frac{\alpha_k}{\sum_j\alpha_j} .$$
#
# $\Gamma$ (capital gamma) is the factorial between the whole numbers: $\Gamma(n) = (n-1)!$. The fraction is there to
# make the area 1. **Why anyone wants it:** see class $k$ once, and Bayes multiplies by $\pi_k$. So $\alpha_k$ grows by
# 1, and the posterior is again a Dirichlet: $\boldsymbol\alpha$ are *counts*, those you had before any data
# (*conjugate* prior).
#
# **By hand.** $\boldsymbol\alpha = (2, 1, 1)$ at $(0.2, 0.3, 0.5)$: $\Gamma(4)/(\Gamma(2)\Gamma(1)\Gamma(1)) = 6$,
# times $0.2^1\cdot0.3^0\cdot0.5^0$: $1.2$, logarithm $0.1823$. The exponents are $\alpha_k - 1$; $\Gamma(172) = 171!$
# is no float any more, so one works with $\log\Gamma$ (`special.gammaln`); and $0^0 = 1$ (`special.xlogy(0, 0)` is 0).

# %%
print("by hand:", pr.dirichlet_log_pdf([0.2, 0.3, 0.5], [2, 1, 1]).round(4))
assert np.isclose(pr.dirichlet_log_pdf([0.2, 0.3, 0.5], [2, 1, 1]),
                  np.log(1.2))
print("Γ(171):", f"{special.gamma(171):.3g}", "  Γ(172):",
      special.gamma(172), "  log Γ(172):", special.gammaln(172).round(3))
assert np.isinf(special.gamma(172)) and np.isfinite(special.gamma(171))

corner = np.array([[0, 0], [1, 0], [0.5, 0.75**0.5]])
fig, axes = plt.subplots(1, 4, figsize=(7.2, 2.1))
rng = np.random.default_rng(0)
for ax, alpha in zip(axes, ((1, 1, 1), (8, 8, 8), (0.2, 0.2, 0.2),
                            (9, 3, 1))):
    ax.plot(*corner[[0, 1, 2, 0]].T, color="0.5", lw=1)
    ax.plot(*(rng.dirichlet(alpha, 400) @ corner).T, ".", ms=3, alpha=0.6)
    ax.plot(*(np.array(alpha) / sum(alpha) @ corner), "P", color="C1", ms=8,
            mec="white")
    ax.set_title("α = " + ", ".join(f"{a:g}" for a in alpha), loc="center")
    ax.set_aspect("equal")
    ax.axis("off")
mathlib.show(
    fig,
    caption="400 draws each: every point is a loaded coin with three sides,"
    " the corners are certainties, the cross the mean. Large counts are"
    " sure, counts below 1 prefer corners.",
    alt="Four triangles of dots: filled evenly, a clump in the middle,"
    " crowded into the corners, a clump near the left corner.",
)

# %% [markdown]
# ### Exercise 6.12 ** · the log density of a Dirichlet (2 points)
#
# **Contract.** `pi` `(K,)` or `(..., K)`, rows of probabilities; `alpha` `(K,)`, all $> 0$. Return the natural
# logarithm of the density, `(...)`; for $\alpha_k$ of hundreds, too. Where $\pi_k = 0$ and $\alpha_k = 1$ the factor is
# $0^0 = 1$; $\pi_k = 0$ with $\alpha_k > 1$ gives $-\infty$.
#
# *Example:* `dirichlet_log_pdf(np.array([0.2, 0.3, 0.5]), np.array([2., 1., 1.]))` returns 0.1823.
#
# <details><summary>Hint 1</summary>The logarithm turns the fraction into a difference and the product into a sum.</details>

# %% exercise="dirichlet_log_pdf"
def dirichlet_log_pdf(pi, alpha):
    """Return the log density of a Dirichlet at the probabilities pi."""
    ### BEGIN SOLUTION
    log_norm = special.gammaln(alpha.sum()) - special.gammaln(alpha).sum()
    return log_norm + special.xlogy(alpha - 1, pi).sum(axis=-1)
    ### END SOLUTION

# %% check="dirichlet_log_pdf"
check("dirichlet_log_pdf")

# %% [markdown]
# **A model that writes documents.** *Latent Dirichlet allocation* (2003) tells this story about a text $d$: its author
# first draws a mixture of topics, $\boldsymbol\theta_d \sim \mathrm{Dir}(\boldsymbol\alpha)$; then, for each word, a
# topic $z \sim \mathrm{Cat}(\boldsymbol\theta_d)$, and the word from that topic's own distribution, $w \sim
# \mathrm{Cat}(\boldsymbol\phi_z)$, where $\phi$ is $(K, V)$, a row for each topic. Nobody writes like that. But turned
# round by Bayes, the story finds topics in a million documents that nobody has read.
#
# **Taking apart.** Such a story is a **Bayesian network**: variables with arrows from *parents* to children, no cycle,
# and
#
# $$P(x_1, \dots, x_n) = \prod_iP\bigl(x_i\mid\mathrm{pa}(x_i)\bigr) .$$
#
# Compare the chain rule, $\prod_iP(x_i\mid x_{<i})$: the arrows say which of the earlier variables may be left out.
# Rain and a sprinkler can make the grass wet; wet grass is slippery. Four yes-or-nos have $2^4 - 1 = 15$ free numbers;
# with these arrows $1 + 1 + 4 + 2 = 8$ are enough.
#
# **By hand.** Rain (0.2), no sprinkler (0.7), therefore wet (0.8), therefore slippery (0.7):
# $0.2\cdot0.7\cdot0.8\cdot0.7 = 0.0784$. In the code, `tables["wet"][rain][sprinkler][wet]`: the parents in order, then
# the child; for wet $= 1$ it holds 0.01, 0.9, 0.8, 0.99 (neither, sprinkler, rain, both).
#
# **Guess, before you run the cell:** the grass is wet; how likely is rain? Then you hear that the sprinkler was on. And
# now? (It is called *explaining away*: two independent causes become **dependent once you know their effect**. The same
# happens when you look only at people who were admitted, or at posts that were clicked.)
#
# **Where it is load-bearing.** A language model is the network in which every token has all earlier ones as parents; a
# diffusion model is a chain; every causal graph (chapter 7) is this product.

# %%
pages = ["numbers", "strings", "exceptions"]
texts = [[w for w in topics[page].lower().split()
          if w.isalpha() and len(w) > 5] for page in pages]
vocabulary = sorted(set().union(*texts))
phi = np.array([[Counter(text)[w] for w in vocabulary] for text in texts])
phi = phi / phi.sum(axis=1, keepdims=True)
for seed in (1, 4):
    word, z, theta = pr.sample_lda_document(
        np.full(3, 0.5), phi, 7, rng=np.random.default_rng(seed))
    print("mixture", theta.round(2), " ".join(
        f"{vocabulary[w]}[{pages[k][0]}]" for w, k in zip(word, z)))

parents = {"rain": [], "sprinkler": [], "wet": ["rain", "sprinkler"],
           "slippery": ["wet"]}
tables = {
    "rain": [0.8, 0.2], "sprinkler": [0.7, 0.3],
    "wet": [[[0.99, 0.01], [0.1, 0.9]], [[0.2, 0.8], [0.01, 0.99]]],
    "slippery": [[0.95, 0.05], [0.3, 0.7]],
}

def probability(**known):
    """Add up all states of the network that agree with what is known."""
    return sum(
        np.exp(pr.bayesian_network_log_probability(
            dict(zip(parents, state)), parents, tables))
        for state in np.ndindex(2, 2, 2, 2)
        if all(dict(zip(parents, state))[v] == x for v, x in known.items())
    )

assert np.isclose(probability(), 1)
assert np.isclose(probability(rain=1, sprinkler=0, wet=1, slippery=1), 0.0784)
before = probability(rain=1)
seen = probability(rain=1, wet=1) / probability(wet=1)
explained = (probability(rain=1, wet=1, sprinkler=1)
             / probability(wet=1, sprinkler=1))
print(f"P(rain) = {before:.2f}, given wet {seen:.2f},"
      f" given wet and sprinkler {explained:.2f}")
assert explained < 0.25 < seen

# %% [markdown]
# ## 6.7 Integrals by dice
#
# Most expectations cannot be worked out. But $E[f(X)]$ *is* an average, so take one: draw $x_1, \dots, x_n$ and compute
#
# $$\hat E = \frac1n\sum_if(x_i), \qquad\text{with the standard error}\qquad \frac s{\sqrt n}, \quad
# s^2 = \frac1{n-1}\sum_i\bigl(f(x_i) - \hat E\bigr)^2 .$$
#
# **Why that is right.** Its expectation is $\frac1n\cdot n\,E[f]$: no bias. Its variance is $\mathrm{Var}(f)/n$, by the
# line you were to remember in 6.4, so it strays by $\sigma/\sqrt n$; $\sigma$ is unknown, so put $s$, with `ddof=1`.
#
# $s$ says how much *single values* scatter, and stays; $s/\sqrt n$ says how far the *average* is off, and shrinks. One
# more digit costs a hundred times the draws. That is slow, and yet it is the only method that does not mind dimensions:
# the $\sqrt n$ is the same for 1 variable and for a million.
#
# **By hand.** Values 1, 2, 3, 6: mean 3, $s = \sqrt{14/3} = 2.1602$, standard error $2.1602/2 = 1.0801$.
#
# **Do not swap.** $f(\text{mean})$ is not the mean of $f$: for $f(x) = \max(0, x)$ and a standard bell, $f(0) = 0$, but
# $E[f] = 1/\sqrt{2\pi} = 0.3989$.

# %%
def in_circle(points):
    return 4.0 * (np.sum(points**2, axis=1) < 1)

def square(rng, n):
    return rng.random((n, 2))

rng = np.random.default_rng(0)
relu, relu_error = pr.monte_carlo_expectation(
    lambda x: np.maximum(x, 0), lambda rng, n: rng.normal(size=n), 100_000,
    rng=rng)
print(f"E[max(0, Z)] = {relu:.4f} ± {relu_error:.4f}")
assert abs(relu - (2 * np.pi) ** -0.5) < 4 * relu_error
by_hand = pr.monte_carlo_expectation(
    lambda x: x, lambda rng, n: np.array([1.0, 2, 3, 6]), 4, rng=rng)
assert np.allclose(by_hand, [3, 1.0801], atol=5e-5)

runs = np.array([pr.monte_carlo_expectation(in_circle, square, 400, rng=rng)
                 for _ in range(60)])
miss = np.abs(runs[:, 0] - np.pi) > 2 * runs[:, 1]
sizes = (10 ** np.arange(1.5, 5.6, 0.5)).astype(int)
many = np.array([pr.monte_carlo_expectation(in_circle, square, n, rng=rng)
                 for n in sizes])

fig, axes = plt.subplots(1, 2, figsize=(7.2, 2.8), width_ratios=[1.5, 1])
for missed, color, mark in ((False, "C0", "o"), (True, "C1", "s")):
    which = np.flatnonzero(miss == missed)
    axes[0].errorbar(which, runs[which, 0], 2 * runs[which, 1], fmt=mark,
                     color=color, ms=3.5, lw=1)
axes[0].axhline(np.pi, color="0.3", lw=1)
axes[0].set(xlabel="run", ylabel="4 × share inside the circle")
axes[1].loglog(sizes, np.abs(many[:, 0] - np.pi), "o", color="C0")
axes[1].loglog(sizes, many[:, 1], "--", color="C1")
axes[1].text(3e4, 0.025, "s / √n", color="C1")
axes[1].set(xlabel="draws n", ylabel="distance from π")
mathlib.show(
    fig,
    caption=f"π by throwing darts. Left: 60 runs of 400 darts with bars of 2"
    f" standard errors; {miss.sum()} of 60 miss (squares), about one in 20"
    " should. Right: the error shrinks with the root of n.",
    alt="Left, sixty vertical bars around a line at 3.14, a few of them not"
    " reaching it. Right, dots falling along a dashed line on log scales.",
)
assert 1 <= miss.sum() <= 8
assert np.isclose((0.9 * 0.1 / 1000) ** 0.5, 0.0095, atol=5e-5)

# %% [markdown]
# **Where it is load-bearing.** Every minibatch gradient is a Monte Carlo estimate, with exactly this error bar.
# REINFORCE (chapter 20) and the ELBO of a VAE (22) are expectations that are only ever sampled. The accuracy on a test
# set is one: 90 % of 1000 questions is $90\,\% \pm 0.95\,\%$, and a leaderboard that sorts by the second digit sorts
# noise (chapter 25).
#
# ### Exercise 6.13 * · an average with an error bar (2 points)
#
# **Contract.** `sampler(rng, n)` draws `n` samples at once, an array `(n, ...)`; call it once. `f` takes this array and
# returns `(n,)` values (numbers or truth values). Return the pair `(estimate, standard_error)`: the mean of the values,
# and $s/\sqrt n$, $s$ with `ddof=1`; $n \ge 2$.
#
# *Example:* where the values are 1, 2, 3, 6, it returns `(3.0, 1.0801)`.
#
# <details><summary>Hint 1</summary>Sample, apply f to all samples, and only then average.</details>

# %% exercise="monte_carlo_expectation"
def monte_carlo_expectation(f, sampler, n, *, rng):
    """Return the mean of f over n samples, and its standard error."""
    ### BEGIN SOLUTION
    values = f(sampler(rng, n))
    return np.mean(values), np.std(values, ddof=1) / np.sqrt(n)
    ### END SOLUTION

# %% check="monte_carlo_expectation"
check("monte_carlo_expectation")

# %% [markdown]
# **Drawing from the wrong law.** How likely is a standard Gaussian to exceed 5? Draw 100 000 of them and you will most
# likely see none. The event is too rare to be waited for. So draw from *another* density $q$ that goes there often, and
# correct for it. Multiply and divide by $q$:
#
# $$E_p[f] = \int f(x)\,p(x)\,dx = \int f(x)\,\frac{p(x)}{q(x)}\,q(x)\,dx = E_q\Bigl[f\,\frac{dp}{dq}\Bigr] \approx
# \frac1n\sum_iw_i\,f(x_i), \qquad w_i = \frac{p(x_i)}{q(x_i)}, \quad x_i \sim q .$$
#
# $\frac{dp}{dq}$ is the *Radon-Nikodym derivative*: the factor by which one measure has to be changed at each place to
# become the other. It exists only if $q$ does not say "impossible" where $p$ says "possible". With $f = 1$ the law says
# $E_q[w] = 1$: the weights average to one, which is a fine test. Compute them as $\exp(\log p - \log q)$; apart, both
# exponentials underflow.
#
# **If $p$ is known only up to a constant** (a posterior without its evidence), divide by the sum of the weights instead
# of $n$. The constant cancels. This *self-normalised* form has a small bias that vanishes with $n$.
#
# **By hand.** From a fair coin came 0, 1, 1, 1. What would a coin with $P(1) = 0.8$ say about $E[X]$? $w(1) = 0.8/0.5 =
# 1.6$, $w(0) = 0.2/0.5 = 0.4$. Plain: $\frac14(0 + 3\cdot1.6) = 1.2$, more than any coin can have. Self-normalised:
# $4.8/(0.4 + 3\cdot1.6) = \frac{4.8}{5.2} = 0.9231$.

# %%
def coin(heads):
    return lambda k: pr.bernoulli_log_pmf(k, heads)

tosses = np.array([0.0, 1, 1, 1])
for normalize in (False, True):
    print(pr.importance_estimate(lambda k: k, tosses, coin(0.8), coin(0.5),
                                 normalize=normalize).round(4))

def bell(mean):
    return lambda x: pr.gaussian_log_pdf(x, mean, 1.0)

rng = np.random.default_rng(0)
n, truth = 100_000, 1 - pr.gaussian_cdf(5.0)
hits = int(np.sum(rng.normal(size=n) > 5))
estimate = pr.importance_estimate(
    lambda x: x > 5, rng.normal(5, 1, n), bell(0.0), bell(5.0))
print(f"P(Z > 5): {hits} hits of {n:,}; by importance {estimate:.3e};"
      f" truth {truth:.3e}")
assert hits == 0 and abs(estimate / truth - 1) < 0.03

dimensions, shift = np.arange(1, 41, 3), 0.5
left, largest = [], []
for d in dimensions:
    x = rng.normal(shift, 1, size=(11, 5000, d))
    w = np.exp(np.sum(bell(0.0)(x) - bell(shift)(x), axis=-1))
    w = w / w.sum(axis=1, keepdims=True)
    left.append(np.median(1 / np.sum(w**2, axis=1)) / 5000)
    largest.append(np.median(w.max(axis=1)))

fig, ax = plt.subplots(figsize=(6.4, 2.6))
law = np.exp(-(shift**2) * dimensions)
for y, look in ((left, "o-"), (largest, "s--"), (law, "k:")):
    ax.semilogy(dimensions, y, look, ms=4)
ax.text(9, 0.25, "effective share, as the draws see it", color="C0")
ax.text(8, 0.0042, "weight of the heaviest draw", color="C1", va="top")
ax.text(22.5, 5e-4, "effective share, in truth", va="top", ha="right")
ax.set(xlabel="dimensions", ylabel="share", ylim=(1e-4, 1.5))
mathlib.show(
    fig,
    caption="5000 draws from bells half a σ away in each dimension, weighted"
    " back (medians of 11 runs). In 40 dimensions one draw carries"
    f" {largest[-1]:.0%} of the weight.",
    alt="On a log scale: a dotted straight line falls steeply; a curve leaves"
    " it half-way and falls more slowly; another climbs from a thousandth"
    " to a tenth and more.",
)
assert largest[-1] > 0.1 and left[-1] < 0.03 and left[-1] > 20 * law[-1]

# %% [markdown]
# **Where weights degenerate.** The *effective* number of draws is $(\sum_iw_i)^2/\sum_iw_i^2$: $n$ if all weights are
# equal, 1 if one has everything. For the bells of the picture its share is $e^{-0.25\,d}$ in truth. What the draws
# report is better than that, and wrong: the places that matter most, they have never met. So a good report proves
# little. Keep $q$ close to $p$, and its tails **fatter** than those of $p$, never thinner.
#
# **Where it is load-bearing.** Training on text that an *older* policy wrote, PPO weighs each token by
# $\pi_\text{new}/\pi_\text{old}$ and clips the weight (chapter 20). Tighter bounds for VAEs and off-policy evaluation
# are the same sum.
#
# ### Exercise 6.14 ** · importance (2 points)
#
# **Contract.** `samples` `(n, ...)`, drawn from $q$. `f`, `log_p`, `log_q` are **functions** that take all samples and
# return `(n,)`. Return a number: $\frac1n\sum_iw_if(x_i)$; with `normalize=True` $\sum_iw_if(x_i)/\sum_iw_i$, and then
# `log_p` and `log_q` may lack a constant of any size (1000, say). Densities whose logarithms are $-2000$ work.
#
# *Example:* the coin above, `samples = [0., 1., 1., 1.]`, returns 1.2, and with `normalize=True` 0.9231.
#
# <details><summary>Hint 1</summary>Log weights first; exponentiate a difference, never its parts.</details>
# <details><summary>Hint 2</summary>Weights divided by their sum: which function of the log weights is that?</details>

# %% exercise="importance_estimate"
def importance_estimate(f, samples, log_p, log_q, *, normalize=False):
    """Return the mean of f under p, from samples of q."""
    ### BEGIN SOLUTION
    log_weights = log_p(samples) - log_q(samples)
    if normalize:
        return np.sum(fd.softmax(log_weights) * f(samples))
    return np.mean(np.exp(log_weights) * f(samples))
    ### END SOLUTION

# %% check="importance_estimate"
check("importance_estimate")

# %% [markdown]
# ## 6.8 How far off can an average be?
#
# "About 2 standard errors" was a hope. What can be *promised*? The less you assume, the weaker the promise.
#
# | name | assumes | promises |
# |---|---|---|
# | Markov | $X \ge 0$, $a > 0$ | $P(X \ge a) \le E[X]/a$ |
# | Chebyshev | a finite $\sigma$, $k > 0$ | $P(\lvert X - \mu\rvert \ge k\sigma) \le 1/k^2$ |
# | Hoeffding | $n$ independent draws between $a$ and $b$, $t \ge 0$ | $P(\lvert\bar X - \mu\rvert \ge t) \le 2e^{-2nt^2/(b-a)^2}$ |
#
# Markov: if the mean wage is 3000, at most half can earn 6000. (With debts allowed, nothing is promised.) Chebyshev:
# two $\sigma$ out lies at most a quarter, of *anything*. You prove these two in 6.16. **Hoeffding** is worth the walk:
#
# **1.** For $s > 0$, $\bar X - \mu \ge t$ says the same as $e^{s\sum_i(X_i - \mu)} \ge e^{snt}$, and the left side is
# positive. So Markov applies, and for independent draws the expectation of the product is the product of expectations:
# $P(\bar X - \mu \ge t) \le e^{-snt}\prod_iE[e^{s(X_i - \mu)}]$.
#
# **2.** Each factor is at most $e^{s^2(b-a)^2/8}$. Let $\psi(s)$ be its logarithm, and $E_s$ the mean once the law of
# $X$ is weighed by $e^{sX}$ (and divided by its new total, to add up to 1). Then $\psi' = E_s[X - \mu]$ and $\psi'' =
# E_s[(X - \mu)^2] - E_s[X - \mu]^2$, a variance; $\psi(0) = 0$ and $\psi'(0) = E[X - \mu] = 0$. A variance is at most
# the mean square distance from any point you like; take the middle between $a$ and $b$, from which nothing is further
# than $\frac{b-a}2$. So $\psi'' \le \frac{(b-a)^2}4$, and Taylor (chapter 4) makes of it $\psi(s) \le
# \frac{s^2}2\cdot\frac{(b-a)^2}4$.
#
# **3.** Together: $P(\bar X - \mu \ge t) \le \exp\bigl(-snt + \tfrac18ns^2(b-a)^2\bigr)$, for every $s > 0$. The best
# is $s = 4t/(b-a)^2$: $e^{-2nt^2/(b-a)^2}$. The other side costs the same, hence the 2.
#
# **By hand.** $n = 100$ coins, $t = 0.1$: $2e^{-2} = 0.2707$. If the draws live between $-1$ and $1$, $(b-a)^2 = 4$ and
# the bound is $2e^{-0.5} = 1.2131$: true, and useless, as a probability above 1 always is.

# %%
print("100 coins, t = 0.1:", pr.hoeffding_bound(100, 0.1).round(4),
      "  from -1 to 1:", pr.hoeffding_bound(100, 0.1, low=-1.0).round(4))
assert np.isclose(pr.hoeffding_bound(100, 0.1), 2 * np.exp(-2))
assert np.isclose(pr.hoeffding_bound(100, 0.1, low=-1.0), 2 * np.exp(-0.5))

heads = np.arange(51, 86)
t = heads / 100 - 0.5
truth = 2 * special.bdtrc(heads - 1, 100, 0.5)
bounds = {
    "Chebyshev": np.minimum(1, 0.25 / (100 * t**2)),
    "Hoeffding": np.minimum(1, pr.hoeffding_bound(100, t)),
    "the bell (no promise)": 2 * pr.gaussian_cdf(-t / 0.05),
}
fig, ax = plt.subplots(figsize=(6.4, 2.9))
for (name, y), look, at in zip(bounds.items(), ("-", "--", ":"),
                               ((0.28, 0.06), (0.245, 3.4e-5), (0.262, 2e-9))):
    ax.semilogy(t, y, look)
    ax.text(*at, name, color=f"C{list(bounds).index(name)}",
            ha="right" if "bell" in name else "left")
ax.semilogy(t, truth, "k.", ms=4)
ax.text(0.2, 3e-5, "100 coins,\nexactly", ha="right", va="top")
ax.set(xlabel="t, distance of the share of heads from one half",
       ylabel="P(at least t)", ylim=(1e-12, 3))
mathlib.show(
    fig,
    caption="How often 100 fair coins are off by t. Chebyshev promises"
    " little, Hoeffding has the right kind of fall; both lie above the truth"
    " (dots) everywhere. The bell does not.",
    alt="Log plot: a slowly falling line on top, a steep dashed parabola"
    " below it, dots below that, with a dotted line running through them.",
)
assert np.all(bounds["Chebyshev"] >= truth)
assert np.all(bounds["Hoeffding"] >= truth)
assert not np.all(bounds["the bell (no promise)"] >= truth)

promised = int(np.ceil(np.log(2 / 0.05) / (2 * 0.01**2)))
print(f"to be within one point with 95 %: {promised:,} yes-or-nos promised,"
      f" {int(np.ceil((1.96 * 0.5 / 0.01) ** 2)):,} by the bell")
assert promised == 18_445 and pr.hoeffding_bound(promised, 0.01) <= 0.05

# %% [markdown]
# Solve $2e^{-2nt^2/(b-a)^2} = \delta$ for $n$ and you have the size of a test set: to know an accuracy to within one
# percentage point, with 95 %, 18 445 questions are enough. **The fine print:** this is a promise about *one* average,
# fixed beforehand. Look at 1000 models and report the best, and by the addition rule (drop what is subtracted) the
# bound is 1000 times as large. That single sentence is half of learning theory (chapter 25), and most of what goes
# wrong with A/B tests.
#
# ### Exercise 6.15 * · a promise (2 points)
#
# **Contract.** `n` $\ge 1$ independent draws between `low` and `high`; `t` $\ge 0$, a number or an array. Return the
# bound on $P(|\bar X - \mu| \ge t)$, both sides together, of the shape of `t`; as it stands, also where it is above 1.
#
# *Example:* `hoeffding_bound(100, 0.1)` returns 0.2707; with `low=-1.0` it returns 1.2131.
#
# <details><summary>Hint 1</summary>Two things are easy to lose: the other side, and a square.</details>

# %% exercise="hoeffding_bound"
def hoeffding_bound(n, t, *, low=0.0, high=1.0):
    """Return Hoeffding's bound on P(|mean of n draws - mu| >= t)."""
    ### BEGIN SOLUTION
    return 2 * np.exp(-2 * n * t**2 / (high - low)**2)
    ### END SOLUTION

# %% check="hoeffding_bound"
check("hoeffding_bound")

# %% [markdown]
# ### Exercise 6.16 *** · a derivation, in writing (5 points, read by a person)
#
# From almost nothing to a statement about every average. ($\mathbb 1[A]$ is 1 where $A$ holds and 0 elsewhere, the
# indicator of chapter 1; its expectation is $P(A)$.)
#
# 1. *Markov.* For $X \ge 0$ and $a > 0$: say why $a\,\mathbb 1[X \ge a] \le X$, whatever happens. Take expectations and
#    conclude $P(X \ge a) \le E[X]/a$.
# 2. Which step fails if $X$ may be negative? Give an $X$ and an $a$ for which Markov's inequality is then false.
# 3. *Chebyshev.* Apply step 1 to a suitable $Y \ge 0$ and a suitable number to show $P(|X - \mu| \ge k\sigma) \le
#    1/k^2$ for $\sigma > 0$, $k > 0$. Say why the two events are the same.
# 4. The mean $\bar X$ of $n$ independent draws: show $\mathrm{Var}(\bar X) = \sigma^2/n$ (say where independence is
#    used) and bound $P(|\bar X - \mu| \ge t)$ for $t > 0$.
# 5. A fair coin, $n = 10\,000$, $t = 0.05$. What does Chebyshev give, what Hoeffding? In one sentence: what does
#    Hoeffding use that Chebyshev doesn't?
#
# Write formulas between dollar signs. One line of reasoning for each step is enough; a step without a reason is not.

# %% [markdown] written="chebyshev_derivation"
# **1.** If $X \ge a$, the left side is $a$, and $a \le X$. If $X < a$, the left side is 0, and $0 \le X$ because $X$ is
# not negative. So it holds always. Expectations keep the order: $a\,P(X \ge a) = E\bigl[a\,\mathbb 1[X \ge a]\bigr] \le
# E[X]$. Divide by $a > 0$.
#
# **2.** The second case, $0 \le X$. Let $X$ be $-1$ or $1$, each with probability $\frac12$, and $a = 1$: $E[X]/a = 0$,
# but $P(X \ge 1) = \frac12$.
#
# **3.** Take $Y = (X - \mu)^2 \ge 0$ and the number $k^2\sigma^2 > 0$. Both sides of $|X - \mu| \ge k\sigma$ are not
# negative, and squaring keeps the order of such numbers both ways, so the event is $Y \ge k^2\sigma^2$. Markov:
# $P(|X - \mu| \ge k\sigma) = P(Y \ge k^2\sigma^2) \le E[Y]/(k^2\sigma^2) = \sigma^2/(k^2\sigma^2) = 1/k^2$.
#
# **4.** $\mathrm{Var}(\bar X) = \frac1{n^2}\mathrm{Var}(\sum_iX_i) = \frac1{n^2}\cdot n\sigma^2 = \frac{\sigma^2}n$.
# The second step adds variances: the covariances are 0 because the draws are independent. The mean of $\bar X$ is
# $\mu$, its standard deviation $\sigma/\sqrt n$. Chebyshev with $k = t\sqrt n/\sigma$: $P(|\bar X - \mu| \ge t) \le
# \sigma^2/(nt^2)$.
#
# **5.** $\sigma^2 = \frac14$: Chebyshev $\frac{0.25}{10\,000\cdot0.0025} = 0.01$. Hoeffding
# $2e^{-2\cdot10\,000\cdot0.0025} = 2e^{-50} \approx 3.9\cdot10^{-22}$. Hoeffding uses that the draws are bounded, so
# that $E[e^{s(X - \mu)}]$, with it every moment of the sum, is under control, and not only the second.

# %% [markdown]
# **The law behind the bell: the central limit theorem.** Draw from (almost) anything with a finite $\sigma$,
# independently. Average. Then
#
# $$Z_n = \frac{\sqrt n\,(\bar X - \mu)}\sigma \;\longrightarrow\; \mathcal N(0, 1) \qquad (n \to \infty),$$
#
# in the sense that $P(Z_n \le x) \to \Phi(x)$ for every $x$. Nobody asked for a bell; averaging makes one.
#
# **Why.** Put $U_i = (X_i - \mu)/\sigma$, with mean 0 and variance 1, so that $Z_n = \frac1{\sqrt n}\sum_iU_i$. As with
# Hoeffding look at $E[e^{sZ_n}]$ (suppose that it is finite; a longer proof does without). By independence, and by
# Taylor,
#
# $$E[e^{sZ_n}] = \Bigl(E\bigl[e^{sU/\sqrt n}\bigr]\Bigr)^n = \Bigl(1 + \frac s{\sqrt n}\cdot0 + \frac{s^2}{2n}\cdot1 +
# \text{terms in } n^{-3/2}, \dots\Bigr)^n \longrightarrow e^{s^2/2} .$$
#
# All that is left of the law of $X$ are the two numbers $\mu$ and $\sigma$; its skew sits in the next term and fades
# like $1/\sqrt n$. And $e^{s^2/2}$ is what a standard bell has: $\int e^{sz}e^{-z^2/2}\frac{dz}{\sqrt{2\pi}} =
# e^{s^2/2}\int e^{-(z - s)^2/2}\frac{dz}{\sqrt{2\pi}} = e^{s^2/2}$. (That laws converge when these functions of $s$ do
# is the step we borrow.)
#
# **By hand.** 100 dice, mean $3.8$: $Z = 10\cdot0.3/\sqrt{35/12} = 1.757$. Not unusual.
#
# **When does it not hold?** When there is no $\sigma$ (the Cauchy law below has not even a mean: averaging is
# pointless), when draws depend on each other, and *not yet* when $n$ is small for what is rare: $np$ should be ten or
# so, by a rule of thumb. (Below the four pictures you choose what is drawn, and drag $n$.)
#
# **Where it is load-bearing.** Confidence intervals and A/B tests (chapter 7) are $\bar x \pm 1.96\,s/\sqrt n$. A
# neuron's input is a sum over many others: nearly Gaussian at initialisation, exactly so with endless width (Gaussian
# processes, chapter 12). The noise of a minibatch gradient is often modelled so; whether its tails really are is
# disputed.

# %%
hundred = np.repeat([2, 3, 4, 5, 6], [13, 31, 31, 13, 12])
z = pr.standardized_mean(hundred, 3.5, (35 / 12) ** 0.5)
print("mean", hundred.mean(), "  z =", z.round(3))
assert hundred.size == 100 and hundred.mean() == 3.8
assert np.isclose(z, 1.757, atol=5e-4)

explorer = mathlib.explore.clt()
fig = explorer.still()
mathlib.show(
    fig,
    caption="Means of draws from the orange law, against the bell (dashed)."
    " A waiting time gets there; a rare event with 2 expected is still"
    " skewed; without a mean, the spread of the averages never shrinks.",
    alt="Four pairs of pictures, a small orange histogram and a large blue"
    " one with a dashed bell: lopsided, close to the bell, coarse steps, and"
    " a bell with tails that are too heavy.",
)

explorer

# %% [markdown]
# ## 6.9 Where a random walk spends its time
#
# In 1913 Andrei Markov took 20 000 letters of Pushkin's *Onegin* and counted, by hand, how often a vowel follows a
# vowel. Averages settle down even when the draws depend on each other, he had proved, and this was his example. It was
# the first language model.
#
# **The law.** A **Markov chain** forgets: the next state depends on the present one alone. $m$ states, and a matrix
# $P$, $(m, m)$, whose entry $P_{ij}$ is the probability to go from $i$ to $j$; so **each row sums to 1**. A
# distribution over states is a *row* $\boldsymbol\pi$, and one step later it is $\boldsymbol\pi P$ (total probability:
# $\sum_i\pi_iP_{ij}$). After $n$ steps
#
# $$P(X_{t+n} = j\mid X_t = i) = (P^n)_{ij}, \qquad P^n = PP\cdots P ,$$
#
# since a way of two steps goes through *some* state between: $\sum_kP_{ik}P_{kj}$. A distribution that a step leaves
# alone,
#
# $$\boldsymbol\pi P = \boldsymbol\pi, \qquad \pi_i \ge 0, \quad \sum_i\pi_i = 1,$$
#
# is **stationary**: a *left* eigenvector for the eigenvalue 1. (The right one is dull: $P\mathbf 1 = \mathbf 1$ says
# that the rows sum to 1.) If every state can be reached from every other there is exactly one $\boldsymbol\pi$, and
# $\pi_i$ is the share of time that a long walk spends in $i$.
#
# **By hand.** Sun stays sun with $0.9$; rain stays rain with $0.5$. $P = \begin{pmatrix}0.9&0.1\\0.5&0.5\end{pmatrix}$,
# $P^2 = \begin{pmatrix}0.86&0.14\\0.7&0.3\end{pmatrix}$: $0.9\cdot0.9 + 0.1\cdot0.5 = 0.86$. Stationary: as much flows
# from sun to rain as back, $0.1\,\pi_0 = 0.5\,\pi_1$, so $\boldsymbol\pi = (\frac56, \frac16)$.
#
# **Solve, don't wait.** Multiplying again and again may take for ever (a chain that moves once in a million steps) or
# never settle: $0 \to 1 \to 0 \to \dots$ hops for all time, yet $(\frac12, \frac12)$ is stationary. The equations
# $(P^\top - I)\,\boldsymbol\pi = \mathbf 0$ and $\sum_i\pi_i = 1$ are linear. Stack them and solve. (Or take the
# eigenvector of $P^\top$ for the eigenvalue 1, and divide it by its sum.)

# %%
weather = np.array([[0.9, 0.1], [0.5, 0.5]])
print("two days on\n", pr.n_step_transition(weather, 2))
print("stationary", pr.stationary_distribution(weather).round(4))
assert np.allclose(pr.n_step_transition(weather, 2),
                   [[0.86, 0.14], [0.7, 0.3]])
assert np.allclose(pr.stationary_distribution(weather), [5 / 6, 1 / 6])
hop = np.array([[0.0, 1.0], [1.0, 0.0]])
assert np.allclose(pr.n_step_transition(hop, 1001), hop)
assert np.allclose(pr.stationary_distribution(hop), 0.5)

letters = " abcdefghijklmnopqrstuvwxyz"
text = " ".join("".join(
    c if c in letters else " "
    for c in " ".join(topics[name] for name in sorted(topics)).lower()
).split())
walk = np.array([letters.index(c) for c in text + text[0]])
counts = np.zeros((27, 27))
np.add.at(counts, (walk[:-1], walk[1:]), 1)
P = counts / counts.sum(axis=1, keepdims=True)
stationary = pr.stationary_distribution(P)
frequency = np.bincount(walk[:-1], minlength=27) / (walk.size - 1)
assert np.allclose(stationary, frequency)
print(f"{len(text):,} letters; commonest, by solving:", *(
    f"{letters[i]!r} {stationary[i]:.1%}"
    for i in np.argsort(-stationary)[:4]))

fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.3), width_ratios=[1.25, 1])
axes[0].imshow(P**0.5, cmap="Blues")
for set_ticks in (axes[0].set_xticks, axes[0].set_yticks):
    set_ticks(range(27), "␣" + letters[1:], fontsize=6.5)
axes[0].set(xlabel="next letter", ylabel="letter")
for start, look in (("q", "o-"), ("e", "s--"), ("z", "^:")):
    far = [np.abs(pr.n_step_transition(P, n)[letters.index(start)]
                  - stationary).sum() / 2 for n in range(13)]
    axes[1].semilogy(far, look, ms=4, label=f"from {start}")
axes[1].set(xlabel="steps", ylabel="distance from stationary")
axes[1].legend()
mathlib.show(
    fig,
    caption="Left: which letter follows which in Python's manual (rows sum"
    " to 1; after q comes u). Right: wherever it starts, the walk forgets;"
    " after a dozen steps next to nothing is left.",
    alt="Left, a 27 by 27 map of blue cells, one full cell in the row of q."
    " Right, three curves that fall on a log scale and end as parallel"
    " lines.",
)

# %% [markdown]
# **The stationary distribution, found by solving 28 equations, *is* the table of letter frequencies.** It must be: each
# letter of the text is left as often as it is entered. (The distance in the picture is half the sum of the absolute
# differences: the largest possible error in the probability of any event.) And with more memory it is still a Markov
# chain, only with more states. So is a language model with a context of $k$ tokens; they are just too many to list.
#
# **Where it is load-bearing.** PageRank is the stationary distribution of a surfer on the web's graph (chapter 11).
# MCMC turns the question round: given $\boldsymbol\pi$, known up to a constant, *build* a $P$ that has it (chapter 7).
# The states of a reinforcement learner are a chain with actions (20), and a diffusion model runs one backwards (22).
#
# ### Exercise 6.17 *** · where the walk ends up (3 points)
#
# **Contract.** `P` `(m, m)`, rows sum to 1. `n_step_transition(P, n)`: `n` $\ge 0$ an integer; `(m, m)`, entry $(i, j)$
# the probability to be in $j$, $n$ steps after $i$; the identity for 0. `np.linalg.matrix_power` may be called.
# `stationary_distribution(P)`: the $\boldsymbol\pi$ `(m,)` with $\boldsymbol\pi P = \boldsymbol\pi$, entries $\ge 0$
# that add up to 1; `P` has exactly one. Periodic chains, states that are left for ever ($\pi = 0$), and chains that
# move once in a million steps are allowed.
#
# *Example:* `P = [[0.9, 0.1], [0.5, 0.5]]`: two steps `[[0.86, 0.14], [0.7, 0.3]]`, stationary `[0.8333, 0.1667]`.
#
# <details><summary>Hint 1</summary>Transpose πP = π, and bring everything to one side: m equations, of which one is superfluous. That is why there is room for the sum.</details>
# <details><summary>Hint 2</summary>m + 1 equations for m numbers, and they agree: <code>np.linalg.lstsq</code> (chapter 3) solves such a system exactly, and returns the solution first.</details>

# %% exercise="n_step_transition"
def n_step_transition(P, n):
    """Return the probabilities of going from i to j in n steps."""
    ### BEGIN SOLUTION
    return np.linalg.matrix_power(P, n)
    ### END SOLUTION

def stationary_distribution(P):
    """Return the distribution that a step leaves as it is."""
    ### BEGIN SOLUTION
    m = len(P)
    A = np.vstack([P.T - np.eye(m), np.ones(m)])
    b = np.append(np.zeros(m), 1)
    return np.linalg.lstsq(A, b)[0]
    ### END SOLUTION

# %% check="n_step_transition"
check("n_step_transition")

# %%
# Let it talk, with more memory: the state is now the last k letters.
def babble(k, length, rng):
    """Write letters, each drawn given the k before it."""
    following = {}
    for i in range(len(text) - k):
        following.setdefault(text[i:i + k], []).append(text[i + k])
    start = int(rng.integers(len(text) - k))
    said = text[start:start + k]
    while len(said) < length:
        choices = following.get(said[len(said) - k:], " ")
        said += choices[int(rng.integers(len(choices)))]
    return said

rng, known = np.random.default_rng(5), set(text.split())
real = []
for k in range(7):
    written = babble(k, 5000, rng)
    real.append(np.mean([w in known for w in written.split()[1:-1]]))
    print(f"{k}: {written[:66]}")

fig, ax = plt.subplots(figsize=(6.2, 2.1))
ax.plot(real, "o-")
ax.text(3.1, real[3] - 0.16, "words that occur in the manual", color="C0")
ax.set(xlabel="letters remembered", ylabel="share of words", ylim=(0, 1.05))
mathlib.show(
    fig,
    caption="What a chain of letters writes. Without memory"
    f" {real[0]:.0%} of its words exist, with six letters of it"
    f" {real[6]:.0%}; whether they mean anything is another question.",
    alt="A line of seven points that climbs from near the bottom to near 1.",
)
assert real[0] < 0.3 and real[6] > 0.9

# %% [markdown]
# ## Common mistakes
#
# | one often sees | why it is wrong | what is right |
# |---|---|---|
# | $P(\text{positive}\mid\text{ill})$ for $P(\text{ill}\mid\text{positive})$ | forgets how rare the ill are | Bayes, with the prior |
# | `searchsorted(cumsum(p), u)` | draws a class with $p = 0$ if $u = 0$; can run past the end | `side="right"`, and divide by the last sum |
# | `(x**2).mean() - x.mean()**2` | cancels: 2.0, or $-4.0$, instead of 1 | subtract the mean first |
# | `np.cov(X)` for rows of samples | takes rows to be variables | `np.cov(X.T)` |
# | "uncorrelated, so independent" | a circle has $\rho = 0$ | independence is more |
# | "covariances are positive definite" | singular if $N \le d$ or a feature is a mixture | positive *semi*definite |
# | $\lVert\Sigma\rVert$ in the Gaussian | the area is not 1 | the determinant |
# | variance where std is asked | $\mathcal N(\mu, \sigma^2)$, but `normal(mu, sigma)` | look it up each time |
# | plus $\log\lvert\det J_f\rvert$ | stretching thins out | minus; plus only for the inverse's |
# | $\pm s$ as an error bar of a mean | $s$ does not shrink | $\pm s/\sqrt n$ |
# | Hoeffding for the best of 1000 models | fixed beforehand, it says | multiply the bound by 1000 |
# | $P\mathbf v = \mathbf v$ for the stationary law; `P**n` | gives a constant; powers entry by entry | $\boldsymbol\pi P = \boldsymbol\pi$; `matrix_power` |

# %% [markdown]
# ## The same in NumPy, SciPy and PyTorch
#
# | here | NumPy, SciPy | PyTorch (`D = torch.distributions`) |
# |---|---|---|
# | `pr.bernoulli_log_pmf(k, p)` | `stats.bernoulli.logpmf(k, p)` | `D.Bernoulli(p).log_prob(k)` |
# | `pr.categorical_log_pmf(k, p)` | `np.log(p[k])` | `D.Categorical(p).log_prob(k)` |
# | `pr.sample_categorical(p, size=n, rng=rng)` | `rng.choice(len(p), n, p=p)` | `torch.multinomial(p, n, True)` |
# | `pr.gaussian_log_pdf(x, m, s)` | `stats.norm.logpdf(x, m, s)` | `D.Normal(m, s).log_prob(x)` |
# | `pr.gaussian_cdf(x)`, `pr.gaussian_quantile(q)` | `special.ndtr(x)`, `special.ndtri(q)` | `torch.special.ndtr`, `ndtri` |
# | `pr.multivariate_gaussian_log_pdf(x, m, S)` | `stats.multivariate_normal.logpdf(x, m, S)` | `D.MultivariateNormal(m, S).log_prob(x)` |
# | `pr.dirichlet_log_pdf(pi, a)` | `stats.dirichlet.logpdf(pi, a)` | `D.Dirichlet(a).log_prob(pi)` |
# | `pr.laplace_log_pdf(x, m, b)` | `stats.laplace.logpdf(x, m, b)` | `D.Laplace(m, b).log_prob(x)` |
# | `pr.variance(x, ddof=0)` | `np.var(x)` | `torch.var(x, correction=0)` |
# | `pr.covariance_matrix(X)` | `np.cov(X.T, ddof=0)` | `torch.cov(X.T, correction=0)` |
# | `pr.correlation(x, y)` | `np.corrcoef(x, y)[0, 1]` | `torch.corrcoef(torch.stack([x, y]))[0, 1]` |
# | `pr.n_step_transition(P, n)` | `np.linalg.matrix_power(P, n)` | `torch.linalg.matrix_power(P, n)` |
#
# The defaults differ: `np.cov`, `torch.var` and `torch.cov` divide by $N - 1$ unless told otherwise (`ddof`, in PyTorch
# `correction`), `np.var` by $N$.

# %%
X = rng.normal(size=(40, 3))
assert np.allclose(pr.variance(X, axis=0), np.var(X, axis=0))
assert np.allclose(pr.covariance_matrix(X), np.cov(X.T, ddof=0))
assert np.allclose(pr.covariance_matrix(X, ddof=1), np.cov(X.T))
assert np.isclose(pr.correlation(*X[:, :2].T),
                  np.corrcoef(*X[:, :2].T)[0, 1])
assert np.allclose(pr.gaussian_cdf(X), special.ndtr(X))
assert np.allclose(pr.gaussian_quantile([0.1, 0.9]),
                   special.ndtri([0.1, 0.9]))
assert np.allclose(pr.n_step_transition(weather, 7),
                   np.linalg.matrix_power(weather, 7))
print("they agree")

# %% [markdown]
# ## Summary: one screen
#
# | | formula | function |
# |---|---|---|
# | or, and | $P(A\cup B) = P(A) + P(B) - P(A\cap B)$, $\;P(A, B) = P(A\mid B)P(B)$ | `pr.union_probability`, `pr.joint_probability` |
# | information | $\sigma(\mathcal C)$: $2^m$ events of $m$ atoms | `pr.generated_sigma_algebra` |
# | evidence | $P(D) = \sum_\theta P(D\mid\theta)P(\theta)$ | `pr.evidence` |
# | Bayes | posterior $=$ likelihood $\cdot$ prior $/$ evidence | `pr.bayes_posterior` |
# | Bernoulli | $p^k(1 - p)^{1-k}$ | `pr.bernoulli_log_pmf` |
# | categorical | first $k$ with $u < p_0 + \dots + p_k$ | `pr.categorical_log_pmf`, `pr.sample_categorical` |
# | mean, spread | $E[g(X)] = \sum_xg(x)P(x)$, $\;\mathrm{Var}(X) = E[(X - \mu)^2]$ | `pr.expectation`, `pr.variance` |
# | together | $\Sigma = X_c^\top X_c/(N - \mathtt{ddof})$, $\;\rho = \mathrm{Cov}/(\sigma_X\sigma_Y)$ | `pr.covariance_matrix`, `pr.correlation` |
# | bell | $-\frac12z^2 - \log\sigma - \frac12\log2\pi$ | `pr.gaussian_log_pdf` |
# | area, place | $\Phi(x)$, $\Phi^{-1}(q)$ | `pr.gaussian_cdf`, `pr.gaussian_quantile` |
# | tent | $-\lvert x - \mu\rvert/b - \log2b$ | `pr.laplace_log_pdf` |
# | in $n$ dimensions | $-\frac12(\lVert L^{-1}(\mathbf x - \boldsymbol\mu)\rVert^2 + \log\lvert\Sigma\rvert + n\log2\pi)$ | `pr.multivariate_gaussian_log_pdf` |
# | bend | $\log p_X(f^{-1}(\mathbf y)) - \log\lvert\det J_f\rvert$ | `pr.change_of_variables_log_density` |
# | mix | $\mathrm{logsumexp}_k(\log\pi_k + \log\mathcal N_k)$ | `pr.gaussian_mixture_log_pdf` |
# | over a simplex | $\prod_k\pi_k^{\alpha_k - 1}\,\Gamma(\sum\alpha)/\prod\Gamma(\alpha_k)$ | `pr.dirichlet_log_pdf` |
# | networks | $\prod_iP(x_i\mid\mathrm{pa}(x_i))$ | `pr.bayesian_network_log_probability`, `pr.sample_lda_document` |
# | by dice | $\frac1n\sum_if(x_i) \pm s/\sqrt n$; $\;w = p/q$ | `pr.monte_carlo_expectation`, `pr.importance_estimate` |
# | promise | $2e^{-2nt^2/(b-a)^2}$ | `pr.hoeffding_bound` |
# | bell again | $\sqrt n(\bar X - \mu)/\sigma \to \mathcal N(0, 1)$ | `pr.standardized_mean` |
# | walk | $(P^n)_{ij}$, $\;\boldsymbol\pi P = \boldsymbol\pi$ | `pr.n_step_transition`, `pr.stationary_distribution` |

# %% [markdown]
# **Five questions to ask yourself.**
#
# <details><summary>1. A detector of machine-written essays is right for 99 % of each kind. One essay in 200 is machine-written. Yours is flagged. How sure may they be?</summary>
# Odds 1 : 199 before, times 0.99 / 0.01 = 99, makes 99 : 199, about one third. Two of three flagged students are innocent.
# </details>
# <details><summary>2. A classifier says "cat, 0.9999" of an X-ray. Is its arithmetic wrong?</summary>
# No. It was asked which of its classes, and none other were on offer. The evidence p(x), which softmax throws away, would have been tiny.
# </details>
# <details><summary>3. You halve the error bar of an evaluation. What does it cost?</summary>
# Four times the questions: s / √n.
# </details>
# <details><summary>4. A flow doubles each of 10 coordinates. What happens to the log density?</summary>
# It falls by 10 log 2 everywhere: the determinant is 2 to the 10th.
# </details>
# <details><summary>5. Your importance weights have a mean of 0.01 instead of 1. What do you know?</summary>
# If p and q are both normalised, the draws have missed nearly all of p: some rare, huge weight has not come up yet. Don't trust the estimate, nor its error bar.
# </details>

# %% [markdown]
# ## Further reading
#
# **Foundations.** T. Bayes, *Phil. Trans.* 53 (1763), doi:10.1098/rstl.1763.0053. A. Kolmogorov, *Grundbegriffe der
# Wahrscheinlichkeitsrechnung*, 1933, doi:10.1007/978-3-642-49888-6. O. Nikodym, *Fund. Math.* 15 (1930),
# doi:10.4064/fm-15-1-131-179. E. H. Simpson, *J. R. Stat. Soc. B* 13 (1951), doi:10.1111/j.2517-6161.1951.tb00088.x.
#
# **Averages.** J. W. Lindeberg, the central limit theorem, *Math. Z.* 15 (1922), doi:10.1007/BF01494395. W. Hoeffding,
# *J. Am. Stat. Assoc.* 58 (1963), doi:10.1080/01621459.1963.10500830. N. Metropolis, S. Ulam, "The Monte Carlo Method",
# *J. Am. Stat. Assoc.* 44 (1949), doi:10.1080/01621459.1949.10483310. H. Kahn, A. Marshall, importance sampling, *Oper.
# Res.* 1 (1953), doi:10.1287/opre.1.5.263.
#
# **Models.** A. A. Markov on *Onegin*, 1913, in English in *Science in Context* 19 (2006),
# doi:10.1017/S0269889706001074. J. Pearl, belief networks, *Artif. Intell.* 29 (1986),
# doi:10.1016/0004-3702(86)90072-X. D. Blei, A. Ng, M. Jordan, latent Dirichlet allocation, *J. Mach. Learn. Res.* 3
# (2003). L. Dinh, J. Sohl-Dickstein, S. Bengio, Real NVP, 2016, arXiv:1605.08803. T. Dettmers et al., QLoRA and NF4,
# 2023, arXiv:2305.14314.
#
# **The data.** The irises were measured by E. Anderson and made famous by R. A. Fisher, *Ann. Eugen.* 7 (1936),
# doi:10.1111/j.1469-1809.1936.tb02137.x. The manual is Python's own (`pydoc_data.topics`), as it comes with your
# version; so some counts may differ a little from those on your screen.
#
# Next: chapter 7 no longer knows the probabilities, and has to learn them from data.

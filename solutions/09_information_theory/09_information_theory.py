# ---
# jupyter:
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 9. Information Theory
#
# **How much did that tell you?**
#
# Somebody tells you a sentence, letter by letter, and before each letter you guess. After "the functio" you would bet
# your house. After "a list of " you would not. In 1951 Claude Shannon played this game with people. Here a machine
# plays it that has read Python's manual, and for each letter we write down how surprised it was.

# %%
import bz2
import heapq
import lzma
import math
import zlib
from collections import Counter, defaultdict
from fractions import Fraction
from pydoc_data.topics import topics

import matplotlib.pyplot as plt
import numpy as np
from scipy import special, stats
from scipy.spatial import distance
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import mutual_info_score
from sklearn.tree import DecisionTreeClassifier

import mathlib
import mathlib.foundations as fd
import mathlib.information_theory as it
import mathlib.probability as pr
import mathlib.statistics as st
from mathlib import check

mathlib.style()

# %% tags=["nbval-ignore-output"]
text = " ".join(topics[name] for name in sorted(topics))
alphabet = sorted(set(text))
said = "the function returns a list of penguins."


def surprise(i):
    """Return how many bits letter i of the sentence is worth."""
    past = said[max(i - 5, 0):i]
    seen = text.count(past) if past else len(text)
    hits = text.count(past + said[i])
    return -np.log2((hits + 0.01) / (seen + 0.01 * len(alphabet)))


bits = np.array([surprise(i) for i in range(len(said))])
where = np.arange(len(said))
fig, ax = plt.subplots(figsize=(7.4, 2.5))
ax.bar(where, bits, width=0.8, color=np.where(bits > 4, "C1", "C0"))
ax.set(xlim=(-0.7, len(said) - 0.3), ylabel="surprise (bits)")
ax.set_xticks(where, said, family="monospace", fontsize=11)
ax.tick_params(axis="x", length=0)
ax.grid(False, axis="x")
mathlib.show(
    fig,
    caption=f"What each letter was worth to somebody who had seen the five"
    f" before it (orange: more than 4 bits). {np.sum(bits < 1)} of the"
    f" {len(said)} characters brought less than one bit. The penguins were"
    " news, and that there is more than one of them was news again.",
    alt="A bar for each letter of the sentence: high at the first letters"
    " of most words, nearly nothing inside of them, high in the first half"
    " of the word penguins and at its last letter.",
)
assert np.sum(bits < 1) > 20 and bits[said.index("peng"):][:3].min() > 4

# %% [markdown]
# A **bit** is what one fair yes-or-no question can bring. The whole sentence brought fewer bits than you would think,
# and a good part of them came with the penguins. **How many bits are there in a text, in a photograph's label, in a
# patient's blood pressure? And what does it cost to expect the wrong thing?** The answer to the last one is the loss
# function of nearly every classifier and language model that has ever been trained.
#
# **After this chapter you can**
#
# - measure uncertainty in bits, and say what a perplexity of 20 means;
# - tell cross-entropy from KL, one direction of KL from the other, and choose;
# - find the one measurement that says most about a tumour;
# - say what contrastive learning can promise, and from where on it can't;
# - see how precisely data can *ever* fix a parameter;
# - build the code of your own that stores a text in half its size, and then one that beats the zip program, because
#   **to predict is to compress**.
#
# **You need** sums, logarithms and log-sum-exp (chapter 1), inner products and determinants (2), derivatives and Taylor
# (4), probability (6), likelihood and the score (7). **Time:** two and a half hours to read; the 13 exercises take
# three to five hours more, one of them with a pencil.
#
# **Two habits.** Logarithms are natural, and information is in **nats**, unless we say bits. In an exercise you may
# call mathlib's functions of earlier chapters (`fd`, `pr`, ...) and of this one (`it`), except the one that you are
# asked to write and those that its contract refuses.

# %% [markdown]
# ## 9.1 Surprise
#
# $X$ is a random variable with $K$ possible values, and $p(x)$ the probability of the value $x$. How surprising is it
# to see $x$? Three wishes:
#
# 1. the certain is no surprise: $s = 0$ where $p = 1$;
# 2. the rarer, the more surprising;
# 3. two things that have nothing to do with each other surprise you once each: where the probabilities multiply, the
#    surprises **add**.
#
# What turns products into sums is the logarithm, and (among continuous functions) nothing else. So, up to the unit,
#
# $$s(x) = -\log p(x) = \log\frac1{p(x)} .$$
#
# The base is the unit: base 2 counts **bits**, base $e$ nats. $\log_2p = \ln p/\ln2$, so one nat is $1/\ln2 \approx
# 1.443$ bits. Anything computed with $\ln$ and sold as bits is too small by that factor.
#
# **Entropy** is the surprise to be *expected*, the mean over what may happen:
#
# $$H(X) = \sum_xp(x)\,\log\frac1{p(x)} = -\sum_xp(x)\log p(x) ,$$
#
# a number, for $p$ of shape $(K,)$. What can't happen adds nothing: $p\log p \to 0$ as $p \to 0$, so $0\log0$ **is
# agreed to be** 0. Your computer has not signed the agreement.

# %%
print("one nat =", (1 / np.log(2)).round(3), "bits")
with np.errstate(all="ignore"):
    print("0 log 0, says the computer:", 0 * np.log(np.float64(0)))
print("entropy of (1, 0), says mathlib:", it.entropy([1.0, 0.0]))
assert np.isclose(1 / np.log(2), 1.443, atol=5e-4)
assert it.entropy([1.0, 0.0]) == 0

# %% [markdown]
# **By hand.** Four values with $p = (\frac12, \frac14, \frac18, \frac18)$. Their surprises are 1, 2, 3 and 3 bits, and
# $H = \frac12\cdot1 + \frac14\cdot2 + \frac18\cdot3 + \frac18\cdot3 = \frac74$ bits, or $1.2130$ nats.
#
# It is a number of questions, too. "Is it the first? If not, the second? If not, the third?" needs 1, 2, 3 and 3
# answers, 1.75 on average, and no list of questions does better (section 9.7). Write the answers down as 0 and 1, and
# each value has a code word: 1, 01, 001, 000. **Surprise is the length of a good name.** Frequent things get short
# ones.

# %%
p = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8])
print("H =", it.entropy(p, base=2).round(4), "bits =",
      it.entropy(p).round(4), "nats")
assert np.isclose(it.entropy(p, base=2), 7 / 4)
assert np.isclose(it.entropy(p), 1.2130, atol=5e-5)

n = 30
grid = np.array([(i, j, n - i - j) for i in range(n + 1)
                 for j in range(n + 1 - i)]) / n
fig, axes = plt.subplots(1, 3, figsize=(7.6, 2.6))
q = np.linspace(0.004, 1, 250)
axes[0].plot(q, -np.log2(q))
axes[0].set(xlabel="p(x)", title="surprise (bits)")
q = np.linspace(0, 1, 201)
axes[1].plot(q, it.entropy(np.stack([q, 1 - q]), base=2, axis=0))
axes[1].set(xlabel="P(heads)", title="entropy of a coin (bits)",
            ylim=(0, 1.05))
corner_x, corner_y = grid[:, 1] + grid[:, 2] / 2, grid[:, 2] * 0.75**0.5
shown = axes[2].tricontourf(corner_x, corner_y, it.entropy(grid, base=2),
                            levels=np.linspace(0, 1.6, 9), cmap="Blues")
fig.colorbar(shown, ax=axes[2], ticks=[0, 0.8, 1.6])
axes[2].plot(0.5, 0.75**0.5 / 3, "o", color="white", ms=4)
axes[2].set(title="three outcomes (bits)", aspect="equal")
axes[2].axis("off")
mathlib.show(
    fig,
    caption="Left: the rare is surprising. Middle: a coin is worth a bit if"
    " it is fair. Right: every point of the triangle is a distribution over"
    " three values, a corner is certainty; the white dot, all alike, is the"
    f" most uncertain: {it.entropy(np.ones(3) / 3, base=2):.3f} bits.",
    alt="A falling curve that starts high at probability zero; an arch from"
    " 0 to 1 and back; a triangle in blue that is darkest in the middle.",
)

# %% [markdown]
# **The most uncertain is the uniform.** In pictures so far; here is why, for any $K$. One inequality is enough, and you
# will need it again: the curve $\log t$ lies below its tangent at 1,
#
# $$\log t \le t - 1 \qquad (t > 0), \quad\text{with equality only at } t = 1 .$$
#
# Sum over the $x$ with $p(x) > 0$:
#
# $$H(X) - \log K = \sum_xp(x)\log\frac1{K\,p(x)} \;\le\; \sum_xp(x)\Bigl(\frac1{K\,p(x)} - 1\Bigr) = \sum_x\frac1K - 1
# \;\le\; 0 .$$
#
# The first step used $\sum_xp(x) = 1$ to bring $\log K$ under the sum; the last one that at most $K$ values have $p(x)
# > 0$. Equality needs $K\,p(x) = 1$ for every $x$. So
#
# $$0 \le H(X) \le \log K ,$$
#
# with 0 for certainty, and $\log K$ **exactly** for $p = 1/K$. A text over 100 characters can't be worth more than
# $\log_2100 = 6.64$ bits a character. What is it worth?

# %% tags=["nbval-ignore-output"]
def letter_entropy(some):
    """Return the entropy of the characters' frequencies, in bits."""
    counts = np.array(list(Counter(some).values()))
    return it.entropy(counts / counts.sum(), base=2)


H1 = letter_entropy(text)
print(f"{len(text):,} characters of {len(alphabet)} kinds: at most"
      f" {np.log2(len(alphabet)):.2f} bits each, by their frequencies"
      f" {H1:.2f}")
words = text.split()
H_words = letter_entropy(words)
each = np.mean([len(word) + 1 for word in words])
print(f"{len(words):,} words: {H_words:.2f} bits each,"
      f" {H_words / each:.2f} a character")
uses = Counter(words)
once = sum(count == 1 for count in uses.values())
print(f"{len(uses):,} of them are different, {once:,} are used once;"
      f" to spell all takes {sum(map(len, uses)):,} characters")
assert round(float(np.log2(100)), 2) == 6.64
assert 7700 < len(uses) < 10_300 and 0.4 < once / len(uses) < 0.5
assert H_words / each < H1 < np.log2(len(alphabet)) < 6.75

# %% [markdown]
# Take words for characters, and the same text has fewer bits: whoever knows words is less surprised. A good part of
# that is an illusion: about nine thousand different words, almost half of them used once; somebody has to be told them.
# Section 9.8 plays fair, and has to work hard for as much. **Entropy is a property of a distribution. "The entropy of a
# text" always means: under some model.**
#
# Shannon wanted the best model there is: a reader. So he let people guess the next letter until they had it, and wrote
# down *how many guesses* it took. Here is the idea behind: whoever has the same reader at hand can turn the numbers
# back into the text. "The first guess, the first, the first, the fourth" is the text, in another alphabet, and mostly
# ones. So the text can't hold more information than the numbers do.

# %% tags=["nbval-ignore-output"]
half = len(text) // 2
following = defaultdict(Counter)
for i in range(4, half):
    following[text[i - 4:i]][text[i]] += 1
usual = [c for c, _ in Counter(text[:half] + "".join(alphabet)).most_common()]


def guesses_needed(i):
    """Return how many guesses the machine needs for character i."""
    first = [c for c, _ in following[text[i - 4:i]].most_common()]
    return 1 + [*first, *(c for c in usual if c not in first)].index(text[i])


places = range(half, half + 20_000)
guesses = [guesses_needed(i) for i in places]
plain, coded = letter_entropy([text[i] for i in places]), letter_entropy(
    guesses)
share = [guesses.count(g) / len(guesses) for g in range(1, 11)]
fig, ax = plt.subplots(figsize=(6.2, 2.4))
ax.bar(range(1, 11), share)
for g in (1, 2, 3):
    ax.text(g, share[g - 1] + 0.015, f"{share[g - 1]:.0%}", ha="center")
ax.set(xlabel="guesses needed", ylabel="share of characters",
       xticks=range(1, 11), ylim=(0, 0.85))
mathlib.show(
    fig,
    caption="A machine that has read the first half of the manual guesses"
    f" 20 000 characters of the second, from the four before. Characters"
    f" {plain:.2f} bits each, numbers of guesses {coded:.2f}."
    f" {1 - sum(share):.0%} of the characters needed more than ten guesses.",
    alt="Ten bars; the first is by far the highest, the others fall off"
    " quickly.",
)
assert share[0] > 0.55 and coded < 0.6 * plain

# %% [markdown]
# People did better: Shannon put English at somewhere between 0.6 and 1.3 bits a letter (26 letters and the space), once
# a reader knows the hundred letters before.
#
# **Where it is load-bearing.** A language model's entropy at the next token says where it hesitates; sampling with a
# temperature changes it (chapter 16). Reinforcement learners are paid a bonus for it, so that they keep trying things
# (20). Active learning asks for the label of the example whose prediction has the most.
#
# ### Exercise 9.1 * · expected surprise (2 points)
#
# **Contract.** `p` `(..., K)`, or any shape together with `axis`: distributions along `axis`. Return the entropies,
# `p.shape` without that axis; a number for one distribution. `base=None`: nats; otherwise the unit that `base` makes
# (2: bits). $0\log0$ counts 0. An entry that is negative or nan, or a sum that is off 1 by more than 0.001: raise
# `ValueError`. Off by less than $10^{-6}$ is rounding, and accepted. (SciPy's `entropy` would divide by the sum and say
# nothing.) `scipy.special.xlogy` may be called; `entr`, `scipy.stats.entropy` and the other measures of `it` are
# refused: write the sum out.
#
# *Example:* `entropy(np.array([1/2, 1/4, 1/8, 1/8]), base=2)` returns 1.75, without `base` 1.2130.
#
# <details><summary>Hint 1</summary>log 1 is 0 too. What may you put in place of a 0 <em>before</em> you take the logarithm?</details>
# <details><summary>Hint 2</summary>How many nats are one bit? And for the check: sums along the axis are floats, so don't ask whether they <em>equal</em> 1.</details>

# %% exercise="entropy"
def entropy(p, *, base=None, axis=-1):
    """Return the Shannon entropy of the distributions along an axis."""
    ### BEGIN SOLUTION
    if not np.all(p >= 0) or np.any(np.abs(p.sum(axis=axis) - 1) > 1e-4):
        raise ValueError("p must be >= 0 and add up to 1")
    log_p = np.log(np.where(p > 0, p, 1.0))
    nats = -np.sum(p * log_p, axis=axis)
    return nats if base is None else nats / np.log(base)
    ### END SOLUTION

# %% check="entropy"
check("entropy")

# %% [markdown]
# ## 9.2 Expecting the wrong thing
#
# The world draws from $p$. You believe in $q$. Your surprise at $x$ is then $-\log q(x)$, but $x$ comes as often as $p$
# says. The mean of it is the **cross-entropy**
#
# $$H(p, q) = -\sum_xp(x)\log q(x) .$$
#
# The truth stands in front, the belief in the logarithm. If something happens that you held for impossible, $q(x) = 0 <
# p(x)$, your surprise is infinite, and so is the mean. What can't happen costs nothing, whatever you thought of it:
# where $p(x) = 0$ the term is 0, also if $q(x) = 0$.
#
# **By hand.** $p = (\frac12, \frac14, \frac18, \frac18)$ as before, but you expect $q = (\frac18, \frac12, \frac18,
# \frac14)$. In bits your surprises are 3, 1, 3, 2, so $H(p, q) = \frac12\cdot3 + \frac14\cdot1 + \frac18\cdot3 +
# \frac18\cdot2 = 2.375$. The other way round, the world $q$ and the belief $p$: $\frac18\cdot1 + \frac12\cdot2 +
# \frac18\cdot3 + \frac14\cdot3 = 2.25$. Not the same: it matters who is the truth.
#
# **A classifier** is told the truth as a label: $p = (0, 1, 0)$ has one 1, and all that is left of the sum is $-\log$
# of *the probability it gave to the right class*. That is the loss of chapter 1's last section. Two answers to the same
# picture: $q_A = (0.2, 0.6, 0.2)$ costs $-\log0.6 = 0.51$ nats; $q_B = (0.85, 0.10, 0.05)$ was confident and wrong, and
# pays $-\log0.10 = 2.30$, four and a half times as much. (Nats! In bits they are 0.737 and 3.322.)

# %%
p = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8])
q = np.array([1 / 8, 1 / 2, 1 / 8, 1 / 4])
print("H(p, q) =", it.cross_entropy(p, q, base=2).round(4),
      "  H(q, p) =", it.cross_entropy(q, p, base=2).round(4), "  bits")
assert np.isclose(it.cross_entropy(p, q, base=2), 2.375)
assert np.isclose(it.cross_entropy(q, p, base=2), 2.25)

answers = np.array([[0.2, 0.6, 0.2], [0.85, 0.10, 0.05]])
losses = it.cross_entropy([0, 1, 0], answers)
print("A and B pay", losses.round(2), "nats =",
      it.cross_entropy([0, 1, 0], answers, base=2).round(3), "bits")
assert np.allclose(losses, [0.5108, 2.3026], atol=5e-5)
assert round(losses[1] / losses[0], 1) == 4.5

fig, axes = plt.subplots(1, 2, figsize=(7.2, 2.6))
x = np.linspace(0.01, 0.99, 197)
axes[0].plot(x, -np.log(x))
axes[0].plot(answers[:, 1], losses, "o", color="C1")
for name, i in zip("AB", range(2)):
    axes[0].text(answers[i, 1] + 0.03, losses[i] + 0.15,
                 f"{name}: {losses[i]:.2f}", color="C1")
axes[0].set(xlabel="probability of the right class", ylabel="loss (nats)")
truth = 0.7
expected = it.cross_entropy([truth, 1 - truth], np.stack([x, 1 - x], axis=1))
best = x[expected.argmin()]
axes[1].plot(x, expected)
axes[1].plot(best, expected.min(), "o", color="C1")
axes[1].text(best, expected.min() - 0.16, f"least at {best:.2f}",
             color="C1", ha="center")
axes[1].set(xlabel="what you say", ylabel="expected loss (nats)",
            ylim=(0.35, 2.2))
mathlib.show(
    fig,
    caption="Left: the price of a confident mistake has no ceiling. Right:"
    " something that is true 7 times in 10. Whoever says anything but"
    f" {truth} pays more in the long run: honesty is the best policy.",
    alt="Left, a curve that falls from 4.6 to 0, with two dots on it. Right,"
    " a valley with its lowest point at 0.7.",
)
assert np.isclose(best, truth)

# %% [markdown]
# The right-hand picture is why we train with this loss and not, say, with one minus the probability: it is a **strictly
# proper score**; in expectation only the truth is optimal. It does not follow that a trained network *is* calibrated.
# Large ones, trained to the end, are often too sure of themselves on new data (Guo and others 2017); chapter 25
# measures it.
#
# **Perplexity** puts the same number in other words. A model gave the tokens $x_1, \dots, x_n$ the probabilities $p_i$
# when they came. Its perplexity is
#
# $$\mathrm{PPL} = e^{\text{mean loss in nats}} = 2^{\text{mean loss in bits}} = \exp\Bigl(-\frac1n\sum_i\log p_i\Bigr)
# = \Bigl(\prod_i\frac1{p_i}\Bigr)^{1/n} ,$$
#
# the geometric mean of $1/p_i$: as unsure as if each time it had to choose among PPL equally likely tokens. Three
# tokens with $p_i = \frac12, \frac14, \frac1{10}$: $(2\cdot4\cdot10)^{1/3} = 4.31$. Guessing among 100 at random:
# 100. It says nothing without the text *and the tokens*: per word it is far larger than per letter, for one and the
# same model (chapter 16).
#
# <details><summary>Try it: a model's loss is 3 nats a token. Its perplexity? And if somebody meant 3 bits?</summary>
# About 20 in nats (it hesitates as among 20 tokens), 8 in bits. The unit is half of the answer.
# </details>

# %% tags=["nbval-ignore-output"]
said_right = np.array([1 / 2, 1 / 4, 1 / 10])
perplexity = np.exp(-np.log(said_right).mean())
print("perplexity", perplexity.round(2), "=",
      (2 ** -np.log2(said_right).mean()).round(2), "=",
      ((1 / said_right).prod() ** (1 / 3)).round(2))
assert round(perplexity, 2) == 4.31
assert round(math.exp(3)) == 20 and 2**3 == 8
print(f"frequencies of the manual: {H1:.2f} bits a character,"
      f" perplexity {2**H1:.1f} of {len(alphabet)}")
assert np.isclose(np.exp(it.entropy(np.full(100, 0.01))), 100)

# %% [markdown]
# ### Exercise 9.2 * · what you pay for your beliefs (2 points)
#
# **Contract.** `p`, `q`: distributions along `axis`, of shapes that broadcast (one `p` for many rows of `q`, too); they
# need not be checked. Return $-\sum_xp(x)\log q(x)$, with `base` as in 9.1. Where $q(x) = 0 < p(x)$: inf. Where $p(x) =
# q(x) = 0$: that term is 0. Of `it` only `it.entropy` may be called (the others are built on this one), and
# `xlogy`; `it.kl_divergence`, `scipy.stats.entropy`, SciPy's `rel_entr` and `kl_div` are refused.
#
# *Example:* `p = [1/2, 1/4, 1/8, 1/8]`, `q = [1/8, 1/2, 1/8, 1/4]` (arrays) give 2.375 with `base=2`, and 1.6462
# without.
#
# <details><summary>Hint 1</summary>Write a table of cases: p > 0 and q > 0; p > 0 and q = 0; p = 0 and anything. What is each term?</details>
# <details><summary>Hint 2</summary><code>np.where(condition, a, b)</code> chooses after both have been computed. A warning of NumPy's about log 0 does no harm here.</details>

# %% exercise="cross_entropy"
def cross_entropy(p, q, *, base=None, axis=-1):
    """Return the mean surprise of one who expects q, where p draws."""
    ### BEGIN SOLUTION
    surprise = np.where(p > 0, -np.log(q), 0.0)
    nats = np.sum(p * surprise, axis=axis)
    return nats if base is None else nats / np.log(base)
    ### END SOLUTION

# %% check="cross_entropy"
check("cross_entropy")

# %% [markdown]
# **The part that is your fault.** Even whoever knows $p$ pays $H(p)$. The rest is the price of being wrong, and has a
# name, the **Kullback-Leibler divergence** of $q$ from $p$:
#
# $$D_{\mathrm{KL}}(p\,\|\,q) = H(p, q) - H(p) = \sum_xp(x)\log\frac{p(x)}{q(x)} .$$
#
# (Put both sums under one: $-\log q(x) + \log p(x)$.) Read the same line as $H(p, q) = H(p) + D_{\mathrm{KL}}(p\,\|\,
# q)$: **cross-entropy is entropy plus KL**. Three facts:
#
# - $D_{\mathrm{KL}}(p\,\|\,q) \ge 0$, and $= 0$ only if $q = p$. (You will prove it. Single terms may well be negative;
#   the sum never is.)
# - It is not symmetric, so it is no distance. Above: $2.375 - 1.75 = 0.625$ bits one way, $2.25 - 1.75 = 0.5$ the
#   other.
# - If $q$ forbids what $p$ allows, it is infinite. No small number added to $q$ makes that go away; it makes it wrong.
#
# **What it costs on paper.** Give each value a code word of $-\log_2q(x)$ bits. If $q$ is the truth, you need $H(q)$
# bits a value; if $p$ is, you need $H(p, q)$, and $D_{\mathrm{KL}}(p\,\|\,q)$ of those are wasted, value after value,
# because your code was made for another world. (In *bits*: logarithms to the base 2. And as long as these lengths are
# whole numbers; entropy is a lower bound on the mean length, which section 9.7 proves and then nearly attains.)

# %%
# Words for q: of 3, 1, 3 and 2 bits. No word begins another one.
words_for_q = ["110", "0", "111", "10"]
lengths = np.array([len(word) for word in words_for_q])
assert (lengths == -np.log2(q)).all()
wasted = p @ lengths - it.entropy(p, base=2)
print("if q is true:", q @ lengths, " if p is:", p @ lengths,
      " wasted:", wasted.round(4), "bits a value")
assert np.isclose(wasted, it.kl_divergence(p, q, base=2))
assert np.isclose(it.kl_divergence(p, q, base=2), 0.625)
assert np.isclose(it.kl_divergence(q, p, base=2), 0.5)
print("q forbids what p allows:", it.kl_divergence([0.5, 0.5], [1.0, 0.0]))

fig, axes = plt.subplots(1, 2, figsize=(7.2, 2.5))
at = np.arange(4)
axes[0].bar(at - 0.2, p, 0.38)
axes[0].bar(at + 0.2, q, 0.38, hatch="//", edgecolor="white")
axes[0].text(0.05, 0.46, "p", color="C0", weight="bold")
axes[0].text(1.45, 0.46, "q (hatched)", color="C1", weight="bold")
terms = p * np.log2(p / q)
axes[1].bar(at, terms, color="C2")
for k in range(4):
    axes[1].text(k, terms[k] + (0.04 if terms[k] >= 0 else -0.14),
                 f"{terms[k]:+.3g}".replace("-", "−"), ha="center")
axes[1].axhline(0, color="0.3", lw=0.8)
axes[0].set(xticks=at, xticklabels=["a", "b", "c", "d"])
axes[1].set(xticks=at, xticklabels=["a", "b", "c", "d"], ylim=(-0.5, 1.2),
            title="the terms of D(p‖q), bits")
mathlib.show(
    fig,
    caption="Where p is larger than q the term is positive, where it is"
    " smaller negative, where they are equal 0; together they make"
    f" {terms.sum():.3f} bits. The heavy weights p(x) lie on the positive"
    " side; that is why.",
    alt="Left, two bars for each of four letters. Right, one high bar up,"
    " one down, a zero and a short one down.",
)

# %% [markdown]
# **Training is this.** The data are a distribution, too: $\hat p_k$ is the share of class $k$ among them. $H(\hat p)$
# does not depend on the model, so whatever lowers the cross-entropy lowers KL by as much. And the cross-entropy of
# $\hat p$ and a model $p_\theta$ is the mean negative log likelihood of chapter 7, word for word. Hence, for
# categorical outputs,
#
# $$\arg\max_\theta\sum_i\log p_\theta(y_i) = \arg\min_\theta H(\hat p, p_\theta) = \arg\min_\theta D_{\mathrm{KL}}(\hat
# p\,\|\,p_\theta) .$$
#
# With inputs it is the same sum, $\log p_\theta(y_i\mid x_i)$. Classifiers and language models, from the smallest to
# the largest, are trained by this line. (With Gaussian outputs the log likelihood is squared error, chapter 7.) You
# derive it on paper in a moment; first see it. The data: how long are the manual's words? The model: one parameter
# $\lambda$, $p_\lambda(k) \propto \lambda^{k-1}/(k - 1)!$ for $k = 1, \dots, 16$ letters (chapter 7's Poisson, cut
# off).

# %% tags=["nbval-ignore-output"]
lengths = np.array([len(w) for w in words if w.isalpha() and len(w) <= 16])
share = np.bincount(lengths, minlength=17)[1:] / lengths.size
k = np.arange(16)
rates = np.linspace(2, 6, 161)
models = fd.softmax(
    k * np.log(rates[:, None]) - np.cumsum(np.log(np.maximum(k, 1))))
losses = -np.log(models[:, lengths - 1]).mean(axis=1)
divergence = it.kl_divergence(share, models)
assert np.allclose(losses, it.entropy(share) + divergence)
best = rates[losses.argmin()]
assert losses.argmin() == divergence.argmin()

fig, axes = plt.subplots(1, 2, figsize=(7.2, 2.6))
axes[0].plot(rates, losses)
axes[0].plot(rates, divergence, "--")
axes[0].axhline(it.entropy(share), color="0.5", lw=1, ls=":")
axes[0].plot([best] * 2, [losses.min(), divergence.min()], "o", color="C2")
axes[0].text(2.7, 2.68, "mean loss", color="C0")
axes[0].text(2.5, 0.6, "KL of the model from the data", color="C1")
axes[0].text(5.9, it.entropy(share) - 0.06, "H of the data", color="0.4",
             ha="right", va="top")
axes[0].set(xlabel="λ", ylabel="nats", ylim=(0, 3))
axes[1].bar(k + 1, share)
axes[1].plot(k + 1, models[losses.argmin()], "o-", color="C1",
             ms=4)
axes[1].text(6.8, 0.15, f"model, λ = {best:.2f}", color="C1")
axes[1].set(xlabel="letters in a word", ylabel="share",
            xticks=range(2, 17, 2))
mathlib.show(
    fig,
    caption="Left: the two curves are one, shifted by the entropy of the data"
    f" (dotted), and least at the same λ. Right: the best is not good,"
    f" {divergence.min():.2f} nats a word away; KL says how far.",
    alt="Left, two parallel valleys, one high and one low, with a dot at the"
    " bottom of each. Right, bars of word lengths and a smooth curve that"
    " misses most of them.",
)

# %% [markdown]
# ### Exercise 9.3 ** · the price of being wrong (2 points)
#
# **Contract.** As in 9.2: $\sum_xp(x)\log\frac{p(x)}{q(x)}$, `base` and `axis` too. Where $q(x) = 0 < p(x)$: inf. Where
# $p(x) = 0$ the term is 0, whatever $q$ is. Probabilities down to $10^{-310}$ are allowed: $1/10^{-310}$ is no float
# any more, its logarithm is. Again only `it.entropy` and `xlogy` may be called; `it.cross_entropy` and SciPy's
# `rel_entr`, `kl_div` and `stats.entropy` are refused.
#
# *Example:* `p`, `q` as in 9.2 give 0.625 with `base=2` (0.4332 nats); reversed 0.5.
#
# <details><summary>Hint 1</summary>There are three kinds of terms. Which of them does the bare formula spoil?</details>
# <details><summary>Hint 2</summary>The logarithm of a quotient needs no quotient.</details>

# %% exercise="kl_divergence"
def kl_divergence(p, q, *, base=None, axis=-1):
    """Return the divergence of q from p."""
    ### BEGIN SOLUTION
    log_ratio = np.where(p > 0, np.log(p) - np.log(q), 0.0)
    nats = np.sum(p * log_ratio, axis=axis)
    return nats if base is None else nats / np.log(base)
    ### END SOLUTION

# %% check="kl_divergence"
check("kl_divergence")

# %% [markdown]
# ### Exercise 9.4 *** · a derivation, in writing (5 points, read by a person)
#
# **Maximum likelihood is minimum KL.** There are $K$ classes and data $y_1, \dots, y_n$, of which $n_k$ are of class
# $k$; $\hat p_k = n_k/n$. A model gives class $k$ the probability $p_\theta(k) > 0$.
#
# 1. Show $D_{\mathrm{KL}}(p\,\|\,q) \ge 0$ from $\log t \le t - 1$, and say when it is 0. Some $p(x)$ may be 0: say over
#    which $x$ you sum.
# 2. Show that the mean log likelihood $\frac1n\sum_i\log p_\theta(y_i)$ is $-H(\hat p, p_\theta)$.
# 3. Show $H(\hat p, p_\theta) = H(\hat p) + D_{\mathrm{KL}}(\hat p\,\|\,p_\theta)$. Conclude that the $\theta$ of the
#    largest likelihood has the smallest cross-entropy and the smallest divergence. Which term doesn't matter, and why?
# 4. $K = 3$ and $(n_1, n_2, n_3) = (6, 3, 1)$. Which of *all* distributions has the largest likelihood? How large is
#    its mean log likelihood, in nats? What does the uniform model lose against it per datum? Compute that as a
#    difference and as a divergence.
# 5. A colleague minimises $D_{\mathrm{KL}}(p_\theta\,\|\,\hat p)$ instead. One class was never seen, $n_k = 0$. What
#    comes out for this $p_\theta$, and what does the likelihood say to the same model?
#
# Write formulas between dollar signs. One line of reasoning for each step is enough; a step without a reason is not.

# %% [markdown] written="mle_is_kl_derivation"
# **1.** Sum over the $x$ with $p(x) > 0$; the other terms are 0. With $t = q(x)/p(x)$,
#
# $$-D_{\mathrm{KL}}(p\,\|\,q) = \sum_{p(x) > 0}p(x)\log\frac{q(x)}{p(x)} \le \sum_{p(x) > 0}p(x)\Bigl(\frac{q(x)}{p(x)}
# - 1\Bigr) = \sum_{p(x) > 0}q(x) - 1 \le 0 .$$
#
# The last step: $q$ adds up to 1 over all $x$, so to at most 1 over some. Both are equalities if $q(x) = p(x)$ for
# these $x$ (there only is $\log t = t - 1$); then nothing of $q$ is left for the others, and $q = p$. (If $q(x) = 0 <
# p(x)$ somewhere, the divergence is infinite, and certainly not negative.)
#
# **2.** Collect the data by class: $\frac1n\sum_i\log p_\theta(y_i) = \frac1n\sum_kn_k\log p_\theta(k) =
# \sum_k\hat p_k\log p_\theta(k) = -H(\hat p, p_\theta)$.
#
# **3.** $H(\hat p) + D_{\mathrm{KL}}(\hat p\,\|\,p_\theta) = \sum_k\hat p_k\bigl(-\log\hat p_k + \log\hat p_k - \log
# p_\theta(k)\bigr) = H(\hat p, p_\theta)$, over the $k$ with $\hat p_k > 0$. $H(\hat p)$ is made of data alone;
# $\theta$ does not occur in it. So $D_{\mathrm{KL}}$ and $H(\hat p, p_\theta)$ differ by a constant and are smallest at
# the same $\theta$, and by 2 the log likelihood, $n$ times minus the cross-entropy, is largest there.
#
# **4.** By 1 and 3 the divergence is 0, the least there is, only for $p_\theta = \hat p = (0.6, 0.3, 0.1)$. Its mean
# log likelihood is $-H(\hat p) = 0.6\log0.6 + 0.3\log0.3 + 0.1\log0.1 = -0.8979$. The uniform model has $-\log3 =
# -1.0986$ and loses $0.2007$ nats per datum. As a divergence: $0.6\log1.8 + 0.3\log0.9 + 0.1\log0.3 = 0.3527 - 0.0316 -
# 0.1204 = 0.2007$.
#
# **5.** The term of that class is $p_\theta(k)\log\frac{p_\theta(k)}{0} = \infty$: infinitely bad, however small
# $p_\theta(k) > 0$ is. The likelihood does not contain $p_\theta(k)$ at all, its weight $\hat p_k$ is 0: it is finite,
# and only minds that what was given to class $k$ is missing elsewhere.

# %% [markdown]
# ## 9.3 What one thing says about another
#
# Two random variables, $X$ with $m$ values and $Y$ with $n$, and a table $p(x, y)$ of shape $(m, n)$ that adds up to 1.
# **Rows are $x$, columns are $y$**, in all of this chapter. Summing along a row gives $p(x)$, down a column $p(y)$.
#
# The **joint entropy** is the entropy of the pair; the table is one long list of probabilities:
#
# $$H(X, Y) = -\sum_{x,y}p(x, y)\log p(x, y) .$$
#
# Now somebody shows you $Y$. In the column $y$ the distribution of $X$ is $p(x\mid y) = p(x, y)/p(y)$, and it has an
# entropy. Columns come up as often as $p(y)$ says, so the mean, the **conditional entropy**, weighs them by that:
#
# $$H(X\mid Y) = \sum_yp(y)\,H(X\mid Y = y) = -\sum_{x,y}p(x, y)\log p(x\mid y) = H(X, Y) - H(Y) .$$
#
# (The last step: $\log p(x\mid y) = \log p(x, y) - \log p(y)$.) Read as $H(X, Y) = H(Y) + H(X\mid Y)$ it is a chain
# rule: to learn both, learn one, then what is left of the other. With more variables it goes on and on, and a language
# model is paid for by exactly that sum, token by token.
#
# **By hand.** $X$: rain or dry. $Y$: what the forecast says.
#
# | | "no rain" | "perhaps" | "rain" | $p(x)$ |
# |---|---|---|---|---|
# | rain | 0 | 1/8 | 1/8 | 1/4 |
# | dry | 1/2 | 1/4 | 0 | 3/4 |
# | $p(y)$ | 1/2 | 3/8 | 1/8 | 1 |

# %%
forecast = np.array([[0, 1 / 8, 1 / 8], [1 / 2, 1 / 4, 0]])
p_y = forecast.sum(axis=0)
print("p(y)", p_y)
print("p(x | y), a column each\n", (forecast / p_y).round(3))
assert np.allclose((forecast / p_y)[:, 1], [1 / 3, 2 / 3])

fig, ax = plt.subplots(figsize=(6.2, 2.2))
left = np.cumsum(p_y) - p_y
rain = forecast[0] / p_y
ax.bar(left, rain, p_y, align="edge", edgecolor="white", lw=2)
ax.bar(left, 1 - rain, p_y, bottom=rain, align="edge", color="C1",
       alpha=0.45, edgecolor="white", lw=2)
ax.set_xticks(left + p_y / 2, ["no rain", "perhaps", "rain"])
ax.text(5 / 8, 0.14, "rain", color="white", weight="bold")
ax.text(0.2, 0.5, "dry", weight="bold")
ax.set(ylabel="p(x | y)", yticks=[0, 1 / 3, 1],
       yticklabels=["0", "1/3", "1"], xlim=(0, 1))
ax.grid(False)
mathlib.show(
    fig,
    caption="A column is as wide as its forecast is frequent. Within it,"
    " rain (full) and dry (pale); only the middle column is mixed.",
    alt="A square cut into three columns: one all pale, one a third full and"
    " two thirds pale, and a narrow one that is full.",
)

# %% [markdown]
# Only "perhaps" leaves a doubt: $(\frac13, \frac23)$, which is 0.918 bits, and it is said 3 times in 8. So
# $H(X\mid Y) = \frac38\cdot0.918 = 0.344$ bits. Before the forecast it was $H(X) = 0.811$, for $(\frac14, \frac34)$.
# What the forecast was worth is the difference, the **mutual information**
#
# $$I(X; Y) = H(X) - H(X\mid Y) = 0.467 \text{ bits} .$$
#
# Insert the definitions, and $\log\frac{p(x\mid y)}{p(x)} = \log\frac{p(x, y)}{p(x)\,p(y)}$ is left under the sum:
#
# $$I(X; Y) = \sum_{x,y}p(x, y)\log\frac{p(x, y)}{p(x)\,p(y)} = D_{\mathrm{KL}}\bigl(p(x, y)\,\|\,p(x)\,p(y)\bigr) .$$
#
# So it is what you waste if you take the two for independent. Being a KL it is never negative: **on average, knowing
# more can't make you less sure.** (A single piece of news can: after "perhaps" you know less than before.) It is 0 only
# if $X$ and $Y$ are independent. And it is symmetric: the weather says as much about the forecast as the forecast about
# the weather. $H(X\mid Y)$ and $H(Y\mid X)$ are not the same at all.

# %%
bit = np.log(2)  # in nats
H_x, H_y = (it.entropy(forecast.sum(axis=a)) / bit for a in (1, 0))
H_xy = it.joint_entropy(forecast) / bit
x_given_y = it.conditional_entropy(forecast) / bit
y_given_x = it.conditional_entropy(forecast.T) / bit
I_xy = it.mutual_information(forecast) / bit
print(f"H(X) = {H_x:.3f}, H(Y) = {H_y:.3f}, H(X, Y) = {H_xy:.3f};"
      f" H(X | Y) = {x_given_y:.3f}, I = {I_xy:.3f} bits")
assert np.allclose([H_x, x_given_y, I_xy], [0.811, 0.344, 0.467], atol=5e-4)
assert np.isclose(I_xy, H_x - x_given_y) and np.isclose(
    I_xy, it.mutual_information(forecast.T) / bit)
perhaps = it.entropy([1 / 3, 2 / 3], base=2)
assert perhaps > H_x and np.isclose(x_given_y, 3 / 8 * perhaps)

fig, ax = plt.subplots(figsize=(6.6, 2.3))
bars = [("H(X, Y)", 0, H_xy, "0.6"), ("H(X)", 0, H_x, "C0"),
        ("H(Y)", x_given_y, H_y, "C1")]
for row, (name, start, width, color) in enumerate(bars):
    ax.barh(-row, width, left=start, height=0.62, color=color)
    ax.text(start + width / 2, -row, f"{name}  {width:.3f}", color="white",
            ha="center", va="center", weight="bold")
for start, width, name in ((0, x_given_y, "H(X | Y)"), (x_given_y, I_xy, "I"),
                           (H_x, y_given_x, "H(Y | X)")):
    ax.barh(-3, width, left=start, height=0.62, color="white",
            edgecolor="0.3")
    ax.text(start + width / 2, -3, f"{name}  {width:.3f}", ha="center",
            va="center", fontsize=8)
ax.set(yticks=[], xlabel="bits", xlim=(0, H_xy + 0.02))
ax.spines["left"].set_visible(False)
ax.grid(False)
mathlib.show(
    fig,
    caption="The whole is less than the sum of its parts: where the bars of"
    " X and Y overlap lies what they say about each other, I.",
    alt="Four rows of bars. A long one; below it two that start at its left"
    " and end at its right and overlap; and three boxes side by side.",
)

# %% [markdown]
# ### Exercise 9.5 ** · what is still unknown (3 points, two functions)
#
# **Contract.** `p_xy` `(m, n)`: rows $x$, columns $y$, adds up to 1. Zeros are allowed, also whole rows or columns of
# them. `joint_entropy(p_xy)`: $H(X, Y)$. `conditional_entropy(p_xy)`: $H(X\mid Y)$, what is still unknown of the *row*
# once the *column* is seen. Numbers, in nats. `it.entropy` may be used; `it.mutual_information` and
# `it.information_gain` are refused.
#
# *Example:* `p_xy = np.array([[1/2, 1/8, 0], [0, 1/8, 1/4]])`: joint 1.2130 (1.75 bits), conditional 0.1733 (a quarter
# of a bit: columns weigh $\frac12, \frac14, \frac14$, and only the middle one leaves anything open, one bit).
#
# <details><summary>Hint 1</summary>For H(X, Y) a table is one long list of probabilities.</details>
# <details><summary>Hint 2</summary>The chain rule. Of which margin do you need the entropy, and along which axis does one sum to get it?</details>

# %% exercise="joint_entropy"
def joint_entropy(p_xy):
    """Return H(X, Y), in nats."""
    ### BEGIN SOLUTION
    return it.entropy(p_xy.ravel())
    ### END SOLUTION

def conditional_entropy(p_xy):
    """Return H(X | Y), in nats."""
    ### BEGIN SOLUTION
    return it.entropy(p_xy.ravel()) - it.entropy(p_xy.sum(axis=0))
    ### END SOLUTION

# %% check="joint_entropy"
check("joint_entropy")

# %% [markdown]
# **Correlation sees lines; mutual information sees everything.** For $Y = X^2$ and a symmetric $X$ the correlation is 0
# (chapter 6), and yet $Y$ is *determined*: $H(Y\mid X) = 0$ and $I = H(Y)$, all there is. The price: it needs the table
# $p(x, y)$. Counted from $N$ data, the table has bumps by chance, and the estimate is **too large**: for independent
# variables by about $(m - 1)(n - 1)/2N$ nats. With few data and many cells that is all you see.
#
# How far does a text remember? Take a letter and the one $d$ places later. The dotted line is what a *shuffled* text
# gives, where there is nothing to find.

# %% tags=["nbval-ignore-output"]
x = np.arange(-2, 3)
parabola = np.zeros((5, 5))
for j, value in enumerate(x):
    parabola[j, value**2] += 1 / 5  # columns: y = 0 ... 4
print("correlation", abs(np.corrcoef(x, x**2)[0, 1]).round(12),
      "  I =", (it.mutual_information(parabola) / bit).round(3), "bits, of",
      it.entropy(parabola.sum(axis=0), base=2).round(3))
assert np.isclose(it.mutual_information(parabola),
                  it.entropy(parabola.sum(axis=0)))

letters = " abcdefghijklmnopqrstuvwxyz"
simple = " ".join("".join(
    c if c in letters else " " for c in text.lower()).split())
numbers = np.array([letters.index(c) for c in simple])


def told_at_distance(d, where):
    """Return I of a letter and the one d places later, in bits."""
    counts = np.zeros((27, 27))
    np.add.at(counts, (where[:-d], where[d:]), 1)
    return it.mutual_information(counts / counts.sum()) / bit


far = [1, 2, 3, 4, 5, 6, 8, 10, 14, 20, 28, 40, 57, 80]
told = [told_at_distance(d, numbers) for d in far]
floor = told_at_distance(1, np.random.default_rng(0).permutation(numbers))
bias = 26**2 / (2 * numbers.size) / bit
assert 0.8 < floor / bias < 1.2
fig, ax = plt.subplots(figsize=(6.2, 2.6))
ax.loglog(far, told, "o-", ms=4)
ax.axhline(floor, color="C1", ls=":")
ax.text(1, floor * 1.15, "shuffled", color="C1")
ax.set(xlabel="letters apart", ylabel="mutual information (bits)")
ax.set_xticks([1, 2, 5, 10, 20, 40, 80], [1, 2, 5, 10, 20, 40, 80])
ax.set_xticks([], minor=True)
mathlib.show(
    fig,
    caption=f"Neighbours share {told[0]:.2f} bits, letters ten apart"
    f" {told[7]:.3f}. But it has not died out at {far[-1]}: it is still"
    f" {told[-1] / floor:.1f} times what chance alone would show.",
    alt="A curve on two logarithmic scales that falls steeply at first and"
    " then flattens, staying above a dotted horizontal line.",
)
assert told[0] > 0.7 and told[-1] > 1.3 * floor

# %% [markdown]
# **Where it is load-bearing.** Feature selection: keep what tells most about the label. Neuroscience: how much a spike
# says about the picture. Word pieces are merged, phrases found, by the *pointwise* version $\log\frac{p(x, y)}{p(x)\,
# p(y)}$ of a single pair. And in section 9.5 networks are trained to make it large.
#
# ### Exercise 9.6 ** · find and mend (2 points)
#
# The author of the code below tried it on two fair coins, got 0, which is right, and went home. It is wrong on `[[0.5,
# 0.2], [0.1, 0.2]]`, stops with an error on a $2\times3$ table, and says nan where a cell is 0. **Mend it**, or write
# it anew.
#
# **Contract.** `p_xy` as in 9.5. Return $I(X; Y)$ in nats, a number, not negative (but for rounding); zeros, and tables
# that are not square, are allowed. `it.kl_divergence`, `it.entropy` and so on may be used; scikit-learn's
# `mutual_info_score` is refused.
#
# *Example:* the table of 9.5 gives 0.4883.
#
# <details><summary>Hint 1</summary>The product of the margins is a table of the shape of <code>p_xy</code>. What shapes must the two factors have? (<code>keepdims=True</code>.)</details>
# <details><summary>Hint 2</summary>Then the zeros: 0 log 0 is 0. Which function of this chapter knows that already? (It takes <em>rows</em> for distributions, and here the whole table is one long list: <code>ravel()</code>.)</details>

# %%
def broken_mutual_information(p_xy):
    p_x = p_xy.sum(axis=0)
    p_y = p_xy.sum(axis=1)
    return np.sum(p_xy * np.log(p_xy / (p_x * p_y)))

tried = np.array([[0.5, 0.2], [0.1, 0.2]])
print("broken:", broken_mutual_information(tried).round(4),
      "  right:", it.mutual_information(tried).round(4))
assert broken_mutual_information(np.full((2, 2), 0.25)) == 0
assert not np.isclose(broken_mutual_information(tried),
                      it.mutual_information(tried))

# %% exercise="mutual_information"
def mutual_information(p_xy):
    """Return I(X; Y), in nats."""
    ### BEGIN SOLUTION
    p_x = p_xy.sum(axis=1, keepdims=True)
    p_y = p_xy.sum(axis=0)
    return it.kl_divergence(p_xy.ravel(), (p_x * p_y).ravel())
    ### END SOLUTION

# %% check="mutual_information"
check("mutual_information")

# %% [markdown]
# **One question, well chosen.** 569 breast tumours, each with ten measurements, taken from an image of its cells, and a
# label: benign or malignant. You may ask *one* question: "is this measurement above that value?" Which? The one whose
# answer says most about the label. Let $S$ be the data, split by a feature into the parts $S_v$. The **information
# gain** is
#
# $$IG = H(Y) - \sum_v\frac{|S_v|}{|S|}\,H(Y\mid S_v) ,$$
#
# the mutual information of label and feature, with counts for probabilities. $H(Y\mid S_v)$ is the entropy of the
# *labels* in that part, and a part counts by its *size*.
#
# **By hand.** Labels 1 1 1 1 0 0 0 0, so $H(Y) = \log2 = 0.6931$ nats. A feature that is 7 for the first two and 3 for
# the others: the two are pure, entropy 0; the six have $(\frac26, \frac46)$, 0.6365. Then $IG = 0.6931 - \frac28\cdot0
# - \frac68\cdot0.6365 = 0.2158$.
#
# Ask again within each part, and again, and you have a decision tree (Quinlan's ID3, 1986). Every tree of a random
# forest is grown like this, or with a cousin of the entropy (Gini). **Beware of features with many values.** The
# patient's number splits the data into pure parts of one; its gain is all of $H(Y)$, and it knows nothing. That is why
# C4.5 divides the gain by the entropy of the split (the *gain ratio*, another quantity).

# %%
labels = np.array([1, 1, 1, 1, 0, 0, 0, 0])
feature = np.array([7, 7, 3, 3, 3, 3, 3, 3])
assert np.isclose(it.information_gain(labels, feature), 0.2158, atol=5e-5)

tumours = load_breast_cancer()
train = np.arange(569) % 3 > 0  # every third patient is kept for later
X, y = tumours.data[train, :10], tumours.target[train]


def gains(column):
    """Return all thresholds between neighbours, and their gains (bits)."""
    values = np.unique(column)
    cuts = (values[1:] + values[:-1]) / 2
    return cuts, np.array(
        [it.information_gain(y, column > cut) for cut in cuts]) / bit


curves = [gains(column) for column in X.T]
order = np.argsort([-gain.max() for _, gain in curves])
names = tumours.feature_names
fig, axes = plt.subplots(1, 2, figsize=(7.4, 3.0), sharey=True)
for ax, j in zip(axes, (order[0], order[-1])):
    cuts, gain = curves[j]
    ax.plot(cuts, gain)
    ax.plot(cuts[gain.argmax()], gain.max(), "o", color="C1")
    ax.text(0.97, 0.9, f"best: > {cuts[gain.argmax()]:.4g}\n"
            f"{gain.max():.2f} bits", color="C1", ha="right", va="top",
            transform=ax.transAxes)
    ax.set(xlabel=f"threshold for the {names[j]}", ylim=(0, 0.78))
axes[0].set(ylabel="information gain (bits)", xticks=np.arange(4) / 20)
H_label = it.entropy(np.bincount(y) / y.size, base=2)
mathlib.show(
    fig,
    caption=f"The answer to the best question is worth"
    f" {curves[order[0]][1].max():.2f} of the {H_label:.2f} bits that the"
    f" label holds; about the {names[order[-1]]} (right) it pays to ask"
    " nothing.",
    alt="Two curves of gain against threshold: a high peak with steep"
    " flanks, and a line close to zero.",
)

# %%
best, cut = order[0], curves[order[0]][0][curves[order[0]][1].argmax()]
tree = DecisionTreeClassifier(
    criterion="entropy", max_depth=1, random_state=0).fit(X, y)
assert tree.tree_.feature[0] == best
assert np.isclose(tree.tree_.threshold[0], cut)
held = tumours.data[~train, best] > cut
right = np.mean(held == (tumours.target[~train] == 0))
print(f"one question, '{names[best]} > {cut:.4g}?', is right for"
      f" {right:.0%} of the {held.size} patients kept back;"
      " scikit-learn asks the same")
print("gain of the patient's number:",
      round(it.information_gain(y, np.arange(y.size)) / bit, 2), "bits")
assert np.isclose(it.information_gain(y, np.arange(y.size)) / bit, H_label)
assert right > 0.85

# %% [markdown]
# ### Exercise 9.7 ** · what a split is worth (2 points)
#
# **Contract.** `labels`, `feature` `(n,)`, $n \ge 1$, arrays of any discrete values (not necessarily 0, 1, ...). Return
# in nats how much the entropy of the labels falls when they are split by the value of the feature: a number.
# `np.unique` and `it.entropy` may be used; scikit-learn's `mutual_info_score` is refused.
#
# *Example:* `labels = np.array([1, 1, 1, 1, 0, 0, 0, 0])`, `feature = np.array([7, 7, 3, 3, 3, 3, 3, 3])`: 0.2158.
#
# <details><summary>Hint 1</summary><code>np.unique(some, return_counts=True)</code> counts whatever there is.</details>
# <details><summary>Hint 2</summary><code>labels[feature == v]</code> are the labels of one part. How many of all are they?</details>

# %% exercise="information_gain"
def information_gain(labels, feature):
    """Return how much less uncertain labels are once feature is known."""
    ### BEGIN SOLUTION
    def uncertainty(some):
        counts = np.unique(some, return_counts=True)[1]
        return it.entropy(counts / len(some))

    left = 0.0
    for value in np.unique(feature):
        group = labels[feature == value]
        left += len(group) / len(labels) * uncertainty(group)
    return uncertainty(labels) - left
    ### END SOLUTION

# %% check="information_gain"
check("information_gain")

# %% [markdown]
# ## 9.4 How far apart are two distributions?
#
# KL is infinite as soon as $q$ forbids what $p$ allows, and that happens all the time: two pages of a manual hardly
# ever have the same words. The **Jensen-Shannon divergence** compares both with their mixture:
#
# $$\mathrm{JSD}(p, q) = \tfrac12D_{\mathrm{KL}}(p\,\|\,m) + \tfrac12D_{\mathrm{KL}}(q\,\|\,m), \qquad m = \tfrac{p +
# q}2 .$$
#
# It is symmetric. It is never infinite, because $m(x) \ge p(x)/2$, so $\log\frac{p(x)}{m(x)} \le \log2$, and the mean
# of numbers up to $\log2$ is at most $\log2$. Equality: $p$ and $q$ have nothing in common.
#
# **By hand.** $p = (1, 0)$, $q = (\frac12, \frac12)$, so $m = (\frac34, \frac14)$. $D(p\,\|\,m) = \log\frac43 =
# 0.2877$; $D(q\,\|\,m) = \frac12\log\frac23 + \frac12\log2 = 0.1438$; half of each, $0.2158$ nats. You have seen that
# number. A fair coin chooses $p$ or $q$, a draw is shown to you: **JSD is how much the draw tells you about the coin**,
# $I(\text{coin}; \text{draw})$. In the example of 9.3 the label was the coin.
#
# (Its *square root* is a distance, with triangle inequality and all; `scipy.spatial.distance.jensenshannon` returns the
# root.) **Where it is load-bearing.** A GAN's discriminator does exactly this: it is shown a real picture or a
# generated one, and guesses which. The best one there can be has the loss $2\log2 - 2\,\mathrm{JSD}$, summed over both
# kinds (chapter 22). And the ceiling is a trouble: without overlap JSD is $\log2$ however far apart the two are, and
# its slope is 0.

# %% tags=["nbval-ignore-output"]
coin_and_draw = np.array([[1, 0], [1 / 2, 1 / 2]]) / 2  # rows: p or q
apart = it.jensen_shannon([1, 0], [0.5, 0.5])
print("JSD =", apart.round(4), "  I =",
      it.mutual_information(coin_and_draw).round(4), "nats")
assert np.isclose(apart, it.mutual_information(coin_and_draw))
assert np.isclose(apart, 0.2158, atol=5e-5)
halves = [it.kl_divergence(p, [3 / 4, 1 / 4]) for p in ([1, 0], [0.5, 0.5])]
assert np.allclose(halves, [0.2877, 0.1438], atol=5e-5)
assert np.isclose(it.jensen_shannon([1, 0], [0, 1]), np.log(2))

pages = ["if", "while", "for", "try", "with", "integers", "floating",
         "imaginary", "strings", "lambda", "class", "function", "lists",
         "dict"]
pages = [name for name in pages if name in topics]
bags = [Counter(topics[name].lower().split()) for name in pages]
seen = sorted(set().union(*bags))
share = np.array([[bag[word] for word in seen] for bag in bags], dtype=float)
share /= share.sum(axis=1, keepdims=True)
kl = it.kl_divergence(share[:, None], share)
jsd = it.jensen_shannon(share[:, None], share, base=2)
others = ~np.eye(len(pages), dtype=bool)
fig, ax = plt.subplots(figsize=(5.6, 4.2))
shown = ax.imshow(np.where(others, jsd, np.nan), cmap="Blues_r")
fig.colorbar(shown, label="Jensen-Shannon divergence (bits)")
ax.set_xticks(range(len(pages)), pages, rotation=60, ha="right")
ax.set_yticks(range(len(pages)), pages)
ax.grid(False)
mathlib.show(
    fig,
    caption=f"Pages of the manual by their words. KL is infinite for"
    f" {np.mean(np.isinf(kl[others])):.0%} of the pairs; JSD (dark: close)"
    " finds the two loops, integers and floating, class and function; the"
    " imaginary numbers stand a little apart.",
    alt="A square map of shades of blue with the names of fourteen pages at"
    " its sides; a few pairs beside the diagonal are dark.",
)
closest = np.unravel_index(np.where(others, jsd, 9).argmin(), jsd.shape)
print("closest:", *(pages[i] for i in closest))
assert np.isinf(kl[others]).mean() > 0.9 and jsd[others].max() <= 1

# %% [markdown]
# ### Exercise 9.8 ** · a fair comparison (2 points)
#
# **Contract.** `p`, `q` as in 9.2 (shapes broadcast, zeros allowed). Return the divergence, not its root: never inf, at
# most $\log2$ nats, 1 with `base=2`. `base` and `axis` as before. `it.kl_divergence` and `it.entropy` may be used;
# `scipy.spatial.distance.jensenshannon` is refused.
#
# *Example:* `p = np.array([1.0, 0.0])`, `q = np.array([0.5, 0.5])`: 0.2158, and 0.3113 with `base=2`.
#
# <details><summary>Hint 1</summary>What is m where q is 0 and p is not?</details>

# %% exercise="jensen_shannon"
def jensen_shannon(p, q, *, base=None, axis=-1):
    """Return the mean divergence of p and q from their mixture."""
    ### BEGIN SOLUTION
    m = (p + q) / 2
    from_p = it.kl_divergence(p, m, base=base, axis=axis)
    from_q = it.kl_divergence(q, m, base=base, axis=axis)
    return (from_p + from_q) / 2
    ### END SOLUTION

# %% check="jensen_shannon"
check("jensen_shannon")

# %% [markdown]
# **The two directions of KL.** A model $q$ is to imitate $p$ and can't: $p$ has two humps, $q$ is a Gaussian. Which $q$
# is closest? KL has two answers.
#
# - **Forward**, $\min_qD_{\mathrm{KL}}(p\,\|\,q) = \min_q\sum_xp(x)\log\frac{p(x)}{q(x)}$: the mean runs over $p$.
#   Wherever $p$ is, $q$ must be, or the price is enormous. So $q$ **covers** all humps, and the empty land between
#   them. This is maximum likelihood: samples come from the *data*.
# - **Reverse**, $\min_qD_{\mathrm{KL}}(q\,\|\,p)$: the mean runs over $q$. Wherever $q$ is, $p$ must be. What $q$
#   leaves out costs nothing. So $q$ **seeks** one hump and sits on it. Here samples come from the *model*: variational
#   inference (VAEs), and the penalty that keeps an aligned language model near its start (chapters 21 and 22).
#
# **By hand**, with three places. $p = (0.49, 0.02, 0.49)$; a wide $q = (\frac13, \frac13, \frac13)$ and a narrow one
# $q' = (0.9, 0.08, 0.02)$. Forward: 0.32 nats for the wide, 1.24 for the narrow. Reverse: the wide pays
# $\frac13\log\frac{1/3}{0.02} = 0.94$ for the empty place alone, 0.68 in all; the narrow 0.59. Each direction has its
# own winner.

# %%
p3 = np.array([0.49, 0.02, 0.49])
wide, narrow = np.full(3, 1 / 3), np.array([0.9, 0.08, 0.02])
print("forward:", *(it.kl_divergence(p3, q).round(2) for q in (wide, narrow)),
      "  reverse:", *(it.kl_divergence(q, p3).round(2)
                      for q in (wide, narrow)))
assert np.allclose([it.kl_divergence(p3, wide), it.kl_divergence(p3, narrow),
                    it.kl_divergence(wide, p3), it.kl_divergence(narrow, p3)],
                   [0.32, 1.24, 0.68, 0.59], atol=6e-3)
assert round(float(1 / 3 * np.log(1 / 3 / 0.02)), 2) == 0.94

explorer = mathlib.explore.kl_direction()
for start, cost in ((-0.5, 0.92), (1.5, 0.51)):  # pictures (c) and (d)
    explorer.update(gap=5, start=start)
    paid = explorer.read(explorer.values())["reverse"][2]
    assert round(float(paid), 2) == cost
explorer.update(start=-0.5)
fig = explorer.still()
mathlib.show(
    fig,
    caption="Two Gaussians start as the dotted one; the dashed goes down"
    " KL(p‖q), the full one KL(q‖p). Humps close together (a, b): they nearly"
    " agree. Apart: one spreads over both, the other takes the hump that is"
    " nearer to its start, the small one (c) or the large one (d).",
    alt="Four pairs of pictures: filled humps with two curves over them, and"
    " two falling curves against the step.",
)

explorer

# %% [markdown]
# Drag the humps apart, and watch when the full line lets go of one of them. In (c) it sits on the *wrong* hump and
# stays: reverse KL has several minima. And look at what each one says it has paid. Sitting on a hump with the share
# $s$ of $p$, far from the other, costs $\log\frac1s$, since $p$ is there $s$ times as high as $q$: 0.92 nats in (c),
# 0.51 in (d).
#
# **The forward fit needs no search.** A Gaussian that minimises $D_{\mathrm{KL}}(p\,\|\,q)$ has the mean and the
# covariance of $p$; with the sample for $p$ that is the maximum likelihood of chapter 7.
#
# ### Between two Gaussians
#
# $N_0$ with mean $\boldsymbol\mu_0$ `(d,)` and covariance $\Sigma_0$ `(d, d)`, $N_1$ likewise, and $\Delta =
# \boldsymbol\mu_1 - \boldsymbol\mu_0$. Here KL has a closed form. The difference of the log densities (chapter 6) is
#
# $$\log\frac{N_0(\mathbf x)}{N_1(\mathbf x)} = \tfrac12\Bigl[\log\frac{|\Sigma_1|}{|\Sigma_0|} + (\mathbf x -
# \boldsymbol\mu_1)^\top\Sigma_1^{-1}(\mathbf x - \boldsymbol\mu_1) - (\mathbf x - \boldsymbol\mu_0)^\top\Sigma_0^{-1}
# (\mathbf x - \boldsymbol\mu_0)\Bigr] ,$$
#
# and we need its mean for $\mathbf x$ from $N_0$. Write $\mathbf u = \mathbf x - \boldsymbol\mu_0$, which has mean
# $\mathbf 0$ and $E[\mathbf u\mathbf u^\top] = \Sigma_0$.

# %% [markdown]
# - A quadratic form is a trace (chapter 2): $E[\mathbf u^\top A\mathbf u] = E[\operatorname{tr}(A\mathbf u\mathbf
#   u^\top)] = \operatorname{tr}(A\Sigma_0)$.
# - So the last term has the mean $\operatorname{tr}(\Sigma_0^{-1}\Sigma_0) = d$.
# - In the one before, $\mathbf x - \boldsymbol\mu_1 = \mathbf u - \Delta$. Multiplied out: $\operatorname{tr}
#   (\Sigma_1^{-1}\Sigma_0)$, plus $\Delta^\top\Sigma_1^{-1}\Delta$; the mixed terms have mean 0.
#
# $$D_{\mathrm{KL}}(N_0\,\|\,N_1) = \tfrac12\Bigl[\operatorname{tr}(\Sigma_1^{-1}\Sigma_0) + \Delta^\top\Sigma_1^{-1}
# \Delta - d + \log\frac{|\Sigma_1|}{|\Sigma_0|}\Bigr] .$$
#
# **By hand**, $d = 1$: $N_0$ has mean 0 and *variance* 1, $N_1$ mean 1 and variance 4. $\frac12[\frac14 + \frac14 - 1 +
# \log4] = 0.4431$. The other way round: $\frac12[4 + 1 - 1 - \log4] = 1.3069$.
#
# A check for the memory: with equal means and covariances it must be 0, and that is what the $-d$ is for. Every inverse
# is the inverse of the *second* covariance, and the logarithm is large when the second one is wide.
#
# **Where it is load-bearing.** $N_1 = \mathcal N(\mathbf 0, I)$ and a diagonal $\Sigma_0$ make the regulariser of the
# VAE, $\frac12\sum_i(\mu_i^2 + \sigma_i^2 - 1 - \log\sigma_i^2)$. With equal covariances $\sigma^2I$ only
# $\lVert\Delta\rVert^2/2\sigma^2$ is left, and that is why a diffusion model's loss is a squared error (both in chapter
# 22).

# %%
there = it.gaussian_kl([0], [[1]], [1], [[4]])
back = it.gaussian_kl([1], [[4]], [0], [[1]])
print("one way", there.round(4), "  the other", back.round(4))
assert np.allclose([there, back], [0.4431, 1.3069], atol=5e-5)
assert np.isclose(it.gaussian_kl([0, 0], 4 * np.eye(2), [1, 2],
                                 4 * np.eye(2)), 5 / (2 * 4))

draws = np.random.default_rng(0).normal(size=100_000)
ratio = pr.gaussian_log_pdf(draws, 0, 1) - pr.gaussian_log_pdf(draws, 1, 2)
print("by 100 000 dice", ratio.mean().round(2), "±",
      (ratio.std() / draws.size**0.5).round(3))
assert abs(ratio.mean() - there) < 0.02

std = np.linspace(0.25, 4, 151)
fig, ax = plt.subplots(figsize=(6.2, 2.5))
ax.plot(std, [it.gaussian_kl([0], [[1]], [0], [[s * s]]) for s in std])
ax.plot(std, [it.gaussian_kl([0], [[s * s]], [0], [[1]]) for s in std],
        "--")
ax.text(0.42, 3.2, "KL( N(0, 1) ‖ N(0, σ²) )", color="C0")
ax.text(1.4, 2.3, "KL( N(0, σ²) ‖ N(0, 1) )", color="C1")
ax.set(xlabel="σ", ylabel="nats", ylim=(-0.1, 4))
mathlib.show(
    fig,
    caption="Two bells with one mean, both directions. Too narrow a q is"
    " what the forward KL (full line) will not forgive; the reverse one"
    " (dashed) minds too wide a q.",
    alt="Two curves that touch zero at sigma equal to 1: one rises steeply to"
    " the left, the other to the right.",
)

# %% [markdown]
# ### Exercise 9.9 ** · bells (3 points)
#
# **Contract.** `mean0`, `mean1` `(d,)`; `cov0`, `cov1` `(d, d)`, symmetric and positive definite (variances, not
# standard deviations, on the diagonal). Return $D_{\mathrm{KL}}(N_0\,\|\,N_1)$ in nats, a number. 150 dimensions with
# variances of thousandths are allowed: their determinants are no floats. `np.linalg.solve`, `inv`, `slogdet` and
# `cholesky` may be used.
#
# *Example:* `mean0 = [1, 0]`, `cov0 = [[2, 0], [0, 1]]`, `mean1 = [0, 2]`, `cov1 = [[1, 0], [0, 4]]` (arrays): 1.4716,
# and 3.1534 the other way round.
#
# <details><summary>Hint 1</summary>There are four terms. Compute and print each one; for the example they are 2.25, 2, 2 and log 2.</details>
# <details><summary>Hint 2</summary><code>np.linalg.slogdet</code> returns a sign and the logarithm, and never makes the determinant itself.</details>

# %% exercise="gaussian_kl"
def gaussian_kl(mean0, cov0, mean1, cov1):
    """Return the KL divergence of Gaussian 1 from Gaussian 0."""
    ### BEGIN SOLUTION
    delta = mean1 - mean0
    trace = np.trace(np.linalg.solve(cov1, cov0))
    distance = delta @ np.linalg.solve(cov1, delta)
    log_det0 = np.linalg.slogdet(cov0)[1]
    log_det1 = np.linalg.slogdet(cov1)[1]
    return 0.5 * (trace + distance - len(delta) + log_det1 - log_det0)
    ### END SOLUTION

# %% check="gaussian_kl"
check("gaussian_kl")

# %% [markdown]
# ## 9.5 A bound that can be trained
#
# How much does a photograph tell about its caption? No table $p(x, y)$ will ever be counted: every photograph comes
# once. But a network can play a game. Show it a photograph $x_i$ and $N$ captions, its own among them, and let it give
# each pair a score, $s_{ij}$ for photograph $i$ with caption $j$. A softmax over the *candidates* $j$, the right one
# on the diagonal; the mean surprise is the **InfoNCE** loss (van den Oord and others 2018). And
#
# $$I(X; Y) \;\ge\; \log N - \mathcal L_{\text{InfoNCE}} = \log N + \frac1N\sum_{i=1}^N\Bigl[s_{ii} - \log\sum_{j=1}^N
# e^{s_{ij}}\Bigr] ,$$
#
# in expectation, **whatever the scores are**. A bad network proves little, a good one more. Scores have shape $(N, N)$;
# the positive pair $s_{ii}$ belongs into the sum over $j$, too.
#
# **By hand.** $N = 2$, scores $(2, 0)$ and $(1, 1)$. The first row gives its right one $e^2/(e^2 + 1) = 0.881$, the
# second $\frac12$. $\mathcal L = \frac12(0.127 + 0.693) = 0.410$, and $\log2 - 0.410 = 0.283$ nats.
#
# **The ceiling.** $\mathcal L \ge 0$, as a mean of surprises, so the bound is **at most** $\log N$. If the truth is 8
# nats, a batch of 256 proves at most $\log256 = 5.5$ of them, however clever the network. The loss is not the mutual
# information, nor minus it; below the ceiling it bounds it, at the ceiling it says nothing more. (An estimate from one
# batch may lie above $I$ by chance; above $\log N$ never. If yours does, the positive is missing from the sum.)

# %%
by_hand = it.infonce_bound([[2, 0], [1, 1]])
print("by hand", by_hand.round(4), "  ceiling for 256:",
      np.log(256).round(1))
assert np.isclose(by_hand, 0.283, atol=5e-4)
right = np.array([np.exp(2) / (np.exp(2) + 1), 1 / 2])
assert np.allclose([right[0], *-np.log(right), -np.log(right).mean()],
                   [0.881, 0.127, 0.693, 0.410], atol=5e-4)
assert round(float(np.log(256)), 1) == 5.5

rng, d = np.random.default_rng(9), 10
truth = np.linspace(0, 8, 9)
rhos = np.sqrt(1 - np.exp(-2 * truth / d))


def best_bound(rho, N, batches):
    """Return the mean bound of ideal scores for d correlated pairs."""
    found = []
    for _ in range(batches):
        x = rng.normal(size=(N, d))
        y = rho * x + (1 - rho**2) ** 0.5 * rng.normal(size=(N, d))
        s = (rho * x @ y.T - rho**2 * (y**2).sum(axis=1) / 2) / (1 - rho**2)
        found.append(it.infonce_bound(s))
    return np.mean(found)


fig, ax = plt.subplots(figsize=(6.2, 2.9))
ax.plot(truth, truth, color="0.5", ls=":")
ax.text(6.5, 6.9, "the truth", color="0.4", ha="right")
for k, (N, look) in enumerate(((8, "o-"), (64, "s--"), (512, "^-."))):
    found = np.array([best_bound(rho, N, 2400 // N) for rho in rhos])
    ax.plot(truth, found, look, ms=4, color=f"C{k}")
    ax.axhline(np.log(N), color=f"C{k}", lw=0.7, alpha=0.6)
    ax.text(9.1, np.log(N) + 0.12, f"log {N}", color=f"C{k}", ha="right")
    assert (found <= np.log(N)).all() and (found < truth + 0.1).all()
ax.set(xlabel="mutual information I(X; Y) (nats)", xlim=(-0.2, 9.2),
       ylabel="proved by InfoNCE (nats)", ylim=(-0.2, 7.5))
mathlib.show(
    fig,
    caption="Ten correlated Gaussian pairs with a known I, and the best"
    " scores there are, for N = 8, 64 and 512. The thin lines are log N:"
    " whoever wants to see more needs a larger batch.",
    alt="A dotted diagonal, and three curves that leave it one after the"
    " other and flatten below three horizontal lines.",
)

# %% [markdown]
# **Why it is a bound.** Twice $D_{\mathrm{KL}} \ge 0$: no scores beat the true chances of each place, and the true
# chances can't know more than $I(X; Y)$.
#
# <details><summary>The proof, in two steps</summary>
#
# Let $J$ be the place where the true partner stands; all places are alike, so $H(J) = \log N$. The candidates are
# $\mathbf y = (y_1, \dots, y_N)$.
#
# 1. *Any scores lose against the truth.* The loss is a cross-entropy of the true $p(J\mid x, \mathbf y)$ and the
#    softmax: in expectation $\mathcal L \ge H(J\mid x, \mathbf y)$, so $\log N - \mathcal L \le I(J; x, \mathbf y)$.
# 2. *And the truth can't know more than $I(X; Y)$.* Candidate $j$ is the true one with a probability proportional to
#    $r_j = p(y_j\mid x)/p(y_j)$ (Bayes: the others are drawn from $p(y)$). So
#    $$I(J; x, \mathbf y) = E\log\frac{r_J/\sum_jr_j}{1/N} = E\log r_J - E\log\Bigl(\frac1N\sum_jr_j\Bigr) .$$
#    The first term is $E\log\frac{p(y\mid x)}{p(y)} = I(X; Y)$. And $\frac1N\sum_jr_j$ is itself a quotient: the
#    density of what we really draw (one true partner at a random place), over the density of $N$ strangers. The mean of
#    its logarithm under the first is a KL divergence, $\ge 0$, and it is subtracted.
#
# </details>
#
# The best scores are $\log r$ with $r = p(y\mid x)/p(y)$, up to a number for each row: that is what the network learns,
# and what the cell above put in.
#
# **Where it is load-bearing.** SimCLR (two crops of one picture) and CLIP (picture and caption) are trained by this
# loss, with thousands of candidates, and you now know one reason for thousands. The loss on embeddings, with its
# temperature, is chapter 23. That a higher bound makes better features is *not* a theorem, and has been seen to fail.

# %% [markdown]
# ### Exercise 9.10 ** · what a batch can prove (3 points)
#
# **Contract.** `scores` `(N, N)`, $N \ge 1$: row $i$ holds the scores of $x_i$ with all candidates $y_j$; its right
# partner stands on the diagonal. Return the bound in nats, a number, at most $\log N$; below 0 it proves nothing, and is
# returned all the same. Scores of some thousands, positive or negative, are allowed. `fd.logsumexp` may be used;
# a library's cross-entropy loss (torch's) is refused.
#
# *Example:* `infonce_bound(np.array([[2.0, 0.0], [1.0, 1.0]]))` returns 0.2831.
#
# <details><summary>Hint 1</summary>A softmax classifier with N classes and N examples; the loss is the mean surprise at the right class.</details>
# <details><summary>Hint 2</summary><code>fd.logsumexp(scores, axis=?)</code>: over which index does the sum run?</details>

# %% exercise="infonce_bound"
def infonce_bound(scores):
    """Return the lower bound of I(X; Y) that the scores prove, in nats."""
    ### BEGIN SOLUTION
    log_share = np.diag(scores) - fd.logsumexp(scores, axis=1)
    return np.log(len(scores)) + np.mean(log_share)
    ### END SOLUTION

# %% check="infonce_bound"
check("infonce_bound")

# %% [markdown]
# **What is worth keeping? The information bottleneck.** $X$ tells something about $Y$, but it has a lot of other
# detail. Squeeze it into a summary $T$, by a table $p(t\mid x)$ of shape $(m, k)$, rows adding up to 1. The summary
# should *forget* $X$ and *remember* $Y$ (Tishby, Pereira, Bialek 1999):
#
# $$\min_{p(t\mid x)}\; I(X; T) - \beta\,I(T; Y) .$$
#
# $\beta \ge 0$ is the exchange rate: bits about $Y$ are worth $\beta$ bits of memory.
#
# <details><summary>How it is computed, and made small</summary>
#
# Both terms need only tables: $p(x, t) = p(x)\,p(t\mid x)$, and $p(t, y) = \sum_xp(x, y)\,p(t\mid x)$, through $X$,
# since $T$ sees nothing else. (Not $p(t)\,p(y)$: that would declare them independent.) With $\beta \le 1$ nothing is
# worth keeping, for $T$ can't know more about $Y$ than it knows of $X$. Start with random groups, and repeat the step
# that sets the slope to zero, $p(t\mid x) \propto p(t)\,e^{-\beta D_{\mathrm{KL}}(p(y\mid x)\,\|\,p(y\mid t))}$: a
# letter goes where the group's prediction wastes least.
#
# </details>
#
# **A try.** $X$: a letter, $Y$: the next one. $T$ may have two values, and nobody tells it what a letter is. Guess
# first: into which two groups would *you* put the letters, to foretell the next one?

# %% tags=["nbval-ignore-output"]
counts = np.zeros((27, 27))
np.add.at(counts, (numbers[:-1], numbers[1:]), 1)
p_xy = counts / counts.sum()
p_x = p_xy.sum(axis=1)
p_next = p_xy / p_x[:, None]
beta = 12.0

group = np.random.default_rng(3).dirichlet([1, 1], 27)  # p(t | x)
objective = []
for _ in range(100):
    objective.append(it.information_bottleneck_objective(p_xy, group, beta))
    p_t = p_x @ group
    p_next_t = (group * p_x[:, None] / p_t).T @ p_next
    waste = it.kl_divergence(p_next[:, None], p_next_t)
    group = fd.softmax(np.log(p_t) - beta * waste)
assert (np.diff(objective) < 1e-9).all()

if group[letters.index("a"), 0] > 0.5:  # the letter a shall be on the right
    group = group[:, ::-1]
share = group[:, 1]
kept, cost = (it.mutual_information(t) / bit for t in
              (group.T @ p_xy, group * p_x[:, None]))
order = np.argsort(share, kind="stable")
fig, ax = plt.subplots(figsize=(7.2, 2.2))
ax.bar(range(27), share[order], color="C0")
ax.set_xticks(range(27), [("␣" + letters[1:])[i] for i in order])
ax.set(ylabel="p(t = 2 | letter)", ylim=(0, 1.04))
mathlib.show(
    fig,
    caption=f"Two groups, made of nothing but which letter follows which: with"
    f" {cost:.2f} bits a letter they keep {kept:.2f} of the"
    f" {it.mutual_information(p_xy) / bit:.2f} bits that a letter says about"
    " the next. One group has most consonants, the other all the vowels.",
    alt="27 bars in order of height, most of them at 0 or at 1; a, e, i, o, u"
    " and the space stand among those at 1.",
)
second = {letters[i] for i in range(27) if share[i] > 0.5}
assert set(" aeiou") <= second and len(second) < 10
print("second group:", " ".join(sorted(second)).replace("  ", "␣ "))

# %% [markdown]
# It has found the vowels, with the space, and a few letters that like what vowels like to be followed by. Markov
# divided the letters of *Onegin* so by hand, to count; here the division is the *answer*.
#
# **Where it is load-bearing.** Less than its fame would have it. Its idea, pay for every bit you remember, is at work
# in the VAE and in the $\beta$-VAE (chapter 22). That deep networks in general compress in this sense while they train
# is disputed: it depends on the activation and on how $I$ is estimated (Saxe and others 2018).

# %% [markdown]
# ## 9.6 How much do data say about a parameter?
#
# A coin shows heads with probability $\theta$. How well can you know $\theta$ after $n$ flips? It depends on how
# different neighbouring coins look: if $\theta$ and $\theta + \delta$ produce nearly the same data, nobody can tell
# them apart. And how different they look is a KL divergence. Expand it for a small $\delta \in \mathbb R^P$:
#
# $$D_{\mathrm{KL}}(p_\theta\,\|\,p_{\theta + \delta}) = -E\bigl[\log p_{\theta + \delta}(x) - \log p_\theta(x)\bigr]
# \approx -\delta^\top E[\mathbf s] - \tfrac12\delta^\top E\bigl[\nabla^2\log p_\theta\bigr]\delta .$$
#
# $\mathbf s = \nabla\log p_\theta(x)$ is the score of chapter 7, and two things are known from there: its mean is
# $\mathbf 0$, and minus the mean Hessian is the **Fisher information** $F(\theta) = E[\mathbf s\mathbf s^\top]$,
# $(P, P)$. (Many books write $I(\theta)$; here $I$ is taken.) So
#
# $$D_{\mathrm{KL}}(p_\theta\,\|\,p_{\theta + \delta}) \approx \tfrac12\,\delta^\top F(\theta)\,\delta .$$
#
# **Fisher information is the curvature of KL**: the yardstick of how far two models are apart as *distributions*. To
# second order both directions of KL agree.
#
# **By hand.** A coin. The score is $\frac1\theta$ for heads, $-\frac1{1 - \theta}$ for tails, and the mean of its square
# $F = \theta\cdot\frac1{\theta^2} + (1 - \theta)\cdot\frac1{(1 - \theta)^2} = \frac1\theta + \frac1{1 - \theta} =
# \frac1{\theta(1 - \theta)}$: 4 at $\theta = \frac12$, and 11.1 at 0.9.

# %%
def coin(theta):
    """Return the distribution of tails and heads."""
    return np.array([1 - theta, theta])


near = it.fisher_kl_approximation([[1 / (0.5 * 0.5)]], [0.1])
print("0.5 -> 0.6:", near.round(4), " exactly",
      it.kl_divergence(coin(0.5), coin(0.6)).round(4))
far = it.fisher_kl_approximation([[1 / (0.9 * 0.1)]], [0.1])
print("0.9 -> 1.0:", far.round(4), " exactly",
      it.kl_divergence(coin(0.9), coin(1.0)))
assert np.allclose([near, far], [0.02, 0.056], atol=5e-4)
assert np.isclose(it.kl_divergence(coin(0.5), coin(0.6)), 0.0204, atol=5e-5)
assert round(1 / (0.9 * 0.1), 1) == 11.1

fig, ax = plt.subplots(figsize=(6.2, 2.5))
for k, (theta, look) in enumerate(((0.5, "-"), (0.9, "--"))):
    delta = np.linspace(-0.25, min(0.25, 0.995 - theta), 101)
    F = 1 / (theta * (1 - theta))
    ax.plot(delta, [it.kl_divergence(coin(theta), coin(theta + t))
                    for t in delta], look, color=f"C{k}")
    ax.plot(delta, it.fisher_kl_approximation([[F]], delta[:, None]), ":",
            color="0.3")
ax.text(0.15, 0.015, "θ = 0.5", color="C0")
ax.text(0.1, 0.2, "θ = 0.9", color="C1")
ax.set(xlabel="δ", ylabel="KL (nats)", ylim=(-0.01, 0.36))
mathlib.show(
    fig,
    caption="KL from a coin to its neighbours, of θ = 0.5 (full) and 0.9"
    " (dashed; it ends where θ + δ reaches 1), and (dotted) the parabola of"
    " its Fisher information. Close by they agree; a coin of 0.9 is more"
    " easily told from its neighbours than a fair one.",
    alt="Two valleys that touch zero in the middle, one flat and one steep,"
    " with dotted parabolas that leave them further out.",
)

# %% [markdown]
# **In numbers.** From 0.5 to 0.6: $\frac12\cdot4\cdot0.1^2 = 0.0200$; exactly it is $\frac12\log\frac{0.5}{0.6} +
# \frac12\log\frac{0.5}{0.4} = 0.0204$. From 0.9 to 1.0 the formula says 0.056, and the truth is infinite.
# Approximations are for small $\delta$.
#
# **The bound of Cramér and Rao.** Let $\hat\theta$ be an estimator from $n$ independent data that is **unbiased**:
# $E_\theta[\hat\theta] = \theta$ whatever $\theta$ is. For one parameter, differentiate this by $\theta$. On the right
# stands 1. On the left the derivative meets the density of the whole sample (suppose that it may go under the sum), and
# $\partial p = p\,\partial\log p = p\,s$, with $s$ the score of the sample:
#
# $$1 = E[\hat\theta\,s] = \mathrm{Cov}(\hat\theta, s) \qquad (E[s] = 0) .$$
#
# A covariance is at most the product of the standard deviations (chapter 6), so $1 \le \mathrm{Var}(\hat\theta)\,
# \mathrm{Var}(s)$, and the score of $n$ data has the variance $nF$. Hence
#
# $$\mathrm{Var}(\hat\theta) \ge \frac1{nF}, \qquad\text{for many parameters}\quad \mathrm{Cov}(\hat\theta) \succeq
# \frac1nF^{-1} ,$$
#
# where $A \succeq B$ means that $A - B$ is positive semidefinite. **No unbiased method, known or yet to be invented,
# does better.** A biased one may: shrink the estimate, and its variance shrinks.
#
# <details><summary>Guess first: how many flips of a fair coin until its θ is known to ±0.01 (one standard deviation)?</summary>
# 1 / 4n = 0.01² gives n = 2500. Ten times as precise takes a hundred times as many.
# </details>

# %%
n, rng = 25, np.random.default_rng(0)
samples = rng.normal(1.0, 1.0, size=(20_000, n))
scores = (samples.ravel() - 1.0)[:, None]  # of the mean of N(1, 1)
least = it.cramer_rao_bound(st.fisher_information(scores), n=n)[0, 0]
estimates = {"mean": samples.mean(axis=1),
             "median": np.median(samples, axis=1),
             "0.7 · mean": 0.7 * samples.mean(axis=1)}
ratios = [values.var() / least for values in estimates.values()]
fig, ax = plt.subplots(figsize=(6.2, 2.5))
spots = [(1.12, 950), (1.36, 420), (0.3, 1100)]
for k, (name, values) in enumerate(estimates.items()):
    ax.hist(values, bins=np.linspace(0.2, 1.9, 69), histtype="step", lw=1.8,
            ls=("-", "--", "-.")[k], color=f"C{k}")
    ax.text(*spots[k], name, color=f"C{k}")
    print(f"{name}: variance {ratios[k]:.2f} times the bound")
ax.axvline(1, color="0.4", lw=1, ls=":")
ax.set(xlabel="estimate", yticks=[])
mathlib.show(
    fig,
    caption=f"20 000 times {n} Gaussian data with the mean 1 (dotted)."
    " The mean attains the bound; the median has"
    f" {ratios[1]:.2f} times its variance, as if {1 - 1 / ratios[1]:.0%} of"
    " the data had been thrown away; 0.7 · mean is narrower, around the wrong"
    " place.",
    alt="Three bell-shaped outlines: two over the dotted line, one of them a"
    " little wider, and a narrow one further left.",
)
assert abs(ratios[0] - 1) < 0.05 and ratios[1] > 1.4 and ratios[2] < 0.55

# %% [markdown]
# **Where it is load-bearing.** *Natural gradient*: measure a step of the optimiser not by how far the weights move but
# by how far the *predictions* do, $\frac12\delta^\top F\delta$; that is $F^{-1}$ before the gradient (chapter 8), and
# with a cap on the KL it is TRPO, the ancestor of PPO (20). Elastic weight consolidation keeps what a network knows by
# $F$. And the size of an experiment is planned by $1/nF$ before a single patient is asked.
#
# ## 9.7 Down to whole bits
#
# Enough of averages. Here is a text; make it smaller. A **code** gives each symbol a word of 0 and 1. You write the
# words one after the other, without commas, so **no word may begin another one** (a *prefix-free* code); then whoever
# reads knows at each bit whether a word has ended.
#
# **Words are intervals.** Put "0." before a word and read it as a binary fraction. Everything that begins with `10` is
# the interval $[0.10, 0.11) = [\frac12, \frac34)$: a word of $\ell$ bits owns $2^{-\ell}$ of the line from 0 to 1.
# Prefix-free means that the intervals don't overlap. Hence **Kraft's inequality**, $\sum_x2^{-\ell(x)} \le 1$. And
# back: lengths that satisfy it can be had, for you can lay the intervals side by side, the longest first. Short words
# are land, and land is scarce.
#
# <details><summary>Guess first: 0 and 10 are given away. How many words of four bits are left?</summary>
# A quarter of the line, so 16 / 4 = 4: all that begin with 11.
# </details>

# %%
def land(word):
    """Return where the interval of a code word begins and how long it is."""
    return int(word, 2) / 2 ** len(word), 2.0 ** -len(word)


for some in (["0", "10", "110", "111"], ["0", "01", "10"]):
    for w in some:
        start, size = land(w)
        print(f"{w}: [{start}, {start + size})", end="   ")
    print("  2^-l in all:", sum(land(w)[1] for w in some))
print("In the second 01 lies inside of 0, and 010 can be read in two ways.")

# %% [markdown]
# **The bound.** Let $Z = \sum_x2^{-\ell(x)} \le 1$ and $q(x) = 2^{-\ell(x)}/Z$, a distribution. Then $\ell(x) =
# -\log_2q(x) - \log_2Z$, and for the mean length $\bar\ell = \sum_xp(x)\,\ell(x)$ and $H$ in bits
#
# $$\bar\ell - H = \sum_xp(x)\log_2\frac{p(x)}{q(x)} - \log_2Z = D_{\mathrm{KL}}(p\,\|\,q) + \log_2\frac1Z \;\ge\; 0 .$$
#
# **No code beats the entropy** (Shannon 1948). What you lose is KL, for lengths that don't fit, and unused land. Nearly
# as good is always possible: $\ell(x) = \lceil-\log_2p(x)\rceil$, rounded up, satisfies Kraft, since $2^{-\ell(x)} \le
# p(x)$, and costs less than one bit more. So for the best code $H \le \bar\ell < H + 1$.
#
# **The best code** is Huffman's (1952, a student who wanted to get out of an exam). Look at the two rarest symbols. In
# some best code they are the deepest, side by side: a longest word has a neighbour that differs in the last bit only
# (or that bit could be saved), and exchanging the two rarest with those two does not make the mean longer. So **merge
# them** into one symbol that is as probable as both, find the best code for what is left, and append a 0 and a 1.
#
# **By hand.** a 0.1, b 0.35, c 0.15, d 0.2, e 0.2. Merge a and c: 0.25. The two smallest are now d and e, not ac: de,
# 0.4. Now ac and b: 0.6; and these with de. Read back: b, d, e have 2 bits, a and c 3. $\bar\ell = 0.7 + 0.4 + 0.4 +
# 0.3 + 0.45 = 2.25$ bits, and $H = 2.202$. Note that ac had to *wait for its turn*. Whoever merges it at once with d,
# then with e, then with b, builds a chain, and pays 2.35.

# %%
chances = {"a": 0.1, "b": 0.35, "c": 0.15, "d": 0.2, "e": 0.2}
code = it.huffman_code(chances)
mean = sum(chances[x] * len(word) for x, word in code.items())
print(code, " mean", round(mean, 4), " entropy",
      it.entropy(list(chances.values()), base=2).round(3))
chain = dict(zip("abcde", (4, 1, 4, 3, 2)))
assert np.isclose(mean, 2.25)
assert np.isclose(sum(chances[x] * chain[x] for x in chain), 2.35)
assert sum(2.0 ** -len(word) for word in code.values()) == 1


fig, ax = plt.subplots(figsize=(6.6, 1.9))
rows = (("ceil(−log2 p)", {"b": "00", "d": "010", "e": "011", "c": "100",
                              "a": "1010"}),
        ("Huffman", code))
for row, (_, words_of) in enumerate(rows):
    for x, word in words_of.items():
        start, size = land(word)
        ax.barh(-row, size, left=start, height=0.6, edgecolor="white",
                color=f"C{'abcde'.index(x)}")
        ax.text(start + size / 2, -row, f"{x}\n{word}", color="white",
                ha="center", va="center", fontsize=8)
ax.set(yticks=[0, -1], yticklabels=[name for name, _ in rows],
       xlim=(0, 1), xticks=[0, 0.25, 0.5, 0.75, 1])
ax.spines["left"].set_visible(False)
ax.tick_params(axis="y", length=0)
ax.grid(False)
mathlib.show(
    fig,
    caption="Each word owns its piece of the line from 0 to 1. The rounded-up"
    " lengths (above) leave land unused at the right; Huffman's code leaves"
    " none.",
    alt="Two rows of coloured blocks with code words in them. The first row"
    " ends before 1, the second fills the line.",
)

# %% [markdown]
# ### Exercise 9.11 *** · short names for frequent things (4 points)
#
# **Contract.** `probabilities`: a dict from symbol (text) to probability; all are positive and add up to 1, and there
# is at least one. Return a dict from symbol to code word, a string of "0" and "1". No word begins another one, and the
# mean length is the smallest possible. Equal probabilities may be merged in any order, and 0 and 1 may be exchanged.
# One symbol alone gets the word "0".
#
# *Example:* `huffman_code({"a": 0.1, "b": 0.4, "c": 0.2, "d": 0.3})` may return `{"a": "110", "b": "0", "c": "111",
# "d": "10"}`.
#
# <details><summary>Hint 1</summary>Carry groups of symbols along. When two groups merge, what happens to the words of everybody in them, and at which end?</details>
# <details><summary>Hint 2</summary><code>heapq.heappush</code> and <code>heapq.heappop</code> keep the smallest at hand. A node is a pair, its probability and the list of its symbols.</details>

# %% exercise="huffman_code"
def huffman_code(probabilities):
    """Return a code word for each symbol, as short on average as can be."""
    ### BEGIN SOLUTION
    words = dict.fromkeys(probabilities, "")
    heap = [(p, [symbol]) for symbol, p in probabilities.items()]
    heapq.heapify(heap)
    while len(heap) > 1:
        p, zeros = heapq.heappop(heap)
        q, ones = heapq.heappop(heap)
        for symbol in zeros:
            words[symbol] = "0" + words[symbol]
        for symbol in ones:
            words[symbol] = "1" + words[symbol]
        heapq.heappush(heap, (p + q, zeros + ones))
    return words if len(words) > 1 else dict.fromkeys(words, "0")
    ### END SOLUTION

# %% check="huffman_code"
check("huffman_code")

# %% [markdown]
# ### The capstone: the price of a character
#
# Three prices of one and the same text: what its frequencies allow, what a code of whole bits pays, and what could be
# had by somebody who remembers *one* character.
#
# ### Exercise 9.12 ** · bits a character (3 points)
#
# **Contract.** `text`: a string of $n \ge 2$ characters; capitals, spaces and line breaks are characters of their own.
# Return a tuple of three numbers, all in **bits a character**: the entropy of the characters' relative frequencies; the
# mean length of a Huffman code for these frequencies; the entropy of a character **given the one before it**: of the
# $n - 1$ pairs (previous, next) in the text, $H(\text{previous}, \text{next}) - H(\text{previous})$, where *previous*
# are the first $n - 1$ characters. `it`'s functions and `Counter` (from the first cell) may be used.
#
# *Example:* `bits_per_character("mississippi")` returns `(1.8231, 1.9091, 0.8755)`; round nothing yourself.
#
# <details><summary>Hint 1</summary><code>Counter(text)</code> counts characters. What does it count if you give it <code>zip(text, text[1:])</code>?</details>
# <details><summary>Hint 2</summary>The frequencies are all you need for the first two numbers, and for the third the chain rule of 9.3.</details>

# %% exercise="bits_per_character"
def bits_per_character(text):
    """Return three prices of one character of a text, in bits."""
    ### BEGIN SOLUTION
    def entropy(items):
        counts = np.array(list(Counter(items).values()))
        return it.entropy(counts / counts.sum(), base=2)

    share = {c: count / len(text) for c, count in Counter(text).items()}
    words = it.huffman_code(share)
    huffman = sum(share[c] * len(words[c]) for c in share)
    pairs = zip(text, text[1:])
    return entropy(text), huffman, entropy(pairs) - entropy(text[:-1])
    ### END SOLUTION

# %% check="bits_per_character"
check("bits_per_character")

# %% [markdown]
# Now the manual, with mathlib's functions: its 7 or 8 bits in a file; the entropy; Huffman; and, since entropy is a
# matter of what one knows, the same with one, two, three characters before. (Don't trust the last ones too much: they
# were counted on the very text that they judge. With twenty characters before, nearly every block would have been seen
# once, its next character would be "certain", and the price 0. Section 9.8 plays fair.)

# %% tags=["nbval-ignore-output"]
p_text = {c: k / len(text) for c, k in Counter(text).items()}
code = it.huffman_code(p_text)
huffman = sum(p_text[c] * len(word) for c, word in code.items())


def given_before(k):
    """Return H(character | the k before it), in bits."""
    blocks = [text[i:i + k + 1] for i in range(len(text) - k)]
    return letter_entropy(blocks) - letter_entropy([b[:-1] for b in blocks])


prices = [8, huffman, H1, *(given_before(k) for k in (1, 2, 3))]
labels = ["a byte each", "Huffman", "entropy", "given one before",
          "given two", "given three"]
print("space", code[" "], "  e", code["e"], "  q", code["q"], "  ~",
      code["~"])
fig, ax = plt.subplots(figsize=(6.4, 2.6))
ax.barh(range(6), prices, color=["0.6", "C0", *["C2"] * 4])
for row, price in enumerate(prices):
    ax.text(price + 0.08, row, f"{price:.2f}", va="center")
ax.set_yticks(range(6), labels)
ax.set(xlabel="bits a character", xlim=(0, 8.8))
ax.invert_yaxis()
ax.grid(False, axis="y")
mathlib.show(
    fig,
    caption=f"Python's manual. A Huffman code stores it in {huffman / 8:.0%}"
    f" of its size, {huffman - H1:.2f} bits above the entropy; the real gain"
    " (green, below) is in looking at what came before.",
    alt="Six horizontal bars from 8 down to about 2.",
)
assert H1 < huffman < H1 + 0.1 and prices == sorted(prices, reverse=True)

# %% [markdown]
# ## 9.8 To predict is to compress
#
# Two troubles are left. Huffman gives each symbol whole bits, at least one. For $p = (0.99, 0.01)$ the entropy is 0.081
# bits, and Huffman pays 1, twelve times as much. A good predictor is nearly always nearly sure: of all codes it would
# be served worst by this one. Take blocks of $n$ symbols for one, and the loss is less than one bit a *block*, so less
# than $\frac1n$ a symbol; but the table of words has $K^n$ rows. And the prediction changes with every character, and
# would need a new table each time.

# %%
rare = np.array([0.99, 0.01])
H_rare = it.entropy(rare, base=2)
chances, found = np.ones(1), []
for n in range(1, 11):
    chances = np.kron(chances, rare)  # of all blocks of n symbols
    blocks = {f"{i:b}": p for i, p in enumerate(chances)}
    found.append(sum(
        blocks[b] * len(w) for b, w in it.huffman_code(blocks).items()) / n)
print(f"entropy {H_rare:.3f}; Huffman", *(f"{x:.3f}" for x in found))
assert round(float(H_rare), 3) == 0.081 and round(found[0] / H_rare) == 12
assert all(H_rare <= x < H_rare + 1 / n for n, x in enumerate(found, 1))
print(f"and {len(blocks)} code words for the last of these")

# %% [markdown]
# **One word for the whole text.** Don't give land to symbols; give it to *texts*. Begin with $[0, 1)$. Cut it in pieces
# as long as the probabilities of the first symbol, side by side. Keep the piece of the symbol that came. Cut *that*
# piece, by the probabilities of the second symbol **given the first**. And so on. With $C(x^-)$ the sum of the
# probabilities of the symbols *before* $x$ and $C(x) = C(x^-) + p(x)$, the interval $[l, h)$ becomes
#
# $$[l, h) \;\leftarrow\; \bigl[\,l + (h - l)\,C(x^-),\;\; l + (h - l)\,C(x)\,\bigr)$$
#
# (both ends from the *old* $l$ and $h$). Its length is multiplied by $p(x\mid\text{what came before})$, so in the end
# it is $h - l = P(x_1, \dots, x_n)$, the chain rule of chapter 6. Then name any number in it, in binary. How many
# digits? A word of $\ell$ bits owns an interval of $2^{-\ell}$, and begins at a multiple of that. If $2^{-\ell} \le
# P/2$, the first multiple at or after $l$ is less than half of the interval away, and its interval ends before $h$. So
#
# $$\ell = \lceil-\log_2P\rceil + 1$$
#
# bits always do: **at most two more than the surprise of the whole text.** Two bits in all, not two a symbol.

# %% [markdown]
# **By hand.** $p = (\frac34, \frac14)$ each time; the symbols are 0, 0, 1. $[0, 1) \to [0, \frac34) \to [0, \frac9{16})
# \to [\frac{27}{64}, \frac{36}{64})$. $P = \frac9{64}$, $-\log_2P = 2.83$, so $3 + 1$ bits. Sixteenths: $\frac7{16} =
# \frac{28}{64}$ is the first one inside, and $\frac8{16} = \frac{32}{64}$ is inside, too. The word is 7 in binary,
# `0111`.
#
# **Back.** The reader has the same predictor. $\frac{28}{64}$ lies in $[0, \frac34)$: the first symbol was 0. In $[0,
# \frac9{16})$, not in $[\frac9{16}, \frac{12}{16})$: 0. In $[\frac{27}{64}, \frac{36}{64})$: 1. At each step it asks
# the predictor with *exactly* the symbols that it has decoded; one more, and it is lost.
#
# **The trap.** After 50 bits the interval is $10^{-15}$ long, and floats have no room left between its ends. Python's
# `Fraction` is exact; real coders shift out the bits that are settled and go on with integers.

# %%
def always(prefix):
    """Return the same probabilities, whatever came before."""
    return [Fraction(3, 4), Fraction(1, 4)]

word = it.arithmetic_encode((0, 0, 1), always)
back = it.arithmetic_decode(word, 3, always)
print(word, " ->", *back)
assert word == "0111" and list(back) == [0, 0, 1]

fig, ax = plt.subplots(figsize=(6.6, 2.5))
low, width = 0.0, 1.0
for row, symbol in enumerate((0, 0, 1, None)):
    for k, (start, share) in enumerate(((0, 3 / 4), (3 / 4, 1 / 4))):
        if symbol is None:
            continue
        ax.barh(-row, width * share, left=low + width * start, height=0.5,
                color=f"C{k}", edgecolor="white",
                alpha=1 if k == symbol else 0.35)
        ax.text(low + width * (start + share / 2), -row, k, color="white",
                ha="center", va="center", weight="bold")
    if symbol is not None:
        low, width = low + width * 3 / 4 * symbol, width * (3, 1)[symbol] / 4
ax.barh(-3, 1 / 16, left=7 / 16, height=0.5, color="C2")
ax.text(0.58, -3, "0111: all numbers that begin so", color="C2",
        va="center")
for x in (low, low + width):
    ax.plot([x, x], [-3.4, -1.7], color="0.3", lw=1, ls=":")
ax.set(yticks=[0, -1, -2, -3], xlim=(0, 1), xticks=np.arange(5) / 4,
       yticklabels=["first", "second", "third", "code"])
ax.spines["left"].set_visible(False)
ax.tick_params(axis="y", length=0)
ax.grid(False)
mathlib.show(
    fig,
    caption="The interval of the symbols so far (full colour) is cut again"
    " and again. What is left in the end (dotted) has room for the interval"
    " of a word of four bits, green.",
    alt="Three rows of two blocks each, every row as wide as the full block"
    " of the row above; below, a short green block between dotted lines.",
)

# %% [markdown]
# ### Exercise 9.13 *** · there and back (4 points, two functions)
#
# **Contract.** Symbols are ints $0, \dots, K - 1$. `conditional(prefix)` gets the **tuple** of the symbols so far, and
# returns the $K$ probabilities of the next one as `Fraction`s that add up to exactly 1; some may be 0.
#
# `arithmetic_encode(symbols, conditional)`: `symbols` a tuple. Return a string of $\ell = \lceil-\log_2P\rceil + 1$
# characters "0" and "1" such that *every* number whose binary digits begin with it lies in the interval $[l, h)$; for
# instance the $\ell$ digits of $\lceil2^\ell l\rceil$. No symbols: one bit.
# `arithmetic_decode(bits, length, conditional)`: the list (or tuple) of the first `length` symbols. Whatever follows
# the word in `bits` must not matter. Both exact, for hundreds of symbols: no floats.
#
# *Example:* with `always` from above, `(0, 0, 1)` becomes "0111" (or "1000", which is right, too), and
# `arithmetic_decode("0111", 3, always)` returns `[0, 0, 1]`, and so it does for "0111000". In reports
# `memoryless(3, 1)` is the model `always`, `after_the_last(...)` one that looks at the symbol before, and
# `laplace_rule(3)` one that counts all three symbols so far, each once more than it came.
#
# <details><summary>Hint 1</summary>Keep the lower end and the width. Where does the piece of symbol x begin? After the pieces of all symbols before it.</details>
# <details><summary>Hint 2</summary>For the length no logarithm is needed: count up until 2^(ℓ − 1) times the width is at least 1. <code>f"{k:0{length}b}"</code> writes k with that many binary digits.</details>
# <details><summary>Hint 3</summary>The number behind the bits is <code>Fraction(int(bits, 2), 2**len(bits))</code>. Walk along the pieces until it lies in one.</details>

# %% exercise="arithmetic_encode"
def arithmetic_encode(symbols, conditional):
    """Return bits that name these symbols, given a predictive model."""
    ### BEGIN SOLUTION
    low, width = Fraction(0), Fraction(1)
    for i, symbol in enumerate(symbols):
        p = conditional(symbols[:i])
        low += width * sum(p[:symbol])
        width *= p[symbol]
    length = 1
    while width * 2**(length - 1) < 1:
        length += 1
    return f"{math.ceil(low * 2**length):0{length}b}"
    ### END SOLUTION

def arithmetic_decode(bits, length, conditional):
    """Return the symbols that the bits name under the same model."""
    ### BEGIN SOLUTION
    value = Fraction(int(bits, 2), 2**len(bits))
    low, width, symbols = Fraction(0), Fraction(1), ()
    for _ in range(length):
        p = conditional(symbols)
        symbol = 0
        while low + width * p[symbol] <= value:
            low += width * p[symbol]
            symbol += 1
        width *= p[symbol]
        symbols += (symbol,)
    return symbols
    ### END SOLUTION

# %% check="arithmetic_encode"
check("arithmetic_encode")

# %% [markdown]
# **A real message.** A predictor for it: count, in the manual, what followed the last three letters. (Each of the 27
# letters gets a small share for nothing, so that nothing is impossible: an unexpected letter may be expensive, but it
# must not be infinite.) Coder and decoder own the same manual. What goes over the wire are the bits.

# %% tags=["nbval-ignore-output"]
def conditional(prefix):
    """Return the chances of the next letter, given the last three."""
    past = "".join(letters[i] for i in prefix[-3:])
    hits = [simple.count(past + c) for c in letters]
    return [Fraction(27 * h + 1, 27 * (sum(hits) + 1)) for h in hits]


message = "the function returns a list of penguins"
symbols = tuple(letters.index(c) for c in message)
word = it.arithmetic_encode(symbols, conditional)
back = it.arithmetic_decode(word, len(symbols), conditional)
assert "".join(letters[i] for i in back) == message
surprises = [-math.log2(conditional(symbols[:i])[x])
             for i, x in enumerate(symbols)]
assert len(word) == math.ceil(sum(surprises)) + 1
by_huffman = it.huffman_code(
    {c: k / len(simple) for c, k in Counter(simple).items()})
assert len(simple) > 10**6 / 3
assert 0.2 < len(word) / (8 * len(message)) < 0.28
print(word)
print(f"{len(word)} bits, for a surprise of {sum(surprises):.1f};"
      f" Huffman {sum(len(by_huffman[c]) for c in message)},"
      f" bytes {8 * len(message)},"
      f" zlib {8 * len(zlib.compress(message.encode(), 9))}")

# %% [markdown]
# The penguins went through the wire at a quarter of their size. A program like zip can't know the manual; it makes the
# message *longer*. Isn't that unfair? It is: our predictor had read more than a third of a million letters before. So
# let us play fair, on the whole manual: **the predictor starts knowing nothing**, and learns from what it has sent so
# far, as its decoder does from what it has received. Then all that counts is in the bits.
#
# The model is a little cleverer now. It remembers up to eight characters $u$ before. Let $n(u, x)$ count how often $x$
# came after $u$, and $n(u)$ how often anything did. Take a little, $a$, away from every pair that has been seen, and
# give what was collected to the model with one character less:
#
# $$p(x\mid u) = \frac{\max(n(u, x) - a, 0)}{n(u)} + \frac{a\cdot\#\{x: n(u, x) > 0\}}{n(u)}\;p(x\mid u\text{ without
# its first character}) ,$$
#
# down to the uniform distribution; where $u$ has not been seen, take the shorter memory as it is. (Interpolated
# Kneser-Ney smoothing, 1995, for many years the best there was before neural networks. One more trick belongs to it.
# *Francisco* only ever follows *San*: often seen, and yet rarely to be expected elsewhere. So for the shorter memories
# $n(u, x)$ does not count how *often* $x$ came after $u$, but how many *different* characters stood before the two.)
# By the formula above the compressed size is the sum of all $-\log_2p$, plus two bits.

# %%
characters = np.unique(list(text), return_inverse=True)[1]


def sums_of_earlier(key, *weights):
    """At each place, add up each weight over earlier places of same key."""
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.diff(key[order], prepend=-1))
    sizes = np.diff(np.append(first, key.size))
    for w in weights:
        before, sums = np.cumsum(w[order]) - w[order], np.empty(key.size)
        sums[order] = before - np.repeat(before[first], sizes)
        yield sums


def surprise_by_memory(x, memory, a=0.8):
    """Return the bits of each symbol, given up to ``memory`` before it."""
    # past[k]: the k characters before, as one number, 7 bits a character.
    past = [np.zeros(x.size, dtype=np.int64)]
    for k in range(1, memory + 1):
        past.append(past[-1].copy())
        past[k][k:] += (x[:-k] + 1) << 7 * (k - 1)
    # new[k]: 1 where these k characters and x stand together for the first
    # time. The longest memory counts all places, a shorter one only those
    # that are new to the next longer.
    new = [None] * (memory + 1) + [np.ones(x.size)]
    hits = [None] * (memory + 1)
    for k in reversed(range(memory + 1)):
        hits[k], seen = sums_of_earlier(past[k] * 128 + x, new[k + 1],
                                        new[memory + 1])
        new[k] = 1.0 * (seen == 0)
    # The formula, from the shortest memory to the longest.
    p = np.full(x.size, 1 / (x.max() + 1))
    for k in range(memory + 1):
        n, kinds = sums_of_earlier(past[k], new[k + 1], new[k])
        smooth = np.maximum(hits[k] - a, 0) + a * kinds * p
        p = np.where(n > 0, smooth / np.maximum(n, 1), p)
    return -np.log2(p)

# %% tags=["nbval-ignore-output"]
memories = (0, 1, 3, 8)
learning = [surprise_by_memory(characters, k) for k in memories]
data = text.encode()
others = {
    "zlib (zip)": zlib.compress(data, 9), "bz2": bz2.compress(data, 9),
    "lzma (7z, xz)": lzma.compress(data),
}
names = [f"{k} before" for k in memories] + list(others)
prices = [bits.mean() for bits in learning] + [
    8 * len(packed) / len(text) for packed in others.values()]
fig, ax = plt.subplots(figsize=(6.4, 3.0))
ax.barh(range(7), prices, color=["C0"] * 4 + ["0.55"] * 3)
for row, price in enumerate(prices):
    ax.text(price + 0.05, row, f"{price:.2f}", va="center")
ax.set_yticks(range(7), names)
ax.set(xlabel="bits a character", xlim=(0, 5.9))
ax.invert_yaxis()
ax.grid(False, axis="y")
mathlib.show(
    fig,
    caption="Python's manual, compressed by a predictor that remembers 0 to 8"
    " characters and starts knowing nothing (blue), and by three programs of"
    f" the trade (grey). {prices[3]:.2f} bits a character make"
    f" {prices[3] * len(text) / 8e3:.0f} kB of {len(data) / 1e3:.0f}.",
    alt="Seven horizontal bars. Four blue ones shrink from above 4 to the"
    " shortest of all; three grey ones lie between.",
)
assert prices[3] < min(prices[4:])

# %% [markdown]
# Thirty lines that do nothing but *predict* beat three compressors into which decades of work went. (To be fair once
# more: those are fast, and they unpack, too. Our thirty lines compute all places at once; a decoder must go character
# by character. And $a$ and the eight characters were chosen on this very text, but two numbers are no secret channel.)
#
# The curve of this chapter's prices, from 8 bits down to one and a half, is the story of language modelling: longer
# memory, better sharing between contexts. Put a transformer in the place of the counts and it goes on. Delétang and
# others (2024) let a large language model, never trained on pictures or sound, drive an arithmetic coder: it compressed
# photographs better than PNG and speech better than FLAC. (Not counting the size of the model. Count it, and for such
# small data it loses.)
#
# **A language model's training loss is the size of its zip file**: the sum of $-\log_2p$ over the text is, up to two
# bits, what an arithmetic coder would write. Low loss, high compression, good prediction: three names for one number.

# %% tags=["nbval-ignore-output"]
read = np.geomspace(100, len(text), 300).astype(int)
fig, ax = plt.subplots(figsize=(6.2, 2.6))
for k, (bits, look) in enumerate(zip(learning, (":", "-.", "--", "-"))):
    so_far = np.cumsum(bits)[read - 1] / read
    ax.semilogx(read, so_far, look, color=f"C{k}")
    ax.text(6e5, so_far[-1] - 0.15 * (k == 3), f"{memories[k]} before",
            color=f"C{k}", va="center")
ax.set(xlabel="characters read", ylabel="bits a character so far",
       xlim=(100, 3e6), ylim=(0, 7))
mathlib.show(
    fig,
    caption="The predictors as they learn. After a hundred characters nobody"
    f" knows much; after {len(text):,} the one with the longest memory pays"
    f" {so_far[-1]:.2f} bits, and is still learning.",
    alt="Four falling curves over a logarithmic axis. All start high; the"
    " shorter the memory, the sooner a curve becomes level.",
)
thirds = [b[len(text) // 3:].mean() / b.mean() for b in learning]
assert thirds[3] < 0.97 < 0.99 < thirds[0]

# %% [markdown]
# ## Common mistakes
#
# | one often sees | why it is wrong | what is right |
# |---|---|---|
# | `-(p * np.log(p)).sum()` | nan where $p = 0$; with `+ 1e-9`, a little wrong everywhere | $0\log0 = 0$, by `np.where` |
# | "0.51 bits", computed with $\ln$ | those are nats | divide by $\ln2$: 0.737 bits |
# | "the entropy is the length of the code" | it is a lower bound; Huffman lies in $[H, H + 1)$ | equal only if all $p$ are powers of $\frac12$ |
# | $D_{\mathrm{KL}}(q\,\Vert\,p)$ for $D_{\mathrm{KL}}(p\,\Vert\,q)$; `q + eps` | other numbers, other minima; finite where inf is due | truth first; leave inf alone |
# | "log loss makes calibrated models" | it *rewards* calibration; trained networks are often overconfident | measure it on held-out data |
# | mean of the columns' entropies | columns are not equally likely | weigh by $p(y)$ |
# | "a large MI estimate: a discovery" | tables of few data show $(m - 1)(n - 1)/2N$ for nothing | compare with shuffled data |
# | the feature with the highest gain is an ID | many values make pure parts | gain ratio, or binary splits |
# | `scipy...jensenshannon` for the divergence | it returns the root | square it |
# | "InfoNCE is the mutual information" | a lower bound, at most $\log N$ | larger batches; say "at least" |
# | $\beta$ on $I(X; T)$; $p(t, y) = p(t)p(y)$ | rewards forgetting everything; declares independence | $I(X; T) - \beta I(T; Y)$; $\sum_xp(x, y)p(t\mid x)$ |
# | "nothing beats $1/nF$" | nothing *unbiased* does | compare squared errors, bias and all |

# %% [markdown]
# ## The same in SciPy, scikit-learn and PyTorch
#
# | here | SciPy, scikit-learn | PyTorch (`F = torch.nn.functional`) |
# |---|---|---|
# | `it.entropy(p)` | `stats.entropy(p)`; divides by the sum | `torch.special.entr(p).sum(-1)` |
# | `it.cross_entropy(p, q)` | `-special.xlogy(p, q).sum(-1)` | `F.cross_entropy(logits, p)`: takes **logits**, mean over rows |
# | `it.kl_divergence(p, q)` | `special.rel_entr(p, q).sum(-1)` | `F.kl_div(q.log(), p, reduction="sum")`: **q first, as a log** |
# | `it.jensen_shannon(p, q)` | `spatial.distance.jensenshannon(p, q)**2` | |
# | `it.mutual_information(p_xy)` | `sklearn.metrics.mutual_info_score(a, b)`, of labels | |
# | `it.gaussian_kl(m0, S0, m1, S1)` | | `torch.distributions.kl_divergence(P, Q)` |
# | $\log N$ `- it.infonce_bound(s)` | | `F.cross_entropy(s, torch.arange(N))` |
#
# `F.kl_div` has caught everybody once: the model's *log* probabilities come first, the target second, and the default
# `reduction="mean"` divides by the number of all *entries*; `"batchmean"` is the one you want.

# %%
assert np.isclose(it.entropy(p3), stats.entropy(p3))
assert np.isclose(it.cross_entropy(p3, wide), -special.xlogy(p3, wide).sum())
assert np.isclose(it.kl_divergence(p3, wide),
                  special.rel_entr(p3, wide).sum())
assert np.isclose(it.jensen_shannon(p3, wide),
                  distance.jensenshannon(p3, wide) ** 2)
asked = X[:, best] > cut
assert np.isclose(it.information_gain(y, asked), mutual_info_score(y, asked))
print("they agree")

# %% [markdown]
# ## Summary: one screen
#
# | | formula | function |
# |---|---|---|
# | surprise, entropy | $-\log p(x)$; $\;H = -\sum p\log p \in [0, \log K]$ | `it.entropy` |
# | wrong belief | $H(p, q) = -\sum p\log q = H(p) + D_{\mathrm{KL}}(p\,\Vert\,q)$ | `it.cross_entropy` |
# | its price | $D_{\mathrm{KL}}(p\,\Vert\,q) = \sum p\log\frac pq \ge 0$ | `it.kl_divergence` |
# | learning | $\max$ likelihood $= \min H(\hat p, p_\theta) = \min D_{\mathrm{KL}}(\hat p\,\Vert\,p_\theta)$ | |
# | perplexity | $e^{H(p, q)}$ (nats) $= 2^{H(p, q)}$ (bits) | |
# | two things | $H(X\mid Y) = H(X, Y) - H(Y)$ | `it.joint_entropy`, `it.conditional_entropy` |
# | shared | $I(X; Y) = H(X) - H(X\mid Y) = D_{\mathrm{KL}}(p_{xy}\,\Vert\,p_xp_y)$ | `it.mutual_information` |
# | a split | $H(Y) - \sum_v\frac{\lvert S_v\rvert}{\lvert S\rvert}H(Y\mid S_v)$ | `it.information_gain` |
# | symmetric | $\frac12D(p\,\Vert\,m) + \frac12D(q\,\Vert\,m) \le \log2$ | `it.jensen_shannon` |
# | bells | $\frac12[\operatorname{tr}\Sigma_1^{-1}\Sigma_0 + \Delta^\top\Sigma_1^{-1}\Delta - d + \log\frac{\lvert\Sigma_1\rvert}{\lvert\Sigma_0\rvert}]$ | `it.gaussian_kl` |
# | directions | $D(p\,\Vert\,q)$ covers, $D(q\,\Vert\,p)$ seeks | `mathlib.explore.kl_direction` |
# | contrast | $I \ge \log N - \mathcal L$ | `it.infonce_bound` |
# | summary | $\min I(X; T) - \beta I(T; Y)$ | `it.information_bottleneck_objective` |
# | parameters | $D(p_\theta\,\Vert\,p_{\theta+\delta}) \approx \frac12\delta^\top F\delta$; $\;\mathrm{Cov}(\hat\theta) \succeq \frac1nF^{-1}$ | `it.fisher_kl_approximation`, `it.cramer_rao_bound` |
# | words | $H \le \bar\ell < H + 1$ | `it.huffman_code` |
# | texts | $\ell = \lceil-\log_2P\rceil + 1$ | `it.arithmetic_encode`, `it.arithmetic_decode` |

# %% [markdown]
# **Five questions to ask yourself.**
#
# <details><summary>1. A classifier over 1000 classes starts with a loss of 6.9. Is something broken?</summary>
# No: log 1000 = 6.9. It knows nothing yet, and admits it. A start at 20 would be confident nonsense.
# </details>
# <details><summary>2. Your language model's loss stops at 1.8 nats a token. Is 0 the goal?</summary>
# No. Loss = entropy of the text + KL. Nobody knows the first part, and only the second can be trained away.
# </details>
# <details><summary>3. A model trained by forward KL paints blurred pictures, one by reverse KL always the same three. Why?</summary>
# Forward covers everything, and what lies between; reverse seeks a few modes and leaves the rest out for free.
# </details>
# <details><summary>4. Two columns of your table have an estimated mutual information of 0.4 nats, 40 rows, 8 by 8 values. Excited?</summary>
# By chance alone it would be about 7 · 7 / 80 = 0.6. Shuffle one column and look again.
# </details>
# <details><summary>5. Somebody offers a program that makes every file shorter. What do you say?</summary>
# There are fewer short words than long files, so two files would get the same word. Compression is a bet on which files
# come.
# </details>

# %% [markdown]
# ## Further reading
#
# **The source.** C. E. Shannon, "A mathematical theory of communication", *Bell Syst. Tech. J.* 27 (1948),
# doi:10.1002/j.1538-7305.1948.tb01338.x; it can still be read in an evening. "Prediction and entropy of printed
# English", 30 (1951), doi:10.1002/j.1538-7305.1951.tb01366.x. S. Kullback, R. A. Leibler, *Ann. Math. Stat.* 22 (1951),
# doi:10.1214/aoms/1177729694. T. Cover, J. Thomas, *Elements of Information Theory*, 2006, doi:10.1002/047174882X.
# D. MacKay, *Information Theory, Inference, and Learning Algorithms*, 2003.
#
# **Codes.** D. Huffman, *Proc. IRE* 40 (1952), doi:10.1109/JRPROC.1952.273898. I. Witten, R. Neal, J. Cleary,
# arithmetic coding, *Commun. ACM* 30 (1987), doi:10.1145/214762.214771. R. Kneser, H. Ney, *ICASSP* 1995,
# doi:10.1109/ICASSP.1995.479394. G. Delétang et al., "Language modeling is compression", 2024, arXiv:2309.10668.
#
# **Learning.** J. R. Quinlan, decision trees, *Mach. Learn.* 1 (1986), doi:10.1007/BF00116251. J. Lin, Jensen-Shannon,
# *IEEE Trans. Inf. Theory* 37 (1991), doi:10.1109/18.61115. N. Tishby, F. Pereira, W. Bialek, the bottleneck, 1999,
# arXiv:physics/0004057. A. van den Oord et al., InfoNCE, 2018, arXiv:1807.03748. B. Poole et al., bounds, 2019,
# arXiv:1905.06922. M. Tschannen et al., what they do not explain, 2020, arXiv:1907.13625. A. Saxe et al., on
# bottlenecks in networks, 2018, doi:10.1088/1742-5468/ab3985. C. Guo et al., calibration, 2017, arXiv:1706.04599.
# **Parameters.** C. R. Rao, *Bull. Calcutta Math. Soc.* 37 (1945). H. Cramér, *Mathematical Methods of Statistics*,
# 1946. S. Amari, the natural gradient, *Neural Comput.* 10 (1998), doi:10.1162/089976698300017746.
#
# **The data.** The manual is Python's own (`pydoc_data.topics`), as it comes with your version, and the sizes of packed
# files depend on the packer's version; so some numbers above may differ a little on your machine. The tumours are
# scikit-learn's `load_breast_cancer` (W. Street, W. Wolberg, O. Mangasarian, 1993, doi:10.1117/12.148698).
#
# Next: chapter 10 counts with numbers that have only so many digits.

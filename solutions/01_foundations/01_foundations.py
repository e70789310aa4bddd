# ---
# jupyter:
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 1. Mathematical Foundations
#
# **One line of mathematics trains every chatbot. Can you read it?**
#
# $$L(\theta) = -\frac1N\sum_{i=1}^{N}\log\frac{e^{z_{i\,y_i}}}{\sum_{k\in V}e^{z_{ik}}}$$
#
# If this looks like a wall: good, you are in the right place. It has a dozen signs, and each is a short word for something
# you could do with a pencil. At the end of this chapter you will have done all of it, and the line will say something
# almost chatty: *"On average, how surprised were you by the word that really came next?"*
#
# **After this chapter you can**
#
# - read $\in$, $\forall$, $\sum$, $\prod$, $\log$, $\operatorname{argmax}$ and $\delta_{ij}$ aloud, and turn each into a line of code;
# - multiply two thousand probabilities without getting zero;
# - say the shape of any array product before you run it, and write attention's core as one `einsum`;
# - tell whether a program will be ten or a thousand times slower on ten times the data;
# - prove something, four ways.
#
# **You need** school algebra, and Python with a little NumPy. **Time:** about 90 minutes to read; the 16 exercises take two
# to three hours more. Signs are explained where they first appear, and collected in a table at the end. Where a cell draws
# a picture, look at the picture; its code can wait. In code, `fd` is mathlib's module for this chapter: it holds the
# functions you are going to write.

# %%
import math
from collections import Counter
from pydoc_data.topics import topics

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import mathlib
import mathlib.foundations as fd
from mathlib import check

mathlib.style()
rng = np.random.default_rng(0)

# %%
pieces = [
    (0.30, 2.0, r"$L(\theta)$", 22, "C2", (0.35, 3.4), 0.45,
     "1.2  a function of\nthe weights θ"),
    (1.35, 2.0, r"$=\,-\frac{1}{N}$", 24, "0.2", (1.5, 0.45), 0.55,
     "1.4  a mean"),
    (2.35, 1.97, r"$\sum_{i=1}^{N}$", 22, "C0", (2.35, 3.4), 0.85,
     "1.3  a loop"),
    (3.20, 2.0, r"$\log$", 22, "C1", (3.1, 0.45), 0.4,
     "1.4  products\nbecome sums"),
    (4.60, 2.55, r"$e^{\,z_{i\,y_i}}$", 22, "C3", (4.5, 3.8), 0.45,
     "1.6  indices: the score\nof the right word"),
    (4.60, 1.30, r"$\sum_{k\in V}\; e^{\,z_{ik}}$", 20, "C3",
     (4.75, -0.05), 0.75, "1.1  a set: all words"),
]
fig, ax = plt.subplots(figsize=(6.4, 2.8))
for x, y, sign, size, color, at, gap, label in pieces:
    ax.text(x, y, sign, fontsize=size, color=color, ha="center", va="center")
    below = at[1] < y
    ax.annotate(label, (x, y - gap if below else y + gap), at, color=color,
                ha="center", va="top" if below else "bottom", fontsize=9,
                arrowprops={"arrowstyle": "-", "color": color, "lw": 0.8})
ax.plot([3.8, 5.4], [2.0, 2.0], color="0.2", lw=1.2)
ax.text(5.6, 2.0, "1.5  softmax:\nscores become\nprobabilities", va="center",
        fontsize=9, color="C3")
ax.set(xlim=(-0.4, 6.8), ylim=(-0.6, 4.6))
ax.axis("off")
mathlib.show(
    fig,
    caption="The line that trains language models, and the sections of this"
    " chapter that take it apart; 1.7 asks what it costs, 1.8 whether"
    " training ever ends.",
    alt="The formula of the cross-entropy loss in large print; thin lines"
    " lead from each of its parts to the number of a section.",
)

# %% [markdown]
# ## 1.1 Which things, and for how many: sets and logic
#
# How alike are the pages on `break` and `continue` in Python's manual? Compare *which words* they use, and forget how often
# and in what order. A collection without order and repetition is a **set**.
#
# | sign | read | Python |
# |---|---|---|
# | $x \in A$ | $x$ is an element of $A$ | `x in A` |
# | $A \subseteq B$ | every element of $A$ is in $B$ | `A <= B` |
# | $A \cap B$, $\;A \cup B$, $\;A \setminus B$ | in both; in at least one; in $A$, not in $B$ | `A & B`, `A.union(B)`, `A - B` |
# | $\lvert A\rvert$, $\;\emptyset$ | how many elements; the empty set | `len(A)`, `set()` |
# | $\mathbb R$, $\;\mathbb R^n$, $\;[0, 1]$ | all real numbers; all lists of $n$ of them; the numbers from 0 to 1 | `float`, shape `(n,)` |
#
# (`A | B` is short for `A.union(B)`; the comma in `(n,)` is Python's, for a tuple of one.)
#
# **The laws.** For finite sets $A$ and $B$, not both empty,
#
# $$|A\cup B| = |A| + |B| - |A\cap B|, \qquad J(A,B) = \frac{|A\cap B|}{|A\cup B|} \in [0, 1].$$
#
# **Derivation.** $|A| + |B|$ counts each common element twice; take it away once (*inclusion-exclusion*). $J$, the **Jaccard
# similarity**, is the common share: at most 1, and 1 exactly for equal sets. Two empty sets would give $0/0$; they are
# equal, so we say 1, a convention.
#
# **By hand.** $A = \{\text{the, cat, sat}\}$ and $B = \{\text{the, dog, sat, down}\}$. Common: *the, sat*, so
# $|A\cap B| = 2$, $|A\cup B| = 3 + 4 - 2 = 5$ and $J = 2/5 = 0.4$.

# %%
A = set("the cat sat".split())
B = set("the dog sat down the".split())   # twice "the" is once "the"

print("common:", sorted(A & B), "  all:", sorted(A | B))
print("Jaccard:", fd.jaccard_similarity(A, B))
assert len(A | B) == len(A) + len(B) - len(A & B) == 5
assert fd.jaccard_similarity(A, B) == 0.4

# %% [markdown]
# **Short words for many.** How do you speak of *all* elements of a set at once?
#
# | sign | read | Python |
# |---|---|---|
# | $\forall x\in A:\ P(x)$ | for **all** $x$ in $A$, $P(x)$ is true | `all(P(x) for x in A)` |
# | $\exists x\in A:\ P(x)$ | there **is** an $x$ in $A$ with $P(x)$ | `any(P(x) for x in A)` |
# | $\lnot P$, $\;P \Rightarrow Q$ | not $P$; if $P$ then $Q$ | `not P`, `not P or Q` |
# | $P \iff Q$ | $P$ exactly when $Q$: each follows from the other | `P == Q` |

# %%
print("all of B have three letters:", all(len(w) == 3 for w in B))
print("one of B has four letters:", any(len(w) == 4 for w in B))
print("all in the empty set are unicorns:",
      all(w == "unicorn" for w in set()))
assert not all(len(w) == 3 for w in B) and any(len(w) == 4 for w in B)
assert all(w == "unicorn" for w in set()) and not any(w for w in set())

# %% [markdown]
# To refute the last line, you would have to show an element that is no unicorn. So "for all" and "there is" change places
# when you say **not**:
#
# $$\lnot\,(\forall x:\ P(x)) \iff \exists x:\ \lnot P(x), \qquad
# (P\Rightarrow Q) \iff (\lnot Q\Rightarrow\lnot P).$$
#
# One black swan refutes "all swans are white". And "if it rains, the street is wet" says the same as "if the street is
# dry, it does not rain". It does *not* say that a wet street means rain: $Q\Rightarrow P$, the converse, is another claim.
#
# **Now the two pages.** A help page is a text; its words are `set(text.lower().split())`.

# %% tags=["nbval-ignore-output"]
words = {name: set(text.lower().split()) for name, text in topics.items()}
A, B = words["break"], words["continue"]
alike = fd.jaccard_similarity(A, B)

fig, ax = plt.subplots(figsize=(5.6, 2.4))
for x, color in ((-0.5, "C0"), (0.5, "C1")):
    ax.add_patch(plt.Circle((x, 0), 1, color=color, alpha=0.22, lw=0))
    ax.add_patch(plt.Circle((x, 0), 1, fill=False, ec=color, lw=1.5))
for x, part in ((-1.0, A - B), (0, A & B), (1.0, B - A)):
    ax.text(x, 0, len(part), ha="center", va="center", fontsize=15)
ax.text(-1.6, 0.5, "break", ha="right", color="C0", fontsize=12)
ax.text(1.6, 0.5, "continue", color="C1", fontsize=12)
for x, side, part, wanted in (
    (-1.6, "right", A - B, ("leaving", "skipping", "terminates")),
    (1.6, "left", B - A, ("next", "starting", "cycle")),
):
    only = [word for word in wanted if word in part]
    ax.text(x, 0.4, "\n".join(only), ha=side, va="top", color="0.4",
            fontsize=9)
ax.set(xlim=(-3, 3), ylim=(-1.08, 1.08), aspect="equal")
ax.axis("off")
mathlib.show(
    fig,
    caption=f"The pages on break and continue share {len(A & B)} of"
    f" {len(A | B)} words, so their Jaccard similarity is {alike:.2f}.",
    alt="Two overlapping circles named break and continue, with the number of"
    " words in each part; the overlap has the largest.",
)
typical = np.median([
    fd.jaccard_similarity(words[a], words[b])
    for a in words for b in words if a < b
])
print(f"{len(words)} pages; two of them have typically {typical:.2f}")
assert alike > 0.5 > 5 * typical
assert fd.jaccard_similarity(words["if"], words["else"]) == 1
assert topics["if"] == topics["else"]

# %% [markdown]
# More than half of the words, where two pages typically share less than a tenth. And the pages on `if` and `else` reach
# exactly 1. Nobody told the program what a loop is. Is 1 a mistake, then? (Look: `topics["if"] == topics["else"]`.)
#
# **Where it is load-bearing.** The $V$ in our line is a set, the *vocabulary*. And web text is full of near copies, which
# this very $J$ finds, so that they can be left out before training (Broder 1997).
#
# ### Exercise 1.1 * · how much two collections share (2 points)
#
# You will see this form fifteen times: a contract, an example, hints to unfold, a cell to fill, a cell that checks. (One
# exercise, 1.15, is read by a person.) Examples show a few digits; return all of them. Points: a share for each case once
# the core cases are right, and some named mistakes have a credit of their own. One friendly word: **writing it is the
# exercise**. An answer that calls a library's ready-made version, or mathlib's, earns nothing; the functions of *earlier*
# exercises you may use as `fd.name`, whether you solved them or not.
#
# **Contract.** `a`, `b`: any collections (list, tuple, set, or a text, which is its letters) of hashable things; they count
# as **sets**, without order or repetition. Return $|A\cap B|\,/\,|A\cup B|$, a number from 0 to 1; two empty sets give 1.
# Do not round.
#
# *Example:* `jaccard_similarity("night", "nacht")` returns `3/7`, shown as 0.4286.
#
# <details><summary>Hint 1</summary>What does <code>set("hello")</code> hold?</details>
# <details><summary>Hint 2</summary>If the union is empty there is nothing to divide by: answer that case first.</details>

# %% exercise="jaccard_similarity"
def jaccard_similarity(a, b):
    """Return the share of all elements that a and b have in common."""
    ### BEGIN SOLUTION
    both, either = set(a) & set(b), set(a) | set(b)
    return len(both) / len(either) if either else 1.0
    ### END SOLUTION

# %% check="jaccard_similarity"
check("jaccard_similarity")

# %% [markdown]
# ## 1.2 Machines that never change their mind: functions
#
# A network can't read *cat*; it reads 17. A *tokeniser* turns words into numbers, the network works, and numbers become
# words again. When is the way back possible? That is a question about functions.
#
# **The law.** A **function** $f: X \to Y$ gives each $x$ of the set $X$ (its *domain*) exactly one $f(x)$ in $Y$ (its
# *codomain*). It is
#
# $$\textbf{injective}\text{ if}\quad f(a)=f(b)\Rightarrow a=b; \qquad
# \textbf{surjective}\text{ if}\quad \forall y\in Y\ \exists x\in X: f(x)=y;$$
#
# and **bijective** if it is both. In words: no two arrows end in one point; no point is left without an arrow.
#
# **Derivation of the way back.** An inverse $g: Y\to X$ must have $g(f(x)) = x$ and $f(g(y)) = y$.
#
# - Let $f$ be bijective. Each $y$ has an arrow (surjective), and only one (injective): let $g$ send $y$ back along it.
# - Let there be such a $g$. If $f(a)=f(b)$, then $a = g(f(a)) = g(f(b)) = b$: injective. And $y = f(g(y))$ says that each
#   $y$ is hit: surjective.
#
# So **bijective and invertible are the same.** And count the arrows: into a smaller finite set no function is injective.
# (More pigeons than holes.)
#
# **By hand.** $f$: cat $\mapsto$ 0, dog $\mapsto$ 1, eel $\mapsto$ 2 (read $\mapsto$ as *is sent to*). Injective: three
# arrows, three ends. Surjective onto $\{0,1,2\}$, but not onto $\{0,1,2,3\}$. It depends on the codomain, so a codomain
# must be named.

# %%
to_number = {"cat": 0, "dog": 1, "eel": 2}
print("injective:", fd.is_injective(to_number))
print("onto {0, 1, 2}:", fd.is_surjective(to_number, range(3)))
print("onto {0, 1, 2, 3}:", fd.is_surjective(to_number, range(4)))
assert fd.is_injective(to_number)
assert fd.is_surjective(to_number, range(3))
assert not fd.is_surjective(to_number, range(4))
to_word = {number: word for word, number in to_number.items()}
assert all(to_word[to_number[word]] == word for word in to_number)

kinds = {
    "injective only": ([0, 1, 2], 4),
    "surjective only": ([0, 1, 1, 2], 3),
    "bijective": ([1, 0, 2], 3),
}
fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.0))
for ax, (name, (ends, size)) in zip(axes, kinds.items()):
    mapping = dict(enumerate(ends))
    assert fd.is_injective(mapping) == ("surj" not in name)
    assert fd.is_surjective(mapping, range(size)) == ("inj" not in name)
    for x, y in mapping.items():
        ax.annotate("", (1, -y), (0, -x), arrowprops={
            "arrowstyle": "-|>", "color": "C0", "lw": 1.5,
            "shrinkA": 5, "shrinkB": 5,
        })
    ax.plot([0] * len(ends), -np.arange(len(ends)), "o", color="C0", ms=7)
    ax.plot([1] * size, -np.arange(size), "s", color="C1", ms=7)
    ax.set(xlim=(-0.3, 1.3), ylim=(-3.4, 0.4))
    ax.set_title(name, loc="center")
    ax.axis("off")
mathlib.show(
    fig,
    caption="No two arrows end in one square; no square is left out; both,"
    " and the arrows can be turned round.",
    alt="Three diagrams of arrows from dots to squares: one with a square"
    " left over, one where two arrows meet, one that pairs all.",
)

# %% [markdown]
# **On real words.** Lower-casing makes the vocabulary smaller. Is anything lost?

# %% tags=["nbval-ignore-output"]
written = sorted({word for text in topics.values() for word in text.split()})
lower = {word: word.lower() for word in written}
print(f"{len(written)} words, {len(set(lower.values()))} in lower case")
print("injective:", fd.is_injective(lower))
print("all these become 'not':",
      [word for word in written if lower[word] == "not"])
number = {word: place for place, word in enumerate(written)}
assert fd.is_injective(number) and not fd.is_injective(lower)
assert fd.is_surjective(number, range(len(written)))

# %% [markdown]
# Lower-casing is not injective: from `not` nobody can tell whether `NOT` was meant. That is why the tokenisers of today's
# language models keep capitals, and why numbering the words, a bijection, loses nothing.
#
# **Where it is load-bearing.** Most of today's tokenisers are built so that any text comes back as it was: injective
# (chapter 16).
#
# ### Exercise 1.2 * · two questions to ask a function (2 points)
#
# **Contract.** `mapping`: a dict from each $x$ to $f(x)$; `codomain`: a collection that contains all $f(x)$, and perhaps
# more, perhaps with repetitions. Return `True` or `False`. The empty mapping is injective, and surjective only onto an empty
# codomain.
#
# *Example:* for `f = {1: "a", 2: "b", 3: "a"}`, `is_injective(f)` is `False`, `is_surjective(f, "ab")` is `True`,
# `is_surjective(f, "abc")` is `False`.
#
# <details><summary>Hint 1</summary>The keys of a dict are always distinct. What must be distinct here?</details>
# <details><summary>Hint 2</summary>A set forgets repetitions: compare how many values there are with how many different ones.</details>

# %% exercise="is_injective"
def is_injective(mapping):
    """Return whether different x have different f(x)."""
    ### BEGIN SOLUTION
    return len(set(mapping.values())) == len(mapping)
    ### END SOLUTION


def is_surjective(mapping, codomain):
    """Return whether each y of the codomain is some f(x)."""
    ### BEGIN SOLUTION
    return set(codomain) <= set(mapping.values())
    ### END SOLUTION

# %% check="is_injective"
check("is_injective")

# %% [markdown]
# **One machine after another.** For $g: X\to Y$ and $f: Y\to Z$ the **composition** is
#
# $$(f\circ g)(x) = f(g(x)).$$
#
# Read it from right to left: $g$, which stands next to $x$, goes first. Order matters: with $f(x) = 2x$ and $g(x) = x + 3$,
# $(f\circ g)(1) = 2\cdot 4 = 8$ but $(g\circ f)(1) = 2 + 3 = 5$. Brackets do not:
# $(f\circ g)\circ h$ and $f\circ(g\circ h)$ both send $x$ to $f(g(h(x)))$. And the way back undoes the last step first:
# $(f\circ g)^{-1} = g^{-1}\circ f^{-1}$. Socks, then shoes; shoes off, then socks.
#
# **Why depth?** Take a function that folds the interval $[0, 1]$ once, and compose it with itself.

# %%
def double(x):
    return 2 * x


def add_three(x):
    return x + 3


print("f after g:", fd.compose(double, add_three)(1))
print("g after f:", fd.compose(add_three, double)(1))
assert fd.compose(double, add_three)(1) == 8
assert fd.compose(add_three, double)(1) == 5


def fold(x):
    """Go up to 1 at x = 1/2 and down again: two ReLU units can do it."""
    return 1 - np.abs(2 * x - 1)


x = np.linspace(0, 1, 513)
fig, axes = plt.subplots(1, 3, figsize=(6.4, 1.9), sharey=True)
teeth = {}
for ax, depth, color in zip(axes, (1, 3, 6), ("C0", "C1", "C2")):
    folded = fd.compose(*[fold] * depth)(x)
    teeth[depth] = int(np.sum(folded == 1))
    ax.plot(x, folded, color=color, lw=1.2)
    ax.set_title(f"depth {depth}, teeth: {teeth[depth]}", loc="center")
    ax.set(xticks=[0, 1], yticks=[0, 1], xlabel="x")
mathlib.show(
    fig,
    caption=f"A fold, composed {depth} times with itself, has {teeth[depth]}"
    " teeth: each layer doubles them.",
    alt="Three zigzag curves over the unit interval with one, four and"
    " thirty-two teeth.",
)
assert all(teeth[depth] == 2 ** (depth - 1) for depth in teeth)

# %% [markdown]
# **Where it is load-bearing.** A deep network *is* $f_L\circ\dots\circ f_2\circ f_1$. Each extra layer of two units doubles
# the teeth; a network with one hidden layer needs at least as many units as there are teeth. So depth can be worth
# exponentially many units (Telgarsky 2016).
#
# **The letter $\theta$** (*theta*) stands for all the numbers inside these functions that training may change, the
# network's **weights**. With the data kept fixed, each setting of the weights gives one loss. So the loss is a function of
# the weights, and that is how to read $L(\theta)$ in our line.
#
# ### Exercise 1.3 ** · composition (2 points)
#
# **Contract.** `functions`: any number, each of one argument; return a **function**: `compose(f, g)(x)` is `f(g(x))`;
# `compose()` is the identity, `compose(f)` does what `f` does. The result can be called again and again.
#
# *Example:* if `f` squares and `g` adds one, `compose(f, g)(3)` returns `16`, `compose(g, f)(3)` returns `10`.
#
# <details><summary>Hint 1</summary>Define a function inside, and return it without calling it.</details>
# <details><summary>Hint 2</summary><code>reversed(functions)</code> gives the last one first. What does a loop over nothing do to x?</details>

# %% exercise="compose"
def compose(*functions):
    """Return the function that applies all of them, the last one first."""
    ### BEGIN SOLUTION
    def composed(x):
        for function in reversed(functions):
            x = function(x)
        return x

    return composed
    ### END SOLUTION

# %% check="compose"
check("compose")

# %% [markdown]
# ## 1.3 Loops in one letter: sums and products
#
# The big $\sum$ frightens more people than any other sign. It is a `for` loop.
#
# **The law.** For integers $m \le n$ and numbers $a_m, \dots, a_n$
#
# $$\sum_{i=m}^{n} a_i = a_m + a_{m+1} + \dots + a_n, \qquad \prod_{i=m}^{n} a_i = a_m\cdot a_{m+1}\cdots a_n .$$
#
# **Both** bounds belong to it: $n - m + 1$ terms. (Python's `range(m, n)` leaves out $n$. Here off-by-one errors are
# born.) The letter $i$ is a local variable; any other would do. With nothing to add, when $n < m$, the sum is **0**, and
# the empty product is **1**: what you would start the loop with.
#
# **Rules,** each only the old laws for $+$, written for many:
#
# $$\sum_i (a_i + c\,b_i) = \sum_i a_i + c\sum_i b_i, \qquad \sum_{i=m}^n a_i = \sum_{j=0}^{n-m} a_{m+j}, \qquad
# \sum_i\sum_j a_{ij} = \sum_j\sum_i a_{ij}.$$
#
# Factors that do not know $i$ come out; the index can be shifted; a table is summed by rows or by columns.
# But $\sum_i a_ib_i \ne \sum_i a_i\sum_i b_i$: with $a = b = (1, 1)$ the left is 2, the right 4.
#
# **By hand.** $\sum_{i=1}^4 i^2 = 1 + 4 + 9 + 16 = 30$, $\;\prod_{i=1}^5 i = 120$.
#
# Next come four such sums as pictures, each with its code, and below them **the explorer** they were taken from: choose a
# summand and a range, and step. (Its third line of code, `einsum`, is read in 1.6.)

# %%
print("sum of squares 1..4:", fd.summation(lambda i: i**2, 1, 4))
print("product 1..5:", fd.product(lambda i: i, 1, 5))
assert fd.summation(lambda i: i**2, 1, 4) == 30
assert fd.product(lambda i: i, 1, 5) == 120 == math.factorial(5)
assert fd.summation(lambda i: i, 3, 2) == 0
assert fd.product(lambda i: i, 3, 2) == 1

explorer = mathlib.explore.sigma_loop()
fig = explorer.still()
mathlib.show(
    fig,
    caption="A sum is a loop: the loop adds term by term, the array and the"
    " einsum take all at once, and in the end the three agree.",
    alt="Four states: two of five squares added, all five, a sum of products"
    " with a negative term, and an empty sum; below each three lines of"
    " code with their results.",
)

explorer

# %% [markdown]
# **A sum you can do in your head, and a proof.** What is $1 + 2 + \dots + n$? Write it once forwards and once backwards
# below: each of the $n$ columns adds up to $n + 1$, so twice the sum is $n(n+1)$:
#
# $$\sum_{i=1}^{n} i = \frac{n(n+1)}{2}.$$
#
# The "$\dots$" asked you to trust. **Induction** does not. Show that a statement holds for $n = 1$ (the first domino
# falls), and that whenever it holds for $n$ it holds for $n + 1$ (each domino topples the next). Then it holds for all.
#
# *Start:* $1 = \frac{1\cdot2}{2}$. *Step:* if $\sum_{i=1}^n i = \frac{n(n+1)}2$, then
#
# $$\sum_{i=1}^{n+1} i = \frac{n(n+1)}{2} + (n+1) = (n+1)\Bigl(\frac n2 + 1\Bigr) = \frac{(n+1)(n+2)}{2},$$
#
# which is the statement for $n + 1$. $\square$ (The little box says: end of the proof.) Both halves are needed: "$n = n +
# 1$ for all $n$" has a perfect step, and no start.

# %%
n = 6
fig, ax = plt.subplots(figsize=(3.6, 2.5))
for i in range(1, n + 1):
    ax.plot(np.arange(i), [n - i] * i, "o", color="C0", ms=9)
    ax.plot(np.arange(i, n + 1), [n - i] * (n + 1 - i), "o", mfc="white",
            mec="C1", mew=1.5, ms=9)
ax.set(aspect="equal", xlim=(-0.5, n + 0.5), ylim=(-0.5, n - 0.5))
ax.axis("off")
total = fd.summation(lambda i: i, 1, n)
mathlib.show(
    fig,
    caption=f"Two triangles of 1 + 2 + … + {n} = {total} dots fill {n} rows"
    f" of {n + 1}.",
    alt="A rectangle of dots, the lower left triangle filled, the upper right"
    " one hollow.",
)
assert all(
    fd.summation(lambda i: i, 1, n) == n * (n + 1) // 2 for n in range(50)
)

# %% [markdown]
# **Where it is load-bearing.** Everywhere; but note one place. A language model gives a text of $n$ words the probability
# $\prod_{i=1}^{n} p_i$, one factor for each word given those before it (chapter 16). A page has hundreds of factors, all
# below 1. Keep that in mind for the next section.
#
# ### Exercise 1.4 * · two big letters (2 points)
#
# **Contract.** `term(i)` is a number; `i` runs over the integers from `start` to `stop`, **both included**; `term` is called
# for no other `i`. If `stop < start` there is nothing to add or multiply: the empty sum is 0, the empty product 1.
#
# *Example:* `summation(lambda i: i**2, 1, 4)` returns `30`; `product(lambda i: i, 1, 5)` returns `120`.
#
# <details><summary>Hint 1</summary>What should the total be before the first term comes?</details>
# <details><summary>Hint 2</summary><code>range(1, 4)</code> is 1, 2, 3.</details>

# %% exercise="summation"
def summation(term, start, stop):
    """Return term(start) + ... + term(stop)."""
    ### BEGIN SOLUTION
    total = 0
    for i in range(start, stop + 1):
        total += term(i)
    return total
    ### END SOLUTION


def product(term, start, stop):
    """Return term(start) * ... * term(stop)."""
    ### BEGIN SOLUTION
    total = 1
    for i in range(start, stop + 1):
        total *= term(i)
    return total
    ### END SOLUTION

# %% check="summation"
check("summation")

# %% [markdown]
# ## 1.4 Products that vanish, and the logarithm that saves them
#
# Multiply two thousand probabilities of one half. The answer is $2^{-2000}$, a perfectly good number. A float can't hold it:
# the smallest positive one is about $5\cdot10^{-324}$. Below that there is only 0, and every page of text becomes
# impossible.
#
# **The laws.** $\ln x$ is the number $u$ with $e^u = x$, for $x > 0$; here as everywhere in this course **$\log$ means
# $\ln$**, base $e = 2.718\dots$ For $a, b, p_i > 0$
#
# $$\log(ab) = \log a + \log b, \qquad \log\prod_i p_i = \sum_i \log p_i, \qquad \log_2 x = \frac{\ln x}{\ln 2}.$$
#
# **Derivation.** Write $a = e^u$ and $b = e^v$. Then $ab = e^ue^v = e^{u+v}$, so $\log(ab) = u + v$. For many factors:
# induction. And $x = 2^{\log_2 x}$; take $\ln$ on both sides: $\ln x = \log_2 x\cdot\ln 2$.
#
# The logarithm also keeps order: if $a < b$ then $\log a < \log b$. So what is most probable has the largest
# log-probability, and we may work with sums all the way.
#
# **The unit.** How surprising is an event of probability $p$? $-\log p$: nothing for a certain event, more the rarer it is,
# and the surprises of independent events add up. With $\ln$ it is measured in **nats**, with $\log_2$ in **bits**
# (coin tosses). One bit is $\ln 2 = 0.693$ nats. *By hand:* $p = 0.6$ gives $-\ln 0.6 = 0.5108$ nats, and
# $0.5108/0.6931 = 0.737$ bits. Fewer nats than bits: the unit is larger, so the number is smaller. Some texts define in
# bits and compute in nats. Say the unit each time.

# %%
halves = np.full(2000, 0.5)
print("product:", np.prod(halves), "  log of it:", end=" ")
with np.errstate(divide="ignore"):
    print(np.log(np.prod(halves)))
print("sum of logs:", round(fd.log_product(halves), 2))
assert np.prod(halves) == 0
assert np.isclose(fd.log_product(halves), -2000 * np.log(2))
assert fd.log_product([0.5, 0.0, 0.5]) == -np.inf

surprise = -np.log(0.6)
print(f"{surprise:.4f} nats = {fd.nats_to_bits(surprise):.3f} bits")
assert f"{surprise:.4f}" == "0.5108"
assert f"{fd.nats_to_bits(surprise):.3f}" == "0.737"
assert np.isclose(fd.bits_to_nats(1.0), 0.6931, atol=1e-4)

# %% [markdown]
# **A real page.** The simplest language model there is: word $w$ has probability $p(w) = c(w)/n$, where $c(w)$ counts it
# among all $n$ words of the manual. The probability of a page is the product over its words. Watch it fall.

# %% tags=["nbval-ignore-output"]
running = [word for text in topics.values() for word in text.lower().split()]
count = Counter(running)
page = topics["for"].lower().split()
p = np.array([count[word] / len(running) for word in page])

naive = np.cumprod(p)
honest = np.cumsum(np.log(p)) / np.log(10)
alive = int(np.sum(naive > 0))

fig, ax = plt.subplots(figsize=(6.4, 2.7))
ax.plot(honest, color="C0")
ax.plot(np.log10(naive[:alive]), color="C1", lw=4, alpha=0.5)
ax.plot(alive, -323.3, "X", color="C1", ms=9)
ax.axhline(-323.3, color="0.6", lw=0.8, ls="--")
ax.text(len(page) - 1, -310, "floats end here", color="0.4", ha="right",
        fontsize=9)
ax.text(alive - 8, -390, "the product is 0", color="C1", ha="right")
ax.text(len(page) - 50, honest[-50] + 120, "the sum of\nlogs goes on",
        color="C0")
ax.set(xlabel="words read", ylabel="log$_{10}$ of the probability")
mathlib.show(
    fig,
    caption=f"The page on for has {len(page)} words; after {alive} of them"
    " its probability has become zero in floats, while the sum of logarithms"
    f" ends at {honest[-1]:.0f}.",
    alt="A line that falls steadily far below a dashed line; a thick line on"
    " top of it stops there with a cross.",
)
assert alive < len(page) and naive[-1] == 0
assert np.isclose(fd.log_product(p), np.log(10) * honest[-1])

# %% [markdown]
# ### Exercise 1.5 * · change the unit (1 point)
#
# **Contract.** `value`: a number or an array of any shape; return the same shape. One bit is $\ln 2$ nats; take `np.log(2)`,
# which knows all its digits (0.693 has three), and do not round what you return.
#
# *Example:* `nats_to_bits(0.5108)` returns 0.7369…, `bits_to_nats(1.0)` returns 0.6931…
#
# <details><summary>Hint</summary>Which number should become smaller? Then you know whether to divide.</details>

# %% exercise="nats_to_bits"
def nats_to_bits(value):
    """Return an amount of information, given in nats, in bits."""
    ### BEGIN SOLUTION
    return value / np.log(2)
    ### END SOLUTION


def bits_to_nats(value):
    """Return an amount of information, given in bits, in nats."""
    ### BEGIN SOLUTION
    return value * np.log(2)
    ### END SOLUTION

# %% check="nats_to_bits"
check("nats_to_bits")

# %% [markdown]
# ### Exercise 1.6 * · the logarithm of a long product (2 points)
#
# **Contract.** `values` `(n,)`, none negative; return the natural logarithm of their product, a scalar, also where the
# product under- or overflows (2000 factors of 0.5 or of 3). A zero factor gives `-inf`, never nan; the empty product is 1,
# so its logarithm is 0.
#
# *Example:* `log_product([0.5, 0.5, 0.25])` returns `log(1/16)` = -2.7726.
#
# <details><summary>Hint</summary>Do not multiply anything. (NumPy warns of <code>log(0)</code> and returns <code>-inf</code>, which is what you want.)</details>

# %% exercise="log_product"
def log_product(values):
    """Return the natural logarithm of the product of the values."""
    ### BEGIN SOLUTION
    return np.sum(np.log(values))
    ### END SOLUTION

# %% check="log_product"
check("log_product")

# %% [markdown]
# **Two means.** The plain, *arithmetic* mean of $N$ numbers is their sum, shared equally: $\frac1N\sum_{i=1}^N x_i$. It
# fits what adds up. For what multiplies, take something that grows by the factor 1, then 4, then 16. Which constant factor
# would do the same in three steps? Not the arithmetic mean, 7: $7^3 = 343$, but $1\cdot4\cdot16 = 64 = 4^3$. What you want
# is the **geometric mean**:
#
# $$G = \Bigl(\prod_{i=1}^n x_i\Bigr)^{1/n} = \exp\Bigl(\frac1n\sum_{i=1}^n\log x_i\Bigr), \qquad x_i \ge 0.$$
#
# The second form takes logs of the first: $\log G = \frac1n\sum_i\log x_i$. It is the plain mean, of logarithms, and it
# can't overflow on the way. It is never above the arithmetic mean. For two numbers you see it at once:
# $0 \le (\sqrt a - \sqrt b)^2 = a + b - 2\sqrt{ab}$, so $\sqrt{ab}\le\frac{a+b}2$.
#
# **Perplexity** is the geometric mean of $1/p_i$ over the words of a text: $\exp(-\frac1N\sum_i\log p_i)$. Read it as *"as
# unsure as among that many equally likely words"*. And there is the first piece of our line: $-\frac1N\sum_i\log(\dots)$ is
# the mean surprise in nats, the logarithm of a perplexity.
#
# **By hand.** A model gave the three right words $p = \frac12, \frac14, \frac18$. The product of $1/p_i$ is
# $2\cdot4\cdot8 = 64$; perplexity $\sqrt[3]{64} = 4$.

# %% tags=["nbval-ignore-output"]
assert np.isclose(fd.geometric_mean([1.0, 4.0, 16.0]), 4)
assert np.isclose(fd.geometric_mean([2.0, 4.0, 8.0]), 4)

factors = np.array([1.0, 4.0, 16.0])
fig, ax = plt.subplots(figsize=(5.2, 1.5))
ax.plot(factors, [0, 0, 0], "o", color="C0", ms=10)
for value, name, color in (
    (fd.geometric_mean(factors), "geometric mean", "C1"),
    (factors.mean(), "arithmetic mean", "C2"),
):
    ax.plot(value, -0.5, "^", color=color, ms=8)
    ax.annotate(f"{name} {value:g}", (value, -0.5), (
        -9 if value < 5 else 9, 0), color=color, va="center", fontsize=9,
        textcoords="offset points", ha="right" if value < 5 else "left")
ax.set_xscale("log", base=2)
ax.set(xticks=[1, 2, 4, 8, 16], xticklabels=[1, 2, 4, 8, 16], yticks=[],
       ylim=(-1, 0.5), xlim=(0.8, 20))
ax.spines["left"].set_visible(False)
ax.minorticks_off()
mathlib.show(
    fig,
    caption="On a logarithmic axis, where equal steps are equal factors, the"
    " geometric mean is the middle.",
    alt="A doubling axis from 1 to 16 with dots at 1, 4 and 16 and triangles"
    " at the two means, 4 and 7.",
)

everything = np.array([count[word] / len(running) for word in running])
mean_surprise = -fd.log_product(everything) / len(everything)
perplexity = fd.geometric_mean(1 / everything)
print(f"mean surprise {mean_surprise:.2f} nats a word"
      f" = {fd.nats_to_bits(mean_surprise):.2f} bits")
print(f"perplexity {perplexity:.0f}, among {len(count)} words")
print(f"arithmetic mean of 1/p: {np.mean(1 / everything):.0f}")
assert np.isclose(np.log(perplexity), mean_surprise)
assert 100 < perplexity < len(count) / 5
# The arithmetic mean says nothing new: it counts the vocabulary.
assert np.isclose(np.mean(1 / everything), len(count))

# %% [markdown]
# Counting words, and nothing else, makes the manual as hard to guess as one of several hundred equally likely words, out
# of thousands. A language model does the same with better $p$. (And the arithmetic mean of $1/p$ is exactly the size of
# the vocabulary. Can you see why? Each word $w$ appears $c(w)$ times, and each time adds $n/c(w)$.)
#
# **Where it is load-bearing.** Every loss of a language model is a mean of logarithms, and its exponential a perplexity
# (chapter 16).
#
# ### Exercise 1.7 ** · the mean for factors (2 points)
#
# **Contract.** `values` `(n,)`, $n \ge 1$, none negative; return the $n$-th root of the product, a scalar, also where the
# product under- or overflows. A zero gives 0.
#
# *Example:* `geometric_mean([1., 4., 16.])` returns `4.0`. (Their arithmetic mean is 7.)
#
# <details><summary>Hint</summary>It is an ordinary mean between two functions that undo each other. And what is <code>np.exp(-np.inf)</code>?</details>

# %% exercise="geometric_mean"
def geometric_mean(values):
    """Return the n-th root of the product of n values."""
    ### BEGIN SOLUTION
    return np.exp(np.mean(np.log(values)))
    ### END SOLUTION

# %% check="geometric_mean"
check("geometric_mean")

# %% [markdown]
# ## 1.5 From scores to probabilities: log-sum-exp and softmax
#
# A network does not speak in probabilities. For each word of the vocabulary it returns a **score** (a *logit*)
# $z_j \in \mathbb R$: high for what fits, low for what does not. Probabilities must be positive and add up to 1. The recipe:
# take $e^{z_j}$, which is positive and keeps the order, and divide by the sum.
#
# **The laws.** A bold letter is a list of numbers, a *vector*: $\mathbf z = (z_1, \dots, z_n) \in \mathbb R^n$. With the
# largest of them, $m = \max_j z_j$,
#
# $$\mathrm{softmax}(\mathbf z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}} = \frac{e^{z_i-m}}{\sum_j e^{z_j-m}}, \qquad
# \log\sum_j e^{z_j} = m + \log\sum_j e^{z_j-m}.$$
#
# **Derivation.** $e^{z_j} = e^m e^{z_j-m}$. The factor $e^m$ does not know $j$, so it leaves the sum (1.3): in the fraction
# it cancels, under the logarithm it becomes $+\,m$ (1.4). So scores may be shifted by any constant: *only differences
# count*. Why shift by the maximum? Then no exponent is positive, so nothing overflows. And one term is $e^0 = 1$, so the
# sum lies between 1 and $n$: nothing to divide by 0, no log of 0. You get a bound for free:
#
# $$\max_j z_j \;\le\; \log\sum_j e^{z_j} \;\le\; \max_j z_j + \log n .$$
#
# Log-sum-exp is a *soft maximum*. It is also how to **add probabilities that are stored as logarithms**: if
# $z_j = \log p_j$, it returns $\log\sum_j p_j$. And $\log\mathrm{softmax}(\mathbf z)_i = z_i - \log\sum_j e^{z_j}$.
#
# **By hand.** $\mathbf z = (\ln1, \ln2, \ln5)$. Exponentials: $1, 2, 5$; sum 8. So softmax is
# $(0.125, 0.25, 0.625)$ and log-sum-exp is $\ln 8 = 2.0794$. Add 1000 to each score: the softmax stays, log-sum-exp
# becomes $1002.0794$. (That softmax undoes logs of counts is no accident: counts are scores, too.)

# %%
z = np.log([1.0, 2.0, 5.0])
print("softmax", fd.softmax(z), "  log-sum-exp", fd.logsumexp(z).round(4))
assert np.allclose(fd.softmax(z), [0.125, 0.25, 0.625])
assert np.isclose(fd.logsumexp(z), np.log(8))

print("the recipe as it stands, at 1000:", end=" ")
with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
    print(np.exp(z + 1000) / np.sum(np.exp(z + 1000)), end=" ")
    print("and at -1000:", np.log(np.sum(np.exp(z - 1000))))
    assert np.isfinite(np.exp(709.0)) and np.isinf(np.exp(710.0))
print("mathlib:", fd.softmax(z + 1000), fd.logsumexp(z - 1000).round(4))
assert np.allclose(fd.softmax(z + 1000), [0.125, 0.25, 0.625])
assert np.isclose(fd.logsumexp(z + 1000), 1000 + np.log(8))

many = rng.normal(scale=3, size=(1000, 8))
soft, hard = fd.logsumexp(many), many.max(axis=-1)
assert np.all(hard <= soft) and np.all(soft <= hard + np.log(8))

# %% [markdown]
# **Temperature, and the argmax.** Divide the scores by a number $T > 0$ first: $\mathrm{softmax}(\mathbf z/T)$. A small $T$
# makes differences large. As $T\to0$, all weight goes to the largest score:
#
# $$\operatorname*{argmax}_{j} z_j = \{\,j : z_j \ge z_i \text{ for all } i\,\}.$$
#
# $\max$ is the largest *value*, $\operatorname{argmax}$ *where* it is, and there may be several places. On a **tie**,
# `np.argmax` and `torch.argmax` return the first, and softmax shares equally among them. Textbooks leave ties open; a
# program can't.
#
# The cell takes the words that follow *is* in the manual, scores each by the logarithm of its count,
# $z_j = \log c_j$, and shows what softmax makes of it at three temperatures.

# %% tags=["nbval-ignore-output"]
after = Counter(b for a, b in zip(running, running[1:]) if a == "is")
names, counts = zip(*after.most_common(8))
scores = np.log(counts)
assert np.allclose(fd.softmax(scores), np.array(counts) / sum(counts))

fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.5), sharey=True)
for ax, T, color in zip(axes, (0.25, 1.0, 4.0), ("C1", "C0", "C2")):
    chances = fd.softmax(scores / T)
    bars = ax.barh(names, chances, color=color, height=0.7)
    ax.bar_label(bars, [f"{c:.2f}" for c in chances], padding=2, fontsize=8)
    ax.set(xlim=(0, 1.1 * max(0.5, chances.max())), xlabel="probability")
    ax.set_title(f"T = {T:g}", loc="center")
    ax.tick_params(axis="y", length=0)
axes[0].invert_yaxis()
mathlib.show(
    fig,
    caption=f"What follows “is”? At T = 1 softmax returns the shares counted"
    f" in the manual; cold, it prefers “{names[0]}” far more; hot, it hardly"
    " minds.",
    alt="Three bar charts of the same eight words: steep for T = 0.25,"
    " moderate for T = 1, nearly level for T = 4.",
)
tie = np.array([1.0, 3.0, 2.0, 3.0])
print("argmax of", tie, "is the set", fd.argmax_set(tie),
      "; np.argmax says", np.argmax(tie))
assert np.array_equal(sorted(fd.argmax_set(tie)), [1, 3])
assert np.argmax(tie) == 1
assert np.allclose(fd.softmax(tie / 0.01), [0, 0.5, 0, 0.5])

# %% [markdown]
# **Where it is load-bearing.** Softmax is the last layer of every language model and of nearly every classifier, and it makes
# the weights of attention (chapter 15). Log-sum-exp is in every loss like ours.
#
# ### Exercise 1.8 *** · add what is stored as logarithms (4 points)
#
# Read the shape `(..., n)` as: any axes, or none, and then a last one of length $n$.
#
# **Contract.** `z` `(..., n)`; natural logarithm of the sum of exponentials along `axis` (the last by default), without that
# axis, or with length 1 there if `keepdims`. Entries of 1000 and -1000 must work, in each row by itself, whatever stands in
# the others. `-inf` is the logarithm of 0: such an entry adds nothing, and a row of nothing else gives `-inf`, not nan.
#
# *Example:* `logsumexp(np.log([1., 2., 5.]))` returns `2.0794`; `logsumexp([[1000., 1000.], [-inf, -inf]])` returns
# `[1000.6931, -inf]`.
#
# <details><summary>Hint 1</summary>Each row needs its own maximum, in a shape that you can subtract: <code>keepdims=True</code>.</details>
# <details><summary>Hint 2</summary><code>-inf - (-inf)</code> is nan. Which shift does no harm to a row of nothing but -inf?</details>
# <details><summary>Hint 3</summary><code>np.where(np.isfinite(m), m, 0)</code>. Compute with the axis kept, and at the end <code>np.squeeze(result, axis)</code> if it is not wanted.</details>

# %% exercise="logsumexp"
def logsumexp(z, *, axis=-1, keepdims=False):
    """Return the logarithm of the sum of exponentials along one axis."""
    ### BEGIN SOLUTION
    m = np.max(z, axis=axis, keepdims=True)
    m = np.where(np.isfinite(m), m, 0.0)
    result = m + np.log(np.sum(np.exp(z - m), axis=axis, keepdims=True))
    return result if keepdims else np.squeeze(result, axis=axis)
    ### END SOLUTION

# %% check="logsumexp"
check("logsumexp")

# %% [markdown]
# ### Exercise 1.9 ** · scores into probabilities (3 points)
#
# **Contract.** `z` `(..., n)`; return the same shape, entries from 0 to 1 that add up to 1 along `axis` (the last by
# default), for logits of any size, each row by itself. An entry of `-inf` gets probability 0; a row of nothing but `-inf` is
# nan, as in SciPy and PyTorch.
#
# *Example:* `softmax(np.log([1., 2., 5.]))` returns `[0.125, 0.25, 0.625]`; so does `softmax(1000 + np.log([1., 2., 5.]))`.
#
# <details><summary>Hint 1</summary>Shift first, then follow the recipe. Both the maximum and the sum keep their axis.</details>
# <details><summary>Hint 2</summary>There is no case for rows of -inf to write: what does <code>-inf - (-inf)</code> give by itself?</details>

# %% exercise="softmax"
def softmax(z, *, axis=-1):
    """Return positive numbers that add up to 1 along one axis."""
    ### BEGIN SOLUTION
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)
    ### END SOLUTION

# %% check="softmax"
check("softmax")

# %% [markdown]
# ## 1.6 Which number, of a million: shapes, indices and einsum
#
# Data come in tables. The rule of this course: **a row is a sample, a column is a feature.** The *data matrix*
# $X \in \mathbb R^{N\times D}$ holds $N$ samples of $D$ numbers; $X_{nd}$ is number $d$ of sample $n$. The bundled digits:
# 1797 pictures of 64 pixels, so $X$ is $(1797, 64)$.
#
# **The law of shapes.** A matrix product sums over one shared index, and this index must have one size:
#
# $$(AB)_{ij} = \sum_{\ell=1}^{k} A_{i\ell}B_{\ell j}, \qquad (m\times k)\,(k\times n) \to (m\times n).$$
#
# Inner sizes meet and vanish, outer sizes stay. Many bugs in a network are broken shapes, so write the shapes first.
# NumPy's (and torch's) `@` adds two customs:
#
# - Axes *before* the last two are a **batch**. They are lined up from the right; a 1, or a missing axis, is repeated
#   (*broadcasting*). The inner dimensions are never stretched: a 1 there must meet a 1.
# - A 1-D array counts as one row on the left, as one column on the right, and the axis this lends it goes again.
#
# **By hand.** $(8, 1, 2, 3)$ with $(5, 3, 4)$: matrices $(2,3)(3,4)\to(2,4)$; batches $(8, 1)$ and `(5,)` give $(8, 5)$;
# together $(8, 5, 2, 4)$. And $(4, 3)$ with `(3,)`: $(4,3)(3,1)\to(4,1)$, and the lent 1 goes: `(4,)`.

# %%
X, y = load_digits(return_X_y=True)
print("data matrix", X.shape, "  labels", y.shape)
for a, b in (
    ((32, 784), (784, 10)), ((8, 1, 2, 3), (5, 3, 4)), ((4, 3), (3,)),
    ((3,), (3,)),
):
    shape = fd.matmul_shape(a, b)
    print(a, "@", b, "->", shape)
    assert (np.zeros(a) @ np.zeros(b)).shape == shape
try:
    fd.matmul_shape((1797, 64), (10, 64))
except ValueError as error:
    print("ValueError:", error)
assert X.shape == (1797, 64)

fig, axes = plt.subplots(1, 2, figsize=(6.4, 2.2), width_ratios=[3.4, 1])
axes[0].imshow(X[:18], cmap="gray_r", aspect="auto")
axes[0].add_patch(plt.Rectangle((-0.5, 3.5), 64, 1, fill=False, ec="C1",
                                lw=2, clip_on=False))
axes[0].set(xlabel="column d: a pixel", ylabel="row n: a picture",
            yticks=[0, 4, 8, 12, 16], xticks=[0, 16, 32, 48, 63])
axes[1].imshow(X[4].reshape(8, 8), cmap="gray_r")
axes[1].set(xticks=[], yticks=[])
axes[1].spines[:].set(visible=True, color="C1", lw=2)
axes[1].set_title(f"row 4: a {y[4]}", loc="center")
mathlib.show(
    fig,
    caption=f"The first rows of a data matrix of shape {X.shape}: each row is"
    " one picture, laid out in a line.",
    alt="A striped grid of 18 rows and 64 columns with one row framed; beside"
    " it the same 64 numbers as a small picture of a digit.",
)
assert fd.matmul_shape((8, 1, 2, 3), (5, 3, 4)) == (8, 5, 2, 4)
assert fd.matmul_shape((4, 3), (3,)) == (4,)

# %% [markdown]
# ### Exercise 1.10 ** · predict a shape (3 points)
#
# **Contract.** `shape_a`, `shape_b`: tuples of integers; return the tuple that `np.matmul` would give, without multiplying
# anything. Inner dimensions must be equal; the axes before the last two are the batch and broadcast, right-aligned (equal,
# or one of them 1 or missing). A 1-D left operand counts as one row, a 1-D right one as one column, and the axis that was
# added goes again; so `(k,)` and `(k,)` give `()`. `ValueError` if they do not fit, or if a shape is `()`. Dimensions may
# be 0.
#
# *Example:* `matmul_shape((32, 784), (784, 10))` returns `(32, 10)`.
#
# <details><summary>Hint 1</summary>Build the answer from three tuples: batch, rows (or nothing), columns (or nothing).</details>
# <details><summary>Hint 2</summary><code>np.broadcast_shapes(shape_a[:-2], shape_b[:-2])</code> gives the batch, and raises the ValueError for you.</details>
# <details><summary>Hint 3</summary>Slices never complain: <code>(5,)[-2:-1]</code> is <code>()</code>, while <code>(4, 5)[-2:-1]</code> is <code>(4,)</code>.</details>

# %% exercise="matmul_shape"
def matmul_shape(shape_a, shape_b):
    """Return the shape of a @ b for arrays of these shapes."""
    ### BEGIN SOLUTION
    if not shape_a or not shape_b:
        raise ValueError("a scalar has no matrix product")
    if shape_a[-1] != shape_b[-2:][0]:
        raise ValueError(f"{shape_a} and {shape_b} do not fit")
    batch = np.broadcast_shapes(shape_a[:-2], shape_b[:-2])
    # Of a 1-D shape these slices leave nothing: the lent axis has gone.
    rows, columns = shape_a[-2:-1], shape_b[-2:][1:]
    return (*batch, *rows, *columns)
    ### END SOLUTION

# %% check="matmul_shape"
check("matmul_shape")

# %% [markdown]
# **Choosing by multiplying.** How do you say "the score *of the right word*" in a formula? With two functions that answer
# yes or no by 1 or 0. The **indicator** of a statement $P$, and the **Kronecker delta**:
#
# $$\mathbb 1[P] = \begin{cases}1 & P\text{ is true}\\0 & P\text{ is false,}\end{cases} \qquad
# \delta_{ij} = \mathbb 1[i = j], \qquad \mathrm{onehot}(y)_k = \delta_{yk} .$$
#
# The sum of an indicator counts, its mean is a share: accuracy is $\frac1N\sum_n\mathbb 1[\hat y_n = y_n]$, where the hat
# marks a guess: $\hat y_n$ is what the model answers, $y_n$ what is right. The delta,
# under a sum, renames an index: $\sum_j\delta_{ij}\,a_j = a_i$, because only the term $j = i$ survives. So
# $z_{y} = \sum_k \mathrm{onehot}(y)_k\,z_k$: looking up row $y$ of a table *is* a product with a one-hot vector. That is an
# embedding layer.
#
# **By hand.** The words *be, not, or, to* are numbered 0 to 3. *To be or not to be* is $3, 0, 2, 1, 3, 0$. Stack the six
# one-hot rows into $H$ of shape $(6, 4)$. Its column sums $\sum_n H_{nk} = \sum_n\delta_{y_nk}$ count the words: $2, 1, 1, 2$.
# **A count is a sum of one-hots.**

# %%
sentence = "to be or not to be".split()
vocabulary = sorted(set(sentence))
labels = np.array([vocabulary.index(word) for word in sentence])
H = fd.one_hot(labels, len(vocabulary))
print("labels", labels, "  counts", H.sum(axis=0))
assert labels.tolist() == [3, 0, 2, 1, 3, 0]
assert H.sum(axis=0).tolist() == [2, 1, 1, 2]

fig, axes = plt.subplots(
    2, 1, figsize=(3.3, 3.2), height_ratios=[6, 1], sharex=True,
)
totals = H.sum(axis=0, keepdims=True)
for ax, table, names in (
    (axes[0], H, sentence), (axes[1], totals, ["sum"]),
):
    ax.imshow(table, cmap="Blues", vmin=0, vmax=4, aspect="auto")
    for (i, j), value in np.ndenumerate(table):
        ax.text(j, i, f"{value:g}", ha="center", va="center")
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
axes[0].set_xticks(range(4), vocabulary)
axes[0].tick_params(labeltop=True, labelbottom=False)
axes[1].tick_params(labelbottom=False)
mathlib.show(
    fig,
    caption="Each word of the sentence is one row with a single 1; added up,"
    " the rows count the words.",
    alt="A grid of zeros and ones with rows to, be, or, not, to, be and"
    " columns be, not, or, to; below it the row of sums 2, 1, 1, 2.",
)

# %% [markdown]
# ### Exercise 1.11 * · one-hot (2 points)
#
# **Contract.** `labels`: integer array of any shape `(...)`, also a single label, counted from 0; return zeros and ones of
# shape `(..., num_classes)`. The number of classes is given, never read off the labels. No labels give shape
# `(0, num_classes)`. `ValueError` for a label outside 0 to `num_classes - 1`, a negative one too.
#
# *Example:* `one_hot(np.array([2, 0]), 4)` returns `[[0, 0, 1, 0], [1, 0, 0, 0]]`.
#
# <details><summary>Hint 1</summary>The formula says it: compare each label with each k. <code>np.arange(num_classes)</code> has all k.</details>
# <details><summary>Hint 2</summary><code>labels[..., None]</code> adds an axis at the end, and broadcasting does the rest. Or: rows of <code>np.eye</code>; but mind what index -1 means there.</details>

# %% exercise="one_hot"
def one_hot(labels, num_classes):
    """Return a one at each label's place, and zeros elsewhere."""
    ### BEGIN SOLUTION
    labels = np.asarray(labels)
    if np.any((labels < 0) | (labels >= num_classes)):
        raise ValueError(f"labels must be 0 to {num_classes - 1}")
    return (labels[..., None] == np.arange(num_classes)).astype(float)
    ### END SOLUTION

# %% check="one_hot"
check("one_hot")

# %% [markdown]
# **Einsum: the formula is the program.** Write the indices of each factor, an arrow, and the indices of the result. Three
# rules, and you can read every `einsum` there is:
#
# 1. a letter in the result **stays**;
# 2. a letter that is missing there is **summed over**;
# 3. the same letter is the same index, everywhere, so its sizes must agree.
#
# | formula | einsum | name |
# |---|---|---|
# | $\sum_i a_ib_i$ | `"i,i->"` | dot product |
# | $a_ib_j$ | `"i,j->ij"` | outer product: nothing is summed |
# | $\sum_k A_{ik}B_{kj}$ | `"ik,kj->ij"` | matrix product |
# | $\sum_i A_{ii}$, $\;A_{ii}$ | `"ii->"`, `"ii->i"` | trace, diagonal |
# | $\sum_n \delta_{y_nk}X_{nd}$ | `"nk,nd->kd"` | sums by class |
# | $\sum_d Q_{bhid}K_{bhjd}$ | `"bhid,bhjd->bhij"` | attention scores: batch $b$, head $h$ |
#
# Einsum multiplies first and sums last, so the order of factors does not matter, and transposes come for free.
#
# **The law of this section's exercise.** $X$: $(B, m)$, $A$: $(m, n)$, $Y$: $(B, n)$; one number for each pair of rows:
#
# $$s_b = \sum_{i=1}^{m}\sum_{j=1}^{n} X_{bi}\,A_{ij}\,Y_{bj}, \qquad \mathbf s \in \mathbb R^B .$$
#
# **By hand.** $A = \begin{pmatrix}1&0&2\\0&3&0\end{pmatrix}$. Row $\mathbf x = (1, 2)$ with $\mathbf y = (1,1,1)$: first
# $\sum_i x_iA_{ij} = (1, 6, 2)$, then $1 + 6 + 2 = 9$. Row $(0,1)$ with $(2,1,0)$: $(0,3,0)$, then $3$.
# So $\mathbf s = (9, 3)$.

# %%
A = np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]])
left = np.array([[1.0, 2.0], [0.0, 1.0]])
right = np.array([[1.0, 1.0, 1.0], [2.0, 1.0, 0.0]])
print("s =", fd.batched_bilinear(left, A, right))
assert fd.batched_bilinear(left, A, right).tolist() == [9, 3]

P, Q = rng.normal(size=(2, 6, 4))
M = rng.normal(size=(4, 4))
every = np.einsum("bi,ij,cj->bc", P, M, Q)    # each row with each
wanted = fd.batched_bilinear(P, M, Q)         # each row with its own
assert np.allclose(every, P @ M @ Q.T)
assert np.allclose(wanted, np.diag(every))
assert 100_000**2 * every.itemsize == 80e9    # bytes, for the exercise

fig, ax = plt.subplots(figsize=(2.9, 2.5))
limit = np.abs(every).max()
ax.imshow(every, cmap="RdBu_r", vmin=-limit, vmax=limit)
for b in range(6):
    ax.add_patch(plt.Rectangle((b - 0.5, b - 0.5), 1, 1, fill=False, lw=2))
ax.set(xlabel="row c of Y", ylabel="row b of X", xticks=range(6),
       yticks=range(6), xlim=(-0.6, 5.6), ylim=(5.6, -0.6))
ax.spines[:].set_visible(False)
mathlib.show(
    fig,
    caption=f"X @ A @ Y.T pairs each row with each other one: of these"
    f" {every.size} numbers only the {len(wanted)} framed ones were wanted.",
    alt="A six by six grid of red and blue squares; the six on the diagonal"
    " have black frames.",
)

# %% [markdown]
# **All signs together, on digits.** Let $H$, $(N, 10)$, be the one-hot labels of the pictures. `"nk,nd->kd"` adds up the
# pictures of each class; divided by the counts these are the mean pictures $\boldsymbol\mu_k$. Score each picture against
# each mean, $z_{nk} = -\tfrac12\sum_d(X_{nd} - \mu_{kd})^2$, answer $\hat y_n = \operatorname{argmax}_k z_{nk}$ (the first,
# on a tie), and count.

# %%
H = fd.one_hot(y, 10)
means = np.einsum("nk,nd->kd", H, X) / H.sum(axis=0)[:, None]
z = -0.5 * np.sum((X[:, None, :] - means) ** 2, axis=-1)
accuracy = np.mean(fd.indicator(np.argmax(z, axis=-1) == y))
print("scores", z.shape, f"  right: {accuracy:.1%}")
assert np.allclose(means[3], X[y == 3].mean(axis=0))
assert accuracy > 0.9
# The score of the right digit, three ways:
right = np.einsum("nk,nk->n", H, z)
assert np.array_equal(right, z[np.arange(len(y)), y])
assert np.array_equal(right, np.take_along_axis(z, y[:, None], 1)[:, 0])

# %% [markdown]
# Nine of ten digits right, from one sum by class. Keep `z`: at the end of the chapter it meets our line. (They were
# averaged over the very pictures they judge; how to test honestly is told in chapters 2 and 25.)
#
# **Where it is load-bearing.** Shapes: every layer. One-hot: every label. And attention scores one word against another by
# such an $s_b$, with a learned $A$ (chapter 15).
#
# ### Exercise 1.12 ** · one number for each pair of rows (3 points)
#
# **Contract.** `X` `(B, m)`, `A` `(m, n)`, `Y` `(B, n)`; return `(B,)`. No $B\times B$ matrix is needed: for $B = 100\,000$ it
# would take 80 gigabytes. (Right, but wasteful, is `np.diag(X @ A @ Y.T)`.)
#
# *Example:* for the rows and the matrix above it returns `[9., 3.]`.
#
# <details><summary>Hint 1</summary>Which letters stay? Which are summed? Then the string writes itself.</details>
# <details><summary>Hint 2</summary>Without einsum: <code>X @ A</code> has the shape of Y.</details>

# %% exercise="batched_bilinear"
def batched_bilinear(X, A, Y):
    """Return x^T A y for each pair of rows x of X and y of Y."""
    ### BEGIN SOLUTION
    return np.einsum("bi,ij,bj->b", X, A, Y)
    ### END SOLUTION

# %% check="batched_bilinear"
check("batched_bilinear")

# %% [markdown]
# ## 1.7 What fades and what explodes: geometric sums and growth
#
# A robot is rewarded 1 each second, forever. Is that worth more than a million now? If a reward in $k$ seconds counts only
# $\gamma^k$, with $\gamma$ (*gamma*) at 0.99, forever has a price.
#
# **The laws.** For $r \ne 1$, and for $|\gamma| < 1$,
#
# $$\sum_{k=0}^{n-1} r^k = \frac{1-r^n}{1-r}, \qquad \sum_{k=0}^{\infty}\gamma^k = \frac{1}{1-\gamma}.$$
#
# There are $n$ terms, with powers from 0 to $n-1$. For $r = 1$ the formula says $0/0$, and the sum is plainly $n$. The
# derivation is two lines long and too pretty to take it from you: it is Exercise 1.15.
#
# **By hand.** $1 + \frac12 + \frac14 + \frac18 = \frac{15}8 = 1.875$, and the formula:
# $(1 - \frac1{16})/(1 - \frac12) = \frac{15}{16}\cdot2 = 1.875$. Forever: $1/(1-\frac12) = 2$. The robot's forever is worth
# $1/(1 - 0.99) = 100$.

# %%
print("four halves:", fd.geometric_sum(0.5, 4))
print("five ones:", fd.geometric_sum(1.0, 5))
print("a century of seconds:", round(fd.geometric_sum(0.99, 3_000_000_000), 6))
assert fd.geometric_sum(0.5, 4) == 1.875 == fd.summation(
    lambda k: 0.5**k, 0, 3
)
assert fd.geometric_sum(1.0, 5) == 5
assert np.isclose(fd.geometric_sum(0.99, 10**9), 100)

fig, axes = plt.subplots(1, 2, figsize=(6.4, 2.6), width_ratios=[1.2, 1.9])
x0, y0, wide, high = 0.0, 0.0, 1.0, 1.0
for k in range(1, 9):
    if k % 2:
        wide /= 2
    else:
        high /= 2
    axes[0].add_patch(plt.Rectangle(
        (x0, y0), wide, high, fc=f"C{k % 5}", alpha=0.6, ec="white",
    ))
    if k < 6:
        axes[0].text(x0 + wide / 2, y0 + high / 2, f"1/{2**k}",
                     ha="center", va="center", fontsize=12 - k)
    if k % 2:
        x0 += wide
    else:
        y0 += high
axes[0].set(xlim=(0, 1), ylim=(0, 1), aspect="equal", anchor="W")
axes[0].axis("off")
steps = np.arange(0, 401)
half_at = {}
for gamma, color in ((0.9, "C0"), (0.99, "C1"), (0.999, "C2")):
    share = [fd.geometric_sum(gamma, int(n)) * (1 - gamma) for n in steps]
    assert np.allclose(share, 1 - gamma**steps)
    half_at[gamma] = math.ceil(math.log(0.5) / math.log(gamma))
    axes[1].plot(steps, share, color=color)
    axes[1].text(*{0.9: (34, 0.88), 0.99: (125, 0.62), 0.999: (270, 0.14)}[
        gamma], f"γ = {gamma}", color=color)
axes[1].axhline(0.5, color="0.7", lw=0.8, ls="--")
axes[1].set(xlabel="first n steps", ylabel="share of all weight",
            ylim=(0, 1.02))
mathlib.show(
    fig,
    caption="Halves of halves fill a square and never more. Right: with"
    f" γ = 0.9 half of the weight lies in the first {half_at[0.9]} steps,"
    f" with 0.999 in the first {half_at[0.999]}.",
    alt="Left, a square cut into rectangles of one half, one quarter and so"
    " on. Right, three rising curves that level off at 1, ever later.",
)

# %% [markdown]
# **Where it is load-bearing.** $1/(1-\gamma)$ is how far ahead an agent looks that discounts its rewards (chapter 20), and
# how far back the averages inside a training algorithm remember (chapter 8).
#
# ### Exercise 1.13 ** · find the mistakes, and mend them (2 points)
#
# The function `found` below was found in a program. Its author tried $r = 0.001$ and was content. It holds **two**
# mistakes: find them, and write `geometric_sum` without.
#
# **Contract.** `ratio` $r$ a number, `terms` $n$ an integer $\ge 0$; return $1 + r + \dots + r^{n-1}$, $n$ terms, a scalar.
# Ratio 1 gives $n$; ratio 0 gives 1 ($0^0 = 1$) if $n\ge1$; no terms give 0. Ratios may be negative or larger than 1.
#
# *Example:* `geometric_sum(0.5, 4)` returns `1.875`; `geometric_sum(1.0, 5)` returns `5`.
#
# <details><summary>Hint 1</summary>Try <code>terms=0</code> and <code>terms=1</code> by hand. What should come out, what does?</details>
# <details><summary>Hint 2</summary>The other mistake is a division that must not happen.</details>

# %%
def found(ratio, terms):
    return (1 - ratio ** (terms + 1)) / (1 - ratio)


print(f"r = 0.001: {found(0.001, 4):.9f}, by the loop"
      f" {fd.summation(lambda k: 0.001**k, 0, 3):.9f}")
print(f"r = 0.5:   {found(0.5, 4):.9f}, by the loop"
      f" {fd.summation(lambda k: 0.5**k, 0, 3):.9f}")

# %% exercise="geometric_sum"
def geometric_sum(ratio, terms):
    """Return 1 + r + ... + r^(n-1), n terms."""
    ### BEGIN SOLUTION
    if ratio == 1:
        return terms
    return (1 - ratio**terms) / (1 - ratio)
    ### END SOLUTION

# %% check="geometric_sum"
check("geometric_sum")

# %% [markdown]
# **And what explodes.** Ten times the data: does your program take ten times as long, or a thousand times? Seconds depend on
# the machine; so count **operations**, and ask how the count grows.
#
# **The law.** $f(n) \in O(g(n))$ means: up to a constant factor, $f$ is at most $g$, once $n$ is large. In full:
#
# $$\exists\, C > 0\ \ \exists\, n_0\ \ \forall n\ge n_0:\quad f(n) \le C\,g(n).$$
#
# To compare each of $n$ pages with each other takes $f(n) = \frac{n(n-1)}2$ comparisons (the triangle of 1.3).
# This is in $O(n^2)$: take $C = \frac12$, $n_0 = 1$. And it is *not* in $O(n)$: $\frac{n(n-1)}2 \le Cn$ means
# $n \le 2C + 1$, which fails for all larger $n$. Constants and smaller terms are forgotten on purpose.
#
# **Measuring it.** If cost is about $c\,n^k$, then $\log\text{cost} = \log c + k\log n$: a line, and its **slope** is the
# exponent. Of all lines, take the one of least squares: with $x_i = \log n_i$, $y_i = \log\text{cost}_i$ and means
# $\bar x, \bar y$,
#
# $$\hat k = \frac{\sum_i (x_i-\bar x)(y_i - \bar y)}{\sum_i (x_i-\bar x)^2}.$$
#
# The hat says: estimated from data. (Why this is the slope of least squares is chapter 2's story.) *By hand,* with two
# points: 10 pages, 45 comparisons; 100 pages, 4950. Slope $\log(4950/45)/\log(100/10) = \log_{10}110 = 2.04$. Not quite 2:
# the forgotten $-n$ still shows.
#
# The cell counts, really: it runs four algorithms and counts what they do.

# %% tags=["nbval-ignore-output"]
class Counted(float):
    """A number that counts how often it is compared."""

    comparisons = 0

    def __lt__(self, other):
        Counted.comparisons += 1
        return float(self) < float(other)


def sort_comparisons(n):
    Counted.comparisons = 0
    sorted(map(Counted, rng.permutation(n)))
    return Counted.comparisons


def bisections(n):
    steps = 0
    while n > 1:
        n, steps = (n + 1) // 2, steps + 1
    return steps


def multiplications(n):
    return sum(1 for i in range(n) for j in range(n) for k in range(n))


sizes = 2 ** np.arange(3, 8)
costs = {
    "matrix product": [multiplications(n) for n in sizes],
    "all pairs": [fd.summation(lambda i: i - 1, 1, int(n)) for n in sizes],
    "sorting": [sort_comparisons(n) for n in sizes],
    "binary search": [bisections(n) for n in sizes],
}
fig, ax = plt.subplots(figsize=(6.4, 3.2))
slope = {}
for (name, cost), mark, color in zip(
    costs.items(), "o^sD", ("C3", "C1", "C0", "C2")
):
    slope[name] = fd.empirical_order(sizes, cost)
    ax.loglog(sizes, cost, marker=mark, color=color)
    ax.text(sizes[-1] * 1.08, cost[-1], f"{name}: slope {slope[name]:.2f}",
            color=color, va="center")
ax.set(xlabel="n", ylabel="operations", xlim=(7, 700),
       xticks=sizes, xticklabels=sizes)
ax.minorticks_off()
mathlib.show(
    fig,
    caption="On doubly logarithmic axes a power law is a line, and its slope"
    " is the exponent; n log n bends a little, log n lies almost flat.",
    alt="Four rising lines over n from 8 to 128, each with its slope written"
    " at its end; the matrix product is steepest, binary search flattest.",
)
assert np.isclose(slope["matrix product"], 3)
assert 2 < slope["all pairs"] < 2.2 and 1 < slope["sorting"] < 1.7
two = fd.empirical_order([10, 100], [45, 4950])
assert np.isclose(two, np.log10(110)) and f"{two:.2f}" == "2.04"

# %% [markdown]
# **How to read it.** Ten times the size costs $10^{\text{slope}}$ times as much. Sorting does about $n\log_2n$ comparisons:
# for small $n$ that looks like a power somewhat above 1, and the slope sinks towards 1 as $n$ grows. So a measured order
# describes the sizes you measured; the $O$ is a promise for all large $n$, and only an upper bound.
#
# **Where it is load-bearing.** Attention compares all pairs of words: twice the text, four times the work, $O(n^2)$.
# Searching $n$ vectors one by one costs $O(n)$, and chapter 23 does better.
#
# ### Exercise 1.14 ** · read the exponent (2 points)
#
# **Contract.** `sizes`, `costs` `(n,)`, positive, at least two different sizes, in any order; return the slope of the
# least-squares line through the points (log size, log cost), a scalar. `np.polyfit` and its relatives (`Polynomial.fit`,
# `scipy.stats.linregress`) are this exercise itself and are refused; `np.linalg.lstsq`, `np.cov` and the means are yours.
#
# *Example:* `empirical_order([10, 100, 1000], [300, 30000, 3000000])` returns `2.0`.
#
# <details><summary>Hint 1</summary>Logarithms first. Then the formula above, with <code>np.mean</code> and <code>np.sum</code>.</details>
# <details><summary>Hint 2</summary>The base of the logarithm does not matter. Why?</details>

# %% exercise="empirical_order"
def empirical_order(sizes, costs):
    """Return the slope of log cost against log size."""
    ### BEGIN SOLUTION
    x = np.log(sizes) - np.mean(np.log(sizes))
    # The x now add up to 0, so the mean of the log costs drops out.
    return np.sum(x * np.log(costs)) / np.sum(x * x)
    ### END SOLUTION

# %% check="empirical_order"
check("empirical_order")

# %% [markdown]
# ## 1.8 How to be certain: four kinds of proof
#
# A test tries a thousand cases. A proof covers them all, and tells you *why*. You have seen two kinds already.
#
# | pattern | how it goes | seen |
# |---|---|---|
# | **direct** | from what you know, step by step, to what you want | $\log(ab)$ in 1.4 |
# | **induction** | it holds at the start, and passes from $n$ to $n+1$ | $1 + \dots + n$ in 1.3 |
# | **contradiction** | suppose the opposite, and arrive at nonsense | here |
# | **monotone convergence** | it never rises and has a floor, so it settles | below |
#
# (And to *refute* a "for all", one counterexample is enough.)
#
# **By contradiction: no number of fair coins makes a fair three-way choice.** With $q$ tosses all outcomes have probability
# $2^{-q}$, so an event has probability $p/2^q$ with an integer $p$. Suppose $\frac p{2^q} = \frac13$. Then $3p = 2^q$: a
# multiple of 3 that has no prime factor but 2. There is none; so the supposition was false. $\square$
#
# In the same way $\log_23 \approx 1.585$ is no fraction $\frac qp$: it would mean $3^p = 2^q$, odd equals even. So three-way
# choices, however many, never hold a whole number of bits.

# %%
fig, ax = plt.subplots(figsize=(6.4, 2.3))
for q in range(6):
    chances = np.arange(2**q + 1) / 2**q
    near = chances[np.argmin(np.abs(chances - 1 / 3))]
    ax.plot(chances, [q] * len(chances), "o", color="0.75", ms=3.5)
    ax.plot(near, q, "o", color="C1", ms=6)
    assert np.isclose(abs(near - 1 / 3), 1 / (3 * 2**q))
    assert all(3 * p != 2**q for p in range(2**q + 1))
ax.axvline(1 / 3, color="C0", lw=1.2)
ax.set(xlabel="probability", ylabel="tosses q", yticks=range(6),
       xticks=[0, 1 / 3, 1], xticklabels=["0", "1/3", "1"])
ax.invert_yaxis()
mathlib.show(
    fig,
    caption="All probabilities that q fair tosses can make, the nearest to"
    " one third in orange: each toss halves the distance, and none hits.",
    alt="Six rows of dots, each row twice as dense as the one above; a"
    " vertical line at one third passes between the dots of every row.",
)
assert f"{np.log2(3):.3f}" == "1.585"

# %% [markdown]
# **Monotone convergence.** A loss $J_1, J_2, \dots$ that never rises and never goes below 0 converges:
#
# $$J_{t+1}\le J_t \ \text{ and }\ J_t\ge0 \ \text{ for all } t \quad\Longrightarrow\quad J_t \to J_\infty \ge 0 .$$
#
# *Proof.* Let $J_\infty$ be the highest floor: the greatest number that no $J_t$ goes below. (That there is one is what
# makes the real numbers real.) Take any $\varepsilon > 0$, however small. Then $J_\infty+\varepsilon$ is *no* floor, so some
# $J_s < J_\infty+\varepsilon$. From then on nothing rises: $J_\infty \le J_t \le J_s < J_\infty + \varepsilon$ for all
# $t\ge s$. $\square$
#
# **Used on k-means.** It puts $K$ centres $\mathbf c_k$ among the data and repeats two steps: (1) each sample goes to its
# nearest centre; (2) each centre moves to the mean of its samples. With the length
# $\|\mathbf x\| = \sqrt{\sum_d x_d^2}$, the objective is $J = \frac1N\sum_n\min_k\|\mathbf x_n-\mathbf c_k\|^2 \ge 0$. Step 1
# can't raise it (nearest is nearest), step 2 can't (the mean has the least sum of squares, chapter 13). So it converges,
# from every start. To what?

# %%
def k_means_objective(X, centres, steps):
    """Run k-means and return its objective before each step."""
    J = []
    for _ in range(steps):
        D = np.sum((X[:, None, :] - centres) ** 2, axis=-1)
        J.append(np.mean(D.min(axis=1)))
        H = fd.one_hot(D.argmin(axis=1), len(centres))
        size = np.maximum(H.sum(axis=0), 1)[:, None]
        centres = np.where(
            H.any(axis=0)[:, None],
            np.einsum("nk,nd->kd", H, X) / size, centres,
        )
    return np.array(J)


fig, ax = plt.subplots(figsize=(6.4, 2.6))
ends = []
for seed, color, mark in ((0, "C0", "o"), (6, "C1", "s"), (2, "C2", "^")):
    start = X[np.random.default_rng(seed).choice(len(X), 10, replace=False)]
    J = k_means_objective(X, start, 25)
    assert fd.is_non_increasing(J)
    ends.append(J[-1])
    ax.plot(J, color=color, marker=mark, ms=3.5)
    ax.text(24.5, J[-1], f"{J[-1]:.1f}", color=color, va="center")
ax.set(xlabel="step", ylabel="objective J", xlim=(-0.5, 27),
       ylim=(min(ends) - 8, max(ends) + 130), yticks=[650, 700, 750, 800])
mathlib.show(
    fig,
    caption="k-means on the digits from three random starts: J never rises,"
    " so it must settle; where it settles depends on the start.",
    alt="Three falling curves with markers that level off, at different"
    " heights.",
)
print("never rising:", fd.is_non_increasing([3.0, 2.0, 2.0, 1.5]),
      "  and once:", fd.is_non_increasing([3.0, 2.0, 2.1]))
assert max(ends) - min(ends) > 1

# %% [markdown]
# Three limits: **converging is not the same as being best.** The theorem says that $J$ settles. It does not say that it
# reaches 0 ($1 + \frac1t$ falls forever, and stays above 1), nor the minimum, nor that the centres stop moving. (For
# k-means they do: there are finitely many ways to group the samples, and none comes back once $J$ has fallen.)
#
# **Where it is load-bearing.** Every training curve you will stare at is a $J_t$. With noisy steps it may rise, and then
# the theorem has nothing to say.

# %% [markdown]
# ### Exercise 1.15 *** · a derivation, in writing (5 points, read by a person)
#
# 1. Let $S = \sum_{k=0}^{n-1}r^k$. Write it out, write $rS$ below it, and subtract. Which terms cancel, and which two stay?
#    (Sums that collapse like this are said to *telescope*.)
# 2. Solve for $S$. For which $r$ is this step forbidden, and what is $S$ then?
# 3. Prove the same formula, for the other $r$, by induction on $n$.
# 4. Let $n\to\infty$. For which $r$ does $S$ converge, and to what? Why not for the others, $r = 1$ and $r = -1$ among them?
# 5. A reward in $k$ steps counts $\gamma^k$, with $0 < \gamma < 1$. Show that the first $n$ weights hold the share
#    $1 - \gamma^n$ of the weight of all. How many steps hold half of it, for $\gamma = 0.99$?
#
# Write formulas between dollar signs. One line of reasoning for each step is enough; a step without a reason is not.
#
# **Try before you unfold:** what earns the points stands folded below, and it gives all answers away. Write first, then
# compare.

# %% [markdown] written="geometric_series_derivation"
# **1.** $S = 1 + r + r^2 + \dots + r^{n-1}$ and $rS = r + r^2 + \dots + r^{n-1} + r^n$. Each of $r, \dots, r^{n-1}$
# stands in both lines and cancels. What stays is the first term of $S$ and the last of $rS$: $S - rS = 1 - r^n$.
#
# **2.** $(1-r)S = 1 - r^n$. For $r\ne1$ we may divide by $1 - r$: $S = \frac{1-r^n}{1-r}$. For $r = 1$ that is a division
# by zero; but then all $n$ terms are 1 and $S = n$.
#
# **3.** *Start:* for $n = 1$ the sum is $r^0 = 1$, and $\frac{1-r}{1-r} = 1$. *Step:* if the formula holds for $n$, then
# $\sum_{k=0}^{n}r^k = \frac{1-r^n}{1-r} + r^n = \frac{1 - r^n + r^n - r^{n+1}}{1-r} = \frac{1-r^{n+1}}{1-r}$, which is the
# formula for $n+1$. So it holds for all $n\ge1$.
#
# **4.** If $|r|<1$ then $r^n\to0$ and $S\to\frac1{1-r}$. If $|r|>1$, $|r^n|$ grows beyond all bounds, and so does $|S|$.
# For $r = 1$, $S = n$ grows, too. For $r = -1$, $S$ is 1, 0, 1, 0, … and settles nowhere. In short, a sum can only converge
# if its terms tend to 0, and for $|r|\ge1$ they do not.
#
# **5.** The first $n$ weights add up to $\frac{1-\gamma^n}{1-\gamma}$, all of them to $\frac1{1-\gamma}$; the quotient is
# $1-\gamma^n$. Half: $\gamma^n = \frac12$, so $n = \frac{\ln 0.5}{\ln 0.99} = 68.97$: the first 69 steps.

# %% [markdown]
# ## The line, read
#
# Here it is again. Say it aloud, from the inside out.
#
# $$L(\theta) = -\frac1N\sum_{i=1}^{N}\log\frac{e^{z_{i\,y_i}}}{\sum_{k\in V}e^{z_{ik}}}$$
#
# For sample $i$ the model, with weights $\theta$, gives each $k$ of the set $V$ a score $z_{ik}$. (So $z$ depends on
# $\theta$, though the line does not show it.) Softmax makes probabilities of them. Take that of the right answer $y_i$;
# minus its logarithm is the surprise, in nats; average over the samples. Its name is **cross-entropy** (chapter 9). A
# language model learns from it first, guessing next words; what makes a polite chatbot of it afterwards is told in chapters
# 19 to 21. By 1.5 it is $-\frac1N\sum_i\bigl(z_{iy_i} - \log\sum_k e^{z_{ik}}\bigr)$, and that is how it is computed.
#
# **By hand.** Two samples, $V = \{0, 1, 2\}$, scores $\mathbf z_1 = (\ln1,\ln2,\ln5)$, right answer 2, and
# $\mathbf z_2 = (0, 0, 0)$, right answer 0. Probabilities of the right answers: $\frac58$ and $\frac13$. Surprises:
# $\ln\frac85 = 0.470$ and $\ln3 = 1.099$. Loss: their mean, $0.784$ nats. Perplexity
# $e^{0.784} = \sqrt{\frac85\cdot3} = 2.19$.
#
# **And with the digits,** whose scores `z` you made in 1.6. No weights were trained there; but one number you can turn, the
# temperature $T$ of 1.5: $z/T$. The curve below is the loss for each $T$. To train is to walk downhill on such a curve, only
# with millions of weights $\theta$ in place of one $T$.

# %%
def cross_entropy(z, y):
    """The line, as a program."""
    right = z[np.arange(len(y)), y]
    return -np.mean(right - fd.logsumexp(z))


two = np.stack([np.log([1.0, 2.0, 5.0]), np.zeros(3)])
L = cross_entropy(two, np.array([2, 0]))
print(f"by hand: {L:.3f} nats, perplexity {np.exp(L):.2f}")
assert f"{L:.3f}" == "0.784" and f"{np.exp(L):.2f}" == "2.19"
assert np.isclose(np.exp(L), fd.geometric_mean([8 / 5, 3]))
assert np.isclose(L, -np.mean(np.log([5 / 8, 1 / 3])))

temperatures = np.geomspace(8, 20_000, 61)
losses = np.array([cross_entropy(z / T, y) for T in temperatures])
best = losses.argmin()
assert np.isclose(cross_entropy(0 * z, y), np.log(10))

fig, ax = plt.subplots(figsize=(6.4, 2.7))
ax.semilogx(temperatures, losses, color="C0")
ax.axhline(np.log(10), color="0.6", lw=0.8, ls="--")
ax.text(8, np.log(10) - 0.04, "as good as guessing: ln 10", color="0.4",
        va="top", fontsize=9)
ax.plot(temperatures[best], losses[best], "o", color="C1", ms=8)
ax.annotate(f"{losses[best]:.2f} nats", (temperatures[best], losses[best]),
            (0, 12), textcoords="offset points", color="C1", ha="center")
ax.set(xlabel="temperature T", ylabel="loss, nats a digit", ylim=(0, 2.5))
mathlib.show(
    fig,
    caption="Too cold is overconfident and pays for its mistakes; too hot"
    f" knows nothing. At its best, the loss is {losses[best]:.2f} nats: as"
    f" unsure as among {np.exp(losses[best]):.1f} digits.",
    alt="A curve over a logarithmic axis that falls to a marked minimum and"
    " rises towards a dashed line at ln 10.",
)

# %% [markdown]
# ## The capstone: neighbours in a manual
#
# A page of the manual is a set of words, and 1.1 compares two sets. But which pages are nearest to a given one? Watch
# section 1.1 become section 1.6: let $P_{iw} = \mathbb 1[\text{word } w \text{ is on page } i]$. Then
#
# $$|A_i\cap A_j| = \sum_w P_{iw}P_{jw}, \qquad |A_i| = \sum_w P_{iw}, \qquad
# |A_i\cup A_j| = |A_i| + |A_j| - |A_i\cap A_j| .$$
#
# Counting common words *is* a matrix product. All pairs at once are one `einsum`.

# %% tags=["nbval-ignore-output"]
pages = sorted(topics)
known = sorted(set().union(*words.values()))
place = {word: w for w, word in enumerate(known)}
P = np.zeros((len(pages), len(known)))
for i, name in enumerate(pages):
    P[i, [place[word] for word in words[name]]] = 1

common = np.einsum("iw,jw->ij", P, P)
sizes = np.einsum("iw->i", P)
J = common / (sizes[:, None] + sizes - common)
print("pages x words:", P.shape, "  all pairs:", J.shape)
i, j = pages.index("break"), pages.index("continue")
assert np.isclose(J[i, j], fd.jaccard_similarity(words["break"],
                                         words["continue"]))

fig, axes = plt.subplots(2, 2, figsize=(6.4, 3.4))
for ax, name in zip(axes.flat, ("break", "integers", "class", "booleans")):
    i = pages.index(name)
    nearest = [j for j in np.argsort(-J[i], kind="stable") if j != i][:3]
    bars = ax.barh([pages[j] for j in nearest], J[i, nearest], height=0.65)
    ax.bar_label(bars, [f"{J[i, j]:.2f}" for j in nearest], padding=3,
                 fontsize=9)
    ax.set(xlim=(0, 0.75), xticks=[])
    ax.set_title(f"nearest to {name}", loc="center")
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.invert_yaxis()
mathlib.show(
    fig,
    caption="The three nearest neighbours of four help pages, by the share of"
    " words they have in common: the program can't read, and still it finds"
    " relatives.",
    alt="Four small bar charts, each with three page names and their"
    " similarity; continue leads for break by far.",
)

# %% [markdown]
# ### Exercise 1.16 *** · which pages are nearest? (3 points)
#
# **Contract.** `topics`: a dict from names to texts; the words of a text are `set(text.lower().split())`. Return a list of
# pairs `(name, similarity)`: the `k` **other** topics whose words have the largest Jaccard similarity to those of `name`, the
# most similar first; equal ones in the order of the alphabet; all the others if there are fewer than `k`. (You may use
# `fd.jaccard_similarity`.)
#
# *Example:* for `{"cats": "The cat sat", "dogs": "the dog sat", "sums": "add the terms"}` and the name `"cats"` it returns
# `[("dogs", 0.5), ("sums", 0.2)]`; with `k=1`, `[("dogs", 0.5)]`.
#
# <details><summary>Hint 1</summary>First the set of words of each topic, then a list of pairs, then sort, then cut.</details>
# <details><summary>Hint 2</summary><code>sorted(pairs, key=...)</code> sorts by what a function returns for each pair, upwards.</details>
# <details><summary>Hint 3</summary>That may be a tuple: <code>(-similarity, name)</code>. Tuples are compared by their first entries, and on a tie by the next.</details>
#
# **When it is right, use it.** Paste this into a new cell, guess first, and run it.
#
# ```python
# for name in ("if", "while", "floating", "with", "lambda"):
#     print(name, "->", nearest_topics(topics, name))
# ```
#
# Where is it wrong, and why? *The* and *is* count as much as *continue*; a word that stands on every page says nothing about
# any. Weighing words by how rare they are, with a logarithm of course, is how chapter 23 begins.

# %% exercise="nearest_topics"
def nearest_topics(topics, name, *, k=3):
    """Return the k topics whose words are most like those of name."""
    ### BEGIN SOLUTION
    # The similarity makes sets of these lists.
    words = {n: text.lower().split() for n, text in topics.items()}
    pairs = [
        (other, fd.jaccard_similarity(words[name], words[other]))
        for other in topics if other != name
    ]
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:k]
    ### END SOLUTION

# %% check="nearest_topics"
check("nearest_topics")

# %% [markdown]
# ## Common mistakes
#
# | one often sees | why it is wrong | what is right |
# |---|---|---|
# | `range(m, n)` for $\sum_{i=m}^n$ | the last term is missing | `range(m, n + 1)` |
# | `np.log(np.prod(p))` | underflows to $-\infty$ after some hundred words | `np.sum(np.log(p))` |
# | "entropy in bits", computed with $\ln$ | that is nats: $0.51$ nats are $0.737$ bits | divide by $\ln 2$, say the unit |
# | `np.exp(z) / np.exp(z).sum()` | nan from scores of 710 | subtract the maximum; `axis`, `keepdims` |
# | one maximum for the whole batch | the row $(-1000, -1000)$ beside $(0, 0)$ becomes $-\infty$ | a maximum for each row |
# | `np.diag(X @ A @ Y.T)` | right, but makes $B\times B$ numbers to keep $B$ | `"bi,ij,bj->b"` |
# | `labels.max() + 1` classes | a batch need not contain the last class | pass `num_classes` |
# | $(f\circ g)(x) = g(f(x))$ | $g$ stands next to $x$ and goes first | $f(g(x))$ |
# | $\log(a + b) = \log a + \log b$ | logs turn *products* into sums | log-sum-exp |
# | counting arrows for "surjective" without a codomain | onto what? | name the codomain |
# | slope of cost against $n$ for the order | a parabola has no one slope | both axes logarithmic |
# | "the loss converged, so it is minimal" | it only stopped falling | try other starts |

# %% [markdown]
# ## The same in NumPy, SciPy and PyTorch
#
# | here | NumPy, SciPy | PyTorch |
# |---|---|---|
# | `fd.logsumexp(z)` | `scipy.special.logsumexp(z, axis=-1)` | `torch.logsumexp(z, dim=-1)` |
# | `fd.softmax(z)` | `scipy.special.softmax(z, axis=-1)` | `torch.softmax(z, dim=-1)` |
# | `fd.one_hot(y, K)` | `np.eye(K)[y]` | `F.one_hot(y, K)`, integers |
# | `fd.indicator(c)` | `c.astype(float)` | `c.float()` |
# | `fd.argmax_set(v)` | `np.flatnonzero(v == v.max())` | `(v == v.max()).nonzero()` |
# | `fd.batched_bilinear(X, A, Y)` | `np.einsum("bi,ij,bj->b", X, A, Y)` | `torch.einsum(...)`, `F.bilinear` |
# | `fd.geometric_mean(x)` | `scipy.stats.gmean(x)` | `x.log().mean().exp()` |
# | `fd.empirical_order(n, c)` | `np.polyfit(np.log(n), np.log(c), 1)[0]` | |

# %%
from scipy import special, stats

z = rng.normal(size=(4, 5))
assert np.allclose(fd.logsumexp(z), special.logsumexp(z, axis=-1))
assert np.allclose(fd.softmax(z), special.softmax(z, axis=-1))
assert np.array_equal(fd.one_hot([2, 0], 4), np.eye(4)[[2, 0]])
assert np.array_equal(fd.argmax_set(tie), np.flatnonzero(tie == tie.max()))
assert np.isclose(fd.geometric_mean(np.exp(z[0])), stats.gmean(np.exp(z[0])))
n, cost = np.array([3.0, 7.0, 20.0]), np.array([2.0, 9.0, 31.0])
assert np.isclose(fd.empirical_order(n, cost),
                  np.polyfit(np.log(n), np.log(cost), 1)[0])
print("all agree")

# %% [markdown]
# ## Summary: one screen
#
# | | formula | function |
# |---|---|---|
# | sets | $\lvert A\cup B\rvert = \lvert A\rvert+\lvert B\rvert-\lvert A\cap B\rvert$, $\;J = \lvert A\cap B\rvert/\lvert A\cup B\rvert$ | `fd.jaccard_similarity` |
# | maps | $f(a)=f(b)\Rightarrow a=b$; $\;\forall y\,\exists x: f(x)=y$ | `fd.is_injective`, `fd.is_surjective` |
# | composition | $(f\circ g)(x) = f(g(x))$ | `fd.compose` |
# | sums | $\sum_{i=m}^na_i$, $\;\prod_{i=m}^na_i$, bounds included | `fd.summation`, `fd.product` |
# | logarithm | $\log\prod_ip_i = \sum_i\log p_i$ | `fd.log_product` |
# | nats and bits | $\log_2x = \ln x/\ln2$ | `fd.nats_to_bits`, `fd.bits_to_nats` |
# | geometric mean | $\exp(\frac1n\sum_i\log x_i)$ | `fd.geometric_mean` |
# | log-sum-exp | $m + \log\sum_je^{z_j-m}$ | `fd.logsumexp` |
# | softmax | $e^{z_i-m}/\sum_je^{z_j-m}$ | `fd.softmax` |
# | argmax | $\{j : z_j\ge z_i\ \forall i\}$ | `fd.argmax_set` |
# | shapes | $(m\times k)(k\times n)\to(m\times n)$ | `fd.matmul_shape` |
# | delta, indicator | $\delta_{ij} = \mathbb 1[i=j]$, $\;\sum_j\delta_{ij}a_j = a_i$ | `fd.one_hot`, `fd.indicator` |
# | einsum | $s_b = \sum_{ij}X_{bi}A_{ij}Y_{bj}$ | `fd.batched_bilinear` |
# | geometric sum | $\frac{1-r^n}{1-r}$, $\;\frac1{1-\gamma}$ | `fd.geometric_sum` |
# | growth | $f(n)\le C\,g(n)$ for all $n\ge n_0$ | `fd.empirical_order` |
# | settling | $J_{t+1}\le J_t$, $\;J_t\ge0$ $\;\Rightarrow\;$ $J_t\to J_\infty$ | `fd.is_non_increasing` |

# %% [markdown]
# **Five questions to ask yourself.**
#
# <details><summary>1. A model's loss is 2 nats a word. What is its perplexity, and what is the loss in bits?</summary>
# e² ≈ 7.4: as unsure as among seven or eight equally likely words. 2 / 0.693 ≈ 2.9 bits.
# </details>
# <details><summary>2. You add 5 to all scores of one sample. What changes?</summary>
# Not the softmax, not the loss. Only log-sum-exp grows, by 5. Only differences of scores count.
# </details>
# <details><summary>3. What does <code>einsum("bqd,bkd->bqk", Q, K)</code> compute, and what does it sum over?</summary>
# For each b, the dot product of each row of Q with each row of K, summed over d: attention scores.
# </details>
# <details><summary>4. Not all of your tests passed. Say it with "there is".</summary>
# There is a test that did not pass. (Not: all tests failed.)
# </details>
# <details><summary>5. Your program takes 1 s for 1000 samples and 8 s for 2000. What will 10 000 take?</summary>
# Twice the size, eight times the cost: slope log 8 / log 2 = 3. Ten times the size: about 1000 s, if the order holds.
# </details>

# %%
blocks = [
    (0, 0, 12, "1  foundations", "C5"),
    (0, 1, 4, "2, 3  linear algebra", "C0"),
    (4, 1, 4, "6, 7, 9  probability", "C1"),
    (8, 1, 4, "4, 5, 8  calculus", "C2"),
    (0, 2, 4, "10  numerics", "0.35"),
    (4, 2, 4, "11  graphs", "0.35"),
    (8, 2, 4, "12  functions", "0.35"),
    (0, 3, 12, "13, 14  classical models and neural networks", "C3"),
    (0, 4, 6, "15 to 19  language models", "C4"),
    (6, 4, 6, "20 to 22  decide, align, create", "C4"),
    (0, 5, 12, "23 to 25  search, agents, and does it work?", "C4"),
]
fig, ax = plt.subplots(figsize=(6.4, 2.7))
for x, floor, wide, label, color in blocks:
    ax.add_patch(plt.Rectangle((x + 0.05, floor + 0.06), wide - 0.1, 0.88,
                               fc=color, alpha=0.15, lw=0))
    ax.text(x + wide / 2, floor + 0.5, label, ha="center", va="center",
            color=color, fontsize=9)
ax.set(xlim=(0, 12), ylim=(0, 6))
ax.axis("off")
mathlib.show(
    fig,
    caption="The course as a building: three pillars stand on this chapter,"
    " and everything that learns stands on them.",
    alt="Stacked blocks labelled with chapter numbers, foundations at the"
    " bottom, search, agents and evaluation at the top.",
)

# %% [markdown]
# ## Where the road goes
#
# Machine learning stands on three pillars: **data are tables of numbers** (linear algebra), **nothing is certain**
# (probability), **and things should get better** (calculus and optimization).
#
# | chapters | what they hold | what stands on it |
# |---|---|---|
# | 2, 3 | linear algebra | every network; PCA, LoRA, spectra of weights |
# | 4, 5 | calculus | backpropagation; K-FAC, sharpness (SAM) |
# | 6, 7, 9 | probability, statistics, information | losses; VAE, diffusion, RLHF |
# | 8 | optimization | all training, from gradient descent to Adam (which needs first derivatives only) |
# | 10 | numbers in a machine | mixed precision |
# | 11, 12 | graphs; functions as vectors | GCN, GAT, Node2Vec; SVM, NTK |
# | 13 to 25 | models, from k-means to agents | and whether any of it works |
#
# Never mind the names; each is explained where it is needed.

# %% [markdown]
# ## Notation of the course
#
# | sign | means | | sign | means |
# |---|---|---|---|---|
# | $x$ | a number | | $\hat y$ | what a model predicts for $y$ |
# | $\mathbf x$ | a vector; a column in formulas | | $\theta$ | all parameters of a model |
# | $X$ | a matrix; rows are samples | | $\mathbb R^{N\times D}$ | tables of $N$ rows, $D$ columns |
# | $X_{nd}$, $\mathbf x_n$ | entry; row $n$ | | $\log$ | natural logarithm, unless a base is written |
# | $X^\top$ | transpose: rows become columns | | $\mathbb 1[P]$, $\delta_{ij}$ | 1 if true, else 0; $\mathbb 1[i=j]$ |
# | $\odot$ | entry by entry | | $\lVert\mathbf x\rVert$ | length, $\sqrt{\sum_ix_i^2}$ |
# | $\bar x$ | the mean, $\frac1N\sum_ix_i$ | | $x \mapsto y$ | $x$ is sent to $y$ |
# | $P \Rightarrow Q$ | if $P$ then $Q$ | | $P \iff Q$ | $P$ exactly when $Q$ |
# | $\lnot$, $\forall$, $\exists$ | not, for all, there is | | $\square$ | end of a proof |
# | `(n,)` | shape: one axis, of length $n$ | | `(..., n)` | any axes, and a last one of length $n$ |
#
# Indices count from 1 in formulas where nothing else is said, and from 0 in code.
#
# **Letters with several jobs.** There are more ideas than letters. In this course each chapter says which is meant:
#
# | letter | its jobs |
# |---|---|
# | $T$ | length of a sequence (15, 16); temperature (1, 16, 19); horizon (20); number of diffusion steps (22) |
# | $\alpha$ | LoRA's scale (19); focal weight (13); acceptance rate (18); step size (20); $1-\beta_t$ (22); scaling exponent (16) |
# | $\beta$ | Adam's memory (8); noise schedule (22); strength of a KL penalty (21, 22); shift of a norm layer (13) |
# | $\gamma$ | discount (1, 20); momentum (8); scale of a norm layer (13); focusing (13); draft length (18) |

# %% [markdown]
# ## Further reading
#
# **Signs.** D. E. Knuth, "Two notes on notation", 1992, arXiv:math/9205211 (on brackets like $\mathbb 1[P]$, with love).
# R. Graham, D. Knuth, O. Patashnik, *Concrete Mathematics*, 1994: sums, as an adventure. A. Einstein left out the $\sum$ in
# *Ann. Physik* 354 (1916), doi:10.1002/andp.19163540702.
#
# **Sets.** P. Jaccard compared the flowers of Alpine meadows in 1901, *Bull. Soc. Vaudoise Sci. Nat.* 37. A. Broder,
# near-duplicates, 1997, doi:10.1109/SEQUEN.1997.666900.
#
# **Numbers.** C. Shannon, bits and surprise, 1948, doi:10.1002/j.1538-7305.1948.tb01338.x. J. Bridle named softmax in 1990,
# doi:10.1007/978-3-642-76153-9_28. P. Blanchard, D. Higham, N. Higham, the rounding errors of log-sum-exp, 2021,
# doi:10.1093/imanum/draa038. D. Knuth, on $O$, 1976, doi:10.1145/1008328.1008329. M. Telgarsky, depth, 2016,
# arXiv:1602.04485.
#
# **The data.** The manual is Python's own (`pydoc_data.topics`), as it comes with your version; so some numbers above may
# differ a little from those on your screen. Digits: E. Alpaydin, C. Kaynak, UCI, 1998, doi:10.24432/C50P49.
#
# Next: chapter 2 takes one of these sums, $\sum_ia_ib_i$, and reads handwriting with it.

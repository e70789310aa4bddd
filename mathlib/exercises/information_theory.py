"""Exercises of chapter 09."""

import functools
from fractions import Fraction

import numpy as np

from mathlib import information_theory as it
from mathlib.course.compare import Difference, named_if, values
from mathlib.exercise import (
    Case,
    Exercise,
    Mistake,
    Variant,
    Written,
    call,
    given,
    half_written,
    script,
)
from mathlib.exercises import _information_theory_answers as answers
from mathlib.exercises import givens

P = [1 / 2, 1 / 4, 1 / 8, 1 / 8]
Q = [1 / 8, 1 / 2, 1 / 8, 1 / 4]
PAIRS = [[1 / 2, 1 / 8, 0.0], [0.0, 1 / 8, 1 / 4]]

# What is built on the sums of 9.1 to 9.3: these are to be written out.
MEASURES = tuple(
    f"mathlib.information_theory.{name}" for name in (
        "conditional_entropy", "cross_entropy", "information_gain",
        "jensen_shannon", "joint_entropy", "kl_divergence",
        "mutual_information",
    )
)

# Where something small was added, everybody adds a number of their own.
ALMOST_NOTHING = named_if(
    lambda first, second, program: abs(first) < 1e-5 and abs(second) < 1e-5,
    compare=values(atol=0),
)
KEPT_FROM_ZERO = named_if(
    lambda first, second, program: all(
        2 < output < 1000 for output in (first, second)
    ) or all(1e300 < output < np.inf for output in (first, second))
)

# Where floats give up, they do so for whatever else is wrong as well; and
# whatever is returned where an error is due is the same mistake.
GIVEN_UP = named_if(lambda first, second, program: True)


def probabilities(rng, *shape):
    """Distributions along the last axis, with no entry near 0."""
    weights = rng.uniform(0.1, 1.0, shape)
    return weights / weights.sum(axis=-1, keepdims=True)


def table(rng, m, n):
    """p(x, y) of an m by n table, x and y not independent."""
    weights = rng.uniform(0.1, 1.0, (m, n))
    for i in range(min(m, n)):
        weights[i, i] += rng.uniform(1.0, 2.0)
    return weights / weights.sum()


def with_zeros(rng, m, n):
    """The same, but some cells can't happen."""
    p_xy = table(rng, m, n)
    p_xy[0, 1:] = 0
    return p_xy / p_xy.sum()


def without_a_row_and_a_column(rng):
    """A value of x, and one of y, that never comes."""
    p_xy = np.zeros((3, 4))
    p_xy[np.ix_([0, 2], [0, 1, 3])] = table(rng, 2, 3)
    return p_xy


# --- one distribution, and two -----------------------------------------------

entropy = Exercise(
    reference=it.entropy,
    points=2,
    refuses=(
        *MEASURES,
        "scipy.special.entr",
        "scipy.stats.entropy",
        "torch.distributions.Categorical",
        "torch.special.entr",
    ),
    cases=lambda rng: [
        Case("by hand, in nats", call(P), core=True),
        Case("by hand, in bits", call(P, base=2)),
        Case("a distribution of five", call(probabilities(rng, 5))),
        Case("in units of log 10", call(probabilities(rng, 4), base=10)),
        Case("a batch of rows", call(probabilities(rng, 3, 4))),
        Case("a square batch, of columns: axis=0",
             call(probabilities(rng, 3, 3).T.copy(), axis=0)),
        Case("three axes: axis=1, in bits",
             call(np.swapaxes(probabilities(rng, 2, 2, 3), 1, 2).copy(),
                  base=2, axis=1)),
        Case("what can't happen", call([0.5, 0.0, 0.3, 0.2])),
        Case("what is certain: 0", call([0.0, 1.0, 0.0]),
             compare=ALMOST_NOTHING),
        Case("almost certain", call([1e-15, 1 - 1e-15]),
             compare=ALMOST_NOTHING),
        Case("ten times 0.1, which adds up to 0.9999999999999999",
             call(np.full(10, 0.1))),
        Case("single precision, off 1 by 6e-7",
             call(np.array([0.3333331, 0.3333331, 0.3333332], np.float32))),
        Case("ValueError: counts", call([2.0, 1.0, 1.0])),
        Case("ValueError: a negative entry", call([1.5, -0.5]),
             compare=GIVEN_UP),
        Case("ValueError: off 1 by 0.0015",
             call([[0.5, 0.25, 0.25], [0.5, 0.25, 0.2485]])),
        Case("ValueError: nan", call([0.5, np.nan, 0.5])),
    ],
    mistakes=[
        Mistake("0 log 0", answers.entropy_zero_times_log_zero,
                "0 * log 0 is computed as 0 * -inf = nan. What can't happen"
                " adds nothing: put 1 in place of 0 before you take the"
                " logarithm, np.where(p > 0, p, 1.0).",
                credit=1.4),
        Mistake("the bare formula", answers.entropy_bare,
                "Right for probabilities above 0. But 0 * log 0 becomes nan,"
                " and what is no distribution is taken for one: raise"
                " ValueError for it.",
                credit=1.0),
        Mistake("the bare formula, in bits", answers.entropy_bare_in_bits,
                "The natural logarithm is asked for unless base says other;"
                " 0 * log 0 becomes nan; and what is no distribution is to"
                " raise ValueError.",
                credit=0.6),
        Mistake("the bare formula, without base",
                answers.entropy_bare_without_base,
                "base changes the unit: divide by log(base). Besides,"
                " 0 * log 0 becomes nan, and what is no distribution is to"
                " raise ValueError.",
                credit=0.8),
        Mistake("always bits", answers.entropy_in_bits,
                "log2 counts bits. Asked are nats (np.log), unless base says"
                " something else; then divide by log(base).",
                credit=1.0),
        Mistake("bits by default", answers.entropy_in_bits_by_default,
                "Without base the natural logarithm is asked for: base=None"
                " means nats.",
                credit=1.2),
        Mistake("base ignored", answers.entropy_without_base,
                "base changes the unit: the logarithm to base b is log p /"
                " log b.",
                credit=1.2),
        Mistake("times log(base)", answers.entropy_times_unit,
                "A bit is 0.69 nats, so there are more bits than nats: divide"
                " by log(base).",
                credit=1.4),
        Mistake("no minus", answers.entropy_without_minus,
                "Logarithms of probabilities are negative, surprise is not:"
                " the sum wants a minus in front.",
                credit=1.0),
        Mistake("everything added up", answers.entropy_of_everything,
                "Each distribution has an entropy of its own: sum along axis"
                " only.",
                credit=1.0),
        Mistake("always the last axis",
                answers.entropy_along_the_last_axis,
                "axis says along which axis the probabilities add up to 1;"
                " -1 is only its default.",
                credit=1.4),
        Mistake("mean for sum", answers.entropy_averaged,
                "The mean is weighted by p already: -p log p is to be summed,"
                " not divided by the number of classes once more.",
                credit=0.8),
        Mistake("anything taken for a distribution",
                answers.entropy_unchecked,
                "Counts, or a row that adds up to 0.9985, get an entropy that"
                " means nothing. Raise ValueError for them.",
                credit=1.4),
        Mistake("sums not looked at", answers.entropy_sum_unchecked,
                "Nothing says no when the probabilities don't add up to 1"
                " along axis. That is no distribution, either.",
                credit=1.6),
        Mistake("signs not looked at", answers.entropy_sign_unchecked,
                "Nothing says no to [1.5, -0.5], which adds up to 1 and is no"
                " distribution. No entry may be negative.",
                credit=1.6),
        Mistake("nan let through", answers.entropy_nan_unchecked,
                "Every comparison with nan is False, so that a nan is neither"
                " below 0 nor off 1. Ask what must hold: not np.all(p >= 0).",
                credit=1.8),
        Mistake("sum compared with ==",
                answers.entropy_sum_compared_exactly,
                "Ten times 0.1 adds up to 0.9999999999999999: probabilities"
                " are rounded. Ask whether the sum is close to 1.",
                credit=1.6),
        Mistake("divided by the sum", answers.entropy_normalised,
                "So does SciPy, and so counts, percentages and errors all"
                " pass for distributions. Here they are to raise ValueError.",
                credit=1.2),
        Mistake("assert", answers.entropy_asserted,
                "assert raises AssertionError, and nothing at all under"
                " python -O. Write: raise ValueError(...).",
                credit=1.7),
        Mistake("eps in the logarithm", answers.entropy_with_eps,
                "A small number added to p, or put in its place, is a chance"
                " for what can't happen: the entropy of what is certain is no"
                " longer 0. Choose with np.where, and none is needed.",
                credit=1.5),
    ],
    variants=[
        Variant("xlogy", answers.entropy_by_xlogy),
        Variant("a loop", answers.entropy_by_loop),
        Variant("nansum", answers.entropy_by_nansum),
    ],
)


def two_distributions(rng):
    """Cases that cross-entropy and KL divergence share."""
    return [
        Case("by hand, in nats", call(P, Q), core=True),
        Case("by hand, in bits", call(P, Q, base=2)),
        Case("four classes",
             call(probabilities(rng, 4), probabilities(rng, 4))),
        Case("in units of log 10",
             call(probabilities(rng, 3), probabilities(rng, 3), base=10)),
        Case("row by row",
             call(probabilities(rng, 3, 4), probabilities(rng, 3, 4))),
        Case("one p for many rows of q",
             call(probabilities(rng, 3), probabilities(rng, 3, 3))),
        Case("a square batch, of columns: axis=0",
             call(probabilities(rng, 3, 3).T.copy(),
                  probabilities(rng, 3, 3).T.copy(), axis=0)),
        Case("p = 0 where q is not",
             call([0.4, 0.0, 0.6], probabilities(rng, 3))),
        Case("p = 0 and q = 0",
             call([0.4, 0.0, 0.6], [0.7, 0.0, 0.3])),
        Case("q = 0 where p is not: inf",
             call([0.5, 0.2, 0.3], [0.6, 0.4, 0.0]),
             compare=KEPT_FROM_ZERO),
    ]


cross_entropy = Exercise(
    reference=it.cross_entropy,
    points=2,
    refuses=(
        *MEASURES,
        "mathlib.machine_learning.cross_entropy_loss",
        "scipy.special.kl_div",
        "scipy.special.rel_entr",
        "scipy.stats.entropy",
        "sklearn.metrics.log_loss",
        "torch.nn.functional.cross_entropy",
    ),
    cases=lambda rng: [
        *two_distributions(rng),
        Case("one true class, three predictions",
             call([0.0, 1.0, 0.0], probabilities(rng, 3, 3))),
        Case("q = 1e-200 where p is 1/2",
             call([0.5, 0.5], [1.0, 1e-200]), compare=KEPT_FROM_ZERO),
    ],
    mistakes=[
        Mistake("p and q swapped", answers.cross_swapped,
                "What happens is drawn from p, the surprise is that of one"
                " who expects q: q stands in the logarithm, p weighs.",
                credit=1.0),
        Mistake("p and q swapped, and 0 log 0", answers.cross_swapped_bare,
                "q stands in the logarithm, p weighs; yours has them the"
                " other way round. And 0 * log 0 becomes nan.",
                credit=0.6),
        Mistake("0 log 0", answers.cross_bare,
                "Where p = q = 0, p * log q is computed as 0 * -inf = nan."
                " What p never draws surprises nobody: np.where(p > 0, ...)"
                " makes the term 0.",
                credit=1.4),
        Mistake("0 log 0, always bits", answers.cross_bare_in_bits,
                "log2 counts bits; asked are nats, unless base says something"
                " else. And where p = q = 0 you get nan.",
                credit=0.8),
        Mistake("0 log 0, base ignored", answers.cross_bare_without_base,
                "base changes the unit: divide by log(base). And where"
                " p = q = 0 you get nan.",
                credit=1.0),
        Mistake("eps in the logarithm", answers.cross_with_eps,
                "Who gives probability 0 to what happens is infinitely"
                " surprised: inf. An eps makes it 27.6 times p, or whatever"
                " eps makes it.",
                credit=1.2),
        Mistake("inf made finite", answers.cross_made_finite,
                "np.nan_to_num replaces the inf that is due, too. Choose the"
                " term with np.where(p > 0, ..., 0) instead.",
                credit=1.4),
        Mistake("the impossible costs nothing",
                answers.cross_impossible_free,
                "The term is 0 where p is 0. Where q = 0 and p is not, what"
                " was called impossible does happen: inf.",
                credit=1.4),
        Mistake("always bits", answers.cross_in_bits,
                "log2 counts bits. Asked are nats, unless base says something"
                " else.",
                credit=1.0),
        Mistake("bits by default", answers.cross_in_bits_by_default,
                "Without base the natural logarithm is asked for: base=None"
                " means nats.",
                credit=1.2),
        Mistake("base ignored", answers.cross_without_base,
                "base changes the unit: divide by log(base).",
                credit=1.2),
        Mistake("no minus", answers.cross_without_minus,
                "Logarithms of probabilities are negative, surprise is not:"
                " the sum wants a minus in front.",
                credit=1.0),
        Mistake("KL divergence", answers.cross_as_kl,
                "You took the entropy of p away: that is the KL divergence,"
                " the part of the surprise that is q's fault. Asked is the"
                " whole.",
                credit=0.8),
        Mistake("entropy of p", answers.cross_of_p_alone,
                "That is the entropy of p. The surprise is that of one who"
                " expects q.",
                credit=0.4),
        Mistake("mean for sum", answers.cross_averaged,
                "The sum is weighted by p already: don't divide it by the"
                " number of classes.",
                credit=0.8),
        Mistake("everything added up", answers.cross_of_everything,
                "Each pair of distributions has a cross-entropy of its own:"
                " sum along axis only.",
                credit=1.0),
        Mistake("mean over the batch", answers.cross_mean_of_the_batch,
                "As a loss one would average over the batch. Here each pair"
                " of distributions keeps its own number.",
                credit=1.2),
        Mistake("always the last axis",
                answers.cross_along_the_last_axis,
                "axis says along which axis the probabilities add up to 1;"
                " -1 is only its default.",
                credit=1.4),
        Mistake("a dot product", answers.cross_by_dot,
                "p @ log q is right for two vectors. Of a batch it makes"
                " every row with every column, and 0 * -inf is nan. Multiply"
                " entry by entry and sum along axis.",
                credit=1.0),
    ],
    variants=[
        Variant("xlogy", answers.cross_by_xlogy),
        Variant("nansum", answers.cross_by_nansum),
        Variant("a loop", answers.cross_by_loop),
    ],
)

kl_divergence = Exercise(
    reference=it.kl_divergence,
    points=2,
    refuses=(
        *MEASURES,
        "scipy.special.kl_div",
        "scipy.special.rel_entr",
        "scipy.stats.entropy",
        "torch.distributions.kl_divergence",
        "torch.nn.functional.kl_div",
    ),
    cases=lambda rng: [
        *two_distributions(rng),
        Case("the same distribution twice: 0",
             call(*[probabilities(rng, 5)] * 2)),
        Case("q = 1e-310 where p is 1/2",
             call([0.5, 0.5], [1.0, 1e-310]), compare=KEPT_FROM_ZERO),
    ],
    mistakes=[
        Mistake("arguments reversed", answers.kl_reversed,
                "The first argument is the truth, which weighs; yours weighs"
                " with the second. The two orders give different numbers,"
                " 0.625 and 0.5 bits in the example.",
                credit=1.0),
        Mistake("arguments reversed, and 0 log 0", answers.kl_reversed_bare,
                "p weighs, and p stands above in the quotient; yours has them"
                " the other way round. And 0 * log 0 becomes nan.",
                credit=0.6),
        Mistake("the bare formula", answers.kl_bare,
                "Where p = 0 it computes 0 * -inf = nan, but the term is 0:"
                " np.where(p > 0, ..., 0). And p/q overflows at q = 1e-310,"
                " where log p - log q does not.",
                credit=1.2),
        Mistake("the bare formula, in bits", answers.kl_bare_in_bits,
                "Nats are asked, unless base says something else. And the"
                " term is 0 where p = 0; yours is nan.",
                credit=0.8),
        Mistake("the bare formula, without base",
                answers.kl_bare_without_base,
                "base changes the unit: divide by log(base). And the term is"
                " 0 where p = 0; yours is nan.",
                credit=0.9),
        Mistake("0 log 0", answers.kl_bare_difference,
                "Where p = 0 the term is 0, whatever q is; yours is 0 * -inf,"
                " nan. np.where(p > 0, ..., 0) chooses.",
                credit=1.4),
        Mistake("the quotient overflows", answers.kl_quotient,
                "0.5 / 1e-310 is larger than any float, though its logarithm"
                " is only 713: take the logarithms first, log p - log q.",
                credit=1.7),
        Mistake("eps added to q", answers.kl_with_eps,
                "Where q = 0 and p is not, the divergence is infinite, and"
                " somebody should hear of it. With an eps it is a number that"
                " depends on nothing but eps.",
                credit=1.2),
        Mistake("eps added to both", answers.kl_with_eps_twice,
                "Where q = 0 and p is not, the divergence is infinite; with"
                " an eps it is a number that depends on nothing but eps. And"
                " where p = 0 no eps is needed: np.where(p > 0, ..., 0).",
                credit=1.2),
        Mistake("terms with q = 0 left out", answers.kl_where_both,
                "The term is 0 where p is 0, only there. Where q = 0 and p is"
                " not, it is inf; leaving it out may even make the sum"
                " negative.",
                credit=1.4),
        Mistake("inf made finite", answers.kl_made_finite,
                "np.nan_to_num replaces the inf that is due, too. Choose the"
                " term with np.where(p > 0, ..., 0) instead.",
                credit=1.4),
        Mistake("both directions averaged", answers.kl_symmetrised,
                "Half of both directions is Jeffreys' divergence. Asked is"
                " one: p weighs.",
                credit=0.8),
        Mistake("cross-entropy", answers.kl_as_cross_entropy,
                "That is H(p, q), which is not 0 for p = q. Take the entropy"
                " of p away: what it costs to expect p itself.",
                credit=1.0),
        Mistake("entropy added", answers.kl_entropy_added,
                "H(p) is what even one who knows p pays: it is taken away"
                " from H(p, q), not added.",
                credit=1.0),
        Mistake("weighted with q", answers.kl_weighted_with_q,
                "p draws, so p weighs: the q in front of the logarithm should"
                " be p.",
                credit=1.0),
        Mistake("xlogy of the quotient", answers.kl_by_xlogy_of_the_quotient,
                "Where p = q = 0 the quotient is nan, and xlogy(0, nan) is"
                " nan, too. And p/q overflows at q = 1e-310. Take"
                " xlogy(p, p) - xlogy(p, q).",
                credit=1.6),
        Mistake("absolute values", answers.kl_of_absolute_terms,
                "Single terms may be negative, where q expects more than p"
                " gives. Only their sum can't be: leave the signs.",
                credit=0.8),
        Mistake("not weighted", answers.kl_without_weights,
                "The mean is over what p draws: weigh each difference of"
                " logarithms by p.",
                credit=0.6),
        Mistake("minus", answers.kl_negative,
                "p/q stands in the logarithm, not q/p: no minus is needed,"
                " and the sum is never negative.",
                credit=1.0),
        Mistake("always bits", answers.kl_in_bits,
                "log2 counts bits. Asked are nats, unless base says something"
                " else.",
                credit=1.0),
        Mistake("bits by default", answers.kl_in_bits_by_default,
                "Without base the natural logarithm is asked for: base=None"
                " means nats.",
                credit=1.2),
        Mistake("base ignored", answers.kl_without_base,
                "base changes the unit: divide by log(base).",
                credit=1.2),
        Mistake("everything added up", answers.kl_of_everything,
                "Each pair of distributions has a divergence of its own: sum"
                " along axis only.",
                credit=1.0),
        Mistake("mean over the batch", answers.kl_mean_of_the_batch,
                "As a loss one would average over the batch. Here each pair"
                " of distributions keeps its own number.",
                credit=1.2),
        Mistake("always the last axis", answers.kl_along_the_last_axis,
                "axis says along which axis the probabilities add up to 1;"
                " -1 is only its default.",
                credit=1.4),
    ],
    variants=[
        Variant("xlogy", answers.kl_by_xlogy),
        Variant("cross-entropy minus entropy", answers.kl_by_cross_entropy),
    ],
)

mle_is_kl_derivation = Written(
    rubric=[
        (1, r"Question 1: applies $\log t \le t - 1$ to $t = q(x)/p(x)$ on"
            r" the $x$ with $p(x) > 0$, says where the rest of $q$ goes, and"
            r" names when both inequalities are equalities: $p = q$"),
        (1, r"Question 2: collects the data by class, so that"
            r" $n_k$ equal terms become one, and divides by $n$; the sign is"
            r" right"),
        (1, r"Question 3: splits $H(\hat p, p_\theta)$ into $H(\hat p)$ and"
            r" the divergence, and says that $H(\hat p)$ does not contain"
            r" $\theta$; the largest likelihood therefore is the smallest"
            r" cross-entropy and the smallest divergence"),
        (1, r"Question 4: names the distribution, with its reason, gives its"
            r" mean log likelihood, and what the uniform model loses, as a"
            r" difference and as a divergence"),
        (1, r"Question 5: says what comes out, and by which term, and what"
            r" the likelihood says to the same model, and why"),
    ],
)


# --- tables ------------------------------------------------------------------


def joint(p_xy):
    return call(p_xy).on("joint_entropy")


def left(p_xy):
    return call(p_xy).on("conditional_entropy")


def told(*names):
    """Parts of a wrong answer by name; the rest of it is right."""
    parts = {
        "joint_entropy": answers.joint_by_where,
        "conditional_entropy": answers.conditional_by_chain_rule,
    }
    for answer in names:
        parts[answer.__name__.partition("_")[0] + "_entropy"] = answer
    return parts


joint_entropy = Exercise(
    reference={
        "joint_entropy": it.joint_entropy,
        "conditional_entropy": it.conditional_entropy,
    },
    points=3,
    refuses=(
        "mathlib.information_theory.information_gain",
        "mathlib.information_theory.mutual_information",
    ),
    cases=lambda rng: [
        Case("by hand: H(X, Y)", joint(PAIRS)),
        Case("by hand: H(X | Y)", left(PAIRS)),
        Case("H(X, Y) of a 3 by 4 table", joint(table(rng, 3, 4)),
             core=True),
        Case("H(X | Y) of a 3 by 4 table", left(table(rng, 3, 4))),
        Case("H(X | Y) of a square table", left(table(rng, 3, 3))),
        Case("H(X, Y) where some cells are 0", joint(with_zeros(rng, 3, 3))),
        Case("H(X | Y) where some cells are 0", left(with_zeros(rng, 4, 3))),
        Case("H(X, Y), a row and a column of 0",
             joint(without_a_row_and_a_column(rng))),
        Case("H(X | Y), a row and a column of 0",
             left(without_a_row_and_a_column(rng))),
        Case("H(X | Y) of independent X and Y",
             left(np.outer(probabilities(rng, 2), probabilities(rng, 3)))),
        Case("H(X | Y) where Y tells X",
             left(np.diag(probabilities(rng, 3)))),
        Case("H(X | Y) of a single x", left(probabilities(rng, 1, 4))),
    ],
    mistakes=[
        *half_written(1.8, "joint_entropy"),
        *half_written(1.0, "conditional_entropy"),
        Mistake("the other axis", told(answers.conditional_on_the_row),
                "Yours is H(Y | X): what is unknown of the column once the"
                " row is seen. Asked is H(X | Y); the entropy of Y is to be"
                " subtracted, and p(y) is the sum down each column, axis=0.",
                credit=2.0),
        Mistake("the other axis, and 0 log 0",
                told(answers.conditional_on_the_row_bare),
                "Yours divides by the sums of the rows: H(Y | X). Asked is"
                " H(X | Y), so divide by the sums of the columns. And"
                " 0 * log 0 becomes nan.",
                credit=1.5),
        Mistake("columns not weighted", told(answers.conditional_unweighted),
                "You average the entropies of the columns as if all y were"
                " equally likely. Each counts with its p(y).",
                credit=1.8),
        Mistake("rows, and not weighted",
                told(answers.conditional_unweighted_on_the_row),
                "You average the entropies of the rows. It is the column that"
                " is known, so take the columns', each with its weight p(y).",
                credit=1.2),
        Mistake("columns added up", told(answers.conditional_added),
                "The entropies of the columns are to be averaged, each with"
                " its weight p(y), not added.",
                credit=1.4),
        Mistake("one number for each column",
                told(answers.conditional_for_each_column),
                "Those are H(X | Y = y), one for each y. Asked is their mean,"
                " each with its weight p(y).",
                credit=1.8),
        Mistake("0 log 0", told(answers.conditional_bare),
                "Cells of 0 add nothing; in yours they become 0 * -inf = nan."
                " The chain rule leaves it to it.entropy, which knows.",
                credit=2.0),
        Mistake("0 log 0 in the joint entropy", told(answers.joint_bare),
                "Cells of 0 add nothing; in yours they become 0 * -inf = nan."
                " it.entropy of the flattened table knows.",
                credit=2.2),
        Mistake("0 log 0 in both",
                told(answers.joint_bare, answers.conditional_bare),
                "Cells of 0 add nothing; in yours they become 0 * -inf = nan."
                " it.entropy knows that: leave the logarithms to it.",
                credit=2.0),
        Mistake("the other axis, and 0 log 0 in the joint entropy",
                told(answers.joint_bare, answers.conditional_on_the_row),
                "Yours is H(Y | X); asked is H(X | Y), for which the entropy"
                " of Y is subtracted: the sums down the columns, axis=0. And"
                " in the joint entropy cells of 0 become nan.",
                credit=1.4),
        Mistake("the other axis, and 0 log 0 in both",
                told(answers.joint_bare, answers.conditional_on_the_row_bare),
                "Yours is H(Y | X): divide by the sums of the columns,"
                " axis=0. And cells of 0 become nan: leave the logarithms to"
                " it.entropy.",
                credit=1.2),
        Mistake("columns of 0", told(answers.conditional_empty_columns),
                "A y that never comes has no p(x | y): you divide by 0, and"
                " nan spreads. Leave such columns out, or use the chain rule,"
                " which divides by nothing.",
                credit=2.2),
        Mistake("columns of 0, refused",
                told(answers.conditional_empty_columns_refused),
                "A y that never comes has no p(x | y): you divide 0 by 0, and"
                " it.entropy takes no nan. Leave such columns out, or use the"
                " chain rule, which divides by nothing.",
                credit=2.4),
        Mistake("mutual information",
                told(answers.conditional_as_mutual_information),
                "That is how much Y tells about X. Asked is what it leaves"
                " untold: H(X, Y) - H(Y).",
                credit=1.2),
        Mistake("turned round", told(answers.conditional_turned_round),
                "H(Y) - H(X, Y) is negative: the pair is more uncertain than"
                " one of the two. Subtract the other way round.",
                credit=1.8),
        Mistake("a table is no row", told(answers.joint_by_rows),
                "it.entropy takes the rows for distributions, and they don't"
                " add up to 1. The table is one distribution: flatten it with"
                " p_xy.ravel().",
                credit=1.8),
        Mistake("a number for each row", told(answers.joint_of_each_row),
                "The whole table is one distribution, and has one entropy:"
                " sum over both axes.",
                credit=1.8),
        Mistake("a table is no row, in both",
                told(answers.joint_by_rows,
                     answers.conditional_by_rows),
                "it.entropy takes the rows for distributions, and they don't"
                " add up to 1. The table is one distribution: flatten it with"
                " p_xy.ravel(), in both functions.",
                credit=1.8),
        Mistake("entropies of rows added, in both",
                told(answers.joint_of_rows_added,
                     answers.conditional_from_rows_added),
                "it.entropy takes a row for a distribution, and the rows"
                " don't add up to 1. The table is one distribution: flatten"
                " it with p_xy.ravel(), in both functions.",
                credit=1.8),
        Mistake("a number for each row, in both",
                told(answers.joint_of_each_row,
                     answers.conditional_from_each_row),
                "The whole table is one distribution, and has one entropy:"
                " sum over both axes. Then the chain rule has one number,"
                " too.",
                credit=1.8),
        Mistake("no axis",
                told(answers.joint_without_axis,
                     answers.conditional_without_axis),
                "it.entropy sums along one axis, a whole number. To have the"
                " table as one distribution, flatten it: p_xy.ravel().",
                credit=1.8),
        Mistake("no axis, in the joint entropy",
                told(answers.joint_without_axis),
                "it.entropy sums along one axis, a whole number. To have the"
                " table as one distribution, flatten it: p_xy.ravel().",
                credit=1.8),
        Mistake("margins added", told(answers.joint_of_the_margins),
                "H(X) + H(Y) is the entropy of the pair only if the two are"
                " independent. Take that of all cells.",
                credit=1.6),
        Mistake("margins added, and used",
                told(answers.joint_of_the_margins,
                     answers.conditional_from_the_margins),
                "H(X) + H(Y) is the entropy of the pair only if the two are"
                " independent; take that of all cells. What is left of it"
                " without H(Y) then is no longer H(X).",
                credit=1.6),
        Mistake("the joint entropy in bits", told(answers.joint_in_bits),
                "log2 counts bits; asked are nats, the natural logarithm.",
                credit=2.4),
        Mistake("the joint entropy in bits, and used",
                told(answers.joint_in_bits,
                     answers.conditional_from_bits),
                "Your joint entropy is in bits, H(Y) in nats: they can't be"
                " subtracted, and asked are nats.",
                credit=2.2),
        Mistake("the conditional entropy in bits",
                told(answers.conditional_in_bits),
                "log2 counts bits; asked are nats, the natural logarithm.",
                credit=2.2),
        Mistake("bits",
                told(answers.joint_in_bits, answers.conditional_in_bits),
                "log2 counts bits; asked are nats, the natural logarithm.",
                credit=1.8),
    ],
    variants=[
        Variant("chain rule", told()),
        Variant("a loop, column by column",
                told(answers.joint_by_loop, answers.conditional_by_columns)),
    ],
)

mutual_information = Exercise(
    reference=it.mutual_information,
    points=2,
    refuses=(
        "sklearn.feature_selection.mutual_info_classif",
        "sklearn.metrics.mutual_info_score",
    ),
    cases=lambda rng: [
        Case("by hand", call(PAIRS)),
        Case("a square table", call(table(rng, 3, 3)), core=True),
        Case("a 2 by 4 table", call(table(rng, 2, 4))),
        Case("a 4 by 2 table", call(table(rng, 4, 2))),
        Case("two fair coins: 0", call(np.full((2, 2), 0.25))),
        Case("independent: 0",
             call(np.outer(probabilities(rng, 3), probabilities(rng, 3)))),
        Case("some cells are 0", call(with_zeros(rng, 3, 3))),
        Case("a row and a column of 0",
             call(without_a_row_and_a_column(rng))),
        Case("Y tells all", call(np.diag(probabilities(rng, 3)))),
        Case("a single x", call(probabilities(rng, 1, 4))),
    ],
    mistakes=[
        Mistake("the code as it was", answers.information_as_given,
                "Naming the margins right is a start; but p_x * p_y"
                " multiplies two vectors entry by entry, which makes no table"
                " of all pairs. And cells of 0 become nan.",
                credit=0.4),
        Mistake("zeros mended only", answers.information_without_zeros,
                "Cells of 0 are right now. But p_x * p_y still multiplies two"
                " vectors entry by entry: give p_x the shape (m, 1) and p_y"
                " (1, n), so that the product is a table of all pairs.",
                credit=0.6),
        Mistake("a table is no row", answers.information_by_rows,
                "it.kl_divergence and it.entropy take each row for a"
                " distribution, and one that you hand over does not add up to"
                " 1. The table is one long list, p_xy.ravel(), and so is the"
                " product of its margins.",
                credit=1.2),
        Mistake("no axis", answers.information_without_axis,
                "it.kl_divergence sums along one axis, a whole number. The"
                " table is one long list: p_xy.ravel(), and so is the product"
                " of its margins.",
                credit=1.2),
        Mistake("0 log 0", answers.information_zero_cells,
                "The product of the margins is right. A cell of 0 adds"
                " nothing; in yours it becomes 0 * -inf = nan.",
                credit=1.4),
        Mistake("the turned table", answers.information_of_a_turned_table,
                "The product of the margins is turned round: entry (x, y) is"
                " p(x) p(y), where p(x) is the sum of row x, axis=1.",
                credit=1.0),
        Mistake("the turned table, and 0 log 0",
                answers.information_of_a_turned_table_bare,
                "The product of the margins is turned round: entry (x, y) is"
                " p(x) p(y), where p(x) is the sum of row x, axis=1. And cells"
                " of 0 become nan.",
                credit=0.6),
        Mistake("H(X) - H(Y | X)", answers.information_of_the_other,
                "From H(X) goes what is unknown of X when Y is seen: H(X | Y)."
                " Yours takes H(Y | X), which belongs to H(Y).",
                credit=1.0),
        Mistake("H(Y) - H(X | Y)", answers.information_of_the_other_column,
                "H(X | Y) is what is left of H(X), not of H(Y): entropies of"
                " different things don't subtract. H(X) - H(X | Y), or"
                " H(Y) - H(Y | X).",
                credit=1.0),
        Mistake("bits", answers.information_in_bits,
                "log2 counts bits; asked are nats, the natural logarithm.",
                credit=1.4),
        Mistake("a share of the entropy", answers.information_share,
                "You divide by the joint entropy, which makes it a number"
                " from 0 to 1. Asked is the information itself, in nats.",
                credit=1.2),
        Mistake("the divergence reversed", answers.information_reversed,
                "The table weighs, and stands first: KL(p_xy || p_x p_y)."
                " Yours is infinite where a cell is 0.",
                credit=0.8),
        Mistake("the sign", answers.information_joint_added,
                "H(X) + H(Y) counts what the two share twice; H(X, Y) is to"
                " be subtracted from it, not the other way round.",
                credit=1.0),
    ],
    variants=[
        Variant("three entropies", answers.information_by_entropies),
        Variant("what is left of H(X)", answers.information_by_what_is_left),
        Variant("cells above 0 only", answers.information_where_positive),
        Variant("nansum", answers.information_by_nansum),
    ],
)


def labelled(rng, n, kinds, values):
    """Labels, and a feature that tells something about them."""
    feature = rng.permutation(np.arange(n) % values)
    noise = rng.integers(kinds, size=n)
    told = rng.uniform(size=n) < 0.7
    labels = np.where(told, feature % kinds, noise)
    labels[:kinds] = np.arange(kinds)
    return labels, feature


def renamed(rng, *names):
    """Labels and a feature whose classes are called so."""
    labels, feature = labelled(rng, 20, len(names), 3)
    return np.array(names)[labels], feature * 5 - 3


def some_and_most(rng):
    """Of twelve rows, three have one value, and nine another."""
    labels = np.concatenate([np.zeros(3), rng.permutation(
        [0.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0])])
    return labels, np.repeat([1.0, 4.0], [3, 9])


information_gain = Exercise(
    reference=it.information_gain,
    points=2,
    refuses=(
        "sklearn.feature_selection.mutual_info_classif",
        "sklearn.metrics.mutual_info_score",
    ),
    cases=lambda rng: [
        Case("by hand",
             call(np.array([1, 1, 1, 1, 0, 0, 0, 0]),
                  np.array([7, 7, 3, 3, 3, 3, 3, 3])), core=True),
        Case("twelve rows", call(*some_and_most(rng))),
        Case("three labels, four values", call(*labelled(rng, 25, 3, 4))),
        Case("labels -1 and 1", call(*renamed(rng, -1, 1))),
        Case("labels 0.5, 2.5 and 7.0",
             call(*renamed(rng, 0.5, 2.5, 7.0))),
        Case("a feature that is always the same: 0",
             call(labelled(rng, 9, 2, 2)[0], np.full(9, 2))),
        Case("a feature that tells all",
             call(np.array([3, 1, 3, 1, 1]), np.array([0, 9, 0, 9, 5]))),
        Case("labels that are all alike: 0",
             call(np.full(6, 4), rng.permutation([0, 0, 1, 1, 2, 2]))),
        Case("one row: 0", call(np.array([2]), np.array([5]))),
    ],
    mistakes=[
        Mistake("children not weighted", answers.gain_unweighted,
                "A child of two rows counts as much as one of six in yours."
                " Weigh each by its share of the rows.",
                credit=1.2),
        Mistake("children not weighted, and bits",
                answers.gain_unweighted_in_bits,
                "A child of two rows counts as much as one of six in yours:"
                " weigh each by its share of the rows. And log2 counts bits;"
                " asked are nats.",
                credit=0.8),
        Mistake("children added up", answers.gain_children_added,
                "The entropies of the children are to be averaged, each with"
                " its share of the rows; their plain sum may exceed the"
                " entropy of all.",
                credit=1.0),
        Mistake("counts for weights", answers.gain_weighted_by_counts,
                "The children are weighted by how many rows they have. Divide"
                " by the number of all rows: the weights add up to 1.",
                credit=1.2),
        Mistake("nothing left", answers.gain_feature_in_its_own_parts,
                "You return the entropy of all labels, as if the split left"
                " nothing. Inside a part the feature is always the same, and"
                " its entropy 0: count labels[feature == v].",
                credit=1.0),
        Mistake("counts in place of shares", answers.gain_of_counts,
                "it.entropy takes shares that add up to 1: divide the counts"
                " by their sum, in each part by that of the part.",
                credit=1.2),
        Mistake("shares of all rows in the children",
                answers.gain_of_shares_of_all,
                "it.entropy takes shares that add up to 1: inside a part"
                " divide by the number of rows of the part, not of all.",
                credit=1.2),
        Mistake("entropy of the feature", answers.gain_of_the_feature,
                "What is to be told is the label: start from the entropy of"
                " the labels, not of the feature.",
                credit=1.0),
        Mistake("feature and labels exchanged in the children",
                answers.gain_feature_in_the_children,
                "The rows are split by the value of the feature, and the"
                " labels in each part are counted; yours does it the other"
                " way round.",
                credit=1.0),
        Mistake("gain ratio", answers.gain_ratio,
                "You divide by the entropy of the split: C4.5's gain ratio,"
                " which punishes features of many values. Asked is the gain"
                " itself.",
                credit=1.2),
        Mistake("gain ratio, 0/0", answers.gain_ratio_of_nothing,
                "You divide by the entropy of the split: C4.5's gain ratio."
                " Asked is the gain itself. And where there is no split, you"
                " divide by 0.",
                credit=1.2),
        Mistake("bits", answers.gain_in_bits,
                "log2 counts bits; asked are nats, the natural logarithm.",
                credit=1.4),
        Mistake("what is left", answers.gain_remainder,
                "That is the entropy that is left after the split. The gain"
                " is by how much it fell: subtract it from that of all"
                " labels.",
                credit=1.2),
        Mistake("the sign", answers.gain_negative,
                "The entropy before minus the entropy after: a gain is not"
                " negative.",
                credit=1.4),
        Mistake("Gini impurity", answers.gain_of_gini,
                "1 - sum p^2 is Gini's impurity, the default of"
                " scikit-learn's trees. Asked is entropy.",
                credit=1.0),
        Mistake("bincount", answers.gain_by_bincount,
                "np.bincount wants whole numbers from 0 on; labels may be -1"
                " or 0.5. np.unique(..., return_counts=True) takes any.",
                credit=1.6),
        Mistake("two branches", answers.gain_of_two_branches,
                "You split into one value and all others. There is a branch"
                " for each value of the feature: np.unique(feature).",
                credit=1.2),
        Mistake("labels 0 and 1 only", answers.gain_of_labels_0_and_1,
                "You count the ones. There may be more than two labels, with"
                " any names: np.unique(labels, return_counts=True).",
                credit=1.0),
    ],
    variants=[
        Variant("a loop", answers.gain_by_loop),
        Variant("mutual information of the table of shares",
                answers.gain_by_a_table),
    ],
)

jensen_shannon = Exercise(
    reference=it.jensen_shannon,
    points=2,
    refuses=("scipy.spatial.distance.jensenshannon",),
    cases=lambda rng: [
        Case("by hand, in nats", call([1.0, 0.0], [0.5, 0.5])),
        Case("by hand, in bits", call([1.0, 0.0], [0.5, 0.5], base=2)),
        Case("four classes",
             call(probabilities(rng, 4), probabilities(rng, 4)), core=True),
        Case("in units of log 10",
             call(probabilities(rng, 3), probabilities(rng, 3), base=10)),
        Case("nothing in common: log 2",
             call([0.25, 0.75, 0.0, 0.0], [0.0, 0.0, 0.5, 0.5])),
        Case("the same distribution twice: 0",
             call(*[probabilities(rng, 4)] * 2)),
        Case("p = q = 0", call([0.4, 0.0, 0.6], [0.7, 0.0, 0.3])),
        Case("row by row",
             call(probabilities(rng, 3, 4), probabilities(rng, 3, 4))),
        Case("one p for many rows of q",
             call(probabilities(rng, 3), probabilities(rng, 3, 3))),
        Case("a square batch, of columns: axis=0",
             call(probabilities(rng, 3, 3).T.copy(),
                  probabilities(rng, 3, 3).T.copy(), axis=0)),
    ],
    mistakes=[
        Mistake("no halves", answers.jsd_without_halves,
                "The mean of the two divergences is asked, not their sum: it"
                " is at most log 2, one bit.",
                credit=1.2),
        Mistake("the root", answers.jsd_root,
                "The root is a distance, and it is what SciPy's"
                " jensenshannon returns. Asked is the divergence itself.",
                credit=1.2),
        Mistake("one side only", answers.jsd_one_side,
                "That is p's divergence from the mixture. q's belongs to it,"
                " too, with the same weight 1/2.",
                credit=1.0),
        Mistake("only p's side halved", answers.jsd_half_of_p,
                "Only the first divergence is halved: the half belongs to"
                " both. Put brackets round their sum.",
                credit=1.2),
        Mistake("only q's side halved", answers.jsd_half_of_q,
                "Only the second divergence is halved: the half belongs to"
                " both. Put brackets round their sum.",
                credit=1.2),
        Mistake("no mixture", answers.jsd_without_a_mixture,
                "it.kl_divergence says no, because your m does not add up to"
                " 1. The mixture is half of the sum, (p + q)/2, with the"
                " brackets.",
                credit=1.0),
        Mistake("the sign", answers.jsd_negative,
                "The mixture is the more uncertain one: from its entropy the"
                " mean of the other two is taken away, not the other way"
                " round. A divergence is not negative.",
                credit=1.2),
        Mistake("cross-entropies", answers.jsd_of_cross_entropies,
                "That is the mean of the cross-entropies H(p, m) and H(q, m),"
                " which is not 0 for p = q. Take away what p and q cost"
                " themselves: it.kl_divergence does.",
                credit=0.8),
        Mistake("of each other", answers.jsd_of_each_other,
                "Those are the divergences of p and q from each other, which"
                " may be infinite. Both are measured from the mixture"
                " m = (p + q)/2.",
                credit=0.6),
        Mistake("0 log 0", answers.jsd_bare,
                "Where p = 0, p * log(p/m) becomes nan; its value is 0."
                " it.kl_divergence knows.",
                credit=1.2),
        Mistake("the sum for the mixture, by hand", answers.jsd_with_a_sum,
                "p + q adds up to 2: it is no distribution. The mixture is"
                " half of it.",
                credit=1.0),
        Mistake("from the middle", answers.jsd_from_the_middle,
                "m stands second: p and q are what happens, m is what is"
                " expected. The other way round it is infinite where p or q"
                " is 0.",
                credit=0.8),
        Mistake("always bits", answers.jsd_in_bits,
                "Nats are asked, unless base says something else.",
                credit=1.0),
        Mistake("bits by default", answers.jsd_in_bits_by_default,
                "Without base the natural logarithm is asked for: base=None"
                " means nats.",
                credit=1.2),
        Mistake("base ignored", answers.jsd_without_base,
                "base changes the unit. Hand it on to it.kl_divergence, or"
                " divide by log(base).",
                credit=1.4),
        Mistake("always the last axis", answers.jsd_along_the_last_axis,
                "axis says along which axis the probabilities add up to 1."
                " Hand it on to it.kl_divergence.",
                credit=1.4),
        Mistake("axis not handed on", answers.jsd_axis_not_handed_on,
                "it.kl_divergence says no: with axis=0 the columns add up to"
                " 1, and unless told it looks at the rows. Hand axis on.",
                credit=1.6),
        Mistake("everything added up", answers.jsd_of_everything,
                "Each pair of distributions has a divergence of its own: sum"
                " along axis only.",
                credit=1.0),
        Mistake("geometric mean", answers.jsd_with_geometric_mean,
                "The mixture is the arithmetic mean: half of the draws come"
                " from p, half from q. The geometric mean is 0 where one of"
                " the two is.",
                credit=0.8),
    ],
    variants=[
        Variant("three entropies", answers.jsd_by_entropies),
        Variant("xlogy", answers.jsd_by_xlogy),
    ],
)


# --- Gaussians, and a bound --------------------------------------------------


def covariance(rng, d):
    """A positive definite matrix, neither diagonal nor nearly singular."""
    A = rng.uniform(0.3, 1.0, (d, d)) / d
    return A @ A.T + np.diag(rng.uniform(0.3, 2.0, d))


def two_gaussians(rng, d):
    return (rng.normal(size=d), covariance(rng, d),
            rng.normal(size=d), covariance(rng, d))


def in_many_dimensions(rng, d):
    """Two Gaussians whose determinants no float holds."""
    first, second = rng.uniform(0.001, 0.005, (2, d))
    return (rng.normal(0.0, 0.05, d), np.diag(first),
            rng.normal(0.0, 0.05, d), np.diag(second))


gaussian_kl = Exercise(
    reference=it.gaussian_kl,
    points=3,
    refuses=(
        "torch.distributions.MultivariateNormal",
        "torch.distributions.kl_divergence",
    ),
    cases=lambda rng: [
        Case("by hand",
             call([1.0, 0.0], np.diag([2.0, 1.0]), [0.0, 2.0],
                  np.diag([1.0, 4.0])), core=True),
        Case("by hand, the other way round",
             call([0.0, 2.0], np.diag([1.0, 4.0]), [1.0, 0.0],
                  np.diag([2.0, 1.0]))),
        Case("three dimensions", call(*two_gaussians(rng, 3))),
        Case("five dimensions", call(*two_gaussians(rng, 5))),
        Case("one dimension", call(*two_gaussians(rng, 1))),
        Case("the same Gaussian twice: 0",
             call(*two_gaussians(rng, 3)[:2] * 2)),
        Case("the same covariance",
             call(rng.normal(size=3), *(lambda S: (
                 S, rng.normal(size=3), S))(covariance(rng, 3)))),
        Case("the same mean",
             call(*(lambda m: (m, covariance(rng, 3), m,
                               covariance(rng, 3)))(rng.normal(size=3)))),
        Case("150 dimensions, variances of thousandths",
             call(*in_many_dimensions(rng, 150)), compare=GIVEN_UP),
    ],
    mistakes=[
        Mistake("log-determinants exchanged",
                answers.gaussian_ratio_inverted,
                "log |cov1| comes with plus, log |cov0| with minus: a wider"
                " second Gaussian pays for its width.",
                credit=1.8),
        Mistake("d forgotten", answers.gaussian_without_d,
                "For two equal Gaussians the trace is d and all else 0:"
                " without -d a Gaussian would diverge from itself.",
                credit=1.8),
        Mistake("d added", answers.gaussian_d_added,
                "For two equal Gaussians the trace is d and all else 0: d is"
                " taken away, not added.",
                credit=1.8),
        Mistake("no log-determinants", answers.gaussian_without_log_det,
                "log |cov1| - log |cov0| is missing. np.linalg.slogdet returns"
                " a sign and the logarithm: [0] is the sign, which is 1 here,"
                " [1] the logarithm.",
                credit=1.8),
        Mistake("signs and logarithms", answers.gaussian_with_signs,
                "np.linalg.slogdet returns two numbers, the sign and the"
                " logarithm, and yours goes on with both. Take [1].",
                credit=2.0),
        Mistake("log-determinants not halved",
                answers.gaussian_log_det_outside,
                "The 1/2 belongs to all four terms, to the log-determinants"
                " too: their bracket is missing.",
                credit=2.0),
        Mistake("covariances squared", answers.gaussian_squared,
                "You square the covariances, as if standard deviations stood"
                " in them. They are variances already.",
                credit=1.5),
        Mistake("1 in place of d", answers.gaussian_minus_one,
                "-1 is right in one dimension. The trace of the identity is"
                " d, and d is what is to be taken away.",
                credit=2.0),
        Mistake("inverse of cov0", answers.gaussian_inverse_of_0,
                "It is the second Gaussian whose log-density is quadratic"
                " here: its inverse, cov1^-1, stands in the trace and between"
                " the differences of the means.",
                credit=1.5),
        Mistake("distance measured by cov0", answers.gaussian_distance_by_0,
                "How far the means are apart is measured by the second"
                " Gaussian: cov1^-1 between the differences.",
                credit=1.8),
        Mistake("trace turned round", answers.gaussian_trace_inverted,
                "The trace is that of cov1^-1 cov0. Yours is of"
                " cov0^-1 cov1.",
                credit=1.8),
        Mistake("arguments reversed", answers.gaussian_reversed,
                "The first Gaussian is the truth. The divergence is not"
                " symmetric: 1.4716 one way, 3.1534 the other.",
                credit=1.5),
        Mistake("no 1/2", answers.gaussian_without_half,
                "All four terms come from exponents and normalisers with 1/2"
                " in front: halve the sum.",
                credit=1.8),
        Mistake("determinants underflow", answers.gaussian_by_determinants,
                "A product of 150 small numbers is below 1e-324, and floats"
                " round it to 0, which has no logarithm. np.linalg.slogdet"
                " gives log |det| itself.",
                credit=2.4),
        Mistake("ratio, no logarithm", answers.gaussian_no_logarithm,
                "It is the logarithm of the determinants' ratio that is"
                " added.",
                credit=1.5),
        Mistake("diagonals only", answers.gaussian_diagonals,
                "You look at the variances only. Covariances count: the"
                " inverse of a matrix is not that of its diagonal.",
                credit=1.2),
        Mistake("a trace entry by entry",
                answers.gaussian_elementwise_trace,
                "inv(cov1) * cov0 multiplies entry by entry, which is right"
                " for diagonal matrices only. It is a matrix product: @.",
                credit=2.0),
        Mistake("plain distance", answers.gaussian_plain_distance,
                "Distances are measured in units of the second Gaussian's"
                " spread: delta^T cov1^-1 delta.",
                credit=1.5),
        Mistake("means forgotten", answers.gaussian_without_means,
                "Two Gaussians of one shape in different places do diverge:"
                " delta^T cov1^-1 delta is missing.",
                credit=1.2),
        Mistake("bits", answers.gaussian_in_bits,
                "You divide by log 2, which makes it bits; asked are nats.",
                credit=2.0),
    ],
    variants=[
        Variant("Cholesky", answers.gaussian_by_cholesky),
        Variant("eigenvalues", answers.gaussian_by_eigenvalues),
    ],
)


def scores(rng, n, height=2.0):
    """Scores in which the right partner tends to be ahead."""
    return rng.normal(size=(n, n)) + height * np.eye(n)


infonce_bound = Exercise(
    reference=it.infonce_bound,
    points=3,
    refuses=(
        "mathlib.machine_learning.cross_entropy_loss",
        "torch.nn.functional.cross_entropy",
    ),
    cases=lambda rng: [
        Case("by hand", call([[2.0, 0.0], [1.0, 1.0]]), core=True),
        Case("four pairs", call(scores(rng, 4))),
        Case("seven pairs", call(scores(rng, 7))),
        Case("scores that know nothing: 0", call(np.full((3, 3), 1.5))),
        Case("scores that are sure: nearly log N",
             call(scores(rng, 5, 20.0))),
        Case("scores that are sure, and wrong", call(scores(rng, 4, -6.0))),
        Case("scores in the thousands", call(3000 + scores(rng, 4)),
             compare=GIVEN_UP),
        Case("scores in the minus thousands", call(scores(rng, 4) - 3000),
             compare=GIVEN_UP),
        Case("each row on a level of its own",
             call(scores(rng, 3) + np.array([[0.0], [-3.0], [4.0]]))),
        Case("one pair: log 1", call([[rng.uniform(1, 2)]])),
    ],
    mistakes=[
        Mistake("negatives only", answers.infonce_negatives_only,
                "The right partner is one of the N candidates: s_ii belongs"
                " in the sum, too. Without it the estimate can exceed log N,"
                " and is no bound any more.",
                credit=1.8),
        Mistake("mean over the negatives",
                answers.infonce_mean_of_the_negatives,
                "You compare with the mean of the N - 1 others. The right"
                " partner belongs among the candidates; without it the"
                " estimate can exceed log N, and is no bound any more.",
                credit=1.8),
        Mistake("down the columns", answers.infonce_columns,
                "Row i holds the candidates of x_i: the sum runs along the"
                " row, over j, axis=1.",
                credit=2.0),
        Mistake("the largest of another row",
                answers.infonce_largest_of_another_row,
                "s.max(axis=1) has the shape (N,), and NumPy takes it from"
                " the columns: each score loses the largest of another row."
                " keepdims=True makes it a column.",
                credit=2.0),
        Mistake("the largest of each column",
                answers.infonce_largest_of_the_column,
                "You take the largest of each column away. The sum runs along"
                " the row, and only what is the same in a whole row cancels:"
                " s.max(axis=1, keepdims=True).",
                credit=2.0),
        Mistake("log N in bits", answers.infonce_log_n_in_bits,
                "np.log2(N) is in bits, the loss in nats: take np.log(N).",
                credit=2.2),
        Mistake("cut off at 0", answers.infonce_cut_off,
                "A bound below 0 proves nothing, and is returned all the"
                " same: it shows how bad the scores are, and max(0, ...) has"
                " no slope that could train them.",
                credit=2.7),
        Mistake("log N forgotten", answers.infonce_minus_the_loss,
                "Minus the loss is never positive, and mutual information"
                " never negative: log N minus the loss is the bound.",
                credit=2.0),
        Mistake("the loss", answers.infonce_loss,
                "That is the InfoNCE loss. The bound on mutual information is"
                " log N minus it.",
                credit=1.8),
        Mistake("log N plus the loss", answers.infonce_plus_the_loss,
                "The smaller the loss, the more is known: log N minus the"
                " loss.",
                credit=1.8),
        Mistake("sum for mean", answers.infonce_sum,
                "The loss is a mean over the N pairs; yours adds them up.",
                credit=1.8),
        Mistake("overflow", answers.infonce_overflow,
                "e^3000 is no float, and e^-3000 is rounded to 0. Stay with"
                " logarithms: fd.logsumexp takes the largest score away"
                " first.",
                credit=2.2),
        Mistake("bits", answers.infonce_in_bits,
                "You divide by log 2, which makes it bits; asked are nats.",
                credit=2.2),
        Mistake("both directions averaged", answers.infonce_both_ways,
                "Rows and columns, averaged: so CLIP trains. The bound that"
                " is asked for takes the rows.",
                credit=2.0),
        Mistake("one sum for the whole table",
                answers.infonce_the_whole_table,
                "Each x_i chooses among its own N candidates: one sum for"
                " each row, not one for the table.",
                credit=1.5),
        Mistake("log of the mean share",
                answers.infonce_log_of_the_mean_share,
                "The mean of the logarithms is asked, not the logarithm of"
                " the mean, which is larger (Jensen).",
                credit=1.8),
        Mistake("shares, no logarithm", answers.infonce_probabilities,
                "The softmax at the right partner is a probability; its"
                " logarithm is averaged.",
                credit=1.5),
        Mistake("a number for each row", answers.infonce_each_row,
                "Average over the N pairs: one number is asked.",
                credit=2.2),
        Mistake("all candidates in place of the right one",
                answers.infonce_all_scores,
                "Of each row only the score of the right partner counts, the"
                " one on the diagonal; yours averages over all.",
                credit=1.5),
    ],
    variants=[
        Variant("differences from the right score",
                answers.infonce_by_shift),
        Variant("a loop", answers.infonce_by_loop),
    ],
)


# --- codes -------------------------------------------------------------------


def known_by(compare, alike):
    """Compare text and mappings; two wrong ones that are alike are one."""

    def judged(expected, got, program):
        return compare(expected, got, program)

    def same(first, second, program):
        if alike(first, second, program):
            return None
        return values()(first, second, program)

    judged.same = same
    return judged


def begins_another(words):
    """Return a pair of words of which one begins the other, or None."""
    ordered = sorted(words)
    for word, following in zip(ordered[:-1], ordered[1:], strict=True):
        if following.startswith(word):
            return word, following
    return None


def mean_length(words, shares):
    return sum(shares[symbol] * len(words[symbol]) for symbol in shares)


def is_code(words):
    return isinstance(words, dict) and all(
        isinstance(word, str) for word in words.values()
    )


def is_list_of_pairs(words):
    return isinstance(words, list) and all(
        isinstance(pair, (list, tuple)) and len(pair) == 2
        and all(isinstance(part, str) for part in pair) for pair in words
    )


def shortest_code(expected, got, program):
    """Judge a code by its mean length and by whether it can be read."""
    (shares,) = program.args
    if not is_code(got) or got.keys() != expected.keys():
        return values()(expected, got, program)

    def wrong(message):
        return Difference("value", message, expected=expected, got=got)

    if not all(word and set(word) <= set("01") for word in got.values()):
        return wrong("a word is made of the characters 0 and 1, and not empty")
    pair = begins_another(got.values())
    if pair:
        return wrong(
            f"{pair[0]!r} begins {pair[1]!r}, so that a reader can't tell"
            " where a word ends"
        )
    right, yours = mean_length(expected, shares), mean_length(got, shares)
    if abs(yours - right) > 1e-9 * right:
        return wrong(
            f"your words have {yours:.6g} bits on average, the best code's"
            f" {right:.6g}; words may differ from these, that mean may not"
        )
    return None


def equally_good(first, second, program):
    """Whether two wrong codes are wrong by as much."""
    (shares,) = program.args
    if is_list_of_pairs(first) and is_list_of_pairs(second):
        first, second = dict(first), dict(second)
        if len(shares) == 1:
            return True
    return all(
        is_code(code) and code.keys() == shares.keys()
        for code in (first, second)
    ) and (
        bool(begins_another(first.values()))
        == bool(begins_another(second.values()))
        and np.isclose(mean_length(first, shares),
                       mean_length(second, shares), rtol=1e-9)
    )


CODES = known_by(shortest_code, equally_good)


def named(shares):
    """Shares of symbols called a, b, c, ..."""
    return {chr(ord("a") + i): float(p) for i, p in enumerate(shares)}


def powers_of_two(n):
    """1/2, 1/4, ... down to two of the last kind."""
    shares = 2.0 ** -np.arange(1.0, n)
    return np.append(shares, shares[-1])


def fibonacci(n):
    """Shares for which a Huffman code has the longest words."""
    numbers = [1, 1]
    while len(numbers) < n:
        numbers.append(numbers[-1] + numbers[-2])
    return np.array(numbers) / sum(numbers)


@functools.cache
def manual():
    """Python's own manual: all help topics, one after another."""
    from pydoc_data.topics import topics

    return " ".join(topics[name] for name in sorted(topics))


def piece(rng, length):
    """A piece of the manual with capitals, whose two ends differ."""
    while True:
        start = int(rng.integers(len(manual()) - length))
        text = manual()[start:start + length]
        if text[0].lower() != text[-1].lower() and text != text.lower():
            return text


def shares_of(text):
    return {c: text.count(c) / len(text) for c in sorted(set(text))}


huffman_code = Exercise(
    reference=it.huffman_code,
    points=4,
    compare=CODES,
    cases=lambda rng: [
        Case("by hand", call(named([0.1, 0.4, 0.2, 0.3])), core=True),
        Case("five symbols: a merged pair must wait",
             call(named([0.1, 0.35, 0.15, 0.2, 0.2]))),
        Case("six symbols", call(named(probabilities(rng, 6)))),
        Case("twenty symbols", call(named(probabilities(rng, 20)))),
        Case("two symbols", call(named(probabilities(rng, 2)))),
        Case("one symbol: the word 0", call({"x": 1.0})),
        Case("all equal", call(named(np.full(6, 1 / 6)))),
        Case("halves of halves",
             call(named(rng.permutation(powers_of_two(8))))),
        Case("Fibonacci's numbers",
             call(named(rng.permutation(fibonacci(12))))),
        Case("one frequent symbol, many rare ones",
             call(named(rng.permutation(
                 np.append(0.8, 0.2 * probabilities(rng, 9)))))),
        Case("the characters of a piece of the manual",
             call(shares_of(piece(rng, 1500)))),
    ],
    mistakes=[
        Mistake("the two largest merged", answers.huffman_two_largest,
                "Whoever is merged gets a longer word: that must be the two"
                " rarest. Yours gives the most frequent symbols the longest"
                " words.",
                credit=2.0),
        Mistake("merged node not put in order",
                answers.huffman_not_put_back_in_order,
                "You sort once and put merged nodes at the end. Their weight"
                " has its place among the others: a heap (or sorting anew"
                " each time) finds the two smallest of all.",
                credit=2.5),
        Mistake("never put in order", answers.huffman_in_order_given,
                "You merge the first two nodes, whatever they weigh. It must"
                " be the two rarest each time.",
                credit=1.5),
        Mistake("one long chain", answers.huffman_one_long_chain,
                "Yours hangs one symbol after another on one chain: 0, 10,"
                " 110, ... A merged node is as probable as its two parts"
                " together, p + q; others may be lighter, and those are then"
                " to be merged first.",
                credit=1.5),
        Mistake("the empty word", answers.huffman_empty_word,
                "With one symbol nothing is merged, and its word stays empty:"
                " of a text in it not even the length could be read. The"
                " contract asks for \"0\".",
                credit=3.6),
        Mistake("bits at the wrong end", answers.huffman_bits_at_the_end,
                "The last merger is the first branch a reader comes to: each"
                " merger puts its bit in FRONT of the words. The lengths are"
                " right, but your words begin one another.",
                credit=2.8),
        Mistake("equal weights", answers.huffman_heap_of_trees,
                "Where two weights are equal, the heap compares what comes"
                " next in the tuple, and a symbol and a pair don't compare."
                " Put a running number, or lists of symbols, behind the"
                " weight.",
                credit=2.8),
        Mistake("dicts in the heap", answers.huffman_heap_of_dicts,
                "Where two weights are equal, the heap compares what comes"
                " next in the tuple, and two dicts don't compare. Put a"
                " running number behind the weight, or lists of symbols.",
                credit=2.8),
        Mistake("words of one length", answers.huffman_fixed_length,
                "All words are equally long in yours, however frequent a"
                " symbol is. Frequent ones deserve short words.",
                credit=0.5),
        Mistake("-log2 p, rounded up", answers.huffman_shannon_lengths,
                "Those are the lengths of Shannon's code. They suffice for"
                " H + 1, but rounding each of them up wastes words: merge"
                " the two rarest instead.",
                credit=1.5),
        Mistake("halved from above", answers.huffman_fano,
                "That is Fano's code, which splits from above and is often"
                " right, but not always. Merging from below always is.",
                credit=2.0),
        Mistake("lengths, no words", answers.huffman_lengths,
                "You return the lengths. Asked are the words, text of the"
                " characters 0 and 1.",
                credit=2.5),
        Mistake("words in the wrong places", answers.huffman_words_by_rank,
                "The words are right, but given to the symbols in the order"
                " of the dict, not by how often they come.",
                credit=2.5),
        Mistake("pairs in place of a dict", answers.huffman_pairs,
                "You return a list of pairs. dict(...) of it is what is"
                " asked.",
                credit=3.5),
        Mistake("from word to symbol",
                answers.huffman_the_other_way_round,
                "That dict serves a reader: from word to symbol. Asked is"
                " the writer's, from symbol to word.",
                credit=3.2),
    ],
    variants=[
        Variant("sorted anew each time", answers.huffman_by_sorting),
        Variant("a tree, read afterwards", answers.huffman_by_tree),
    ],
)


def prices(text):
    """What a character costs under three descriptions of a text, in bits."""
    share = shares_of(text)
    words = it.huffman_code(share)
    kinds = {c: i for i, c in enumerate(share)}
    place = np.array([kinds[c] for c in text])
    pairs = np.zeros((len(kinds), len(kinds)))
    np.add.at(pairs, (place[1:], place[:-1]), 1 / (len(text) - 1))
    return (
        it.entropy(np.array(list(share.values())), base=2),
        mean_length(words, share),
        it.conditional_entropy(pairs) / np.log(2),
    )


def one_by_one(title, text, core=False):
    """A case for each of the three numbers."""
    def number(place):
        return script(f"bits_per_character(text)[{place}]", text=text)

    return [
        Case(f"{title}: entropy", number(0), core=core),
        Case(f"{title}: Huffman code", number(1)),
        Case(f"{title}: given the one before", number(2)),
    ]


# Everybody rounds to as many digits as they like.
ROUNDED = named_if(
    lambda first, second, program: np.allclose(first, second, 0, 1e-3)
)

bits_per_character = Exercise(
    reference=prices,
    points=3,
    compare=ROUNDED,
    cases=lambda rng: [
        *one_by_one("by hand, mississippi", "mississippi", core=True),
        *one_by_one("1000 characters of the manual", piece(rng, 1000)),
        Case("200 characters of the manual", call(piece(rng, 200))),
        Case("4000 characters of the manual", call(piece(rng, 4000))),
        Case("two characters", call("ab")),
        Case("one character, again and again", call("zzz")),
        Case("capitals, spaces and new lines",
             call("Aa aA\n" * int(rng.integers(2, 5)) + "Ab")),
    ],
    mistakes=[
        Mistake("nats", answers.text_in_nats,
                "The code words are made of bits, so the entropies are asked"
                " in bits, too: base=2.",
                credit=2.2),
        Mistake("nats, given the one before", answers.text_after_in_nats,
                "The third number is in nats (as it.conditional_entropy"
                " counts); all three are asked in bits.",
                credit=2.4),
        Mistake("nats, and all characters for those before",
                answers.text_in_nats_with_all_before,
                "The entropies are asked in bits: base=2. And the last"
                " character comes before none: the first of each pair is one"
                " of text[:-1].",
                credit=1.6),
        Mistake("Huffman code first", answers.text_huffman_first,
                "The entropy comes first, then the Huffman code, which can't"
                " be shorter.",
                credit=2.6),
        Mistake("all words alike", answers.text_words_unweighted,
                "You average over the words of the code. A text uses the"
                " short ones more often: weigh each length by the share of"
                " its character.",
                credit=2.0),
        Mistake("words in the order of other shares",
                answers.text_words_mixed_up,
                "Shares and words come in different orders in yours. The code"
                " is a dict: look up the word of each character.",
                credit=1.8),
        Mistake("bits of the whole text", answers.text_in_total,
                "Those are the bits of the whole text. Asked are bits a"
                " character.",
                credit=1.8),
        Mistake("Huffman's bits of the whole text",
                answers.text_huffman_in_total,
                "The second number is that of the whole text. Asked are bits"
                " a character, as with the others.",
                credit=2.2),
        Mistake("given the next", answers.text_given_the_next,
                "You subtract the entropy of the second of each pair. What is"
                " known is the one BEFORE: text[:-1].",
                credit=2.2),
        Mistake("all characters for those before",
                answers.text_with_all_characters_before,
                "The last character comes before none. There are n - 1 pairs,"
                " and the first of each is one of text[:-1].",
                credit=2.4),
        Mistake("entropy of the pairs", answers.text_of_pairs,
                "That is what both characters of a pair cost. The one before"
                " is known: subtract its entropy.",
                credit=2.0),
        Mistake("half of the pairs", answers.text_half_of_pairs,
                "Half of a pair's entropy is what a character costs if pairs"
                " are coded together. Here the one before is known: subtract"
                " its entropy.",
                credit=1.8),
        Mistake("pairs side by side", answers.text_of_pairs_side_by_side,
                "Every character but the first has one before it: the pairs"
                " overlap, zip(text, text[1:]).",
                credit=2.0),
        Mistake("conditional entropies not weighted",
                answers.text_after_unweighted,
                "You average the entropies after each character as if all"
                " came equally often. Weigh each by how often it does.",
                credit=2.0),
        Mistake("shares that don't add up to 1",
                answers.text_pairs_by_n_refused,
                "it.entropy says no: there is a list of shares that does not"
                " add up to 1. n characters make n - 1 pairs, so divide the"
                " counts of pairs by n - 1, or each list by its own sum.",
                credit=2.0),
        Mistake("n for n - 1", answers.text_pairs_by_n,
                "n characters make n - 1 pairs, and n - 1 characters come"
                " before another: divide both counts by n - 1.",
                credit=2.2),
        Mistake("n for n - 1, in the characters before",
                answers.text_before_by_n,
                "n - 1 characters come before another: divide their counts by"
                " n - 1, too.",
                credit=2.2),
        Mistake("n for n - 1, in the pairs", answers.text_only_pairs_by_n,
                "n characters make n - 1 pairs: divide their counts by n - 1.",
                credit=2.2),
        Mistake("a ring", answers.text_of_a_ring,
                "You let the first character follow the last one. A text is"
                " no ring: there are n - 1 pairs.",
                credit=2.2),
        Mistake("rounded", answers.text_rounded,
                "The numbers are right as far as they go, but you round them."
                " Return them as they are; round what you print.",
                credit=2.5),
        Mistake("rounded to six digits", answers.text_rounded_to_six,
                "The numbers are right as far as they go, but you round them."
                " Return them as they are; round what you print.",
                credit=2.6),
        Mistake("capitals lost", answers.text_in_small_letters,
                "A and a are two characters: don't change the text.",
                credit=2.2),
        Mistake("spaces and new lines lost", answers.text_without_white,
                "Spaces and new lines are characters, too, and the space is"
                " the most frequent of all: leave them in.",
                credit=2.2),
        Mistake("spaces lost", answers.text_without_spaces,
                "The space is a character, too, and the most frequent of all:"
                " leave it in.",
                credit=2.2),
        Mistake("new lines lost", answers.text_without_new_lines,
                "New lines are characters, too: leave them in.",
                credit=2.2),
        Mistake("new lines made spaces", answers.text_tidied,
                "You replace white space: new lines and double spaces become"
                " single spaces. They are characters of their own: don't"
                " change the text.",
                credit=2.2),
        Mistake("words", answers.text_of_words,
                "You count words. The characters are asked: a text is a"
                " sequence of them, Counter(text).",
                credit=1.0),
        Mistake("log of the number of kinds", answers.text_every_kind_alike,
                "That would be the entropy if all characters came equally"
                " often. Use their shares: it.entropy.",
                credit=1.0),
    ],
    variants=[
        Variant("after each character", answers.text_after_by_characters),
        Variant("a table of pairs", answers.text_by_table),
    ],
)


def model_of(named_model):
    return givens.build(named_model.name, *named_model.args)


@functools.lru_cache(maxsize=32)
def interval_of(symbols, model, weights):
    """The interval of the symbols: where it begins, and how wide it is."""
    conditional = givens.build(model, *weights)
    low, width = Fraction(0), Fraction(1)
    for i, symbol in enumerate(symbols):
        p = conditional(symbols[:i])
        low, width = low + width * sum(p[:symbol]), width * p[symbol]
    return low, width


def good_word(expected, got, program):
    """Accept every word of the right length that stays in the interval."""
    if not isinstance(got, str) or got == expected:
        return values()(expected, got, program)

    def wrong(message):
        return Difference("value", message, expected=expected, got=got)

    if not got or set(got) - set("01"):
        return wrong("a word is made of the characters 0 and 1")
    if len(got) != len(expected):
        return wrong(
            f"yours has {len(got)} bits, the right answer {len(expected)}"
        )
    symbols, model = program.args
    low, width = interval_of(symbols, model.name, model.args)
    start, step = Fraction(int(got, 2), 2 ** len(got)), 2 ** len(got)
    if low <= start and start + Fraction(1, step) <= low + width:
        return None
    return wrong(
        "not every number whose digits begin like this lies in the interval"
        " of these symbols (the word shown as right is one that does so)"
    )


def out_of_digits(first, second, program):
    """Long words that are right for as long as floats are."""
    return isinstance(first, str) and isinstance(second, str) and (
        min(len(first), len(second)) > 100 and first[:40] == second[:40]
    )


def out_of_symbols(first, second, program):
    """Long messages that are right for as long as floats are."""
    return len(first) == len(second) > 100 and np.array_equal(
        first[:15], second[:15]
    )


WORDS = known_by(good_word, out_of_digits)
MESSAGES = named_if(out_of_symbols)

TWO = given("memoryless", 3, 1)
# Weights of which the first is for the beginning, the others come after.
CHAIN = given("after_the_last", (2, 1, 3), ((5, 1, 1), (1, 2, 4), (3, 3, 1)))
# What comes next hangs on the symbol before; zeros can't come.
GAPS = given("memoryless", 0, 2, 0, 1, 1, 0)


def message(rng, length, *symbols):
    return tuple(int(s) for s in rng.choice(symbols, size=length))


def encoded(symbols, model):
    return call(symbols, model).on("arithmetic_encode")


def decoded(symbols, model, tail=""):
    """Read a word that stands for these symbols, and what follows it."""
    bits = it.arithmetic_encode(symbols, model_of(model)) + tail
    return call(bits, len(symbols), model).on("arithmetic_decode")


def rare_and_common(rng):
    """About one symbol in twenty is the rare one."""
    symbols = np.zeros(60, dtype=int)
    symbols[rng.choice(60, size=3, replace=False)] = 1
    return tuple(int(s) for s in symbols)


def said(*names):
    """Parts of a wrong answer by name; the rest of it is right."""
    parts = {
        "arithmetic_encode": answers.encode_with_both_ends,
        "arithmetic_decode": answers.decode_by_rescaling,
    }
    for answer in names:
        parts["arithmetic_" + answer.__name__.partition("_")[0]] = answer
    return parts


arithmetic_encode = Exercise(
    reference={
        "arithmetic_encode": it.arithmetic_encode,
        "arithmetic_decode": it.arithmetic_decode,
    },
    points=4,
    cases=lambda rng: [
        Case("by hand: 0, 0, 1", encoded((0, 0, 1), TWO), core=True,
             compare=WORDS),
        Case("by hand: 0111, and back", decoded((0, 0, 1), TWO)),
        Case("one symbol of three", encoded((1,), given("memoryless",
                                                        2, 1, 1)),
             compare=WORDS),
        Case("12 symbols of three, without memory",
             encoded(message(rng, 12, 0, 1, 2),
                     given("memoryless", 3, 2, 2)), compare=WORDS),
        Case("12 symbols, and back",
             decoded(message(rng, 12, 0, 1, 2),
                     given("memoryless", 3, 2, 2))),
        Case("15 symbols, each hangs on the one before",
             encoded(message(rng, 15, 0, 1, 2), CHAIN), compare=WORDS),
        Case("15 symbols, each hangs on the one before: back",
             decoded(message(rng, 15, 0, 1, 2), CHAIN)),
        Case("15 symbols, and a model that learns from them all",
             encoded((0, 2, *message(rng, 13, 0, 1, 2)),
                     given("laplace_rule", 3)), compare=WORDS),
        Case("15 symbols, and the model that learns: back",
             decoded((0, 2, *message(rng, 13, 0, 1, 2)),
                     given("laplace_rule", 3))),
        Case("60 symbols, three of them rare",
             encoded(rare_and_common(rng), given("memoryless", 19, 1)),
             compare=WORDS),
        Case("some symbols can't come",
             encoded(message(rng, 9, 1, 3, 4), GAPS), compare=WORDS),
        Case("some symbols can't come, and back",
             decoded((4, 1, 3, *message(rng, 6, 1, 3, 4)), GAPS)),
        Case("no symbols: one bit", encoded((), TWO), compare=WORDS),
        Case("no symbols, and back", call("0", 0, TWO)
             .on("arithmetic_decode")),
        Case("what is certain: one bit",
             encoded((0, 0, 0), given("memoryless", 1)), compare=WORDS),
        Case("other bits behind the word",
             decoded((0, 1, 0, 0, 1), TWO, "1111111")),
        Case("120 symbols",
             encoded(message(rng, 120, 0, 1, 2), CHAIN), compare=WORDS),
        Case("120 symbols, and back",
             decoded(message(rng, 120, 0, 1, 2), CHAIN), compare=MESSAGES),
    ],
    mistakes=[
        *half_written(2.0, "arithmetic_encode", "arithmetic_decode"),
        Mistake("narrowed by the probability",
                said(answers.encode_by_probability),
                "You move the lower end by the symbol's own probability. It"
                " moves by those of all symbols BEFORE it in the list,"
                " sum(p[:symbol]); its own gives the width.",
                credit=2.4),
        Mistake("past the symbol", said(answers.encode_past_the_symbol),
                "sum(p[:symbol + 1]) is where the symbol's part ends. It"
                " begins at sum(p[:symbol]).",
                credit=2.6),
        Mistake("upper end from the new lower end",
                said(answers.encode_ends_one_after_another),
                "Both ends are found from the OLD lower end. Yours has moved"
                " already when the upper one is computed: assign both at"
                " once, low, high = ..., ....",
                credit=2.8),
        Mistake("upper end from the new lower end, width too",
                said(answers.encode_with_the_new_width),
                "Both ends are found from the OLD ones. Yours has moved the"
                " lower end already when h - l is computed for the upper one:"
                " assign both at once, low, high = ..., .... With two symbols"
                " it makes no difference, with three it does.",
                credit=3.0),
        Mistake("width first", said(answers.encode_after_narrowing),
                "You narrow the width before you move the lower end. It moves"
                " by a part of the OLD width.",
                credit=2.8),
        Mistake("floats in the encoder", said(answers.encode_in_floats),
                "A float has 53 bits, and 120 symbols need three times as"
                " many: after some 50 bits yours are of no worth. Begin with"
                " Fraction(0) and Fraction(1), and stay exact.",
                credit=3.2),
        Mistake("floats in the encoder, until nothing is left",
                said(answers.encode_in_floats_by_both_ends),
                "A float has 53 bits: after some 30 symbols both ends of the"
                " interval are the same float, and 0 has no logarithm. Begin"
                " with Fraction(0) and Fraction(1), and stay exact.",
                credit=3.2),
        Mistake("floats, until nothing is left",
                said(answers.encode_in_floats_by_both_ends,
                     answers.decode_in_floats),
                "A float has 53 bits: after some 30 symbols both ends of the"
                " interval are the same float, and 0 has no logarithm. Begin"
                " with Fraction(0) and Fraction(1), and stay exact.",
                credit=2.8),
        Mistake("floats in the decoder", said(answers.decode_in_floats),
                "A float has 53 bits: after some 30 symbols yours can't tell"
                " the parts of the interval any more. Make the bits a"
                " Fraction, and stay exact.",
                credit=3.2),
        Mistake("floats",
                said(answers.encode_in_floats, answers.decode_in_floats),
                "A float has 53 bits, and 120 symbols need three times as"
                " many. Begin with Fraction(0) and Fraction(1), and stay"
                " exact.",
                credit=2.8),
        Mistake("bits rounded up for each symbol",
                said(answers.encode_rounded_up_each_time),
                "You round up the bits of each symbol, as a Huffman code"
                " must. Here only the whole is rounded: multiply the"
                " probabilities, and take -log2 of the product.",
                credit=2.8),
        Mistake("one bit short", said(answers.encode_one_bit_short),
                "A stretch of 2^-l as wide as the interval need not lie in"
                " it: it may stick out. One bit more, half the stretch, and"
                " one always fits.",
                credit=2.8),
        Mistake("one bit too many", said(answers.encode_one_bit_long),
                "It can be read, but one bit less is enough: l is -log2 P,"
                " rounded up, plus 1.",
                credit=3.0),
        Mistake("rounded down", said(answers.encode_rounded_down),
                "Rounded down, the number lies below the interval. Round up:"
                " math.ceil(low * 2**l).",
                credit=2.8),
        Mistake("leading zeros lost",
                said(answers.encode_without_leading_zeros),
                "The zeros in front are missing, and they are bits like any"
                " other. Fill up to l digits: f\"{k:0{l}b}\".",
                credit=3.0),
        Mistake("bin(k) as it is", said(answers.encode_with_0b),
                "bin(k) begins with \"0b\", which is for Python's readers, and"
                " leaves out the zeros in front, which are bits. l digits and"
                " nothing else: f\"{k:0{l}b}\".",
                credit=2.8),
        Mistake("a list of bits", said(answers.encode_to_list),
                "You return a list. Asked is one text of the characters 0 and"
                " 1: \"\".join(map(str, bits)).",
                credit=3.2),
        Mistake("encoder without prefix",
                said(answers.encode_without_prefix),
                "The model is asked anew for each symbol, with all symbols"
                " before it: conditional(symbols[:i]).",
                credit=2.4),
        Mistake("decoder without prefix",
                said(answers.decode_without_prefix),
                "The model is asked anew for each symbol, with all symbols"
                " read so far.",
                credit=2.6),
        Mistake("without prefix",
                said(answers.encode_without_prefix,
                     answers.decode_without_prefix),
                "The model is asked anew for each symbol, with all symbols"
                " before it. Yours takes it that what came before tells"
                " nothing.",
                credit=1.8),
        Mistake("the encoder peeks",
                said(answers.encode_with_the_symbol_itself),
                "symbols[:i + 1] holds the very symbol that is to be written;"
                " no reader knows it yet. The prefix ends before it:"
                " symbols[:i].",
                credit=2.4),
        Mistake("the decoder one symbol behind",
                said(answers.decode_one_symbol_behind),
                "You show the model all symbols read so far but the last:"
                " when the next one is looked for, that one is known, too.",
                credit=3.0),
        Mistake("one symbol too many",
                said(answers.decode_one_symbol_too_many),
                "You narrow the interval with the model's answer AFTER the"
                " symbol that was just read. The writer used the one before"
                " it.",
                credit=2.8),
        Mistake("only the last symbol, in the encoder",
                said(answers.encode_last_symbol_only),
                "You show the model the last symbol only. It may need all"
                " that came before: symbols[:i].",
                credit=3.0),
        Mistake("only the last symbol, in the decoder",
                said(answers.decode_last_symbol_only),
                "You show the model the last symbol only. It may need all"
                " that came before.",
                credit=3.2),
        Mistake("only the last symbol",
                said(answers.encode_last_symbol_only,
                     answers.decode_last_symbol_only),
                "You show the model the last symbol only. It may need all"
                " that came before.",
                credit=2.6),
        Mistake("the upper end included",
                said(answers.decode_end_included),
                "A number on the border of two parts belongs to the upper"
                " one: parts hold their lower end, not their upper one.",
                credit=3.2),
        Mistake("never narrowed", said(answers.decode_without_narrowing),
                "You look up every symbol in the whole interval from 0 to 1."
                " After each symbol the interval is that symbol's part.",
                credit=2.2),
        Mistake("text in place of symbols", said(answers.decode_to_text),
                "You return the digits of the symbols as text. Asked is the"
                " list of whole numbers, as they were written.",
                credit=3.0),
    ],
    variants=[
        Variant("both ends; the place rescaled", said()),
        Variant("from the middle; cumulative sums",
                said(answers.encode_from_the_middle,
                     answers.decode_by_cumulative_sums)),
    ],
)


# Mutants of the solutions that change nothing, with the reason.
_VALID = ("if not np.all(p >= 0)"
          " or np.any(np.abs(p.sum(axis=axis) - 1) > 1e-4):")
_BETWEEN = "the contract leaves open what lies between 1e-6 and 0.001"
_NO_WEIGHT = "p is 0 there, so that any finite number will do"
_EXACT = "whole numbers are exact, too"
_BEGIN = "low, width = Fraction(0), Fraction(1)"
_READ = "low, width, symbols = Fraction(0), Fraction(1), ()"
EQUIVALENT = {
    "entropy": {
        f"{_VALID} => if not np.all(p >= 0) or"
        " np.any((np.abs(p.sum(axis=axis) - 1) >= 0.0001)):": _BETWEEN,
        f"{_VALID} => if not np.all(p >= 0) or"
        " np.any(np.abs(p.sum(axis=axis) - 1) > 0.0002):": _BETWEEN,
        f"{_VALID} => if not np.all(p >= 0) or"
        " np.any(np.abs((1 - p.sum(axis=axis))) > 1e-4):":
            "the absolute value does not see the sign",
        "log_p = np.log(np.where(p > 0, p, 1.0)) =>"
        " log_p = np.log(np.where(p > 0, p, 2.0))": _NO_WEIGHT,
    },
    "cross_entropy": {
        "surprise = np.where(p > 0, -np.log(q), 0.0) =>"
        " surprise = np.where(p > 0, -np.log(q), 1.0)": _NO_WEIGHT,
    },
    "kl_divergence": {
        "log_ratio = np.where(p > 0, np.log(p) - np.log(q), 0.0) =>"
        " log_ratio = np.where(p > 0, np.log(p) - np.log(q), 1.0)":
            _NO_WEIGHT,
    },
    "gaussian_kl": {
        "delta = mean1 - mean0 => delta = (mean0 - mean1)":
            "it stands there twice, so that the sign cancels",
        "distance = delta @ np.linalg.solve(cov1, delta) =>"
        " distance = (np.linalg.solve(cov1, delta) @ delta)":
            "the dot product of two vectors does not mind their order",
    },
    "infonce_bound": {
        "log_share = np.diag(scores) - fd.logsumexp(scores, axis=1) =>"
        " log_share = np.diag(scores) - fd.logsumexp(scores)":
            "the last axis, the default, is axis 1",
    },
    "bits_per_character": {
        "pairs = zip(text, text[1:]) => pairs = zip(text[1:], text)":
            "the entropy of pairs does not mind which of the two is first",
    },
    "arithmetic_encode": {
        f"{_BEGIN} => low, width = 0, Fraction(1)": _EXACT,
        f"{_BEGIN} => low, width = Fraction(0), 1": _EXACT,
        "length = 1 => length = 0":
            "the interval is never wider than 1, so that 1 is reached anyway",
        f"{_READ} => low, width, symbols = 0, Fraction(1), ()": _EXACT,
        f"{_READ} => low, width, symbols = Fraction(0), 1, ()": _EXACT,
    },
}

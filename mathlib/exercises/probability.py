"""Exercises of chapter 06."""

import functools

import numpy as np

from mathlib import probability as pr
from mathlib.course.compare import TO_THE_LAST, named_if, values
from mathlib.exercise import (
    Case,
    Exercise,
    Mistake,
    Variant,
    Written,
    call,
    given,
    half_written,
)
from mathlib.exercises import _probability_answers as answers

# The largest number below 1 that a generator of random numbers returns.
ALMOST_ONE = 1 - 2.0**-53


def probabilities(rng, *shape):
    """Rows that add up to 1, with no entry near 0."""
    weights = rng.uniform(0.2, 1.0, shape)
    return weights / weights.sum(axis=-1, keepdims=True)


def covariances(rng, *shape):
    """Positive definite matrices, neither diagonal nor nearly singular."""
    *batch, n = shape
    A = rng.uniform(0.3, 1.0, (*batch, n, n)) / n
    return A @ np.swapaxes(A, -1, -2) + np.diag(rng.uniform(0.3, 2.0, n))


# --- Bayes -------------------------------------------------------------------


def many_data(rng, n, K):
    """Likelihoods that together underflow, and leave all in the balance."""
    level = rng.uniform(0.2, 0.6, (n, 1))
    return level * np.exp(rng.normal(size=(n, K)) / np.sqrt(n))


def ruled_out(n, K):
    """Ones, but for a 0: a datum that could not be under hypothesis 1."""
    return np.where(np.arange(n * K).reshape(n, K) == K + 1, 0.0, 1.0)


bayes_posterior = Exercise(
    reference=pr.bayes_posterior,
    points=2,
    cases=lambda rng: [
        Case("by hand: one test", call([0.01, 0.99], [0.9, 0.05]),
             core=True),
        Case("by hand: the same test twice",
             call([0.01, 0.99], [[0.9, 0.05], [0.9, 0.05]])),
        Case("four hypotheses",
             call(probabilities(rng, 4), rng.uniform(0.1, 1.0, 4)),
             core=True),
        Case("five data",
             call(probabilities(rng, 3), rng.uniform(0.1, 1.0, (5, 3)))),
        Case("as many data as hypotheses",
             call(probabilities(rng, 3), rng.uniform(0.1, 1.0, (3, 3)))),
        Case("one datum, as a row",
             call(probabilities(rng, 3), rng.uniform(0.1, 1.0, (1, 3)))),
        Case("no data: the prior",
             call(probabilities(rng, 3), np.zeros((0, 3)))),
        Case("what can't be, and what couldn't have happened",
             call([0.0, 0.5, 0.3, 0.2], [0.9, 0.0, 0.1, 0.4])),
        Case("2000 data",
             call(probabilities(rng, 3), many_data(rng, 2000, 3))),
        Case("1500 data, of two hypotheses",
             call(probabilities(rng, 2), many_data(rng, 1500, 2))),
        Case("3000 data, and a hypothesis that one of them rules out",
             call(probabilities(rng, 3),
                  many_data(rng, 3000, 3) * ruled_out(3000, 3))),
        Case("a datum that is unlikely under all hypotheses",
             call(probabilities(rng, 3),
                  1e-300 * rng.uniform(0.1, 1.0, 3))),
        Case("two such data",
             call(probabilities(rng, 3),
                  1e-200 * rng.uniform(0.1, 1.0, (2, 3)))),
    ],
    mistakes=[
        Mistake("not normalised", answers.posterior_unnormalised,
                "Prior times likelihood is the joint probability; for the"
                " test of the example 0.009 and 0.0495. Divide by their sum,"
                " the evidence, and they add up to 1.",
                credit=0.5),
        Mistake("normalised over the data", answers.posterior_over_the_data,
                "It is the hypotheses of which one must be true, so it is"
                " over them that the posterior adds up to 1. Yours divides"
                " each hypothesis's likelihoods by their sum over the data.",
                credit=0.3),
        Mistake("a posterior for each datum",
                answers.posterior_for_each_datum,
                "n data give one posterior, not n: what each of them says"
                " comes together in the product of the likelihoods, along"
                " the axis of the data.",
                credit=0.8),
        Mistake("everything normalised at once",
                answers.posterior_of_everything,
                "joint.sum() of an (n, K) table adds data and hypotheses"
                " alike. First bring the n rows together, by the product"
                " along the axis of the data; then K numbers are left to"
                " normalise.",
                credit=0.8),
        Mistake("one datum taken for many",
                answers.posterior_of_a_single_datum_lost,
                "Of a likelihood (K,) axis 0 is the axis of the hypotheses:"
                " their product is one number, which cancels, and the prior"
                " comes back. Make a row of it first: np.atleast_2d.",
                credit=1.0),
        Mistake("underflow", answers.posterior_that_underflows,
                "2000 factors below 1 multiply to less than 1e-308, which no"
                " float holds: all becomes 0/0. Add logarithms, and take the"
                " largest away before you exponentiate (as fd.softmax does).",
                credit=1.2),
        Mistake("log posterior", answers.posterior_in_logarithms,
                "These are the logarithms of the posterior. Asked are the"
                " probabilities themselves, which add up to 1: exponentiate"
                " at the end.",
                credit=1.2),
        Mistake("log joint", answers.posterior_as_log_joint,
                "Log prior plus log likelihoods is the logarithm of the joint"
                " probability. The softmax of that is the posterior.",
                credit=1.0),
        Mistake("prior left out", answers.posterior_without_prior,
                "Without the prior, a positive test makes 1 ill person in"
                " 100 ill with 95 %. Multiply by what was believed before.",
                credit=0.5),
        Mistake("prior counted for each datum",
                answers.posterior_with_prior_each_time,
                "The prior is what was believed before all data: it counts"
                " once, however many data there are. Only the likelihoods are"
                " multiplied.",
                credit=1.0),
        Mistake("likelihoods added", answers.posterior_of_added_likelihoods,
                "The probability of several independent data is the product"
                " of theirs, not the sum.",
                credit=0.5),
        Mistake("eps inside the logarithm", answers.posterior_with_eps,
                "log(p + 1e-12) drowns every likelihood below 1e-12: data"
                " that are unlikely under all hypotheses then say nothing."
                " log 0 = -inf does no harm here, because e^-inf = 0.",
                credit=1.4),
    ],
    variants=[
        Variant("logarithms throughout", answers.posterior_in_log_space),
        Variant("one datum after another", answers.posterior_one_by_one),
    ],
)


# --- Bernoulli and categorical -----------------------------------------------

# Someone who keeps away from log 0 does it by a distance of their own.
KEPT_FROM_ZERO = named_if(
    lambda first, second, program: all(
        np.all(np.isfinite(output)) and np.min(output) < -5
        for output in (first, second)
    )
)

bernoulli_log_pmf = Exercise(
    reference=pr.bernoulli_log_pmf,
    points=2,
    refuses=(
        "scipy.stats.bernoulli",
        "scipy.stats.bernoulli.logpmf",
        "scipy.stats.bernoulli.pmf",
        "torch.distributions.Bernoulli",
        "torch.nn.functional.binary_cross_entropy",
    ),
    cases=lambda rng: [
        Case("by hand", call([1.0, 0.0, 1.0], 0.25), core=True),
        Case("tosses of one coin",
             call(rng.permutation([0.0, 0.0, 1.0, 1.0, 1.0]),
                  float(rng.uniform(0.55, 0.9))), core=True),
        Case("a coin for each toss",
             call(rng.permutation([0, 1, 1]), rng.uniform(0.05, 0.45, 3))),
        Case("k of whole numbers, in two axes",
             call(rng.permutation([0, 1, 1, 0, 0, 1]).reshape(2, 3), 0.3)),
        Case("each toss under each coin",
             call(np.array([[0], [1]]), rng.uniform(0.1, 0.4, 3))),
        Case("what is certain", call([0.0, 1.0], [0.0, 1.0])),
        Case("what is impossible", call([1.0, 0.0], [0.0, 1.0]),
             compare=KEPT_FROM_ZERO),
        Case("p = 1e-20 and k = 0: -1e-20",
             call([0.0, 0.0, 1.0], [1e-20, 3e-18, 1e-20]),
             compare=TO_THE_LAST),
    ],
    mistakes=[
        Mistake("k and 1 - k swapped", answers.bernoulli_swapped,
                "p is the probability of a 1: for k = 1 the answer is log p,"
                " for k = 0 it is log(1 - p). Yours has them the other way"
                " round."),
        Mistake("0 log 0", answers.bernoulli_zero_times_log_zero,
                "For p = 0 and k = 0 the formula has the factor 0^0 = 1, but"
                " its logarithm 0 * log 0 is 0 * -inf = nan. Choose the one"
                " logarithm that is needed, with np.where. And 1 - 1e-20 is"
                " rounded to 1: use log1p(-p).",
                credit=1.0),
        Mistake("0 log 0, with log1p", answers.bernoulli_zero_times_log1p,
                "For p = 0 and k = 0 the formula has the factor 0^0 = 1, but"
                " its logarithm 0 * log 0 is 0 * -inf = nan. Choose the one"
                " logarithm that is needed, with np.where.",
                credit=1.2),
        Mistake("1 - p rounded to 1",
                answers.bernoulli_one_minus_p_rounded,
                "1 - 1e-20 is rounded to 1, so that its logarithm is 0, not"
                " -1e-20. log1p(-p) is log(1 - p) without that loss.",
                credit=1.6),
        Mistake("probability, no logarithm", answers.bernoulli_probability,
                "These are the probabilities themselves: 1/4, 3/4, 1/4. Asked"
                " are their natural logarithms.",
                credit=0.8),
        Mistake("p kept away from 0 and 1", answers.bernoulli_clipped,
                "Clipping p gives the impossible a small chance: log 1e-12 ="
                " -27.6 in place of -inf, and a p of 1e-20 is lost. Choose"
                " the one logarithm that is needed, and no clipping is.",
                credit=1.2),
        Mistake("one toss at a time", answers.bernoulli_of_one_toss,
                "`if k == 1` asks one question of a whole array, and Python"
                " refuses to answer. np.where(k == 1, a, b) asks it for every"
                " entry.",
                credit=0.8),
        Mistake("base 2", answers.bernoulli_base_two,
                "The logarithm to base 2 counts bits; asked is the natural"
                " one, np.log.",
                credit=1.0),
    ],
    variants=[
        Variant("xlogy and xlog1py", answers.bernoulli_by_xlogy),
        Variant("a loop", answers.bernoulli_by_loop),
    ],
)


def drawing(p, u, **size):
    """Sampling from p with a generator that returns u."""
    rng = given("scripted_rng", list(map(float, u)))
    return call(p, **size, rng=rng).on("sample_categorical")


def sampling(rng, p, **size):
    """Sampling from p with a real generator."""
    seed = given("rng", int(rng.integers(10_000)))
    return call(p, **size, rng=seed).on("sample_categorical")


def log_pmf(k, p):
    return call(k, p).on("categorical_log_pmf")


def told(*names):
    """Parts of a wrong answer by name; the rest of it is right."""
    parts = {
        "categorical_log_pmf": answers.categorical_by_take_along_axis,
        "sample_categorical": answers.sample_by_counting,
    }
    for answer in names:
        sampler = answer.__name__.startswith("sample")
        part = "sample_categorical" if sampler else "categorical_log_pmf"
        parts[part] = answer
    return parts


TENTHS = np.full(10, 0.1)

categorical_log_pmf = Exercise(
    reference={
        "categorical_log_pmf": pr.categorical_log_pmf,
        "sample_categorical": pr.sample_categorical,
    },
    points=3,
    refuses=(
        "numpy.random.Generator.choice",
        "numpy.random.Generator.multinomial",
        "torch.distributions.Categorical",
        "torch.multinomial",
    ),
    cases=lambda rng: [
        Case("by hand: two classes",
             log_pmf(np.array([2, 0]), [0.5, 0.25, 0.25]), core=True),
        Case("by hand: u = 0, 0.5, 0.9",
             drawing([0.5, 0.25, 0.25], [0.0, 0.5, 0.9], size=3)),
        Case("one class of four",
             log_pmf(int(rng.integers(4)), probabilities(rng, 4))),
        Case("classes in two axes",
             log_pmf(rng.integers(4, size=(2, 3)), probabilities(rng, 4))),
        Case("a distribution in each row",
             log_pmf(np.array([2, 0, 1, 2]), probabilities(rng, 4, 3))),
        Case("as many rows as classes",
             log_pmf(np.array([1, 2, 0]), probabilities(rng, 3, 3))),
        Case("a class of probability 0",
             log_pmf(np.array([0, 1, 2]), [0.0, 0.75, 0.25])),
        Case("40 draws from one distribution",
             sampling(rng, probabilities(rng, 4), size=40), core=True),
        Case("a single draw",
             drawing(probabilities(rng, 3), [rng.uniform()])),
        Case("size of two axes",
             sampling(rng, probabilities(rng, 5), size=(4, 10))),
        Case("one draw for each of 30 rows",
             sampling(rng, probabilities(rng, 30, 4))),
        Case("twenty draws for each of 4 rows",
             sampling(rng, probabilities(rng, 4, 4), size=20)),
        Case("size of two axes, for each of 3 rows",
             sampling(rng, probabilities(rng, 3, 4), size=(2, 5))),
        Case("u = 0, and classes of probability 0 in front",
             drawing([0.0, 0.0, 0.5, 0.5], [0.0, 0.25], size=2)),
        Case("u on a step, and a class of probability 0 behind it",
             drawing([0.25, 0.0, 0.75], [0.25, 0.125], size=2)),
        Case("u = 1 - 2^-53, and ten times 0.1",
             drawing(TENTHS, [ALMOST_ONE, 0.55], size=2)),
        Case("the same, and a class of probability 0 at the end",
             drawing(np.append(TENTHS, 0.0), [ALMOST_ONE, 0.55], size=2)),
        Case("the same in single precision, row by row",
             drawing(np.append(TENTHS, 0.0)[None].repeat(2, axis=0)
                     .astype(np.float32) * np.float32(1 - 1e-5),
                     [1 - 1e-6, 0.55])),
    ],
    mistakes=[
        *half_written(1.8, "categorical_log_pmf"),
        *half_written(0.8, "sample_categorical"),
        Mistake("probability, no logarithm",
                told(answers.categorical_probability),
                "categorical_log_pmf returns the probability itself; asked"
                " is its natural logarithm.",
                credit=1.2),
        Mistake("whole rows in place of one entry",
                told(answers.categorical_whole_rows),
                "In a batch p[k] picks rows, not classes: entry k_i of row i"
                " is asked. Give both places: p[np.arange(n), k].",
                credit=1.5),
        Mistake("every class in every row",
                told(answers.categorical_every_pair),
                "p[..., k] takes all classes of k from every row, an n x n"
                " table whose diagonal is the answer. Give both places:"
                " p[np.arange(n), k].",
                credit=1.5),
        Mistake("one distribution for all k forgotten",
                told(answers.categorical_of_a_batch_only),
                "np.take_along_axis wants a row of p for each k. With p of"
                " shape (K,) all k share one distribution: there p[k] is"
                " enough.",
                credit=1.8),
        Mistake("row and column exchanged",
                told(answers.categorical_along_the_batch),
                "Row i of p is the distribution of k_i: the row comes first,"
                " p[np.arange(n), k]. Yours takes row k_i and column i, which"
                " fits by chance in a square batch.",
                credit=1.2),
        Mistake("p taken for logits", told(answers.categorical_of_logits),
                "p holds probabilities already; a softmax of them is another"
                " distribution. Take the logarithm of the entry.",
                credit=1.2),
        Mistake("the wrong side of a step",
                told(answers.sample_on_the_wrong_side),
                "The class is the first whose cumulative sum is larger than"
                " u. Yours accepts one that is equal: with u = 0 it draws"
                " class 0 though p_0 = 0. np.searchsorted needs"
                " side=\"right\" (or count the sums <= u).",
                credit=2.0),
        Mistake("past the end", told(answers.sample_past_the_end),
                "Ten times 0.1 adds up to 0.9999999999999999, and u may be"
                " larger: then you return class 10 of the classes 0 to 9."
                " Divide the cumulative sums by the last of them.",
                credit=2.2),
        Mistake("argmax of nothing",
                told(answers.sample_argmax_of_nothing),
                "Ten times 0.1 adds up to 0.9999999999999999, and u may be"
                " larger: then no sum is larger than u, and argmax of nothing"
                " but False is 0, the first class. Divide the cumulative sums"
                " by the last of them.",
                credit=2.2),
        Mistake("the last class, whatever its probability",
                told(answers.sample_last_of_all),
                "Where u lies above the last sum (rounding!), you return the"
                " last class, even one of probability 0. Divide the"
                " cumulative sums by the last of them: then the first that"
                " reaches 1 has p > 0.",
                credit=2.4),
        Mistake("one number for all rows",
                told(answers.sample_one_number_for_all_rows),
                "Rows are drawn independently: each needs a u of its own."
                " With one for all, rows that are alike always agree.",
                credit=1.8),
        Mistake("summed down the columns",
                told(answers.sample_cumulative_down_the_columns),
                "Each row is a distribution, so the cumulative sums run along"
                " the last axis; yours run down the batch.",
                credit=1.5),
        Mistake("the most likely class", told(answers.sample_most_likely),
                "argmax always returns the same class. A draw returns class k"
                " in a share p_k of all cases; u decides.",
                credit=0.8),
        Mistake("rows before size", told(answers.sample_size_last),
                "For p of shape (n, K) the draws come first: the shape is"
                " (size, n), a row for each draw of the whole batch.",
                credit=2.0),
        Mistake("rows before size, and drawn so",
                told(answers.sample_rows_drawn_first),
                "The shape of the draws is size first, then the rows of p:"
                " (*size, n). Yours has the rows first, and u was drawn in"
                " that shape.",
                credit=2.0),
    ],
    variants=[
        Variant("counting", told()),
        Variant("loops", told(answers.categorical_by_loop,
                              answers.sample_by_loop)),
        Variant("searchsorted", told(answers.sample_by_searchsorted)),
    ],
)


# --- moments -----------------------------------------------------------------

# Near 1e9 squares are rounded to multiples of 128: a variance of about 1
# comes out as 0, as hundreds, or below zero.
SIX_DIGITS = values(rtol=1e-6)
CANCELLED = named_if(
    lambda first, second, program: all(
        np.all(~((output > 0.05) & (output < 9))) for output in
        (np.diagonal(np.atleast_2d(output)) for output in (first, second))
    ),
    # The contract's six digits: a running mean (Welford) keeps seven.
    SIX_DIGITS, SIX_DIGITS,
)


def far_from_zero(rng, *shape):
    """Data of variance 1 near 1e9."""
    return 1e9 + rng.normal(size=shape)


variance = Exercise(
    reference=pr.variance,
    points=2,
    refuses=(
        "numpy.cov",
        "numpy.nanstd",
        "numpy.nanvar",
        "numpy.ndarray.std",
        "numpy.ndarray.var",
        "numpy.std",
        "numpy.var",
        "statistics.pstdev",
        "statistics.pvariance",
        "statistics.stdev",
        "statistics.variance",
        "torch.Tensor.std",
        "torch.Tensor.var",
        "torch.std",
        "torch.var",
    ),
    cases=lambda rng: [
        Case("by hand", call([1.0, 2.0, 3.0, 6.0]), core=True),
        Case("by hand: ddof=1", call([1.0, 2.0, 3.0, 6.0], ddof=1)),
        Case("six numbers", call(rng.normal(2.0, 3.0, 6)), core=True),
        Case("whole numbers", call(rng.permutation([2, 3, 5, 7, 11]))),
        Case("all of a matrix", call(rng.normal(2.0, 3.0, (3, 4)))),
        Case("columns: axis=0", call(rng.normal(2.0, 3.0, (4, 3)), axis=0)),
        Case("rows: axis=-1, ddof=1",
             call(rng.normal(2.0, 3.0, (4, 3)), axis=-1, ddof=1)),
        Case("rows of a square matrix: axis=1",
             call(rng.normal(2.0, 3.0, (3, 3)), axis=1)),
        Case("a middle axis, ddof=2",
             call(rng.normal(2.0, 3.0, (2, 5, 3)), axis=1, ddof=2)),
        Case("equal numbers", call([0.7, 0.7, 0.7])),
        Case("variance 1 near 1e9", call(far_from_zero(rng, 100)),
             compare=CANCELLED),
        Case("the same, ddof=1", call(far_from_zero(rng, 7), ddof=1),
             compare=CANCELLED),
        Case("the same, columns: axis=0",
             call(far_from_zero(rng, 200, 3), axis=0), compare=CANCELLED),
        Case("the same, rows: axis=1",
             call(far_from_zero(rng, 2, 300), axis=1), compare=CANCELLED),
    ],
    mistakes=[
        Mistake("E[x^2] - E[x]^2", answers.variance_one_pass,
                "Right on paper. In floats near 1e9 the squares are near 1e18"
                " and rounded to multiples of 128, of which the difference,"
                " 1, keeps nothing; it may even be negative. Subtract the"
                " mean first, then square.",
                credit=1.2),
        Mistake("E[x^2] - E[x]^2, and ddof ignored",
                answers.variance_one_pass_without_ddof,
                "Right on paper for ddof=0. In floats near 1e9 the squares"
                " are rounded to multiples of 128, of which the difference"
                " keeps nothing: subtract the mean first, then square. And"
                " the sum is divided by N - ddof.",
                credit=0.8),
        Mistake("always N - 1", answers.variance_of_a_sample,
                "ddof is 0 unless said: then the sum is divided by N. N - 1"
                " belongs to ddof=1.",
                credit=1.0),
        Mistake("ddof ignored", answers.variance_of_the_population,
                "The sum of the squares is divided by N - ddof, not always by"
                " N.",
                credit=1.4),
        Mistake("axis ignored", answers.variance_of_everything,
                "With axis=0 each column has a variance of its own. Pass axis"
                " on to mean and sum, and count along it.",
                credit=1.0),
        Mistake("mean without keepdims",
                answers.variance_without_keepdims,
                "The means of 4 rows have the shape (4,), and do not go with"
                " a (4, 3); in a square matrix they go with the wrong axis."
                " Take the mean with keepdims=True.",
                credit=1.2),
        Mistake("one mean for all", answers.variance_about_the_grand_mean,
                "Each column deviates from its own mean, not from the mean of"
                " the whole array. Pass axis on to the mean, too.",
                credit=1.0),
        Mistake("divided by all entries", answers.variance_by_all_entries,
                "x.size counts the whole array. Along an axis only"
                " x.shape[axis] numbers were added.",
                credit=1.2),
        Mistake("corrected by all entries",
                answers.variance_corrected_by_all_entries,
                "The factor from N to N - ddof needs the N that was averaged"
                " over: along an axis x.shape[axis], not x.size, which counts"
                " the whole array.",
                credit=1.4),
        Mistake("divided by the rows", answers.variance_by_len,
                "len(x) counts the rows. Over all entries x.size numbers were"
                " added, along an axis x.shape[axis].",
                credit=1.4),
        Mistake("standard deviation", answers.variance_rooted,
                "The root of the variance is the standard deviation. Asked is"
                " the variance.",
                credit=0.8),
        Mistake("absolute deviations", answers.variance_of_absolute_deviations,
                "You add |x - mean|; the variance adds the squares.",
                credit=0.4),
        Mistake("mean not subtracted", answers.variance_not_centred,
                "That is E[x^2], the variance about 0. Subtract the mean"
                " first.",
                credit=0.4),
    ],
    variants=[
        Variant("Welford's one pass", answers.variance_by_welford),
        Variant("shifted data", answers.variance_of_shifted_data),
    ],
)


covariance_matrix = Exercise(
    reference=pr.covariance_matrix,
    points=2,
    refuses=(
        "numpy.corrcoef",
        "numpy.cov",
        "sklearn.covariance.EmpiricalCovariance",
        "sklearn.covariance.empirical_covariance",
        "torch.Tensor.cov",
        "torch.cov",
    ),
    cases=lambda rng: [
        Case("by hand", call([[1.0, 2.0], [3.0, 2.0], [5.0, 8.0]]),
             core=True),
        Case("by hand: ddof=1",
             call([[1.0, 2.0], [3.0, 2.0], [5.0, 8.0]], ddof=1)),
        Case("six samples of three variables",
             call(rng.normal(2.0, 3.0, (6, 3)) + [0.0, 5.0, -3.0]),
             core=True),
        Case("fewer samples than variables",
             call(rng.normal(1.0, 2.0, (3, 5)))),
        Case("as many samples as variables, ddof=1",
             call(rng.normal(1.0, 2.0, (4, 4)), ddof=1)),
        Case("one variable: shape (1, 1)",
             call(rng.normal(1.0, 2.0, (5, 1)))),
        Case("ddof=2", call(rng.normal(1.0, 2.0, (7, 2)), ddof=2)),
        Case("variance 1 near 1e9", call(far_from_zero(rng, 100, 2)),
             compare=CANCELLED),
    ],
    mistakes=[
        Mistake("rows as variables", answers.covariance_of_rows,
                "Rows are samples, columns are variables (np.cov has it the"
                " other way round): 6 samples of 3 variables have a 3 x 3"
                " covariance matrix, D^T D, not D D^T.",
                credit=0.8),
        Mistake("sample with sample", answers.covariance_of_samples,
                "D D^T multiplies each sample with each: (N, N). The"
                " covariances of the variables are D^T D, (d, d): the samples"
                " are what is summed away.",
                credit=1.0),
        Mistake("mean of each sample", answers.covariance_about_row_means,
                "axis=1 takes the mean of each sample, over its variables."
                " Each variable deviates from its own mean, down the column:"
                " X.mean(axis=0).",
                credit=0.8),
        Mistake("mean of each sample, without keepdims",
                answers.covariance_about_row_means_without_keepdims,
                "axis=1 takes the mean of each sample, N numbers that do not"
                " go with d columns. Each variable deviates from its own"
                " mean, d numbers: X.mean(axis=0).",
                credit=0.6),
        Mistake("not centred", answers.covariance_not_centred,
                "X^T X / N is the covariance only where every column has mean"
                " 0. Subtract the means first.",
                credit=0.8),
        Mistake("always N - 1", answers.covariance_of_a_sample,
                "ddof is 0 unless said: then the products are divided by N."
                " N - 1 belongs to ddof=1 (and is np.cov's habit).",
                credit=1.0),
        Mistake("ddof ignored", answers.covariance_of_the_population,
                "The sum of the products is divided by N - ddof, not always"
                " by N.",
                credit=1.4),
        Mistake("one mean for all", answers.covariance_about_the_grand_mean,
                "Each variable deviates from its own mean: X.mean(axis=0),"
                " not the mean of all numbers.",
                credit=0.8),
        Mistake("correlations", answers.covariance_scaled,
                "Divided by the standard deviations these are correlations,"
                " with ones on the diagonal. Asked are the covariances.",
                credit=0.8),
        Mistake("E[xy] - E[x]E[y]", answers.covariance_one_pass,
                "Right on paper; near 1e9 the products are rounded to"
                " multiples of 128, and nothing is left of a difference of 1."
                " Subtract the means first.",
                credit=1.2),
        Mistake("not divided", answers.covariance_as_a_sum,
                "A covariance is a mean: divide the sum of the products by"
                " N - ddof.",
                credit=0.8),
    ],
    variants=[
        Variant("einsum", answers.covariance_by_einsum),
        Variant("loops", answers.covariance_by_loop),
    ],
)


def far_and_near(rng):
    """Two correlated samples of variance about 1, one of them near 1e8."""
    a, b = rng.normal(size=(2, 50))
    return 1e8 + a, 0.6 * a + 0.8 * b


# What 0/0, or rounding/rounding, comes to; an honest 0 is another thing.
NO_ANSWER = named_if(
    lambda first, second, program: bool(first != 0) and bool(second != 0)
)

correlation = Exercise(
    reference=pr.correlation,
    points=2,
    refuses=(
        "numpy.corrcoef",
        "scipy.stats.linregress",
        "scipy.stats.pearsonr",
        "sklearn.feature_selection.r_regression",
        "statistics.correlation",
        "torch.Tensor.corrcoef",
        "torch.corrcoef",
    ),
    cases=lambda rng: [
        Case("by hand", call([1.0, 3.0, 5.0], [2.0, 2.0, 8.0]), core=True),
        Case("six pairs", call(*rng.normal(2.0, 1.0, (2, 6))), core=True),
        Case("x with itself: 1", call(*[rng.normal(size=4)] * 2)),
        Case("two pairs on a falling line", call([0.0, 1.0], [5.0, 2.0])),
        Case("no correlation", call([-1.0, 0.0, 1.0], [1.0, -2.0, 1.0])),
        Case("other units: x of 1e-6, y of 1e8",
             call(1e-6 * rng.normal(size=5), 1e8 * rng.normal(size=5))),
        Case("x near 1e8, of variance 1: it is not constant",
             call(*far_and_near(rng)), compare=NO_ANSWER),
        Case("y near 1e8, of variance 1: it is not constant",
             call(*far_and_near(rng)[::-1]), compare=NO_ANSWER),
        Case("ValueError: x is constant",
             call([2.0, 2.0, 2.0], rng.normal(size=3)), compare=NO_ANSWER),
        Case("ValueError: y is constant",
             call(rng.normal(size=3), [2.0, 2.0, 2.0]), compare=NO_ANSWER),
        Case("ValueError: 0.1, three times",
             call([0.1, 0.1, 0.1], [0.1, 0.1, 0.1]), compare=NO_ANSWER),
    ],
    mistakes=[
        Mistake("the code as it was", answers.correlation_as_given,
                "Two things are wrong with it: the covariance is divided by"
                " n - 1, the standard deviations by n, so that x is correlated"
                " with itself by more than 1; and for a constant it divides 0"
                " (or a rounding error) by 0."),
        Mistake("two ddofs", answers.correlation_with_two_ddofs,
                "The covariance is divided by n - 1, the standard deviations"
                " by n: x is correlated with itself by n/(n - 1), more than"
                " 1. Take the same ddof for all three; then it cancels.",
                credit=0.8),
        Mistake("two ddofs, and std compared with 0",
                answers.correlation_with_two_ddofs_std_compared,
                "The covariance is divided by n - 1, the standard deviations"
                " by n: take the same for all. And the std of 0.1, 0.1, 0.1"
                " is not 0 but 1e-17, because their mean is rounded: compare"
                " the entries.",
                credit=0.6),
        Mistake("constants accepted", answers.correlation_of_constants,
                "A constant varies with nothing: yours divides 0, or a"
                " rounding error, by 0. Raise ValueError.",
                credit=1.0),
        Mistake("std compared with 0", answers.correlation_std_compared,
                "The mean of 0.1, 0.1, 0.1 is rounded to 0.10000000000000002,"
                " so the std is 1e-17, not 0. Compare the entries with the"
                " first.",
                credit=1.6),
        Mistake("0 for a constant",
                answers.correlation_zero_for_constants,
                "0 would say that the two were seen to have nothing to do"
                " with one another. Of a constant nothing is known: raise"
                " ValueError.",
                credit=1.4),
        Mistake("raw sums", answers.correlation_of_raw_sums,
                "Near 1e8 squares are near 1e16, where floats are 2 apart: of"
                " a variance of 1 nothing is left in the difference of their"
                " sums. Subtract the means first, then multiply.",
                credit=1.4),
        Mistake("close is not constant", answers.correlation_if_not_close,
                "np.allclose and np.isclose forgive a hundred-thousandth of"
                " the size: near 1e8 that is 1000, and numbers of variance 1"
                " pass for equal. Compare with ==.",
                credit=1.4),
        Mistake("y not looked at", answers.correlation_y_unchecked,
                "You ask whether x is constant. y may be as well.",
                credit=1.5),
        Mistake("variances below the line",
                answers.correlation_by_variances,
                "The covariance is divided by the standard deviations; yours"
                " by their squares, and then the units do not cancel.",
                credit=0.6),
        Mistake("covariance", answers.correlation_covariance,
                "That is the covariance, which grows with the units. Divide"
                " it by both standard deviations.",
                credit=0.6),
        Mistake("clipped", answers.correlation_clipped,
                "Cutting off what exceeds 1 hides the symptom: all other"
                " values are still too large by n/(n - 1). Take the same ddof"
                " above and below the line.",
                credit=0.8),
    ],
    variants=[
        Variant("standard scores", answers.correlation_of_standard_scores),
        Variant("ddof=1 throughout",
                answers.correlation_with_ddof_one_throughout),
    ],
)


# --- Gaussians ---------------------------------------------------------------

gaussian_log_pdf = Exercise(
    reference=pr.gaussian_log_pdf,
    points=2,
    refuses=(
        "scipy.stats.norm",
        "scipy.stats.norm.logpdf",
        "scipy.stats.norm.pdf",
        "statistics.NormalDist",
        "torch.distributions.Normal",
        "torch.nn.functional.gaussian_nll_loss",
        "torch.nn.GaussianNLLLoss",
    ),
    cases=lambda rng: [
        Case("by hand", call(3.0, 1.0, 2.0), core=True),
        Case("several x",
             call(rng.normal(size=5), 0.5, float(rng.uniform(1.5, 3.0))),
             core=True),
        Case("a mean and a std for each",
             call(rng.normal(size=4), rng.normal(size=4),
                  rng.uniform(0.2, 0.8, 4))),
        Case("each x under each law",
             call(rng.normal(size=(3, 1)), rng.normal(size=4),
                  rng.uniform(1.2, 2.0, 4))),
        Case("40 standard deviations out", call([40.0, -40.0], 0.0, 1.0)),
        Case("a million standard deviations out",
             call([2e6, -3.0], 1.0, 2.0)),
        Case("a std of 1e-200", call([1.5e-200, 0.0], 0.0, 1e-200)),
    ],
    mistakes=[
        Mistake("variance for std", answers.gaussian_of_variance,
                "You divide by 2 std where 2 std^2 belongs: the third argument"
                " is the standard deviation, not the variance. For a std of 1"
                " the two are the same, which hides it.",
                credit=0.8),
        Mistake("logarithm of an underflowed density",
                answers.gaussian_log_of_density,
                "e^-800 is no float: 40 standard deviations out the density"
                " is rounded to 0, and its logarithm is -inf in place of"
                " -800.9. Take the logarithm on paper; then no exponential is"
                " left.",
                credit=1.0),
        Mistake("density, no logarithm", answers.gaussian_density,
                "That is the density itself. Asked is its logarithm.",
                credit=0.8),
        Mistake("2 pi left out", answers.gaussian_without_two_pi,
                "Without the term log(2 pi)/2 = 0.919 the density does not"
                " integrate to 1.",
                credit=1.2),
        Mistake("a whole log 2 pi", answers.gaussian_with_whole_two_pi,
                "In the density 2 pi stands under a root; its logarithm"
                " counts half.",
                credit=1.2),
        Mistake("log std left out", answers.gaussian_without_log_std,
                "A narrow bell is high: the density is divided by std, so its"
                " logarithm loses log std.",
                credit=0.8),
        Mistake("half a log std", answers.gaussian_with_half_log_std,
                "1/2 log belongs to the variance: log std = 1/2 log std^2."
                " Of the standard deviation it is the whole logarithm.",
                credit=1.0),
        Mistake("1/2 left out", answers.gaussian_without_half,
                "The exponent is -z^2/2, with z = (x - mean)/std; yours is"
                " -z^2, a bell narrower by the root of 2.",
                credit=1.0),
        Mistake("std squared underflows", answers.gaussian_by_squared_std,
                "(1e-200)^2 is rounded to 0. Divide first,"
                " z = (x - mean)/std, then square.",
                credit=1.6),
    ],
    variants=[
        Variant("one line", answers.gaussian_in_one_line),
        Variant("a loop", answers.gaussian_by_math),
    ],
)


def needle(rng):
    """An ellipsoid 3 million times as long as thick, and points far along it.

    Cholesky, solve and eigenvectors keep nine digits of these, an inverse
    four at most.
    """
    Q = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    cov = Q * [1.0, 1e-13, 1e-13, 1e-13, 1e-13] @ Q.T
    far = 3000 * rng.uniform(0.5, 1.5, (4, 1))
    return far * Q[:, 0], np.zeros(5), (cov + cov.T) / 2


def both_inexact(first, second, program):
    """Both are right but for the last digits, which rounding decides."""
    right = pr.multivariate_gaussian_log_pdf(*program.args)
    return all(
        1e-6 < np.max(np.abs(output / right - 1)) < 0.1
        for output in (first, second)
    )


multivariate_gaussian_log_pdf = Exercise(
    reference=pr.multivariate_gaussian_log_pdf,
    points=3,
    refuses=(
        "scipy.stats.multivariate_normal",
        "scipy.stats.multivariate_normal.logpdf",
        "scipy.stats.multivariate_normal.pdf",
        "torch.distributions.MultivariateNormal",
    ),
    cases=lambda rng: [
        Case("by hand", call([2.0, 3.0], [0.0, 0.0],
                             [[4.0, 0.0], [0.0, 9.0]]), core=True),
        Case("one point in three dimensions",
             call(rng.normal(size=3), rng.normal(size=3),
                  covariances(rng, 3))),
        Case("one dimension", call([1.3], [0.5], [[0.49]])),
        Case("a batch of rows",
             call(rng.normal(size=(5, 2)), rng.normal(size=2),
                  covariances(rng, 2))),
        Case("a square batch",
             call(rng.normal(size=(3, 3)), rng.normal(size=3),
                  covariances(rng, 3))),
        Case("a batch of one row",
             call(rng.normal(size=(1, 3)), rng.normal(size=3),
                  covariances(rng, 3))),
        Case("400 dimensions: a determinant of 1e-800",
             call(rng.normal(size=(2, 400)) / 10, np.zeros(400),
                  np.eye(400) / 100)),
        Case("a needle: 3 million times as long as thick",
             call(*needle(rng)), compare=named_if(both_inexact)),
    ],
    mistakes=[
        Mistake("norm for determinant", answers.multivariate_by_norm,
                "The bars around Sigma are its determinant, the squared"
                " volume of the ellipsoid, not a norm: with the norm, the"
                " density of diag(4, 9) integrates to 1.9.",
                credit=1.2),
        Mistake("one 2 pi for all dimensions",
                answers.multivariate_with_one_two_pi,
                "Each dimension brings its own root of 2 pi: (2 pi)^(n/2), so"
                " the logarithm has n/2 log(2 pi).",
                credit=1.5),
        Mistake("an axis too many", answers.multivariate_of_a_batch_always,
                "For one point (n,) the answer is a number without axes;"
                " yours makes a batch of it and returns (1,). Sum z^2 over"
                " the axis that has n entries, and one point needs no other"
                " treatment than a batch.",
                credit=2.2),
        Mistake("the wrong triangle",
                answers.multivariate_by_the_upper_triangle,
                "Sigma = L L^T, so z = L^-1 (x - mean): solve with L itself."
                " With L^T the quadratic form is that of L^T L, another"
                " matrix.",
                credit=1.8),
        Mistake("multiplied for solved",
                answers.multivariate_bent_once_more,
                "x = mean + L z is the way out. To come back, from x to z,"
                " undo it: np.linalg.solve(L, ...) in place of L @ ....",
                credit=1.5),
        Mistake("every point with every other",
                answers.multivariate_with_all_pairs,
                "For a batch of N rows (X S^-1) X^T is an N x N table; only"
                " its diagonal is asked. Multiply entry by entry, and sum"
                " along the last axis.",
                credit=1.5),
        Mistake("one point, no batch", answers.multivariate_of_one_point,
                "d @ S^-1 @ d is right for one point. The rows of a batch"
                " need one product each: multiply (d S^-1) with d entry by"
                " entry, and sum along the last axis. (Better still, solve"
                " with the Cholesky factor.) And add logarithms in place of"
                " multiplying 400 variances.",
                credit=1.2),
        Mistake("the batch added up",
                answers.multivariate_with_the_batch_added,
                "You sum the squares of all rows together; each point has its"
                " own. Sum along the last axis only.",
                credit=1.5),
        Mistake("inverse", answers.multivariate_by_inverse,
                "The inverse of an ill-conditioned Sigma has lost its digits"
                " before it meets the data: along a needle 3 million times"
                " as long as thick four are left. Solve L z = x - mean with"
                " Sigma = L L^T; it is z.z.",
                credit=2.2),
        Mistake("determinant underflows",
                answers.multivariate_log_of_determinant,
                "The determinant of 400 variances of 0.01 is 1e-800, which no"
                " float holds: its logarithm comes out -inf. Add logarithms"
                " instead: 2 sum log L_ii, or np.linalg.slogdet.",
                credit=2.2),
        Mistake("inverse, and determinant underflows",
                answers.multivariate_by_inverse_and_determinant,
                "Right where all is well-conditioned and small. In 400"
                " dimensions the determinant underflows: use np.linalg."
                "slogdet. And an inverse of an ill-conditioned Sigma loses"
                " its digits: solve, or use Cholesky.",
                credit=1.8),
        Mistake("2 pi to the power of 400",
                answers.multivariate_with_a_power_of_two_pi,
                "(2 pi)^400 and the determinant of a large matrix are no"
                " floats. Take the logarithm of each factor on paper:"
                " n log(2 pi) + log det, the latter by np.linalg.slogdet.",
                credit=2.2),
        Mistake("no root of the determinant",
                answers.multivariate_without_root,
                "The density is divided by the root of the determinant: its"
                " logarithm loses one half log det.",
                credit=1.8),
        Mistake("Cholesky's diagonal counted once",
                answers.multivariate_with_half_a_determinant,
                "det Sigma = (det L)^2, so log det Sigma is twice the sum of"
                " the logarithms of L's diagonal. Half of that, the root, is"
                " the sum itself.",
                credit=2.0),
        Mistake("1/2 left out", answers.multivariate_without_half,
                "The exponent is minus one half of the quadratic form.",
                credit=1.8),
        Mistake("density, no logarithm", answers.multivariate_density,
                "That is the density itself; asked is its logarithm.",
                credit=1.2),
        Mistake("variances only", answers.multivariate_of_the_variances,
                "You use the diagonal of Sigma alone: that is a Gaussian"
                " without correlations, whose ellipses lie along the axes.",
                credit=1.0),
        Mistake("cov taken for its root",
                answers.multivariate_of_squared_cov,
                "You solve Sigma z = x - mean and take z.z, which divides by"
                " Sigma twice. Use a root of it, L with L L^T = Sigma, or"
                " multiply x - mean with one solution.",
                credit=1.2),
    ],
    variants=[
        Variant("solve and slogdet", answers.multivariate_by_solve),
        Variant("eigenvectors", answers.multivariate_by_eigenvectors),
        Variant("a loop", answers.multivariate_by_loop),
    ],
)


# --- capstone ----------------------------------------------------------------


def gaussian_bayes(X_train, y_train, X_test):
    """The posterior of each class: one Gaussian a class, and Bayes."""
    return answers.classifier_by_logsumexp(X_train, y_train, X_test)


@functools.cache
def iris():
    """Iris: four measures of 150 flowers, and their kinds."""
    from sklearn.datasets import load_iris

    return load_iris(return_X_y=True)


def flowers(rng, known, unknown=20):
    """So many flowers of each kind to learn from, and others to read."""
    X, y = iris()
    places = [rng.permutation(np.flatnonzero(y == k)) for k in range(3)]
    train = np.concatenate(
        [row[:n] for row, n in zip(places, known, strict=True)]
    )
    rest = np.concatenate(
        [row[n:] for row, n in zip(places, known, strict=True)]
    )
    train = rng.permutation(train)
    return X[train], y[train], X[rng.permutation(rest)[:unknown]]


def measures(data, columns):
    """The same flowers with some of their measures only."""
    X_train, y_train, X_test = data
    return X_train[:, columns], y_train, X_test[:, columns]


def far_flowers(rng):
    """Flowers larger than any by half a metre."""
    X_train, y_train, X_test = flowers(rng, (30, 30, 30), 5)
    return X_train, y_train, X_test + 50.0


# Of what is 1e-200, eleven digits can't be had: logs near -500 are rounded.
POSTERIOR = values(rtol=1e-6, atol=1e-9)

gaussian_classifier = Exercise(
    reference=gaussian_bayes,
    points=3,
    compare=POSTERIOR,
    refuses=(
        "sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis",
        "sklearn.naive_bayes.GaussianNB",
    ),
    cases=lambda rng: [
        Case("by hand",
             call([[-1.0], [1.0], [3.0], [5.0]], np.array([0, 0, 1, 1]),
                  [[2.0], [3.0], [1.5]])),
        Case("two measures of the petal",
             call(*measures(flowers(rng, (30, 30, 30)), [2, 3])), core=True),
        Case("two measures of the sepal, which tell less",
             call(*measures(flowers(rng, (30, 30, 30), 40), [0, 1])),
             core=True),
        Case("all four measures", call(*flowers(rng, (30, 30, 30), 60))),
        Case("kinds of unequal number",
             call(*measures(flowers(rng, (10, 40, 20), 30), [0, 1]))),
        Case("two kinds",
             call(*measures(flowers(rng, (25, 15, 0)), [0, 1]))),
        Case("a single flower",
             call(*measures(flowers(rng, (30, 20, 30), 1), [1, 2]))),
        Case("flowers far from all others", call(*far_flowers(rng))),
    ],
    mistakes=[
        Mistake("prior left out", answers.classifier_without_prior,
                "Without the prior all classes count the same, also the one"
                " of which there are 10 flowers beside one of 40. Add the"
                " logarithm of the class's share.",
                credit=2.0),
        Mistake("prior without its logarithm",
                answers.classifier_with_prior_as_it_is,
                "The share itself is added to a log density. Among logarithms"
                " the factor becomes the summand log(share).",
                credit=1.8),
        Mistake("prior left out, and ddof=1",
                answers.classifier_without_prior_with_ddof,
                "Two things: the logarithm of the class's share is missing,"
                " and the covariance is divided by one less than the number"
                " of rows (the contract says ddof=0).",
                credit=1.6),
        Mistake("np.cov of one feature has no axes",
                answers.classifier_by_np_cov,
                "For one feature np.cov returns a number without axes, and"
                " the log density wants a (1, 1) matrix. Take"
                " pr.covariance_matrix, or np.atleast_2d of np.cov.",
                credit=2.4),
        Mistake("np.cov as it comes", answers.classifier_by_np_cov_ddof,
                "np.cov divides by one less than the number of rows, if not"
                " told ddof=0; and for one feature it returns a number"
                " without axes. pr.covariance_matrix does neither.",
                credit=2.0),
        Mistake("one covariance, pooled",
                answers.classifier_with_pooled_covariance,
                "All classes share one covariance matrix here (that is linear"
                " discriminant analysis: straight borders). Each class has a"
                " shape of its own: estimate it from its own rows.",
                credit=1.5),
        Mistake("one covariance, of all the data",
                answers.classifier_with_one_covariance,
                "The covariance of all flowers together also holds what lies"
                " between the classes. Estimate each class's from its own"
                " rows.",
                credit=1.2),
        Mistake("ddof=1", answers.classifier_with_ddof,
                "The contract divides by the number of the class's rows"
                " (ddof=0); yours by one less.",
                credit=2.4),
        Mistake("ddof=1, and densities underflow",
                answers.classifier_with_ddof_that_underflows,
                "The contract divides by the number of the class's rows"
                " (np.cov by one less, if not told ddof=0). And far from all"
                " classes every density is rounded to 0: keep logarithms, and"
                " leave the exponential to fd.softmax.",
                credit=1.8),
        Mistake("measures taken as independent",
                answers.classifier_of_independent_measures,
                "You keep the variances and drop the covariances (that is"
                " naive Bayes). Long petals are broad petals: use the whole"
                " matrix.",
                credit=1.5),
        Mistake("always three kinds", answers.classifier_of_three_kinds,
                "How many classes there are, y_train says:"
                " y_train.max() + 1. Yours looks for a third where there are"
                " two.",
                credit=2.0),
        Mistake("densities underflow", answers.classifier_that_underflows,
                "Far from all classes every density is rounded to 0, and the"
                " posterior is 0/0. Keep logarithms and take the largest away"
                " before you exponentiate, as fd.softmax does.",
                credit=2.2),
        Mistake("labels", answers.classifier_labels,
                "You return the winner; asked is how sure we are: the"
                " posterior probability of each class.",
                credit=1.0),
        Mistake("not normalised", answers.classifier_unnormalised,
                "Prior times density is the joint density. Divide by its sum"
                " over the classes.",
                credit=1.5),
        Mistake("normalised over the flowers",
                answers.classifier_over_the_flowers,
                "Each flower belongs to one of the classes, so each row adds"
                " up to 1; yours adds up to 1 over the flowers.",
                credit=1.5),
    ],
    variants=[
        Variant("a class after another", answers.classifier_by_logsumexp),
        Variant("a flower after another",
                answers.classifier_flower_by_flower),
    ],
)


# --- densities of densities --------------------------------------------------


def affine(rng, d, sign):
    """inverse and jacobian of x -> A x + b, with a determinant of a sign."""
    A = rng.normal(size=(d, d)) + 2 * np.eye(d)
    if np.sign(np.linalg.det(A)) != sign:
        A[0] = -A[0]
    return (given("affine_inverse", A, rng.normal(size=d)),
            given("affine_jacobian", A))


NORMAL = given("standard_gaussian")
EXPONENTIAL = given("logarithm"), given("exponential_jacobian")

change_of_variables_log_density = Exercise(
    reference=pr.change_of_variables_log_density,
    points=2,
    refuses=("torch.distributions.TransformedDistribution",),
    cases=lambda rng: [
        Case("by hand: 2x + 1",
             call(NORMAL, given("affine_inverse", np.array([[2.0]]), 1.0),
                  given("affine_jacobian", np.array([[2.0]])), [3.0]),
             core=True),
        Case("a matrix", call(NORMAL, *affine(rng, 3, 1),
                              rng.normal(size=3)), core=True),
        Case("a reflection: a negative determinant",
             call(NORMAL, *affine(rng, 3, -1), rng.normal(size=3))),
        Case("e^x, entry by entry",
             call(NORMAL, *EXPONENTIAL, rng.uniform(2.0, 4.0, 3))),
        Case("a batch of rows",
             call(NORMAL, *EXPONENTIAL, rng.uniform(2.0, 4.0, (4, 3)))),
        Case("a batch, and a matrix",
             call(NORMAL, *affine(rng, 2, 1), rng.normal(size=(5, 2)))),
        Case("three axes",
             call(NORMAL, *affine(rng, 3, -1), rng.normal(size=(2, 4, 3)))),
        Case("400 dimensions: a determinant of 1e-400",
             call(NORMAL, given("stretch_inverse", 0.1),
                  given("stretch_jacobian", 0.1),
                  0.1 * rng.normal(size=400))),
    ],
    mistakes=[
        Mistake("plus for minus", answers.change_with_plus,
                "Where f stretches, the same probability is spread over more"
                " room, so the density falls: log |det J_f| is subtracted;"
                " plus belongs to the Jacobian of the inverse.",
                credit=0.8),
        Mistake("no absolute value", answers.change_without_absolute_value,
                "A map that reflects has a negative determinant, whose"
                " logarithm is nan; the volume is its absolute value. And in"
                " 400 dimensions the determinant is no float: np.linalg."
                "slogdet gives log |det| at once.",
                credit=1.0),
        Mistake("determinant underflows", answers.change_by_determinant,
                "0.1^400 is no float: the determinant is rounded to 0, its"
                " logarithm is -inf. np.linalg.slogdet gives log |det|"
                " itself.",
                credit=1.5),
        Mistake("Jacobian at y", answers.change_with_jacobian_at_y,
                "J_f is a function of the point where f starts, x = f^-1(y);"
                " yours asks for it at y, where f ends.",
                credit=1.0),
        Mistake("base density at y", answers.change_with_base_at_y,
                "The base density belongs to x = f^-1(y): ask how likely the"
                " point was from which y came.",
                credit=0.8),
        Mistake("determinant, no logarithm",
                answers.change_without_logarithm,
                "You subtract |det J| from a logarithm; it is its logarithm"
                " that is subtracted.",
                credit=0.6),
        Mistake("both results of slogdet", answers.change_with_the_sign,
                "np.linalg.slogdet returns two things, the sign and"
                " log |det|. Take the second: [1], or .logabsdet.",
                credit=1.2),
        Mistake("determinant left out", answers.change_without_determinant,
                "A density is probability per volume: where f stretches, it"
                " must fall. Subtract log |det J_f|.",
                credit=0.4),
        Mistake("diagonal only", answers.change_by_the_diagonal,
                "The product of the diagonal is the determinant of a"
                " triangular matrix only.",
                credit=0.8),
    ],
    variants=[
        Variant("QR", answers.change_by_qr),
        Variant("the inverse's Jacobian",
                answers.change_by_inverse_jacobian),
    ],
)


gaussian_mixture_log_pdf = Exercise(
    reference=pr.gaussian_mixture_log_pdf,
    points=2,
    refuses=(
        "sklearn.mixture.GaussianMixture",
        "torch.distributions.MixtureSameFamily",
    ),
    cases=lambda rng: [
        Case("by hand",
             call([0.0], [0.25, 0.75], [[0.0], [2.0]], [[[1.0]], [[1.0]]]),
             core=True),
        Case("one point, three components",
             call(rng.normal(size=2), probabilities(rng, 3),
                  rng.normal(size=(3, 2)), covariances(rng, 3, 2)),
             core=True),
        Case("a batch of rows",
             call(rng.normal(size=(5, 2)), probabilities(rng, 3),
                  rng.normal(size=(3, 2)), covariances(rng, 3, 2))),
        Case("as many points as components",
             call(rng.normal(size=(3, 2)), probabilities(rng, 3),
                  rng.normal(size=(3, 2)), covariances(rng, 3, 2))),
        Case("one component",
             call(rng.normal(size=(4, 2)), [1.0], rng.normal(size=(1, 2)),
                  covariances(rng, 1, 2))),
        Case("a weight of 0",
             call(rng.normal(size=(4, 2)), [0.4, 0.0, 0.6],
                  rng.normal(size=(3, 2)), covariances(rng, 3, 2))),
        Case("far from every mean",
             call(100 + rng.normal(size=(2, 2)), probabilities(rng, 2),
                  rng.normal(size=(2, 2)),
                  np.eye(2) * rng.uniform(0.9, 1.1, (2, 1, 1)))),
    ],
    mistakes=[
        Mistake("logarithms averaged", answers.mixture_of_logs,
                "The densities are averaged, not their logarithms: a point"
                " that one component explains well is likely, however badly"
                " the others do. Log of the sum, not sum of the logs.",
                credit=0.6),
        Mistake("weights multiplied into the logs",
                answers.mixture_with_weights_multiplied,
                "weight * log density is the logarithm of density^weight."
                " Inside the log-sum-exp a factor becomes a summand:"
                " log weight + log density.",
                credit=0.8),
        Mistake("underflow", answers.mixture_that_underflows,
                "Far from every mean each density is rounded to 0, and the"
                " logarithm of their sum is -inf. Stay with logarithms:"
                " fd.logsumexp of log weight + log density.",
                credit=1.2),
        Mistake("weights left out", answers.mixture_without_weights,
                "All components count the same in yours. Add log weight to"
                " each log density.",
                credit=0.8),
        Mistake("density, no logarithm", answers.mixture_density,
                "That is the density itself; asked is its logarithm.",
                credit=0.8),
        Mistake("the best component only", answers.mixture_of_the_nearest,
                "A point may come from any of the components: add what they"
                " all contribute, not only the largest.",
                credit=0.8),
        Mistake("summed over the batch", answers.mixture_over_the_batch,
                "The sum runs over the components; yours runs over the"
                " points, so that one number for each component is left.",
                credit=1.0),
        Mistake("one Gaussian of the mean parameters",
                answers.mixture_of_one_gaussian,
                "A mixture of Gaussians is no Gaussian: averaging the means"
                " makes one hill where there are several. Average the"
                " densities.",
                credit=0.4),
    ],
    variants=[
        Variant("logaddexp", answers.mixture_by_logaddexp),
        Variant("a component after another", answers.mixture_by_loop),
    ],
)


# --- Dirichlet ---------------------------------------------------------------

dirichlet_log_pdf = Exercise(
    reference=pr.dirichlet_log_pdf,
    points=2,
    refuses=(
        "scipy.stats.dirichlet",
        "scipy.stats.dirichlet.logpdf",
        "scipy.stats.dirichlet.pdf",
        "torch.distributions.Dirichlet",
    ),
    cases=lambda rng: [
        Case("by hand", call([0.2, 0.3, 0.5], [2.0, 1.0, 1.0]), core=True),
        Case("one point", call(probabilities(rng, 4),
                               rng.uniform(1.5, 4.0, 4)), core=True),
        Case("all alpha 1: uniform",
             call(probabilities(rng, 3), np.ones(3))),
        Case("alpha below 1",
             call(probabilities(rng, 3), rng.uniform(0.2, 0.8, 3))),
        Case("a batch of rows",
             call(probabilities(rng, 4, 3), rng.uniform(0.5, 3.0, 3))),
        Case("a square batch",
             call(probabilities(rng, 3, 3), rng.uniform(0.5, 3.0, 3))),
        Case("three axes",
             call(probabilities(rng, 2, 2, 3), rng.uniform(0.5, 3.0, 3))),
        Case("alpha of hundreds",
             call(probabilities(rng, 3), rng.uniform(200.0, 900.0, 3))),
        Case("a share of 0 where alpha is 1",
             call([[0.0, 0.4, 0.6], [0.5, 0.0, 0.5]], [1.0, 1.0, 2.5])),
        Case("a share of 0 where alpha is 2: -inf",
             call([0.0, 0.4, 0.6], [2.0, 1.5, 2.5])),
    ],
    mistakes=[
        Mistake("gamma overflows", answers.dirichlet_by_gamma,
                "Gamma(172) is larger than any float, and inf/inf is nan."
                " Work with its logarithm from the start:"
                " scipy.special.gammaln or math.lgamma.",
                credit=1.2),
        Mistake("math.gamma overflows", answers.dirichlet_by_math_gamma,
                "Gamma(172) is larger than any float, so math.gamma gives"
                " up. Work with its logarithm from the start: math.lgamma.",
                credit=1.2),
        Mistake("product underflows", answers.dirichlet_by_product,
                "A share to the power of 900 is rounded to 0 before you take"
                " the logarithm. Take it first: (alpha - 1) log pi, and add.",
                credit=1.6),
        Mistake("normaliser inverted", answers.dirichlet_with_norm_inverted,
                "Gamma of the sum stands above, the product of the Gammas"
                " below; yours is the other way round. With alpha = [1, 1, 1]"
                " the density is 2 everywhere, not 1/2.",
                credit=0.8),
        Mistake("alpha for alpha - 1", answers.dirichlet_without_minus_one,
                "The exponent is alpha - 1: that is why alpha = 1 is the"
                " uniform distribution.",
                credit=0.8),
        Mistake("0 log 0", answers.dirichlet_zero_times_log_zero,
                "0^0 is 1, but its logarithm 0 * log 0 is computed as"
                " 0 * -inf = nan. scipy.special.xlogy(alpha - 1, pi) is 0"
                " there.",
                credit=1.6),
        Mistake("the batch added up",
                answers.dirichlet_with_the_batch_added,
                "Each row is a point with a density of its own: sum along the"
                " last axis only.",
                credit=1.2),
        Mistake("density, no logarithm", answers.dirichlet_density,
                "That is the density itself; asked is its logarithm.",
                credit=0.8),
        Mistake("normaliser left out", answers.dirichlet_without_norm,
                "Without the Gammas the density does not integrate to 1.",
                credit=0.6),
    ],
    variants=[
        Variant("a loop", answers.dirichlet_by_loop),
        Variant("a log beta function", answers.dirichlet_by_log_beta),
    ],
)


# --- sampling and its error --------------------------------------------------


def generator(rng):
    return given("rng", int(rng.integers(10_000)))


IDENTITY = given("polynomial", 0.0, 1.0)

monte_carlo_expectation = Exercise(
    reference=pr.monte_carlo_expectation,
    points=2,
    cases=lambda rng: [
        Case("by hand",
             call(IDENTITY, given("scripted_samples",
                                  np.array([1.0, 2.0, 3.0, 6.0])),
                  4, rng=generator(rng)), core=True),
        Case("the square of a Gaussian number",
             call(given("square"), given("normal_samples", 1.0, 2.0), 50,
                  rng=generator(rng))),
        Case("five samples",
             call(given("polynomial", 1.0, -2.0, 3.0),
                  given("normal_samples"), 5, rng=generator(rng))),
        Case("two samples",
             call(IDENTITY, given("normal_samples", 3.0, 1.0), 2,
                  rng=generator(rng))),
        Case("a truth value: x above 0.3",
             call(given("above", 0.3), given("normal_samples"), 40,
                  rng=generator(rng))),
        Case("points of a square: a quarter of pi",
             call(given("inside_the_circle"), given("points_in_a_square"),
                  60, rng=generator(rng))),
    ],
    mistakes=[
        Mistake("standard deviation for standard error",
                answers.monte_carlo_spread,
                "s says how far one value is from the next, and does not"
                " shrink with n. The error of their mean is s / sqrt(n).",
                credit=1.2),
        Mistake("standard deviation, ddof=0",
                answers.monte_carlo_spread_ddof,
                "values.std() is the spread of single values, divided by n"
                " inside. The error of their mean is s / sqrt(n), and s has"
                " ddof=1.",
                credit=1.0),
        Mistake("f of the mean", answers.monte_carlo_of_the_mean,
                "f(E[x]) is not E[f(x)]: for a standard Gaussian and f = x^2"
                " they are 0 and 1. First f, then the mean.",
                credit=0.6),
        Mistake("f of the mean, and spread of the samples",
                answers.monte_carlo_without_values,
                "f(E[x]) is not E[f(x)]. Apply f to all samples first; of"
                " these values take the mean, and of the same values s.",
                credit=0.6),
        Mistake("ddof=0", answers.monte_carlo_ddof,
                "The mean was estimated from the same values, so s divides by"
                " n - 1 (ddof=1). NumPy's default is n.",
                credit=1.5),
        Mistake("no root", answers.monte_carlo_squared,
                "s^2/n is the variance of the mean; its root is the standard"
                " error.",
                credit=1.2),
        Mistake("divided by n", answers.monte_carlo_by_n,
                "The error falls with the root of n only: four times the"
                " samples for half the error.",
                credit=1.2),
        Mistake("spread of the samples",
                answers.monte_carlo_of_the_samples,
                "The error is that of the mean of f(x): take s from the"
                " values f(x), not from the samples x.",
                credit=1.0),
        Mistake("estimate only", answers.monte_carlo_estimate_only,
                "A number without its error is half an answer. Return the"
                " pair (estimate, standard error).",
                credit=0.8),
        Mistake("drawn twice", answers.monte_carlo_drawn_twice,
                "You draw once for the estimate and anew for its error. Keep"
                " the values: both come from the same ones.",
                credit=1.4),
    ],
    variants=[
        Variant("sums written out", answers.monte_carlo_by_hand),
        Variant("loops", answers.monte_carlo_by_loop),
    ],
)


# --- change of measure -------------------------------------------------------

COIN = np.array([0.0, 1.0, 1.0, 1.0])
FAR = 60.0


importance_estimate = Exercise(
    reference=pr.importance_estimate,
    points=2,
    cases=lambda rng: [
        Case("by hand",
             call(IDENTITY, COIN, given("coin_law", 0.8),
                  given("coin_law", 0.5)), core=True),
        Case("by hand, normalised",
             call(IDENTITY, COIN, given("coin_law", 0.8),
                  given("coin_law", 0.5), normalize=True)),
        Case("one Gaussian for another",
             call(given("square"), rng.normal(0.5, 2.0, 8),
                  given("gaussian_law"), given("gaussian_law", 0.5, 2.0)),
             core=True),
        Case("the same, normalised",
             call(given("square"), rng.normal(0.5, 2.0, 8),
                  given("gaussian_law"), given("gaussian_law", 0.5, 2.0),
                  normalize=True)),
        Case("a rare event: x above 4",
             call(given("above", 4.0), 4.0 + rng.normal(size=20),
                  given("gaussian_law"), given("gaussian_law", 4.0)),
             compare=TO_THE_LAST),
        Case("rows of two numbers",
             call(given("row_sums"), rng.normal(1.0, 1.5, (6, 2)),
                  given("gaussian_law"), given("gaussian_law", 1.0, 1.5))),
        Case("logs of -2000, whose quotient is harmless",
             call(given("polynomial", 1.0, 2.0),
                  FAR + rng.uniform(size=6),
                  given("gaussian_law", 0.001), given("gaussian_law"))),
        Case("logs of -2000, normalised",
             call(given("polynomial", 1.0, 2.0),
                  FAR + rng.uniform(size=6),
                  given("gaussian_law", 0.01), given("gaussian_law"),
                  normalize=True)),
        Case("densities without their constants, normalised",
             call(given("square"), rng.normal(0.5, 2.0, 7),
                  given("gaussian_law", 0.0, 1.0, False, 1000.0),
                  given("gaussian_law", 0.5, 2.0, False),
                  normalize=True)),
    ],
    mistakes=[
        Mistake("weights upside down", answers.importance_upside_down,
                "The samples come from q, too often where q is large: there"
                " the weight must be small. It is p/q.",
                credit=0.8),
        Mistake("normalised by n", answers.importance_divided_by_n,
                "With normalize=True the sum is divided by the sum of the"
                " weights, not by n: then a constant in log_p or log_q"
                " cancels.",
                credit=1.2),
        Mistake("not divided by n", answers.importance_sum,
                "The plain estimate is a mean: the sum of w f is divided by"
                " n. Only weights that add up to 1 already, those of"
                " normalize=True, are summed as they are.",
                credit=1.4),
        Mistake("divided twice", answers.importance_divided_twice,
                "Weights that add up to 1 already hold the division:"
                " sum them, do not take the mean as well.",
                credit=1.2),
        Mistake("underflow", answers.importance_that_underflows,
                "e^-2000 is no float, so that the weight becomes 0/0 though"
                " the quotient is near 1. Subtract the logarithms first, then"
                " exponentiate.",
                credit=1.0),
        Mistake("no weights", answers.importance_unweighted,
                "The mean of f over samples from q is E_q[f]. For E_p[f] each"
                " sample counts p/q times.",
                credit=0.4),
        Mistake("always normalised",
                answers.importance_always_normalised,
                "Without normalize the weighted sum is divided by n; this one"
                " has no bias. Divide by the sum of the weights only where it"
                " is asked.",
                credit=1.0),
        Mistake("overflow", answers.importance_that_overflows,
                "A constant of 1000 in log_p makes every weight infinite,"
                " though it cancels. For the normalised form take the largest"
                " log weight away first (fd.softmax does).",
                credit=1.5),
        Mistake("shifted where it matters", answers.importance_shifted,
                "Taking the largest log weight away cancels in the"
                " normalised form only; in the other it changes the answer.",
                credit=1.2),
        Mistake("logarithms as weights",
                answers.importance_of_log_weights,
                "log p - log q is the logarithm of the weight. Exponentiate"
                " it.",
                credit=0.6),
    ],
    variants=[
        Variant("written out", answers.importance_by_hand),
        Variant("log-sum-exp", answers.importance_by_logsumexp),
    ],
)


# --- bounds ------------------------------------------------------------------

hoeffding_bound = Exercise(
    reference=pr.hoeffding_bound,
    points=2,
    cases=lambda rng: [
        Case("by hand", call(100, 0.1), core=True),
        Case("by hand: draws from -1 to 1",
             call(100, 0.1, low=-1.0, high=1.0)),
        Case("some n and t",
             call(int(rng.integers(20, 60)), float(rng.uniform(0.1, 0.3))),
             core=True),
        Case("several t at once",
             call(int(rng.integers(20, 60)), rng.uniform(0.1, 0.3, 4))),
        Case("a narrow range", call(10, 0.06, low=0.3, high=0.5)),
        Case("only high", call(50, float(rng.uniform(0.3, 0.5)), high=3.0)),
        Case("only low", call(50, float(rng.uniform(0.1, 0.3)), low=0.4)),
        Case("a bound above 1", call(2, [0.05, 0.1])),
        Case("n = 1", call(1, 0.9)),
        Case("a very small probability", call(4000, 0.1),
             compare=TO_THE_LAST),
    ],
    mistakes=[
        Mistake("one-sided", answers.hoeffding_one_sided,
                "The mean may be too large or too small: two sides, two"
                " terms, hence the factor 2.",
                credit=1.0),
        Mistake("range not squared", answers.hoeffding_range_not_squared,
                "t^2 has the square of a unit, so (high - low) must be"
                " squared, too. For a range of 1 nobody notices.",
                credit=1.2),
        Mistake("t not squared", answers.hoeffding_t_not_squared,
                "The exponent has t^2: twice the distance, four times the"
                " exponent.",
                credit=0.8),
        Mistake("range ignored", answers.hoeffding_range_ignored,
                "Draws between -1 and 1 scatter twice as far as those between"
                " 0 and 1. Divide by (high - low)^2.",
                credit=1.2),
        Mistake("low ignored", answers.hoeffding_low_ignored,
                "What counts is the width of the range, high - low.",
                credit=1.2),
        Mistake("one t at a time", answers.hoeffding_by_math,
                "math.exp takes one number. t may be an array: np.exp takes"
                " both.",
                credit=1.5),
        Mistake("cut off at 1", answers.hoeffding_capped,
                "A bound above 1 says nothing, and the contract returns it as"
                " it stands: that shows how far from useful it is.",
                credit=1.6),
        Mistake("2 in the exponent left out",
                answers.hoeffding_without_two_above,
                "Two twos: one before the exponential, for the two sides, and"
                " one in the exponent.",
                credit=0.8),
        Mistake("bound for the sum", answers.hoeffding_of_the_sum,
                "With n below the line it is the bound for the sum of the"
                " draws to be off by t. For their mean n stands above.",
                credit=0.8),
        Mistake("Chebyshev's bound", answers.hoeffding_chebyshev,
                "That is Chebyshev's bound with the largest possible"
                " variance, (high - low)^2/4. Hoeffding's is exponential.",
                credit=0.6),
    ],
    variants=[
        Variant("t in units of the range", answers.hoeffding_by_scaled_t),
        Variant("single precision", answers.hoeffding_in_single_precision),
    ],
)


chebyshev_derivation = Written(
    rubric=[
        (1, r"Question 1: shows the inequality between indicator and $X$ in"
            r" both cases, $X < a$ and $X \ge a$; says that expectations keep"
            r" the order, and what the expectation of an indicator is"),
        (1, r"Question 2: names the case that needs $X \ge 0$, and gives a"
            r" law and an $a$ with both sides worked out, so that one sees"
            r" the inequality fail"),
        (1, r"Question 3: says to which variable and which number Markov is"
            r" applied, why that variable is not negative, why the two events"
            r" are the same, and what its expectation is"),
        (1, r"Question 4: derives the variance of $\bar X$ and says at which"
            r" step independence is used; then a bound on being off by $t$,"
            r" by Chebyshev, with the right $k$"),
        (1, r"Question 5: both numbers, each with its terms put in; and says"
            r" what Hoeffding knows about the draws beyond their variance"),
    ],
)


# --- Markov chains -----------------------------------------------------------


def chain(rng, m):
    """A chain that goes everywhere."""
    return probabilities(rng, m, m)


def turned_round(first, second, program):
    """The same but for signs: eigenvectors may be turned round."""
    return np.allclose(np.abs(first), np.abs(second))


def both_on_their_way(first, second, program):
    """Two probability vectors that still change under the chain."""
    (P,) = program.args
    return turned_round(first, second, program) or all(
        np.all(pi >= 0) and abs(pi.sum() - 1) < 1e-6
        and np.max(np.abs(pi @ P - pi)) > 1e-9
        for pi in (first, second)
    )


# Numbers that floats hold exactly: rounded rows would not add up to 1.
SLOW = np.array([[1 - 2.0**-20, 2.0**-20], [2.0**-19, 1 - 2.0**-19]])


def stays(title, P, *, core=False, alike=turned_round):
    """A case about the stationary law of a chain."""
    program = call(P).on("stationary_distribution")
    return Case(title, program, core, named_if(alike))


def steps(P, n):
    return call(P, n).on("n_step_transition")


def said(*names):
    """Parts of a wrong answer by name; the rest of it is right."""
    parts = {
        "n_step_transition": answers.transition_by_squaring,
        "stationary_distribution": answers.stationary_by_replaced_equation,
    }
    for answer in names:
        still = answer.__name__.startswith("stationary")
        part = "stationary_distribution" if still else "n_step_transition"
        parts[part] = answer
    return parts


n_step_transition = Exercise(
    reference={
        "n_step_transition": pr.n_step_transition,
        "stationary_distribution": pr.stationary_distribution,
    },
    points=3,
    cases=lambda rng: [
        Case("by hand: two steps", steps([[0.9, 0.1], [0.5, 0.5]], 2)),
        stays("by hand: the stationary law", [[0.9, 0.1], [0.5, 0.5]],
              core=True),
        Case("five steps", steps(chain(rng, 3), 5)),
        Case("one step", steps(chain(rng, 3), 1)),
        Case("no step: the identity", steps(chain(rng, 3), 0)),
        Case("a thousand steps of a slow chain", steps(SLOW, 1000)),
        stays("six states", chain(rng, 6), core=True),
        stays("thirty states", chain(rng, 30)),
        stays("one state", [[1.0]]),
        stays("a chain of period 2",
              [[0.0, 1.0, 0.0], [0.5, 0.0, 0.5], [0.0, 1.0, 0.0]],
              alike=both_on_their_way),
        stays("a state that is left for ever",
              [[0.5, 0.5, 0.0], [0.0, 0.2, 0.8], [0.0, 0.7, 0.3]]),
        stays("a trap: all end in the last state",
              [[0.5, 0.3, 0.2], [0.4, 0.4, 0.2], [0.0, 0.0, 1.0]]),
        stays("a move in a million steps", SLOW, alike=both_on_their_way),
    ],
    mistakes=[
        *half_written(1.8, "n_step_transition"),
        *half_written(0.8, "stationary_distribution"),
        Mistake("power entry by entry",
                said(answers.transition_entry_by_entry),
                "P**n raises each entry to the power n: its rows do not even"
                " add up to 1. The chain needs the matrix power, P @ P @ ...,"
                " np.linalg.matrix_power.",
                credit=1.5),
        Mistake("one step too many", said(answers.transition_one_step_more),
                "n steps are n factors; yours has n + 1. No step, n = 0, is"
                " the identity.",
                credit=1.8),
        Mistake("one step at least", said(answers.transition_from_one_step),
                "Yours begins with P, which is one step already. Begin with"
                " the identity: after no step one is where one was.",
                credit=2.4),
        Mistake("n times P", said(answers.transition_times_n),
                "Steps follow one another: the matrices are multiplied, not"
                " added.",
                credit=1.0),
        Mistake("iteration that does not settle",
                said(answers.stationary_by_iteration),
                "A chain of period 2 swings for ever, and one that moves once"
                " in a million steps has hardly begun after thousands. Solve"
                " pi (P - I) = 0 together with sum pi = 1.",
                credit=2.0),
        Mistake("right eigenvector",
                said(answers.stationary_right_eigenvector),
                "P v = v holds for the vector of ones, because the rows add"
                " up to 1: you get 1/m for every chain. The stationary law is"
                " a left eigenvector, pi P = pi: take that of P.T.",
                credit=1.5),
        Mistake("length 1 for sum 1",
                said(answers.stationary_of_length_one),
                "An eigenvector has any length. These are probabilities:"
                " divide by their sum.",
                credit=1.8),
        Mistake("column means", said(answers.stationary_column_means),
                "The mean of the rows of P is where one is a step after a"
                " uniform start, not where one is in the long run.",
                credit=1.2),
    ],
    variants=[
        Variant("squaring; one equation replaced", said()),
        Variant("a loop; a left eigenvector",
                said(answers.transition_by_loop,
                     answers.stationary_by_eigenvector)),
        Variant("the lazy chain",
                said(answers.stationary_of_the_lazy_chain)),
    ],
)


# Mutants of the solutions that change nothing, with the reason.
_SQUARED = "it is squared, and a number and its opposite have the same square"
_SOFTMAX = "what all classes have in common cancels in the softmax"
_ANY = "all entries are equal to one of them, or to any other"
EQUIVALENT = {
    "categorical_log_pmf": {
        "cumulative = cumulative / cumulative[..., -1:] =>"
        " cumulative /= cumulative[..., -1:]":
            "np.cumsum made an array of its own",
    },
    "variance": {
        "deviation = x - np.mean(x, axis=axis, keepdims=True) =>"
        " deviation = (np.mean(x, axis=axis, keepdims=True) - x)": _SQUARED,
    },
    "covariance_matrix": {
        "D = X - X.mean(axis=0) => D = (X.mean(axis=0) - X)": _SQUARED,
    },
    "correlation": {
        "if np.all(x == x[0]) or np.all(y == y[0]): =>"
        " if np.all(x == x[1]) or np.all(y == y[0]):": _ANY,
        "if np.all(x == x[0]) or np.all(y == y[0]): =>"
        " if np.all(x == x[0]) or np.all(y == y[1]):": _ANY,
        "dx, dy = x - x.mean(), y - y.mean() =>"
        " dx, dy = ((y - y.mean()), (x - x.mean()))":
            "the correlation is the same for (x, y) and (y, x)",
        "return dx @ dy / (np.linalg.norm(dx) * np.linalg.norm(dy)) =>"
        " return (dy @ dx) / (np.linalg.norm(dx) * np.linalg.norm(dy))":
            "the dot product of two vectors does not mind their order",
    },
    "gaussian_log_pdf": {
        "z = (x - mean) / std => z = ((mean - x)) / std": _SQUARED,
    },
    "multivariate_gaussian_log_pdf": {
        "z = np.linalg.solve(L, (x - mean).T) =>"
        " z = np.linalg.solve(L, ((mean - x)).T)": _SQUARED,
    },
    "gaussian_classifier": {
        "log_joint.append(np.log(len(X) / len(X_train)) + log_density) =>"
        " log_joint.append(np.log((len(X) * len(X_train))) + log_density)":
            _SOFTMAX,
        "log_joint.append(np.log(len(X) / len(X_train)) + log_density) =>"
        " log_joint.append(np.log(len(X)) + log_density)": _SOFTMAX,
        "return fd.softmax(np.stack(log_joint, axis=-1)) =>"
        " return fd.softmax(np.stack(log_joint, axis=1))":
            "each part has one axis, so 1 is the last",
    },
    "gaussian_mixture_log_pdf": {
        "return fd.logsumexp(np.array(log_terms), axis=0) =>"
        " return fd.logsumexp(log_terms, axis=0)":
            "fd.logsumexp makes an array of a list",
    },
    "hoeffding_bound": {
        "return 2 * np.exp(-2 * n * t**2 / (high - low)**2) =>"
        " return 2 * np.exp(-2 * n * t**2 / ((low - high))**2)": _SQUARED,
    },
    "n_step_transition": {
        "A = np.vstack([P.T - np.eye(m), np.ones(m)]) =>"
        " A = np.vstack([(np.eye(m) - P.T), np.ones(m)])":
            "each equation has 0 on its other side",
    },
}

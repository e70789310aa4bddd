"""Exercises of chapter 07."""

import functools

import numpy as np

from mathlib import statistics as st
from mathlib.course.compare import named_if, values
from mathlib.exercise import (
    Case,
    Exercise,
    Mistake,
    Variant,
    Written,
    call,
    given,
    script,
)
from mathlib.exercises import _statistics_answers as answers

# Where differences or rounding leave no more.
SIX_DIGITS = values(rtol=1e-6, atol=1e-9)
FOUR_DIGITS = values(rtol=1e-4, atol=1e-4)
# Where tiny numbers must be right too.
SIX_DIGITS_EACH = values(rtol=1e-6, atol=0)


def both_off_by_rounding(first, second, program):
    """The same mean, and variances that are noise of the size of x^2 eps."""
    return abs(first[0] - second[0]) < 1 and abs(first[1] - second[1]) < 1e3


def both_fit(first, second, program):
    """Weights whose sum is 2, the shortest or not, or a division by 0."""
    return all(
        np.shape(w) == (2,)
        and (not np.isfinite(w).all() or abs(np.sum(w) - 2) < 1e-3)
        for w in (first, second)
    )


def both_ill_conditioned(first, second, program):
    """Weights that are roughly those asked, and no more."""
    return first.shape == second.shape and np.all(np.abs(first - second) < 1)


def seed(rng):
    """A generator for the learner, the same for everybody's answer."""
    return given("rng", int(rng.integers(2**31)))


gaussian_mle = Exercise(
    reference={
        "gaussian_mle": st.gaussian_mle,
        "negative_log_likelihood": st.negative_log_likelihood,
    },
    points=2,
    cases=lambda rng: [
        Case("a mean and a variance by hand",
             call([1.0, 2.0, 3.0, 6.0]).on("gaussian_mle"), core=True),
        Case("a sum of logarithms by hand",
             call(given("exponential_log_pdf"), [0.5, 1.0, 2.0])
             .on("negative_log_likelihood"), core=True),
        Case("20 observations",
             call(rng.normal(3, 2, size=20)).on("gaussian_mle")),
        Case("whole numbers",
             call(rng.permutation(20)[:7]).on("gaussian_mle")),
        Case("one observation", call([4.0]).on("gaussian_mle")),
        Case("data near 1e8",
             call(1e8 + rng.normal(size=50)).on("gaussian_mle"),
             compare=named_if(both_off_by_rounding, SIX_DIGITS)),
        Case("a Gaussian",
             call(given("gaussian_log_pdf", 3.0, float(rng.uniform(1, 3))),
                  rng.normal(3, 2, size=30)).on("negative_log_likelihood")),
        Case("a likelihood of 5000 factors",
             call(given("gaussian_log_pdf", 0.0, 1.0),
                  rng.normal(size=5000)).on("negative_log_likelihood")),
        Case("no observations",
             call(given("exponential_log_pdf"), np.zeros(0))
             .on("negative_log_likelihood")),
    ],
    mistakes=[
        Mistake("n - 1 for n", {"gaussian_mle": answers.mle_unbiased},
                "Dividing by n - 1 makes the estimate right on average, but"
                " the likelihood is largest at the variance divided by n: 3.5"
                " for [1, 2, 3, 6], not 4.67.",
                credit=1.2),
        Mistake("standard deviation for variance",
                {"gaussian_mle": answers.mle_deviation},
                "You take the root: that is the standard deviation, 1.87 for"
                " [1, 2, 3, 6]. Asked is its square, 3.5.",
                credit=1.2),
        Mistake("standard deviation, with n - 1",
                {"gaussian_mle": answers.mle_unbiased_deviation},
                "Two things: asked is the variance, not its root; and the"
                " likelihood is largest at the one divided by n, not by"
                " n - 1.",
                credit=0.9),
        Mistake("E[x^2] - E[x]^2", {"gaussian_mle": answers.mle_cancelled},
                "Near 1e8 both terms are 1e16, where floats lie 2 apart:"
                " nothing is left of a variance of 1. Subtract the mean"
                " first, then square.",
                credit=1.4),
        Mistake("the variance first",
                {"gaussian_mle": answers.mle_variance_first},
                "You return the variance first. The pair is (mean, variance),"
                " in this order.",
                credit=1.2),
        Mistake("the median", {"gaussian_mle": answers.mle_by_median},
                "The median is the most likely centre of a Laplace density;"
                " that of a Gaussian is the mean. Set the derivative of the"
                " sum of squares to 0.",
                credit=0.6),
        Mistake("the mean over the observations",
                {"negative_log_likelihood": answers.likelihood_mean},
                "That is the loss per observation, as training runs print"
                " it. The contract asks for the sum over all of them.",
                credit=1.2),
        Mistake("log of the product",
                {"negative_log_likelihood": answers.likelihood_underflows},
                "The product of 5000 densities is smaller than any float, so"
                " it is 0 and its logarithm -inf. Add the logarithms instead"
                " of multiplying the densities.",
                credit=1.4),
        Mistake("sum of likelihoods",
                {"negative_log_likelihood": answers.likelihood_summed},
                "Independent observations multiply, they don't add: the"
                " logarithm of the product is the sum of the logarithms. You"
                " take the logarithm of the sum.",
                credit=0.6),
        Mistake("no minus",
                {"negative_log_likelihood": answers.likelihood_not_negated},
                "Without the minus it is the log-likelihood, which is to be"
                " made large. A loss is to be made small.",
                credit=1.2),
        Mistake("densities for logarithms",
                {"negative_log_likelihood": answers.likelihood_of_densities},
                "log_pdf gives logarithms already, and these are what is"
                " added. You take exp of them first.",
                credit=0.6),
        Mistake("one number for each observation",
                {"negative_log_likelihood": answers.likelihood_each},
                "A loss is one number: sum over the observations.",
                credit=1.0),
    ],
    variants=[
        Variant("loops", {
            "gaussian_mle": answers.mle_by_loop,
            "negative_log_likelihood": answers.likelihood_by_fsum,
        }),
        Variant("NumPy's variance", {"gaussian_mle": answers.mle_by_numpy}),
    ],
)


def believed(rng, n):
    """Data of n observations, and a prior that disagrees."""
    return call(
        rng.normal(3, 2, size=n), float(rng.uniform(1, 3)),
        float(rng.uniform(-9, -5)), float(rng.uniform(0.3, 0.7)),
    )


map_gaussian_mean = Exercise(
    reference=st.map_gaussian_mean,
    points=2,
    cases=lambda rng: [
        Case("by hand", call([2.0, 4.0, 6.0], 2.0, 1.0, 1.0), core=True),
        Case("10 observations", believed(rng, 10), core=True),
        Case("one observation", believed(rng, 1)),
        Case("500 observations, which drown the prior", believed(rng, 500)),
        Case("a vague prior",
             call(rng.normal(3, 2, size=6), 1.5, -4.0, 20.0)),
        Case("no observations", call(np.zeros(0), 2.0, 1.5, 0.5)),
    ],
    mistakes=[
        Mistake("prior once per observation", answers.map_prior_per_sample,
                "Your prior has the same say however many observations there"
                " are. log p(mu) is added once, not once per observation: n"
                " observations of precision 1/std^2 stand against one prior,"
                " whose weight fades like 1/n.",
                credit=0.8),
        Mistake("variances for precisions", answers.map_by_variances,
                "You weigh by variances, so that the vaguer side wins. Who is"
                " surer must pull harder: weigh by precisions, 1/std^2 and"
                " 1/prior_std^2.",
                credit=0.8),
        Mistake("not squared", answers.map_by_deviations,
                "A precision is one over the variance. You divide by the"
                " standard deviations; square them.",
                credit=1.0),
        Mistake("no prior", answers.map_without_prior,
                "The mean of the data is the maximum of the likelihood. The"
                " prior pulls it towards prior_mean."),
        Mistake("half way", answers.map_halfway,
                "You take the middle between data and prior. How far the data"
                " pull depends on how many they are, and on both standard"
                " deviations."),
        Mistake("n forgotten below", answers.map_counts_one,
                "The numerator holds n observations, the denominator only"
                " one. The precisions add up to n/std^2 + 1/prior_std^2.",
                credit=0.8),
        Mistake("a prior around 0", answers.map_prior_of_mean_zero,
                "Your prior pulls towards 0, as weight decay does. Here it"
                " has a mean of its own: add prior_mean times its precision"
                " to the numerator.",
                credit=1.0),
        Mistake("nan without data", answers.map_nan_without_data,
                "The mean of no observations is nan, and 0 times nan is nan,"
                " too. Take the sum, which is 0: then the prior's mean"
                " remains.",
                credit=1.7),
    ],
    variants=[
        Variant("one observation after the other", answers.map_one_by_one),
        Variant("shrinking the deviations", answers.map_by_shrinking),
    ],
)


def nearly_equal(rng):
    """Data without noise, whose first two columns are 1e-6 apart."""
    X = rng.normal(size=(30, 3))
    X[:, 1] = X[:, 0] + 1e-6 * rng.normal(size=30)
    return X, X @ rng.uniform(1, 3, size=3)


def with_ones(rng, n):
    """Data, the first column of which is all ones."""
    X = np.column_stack([np.ones(n), rng.normal(2, 1, size=(n, 2))])
    return X, rng.normal(5, 1, size=n)


ordinary_least_squares = Exercise(
    reference=st.ordinary_least_squares,
    points=2,
    refuses=(
        "numpy.linalg.lstsq",
        "numpy.polyfit",
        "scipy.linalg.lstsq",
        "scipy.optimize.curve_fit",
        "scipy.optimize.lsq_linear",
        "scipy.optimize.nnls",
        "sklearn.linear_model.LinearRegression",
        "torch.linalg.lstsq",
    ),
    cases=lambda rng: [
        Case("by hand",
             call([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]], [1.0, 3.0, 4.0]),
             core=True),
        Case("20 rows, 3 columns",
             call(rng.normal(size=(20, 3)), rng.normal(4, 1, size=20)),
             core=True),
        Case("X has its column of ones", call(*with_ones(rng, 15))),
        Case("many fit: the shortest",
             call([[1.0, 1.0], [2.0, 2.0]], [2.0, 4.0]),
             compare=named_if(both_fit, values())),
        Case("more columns than rows",
             call([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]],
                  rng.uniform(1, 2, size=2))),
        Case("entries near 1e-14",
             call(1e-14 * rng.normal(size=(12, 2)), rng.normal(size=12))),
        Case("columns 1e-6 apart", call(*nearly_equal(rng)),
             compare=named_if(both_ill_conditioned, SIX_DIGITS)),
    ],
    mistakes=[
        Mistake("normal equations", answers.ols_normal_equations,
                "X^T X squares the condition number: with columns 1e-6 apart"
                " it is 1e12, and of 16 digits 4 remain, whether you invert"
                " or solve. With dependent columns there is no inverse at"
                " all. Take X itself apart: an SVD, or its pseudo-inverse.",
                credit=1.0),
        Mistake("n on one side only", answers.ols_by_n_on_one_side,
                "You divide X^T X by n, but not X^T y, so that all weights"
                " come out n times too large. Divide both, or neither.",
                credit=0.6),
        Mistake("a column of ones added", answers.ols_with_intercept,
                "You add an intercept that nobody asked for: there is one"
                " weight too many. X is taken as it is; whoever wants an"
                " intercept has put the column in already.",
                credit=0.8),
        Mistake("a column of ones added, its weight dropped",
                answers.ols_with_intercept_dropped,
                "You fit an intercept and do not return it. Where X has its"
                " own column of ones, the two share the intercept, and half"
                " of it is lost. Take X as it is.",
                credit=0.8),
        Mistake("pseudo-inverse of X^T X", answers.ols_pinv_of_gram,
                "The pseudo-inverse copes with dependent columns, but X^T X"
                " has squared the condition number already: of columns 1e-6"
                " apart 4 digits are left. Take that of X itself.",
                credit=1.5),
        Mistake("not the shortest", answers.ols_all_singular_values,
                "Your weights may fit, but of all that fit the shortest are"
                " asked. A singular value that is 0, but for rounding, says"
                " nothing about its direction: leave it out instead of"
                " dividing by it.",
                credit=1.5),
        Mistake("small singular values lost", answers.ols_tiny_ridge,
                "Columns 1e-6 apart have an eigenvalue of X^T X near 1e-12,"
                " and it counts. Adding 1e-8 to the diagonal, or taking so"
                " small an eigenvalue for rounding, loses it. Leave out the"
                " singular values of X that are rounding (1e-12 of the"
                " largest), and divide by the others as they are.",
                credit=1.2),
        Mistake("small data taken for rounding", answers.ols_absolute,
                "You leave out singular values below a fixed bound. With"
                " entries near 1e-14 all of them are that small, and your"
                " weights are 0. Compare with the largest of them.",
                credit=1.6),
        Mistake("dependent columns not handled", answers.ols_qr_of_any,
                "Solving with R is accurate, but R is singular for dependent"
                " columns, and not square for more columns than rows. The"
                " shortest of many solutions comes from the SVD.",
                credit=1.4),
        Mistake("predictions for weights", answers.ols_fitted,
                "You return Xw, one number for each row. Asked are the"
                " weights, one for each column.",
                credit=1.0),
    ],
    variants=[
        Variant("pseudo-inverse", answers.ols_by_pinv),
        Variant("dc.svd", answers.ols_by_dc_svd),
    ],
)


def regression(rng, n, p):
    """Data far from the origin, so that the intercept matters."""
    X = rng.normal(3, 2, size=(n, p))
    return X, X @ rng.normal(size=p) + 7 + rng.normal(size=n)


def equal_columns(rng):
    """Data with a column that stands there twice."""
    X, y = regression(rng, 12, 2)
    return np.column_stack([X, X[:, 0]]), y


ridge_regression = Exercise(
    reference=st.ridge_regression,
    points=3,
    refuses=(
        "sklearn.linear_model.Ridge",
        "sklearn.linear_model.RidgeCV",
        "sklearn.linear_model.ridge_regression",
    ),
    cases=lambda rng: [
        Case("by hand",
             call([[1.0], [2.0], [3.0]], [2.0, 4.0, 9.0], 1.5), core=True),
        Case("by hand, no intercept",
             call([[1.0], [2.0], [3.0]], [2.0, 4.0, 9.0], 1.5,
                  fit_intercept=False)),
        Case("20 rows, 3 columns", call(*regression(rng, 20, 3), 5.0),
             core=True),
        Case("the same without intercept",
             call(*regression(rng, 20, 3), 5.0, fit_intercept=False)),
        Case("a short leash", call(*regression(rng, 10, 2), 300.0)),
        Case("more columns than rows", call(*regression(rng, 4, 6), 0.7)),
        Case("equal columns", call(*equal_columns(rng), 0.3)),
    ],
    mistakes=[
        Mistake("penalised intercept", answers.ridge_penalised_intercept,
                "With a column of ones under the penalty the intercept is"
                " pulled to 0, too, and adding 100 to every y would change"
                " the slopes. Centre X and y, and take the intercept from"
                " the means afterwards.",
                credit=1.5),
        Mistake("n times alpha", answers.ridge_times_n,
                "Your alpha counts n times, as beside a loss that is a mean"
                " (X.T @ X / n, or alpha * n). Here the loss is the sum of"
                " squares, and alpha stands beside it as it is.",
                credit=1.5),
        Mistake("fit_intercept ignored", answers.ridge_always_centred,
                "With fit_intercept=False nothing is centred, and the"
                " intercept is 0: the line goes through the origin.",
                credit=2.0),
        Mistake("no intercept", answers.ridge_never_centred,
                "Your line always goes through the origin. With"
                " fit_intercept=True centre X and y first, and return b ="
                " mean of y - mean of X @ w.",
                credit=1.2),
        Mistake("the mean of y for b", answers.ridge_intercept_of_y,
                "The mean of y is the intercept for centred columns. For X as"
                " it came it is mean of y - mean of X @ w.",
                credit=1.8),
        Mistake("0 for b", answers.ridge_intercept_left_out,
                "You centre, and then forget that you have: the intercept is"
                " mean of y - mean of X @ w.",
                credit=1.5),
        Mistake("only y centred", answers.ridge_y_centred_only,
                "Centre the columns of X as well, or the slopes have to do"
                " the work of the intercept.",
                credit=1.2),
        Mistake("b from the means, nothing centred",
                answers.ridge_intercept_afterwards,
                "b = mean of y - mean of X @ w is right for the w of the"
                " centred columns. Yours is that of a line through the"
                " origin: centre X and y before you solve.",
                credit=1.5),
        Mistake("intercept first", answers.ridge_intercept_first,
                "The pair is (w, b): weights first, then the intercept.",
                credit=2.2),
        Mistake("weights alone", answers.ridge_weights_only,
                "Two things are asked, the weights and the intercept:"
                " return w, b.",
                credit=1.5),
        Mistake("alpha in every entry", answers.ridge_alpha_everywhere,
                "X.T @ X + alpha adds alpha to all entries: it penalises the"
                " sum of the weights. alpha belongs on the diagonal: alpha *"
                " np.eye(p).",
                credit=1.0),
        Mistake("alpha squared", answers.ridge_alpha_squared,
                "alpha multiplies ||w||^2 as it is; nothing squares it.",
                credit=1.5),
    ],
    variants=[
        Variant("p more observations of 0", answers.ridge_by_more_rows),
        Variant("SVD", answers.ridge_by_svd),
        Variant("a system of n equations", answers.ridge_by_dual),
    ],
)


def chosen(X_train, y_train, X_valid, y_valid, alphas):
    """Return the alpha that predicts the held-out part best, and all errors.
    """
    mean, std = np.mean(X_train, axis=0), np.std(X_train, axis=0)
    Z, Z_valid = (X_train - mean) / std, (X_valid - mean) / std
    fits = [st.ridge_regression(Z, y_train, alpha) for alpha in alphas]
    errors = [np.mean((y_valid - Z_valid @ w - b) ** 2) for w, b in fits]
    return alphas[np.argmin(errors)], np.array(errors)


@functools.cache
def diabetes():
    """scikit-learn's 442 patients: ten measures, and what came of it."""
    from sklearn.datasets import load_diabetes

    return load_diabetes(return_X_y=True, scaled=False)


def patients(rng, train, valid, alphas):
    """Patients to fit, patients to predict."""
    X, y = diabetes()
    order = rng.permutation(len(X))
    first, second = order[:train], order[train:train + valid]
    return X[first], y[first], X[second], y[second], rng.permutation(alphas)


def all_equal(rng):
    """Training data that ask for a slope of 0, whatever alpha is."""
    X = rng.normal(size=(8, 2))
    return X[:5], np.full(5, 2.5), X[5:], np.array([1.0, 2.0, 4.0])


choose_alpha = Exercise(
    reference=chosen,
    points=3,
    refuses=(
        "sklearn.linear_model.Ridge",
        "sklearn.linear_model.RidgeCV",
        "sklearn.linear_model.ridge_regression",
    ),
    cases=lambda rng: [
        Case("by hand",
             call([[2.0], [6.0]], [1.0, 5.0], [[6.0], [10.0]], [4.0, 6.0],
                  [6.0, 2.0]), core=True),
        Case("diabetes: 30 patients to fit, 200 to predict",
             call(*patients(rng, 30, 200, np.logspace(-2, 4, 13))),
             core=True),
        Case("200 patients to fit",
             call(*patients(rng, 200, 100, np.logspace(-1, 3, 5)))),
        Case("one patient to predict",
             call(*patients(rng, 40, 1, np.array([0.1, 10.0, 1000.0])))),
        Case("one alpha to choose from",
             call(*patients(rng, 40, 20, np.array([3.0])))),
        Case("equal errors: the first alpha",
             call(*all_equal(rng), [3.0, 1.0, 2.0])),
    ],
    mistakes=[
        Mistake("errors of the training part",
                answers.choose_alpha_by_training_error,
                "On the data that it was fitted to, the longest leash always"
                " looks best. Ask the held-out part.",
                credit=1.0),
        Mistake("the place for the alpha", answers.choose_alpha_index,
                "You return where the best alpha stands. Return the alpha:"
                " alphas[np.argmin(errors)].",
                credit=2.4),
        Mistake("standardised together", answers.choose_alpha_leaks,
                "You take means and deviations over both parts: the fit has"
                " then seen something of the data that are to judge it. Take"
                " them from the training part alone.",
                credit=2.0),
        Mistake("each part by itself", answers.choose_alpha_each_by_itself,
                "Standardised by its own mean and deviation, a patient of the"
                " held-out part gets other numbers than the same patient in"
                " the training part. Use the training part's for both.",
                credit=1.8),
        Mistake("not standardised", answers.choose_alpha_raw,
                "The penalty treats a slope per year and one per mmol/l"
                " alike. Divide by the standard deviations of the training"
                " part first.",
                credit=1.2),
        Mistake("ddof=1", answers.choose_alpha_unbiased,
                "The contract divides by the standard deviation with ddof=0,"
                " NumPy's default.",
                credit=2.4),
        Mistake("sums of squares", answers.choose_alpha_summed,
                "The error is the mean of the squares, yours is their sum:"
                " the choice is the same, but the numbers grow with the"
                " number of patients.",
                credit=2.4),
        Mistake("roots", answers.choose_alpha_roots,
                "You return root mean squared errors. The choice is the same,"
                " but asked are the mean squared errors.",
                credit=2.4),
        Mistake("no intercept", answers.choose_alpha_no_intercept,
                "The columns are centred, y is not: without an intercept"
                " every prediction is off by the mean of y. st.ridge_"
                "regression returns both, w and b.",
                credit=1.5),
        Mistake("the last of equal errors", answers.choose_alpha_last,
                "Where several errors are equal, the first alpha is asked."
                " np.argmin returns the first.",
                credit=2.5),
        Mistake("the largest error", answers.choose_alpha_worst,
                "A large error is bad: of all alphas you have taken the worst."
                " argmin, not argmax.",
                credit=1.5),
        Mistake("alphas sorted", answers.choose_alpha_sorted,
                "You sort the alphas; the errors must stand in the order in"
                " which they came.",
                credit=2.2),
    ],
    variants=[
        Variant("the learner's right one", answers.choose_alpha_right),
        Variant("slopes in the old units", answers.choose_alpha_by_loop),
    ],
)


dirichlet_posterior = Exercise(
    reference={
        "dirichlet_posterior": st.dirichlet_posterior,
        "dirichlet_predictive": st.dirichlet_predictive,
    },
    points=2,
    cases=lambda rng: [
        Case("a posterior by hand",
             call([1.0, 1.0, 2.0], [3.0, 0.0, 1.0])
             .on("dirichlet_posterior"), core=True),
        Case("a prediction by hand",
             call([1.0, 1.0, 2.0], [3.0, 0.0, 1.0])
             .on("dirichlet_predictive"), core=True),
        Case("five classes, whole counts",
             call(rng.uniform(0.2, 3, 5), rng.integers(1, 9, 5))
             .on("dirichlet_posterior")),
        Case("five classes, the next draw",
             call(rng.uniform(0.2, 3, 5), rng.integers(1, 9, 5))
             .on("dirichlet_predictive")),
        Case("three rows of counts",
             call(rng.uniform(0.2, 3, 4), rng.integers(1, 9, (3, 4)))
             .on("dirichlet_posterior")),
        Case("three rows, the next draw of each",
             call(rng.uniform(0.2, 3, 4), rng.integers(1, 9, (3, 4)))
             .on("dirichlet_predictive")),
        Case("nothing seen yet: the prior",
             call(rng.uniform(1, 3, 3), np.zeros(3))
             .on("dirichlet_posterior")),
        Case("nothing seen yet: the next draw",
             call(rng.uniform(1, 3, 3), np.zeros(3))
             .on("dirichlet_predictive")),
    ],
    mistakes=[
        Mistake("counts only",
                {"dirichlet_predictive": answers.predictive_counts_only},
                "You predict by the counts alone: a class that was never seen"
                " gets 0, for ever, and where nothing was seen 0/0. The"
                " pseudo-counts alpha are added first.",
                credit=1.0),
        Mistake("counts normalised first", {
            "dirichlet_posterior": answers.posterior_normalised_counts,
            "dirichlet_predictive": answers.predictive_normalised_counts},
                "Adding alpha to shares forgets how many draws there were: a"
                " thousand would weigh as much as one. Add alpha to the"
                " counts, and normalise at the end.",
                credit=0.6),
        Mistake("counts normalised first, in the prediction",
                {"dirichlet_predictive":
                 answers.predictive_normalised_counts},
                "Adding alpha to shares forgets how many draws there were: a"
                " thousand would weigh as much as one. Add alpha to the"
                " counts, and normalise at the end.",
                credit=1.0),
        Mistake("a normalised posterior",
                {"dirichlet_posterior": answers.posterior_is_a_probability},
                "The parameters of a Dirichlet distribution do not add up to"
                " 1: their sum says how sure it is. Only the prediction is"
                " normalised.",
                credit=1.0),
        Mistake("one less",
                {"dirichlet_posterior": answers.posterior_one_less},
                "The exponents of the density are alpha - 1, its parameters"
                " alpha. The posterior's parameters are alpha + counts.",
                credit=1.0),
        Mistake("a product",
                {"dirichlet_posterior": answers.posterior_times},
                "Prior and likelihood multiply, and their exponents add:"
                " alpha + counts.",
                credit=0.8),
        Mistake("the prior's prediction",
                {"dirichlet_predictive": answers.predictive_prior_only},
                "You predict as if nothing had been seen. Take the"
                " posterior's parameters in place of alpha.",
                credit=0.8),
        Mistake("one less, in both", {
            "dirichlet_posterior": answers.posterior_one_less,
            "dirichlet_predictive": answers.predictive_mode},
                "The exponents of the density are alpha - 1, its parameters"
                " alpha. The posterior's parameters are alpha + counts, and"
                " so is the prediction before it is normalised.",
                credit=0.6),
        Mistake("the mode",
                {"dirichlet_predictive": answers.predictive_mode},
                "That is the most probable distribution, (alpha + n - 1)"
                " normalised. The next draw averages over all of them, which"
                " gives alpha + n, normalised.",
                credit=1.2),
        Mistake("add one, whatever alpha is",
                {"dirichlet_predictive": answers.predictive_adds_one},
                "Adding 1 to each count is the uniform prior, alpha ="
                " [1, ..., 1]. Here alpha is given.",
                credit=1.2),
        Mistake("normalised over all rows",
                {"dirichlet_predictive": answers.predictive_over_all},
                "Every row of counts has its own next draw: its probabilities"
                " must add up to 1 by themselves. Sum along the last axis,"
                " with keepdims.",
                credit=1.5),
        Mistake("not normalised",
                {"dirichlet_predictive": answers.predictive_not_normalised},
                "Those are the parameters of the posterior. Divide by their"
                " sum.",
                credit=1.0),
        Mistake("divided by the counts alone",
                {"dirichlet_predictive":
                 answers.predictive_divided_by_counts},
                "The numerators add up to the sum of alpha and counts"
                " together; divide by that, or the probabilities add up to"
                " more than 1.",
                credit=1.0),
    ],
    variants=[
        Variant("loops", {
            "dirichlet_posterior": answers.posterior_by_loop,
            "dirichlet_predictive": answers.predictive_by_loop,
        }),
        Variant("keepdims", {
            "dirichlet_predictive": answers.predictive_right}),
    ],
)


def peak(rng, d):
    """A Gaussian of d entries that are correlated, up to a constant."""
    A = rng.normal(size=(d, d))
    centre = rng.normal(size=d)
    return call(
        given("gaussian_log_joint", centre, A @ A.T + d * np.eye(d),
              float(rng.uniform(-9, -5))),
        centre,
    )


def sharp_peak(rng, d):
    """A Gaussian whose precision has a determinant that no float holds."""
    centre = rng.normal(size=d)
    precision = np.diag(10 ** rng.uniform(12.5, 13, size=d))
    return call(given("gaussian_log_joint", centre, precision, -7.0), centre)


def gamma_peak(rng):
    """A density of one positive number, and where it is largest."""
    shape, rate = rng.uniform(20, 30), rng.uniform(2, 4)
    return call(
        given("gamma_log_joint", float(shape), float(rate)),
        np.array([shape / rate]),
    )


def logistic_peak(rng, n, d):
    """Logistic regression, and its mode, found by Newton's steps."""
    X = rng.normal(size=(n, d))
    y = (X @ rng.normal(size=d) + rng.logistic(size=n) > 0).astype(float)
    w, prior_std = np.zeros(d), 2.0
    for _ in range(30):
        p = 1 / (1 + np.exp(-X @ w))
        slope = X.T @ (y - p) - w / prior_std**2
        bend = (X.T * (p * (1 - p))) @ X + np.eye(d) / prior_std**2
        w = w + np.linalg.solve(bend, slope)
    return call(given("logistic_log_joint", X, y, prior_std), w)


laplace_approximation = Exercise(
    reference=st.laplace_approximation,
    points=3,
    compare=FOUR_DIGITS,
    cases=lambda rng: [
        Case("by hand",
             call(given("gaussian_log_joint", np.array([1.0]),
                        np.array([[4.0]]), float(np.log(3))),
                  np.array([1.0])), core=True),
        Case("a Gaussian of three entries", peak(rng, 3), core=True),
        Case("a gamma density", gamma_peak(rng)),
        Case("a logistic regression", logistic_peak(rng, 30, 2)),
        Case("a determinant that overflows", sharp_peak(rng, 26)),
    ],
    mistakes=[
        Mistake("H for its inverse", answers.laplace_precision,
                "H is the precision: large where the peak is sharp. The"
                " covariance is its inverse.",
                credit=1.5),
        Mistake("one over each entry", answers.laplace_entrywise,
                "1 / H takes each entry by itself. The covariance is the"
                " inverse matrix: np.linalg.inv.",
                credit=1.8),
        Mistake("the sign of the Hessian", answers.laplace_sign,
                "At a maximum the Hessian of log_joint bends down, so H is"
                " minus it. Your covariance has negative variances.",
                credit=1.5),
        Mistake("no log 2 pi", answers.laplace_without_pi,
                "The integral of exp(-x^2 / 2) is the root of 2 pi, once for"
                " each of the d axes: add d/2 log 2 pi to the evidence.",
                credit=2.0),
        Mistake("log 2 pi once", answers.laplace_one_axis,
                "Every axis brings its own root of 2 pi: d/2 log 2 pi with d"
                " = len(theta_map), not 1/2.",
                credit=2.0),
        Mistake("plus half the log-determinant",
                answers.laplace_adds_volume,
                "A sharp peak holds little volume: the larger H, the smaller"
                " the evidence. Subtract half of log|H|.",
                credit=1.8),
        Mistake("the whole log-determinant", answers.laplace_whole_volume,
                "Volumes go with the root of |H|, so half of log|H| is"
                " subtracted.",
                credit=1.8),
        Mistake("the height of the peak alone", answers.laplace_peak_only,
                "log p(D, theta_map) is the height of the peak. The evidence"
                " is the volume under it: add d/2 log 2 pi - 1/2 log|H|.",
                credit=1.2),
        Mistake("a determinant that overflows", answers.laplace_overflows,
                "26 precisions of 1e12 multiply to 1e312, more than any"
                " float. np.linalg.slogdet gives the logarithm of the"
                " determinant without the determinant.",
                credit=2.4),
        Mistake("the diagonal only", answers.laplace_diagonal,
                "You leave out the mixed second derivatives, as if the"
                " parameters did not know of each other. Invert the whole of"
                " H.",
                credit=1.0),
        Mistake("the evidence itself", answers.laplace_not_logged,
                "Asked is the logarithm of the evidence; the evidence of real"
                " data is too small for a float.",
                credit=2.0),
    ],
    variants=[
        Variant("differences by hand", answers.laplace_by_differences),
        Variant("Cholesky", answers.laplace_by_cholesky),
    ],
)


# The contract says how rng is used, so a right answer walks the same chain:
# a false alarm takes a u within rounding of its bound, which in 700 steps
# happens less than once in 1e8 checks.
metropolis = Exercise(
    reference=st.metropolis,
    points=3,
    cases=lambda rng: [
        Case("30 steps on a Gaussian",
             call(given("gaussian_log_density"), [0.0], steps=30,
                  proposal_std=2.0, rng=given("rng", 0)), core=True),
        Case("200 steps, mean 3",
             call(given("gaussian_log_density", 3.0), [0.5], steps=200,
                  proposal_std=2.5, rng=seed(rng)), core=True),
        Case("three axes",
             call(given("gaussian_log_density", 1.0, 2.0), [1.0, -1.0, 0.0],
                  steps=150, proposal_std=1.5, rng=seed(rng))),
        Case("waiting times: density 0 below 0",
             call(given("waiting_time_log_density", 1.5), [1.0], steps=150,
                  proposal_std=1.2, rng=seed(rng))),
        Case("log densities near -10000",
             call(given("low_gaussian_log_density"), [0.0, 1.0], steps=150,
                  proposal_std=1.5, rng=seed(rng))),
        Case("one step",
             call(given("gaussian_log_density"), [0.3, 0.1], steps=1,
                  proposal_std=0.5, rng=seed(rng))),
    ],
    mistakes=[
        Mistake("rejected steps dropped", answers.metropolis_drops_rejected,
                "A rejected step counts: the state where the walk stays is"
                " written down once more. Without that, places of high"
                " density, which are seldom left, are counted too rarely.",
                credit=1.2),
        Mistake("rows left at 0", answers.metropolis_leaves_gaps,
                "Where a step is rejected your row stays 0 (or whatever stood"
                " there). The state where the walk stays counts once more:"
                " write it down after the if, not in it.",
                credit=1.8),
        Mistake("the height of the start kept",
                answers.metropolis_keeps_first_height,
                "You compare every proposal with the height of the start."
                " When the walk moves, the height moves with it: state and"
                " height change together.",
                credit=1.5),
        Mistake("ratio inverted", answers.metropolis_inverted,
                "You accept what lies lower. It goes to the proposal if log u"
                " < log p(proposal) - log p(state).",
                credit=1.2),
        Mistake("densities that underflow", answers.metropolis_underflows,
                "exp(-10000) is 0 for both, and 0/0 is nan, which is larger"
                " than nothing: the walk never moves. Subtract the"
                " logarithms.",
                credit=2.0),
        Mistake("uphill only", answers.metropolis_uphill_only,
                "That is a climber, who ends on the top and stays there. A"
                " walker also goes down, with probability p(proposal) /"
                " p(state).",
                credit=0.6),
        Mistake("every proposal taken", answers.metropolis_takes_all,
                "Your walk moves at every step, so the density plays no part."
                " Is there no if? Or are proposal and state one array:"
                " proposal = state; proposal += ... moves both.",
                credit=0.5),
        Mistake("proposals around the start",
                answers.metropolis_from_the_start,
                "Each proposal starts from where the walk is now, not from"
                " where it began.",
                credit=0.9),
        Mistake("the start for the first state",
                answers.metropolis_initial_first,
                "The first row is the state after the first step; yours is"
                " the start, and the last step is missing.",
                credit=2.2),
        Mistake("the start as well", answers.metropolis_initial_too,
                "You return one row too many: the start is not among the"
                " states, unless the first step is rejected.",
                credit=2.2),
        Mistake("the proposal written down", answers.metropolis_keeps_rejected,
                "Where the proposal is rejected, the walk stays: write down"
                " the state, not the proposal.",
                credit=0.9),
        Mistake("the height of a rejected proposal",
                answers.metropolis_forgets_height,
                "You keep log p of the last proposal, also where it was"
                " rejected, and compare the next one with that. State and"
                " height change together, or not at all.",
                credit=1.5),
        Mistake("u only when needed", answers.metropolis_lazy,
                "It is as good a walk, but not the one of the contract: u is"
                " drawn at every step, also uphill, so that one seed gives"
                " one chain.",
                credit=2.5),
        Mistake("u before the proposal", answers.metropolis_uniform_first,
                "It is as good a walk, but not the one of the contract: first"
                " the normal numbers of the proposal, then u, so that one"
                " seed gives one chain.",
                credit=2.5),
        Mistake("everything drawn ahead", answers.metropolis_drawn_ahead,
                "It is as good a walk, but not the one of the contract: each"
                " step draws its own normal numbers, then its own u, so that"
                " one seed gives one chain.",
                credit=2.5),
        Mistake("one array for all states", answers.metropolis_one_array,
                "All your rows are the same array, so all show the last"
                " state. Make a new one for each step (state = proposal), or"
                " append a copy.",
                credit=1.8),
        Mistake("u without its logarithm", answers.metropolis_without_log,
                "The right side is a difference of logarithms, the left one"
                " is not: compare log u, or take exp of the right side.",
                credit=1.2),
        Mistake("one normal number for all axes",
                answers.metropolis_one_noise,
                "Your proposals move along the diagonal only. Draw one normal"
                " number for each axis: size=d.",
                credit=2.0),
        Mistake("proposal_std ignored", answers.metropolis_unit_steps,
                "The normal numbers are multiplied by proposal_std: how far"
                " to go is the caller's choice.",
                credit=1.5),
    ],
    variants=[
        Variant("u against the ratio", answers.metropolis_by_ratio),
        Variant("normals around the state",
                answers.metropolis_of_scaled_normals),
    ],
)


def texts(rng, n, K, V, words):
    """Counts of words in texts of K classes; the last word stays unseen."""
    habits = rng.dirichlet(np.full(V - 1, 0.5), size=K)
    share = np.arange(1, K + 1) / np.sum(np.arange(1, K + 1))
    y = np.concatenate([np.arange(K), rng.choice(K, size=n - K, p=share)])
    lengths = rng.integers(words // 2, words, size=n)
    X = np.stack([
        rng.multinomial(length, habits[k])
        for length, k in zip(lengths, y, strict=True)
    ])
    return np.column_stack([X, np.zeros(n, dtype=int)]), y


def model_and_texts(rng, m, words):
    """A model of three classes, and texts to read with it."""
    log_prob = np.log(rng.dirichlet(np.full(5, 2.0), size=3))
    log_prior = np.log(np.array([0.8, 0.15, 0.05]))
    lengths = rng.integers(words // 2, words, size=m)
    X = np.stack([
        rng.multinomial(length, np.exp(log_prob[k % 3]))
        for k, length in enumerate(lengths)
    ])
    return (log_prior, log_prob), X


HAND = (
    np.log(np.array([2.0, 1.0]) / 3),
    np.log(np.array([[4.0, 1.0, 2.0], [1.0, 4.0, 2.0]]) / 7),
)
EVEN = (np.log(np.array([0.5, 0.5])), np.log(np.full((2, 2), 0.5)))

fit_naive_bayes = Exercise(
    reference={
        "fit_naive_bayes": st.fit_naive_bayes,
        "predict_naive_bayes": st.predict_naive_bayes,
    },
    points=3,
    refuses=(
        "sklearn.naive_bayes.CategoricalNB",
        "sklearn.naive_bayes.MultinomialNB",
    ),
    cases=lambda rng: [
        Case("a model by hand",
             call([[2.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 3.0, 1.0]],
                  np.array([0, 0, 1])).on("fit_naive_bayes"), core=True),
        Case("two texts by hand",
             call(HAND, [[1.0, 1.0, 0.0], [0.0, 2.0, 5.0]])
             .on("predict_naive_bayes"), core=True),
        Case("12 texts of three classes",
             call(*texts(rng, 12, 3, 6, 30)).on("fit_naive_bayes")),
        Case("a quarter of a word",
             call(*texts(rng, 12, 3, 6, 30), smoothing=0.25)
             .on("fit_naive_bayes")),
        Case("60 short texts to read",
             call(*model_and_texts(rng, 60, 8)).on("predict_naive_bayes")),
        Case("texts of thousands of words",
             call(*model_and_texts(rng, 6, 5000)).on("predict_naive_bayes")),
        Case("equal scores: the first class",
             call(EVEN, [[1.0, 1.0], [4.0, 0.0]]).on("predict_naive_bayes")),
        Case("fitted, then read",
             script("predict_naive_bayes(fit_naive_bayes(X, y), X)",
                    **dict(zip("Xy", texts(rng, 20, 3, 6, 60),
                               strict=True)))),
    ],
    mistakes=[
        Mistake("underflow",
                {"predict_naive_bayes": answers.predict_underflows},
                "The product of thousands of probabilities is 0 for every"
                " class, and the first class wins by default. Add logarithms"
                " instead.",
                credit=2.0),
        Mistake("no smoothing",
                {"fit_naive_bayes": answers.fit_without_smoothing},
                "A word that a class has never used gets probability 0, and"
                " its logarithm, -inf, rules out the class whatever else the"
                " text says. Add smoothing to every count.",
                credit=1.8),
        Mistake("smoothing is always 1",
                {"fit_naive_bayes": answers.fit_adds_one},
                "You add 1 to each count whatever smoothing is.",
                credit=2.4),
        Mistake("smoothed above only",
                {"fit_naive_bayes": answers.fit_smooths_above_only},
                "The V counts have each grown by smoothing, their sum by V"
                " times smoothing: without that in the denominator the"
                " probabilities add up to more than 1.",
                credit=2.0),
        Mistake("smoothed once below",
                {"fit_naive_bayes": answers.fit_smooths_below_once},
                "The V counts have each grown by smoothing, their sum by V"
                " times smoothing, not by one.",
                credit=2.0),
        Mistake("prior from the words",
                {"fit_naive_bayes": answers.fit_prior_of_words},
                "The prior is the class's share of the texts. You take its"
                " share of the words, so that a class of long texts seems"
                " more probable.",
                credit=2.0),
        Mistake("uniform prior",
                {"fit_naive_bayes": answers.fit_uniform_prior},
                "Not all classes are equally frequent: the prior is the"
                " class's share of the texts.",
                credit=2.0),
        Mistake("smoothed prior",
                {"fit_naive_bayes": answers.fit_smooths_prior},
                "The contract smooths the words, not the classes: the prior"
                " is the plain share of the texts.",
                credit=2.2),
        Mistake("no logarithms",
                {"fit_naive_bayes": answers.fit_probabilities},
                "The model holds the logarithms of the probabilities, so that"
                " prediction can add.",
                credit=1.8),
        Mistake("presence for counts",
                {"fit_naive_bayes": answers.fit_presence},
                "A word that occurs three times counts three times; you count"
                " in how many texts it occurs.",
                credit=1.5),
        Mistake("normalised over everything",
                {"fit_naive_bayes": answers.fit_over_everything},
                "You divide by the sum of the whole table. Each row is to be"
                " a distribution over the words: divide it by its own sum"
                " (axis=1, keepdims=True).",
                credit=1.8),
        Mistake("normalised over the classes",
                {"fit_naive_bayes": answers.fit_over_classes},
                "You return P(class | word). Each row is to be a distribution"
                " over the words, P(word | class): divide by the sum over the"
                " words.",
                credit=1.5),
        Mistake("prior left out",
                {"predict_naive_bayes": answers.predict_without_prior},
                "The class's log prior belongs to its score. In a short text,"
                " where the words say little, it decides.",
                credit=2.0),
        Mistake("presence for counts when reading",
                {"predict_naive_bayes": answers.predict_presence},
                "A word that occurs three times speaks three times: multiply"
                " its log probability by the count.",
                credit=1.8),
        Mistake("scores for classes",
                {"predict_naive_bayes": answers.predict_scores},
                "Those are the scores of all classes. Return the number of"
                " the best: argmax along axis 1.",
                credit=1.8),
        Mistake("the smallest score",
                {"predict_naive_bayes": answers.predict_smallest},
                "A log probability near 0 is the better one: argmax.",
                credit=1.5),
        Mistake("the last of equal scores",
                {"predict_naive_bayes": answers.predict_last_of_equal},
                "Of equal scores the first class is asked; np.argmax returns"
                " it.",
                credit=2.6),
        Mistake("a prior for each word",
                {"predict_naive_bayes": answers.predict_prior_per_word},
                "You add the log prior once for each word. A text has one"
                " class, so it counts once.",
                credit=1.8),
    ],
    variants=[
        Variant("loops", {
            "fit_naive_bayes": answers.fit_by_loops,
            "predict_naive_bayes": answers.predict_by_loop,
        }),
        Variant("einsum",
                {"predict_naive_bayes": answers.predict_by_einsum}),
    ],
)


def mixture(rng, n, K, d, apart=2.0):
    """Points, and K Gaussians that overlap around some of them."""
    X = rng.normal(size=(n, d)) * 2 + rng.integers(0, 2, size=(n, 1)) * apart
    A = rng.normal(size=(K, d, d)) / 2
    covs = A @ A.swapaxes(1, 2) + rng.uniform(0.5, 1.5, (K, 1, 1)) * np.eye(d)
    weights = rng.dirichlet(np.full(K, 3.0))
    return X, weights, rng.normal(1, 1.5, size=(K, d)), covs


def far_out(rng):
    """Points so far from everything that every density is 0."""
    X, weights, means, covs = mixture(rng, 5, 2, 2)
    covs = np.stack([np.eye(2), np.eye(2)])
    # Nearly as far from the one as from the other.
    middle = means.mean(0)
    across = np.array([[0.0, -1.0], [1.0, 0.0]]) @ (means[1] - means[0])
    across = across / np.linalg.norm(across)
    far = np.array([60.0, -80.0, 100.0])[:, None]
    shift = rng.uniform(-0.2, 0.2, size=(3, 1)) * (means[1] - means[0])
    return middle + far * across + shift, weights, means, covs


LINE = (
    [[-1.0], [1.0]], [0.5, 0.5], [[-1.0], [1.0]], [[[1.0]], [[1.0]]],
)


def both_wrong(guess, step):
    """The parts of one whose em_step begins with a wrong guess."""
    return {"responsibilities": guess, "em_step": step}


responsibilities = Exercise(
    reference={
        "responsibilities": st.responsibilities,
        "em_step": st.em_step,
    },
    points=3,
    refuses=(
        "sklearn.mixture.BayesianGaussianMixture",
        "sklearn.mixture.GaussianMixture",
    ),
    cases=lambda rng: [
        Case("responsibilities by hand",
             call(*LINE).on("responsibilities"), core=True),
        Case("a step by hand",
             call(*LINE, reg_covar=0.0).on("em_step"), core=True),
        Case("three components in the plane",
             call(*mixture(rng, 12, 3, 2)).on("responsibilities")),
        Case("a step in the plane",
             call(*mixture(rng, 25, 3, 2)).on("em_step")),
        Case("as many points as components",
             call(*mixture(rng, 3, 3, 2)).on("responsibilities")),
        Case("points far out", call(*far_out(rng)).on("responsibilities")),
        Case("one component", call(*mixture(rng, 8, 1, 2)).on("em_step")),
        Case("a large reg_covar",
             call(*mixture(rng, 25, 2, 3), reg_covar=0.5).on("em_step")),
    ],
    mistakes=[
        Mistake("normalised over the points",
                both_wrong(answers.responsibilities_over_points,
                           answers.em_over_points),
                "Each point was made by one of the components, so each"
                " **row** adds up to 1. Yours add up over the points: axis=1,"
                " not axis=0.",
                credit=0.8),
        Mistake("weights left out",
                both_wrong(answers.responsibilities_without_weights,
                           answers.em_without_weights),
                "A frequent component is a likelier origin: multiply its"
                " density by its weight (add log weight).",
                credit=1.5),
        Mistake("underflow",
                both_wrong(answers.responsibilities_underflow,
                           answers.em_underflow),
                "Far out all densities are 0, and 0/0 is nan. Add the"
                " logarithms and take the softmax of them.",
                credit=2.2),
        Mistake("determinant left out",
                both_wrong(answers.responsibilities_without_volume,
                           answers.em_without_volume),
                "The density of a broad component is lower at its centre:"
                " subtract half of the log-determinant of its covariance. It"
                " does not cancel, because the components differ in it.",
                credit=1.5),
        Mistake("the whole log-determinant",
                both_wrong(answers.responsibilities_whole_volume,
                           answers.em_whole_volume),
                "The density is divided by the root of the determinant:"
                " subtract half of its logarithm.",
                credit=1.5),
        Mistake("no one half",
                both_wrong(answers.responsibilities_without_half,
                           answers.em_without_half),
                "The exponent of a Gaussian is minus one **half** of the"
                " squared distance.",
                credit=1.5),
        Mistake("not normalised",
                both_wrong(answers.responsibilities_not_normalised,
                           answers.em_not_normalised),
                "Those are weight times density. Divide each row by its sum,"
                " or take the softmax of the logarithms.",
                credit=1.0),
        Mistake("the likeliest takes all",
                both_wrong(answers.responsibilities_hard,
                           answers.em_hard),
                "That is what k-means does. EM shares each point among the"
                " components, by the probability that they made it.",
                credit=1.0),
        Mistake("divided by n", {"em_step": answers.em_by_n},
                "A component owns N_k points, not all n: divide its sums by"
                " the sum of its responsibilities, or its mean shrinks"
                " towards the origin.",
                credit=1.5),
        Mistake("means divided by n", {"em_step": answers.em_means_by_n},
                "A component owns N_k points, not all n: divide the sum for"
                " its mean by N_k, or it shrinks towards the origin.",
                credit=1.8),
        Mistake("covariances divided by n",
                {"em_step": answers.em_covs_by_n},
                "The covariances, too, are divided by N_k, the sum of the"
                " component's responsibilities, not by n.",
                credit=1.8),
        Mistake("around the old means",
                {"em_step": answers.em_around_old_means},
                "The covariance is taken around the component's new mean;"
                " around the old one it comes out too large.",
                credit=2.0),
        Mistake("reg_covar ignored", {"em_step": answers.em_unregularised},
                "reg_covar is added to the diagonal of every covariance, so"
                " that a component on a single point stays invertible.",
                credit=2.4),
        Mistake("reg_covar in every entry",
                {"em_step": answers.em_regularises_everywhere},
                "covs + reg_covar adds it to all entries, also beside the"
                " diagonal. Add reg_covar * np.eye(d).",
                credit=2.2),
        Mistake("sums for weights",
                {"em_step": answers.em_weights_are_sums},
                "The weights are shares and add up to 1: N_k / n.",
                credit=2.0),
        Mistake("weights unchanged", {"em_step": answers.em_keeps_weights},
                "The weights are learned, too: the share of the points that a"
                " component owns, N_k / n.",
                credit=2.0),
        Mistake("a step that takes sides", {"em_step": answers.em_hard},
                "That is what k-means does. In EM each point counts for every"
                " component, as much as its responsibility says.",
                credit=1.5),
        Mistake("diagonal covariances", {"em_step": answers.em_diagonal},
                "You keep the variances and drop the rest. The components may"
                " be slanted: take the whole outer product.",
                credit=2.0),
    ],
    variants=[
        Variant("SciPy's density and loops", {
            "responsibilities": answers.responsibilities_by_scipy,
            "em_step": answers.em_by_loops,
        }),
        Variant("einsum", {
            "responsibilities": answers.responsibilities_right}),
    ],
)


def centred_scores(rng, n, d):
    """Scores at the optimum, where their mean is 0."""
    scores = rng.normal(size=(n, d))
    return scores - scores.mean(0)


fisher_information = Exercise(
    reference=st.fisher_information,
    points=2,
    cases=lambda rng: [
        Case("by hand",
             call([[1.0, 0.0], [-1.0, 2.0], [3.0, 1.0]]), core=True),
        Case("30 draws, 3 parameters",
             call(rng.normal(0.7, 1, size=(30, 3))), core=True),
        Case("at the optimum", call(centred_scores(rng, 20, 2))),
        Case("one parameter", call(rng.normal(2, 1, size=(10, 1)))),
        Case("one draw", call(rng.normal(1, 1, size=(1, 3)))),
        Case("as many draws as parameters",
             call(rng.normal(1, 1, size=(3, 3)))),
    ],
    mistakes=[
        Mistake("outer product of the mean", answers.fisher_of_the_mean,
                "You average first and multiply then. At the optimum the mean"
                " gradient is 0, and so would be your Fisher matrix. Multiply"
                " first: average the outer products.",
                credit=0.6),
        Mistake("covariance with N - 1", answers.fisher_covariance,
                "np.cov subtracts the mean score and divides by N - 1. The"
                " definition does neither: E[s s^T].",
                credit=0.8),
        Mistake("mean subtracted", answers.fisher_centred,
                "The expected score is 0 where the draws come from the model,"
                " but the mean of N draws is not, and nothing is subtracted:"
                " E[s s^T].",
                credit=1.2),
        Mistake("np.cov as it comes", answers.fisher_np_cov,
                "np.cov subtracts the mean score, divides by N - 1, and"
                " returns no matrix for one parameter. The definition does"
                " none of this: the mean of s s^T.",
                credit=0.6),
        Mistake("np.cov with bias=True", answers.fisher_np_cov_biased,
                "np.cov subtracts the mean score, and returns no matrix for"
                " one parameter. The definition does neither: the mean of"
                " s s^T.",
                credit=0.9),
        Mistake("summed", answers.fisher_summed,
                "The Fisher matrix is an expectation: divide by the number of"
                " draws, N.",
                credit=1.2),
        Mistake("N by N", answers.fisher_of_samples,
                "scores @ scores.T compares draws with draws. Parameters with"
                " parameters: scores.T @ scores.",
                credit=0.8),
        Mistake("the diagonal as a vector", answers.fisher_diagonal,
                "Those are the diagonal entries, which Adam keeps. The matrix"
                " also holds how the parameters go together.",
                credit=0.8),
        Mistake("the diagonal as a matrix", answers.fisher_diagonal_matrix,
                "Beside the diagonal stand the products of different"
                " parameters' scores; yours are 0.",
                credit=0.8),
        Mistake("divided by P", answers.fisher_by_parameters,
                "Divide by the number of draws, len(scores), not by the"
                " number of parameters.",
                credit=1.2),
        Mistake("minus", answers.fisher_negative,
                "The minus belongs to the Hessian. Outer products are"
                " positive as they are.",
                credit=1.2),
    ],
    variants=[
        Variant("a loop", answers.fisher_by_loop),
        Variant("einsum", answers.fisher_by_einsum),
    ],
)


def two_samples(rng, n, m, shift):
    """Samples of unequal sizes and unequal spreads."""
    return rng.normal(0, 1, size=n), rng.normal(shift, 3, size=m)


def far_apart(rng):
    """Samples between which there is no doubt at all."""
    return rng.normal(0, 1, size=40), rng.normal(30, 2, size=30)


welch_t_test = Exercise(
    reference=st.welch_t_test,
    points=2,
    refuses=(
        "scipy.stats.ttest_ind",
        "scipy.stats.ttest_ind_from_stats",
    ),
    cases=lambda rng: [
        Case("by hand",
             call([5.0, 7.0, 9.0], [1.0, 2.0, 3.0, 4.0, 5.0]), core=True),
        Case("8 against 20", call(*two_samples(rng, 8, 20, 2.0)), core=True),
        Case("20 against 5: the smaller one varies more",
             call(*two_samples(rng, 20, 5, -1.0))),
        Case("equal means",
             call([1.0, 2.0, 6.0], [0.0, 3.0, 2.0, 7.0])),
        Case("one of them constant",
             call([2.0, 2.0, 2.0], rng.normal(3, 1, size=4))),
        Case("two against three",
             call(rng.normal(size=2), rng.normal(1, 2, size=3))),
        Case("a p-value far below 1e-16", call(*far_apart(rng)),
             compare=SIX_DIGITS_EACH),
    ],
    mistakes=[
        Mistake("the code as it was", answers.welch_as_given,
                "Two things are wrong with it. np.var divides by n unless it"
                " is told ddof=1; and the p-value counts one tail only, where"
                " a difference of either sign would have surprised."),
        Mistake("ddof=0", answers.welch_biased,
                "np.var divides by n by default. The variances of Welch's"
                " test are those with n - 1: ddof=1.",
                credit=1.0),
        Mistake("one-sided", answers.welch_one_sided,
                "A difference of the other sign would have surprised as much:"
                " both tails count, twice the one.",
                credit=1.0),
        Mistake("pooled", answers.welch_pooled,
                "That is Student's test, which takes both groups to vary"
                " alike. Where the smaller group varies more, its p-values"
                " are too small. Welch keeps the two variances apart.",
                credit=0.6),
        Mistake("1 minus", answers.welch_cancelled,
                "1 - 0.9999999999999999 has one digit left, and a p-value of"
                " 1e-30 becomes 0. The lower tail is the same by symmetry:"
                " stdtr(nu, -|t|).",
                credit=1.6),
        Mistake("no modulus", answers.welch_without_modulus,
                "For a negative t twice the upper tail is more than 1, which"
                " no probability is. Take |t|.",
                credit=1.3),
        Mistake("t as it is", answers.welch_without_modulus_as_it_is,
                "For a positive t twice the lower tail is more than 1, which"
                " no probability is. Take -|t|.",
                credit=1.0),
        Mistake("the normal distribution", answers.welch_normal,
                "The variances are estimated from a few data, so t has"
                " heavier tails than a Gaussian: stdtr with nu degrees of"
                " freedom.",
                credit=1.0),
        Mistake("n + m - 2 degrees of freedom",
                answers.welch_plain_degrees,
                "n + m - 2 belongs to the pooled test. Here the formula with"
                " the two variances gives fewer.",
                credit=1.0),
        Mistake("n and m in the degrees of freedom",
                answers.welch_degrees_of_all,
                "In nu the squares are divided by n - 1 and m - 1, the"
                " degrees of freedom of the two variances.",
                credit=1.4),
        Mistake("rounded degrees of freedom",
                answers.welch_rounded_degrees,
                "nu need not be a whole number; leave it as it is.",
                credit=1.5),
        Mistake("the sign of t lost", answers.welch_modulus,
                "t tells which mean is larger: positive if x's is. Only the"
                " p-value takes |t|.",
                credit=1.4),
        Mistake("y minus x", answers.welch_other_way,
                "t is positive if x's mean is the larger one: x minus y.",
                credit=1.5),
        Mistake("the probability of less", answers.welch_accepts,
                "You return the probability of a t nearer to 0. The p-value"
                " is that of one as far out, or farther.",
                credit=1.0),
    ],
    variants=[
        Variant("SciPy's upper tail", answers.welch_by_survival),
        Variant("incomplete beta function",
                answers.welch_by_incomplete_beta),
    ],
)


def pairs_of(rng, n):
    """Rows of two numbers that go together."""
    x = rng.normal(size=n)
    return np.column_stack([x, x + 0.7 * rng.normal(size=n)])


# As in metropolis the contract says how rng is used.
bootstrap_interval = Exercise(
    reference=st.bootstrap_interval,
    points=2,
    refuses=("scipy.stats.bootstrap",),
    cases=lambda rng: [
        Case("five numbers",
             call([1.0, 2.0, 3.0, 4.0, 10.0], given("mean"),
                  n_resamples=200, rng=given("rng", 0)), core=True),
        Case("a mean of 30",
             call(rng.normal(5, 2, size=30), given("mean"), rng=seed(rng)),
             core=True),
        Case("a median, 80 %",
             call(rng.normal(size=15), given("median"), n_resamples=200,
                  confidence_level=0.8, rng=seed(rng))),
        Case("a mean, 50 %",
             call(rng.exponential(size=12), given("mean"), n_resamples=250,
                  confidence_level=0.5, rng=seed(rng))),
        Case("a correlation: rows stay together",
             call(pairs_of(rng, 25), given("correlation"), n_resamples=200,
                  rng=seed(rng))),
        Case("one observation",
             call([4.0], given("mean"), n_resamples=10, rng=seed(rng))),
    ],
    mistakes=[
        Mistake("without replacement",
                answers.bootstrap_without_replacement,
                "Shuffled data have the same mean: your interval has no"
                " width. Draw n rows **with** replacement, so that some come"
                " twice and others not at all.",
                credit=0.6),
        Mistake("n - 1 draws", answers.bootstrap_fewer_draws,
                "A resample is as large as the data: n draws. With fewer the"
                " interval comes out too wide.",
                credit=0.8),
        Mistake("n / 2 draws", answers.bootstrap_half_the_draws,
                "A resample is as large as the data: n draws. With half of"
                " them the interval comes out 1.4 times as wide.",
                credit=0.8),
        Mistake("all of it on each side", answers.bootstrap_whole_tail,
                "You cut 5 % off each end for a level of 95 %, which leaves"
                " 90 %. Half of 1 - level goes on each side.",
                credit=1.2),
        Mistake("percentiles of shares",
                answers.bootstrap_percentiles_of_shares,
                "np.percentile counts to 100: 0.025 is there a fortieth of a"
                " percent. Take np.quantile, or multiply by 100.",
                credit=1.5),
        Mistake("always 95 %", answers.bootstrap_always_95,
                "confidence_level is an argument: the quantiles are (1 -"
                " level)/2 and (1 + level)/2.",
                credit=1.5),
        Mistake("always 2000", answers.bootstrap_always_2000,
                "You draw 2000 times, whatever is asked. n_resamples says how"
                " often.",
                credit=1.5),
        Mistake("1.96 standard deviations", answers.bootstrap_normal,
                "That takes the resampled statistics for a Gaussian; the"
                " point of the bootstrap is not to. Take their quantiles.",
                credit=0.8),
        Mistake("the extremes", answers.bootstrap_extremes,
                "The smallest and the largest of 2000 say how long you have"
                " drawn. Cut off (1 - level)/2 on each side: np.quantile.",
                credit=0.8),
        Mistake("rows torn apart", answers.bootstrap_pairs_torn,
                "You draw each column by itself, and nothing is left of how"
                " they go together. Draw rows: x[rng.integers(n, size=n)].",
                credit=1.5),
        Mistake("high, low", answers.bootstrap_upside_down,
                "You return the upper end first. The pair is (low, high), in"
                " this order.",
                credit=1.2),
    ],
    variants=[
        Variant("all indices at once", answers.bootstrap_at_once),
        Variant("rng.choice", answers.bootstrap_by_choice),
    ],
)


def fits(rng, *shape):
    """Log-likelihoods, and how many parameters it took to get there."""
    return rng.uniform(-90, -20, size=shape), rng.integers(2, 9, size=shape)


aic = Exercise(
    reference={"aic": st.aic, "bic": st.bic},
    points=1,
    cases=lambda rng: [
        Case("AIC by hand", call(-10.0, 3).on("aic"), core=True),
        Case("BIC by hand", call(-10.0, 3, 100).on("bic"), core=True),
        Case("AIC of five models", call(*fits(rng, 5)).on("aic")),
        Case("BIC of five models",
             call(*fits(rng, 5), int(rng.integers(20, 500))).on("bic")),
        Case("BIC of one model, three sizes of data",
             call(float(rng.uniform(-90, -20)), 4, np.array([5, 50, 500]))
             .on("bic")),
        Case("a positive log-likelihood",
             call(float(rng.uniform(1, 9)), 2).on("aic")),
    ],
    mistakes=[
        Mistake("base 10", {"bic": answers.bic_base_10},
                "The logarithm is the natural one, as in the likelihood:"
                " ln 100 = 4.6, not 2.",
                credit=0.5),
        Mistake("base 2", {"bic": answers.bic_base_2},
                "The logarithm is the natural one, as in the likelihood:"
                " ln 100 = 4.6, not 6.6.",
                credit=0.5),
        Mistake("2 on the wrong term in the BIC",
                {"bic": answers.bic_wrong_factor},
                "It is the log-likelihood that is doubled: k ln n - 2 ln L.",
                credit=0.4),
        Mistake("2 on both terms", {"bic": answers.bic_factor_on_both},
                "In the BIC the penalty is k ln n, without a 2; only the"
                " log-likelihood is doubled.",
                credit=0.5),
        Mistake("the sign of the log-likelihood in the BIC",
                {"bic": answers.bic_sign},
                "A likely model must get a small BIC: the log-likelihood is"
                " subtracted.",
                credit=0.4),
        Mistake("the BIC turned round", {"bic": answers.bic_reward},
                "Smaller is better: penalty minus twice the log-likelihood.",
                credit=0.5),
        Mistake("n times the log-likelihood",
                {"bic": answers.bic_of_the_mean},
                "log_likelihood is the total already, not the mean over the"
                " observations.",
                credit=0.5),
        Mistake("one number at a time", {"bic": answers.bic_one_number},
                "math.log takes one number. np.log takes arrays, too.",
                credit=0.8),
        Mistake("2k in the BIC", {"bic": answers.bic_is_aic},
                "2k is Akaike's price. In the BIC a parameter costs ln n.",
                credit=0.4),
        Mistake("the sign of the log-likelihood in both",
                {"aic": answers.aic_sign, "bic": answers.bic_sign},
                "A likely model must get small scores: the log-likelihood is"
                " subtracted.",
                credit=0.4),
        Mistake("the log-likelihood once in both", {
            "aic": answers.aic_wrong_factor,
            "bic": answers.bic_log_likelihood_once},
                "The log-likelihood is doubled in both: 2k - 2 ln L, and"
                " k ln n - 2 ln L.",
                credit=0.4),
        Mistake("the log-likelihood once in the BIC",
                {"bic": answers.bic_log_likelihood_once},
                "The log-likelihood is doubled: k ln n - 2 ln L.",
                credit=0.5),
        Mistake("half the AIC", {"aic": answers.aic_halved},
                "The order is right, but the scale is Akaike's: both terms"
                " are doubled, 2k - 2 ln L.",
                credit=0.5),
        Mistake("k ln n in the AIC", {"aic": answers.aic_with_log_n},
                "k ln n is the BIC's price. In the AIC a parameter costs 2,"
                " however many data there are.",
                credit=0.4),
        Mistake("the sign of the log-likelihood in the AIC",
                {"aic": answers.aic_sign},
                "A likely model must get a small AIC: the log-likelihood is"
                " subtracted.",
                credit=0.4),
        Mistake("the AIC turned round", {"aic": answers.aic_reward},
                "Smaller is better: penalty minus twice the log-likelihood.",
                credit=0.5),
        Mistake("2 on the wrong term in the AIC",
                {"aic": answers.aic_wrong_factor},
                "Both terms are doubled, the penalty and the log-likelihood:"
                " 2k - 2 ln L.",
                credit=0.4),
    ],
    variants=[
        Variant("other words", {
            "aic": answers.aic_right, "bic": answers.bic_by_multiply}),
    ],
)


def table(rng, *shape):
    """Probabilities P(z, x, y), none of them 0."""
    joint = rng.uniform(0.1, 1, size=shape) ** 2
    return joint / joint.sum()


def with_empty_z(rng):
    """A table in which one z never occurs."""
    joint = table(rng, 3, 2, 2)
    joint[1] = 0.0
    return joint / joint.sum()


def without_overlap(rng):
    """A table in which one z has only ever met one x."""
    joint = table(rng, 3, 2, 2)
    joint[2, 0] = 0.0
    return joint / joint.sum()


SIMPSON = [[[0.08, 0.02], [0.28, 0.12]], [[0.12, 0.28], [0.02, 0.08]]]

backdoor_adjustment = Exercise(
    reference=st.backdoor_adjustment,
    points=2,
    cases=lambda rng: [
        Case("Simpson's paradox", call(SIMPSON), core=True),
        Case("three z, two x, two y", call(table(rng, 3, 2, 2)), core=True),
        Case("two z, three x, four y", call(table(rng, 2, 3, 4))),
        Case("three of each", call(table(rng, 3, 3, 3))),
        Case("one z: nothing to adjust", call(table(rng, 1, 2, 3))),
        Case("a z that never occurs", call(with_empty_z(rng))),
        Case("ValueError: an x that never met some z",
             call(without_overlap(rng))),
    ],
    mistakes=[
        Mistake("the plain conditional", answers.backdoor_conditional,
                "You weigh by P(z | x): that is what one sees among those who"
                " happen to have x. Doing x leaves z as it was, so the"
                " weights are P(z).",
                credit=0.5),
        Mistake("the plain conditional, nothing checked",
                answers.backdoor_seen,
                "You weigh by P(z | x): that is what one sees among those who"
                " happen to have x. Doing x leaves z as it was, so the"
                " weights are P(z). And an x that never met some z is to be"
                " refused.",
                credit=0.4),
        Mistake("equal weights", answers.backdoor_uniform,
                "You average over the values of z as if all were equally"
                " frequent. Their weights are P(z).",
                credit=0.9),
        Mistake("P(z, x) for weights", answers.backdoor_zx,
                "P(y | x, z) P(z, x) summed over z is P(x, y), and its rows"
                " do not add up to 1. The weights are P(z).",
                credit=0.6),
        Mistake("nan where z never occurs", answers.backdoor_nan,
                "P(y | x, z) is 0/0 for a z that never occurs, and 0 times"
                " nan is nan. Leave such z out.",
                credit=1.6),
        Mistake("0/0 twice", answers.backdoor_nothing_checked,
                "P(y | x, z) is 0/0 for a z that never occurs: leave such z"
                " out. It is 0/0, too, where a z that does occur never met"
                " this x: there is no answer then, so raise ValueError.",
                credit=1.4),
        Mistake("positivity not checked", answers.backdoor_unchecked,
                "Where some z has never met this x, nobody knows what it"
                " would do there: yours takes 0 for an answer, and the row"
                " no longer adds up to 1. Raise ValueError.",
                credit=1.6),
        Mistake("a z that never occurs refused",
                answers.backdoor_refuses_empty_z,
                "A z of probability 0 needs no answer: it adds nothing."
                " Refuse only an x that is missing in a z that occurs.",
                credit=1.6),
        Mistake("transposed", answers.backdoor_transposed,
                "A row for each x, a column for each y, so that rows add up to"
                " 1: yours is the transpose.",
                credit=1.2),
        Mistake("x for z", answers.backdoor_other_axes,
                "The axes are joint[z, x, y]: the first is the one to sum"
                " over.",
                credit=0.8),
        Mistake("given y", answers.backdoor_given_y,
                "You divide by the sum over x: that is P(x | y, z). Divide by"
                " the sum over y, the last axis.",
                credit=0.8),
    ],
    variants=[
        Variant("loops", answers.backdoor_by_loops),
        Variant("weighing by 1 / P(x | z)", answers.backdoor_by_weights),
    ],
)


def trial(rng, n):
    """Who was treated, what came of it, and how probable it had been."""
    e = rng.uniform(0.1, 0.9, size=n)
    t = (rng.uniform(size=n) < e).astype(float)
    t[:2] = 0.0, 1.0
    return t, rng.normal(2, 1, size=n) + t + 3 * e, e


def trial_with(rng, extreme):
    """The same, with a chance of 0 or of 1 for one of them."""
    t, y, e = trial(rng, 6)
    e[3] = extreme
    return t, y, e


ipw_ate = Exercise(
    reference=st.ipw_ate,
    points=2,
    cases=lambda rng: [
        Case("by hand",
             call([1.0, 0.0, 1.0, 0.0], [3.0, 1.0, 5.0, 2.0],
                  [0.5, 0.5, 0.25, 0.2]), core=True),
        Case("20 patients", call(*trial(rng, 20)), core=True),
        Case("500 patients", call(*trial(rng, 500))),
        Case("all treated",
             call(np.ones(4), rng.normal(2, 1, size=4),
                  rng.uniform(0.3, 0.8, size=4))),
        Case("ValueError: a chance of 0", call(*trial_with(rng, 0.0))),
        Case("ValueError: a chance of 1", call(*trial_with(rng, 1.0))),
    ],
    mistakes=[
        Mistake("raw means", answers.ipw_raw,
                "The treated were chosen: those who were likely to be treated"
                " may have fared otherwise anyway. Weigh each outcome by one"
                " over the probability of the treatment that it had.",
                credit=0.4),
        Mistake("raw means, propensities not looked at",
                answers.ipw_raw_unchecked,
                "The treated were chosen: those who were likely to be treated"
                " may have fared otherwise anyway. Weigh each outcome by one"
                " over the probability of the treatment that it had."),
        Mistake("e for everybody", answers.ipw_same_weight,
                "Who was not treated had the probability 1 - e of that:"
                " divide the controls' outcomes by 1 - e.",
                credit=0.8),
        Mistake("e and 1 - e exchanged", answers.ipw_swapped,
                "A treated patient had the probability e of being treated,"
                " so his outcome is divided by e; a control's by 1 - e.",
                credit=0.8),
        Mistake("multiplied", answers.ipw_multiplied,
                "Rare cases must speak for many: divide by the probability,"
                " don't multiply.",
                credit=0.8),
        Mistake("normalised weights", answers.ipw_normalised,
                "That is Hajek's version, which divides by the sum of the"
                " weights, and is often the steadier one. The contract"
                " divides by n.",
                credit=1.2),
        Mistake("divided by the groups' sizes", answers.ipw_group_sizes,
                "The weights have blown each group up to all n: divide by n,"
                " not by how many were treated.",
                credit=0.9),
        Mistake("summed", answers.ipw_summed,
                "An average over all n is asked; yours grows with the number"
                " of patients. Divide by n.",
                credit=1.2),
        Mistake("controls minus treated", answers.ipw_other_way,
                "The effect is what treatment adds: treated minus control.",
                credit=1.2),
        Mistake("controls added", answers.ipw_added,
                "The effect is a difference: the controls' outcomes are"
                " subtracted.",
                credit=0.8),
        Mistake("propensities not checked", answers.ipw_unchecked,
                "With a chance of 0 or 1 there is nobody to compare with,"
                " whatever the data: raise ValueError rather than divide"
                " by 0, or quietly by 1.",
                credit=1.5),
    ],
    variants=[
        Variant("signed weights", answers.ipw_by_weights),
        Variant("a loop", answers.ipw_by_loop),
    ],
)


ridge_derivation = Written(
    rubric=[
        (1, r"Question 1: writes down $-\log p(\mathbf y\mid X,\mathbf w)$"
            r" and $-\log p(\mathbf w)$, and says that the logarithms of"
            r" $\sigma$, $\tau$ and $2\pi$ do not depend on $\mathbf w$"),
        (1, r"Question 2: adds them (the evidence does not depend on"
            r" $\mathbf w$), multiplies by $2\sigma^2 > 0$, which moves no"
            r" minimum, and finds $\lambda = \sigma^2/\tau^2$"),
        (1, r"Question 3: sets the gradient to zero, arrives at"
            r" $(X^\top X + \lambda I)\mathbf w = X^\top\mathbf y$, and shows"
            r" by $\mathbf v^\top(X^\top X + \lambda I)\mathbf v ="
            r" \|X\mathbf v\|^2 + \lambda\|\mathbf v\|^2 > 0$ that it has"
            r" exactly one solution, the minimum"),
        (1, r"Question 4: least squares for $\tau\to\infty$, $\mathbf w ="
            r" \mathbf 0$ for $\tau\to 0$, and the data win for"
            r" $n\to\infty$, because $X^\top X$ grows and $\lambda$ does"
            r" not"),
        (1, r"Question 5: the penalty $\frac{\sigma^2}{b}\|\mathbf w\|_1$"),
    ],
)


# Mutants of the solutions that change nothing, with the reason.
_SQUARED = "a number and its opposite have the same square"
EQUIVALENT = {
    "gaussian_mle": {
        "return mean, np.mean((x - mean) ** 2) =>"
        " return mean, np.mean(((mean - x)) ** 2)": _SQUARED,
    },
    "ordinary_least_squares": {
        "seen = S > 1e-12 * S[0]  # directions that the data say something"
        " about => seen = (S >= (1e-12 * S[0]))  # directions that the data"
        " say something about":
            "no singular value lies on the bound",
        "seen = S > 1e-12 * S[0]  # directions that the data say something"
        " about => seen = S > 2e-12 * S[0]  # directions that the data say"
        " something about":
            "any bound between rounding and the smallest that counts",
    },
    "ridge_regression": {
        "Xc, yc = X - X_mean, y - y_mean =>"
        " Xc, yc = X - X_mean, (y + y_mean)":
            "centred columns do not see a constant in y",
        "Xc, yc = X - X_mean, y - y_mean => Xc, yc = X - X_mean, y":
            "centred columns do not see a constant in y",
        "return w, y_mean - X_mean @ w => return w, y_mean - (w @ X_mean)":
            "the dot product of two vectors does not mind their order",
    },
    "choose_alpha": {
        "mean, std = np.mean(X_train, axis=0), np.std(X_train, axis=0) =>"
        " mean, std = np.mean(X_train), np.std(X_train, axis=0)":
            "the intercept makes up for whatever is subtracted from a column",
        "errors.append(np.mean((y_valid - Z_valid @ w - b) ** 2)) =>"
        " errors.append(np.mean(((b - (y_valid - Z_valid @ w))) ** 2))":
            _SQUARED,
    },
    "metropolis": {
        "if np.log(rng.random()) < new_height - height: =>"
        " if (np.log(rng.random()) <= (new_height - height)):":
            "the two are never equal",
    },
    "responsibilities": {
        "D = X - means[k] => D = (means[k] - X)": _SQUARED,
        "D = X - means[:, None]  # (K, n, d) =>"
        " D = (means[:, None] - X)  # (K, n, d)": _SQUARED,
        "return fd.softmax(scores, axis=1)  # (2 pi)^(d/2) is the same for"
        " all => return fd.softmax(scores)  # (2 pi)^(d/2) is the same for"
        " all": "axis 1 is the last one",
    },
    "backdoor_adjustment": {
        "p_z = np.sum(joint, axis=(1, 2)) =>"
        " p_z = np.sum(joint, axis=(2, 1))":
            "a sum over two axes does not mind their order",
    },
}

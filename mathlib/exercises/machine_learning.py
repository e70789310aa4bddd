"""Exercises of chapter 13."""

import functools
import math

import numpy as np

from mathlib import machine_learning as ml
from mathlib.course.compare import (
    TO_THE_LAST,
    Difference,
    named_if,
    satisfies,
    values,
)
from mathlib.exercise import (
    Case,
    Exercise,
    Mistake,
    Variant,
    Written,
    call,
    given,
    half_written,
    not_written,
    script,
)
from mathlib.exercises import _machine_learning_answers as answers


def seed(rng):
    """A generator for the learner, the same for everybody's answer."""
    return given("rng", int(rng.integers(2**31)))


# --- gelu --------------------------------------------------------------------


gelu = Exercise(
    reference={"gelu": ml.gelu, "gelu_derivative": ml.gelu_derivative},
    points=2,
    refuses=("torch.nn.functional.gelu", "torch.nn.GELU"),
    cases=lambda rng: [
        Case("by hand: -2, 0 and 1", call([-2.0, 0.0, 1.0]).on("gelu"),
             core=True),
        Case("any numbers", call(rng.normal(0, 2, 6)).on("gelu")),
        Case("a matrix", call(rng.normal(0, 1.5, (3, 4))).on("gelu")),
        Case("a single number", call(float(rng.uniform(0.5, 2))).on("gelu")),
        Case("the form with tanh: -2, 0 and 1",
             call([-2.0, 0.0, 1.0], approximate="tanh").on("gelu")),
        Case("the form with tanh: a matrix",
             call(rng.normal(0, 2, (2, 5)), approximate="tanh").on("gelu")),
        Case("'none', said aloud",
             call(rng.normal(0, 2, 4), approximate="none").on("gelu")),
        Case("the derivative by hand",
             call([-2.0, 0.0, 1.0]).on("gelu_derivative")),
        Case("the derivative of any numbers",
             call(rng.normal(0, 2, 6)).on("gelu_derivative")),
        Case("the derivative of a matrix",
             call(rng.normal(0, 1, (2, 3))).on("gelu_derivative")),
        Case("the derivative of a single number",
             call(float(rng.uniform(0.5, 2))).on("gelu_derivative")),
    ],
    mistakes=[
        Mistake("the form with tanh always",
                {"gelu": answers.gelu_always_tanh},
                "approximate=\"none\" asks for x Phi(x) itself. The form with"
                " tanh is up to 4.8e-4 beside it: it belongs to \"tanh\".",
                credit=1.2),
        Mistake("the exact form always",
                {"gelu": answers.gelu_always_exact},
                "With approximate=\"tanh\" the form with the hyperbolic"
                " tangent is asked, as GPT-2 was trained with it; you return"
                " x Phi(x) there too.",
                credit=1.6),
        Mistake("the two forms exchanged",
                {"gelu": answers.gelu_other_way_round},
                "\"none\" means no approximation, x Phi(x); \"tanh\" is the"
                " approximation. Yours are the other way round.",
                credit=1.4),
        Mistake("the sigmoid form", {"gelu": answers.gelu_by_sigmoid},
                "x sigma(1.702 x) is an approximation as well, and a coarse"
                " one: off by 0.02 near |x| = 2.3. The gate is the normal"
                " distribution function.",
                credit=1.0),
        Mistake("the sigmoid form always",
                {"gelu": answers.gelu_always_by_sigmoid},
                "x sigma(1.702 x) is a coarse approximation, off by 0.02 near"
                " |x| = 2.3. \"none\" asks for x Phi(x), \"tanh\" for the form"
                " with the cube.",
                credit=0.7),
        Mistake("the sigmoid form and its derivative",
                {"gelu": answers.gelu_by_sigmoid,
                 "gelu_derivative": answers.gelu_derivative_of_sigmoid_form},
                "x sigma(1.702 x) is off by 0.02 near |x| = 2.3, and its"
                " derivative with it. The gate is Phi, the normal"
                " distribution function.",
                credit=0.6),
        Mistake("density for distribution function",
                {"gelu": answers.gelu_of_density},
                "phi is the bell curve, Phi the area below it up to x. The"
                " gate is the area, which grows from 0 to 1.",
                credit=0.8),
        Mistake("the gate without x", {"gelu": answers.gelu_gate_alone},
                "Phi(x) is the gate: the share that is let through. GELU lets"
                " that share of x through, x Phi(x).",
                credit=1.0),
        Mistake("the gates without x", {"gelu": answers.gelu_gates_alone},
                "What you return is the gate, the share that is let through."
                " GELU lets that share of x through: multiply by x, in both"
                " forms.",
                credit=0.8),
        Mistake("erf without the root of 2",
                {"gelu": answers.gelu_without_root_2},
                "erf counts in units of sqrt(2) deviations: Phi(x) = (1 +"
                " erf(x / sqrt(2))) / 2. Yours is Phi(sqrt(2) x).",
                credit=1.2),
        Mistake("the cube outside the bracket",
                {"gelu": answers.gelu_cube_outside},
                "sqrt(2/pi) multiplies the whole bracket, x + 0.044715 x^3;"
                " you multiply x alone.",
                credit=1.6),
        Mistake("the cube taken times x",
                {"gelu": answers.gelu_cube_multiplied},
                "The bracket is x + 0.044715 x^3. With x taken out it is x (1"
                " + 0.044715 x^2), a square and no cube.",
                credit=1.6),
        Mistake("the root over 2 alone",
                {"gelu": answers.gelu_root_of_2_alone},
                "The factor is sqrt(2 / pi) = 0.798: the root covers pi, too."
                " sqrt(2) / pi is 0.450.",
                credit=1.6),
        Mistake("a square for the cube",
                {"gelu": answers.gelu_square_for_cube},
                "The bracket is x + 0.044715 x^3. With a square it would not"
                " be odd, and -x no longer be gated as 1 minus x's share.",
                credit=1.6),
        Mistake("the form with tanh doubled",
                {"gelu": answers.gelu_tanh_without_half},
                "tanh runs from -1 to 1, so 1 + tanh runs from 0 to 2. The"
                " gate is half of it.",
                credit=1.6),
        Mistake("everything doubled", {"gelu": answers.gelu_without_half},
                "1 + erf and 1 + tanh run from 0 to 2; a gate runs from 0 to"
                " 1. Take half.",
                credit=1.2),
        Mistake("single numbers only",
                {"gelu": answers.gelu_of_one_number,
                 "gelu_derivative": answers.gelu_derivative_of_one_number},
                "math.erf takes a single number, and x may be an array of any"
                " shape. pr.gaussian_cdf takes all of it at once.",
                credit=1.0),
        Mistake("gelu of single numbers only",
                {"gelu": answers.gelu_of_one_number},
                "math.erf takes a single number, and x may be an array of any"
                " shape. pr.gaussian_cdf takes all of it at once.",
                credit=1.2),
        Mistake("derivative: Phi alone",
                {"gelu_derivative": answers.gelu_derivative_gate_alone},
                "That treats the gate as a constant. It moves with x, too:"
                " the product rule adds x phi(x), and at -2 the slope becomes"
                " negative, -0.085.",
                credit=1.2),
        Mistake("derivative: phi without its x",
                {"gelu_derivative": answers.gelu_derivative_without_x},
                "The product rule gives Phi(x) + x phi(x): the derivative of"
                " the gate is multiplied by x.",
                credit=1.3),
        Mistake("derivative: the second term alone",
                {"gelu_derivative": answers.gelu_derivative_second_term},
                "x phi(x) is how the gate's motion changes the product. The"
                " motion of x itself adds Phi(x).",
                credit=1.2),
        Mistake("derivative: the bell without its constant",
                {"gelu_derivative": answers.gelu_derivative_unnormalised},
                "phi(x) = e^(-x^2/2) / sqrt(2 pi): without the constant its"
                " area would be 2.5 and not 1.",
                credit=1.4),
        Mistake("derivative: e to the -x^2",
                {"gelu_derivative": answers.gelu_derivative_without_half},
                "The bell curve is e^(-x^2/2) / sqrt(2 pi): half of the"
                " square in the exponent.",
                credit=1.4),
        Mistake("derivative: e to the +x^2/2",
                {"gelu_derivative": answers.gelu_derivative_growing},
                "The bell curve falls on both sides: e^(-x^2/2), with a minus"
                " in the exponent. Yours grows.",
                credit=1.4),
        Mistake("derivative: 2 pi without a root",
                {"gelu_derivative": answers.gelu_derivative_divided},
                "The bell curve is divided by sqrt(2 pi), not by 2 pi.",
                credit=1.4),
        Mistake("derivative: minus for plus",
                {"gelu_derivative": answers.gelu_derivative_minus},
                "Phi'(x) is phi(x), with a plus; only phi has a derivative"
                " with a minus. So Phi(x) + x phi(x).",
                credit=1.3),
        Mistake("derivative of the form with tanh",
                {"gelu_derivative": answers.gelu_derivative_of_tanh_form},
                "That is the slope of the approximation. Asked is the slope"
                " of the exact form: Phi(x) + x phi(x).",
                credit=1.4),
        Mistake("derivative of the sigmoid form",
                {"gelu_derivative": answers.gelu_derivative_of_sigmoid_form},
                "That is the slope of x sigma(1.702 x), an approximation."
                " Asked is the slope of the exact form: Phi(x) + x phi(x).",
                credit=1.2),
        Mistake("derivative of SiLU",
                {"gelu_derivative": answers.gelu_derivative_of_silu},
                "That is the slope of x sigma(x), SiLU. The same product rule"
                " with Phi in place of sigma gives GELU's.",
                credit=1.0),
        *half_written(1.0, "gelu", "gelu_derivative"),
    ],
    variants=[
        Variant("erfc, ndtr and a sigmoid", {
            "gelu": answers.gelu_by_erf,
            "gelu_derivative": answers.gelu_derivative_by_ndtr}),
        Variant("one number after the other", {
            "gelu": answers.gelu_by_loop,
            "gelu_derivative": answers.gelu_derivative_by_loop}),
    ],
)


# --- linear_regression_loss --------------------------------------------------


FOUR_ROWS = [[1.0, 0.0], [1.0, 2.0], [2.0, 1.0], [0.0, 3.0]]


def line(rng, n, d):
    """Weights, a table and targets that do not quite fit."""
    X = rng.normal(1, 2, (n, d))
    return rng.normal(size=d), X, X @ rng.normal(size=d) + rng.normal(size=n)


def as_column(program):
    """The same call with the targets as a column, (N, 1)."""
    w, X, y = program.args
    return call(w, X, y[:, None])


linear_regression_loss = Exercise(
    reference={
        "linear_regression_loss": ml.linear_regression_loss,
        "linear_regression_gradient": ml.linear_regression_gradient,
    },
    points=2,
    refuses=("mathlib.machine_learning.mse", "torch.nn.functional.mse_loss",
             "sklearn.metrics.mean_squared_error"),
    cases=lambda rng: [
        Case("the loss by hand",
             call([2.0, 1.0], FOUR_ROWS, [3.0, 2.0, 5.0, 0.0])
             .on("linear_regression_loss"), core=True),
        Case("the loss of eight rows",
             call(*line(rng, 8, 3)).on("linear_regression_loss")),
        Case("the loss with more columns than rows",
             call(*line(rng, 3, 5)).on("linear_regression_loss")),
        Case("the loss refuses a column of targets",
             as_column(call(*line(rng, 5, 2))).on("linear_regression_loss")),
        Case("the gradient by hand",
             call([2.0, 1.0], FOUR_ROWS, [3.0, 2.0, 5.0, 0.0])
             .on("linear_regression_gradient")),
        Case("the gradient of eight rows",
             call(*line(rng, 8, 3)).on("linear_regression_gradient")),
        Case("the gradient with more columns than rows",
             call(*line(rng, 3, 5)).on("linear_regression_gradient")),
        Case("the gradient of a square table",
             call(*line(rng, 4, 4)).on("linear_regression_gradient")),
        Case("the gradient refuses a column of targets",
             as_column(call(*line(rng, 5, 2)))
             .on("linear_regression_gradient")),
    ],
    mistakes=[
        Mistake("loss: a sum for a mean",
                {"linear_regression_loss": answers.linear_loss_sum},
                "You add the squares up. Divided by N the loss does not grow"
                " with the size of the table: the example has 14 / 4 = 3.5.",
                credit=1.2),
        Mistake("sums for means",
                {"linear_regression_loss": answers.linear_loss_sum,
                 "linear_regression_gradient": answers.linear_gradient_sum},
                "Both are N times too large: the loss is a mean over the"
                " rows, and its gradient has the factor 2/N.",
                credit=1.0),
        Mistake("half of the mean",
                {"linear_regression_loss": answers.linear_loss_half,
                 "linear_regression_gradient":
                     answers.linear_gradient_without_2},
                "A factor 1/2 before the loss is a custom of some books, which"
                " makes the 2 of the gradient vanish. Here the loss is the"
                " plain mean of the squares.",
                credit=1.2),
        Mistake("half of the sum",
                {"linear_regression_loss": answers.linear_loss_half_sum,
                 "linear_regression_gradient":
                     answers.linear_gradient_half_sum},
                "Half of the sum of squares is a custom of some books. Here"
                " the loss is the mean of the squares, and the gradient has"
                " the factor 2/N.",
                credit=0.9),
        Mistake("loss: half of the mean",
                {"linear_regression_loss": answers.linear_loss_half},
                "The loss is the plain mean of the squared residuals, without"
                " 1/2.",
                credit=1.3),
        Mistake("loss: the root of it",
                {"linear_regression_loss": answers.linear_loss_root},
                "You took the root of the mean square. It has the units of y,"
                " and another gradient: the loss asked is the mean square"
                " itself.",
                credit=1.2),
        Mistake("loss: the length divided by N",
                {"linear_regression_loss": answers.linear_loss_norm},
                "The loss has the SQUARED length of the residual: || ||^2 /"
                " N. np.linalg.norm is the length.",
                credit=1.2),
        Mistake("loss: absolute values",
                {"linear_regression_loss": answers.linear_loss_absolute},
                "You average the sizes of the residuals, the mean absolute"
                " error. Asked is the mean of their squares.",
                credit=1.0),
        Mistake("loss: the square of the mean",
                {"linear_regression_loss":
                     answers.linear_loss_square_of_mean},
                "First square, then average: otherwise positive and negative"
                " residuals cancel, and a bad fit costs nothing.",
                credit=1.0),
        Mistake("loss: one number for each row",
                {"linear_regression_loss": answers.linear_loss_each},
                "These are the squares of the rows. The loss is one number,"
                " their mean.",
                credit=1.2),
        Mistake("divided by the number of columns",
                {"linear_regression_loss": answers.linear_loss_by_columns,
                 "linear_regression_gradient":
                     answers.linear_gradient_by_columns},
                "N is the number of samples, the rows of X: len(X) or"
                " X.shape[0]. You divide by the number of columns.",
                credit=1.0),
        Mistake("gradient: divided by the number of columns",
                {"linear_regression_gradient":
                     answers.linear_gradient_by_columns},
                "N is the number of samples, the rows of X. You divide by the"
                " number of columns, len(w).",
                credit=1.3),
        Mistake("a column is let through",
                {"linear_regression_loss": answers.linear_loss_unchecked,
                 "linear_regression_gradient":
                     answers.linear_gradient_unchecked},
                "With y of shape (N, 1), X w - y silently becomes a table of N"
                " times N differences, everyone's with everyone's. Raise a"
                " ValueError unless y.shape == (N,).",
                credit=1.6),
        Mistake("loss: a column is let through",
                {"linear_regression_loss": answers.linear_loss_unchecked},
                "With y of shape (N, 1), X w - y silently becomes a table of N"
                " times N differences. The loss should raise a ValueError,"
                " too.",
                credit=1.8),
        Mistake("gradient: a column is let through",
                {"linear_regression_gradient":
                     answers.linear_gradient_unchecked},
                "With y of shape (N, 1), X w - y silently becomes a table of N"
                " times N differences. The gradient should raise a"
                " ValueError, too.",
                credit=1.8),
        Mistake("a column is flattened",
                {"linear_regression_loss": answers.linear_loss_flattened,
                 "linear_regression_gradient":
                     answers.linear_gradient_flattened},
                "Kindly meant; the contract asks for a ValueError, so that the"
                " caller learns of the wrong shape.",
                credit=1.7),
        Mistake("an assertion", {
            "linear_regression_loss": answers.linear_loss_asserted,
            "linear_regression_gradient": answers.linear_gradient_asserted},
                "assert raises an AssertionError, and nothing at all under"
                " python -O. Write raise ValueError(...).",
                credit=1.8),
        Mistake("gradient: 2 forgotten",
                {"linear_regression_gradient":
                     answers.linear_gradient_without_2},
                "The derivative of r^2 is 2 r: the factor is 2/N, not 1/N.",
                credit=1.3),
        Mistake("gradient: a sum for a mean",
                {"linear_regression_gradient": answers.linear_gradient_sum},
                "The loss is a mean, so its gradient is one, too: divide by"
                " N.",
                credit=1.3),
        Mistake("gradient: neither 2 nor N",
                {"linear_regression_gradient":
                     answers.linear_gradient_half_sum},
                "X^T r points the right way; the factor 2/N is missing.",
                credit=1.2),
        Mistake("gradient: downhill",
                {"linear_regression_gradient":
                     answers.linear_gradient_downhill},
                "The residual is X w - y. With y - X w the gradient points"
                " downhill, and gradient descent, which subtracts it, climbs.",
                credit=1.2),
        Mistake("gradient: downhill, and 2 forgotten",
                {"linear_regression_gradient":
                     answers.linear_gradient_downhill_without_2},
                "Two things: the residual is X w - y, and the derivative of a"
                " square brings a factor 2.",
                credit=1.1),
        Mistake("gradient: one number",
                {"linear_regression_gradient": answers.linear_gradient_total},
                "You add up the entries. The gradient has one entry for each"
                " weight: X^T r, a vector (d,).",
                credit=1.2),
        Mistake("gradient: mean times mean",
                {"linear_regression_gradient":
                     answers.linear_gradient_mean_of_residuals},
                "The mean of a product is not the product of the means: each"
                " row's residual multiplies its own x before the average.",
                credit=1.1),
        Mistake("gradient: without X",
                {"linear_regression_gradient":
                     answers.linear_gradient_without_X},
                "That has one entry for each row. The chain rule brings in"
                " X^T, which makes one for each weight.",
                credit=1.1),
        Mistake("gradient: X not transposed",
                {"linear_regression_gradient":
                     answers.linear_gradient_untransposed},
                "X has a row for each sample and r an entry for each sample:"
                " it is X^T r that sums over the samples.",
                credit=1.3),
        Mistake("gradient: a step made",
                {"linear_regression_gradient": answers.linear_gradient_step},
                "You return new weights. Asked is the gradient alone; the"
                " optimizer makes the step.",
                credit=1.1),
        Mistake("gradient: one row for each sample",
                {"linear_regression_gradient": answers.linear_gradient_each},
                "These are the gradients of the samples, one a row. The"
                " gradient of the mean is their mean, over axis 0.",
                credit=1.2),
        *half_written(1.0, "linear_regression_loss",
                      "linear_regression_gradient"),
    ],
    variants=[
        Variant("loops", {
            "linear_regression_loss": answers.linear_loss_by_loop,
            "linear_regression_gradient": answers.linear_gradient_by_loop}),
        Variant("dot products, and the normal equation's two terms", {
            "linear_regression_loss": answers.linear_loss_by_dot,
            "linear_regression_gradient":
                answers.linear_gradient_by_normal_matrix}),
    ],
)


# --- huber -------------------------------------------------------------------


def apart(rng, *shape, delta):
    """Truths and guesses whose residuals lie on both sides of delta.

    Some between 1 and delta, or between delta and its root: there the wrong
    borders show.
    """
    truth = rng.normal(size=shape)
    r = rng.uniform(0.1, 3.5, shape) * delta
    edges = np.sort([math.sqrt(delta), delta])
    r.flat[0] = rng.uniform(*(edges + [0.05, -0.05]))
    r.flat[1] = 0.5 * min(delta, 1.0)
    r.flat[2] = 2.5 * max(delta, 1.0)
    signs = np.where(np.arange(r.size) % 2, -1.0, 1.0).reshape(shape)
    return truth, truth + signs * r


huber = Exercise(
    reference=ml.huber,
    points=2,
    refuses=("torch.nn.functional.huber_loss", "torch.nn.HuberLoss",
             "torch.nn.functional.smooth_l1_loss", "torch.nn.SmoothL1Loss",
             "scipy.special.huber"),
    cases=lambda rng: [
        Case("by hand", call([0.0, 0.0, 1.0], [1.5, 5.0, -2.0], delta=2.0),
             core=True),
        Case("by hand, delta left at 1",
             call([0.0, 0.0, 1.0], [1.5, 5.0, -2.0])),
        Case("a large delta", call(*apart(rng, 8, delta=3.0), delta=3.0)),
        Case("a small delta", call(*apart(rng, 8, delta=0.4), delta=0.4)),
        Case("a table", call(*apart(rng, 3, 4, delta=2.5), delta=2.5)),
        Case("small residuals only",
             call(rng.normal(size=5), rng.normal(size=5), delta=50.0)),
        Case("large residuals only",
             call(rng.normal(size=6), 20 + rng.normal(size=6), delta=1.5)),
        Case("a residual that is delta",
             call([1.0, 2.0], [3.0, float(rng.uniform(2, 3))], delta=2.0)),
    ],
    mistakes=[
        Mistake("the line without its shift", answers.huber_without_shift,
                "At |r| = delta the parabola is delta^2/2 and your line"
                " delta^2: a jump. The line is delta (|r| - delta/2).",
                credit=1.2),
        Mistake("the parabola without 1/2", answers.huber_without_half,
                "At |r| = delta the line is delta^2/2 and your parabola"
                " delta^2: a jump. The parabola is r^2/2.",
                credit=1.2),
        Mistake("twice as much", answers.huber_doubled,
                "No jump, but everything is twice what is asked: r^2/2, and"
                " delta (|r| - delta/2).",
                credit=1.3),
        Mistake("the squared residual tested", answers.huber_squared_test,
                "You compare r^2 with delta. The border is at |r| = delta;"
                " the two agree for delta = 1 only.",
                credit=1.2),
        Mistake("a sum for a mean", answers.huber_sum,
                "The loss is the mean over all entries: divide the sum by"
                " their number.",
                credit=1.4),
        Mistake("one number for each entry", answers.huber_each,
                "These are the losses of the entries. Asked is one number,"
                " their mean.",
                credit=1.4),
        Mistake("one number for each column", answers.huber_rows,
                "You average over axis 0. The mean is over all entries, of a"
                " table too.",
                credit=1.6),
        Mistake("delta ignored", answers.huber_of_1,
                "You compute with delta = 1, whatever delta is.",
                credit=1.0),
        Mistake("smooth L1", answers.huber_smooth_l1,
                "Divided by delta it is PyTorch's smooth_l1_loss: its line"
                " has slope 1. Huber's has slope delta.",
                credit=1.4),
        Mistake("a line of slope 1", answers.huber_of_slope_1,
                "The parabola arrives at |r| = delta with slope delta; the"
                " line goes on with it: delta (|r| - delta/2).",
                credit=1.2),
        Mistake("1/2 for delta/2", answers.huber_half_for_half_delta,
                "The line is delta (|r| - delta/2), or delta |r| - delta^2/2."
                " Yours, delta |r| - delta/2, meets the parabola for delta = 1"
                " only.",
                credit=1.4),
        Mistake("1/2 for delta^2/2", answers.huber_half_for_half_square,
                "The line is delta (|r| - delta/2), or delta |r| - delta^2/2."
                " Yours, delta |r| - 1/2, meets the parabola for delta = 1"
                " only.",
                credit=1.4),
        Mistake("delta squared before the bracket",
                answers.huber_delta_squared,
                "The line is delta (|r| - delta/2): its slope is delta, not"
                " delta^2.",
                credit=1.3),
        Mistake("shifted by delta", answers.huber_shift_delta,
                "delta (|r| - delta) is 0 at the border, where the parabola"
                " has delta^2/2. The shift is delta/2.",
                credit=1.4),
        Mistake("plain absolute values outside",
                answers.huber_plain_absolute,
                "Outside you take |r|. The line that continues the parabola"
                " is delta (|r| - delta/2).",
                credit=1.0),
        Mistake("no absolute value", answers.huber_without_abs,
                "Every negative residual is below delta and gets the"
                " parabola, however large. Compare |r|.",
                credit=1.2),
        Mistake("absolute value in the test only",
                answers.huber_abs_in_the_test_only,
                "The line is delta (|r| - delta/2): without | | a large"
                " negative residual earns a reward.",
                credit=1.4),
        Mistake("the two branches exchanged", answers.huber_branches_swapped,
                "The parabola belongs to the small residuals, the line to the"
                " large ones: that is what tames outliers.",
                credit=1.0),
        Mistake("flat outside", answers.huber_clipped,
                "Beyond delta your loss no longer grows, and has no slope to"
                " learn from. Huber's goes on as a line.",
                credit=0.8),
        Mistake("the parabola everywhere", answers.huber_squares,
                "That is half of the mean square. Beyond delta it should go"
                " on as a line.",
                credit=0.6),
        Mistake("the pseudo-Huber loss", answers.huber_pseudo,
                "delta^2 (sqrt(1 + (r/delta)^2) - 1) is a smooth relative."
                " Asked is the one of two pieces.",
                credit=0.8),
        Mistake("averaged too early", answers.huber_by_mean_residual,
                "You average the residuals first and then ask which branch."
                " Each entry has a branch of its own; the mean comes last.",
                credit=1.0),
        Mistake("one branch for all", answers.huber_one_branch_for_all,
                "You ask once for the whole array and take one branch for all"
                " of it. np.where(r <= delta, a, b) asks entry by entry.",
                credit=0.8),
        Mistake("two means added", answers.huber_two_means,
                "You average the small residuals among themselves, and the"
                " large ones. The mean is over all entries together; and of"
                " no entries it is nan.",
                credit=1.2),
        Mistake("the slope", answers.huber_slope,
                "np.clip(r, -delta, delta) is the slope, the derivative of"
                " the loss in r. Asked is the loss.",
                credit=0.5),
        Mistake("if for np.where", answers.huber_with_if,
                "An array has no single truth value. np.where(r <= delta, a,"
                " b) chooses entry by entry.",
                credit=0.8),
    ],
    variants=[
        Variant("with a minimum", answers.huber_by_minimum),
        Variant("a loop, the border on the line", answers.huber_by_loop),
    ],
)


# --- logistic_loss -----------------------------------------------------------


LN2, LN3 = math.log(2), math.log(3)
BY_HAND = (
    [LN3, LN2], -LN3, [[1.0, 1.0], [2.0, 0.0], [1.0, -1.0]], [1.0, 0.0, 0.0]
)


def labelled(rng, n, d, scale=1.0):
    """Weights, a bias, a table, and labels of both kinds."""
    y = (rng.random(n) < 0.5).astype(float)
    y[:2] = 0.0, 1.0
    X = rng.normal(0.5, 1.0, (n, d))
    w, b = scale * rng.normal(size=d), float(rng.uniform(0.5, 1.5))
    return w, b, X, y


def saturated(rng):
    """Logits of some hundreds, with labels that they miss.

    One sample's logit is far too large for a sigmoid to be less than 1.
    """
    x = rng.uniform(1, 2, 4) * [1, -1, 1, -1]
    return [800.0], 0.5, x[:, None], [1.0, 0.0, 0.0, 1.0]


def both_spoilt(first, second, program):
    """Two losses of which probabilities of 0 or 1 have left no more.

    Both not a number, both infinite, or both capped, wherever that is.
    """
    if np.isfinite(first) and np.isfinite(second):
        return 0 < first < 60 and 0 < second < 60
    return bool(np.isnan(first) == np.isnan(second)
                and np.isinf(first) == np.isinf(second))


logistic_loss = Exercise(
    reference={
        "logistic_loss": ml.logistic_loss,
        "logistic_gradient": ml.logistic_gradient,
    },
    points=3,
    refuses=(
        "torch.nn.functional.binary_cross_entropy_with_logits",
        "sklearn.metrics.log_loss",
    ),
    cases=lambda rng: [
        Case("the loss by hand", call(*BY_HAND).on("logistic_loss"),
             core=True),
        Case("the loss of ten rows",
             call(*labelled(rng, 10, 3)).on("logistic_loss")),
        Case("the loss of other rows",
             call(*labelled(rng, 7, 4)).on("logistic_loss")),
        Case("the loss of logits of 800 to 1600",
             call(*saturated(rng)).on("logistic_loss"),
             compare=named_if(both_spoilt)),
        Case("the gradient by hand", call(*BY_HAND).on("logistic_gradient")),
        Case("the gradient of ten rows",
             call(*labelled(rng, 10, 3)).on("logistic_gradient")),
        Case("the gradient of a square table",
             call(*labelled(rng, 4, 4)).on("logistic_gradient")),
        Case("the gradient with one weight",
             call(*labelled(rng, 6, 1)).on("logistic_gradient")),
        Case("the gradient of logits of 800 to 1600",
             call(*saturated(rng)).on("logistic_gradient")),
    ],
    mistakes=[
        Mistake("loss: the logarithm of a probability of 0",
                {"logistic_loss": answers.logistic_loss_naive},
                "For a logit of 800 the sigmoid is 1 to the last digit, so"
                " that log(1 - p) is -inf, and 0 times it nan. Write the loss"
                " with the logits: np.logaddexp(0, z) - y z.",
                credit=2.5),
        Mistake("loss: clipped probabilities",
                {"logistic_loss": answers.logistic_loss_clipped},
                "Clipped at 1e-7, no sample can cost more than 16, and where"
                " it does the gradient is 0. Write the loss with the logits:"
                " np.logaddexp(0, z) - y z.",
                credit=2.5),
        Mistake("loss: a little added before the logarithm",
                {"logistic_loss": answers.logistic_loss_nudged},
                "log(p + 1e-9) is no longer nan, but all losses are a little"
                " off, and none exceeds 21. Write the loss with the logits:"
                " np.logaddexp(0, z) - y z.",
                credit=2.2),
        Mistake("loss: overflow",
                {"logistic_loss": answers.logistic_loss_overflowing},
                "e^z is inf beyond 709. np.logaddexp(0, z) is log(1 + e^z)"
                " without that detour.",
                credit=2.5),
        Mistake("loss: a sum for a mean",
                {"logistic_loss": answers.logistic_loss_sum},
                "The loss is the mean over the samples; divide by N.",
                credit=2.0),
        Mistake("sums for means",
                {"logistic_loss": answers.logistic_loss_sum,
                 "logistic_gradient": answers.logistic_gradient_summed},
                "Both are N times too large: the loss is a mean over the"
                " samples, and so is its gradient.",
                credit=1.6),
        Mistake("b left out",
                {"logistic_loss": answers.logistic_loss_without_b,
                 "logistic_gradient": answers.logistic_gradient_without_b},
                "The logit is w . x + b: the border need not go through the"
                " origin.",
                credit=1.4),
        Mistake("loss: b left out",
                {"logistic_loss": answers.logistic_loss_without_b},
                "The logit is w . x + b, in the loss as well.",
                credit=2.0),
        Mistake("gradient: b left out of the logits",
                {"logistic_gradient": answers.logistic_gradient_without_b},
                "The logit is w . x + b, in the gradient as well.",
                credit=2.0),
        Mistake("y and 1 - y exchanged",
                {"logistic_loss": answers.logistic_loss_swapped,
                 "logistic_gradient": answers.logistic_gradient_swapped},
                "y-hat is the probability of the label 1: log y-hat goes with"
                " y, log(1 - y-hat) with 1 - y. Yours is trained towards the"
                " wrong class.",
                credit=1.4),
        Mistake("loss: y and 1 - y exchanged",
                {"logistic_loss": answers.logistic_loss_swapped},
                "y-hat is the probability of the label 1: log y-hat goes with"
                " y, log(1 - y-hat) with 1 - y.",
                credit=2.0),
        Mistake("loss: the log-likelihood",
                {"logistic_loss": answers.logistic_loss_likelihood},
                "That is the mean log-likelihood, which is negative and is"
                " maximized. The loss is minus it.",
                credit=2.0),
        Mistake("loss: the label 1 only",
                {"logistic_loss": answers.logistic_loss_ones_only},
                "Samples with the label 0 cost nothing in yours; they cost"
                " -log(1 - y-hat).",
                credit=1.8),
        Mistake("loss: labels -1 and +1",
                {"logistic_loss": answers.logistic_loss_signed},
                "log(1 + e^(-y z)) is right for labels -1 and +1. Here they"
                " are 0 and 1.",
                credit=2.0),
        Mistake("loss: the sign of z in the exponent",
                {"logistic_loss": answers.logistic_loss_of_minus_z},
                "log(1 + e^z) - y z: with -z in the exponent a sample of"
                " label 1 counts its z twice.",
                credit=1.8),
        Mistake("loss: plus y z",
                {"logistic_loss": answers.logistic_loss_plus},
                "log(1 + e^z) MINUS y z: a large logit is cheap where the"
                " label is 1.",
                credit=1.8),
        Mistake("loss: squared errors",
                {"logistic_loss": answers.logistic_loss_squares},
                "The mean square of y-hat - y is not convex in w and flattens"
                " out where the model is most wrong. Asked is the"
                " cross-entropy.",
                credit=1.2),
        Mistake("squared errors",
                {"logistic_loss": answers.logistic_loss_squares,
                 "logistic_gradient":
                     answers.logistic_gradient_of_squares_doubled},
                "That is the mean squared error of the probabilities, and its"
                " gradient. Asked is the cross-entropy, in whose gradient"
                " sigma' cancels.",
                credit=0.8),
        Mistake("loss: one number for each row",
                {"logistic_loss": answers.logistic_loss_each},
                "These are the losses of the samples. Asked is one number,"
                " their mean.",
                credit=2.0),
        Mistake("gradient: sigma' too many",
                {"logistic_gradient": answers.logistic_gradient_of_squares},
                "The factor sigma'(z) = y-hat (1 - y-hat) cancels against the"
                " derivative of the logarithm. Left in, the gradient vanishes"
                " just where the model is most wrong.",
                credit=1.8),
        Mistake("gradient: sigma' and 2 too many",
                {"logistic_gradient":
                     answers.logistic_gradient_of_squares_doubled},
                "That is the gradient of the squared error. In the"
                " cross-entropy's, sigma' cancels and no 2 is left.",
                credit=1.6),
        Mistake("gradient: grad_b summed",
                {"logistic_gradient": answers.logistic_gradient_b_summed},
                "grad_w is a mean over the samples, grad_b must be one, too;"
                " yours is N times too large.",
                credit=2.4),
        Mistake("gradient: grad_b divided twice",
                {"logistic_gradient":
                     answers.logistic_gradient_b_twice_divided},
                "The errors are divided by N already: sum them for grad_b,"
                " and do not average once more.",
                credit=2.4),
        Mistake("gradient: grad_b for each sample",
                {"logistic_gradient": answers.logistic_gradient_b_each},
                "One b serves all samples: its gradient is the sum over them,"
                " one number.",
                credit=2.2),
        Mistake("gradient: grad_b as an array of one",
                {"logistic_gradient": answers.logistic_gradient_b_array},
                "b is a number, and so is its gradient; yours has shape (1,).",
                credit=2.6),
        Mistake("gradient: grad_b forgotten",
                {"logistic_gradient": answers.logistic_gradient_w_only},
                "b has a gradient, too: the mean of y-hat - y. Return both,"
                " (grad_w, grad_b).",
                credit=2.0),
        Mistake("gradient: grad_b zero",
                {"logistic_gradient": answers.logistic_gradient_b_zero},
                "b moves all logits at once: its gradient is the mean of"
                " y-hat - y, and not 0.",
                credit=2.0),
        Mistake("gradient: sums for means",
                {"logistic_gradient": answers.logistic_gradient_summed},
                "The loss is a mean over the samples, and so is its gradient:"
                " divide both by N.",
                credit=2.0),
        Mistake("gradient: grad_w summed",
                {"logistic_gradient": answers.logistic_gradient_w_summed},
                "grad_b is a mean over the samples, grad_w must be one, too:"
                " divide by N.",
                credit=2.2),
        Mistake("gradient: downhill",
                {"logistic_gradient": answers.logistic_gradient_downhill},
                "The error is y-hat - y. With y - y-hat the gradient points"
                " downhill, and gradient descent climbs.",
                credit=2.0),
        Mistake("gradient: b first",
                {"logistic_gradient": answers.logistic_gradient_b_first},
                "Both are right, in the other order: (grad_w, grad_b).",
                credit=2.5),
        Mistake("gradient: doubled",
                {"logistic_gradient": answers.logistic_gradient_doubled},
                "The 2 belongs to squares. Cross-entropy has none: X^T (y-hat"
                " - y) / N.",
                credit=2.0),
        Mistake("gradient: logits for probabilities",
                {"logistic_gradient": answers.logistic_gradient_of_logits},
                "y-hat is sigma(z), not z: what you wrote is linear"
                " regression.",
                credit=1.8),
        Mistake("gradient: one array",
                {"logistic_gradient": answers.logistic_gradient_joined},
                "The numbers are right, but w and b come separately: a pair"
                " (grad_w, grad_b).",
                credit=2.4),
        *half_written(1.5, "logistic_loss", "logistic_gradient"),
    ],
    variants=[
        Variant("log_sigmoid, and a tanh", {
            "logistic_loss": answers.logistic_loss_by_log_sigmoid,
            "logistic_gradient": answers.logistic_gradient_by_tanh}),
        Variant("row by row", {
            "logistic_loss": answers.logistic_loss_by_rows,
            "logistic_gradient": answers.logistic_gradient_by_rows}),
    ],
)


# --- bce_with_logits ---------------------------------------------------------


def coin_flips(rng, *shape):
    """Targets 0 and 1, of both kinds."""
    targets = (rng.random(shape) < 0.5).astype(float)
    targets.flat[:2] = 1.0, 0.0
    return targets


bce_with_logits = Exercise(
    reference=ml.bce_with_logits,
    points=2,
    refuses=(
        "mathlib.machine_learning.logistic_loss",
        "torch.nn.functional.binary_cross_entropy_with_logits",
        "torch.nn.BCEWithLogitsLoss",
        "sklearn.metrics.log_loss",
    ),
    cases=lambda rng: [
        Case("by hand", call([2.0, 0.0, -3.0], [1.0, 1.0, 0.0]), core=True),
        Case("any logits",
             call(rng.normal(0.5, 2, 7), coin_flips(rng, 7))),
        Case("a table", call(rng.normal(0.5, 2, (3, 4)),
                             coin_flips(rng, 3, 4))),
        Case("soft targets", call(rng.normal(0.5, 2, 6), rng.random(6))),
        Case("a single logit", call(float(rng.uniform(1, 3)), 0.0)),
        Case("logits of 800, both wrong",
             call([800.0, -800.0], [0.0, 1.0]),
             compare=named_if(both_spoilt)),
        Case("logits of 800, both right",
             call([800.0, -800.0], [1.0, 0.0])),
        Case("a loss of 4e-18", call([40.0], [1.0]), compare=TO_THE_LAST),
    ],
    mistakes=[
        Mistake("the logarithm of a probability of 0", answers.bce_naive,
                "For a logit of 800 the sigmoid is 1 to the last digit, so"
                " that log(1 - p) is -inf, and 0 times it nan. Keep to the"
                " logits: max(z, 0) - z y + log1p(e^-|z|).",
                credit=1.3),
        Mistake("clipped probabilities", answers.bce_clipped,
                "Clipped at 1e-7, no entry can cost more than 16; a logit of"
                " 800 on the wrong side costs 800. Keep to the logits.",
                credit=1.3),
        Mistake("a little added before the logarithm", answers.bce_nudged,
                "log(p + 1e-9) is no longer nan, but no entry can cost more"
                " than 21, and all are a little off. Keep to the logits.",
                credit=1.0),
        Mistake("overflow", answers.bce_overflowing,
                "e^z is inf beyond 709. log(1 + e^z) = max(z, 0) + log(1 +"
                " e^-|z|), whose exponent is never positive.",
                credit=1.4),
        Mistake("tiny losses lost", answers.bce_forgets_the_tiny,
                "At z = 40, y = 1 the loss is 4e-18, and yours is 0: 1 +"
                " e^-40 is 1 in floating point, or 40 + e^-40 is 40. max(z,"
                " 0) - z y is exactly 0 there; add np.log1p(e^-|z|) to it.",
                credit=1.7),
        Mistake("y and 1 - y exchanged", answers.bce_swapped,
                "p is the probability of a 1: log p goes with y, log(1 - p)"
                " with 1 - y.",
                credit=1.0),
        Mistake("a sum for a mean", answers.bce_sum,
                "The loss is the mean over all entries: divide the sum by"
                " their number.",
                credit=1.4),
        Mistake("one number for each entry", answers.bce_each,
                "These are the losses of the entries. Asked is one number,"
                " their mean.",
                credit=1.4),
        Mistake("one number for each column", answers.bce_columns,
                "You average over axis 0. The mean is over all entries, of a"
                " table too.",
                credit=1.6),
        Mistake("one number for each row", answers.bce_rows,
                "You average over the last axis. The mean is over all"
                " entries, of a table too.",
                credit=1.6),
        Mistake("targets of 1 only", answers.bce_ones_only,
                "An entry with target 0 costs nothing in yours; it costs"
                " -log(1 - p).",
                credit=0.8),
        Mistake("the bars forgotten", answers.bce_without_abs,
                "log(1 + e^-z) with max(z, 0) counts a negative z twice, and"
                " overflows: the exponent is -|z|.",
                credit=1.2),
        Mistake("a plus in the exponent", answers.bce_growing_exponent,
                "log(1 + e^-|z|): the exponent is never positive. With"
                " e^+|z| large logits count twice, and overflow.",
                credit=1.2),
        Mistake("np.max for np.maximum", answers.bce_largest_logit,
                "np.max(z, 0) is the largest entry along axis 0; the 0 is no"
                " number to compare with. np.maximum(z, 0) compares entry by"
                " entry.",
                credit=1.2),
        Mistake("Python's max, or an if", answers.bce_python_max,
                "max(z, 0) asks whether the array z is below 0, as an if"
                " does, and an array has no single answer. np.maximum(z, 0)"
                " compares entry by entry.",
                credit=1.2),
        Mistake("max(z, 0) forgotten", answers.bce_without_maximum,
                "log(1 + e^z) = max(z, 0) + log(1 + e^-|z|): the first half"
                " is missing.",
                credit=1.2),
        Mistake("plus z y", answers.bce_plus,
                "max(z, 0) MINUS z y: a large logit is cheap where the target"
                " is 1.",
                credit=1.2),
        Mistake("the log-likelihood", answers.bce_log_likelihood,
                "That is the mean log-likelihood, which is negative. The loss"
                " is minus it.",
                credit=1.2),
        Mistake("bits", answers.bce_bits,
                "Yours is in bits; the natural logarithm is asked.",
                credit=1.4),
        Mistake("logits taken for probabilities",
                answers.bce_of_probabilities,
                "A logit is any number, and has no logarithm where it is"
                " negative: the probability is sigma(z).",
                credit=0.5),
        Mistake("the sigmoid twice", answers.bce_sigmoid_twice,
                "You put sigma(z) where the logit z belongs, so that sigma is"
                " applied twice.",
                credit=1.0),
        Mistake("squared errors", answers.bce_squares,
                "That is the mean squared error of the probabilities; asked"
                " is the cross-entropy.",
                credit=0.5),
        Mistake("targets taken for 0 or 1", answers.bce_hard,
                "A target may lie between: 0.3 means 30 % of a 1. Both"
                " logarithms count, with weights y and 1 - y.",
                credit=1.6),
        Mistake("targets -1 and +1", answers.bce_of_signs,
                "log(1 + e^(-y z)) is right for targets -1 and +1. Here they"
                " lie between 0 and 1.",
                credit=1.0),
    ],
    variants=[
        Variant("log_sigmoid", answers.bce_by_log_sigmoid),
        Variant("two softplus functions", answers.bce_by_softplus),
    ],
)


# --- cross_entropy_loss ------------------------------------------------------


TWO_ROWS = [[2.0, 0.0, 1.0], [0.0, 0.0, LN2]]


def scored(rng, n, k):
    """Logits and labels, of which the first is the last class."""
    labels = rng.integers(k, size=n)
    labels[0], labels[1] = k - 1, 0
    return rng.normal(0, 1.5, (n, k)), labels


def some_ignored(program, ignore_index=-100):
    """The same with a second and a last sample that do not count."""
    logits, labels = program
    labels = labels.copy()
    labels[[1, -1]] = ignore_index
    return logits, labels


def far_apart(rng):
    """Logits of a thousand: e^z overflows, and some softmax is exactly 0."""
    logits = rng.normal(size=(3, 4))
    logits[0, 1] += 1000
    logits[1, 2] -= 1000
    return logits, np.array([0, 2, 1])


def spoilt_alike(first, second, program):
    """Losses of which the same ones are inf or nan, whichever of the two."""
    lost = ~np.isfinite(first)
    return bool(lost.any() and (lost == ~np.isfinite(second)).all())


def far_up(program):
    """The same with a first row of logits that are all near a thousand."""
    logits, labels = program
    return logits + 1000 * (np.arange(len(logits)) == 0)[:, None], labels


cross_entropy_loss = Exercise(
    reference={
        "cross_entropy_loss": ml.cross_entropy_loss,
        "cross_entropy_gradient": ml.cross_entropy_gradient,
    },
    points=3,
    refuses=(
        "torch.nn.functional.cross_entropy", "torch.nn.CrossEntropyLoss",
        "torch.nn.functional.nll_loss", "sklearn.metrics.log_loss",
    ),
    cases=lambda rng: [
        Case("by hand",
             call(TWO_ROWS, np.array([0, 2])).on("cross_entropy_loss"),
             core=True),
        Case("six samples, four classes",
             call(*scored(rng, 6, 4)).on("cross_entropy_loss")),
        Case("as many samples as classes",
             call(*scored(rng, 5, 5)).on("cross_entropy_loss")),
        Case("a row of logits near a thousand",
             call(*far_up(scored(rng, 4, 3)), reduction="none")
             .on("cross_entropy_loss"),
             compare=named_if(spoilt_alike)),
        Case("logits a thousand apart",
             call(*far_apart(rng)).on("cross_entropy_loss"),
             compare=named_if(both_spoilt)),
        Case("each sample's own loss",
             call(*scored(rng, 4, 3), reduction="none")
             .on("cross_entropy_loss")),
        Case("the sum", call(*scored(rng, 5, 3), reduction="sum")
             .on("cross_entropy_loss")),
        Case("two samples ignored",
             call(*some_ignored(scored(rng, 6, 4)))
             .on("cross_entropy_loss")),
        Case("two samples ignored, each one's own loss",
             call(*some_ignored(scored(rng, 5, 3)), reduction="none")
             .on("cross_entropy_loss")),
        Case("another ignore_index",
             call(*some_ignored(scored(rng, 6, 4), -1), ignore_index=-1)
             .on("cross_entropy_loss")),
        Case("smoothed by hand",
             call(TWO_ROWS, np.array([0, 2]), label_smoothing=0.3)
             .on("cross_entropy_loss")),
        Case("smoothed, with two samples ignored",
             call(*some_ignored(scored(rng, 6, 5)), label_smoothing=0.1)
             .on("cross_entropy_loss")),
        Case("smoothed, each sample's own loss",
             call(*scored(rng, 4, 3), label_smoothing=0.2, reduction="none")
             .on("cross_entropy_loss")),
        Case("the gradient by hand",
             call(TWO_ROWS, np.array([0, 2])).on("cross_entropy_gradient")),
        Case("the gradient of six samples",
             call(*scored(rng, 6, 4)).on("cross_entropy_gradient")),
        Case("the gradient of as many samples as classes",
             call(*scored(rng, 4, 4)).on("cross_entropy_gradient")),
        Case("the gradient at logits a thousand apart",
             call(*far_apart(rng)).on("cross_entropy_gradient")),
    ],
    mistakes=[
        Mistake("the logarithm of a softmax",
                {"cross_entropy_loss": answers.ce_log_of_softmax},
                "A softmax of e^-1000 is 0, and its logarithm -inf. Take"
                " log-sum-exp of the logits minus the logit of the label:"
                " nothing is exponentiated and undone again.",
                credit=2.4),
        Mistake("clipped probabilities",
                {"cross_entropy_loss": answers.ce_clipped},
                "With probabilities clipped at 1e-12 no sample can cost more"
                " than 27.6, and there the gradient is 0. Take log-sum-exp of"
                " the logits minus the logit of the label.",
                credit=2.4),
        Mistake("overflow", {"cross_entropy_loss": answers.ce_unshifted},
                "e^1000 is inf. fd.logsumexp, or nm.log_softmax, takes the"
                " largest logit out first.",
                credit=2.4),
        Mistake("one maximum for all rows",
                {"cross_entropy_loss": answers.ce_one_maximum},
                "You take the largest logit of the whole table out of every"
                " row. Where a row lies far below it, all its e^z are 0, and"
                " their logarithm is -inf. Each row has its own maximum.",
                credit=2.5),
        Mistake("overflow, twice",
                {"cross_entropy_loss": answers.ce_unshifted,
                 "cross_entropy_gradient": answers.ce_gradient_unshifted},
                "e^1000 is inf. fd.logsumexp and fd.softmax take the largest"
                " logit out first.",
                credit=2.2),
        Mistake("softmax twice",
                {"cross_entropy_loss": answers.ce_softmax_twice},
                "You hand probabilities to a loss that takes logits, so that"
                " softmax is applied twice. Nothing fails, and it learns"
                " slowly for ever.",
                credit=1.6),
        Mistake("softmax twice, in both",
                {"cross_entropy_loss": answers.ce_softmax_twice,
                 "cross_entropy_gradient":
                     answers.ce_gradient_softmax_twice},
                "You apply softmax to probabilities. The logits are scores:"
                " one softmax makes them probabilities.",
                credit=1.2),
        Mistake("softmax down the samples",
                {"cross_entropy_loss": answers.ce_over_samples},
                "Your log-sum-exp runs down the samples. Each sample's"
                " classes compete with one another: the last axis.",
                credit=1.6),
        Mistake("softmax down the samples, in both",
                {"cross_entropy_loss": answers.ce_over_samples,
                 "cross_entropy_gradient":
                     answers.ce_gradient_over_samples},
                "Each sample's classes compete with one another, so the"
                " softmax runs along the last axis, not down the samples.",
                credit=1.2),
        Mistake("log-sum-exp forgotten",
                {"cross_entropy_loss": answers.ce_without_normaliser},
                "That is minus the logit of the label. Without log-sum-exp"
                " raising all logits alike would seem to help.",
                credit=1.2),
        Mistake("logits taken for probabilities",
                {"cross_entropy_loss": answers.ce_of_probabilities},
                "A logit is any number, and has no logarithm where it is"
                " negative. Softmax makes probabilities of logits first.",
                credit=1.0),
        Mistake("bits", {"cross_entropy_loss": answers.ce_bits},
                "Yours is in bits; the natural logarithm is asked.",
                credit=2.0),
        Mistake("the log-likelihood",
                {"cross_entropy_loss": answers.ce_likelihood},
                "That is the log-likelihood, which is negative. The loss is"
                " minus it.",
                credit=1.8),
        Mistake("the probability without a logarithm",
                {"cross_entropy_loss": answers.ce_probability},
                "You average probabilities. The loss is minus the logarithm"
                " of the label's.",
                credit=1.2),
        Mistake("mean over samples and classes",
                {"cross_entropy_loss": answers.ce_mean_over_all},
                "The mean is over the samples: each has one loss, whatever"
                " the number of classes. You divide by N K.",
                credit=1.8),
        Mistake("mean over the classes",
                {"cross_entropy_loss": answers.ce_mean_over_classes},
                "The mean is over the samples. You divide by the number of"
                " classes.",
                credit=1.8),
        Mistake("a sum for a mean",
                {"cross_entropy_loss": answers.ce_always_sum},
                "reduction=\"mean\" is the default: divide the sum by the"
                " number of samples that count.",
                credit=1.8),
        Mistake("sums for means",
                {"cross_entropy_loss": answers.ce_always_sum,
                 "cross_entropy_gradient": answers.ce_gradient_summed},
                "Both are N times too large: the loss is a mean unless"
                " another reduction is asked, and the gradient is that of the"
                " mean.",
                credit=1.5),
        Mistake("reduction ignored",
                {"cross_entropy_loss": answers.ce_always_mean},
                "You always return the mean; \"sum\" and \"none\" may be"
                " asked.",
                credit=2.5),
        Mistake("\"none\" forgotten",
                {"cross_entropy_loss": answers.ce_none_is_mean},
                "With reduction=\"none\" every sample's own loss is asked, an"
                " array (N,).",
                credit=2.7),
        Mistake("ignored samples count in the mean",
                {"cross_entropy_loss": answers.ce_ignored_counted},
                "An ignored sample costs 0 and does not count: divide by the"
                " number of the others, or padding makes every loss look"
                " small.",
                credit=2.6),
        Mistake("ignored samples left out of \"none\"",
                {"cross_entropy_loss": answers.ce_ignored_left_out},
                "With reduction=\"none\" the result has an entry for every"
                " sample, 0 where it is ignored.",
                credit=2.7),
        Mistake("ignore_index ignored",
                {"cross_entropy_loss": answers.ce_deaf_to_ignore},
                "-100 is no class: samples with the label ignore_index cost"
                " 0. As an index, -100 is an error, and -1 is silently the"
                " last class.",
                credit=2.3),
        Mistake("ignored after the index",
                {"cross_entropy_loss": answers.ce_ignored_after_the_index},
                "As an index -100 is out of range: the samples that do not"
                " count must be set aside BEFORE their labels are used to"
                " index.",
                credit=2.5),
        Mistake("-100 always",
                {"cross_entropy_loss": answers.ce_ignores_minus_100},
                "You ignore -100, whatever ignore_index is; and -1, taken as"
                " an index, is silently the last class.",
                credit=2.8),
        Mistake("label_smoothing ignored",
                {"cross_entropy_loss": answers.ce_unsmoothed},
                "With smoothing s the target is 1 - s of the label and s"
                " spread evenly over all classes.",
                credit=2.5),
        Mistake("smoothed over the other classes",
                {"cross_entropy_loss": answers.ce_smoothed_over_others},
                "The share s is spread over all K classes, the label's own"
                " too: s/K each, not s/(K - 1) for the others.",
                credit=2.7),
        Mistake("smoothing summed",
                {"cross_entropy_loss": answers.ce_smoothed_by_sum},
                "The share s is spread: every class gets s/K of it. Yours"
                " gives s to each.",
                credit=2.7),
        Mistake("smoothing added",
                {"cross_entropy_loss": answers.ce_smoothing_added},
                "The share s is taken from the label: (1 - s) L plus s times"
                " the average over all classes.",
                credit=2.7),
        Mistake("smoothing with the wrong sign",
                {"cross_entropy_loss": answers.ce_smoothing_subtracted},
                "Every class's loss is MINUS the logarithm of its"
                " probability, in the average over all classes as well: yours"
                " rewards what it should charge.",
                credit=2.6),
        Mistake("smoothing turned round",
                {"cross_entropy_loss": answers.ce_smoothing_turned_round},
                "s = 0.1 takes a tenth from the label; yours leaves it a"
                " tenth.",
                credit=2.6),
        Mistake("smoothed by a factor",
                {"cross_entropy_loss": answers.ce_smoothed_by_scale},
                "You shrink the loss by 1 - s, and the share s goes nowhere:"
                " it is spread evenly over all classes.",
                credit=2.6),
        Mistake("every label of every sample",
                {"cross_entropy_loss": answers.ce_all_pairs},
                "z[:, labels] takes all labels' columns from every row, N"
                " times N numbers. z[np.arange(N), labels] takes one from"
                " each.",
                credit=1.4),
        Mistake("gradient: not divided by N",
                {"cross_entropy_gradient": answers.ce_gradient_summed},
                "softmax minus one-hot is the gradient of the sum. The loss"
                " is a mean: divide by N.",
                credit=2.3),
        Mistake("gradient: divided by N K",
                {"cross_entropy_gradient": answers.ce_gradient_over_all},
                "The mean is over the N samples: divide by N. np.size counts"
                " the classes, too.",
                credit=2.3),
        Mistake("gradient: divided by K",
                {"cross_entropy_gradient":
                     answers.ce_gradient_over_classes},
                "The mean is over the N samples; you divide by the number of"
                " classes.",
                credit=2.3),
        Mistake("gradient: downhill",
                {"cross_entropy_gradient": answers.ce_gradient_downhill},
                "The gradient is softmax minus one-hot; yours is its"
                " opposite, and gradient descent would climb.",
                credit=2.2),
        Mistake("gradient: one-hot forgotten",
                {"cross_entropy_gradient": answers.ce_gradient_softmax},
                "That is the gradient of log-sum-exp. The label's logit is"
                " subtracted in the loss: 1 goes off at its place.",
                credit=2.0),
        Mistake("gradient: softmax down the samples",
                {"cross_entropy_gradient":
                     answers.ce_gradient_over_samples},
                "The softmax runs along the last axis: each sample's classes"
                " compete with one another.",
                credit=2.1),
        Mistake("gradient: logits for probabilities",
                {"cross_entropy_gradient": answers.ce_gradient_of_logits},
                "The gradient is softmax(z) minus one-hot, not z minus"
                " one-hot.",
                credit=2.0),
        Mistake("gradient: in the probabilities",
                {"cross_entropy_gradient":
                     answers.ce_gradient_in_probabilities},
                "-1/p is the gradient with respect to the probabilities."
                " Times the Jacobian of softmax it becomes softmax minus"
                " one-hot.",
                credit=1.8),
        Mistake("gradient: times p (1 - p)",
                {"cross_entropy_gradient":
                     answers.ce_gradient_with_jacobian},
                "softmax minus one-hot has softmax's Jacobian in it already.",
                credit=2.0),
        Mistake("gradient: the diagonal of the Jacobian alone",
                {"cross_entropy_gradient": answers.ce_gradient_diagonal},
                "Raising one logit lowers all other probabilities: the"
                " Jacobian of softmax is a full matrix, and the other classes"
                " have a gradient, too.",
                credit=1.8),
        Mistake("gradient: softmax twice",
                {"cross_entropy_gradient":
                     answers.ce_gradient_softmax_twice},
                "You apply softmax to probabilities; one softmax is enough.",
                credit=2.0),
        Mistake("gradient: overflow",
                {"cross_entropy_gradient": answers.ce_gradient_unshifted},
                "e^1000 is inf, and inf/inf nan. fd.softmax takes the largest"
                " logit out first.",
                credit=2.7),
        Mistake("gradient: averaged over the samples",
                {"cross_entropy_gradient": answers.ce_gradient_mean},
                "Every sample has logits of its own, and a row of the"
                " gradient: (N, K). Divide by N and do not sum.",
                credit=2.1),
        Mistake("gradient: 1 subtracted in every label's column",
                {"cross_entropy_gradient": answers.ce_gradient_scattered},
                "p[:, labels] -= 1 reaches into every row. p[np.arange(N),"
                " labels] -= 1 takes one place of each.",
                credit=2.2),
        *half_written(1.5, "cross_entropy_loss", "cross_entropy_gradient"),
    ],
    variants=[
        Variant("blended targets, one-hot", {
            "cross_entropy_loss": answers.ce_by_blended_targets,
            "cross_entropy_gradient": answers.ce_gradient_by_one_hot}),
        Variant("sample by sample", {
            "cross_entropy_loss": answers.ce_by_loop,
            "cross_entropy_gradient": answers.ce_gradient_by_loop}),
    ],
)


# --- softmax_regression_gradient ---------------------------------------------


def classified(rng, n, k, d):
    """Weights (out, in), biases, a table and labels."""
    labels = rng.integers(k, size=n)
    labels[:2] = k - 1, 0
    return (
        rng.normal(size=(k, d)), rng.normal(size=k),
        rng.normal(0.5, 1, (n, d)), labels,
    )


softmax_regression_gradient = Exercise(
    reference=ml.softmax_regression_gradient,
    points=3,
    cases=lambda rng: [
        Case("by hand",
             call([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]], [0.0, 0.0, LN2],
                  [[0.0, LN2], [LN3, 0.0]], np.array([2, 1])), core=True),
        Case("three classes, four features", call(*classified(rng, 6, 3, 4))),
        Case("five classes, two features", call(*classified(rng, 7, 5, 2))),
        Case("as many classes as features", call(*classified(rng, 6, 4, 4))),
        Case("as many samples as classes", call(*classified(rng, 4, 4, 3))),
        Case("everything of one size", call(*classified(rng, 3, 3, 3))),
        Case("one feature", call(*classified(rng, 5, 3, 1))),
        Case("logits of a thousand",
             call([[1000.0], [0.0], [-500.0]], [0.0, 1.0, 2.0],
                  rng.uniform(1, 2, (4, 1)), np.array([0, 1, 2, 1]))),
    ],
    mistakes=[
        Mistake("transposed", answers.sr_transposed,
                "The gradient has the shape of W, (out, in): a row for each"
                " class. X^T times the error has a column for each.",
                credit=2.2),
        Mistake("not divided by N", answers.sr_summed,
                "The loss is a mean over the samples, and so is its gradient:"
                " divide the errors by N.",
                credit=2.0),
        Mistake("transposed, and not divided by N",
                answers.sr_transposed_and_summed,
                "Two things: the gradient has the shape of W, (out, in), and"
                " it is a mean over the samples.",
                credit=1.4),
        Mistake("grad_b with an axis too many", answers.sr_b_as_row,
                "b is (K,), and so is its gradient; yours is (1, K).",
                credit=2.5),
        Mistake("1 subtracted in every label's column", answers.sr_scattered,
                "error[:, labels] -= 1 reaches into every row."
                " error[np.arange(N), labels] -= 1 takes one place of each.",
                credit=1.8),
        Mistake("softmax down the samples", answers.sr_over_samples,
                "The classes of one sample compete with one another: axis 1"
                " of the logits. Yours sum to 1 down each column.",
                credit=1.6),
        Mistake("grad_b for each sample", answers.sr_b_each,
                "One b serves all samples: its gradient is the sum of the"
                " errors over the samples, axis 0.",
                credit=2.0),
        Mistake("divided twice", answers.sr_twice_divided,
                "Everything is N times too small: you divide by N twice."
                " ml.cross_entropy_gradient has its 1/N already.",
                credit=2.3),
        Mistake("grad_W divided twice", answers.sr_W_twice_divided,
                "The errors are divided by N already, and grad_b is right:"
                " grad_W is error.T @ X, without another N.",
                credit=2.4),
        Mistake("grad_b divided twice", answers.sr_b_twice_divided,
                "The errors are divided by N already: sum them for grad_b,"
                " and do not average once more.",
                credit=2.4),
        Mistake("grad_b not divided by N", answers.sr_b_summed,
                "grad_W is a mean over the samples, grad_b must be one, too.",
                credit=2.4),
        Mistake("grad_b over the classes", answers.sr_b_over_classes,
                "Each row of errors sums to 0, so yours is 0. b has an entry"
                " for each class: sum over the samples, axis 0.",
                credit=2.2),
        Mistake("grad_b one number", answers.sr_b_total,
                "All errors together sum to 0. b has an entry for each class:"
                " sum over the samples only, axis 0.",
                credit=2.2),
        Mistake("grad_b forgotten", answers.sr_b_missing,
                "b has a gradient, too: the errors summed over the samples."
                " Return both, (grad_W, grad_b).",
                credit=2.0),
        Mistake("grad_b zero", answers.sr_b_zero,
                "b moves the logits of all samples: its gradient is the sum"
                " of the errors over the samples, not 0.",
                credit=2.0),
        Mistake("grad_W not divided by N", answers.sr_W_summed,
                "grad_b is a mean over the samples, grad_W must be one, too.",
                credit=2.2),
        Mistake("downhill", answers.sr_downhill,
                "The error is y-hat minus one-hot. The other way round it"
                " points downhill, and gradient descent climbs.",
                credit=2.0),
        Mistake("labels not used", answers.sr_without_labels,
                "That is softmax alone. At the label's place 1 is subtracted:"
                " y-hat minus one-hot.",
                credit=1.4),
        Mistake("b left out of the logits", answers.sr_without_b,
                "The logits are X W^T + b: every class has a bias of its own.",
                credit=2.0),
        Mistake("W not transposed", answers.sr_W_untransposed,
                "W is (out, in), as in torch.nn.Linear: the logits are X W^T +"
                " b. Where W is square, the other product fits as well and is"
                " something else.",
                credit=1.6),
        Mistake("logits for probabilities", answers.sr_of_logits,
                "The error is softmax(z) minus one-hot, not z minus one-hot.",
                credit=1.5),
        Mistake("sigmoids for a softmax", answers.sr_by_sigmoids,
                "Each class for itself, the probabilities don't sum to 1."
                " Softmax lets the classes compete.",
                credit=1.5),
        Mistake("times p (1 - p)", answers.sr_with_slope,
                "y-hat minus one-hot has softmax's Jacobian in it already; no"
                " further factor is left.",
                credit=1.6),
        Mistake("b first", answers.sr_b_first,
                "Both are right, in the other order: (grad_W, grad_b).",
                credit=2.5),
        Mistake("divided by K", answers.sr_over_classes,
                "The mean is over the N samples; you divide by the number of"
                " classes.",
                credit=2.0),
        Mistake("divided by N K", answers.sr_over_all,
                "The mean is over the N samples. You divide by the number of"
                " classes as well.",
                credit=2.0),
        Mistake("overflow", answers.sr_unshifted,
                "e^1000 is inf, and inf/inf nan. fd.softmax takes the largest"
                " logit out first.",
                credit=2.6),
        Mistake("doubled", answers.sr_doubled,
                "The 2 belongs to squares. Cross-entropy has none.",
                credit=2.0),
    ],
    variants=[
        Variant("sample by sample", answers.sr_by_rows),
        Variant("with a column of ones", answers.sr_with_a_column_of_ones),
    ],
)


# --- digit_classifier --------------------------------------------------------


BOUND = 0.94


@functools.cache
def digits():
    """scikit-learn's digits: rows of pixels from 0 to 1, and labels."""
    from sklearn.datasets import load_digits

    data = load_digits()
    return data.data / 16, data.target


_READINGS = (
    (BOUND, "reads"), (0.88, "stopped early"), (0.25, "half trained"),
    (0.0, "guesses"),
)


def _reading(got, X, y):
    """Return in a word what an output does, and what share it reads."""
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        return f"no pair: {np.shape(got)}", None
    W, b = (np.asarray(part) for part in got)
    if W.shape != (10, 64) or b.shape != (10,):
        return f"shapes {W.shape} and {b.shape}", None
    if not (np.isfinite(W).all() and np.isfinite(b).all()):
        return "not finite", None
    seen = np.argmax(X @ W.T + b, axis=1)
    share = float(np.mean(seen == y))
    if (seen == seen[0]).all():
        far = np.ptp(W, axis=0).max() > 1
        return "one class, W far from 0" if far else "one class", share
    if share > BOUND:
        return "reads", share
    return next(n for bound, n in _READINGS[1:] if share >= bound), share


def reads(X, y):
    """Compare by how many of the unseen digits W and b read right."""

    def predicate(got, *args, **kwargs):
        found, share = _reading(got, X, y)
        if share is not None:
            return found == "reads" or f"yours reads {100 * share:.1f} %"
        if found == "not finite":
            return "yours are not all finite numbers"
        if found.startswith("no pair"):
            return "yours is no pair (W, b)"
        return f"yours have the {found}"

    compare = satisfies(
        predicate,
        f"W (10, 64) and b (10,) that read more than {100 * BOUND:.0f} % of"
        f" {len(y)} unseen digits",
    )

    def same(first, second, program):
        alike = _reading(first, X, y)[0] == _reading(second, X, y)[0]
        return None if alike else Difference("value", "another outcome")

    compare.same = same
    return compare


def every_fifth_unseen(rng):
    """One case: four fifths to learn from, in any order, one to read."""
    X, y = digits()
    unseen = np.arange(len(X)) % 5 == rng.integers(5)
    order = rng.permutation(np.flatnonzero(~unseen))
    return Case(
        "every fifth digit, never seen",
        call(X[order], y[order]),
        core=True,
        compare=reads(X[unseen], y[unseen]),
    )


# Judged by what it reads, so any good and quick training can be the reference.
digit_classifier = Exercise(
    reference=answers.digits_by_momentum,
    points=3,
    seconds=60.0,
    refuses=(
        "sklearn.linear_model.LogisticRegression",
        "sklearn.linear_model.LogisticRegressionCV",
        "sklearn.linear_model.SGDClassifier",
        "sklearn.linear_model.RidgeClassifier",
        "sklearn.linear_model.Perceptron",
        "sklearn.svm.LinearSVC",
        "sklearn.discriminant_analysis.LinearDiscriminantAnalysis",
    ),
    cases=lambda rng: [every_fifth_unseen(rng)],
    mistakes=[
        Mistake("88 to 94 %: stopped too early", answers.digits_stopped_early,
                "It has learned much and is not done: the loss still falls."
                " More steps, or a larger learning rate; 500 steps of rate 1"
                " read about 96 %.",
                credit=2.0),
        Mistake("25 to 88 %: hardly trained", answers.digits_half_trained,
                "Something has been learned. Print the loss: does it fall, and"
                " from ln 10 = 2.3? A tiny learning rate, a handful of steps,"
                " or W updated and b not at all may be why.",
                credit=1.0),
        Mistake("no better than guessing", answers.digits_untrained,
                "With ten classes guessing reads 10 %. Is the result of the"
                " step put back into W and b, with a minus? And does each row"
                " still stand beside its own label after shuffling?"),
        Mistake("one class for all", answers.digits_one_class,
                "Every digit gets the same label, as with W = 0: no step has"
                " reached W, or what returned is where you began."),
        Mistake("one class for all, and W far from 0", answers.digits_uphill,
                "W has moved far, and yet every digit gets the same label."
                " Did you walk uphill, W + lr grad_W? Subtract. Print the"
                " loss: it should fall.",
                credit=1.2),
        Mistake("W transposed", answers.digits_transposed,
                "W is (out, in): a row of 64 weights for each of the ten"
                " classes.",
                credit=2.2),
        Mistake("b forgotten", answers.digits_without_bias,
                "W alone is no model yet: return the pair (W, b).",
                credit=2.0),
        Mistake("labels in place of the model", answers.digits_read,
                "You return a label for each training digit. Asked is what you"
                " have learned, (W, b): the check reads other digits with"
                " it."),
        Mistake("not a number", answers.digits_not_a_number,
                "Somewhere inf met inf. Use fd.softmax, which does not"
                " overflow, and a smaller learning rate.",
                credit=0.5),
    ],
    variants=[
        Variant("plain gradient descent", answers.digits_by_descent),
        Variant("small batches", answers.digits_by_batches),
    ],
)


# --- dropout -----------------------------------------------------------------


def _uneven(zero, p):
    """Say how a mask is not one coin for each entry, or return None.

    A share of zeros more than six standard deviations off is rejected: once
    in 500 million right masks.  The squares along an axis follow a
    chi-squared law; the bound is a third above its quantile of that chance,
    because counts are not quite normal.
    """
    from scipy import stats

    share = zero.mean()
    if share in (0, 1):
        return "all entries share one fate"
    if abs(share - p) > 6 * math.sqrt(p * (1 - p) / zero.size):
        return f"{100 * share:.1f} % of them are 0"
    for axis, name in ((0, "column"), (1, "row")):
        n = zero.shape[axis]
        away = (zero.sum(axis=axis) - n * p) ** 2 / (n * p * (1 - p))
        if away.sum() > 1.3 * stats.chi2.isf(2e-9, away.size):
            return f"the entries of a {name} share their fate"
    return None


def _looks(got, x):
    """What a dropped-out array looks like, whatever its generator."""
    with np.errstate(all="ignore"):
        ratio = np.round(got / x, 3)
    kinds = np.unique(ratio[np.isfinite(ratio)])
    zero = (got == 0).reshape(len(got), -1)
    return (
        len(kinds), kinds[-1:].tolist(), bool(np.isnan(ratio).any()),
        bool((zero == zero[:1]).all()), bool((zero == zero[:, :1]).all()),
    ), zero.mean()


def dropped(x, p):
    """Compare by the law: each entry 0 with probability p, on its own."""

    def compare(expected, got, program):
        found = values()(expected, got, program)
        if found is None or found.kind != "value":
            return found
        zero, right = got == 0, x / (1 - p)
        if np.all(zero | (np.abs(got - right) <= 5e-5 * np.abs(right))):
            said = _uneven(zero.reshape(SQUARE), p)
        else:
            said = "some entry is neither"
        if said is None:
            return None
        return Difference(
            "rule",
            f"the right answer: each entry 0 with probability {p:g}, on its"
            f" own, and else x / (1 - p); in yours {said}",
            expected=expected, got=got,
        )

    def same(first, second, program):
        found = values()(first, second, program)
        if found is None or found.kind != "value":
            return found
        one, share = _looks(first, x)
        two, other = _looks(second, x)
        return None if one == two and abs(share - other) < 0.04 else found

    compare.same = same
    return compare


SQUARE = (80, 60)


def dropout_case(rng, title, p=None, shape=SQUARE, core=False):
    """Many entries, none of them 0, of which a share p is to be dropped."""
    x = rng.uniform(0.5, 2, shape) * rng.choice([-1.0, 1.0], shape)
    options = {} if p is None else {"p": p}
    return Case(
        title, call(x, **options, rng=seed(rng)), core, dropped(x, p or 0.5)
    )


def two_calls(rng, title, first, second):
    """Whether two calls drop the same entries of one array."""
    return Case(title, script(
        "(dropout(x, p=0.5, rng=first) == dropout(x, p=0.5, rng=second))"
        ".all()",
        x=rng.uniform(1, 2, (20, 5)), first=first, second=second,
    ))


def dropout_cases(rng):
    """The cases; the generator is used as the answer likes."""
    again = seed(rng)
    x = rng.normal(size=(4, 5))
    return [
        dropout_case(rng, "3 of 10 dropped", 0.3, core=True),
        dropout_case(rng, "p not given"),
        dropout_case(rng, "1 of 10 dropped", 0.1),
        dropout_case(rng, "8 of 10 dropped", 0.8),
        dropout_case(rng, "a single long row", 0.2, 4800),
        dropout_case(rng, "images", 0.4, (20, 4, 6, 10)),
        Case("evaluation: nothing happens",
             call(x, p=0.3, training=False, rng=seed(rng))),
        Case("p = 0", call(x, p=0.0, rng=seed(rng))),
        Case("p = 1: all of it", call(x.ravel(), p=1.0, rng=seed(rng))),
        Case("how many are dropped is chance, too", script(
            "len({int((dropout(x, p=0.5, rng=rng) == 0).sum())"
            " for _ in range(60)}) > 1",
            x=rng.uniform(1, 2, 10), rng=seed(rng))),
        two_calls(rng, "the same seed drops the same", again, again),
        two_calls(rng, "another seed drops others", seed(rng), seed(rng)),
    ]


dropout = Exercise(
    reference=ml.dropout,
    points=3,
    refuses=(
        "torch.nn.functional.dropout", "torch.nn.Dropout",
        "torch.nn.functional.alpha_dropout",
    ),
    cases=dropout_cases,
    mistakes=[
        Mistake("not scaled", answers.dropout_unscaled,
                "A share p is gone, so what is left must grow by 1/(1 - p):"
                " otherwise the next layer sees less in training than at"
                " evaluation.",
                credit=1.5),
        Mistake("scaled at evaluation", answers.dropout_scaled_at_evaluation,
                "That is the old way: (1 - p) x at evaluation. Inverted"
                " dropout divides by 1 - p in training, and evaluation leaves"
                " x alone.",
                credit=1.5),
        Mistake("p is kept", answers.dropout_p_kept,
                "p is the share that is DROPPED, as in PyTorch. Yours keeps a"
                " share p: for p = 0.1 nine tenths are gone.",
                credit=1.5),
        Mistake("p is kept, and not scaled", answers.dropout_p_kept_unscaled,
                "Two things, as one often sees them printed: p is the share"
                " that is dropped, and what is left is divided by 1 - p.",
                credit=0.8),
        Mistake("p is kept, and scaled by 1 - p",
                answers.dropout_p_kept_scaled_by_q,
                "The scale is right and the mask is not: an entry is dropped"
                " with probability p. Yours is kept with it.",
                credit=1.4),
        Mistake("p is kept, unless it is 1", answers.dropout_p_kept_but_at_1,
                "p is the share that is DROPPED, as in PyTorch. Yours keeps a"
                " share p: for p = 0.1 nine tenths are gone.",
                credit=1.6),
        Mistake("p is kept unless it is 1, and not scaled",
                answers.dropout_p_kept_unscaled_but_at_1,
                "Two things, as one often sees them printed: p is the share"
                " that is dropped, and what is left is divided by 1 - p.",
                credit=0.9),
        Mistake("p is kept unless it is 1, and scaled by 1 - p",
                answers.dropout_p_kept_scaled_by_q_but_at_1,
                "The scale is right and the mask is not: an entry is dropped"
                " with probability p. Yours is kept with it.",
                credit=1.5),
        Mistake("half is dropped, whatever p",
                answers.dropout_half_the_mask,
                "Your coin is fair, whatever p is. An entry is dropped with"
                " probability p: compare rng.random(x.shape) with it.",
                credit=1.4),
        Mistake("divided by p", answers.dropout_scaled_by_p,
                "The mask is right. A share 1 - p is left, so divide by 1 -"
                " p.",
                credit=1.6),
        Mistake("multiplied by 1 - p", answers.dropout_multiplied,
                "A share 1 - p is left, so what is left must GROW: divide by"
                " 1 - p.",
                credit=1.6),
        Mistake("at evaluation, too", answers.dropout_always,
                "With training=False nothing is dropped; a model that is"
                " asked twice should answer the same.",
                credit=2.2),
        Mistake("at evaluation only", answers.dropout_never,
                "It is in training that entries are dropped; you do it at"
                " evaluation.",
                credit=1.5),
        Mistake("one mask for all samples", answers.dropout_same_mask,
                "You draw one row of coins and use it for every row of x."
                " Each entry has a coin of its own: as many as x.shape.",
                credit=1.8),
        Mistake("one coin for all", answers.dropout_one_coin,
                "rng.random() is a single coin: all entries share its fate."
                " Each has a coin of its own: rng.random(x.shape).",
                credit=1.5),
        Mistake("coins that do not fit", answers.dropout_coins_for_samples,
                "Your array of coins does not fit x, as one of len(x) coins"
                " doesn't. Each entry has a coin of its own:"
                " rng.random(x.shape).",
                credit=1.8),
        Mistake("exactly a share p", answers.dropout_exact_share,
                "Of ten entries yours drops five, always. Each entry has a"
                " coin of its own, so that now and then it is three or"
                " seven.",
                credit=2.5),
        Mistake("scaled twice", answers.dropout_scaled_twice,
                "In training you divide by 1 - p, and that is enough:"
                " evaluation leaves x alone, without another factor.",
                credit=2.5),
        Mistake("whole rows dropped", answers.dropout_whole_rows,
                "You draw one coin a row, so that whole samples vanish. Each"
                " entry has a coin of its own.",
                credit=1.5),
        Mistake("nan for p = 1", answers.dropout_nan_at_1,
                "0/0 is nan. With p = 1 all entries are 0: treat it apart.",
                credit=2.7),
        Mistake("division by zero for p = 1",
                answers.dropout_divides_by_zero,
                "With p = 1 there is nothing to divide: all entries are 0."
                " Treat it apart.",
                credit=2.7),
        Mistake("a generator with a seed of its own",
                answers.dropout_own_generator,
                "default_rng(0) inside the function drops the same entries at"
                " every call. Draw from the rng that you are given.",
                credit=2.2),
        Mistake("a generator of its own", answers.dropout_fresh_generator,
                "You don't draw from rng: nobody can repeat a run of yours,"
                " whatever seed they choose.",
                credit=2.4),
        Mistake("p left at 1/2", answers.dropout_of_half,
                "You drop half, whatever p is. Compare the draws with p.",
                credit=1.2),
        Mistake("half is dropped, unless p is 1",
                answers.dropout_half_the_mask_but_at_1,
                "Your coin is fair, whatever p is. An entry is dropped with"
                " probability p: compare rng.random(x.shape) with it.",
                credit=1.5),
        Mistake("the mask returned", answers.dropout_mask_returned,
                "You return the mask. Multiply it with x, and divide by 1 -"
                " p.",
                credit=1.0),
        Mistake("normal numbers for even ones", answers.dropout_normal_noise,
                "rng.normal lies below p with another probability than p."
                " rng.random() is even between 0 and 1.",
                credit=1.5),
    ],
    variants=[
        Variant("binomial coins", answers.dropout_by_binomial),
        Variant("0 or 1/(1 - p), by choice", answers.dropout_by_choice),
    ],
)


# --- batch_norm --------------------------------------------------------------


def running(rng, c):
    """A running mean and a running variance."""
    return rng.normal(size=c), rng.uniform(0.5, 2, c)


def batch(rng, n, c, *size):
    """Features of different means and spreads, and running statistics."""
    shape = (1, c, *(1,) * len(size))
    x = rng.normal(size=(n, c, *size)) * rng.uniform(0.5, 3, shape)
    return x + rng.normal(0, 3, shape), *running(rng, c)


def scale_and_shift(rng, n):
    """A weight and a bias that are neither 0 nor 1."""
    return rng.uniform(1.5, 3, n), rng.normal(2, 0.5, n)


def _named(arguments):
    names = ["x", "running_mean", "running_var", "weight", "bias"]
    return {
        name: np.asarray(value)
        for name, value in zip(names, arguments, strict=False)
    }


def _taken(what, given, options):
    """A script of one call with keywords, of whose result a part is read."""
    inputs = {**_named(given), **options}
    listed = ", ".join(f"{name}={name}" for name in inputs)
    return script(f"batch_norm({listed}){what}", **inputs)


def normalized(title, given, *, core=False, **options):
    """The normalized batch alone, so that a slip elsewhere leaves it right."""
    return Case(f"{title}: y", _taken("[0]", given, options), core)


def remembered(title, given, **options):
    """The running statistics alone."""
    return Case(f"{title}: running statistics",
                _taken("[1:]", given, options))


THREE = [[1.0, 10.0], [3.0, 20.0], [8.0, 60.0]]

batch_norm = Exercise(
    reference=ml.batch_norm,
    points=3,
    refuses=(
        "torch.nn.functional.batch_norm", "torch.nn.BatchNorm1d",
        "torch.nn.BatchNorm2d",
    ),
    cases=lambda rng: [
        normalized("by hand", [THREE, [0.0, 0.0], [1.0, 1.0]], core=True,
                   eps=0.0),
        remembered("by hand", [THREE, [0.0, 0.0], [1.0, 1.0]]),
        Case("six samples, four features: all three",
             call(*batch(rng, 6, 4))),
        normalized("as many samples as features", batch(rng, 5, 5)),
        normalized("a deviation of a thousandth",
                   [rng.normal(1, 1e-3, (6, 2)), *running(rng, 2)]),
        normalized("a feature that is constant",
                   [np.full((4, 2), rng.uniform(1, 2)), *running(rng, 2)]),
        normalized("with weight and bias",
                   [*batch(rng, 6, 3), *scale_and_shift(rng, 3)]),
        normalized("with a bias only", batch(rng, 5, 3),
                   bias=rng.normal(2, 1, 3)),
        remembered("another momentum", batch(rng, 5, 3), momentum=0.3),
        normalized("a large eps", batch(rng, 5, 3), eps=0.5),
        Case("evaluation by hand", call(
            THREE, [1.0, 10.0], [4.0, 100.0], [2.0, 1.0], [0.0, 5.0],
            training=False, eps=0.0)),
        Case("evaluation", call(
            *batch(rng, 4, 4), *scale_and_shift(rng, 4), training=False)),
        Case("evaluation of a single sample", call(
            *batch(rng, 1, 3), training=False)),
        Case("images: all three", call(*batch(rng, 4, 3, 2, 5))),
        normalized("images, with weight and bias",
                   [*batch(rng, 3, 2, 2, 4), *scale_and_shift(rng, 2)]),
        normalized("images of which all sizes are equal",
                   [*batch(rng, 3, 3, 3, 3), *scale_and_shift(rng, 3)]),
        Case("evaluation of images", call(
            *batch(rng, 2, 3, 2, 3), *scale_and_shift(rng, 3),
            training=False)),
    ],
    mistakes=[
        Mistake("statistics over the features", answers.bn_over_features,
                "You average over axis 1, the features of one sample. Batch"
                " normalization compares a feature over the batch: axis 0 of"
                " a table.",
                credit=1.2),
        Mistake("each sample for itself", answers.bn_as_layer_norm,
                "You normalize every sample over its features: that is layer"
                " normalization. Here each feature is normalized over the"
                " batch: axis 0 of a table.",
                credit=1.2),
        Mistake("the batch's statistics at evaluation",
                answers.bn_batch_at_evaluation,
                "With training=False the running statistics are used: an"
                " answer must not depend on who else is in the batch.",
                credit=2.1),
        Mistake("training ignored", answers.bn_deaf_to_training,
                "With training=False the running statistics are used, and"
                " returned as they came.",
                credit=2.0),
        Mistake("running statistics change at evaluation",
                answers.bn_updates_at_evaluation,
                "y is right, but what is only looked at must not be learned"
                " from: with training=False the running statistics are"
                " returned as they came.",
                credit=2.3),
        Mistake("the batch's statistics returned at evaluation",
                answers.bn_returns_batch_at_evaluation,
                "y is right, but what is only looked at must not be learned"
                " from: with training=False the running statistics are"
                " returned as they came.",
                credit=2.3),
        Mistake("running statistics used in training", answers.bn_by_running,
                "In training the batch is normalized by its own mean and"
                " variance; the running ones are only brought up to date.",
                credit=1.5),
        Mistake("normalized by the new running statistics",
                answers.bn_by_new_running,
                "In training the batch is normalized by its own mean and"
                " variance, not by the mixture that goes into the memory.",
                credit=1.8),
        Mistake("one mean for all features", answers.bn_over_all,
                "You average over everything. Each feature has a mean and a"
                " variance of its own: over all axes but axis 1.",
                credit=1.2),
        Mistake("eps beside the deviation", answers.bn_eps_outside,
                "eps stands under the root: sqrt(var + eps). Beside it, 1e-5"
                " means something else: where var is tiny, the result is"
                " several times larger.",
                credit=2.3),
        Mistake("no eps", answers.bn_without_eps,
                "A feature that is constant has variance 0, and 0/0 is nan."
                " Add eps under the root.",
                credit=2.2),
        Mistake("1e-5 for eps", answers.bn_eps_fixed,
                "You write 1e-5 where eps should stand: it may be another.",
                credit=2.4),
        Mistake("running variance biased", answers.bn_running_biased,
                "Two variances: the batch is normalized by the biased one (/"
                " n), and running_var collects the unbiased one (/ (n - 1)),"
                " as in PyTorch.",
                credit=2.2),
        Mistake("normalized by the unbiased variance", answers.bn_unbiased,
                "Two variances: the batch is normalized by the biased one (/"
                " n); only running_var collects the unbiased one.",
                credit=2.2),
        Mistake("the two variances exchanged", answers.bn_biases_exchanged,
                "It is the other way round: normalize by the biased variance,"
                " collect the unbiased one in running_var.",
                credit=1.9),
        Mistake("n counts the samples only", answers.bn_of_samples,
                "With images a channel's variance comes from N H W numbers:"
                " the factor n/(n - 1) has that n, not N.",
                credit=2.6),
        Mistake("momentum turned round", answers.bn_momentum_turned_round,
                "PyTorch's momentum is the share of the NEW: running = (1 -"
                " momentum) old + momentum batch. With 0.1 the old stays nine"
                " tenths.",
                credit=2.2),
        Mistake("old statistics kept whole", answers.bn_momentum_added,
                "You add momentum times the new to the whole old; the old"
                " shrinks to its share 1 - momentum.",
                credit=2.1),
        Mistake("no memory", answers.bn_no_memory,
                "You return the batch's own statistics. The running ones mix:"
                " (1 - momentum) old + momentum batch.",
                credit=2.0),
        Mistake("0.1 for momentum", answers.bn_momentum_fixed,
                "You write 0.1 where momentum should stand: it may be"
                " another.",
                credit=2.6),
        Mistake("running statistics not brought up to date",
                answers.bn_not_updated,
                "In training, running = (1 - momentum) old + momentum batch;"
                " you return the old ones.",
                credit=1.8),
        Mistake("the deviation kept in running_var",
                answers.bn_keeps_deviation,
                "What you return is the root; asked is the variance.",
                credit=2.0),
        Mistake("a root of a root", answers.bn_root_of_root,
                "Your standard deviation is a root already, and you take"
                " another of it. Under the root belongs the variance, x.var;"
                " and running_var collects it.",
                credit=2.0),
        Mistake("a root of a root, in y alone", answers.bn_root_of_root_in_y,
                "The running statistics are right. In y, your standard"
                " deviation is a root already, and you take another of it:"
                " under the root belongs the variance, x.var.",
                credit=2.2),
        Mistake("weight forgotten", answers.bn_unscaled,
                "After normalizing, each feature is scaled: weight times, and"
                " then plus bias.",
                credit=2.2),
        Mistake("bias forgotten", answers.bn_unshifted,
                "After normalizing and scaling, each feature is shifted: plus"
                " bias.",
                credit=2.2),
        Mistake("weight and bias forgotten", answers.bn_plain,
                "After normalizing, each feature gets back a spread and a"
                " centre of its own: weight times, plus bias.",
                credit=2.0),
        Mistake("bias before weight", answers.bn_shift_first,
                "First scale, then shift: weight * x_hat + bias. Yours scales"
                " the bias, too.",
                credit=2.3),
        Mistake("mean not subtracted", answers.bn_uncentred,
                "x_hat = (x - mean) / sqrt(var + eps): the mean goes off"
                " first.",
                credit=1.4),
        Mistake("no root", answers.bn_unrooted,
                "Divide by the deviation, the root of the variance.",
                credit=1.5),
        Mistake("tables only", answers.bn_flat_only,
                "Images are (N, C, H, W): the statistics of a channel run"
                " over axes 0, 2 and 3, and its numbers must be reshaped to"
                " (C, 1, 1) to meet it.",
                credit=1.8),
        Mistake("y alone", answers.bn_y_alone,
                "The next batch needs the running statistics: return (y,"
                " running_mean, running_var).",
                credit=1.8),
        Mistake("y last", answers.bn_y_last,
                "All three are right, in another order: (y, running_mean,"
                " running_var).",
                credit=2.5),
        Mistake("variance before mean", answers.bn_var_first,
                "All three are right, in another order: (y, running_mean,"
                " running_var).",
                credit=2.5),
    ],
    variants=[
        Variant("channels last", answers.bn_channels_last),
        Variant("channel by channel", answers.bn_by_channel),
    ],
)


# --- layer_norm --------------------------------------------------------------


def both_noise(first, second, program):
    """Two results of a variance that rounding has eaten."""
    right = ml.layer_norm(*program.args, **program.kwargs)
    return all(
        not np.isfinite(one).all() or np.max(np.abs(one - right)) > 1e-3
        for one in (first, second)
    )


layer_norm = Exercise(
    reference=ml.layer_norm,
    points=2,
    refuses=(
        "torch.nn.functional.layer_norm", "torch.nn.LayerNorm",
        "mathlib.machine_learning.batch_norm",
    ),
    cases=lambda rng: [
        Case("by hand", call([[1.0, 3.0, 8.0, 0.0]], eps=0.0), core=True),
        Case("a deviation of a thousandth: eps counts",
             call([1e-3, 3e-3])),
        Case("scaled and shifted by hand",
             call([1.0, 3.0], [2.0, 1.0], [10.0, 20.0], eps=0.0)),
        Case("a table", call(rng.normal(2, 3, (4, 6)))),
        Case("a square table", call(rng.normal(2, 3, (4, 4)))),
        Case("texts of tokens", call(rng.normal(1, 2, (2, 3, 5)))),
        Case("with weight and bias",
             call(rng.normal(1, 2, (3, 5)), *scale_and_shift(rng, 5))),
        Case("with a weight only",
             call(rng.normal(1, 2, (3, 4)), rng.uniform(1.5, 3, 4))),
        Case("with a bias only",
             call(rng.normal(1, 2, (3, 4)), bias=rng.normal(2, 0.5, 4))),
        Case("a large eps", call(rng.normal(1, 2, (3, 4)), eps=0.5)),
        Case("a row of equal numbers",
             call(np.full((2, 3), rng.uniform(1, 2)))),
        Case("numbers near 1e8",
             call(1e8 + rng.normal(0, 3, (2, 4))),
             compare=named_if(both_noise, values(rtol=1e-5, atol=1e-5))),
    ],
    mistakes=[
        Mistake("as it came", answers.ln_as_it_was,
                "This is the code as it came, or does just the same. There"
                " are three slips in it: where eps stands, by what the"
                " variance is divided, and what weight multiplies."),
        Mistake("bias still scaled, eps and n - 1 mended",
                answers.ln_shift_first,
                "One slip is left: weight multiplies the normalized x only;"
                " bias is added after it.",
                credit=1.4),
        Mistake("n - 1 left", answers.ln_ddof,
                "One slip is left: the variance is divided by n, not by n -"
                " 1: ddof=0, NumPy's default (torch.std's is 1).",
                credit=1.2),
        Mistake("eps beside the deviation", answers.ln_outside,
                "eps stands under the root, sqrt(var + eps). Beside the"
                " deviation, x = [1e-3, 3e-3] comes out three times as"
                " large.",
                credit=1.2),
        Mistake("eps beside the deviation, and n - 1",
                answers.ln_outside_and_ddof,
                "Two slips are left: eps belongs under the root, and the"
                " variance is divided by n.",
                credit=0.6),
        Mistake("eps beside the deviation, and bias scaled",
                answers.ln_outside_and_shift,
                "Two slips are left: eps belongs under the root, and weight"
                " multiplies the normalized x only.",
                credit=0.7),
        Mistake("n - 1, and bias scaled", answers.ln_ddof_and_shift,
                "Two slips are left: the variance is divided by n, and weight"
                " multiplies the normalized x only.",
                credit=0.7),
        Mistake("a root of a root", answers.ln_root_of_root,
                "The standard deviation is a root already, and you take"
                " another of it. Under the root belongs the variance:"
                " np.sqrt(var + eps).",
                credit=1.2),
        Mistake("a root of a root, and n - 1",
                answers.ln_root_of_root_and_ddof,
                "Two slips are left: under the root belongs the variance, not"
                " the deviation, and it is divided by n, not by n - 1.",
                credit=0.6),
        Mistake("a root of a root, and bias scaled",
                answers.ln_root_of_root_and_shift,
                "Two slips are left: under the root belongs the variance, not"
                " the deviation, and weight multiplies the normalized x"
                " only.",
                credit=0.7),
        Mistake("over the batch", answers.ln_over_batch,
                "You average over axis 0, so that a token's result depends on"
                " the others in the batch. Layer normalization looks at one"
                " row: the last axis.",
                credit=0.6),
        Mistake("over everything", answers.ln_over_all,
                "Mean and variance of the whole array mix all rows. Each row"
                " has its own: the last axis, keepdims=True.",
                credit=0.6),
        Mistake("weight forgotten", answers.ln_unscaled,
                "The normalized row is multiplied by weight, if there is"
                " one.",
                credit=1.3),
        Mistake("bias forgotten", answers.ln_unshifted,
                "After the scaling bias is added, if there is one.",
                credit=1.3),
        Mistake("weight and bias forgotten", answers.ln_plain,
                "After normalizing, weight scales and bias shifts, feature by"
                " feature.",
                credit=1.1),
        Mistake("mean not subtracted", answers.ln_uncentred,
                "It is x - mean that is divided by the root, not x.",
                credit=0.8),
        Mistake("mean square for the variance", answers.ln_of_squares,
                "Variance is the mean square of x - mean. You take the mean"
                " square of x.",
                credit=0.8),
        Mistake("RMS normalization", answers.ln_rms,
                "You divide by the root mean square without taking the mean"
                " off: that is the next exercise.",
                credit=0.6),
        Mistake("keepdims forgotten", answers.ln_without_keepdims,
                "Without keepdims=True the means of a table have shape (N,),"
                " which meets the columns: an error, or, in a square table,"
                " nonsense.",
                credit=0.8),
        Mistake("no root", answers.ln_unrooted,
                "You divide by the variance. Divide by its root, which has the"
                " units of x.",
                credit=0.6),
        Mistake("no eps", answers.ln_without_eps,
                "Without eps a row of equal numbers is 0/0, nan.",
                credit=1.0),
        Mistake("1e-5 for eps", answers.ln_eps_fixed,
                "You write 1e-5 where eps should stand: it may be another.",
                credit=1.2),
        Mistake("eps squared", answers.ln_eps_squared,
                "Under the root stands eps itself, not its square.",
                credit=1.2),
        Mistake("a root of eps beside the deviation",
                answers.ln_eps_under_a_root_of_its_own,
                "sqrt(var + eps) is not sqrt(var) + sqrt(eps): one root over"
                " the sum.",
                credit=1.1),
        Mistake("mean square minus squared mean",
                answers.ln_by_difference_of_squares,
                "For numbers near 1e8 both terms are near 1e16, and their"
                " difference has lost all digits. Subtract the mean first,"
                " then square.",
                credit=1.6),
    ],
    variants=[
        Variant("a mean of squares, and a power", answers.ln_by_power),
        Variant("row by row", answers.ln_row_by_row),
    ],
)


# --- rms_norm ----------------------------------------------------------------


rms_norm = Exercise(
    reference=ml.rms_norm,
    points=2,
    refuses=("torch.nn.functional.rms_norm", "torch.nn.RMSNorm"),
    cases=lambda rng: [
        Case("by hand", call([1.0, 7.0], eps=0.0), core=True),
        Case("tiny numbers: eps counts", call([1e-3, -2e-3, 2e-3])),
        Case("a row of zeros",
             call([[0.0, 0.0, 0.0], [1.0, 2.0, 2.0]])),
        Case("a table", call(rng.normal(1, 2, (4, 6)))),
        Case("a square table", call(rng.normal(1, 2, (3, 3)))),
        Case("texts of tokens", call(rng.normal(1, 2, (2, 3, 5)))),
        Case("with a weight",
             call(rng.normal(1, 2, (3, 4)), rng.uniform(1.5, 3, 4))),
        Case("a large eps, with a weight",
             call(rng.normal(1, 1, (2, 4)), rng.uniform(1.5, 3, 4),
                  eps=0.5)),
        Case("a large eps", call(rng.normal(1, 1, (2, 5)), eps=0.3)),
    ],
    mistakes=[
        Mistake("the mean taken off", answers.rms_centred,
                "RMSNorm leaves the mean where it is: this is what sets it"
                " apart from LayerNorm, and what makes it cheaper.",
                credit=1.0),
        Mistake("divided by the standard deviation", answers.rms_deviation,
                "The standard deviation is the root mean square of x - mean."
                " Take the mean square of x itself.",
                credit=1.0),
        Mistake("a sum for the mean", answers.rms_of_sum,
                "Under the root stands the MEAN of the squares. With the sum,"
                " the row's length becomes 1 and its entries shrink by"
                " sqrt(n).",
                credit=1.2),
        Mistake("divided by the length", answers.rms_length,
                "That makes the length 1: every entry is sqrt(n) times too"
                " small, and a row of zeros is nan. Take the mean of the"
                " squares, plus eps.",
                credit=1.0),
        Mistake("divided by the length plus eps",
                answers.rms_length_eps_outside,
                "That makes the length 1: every entry is sqrt(n) times too"
                " small. Take the mean of the squares, plus eps, under the"
                " root.",
                credit=1.0),
        Mistake("no eps", answers.rms_without_eps,
                "A row of zeros is 0/0, nan. Add eps under the root.",
                credit=1.2),
        Mistake("eps beside the root", answers.rms_eps_outside,
                "eps stands under the root. Beside it, tiny numbers come out"
                " larger than they should.",
                credit=1.4),
        Mistake("1e-6 for eps", answers.rms_eps_fixed,
                "You write 1e-6 where eps should stand: it may be another.",
                credit=1.4),
        Mistake("weight forgotten", answers.rms_unscaled,
                "The normalized row is multiplied by weight, if there is"
                " one.",
                credit=1.4),
        Mistake("over the batch", answers.rms_over_batch,
                "You average over axis 0; each row has its own mean square:"
                " the last axis.",
                credit=0.8),
        Mistake("over everything", answers.rms_over_all,
                "You take one mean square of the whole array; each row has"
                " its own: the last axis, keepdims=True.",
                credit=0.8),
        Mistake("no root", answers.rms_unrooted,
                "You divide by the mean square. Its root has the units of x,"
                " so that the result has none.",
                credit=1.0),
        Mistake("keepdims forgotten", answers.rms_without_keepdims,
                "Without keepdims=True the roots of a table have shape (N,),"
                " which meets the columns: an error, or, in a square table,"
                " nonsense.",
                credit=1.0),
        Mistake("weight inside the root", answers.rms_weight_inside,
                "You scale first and normalize then, so that weight changes"
                " the root, too. First x over its root mean square, then"
                " times weight.",
                credit=1.3),
        Mistake("weight or 1.0", answers.rms_weight_or_1,
                "weight or 1.0 asks whether an array is true, as an if does."
                " Ask whether it is there: 1.0 if weight is None else"
                " weight.",
                credit=1.4),
        Mistake("1 + weight", answers.rms_one_plus_weight,
                "Some models store the weight minus 1. Here it is the factor"
                " itself.",
                credit=1.4),
        Mistake("mean of the absolute values", answers.rms_absolute,
                "The mean of |x| is another size of a row. RMS squares,"
                " averages, and takes the root.",
                credit=0.8),
        Mistake("the square of the mean", answers.rms_of_squared_mean,
                "First square, then average. The square of the mean is"
                " nearly 0 for a row whose entries cancel.",
                credit=0.8),
        Mistake("multiplied", answers.rms_multiplied,
                "You multiply by the root mean square; divide by it.",
                credit=0.8),
    ],
    variants=[
        Variant("from the length", answers.rms_by_norm),
        Variant("row by row", answers.rms_row_by_row),
    ],
)


# --- xavier_uniform ----------------------------------------------------------


def follows(cdf):
    """Compare by a law: no share of smaller draws may be far off.

    The largest distance between the shares and the law exceeds the bound
    once in 100 million right samples (Dvoretzky, Kiefer, Wolfowitz and
    Massart); scipy's test says the same, and takes ten times as long.
    """

    def compare(expected, got, program):
        found = values()(expected, got, program)
        if found is None or found.kind != "value":
            return found
        sample = np.sort(np.ravel(got))
        shares = np.arange(sample.size + 1) / sample.size
        law = cdf(sample / (1 + 1e-6))
        if np.any((law <= 0) | (law >= 1)):
            return Difference(
                "rule",
                f"there are draws from {sample[0]:.4g} to {sample[-1]:.4g},"
                " further out than the law allows",
                expected=expected, got=got,
            )
        off = np.maximum(law - shares[:-1], shares[1:] - law)
        worst = int(np.argmax(off))
        if off[worst] < math.sqrt(math.log(2e8) / (2 * sample.size)):
            return None
        return Difference(
            "rule",
            f"as {sample.size} draws these do not follow the law: near"
            f" {sample[worst]:.3g} the share of smaller ones is off by"
            f" {off[worst]:.3f}; their deviation is {sample.std():.4f}",
            expected=expected, got=got,
        )

    return compare


def _uniform_law(total):
    bound = math.sqrt(6 / total)
    return lambda x: np.clip((x + bound) / (2 * bound), 0, 1)


def _normal_law(total):
    from scipy import special

    return lambda x: special.ndtr(x / math.sqrt(2 / total))


def one_law(first, second, program):
    """Two samples that may well be draws from one law, by their shape."""
    one, two = np.ravel(first), np.ravel(second)
    if one.shape != two.shape:
        return False
    spread = max(one.std(), two.std())
    peaks = [np.abs(a - a.mean()).max() / a.std() for a in (one, two)]
    return bool(
        abs(one.std() - two.std()) < 0.04 * spread
        and abs(one.mean() - two.mean()) < 0.1 * spread
        and abs(peaks[0] - peaks[1]) < 1.2
    )


def drawn(rng, title, fan_in, fan_out, part, **options):
    """A matrix of draws, judged by its law."""
    law = (_uniform_law if "uniform" in part else _normal_law)(
        fan_in + fan_out
    )
    return Case(
        f"{part.removeprefix('xavier_')}: {title}",
        call(fan_in, fan_out, rng=seed(rng)).on(part),
        compare=named_if(one_law, follows(law)),
        **options,
    )


def repeated(part, first, second, title):
    """Whether two calls draw the same."""
    return Case(f"{part.removeprefix('xavier_')}: {title}", script(
        f"({part}(5, 4, rng=first) == {part}(5, 4, rng=second)).all()",
        first=first, second=second,
    ))


def xavier_cases(rng):
    """The cases; the generator is used as the answer likes."""
    cases = []
    for part in ("xavier_uniform", "xavier_normal"):
        again, more = seed(rng), int(rng.integers(10))
        cases += [
            drawn(rng, "as many neurons as inputs", 65 + more, 65 + more,
                  part, core=part == "xavier_uniform"),
            drawn(rng, "three times as many", 40, 115 + more, part),
            repeated(part, again, again, "the same seed draws the same"),
            repeated(part, seed(rng), seed(rng), "another seed, others"),
        ]
    return cases


_UNIFORM, _NORMAL = "xavier_uniform", "xavier_normal"

xavier_uniform = Exercise(
    reference={
        "xavier_uniform": ml.xavier_uniform,
        "xavier_normal": ml.xavier_normal,
    },
    points=2,
    refuses=(
        "mathlib.machine_learning.he_normal",
        "torch.nn.init.xavier_uniform_", "torch.nn.init.xavier_normal_",
    ),
    cases=xavier_cases,
    mistakes=[
        Mistake("uniform: from 0", {_UNIFORM: answers.uniform_from_0},
                "From 0 to a, all weights are positive and their mean is a/2."
                " The range is -a to a.",
                credit=1.2),
        Mistake("uniform: the deviation for the bound",
                {_UNIFORM: answers.uniform_bound_is_std},
                "Between -a and a the variance is a^2/3, so that a is sqrt(3)"
                " times the deviation: sqrt(6 / (fan_in + fan_out)).",
                credit=1.3),
        Mistake("uniform: the variance for the bound",
                {_UNIFORM: answers.uniform_bound_is_variance},
                "2 / (fan_in + fan_out) is the variance. The bound is"
                " sqrt(3) times the root of it.",
                credit=1.2),
        Mistake("uniform: the root forgotten",
                {_UNIFORM: answers.uniform_without_root},
                "The bound is the root of 6 / (fan_in + fan_out).",
                credit=1.3),
        Mistake("uniform: fan_in alone",
                {_UNIFORM: answers.uniform_of_fan_in},
                "sqrt(6 / fan_in) is He's bound. Xavier's is a compromise of"
                " both directions: 6 / (fan_in + fan_out).",
                credit=1.3),
        Mistake("uniform: 3 / fan_in",
                {_UNIFORM: answers.uniform_of_3_fan_in},
                "sqrt(3 / fan_in) keeps the variance on the way forward only."
                " Xavier's is a compromise of both directions: 6 / (fan_in +"
                " fan_out).",
                credit=1.3),
        Mistake("uniform: fan_out alone",
                {_UNIFORM: answers.uniform_of_fan_out},
                "Both directions count: 6 / (fan_in + fan_out).",
                credit=1.3),
        Mistake("uniform: 3 for 6", {_UNIFORM: answers.uniform_of_3},
                "a^2/3 = 2 / (fan_in + fan_out) gives a^2 = 6 / (fan_in +"
                " fan_out).",
                credit=1.4),
        Mistake("uniform: 1 for 6", {_UNIFORM: answers.uniform_of_1},
                "a^2/3 = 2 / (fan_in + fan_out) gives a^2 = 6 / (fan_in +"
                " fan_out); you have 1 in place of 6.",
                credit=1.4),
        Mistake("uniform: a product for the sum",
                {_UNIFORM: answers.uniform_of_product},
                "Under the root stands the sum fan_in + fan_out.",
                credit=1.3),
        Mistake("uniform: not scaled", {_UNIFORM: answers.uniform_unscaled},
                "You draw from -1 to 1, whatever the sizes. The bound is"
                " sqrt(6 / (fan_in + fan_out)).",
                credit=1.1),
        Mistake("uniform: shifted, not scaled",
                {_UNIFORM: answers.uniform_positive_unit},
                "2 a u - 1 has the right width and the wrong place: it is 2 a"
                " u - a that runs from -a to a.",
                credit=1.2),
        Mistake("normal: the bound for the deviation",
                {_NORMAL: answers.normal_of_bound},
                "sqrt(6 / ...) is the bound of the even distribution. The"
                " deviation is sqrt(2 / (fan_in + fan_out)).",
                credit=1.3),
        Mistake("normal: the variance for the deviation",
                {_NORMAL: answers.normal_of_variance},
                "rng.normal takes the deviation, the root of the variance 2 /"
                " (fan_in + fan_out).",
                credit=1.3),
        Mistake("normal: fan_in alone", {_NORMAL: answers.normal_of_fan_in},
                "2 / fan_in is He's variance, for ReLU. Xavier's is 2 /"
                " (fan_in + fan_out).",
                credit=1.3),
        Mistake("normal: 1 / fan_in", {_NORMAL: answers.normal_of_1_fan_in},
                "1 / fan_in keeps the variance on the way forward only."
                " Xavier's is a compromise: 2 / (fan_in + fan_out).",
                credit=1.3),
        Mistake("normal: fan_out alone",
                {_NORMAL: answers.normal_of_fan_out},
                "Both directions count: 2 / (fan_in + fan_out).",
                credit=1.3),
        Mistake("normal: 1 for 2", {_NORMAL: answers.normal_of_1},
                "The mean of fan_in and fan_out is half of their sum: the"
                " variance is 2 / (fan_in + fan_out).",
                credit=1.4),
        Mistake("normal: a product for the sum",
                {_NORMAL: answers.normal_of_product},
                "Under the root stands the sum fan_in + fan_out.",
                credit=1.3),
        Mistake("normal: not scaled", {_NORMAL: answers.normal_unscaled},
                "You draw with deviation 1, whatever the sizes. It is sqrt(2"
                " / (fan_in + fan_out)).",
                credit=1.1),
        Mistake("fan_in alone",
                {_UNIFORM: answers.uniform_of_fan_in,
                 _NORMAL: answers.normal_of_fan_in},
                "That is He's initialization, for ReLU. Xavier's variance is"
                " 2 / (fan_in + fan_out).",
                credit=0.9),
        Mistake("1 / fan_in",
                {_UNIFORM: answers.uniform_of_3_fan_in,
                 _NORMAL: answers.normal_of_1_fan_in},
                "A variance of 1 / fan_in keeps the way forward only."
                " Xavier's is a compromise of both directions: 2 / (fan_in +"
                " fan_out).",
                credit=0.9),
        Mistake("a product for the sum",
                {_UNIFORM: answers.uniform_of_product,
                 _NORMAL: answers.normal_of_product},
                "Under the root stands the sum fan_in + fan_out.",
                credit=0.9),
        Mistake("the mean of both for their sum",
                {_UNIFORM: answers.uniform_of_mean,
                 _NORMAL: answers.normal_of_mean},
                "You divide by the mean of fan_in and fan_out where their sum"
                " belongs: the variance is twice as large as asked.",
                credit=1.2),
        Mistake("half of the variance",
                {_UNIFORM: answers.uniform_of_3,
                 _NORMAL: answers.normal_of_1},
                "The variance is 2 / (fan_in + fan_out), one over the mean of"
                " the two; yours is half of it.",
                credit=1.2),
        Mistake("from 0, and the variance for the deviation",
                {_UNIFORM: answers.uniform_from_0,
                 _NORMAL: answers.normal_of_variance},
                "Two things: the uniform draws run from -a to a, and"
                " rng.normal takes the root of the variance.",
                credit=1.0),
        Mistake("bound and deviation, a root too few",
                {_UNIFORM: answers.uniform_without_root,
                 _NORMAL: answers.normal_of_variance},
                "Both want a root: sqrt(6 / (fan_in + fan_out)), and sqrt(2 /"
                " (fan_in + fan_out)).",
                credit=1.0),
        Mistake("fan_in alone, and transposed",
                {_UNIFORM: answers.uniform_of_fan_in_transposed,
                 _NORMAL: answers.normal_of_fan_in_transposed},
                "Two things: Xavier's variance is 2 / (fan_in + fan_out), and"
                " W is (fan_out, fan_in).",
                credit=0.6),
        Mistake("the two laws exchanged",
                {_UNIFORM: answers.normal_right,
                 _NORMAL: answers.uniform_right},
                "xavier_uniform draws from -a to a, xavier_normal from the"
                " bell curve; yours are the other way round.",
                credit=1.2),
        Mistake("uniform: a bell curve", {_UNIFORM: answers.normal_right},
                "The variance is right. All numbers between -a and a should"
                " be equally likely: rng.uniform.",
                credit=1.3),
        Mistake("normal: not the bell curve",
                {_NORMAL: answers.uniform_right},
                "The variance is right. Asked is the bell curve: rng.normal.",
                credit=1.3),
        Mistake("transposed",
                {_UNIFORM: answers.uniform_transposed,
                 _NORMAL: answers.normal_transposed},
                "W is (fan_out, fan_in), as in torch.nn.Linear: a row for"
                " each neuron.",
                credit=1.4),
        Mistake("uniform: transposed",
                {_UNIFORM: answers.uniform_transposed},
                "W is (fan_out, fan_in), as in torch.nn.Linear: a row for"
                " each neuron.",
                credit=1.7),
        Mistake("normal: transposed", {_NORMAL: answers.normal_transposed},
                "W is (fan_out, fan_in), as in torch.nn.Linear: a row for"
                " each neuron.",
                credit=1.7),
        Mistake("generators of their own",
                {_UNIFORM: answers.uniform_fresh,
                 _NORMAL: answers.normal_fresh},
                "You don't draw from rng: nobody can repeat a run of yours,"
                " whatever seed they choose.",
                credit=1.6),
        Mistake("generators with a seed of their own",
                {_UNIFORM: answers.uniform_seeded,
                 _NORMAL: answers.normal_seeded},
                "default_rng(0) inside the function draws the same matrix at"
                " every call, for every layer. Draw from the rng that you are"
                " given.",
                credit=1.4),
        *half_written(1.0, _UNIFORM, _NORMAL),
    ],
    variants=[
        Variant("by random, and scaled afterwards", {
            _UNIFORM: answers.uniform_by_random,
            _NORMAL: answers.normal_scaled_after}),
        Variant("one by one, and by probabilities", {
            _UNIFORM: answers.uniform_entry_by_entry,
            _NORMAL: answers.normal_by_probability}),
    ],
)


# --- kmeans_assign -----------------------------------------------------------


SIX = [[0.0, 0.0], [0.0, 2.0], [1.0, 1.0], [6.0, 1.0], [8.0, 3.0], [7.0, 2.0]]
SEVEN = [*SIX, [20.0, 20.0]]
CENTROIDS = [[0.0, 1.0], [6.0, 2.0], [50.0, 50.0]]


def cloud(rng, n, d=2):
    """Points of three overlapping groups."""
    group = rng.integers(3, size=n)
    return rng.normal(size=(n, d)) + 3 * rng.normal(size=(3, d))[group]


def some_labels(rng, n, used):
    """Labels of which all in ``used`` appear, and no others."""
    labels = rng.choice(used, size=n)
    labels[: len(used)] = used
    return labels


def seeds_drawn(rng, X, numbers):
    """Many draws: a wrong law is not right in all of them."""
    return script(
        f"[kmeans_plus_plus(X, k, rng=rng) for k in {numbers}]",
        X=X, rng=seed(rng),
    )


def both_blind(first, second, program):
    """Labels of whose digits rounding has left none, whichever way."""
    return set(np.unique([first, second])) <= {0, 1, 2}


def telling(
    rng, wrong, n=60, k=4, scale=1.0, far=0.0, centroids=True, **options
):
    """A call on whose data k-means takes its time and the wrong ones fail.

    Drawn again until each of the wrong answers returns other centroids (or,
    where all is read, labels) than the right one, and than the one before
    it.  Evenly scattered points have no groups, so the rounds are many; three
    points that lie far away make the variance, and with it the threshold,
    large.
    """
    while True:
        X = scale * (rng.uniform(-4, 4, (n, 2)) + [15.0, -25.0])
        X[:3] += far
        start = int(rng.integers(2**31))
        before = right = ml.kmeans(
            X, k, **options, rng=np.random.default_rng(start)
        )
        for f in wrong:
            other = f(X, k, **options, rng=np.random.default_rng(start))
            if not all(_differs(a, other, centroids)
                       for a in (right, before)):
                break
            before = other
        else:
            break
    rng = given("rng", start)
    if not centroids:
        return call(X, k, **options, rng=rng).on("kmeans")
    listed = "".join(f"{name}={value}, " for name, value in options.items())
    return script(f"kmeans(X, {k}, {listed}rng=rng)[0]", X=X, rng=rng)


def _differs(right, other, centroids):
    parts = [0] if centroids else [0, 1]
    return any(not np.allclose(right[i], other[i]) for i in parts)


kmeans_assign = Exercise(
    reference={
        "kmeans_assign": ml.kmeans_assign,
        "kmeans_update": ml.kmeans_update,
        "kmeans_plus_plus": ml.kmeans_plus_plus,
        "kmeans": ml.kmeans,
    },
    points=4,
    refuses=(
        "sklearn.cluster.KMeans", "sklearn.cluster.MiniBatchKMeans",
        "sklearn.cluster.k_means", "sklearn.cluster.kmeans_plusplus",
        "scipy.cluster.vq.kmeans", "scipy.cluster.vq.kmeans2",
        "scipy.cluster.vq.vq",
    ),
    cases=lambda rng: [
        Case("assign: by hand", call(SIX, CENTROIDS).on("kmeans_assign"),
             core=True),
        Case("assign: as many points as centroids",
             call(cloud(rng, 5, 3), rng.normal(0, 3, (5, 3)))
             .on("kmeans_assign")),
        Case("assign: a tie goes to the lower index",
             call([[0.0, 0.0], [3.0, 1.0]],
                  [[2.0, 0.0], [0.0, 2.0], [-2.0, 0.0]])
             .on("kmeans_assign")),
        Case("assign: points near 1e8, less than 1 apart",
             call(1e8 + rng.uniform(-0.5, 0.5, (40, 2)),
                  1e8 + rng.uniform(-0.5, 0.5, (3, 2))).on("kmeans_assign"),
             compare=named_if(both_blind)),
        Case("update: by hand",
             call(SIX, np.array([0, 0, 0, 1, 1, 1]), CENTROIDS)
             .on("kmeans_update")),
        Case("update: the first cluster is empty",
             call(cloud(rng, 9, 3), some_labels(rng, 9, [1, 2, 4]),
                  rng.normal(size=(5, 3))).on("kmeans_update")),
        Case("seeds: seven points",
             call(SEVEN, 3, rng=given("rng", 0)).on("kmeans_plus_plus")),
        Case("seeds: drawn again and again",
             seeds_drawn(rng, cloud(rng, 15, 3), (4, 4, 1, 4, 4))),
        Case("k-means: seven points",
             call(SEVEN, 3, rng=given("rng", 0)).on("kmeans")),
        Case("k-means: one round",
             telling(rng, [answers.kmeans_deaf_to_max_iter,
                           answers.kmeans_stale],
                     centroids=False, max_iter=1)),
        Case("k-means: two rounds, the centroids",
             telling(rng, [answers.kmeans_deaf_to_max_iter,
                           answers.kmeans_one_round_short], max_iter=2)),
        Case("k-means: a large tol, the centroids",
             telling(rng, [answers.kmeans_deaf_to_tol,
                           answers.kmeans_tol_absolute,
                           answers.kmeans_tol_of_all,
                           answers.kmeans_undone], scale=0.25, tol=0.1)),
        Case("k-means: another tol, the centroids",
             telling(rng, [answers.kmeans_shift_unsquared,
                           answers.kmeans_largest_shift,
                           answers.kmeans_undone], n=100, k=6, tol=0.02)),
        Case("k-means: tol as it comes, the centroids",
             telling(rng, [functools.partial(ml.kmeans, tol=5e-5),
                           functools.partial(ml.kmeans, tol=2e-4),
                           answers.kmeans_one_round], n=100, far=220.0)),
    ],
    mistakes=[
        Mistake("assign: over the points",
                answers.whole(assign=answers.assign_over_points),
                "argmin runs over the points and finds the nearest point of"
                " each centroid. Each point looks for its nearest centroid:"
                " the axis of the centroids, axis 1 of (n, k).",
                credit=2.0),
        Mistake("assign: summed over the centroids",
                answers.whole(assign=answers.assign_summed_over_centroids),
                "X[:, None] - centroids is (n, k, d). A squared distance is a"
                " sum over the coordinates, the last axis; yours runs over"
                " the centroids.",
                credit=2.2),
        Mistake("assign: the farthest",
                answers.whole(assign=answers.assign_farthest),
                "argmax finds the farthest centroid, argmin the nearest.",
                credit=2.0),
        Mistake("assign: the last of a tie",
                answers.whole(assign=answers.assign_last_of_a_tie),
                "Of centroids at equal distance the lower index wins:"
                " np.argmin takes the first, a comparison with <= the last.",
                credit=3.5),
        Mistake("assign: sums of absolute differences",
                answers.whole(assign=answers.assign_absolute),
                "You measure |x_1 - mu_1| + |x_2 - mu_2| + ... The objective"
                " has squares: take the Euclidean distance.",
                credit=2.8),
        Mistake("assign: the square multiplied out",
                answers.whole(assign=answers.assign_expanded),
                "|x|^2 - 2 x . mu + |mu|^2 is a small difference of large"
                " numbers: near 1e8 no digit is left. Subtract first, then"
                " square.",
                credit=3.5),
        Mistake("assign: counted from 1",
                {"kmeans_assign": answers.assign_from_1},
                "Labels count from 0, as the rows of centroids do.",
                credit=3.0),
        Mistake("assign: distances",
                {"kmeans_assign": answers.assign_distances},
                "These are all the distances. Asked is, for each point, the"
                " index of the smallest.",
                credit=2.6),
        Mistake("update: sums", answers.whole(update=answers.update_sum),
                "The sum of the members lies far outside of the cluster."
                " Divide by their number.",
                credit=2.4),
        Mistake("update: divided by all points",
                answers.whole(update=answers.update_share),
                "You divide by the number of all points. The mean of a"
                " cluster divides by the number of its members.",
                credit=2.4),
        Mistake("update: one number for a cluster",
                answers.whole(update=answers.update_total),
                "np.mean without axis=0 averages the coordinates, too.",
                credit=2.4),
        Mistake("update: nan for an empty cluster",
                answers.whole(update=answers.update_nan),
                "The mean of nothing is 0/0. A cluster without members keeps"
                " its centroid.",
                credit=3.2),
        Mistake("update: an empty cluster at 0",
                answers.whole(update=answers.update_zero),
                "A cluster without members keeps its centroid; yours goes to"
                " the origin, as 0 divided by a small number does, too.",
                credit=3.2),
        Mistake("update: empty clusters left out",
                answers.whole(update=answers.update_dropped),
                "The result has a row for each centroid, (k, d), those"
                " without members too: they keep their centroid.",
                credit=3.0),
        Mistake("update: in place",
                answers.whole(update=answers.update_in_place),
                "You write into the caller's centroids, so that old and new"
                " are one array: k-means sees no shift and stops after one"
                " round. Work on a copy.",
                credit=2.4),
        Mistake("seeds: without k-means++",
                answers.whole(seeds=answers.seeds_uniform),
                "You draw rows evenly. k-means++ prefers points far from the"
                " centres chosen so far, by their squared distance.",
                credit=2.4),
        Mistake("seeds: drawn with repetition",
                answers.whole(seeds=answers.seeds_at_random),
                "You draw rows evenly, perhaps one twice. k-means++ prefers"
                " points far from the centres chosen so far.",
                credit=2.2),
        Mistake("seeds: the farthest point",
                answers.whole(seeds=answers.seeds_farthest),
                "You always take the farthest point, an outlier if there is"
                " one. k-means++ DRAWS, in proportion to the squared"
                " distance.",
                credit=2.6),
        Mistake("seeds: distance not squared",
                answers.whole(seeds=answers.seeds_unsquared),
                "The weights are the SQUARED distances to the nearest centre.",
                credit=2.8),
        Mistake("seeds: distance to the last centre",
                answers.whole(seeds=answers.seeds_from_last),
                "You look at the last centre only, and may come back to an"
                " earlier one. The nearest of all centres so far counts.",
                credit=2.8),
        Mistake("seeds: distance to the farthest centre",
                answers.whole(seeds=answers.seeds_from_farthest),
                "The nearest centre counts: minimum, not maximum.",
                credit=2.8),
        Mistake("seeds: the first row first",
                answers.whole(seeds=answers.seeds_from_first_row),
                "The first centre is drawn as well: X[rng.integers(n)].",
                credit=2.8),
        Mistake("seeds: rng used otherwise",
                answers.whole(seeds=answers.seeds_by_shares),
                "A fair draw of the first centre, with other random numbers."
                " The contract says X[rng.integers(n)], so that everybody"
                " gets the same.",
                credit=3.2),
        Mistake("seeds: indices",
                {"kmeans_plus_plus": answers.seeds_as_indices},
                "These are the places of the centres. Asked are the points"
                " themselves, rows of X.",
                credit=3.2),
        Mistake("seeds: one too many",
                {"kmeans_plus_plus": answers.seeds_one_more},
                "The first centre counts, too: n_clusters in all, so"
                " n_clusters - 1 further ones.",
                credit=3.0),
        Mistake("k-means: max_iter ignored",
                {"kmeans": answers.kmeans_deaf_to_max_iter},
                "After max_iter rounds it is over, converged or not.",
                credit=3.4),
        Mistake("k-means: one round",
                {"kmeans": answers.kmeans_one_round},
                "You assign and update once. Again and again, until the"
                " centroids (nearly) stand still.",
                credit=2.8),
        Mistake("k-means: one round short",
                {"kmeans": answers.kmeans_one_round_short},
                "max_iter=1 means one round of assign and update; you make"
                " one fewer.",
                credit=3.4),
        Mistake("k-means: tol ignored",
                {"kmeans": answers.kmeans_deaf_to_tol},
                "Yours goes on until nothing moves, or for max_iter rounds."
                " Stop after the round in which little has moved: the sum of"
                " all squared shifts is at most tol times the mean variance of"
                " the columns.",
                credit=3.5),
        Mistake("k-means: tol without the variance",
                {"kmeans": answers.kmeans_tol_absolute},
                "tol is relative, so that metres and miles give the same"
                " clusters: compare with tol times the mean variance of the"
                " columns.",
                credit=3.5),
        Mistake("k-means: tol times the variance of all numbers",
                {"kmeans": answers.kmeans_tol_of_all},
                "np.var(X) mixes the columns, whose means may lie far apart."
                " Take each column's variance, and their mean.",
                credit=3.5),
        Mistake("k-means: shift not squared",
                {"kmeans": answers.kmeans_shift_unsquared},
                "A variance is compared with squares: the sum of the squared"
                " shifts, without a root.",
                credit=3.5),
        Mistake("k-means: the largest shift",
                {"kmeans": answers.kmeans_largest_shift},
                "You look at the centroid that moved most. The contract adds"
                " the squared shifts of all.",
                credit=3.5),
        Mistake("k-means: the last round undone",
                {"kmeans": answers.kmeans_undone},
                "When it stops, the newest centroids are returned, not those"
                " before the last round.",
                credit=3.5),
        Mistake("k-means: labels of the round before",
                {"kmeans": answers.kmeans_stale},
                "The labels belong to the centroids before the last update."
                " Assign once more, to those that you return.",
                credit=3.4),
        Mistake("k-means: mean for the inertia",
                {"kmeans": answers.kmeans_mean_inertia},
                "Inertia is the sum of the squared distances, not their"
                " mean.",
                credit=3.2),
        Mistake("k-means: inertia of distances",
                {"kmeans": answers.kmeans_unsquared_inertia},
                "Inertia adds up the SQUARED distances, as J does.",
                credit=3.2),
        Mistake("k-means: inertia missing",
                {"kmeans": answers.kmeans_without_inertia},
                "Return three: (centroids, labels, inertia).",
                credit=3.2),
        Mistake("k-means: labels first",
                {"kmeans": answers.kmeans_labels_first},
                "All three are right, in another order: (centroids, labels,"
                " inertia).",
                credit=3.4),
        *half_written(2.4, "kmeans"),
        Mistake("kmeans_plus_plus not written yet",
                {"kmeans_plus_plus": not_written, "kmeans": not_written},
                "kmeans_plus_plus still says NotImplementedError, and kmeans,"
                " which calls it, ends there.",
                1.6),
        Mistake("kmeans_update not written yet",
                {"kmeans_update": not_written, "kmeans": not_written},
                "kmeans_update still says NotImplementedError, and kmeans,"
                " which calls it, ends there.",
                1.8),
        Mistake("kmeans_assign not written yet",
                {"kmeans_assign": not_written, "kmeans": not_written},
                "kmeans_assign still says NotImplementedError, and kmeans,"
                " which calls it, ends there.",
                1.6),
    ],
    variants=[
        Variant("norms, one-hot, a running minimum", {
            "kmeans_assign": answers.assign_by_norm,
            "kmeans_update": answers.update_by_one_hot,
            "kmeans_plus_plus": answers.seeds_by_sample,
            "kmeans": answers.kmeans_by_loop}),
        Variant("point by point", {
            "kmeans_assign": answers.assign_by_loop,
            "kmeans_update": answers.update_by_loop}),
    ],
)

kmeans_derivation = Written(
    rubric=[
        (1, r"Question 1: the gradient $-2\sum_{\mathbf x\in C}(\mathbf x -"
            r" \boldsymbol\mu)$, set to $\mathbf 0$, gives the mean of the"
            r" members"),
        (1, r"Question 2: adds and subtracts the mean, says why the cross term"
            r" vanishes, and concludes that the mean is the only minimum:"
            r" $J_C(\boldsymbol\mu) = J_C(\bar{\mathbf x}) +"
            r" |C|\,\|\boldsymbol\mu - \bar{\mathbf x}\|^2$"),
        (1, r"Question 3: assigning can only lower each point's own term;"
            r" updating can only lower each cluster's (question 2); an empty"
            r" cluster adds nothing, wherever its centroid stands"),
        (1, r"Question 4: after an update $J$ depends on the partition alone;"
            r" a round that moves a centroid lowers $J$ strictly, so no"
            r" partition comes twice, and there are at most $K^N$ of them"),
        (1, r"Question 5: the two fixed points of the rectangle with $J = 16$"
            r" and $J = 4$, and that nothing moves in either; hence only a"
            r" local minimum"),
    ],
)

_EASILY = "the loop ends long before"
_SIGN = "a number and its opposite have the same square"
_OWN = "the array is one's own"
EQUIVALENT = {
    "linear_regression_loss": {
        "return np.mean((X @ w - y) ** 2) =>"
        " return np.mean(((y - X @ w)) ** 2)": _SIGN,
    },
    "huber": {
        "r = np.abs(y_pred - y_true) => r = np.abs((y_true - y_pred))":
            "a number and its opposite are as large",
        "return np.mean(np.where(r <= delta, r**2 / 2, delta * (r - delta /"
        " 2))) => return np.mean(np.where((r < delta), r**2 / 2, delta * (r -"
        " delta / 2)))": "at the border the two pieces meet",
    },
    "softmax_regression_gradient": {
        "error = error / len(labels) => error /= len(labels)": _OWN,
    },
    "dropout": {
        "keep = rng.random(x.shape) >= p => keep = (rng.random(x.shape) > p)":
            "that a draw is p itself happens once in 10^16 times",
    },
    "batch_norm": {
        "shape = (-1, *(1,) * (x.ndim - 2))  # a channel's number for each"
        " pixel => shape = (-2, *(1,) * (x.ndim - 2))  # a channel's number"
        " for each pixel":
            "NumPy takes any negative size for the one to be found",
        "y = y * weight.reshape(shape) => y *= weight.reshape(shape)": _OWN,
        "y = y + bias.reshape(shape) => y += bias.reshape(shape)": _OWN,
    },
    "kmeans_assign": {
        "gaps = X[:, None] - centroids  # (n, k, d) =>"
        " gaps = (centroids - X[:, None])  # (n, k, d)": _SIGN,
        "gaps = X[:, None] - centroids => gaps = (centroids - X[:, None])":
            _SIGN,
        "def kmeans(X, n_clusters, *, max_iter=300, tol=1e-4, rng): =>"
        " def kmeans(X, n_clusters, *, max_iter=301, tol=1e-4, rng):":
            _EASILY,
        "def kmeans(X, n_clusters, *, max_iter=300, tol=1e-4, rng): =>"
        " def kmeans(X, n_clusters, *, max_iter=299, tol=1e-4, rng):":
            _EASILY,
        "if np.sum((centroids - old) ** 2) <= still: =>"
        " if (np.sum((centroids - old) ** 2) < still):":
            "they are equal at 0 only, when nothing will ever move again",
        "if np.sum((centroids - old) ** 2) <= still: =>"
        " if np.sum(((old - centroids)) ** 2) <= still:": _SIGN,
        "return centroids, labels, np.sum((X - centroids[labels]) ** 2) =>"
        " return centroids, labels, np.sum(((centroids[labels] - X)) ** 2)":
            _SIGN,
    },
}

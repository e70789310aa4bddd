"""Exercises of chapter 10."""

import csv
import functools
import importlib.util
from pathlib import Path

import numpy as np

from mathlib import numerical_methods as nm
from mathlib.course.compare import TO_THE_LAST, named_if, values
from mathlib.exercise import (
    Case,
    Exercise,
    Mistake,
    Variant,
    Written,
    call,
    half_written,
    script,
)
from mathlib.exercises import _numerical_methods_answers as answers

# Where differences or rounding leave no more.
FOUR_DIGITS = values(rtol=1e-4, atol=1e-4)
SIX_DIGITS = values(rtol=1e-6, atol=1e-9)
# What QR leaves of Longley's data; the normal equations leave 7 or 8.
NINE_DIGITS = values(rtol=1e-9, atol=0)
ALL_DIGITS = values(rtol=1e-15, atol=0)


def both_at_the_floor(first, second, program):
    """Both stop at the logarithm of some number added to probabilities."""
    return all(
        -800 < np.min(output) < -5 and np.all(output < 1e-3)
        for output in (first, second)
    )


FLOORED = named_if(both_at_the_floor)


def both_lost(first, second, program):
    """Both have lost small probabilities, to 0 or to a bound of one's own."""
    args = getattr(program, "args", None)
    smallest = np.exp(args[0] if args else program.inputs["x"])
    at_zero, at_bound = (
        [bool(np.any(lost(s))) for s in (first, second)]
        for lost in (
            lambda s: (s == 0) & (smallest > 0), lambda s: s > 2 * smallest)
    )
    return all(at_zero) or all(at_bound)


LOST = named_if(both_lost, TO_THE_LAST, TO_THE_LAST)


def both_without_digits(first, second, program):
    """Both are far from the answer, or no numbers at all."""
    return all(
        not np.isfinite(k) or not 0.5e10 < k < 2e10 for k in (first, second)
    )


def both_blown_up(first, second, program):
    """Both have divided by rounding, or taken its root."""
    return all(not abs(k) < 1e6 for k in (first, second))


def both_finite(first, second, program):
    """Both are numbers, where infinity is right."""
    return np.isfinite(first) and np.isfinite(second)


def both_nearly(first, second, program):
    """Both have some digits right, and then rounding."""
    return np.all(np.abs(first - second) < 1e-3 * np.abs(first))


def both_halfway(first, second, program):
    """Both share the weights out evenly, for they can't tell the columns."""
    return all(np.ptp(w) < 1e-2 for w in (first, second))


def both_off_by_rounding(first, second, program):
    """The same mean, and variances that are noise of the size of x^2 eps."""
    return len(first) == len(second) and all(
        abs(a - b) < 1e3 for a, b in zip(first, second, strict=True)
    )


FAR_OFF = named_if(both_off_by_rounding, values(rtol=1e-6, atol=1e-9))


def typed(name, *args, **kwargs):
    """A call that also looks at the dtype of what comes back."""
    given = {f"x{i}": value for i, value in enumerate(args)} | kwargs
    options = [f"{key}={key}" for key in kwargs]
    listed = ", ".join([*given][:len(args)] + options)
    return script(f"y = {name}({listed})\n(y, str(y.dtype))", **given)


def silently(name, x):
    """A call that stops at the first overflow, or 0/0, on the way."""
    return script(
        "import numpy as np\n"
        'with np.errstate(over="raise", invalid="raise", divide="raise"):\n'
        f"    y = {name}(x)\n"
        "y", x=np.array(x))


# --- the stable forms --------------------------------------------------------


def masked(rng):
    """Logits of 3 rows, one class of each ruled out."""
    z = rng.normal(size=(3, 4))
    z[np.arange(3), rng.integers(4, size=3)] = -np.inf
    return z


log_softmax = Exercise(
    reference=nm.log_softmax,
    points=2,
    refuses=(
        "scipy.special.log_softmax",
        "torch.Tensor.log_softmax",
        "torch.log_softmax",
        "torch.nn.LogSoftmax",
        "torch.nn.functional.log_softmax",
    ),
    cases=lambda rng: [
        Case("by hand", call([1.0, 3.0, 2.0]), core=True),
        Case("rows of a matrix", call(3 * rng.normal(size=(3, 4)))),
        Case("rows of a square matrix", call(3 * rng.normal(size=(3, 3)))),
        Case("classes 800 and 2000 below",
             call([[0.0, 800.0], [2000.0, 0.0]]), compare=FLOORED),
        Case("logits hundreds apart",
             call(1000 * rng.normal(size=(2, 6))), compare=FLOORED),
        Case("all logits near 1000",
             call(rng.uniform(1000, 1003, size=4))),
        Case("all logits near -1000",
             call(rng.uniform(-1003, -1000, size=(2, 3)))),
        Case("rows far apart",
             call([[-1000.0, -1001.0], [0.0, 1.0], [900.0, 900.5]])),
        Case("columns: axis=0", call(rng.normal(size=(3, 3)), axis=0)),
        Case("columns hundreds apart",
             call(1000 * rng.normal(size=(3, 3)), axis=0), compare=FLOORED),
        Case("a middle axis",
             call(1000 * rng.normal(size=(2, 3, 3)), axis=1),
             compare=FLOORED),
        Case("a batch of batches",
             call(1000 * rng.normal(size=(2, 3, 4))), compare=FLOORED),
        Case("a masked class: -inf", call(masked(rng)), compare=FLOORED),
    ],
    mistakes=[
        Mistake("log of the softmax", answers.log_softmax_of_softmax,
                "exp(-800) is smaller than any float, so the probability is"
                " 0 and its logarithm -inf in place of -800. Never form the"
                " probability: the logarithm of a quotient is a difference.",
                credit=1.0),
        Mistake("no shift by the maximum", answers.log_softmax_without_shift,
                "exp(1000) is infinite, and exp(-1000) is 0, of which the"
                " logarithm is -inf. Subtract the largest entry of each row"
                " first: that changes no probability.",
                credit=1.2),
        Mistake("log of the softmax, without a shift",
                answers.log_softmax_of_quotient,
                "Two things: exp(1000) is infinite, so the quotient is nan;"
                " and a probability that underflows to 0 has the logarithm"
                " -inf. Shift by the maximum, and subtract logarithms in"
                " place of dividing.",
                credit=0.8),
        Mistake("a small number added", answers.log_softmax_with_eps,
                "log(p + 1e-12) never says less than -27.6, so a class 800"
                " below looks like one 28 below, and trains like it. Never"
                " form p: then nothing has to be kept from 0.",
                credit=1.0),
        Mistake("axis ignored", answers.log_softmax_last_axis,
                "The probabilities must add up to 1 along axis; yours do so"
                " along the last. Pass axis on to max and to sum.",
                credit=1.4),
        Mistake("one sum for the whole batch",
                answers.log_softmax_of_the_batch,
                "Each row is a distribution of its own. You divide by the"
                " sum over all rows: take max and sum along axis, with"
                " keepdims=True.",
                credit=0.8),
        Mistake("one shift for the whole batch",
                answers.log_softmax_with_one_shift,
                "A row 1000 below the largest entry of all underflows to"
                " zeros. Shift every row by its own maximum: max along axis,"
                " with keepdims=True.",
                credit=1.4),
        Mistake("shift by the largest in size",
                answers.log_softmax_shifted_by_size,
                "For logits near -1000 the largest absolute value is 1000,"
                " and subtracting it goes to -2000: all exponentials are 0."
                " Subtract the largest entry, with its sign.",
                credit=1.4),
        Mistake("shift by the mean", answers.log_softmax_shifted_by_mean,
                "The mean keeps nobody from overflow: of 0 and 2000 it is"
                " 1000, and exp(1000) is infinite. Subtract the largest"
                " entry: then no exponent is above 0.",
                credit=1.5),
        Mistake("axis dropped", answers.log_softmax_axis_dropped,
                "The sums of 3 rows of 4 have the shape (3,), which does not"
                " line up with (3, 4), and in a square batch they meet the"
                " wrong rows. Keep the axis: keepdims=True.",
                credit=1.0),
        Mistake("axis dropped from maximum and sum",
                answers.log_softmax_axis_dropped_twice,
                "Maxima and sums of 3 rows of 4 have the shape (3,), which"
                " does not line up with (3, 4), and in a square batch they"
                " meet the wrong rows. Keep the axis in both: keepdims=True.",
                credit=1.0),
        Mistake("the shift left over", answers.log_softmax_shift_left_over,
                "You subtract the maximum inside the exponential, but not"
                " from z: the answer is too large by it. Shift z once and go"
                " on with the shifted one.",
                credit=0.8),
        Mistake("the shift taken twice", answers.log_softmax_shift_twice,
                "log-sum-exp of the unshifted z contains the maximum already."
                " Either z - logsumexp(z), or shift z first and take the"
                " logarithm of the shifted sum.",
                credit=0.8),
        Mistake("log2", answers.log_softmax_by_log2,
                "The logarithm has to undo exp, so it is the natural one:"
                " np.log.",
                credit=0.8),
        Mistake("log10", answers.log_softmax_by_log10,
                "The logarithm has to undo exp, so it is the natural one:"
                " np.log.",
                credit=0.8),
        Mistake("probabilities", answers.log_softmax_without_log,
                "That is the softmax. Asked is its logarithm: each entry"
                " less the logarithm of the sum.",
                credit=0.4),
        Mistake("a minus too many", answers.log_softmax_negated,
                "That is the negative log-likelihood of each class, a loss."
                " A logarithm of a probability is never positive.",
                credit=1.0),
    ],
    variants=[
        Variant("fd.logsumexp", answers.log_softmax_by_logsumexp),
        Variant("np.logaddexp", answers.log_softmax_by_logaddexp),
        Variant("a loop", answers.log_softmax_by_loop),
    ],
)


sigmoid = Exercise(
    reference={"sigmoid": nm.sigmoid, "log_sigmoid": nm.log_sigmoid},
    points=3,
    refuses=(
        "scipy.special.expit",
        "scipy.special.log_expit",
        "torch.Tensor.sigmoid",
        "torch.nn.LogSigmoid",
        "torch.nn.Sigmoid",
        "torch.nn.functional.logsigmoid",
        "torch.nn.functional.sigmoid",
        "torch.sigmoid",
        "torch.special.expit",
    ),
    cases=lambda rng: [
        Case("sigmoid by hand",
             call([0.0, float(np.log(3))]).on("sigmoid"), core=True),
        Case("log_sigmoid by hand",
             call([0.0, float(-np.log(3))]).on("log_sigmoid")),
        Case("sigmoid of a matrix",
             call(3 * rng.normal(size=(3, 4))).on("sigmoid")),
        Case("log_sigmoid of a matrix",
             call(3 * rng.normal(size=(3, 4))).on("log_sigmoid")),
        Case("sigmoid of 1000, 0 and -1000",
             call([1000.0, 0.0, -1000.0]).on("sigmoid"), compare=LOST),
        Case("sigmoid far on the left keeps its digits",
             call([-40.0, -650.0, *rng.uniform(-600, -40, size=2)])
             .on("sigmoid"), compare=LOST),
        Case("log_sigmoid of -1000 and -40",
             call([-1000.0, -40.0]).on("log_sigmoid"),
             compare=named_if(both_at_the_floor)),
        Case("log_sigmoid far on the right keeps its digits",
             call([40.0, *rng.uniform(40, 600, size=3)])
             .on("log_sigmoid"), compare=TO_THE_LAST),
        Case("log_sigmoid of 1000 and 50",
             call([1000.0, 50.0]).on("log_sigmoid"), compare=TO_THE_LAST),
        Case("no warning: sigmoid of -1000", silently("sigmoid", [-1e3]),
             compare=LOST),
        Case("no warning: sigmoid of 1000", silently("sigmoid", [1e3])),
        Case("no warning: log_sigmoid of -1000",
             silently("log_sigmoid", [-1e3])),
        Case("no warning: log_sigmoid of 1000 and 700",
             silently("log_sigmoid", [1e3, 700.0]), compare=TO_THE_LAST),
    ],
    mistakes=[
        Mistake("e^x / (1 + e^x) everywhere",
                {"sigmoid": answers.sigmoid_by_growing},
                "e^1000 is infinite, and infinity over infinity is nan. For"
                " x >= 0 write it with e^-x, which only shrinks.",
                credit=2.0),
        Mistake("1 / (1 + e^-x) everywhere",
                {"sigmoid": answers.sigmoid_that_warns},
                "The values are right, for 1/inf is 0. But e^1000 overflows"
                " on the way and NumPy warns, and a warning that is always"
                " there hides the one that matters. Use e^-|x|, which can't"
                " overflow.",
                credit=2.6),
        Mistake("np.where computes both branches",
                {"sigmoid": answers.sigmoid_both_branches},
                "np.where chooses, it does not prevent: both branches are"
                " computed for every x, and one of them overflows. Write both"
                " with e^-|x|.",
                credit=2.6),
        Mistake("a difference from 1", {"sigmoid": answers.sigmoid_by_tanh},
                "1 + tanh(-20) is 0 in floats, and so is 1 - sigmoid(40): far"
                " on the left the probability is about e^x, smaller than the"
                " spacing of floats near 1. Never subtract from 1, write"
                " e^x / (1 + e^x) there.",
                credit=2.4),
        Mistake("x cut off", {"sigmoid": answers.sigmoid_clipped},
                "Cutting x off at some bound avoids the overflow, and makes"
                " all probabilities beyond it the same. e^-|x| needs no"
                " bound.",
                credit=2.0),
        Mistake("x turned round", {"sigmoid": answers.sigmoid_mirrored},
                "Yours falls: it is sigmoid(-x). For large x the sigmoid is"
                " near 1.",
                credit=1.4),
        Mistake("the same on both sides",
                {"sigmoid": answers.sigmoid_never_small},
                "With e^-|x| in place of e^-x the left side mirrors the"
                " right. For x < 0 the numerator is e^x, which is e^-|x|,"
                " and not 1.",
                credit=1.5),
        Mistake("if for an array", {"sigmoid": answers.sigmoid_by_if},
                "`if x >= 0` needs one truth value, and an array has one for"
                " each entry. Write a formula that serves both signs, with"
                " e^-|x|, or choose entry by entry with np.where.",
                credit=1.6),
        Mistake("log of the sigmoid",
                {"log_sigmoid": answers.log_sigmoid_of_sigmoid},
                "sigmoid(-1000) underflows to 0, and log 0 is -inf in place"
                " of -1000; sigmoid(40) rounds to 1, and log 1 is 0. Never"
                " form the probability.",
                credit=1.8),
        Mistake("log of 1 / (1 + e^-x)",
                {"log_sigmoid": answers.log_sigmoid_overflows},
                "e^1000 overflows, so at x = -1000 you get -inf in place of"
                " -1000; and at 40 the 1 swallows e^-40. Take min(x, 0) out,"
                " and leave log1p(e^-|x|).",
                credit=1.8),
        Mistake("log1p, but of e^-x",
                {"log_sigmoid": answers.log_sigmoid_by_log1p_only},
                "On the right it is perfect. On the left e^-x overflows:"
                " -inf in place of -1000. There log sigmoid(x) ="
                " x - log(1 + e^x); min(x, 0) and e^-|x| serve both sides.",
                credit=2.2),
        Mistake("np.where computes both logarithms",
                {"log_sigmoid": answers.log_sigmoid_both_branches},
                "The values are right. But np.where computes both branches"
                " for every x, and one of them overflows. Write both with"
                " e^-|x|.",
                credit=2.6),
        Mistake("np.where in both", {
            "sigmoid": answers.sigmoid_both_branches,
            "log_sigmoid": answers.log_sigmoid_both_branches},
                "The values are right. But np.where chooses, it does not"
                " prevent: both branches are computed for every x, and one of"
                " them overflows. Write all four with e^-|x|.",
                credit=2.4),
        Mistake("log(1 + tiny)",
                {"log_sigmoid": answers.log_sigmoid_without_log1p},
                "1 + e^-40 is 1 in floats, and its logarithm 0, where"
                " -4.2e-18 is right. np.log1p(t) is log(1 + t) for a t"
                " however small.",
                credit=2.2),
        Mistake("x - log(1 + e^x) everywhere",
                {"log_sigmoid": answers.log_sigmoid_other_form},
                "On the left it is perfect. On the right two large numbers"
                " cancel: 40 - 40 is 0, and inf - inf nan.",
                credit=2.0),
        Mistake("a small number added",
                {"log_sigmoid": answers.log_sigmoid_with_eps},
                "log(p + 1e-12) never says less than -27.6, where -1000 is"
                " right, and it is off a little everywhere. Never form p.",
                credit=1.8),
        Mistake("minus the logarithm",
                {"log_sigmoid": answers.log_sigmoid_negated},
                "That is the loss, softplus(-x). The logarithm of a"
                " probability is never positive.",
                credit=2.0),
        Mistake("max for min",
                {"log_sigmoid": answers.log_sigmoid_max_for_min},
                "Yours adds x on the right, where the logarithm of a number"
                " near 1 is asked: it goes to 0. What falls like x is the"
                " left side: min(x, 0).",
                credit=1.8),
        Mistake("x left out", {"log_sigmoid": answers.log_sigmoid_without_x},
                "-log(1 + e^-|x|) is right for x >= 0. For x < 0 the"
                " numerator e^x has the logarithm x: add min(x, 0).",
                credit=1.6),
        Mistake("plus for minus", {"log_sigmoid": answers.log_sigmoid_plus},
                "The logarithm of a quotient is a difference: log(1 + e^-|x|)"
                " stands below the fraction bar, so it is subtracted.",
                credit=1.6),
        Mistake("both as they stand in books",
                {"sigmoid": answers.sigmoid_that_warns,
                 "log_sigmoid": answers.log_sigmoid_of_the_first},
                "1 / (1 + e^-x) gives the right values, with a warning at"
                " -1000; its logarithm does not: -inf in place of -1000, and"
                " 0 in place of -4.2e-18 at 40. Use e^-|x| in both, and"
                " log1p.",
                credit=1.5),
        *half_written(1.4, "sigmoid", "log_sigmoid"),
    ],
    variants=[
        Variant("masks", {"sigmoid": answers.sigmoid_by_masks}),
        Variant("two clips", {
            "sigmoid": answers.sigmoid_by_two_clips,
            "log_sigmoid": answers.log_sigmoid_by_branches}),
        Variant("a loop, and np.logaddexp", {
            "sigmoid": answers.sigmoid_by_loop,
            "log_sigmoid": answers.log_sigmoid_by_logaddexp}),
    ],
)


# --- formats -----------------------------------------------------------------


def alias(rng, *names):
    """One of NumPy's names for a dtype."""
    return str(rng.choice(names))


machine_epsilon = Exercise(
    reference=nm.machine_epsilon,
    points=2,
    compare=TO_THE_LAST,
    refuses=(
        "math.nextafter",
        "math.ulp",
        "numpy.finfo",
        "numpy.nextafter",
        "numpy.spacing",
        "torch.finfo",
        "torch.nextafter",
    ),
    cases=lambda rng: [
        Case("by hand: float16", call("float16"), core=True),
        Case("float32", call("float32")),
        Case("float64", call("float64")),
        Case("another name of float16", call(alias(rng, "half", "e", "f2"))),
        Case("another name of float32",
             call(alias(rng, "single", "f", "f4"))),
        Case("another name of float64",
             call(alias(rng, "double", "d", "f8"))),
        Case("the type itself: np.float16", script(
            "import numpy as np\nmachine_epsilon(np.float16)")),
        Case("the dtype of an array", script(
            "machine_epsilon(x.dtype)", x=np.float32([1.0]))),
    ],
    mistakes=[
        Mistake("always float64", answers.epsilon_of_doubles,
                "Your sum is taken in float64, whatever dtype is asked: a"
                " Python number alone, or a np.float64 beside a np.float16,"
                " makes it so. Start from np.dtype(dtype).type(1), and let"
                " everything come from it.",
                credit=0.6),
        Mistake("one halving too many", answers.epsilon_halved,
                "You return the first power of two that the sum did not"
                " notice: 1 + eps == 1. Asked is the last that it did, twice"
                " as large. Look ahead: halve while 1 + eps/2 > 1. And add:"
                " below 1 floats lie half as far apart, so that 1 - eps"
                " notices half as much.",
                credit=1.2),
        Mistake("one halving too few", answers.epsilon_doubled,
                "Half of yours still changes 1. Go on until 1 + eps/2 == 1.",
                credit=1.2),
        Mistake("the number of halvings", answers.epsilon_counted,
                "You return k, 10 for float16. Asked is 2^-k.",
                credit=1.0),
        Mistake("the smallest number of all",
                answers.epsilon_smallest_number,
                "You halve until nothing is left: that is the smallest number"
                " above 0. Asked is the smallest that 1 notices, and 1 stops"
                " noticing much sooner.",
                credit=0.6),
        Mistake("powers of ten", answers.epsilon_by_tens,
                "Floats are binary: between your last power of ten and the"
                " next there are powers of two that still count. Halve.",
                credit=0.8),
        Mistake("types only", answers.epsilon_of_types_only,
                'dtype(1) works for np.float16, but a name such as "float16"'
                " can't be called. np.dtype(dtype).type takes both.",
                credit=1.2),
    ],
    variants=[
        Variant("4/3", answers.epsilon_by_thirds),
        Variant("casts", answers.epsilon_by_casts),
        Variant("arrays of one entry", answers.epsilon_by_arrays),
    ],
)


def from_bits(bits):
    """The float32 numbers with these bits."""
    return np.array(bits, dtype=np.uint32).view(np.float32)


def beside_ties(rng, low):
    """Numbers whose 16 bits to be cut off are ``low``, even and odd above."""
    top = rng.permutation(np.arange(0x3F00, 0x4200))[:3]
    signs = np.array([0, 0x8000, 0, 0, 0x8000, 0])
    above = np.concatenate([top & ~1, top | 1]) | signs
    return from_bits((above << 16) | low)


def of_all_sizes(rng, most, n):
    """Numbers of float32 from 10^-most to 10^most."""
    sizes = 10.0 ** rng.uniform(-most, most, size=n)
    return (rng.choice([-1, 1], size=n) * sizes).astype(np.float32)


round_to_bfloat16 = Exercise(
    reference=nm.round_to_bfloat16,
    points=3,
    compare=TO_THE_LAST,
    refuses=("torch.Tensor.bfloat16",),
    cases=lambda rng: [
        Case("by hand",
             call(np.float32([3.1415927, 1.00390625, 1.01171875])),
             core=True),
        Case("a matrix", call(rng.normal(size=(4, 5)).astype(np.float32))),
        Case("large and small", call(of_all_sizes(rng, 30, 8))),
        Case("ties go to even", call(beside_ties(rng, 0x8000))),
        Case("just above a tie", call(beside_ties(rng, 0x8001))),
        Case("just below a tie", call(beside_ties(rng, 0x7FFF))),
        Case("what bfloat16 can hold stays", call(beside_ties(rng, 0))),
        Case("1.999 rounds to 2", call(np.float32([1.999, -3.999]))),
        Case("zeros and infinities",
             call(np.float32([0.0, -0.0, np.inf, -np.inf]))),
        Case("nan, the usual one", call(np.float32([np.nan, 1.0]))),
        Case("nan with all its bits set",
             call(from_bits([0x7FFFFFFF, 0xFFFFFFFF]))),
        Case("nan with only its last bit set: is it still nan?", script(
            "import numpy as np\nnp.isnan(round_to_bfloat16(x))",
            x=from_bits([0x7F800001, 0xFF800001]))),
        Case("the largest that is finite, and the next",
             call(from_bits([0x7F7F7FFF, 0x7F7F8000, 0xFF7FFFFF]))),
        Case("subnormal numbers",
             call(from_bits([0x00018000, 0x00028000, 0x80007000,
                             0x00009000 + int(rng.integers(0x1000))]))),
    ],
    mistakes=[
        Mistake("cut off", answers.bfloat16_truncated,
                "You drop the 16 lower bits, which rounds towards 0: sums of"
                " a million such numbers all err to the same side. Add half"
                " of what is dropped first.",
                credit=1.6),
        Mistake("cut off, nan included", answers.bfloat16_truncated_nan,
                "Dropping the 16 lower bits rounds towards 0, always to the"
                " same side: add half of what is dropped first. And a nan"
                " whose bits all stand low becomes inf: treat nan apart.",
                credit=1.2),
        Mistake("ties up", answers.bfloat16_half_up,
                "Adding 0x8000 sends every tie away from 0. Ties go to the"
                " neighbour whose last bit is 0: add 0x7FFF, and 1 more only"
                " if the last bit that stays is 1.",
                credit=2.4),
        Mistake("ties up, and nan rounded", answers.bfloat16_half_up_nan,
                "Adding 0x8000 sends every tie away from 0; ties go to the"
                " neighbour whose last bit is 0. And a nan must be treated"
                " apart: adding to its bits may carry over into the sign.",
                credit=2.0),
        Mistake("ties down", answers.bfloat16_half_down,
                "0x7FFF rounds up what is above half, and leaves every tie"
                " below. If the last bit that stays is 1, add one more:"
                " (bits >> 16) & 1.",
                credit=2.4),
        Mistake("ties down, and nan rounded",
                answers.bfloat16_half_down_nan,
                "0x7FFF leaves every tie below: add (bits >> 16) & 1 to it."
                " And a nan must be treated apart: adding to its bits may"
                " carry over into the sign.",
                credit=2.0),
        Mistake("ties to odd", answers.bfloat16_to_odd,
                "Your ties end with the last bit 1. They go to the neighbour"
                " whose last bit is 0: 1 + 2^-8 to 1.",
                credit=2.2),
        Mistake("nan rounded like a number", answers.bfloat16_nan_wraps,
                "The bits of a nan are no number to round: with all bits set,"
                " adding carries over into the sign, and out comes -0; with"
                " only the last bit set, inf is left. Put every nan back with"
                " np.where.",
                credit=2.6),
        Mistake("float16", answers.bfloat16_as_float16,
                "That is the other format of 16 bits: float16 has 11"
                " significant bits and ends at 65504. bfloat16 has 8, and the"
                " exponents of float32.",
                credit=0.6),
        Mistake("the bits, not the numbers", answers.bfloat16_as_bits,
                "Your 16 bits are right, but read as whole numbers. Put"
                " zeros below them and look at the 32 bits as float32 again.",
                credit=1.6),
        Mistake("one bit too many", answers.bfloat16_one_bit_more,
                "You keep 8 bits of the fraction. Of bfloat16's 16 bits one"
                " is the sign and 8 are the exponent, so 7 are left.",
                credit=1.2),
        Mistake("one bit too few", answers.bfloat16_one_bit_less,
                "You keep 6 bits of the fraction. np.frexp's mantissa lies"
                " between 0.5 and 1, so that 8 significant bits are the whole"
                " numbers up to 2^8.",
                credit=1.2),
        Mistake("two decimals", answers.bfloat16_two_decimals,
                "bfloat16 keeps 8 binary digits from the first that is not"
                " 0, wherever the point is: 2 or 3 decimal digits of 1e-20,"
                " too.",
                credit=0.3),
        Mistake("the bits of x itself", answers.bfloat16_in_place,
                "view does not copy: bits += ... writes into the caller's x."
                " Make a new array, bits = bits + ...",
                credit=2.0),
        Mistake("added to the bits of x itself",
                answers.bfloat16_added_in_place,
                "view does not copy: bits += ... writes into the caller's x,"
                " and then np.isnan(x) looks at other numbers. Make a new"
                " array, bits = bits + ...",
                credit=2.0),
        Mistake("held at the largest", answers.bfloat16_saturated,
                "What rounds past the largest number becomes infinite here,"
                " as in IEEE formats and in PyTorch; yours stays at the"
                " largest.",
                credit=2.4),
        Mistake("subnormals too fine", answers.bfloat16_fine_subnormals,
                "Below 2^-126 the spacing stays 2^-133; yours goes on"
                " shrinking. Let the exponent fall no further.",
                credit=2.6),
    ],
    variants=[
        Variant("np.frexp", answers.bfloat16_by_exponents),
        Variant("by cases", answers.bfloat16_by_cases),
    ],
)


def tied(rng):
    """Halfway between neighbours of E4M3, some of each kind."""
    return rng.permutation(
        [8.5, 9.5, -10.5, -11.5, 0.28125 - 0.015625, 0.34375 - 0.015625])


def in_blocks(rng, rows, *sizes):
    """Neighbours of like size, block after block."""
    return np.concatenate(
        [rng.normal(size=(rows, n)) * 10.0**k for n, k in sizes], axis=1)


E4M3 = {"exponent_bits": 4, "mantissa_bits": 3, "max_value": 448.0}
E5M2 = {"exponent_bits": 5, "mantissa_bits": 2}
E2M1 = {"exponent_bits": 2, "mantissa_bits": 1, "max_value": 6.0}


def rounding(name):
    """Both parts of an answer whose rounding is wrong."""
    return {
        "round_to_float": getattr(answers, f"format_{name[0]}"),
        "block_scaled_round": getattr(answers, f"blocks_{name[1]}"),
    }


round_to_float = Exercise(
    reference={
        "round_to_float": nm.round_to_float,
        "block_scaled_round": nm.block_scaled_round,
    },
    points=4,
    compare=TO_THE_LAST,
    cases=lambda rng: [
        Case("round_to_float by hand: E4M3",
             call([0.3, 13.0, 17.0, 19.0, 500.0, 0.003], **E4M3)
             .on("round_to_float")),
        Case("block_scaled_round by hand",
             call([448.0, 17.0, 0.0068359375, 0.003], block_size=2)
             .on("block_scaled_round")),
        Case("E4M3: a matrix",
             call(rng.choice([-1, 1], size=(4, 5))
                  * 2.0 ** rng.uniform(-5, 8, size=(4, 5)), **E4M3)
             .on("round_to_float"), core=True),
        Case("E5M2, of all sizes",
             call(of_all_sizes(rng, 4, 12).astype(float), **E5M2)
             .on("round_to_float")),
        Case("E2M1: only 0, 0.5, 1, 1.5, 2, 3, 4 and 6",
             call(rng.uniform(-7, 7, size=12), **E2M1)
             .on("round_to_float")),
        Case("5 and 10 bits: float16",
             call(rng.normal(size=6) * 10.0 ** rng.integers(-6, 5, size=6),
                  exponent_bits=5, mantissa_bits=10).on("round_to_float")),
        Case("8 and 7 bits: bfloat16",
             call(of_all_sizes(rng, 30, 6).astype(float), exponent_bits=8,
                  mantissa_bits=7).on("round_to_float")),
        Case("ties go to even", call(tied(rng), **E4M3)
             .on("round_to_float")),
        Case("E4M3: subnormal numbers",
             call(rng.uniform(-(2.0**-6), 2.0**-6, size=8), **E4M3)
             .on("round_to_float")),
        Case("too large: held at max_value",
             call([480.0, -1e10, 449.0], **E4M3).on("round_to_float")),
        Case("infinite: held at max_value",
             call([np.inf, -np.inf], **E4M3).on("round_to_float")),
        Case("E5M2's own largest number, 57344",
             call([1e6, -6e4, 5e4], **E5M2).on("round_to_float")),
        Case("zeros and nan",
             call([0.0, np.nan, 1.0], **E4M3).on("round_to_float")),
        Case("blocks of 32",
             call(in_blocks(rng, 2, (32, 3), (32, -4)))
             .on("block_scaled_round")),
        Case("large and small in one block",
             call(10.0 ** rng.uniform(-6, 0, size=32))
             .on("block_scaled_round")),
        Case("the last block is shorter",
             call(in_blocks(rng, 3, (16, 2), (16, -5), (7, 0)),
                  block_size=16).on("block_scaled_round")),
        Case("4 bits in blocks of 16",
             call(in_blocks(rng, 2, (16, -3), (16, 1)), block_size=16,
                  **E2M1).on("block_scaled_round")),
        Case("a block larger than the row",
             call(rng.normal(size=(2, 5)) * [[1e-6], [1.0]])
             .on("block_scaled_round")),
        Case("one row without axes to spare",
             call(rng.normal(size=8), block_size=4)
             .on("block_scaled_round")),
        Case("a batch of batches",
             call(rng.normal(size=(2, 3, 8)), block_size=4)
             .on("block_scaled_round")),
        Case("a block of zeros",
             call([0.0, 0.0, 3.0, float(rng.uniform(1, 2))], block_size=2)
             .on("block_scaled_round")),
        Case("the largest is negative",
             call([-5.0, float(rng.uniform(1, 2))], block_size=2)
             .on("block_scaled_round")),
    ],
    mistakes=[
        Mistake("ties away from 0", rounding(("half_away", "half_away")),
                "Of two neighbours equally near you take the larger in size:"
                " 9 for 8.5, where the even neighbour 8 is right. np.round"
                " sends ties to even.",
                credit=3.2),
        Mistake("ties up", rounding(("half_up", "half_up")),
                "floor(v + 0.5) sends every tie up: 8.5 to 9, where the even"
                " neighbour 8 is right, and -11.5 to -11, where it is -12."
                " np.round sends ties to even.",
                credit=3.2),
        Mistake("an integer to a negative power",
                rounding(("integer_power", "integer_power")),
                "np.frexp's exponents are integers, and NumPy refuses to"
                " raise the integer 2 to a negative integer power. Write"
                " 2.0**k, or np.ldexp(1.0, k).",
                credit=3.2),
        Mistake("towards 0", rounding(("truncated", "truncated")),
                "You cut off in place of rounding: the nearest is asked, and"
                " cutting always errs to the same side. np.round, not"
                " np.floor.",
                credit=2.0),
        Mistake("subnormals flushed to 0", rounding(("flushed", "flushed")),
                "Below the smallest normal number the spacing stays, down to"
                " 0: the subnormal numbers. Yours are all 0; in E4M3 that"
                " loses everything below 2^-6.",
                credit=3.2),
        Mistake("no smallest exponent",
                rounding(("without_floor", "without_floor")),
                "You keep M bits however small the number is. The exponent"
                " can't fall below 1 - bias: from there on down the spacing"
                " stays 2^(1 - bias - M).",
                credit=3.0),
        Mistake("not held at the largest",
                rounding(("unlimited", "unlimited")),
                "1e10 needs an exponent that the format does not have. What"
                " is beyond max_value becomes max_value: np.clip.",
                credit=3.0),
        Mistake("infinite beyond the largest",
                rounding(("overflows", "overflow")),
                "float16 becomes infinite there. The contract, as training in"
                " 8 bits, holds at max_value: np.clip.",
                credit=3.0),
        Mistake("an integer to a negative power, and half written", {
            "round_to_float": answers.format_integer_power,
            "block_scaled_round": answers.blocks_not_written},
                "np.frexp's exponents are integers, and NumPy refuses to"
                " raise the integer 2 to a negative integer power: write"
                " 2.0**k. And block_scaled_round is still to be written.",
                credit=1.6),
        Mistake("one bit too few", rounding(("one_bit_less", "one_bit_less")),
                "np.frexp's mantissa lies between 0.5 and 1, so its exponent"
                " is one more than the e of 1.xxx times 2^e. Your spacing is"
                " twice too wide.",
                credit=2.4),
        Mistake("one bit too few, and the floor too high",
                rounding(("one_bit_and_floor", "one_bit_and_floor")),
                "np.frexp's mantissa lies between 0.5 and 1, so its exponent"
                " is one more than the e of 1.xxx times 2^e. Subtract 1"
                " before you compare with 1 - bias, too.",
                credit=2.2),
        Mistake("one bit too few, but for the largest",
                rounding(("one_bit_clipped", "one_bit_clipped")),
                "np.frexp's mantissa lies between 0.5 and 1, so its exponent"
                " is one more than the e of 1.xxx times 2^e. Your spacing is"
                " twice too wide.",
                credit=2.4),
        Mistake("another bias", rounding(("other_bias", "other_bias")),
                "You take 2^(E-1) for the bias, which is 2^(E-1) - 1: 7 in"
                " E4M3. It decides where the subnormals begin, and the"
                " largest number.",
                credit=3.0),
        Mistake("the smallest exponent", rounding(("low_floor", "low_floor")),
                "The smallest exponent is 1 - bias, -6 in E4M3: the code 0"
                " of the exponent belongs to the subnormals, which have the"
                " spacing of the code 1. Yours is one too low.",
                credit=3.2),
        Mistake("the top exponent used",
                rounding(("top_exponent", "top_exponent")),
                "IEEE formats keep the top exponent for infinity and nan, so"
                " that the largest number has exponent bias:"
                " (2 - 2^-M) 2^bias, 57344 in E5M2.",
                credit=3.4),
        Mistake("nan for infinity",
                rounding(("nan_for_inf", "nan_for_inf")),
                "inf/inf is nan. Clip x to the largest number before you look"
                " for its exponent.",
                credit=3.6),
        Mistake("one scale for all",
                {"block_scaled_round": answers.blocks_with_one_scale},
                "One large entry takes the digits of all the others: that is"
                " what blocks are for. Each block_size neighbours have a"
                " scale of their own.",
                credit=2.6),
        Mistake("one scale for each row",
                {"block_scaled_round":
                 answers.blocks_with_one_scale_each_row},
                "Your block is the whole last axis. Only block_size"
                " neighbours share a scale.",
                credit=2.8),
        Mistake("one scale for all rows of a block",
                {"block_scaled_round": answers.blocks_of_all_rows},
                "Blocks are neighbours along the last axis: each row has its"
                " own. Take the maximum along axis=-1, with keepdims=True.",
                credit=2.8),
        Mistake("blocks across rows",
                {"block_scaled_round": answers.blocks_across_rows},
                "You lay all rows end to end. Where a row is no multiple of"
                " block_size, the next row's numbers get into its last block."
                " Cut along the last axis only.",
                credit=3.2),
        Mistake("whole blocks only",
                {"block_scaled_round": answers.blocks_of_whole_size},
                "reshape needs a row of whole blocks; the contract lets the"
                " last be shorter. Loop over range(0, n, block_size), or fill"
                " up with zeros and cut them off again.",
                credit=3.2),
        Mistake("the format ignored",
                {"block_scaled_round": answers.blocks_deaf},
                "Yours rounds to E4M3 whatever is asked. Pass exponent_bits,"
                " mantissa_bits and max_value on.",
                credit=3.2),
        Mistake("the bits not passed on",
                {"block_scaled_round": answers.blocks_bits_deaf},
                "You scale to max_value, and then round to E4M3 whatever is"
                " asked. Pass exponent_bits and mantissa_bits on.",
                credit=3.4),
        Mistake("the axis of the maximum dropped",
                {"block_scaled_round": answers.blocks_axis_dropped},
                "The maxima of 2 rows have the shape (2,), which does not"
                " line up with blocks of the shape (2, 32), or meets the"
                " wrong rows. keepdims=True.",
                credit=2.8),
        Mistake("blocks along the first axis",
                {"block_scaled_round": answers.blocks_along_the_first},
                "A vector comes out right. But of a matrix x[i:i + bs] takes"
                " whole rows. Asked are blocks of neighbours along the last"
                " axis: x[..., i:i + bs], and n is x.shape[-1].",
                credit=2.8),
        Mistake("max_value not passed on",
                {"block_scaled_round": answers.blocks_with_ieee_largest},
                "You scale the block to max_value, and then round to a format"
                " whose largest number is another: 240 in E4M3 unless it is"
                " told 448. Pass max_value on.",
                credit=3.0),
        Mistake("largest, not largest in size",
                {"block_scaled_round": answers.blocks_signed_max},
                "The largest entry of a block may be small while a negative"
                " one is huge. Take the maximum of the absolute values.",
                credit=2.8),
        Mistake("scaled to 1",
                {"block_scaled_round": answers.blocks_to_one},
                "You divide by max|x|, so that the block's largest becomes 1"
                " and all of the format above 1 lies idle. It should become"
                " max_value.",
                credit=2.8),
        Mistake("a power of two",
                {"block_scaled_round": answers.blocks_mx_scale},
                "The MX formats round the scale up to a power of two, and so"
                " do you. The contract takes max|x| / max_value as it is.",
                credit=3.0),
        Mistake("0/0 for a block of zeros",
                {"block_scaled_round": answers.blocks_nan_for_zeros},
                "The scale of a block of zeros is 0, and 0/0 is nan. Let such"
                " a scale be 1: the zeros stay zeros.",
                credit=3.4),
        Mistake("not scaled back",
                {"block_scaled_round": answers.blocks_not_scaled_back},
                "Rounded, but still divided by the scale. Multiply by it at"
                " the end.",
                credit=2.6),
        Mistake("the scale upside down",
                {"block_scaled_round": answers.blocks_scale_upside_down},
                "Divide by the scale, so that the block's largest becomes"
                " max_value, then round, then multiply.",
                credit=2.4),
        *half_written(2.2, "block_scaled_round"),
    ],
    variants=[
        Variant("np.log2", {
            "round_to_float": answers.format_by_logarithm,
            "block_scaled_round": answers.blocks_by_logarithm}),
        Variant("a table of all numbers",
                {"round_to_float": answers.format_by_table}),
        Variant("filled up with zeros",
                {"block_scaled_round": answers.blocks_padded}),
    ],
)


# --- conditioning ------------------------------------------------------------


def with_singular_values(rng, *sigma):
    """A square matrix with these singular values."""
    n = len(sigma)
    U, V = (np.linalg.qr(rng.normal(size=(n, n)))[0] for _ in range(2))
    return U * np.array(sigma) @ V


def symmetric_with(rng, *eigenvalues):
    """A symmetric matrix with these eigenvalues."""
    n = len(eigenvalues)
    Q = np.linalg.qr(rng.normal(size=(n, n)))[0]
    A = Q * np.array(eigenvalues) @ Q.T
    return (A + A.T) / 2


condition_number = Exercise(
    reference=nm.condition_number,
    points=2,
    refuses=("numpy.linalg.cond", "torch.linalg.cond"),
    cases=lambda rng: [
        Case("by hand", call([[3.0, 0.0], [4.0, 5.0]]), core=True),
        Case("a 4 x 4 matrix",
             call(with_singular_values(rng, 5.0, 2.0, 1.5, 0.5))),
        Case("more rows than columns", call(rng.normal(size=(6, 3)))),
        Case("more columns than rows", call(rng.normal(size=(2, 5))),
             compare=named_if(both_blown_up)),
        Case("symmetric, with eigenvalues of both signs",
             call(symmetric_with(rng, 1.0, -4.0, 2.0))),
        Case("a single number", call([[-7.0]])),
        Case("10 digits of 16 lost",
             call(with_singular_values(rng, 1.0, 0.3, 1e-10)),
             compare=named_if(both_without_digits, FOUR_DIGITS)),
        Case("tiny entries, harmless",
             call(with_singular_values(rng, 3e-13, 2e-13, 1e-13))),
        Case("singular", call([[0.0, 5.0], [0.0, 0.0]]),
             compare=named_if(both_finite)),
        Case("zeros", call(np.zeros((2, 2))),
             compare=named_if(both_finite)),
        Case("no warning: singular",
             silently("condition_number", [[0.0, 5.0], [0.0, 0.0]]),
             compare=named_if(both_finite)),
    ],
    mistakes=[
        Mistake("eigenvalues", answers.condition_of_eigenvalues,
                "Eigenvalues say what is stretched along itself; the largest"
                " stretch need not be. [[3, 0], [4, 5]] has eigenvalues 3 and"
                " 5, and yet stretches one vector by 6.7, another by 2.2."
                " Take singular values.",
                credit=0.6),
        Mistake("eigenvalues with their signs",
                answers.condition_of_signed_eigenvalues,
                "Eigenvalues are not stretches, unless A is symmetric, and"
                " even then their signs do not matter: yours may be negative."
                " Take singular values.",
                credit=0.4),
        Mistake("eigenvalues, 0 looked after",
                answers.condition_of_eigenvalues_guarded,
                "Eigenvalues say what is stretched along itself; the largest"
                " stretch need not be. [[3, 0], [4, 5]] has eigenvalues 3 and"
                " 5, and yet stretches one vector by 6.7, another by 2.2."
                " Take singular values.",
                credit=0.8),
        Mistake("squared", answers.condition_squared,
                "That is the condition number of A^T A. The singular values"
                " are the roots of its eigenvalues.",
                credit=1.0),
        Mistake("squared, by way of A^T A",
                answers.condition_of_gram_squared,
                "The eigenvalues of A^T A are the squares of the singular"
                " values: the root is missing. And even with it a square of"
                " 1e-20 beside 1 drowns in rounding. Take the singular values"
                " of A itself.",
                credit=0.8),
        Mistake("squared, by way of A^T A, 0 looked after",
                answers.condition_of_gram_squared_guarded,
                "The eigenvalues of A^T A are the squares of the singular"
                " values: the root is missing. And even with it a square of"
                " 1e-20 beside 1 drowns in rounding. Take the singular values"
                " of A itself.",
                credit=0.8),
        Mistake("by way of A^T A", answers.condition_of_gram,
                "The eigenvalues of A^T A are the squares of the singular"
                " values, and a square of 1e-20 beside 1 drowns in rounding:"
                " yours knows no condition numbers above 1e8. Take the"
                " singular values of A itself.",
                credit=1.2),
        Mistake("by way of A^T A, 0 looked after",
                answers.condition_of_gram_guarded,
                "Singular matrices are right. But the eigenvalues of A^T A"
                " are squares, and a square of 1e-20 beside 1 drowns in"
                " rounding: yours knows no condition numbers above 1e8. Take"
                " the singular values of A itself.",
                credit=1.4),
        Mistake("Frobenius norms", answers.condition_by_frobenius,
                "||A|| ||A^-1|| is the condition number in some norm, and"
                " np.linalg.norm takes Frobenius' unless told otherwise: 3.33"
                " in place of 3. And a matrix that is singular or not square"
                " has no inverse.",
                credit=0.8),
        Mistake("by way of the inverse", answers.condition_by_inverse,
                "For a square matrix ||A|| ||A^-1|| is right. But a matrix"
                " that is singular, or not square, has no inverse, and its"
                " condition number is asked, too.",
                credit=1.2),
        Mistake("upside down", answers.condition_upside_down,
                "You divide the smallest by the largest. A condition number"
                " is never below 1.",
                credit=1.0),
        Mistake("upside down, 0 looked after",
                answers.condition_upside_down_guarded,
                "You divide the smallest by the largest. A condition number"
                " is never below 1.",
                credit=1.2),
        Mistake("nan for zeros", answers.condition_nan_for_zeros,
                "0/0 is nan, but a matrix of zeros is as singular as can be:"
                " inf, as whenever the smallest singular value is 0. Test for"
                " that before you divide: then nothing warns, either.",
                credit=1.7),
        Mistake("divided by 0, and it warns", answers.condition_that_warns,
                "5/0 is inf in NumPy, which is right, with a warning, which"
                " hides the one that matters. Test for 0 before you divide.",
                credit=1.8),
        Mistake("division by zero", answers.condition_zero_division,
                "Python's own floats raise ZeroDivisionError where the"
                " smallest singular value is 0. Return inf there.",
                credit=1.5),
        Mistake("small taken for 0", answers.condition_absolute,
                "A singular value of 1e-13 is tiny only beside others that"
                " are not: a matrix of such entries may be harmless. Compare"
                " with 0, and let the quotient tell the rest.",
                credit=1.5),
        Mistake("a small number added", answers.condition_with_eps,
                "Adding 1e-12 below makes a finite number of an infinite one,"
                " and spoils matrices with tiny entries. Test for 0.",
                credit=1.2),
        Mistake("zeros left out", answers.condition_without_the_zeros,
                "The smallest singular value is the one that matters, also"
                " when it is 0: then some direction is lost for good, and"
                " the condition number is inf.",
                credit=1.4),
    ],
    variants=[
        Variant("minimum and maximum", answers.condition_right),
        Variant("two norms", answers.condition_by_norms),
    ],
)


@functools.cache
def longley():
    """The U.S. economy of 1947 to 1962, with a column of ones."""
    home = importlib.util.find_spec("statsmodels").submodule_search_locations
    path = Path(home[0]) / "datasets" / "longley" / "longley.csv"
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.reader(lines))[1:]
    data = np.array(rows, dtype=float)
    return np.column_stack([np.ones(len(data)), data[:, 2:]]), data[:, 1]


def longley_again(rng):
    """The same years in another order, with other weights to be found."""
    X, y = longley()
    order = rng.permutation(len(X))
    return X[order], y[order] + X[order, 3] * rng.uniform(1, 2)


def lauchli(rng, n):
    """A row of ones above 1e-8 times the identity, and weights for it."""
    X = np.vstack([np.ones(n), 1e-8 * np.eye(n)])
    w = rng.permutation(n) + 1.0
    return X, X @ w


def slope_data(rng, n, d):
    """Data far from 0, and what they are to explain."""
    return rng.normal(2, 1, size=(n, d)), rng.normal(5, 1, size=n)


def both_one_weight_more(first, second, program):
    """Both return a weight for a column that X does not have."""
    d = program.args[0].shape[1]
    return all(w.shape == (d + 1,) for w in (first, second))


def weights(alike=None, compare=None):
    """Compare weights, and know again who has one too many."""
    def same(first, second, program):
        return both_one_weight_more(first, second, program) or (
            alike is not None and alike(first, second, program))

    return named_if(same, compare)


least_squares_qr = Exercise(
    reference=nm.least_squares_qr,
    points=4,
    compare=weights(),
    refuses=(
        "numpy.linalg.lstsq",
        "numpy.linalg.pinv",
        "numpy.polyfit",
        "scipy.linalg.lstsq",
        "scipy.linalg.pinv",
        "scipy.optimize.lsq_linear",
        "sklearn.linear_model.LinearRegression",
        "torch.linalg.lstsq",
        "torch.linalg.pinv",
    ),
    cases=lambda rng: [
        Case("by hand",
             call([[3.0, 5.0], [4.0, 0.0], [0.0, 3.0]],
                  [25.0, -5.0, -14.0]), core=True),
        Case("20 rows, 3 columns", call(*slope_data(rng, 20, 3))),
        Case("as many rows as columns", call(*slope_data(rng, 4, 4))),
        Case("a single column", call(*slope_data(rng, 6, 1))),
        Case("Longley's data, nine digits", call(*longley()),
             compare=weights(both_nearly, NINE_DIGITS)),
        Case("Longley's data, other weights", call(*longley_again(rng)),
             compare=weights(both_nearly, NINE_DIGITS)),
        Case("Läuchli's matrix", call(*lauchli(rng, 2)),
             compare=weights(both_halfway, SIX_DIGITS)),
        Case("Läuchli's matrix, four columns", call(*lauchli(rng, 4)),
             compare=weights(both_halfway, SIX_DIGITS)),
    ],
    mistakes=[
        Mistake("normal equations", answers.qr_normal_equations,
                "X^T X squares the condition number. Of Longley's weights"
                " yours have 7 or 8 digits, QR's nearly 11; and of Läuchli's"
                " matrix X^T X is all ones, because 1 + 1e-16 is 1: singular,"
                " whether you solve or invert. Take X itself apart.",
                credit=1.6),
        Mistake("Cholesky of X^T X", answers.qr_cholesky,
                "The digits are gone before Cholesky begins: X^T X squares"
                " the condition number, and of Läuchli's matrix it is all"
                " ones, not positive definite. Take X itself apart.",
                credit=1.6),
        Mistake("a little added to X^T X", answers.qr_ridge,
                "Adding 1e-8 to the diagonal makes X^T X invertible, and"
                " drowns what tells the columns of Läuchli's matrix apart,"
                " which is 1e-16. It is another problem: ridge regression."
                " Take X itself apart.",
                credit=1.6),
        Mistake("classical Gram-Schmidt", answers.qr_gram_schmidt,
                "By hand Gram-Schmidt is right. In floats its Q loses the"
                " right angles where the columns of X are nearly dependent,"
                " and with them the digits. np.linalg.qr reflects"
                " (Householder): its Q is orthogonal to the last digit.",
                credit=2.0),
        Mistake("modified Gram-Schmidt", answers.qr_modified,
                "Better than the classical form, but Q^T y still suffers:"
                " the columns of Q are not quite orthogonal where those of X"
                " are nearly dependent, as Läuchli's. np.linalg.qr reflects"
                " (Householder): its Q is orthogonal to the last digit.",
                credit=3.0),
        Mistake("R transposed", answers.qr_transposed_R,
                "From X = QR and Q^T Q = I follows R w = Q^T y, with R as it"
                " is: upper triangular, solved from the last line up.",
                credit=2.4),
        Mistake("Q not transposed", answers.qr_transposed_Q,
                "Q has the shape (n, d), y the shape (n,): they do not fit,"
                " but for a square X. Q^T y has d entries.",
                credit=2.4),
        Mistake("X^T y in place of Q^T y", answers.qr_without_Q,
                "R w = Q^T y. X^T y is R^T Q^T y, one R too many.",
                credit=2.0),
        Mistake("Q^T y, and no more", answers.qr_without_R,
                "Those are the coordinates of the fit along the columns of Q."
                " Asked are those along the columns of X: solve R w = Q^T y.",
                credit=1.6),
        Mistake("R^T R", answers.qr_of_R_alone,
                "R^T R is X^T X again, with its condition number squared: all"
                " that QR saved is lost. Solve R w = Q^T y.",
                credit=1.8),
        Mistake("the complete Q", answers.qr_complete,
                'With mode="complete" Q is (n, n) and R (n, d), below which'
                " stand zeros: not square, so solve refuses. Take the reduced"
                " form, which is NumPy's own choice.",
                credit=2.6),
        Mistake("from the first line down", answers.qr_from_the_top,
                "The first line of R has all the unknowns in it. Begin with"
                " the last line, which has one, and go up.",
                credit=2.6),
        Mistake("a column of ones added", answers.qr_with_ones,
                "You add an intercept that nobody asked for: there is one"
                " weight too many. X is taken as it is, and Longley's has its"
                " column of ones already.",
                credit=2.0),
        Mistake("predictions for weights", answers.qr_predictions,
                "You return Xw, one number for each row. Asked are the"
                " weights, one for each column.",
                credit=2.4),
    ],
    variants=[
        Variant("back substitution", answers.qr_by_back_substitution),
        Variant("SciPy's triangular solver", answers.qr_by_scipy),
        Variant("reflections", answers.qr_by_reflections),
    ],
)


# --- sums --------------------------------------------------------------------


def one_pass(values, *, ddof=0):
    """Return mean and variance of what may be read only once."""
    running = nm.RunningVariance()
    for x in values:
        running.update(x)
    return running.mean, running.variance(ddof)


def running(name):
    """Both parts of an answer, the class wrong in one way."""
    return {
        "RunningVariance": getattr(answers, f"Running{name[0]}"),
        "welford": getattr(answers, f"welford_{name[1]}"),
    }


def right_class(welford):
    """A right class, and a wrong welford."""
    return {"RunningVariance": answers.RunningVariance, "welford": welford}


def stream(source, **inputs):
    """Make a RunningVariance, r, feed it, and read from it."""
    return script(f"r = RunningVariance()\n{source}", **inputs)


RunningVariance = Exercise(
    reference={"RunningVariance": nm.RunningVariance, "welford": one_pass},
    points=3,
    refuses=(
        "numpy.ndarray.std",
        "numpy.ndarray.var",
        "numpy.std",
        "numpy.var",
        "statistics.pstdev",
        "statistics.pvariance",
        "statistics.stdev",
        "statistics.variance",
        "torch.Tensor.var",
        "torch.var",
    ),
    cases=lambda rng: [
        Case("welford by hand",
             call([2.0, 4.0, 9.0]).on("welford"), core=True),
        Case("welford by hand, ddof=1",
             call([2.0, 4.0, 9.0], ddof=1).on("welford")),
        Case("the class by hand, step by step", stream(
            "seen = []\n"
            "for x in (2.0, 4.0, 9.0):\n"
            "    r.update(x)\n"
            "    seen.append((r.count, r.mean, r.variance()))\n"
            "seen")),
        Case("30 numbers", call(rng.normal(3, 2, size=30)).on("welford")),
        Case("30 numbers, ddof=2",
             call(rng.normal(3, 2, size=30), ddof=2).on("welford")),
        Case("numbers near 1e8",
             call(1e8 + rng.normal(size=50)).on("welford"),
             compare=FAR_OFF),
        Case("numbers near -1e9, ddof=1",
             call(-1e9 + rng.normal(size=40), ddof=1).on("welford"),
             compare=FAR_OFF),
        Case("numbers that can be read only once, near 1e8", script(
            "welford(x for x in values)",
            values=rng.normal(1e8, 1, size=9)), compare=FAR_OFF),
        Case("one number", call([7.5]).on("welford")),
        Case("one number, ddof=1: nan", call([7.5], ddof=1).on("welford")),
        Case("two numbers, ddof=3: nan",
             call(rng.normal(3, 2, size=2), ddof=3).on("welford")),
        Case("before the first number", stream(
            "(r.count, r.mean, r.variance())")),
        Case("reading changes nothing", stream(
            "for x in values: r.update(x)\n"
            "(r.variance(), r.variance(ddof=1), r.variance(), r.mean)",
            values=rng.normal(3, 2, size=6))),
        Case("going on after reading, near 1e8", stream(
            "for x in values[:4]: r.update(x)\n"
            "early = r.variance(ddof=1)\n"
            "for x in values[4:]: r.update(x)\n"
            "(early, r.count, r.mean, r.variance(ddof=1))",
            values=rng.normal(1e8, 2, size=9)), compare=FAR_OFF),
        Case("two streams at once, near 1e8", script(
            "a, b = RunningVariance(), RunningVariance()\n"
            "for x in values: a.update(x); b.update(2 * x + 1)\n"
            "(a.mean, b.mean, a.variance(), b.variance())",
            values=rng.normal(1e8, 1, size=5)), compare=FAR_OFF),
    ],
    mistakes=[
        Mistake("delta squared", running(("SquaredDelta", "squared_delta")),
                "delta is the distance from the old mean, x - mean the one"
                " from the new: M grows by their product. delta^2 counts the"
                " first number's whole square: 44 for [2, 4, 9], where M is"
                " 26.",
                credit=1.8),
        Mistake("the new distance squared",
                running(("SquaredRest", "squared_rest")),
                "M grows by (x - old mean)(x - new mean). You square the"
                " second, which is smaller: 17 for [2, 4, 9], where M is 26.",
                credit=1.8),
        Mistake("E[x^2] - E[x]^2", running(("Sums", "sums")),
                "Near 1e8 the squares are 1e16, where floats lie 2 apart:"
                " their difference is noise, even negative. Welford's sums"
                " are of distances from the mean, which are small.",
                credit=1.2),
        Mistake("always n - 1",
                running(("AlwaysUnbiased", "always_unbiased")),
                "M / (count - ddof), and ddof is 0 unless given: 26/3 for"
                " [2, 4, 9]. You subtract 1 always.",
                credit=2.2),
        Mistake("always n", running(("NeverUnbiased", "never_unbiased")),
                "ddof is to be subtracted from count: with ddof=1 the"
                " variance of [2, 4, 9] is 26/2 = 13. Yours ignores it.",
                credit=2.2),
        Mistake("ddof is 1 unless given", {
            "RunningVariance": answers.RunningDefaultOne},
                "The contract's ddof is 0 unless given: variance(ddof=0)."
                " n - 1 is asked for by ddof=1.",
                credit=2.3),
        Mistake("ddof added", running(("PlusDdof", "plus_ddof")),
                "ddof is taken from count, not added to it: the variance"
                " grows with it.",
                credit=2.0),
        Mistake("count stands still", running(("CountLate", "count_late")),
                "count never grows, so every number counts as the first and"
                " the mean is the last one. Increase it in update.",
                credit=1.2),
        Mistake("count increased too late",
                running(("DividesByCountBefore", "count_before")),
                "The first number is number 1, but count is still 0 when you"
                " divide by it. Increase it first.",
                credit=1.5),
        Mistake("half old, half new", running(("Halves", "halves")),
                "(mean + x) / 2 gives the last number half of all the say."
                " The k-th number has a share of 1/k: mean += delta / count.",
                credit=1.2),
        Mistake("standard deviation", running(("Deviation", "deviation")),
                "You take the root. Asked is the variance.",
                credit=2.2),
        Mistake("division by zero", running(("Divides", "divides")),
                "With count <= ddof there is nothing to divide by: nan, not"
                " an error, and not a negative variance.",
                credit=2.4),
        Mistake("nan at count == ddof only", running(("Equal", "equal")),
                "With count below ddof your divisor is negative, and so is"
                " the variance. nan while count <= ddof.",
                credit=2.6),
        Mistake("0 for too few", running(("Zero", "zero")),
                "0 would say that nothing varies. With count <= ddof the"
                " variance is unknown: nan.",
                credit=2.5),
        Mistake("M itself", running(("Sum", "sum")),
                "M is the sum of squares, which grows with every number."
                " Divide by count - ddof.",
                credit=1.8),
        Mistake("worn off by reading",
                {"RunningVariance": answers.RunningWearsOff},
                "variance overwrites M with M / count, so that the next"
                " reading divides once more. Return the quotient, and leave M"
                " alone.",
                credit=2.2),
        Mistake("ddof not passed on",
                right_class(answers.welford_ddof_forgotten),
                "welford takes ddof and forgets it: pass it on to variance.",
                credit=2.4),
        Mistake("the variance first",
                right_class(answers.welford_variance_first),
                "The pair is (mean, variance), in this order.",
                credit=2.4),
        Mistake("the variance only",
                right_class(answers.welford_variance_only),
                "welford returns a pair: the mean, which it has anyway, and"
                " the variance.",
                credit=2.2),
        Mistake("two passes", right_class(answers.welford_two_passes),
                "First the mean, then the distances: right, and accurate. But"
                " a stream can be read only once, and has no len. Update as"
                " the numbers come.",
                credit=2.0),
        *half_written(1.8, "RunningVariance"),
        Mistake("welford not written yet",
                right_class(answers.welford_not_written),
                "welford still says NotImplementedError: write it in place of"
                " that line. The class was judged all the same.",
                credit=1.8),
    ],
    variants=[
        Variant("from memory", {
            "RunningVariance": answers.RunningVariance,
            "welford": answers.welford}),
        Variant("the variance itself updated", {
            "RunningVariance": answers.RunningMoments,
            "welford": answers.welford_by_moments}),
        Variant("welford by itself",
                right_class(answers.welford_by_itself)),
    ],
)


def ones_between(rng):
    """Ones, between a huge number and its opposite."""
    n = 2 * int(rng.integers(20, 60))
    return np.array([1e16, *np.ones(n), -1e16])


kahan_sum = Exercise(
    reference=nm.kahan_sum,
    points=2,
    refuses=("fractions.Fraction", "math.fsum", "statistics.fmean"),
    cases=lambda rng: [
        Case("by hand, in float16",
             call(np.float16([2048, 3, 1, 1, 1]))),
        Case("one more, which is a tie",
             call(np.float16([2048, 3, 1, 1, 1, 1]))),
        Case("4096 ones in float16", call(np.ones(4096, np.float16))),
        Case("50 000 times 0.1 in float32",
             call(np.full(50_000, 0.1, np.float32))),
        Case("20 000 times one number in float64",
             call(np.full(20_000, rng.uniform(0.1, 0.2))),
             compare=ALL_DIGITS),
        Case("ones between 1e16 and -1e16", call(ones_between(rng)),
             core=True, compare=ALL_DIGITS),
        Case("a few numbers of both signs", call(rng.normal(size=7))),
        Case("one number", call([float(rng.normal())])),
        Case("no numbers", call(np.zeros(0))),
    ],
    mistakes=[
        Mistake("the code as it was", answers.kahan_as_given,
                "Nothing is ever compensated: 4096 ones in float16 add up to"
                " 2048, as with +=. What one addition lost must reach the"
                " next, but in the code as it was c is set to 0 for every x."
                " Do that once, before the loop. Then check the sign of c, if"
                " you have not yet."),
        Mistake("the sign of the compensation", answers.kahan_sign_wrong,
                "t - s is what really arrived, y what was sent: y - (t - s)"
                " is what is missing. The next line but one subtracts c, so"
                " you take away once more what is missing already. Either"
                " c = (t - s) - y, or y = x + c.",
                credit=1.2),
        Mistake("s and t exchanged", answers.kahan_exchanged,
                "What has arrived of y is new less old, t - s. Your s - t has"
                " the other sign, so that c is about -2y.",
                credit=1.2),
        Mistake("the losses added up", answers.kahan_added_up,
                "You add each loss to all the ones before. But the next y has"
                " taken c in already: c is what the last addition lost, and"
                " no more. c = (t - s) - y.",
                credit=1.2),
        Mistake("s renewed too early", answers.kahan_sum_first,
                "You compare the new s with itself, so c = -y: the last term"
                " is added again and again. Keep the old s until c is known.",
                credit=0.8),
        Mistake("np.sum", answers.kahan_pairwise,
                "np.sum adds in pairs, which errs little, but it errs: of the"
                " ones beside 1e16 it loses some. Carry what each addition"
                " lost to the next.",
                credit=0.4),
        Mistake("in float64", answers.kahan_in_doubles,
                "You add in float64. That helps float16 and float32, and not"
                " float64 itself: of the ones beside 1e16 all are lost."
                " Compensate, in the dtype of values.",
                credit=0.4),
        Mistake("in float64, then rounded",
                answers.kahan_in_doubles_rounded,
                "You add in float64 and round at the end. That helps float16"
                " and float32, and not float64 itself: of the ones beside"
                " 1e16 all are lost. Compensate, in the dtype of values.",
                credit=0.4),
        Mistake("compared with x", answers.kahan_loss_of_x,
                "What was added is y, not x: you lose the compensation that"
                " y carried. c = (t - s) - y.",
                credit=1.2),
        Mistake("compensated, but in float64", answers.kahan_wide,
                "A np.float64 beside a float16 makes everything float64. Each"
                " step is to be computed in the dtype of values: begin with"
                " Python's 0.0, which adapts, or with values.dtype.type(0).",
                credit=1.6),
        Mistake("an error for no numbers",
                answers.kahan_starts_with_the_first,
                "values[0] does not exist where there are no numbers. Start"
                " from 0: the sum of nothing.",
                credit=1.6),
    ],
    variants=[
        Variant("the other sign, twice", answers.kahan_other_sign),
        Variant("in an array", answers.kahan_in_an_array),
    ],
)


mixed_precision_matmul = Exercise(
    reference=nm.mixed_precision_matmul,
    points=2,
    # A float64 of the right numbers fails where its dtype is asked, only.
    compare=values(rtol=5e-5, atol=2e-6),
    cases=lambda rng: [
        Case("by hand", call([[0.1, 2051.0]], [[3.0], [1.1]]), core=True),
        Case("two matrices",
             call(rng.normal(size=(5, 7)), rng.normal(size=(7, 4)))),
        Case("square matrices",
             call(rng.normal(size=(3, 3)), rng.normal(size=(3, 3)))),
        Case("inputs in float32",
             call(rng.normal(size=(2, 6)).astype(np.float32),
                  rng.normal(size=(6, 3)).astype(np.float32))),
        Case("4096 ones", call(np.ones((2, 4096)), np.ones((4096, 3)))),
        Case("products beyond 65504",
             call([[300.0, 400.0]], [[300.0], [float(rng.integers(300, 400))]]
                  )),
        Case("entries that float16 can't hold",
             call([[1e5, 1.0], [1e-8, 1.0]], [[1.0], [2.0]])),
        Case("the answer is a float32",
             typed("mixed_precision_matmul", rng.normal(size=(2, 3)),
                   rng.normal(size=(3, 2)))),
        Case("ValueError: inner sizes 3 and 2",
             call(rng.normal(size=(2, 3)), rng.normal(size=(2, 3)))),
        Case("ValueError: inner sizes 3 and 1",
             call(rng.normal(size=(2, 3)), rng.normal(size=(1, 3)))),
    ],
    mistakes=[
        Mistake("sums in float16", answers.mixed_all_half,
                "Rounded to float16 after every addition, a sum of ones stops"
                " at 2048, because 2049 is a tie and goes to even. Add in"
                " float32.",
                credit=0.8),
        Mistake("sums in float16, then widened",
                answers.mixed_all_half_widened,
                "Rounded to float16 after every addition, a sum of ones stops"
                " at 2048; what is lost then no float32 brings back. Widen"
                " before you add.",
                credit=0.8),
        Mistake("products in float16", answers.mixed_half_products,
                "The product of two float16 has up to 22 bits: float32 holds"
                " it exactly, float16 rounds it, or overflows. Widen before"
                " you multiply.",
                credit=1.2),
        Mistake("products in float16, and sizes that broadcast",
                answers.mixed_half_products_broadcast,
                "Two things: the product of two float16 has up to 22 bits,"
                " so widen before you multiply; and inner sizes 3 and 1 do"
                " not fit, but broadcasting stretches the 1.",
                credit=1.0),
        Mistake("not rounded first", answers.mixed_not_rounded,
                "The entries travel as float16: 2051 arrives as 2052. Round"
                " both matrices to float16 first, then widen.",
                credit=1.0),
        Mistake("A @ B, and no more", answers.mixed_plain,
                "Nothing is rounded, and the answer has the dtype of A. Round"
                " both matrices to float16 first, then widen to float32.",
                credit=0.5),
        Mistake("the result rounded, not the entries",
                answers.mixed_result_only,
                "It is the entries that travel as float16; the sums stay in"
                " float32. You do it the other way round.",
                credit=0.6),
        Mistake("only A rounded", answers.mixed_first_only,
                "Both matrices travel as float16. You round only the first.",
                credit=1.2),
        Mistake("only B rounded", answers.mixed_second_only,
                "Both matrices travel as float16. You round only the second.",
                credit=1.2),
        Mistake("rounded back", answers.mixed_rounded_back,
                "float16 @ float16 is a float16: NumPy adds wider inside, and"
                " then rounds the result, to 11 bits or to infinity. Widen"
                " to float32 before @.",
                credit=1.2),
        Mistake("rounded back, then widened",
                answers.mixed_rounded_back_widened,
                "float16 @ float16 is a float16, and what its rounding takes"
                " no float32 brings back. Widen to float32 before @.",
                credit=1.2),
        Mistake("in float64", answers.mixed_in_double,
                "Right numbers in a float64: the tensor core's sums, and the"
                " answer, are float32.",
                credit=1.7),
        Mistake("entry by entry", answers.mixed_entry_by_entry,
                "* multiplies entries with entries. The matrix product is @:"
                " rows of A times columns of B, added up.",
                credit=0.5),
        Mistake("sizes that broadcast", answers.mixed_that_broadcasts,
                "Inner sizes 3 and 1 do not fit, but broadcasting stretches"
                " the 1, and you get numbers in place of an error. Compare"
                " the sizes, or use @.",
                credit=1.6),
        Mistake("bfloat16", answers.mixed_as_bfloat16,
                "bfloat16 keeps 8 bits, float16 11. The contract says"
                " float16.",
                credit=1.0),
    ],
    variants=[
        Variant("a loop", answers.mixed_by_loop),
        Variant("einsum", answers.mixed_by_einsum),
    ],
)


# --- differences, and linear systems without elimination ---------------------


optimal_difference_step = Exercise(
    reference=nm.optimal_difference_step,
    points=2,
    # A float16's own third root has three digits.
    compare=values(rtol=2e-3, atol=0),
    cases=lambda rng: [
        Case("by hand: float64, central", call("float64")),
        Case("by hand: float32, forward",
             call("float32", scheme="forward"), core=True),
        Case("float64, forward", call("float64", scheme="forward")),
        Case("float32, central", call("float32", scheme="central")),
        Case("float16, central", call("float16")),
        Case("float16, forward", call("float16", scheme="forward")),
        Case("another name of float32",
             call(alias(rng, "single", "f", "f4"))),
        Case("ValueError: another scheme",
             call("float64", scheme=alias(rng, "backward", "centre", ""))),
    ],
    mistakes=[
        Mistake("the square root for both", answers.step_square_root,
                "The root of eps balances an error of order h with eps/h:"
                " that is the forward difference. The central one errs by"
                " h^2 only, and can afford longer steps: eps^(1/3).",
                credit=0.8),
        Mistake("the square root for anything",
                answers.step_square_root_unchecked,
                "The root of eps balances an error of order h with eps/h:"
                " that is the forward difference. The central one errs by"
                " h^2 only, and takes eps^(1/3). Any other scheme must raise"
                " ValueError.",
                credit=0.6),
        Mistake("a third, not the third root", answers.step_precedence,
                "Python reads eps**1/3 as (eps**1)/3, a third of eps. The"
                " root wants brackets: eps**(1/3).",
                credit=1.4),
        Mistake("exchanged", answers.step_exchanged,
                "The other way round: the forward difference errs by h, so"
                " h = eps/h gives the square root; the central one by h^2, so"
                " h^2 = eps/h gives the third root.",
                credit=0.6),
        Mistake("scheme ignored", answers.step_always_central,
                "eps^(1/3) is right for the central difference. The forward"
                " one errs by h in place of h^2: eps^(1/2).",
                credit=1.2),
        Mistake("always float64", answers.step_of_doubles,
                "float16 knows 3 digits, float64 16: the step must be the"
                " longer, the fewer there are. Take the eps of dtype.",
                credit=1.2),
        Mistake("always float64, any scheme",
                answers.step_of_doubles_unchecked,
                "Two things: the fewer digits a dtype has, the longer must"
                " the step be, so take the eps of dtype; and a misspelt"
                " scheme must raise ValueError.",
                credit=0.8),
        Mistake("half of eps", answers.step_half_eps,
                "You take eps/2, the largest relative error of rounding. The"
                " contract says eps, the distance from 1 to the next number.",
                credit=1.6),
        Mistake("any scheme", answers.step_any_scheme,
                "A misspelt scheme gets the forward step, and nobody notices."
                " Raise ValueError for all but the two.",
                credit=1.6),
        Mistake("any scheme is central", answers.step_any_scheme_is_central,
                "A misspelt scheme gets the central step, and nobody notices."
                " Raise ValueError for all but the two.",
                credit=1.6),
        Mistake("with the constants", answers.step_with_the_constant,
                "Yours are the exact minima for |f| = |f'''| = 1, and"
                " |f''| = 1. The contract leaves the factors 3 and 4 out, as"
                " the sizes of f are unknown anyway.",
                credit=1.6),
        Mistake("with the 3", answers.step_with_the_three,
                "The 3 of your derivation is right for |f| = |f'''|. The"
                " contract leaves it out, as the sizes of f are unknown"
                " anyway.",
                credit=1.6),
        Mistake("with the constants, any scheme",
                answers.step_with_the_constant_unchecked,
                "Two things: the contract leaves the factors 3 and 4 out, as"
                " the sizes of f are unknown anyway; and a misspelt scheme"
                " must raise ValueError.",
                credit=1.2),
        Mistake("the error, not the step", answers.step_is_the_error,
                "eps^(2/3) is how far off the central difference is at its"
                " best. Asked is the step that brings it there.",
                credit=1.2),
        Mistake("eps itself", answers.step_is_eps,
                "With h = eps the rounding error eps/h is 1: no digit is"
                " left. Balance it with the error of the formula.",
                credit=0.4),
    ],
    variants=[
        Variant("np.finfo", answers.step_by_finfo),
        Variant("logarithms", answers.step_by_logarithm),
    ],
)


finite_difference_derivation = Written(
    rubric=[
        (2, r"Question 1: expands both values to the third order, subtracts,"
            r" names the terms that cancel and says why, divides, and arrives"
            r" at the error that the question states (one point if only its"
            r" order in $h$ is found)"),
        (1, r"Question 2: bounds the error of each computed value, then of"
            r" the difference (the triangle inequality), then of the"
            r" quotient"),
        (1, r"Question 3: sets the derivative of $B$ to 0, solves for $h^*$,"
            r" and says why it is a minimum (the second derivative, or the"
            r" growth on both sides)"),
        (1, r"Question 4: puts $h^*$ in and finds the power of $\varepsilon$"
            r" and the number of digits; does the same for the forward"
            r" difference (half a point each)"),
    ],
)


def well_posed(rng, n):
    """A system whose eigenvalues lie between 1 and 10."""
    A = symmetric_with(rng, *np.linspace(1, 10, n))
    return A, rng.normal(size=n)


def both_pairs(first, second, program):
    """Both return something beside x."""
    return isinstance(first, tuple) and isinstance(second, tuple)


def within(**tolerances):
    """Compare solutions, and know again who returns more than one."""
    compare = values(**tolerances)
    return named_if(both_pairs, compare, compare)


def three_clusters(rng, n):
    """A system with three different eigenvalues: three steps suffice."""
    A = symmetric_with(rng, *np.repeat([1.0, 50.0, 400.0], n // 3))
    return A, rng.normal(size=n)


conjugate_gradient = Exercise(
    reference=nm.conjugate_gradient,
    points=4,
    compare=within(rtol=1e-6, atol=1e-9),
    refuses=(
        "mathlib.linear_algebra.inverse",
        "mathlib.linear_algebra.solve",
        "numpy.linalg.inv",
        "numpy.linalg.lstsq",
        "numpy.linalg.pinv",
        "numpy.linalg.solve",
        "scipy.linalg.cho_solve",
        "scipy.linalg.inv",
        "scipy.linalg.lstsq",
        "scipy.linalg.pinv",
        "scipy.linalg.solve",
        "scipy.sparse.linalg.cg",
        "scipy.sparse.linalg.minres",
        "scipy.sparse.linalg.spsolve",
        "torch.linalg.inv",
        "torch.linalg.solve",
    ),
    cases=lambda rng: [
        Case("by hand",
             call([[1.0, 1.0], [1.0, 2.0]], [2.0, 1.0])),
        Case("by hand, the first step",
             call([[1.0, 1.0], [1.0, 2.0]], [2.0, 1.0], max_iter=1),
             core=True),
        Case("5 unknowns", call(*well_posed(rng, 5))),
        Case("two steps only", call(*well_posed(rng, 5), max_iter=2)),
        Case("30 unknowns, 3 eigenvalues, 3 steps",
             call(*three_clusters(rng, 30), max_iter=3)),
        Case("one unknown", call([[4.0]], [2.0])),
        Case("40 unknowns: stops in time", call(*well_posed(rng, 40)),
             compare=within(rtol=1e-9, atol=1e-10)),
        Case("a loose tol: stops early",
             call(*well_posed(rng, 40), tol=1e-2)),
        Case("a tiny b, and the same tol",
             call(well_posed(rng, 6)[0], 1e-9 * rng.normal(size=6)),
             compare=within(rtol=1e-4, atol=0)),
        Case("a huge b, and a loose tol",
             call(well_posed(rng, 40)[0], 1e9 * rng.normal(size=40),
                  tol=1e-2)),
        Case("b is zero",
             call(well_posed(rng, 3)[0], np.zeros(3), max_iter=3)),
        Case("max_iter=0: no step", call(*well_posed(rng, 3), max_iter=0)),
        Case("tol=0: n steps at most", call(*well_posed(rng, 4), tol=0.0)),
    ],
    mistakes=[
        Mistake("steepest descent", answers.cg_steepest,
                "Your direction is the residual itself. Each step then undoes"
                " part of the one before, and n steps are far from enough:"
                " p = r + beta p, with the old p in it.",
                credit=2.0),
        Mistake("beta upside down", answers.cg_beta_inverted,
                "beta is the new square of the residual over the old one,"
                " mostly less than 1. Yours makes the old directions grow.",
                credit=2.4),
        Mistake("beta negative", answers.cg_beta_negative,
                "p = r + beta p, with a plus: the minus is in r already.",
                credit=2.4),
        Mistake("beta from conjugacy, without its minus",
                answers.cg_beta_plus,
                "p + beta p_old is conjugate to p_old for beta = -r.Ap /"
                " p.Ap: the minus is missing. It is the new r.r over the"
                " old, which needs no product more.",
                credit=2.4),
        Mistake("p and r exchanged", answers.cg_exchanged,
                "The new direction is the new residual, and beta times the"
                " old direction: p = r + beta p. You have it the other way"
                " round.",
                credit=2.4),
        Mistake("beta is 1", answers.cg_beta_one,
                "Your beta compares the new residual with itself. Keep the"
                " old r @ r before you overwrite r.",
                credit=2.4),
        Mistake("the old square kept", answers.cg_square_kept,
                "You never renew the square of the residual, so alpha and"
                " beta go on with that of b. After each step the new r @ r"
                " takes its place.",
                credit=2.4),
        Mistake("the residual grows", answers.cg_residual_plus,
                "Where x gains alpha p, b - A x loses alpha A p: r = r -"
                " alpha Ap, with a minus.",
                credit=2.4),
        Mistake("A left out of the residual", answers.cg_residual_without_A,
                "Where x gains alpha p, b - A x loses alpha A p, and not"
                " alpha p: r = r - alpha Ap.",
                credit=2.4),
        Mistake("lengths, not squares", answers.cg_beta_of_lengths,
                "beta is the quotient of the squared lengths, r @ r.",
                credit=2.6),
        Mistake("starts at b", answers.cg_starts_at_b,
                "You start at x = b, with b as the residual. The residual is"
                " b - A x, which is b only at x = 0: start there.",
                credit=2.4),
        Mistake("starts at ones", answers.cg_starts_at_ones,
                "You start at x = (1, ..., 1), with b as the residual. The"
                " residual is b - A x, which is b only at x = 0.",
                credit=2.4),
        Mistake("step length of the residual",
                answers.cg_alpha_of_residual,
                "r @ A @ r is the curvature along the residual, but you walk"
                " along p: alpha = r.r / p.Ap.",
                credit=2.2),
        Mistake("walks along the residual", answers.cg_along_the_residual,
                "alpha is the length of a step along p. Your x takes it along"
                " r, and no longer belongs to its residual.",
                credit=2.2),
        Mistake("tol ignored", answers.cg_never_stops,
                "Yours takes all its steps. Stop as soon as the residual is"
                " at most tol times as long as b: when it is 0, the next step"
                " divides 0 by 0.",
                credit=3.0),
        Mistake("stops at 0 only", answers.cg_exact_only,
                "Yours goes on until the residual is exactly 0. Stop as soon"
                " as it is at most tol times as long as b.",
                credit=3.2),
        Mistake("an absolute tol", answers.cg_absolute,
                "You compare the residual with tol itself. For a b of 1e-9"
                " nothing is done at all, and for one of 1e9 far too much."
                " Compare with tol times the length of b.",
                credit=3.2),
        Mistake("a length against a square", answers.cg_tol_not_squared,
                "r @ r is the square of the residual's length: compare it"
                " with tol^2 b @ b. Yours stops too early.",
                credit=3.0),
        Mistake("a square against an absolute tol",
                answers.cg_tol_not_squared_absolute,
                "Two things: r @ r is the square of a length, to be compared"
                " with the square of tol; and tol is relative to the length"
                " of b.",
                credit=2.8),
        Mistake("looks too late", answers.cg_looks_afterwards,
                "Where b is zero the first step divides 0 by 0. Look at the"
                " residual before the step, and with <=, not < : 0 < 0 is"
                " false.",
                credit=3.5),
        Mistake("None is no number of steps", answers.cg_range_of_none,
                "All but one thing: max_iter=None means n steps, and"
                " range(None) is an error. Where it is None, put len(b) in"
                " its place.",
                credit=3.2),
        Mistake("None compared with a number", answers.cg_while_none,
                "All but one thing: max_iter=None means n steps, and None"
                " can't be compared with a number. Where it is None, put"
                " len(b) in its place.",
                credit=3.2),
        Mistake("0 taken for None", answers.cg_zero_for_none,
                "`max_iter or n` gives n for max_iter=0 as well, because 0"
                " counts as false. Ask whether max_iter is None.",
                credit=3.6),
        Mistake("one step too many", answers.cg_one_more,
                "After max_iter steps at the latest: yours takes one more.",
                credit=3.2),
        Mistake("max_iter ignored", answers.cg_endless,
                "At most max_iter steps are asked, or n where it is None.",
                credit=3.0),
        Mistake("x, and how many steps", answers.cg_and_count,
                "SciPy returns a pair; the contract asks for x alone.",
                credit=3.2),
        Mistake("b, r and p one array", answers.cg_all_one_array,
                "r = b and p = r give one array three names. Your r -= ..."
                " then changes the direction, and the caller's b as well."
                " Copy, or write r = r - ...",
                credit=2.4),
        Mistake("p and r one array", answers.cg_one_array,
                "p = r gives the one array a second name. Your r -= ... then"
                " changes p as well. Copy, or write r = r - ...",
                credit=2.8),
    ],
    variants=[
        Variant("the residual computed anew", answers.cg_residual_anew),
        Variant("made conjugate to all", answers.cg_by_conjugation),
        Variant("beta from conjugacy", answers.cg_beta_from_conjugacy),
    ],
)


# Mutants of the solutions that change nothing, with the reason.
_ORDER = "the dot product of two vectors does not mind their order"
_OWN = "it is an array of its own, or a number: nobody else sees the change"
_WIDENED = "float16 @ float32 is computed in float32 anyway"
EQUIVALENT = {
    "sigmoid": {
        "return np.where(x < 0, small, 1.0) / (1 + small) =>"
        " return np.where((x <= 0), small, 1.0) / (1 + small)":
            "e^0 is 1",
    },
    "machine_epsilon": {
        "while one + eps / 2 > one: => while one + eps / 3 > one:":
            "a third of two spacings is rounded up, a third of one down",
        "eps = eps / 2 => eps /= 2": _OWN,
    },
    "round_to_float": {
        "scale = np.where(scale == 0, 1.0, scale) =>"
        " scale = np.where(scale == 0, 2.0, scale)":
            "0 divided by any number is 0",
    },
    "mixed_precision_matmul": {
        "A = A.astype(np.float16).astype(np.float32) =>"
        " A = A.astype(np.float16)": _WIDENED,
        "B = B.astype(np.float16).astype(np.float32) =>"
        " B = B.astype(np.float16)": _WIDENED,
    },
    "conjugate_gradient": {
        "Ap = A @ p => Ap = (p @ A)": "A is symmetric",
        "alpha = square / (p @ Ap) => alpha = square / ((Ap @ p))": _ORDER,
        "x = x + alpha * p => x += alpha * p": _OWN,
    },
}

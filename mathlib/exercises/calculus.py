"""Exercises of chapter 04."""

import functools
from dataclasses import replace

import numpy as np

from mathlib import calculus as ca
from mathlib.course.compare import Difference, values
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
from mathlib.exercises import _calculus_answers as answers


def number(rng, low, high):
    """A Python float."""
    return float(rng.uniform(low, high))


def numbers_alone(said, *forms):
    """The function of `math` or the `if` that knows no arrays."""
    why = f"The contract says a number or an array. {said} entry by entry."
    return [
        Mistake(name, answer, why, credit) for name, answer, credit in forms
    ]


def poly(rng, degree):
    """A polynomial and its derivative, as givens."""
    c = [float(v) for v in rng.uniform(0.5, 2, size=degree + 1)]
    slopes = [k * v for k, v in enumerate(c)][1:] or [0.0]
    return given("polynomial", *c), given("polynomial", *slopes)


def wave(rng):
    """A sine and its derivative, as givens."""
    frequency, height = number(rng, 0.5, 2), number(rng, 0.5, 2)
    return (given("sine_wave", frequency, height),
            given("cosine_wave", frequency, frequency * height))


def growth(rng):
    """An exponential and its derivative, as givens."""
    rate, start = number(rng, 0.3, 0.9), number(rng, 0.5, 2)
    return (given("exponential_curve", rate, start),
            given("exponential_curve", rate, rate * start))


# Both differentiate whatever they are given, without any rule of yours.
BY_THEMSELVES = (
    "mathlib.calculus.Dual",
    "mathlib.calculus.central_difference",
)
SQUARE = given("polynomial", 0.0, 0.0, 1.0), given("polynomial", 0.0, 2.0)
CUBE = given("polynomial", 0.0, 0.0, 0.0, 1.0)
IDENTITY = given("polynomial", 0.0, 1.0), given("polynomial", 1.0)
THREE = given("polynomial", 3.0), given("polynomial", 0.0)


central_difference = Exercise(
    reference=ca.central_difference,
    points=3,
    refuses=("scipy.differentiate.derivative",),
    cases=lambda rng: [
        Case("by hand: x^2 + 3x at 2",
             call(given("polynomial", 0.0, 3.0, 1.0), 2.0), core=True),
        Case("a cubic", call(poly(rng, 3)[0], number(rng, 0.5, 2)),
             core=True),
        Case("by hand: x^3 at 2 with h=0.1", call(CUBE, 2.0, h=0.1)),
        Case("a sine at four places",
             call(wave(rng)[0], rng.normal(size=4))),
        Case("an exponential at a table of places",
             call(growth(rng)[0], rng.normal(size=(2, 3)))),
        Case("a sine with h=0.5", call(wave(rng)[0], 0.3, h=0.5)),
        Case("an exponential with h=0.01, at three places",
             call(growth(rng)[0], rng.normal(size=3), h=0.01)),
        Case("x^3 at 0", call(CUBE, 0.0)),
        Case("a constant", call(THREE[0], number(rng, 1, 2))),
    ],
    mistakes=[
        Mistake("forward difference", answers.central_forward,
                "You step to the right only. The error of that shrinks like"
                " h, not like h^2: at h = 1e-5 it is a few millionths. Take"
                " f(x - h) in place of f(x), and 2h below the line.",
                credit=1.0),
        Mistake("backward difference", answers.central_backward,
                "You step to the left only. The error of that shrinks like"
                " h, not like h^2: at h = 1e-5 it is a few millionths. Take"
                " f(x + h) in place of f(x), and 2h below the line.",
                credit=1.0),
        Mistake("divided by h", answers.central_over_h,
                "From x - h to x + h it is 2h far, and you divide by h: twice"
                " the slope, 14 in place of 7.",
                credit=1.5),
        Mistake("divided by 2, times h", answers.central_times_h,
                "Python reads a / 2 * h as (a / 2) * h. Put brackets around"
                " 2 * h.",
                credit=2.0),
        Mistake("no brackets around the difference",
                answers.central_without_brackets,
                "Only f(x - h) is divided by 2h. Put brackets around the"
                " whole difference.",
                credit=1.5),
        Mistake("sign", answers.central_wrong_sign,
                "Right minus left: f(x + h) - f(x - h). Yours falls where f"
                " rises.",
                credit=1.5),
        Mistake("h = 1e-12", answers.central_tiny_step,
                "Smaller is not better: f(x + h) and f(x - h) agree in all"
                " but the last few digits then, and rounding decides the"
                " difference. Leave h as it is given; near 1e-5 the two"
                " errors balance.",
                credit=1.2),
        Mistake("h ignored", answers.central_own_step,
                "h is an argument, and 1e-5 only its default: x^3 at 2 with"
                " h = 0.1 gives 12.01.",
                credit=2.0),
        Mistake("half a step to each side", answers.central_half_steps,
                "A good estimate, with half the step that is asked: x^3 at 2"
                " with h = 0.1 gives 12.0025 then, and 12.01 is asked. The"
                " points lie at x - h and x + h.",
                credit=2.0),
        Mistake("five points", answers.central_five_points,
                "More exact than what is asked, with error h^4. The contract"
                " wants the formula of two points, so that you see its error:"
                " 12.01 for x^3 at 2 with h = 0.1.",
                credit=2.0),
        Mistake("not divided", answers.central_not_divided,
                "That is how far f rises from x - h to x + h. A slope is the"
                " rise divided by the way, 2h.",
                credit=0.5),
        Mistake("second derivative", answers.central_second,
                "With - 2 f(x) in the middle and h^2 below it is the"
                " curvature, f''(x)."),
    ],
    variants=[
        Variant("mean of both one-sided quotients",
                answers.central_mean_of_both_sides),
        Variant("a loop", answers.central_by_loop),
        Variant("divided by the step that was taken",
                answers.central_step_as_taken),
    ],
)


product_derivative = Exercise(
    reference=ca.product_derivative,
    points=2,
    refuses=BY_THEMSELVES,
    cases=lambda rng: [
        Case("by hand: x^2 times x + 1 at 2",
             call(*SQUARE, given("polynomial", 1.0, 1.0),
                  given("polynomial", 1.0), 2.0), core=True),
        Case("two polynomials",
             call(*poly(rng, 2), *poly(rng, 3), number(rng, 0.5, 2)),
             core=True),
        Case("a sine times an exponential",
             call(*wave(rng), *growth(rng), number(rng, 0.2, 0.6))),
        Case("three times a sine",
             call(*THREE, *wave(rng), number(rng, 0.2, 0.6))),
        Case("at a zero of the first factor",
             call(*IDENTITY, *growth(rng), 0.0)),
        Case("at four places",
             call(*poly(rng, 2), *wave(rng), rng.normal(size=4))),
        Case("at a table of places",
             call(*growth(rng), *poly(rng, 1), rng.normal(size=(2, 3)))),
        Case("a square as x times x",
             call(*IDENTITY, *IDENTITY, number(rng, 0.5, 2))),
    ],
    mistakes=[
        Mistake("product of the derivatives",
                answers.product_of_the_derivatives,
                "For x times x that would be 1 times 1, and the slope of x^2"
                " is 2x. Each factor grows while the other stands still:"
                " f'g + fg'.",
                credit=0.4),
        Mistake("second term dropped", answers.product_without_the_second,
                "f'g is what the product gains because f grows. g grows, too:"
                " add f g'.",
                credit=0.8),
        Mistake("first term dropped", answers.product_without_the_first,
                "f g' is what the product gains because g grows. f grows,"
                " too: add f' g.",
                credit=0.8),
        Mistake("minus between the terms", answers.product_like_a_quotient,
                "The minus belongs to the quotient rule. In a product both"
                " gains add up.",
                credit=1.0),
        Mistake("derivatives with their own functions",
                answers.product_mixed_up,
                "f'f + gg' pairs each derivative with its own function. f'"
                " stands beside g, and g' beside f.",
                credit=0.8),
        Mistake("sum rule", answers.product_like_a_sum,
                "f' + g' is the derivative of f + g. Here they are"
                " multiplied."),
        Mistake("chain rule", answers.product_like_a_chain,
                "f'(g(x)) g'(x) is the derivative of f(g(x)), one function"
                " inside the other. Here they stand side by side."),
        Mistake("not differentiated", answers.product_itself,
                "That is the product itself, f(x) g(x). Its slope is asked:"
                " f'g + fg'."),
    ],
    variants=[
        Variant("two steps", answers.product_by_two_steps),
        Variant("squares", answers.product_by_squares),
    ],
)


chain_derivative = Exercise(
    reference=ca.chain_derivative,
    points=2,
    refuses=BY_THEMSELVES,
    cases=lambda rng: [
        Case("by hand: (3x + 1)^2 at 2",
             call(SQUARE[1], given("polynomial", 1.0, 3.0),
                  given("polynomial", 3.0), 2.0), core=True),
        Case("a polynomial of a polynomial",
             call(poly(rng, 3)[1], *poly(rng, 2), number(rng, 0.5, 1)),
             core=True),
        Case("a sine of a square",
             call(wave(rng)[1], *SQUARE, number(rng, 0.6, 1.2))),
        Case("an exponential of a sine",
             call(growth(rng)[1], *wave(rng), number(rng, 0.2, 0.6))),
        Case("the inner function is x",
             call(poly(rng, 2)[1], *IDENTITY, number(rng, 0.5, 2))),
        Case("the inner function is constant",
             call(poly(rng, 2)[1], *THREE, number(rng, 0.5, 2))),
        Case("at four places",
             call(wave(rng)[1], *poly(rng, 2), rng.normal(size=4))),
        Case("at a table of places",
             call(poly(rng, 3)[1], *growth(rng), rng.normal(size=(2, 3)))),
    ],
    mistakes=[
        Mistake("outer slope at x", answers.chain_outer_at_x,
                "The outer function never sees x: what reaches it is g(x)."
                " Its slope is asked there, f'(g(x)).",
                credit=1.0),
        Mistake("added", answers.chain_added,
                "Slopes one after another multiply: g makes a step three"
                " times as long, f makes that fourteen times as long, which"
                " is 42 and not 17.",
                credit=0.8),
        Mistake("inner slope forgotten", answers.chain_inner_forgotten,
                "f'(g(x)) says how f answers to a step of g. How long is that"
                " step? Multiply by g'(x).",
                credit=1.0),
        Mistake("outer slope at the inner slope",
                answers.chain_of_the_slopes,
                "You put one derivative into the other. The outer slope is"
                " taken at the inner value, f'(g(x)), and then multiplied by"
                " g'(x)."),
        Mistake("inside out", answers.chain_inside_out,
                "You let f run first. In f(g(x)) it is g that meets x:"
                " f'(g(x)) g'(x)."),
        Mistake("times the value of g", answers.chain_times_the_value,
                "The second factor is the slope of g, not its value: g'(x) in"
                " place of g(x).",
                credit=1.0),
        Mistake("inner slope at g(x)",
                answers.chain_inner_slope_at_the_value,
                "g itself meets x, so its slope is taken at x: g'(x). Only"
                " the outer function works at g(x).",
                credit=1.0),
    ],
    variants=[
        Variant("two steps", answers.chain_by_steps),
        Variant("place by place", answers.chain_place_by_place),
    ],
)


def empty_alike():
    """As ever, but an empty list is as wrong as an empty array."""
    exact = values()

    def compare(expected, got, program):
        return exact(expected, got, program)

    def same(first, second, program):
        if all(np.size(each) == 0 for each in (first, second)):
            return None
        return exact(first, second, program)

    compare.same = same
    return compare


polynomial_derivative = Exercise(
    reference=ca.polynomial_derivative,
    points=2,
    refuses=(
        "numpy.poly1d.deriv",
        "numpy.polyder",
        "numpy.polynomial.Polynomial.deriv",
        "numpy.polynomial.polynomial.polyder",
    ),
    cases=lambda rng: [
        Case("by hand: 5 + 3x^2 + 2x^3", call([5.0, 0.0, 3.0, 2.0]),
             core=True),
        Case("degree 4", call(rng.uniform(1, 3, size=5)), core=True),
        Case("a parabola", call(rng.normal(size=3))),
        Case("a line", call(rng.normal(size=2))),
        Case("a constant", call(rng.normal(size=1)), compare=empty_alike()),
        Case("x^6 alone", call([0.0] * 6 + [1.0])),
        Case("degree 9", call(rng.normal(size=10))),
    ],
    mistakes=[
        Mistake("highest power first", answers.polynomial_highest_first,
                "You read [5, 0, 3, 2] as 5x^3 + 3x + 2, as the old"
                " np.polyder does. Here the constant comes first: entry k"
                " belongs to x^k. And a constant has the derivative [0],"
                " which is not an empty array.",
                credit=0.6),
        Mistake("highest power first, but for constants",
                answers.polynomial_highest_first_but_for_constants,
                "You read [5, 0, 3, 2] as 5x^3 + 3x + 2, as the old"
                " np.polyder does. Here the constant comes first: entry k"
                " belongs to x^k.",
                credit=0.8),
        Mistake("nothing for a constant",
                answers.polynomial_nothing_for_constants,
                "The derivative of a constant is the polynomial 0, whose"
                " coefficients are [0.]. Yours is empty, a polynomial"
                " without coefficients.",
                credit=1.6),
        Mistake("cut at the wrong end",
                answers.polynomial_cut_at_the_wrong_end,
                "The factors k are right, and one coefficient has to go: the"
                " first, whose factor is 0. You cut off the last,"
                " that of the highest power. And a constant has the"
                " derivative [0.], which is not empty.",
                credit=0.8),
        Mistake("cut at the wrong end, but for constants",
                answers.polynomial_cut_at_the_wrong_end_but_for_constants,
                "The factors k are right, and one coefficient has to go: the"
                " first, whose factor is 0. You cut off the last,"
                " that of the highest power.",
                credit=1.0),
        Mistake("not moved", answers.polynomial_not_moved,
                "The factors k are right, but x^k becomes x^(k-1): each"
                " coefficient moves one place to the left, and the 0 in front"
                " falls off.",
                credit=0.8),
        Mistake("not multiplied", answers.polynomial_only_moved,
                "Each coefficient has moved one place to the left, as x^k"
                " becomes x^(k-1). It also gets the factor k.",
                credit=0.8),
        Mistake("factor k - 1", answers.polynomial_off_by_one,
                "Your factors begin with 0, so that the slope of x is lost."
                " After the constant is cut off, they are 1, 2, 3 ...:"
                " np.arange(1, n).",
                credit=1.0),
        Mistake("as long as before", answers.polynomial_as_long_as_before,
                "You fill up with a 0 at the end. The degree falls by one,"
                " and so does the number of coefficients.",
                credit=1.2),
        Mistake("integrated", answers.polynomial_integrated,
                "That is the other direction: you divide by the new exponent"
                " and move to the right, which is the integral."),
    ],
    variants=[
        Variant("a loop", answers.polynomial_by_loop),
        Variant("a matrix", answers.polynomial_by_matrix),
    ],
)


sigmoid_derivative = Exercise(
    reference=ca.sigmoid_derivative,
    points=2,
    refuses=(*BY_THEMSELVES, "scipy.stats.logistic.pdf"),
    cases=lambda rng: [
        Case("by hand: far left, 0, far right", call([-1000.0, 0.0, 1000.0]),
             core=True),
        Case("four arguments", call(rng.uniform(0.2, 2, size=4)), core=True),
        Case("a number", call(number(rng, -2, -0.5))),
        Case("by hand: 1", call(1.0)),
        Case("a table", call(rng.normal(size=(2, 3)))),
        Case("-1000 alone", call(-1000.0)),
        Case("1000 alone", call(1000.0)),
        Case("near 15 and -15",
             call(rng.uniform(14, 16, size=2) * [1.0, -1.0])),
        Case("a steep table",
             call(800 * rng.uniform(1, 2, size=(2, 2)) * [1.0, -1.0])),
    ],
    mistakes=[
        Mistake("the code as it was", answers.sigmoid_as_given,
                "At x = -1000 the exponential of -x is exp(1000), which is"
                " infinite for a float, and inf / inf is nan. Rewrite the"
                " formula so that nothing large is ever raised: the sigmoid"
                " itself never leaves (0, 1), and its slope is the same at x"
                " and -x."),
        Mistake("nan on the other side", answers.sigmoid_nan_on_the_right,
                "Now -1000 is fine and 1000 gives nan: you have moved the"
                " overflow, not removed it. Which sign should the exponent"
                " always have?",
                credit=0.5),
        Mistake("the input taken for the value",
                answers.sigmoid_of_its_value,
                "x (1 - x) would be right if x were sigma(x). It is the"
                " argument: compute s = sigma(x) first, then s (1 - s).",
                credit=0.6),
        *numbers_alone(
            "math.exp takes one number only; np.exp works",
            ("for one number only", answers.sigmoid_of_one_number, 1.2),
        ),
        *numbers_alone(
            "math.exp takes one number only, and stops at 1000; np.exp says"
            " infinity there, and works",
            ("for one number only, and not for a large one",
             answers.sigmoid_of_one_number_overflows, 0.8),
        ),
        *numbers_alone(
            "With an array, `if` does not know which entry you mean."
            " np.where(x > 0, this, that) and np.abs work",
            ("for one number only, with an if", answers.sigmoid_by_if, 1.2),
        ),
        Mistake("s (1 + s)", answers.sigmoid_plus,
                "It is s (1 - s): where s comes near 1 the curve is flat, and"
                " 1 - s is what makes it so.",
                credit=0.8),
        Mistake("s^2 - s", answers.sigmoid_wrong_sign,
                "The sign: the sigmoid rises everywhere, so its slope is"
                " positive, s - s^2.",
                credit=0.8),
        Mistake("not differentiated", answers.sigmoid_itself,
                "That is the sigmoid itself; its slope s (1 - s) is asked."),
        Mistake("1 - sigma", answers.sigmoid_complement,
                "1 - s is one factor of the slope. The other is s.",
                credit=0.4),
        Mistake("slope of tanh", answers.sigmoid_by_tanh,
                "1 - tanh^2 is the slope of tanh, 1 at 0. That of the sigmoid"
                " is 1/4 there.",
                credit=0.4),
        Mistake("clipped too near", answers.sigmoid_clipped,
                "Arguments beyond 10 are taken for 10, where the slope is"
                " 4.5e-5. At 1000 it is 0. A clip at 500 would be out of"
                " harm's way; exp(-|x|) needs none.",
                credit=1.2),
        Mistake("sigmoid twice", answers.sigmoid_twice,
                "You take the sigmoid of the sigmoid. Once is enough:"
                " s = sigma(x), then s (1 - s).",
                credit=0.6),
    ],
    variants=[
        Variant("s (1 - s)", answers.sigmoid_by_sigmoid),
        Variant("the symmetry", answers.sigmoid_by_symmetry),
        Variant("cosh", answers.sigmoid_by_cosh),
        Variant("sigma(x) sigma(-x)", answers.sigmoid_by_both_sides),
        Variant("clipped far out", answers.sigmoid_clipped_far_out),
    ],
)


sigmoid_derivation = Written(
    rubric=[
        (1, r"Question 1: names the outer function $u^{-1}$ and the inner"
            r" $u = 1 + e^{-x}$ with slopes $-u^{-2}$ and $-e^{-x}$, and"
            r" arrives at $e^{-x}/(1 + e^{-x})^2$"),
        (1, r"Question 2: splits this into $\frac{1}{1+e^{-x}}$ and"
            r" $\frac{e^{-x}}{1+e^{-x}}$, and shows that the second factor is"
            r" $1 - \sigma(x)$"),
        (1, r"Question 3: shows $1 - \sigma(x) = \sigma(-x)$ and concludes"
            r" that $\sigma'(x) = \sigma(x)\,\sigma(-x)$ is the same at $x$"
            r" and $-x$: its graph is symmetric about the vertical axis"),
        (1, r"Question 4: $s(1-s) = \frac14 - (s-\frac12)^2 \le \frac14$ (or"
            r" another proof), with equality only at $s = \frac12$, that is"
            r" at $x = 0$"),
        (1, r"Question 5: shows $\tanh x = 2\sigma(2x) - 1$, differentiates"
            r" it to $4\sigma'(2x)$, hence at most 1"),
    ],
)


tanh_derivative = Exercise(
    reference=ca.tanh_derivative,
    points=2,
    refuses=BY_THEMSELVES,
    cases=lambda rng: [
        Case("by hand: 0 and 1", call([0.0, 1.0]), core=True),
        Case("four arguments", call(rng.uniform(0.3, 1.5, size=4)),
             core=True),
        Case("a number", call(number(rng, -1.5, -0.3))),
        Case("a table", call(rng.normal(size=(2, 3)))),
        Case("far out", call([-1000.0, 1000.0])),
        Case("near 5 and -5",
             call(rng.uniform(4, 6, size=2) * [1.0, -1.0])),
        Case("close to 0", call(rng.uniform(-0.1, 0.1, size=3))),
    ],
    mistakes=[
        Mistake("tanh of the square", answers.tanh_of_the_square,
                "tanh^2 x means (tanh x)^2: np.tanh(x) ** 2. You square x"
                " first.",
                credit=1.0),
        Mistake("the input taken for the value", answers.tanh_of_its_value,
                "1 - x^2 would be right if x were tanh(x). It is the"
                " argument: take t = np.tanh(x) first, then 1 - t^2.",
                credit=0.6),
        Mistake("slope of the sigmoid", answers.tanh_like_the_sigmoid,
                "s (1 - s) is the slope of the sigmoid, at most 1/4. That of"
                " tanh is 1 - tanh^2, which is 1 at 0.",
                credit=0.4),
        Mistake("rule of the sigmoid", answers.tanh_rule_of_the_sigmoid,
                "t (1 - t) is how a sigmoid's slope follows from its value."
                " For t = tanh(x) it is (1 - t)(1 + t) = 1 - t^2.",
                credit=0.6),
        *numbers_alone(
            "math.tanh takes one number only; np.tanh works",
            ("for one number only", answers.tanh_of_one_number, 1.2),
        ),
        Mistake("plus", answers.tanh_plus,
                "1 + tanh^2 grows where tanh is flat. The square is"
                " subtracted.",
                credit=0.8),
        Mistake("sign", answers.tanh_wrong_sign,
                "tanh rises everywhere, so its slope is positive:"
                " 1 - tanh^2.",
                credit=0.8),
        Mistake("not squared", answers.tanh_not_squared,
                "1 - tanh(x) is 2 far on the left, where tanh is flat. Square"
                " tanh(x).",
                credit=0.6),
        Mistake("nan far out", answers.tanh_nan_far_out,
                "exp(1000) is infinite for a float, and inf / inf is nan."
                " np.tanh knows its way out there.",
                credit=1.5),
        Mistake("not differentiated", answers.tanh_itself,
                "That is tanh itself; its slope 1 - tanh^2 is asked."),
        Mistake("inner slopes forgotten", answers.tanh_inner_slope_forgotten,
                "tanh x = 2 sigma(2x) - 1, so the chain rule brings a 2 from"
                " inside, and another 2 stands in front: 4 sigma'(2x).",
                credit=1.0),
    ],
    variants=[
        Variant("two factors", answers.tanh_in_two_factors),
        Variant("cosh", answers.tanh_by_cosh),
        Variant("the sigmoid's slope", answers.tanh_by_sigmoid),
    ],
)


def numbers_only():
    """As ever, but True and False are no numbers."""
    exact = values()

    def is_truth(value):
        return isinstance(value, np.ndarray) and value.dtype.kind == "b"

    def compare(expected, got, program):
        if is_truth(got):
            return Difference(
                "kind", "numbers are asked, 1 and 0; yours are truth values",
                expected=expected, got=got,
            )
        return exact(expected, got, program)

    def same(first, second, program):
        if is_truth(first) != is_truth(second):
            return Difference("kind", "differs")
        return exact(first, second, program)

    compare.same = same
    return compare


def in_both(title, z, core=False):
    """One case of each rectifier."""
    # Whoever has the first of the two has half of the exercise.
    return [
        Case(f"{title}: ReLU", call(z).on("relu_derivative"), core=core),
        Case(f"{title}: leaky", call(z).on("leaky_relu_derivative")),
    ]


def leaky(title, z, slope):
    """A case with another slope."""
    program = call(z, negative_slope=slope)
    return Case(f"{title}: leaky", program.on("leaky_relu_derivative"))


relu_derivative = Exercise(
    reference={
        "relu_derivative": ca.relu_derivative,
        "leaky_relu_derivative": ca.leaky_relu_derivative,
    },
    points=2,
    compare=numbers_only(),
    cases=lambda rng: [
        *in_both("by hand: -2, 0 and 3", [-2.0, 0.0, 3.0]),
        *in_both("two of each sign",
                 rng.uniform(1.5, 3, size=4) * [-1.0, 1.0, 1.0, -1.0],
                 core=True),
        *in_both("0 alone", 0.0),
        *in_both("a table", rng.normal(size=(2, 3))),
        *in_both("a positive number", number(rng, 1.5, 2)),
        *in_both("a negative number", number(rng, -3, -1.5)),
        *in_both("a tiny number and its opposite", [1e-30, -1e-30]),
        leaky("slope 0.2, both signs", [-2.0, 0.0, 3.0], 0.2),
        leaky("slope 1.5", [-2.0, 0.0, 3.0], 1.5),
        leaky("slope 0: the ReLU", [-2.0, 0.0, 3.0], 0.0),
    ],
    mistakes=[
        Mistake("1 at 0, in both",
                {"relu_derivative": answers.relu_one_at_zero,
                 "leaky_relu_derivative": answers.leaky_one_at_zero},
                "At 0 there is a kink, and no derivative. The convention,"
                " PyTorch's too, gives it the slope of the left side: z > 0,"
                " not z >= 0.",
                credit=1.6),
        Mistake("1 at 0, ReLU",
                {"relu_derivative": answers.relu_one_at_zero},
                "At 0 there is a kink, and no derivative. The convention,"
                " PyTorch's too, gives it 0: z > 0, not z >= 0.",
                credit=1.7),
        Mistake("1 at 0, leaky",
                {"leaky_relu_derivative": answers.leaky_one_at_zero},
                "At 0 there is a kink, and no derivative. The convention,"
                " PyTorch's too, gives it the slope of the left side: z > 0,"
                " not z >= 0.",
                credit=1.7),
        *numbers_alone(
            "With an array, `if` does not know which entry you mean."
            " np.where(z > 0, this, that) chooses",
            ("for one number only, both",
             {"relu_derivative": answers.relu_of_one_number,
              "leaky_relu_derivative": answers.leaky_of_one_number}, 1.2),
            ("for one number only, ReLU",
             {"relu_derivative": answers.relu_of_one_number}, 1.5),
            ("for one number only, leaky",
             {"leaky_relu_derivative": answers.leaky_of_one_number}, 1.5),
        ),
        Mistake("1/2 at 0", {"relu_derivative": answers.relu_half_at_zero},
                "Between 0 and 1 there is a lot of room, and 1/2 is a fair"
                " choice. But the convention here, and PyTorch's, is 0.",
                credit=1.7),
        Mistake("truth values",
                {"relu_derivative": answers.relu_truth_values},
                "z > 0 is an array of True and False. Numbers are asked: with"
                " truth values, - and a sum of two slopes go wrong. Say"
                " np.where(z > 0, 1.0, 0.0).",
                credit=1.4),
        Mistake("ReLU not differentiated",
                {"relu_derivative": answers.relu_itself},
                "max(0, z) is the ReLU itself. Its slope is 1 wherever z is"
                " positive, not z.",
                credit=1.0),
        Mistake("-1 on the left", {"relu_derivative": answers.relu_sign},
                "np.sign is -1 for negative z. The ReLU is flat there: 0.",
                credit=1.0),
        Mistake("alpha times z",
                {"leaky_relu_derivative": answers.leaky_times_z},
                "alpha z is the leaky ReLU's value on the left. Its slope"
                " there is alpha.",
                credit=1.2),
        Mistake("leaky ReLU not differentiated",
                {"leaky_relu_derivative": answers.leaky_itself},
                "That is the leaky ReLU itself. Its slopes are 1 and alpha.",
                credit=1.0),
        Mistake("nothing leaks",
                {"leaky_relu_derivative": answers.leaky_zero},
                "On the left the leaky ReLU still has a slope,"
                " negative_slope. That is what keeps the unit alive.",
                credit=1.0),
        Mistake("always 0.01",
                {"leaky_relu_derivative": answers.leaky_always_a_hundredth},
                "negative_slope is an argument, and 0.01 only its default.",
                credit=1.4),
        Mistake("the larger of alpha z and z",
                {"leaky_relu_derivative": answers.leaky_by_the_larger},
                "max(alpha z, z) is the leaky ReLU only for alpha up to 1."
                " With 1.5 the two sides change places. Ask whether z > 0.",
                credit=1.7),
        Mistake("the larger of the two slopes",
                {"leaky_relu_derivative": answers.leaky_larger_slope},
                "The larger of 1 and alpha is 1 only while alpha is less than"
                " 1: with 1.5 yours is 1.5 everywhere. Choose by the sign of"
                " z.",
                credit=1.7),
        Mistake("-alpha on the left",
                {"leaky_relu_derivative": answers.leaky_downwards},
                "alpha z rises with z, on the left as well: its slope is"
                " alpha, not -alpha.",
                credit=1.2),
        *half_written(0.8, "relu_derivative", "leaky_relu_derivative"),
    ],
    variants=[
        Variant("np.where", {
            "relu_derivative": answers.relu_by_where,
            "leaky_relu_derivative": answers.leaky_by_where}),
        Variant("arithmetic", {
            "relu_derivative": answers.relu_by_heaviside,
            "leaky_relu_derivative": answers.leaky_by_arithmetic}),
        Variant("loops", {
            "relu_derivative": answers.relu_by_loop,
            "leaky_relu_derivative": answers.leaky_by_loop}),
    ],
)


def dual_case(title, formula, core=False, **inputs):
    """What a formula in x (and z) makes of value and derivative."""
    makes = "x = Dual(a, b); "
    if "z" in formula:
        makes += "z = Dual(c, d); "
    return Case(
        title,
        script(f"{makes}y = {formula}; (y.value, y.derivative)", **inputs),
        core=core,
    )


def one(rng):
    """Value and derivative of x; neither is 0 or 1."""
    return {"a": number(rng, 0.5, 0.9), "b": number(rng, 1.5, 3)}


def two(rng):
    """The same of x and z."""
    return {**one(rng), "c": number(rng, 1.5, 2.5), "d": number(rng, -3, -2)}


def in_the_product(name, answer, said, credit):
    """One slip in x * z, when x / z has a rule of its own, and when not."""
    why = ("Multiply (a + b eps)(c + d eps) out: eps has the factor ad + bc."
           f" {said}")
    return [
        Mistake(name, getattr(answers, answer), why, credit),
        Mistake(f"{name}, and so in the quotient",
                getattr(answers, f"{answer}ByFewRules"),
                f"{why} Your division, made of a product, suffers, too.",
                credit),
    ]


OPERANDS = (
    "x = Dual(a, b); z = Dual(c, d); (x + z, x * z, 2 * x, -x, x.exp());"
    " (x.value, x.derivative, z.value, z.derivative)"
)


Dual = Exercise(
    reference=ca.Dual,
    points=4,
    refuses=(
        "torch.autograd.forward_ad.make_dual",
        "torch.autograd.functional.jvp",
        "torch.func.jvp",
    ),
    cases=lambda rng: [
        dual_case("x + z", "x + z", **two(rng)),
        dual_case("x * z", "x * z", core=True, **two(rng)),
        dual_case("by hand: x * x + 3 * x at 2", "x * x + 3 * x",
                  a=2.0, b=1.0),
        Case("a constant",
             script("y = Dual(a); (y.value, y.derivative)",
                    a=number(rng, 1, 2))),
        dual_case("x - z", "x - z", **two(rng)),
        dual_case("x / z", "x / z", **two(rng)),
        dual_case("-x", "-x", **one(rng)),
        dual_case("numbers on the right", "((x + 0.5) * 1.5 - 0.25) / 0.75",
                  **one(rng)),
        dual_case("integers on the right", "((x + 3) * 2 - 1) / 4",
                  **one(rng)),
        dual_case("numbers on the left of + and *", "2.5 * (0.5 + x)",
                  **one(rng)),
        dual_case("integers on the left of + and *", "3 * (2 + x)",
                  **one(rng)),
        dual_case("a number on the left of -", "2.5 - x", **one(rng)),
        dual_case("a number on the left of /", "2.5 / x", **one(rng)),
        dual_case("integers on the left of - and /", "3 - 2 / x",
                  **one(rng)),
        dual_case("x**2", "x**2", **one(rng)),
        dual_case("x**5", "x**5", **one(rng)),
        dual_case("x**-2", "x**-2", **one(rng)),
        dual_case("x**0.5", "x**0.5", **one(rng)),
        dual_case("exp", "x.exp()", **one(rng)),
        dual_case("log", "x.log()", **one(rng)),
        dual_case("sin", "x.sin()", **one(rng)),
        dual_case("cos", "x.cos()", **one(rng)),
        dual_case("tanh", "x.tanh()", **one(rng)),
        dual_case("a function of a function",
                  "((x * z).sin() - x.exp() / z).tanh()", **two(rng)),
        Case("a polynomial, as a function",
             script("y = f(Dual(a, 1.0)); (y.value, y.derivative)",
                    f=poly(rng, 3)[0], a=number(rng, 0.5, 2))),
        Case("the operands stay as they were", script(OPERANDS, **two(rng))),
    ],
    mistakes=[
        Mistake("a constant that moves", answers.DualConstantsMove,
                "A number in the formula does not depend on x: its derivative"
                " is 0. You turn it into Dual(number, 1), as if it were x"
                " itself.",
                credit=2.0),
        Mistake("a constant that moves, in minus, too",
                answers.DualConstantsMoveByFewRules,
                "A number in the formula does not depend on x: its derivative"
                " is 0. Yours has 1, as if it were x itself.",
                credit=2.0),
        Mistake("derivative 1 by default", answers.DualOneByDefault,
                "Dual(3.0) is a constant: its derivative is 0.0, unless"
                " another is given.",
                credit=3.0),
        *in_the_product(
            "product of the derivatives", "DualProductOfSlopes",
            "The bd stands with eps^2, which is 0.", 1.0),
        *in_the_product(
            "ad dropped", "DualWithoutFirstTerm", "Yours has only bc.", 1.5),
        *in_the_product(
            "bc dropped", "DualWithoutSecondTerm", "Yours has only ad.", 1.5),
        *in_the_product(
            "minus in the product", "DualMinusInProduct",
            "Both gains add up.", 2.0),
        *in_the_product(
            "minus in the product, the other way", "DualMinusTheOtherWay",
            "Both gains add up.", 2.0),
        *in_the_product(
            "each value with its own slope", "DualOwnSlopes",
            "The value of one stands beside the slope of the"
            " other.", 1.5),
        *in_the_product(
            "slopes added in a product", "DualSlopesAdded",
            "Each slope is multiplied by the other's value.",
            1.0),
        Mistake("slope not added", answers.DualSlopeNotAdded,
                "x + z gains what x gains and what z gains: b + d. Yours"
                " leaves out the slope of what stands on the right.",
                credit=2.5),
        Mistake("slope not added, nor in differences",
                answers.DualSlopeNotAddedByFewRules,
                "x + z gains what x gains and what z gains: b + d. Yours"
                " leaves out the slope of what stands on the right, and your"
                " minus, which is made of plus, does so, too.",
                credit=2.5),
        Mistake("no number on the left", answers.DualNothingOnTheLeft,
                "x * 2 works and 2 * x stops: Python asks the 2 first, which"
                " has never heard of Dual, and then looks for"
                " Dual.__rmul__. Write __radd__, __rsub__, __rmul__ and"
                " __rtruediv__.",
                credit=2.5),
        Mistake("no number on the left of - and /",
                answers.DualSomeOnTheLeft,
                "1 / x and 2 - x stop: Python looks for __rtruediv__ and"
                " __rsub__, with x as self and the number as other.",
                credit=3.0),
        Mistake("no plain numbers", answers.DualNoNumbers,
                "x + 1 stops, because 1 has no value and no derivative. Turn"
                " what is not a Dual into one, Dual(other), before you"
                " use it; and write __radd__ and its like for numbers on the"
                " left.",
                credit=1.5),
        Mistake("floats but no integers", answers.DualFloatsOnly,
                "3 * x stops: 3 is an int and no float. Ask whether it is a"
                " Dual, isinstance(other, Dual), and turn whatever else comes"
                " into one.",
                credit=3.0),
        Mistake("2 - x is x - 2", answers.DualLeftIsRight,
                "In __rsub__ and __rtruediv__ self stands on the right:"
                " other - self, other / self. The order matters.",
                credit=3.0),
        Mistake("2 - x is x - 2, but 1 / x is right",
                answers.DualDifferenceTurned,
                "In __rsub__ self stands on the right: other - self. The"
                " order matters.",
                credit=3.4),
        Mistake("2 / x is x / 2, but 1 - x is right",
                answers.DualQuotientTurnedRound,
                "In __rtruediv__ self stands on the right: other / self. The"
                " order matters.",
                credit=3.4),
        Mistake("2 / x rises", answers.DualSignOfReciprocal,
                "1 / x falls where x rises: its slope is -b / a^2, with a"
                " minus.",
                credit=3.4),
        *[
            Mistake(f"inner derivative forgotten in {name}",
                    getattr(answers, f"DualForgetsIn{name.capitalize()}"),
                    f"{name}(a + b eps) is {name}(a) + (slope at a) b eps."
                    " Yours leaves out the b, the chain rule's inner"
                    " derivative: right only while b is 1.",
                    credit=3.2)
            for name in ("exp", "log", "sin", "cos", "tanh")
        ],
        Mistake("inner derivative forgotten", answers.DualInnerForgotten,
                "f(a + b eps) is f(a) + f'(a) b eps. Your elementary"
                " functions leave out the b, the chain rule's inner"
                " derivative: right only while b is 1.",
                credit=2.0),
        Mistake("inner derivative forgotten everywhere",
                answers.DualInnerForgottenEverywhere,
                "f(a + b eps) is f(a) + f'(a) b eps. Your functions and"
                " powers leave out the b, the chain rule's inner derivative:"
                " right only while b is 1.",
                credit=1.8),
        Mistake("elementary slopes forgotten", answers.DualSlopesForgotten,
                "Your elementary functions pass the derivative on as it is."
                " It is multiplied by f'(a): cos(a) for the sine.",
                credit=2.0),
        Mistake("plus in the quotient rule", answers.DualQuotientAdded,
                "What the denominator gains the quotient loses:"
                " (b c - a d) / c^2, with a minus.",
                credit=3.0),
        Mistake("quotient of the derivatives", answers.DualQuotientOfSlopes,
                "The derivative of a quotient is not b / d. It is"
                " (b c - a d) / c^2.",
                credit=2.8),
        Mistake("quotient rule turned round", answers.DualQuotientTurned,
                "(b c - a d) / c^2: the numerator's derivative comes first,"
                " with the plus sign.",
                credit=3.0),
        Mistake("derivatives added in a difference",
                answers.DualDifferenceAdded,
                "x - z has the derivative b - d. Yours adds them.",
                credit=3.0),
        Mistake("minus for the value only", answers.DualMinusForgotten,
                "-x falls where x rises: its derivative is -b.",
                credit=3.2),
        Mistake("exponent not lowered", answers.DualPowerNotLowered,
                "The slope of a^n is n a^(n-1): the exponent goes down by"
                " one.",
                credit=2.8),
        Mistake("inner derivative forgotten in powers",
                answers.DualPowerWithoutInner,
                "n a^(n-1) is the slope of the power. The chain rule"
                " multiplies it by b.",
                credit=2.8),
        Mistake("exponent not lowered, and so in the quotient",
                answers.DualPowerNotLoweredByFewRules,
                "The slope of a^n is n a^(n-1): the exponent goes down by"
                " one. Your division, made of x**-1, suffers, too.",
                credit=2.5),
        Mistake("inner derivative forgotten in powers and quotients",
                answers.DualPowerWithoutInnerByFewRules,
                "n a^(n-1) is the slope of the power. The chain rule"
                " multiplies it by b. Your division, made of x**-1, suffers,"
                " too.",
                credit=2.5),
        Mistake("whole exponents only", answers.DualWholePowers,
                "Multiplying n times works for n = 2 and 5, not for -2 or"
                " 0.5. The power rule n a^(n-1) b works for all of them.",
                credit=3.0),
        Mistake("sign of the cosine", answers.DualCosine,
                "The cosine falls where the sine is positive: its slope is"
                " -sin(a).",
                credit=3.4),
        Mistake("tanh's input taken for its value", answers.DualTanh,
                "The slope of tanh is 1 - tanh(a)^2, with the value of tanh,"
                " not 1 - a^2.",
                credit=3.4),
        Mistake("a sum changes itself", answers.DualSumChangesItself,
                "x + z should leave x as it was and return a new Dual. Yours"
                " writes into self, so the next formula begins with another"
                " x.",
                credit=3.0),
        Mistake("changes itself", answers.DualChangesItself,
                "x + z should leave x as it was and return a new Dual. Yours"
                " writes into self, so the next formula begins with another"
                " x.",
                credit=2.0),
    ],
    variants=[
        Variant("every rule written out", answers.DualByRules),
        Variant("few rules, the others from them", answers.DualByFewRules),
        Variant("matrices", answers.DualByMatrices),
    ],
)


trapezoid_integral = Exercise(
    reference=ca.trapezoid_integral,
    points=3,
    refuses=(
        "numpy.trapezoid",
        "scipy.integrate.cumulative_trapezoid",
        "scipy.integrate.trapezoid",
        "torch.cumulative_trapezoid",
        "torch.trapezoid",
        "torch.trapz",
    ),
    cases=lambda rng: [
        Case("by hand: x^2 from 0 to 1, two intervals",
             call(SQUARE[0], 0.0, 1.0, 2), core=True),
        Case("a cubic, seven intervals",
             call(poly(rng, 3)[0], -0.5, number(rng, 1, 2), 7), core=True),
        Case("one interval",
             call(poly(rng, 2)[0], 0.5, number(rng, 1, 2), 1)),
        Case("three intervals of an exponential",
             call(growth(rng)[0], number(rng, -2, -1), 1.0, 3)),
        Case("a line: exact",
             call(poly(rng, 1)[0], -1.0, number(rng, 1, 2), 5)),
        Case("a constant", call(THREE[0], 2.0, number(rng, 3, 4), 4)),
        Case("from right to left",
             call(growth(rng)[0], 1.0, number(rng, -1, 0), 6)),
        Case("a sine, 1000 intervals",
             call(wave(rng)[0], 0.0, number(rng, 1, 2), 1000)),
        Case("nothing between the bounds", call(SQUARE[0], 2.0, 2.0, 3)),
    ],
    mistakes=[
        Mistake("ends not halved", answers.trapezoid_full_ends,
                "Each inner point belongs to two trapezoids, the two ends"
                " only to one: they count half. Yours gives 0.625 for x^2"
                " with two intervals, 0.375 is right.",
                credit=1.5),
        Mistake("n points", answers.trapezoid_too_few_points,
                "n intervals have n + 1 ends, like a fence with one post more"
                " than rails: np.linspace(a, b, n + 1).",
                credit=1.5),
        Mistake("n - 1 intervals", answers.trapezoid_one_interval_less,
                "n points make n - 1 intervals, and n intervals are asked:"
                " np.linspace(a, b, n + 1).",
                credit=1.5),
        Mistake("n - 1 intervals, as wide as they are",
                answers.trapezoid_one_interval_less_by_step,
                "n points make n - 1 intervals, and n intervals are asked:"
                " np.linspace(a, b, n + 1). With n = 1 there is no second"
                " point.",
                credit=1.5),
        Mistake("n - 1 intervals of width (b - a) / (n - 1)",
                answers.trapezoid_one_interval_less_by_formula,
                "n points make n - 1 intervals, and n intervals are asked:"
                " np.linspace(a, b, n + 1). With n = 1 you divide by 0.",
                credit=1.5),
        Mistake("last point missing", answers.trapezoid_no_last_point,
                "np.arange(a, b, h) stops before b: n points, and the last"
                " trapezoid is missing. np.linspace(a, b, n + 1) has both"
                " ends, and does not mind a = b.",
                credit=1.5),
        Mistake("half forgotten", answers.trapezoid_no_half,
                "The height of a trapezoid is the mean of both ends, half of"
                " their sum. Yours is twice the area.",
                credit=1.5),
        Mistake("last inner point left out",
                answers.trapezoid_last_inner_left_out,
                "The inner points are 1, 2, ..., n - 1, and range(1, n - 1)"
                " ends before n - 1. Say range(1, n).",
                credit=1.5),
        Mistake("first point counted again",
                answers.trapezoid_first_counted_again,
                "range(n) begins at 0, so the first point counts one and a"
                " half times. The inner points are range(1, n).",
                credit=1.5),
        Mistake("n points, and ends not halved",
                answers.trapezoid_both_mistakes,
                "Two things: n intervals have n + 1 end points, and the first"
                " and the last of them count half.",
                credit=0.8),
        Mistake("left rectangles", answers.trapezoid_left,
                "You give each interval the height of its left end. The chord"
                " has the mean of both ends.",
                credit=1.0),
        Mistake("right rectangles", answers.trapezoid_right,
                "You give each interval the height of its right end. The"
                " chord has the mean of both ends.",
                credit=1.0),
        Mistake("midpoints", answers.trapezoid_middle,
                "Heights in the middle of each interval: the midpoint rule, a"
                " good one with half the error. The chords are asked, from"
                " end to end.",
                credit=1.5),
        Mistake("no width", answers.trapezoid_without_width,
                "You add up heights. An area is height times width: multiply"
                " by h = (b - a) / n.",
                credit=1.2),
        Mistake("always to the right", answers.trapezoid_never_negative,
                "From right to left the width b - a is negative, and so is"
                " the integral of a positive f. Leave abs out.",
                credit=2.4),
        Mistake("width (b - a) / (n + 1)", answers.trapezoid_width_of_points,
                "There are n + 1 points, but n intervals: each is"
                " (b - a) / n wide.",
                credit=1.5),
        Mistake("all points halved", answers.trapezoid_all_halved,
                "Only the two ends count half; each inner point belongs to"
                " two trapezoids, twice a half.",
                credit=1.2),
        Mistake("one chord for all", answers.trapezoid_one_chord,
                "That is a single trapezoid from a to b. Cut [a, b] into n"
                " intervals, and give each its own.",
                credit=0.6),
        Mistake("ends left out", answers.trapezoid_without_ends,
                "The first and the last point count half, not nothing.",
                credit=1.5),
    ],
    variants=[
        Variant("chord by chord", answers.trapezoid_chord_by_chord),
        Variant("weights", answers.trapezoid_by_weights),
        Variant("means of neighbours", answers.trapezoid_by_neighbours),
    ],
)


ONES = [1.0, 1.0, 1.0, 1.0, 1.0]


taylor_polynomial = Exercise(
    reference=ca.taylor_polynomial,
    points=3,
    cases=lambda rng: [
        Case("by hand: x^2 around 3", call([9.0, 6.0, 2.0], 3.0, 5.0),
             core=True),
        Case("five derivatives at a centre",
             call(rng.uniform(1, 3, size=5), number(rng, 1, 2),
                  number(rng, 3, 4)), core=True),
        Case("by hand: e from five derivatives at 0", call(ONES, 0.0, 1.0)),
        Case("four derivatives, at five places",
             call(rng.normal(size=4), number(rng, 0.5, 1),
                  rng.normal(size=5))),
        Case("a negative centre, at a table of places",
             call(rng.normal(size=6), number(rng, -2, -1),
                  rng.normal(size=(2, 3)))),
        Case("at the centre itself",
             call(rng.uniform(1, 3, size=4), 1.5, 1.5)),
        Case("only the value", call([number(rng, 1, 2)], 1.0, 3.0)),
        Case("only the value, at three places",
             call([number(rng, 1, 2)], 1.0, [0.0, 1.0, 2.0])),
        Case("value and slope",
             call(rng.uniform(1, 3, size=2), 1.0, rng.normal(size=3))),
        Case("31 derivatives of e^x at 0, for x = 9",
             call(np.ones(31), 0.0, 9.0)),
    ],
    mistakes=[
        Mistake("factorials forgotten", answers.taylor_without_factorials,
                "The k-th derivative of (x - a)^k is k!, not 1: without the"
                " k! below, the polynomial bends too much. Five ones give"
                " 2.7083, not 5.",
                credit=1.0),
        Mistake("around 0", answers.taylor_around_zero,
                "The powers are those of x - center: how far x lies from the"
                " point where the derivatives were taken.",
                credit=1.2),
        Mistake("around 0, and factorials forgotten",
                answers.taylor_around_zero_without_factorials,
                "Two things: the powers are those of x - center, and the"
                " k-th term is divided by k!.",
                credit=0.5),
        Mistake("divided by k", answers.taylor_divided_by_k,
                "The k-th term is divided by k! = 1 * 2 * ... * k, not by k:"
                " from k = 3 on that is another number.",
                credit=1.5),
        Mistake("next factorial", answers.taylor_next_factorial,
                "The k-th derivative goes with k!, and 0! is 1. Yours divides"
                " the value itself, k = 0, by 1, and the slope by 2.",
                credit=1.5),
        Mistake("last derivative left out", answers.taylor_last_left_out,
                "n + 1 derivatives make n + 1 terms. Your loop ends one too"
                " early.",
                credit=1.5),
        Mistake("last derivative left out, and a lone value",
                answers.taylor_last_left_out_by_a_sum,
                "n + 1 derivatives make n + 1 terms. Your loop ends one too"
                " early; with the value alone it does not run at all.",
                credit=1.5),
        Mistake("the slope in place of the value",
                answers.taylor_slope_for_value,
                "derivatives[1:] begins with the slope, and your loop calls"
                " it the value, k = 0. So each derivative stands one place"
                " too early. Entry k belongs to k.",
                credit=1.2),
        Mistake("value left out", answers.taylor_first_left_out,
                "The sum begins at k = 0, with the value f(a) itself.",
                credit=1.5),
        Mistake("center - x", answers.taylor_turned_round,
                "x - center is positive to the right of the centre. Yours has"
                " the other sign, which every odd power shows.",
                credit=1.5),
        Mistake("highest derivative first", answers.taylor_highest_first,
                "Entry 0 is the value, entry 1 the slope, entry k the k-th"
                " derivative. You read them from the end.",
                credit=1.2),
        Mistake("factorials of integers overflow",
                answers.taylor_factorials_overflow,
                "21! is larger than any 64-bit integer, and NumPy's integers"
                " wrap around without a word. Use floats, math.factorial, or"
                " get each term from the one before.",
                credit=2.4),
        Mistake("one number for a constant",
                answers.taylor_number_for_a_constant,
                "With only the value the polynomial is constant, but it still"
                " has one value for each x. Begin with 0 * x.",
                credit=2.4),
    ],
    variants=[
        Variant("powers and factorials", answers.taylor_by_powers),
        Variant("each term from the one before",
                answers.taylor_by_growing_terms),
        Variant("arrays", answers.taylor_by_arrays),
    ],
)


def growth_rate(t, y):
    """Bisect for the rate at which the squared error is least."""
    def slope(r):
        curve = y[0] * np.exp(ca.Dual(r, 1.0) * (t - t[0]))
        return float(np.sum(((curve - y) ** 2).derivative))

    low, high = -1.0, 1.0
    while high - low > 1e-13:
        middle = (low + high) / 2
        if slope(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


@functools.cache
def added_co2():
    """Years, and the yearly mean of CO2 above 280 ppm (Mauna Loa)."""
    from statsmodels.datasets import co2

    record = co2.load().data["co2"]
    mean = record.groupby(record.index.year).mean().loc[1959:]
    return mean.index.to_numpy(float), mean.to_numpy() - 280.0


def some_years(rng):
    """A stretch of the record."""
    t, y = added_co2()
    first, count = int(rng.integers(5, 10)), int(rng.integers(15, 25))
    return t[first:first + count], y[first:first + count]


def law(rng, t, rate, noise=0.03):
    """Data that follow exp(rate t), nearly."""
    s = t - t[0]
    y = rng.uniform(2, 5) * np.exp(rate * s)
    return t, y * (1 + noise * rng.uniform(-1, 1, size=s.size))


def bad_year(rng, rate):
    """Eight years of a law, but for the third, which is far off, and the last.

    A rate that comes from logarithms, or from single years, is off there by
    more than one of least squares.
    """
    t, y = law(rng, np.arange(3.0, 11.0), rate, 0.01)
    y[[2, -1]] *= rng.uniform(0.5, 0.6), rng.uniform(1.1, 1.15)
    return t, y


def uneven(rng, count):
    """Points in time, not evenly spaced, that do not begin at 0."""
    return 3.0 + np.cumsum(rng.uniform(0.3, 1.5, size=count))


def to_eight_decimals():
    """All digits are asked; who stops after three is told so.

    An answer that is right to three digits counts as one that stopped early,
    after however many halvings, or on a grid.
    """
    compare = values(rtol=0, atol=2e-8)
    compare.same = values(atol=1.5e-3)
    return compare


def to_three_digits(*cases):
    """Whoever has these has an answer; the other cases want them all."""
    return [
        replace(case, title=f"{case.title}, to three digits",
                compare=values(rtol=1e-3, atol=1e-3))
        for case in cases
    ]


ONE_END = (
    "So what you test always has the same sign. Is the variable Dual(r, 1.0)?"
    " (Dual(r) is a constant.) Is each miss squared? Do you look at E', not"
    " at E, which is never negative? And which end moves?"
)


fit_growth_rate = Exercise(
    reference=growth_rate,
    points=4,
    compare=to_eight_decimals(),
    refuses=(
        "scipy.optimize.curve_fit",
        "scipy.optimize.least_squares",
        "scipy.optimize.leastsq",
        "scipy.optimize.minimize",
        "scipy.optimize.minimize_scalar",
    ),
    cases=lambda rng: [
        *to_three_digits(
            Case("by hand: doubled each year",
                 call([0.0, 1.0, 2.0], [1.0, 2.0, 4.0]), core=True),
            Case("growth with one bad year",
                 call(*bad_year(rng, number(rng, 0.2, 0.4))), core=True),
            Case("decay with one bad year",
                 call(*bad_year(rng, number(rng, -0.4, -0.3)))),
            Case("growth, measured",
                 call(*law(rng, np.arange(6.0), number(rng, 0.2, 0.4)))),
            Case("at uneven times",
                 call(*law(rng, uneven(rng, 9), number(rng, 0.1, 0.3), 0.1))),
            Case("two points", call([5.0, 7.0], [3.0, number(rng, 4, 6)])),
            Case("hardly any growth",
                 call([2.0, 3.0, 4.0], [1.5, number(rng, 1.52, 1.55), 1.5])),
        ),
        Case("the CO2 that was added, 1959 to 2001", call(*added_co2())),
        Case("some years of it", call(*some_years(rng))),
        Case("a law without noise",
             call(*law(rng, np.arange(12.0), number(rng, 0.05, 0.1), 0.0))),
    ],
    mistakes=[
        Mistake("a line through the logarithms",
                answers.growth_line_through_logarithms,
                "The slope of log y answers another question: there an error"
                " of one per cent counts the same for small y and for large,"
                " and the line need not go through the first point. Here the"
                " squared error of y itself is to be least.",
                credit=1.0),
        Mistake("a line of logarithms through the first point",
                answers.growth_logarithms_through_the_first,
                "You make the squared error of log y least. That of y itself"
                " is asked: find where its derivative changes its sign.",
                credit=1.2),
        Mistake("first and last only", answers.growth_first_and_last,
                "The first and the last point alone decide your rate; all"
                " between could be anything. The squared error listens to"
                " each.",
                credit=0.8),
        Mistake("mean of the yearly growth", answers.growth_mean_of_years,
                "The mean of the relative steps is another estimate, of a"
                " yearly percentage. Asked is the r of least squared error.",
                credit=0.6),
        Mistake("clock not set to 0", answers.growth_clock_not_set,
                "The curve should go through the first point: y[0] times"
                " exp(r (t - t[0])). With t = 1959 in the exponent it begins"
                " with an astronomical number.",
                credit=2.0),
        Mistake("wrong half kept", answers.growth_wrong_half,
                "Where E' is negative the error still falls with r: the best"
                " r lies further right, so low moves there. You keep the"
                " other half.",
                credit=2.0),
        Mistake("always to the left", answers.growth_always_left,
                f"Your search ends at -1, whatever the data are. {ONE_END}",
                credit=1.2),
        Mistake("always to the right", answers.growth_always_right,
                f"Your search ends at 1, whatever the data are. {ONE_END}"),
        Mistake("begins at 1, not at the first value",
                answers.growth_begins_at_one,
                "The curve is y[0] times the exponential. Yours leaves out"
                " the y[0], and so begins at 1.",
                credit=2.0),
        Mistake("stopped too early", answers.growth_stopped_early,
                "Your rate is right to some digits, and 8 decimals are asked."
                " Go on halving until the interval is shorter than 1e-9: each"
                " halving costs next to nothing. A grid that is fine enough"
                " would be endless.",
                credit=2.8),
        Mistake("a percentage", answers.growth_as_a_factor,
                "exp(r) - 1 is the growth in one year. The rate r in the"
                " exponent is asked.",
                credit=3.0),
        Mistake("a factor", answers.growth_factor_itself,
                "exp(r) is the factor of one year. The rate r in the exponent"
                " is asked.",
                credit=3.0),
        Mistake("doubling time", answers.growth_doubling_time,
                "ln 2 / r is the time in which y doubles. The rate r itself"
                " is asked.",
                credit=3.0),
        Mistake("start fitted, too", answers.growth_free_start,
                "You also choose the best start of the curve. Here it is"
                " fixed: the curve goes through the first point, y[0].",
                credit=2.0),
        Mistake("a coarse grid", answers.growth_coarse_grid,
                "The best of 201 rates is right to two digits. A sign can be"
                " followed to as many as you like: halve the interval again"
                " and again.",
                credit=1.5),
        Mistake("absolute errors", answers.growth_absolute_errors,
                "You add up the sizes of the errors; their squares are"
                " asked.",
                credit=1.5),
        Mistake("inner derivative forgotten",
                answers.growth_inner_slope_forgotten,
                "You look where the errors add up to 0. The derivative of"
                " each square is 2 times the error times the slope of the"
                " curve; Dual does that by itself.",
                credit=1.5),
    ],
    variants=[
        Variant("the derivative by hand", answers.growth_by_hand),
        Variant("year by year", answers.growth_year_by_year),
        Variant("the sum of a Dual", answers.growth_by_sum_of_duals),
        Variant("SciPy's root finder", answers.growth_by_brentq),
    ],
)


# Mutants of the solutions that change nothing, with the reason.
_WIDER = "E' has one more unit without a change of sign on that side"
_ENOUGH = "the interval is far shorter than 8 decimals all the same"
_CURVE = "curve = y[0] * np.exp(ca.Dual(r, 1.0) * (t - t[0]))"
EQUIVALENT = {
    "fit_growth_rate": {
        f"{_CURVE} => {_CURVE.replace('1.0', '2.0')}":
            "twice the derivative has the same sign",
        "return np.sum(((curve - y) ** 2).derivative) =>"
        " return np.sum((((y - curve)) ** 2).derivative)":
            "the square does not see the sign",
        "low, high = -1.0, 1.0 => low, high = -2.0, 1.0": _WIDER,
        "low, high = -1.0, 1.0 => low, high = -1.0, 2.0": _WIDER,
        "while high - low > 1e-10: => while ((high - low) >= 1e-10):":
            _ENOUGH,
        "while high - low > 1e-10: => while high - low > 2e-10:": _ENOUGH,
        "if slope(middle) < 0: => if (slope(middle) <= 0):":
            "where the slope is exactly 0, both halves end there",
    },
}

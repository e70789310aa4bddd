"""Exercises of chapter 05."""

import functools

import numpy as np

from mathlib import multivariate_calculus as mc
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
    script,
)
from mathlib.exercises import _multivariate_calculus_answers as answers

# Differences of numbers near 1, divided by 2e-5, keep about ten digits,
BY_DIFFERENCES = values(rtol=2e-7, atol=1e-8)
# and differences of differences, divided by 4e-8, about five.
TWICE = values(rtol=1e-4, atol=1e-5)


def away(rng, *shape):
    """Numbers from 0.3 to 1.3, with either sign."""
    return rng.uniform(0.3, 1.3, shape) * rng.choice([-1.0, 1.0], shape)


def symmetric(rng, n):
    """A symmetric matrix with no entry near 0."""
    A = away(rng, n, n)
    return np.triu(A) + np.triu(A, 1).T


SQUARE_TIMES = given("square_times")
BUMPY = given("bumpy")


def cut_off(first, second, program):
    """Both are differences over a whole 1, divided by 2e-5."""
    return min(np.abs(first).max(), np.abs(second).max()) > 1e3


numerical_gradient = Exercise(
    reference=mc.numerical_gradient,
    points=2,
    compare=BY_DIFFERENCES,
    refuses=(
        "scipy.differentiate.derivative",
        "scipy.differentiate.jacobian",
        "scipy.optimize.approx_fprime",
        "torch.autograd.functional.jacobian",
        "torch.autograd.grad",
        "torch.func.grad",
    ),
    cases=lambda rng: [
        Case("by hand", call(SQUARE_TIMES, [3.0, 2.0])),
        Case("four variables", call(BUMPY, away(rng, 4))),
        # In 64ths x + h - 2h + h is x again, to the last bit.
        Case("one variable, and a step of 1/4", call(
            given("sum_of_squares"), np.round(64 * away(rng, 1)) / 64,
            h=0.25), core=True),
        Case("a wide step: h = 0.5", call(BUMPY, away(rng, 3), h=0.5)),
        Case("a matrix of weights", call(BUMPY, away(rng, 2, 3))),
        Case("a square matrix", call(given("sin_of_product"),
                                     away(rng, 2, 2))),
        Case("three axes", call(BUMPY, away(rng, 2, 2, 3))),
        Case("a place where it is flat: zero",
             call(given("sum_of_squares"), np.zeros(3))),
        Case("ripples so short that h matters",
             call(given("ripples", 3e4), np.zeros(2))),
        Case("x of whole numbers",
             call(BUMPY, rng.integers(1, 4, 3)),
             compare=named_if(cut_off, BY_DIFFERENCES, BY_DIFFERENCES)),
    ],
    mistakes=[
        Mistake("x not put back", answers.gradient_never_back_up,
                "After + h and - 2h you stand at x - h, and stay there: from"
                " the second entry on, the slope is that of another place,"
                " and the caller's x is not what it was. Work on a copy in"
                " floats, and add h again.",
                credit=0.8),
        Mistake("the copy not put back", answers.gradient_copy_never_back_up,
                "A copy: good. But after + h and - 2h it stands at x - h, and"
                " stays there: from the second entry on, the slope is that of"
                " another place. Add h again.",
                credit=1.0),
        Mistake("there and back on the caller's x",
                answers.gradient_there_and_back,
                "You nudge the caller's own x. After + h, - 2h and + h it is"
                " back only up to rounding, and an array of whole numbers"
                " can't hold the step at all. Begin with a copy in floats:"
                " np.array(x, dtype=float).",
                credit=1.2),
        Mistake("back and there on the caller's x",
                answers.gradient_back_and_there,
                "You nudge the caller's own x. After - h, + 2h and - h it is"
                " back only up to rounding, and an array of whole numbers"
                " can't hold the step at all. Begin with a copy in floats:"
                " np.array(x, dtype=float).",
                credit=1.2),
        Mistake("steps that whole numbers can't hold",
                answers.gradient_on_a_copy_of_whole_numbers,
                "An array of whole numbers can't hold x + h: all after the"
                " decimal point is cut off, so that a step up does nothing"
                " and a step down is a whole 1. Nudge a copy in floats:"
                " np.array(x, dtype=float).",
                credit=1.6),
        Mistake("x left shifted", answers.gradient_leaves_x_shifted,
                "You add h to x[i] and never take it away again: from the"
                " second entry on, the slope is that of another place, and"
                " the caller's x is not what it was. Work on a copy, or on"
                " x + step with a new step for each entry.",
                credit=0.5),
        Mistake("up, and never down", answers.gradient_up_and_never_down,
                "After f(x + h) you take h away once, and are back at x: that"
                " is one step, divided by two. To get from x + h to x - h"
                " takes 2h; then add h again.",
                credit=0.5),
        Mistake("forward difference", answers.gradient_forward,
                "(f(x + h) - f(x)) / h is off by h f''/2, about 1e-5; the"
                " central difference (f(x + h) - f(x - h)) / 2h by"
                " h^2 f'''/6, about 1e-11. One more call of f buys six"
                " digits.",
                credit=1.0),
        Mistake("backward difference", answers.gradient_backward,
                "(f(x) - f(x - h)) / h looks to one side only, and is off by"
                " h f''/2, about 1e-5. Look to both sides:"
                " (f(x + h) - f(x - h)) / 2h.",
                credit=1.0),
        Mistake("divided by h", answers.gradient_by_h,
                "From x - h to x + h the way is 2h, so yours is twice as"
                " steep as the function.",
                credit=0.8),
        Mistake("all entries at once", answers.gradient_in_one_direction,
                "x + h adds h to every entry: that is the slope in one"
                " direction, the sum of all partial derivatives. Nudge one"
                " entry at a time.",
                credit=0.2),
        Mistake("vectors only", answers.gradient_of_vectors_only,
                "len(x) counts the rows. The weights of a layer are a matrix;"
                " go through all places, whatever the shape:"
                " np.ndindex(x.shape).",
                credit=1.3),
        Mistake("whole rows nudged", answers.gradient_row_by_row,
                "Of a matrix, step[i] = h fills a whole row, so that all of"
                " its entries move at once. Go through all places:"
                " np.ndindex(x.shape) gives i = (row, column).",
                credit=1.3),
        Mistake("flattened", answers.gradient_flattened,
                "The numbers are right; the shape is not. x - lr * gradient"
                " must fit: bring the gradient into the shape of x.",
                credit=1.4),
        Mistake("steps of whole numbers", answers.gradient_of_whole_numbers,
                "np.zeros_like of whole numbers can hold whole numbers only:"
                " the step 1e-5 becomes 0, and so does the gradient. Make the"
                " step and the gradient of floats.",
                credit=1.5),
        Mistake("gradient of whole numbers", answers.gradient_rounded_down,
                "np.zeros_like of whole numbers can hold whole numbers only:"
                " each slope that you put into it loses its digits. Use"
                " np.zeros(x.shape).",
                credit=1.5),
    ],
    variants=[
        Variant("a loop over all places",
                answers.numerical_gradient_by_loop),
        Variant("all steps as rows of an identity",
                answers.numerical_gradient_flat),
        Variant("there and back on a copy",
                answers.numerical_gradient_on_a_copy),
    ],
)


def waves(m):
    """A map to m numbers."""
    return given("waves", m)


jacobian = Exercise(
    reference=mc.jacobian,
    points=2,
    compare=BY_DIFFERENCES,
    refuses=(
        "scipy.differentiate.jacobian",
        "scipy.optimize.approx_fprime",
        "torch.autograd.functional.jacobian",
        "torch.func.jacfwd",
        "torch.func.jacrev",
    ),
    cases=lambda rng: [
        Case("by hand", call(given("three_of_two"), [2.0, 3.0]), core=True),
        Case("4 outputs, 3 inputs", call(waves(4), away(rng, 3))),
        Case("2 outputs, 5 inputs", call(waves(2), away(rng, 5))),
        Case("as many outputs as inputs", call(waves(3), away(rng, 3))),
        Case("a linear map, asymmetric", call(
            given("matrix_times", rng.normal(size=(3, 3))), away(rng, 3))),
        Case("one output, as an array of one",
             call(waves(1), away(rng, 4))),
        Case("one output, as a number", call(BUMPY, away(rng, 4))),
        Case("one input", call(waves(3), away(rng, 1))),
        Case("one of each", call(waves(1), away(rng, 1))),
        Case("a wide step: h = 0.5", call(waves(3), away(rng, 2), h=0.5)),
        Case("ripples so short that h matters",
             call(given("each_ripple", 3e4), np.zeros(2))),
    ],
    mistakes=[
        Mistake("transposed", answers.jacobian_transposed,
                "Row i belongs to output i, column j to input j: the shape is"
                " (outputs, inputs). Yours is the transpose, and J @ v would"
                " not take a step v of the inputs to one of the outputs.",
                credit=0.8),
        Mistake("transposed, and one axis for a number",
                answers.jacobian_of_rows,
                "Two things: row i belongs to output i, column j to input j,"
                " and yours is the transpose; and for a function that returns"
                " a number you get one axis, where J has the shape (1, n)."
                " What you compute for each input is a column.",
                credit=0.6),
        Mistake("transposed, and fails for a number",
                answers.jacobian_of_rows_for_arrays_only,
                "Two things: row i belongs to output i, column j to input j,"
                " and yours is the transpose; and a function may return a"
                " number, which has no len. np.size counts it as 1.",
                credit=0.6),
        Mistake("outputs nudged", answers.jacobian_of_outputs,
                "You add h to the outputs and ask how much they changed: by"
                " h, of course. Nudge the inputs, one after another, and see"
                " what that does to the outputs."),
        Mistake("one row too few axes", answers.jacobian_without_its_row,
                "For a function that returns a number each column is a"
                " number, and yours gets one axis only. With one output J is"
                " still a matrix, of one row: shape (1, n).",
                credit=1.6),
        Mistake("fails for a number", answers.jacobian_for_arrays_only,
                "A function may return a number: len does not know it, while"
                " np.atleast_1d makes an array of one entry from it, and"
                " np.size counts 1.",
                credit=1.6),
        Mistake("squeezed", answers.jacobian_squeezed,
                "Squeezing removes each axis of length 1, and with one output"
                " or one input the matrix is no matrix any more. Keep both"
                " axes: code that multiplies Jacobians counts on them.",
                credit=1.0),
        Mistake("forward difference", answers.jacobian_forward,
                "(f(x + h) - f(x)) / h is off by about h, the central"
                " difference (f(x + h) - f(x - h)) / 2h by about h^2 only.",
                credit=1.0),
        Mistake("divided by h", answers.jacobian_by_h,
                "From x - h to x + h the way is 2h, so all your derivatives"
                " are twice as large as they should be.",
                credit=0.8),
        Mistake("square only", answers.jacobian_square_only,
                "You make room for as many outputs as there are inputs. Ask"
                " the function how many it has: np.size(f(x)).",
                credit=0.8),
    ],
    variants=[
        Variant("columns, stacked", answers.jacobian_by_columns),
        Variant("columns, put in place", answers.jacobian_in_place),
        Variant("a gradient for each output", answers.jacobian_by_gradients),
    ],
)


MILLION = 10**6


def _frugal(got, **inputs):
    peak = float(got)
    return peak < MILLION or (
        f"yours takes {peak / 1e6:.1f} MB at once: somewhere two matrices"
        " are multiplied"
    )


def frugal():
    """Compare by the memory that a run takes."""
    compare = satisfies(_frugal, "less than 1 MB in use")

    def same(first, second, program):
        alike = all(np.ndim(p) == 0 and p > MILLION for p in (first, second))
        return None if alike else Difference("value", "another amount")

    compare.same = same
    return compare


def layers(rng, *sizes):
    """The Jacobians of layers of these sizes, first layer first."""
    return [
        away(rng, n, m) for m, n in zip(sizes, sizes[1:], strict=False)
    ]


chain_vjp = Exercise(
    reference=mc.chain_vjp,
    points=3,
    refuses=("numpy.linalg.multi_dot", "torch.linalg.multi_dot"),
    cases=lambda rng: [
        Case("by hand",
             call([np.array([[1.0, 2.0], [0.0, 1.0], [3.0, 0.0]]),
                   np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]]),
                   ], [1.0, -1.0])),
        Case("three layers", call(layers(rng, 4, 3, 5, 2), away(rng, 2))),
        Case("four square layers", script(
            "chain_vjp(list(jacobians), v)",
            jacobians=away(rng, 4, 3, 3), v=away(rng, 3))),
        Case("one layer", script(
            "chain_vjp([J], v)", J=away(rng, 3, 2), v=away(rng, 3)),
            core=True),
        Case("one square layer", script(
            "chain_vjp([J], v)", J=away(rng, 3, 3), v=away(rng, 3))),
        Case("no layer: v itself", call([], away(rng, 3))),
        Case("down to one number, and up again",
             call(layers(rng, 3, 1, 4), away(rng, 4))),
        Case("1000, 1 and 1000 units: no room for a 1000 x 1000 matrix",
             script("peak_memory(chain_vjp, jacobians, v)",
                    peak_memory=given("peak_memory"),
                    jacobians=layers(rng, 1000, 1, 1000),
                    v=away(rng, 1000)),
             compare=frugal()),
    ],
    mistakes=[
        Mistake("matrices first", answers.chain_matrices_first,
                "The numbers are right, the way is not: you multiply the"
                " matrices by one another, at a cost of n^3 each, and the"
                " vector last. Begin at v: a vector times a matrix costs n^2,"
                " and is a vector again.",
                credit=1.5),
        Mistake("first layer first", answers.chain_forward_order,
                "v belongs to the outputs of the last layer, so J_L comes"
                " first: v^T J_L, then J_(L-1), down to J_1. Go through the"
                " list backwards.",
                credit=0.8),
        Mistake("J for its transpose", answers.chain_not_transposed,
                "J @ v wants a vector of the layer's inputs, v has its"
                " outputs. Going back it is v @ J, or J.T @ v.",
                credit=0.8),
        Mistake("pushed forward", answers.chain_pushed_forward,
                "That is J_L ... J_1 v, which takes a step of the inputs"
                " forward to the outputs. Asked is v^T J_L ... J_1, from the"
                " outputs back.",
                credit=0.5),
        Mistake("a row for a vector", answers.chain_as_row,
                "The numbers are right, the shape is not: v has one axis, and"
                " so has the answer, (n_0,). With one axis v @ J needs no"
                " reshape: NumPy takes v as a row there.",
                credit=2.2),
        Mistake("a column for a vector", answers.chain_as_column,
                "The numbers are right, the shape is not: v has one axis, and"
                " so has the answer, (n_0,). With one axis J.T @ v needs no"
                " reshape: NumPy takes v as a column there.",
                credit=2.2),
        Mistake("the caller's list turned round", answers.chain_list_reversed,
                "The numbers are right, but jacobians.reverse() turns the"
                " caller's own list round: the next call finds the layers in"
                " the wrong order. reversed(jacobians) leaves it as it is.",
                credit=2.2),
        Mistake("fails without layers", answers.chain_never_empty,
                "A chain of no layers changes nothing: its answer is v. Begin"
                " with v itself, and the loop does the rest.",
                credit=2.6),
    ],
    variants=[
        Variant("v @ J, from the last", answers.chain_by_loop),
        Variant("J.T @ v", answers.chain_by_transposes),
        Variant("einsum", answers.chain_by_einsum),
        Variant("recursion", answers.chain_by_recursion),
    ],
)


def pair(backward, Value=answers.TypedValue):
    """Both parts of an answer: a class, and what goes with it."""
    return {"Value": Value, "backward": backward}


def wrong_class(Value):
    """A wrong class, and a right backward."""
    return pair(answers.backward_again, Value)


def grads(lines, names, **inputs):
    """Run lines that end in L; return its number and some gradients."""
    made = "; ".join(f"{name} = Value({name})" for name in inputs)
    read = ", ".join(f"{name}.grad" for name in names)
    return script(f"{made}\n{lines}\nbackward(L)\n(L.data, {read})", **inputs)


def number(rng, low=0.4, high=1.4):
    """One number, as Python's own float."""
    return float(rng.uniform(low, high))


_EACH_VISIT = (
    "You visit a shared value once for each way to it, and each time it"
    " passes on all that it has, also what it had passed on already. (And"
    " there may be 2^60 ways.) Visit each value once, when it is complete:"
    " make a list in which each comes after its parents, and go through it"
    " backwards."
)

Value = Exercise(
    reference={"Value": answers.Value, "backward": answers.backward},
    points=4,
    seconds=5.0,
    refuses=(
        "torch.autograd.backward",
        "torch.autograd.grad",
        "torch.func.grad",
    ),
    cases=lambda rng: [
        Case("by hand: c = a * b + a", script(
            "a, b = Value(3.0), Value(-2.0)\nc = a * b + a\nbackward(c)\n"
            "(c.data, a.grad, b.grad)")),
        Case("a product and a sum",
             grads("L = a * b + c", "abc", a=number(rng), b=-number(rng),
                   c=number(rng)), core=True),
        Case("x * x: one value, used twice",
             grads("L = x * x", "x", x=number(rng))),
        Case("x + x", grads("L = x + x", "x", x=number(rng))),
        Case("no gradient before backward", script(
            "a = Value(x); b = a * a; (a.data, a.grad, b.grad)",
            x=number(rng))),
        Case("numbers on either side of + and *",
             grads("L = (2.0 + a) * (a + 3.0) + 4.0 * a + a * 5", "a",
                   a=number(rng))),
        Case("differences, and a minus sign",
             grads("L = (a - b) * (1.0 - a) + (b - 2.0) * -b", "ab",
                   a=number(rng), b=number(rng))),
        Case("quotients",
             grads("L = a / b + 3.0 / a + b / 4.0", "ab", a=number(rng),
                   b=number(rng))),
        Case("powers",
             grads("L = a ** 3 + a ** -2.0 + b ** 0.5", "ab",
                   a=-number(rng), b=number(rng))),
        Case("exp", grads("L = (2.0 * a).exp()", "a", a=-number(rng))),
        Case("log", grads("L = (3.0 * a).log()", "a", a=number(rng, 1.2, 2))),
        Case("tanh", grads("L = (0.5 * a).tanh()", "a", a=number(rng))),
        Case("tanh of 1000 and of -1000", script(
            "a, b = Value(1000.0), Value(-1000.0)\nL = a.tanh() + b.tanh()\n"
            "backward(L); (L.data, a.grad, b.grad)")),
        Case("relu, above and below 0",
             grads("L = a.relu() * 2.0 + b.relu()", "ab", a=number(rng),
                   b=-number(rng))),
        Case("relu at 0: slope 0", script(
            "a = Value(0.0); L = a.relu(); backward(L); (L.data, a.grad)")),
        Case("a neuron: tanh(w . x + b)", script(
            "w = [Value(u) for u in w.tolist()]; b = Value(0.1)\n"
            "L = sum(u * v for u, v in zip(w, x.tolist())) + b\n"
            "L = L.tanh(); backward(L)\n"
            "(L.data, [u.grad for u in w], b.grad)",
            w=away(rng, 3), x=away(rng, 3))),
        Case("nodes on the way get theirs, too", script(
            "a = Value(x); b = a * a; c = b * 3.0; L = c + b; backward(L)\n"
            "(a.grad, b.grad, c.grad, L.grad)", x=number(rng))),
        Case("a shared node, whose long way is on the right",
             grads("b = a * a\nL = b + (b * 2.0).tanh() * a", "a",
                   a=number(rng))),
        Case("a shared node, whose long way is on the left",
             grads("b = a * a\nL = a * (b * 2.0).tanh() + b", "a",
                   a=number(rng))),
        Case("shared again and again",
             grads("b = a\nfor _ in range(4): b = (b + a) * (a - b * 0.5)\n"
                   "L = b * b + a", "a", a=number(rng))),
        Case("NumPy's whole numbers become floats", script(
            "a, b = Value(n[0]), Value(n[1]); L = a ** -1 * b; backward(L)\n"
            "(L.data, a.grad, b.grad)", n=rng.integers(2, 6, 2))),
        Case("the output is a leaf", script(
            "a = Value(x); backward(a); (a.data, a.grad)", x=number(rng))),
        Case("backward a second time: the same", script(
            "a = Value(x); b = a * a; L = b * b\n"
            "backward(L); backward(L); (a.grad, b.grad)", x=number(rng))),
        Case("another output that shares a value", script(
            "a, b = Value(x), Value(y); backward(a * b); L = a + a * b\n"
            "backward(L); (a.grad, b.grad)", x=number(rng), y=number(rng))),
        Case("10 000 operations in a row", script(
            "a = Value(x); L = a\n"
            "for _ in range(10_000): L = L + 1.0\n"
            "backward(L); (L.data, a.grad)", x=number(rng))),
        Case("doubled and halved 60 times: 2**60 paths", script(
            "a = Value(x); L = a\n"
            "for _ in range(60): L = (L + L) * 0.5\n"
            "backward(L); (L.data, a.grad)", x=number(rng))),
    ],
    mistakes=[
        Mistake("assigned in place of added",
                pair(answers.backward_that_assigns),
                "In x * x there are two ways from x to the output, and each"
                " brings a share: x and x, together 2x. You overwrite the"
                " first by the second; add: parent.grad += ...",
                credit=1.0),
        Mistake("in the order of the walk",
                pair(answers.backward_as_they_come),
                "You visit each value once, but some before all that they"
                " were used in. A value must pass its gradient on only when"
                " it is complete: make a list in which each value comes after"
                " its parents, and go through it backwards.",
                credit=2.0),
        Mistake("depth first, without an order",
                pair(answers.backward_depth_first),
                "You follow one way to its end before the next begins, so a"
                " shared value passes on what came by the first way only. It"
                " must wait for all: make a list in which each value comes"
                " after its parents, and go through it backwards.",
                credit=2.0),
        Mistake("passed on at each visit", pair(answers.backward_each_time),
                _EACH_VISIT, credit=2.0),
        Mistake("passed on at each visit, from zero",
                pair(answers.backward_each_time_from_zero),
                _EACH_VISIT, credit=2.0),
        Mistake("passed on at each visit, by recursion",
                pair(answers.backward_each_time_by_recursion),
                _EACH_VISIT, credit=1.8),
        Mistake("old gradients kept", pair(answers.backward_keeps_everything),
                "A second backward adds to what the first one left, in every"
                " value of the graph. Set all gradients of the graph to 0"
                " before you begin.",
                credit=3.0),
        Mistake("leaves keep adding, as in PyTorch",
                pair(answers.backward_keeps_leaves),
                "You clear the values that were computed, and not those that"
                " you began with. So does PyTorch, which has zero_grad for"
                " that; here the contract says that every backward starts"
                " afresh.",
                credit=3.2),
        Mistake("backward not written yet",
                pair(answers.backward_not_written),
                "The class stands, and the forward pass is right. backward"
                " still says NotImplementedError: write it in place of that"
                " line.",
                credit=1.5),
        Mistake("recursion too deep", pair(answers.backward_by_recursion),
                "Each call waits for the next, and Python allows about a"
                " thousand of them: a loss summed up over a data set is"
                " deeper than that. Keep a list of what is still to be"
                " visited, in place of the calls.",
                credit=3.0),
        Mistake("no first gradient", pair(answers.backward_without_a_start),
                "Everything is multiplied by the gradient of the output, and"
                " that is still 0. How much does the output change with"
                " itself? Set output.grad = 1.",
                credit=1.0),
        Mistake("one step only", pair(answers.backward_one_step),
                "The gradient gets to the output's own parents, and there it"
                " stays. Either you stop there, or you walk the list from the"
                " wrong end, where there is nothing to pass on yet: begin at"
                " the output, and go on until nothing is left.",
                credit=0.5),
        Mistake("numbers not wrapped", wrong_class(answers.UnwrappedValue),
                "In a + 3.0 the other one is a number, and has no .data."
                " Wrap it first: as_value(other).",
                credit=1.5),
        Mistake("own factor for the other",
                wrong_class(answers.OwnFactorValue),
                "How much does a * b change with a? By b: the slope that goes"
                " to a is the other factor.",
                credit=0.5),
        Mistake("exponent not lowered",
                wrong_class(answers.PowerNotLoweredValue),
                "The derivative of x^p is p x^(p-1): yours is p x^p. The"
                " quotients are wrong with it, because 1/x is x^-1.",
                credit=2.5),
        Mistake("factor of the power forgotten",
                wrong_class(answers.ExponentForgottenValue),
                "The derivative of x^p is p x^(p-1): yours has no p. The"
                " quotients are wrong with it, because 1/x is x^-1.",
                credit=2.5),
        Mistake("slope of tanh from its input",
                wrong_class(answers.TanhOfInputValue),
                "The slope of tanh is 1 - t^2, where t is what comes out,"
                " tanh(x), not x itself.",
                credit=2.5),
        Mistake("tanh that overflows", wrong_class(answers.TanhOverflowsValue),
                "e^2000 is larger than any float. math.tanh knows: it"
                " returns 1.",
                credit=3.5),
        Mistake("relu passes at 0", wrong_class(answers.ReluPassesZeroValue),
                "At 0 the ReLU has a corner, and any slope from 0 to 1 would"
                " do; the contract, like PyTorch, takes 0: data > 0, not"
                " data >= 0.",
                credit=3.5),
        Mistake("relu passes everything",
                wrong_class(answers.ReluPassesAllValue),
                "Below 0 the ReLU is flat, and its slope is 0: nothing gets"
                " through.",
                credit=2.5),
        Mistake("slope of log", wrong_class(answers.LogOfDataValue),
                "The derivative of log x is 1/x, yours is x.",
                credit=3.0),
        Mistake("slope of exp", wrong_class(answers.ExpOfInputValue),
                "The derivative of e^x is e^x, the number that comes out, and"
                " not x.",
                credit=3.0),
    ],
    variants=[
        Variant("a closure in each node",
                pair(answers.backward_by_closures, answers.ClosureValue)),
        Variant("in the order of their making",
                pair(answers.backward_by_age, answers.NumberedValue)),
        Variant("counting what is still to come",
                pair(answers.backward_by_counting_children)),
    ],
)


quadratic_form_gradient = Exercise(
    reference=mc.quadratic_form_gradient,
    points=2,
    cases=lambda rng: [
        Case("by hand", call([[1.0, 4.0], [0.0, 2.0]], [1.0, 3.0]),
             core=True),
        Case("not symmetric", call(rng.normal(size=(4, 4)), away(rng, 4)),
             core=True),
        Case("symmetric", call(symmetric(rng, 3), away(rng, 3))),
        Case("antisymmetric: the form is zero", call(
            [[0.0, 2.0], [-2.0, 0.0]], away(rng, 2))),
        Case("one variable", call(away(rng, 1, 1), away(rng, 1))),
        Case("at the origin", call(rng.normal(size=(3, 3)), np.zeros(3))),
    ],
    mistakes=[
        Mistake("2Ax", answers.quadratic_twice,
                "That holds for a symmetric A only. x stands on both sides of"
                " A: from the right it brings Ax, from the left A^T x.",
                credit=0.8),
        Mistake("Ax", answers.quadratic_once,
                "x stands on both sides of A, and you let only one of them"
                " move: A^T x is missing. Even for one variable the"
                " derivative of a x^2 is 2 a x.",
                credit=0.6),
        Mistake("2A^T x", answers.quadratic_transposed_twice,
                "That holds for a symmetric A only. x stands on both sides of"
                " A: from the right it brings Ax, from the left A^T x.",
                credit=0.8),
        Mistake("A^T x", answers.quadratic_transposed_once,
                "x stands on both sides of A, and you let only one of them"
                " move: Ax is missing. Even for one variable the derivative"
                " of a x^2 is 2 a x.",
                credit=0.6),
        Mistake("halved", answers.quadratic_halved,
                "That is the gradient of x^T A x / 2. Here there is no half"
                " before the form: the derivative of a x^2 is 2 a x.",
                credit=1.2),
        Mistake("the form itself", answers.quadratic_form_itself,
                "x^T A x is the function, one number; its gradient has one"
                " entry for each entry of x."),
    ],
    variants=[
        Variant("A plus its transpose", answers.quadratic_by_sum),
        Variant("from either side", answers.quadratic_by_parts),
        Variant("term by term", answers.quadratic_by_loop),
    ],
)


softmax_jacobian = Exercise(
    reference=mc.softmax_jacobian,
    points=2,
    compare=TO_THE_LAST,
    refuses=(
        "torch.autograd.functional.jacobian",
        "torch.func.jacfwd",
        "torch.func.jacrev",
    ),
    cases=lambda rng: [
        Case("by hand: z = log [1, 2, 1]",
             call(np.log([1.0, 2.0, 1.0])), core=True),
        Case("four scores", call(away(rng, 4)), core=True),
        Case("two scores", call(away(rng, 2))),
        Case("a single score: nothing can change", call(away(rng, 1))),
        Case("unlikely classes count, too",
             call(np.array([0.0, -20.0, -2.0]) + 0.1 * rng.normal(size=3))),
        Case("large scores", call(1000.0 + away(rng, 3))),
        Case("scores far below 0", call(-1000.0 + away(rng, 3))),
    ],
    mistakes=[
        Mistake("diagonal only", answers.softmax_jacobian_diagonal,
                "s_i (1 - s_i) is how each share changes with its own score."
                " But the shares add up to 1: what one gains, the others"
                " lose, -s_i s_j off the diagonal. So every column adds up"
                " to 0, and every row, too, by symmetry.",
                credit=0.6),
        Mistake("a vector", answers.softmax_jacobian_as_vector,
                "Each of n shares depends on each of n scores: that is a"
                " matrix. Yours is its diagonal.",
                credit=0.5),
        Mistake("plus off the diagonal",
                answers.softmax_jacobian_not_negative,
                "If one score rises, the other shares fall: off the diagonal"
                " it is -s_i s_j. Every column must add up to 0, and every"
                " row, too, by symmetry.",
                credit=0.8),
        Mistake("s on the diagonal",
                answers.softmax_jacobian_without_square,
                "On the diagonal both terms meet: s_i - s_i^2. Yours leaves"
                " the square out, and the rows do not add up to 0.",
                credit=0.8),
        Mistake("inner for outer product", answers.softmax_jacobian_inner,
                "s @ s is one number, the sum of the squares. The table of"
                " all products s_i s_j is the outer product: np.outer(s, s).",
                credit=0.6),
        Mistake("entrywise for outer product",
                answers.softmax_jacobian_row_of_s,
                "s * s holds the squares. The table of all products s_i s_j"
                " is the outer product: np.outer(s, s), or"
                " s[:, None] * s.",
                credit=0.6),
        Mistake("factor s_i forgotten",
                answers.softmax_jacobian_not_times_s,
                "delta_ij - s_j is the derivative of log s_i. That of s_i"
                " itself is s_i times as much.",
                credit=0.8),
        Mistake("scores for shares",
                answers.softmax_jacobian_of_logits,
                "The formula speaks of s = softmax(z), and you put z itself"
                " into it.",
                credit=0.4),
        Mistake("overflow", answers.softmax_jacobian_overflow,
                "e^1000 is larger than any float, and e^-1000 is 0: inf/inf"
                " and 0/0 are nan. fd.softmax takes the largest score away"
                " first.",
                credit=1.2),
        Mistake("by differences", answers.softmax_jacobian_by_differences,
                "Differences are right to about 1e-11: of a derivative of"
                " 1e-9 that leaves two digits. The formula gives all, and"
                " costs nothing: diag(s) - s s^T.",
                credit=0.8),
    ],
    variants=[
        Variant("diagonal and outer product",
                answers.softmax_jacobian_by_outer),
        Variant("one broadcast", answers.softmax_jacobian_by_broadcasting),
        Variant("two loops", answers.softmax_jacobian_by_loop),
    ],
)


softmax_derivation = Written(
    rubric=[
        (1, r"Question 1: the quotient rule, applied to $e^{z_i}$ and $S$;"
            r" $\partial S/\partial z_j$, with the reason why only one term of"
            r" the sum counts"),
        (1, r"Question 2: from the quotient to the result with no step left"
            r" out, in terms of $s_i$ alone at the end"),
        (1, r"Question 3: why one term of the numerator is zero here, and"
            r" what the other one becomes"),
        (1, r"Question 4: one formula that holds in both cases, the matrix,"
            r" the sum of a row computed, and a reason why it must be so (what"
            r" happens when all scores are raised alike; or: the shares add"
            r" up to 1, which settles the columns, and the matrix is"
            r" symmetric)"),
        (1, r"Question 5: $\partial L/\partial s_i$, the product with the"
            r" matrix, and the place where it is used that the $t_i$ add up"
            r" to 1; a result that agrees with section 5.5 for a one-hot"
            r" $\mathbf t$"),
    ],
)


def unit(x):
    """The same array, with norm 1."""
    return x / np.linalg.norm(x)


gradient_check = Exercise(
    reference=mc.gradient_check,
    points=2,
    refuses=(
        "scipy.optimize.check_grad",
        "torch.autograd.gradcheck",
    ),
    compare=values(rtol=1e-6, atol=1e-8),
    cases=lambda rng: [
        Case("by hand: forgot the 2", call(
            given("sum_of_squares"),
            given("matrix_times", np.eye(2)), [1.0, 2.0])),
        # Where the two lengths add up to 1 an absolute error is right, too.
        Case("forgot the 2, with gradients of moderate size", call(
            given("sum_of_squares"), given("matrix_times", np.eye(3)),
            unit(away(rng, 3)) / 3), core=True),
        Case("a right gradient", call(
            BUMPY, given("bumpy_gradient"), away(rng, 4))),
        Case("a gradient 1 % too long", call(
            BUMPY, given("bumpy_gradient", 1.01), away(rng, 4))),
        Case("a gradient with the wrong sign", call(
            BUMPY, given("bumpy_gradient", -1.0), away(rng, 4))),
        Case("a gradient that is turned", call(
            given("sum_of_squares"),
            given("matrix_times", [[0.0, -2.0], [2.0, 0.0]]),
            away(rng, 2))),
        Case("tiny gradients, one of them wrong", call(
            given("times", 1e-7, BUMPY),
            given("bumpy_gradient", 2e-7), away(rng, 3))),
        Case("huge gradients, both right", call(
            given("times", 1e9, BUMPY),
            given("bumpy_gradient", 1e9), away(rng, 3))),
        Case("huge gradients, one of them wrong", call(
            given("times", 1e9, BUMPY),
            given("bumpy_gradient", 0.8e9), away(rng, 3))),
        Case("a matrix of weights", call(
            BUMPY, given("bumpy_gradient", 1.1), away(rng, 2, 3))),
        Case("three axes", call(
            BUMPY, given("bumpy_gradient", 0.9), away(rng, 2, 2, 3))),
        Case("both gradients zero", call(
            given("flat", 3.0), given("bumpy_gradient", 0.0),
            away(rng, 3))),
        Case("almost nothing: norms of 1e-13", call(
            given("flat", 3.0), given("times", 1e-13, given(
                "matrix_times", np.eye(2))), [3.0, 4.0])),
        Case("x in float32", call(
            BUMPY, given("bumpy_gradient"),
            away(rng, 20).astype(np.float32)),
            compare=values(rtol=1e-6, atol=2e-9)),
        Case("a wide step: h = 0.5", call(
            BUMPY, given("bumpy_gradient"), away(rng, 3), h=0.5)),
        Case("ripples so short that h matters", call(
            given("ripples", 3e4), given("flat", np.full(2, 3e4)),
            np.zeros(2))),
    ],
    mistakes=[
        Mistake("absolute error", answers.check_absolute,
                "A gradient of 1e-7 that is wrong by a factor 2 is off by"
                " 1e-7, and would pass; a right one of 1e9 is off by more,"
                " from rounding alone. Divide by the sum of the two norms.",
                credit=0.5),
        Mistake("0/0", answers.check_zero_by_zero,
                "Where both gradients are 0, they agree, and yours says nan."
                " Divide by no less than 1e-12.",
                credit=1.5),
        Mistake("1e-12 added", answers.check_eps_added,
                "max(norms, 1e-12) leaves all but the tiniest norms alone;"
                " adding 1e-12 changes every one of them a little, and those"
                " of size 1e-13 a lot.",
                credit=1.6),
        Mistake("in float32", answers.check_in_its_own_precision,
                "float32 keeps 7 digits: x + 1e-5 loses most of the step, and"
                " f(x + h) - f(x - h) the rest. A right gradient looks wrong."
                " Turn x into float64 first.",
                credit=1.6),
        Mistake("grad in float32", answers.check_with_rough_gradient,
                "mc.numerical_gradient works in float64 by itself, grad does"
                " not: x reaches it in float32, and its answer keeps 7"
                " digits. Turn x into float64 before you ask either.",
                credit=1.7),
        Mistake("one norm only", answers.check_by_one_norm,
                "Below the line stands the sum of both norms, of the numerical"
                " and of your gradient; with one only, a gradient and its"
                " double are 1 or 1/2 apart, depending on who is who.",
                credit=0.8),
        Mistake("larger norm for the sum", answers.check_by_largest_norm,
                "The contract divides by the sum of the two norms, you by the"
                " larger one: for gradients that almost agree that is twice"
                " as much.",
                credit=1.0),
        Mistake("norms compared", answers.check_of_norms,
                "Two vectors of one length may point in different directions:"
                " a gradient with the wrong sign would pass. Take the norm of"
                " the difference, not the difference of the norms."),
        Mistake("squares without roots", answers.check_without_roots,
                "You divide squared norms: an error of 1e-4 becomes 1e-8, and"
                " passes. Take the roots.",
                credit=0.5),
        Mistake("verdict for the number", answers.check_as_verdict,
                "Asked is the relative error itself. Whether 1e-5 is good"
                " enough is for whoever called to say.",
                credit=0.8),
        Mistake("forward difference", answers.check_forward,
                "With one-sided differences a right gradient is off by about"
                " 1e-5 or more, and can't be told from a slightly wrong one."
                " Take central ones: mc.numerical_gradient.",
                credit=1.0),
    ],
    variants=[
        Variant("by norms", answers.check_by_norms),
        Variant("flattened", answers.check_flattened),
    ],
)


def both_noise(first, second, program):
    """Both are rounding errors of numbers near 1, divided by 4e-16."""
    return all(
        np.abs(np.round(H / GRAIN) - H / GRAIN).max() < 1e-6
        for H in (first, second)
    )


GRAIN = 2.0**-62 / 4e-16


hessian = Exercise(
    reference=mc.hessian,
    points=3,
    compare=named_if(both_noise, TWICE, TWICE),
    refuses=(
        "scipy.differentiate.hessian",
        "torch.autograd.functional.hessian",
        "torch.func.hessian",
    ),
    cases=lambda rng: [
        Case("by hand", call(SQUARE_TIMES, [3.0, 2.0]), core=True),
        Case("four variables", call(BUMPY, away(rng, 4))),
        Case("a quadratic: its own matrix", call(
            given("quadratic", symmetric(rng, 3), rng.normal(size=3)),
            away(rng, 3))),
        Case("one variable", call(given("sum_of_squares"), away(rng, 1))),
        Case("two variables", call(BUMPY, away(rng, 2))),
        Case("cubes, a wide step: h = 0.5",
             call(given("product_of_cubes"), away(rng, 3), h=0.5)),
        Case("ripples so short that h matters",
             call(given("ripples_crossed", 3e3), np.zeros(2))),
        Case("a plane: zero everywhere",
             call(given("quadratic", np.zeros((4, 4)), 10 * away(rng, 4)),
                  away(rng, 4))),
    ],
    mistakes=[
        Mistake("h^2 for 4h^2", answers.hessian_off_by_four,
                "In the quotient of four points both steps have the length"
                " 2h, from -h to +h, so it is divided by 2h times 2h. Yours"
                " is four times too large off the diagonal.",
                credit=1.5),
        Mistake("h^2 for 4h^2, on the diagonal too",
                answers.hessian_all_off_by_four,
                "In the quotient of four points both steps have the length"
                " 2h, from -h to +h, so it is divided by 2h times 2h:"
                " 4h^2. Yours is four times too large.",
                credit=1.5),
        Mistake("2h^2 for 4h^2", answers.hessian_off_by_two,
                "In the quotient of four points both steps have the length"
                " 2h, so it is divided by (2h)^2 = 4h^2: the 2 is squared,"
                " too.",
                credit=1.5),
        Mistake("times h^2, not divided by it", answers.hessian_times_square,
                "Your numbers are far too small: Python reads q / 4 * h**2"
                " from the left, as (q / 4) * h**2. Set brackets:"
                " q / (4 * h**2).",
                credit=2.2),
        Mistake("divided by 2h once", answers.hessian_divided_once,
                "It is a difference of differences: each of the two is"
                " divided by 2h, so the four points by 2h times 2h, 4h^2.",
                credit=1.5),
        Mistake("only noise: h = 1e-8", answers.hessian_of_noise,
                "Two nearly equal numbers differ by rounding, 1e-16, and that"
                " is divided by h^2 = 1e-16: what is left is noise of size 1."
                " For second differences the best h is near 1e-4.",
                credit=1.0),
        Mistake("upper triangle only", answers.hessian_one_triangle,
                "You compute the entries with i <= j and leave the others 0."
                " The matrix is symmetric: put each number in both places.",
                credit=2.0),
        Mistake("lower triangle only", answers.hessian_lower_triangle,
                "You compute the entries with i >= j and leave the others 0."
                " The matrix is symmetric: put each number in both places.",
                credit=2.0),
        Mistake("diagonal only", answers.hessian_diagonal_only,
                "Your second derivatives are those in each variable by"
                " itself. How the slope in x_i changes when x_j moves stands"
                " off the diagonal, and is 0 only if the two do not"
                " interact.",
                credit=1.0),
        Mistake("one-sided differences", answers.hessian_forward,
                "Your four points lie in one corner above x, and the error is"
                " of the order of h. Put them around x,"
                " f(++) - f(+-) - f(-+) + f(--), and it is of the order of"
                " h^2.",
                credit=1.5),
        Mistake("gradient times gradient", answers.hessian_as_outer_product,
                "The product of two first derivatives is not a second"
                " derivative: a plane has slopes and no curvature."),
    ],
    variants=[
        Variant("four points everywhere", answers.hessian_by_four_points),
        Variant("three points on the diagonal",
                answers.hessian_with_its_diagonal),
        Variant("the Jacobian of the gradient", answers.hessian_by_gradients),
    ],
)


def turned(rng, *eigenvalues):
    """A symmetric matrix with these eigenvalues, its axes turned."""
    n = len(eigenvalues)
    Q, _ = np.linalg.qr(rng.normal(size=(n, n)))
    A = (Q * np.array(eigenvalues)) @ Q.T
    return (A + A.T) / 2


classify_critical_point = Exercise(
    reference=mc.classify_critical_point,
    points=2,
    cases=lambda rng: [
        Case("a bowl, by hand", call([[2.0, 0.0], [0.0, 3.0]]), core=True),
        Case("a saddle, by hand", call([[1.0, 3.0], [3.0, 1.0]]), core=True),
        Case("a gutter, by hand", call([[2.0, 0.0], [0.0, 0.0]])),
        Case("a hill, turned",
             call(turned(rng, -1.0, *rng.uniform(-3, -2, 2)))),
        Case("a bowl, turned",
             call(turned(rng, 1.0, *rng.uniform(2, 3, 2)))),
        Case("a saddle in four dimensions, two ways up and two down",
             call(turned(rng, 1.0, 3.0, -1.0, -rng.uniform(0.5, 1)))),
        Case("two ways down and one up",
             call(turned(rng, -1.0, -2.0, rng.uniform(4, 5)))),
        Case("positive on the diagonal, three dimensions",
             call([[1.0, 2.0, 2.0], [2.0, 1.0, 2.0], [2.0, 2.0, 1.0]])),
        Case("a hilltop with a flat direction",
             call([[-1.0, 1.0], [1.0, -1.0]])),
        Case("up, down, and flat",
             call(np.diag([1.0, 0.0, -2.0]))),
        Case("flat everywhere", call(np.zeros((2, 2)))),
        Case("one dimension, down", call([[-3.0]])),
        Case("one dimension, flat", call([[0.0]])),
        Case("flat but for rounding", call(1e5 * turned(rng, 2.0, 1.0, 0.0))),
        Case("all of it small", call(1e-12 * turned(rng, 2.0, 1.0))),
        Case("a larger tol: 0.1",
             call(np.diag([10.0, 5.0, -0.9]), tol=0.1)),
        Case("on the other side of it",
             call(np.diag([10.0, 5.0, -1.1]), tol=0.1)),
        Case("a larger tol on a hilltop",
             call(np.diag([-10.0, -5.0, 0.9]), tol=0.1)),
        Case("just below the default tol", call(np.diag([1.0, 7e-10]))),
        Case("just above it", call(np.diag([1.0, 1.5e-9]))),
    ],
    mistakes=[
        Mistake("judged by the diagonal", answers.classify_by_diagonal,
                "The diagonal of [[1, 3], [3, 1]] is positive, and yet it"
                " goes down along (1, -1): the eigenvalues are 4 and -2. The"
                " diagonal sees the axes only.",
                credit=0.5),
        Mistake("judged by the determinant alone",
                answers.classify_by_determinant,
                "The determinant is the product of the eigenvalues: two"
                " negative ones give a positive one, too. A hilltop is no"
                " bowl.",
                credit=0.4),
        Mistake("the 2 x 2 rule for all sizes",
                answers.classify_by_two_by_two_rule,
                "The sign of the determinant and of one entry settle it for"
                " 2 x 2 only: with the eigenvalues 4, -1, -2 the determinant"
                " is positive. Ask for all eigenvalues.",
                credit=0.8),
        Mistake("judged by the trace", answers.classify_by_trace,
                "The trace is the sum of the eigenvalues: 4 - 2 is positive,"
                " and still it is a saddle. Ask for each of them."),
        Mistake("flat called a minimum", answers.classify_flat_as_bottom,
                "An eigenvalue of 0 says that the second derivatives do not"
                " know: x^4 has a minimum at 0, -x^4 a maximum and x^3"
                " neither, and all three have the second derivative 0.",
                credit=1.2),
        Mistake("one is enough for a minimum", answers.classify_by_any,
                "One positive eigenvalue and a flat direction are no"
                " minimum: x^2 + y^3 has the eigenvalues 2 and 0, and goes"
                " down along y. For a minimum all must be positive, for a"
                " maximum all negative: .all(), not .any().",
                credit=1.2),
        Mistake("one is enough, and a saddle never comes up",
                answers.classify_any_first,
                "One positive eigenvalue is not enough for a minimum: at a"
                " saddle another one is negative. For a minimum all must be"
                " positive, for a maximum all negative: .all(), not .any();"
                " and both signs make a saddle.",
                credit=0.8),
        Mistake("all the rest a saddle", answers.classify_rest_as_saddle,
                "Neither all positive nor all negative is not yet a saddle:"
                " the others may be 0, and then H can't tell. A saddle needs"
                " one that is positive and one that is negative.",
                credit=1.2),
        Mistake("flat before mixed", answers.classify_flat_first,
                "One direction goes up and another down: that is a saddle,"
                " whatever the flat directions do. Look for both signs"
                " first.",
                credit=1.6),
        Mistake("no tolerance", answers.classify_without_tol,
                "An eigenvalue that should be 0 comes out as 1e-16 or -1e-16,"
                " and its sign is an accident. What is no larger than tol"
                " times the largest counts as 0.",
                credit=1.4),
        Mistake("absolute tolerance", answers.classify_absolute,
                "Measured in other units the same bowl has other"
                " eigenvalues: 1e-12 times a bowl is a bowl. Compare with tol"
                " times the largest modulus.",
                credit=1.5),
        Mistake("minimum and maximum swapped", answers.classify_upside_down,
                "Positive curvature in every direction is a bowl, and its"
                " critical point the bottom: a minimum.",
                credit=0.8),
    ],
    variants=[
        Variant("by the set of signs", answers.classify_by_signs),
        Variant("by the smallest and the largest", answers.classify_by_ends),
    ],
)


def softmax_hessian(rng, *shape):
    """diag(s) - s s^T for shares drawn at random."""
    s = rng.uniform(0.2, 1.0, shape)
    s = s / s.sum(-1, keepdims=True)
    return s[..., None] * (np.eye(shape[-1]) - s[..., None, :])


gauss_newton_matrix = Exercise(
    reference=mc.gauss_newton_matrix,
    points=2,
    cases=lambda rng: [
        Case("by hand", call([[1.0, 2.0], [0.0, 1.0], [1.0, 0.0]]),
             core=True),
        Case("by hand, with a loss", call(
            [[1.0, 2.0], [0.0, 1.0], [1.0, 0.0]], np.diag([1.0, 2.0, 0.0]))),
        Case("squared error", call(away(rng, 5, 3))),
        Case("as many outputs as parameters", call(away(rng, 3, 3))),
        Case("more parameters than outputs", call(away(rng, 2, 4))),
        Case("softmax and cross-entropy: diag(s) - s s^T", call(
            away(rng, 3, 4), loss_hessian=softmax_hessian(rng, 3))),
        Case("two samples, added up", call(away(rng, 2, 4, 3))),
        Case("two samples, one loss Hessian for all", call(
            away(rng, 2, 4, 3), softmax_hessian(rng, 4))),
        Case("two samples, one loss Hessian for each", call(
            away(rng, 2, 3, 4), softmax_hessian(rng, 2, 3))),
        Case("one sample", call(
            away(rng, 1, 3, 2), softmax_hessian(rng, 1, 3))),
    ],
    mistakes=[
        Mistake("J J^T", answers.gauss_newton_outputs,
                "The Hessian has a row and a column for each parameter:"
                " (n, n). J J^T is (m, m), outputs by outputs; turn it round,"
                " J^T J.",
                credit=0.5),
        Mistake("J H J^T", answers.gauss_newton_turned_round,
                "The Hessian has a row and a column for each parameter:"
                " (n, n). J takes parameters to outputs, and H, (m, m), acts"
                " on outputs: so J stands on its right, J^T on its left,"
                " J^T H J.",
                credit=0.6),
        Mistake("J H J^T, with an identity for None",
                answers.gauss_newton_turned_round_with_eye,
                "The Hessian has a row and a column for each parameter:"
                " (n, n). J takes parameters to outputs, and H, (m, m), acts"
                " on outputs: so J stands on its right, J^T on its left,"
                " J^T H J.",
                credit=0.6),
        Mistake("loss_hessian ignored", answers.gauss_newton_deaf,
                "J^T J belongs to half the squared error. Every other loss"
                " puts its own second derivatives between: J^T H J, for"
                " softmax and cross-entropy H = diag(s) - s s^T.",
                credit=1.0),
        Mistake("mean over the samples", answers.gauss_newton_mean,
                "Asked is the sum over the samples, because the loss is the"
                " sum of theirs; yours is divided by their number.",
                credit=1.4),
        Mistake("divided by the outputs",
                answers.gauss_newton_mean_over_outputs,
                "The loss 1/2 |r|^2 is a sum over the residuals, not their"
                " mean: nothing is divided by m.",
                credit=1.0),
        Mistake("one matrix for each sample",
                answers.gauss_newton_for_each,
                "These are the right matrices, one for each sample. The loss"
                " is the sum over the samples, so its Hessian is, too: add"
                " them up along the first axis.",
                credit=1.4),
        Mistake("all axes reversed", answers.gauss_newton_all_transposed,
                "Of an array with three axes .T reverses all of them, the"
                " samples too. Swap the last two only: J.swapaxes(-1, -2),"
                " or J.mT.",
                credit=1.2),
        Mistake("diagonal of loss_hessian only",
                answers.gauss_newton_diagonal,
                "The outputs of one sample interact: diag(s) - s s^T is full,"
                " and you take its diagonal only.",
                credit=1.2),
    ],
    variants=[
        Variant("matrix products", answers.gauss_newton_by_matmul),
        Variant("einsum", answers.gauss_newton_by_einsum),
        Variant("sample by sample", answers.gauss_newton_by_loop),
    ],
)


def calls_at_most(most):
    """Compare by how often a counted function was called."""

    def predicate(got, **inputs):
        count = int(got)
        return count <= most or f"yours calls grad {count} times"

    compare = satisfies(predicate, f"at most {most} calls of grad")

    def same(first, second, program):
        alike = all(np.ndim(n) == 0 and n > most for n in (first, second))
        return None if alike else Difference("value", "another count")

    compare.same = same
    return compare


GRADIENT = given("bumpy_gradient")

hessian_vector_product = Exercise(
    reference=mc.hessian_vector_product,
    points=3,
    compare=BY_DIFFERENCES,
    refuses=(
        "torch.autograd.functional.hvp",
        "torch.autograd.functional.vhp",
        "torch.func.jvp",
    ),
    cases=lambda rng: [
        Case("by hand", call(given("square_times_gradient"), [3.0, 2.0],
                             [1.0, 2.0])),
        Case("five variables", call(GRADIENT, away(rng, 5), away(rng, 5))),
        Case("50 variables, at most 4 gradients", script(
            "hessian_vector_product(grad, x, v); grad.calls",
            grad=given("counted", GRADIENT), x=away(rng, 50),
            v=away(rng, 50)), compare=calls_at_most(4)),
        Case("a vector of length 1",
             call(GRADIENT, away(rng, 4), unit(away(rng, 4))), core=True),
        Case("a vector of length 1, a wide step: h = 0.5",
             call(GRADIENT, away(rng, 4), unit(away(rng, 4)), h=0.5)),
        Case("ripples so short that h matters",
             call(given("each_ripple", 3e4), np.zeros(2), [0.6, 0.8])),
        Case("a matrix of weights",
             call(GRADIENT, away(rng, 2, 3), away(rng, 2, 3))),
        Case("a very long vector",
             call(GRADIENT, away(rng, 3), 1e9 * away(rng, 3))),
        Case("a very short vector",
             call(GRADIENT, away(rng, 3), 1e-9 * away(rng, 3)),
             compare=values(rtol=1e-6, atol=1e-17)),
        Case("no direction at all: zero",
             call(GRADIENT, away(rng, 3), np.zeros(3))),
    ],
    mistakes=[
        Mistake("forward difference", answers.product_forward,
                "(grad(x + hu) - grad(x)) / h is off by about h; with"
                " grad(x - hu) in place of grad(x), and 2h below, by about"
                " h^2. It costs the same two gradients.",
                credit=1.5),
        Mistake("not scaled back", answers.product_not_scaled_back,
                "You make v a unit vector before you step: good. But H v is"
                " then ||v|| times as long as H u: multiply by the norm at"
                " the end.",
                credit=1.2),
        Mistake("divided by h", answers.product_by_h,
                "From x - hu to x + hu the way is 2h, so yours is twice as"
                " long as it should be.",
                credit=1.2),
        Mistake("step as long as v", answers.product_of_long_step,
                "The step h v is as long as v makes it: with 1e9 it leaves"
                " the neighbourhood, with 1e-9 it drowns in rounding. Step"
                " along v / ||v||, and multiply by ||v|| at the end.",
                credit=2.0),
        Mistake("step as long as v, and forward",
                answers.product_of_long_forward_step,
                "Two things: (grad(x + hv) - grad(x)) / h is off by about h,"
                " so look to both sides; and the step h v is as long as v"
                " makes it. Step along v / ||v||, and multiply by ||v||.",
                credit=1.0),
        Mistake("step as long as v, divided by h",
                answers.product_of_long_step_by_h,
                "Two things: from x - hv to x + hv the way is 2h v; and the"
                " step is as long as v makes it. Step along v / ||v||, and"
                " multiply by ||v||.",
                credit=0.8),
        Mistake("nan for the zero vector", answers.product_nan_for_zero,
                "A zero vector has no direction, and v / ||v|| is 0/0. H"
                " times 0 is 0: do not divide where the norm is 0.",
                credit=2.5),
        Mistake("the whole Hessian", answers.product_by_hessian,
                "The numbers are right, the cost is not: you take a gradient"
                " or two for every variable, and a model has billions. One"
                " difference of two gradients along v is enough.",
                credit=1.2),
    ],
    variants=[
        Variant("along a unit vector", answers.product_of_unit_step),
        Variant("a step of h / ||v||", answers.product_by_scaled_step),
    ],
)


def curved(rng, *eigenvalues):
    """The gradient of a quadratic whose Hessian has these eigenvalues."""
    return given("matrix_times", turned(rng, *eigenvalues))


def own_mistake(first, second, program):
    """Neither is a number at all."""
    return bool(np.isnan(first) and np.isnan(second))


THREE_DIGITS = values(rtol=1e-3, atol=1e-3)
BY_ITERATION = named_if(own_mistake, THREE_DIGITS, THREE_DIGITS)
# A start almost at right angles to the eigenvector stands still for a while;
# with the default tol one in a thousand would end there.
TINY = 1e-12
THREE_OF_SMALL = values(rtol=1e-3, atol=0)
SMALL_TOO = named_if(own_mistake, THREE_OF_SMALL, THREE_OF_SMALL)


def start(rng):
    """A generator, by its seed."""
    return given("rng", int(rng.integers(10**6)))


def count_of_calls(rng, eigenvalues, most, **options):
    """A case that counts the gradients of one run."""
    settings = "".join(f", {name}={value!r}" for name, value in
                       options.items())
    return {
        "program": script(
            f"sharpness(grad, x, rng=rng{settings}); grad.calls",
            grad=given("counted", curved(rng, *eigenvalues)),
            x=rng.normal(size=len(eigenvalues)), rng=start(rng)),
        "compare": calls_at_most(most),
    }


# So close together that an iteration takes its time.
SLOW = tuple(np.linspace(10.0, -3.0, 40))

sharpness = Exercise(
    reference=mc.sharpness,
    points=3,
    compare=BY_ITERATION,
    refuses=(
        "scipy.sparse.linalg.eigs",
        "scipy.sparse.linalg.eigsh",
        "scipy.sparse.linalg.lobpcg",
        "torch.lobpcg",
    ),
    cases=lambda rng: [
        Case("by hand: 3 and -5", call(
            given("matrix_times", np.diag([3.0, -5.0])), [1.0, 2.0],
            rng=start(rng)), core=True),
        Case("a bowl", call(
            curved(rng, 4.0, 2.0, 1.0, rng.uniform(0.2, 0.6)), away(rng, 4),
            tol=TINY, rng=start(rng)), core=True),
        Case("a saddle that rises more than it falls", call(
            curved(rng, 6.0, 1.0, -rng.uniform(2, 3)), away(rng, 3),
            tol=TINY, rng=start(rng))),
        Case("a saddle that falls more than it rises", call(
            curved(rng, 2.0, 0.5, -rng.uniform(3, 4)), away(rng, 3),
            tol=TINY, rng=start(rng))),
        Case("a hilltop: -1 and -4", call(
            curved(rng, -1.0, -4.0, -rng.uniform(2.5, 3)), away(rng, 3),
            tol=TINY, rng=start(rng))),
        Case("a plane: 0", call(
            given("matrix_times", np.zeros((3, 3))), away(rng, 3),
            rng=start(rng))),
        Case("one variable, downwards", call(
            given("matrix_times", [[-2.0]]), away(rng, 1), rng=start(rng))),
        Case("almost a plane: eigenvalues near 1e-13", call(
            curved(rng, 3e-13, 2e-13, -1e-13), away(rng, 3), tol=TINY,
            rng=start(rng)), compare=SMALL_TOO),
        Case("as round as can be: one step will do", call(
            curved(rng, 2.0, 2.0, 2.0), away(rng, 3), max_iter=1,
            rng=start(rng))),
        Case("without rng", call(
            curved(rng, 1.0, 0.2, -rng.uniform(2, 3)), away(rng, 3),
            tol=TINY)),
        Case("not a quadratic", script(
            "sharpness(lambda x: x**2, x, tol=1e-12, rng=rng)",
            x=np.array([-2.0, 0.5, 1.2]), rng=start(rng))),
        Case("one seed, one number", script(
            "one = sharpness(grad, x, max_iter=2, rng=first)\n"
            "again = sharpness(grad, x, max_iter=2, rng=second)\n"
            "abs(one - again) < 1e-9",
            grad=curved(rng, *SLOW), x=rng.normal(size=40),
            **dict.fromkeys(["first", "second"], start(rng)))),
        Case("40 variables, and no Hessian: at most 40 gradients",
             **count_of_calls(rng, (9.0,) * 40, 40)),
        Case("another seed, another start", script(
            "one = sharpness(grad, x, max_iter=2, rng=first)\n"
            "other = sharpness(grad, x, max_iter=2, rng=second)\n"
            "abs(one - other) > 1e-9",
            grad=curved(rng, *SLOW), x=rng.normal(size=40),
            first=start(rng), second=start(rng))),
        Case("3 steps at most, if max_iter says so",
             **count_of_calls(rng, SLOW, 20, max_iter=3, tol=0.0)),
        Case("ends early, if tol says so",
             **count_of_calls(rng, SLOW, 100, tol=0.2)),
        Case("ends early on a hilltop, too",
             **count_of_calls(rng, [-x for x in SLOW], 100, tol=0.2)),
    ],
    mistakes=[
        Mistake("as it stood", answers.sharpness_plain,
                "Both mistakes are still in it. Power iteration finds the"
                " eigenvalue of largest modulus: of 3 and -5 it finds -5. And"
                " on a plane H v is 0, and 0 divided by its norm is nan.",
                credit=0.2),
        Mistake("largest modulus", answers.sharpness_signed,
                "Power iteration finds the eigenvalue of largest modulus: of"
                " 3 and -5 it finds -5. If that is negative, take it away"
                " from all: H + 5 I has 8 and 0. Iterate again, and take the"
                " 5 off the 8.",
                credit=1.0),
        Mistake("modulus for the eigenvalue", answers.sharpness_modulus,
                "You find -5 and return 5. No direction has this curvature:"
                " the largest eigenvalue of diag(3, -5) is 3.",
                credit=0.8),
        Mistake("modulus for the eigenvalue, and nan on a plane",
                answers.sharpness_plain_modulus,
                "Both mistakes are still in it: you find -5 and return 5, but"
                " the largest eigenvalue of diag(3, -5) is 3; and on a plane"
                " H v is 0, and 0 divided by its norm is nan.",
                credit=0.6),
        Mistake("never below 0", answers.sharpness_at_least_zero,
                "Where the largest modulus belongs to a negative eigenvalue,"
                " you return 0. But 3 is still there beside -5, and on a"
                " hilltop the largest eigenvalue is negative itself. Shift"
                " all of them, and iterate again.",
                credit=0.8),
        Mistake("nan on a plane", answers.sharpness_nan_where_flat,
                "On a plane H v is 0, and 0 divided by its norm is nan. Where"
                " the norm is 0, stop: the eigenvalue is 0.",
                credit=2.2),
        Mistake("not shifted back", answers.sharpness_not_shifted_back,
                "The eigenvalue that you find is that of the shifted matrix:"
                " 8 of H + 5 I. Take the 5 away again.",
                credit=1.5),
        Mistake("trace", answers.sharpness_trace,
                "The trace is the sum of all eigenvalues, 3 - 5 = -2; asked"
                " is the largest of them."),
        Mistake("the whole Hessian", answers.sharpness_of_whole_hessian,
                "The number is right, the cost is not: for the whole Hessian"
                " you need a gradient or two for every variable. Power"
                " iteration needs two for each step.",
                credit=1.0),
        Mistake("rng ignored", answers.sharpness_of_own_start,
                "Two seeds give the very same number after two steps: the"
                " start is not drawn from rng.",
                credit=2.2),
        Mistake("tol ignored", answers.sharpness_never_early,
                "You always take max_iter steps. Stop when the estimate has"
                " changed by no more than tol times its modulus.",
                credit=2.2),
        Mistake("max_iter ignored", answers.sharpness_never_tired,
                "You take more steps than max_iter allows. Hand it on to"
                " every iteration.",
                credit=2.2),
    ],
    variants=[
        Variant("again only where needed", answers.sharpness_by_two_runs),
        Variant("always shifted", answers.sharpness_by_bound),
    ],
)


ENOUGH = 0.85


@functools.cache
def irises():
    """scikit-learn's irises: four measures in cm, and the kind."""
    from sklearn.datasets import load_iris

    data = load_iris()
    return data.data, data.target


def _complaint(got):
    """Say why these are no weights of a network, or return None."""
    if not isinstance(got, (tuple, list)) or len(got) != 4:
        return "yours is not a tuple of four, (W1, b1, W2, b2)"
    layers = [np.asarray(layer) for layer in got]
    if any(layer.dtype.kind not in "biuf" for layer in layers):
        return "yours are not all numbers: take .data of every Value"
    shapes = [layer.shape for layer in layers]
    h = layers[1].size
    if not 2 <= h <= 64 or shapes != [(h, 4), (h,), (3, h), (3,)]:
        return f"yours have the shapes {', '.join(map(str, shapes))}"
    if not all(np.isfinite(layer).all() for layer in layers):
        return "yours are not all finite numbers"
    return None


def _outcome(got, X, y):
    """Say in a word and in a sentence what trained weights are worth."""
    complaint = _complaint(got)
    if complaint and "shapes" in complaint:
        turned_back = tuple(np.transpose(layer) for layer in got)
        if _complaint(turned_back) is None:
            word, _ = _outcome(turned_back, X, y)
            return f"{word}, transposed", complaint
        return "shapes", complaint
    if complaint:
        return complaint, complaint
    W1, b1, W2, b2 = map(np.asarray, got)
    kinds = (np.tanh(X @ W1.T + b1) @ W2.T + b2).argmax(1)
    share = float(np.mean(kinds == y))
    told = f"yours tells {100 * share:.0f} % of them right"
    if share >= ENOUGH:
        return "learned", True
    if (kinds == kinds[0]).all():
        return "one kind", told
    return ("not enough" if share > 0.55 else "guesses"), told


def tells_apart(X, y):
    """Compare by how many unseen flowers the trained network knows."""
    compare = satisfies(
        lambda got, *args, **kwargs: _outcome(got, X, y)[1],
        f"weights (W1, b1, W2, b2) that tell at least {100 * ENOUGH:.0f} %"
        f" of {len(y)} unseen flowers right",
    )

    def same(first, second, program):
        alike = _outcome(first, X, y)[0] == _outcome(second, X, y)[0]
        return None if alike else Difference("value", "another outcome")

    compare.same = same
    return compare


def unseen(rng):
    """One case: 90 flowers to learn from, 60 others to tell apart."""
    X, y = irises()
    kinds = [rng.permutation(np.flatnonzero(y == kind)) for kind in range(3)]
    test = np.concatenate([kind[:20] for kind in kinds])
    train = rng.permutation(np.concatenate([kind[20:] for kind in kinds]))
    mean, deviation = X[train].mean(0), X[train].std(0)
    known, new = ((X[i] - mean) / deviation for i in (train, test))
    return Case(
        "60 irises that it has never seen",
        call(known, y[train], seed=int(rng.integers(1000))),
        core=True,
        compare=tells_apart(new, y[test]),
    )


# Judged by its outcome, so any quick and good network can be the reference.
iris_perceptron = Exercise(
    reference=answers.iris_by_random_units,
    points=4,
    seconds=60.0,
    cases=lambda rng: [unseen(rng)],
    mistakes=[
        Mistake("55 to 85 %: not enough", answers.iris_two_of_three,
                "More than half, and not enough. Print the mean loss of each"
                " round: it should fall below 0.2. If it falls and stays too"
                " high, it stopped too early, or part of it is stuck: are all"
                " weights in the list of what is trained, those of the first"
                " layer and the biases, too? If it does not fall at all, this"
                " was luck: does w.data of the network's own Values change?",
                credit=2.0),
        Mistake("always the same kind", answers.iris_untrained,
                "Every flower gets the same name. If all weights start at 0,"
                " all hidden units stay equal for ever: draw them from rng."
                " If the loss is nan or grows, the learning rate is too"
                " large."),
        Mistake("nothing learned, or the opposite", answers.iris_mixed_up,
                "Guessing names a third of them right, and weights that were"
                " never trained may name fewer or more. Do the network's own"
                " Values change, w.data -= lr * w.grad, after every backward?"
                " (w = Value(...) makes a new one, which the network does not"
                " know.) Does the step go against the gradient? Does each"
                " flower still stand beside its own kind after shuffling?",
                credit=1.0),
        Mistake("the loss grows without end", answers.iris_overflow,
                "A number has become too large for a float, so the loss"
                " grows: the step goes uphill, += for -=, or it is too large."
                " w.data -= 0.1 * w.grad does well.",
                credit=1.5),
        Mistake("transposed", answers.iris_transposed,
                "A row for each unit, a column for each of its inputs: W1"
                " (h, 4), W2 (3, h). Yours are the transposes.",
                credit=3.0),
        Mistake("labels for weights", answers.iris_labels,
                "Asked are the trained weights, (W1, b1, W2, b2); what they"
                " say about flowers is computed from them."),
        Mistake("Values for numbers", answers.iris_of_values,
                "These are Values, which nobody else can read. Take the"
                " number out of each: w.data.",
                credit=1.0),
        Mistake("not finite", answers.iris_not_finite,
                "Some weights are nan or infinite, so the loss grew: the step"
                " goes uphill, += for -=, or it is too large."
                " w.data -= 0.1 * w.grad does well.",
                credit=1.0),
    ],
    variants=[
        Variant("a network of 24 random units", answers.iris_by_more_units),
        Variant("as lists of numbers", answers.iris_as_lists),
        Variant("the discriminant, through tanh",
                answers.iris_by_discriminant),
    ],
)


# Mutants of the solutions that change nothing, with the reason.
_PARENTS = "the order of a value's parents makes no difference"
_SETTLED = "the estimate has settled to three digits long before"
EQUIVALENT = {
    "hessian": {
        "a, b = steps[i], steps[j] => a, b = (steps[j], steps[i])":
            "the quotient of four points is the same for both orders",
    },
    "Value": {
        "self.op = op => pass": "a label for pictures",
        "pairs = [(self, 1.0), (other, 1.0)] =>"
        " pairs = [((other, 1.0)), ((self, 1.0))]": _PARENTS,
        "pairs = [(self, other.data), (other, self.data)] =>"
        " pairs = [((other, self.data)), ((self, other.data))]": _PARENTS,
        "pairs = [(self, float(self.data > 0))] =>"
        " pairs = [(self, (self.data > 0))]":
            "True and False count as 1 and 0",
        'return Value(max(self.data, 0.0), pairs, "relu") =>'
        ' return Value(max(0.0, self.data), pairs, "relu")':
            "the larger of two is the same in either order",
        "return self * -1.0 => return (self / (-1.0))":
            "-1 is its own reciprocal",
    },
    "gradient_check": {
        "return np.linalg.norm(numerical - given) / max(size, 1e-12) =>"
        " return np.linalg.norm((given - numerical)) / max(size, 1e-12)":
            "a vector and its opposite have the same norm",
        "return np.linalg.norm(numerical - given) / max(size, 1e-12) =>"
        " return np.linalg.norm(numerical - given) / max(1e-12, size)":
            "the larger of two is the same in either order",
    },
    "quadratic_form_gradient": {
        "return (A + A.T) @ x => return (x @ (A + A.T))":
            "A + A^T is symmetric",
    },
    "sharpness": {
        "def sharpness(grad, x, *, max_iter=100, tol=1e-6, rng=None): =>"
        " def sharpness(grad, x, *, max_iter=101, tol=1e-6, rng=None):":
            _SETTLED,
        "def sharpness(grad, x, *, max_iter=100, tol=1e-6, rng=None): =>"
        " def sharpness(grad, x, *, max_iter=99, tol=1e-6, rng=None):":
            _SETTLED,
        "def sharpness(grad, x, *, max_iter=100, tol=1e-6, rng=None): =>"
        " def sharpness(grad, x, *, max_iter=100, tol=2e-06, rng=None):":
            _SETTLED,
        "rng = np.random.default_rng(0) if rng is None else rng =>"
        " rng = np.random.default_rng(1) if rng is None else rng":
            "without rng the start is of one's own choice",
        "before, bend = bend, v @ w => before, bend = bend, (w @ v)":
            "the dot product of two vectors does not mind their order",
        "if abs(bend - before) <= tol * abs(bend): =>"
        " if (abs(bend - before) < (tol * abs(bend))):":
            "a step more where both sides are equal",
        "if abs(bend - before) <= tol * abs(bend): =>"
        " if abs((before - bend)) <= tol * abs(bend):":
            "a number and its opposite have the same modulus",
    },
}

"""Exercises of chapter 14."""

import functools

import numpy as np

from mathlib import machine_learning as ml
from mathlib import neural_networks as nn
from mathlib.course.compare import Difference, satisfies
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
from mathlib.exercises import _neural_networks_answers as answers

TANH, RELU = given("tanh_derivative"), given("relu_derivative")
SQUARE = given("square_derivative")
AUTOGRAD = ("torch.Tensor.backward", "torch.autograd.backward",
            "torch.autograd.grad")

softmax_cross_entropy_delta = Written(
    rubric=[
        (1, r"Question 1: $\log\hat y_k = z_k - \mathrm{lse}(\mathbf z)$,"
            r" hence $\mathcal L = \mathrm{lse}(\mathbf z) - \mathbf"
            r" y\cdot\mathbf z$; says that $\sum_k y_k = 1$ lets the"
            r" log-sum-exp come out of the sum"),
        (1, r"Question 2: the derivative of lse is softmax, so"
            r" $\partial\mathcal L/\partial\mathbf z = \hat{\mathbf y} -"
            r" \mathbf y$; its entries add up to $1 - 1 = 0$, because adding"
            r" one number to all $z_k$ changes no probability and so not the"
            r" loss"),
        (1, r"Question 3: each $\hat y_k$ depends on every $z_j$, so the full"
            r" Jacobian $\mathrm{diag}(\hat{\mathbf y}) - \hat{\mathbf"
            r" y}\hat{\mathbf y}^\top$ is needed; the diagonal alone gives"
            r" $-y_i(1 - \hat y_i)$: for a one-hot $\mathbf y$ right for the"
            r" true class and 0 elsewhere, for $(\frac12, \frac12, 0)$ right"
            r" nowhere"),
        (1, r"Question 4: puts the numbers in: $|(\hat y - y)\,\hat y(1 -"
            r" \hat y)| \approx 3.4\cdot10^{-4}$ against $|\hat y - y|"
            r" \approx 0.9997$; the factor $\hat y(1 - \hat y)$ is what stops"
            r" the learning where it is needed most"),
        (1, r"Question 5: $H = \mathrm{diag}(\hat{\mathbf y}) - \hat{\mathbf"
            r" y}\hat{\mathbf y}^\top$, without $\mathbf y$; $\mathbf v\cdot"
            r" H\mathbf v = \sum_k\hat y_kv_k^2 - (\sum_k\hat y_kv_k)^2 \ge"
            r" 0$, a variance, so $\mathcal L$ is convex in $\mathbf z$ and"
            r" flat along $(1, \dots, 1)$ only; with one layer $\mathbf z$ is"
            r" linear in $W$ and $\mathbf b$, so convex in them, with two it"
            r" is not (half a point for $H$ and the variance, half for the"
            r" layers)"),
    ],
)


# --- backpropagation ---------------------------------------------------------


def network(rng, *sizes):
    """Random weights and biases of the layers between these widths."""
    weights = [rng.normal(size=(n_out, n_in)) / n_in**0.5
               for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True)]
    return weights, [rng.normal(size=n) for n in sizes[1:]]


def passed(rng, n, *sizes, f=np.tanh, soft=False, kind=None):
    """A cache, the weights and targets for n random samples."""
    weights, biases = network(rng, *sizes)
    x = rng.normal(size=(n, sizes[0]))
    _, cache = nn.mlp_forward(x, weights, biases, f)
    if kind:
        y = rng.normal(size=(n, sizes[-1]))
    elif soft:
        y = rng.dirichlet(np.ones(sizes[-1]), size=n)
    else:
        y = np.eye(sizes[-1])[rng.integers(sizes[-1], size=n)]
    return cache, weights, y


# By their names, since the report shows them and nests are hard to read.
BY_HAND = {
    "cache": (
        [np.array([[1.0], [2.0]]), np.array([[1.0, 1.0], [4.0, 9.0]])],
        [np.array([[1.0, 1.0], [2.0, 3.0]]), np.array([[2.0], [0.0]])]),
    "weights": [np.array([[1.0], [2.0]]), np.array([[2.0, -1.0]])],
    "y": [[0.0], [3.0]],
}

mlp_backward = Exercise(
    reference=nn.mlp_backward,
    points=4,
    refuses=AUTOGRAD,
    cases=lambda rng: [
        Case("by hand: z squared, and the squared error",
             call(**BY_HAND, activation_derivative=SQUARE,
                  kind="squared_error")),
        Case("two layers, tanh", call(*passed(rng, 5, 3, 4, 2), TANH),
             core=True),
        Case("three layers, tanh", call(*passed(rng, 4, 3, 5, 2, 6), TANH)),
        Case("two layers, ReLU",
             call(*passed(rng, 6, 4, 7, 3, f=ml.relu), RELU)),
        Case("all layers three wide",
             call(*passed(rng, 5, 3, 3, 3, 3), TANH)),
        Case("one sample", call(*passed(rng, 1, 4, 3, 2), TANH)),
        Case("one layer: softmax regression",
             call(*passed(rng, 5, 3, 4), TANH)),
        Case("targets that are probabilities",
             call(*passed(rng, 5, 2, 4, 3, soft=True), TANH)),
        Case("squared error, two outputs",
             call(*passed(rng, 5, 3, 4, 2, kind="squared_error"), TANH,
                  kind="squared_error")),
        Case("squared error, one layer: linear regression",
             call(*passed(rng, 6, 3, 2, kind="squared_error"), TANH,
                  kind="squared_error")),
    ],
    mistakes=[
        Mistake("W in place of its transpose", answers.mlp_with_W,
                "Blame goes back over the edges on which the numbers came:"
                " W^T delta for one sample, so for rows delta @ W. You"
                " multiply rows by W.T; with layers of one width even the"
                " shapes agree.",
                credit=2.0),
        Mistake("phi' evaluated at a", answers.mlp_slope_at_a,
                "You ask for phi' at the activation a = phi(z). It belongs at"
                " z. For ReLU it is the same, for tanh it is not.",
                credit=2.5),
        Mistake("phi' of the layer above", answers.mlp_slope_above,
                "delta^l takes phi'(z^l), of its own layer; yours takes"
                " that of the layer above, which is in delta^(l+1)"
                " already.",
                credit=2.0),
        Mistake("phi' left out", answers.mlp_without_slope,
                "Between two layers stands the activation: multiply by"
                " phi'(z^l), entry by entry, after the product with W.",
                credit=1.5),
        Mistake("phi' at the output, too", answers.mlp_slope_at_the_output,
                "After the last z there is no phi: y_hat - y is delta^L as it"
                " stands.",
                credit=2.5),
        Mistake("bias gradient of each sample", answers.mlp_biases_of_each,
                "One bias serves all samples, so its gradient is the sum of"
                " delta over the rows, (n_l,). You return a row for each"
                " sample.",
                credit=2.5),
        Mistake("bias gradient summed over the units",
                answers.mlp_biases_over_units,
                "You sum each sample's delta over its units. Rows are"
                " samples: sum over axis 0, so that one number for each unit"
                " is left.",
                credit=2.5),
        Mistake("bias gradient as a row", answers.mlp_biases_as_rows,
                "The numbers are right, but b^l has the shape (n_l,), and"
                " yours is a matrix of one row: leave keepdims out.",
                credit=3.4),
        Mistake("bias gradient as one number",
                answers.mlp_biases_of_one_number,
                "delta.sum() adds up everything. Each unit has a bias of its"
                " own: sum over axis 0.",
                credit=2.5),
        Mistake("bias gradient averaged once more",
                answers.mlp_biases_of_means,
                "The 1/N of the mean loss is in delta already, so the biases"
                " take the sum over the samples, not a mean.",
                credit=3.0),
        Mistake("summed, not averaged", answers.mlp_summed,
                "The loss is the mean over the N samples: all gradients are"
                " N times too large. Divide delta^L by len(y).",
                credit=3.0),
        Mistake("averaged over the outputs, too", answers.mlp_mean_of_all,
                "You divide by N K, the number of all entries. The loss is"
                " the mean over the N samples of a sum over the K outputs.",
                credit=3.0),
        Mistake("averaged twice", answers.mlp_shared_twice,
                "You divide by N in delta^L, and once more in the gradients."
                " Once is enough.",
                credit=3.0),
        Mistake("biases not averaged", answers.mlp_biases_not_shared,
                "The gradients of the weights are divided by N, those of the"
                " biases are not. Divide delta^L: it serves both.",
                credit=3.0),
        Mistake("weights not averaged", answers.mlp_weights_not_shared,
                "The gradients of the biases are divided by N, those of the"
                " weights are not. Divide delta^L: it serves both.",
                credit=3.0),
        Mistake("uphill", answers.mlp_uphill,
                "All signs are turned: delta^L is y_hat - y, the prediction"
                " minus the truth.",
                credit=2.5),
        Mistake("softmax forgotten", answers.mlp_without_softmax,
                "zs[-1] holds scores. For the cross-entropy y_hat is their"
                " softmax, row by row.",
                credit=2.0),
        Mistake("kind ignored", answers.mlp_always_softmax,
                "For kind=\"squared_error\" the output is z^L itself, without"
                " a softmax.",
                credit=3.0),
        Mistake("softmax over the samples", answers.mlp_softmax_of_columns,
                "Probabilities add up to 1 in each row, over the classes."
                " Yours do so in each column: axis=-1.",
                credit=2.5),
        Mistake("the diagonal of the softmax only",
                answers.mlp_of_the_diagonal,
                "You multiply -y / y_hat by y_hat (1 - y_hat), entry by"
                " entry. But every y_hat_k depends on all z: the whole"
                " Jacobian gives y_hat - y.",
                credit=2.0),
        Mistake("twice the squared error", answers.mlp_twice_the_error,
                "The loss is half the squared length, so that its derivative"
                " is y_hat - y, without a 2.",
                credit=3.2),
        Mistake("weights' gradients transposed",
                answers.mlp_weights_transposed,
                "A gradient has the shape of what it is the gradient of: (n_l,"
                " n_(l-1)), delta.T @ a. Yours is turned.",
                credit=3.0),
        Mistake("product of the means", answers.mlp_of_means,
                "You multiply the sum of the deltas by the mean of the"
                " inputs. Each sample has its own product; add those up:"
                " delta.T @ a.",
                credit=2.0),
        Mistake("the last activation for the output",
                answers.mlp_from_last_activation,
                "activations[-1] is what the last layer got, a^(L-1). What it"
                " gave is zs[-1].",
                credit=1.5),
        Mistake("the receipt of the layer below",
                answers.mlp_receipts_below,
                "The list of activations begins with a^0, so activations[l -"
                " 1] belongs to layer l counted from 1. Your delta meets the"
                " activation one further down (for the first layer the last"
                " of the list).",
                credit=2.0),
        Mistake("averaged at every layer", answers.mlp_shared_at_every_layer,
                "You divide by N again at each step down. Once, in delta^L,"
                " is enough: all layers below inherit it.",
                credit=2.5),
        Mistake("summed, last layer first", answers.mlp_summed_from_the_top,
                "Two things: the loss is a mean, so divide delta^L by len(y);"
                " and the lists begin with layer 1, yours with the last.",
                credit=2.4),
        Mistake("weights of the own layer", answers.mlp_skipping_weights,
                "Blame comes down to layer l over W^(l+1), the weights that"
                " lead up from it, and then passes phi'(z^l). Yours goes over"
                " W^l.",
                credit=1.5),
        Mistake("one layer too deep", answers.mlp_one_too_deep,
                "Below layer 1 there is no phi: do not make another delta"
                " there. zs[layer - 1] is zs[-1] then, the last z again.",
                credit=3.2),
        Mistake("summed, with a bias gradient for each sample",
                answers.mlp_summed_biases_of_each,
                "Two things: the loss is a mean, so divide delta^L by len(y);"
                " and the bias gradient is the sum of delta over axis 0.",
                credit=2.0),
        Mistake("summed, with phi' evaluated at a",
                answers.mlp_summed_slope_at_a,
                "Two things: the loss is a mean, so divide delta^L by len(y);"
                " and phi' belongs at z, not at a = phi(z).",
                credit=2.0),
        Mistake("summed, with W in place of its transpose",
                answers.mlp_summed_with_W,
                "Two things: the loss is a mean, so divide delta^L by len(y);"
                " and rows go back by delta @ W, not by W.T.",
                credit=1.6),
        Mistake("first layer left out", answers.mlp_without_the_first,
                "Your loop ends one layer too early: W^1 and b^1 learn as"
                " well. What does not exist is a phi' below a^0.",
                credit=2.5),
        Mistake("last layer first", answers.mlp_from_the_top,
                "The gradients come off in the order L, ..., 1, and you"
                " return them so. The lists are to be in the order of the"
                " layers: insert(0, ...), or turn them round.",
                credit=3.2),
        Mistake("pairs", answers.mlp_in_pairs,
                "You return a pair for each layer. Asked are two lists, the"
                " weights' gradients and the biases'.",
                credit=3.4),
        Mistake("biases first", answers.mlp_biases_first,
                "Both lists are right, in the other order: weights first.",
                credit=3.4),
        Mistake("biases left out", answers.mlp_without_biases,
                "The biases learn as well: return two lists.",
                credit=2.0),
    ],
    variants=[
        Variant("row by row", answers.mlp_row_by_row),
        Variant("recursion and einsum", answers.mlp_by_recursion),
    ],
)


# --- how large the blame is in each layer ------------------------------------


def chain(rng, *sizes, n=None, scale=1.0):
    """Weights, z of each layer, and the error signal of the last."""
    weights, _ = network(rng, *sizes)
    rows = () if n is None else (n,)
    zs = [rng.normal(size=(*rows, size)) for size in sizes[1:]]
    return ([scale * W for W in weights], zs,
            rng.normal(size=(*rows, sizes[-1])))


gradient_norm_profile = Exercise(
    reference=nn.gradient_norm_profile,
    points=2,
    refuses=AUTOGRAD,
    cases=lambda rng: [
        Case("by hand", call(
            [[[9.0, 9.0], [9.0, 9.0]], [[1.0, 2.0], [0.0, -2.0]],
             [[3.0, 0.0], [1.0, 2.0]]],
            [[0.7, 1.0], [3.0, -1.0], [5.0, 5.0]], [3.0, -4.0], SQUARE)),
        Case("four layers of different widths",
             call(*chain(rng, 3, 5, 2, 4, 3), TANH), core=True),
        Case("four layers of one width",
             call(*chain(rng, 3, 3, 3, 3, 3), TANH)),
        Case("a batch", call(*chain(rng, 2, 4, 3, 5, n=6), TANH)),
        Case("two layers, ReLU", call(*chain(rng, 3, 4, 2), RELU)),
        Case("one layer: only delta^L",
             call(*chain(rng, 4, 3), TANH)),
        Case("thirty layers: it vanishes",
             call(*chain(rng, *(31 * [4]), scale=0.5), TANH)),
        Case("it explodes", call(*chain(rng, *(12 * [5]), scale=3.0),
                                 SQUARE)),
    ],
    mistakes=[
        Mistake("the code as it was", answers.profile_as_given,
                "The shapes fit, and two things are wrong. The phi' of the"
                " layer above is taken (that of the last is inside delta_last"
                " already), and W^1 comes in, which delta^1 never meets. Go"
                " one layer down: which z has the shape of the new delta?"),
        Mistake("the code as it was, with delta^L",
                answers.profile_as_given_and_last,
                "The norm of delta_last belongs there, as you say. Now W^1 is"
                " one matrix too many, and after the product with W^k you are"
                " in layer k - 1: phi' of that one.",
                credit=0.5),
        Mistake("the product first, with the same z",
                answers.profile_product_first,
                "The product comes first, as you say, but after it you are"
                " one layer lower: W^k goes with phi'(z^(k-1)).",
                credit=0.6),
        Mistake("the product first, with the same z, and delta^L",
                answers.profile_product_first_and_last,
                "The norm of delta_last is there, and the product comes"
                " first. But after it you are one layer lower: W^k goes with"
                " phi'(z^(k-1)), and W^1 is one matrix too many.",
                credit=0.8),
        Mistake("phi' of the layer below, before the product",
                answers.profile_slope_before_the_product,
                "You take the z of the layer below, and that is right. But"
                " its phi' comes after the product with W^k, which makes the"
                " delta of that layer.",
                credit=1.0),
        Mistake("W^1 out, phi' still of the layer above",
                answers.profile_shifted,
                "There are L numbers now, and they end at the right layer."
                " But W^k still comes with phi'(z^k). After the product with"
                " W^k you are in layer k - 1: take phi'(z^(k-1)).",
                credit=0.8),
        Mistake("W^1 out, phi' still of the layer above, delta^L left out",
                answers.profile_shifted_and_cut,
                "W^1 is out. The norm of delta_last is missing, the last of"
                " L numbers, and W^k still comes with phi'(z^k): after the"
                " product with W^k you are in layer k - 1.",
                credit=0.6),
        Mistake("W^1 still in", answers.profile_at_the_input,
                "phi' is in its place now. Your first number is one too many:"
                " it went over W^1, to the input, which is no layer. delta^1"
                " meets W^L, ..., W^2 only.",
                credit=1.4),
        Mistake("W^1 still in, delta^L left out",
                answers.profile_one_too_deep,
                "You list the layers 0 to L - 1. Asked are 1 to L: without"
                " W^1, and with the norm of delta_last itself.",
                credit=1.2),
        Mistake("delta^L left out", answers.profile_without_the_last,
                "delta_last belongs to the answer: its norm is the last of L"
                " numbers.",
                credit=1.5),
        Mistake("phi'(z^L) a second time", answers.profile_last_slope_twice,
                "delta_last is delta^L: phi'(z^L) is in it already.",
                credit=1.2),
        Mistake("phi'(z^L) a second time, on the way down",
                answers.profile_last_slope_on_the_way,
                "The norm of delta_last is right. Then you multiply by"
                " phi'(z^L), which is in delta_last already.",
                credit=1.2),
        Mistake("W^l with phi'(z^l)", answers.profile_of_own_weights,
                "To layer l the blame comes over W^(l+1), not over W^l.",
                credit=0.8),
        Mistake("factors from the bottom up", answers.profile_upwards,
                "You begin with the lowest layer. The blame starts at the"
                " top: the last W comes first, and matrices do not change"
                " places.",
                credit=0.6),
        Mistake("phi' left out", answers.profile_without_slope,
                "Each layer also multiplies by phi'(z), entry by entry.",
                credit=0.8),
        Mistake("W in place of its transpose", answers.profile_with_W,
                "For rows it is delta @ W, which is W^T delta for a column."
                " You multiply rows by W.T.",
                credit=0.8),
        Mistake("last layer first", answers.profile_from_the_top,
                "Entry l - 1 belongs to layer l: the list begins with the"
                " first layer. Yours begins with the last.",
                credit=1.5),
        Mistake("delta^1 left out", answers.profile_without_the_first,
                "Your numbers end at layer 2. The last product, with W^2,"
                " leads to delta^1.",
                credit=1.5),
        Mistake("squared", answers.profile_squared,
                "These are sums of squares. The norm is the root.",
                credit=1.4),
        Mistake("a norm for each sample", answers.profile_of_rows,
                "For a batch, one number for each layer is asked: the root of"
                " the sum over all entries. Leave axis out.",
                credit=1.6),
        Mistake("the spectral norm", answers.profile_spectral,
                "norm(delta, 2) of a matrix is its largest singular value."
                " Asked is the root of the sum of all squares.",
                credit=1.6),
        Mistake("sum of sizes", answers.profile_of_sizes,
                "You add up absolute values. Asked is the Euclidean norm, the"
                " root of the sum of squares.",
                credit=1.2),
        Mistake("a mean for a norm", answers.profile_of_signals,
                "You take the mean of the entries, in which signs cancel."
                " Asked is the norm.",
                credit=1.0),
        Mistake("relative to the last", answers.profile_relative,
                "You divide by the last norm. Asked are the norms"
                " themselves.",
                credit=1.5),
        Mistake("a bound in place of the norm", answers.profile_by_bounds,
                "||W|| max phi' bounds how much a layer can magnify; what it"
                " does depends on the direction. Push delta itself down.",
                credit=0.6),
    ],
    variants=[
        Variant("the product of the formula, for each layer",
                answers.profile_by_products),
        Variant("a list, turned round",
                answers.profile_backwards_by_append),
    ],
)


# --- capstone ----------------------------------------------------------------

BOUND, WIDEST = 0.95, 256


@functools.cache
def digits():
    """scikit-learn's digits: 64 pixels from 0 to 1 each, and labels."""
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    return X / 16, y


def _layers(got):
    """The two lists as arrays, or None if they are no such thing."""
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        return None
    try:
        weights, biases = ([np.asarray(a, float) for a in part]
                           for part in got)
    except (TypeError, ValueError):
        return None
    return (weights, biases) if len(weights) else None


def _fit(weights, biases):
    """Whether the shapes are those of a network from 64 pixels to 10."""
    width = 64
    if len(weights) != len(biases):
        return False
    for W, b in zip(weights, biases, strict=True):
        if W.ndim != 2 or W.shape[1] != width or b.shape != W.shape[:1]:
            return False
        width = len(W)
    return width == 10


def _outcome(got, X, y):
    """Say in a word and in a sentence what a trained network is worth."""
    layers = _layers(got)
    if layers is None:
        return "no layers", "yours is not a pair of lists"
    weights, biases = layers
    if not _fit(weights, biases):
        if _fit([W.T for W in weights], biases):
            return "transposed", "your matrices are turned"
        told = ", ".join(
            f"{[a.shape for a in part]}" for part in (weights, biases))
        return "shapes", f"yours have the shapes {told}"
    if len(weights) == 1:
        return "linear", "yours has no hidden layer"
    if not all(np.isfinite(a).all() for a in (*weights, *biases)):
        return "not finite", "yours are not all finite numbers"
    a, bent = X, False
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        z = a @ W.T + b
        a, bent = np.maximum(z, 0), bent or bool((z < 0).any())
    said = (a @ weights[-1].T + biases[-1]).argmax(1)
    share = float(np.mean(said == y))
    told = f"yours reads {100 * share:.1f} % of them"
    if (said == said[0]).all():
        if any((W != W[0]).any() for W in weights[:-1]):
            return "one class", told
        learned = (biases[-1] != biases[-1][0]).any()
        return "from equals" if learned else "constant", told
    if not bent:
        return "not bent", f"{told}, but its ReLU has nothing to do"
    if share > BOUND:
        if max(len(W) for W in weights[:-1]) > WIDEST:
            return "too wide", f"yours has a layer of more than {WIDEST} units"
        return "reads", True
    word = ("nearly" if share >= 0.8 else "half" if share >= 0.2
            else "guesses")
    return word, told


def reads(X, y):
    """Compare by how many unseen digits the network reads right."""
    compare = satisfies(
        lambda got, *args, **kwargs: _outcome(got, X, y)[1],
        f"(weights, biases) of a ReLU network that reads more than"
        f" {100 * BOUND:.0f} % of {len(y)} unseen digits",
    )

    def same(first, second, program):
        alike = _outcome(first, X, y)[0] == _outcome(second, X, y)[0]
        return None if alike else Difference("value", "another outcome")

    compare.same = same
    return compare


def _repeated(got):
    """Whether two runs with one seed gave the same network."""
    networks = [_layers(network) for network in got]
    if None in networks:
        return "no layers"
    first, second = (weights + biases for weights, biases in networks)
    return len(first) == len(second) and all(
        np.array_equal(a, b, equal_nan=True)
        for a, b in zip(first, second, strict=True)
    ) or "two runs with one seed gave two networks"


def repeats():
    """Compare by whether the seed decides everything."""
    compare = satisfies(lambda got, **inputs: _repeated(got),
                        "the same network from the same seed")

    def same(first, second, program):
        alike = _repeated(first) == _repeated(second)
        return None if alike else Difference("value", "another outcome")

    compare.same = same
    return compare


def unseen(rng):
    """1200 digits to learn from, 597 others to read; and a second run."""
    X, y = digits()
    order = rng.permutation(len(X))
    train, test = order[:1200], order[1200:]
    seed = int(rng.integers(1000))
    return [
        Case("597 digits that it has never seen",
             call(X[train], y[train], seed=seed), core=True,
             compare=reads(X[test], y[test])),
        Case("the same seed, the same network",
             script("first = train_digits(X, y, seed=seed)\n"
                    "second = train_digits(X, y, seed=seed)\n"
                    "first, second",
                    X=X[train[:100]], y=y[train[:100]], seed=seed),
             compare=repeats()),
    ]


# Judged by its outcome, so any good and quick network can be the reference.
train_digits = Exercise(
    reference=answers.digits_by_descent,
    points=4,
    seconds=60.0,
    refuses=(*AUTOGRAD, "sklearn.neural_network.MLPClassifier"),
    cases=unseen,
    mistakes=[
        Mistake("80 to 95 %: not enough", answers.digits_nearly,
                "It has learned much, and not enough. Print the loss of each"
                " round: if it still falls, go on, or take a larger learning"
                " rate or smaller batches; are all matrices and biases"
                " changed at each step, those of the first layer, too? And"
                " did you change X, as by subtracting a mean? The unseen"
                " digits come as they are.",
                credit=2.5),
        Mistake("20 to 80 %: far from enough", answers.digits_half,
                "Something learns, but slowly or not all of it. Does the loss"
                " fall steadily? Is each layer updated, with its own"
                " gradient? Is the loss's mean taken once, and the learning"
                " rate not far too small or too large? Did you change X? The"
                " unseen digits come as they are.",
                credit=1.5),
        Mistake("no better than guessing", answers.digits_untrained,
                "With ten classes guessing reads 10 %. Do the entries of your"
                " lists change? In a loop over them W = W - lr * G only gives"
                " the new matrix a name: weights[l] -= lr * G. Does each"
                " digit still stand beside its own label after shuffling?"
                " Does the step go against the gradient, and is it not far"
                " too large? Is the forward pass made anew for each batch?",
                credit=0.8),
        Mistake("one class for all", answers.digits_dead,
                "Every digit gets the same label, so the digits have no say"
                " any more: a step far too large, or one that goes uphill (+="
                " for -=), drives all units below zero, where ReLU is shut"
                " for good. Print the loss of the first ten steps.",
                credit=1.0),
        Mistake("one class for all, with units that are all equal",
                answers.digits_from_zeros,
                "Every digit gets the same label, and the rows of your hidden"
                " matrices are all equal. Units that begin equal, as with"
                " zeros, stay equal for ever: draw them.",
                credit=1.0),
        Mistake("80 to 95 %, and X changed", answers.digits_changed_nearly,
                "Your function changes the caller's X, as X -= ... does. And"
                " the unseen digits come as they are, so a network that has"
                " learned from changed ones reads them worse.",
                credit=2.2),
        Mistake("20 to 80 %, and X changed", answers.digits_changed_half,
                "Your function changes the caller's X, as X -= ... does. And"
                " the unseen digits come as they are, so a network that has"
                " learned from changed ones reads them worse.",
                credit=1.5),
        Mistake("too wide", answers.digits_too_wide,
                f"It reads well, with a layer of more than {WIDEST} units:"
                " more than the contract allows. Half as many do as well.",
                credit=3.0),
        Mistake("a hidden layer that bends nothing",
                answers.digits_behind_an_identity,
                "No hidden unit is ever below zero on these digits, so ReLU"
                " does nothing, and what you return is a linear model in"
                " two steps. Asked is a network whose hidden layer has a say"
                " of its own.",
                credit=1.0),
        Mistake("chance that the seed does not decide",
                answers.digits_by_chance,
                "It reads well, and comes out otherwise each time. Everything"
                " random is to come from np.random.default_rng(seed).",
                credit=3.2),
        Mistake("not finite", answers.digits_not_finite,
                "Some numbers are nan or infinite: the loss grew. The step"
                " goes uphill, += for -=, or is far too large.",
                credit=1.0),
        Mistake("transposed", answers.digits_transposed,
                "A matrix has a row for each output: (h, 64), then (10, h)."
                " Yours are the transposes.",
                credit=3.0),
        Mistake("no hidden layer", answers.digits_linear,
                "This is softmax regression. Asked is a hidden layer at"
                " least, with ReLU.",
                credit=1.0),
        Mistake("shapes that do not fit", answers.digits_in_pairs,
                "Asked are two lists, the weights (64 columns in the first"
                " matrix, 10 rows in the last) and the biases (one number for"
                " each row of its matrix). The shapes of yours do not fit"
                " together so. Did you return pairs, one for each layer?",
                credit=2.0),
        Mistake("no pair of lists", answers.digits_labels,
                "Asked is the trained network, (weights, biases): two lists"
                " of arrays, one entry for each layer."),
    ],
    variants=[
        Variant("two hidden layers", answers.digits_by_two_layers),
        Variant("as lists of numbers", answers.digits_as_lists),
    ],
)


# --- convolutions ------------------------------------------------------------


convolve1d = Exercise(
    reference=nn.convolve1d,
    points=2,
    refuses=(
        "numpy.convolve", "numpy.correlate", "numpy.polymul",
        "numpy.polynomial.polynomial.polymul",
        "scipy.signal.convolve", "scipy.signal.correlate",
        "scipy.signal.fftconvolve", "scipy.signal.oaconvolve",
        "scipy.ndimage.convolve1d", "scipy.ndimage.correlate1d",
        "torch.nn.functional.conv1d",
    ),
    cases=lambda rng: [
        Case("by hand", call([1.0, 2.0, 3.0], [1.0, 0.0, -1.0, 2.0]),
             core=True),
        Case("a signal and a short kernel",
             call(rng.normal(size=8), rng.normal(size=3))),
        Case("the second longer than the first",
             call(rng.normal(size=3), rng.normal(size=7))),
        Case("of one length",
             call(rng.normal(size=4), rng.normal(size=4))),
        Case("a kernel of two",
             call(rng.normal(size=6), rng.normal(size=2))),
        Case("an impulse comes out as the kernel",
             call([0.0, 0.0, 1.0, 0.0], rng.normal(size=3))),
        Case("a kernel of one number",
             call(rng.normal(size=5), rng.normal(size=1))),
        Case("a signal of one number",
             call(rng.normal(size=1), rng.normal(size=4))),
    ],
    mistakes=[
        Mistake("not flipped", answers.convolve1d_unflipped,
                "That is the cross-correlation, which slides the kernel as it"
                " stands. The convolution turns it round: f(tau) g(t - tau)."
                " For a symmetric kernel the two agree.",
                credit=1.0),
        Mistake("not flipped, and cut", answers.convolve1d_unflipped_valid,
                "Two things: the kernel is not turned round, and only the"
                " places where both overlap fully are kept. t runs from 0 to"
                " n + k - 2.",
                credit=0.5),
        Mistake("the signal flipped", answers.convolve1d_f_flipped,
                "You turn f round. It is g(t - tau) that runs backwards.",
                credit=1.0),
        Mistake("from the end", answers.convolve1d_backwards,
                "The right numbers, last first: both are flipped, or the"
                " result is. t counts upwards.",
                credit=1.4),
        Mistake("length n", answers.convolve1d_of_length_n,
                "You keep the first n. The last terms are missing: the"
                " echo of the last input goes on for k - 1 more, so the"
                " length is n + k - 1.",
                credit=1.0),
        Mistake("the middle part", answers.convolve1d_centred,
                "You keep the middle, as mode=\"same\" does. All n + k - 1"
                " terms are asked.",
                credit=1.0),
        Mistake("where both overlap fully", answers.convolve1d_valid,
                "You keep only the places where the kernel lies wholly inside"
                " the signal. Outside they are 0, and all n + k - 1 terms are"
                " asked.",
                credit=1.0),
        Mistake("one term too many", answers.convolve1d_too_long,
                "The length is n + k - 1, not n + k: your last term is an"
                " empty sum.",
                credit=1.4),
        Mistake("one term too few", answers.convolve1d_too_short,
                "t goes up to n + k - 2, and range(m) ends at m - 1: there"
                " are n + k - 1 terms.",
                credit=1.4),
        Mistake("round and round", answers.convolve1d_round_and_round,
                "What leaves at the right comes in at the left, as in a"
                " circle (np.roll, or an FFT without zeros at the end)."
                " Outside the sequences there is 0.",
                credit=0.8),
        Mistake("negative places", answers.convolve1d_wrapped,
                "g[t - tau] with a negative place counts from the end in"
                " Python, and is an error only beyond it. Add only where"
                " 0 <= t - tau < k.",
                credit=1.0),
        Mistake("one place too far", answers.convolve1d_one_too_far,
                "g has the places 0 to k - 1: t - tau < len(g), not <=.",
                credit=1.4),
        Mistake("the last terms left at 0", answers.convolve1d_then_zeros,
                "The length is right, and your t stops at n - 1. The echo of"
                " the last input goes on for k - 1 more.",
                credit=1.0),
        Mistake("assigned, not added", answers.convolve1d_assigned,
                "The echoes overlap and must be added, +=. Yours overwrite"
                " one another.",
                credit=1.0),
        Mistake("averaged", answers.convolve1d_averaged,
                "You divide by the length of the kernel. The convolution is"
                " the sum.",
                credit=1.2),
        Mistake("one place late", answers.convolve1d_one_late,
                "Your first term belongs to t = 1. t begins at 0, where only"
                " f(0) g(0) meet.",
                credit=1.2),
        Mistake("the kernel's first number lost",
                answers.convolve1d_kernel_without_first,
                "g(0) takes no part: a place is inside for 0 <= t - tau < k.",
                credit=1.0),
        Mistake("the first number lost", answers.convolve1d_without_first,
                "f(0) takes no part in yours: tau begins at 0.",
                credit=1.0),
    ],
    variants=[
        Variant("the sum of the formula", answers.convolve1d_by_sums),
        Variant("windows times the turned kernel",
                answers.convolve1d_by_matrix),
        Variant("Fourier transforms", answers.convolve1d_by_fft),
    ],
)

conv_output_size = Exercise(
    reference=nn.conv_output_size,
    points=2,
    cases=lambda rng: [
        Case("by hand", call(28, 5, stride=2, padding=1), core=True),
        Case("no padding, step 1",
             call(int(rng.integers(20, 40)), int(rng.integers(2, 8)))),
        Case("half a step left over", call(10, 3, stride=2)),
        Case("a third of a step left over",
             call(int(6 * rng.integers(2, 9)) + 1, 3, stride=3)),
        Case("two thirds of a step left over",
             call(int(6 * rng.integers(2, 9)) + 2, 3, stride=3)),
        Case("padding keeps the size",
             call(int(rng.integers(9, 30)), 5, padding=2)),
        Case("padding and step",
             call(224 + 2 * int(rng.integers(5)), 7, stride=2, padding=3)),
        Case("tiles", call(4 * int(rng.integers(3, 9)), 4, stride=4)),
        Case("steps wider than the kernel",
             call(int(5 * rng.integers(4, 9)) + 1, 2, stride=5)),
        Case("a kernel as large as the image", call(7, 7)),
        Case("a kernel of one, every second place",
             call(2 * int(rng.integers(5, 12)), 1, stride=2, padding=1)),
    ],
    mistakes=[
        Mistake("rounded", answers.size_rounded,
                "A window that sticks out by half a step is not counted, nor"
                " one by less: floor, not round.",
                credit=1.2),
        Mistake("halves rounded up", answers.size_halves_up,
                "A window that sticks out by half a step is not counted, nor"
                " one by less: floor, as // does it.",
                credit=1.2),
        Mistake("rounded up", answers.size_ceiled,
                "You count the last window, which sticks out. floor, as //"
                " does it.",
                credit=1.2),
        Mistake("the + 1 inside the floor", answers.size_one_inside,
                "The windows are those after the first, (n + 2P - F) // S,"
                " and the first: the + 1 comes after the division. With"
                " stride 1 there is no difference.",
                credit=1.0),
        Mistake("+ 1 inside and outside", answers.size_one_before_dividing,
                "You add 1 before the division and after it. Only the second"
                " is right: it is the first window.",
                credit=0.8),
        Mistake("padding on one side", answers.size_one_side,
                "padding zeros are added on both sides: + 2 P.",
                credit=1.0),
        Mistake("first window forgotten", answers.size_without_one,
                "You count the steps. Before the first step there is a"
                " window already: + 1.",
                credit=1.0),
        Mistake("a fraction", answers.size_as_fraction,
                "A number of windows is whole: // in place of /.",
                credit=1.2),
        Mistake("stride ignored", answers.size_without_stride,
                "The windows are stride places apart: divide by it, and round"
                " down.",
                credit=0.6),
        Mistake("padding ignored", answers.size_without_padding,
                "padding makes the input longer, by 2 P in all.",
                credit=0.8),
        Mistake("kernel ignored", answers.size_without_kernel,
                "The first window already covers kernel_size places: only the"
                " rest is left for steps.",
                credit=0.6),
        Mistake("tiles counted", answers.size_fitting_tiles,
                "You count how often the kernel fits side by side. Windows"
                " overlap: the next one is stride places on.",
                credit=0.4),
        Mistake("padding added to the output",
                answers.size_padding_outside,
                "The zeros are put around the input before the kernel"
                " slides: they belong inside the division.",
                credit=1.0),
        Mistake("padding subtracted", answers.size_padding_taken_away,
                "padding makes the input longer, not shorter: + 2 P.",
                credit=1.0),
        Mistake("brackets missing", answers.size_without_brackets,
                "// goes before + and -, so only the kernel is divided:"
                " (n + 2 P - F) // S + 1.",
                credit=1.2),
        Mistake("one off", answers.size_kernel_less_one,
                "You take n + 2 P - F - 1 places for the steps. A kernel of F"
                " at place 0 ends at F - 1; n + 2 P - F are left.",
                credit=1.0),
    ],
    variants=[
        Variant("counted", answers.size_by_counting),
        Variant("one step in", answers.size_one_step_in),
    ],
)


def filtered(rng, N, C, H, W, out, height, width, bias=True):
    """Images, kernels and a bias."""
    x = rng.normal(size=(N, C, H, W))
    weight = rng.normal(size=(out, C, height, width))
    return (x, weight, rng.normal(size=out)) if bias else (x, weight)


TWELVE = np.arange(1.0, 13.0).reshape(1, 1, 3, 4)

conv2d = Exercise(
    reference=nn.conv2d,
    points=3,
    refuses=(
        "torch.nn.functional.conv2d", "torch.conv2d", "torch.nn.Conv2d",
        "scipy.signal.correlate2d", "scipy.signal.convolve2d",
        "scipy.signal.correlate", "scipy.signal.convolve",
        "scipy.signal.fftconvolve",
        "scipy.ndimage.correlate", "scipy.ndimage.convolve",
    ),
    cases=lambda rng: [
        Case("by hand", call(TWELVE, [[[[1.0, 0.0], [2.0, -1.0]]]], [10.0]),
             core=True),
        Case("by hand, with step and padding",
             call(TWELVE, [[[[1.0, 0.0], [2.0, -1.0]]]], stride=2,
                  padding=1)),
        Case("three channels in, two out",
             call(*filtered(rng, 1, 3, 5, 5, 2, 3, 3, bias=False))),
        Case("as many out as in, and a bias",
             call(*filtered(rng, 2, 3, 6, 5, 3, 3, 3))),
        Case("a bias as long as a row of the output",
             call(*filtered(rng, 2, 2, 5, 6, 4, 3, 3))),
        Case("every second place",
             call(*filtered(rng, 2, 2, 7, 9, 3, 3, 3), stride=2)),
        Case("every third place, and some are left over",
             call(*filtered(rng, 1, 2, 9, 8, 2, 2, 2), stride=3)),
        Case("padding",
             call(*filtered(rng, 2, 2, 5, 4, 3, 3, 3), padding=1)),
        Case("padding and step",
             call(*filtered(rng, 1, 2, 8, 6, 3, 5, 5), padding=2, stride=2)),
        Case("a kernel that is not square",
             call(*filtered(rng, 1, 2, 6, 7, 3, 2, 4))),
        Case("a kernel of one pixel",
             call(*filtered(rng, 2, 3, 4, 4, 5, 1, 1, bias=False))),
        Case("patches side by side, as a vision transformer cuts them",
             call(*filtered(rng, 1, 3, 8, 8, 4, 4, 4), stride=4)),
    ],
    mistakes=[
        Mistake("kernel flipped", answers.conv2d_flipped,
                "That is the true convolution. What networks call so, and the"
                " contract asks for, slides the kernel as it stands.",
                credit=2.0),
        Mistake("kernel turned over the diagonal", answers.conv2d_turned,
                "Rows and columns of the kernel are exchanged: weight[o, c, m,"
                " n] meets x[i + m, j + n].",
                credit=1.5),
        Mistake("kernel turned over the diagonal, in the product",
                answers.conv2d_turned_in_place,
                "Rows and columns of the kernel are exchanged where it meets"
                " the window, so only a square one fits: weight[o, c, m, n]"
                " meets x[i + m, j + n].",
                credit=1.5),
        Mistake("height and width of the output exchanged",
                answers.conv2d_sizes_swapped,
                "You count the rows of the output by the width of the image,"
                " and its columns by the height. Rows are axis 2 of x,"
                " columns axis 3.",
                credit=2.0),
        Mistake("kernel turned over the diagonal, entry by entry",
                answers.conv2d_turned_by_loops,
                "Rows and columns of the kernel are exchanged: weight[o, c, m,"
                " n] meets x[i + m, j + n].",
                credit=1.5),
        Mistake("as many columns as rows", answers.conv2d_square_outputs,
                "Your output is square. Rows are counted by axis 2 of image"
                " and kernel, columns by axis 3.",
                credit=2.0),
        Mistake("channels out and in exchanged",
                answers.conv2d_channels_swapped,
                "weight is (out, in, height, width): sum over its second"
                " axis.",
                credit=1.5),
        Mistake("step in the rows only", answers.conv2d_stride_of_rows,
                "stride counts for both axes; yours goes down in steps, but"
                " not to the right.",
                credit=2.0),
        Mistake("step in the columns only",
                answers.conv2d_stride_of_columns,
                "stride counts for both axes; yours goes to the right in"
                " steps, but not down.",
                credit=2.0),
        Mistake("stride ignored", answers.conv2d_without_stride,
                "The window moves by stride places, in both axes.",
                credit=1.8),
        Mistake("windows side by side", answers.conv2d_steps_of_one,
                "The output has the right size, but its windows are one place"
                " apart: window (i, j) begins at (i * stride, j * stride).",
                credit=1.8),
        Mistake("padding ignored", answers.conv2d_without_padding,
                "Put padding rows and columns of zeros around each image"
                " first.",
                credit=1.8),
        Mistake("padding on one side", answers.conv2d_padded_on_one_side,
                "Zeros come on all four sides; yours are below and on the"
                " right only.",
                credit=2.0),
        Mistake("padding above and below only", answers.conv2d_padded_rows,
                "The columns want zeros, too: left and right.",
                credit=2.0),
        Mistake("padding with the border", answers.conv2d_padded_by_edges,
                "You repeat the pixels at the border. The contract has"
                " zeros.",
                credit=2.2),
        Mistake("padding of all axes", answers.conv2d_padded_in_all_axes,
                "np.pad(x, P) also adds images and channels. Only the last"
                " two axes are to grow.",
                credit=2.0),
        Mistake("bias ignored", answers.conv2d_without_bias,
                "Each output channel has a bias: bias[o] is added to all of"
                " its pixels.",
                credit=2.0),
        Mistake("bias along the columns", answers.conv2d_bias_of_columns,
                "NumPy lines bias up with the last axis, the columns. It"
                " belongs to the channels: bias[:, None, None].",
                credit=2.2),
        Mistake("bias along the rows", answers.conv2d_bias_of_rows,
                "bias[:, None] lines up with the rows of the image. It"
                " belongs to the channels: bias[:, None, None].",
                credit=2.2),
        Mistake("all biases everywhere", answers.conv2d_bias_in_one,
                "Each channel gets the sum of all biases. It should get its"
                " own.",
                credit=2.0),
        Mistake("bias once for each input channel",
                answers.conv2d_bias_of_each_channel,
                "The bias stands inside the sum over the input channels."
                " Add it once, after it.",
                credit=2.2),
        Mistake("bias demanded", answers.conv2d_bias_always,
                "bias may be left out, or None: then nothing is added.",
                credit=2.2),
        Mistake("asked whether bias is true", answers.conv2d_if_bias,
                "An array of several numbers is neither true nor false."
                " Whether it was given is another question: bias is not"
                " None.",
                credit=2.2),
        Mistake("mean of the channels", answers.conv2d_mean_of_channels,
                "The input channels are summed, not averaged.",
                credit=2.0),
        Mistake("first channel only", answers.conv2d_first_channel,
                "Only channel 0 takes part. Sum over all input channels, each"
                " with its own slice of the kernel.",
                credit=1.2),
        Mistake("last channel only", answers.conv2d_last_channel,
                "Each input channel overwrites the one before it: add, +=.",
                credit=1.5),
        Mistake("first image only", answers.conv2d_first_image,
                "All other images of the batch come out as zeros.",
                credit=1.5),
        Mistake("kernel taken for square", answers.conv2d_square_kernels,
                "weight.shape[2] is the kernel's height; its width is"
                " weight.shape[3].",
                credit=2.4),
        Mistake("one place short", answers.conv2d_loose_end,
                "The last row and the last column of outputs are missing:"
                " (H - F) // S + 1 places, not (H - F) // S.",
                credit=2.0),
        Mistake("channels last", answers.conv2d_channels_last,
                "The output is (N, out, height, width): the channels come"
                " second.",
                credit=2.4),
    ],
    variants=[
        Variant("tap by tap", answers.conv2d_by_taps),
        Variant("windows and einsum", answers.conv2d_by_windows),
        Variant("loops", answers.conv2d_by_loops),
    ],
)


# --- pooling -----------------------------------------------------------------


def pixels(rng, *shape):
    """Small whole numbers, so that many windows have a tie."""
    return rng.integers(-3, 3, size=shape).astype(float)


POOLED = np.array([[[[1.0, 5.0, 2.0], [5.0, 0.0, 7.0], [3.0, 4.0, 6.0]]]])


def up(rng, x, F, *, stride=None):
    """Upstream numbers for a pooling of x."""
    return rng.normal(size=nn.max_pool2d(x, F, stride=stride).shape)


def back(rng, x, F, **stride):
    """A call of the way back."""
    return call(up(rng, x, F, **stride), x, F, **stride).on(
        "max_pool2d_backward")


max_pool2d = Exercise(
    reference={
        "max_pool2d": nn.max_pool2d,
        "max_pool2d_backward": nn.max_pool2d_backward,
    },
    points=3,
    refuses=(
        "torch.nn.functional.max_pool2d", "torch.max_pool2d",
        "torch.nn.MaxPool2d", "scipy.ndimage.maximum_filter", *AUTOGRAD,
    ),
    cases=lambda rng: [
        Case("by hand", call(POOLED, 2, stride=1).on("max_pool2d")),
        Case("by hand, back",
             call([[[[1.0, 10.0], [100.0, 1000.0]]]], POOLED, 2, stride=1)
             .on("max_pool2d_backward")),
        Case("tiles of two",
             call(rng.normal(size=(2, 3, 6, 6)), 2).on("max_pool2d"),
             core=True),
        Case("tiles of three, and a margin",
             call(rng.normal(size=(1, 2, 8, 7)), 3).on("max_pool2d")),
        Case("windows that overlap",
             call(rng.normal(size=(2, 1, 5, 6)), 3, stride=1)
             .on("max_pool2d")),
        Case("all below zero",
             call(-rng.uniform(1, 2, size=(1, 2, 6, 6)), 3, stride=2)
             .on("max_pool2d")),
        Case("tiles of two, back",
             back(rng, rng.normal(size=(2, 3, 6, 4)), 2)),
        Case("tiles of three and a margin, back",
             back(rng, rng.normal(size=(1, 2, 8, 7)), 3)),
        Case("overlapping, back",
             back(rng, rng.normal(size=(2, 2, 6, 5)), 3, stride=1)),
        Case("ties, back", back(rng, pixels(rng, 2, 2, 8, 6), 2)),
        Case("ties and overlaps, back",
             back(rng, pixels(rng, 1, 2, 7, 7), 3, stride=2)),
        Case("steps wider than the window, back",
             back(rng, rng.normal(size=(1, 1, 8, 8)), 2, stride=3)),
    ],
    mistakes=[
        Mistake("the mean", {"max_pool2d": answers.pool_of_means},
                "You take the mean of each window. Asked is its largest"
                " entry.",
                credit=1.8),
        Mistake("the mean, both ways",
                {"max_pool2d": answers.pool_of_means,
                 "max_pool2d_backward":
                 answers.unpool_shared_by_the_window},
                "The way back fits the way there, but this pools by the mean."
                " Asked is the largest entry.",
                credit=1.0),
        Mistake("the smallest", {"max_pool2d": answers.pool_of_minima},
                "You take the smallest entry of each window.",
                credit=1.8),
        Mistake("the largest size", {"max_pool2d": answers.pool_of_sizes},
                "You compare absolute values. -7 is not larger than 5.",
                credit=2.0),
        Mistake("never below zero",
                {"max_pool2d": answers.pool_not_below_zero},
                "Your maximum begins at 0, so a window of negative numbers"
                " comes out as 0. Begin at -inf, or with the first entry.",
                credit=2.2),
        Mistake("a step of one unless told",
                {"max_pool2d": answers.pool_step_one,
                 "max_pool2d_backward": answers.unpool_step_one},
                "Left out, stride is kernel_size: windows side by side.",
                credit=2.0),
        Mistake("a step of one unless told, one way",
                {"max_pool2d": answers.pool_step_one},
                "Left out, stride is kernel_size: windows side by side.",
                credit=2.3),
        Mistake("a step of one unless told, on the way back",
                {"max_pool2d_backward": answers.unpool_step_one},
                "Left out, stride is kernel_size, on the way back, too.",
                credit=2.3),
        Mistake("a step of two unless told",
                {"max_pool2d": answers.pool_step_two,
                 "max_pool2d_backward": answers.unpool_step_two},
                "Left out, stride is kernel_size, which is not always 2.",
                credit=2.2),
        Mistake("stride ignored",
                {"max_pool2d": answers.pool_without_stride,
                 "max_pool2d_backward": answers.unpool_without_stride},
                "stride may be another number than kernel_size; windows then"
                " overlap or leave gaps.",
                credit=1.5),
        Mistake("stride ignored, one way",
                {"max_pool2d": answers.pool_without_stride},
                "stride may be another number than kernel_size; windows then"
                " overlap or leave gaps.",
                credit=2.0),
        Mistake("stride ignored on the way back",
                {"max_pool2d_backward": answers.unpool_without_stride},
                "On the way back, too, stride may be another number than"
                " kernel_size.",
                credit=2.0),
        Mistake("windows side by side by one",
                {"max_pool2d": answers.pool_side_by_side},
                "As many windows as the stride leaves, but each one place"
                " from the last: window (i, j) begins at (i S, j S).",
                credit=1.8),
        Mistake("windows that stick out",
                {"max_pool2d": answers.pool_with_margins},
                "You keep windows that reach over the border. They are left"
                " out: floor.",
                credit=2.2),
        Mistake("windows to the border",
                {"max_pool2d": answers.pool_to_the_border},
                "range(0, H, S) begins a window as long as there is a pixel"
                " for its corner; the last ones stick out. They are left out:"
                " (H - F) // S + 1.",
                credit=2.0),
        Mistake("H // S windows",
                {"max_pool2d": answers.pool_as_often_as_the_step},
                "H // S windows are right for tiles only. The first takes F"
                " pixels, each further one S more: (H - F) // S + 1.",
                credit=2.0),
        Mistake("one window short", {"max_pool2d": answers.pool_loose_end},
                "The last windows of rows and columns are missing:"
                " (H - F) // S + 1.",
                credit=2.0),
        Mistake("one maximum for all channels",
                {"max_pool2d": answers.pool_over_channels},
                "Each channel is pooled for itself: the maximum runs over the"
                " last two axes of the window only.",
                credit=1.8),
        Mistake("all of a tie",
                {"max_pool2d_backward": answers.unpool_to_all_ties},
                "Where several entries are largest, each of yours gets the"
                " whole number. One gets it: the first in row order, as"
                " argmax finds it.",
                credit=2.4),
        Mistake("a tie shared",
                {"max_pool2d_backward": answers.unpool_shared_by_ties},
                "You share the number among all that are largest. That is a"
                " fair choice, but the contract (and torch) gives it to the"
                " first.",
                credit=2.4),
        Mistake("the last of a tie",
                {"max_pool2d_backward": answers.unpool_to_last},
                "Of several largest entries the first in row order gets the"
                " number; yours is the last: > in place of >=.",
                credit=2.4),
        Mistake("the first of a tie by columns",
                {"max_pool2d_backward": answers.unpool_by_columns},
                "You look through the window column by column. The first in"
                " row order is asked.",
                credit=2.5),
        Mistake("the whole window",
                {"max_pool2d_backward": answers.unpool_to_the_whole_window},
                "Each entry of the window gets the number. Only the largest"
                " had a say in the output; the others get 0.",
                credit=1.4),
        Mistake("shared by the window",
                {"max_pool2d_backward": answers.unpool_shared_by_the_window},
                "You share the number over the window: that is the way back"
                " of the mean. All of it goes to the largest.",
                credit=1.4),
        Mistake("overwritten where windows overlap",
                {"max_pool2d_backward": answers.unpool_overwriting},
                "A pixel may win in several windows; their numbers add up."
                " Write += in place of =.",
                credit=2.2),
        Mistake("row and column of the winner exchanged",
                {"max_pool2d_backward": answers.unpool_turned},
                "divmod(place, F) gives (row, column), in this order: the"
                " row goes with i, the column with j.",
                credit=2.2),
        Mistake("divided by the width of the image",
                {"max_pool2d_backward": answers.unpool_by_the_width},
                "argmax counts inside the window, which is F wide: divmod by"
                " F, not by the width of x.",
                credit=2.0),
        Mistake("places of the window",
                {"max_pool2d_backward": answers.unpool_in_the_window},
                "argmax counts from the window's corner. Add (i S, j S) to"
                " come to the image.",
                credit=2.0),
        Mistake("places without the stride",
                {"max_pool2d_backward":
                 answers.unpool_places_without_stride},
                "You add (i, j) to the place in the window. Window (i, j)"
                " begins at (i S, j S).",
                credit=2.0),
        Mistake("wherever the value occurs",
                {"max_pool2d_backward": answers.unpool_where_equal},
                "You look for the maximum in the whole image. It may occur"
                " outside the window, too: look inside only.",
                credit=1.8),
        Mistake("ones for the upstream numbers",
                {"max_pool2d_backward": answers.unpool_of_ones},
                "You mark the winners with 1. Each gets the number of its"
                " window in grad_output.",
                credit=1.8),
        Mistake("times the maximum",
                {"max_pool2d_backward": answers.unpool_times_value},
                "You multiply by the maximum itself. The output changes as"
                " the winner does, with slope 1.",
                credit=1.8),
        Mistake("to the smallest",
                {"max_pool2d_backward": answers.unpool_to_minima},
                "The number goes to the smallest entry of your windows.",
                credit=1.8),
        Mistake("the way back not gone",
                {"max_pool2d_backward": answers.unpool_as_output},
                "grad_output comes back as it is. A gradient at x has the"
                " shape of x.",
                credit=1.0),
        *half_written(1.0, "max_pool2d", "max_pool2d_backward"),
    ],
    variants=[
        Variant("loops", {
            "max_pool2d": answers.pool_by_loops,
            "max_pool2d_backward": answers.unpool_by_strict_comparison,
        }),
        Variant("all windows at once", {
            "max_pool2d": answers.pool_by_windows,
            "max_pool2d_backward": answers.unpool_by_add_at,
        }),
    ],
)


# --- what one output sees ----------------------------------------------------


def layers(rng, count):
    """Kernel sizes and strides of so many layers, none of them dull."""
    return (tuple(int(F) for F in rng.integers(2, 8, size=count)),
            tuple(int(S) for S in rng.integers(2, 4, size=count)))


receptive_field = Exercise(
    reference=nn.receptive_field,
    points=2,
    cases=lambda rng: [
        Case("by hand", call((3, 2, 3, 3), (1, 2, 1, 2)), core=True),
        Case("three of 3 x 3", call((3, 3, 3), (1, 1, 1))),
        Case("steps everywhere", call(*layers(rng, 4))),
        Case("a pool of two after two layers, then one more",
             call((3, 3, 2, 5), (1, 1, 2, 1))),
        Case("the last layer's step does not count",
             call((3, 3), (1, int(rng.integers(2, 6))))),
        Case("one layer", call((int(rng.integers(3, 12)),), (3,))),
        Case("kernels of one pixel", call((1, 1, 3), (2, 1, 1))),
        Case("no layer", call((), ())),
        Case("deep", call((7, *(12 * [3])), (2, *(6 * [1, 2])))),
    ],
    mistakes=[
        Mistake("the own stride included", answers.field_with_own_stride,
                "A layer's own stride moves its window; it does not widen it."
                " Multiply the steps after the field has grown.",
                credit=1.0),
        Mistake("each layer's own stride alone", answers.field_of_own_steps,
                "A layer adds (F - 1) times the product of the steps below"
                " it. Yours takes its own step, which moves its window and"
                " does not widen it.",
                credit=0.8),
        Mistake("multiplied by the step", answers.field_times_step,
                "A step does not multiply what has been seen; it multiplies"
                " what later layers add. A formula like yours works from the"
                " last layer down to the first.",
                credit=0.8),
        Mistake("begins at 0", answers.field_from_zero,
                "Without any layer an output sees one input, itself: begin at"
                " 1.",
                credit=1.2),
        Mistake("doubled at each pool", answers.field_doubling,
                "A pool with step 2 does not double what has been seen; it"
                " doubles what later layers add. 5 becomes 6, not 10.",
                credit=0.8),
        Mistake("steps ignored", answers.field_without_strides,
                "After a layer with step 2 its neighbours are two inputs"
                " apart: later kernels reach further by that factor.",
                credit=0.8),
        Mistake("product of the kernels", answers.field_of_products,
                "Two 3 x 3 layers see 5 x 5, not 9 x 9: each adds F - 1.",
                credit=0.4),
        Mistake("sum of the kernels", answers.field_of_sums,
                "Each layer adds F - 1 (times the steps below it), and the"
                " count begins with 1.",
                credit=0.4),
        Mistake("F in place of F - 1", answers.field_of_whole_kernels,
                "A kernel of F adds F - 1 to what one place sees already.",
                credit=0.8),
        Mistake("F in place of F - 1, from 0",
                answers.field_whole_kernels_from_zero,
                "That is right for one layer. From the second on the windows"
                " of neighbours overlap: each layer adds F - 1 steps, and the"
                " count begins with 1.",
                credit=0.8),
        Mistake("the last step only", answers.field_of_last_stride,
                "Steps multiply: after two layers with step 2 neighbours are"
                " 4 apart. Yours forgets all but the last.",
                credit=1.0),
        Mistake("steps added to 1", answers.field_of_added_strides,
                "You add the steps up. They multiply: two layers with step 2"
                " make 4, and a step of 1 changes nothing.",
                credit=1.0),
        Mistake("sum of the steps", answers.field_of_strides_summed,
                "You add the steps of the layers below. They multiply.",
                credit=1.0),
        Mistake("layers in the other order", answers.field_from_the_top,
                "The first layer comes first. You begin with the last.",
                credit=1.0),
        Mistake("steps of all layers", answers.field_of_all_strides,
                "Each layer counts the steps of those below it only; yours"
                " are all multiplied by all steps.",
                credit=0.8),
        Mistake("last layer left out", answers.field_without_the_last,
                "The field of the last layer is asked; yours is that of the"
                " layer before it.",
                credit=1.2),
        Mistake("first kernel twice", answers.field_from_first_kernel,
                "You begin with the first kernel and add it again in the"
                " loop. Begin with 1.",
                credit=1.0),
        Mistake("all layers' fields", answers.field_of_all_layers,
                "Asked is one number, that of the last layer.",
                credit=1.6),
        Mistake("the step, too", answers.field_and_jump,
                "You return the pair of field and step. Asked is the field"
                " alone.",
                credit=1.6),
    ],
    variants=[
        Variant("from the output down", answers.field_backwards),
        Variant("the formula, with products", answers.field_by_the_formula),
    ],
)


# --- recurrent networks ------------------------------------------------------


def sequences(rng, N, T, D, H, bias=True):
    """Inputs, a start, and the weights of a plain recurrent network."""
    given = (rng.normal(size=(N, T, D)), rng.uniform(-1, 1, size=(N, H)),
             rng.normal(size=(H, D)), rng.normal(size=(H, H)) / H**0.5)
    return (*given, rng.normal(size=H)) if bias else given


rnn_forward = Exercise(
    reference=nn.rnn_forward,
    points=2,
    refuses=("torch.nn.RNN", "torch.nn.RNNCell", "torch.rnn_tanh"),
    cases=lambda rng: [
        Case("by hand",
             call([[[1.0], [0.0]]], [[0.0, 0.5]], [[1.0], [0.0]],
                  [[0.0, 1.0], [2.0, 0.0]], [0.0, -1.0])),
        Case("three sequences of five steps",
             call(*sequences(rng, 3, 5, 4, 2)), core=True),
        Case("no bias", call(*sequences(rng, 2, 4, 3, 5, bias=False))),
        Case("as many states as inputs",
             call(*sequences(rng, 2, 4, 3, 3))),
        Case("as many sequences as steps",
             call(*sequences(rng, 4, 4, 2, 3))),
        Case("one step", call(*sequences(rng, 3, 1, 2, 4))),
        Case("one sequence", call(*sequences(rng, 1, 6, 3, 2))),
        Case("one unit", call(*sequences(rng, 2, 3, 1, 1))),
    ],
    mistakes=[
        Mistake("W_ih and W_hh exchanged", answers.rnn_matrices_swapped,
                "W_ih (input to hidden) multiplies x_t, W_hh the old state."
                " You have exchanged them; with as many states as inputs even"
                " the shapes agree.",
                credit=1.2),
        Mistake("both matrices transposed", answers.rnn_matrices_transposed,
                "A row of W_ih makes one state: for rows of samples it is"
                " x_t @ W_ih.T + h @ W_hh.T.",
                credit=1.0),
        Mistake("W_ih not transposed", answers.rnn_W_ih_transposed,
                "A row of W_ih makes one state: for rows of samples it is"
                " x_t @ W_ih.T.",
                credit=1.4),
        Mistake("W_hh transposed", answers.rnn_W_hh_transposed,
                "W_hh is square, so nothing complains: for rows it is h @"
                " W_hh.T.",
                credit=1.3),
        Mistake("state not carried", answers.rnn_not_carried,
                "Every step begins with h0. The state of one step is the"
                " start of the next: that is the memory.",
                credit=1.0),
        Mistake("state dropped after the first step",
                answers.rnn_not_carried_after_start,
                "Only the first step sees an old state. Carry h on.",
                credit=1.0),
        Mistake("begins with zeros", answers.rnn_from_zeros,
                "Before the first step the state is h0, which need not be 0.",
                credit=1.2),
        Mistake("no tanh", answers.rnn_without_tanh,
                "The sum goes through tanh at every step. Without it the"
                " states grow, and all steps are one matrix.",
                credit=1.0),
        Mistake("sigmoid in place of tanh", answers.rnn_with_sigmoid,
                "The plain network squashes by tanh, to -1 ... 1.",
                credit=1.2),
        Mistake("tanh on the way out only", answers.rnn_raw_state_carried,
                "What you carry on has not been through tanh. h_t is the"
                " result of tanh, for the output and for the next step.",
                credit=1.0),
        Mistake("tanh of the input's part only", answers.rnn_tanh_of_one,
                "You add W_hh h after tanh. All of the sum goes through it.",
                credit=1.0),
        Mistake("bias outside tanh", answers.rnn_bias_outside,
                "You add b after tanh. All of the sum goes through it.",
                credit=1.2),
        Mistake("asked whether b is true", answers.rnn_if_b,
                "An array of several numbers is neither true nor false."
                " Whether it was given is another question: b is not None.",
                credit=1.6),
        Mistake("as many steps as samples",
                answers.rnn_as_many_steps_as_samples,
                "len(x) is N, the number of samples. The steps are x.shape[1]"
                " many.",
                credit=1.3),
        Mistake("bias ignored", answers.rnn_without_bias,
                "b is added at every step, before tanh, if it is given.",
                credit=1.2),
        Mistake("bias demanded", answers.rnn_bias_always,
                "b may be left out, or None: then nothing is added.",
                credit=1.6),
        Mistake("steps over the samples", answers.rnn_over_rows,
                "Your loop runs over axis 0, the samples. Time is axis 1:"
                " x[:, t].",
                credit=1.0),
        Mistake("time first", answers.rnn_time_first,
                "You stack the states along axis 0: (T, N, H). The samples"
                " come first: axis=1.",
                credit=1.5),
        Mistake("backwards in time", answers.rnn_backwards,
                "Step 0 comes first; yours begins with the last.",
                credit=1.0),
        Mistake("h0 among the states", answers.rnn_with_start,
                "You return T + 1 states. h0 is the start, not an output.",
                credit=1.4),
        Mistake("the state before each step",
                answers.rnn_start_and_all_but_last,
                "h[:, t] is the state after step t; you store it before.",
                credit=1.3),
        Mistake("last state only", answers.rnn_last_state,
                "The states after all T steps are asked, (N, T, H).",
                credit=1.2),
        Mistake("last state only, in the cache, too",
                answers.rnn_last_state_twice,
                "The states after all T steps are asked, (N, T, H), and the"
                " way back needs all of them.",
                credit=1.0),
        Mistake("last state in the cache",
                answers.rnn_last_state_in_the_cache,
                "The way back needs all states: cache = (x, h0, h) with h of"
                " shape (N, T, H).",
                credit=1.6),
        Mistake("all states are the last", answers.rnn_one_array,
                "Your states are one array, which every step overwrites: make"
                " a new one at each step.",
                credit=1.3),
        Mistake("all states are h0", answers.rnn_in_h0,
                "You write every state into h0 itself: the caller's start is"
                " gone, and all states are the last. Make a new array at each"
                " step.",
                credit=1.1),
        Mistake("cache left out", answers.rnn_without_cache,
                "Return the pair (h, cache), with cache = (x, h0, h).",
                credit=1.6),
        Mistake("states and last state", answers.rnn_states_twice,
                "torch.nn.RNN returns all states and the last one. Here the"
                " second is the cache, (x, h0, h).",
                credit=1.6),
        Mistake("cache in another order",
                answers.rnn_cache_in_another_order,
                "The cache is (x, h0, h), in this order: rnn_backward counts"
                " on it.",
                credit=1.8),
    ],
    variants=[
        Variant("into an array", answers.rnn_into_an_array),
        Variant("one matrix for both", answers.rnn_by_one_matrix),
    ],
)


def remembered(rng, N, T, D, H):
    """A cache, numbers from above for all steps, and the weights."""
    x, h0, W_ih, W_hh, b = sequences(rng, N, T, D, H)
    _, cache = nn.rnn_forward(x, h0, W_ih, W_hh, b)
    return cache, rng.normal(size=(N, T, H)), W_ih, W_hh


def at_the_end(rng, N, T, D, H):
    """The same with a loss that sees the last state only."""
    cache, grad_h, W_ih, W_hh = remembered(rng, N, T, D, H)
    grad_h[:, :-1] = 0.0
    return cache, grad_h, W_ih, W_hh


BACK_BY_HAND = {
    "cache": (np.array([[[1.0], [3.0]]]), np.array([[2.0]]),
              np.array([[[0.5], [-0.5]]])),
    "grad_h": np.array([[[1.0], [4.0]]]),
    "W_ih": [[3.0]],
    "W_hh": [[2.0]],
}

rnn_backward = Exercise(
    reference=nn.rnn_backward,
    points=4,
    refuses=AUTOGRAD,
    cases=lambda rng: [
        Case("by hand", call(**BACK_BY_HAND)),
        Case("three sequences of four steps",
             call(*remembered(rng, 3, 4, 2, 5)), core=True),
        Case("as many states as inputs", call(*remembered(rng, 2, 5, 3, 3))),
        Case("as many sequences as steps",
             call(*remembered(rng, 3, 3, 2, 4))),
        Case("one step", call(*remembered(rng, 4, 1, 3, 2))),
        Case("one sequence", call(*remembered(rng, 1, 4, 2, 3))),
        Case("a loss at the last step only",
             call(*at_the_end(rng, 2, 5, 2, 3))),
        Case("one unit", call(*remembered(rng, 2, 3, 1, 1))),
        Case("a long sequence", call(*remembered(rng, 2, 15, 2, 3))),
    ],
    mistakes=[
        Mistake("last step's gradient only", answers.bptt_last_step,
                "The same matrices work at every step, so their gradients"
                " are sums over all t. Yours are those of the last step.",
                credit=2.0),
        Mistake("first step's gradient only", answers.bptt_first_step,
                "You assign the matrices' gradients in the loop, so that the"
                " last one assigned is left. Add them up: +=.",
                credit=2.4),
        Mistake("from above at the end only", answers.bptt_last_upstream,
                "Every state has a number from above, grad_h[:, t]; add it to"
                " what comes back through time.",
                credit=2.2),
        Mistake("not carried back", answers.bptt_not_carried,
                "h_t also made h_(t+1): what that step sends back, delta @"
                " W_hh, is added to grad_h[:, t].",
                credit=2.0),
        Mistake("not carried back, but to h0",
                answers.bptt_carried_to_the_start_only,
                "delta @ W_hh is made, and only h0 gets it. At every step it"
                " is added to grad_h[:, t], for the step before: h_t also"
                " made h_(t+1).",
                credit=2.0),
        Mistake("carried back without W_hh", answers.bptt_carried_without_W,
                "The old state came in through W_hh: what goes back is delta"
                " @ W_hh, not delta.",
                credit=2.4),
        Mistake("carried back without W_hh, but to h0",
                answers.bptt_carried_without_W_but_to_the_start,
                "W_hh takes delta back to h0 in yours, and has to at every"
                " step: what goes back is delta @ W_hh, not delta.",
                credit=2.6),
        Mistake("h_t in place of h_(t-1)", answers.bptt_own_state,
                "W_hh multiplied the old state: its gradient takes"
                " h_(t-1), not h_t.",
                credit=2.4),
        Mistake("h[:, -1] before the first step", answers.bptt_wrapped,
                "At t = 0, h[:, t - 1] is h[:, -1], the last state: Python"
                " counts from the end. Before the first step stands h0.",
                credit=3.0),
        Mistake("zeros before the first step", answers.bptt_from_zeros,
                "Before the first step stands h0, not zeros.",
                credit=3.0),
        Mistake("slope at the old state", answers.bptt_slope_of_the_old,
                "tanh' at step t is 1 - h_t^2; you take the state before it.",
                credit=2.4),
        Mistake("tanh of tanh", answers.bptt_slope_again,
                "h_t is tanh already: the slope is 1 - h_t**2.",
                credit=2.6),
        Mistake("slope left out", answers.bptt_without_slope,
                "Each step goes back through tanh: multiply by 1 - h_t**2.",
                credit=2.0),
        Mistake("1 - h", answers.bptt_slope_unsquared,
                "The derivative of tanh is 1 - h**2, with the square.",
                credit=2.6),
        Mistake("the sigmoid's slope", answers.bptt_sigmoid_slope,
                "h (1 - h) is the slope of the sigmoid. For tanh it is"
                " 1 - h**2.",
                credit=2.4),
        Mistake("slope on one part only", answers.bptt_slope_of_one,
                "Both parts, from above and from later, arrive at h_t, so"
                " both go back through tanh: add first, then multiply.",
                credit=2.4),
        Mistake("multiplied, not added",
                answers.bptt_upstream_times_carried,
                "Two paths lead on from h_t, and blame over several paths"
                " adds up.",
                credit=2.0),
        Mistake("W_hh in place of its transpose", answers.bptt_with_W,
                "Forwards it was h @ W_hh.T; back it is delta @ W_hh, without"
                " a transpose for rows.",
                credit=2.4),
        Mistake("carried back before the slope",
                answers.bptt_upstream_carried,
                "You carry dL/dh_t back. W_hh sits inside tanh: carry delta,"
                " which is dL/dh_t times 1 - h_t**2.",
                credit=2.2),
        Mistake("a bypass", answers.bptt_all_carried,
                "You add what was carried to the next step's, too. It ends at"
                " h_t: only delta @ W_hh goes on.",
                credit=2.2),
        Mistake("bias gradient of each sample", answers.bptt_biases_of_each,
                "The bias serves all samples: sum delta over axis 0.",
                credit=3.0),
        Mistake("bias gradient as one number",
                answers.bptt_biases_of_one_number,
                "delta.sum() adds up everything. Each unit has a bias of its"
                " own: sum over axis 0.",
                credit=3.0),
        Mistake("bias gradient averaged", answers.bptt_biases_of_means,
                "The bias gradient is a sum over the samples; you take the"
                " mean.",
                credit=3.0),
        Mistake("forwards in time", answers.bptt_forwards,
                "The blame runs backwards: the last step first.",
                credit=1.6),
        Mistake("grad_h0 left out", answers.bptt_without_start,
                "What is carried back past the first step is the gradient at"
                " h0, the second of five.",
                credit=3.0),
        Mistake("grad_h0 of zeros", answers.bptt_start_of_zeros,
                "What is carried back past the first step, delta @ W_hh, is"
                " the gradient at h0.",
                credit=3.2),
        Mistake("grad_h0 summed over the samples", answers.bptt_start_summed,
                "Each sample has its own h0, so grad_h0 is (N, H): no sum"
                " over the rows here.",
                credit=3.2),
        Mistake("grad_x with time first", answers.bptt_time_first,
                "grad_x has the shape of x, (N, T, D); yours is (T, N, D).",
                credit=3.2),
        Mistake("first step left out", answers.bptt_without_first,
                "Your loop ends before t = 0. The first step counts as well;"
                " its old state is h0.",
                credit=2.4),
        Mistake("grad_h0 before W_hh", answers.bptt_start_of_delta,
                "h0 came in through W_hh: its gradient is delta @ W_hh.",
                credit=3.2),
        Mistake("weights first", answers.bptt_weights_first,
                "All five are there. Their order is x, h0, W_ih, W_hh, b.",
                credit=3.2),
        Mistake("averaged over the samples", answers.bptt_averaged,
                "You divide by N. Whatever mean the loss takes is in grad_h"
                " already: sum.",
                credit=3.0),
        Mistake("averaged over time", answers.bptt_averaged_over_time,
                "You divide by T. The gradients of tied weights add up over"
                " the steps.",
                credit=3.0),
        Mistake("gradients transposed", answers.bptt_transposed,
                "A gradient has the shape of its matrix: delta.T @ x_t.",
                credit=3.0),
        Mistake("W_hh's gradient transposed", answers.bptt_W_hh_transposed,
                "W_hh is square, so nothing complains: its gradient is"
                " delta.T @ h_(t-1).",
                credit=3.2),
        Mistake("W_ih's gradient transposed", answers.bptt_W_ih_transposed,
                "A gradient has the shape of its matrix, (H, D): delta.T @"
                " x_t.",
                credit=3.0),
        Mistake("both gradients transposed, added to zeros",
                answers.bptt_both_transposed,
                "A gradient has the shape of its matrix: delta.T @ x_t and"
                " delta.T @ h_(t-1).",
                credit=2.8),
        Mistake("to the input by W_ih's transpose",
                answers.bptt_input_by_transpose,
                "Forwards it was x_t @ W_ih.T; back it is delta @ W_ih,"
                " without a transpose for rows.",
                credit=2.8),
        Mistake("to the input by W_hh", answers.bptt_input_by_W_hh,
                "x_t came in through W_ih: its gradient is delta @ W_ih.",
                credit=3.0),
    ],
    variants=[
        Variant("all error signals first", answers.bptt_at_once),
        Variant("sample by sample", answers.bptt_by_loops),
    ],
)


# --- gates -------------------------------------------------------------------


def cell(rng, gates, N, D, H, b_ih=True, b_hh=True, memory=False):
    """Inputs, states and the weights of a cell with so many gates."""
    states = [rng.uniform(-1, 1, size=(N, H))]
    if memory:
        states.append(rng.normal(size=(N, H)) * 2)
    weights = (rng.normal(size=(gates * H, D)), rng.normal(
        size=(gates * H, H)))
    biases = rng.normal(size=(2, gates * H))
    return (rng.normal(size=(N, D)), *states, *weights,
            biases[0] if b_ih else None, biases[1] if b_hh else None)


def lstm(rng, *sizes, **biases):
    """The arguments of an LSTM cell."""
    return cell(rng, 4, *sizes, memory=True, **biases)


LOG_3 = float(np.log(3.0))

lstm_cell = Exercise(
    reference=nn.lstm_cell,
    points=3,
    refuses=("torch.nn.LSTM", "torch.nn.LSTMCell", "torch.lstm_cell",
             "torch.lstm"),
    cases=lambda rng: [
        Case("by hand",
             call([[1.0]], [[2.0]], [[4.0]],
                  [[0.0], [0.0], [LOG_3], [-LOG_3]],
                  [[0.0], [LOG_3 / 2], [0.0], [0.0]]),
             core=True),
        Case("five samples", call(*lstm(rng, 5, 3, 4))),
        Case("no biases",
             call(*lstm(rng, 3, 2, 4, b_ih=False, b_hh=False)[:5])),
        Case("b_ih only", call(*lstm(rng, 2, 3, 2, b_hh=False))),
        Case("b_hh only", call(*lstm(rng, 2, 3, 2, b_ih=False))),
        Case("as many states as inputs", call(*lstm(rng, 2, 3, 3))),
        Case("four units", call(*lstm(rng, 4, 5, 4))),
        Case("one unit", call(*lstm(rng, 3, 2, 1))),
        Case("an empty memory", call(
            rng.normal(size=(2, 3)), np.zeros((2, 2)), np.zeros((2, 2)),
            rng.normal(size=(8, 3)), rng.normal(size=(8, 2)))),
    ],
    mistakes=[
        Mistake("gates in the order i, f, o, g", answers.lstm_order_ifog,
                "The blocks come in the order i, f, g, o: the candidate is"
                " the third, the output gate the last.",
                credit=2.2),
        Mistake("input and forget gate exchanged", answers.lstm_order_figo,
                "The first block is the input gate, the second the forget"
                " gate: i, f, g, o; and c is f * c + i * g. One of the two is"
                " turned round in yours.",
                credit=2.2),
        Mistake("gates in the order f, i, o, g", answers.lstm_order_fiog,
                "Many papers list f, i, o, g. The blocks here, and in torch,"
                " come as i, f, g, o.",
                credit=2.0),
        Mistake("gates in the order i, o, f, g", answers.lstm_order_iofg,
                "The blocks come in the order i, f, g, o: the forget gate is"
                " the second, the candidate the third.",
                credit=2.0),
        Mistake("every fourth row", answers.lstm_interleaved,
                "Each gate has a block of H rows that stand together; you"
                " take every fourth.",
                credit=2.0),
        Mistake("cut into rows", answers.lstm_cut_into_rows,
                "np.split(z, 4) cuts the rows, which are samples. The gates"
                " stand side by side in the columns: axis=1.",
                credit=2.0),
        Mistake("cut across the samples", answers.lstm_cut_across,
                "reshape(4, N, H) cuts along the samples: the gates stand"
                " side by side in the columns. np.split(z, 4, axis=1).",
                credit=2.0),
        Mistake("sigmoid for the candidate", answers.lstm_sigmoid_candidate,
                "g is what is written, not a gate: tanh, so that it can be"
                " negative.",
                credit=2.0),
        Mistake("candidate not squashed", answers.lstm_raw_candidate,
                "What is written goes through tanh: g = tanh(...).",
                credit=2.0),
        Mistake("h = o * c", answers.lstm_without_tanh,
                "What the cell shows is o * tanh(c): c itself may grow beyond"
                " 1.",
                credit=2.0),
        Mistake("sigmoid of the memory", answers.lstm_sigmoid_out,
                "h = o * tanh(c), not o times a sigmoid of c.",
                credit=2.0),
        Mistake("h from the old memory", answers.lstm_out_of_the_old,
                "h shows the new memory: renew c first, then read it.",
                credit=2.0),
        Mistake("never forgets", answers.lstm_never_forgets,
                "The old memory is multiplied by the forget gate. The LSTM of"
                " 1997 had none; the contract's has.",
                credit=1.8),
        Mistake("1 - f for i", answers.lstm_coupled,
                "The input gate is a gate of its own, not 1 - f.",
                credit=1.8),
        Mistake("no input gate", answers.lstm_all_in,
                "The candidate is written through the input gate: i * g.",
                credit=1.8),
        Mistake("forgets upside down", answers.lstm_forgets_upside_down,
                "f = 1 keeps the memory: f * c, not (1 - f) * c.",
                credit=1.8),
        Mistake("tanh for the gates", answers.lstm_tanh_gates,
                "A gate opens between 0 and 1: sigmoid. Only the candidate"
                " has tanh.",
                credit=1.5),
        Mistake("c first", answers.lstm_cell_first,
                "Both are right, in the other order: (h, c).",
                credit=2.4),
        Mistake("h only", answers.lstm_state_alone,
                "The next step needs the memory, too: (h, c).",
                credit=1.8),
        Mistake("old memory returned", answers.lstm_old_cell_returned,
                "h is right, and c is the old one: return the new memory.",
                credit=2.2),
        Mistake("b_hh ignored", answers.lstm_without_b_hh,
                "Both biases are added, if they are given.",
                credit=2.2),
        Mistake("b_ih ignored", answers.lstm_without_b_ih,
                "Both biases are added, if they are given.",
                credit=2.2),
        Mistake("biases ignored", answers.lstm_without_biases,
                "b_ih and b_hh are added to the sum, if they are given.",
                credit=2.0),
        Mistake("asked whether a bias is true", answers.lstm_if_bias,
                "An array of several numbers is neither true nor false."
                " Whether it was given is another question: b_ih is not"
                " None.",
                credit=2.2),
        Mistake("b_hh only without b_ih", answers.lstm_biases_by_elif,
                "Where both biases are given, yours adds b_ih only. Each"
                " counts on its own: two ifs, no elif.",
                credit=2.2),
        Mistake("biases demanded", answers.lstm_biases_always,
                "Each of the two biases may be None: then it adds nothing.",
                credit=2.2),
        Mistake("both biases or none", answers.lstm_biases_together,
                "One bias may come without the other; test each for None.",
                credit=2.4),
        Mistake("matrices not transposed", answers.lstm_not_transposed,
                "A row of W_ih makes one number: for rows of samples it is"
                " x @ W_ih.T + h @ W_hh.T.",
                credit=1.5),
        Mistake("W_ih and W_hh exchanged", answers.lstm_matrices_swapped,
                "W_ih (input to hidden) multiplies x, W_hh the old h.",
                credit=2.0),
        Mistake("old h ignored", answers.lstm_without_h,
                "The gates also see the old state, through W_hh.",
                credit=1.5),
    ],
    variants=[
        Variant("slices", answers.lstm_by_slices),
        Variant("one matrix for both", answers.lstm_by_one_matrix),
    ],
)


def gru(rng, *sizes, **biases):
    """The arguments of a GRU cell."""
    return cell(rng, 3, *sizes, **biases)


gru_cell = Exercise(
    reference=nn.gru_cell,
    points=3,
    refuses=("torch.nn.GRU", "torch.nn.GRUCell", "torch.gru_cell",
             "torch.gru"),
    cases=lambda rng: [
        Case("by hand",
             call([[1.0]], [[2.0]], [[-LOG_3], [LOG_3], [0.0]],
                  [[0.0], [0.0], [3.0]], None, [0.0, 0.0, -2.0]),
             core=True),
        Case("five samples", call(*gru(rng, 5, 3, 4))),
        Case("no biases",
             call(*gru(rng, 3, 2, 4, b_ih=False, b_hh=False)[:4])),
        Case("b_ih only", call(*gru(rng, 2, 3, 2, b_hh=False))),
        Case("b_hh only", call(*gru(rng, 2, 3, 2, b_ih=False))),
        Case("as many states as inputs", call(*gru(rng, 2, 3, 3))),
        Case("three units", call(*gru(rng, 4, 5, 3))),
        Case("one unit", call(*gru(rng, 3, 2, 1))),
        Case("an empty state", call(
            rng.normal(size=(2, 3)), np.zeros((2, 2)),
            rng.normal(size=(6, 3)), rng.normal(size=(6, 2)))),
    ],
    mistakes=[
        Mistake("z and 1 - z exchanged", answers.gru_mixed_the_other_way,
                "That is the convention of Chung et al. (2014). Here, in"
                " PyTorch and in Cho et al., z keeps the old state: z * h +"
                " (1 - z) * n.",
                credit=2.2),
        Mistake("reset before the product", answers.gru_reset_before,
                "That is the cell of Cho et al. (2014): W_hn (r * h). In"
                " PyTorch's, which the contract asks for, r stands outside:"
                " r * (W_hn h + b_hn).",
                credit=2.2),
        Mistake("reset before the product, z and 1 - z exchanged",
                answers.gru_of_the_textbook,
                "That is the cell of Chung et al. (2014). The contract has"
                " PyTorch's: r * (W_hn h + b_hn) in the candidate, and z on"
                " the old state.",
                credit=1.8),
        Mistake("reset of h itself", answers.gru_reset_of_state,
                "In the candidate r multiplies h as it stands in yours. It"
                " multiplies what W_hn and b_hn make of h: r * (W_hn h +"
                " b_hn).",
                credit=1.8),
        Mistake("reset of h itself, with b_hn", answers.gru_reset_of_state_b,
                "In the candidate W_hn is missing. r multiplies what W_hn and"
                " b_hn make of h: r * (W_hn h + b_hn).",
                credit=1.8),
        Mistake("b_hn left out", answers.gru_without_b_hn,
                "r multiplies the product and its bias: r * (W_hn h +"
                " b_hn).",
                credit=2.4),
        Mistake("reset before the product, b_hn left out",
                answers.gru_reset_before_without_b_hn,
                "Two things: in PyTorch's cell, which the contract asks for,"
                " r stands outside the product, and b_hn is added to it: r *"
                " (W_hn h + b_hn).",
                credit=1.8),
        Mistake("b_hn outside the reset", answers.gru_bias_outside,
                "r multiplies all that comes from h, its bias included:"
                " r * (W_hn h + b_hn).",
                credit=2.4),
        Mistake("candidate of x only", answers.gru_of_input_alone,
                "The candidate also sees the old state, through the reset"
                " gate.",
                credit=1.6),
        Mistake("reset gate unused", answers.gru_without_reset,
                "In the candidate, what comes from h is multiplied by r.",
                credit=1.8),
        Mistake("reset of all", answers.gru_reset_of_all,
                "r multiplies what comes from h, not what comes from x.",
                credit=2.0),
        Mistake("reset of the input", answers.gru_reset_of_input,
                "r multiplies what comes from h; yours multiplies what comes"
                " from x.",
                credit=1.8),
        Mistake("z for r in the candidate", answers.gru_reset_by_z,
                "The reset gate r stands in the candidate, z mixes old and"
                " new.",
                credit=1.8),
        Mistake("reset upside down", answers.gru_reset_upside_down,
                "r = 1 lets the old state through: r, not 1 - r.",
                credit=1.8),
        Mistake("gates in the order z, r, n", answers.gru_order_zrn,
                "The blocks come in the order r, z, n: the reset gate is"
                " first.",
                credit=2.2),
        Mistake("gates in the order n, r, z", answers.gru_order_nrz,
                "The blocks come in the order r, z, n: the candidate is"
                " last.",
                credit=2.0),
        Mistake("gates in the order r, n, z", answers.gru_order_rnz,
                "The blocks come in the order r, z, n: the candidate is"
                " the last, the update gate the second.",
                credit=2.0),
        Mistake("every third row", answers.gru_interleaved,
                "Each gate has a block of H rows that stand together; you"
                " take every third.",
                credit=2.0),
        Mistake("cut into rows", answers.gru_cut_into_rows,
                "np.split(z, 3) cuts the rows, which are samples. The gates"
                " stand side by side in the columns: axis=1.",
                credit=2.0),
        Mistake("cut across the samples", answers.gru_cut_across,
                "reshape(3, N, H) cuts along the samples: the gates stand"
                " side by side in the columns. np.split(z, 3, axis=1).",
                credit=2.0),
        Mistake("gates in the order z, r, n, z and 1 - z exchanged",
                answers.gru_order_zrn_mixed_the_other_way,
                "Two things: the blocks come in the order r, z, n, and z"
                " keeps the old state, z * h + (1 - z) * n.",
                credit=1.6),
        Mistake("b_hn outside the reset, z and 1 - z exchanged",
                answers.gru_bias_outside_mixed_the_other_way,
                "Two things: r multiplies b_hn, too, and z keeps the old"
                " state, z * h + (1 - z) * n.",
                credit=1.8),
        Mistake("sigmoid for the candidate", answers.gru_sigmoid_candidate,
                "The candidate is no gate: tanh, so that it can be negative.",
                credit=2.0),
        Mistake("candidate not squashed", answers.gru_raw_candidate,
                "The candidate goes through tanh: n = tanh(...).",
                credit=2.0),
        Mistake("candidate returned", answers.gru_candidate_alone,
                "You return n. The new state mixes it with the old one:"
                " z * h + (1 - z) * n.",
                credit=1.6),
        Mistake("candidate added whole", answers.gru_added_whole,
                "The two weights add up to 1: z for the old state, 1 - z for"
                " the candidate.",
                credit=2.0),
        Mistake("b_hh ignored", answers.gru_without_b_hh,
                "Both biases are added, if they are given.",
                credit=2.0),
        Mistake("b_ih ignored", answers.gru_without_b_ih,
                "Both biases are added, if they are given.",
                credit=2.2),
        Mistake("biases ignored", answers.gru_without_biases,
                "b_ih and b_hh are added, if they are given.",
                credit=1.8),
        Mistake("asked whether a bias is true", answers.gru_if_bias,
                "An array of several numbers is neither true nor false."
                " Whether it was given is another question: b_ih is not"
                " None.",
                credit=2.2),
        Mistake("b_hh only without b_ih", answers.gru_biases_by_elif,
                "Where both biases are given, yours adds b_ih only. Each"
                " counts on its own: two ifs, no elif.",
                credit=2.2),
        Mistake("biases demanded", answers.gru_biases_always,
                "Each of the two biases may be None: then it adds nothing.",
                credit=2.2),
        Mistake("gates of x only", answers.gru_without_h,
                "r and z also see the old state, through their blocks of"
                " W_hh.",
                credit=1.8),
        Mistake("matrices not transposed", answers.gru_not_transposed,
                "A row of W_ih makes one number: for rows of samples it is"
                " x @ W_ih.T + h @ W_hh.T.",
                credit=1.5),
        Mistake("W_ih and W_hh exchanged", answers.gru_matrices_swapped,
                "W_ih (input to hidden) multiplies x, W_hh the old h.",
                credit=2.0),
    ],
    variants=[
        Variant("slices", answers.gru_by_slices),
        Variant("a share of the way", answers.gru_by_steps),
    ],
)


# --- state-space models ------------------------------------------------------


def system(rng, n, zero=False):
    """A, B of a system that forgets, and a step."""
    A = -rng.uniform(0.3, 3.0, size=n)
    if zero:
        A[rng.integers(n)] = 0.0
    return A, rng.normal(size=n), float(rng.uniform(0.2, 0.9))


def steps(rng, n):
    """A_bar, B_bar and C."""
    return (rng.uniform(-0.9, 0.9, size=n), rng.normal(size=n),
            rng.normal(size=n))


discretize = Exercise(
    reference={
        "discretize": nn.discretize,
        "ssm_scan": nn.ssm_scan,
        "ssm_kernel": nn.ssm_kernel,
    },
    points=3,
    refuses=("scipy.signal.cont2discrete", "scipy.signal.dlsim",
             "scipy.signal.dimpulse"),
    cases=lambda rng: [
        Case("by hand", call([-1.0, -2.0, 0.0], [1.0, 4.0, 3.0],
                             float(np.log(2.0))).on("discretize")),
        Case("by hand: the scan",
             call([1.0, 0.0, 2.0, 1.0], [0.5, -1.0], [2.0, 1.0],
                  [1.0, 3.0]).on("ssm_scan")),
        Case("by hand: the kernel",
             call([0.5, -1.0], [2.0, 1.0], [1.0, 3.0], 4)
             .on("ssm_kernel")),
        # The first part that is written: without it nothing is.
        Case("four states", call(*system(rng, 4)).on("discretize"),
             core=True),
        Case("one of them remembers for ever",
             call(*system(rng, 4, zero=True)).on("discretize")),
        Case("a long step", call(*system(rng, 3)[:2], 3.0)
             .on("discretize")),
        Case("a growing state", call([0.5, 1.5], rng.normal(size=2), 0.4)
             .on("discretize")),
        Case("a scan of nine steps",
             call(rng.normal(size=9), *steps(rng, 4)).on("ssm_scan")),
        Case("a scan with one state",
             call(rng.normal(size=5), *steps(rng, 1)).on("ssm_scan")),
        Case("a scan of as many steps as states",
             call(rng.normal(size=3), *steps(rng, 3)).on("ssm_scan")),
        Case("a kernel of seven", call(*steps(rng, 3), 7)
             .on("ssm_kernel")),
        Case("a kernel of one", call(*steps(rng, 4), 1).on("ssm_kernel")),
        Case("a kernel as long as there are states",
             call(*steps(rng, 3), 3).on("ssm_kernel")),
    ],
    mistakes=[
        Mistake("Euler's step", {"discretize": answers.discretize_euler},
                "1 + delta A and delta B are Euler's step, the first terms of"
                " the series. With x held still over the step the exact"
                " answer is e^(delta A), and (e^(delta A) - 1) / A times B.",
                credit=2.0),
        Mistake("delta B for B_bar",
                {"discretize": answers.discretize_half_euler},
                "A_bar is right. Over the step the state forgets part of what"
                " comes in: B_bar = (e^(delta A) - 1) / A times B. Mamba"
                " makes the same short cut, on purpose.",
                credit=2.2),
        Mistake("the trapezoid rule",
                {"discretize": answers.discretize_bilinear},
                "That is the bilinear rule, another good one. Asked is the"
                " zero-order hold, with e^(delta A).",
                credit=2.0),
        Mistake("the implicit Euler step",
                {"discretize": answers.discretize_implicit},
                "1 / (1 - delta A) is the implicit Euler step. Asked is the"
                " zero-order hold, with e^(delta A).",
                credit=2.0),
        Mistake("0/0 at A = 0",
                {"discretize": answers.discretize_zero_by_zero},
                "Where A is 0, (e^(delta A) - 1) / A is 0/0. Its limit is"
                " delta.",
                credit=2.4),
        Mistake("0 at A = 0",
                {"discretize": answers.discretize_zero_for_nan},
                "Where A is 0 nothing is forgotten, and B_bar is delta B, not"
                " 0.",
                credit=2.5),
        Mistake("B at A = 0", {"discretize": answers.discretize_limit_one},
                "The limit of (e^(delta A) - 1) / A is delta, not 1.",
                credit=2.5),
        Mistake("B left out", {"discretize": answers.discretize_without_B},
                "B_bar is (e^(delta A) - 1) / A, times B; yours lacks B.",
                credit=2.0),
        Mistake("not divided by A",
                {"discretize": answers.discretize_without_division},
                "For B_bar, e^(delta A) - 1 is to be divided by A.",
                credit=2.0),
        Mistake("multiplied by A",
                {"discretize": answers.discretize_times_A},
                "A^-1 means divided by A; yours multiplies.",
                credit=2.0),
        Mistake("divided by delta, too",
                {"discretize": answers.discretize_over_delta_A},
                "(e^(delta A) - 1) / (delta A) has one division too many, or"
                " lacks the factor delta.",
                credit=2.2),
        Mistake("sign of B_bar",
                {"discretize": answers.discretize_other_sign},
                "e^(delta A) - 1 over A: with A below 0 both are negative,"
                " so B_bar has the sign of B.",
                credit=2.2),
        Mistake("a minus before A",
                {"discretize": answers.discretize_decaying},
                "You put a minus of your own before A. It is there already"
                " where the state forgets: A is negative then.",
                credit=2.0),
        Mistake("delta ignored",
                {"discretize": answers.discretize_without_delta},
                "The step is delta long, in A_bar and in B_bar.",
                credit=1.8),
        Mistake("B_bar first", {"discretize": answers.discretize_B_first},
                "Both are right, in the other order: (A_bar, B_bar).",
                credit=2.5),
        Mistake("A_bar as a matrix",
                {"discretize": answers.discretize_as_matrices},
                "A stands for its diagonal, and so does A_bar: (n,).",
                credit=2.4),
        Mistake("read before the update",
                {"ssm_scan": answers.scan_before_update},
                "y_t is read after x_t has come in: renew h first.",
                credit=2.2),
        Mistake("state not carried", {"ssm_scan": answers.scan_not_carried},
                "Each step begins with an empty state. Carry h on.",
                credit=1.8),
        Mistake("outputs of each state",
                {"ssm_scan": answers.scan_of_each_state},
                "C h is a sum over the states, one number for each step:"
                " C @ h.",
                credit=2.2),
        Mistake("states for outputs", {"ssm_scan": answers.scan_of_states},
                "You return the states, (T, n). Asked is y_t = C h_t, one"
                " number for each step.",
                credit=2.2),
        Mistake("C left out of the scan",
                {"ssm_scan": answers.scan_without_C},
                "The states are weighted with C before they are added.",
                credit=2.0),
        Mistake("last output only", {"ssm_scan": answers.scan_last_output},
                "An output for each step is asked: T numbers, (T,).",
                credit=2.0),
        Mistake("the new input forgotten at once",
                {"ssm_scan": answers.scan_input_remembered_late},
                "A_bar multiplies the old state only: A_bar * h + B_bar *"
                " x_t.",
                credit=2.2),
        Mistake("B left out of the scan",
                {"ssm_scan": answers.scan_without_B},
                "x_t comes in through B_bar: A_bar * h + B_bar * x_t.",
                credit=2.0),
        Mistake("begins with ones", {"ssm_scan": answers.scan_from_ones},
                "The state begins at 0 in each of its entries.",
                credit=2.2),
        Mistake("input added to the output",
                {"ssm_scan": answers.scan_with_input_added},
                "You add x_t to y_t. Some models have such a bypass; the"
                " contract has none.",
                credit=2.2),
        Mistake("backwards in time", {"ssm_scan": answers.scan_backwards},
                "The first input comes first; you begin with the last.",
                credit=1.8),
        Mistake("kernel begins with A B",
                {"ssm_kernel": answers.kernel_from_A},
                "At once after the impulse nothing is forgotten: K_0 is"
                " C B_bar, with A_bar to the power of 0.",
                credit=2.2),
        Mistake("kernel reversed", {"ssm_kernel": answers.kernel_reversed},
                "K_0 comes first. The convolution turns it round itself.",
                credit=2.3),
        Mistake("C left out of the kernel",
                {"ssm_kernel": answers.kernel_without_C},
                "K_k is the sum of C A_bar^k B_bar; yours lacks C.",
                credit=2.0),
        Mistake("B left out of the kernel",
                {"ssm_kernel": answers.kernel_without_B},
                "K_k is the sum of C A_bar^k B_bar; yours lacks B_bar.",
                credit=2.0),
        Mistake("one term short", {"ssm_kernel": answers.kernel_one_short},
                "k runs from 0 to length - 1: length numbers.",
                credit=2.4),
        Mistake("one term too many", {"ssm_kernel": answers.kernel_one_long},
                "k runs from 0 to length - 1: length numbers.",
                credit=2.4),
        Mistake("kernel of each state",
                {"ssm_kernel": answers.kernel_of_each_state},
                "K_k is a sum over the states, one number.",
                credit=2.2),
        Mistake("multiples in place of powers",
                {"ssm_kernel": answers.kernel_of_multiples},
                "Forgetting multiplies at each step: A_bar ** k, not k"
                " A_bar.",
                credit=1.8),
        Mistake("power of the whole product",
                {"ssm_kernel": answers.kernel_powers_of_all},
                "The power belongs to A_bar alone: C and B_bar come in once.",
                credit=1.8),
        Mistake("summed up", {"ssm_kernel": answers.kernel_summed_up},
                "You add the terms up: the answer to an input that stays on."
                " Asked is the answer to a single 1.",
                credit=2.0),
        *half_written(1.6, "discretize", "ssm_scan", "ssm_kernel"),
        Mistake("discretize alone is written",
                {"ssm_scan": not_written, "ssm_kernel": not_written},
                "That is the first of three; ssm_scan and ssm_kernel still"
                " say NotImplementedError.",
                credit=1.2),
        Mistake("ssm_kernel alone is written",
                {"discretize": not_written, "ssm_scan": not_written},
                "That is one of three; discretize and ssm_scan still say"
                " NotImplementedError.",
                credit=1.0),
        Mistake("ssm_scan alone is written",
                {"discretize": not_written, "ssm_kernel": not_written},
                "That is one of three; discretize and ssm_kernel still say"
                " NotImplementedError.",
                credit=1.0),
    ],
    variants=[
        Variant("series, convolution, impulse", {
            "discretize": answers.discretize_by_limits,
            "ssm_scan": answers.scan_by_convolution,
            "ssm_kernel": answers.kernel_by_impulse,
        }),
        Variant("a list, step by step", {
            "ssm_kernel": answers.kernel_step_by_step}),
    ],
)


# Mutants of the solutions that change nothing, with the reason.
_LIST = "a list and an array are one kind"
_PAIRED = "for W, z in zip(weights[:0:-1], zs[-2::-1]):  # W^k with z^(k-1)"
_MAX = "out[:, :, i, j] = window.max(axis="
_SAFE = "safe = np.where(A == 0, 1.0, A)"
EQUIVALENT = {
    "gradient_norm_profile": {
        f"{_PAIRED} =>"
        " for W, z in zip(weights[::-1], zs[-2::-1]):  # W^k with z^(k-1)":
            "zip stops before W^1, which has no partner",
        "return np.array(norms) => return norms": _LIST,
    },
    "max_pool2d": {
        f"{_MAX}(2, 3)) => {_MAX}(3, 2))":
            "the largest is the same, in whatever order the axes are named",
    },
    "lstm_cell": {
        "for bias in (b_ih, b_hh): => for bias in (b_hh, b_ih):":
            "a sum does not mind the order of its terms",
    },
    "discretize": {
        f"{_SAFE} => safe = np.where(A == 1, 1.0, A)":
            "0/0 only warns: delta takes its place",
        f"{_SAFE} => safe = np.where(A == 0, 2.0, A)":
            "delta takes the place of whatever is divided there",
        "outputs.append(C @ h) => outputs.append((h @ C))":
            "the dot product of two vectors does not mind their order",
        "return np.array(outputs) => return outputs": _LIST,
    },
}

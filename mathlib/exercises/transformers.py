"""Exercises of chapter 15."""

import functools

import numpy as np

from mathlib import transformers as tr
from mathlib.course.compare import Difference, satisfies, values
from mathlib.exercise import (
    Case,
    Exercise,
    Mistake,
    Variant,
    Written,
    call,
    given,
)
from mathlib.exercises import _transformers_answers as answers

# torch makes float32 where nothing else is said: an angle or a root that was
# computed so is no mistake, even if the rest is in double precision.
KINDLY = values(rtol=5e-5, atol=2e-6)
# The same for angles, whose error grows with the position.
ROTATED = values(rtol=5e-5, atol=2e-5)
EXACTLY = values(rtol=0, atol=0)


def qkv(rng, n_query, n_key, d_k, d_v, *batch):
    """Queries, keys and values."""
    return (
        rng.normal(size=(*batch, n_query, d_k)),
        rng.normal(size=(*batch, n_key, d_k)),
        rng.normal(size=(*batch, n_key, d_v)),
    )


def may_look(rng, *shape):
    """A Boolean mask: every query sees the first key and not the last."""
    mask = rng.random(shape) < 0.6
    mask[..., 0], mask[..., -1] = True, False
    return mask


def added(mask):
    """The same mask as numbers to be added."""
    return np.where(mask, 0.0, -np.inf)


def but_one(mask):
    """The same mask, with a second query that sees nothing."""
    mask = mask.copy()
    mask[..., 1, :] = False
    return mask


TWO_TOKENS = [[1.0, 0.0]], [[0.5, 0.5], [1.0, -1.0]], [[1.0, 0.0], [0.0, 1.0]]


def attend(Q, K, V, mask=None, *, scale=None):
    """Attend; the causal option is left to the chapter's masks."""
    return tr.attention(Q, K, V, mask, scale=scale)


attention = Exercise(
    reference=attend,
    points=3,
    arrays="torch",
    compare=KINDLY,
    refuses=("torch.nn.functional.scaled_dot_product_attention",),
    cases=lambda rng: [
        Case("by hand", call(*TWO_TOKENS), core=True),
        Case("everything square", call(*qkv(rng, 3, 3, 3, 3)), core=True),
        Case("2 queries, 5 keys, values of another width",
             call(*qkv(rng, 2, 5, 4, 3))),
        Case("a batch", call(*qkv(rng, 3, 4, 5, 2, 2))),
        Case("a batch of heads", call(*qkv(rng, 3, 3, 4, 4, 2, 3))),
        Case("a Boolean mask",
             call(*qkv(rng, 3, 5, 4, 2), may_look(rng, 3, 5))),
        Case("one Boolean row for all queries",
             call(*qkv(rng, 3, 4, 4, 2), may_look(rng, 1, 4))),
        Case("a Boolean mask for each text of a batch",
             call(*qkv(rng, 3, 3, 4, 2, 2), may_look(rng, 2, 1, 3))),
        Case("an additive mask",
             call(*qkv(rng, 3, 5, 4, 2), added(may_look(rng, 3, 5)))),
        Case("an additive mask of finite numbers",
             call(*qkv(rng, 3, 4, 4, 2), rng.normal(size=(3, 4)))),
        Case("finite numbers added, with another scale",
             call(*qkv(rng, 2, 3, 4, 2), rng.normal(size=(2, 3)),
                  scale=0.3)),
        Case("a query that may look at nothing",
             call(*qkv(rng, 3, 4, 4, 2), but_one(may_look(rng, 3, 4)))),
        Case("a query that may look at nothing, in a batch, additive mask",
             call(*qkv(rng, 3, 4, 4, 2, 2),
                  added(but_one(may_look(rng, 2, 3, 4))))),
        Case("the only key allowed has the lowest score",
             call([[1.0]], [[-3e9], [0.0], [1.0]], rng.normal(size=(3, 2)),
                  np.array([[True, False, False]]))),
        Case("another scale", call(*qkv(rng, 2, 4, 4, 2), scale=0.2)),
        Case("another scale, by keyword, with a mask",
             call(*qkv(rng, 3, 4, 4, 2), mask=may_look(rng, 3, 4),
                  scale=1.5)),
        Case("a scale of 0", call(*qkv(rng, 2, 4, 3, 2), scale=0.0)),
        Case("large scores",
             call([[60.0, 0.0], [0.0, -60.0]],
                  [[20.0, 0.0], [0.0, 20.0], [-20.0, -20.0]],
                  rng.normal(size=(3, 2)))),
        Case("large scores with a mask",
             call([[40.0]], [[20.0], [20.5], [20.125]],
                  rng.normal(size=(3, 2)), np.array([[True, False, True]]))),
        Case("very low scores only",
             call([[-40.0]], [[20.0], [20.0], [20.125]],
                  rng.normal(size=(3, 2)))),
    ],
    mistakes=[
        Mistake("softmax over queries", answers.attention_over_queries,
                "Your columns add up to 1, not your rows: with one query"
                " every key gets the weight 1. Each query divides its"
                " attention among the keys, the last axis: softmax(-1).",
                credit=1.0),
        Mistake("divided by d_k", answers.attention_divided_by_d,
                "The scores shrink like 1/sqrt(d_k), so that at width 1024"
                " all 16 keys get about 1/16. Divide by the root.",
                credit=1.5),
        Mistake("no scaling", answers.attention_unscaled,
                "Scores of width d_k have standard deviation sqrt(d_k): the"
                " two tokens come out as 0.378 and 0.622 in place of 0.413"
                " and 0.587, and wide ones saturate. Divide by sqrt(d_k).",
                credit=1.5),
        Mistake("multiplied by the root", answers.attention_times_root,
                "You multiply the scores by sqrt(d_k), which makes them"
                " d_k times too large. Divide.",
                credit=1.0),
        Mistake("root of the values' width",
                answers.attention_root_of_values_width,
                "The root is that of d_k, the width of queries and keys:"
                " Q.shape[-1]. The scores never meet the values, whose width"
                " d_v may be another.",
                credit=2.0),
        Mistake(".T in place of .mT",
                answers.attention_with_T,
                "For a matrix K.T and K.mT are the same. In a batch K.T"
                " turns all axes around, the batch too, and nothing fits;"
                " K.mT swaps the last two and leaves the others alone.",
                credit=2.4),
        Mistake("additive mask scaled too",
                answers.attention_mask_before_scale,
                "The scores are scaled, the mask is not: scale * Q K^T +"
                " mask. Minus infinity does not notice; finite numbers in a"
                " mask come out divided by the root.",
                credit=2.7),
        Mistake("scale ignored", answers.attention_deaf_to_scale,
                "1/sqrt(d_k) is only the default. When scale is given, it"
                " takes that place.",
                credit=2.4),
        Mistake("scale and root together", answers.attention_scale_and_root,
                "scale replaces 1/sqrt(d_k); yours multiplies by both, so"
                " that at width 4 a scale of 0.2 becomes 0.1.",
                credit=2.55),
        Mistake("a scale of 0 taken for none",
                answers.attention_zero_scale_is_none,
                "In Python 0.0 counts as false, so \"scale or ...\" throws it"
                " away. A scale of 0 makes a plain average; ask whether"
                " scale is None.",
                credit=2.85),
        Mistake("mask after the softmax",
                answers.attention_mask_after_softmax,
                "The weights of the keys that remain no longer add up to 1:"
                " what the forbidden ones had is lost. Put minus infinity"
                " into the scores, before the softmax.",
                credit=1.8),
        Mistake("mask ignored", answers.attention_deaf_to_mask,
                "Every query sees every key, the future and the padding too."
                " Forbidden scores must be minus infinity before the"
                " softmax.",
                credit=1.35),
        Mistake("True forbids", answers.attention_true_forbids,
                "True means may look, as in"
                " F.scaled_dot_product_attention; yours hides what should be"
                " seen and shows the rest. Fill where ~mask.",
                credit=1.95),
        Mistake("Boolean mask added", answers.attention_boolean_added,
                "Added to a number True is 1 and False is 0: allowed keys"
                " only weigh 2.7 times more, and nothing is hidden. Turn"
                " False into minus infinity first.",
                credit=1.95),
        Mistake("0 forbids, in an additive mask",
                answers.attention_zero_forbids,
                "In an additive mask 0 means may look and minus infinity may"
                " not; yours hides the zeros. Ask for mask.dtype: a Boolean"
                " mask is filled, any other is added.",
                credit=2.4),
        Mistake("nan for a query that sees nothing",
                answers.attention_nan_for_nothing,
                "The softmax of nothing but minus infinities is 0/0, nan, and"
                " one nan in a batch soon fills it. Give such rows the"
                " weights 0.",
                credit=2.7),
        Mistake("-1e9 for minus infinity", answers.attention_with_minus_1e9,
                "-1e9 is only a low score: a query that may look at nothing"
                " then looks at all forbidden keys evenly, and an allowed"
                " score of -3e9 loses to them. Use -torch.inf, and 0 for"
                " the rows where nothing is left.",
                credit=2.55),
        Mistake("overflow", answers.attention_that_overflows,
                "The exponential of a number above 709 is larger than any"
                " float64, and inf/inf is nan. Subtract each row's largest"
                " score first, as Tensor.softmax does.",
                credit=2.4),
    ],
    variants=[
        Variant("einsum", answers.attention_by_einsum),
        Variant("one key at a time", answers.attention_key_by_key),
        Variant("single precision", answers.attention_in_single_precision),
    ],
)


def hide_future(n_query, n_key=None):
    """The causal mask, in double precision."""
    return tr.causal_mask(n_query, n_key)


def hide_padding(lengths, n):
    """The padding mask, in torch's default precision."""
    return tr.padding_mask(lengths, n)


causal_mask = Exercise(
    reference={"causal_mask": hide_future, "padding_mask": hide_padding},
    points=3,
    arrays="torch",
    refuses=("torch.nn.Transformer.generate_square_subsequent_mask",),
    cases=lambda rng: [
        Case("causal: 3 tokens", call(3).on("causal_mask"), core=True),
        Case("causal: more tokens",
             call(int(rng.integers(4, 9))).on("causal_mask")),
        Case("causal: one token", call(1).on("causal_mask")),
        Case("causal: 2 new tokens, 3 in all",
             call(2, 3).on("causal_mask")),
        Case("causal: 3 new tokens, many before",
             call(3, int(rng.integers(5, 12))).on("causal_mask")),
        Case("causal: one new token",
             call(1, int(rng.integers(3, 9))).on("causal_mask")),
        Case("causal: as many keys as queries",
             call(4, n_key=4).on("causal_mask")),
        Case("padding: lengths 2 and 3 of 3",
             call(np.array([2, 3]), 3).on("padding_mask")),
        Case("padding: any lengths",
             call(rng.integers(1, 7, size=5), 7).on("padding_mask")),
        Case("padding: as many texts as positions",
             call(np.array([1, 3, 2]), 3).on("padding_mask")),
        Case("padding: an empty text and a full one",
             call(np.array([0, 4]), 4).on("padding_mask")),
        Case("padding: all texts shorter than n",
             call(np.array([2, 1]), 5).on("padding_mask")),
        Case("padding: a single text",
             call(rng.integers(1, 4, size=1), 4).on("padding_mask")),
    ],
    mistakes=[
        Mistake("diagonal hidden",
                {"causal_mask": answers.causal_mask_without_diagonal},
                "A token may see itself; in yours the first one sees nothing"
                " at all. The future begins one diagonal further right:"
                " triu(n_key - n_query + 1).",
                credit=1.5),
        Mistake("one key of the future seen",
                {"causal_mask": answers.causal_mask_one_too_many},
                "Each token sees the next one, which is what it should learn"
                " to predict: it will copy it. The first forbidden diagonal"
                " is n_key - n_query + 1.",
                credit=1.5),
        Mistake("transposed",
                {"causal_mask": answers.causal_mask_transposed},
                "Yours hides the past and shows the future. Rows are"
                " queries, columns are keys: forbidden is j > i, the upper"
                " right.",
                credit=1.0),
        Mistake("aligned top left",
                {"causal_mask": answers.causal_mask_top_left},
                "Yours puts the first new token at the first key, so that it"
                " sees one key only and nothing of the text before it. The"
                " last query stands at the last key: move the triangle by"
                " n_key - n_query.",
                credit=2.3),
        Mistake("n_key ignored",
                {"causal_mask": answers.causal_mask_square},
                "The mask has a column for each key: (n_query, n_key)."
                " Your square one does not fit the scores of new tokens"
                " against a cache.",
                credit=2.3),
        Mistake("-1e9 for minus infinity",
                {"causal_mask": answers.causal_mask_minus_1e9,
                 "padding_mask": answers.padding_mask_minus_1e9},
                "-1e9 is a low score, not a ban: it overflows in half"
                " precision, which ends at 65504, and leaks where nothing is"
                " allowed. Use -torch.inf.",
                credit=2.0),
        Mistake("zero times infinity",
                {"causal_mask": answers.causal_mask_zero_times_infinity,
                 "padding_mask": answers.padding_mask_zero_times_infinity},
                "0 * -inf is nan, not 0. Start from zeros and use"
                " masked_fill, or take torch.where.",
                credit=1.5),
        Mistake("True and False, or 1 and 0",
                {"causal_mask": answers.causal_mask_boolean,
                 "padding_mask": answers.padding_mask_boolean},
                "These masks are added to scores: True adds 1 and False 0,"
                " so that allowed keys only weigh 2.7 times more and nothing"
                " is hidden. Return 0 where one may look and minus infinity"
                " where not.",
                credit=1.5),
        Mistake("padding: one position too many",
                {"padding_mask": answers.padding_mask_one_too_many},
                "Positions count from 0, so a text of length 2 has positions"
                " 0 and 1; yours shows position 2 as well. Padding is where"
                " position >= length.",
                credit=2.2),
        Mistake("padding: on the left",
                {"padding_mask": answers.padding_mask_on_the_left},
                "The real tokens come first: the first lengths[b] positions"
                " may be looked at. Yours takes the last ones.",
                credit=2.2),
        Mistake("padding: the tokens hidden",
                {"padding_mask": answers.padding_mask_reversed},
                "Yours hides the text and shows the padding. Exchange the"
                " two.",
                credit=2.2),
        Mistake("padding: shape (B, n)",
                {"padding_mask": answers.padding_mask_without_axis},
                "Against scores of shape (B, T_q, n) your row b would act on"
                " query b of every text, or not fit at all. Give the queries"
                " an axis of length 1: mask[:, None, :].",
                credit=2.2),
        Mistake("padding: shape (1, B, n)",
                {"padding_mask": answers.padding_mask_axis_first},
                "In yours row b stands where query b belongs. The axis of"
                " length 1 is for the queries, between text and key: (B, 1,"
                " n).",
                credit=2.2),
        Mistake("padding: only as wide as the longest text",
                {"padding_mask": answers.padding_mask_to_the_longest},
                "The batch was filled up to n positions, so the mask needs n"
                " columns, even where no text of the batch is that long.",
                credit=2.4),
    ],
    variants=[
        Variant("loops", {"causal_mask": answers.causal_mask_by_loops,
                          "padding_mask": answers.padding_mask_by_loops}),
        Variant("triu and where",
                {"causal_mask": answers.causal_mask_by_triu,
                 "padding_mask": answers.padding_mask_by_where}),
        Variant("logarithms of 0 and 1",
                {"causal_mask": answers.causal_mask_by_logarithm,
                 "padding_mask": answers.padding_mask_by_logarithm}),
    ],
)


def back(rng, n_query, n_key, d_k, d_v, *batch):
    """A gradient of the output, queries, keys and values."""
    grad_output = rng.normal(size=(*batch, n_query, d_v))
    return (grad_output, *qkv(rng, n_query, n_key, d_k, d_v, *batch))


_MT = (
    "For a matrix P.T and P.mT are the same. In a batch P.T turns all axes"
    " around, the batch too, and nothing fits; P.mT swaps the last two and"
    " leaves the others alone."
)

attention_backward = Exercise(
    reference=tr.attention_backward,
    points=4,
    arrays="torch",
    compare=KINDLY,
    # The text says it: no autograd.
    refuses=(
        "torch.Tensor.backward",
        "torch.autograd.backward",
        "torch.autograd.functional.jacobian",
        "torch.autograd.functional.vjp",
        "torch.autograd.grad",
        "torch.func.grad",
        "torch.func.grad_and_value",
        "torch.func.jacfwd",
        "torch.func.jacrev",
        "torch.func.vjp",
    ),
    cases=lambda rng: [
        Case("by hand", call([[1.0, 0.0]], *TWO_TOKENS), core=True),
        Case("everything square", call(*back(rng, 3, 3, 3, 3)), core=True),
        Case("3 queries, 5 keys, values of another width",
             call(*back(rng, 3, 5, 4, 2))),
        Case("one query, one key", call(*back(rng, 1, 1, 3, 2))),
        Case("a batch", call(*back(rng, 3, 4, 3, 2, 2))),
        Case("a batch of heads", call(*back(rng, 3, 3, 4, 4, 2, 2))),
        Case("a Boolean mask",
             call(*back(rng, 3, 4, 4, 2), may_look(rng, 3, 4))),
        Case("a Boolean mask for each text of a batch",
             call(*back(rng, 3, 3, 4, 2, 2), may_look(rng, 2, 1, 3))),
        Case("an additive mask",
             call(*back(rng, 3, 4, 4, 2), added(may_look(rng, 3, 4)))),
        Case("an additive mask of finite numbers",
             call(*back(rng, 3, 4, 4, 2), mask=rng.normal(size=(3, 4)))),
        Case("a query that may look at nothing",
             call(*back(rng, 3, 4, 4, 2), but_one(may_look(rng, 3, 4)))),
        Case("a query that may look at nothing, in a batch, additive mask",
             call(*back(rng, 3, 4, 4, 2, 2),
                  added(but_one(may_look(rng, 2, 3, 4))))),
    ],
    mistakes=[
        Mistake("diagonal of the Jacobian only",
                answers.attention_backward_diagonal,
                "P (1 - P) is what a score does to its own weight; it lowers"
                " all others of its row as well, since they share a sum. By"
                " hand your dS is [0.242, 0]: it does not add up to 0. Use"
                " P * (dP - rowsum(dP * P)).",
                credit=1.5),
        Mistake("row sum missing", answers.attention_backward_no_row_sum,
                "P * dP forgets the denominator of the softmax. A constant"
                " added to a row of scores changes nothing, so each row of"
                " dS adds up to 0: subtract rowsum(dP * P) from dP.",
                credit=1.5),
        Mistake("sum over queries", answers.attention_backward_column_sum,
                "The weights of one query share a sum, so the average to"
                " subtract is taken along its row, over keys: sum(-1,"
                " keepdim=True).",
                credit=2.0),
        Mistake("keepdim forgotten",
                answers.attention_backward_without_keepdim,
                "Without keepdim=True the row sums have shape (T_q,), which"
                " broadcasts along the keys: an error where T_q is not T_k,"
                " and where it is, query j's sum subtracted in column j. With"
                " keepdim=True they are (T_q, 1), one for each row.",
                credit=2.5),
        Mistake(".T in place of .mT", answers.attention_backward_with_T,
                _MT, credit=2.8),
        Mistake(".T in place of .mT, first in dP",
                answers.attention_backward_with_T_in_dP, _MT, credit=2.8),
        Mistake("dP summed without its weights",
                answers.attention_backward_sum_of_dP,
                "What is subtracted is the average of dP with the weights P,"
                " rowsum(dP * P): by hand 0.4125, not 1.",
                credit=2.0),
        Mistake("root missing in dQ and dK",
                answers.attention_backward_unscaled,
                "S = Q K^T / sqrt(d_k), so the chain rule brings the root"
                " along: at width 4 your dQ and dK are 2 times too long."
                " dV is right.",
                credit=2.5),
        Mistake("divided by d_k", answers.attention_backward_divided_by_d,
                "S holds one factor 1/sqrt(d_k), and so do dQ and dK. You"
                " divide by its square, which at width 4 halves them.",
                credit=2.5),
        Mistake("weights of unscaled scores",
                answers.attention_backward_weights_unscaled,
                "P must be the weights of the forward pass, with the scores"
                " divided by sqrt(d_k): by hand [0.4125, 0.5875], not"
                " [0.378, 0.622].",
                credit=2.0),
        Mistake("dK not transposed",
                answers.attention_backward_dK_not_transposed,
                "A key collects from all queries that looked at it:"
                " dK = dS^T Q. Without the transpose the shapes fit only"
                " when there are as many keys as queries.",
                credit=2.5),
        Mistake("dV not transposed",
                answers.attention_backward_dV_not_transposed,
                "Value j collects from all queries i, with factor P_ij:"
                " dV = P^T dO. Without the transpose the shapes fit only"
                " when there are as many keys as queries.",
                credit=2.5),
        Mistake("mask ignored", answers.attention_backward_deaf_to_mask,
                "Forbidden keys had the weight 0, so nothing flows back to"
                " them; yours gives them gradients. Compute P with the mask.",
                credit=2.0),
        Mistake("mask applied to dS only",
                answers.attention_backward_mask_afterwards,
                "Your P is that of a pass without mask, so its rows are"
                " spread over forbidden keys. Put the mask into the scores;"
                " then P is 0 there, and dS with it.",
                credit=2.2),
        Mistake("nan for a query that sees nothing",
                answers.attention_backward_nan_for_nothing,
                "The softmax of nothing but minus infinities is nan, and"
                " through dK and dV it spreads to every key. Set the"
                " weights of such a row to 0.",
                credit=3.3),
        Mistake("order of the three",
                answers.attention_backward_other_order,
                "You return (dV, dK, dQ). Asked is the order of the"
                " arguments: (dQ, dK, dV).",
                credit=2.5),
    ],
    variants=[
        Variant("einsum, row sum from the output",
                answers.attention_backward_by_einsum),
        Variant("the Jacobian of each row",
                answers.attention_backward_by_jacobian),
        Variant("single precision",
                answers.attention_backward_in_single_precision),
    ],
)


def weights(rng, d, count=4):
    """Square matrices that keep the size of what they multiply."""
    return tuple(rng.normal(size=(count, d, d)) / d**0.5)


def several(rng, T, d, num_heads, *batch):
    """Tokens, the four matrices and the number of heads."""
    return (rng.normal(size=(*batch, T, d)), *weights(rng, d), num_heads)


def attend_in_heads(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    """Multi-head attention with one mask for all heads."""
    return tr.multi_head_attention(
        x, W_q, W_k, W_v, W_o, num_heads, context=context, mask=mask
    )


_FROM_THE_CONTEXT = (
    "In cross-attention keys and values both come from the context: the"
    " weights say where to look there, and what is handed over must stand"
    " there too. Yours takes the values from x."
)

multi_head_attention = Exercise(
    reference=attend_in_heads,
    points=4,
    arrays="torch",
    compare=KINDLY,
    refuses=(
        "torch.nn.MultiheadAttention",
        "torch.nn.functional.multi_head_attention_forward",
    ),
    cases=lambda rng: [
        Case("5 tokens, width 6, 2 heads", call(*several(rng, 5, 6, 2)),
             core=True),
        Case("3 tokens, width 8, 4 heads", call(*several(rng, 3, 8, 4)),
             core=True),
        Case("one head", call(*several(rng, 4, 4, 1))),
        Case("heads of width 1", call(*several(rng, 3, 4, 4))),
        Case("as many tokens as heads", call(*several(rng, 3, 6, 3))),
        Case("a batch", call(*several(rng, 3, 4, 2, 2))),
        Case("a batch of batches", call(*several(rng, 2, 6, 3, 2, 2))),
        Case("a longer context",
             call(*several(rng, 3, 6, 2), context=rng.normal(size=(5, 6)))),
        Case("a context as long as x",
             call(*several(rng, 3, 6, 2), context=rng.normal(size=(3, 6)))),
        Case("a batch of contexts",
             call(*several(rng, 3, 4, 2, 2),
                  context=rng.normal(size=(2, 4, 4)))),
        Case("a Boolean mask",
             call(*several(rng, 4, 6, 2), mask=may_look(rng, 4, 4))),
        Case("an additive mask",
             call(*several(rng, 4, 6, 3), mask=added(may_look(rng, 4, 4)))),
        Case("a mask for each text, as many texts as heads",
             call(*several(rng, 3, 4, 2, 2), mask=may_look(rng, 2, 3, 3))),
        Case("a mask for each text, and more heads than texts",
             call(*several(rng, 3, 8, 4, 2), mask=may_look(rng, 2, 1, 3))),
        Case("a context and a mask",
             call(*several(rng, 3, 4, 2), context=rng.normal(size=(5, 4)),
                  mask=may_look(rng, 3, 5))),
    ],
    mistakes=[
        Mistake("reshaped without a swap",
                answers.multi_head_attention_reshaped,
                "Cut straight into (h, T, d_k), head 0 of 4 tokens and 2"
                " heads gets tokens 0 and 1 only, each in two pieces. Split"
                " the features, (T, h, d_k), and then swap the first two.",
                credit=1.5),
        Mistake("not swapped back",
                answers.multi_head_attention_not_swapped_back,
                "(h, T, d_k) read as (T, d) puts pieces of several tokens"
                " into one row. Swap to (T, h, d_k) before you flatten.",
                credit=2.0),
        Mistake("heads below one another",
                answers.multi_head_attention_heads_below,
                "You concatenate along the sequence: h times as many rows,"
                " each of width d_k. Heads stand side by side, along the"
                " features, (T, h d_k).",
                credit=2.0),
        Mistake("root of d_model",
                answers.multi_head_attention_root_of_d_model,
                "A head's scores are sums of d_k = d / h products, so they"
                " are divided by sqrt(d_k). With 4 heads yours come out half"
                " as large.",
                credit=2.5),
        Mistake("one head only", answers.multi_head_attention_one_head,
                "You attend with the whole width at once; num_heads has no"
                " effect. Split queries, keys and values into heads first.",
                credit=1.5),
        Mistake("every h-th column",
                answers.multi_head_attention_every_hth_column,
                "Head 0 of 2 gets columns 0, 2, 4 in yours. Head i owns the"
                " block of columns i d_k to (i + 1) d_k - 1:"
                " unflatten(-1, (num_heads, -1)).",
                credit=2.0),
        Mistake("W_o forgotten", answers.multi_head_attention_without_W_o,
                "The heads stand side by side, and nothing mixes them."
                " Multiply by W_o at the end.",
                credit=2.5),
        Mistake("weights transposed",
                answers.multi_head_attention_transposed_weights,
                "torch.nn.Linear stores W^T and computes x @ W.T; these"
                " matrices are used as x @ W.",
                credit=2.5),
        Mistake("values from x",
                answers.multi_head_attention_values_from_x,
                _FROM_THE_CONTEXT, credit=3.0),
        Mistake("values from x, weights by hand",
                answers.multi_head_attention_values_from_x_by_hand,
                _FROM_THE_CONTEXT, credit=3.0),
        Mistake("x and context exchanged",
                answers.multi_head_attention_queries_from_context,
                "x asks and the context answers: there is one output row for"
                " each token of x. Yours has one for each of the context.",
                credit=2.9),
        Mistake("context ignored",
                answers.multi_head_attention_deaf_to_context,
                "When a context is given, keys and values come from it; yours"
                " always attends to x itself.",
                credit=2.9),
        Mistake("mask ignored", answers.multi_head_attention_deaf_to_mask,
                "The mask has to reach the attention of every head.",
                credit=2.65),
        Mistake("no axis for the heads in a batch's mask",
                answers.multi_head_attention_mask_without_heads,
                "The scores are (B, h, T, T_c) and a mask (B, T, T_c) meets"
                " them at the heads: with as many texts as heads, head b"
                " gets the mask of text b. Insert an axis:"
                " mask.unsqueeze(-3).",
                credit=3.4),
    ],
    variants=[
        Variant("head by head", answers.multi_head_attention_head_by_head),
        Variant("einsum", answers.multi_head_attention_by_einsum),
        Variant("F.scaled_dot_product_attention",
                answers.multi_head_attention_by_library),
        Variant("single precision",
                answers.multi_head_attention_in_single_precision),
    ],
)


def two_widths(rng):
    """Two widths, neither a multiple of the other."""
    d = int(rng.integers(3, 30))
    return 64 * d, 64 * d * 2 + int(rng.integers(1, 60))


block_parameter_count = Exercise(
    reference=tr.block_parameter_count,
    points=2,
    arrays="torch",
    compare=EXACTLY,
    cases=lambda rng: [
        Case("GPT-2: 768 and 3072", call(768, 3072), core=True),
        Case("any widths", call(*two_widths(rng)), core=True),
        Case("by hand, gated", call(2, 3, gated=True)),
        Case("by hand, not gated", call(2, 3, gated=False)),
        Case("LLaMA: 4096 and 11008, gated", call(4096, 11008, gated=True)),
        Case("any widths, gated", call(*two_widths(rng), gated=True)),
        Case("a network narrower than the block", call(512, 128)),
    ],
    mistakes=[
        Mistake("heads multiplied",
                answers.block_parameter_count_for_each_head,
                "Heads split the width, they do not multiply it: 12 heads of"
                " 768 x 64 are one matrix of 768 x 768. Attention has 4 d^2"
                " weights for any number of heads.",
                credit=0.8),
        Mistake("two matrices when gated",
                answers.block_parameter_count_two_when_gated,
                "A gated network has a third matrix, W3, as large as W1: for"
                " widths 2 and 3 that makes 16 + 3 * 6 = 34, not 28.",
                credit=1.2),
        Mistake("three matrices always",
                answers.block_parameter_count_always_three,
                "Only a gated network has W3. The plain one has two matrices,"
                " in and out: 28 weights for widths 2 and 3, not 34.",
                credit=1.0),
        Mistake("W_o forgotten", answers.block_parameter_count_without_W_o,
                "Attention has four square matrices: for queries, keys,"
                " values, and W_o for the output. Without it GPT-2's block"
                " lacks 589 824 weights.",
                credit=1.0),
        Mistake("12 d^2 always", answers.block_parameter_count_twelve,
                "12 d^2 holds for d_ff = 4 d, or 8 d / 3 when gated. For any"
                " width use d_ff: 4 d^2 + 2 d d_ff, or 3 d d_ff.",
                credit=0.8),
        Mistake("one matrix too few",
                answers.block_parameter_count_one_matrix,
                "The network goes in with d x d_ff and comes out again with"
                " d_ff x d: two matrices, and a third when gated.",
                credit=0.8),
        Mistake("biases counted",
                answers.block_parameter_count_with_biases,
                "Asked are the matrices only. The biases of GPT-2's block are"
                " 6912 more, a tenth of a per cent.",
                credit=1.5),
        Mistake("norms counted", answers.block_parameter_count_with_norms,
                "Asked are the matrices only. The two norms would add 2 d"
                " weights.",
                credit=1.5),
    ],
    variants=[
        Variant("matrix by matrix", answers.block_parameter_count_one_by_one),
        Variant("torch.nn.Linear", answers.block_parameter_count_of_modules),
    ],
)


def network(rng, d, d_ff, *shape):
    """Tokens, and a network with one hidden layer."""
    return (
        rng.normal(size=(*shape, d)),
        rng.normal(size=(d, d_ff)), rng.normal(size=d_ff),
        rng.normal(size=(d_ff, d)), rng.normal(size=d),
    )


feed_forward = Exercise(
    reference=tr.feed_forward,
    points=2,
    arrays="torch",
    compare=KINDLY,
    cases=lambda rng: [
        Case("by hand",
             call([[1.0, -1.0]], [[1.0, 0.0, -1.0], [0.0, 1.0, 1.0]],
                  [0.0, 2.0, 1.0], [[1.0, 0.0], [2.0, 1.0], [5.0, 5.0]],
                  [0.0, -1.0], given("relu")),
             core=True),
        Case("4 tokens, ReLU", call(*network(rng, 3, 5, 4), given("relu")),
             core=True),
        Case("another activation: the square",
             call(*network(rng, 3, 5, 4), given("square"))),
        Case("all matrices square",
             call(*network(rng, 3, 3, 3), given("square"))),
        Case("a batch", call(*network(rng, 4, 6, 2, 3), given("relu"))),
        Case("a batch of batches",
             call(*network(rng, 2, 5, 2, 2, 3), given("square"))),
        Case("one token", call(*network(rng, 4, 2, 1), given("square"))),
        Case("a hidden layer that sleeps",
             call([[1.0, 2.0]], [[-1.0, -2.0], [-3.0, 0.0]], [0.5, -1.0],
                  rng.normal(size=(2, 2)), rng.normal(size=2),
                  given("relu"))),
    ],
    mistakes=[
        Mistake("activation after the second layer",
                answers.feed_forward_activated_last,
                "Without anything between them the two layers are one, W1 W2:"
                " by hand that gives [0, 0], not [3, 0]. The activation"
                " stands between the layers.",
                credit=0.6),
        Mistake("activation first", answers.feed_forward_activated_first,
                "The activation works on the hidden layer, not on x: first"
                " x W1 + b1.",
                credit=0.6),
        Mistake("activated twice", answers.feed_forward_activated_twice,
                "With ReLU no output could be negative, and the residual"
                " could only ever grow. The second layer has no activation.",
                credit=1.0),
        Mistake("no activation", answers.feed_forward_linear,
                "Two linear layers in a row are a single one of rank d_ff at"
                " most: a network that cannot bend. Apply the activation"
                " between them.",
                credit=0.6),
        Mistake("first bias after the activation",
                answers.feed_forward_bias_afterwards,
                "b1 says where each unit wakes up, so it is added before the"
                " activation. By hand yours is [10, 6], not [3, 0]: the third"
                " unit no longer sleeps.",
                credit=1.0),
        Mistake("biases exchanged", answers.feed_forward_biases_exchanged,
                "b1 has the width d_ff and belongs to the first layer, b2 to"
                " the second. Exchanged they fit only if d_ff is d.",
                credit=1.0),
        Mistake("biases forgotten", answers.feed_forward_without_biases,
                "Both layers have a bias; without b1 every unit wakes up at"
                " 0.",
                credit=1.0),
        Mistake("always ReLU", answers.feed_forward_always_relu,
                "The activation is an argument: GELU in GPT-2, ReLU in the"
                " first transformer, a square in one of the cases. Call it.",
                credit=1.2),
        Mistake("weights transposed", answers.feed_forward_transposed,
                "torch.nn.Linear stores W^T and computes x @ W.T; these"
                " matrices are used as x @ W.",
                credit=1.0),
        Mistake("positions mixed", answers.feed_forward_positions_mixed,
                "After your reshape a row holds numbers of several tokens."
                " Matrices act on the last axis by themselves: nothing needs"
                " to be flattened.",
                credit=0.6),
    ],
    variants=[
        Variant("F.linear", answers.feed_forward_by_linear),
        Variant("token by token", answers.feed_forward_by_loop),
        Variant("einsum", answers.feed_forward_by_einsum),
        Variant("single precision", answers.feed_forward_in_single_precision),
    ],
)


def gated(rng, d, d_ff, *shape):
    """Tokens, and the three matrices of a gated network."""
    return (
        rng.normal(size=(*shape, d)),
        rng.normal(size=(d, d_ff)), rng.normal(size=(d, d_ff)),
        rng.normal(size=(d_ff, d)),
    )


swiglu = Exercise(
    reference=tr.swiglu,
    points=2,
    arrays="torch",
    compare=KINDLY,
    cases=lambda rng: [
        Case("by hand",
             call([[1.0]], [[2.0, -2.0]], [[3.0, 3.0]], [[1.0], [1.0]]),
             core=True),
        Case("4 tokens", call(*gated(rng, 3, 5, 4)), core=True),
        Case("all matrices square", call(*gated(rng, 3, 3, 3))),
        Case("a batch", call(*gated(rng, 4, 6, 2, 3))),
        Case("a batch of batches", call(*gated(rng, 2, 5, 2, 2, 3))),
        Case("a narrow network", call(*gated(rng, 4, 1, 2))),
        Case("a closed gate", call([[1.0]], [[-40.0]], [[3.0]], [[1.0]])),
        Case("gates wide open",
             call([[800.0], [-800.0]], [[1.0, 2.0]], [[1.0, 0.5]],
                  [[1.0], [1.0]])),
    ],
    mistakes=[
        Mistake("SiLU on the other branch", answers.swiglu_other_branch,
                "The gate is x W1: silu(2) * 3 + silu(-2) * 3 is 4.57 by"
                " hand. With the SiLU on x W3, 2 and -2 cancel.",
                credit=1.0),
        Mistake("sigmoid in place of SiLU", answers.swiglu_sigmoid,
                "silu(z) = z sigmoid(z): silu(2) is 1.76, sigmoid(2) is 0.88."
                " What you have built is the older GLU.",
                credit=1.0),
        Mistake("GELU in place of SiLU", answers.swiglu_gelu,
                "That is GEGLU. It is close, gelu(2) is 1.95 and silu(2)"
                " 1.76, and another model.",
                credit=1.2),
        Mistake("ReLU in place of SiLU", answers.swiglu_relu,
                "That is ReGLU: relu(-2) is 0, silu(-2) is -0.24.",
                credit=1.2),
        Mistake("no SiLU", answers.swiglu_bilinear,
                "Without the SiLU the gate never closes: -2 lets pass as much"
                " as 2, with the other sign. Apply it to x W1.",
                credit=0.6),
        Mistake("multiplied after W2", answers.swiglu_multiplied_last,
                "The gate acts on each hidden unit, before W2 adds them up."
                " Multiply the two branches, then apply W2 once.",
                credit=1.0),
        Mistake("SiLU on both branches", answers.swiglu_both_branches,
                "One branch decides and the other proposes: only x W1 goes"
                " through the SiLU.",
                credit=1.0),
        Mistake("SiLU of the product", answers.swiglu_of_the_product,
                "silu(6) is 5.985, silu(2) * 3 is 5.285. Apply the SiLU to"
                " x W1 first, then multiply.",
                credit=1.0),
        Mistake("branches added", answers.swiglu_sum,
                "A gate multiplies. Where it is closed nothing passes; in a"
                " sum x W3 always passes.",
                credit=0.8),
        Mistake("W2 before W3", answers.swiglu_matrices_in_order,
                "The arguments come in the order x, W1, W3, W2: the matrix"
                " that leads out again is last.",
                credit=1.0),
        Mistake("overflow", answers.swiglu_that_overflows,
                "z e^z / (1 + e^z) is inf/inf, nan, from z = 710 on. Written"
                " as z / (1 + e^-z) it is safe: F.silu.",
                credit=1.7),
        Mistake("weights transposed", answers.swiglu_transposed,
                "torch.nn.Linear stores W^T and computes x @ W.T; these"
                " matrices are used as x @ W.",
                credit=1.0),
    ],
    variants=[
        Variant("F.silu and F.linear", answers.swiglu_by_library),
        Variant("the formula of SiLU", answers.swiglu_by_formula),
        Variant("F.glu", answers.swiglu_by_glu),
        Variant("single precision", answers.swiglu_in_single_precision),
    ],
)


def block(rng, d, d_ff, num_heads, *shape, size=1.0):
    """Tokens, the parameters of a block, and the number of heads."""
    W_q, W_k, W_v, W_o = weights(rng, d)
    params = {
        "W_q": W_q, "W_k": W_k, "W_v": W_v, "W_o": W_o,
        "W1": rng.normal(size=(d, d_ff)) / d**0.5,
        "W3": rng.normal(size=(d, d_ff)) / d**0.5,
        "W2": rng.normal(size=(d_ff, d)) / d_ff**0.5,
        "norm_1": rng.uniform(0.5, 1.5, size=d),
        "norm_2": rng.uniform(0.5, 1.5, size=d),
    }
    return size * rng.normal(size=(*shape, d)), params, num_heads


def blank(rng, d, d_ff, num_heads, T):
    """A block whose two outputs are 0."""
    x, params, num_heads = block(rng, d, d_ff, num_heads, T)
    params |= {"W_o": np.zeros((d, d)), "W2": np.zeros((d_ff, d))}
    return x, params, num_heads


def with_an_empty_token(rng):
    """A block one of whose tokens is zero."""
    x, params, num_heads = block(rng, 4, 6, 2, 3)
    x[1] = 0.0
    return x, params, num_heads


def pre_norm_block(x, params, num_heads, *, mask=None):
    """The block with RMSNorm and a gated network."""
    return tr.transformer_block(x, params, num_heads, mask=mask)


transformer_block = Exercise(
    reference=pre_norm_block,
    points=4,
    arrays="torch",
    compare=KINDLY,
    cases=lambda rng: [
        Case("5 tokens, width 6, 2 heads", call(*block(rng, 6, 8, 2, 5)),
             core=True),
        Case("3 tokens, width 4, 4 heads", call(*block(rng, 4, 10, 4, 3)),
             core=True),
        Case("one head", call(*block(rng, 4, 6, 1, 3))),
        Case("one token", call(*block(rng, 4, 6, 2, 1))),
        Case("a batch", call(*block(rng, 4, 6, 2, 2, 3))),
        Case("W_o and W2 zero: nothing happens",
             call(*blank(rng, 4, 6, 2, 3))),
        Case("a causal mask",
             call(*block(rng, 4, 6, 2, 4), mask=tr.causal_mask(4))),
        Case("a Boolean mask for each text of a batch",
             call(*block(rng, 4, 6, 2, 2, 3), mask=may_look(rng, 2, 1, 3))),
        Case("tiny tokens, where eps matters",
             call(*block(rng, 4, 6, 2, 3, size=1e-3))),
        Case("large tokens", call(*block(rng, 4, 6, 2, 3, size=30.0))),
        Case("a token of zeros", call(*with_an_empty_token(rng))),
    ],
    mistakes=[
        Mistake("post-norm", answers.transformer_block_post_norm,
                "Norm(x + f(x)) is the order of 2017. There the residual"
                " passes through a norm in every block, and after 50 steps"
                " twelve blocks had learned hardly anything. Pre-norm is x +"
                " f(Norm(x)).",
                credit=1.5),
        Mistake("normed x added",
                answers.transformer_block_residual_of_the_normed,
                "The residual adds x as it came. Yours adds Norm(x), and what"
                " x was is lost: norm into another variable.",
                credit=1.5),
        Mistake("both from the block's input",
                answers.transformer_block_in_parallel,
                "The second line starts from the result of the first: the"
                " feed-forward network reads what attention has written."
                " Yours reads the block's input, as GPT-J does on"
                " purpose.",
                credit=2.0),
        Mistake("attention's result lost",
                answers.transformer_block_attention_lost,
                "The second residual adds the block's input, without what"
                " attention had added. Add to the result of the first line.",
                credit=2.0),
        Mistake("no residuals", answers.transformer_block_no_residual,
                "Each sublayer's output is added to its input. Without that,"
                " sublayers that halve a vector leave 1e-15 of it after 50.",
                credit=1.0),
        Mistake("no norms", answers.transformer_block_no_norm,
                "Each sublayer reads a normed copy of x; without it their"
                " outputs grow with x, block after block.",
                credit=1.5),
        Mistake("one norm for both", answers.transformer_block_one_norm,
                "Each sublayer has a norm of its own: norm_2 belongs to the"
                " feed-forward network.",
                credit=2.5),
        Mistake("norms exchanged", answers.transformer_block_norms_exchanged,
                "norm_1 belongs to attention, norm_2 to the feed-forward"
                " network.",
                credit=2.5),
        Mistake("weights of the norms forgotten",
                answers.transformer_block_norm_weights_forgotten,
                "After the division RMSNorm multiplies each feature by its"
                " weight: pass norm_1 and norm_2 on.",
                credit=2.5),
        Mistake("LayerNorm", answers.transformer_block_layer_norm,
                "LayerNorm subtracts the mean first; RMSNorm does not. Only"
                " for features of mean 0 are they the same.",
                credit=2.5),
        Mistake("eps of LayerNorm",
                answers.transformer_block_eps_of_layer_norm,
                "The contract says 1e-6. With 1e-5 tokens of size 0.001 come"
                " out of the norm less than half as large.",
                credit=3.2),
        Mistake("eps forgotten", answers.transformer_block_without_eps,
                "A token of zeros has the root mean square 0, and 0/0 is nan."
                " Add eps=1e-6 to the mean square.",
                credit=3.0),
        Mistake("eps after the root",
                answers.transformer_block_eps_after_the_root,
                "eps is added to the mean square, under the root: for a token"
                " of size 0.001 that divides by 0.00141, yours by 0.001001.",
                credit=3.2),
        Mistake("mask ignored", answers.transformer_block_deaf_to_mask,
                "The mask goes to the attention; without it every token sees"
                " the future.",
                credit=3.0),
        Mistake("one head only", answers.transformer_block_one_head,
                "num_heads has no effect in yours. Pass it to the attention.",
                credit=2.5),
        Mistake("W1 and W3 exchanged",
                answers.transformer_block_gate_exchanged,
                "The gate, with its SiLU, is x W1; x W3 is what it lets"
                " pass. The order of tr.swiglu is x, W1, W3, W2.",
                credit=2.5),
    ],
    variants=[
        Variant("torch.nn.functional", answers.transformer_block_by_library),
        Variant("residual of functions",
                answers.transformer_block_by_residuals),
        Variant("single precision",
                answers.transformer_block_in_single_precision),
    ],
)


def clock_hands(length, d_model, *, base=10000.0):
    """Sines and cosines in double precision."""
    return tr.sinusoidal_encoding(length, d_model, base=base)


sinusoidal_encoding = Exercise(
    reference=clock_hands,
    points=2,
    arrays="torch",
    compare=ROTATED,
    cases=lambda rng: [
        Case("by hand: 2 positions, width 4", call(2, 4), core=True),
        Case("more positions, width 6",
             call(int(rng.integers(4, 12)), 6), core=True),
        Case("width 8", call(int(rng.integers(4, 12)), 8)),
        Case("width 2: one hand", call(5, 2)),
        Case("position 0 alone", call(1, 6)),
        Case("40 positions", call(40, 16)),
        Case("base 100", call(int(rng.integers(4, 12)), 6, base=100.0)),
        Case("ValueError: an odd width", call(3, 5)),
    ],
    mistakes=[
        Mistake("frequencies squared", answers.sinusoidal_encoding_squared,
                "torch.arange(0, d, 2) already is 2i; doubled again it"
                " squares all frequencies. In width 4 the second hand turns"
                " by 0.0001 a step in place of 0.01.",
                credit=1.0),
        Mistake("i over all columns",
                answers.sinusoidal_encoding_i_over_all_columns,
                "i counts pairs, 0 to d/2 - 1, and both columns of a pair"
                " have the same frequency. Yours runs over all d columns: the"
                " sines turn with squared frequencies, the cosines with"
                " others again.",
                credit=0.8),
        Mistake("each column its own frequency",
                answers.sinusoidal_encoding_one_angle_a_column,
                "Sine and cosine of a pair are the two coordinates of one"
                " hand, so they share an angle. With 10000^(-1/4) in column"
                " 1, position 1 has cos 0.1 there, not cos 1.",
                credit=1.0),
        Mistake("exponent i/d", answers.sinusoidal_encoding_roots,
                "The exponent is 2i/d; with i/d all frequencies are roots of"
                " the right ones, and the slowest hand is almost 100 times"
                " too fast.",
                credit=1.0),
        Mistake("sines first, cosines after",
                answers.sinusoidal_encoding_in_halves,
                "The same numbers, in other columns. Here sine and cosine of"
                " a pair stand side by side, in columns 2i and 2i + 1: stack"
                " on a new last axis, then flatten.",
                credit=1.5),
        Mistake("positions from 1", answers.sinusoidal_encoding_from_one,
                "Positions count from 0: the first row is 0, 1, 0, 1 ..."
                " Yours begins with the second.",
                credit=1.4),
        Mistake("cosine first", answers.sinusoidal_encoding_cosine_first,
                "Sines stand in the even columns (0, 2, ...), cosines in the"
                " odd ones.",
                credit=1.5),
        Mistake("divided by d - 2",
                answers.sinusoidal_encoding_one_hand_less,
                "So does one well-known library, and its slowest hand has"
                " frequency 1/10000 exactly. The formula divides by d: in"
                " width 4 the second hand turns by 0.01.",
                credit=1.4),
        Mistake("hands get faster", answers.sinusoidal_encoding_faster,
                "The sign of the exponent: 10000^(2i/d) divides the position."
                " By hand the second hand turns by 0.01 a step, yours by"
                " 100.",
                credit=1.0),
        Mistake("base ignored", answers.sinusoidal_encoding_deaf_to_base,
                "10000 is only the default of base: with base=100 and width 6"
                " the second hand turns by 0.215 a step, not by 0.046.",
                credit=1.7),
        Mistake("odd width accepted",
                answers.sinusoidal_encoding_odd_accepted,
                "Columns come in pairs, so an odd width has half a hand left"
                " over. The contract asks for a ValueError.",
                credit=1.7),
    ],
    variants=[
        Variant("loops", answers.sinusoidal_encoding_by_loops),
        Variant("turning complex numbers",
                answers.sinusoidal_encoding_by_turning),
        Variant("single precision",
                answers.sinusoidal_encoding_in_single_precision),
    ],
)


def rows_at(rng, T, d, *batch):
    """Rows, and a position for each in any order."""
    return rng.normal(size=(*batch, T, d)), rng.integers(2, 60, size=T)


rope = Exercise(
    reference=tr.rope,
    points=3,
    arrays="torch",
    compare=ROTATED,
    cases=lambda rng: [
        Case("by hand: position 2", call([[1.0, 0.0]], np.array([2])),
             core=True),
        Case("4 rows from position 0, width 6",
             call(rng.normal(size=(4, 6)), np.arange(4)), core=True),
        Case("positions in any order", call(*rows_at(rng, 5, 4))),
        Case("positions that go on from 7",
             call(rng.normal(size=(3, 8)), np.arange(7, 10))),
        Case("negative positions",
             call(rng.normal(size=(3, 4)), np.array([-1, -5, 2]))),
        Case("position 0 changes nothing",
             call(rng.normal(size=(1, 6)), np.array([0]))),
        Case("as many rows as pairs", call(*rows_at(rng, 3, 6))),
        Case("a batch of heads", call(*rows_at(rng, 3, 4, 2, 3))),
        Case("base 100", call(*rows_at(rng, 3, 6), base=100.0)),
        Case("pairs of halves, by hand",
             call([[1.0, 0.0, 0.0, 0.0]], np.array([2]), interleaved=False)),
        Case("pairs of halves, width 6",
             call(*rows_at(rng, 4, 6), interleaved=False)),
        Case("pairs of halves, a batch with another base",
             call(*rows_at(rng, 3, 8, 2), base=500.0, interleaved=False)),
    ],
    mistakes=[
        Mistake("always pairs of halves", answers.rope_always_halves,
                "You pair columns i and i + d/2, as GPT-NeoX does, whatever"
                " interleaved says. By default columns 2i and 2i + 1 are a"
                " pair; weights of one pairing are useless with the other.",
                credit=1.5),
        Mistake("always neighbours", answers.rope_always_neighbours,
                "interleaved=False asks for the pairs (i, i + d/2). Yours"
                " always takes neighbours.",
                credit=2.25),
        Mistake("pairings exchanged", answers.rope_pairings_exchanged,
                "interleaved=True means neighbours, (2i, 2i + 1), and False"
                " halves, (i, i + d/2). You have them the other way round.",
                credit=1.5),
        Mistake("clockwise", answers.rope_clockwise,
                "You rotate by minus the angle: [1, 0] at position 2 goes to"
                " [-0.42, -0.91], not [-0.42, 0.91]. The minus sign belongs"
                " to the first of the pair: a cos - b sin, a sin + b cos.",
                credit=1.5),
        Mistake("exponent i/d", answers.rope_exponent_halved,
                "theta_i = base^(-2i/d). With i/d every angle but the first"
                " is that of a root: the second pair of width 4 turns by 0.1"
                " a step in place of 0.01.",
                credit=1.5),
        Mistake("exponent doubled", answers.rope_exponent_doubled,
                "torch.arange(0, d, 2) already is 2i; doubled again it"
                " squares the frequencies: the second pair of width 4 turns"
                " by 0.0001 a step in place of 0.01.",
                credit=1.5),
        Mistake("positions ignored", answers.rope_rows_counted,
                "You count the rows from 0. A row stands at positions[t]:"
                " with a cache the first new row may be number 1000.",
                credit=1.5),
        Mistake("positions from 1", answers.rope_one_further,
                "Each row turns by its own position, and position 0 does not"
                " turn at all. Scores would not notice; whoever compares rows"
                " would.",
                credit=2.0),
        Mistake("base ignored", answers.rope_deaf_to_base,
                "10000 is only the default of base; LLaMA 3 uses 500000.",
                credit=2.5),
        Mistake("half overwritten", answers.rope_overwritten,
                "The second formula must use the old first half: you have"
                " overwritten it with the new one, and the result is no"
                " rotation. Compute both before you store either.",
                credit=1.5),
        Mistake("overwritten through a view", answers.rope_through_views,
                "x[..., 0::2] is no copy but a view: writing new numbers to"
                " x changes what it shows, so the second formula meets the"
                " new first half, and the caller's tensor is lost as well."
                " Compute both halves before you store either, in a new"
                " tensor.",
                credit=1.5),
        Mistake("not woven together again", answers.rope_not_woven,
                "The columns come out sorted, first members before second"
                " ones. Put each back where it came from: stack on a new last"
                " axis, then flatten.",
                credit=2.0),
        Mistake("angles of the other pairing",
                answers.rope_angles_of_the_other_pairing,
                "Both columns of a pair turn by one angle. Neighbours need"
                " each angle twice in a row (repeat_interleave), halves need"
                " the list twice (cat); you have exchanged the two.",
                credit=1.5),
    ],
    variants=[
        Variant("complex numbers", answers.rope_by_complex_numbers),
        Variant("rotation matrices", answers.rope_by_matrices),
        Variant("x cos + partner sin", answers.rope_by_partners),
        Variant("angles in single precision", answers.rope_with_single_angles),
    ],
)


def query_and_key(rng, d):
    """A query and a key."""
    return tuple(rng.normal(size=(2, d)))


def far_apart(rng):
    """A position, another, and how far both are moved."""
    m, n = (int(p) for p in rng.choice(20, size=2, replace=False))
    return m + 100, n + 100


rope_score = Exercise(
    reference=tr.rope_score,
    points=2,
    arrays="torch",
    compare=ROTATED,
    cases=lambda rng: [
        Case("by hand: positions 2 and 1",
             call([1.0, 0.0], [1.0, 0.0], 2, 1), core=True),
        Case("the key before the query",
             call(*query_and_key(rng, 6), 7, 4), core=True),
        Case("the key after the query",
             call(*query_and_key(rng, 6), 4, 7)),
        Case("one place: no rotation", call(*query_and_key(rng, 4), 3, 3)),
        Case("query at position 0", call(*query_and_key(rng, 4), 0, 5)),
        Case("key at position 0", call(*query_and_key(rng, 4), 5, 0)),
        Case("both 100 further",
             call(*query_and_key(rng, 8), *far_apart(rng))),
        Case("negative positions", call(*query_and_key(rng, 6), -3, 2)),
    ],
    mistakes=[
        Mistake("distance without its sign",
                answers.rope_score_of_the_distance,
                "The word before you and the word after you are different"
                " words: the score depends on n - m, not on |n - m|.",
                credit=1.2),
        Mistake("the other way round", answers.rope_score_reversed,
                "<R_m q, R_n k> = q^T R_(n-m) k: turn the key by n - m, or"
                " the query by m - n. Yours has the opposite sign.",
                credit=1.2),
        Mistake("positions added", answers.rope_score_sum_of_positions,
                "Yours depends on m + n, so it changes when both move on by"
                " 100. Both vectors turn the same way, and only the"
                " difference n - m is left.",
                credit=0.8),
        Mistake("query left where it was", answers.rope_score_query_at_zero,
                "You turn the key only, as if the query stood at position 0."
                " Turn the query by m as well, or the key by n - m.",
                credit=0.8),
        Mistake("key left where it was", answers.rope_score_key_at_zero,
                "You turn the query only, as if the key stood at position 0."
                " Turn the key by n as well.",
                credit=0.8),
        Mistake("no rotation", answers.rope_score_unrotated,
                "That is the plain dot product, the score of two vectors in"
                " one place."),
        Mistake("encodings added", answers.rope_score_added,
                "You add clock hands to the vectors; RoPE turns the vectors"
                " themselves. With the sum the score changes when both"
                " positions move on by 100.",
                credit=0.4),
        Mistake("divided by the root", answers.rope_score_divided,
                "The contract asks for the inner product itself; the root of"
                " d belongs to attention.",
                credit=1.4),
        Mistake("pairs of halves", answers.rope_score_in_halves,
                "The contract asks for neighbours, columns 2i and 2i + 1.",
                credit=1.4),
        Mistake("a table of one", answers.rope_score_as_table,
                "Asked is a number; yours is a table of shape (1, 1). Take"
                " row 0 of what tr.rope returns.",
                credit=1.6),
    ],
    variants=[
        Variant("both rotated", answers.rope_score_of_both),
        Variant("the query turned back",
                answers.rope_score_query_turned_back),
        Variant("sines and cosines", answers.rope_score_by_cosines),
        Variant("single precision", answers.rope_score_in_single_precision),
    ],
)


def score_from_cache(q, k_cache, start, *, base=10000.0):
    """Score queries from position ``start`` on against all cached keys."""
    import torch

    query = start + torch.arange(len(q))
    key = torch.arange(len(k_cache))
    q, k = tr.rope(q, query, base=base), tr.rope(k_cache, key, base=base)
    scores = q @ k.T / q.shape[-1] ** 0.5
    return scores.masked_fill(key > query[:, None], -np.inf)


def cache(rng, T_new, T_all, d):
    """New queries and the keys of the text so far."""
    return rng.normal(size=(T_new, d)), rng.normal(size=(T_all, d))


cached_rope_scores = Exercise(
    reference=score_from_cache,
    points=3,
    arrays="torch",
    compare=ROTATED,
    cases=lambda rng: [
        Case("the whole text at once", call(*cache(rng, 4, 4, 6), 0),
             core=True),
        Case("2 new tokens, 5 in all", call(*cache(rng, 2, 5, 4), 3),
             core=True),
        Case("one new token", call(*cache(rng, 1, 6, 4), 5)),
        Case("the first of many tokens", call(*cache(rng, 1, 1, 4), 0)),
        Case("the second call", call(*cache(rng, 3, 4, 8), 1)),
        Case("far into a text", call(*cache(rng, 2, 30, 4), 28)),
        Case("width 2", call(*cache(rng, 3, 5, 2), 2)),
        Case("base 100", call(*cache(rng, 2, 5, 6), 3, base=100.0)),
        Case("a cache that already holds later keys",
             call(*cache(rng, 2, 6, 4), 1)),
    ],
    mistakes=[
        Mistake("the code as it was", answers.cached_rope_scores_as_given,
                "Two things ask for the query's position and do not get it."
                " With 3 tokens in the cache, query 0 stands at position 3:"
                " it is rotated as if it stood at 0, and may see key 0"
                " only."),
        Mistake("mask not mended",
                answers.cached_rope_scores_mask_top_left,
                "The rotation is right now. The mask still lets query 0 see"
                " key 0 only, as if it were the first word. Compare the"
                " positions themselves: key > start + i.",
                credit=1.5),
        Mistake("rotation not mended",
                answers.cached_rope_scores_queries_at_zero,
                "The mask is right now. The queries are still rotated as if"
                " they stood at 0 (or the keys moved along with them), so"
                " every distance is off by start. Rotate q by start +"
                " arange(len(q)), the keys from 0 on.",
                credit=1.5),
        Mistake("start guessed from the shapes",
                answers.cached_rope_scores_bottom_right,
                "len(k_cache) - len(q) is start only while the last query"
                " stands at the last key. A cache may already hold later"
                " keys; start says it.",
                credit=2.5),
        Mistake("mask aligned with the last key",
                answers.cached_rope_scores_mask_bottom_right,
                "That is right only while the last query stands at the last"
                " key. A key is in the future when its position exceeds"
                " start + i, however long the cache.",
                credit=2.5),
        Mistake("a query does not see itself",
                answers.cached_rope_scores_without_self,
                "Hidden is where the key's position is greater than the"
                " query's, not equal: the first word of a text would see"
                " nothing.",
                credit=2.0),
        Mistake("no mask", answers.cached_rope_scores_unmasked,
                "Several new queries in one call must not see one another's"
                " future: put minus infinity where the key comes later.",
                credit=1.0),
        Mistake("keys not rotated",
                answers.cached_rope_scores_keys_unrotated,
                "The cache holds keys as they were before rotation. Scores"
                " depend on the distance only if both are rotated.",
                credit=1.0),
        Mistake("base ignored", answers.cached_rope_scores_deaf_to_base,
                "10000 is only the default. Pass base on to both rotations:"
                " the cache is scored with the base it was trained with.",
                credit=2.4),
        Mistake("root forgotten", answers.cached_rope_scores_unscaled,
                "The scores are to be divided by sqrt(d); it was there in the"
                " code you were given.",
                credit=2.0),
        Mistake("-1e9 for minus infinity",
                answers.cached_rope_scores_minus_1e9,
                "-1e9 is a low score, not a ban. Use -torch.inf, as the code"
                " you were given did.",
                credit=2.0),
    ],
    variants=[
        Variant("two loops over distances",
                answers.cached_rope_scores_by_loops),
        Variant("cut from the whole text",
                answers.cached_rope_scores_cut_from_the_whole),
        Variant("single precision",
                answers.cached_rope_scores_in_single_precision),
    ],
)


BOUND = 0.94


@functools.cache
def digits():
    """scikit-learn's digits: images with pixels from 0 to 1, and labels."""
    from sklearn.datasets import load_digits

    data = load_digits()
    return data.images / 16, data.target


_OUTCOMES = (
    (BOUND, "reads"), (0.84, "stuck"), (0.25, "half trained"),
    (0.0, "guesses"),
)


def _what(got, y):
    """Say in a word what an output does, as far as it can be seen."""
    if not isinstance(got, np.ndarray):
        return "no array"
    if got.shape == (len(y), 10):
        return "logits" if _share(got.argmax(1), y) >= BOUND else "numbers"
    if got.shape != y.shape:
        return f"shape {got.shape}"
    if (got == got[0]).all():
        return "one class"
    share = _share(got, y)
    return next(name for bound, name in _OUTCOMES if share >= bound)


def _share(got, y):
    return float(np.mean(got == y))


def reads(y):
    """Compare by how many of the unseen digits are read right."""

    def predicate(got, *args, **kwargs):
        found = _what(got, y)
        if found == "reads":
            return True
        if found == "one class" or found in dict(_OUTCOMES).values():
            return f"yours reads {100 * _share(got, y):.1f} % of them"
        if isinstance(got, np.ndarray):
            return f"yours has shape {got.shape}"
        return "yours is no tensor of labels"

    compare = satisfies(
        predicate,
        f"a tensor of {len(y)} labels, at least {100 * BOUND:.0f} % of them"
        " right",
    )

    def same(first, second, program):
        alike = _what(first, y) == _what(second, y)
        return None if alike else Difference("value", "another outcome")

    compare.same = same
    return compare


def unseen(rng):
    """One case: digits to learn from, others to read."""
    X, y = digits()
    order = rng.permutation(len(X))
    test, train = order[:360], order[360:]
    return Case(
        "360 digits that it has never seen",
        call(X[train], y[train], X[test], seed=int(rng.integers(1000))),
        core=True,
        compare=reads(y[test]),
    )


# Judged by what it reads, so any good and quick reader can be the reference.
digit_reader = Exercise(
    reference=answers.digit_reader_by_neighbour,
    points=5,
    arrays="torch",
    seconds=120.0,
    cases=lambda rng: [unseen(rng)],
    mistakes=[
        Mistake("84 to 94 %: blind to the order, or stopped too early",
                answers.digit_reader_stuck,
                "It has learned much, and not enough. A reader without"
                " positions gets stuck near 90 %, because a six and a six"
                " upside down are one text to it; if yours has positions, it"
                " needs more steps or a larger learning rate.",
                credit=3.0),
        Mistake("25 to 84 %: part of it does not learn",
                answers.digit_reader_half_trained,
                "Ours ends near 50 % without zero_grad (the gradients of all"
                " earlier steps are added to each new one), between 60 and"
                " 70 % if only the last matrix is in the optimizer's list,"
                " and near 84 % if the two blocks are missing there. Count"
                " the tensors in that list (ours are 21), and print the"
                " loss: does it fall steadily?",
                credit=2.0),
        Mistake("no better than guessing", answers.digit_reader_untrained,
                "With ten classes guessing reads 10 %. Nothing has been"
                " learned: is optimizer.step() called, after backward(), and"
                " do the tensors in its list have requires_grad? And does"
                " each digit still stand beside its own label after"
                " shuffling?"),
        Mistake("one class for all", answers.digit_reader_one_class,
                "Every digit gets the same label. That is what a learning"
                " rate far too large leaves, or an argmax over something"
                " that does not depend on the digit."),
        Mistake("logits in place of labels", answers.digit_reader_logits,
                "These are ten numbers for each digit, and they are good"
                " ones. The label is the place of the largest: argmax(1).",
                credit=4.0),
        Mistake("the wrong digits read",
                answers.digit_reader_of_the_training_digits,
                "You return a label for each training digit. Those are known;"
                " read X_test."),
    ],
    variants=[
        Variant("random features", answers.digit_reader_by_random_features),
        Variant("three neighbours",
                answers.digit_reader_by_three_neighbours),
    ],
)


score_variance = Written(
    rubric=[
        (1, r"Question 1: mean 0 of a product, from independence of $q_i$ and"
            r" $k_i$ and mean 0"),
        (1, r"Question 1: variance 1 of a product,"
            r" $\mathbb E[q_i^2]\,\mathbb E[k_i^2] = 1$, from independence,"
            r" mean 0 and variance 1"),
        (1, r"Question 2: $\mathrm{Var}(\mathbf q\cdot\mathbf k) = d_k$, the"
            r" variances adding because the products are independent of one"
            r" another, and $\mathrm{Var}(\mathbf q\cdot\mathbf k"
            r" / \sqrt{d_k}) = 1$, because a factor comes out squared"),
        (1, r"Question 3: names at each step the assumption it uses, and keeps"
            r" apart what needs $\mathbf q$ independent of $\mathbf k$ and"
            r" what needs the components independent of one another"),
        (1, r"Question 4: an example of one's own (not the text's"
            r" $\mathbf k = \mathbf q$) in which an assumption fails, with the"
            r" variance computed: equal components, a mean other than 0, a"
            r" variance other than 1"),
    ],
)


# Mutants of the solutions that change nothing, with the reason.
_ORDER = "the two axes change places, in whatever order they are named"
_SINGLE = "angles in single precision are allowed"
_EXACT = "whole numbers times floats in double precision are the same"
EQUIVALENT = {
    "attention": {
        "scores = scores + mask => scores += mask":
            "the scores are the function's own",
        "nothing = scores.isneginf().all(-1, keepdim=True) =>"
        " nothing = scores.isneginf()":
            "where a score is minus infinity, the weight is 0 already, or"
            " its whole row is nan and should be 0",
    },
    "attention_backward": {
        "P = tr.attention(Q, K, torch.eye(K.shape[-2], dtype=Q.dtype), mask)"
        " => P = tr.attention(Q, K, torch.eye(K.shape[-2]), mask)":
            "tr.attention brings its arguments to one dtype, and 0 and 1 are"
            " exact in any",
    },
    "multi_head_attention": {
        "return t.unflatten(-1, (num_heads, -1)).transpose(-3, -2) =>"
        " return t.unflatten(-1, (num_heads, -1)).transpose(-2, -3)": _ORDER,
        "return heads.transpose(-3, -2).flatten(-2) @ W_o =>"
        " return heads.transpose(-2, -3).flatten(-2) @ W_o": _ORDER,
    },
    "sinusoidal_encoding": {
        "two_i = torch.arange(0, d_model, 2, dtype=torch.float64) =>"
        " two_i = torch.arange(0, d_model, 2)": _SINGLE,
        "position = torch.arange(length, dtype=torch.float64) =>"
        " position = torch.arange(length)": _EXACT,
    },
    "rope": {
        "theta = base ** (-torch.arange(0, d, 2, dtype=x.dtype) / d) =>"
        " theta = base ** (-torch.arange(0, d, 2) / d)": _SINGLE,
        "a, b = x[..., 0::2], x[..., 1::2] =>"
        " a, b = x[..., ::2], x[..., 1::2]": "a slice begins at 0 anyway",
    },
    "rope_score": {
        "return q @ tr.rope(k[None], torch.tensor([n - m]))[0] =>"
        " return (tr.rope(k[None], torch.tensor([n - m]))[0] @ q)":
            "the dot product of two vectors does not mind their order",
        "return q @ tr.rope(k[None], torch.tensor([n - m]))[0] =>"
        " return q @ tr.rope(k[None], [n - m])[0]":
            "tr.rope takes a list of positions as well",
    },
    "cached_rope_scores": {
        "scores = q @ k.T / q.shape[-1] ** 0.5 =>"
        " scores = q @ k.T / q.shape[1] ** 0.5": "q has two axes",
    },
}

"""Wrong answers to the exercises of chapter 15, and right ones.

Each function's name begins with its exercise's.  What is wrong with a wrong
one is said beside it in :mod:`mathlib.exercises.transformers`.  torch is
imported when an answer runs, not before.
"""

import math

import mathlib.transformers as tr


def _torch():
    import torch

    return torch


def _softmax(scores):
    """Softmax of each row; 0 where all scores are minus infinity."""
    torch = _torch()
    nothing = torch.isneginf(scores).all(-1, keepdim=True)
    return scores.softmax(-1).masked_fill(nothing, 0.0)


def _masked(scores, mask, hidden=-math.inf):
    if mask is None:
        return scores
    if mask.dtype == _torch().bool:
        return scores.masked_fill(~mask, hidden)
    return scores + mask


def _scores(Q, K, mask=None, scale=None):
    scale = 1 / math.sqrt(Q.shape[-1]) if scale is None else scale
    return _masked(scale * Q @ K.mT, mask)


def _weights(Q, K, mask=None):
    return _softmax(_scores(Q, K, mask))


def _T(x):
    """Turn all axes around, as ``x.T`` does."""
    return x.permute(*range(x.ndim)[::-1])


def _single(*values):
    """Round tensors to single precision; leave what is none."""
    torch = _torch()
    return [
        x.float() if torch.is_tensor(x) and x.is_floating_point() else x
        for x in values
    ]


# --- attention ---------------------------------------------------------------


def attention_over_queries(Q, K, V, mask=None, *, scale=None):
    return _scores(Q, K, mask, scale).softmax(-2).nan_to_num(0.0) @ V


def attention_divided_by_d(Q, K, V, mask=None, *, scale=None):
    scale = 1 / Q.shape[-1] if scale is None else scale
    return _softmax(_scores(Q, K, mask, scale)) @ V


def attention_unscaled(Q, K, V, mask=None, *, scale=None):
    scale = 1.0 if scale is None else scale
    return _softmax(_scores(Q, K, mask, scale)) @ V


def attention_times_root(Q, K, V, mask=None, *, scale=None):
    scale = math.sqrt(Q.shape[-1]) if scale is None else scale
    return _softmax(_scores(Q, K, mask, scale)) @ V


def attention_root_of_values_width(Q, K, V, mask=None, *, scale=None):
    scale = 1 / math.sqrt(V.shape[-1]) if scale is None else scale
    return _softmax(_scores(Q, K, mask, scale)) @ V


def attention_with_T(Q, K, V, mask=None, *, scale=None):
    scale = 1 / math.sqrt(Q.shape[-1]) if scale is None else scale
    return _softmax(_masked(scale * Q @ _T(K), mask)) @ V


def attention_mask_before_scale(Q, K, V, mask=None, *, scale=None):
    scale = 1 / math.sqrt(Q.shape[-1]) if scale is None else scale
    scores = Q @ K.mT
    if mask is None or mask.dtype == _torch().bool:
        return _softmax(_masked(scale * scores, mask)) @ V
    return _softmax(scale * (scores + mask)) @ V


def attention_deaf_to_scale(Q, K, V, mask=None, *, scale=None):
    return _weights(Q, K, mask) @ V


def attention_scale_and_root(Q, K, V, mask=None, *, scale=None):
    scale = 1.0 if scale is None else scale
    return _softmax(_scores(scale * Q, K, mask)) @ V


def attention_zero_scale_is_none(Q, K, V, mask=None, *, scale=None):
    return _softmax(_scores(Q, K, mask, scale or None)) @ V


def attention_mask_after_softmax(Q, K, V, mask=None, *, scale=None):
    P = _scores(Q, K, None, scale).softmax(-1)
    if mask is not None:
        P = P * (mask if mask.dtype == _torch().bool else mask.exp())
    return P @ V


def attention_deaf_to_mask(Q, K, V, mask=None, *, scale=None):
    return _scores(Q, K, None, scale).softmax(-1) @ V


def attention_true_forbids(Q, K, V, mask=None, *, scale=None):
    if mask is not None and mask.dtype == _torch().bool:
        mask = ~mask
    return _softmax(_scores(Q, K, mask, scale)) @ V


def attention_boolean_added(Q, K, V, mask=None, *, scale=None):
    scores = _scores(Q, K, None, scale)
    return _softmax(scores if mask is None else scores + mask) @ V


def attention_zero_forbids(Q, K, V, mask=None, *, scale=None):
    scores = _scores(Q, K, None, scale)
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -math.inf)
    return _softmax(scores) @ V


def attention_nan_for_nothing(Q, K, V, mask=None, *, scale=None):
    return _scores(Q, K, mask, scale).softmax(-1) @ V


def attention_with_minus_1e9(Q, K, V, mask=None, *, scale=None):
    scale = 1 / math.sqrt(Q.shape[-1]) if scale is None else scale
    return _masked(scale * Q @ K.mT, mask, -1e9).softmax(-1) @ V


def attention_that_overflows(Q, K, V, mask=None, *, scale=None):
    E = _scores(Q, K, mask, scale).exp()
    Z = E.sum(-1, keepdim=True)
    return (E / Z.masked_fill(Z == 0, 1.0)) @ V


def attention_by_einsum(Q, K, V, mask=None, *, scale=None):
    torch = _torch()
    scale = Q.shape[-1] ** -0.5 if scale is None else scale
    S = _masked(scale * torch.einsum("...id,...jd->...ij", Q, K), mask)
    largest = S.amax(-1, keepdim=True).clamp(min=torch.finfo(S.dtype).min)
    E = (S - largest).exp()
    Z = E.sum(-1, keepdim=True)
    return torch.einsum("...ij,...jv->...iv", E / (Z + (Z == 0)), V)


def attention_key_by_key(Q, K, V, mask=None, *, scale=None):
    """Keep the largest score, the sum and the average seen so far."""
    torch = _torch()
    S = _scores(Q, K, mask, scale)
    largest = torch.full_like(S[..., 0], torch.finfo(S.dtype).min)
    total = torch.zeros_like(largest)
    out = Q.new_zeros(*Q.shape[:-1], V.shape[-1])
    for j in range(K.shape[-2]):
        new = torch.maximum(largest, S[..., j])
        shrink, weight = (largest - new).exp(), (S[..., j] - new).exp()
        total = total * shrink + weight
        out = out * shrink[..., None] + weight[..., None] * V[..., j, None, :]
        largest = new
    return out / total.masked_fill(total == 0, 1.0)[..., None]


def attention_in_single_precision(Q, K, V, mask=None, *, scale=None):
    Q, K, V, mask = _single(Q, K, V, mask)
    return _softmax(_scores(Q, K, mask, scale)) @ V


# --- causal_mask -------------------------------------------------------------


def _hide(forbidden, hidden=-math.inf):
    torch = _torch()
    return torch.zeros(forbidden.shape).masked_fill(forbidden, hidden)


def _future(n_query, n_key=None, diagonal=1):
    n_key = n_query if n_key is None else n_key
    everywhere = _torch().ones(n_query, n_key, dtype=_torch().bool)
    return everywhere.triu(n_key - n_query + diagonal)


def _padding(lengths, n):
    return (_torch().arange(n) >= lengths[:, None])[:, None, :]


def causal_mask_without_diagonal(n_query, n_key=None):
    return _hide(_future(n_query, n_key, 0))


def causal_mask_transposed(n_query, n_key=None):
    n_key = n_query if n_key is None else n_key
    past = _torch().ones(n_query, n_key, dtype=_torch().bool)
    return _hide(past.tril(n_key - n_query - 1))


def causal_mask_top_left(n_query, n_key=None):
    n_key = n_query if n_key is None else n_key
    return _hide(_torch().ones(n_query, n_key).triu(1).bool())


def causal_mask_square(n_query, n_key=None):
    return _hide(_future(n_query))


def causal_mask_one_too_many(n_query, n_key=None):
    return _hide(_future(n_query, n_key, 2))


def causal_mask_minus_1e9(n_query, n_key=None):
    return _hide(_future(n_query, n_key), -1e9)


def causal_mask_zero_times_infinity(n_query, n_key=None):
    return _future(n_query, n_key).double() * -math.inf


def causal_mask_boolean(n_query, n_key=None):
    return ~_future(n_query, n_key)


def padding_mask_one_too_many(lengths, n):
    return _hide((_torch().arange(n) > lengths[:, None])[:, None, :])


def padding_mask_on_the_left(lengths, n):
    return _hide(_padding(lengths, n)).flip(-1)


def padding_mask_reversed(lengths, n):
    return _hide(~_padding(lengths, n))


def padding_mask_without_axis(lengths, n):
    return _hide(_padding(lengths, n)[:, 0])


def padding_mask_axis_first(lengths, n):
    return _hide(_padding(lengths, n).transpose(0, 1))


def padding_mask_to_the_longest(lengths, n):
    return _hide(_padding(lengths, int(lengths.max())))


def padding_mask_minus_1e9(lengths, n):
    return _hide(_padding(lengths, n), -1e9)


def padding_mask_zero_times_infinity(lengths, n):
    return _padding(lengths, n).double() * -math.inf


def padding_mask_boolean(lengths, n):
    return ~_padding(lengths, n)


def causal_mask_by_loops(n_query, n_key=None):
    n_key = n_query if n_key is None else n_key
    mask = _torch().zeros(n_query, n_key)
    for i in range(n_query):
        mask[i, i + n_key - n_query + 1:] = -math.inf
    return mask


def padding_mask_by_loops(lengths, n):
    mask = _torch().zeros(len(lengths), 1, n)
    for row, length in zip(mask, lengths.tolist(), strict=True):
        row[:, length:] = -math.inf
    return mask


def causal_mask_by_triu(n_query, n_key=None):
    n_key = n_key or n_query
    everywhere = _torch().full((n_query, n_key), -math.inf)
    return everywhere.double().triu(n_key - n_query + 1)


def padding_mask_by_where(lengths, n):
    torch = _torch()
    place = torch.arange(n).expand(len(lengths), 1, n)
    return torch.where(place < lengths.view(-1, 1, 1), 0.0, -math.inf)


def causal_mask_by_logarithm(n_query, n_key=None):
    n_key = n_query if n_key is None else n_key
    allowed = _torch().ones(n_query, n_key).tril(n_key - n_query)
    return allowed.log()


def padding_mask_by_logarithm(lengths, n):
    return (~_padding(lengths, n)).float().log()


# --- attention_backward ------------------------------------------------------


def _backward(dO, Q, K, V, mask=None, *, dS=None, scale=None):
    """Return the gradients; ``dS(P, dP)`` may be replaced by a wrong one."""
    scale = 1 / math.sqrt(Q.shape[-1]) if scale is None else scale
    P = _weights(Q, K, mask)
    D = (dS or _softmax_back)(P, dO @ V.mT)
    return scale * D @ K, scale * D.mT @ Q, P.mT @ dO


def _softmax_back(P, dP):
    return P * (dP - (dP * P).sum(-1, keepdim=True))


def attention_backward_diagonal(grad_output, Q, K, V, mask=None):
    return _backward(grad_output, Q, K, V, mask,
                     dS=lambda P, dP: P * (1 - P) * dP)


def attention_backward_no_row_sum(grad_output, Q, K, V, mask=None):
    return _backward(grad_output, Q, K, V, mask, dS=lambda P, dP: P * dP)


def attention_backward_column_sum(grad_output, Q, K, V, mask=None):
    return _backward(
        grad_output, Q, K, V, mask,
        dS=lambda P, dP: P * (dP - (dP * P).sum(-2, keepdim=True)),
    )


def attention_backward_without_keepdim(grad_output, Q, K, V, mask=None):
    return _backward(grad_output, Q, K, V, mask,
                     dS=lambda P, dP: P * (dP - (dP * P).sum(-1)))


def attention_backward_with_T(grad_output, Q, K, V, mask=None):
    P = _weights(Q, K, mask)
    dV = _T(P) @ grad_output
    dS = _softmax_back(P, grad_output @ _T(V)) / math.sqrt(Q.shape[-1])
    return dS @ K, _T(dS) @ Q, dV


def attention_backward_with_T_in_dP(grad_output, Q, K, V, mask=None):
    P = _weights(Q, K, mask)
    dS = _softmax_back(P, grad_output @ _T(V)) / math.sqrt(Q.shape[-1])
    return dS @ K, _T(dS) @ Q, _T(P) @ grad_output


def attention_backward_sum_of_dP(grad_output, Q, K, V, mask=None):
    return _backward(
        grad_output, Q, K, V, mask,
        dS=lambda P, dP: P * (dP - dP.sum(-1, keepdim=True)),
    )


def attention_backward_unscaled(grad_output, Q, K, V, mask=None):
    return _backward(grad_output, Q, K, V, mask, scale=1.0)


def attention_backward_divided_by_d(grad_output, Q, K, V, mask=None):
    return _backward(grad_output, Q, K, V, mask, scale=1 / Q.shape[-1])


def attention_backward_weights_unscaled(grad_output, Q, K, V, mask=None):
    scale = math.sqrt(Q.shape[-1])
    dQ, dK, dV = _backward(grad_output, scale * Q, K, V, mask)
    return dQ, dK / scale, dV


def attention_backward_dK_not_transposed(grad_output, Q, K, V, mask=None):
    P = _weights(Q, K, mask)
    dS = _softmax_back(P, grad_output @ V.mT) / math.sqrt(Q.shape[-1])
    return dS @ K, dS @ Q, P.mT @ grad_output


def attention_backward_dV_not_transposed(grad_output, Q, K, V, mask=None):
    dQ, dK, _ = _backward(grad_output, Q, K, V, mask)
    return dQ, dK, _weights(Q, K, mask) @ grad_output


def attention_backward_deaf_to_mask(grad_output, Q, K, V, mask=None):
    return _backward(grad_output, Q, K, V)


def attention_backward_mask_afterwards(grad_output, Q, K, V, mask=None):
    allowed = 1.0
    if mask is not None:
        allowed = mask if mask.dtype == _torch().bool else mask.exp()
    return _backward(grad_output, Q, K, V,
                     dS=lambda P, dP: allowed * _softmax_back(P, dP))


def attention_backward_nan_for_nothing(grad_output, Q, K, V, mask=None):
    P = _scores(Q, K, mask).softmax(-1)
    dS = _softmax_back(P, grad_output @ V.mT) / math.sqrt(Q.shape[-1])
    return dS @ K, dS.mT @ Q, P.mT @ grad_output


def attention_backward_other_order(grad_output, Q, K, V, mask=None):
    return _backward(grad_output, Q, K, V, mask)[::-1]


def attention_backward_by_einsum(grad_output, Q, K, V, mask=None):
    """Take the row sum from output and its gradient, as FlashAttention."""
    einsum = _torch().einsum
    P = _weights(Q, K, mask)
    row = einsum("...ic,...ic->...i", grad_output, P @ V)[..., None]
    dS = P * (einsum("...ic,...jc->...ij", grad_output, V) - row)
    dS = dS / math.sqrt(Q.shape[-1])
    return (
        einsum("...ij,...jd->...id", dS, K),
        einsum("...ij,...id->...jd", dS, Q),
        einsum("...ij,...ic->...jc", P, grad_output),
    )


def attention_backward_by_jacobian(grad_output, Q, K, V, mask=None):
    torch = _torch()
    P = _weights(Q, K, mask)
    J = torch.diag_embed(P) - P[..., :, None] * P[..., None, :]
    dP = grad_output @ V.mT
    dS = (J @ dP[..., None])[..., 0] * Q.shape[-1] ** -0.5
    return dS @ K, dS.mT @ Q, P.mT @ grad_output


def attention_backward_in_single_precision(
    grad_output, Q, K, V, mask=None
):
    return _backward(*_single(grad_output, Q, K, V, mask))


# --- multi_head_attention ----------------------------------------------------


def _split(x, num_heads):
    return x.unflatten(-1, (num_heads, -1)).transpose(-3, -2)


def _merge(heads):
    return heads.transpose(-3, -2).flatten(-2)


def _headed(mask):
    return None if mask is None else mask.unsqueeze(-3)


def _heads(x, W_q, W_k, W_v, num_heads, context, mask, split=_split):
    context = x if context is None else context
    Q, K, V = x @ W_q, context @ W_k, context @ W_v
    Q, K, V = (split(y, num_heads) for y in (Q, K, V))
    return tr.attention(Q, K, V, _headed(mask))


def multi_head_attention_reshaped(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    def split(y, h):
        *batch, T, d = y.shape
        return y.reshape(*batch, h, T, d // h)

    heads = _heads(x, W_q, W_k, W_v, num_heads, context, mask, split)
    return heads.reshape(x.shape) @ W_o


def multi_head_attention_not_swapped_back(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    heads = _heads(x, W_q, W_k, W_v, num_heads, context, mask)
    return heads.reshape(x.shape) @ W_o


def multi_head_attention_heads_below(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    heads = _heads(x, W_q, W_k, W_v, num_heads, context, mask)
    below = heads.flatten(-3, -2)
    return below @ W_o[:below.shape[-1]]


def multi_head_attention_root_of_d_model(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    W_q = W_q / math.sqrt(num_heads)
    return _merge(
        _heads(x, W_q, W_k, W_v, num_heads, context, mask)
    ) @ W_o


def multi_head_attention_one_head(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    return _merge(_heads(x, W_q, W_k, W_v, 1, context, mask)) @ W_o


def multi_head_attention_every_hth_column(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    def split(y, h):
        return y.unflatten(-1, (-1, h)).movedim(-1, -3)

    heads = _heads(x, W_q, W_k, W_v, num_heads, context, mask, split)
    return heads.movedim(-3, -1).flatten(-2) @ W_o


def multi_head_attention_without_W_o(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    return _merge(_heads(x, W_q, W_k, W_v, num_heads, context, mask))


def multi_head_attention_transposed_weights(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    return _merge(
        _heads(x, W_q.T, W_k.T, W_v.T, num_heads, context, mask)
    ) @ W_o.T


def multi_head_attention_values_from_x(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    context = x if context is None else context
    Q, K, V = (
        _split(y @ W, num_heads)
        for y, W in ((x, W_q), (context, W_k), (x, W_v))
    )
    return _merge(tr.attention(Q, K, V, _headed(mask))) @ W_o


def multi_head_attention_values_from_x_by_hand(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    context = x if context is None else context
    K = _split(context @ W_k, num_heads)
    P = _weights(_split(x @ W_q, num_heads), K, _headed(mask))
    return _merge(P @ _split(x @ W_v, num_heads)) @ W_o


def multi_head_attention_queries_from_context(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    context = x if context is None else context
    return _merge(
        _heads(context, W_q, W_k, W_v, num_heads, x, mask)
    ) @ W_o


def multi_head_attention_deaf_to_context(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    return _merge(_heads(x, W_q, W_k, W_v, num_heads, None, mask)) @ W_o


def multi_head_attention_deaf_to_mask(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    return _merge(_heads(x, W_q, W_k, W_v, num_heads, context, None)) @ W_o


def multi_head_attention_mask_without_heads(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    context = x if context is None else context
    Q, K, V = (
        _split(y @ W, num_heads)
        for y, W in ((x, W_q), (context, W_k), (context, W_v))
    )
    return _merge(tr.attention(Q, K, V, mask)) @ W_o


def multi_head_attention_head_by_head(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    """Add up what each head sends through its own rows of W_o."""
    context = x if context is None else context
    width = x.shape[-1] // num_heads
    out = 0.0
    for start in range(0, x.shape[-1], width):
        own = slice(start, start + width)
        P = _weights(x @ W_q[:, own], context @ W_k[:, own], mask)
        out = out + P @ (context @ W_v[:, own]) @ W_o[own]
    return out


def multi_head_attention_by_einsum(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    einsum = _torch().einsum
    context = x if context is None else context
    shape = (num_heads, -1)
    q = einsum("...td,dhk->...htk", x, W_q.unflatten(-1, shape))
    k = einsum("...td,dhk->...htk", context, W_k.unflatten(-1, shape))
    v = einsum("...td,dhk->...htk", context, W_v.unflatten(-1, shape))
    P = _weights(q, k, _headed(mask))
    return einsum("...hts,...hsk,hkd->...td", P, v, W_o.unflatten(0, shape))


def multi_head_attention_by_library(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    attend = _torch().nn.functional.scaled_dot_product_attention
    context = x if context is None else context
    heads = attend(
        _split(x @ W_q, num_heads), _split(context @ W_k, num_heads),
        _split(context @ W_v, num_heads), _headed(mask),
    )
    return _merge(heads.nan_to_num(0.0)) @ W_o


def multi_head_attention_in_single_precision(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    x, W_q, W_k, W_v, W_o, context, mask = _single(
        x, W_q, W_k, W_v, W_o, context, mask
    )
    return _merge(
        _heads(x, W_q, W_k, W_v, num_heads, context, mask)
    ) @ W_o


# --- block_parameter_count ---------------------------------------------------


def block_parameter_count_for_each_head(d_model, d_ff, *, gated=False):
    heads = max(d_model // 64, 2)
    matrices = 3 if gated else 2
    return 4 * heads * d_model**2 + matrices * d_model * d_ff


def block_parameter_count_two_when_gated(d_model, d_ff, *, gated=False):
    return 4 * d_model**2 + 2 * d_model * d_ff


def block_parameter_count_always_three(d_model, d_ff, *, gated=False):
    return 4 * d_model**2 + 3 * d_model * d_ff


def block_parameter_count_without_W_o(d_model, d_ff, *, gated=False):
    return 3 * d_model**2 + (3 if gated else 2) * d_model * d_ff


def block_parameter_count_twelve(d_model, d_ff, *, gated=False):
    return 12 * d_model**2


def block_parameter_count_one_matrix(d_model, d_ff, *, gated=False):
    return 4 * d_model**2 + (2 if gated else 1) * d_model * d_ff


def block_parameter_count_with_biases(d_model, d_ff, *, gated=False):
    matrices = 4 * d_model**2 + (3 if gated else 2) * d_model * d_ff
    return matrices + 5 * d_model + (2 if gated else 1) * d_ff


def block_parameter_count_with_norms(d_model, d_ff, *, gated=False):
    matrices = 4 * d_model**2 + (3 if gated else 2) * d_model * d_ff
    return matrices + 2 * d_model


def block_parameter_count_one_by_one(d_model, d_ff, *, gated=False):
    shapes = [(d_model, d_model)] * 4 + [(d_model, d_ff), (d_ff, d_model)]
    if gated:
        shapes.append((d_model, d_ff))
    return sum(rows * columns for rows, columns in shapes)


def block_parameter_count_of_modules(d_model, d_ff, *, gated=False):
    def linear(n, m):
        return _torch().nn.Linear(n, m, bias=False, device="meta")

    layers = [linear(d_model, d_model) for _ in range(4)]
    layers += [linear(d_model, d_ff) for _ in range(1 + gated)]
    layers.append(linear(d_ff, d_model))
    return sum(w.numel() for layer in layers for w in layer.parameters())


# --- feed_forward ------------------------------------------------------------


def feed_forward_activated_last(x, W1, b1, W2, b2, activation):
    return activation((x @ W1 + b1) @ W2 + b2)


def feed_forward_activated_first(x, W1, b1, W2, b2, activation):
    return (activation(x) @ W1 + b1) @ W2 + b2


def feed_forward_activated_twice(x, W1, b1, W2, b2, activation):
    return activation(activation(x @ W1 + b1) @ W2 + b2)


def feed_forward_linear(x, W1, b1, W2, b2, activation):
    return (x @ W1 + b1) @ W2 + b2


def feed_forward_bias_afterwards(x, W1, b1, W2, b2, activation):
    return (activation(x @ W1) + b1) @ W2 + b2


def feed_forward_biases_exchanged(x, W1, b1, W2, b2, activation):
    return activation(x @ W1 + b2) @ W2 + b1


def feed_forward_without_biases(x, W1, b1, W2, b2, activation):
    return activation(x @ W1) @ W2


def feed_forward_always_relu(x, W1, b1, W2, b2, activation):
    return (x @ W1 + b1).relu() @ W2 + b2


def feed_forward_transposed(x, W1, b1, W2, b2, activation):
    return activation(x @ W1.T + b1) @ W2.T + b2


def feed_forward_positions_mixed(x, W1, b1, W2, b2, activation):
    mixed = x.flatten().reshape(x.shape[-1], -1).T.reshape(x.shape)
    return activation(mixed @ W1 + b1) @ W2 + b2


def feed_forward_by_linear(x, W1, b1, W2, b2, activation):
    linear = _torch().nn.functional.linear
    return linear(activation(linear(x, W1.T, b1)), W2.T, b2)


def feed_forward_by_loop(x, W1, b1, W2, b2, activation):
    torch = _torch()
    rows = [activation(row @ W1 + b1) @ W2 + b2
            for row in x.reshape(-1, x.shape[-1])]
    return torch.stack(rows).reshape(*x.shape[:-1], -1)


def feed_forward_by_einsum(x, W1, b1, W2, b2, activation):
    einsum = _torch().einsum
    hidden = activation(einsum("...d,df->...f", x, W1) + b1)
    return einsum("...f,fd->...d", hidden, W2) + b2


def feed_forward_in_single_precision(x, W1, b1, W2, b2, activation):
    x, W1, b1, W2, b2 = _single(x, W1, b1, W2, b2)
    return activation(x @ W1 + b1) @ W2 + b2


# --- swiglu ------------------------------------------------------------------


def _silu(z):
    return z * z.sigmoid()


def swiglu_other_branch(x, W1, W3, W2):
    return (x @ W1 * _silu(x @ W3)) @ W2


def swiglu_sigmoid(x, W1, W3, W2):
    return ((x @ W1).sigmoid() * (x @ W3)) @ W2


def swiglu_gelu(x, W1, W3, W2):
    return (_torch().nn.functional.gelu(x @ W1) * (x @ W3)) @ W2


def swiglu_relu(x, W1, W3, W2):
    return ((x @ W1).relu() * (x @ W3)) @ W2


def swiglu_bilinear(x, W1, W3, W2):
    return (x @ W1 * (x @ W3)) @ W2


def swiglu_multiplied_last(x, W1, W3, W2):
    return _silu(x @ W1) @ W2 * (x @ W3 @ W2)


def swiglu_both_branches(x, W1, W3, W2):
    return (_silu(x @ W1) * _silu(x @ W3)) @ W2


def swiglu_of_the_product(x, W1, W3, W2):
    return _silu(x @ W1 * (x @ W3)) @ W2


def swiglu_sum(x, W1, W3, W2):
    return (_silu(x @ W1) + x @ W3) @ W2


def swiglu_matrices_in_order(x, W1, W2, W3):
    return (_silu(x @ W1) * (x @ W3)) @ W2


def swiglu_that_overflows(x, W1, W3, W2):
    z = x @ W1
    return (z * z.exp() / (1 + z.exp()) * (x @ W3)) @ W2


def swiglu_transposed(x, W1, W3, W2):
    return (_silu(x @ W1.T) * (x @ W3.T)) @ W2.T


def swiglu_by_library(x, W1, W3, W2):
    F = _torch().nn.functional
    return F.linear(F.silu(F.linear(x, W1.T)) * F.linear(x, W3.T), W2.T)


def swiglu_by_formula(x, W1, W3, W2):
    z = x @ W1
    return (z / (1 + (-z).exp()) * (x @ W3)) @ W2


def swiglu_by_glu(x, W1, W3, W2):
    torch = _torch()
    gate, value = (x @ torch.cat([W1, W3], dim=-1)).chunk(2, dim=-1)
    joined = torch.cat([gate * value, gate], dim=-1)
    return torch.nn.functional.glu(joined) @ W2


def swiglu_in_single_precision(x, W1, W3, W2):
    x, W1, W3, W2 = _single(x, W1, W3, W2)
    return (_silu(x @ W1) * (x @ W3)) @ W2


# --- transformer_block -------------------------------------------------------


def _rms(x, weight, eps=1e-6):
    return x / (x.square().mean(-1, keepdim=True) + eps).sqrt() * weight


def _mha(x, p, num_heads, mask):
    W = [p[name] for name in ("W_q", "W_k", "W_v", "W_o")]
    return _merge(_heads(x, *W[:3], num_heads, None, mask)) @ W[3]


def _ffn(x, p):
    return (_silu(x @ p["W1"]) * (x @ p["W3"])) @ p["W2"]


def transformer_block_post_norm(x, params, num_heads, *, mask=None):
    p = params
    x = _rms(x + _mha(x, p, num_heads, mask), p["norm_1"])
    return _rms(x + _ffn(x, p), p["norm_2"])


def transformer_block_residual_of_the_normed(
    x, params, num_heads, *, mask=None
):
    p = params
    x = _rms(x, p["norm_1"])
    x = x + _mha(x, p, num_heads, mask)
    x = _rms(x, p["norm_2"])
    return x + _ffn(x, p)


def transformer_block_in_parallel(x, params, num_heads, *, mask=None):
    p = params
    y = x + _mha(_rms(x, p["norm_1"]), p, num_heads, mask)
    return y + _ffn(_rms(x, p["norm_2"]), p)


def transformer_block_attention_lost(x, params, num_heads, *, mask=None):
    p = params
    y = x + _mha(_rms(x, p["norm_1"]), p, num_heads, mask)
    return x + _ffn(_rms(y, p["norm_2"]), p)


def transformer_block_no_residual(x, params, num_heads, *, mask=None):
    p = params
    x = _mha(_rms(x, p["norm_1"]), p, num_heads, mask)
    return _ffn(_rms(x, p["norm_2"]), p)


def transformer_block_no_norm(x, params, num_heads, *, mask=None):
    x = x + _mha(x, params, num_heads, mask)
    return x + _ffn(x, params)


def transformer_block_one_norm(x, params, num_heads, *, mask=None):
    p = params
    x = x + _mha(_rms(x, p["norm_1"]), p, num_heads, mask)
    return x + _ffn(_rms(x, p["norm_1"]), p)


def transformer_block_norms_exchanged(x, params, num_heads, *, mask=None):
    p = params
    x = x + _mha(_rms(x, p["norm_2"]), p, num_heads, mask)
    return x + _ffn(_rms(x, p["norm_1"]), p)


def transformer_block_norm_weights_forgotten(
    x, params, num_heads, *, mask=None
):
    x = x + _mha(_rms(x, 1.0), params, num_heads, mask)
    return x + _ffn(_rms(x, 1.0), params)


def transformer_block_layer_norm(x, params, num_heads, *, mask=None):
    def norm(x, weight):
        return _rms(x - x.mean(-1, keepdim=True), weight)

    p = params
    x = x + _mha(norm(x, p["norm_1"]), p, num_heads, mask)
    return x + _ffn(norm(x, p["norm_2"]), p)


def _block_with_eps(x, p, num_heads, mask, eps):
    x = x + _mha(_rms(x, p["norm_1"], eps), p, num_heads, mask)
    return x + _ffn(_rms(x, p["norm_2"], eps), p)


def transformer_block_eps_of_layer_norm(
    x, params, num_heads, *, mask=None
):
    return _block_with_eps(x, params, num_heads, mask, 1e-5)


def transformer_block_without_eps(x, params, num_heads, *, mask=None):
    return _block_with_eps(x, params, num_heads, mask, 0.0)


def transformer_block_eps_after_the_root(
    x, params, num_heads, *, mask=None
):
    def norm(x, weight):
        return x / (x.square().mean(-1, keepdim=True).sqrt() + 1e-6) * weight

    p = params
    x = x + _mha(norm(x, p["norm_1"]), p, num_heads, mask)
    return x + _ffn(norm(x, p["norm_2"]), p)


def transformer_block_deaf_to_mask(x, params, num_heads, *, mask=None):
    return _block_with_eps(x, params, num_heads, None, 1e-6)


def transformer_block_one_head(x, params, num_heads, *, mask=None):
    return _block_with_eps(x, params, 1, mask, 1e-6)


def transformer_block_gate_exchanged(x, params, num_heads, *, mask=None):
    p = {**params, "W1": params["W3"], "W3": params["W1"]}
    return _block_with_eps(x, p, num_heads, mask, 1e-6)


def transformer_block_by_library(x, params, num_heads, *, mask=None):
    F, p = _torch().nn.functional, params
    width = x.shape[-1:]
    y = F.rms_norm(x, width, p["norm_1"], 1e-6)
    q, k, v = (_split(y @ p[f"W_{c}"], num_heads) for c in "qkv")
    heads = F.scaled_dot_product_attention(q, k, v, _headed(mask))
    x = x + _merge(heads) @ p["W_o"]
    y = F.rms_norm(x, width, p["norm_2"], 1e-6)
    return x + (F.silu(y @ p["W1"]) * (y @ p["W3"])) @ p["W2"]


def transformer_block_by_residuals(x, params, num_heads, *, mask=None):
    p = params
    x = tr.residual(
        x, lambda x: _mha(_rms(x, p["norm_1"]), p, num_heads, mask)
    )
    return tr.residual(x, lambda x: _ffn(_rms(x, p["norm_2"]), p))


def transformer_block_in_single_precision(
    x, params, num_heads, *, mask=None
):
    x, mask = _single(x, mask)
    p = {name: w.float() for name, w in params.items()}
    return _block_with_eps(x, p, num_heads, mask, 1e-6)


# --- sinusoidal_encoding -----------------------------------------------------


def _need_even(d_model):
    if d_model % 2:
        raise ValueError(f"d_model must be even, got {d_model}")


def _table(length, exponents, base, first=0):
    torch = _torch()
    positions = first + torch.arange(length, dtype=torch.float64)
    return positions[:, None] / base ** exponents


def _pairs(d):
    return _torch().arange(0, d, 2, dtype=_torch().float64) / d


def _weave(a, b):
    return _torch().stack([a, b], -1).flatten(-2)


def sinusoidal_encoding_squared(length, d_model, *, base=10000.0):
    _need_even(d_model)
    angles = _table(length, 2 * _pairs(d_model), base)
    return _weave(angles.sin(), angles.cos())


def sinusoidal_encoding_i_over_all_columns(
    length, d_model, *, base=10000.0
):
    torch = _torch()
    _need_even(d_model)
    i = torch.arange(d_model, dtype=torch.float64)
    angles = _table(length, 2 * i / d_model, base)
    return _weave(angles[:, 0::2].sin(), angles[:, 1::2].cos())


def sinusoidal_encoding_one_angle_a_column(
    length, d_model, *, base=10000.0
):
    torch = _torch()
    _need_even(d_model)
    i = torch.arange(d_model, dtype=torch.float64)
    angles = _table(length, i / d_model, base)
    return _weave(angles[:, 0::2].sin(), angles[:, 1::2].cos())


def sinusoidal_encoding_roots(length, d_model, *, base=10000.0):
    _need_even(d_model)
    angles = _table(length, _pairs(d_model) / 2, base)
    return _weave(angles.sin(), angles.cos())


def sinusoidal_encoding_in_halves(length, d_model, *, base=10000.0):
    _need_even(d_model)
    angles = _table(length, _pairs(d_model), base)
    return _torch().cat([angles.sin(), angles.cos()], -1)


def sinusoidal_encoding_from_one(length, d_model, *, base=10000.0):
    _need_even(d_model)
    angles = _table(length, _pairs(d_model), base, first=1)
    return _weave(angles.sin(), angles.cos())


def sinusoidal_encoding_cosine_first(length, d_model, *, base=10000.0):
    _need_even(d_model)
    angles = _table(length, _pairs(d_model), base)
    return _weave(angles.cos(), angles.sin())


def sinusoidal_encoding_one_hand_less(length, d_model, *, base=10000.0):
    _need_even(d_model)
    exponents = _pairs(d_model) * d_model / max(d_model - 2, 1)
    angles = _table(length, exponents, base)
    return _weave(angles.sin(), angles.cos())


def sinusoidal_encoding_faster(length, d_model, *, base=10000.0):
    _need_even(d_model)
    angles = _table(length, -_pairs(d_model), base)
    return _weave(angles.sin(), angles.cos())


def sinusoidal_encoding_deaf_to_base(length, d_model, *, base=10000.0):
    _need_even(d_model)
    angles = _table(length, _pairs(d_model), 10000.0)
    return _weave(angles.sin(), angles.cos())


def sinusoidal_encoding_odd_accepted(length, d_model, *, base=10000.0):
    angles = _table(length, _pairs(d_model), base)
    return _weave(angles.sin(), angles.cos())[:, :d_model]


def sinusoidal_encoding_by_loops(length, d_model, *, base=10000.0):
    _need_even(d_model)
    PE = _torch().zeros(length, d_model, dtype=_torch().float64)
    for position in range(length):
        for i in range(d_model // 2):
            angle = position / base ** (2 * i / d_model)
            PE[position, 2 * i] = math.sin(angle)
            PE[position, 2 * i + 1] = math.cos(angle)
    return PE


def sinusoidal_encoding_by_turning(length, d_model, *, base=10000.0):
    """Start at position 0 and turn every hand a step at a time."""
    torch = _torch()
    _need_even(d_model)
    step = torch.polar(torch.ones(d_model // 2, dtype=torch.float64),
                       -(base ** -_pairs(d_model)))
    hands, rows = torch.full_like(step, 1j), []
    for _ in range(length):
        rows.append(torch.view_as_real(hands).flatten())
        hands = hands * step
    return torch.stack(rows)


def sinusoidal_encoding_in_single_precision(
    length, d_model, *, base=10000.0
):
    torch = _torch()
    _need_even(d_model)
    theta = torch.exp(
        torch.arange(0, d_model, 2) * (-math.log(base) / d_model)
    )
    angles = torch.arange(length).float()[:, None] * theta
    PE = torch.zeros(length, d_model)
    PE[:, 0::2], PE[:, 1::2] = angles.sin(), angles.cos()
    return PE


# --- rope --------------------------------------------------------------------


def _turn(x, angles, interleaved=True):
    cos, sin = angles.cos(), angles.sin()
    if interleaved:
        a, b = x[..., 0::2], x[..., 1::2]
        return _weave(a * cos - b * sin, a * sin + b * cos)
    a, b = x.chunk(2, -1)
    return _torch().cat([a * cos - b * sin, a * sin + b * cos], -1)


def _rope_angles(positions, exponents, base):
    return positions[:, None] * base ** -exponents


def _rotated(x, positions, base=10000.0, interleaved=True):
    angles = _rope_angles(positions, _pairs(x.shape[-1]), base)
    return _turn(x, angles, interleaved)


def rope_always_halves(x, positions, *, base=10000.0, interleaved=True):
    return _rotated(x, positions, base, False)


def rope_always_neighbours(x, positions, *, base=10000.0, interleaved=True):
    return _rotated(x, positions, base)


def rope_pairings_exchanged(x, positions, *, base=10000.0, interleaved=True):
    return _rotated(x, positions, base, not interleaved)


def rope_clockwise(x, positions, *, base=10000.0, interleaved=True):
    return _rotated(x, -positions, base, interleaved)


def rope_exponent_halved(x, positions, *, base=10000.0, interleaved=True):
    angles = _rope_angles(positions, _pairs(x.shape[-1]) / 2, base)
    return _turn(x, angles, interleaved)


def rope_exponent_doubled(x, positions, *, base=10000.0, interleaved=True):
    angles = _rope_angles(positions, _pairs(x.shape[-1]) * 2, base)
    return _turn(x, angles, interleaved)


def rope_rows_counted(x, positions, *, base=10000.0, interleaved=True):
    counted = _torch().arange(x.shape[-2])
    return _rotated(x, counted, base, interleaved)


def rope_one_further(x, positions, *, base=10000.0, interleaved=True):
    return _rotated(x, positions + 1, base, interleaved)


def rope_deaf_to_base(x, positions, *, base=10000.0, interleaved=True):
    return _rotated(x, positions, interleaved=interleaved)


def rope_overwritten(x, positions, *, base=10000.0, interleaved=True):
    angles = _rope_angles(positions, _pairs(x.shape[-1]), base)
    cos, sin = angles.cos(), angles.sin()
    if interleaved:
        a, b = x[..., 0::2], x[..., 1::2]
        a = a * cos - b * sin
        return _weave(a, a * sin + b * cos)
    a, b = x.chunk(2, -1)
    a = a * cos - b * sin
    return _torch().cat([a, a * sin + b * cos], -1)


def rope_through_views(x, positions, *, base=10000.0, interleaved=True):
    angles = _rope_angles(positions, _pairs(x.shape[-1]), base)
    cos, sin = angles.cos(), angles.sin()
    if interleaved:
        a, b = x[..., 0::2], x[..., 1::2]
    else:
        a, b = x.chunk(2, -1)
    a[...] = a * cos - b * sin
    b[...] = a * sin + b * cos
    return x


def rope_not_woven(x, positions, *, base=10000.0, interleaved=True):
    y = _rotated(x, positions, base, interleaved)
    if interleaved:
        y = _torch().cat([y[..., 0::2], y[..., 1::2]], -1)
    return y


def rope_angles_of_the_other_pairing(
    x, positions, *, base=10000.0, interleaved=True
):
    torch = _torch()
    angles = _rope_angles(positions, _pairs(x.shape[-1]), base)
    if interleaved:
        angles = torch.cat([angles, angles], -1)
        partner = _weave(-x[..., 1::2], x[..., 0::2])
    else:
        angles = _weave(angles, angles)
        a, b = x.chunk(2, -1)
        partner = torch.cat([-b, a], -1)
    return x * angles.cos() + partner * angles.sin()


def rope_by_complex_numbers(
    x, positions, *, base=10000.0, interleaved=True
):
    torch = _torch()
    angles = _rope_angles(positions, _pairs(x.shape[-1]), base)
    turn = torch.polar(torch.ones_like(angles), angles)
    if interleaved:
        z = torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous())
        return torch.view_as_real(z * turn).flatten(-2)
    z = torch.complex(*x.chunk(2, -1)) * turn
    return torch.cat([z.real, z.imag], -1)


def rope_by_matrices(x, positions, *, base=10000.0, interleaved=True):
    torch = _torch()
    d, rows = x.shape[-1], []
    order = torch.arange(d)
    if not interleaved:
        order = order.reshape(2, -1).T.flatten()
    for t, position in enumerate(positions.tolist()):
        angles = position * base ** -_pairs(d)
        R = torch.block_diag(*[
            torch.tensor([[math.cos(a), -math.sin(a)],
                          [math.sin(a), math.cos(a)]], dtype=x.dtype)
            for a in angles.tolist()
        ])
        row = torch.empty_like(x[..., t, :])
        row[..., order] = x[..., t, order] @ R.T
        rows.append(row)
    return torch.stack(rows, -2)


def rope_by_partners(x, positions, *, base=10000.0, interleaved=True):
    torch = _torch()
    angles = _rope_angles(positions, _pairs(x.shape[-1]), base)
    if interleaved:
        angles = angles.repeat_interleave(2, -1)
        partner = torch.stack([-x[..., 1::2], x[..., 0::2]], -1).flatten(-2)
    else:
        angles = torch.cat([angles, angles], -1)
        half = x.shape[-1] // 2
        partner = torch.cat([-x[..., half:], x[..., :half]], -1)
    return x * angles.cos() + partner * angles.sin()


def rope_with_single_angles(x, positions, *, base=10000.0, interleaved=True):
    torch = _torch()
    d = x.shape[-1]
    theta = base ** (-torch.arange(0, d, 2).float() / d)
    return _turn(x, positions[:, None].float() * theta, interleaved)


# --- rope_score --------------------------------------------------------------


def _at(x, position):
    return tr.rope(x[None], _torch().tensor([position]))[0]


def rope_score_of_the_distance(q, k, m, n):
    return q @ _at(k, abs(n - m))


def rope_score_reversed(q, k, m, n):
    return q @ _at(k, m - n)


def rope_score_sum_of_positions(q, k, m, n):
    return q @ _at(k, m + n)


def rope_score_query_at_zero(q, k, m, n):
    return q @ _at(k, n)


def rope_score_key_at_zero(q, k, m, n):
    return _at(q, m) @ k


def rope_score_unrotated(q, k, m, n):
    return q @ k


def rope_score_added(q, k, m, n):
    def clock(position):
        angles = position * 10000.0 ** -_pairs(len(q))
        return _weave(angles.sin(), angles.cos())

    return (q + clock(m)) @ (k + clock(n))


def rope_score_divided(q, k, m, n):
    return q @ _at(k, n - m) / math.sqrt(len(q))


def rope_score_in_halves(q, k, m, n):
    place = _torch().tensor([n - m])
    return q @ tr.rope(k[None], place, interleaved=False)[0]


def rope_score_as_table(q, k, m, n):
    return _at(q, m)[None] @ _at(k, n)[:, None]


def rope_score_of_both(q, k, m, n):
    return (_at(q, m) * _at(k, n)).sum()


def rope_score_query_turned_back(q, k, m, n):
    return _torch().dot(_at(q, m - n), k)


def rope_score_by_cosines(q, k, m, n):
    total = 0.0
    for i in range(len(q) // 2):
        a, b = q[2 * i:2 * i + 2].tolist()
        c, d = k[2 * i:2 * i + 2].tolist()
        angle = (n - m) * 10000.0 ** (-2 * i / len(q))
        total += (a * c + b * d) * math.cos(angle)
        total += (b * c - a * d) * math.sin(angle)
    return total


def rope_score_in_single_precision(q, k, m, n):
    return _at(q.float(), m) @ _at(k.float(), n)


# --- cached_rope_scores ------------------------------------------------------


def _cached(
    q, k, base, *, q_from=0, future=None, divisor=None
):
    """Score rotated queries and keys; hide where ``future`` is True."""
    torch = _torch()
    q = tr.rope(q, q_from + torch.arange(len(q)), base=base)
    k = tr.rope(k, torch.arange(len(k)), base=base)
    scores = q @ k.T / (divisor or math.sqrt(q.shape[-1]))
    if future is None:
        return scores
    return scores.masked_fill(future, -math.inf)


def _later(q, k, start, shift=1):
    """True where the key stands ``shift`` or more after the query."""
    everywhere = _torch().ones(len(q), len(k), dtype=_torch().bool)
    return everywhere.triu(start + shift)


def cached_rope_scores_as_given(q, k_cache, start, *, base=10000.0):
    return _cached(q, k_cache, base, future=_later(q, k_cache, 0))


def cached_rope_scores_mask_top_left(q, k_cache, start, *, base=10000.0):
    return _cached(q, k_cache, base, q_from=start,
                   future=_later(q, k_cache, 0))


def cached_rope_scores_queries_at_zero(q, k_cache, start, *, base=10000.0):
    return _cached(q, k_cache, base, future=_later(q, k_cache, start))


def cached_rope_scores_bottom_right(q, k_cache, start, *, base=10000.0):
    start = len(k_cache) - len(q)
    return _cached(q, k_cache, base, q_from=start,
                   future=_later(q, k_cache, start))


def cached_rope_scores_mask_bottom_right(
    q, k_cache, start, *, base=10000.0
):
    return _cached(q, k_cache, base, q_from=start,
                   future=_later(q, k_cache, len(k_cache) - len(q)))


def cached_rope_scores_without_self(q, k_cache, start, *, base=10000.0):
    return _cached(q, k_cache, base, q_from=start,
                   future=_later(q, k_cache, start, 0))


def cached_rope_scores_unmasked(q, k_cache, start, *, base=10000.0):
    return _cached(q, k_cache, base, q_from=start)


def cached_rope_scores_keys_unrotated(q, k_cache, start, *, base=10000.0):
    q = tr.rope(q, start + _torch().arange(len(q)), base=base)
    scores = q @ k_cache.T / math.sqrt(q.shape[-1])
    return scores.masked_fill(_later(q, k_cache, start), -math.inf)


def cached_rope_scores_deaf_to_base(q, k_cache, start, *, base=10000.0):
    return _cached(q, k_cache, 10000.0, q_from=start,
                   future=_later(q, k_cache, start))


def cached_rope_scores_unscaled(q, k_cache, start, *, base=10000.0):
    return _cached(q, k_cache, base, q_from=start, divisor=1.0,
                   future=_later(q, k_cache, start))


def cached_rope_scores_minus_1e9(q, k_cache, start, *, base=10000.0):
    scores = _cached(q, k_cache, base, q_from=start)
    return scores.masked_fill(_later(q, k_cache, start), -1e9)


def cached_rope_scores_by_loops(q, k_cache, start, *, base=10000.0):
    torch = _torch()
    d = q.shape[-1]
    scores = torch.full((len(q), len(k_cache)), -math.inf, dtype=q.dtype)
    for i, row in enumerate(q):
        for j, key in enumerate(k_cache[:start + i + 1]):
            angles = (j - start - i) * base ** -_pairs(d)
            scores[i, j] = row @ _turn(key, angles) / math.sqrt(d)
    return scores


def cached_rope_scores_cut_from_the_whole(
    q, k_cache, start, *, base=10000.0
):
    """Fill up the queries in front, score the whole text, keep the end."""
    torch = _torch()
    n = max(start + len(q), len(k_cache))
    whole = torch.zeros(n, q.shape[-1], dtype=q.dtype)
    whole[start:start + len(q)] = q
    keys = torch.zeros_like(whole)
    keys[:len(k_cache)] = k_cache
    scores = _cached(whole, keys, base) + tr.causal_mask(n, like=whole)
    return scores[start:start + len(q), :len(k_cache)]


def cached_rope_scores_in_single_precision(
    q, k_cache, start, *, base=10000.0
):
    q, k_cache = _single(q, k_cache)
    return _cached(q, k_cache, base, q_from=start,
                   future=_later(q, k_cache, start))


# --- digit_reader ------------------------------------------------------------


def _nearest(X_train, X_test):
    """Return where the nearest training digit stands."""
    distance = _torch().cdist(X_test.flatten(1), X_train.flatten(1))
    return distance.argmin(1)


def _ridge(A, y, B):
    """Fit one linear score for each class; return the scores of B."""
    torch = _torch()
    wanted = torch.nn.functional.one_hot(y.long(), 10).to(A.dtype)
    gram = A.T @ A + 1e-2 * len(A) * torch.eye(A.shape[1], dtype=A.dtype)
    return B @ torch.linalg.solve(gram, A.T @ wanted)


def _random_features(X, seed, width, scale):
    """Cosines of random directions of the last axis."""
    torch = _torch()
    g = torch.Generator().manual_seed(seed)
    W = torch.randn(X.shape[-1], width, generator=g, dtype=X.dtype)
    phase = 2 * math.pi * torch.rand(width, generator=g, dtype=X.dtype)
    return (scale * X @ W + phase).cos()


def digit_reader_stuck(X_train, y_train, X_test, *, seed):
    """Take the class whose mean is nearest, of pictures with less detail."""
    torch = _torch()
    X_train, X_test = (X.clamp(0.25, 0.6) for X in (X_train, X_test))
    means = torch.stack([X_train[y_train == c].mean(0) for c in range(10)])
    return _nearest(means, X_test)


def digit_reader_half_trained(X_train, y_train, X_test, *, seed):
    """Fit the last step only, on a few numbers drawn once."""
    features = [
        _random_features(X.flatten(1), seed, 16, 0.3)
        for X in (X_train, X_test)
    ]
    return _ridge(features[0], y_train, features[1]).argmax(1)


def digit_reader_untrained(X_train, y_train, X_test, *, seed):
    return _random_features(X_test.flatten(1), seed, 10, 1.0).argmax(1)


def digit_reader_one_class(X_train, y_train, X_test, *, seed):
    return y_train.mode().values.expand(len(X_test))


def digit_reader_logits(X_train, y_train, X_test, *, seed):
    features = [
        _random_features(X.flatten(1), seed, 512, 0.3)
        for X in (X_train, X_test)
    ]
    return _ridge(features[0], y_train, features[1])


def digit_reader_of_the_training_digits(
    X_train, y_train, X_test, *, seed
):
    return y_train.clone()


def digit_reader_by_neighbour(X_train, y_train, X_test, *, seed):
    return y_train[_nearest(X_train, X_test)]


def digit_reader_by_random_features(X_train, y_train, X_test, *, seed):
    return digit_reader_logits(X_train, y_train, X_test, seed=seed).argmax(1)


def digit_reader_by_three_neighbours(X_train, y_train, X_test, *, seed):
    distance = _torch().cdist(X_test.flatten(1), X_train.flatten(1))
    nearest = distance.topk(3, largest=False).indices
    return y_train[nearest].mode(1).values

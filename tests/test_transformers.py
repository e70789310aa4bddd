"""mathlib.transformers against torch, closed forms and its own laws."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from referees import check_gradient, exempt, referee
from torch import nn

import mathlib.transformers as tr
from mathlib.arrays import to_numpy
from mathlib.machine_learning import gelu, relu

RNG = np.random.default_rng(15)


def normal(*shape):
    return RNG.normal(size=shape)


Q, K, V = normal(2, 3, 5, 4), normal(2, 3, 7, 4), normal(2, 3, 7, 6)
SEEN = RNG.random((5, 7)) < 0.6
SEEN[:, 2] = True
BLIND = SEEN.copy()
BLIND[1] = False
BIAS = np.where(SEEN, normal(5, 7), -np.inf)
D, H = 8, 2
X, CONTEXT = normal(2, 6, D), normal(2, 4, D)
W = [normal(D, D) / math.sqrt(D) for _ in range(4)]
W1, W3, W2 = normal(D, 12) / 3, normal(D, 12) / 3, normal(12, D) / 3
B1, B2 = normal(12), normal(D)
NORM = {"norm_1": normal(D), "norm_2": normal(D)}
NORM_BIAS = {"norm_1_bias": normal(D), "norm_2_bias": normal(D)}
HEADS = dict(zip(("W_q", "W_k", "W_v", "W_o"), W, strict=True))
GATED = HEADS | NORM | {"W1": W1, "W3": W3, "W2": W2}
PLAIN = HEADS | NORM | {"W1": W1, "b1": B1, "W2": W2, "b2": B2}
CAUSAL = np.triu(np.full((6, 6), -np.inf), 1)
PADDED = np.array([[[0.0] * 6], [[0.0] * 4 + [-np.inf] * 2]])


# ------------------------------------------------------------------ oracles
# Each takes float64 tensors and is written without mathlib.


def sdpa(q, k, v, mask=None, *, causal=False, scale=None):
    if causal:
        ones = torch.ones(q.shape[-2], k.shape[-2], dtype=torch.bool)
        mask = ones.tril(k.shape[-2] - q.shape[-2])
    return F.scaled_dot_product_attention(q, k, v, mask, scale=scale)


def sdpa_backward(grad, q, k, v, mask=None):
    leaves = [x.clone().requires_grad_() for x in (q, k, v)]
    out = F.scaled_dot_product_attention(*leaves, mask)
    return torch.autograd.grad(out, leaves, grad)


def torch_heads(x, w_q, w_k, w_v, w_o, heads, *, context=None, mask=None):
    context = x if context is None else context
    module = nn.MultiheadAttention(
        x.shape[-1], heads, bias=False, batch_first=True, dtype=x.dtype
    )
    with torch.no_grad():
        module.in_proj_weight.copy_(torch.cat([w_q.T, w_k.T, w_v.T]))
        module.out_proj.weight.copy_(w_o.T)
        if mask is not None and mask.dtype == torch.bool:
            mask = ~mask  # True hides, there
        if mask is not None and mask.ndim == 3:
            mask = mask.expand(-1, x.shape[-2], -1)
            mask = mask.repeat_interleave(heads, dim=0)
        return module(x, context, context, attn_mask=mask,
                      need_weights=False)[0]


def torch_block(x, p, heads, *, mask=None, norm="rms"):
    def normed(x, name):
        if norm == "rms":
            return F.rms_norm(x, x.shape[-1:], p[name], eps=1e-6)
        return F.layer_norm(x, x.shape[-1:], p[name], p.get(f"{name}_bias"))

    weights = [p[name] for name in ("W_q", "W_k", "W_v", "W_o")]
    x = x + torch_heads(normed(x, "norm_1"), *weights, heads, mask=mask)
    y = normed(x, "norm_2")
    if "W3" in p:
        return x + (F.silu(y @ p["W1"]) * (y @ p["W3"])) @ p["W2"]
    y = F.gelu(F.linear(y, p["W1"].T, p["b1"]))
    return x + F.linear(y, p["W2"].T, p["b2"])


def complex_rope(x, positions, *, base=10000.0, interleaved=True):
    """A pair of features is a complex number; turn it by multiplying."""
    d = x.shape[-1]
    if interleaved:
        pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], d // 2, 2))
    else:
        pairs = torch.complex(x[..., : d // 2], x[..., d // 2 :])
    positions = positions.to(torch.float64)
    theta = torch.tensor([base ** (-2 * i / d) for i in range(d // 2)],
                         dtype=torch.float64)
    turned = pairs * torch.exp(1j * positions[..., None] * theta)
    if interleaved:
        return torch.view_as_real(turned).flatten(-2)
    return torch.cat([turned.real, turned.imag], -1)


def complex_rope_score(q, k, m, n):
    """The real part of a sum of q times conj(k) times exp(i (m-n) theta)."""
    d = q.shape[-1]
    q = torch.view_as_complex(q.reshape(*q.shape[:-1], d // 2, 2))
    k = torch.view_as_complex(k.reshape(*k.shape[:-1], d // 2, 2))
    theta = 10000.0 ** (-torch.arange(0, d, 2, dtype=torch.float64) / d)
    turn = torch.exp(1j * (m - n)[..., None] * theta)
    return (q * k.conj() * turn).sum(-1).real


def table_of_clocks(length, d, *, base=10000.0):
    table = np.empty((length, d))
    for pos in range(length):
        for i in range(d // 2):
            angle = pos / base ** (2 * i / d)
            table[pos, 2 * i] = math.sin(angle)
            table[pos, 2 * i + 1] = math.cos(angle)
    return table


def qk_norm_sdpa(q, k, v, q_weight, k_weight, mask=None):
    q = F.rms_norm(q, q.shape[-1:], q_weight, eps=1e-6)
    k = F.rms_norm(k, k.shape[-1:], k_weight, eps=1e-6)
    return F.scaled_dot_product_attention(q, k, v, mask)


def torch_feed_forward(x, w1, b1, w2, b2, activation):
    activation = {relu: F.relu, gelu: F.gelu}[activation]
    return F.linear(activation(F.linear(x, w1.T, b1)), w2.T, b2)


def torch_swiglu(x, w1, w3, w2):
    return F.linear(F.silu(F.linear(x, w1.T)) * F.linear(x, w3.T), w2.T)


def bounded(z, *, cap):
    return cap * torch.tanh(z / cap)


def plus_square(x, sublayer):
    return x + x * x


def square(x):
    return x**2


def torch_triangle(n_query, n_key=None, *, like):
    """Ones by the definition, hidden keys by torch's own triangle."""
    n_key = n_query if n_key is None else n_key
    seen = torch.ones(n_query, n_key).tril(n_key - n_query)
    return torch.where(seen == 1, 0.0, -math.inf).to(like.dtype)


def padding_by_hand(lengths, n, *, like):
    rows = [[0.0] * m + [-math.inf] * (n - m) for m in lengths.tolist()]
    return torch.tensor(rows, dtype=like.dtype)[:, None]


def clocks_by_hand(length, d, *, base=10000.0, like):
    return torch.tensor(table_of_clocks(length, d, base=base))


def torched(oracle, *args, **options):
    """Call an oracle on tensors; return NumPy arrays."""
    def tensor(x):
        if isinstance(x, dict):
            return {name: tensor(v) for name, v in x.items()}
        return torch.tensor(x) if isinstance(x, np.ndarray) else x

    result = oracle(*map(tensor, args), **tensor(options))
    if isinstance(result, tuple):
        return tuple(x.numpy() for x in result)
    return result.numpy()


def case(function, oracle, *args, **options):
    return pytest.param(function, oracle, args, options,
                        id=f"{function.__name__}-{oracle.__name__}")


# ------------------------------------------------------------ the referees

LONG = [normal(2, n, 4) for n in (300, 300, 300)]
GRAD = normal(2, 3, 5, 6)
POSITIONS = np.array([3, 0, 250, 100_000, 4])
LIKE = np.zeros(1)
ORACLES = [
    case(tr.attention, sdpa, Q, K, V),
    case(tr.attention, sdpa, Q[0, 0], K[0, 0], V[0, 0]),
    case(tr.attention, sdpa, Q, K, V, SEEN),
    case(tr.attention, sdpa, Q, K, V, SEEN[:1]),
    case(tr.attention, sdpa, Q, K, V, BLIND),
    case(tr.attention, sdpa, Q, K, V, BIAS),
    case(tr.attention, sdpa, Q, K, V, scale=0.3),
    case(tr.attention, sdpa, Q, K, V, causal=True),
    case(tr.attention, sdpa, Q, K[0, :1], V[:, :1]),
    # Several tiles, with as many queries as keys, fewer and more.
    case(tr.attention, sdpa, *LONG),
    case(tr.attention, sdpa, *LONG, causal=True),
    case(tr.attention, sdpa, LONG[0][:, :140], *LONG[1:], causal=True),
    case(tr.attention, sdpa, LONG[0], LONG[1][:, :9], LONG[2][:, :9],
         causal=True),
    case(tr.attention, sdpa, *LONG, RNG.random((2, 300, 300)) < 0.5),
    case(tr.attention, sdpa, *LONG, RNG.random((300, 1)) < 0.5),
    case(tr.attention_backward, sdpa_backward, GRAD, Q, K, V),
    case(tr.attention_backward, sdpa_backward, GRAD, Q, K, V, SEEN),
    case(tr.attention_backward, sdpa_backward, GRAD, Q, K, V, BLIND),
    case(tr.attention_backward, sdpa_backward, GRAD, Q, K, V, BIAS),
    case(tr.multi_head_attention, torch_heads, X, *W, H),
    case(tr.multi_head_attention, torch_heads, X, *W, 1),
    case(tr.multi_head_attention, torch_heads, X, *W, D),
    case(tr.multi_head_attention, torch_heads, X, *W, H, context=CONTEXT),
    case(tr.multi_head_attention, torch_heads, X, *W, H, mask=CAUSAL),
    case(tr.multi_head_attention, torch_heads, X, *W, H, mask=CAUSAL == 0),
    case(tr.multi_head_attention, torch_heads, X, *W, H, mask=PADDED),
    case(tr.qk_norm_attention, qk_norm_sdpa, Q, K, V, normal(4), normal(4)),
    case(tr.qk_norm_attention, qk_norm_sdpa, Q, K, V, normal(4), normal(4),
         BIAS),
    case(tr.soft_cap, bounded, 40 * normal(3, 2), cap=50.0),
    case(tr.feed_forward, torch_feed_forward, X, W1, B1, W2, B2, relu),
    case(tr.feed_forward, torch_feed_forward, X[0, 0], W1, B1, W2, B2, gelu),
    case(tr.swiglu, torch_swiglu, X, W1, W3, W2),
    case(tr.residual, plus_square, X, square),
    case(tr.transformer_block, torch_block, X, GATED, H),
    case(tr.transformer_block, torch_block, X, PLAIN, H),
    case(tr.transformer_block, torch_block, X, GATED, H, mask=CAUSAL),
    case(tr.transformer_block, torch_block, X, PLAIN, H, norm="layer"),
    case(tr.transformer_block, torch_block, X, PLAIN | NORM_BIAS, H,
         norm="layer", mask=PADDED),
    case(tr.causal_mask, torch_triangle, 4, like=LIKE),
    case(tr.causal_mask, torch_triangle, 2, 5, like=LIKE),
    case(tr.causal_mask, torch_triangle, 5, 2, like=LIKE),
    case(tr.padding_mask, padding_by_hand, np.array([0, 2, 5]), 5,
         like=LIKE),
    case(tr.sinusoidal_encoding, clocks_by_hand, 50, 12, like=LIKE),
    case(tr.sinusoidal_encoding, clocks_by_hand, 9, 2, base=7.0, like=LIKE),
    case(tr.rope, complex_rope, normal(2, 5, 6), POSITIONS),
    case(tr.rope, complex_rope, normal(2, 5, 6), POSITIONS,
         interleaved=False),
    case(tr.rope, complex_rope, normal(2, 5, 6),
         RNG.integers(0, 99, (2, 5)), base=500.0),
    case(tr.rope, complex_rope, normal(5, 6), np.array(2.5)),
    case(tr.rope_score, complex_rope_score, normal(5, 6), normal(5, 6),
         POSITIONS, POSITIONS[::-1].copy()),
    case(tr.rope_score, complex_rope_score, normal(6), normal(6),
         np.array(2), np.array(9)),
]


@referee("oracle", tr.attention, tr.attention_backward, tr.causal_mask,
         tr.feed_forward, tr.multi_head_attention, tr.padding_mask,
         tr.qk_norm_attention, tr.residual, tr.rope, tr.rope_score,
         tr.sinusoidal_encoding, tr.soft_cap, tr.swiglu,
         tr.transformer_block)
@pytest.mark.parametrize("function, oracle, args, options", ORACLES)
def test_agrees_with_oracle(library, function, oracle, args, options):
    expected = torched(oracle, *args, **options)
    library.agrees(function, expected, *args, **options)


@referee("oracle", tr.block_parameter_count)
@pytest.mark.parametrize("d_model, d_ff", [(8, 32), (12, 7)])
def test_parameters_are_those_of_a_layer(d_model, d_ff):
    layer = nn.TransformerEncoderLayer(d_model, 4, d_ff)
    matrices = sum(p.numel() for p in layer.parameters() if p.ndim == 2)
    assert tr.block_parameter_count(d_model, d_ff) == matrices
    gate = nn.Linear(d_model, d_ff, bias=False).weight.numel()
    gated = tr.block_parameter_count(d_model, d_ff, gated=True)
    assert gated == matrices + gate


exempt("library", tr.block_parameter_count, because="integers only")
exempt("gradient", tr.block_parameter_count, tr.causal_mask,
       tr.padding_mask, tr.sinusoidal_encoding,
       because="takes integers only")


GRADIENTS = [
    (tr.attention, (Q[0, 0], K[0, 0], V[0, 0]), {}),
    (tr.attention, (Q[0, :2], K[0, :1], V[0, :1]), {"causal": True}),
    (tr.attention, (Q[0, 0], K[0, 0], V[0, 0]),
     {"mask": torch.tensor(BLIND)}),
    (tr.attention, (Q[0, 0], K[0, 0], V[0, 0], normal(5, 7)), {}),
    (tr.attention_backward, (GRAD[0, 0], Q[0, 0], K[0, 0], V[0, 0]),
     {"mask": torch.tensor(BIAS)}),
    (tr.multi_head_attention, (X[0], *W), {"num_heads": H}),
    (tr.qk_norm_attention,
     (Q[0, 0], K[0, 0], V[0, 0], normal(4), normal(4)), {}),
    (tr.soft_cap, (10 * normal(5),), {"cap": 7.0}),
    (tr.feed_forward, (X[0, :2], W1, B1, W2, B2), {"activation": gelu}),
    (tr.swiglu, (X[0, :2], W1, W3, W2), {}),
    (tr.residual, (X[0],), {"sublayer": square}),
    (tr.rope, (normal(5, 6),), {"positions": torch.tensor(POSITIONS)}),
    (tr.rope, (normal(5, 6),),
     {"positions": torch.tensor(POSITIONS), "interleaved": False}),
    (tr.rope_score, (normal(6), normal(6)), {"m": 3, "n": 8}),
]


@referee("gradient", tr.attention, tr.attention_backward,
         tr.multi_head_attention, tr.qk_norm_attention, tr.soft_cap,
         tr.feed_forward, tr.swiglu, tr.residual, tr.rope, tr.rope_score)
@pytest.mark.parametrize("function, args, options", GRADIENTS)
def test_gradient(function, args, options):
    check_gradient(function, *args, **options)


@referee("gradient", tr.transformer_block)
@pytest.mark.parametrize("params, norm", [
    (GATED, "rms"), (PLAIN | NORM_BIAS, "layer"),
])
def test_gradient_of_a_block_reaches_every_parameter(params, norm):
    def block(x, *values):
        named = dict(zip(params, values, strict=True))
        return tr.transformer_block(x, named, H, norm=norm)

    check_gradient(block, X[0, :2], *params.values())


# --------------------------------------------------------------- properties

seeds = st.integers(0, 2**32 - 1)
counts = st.integers(1, 6)


def draw(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


@referee("property", tr.attention)
@given(seeds, counts, counts, st.sampled_from([0.1, 1.0, 1000.0]))
def test_attention_averages(seed, n_query, n_key, size):
    Q, K, V = draw(seed, (n_query, 4), (n_key, 4), (n_key, 3))
    weights = tr.attention(size * Q, K, np.eye(n_key))
    assert np.all(weights >= 0)
    np.testing.assert_allclose(weights.sum(axis=-1), 1)
    np.testing.assert_allclose(tr.attention(size * Q, K, V), weights @ V)


@referee("property", tr.attention)
@given(seeds, counts, counts)
def test_attention_treats_keys_as_a_set(seed, n_query, n_key):
    Q, K, V = draw(seed, (n_query, 4), (n_key, 4), (n_key, 3))
    rng = np.random.default_rng(seed)
    i, j = rng.permutation(n_query), rng.permutation(n_key)
    np.testing.assert_allclose(
        tr.attention(Q[i], K[j], V[j]), tr.attention(Q, K, V)[i]
    )


@referee("property", tr.attention)
@given(seeds, counts, counts)
def test_no_query_sees_the_future(seed, n_query, extra):
    n_key = n_query + extra
    Q, K, V = draw(seed, (n_query, 4), (n_key, 4), (n_key, 3))
    before = tr.attention(Q, K, V, causal=True)
    np.testing.assert_allclose(
        before, tr.attention(Q, K, V, tr.causal_mask(n_query, n_key))
    )
    i = seed % n_query
    K[i + extra + 1 :] = V[i + extra + 1 :] = 9.0
    after = tr.attention(Q, K, V, causal=True)
    np.testing.assert_allclose(after[i], before[i])
    # The token at its own place is seen.
    V[i + extra] += 1e6
    after = tr.attention(Q, K, V, causal=True)
    assert np.all(after[i] > before[i])


@referee("property", tr.causal_mask)
@given(counts, counts)
def test_causal_mask_is_the_end_of_the_square_one(n_query, extra):
    n_key = n_query + extra
    square = tr.causal_mask(n_key)
    np.testing.assert_array_equal(
        tr.causal_mask(n_query, n_key), square[-n_query:]
    )
    np.testing.assert_array_equal(np.diag(square), 0.0)
    assert np.sum(square == 0) == n_key * (n_key + 1) // 2


@referee("property", tr.padding_mask)
@given(seeds, st.lists(st.integers(1, 6), min_size=1, max_size=4))
def test_padding_changes_nothing(seed, lengths):
    Q, K, V = draw(seed, (3, 4), (len(lengths), 6, 4), (len(lengths), 6, 2))
    mask = tr.padding_mask(lengths, 6)
    assert mask.shape == (len(lengths), 1, 6)
    padded = tr.attention(Q, K, V, mask)
    for b, n in enumerate(lengths):
        alone = tr.attention(Q, K[b, :n], V[b, :n])
        np.testing.assert_allclose(padded[b], alone)


@referee("property", tr.attention_backward)
@given(seeds, counts, counts)
def test_backward_is_linear_and_balanced(seed, n_query, n_key):
    dO, Q, K, V = draw(
        seed, (n_query, 3), (n_query, 4), (n_key, 4), (n_key, 3)
    )
    dQ, dK, dV = tr.attention_backward(dO, Q, K, V)
    # Scores are linear in Q and in K, outputs linear in V.
    np.testing.assert_allclose(np.sum(dQ * Q), np.sum(dK * K), atol=1e-12)
    np.testing.assert_allclose(
        np.sum(dV * V), np.sum(dO * tr.attention(Q, K, V)), atol=1e-12
    )
    # One more vector on every key changes no weight.
    np.testing.assert_allclose(dK.sum(axis=0), 0, atol=1e-12)
    for twice, once in zip(tr.attention_backward(2 * dO, Q, K, V),
                           (dQ, dK, dV), strict=True):
        np.testing.assert_allclose(twice, 2 * once)


@referee("property", tr.multi_head_attention)
@given(seeds, st.sampled_from([1, 2, 4]))
def test_heads_are_alike_and_tokens_a_set(seed, heads):
    x, *W = draw(seed, (5, 8), *[(8, 8)] * 4)
    y = tr.multi_head_attention(x, *W, heads)
    rng = np.random.default_rng(seed)
    i = rng.permutation(5)
    np.testing.assert_allclose(
        tr.multi_head_attention(x[i], *W, heads), y[i], atol=1e-12
    )
    columns = np.arange(8).reshape(heads, -1)[rng.permutation(heads)].ravel()
    W = [w[:, columns] for w in W[:3]] + [W[3][columns]]
    np.testing.assert_allclose(
        tr.multi_head_attention(x, *W, heads), y, atol=1e-12
    )


@referee("property", tr.qk_norm_attention)
@given(seeds, st.floats(1.0, 1e6))
def test_qk_norm_forgets_lengths_and_bounds_scores(seed, size):
    Q, K = draw(seed, (3, 4), (5, 4))
    q, k = draw(seed + 1, 4, 4)
    P = tr.qk_norm_attention(Q, K, np.eye(5), q, k)
    np.testing.assert_allclose(
        tr.qk_norm_attention(size * Q, size * K, np.eye(5), q, k), P,
        atol=1e-3,
    )
    # Two scores of a row differ by at most twice the bound.
    ratio = np.log(P.max(axis=-1) / P.min(axis=-1))
    assert np.all(ratio <= 2 * np.sqrt(4) * np.max(np.abs(q * k)) + 1e-9)


@referee("property", tr.soft_cap)
@given(seeds, st.floats(0.1, 100.0))
def test_soft_cap_bounds_and_keeps_order(seed, cap):
    z = 100 * draw(seed, 20)[0]
    y = tr.soft_cap(z, cap=cap)
    assert np.all(np.abs(y) <= np.minimum(cap, np.abs(z)))
    assert np.all(np.diff(y[np.argsort(z)]) >= 0)
    np.testing.assert_allclose(tr.soft_cap(-z, cap=cap), -y)
    small = 1e-4 * cap * z / np.max(np.abs(z))
    np.testing.assert_allclose(tr.soft_cap(small, cap=cap), small, rtol=1e-7)


@referee("property", tr.block_parameter_count)
@given(st.integers(1, 10_000).map(lambda n: 3 * n))
def test_twelve_d_squared_gated_or_not(d):
    assert tr.block_parameter_count(d, 4 * d) == 12 * d**2
    assert tr.block_parameter_count(d, 8 * d // 3, gated=True) == 12 * d**2


@referee("property", tr.feed_forward, tr.swiglu)
@given(seeds)
def test_positions_do_not_mix(seed):
    x, W1, W3, b1, W2, b2 = draw(
        seed, (3, 4), (4, 6), (4, 6), 6, (6, 4), 4
    )
    plain = tr.feed_forward(x, W1, b1, W2, b2, relu)
    gated = tr.swiglu(x, W1, W3, W2)
    for i in range(3):
        one = tr.feed_forward(x[i], W1, b1, W2, b2, relu)
        np.testing.assert_allclose(plain[i], one, atol=1e-12)
        np.testing.assert_allclose(
            gated[i], tr.swiglu(x[i], W1, W3, W2), atol=1e-12
        )
    # Linear in the branch without the activation, and only there.
    np.testing.assert_allclose(tr.swiglu(x, W1, 3 * W3, W2), 3 * gated)
    assert not np.allclose(tr.swiglu(x, 3 * W1, W3, W2), 3 * gated)


@referee("property", tr.residual)
@given(seeds)
def test_residual_of_nothing_is_the_input(seed):
    x, A = draw(seed, (3, 4), (4, 4))
    np.testing.assert_array_equal(tr.residual(x, np.zeros_like), x)
    np.testing.assert_allclose(
        tr.residual(x, lambda x: x @ A), x @ (np.eye(4) + A), atol=1e-12
    )


@referee("property", tr.transformer_block)
@given(seeds, st.integers(0, 4), st.sampled_from([GATED, PLAIN]))
def test_block_permutes_with_its_tokens_and_respects_time(seed, i, params):
    x, z = draw(seed, (5, D), (5, D))
    p = np.random.default_rng(seed).permutation(5)
    np.testing.assert_allclose(
        tr.transformer_block(x[p], params, H),
        tr.transformer_block(x, params, H)[p], atol=1e-10,
    )
    future = np.where(np.arange(5)[:, None] > i, z, x)
    now, then = (
        tr.transformer_block(y, params, H, mask=tr.causal_mask(5))
        for y in (x, future)
    )
    np.testing.assert_allclose(now[: i + 1], then[: i + 1], atol=1e-12)
    silent = params | {"W_o": 0 * W[3], "W2": 0 * W2}
    silent |= {"b2": 0 * B2} if "b2" in params else {}
    np.testing.assert_array_equal(tr.transformer_block(x, silent, H), x)


@referee("property", tr.sinusoidal_encoding)
@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 8))
def test_encoding_of_a_shift_is_a_rotation(length, shift, pairs):
    table = tr.sinusoidal_encoding(length + shift, 2 * pairs)
    # Sine before cosine: these clocks turn the other way.
    turned = tr.rope(table[:length], np.full(length, -shift))
    np.testing.assert_allclose(turned, table[shift:], atol=1e-12)
    np.testing.assert_allclose(np.sum(table**2, axis=-1), pairs)


@referee("property", tr.rope)
@given(seeds, st.integers(0, 5000), st.integers(-50, 50), st.booleans())
def test_rope_rotates(seed, m, n, interleaved):
    x = draw(seed, (3, 8))[0]
    once = tr.rope(x, m, interleaved=interleaved)
    np.testing.assert_allclose(
        np.linalg.norm(once, axis=-1), np.linalg.norm(x, axis=-1)
    )
    np.testing.assert_allclose(
        tr.rope(once, n, interleaved=interleaved),
        tr.rope(x, m + n, interleaved=interleaved), atol=1e-10,
    )
    # The pairings are one rotation after a shuffle of the features.
    halves = np.r_[0:8:2, 1:8:2]
    np.testing.assert_allclose(
        tr.rope(x[:, halves], m, interleaved=False),
        tr.rope(x, m)[:, halves], atol=1e-12,
    )


@referee("property", tr.rope_score)
@given(seeds, st.integers(0, 100), st.integers(0, 100), st.integers(0, 9999))
def test_scores_know_distances_only(seed, m, n, shift):
    q, k = draw(seed, 8, 8)
    score = tr.rope_score(q, k, m, n)
    np.testing.assert_allclose(
        tr.rope_score(q, k, m + shift, n + shift), score, atol=1e-9
    )
    np.testing.assert_allclose(
        np.sum(q * tr.rope(k, n - m)), score, atol=1e-9
    )
    np.testing.assert_allclose(tr.rope_score(q, k, m, m), q @ k, atol=1e-9)


# ---------------------------------------------------------------- bad input

BAD = [
    (tr.attention, (Q[0, 0, 0], K, V), ValueError, r"Q must have .*\.\.\."),
    (tr.attention, (Q, K[..., :3], V), ValueError, r"K must .* 4\)"),
    (tr.attention, (Q, K, V[..., :3, :]), ValueError, r"V must .* 7, d_v"),
    (tr.attention, (Q[:, :2], K, V), ValueError, "leading axes"),
    (tr.attention, (Q, K, V, SEEN.T), ValueError, r"mask .*5, 7"),
    (tr.attention, (Q, K, V, SEEN[None, None, None]), ValueError, "mask"),
    (tr.attention, (Q, K, V, SEEN.astype(int)), TypeError, "mask .*boolean"),
    (tr.attention, (Q, K, "V"), TypeError, "got str"),
    (tr.attention_backward, (GRAD[..., 1:], Q, K, V), ValueError,
     r"grad_output .*5, 6\)"),
    (tr.attention_backward, (GRAD, Q, K[0], V), ValueError, "same leading"),
    (tr.attention_backward, (GRAD, Q, K, V, SEEN[1:3]), ValueError, "mask"),
    (tr.causal_mask, (2.5,), TypeError, "n_query must be an integer"),
    (tr.causal_mask, (-1,), ValueError, "n_query must not be negative"),
    (tr.causal_mask, (2, -1), ValueError, "n_key must not be negative"),
    (tr.padding_mask, ([1.5], 3), TypeError, "lengths must be integers"),
    (tr.padding_mask, ([4], 3), ValueError, "lengths must lie in 0 to n = 3"),
    (tr.padding_mask, ([-1], 3), ValueError, "lengths must lie"),
    (tr.padding_mask, ([1], None), TypeError, "n must be an integer"),
    (tr.multi_head_attention, (X, *W, 3), ValueError, "num_heads must div"),
    (tr.multi_head_attention, (X, *W, 0), ValueError, "num_heads must div"),
    (tr.multi_head_attention, (X, *W, 2.0), TypeError, "num_heads must be"),
    (tr.multi_head_attention, (X[0, 0], *W, 2), ValueError, "x must have"),
    (tr.multi_head_attention, (X, W1, *W[1:], 2), ValueError,
     r"W_q must have the shape \(8, 8\), got \(8, 12\)"),
    (tr.multi_head_attention, (X, *W[:3], W2, 2), ValueError, "W_o must"),
    (tr.qk_norm_attention, (Q, K, V, B1, B1[:4]), ValueError,
     r"q_weight must have shape \(4,\)"),
    (tr.qk_norm_attention, (Q, K, V, B1[:4], B1), ValueError, "k_weight"),
    (tr.soft_cap, (X,), ValueError, "cap must be positive"),
    (tr.block_parameter_count, (2.0, 8), TypeError, "d_model must be an"),
    (tr.block_parameter_count, (2, -8), ValueError, "d_ff must not be neg"),
    (tr.feed_forward, (X, W1, B1, W2, B2, "relu"), TypeError, "activation"),
    (tr.feed_forward, (X, W2, B1, W2, B2, relu), ValueError, r"W1 .*8, d_ff"),
    (tr.feed_forward, (X, W1, B2, W2, B2, relu), ValueError, r"b1 .*12,"),
    (tr.feed_forward, (X, W1, B1, W1, B2, relu), ValueError, r"W2 .*12, 8"),
    (tr.feed_forward, (X, W1, B1, W2, B1, relu), ValueError, r"b2 .*8,"),
    (tr.swiglu, (X, W2, W3, W2), ValueError, r"W1 .*8, d_ff"),
    (tr.swiglu, (X, W1, W2, W2), ValueError, r"W3 .*8, 12"),
    (tr.swiglu, (X, W1, W3, W3), ValueError, r"W2 .*12, 8"),
    (tr.swiglu, (3.0, W1, W3, W2), ValueError, "x must have shape"),
    (tr.residual, (X, None), TypeError, "sublayer must be a function"),
    (tr.residual, (X, lambda x: x[0]), ValueError, "sublayer must keep"),
    (tr.transformer_block, (X, {}, H), ValueError, "params lacks W1, W2"),
    (tr.transformer_block, (X, GATED | {"b1": B1}, H), ValueError,
     "params has no use for b1"),
    (tr.transformer_block, (X, GATED | NORM_BIAS, H), ValueError, "no use"),
    (tr.transformer_block, (X, GATED | {"norm_1": B1}, H), ValueError,
     "weight must have shape"),
    (tr.sinusoidal_encoding, (4, 5), ValueError, "d_model must be even"),
    (tr.sinusoidal_encoding, (4.0, 4), TypeError, "length must be an int"),
    (tr.sinusoidal_encoding, (-4, 4), ValueError, "length must not be neg"),
    (tr.rope, (normal(3, 5), 1), ValueError, "d even"),
    (tr.rope, (normal(3, 4), np.arange(4)), ValueError, r"positions .*\(3,"),
    (tr.rope_score, (normal(4), normal(6), 1, 2), ValueError, "k must have"),
    (tr.rope_score, (normal(3), normal(3), 1, 2), ValueError, "q must have"),
]


@referee("bad input", *dict.fromkeys(row[0] for row in BAD))
@pytest.mark.parametrize("function, args, error, words", BAD)
def test_bad_input(function, args, error, words):
    options = {"cap": 0.0} if function is tr.soft_cap else {}
    with pytest.raises(error, match=words):
        function(*args, **options)


def test_bad_options():
    with pytest.raises(ValueError, match="norm must be 'rms' or 'layer'"):
        tr.transformer_block(X, GATED, H, norm="batch")
    with pytest.raises(ValueError, match="base must be positive"):
        tr.rope(X, 1, base=-1.0)
    with pytest.raises(ValueError, match="base must be positive"):
        tr.sinusoidal_encoding(2, 4, base=0.0)
    with pytest.raises(ValueError, match="context must have"):
        tr.multi_head_attention(X[0], *W, H, context=CONTEXT)
    with pytest.raises(ValueError, match="W_k must have the shape"):
        tr.multi_head_attention(X, *W, H, context=normal(2, 4, 5))


# --------------------------------------------------------- what else it says


def test_query_that_sees_nothing_gets_zero_and_sends_no_nan(library):
    blind = library.asarray(BLIND)
    q, k, v = (library.asarray(x) for x in (Q, K, V))
    out = library.to_numpy(tr.attention(q, k, v, blind))
    assert np.all(out[..., 1, :] == 0) and np.all(np.isfinite(out))
    for grad in tr.attention_backward(library.asarray(GRAD), q, k, v, blind):
        assert np.all(np.isfinite(library.to_numpy(grad)))
    empty = tr.attention(q, k[..., :0, :], v[..., :0, :])
    np.testing.assert_array_equal(
        library.to_numpy(empty), np.zeros((2, 3, 5, 6))
    )
    assert tr.attention(q[..., :0, :], k, v).shape == (2, 3, 0, 6)


@pytest.mark.parametrize("mask", [BLIND, np.where(BLIND, 0.0, -np.inf)])
def test_gradients_through_a_query_that_sees_nothing(mask):
    leaves = [torch.tensor(x, requires_grad=True) for x in (Q, K, V)]
    tr.attention(*leaves, torch.tensor(mask)).sum().backward()
    assert all(torch.isfinite(x.grad).all() for x in leaves)
    assert torch.all(leaves[0].grad[..., 1, :] == 0)


def test_newest_queries_stand_at_the_newest_keys():
    q, k, v = map(torch.tensor, (K, K, V))
    everything = tr.attention(q, k, v, causal=True)
    newest = tr.attention(q[..., -2:, :], k, v, causal=True)
    torch.testing.assert_close(newest, everything[..., -2:, :])
    top_left = F.scaled_dot_product_attention(
        q[..., -2:, :], k, v, is_causal=True
    )
    assert not torch.allclose(newest, top_left)


def test_mask_and_causal_both_apply():
    both = SEEN & (tr.causal_mask(5, 7) == 0)
    np.testing.assert_allclose(
        tr.attention(Q, K, V, SEEN, causal=True), tr.attention(Q, K, V, both)
    )


def test_worked_example_of_two_tokens():
    K, V = [[0.5, 0.5], [1.0, -1.0]], [[1.0, 0.0], [0.0, 1.0]]
    out = tr.attention([[1.0, 0.0]], K, V)
    np.testing.assert_allclose(out, [[0.4125, 0.5875]], atol=5e-5)


def test_large_scores_are_safe():
    out = tr.attention([[1e4, 0.0]], [[1e4, 0.0], [-1e4, 0.0]], np.eye(2))
    np.testing.assert_array_equal(out, [[1.0, 0.0]])


def test_memory_grows_with_the_keys_alone():
    import tracemalloc

    Q, K, V = draw(0, *[(4096, 4)] * 3)
    tracemalloc.start()
    tr.attention(Q, K, V)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4096 * 4096 * 8 / 4, "all the scores at once?"


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("function, args, options", [
    (tr.attention, (Q, K, V), {"causal": True}),
    (tr.attention, (Q, K, V, BIAS), {}),
    (tr.attention_backward, (GRAD, Q, K, V), {}),
    (tr.multi_head_attention, (X, *W, H), {}),
    (tr.qk_norm_attention, (Q, K, V, normal(4), normal(4)), {}),
    (tr.swiglu, (X, W1, W3, W2), {}),
    (tr.feed_forward, (X, W1, B1, W2, B2, gelu), {}),
    (tr.transformer_block, (X, GATED, H), {}),
    (tr.rope, (normal(5, 6), POSITIONS), {}),
])
def test_half_precision_goes_in_and_comes_out(dtype, function, args, options):
    def half(x):
        if isinstance(x, dict):
            return {name: half(v) for name, v in x.items()}
        if not isinstance(x, np.ndarray):
            return x
        x = torch.tensor(x)
        return x.to(dtype) if x.is_floating_point() else x

    exact = function(*args, **options)
    got = function(*map(half, args), **options)
    if not isinstance(got, tuple):
        exact, got = (exact,), (got,)
    for g, e in zip(got, exact, strict=True):
        assert g.dtype == dtype
        np.testing.assert_allclose(
            to_numpy(g.double()), e, atol=0.05 * np.max(np.abs(e))
        )


def test_bfloat16_attention_is_as_good_as_its_inputs():
    q, k, v = (torch.tensor(x).to(torch.bfloat16) for x in LONG)
    exact = tr.attention(q.double(), k.double(), v.double())
    got = tr.attention(q, k, v)
    torch.testing.assert_close(got, exact.to(got.dtype), rtol=0.01,
                               atol=1e-3)


def test_heads_share_a_mask_or_have_their_own():
    mask = RNG.random((2, 6, 6)) < 0.7
    shared = tr.multi_head_attention(X, *W, H, mask=mask)
    own = np.stack([mask] * H, axis=1)
    np.testing.assert_array_equal(
        tr.multi_head_attention(X, *W, H, mask=own), shared
    )
    own[:, 1] = ~own[:, 1]
    assert not np.allclose(
        tr.multi_head_attention(X, *W, H, mask=own), shared
    )
    np.testing.assert_allclose(
        tr.multi_head_attention(X[1], *W, H, mask=own[1]),
        tr.multi_head_attention(X, *W, H, mask=own)[1],
    )


def test_context_may_have_another_width():
    context, W_k, W_v = normal(2, 4, 5), normal(5, D), normal(5, D)
    module = nn.MultiheadAttention(
        D, H, bias=False, kdim=5, vdim=5, batch_first=True,
        dtype=torch.float64,
    )
    names = ("q_proj_weight", "k_proj_weight", "v_proj_weight")
    with torch.no_grad():
        for name, w in zip(names, (W[0], W_k, W_v), strict=True):
            getattr(module, name).copy_(torch.tensor(w.T))
        module.out_proj.weight.copy_(torch.tensor(W[3].T))
        c = torch.tensor(context)
        expected = module(torch.tensor(X), c, c)[0].numpy()
    got = tr.multi_head_attention(
        X, W[0], W_k, W_v, W[3], H, context=context
    )
    np.testing.assert_allclose(got, expected, atol=1e-12)


def test_new_arrays_follow_the_library_they_serve(library):
    lengths = library.asarray([1, 2])
    assert library.owns(tr.padding_mask(lengths, 3))
    for made in (tr.causal_mask(2), tr.padding_mask([1], 2),
                 tr.sinusoidal_encoding(2, 4)):
        assert isinstance(made, np.ndarray) and made.dtype == np.float64


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_masks_hide_fully_in_half_precision(dtype):
    like = torch.zeros(1, dtype=dtype)
    for mask in (tr.causal_mask(3, like=like),
                 tr.padding_mask([1], 3, like=like)):
        assert mask.dtype == dtype
        assert set(mask.flatten().tolist()) == {0.0, -math.inf}


def test_long_positions_keep_their_angles_in_single_precision():
    x = np.ones((1, 2), dtype=np.float32)
    far = tr.rope(x, [1_000_003])
    exact = [np.cos(1_000_003) - np.sin(1_000_003),
             np.cos(1_000_003) + np.sin(1_000_003)]
    np.testing.assert_allclose(far[0], exact, atol=1e-6)


def test_a_module_may_hold_the_parameters():
    params = nn.ParameterDict({
        name: nn.Parameter(torch.tensor(v)) for name, v in GATED.items()
    })
    out = tr.transformer_block(torch.tensor(X), params, H)
    out.sum().backward()
    assert all(p.grad is not None for p in params.values())

"""mathlib.neural_networks against torch, NumPy, SciPy and loops."""

import itertools
import math

import numpy as np
import pytest
import scipy.signal
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as hs
from referees import check_gradient, exempt, referee

import mathlib.neural_networks as nn
from mathlib.arrays import arrays
from mathlib.calculus import (
    relu_derivative,
    sigmoid_derivative,
    tanh_derivative,
)
from mathlib.machine_learning import relu
from mathlib.numerical_methods import sigmoid

RNG = np.random.default_rng(14)


def normal(*shape):
    return RNG.normal(size=shape)


def draws(seed):
    return np.random.default_rng(seed)


def tanh(x):
    xp, x = arrays(x)
    return xp.tanh(x)


def asked(*values):
    """Return values as torch's doubles that ask for a gradient."""
    return [
        None if v is None else torch.tensor(v, requires_grad=True)
        for v in values
    ]


def plain(*values):
    """Return torch's tensors as NumPy's arrays."""
    return tuple(
        None if v is None else v.detach().numpy() for v in values
    )


def gradients(loss, *values):
    """Return torch's gradients of a loss, as NumPy's arrays."""
    return plain(*torch.autograd.grad(loss, values))


# ---------------------------------------------------------------- the MLP

ACTIVATIONS = [
    pytest.param(relu, relu_derivative, torch.nn.ReLU(), id="relu"),
    pytest.param(tanh, tanh_derivative, torch.nn.Tanh(), id="tanh"),
    pytest.param(
        sigmoid, sigmoid_derivative, torch.nn.Sigmoid(), id="sigmoid"
    ),
]
SIZES = [(3, 5, 4, 2), (4, 3)]


def network(sizes, seed=0, dtype="float64"):
    """Draw weights and biases, as tuples of arrays."""
    rng = draws(seed)
    pairs = list(itertools.pairwise(sizes))
    weights = tuple(rng.normal(size=(n, m)).astype(dtype) for m, n in pairs)
    biases = tuple(rng.normal(size=n).astype(dtype) for _, n in pairs)
    return weights, biases


def torch_mlp(x, weights, biases, f):
    """Return the z of all layers, as torch computes them."""
    zs, a = [], x
    for W, b in zip(weights, biases, strict=True):
        zs.append(F.linear(a, W, b))
        a = f(zs[-1])
    return zs


def same(library, got, expected, dtype, rtol=None):
    """Compare lists of arrays."""
    assert type(got) is list
    library.assert_close(tuple(got), tuple(expected), dtype=dtype, rtol=rtol)


@referee("oracle", nn.mlp_forward)
@pytest.mark.parametrize("f, _, torch_f", ACTIVATIONS)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_mlp_forward(library, sizes, f, _, torch_f):
    x = draws(1).normal(size=(7, sizes[0]))
    weights, biases = network(sizes)
    layers = []
    for W, b in zip(weights, biases, strict=True):
        layer = torch.nn.Linear(*W.shape[::-1], dtype=torch.float64)
        layer.weight.data, layer.bias.data = torch.tensor(W), torch.tensor(b)
        layers += [layer, torch_f]
    # The last layer is linear.
    model = torch.nn.Sequential(*layers[:-1])
    expected = model(torch.tensor(x)).detach().numpy()
    for dtype in ("float64", "float32"):
        given = library.convert((x, weights, biases), dtype)
        output, (activations, zs) = nn.mlp_forward(*given, f)
        library.assert_close(output, expected, dtype=dtype)
        assert len(activations) == len(zs) == len(weights)
        a = x
        for k, (W, b) in enumerate(zip(weights, biases, strict=True)):
            z = a @ W.T + b
            library.assert_close(activations[k], a, dtype=dtype)
            library.assert_close(zs[k], z, dtype=dtype)
            a = torch_f(torch.tensor(z)).numpy()
    if library.name == "numpy":
        lists = [[v.tolist() for v in part] for part in (weights, biases)]
        output, _ = nn.mlp_forward(x.tolist(), *lists, f)
        np.testing.assert_allclose(output, expected)


KINDS = {
    "softmax_cross_entropy": (
        lambda z: torch.softmax(z, dim=-1),
        lambda z, y: F.cross_entropy(z, y, reduction="sum"),
    ),
    "sigmoid_cross_entropy": (
        torch.sigmoid,
        lambda z, y: F.binary_cross_entropy_with_logits(
            z, y, reduction="sum"
        ),
    ),
    "squared_error": (
        lambda z: z,
        lambda z, y: F.mse_loss(z, y, reduction="sum") / 2,
    ),
    "sigmoid_squared_error": (
        torch.sigmoid,
        lambda z, y: F.mse_loss(torch.sigmoid(z), y, reduction="sum") / 2,
    ),
}


def targets(kind, shape, seed):
    """Draw what was true: classes, chances or any numbers."""
    rng = draws(seed)
    if kind == "softmax_cross_entropy":
        return np.eye(shape[-1])[rng.integers(shape[-1], size=shape[:-1])]
    if kind.startswith("sigmoid"):
        return (rng.random(shape) < 0.5).astype(float)
    return rng.normal(size=shape)


@referee("oracle", nn.output_delta)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(6, 4), (3,), (2, 1)], ids=str)
def test_output_delta(library, kind, shape):
    last_step, loss = KINDS[kind]
    y, (z,) = targets(kind, shape, 2), asked(normal(*shape))
    rows = (z, torch.tensor(y))
    if z.ndim == 1:
        rows = [r[None] for r in rows]
    (expected,) = gradients(loss(*rows), z)
    (y_hat,) = plain(last_step(z))
    library.agrees(nn.output_delta, expected, y_hat, y, kind=kind)
    if kind == "softmax_cross_entropy":
        library.agrees(nn.output_delta, expected, y_hat, y)


def test_softmax_is_not_done_entry_by_entry():
    y_hat, y = np.array([0.2, 0.5, 0.3]), np.array([0, 1, 0])
    entrywise = -y / y_hat * y_hat * (1 - y_hat)
    assert np.abs(nn.output_delta(y_hat, y) - entrywise).max() > 0.1


@referee("oracle", nn.mlp_backward)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("f, slope, torch_f", ACTIVATIONS)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_mlp_backward(library, sizes, f, slope, torch_f, kind):
    x = draws(1).normal(size=(7, sizes[0]))
    weights, biases = network(sizes)
    y = targets(kind, (7, sizes[-1]), 3)
    Ws, bs = asked(*weights), asked(*biases)
    z = torch_mlp(torch.tensor(x), Ws, bs, torch_f)[-1]
    # The mean over the samples, not over all entries.
    loss = KINDS[kind][1](z, torch.tensor(y)) / 7
    found = gradients(loss, *Ws, *bs)
    expected = found[: len(Ws)], found[len(Ws) :]
    for dtype in ("float64", "float32"):
        given = library.convert((x, weights, biases), dtype)
        _, cache = nn.mlp_forward(*given, f)
        options = {"kind": kind} if kind != "softmax_cross_entropy" else {}
        got = nn.mlp_backward(
            cache, given[1], library.asarray(y, dtype), slope, **options
        )
        assert type(got) is tuple and len(got) == 2
        for g, e in zip(got, expected, strict=True):
            same(library, g, e, dtype)


def test_worked_example():
    weights, biases = [[[1.0]], [[2.0]]], [[0.0], [0.0]]
    rate, y, losses = 0.05, [[6.0]], []
    for _ in range(2):
        y_hat, cache = nn.mlp_forward([[2.0]], weights, biases, relu)
        losses.append((float(y_hat[0, 0]) - 6) ** 2 / 2)
        grads, _ = nn.mlp_backward(
            cache, weights, y, relu_derivative, kind="squared_error"
        )
        weights = [W - rate * g for W, g in zip(weights, grads, strict=True)]
    assert losses == pytest.approx([2, 0.0128])


def test_backward_of_very_sure_networks():
    weights, biases = network((3, 4, 2))
    x = 1e4 * normal(5, 3)
    _, cache = nn.mlp_forward(x, weights, biases, tanh)
    for kind in KINDS:
        grads = nn.mlp_backward(
            cache, weights, np.eye(2)[[0, 1, 0, 1, 1]], tanh_derivative,
            kind=kind,
        )
        assert all(np.isfinite(g).all() for part in grads for g in part)


@referee("oracle", nn.gradient_norm_profile)
@pytest.mark.parametrize("f, slope, torch_f", ACTIVATIONS)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("rows", [(), (5,)], ids=["one", "five"])
def test_gradient_norm_profile(library, rows, sizes, f, slope, torch_f):
    weights, biases = network(sizes)
    x, last = normal(*rows, sizes[0]), normal(*rows, sizes[-1])
    zs, a = [], torch.tensor(x)
    for W, b in zip(weights, biases, strict=True):
        z = (a @ torch.tensor(W).T + torch.tensor(b)).requires_grad_()
        a = torch_f(z)
        zs.append(z)
    # Any loss whose gradient by the last z is this.
    deltas = gradients(torch.sum(zs[-1] * torch.tensor(last)), *zs)
    expected = np.array([np.linalg.norm(d) for d in deltas])
    for dtype in ("float64", "float32"):
        given = library.convert((weights, plain(*zs), last), dtype)
        got = nn.gradient_norm_profile(*given, slope)
        library.assert_close(got, expected, dtype=dtype)


def test_profile_needs_neither_the_first_matrix_nor_the_last_slope():
    weights, _ = network((3, 5, 4, 2))
    zs = [normal(5), normal(4), normal(2)]
    delta = normal(2)
    expected = nn.gradient_norm_profile(weights, zs, delta, tanh_derivative)
    other = [np.ones((5, 3)), *weights[1:]]
    got = nn.gradient_norm_profile(
        other, [*zs[:2], 9 * zs[2]], delta, tanh_derivative
    )
    np.testing.assert_array_equal(got, expected)


# ------------------------------------------------------------ convolutions


@referee("oracle", nn.convolve1d)
@pytest.mark.parametrize("n, k", [(1, 1), (5, 3), (3, 5), (8, 1), (1, 4)])
def test_convolve1d(library, n, k):
    f, g = normal(n), normal(k)
    library.agrees(nn.convolve1d, np.convolve(f, g), f, g)


CONVOLUTIONS = [
    # N, C, H, W, O, kh, kw, stride, padding
    (2, 3, 6, 7, 4, 3, 3, 1, 0),
    (1, 1, 5, 5, 1, 2, 3, 1, 1),
    (2, 2, 7, 6, 3, 3, 2, 2, 0),
    (2, 2, 8, 7, 3, 3, 3, 3, 2),
    (1, 2, 4, 4, 5, 4, 4, 4, 0),
    (3, 1, 2, 3, 2, 1, 1, 1, 0),
    (1, 2, 1, 2, 2, 3, 4, 2, 1),
    (0, 2, 4, 4, 3, 2, 2, 1, 0),
]


def images(N, C, H, W, n_out, kh, kw, stride, padding):
    x, weight = normal(N, C, H, W), normal(n_out, C, kh, kw)
    return x, weight, normal(n_out), {"stride": stride, "padding": padding}


@referee("oracle", nn.conv2d)
@pytest.mark.parametrize("sizes", CONVOLUTIONS, ids=str)
def test_conv2d(library, sizes):
    x, weight, bias, options = images(*sizes)
    X, K, b = map(torch.tensor, (x, weight, bias))
    with_bias = F.conv2d(X, K, b, **options).numpy()
    library.agrees(nn.conv2d, with_bias, x, weight, bias, **options)
    without = F.conv2d(X, K, **options).numpy()
    library.agrees(nn.conv2d, without, x, weight, **options)
    if options == {"stride": 1, "padding": 0}:
        library.agrees(nn.conv2d, without, x, weight)


@referee("oracle", nn.conv2d_backward)
@pytest.mark.parametrize("sizes", CONVOLUTIONS, ids=str)
def test_conv2d_backward(library, sizes):
    x, weight, bias, options = images(*sizes)
    X, K, b = asked(x, weight, bias)
    y = F.conv2d(X, K, b, **options)
    g = normal(*y.shape)
    expected = gradients(torch.sum(y * torch.tensor(g)), X, K, b)
    library.agrees(nn.conv2d_backward, expected, g, x, weight, **options)
    if options == {"stride": 1, "padding": 0}:
        library.agrees(nn.conv2d_backward, expected, g, x, weight)


def test_conv2d_does_not_turn_the_kernel():
    x, K = np.zeros((1, 1, 3, 3)), np.arange(1.0, 5).reshape(1, 1, 2, 2)
    x[0, 0, 1, 1] = 1
    # An impulse shows the kernel turned around; a true convolution would not.
    np.testing.assert_array_equal(nn.conv2d(x, K)[0, 0], [[4, 3], [2, 1]])
    line = nn.conv2d([[[[1, 2, 3, 4]]]], [[[[1, 0, -1]]]])
    np.testing.assert_array_equal(line[0, 0, 0], [-2, -2])
    np.testing.assert_array_equal(
        nn.convolve1d([1, 2, 3, 4], [1, 0, -1])[2:4], [2, 2]
    )


def test_conv2d_cuts_patches():
    x, W = normal(2, 3, 8, 8), normal(5, 3, 4, 4)
    patches = x.reshape(2, 3, 2, 4, 2, 4).transpose(0, 2, 4, 1, 3, 5)
    tokens = patches.reshape(2, 2, 2, -1) @ W.reshape(5, -1).T
    np.testing.assert_allclose(
        nn.conv2d(x, W, stride=4), np.moveaxis(tokens, -1, 1)
    )


exempt("library", nn.conv_output_size, nn.conv_parameter_count,
       nn.receptive_field, because="integers in, an integer out")
exempt("gradient", nn.conv_output_size, nn.conv_parameter_count,
       nn.receptive_field, because="integers in, an integer out")


@referee("oracle", nn.conv_output_size)
def test_conv_output_size():
    for n, k, s, p in itertools.product(
        range(1, 9), range(1, 6), range(1, 5), range(3)
    ):
        if k <= n + 2 * p:
            line = torch.zeros(1, 1, n)
            kernel = torch.zeros(1, 1, k)
            expected = F.conv1d(line, kernel, stride=s, padding=p).shape[-1]
            got = nn.conv_output_size(n, k, stride=s, padding=p)
            assert type(got) is int and got == expected
    assert nn.conv_output_size(np.int64(9), np.int32(2)) == 8


@referee("oracle", nn.conv_parameter_count)
@pytest.mark.parametrize("k, c_in, c_out", [(1, 1, 1), (3, 4, 5), (5, 2, 1)])
@pytest.mark.parametrize("bias", [True, False])
def test_conv_parameter_count(k, c_in, c_out, bias):
    layer = torch.nn.Conv2d(c_in, c_out, k, bias=bias)
    expected = sum(p.numel() for p in layer.parameters())
    assert nn.conv_parameter_count(k, c_in, c_out, bias=bias) == expected
    assert type(nn.conv_parameter_count(k, c_in, c_out)) is int
    assert nn.conv_parameter_count(3, 64, 128) == 73_856


POOLS = [
    ((4, 6), 2, None), ((2, 3, 5, 7), 2, None), ((3, 5, 5), 3, 1),
    ((2, 2, 6, 7), 3, 2), ((1, 1, 3, 3), 3, None), ((2, 8, 8), 2, 3),
    ((2, 1, 4, 4), 1, None), ((0, 2, 4, 4), 2, None),
]


def torch_pool(x, kernel_size, stride):
    """Pool with torch, of which two axes are too few."""
    flat = x.reshape(-1, 1, *x.shape[-2:])
    y = F.max_pool2d(flat, kernel_size, stride)
    return y.reshape(*x.shape[:-2], *y.shape[-2:])


@referee("oracle", nn.max_pool2d, nn.max_pool2d_backward)
@pytest.mark.parametrize("shape, size, stride", POOLS, ids=str)
@pytest.mark.parametrize("ties", [False, True], ids=["distinct", "ties"])
def test_max_pool2d(library, shape, size, stride, ties):
    x = draws(5).integers(0, 3, size=shape) * 1.0 if ties else normal(*shape)
    if 0 in shape:
        y = np.zeros((*shape[:-2], 2, 2))
        g, expected = y, np.zeros(shape)
    else:
        (X,) = asked(x)
        pooled = torch_pool(X, size, stride)
        (y,), g = plain(pooled), normal(*pooled.shape)
        (expected,) = gradients(torch.sum(pooled * torch.tensor(g)), X)
    options = {} if stride is None else {"stride": stride}
    library.agrees(nn.max_pool2d, y, x, size, **options)
    library.agrees(nn.max_pool2d_backward, expected, g, x, size, **options)


def test_pools_of_infinities():
    x = np.full((2, 2), -math.inf)
    assert nn.max_pool2d(x, 2) == -math.inf
    np.testing.assert_array_equal(
        nn.max_pool2d_backward([[3.0]], x, 2), [[3, 0], [0, 0]]
    )


@referee("oracle", nn.receptive_field)
@pytest.mark.parametrize("kernels, strides", [
    ([], []), ([3], [1]), ([3], [2]), ([3, 3, 3], [1, 1, 1]),
    ([3, 2, 3], [1, 2, 1]), ([2, 2, 2], [2, 2, 2]), ([5, 1, 3], [3, 2, 1]),
    ((3, 3, 2, 3), (1, 1, 2, 1)), ([7, 3, 3], [2, 2, 1]),
])
def test_receptive_field(kernels, strides):
    """Ask torch from where to where the first output sees pixels."""
    x = torch.ones(1, 1, 200, requires_grad=True)
    y = x
    for F_, S in zip(kernels, strides, strict=True):
        y = F.conv1d(y, torch.ones(1, 1, F_), stride=S)
    y[0, 0, 0].backward()
    got = nn.receptive_field(kernels, strides)
    assert type(got) is int and got == int(x.grad.nonzero()[:, 2].max()) + 1


# --------------------------------------------------------------- recurrence


def rnn(N, T, D, H, bias=True):
    b = normal(H) if bias else None
    return normal(N, T, D), normal(N, H), normal(H, D), normal(H, H), b


RNNS = [
    rnn(2, 5, 3, 4), rnn(1, 1, 1, 1), rnn(3, 4, 2, 2, False),
    rnn(2, 6, 4, 3),
]


def torch_rnn(x, h0, W_ih, W_hh, b):
    """Return torch's own RNN and its inputs, all asking for gradients."""
    model = torch.nn.RNN(
        W_ih.shape[1], W_ih.shape[0], batch_first=True, dtype=torch.float64,
        bias=b is not None,
    )
    model.weight_ih_l0.data = torch.tensor(W_ih)
    model.weight_hh_l0.data = torch.tensor(W_hh)
    if b is not None:
        model.bias_ih_l0.data = torch.tensor(b)
        model.bias_hh_l0.data.zero_()
    x, h0 = asked(x, h0)
    states, _ = model(x, h0[None])
    values = [x, h0, model.weight_ih_l0, model.weight_hh_l0]
    return states, values + ([model.bias_ih_l0] if b is not None else [])


@referee("oracle", nn.rnn_forward, nn.rnn_backward)
@pytest.mark.parametrize("args", RNNS, ids=lambda a: str(a[0].shape))
def test_rnn(library, args):
    states, values = torch_rnn(*args)
    (h,) = plain(states)
    g = normal(*h.shape)
    expected = gradients(torch.sum(states * torch.tensor(g)), *values)
    x, h0, W_ih, W_hh, b = args
    library.agrees(
        lambda *a: nn.rnn_forward(*a)[0], h, x, h0, W_ih, W_hh,
        *(() if b is None else (b,)),
    )
    for dtype in ("float64", "float32"):
        mine = library.convert(args, dtype)
        _, cache = nn.rnn_forward(*mine)
        library.assert_close(cache, (x, h0, h), dtype=dtype)
        got = nn.rnn_backward(
            cache, library.asarray(g, dtype), mine[2], mine[3]
        )
        if b is None:
            assert tuple(got[4].shape) == (W_hh.shape[0],)
            got = got[:4]
        library.assert_close(got, expected, dtype=dtype)


def test_weights_of_an_rnn_are_not_exchanged():
    """Input and state of one size, so that the shapes would not tell."""
    h, _ = nn.rnn_forward(
        [[[1.0, 0.0]]], [[0.0, 1.0]], [[1, 2], [3, 4]], [[5, 6], [7, 8]]
    )
    np.testing.assert_allclose(h[0, 0], np.tanh([1 + 6, 3 + 8]))


def test_sequences_of_no_steps(library):
    args = library.convert(
        (np.zeros((2, 0, 3)), normal(2, 4), normal(4, 3), normal(4, 4)),
        "float32",
    )
    h, cache = nn.rnn_forward(*args)
    assert tuple(h.shape) == (2, 0, 4) and h.dtype == library.xp.float32
    grads = nn.rnn_backward(cache, h, *args[2:])
    shapes = [(2, 0, 3), (2, 4), (4, 3), (4, 4), (4,)]
    assert [tuple(g.shape) for g in grads] == shapes
    assert all(not library.to_numpy(g).any() for g in grads)


def cell(gates, N, D, H, states, biases=True):
    b = [normal(gates * H), normal(gates * H)] if biases else [None, None]
    given = [normal(N, H) for _ in range(states)]
    return normal(N, D), *given, normal(gates * H, D), normal(gates * H, H), *b


LSTMS = [cell(4, 3, 2, 5, 2), cell(4, 1, 1, 1, 2), cell(4, 2, 3, 3, 2, False)]
GRUS = [cell(3, 3, 2, 5, 1), cell(3, 1, 1, 1, 1), cell(3, 2, 3, 3, 1, False)]


def torch_cell(kind, x, states, W_ih, W_hh, b_ih, b_hh):
    """Return what torch's own cell says, and what it was given."""
    model = kind(*W_ih.shape[1:], *W_hh.shape[1:], bias=b_ih is not None,
                 dtype=torch.float64)
    model.weight_ih.data, model.weight_hh.data = map(
        torch.tensor, (W_ih, W_hh)
    )
    weights = [model.weight_ih, model.weight_hh]
    if b_ih is not None:
        model.bias_ih.data, model.bias_hh.data = map(
            torch.tensor, (b_ih, b_hh)
        )
        weights += [model.bias_ih, model.bias_hh]
    x, *states = asked(x, *states)
    given = tuple(states) if len(states) > 1 else states[0]
    return model(x, given), [x, *states, *weights]


@referee("oracle", nn.lstm_cell, nn.lstm_cell_backward)
@pytest.mark.parametrize("args", LSTMS, ids=lambda a: str(a[0].shape))
def test_lstm_cell(library, args):
    x, h, c, *weights = args
    (h_new, c_new), values = torch_cell(
        torch.nn.LSTMCell, x, (h, c), *weights
    )
    library.agrees(nn.lstm_cell, plain(h_new, c_new), *args)
    g, k = normal(*h.shape), normal(*h.shape)
    loss = torch.sum(h_new * torch.tensor(g) + c_new * torch.tensor(k))
    *expected, = gradients(loss, *values)
    biases = expected[5:]
    if biases:
        np.testing.assert_allclose(*biases)  # one gradient for both
    size = weights[1].shape[0]
    for dtype in ("float64", "float32"):
        got = nn.lstm_cell_backward(*library.convert((g, k, *args), dtype))
        assert type(got) is tuple and len(got) == 6
        assert tuple(got[5].shape) == (size,)
        wanted = tuple(expected[:6] if biases else expected)
        library.assert_close(got[: len(wanted)], wanted, dtype=dtype)


@referee("oracle", nn.gru_cell, nn.gru_cell_backward)
@pytest.mark.parametrize("args", GRUS, ids=lambda a: str(a[0].shape))
def test_gru_cell(library, args):
    x, h, *weights = args
    h_new, values = torch_cell(torch.nn.GRUCell, x, (h,), *weights)
    library.agrees(nn.gru_cell, *plain(h_new), *args)
    g = normal(*h.shape)
    expected = gradients(torch.sum(h_new * torch.tensor(g)), *values)
    size = weights[1].shape[0]
    for dtype in ("float64", "float32"):
        got = nn.gru_cell_backward(*library.convert((g, *args), dtype))
        assert type(got) is tuple and len(got) == 6
        assert [tuple(b.shape) for b in got[4:]] == [(size,)] * 2
        library.assert_close(got[: len(expected)], expected, dtype=dtype)


@pytest.mark.parametrize("args, forward, gates", [
    (LSTMS[0], nn.lstm_cell, 4), (GRUS[0], nn.gru_cell, 3),
], ids=["lstm", "gru"])
@pytest.mark.parametrize("which", [0, 1])
def test_one_bias_is_enough(args, forward, gates, which):
    *given, b_ih, b_hh = args
    none, zeros = [b_ih, b_hh], [b_ih, b_hh]
    none[which], zeros[which] = None, np.zeros_like(b_ih)
    got, expected = forward(*given, *none), forward(*given, *zeros)
    np.testing.assert_array_equal(np.stack([*got]), np.stack([*expected]))


@pytest.mark.parametrize("args, forward", [
    (LSTMS[0], nn.lstm_cell), (GRUS[0], nn.gru_cell),
    (RNNS[0], lambda *a: nn.rnn_forward(*a)[0]),
], ids=["lstm", "gru", "rnn"])
def test_lists_take_the_precision_of_arrays(library, args, forward):
    kinds = library.convert(args, "float32")
    mixed = (*kinds[:-1], args[-1].tolist())
    got = forward(*mixed)
    for g in got if isinstance(got, tuple) else (got,):
        assert g.dtype == library.xp.float32


def test_saturated_cells_are_calm():
    big = 1e4
    for args, forward in ((LSTMS[0], nn.lstm_cell), (GRUS[0], nn.gru_cell)):
        x, *rest = args
        got = forward(big * x, *rest)
        assert np.isfinite(np.stack([*got])).all()


# ------------------------------------------------------- state-space models

A5 = np.array([-1.0, -0.3, 0.0, 0.5, -4.0])
B5, C5 = normal(5), normal(5)


@referee("oracle", nn.discretize)
@pytest.mark.parametrize("delta", [1e-3, 0.5, 2.0])
def test_discretize(library, delta):
    A_bar, B_bar, *_ = scipy.signal.cont2discrete(
        (np.diag(A5), B5[:, None], np.eye(5), np.zeros((5, 1))), delta,
        method="zoh",
    )
    library.agrees(
        nn.discretize, (np.diag(A_bar), B_bar[:, 0]), A5, B5, delta
    )


def test_discretize_where_little_happens():
    A_bar, B_bar = nn.discretize([-1e-12, 1e-300, 0.0], [1.0, 1, 1], 0.1)
    np.testing.assert_allclose(A_bar, 1)
    np.testing.assert_allclose(B_bar, 0.1, rtol=1e-12)
    step = nn.discretize([-3.0], [2.0], 1e-9)[1]
    assert float(step[0]) == pytest.approx(2e-9, rel=1e-8)


def by_matrices(x, A, B, C):
    """Run one sequence with a full matrix, as the formula says."""
    h, out = np.zeros(len(B)), []
    for value in x:
        h = A @ h + B * value
        out.append(C @ h)
    return np.array(out)


STABLE = np.array([0.9, -0.5, 0.3, 1.0, 0.0])


@referee("oracle", nn.ssm_scan)
@pytest.mark.parametrize("shape", [(9,), (1,), (2, 6), (2, 3, 4), (0,)],
                         ids=str)
def test_ssm_scan(library, shape):
    x = normal(*shape)
    rows = [
        by_matrices(row, np.diag(STABLE), B5, C5)
        for row in x.reshape(-1, shape[-1])
    ] if x.size else [x]
    expected = np.stack(rows).reshape(shape)
    library.agrees(nn.ssm_scan, expected, x, STABLE, B5, C5)


@referee("oracle", nn.ssm_kernel)
@pytest.mark.parametrize("length", [0, 1, 7])
def test_ssm_kernel(library, length):
    expected = np.array([
        C5 @ np.linalg.matrix_power(np.diag(STABLE), k) @ B5
        for k in range(length)
    ])
    library.agrees(nn.ssm_kernel, expected, STABLE, B5, C5, length)


def test_scan_of_one_number_is_a_filter():
    x = normal(50)
    expected = scipy.signal.lfilter([2.0 * 0.7], [1, -0.9], x)
    np.testing.assert_allclose(nn.ssm_scan(x, [0.9], [0.7], [2.0]), expected)


# ---------------------------------------------------------------- gradients


def of_network(function, count):
    """Let a function of lists be differentiated by all their entries."""
    def flat(x, *parameters):
        weights, biases = parameters[:count], parameters[count:]
        return function(x, weights, biases)

    return flat


@referee("gradient", nn.mlp_forward, nn.mlp_backward,
         nn.gradient_norm_profile, nn.output_delta)
def test_gradients_of_networks():
    weights, biases = network((2, 3, 2))
    x, y = normal(4, 2), torch.tensor(np.eye(2)[[0, 1, 1, 0]])

    def forward(x, weights, biases):
        output, (activations, zs) = nn.mlp_forward(x, weights, biases, tanh)
        return output, activations[1], zs[0]

    def backward(x, weights, biases):
        _, cache = nn.mlp_forward(x, weights, biases, tanh)
        grads = nn.mlp_backward(cache, weights, y, tanh_derivative)
        return tuple(grads[0] + grads[1])

    def profile(x, weights, biases):
        _, (_, zs) = nn.mlp_forward(x, weights, biases, tanh)
        return nn.gradient_norm_profile(weights, zs, zs[-1], tanh_derivative)

    for function in (forward, backward, profile):
        check_gradient(of_network(function, 2), x, *weights, *biases)
    for kind in KINDS:
        check_gradient(
            nn.output_delta, draws(1).random((2, 3)), normal(2, 3), kind=kind
        )


@referee("gradient", nn.convolve1d, nn.conv2d, nn.conv2d_backward,
         nn.max_pool2d, nn.max_pool2d_backward)
def test_gradients_of_convolutions_and_pools():
    check_gradient(nn.convolve1d, normal(4), normal(3))
    x, weight, bias = normal(2, 2, 4, 3), normal(2, 2, 2, 2), normal(2)
    options = {"stride": 2, "padding": 1}
    check_gradient(nn.conv2d, x, weight, bias, **options)
    check_gradient(nn.conv2d, x, weight)
    g = nn.conv2d(x, weight, **options)
    check_gradient(nn.conv2d_backward, g, x, weight, **options)
    image = normal(2, 5, 4)
    check_gradient(nn.max_pool2d, image, 2, stride=1)
    g = normal(2, 4, 3)
    check_gradient(nn.max_pool2d_backward, g, image, 2, stride=1)


@referee("gradient", nn.rnn_forward, nn.rnn_backward, nn.lstm_cell,
         nn.lstm_cell_backward, nn.gru_cell, nn.gru_cell_backward)
def test_gradients_of_recurrence():
    args = rnn(2, 3, 2, 2)
    check_gradient(lambda *a: nn.rnn_forward(*a)[0], *args)
    check_gradient(
        lambda g, *a: nn.rnn_backward(nn.rnn_forward(*a)[1], g, *a[2:4]),
        normal(2, 3, 2), *args,
    )
    lstm, gru = cell(4, 2, 2, 2, 2), cell(3, 2, 2, 2, 1)
    check_gradient(nn.lstm_cell, *lstm)
    check_gradient(nn.gru_cell, *gru)
    check_gradient(nn.lstm_cell_backward, normal(2, 2), normal(2, 2), *lstm)
    check_gradient(nn.gru_cell_backward, normal(2, 2), *gru)


@referee("gradient", nn.discretize, nn.ssm_scan, nn.ssm_kernel)
def test_gradients_of_state_spaces():
    nonzero = np.array([-1.0, 0.5, -0.2])
    check_gradient(nn.discretize, nonzero, normal(3), np.array(0.4))
    inside = np.array([0.9, -0.5, 0.3])
    check_gradient(nn.ssm_scan, normal(2, 4), inside, normal(3), normal(3))
    check_gradient(nn.ssm_kernel, inside, normal(3), normal(3), 4)


def test_gradients_at_zero_are_numbers():
    A = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    A_bar, B_bar = nn.discretize(A, [1.0, 2.0], 0.5)
    (A_bar.sum() + B_bar.sum()).backward()
    assert torch.isfinite(A.grad).all()
    A = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    nn.ssm_kernel(A, [1.0, 2.0], [1.0, 1.0], 4).sum().backward()
    # C A^k B: only k = 1 has a slope at 0.
    assert torch.equal(A.grad, torch.tensor([1.0, 2.0]).double())


# --------------------------------------------------------------- properties


seeds = hs.integers(0, 2**32 - 1)
few = hs.integers(1, 4)


@referee("property", nn.mlp_forward, nn.mlp_backward)
@given(seeds, hs.lists(few, min_size=2, max_size=5), hs.integers(1, 6))
def test_gradient_of_many_is_the_mean_of_gradients(seed, sizes, N):
    rng = draws(seed)
    weights, biases = network(sizes, seed)
    x, y = rng.normal(size=(N, sizes[0])), rng.normal(size=(N, sizes[-1]))

    def run(x, y):
        output, cache = nn.mlp_forward(x, weights, biases, tanh)
        return output, nn.mlp_backward(
            cache, weights, y, tanh_derivative, kind="squared_error"
        )

    output, together = run(x, y)
    ones = [run(x[i : i + 1], y[i : i + 1]) for i in range(N)]
    np.testing.assert_allclose(
        output, np.concatenate([o for o, _ in ones]), atol=1e-12
    )
    for part in (0, 1):
        for layer, g in enumerate(together[part]):
            mean = np.mean([o[1][part][layer] for o in ones], axis=0)
            np.testing.assert_allclose(g, mean, atol=1e-12)
    # Nothing left to learn, no gradient.
    _, (gw, gb) = run(x, output)
    assert not any(g.any() for g in gw + gb)


@referee("property", nn.output_delta)
@given(seeds, few, few)
def test_deltas_of_classes_cancel(seed, N, K):
    rng = draws(seed)
    y_hat = rng.dirichlet(np.ones(K), size=N)
    y = np.eye(K)[rng.integers(K, size=N)]
    delta = nn.output_delta(y_hat, y)
    np.testing.assert_allclose(delta.sum(axis=-1), 0, atol=1e-12)
    assert (delta[y == 1] <= 0).all() and (delta[y == 0] >= 0).all()
    chance = nn.output_delta(y_hat, y, kind="sigmoid_squared_error")
    assert (np.abs(chance) <= np.abs(delta) / 4 + 1e-15).all()
    for kind in KINDS:
        assert not nn.output_delta(y_hat, y_hat, kind=kind).any()


@referee("property", nn.gradient_norm_profile)
@given(seeds, hs.lists(few, min_size=2, max_size=5), hs.floats(-3, 3))
def test_profile_is_bounded_by_the_norms(seed, sizes, factor):
    rng = draws(seed)
    weights, _ = network(sizes, seed)
    zs, delta = [rng.normal(size=n) for n in sizes[1:]], rng.normal(
        size=sizes[-1]
    )
    profile = nn.gradient_norm_profile(weights, zs, delta, tanh_derivative)
    assert profile[-1] == pytest.approx(np.linalg.norm(delta))
    for k, W in enumerate(weights[1:]):
        most = np.linalg.norm(W, 2) * np.max(1 - np.tanh(zs[k]) ** 2)
        assert profile[k] <= most * profile[k + 1] * (1 + 1e-12)
    scaled = nn.gradient_norm_profile(
        weights, zs, factor * delta, tanh_derivative
    )
    np.testing.assert_allclose(scaled, abs(factor) * profile, atol=1e-12)


@referee("property", nn.convolve1d)
@given(seeds, few, few, few)
def test_convolve1d_multiplies_polynomials(seed, n, k, m):
    rng = draws(seed)
    f, g, h = (rng.normal(size=s) for s in (n, k, m))
    conv = nn.convolve1d
    np.testing.assert_allclose(conv(f, g), conv(g, f), atol=1e-14)
    np.testing.assert_allclose(
        conv(conv(f, g), h), conv(f, conv(g, h)), atol=1e-12
    )
    at = rng.normal(size=5)
    product = np.polynomial.polynomial.polyval(at, f)
    product = product * np.polynomial.polynomial.polyval(at, g)
    np.testing.assert_allclose(
        np.polynomial.polynomial.polyval(at, conv(f, g)), product,
        atol=1e-10,
    )


@referee("property", nn.conv2d, nn.conv2d_backward, nn.conv_output_size)
@given(seeds, few, few, hs.integers(1, 3), hs.integers(1, 3),
       hs.integers(0, 2))
def test_conv2d_backward_is_the_adjoint(seed, N, C, k, stride, padding):
    rng, options = draws(seed), {"stride": stride, "padding": padding}
    x, K = rng.normal(size=(N, C, 5, 6)), rng.normal(size=(2, C, k, k))
    y = nn.conv2d(x, K, **options)
    size = [nn.conv_output_size(n, k, **options) for n in (5, 6)]
    assert y.shape == (N, 2, *size)
    g = rng.normal(size=y.shape)
    grad_x, grad_K, grad_b = nn.conv2d_backward(g, x, K, **options)
    assert np.sum(grad_x * x) == pytest.approx(np.sum(g * y))
    assert np.sum(grad_K * K) == pytest.approx(np.sum(g * y))
    np.testing.assert_allclose(grad_b, g.sum(axis=(0, 2, 3)))
    # Twice the image, twice the answer; a bias is added at the end.
    both = nn.conv2d(2 * x, K, [1.0, -1.0], **options)
    np.testing.assert_allclose(
        both, 2 * y + np.array([1, -1])[:, None, None], atol=1e-12
    )
    # Another image in the batch is another image.
    np.testing.assert_allclose(nn.conv2d(x[:1], K, **options), y[:1])


@given(seeds, hs.integers(1, 3))
def test_conv2d_moves_with_the_image(seed, k):
    rng = draws(seed)
    x, K = rng.normal(size=(1, 2, 7, 7)), rng.normal(size=(3, 2, k, k))
    moved = np.roll(x, 1, axis=2)
    np.testing.assert_allclose(
        nn.conv2d(moved, K)[:, :, 1:], nn.conv2d(x, K)[:, :, :-1]
    )


@referee("property", nn.conv_output_size, nn.conv_parameter_count)
@given(hs.integers(1, 40), hs.integers(1, 9), hs.integers(1, 5),
       hs.integers(4, 9))
def test_stops_are_counted(n, k, stride, padding):
    starts = range(-padding, n + padding - k + 1, stride)
    got = nn.conv_output_size(n, k, stride=stride, padding=padding)
    assert got == len(starts)
    odd = 2 * padding + 1
    assert nn.conv_output_size(n, odd, padding=padding) == n
    with_bias = nn.conv_parameter_count(k, n, stride)
    without = nn.conv_parameter_count(k, n, stride, bias=False)
    assert with_bias - without == stride and without == n * stride * k**2


@referee("property", nn.max_pool2d, nn.max_pool2d_backward)
@given(seeds, hs.integers(1, 3), hs.integers(1, 3), hs.floats(-9, 9))
def test_pools_choose(seed, size, stride, shift):
    rng = draws(seed)
    x = rng.normal(size=(2, 5, 6))
    y = nn.max_pool2d(x, size, stride=stride)
    assert np.isin(y, x).all()
    np.testing.assert_allclose(
        nn.max_pool2d(x + shift, size, stride=stride), y + shift
    )
    assert (y >= x[:, : y.shape[1] * stride : stride,
                   : y.shape[2] * stride : stride]).all()
    g = rng.normal(size=y.shape)
    back = nn.max_pool2d_backward(g, x, size, stride=stride)
    assert back.sum() == pytest.approx(g.sum())
    assert np.sum(back * x) == pytest.approx(np.sum(g * y))
    assert np.count_nonzero(back) <= g.size


@referee("property", nn.receptive_field)
@given(hs.lists(hs.tuples(hs.integers(1, 5), hs.integers(1, 3)), max_size=6),
       hs.integers(1, 5), hs.integers(1, 3))
def test_receptive_field_grows_by_jumps(layers, F_, S):
    kernels, strides = [k for k, _ in layers], [s for _, s in layers]
    before = nn.receptive_field(kernels, strides)
    after = nn.receptive_field([*kernels, F_], [*strides, S])
    assert after - before == (F_ - 1) * math.prod(strides)
    # From the end backwards: as many inputs as needed for one output.
    needed = 1
    for k, s in reversed([*layers, (F_, S)]):
        needed = (needed - 1) * s + k
    assert after == needed
    depth = len(layers)
    assert nn.receptive_field([3] * depth, [1] * depth) == 2 * depth + 1


@referee("property", nn.rnn_forward, nn.rnn_backward)
@given(seeds, few, hs.integers(1, 5), few, few)
def test_rnn_may_be_cut_in_time(seed, N, T, D, H):
    rng = draws(seed)
    x, h0 = rng.normal(size=(N, T, D)), rng.normal(size=(N, H))
    W_ih, W_hh, b = rng.normal(size=(H, D)), rng.normal(
        size=(H, H)
    ), rng.normal(size=H)
    h, cache = nn.rnn_forward(x, h0, W_ih, W_hh, b)
    cut = seed % T
    first, early = nn.rnn_forward(x[:, :cut], h0, W_ih, W_hh, b)
    middle = h[:, cut - 1] if cut else h0
    rest, late = nn.rnn_forward(x[:, cut:], middle, W_ih, W_hh, b)
    np.testing.assert_allclose(
        np.concatenate([first, rest], axis=1), h, atol=1e-12
    )
    # The later part hands its gradient to the earlier.
    g = rng.normal(size=h.shape)
    whole = nn.rnn_backward(cache, g, W_ih, W_hh)
    after = nn.rnn_backward(late, g[:, cut:], W_ih, W_hh)
    handed = g[:, :cut].copy()
    if cut:
        handed[:, -1] += after[1]
        before = nn.rnn_backward(early, handed, W_ih, W_hh)
        for k in (2, 3, 4):
            np.testing.assert_allclose(
                before[k] + after[k], whole[k], atol=1e-10
            )
        np.testing.assert_allclose(before[1], whole[1], atol=1e-10)
    np.testing.assert_allclose(after[0], whole[0][:, cut:], atol=1e-10)


def slope_along(function, args, steps, grads, outputs):
    """Compare a directional derivative with the gradients' answer."""
    h = 1e-6
    ahead = function(*[a + h * s for a, s in zip(args, steps, strict=True)])
    behind = function(*[a - h * s for a, s in zip(args, steps, strict=True)])
    rise = sum(
        np.sum(g * (p - q)) / (2 * h)
        for g, p, q in zip(outputs, ahead, behind, strict=True)
    )
    told = sum(np.sum(g * s) for g, s in zip(grads, steps, strict=True))
    assert told == pytest.approx(rise, rel=1e-5, abs=1e-6)


@referee("property", nn.lstm_cell, nn.lstm_cell_backward)
@given(seeds, few, few, few)
def test_lstm_keeps_and_shows(seed, N, D, H):
    rng = draws(seed)

    def shapes():
        return [
            rng.normal(size=s)
            for s in ((N, D), (N, H), (N, H), (4 * H, D), (4 * H, H),
                      (4 * H,))
        ]

    args, steps = shapes(), shapes()
    h, c = nn.lstm_cell(*args)
    assert (np.abs(h) < 1).all()
    assert (np.abs(c) <= np.abs(args[2]) + 1).all()
    g, k = rng.normal(size=(2, N, H))
    grads = nn.lstm_cell_backward(g, k, *args)
    slope_along(nn.lstm_cell, args, steps, grads, (g, k))
    # All gates open or shut: the cell stays, and its gradient with it.
    b = np.repeat([-1e3, 1e3, 0.0, 1e3], H)
    zero = [0 * a for a in args[3:5]]
    h, c = nn.lstm_cell(*args[:3], *zero, b)
    np.testing.assert_allclose(c, args[2])
    np.testing.assert_allclose(h, np.tanh(args[2]))
    back = nn.lstm_cell_backward(0 * g, k, *args[:3], *zero, b)
    np.testing.assert_allclose(back[2], k)


@referee("property", nn.gru_cell, nn.gru_cell_backward)
@given(seeds, few, few, few)
def test_gru_is_an_average_of_old_and_new(seed, N, D, H):
    rng = draws(seed)

    def shapes():
        return [
            rng.normal(size=s)
            for s in ((N, D), (N, H), (3 * H, D), (3 * H, H), (3 * H,),
                      (3 * H,))
        ]

    args, steps = shapes(), shapes()
    h, new = args[1], nn.gru_cell(*args)
    assert (new <= np.maximum(h, 1)).all() and (new >= np.minimum(h, -1)).all()
    g = rng.normal(size=(N, H))
    grads = nn.gru_cell_backward(g, *args)
    slope_along(lambda *a: (nn.gru_cell(*a),), args, steps, grads, (g,))
    # z = 1 keeps the old state (Cho et al., torch), z = 0 forgets it.
    for gate, kept in ((1e3, 1.0), (-1e3, 0.0)):
        b = np.repeat([-1e3, gate, 0.0], H)
        zero = [0 * a for a in args[2:4]]
        got = nn.gru_cell(*args[:2], *zero, b)
        np.testing.assert_allclose(got, kept * h)


@referee("property", nn.discretize, nn.ssm_scan, nn.ssm_kernel)
@given(seeds, few, hs.integers(1, 8), hs.floats(1e-3, 2))
def test_recurrence_is_a_convolution(seed, n, T, delta):
    rng = draws(seed)
    A, B, C = -rng.random(n), rng.normal(size=n), rng.normal(size=n)
    A_bar, B_bar = nn.discretize(A, B, delta)
    x = rng.normal(size=T)
    kernel = nn.ssm_kernel(A_bar, B_bar, C, T)
    scanned = nn.ssm_scan(x, A_bar, B_bar, C)
    np.testing.assert_allclose(
        scanned, nn.convolve1d(x, kernel)[:T], atol=1e-12
    )
    impulse = nn.ssm_scan(np.eye(T)[0], A_bar, B_bar, C)
    np.testing.assert_allclose(impulse, kernel, atol=1e-12)
    # An input held for two steps is one step of twice the length.
    half_A, half_B = nn.discretize(A, B, delta / 2)
    fine = nn.ssm_scan(np.repeat(x, 2), half_A, half_B, C)
    np.testing.assert_allclose(fine[1::2], scanned, atol=1e-10)


# ---------------------------------------------------------------- bad input

W22, W23, I4 = np.ones((2, 2)), np.ones((2, 3)), np.eye(4)
X13, X1 = np.ones((1, 3)), np.ones((1, 1, 4, 4))
K2 = np.ones((1, 1, 2, 2))
SEQ = (np.ones((1, 2, 3)), np.ones((1, 2)), W23, W22)
CACHE = (np.ones((1, 2, 3)), np.ones((1, 2)), np.ones((1, 2, 2)))
LSTM = (X13, np.ones((1, 2)), np.ones((1, 2)), np.ones((8, 3)),
        np.ones((8, 2)))
GRU = (X13, np.ones((1, 2)), np.ones((6, 3)), np.ones((6, 2)))
V2 = np.ones(2)


def but(args, place, value):
    """Return the arguments with another one in a place."""
    return (*args[:place], value, *args[place + 1 :])


MLP = (X13, [W23], [V2], relu)
MLP_CACHE = ([X13], [np.ones((1, 2))])
BACK = (MLP_CACHE, [W23], np.ones((1, 2)), relu_derivative)
PROFILE = ([W23, W22], [V2, V2], V2, relu_derivative)
IMAGE = (np.ones((1, 1, 3, 3)), X1, K2)
POOL = (np.ones((2, 2)), I4, 2)
LSTM_BACK = (np.ones((1, 2)), np.ones((1, 2)), *LSTM)
GRU_BACK = (np.ones((1, 2)), *GRU)


@referee("bad input", *(
    nn.mlp_forward, nn.output_delta, nn.mlp_backward,
    nn.gradient_norm_profile, nn.convolve1d, nn.conv2d, nn.conv2d_backward,
    nn.conv_output_size, nn.conv_parameter_count, nn.max_pool2d,
    nn.max_pool2d_backward, nn.receptive_field, nn.rnn_forward,
    nn.rnn_backward, nn.lstm_cell, nn.lstm_cell_backward, nn.gru_cell,
    nn.gru_cell_backward, nn.discretize, nn.ssm_scan, nn.ssm_kernel,
))
@pytest.mark.parametrize("function, args, options, words", [
    (nn.mlp_forward, but(MLP, 0, V2), {}, "x must have the shape"),
    (nn.mlp_forward, but(MLP, 0, W22), {}, "x"),
    (nn.mlp_forward, but(MLP, 1, []), {}, "weights and biases"),
    (nn.mlp_forward, but(MLP, 2, [V2, V2]), {}, "weights and biases"),
    (nn.mlp_forward, but(MLP, 2, [np.ones(3)]), {}, "b"),
    (nn.mlp_forward, (X13, [W23, W22], [V2, V2], lambda z: z[:, :1]), {},
     "activation must return"),
    (nn.output_delta, ([1, 2], [1, 2, 3]), {}, "y must have the shape"),
    (nn.output_delta, ([1, 2], [1, 2]), {"kind": "hinge"}, "kind must be"),
    (nn.mlp_backward, but(BACK, 1, [W23, W22]), {}, "weights must have"),
    (nn.mlp_backward, but(BACK, 2, V2), {}, "y must have the shape"),
    (nn.mlp_backward, BACK, {"kind": "hinge"}, "kind must be"),
    (nn.mlp_backward, but(but(BACK, 0, ([np.ones((0, 3))],
                                        [np.ones((0, 2))])), 2,
                          np.ones((0, 2))), {}, "at least one row"),
    (nn.gradient_norm_profile, but(PROFILE, 0, [W22]), {}, "one entry for"),
    (nn.gradient_norm_profile, ([], [], V2, abs), {}, "one entry for each"),
    (nn.gradient_norm_profile, but(PROFILE, 2, np.ones(3)), {}, "delta_last"),
    (nn.gradient_norm_profile, but(PROFILE, 0, [W23, W23]), {}, "weights mu"),
    (nn.gradient_norm_profile, but(PROFILE, 3, lambda z: z[:1]), {},
     "activation_derivative must return"),
    (nn.convolve1d, ([], [1]), {}, "f must have the shape"),
    (nn.convolve1d, ([1], []), {}, "g must have the shape"),
    (nn.convolve1d, (W22, [1]), {}, "f must have the shape"),
    (nn.convolve1d, ([1], 2.0), {}, "g must have the shape"),
    (nn.conv2d, (np.ones((4, 4)), K2), {}, "x and weight must have"),
    (nn.conv2d, (X1, W22), {}, "x and weight must have"),
    (nn.conv2d, (X1, np.ones((1, 2, 2, 2))), {}, "x and weight must have"),
    (nn.conv2d, (X1, K2, V2), {}, "bias must have the shape"),
    (nn.conv2d, (X1, np.ones((1, 1, 5, 5))), {}, "kernel_size must be at"),
    (nn.conv2d, (X1, K2), {"stride": 0}, "stride"),
    (nn.conv2d, (X1, K2), {"padding": -1}, "padding"),
    (nn.conv2d_backward, but(IMAGE, 0, I4), {}, "grad_output must have"),
    (nn.conv2d_backward, IMAGE, {"stride": 2}, "grad_output must have"),
    (nn.conv2d_backward, but(IMAGE, 1, I4), {}, "x and weight must have"),
    (nn.conv2d_backward, IMAGE, {"padding": -1}, "padding"),
    (nn.conv_output_size, (0, 1), {}, "n must be"),
    (nn.conv_output_size, (4, 0), {}, "kernel_size"),
    (nn.conv_output_size, (4, 5), {}, "kernel_size must be .* at most 4"),
    (nn.conv_output_size, (4, 7), {"padding": 1}, "at most 6"),
    (nn.conv_output_size, (4, 2), {"stride": 0}, "stride"),
    (nn.conv_output_size, (4, 2), {"padding": -1}, "padding"),
    (nn.conv_parameter_count, (0, 1, 1), {}, "kernel_size"),
    (nn.conv_parameter_count, (1, 0, 1), {}, "c_in"),
    (nn.conv_parameter_count, (1, 1, 0), {}, "c_out"),
    (nn.max_pool2d, (V2, 1), {}, "x must have the shape"),
    (nn.max_pool2d, (I4, 5), {}, "kernel_size"),
    (nn.max_pool2d, (I4, 0), {}, "kernel_size|stride"),
    (nn.max_pool2d, (I4, 2), {"stride": 0}, "stride"),
    (nn.max_pool2d_backward, but(POOL, 0, np.ones((3, 3))), {}, "grad_outp"),
    (nn.max_pool2d_backward, but(POOL, 1, V2), {}, "x must have"),
    (nn.max_pool2d_backward, POOL, {"stride": 1}, "grad_output must have"),
    (nn.receptive_field, ([3], [1, 1]), {}, "strides must have"),
    (nn.receptive_field, ([0], [1]), {}, "kernel_sizes"),
    (nn.receptive_field, ([3], [0]), {}, "strides"),
    (nn.rnn_forward, but(SEQ, 0, X13), {}, "x must have the shape"),
    (nn.rnn_forward, but(SEQ, 0, np.ones((1, 2, 2))), {}, "x must have"),
    (nn.rnn_forward, but(SEQ, 1, V2), {}, "h0 must have the shape"),
    (nn.rnn_forward, but(SEQ, 1, np.ones((2, 2))), {}, "h0 must have"),
    (nn.rnn_forward, but(SEQ, 2, V2), {}, "W_ih must have the shape"),
    (nn.rnn_forward, but(SEQ, 3, W23), {}, "W_hh must have the shape"),
    (nn.rnn_forward, (*SEQ, np.ones(3)), {}, "b"),
    (nn.rnn_backward, (CACHE, np.ones((1, 2, 3)), W23, W22), {}, "grad_h"),
    (nn.rnn_backward, (CACHE, np.ones((1, 2)), W23, W22), {}, "grad_h"),
    (nn.rnn_backward, (CACHE, np.ones((1, 2, 2)), W22, W22), {}, "x must"),
    (nn.rnn_backward, (CACHE, np.ones((1, 2, 2)), W23, W23), {}, "W_hh"),
    (nn.lstm_cell, but(LSTM, 0, np.ones(3)), {}, "x must have the shape"),
    (nn.lstm_cell, but(LSTM, 0, np.ones((1, 2))), {}, "W_ih must have"),
    (nn.lstm_cell, but(LSTM, 1, V2), {}, "h must have the shape"),
    (nn.lstm_cell, but(LSTM, 2, np.ones((1, 3))), {}, "c must have the sh"),
    (nn.lstm_cell, but(LSTM, 3, np.ones((6, 3))), {}, "W_ih must have"),
    (nn.lstm_cell, but(LSTM, 4, np.ones((6, 2))), {}, "W_hh must have"),
    (nn.lstm_cell, (*LSTM, V2), {}, "b_ih must have the shape"),
    (nn.lstm_cell, (*LSTM, None, V2), {}, "b_hh must have the shape"),
    (nn.lstm_cell_backward, but(LSTM_BACK, 0, V2), {}, "grad_h must have"),
    (nn.lstm_cell_backward, but(LSTM_BACK, 1, V2), {}, "grad_c must have"),
    (nn.lstm_cell_backward, but(LSTM_BACK, 3, V2), {}, "h must have the"),
    (nn.lstm_cell_backward, (*LSTM_BACK, V2), {}, "b_ih must have the"),
    (nn.gru_cell, but(GRU, 0, np.ones(3)), {}, "x must have the shape"),
    (nn.gru_cell, but(GRU, 1, V2), {}, "h must have the shape"),
    (nn.gru_cell, but(GRU, 2, np.ones((8, 3))), {}, "W_ih must have"),
    (nn.gru_cell, but(GRU, 3, np.ones((8, 2))), {}, "W_hh must have"),
    (nn.gru_cell, (*GRU, V2), {}, "b_ih must have the shape"),
    (nn.gru_cell, (*GRU, None, V2), {}, "b_hh must have the shape"),
    (nn.gru_cell_backward, but(GRU_BACK, 0, V2), {}, "grad_h must have"),
    (nn.gru_cell_backward, but(GRU_BACK, 2, V2), {}, "h must have the"),
    (nn.discretize, (W22, V2, 0.1), {}, "A must have the shape"),
    (nn.discretize, (V2, np.ones(3), 0.1), {}, "B must have the shape"),
    (nn.discretize, (V2, V2, 0.0), {}, "delta must be positive"),
    (nn.discretize, (V2, V2, -1.0), {}, "delta must be positive"),
    (nn.discretize, (V2, V2, V2), {}, "delta must have the shape"),
    (nn.ssm_scan, (1.0, V2, V2, V2), {}, "x must have an axis"),
    (nn.ssm_scan, (V2, W22, V2, V2), {}, "A_bar must have the shape"),
    (nn.ssm_scan, (V2, V2, np.ones(3), V2), {}, "B_bar must have the shape"),
    (nn.ssm_scan, (V2, V2, V2, np.ones(3)), {}, "C must have the shape"),
    (nn.ssm_kernel, (W22, V2, V2, 3), {}, "A_bar must have the shape"),
    (nn.ssm_kernel, (V2, np.ones(3), V2, 3), {}, "B_bar must have the sha"),
    (nn.ssm_kernel, (V2, V2, V2, -1), {}, "length"),
], ids=lambda value: getattr(value, "__name__", ""))
def test_bad_input(function, args, options, words):
    with pytest.raises(ValueError, match=words):
        function(*args, **options)


@pytest.mark.parametrize("function, args, options", [
    (nn.conv_output_size, (4.0, 2), {}),
    (nn.conv_parameter_count, (3, 1.5, 2), {}),
    (nn.receptive_field, ([3.0], [1]), {}),
    (nn.conv2d, (X1, K2), {"stride": 1.5}),
    (nn.conv2d, (X1, K2), {"stride": (1, 1)}),
    (nn.conv2d_backward, IMAGE, {"stride": 1.0}),
    (nn.max_pool2d, (I4, 2.0), {}),
    (nn.max_pool2d_backward, (*POOL[:2], (2, 2)), {}),
    (nn.ssm_kernel, (V2, V2, V2, 1.5), {}),
], ids=lambda value: getattr(value, "__name__", ""))
def test_whole_numbers_are_asked_for(function, args, options):
    with pytest.raises(TypeError):
        function(*args, **options)

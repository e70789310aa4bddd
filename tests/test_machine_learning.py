"""mathlib.machine_learning against torch, and its own laws."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from referees import check_gradient, referee

import mathlib.machine_learning as ml

RNG = np.random.default_rng(13)


def normal(*shape):
    return RNG.normal(size=shape)


X, WEIGHT, BIAS = normal(2, 3, 6), normal(6), normal(6)
# With a deviation this small it shows where eps stands.
FLAT = 5.0 + 1e-3 * normal(4, 6)
TINY = 1e-3 * normal(4, 6)
POINTS = np.array([-40.0, -2.0, -0.1, 0.0, 0.1, 2.0, 40.0])
LOGITS, LABELS = 5 * normal(7, 4), np.array([0, 3, 2, -100, 1, 1, 0])
seeds = st.integers(0, 2**32 - 1)


def torch_layer_norm(x, weight=None, bias=None, *, eps=1e-5):
    return F.layer_norm(x, x.shape[-1:], weight, bias, eps)


def torch_rms_norm(x, weight=None, *, eps=1e-6):
    return F.rms_norm(x, x.shape[-1:], weight, eps)


def case(function, oracle, *args, **options):
    return pytest.param(function, oracle, args, options,
                        id=f"{function.__name__}-{oracle.__name__}")


ORACLES = [
    case(ml.relu, F.relu, POINTS),
    case(ml.relu, F.relu, X),
    case(ml.gelu, F.gelu, POINTS),
    case(ml.gelu, F.gelu, X, approximate="tanh"),
    case(ml.gelu, F.gelu, X),
    case(ml.silu, F.silu, POINTS),
    case(ml.silu, F.silu, X),
    case(ml.layer_norm, torch_layer_norm, X),
    case(ml.layer_norm, torch_layer_norm, X, WEIGHT),
    case(ml.layer_norm, torch_layer_norm, X, WEIGHT, BIAS),
    case(ml.layer_norm, torch_layer_norm, X[0, 0], None, BIAS, eps=0.5),
    case(ml.rms_norm, torch_rms_norm, X),
    case(ml.rms_norm, torch_rms_norm, X[0, 0], WEIGHT),
    case(ml.rms_norm, torch_rms_norm, TINY, WEIGHT),
    case(ml.rms_norm, torch_rms_norm, X, eps=0.5),
]


@referee("oracle", ml.relu, ml.gelu, ml.silu, ml.layer_norm, ml.rms_norm)
@pytest.mark.parametrize("function, oracle, args, options", ORACLES)
def test_agrees_with_torch(library, function, oracle, args, options):
    tensors = [None if x is None else torch.tensor(x) for x in args]
    expected = oracle(*tensors, **options).numpy()
    library.agrees(function, expected, *args, **options)


@referee("oracle", ml.layer_norm)
def test_eps_of_layer_norm_stands_under_the_root(library):
    expected = torch_layer_norm(torch.tensor(FLAT)).numpy()
    x = library.asarray(FLAT)
    library.assert_close(ml.layer_norm(x), expected)


LOSSES = [
    {"reduction": reduction, "label_smoothing": s, "ignore_index": ignore}
    for reduction in ("mean", "sum", "none")
    for s in (0.0, 0.1, 1.0)
    for ignore in (-100, 1)
]


@referee("oracle", ml.cross_entropy_loss)
@pytest.mark.parametrize("options", LOSSES)
def test_cross_entropy_is_torchs(library, options):
    ignore = options["ignore_index"]
    labels = np.where(LABELS == -100, ignore, LABELS)
    expected = F.cross_entropy(
        torch.tensor(LOGITS), torch.tensor(labels), **options
    ).numpy()
    library.agrees(
        ml.cross_entropy_loss, expected, LOGITS, labels, **options
    )


@referee("oracle", ml.cross_entropy_loss)
def test_cross_entropy_keeps_sequences_and_single_samples(library):
    logits, labels = normal(2, 3, 5), RNG.integers(0, 5, (2, 3))
    tensors = torch.tensor(logits).movedim(-1, 1), torch.tensor(labels)
    expected = F.cross_entropy(*tensors, reduction="none").numpy()
    library.agrees(
        ml.cross_entropy_loss, expected, logits, labels, reduction="none"
    )
    smooth = F.cross_entropy(*tensors, label_smoothing=0.3).numpy()
    library.agrees(
        ml.cross_entropy_loss, smooth, logits, labels, label_smoothing=0.3
    )
    library.agrees(
        ml.cross_entropy_loss, expected[0, 0], logits[0, 0], labels[0, 0]
    )


def test_cross_entropy_is_stable_and_nan_without_labels():
    loss = ml.cross_entropy_loss([[1000.0, 0.0], [0.0, 1000.0]], [1, 1])
    assert loss == 500.0
    assert np.isnan(ml.cross_entropy_loss([[1.0, 2.0]], [-100]))
    assert F.cross_entropy(torch.ones(1, 2), torch.tensor([-100])).isnan()
    assert ml.cross_entropy_loss([[-np.inf, 2.0]], [1]) == 0.0


def test_ignored_samples_send_no_gradient():
    logits = torch.tensor(LOGITS, requires_grad=True)
    ml.cross_entropy_loss(logits, torch.tensor(LABELS)).backward()
    assert torch.all(logits.grad[LABELS == -100] == 0)
    counted = logits.grad[LABELS != -100]
    assert torch.all(counted.abs().sum(-1) > 0)


GRADIENTS = [
    (ml.relu, (POINTS[POINTS != 0],), {}),
    (ml.gelu, (POINTS,), {}),
    (ml.gelu, (POINTS,), {"approximate": "tanh"}),
    (ml.silu, (POINTS,), {}),
    (ml.layer_norm, (X[0], WEIGHT, BIAS), {}),
    (ml.rms_norm, (X[0], WEIGHT), {}),
    (ml.cross_entropy_loss, (LOGITS,), {"labels": torch.tensor(LABELS)}),
    (ml.cross_entropy_loss, (LOGITS,),
     {"labels": torch.tensor(LABELS), "label_smoothing": 0.2,
      "reduction": "none"}),
]


@referee("gradient", ml.relu, ml.gelu, ml.silu, ml.layer_norm, ml.rms_norm,
         ml.cross_entropy_loss)
@pytest.mark.parametrize("function, args, options", GRADIENTS)
def test_gradient(function, args, options):
    check_gradient(function, *args, **options)


def test_relu_has_derivative_zero_at_zero_and_keeps_nan():
    x = torch.zeros(1, requires_grad=True)
    ml.relu(x).backward()
    assert x.grad == 0
    assert np.isnan(ml.relu(np.nan))


@referee("property", ml.relu)
@given(seeds)
def test_relu_splits_numbers_by_sign(seed):
    x = np.random.default_rng(seed).normal(size=9)
    np.testing.assert_array_equal(ml.relu(x) - ml.relu(-x), x)
    np.testing.assert_array_equal(ml.relu(x) + ml.relu(-x), np.abs(x))
    np.testing.assert_allclose(ml.relu(3 * x), 3 * ml.relu(x))


@referee("property", ml.gelu, ml.silu)
@given(st.floats(-50, 50))
def test_smooth_gates_lie_beside_relu(x):
    for function, lowest in ((ml.gelu, -0.17), (ml.silu, -0.279)):
        y = float(function(x))
        assert lowest < y <= max(x, 0.0)
        # The gates for x and -x add up to one.
        assert math.isclose(y - float(function(-x)), x, abs_tol=1e-14)
    exact, fast = ml.gelu(x), ml.gelu(x, approximate="tanh")
    assert abs(float(exact - fast)) < 4.8e-4


@referee("property", ml.layer_norm)
@given(seeds, st.floats(0.5, 100.0), st.floats(-100.0, 100.0))
def test_layer_norm_forgets_scale_and_shift(seed, scale, shift):
    x = np.random.default_rng(seed).normal(size=(3, 16))
    y = ml.layer_norm(x, eps=0.0)
    np.testing.assert_allclose(y.mean(axis=-1), 0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=-1), 1)
    np.testing.assert_allclose(
        ml.layer_norm(scale * x + shift, eps=0.0), y, atol=1e-9
    )


@referee("property", ml.rms_norm)
@given(seeds, st.floats(1e-3, 1e3))
def test_rms_norm_forgets_scale_alone(seed, scale):
    x = np.random.default_rng(seed).normal(size=(3, 16))
    y = ml.rms_norm(x, eps=0.0)
    np.testing.assert_allclose(np.mean(y**2, axis=-1), 1)
    np.testing.assert_allclose(ml.rms_norm(scale * x, eps=0.0), y)
    assert not np.allclose(ml.rms_norm(x + 5.0, eps=0.0), y)
    centered = x - x.mean(axis=-1, keepdims=True)
    np.testing.assert_allclose(
        ml.rms_norm(centered, eps=1e-5), ml.layer_norm(x), atol=1e-12
    )


@referee("property", ml.cross_entropy_loss)
@given(seeds, st.integers(1, 6), st.integers(2, 6), st.floats(-500, 500))
def test_cross_entropy_is_a_cost(seed, n, n_classes, shift):
    rng = np.random.default_rng(seed)
    z, y = rng.normal(size=(n, n_classes)), rng.integers(n_classes, size=n)
    loss = ml.cross_entropy_loss(z, y, reduction="none")
    assert np.all(loss >= 0)
    np.testing.assert_allclose(
        ml.cross_entropy_loss(z + shift, y, reduction="none"), loss,
        atol=1e-10,
    )
    np.testing.assert_allclose(loss.mean(), ml.cross_entropy_loss(z, y))
    np.testing.assert_allclose(
        ml.cross_entropy_loss(0 * z, y), math.log(n_classes)
    )
    order = rng.permutation(n_classes)
    np.testing.assert_allclose(
        ml.cross_entropy_loss(z[:, order], np.argsort(order)[y]),
        loss.mean(),
    )


BAD = [
    (ml.relu, ("x",), {}, TypeError, "got str"),
    (ml.gelu, (X,), {"approximate": "sigmoid"}, ValueError, "approximate"),
    (ml.silu, ("x",), {}, TypeError, "got str"),
    (ml.layer_norm, (X, WEIGHT[1:]), {}, ValueError,
     r"weight must have shape \(6,\)"),
    (ml.layer_norm, (X, WEIGHT, BIAS[None]), {}, ValueError, "bias must"),
    (ml.layer_norm, (1.0,), {}, ValueError, "x must have shape"),
    (ml.rms_norm, (X, WEIGHT[1:]), {}, ValueError,
     r"weight must have shape \(6,\)"),
    (ml.rms_norm, (1.0,), {}, ValueError, "x must have shape"),
    (ml.cross_entropy_loss, (LOGITS, LABELS[1:]), {}, ValueError,
     r"labels must have the shape \(7,\)"),
    (ml.cross_entropy_loss, (1.0, 0), {}, ValueError, "logits must have"),
    (ml.cross_entropy_loss, (LOGITS, LABELS + 0.0), {}, TypeError,
     "labels must be integers"),
    (ml.cross_entropy_loss, (LOGITS, LABELS + (LABELS == 3)), {}, ValueError,
     "labels must lie in 0 to 3"),
    (ml.cross_entropy_loss, (LOGITS, LABELS - (LABELS == 0)), {}, ValueError,
     "labels must lie in 0 to 3"),
    (ml.cross_entropy_loss, (LOGITS, LABELS), {"reduction": "avg"},
     ValueError, "reduction must be"),
    (ml.cross_entropy_loss, (LOGITS, LABELS), {"label_smoothing": 1.5},
     ValueError, "label_smoothing must lie"),
]


@referee("bad input", *dict.fromkeys(row[0] for row in BAD))
@pytest.mark.parametrize("function, args, options, error, words", BAD)
def test_bad_input(function, args, options, error, words):
    with pytest.raises(error, match=words):
        function(*args, **options)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("function", [
    ml.relu, ml.gelu, ml.silu, ml.layer_norm, ml.rms_norm,
])
def test_half_precision_goes_in_and_comes_out(function, dtype):
    x = torch.tensor(X).to(dtype)
    got = function(x)
    assert got.dtype == dtype
    torch.testing.assert_close(got.double(), function(x.double()),
                               rtol=0.02, atol=0.02)


@pytest.mark.parametrize("function", [ml.layer_norm, ml.rms_norm])
def test_norms_sum_half_precision_in_single(function):
    # Squares of 300 overflow float16; a thousand of them even more so.
    x = 300 * torch.randn(1000, generator=torch.Generator().manual_seed(0))
    got = function(x.to(torch.float16)).double()
    torch.testing.assert_close(got, function(x.double()), rtol=0.002,
                               atol=0.002)


def test_empty_batch_of_norms():
    assert ml.rms_norm(np.ones((0, 4))).shape == (0, 4)
    assert ml.layer_norm(np.ones((0, 4))).shape == (0, 4)

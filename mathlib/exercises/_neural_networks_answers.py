"""Wrong and right answers to the exercises of chapter 14."""

import numpy as np

from mathlib import foundations as fd
from mathlib import machine_learning as ml
from mathlib import neural_networks as nn
from mathlib import numerical_methods as nm


def _with(name, build, **options):
    """The answer that ``build`` gives with these options, under a name."""
    def answer(*args, **kwargs):
        return build(*args, **kwargs, **options)

    answer.__name__ = answer.__qualname__ = name
    return answer


# --- mlp_backward ------------------------------------------------------------


def _blame(zs, y, kind):
    """What the loss says at the output, not yet divided by N."""
    softmaxed = kind == "softmax_cross_entropy"
    return (fd.softmax(zs[-1]) if softmaxed else zs[-1]) - y


def _share(delta, y):
    return delta / len(y)


def _down(delta, W):
    return delta @ W


def _slope(derivative, activations, zs, layer):
    return derivative(zs[layer - 1])


def _of_weights(delta, a):
    return delta.T @ a


def _of_biases(delta):
    return delta.sum(axis=0)


def _mlp(cache, weights, y, activation_derivative, *,
         kind="softmax_cross_entropy", blame=_blame, share=_share,
         down=_down, slope=_slope, of_weights=_of_weights,
         of_biases=_of_biases, last=0):
    activations, zs = cache
    delta = share(blame(zs, y, kind), y)
    grad_weights, grad_biases = [], []
    for layer in range(len(weights) - 1, last - 1, -1):
        grad_weights.insert(0, of_weights(delta, activations[layer]))
        grad_biases.insert(0, of_biases(delta))
        if layer > 0:
            delta = down(delta, weights[layer]) * slope(
                activation_derivative, activations, zs, layer)
    return grad_weights, grad_biases


mlp_with_W = _with(
    "mlp_with_W", _mlp, down=lambda delta, W: delta @ W.T)
mlp_slope_at_a = _with(
    "mlp_slope_at_a", _mlp,
    slope=lambda derivative, activations, zs, layer: (
        derivative(activations[layer])))
mlp_slope_above = _with(
    "mlp_slope_above", _mlp,
    slope=lambda derivative, activations, zs, layer: derivative(zs[layer]))
mlp_without_slope = _with(
    "mlp_without_slope", _mlp,
    slope=lambda derivative, activations, zs, layer: 1.0)
mlp_biases_of_each = _with(
    "mlp_biases_of_each", _mlp, of_biases=lambda delta: delta)
mlp_biases_over_units = _with(
    "mlp_biases_over_units", _mlp,
    of_biases=lambda delta: delta.sum(axis=1))
mlp_biases_as_rows = _with(
    "mlp_biases_as_rows", _mlp,
    of_biases=lambda delta: delta.sum(axis=0, keepdims=True))
mlp_biases_of_means = _with(
    "mlp_biases_of_means", _mlp, of_biases=lambda delta: delta.mean(axis=0))
mlp_biases_of_one_number = _with(
    "mlp_biases_of_one_number", _mlp, of_biases=lambda delta: delta.sum())
mlp_summed = _with("mlp_summed", _mlp, share=lambda delta, y: delta)
mlp_mean_of_all = _with(
    "mlp_mean_of_all", _mlp, share=lambda delta, y: delta / y.size)
mlp_shared_twice = _with(
    "mlp_shared_twice", _mlp,
    of_weights=lambda delta, a: delta.T @ a / len(a),
    of_biases=lambda delta: delta.mean(axis=0))
mlp_biases_not_shared = _with(
    "mlp_biases_not_shared", _mlp, share=lambda delta, y: delta,
    of_weights=lambda delta, a: delta.T @ a / len(a))
mlp_weights_not_shared = _with(
    "mlp_weights_not_shared", _mlp, share=lambda delta, y: delta,
    of_biases=lambda delta: delta.mean(axis=0))
mlp_uphill = _with(
    "mlp_uphill", _mlp, share=lambda delta, y: -delta / len(y))
mlp_without_softmax = _with(
    "mlp_without_softmax", _mlp,
    blame=lambda zs, y, kind: _blame(zs, y, "squared_error"))
mlp_always_softmax = _with(
    "mlp_always_softmax", _mlp,
    blame=lambda zs, y, kind: _blame(zs, y, "softmax_cross_entropy"))
mlp_of_the_diagonal = _with(
    "mlp_of_the_diagonal", _mlp, blame=lambda zs, y, kind: (
        _blame(zs, y, kind) if kind == "squared_error"
        else -y * (1 - fd.softmax(zs[-1]))))
mlp_softmax_of_columns = _with(
    "mlp_softmax_of_columns", _mlp, blame=lambda zs, y, kind: (
        _blame(zs, y, kind) if kind == "squared_error"
        else fd.softmax(zs[-1], axis=0) - y))
mlp_twice_the_error = _with(
    "mlp_twice_the_error", _mlp, blame=lambda zs, y, kind: (
        (1 + (kind == "squared_error")) * _blame(zs, y, kind)))
mlp_weights_transposed = _with(
    "mlp_weights_transposed", _mlp,
    of_weights=lambda delta, a: a.T @ delta)
mlp_of_means = _with(
    "mlp_of_means", _mlp,
    of_weights=lambda delta, a: np.outer(delta.sum(0), a.mean(0)))
mlp_without_the_first = _with("mlp_without_the_first", _mlp, last=1)


def mlp_slope_at_the_output(cache, weights, y, activation_derivative, *,
                            kind="softmax_cross_entropy"):
    def share(delta, y):
        return delta * activation_derivative(cache[1][-1]) / len(y)

    return _mlp(cache, weights, y, activation_derivative, kind=kind,
                share=share)


def mlp_from_last_activation(cache, weights, y, activation_derivative, *,
                             kind="softmax_cross_entropy"):
    activations, zs = cache

    def blame(zs, y, kind):
        return _blame([activations[-1]], y, kind)

    return _mlp(cache, weights, y, activation_derivative, kind=kind,
                blame=blame)


def mlp_from_the_top(cache, weights, y, activation_derivative, *,
                     kind="softmax_cross_entropy"):
    grad_weights, grad_biases = _mlp(
        cache, weights, y, activation_derivative, kind=kind)
    return grad_weights[::-1], grad_biases[::-1]


def mlp_in_pairs(cache, weights, y, activation_derivative, *,
                 kind="softmax_cross_entropy"):
    return list(zip(*_mlp(
        cache, weights, y, activation_derivative, kind=kind), strict=True))


def mlp_biases_first(cache, weights, y, activation_derivative, *,
                     kind="softmax_cross_entropy"):
    return _mlp(cache, weights, y, activation_derivative, kind=kind)[::-1]


def mlp_without_biases(cache, weights, y, activation_derivative, *,
                       kind="softmax_cross_entropy"):
    return _mlp(cache, weights, y, activation_derivative, kind=kind)[0]


def mlp_skipping_weights(cache, weights, y, activation_derivative, *,
                         kind="softmax_cross_entropy"):
    """The weights of the layer's own, not those that lead upwards."""
    activations, zs = cache
    delta = _blame(zs, y, kind) / len(y)
    grad_weights, grad_biases = [], []
    for layer in reversed(range(len(weights))):
        if layer < len(weights) - 1:
            delta = (delta @ weights[layer]) * activation_derivative(zs[layer])
        grad_weights.insert(0, delta.T @ activations[layer])
        grad_biases.insert(0, delta.sum(axis=0))
    return grad_weights, grad_biases


def mlp_one_too_deep(cache, weights, y, activation_derivative, *,
                     kind="softmax_cross_entropy"):
    """Goes on below layer 1, where zs[-1] is the last z again."""
    activations, zs = cache
    right = _mlp(cache, weights, y, activation_derivative, kind=kind)
    delta = _blame(zs, y, kind)
    for layer in range(len(weights) - 1, -1, -1):
        delta = (delta @ weights[layer]) * activation_derivative(
            zs[layer - 1])
    return right


def _unshared(delta, y):
    return delta


mlp_summed_biases_of_each = _with(
    "mlp_summed_biases_of_each", _mlp, share=_unshared,
    of_biases=lambda delta: delta)
mlp_summed_slope_at_a = _with(
    "mlp_summed_slope_at_a", _mlp, share=_unshared,
    slope=lambda derivative, activations, zs, layer: (
        derivative(activations[layer])))
mlp_summed_with_W = _with(
    "mlp_summed_with_W", _mlp, share=_unshared,
    down=lambda delta, W: delta @ W.T)


def _a_layer_shared_again(delta, W):
    return delta @ W / len(delta)


mlp_shared_at_every_layer = _with(
    "mlp_shared_at_every_layer", _mlp, down=_a_layer_shared_again)


def mlp_receipts_below(cache, weights, y, activation_derivative, *,
                       kind="softmax_cross_entropy"):
    """activations[l - 1] for a list that begins with a^0."""
    activations, zs = cache
    return _mlp(([activations[-1], *activations[:-1]], zs), weights, y,
                activation_derivative, kind=kind)


def mlp_summed_from_the_top(cache, weights, y, activation_derivative, *,
                            kind="softmax_cross_entropy"):
    grad_weights, grad_biases = mlp_summed(
        cache, weights, y, activation_derivative, kind=kind)
    return grad_weights[::-1], grad_biases[::-1]


def mlp_row_by_row(cache, weights, y, activation_derivative, *,
                   kind="softmax_cross_entropy"):
    activations, zs = cache
    grad_weights = [np.zeros_like(W) for W in weights]
    grad_biases = [np.zeros(len(W)) for W in weights]
    for n in range(len(y)):
        delta = _blame([zs[-1][n]], y[n], kind)
        for layer in range(len(weights) - 1, -1, -1):
            a = activations[layer][n]
            grad_weights[layer] += np.outer(delta, a) / len(y)
            grad_biases[layer] += delta / len(y)
            if layer:
                delta = weights[layer].T @ delta * activation_derivative(
                    zs[layer - 1][n])
    return grad_weights, grad_biases


def mlp_by_recursion(cache, weights, y, activation_derivative, *,
                     kind="softmax_cross_entropy"):
    activations, zs = cache

    def below(delta, layer):
        here = np.einsum("nk,nd->kd", delta, activations[layer])
        if layer == 0:
            return [here], [delta.sum(0)]
        lower = np.einsum("nk,kd,nd->nd", delta, weights[layer],
                          activation_derivative(zs[layer - 1]))
        grad_weights, grad_biases = below(lower, layer - 1)
        return [*grad_weights, here], [*grad_biases, delta.sum(0)]

    return below(_blame(zs, y, kind) / len(y), len(weights) - 1)


# --- gradient_norm_profile ---------------------------------------------------


def profile_as_given(weights, zs, delta_last, activation_derivative):
    delta, norms = delta_last, []
    for W, z in zip(weights[::-1], zs[::-1], strict=True):
        delta = (activation_derivative(z) * delta) @ W
        norms.insert(0, np.linalg.norm(delta))
    return np.array(norms)


def profile_as_given_and_last(weights, zs, delta_last,
                              activation_derivative):
    return np.array([
        *profile_as_given(weights, zs, delta_last, activation_derivative),
        np.linalg.norm(delta_last),
    ])


def profile_product_first(weights, zs, delta_last, activation_derivative):
    delta, norms = delta_last, []
    for W, z in zip(weights[::-1], zs[::-1], strict=True):
        delta = (delta @ W) * activation_derivative(z)
        norms.insert(0, np.linalg.norm(delta))
    return np.array(norms)


def profile_product_first_and_last(weights, zs, delta_last,
                                   activation_derivative):
    return np.array([
        *profile_product_first(
            weights, zs, delta_last, activation_derivative),
        np.linalg.norm(delta_last),
    ])


def profile_slope_before_the_product(weights, zs, delta_last,
                                     activation_derivative):
    delta, norms = delta_last, [np.linalg.norm(delta_last)]
    for W, z in list(zip(weights[1:], zs[:-1], strict=True))[::-1]:
        delta = (activation_derivative(z) * delta) @ W
        norms.insert(0, np.linalg.norm(delta))
    return np.array(norms)


def _profile(weights, zs, delta_last, activation_derivative, *,
             size=np.linalg.norm, step=None):
    def own(delta, W, z, above):
        return (delta @ W) * activation_derivative(z)

    step = step or own
    delta, sizes = delta_last, [size(delta_last)]
    for layer in range(len(weights) - 1, 0, -1):
        delta = step(delta, weights[layer], zs[layer - 1], zs[layer])
        sizes.insert(0, size(delta))
    return np.array(sizes)


def profile_shifted(weights, zs, delta_last, activation_derivative):
    return _profile(
        weights, zs, delta_last, activation_derivative,
        step=lambda delta, W, z, above: (
            delta * activation_derivative(above)) @ W)


def profile_shifted_and_cut(weights, zs, delta_last, activation_derivative):
    """The code as given, but for W^1: L - 1 numbers."""
    return profile_shifted(
        weights, zs, delta_last, activation_derivative)[:-1]


def profile_without_slope(weights, zs, delta_last, activation_derivative):
    return _profile(weights, zs, delta_last, activation_derivative,
                    step=lambda delta, W, z, above: delta @ W)


def profile_with_W(weights, zs, delta_last, activation_derivative):
    return _profile(
        weights, zs, delta_last, activation_derivative,
        step=lambda delta, W, z, above: (
            delta @ W.T) * activation_derivative(z))


def profile_at_the_input(weights, zs, delta_last, activation_derivative):
    """W^1 comes in once more: L + 1 numbers."""
    delta, sizes = delta_last, [np.linalg.norm(delta_last)]
    for layer in range(len(weights) - 1, -1, -1):
        delta = delta @ weights[layer]
        if layer > 0:
            delta = delta * activation_derivative(zs[layer - 1])
        sizes.insert(0, np.linalg.norm(delta))
    return np.array(sizes)


def profile_one_too_deep(weights, zs, delta_last, activation_derivative):
    """W^1 comes in, and delta^L is left out: L numbers."""
    return profile_at_the_input(
        weights, zs, delta_last, activation_derivative)[:-1]


def profile_of_own_weights(weights, zs, delta_last, activation_derivative):
    """W^l with f'(z^l): the shapes fit for layers of one width only."""
    delta, sizes = delta_last, [np.linalg.norm(delta_last)]
    for layer in range(len(weights) - 2, -1, -1):
        delta = (delta @ weights[layer]) * activation_derivative(zs[layer])
        sizes.insert(0, np.linalg.norm(delta))
    return np.array(sizes)


def profile_last_slope_twice(weights, zs, delta_last, activation_derivative):
    return _profile(weights, zs, delta_last * activation_derivative(zs[-1]),
                    activation_derivative)


def profile_last_slope_on_the_way(weights, zs, delta_last,
                                  activation_derivative):
    right = np.linalg.norm(delta_last)
    profile = profile_last_slope_twice(
        weights, zs, delta_last, activation_derivative)
    return np.array([*profile[:-1], right])


def profile_upwards(weights, zs, delta_last, activation_derivative):
    """The factors in the other order: layers 1 to L - 1."""
    delta, sizes = delta_last, [np.linalg.norm(delta_last)]
    for layer in range(1, len(weights)):
        delta = (delta @ weights[layer]) * activation_derivative(zs[layer - 1])
        sizes.insert(0, np.linalg.norm(delta))
    return np.array(sizes)


def profile_from_the_top(weights, zs, delta_last, activation_derivative):
    return _profile(weights, zs, delta_last, activation_derivative)[::-1]


def profile_without_the_last(weights, zs, delta_last, activation_derivative):
    return _profile(weights, zs, delta_last, activation_derivative)[:-1]


def profile_without_the_first(weights, zs, delta_last,
                              activation_derivative):
    return _profile(weights, zs, delta_last, activation_derivative)[1:]


def profile_squared(weights, zs, delta_last, activation_derivative):
    return _profile(weights, zs, delta_last, activation_derivative) ** 2


def profile_of_rows(weights, zs, delta_last, activation_derivative):
    return _profile(
        weights, zs, delta_last, activation_derivative,
        size=lambda delta: np.linalg.norm(delta, axis=-1))


def profile_spectral(weights, zs, delta_last, activation_derivative):
    return _profile(weights, zs, delta_last, activation_derivative,
                    size=lambda delta: np.linalg.norm(delta, 2))


def profile_of_sizes(weights, zs, delta_last, activation_derivative):
    return _profile(weights, zs, delta_last, activation_derivative,
                    size=lambda delta: np.abs(delta).sum())


def profile_relative(weights, zs, delta_last, activation_derivative):
    profile = _profile(weights, zs, delta_last, activation_derivative)
    return profile / profile[-1]


def profile_of_signals(weights, zs, delta_last, activation_derivative):
    return _profile(weights, zs, delta_last, activation_derivative,
                    size=np.mean)


def profile_by_bounds(weights, zs, delta_last, activation_derivative):
    size, sizes = np.linalg.norm(delta_last), []
    for layer in range(len(weights) - 1, -1, -1):
        sizes.insert(0, size)
        if layer > 0:
            steep = np.max(np.abs(activation_derivative(zs[layer - 1])))
            size = size * np.linalg.norm(weights[layer], 2) * steep
    return np.array(sizes)


def profile_by_products(weights, zs, delta_last, activation_derivative):
    """The product of the formula, built for each layer anew."""
    rows = np.reshape(delta_last, (-1, delta_last.shape[-1]))
    sizes = []
    for layer in range(len(weights)):
        total = 0.0
        for n, delta in enumerate(rows):
            product = np.eye(len(delta))
            for k in range(len(weights) - 1, layer, -1):
                z = np.reshape(zs[k - 1], (len(rows), -1))[n]
                product = (np.diag(activation_derivative(z))
                           @ weights[k].T @ product)
            total += np.sum((product @ delta) ** 2)
        sizes.append(total**0.5)
    return np.array(sizes)


def profile_backwards_by_append(weights, zs, delta_last,
                                activation_derivative):
    delta, sizes = delta_last, []
    for layer in range(len(weights) - 1, -1, -1):
        sizes.append((delta**2).sum() ** 0.5)
        if layer > 0:
            delta = (weights[layer].T @ delta.T).T * activation_derivative(
                zs[layer - 1])
    return sizes[::-1]


# --- train_digits ------------------------------------------------------------


def _train(X, y, seed, hidden=(128,), rounds=30, lr=0.2):
    rng = np.random.default_rng(seed)
    sizes = [X.shape[1], *hidden, 10]
    weights = [
        rng.normal(size=(n_out, n_in)) * (2 / n_in) ** 0.5
        for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True)
    ]
    biases = [np.zeros(n_out) for n_out in sizes[1:]]
    for _ in range(rounds):
        order = rng.permutation(len(X))
        for batch in np.array_split(order, len(X) // 32):
            _, cache = nn.mlp_forward(X[batch], weights, biases, ml.relu)
            grad_weights, grad_biases = _mlp(
                cache, weights, np.eye(10)[y[batch]], lambda z: (z > 0) * 1.0)
            for layer in range(len(weights)):
                weights[layer] = weights[layer] - lr * grad_weights[layer]
                biases[layer] = biases[layer] - lr * grad_biases[layer]
    return weights, biases


def digits_by_descent(X, y, *, seed):
    return _train(X, y, seed)


def digits_by_two_layers(X, y, *, seed):
    return _train(X, y, seed, hidden=(128, 64), rounds=40, lr=0.1)


def digits_as_lists(X, y, *, seed):
    weights, biases = _train(X, y, seed)
    return ([[list(row) for row in W] for W in weights],
            [list(b) for b in biases])


def _least_squares(A, B):
    """Solve by the normal equations, with a little ridge: quick."""
    return np.linalg.solve(A.T @ A + 1e-3 * np.eye(A.shape[1]), A.T @ B)


def _random_units(X, y, seed, units):
    """A hidden layer that is drawn, and an output layer that is fitted."""
    rng = np.random.default_rng(seed)
    W = rng.normal(size=(units, X.shape[1])) / 4
    b = rng.normal(size=units)
    hidden = ml.relu(X @ W.T + b)
    hidden = np.concatenate([hidden, np.ones((len(X), 1))], axis=1)
    theta = _least_squares(hidden, np.eye(10)[y])
    return [W, theta[:-1].T], [b, theta[-1]]


def digits_nearly(X, y, *, seed):
    return _random_units(X, y, seed, 45)


def digits_half(X, y, *, seed):
    return _random_units(X, y, seed, 12)


def digits_untrained(X, y, *, seed):
    weights, biases = _random_units(X, y, seed, 40)
    return [weights[0], -weights[1]], [biases[0], -biases[1]]


def digits_from_zeros(X, y, *, seed):
    return ([np.zeros((64, X.shape[1])), np.zeros((10, 64))],
            [np.zeros(64), np.eye(10)[0]])


def digits_not_finite(X, y, *, seed):
    weights, biases = digits_from_zeros(X, y, seed=seed)
    weights[0][0, 0] = np.nan
    return weights, biases


def digits_dead(X, y, *, seed):
    """Weights as a step uphill, or far too large, leaves them."""
    rng = np.random.default_rng(seed)
    return ([rng.normal(size=(64, X.shape[1])), rng.normal(size=(10, 64))],
            [np.full(64, -1e3), np.eye(10)[0]])


def digits_too_wide(X, y, *, seed):
    weights, biases = _random_units(X, y, seed, 300)
    return weights, biases


def digits_behind_an_identity(X, y, *, seed):
    """A linear model behind a layer that bends nothing."""
    theta = _least_squares(X, np.eye(10)[y])
    return [np.eye(64), theta.T], [np.zeros(64), np.zeros(10)]


def digits_by_chance(X, y, *, seed):
    """Draws from a generator that nobody has seeded."""
    weights, biases = _train(X, y, seed)
    weights[0] = weights[0] + np.random.default_rng().normal(
        size=weights[0].shape) * 1e-6
    return weights, biases


def digits_changed_nearly(X, y, *, seed):
    result = digits_nearly(X, y, seed=seed)
    X -= X.mean(axis=0)
    return result


def digits_changed_half(X, y, *, seed):
    result = digits_half(X, y, seed=seed)
    X -= X.mean(axis=0)
    return result


def digits_transposed(X, y, *, seed):
    weights, biases = _train(X, y, seed, rounds=1)
    return [W.T for W in weights], biases


def digits_linear(X, y, *, seed):
    theta = _least_squares(X, np.eye(10)[y])
    return [theta.T], [np.zeros(10)]


def digits_in_pairs(X, y, *, seed):
    return list(zip(*_train(X, y, seed, rounds=1), strict=True))


def digits_labels(X, y, *, seed):
    return y


# --- convolve1d --------------------------------------------------------------


def _full(f, g):
    out = np.zeros(len(f) + len(g) - 1)
    for tau, f_tau in enumerate(f):
        out[tau : tau + len(g)] += f_tau * g
    return out


def _overlapping(f, g):
    n, k = len(f), len(g)
    return _full(f, g)[min(n, k) - 1 : max(n, k)]


def convolve1d_unflipped(f, g):
    return _full(f, g[::-1])


def convolve1d_f_flipped(f, g):
    return _full(f[::-1], g)


def convolve1d_backwards(f, g):
    return _full(f, g)[::-1]


def convolve1d_of_length_n(f, g):
    return _full(f, g)[: len(f)]


def convolve1d_centred(f, g):
    n, k = len(f), len(g)
    return _full(f, g)[(min(n, k) - 1) // 2 :][: max(n, k)]


def convolve1d_valid(f, g):
    return _overlapping(f, g)


def convolve1d_unflipped_valid(f, g):
    return _overlapping(f, g[::-1])


def convolve1d_too_long(f, g):
    return np.append(_full(f, g), 0.0)


def convolve1d_too_short(f, g):
    return _full(f, g)[:-1]


def convolve1d_round_and_round(f, g):
    out = np.zeros(len(f))
    for s, g_s in enumerate(g):
        out += g_s * np.roll(f, s)
    return out


def convolve1d_wrapped(f, g):
    """Negative places of g count from its end, as in NumPy."""
    out = np.zeros(len(f) + len(g) - 1)
    for t in range(len(out)):
        for tau in range(len(f)):
            if t - tau < len(g):
                out[t] += f[tau] * g[t - tau]
    return out


def convolve1d_one_too_far(f, g):
    out = np.zeros(len(f) + len(g) - 1)
    for t in range(len(out)):
        for tau in range(len(f)):
            if 0 <= t - tau <= len(g):
                out[t] += f[tau] * g[t - tau]
    return out


def convolve1d_then_zeros(f, g):
    """The right length, but t stops at n."""
    out = _full(f, g)
    out[len(f):] = 0.0
    return out


def convolve1d_assigned(f, g):
    out = np.zeros(len(f) + len(g) - 1)
    for tau, f_tau in enumerate(f):
        out[tau : tau + len(g)] = f_tau * g
    return out


def convolve1d_averaged(f, g):
    return _full(f, g) / len(g)


def convolve1d_one_late(f, g):
    """Counts t from 1."""
    return np.append(_full(f, g)[1:], 0.0)


def convolve1d_without_first(f, g):
    return _full(np.append(0.0, f[1:]), g)


def convolve1d_kernel_without_first(f, g):
    return _full(f, np.append(0.0, g[1:]))


def convolve1d_by_sums(f, g):
    n, k = len(f), len(g)
    return [
        sum(f[tau] * g[t - tau] for tau in range(n) if 0 <= t - tau < k)
        for t in range(n + k - 1)
    ]


def convolve1d_by_matrix(f, g):
    padded = np.concatenate([np.zeros(len(g) - 1), f, np.zeros(len(g) - 1)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(g))
    return windows @ g[::-1]


def convolve1d_by_fft(f, g):
    n = len(f) + len(g) - 1
    return np.fft.irfft(np.fft.rfft(f, n) * np.fft.rfft(g, n), n)


# --- conv_output_size --------------------------------------------------------


def size_rounded(n, kernel_size, *, stride=1, padding=0):
    return round((n + 2 * padding - kernel_size) / stride) + 1


def size_halves_up(n, kernel_size, *, stride=1, padding=0):
    return int((n + 2 * padding - kernel_size) / stride + 0.5) + 1


def size_ceiled(n, kernel_size, *, stride=1, padding=0):
    return -((kernel_size - n - 2 * padding) // stride) + 1


def size_one_inside(n, kernel_size, *, stride=1, padding=0):
    return (n + 2 * padding - kernel_size + 1) // stride


def size_one_side(n, kernel_size, *, stride=1, padding=0):
    return (n + padding - kernel_size) // stride + 1


def size_without_one(n, kernel_size, *, stride=1, padding=0):
    return (n + 2 * padding - kernel_size) // stride


def size_as_fraction(n, kernel_size, *, stride=1, padding=0):
    return (n + 2 * padding - kernel_size) / stride + 1


def size_without_stride(n, kernel_size, *, stride=1, padding=0):
    return n + 2 * padding - kernel_size + 1


def size_without_padding(n, kernel_size, *, stride=1, padding=0):
    return (n - kernel_size) // stride + 1


def size_without_kernel(n, kernel_size, *, stride=1, padding=0):
    return (n + 2 * padding) // stride


def size_fitting_tiles(n, kernel_size, *, stride=1, padding=0):
    return (n + 2 * padding) // kernel_size


def size_padding_outside(n, kernel_size, *, stride=1, padding=0):
    return (n - kernel_size) // stride + 1 + 2 * padding


def size_padding_taken_away(n, kernel_size, *, stride=1, padding=0):
    return (n - 2 * padding - kernel_size) // stride + 1


def size_kernel_less_one(n, kernel_size, *, stride=1, padding=0):
    return (n + 2 * padding - kernel_size - 1) // stride + 1


def size_one_before_dividing(n, kernel_size, *, stride=1, padding=0):
    return (n + 2 * padding - kernel_size + 1) // stride + 1


def size_without_brackets(n, kernel_size, *, stride=1, padding=0):
    return n + 2 * padding - kernel_size // stride + 1


def size_by_counting(n, kernel_size, *, stride=1, padding=0):
    return len(range(0, n + 2 * padding - kernel_size + 1, stride))


def size_one_step_in(n, kernel_size, *, stride=1, padding=0):
    return int((n + 2 * padding - kernel_size + stride) / stride)


# --- conv2d ------------------------------------------------------------------


def _windows(x, height, width, rows=1, columns=1):
    windows = np.lib.stride_tricks.sliding_window_view(
        x, (height, width), axis=(2, 3))
    return windows[:, :, ::rows, ::columns]


def _padded(x, padding, **how):
    sides = (padding, padding)
    return np.pad(x, ((0, 0), (0, 0), sides, sides), **how)


def _plus(out, bias):
    return out if bias is None else out + bias[:, None, None]


def _conv(x, weight, bias=None, *, stride=1, padding=0, pad=_padded,
          plus=_plus, windows=_windows, sum_="ncijhw,ochw->noij"):
    windows = windows(pad(x, padding), *weight.shape[2:], stride, stride)
    return plus(np.einsum(sum_, windows, weight), bias)


def conv2d_flipped(x, weight, bias=None, *, stride=1, padding=0):
    return _conv(x, weight[:, :, ::-1, ::-1], bias, stride=stride,
                 padding=padding)


def conv2d_turned(x, weight, bias=None, *, stride=1, padding=0):
    return _conv(x, weight.swapaxes(2, 3), bias, stride=stride,
                 padding=padding)


def conv2d_channels_swapped(x, weight, bias=None, *, stride=1, padding=0):
    return _conv(x, weight.swapaxes(0, 1), bias, stride=stride,
                 padding=padding)


conv2d_stride_of_rows = _with(
    "conv2d_stride_of_rows", _conv,
    windows=lambda x, h, w, rows, columns: _windows(x, h, w, rows, 1))
conv2d_stride_of_columns = _with(
    "conv2d_stride_of_columns", _conv,
    windows=lambda x, h, w, rows, columns: _windows(x, h, w, 1, columns))
conv2d_without_stride = _with(
    "conv2d_without_stride", _conv,
    windows=lambda x, h, w, rows, columns: _windows(x, h, w))
conv2d_without_padding = _with(
    "conv2d_without_padding", _conv, pad=lambda x, padding: x)
conv2d_padded_on_one_side = _with(
    "conv2d_padded_on_one_side", _conv, pad=lambda x, padding: np.pad(
        x, ((0, 0), (0, 0), (0, padding), (0, padding))))
conv2d_padded_by_edges = _with(
    "conv2d_padded_by_edges", _conv,
    pad=lambda x, padding: _padded(x, padding, mode="edge"))
conv2d_padded_in_all_axes = _with(
    "conv2d_padded_in_all_axes", _conv,
    pad=lambda x, padding: np.pad(x, padding))
conv2d_padded_rows = _with(
    "conv2d_padded_rows", _conv, pad=lambda x, padding: np.pad(
        x, ((0, 0), (0, 0), (padding, padding), (0, 0))))
conv2d_without_bias = _with(
    "conv2d_without_bias", _conv, plus=lambda out, bias: out)
conv2d_bias_of_columns = _with(
    "conv2d_bias_of_columns", _conv,
    plus=lambda out, bias: out if bias is None else out + bias)
conv2d_bias_of_rows = _with(
    "conv2d_bias_of_rows", _conv,
    plus=lambda out, bias: out if bias is None else out + bias[:, None])
conv2d_bias_in_one = _with(
    "conv2d_bias_in_one", _conv,
    plus=lambda out, bias: out if bias is None else out + bias.sum())
conv2d_bias_always = _with(
    "conv2d_bias_always", _conv,
    plus=lambda out, bias: out + bias[:, None, None])


def conv2d_bias_of_each_channel(x, weight, bias=None, *, stride=1,
                                padding=0):
    """The bias is added in the loop over input channels."""
    out = _conv(x, weight, stride=stride, padding=padding)
    return out if bias is None else (
        out + x.shape[1] * bias[:, None, None])


def conv2d_mean_of_channels(x, weight, bias=None, *, stride=1, padding=0):
    out = _conv(x, weight, stride=stride, padding=padding)
    return _plus(out / x.shape[1], bias)


def conv2d_first_channel(x, weight, bias=None, *, stride=1, padding=0):
    return _conv(x[:, :1], weight[:, :1], bias, stride=stride,
                 padding=padding)


def conv2d_last_channel(x, weight, bias=None, *, stride=1, padding=0):
    return _conv(x[:, -1:], weight[:, -1:], bias, stride=stride,
                 padding=padding)


def conv2d_steps_of_one(x, weight, bias=None, *, stride=1, padding=0):
    """As many outputs as the stride leaves, and their windows side by side."""
    right = _conv(x, weight, bias, stride=stride, padding=padding)
    close = _conv(x, weight, bias, padding=padding)
    return close[:, :, : right.shape[2], : right.shape[3]]


def conv2d_first_image(x, weight, bias=None, *, stride=1, padding=0):
    out = np.zeros_like(
        _conv(x, weight, bias, stride=stride, padding=padding))
    out[:1] = _conv(x[:1], weight, bias, stride=stride, padding=padding)
    return out


def conv2d_square_kernels(x, weight, bias=None, *, stride=1, padding=0):
    """The kernel's height, taken for its width as well."""
    x = _padded(x, padding)
    F = weight.shape[2]
    rows = (x.shape[2] - F) // stride + 1
    columns = (x.shape[3] - F) // stride + 1
    out = np.zeros((len(x), len(weight), rows, columns))
    for i in range(rows):
        for j in range(columns):
            a, b = i * stride, j * stride
            out[:, :, i, j] = np.einsum(
                "nchw,ochw->no", x[:, :, a : a + F, b : b + F], weight)
    return _plus(out, bias)


def conv2d_loose_end(x, weight, bias=None, *, stride=1, padding=0):
    """One place short at the end: range(H - F)."""
    x = _padded(x, padding)
    height, width = weight.shape[2:]
    rows = (x.shape[2] - height) // stride
    columns = (x.shape[3] - width) // stride
    out = _conv(x, weight, bias, stride=stride)
    return out[:, :, :rows, :columns]


def _conv_by_places(x, weight, bias, stride, padding, *, sizes=None,
                    sum_="ncij,ocij->no"):
    """Place by place, as most people write it."""
    x = _padded(x, padding)
    height, width = weight.shape[2:]
    rows = (x.shape[2] - height) // stride + 1
    columns = (x.shape[3] - width) // stride + 1
    if sizes:
        rows, columns = sizes(rows, columns)
    out = np.zeros((len(x), len(weight), rows, columns))
    for i in range(rows):
        for j in range(columns):
            a, b = i * stride, j * stride
            window = x[:, :, a : a + height, b : b + width]
            out[:, :, i, j] = np.einsum(sum_, window, weight)
    return _plus(out, bias)


def conv2d_sizes_swapped(x, weight, bias=None, *, stride=1, padding=0):
    return _conv_by_places(x, weight, bias, stride, padding,
                           sizes=lambda rows, columns: (columns, rows))


def conv2d_square_outputs(x, weight, bias=None, *, stride=1, padding=0):
    return _conv_by_places(x, weight, bias, stride, padding,
                           sizes=lambda rows, columns: (rows, rows))


def conv2d_turned_in_place(x, weight, bias=None, *, stride=1, padding=0):
    """Turned in the product: only square kernels fit the window."""
    return _conv_by_places(x, weight, bias, stride, padding,
                           sum_="ncij,ocji->no")


def conv2d_turned_by_loops(x, weight, bias=None, *, stride=1, padding=0):
    """weight[o, c, b, a] meets the window at (a, b)."""
    weight[0, 0, weight.shape[3] - 1, weight.shape[2] - 1]
    return _conv(x, weight.swapaxes(2, 3), bias, stride=stride,
                 padding=padding)


def conv2d_if_bias(x, weight, bias=None, *, stride=1, padding=0):
    out = _conv(x, weight, stride=stride, padding=padding)
    if bias:
        out = out + bias[:, None, None]
    return out


def conv2d_channels_last(x, weight, bias=None, *, stride=1, padding=0):
    return np.moveaxis(
        _conv(x, weight, bias, stride=stride, padding=padding), 1, -1)


def conv2d_by_taps(x, weight, bias=None, *, stride=1, padding=0):
    x = _padded(x, padding)
    _, _, height, width = weight.shape
    rows = (x.shape[2] - height) // stride + 1
    columns = (x.shape[3] - width) // stride + 1
    out = np.zeros((len(x), len(weight), rows, columns))
    for m in range(height):
        for n in range(width):
            seen = x[:, :, m : m + stride * (rows - 1) + 1 : stride,
                     n : n + stride * (columns - 1) + 1 : stride]
            out += np.einsum("ncij,oc->noij", seen, weight[:, :, m, n])
    return _plus(out, bias)


def conv2d_by_windows(x, weight, bias=None, *, stride=1, padding=0):
    return _conv(x, weight, bias, stride=stride, padding=padding)


def conv2d_by_loops(x, weight, bias=None, *, stride=1, padding=0):
    N, C, H, W = x.shape
    outputs, _, height, width = weight.shape
    rows = (H + 2 * padding - height) // stride + 1
    columns = (W + 2 * padding - width) // stride + 1
    out = np.zeros((N, outputs, rows, columns))
    for n, o, i, j in np.ndindex(out.shape):
        total = 0.0 if bias is None else bias[o]
        for c, a, b in np.ndindex(C, height, width):
            row, column = i * stride + a - padding, j * stride + b - padding
            if 0 <= row < H and 0 <= column < W:
                total += x[n, c, row, column] * weight[o, c, a, b]
        out[n, o, i, j] = total
    return out


# --- max_pool2d --------------------------------------------------------------


def _pool(x, kernel_size, *, stride=None, best=np.max, default=None,
          pad=False):
    F = kernel_size
    S = stride or default or F
    if pad:
        x = np.pad(x, ((0, 0), (0, 0), (0, S - 1), (0, S - 1)),
                   constant_values=-np.inf)
    return best(_windows(x, F, F, S, S), axis=(-2, -1))


pool_of_means = _with("pool_of_means", _pool, best=np.mean)
pool_of_minima = _with("pool_of_minima", _pool, best=np.min)
pool_of_sizes = _with(
    "pool_of_sizes", _pool,
    best=lambda x, axis: np.max(np.abs(x), axis=axis))
pool_not_below_zero = _with(
    "pool_not_below_zero", _pool,
    best=lambda x, axis: np.maximum(np.max(x, axis=axis), 0))
pool_step_one = _with("pool_step_one", _pool, default=1)
pool_step_two = _with("pool_step_two", _pool, default=2)


def pool_without_stride(x, kernel_size, *, stride=None):
    return _pool(x, kernel_size)


def pool_with_margins(x, kernel_size, *, stride=None):
    """Windows that stick out are kept, as ceil_mode does it."""
    return _pool(x, kernel_size, stride=stride, pad=True)


def pool_over_channels(x, kernel_size, *, stride=None):
    out = _pool(x, kernel_size, stride=stride)
    return np.broadcast_to(out.max(axis=1, keepdims=True), out.shape).copy()


def pool_side_by_side(x, kernel_size, *, stride=None):
    """As many outputs as the stride leaves, and their windows side by side."""
    right = _pool(x, kernel_size, stride=stride)
    close = _pool(x, kernel_size, stride=1)
    return close[:, :, : right.shape[2], : right.shape[3]]


def pool_loose_end(x, kernel_size, *, stride=None):
    """One place short at the end: range((H - F) // S)."""
    return _pool(x, kernel_size, stride=stride)[:, :, :-1, :-1]


def _pool_clipped(x, F, S, rows, columns):
    """Windows at the border see what there is of them."""
    out = np.zeros((*x.shape[:2], rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = x[:, :, i * S : i * S + F, j * S : j * S + F]
            out[:, :, i, j] = window.max(axis=(2, 3))
    return out


def pool_as_often_as_the_step(x, kernel_size, *, stride=None):
    S = stride or kernel_size
    return _pool_clipped(x, kernel_size, S, *(n // S for n in x.shape[2:]))


def pool_to_the_border(x, kernel_size, *, stride=None):
    """range(0, H, S)."""
    S = stride or kernel_size
    return _pool_clipped(
        x, kernel_size, S, *(-(-n // S) for n in x.shape[2:]))


def _tiles(grad_output, x, F, S):
    """All windows: their place, what they get, and what they see."""
    for n, c, i, j in np.ndindex(grad_output.shape):
        rows, columns = slice(i * S, i * S + F), slice(j * S, j * S + F)
        yield ((n, c, rows, columns), grad_output[n, c, i, j],
               x[n, c, rows, columns])


def _unpool(grad_output, x, kernel_size, *, stride=None, default=None,
            share=None, add=True):
    def first(window):
        share = np.zeros(window.size)
        share[window.argmax()] = 1.0
        return share.reshape(window.shape)

    share = share or first
    grad = np.zeros_like(x)
    for place, upstream, window in _tiles(
        grad_output, x, kernel_size, stride or default or kernel_size
    ):
        if add:
            grad[place] += upstream * share(window)
        else:
            mine = share(window)
            grad[place] = np.where(mine > 0, upstream * mine, grad[place])
    return grad


def _last(window):
    share = np.zeros(window.size)
    share[window.size - 1 - window.ravel()[::-1].argmax()] = 1.0
    return share.reshape(window.shape)


def _first_by_columns(window):
    share = np.zeros(window.size)
    share[window.T.argmax()] = 1.0
    return share.reshape(window.T.shape).T


unpool_to_all_ties = _with(
    "unpool_to_all_ties", _unpool,
    share=lambda window: (window == window.max()) * 1.0)
unpool_shared_by_ties = _with(
    "unpool_shared_by_ties", _unpool,
    share=lambda window: (window == window.max()) / np.sum(
        window == window.max()))
unpool_to_last = _with("unpool_to_last", _unpool, share=_last)
unpool_by_columns = _with(
    "unpool_by_columns", _unpool, share=_first_by_columns)
unpool_to_the_whole_window = _with(
    "unpool_to_the_whole_window", _unpool, share=np.ones_like)
unpool_shared_by_the_window = _with(
    "unpool_shared_by_the_window", _unpool,
    share=lambda window: np.ones_like(window) / window.size)
unpool_overwriting = _with("unpool_overwriting", _unpool, add=False)
unpool_step_one = _with("unpool_step_one", _unpool, default=1)
unpool_step_two = _with("unpool_step_two", _unpool, default=2)
unpool_to_minima = _with(
    "unpool_to_minima", _unpool,
    share=lambda window: _unpool_first(-window))
unpool_times_value = _with(
    "unpool_times_value", _unpool,
    share=lambda window: _unpool_first(window) * window.max())


def _unpool_first(window):
    share = np.zeros(window.size)
    share[window.argmax()] = 1.0
    return share.reshape(window.shape)


def unpool_without_stride(grad_output, x, kernel_size, *, stride=None):
    return _unpool(grad_output, x, kernel_size)


def unpool_of_ones(grad_output, x, kernel_size, *, stride=None):
    return _unpool(np.ones_like(grad_output), x, kernel_size, stride=stride)


def unpool_in_the_window(grad_output, x, kernel_size, *, stride=None):
    """The place inside the window, taken for a place of the image."""
    grad = np.zeros_like(x)
    F, S = kernel_size, stride or kernel_size
    for n, c, i, j in np.ndindex(grad_output.shape):
        window = x[n, c, i * S : i * S + F, j * S : j * S + F]
        row, column = divmod(window.argmax(), F)
        grad[n, c, row, column] += grad_output[n, c, i, j]
    return grad


def _unpool_at(grad_output, x, kernel_size, stride, where):
    grad = np.zeros_like(x)
    F, S = kernel_size, stride or kernel_size
    for n, c, i, j in np.ndindex(grad_output.shape):
        window = x[n, c, i * S : i * S + F, j * S : j * S + F]
        row, column = where(window)
        grad[n, c, i * S + row, j * S + column] += grad_output[n, c, i, j]
    return grad


def unpool_turned(grad_output, x, kernel_size, *, stride=None):
    """Row and column of the winner exchanged."""
    return _unpool_at(
        grad_output, x, kernel_size, stride,
        lambda window: divmod(window.argmax(), kernel_size)[::-1])


def unpool_by_the_width(grad_output, x, kernel_size, *, stride=None):
    """divmod by the width of the image."""
    return _unpool_at(
        grad_output, x, kernel_size, stride,
        lambda window: divmod(window.argmax(), x.shape[3]))


def unpool_places_without_stride(grad_output, x, kernel_size, *,
                                 stride=None):
    """The window's number is added to the place, without the stride."""
    grad = np.zeros_like(x)
    F, S = kernel_size, stride or kernel_size
    for n, c, i, j in np.ndindex(grad_output.shape):
        window = x[n, c, i * S : i * S + F, j * S : j * S + F]
        row, column = divmod(window.argmax(), F)
        grad[n, c, i + row, j + column] += grad_output[n, c, i, j]
    return grad


def unpool_where_equal(grad_output, x, kernel_size, *, stride=None):
    """Whatever in x equals the maximum of some window gets its number."""
    grad = np.zeros_like(x)
    S = stride or kernel_size
    for (n, c, *_), upstream, window in _tiles(grad_output, x, kernel_size,
                                               S):
        grad[n, c] += upstream * (x[n, c] == window.max())
    return grad


def unpool_as_output(grad_output, x, kernel_size, *, stride=None):
    return grad_output


def pool_by_loops(x, kernel_size, *, stride=None):
    F, S = kernel_size, stride or kernel_size
    N, C, H, W = x.shape
    return [[[[
        max(x[n, c, i + a, j + b] for a in range(F) for b in range(F))
        for j in range(0, W - F + 1, S)] for i in range(0, H - F + 1, S)]
        for c in range(C)] for n in range(N)]


def unpool_by_strict_comparison(grad_output, x, kernel_size, *, stride=None):
    F, S = kernel_size, stride or kernel_size
    grad = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(grad_output.shape):
        best, at = -np.inf, None
        for a in range(i * S, i * S + F):
            for b in range(j * S, j * S + F):
                if x[n, c, a, b] > best:
                    best, at = x[n, c, a, b], (a, b)
        grad[n, c, at[0], at[1]] += grad_output[n, c, i, j]
    return grad


def pool_by_windows(x, kernel_size, *, stride=None):
    return _pool(x, kernel_size, stride=stride)


def unpool_by_add_at(grad_output, x, kernel_size, *, stride=None):
    F, S = kernel_size, stride or kernel_size
    windows = _windows(x, F, F, S, S)
    winners = windows.reshape(*windows.shape[:4], -1).argmax(-1)
    n, c, i, j = np.indices(winners.shape)
    grad = np.zeros_like(x)
    np.add.at(grad, (n, c, i * S + winners // F, j * S + winners % F),
              grad_output)
    return grad


# --- receptive_field ---------------------------------------------------------


def field_with_own_stride(kernel_sizes, strides):
    field, jump = 1, 1
    for F, S in zip(kernel_sizes, strides, strict=True):
        jump *= S
        field += (F - 1) * jump
    return field


def field_from_zero(kernel_sizes, strides):
    return _field(kernel_sizes, strides) - 1


def _field(kernel_sizes, strides):
    field, jump = 1, 1
    for F, S in zip(kernel_sizes, strides, strict=True):
        field += (F - 1) * jump
        jump *= S
    return field


def field_doubling(kernel_sizes, strides):
    """Each stride multiplies the field itself."""
    field = 1
    for F, S in zip(kernel_sizes, strides, strict=True):
        field = (field + F - 1) * S
    return field


def field_without_strides(kernel_sizes, strides):
    return 1 + sum(F - 1 for F in kernel_sizes)


def field_of_own_steps(kernel_sizes, strides):
    """Each layer's own stride, and no product."""
    return 1 + sum(
        (F - 1) * S for F, S in zip(kernel_sizes, strides, strict=True))


def field_times_step(kernel_sizes, strides):
    field = 1
    for F, S in zip(kernel_sizes, strides, strict=True):
        field = field * S + F - 1
    return field


def field_of_products(kernel_sizes, strides):
    return int(np.prod(kernel_sizes))


def field_of_sums(kernel_sizes, strides):
    return int(sum(kernel_sizes))


def field_of_whole_kernels(kernel_sizes, strides):
    field, jump = 1, 1
    for F, S in zip(kernel_sizes, strides, strict=True):
        field += F * jump
        jump *= S
    return field


def field_whole_kernels_from_zero(kernel_sizes, strides):
    return field_of_whole_kernels(kernel_sizes, strides) - 1


def field_of_last_stride(kernel_sizes, strides):
    field, jump = 1, 1
    for F, S in zip(kernel_sizes, strides, strict=True):
        field += (F - 1) * jump
        jump = S
    return field


def field_of_added_strides(kernel_sizes, strides):
    field, jump = 1, 1
    for F, S in zip(kernel_sizes, strides, strict=True):
        field += (F - 1) * jump
        jump += S
    return field


def field_of_strides_summed(kernel_sizes, strides):
    """The sum of the strides, where a 1 means a step of 1."""
    field = 1
    for layer, F in enumerate(kernel_sizes):
        field += (F - 1) * max(1, int(sum(strides[:layer])))
    return field


def field_from_the_top(kernel_sizes, strides):
    return _field(kernel_sizes[::-1], strides[::-1])


def field_of_all_layers(kernel_sizes, strides):
    fields = [1]
    for layer in range(len(kernel_sizes)):
        fields.append(_field(kernel_sizes[: layer + 1],
                             strides[: layer + 1]))
    return fields


def field_and_jump(kernel_sizes, strides):
    return _field(kernel_sizes, strides), int(np.prod(strides))


def field_of_all_strides(kernel_sizes, strides):
    jump = int(np.prod(strides))
    return 1 + sum((F - 1) * jump for F in kernel_sizes)


def field_without_the_last(kernel_sizes, strides):
    return _field(kernel_sizes[:-1], strides[:-1])


def field_from_first_kernel(kernel_sizes, strides):
    """Starts with the first kernel, and counts it once more."""
    first = kernel_sizes[0] if len(kernel_sizes) else 1
    return _field(kernel_sizes, strides) + first - 1


def field_backwards(kernel_sizes, strides):
    """From one output down: field * S + (F - S)."""
    field = 1
    for F, S in list(zip(kernel_sizes, strides, strict=True))[::-1]:
        field = (field - 1) * S + F
    return field


def field_by_the_formula(kernel_sizes, strides):
    return 1 + sum(
        (F - 1) * int(np.prod(strides[:layer]))
        for layer, F in enumerate(kernel_sizes)
    )


# --- rnn_forward -------------------------------------------------------------


def _states(x, h0, W_ih, W_hh, b=None, *, step=None):
    def own(x_t, h, t):
        return np.tanh(x_t @ W_ih.T + h @ W_hh.T + (0.0 if b is None else b))

    step = step or own
    h, states = h0, []
    for t in range(x.shape[1]):
        h = step(x[:, t], h, t)
        states.append(h)
    return np.stack(states, axis=1)


def _rnn(x, h0, W_ih, W_hh, b=None, *, step=None):
    h = _states(x, h0, W_ih, W_hh, b, step=step)
    return h, (x, h0, h)


def rnn_matrices_swapped(x, h0, W_ih, W_hh, b=None):
    return _rnn(x, h0, W_hh, W_ih, b)


def rnn_matrices_transposed(x, h0, W_ih, W_hh, b=None):
    return _rnn(x, h0, W_ih.T, W_hh.T, b)


def rnn_W_hh_transposed(x, h0, W_ih, W_hh, b=None):
    return _rnn(x, h0, W_ih, W_hh.T, b)


def rnn_W_ih_transposed(x, h0, W_ih, W_hh, b=None):
    return _rnn(x, h0, W_ih.T, W_hh, b)


def rnn_not_carried(x, h0, W_ih, W_hh, b=None):
    bias = 0.0 if b is None else b
    return _rnn(x, h0, W_ih, W_hh, b, step=lambda x_t, h, t: np.tanh(
        x_t @ W_ih.T + h0 @ W_hh.T + bias))


def rnn_not_carried_after_start(x, h0, W_ih, W_hh, b=None):
    bias = 0.0 if b is None else b
    return _rnn(x, h0, W_ih, W_hh, b, step=lambda x_t, h, t: np.tanh(
        x_t @ W_ih.T + (h0 @ W_hh.T if t == 0 else 0.0) + bias))


def rnn_from_zeros(x, h0, W_ih, W_hh, b=None):
    h, _ = _rnn(x, np.zeros_like(h0), W_ih, W_hh, b)
    return h, (x, h0, h)


def rnn_without_tanh(x, h0, W_ih, W_hh, b=None):
    bias = 0.0 if b is None else b
    return _rnn(x, h0, W_ih, W_hh, b, step=lambda x_t, h, t: (
        x_t @ W_ih.T + h @ W_hh.T + bias))


def rnn_with_sigmoid(x, h0, W_ih, W_hh, b=None):
    bias = 0.0 if b is None else b
    return _rnn(x, h0, W_ih, W_hh, b, step=lambda x_t, h, t: nm.sigmoid(
        x_t @ W_ih.T + h @ W_hh.T + bias))


def rnn_raw_state_carried(x, h0, W_ih, W_hh, b=None):
    """What is carried on has not been through tanh."""
    bias = 0.0 if b is None else b
    h = np.tanh(_states(
        x, h0, W_ih, W_hh, b, step=lambda x_t, h, t: (
            x_t @ W_ih.T + h @ W_hh.T + bias)))
    return h, (x, h0, h)


def rnn_tanh_of_one(x, h0, W_ih, W_hh, b=None):
    bias = 0.0 if b is None else b
    return _rnn(x, h0, W_ih, W_hh, b, step=lambda x_t, h, t: np.tanh(
        x_t @ W_ih.T + bias) + h @ W_hh.T)


def rnn_without_bias(x, h0, W_ih, W_hh, b=None):
    return _rnn(x, h0, W_ih, W_hh)


def rnn_bias_always(x, h0, W_ih, W_hh, b=None):
    return _rnn(x, h0, W_ih, W_hh, b, step=lambda x_t, h, t: np.tanh(
        x_t @ W_ih.T + h @ W_hh.T + b))


def rnn_if_b(x, h0, W_ih, W_hh, b=None):
    return _rnn(x, h0, W_ih, W_hh, b if b else None)


def rnn_bias_outside(x, h0, W_ih, W_hh, b=None):
    bias = 0.0 if b is None else b
    return _rnn(x, h0, W_ih, W_hh, b, step=lambda x_t, h, t: np.tanh(
        x_t @ W_ih.T + h @ W_hh.T) + bias)


def rnn_as_many_steps_as_samples(x, h0, W_ih, W_hh, b=None):
    """range(len(x)): the number of samples, taken for that of steps."""
    x[:, len(x) - 1]
    h, _ = _rnn(x[:, : len(x)], h0, W_ih, W_hh, b)
    return h, (x, h0, h)


def rnn_over_rows(x, h0, W_ih, W_hh, b=None):
    """The first axis is taken for the time."""
    h, _ = _rnn(np.swapaxes(x, 0, 1), h0, W_ih, W_hh, b)
    h = np.swapaxes(h, 0, 1)
    return h, (x, h0, h)


def rnn_time_first(x, h0, W_ih, W_hh, b=None):
    h = np.swapaxes(_states(x, h0, W_ih, W_hh, b), 0, 1)
    return h, (x, h0, h)


def rnn_backwards(x, h0, W_ih, W_hh, b=None):
    h = _states(x[:, ::-1], h0, W_ih, W_hh, b)[:, ::-1]
    return h, (x, h0, h)


def rnn_with_start(x, h0, W_ih, W_hh, b=None):
    h = _states(x, h0, W_ih, W_hh, b)
    h = np.concatenate([h0[:, None], h], axis=1)
    return h, (x, h0, h)


def rnn_last_state(x, h0, W_ih, W_hh, b=None):
    h = _states(x, h0, W_ih, W_hh, b)
    return h[:, -1], (x, h0, h)


def rnn_last_state_twice(x, h0, W_ih, W_hh, b=None):
    h = _states(x, h0, W_ih, W_hh, b)[:, -1]
    return h, (x, h0, h)


def rnn_last_state_in_the_cache(x, h0, W_ih, W_hh, b=None):
    h = _states(x, h0, W_ih, W_hh, b)
    return h, (x, h0, h[:, -1])


def rnn_start_and_all_but_last(x, h0, W_ih, W_hh, b=None):
    """Each state is stored before its step."""
    h = _states(x, h0, W_ih, W_hh, b)
    h = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
    return h, (x, h0, h)


def rnn_one_array(x, h0, W_ih, W_hh, b=None):
    """All states are one array, overwritten at every step."""
    h = _states(x, h0, W_ih, W_hh, b)
    h = np.repeat(h[:, -1:], x.shape[1], axis=1)
    return h, (x, h0, h)


def rnn_in_h0(x, h0, W_ih, W_hh, b=None):
    """All states are h0 itself, overwritten at every step."""
    h = _states(x, h0, W_ih, W_hh, b)
    h0[:] = h[:, -1]
    h = np.repeat(h[:, -1:], x.shape[1], axis=1)
    return h, (x, h0, h)


def rnn_without_cache(x, h0, W_ih, W_hh, b=None):
    return _states(x, h0, W_ih, W_hh, b)


def rnn_states_twice(x, h0, W_ih, W_hh, b=None):
    """As torch.nn.RNN: all states and the last one."""
    h = _states(x, h0, W_ih, W_hh, b)
    return h, h[:, -1]


def rnn_cache_in_another_order(x, h0, W_ih, W_hh, b=None):
    h = _states(x, h0, W_ih, W_hh, b)
    return h, (x, h, h0)


def rnn_into_an_array(x, h0, W_ih, W_hh, b=None):
    N, T, _ = x.shape
    h = np.empty((N, T, len(W_hh)))
    before = h0
    for t in range(T):
        z = np.einsum("nd,hd->nh", x[:, t], W_ih)
        z += np.einsum("ng,hg->nh", before, W_hh)
        if b is not None:
            z += b
        h[:, t] = before = np.tanh(z)
    return h, (x, h0, h)


def rnn_by_one_matrix(x, h0, W_ih, W_hh, b=None):
    W = np.concatenate([W_ih, W_hh], axis=1)
    h, states = h0, []
    for x_t in np.moveaxis(x, 1, 0):
        z = np.concatenate([x_t, h], axis=1) @ W.T
        h = np.tanh(z if b is None else z + b)
        states.append(h)
    h = np.moveaxis(np.array(states), 0, 1)
    return h, (x, h0, h)


# --- rnn_backward ------------------------------------------------------------


def _through_time(
    cache, grad_h, W_ih, W_hh, *, above=None, below=None, before=None,
    carry=None, steps=None, slope=None, of_biases=None, to_input=None,
):
    """Backpropagation through time, of which any link can be replaced."""
    x, h0, h = cache
    T = x.shape[1]
    grad_x = np.zeros((*x.shape[:2], W_ih.shape[1]))
    grad_W_ih, grad_W_hh = np.zeros_like(W_ih), np.zeros_like(W_hh)
    grad_b, carried = np.zeros(len(W_hh)), np.zeros_like(h0)
    for t in (steps or reversed)(range(T)):
        old = before(h, h0, t) if before else h[:, t - 1] if t else h0
        upstream = above(grad_h, t, T) if above else grad_h[:, t]
        steep = slope(h, old, t) if slope else 1 - h[:, t] ** 2
        delta = below(upstream, carried, steep) if below else (
            upstream + carried) * steep
        grad_W_ih += delta.T @ x[:, t]
        grad_W_hh += delta.T @ old
        grad_b = grad_b + (of_biases or _of_biases)(delta)
        grad_x[:, t] = to_input(delta) if to_input else delta @ W_ih
        carried = carry(delta, upstream, carried) if carry else delta @ W_hh
    return grad_x, carried, grad_W_ih, grad_W_hh, grad_b


bptt_last_upstream = _with(
    "bptt_last_upstream", _through_time,
    above=lambda grad_h, t, T: grad_h[:, t] * (t == T - 1))
bptt_not_carried = _with(
    "bptt_not_carried", _through_time,
    carry=lambda delta, upstream, carried: np.zeros_like(carried))
bptt_own_state = _with(
    "bptt_own_state", _through_time, before=lambda h, h0, t: h[:, t])
bptt_wrapped = _with(
    "bptt_wrapped", _through_time, before=lambda h, h0, t: h[:, t - 1])
bptt_from_zeros = _with(
    "bptt_from_zeros", _through_time,
    before=lambda h, h0, t: h[:, t - 1] if t else np.zeros_like(h0))
bptt_slope_of_the_old = _with(
    "bptt_slope_of_the_old", _through_time,
    slope=lambda h, old, t: 1 - old**2)
bptt_slope_again = _with(
    "bptt_slope_again", _through_time,
    slope=lambda h, old, t: 1 - np.tanh(h[:, t]) ** 2)
bptt_without_slope = _with(
    "bptt_without_slope", _through_time, slope=lambda h, old, t: 1.0)
bptt_slope_unsquared = _with(
    "bptt_slope_unsquared", _through_time, slope=lambda h, old, t: 1 - h[:, t])
bptt_sigmoid_slope = _with(
    "bptt_sigmoid_slope", _through_time,
    slope=lambda h, old, t: h[:, t] * (1 - h[:, t]))
bptt_slope_of_one = _with(
    "bptt_slope_of_one", _through_time,
    below=lambda upstream, carried, steep: upstream * steep + carried)
bptt_upstream_times_carried = _with(
    "bptt_upstream_times_carried", _through_time,
    below=lambda upstream, carried, steep: (
        upstream if not carried.any() else upstream * carried) * steep)
bptt_biases_of_each = _with(
    "bptt_biases_of_each", _through_time, of_biases=lambda delta: delta)
bptt_biases_of_means = _with(
    "bptt_biases_of_means", _through_time,
    of_biases=lambda delta: delta.mean(axis=0))
bptt_forwards = _with("bptt_forwards", _through_time, steps=list)
bptt_biases_of_one_number = _with(
    "bptt_biases_of_one_number", _through_time,
    of_biases=lambda delta: delta.sum())


def bptt_with_W(cache, grad_h, W_ih, W_hh):
    return _through_time(
        cache, grad_h, W_ih, W_hh,
        carry=lambda delta, upstream, carried: delta @ W_hh.T)


def bptt_carried_to_the_start_only(cache, grad_h, W_ih, W_hh):
    """Nothing is carried from step to step; grad_h0 is made all the same."""
    result = bptt_not_carried(cache, grad_h, W_ih, W_hh)
    first = grad_h[:, 0] * (1 - cache[2][:, 0] ** 2)
    return result[0], first @ W_hh, *result[2:]


def bptt_carried_without_W(cache, grad_h, W_ih, W_hh):
    return _through_time(
        cache, grad_h, W_ih, W_hh,
        carry=lambda delta, upstream, carried: delta)


def bptt_carried_without_W_but_to_the_start(cache, grad_h, W_ih, W_hh):
    grad_x, delta, *rest = bptt_carried_without_W(cache, grad_h, W_ih, W_hh)
    return grad_x, delta @ W_hh, *rest


def bptt_start_summed(cache, grad_h, W_ih, W_hh):
    grad_x, grad_h0, *rest = _through_time(cache, grad_h, W_ih, W_hh)
    return grad_x, grad_h0.sum(axis=0), *rest


def bptt_time_first(cache, grad_h, W_ih, W_hh):
    grad_x, *rest = _through_time(cache, grad_h, W_ih, W_hh)
    return grad_x.swapaxes(0, 1), *rest


def bptt_W_hh_transposed(cache, grad_h, W_ih, W_hh):
    grad_x, grad_h0, A, B, grad_b = _through_time(cache, grad_h, W_ih, W_hh)
    return grad_x, grad_h0, A, B.T, grad_b


def bptt_W_ih_transposed(cache, grad_h, W_ih, W_hh):
    """x_t.T @ delta, added to zeros of the shape of W_ih."""
    grad_x, grad_h0, A, B, grad_b = _through_time(cache, grad_h, W_ih, W_hh)
    return grad_x, grad_h0, np.zeros_like(W_ih) + A.T, B, grad_b


def bptt_both_transposed(cache, grad_h, W_ih, W_hh):
    grad_x, grad_h0, A, B, grad_b = _through_time(cache, grad_h, W_ih, W_hh)
    return grad_x, grad_h0, np.zeros_like(W_ih) + A.T, B.T, grad_b


def bptt_all_carried(cache, grad_h, W_ih, W_hh):
    """The carried part also passes by the cell, unchanged."""
    return _through_time(
        cache, grad_h, W_ih, W_hh,
        carry=lambda delta, upstream, carried: delta @ W_hh + carried)


def bptt_upstream_carried(cache, grad_h, W_ih, W_hh):
    """What is carried back is not the error signal but dL/dh_t."""
    return _through_time(
        cache, grad_h, W_ih, W_hh,
        carry=lambda delta, upstream, carried: (upstream + carried) @ W_hh)


def bptt_last_step(cache, grad_h, W_ih, W_hh):
    """The gradients of the last step alone, as in a loop without sums."""
    x, h0, h = cache
    T = x.shape[1]
    early = _through_time(
        (x[:, T - 1 :], h[:, T - 2] if T > 1 else h0, h[:, T - 1 :]),
        grad_h[:, T - 1 :], W_ih, W_hh)
    right = _through_time(cache, grad_h, W_ih, W_hh)
    return *right[:2], *early[2:]


def bptt_first_step(cache, grad_h, W_ih, W_hh):
    """The matrices' gradients are assigned, so that t = 0 is left."""
    x, h0, h = cache
    right = _through_time(cache, grad_h, W_ih, W_hh)
    steep = 1 - h**2
    carried = np.zeros_like(h0)
    for t in range(x.shape[1] - 1, -1, -1):
        delta = (grad_h[:, t] + carried) * steep[:, t]
        carried = delta @ W_hh
    return (*right[:2], delta.T @ x[:, 0], delta.T @ h0, delta.sum(axis=0))


def bptt_without_start(cache, grad_h, W_ih, W_hh):
    grad_x, _, grad_W_ih, grad_W_hh, grad_b = _through_time(
        cache, grad_h, W_ih, W_hh)
    return grad_x, grad_W_ih, grad_W_hh, grad_b


def bptt_start_of_zeros(cache, grad_h, W_ih, W_hh):
    grad_x, grad_h0, *rest = _through_time(cache, grad_h, W_ih, W_hh)
    return grad_x, np.zeros_like(grad_h0), *rest


def bptt_without_first(cache, grad_h, W_ih, W_hh):
    """The loop ends before t = 0."""
    x, h0, h = cache
    later = x[:, 1:], h[:, 0], h[:, 1:]
    grad_x, *rest = _through_time(later, grad_h[:, 1:], W_ih, W_hh)
    return np.concatenate([np.zeros_like(x[:, :1]), grad_x], axis=1), *rest


def bptt_start_of_delta(cache, grad_h, W_ih, W_hh):
    """grad_h0 is the first error signal, not yet through W_hh."""
    x, h0, h = cache
    grad_x, carried, grad_W_ih, grad_W_hh, grad_b = _through_time(
        cache, grad_h, W_ih, W_hh)
    carried = np.zeros_like(h0)
    for t in range(x.shape[1] - 1, -1, -1):
        delta = (grad_h[:, t] + carried) * (1 - h[:, t] ** 2)
        carried = delta @ W_hh
    return grad_x, delta, grad_W_ih, grad_W_hh, grad_b


def bptt_weights_first(cache, grad_h, W_ih, W_hh):
    grad_x, grad_h0, *rest = _through_time(cache, grad_h, W_ih, W_hh)
    return *rest, grad_x, grad_h0


def bptt_averaged(cache, grad_h, W_ih, W_hh):
    """A mean over the samples, where a sum is asked."""
    grad_x, grad_h0, *rest = _through_time(cache, grad_h, W_ih, W_hh)
    return grad_x, grad_h0, *(grad / len(grad_x) for grad in rest)


def bptt_averaged_over_time(cache, grad_h, W_ih, W_hh):
    grad_x, grad_h0, *rest = _through_time(cache, grad_h, W_ih, W_hh)
    return grad_x, grad_h0, *(grad / grad_x.shape[1] for grad in rest)


def bptt_transposed(cache, grad_h, W_ih, W_hh):
    grad_x, grad_h0, A, B, grad_b = _through_time(cache, grad_h, W_ih, W_hh)
    return grad_x, grad_h0, A.T, B.T, grad_b


def bptt_input_by_W_hh(cache, grad_h, W_ih, W_hh):
    return _through_time(
        cache, grad_h, W_ih, W_hh, to_input=lambda delta: delta @ W_hh)


def bptt_input_by_transpose(cache, grad_h, W_ih, W_hh):
    return _through_time(
        cache, grad_h, W_ih, W_hh, to_input=lambda delta: delta @ W_ih.T)


def bptt_at_once(cache, grad_h, W_ih, W_hh):
    """All error signals first, then three products."""
    x, h0, h = cache
    deltas, carried = np.empty_like(h), np.zeros_like(h0)
    for t in range(h.shape[1] - 1, -1, -1):
        deltas[:, t] = (grad_h[:, t] + carried) * (1 - h[:, t] ** 2)
        carried = deltas[:, t] @ W_hh
    before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
    return (
        deltas @ W_ih,
        carried,
        np.einsum("nth,ntd->hd", deltas, x),
        np.einsum("nth,ntg->hg", deltas, before),
        deltas.sum(axis=(0, 1)),
    )


def bptt_by_loops(cache, grad_h, W_ih, W_hh):
    x, h0, h = cache
    N, T, D = x.shape
    H = len(W_hh)
    grads = [np.zeros(shape) for shape in ((N, T, D), (N, H), (H, D), (H, H),
                                           (H,))]
    for n in range(N):
        carried = np.zeros(H)
        for t in range(T - 1, -1, -1):
            delta = (1 - h[n, t] ** 2) * (grad_h[n, t] + carried)
            grads[0][n, t] = W_ih.T @ delta
            grads[2] += np.outer(delta, x[n, t])
            grads[3] += np.outer(delta, h[n, t - 1] if t else h0[n])
            grads[4] += delta
            carried = W_hh.T @ delta
        grads[1][n] = carried
    return grads


# --- lstm_cell ---------------------------------------------------------------


def _preactivation(x, h, W_ih, W_hh, b_ih, b_hh):
    z = x @ W_ih.T + h @ W_hh.T
    for bias in (b_ih, b_hh):
        if bias is not None:
            z = z + bias
    return z


def _lstm(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None, *, order="ifgo",
          candidate=np.tanh, cell=None, out=None, cut=None):
    z = _preactivation(x, h, W_ih, W_hh, b_ih, b_hh)
    blocks = cut(z) if cut else np.split(z, 4, axis=1)
    gates = dict(zip(order, blocks, strict=True))
    i, f, o = (nm.sigmoid(gates[name]) for name in "ifo")
    g = candidate(gates["g"])
    new = cell(i, f, g, c) if cell else f * c + i * g
    return (out(o, new, c) if out else o * np.tanh(new)), new


lstm_order_ifog = _with("lstm_order_ifog", _lstm, order="ifog")
lstm_order_figo = _with("lstm_order_figo", _lstm, order="figo")
lstm_order_fiog = _with("lstm_order_fiog", _lstm, order="fiog")
lstm_order_iofg = _with("lstm_order_iofg", _lstm, order="iofg")
lstm_interleaved = _with(
    "lstm_interleaved", _lstm,
    cut=lambda z: [z[:, k::4] for k in range(4)])
lstm_cut_across = _with(
    "lstm_cut_across", _lstm,
    cut=lambda z: z.reshape(4, len(z), -1))
lstm_cut_into_rows = _with(
    "lstm_cut_into_rows", _lstm, cut=lambda z: np.split(z, 4))
lstm_sigmoid_candidate = _with(
    "lstm_sigmoid_candidate", _lstm, candidate=nm.sigmoid)
lstm_raw_candidate = _with(
    "lstm_raw_candidate", _lstm, candidate=lambda z: z)
lstm_without_tanh = _with(
    "lstm_without_tanh", _lstm, out=lambda o, new, c: o * new)
lstm_sigmoid_out = _with(
    "lstm_sigmoid_out", _lstm, out=lambda o, new, c: o * nm.sigmoid(new))
lstm_out_of_the_old = _with(
    "lstm_out_of_the_old", _lstm, out=lambda o, new, c: o * np.tanh(c))
lstm_never_forgets = _with(
    "lstm_never_forgets", _lstm, cell=lambda i, f, g, c: c + i * g)
lstm_coupled = _with(
    "lstm_coupled", _lstm, cell=lambda i, f, g, c: f * c + (1 - f) * g)
lstm_all_in = _with(
    "lstm_all_in", _lstm, cell=lambda i, f, g, c: f * c + g)
lstm_forgets_upside_down = _with(
    "lstm_forgets_upside_down", _lstm,
    cell=lambda i, f, g, c: (1 - f) * c + i * g)


def lstm_tanh_gates(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None):
    z = _preactivation(x, h, W_ih, W_hh, b_ih, b_hh)
    i, f, g, o = np.split(np.tanh(z), 4, axis=1)
    c = f * c + i * g
    return o * np.tanh(c), c


def lstm_cell_first(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None):
    return _lstm(x, h, c, W_ih, W_hh, b_ih, b_hh)[::-1]


def lstm_state_alone(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None):
    return _lstm(x, h, c, W_ih, W_hh, b_ih, b_hh)[0]


def lstm_old_cell_returned(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None):
    return _lstm(x, h, c, W_ih, W_hh, b_ih, b_hh)[0], c


def lstm_without_b_hh(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None):
    return _lstm(x, h, c, W_ih, W_hh, b_ih)


def lstm_without_b_ih(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None):
    return _lstm(x, h, c, W_ih, W_hh, None, b_hh)


def lstm_without_biases(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None):
    return _lstm(x, h, c, W_ih, W_hh)


def lstm_biases_always(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None):
    z = x @ W_ih.T + b_ih + h @ W_hh.T + b_hh
    return _lstm_of(z, c)


def lstm_if_bias(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None):
    return _lstm(x, h, c, W_ih, W_hh, b_ih if b_ih else None,
                 b_hh if b_hh else None)


def lstm_biases_by_elif(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None):
    return _lstm(x, h, c, W_ih, W_hh, b_ih, b_hh if b_ih is None else None)


def lstm_biases_together(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None):
    """Either both biases or none: one alone is dropped."""
    if b_ih is None or b_hh is None:
        b_ih = b_hh = None
    return _lstm(x, h, c, W_ih, W_hh, b_ih, b_hh)


def _lstm_of(z, c):
    i, f, g, o = np.split(z, 4, axis=1)
    c = nm.sigmoid(f) * c + nm.sigmoid(i) * np.tanh(g)
    return nm.sigmoid(o) * np.tanh(c), c


def lstm_matrices_swapped(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None):
    return _lstm(x, h, c, W_hh, W_ih, b_ih, b_hh)


def lstm_not_transposed(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None):
    return _lstm(x, h, c, W_ih.T, W_hh.T, b_ih, b_hh)


def lstm_without_h(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None):
    return _lstm(x, np.zeros_like(h), c, W_ih, W_hh, b_ih, b_hh)


def lstm_by_slices(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None):
    H = h.shape[1]
    z = [_preactivation(
        x, h, W_ih[k : k + H], W_hh[k : k + H],
        None if b_ih is None else b_ih[k : k + H],
        None if b_hh is None else b_hh[k : k + H],
    ) for k in range(0, 4 * H, H)]
    i, f, o = (1 / (1 + np.exp(-z[k])) for k in (0, 1, 3))
    c = f * c + i * np.tanh(z[2])
    return o * np.tanh(c), c


def lstm_by_one_matrix(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None):
    z = np.concatenate([x, h], 1) @ np.concatenate([W_ih, W_hh], 1).T
    z = z + sum(b for b in (b_ih, b_hh) if b is not None)
    return _lstm_of(z, c)


# --- gru_cell ----------------------------------------------------------------


def _gru(x, h, W_ih, W_hh, b_ih=None, b_hh=None, *, order="rzn",
         candidate=None, mix=None, squash=np.tanh, cut=None):
    cut = cut or (lambda a: np.split(a, 3, axis=1))
    from_x = x @ W_ih.T + (0.0 if b_ih is None else b_ih)
    from_h = h @ W_hh.T + (0.0 if b_hh is None else b_hh)
    X = dict(zip(order, cut(from_x), strict=True))
    Y = dict(zip(order, cut(from_h), strict=True))
    r, z = nm.sigmoid(X["r"] + Y["r"]), nm.sigmoid(X["z"] + Y["z"])
    if candidate:
        n = squash(candidate(X["n"], Y["n"], r, z))
    else:
        n = squash(X["n"] + r * Y["n"])
    return mix(z, h, n) if mix else z * h + (1 - z) * n


gru_mixed_the_other_way = _with(
    "gru_mixed_the_other_way", _gru,
    mix=lambda z, h, n: (1 - z) * h + z * n)
gru_added_whole = _with(
    "gru_added_whole", _gru, mix=lambda z, h, n: z * h + n)
gru_candidate_alone = _with(
    "gru_candidate_alone", _gru, mix=lambda z, h, n: n)
gru_of_input_alone = _with(
    "gru_of_input_alone", _gru,
    candidate=lambda from_x, from_h, r, z: from_x)
gru_without_reset = _with(
    "gru_without_reset", _gru,
    candidate=lambda from_x, from_h, r, z: from_x + from_h)
gru_reset_of_all = _with(
    "gru_reset_of_all", _gru,
    candidate=lambda from_x, from_h, r, z: r * (from_x + from_h))
gru_reset_of_input = _with(
    "gru_reset_of_input", _gru,
    candidate=lambda from_x, from_h, r, z: r * from_x + from_h)
gru_reset_by_z = _with(
    "gru_reset_by_z", _gru,
    candidate=lambda from_x, from_h, r, z: from_x + z * from_h)
gru_reset_upside_down = _with(
    "gru_reset_upside_down", _gru,
    candidate=lambda from_x, from_h, r, z: from_x + (1 - r) * from_h)
gru_order_zrn = _with("gru_order_zrn", _gru, order="zrn")
gru_order_nrz = _with("gru_order_nrz", _gru, order="nrz")
gru_order_rnz = _with("gru_order_rnz", _gru, order="rnz")
gru_interleaved = _with(
    "gru_interleaved", _gru, cut=lambda a: [a[:, k::3] for k in range(3)])
gru_sigmoid_candidate = _with(
    "gru_sigmoid_candidate", _gru, squash=nm.sigmoid)
gru_raw_candidate = _with("gru_raw_candidate", _gru, squash=lambda z: z)


def gru_reset_before(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    """Cho et al. 2014: the reset gate on h, before the product."""
    H = h.shape[1]
    z = _preactivation(x, h, W_ih, W_hh, b_ih, b_hh)
    r, u = nm.sigmoid(z[:, :H]), nm.sigmoid(z[:, H : 2 * H])
    n = np.tanh(_preactivation(
        x, r * h, W_ih, W_hh, b_ih, b_hh)[:, 2 * H :])
    return u * h + (1 - u) * n


def gru_of_the_textbook(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    """Chung et al. 2014: that, and z on the candidate."""
    H = h.shape[1]
    z = _preactivation(x, h, W_ih, W_hh, b_ih, b_hh)
    r, u = nm.sigmoid(z[:, :H]), nm.sigmoid(z[:, H : 2 * H])
    n = np.tanh(_preactivation(
        x, r * h, W_ih, W_hh, b_ih, b_hh)[:, 2 * H :])
    return (1 - u) * h + u * n


def gru_reset_of_state(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    """r * h, which has not been through W_hn."""
    return _gru(x, h, W_ih, W_hh, b_ih, b_hh,
                candidate=lambda from_x, from_h, r, z: from_x + r * h)


def gru_reset_of_state_b(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    H = h.shape[1]
    bias = 0.0 if b_hh is None else b_hh[2 * H :]
    return _gru(x, h, W_ih, W_hh, b_ih, b_hh, candidate=(
        lambda from_x, from_h, r, z: from_x + r * h + bias))


def _without_b_hn(h, b_hh):
    if b_hh is None:
        return None
    H = h.shape[1]
    return np.append(b_hh[: 2 * H], np.zeros(H))


def gru_without_b_hn(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    return _gru(x, h, W_ih, W_hh, b_ih, _without_b_hn(h, b_hh))


def gru_reset_before_without_b_hn(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    return gru_reset_before(x, h, W_ih, W_hh, b_ih, _without_b_hn(h, b_hh))


def gru_bias_outside(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    """r on W_hn h alone, b_hn beside it."""
    H = h.shape[1]
    bias = np.zeros(H) if b_hh is None else b_hh[2 * H :]
    return _gru(
        x, h, W_ih, W_hh, b_ih, b_hh,
        candidate=lambda from_x, from_h, r, z: (
            from_x + r * (from_h - bias) + bias))


def gru_bias_outside_mixed_the_other_way(x, h, W_ih, W_hh, b_ih=None,
                                         b_hh=None):
    H = h.shape[1]
    bias = np.zeros(H) if b_hh is None else b_hh[2 * H :]
    return _gru(
        x, h, W_ih, W_hh, b_ih, b_hh, mix=lambda z, h, n: (1 - z) * h + z * n,
        candidate=lambda from_x, from_h, r, z: (
            from_x + r * (from_h - bias) + bias))


gru_order_zrn_mixed_the_other_way = _with(
    "gru_order_zrn_mixed_the_other_way", _gru, order="zrn",
    mix=lambda z, h, n: (1 - z) * h + z * n)
gru_cut_into_rows = _with(
    "gru_cut_into_rows", _gru, cut=lambda a: np.split(a, 3))
gru_cut_across = _with(
    "gru_cut_across", _gru, cut=lambda a: a.reshape(3, len(a), -1))


def gru_without_b_hh(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    return _gru(x, h, W_ih, W_hh, b_ih)


def gru_without_b_ih(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    return _gru(x, h, W_ih, W_hh, None, b_hh)


def gru_without_biases(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    return _gru(x, h, W_ih, W_hh)


def gru_biases_always(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    r_x, z_x, n_x = np.split(x @ W_ih.T + b_ih, 3, axis=1)
    r_h, z_h, n_h = np.split(h @ W_hh.T + b_hh, 3, axis=1)
    r, z = nm.sigmoid(r_x + r_h), nm.sigmoid(z_x + z_h)
    return z * h + (1 - z) * np.tanh(n_x + r * n_h)


def gru_if_bias(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    return _gru(x, h, W_ih, W_hh, b_ih if b_ih else None,
                b_hh if b_hh else None)


def gru_biases_by_elif(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    return _gru(x, h, W_ih, W_hh, b_ih, b_hh if b_ih is None else None)


def gru_without_h(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    """The gates see the input only."""
    H = h.shape[1]
    product = np.concatenate([np.zeros((2 * H, H)), W_hh[2 * H :]])
    return _gru(x, h, W_ih, product, b_ih, b_hh)


def gru_matrices_swapped(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    return _gru(x, h, W_hh, W_ih, b_ih, b_hh)


def gru_not_transposed(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    return _gru(x, h, W_ih.T, W_hh.T, b_ih, b_hh)


def gru_by_slices(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    H = h.shape[1]

    def gate(k):
        rows = slice(k * H, (k + 1) * H)
        a, b = x @ W_ih[rows].T, h @ W_hh[rows].T
        return (a if b_ih is None else a + b_ih[rows],
                b if b_hh is None else b + b_hh[rows])

    r = 1 / (1 + np.exp(-sum(gate(0))))
    z = 1 / (1 + np.exp(-sum(gate(1))))
    of_x, of_h = gate(2)
    return np.tanh(of_x + r * of_h) * (1 - z) + h * z


def gru_by_steps(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    """From the old state a share of the way to the candidate."""
    return _gru(x, h, W_ih, W_hh, b_ih, b_hh,
                mix=lambda z, h, n: n + z * (h - n))


# --- discretize, ssm_scan, ssm_kernel ----------------------------------------


def _held(A, B, delta):
    small = np.where(A == 0, 1.0, A)
    return np.exp(delta * A), np.where(
        A == 0, delta, np.expm1(delta * A) / small) * B


def discretize_euler(A, B, delta):
    return 1 + delta * A, delta * B


def discretize_half_euler(A, B, delta):
    return np.exp(delta * A), delta * B


def discretize_bilinear(A, B, delta):
    half = delta * A / 2
    return (1 + half) / (1 - half), delta * B / (1 - half)


def discretize_implicit(A, B, delta):
    return 1 / (1 - delta * A), delta * B / (1 - delta * A)


def discretize_zero_by_zero(A, B, delta):
    A_bar = np.exp(delta * A)
    return A_bar, (A_bar - 1) / A * B


def discretize_zero_for_nan(A, B, delta):
    A_bar = np.exp(delta * A)
    safe = np.where(A == 0, 1.0, A)
    return A_bar, (A_bar - 1) / safe * B


def discretize_limit_one(A, B, delta):
    A_bar, B_bar = _held(A, B, delta)
    return A_bar, np.where(A == 0, B, B_bar)


def discretize_without_B(A, B, delta):
    return np.exp(delta * A), _held(A, np.ones_like(B), delta)[1]


def discretize_without_division(A, B, delta):
    A_bar = np.exp(delta * A)
    return A_bar, np.where(A == 0, delta, A_bar - 1) * B


def discretize_times_A(A, B, delta):
    A_bar = np.exp(delta * A)
    return A_bar, np.where(A == 0, delta, A * (A_bar - 1)) * B


def discretize_over_delta_A(A, B, delta):
    """Divided by delta A, as if delta were part of the inverse."""
    A_bar, B_bar = _held(A, B, delta)
    return A_bar, np.where(A == 0, delta * B, B_bar / delta)


def discretize_other_sign(A, B, delta):
    A_bar, B_bar = _held(A, B, delta)
    return A_bar, np.where(A == 0, 1, -1) * B_bar


def discretize_decaying(A, B, delta):
    """A minus of its own in the exponent."""
    A_bar, B_bar = _held(-A, B, delta)
    return A_bar, B_bar


def discretize_without_delta(A, B, delta):
    return _held(A, B, 1.0)


def discretize_B_first(A, B, delta):
    return _held(A, B, delta)[::-1]


def discretize_as_matrices(A, B, delta):
    A_bar, B_bar = _held(A, B, delta)
    return np.diag(A_bar), B_bar


def _scan(x, A_bar, B_bar, C):
    h, y = np.zeros_like(A_bar), []
    for x_t in x:
        h = A_bar * h + B_bar * x_t
        y.append(C @ h)
    return np.array(y)


def scan_before_update(x, A_bar, B_bar, C):
    return np.append(0.0, _scan(x, A_bar, B_bar, C)[:-1])


def scan_not_carried(x, A_bar, B_bar, C):
    return x * (C @ B_bar)


def scan_of_each_state(x, A_bar, B_bar, C):
    h, y = np.zeros_like(A_bar), []
    for x_t in x:
        h = A_bar * h + B_bar * x_t
        y.append(C * h)
    return np.array(y)


def scan_of_states(x, A_bar, B_bar, C):
    """The states themselves."""
    h, states = np.zeros_like(A_bar), []
    for x_t in x:
        h = A_bar * h + B_bar * x_t
        states.append(h)
    return np.array(states)


def scan_without_C(x, A_bar, B_bar, C):
    return _scan(x, A_bar, B_bar, np.ones_like(C))


def scan_last_output(x, A_bar, B_bar, C):
    return _scan(x, A_bar, B_bar, C)[-1]


def scan_input_remembered_late(x, A_bar, B_bar, C):
    """h = A_bar (h + B_bar x)."""
    return _scan(x, A_bar, A_bar * B_bar, C)


def scan_without_B(x, A_bar, B_bar, C):
    return _scan(x, A_bar, np.ones_like(B_bar), C)


def scan_from_ones(x, A_bar, B_bar, C):
    h, y = np.ones_like(A_bar), []
    for x_t in x:
        h = A_bar * h + B_bar * x_t
        y.append(C @ h)
    return np.array(y)


def scan_with_input_added(x, A_bar, B_bar, C):
    return _scan(x, A_bar, B_bar, C) + x


def scan_backwards(x, A_bar, B_bar, C):
    return _scan(x[::-1], A_bar, B_bar, C)[::-1]


def _kernel(A_bar, B_bar, C, length):
    return (A_bar ** np.arange(length)[:, None]) @ (C * B_bar)


def kernel_from_A(A_bar, B_bar, C, length):
    return _kernel(A_bar, A_bar * B_bar, C, length)


def kernel_reversed(A_bar, B_bar, C, length):
    return _kernel(A_bar, B_bar, C, length)[::-1]


def kernel_without_C(A_bar, B_bar, C, length):
    return _kernel(A_bar, B_bar, np.ones_like(C), length)


def kernel_without_B(A_bar, B_bar, C, length):
    return _kernel(A_bar, np.ones_like(B_bar), C, length)


def kernel_one_short(A_bar, B_bar, C, length):
    return _kernel(A_bar, B_bar, C, length)[:-1]


def kernel_one_long(A_bar, B_bar, C, length):
    return _kernel(A_bar, B_bar, C, length + 1)


def kernel_of_each_state(A_bar, B_bar, C, length):
    return (A_bar ** np.arange(length)[:, None]) * (C * B_bar)


def kernel_of_multiples(A_bar, B_bar, C, length):
    """k times A_bar in place of its power."""
    return np.arange(length) * (C @ (A_bar * B_bar))


def kernel_powers_of_all(A_bar, B_bar, C, length):
    """The power is taken of the whole product."""
    return np.array([np.sum((C * A_bar * B_bar) ** k) for k in range(length)])


def kernel_summed_up(A_bar, B_bar, C, length):
    """The answer to a step, not to an impulse."""
    return np.cumsum(_kernel(A_bar, B_bar, C, length))


def discretize_by_limits(A, B, delta):
    """Where A is tiny, the first terms of the series."""
    u = delta * A
    phi = np.array([
        1 + v / 2 + v * v / 6 if abs(v) < 1e-5 else (np.exp(v) - 1) / v
        for v in u
    ])
    return np.exp(u), delta * phi * B


def scan_by_convolution(x, A_bar, B_bar, C):
    return np.convolve(x, _kernel(A_bar, B_bar, C, len(x)))[: len(x)]


def kernel_by_impulse(A_bar, B_bar, C, length):
    return _scan(np.eye(length)[0], A_bar, B_bar, C)


def kernel_step_by_step(A_bar, B_bar, C, length):
    state, out = B_bar, []
    for _ in range(length):
        out.append(C @ state)
        state = A_bar * state
    return out

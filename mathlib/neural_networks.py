r"""Chapter 14: layers and cells, forwards and, by hand, backwards.

Samples are rows: x has the shape (N, n).  Images are (N, C, H, W), sequences
(N, T, D).  A ``..._backward`` takes the gradient of a loss by what the
function returned, and returns the gradients by what it was given.
"""

import math

from mathlib.arrays import alike, arrays
from mathlib.foundations import (
    check_axis,
    check_count,
    check_positive,
    check_shape,
    check_vector,
    softmax,
)
from mathlib.linear_algebra import check_matrix, l2_norm, linear
from mathlib.numerical_methods import sigmoid

__all__ = [
    "conv2d",
    "conv2d_backward",
    "conv_output_size",
    "conv_parameter_count",
    "convolve1d",
    "discretize",
    "gradient_norm_profile",
    "gru_cell",
    "gru_cell_backward",
    "lstm_cell",
    "lstm_cell_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "mlp_backward",
    "mlp_forward",
    "output_delta",
    "receptive_field",
    "rnn_backward",
    "rnn_forward",
    "ssm_kernel",
    "ssm_scan",
]

# The last step of a network, and whether its slope cancels against the loss.
_KINDS = {
    "softmax_cross_entropy": (softmax, True),
    "sigmoid_cross_entropy": (sigmoid, True),
    "squared_error": (lambda z: z, True),
    "sigmoid_squared_error": (sigmoid, False),
}


def mlp_forward(x, weights, biases, activation):
    r"""Run samples through a multilayer perceptron.

    Parameters
    ----------
    x : array of shape `(N, n_0)`
        Samples are rows.
    weights : sequence of L arrays of shape `(n_l, n_{l-1})`
        One matrix for each layer, one row for each of its outputs.
    biases : sequence of L arrays of shape `(n_l,)`
    activation : callable
        The function f, entry by entry; after every layer but the last.

    Returns
    -------
    output : array of shape `(N, n_L)`
        The last layer's :math:`\mathbf z^L`: logits, or a prediction.
    cache : tuple of two lists of L arrays
        ``(activations, zs)``: what went into each layer,
        :math:`\mathbf a^0 = \mathbf x` to :math:`\mathbf a^{L-1}`, and what
        came out, :math:`\mathbf z^1` to :math:`\mathbf z^L`.

    Raises
    ------
    ValueError
        If the shapes do not fit or there is no layer.

    Notes
    -----
    .. math:: \mathbf z^l = W^l\mathbf a^{l-1} + \mathbf b^l, \qquad
       \mathbf a^l = f(\mathbf z^l), \qquad
       Z^l = A^{l-1}(W^l)^\top + \mathbf 1(\mathbf b^l)^\top.

    Without f the layers would multiply to one matrix.  The cache is what the
    way back needs, see :func:`mlp_backward`.  Time is linear in the number
    of weights times N.

    References
    ----------
    Rumelhart, D. E., Hinton, G. E., Williams, R. J. (1986). Learning
    representations by back-propagating errors. Nature 323.
    doi:10.1038/323533a0.

    Examples
    --------
    >>> from mathlib.machine_learning import relu
    >>> y, (activations, zs) = mlp_forward([[2.0]], [[[1.0]], [[2.0]]],
    ...                                    [[0.0], [0.0]], relu)
    >>> y, [float(z[0, 0]) for z in zs]
    (array([[4.]]), [2.0, 4.0])
    """
    if len(weights) != len(biases) or len(weights) == 0:
        raise ValueError(
            "weights and biases must have one entry for each layer, got"
            f" {len(weights)} and {len(biases)}"
        )
    _, a = arrays(x)
    check_matrix("x", a, batch=False)
    activations, zs = [], []
    for layer, (W, b) in enumerate(zip(weights, biases, strict=True)):
        if layer > 0:
            a = _entrywise("activation", activation, zs[-1])
        _, _, W, b = alike(a, W, b)
        activations.append(a)
        zs.append(linear(a, W, b))
    return zs[-1], (activations, zs)


def output_delta(y_hat, y, *, kind="softmax_cross_entropy"):
    r"""Say how the loss of each sample reacts to the last layer's z.

    Parameters
    ----------
    y_hat : array of shape `(..., K)`
        What the network says, after its last step: probabilities for a
        softmax or sigmoid, z itself for ``"squared_error"``.
    y : array of the shape of y_hat
        What was true; one-hot for a softmax.
    kind : str, default "softmax_cross_entropy"
        Last step and loss: also ``"sigmoid_cross_entropy"``,
        ``"squared_error"`` (no last step, half of the squared distance) and
        ``"sigmoid_squared_error"``.

    Returns
    -------
    array of the shape of y_hat

    Raises
    ------
    ValueError
        If the shapes differ or ``kind`` is unknown.

    Notes
    -----
    .. math:: \boldsymbol\delta^L = \frac{\partial L}{\partial\mathbf z^L}
       = \frac{\partial L}{\partial\mathbf a^L}\odot f'(\mathbf z^L),
       \qquad \text{softmax + cross-entropy: } \boldsymbol\delta^L =
       \hat{\mathbf y}-\mathbf y.

    The form with the product entry by entry is for an f that works entry by
    entry.  Softmax does not: its whole Jacobian is needed, after which the
    same :math:`\hat{\mathbf y}-\mathbf y` is left as for a sigmoid with
    cross-entropy and for a linear output with half the squared error.  Only
    a sigmoid with squared error keeps the factor
    :math:`f' = \hat y(1-\hat y)`.  Linear time.

    References
    ----------
    Bishop, C. M. (2006). Pattern Recognition and Machine Learning, 5.3.
    Springer.

    Examples
    --------
    >>> output_delta([0.2, 0.5, 0.3], [0, 1, 0]).round(4)
    array([ 0.2, -0.5,  0.3])
    """
    _, cancels = _kind(kind)
    _, y_hat, y = alike(y_hat, y)
    check_shape("y", y, tuple(y_hat.shape))
    delta = y_hat - y
    return delta if cancels else delta * y_hat * (1 - y_hat)


def mlp_backward(
    cache, weights, y, activation_derivative, *, kind="softmax_cross_entropy"
):
    r"""Send the error of a multilayer perceptron back through its layers.

    Parameters
    ----------
    cache : tuple
        From :func:`mlp_forward`.
    weights : sequence of L arrays of shape `(n_l, n_{l-1})`
        The weights that it was given.
    y : array of shape `(N, n_L)`
        What was true; one-hot for a softmax.
    activation_derivative : callable
        The derivative of the activation, as a function of z.
    kind : str, default "softmax_cross_entropy"
        Last step and loss, as in :func:`output_delta`.

    Returns
    -------
    grad_weights, grad_biases : lists of L arrays
        Gradients of the mean loss over the N samples.

    Raises
    ------
    ValueError
        If the shapes do not fit or ``kind`` is unknown.

    Notes
    -----
    .. math:: \boldsymbol\delta^l = \big((W^{l+1})^\top
       \boldsymbol\delta^{l+1}\big)\odot f'(\mathbf z^l), \qquad
       \frac{\partial L}{\partial W^l} =
       \boldsymbol\delta^l(\mathbf a^{l-1})^\top, \qquad
       \frac{\partial L}{\partial\mathbf b^l} = \boldsymbol\delta^l,

    added up over the samples.  About twice the time of the way forwards.

    References
    ----------
    Rumelhart, D. E., Hinton, G. E., Williams, R. J. (1986). Learning
    representations by back-propagating errors. Nature 323.
    doi:10.1038/323533a0.

    Examples
    --------
    >>> from mathlib.calculus import relu_derivative
    >>> from mathlib.machine_learning import relu
    >>> weights, biases = [[[1.0]], [[2.0]]], [[0.0], [0.0]]
    >>> _, cache = mlp_forward([[2.0]], weights, biases, relu)
    >>> grad_weights, _ = mlp_backward(
    ...     cache, weights, [[6.0]], relu_derivative, kind="squared_error")
    >>> [float(g[0, 0]) for g in grad_weights]
    [-8.0, -4.0]
    """
    activations, zs = cache
    last_step, _ = _kind(kind)
    if not len(weights) == len(activations) == len(zs):
        raise ValueError(
            f"weights must have one entry for each of the {len(zs)} layers in"
            f" cache, got {len(weights)}"
        )
    xp, z, y = alike(zs[-1], y)
    check_shape("y", y, tuple(z.shape))
    if y.shape[0] == 0:
        raise ValueError("y must have at least one row")
    delta = output_delta(last_step(z), y, kind=kind) / y.shape[0]
    deltas = _deltas(weights, zs, delta, activation_derivative)
    pairs = zip(deltas, activations, strict=True)
    grad_weights = [delta.mT @ a for delta, a in pairs]
    return grad_weights, [xp.sum(delta, axis=0) for delta in deltas]


def gradient_norm_profile(weights, zs, delta_last, activation_derivative):
    r"""Measure how the error signal shrinks or grows on its way back.

    Parameters
    ----------
    weights : sequence of L arrays of shape `(n_l, n_{l-1})`
    zs : sequence of L arrays of shape `(n_l,)` or `(N, n_l)`
        What came out of each layer before the activation.
    delta_last : array of the shape of the last z
        The error signal :math:`\boldsymbol\delta^L` of the last layer.
    activation_derivative : callable
        The derivative of the activation, as a function of z.

    Returns
    -------
    array of shape `(L,)`
        Lengths of :math:`\boldsymbol\delta^1` to
        :math:`\boldsymbol\delta^L`, each taken over all samples together.

    Raises
    ------
    ValueError
        If the shapes do not fit or there is no layer.

    Notes
    -----
    .. math:: \boldsymbol\delta^l = \Big[\prod_{k=l}^{L-1}
       \mathrm{diag}(f'(\mathbf z^k))\,(W^{k+1})^\top\Big]
       \boldsymbol\delta^L,

    the factors from left to right as k grows.  Neither the first matrix nor
    the slope at the last z takes part.  If :math:`\|W\|\,|f'| < 1` in every
    layer, the signal must vanish; above 1 it may explode, but need not.
    Time is linear in the number of weights times N.

    References
    ----------
    Hochreiter, S. (1991). Untersuchungen zu dynamischen neuronalen Netzen.
    Diploma thesis, TU Munich.  Pascanu, R., Mikolov, T., Bengio, Y. (2013).
    On the difficulty of training recurrent neural networks. ICML.
    arXiv:1211.5063.

    Examples
    --------
    >>> from mathlib.calculus import sigmoid_derivative
    >>> gradient_norm_profile([[[1.0]]] * 3, [[0.0]] * 3, [1.0],
    ...                       sigmoid_derivative)
    array([0.0625, 0.25  , 1.    ])
    """
    if len(weights) != len(zs) or len(weights) == 0:
        raise ValueError(
            "weights and zs must have one entry for each layer, got"
            f" {len(weights)} and {len(zs)}"
        )
    xp, delta, last = alike(delta_last, zs[-1])
    check_shape("delta_last", delta, tuple(last.shape))
    check_axis("delta_last", delta, -1)
    deltas = _deltas(weights, zs, delta, activation_derivative)
    return xp.stack([l2_norm(xp.reshape(d, (-1,))) for d in deltas])


def convolve1d(f, g):
    r"""Convolve two sequences.

    Parameters
    ----------
    f : array of shape `(n,)`
    g : array of shape `(k,)`
        One number or more in each.

    Returns
    -------
    array of shape `(n + k - 1,)`

    Raises
    ------
    ValueError
        If one is no vector or empty.

    Notes
    -----
    .. math:: (f * g)(t) = \sum_\tau f(\tau)\,g(t-\tau).

    What lies outside is 0.  Polynomials multiply by it, and so do the chances
    of sums.  The minus turns g around; what networks call a convolution does
    not turn it, see :func:`conv2d`.  As ``numpy.convolve``.  :math:`O(nk)`
    time.

    References
    ----------
    Oppenheim, A. V., Willsky, A. S. (1997). Signals and Systems, 2nd ed.,
    2.1. Prentice Hall.

    Examples
    --------
    >>> convolve1d([1, 2, 3], [1, 0, -1])
    array([ 1.,  2.,  2., -2., -3.])
    """
    xp, f, g = alike(f, g)
    check_vector("f", f, 1)
    check_vector("g", g, 1)
    f, g = (f, g) if f.shape[0] >= g.shape[0] else (g, f)
    n, k = f.shape[0], g.shape[0]
    total = _zeros(xp, (n + k - 1,), f, g)
    for t in range(k):
        total[t : t + n] += f * g[t]
    return total


def conv2d(x, weight, bias=None, *, stride=1, padding=0):
    r"""Slide kernels over images, and take a dot product at every stop.

    Parameters
    ----------
    x : array of shape `(N, C, H, W)`
        N images of C channels.
    weight : array of shape `(O, C, kh, kw)`
        O kernels, each with a slice for every channel.
    bias : array of shape `(O,)`, optional
    stride : int, default 1
        How far from one stop to the next, in both directions.
    padding : int, default 0
        How many rows and columns of zeros are put on each of the four sides.

    Returns
    -------
    array of shape `(N, O, H_out, W_out)`
        See :func:`conv_output_size`.

    Raises
    ------
    ValueError
        If the shapes do not fit, the kernel is larger than the padded image,
        or a number is out of range.

    Notes
    -----
    .. math:: S_o(i,j) = b_o + \sum_c\sum_m\sum_n
       X_c(iS+m,\,jS+n)\,K_{oc}(m,n).

    Deep learning calls this a convolution; it is a cross-correlation: the
    kernel is not turned around.  With ``stride`` equal to the kernel's size
    it cuts an image into patches and maps each linearly.  As
    ``torch.nn.functional.conv2d``.  All windows side by side make one matrix
    product of :math:`O(N\,O\,C\,k_hk_w\,H_{out}W_{out})` time, and
    :math:`k_hk_w` times the memory of x.

    References
    ----------
    LeCun, Y., Bottou, L., Bengio, Y., Haffner, P. (1998). Gradient-based
    learning applied to document recognition. Proc. IEEE 86(11).
    doi:10.1109/5.726791.

    Examples
    --------
    >>> x = [[[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]]
    >>> conv2d(x, [[[[1, 0], [0, -2]]]])[0, 0]
    array([[ -9., -10.],
           [-12., -13.]])
    """
    xp, x, weight, size = _images(x, weight, stride, padding)
    n_out, *window = weight.shape
    windows = _windows(xp, _padded(xp, x, padding), window[1:], size, stride)
    y = xp.reshape(weight, (n_out, math.prod(window))) @ windows
    y = xp.moveaxis(xp.reshape(y, (n_out, x.shape[0], *size)), 0, 1)
    if bias is None:
        return y
    _, _, bias = alike(y, bias)
    check_shape("bias", bias, (n_out,))
    return y + bias[:, None, None]


def conv2d_backward(grad_output, x, weight, *, stride=1, padding=0):
    r"""Send the gradient of a convolution back to images and kernels.

    Parameters
    ----------
    grad_output : array of shape `(N, O, H_out, W_out)`
        Gradient of a loss with respect to what :func:`conv2d` returned.
    x : array of shape `(N, C, H, W)`
    weight : array of shape `(O, C, kh, kw)`
        What it was given.
    stride : int, default 1
    padding : int, default 0

    Returns
    -------
    grad_x, grad_weight : arrays of the shapes of x and weight
    grad_bias : array of shape `(O,)`

    Raises
    ------
    ValueError
        As :func:`conv2d`, or if ``grad_output`` has another shape than its
        result.

    Notes
    -----
    With G for ``grad_output`` and :math:`X` padded,

    .. math:: \frac{\partial L}{\partial K_{oc}(m,n)} = \sum_{i,j}
       G_o(i,j)\,X_c(iS+m,\,jS+n), \qquad
       \frac{\partial L}{\partial X_c(u,v)} = \sum_o
       \sum_{\substack{iS+m=u\\ jS+n=v}} G_o(i,j)\,K_{oc}(m,n).

    The kernel's gradient is a correlation of X with G.  That of X adds up,
    at each pixel, what comes back from all windows it was in: for stride 1 a
    true convolution of G with K.  About twice the time of the way forwards.

    References
    ----------
    LeCun, Y. et al. (1989). Backpropagation applied to handwritten zip code
    recognition. Neural Computation 1(4). doi:10.1162/neco.1989.1.4.541.

    Examples
    --------
    >>> x, K = [[[[1, 2, 3]]]], [[[[10, 20]]]]
    >>> grad_x, grad_K, grad_b = conv2d_backward([[[[1, 0]]]], x, K)
    >>> grad_x[0, 0, 0], grad_K[0, 0, 0], grad_b
    (array([10., 20.,  0.]), array([1., 2.]), array([1.]))
    """
    xp, x, weight, size = _images(x, weight, stride, padding)
    _, _, g = alike(x, grad_output)
    (N, C, h, w), (n_out, *window), p = x.shape, weight.shape, padding
    check_shape("grad_output", g, (N, n_out, *size))
    wide = _padded(xp, x, p)
    # One row for each kernel, one column for each stop in each image.
    g = xp.reshape(xp.moveaxis(g, 1, 0), (n_out, N * math.prod(size)))
    flat = xp.reshape(weight, (n_out, math.prod(window)))
    grad_weight = g @ _windows(xp, wide, window[1:], size, stride).mT
    back = xp.reshape(flat.mT @ g, (C, math.prod(window[1:]), N, *size))
    grad_wide = _zeros(xp, tuple(wide.shape), back)
    for k, stops in enumerate(_stops(window[1:], size, stride)):
        grad_wide[(..., *stops)] += xp.moveaxis(back[:, k, ...], 0, 1)
    return (
        grad_wide[..., p : p + h, p : p + w],
        xp.reshape(grad_weight, weight.shape),
        xp.sum(g, axis=1),
    )


def conv_output_size(n, kernel_size, *, stride=1, padding=0):
    r"""Count the stops of a window that slides along n pixels.

    Parameters
    ----------
    n : int
        Length of the input.
    kernel_size : int
        Length of the window, at most n + 2 padding.
    stride : int, default 1
    padding : int, default 0
        Zeros on each of both ends.

    Returns
    -------
    int

    Raises
    ------
    TypeError
        If a number is no integer.
    ValueError
        If one is out of range.

    Notes
    -----
    .. math:: H_{out} = \Big\lfloor\frac{H_{in}+2P-F}{S}\Big\rfloor + 1.

    The first stop, and as many steps as fit behind it; a rest of less than a
    step is not looked at.  With S = 1, odd F and P = (F - 1)/2 the length
    stays as it is.  Pooling follows the same rule.  Constant time.

    References
    ----------
    Dumoulin, V., Visin, F. (2016). A guide to convolution arithmetic for
    deep learning. arXiv:1603.07285.

    Examples
    --------
    >>> conv_output_size(7, 3, stride=2), conv_output_size(8, 3, padding=1)
    (3, 8)
    """
    stride = check_count("stride", stride, 1)
    length = check_count("n", n, 1) + 2 * check_count("padding", padding, 0)
    kernel_size = check_count("kernel_size", kernel_size, 1, length)
    return (length - kernel_size) // stride + 1


def conv_parameter_count(kernel_size, c_in, c_out, *, bias=True):
    r"""Count the numbers that a convolution layer learns.

    Parameters
    ----------
    kernel_size : int
        Height and width of the kernels.
    c_in, c_out : int
        Channels that go in and come out.
    bias : bool, default True
        Whether each output channel has a bias.

    Returns
    -------
    int

    Raises
    ------
    TypeError
        If a number is no integer.
    ValueError
        If one is less than 1.

    Notes
    -----
    .. math:: F^2\,C_{in}\,C_{out} + C_{out}.

    The size of the image does not occur: every place shares the weights.
    Constant time.

    References
    ----------
    LeCun, Y., Bottou, L., Bengio, Y., Haffner, P. (1998). Gradient-based
    learning applied to document recognition. Proc. IEEE 86(11).
    doi:10.1109/5.726791.

    Examples
    --------
    >>> conv_parameter_count(3, 64, 128)
    73856
    """
    F = check_count("kernel_size", kernel_size, 1)
    c_in, c_out = check_count("c_in", c_in, 1), check_count("c_out", c_out, 1)
    return F * F * c_in * c_out + (c_out if bias else 0)


def max_pool2d(x, kernel_size, *, stride=None):
    r"""Keep the largest entry of every window of an image.

    Parameters
    ----------
    x : array of shape `(..., H, W)`
        Images, for instance `(N, C, H, W)`.
    kernel_size : int
        Height and width of the windows.
    stride : int, optional
        How far from one window to the next; ``kernel_size`` when not given,
        so that they lie side by side.

    Returns
    -------
    array of shape `(..., H_out, W_out)`
        See :func:`conv_output_size`: a window that would stick out is left
        out.

    Raises
    ------
    ValueError
        If ``x`` has less than two axes, the window is larger than the image,
        or a number is out of range.

    Notes
    -----
    .. math:: y[i,j] = \max_{(m,n)} x[iS+m,\,jS+n].

    A shift of the image inside a window changes nothing; one across the edge
    of a window does.  Time and memory :math:`O(F^2)` times the result's
    size.

    References
    ----------
    Riesenhuber, M., Poggio, T. (1999). Hierarchical models of object
    recognition in cortex. Nature Neuroscience 2. doi:10.1038/14819.

    Examples
    --------
    >>> max_pool2d([[1, 2, 5, 0], [3, 4, 0, 6]], 2)
    array([[4., 6.]])
    """
    xp, windows, _, _ = _pools(x, kernel_size, stride)
    first = xp.argmax(windows, axis=-1)[..., None]
    return xp.take_along_axis(windows, first, axis=-1)[..., 0]


def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None):
    r"""Send the gradient of a max pooling back to the entries that won.

    Parameters
    ----------
    grad_output : array of shape `(..., H_out, W_out)`
        Gradient of a loss with respect to what :func:`max_pool2d` returned.
    x : array of shape `(..., H, W)`
        What it was given.
    kernel_size : int
    stride : int, optional

    Returns
    -------
    array of the shape of x

    Raises
    ------
    ValueError
        As :func:`max_pool2d`, or if ``grad_output`` has another shape than
        its result.

    Notes
    -----
    .. math:: \frac{\partial L}{\partial x} = \text{upstream at the argmax,
       else } 0.

    At a tie the first in row order gets it all, as in PyTorch.  An entry
    that wins in several windows gets the sum.  Time and memory
    :math:`O(F^2)` times the result's size.

    References
    ----------
    Goodfellow, I., Bengio, Y., Courville, A. (2016). Deep Learning, 9.3.
    MIT Press.

    Examples
    --------
    >>> max_pool2d_backward([[10, 20]], [[1, 2, 5, 0], [3, 4, 0, 6]], 2)
    array([[ 0.,  0.,  0.,  0.],
           [ 0., 10.,  0., 20.]])
    """
    xp, windows, x, stops = _pools(x, kernel_size, stride)
    _, _, g = alike(x, grad_output)
    check_shape("grad_output", g, tuple(windows.shape[:-1]))
    first = xp.argmax(windows, axis=-1)
    grad_x = _zeros(xp, tuple(x.shape), g)
    for k, stop in enumerate(stops):
        grad_x[(..., *stop)] += xp.where(first == k, g, 0.0)
    return grad_x


def receptive_field(kernel_sizes, strides):
    r"""Count the pixels, along one axis, that an output of a CNN can see.

    Parameters
    ----------
    kernel_sizes : sequence of ints
        Of the layers from the first to the last, pooling among them.
    strides : sequence of ints
        As many.

    Returns
    -------
    int
        1 when there is no layer.

    Raises
    ------
    TypeError
        If an entry is no integer.
    ValueError
        If the lengths differ or an entry is less than 1.

    Notes
    -----
    .. math:: \mathrm{RF}_l = \mathrm{RF}_{l-1} +
       (F_l-1)\prod_{k=1}^{l-1}S_k, \qquad \mathrm{RF}_0 = 1.

    Neighbours in layer l - 1 look at pixels that lie a product of strides
    apart: the stride of a layer counts from the next one on.  L layers of
    3 x 3 see 2L + 1 pixels; a pooling by 2 adds one such step and doubles
    what later layers add.  Linear time.

    References
    ----------
    Araujo, A., Norris, W., Sim, J. (2019). Computing receptive fields of
    convolutional neural networks. Distill. doi:10.23915/distill.00021.

    Examples
    --------
    >>> receptive_field([3, 3], [1, 1]), receptive_field([3, 3, 2], [1, 1, 2])
    (5, 6)
    """
    if len(kernel_sizes) != len(strides):
        raise ValueError(
            "strides must have as many entries as kernel_sizes,"
            f" {len(kernel_sizes)}, got {len(strides)}"
        )
    field, apart = 1, 1
    for F, S in zip(kernel_sizes, strides, strict=True):
        field += (check_count("kernel_sizes", F, 1) - 1) * apart
        apart *= check_count("strides", S, 1)
    return field


def rnn_forward(x, h0, W_ih, W_hh, b=None):
    r"""Read sequences with a recurrent network, one step after another.

    Parameters
    ----------
    x : array of shape `(N, T, D)`
        N sequences of T steps.
    h0 : array of shape `(N, H)`
        The state before the first step.
    W_ih : array of shape `(H, D)`
        From input to state.
    W_hh : array of shape `(H, H)`
        From state to state.
    b : array of shape `(H,)`, optional

    Returns
    -------
    h : array of shape `(N, T, H)`
        The state after every step.
    cache : tuple
        ``(x, h0, h)``, for :func:`rnn_backward`.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    .. math:: \mathbf h_t = \tanh(W_{ih}\mathbf x_t + W_{hh}\mathbf h_{t-1}
       + \mathbf b).

    The weights are the same at every step, so their number does not depend
    on T.  As ``torch.nn.RNN(batch_first=True)``, whose two biases are added
    up here.  :math:`O(NTH(H + D))` time.

    References
    ----------
    Elman, J. L. (1990). Finding structure in time. Cognitive Science 14(2).
    doi:10.1207/s15516709cog1402_1.

    Examples
    --------
    >>> h, _ = rnn_forward([[[1.0], [0.0]]], [[0.0]], [[1.0]], [[0.5]])
    >>> h[0, :, 0].round(4)
    array([0.7616, 0.3634])
    """
    xp, x, h0, W_ih, W_hh = alike(x, h0, W_ih, W_hh)
    _check_sequences(x, h0, W_ih, W_hh)
    # What does not depend on the state is done for all steps at once.
    drive = linear(x, W_ih, None if b is None else alike(x, b)[2])
    h, states = h0, []
    for t in range(x.shape[1]):
        h = xp.tanh(drive[:, t, :] + h @ W_hh.mT)
        states.append(h)
    h = xp.stack(states, axis=1) if states else h0[:, None, :][:, :0, :]
    return h, (x, h0, h)


def rnn_backward(cache, grad_h, W_ih, W_hh):
    r"""Send gradients of a recurrent network's states back through time.

    Parameters
    ----------
    cache : tuple
        From :func:`rnn_forward`.
    grad_h : array of shape `(N, T, H)`
        Gradient of a loss by each state, on the way that does not lead
        through later states: 0 for all but the last step, if only the last
        state is read.
    W_ih : array of shape `(H, D)`
    W_hh : array of shape `(H, H)`
        The weights that it was given.

    Returns
    -------
    grad_x, grad_h0, grad_W_ih, grad_W_hh : arrays
        Of the shapes of ``x``, ``h0``, ``W_ih`` and ``W_hh``.
    grad_b : array of shape `(H,)`

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    With :math:`\boldsymbol\delta_t` for the gradient by what tanh is given
    at step t,

    .. math:: \boldsymbol\delta_t = (1-\mathbf h_t^2)\odot\Big(\frac{\partial
       L}{\partial\mathbf h_t} + W_{hh}^\top\boldsymbol\delta_{t+1}\Big),
       \qquad \frac{\partial L}{\partial W_{hh}} =
       \sum_t\boldsymbol\delta_t\mathbf h_{t-1}^\top, \qquad
       \frac{\partial L}{\partial W_{ih}} =
       \sum_t\boldsymbol\delta_t\mathbf x_t^\top.

    Each step back multiplies by :math:`\mathrm{diag}(1-\mathbf h_t^2)` and
    :math:`W_{hh}^\top` again: hence gradients vanish or explode.
    :math:`O(NTH(H + D))` time.

    References
    ----------
    Werbos, P. J. (1990). Backpropagation through time: what it does and how
    to do it. Proc. IEEE 78(10). doi:10.1109/5.58337.

    Examples
    --------
    >>> _, cache = rnn_forward([[[0.0], [0.0]]], [[0.0]], [[1.0]], [[0.5]])
    >>> grad_x, grad_h0, *_ = rnn_backward(
    ...     cache, [[[0.0], [1.0]]], [[1.0]], [[0.5]])
    >>> grad_x[0, :, 0], grad_h0
    (array([0.5, 1. ]), array([[0.25]]))
    """
    xp, x, h0, h, grad_h, W_ih, W_hh = alike(*cache, grad_h, W_ih, W_hh)
    _check_sequences(x, h0, W_ih, W_hh)
    check_shape("grad_h", grad_h, tuple(h.shape))
    back, deltas = xp.zeros_like(h0), []
    for t in reversed(range(h.shape[1])):
        slope = 1 - h[:, t, :] ** 2
        delta = slope * (grad_h[:, t, :] + back)
        back = delta @ W_hh
        deltas.append(delta)
    delta = xp.stack(deltas[::-1], axis=1) if deltas else 0 * h
    before = xp.concat([h0[:, None, :], h], axis=1)[:, :-1, :]
    grad_W_ih, grad_W_hh = _outer(xp, delta, x), _outer(xp, delta, before)
    return delta @ W_ih, back, grad_W_ih, grad_W_hh, xp.sum(delta, axis=(0, 1))


def lstm_cell(x, h, c, W_ih, W_hh, b_ih=None, b_hh=None):
    r"""Take one step of a long short-term memory.

    Parameters
    ----------
    x : array of shape `(N, D)`
        Inputs.
    h, c : array of shape `(N, H)`
        State and memory cell before the step.
    W_ih : array of shape `(4H, D)`
    W_hh : array of shape `(4H, H)`
        Four blocks of H rows each: input gate, forget gate, candidate,
        output gate.
    b_ih, b_hh : array of shape `(4H,)`, optional

    Returns
    -------
    h, c : array of shape `(N, H)`
        State and memory cell after the step.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    .. math:: \mathbf i,\mathbf f,\mathbf g,\mathbf o =
       \sigma,\sigma,\tanh,\sigma\big(W_{ih}\mathbf x_t + \mathbf b_{ih} +
       W_{hh}\mathbf h_{t-1} + \mathbf b_{hh}\big), \qquad
       \mathbf c_t = \mathbf f\odot\mathbf c_{t-1} + \mathbf i\odot\mathbf g,
       \qquad \mathbf h_t = \mathbf o\odot\tanh\mathbf c_t.

    Gates are shares, from 0 to 1, hence sigmoids; what is written and what
    is shown may be negative.  As ``torch.nn.LSTMCell``.  :math:`O(NH(H +
    D))` time.

    References
    ----------
    Hochreiter, S., Schmidhuber, J. (1997). Long short-term memory. Neural
    Computation 9(8). doi:10.1162/neco.1997.9.8.1735.  Gers, F. A.,
    Schmidhuber, J., Cummins, F. (2000). Learning to forget: continual
    prediction with LSTM. Neural Computation 12(10).
    doi:10.1162/089976600300015015.

    Examples
    --------
    >>> W_ih, W_hh = [[0.0], [0.0], [9.0], [0.0]], [[0.0]] * 4
    >>> h, c = lstm_cell([[1.0]], [[0.0]], [[2.0]], W_ih, W_hh)
    >>> h.round(4), c.round(4)
    (array([[0.4526]]), array([[1.5]]))
    """
    xp, (x, h, c, W_ih, W_hh), biases = _cell(
        4, x, h, c, W_ih, W_hh, b_ih=b_ih, b_hh=b_hh
    )
    i, f, g, o = _lstm_gates(xp, x, h, W_ih, W_hh, *biases)
    c = f * c + i * g
    return o * xp.tanh(c), c


def lstm_cell_backward(
    grad_h, grad_c, x, h, c, W_ih, W_hh, b_ih=None, b_hh=None
):
    r"""Send gradients back through one step of a long short-term memory.

    Parameters
    ----------
    grad_h, grad_c : array of shape `(N, H)`
        Gradients of a loss by the state and by the cell that
        :func:`lstm_cell` returned, the latter on the way that does not lead
        through that state.
    x, h, c, W_ih, W_hh, b_ih, b_hh : arrays
        What it was given.

    Returns
    -------
    grad_x, grad_h, grad_c, grad_W_ih, grad_W_hh : arrays
        Of the shapes of what it was given.
    grad_b : array of shape `(4H,)`
        The same for both biases, which are only ever added.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    .. math:: \mathrm dc = \frac{\partial L}{\partial\mathbf c_t} +
       \frac{\partial L}{\partial\mathbf h_t}\odot\mathbf o\odot
       (1-\tanh^2\mathbf c_t), \qquad
       \frac{\partial L}{\partial\mathbf c_{t-1}} =
       \mathbf f\odot\mathrm dc, \qquad
       \boldsymbol\delta_i = \mathrm dc\odot\mathbf g\odot
       \mathbf i(1-\mathbf i),

    and alike for the other gates; from the four blocks of
    :math:`\boldsymbol\delta` on as in :func:`rnn_backward`.  Along the cell
    itself nothing but the forget gate multiplies.  About twice the time of
    the way forwards.

    References
    ----------
    Graves, A., Schmidhuber, J. (2005). Framewise phoneme classification with
    bidirectional LSTM and other neural network architectures. Neural
    Networks 18. doi:10.1016/j.neunet.2005.06.042.

    Examples
    --------
    >>> W_ih, W_hh = [[0.0], [2.0], [0.0], [0.0]], [[0.0]] * 4
    >>> _, _, grad_c, *_ = lstm_cell_backward(
    ...     [[0.0]], [[1.0]], [[1.0]], [[0.0]], [[3.0]], W_ih, W_hh)
    >>> grad_c.round(4)
    array([[0.8808]])
    """
    xp, (x, h, c, W_ih, W_hh), biases = _cell(
        4, x, h, c, W_ih, W_hh, b_ih=b_ih, b_hh=b_hh
    )
    _, _, grad_h, grad_c = alike(h, grad_h, grad_c)
    check_shape("grad_h", grad_h, tuple(h.shape))
    check_shape("grad_c", grad_c, tuple(h.shape))
    i, f, g, o = _lstm_gates(xp, x, h, W_ih, W_hh, *biases)
    shown = xp.tanh(f * c + i * g)
    dc = grad_c + grad_h * o * (1 - shown**2)
    delta = xp.concat([
        dc * g * i * (1 - i),
        dc * c * f * (1 - f),
        dc * i * (1 - g**2),
        grad_h * shown * o * (1 - o),
    ], axis=-1)
    grad_W = _outer(xp, delta, x), _outer(xp, delta, h)
    return delta @ W_ih, delta @ W_hh, dc * f, *grad_W, xp.sum(delta, axis=0)


def gru_cell(x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    r"""Take one step of a gated recurrent unit.

    Parameters
    ----------
    x : array of shape `(N, D)`
        Inputs.
    h : array of shape `(N, H)`
        State before the step.
    W_ih : array of shape `(3H, D)`
    W_hh : array of shape `(3H, H)`
        Three blocks of H rows each: reset gate, update gate, candidate.
    b_ih, b_hh : array of shape `(3H,)`, optional

    Returns
    -------
    array of shape `(N, H)`
        State after the step.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    .. math:: \mathbf r,\mathbf z = \sigma(W_{i\bullet}\mathbf x +
       \mathbf b_{i\bullet} + W_{h\bullet}\mathbf h + \mathbf b_{h\bullet}),
       \qquad \mathbf n = \tanh\big(W_{in}\mathbf x + \mathbf b_{in} +
       \mathbf r\odot(W_{hn}\mathbf h + \mathbf b_{hn})\big), \qquad
       \mathbf h_t = \mathbf z\odot\mathbf h_{t-1} +
       (1-\mathbf z)\odot\mathbf n.

    The update gate keeps the old state, as in Cho et al. (2014) and PyTorch;
    Chung et al. (2014) have it the other way round.  The reset gate acts on
    the product with the matrix, as in PyTorch; in Cho et al. on the state
    before it.  As ``torch.nn.GRUCell``.  :math:`O(NH(H + D))` time.

    References
    ----------
    Cho, K. et al. (2014). Learning phrase representations using RNN
    encoder-decoder for statistical machine translation. EMNLP.
    arXiv:1406.1078.

    Examples
    --------
    >>> W_ih, W_hh = [[0.0], [2.0], [9.0]], [[0.0]] * 3
    >>> gru_cell([[1.0]], [[3.0]], W_ih, W_hh).round(4)
    array([[2.7616]])
    """
    xp, (x, h, W_ih, W_hh), biases = _cell(
        3, x, h, W_ih, W_hh, b_ih=b_ih, b_hh=b_hh
    )
    _, z, n, _ = _gru_gates(xp, x, h, W_ih, W_hh, *biases)
    return z * h + (1 - z) * n


def gru_cell_backward(grad_h, x, h, W_ih, W_hh, b_ih=None, b_hh=None):
    r"""Send gradients back through one step of a gated recurrent unit.

    Parameters
    ----------
    grad_h : array of shape `(N, H)`
        Gradient of a loss by the state that :func:`gru_cell` returned.
    x, h, W_ih, W_hh, b_ih, b_hh : arrays
        What it was given.

    Returns
    -------
    grad_x, grad_h, grad_W_ih, grad_W_hh : arrays
        Of the shapes of what it was given.
    grad_b_ih, grad_b_hh : array of shape `(3H,)`
        They differ in the candidate's block, where the reset gate acts.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    With G for ``grad_h`` and :math:`\mathbf u = W_{hn}\mathbf h +
    \mathbf b_{hn}`,

    .. math:: \boldsymbol\delta_n = G\odot(1-\mathbf z)\odot(1-\mathbf n^2),
       \qquad \boldsymbol\delta_z = G\odot(\mathbf h_{t-1}-\mathbf n)\odot
       \mathbf z(1-\mathbf z), \qquad
       \boldsymbol\delta_r = \boldsymbol\delta_n\odot\mathbf u\odot
       \mathbf r(1-\mathbf r).

    Towards the state, :math:`\boldsymbol\delta_n` is multiplied by r first,
    and :math:`G\odot\mathbf z` comes straight from the sum.  About twice the
    time of the way forwards.

    References
    ----------
    Cho, K. et al. (2014). Learning phrase representations using RNN
    encoder-decoder for statistical machine translation. EMNLP.
    arXiv:1406.1078.

    Examples
    --------
    >>> W_ih, W_hh = [[0.0], [2.0], [0.0]], [[0.0]] * 3
    >>> _, grad_h, *_ = gru_cell_backward(
    ...     [[1.0]], [[1.0]], [[3.0]], W_ih, W_hh)
    >>> grad_h.round(4)
    array([[0.8808]])
    """
    xp, (x, h, W_ih, W_hh), biases = _cell(
        3, x, h, W_ih, W_hh, b_ih=b_ih, b_hh=b_hh
    )
    _, _, G = alike(h, grad_h)
    check_shape("grad_h", G, tuple(h.shape))
    r, z, n, u = _gru_gates(xp, x, h, W_ih, W_hh, *biases)
    delta_n = G * (1 - z) * (1 - n**2)
    delta_z = G * (h - n) * z * (1 - z)
    delta_r = delta_n * u * r * (1 - r)
    to_input = xp.concat([delta_r, delta_z, delta_n], axis=-1)
    to_state = xp.concat([delta_r, delta_z, delta_n * r], axis=-1)
    return (
        to_input @ W_ih,
        to_state @ W_hh + G * z,
        _outer(xp, to_input, x),
        _outer(xp, to_state, h),
        xp.sum(to_input, axis=0),
        xp.sum(to_state, axis=0),
    )


def discretize(A, B, delta):
    r"""Turn a linear differential equation into steps of a given length.

    Parameters
    ----------
    A : array of shape `(n,)`
        The diagonal of a diagonal matrix.
    B : array of shape `(n,)`
        How the input enters.
    delta : float
        Length of a step.

    Returns
    -------
    A_bar, B_bar : array of shape `(n,)`

    Raises
    ------
    ValueError
        If the shapes do not fit or ``delta`` is not positive.

    Notes
    -----
    .. math:: \dot{\mathbf h} = A\mathbf h + Bx \quad\Rightarrow\quad
       \bar A = e^{\Delta A}, \qquad \bar B = A^{-1}(e^{\Delta A} - I)B.

    Exact when the input is held constant during each step (zero-order hold).
    Where an entry of A is 0, the limit :math:`\bar B = \Delta B`.  A step of
    Euler would have :math:`\bar A = 1 + \Delta A`, which explodes where
    :math:`\Delta A < -2`.  Linear time.

    References
    ----------
    Gu, A., Goel, K., Re, C. (2022). Efficiently modeling long sequences with
    structured state spaces. ICLR. arXiv:2111.00396.

    Examples
    --------
    >>> A_bar, B_bar = discretize([-1.0, 0.0], [1.0, 1.0], 0.5)
    >>> A_bar.round(4), B_bar.round(4)
    (array([0.6065, 1.    ]), array([0.3935, 0.5   ]))
    """
    xp, A, B = alike(A, B)
    check_vector("A", A)
    check_shape("B", B, tuple(A.shape))
    _, _, delta = alike(A, delta)
    check_shape("delta", delta, ())
    check_positive(delta=delta)
    zero = A == 0
    step = xp.expm1(delta * A) / xp.where(zero, 1.0, A)
    return xp.exp(delta * A), xp.where(zero, delta, step) * B


def ssm_scan(x, A_bar, B_bar, C):
    r"""Run a state-space model over sequences, as a recurrence.

    Parameters
    ----------
    x : array of shape `(..., T)`
        One number for each step.
    A_bar, B_bar, C : array of shape `(n,)`
        Diagonal of the matrix of a step, how the input enters, how the
        output is read.

    Returns
    -------
    array of shape `(..., T)`

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    .. math:: \mathbf h_t = \bar A\mathbf h_{t-1} + \bar B x_t, \qquad
       y_t = C\mathbf h_t, \qquad \mathbf h_{-1} = 0.

    The same numbers as the convolution of x with :func:`ssm_kernel`, with a
    memory of n numbers instead of all of x.  :math:`O(Tn)` time.

    References
    ----------
    Gu, A., Dao, T. (2023). Mamba: linear-time sequence modeling with
    selective state spaces. arXiv:2312.00752.

    Examples
    --------
    >>> ssm_scan([1, 0, 0, 1], [0.5], [1.0], [2.0])
    array([2.  , 1.  , 0.5 , 2.25])
    """
    xp, x, A_bar, B_bar, C = alike(x, A_bar, B_bar, C)
    check_axis("x", x, -1)
    _check_ssm(A_bar, B_bar, C)
    h, out = 0 * A_bar, []
    for t in range(x.shape[-1]):
        h = A_bar * h + B_bar * x[..., t, None]
        out.append(xp.sum(C * h, axis=-1))
    return xp.stack(out, axis=-1) if out else x


def ssm_kernel(A_bar, B_bar, C, length):
    r"""Write a state-space model as the kernel of a convolution.

    Parameters
    ----------
    A_bar, B_bar, C : array of shape `(n,)`
        As in :func:`ssm_scan`.
    length : int
        How many entries of the kernel, 0 or more.

    Returns
    -------
    array of shape `(length,)`

    Raises
    ------
    ValueError
        If the shapes do not fit or ``length`` is negative.

    Notes
    -----
    .. math:: \bar K_k = C\bar A^k\bar B, \qquad k = 0, 1, \dots; \qquad
       y_t = \sum_{k=0}^t \bar K_k\,x_{t-k}.

    Entry k is what an input still says k steps later.  The first T entries
    of ``convolve1d(x, kernel)`` are the scan; this holds only as long as the
    parameters do not depend on x.  :math:`O(n\,\text{length})` time.

    References
    ----------
    Gu, A., Goel, K., Re, C. (2022). Efficiently modeling long sequences with
    structured state spaces. ICLR. arXiv:2111.00396.

    Examples
    --------
    >>> ssm_kernel([0.5], [1.0], [2.0], 4)
    array([2.  , 1.  , 0.5 , 0.25])
    """
    xp, A_bar, B_bar, C = alike(A_bar, B_bar, C)
    _check_ssm(A_bar, B_bar, C)
    n = check_count("length", length, 0)
    k = xp.arange(n, dtype=A_bar.dtype, device=A_bar.device)
    return (C * B_bar) @ A_bar[:, None] ** k


def _kind(kind):
    """Return what is known of a last step and loss, or raise ValueError."""
    if kind not in _KINDS:
        raise ValueError(
            f"kind must be one of {', '.join(_KINDS)}, got {kind!r}"
        )
    return _KINDS[kind]


def _entrywise(name, function, z):
    """Return function(z), which must have the shape of z."""
    _, _, result = arrays(z, function(z))
    if result.shape != z.shape:
        raise ValueError(
            f"{name} must return the shape {tuple(z.shape)} that it is given,"
            f" got {tuple(result.shape)}"
        )
    return result


def _deltas(weights, zs, delta, derivative):
    """Return the error signals of all layers, given that of the last."""
    deltas = [delta]
    pairs = zip(weights[:0:-1], zs[-2::-1], strict=True)
    for W, z in pairs:
        _, delta, W, z = alike(delta, W, z)
        check_matrix("weights", W, batch=False)
        if (delta.shape[-1], z.shape[-1]) != tuple(W.shape):
            raise ValueError(
                f"weights must have the shape {(delta.shape[-1], z.shape[-1])}"
                " between these layers, got"
                f" {tuple(W.shape)}"
            )
        delta = (delta @ W) * _entrywise("activation_derivative", derivative,
                                         z)
        deltas.append(delta)
    return deltas[::-1]


def _zeros(xp, shape, *values):
    """Return zeros in the type that the values have together."""
    return xp.zeros(shape, dtype=xp.result_type(*values),
                    device=values[0].device)


def _images(x, weight, stride, padding):
    """Return both as arrays, and the size of the result, or raise."""
    xp, x, weight = alike(x, weight)
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1]:
        raise ValueError(
            "x and weight must have the shapes (N, C, H, W) and (O, C, kh,"
            f" kw), got {tuple(x.shape)} and {tuple(weight.shape)}"
        )
    size = tuple(
        conv_output_size(n, F, stride=stride, padding=padding)
        for n, F in zip(x.shape[2:], weight.shape[2:], strict=True)
    )
    return xp, x, weight, size


def _padded(xp, x, p):
    """Return x with p rows and columns of zeros around the last two axes."""
    if p == 0:
        return x
    *batch, h, w = x.shape
    wide = _zeros(xp, (*batch, h + 2 * p, w + 2 * p), x)
    wide[..., p : p + h, p : p + w] = x
    return wide


def _stops(kernel, size, stride):
    """Yield, for each place in the window, the pixels it gets to see."""
    for m in range(kernel[0]):
        for n in range(kernel[1]):
            yield tuple(
                slice(first, first + (count - 1) * stride + 1, stride)
                for first, count in zip((m, n), size, strict=True)
            )


def _windows(xp, x, kernel, size, stride):
    """Return the windows of padded images, one in each column."""
    x = xp.moveaxis(x, 1, 0)
    places = [x[(..., *stops)] for stops in _stops(kernel, size, stride)]
    rows, columns = x.shape[0] * len(places), x.shape[1] * math.prod(size)
    return xp.reshape(xp.stack(places, axis=1), (rows, columns))


def _pools(x, kernel_size, stride):
    """Return the windows of x on a last axis, x, and where they stop."""
    xp, x = arrays(x)
    check_matrix("x", x)
    stride = kernel_size if stride is None else stride
    size = [
        conv_output_size(n, kernel_size, stride=stride) for n in x.shape[-2:]
    ]
    stops = list(_stops((kernel_size, kernel_size), size, stride))
    windows = xp.stack([x[(..., *stop)] for stop in stops], axis=-1)
    return xp, windows, x, stops


def _outer(xp, delta, a):
    """Return the sum over all samples (and steps) of delta times a."""
    rows = xp.reshape(delta, (-1, delta.shape[-1]))
    return rows.mT @ xp.reshape(a, (-1, a.shape[-1]))


def _check_sequences(x, h0, W_ih, W_hh):
    """Raise ValueError unless the arrays of an RNN fit one another."""
    check_matrix("W_ih", W_ih, batch=False)
    n_hidden, n_in = W_ih.shape
    check_shape("W_hh", W_hh, (n_hidden, n_hidden))
    if x.ndim != 3 or x.shape[2] != n_in:
        raise ValueError(
            f"x must have the shape (N, T, {n_in}) for W_ih of shape"
            f" {tuple(W_ih.shape)}, got {tuple(x.shape)}"
        )
    check_shape("h0", h0, (x.shape[0], n_hidden))


def _cell(gates, x, *states_and_weights, b_ih, b_hh):
    """Return the arrays and the biases of a gated cell, or raise."""
    xp, x, *states, W_ih, W_hh = alike(x, *states_and_weights)
    biases = [None if b is None else alike(x, b)[2] for b in (b_ih, b_hh)]
    check_matrix("x", x, batch=False)
    check_matrix("W_hh", W_hh, batch=False)
    n_hidden = W_hh.shape[1]
    check_shape("W_hh", W_hh, (gates * n_hidden, n_hidden))
    check_shape("W_ih", W_ih, (gates * n_hidden, x.shape[1]))
    for name, state in zip("hc", states, strict=False):
        check_shape(name, state, (x.shape[0], n_hidden))
    for name, b in zip(("b_ih", "b_hh"), biases, strict=True):
        if b is not None:
            check_shape(name, b, (gates * n_hidden,))
    return xp, (x, *states, W_ih, W_hh), biases


def _blocks(z, count):
    """Cut the last axis into blocks of equal length."""
    n = z.shape[-1] // count
    return [z[..., k * n : (k + 1) * n] for k in range(count)]


def _lstm_gates(xp, x, h, W_ih, W_hh, b_ih, b_hh):
    """Return input gate, forget gate, candidate and output gate."""
    z = linear(x, W_ih, b_ih) + linear(h, W_hh, b_hh)
    i, f, g, o = _blocks(z, 4)
    return sigmoid(i), sigmoid(f), xp.tanh(g), sigmoid(o)


def _gru_gates(xp, x, h, W_ih, W_hh, b_ih, b_hh):
    """Return reset gate, update gate, candidate, and what reset acts on."""
    x_r, x_z, x_n = _blocks(linear(x, W_ih, b_ih), 3)
    h_r, h_z, u = _blocks(linear(h, W_hh, b_hh), 3)
    r, z = sigmoid(x_r + h_r), sigmoid(x_z + h_z)
    return r, z, xp.tanh(x_n + r * u), u


def _check_ssm(A_bar, B_bar, C):
    """Raise ValueError unless all three have the shape (n,)."""
    check_vector("A_bar", A_bar)
    check_shape("B_bar", B_bar, tuple(A_bar.shape))
    check_shape("C", C, tuple(A_bar.shape))

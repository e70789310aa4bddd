"""Chapter 15: attention, positions, and the blocks made of them.

Rows are tokens: a sequence is an array of shape `(..., T, d)`, and a weight
matrix W acts as ``x @ W``.
"""

import math
import operator

import array_api_compat
import numpy as np

from mathlib.arrays import arrays
from mathlib.foundations import check_shape
from mathlib.machine_learning import gelu, layer_norm, rms_norm, silu
from mathlib.numerical_methods import widen

__all__ = [
    "attention",
    "attention_backward",
    "block_parameter_count",
    "causal_mask",
    "feed_forward",
    "multi_head_attention",
    "padding_mask",
    "qk_norm_attention",
    "residual",
    "rope",
    "rope_score",
    "sinusoidal_encoding",
    "soft_cap",
    "swiglu",
    "transformer_block",
]

# So many queries at a time keep their scores in the processor's cache.
_TILE = 128


def attention(Q, K, V, mask=None, *, causal=False, scale=None):
    r"""Let every query take the average of the values whose keys match it.

    Parameters
    ----------
    Q : array of shape `(..., T_q, d_k)`
        Queries.
    K : array of shape `(..., T_k, d_k)`
        Keys.
    V : array of shape `(..., T_k, d_v)`
        Values.  Leading axes of Q, K and V broadcast.
    mask : array that broadcasts to `(..., T_q, T_k)`, optional
        Boolean, True where the query may attend to the key; or floating, and
        added to the scores: 0 where it may, minus infinity where not.
    causal : bool, default False
        Hide later keys.  The last query stands at the last key, so with
        fewer queries than keys the queries are the newest tokens.  With a
        mask, both apply.
    scale : float, optional
        Factor of the scores; :math:`1/\sqrt{d_k}` when not given.

    Returns
    -------
    array of shape `(..., T_q, d_v)`
        In the dtype of the inputs.  A query that may attend to nothing gets
        0, and so do the gradients that flow through it.

    Raises
    ------
    TypeError
        If ``mask`` is of integers, which would be 0 and 1 by mistake.
    ValueError
        If the shapes do not fit one another.

    Notes
    -----
    .. math:: \mathrm{Attention}(Q, K, V) =
       \mathrm{softmax}\Big(\frac{QK^\top}{\sqrt{d_k}}\Big)V.

    Time :math:`O(T_q T_k (d_k + d_v))`.  Queries are taken 128 at a time,
    so memory is :math:`O(T_k)` for each sequence and head (without
    gradients), and a causal tile skips the keys after its last query.
    Half-precision inputs are computed in single precision.
    ``torch.nn.functional.scaled_dot_product_attention(is_causal=True)``
    aligns the first query with the first key: with fewer queries than keys
    that is another result.

    References
    ----------
    Vaswani, A. et al. (2017). Attention is all you need. NeurIPS.
    arXiv:1706.03762.

    Examples
    --------
    >>> Q = [[1.0, 0.0]]
    >>> K = [[0.5, 0.5], [1.0, -1.0]]
    >>> V = [[1.0, 0.0], [0.0, 1.0]]
    >>> attention(Q, K, V).round(4)
    array([[0.4125, 0.5875]])
    """
    xp, Q, K, V = _same_dtype(Q, K, V)
    batch = _check_attention(Q, K, V)
    mask = _additive(xp, mask, Q, batch)
    given, Q, K, V = Q.dtype, widen(xp, Q), widen(xp, K), widen(xp, V)
    Q = Q * (1 / math.sqrt(Q.shape[-1]) if scale is None else scale)
    n_query, n_key = Q.shape[-2], K.shape[-2]
    tiles = []
    for start in range(0, max(n_query, 1), _TILE):
        stop = min(start + _TILE, n_query)
        seen = min(max(stop + n_key - n_query, 0), n_key) if causal else n_key
        K_seen, V_seen = K[..., :seen, :], V[..., :seen, :]
        S = xp.matmul(Q[..., start:stop, :], xp.matrix_transpose(K_seen))
        if mask is not None:
            S = S + mask[..., start:stop, :seen]
        if causal:
            S = S + causal_mask(stop - start, seen, like=S)
        E, Z = _exponentials(xp, S)
        # Dividing last is the same, and V has fewer columns than E.
        tiles.append(xp.matmul(E, V_seen) / Z)
    return xp.astype(xp.concat(tiles, axis=-2), given, copy=False)


def causal_mask(n_query, n_key=None, *, like=None):
    r"""Hide from every token the tokens that come after it.

    Parameters
    ----------
    n_query : int
        Number of queries.
    n_key : int, optional
        Number of keys; as many as queries when not given.
    like : array, optional
        The mask gets its library, device and dtype; NumPy's float64 when
        not given.

    Returns
    -------
    array of shape `(n_query, n_key)`
        To be added to the scores: 0 where the query may attend to the key,
        minus infinity where it may not.

    Raises
    ------
    TypeError
        If a number is not an integer.
    ValueError
        If a number is negative.

    Notes
    -----
    .. math:: \mathrm{mask}_{ij} = \begin{cases} 0 & j \le i + n_k - n_q \\
       -\infty & \text{otherwise.} \end{cases}

    The last query stands at the last key, because with a cache of keys the
    queries are the newest tokens.  With more queries than keys the first
    queries see nothing.  Time and memory :math:`O(n_q n_k)`.

    References
    ----------
    Vaswani, A. et al. (2017). Attention is all you need, section 3.2.3.
    NeurIPS. arXiv:1706.03762.

    Examples
    --------
    >>> causal_mask(3)
    array([[  0., -inf, -inf],
           [  0.,   0., -inf],
           [  0.,   0.,   0.]])
    >>> causal_mask(1, 3)
    array([[0., 0., 0.]])
    """
    n_query = _count(n_query, "n_query")
    n_key = n_query if n_key is None else _count(n_key, "n_key")
    xp, kind = _kind_of(like)
    everywhere = xp.full((n_query, n_key), -math.inf, **kind)
    return xp.triu(everywhere, k=n_key - n_query + 1)


def padding_mask(lengths, n, *, like=None):
    r"""Hide the padding after the end of each sequence.

    Parameters
    ----------
    lengths : integer array of shape `(...)`
        How many tokens of each sequence are real, 0 to n.
    n : int
        Number of keys: the length to which all sequences are padded.
    like : array, optional
        The mask gets its library, device and dtype; when not given the
        library and device of ``lengths``, in its default float.

    Returns
    -------
    array of shape `(..., 1, n)`
        To be added to the scores of each sequence: 0 for a real key, minus
        infinity for padding.  The axis of length 1 stands for the queries.

    Raises
    ------
    TypeError
        If ``lengths`` or ``n`` are not integers.
    ValueError
        If a length lies outside 0 to n.

    Notes
    -----
    .. math:: \mathrm{mask}_{b1j} = \begin{cases} 0 & j < \ell_b \\
       -\infty & j \ge \ell_b \end{cases}
       \qquad j = 0, \ldots, n - 1.

    Add it to :func:`causal_mask` to hide the future too.  Time and memory
    are n for each sequence.

    References
    ----------
    Devlin, J. et al. (2019). BERT: Pre-training of deep bidirectional
    transformers for language understanding. NAACL. arXiv:1810.04805.

    Examples
    --------
    >>> padding_mask([1, 3], 3)
    array([[[  0., -inf, -inf]],
    <BLANKLINE>
           [[  0.,   0.,   0.]]])
    """
    n = _count(n, "n")
    _, lengths, like = arrays(lengths, like, floating=False)
    xp, kind = _kind_of(lengths if like is None else like)
    if not xp.isdtype(lengths.dtype, "integral"):
        raise TypeError(f"lengths must be integers, got {lengths.dtype}")
    if not bool(xp.all((lengths >= 0) & (lengths <= n))):
        raise ValueError(f"lengths must lie in 0 to n = {n}")
    padded = xp.arange(n, device=kind["device"]) >= lengths[..., None, None]
    return xp.where(padded, -math.inf, xp.zeros(n, **kind))


def attention_backward(grad_output, Q, K, V, mask=None):
    r"""Send the gradient of attention's output back to Q, K and V.

    Parameters
    ----------
    grad_output : array of shape `(..., T_q, d_v)`
        Gradient of a loss with respect to ``attention(Q, K, V, mask)``.
    Q : array of shape `(..., T_q, d_k)`
    K : array of shape `(..., T_k, d_k)`
    V : array of shape `(..., T_k, d_v)`
        What attention was given, with the same leading axes.
    mask : array that broadcasts to `(..., T_q, T_k)`, optional
        As in :func:`attention`.

    Returns
    -------
    grad_Q, grad_K, grad_V : arrays of the shapes of Q, K and V
        A query that may attend to nothing takes no part: it gets 0.

    Raises
    ------
    TypeError
        If ``mask`` is of integers.
    ValueError
        If the shapes do not fit one another.

    Notes
    -----
    With the weights :math:`P = \mathrm{softmax}(QK^\top/\sqrt{d_k})` and
    :math:`dO` for ``grad_output``,

    .. math::
       dV = P^\top dO, \quad dP = dO\,V^\top, \quad
       dS = P \odot (dP - \mathrm{rowsum}(dP \odot P)), \quad
       dQ = \tfrac{dS\,K}{\sqrt{d_k}}, \quad
       dK = \tfrac{dS^\top Q}{\sqrt{d_k}}.

    The rows of :math:`dS` add up to 0: softmax does not change when all
    scores of a row grow alike.  Time :math:`O(T_q T_k (d_k + d_v))`, memory
    :math:`O(T_q T_k)` for each sequence and head.

    References
    ----------
    Dao, T. et al. (2022). FlashAttention: Fast and memory-efficient exact
    attention with IO-awareness, appendix B.2. NeurIPS. arXiv:2205.14135.

    Examples
    --------
    >>> row, Q, K = [[1.0, 0.0]], [[1.0, 0.0]], [[2.0, 0.0], [2.0, 5.0]]
    >>> V = [[1.0, 0.0], [0.0, 1.0]]
    >>> grad_Q, grad_K, grad_V = attention_backward(row, Q, K, V)
    >>> grad_V
    array([[0.5, 0. ],
           [0.5, 0. ]])
    """
    xp, dO, Q, K, V = _same_dtype(grad_output, Q, K, V)
    batch = _check_attention(Q, K, V, same_batch=True)
    if dO.shape != (*Q.shape[:-1], V.shape[-1]):
        raise ValueError(
            f"grad_output must have shape {(*Q.shape[:-1], V.shape[-1])}, as"
            f" the output of attention, got {tuple(dO.shape)}"
        )
    mask = _additive(xp, mask, Q, batch)
    given = Q.dtype
    dO, Q, K, V = (widen(xp, x) for x in (dO, Q, K, V))
    scale = 1 / math.sqrt(Q.shape[-1])
    S = scale * xp.matmul(Q, xp.matrix_transpose(K))
    E, Z = _exponentials(xp, S if mask is None else S + mask)
    P = E / Z
    dV = xp.matmul(xp.matrix_transpose(P), dO)
    dP = xp.matmul(dO, xp.matrix_transpose(V))
    dS = P * (dP - xp.sum(dP * P, axis=-1, keepdims=True))
    dQ = scale * xp.matmul(dS, K)
    dK = scale * xp.matmul(xp.matrix_transpose(dS), Q)
    return tuple(xp.astype(x, given, copy=False) for x in (dQ, dK, dV))


def multi_head_attention(
    x, W_q, W_k, W_v, W_o, num_heads, *, context=None, mask=None
):
    r"""Attend in several subspaces at once and mix what they found.

    Parameters
    ----------
    x : array of shape `(..., T_q, d_model)`
        Where the queries come from.
    W_q : array of shape `(d_model, d_model)`
        Projection of the queries, used as ``x @ W_q``.  Head i takes columns
        ``i * d_head`` to ``(i + 1) * d_head - 1``, ``d_head = d_model /
        num_heads``; so do those of ``W_k`` and ``W_v``.
    W_k, W_v : arrays of shape `(d_context, d_model)`
        Projections of keys and values.
    W_o : array of shape `(d_model, d_model)`
        Projection of the concatenated heads.
    num_heads : int
        Must divide d_model.
    context : array of shape `(..., T_k, d_context)`, optional
        Where keys and values come from: cross-attention.  ``x`` itself when
        not given: self-attention.
    mask : array that broadcasts to `(..., T_q, T_k)`, optional
        As in :func:`attention`, the same for all heads; its leading axes are
        those of ``x``.  One axis more, `(..., num_heads, T_q, T_k)`, gives
        every head its own.

    Returns
    -------
    array of shape `(..., T_q, d_model)`

    Raises
    ------
    TypeError
        If ``mask`` is of integers or ``num_heads`` is not an integer.
    ValueError
        If the shapes do not fit, or ``num_heads`` does not divide d_model.

    Notes
    -----
    .. math:: \mathrm{MultiHead} = \mathrm{Concat}(\mathrm{head}_1, \ldots,
       \mathrm{head}_h)\,W^O, \quad \mathrm{head}_i =
       \mathrm{Attention}(QW_i^Q, KW_i^K, VW_i^V).

    Each head scales by the root of its own width, d_model / num_heads.
    ``torch.nn.MultiheadAttention`` stores the transposes, with biases.
    Time :math:`O(T d^2 + T^2 d)`.

    References
    ----------
    Vaswani, A. et al. (2017). Attention is all you need, section 3.2.2.
    NeurIPS. arXiv:1706.03762.

    Examples
    --------
    >>> x = [[2.0, 0.0], [0.0, 2.0]]
    >>> one = [[1.0, 0.0], [0.0, 1.0]]
    >>> multi_head_attention(x, one, one, one, one, num_heads=2).round(3)
    array([[1.964, 1.   ],
           [1.   , 1.964]])
    """
    context = x if context is None else context
    xp, x, context, *W = _same_dtype(x, context, W_q, W_k, W_v, W_o)
    num_heads = _check_heads(x, context, W, num_heads)
    if mask is not None:
        _, _, mask = arrays(x, mask, floating=False)
        if 3 <= mask.ndim <= x.ndim:
            mask = mask[..., None, :, :]
    W_q, W_k, W_v, W_o = W
    Q = _split_heads(xp, xp.matmul(x, W_q), num_heads)
    K = _split_heads(xp, xp.matmul(context, W_k), num_heads)
    V = _split_heads(xp, xp.matmul(context, W_v), num_heads)
    heads = xp.moveaxis(attention(Q, K, V, mask), -3, -2)
    return xp.matmul(xp.reshape(heads, x.shape), W_o)


def qk_norm_attention(Q, K, V, q_weight, k_weight, mask=None):
    r"""Attend with queries and keys of fixed size, so that scores stay small.

    Parameters
    ----------
    Q : array of shape `(..., T_q, d_k)`
    K : array of shape `(..., T_k, d_k)`
    V : array of shape `(..., T_k, d_v)`
        Queries, keys and values of each head.
    q_weight, k_weight : arrays of shape `(d_k,)`
        Learned scales of the two normalisations.
    mask : array that broadcasts to `(..., T_q, T_k)`, optional
        As in :func:`attention`.

    Returns
    -------
    array of shape `(..., T_q, d_v)`

    Raises
    ------
    ValueError
        If the shapes do not fit one another.

    Notes
    -----
    .. math:: S = \frac{\mathrm{RMSNorm}(Q)\,\mathrm{RMSNorm}(K)^\top}
       {\sqrt{d_k}}, \qquad
       |S_{ij}| \le \sqrt{d_k}\,\max_l |w^q_l w^k_l|.

    The bound is Cauchy and Schwarz's: a normalised row has length
    :math:`\sqrt{d_k}` before its scale.  With rotary positions, normalise
    first and rotate afterwards.  The cost is that of :func:`attention`.

    References
    ----------
    Henry, A. et al. (2020). Query-key normalization for transformers.
    Findings of EMNLP. arXiv:2010.04245 (with the L2 norm).  Dehghani, M. et
    al. (2023). Scaling vision transformers to 22 billion parameters. ICML.
    arXiv:2302.05442.

    Examples
    --------
    >>> K, V = [[1.0, 1.0], [-1.0, -1.0]], [[1.0, 0.0], [0.0, 1.0]]
    >>> qk_norm_attention([[9.0, 9.0]], K, V, [1, 1], [1, 1]).round(4)
    array([[0.9442, 0.0558]])
    """
    _, Q, K, V, q_weight, k_weight = _same_dtype(Q, K, V, q_weight, k_weight)
    for name, weight in (("q_weight", q_weight), ("k_weight", k_weight)):
        if weight.shape != Q.shape[-1:]:
            raise ValueError(
                f"{name} must have shape {tuple(Q.shape[-1:])}, one entry for"
                f" each column of Q, got {tuple(weight.shape)}"
            )
    return attention(rms_norm(Q, q_weight), rms_norm(K, k_weight), V, mask)


def soft_cap(z, *, cap):
    r"""Bend numbers so that none exceeds the cap, small ones hardly at all.

    Parameters
    ----------
    z : array of any shape
        Attention scores, or logits.
    cap : float
        The bound, positive.

    Returns
    -------
    array
        Shape and dtype of ``z``, between -cap and cap.

    Raises
    ------
    ValueError
        If ``cap`` is not positive.

    Notes
    -----
    .. math:: z \to c\,\tanh(z / c).

    Slope 1 at zero; the gradient never vanishes exactly, as it would with
    clipping, until rounding makes it so.  Linear time.

    References
    ----------
    Gemma Team (2024). Gemma 2: Improving open language models at a practical
    size. arXiv:2408.00118.

    Examples
    --------
    >>> soft_cap([1.0, 1000.0], cap=50.0).round(3)
    array([ 1., 50.])
    """
    xp, z = arrays(z)
    if not cap > 0:
        raise ValueError(f"cap must be positive, got {cap}")
    return cap * xp.tanh(z / cap)


def block_parameter_count(d_model, d_ff, *, gated=False):
    r"""Count the weights in the projections of one transformer block.

    Parameters
    ----------
    d_model : int
        Width of the block.
    d_ff : int
        Width inside the feed-forward network.
    gated : bool, default False
        Three matrices as in SwiGLU instead of two.

    Returns
    -------
    int

    Raises
    ------
    TypeError
        If a width is not an integer.
    ValueError
        If a width is negative.

    Notes
    -----
    .. math:: 4d^2 \ (\text{attention}) + 2\,d\,d_{ff}
       \ (\text{or } 3\,d\,d_{ff}, \text{ gated}),

    which is :math:`12d^2` for :math:`d_{ff} = 4d`, and for a gated network
    of width :math:`8d/3` too.  The number of heads does not matter: they
    share the width.  Biases and norms, O(d), are not counted.

    References
    ----------
    Kaplan, J. et al. (2020). Scaling laws for neural language models, table
    1. arXiv:2001.08361.

    Examples
    --------
    >>> block_parameter_count(768, 4 * 768)
    7077888
    """
    d_model, d_ff = _count(d_model, "d_model"), _count(d_ff, "d_ff")
    return 4 * d_model**2 + (3 if gated else 2) * d_model * d_ff


def feed_forward(x, W1, b1, W2, b2, activation):
    r"""Pass every position alone through a network with one hidden layer.

    Parameters
    ----------
    x : array of shape `(..., d_model)`
    W1 : array of shape `(d_model, d_ff)`
    b1 : array of shape `(d_ff,)`
    W2 : array of shape `(d_ff, d_model)`
    b2 : array of shape `(d_model,)`
    activation : callable
        Applied to the hidden layer: ``mathlib.machine_learning.relu`` in the
        first transformer, ``gelu`` in GPT.

    Returns
    -------
    array of shape `(..., d_model)`

    Raises
    ------
    TypeError
        If ``activation`` cannot be called.
    ValueError
        If the shapes do not fit one another.

    Notes
    -----
    .. math:: \mathrm{FFN}(\mathbf x) = \max(0, \mathbf xW_1 + \mathbf b_1)
       W_2 + \mathbf b_2, \qquad d_{ff} = 4d.

    Positions are rows and never mix.  Time :math:`O(T d\,d_{ff})`.

    References
    ----------
    Vaswani, A. et al. (2017). Attention is all you need, section 3.3.
    NeurIPS. arXiv:1706.03762.

    Examples
    --------
    >>> from mathlib.machine_learning import relu
    >>> one = [[1.0, 0.0], [0.0, 1.0]]
    >>> feed_forward([[1.0, -1.0]], one, [0.0, 0.0], one, [5.0, 5.0], relu)
    array([[6., 5.]])
    """
    if not callable(activation):
        raise TypeError(f"activation must be a function, got {activation!r}")
    xp, x, W1, b1, W2, b2 = _same_dtype(x, W1, b1, W2, b2)
    d_model, d_ff = _check_width(x, W1)
    check_shape("b1", b1, (d_ff,))
    check_shape("W2", W2, (d_ff, d_model))
    check_shape("b2", b2, (d_model,))
    return xp.matmul(activation(xp.matmul(x, W1) + b1), W2) + b2


def swiglu(x, W1, W3, W2):
    r"""Pass every position through a network whose hidden layer is gated.

    Parameters
    ----------
    x : array of shape `(..., d_model)`
    W1 : array of shape `(d_model, d_ff)`
        Into the gate.
    W3 : array of shape `(d_model, d_ff)`
        Into what is gated.
    W2 : array of shape `(d_ff, d_model)`
        Back out.

    Returns
    -------
    array of shape `(..., d_model)`

    Raises
    ------
    ValueError
        If the shapes do not fit one another.

    Notes
    -----
    .. math:: \mathrm{SwiGLU}(\mathbf x) = \big(\mathrm{SiLU}(\mathbf xW_1)
       \odot \mathbf xW_3\big)W_2.

    No biases, and three matrices: width :math:`8d/3` has as many parameters
    as the ungated network of width :math:`4d`.  The names are LLaMA's.
    Time :math:`O(T d\,d_{ff})`.

    References
    ----------
    Shazeer, N. (2020). GLU variants improve transformer. arXiv:2002.05202.

    Examples
    --------
    >>> swiglu([[1.0]], [[2.0]], [[3.0]], [[1.0]]).round(4)
    array([[5.2848]])
    """
    xp, x, W1, W3, W2 = _same_dtype(x, W1, W3, W2)
    d_model, d_ff = _check_width(x, W1)
    check_shape("W3", W3, (d_model, d_ff))
    check_shape("W2", W2, (d_ff, d_model))
    return xp.matmul(silu(xp.matmul(x, W1)) * xp.matmul(x, W3), W2)


def residual(x, sublayer):
    r"""Add to the input what a layer makes of it.

    Parameters
    ----------
    x : array of any shape
    sublayer : callable
        Takes ``x`` and returns an array of the same shape.

    Returns
    -------
    array
        Shape of ``x``.

    Raises
    ------
    TypeError
        If ``sublayer`` cannot be called.
    ValueError
        If it returns another shape.

    Notes
    -----
    .. math:: \mathbf y = \mathbf x + f(\mathbf x), \qquad
       \frac{\partial\mathbf y}{\partial\mathbf x} = I + J.

    Through a hundred layers the gradient still has the path :math:`I`.  The
    cost is the sublayer's.

    References
    ----------
    He, K. et al. (2016). Deep residual learning for image recognition. CVPR.
    arXiv:1512.03385.

    Examples
    --------
    >>> residual([1.0, 2.0], lambda x: 10 * x)
    array([11., 22.])
    """
    if not callable(sublayer):
        raise TypeError(f"sublayer must be a function, got {sublayer!r}")
    _, x = arrays(x)
    y = sublayer(x)
    # A sum that broadcasts would hide a sublayer of the wrong shape.
    if y.shape != x.shape:
        raise ValueError(
            f"sublayer must keep the shape {tuple(x.shape)} of x, got"
            f" {tuple(y.shape)}"
        )
    return x + y


def transformer_block(x, params, num_heads, *, mask=None, norm="rms"):
    r"""Let the positions exchange what they know, then think, each alone.

    Parameters
    ----------
    x : array of shape `(..., T, d_model)`
    params : mapping from name to array
        ``W_q``, ``W_k``, ``W_v``, ``W_o``
            `(d_model, d_model)`, for :func:`multi_head_attention`.
        ``norm_1``, ``norm_2``
            `(d_model,)`, weights of the norms before attention and before
            the feed-forward network; with ``norm="layer"`` also
            ``norm_1_bias``, ``norm_2_bias``, which may be left out.
        ``W1``, ``W3``, ``W2``
            `(d_model, d_ff)` twice and `(d_ff, d_model)`, for
            :func:`swiglu`; or else
        ``W1``, ``b1``, ``W2``, ``b2``
            for :func:`feed_forward` with the exact GELU.
    num_heads : int
        Must divide d_model.
    mask : array that broadcasts to `(..., T, T)`, optional
        As in :func:`multi_head_attention`.
    norm : {"rms", "layer"}, default "rms"
        Which normalisation, each with its default ``eps``.

    Returns
    -------
    array of shape `(..., T, d_model)`

    Raises
    ------
    ValueError
        If ``norm`` is unknown, ``params`` lacks a name or has one too many,
        or shapes do not fit.

    Notes
    -----
    .. math:: \mathbf x \leftarrow \mathbf x +
       \mathrm{MHA}(\mathrm{Norm}(\mathbf x)), \qquad
       \mathbf x \leftarrow \mathbf x +
       \mathrm{FFN}(\mathrm{Norm}(\mathbf x)).

    Pre-norm: nothing stands on the path from the block's input to its
    output but two additions.  The first transformer normalised after each
    addition.  Time :math:`O(T d^2 + T^2 d)`.

    References
    ----------
    Xiong, R. et al. (2020). On layer normalization in the transformer
    architecture. ICML. arXiv:2002.04745.

    Examples
    --------
    >>> zero, one = [[0.0, 0.0], [0.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]
    >>> attend = {"W_q": zero, "W_k": zero, "W_v": one, "W_o": one}
    >>> think = {"W1": zero, "W3": zero, "W2": zero}
    >>> norms = {"norm_1": [1, 1], "norm_2": [1, 1]}
    >>> x = [[1.0, 1.0], [3.0, 3.0]]
    >>> transformer_block(x, attend | think | norms, num_heads=1).round(3)
    array([[2., 2.],
           [4., 4.]])
    """
    _check_params(params, norm)
    _, x = arrays(x)

    def normed(x, name):
        if norm == "rms":
            return rms_norm(x, params[name])
        bias = f"{name}_bias"
        bias = params[bias] if bias in params else None
        return layer_norm(x, params[name], bias)

    def attend(x):
        W = [params[name] for name in ("W_q", "W_k", "W_v", "W_o")]
        return multi_head_attention(
            normed(x, "norm_1"), *W, num_heads, mask=mask
        )

    def think(x):
        x = normed(x, "norm_2")
        if "W3" in params:
            return swiglu(x, params["W1"], params["W3"], params["W2"])
        W = [params[name] for name in ("W1", "b1", "W2", "b2")]
        return feed_forward(x, *W, gelu)

    return residual(residual(x, attend), think)


def sinusoidal_encoding(length, d_model, *, base=10000.0, like=None):
    r"""Write every position as the hands of d/2 clocks, from fast to slow.

    Parameters
    ----------
    length : int
        Number of positions, counted from 0.
    d_model : int
        Width, even.
    base : float, default 10000
        The slowest clock turns almost this many times slower than the
        fastest.
    like : array, optional
        The encoding gets its library, device and dtype; NumPy's float64
        when not given.

    Returns
    -------
    array of shape `(length, d_model)`
        Sines in the even columns, cosines in the odd ones.

    Raises
    ------
    TypeError
        If ``length`` or ``d_model`` is not an integer.
    ValueError
        If one is negative, ``d_model`` is odd or ``base`` is not positive.

    Notes
    -----
    .. math:: PE_{(pos, 2i)} = \sin\frac{pos}{10000^{2i/d}}, \qquad
       PE_{(pos, 2i+1)} = \cos\frac{pos}{10000^{2i/d}}.

    A step of k positions turns each pair of columns by the same angle
    wherever it starts: :math:`PE(pos + k) = R_k\,PE(pos)`.  Angles are
    computed in double precision, and rounded to the dtype at the end.  Time
    and memory are linear in the result.

    References
    ----------
    Vaswani, A. et al. (2017). Attention is all you need, section 3.5.
    NeurIPS. arXiv:1706.03762.

    Examples
    --------
    >>> sinusoidal_encoding(2, 4).round(4)
    array([[0.    , 1.    , 0.    , 1.    ],
           [0.8415, 0.5403, 0.01  , 1.    ]])
    """
    length, d_model = _count(length, "length"), _count(d_model, "d_model")
    if d_model % 2:
        raise ValueError(f"d_model must be even, got {d_model}")
    xp, kind = _kind_of(like)
    positions = xp.arange(length, dtype=xp.float64, device=kind["device"])
    angles = _angles(xp, positions, d_model, base)
    pairs = xp.stack([xp.sin(angles), xp.cos(angles)], axis=-1)
    return xp.astype(xp.reshape(pairs, (length, d_model)), kind["dtype"])


def rope(x, positions, *, base=10000.0, interleaved=True):
    r"""Rotate pairs of features by angles that grow with the position.

    Parameters
    ----------
    x : array of shape `(..., T, d)`
        Queries or keys, d even; values are not rotated.
    positions : array that broadcasts to `(..., T)`
        Position of every row, counted from 0 by convention.
    base : float, default 10000
        The slowest pair turns almost this many times slower than the
        fastest.
    interleaved : bool, default True
        Pair features 2i and 2i + 1; otherwise i and i + d/2.

    Returns
    -------
    array of shape `(..., T, d)`
        In the dtype of ``x``.

    Raises
    ------
    ValueError
        If d is odd, ``positions`` do not broadcast to the rows of ``x``, or
        ``base`` is not positive.

    Notes
    -----
    .. math:: \begin{pmatrix} x'_{2i} \\ x'_{2i+1} \end{pmatrix} =
       \begin{pmatrix} \cos m\theta_i & -\sin m\theta_i \\
       \sin m\theta_i & \cos m\theta_i \end{pmatrix}
       \begin{pmatrix} x_{2i} \\ x_{2i+1} \end{pmatrix},
       \qquad \theta_i = 10000^{-2i/d}.

    Both pairings have the same properties, but weights trained with one are
    useless with the other: the paper and LLaMA's own weights interleave,
    GPT-NeoX and the Hugging Face format split in halves.  Angles are
    computed in double precision.  Linear time.

    References
    ----------
    Su, J. et al. (2021). RoFormer: Enhanced transformer with rotary position
    embedding. arXiv:2104.09864.

    Examples
    --------
    >>> rope([[1.0, 0.0], [1.0, 0.0]], [0, 1]).round(4)
    array([[1.    , 0.    ],
           [0.5403, 0.8415]])
    """
    xp, x, positions = arrays(x, positions)
    d = _even_features("x", x)
    if not _broadcasts(positions.shape, x.shape[:-1]):
        raise ValueError(
            f"positions must broadcast to {tuple(x.shape[:-1])}, one for each"
            f" row of x, got shape {tuple(positions.shape)}"
        )
    wide = widen(xp, x)
    angles = _angles(xp, positions, d, base)
    cos = xp.astype(xp.cos(angles), wide.dtype)
    sin = xp.astype(xp.sin(angles), wide.dtype)
    if interleaved:
        a, b = wide[..., 0::2], wide[..., 1::2]
    else:
        a, b = wide[..., : d // 2], wide[..., d // 2 :]
    turned = [a * cos - b * sin, a * sin + b * cos]
    if interleaved:
        y = xp.reshape(xp.stack(turned, axis=-1), x.shape)
    else:
        y = xp.concat(turned, axis=-1)
    return xp.astype(y, x.dtype, copy=False)


def rope_score(q, k, m, n):
    r"""Score a query at position m against a key at position n.

    Parameters
    ----------
    q, k : arrays of shape `(..., d)`
        Query and key before rotation, d even.
    m, n : int, or arrays that broadcast to `(...)`
        Positions of the query and of the key.

    Returns
    -------
    array of shape `(...)`
        The inner product, not divided by the root of d.

    Raises
    ------
    ValueError
        If the shapes do not fit one another.

    Notes
    -----
    .. math:: \langle R_m\mathbf q, R_n\mathbf k\rangle =
       \langle\mathbf q, R_{n-m}\mathbf k\rangle.

    Rotations keep inner products, so turning both back by m changes nothing:
    only the difference n - m counts, with its sign.  Linear time.

    References
    ----------
    Su, J. et al. (2021). RoFormer: Enhanced transformer with rotary position
    embedding, section 3.2. arXiv:2104.09864.

    Examples
    --------
    >>> q, k = [1.0, 0.0], [0.0, 1.0]
    >>> round(float(rope_score(q, k, 5, 2)), 4)
    0.1411
    >>> round(float(rope_score(q, k, 105, 102)), 4)
    0.1411
    """
    xp, q, k = _same_dtype(q, k)
    if _even_features("q", q) != _even_features("k", k):
        raise ValueError(
            f"k must have shape (..., {q.shape[-1]}), as many features as q,"
            f" got {tuple(k.shape)}"
        )
    return xp.sum(rope(q, m) * rope(k, n), axis=-1)


def _same_dtype(*values):
    """Return the namespace and the values as arrays of one float dtype."""
    xp, *values = arrays(*values)
    if all(x.dtype == values[0].dtype for x in values):
        return xp, *values
    dtype = xp.result_type(*values)
    return xp, *[xp.astype(x, dtype, copy=False) for x in values]


def _exponentials(xp, S):
    """Return numerators and denominators of the softmax of each row.

    A row of minus infinities, of a query that may attend to nothing, has
    numerators 0 and denominator 1, so that neither its average nor any
    gradient is nan.
    """
    if S.shape[-1] == 0:
        return S, 1.0
    largest = xp.max(S, axis=-1, keepdims=True)
    E = xp.exp(S - xp.where(largest == -math.inf, 0.0, largest))
    Z = xp.sum(E, axis=-1, keepdims=True)
    return E, xp.where(Z == 0, 1.0, Z)


def _additive(xp, mask, Q, shape):
    """Return the mask as numbers to add to scores of this shape, or None."""
    if mask is None:
        return None
    _, _, mask = arrays(Q, mask, floating=False)
    if not _broadcasts(mask.shape, shape):
        raise ValueError(
            f"mask must broadcast to {shape}, the queries by the keys, got"
            f" shape {tuple(mask.shape)}"
        )
    dtype = widen(xp, Q).dtype
    if xp.isdtype(mask.dtype, "bool"):
        mask = xp.where(mask, xp.zeros_like(mask, dtype=dtype), -math.inf)
    elif not xp.isdtype(mask.dtype, "real floating"):
        raise TypeError(
            "mask must be boolean (True = may attend) or floating (added to"
            f" the scores), got {mask.dtype}"
        )
    mask = xp.astype(mask, dtype, copy=False)
    return xp.broadcast_to(mask, (*mask.shape[:-2], *shape[-2:]))


def _split_heads(xp, x, num_heads):
    """Turn `(..., T, d)` into `(..., num_heads, T, d / num_heads)`."""
    split = (*x.shape[:-1], num_heads, x.shape[-1] // num_heads)
    # The features divide into heads; only then may heads and positions swap.
    return xp.moveaxis(xp.reshape(x, split), -2, -3)


def _angles(xp, positions, d, base):
    """Return position times frequency, shape `(..., d / 2)`, in float64."""
    if not base > 0:
        raise ValueError(f"base must be positive, got {base}")
    where = array_api_compat.device(positions)
    i = xp.arange(d // 2, dtype=xp.float64, device=where)
    return xp.astype(positions, xp.float64)[..., None] * base ** (-2 * i / d)


def _kind_of(like):
    """Return the namespace, and dtype and device for making new arrays."""
    xp, like = arrays(like)
    if like is None:
        return xp, {"dtype": xp.float64, "device": None}
    return xp, {"dtype": like.dtype, "device": array_api_compat.device(like)}


def _count(value, name):
    try:
        value = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer, got {value!r}") from None
    if value < 0:
        raise ValueError(f"{name} must not be negative, got {value}")
    return value


def _broadcasts(shape, target):
    """Say whether an array of this shape broadcasts to the target."""
    try:
        return np.broadcast_shapes(tuple(shape), target) == tuple(target)
    except ValueError:
        return False


def _even_features(name, x):
    if x.ndim == 0 or x.shape[-1] % 2:
        raise ValueError(
            f"{name} must have shape (..., d) with d even, got"
            f" {tuple(x.shape)}"
        )
    return x.shape[-1]


def _check_attention(Q, K, V, *, same_batch=False):
    """Return the shape of the scores of all sequences and heads, or raise."""
    for name, x in (("Q", Q), ("K", K), ("V", V)):
        if x.ndim < 2:
            raise ValueError(
                f"{name} must have shape (..., T, d), got {tuple(x.shape)}"
            )
    if K.shape[-1] != Q.shape[-1]:
        raise ValueError(
            f"K must have shape (..., T_k, {Q.shape[-1]}), as many columns as"
            f" Q, got {tuple(K.shape)}"
        )
    if V.shape[-2] != K.shape[-2]:
        raise ValueError(
            f"V must have shape (..., {K.shape[-2]}, d_v), as many rows as K,"
            f" got {tuple(V.shape)}"
        )
    leading = [tuple(x.shape[:-2]) for x in (Q, K, V)]
    try:
        batch = np.broadcast_shapes(*leading)
    except ValueError:
        batch = None
    if batch is None or (same_batch and len(set(leading)) > 1):
        raise ValueError(
            "Q, K and V must have "
            + ("the same leading axes" if same_batch else "leading axes that"
               " broadcast")
            + ", got {}, {} and {}".format(*leading)
        )
    return (*batch, Q.shape[-2], K.shape[-2])


def _check_width(x, W1):
    """Return d_model and d_ff, or raise."""
    if x.ndim == 0:
        raise ValueError("x must have shape (..., d_model), got a number")
    if W1.ndim != 2 or W1.shape[0] != x.shape[-1]:
        raise ValueError(
            f"W1 must have shape ({x.shape[-1]}, d_ff), got {tuple(W1.shape)}"
        )
    return tuple(W1.shape)


def _check_heads(x, context, W, num_heads):
    """Return num_heads as an int, or raise."""
    for name, sequence in (("x", x), ("context", context)):
        if sequence.ndim < 2:
            raise ValueError(
                f"{name} must have shape (..., T, d), got"
                f" {tuple(sequence.shape)}"
            )
    if not _broadcasts(context.shape[:-2], x.shape[:-2]):
        raise ValueError(
            "context must have leading axes that broadcast to"
            f" {tuple(x.shape[:-2])}, those of x, got {tuple(context.shape)}"
        )
    d_model, d_context = x.shape[-1], context.shape[-1]
    rows = (d_model, d_context, d_context, d_model)
    for name, w, n in zip(("W_q", "W_k", "W_v", "W_o"), W, rows, strict=True):
        check_shape(name, w, (n, d_model))
    num_heads = _count(num_heads, "num_heads")
    if num_heads == 0 or d_model % num_heads:
        raise ValueError(
            f"num_heads must divide d_model = {d_model}, got {num_heads}"
        )
    return num_heads


def _check_params(params, norm):
    """Raise unless a block's parameters are all there, and no others."""
    if norm not in ("rms", "layer"):
        raise ValueError(f"norm must be 'rms' or 'layer', got {norm!r}")
    names = set(params.keys())
    needed = {"W_q", "W_k", "W_v", "W_o", "norm_1", "norm_2", "W1", "W2"}
    needed |= {"W3"} if "W3" in names else {"b1", "b2"}
    biases = {"norm_1_bias", "norm_2_bias"} if norm == "layer" else set()
    for problem, found in (
        ("lacks", needed - names),
        ("has no use for", names - needed - biases),
    ):
        if found:
            raise ValueError(f"params {problem} {', '.join(sorted(found))}")

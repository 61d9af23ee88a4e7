"""In which order other libraries keep the axes of a kernel: transpositions, by shape.

A dense kernel is (in, out) in TensorFlow and (out, in) in PyTorch; one of a convolution has its places first
in TensorFlow, (height, width, in, out), and last in PyTorch, (out, in, height, width).
"""

from typing import Final, TypeAlias

from scopecli.report.model import Shape

Axes: TypeAlias = tuple[int, ...]
"""Which axis of one array is the first of another, which the second, …, as `numpy.transpose` takes it."""

# By the number of axes, the likeliest first: from TensorFlow to PyTorch, back, and of depthwise convolutions.
_USUAL: Final[dict[int, tuple[Axes, ...]]] = {
    2: ((1, 0),),
    3: ((2, 1, 0),),
    4: ((3, 2, 0, 1), (2, 3, 1, 0), (2, 3, 0, 1)),
    5: ((4, 3, 0, 1, 2), (2, 3, 4, 1, 0)),
}


def usual_axes(a: Shape, b: Shape) -> tuple[Axes, ...]:
    """Return the usual transpositions that make of shape `a` shape `b`, the likeliest first.

    Of a square matrix that is one too, which its shape does not tell.
    """
    if a is None or b is None or len(a) != len(b) or None in (*a, *b):
        return ()
    return tuple(axes for axes in _USUAL.get(len(a), ()) if transposed_shape(a, axes) == b)


def transposed_shape(shape: tuple[int | None, ...], axes: Axes) -> tuple[int | None, ...]:
    """Return the shape of an array whose axes are put in another order."""
    return tuple(shape[axis] for axis in axes)

"""An image at lower resolutions, to be looked at from further away."""

import numpy as np

from beamio.model import Array


def level_shapes(shape: tuple[int, int], most: int) -> list[tuple[int, int]]:
    """Return rows and columns of each level: the image, half of it, and so on.

    The last one has at most `most` rows and columns.

    Examples
    --------
    >>> level_shapes((4096, 5000), 1024)
    [(4096, 5000), (2048, 2500), (1024, 1250), (512, 625)]
    """
    found = [shape]
    while max(found[-1]) > most:
        rows, columns = found[-1]
        found.append((-(-rows // 2), -(-columns // 2)))
    return found


def block_means(pixels: Array, size: int, invalid: int | None = None) -> Array:
    """Return the mean of each block of `size` x `size` valid pixels, float32.

    A block without valid pixels is NaN.

    Parameters
    ----------
    pixels
        Shape (rows, columns), real numbers; at the end, blocks are cut.
    size
        Rows and columns of a block.
    invalid
        The value of pixels that mean nothing; NaN and infinity never do.

    Examples
    --------
    >>> block_means(np.array([[1, 3], [255, 255]], "u1"), 2, 255).tolist()
    [[2.0]]
    """
    rows, columns = (-(-n // size) for n in pixels.shape)
    whole = pixels[: pixels.shape[0] // size * size, : pixels.shape[1] // size * size]
    if whole.shape == pixels.shape and _all_valid(pixels, invalid):
        return _plain_means(pixels, size)
    edges = ((0, rows * size - pixels.shape[0]), (0, columns * size - pixels.shape[1]))
    exact = np.pad(valid_only(pixels, invalid), edges, constant_values=np.nan)
    good = ~np.isnan(exact)
    exact[~good] = 0
    blocks = (rows, size, columns, size)
    number = good.reshape(blocks).sum((1, 3), dtype=np.int32)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        mean = exact.reshape(blocks).sum((1, 3)) / number
        found: Array = mean.astype(np.float32)
    return found


def valid_only(pixels: Array, invalid: int | None) -> Array:
    """Return pixels as float64, NaN where they mean nothing."""
    exact = pixels.astype(np.float64)
    if pixels.dtype.kind == "f":
        exact[np.isinf(exact)] = np.nan
    elif invalid is not None:
        exact[pixels == invalid] = np.nan
    return exact


def _all_valid(pixels: Array, invalid: int | None) -> bool:
    if pixels.dtype.kind == "f":
        # A sum that overflows only costs the quick way.
        with np.errstate(over="ignore", invalid="ignore"):
            return bool(np.isfinite(pixels.sum(dtype=np.float64)))
    return invalid is None or not (pixels == invalid).any()


def _plain_means(pixels: Array, size: int) -> Array:
    """Return means where all blocks are whole and all pixels valid."""
    if pixels.dtype.kind == "f" or pixels.dtype.itemsize > 2:  # noqa: PLR2004 (sums of 32 bits)
        sums = np.float64
    else:
        sums = np.int32 if pixels.dtype.kind == "i" else np.uint32  # type: ignore[assignment] # either
    down = np.add.reduce(
        pixels.reshape(pixels.shape[0] // size, size, pixels.shape[1]), 1, dtype=sums
    )
    total = down[:, 0::size].copy()
    for column in range(1, size):
        total += down[:, column::size]
    with np.errstate(over="ignore"):
        found: Array = (total / (size * size)).astype(np.float32)
    return found

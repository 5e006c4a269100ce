"""Images side by side."""

from collections.abc import Mapping
from dataclasses import fields, replace
from math import ceil
from typing import Any

import numpy as np

from beamio.errors import NotAnImageError, OptionError
from beamio.model.picture import Image, Picture
from beamio.picture.choose import picture_of
from beamio.picture.options import PictureOptions
from beamio.picture.plot import MOST

_WIDE, _TALL = 4.4, 3.8
"""Inches of an image."""
_ACROSS = 3


def imshow_many(
    images: Mapping[str, Any] | None = None,
    /,
    *,
    shared: bool = False,
    columns: int | None = None,
    **named: Any,
) -> Any:
    """Draw images side by side with matplotlib, each with its name above.

    Parameters
    ----------
    images
        What to draw by name, where a name is none that Python allows, or is that of an
        option.
    shared
        Whether all images have one contrast, the widest of theirs; else each its own.
    columns
        Images in a row; three at most by default.
    **named
        What to draw by name, as ``before=`` and ``after=``: arrays, URLs, datasets;
        and the options of `plot`.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; its axes come first the images, then their colour bars.

    Raises
    ------
    NotAnImageError
        If one of them is no image.
    OptionError
        If there is nothing to draw.

    Examples
    --------
    >>> before = np.arange(6.0).reshape(2, 3)
    >>> figure = imshow_many(before=before, after=before / 2, shared=True)
    >>> [axes.get_title() for axes in figure.axes[:2]]
    ['before', 'after']
    """
    from matplotlib import pyplot as plt

    known = {field.name for field in fields(PictureOptions)}
    options = {name: value for name, value in named.items() if name in known}
    wanted = {**(images or {}), **{k: v for k, v in named.items() if k not in known}}
    if not wanted:
        raise OptionError("name the images to draw, as in imshow_many(before=image)")
    pictures = [_picture(name, item, options) for name, item in wanted.items()]
    if shared:
        pictures = _alike(pictures)
    across = columns or min(len(pictures), _ACROSS)
    down = ceil(len(pictures) / across)
    figure, grid = plt.subplots(
        down,
        across,
        squeeze=False,
        layout="constrained",
        figsize=(_WIDE * across, _TALL * down),
    )
    _draw(pictures, grid)
    return figure


def _picture(name: str, item: Any, options: dict[str, Any]) -> Picture:
    picture = picture_of(item, most=MOST, **options)
    if not isinstance(picture.drawn, Image):
        raise NotAnImageError(
            f"{name}: is no image but a {picture.kind} of the shape {picture.shape}",
            place=picture.place,
        )
    return replace(picture, title=name, frame=None)


def _alike(pictures: list[Picture]) -> list[Picture]:
    """Return the pictures with one contrast, that of all."""
    limits = [p.drawn.limits for p in pictures if isinstance(p.drawn, Image)]
    low, high = min(low for low, _ in limits), max(high for _, high in limits)
    return [
        replace(picture, drawn=replace(picture.drawn, limits=(low, high)))
        for picture in pictures
        if isinstance(picture.drawn, Image)
    ]


def _draw(pictures: list[Picture], grid: Any) -> None:
    from beamio.view.figure import draw

    places = np.asarray(grid).reshape(-1)
    for picture, axes in zip(pictures, places, strict=False):
        draw(picture, axes)
    for axes in places[len(pictures) :]:
        axes.set_axis_off()

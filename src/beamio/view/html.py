"""Objects of files as HTML, for notebooks that trust nobody.

Only tags and attributes that JupyterLab, VS Code, nbconvert and GitHub keep of output
that they do not trust: no style sheet, no script, no vector graphics.
"""

from base64 import b64encode
from collections.abc import Iterator
from html import escape

from beamio.model.outline import Outline, Sort, Thumbnail
from beamio.view.text import count, printable

_BROKEN = "color: #dc2626"
_DIM = "color: #6b7280"
_LIST = "margin: 0; padding-left: 1.4em; list-style-type: none"


def outline_html(outline: Outline) -> str:
    """Return an object, and what lies below, folded.

    Examples
    --------
    >>> outline_html(Outline("<b>", Sort.DATASET, about="5 float64"))
    '<div><code><b>&lt;b&gt;</b></code> 5 float64</div>'
    """
    if outline.sort is not Sort.GROUP:
        return f"<div>{''.join(_parts(outline))}</div>"
    return f"<div>{''.join(_group(outline))}</div>"


def text_html(text: str) -> str:
    r"""Return text that does nothing but be read.

    Examples
    --------
    >>> text_html("<script>\x1b\u202e")
    '&lt;script&gt;\\x1b\\u202e'
    """
    shown = escape(printable(text))
    # Letters that are written from the right must not turn what stands after them.
    return shown if shown.isascii() else f"<bdi>{shown}</bdi>"


def cost(outline: Outline) -> int:
    """Return about how many characters an object takes, without its members."""
    texts = (outline.name, outline.about, outline.units, outline.value, outline.problem)
    known = sum(len(text_html(text)) for text in texts)
    known += sum(
        len(text_html(n)) + len(text_html(v)) + 60 for n, v in outline.attributes
    )
    picture = 4 * len(outline.thumbnail.png) // 3 if outline.thumbnail else 0
    return known + picture + _FRAME


_FRAME = 260
"""Characters of the tags around an object, about."""


def _group(outline: Outline) -> Iterator[str]:
    state = " open" if outline.is_open else ""
    yield f"<details{state}><summary>{''.join(_parts(outline))}</summary>"
    yield f'<ul style="{_LIST}">'
    for member in outline.members:
        yield "<li>"
        yield from _group(member) if member.sort is Sort.GROUP else _parts(member)
        yield "</li>"
    if outline.hidden:
        path = text_html(repr(outline.path))
        more = "and " if outline.members else ""
        yield (
            f"<li><i>{more}{outline.hidden:,} more; file[{path}] shows them, "
            f"list(file[{path}]) names all</i></li>"
        )
    yield "</ul></details>"


def _parts(outline: Outline) -> Iterator[str]:
    """Yield what stands in the line of an object, and below it."""
    yield f"<code><b>{text_html(outline.name)}</b></code>"
    is_group = outline.sort is Sort.GROUP
    number = len(outline.members) + outline.hidden
    for text, before, after in (
        (outline.about, " ", ""),
        (outline.mark, " <b>", "</b>"),
        (count(number, "member") * is_group, f' <span style="{_DIM}">', "</span>"),
        (outline.value, " = <code>", "</code>"),
        (outline.units, " <i>", "</i>"),
        (outline.problem, f' <span style="{_BROKEN}">', "</span>"),
    ):
        if text:
            yield f"{before}{text_html(text)}{after}"
    yield from _attributes(outline.attributes)
    if outline.thumbnail is not None:
        yield f"<br>{_image(outline.thumbnail)}"


def _attributes(attributes: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for name, value in attributes:
        yield f'<br><span style="{_DIM}">@{text_html(name)}</span> {text_html(value)}'


def _image(thumbnail: Thumbnail) -> str:
    data = b64encode(thumbnail.png).decode()
    return (
        f'<img src="data:image/png;base64,{data}" alt="" '
        f'width="{thumbnail.width}" height="{thumbnail.height}">'
    )

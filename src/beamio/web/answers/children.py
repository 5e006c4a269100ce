"""What groups hold."""

from beamio.contents import page
from beamio.contents.page import Around
from beamio.web.answers.answer import Answer, as_json
from beamio.web.answers.reading import Reading
from beamio.web.questions.contents import ChildrenAsked


def children(reading: Reading, asked: ChildrenAsked) -> Answer:
    """Return a page of what a group holds, and what the group is itself."""
    with reading.file(asked.file) as file:
        found = page(
            file,
            asked.path,
            Around(asked.at, asked.limit)
            if asked.at
            else slice(asked.offset, asked.offset + asked.limit),
            matching=asked.filter,
            kept=reading.kept(asked.file),
            may_open=reading.may_open,
        )
    return as_json(
        {
            "group": found.group.facts(),
            "total": found.total,
            "offset": found.offset,
            "items": [{"name": item.name, **item.facts()} for item in found.items],
        }
    )

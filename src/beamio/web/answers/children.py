"""What groups hold."""

from itertools import islice

from beamio.web.answers.answer import Answer, as_json
from beamio.web.answers.reading import Reading
from beamio.web.questions.contents import ChildrenAsked


def children(reading: Reading, asked: ChildrenAsked) -> Answer:
    """Return a page of what a group holds, and what the group is itself."""
    items = reading.contents(asked.file, asked.path)
    group = next(items)
    wanted = asked.filter.casefold()
    if wanted:
        items = (item for item in items if wanted in item.name.casefold())
        kept = list(items)
        total = len(kept)
        page = kept[asked.offset : asked.offset + asked.limit]
    else:
        total = group.members or 0
        page = list(islice(items, asked.offset, asked.offset + asked.limit))
    return as_json(
        {
            "group": group.facts(),
            "total": total,
            "items": [{"name": item.name, **item.facts()} for item in page],
        }
    )

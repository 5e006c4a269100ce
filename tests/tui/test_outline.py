from hypothesis import given
from hypothesis import strategies as st

from beamio.tui.entries import Entry
from beamio.tui.outline import Outline


def seen(rows):
    """The rows that are to be seen, told from what is open alone."""
    found = []
    for row in rows:
        found.append(row)
        if row.is_open:
            found += seen(row.members)
    return found


steps = st.lists(
    st.tuples(st.sampled_from(["open", "close", "add", "clear"]), st.integers(0, 30)),
    max_size=40,
)


@given(steps)
def test_rows_are_those_whose_groups_are_open(asked):
    outline = Outline([Entry("a"), Entry("b")])
    tops = outline.rows[:]
    known = tops[:]
    for step, number in asked:
        row = known[number % len(known)]
        if step == "add":
            outline.add(row, [Entry(f"{number}"), Entry(f"{number}x")])
            known += row.members[-2:]
        else:
            getattr(outline, step)(row)
        assert [r for r in outline.rows if r in known] == seen(tops)

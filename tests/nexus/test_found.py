import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from beamio.formats.joined import ArrayFrames
from beamio.nexus.nxtomo.keys import ImageKey
from beamio.tomography.found import Found, in_order

PLACES = st.lists(st.integers(0, 60), min_size=2, max_size=12, unique=True).map(sorted)
OTHERS = st.lists(
    st.tuples(
        st.sampled_from([ImageKey.FLAT, ImageKey.DARK]),
        st.integers(-5, 70),
        st.integers(1, 3),
    ),
    max_size=5,
)


def ordered(places, others):
    projections = ArrayFrames(np.zeros((len(places), 1, 1)))
    apart = ArrayFrames(np.zeros((3, 1, 1)))
    members, keys, found = in_order(
        projections,
        np.array(places, float),
        [(key, place, [(apart, i) for i in range(n)]) for key, place, n in others],
    )
    return projections, members, keys, found


@given(PLACES, OTHERS)
def test_projections_keep_their_order_and_all_else_is_there_once(places, others):
    projections, members, keys, _ = ordered(places, others)
    kept = [i for frames, i in members if frames is projections]
    assert kept == list(range(len(places)))
    for kind in (ImageKey.FLAT, ImageKey.DARK):
        assert (keys == kind).sum() == sum(n for key, _, n in others if key is kind)


@given(PLACES, OTHERS)
def test_flats_lie_between_the_projections_around_them(places, others):
    _, _, keys, found = ordered(places, others)
    is_projection = keys == ImageKey.PROJECTION
    for i in np.flatnonzero(~is_projection):
        before, after = found[:i][is_projection[:i]], found[i:][is_projection[i:]]
        if len(after):
            assert found[i] <= after[0]
            assert not len(before) or before[-1] < found[i]
        else:
            assert found[i] >= max(places)


@given(PLACES, OTHERS, st.data())
def test_each_frame_gets_the_angle_of_its_place(places, others, data):
    count = len(places)
    angles = np.array(data.draw(st.lists(st.floats(-360, 360), min_size=count,
                                         max_size=count)))  # fmt: skip
    _, members, keys, found = ordered(places, others)
    scan = Found("", "", members, keys, found, {})
    spread = scan.spread(angles)
    if len(keys) == count:
        np.testing.assert_array_equal(spread, angles)
        return
    np.testing.assert_array_equal(spread[keys == ImageKey.PROJECTION], angles)
    for i in np.flatnonzero(keys != ImageKey.PROJECTION):
        if found[i] in places:
            assert spread[i] == angles[places.index(found[i])]
        assert angles.min() <= spread[i] <= angles.max()

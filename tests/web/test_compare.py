"""Two frames are compared on their values, as NumPy does it in float64."""

import json

import h5py
import numpy as np
import pytest

pytest.importorskip("starlette")

RNG = np.random.default_rng(3)
ONE = RNG.integers(0, 1000, (3, 50, 70), dtype="u2")
OTHER = RNG.integers(0, 1000, (60, 64), dtype="u2")


@pytest.fixture
def ask(served, tmp_path):
    """Give a function that compares two frames of a file."""
    ones = ONE.copy()
    ones[1, 0, 0] = 65535
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["stack"] = ones
        file["other"] = OTHER
        file["large"] = RNG.random((3000, 40))
    client = served(tmp_path)
    name = f"{tmp_path.name}/scan.h5"

    def asked(path, other_path, **query):
        files = {"file": name, "other_file": name}
        paths = {"path": path, "other_path": other_path}
        answer = client.get("/api/difference", params={**files, **paths, **query})
        if answer.status_code != 200:
            return answer.json(), None
        body = answer.content
        length = int.from_bytes(body[:4], "little")
        facts = json.loads(body[4 : 4 + length])
        found = np.frombuffer(body, facts["dtype"], offset=4 + length)
        return facts, found.reshape(facts["shape"])

    return asked


def test_a_difference_is_signed_and_of_the_part_that_both_have(ask):
    facts, found = ask("/stack", "/other", slice="2", other_slice="")
    expected = ONE[2].astype("f8")[:, :64] - OTHER[:50].astype("f8")
    np.testing.assert_array_equal(found, expected)
    assert facts["shapes"] == [[50, 70], [60, 64]]
    assert facts["rms"] == pytest.approx(np.sqrt((expected**2).mean()))
    assert facts["differing"] == np.count_nonzero(expected)


def test_two_frames_of_one_stack_are_divided(ask):
    facts, found = ask("/stack", "/stack", slice="0", other_slice="2", how="ratio")
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = ONE[0].astype("f8") / ONE[2]
    expected[~np.isfinite(expected)] = np.nan
    np.testing.assert_array_equal(found, expected)
    assert facts["invalid"] == np.isnan(expected).sum()


def test_saturated_pixels_have_no_difference(ask):
    facts, found = ask("/stack", "/stack", slice="1", other_slice="0")
    assert np.isnan(found[0, 0])
    assert facts["invalid"] == 1


def test_more_pixels_than_asked_for_are_means_of_the_difference(ask):
    facts, found = ask("/large", "/large", how="first", most=1000)
    assert facts["size"] == 3
    assert found.shape == (1000, 14)
    part, exact = ask("/large", "/large", how="first", most=1000, top=3, bottom=6)
    assert part["size"] == 1
    assert found[1, 0] == pytest.approx(exact[:, :3].mean())


def test_a_frame_that_is_not_there_is_told(ask):
    facts, _ = ask("/stack", "/other", slice="9")
    assert "there is no frame 9" in facts["message"]

"""What the page shows of a correction is what the correction gives."""

import json

import h5py
import numpy as np
import pytest

import beamio

pytest.importorskip("starlette")


@pytest.fixture
def scan(tmp_path):
    """Give a scan of the layout of the tutorial: flats at 0 and 4, one dark."""
    path = tmp_path / "visit" / "scan.h5"
    path.parent.mkdir()
    random = np.random.default_rng(5)
    with h5py.File(path, "w") as file:
        for name in ("0000", "0001", "0002", "0003", "0004"):
            file[f"data/{name}"] = random.integers(200, 900, (6, 7), np.uint16)
        file["flats/0000"] = random.integers(900, 1000, (6, 7), np.uint16)
        file["flats/0004"] = random.integers(500, 600, (6, 7), np.uint16)
        file["dark"] = random.integers(90, 110, (6, 7), np.uint16)
    return path


@pytest.fixture
def ask(served, scan):
    """Give a function that asks a question about the scan."""
    client = served(scan.parent)

    def asked(question, choices=None, **query):
        query = {"file": "visit/scan.h5", **query}
        if choices is not None:
            query["choices"] = json.dumps(choices)
        return client.get(f"/api/flatfield-{question}", params=query)

    return asked


def array_of(answer):
    assert answer.status_code == 200, answer.text
    length = int.from_bytes(answer.content[:4], "little")
    about = json.loads(answer.content[4 : 4 + length])
    values = np.frombuffer(answer.content, about["dtype"], offset=4 + length)
    return values.reshape(about["shape"]), about


def images_of(scan):
    with h5py.File(scan) as file:
        raw = np.stack([file[f"data/{name}"][()] for name in file["data"]])
        first, last = file["flats/0000"][()], file["flats/0004"][()]
        return (
            raw.astype(float),
            first.astype(float),
            last.astype(float),
            file["dark"][()],
        )


def test_what_was_found_is_told(ask):
    found = ask("found").json()
    assert found["shape"] == [5, 6, 7]
    assert found["frames"] == ["0000", "0001", "0002", "0003", "0004"]
    assert found["positions"] == [0, 1, 2, 3, 4]
    assert [each["position"] for each in found["flats"]] == [0, 4]
    assert found["flats"][0]["places"] == ["visit/scan.h5::/flats"]
    assert found["output"] == "scan_corrected.h5"
    labels = dict(found["plan"])
    assert labels["raw"].startswith("visit/scan.h5")
    assert "(raw - dark) / (flat - dark)" in labels["result"]


@pytest.mark.parametrize("number", range(5))
def test_a_frame_is_that_of_the_formula(ask, scan, number):
    raw, first, last, dark = images_of(scan)
    flat = first + (last - first) * number / 4
    images, about = array_of(ask("frame", frame=number))
    np.testing.assert_array_equal(images[0], raw[number])
    expected = (raw[number] - dark) / (flat - dark)
    np.testing.assert_allclose(images[1], expected, rtol=1e-6)
    assert about["position"] == number
    references, _ = array_of(ask("frame", frame=number, parts="references"))
    np.testing.assert_allclose(references[0], flat, rtol=1e-6)
    np.testing.assert_array_equal(references[1], dark)


def test_choices_are_those_of_the_function(ask, scan, tmp_path):
    choices = {"log": True, "clip": [0.1, 0.9], "flat_position": "4,0"}
    expected = beamio.flatfield(
        scan, tmp_path / "out.h5", log=True, clip=(0.1, 0.9), flat_position="4,0"
    )
    array_of(ask("frame", frame=3))  # other choices, of which the flats are kept
    images, _ = array_of(ask("frame", choices, frame=3))
    np.testing.assert_array_equal(images[1], beamio.read(expected.output)[3])


def test_choices_after_the_combination_change_the_frame(ask):
    plain, _ = array_of(ask("frame", frame=2))
    log, _ = array_of(ask("frame", {"log": True}, frame=2))
    np.testing.assert_allclose(log[1], -np.log(plain[1]), rtol=1e-5, atol=1e-6)


def test_flats_that_are_named_are_taken(ask, scan):
    raw, _, last, dark = images_of(scan)
    choices = {"flats": ["visit/scan.h5::/flats/0004"], "darks": ["::/dark"]}
    images, _ = array_of(ask("frame", choices, frame=1))
    np.testing.assert_allclose(images[1], (raw[1] - dark) / (last - dark), rtol=1e-6)


def test_a_file_that_has_changed_is_read_anew(ask, scan):
    before, _ = array_of(ask("frame", frame=2))
    with h5py.File(scan, "r+") as file:
        file["data/0002"][...] = 333
    after, _ = array_of(ask("frame", frame=2))
    assert (after[0] == 333).all()
    assert (before[0] != 333).any()


def test_of_a_large_image_every_nth_pixel_is_given(ask):
    whole, _ = array_of(ask("frame", frame=1))
    part, about = array_of(ask("frame", frame=1, pixels=12))
    assert about["step"] == 2
    assert (about["rows"], about["columns"]) == (6, 7)
    np.testing.assert_array_equal(part, whole[:, ::2, ::2])


def test_counts_that_float32_can_not_hold_are_exact(ask, scan):
    large = (1 << 24) + 1
    with h5py.File(scan, "r+") as file:
        for name in list(file["data"]):
            values = file[f"data/{name}"][()].astype(np.uint32)
            values[0, 0] = large
            del file[f"data/{name}"]
            file[f"data/{name}"] = values
    images, _ = array_of(ask("frame", frame=1))
    assert images[0, 0, 0] == large


def test_a_pixel_that_is_invalid_is_counted_and_no_number(ask, scan):
    with h5py.File(scan, "r+") as file:
        file["dark"][2, 3] = 5000
        file["flats/0000"][2, 3] = file["flats/0004"][2, 3] = 5000
    images, about = array_of(ask("frame", frame=1))
    assert np.isnan(images[1, 2, 3])
    assert about["invalid"] == 1


@pytest.mark.parametrize(
    ("choices", "word"),
    [
        ({"flats": ["::/nothing"]}, "nothing"),
        ({"flats": ["visit/../../x.edf"]}, "leads out"),
        ({"clip": [2, 1]}, "clip"),
        ({"gamma": 1}, "gamma"),
        ({"current": "@x"}, "beam current"),
    ],
)
def test_choices_that_make_no_sense_are_told_in_a_sentence(ask, choices, word):
    answer = ask("found", choices)
    assert answer.status_code >= 400
    assert word in answer.json()["message"]


def test_a_scan_whose_flats_lead_outside_is_refused(served, scan, tmp_path):
    with h5py.File(tmp_path / "flats.h5", "w") as file:
        file["flats"] = np.ones((2, 6, 7))
    with h5py.File(scan, "r+") as file:
        del file["flats"]
        file["flats"] = h5py.ExternalLink(str(tmp_path / "flats.h5"), "/flats")
    query = {"file": "visit/scan.h5"}
    answer = served(scan.parent).get("/api/flatfield-found", params=query)
    assert answer.status_code == 403


def test_a_frame_beyond_the_last_is_no_frame(ask):
    answer = ask("frame", frame=5)
    assert answer.status_code == 422
    assert "5 frames" in answer.json()["message"]

"""Files of other formats in HDF5: values, headers, links, and what viewers show."""

import os

import fabio
import h5py
import numpy as np
import pytest
import silx.io

import beamio
from beamio.engine import native
from beamio.errors import (
    BeamioError,
    DamagedFileError,
    MissingImagesError,
    OptionError,
    OutputExistsError,
    ShapeMismatchError,
)

DATA = "scan_0/instrument/detector_0/data"


def write_edf(path, *images, **header):
    """An EDF file of frames, each with its number in the header."""
    first, *rest = images
    image = fabio.edfimage.EdfImage(first, {"count": "0", **header})
    for number, data in enumerate(rest, 1):
        image.append_frame(data=data, header={"count": str(number), **header})
    image.write(str(path))
    return str(path)


def noise(*shape, dtype="u2", seed=0):
    return np.random.default_rng(seed).poisson(300, shape).astype(dtype)


@pytest.fixture
def series(tmp_path):
    """Five numbered files, and what they hold."""
    stack = noise(5, 20, 30)
    for number, image in enumerate(stack):
        write_edf(tmp_path / f"s_{number:04d}.edf", image, exposure=str(number / 10))
    return tmp_path / "s_%04d.edf", stack


def everything(node, path=""):
    """Each dataset of a tree by its path, links followed."""
    found = {}
    for name in node:
        item = node[name]
        place = f"{path}/{name}"
        if hasattr(item, "shape"):
            found[place] = item[()]
        else:
            found.update(everything(item, place))
    return found


def as_text(value):
    array = np.asarray(value)
    decode = np.vectorize(lambda v: v.decode() if isinstance(v, bytes) else str(v))
    return decode(array).tolist()


@pytest.mark.parametrize("compression", ["none", "bitshuffle-lz4", "gzip", "blosc2"])
@pytest.mark.parametrize("order", "<>")
def test_frames_are_those_of_the_source(tmp_path, compression, order):
    stack = noise(7, 512, 301, dtype=f"{order}u2")
    source = tmp_path / "stack.npy"
    np.save(source, stack)
    beamio.convert(source, tmp_path / "out.h5", filter=compression)
    with h5py.File(tmp_path / "out.h5") as file:
        found = file["entry/data/data"]
        assert found.dtype == stack.dtype
        assert (found[()] == stack).all()
        assert (found.chunks is None) == (compression == "none")


@pytest.mark.parametrize("compression", ["none", "bitshuffle-lz4", "blosc2"])
@pytest.mark.parametrize(
    "shape", [(1_000_003,), (700, 1001), (3, 5, 100, 501), (2, 3, 4, 90, 301)]
)
def test_arrays_of_any_number_of_axes_are_converted(tmp_path, shape, compression):
    array = np.random.default_rng(0).normal(size=shape)
    np.save(tmp_path / "a.npy", array)
    beamio.convert(tmp_path / "a.npy", tmp_path / "out.h5", filter=compression)
    with h5py.File(tmp_path / "out.h5") as file:
        assert np.array_equal(file["entry/data/data"][()], array)


@pytest.mark.parametrize("compression", ["none", "bitshuffle-lz4"])
def test_files_are_converted_without_the_native_module_too(
    tmp_path, monkeypatch, compression
):
    monkeypatch.setattr(native, "_native", None)
    stack = noise(9, 300, 400)
    source = write_edf(tmp_path / "a.edf", *stack)
    beamio.convert(source, tmp_path / "out.h5", filter=compression)
    with h5py.File(tmp_path / "out.h5") as file:
        assert (file[DATA][()] == stack).all()


def test_a_lossy_filter_is_compared_within_its_bounds(tmp_path):
    array = np.random.default_rng(0).normal(size=(5, 300, 400)).astype("f4")
    np.savez(tmp_path / "a.npz", images=array, angles=np.linspace(0, 180, 5000))
    beamio.convert(tmp_path / "a.npz", tmp_path / "out.h5", filter="sz3:absolute=0.01")
    with h5py.File(tmp_path / "out.h5") as file:
        found = file["entry/data/images"][()]
        assert 0 < np.abs(found - array).max() <= 0.01
        assert (file["entry/data/angles"][()] == np.linspace(0, 180, 5000)).all()
    report = beamio.convert(
        tmp_path / "a.npz", tmp_path / "z.h5", filter="zfp:rate=8", delete_source=True
    )
    assert "not compared" in report.converted[0].notes[0]
    assert not report.deleted


@pytest.mark.parametrize("chunks", [(1, 100, 301), (3, 512, 301), (2, 64, 64)])
def test_chunks_of_any_shape_hold_the_frames(tmp_path, chunks):
    stack = noise(7, 512, 301, dtype="i4")
    np.save(tmp_path / "stack.npy", stack)
    options = {"filter": "bitshuffle-lz4", "chunks": chunks}
    beamio.convert(tmp_path / "stack.npy", tmp_path / "out.h5", **options)
    with h5py.File(tmp_path / "out.h5") as file:
        assert file["entry/data/data"].chunks == chunks
        assert (file["entry/data/data"][()] == stack).all()


def test_an_edf_file_has_what_silx_shows_of_it(tmp_path):
    source = write_edf(tmp_path / "a.edf", *noise(3, 40, 50), title="caf\xe9 \u03bcm")
    beamio.convert(source, tmp_path / "out.h5")
    with h5py.File(tmp_path / "out.h5") as file, silx.io.open(source) as shown:
        expected = everything(shown)
        found = everything(file)
        assert set(expected) <= set(found)
        for path, value in expected.items():
            if np.asarray(value).dtype.kind in "OSU":
                assert as_text(found[path]) == as_text(value)
            else:
                assert np.array_equal(found[path], value), path
        assert isinstance(
            file.get("scan_0/measurement/image_0/data", getlink=True), h5py.SoftLink
        )


def test_viewers_are_led_to_the_picture(tmp_path):
    source = write_edf(tmp_path / "a.edf", *noise(3, 40, 50))
    beamio.convert(source, tmp_path / "out.h5")
    with silx.io.open(str(tmp_path / "out.h5")) as file:
        from silx.io.nxdata import get_default

        assert get_default(file).signal.shape == (3, 40, 50)


def test_a_pattern_is_one_stack_in_the_order_of_the_numbers(series, tmp_path):
    pattern, stack = series
    report = beamio.convert(pattern, tmp_path / "out.h5", begin=1, end=3)
    assert report.frames == 3
    with h5py.File(tmp_path / "out.h5") as file:
        assert (file[DATA][()] == stack[1:4]).all()
        others = file["scan_0/instrument/detector_0/others"]
        assert others["exposure"][()].tolist() == [0.1, 0.2, 0.3]


def test_names_one_by_one_are_entries_unless_they_are_to_be_a_stack(series, tmp_path):
    _, stack = series
    names = [tmp_path / f"s_{number:04d}.edf" for number in (0, 1, 2)]
    beamio.convert(names, tmp_path / "each.h5")
    with h5py.File(tmp_path / "each.h5") as file:
        assert list(file) == ["s_0000", "s_0001", "s_0002"]
        assert (file["s_0001/instrument/detector_0/data"][()] == stack[1]).all()
        assert (file["s_0001/measurement/image_0/data"][()] == stack[1]).all()
    beamio.convert(names, tmp_path / "stack.h5", stack=True)
    with h5py.File(tmp_path / "stack.h5") as file:
        assert (file[DATA][()] == stack[:3]).all()


def test_a_gap_stops_is_skipped_or_padded_as_asked(series, tmp_path):
    pattern, stack = series
    (tmp_path / "s_0002.edf").unlink()
    with pytest.raises(MissingImagesError, match=r"1 file .* missing: 2; .*--gaps"):
        beamio.convert(pattern, tmp_path / "stop.h5")
    report = beamio.convert(pattern, tmp_path / "skip.h5", gaps="skip")
    assert report.converted[0].notes == ("1 missing file skipped: 2",)
    with h5py.File(tmp_path / "skip.h5") as file:
        assert (file[DATA][()] == stack[[0, 1, 3, 4]]).all()
    report = beamio.convert(pattern, tmp_path / "pad.h5", gaps="pad")
    assert report.converted[0].notes == ("1 missing file padded: 2",)
    with h5py.File(tmp_path / "pad.h5") as file:
        found = file[DATA][()]
        assert (found[[0, 1, 3, 4]] == stack[[0, 1, 3, 4]]).all()
        assert (found[2] == 65535).all()
        detector = file["scan_0/instrument/detector_0"]
        assert detector["padded"][()].tolist() == [False, False, True, False, False]
        assert np.isnan(detector["others/exposure"][2])


def test_an_odd_image_stops_is_skipped_or_padded_as_asked(series, tmp_path):
    pattern, stack = series
    odd = noise(10, 40, seed=3)
    write_edf(tmp_path / "s_0003.edf", odd)
    with pytest.raises(ShapeMismatchError, match="--odd-shapes skip"):
        beamio.convert(pattern, tmp_path / "stop.h5")
    report = beamio.convert(pattern, tmp_path / "skip.h5", odd_shapes="skip")
    assert "s_0003.edf" in report.converted[0].notes[0]
    with h5py.File(tmp_path / "skip.h5") as file:
        assert (file[DATA][()] == stack[[0, 1, 2, 4]]).all()
    beamio.convert(pattern, tmp_path / "pad.h5", odd_shapes="pad")
    with h5py.File(tmp_path / "pad.h5") as file:
        found = file[DATA][()]
        assert found.shape == (5, 20, 40)
        assert (found[[0, 1, 2, 4], :, :30] == stack[[0, 1, 2, 4]]).all()
        assert (found[3, :10] == odd).all()
        assert (found[3, 10:] == 65535).all()


def test_a_spec_file_has_what_silx_shows_of_it_and_plots_its_columns(tmp_path):
    source = tmp_path / "scan.spec"
    source.write_text(
        "#F scan.spec\n#E 1500000000\n#D Mon Jan 01 00:00:00 2024\n#O0 samx  samy\n\n"
        "#S 1 ascan samx 0 1 2 1\n#D Mon Jan 01 00:00:00 2024\n#P0 0.5 1.5\n#N 3\n"
        "#L samx  a/b  det\n0 5 10\n1 6 20\n2 7 30\n\n"
        "#S 2 ascan samy 0 1 1 1\n#D Mon Jan 01 00:00:00 2024\n#P0 0.5 1.5\n#N 2\n"
        "#L samy  det\n0 1\n1 4\n"
    )
    beamio.convert(source, tmp_path / "out.h5")
    with h5py.File(tmp_path / "out.h5") as file, silx.io.open(str(source)) as shown:
        assert sorted(set(file)) == ["1.1", "2.1"]
        expected, found = everything(shown), everything(file)
        for path, value in expected.items():
            if np.asarray(value).dtype.kind not in "OSU":
                assert np.array_equal(found[path], value), path
        from silx.io.nxdata import get_default

        plot = get_default(file["1.1"])
        assert plot.signal[()].tolist() == [10, 20, 30]
        assert plot.axes[0][()].tolist() == [0, 1, 2]


def test_part_of_a_source_is_converted(tmp_path):
    stack = noise(6, 20, 30)
    np.save(tmp_path / "a.npy", stack)
    source = f"{tmp_path / 'a.npy'}::/data[2:4]"
    beamio.convert(source, tmp_path / "out.h5")
    with h5py.File(tmp_path / "out.h5") as file:
        assert (file["entry/data/data"][()] == stack[2:4]).all()


def test_a_group_of_an_existing_file_is_added_to_it(tmp_path):
    output = tmp_path / "out.h5"
    with h5py.File(output, "w") as file:
        file["old/data"] = np.arange(5)
    source = write_edf(tmp_path / "a.edf", noise(300, 400))
    beamio.convert(source, f"{output}::/runs/first", filter="bitshuffle-lz4")
    beamio.convert(source, f"{output}::/runs/second")
    with h5py.File(output) as file:
        assert file["old/data"][()].tolist() == [0, 1, 2, 3, 4]
        for name in ("first", "second"):
            run = file["runs"][name]
            assert run.attrs["NX_class"] == "NXentry"
            expected = noise(300, 400)
            assert (run["instrument/detector_0/data"][()] == expected).all()
            assert (run["measurement/image_0/data"][()] == expected).all()


def test_what_is_there_is_not_replaced_unasked(tmp_path):
    source = write_edf(tmp_path / "a.edf", noise(30, 40))
    other = write_edf(tmp_path / "b.edf", noise(50, 60))
    output = tmp_path / "out.h5"
    beamio.convert(source, output)
    before = output.read_bytes()
    with pytest.raises(OutputExistsError, match="--mode a"):
        beamio.convert(other, output)
    with pytest.raises(OutputExistsError, match="::/scan_0: exists already"):
        beamio.convert(other, output, mode="a")
    assert output.read_bytes() == before
    beamio.convert(other, output, mode="a", overwrite=True)
    with h5py.File(output) as file:
        assert file[DATA].shape == (50, 60)
    beamio.convert(source, output, overwrite=True)
    with h5py.File(output) as file:
        assert file[DATA].shape == (30, 40)


def test_a_source_that_fails_does_not_stop_the_rest(tmp_path):
    good = write_edf(tmp_path / "good.edf", noise(30, 40))
    bad = tmp_path / "bad.edf"
    bad.write_bytes((tmp_path / "good.edf").read_bytes()[:-100])
    report = beamio.convert([bad, good], tmp_path / "out.h5", delete_source=True)
    assert [failed.source for failed in report.failed] == [str(bad)]
    assert report.deleted == (good,)
    assert bad.exists()
    with h5py.File(tmp_path / "out.h5") as file:
        assert list(file) == ["good"]


def test_what_a_failing_source_would_replace_stays(tmp_path):
    output = tmp_path / "out.h5"
    for name in ("one", "two"):
        source = write_edf(tmp_path / f"{name}.edf", noise(30, 40))
        beamio.convert(source, f"{output}::/{name}")
    (tmp_path / "one.edf").write_bytes((tmp_path / "one.edf").read_bytes()[:-100])
    write_edf(tmp_path / "two.edf", noise(50, 60))
    names = [tmp_path / "one.edf", tmp_path / "two.edf"]
    report = beamio.convert(names, output, mode="a", overwrite=True)
    assert len(report.failed) == 1
    with h5py.File(output) as file:
        assert list(file) == ["one", "two"]
        assert file["one/instrument/detector_0/data"].shape == (30, 40)
        assert file["two/instrument/detector_0/data"].shape == (50, 60)


def test_what_is_cut_off_a_scan_is_told_and_the_source_stays(tmp_path):
    source = tmp_path / "cut.spec"
    head = "#F cut.spec\n#E 1\n#D Mon Jan 01 00:00:00 2024\n\n#S 1 ascan\n#N 2\n"
    source.write_text(f"{head}#L samx  det\n0 1\n1 2\n2\n")
    report = beamio.convert(source, tmp_path / "out.h5", delete_source=True)
    assert "1 value, not 2" in report.converted[0].notes[0]
    assert not report.deleted
    with h5py.File(tmp_path / "out.h5") as file:
        assert file["1.1/measurement/det"][()].tolist() == [1, 2]


def test_a_source_that_fails_alone_leaves_nothing(tmp_path):
    bad = tmp_path / "bad.edf"
    write_edf(bad, noise(30, 40))
    bad.write_bytes(bad.read_bytes()[:-100])
    with pytest.raises(DamagedFileError, match="cut short"):
        beamio.convert(bad, tmp_path / "out.h5", delete_source=True)
    assert os.listdir(tmp_path) == ["bad.edf"]
    output = tmp_path / "old.h5"
    with h5py.File(output, "w") as file:
        file["a"] = 1
    before = output.read_bytes()
    with pytest.raises(DamagedFileError):
        beamio.convert(bad, f"{output}::/new")
    assert output.read_bytes() == before


def test_a_file_is_deleted_only_after_it_was_compared(tmp_path):
    source = write_edf(tmp_path / "a.edf", noise(30, 40))
    with pytest.raises(OptionError, match="--no-verify"):
        beamio.convert(source, tmp_path / "o.h5", verify=False, delete_source=True)
    with pytest.raises(OptionError, match="only a part"):
        part = f"{source}::/{DATA}"
        beamio.convert(part, tmp_path / "o.h5", delete_source=True)
    beamio.convert(source, tmp_path / "o.h5", delete_source=True)
    assert os.listdir(tmp_path) == ["o.h5"]


def test_an_interrupted_conversion_leaves_nothing(tmp_path):
    np.save(tmp_path / "a.npy", noise(40, 512, 512))

    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        beamio.convert(tmp_path / "a.npy", tmp_path / "o.h5", progress=stop)
    assert os.listdir(tmp_path) == ["a.npy"]


@pytest.mark.parametrize("compression", ["none", "bitshuffle-lz4", "gzip"])
def test_what_reads_differently_is_not_kept(tmp_path, monkeypatch, compression):
    np.save(tmp_path / "a.npy", noise(40, 512, 512))
    from beamio.formats.hdf5 import NewFile

    place = NewFile.room_for

    def elsewhere(self, dataset, first, images):
        room = place(self, dataset, first, images)
        return type(room)(room.descriptor, [room.offsets[0]] * images)

    if compression == "none":
        monkeypatch.setattr(NewFile, "room_for", elsewhere)
    else:
        write = NewFile.write_chunk

        def damaged(self, dataset, at, data):
            wrong = bytearray(data)
            wrong[len(wrong) // 2] ^= 1
            write(self, dataset, at, memoryview(wrong))

        monkeypatch.setattr(NewFile, "write_chunk", damaged)
    with pytest.raises(BeamioError, match="reads differently"):
        beamio.convert(
            tmp_path / "a.npy", tmp_path / "o.h5", filter=compression, threads=1
        )
    assert os.listdir(tmp_path) == ["a.npy"]


def test_frames_that_have_not_their_digest_are_not_converted(tmp_path):
    source, output = tmp_path / "a.cbf", tmp_path / "a.h5"
    fabio.cbfimage.CbfImage(noise(20, 30, dtype="i4")).write(str(source))
    raw = source.read_bytes().replace(b"Content-MD5: ", b"Content-MD5: x")
    source.write_bytes(raw)
    with pytest.raises(DamagedFileError, match=r"a\.cbf.*MD5"):
        beamio.convert(source, output)
    assert not output.exists()


def test_the_sample_files_have_equal_pixels_in_hdf5(samples, tmp_path):
    for number, source in enumerate(sorted(samples.glob("**/*.edf"))):
        output = tmp_path / f"{number}.h5"
        beamio.convert(source, output, filter="bitshuffle-lz4")
        with h5py.File(output) as file, fabio.open(str(source)) as image:
            data = file[DATA][()].reshape(-1, *file[DATA].shape[-2:])
            assert len(data) == image.nframes
            for i, found in enumerate(data):
                frame = image if image.nframes == 1 else image.getframe(i)
                assert np.array_equal(found, frame.data)

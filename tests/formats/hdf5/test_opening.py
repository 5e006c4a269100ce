"""Opening a file to read never hurts a writer, opening to write never hurts another."""

import io
import os
import subprocess
import sys
import threading
import time

import h5py
import numpy as np
import pytest

import beamio
from beamio.formats.hdf5 import opening
from beamio.formats.hdf5.locks import holders

WRITER = """
import sys, h5py
file = h5py.File(sys.argv[1], sys.argv[2], libver=sys.argv[3])
data = file.require_dataset("data", (2, 3), "i4", maxshape=(None, 3), chunks=(1, 3))
data[...] = [[1, 2, 3], [4, 5, 6]]
file.flush()
if sys.argv[4] == "swmr":
    file.swmr_mode = True
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path):
    """Start another program that has a file open; close its input to end it."""
    started = []

    def start(name, mode="w", libver="earliest", *, swmr=False):
        words = [str(tmp_path / name), mode, libver, "swmr" if swmr else ""]
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        started.append(process)
        assert process.stdout.readline() == b"ready\n"
        return process

    yield start
    for process in started:
        process.stdin.close()
        process.stdout.close()
        process.wait()


@pytest.fixture
def path(tmp_path):
    name = tmp_path / "a.h5"
    with h5py.File(name, "w") as file:
        file["data"] = np.arange(3)
    return name


def test_a_reader_takes_no_lock(path):
    with beamio.File(path):
        assert holders(str(path)) == set()
        told = "import sys, h5py; h5py.File(sys.argv[1], 'r+').close()"
        subprocess.run([sys.executable, "-c", told, path], check=True)
    with beamio.File(path, locking=True):
        assert holders(str(path)) == {os.getpid()}


@pytest.mark.parametrize("mode", ["r+", "a", "w"])
def test_a_writer_locks(path, mode):
    with beamio.File(path, mode):
        assert holders(str(path), writing=True) == {os.getpid()}


def test_what_is_being_written_can_be_read(other, tmp_path):
    other("live.h5")
    with beamio.File(tmp_path / "live.h5") as file:
        np.testing.assert_array_equal(file["data"], [[1, 2, 3], [4, 5, 6]])


def test_what_is_written_in_swmr_mode_is_read_so(other, tmp_path):
    other("live.h5", libver="latest", swmr=True)
    with beamio.File(tmp_path / "live.h5") as file:
        assert file.swmr_mode
        np.testing.assert_array_equal(file["data"][1], [4, 5, 6])
    with beamio.File(tmp_path / "live.h5", swmr=True) as file:
        assert file.swmr_mode


def test_a_file_that_a_writer_keeps_to_itself_is_said_to_be_busy(other, tmp_path):
    writer = other("live.h5", libver="latest")
    start = time.monotonic()
    with pytest.raises(beamio.BusyFileError, match=f"another program .*{writer.pid}"):
        beamio.File(tmp_path / "live.h5")
    assert 0.4 < time.monotonic() - start < 3


@pytest.fixture
def patience(monkeypatch):
    """Wait long enough for any machine."""
    monkeypatch.setattr(opening, "_PATIENCE", 60.0)


@pytest.mark.usefixtures("patience")
def test_the_reader_waits_until_the_writer_has_finished(other, tmp_path):
    writer = other("live.h5", libver="latest")
    threading.Timer(0.3, writer.stdin.close).start()
    with beamio.File(tmp_path / "live.h5") as file:
        assert not file.swmr_mode
        np.testing.assert_array_equal(file["data"][1], [4, 5, 6])
    assert writer.wait() == 0


@pytest.mark.usefixtures("patience")
def test_a_file_that_is_being_copied_is_waited_for(path, tmp_path):
    whole = path.read_bytes()
    part = tmp_path / "part.h5"
    part.write_bytes(whole[:1500])
    threading.Timer(0.3, part.write_bytes, [whole]).start()
    with beamio.File(part) as file:
        np.testing.assert_array_equal(file["data"], [0, 1, 2])


@pytest.mark.usefixtures("patience")
def test_the_mark_of_a_dead_writer_is_said_to_be_that(other, tmp_path):
    writer = other("dead.h5", libver="latest")
    writer.kill()
    writer.wait()
    long_ago = time.time() - 100
    os.utime(tmp_path / "dead.h5", (long_ago, long_ago))
    start = time.monotonic()
    with pytest.raises(beamio.BusyFileError, match=r"its writer died.*h5clear"):
        beamio.File(tmp_path / "dead.h5")
    assert time.monotonic() - start < 30  # it was not waited for


def test_what_another_program_writes_is_not_emptied(other, tmp_path):
    writer = other("live.h5")
    size = (tmp_path / "live.h5").stat().st_size
    for mode in ["w", "r+", "a"]:
        with pytest.raises(beamio.BusyFileError, match=f"process {writer.pid}") as told:
            beamio.File(tmp_path / "live.h5", mode)
        assert isinstance(told.value, BlockingIOError)
    assert (tmp_path / "live.h5").stat().st_size == size > 0
    with beamio.File(tmp_path / "live.h5") as file:
        assert file["data"][1, 2] == 6


def test_locks_are_not_looked_for_where_they_are_off(other, tmp_path, monkeypatch):
    other("live.h5")
    with beamio.File(tmp_path / "live.h5", "w", locking=False):
        pass
    other("again.h5")
    monkeypatch.setenv("HDF5_USE_FILE_LOCKING", "FALSE")
    told = "import sys, beamio; beamio.File(sys.argv[1], 'w').close()"
    name = tmp_path / "again.h5"
    subprocess.run([sys.executable, "-c", told, name], check=True)


@pytest.mark.parametrize("locking", [None, False, True, "best-effort"])
@pytest.mark.parametrize("mode", ["r", "r+"])
def test_a_file_that_is_open_here_can_be_opened_again(path, mode, locking):
    with h5py.File(path, mode, locking=locking), beamio.File(path) as file:
        assert file["data"][1] == 1


def test_what_this_program_has_open_is_not_said_to_be_elsewhere(path):
    with beamio.File(path, "r+") as file:
        with pytest.raises(OSError, match="already open") as told:
            beamio.File(path, "w")
        assert not isinstance(told.value, beamio.BusyFileError)
        assert file["data"][1] == 1


def cut(path):
    path.write_bytes(path.read_bytes()[:1500])


WRONG = {
    "missing": (
        lambda p: p.unlink(),
        "r",
        FileNotFoundError,
        r"a\.h5: there is no such file",
    ),
    "no folder": (
        lambda p: (p.unlink(), p.parent.rmdir()),
        "w",
        FileNotFoundError,
        "is no folder",
    ),
    "there already": (lambda _: None, "x", FileExistsError, r"a\.h5: exists already"),
    "text": (lambda p: p.write_text("words"), "r", ValueError, "is not an HDF5 file"),
    "empty": (lambda p: p.write_text(""), "r", OSError, "is not an HDF5 file"),
    "text to change": (
        lambda p: p.write_text("words"),
        "r+",
        ValueError,
        "is not an HDF5 file",
    ),
    "cut": (cut, "r", OSError, r"is cut short: 1,500 of [\d,]+ bytes are there"),
    "cut to change": (cut, "a", OSError, r"is cut short: 1,500 of [\d,]+ bytes"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_as_an_exception_that_h5py_would_raise(tmp_path, what):
    spoil, mode, builtin, message = WRONG[what]
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "a.h5"
    with h5py.File(path, "w") as file:
        file["data"] = np.arange(100)
    spoil(path)
    kinds = [OSError, beamio.BeamioError, builtin]
    for kind in kinds:
        with pytest.raises(kind, match=message) as told:
            beamio.File(path, mode)
    with pytest.raises(OSError, match=r".") as theirs:
        h5py.File(path, mode)
    assert told.value.errno == theirs.value.errno
    assert isinstance(told.value, type(theirs.value))


def test_what_only_the_caller_can_mend_is_told_as_h5py_tells_it(path, tmp_path):
    with pytest.raises(IsADirectoryError):
        beamio.File(tmp_path)
    with pytest.raises(ValueError, match="Invalid mode"):
        beamio.File(path, "q")
    with pytest.raises(TypeError):
        beamio.File(path, wrong=1)


@pytest.mark.parametrize("name", [str, os.fsencode, lambda path: path])
def test_a_name_is_text_or_bytes_or_a_path(path, name):
    with beamio.File(name(path)) as file:
        assert file["data"][2] == 2


def test_objects_like_files_and_drivers_are_passed_on(path):
    stream = io.BytesIO(path.read_bytes())
    with beamio.File(stream) as file:
        assert file.driver == "fileobj"
        assert file["data"][2] == 2
    with beamio.File(io.BytesIO(), "w") as file:
        file["x"] = 1
    with beamio.File(path, "r", "core") as file:
        assert file.driver == "core"
        assert type(file["data"]) is beamio.Dataset


def test_arguments_by_place_are_those_of_h5py(path):
    with beamio.File(path, "r", None, "latest", None, False, 100, 2**20) as file:
        assert file.id.get_access_plist().get_cache()[1:3] == (100, 2**20)
        assert (
            file.libver[0] == h5py.File(path, libver="latest", locking=False).libver[0]
        )


def test_filters_of_hdf5plugin_work_in_a_file_that_was_opened(tmp_path):
    with h5py.File(tmp_path / "z.h5", "w") as file:
        import hdf5plugin

        file.create_dataset("z", data=np.arange(9), compression=hdf5plugin.Zstd())
    told = "import sys, beamio; print(beamio.File(sys.argv[1])['z'][8])"
    done = subprocess.run(
        [sys.executable, "-c", told, tmp_path / "z.h5"],
        check=True,
        capture_output=True,
    )
    assert done.stdout == b"8\n"

"""No file outside of what was opened is ever read, whatever leads to it."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SECRET = 777_000
GROWS = h5py.h5s.UNLIMITED


@pytest.fixture
def folders(tmp_path):
    """Give a folder to open, beside one that nobody may see."""
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    make_folders(inside, outside)
    return inside, outside


def make_folders(inside, outside):
    (inside / "below").mkdir(parents=True)
    outside.mkdir()
    for number in ("", "0", "1"):
        with h5py.File(outside / f"secret{number}.h5", "w") as file:
            file["x"] = np.arange(4) + SECRET
            file["x"].attrs["note"] = f"{SECRET}"
            grown = np.arange(4, dtype="i4") + SECRET
            file.create_dataset("grown", data=grown, maxshape=(None,), chunks=(2,))
    (np.arange(4) + SECRET).tofile(outside / "secret.bin")
    (inside / "way").symlink_to(outside)
    (inside / "secret.h5").symlink_to(outside / "secret.h5")
    (inside / "part0.h5").symlink_to(outside / "secret.h5")
    with h5py.File(inside / "near.h5", "w") as file:
        file["x"] = np.arange(4)
        file["away"] = h5py.ExternalLink("way/secret.h5", "x")
        add_virtual(file, "taken", "../outside/secret.h5", "x", grows=False)
        add_virtual(file, "grown", "../outside/secret.h5", "grown", grows=True)


def add_virtual(file, name, source, path, *, grows):
    layout = h5py.VirtualLayout((4,), "i8", maxshape=(None,))
    whole = slice(0, GROWS) if grows else slice(None)
    maxshape = (None,) if grows else (4,)
    there = h5py.VirtualSource(source, path, (4,), maxshape=maxshape)
    layout[whole] = there[whole]
    file.create_virtual_dataset(name, layout)


def add_pattern(file, name, source, path):
    """Add a virtual dataset of blocks, each of a source whose name counts."""
    here = h5py.h5s.create_simple((4,), (GROWS,))
    here.select_hyperslab((0,), (GROWS,), (4,), (4,))
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    there = h5py.h5s.create_simple((4,))
    properties.set_virtual(here, source.encode(), path.encode(), there)
    shown = h5py.h5s.create_simple((4,), (GROWS,))
    kind = h5py.h5t.STD_I64LE
    h5py.h5d.create(file.id, name.encode(), kind, shown, properties)


def add(file, name, kind, source, path):
    if kind == "external":
        file[name] = h5py.ExternalLink(source, path)
    elif kind == "soft":
        file[name] = h5py.SoftLink(path)
    elif kind == "raw":
        file.create_dataset(name, (4,), "i8", external=[(source, 0, 32)])
    elif "%" in source:
        add_pattern(file, name, source, path)
    else:
        add_virtual(file, name, source, path, grows=kind == "grows")


@pytest.fixture(scope="module", params=["looking", "sandboxed"])
def confined(request, tmp_path_factory):
    """Give a function that asks a confined process what it finds in a file."""
    if request.param == "sandboxed" and sys.platform != "linux":
        pytest.skip("there is no Landlock here")
    base = tmp_path_factory.mktemp("fence")
    inside, outside = base / "inside", base / "outside"
    make_folders(inside, outside)
    script = Path(__file__).with_name("confined.py")
    with subprocess.Popen(
        [sys.executable, script, request.param, inside],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:

        def ask(name):
            process.stdin.write(json.dumps(str(name)) + "\n")
            return process.stdout.readline()

        ask.inside, ask.outside = inside, outside
        yield ask
        process.stdin.close()


NAMES = (
    "{outside}/secret.h5",
    "../outside/secret.h5",
    "below/../../outside/secret.h5",
    "way/secret.h5",
    "secret.h5",
    "{inside}/secret.h5",
    "{inside}/near.h5",
    "near.h5",
    "part%b.h5",
    "../outside/secret%b.h5",
    "{outside}/secret.bin",
    "way/secret.bin",
    "missing.h5",
    ".",
    "",
)
KINDS = ("external", "soft", "raw", "fixed", "grows")
PATHS = ("x", "/x", "away", "taken", "grown", "0", "1/x", "/2", "/", "../x", "missing")
things = st.lists(
    st.tuples(*map(st.sampled_from, (KINDS, NAMES, PATHS))), min_size=1, max_size=5
)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(things)
def test_no_way_out_of_a_file_shows_what_lies_outside(confined, found):
    path = confined.inside / "drawn.h5"
    path.unlink(missing_ok=True)
    where = {"inside": confined.inside, "outside": confined.outside}
    with h5py.File(path, "w") as file:
        for number, (kind, name, inside) in enumerate(found):
            if kind == "external" and not name:
                continue
            add(file, f"{number}", kind, name.format(**where) or ".", inside)
    answer = confined(path)
    assert answer.startswith("{"), "the process that looked is gone"
    assert str(SECRET)[:3] not in answer.replace(str(confined.inside), "")


def test_what_lies_inside_is_read(confined):
    path = confined.inside / "fine.h5"
    (np.arange(4) + 5_500).tofile(confined.inside / "near.bin")
    with h5py.File(path, "w") as file:
        add(file, "link", "external", "near.h5", "x")
        add(file, "fixed", "fixed", "near.h5", "x")
        add(file, "raw", "raw", "near.bin", "")
    answer = json.loads(confined(path))
    for way in ("beamio", "h5py"):
        for name in ("link", "fixed"):
            assert answer[way][name][1] == [0, 1, 2, 3]
        assert answer[way]["raw"][1] == [5500, 5501, 5502, 5503]


CASES = {
    "a link": ("external", "../outside/secret.h5", "x"),
    "a link through a symbolic link": ("external", "way/secret.h5", "x"),
    "a link by an absolute name": ("external", "{outside}/secret.h5", "x"),
    "a link to a link": ("external", "near.h5", "away"),
    "a virtual dataset": ("fixed", "../outside/secret.h5", "x"),
    "one over another": ("fixed", "near.h5", "taken"),
    "one that grows": ("grows", "../outside/secret.h5", "grown"),
    "one that grows over another": ("grows", "near.h5", "grown"),
    "one of blocks": ("grows", "../outside/secret%b.h5", "x"),
    "one of blocks that are symbolic links": ("grows", "part%b.h5", "x"),
    "a raw file": ("raw", "{outside}/secret.bin", ""),
}


@pytest.mark.parametrize("case", CASES)
def test_ways_out_are_refused_with_the_reason(served, folders, case):
    inside, outside = folders
    kind, name, path = CASES[case]
    with h5py.File(inside / "scan.h5", "w") as file:
        add(file, "x", kind, name.format(outside=outside), path)
        file["soft"] = h5py.SoftLink("/x")
    client = served(inside)
    for place in ("/x", "/soft"):
        query = {"file": "inside/scan.h5", "path": place}
        answer = client.get("/api/data", params=query)
        assert answer.status_code == 403, answer.text
        assert "outside of what was opened" in answer.json()["message"]
        for question in ("meta", "describe", "children", "attr", "plot"):
            assert (
                str(SECRET)[:3] not in client.get(f"/api/{question}", params=query).text
            )


def test_ways_out_are_followed_where_that_is_allowed(served, folders):
    inside, _ = folders
    query = {"file": "inside/near.h5", "path": "/away"}
    answer = served(inside, follow_outside=True).get("/api/data", params=query)
    assert answer.json()[0] == SECRET


@pytest.mark.parametrize(
    "name", ["inside/secret.h5", "inside/way/secret.h5", "inside/../outside/secret.h5"]
)
def test_symbolic_links_do_not_lead_out(served, folders, name):
    answer = served(folders[0]).get("/api/meta", params={"file": name})
    assert answer.status_code == 403
    assert "outside" in answer.json()["message"] or "leads out" in answer.text


def test_folders_tell_nothing_of_what_links_lead_to(served, folders):
    found = served(folders[0]).get("/api/folder?folder=inside").json()["entries"]
    link = next(each for each in found if each["name"] == "secret.h5")
    assert link["size"] is None
    assert link["problem"] == "leads out of what was opened"


def test_links_of_a_single_file_may_lead_beside_it(served, folders):
    inside, _ = folders
    with h5py.File(inside / "scan.h5", "w") as file:
        file["x"] = h5py.ExternalLink("near.h5", "x")
    client = served(inside / "scan.h5")
    query = {"file": "scan.h5", "path": "/x"}
    assert client.get("/api/data", params=query).json() == [0, 1, 2, 3]
    beside = client.get("/api/meta", params={"file": "scan.h5/../near.h5"})
    assert beside.status_code == 403


@pytest.mark.parametrize("variable", ["HDF5_EXT_PREFIX", "HDF5_VDS_PREFIX"])
def test_prefixes_of_the_environment_do_not_lead_out(
    served, folders, monkeypatch, variable
):
    inside, outside = folders
    (inside / "secret.h5").unlink()
    monkeypatch.setenv(variable, str(outside))
    with h5py.File(inside / "scan.h5", "w") as file:
        add(file, "e", "external", "secret.h5", "x")
        add(file, "v", "fixed", "secret.h5", "x")
    client = served(inside)
    for place in ("/e", "/v"):
        query = {"file": "inside/scan.h5", "path": place}
        answer = client.get("/api/data", params=query)
        assert answer.status_code in {403, 404, 422}
        assert str(SECRET)[:3] not in answer.text


def test_pipes_and_sockets_are_never_opened(served, folders):
    inside, _ = folders
    os.mkfifo(inside / "pipe.h5")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(inside / "socket.h5"))
        with h5py.File(inside / "scan.h5", "w") as file:
            add(file, "e", "external", "pipe.h5", "x")
            add(file, "v", "grows", "pipe.h5", "x")
        client = served(inside)
        for name in ("pipe.h5", "socket.h5"):
            answer = client.get("/api/meta", params={"file": f"inside/{name}"})
            assert answer.status_code == 422
            assert "not a file" in answer.json()["message"]
        for question in ("data", "children", "meta", "describe"):
            for path in ("/", "/e", "/v"):
                query = {"file": "inside/scan.h5", "path": path}
                assert client.get(f"/api/{question}", params=query).status_code != 424


def test_images_name_no_raw_files_elsewhere(served, folders):
    inside, outside = folders
    header = (
        "{\nHeaderID = EH:000001:000000:000000 ;\nEDF_DataFormatVersion = 2.0 ;\n"
        f"EDF_BinaryFileName = {outside / 'secret.bin'} ;\n"
        "EDF_BinaryFilePosition = 0 ;\nEDF_BinaryFileSize = 32 ;\n"
        "ByteOrder = LowByteFirst ;\nDataType = Signed64 ;\nDim_1 = 4 ;\nDim_2 = 1 ;\n"
    )
    (inside / "frame.edf").write_bytes(header.ljust(1022).encode() + b"}\n")
    client = served(inside)
    for path in (
        "/",
        "/data",
        "/scan_0/image/data",
        "/scan_0/instrument/detector_0/data",
    ):
        query = {"file": "inside/frame.edf", "path": path}
        for question in ("data", "meta", "children"):
            assert (
                str(SECRET)[:3] not in client.get(f"/api/{question}", params=query).text
            )


def test_the_process_that_reads_writes_nothing(folders):
    inside, _ = folders
    code = (
        "import sys; from beamio.web.fence import Fence; "
        "from beamio.web.worker.sandbox import confine_process; "
        f"confine_process(Fence.around([{str(inside)!r}])); "
        f"open({str(inside / 'new')!r}, 'w')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True
    )
    if done.returncode == 0:
        pytest.skip("this system has no Landlock")
    assert "Permission denied" in done.stderr


def test_a_series_is_refused_if_one_of_its_files_lies_outside(served, folders):
    inside, outside = folders
    for number in range(2):
        np.save(inside / f"a_{number}.npy", np.zeros(2))
    (inside / "a_2.npy").symlink_to(outside / "secret.h5")
    query = {"file": "inside/a_%d.npy"}
    answer = served(inside).get("/api/meta", params=query)
    assert answer.status_code == 403

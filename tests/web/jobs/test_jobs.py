"""Jobs do what the commands do, end when they are told to, and leave nothing behind."""

import json
import os
import signal
import subprocess
import sys

import h5py
import numpy as np
import pytest

import beamio
from beamio.web.jobs.command import command

pytest.importorskip("starlette")


@pytest.fixture
def at_work(served, scan):
    """Give who asks a server for jobs in the folder of the scan."""
    return Work(served(scan.parent))


class Work:
    """Starts jobs, and looks at them."""

    def __init__(self, client):
        self.client = client

    def start(self, kind, **options):
        return self.client.post("/api/jobs", json={"kind": kind, **options})

    def flatfield(self, output="out.nx", **options):
        return self.start("flatfield", file="visit/scan.nx", output=output, **options)

    def states(self):
        return {job["id"]: job for job in self.client.get("/api/jobs").json()["jobs"]}

    def ended(self, answer, until):
        """Return a job when it is over."""
        assert answer.status_code == 201, answer.text
        name = answer.json()["id"]
        over = ("done", "failed", "cancelled")
        return until(
            lambda: self.states()[name]["state"] in over and self.states()[name]
        )

    def correcting(self, answer, until):
        """Return a job when it has written some of its frames."""
        assert answer.status_code == 201, answer.text
        name = answer.json()["id"]
        return until(
            lambda: self.states()[name]["stage"] == "correcting" and self.states()[name]
        )


def files_in(scan):
    return sorted(os.listdir(scan.parent))


def test_a_correction_is_that_of_the_function(at_work, scan, tmp_path, until):
    choices = {"log": True, "reduce": "mean", "clip": [0.01, 2.0]}
    job = at_work.ended(at_work.flatfield(choices=choices), until)
    assert job["state"] == "done", job["message"]
    assert job["opens"]["file"] == "visit/out.nx"
    expected = beamio.flatfield(
        scan, tmp_path / "expected.nx", log=True, reduce="mean", clip=(0.01, 2.0)
    )
    path = expected.output.partition("::")[2]
    assert job["opens"]["path"] == path
    with (
        h5py.File(scan.parent / "out.nx") as found,
        h5py.File(tmp_path / "expected.nx") as wanted,
    ):
        np.testing.assert_array_equal(found[path][()], wanted[path][()])


def test_the_command_that_is_told_does_the_same(at_work, scan, until):
    answer = at_work.flatfield(choices={"log": True, "flat_position": "0,500"})
    told = answer.json()["command"]
    assert told == (
        f"beamio flatfield {scan} -o {scan.parent}/out.nx --flat-position 0,500 --log"
    )
    at_work.ended(answer, until)


def test_limits_and_lists_of_a_command_are_words_of_their_own():
    options = {"flats": ["::/a", "b c.h5"], "clip": (0.0, 2.0), "without_darks": True}
    assert command("flatfield", ["s.h5"], "o.h5", options) == (
        "beamio flatfield s.h5 -o o.h5 --flat ::/a --flat 'b c.h5' --clip 0.0 2.0 "
        "--no-dark"
    )


def test_a_copy_with_another_filter_holds_the_same(at_work, scan, until):
    answer = at_work.start(
        "repack", file="visit/scan.nx", output="small.nx", filter="bitshuffle-lz4"
    )
    job = at_work.ended(answer, until)
    assert job["state"] == "done", job["message"]
    assert job["result"]["changed"]
    assert not list(beamio.diff(scan, scan.parent / "small.nx").differences)


def test_images_are_converted_to_a_file_beside_them(at_work, scan, until):
    fabio = pytest.importorskip("fabio")
    data = np.arange(20, dtype=np.uint16).reshape(4, 5)
    for number in range(3):
        image = fabio.edfimage.EdfImage(data + number)
        image.write(str(scan.parent / f"im_{number:04d}.edf"))
    answer = at_work.start("convert", files=["visit/im_*.edf"], output="all.h5")
    job = at_work.ended(answer, until)
    assert job["state"] == "done", job["message"]
    assert job["opens"]["file"] == "visit/all.h5"
    found = beamio.read(scan.parent / "all.h5")
    np.testing.assert_array_equal(found, np.stack([data, data + 1, data + 2]))


def test_what_a_check_finds_is_its_result(at_work, scan, until):
    with h5py.File(scan, "r+") as file:
        file["lost"] = h5py.SoftLink("/nowhere")
    job = at_work.ended(at_work.start("check", file="visit/scan.nx"), until)
    kinds = [(one["kind"], one["path"]) for one in job["result"]["findings"]]
    assert ("dangling link", "/lost") in kinds


@pytest.mark.usefixtures("slow_jobs")
def test_a_job_that_is_cancelled_leaves_nothing(at_work, scan, until):
    before = files_in(scan)
    job = at_work.correcting(at_work.flatfield(), until)
    assert len(files_in(scan)) > len(before)  # the part that is being written
    at_work.client.post(f"/api/jobs/{job['id']}/cancel", json={})
    until(lambda: at_work.states()[job["id"]]["state"] == "cancelled")
    assert files_in(scan) == before


@pytest.mark.usefixtures("slow_jobs")
def test_a_job_that_is_killed_has_failed_and_leaves_nothing(at_work, scan, until):
    before = files_in(scan)
    job = at_work.correcting(at_work.flatfield(), until)
    os.kill(pid_of(at_work, job), signal.SIGKILL)
    until(lambda: at_work.states()[job["id"]]["state"] == "failed")
    assert "SIGKILL" in at_work.states()[job["id"]]["message"]
    assert files_in(scan) == before


def pid_of(at_work, job):
    jobs = at_work.client.app.state.jobs
    return jobs._jobs[job["id"]].process._process.pid


@pytest.mark.usefixtures("slow_jobs")
def test_two_jobs_never_write_one_file(at_work, until):
    first = at_work.flatfield()
    second = at_work.flatfield(overwrite=True)
    assert second.status_code == 409
    assert "another job" in second.json()["message"]
    at_work.client.post(f"/api/jobs/{first.json()['id']}/cancel", json={})
    at_work.ended(first, until)


@pytest.mark.usefixtures("slow_jobs")
def test_two_jobs_run_and_the_others_wait(at_work, until):
    answers = [at_work.flatfield(f"{number}.nx") for number in range(3)]
    at_work.correcting(answers[0], until)
    at_work.correcting(answers[1], until)
    third = answers[2].json()["id"]
    assert at_work.states()[third]["state"] == "waiting"
    at_work.client.post(f"/api/jobs/{third}/cancel", json={})
    assert at_work.states()[third]["state"] == "cancelled"
    for answer in answers[:2]:
        at_work.client.post(f"/api/jobs/{answer.json()['id']}/cancel", json={})
        at_work.ended(answer, until)


@pytest.mark.usefixtures("slow_jobs")
def test_jobs_end_with_the_server(served, scan, until):
    before = files_in(scan)
    client = served(scan.parent)
    work = Work(client)
    pid = pid_of(work, work.correcting(work.flatfield(), until))
    client.__exit__(None, None, None)
    assert not os.path.exists(f"/proc/{pid}")
    assert files_in(scan) == before


@pytest.mark.usefixtures("slow_jobs")
def test_a_job_ends_when_the_server_is_killed(scan):
    before = files_in(scan)
    job = {
        "kind": "flatfield",
        "sources": [str(scan)],
        "output": str(scan.parent / "out.nx"),
        "options": {"clip": None, "limits": None},
        "overwrite": False,
        "fence": {"roots": [], "follow_outside": True},
    }
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "beamio.web.jobs.run"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        process.stdin.write(json.dumps(job).encode() + b"\n")
        process.stdin.flush()
        while json.loads(process.stdout.readline())["stage"] != "correcting":
            pass
        process.stdin.close()
        process.stdin = None
        assert process.wait(60) == 130
    assert files_in(scan) == before


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_is_told_in_a_sentence(at_work, scan, until):
    before = files_in(scan)
    job = at_work.ended(at_work.flatfield(), until)
    assert job["state"] == "failed"
    assert "the disk is full" in job["message"]
    log = at_work.client.get(f"/api/jobs/{job['id']}/log").json()["lines"]
    assert log == [job["message"]]
    assert files_in(scan) == before


def test_a_folder_that_is_missing_is_told_in_a_sentence(at_work, until):
    job = at_work.ended(at_work.flatfield("visit/none/out.nx"), until)
    assert job["state"] == "failed"
    assert "folder" in job["message"]


def test_a_scan_without_flats_is_told_in_a_sentence(at_work, scan, until):
    with h5py.File(scan.parent / "plain.h5", "w") as file:
        file["data"] = np.ones((3, 4, 5), np.uint16)
    answer = at_work.start("flatfield", file="visit/plain.h5", output="out.h5")
    job = at_work.ended(answer, until)
    assert job["state"] == "failed"
    assert "flats" in job["message"]


@pytest.mark.parametrize(
    ("output", "status", "word"),
    [
        ("../out.nx", 404, "nothing of this name"),
        ("visit/../../out.nx", 403, "leads out"),
        ("elsewhere/out.nx", 404, "nothing of this name"),
        ("..", 422, "no name"),
        ("scan.nx", 422, "replace the input"),
        ("other.nx", 409, "exists already"),
        ("", 422, "output"),
    ],
)
def test_an_output_that_must_not_be_written_is_refused(
    at_work, scan, output, status, word
):
    (scan.parent / "other.nx").write_bytes(b"")
    answer = at_work.flatfield(output)
    assert answer.status_code == status
    assert word in answer.json()["message"]


def test_a_link_to_a_file_outside_is_no_output(at_work, scan, tmp_path):
    (scan.parent / "link.nx").symlink_to(tmp_path / "outside.nx")
    answer = at_work.flatfield("link.nx", overwrite=True)
    assert answer.status_code == 403


def test_flats_outside_are_refused(at_work, tmp_path):
    answer = at_work.flatfield(choices={"flats": [f"{tmp_path}/flat.edf"]})
    assert answer.status_code == 404


def test_what_a_job_would_do_is_told_without_doing_it(at_work, scan):
    body = {"kind": "check", "file": "visit/scan.nx", "deep": True}
    answer = at_work.client.post("/api/jobs/check", json=body)
    assert answer.json()["command"] == f"beamio check {scan} --deep"
    body = {"kind": "repack", "file": "visit/scan.nx", "output": "scan.nx"}
    answer = at_work.client.post("/api/jobs/check", json=body)
    assert "replace the input" in answer.json()["refusal"]
    assert at_work.states() == {}


def test_jobs_that_are_over_are_forgotten_when_asked(at_work, until):
    at_work.ended(at_work.start("check", file="visit/scan.nx"), until)
    at_work.client.post("/api/jobs/clear", json={})
    assert at_work.states() == {}


def test_an_option_that_is_unknown_is_named(at_work):
    answer = at_work.flatfield(choices={"gamma": 3})
    assert answer.status_code == 422
    assert "gamma" in answer.json()["message"]


def test_only_json_of_our_own_pages_is_taken(at_work):
    client = at_work.client
    body = '{"kind": "check", "file": "visit/scan.nx"}'
    text = client.post(
        "/api/jobs", content=body, headers={"Content-Type": "text/plain"}
    )
    assert text.status_code == 415
    client.headers.pop("Authorization")
    client.cookies.set("beamio-8000", "the one")
    json_type = {"Content-Type": "application/json"}
    assert client.post("/api/jobs", content=body, headers=json_type).status_code == 403
    own = json_type | {"Origin": "http://127.0.0.1:8000"}
    assert client.post("/api/jobs", content=body, headers=own).status_code == 201


def test_the_schema_tells_what_may_be_posted(at_work):
    found = at_work.client.get("/api/openapi.json").json()
    body = found["paths"]["/api/jobs"]["post"]["requestBody"]
    schema = body["content"]["application/json"]["schema"]
    assert set(schema["discriminator"]["mapping"]) == {
        "flatfield",
        "convert",
        "repack",
        "check",
    }
    text = json.dumps(found)
    for name in schema["discriminator"]["mapping"].values():
        assert name.rpartition("/")[2] in found["components"]["schemas"]
    assert "#/$defs/" not in text

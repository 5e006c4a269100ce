"""Processes that read: they die, hang and take too much, and the server goes on."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

pytest.importorskip("starlette")

import beamio.web
from beamio.web.fence import Fence
from beamio.web.questions import ALL
from beamio.web.worker import Pool
from beamio.web.worker.room import Room


@pytest.fixture
def fence(tmp_path):
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["x"] = np.arange(12)
        file["large"] = np.zeros(1 << 22)
    return Fence.around([str(tmp_path)])


def run(work):
    return asyncio.run(asyncio.wait_for(work, 120))


async def answered(pool, question, query):
    return [part async for part in pool.ask(question, query)]


async def until(condition):
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:  # noqa: ASYNC110 (polled)
        await asyncio.sleep(0.01)


def name_of(fence):
    return fence.roots[0].name


def test_a_process_that_crashes_costs_one_answer(fence):
    async def work():
        pool = Pool(fence, 2)
        query = {"file": f"{name_of(fence)}/scan.h5", "path": "/x"}
        await answered(pool, ALL["data"], query)
        (process,) = pool._free
        question = replace(ALL["data"], seconds=60)
        task = asyncio.create_task(answered(pool, question, query))
        os.kill(process.pid, signal.SIGSTOP)
        await until(lambda: process not in pool._free)
        os.kill(process.pid, signal.SIGSEGV)
        os.kill(process.pid, signal.SIGCONT)
        (failed,) = await task
        (again,) = await answered(pool, ALL["data"], query)
        await pool.close()
        return failed, again

    failed, again = run(work())
    assert failed.kind == "error"
    assert "SIGSEGV" in failed.message
    assert failed.errors[0] == "GivenUpError"
    assert again.kind == "answer"


def test_a_process_that_gives_no_sign_is_given_up(fence):
    async def work():
        pool = Pool(fence, 2)
        query = {"file": f"{name_of(fence)}/scan.h5", "path": "/x"}
        await answered(pool, ALL["data"], query)
        (process,) = pool._free
        os.kill(process.pid, signal.SIGSTOP)
        question = replace(ALL["data"], seconds=0.5)
        (failed,) = await answered(pool, question, query)
        (again,) = await answered(pool, ALL["data"], query)
        await pool.close()
        return failed, again, process

    failed, again, process = run(work())
    assert "given up after 0.5 s" in failed.message
    assert again.kind == "answer"
    assert not process.is_alive


def test_short_questions_are_answered_while_long_ones_take_all_they_may(fence):
    async def work():
        pool = Pool(fence, 2)
        query = {"file": f"{name_of(fence)}/scan.h5", "path": "/large"}
        large = [pool.ask(ALL["data"], query) for _ in range(5)]
        waiting = [asyncio.ensure_future(anext(each)) for each in large]
        short = {"folder": name_of(fence)}
        first = [await answered(pool, ALL["folder"], short) for _ in range(3)]
        pool._room._size = 1  # from now on, one large answer at a time
        rest = await asyncio.gather(*waiting[:1])
        for each in rest:
            each.sent()
        for task in waiting[1:]:
            (await task).sent()
        await pool.close()
        return first

    assert all(part.kind == "answer" for (part,) in run(work()))


def test_fifty_ask_at_once_and_all_are_answered(fence):
    async def work():
        pool = Pool(fence)
        query = {"file": f"{name_of(fence)}/scan.h5", "path": "/x"}
        names = ("children", "meta", "data", "describe", "attr") * 10
        tasks = [answered(pool, ALL[name], query) for name in names]
        found = await asyncio.gather(*tasks)
        await pool.close()
        return found

    assert {part.kind for (part,) in run(work())} == {"answer"}


def test_who_does_not_wait_for_a_stream_ends_its_process(fence):
    question = ALL["search"]

    async def work():
        pool = Pool(fence, 2)
        parts = pool.ask(question, {"text": "x", "files": [name_of(fence)]})
        task = asyncio.ensure_future(anext(parts, None))
        await until(lambda: pool._all and not pool._unready)
        (process,) = pool._all
        task.cancel()
        await asyncio.wait({task})
        await parts.aclose()
        await until(lambda: not process.is_alive)
        alive = process.is_alive
        await pool.close()
        return alive

    assert not run(work())


def test_memory_is_bounded_and_said_so(served, tmp_path):
    with h5py.File(tmp_path / "absurd.h5", "w") as file:
        file.create_dataset("x", (1 << 45,), "u1", chunks=(1 << 30,))
    query = {"file": f"{tmp_path.name}/absurd.h5", "path": "/x"}
    answer = served(tmp_path).get("/api/data", params=query)
    assert answer.status_code == 413
    assert "at once" in answer.json()["message"]


def test_a_damaged_file_costs_an_error_and_not_the_server(served, tmp_path):
    path = tmp_path / "damaged.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("x", data=np.arange(1000), chunks=(10,), compression=1)
        file["group/y"] = 1
    good = path.read_bytes()
    client = served(tmp_path)
    for start in range(96, len(good), len(good) // 12):
        path.write_bytes(good[:start] + b"\xff" * 64 + good[start + 64 :])
        for question in ("children", "data", "meta", "describe"):
            query = {"file": f"{tmp_path.name}/damaged.h5", "path": "/x"}
            answer = client.get(f"/api/{question}", params=query)
            assert answer.status_code < 500
            if answer.status_code != 200:
                assert answer.json()["message"]
    assert client.get("/api/folder").status_code == 200


def test_processes_that_can_not_start_are_not_started_again_and_again(
    fence, monkeypatch
):
    monkeypatch.setattr(sys, "executable", "/bin/false")

    async def work():
        pool = Pool(fence, 2)
        start = time.monotonic()
        query = {"folder": ""}
        found = [await answered(pool, ALL["folder"], query) for _ in range(4)]
        await pool.close()
        return found, time.monotonic() - start

    found, seconds = run(work())
    assert all("ended with status 1" in part.message for (part,) in found)
    assert seconds > 0.4 + 0.8 - 0.1


def test_room_is_given_in_turn():
    async def work():
        room, order = Room(10), []

        async def one(name, size):
            await room.take(size)
            order.append(name)

        await room.take(8)
        tasks = [asyncio.create_task(one(*each)) for each in (("a", 20), ("b", 1))]
        await asyncio.sleep(0)
        assert not order
        room.give(8)
        await asyncio.sleep(0)
        assert order == ["a"]
        room.give(20)
        await asyncio.gather(*tasks)
        cancelled = asyncio.create_task(one("c", 10))
        await asyncio.sleep(0)
        cancelled.cancel()
        with suppress(asyncio.CancelledError):
            await cancelled
        room.give(1)
        await one("d", 10)
        return order

    assert run(work()) == ["a", "b", "d"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_no_process_is_left_when_the_server_ends(fence, number):
    if not Path(beamio.web.__file__).with_name("static").is_dir():
        pytest.skip("the viewer was not built")
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "beamio", "view", fence.roots[0].path]
    with subprocess.Popen(
        [*command, "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    ) as server:
        assert "http" in server.stdout.readline()
        children = _children(server.pid)
        deadline = time.monotonic() + 30
        while not children and time.monotonic() < deadline:
            time.sleep(0.05)
            children = _children(server.pid)
        server.send_signal(number)
        try:
            _, errors = server.communicate(timeout=30)
        finally:
            server.kill()
    assert "Traceback" not in errors
    deadline = time.monotonic() + 10
    left = children
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = [pid for pid in children if _is_running(pid)]
    assert children
    assert not left


def _children(pid):
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    if not tasks.exists():
        pytest.skip("this system does not tell the children of a process")
    return [int(child) for child in tasks.read_text().split()]


def _is_running(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"

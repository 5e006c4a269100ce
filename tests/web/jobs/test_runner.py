"""Jobs need no server: an event loop is enough, as in a notebook."""

import asyncio

import pytest

pytest.importorskip("pydantic")

from beamio.web.fence import Fence
from beamio.web.jobs import JobAsked, Jobs
from beamio.web.jobs.pace import Pace


def test_events_tell_of_a_job_from_its_start_to_its_end(scan):
    async def heard():
        jobs = Jobs(Fence.around([str(scan.parent)]))
        states, first = [], None
        asked = JobAsked.validate_python(
            {"kind": "flatfield", "file": "visit/scan.nx", "output": "out.nx"}
        )
        async for event in jobs.events():
            if first is None:
                first = event
                jobs.start(asked)
                continue
            states += [job["state"] for job in event["changed"]]
            if states and states[-1] in {"done", "failed"}:
                break
        jobs.clear()
        gone = [event async for event in first_of(jobs.events())]
        await jobs.close()
        return first, states, gone

    first, states, gone = asyncio.run(heard())
    assert first == {"jobs": []}
    assert states[-1] == "done"
    assert "running" in states
    assert gone == [{"jobs": []}]


async def first_of(events):
    async for event in events:
        yield event
        return


def test_the_pace_of_a_stage_is_its_own():
    pace = Pace()
    pace.step("reducing", 0, 2, 0, now=0.0)
    pace.step("reducing", 2, 2, 0, now=50.0)
    pace.step("correcting", 1, 11, 100, now=60.0)
    known = pace.step("correcting", 6, 11, 1100, now=65.0)
    assert known["rate"] == pytest.approx(200.0)
    assert known["seconds_left"] == pytest.approx(5.0)


def test_a_pace_is_not_told_before_it_is_known():
    pace = Pace()
    pace.step("correcting", 1, 10, 5, now=0.0)
    known = pace.step("correcting", 2, 10, 10, now=0.01)
    assert known["rate"] is None
    assert known["seconds_left"] is None

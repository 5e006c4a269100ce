import threading

import pytest

from beamio.engine import in_order, usable_threads
from beamio.errors import OptionError


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_order_and_are_never_many(threads):
    started = []

    def work(i):
        started.append(i)
        return i * i

    for done, result in enumerate(in_order(work, range(50), threads=threads)):
        assert result == done**2
        assert len(started) <= done + threads + 2
    assert sorted(started) == list(range(50))


@pytest.mark.parametrize("threads", [1, 3])
def test_the_first_error_ends_the_work(threads):
    seen = set()

    def work(i):
        seen.add(i)
        if i == 4:
            raise ValueError(i)
        return i

    results = in_order(work, range(1000), threads=threads)
    with pytest.raises(ValueError, match="4"):
        list(results)
    assert max(seen) <= 4 + threads + 1


def test_work_is_done_at_the_same_time():
    barrier = threading.Barrier(3, timeout=20)
    assert len(list(in_order(lambda _: barrier.wait(), range(3), threads=3))) == 3


def test_threads_are_asked_for(monkeypatch):
    assert usable_threads(3) == 3
    monkeypatch.delenv("BEAMIO_THREADS", raising=False)
    assert usable_threads() >= 1
    monkeypatch.setenv("BEAMIO_THREADS", "5")
    assert usable_threads() == 5
    assert usable_threads(2) == 2
    for wrong in ("0", "many"):
        monkeypatch.setenv("BEAMIO_THREADS", wrong)
        with pytest.raises(OptionError):
            usable_threads()
    with pytest.raises(OptionError):
        usable_threads(0)

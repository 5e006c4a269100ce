"""The kernel's part of the widget, without a notebook."""

import gzip
import json
import threading
from queue import Queue

import h5py
import numpy as np
import pytest

pytest.importorskip("pydantic")
pytest.importorskip("h5grove")

from beamio.web.answers import children as children_answers
from beamio.web.answers import grove
from beamio.web.notebook import bundle
from beamio.web.notebook import desk as desks
from beamio.web.notebook.shown import shown
from beamio.web.questions.question import EVENTS, OfFile, Question

IMAGE = np.arange(12, dtype="u2").reshape(3, 4)


class Page:
    """Asks as the page does, and keeps what comes."""

    def __init__(self, obj):
        self.heard = Queue()
        self.desk = desks.Desk(shown(obj), lambda *said: self.heard.put(said))

    def say(self, kind, **message):
        self.desk.hear({"kind": kind, "id": "1", **message})

    def next(self):
        return self.heard.get(timeout=30)

    def ask(self, name, **query):
        self.say("ask", name=name, query=query)
        return self.next()

    def json(self, name, **query):
        said, (body,) = self.ask(name, **query)
        assert said == {"kind": "answer", "id": "1"}
        return json.loads(body)


@pytest.fixture
def page_of():
    pages = []

    def make(obj):
        pages.append(Page(obj))
        return pages[-1]

    yield make
    for page in pages:
        page.desk.close()


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w") as file:
        file["entry/image"] = IMAGE
    return path


@pytest.fixture
def counting(monkeypatch):
    """A question that streams numbers without end, and says when it was given up."""
    ended = threading.Event()

    def count(_, asked):
        number = 0
        try:
            while asked.file != "short" or number < 3:
                yield {"number": number}
                number += 1
            if asked.file == "broken":
                raise OSError
        finally:
            ended.set()

    monkeypatch.setattr(grove, "count", count, raising=False)
    question = Question("count", OfFile, "grove:count", "Numbers.", EVENTS)
    monkeypatch.setitem(desks.ALL, "count", question)
    return ended


def test_the_page_learns_what_there_is_and_where_to_begin(page_of, path):
    assert page_of(f"{path}::/entry").json("session") == {
        "roots": [{"name": "scan.h5", "is_folder": False}],
        "start": {"file": "scan.h5", "path": "/entry"},
    }


def test_values_come_as_bytes(page_of, path):
    query = {"file": "scan.h5", "path": "/entry/image", "format": "bin"}
    _, (body,) = page_of(path).ask("data", **query)
    assert body == IMAGE.tobytes()


def test_parameters_are_text_as_in_an_address(page_of, path):
    query = {"file": "scan.h5", "path": "/entry", "limit": "1", "filter": "im"}
    assert page_of(path).json("children", **query)["total"] == 1


@pytest.mark.parametrize(
    ("name", "query", "status", "told"),
    [
        ("nothing", {}, 404, "nothing"),
        ("describe", {"file": "scan.h5", "path": "/lost"}, 404, "lost"),
        ("describe", {"file": "other.h5"}, 404, "other.h5"),
        ("describe", {"file": "scan.h5", "pth": "/"}, 422, "pth"),
        ("describe", {"file": "scan.h5/../x"}, 403, "leads out"),
    ],
)
def test_what_can_not_be_answered_has_a_status_and_a_reason(
    page_of, path, name, query, status, told
):
    said, _ = page_of(path).ask(name, **query)
    assert (said["kind"], said["status"]) == ("error", status)
    assert told in said["message"]


def test_the_viewer_itself_is_sent_when_it_is_asked_for(page_of, viewer):
    page = page_of(IMAGE)
    page.say("bundle")
    _, (script, style) = page.next()
    notebook = viewer / "notebook"
    assert gzip.decompress(script) == (notebook / "viewer.js").read_bytes()
    assert gzip.decompress(style) == (notebook / "viewer.css").read_bytes()


def test_a_notebook_saves_little_of_the_viewer(viewer):
    assert viewer.is_dir()
    assert len(bundle.stub()) < 4000
    assert "import" not in bundle.stub().split("(")[0]


def test_questions_are_answered_side_by_side(page_of, path, monkeypatch):
    go_on = threading.Event()
    slow = children_answers.children

    def wait(*args):
        go_on.wait(30)
        return slow(*args)

    monkeypatch.setattr(children_answers, "children", wait)
    page = page_of(path)
    page.say("ask", id="slow", name="children", query={"file": "scan.h5"})
    page.say("ask", id="quick", name="describe", query={"file": "scan.h5"})
    assert page.next()[0]["id"] == "quick"
    go_on.set()
    assert page.next()[0]["id"] == "slow"


def test_events_come_one_by_one_and_then_the_end(page_of, counting):
    page = page_of(IMAGE)
    page.say("ask", name="count", query={"file": "short"})
    events = [page.next()[0] for _ in range(4)]
    assert [each["event"] for each in events] == [*["message"] * 3, "end"]
    assert json.loads(events[2]["data"]) == {"number": 2}
    assert counting.is_set()


def test_no_more_events_are_made_than_the_page_takes(page_of, counting):
    page = page_of(IMAGE)
    page.say("ask", name="count", query={"file": "long"})
    for _ in range(8):
        page.next()
    assert not counting.wait(0.2)
    assert page.heard.empty()
    page.say("seen")
    assert json.loads(page.next()[0]["data"]) == {"number": 8}


def test_events_that_nobody_takes_any_more_end(page_of, counting):
    page = page_of(IMAGE)
    page.say("ask", name="count", query={"file": "long"})
    page.next()
    page.say("cancel")
    assert counting.wait(30)


def test_events_end_with_the_widget(page_of, counting):
    page = page_of(IMAGE)
    page.say("ask", name="count", query={"file": "long"})
    page.next()
    page.desk.close()
    assert counting.wait(30)


def test_of_too_many_streams_the_oldest_ends(page_of, counting):
    page = page_of(IMAGE)
    for number in range(17):
        page.say("ask", id=str(number), name="count", query={"file": "long"})
    assert counting.wait(30)


@pytest.mark.parametrize(
    "message", [None, "ask", {"kind": "ask"}, {"kind": "seen", "id": "9"}, {"id": 3}]
)
def test_messages_that_mean_nothing_are_passed_over(page_of, message):
    page = page_of(IMAGE)
    page.desk.hear(message)
    assert page.json("session")["roots"]


def test_what_grows_is_followed_until_the_page_goes_away(page_of, tmp_path):
    with h5py.File(tmp_path / "x", "w", driver="core", backing_store=False) as file:
        file.create_dataset("frames", data=IMAGE, maxshape=(None, 4), chunks=(1, 4))
        page = page_of(file)
        page.say("ask", name="live", query={"file": "x", "path": "/frames"})
        assert json.loads(page.next()[0]["data"])["shape"] == [3, 4]
        file["frames"].resize(5, axis=0)
        assert json.loads(page.next()[0]["data"])["shape"] == [5, 4]
        page.say("cancel")
        page.desk.close()


def test_what_can_not_be_followed_is_said_as_an_event(page_of):
    page = page_of(IMAGE)
    page.say("ask", name="live", query={"file": "array", "path": "/lost"})
    assert "lost" in json.loads(page.next()[0]["data"])["problem"]

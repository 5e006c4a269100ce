"""The schema tells the truth: what is asked by it is answered as it says."""

import h5py
import numpy as np
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from beamio.web.jobs.routes import ACTIONS
from beamio.web.questions import ALL
from beamio.web.questions.question import EVENTS
from beamio.web.schema import schema

DOCUMENT = schema(ALL, ACTIONS)
ENDLESS = {f"/api/{each.name}" for each in ALL.values() if each.follows}
ENDLESS |= {f"/api/{each.path}" for each in ACTIONS if each.media_type == EVENTS}
OPERATIONS = [
    (path, method)
    for path, methods in DOCUMENT["paths"].items()
    for method in methods
    if path not in ENDLESS and (path, method) != ("/api/jobs", "post")
]
FILES = ("shown", "shown/scan.h5", "shown/frames.npy", "shown/broken.h5", "shown/no.h5")
PATHS = (
    "/",
    "/entry",
    "/entry/data",
    "/entry/text",
    "/data",
    "/entry/lost",
    "//",
    "..",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("schema") / "shown"
    folder.mkdir()
    with h5py.File(folder / "scan.h5", "w") as file:
        file["entry/data"] = np.arange(60, dtype="u2").reshape(3, 4, 5)
        file["entry/text"] = "hello"
        file["entry/table"] = np.zeros(3, [("a", "f4"), ("b", "i2")])
        file["entry/lost"] = h5py.SoftLink("/nowhere")
        file["entry"].attrs["NX_class"] = "NXentry"
    np.save(folder / "frames.npy", np.arange(24.0).reshape(2, 3, 4))
    whole = (folder / "scan.h5").read_bytes()
    (folder / "broken.h5").write_bytes(whole[: len(whole) // 2])
    return folder


@pytest.fixture(scope="module")
def asks(folder):
    """Give who asks one server all that is drawn."""
    from starlette.testclient import TestClient

    from beamio.web.app import make_app
    from beamio.web.fence import Fence
    from beamio.web.security import Door

    app = make_app(Fence.around([str(folder)]), Door.of("the one"))
    headers = {"Authorization": "Bearer the one"}
    url = "http://127.0.0.1:8000"
    with TestClient(
        app, base_url=url, headers=headers, raise_server_exceptions=False
    ) as client:
        yield client


def test_the_schema_is_told(asks):
    assert asks.get("/api/openapi.json").json() == DOCUMENT


def test_every_question_says_what_its_answers_look_like():
    for name, question in ALL.items():
        about = DOCUMENT["paths"][f"/api/{name}"]["get"]
        assert about["summary"].endswith(".")
        assert question.media_type in about["responses"]["200"]["content"]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_what_is_drawn_by_the_schema_is_answered_as_it_says(asks, path, method):
    operation = schemathesis.openapi.from_dict(DOCUMENT)[path][method]

    @settings(
        max_examples=8,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(case=operation.as_strategy(), data=st.data())
    def check(case, data):
        query = dict(case.query or {})
        for name, real in (("file", FILES), ("folder", FILES), ("path", PATHS)):
            if name in query and data.draw(st.integers(0, 3)):
                query[name] = data.draw(st.sampled_from(real))
        case.query = query
        asked = case.as_transport_kwargs(base_url="http://127.0.0.1:8000")
        wanted = {
            key: asked[key] for key in ("method", "url", "params") if key in asked
        }
        body = {key: asked[key] for key in ("json", "data") if asked.get(key)}
        answer = asks.request(**wanted, **body)
        about = DOCUMENT["paths"][path][method]["responses"]
        assert str(answer.status_code) in about, answer.text
        if answer.status_code >= 400:
            assert answer.json()["message"]

    check()

"""Only who has the token is answered, by our own pages, and carefully."""

import logging

import pytest

pytest.importorskip("starlette")

from starlette.testclient import TestClient

from beamio.web.app import make_app
from beamio.web.fence import Fence
from beamio.web.security import Door

KEY = "the one"
CAREFUL = {
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "cache-control",
}


@pytest.fixture
def static(monkeypatch, tmp_path):
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>page</title>")
    (folder / "assets" / "a-123.js").write_text("1")
    monkeypatch.setattr("beamio.web.app.STATIC", folder)


@pytest.fixture
def fence(tmp_path):
    (tmp_path / "shown").mkdir()
    return Fence.around([str(tmp_path / "shown")])


@pytest.fixture
def client(static, fence):  # noqa: ARG001 (the page is there)
    app = make_app(fence, Door.of(KEY, ["Beamline.example.org"]))
    url = "http://127.0.0.1:8000"
    with TestClient(app, base_url=url, follow_redirects=False) as client:
        yield client


def known(**headers):
    return {"Authorization": f"Bearer {KEY}", **headers}


ANSWERS = {
    "the page": ("GET", "/", {}, 200),
    "an asset": ("GET", "/assets/a-123.js", {}, 200),
    "no file": ("GET", "/nothing.js", {}, 404),
    "a file above": ("GET", "/assets/%2e%2e/%2e%2e/shown", {}, 404),
    "a welcome": ("GET", f"/?token={KEY}&file=a%2Fb", {}, 303),
    "an answer": ("GET", "/api/folder", known(), 200),
    "no token": ("GET", "/api/folder", {}, 401),
    "no question": ("GET", "/api/nothing", known(), 404),
    "a wrong parameter": ("GET", "/api/folder?limit=x", known(), 422),
    "a method of no question": ("POST", "/api/folder", known(), 405),
    "a method of no page": ("POST", "/", known(), 405),
    "a method that is unknown": ("PUT", "/api/folder", known(), 405),
    "a method of others": ("OPTIONS", "/api/folder", known(), 405),
    "a name of others": ("GET", "/", {"Host": "evil.example"}, 400),
    "a page of others": ("GET", "/", {"Origin": "http://evil.example"}, 403),
    "no page": ("GET", "/", {"Origin": "null"}, 403),
    "no origin": ("GET", "/", {"Origin": "http://[::"}, 403),
    "no port": ("GET", "/", {"Host": "localhost:no"}, 400),
    "a port too high": ("GET", "/", {"Host": "localhost:99999"}, 400),
    "a name with a user": ("GET", "/", {"Host": "a@localhost"}, 400),
    "too much": ("POST", "/api/jobs", known(**{"Content-Length": "9" * 9}), 413),
    "a length that is none": (
        "POST",
        "/api/jobs",
        known(**{"Content-Length": "x"}),
        413,
    ),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_every_answer_is_careful_and_every_refusal_is_json(client, case):
    method, url, headers, status = ANSWERS[case]
    answer = client.request(method, url, headers=headers)
    assert answer.status_code == status
    assert answer.headers.keys() >= CAREFUL
    assert "access-control-allow-origin" not in answer.headers
    assert KEY not in answer.text
    assert KEY not in answer.headers.get("location", "")
    if status >= 400:
        assert answer.json()["message"]


@pytest.mark.parametrize(
    "token", ["", "x" * 50_000, "caf\xe9", "\xff\xfe", KEY + "x", KEY[:-1], "Bearer"]
)
def test_no_other_token_is_good(client, token):
    headers = {"Authorization": b"Bearer " + token.encode("latin-1")}
    assert client.get("/api/folder", headers=headers).status_code == 401
    answer = client.get("/", params={"token": token})
    assert answer.status_code == 303
    assert "set-cookie" not in answer.headers


def test_the_cookie_stands_for_the_token_afterwards(client):
    answer = client.get("/", params={"token": KEY, "file": "a/b", "path": "/x y"})
    assert answer.headers["location"] == "./?file=a%2Fb&path=%2Fx+y"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path" not in cookie  # that of the page, whatever prefix a proxy gives it
    assert client.get("/api/folder").status_code == 200


def test_a_ticket_is_good_once(static, fence):  # noqa: ARG001 (the page is there)
    door = Door.of(KEY)
    ticket = door.ticket()
    url = "http://127.0.0.1:8000"
    app = make_app(fence, door)
    with TestClient(app, base_url=url, follow_redirects=False) as client:
        first = client.get("/", params={"token": ticket})
        client.cookies.clear()
        second = client.get("/", params={"token": ticket})
    assert "set-cookie" in first.headers
    assert ticket not in first.headers["set-cookie"]
    assert "set-cookie" not in second.headers


@pytest.mark.parametrize("host", ["localhost:9", "[::1]:80", "BEAMLINE.example.org"])
def test_names_of_this_machine_are_allowed(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(("is_open", "status"), [(True, 200), (False, 400)])
def test_numbers_are_allowed_where_others_may_ask(static, fence, is_open, status):  # noqa: ARG001
    app = make_app(fence, Door.of(KEY, any_address=is_open))
    with TestClient(app, base_url="http://192.0.2.7:8000") as client:
        assert client.get("/").status_code == status
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_assets_are_kept_and_all_else_is_not(client):
    asset = client.get("/assets/a-123.js").headers["cache-control"]
    assert "immutable" in asset
    for url in ("/", "/assets/none.js", "/api/folder"):
        kept = client.get(url, headers=known()).headers["cache-control"]
        assert kept == "no-store"


def test_a_defect_is_an_answer_without_its_details(client, monkeypatch, caplog):
    def defect(*_):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(client.app.state.pool, "ask", defect)
    with caplog.at_level(logging.ERROR):
        answer = client.get("/api/folder?folder=x", headers=known())
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "secret detail" in caplog.text
    assert answer.headers.keys() >= CAREFUL


def test_sockets_of_the_web_are_closed(client):
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/api/folder"):
        pass

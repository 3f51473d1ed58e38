"""With passwords on: nothing gets in and nothing out without a session, whatever is tried."""

from __future__ import annotations

import http.client
import json
import secrets
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.serving import texts
from rag.serving.access import add_user
from rag.serving.conversations import Conversations
from rag.serving.turns import Turn
from tests.serving.browsing import ROOT, environment, first_html, free_port

pytestmark = [pytest.mark.network, pytest.mark.slow]

SECRET = "The keeper of Brindlemouth is Osric Fennimore."


class Door:
    """One visitor: keeps the cookies it is given."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies = ""

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Cookie": self.cookies, **named})
        reply = connection.getresponse()
        content = reply.read()
        for name, value in reply.getheaders():
            if name.lower() == "set-cookie":
                self.cookies = "; ".join(filter(None, [self.cookies, value.split(";")[0]]))
        connection.close()
        return reply.status, content

    def log_in(self, name: str, password: str) -> int:
        form = urllib.parse.urlencode({"username": name, "password": password}).encode()
        return self.send("POST", "/login", form, Content_Type="application/x-www-form-urlencoded")[0]

    def upload(self, name: str, content: bytes) -> tuple[int, bytes]:
        head = f'--X\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + b"\r\n--X--\r\n"
        return self.send("POST", "/gradio_api/upload", body, Content_Type="multipart/form-data; boundary=X")

    def act(self, **wanted: str) -> str:
        """What the page answers when a browser says that this is wanted."""
        known = json.loads(self.send("GET", "/config")[1])["dependencies"]
        number = next(each["id"] for each in known if each["api_name"] == "act")
        session = secrets.token_hex(6)
        sent = {"data": [None], "fn_index": number, "session_hash": session, "event_data": wanted}
        body = json.dumps(sent).encode()
        status, _ = self.send("POST", "/gradio_api/queue/join", body, Content_Type="application/json")
        assert status == 200
        return self.send("GET", f"/gradio_api/queue/data?session_hash={session}")[1].decode()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "articles").mkdir()
    (folder / "articles" / "secret.txt").write_text(SECRET)
    add_user(folder / "users", "ann", "right")
    add_user(folder / "users", "bob", "other")
    settings = environment(
        RAG_ARTICLES=str(folder / "articles"),
        RAG_UPLOAD_MEGABYTES="1",
        GRADIO_ROOT_PATH="/cite",
        GRADIO_TEMP_DIR=str(folder / "uploads"),
        PYTHONUNBUFFERED="1",
    )
    log, port = folder / "log", free_port()
    command = [sys.executable, ROOT / "app.py", "--library", folder / "library", "--auth-file", folder / "users"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port)], cwd=folder, env=settings, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            first_html(f"http://127.0.0.1:{port}/", process, log)
            yield port, folder
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture(scope="module")
def ann(guarded) -> Door:
    door = Door(guarded[0])
    assert door.log_in("ann", "right") == 200
    return door


CLOSED = [
    ("GET", "/config"),
    ("GET", "/gradio_api/info"),
    ("GET", "/gradio_api/queue/status"),
    ("GET", "/gradio_api/queue/data?session_hash=x"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/component_server"),
    ("POST", "/gradio_api/run/predict"),
    ("POST", "/gradio_api/upload"),
    ("GET", "/gradio_api/file=articles/secret.txt"),
]


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_without_a_session_nothing_is_told(guarded, method, path):
    body = json.dumps({"data": [], "fn_index": 0, "session_hash": "x", "fn_name": "read", "component_id": 1}).encode()

    status, content = Door(guarded[0]).send(method, path, body, Content_Type="application/json")

    assert status in (401, 403, 404, 405)
    assert b"Osric" not in content


def test_the_first_page_without_a_session_shows_no_article(guarded):
    status, content = Door(guarded[0]).send("GET", "/")

    assert status in (200, 401)
    assert b"secret.txt" not in content
    assert b"keeper" not in content


def test_a_session_opens_the_page(ann):
    status, content = ann.send("GET", "/config")

    assert status == 200
    assert b"Citewell" in content


def test_a_page_that_is_told_its_path_asks_there(ann):
    """As a proxy passes it on that serves it under the path and strips that."""
    _, content = ann.send("GET", "/", X_Forwarded_Host="example.org", X_Forwarded_Proto="https")

    assert b'"root":"https://example.org/cite"' in content


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file={folder}/users",
        "/gradio_api/file={folder}/library/conversations.sqlite",
        "/gradio_api/file={folder}/library/catalogue.sqlite",
        "/gradio_api/file={folder}/articles/secret.txt",
        "/gradio_api/file=../../../../etc/passwd",
        "/gradio_api/file=%2e%2e/%2e%2e/etc/passwd",
        "/gradio_api/file=/proc/self/environ",
        "/assets/../../../../etc/passwd",
        "/assets/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%2f..%2f..%2fetc/passwd",
        "/custom_component/../../etc/passwd",
        "/theme.css/../../etc/passwd",
    ],
)
def test_no_path_leads_to_a_file_of_the_server_even_with_a_session(guarded, ann, path):
    status, content = ann.send("GET", path.format(folder=guarded[1]))

    assert b"root:" not in content
    assert b"scrypt$" not in content
    assert b"SQLite format" not in content
    assert b"Osric" not in content
    assert status in (403, 404)


def test_an_upload_that_is_too_large_is_refused(ann):
    status, _ = ann.upload("big.txt", b"x" * 1_200_000)

    assert status == 413


@pytest.mark.parametrize("name", ["../../escaped.txt", "..\\\\escaped.txt", "/escaped.txt", "%2e%2e%2fescaped.txt"])
def test_the_name_of_an_upload_leads_nowhere(guarded, ann, name):
    status, content = ann.upload(name, b"words")

    (written,) = map(Path, json.loads(content))
    folder = guarded[1]
    found = [*folder.parent.glob("*escaped.txt"), *folder.rglob("*escaped.txt")]
    assert status == 200
    assert written.parent.parent == folder / "uploads"
    assert all(file.parent.parent == folder / "uploads" for file in found)


def test_nobody_opens_exports_or_deletes_the_conversation_of_another(guarded, ann):
    kept = Conversations(guarded[1] / "library" / "conversations.sqlite")
    kept.save("ann", "c1", [Turn("Where is the keeper of the lamp?")])
    bob = Door(guarded[0])
    bob.log_in("bob", "other")

    told = [
        bob.act(act=act, id="c1", **{"as": "md", "title": "Mine"}) for act in ("open", "export", "rename", "forget")
    ]

    assert all("keeper of the lamp" not in each for each in told)
    assert kept.title("ann", "c1") == "Where is the keeper of the lamp?"
    assert "keeper of the lamp" in ann.act(act="open", id="c1")


def test_only_an_editor_removes_an_article(guarded, ann):
    """Users of a file are no editors unless RAG_EDITORS names them."""
    told = ann.act(act="remove", source="secret.txt")

    assert texts.MAY_NOT_CHANGE in told
    assert (guarded[1] / "articles" / "secret.txt").exists()


def test_health_is_told_to_everybody_and_tells_nothing_else(guarded):
    status, content = Door(guarded[0]).send("GET", "/healthz")

    assert status in (200, 503)
    told = json.loads(content)
    assert set(told) == {"ready", "waiting_for"}
    assert told["waiting_for"] in ("", "opening", "problem", "articles")


def test_two_hundred_wrong_logins_open_nothing(guarded):
    door = Door(guarded[0])

    statuses = {door.log_in("bob", f"guess{number}") for number in range(185)}
    statuses |= {door.log_in(f"nobody{number}", "right") for number in range(14)}
    statuses.add(door.log_in("bob", "' OR 1=1 --"))

    assert statuses == {400}
    assert door.cookies == ""
    assert door.send("GET", "/config")[0] == 401

"""A link leads somewhere or the team is told why not; no look goes where it must not."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator

import pytest

from hub.services.chat import Reach
from hub.services.links import FakeLinks, Links, Look, RealLinks

HERE = Reach(is_loopback_allowed=True, timeout=1.0)


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers by its path: a status, a way on, or nothing for long."""

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        what = self.path.split("?")[0].strip("/").split("/")
        self.server.seen.append(f"{self.command} {self.path}")  # type: ignore[attr-defined]
        if what[0] == "slow":
            time.sleep(1.6)
        if what[0] == "no-head" and self.command == "HEAD":
            what = ["405"]
        self.send_response({"to": 302, "slow": 200, "no-head": 200, "round": 301}.get(what[0]) or int(what[0] or 200))
        if what[0] == "to":
            self.send_header("Location", f"/{what[1]}")
        if what[0] == "round":
            self.send_header("Location", "/round")
        if what[0] == "302":
            self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[http.server.ThreadingHTTPServer]:
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.seen = []  # type: ignore[attr-defined]
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        ("200", ""),
        ("to/200", ""),
        ("401", ""),
        ("403", ""),
        ("429", ""),
        ("no-head", ""),
        ("404", "The page is not there any more."),
        ("to/410", "The page is not there any more."),
        ("500", "The server answers with an error (500)."),
        ("round", "It leads from one address to the next without an end."),
        ("slow", "The server did not answer in time."),
        ("302", "It leads into a private network, where the Hub does not look."),
    ],
)
def test_a_look_finds_what_is_there(server: http.server.ThreadingHTTPServer, path: str, trouble: str) -> None:
    assert RealLinks(HERE).look(f"http://127.0.0.1:{server.server_port}/{path}") == Look(not trouble, trouble)


def test_a_page_is_asked_for_its_head_first(server: http.server.ThreadingHTTPServer) -> None:
    RealLinks(HERE).look(f"http://127.0.0.1:{server.server_port}/200?a=b c".replace(" ", "%20"))
    RealLinks(HERE).look(f"http://127.0.0.1:{server.server_port}/404")
    assert server.seen == ["HEAD /200?a=b%20c", "HEAD /404", "GET /404"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/200",
        "http://localhost:{port}/200",
        "http://[::1]:{port}/200",
        "http://0.0.0.0:{port}/200",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:127.0.0.1]:{port}/200",
    ],
)
def test_no_look_goes_into_a_private_network(server: http.server.ThreadingHTTPServer, url: str) -> None:
    said = RealLinks(Reach(timeout=1.0)).look(url.format(port=server.server_port))
    assert not said.is_there
    assert server.seen == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "url", ["", "mailto:ada@example.org", "javascript:alert(1)", "file:///etc/passwd", "http://", "http://a b/", "https://x:y/"]
)
def test_what_is_no_web_address_is_not_looked_at(url: str) -> None:
    assert RealLinks(HERE).look(url) == Look(False, "This is no web address.")


def test_a_name_and_a_password_are_sent_to_nobody() -> None:
    assert RealLinks(HERE).look("https://ada:secret@example.org/") == Look(False, "The address holds a name and a password.")


def test_nobody_answers_where_nobody_listens() -> None:
    assert RealLinks(HERE).look("http://127.0.0.1:9/") == Look(False, "The server could not be reached.")
    assert RealLinks(HERE).look("https://nobody.invalid/") == Look(False, "Nobody knows a server of that name.")


def test_the_fake_keeps_the_same_promise() -> None:
    links: Links = FakeLinks({"https://example.org/gone": "The page is not there any more."})
    assert [links.look(f"https://example.org/{page}") for page in ("here", "gone")] == [
        Look(True),
        Look(False, "The page is not there any more."),
    ]

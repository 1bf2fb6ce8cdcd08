"""A post is in the channel or the error says whether to try again; it never goes where it must not, and no secret is told."""

from __future__ import annotations

import http.server
import json
import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from hub.services.chat import Chat, ChatError, FakeChat, Form, MatrixRoom, Post, Reach, Webhook, chat_for, forms, outbound
from tests.services.test_mail import certificate, served_with

__all__ = ["certificate"]

POST = Post(
    "A place is free", ("Working with open data", "Wed 12 July 2023, 15:00–17:00 (London)"), "https://hub.example.org/x"
)
SECRET = "/services/T000/B000/s3cret-qzxv"
HERE = Reach(is_loopback_allowed=True, timeout=1.5)


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Server:
    """A chat's server on loopback: keeps what it is sent, answers as it is told, and knows Matrix's transactions."""

    port: int = 0
    requests: list[Request] = field(default_factory=list)
    channel: dict[str, Any] = field(default_factory=dict)
    answer: Callable[[http.server.BaseHTTPRequestHandler], None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Handler(http.server.BaseHTTPRequestHandler):
    server_: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = self.server_
        server.requests.append(Request(self.command, self.path, dict(self.headers), body))
        if server.answer is not None:
            return server.answer(self)
        key = self.path if self.command == "PUT" else f"post {len(server.channel)}"
        server.channel.setdefault(key, body)
        reply(self, 200, b"ok")

    do_PUT = do_POST

    def log_message(self, format: str, *args: object) -> None:
        pass


class Quiet(http.server.ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        pass  # who is left in time breaks a pipe


def reply(handler: http.server.BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server()
    httpd = Quiet(("127.0.0.1", 0), type("Bound", (Handler,), {"server_": told}))
    httpd.daemon_threads = True
    told.port = httpd.server_address[1]
    threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield told
    httpd.shutdown()
    httpd.server_close()


def real(form: Form, server: Server, reach: Reach = HERE) -> Chat:
    if form is Form.MATRIX:
        return chat_for(form, server.url, room="!room:example.org", access_token="s3cret-qzxv", reach=reach)
    return chat_for(form, server.url + SECRET, reach=reach)


@dataclass
class Side:
    """A chat, how many posts stand in its channel, and how to make the next ones fail for now or for good."""

    chat: Chat
    count: Callable[[], int]
    fail: Callable[[int], None]
    mend: Callable[[], None]


@pytest.fixture(params=["fake", *Form])
def side(request: pytest.FixtureRequest, server: Server) -> Side:
    if request.param == "fake":
        fake = FakeChat()

        def fail(status: int) -> None:
            fake.trouble = lambda post: ChatError("no", permanent=status < 500, code=status)

        def mend() -> None:
            fake.trouble = lambda post: None

        return Side(fake, lambda: len(fake.posts), fail, mend)

    def break_it(status: int) -> None:
        server.answer = lambda handler: reply(handler, status)

    def mend_it() -> None:
        server.answer = None

    return Side(real(request.param, server), lambda: len(server.channel), break_it, mend_it)


class TestEveryChat:
    def test_a_post_arrives_and_another_too(self, side: Side) -> None:
        side.chat.post(POST, token="one")
        side.chat.post(POST, token="two")
        assert side.count() == 2

    @pytest.mark.parametrize(("status", "is_permanent"), [(404, True), (403, True), (500, False), (503, False)])
    def test_an_error_says_whether_trying_again_can_help(self, side: Side, status: int, *, is_permanent: bool) -> None:
        side.fail(status)
        with pytest.raises(ChatError) as no:
            side.chat.post(POST, token="one")
        assert (no.value.permanent, no.value.code, side.count()) == (is_permanent, status, 0)
        side.mend()
        side.chat.post(POST, token="one")
        assert side.count() == 1


def test_the_same_token_is_the_same_message_in_matrix(server: Server) -> None:
    room = real(Form.MATRIX, server)
    for token in ("outbox:17", "outbox:17", "outbox:18/ü"):
        room.post(POST, token=token)
    assert len(server.channel) == 2
    first = server.requests[0]
    assert first.method == "PUT"
    assert re.fullmatch(r"/_matrix/client/v3/rooms/%21room%3Aexample\.org/send/m\.room\.message/[0-9a-f]{40}", first.path)
    assert first.headers["Authorization"] == "Bearer s3cret-qzxv"


@pytest.mark.parametrize("form", [Form.SLACK, Form.MATTERMOST, Form.TEAMS, Form.TEAMS_LEGACY])
def test_a_webhook_gets_json_at_its_address(form: Form, server: Server) -> None:
    real(form, server).post(POST, token="one")
    [request] = server.requests
    assert (request.method, request.path) == ("POST", SECRET)
    assert request.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize(
    ("status", "headers", "body", "is_permanent", "wait"),
    [
        (429, {"Retry_After": "30"}, b"", False, timedelta(seconds=30)),
        (429, {"Retry_After": "999999999"}, b"", False, timedelta(days=1)),
        (429, {"Retry_After": "Wed, 05 Jul 2023 15:00:00 GMT"}, b"", False, None),
        (429, {"Retry_After": "-5"}, b"", False, None),
        (429, {}, b'{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2500}', False, timedelta(seconds=2.5)),
        (503, {"Retry_After": "120"}, b"", False, timedelta(minutes=2)),
        (408, {}, b"", False, None),
        (400, {}, b"invalid_payload", True, None),
        (410, {}, b"channel_is_archived", True, None),
        (302, {"Location": "http://169.254.169.254/latest"}, b"", True, None),
        (307, {"Location": "/elsewhere"}, b"", True, None),
    ],
)
def test_what_the_server_says_is_understood(
    server: Server, status: int, headers: dict[str, str], body: bytes, *, is_permanent: bool, wait: timedelta | None
) -> None:
    server.answer = lambda handler: reply(handler, status, body, **headers)
    with pytest.raises(ChatError) as no:
        real(Form.SLACK, server).post(POST, token="one")
    assert (no.value.permanent, no.value.retry_after, no.value.code) == (is_permanent, wait, status)
    assert len(server.requests) == 1  # no redirect is followed


def test_known_trouble_is_said_in_words(server: Server) -> None:
    server.answer = lambda handler: reply(handler, 404, b"channel_not_found")
    with pytest.raises(ChatError, match=r"^Slack does not find the channel \(404\)\.$"):
        real(Form.SLACK, server).post(POST, token="one")


def drip(handler: http.server.BaseHTTPRequestHandler, at_once: bytes = b"") -> None:
    handler.wfile.write(at_once)
    for _ in range(40):
        handler.wfile.write(b"X" if not at_once else b"X-More: y\r\n")
        time.sleep(0.1)


@pytest.mark.parametrize("answer", [lambda handler: time.sleep(4), drip], ids=["hangs", "drips"])
def test_a_server_that_hangs_or_drips_is_left_in_time(
    server: Server, answer: Callable[[http.server.BaseHTTPRequestHandler], None]
) -> None:
    server.answer = answer
    started = time.monotonic()
    with pytest.raises(ChatError, match="did not answer in time") as no:
        real(Form.SLACK, server, Reach(is_loopback_allowed=True, timeout=0.4)).post(POST, token="one")
    assert not no.value.permanent
    assert time.monotonic() - started < 2


def test_a_yes_that_drips_on_is_a_yes_and_is_left_in_time(server: Server) -> None:
    server.answer = lambda handler: drip(handler, b"HTTP/1.1 200 OK\r\n")
    started = time.monotonic()
    real(Form.SLACK, server, Reach(is_loopback_allowed=True, timeout=0.4)).post(POST, token="one")
    assert time.monotonic() - started < 2


def test_only_the_beginning_of_an_answer_is_read(server: Server) -> None:
    server.answer = lambda handler: reply(handler, 200, b"x" * 5_000_000)
    answer = outbound.send("POST", server.url, b"{}", {}, reach=HERE)
    assert len(answer.body) == outbound.MOST_OCTETS


@pytest.mark.parametrize("body", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\0" * 100_000])
def test_what_does_not_speak_http_is_another_time(body: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.recv(65_536)
                peer.sendall(body)

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(ChatError) as no:
            outbound.send("POST", f"http://127.0.0.1:{listener.getsockname()[1]}/x", b"{}", {}, reach=HERE)
    assert not no.value.permanent


# ——— where it may go ———


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/x",
        "http://127.0.0.1/x",
        "ftp://x.org",
        "file:///etc/passwd",
        "",
        "https://",
        "hooks.example.org/x",
        "https://user:s3cret-qzxv@x.org/",
        "https://x.org:99999/",
        "https://[x/",
        "https://x.org/\r\nHost: y",
        "https://x.org/ä",
        "https://x.org/" + "y" * 3000,
    ],
)
def test_an_address_that_is_not_safe_is_refused_before_anything_is_sent(url: str) -> None:
    for attempt in (lambda: chat_for(Form.SLACK, url), lambda: Webhook(Form.SLACK, url).post(POST, token="one")):
        with pytest.raises(ChatError) as no:
            attempt()
        assert no.value.permanent
        assert "s3cret" not in str(no.value)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",
        "localhost",
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::10.0.0.1]",
        "[2002:0a00:0001::]",
    ],
)
def test_no_request_goes_into_a_private_network(host: str) -> None:
    with pytest.raises(ChatError, match="private network") as no:
        Webhook(Form.SLACK, f"https://{host}/x").post(POST, token="one")
    assert no.value.permanent


def test_the_demo_may_reach_loopback_and_nothing_else_that_is_private() -> None:
    with pytest.raises(ChatError, match="private network"):
        Webhook(Form.SLACK, "https://10.0.0.1/x", HERE).post(POST, token="one")
    with pytest.raises(ChatError, match="https"):
        Webhook(Form.SLACK, "http://example.org/x", HERE).post(POST, token="one")


def test_a_host_of_one_s_own_net_is_reached_where_it_is_named(certificate: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        context = served_with(certificate)
        heard: list[bytes] = []

        def answer() -> None:
            peer, _ = listener.accept()
            with context.wrap_socket(peer, server_side=True) as told:
                said = b""
                while not said.endswith(b"{}"):  # head and body may come apart
                    said += told.recv(65_536)
                heard.append(said)
                told.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

        threading.Thread(target=answer, daemon=True).start()
        reach = Reach(private=frozenset({"127.0.0.1"}), context=ssl.create_default_context(cafile=str(certificate)))
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/x"
        assert outbound.send("POST", url, b"{}", {}, reach=reach).status == 200
        assert heard[0].startswith(b"POST /x HTTP/1.1\r\n")


def test_a_certificate_nobody_vouches_for_is_for_a_person_to_mend(certificate: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            peer, _ = listener.accept()
            try:
                served_with(certificate).wrap_socket(peer, server_side=True)
            except OSError:
                peer.close()

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(ChatError, match="vouches") as no:
            outbound.send("POST", f"https://127.0.0.1:{listener.getsockname()[1]}/x", b"{}", {}, reach=HERE)
    assert no.value.permanent


# ——— secrets ———


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("status", [200, 302, 404, 429, 500])
def test_no_secret_stands_in_an_error_a_log_or_a_repr(
    form: Form, status: int, server: Server, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answer = lambda handler: reply(handler, status, f"no such {SECRET} s3cret-qzxv".encode(), Location=SECRET)
    chat = real(form, server)
    said = repr(chat)
    try:
        chat.post(POST, token="one")
    except ChatError as no:
        said += str(no) + repr(no) + repr(no.__cause__) + repr(no.__dict__)
    assert "s3cret" not in said + caplog.text + "".join(capsys.readouterr())


def test_an_unreachable_server_is_told_without_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ChatError) as no:
        Webhook(Form.SLACK, f"http://127.0.0.1:{port}{SECRET}", HERE).post(POST, token="one")
    assert (no.value.permanent, str(no.value), no.value.__cause__) == (
        False,
        "The server the channel is on could not be reached, or broke off.",
        None,
    )


def test_a_token_that_would_add_a_header_is_refused() -> None:
    with pytest.raises(ChatError) as no:
        MatrixRoom("http://127.0.0.1:9", "!r:x", "s3cret\r\nX: y", HERE).post(POST, token="one")
    assert "s3cret" not in str(no.value)


@pytest.mark.parametrize(("room", "token"), [("", "x"), ("#alias:x", "x"), ("!r:x", "")])
def test_a_room_needs_its_id_and_a_token(room: str, token: str) -> None:
    with pytest.raises(ChatError):
        chat_for(Form.MATRIX, "https://matrix.example.org", room=room, access_token=token)


# ——— how a post is written ———

EVIL = Post(
    "<!channel> *a* & [x](https://evil.example) @all",
    ("<https://evil.example|click>", "# head", "- list", "1. one", "`code` ~~s~~ **b** <script>x</script>\nnext", ""),
    "https://hub.example.org/a?b=1&c=(2)",
)


def test_slack_gets_blocks_in_which_nothing_is_a_link_but_ours() -> None:
    told = forms.slack(EVIL)
    assert told == {
        "text": "&lt;!channel&gt; *a* &amp; [x](https://evil.example) @all",
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "verbatim": True, "text": text}}
            for text in (
                "*&lt;!channel&gt; *a* &amp; [x](https://evil.example) @all*",
                "&lt;https://evil.example|click&gt;\n# head\n- list\n1. one\n"
                "`code` ~~s~~ **b** &lt;script&gt;x&lt;/script&gt; next",
                "<https://hub.example.org/a?b=1&amp;c=%282%29|Read on>",
            )
        ],
        "unfurl_links": False,
        "unfurl_media": False,
    }


OURS = "https://hub.example.org/2024/cafe_one/?a=1&b=2"
LINKED = Post("Café", (f"See ({OURS}), not https://evil.example/a_b.", f"Look!{OURS}x"), links=(OURS,))


def test_in_slack_an_address_of_ours_in_a_line_is_a_link_between_angle_brackets() -> None:
    ours = "<https://hub.example.org/2024/cafe_one/?a=1&amp;b=2>"
    assert forms.slack(LINKED)["blocks"][1]["text"] == {
        "type": "mrkdwn",
        "text": f"See ({ours}), not https://evil.example/a_b.\nLook!{OURS.replace('&', '&amp;')}x",
        "verbatim": True,
    }


def test_in_mattermost_and_in_cards_an_address_of_ours_in_a_line_is_a_link_and_no_other_is() -> None:
    in_cards = [each["text"] for each in forms.teams(LINKED)["attachments"][0]["content"]["body"]]
    for text in (forms.mattermost(LINKED)["text"], "\n\n".join(in_cards), forms.teams_legacy(LINKED)["text"]):
        html = MarkdownIt("commonmark", {"html": True}).render(text)
        assert (links(html), "<img" in html) == ([OURS], False)
        assert f">{OURS.replace('&', '&amp;')}</a>), not https://evil.example/a_b." in html


def test_in_matrix_an_address_of_ours_in_a_line_is_a_link() -> None:
    told = forms.matrix(LINKED)
    assert links(told["formatted_body"]) == [OURS]
    assert f"See ({OURS}), not https://evil.example/a_b." in told["body"]


def test_an_exclamation_mark_before_an_address_makes_no_picture_of_it() -> None:
    post = Post("Café", (f"Look!{OURS}",), links=(OURS,))
    html = MarkdownIt("commonmark", {"html": True}).render(forms.mattermost(post)["text"])
    assert (links(html), "<img" in html) == ([OURS], False)


def test_slack_s_limits_are_kept() -> None:
    told = forms.slack(Post("&" * 1000, tuple("<" * 5000 for _ in range(200)), "https://x.org"))
    assert len(told["blocks"]) <= 50
    assert all(len(each["text"]["text"]) <= 3000 for each in told["blocks"])


def links(html: str) -> list[str]:
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            found.extend(value or "" for name, value in attributes if name == "href")

    Reader().feed(html)
    return found


SCRAPS = ["[a](https://evil.example)", "**", *"_`<>&\n|\\x", "@all", "# ", "- ", "1. ", "](", "!["]
TEXT = st.text(max_size=60) | st.lists(st.sampled_from(SCRAPS)).map("".join)


@given(TEXT, st.lists(TEXT, max_size=4))
def test_in_mattermost_s_markdown_every_text_is_itself(title: str, lines: list[str]) -> None:
    ours = "https://hub.example.org/x"
    written = forms.mattermost(Post(title, (*lines, f"see ({ours})"), ours, (ours,)))["text"]
    assert links(MarkdownIt("commonmark", {"html": True}).render(written)) == [ours, ours]
    assert not re.search(r"@\w", written)


@given(TEXT, st.lists(TEXT, max_size=4))
def test_in_cards_every_text_is_itself(title: str, lines: list[str]) -> None:
    post = Post(title, tuple(lines), "https://hub.example.org/x")
    card = forms.teams(post)["attachments"][0]["content"]
    old = forms.teams_legacy(post)
    for text in [*(block["text"] for block in card["body"]), old["title"], old["text"]]:
        html = MarkdownIt("commonmark", {"html": True}).render(text)
        assert (links(html), re.findall(r"<(?!/?p>|/?br)", html)) == ([], [])


@given(TEXT, st.lists(TEXT, max_size=4))
def test_in_matrix_every_text_is_itself(title: str, lines: list[str]) -> None:
    told = forms.matrix(Post(title, tuple(lines), "https://hub.example.org/x"))
    assert set(re.findall(r"<([a-z]+)", told["formatted_body"])) <= {"strong", "br", "a"}
    assert links(told["formatted_body"]) == ["https://hub.example.org/x"]
    assert told["m.mentions"] == {}


def test_a_workflow_of_teams_gets_an_adaptive_card() -> None:
    assert forms.teams(POST) == {
        "type": "message",
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": None,
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard",
                    "version": "1.4",
                    "body": [
                        {"type": "TextBlock", "text": "A place is free", "weight": "Bolder", "size": "Medium", "wrap": True},
                        {"type": "TextBlock", "text": "Working with open data", "wrap": True, "spacing": "Small"},
                        {
                            "type": "TextBlock",
                            "text": "Wed 12 July 2023, 15:00–17:00 (London)",
                            "wrap": True,
                            "spacing": "Small",
                        },
                    ],
                    "msteams": {"width": "Full"},
                    "actions": [{"type": "Action.OpenUrl", "title": "Read on", "url": "https://hub.example.org/x"}],
                },
            }
        ],
    }


@pytest.mark.parametrize("write", [forms.slack, forms.mattermost, forms.teams, forms.teams_legacy, forms.matrix])
@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://x.org/ y", "x", 'https://x.org/"onclick'])
def test_what_is_no_web_address_is_left_out(write: Callable[[Post], dict[str, Any]], url: str) -> None:
    assert write(Post("Hello", ("x",), url)) == write(Post("Hello", ("x",)))

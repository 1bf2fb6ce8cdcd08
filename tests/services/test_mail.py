"""Every message is out once, certainly not out, or visibly uncertain: whatever carries it, and however the server behaves."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import signal
import smtplib
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.services.mail import (
    Envelope,
    FolderTransport,
    MailError,
    MemoryTransport,
    Misconfigured,
    Receipt,
    Refused,
    SmtpSettings,
    SmtpTransport,
    Transport,
    TryLater,
    Uncertain,
    list_mail,
    read_mail,
    read_url,
)
from hub.services.mail.model import crlf, on_the_wire
from tests.services.smtp_server import Manners, SmtpServer, read_log

MANY = 10_000 if os.environ.get("HUB_SOAK") else 1_000


def nothing() -> None:
    return None


def a_message(recipient: str = "ada@example.org", *, number: int = 1, body: bytes = b"Dear Ada\r\n") -> Envelope:
    message_id = f"<{number}@hub.example.org>"
    head = f"From: hub@example.org\r\nTo: {recipient}\r\nSubject: Hello\r\nMessage-ID: {message_id}\r\n\r\n"
    return Envelope("hub@example.org", recipient, head.encode() + body, message_id)


def smtp_to(server: SmtpServer, **more: object) -> SmtpTransport:
    wanted = {"host": "127.0.0.1", "port": server.port, "hello": "hub.example.org", "timeout": 2.0, "verdict_timeout": 2.0}
    return SmtpTransport(SmtpSettings(**{**wanted, **more}))  # type: ignore[arg-type]


@dataclass
class Side:
    """A transport, and what arrived on its other side: the octets of each message, in order."""

    transport: Transport
    arrived: Callable[[], list[bytes]]


@pytest.fixture(params=["smtp", "folder", "memory"])
def side(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Side]:
    if request.param == "smtp":
        with SmtpServer() as server:
            yield Side(smtp_to(server), lambda: [each.data for each in server.taken])
    elif request.param == "folder":
        folder = tmp_path / "mail"
        yield Side(
            FolderTransport(folder),
            lambda: [each.read_bytes() for each in sorted(folder.glob("*.eml"), key=lambda each: each.stat().st_mtime_ns)],
        )
    else:
        memory = MemoryTransport()
        yield Side(memory, lambda: [each.message for each in memory.sent])


class TestEveryTransport:
    def test_messages_of_one_session_arrive_in_order_octet_for_octet(self, side: Side) -> None:
        sent = [a_message(number=number) for number in range(5)]
        with side.transport.session() as session:
            receipts = [session.send(each, before_handing_over=nothing) for each in sent]
        assert side.arrived() == [each.message for each in sent]
        assert all(isinstance(each, Receipt) and each.reply for each in receipts)

    def test_a_session_without_a_message_connects_to_nothing(self, side: Side) -> None:
        with side.transport.session():
            pass
        assert side.arrived() == []

    def test_the_point_of_no_return_is_announced_once_and_before_anything_arrives(self, side: Side) -> None:
        seen: list[int] = []
        with side.transport.session() as session:
            session.send(a_message(), before_handing_over=lambda: seen.append(len(side.arrived())))
        assert (seen, len(side.arrived())) == ([0], 1)

    def test_what_is_raised_at_the_point_of_no_return_is_passed_on_and_nothing_arrives(self, side: Side) -> None:
        class LeaseLost(OSError):
            pass

        def lose() -> None:
            raise LeaseLost

        with side.transport.session() as session:
            with pytest.raises(LeaseLost):
                session.send(a_message(number=1), before_handing_over=lose)
            session.send(a_message(number=2), before_handing_over=nothing)
        time.sleep(0.05)
        assert side.arrived() == [a_message(number=2).message]

    @pytest.mark.parametrize(
        "body",
        [
            b".\r\n",
            b"..\r\n.\r\n...\r\n",
            b"one\r\n.\r\ntwo\r\n",
            b"\r\n\r\n",
            b"x" * 990 + b"\r\n" + b"." * 500 + b"\r\n",
            b"MAIL FROM:<evil@example.org>\r\n.\r\nDATA\r\n",
            b"all octets " + bytes(each for each in range(256) if each not in b"\r\n\0") + b"\r\n",
            b"long\r\n" * 40_000,
        ],
    )
    def test_no_line_of_a_message_ends_it(self, side: Side, body: bytes) -> None:
        with side.transport.session() as session:
            session.send(a_message(body=body), before_handing_over=nothing)
        assert side.arrived() == [a_message(body=body).message]

    @pytest.mark.parametrize("body", [b"bare\nline\n.\nfeed", b"bare\rreturn\r.\rhere", b"\n.\r\nmixed\r\n.\n", b"no end", b""])
    def test_bare_line_ends_become_whole_ones(self, side: Side, body: bytes) -> None:
        with side.transport.session() as session:
            session.send(a_message(body=body), before_handing_over=nothing)
        [arrived] = side.arrived()
        assert arrived.replace(b"\r\n", b"") == a_message(body=body).message.replace(b"\r", b"").replace(b"\n", b"")
        assert arrived.endswith(b"\r\n")

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "ada",
            "@example.org",
            "ada@",
            "ada@example.org>\r\nRCPT TO:<sam@example.org",
            "ada@example.org\nRSET",
            "a b@example.org",
            "<ada@example.org>",
            "ada@exa\0mple.org",
            "ada@" + "x" * 400,
            "ada\u2028@example.org",
            "ada@-ü-.org",
        ],
    )
    def test_what_is_no_address_is_refused_before_anything_is_handed_over(self, side: Side, address: str) -> None:
        announced: list[int] = []
        with side.transport.session() as session:
            with pytest.raises(Refused) as no:
                session.send(a_message(address), before_handing_over=lambda: announced.append(1))
            session.send(a_message(number=2), before_handing_over=nothing)
        assert (no.value.permanent, no.value.is_bounce, announced) == (True, True, [])
        assert side.arrived() == [a_message(number=2).message]

    def test_a_sender_that_is_no_address_is_ours_to_mend(self, side: Side) -> None:
        with side.transport.session() as session, pytest.raises(Misconfigured):
            session.send(Envelope("hub", "ada@example.org", b"x", "<1@x>"), before_handing_over=nothing)


# ——— what a server can do ———


@dataclass
class Told:
    """How one attempt ended: what was raised, None if it arrived, and how often the point of no return was announced."""

    error: MailError | None
    announced: int


def kind_of(error: MailError | None) -> type:
    """Give which of the four promises an error is, NoneType where there is none."""
    return next((each for each in (Uncertain, TryLater, Refused, Misconfigured) if isinstance(error, each)), type(error))


def attempt(transport: Transport, envelope: Envelope) -> Told:
    announced: list[int] = []
    with transport.session() as session:
        try:
            session.send(envelope, before_handing_over=lambda: announced.append(1))
        except MailError as no:
            return Told(no, len(announced))
    return Told(None, len(announced))


@pytest.mark.parametrize(
    ("tag", "kind", "code", "is_bounce", "announced", "arrived"),
    [
        ("accept", type(None), 0, False, 1, 1),
        ("refuse", Refused, 550, True, 0, 0),
        ("refuse-data", Refused, 554, True, 1, 0),
        ("greylist", TryLater, 451, False, 0, 0),
        ("later", TryLater, 451, False, 1, 0),
        ("busy", TryLater, 421, False, 0, 0),
        ("drop-rcpt", TryLater, 0, False, 0, 0),
        ("drop-before-data", TryLater, 0, False, 0, 0),
        ("stall-rcpt_1_5", TryLater, 0, False, 0, 0),
        ("stall-data_1_5", TryLater, 0, False, 0, 0),
        ("twice", TryLater, 0, False, 0, 0),
        ("drop-accepted", Uncertain, 0, False, 1, 1),
        ("drop-unaccepted", Uncertain, 0, False, 1, 0),
        ("garbage", Uncertain, 0, False, 1, 1),
        ("stall-verdict_1_5", Uncertain, 0, False, 1, 1),
    ],
)
@pytest.mark.parametrize("extensions", [("PIPELINING", "8BITMIME"), ()], ids=["both at once", "step by step"])
def test_each_way_to_fail_is_told_for_what_it_is(
    tag: str, kind: type, code: int, *, is_bounce: bool, announced: int, arrived: int, extensions: tuple[str, ...]
) -> None:
    with SmtpServer(manners=Manners(extensions=extensions)) as server:
        told = attempt(smtp_to(server, timeout=0.4, verdict_timeout=0.4), a_message(f"ada+{tag}@example.org"))
        assert (kind_of(told.error), told.announced, len(server.taken)) == (kind, announced, arrived)
        if told.error is not None:
            assert (told.error.code, told.error.is_bounce) == (code, is_bounce)


@pytest.mark.parametrize(("tag", "kind"), [("drop-mid-data", TryLater), ("full-mid-data", MailError)])
def test_what_breaks_in_the_middle_of_a_message_is_certainly_not_delivered(tag: str, kind: type) -> None:
    body = b"a long line of a long message\r\n" * 300_000
    with SmtpServer(manners=Manners(extensions=())) as server:
        told = attempt(smtp_to(server), a_message(f"ada+{tag}@example.org", body=body))
        assert isinstance(told.error, kind)
        assert not isinstance(told.error, Uncertain)
        assert (told.announced, server.taken) == (0, [])


@pytest.mark.parametrize(
    "tag", ["refuse", "refuse-data", "greylist", "later", "busy_2", "drop-rcpt_2", "drop-accepted", "twice_2"]
)
def test_after_any_failure_the_session_takes_the_next_message(tag: str) -> None:
    with SmtpServer() as server, smtp_to(server).session() as session:
        for number in (1, 2):
            session.send(a_message(number=number), before_handing_over=nothing)
        with pytest.raises(MailError):
            session.send(a_message(f"ada+{tag}@example.org", number=3), before_handing_over=nothing)
        session.send(a_message(number=4), before_handing_over=nothing)
        expected = ["<1@hub.example.org>", "<2@hub.example.org>", "<4@hub.example.org>"]
        assert [each for each in server.ids if each != "<3@hub.example.org>"] == expected


def sent_in_one_breath(transport: Transport, envelopes: list[Envelope]) -> list[type]:
    """Send several messages, each naming the next one; says how each ended, and that none was handed over twice."""
    told = []
    with transport.session() as session:
        for envelope, after in zip(envelopes, [*envelopes[1:], None], strict=True):
            announced: list[int] = []
            try:
                session.send(envelope, before_handing_over=partial(announced.append, 1), following=partial(next, iter([after])))
                told.append(type(None))
            except MailError as no:
                told.append(kind_of(no))
            assert len(announced) <= 1
    return told


@pytest.mark.parametrize(
    ("tag", "kind", "connections"),
    [
        ("refuse", Refused, 1),
        ("refuse-data", Refused, 1),
        ("greylist", TryLater, 1),
        ("later", TryLater, 1),
        ("busy_2", TryLater, 3),
        ("drop-rcpt_2", TryLater, 3),
        ("drop-before-data_2", TryLater, 3),
        ("twice_2", TryLater, 3),
        ("drop-accepted", Uncertain, 2),
        ("drop-unaccepted", Uncertain, 2),
        ("garbage", Uncertain, 2),
        ("stall-verdict_1_1", Uncertain, 2),
    ],
)
def test_messages_that_travel_in_one_breath_fail_alone(tag: str, kind: type, connections: int) -> None:
    with SmtpServer() as server:
        envelopes = [a_message(number=number) for number in range(6)]
        envelopes[2] = a_message(f"ada+{tag}@example.org", number=2)
        transport = smtp_to(server, timeout=0.4, verdict_timeout=0.4)
        assert sent_in_one_breath(transport, envelopes) == [type(None)] * 2 + [kind] + [type(None)] * 3
        assert [each for each in server.ids if each != "<2@hub.example.org>"] == [
            f"<{number}@hub.example.org>" for number in (0, 1, 3, 4, 5)
        ]
        assert server.connections == connections


@pytest.mark.parametrize(
    "manners",
    [Manners(is_data_taken_for_nobody=True), Manners(is_closed_when_refused=True)],
    ids=["asked for a message to nobody", "closed at once"],
)
@pytest.mark.parametrize("position", [0, 2])
def test_a_refusal_is_one_whatever_the_server_does_after_it(manners: Manners, position: int) -> None:
    with SmtpServer(manners=manners) as server:
        envelopes = [a_message(number=number) for number in range(4)]
        envelopes[position] = a_message("ada+refuse@example.org", number=position)
        expected = [Refused if number == position else type(None) for number in range(4)]
        assert sent_in_one_breath(smtp_to(server), envelopes) == expected
        assert server.ids == [f"<{number}@hub.example.org>" for number in range(4) if number != position]


def test_in_one_breath_the_end_of_a_message_travels_with_the_beginning_of_the_next() -> None:
    with SmtpServer() as server:
        assert set(sent_in_one_breath(smtp_to(server), [a_message(number=number) for number in range(3)])) == {type(None)}
        assert [each.split(" ")[0] for each in server.heard] == ["ehlo", *["MAIL", "RCPT", "DATA"] * 3, "QUIT"]
        assert server.connections == 1


def test_whoever_was_announced_and_does_not_come_is_sent_nothing() -> None:
    with SmtpServer() as server, smtp_to(server).session() as session:
        absent, other = a_message("nobody@example.org", number=8), a_message(number=2)
        session.send(a_message(number=1), before_handing_over=nothing, following=lambda: absent)
        session.send(other, before_handing_over=nothing, following=lambda: absent)
        assert [(each.message_id, each.recipient) for each in server.taken] == [
            ("<1@hub.example.org>", "ada@example.org"),
            ("<2@hub.example.org>", "ada@example.org"),
        ]


def test_what_can_t_be_announced_is_told_when_it_is_its_turn() -> None:
    with SmtpServer(manners=Manners(extensions=("PIPELINING", "SIZE 2000"))) as server:
        envelopes = [a_message(number=1), a_message(number=2, body=b"x" * 3000), a_message("no address"), a_message(number=4)]
        assert sent_in_one_breath(smtp_to(server), envelopes) == [type(None), Refused, Refused, type(None)]
        assert server.connections == 1


@pytest.mark.parametrize("manners", [Manners(close_after=2), Manners(hang_up_after=2)], ids=["with 421", "without a word"])
def test_a_server_that_closes_after_some_messages_loses_none_that_was_announced(manners: Manners) -> None:
    with SmtpServer(manners=manners) as server:
        assert sent_in_one_breath(smtp_to(server), [a_message(number=n) for n in range(7)]) == [type(None)] * 7
        assert server.ids == [f"<{number}@hub.example.org>" for number in range(7)]
        assert server.connections == 4


def test_a_greylisted_message_is_taken_the_third_time() -> None:
    with SmtpServer() as server, smtp_to(server).session() as session:
        kinds = []
        for _ in range(3):
            try:
                session.send(a_message("ada+greylist_2@example.org"), before_handing_over=nothing)
                kinds.append("taken")
            except TryLater as no:
                kinds.append(no.reply)
        greylisted = "451 4.7.1 greylisted, come back"
        assert (kinds, len(server.taken)) == ([greylisted, greylisted, "taken"], 1)
        assert server.connections == 1


@pytest.mark.parametrize("manners", [Manners(close_after=2), Manners(hang_up_after=2)], ids=["with 421", "without a word"])
def test_a_connection_closed_between_two_messages_is_made_anew(manners: Manners) -> None:
    with SmtpServer(manners=manners) as server, smtp_to(server).session() as session:
        announced: list[int] = []
        for number in range(7):
            session.send(a_message(number=number), before_handing_over=lambda: announced.append(1))
        assert server.ids == [f"<{number}@hub.example.org>" for number in range(7)]
        assert (server.connections, len(announced)) == (4, 7)


def test_a_server_started_anew_between_two_messages_loses_none_and_takes_none_twice() -> None:
    with SmtpServer() as server, smtp_to(server).session() as session:
        session.send(a_message(number=1), before_handing_over=nothing)
        server.hang_up()
        session.send(a_message(number=2), before_handing_over=nothing)
        assert server.ids == ["<1@hub.example.org>", "<2@hub.example.org>"]


@pytest.mark.parametrize(
    ("manners", "kind"),
    [(Manners(busy_connections=1), TryLater), (Manners(refused_connections=1), Misconfigured)],
    ids=["421", "554"],
)
def test_a_server_that_does_not_greet_us_is_not_the_message_s_fault(manners: Manners, kind: type) -> None:
    with SmtpServer(manners=manners) as server:
        first = attempt(smtp_to(server), a_message())
        assert (kind_of(first.error), first.announced) == (kind, 0)
        assert attempt(smtp_to(server), a_message()).error is None


def test_nobody_at_the_door_is_another_time() -> None:
    with SmtpServer() as server:
        transport = smtp_to(server)
    told = attempt(transport, a_message())
    assert (kind_of(told.error), str(told.error), told.announced) == (TryLater, "The mail server takes no connections.", 0)


def test_a_sender_the_server_does_not_like_is_no_bounce() -> None:
    with SmtpServer() as server:
        envelope = Envelope("hub+refuse-sender@example.org", "ada@example.org", b"Subject: x\r\n\r\n", "<1@x>")
        told = attempt(smtp_to(server), envelope)
        assert told.error is not None
        assert (kind_of(told.error), told.error.code, told.error.is_bounce) == (Refused, 550, False)


def test_a_slow_server_is_waited_for() -> None:
    with SmtpServer(manners=Manners(delay=0.1)) as server:
        assert attempt(smtp_to(server, timeout=0.5), a_message()).error is None


def test_a_verdict_may_take_longer_than_a_step() -> None:
    with SmtpServer() as server:
        told = attempt(smtp_to(server, timeout=0.3, verdict_timeout=5.0), a_message("ada+stall-verdict_1_0.8@example.org"))
        assert told.error is None


def test_a_message_larger_than_the_server_takes_is_refused_before_it_travels() -> None:
    with SmtpServer(manners=Manners(extensions=("SIZE 1000",))) as server:
        told = attempt(smtp_to(server), a_message(body=b"x\r\n" * 1000))
        assert told.error is not None
        assert (kind_of(told.error), told.error.code, told.announced, server.taken) == (Refused, 552, 0, [])


def test_letters_beyond_ascii_go_where_the_server_takes_them() -> None:
    with SmtpServer() as server:
        assert attempt(smtp_to(server), a_message("ädä@bücher.example")).error is None
        assert [each.recipient for each in server.taken] == ["ädä@xn--bcher-kva.example"]
        assert any("SMTPUTF8" in each for each in server.heard)
    with SmtpServer(manners=Manners(extensions=())) as server:
        assert isinstance(attempt(smtp_to(server), a_message("ädä@example.org")).error, Refused)
        assert attempt(smtp_to(server), a_message("ada@straße.example")).error is not None  # the To header is not ASCII
        plain = Envelope("hub@example.org", "ada@straße.example", b"Subject: x\r\n\r\nx\r\n", "<1@x>")
        assert attempt(smtp_to(server), plain).error is None
        assert [each.recipient for each in server.taken] == ["ada@xn--strae-oqa.example"]


# ——— sign-in and TLS ———


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def served_with(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.parametrize("security", ["smtp+tls", "smtps"])
def test_over_tls_many_messages_go_and_faults_are_told_as_without(certificate: Path, security: str) -> None:
    manners = Manners(
        is_tls_offered=True,
        is_tls_from_the_start=security == "smtps",
        context=served_with(certificate),
        login=("hub", "pass word"),
    )
    trusted = ssl.create_default_context(cafile=str(certificate))
    with SmtpServer(manners=manners) as server:
        transport = smtp_to(server, security=security, context=trusted, user="hub", password="pass word")
        with transport.session() as session:
            for number in range(3):
                session.send(a_message(number=number), before_handing_over=nothing)
            for tag, kind in (("refuse", Refused), ("drop-accepted", Uncertain), ("twice_2", TryLater), ("later", TryLater)):
                with pytest.raises(kind):
                    session.send(a_message(f"ada+{tag}@example.org", number=9), before_handing_over=nothing)
            server.hang_up()
            session.send(a_message(number=4), before_handing_over=nothing)
        assert [each for each in server.ids if "9@" not in each] == [f"<{number}@hub.example.org>" for number in (0, 1, 2, 4)]
        verbs = [each.split()[0].upper() for each in server.heard]
        first = ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL"] if security == "smtp+tls" else ["EHLO", "AUTH", "MAIL"]
        assert verbs[: len(first)] == first


@pytest.mark.parametrize("security", ["smtp+tls", "smtps"])
def test_a_certificate_nobody_vouches_for_is_ours_to_mend(certificate: Path, security: str) -> None:
    manners = Manners(is_tls_offered=True, is_tls_from_the_start=security == "smtps", context=served_with(certificate))
    with SmtpServer(manners=manners) as server:
        told = attempt(smtp_to(server, security=security), a_message())
        assert (kind_of(told.error), told.announced, server.taken) == (Misconfigured, 0, [])


def test_where_tls_is_wanted_and_not_offered_nothing_goes_and_no_password_is_said() -> None:
    with SmtpServer(manners=Manners(login=("hub", "qzxv"))) as server:
        told = attempt(smtp_to(server, security="smtp+tls", user="hub", password="qzxv"), a_message())
        assert (kind_of(told.error), [each.split()[0] for each in server.heard]) == (Misconfigured, ["ehlo"])


@pytest.mark.parametrize(
    ("manners", "kind"),
    [
        (Manners(login=("hub", "another")), Misconfigured),
        (Manners(), Misconfigured),
        (Manners(login_reply="454 4.7.0 temporary trouble"), TryLater),
        (Manners(login_reply="535 5.7.8 qzxv"), Misconfigured),
    ],
    ids=["wrong password", "no sign-in offered", "temporary", "refused"],
)
def test_a_failed_sign_in_is_not_the_message_s_fault(manners: Manners, kind: type) -> None:
    with SmtpServer(manners=manners) as server:
        told = attempt(smtp_to(server, user="hub", password="s3cret-word"), a_message())
        assert (kind_of(told.error), told.announced) == (kind, 0)
        assert "s3cret-word" not in str(told.error) + repr(told.error)


def test_a_password_that_cannot_be_said_is_ours_to_mend() -> None:
    with SmtpServer(manners=Manners(login=("hub", "x"))) as server:
        told = attempt(smtp_to(server, user="hub", password="schlüssel"), a_message())
        assert kind_of(told.error) is Misconfigured
        assert "schl" not in str(told.error)


def test_settings_never_show_the_password() -> None:
    wanted = read_url("smtp+tls://hub%40x:s3cret%2Fword@mail.example.org")
    assert (wanted.user, wanted.password, wanted.port, wanted.security) == ("hub@x", "s3cret/word", 587, "smtp+tls")
    assert "s3cret" not in repr(wanted)


@pytest.mark.parametrize("url", ["", "http://x", "smtp://", "mail.example.org", "smtp+ssl://u:s3cret@h"])
def test_what_is_no_mail_server_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="a mail server is written") as no:
        read_url(url)
    assert "s3cret" not in str(no.value)


# ——— properties ———


@given(st.binary(max_size=400) | st.lists(st.sampled_from([b".", b"\r", b"\n", b"\r\n", b"x"])).map(b"".join))
def test_whatever_the_octets_every_line_is_whole(message: bytes) -> None:
    told = crlf(message)
    assert told.endswith(b"\r\n")
    assert told.replace(b"\r\n", b"").count(b"\r") + told.replace(b"\r\n", b"").count(b"\n") == 0
    assert crlf(told) == told


@given(st.text(max_size=60))
def test_whatever_is_written_an_address_is_one_word_or_refused(written: str) -> None:
    try:
        told = on_the_wire(written)
    except Refused:
        return
    assert not any(letter.isspace() or letter in "<>\r\n\0" for letter in told)
    assert told.count("@") >= 1


# ——— several processes ———


def test_the_log_of_a_server_in_another_process_tells_what_it_took_when_it_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "taken.jsonl"
    command = [sys.executable, "-m", "tests.services.smtp_server", "--log", str(log), "--chance", "drop-accepted=0.3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        transport = SmtpTransport(SmtpSettings(host="127.0.0.1", port=int(process.stdout.readline()), hello="x"))
        said: dict[str, str] = {}
        with transport.session() as session:
            for number in range(60):
                envelope = a_message(f"someone{number}@example.org", number=number)
                try:
                    session.send(envelope, before_handing_over=nothing)
                    said[envelope.message_id] = "delivered"
                except Uncertain:
                    said[envelope.message_id] = "uncertain"
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            with pytest.raises(TryLater):
                session.send(a_message(number=99), before_handing_over=nothing)
    assert set(said.values()) == {"delivered", "uncertain"}
    assert [each["message_id"] for each in read_log(log)] == list(said)  # here every uncertain one had been taken


def test_sessions_of_several_threads_do_not_meet() -> None:
    with SmtpServer() as server:
        transport = smtp_to(server)

        def deliver(first: int) -> None:
            with transport.session() as session:
                for number in range(first, first + 25):
                    session.send(a_message(f"p{number}@example.org", number=number), before_handing_over=nothing)

        threads = [threading.Thread(target=deliver, args=(first,)) for first in (0, 25, 50, 75)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert sorted(server.ids) == sorted(f"<{number}@hub.example.org>" for number in range(100))


@pytest.mark.soak
def test_thousands_of_messages_through_a_server_of_bad_manners() -> None:
    chances = {
        "drop-accepted": 0.02,
        "drop-unaccepted": 0.02,
        "drop-before-data": 0.02,
        "greylist": 0.05,
        "later": 0.02,
        "busy": 0.02,
    }
    with SmtpServer(manners=Manners(chances=chances, seed=3, close_after=97)) as server:
        delivered, uncertain = [], []
        with smtp_to(server).session() as session:
            for number in range(MANY):
                envelope = a_message(f"p{number}@example.org", number=number)
                for _ in range(20):
                    try:
                        session.send(envelope, before_handing_over=nothing)
                        delivered.append(envelope.message_id)
                        break
                    except TryLater:
                        continue
                    except Uncertain:
                        uncertain.append(envelope.message_id)
                        break
        taken = server.ids
        assert len(taken) == len(set(taken))
        assert len(delivered) + len(uncertain) == MANY
        assert set(delivered) <= set(taken) <= set(delivered) | set(uncertain)


def test_it_is_nearly_as_fast_as_the_library_alone() -> None:
    with SmtpServer(keep=False) as server:

        def ours() -> float:
            started = time.perf_counter()
            with smtp_to(server).session() as session:
                for number in range(200):
                    session.send(a_message(number=number), before_handing_over=nothing)
            return time.perf_counter() - started

        def theirs() -> float:
            started = time.perf_counter()
            with smtplib.SMTP("127.0.0.1", server.port, local_hostname="x") as session:
                for number in range(200):
                    session.sendmail("hub@example.org", ["ada@example.org"], a_message(number=number).message)
            return time.perf_counter() - started

        assert min(ours() for _ in range(3)) < 3 * min(theirs() for _ in range(3))


# ——— the folder ———


def test_a_message_written_twice_is_one_file(tmp_path: Path) -> None:
    with FolderTransport(tmp_path).session() as session:
        session.send(a_message(body=b"first\r\n"), before_handing_over=nothing)
        session.send(a_message(body=b"second\r\n"), before_handing_over=nothing)
    [listed] = list_mail(tmp_path)
    mail = read_mail(tmp_path, listed.key)
    assert mail is not None
    assert (mail.text, [each.name for each in tmp_path.iterdir()]) == ("second\n", [listed.key])


def test_a_message_id_cannot_leave_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    with FolderTransport(folder).session() as session:
        session.send(
            Envelope("a@x.org", "b@x.org", b"Subject: x\r\n\r\n", "<../../../etc/passwd@x>"), before_handing_over=nothing
        )
    assert [each.name for each in tmp_path.iterdir()] == ["mail"]


def test_a_folder_that_cannot_be_written_is_another_time(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file stands here")
    with FolderTransport(tmp_path / "mail").session() as session, pytest.raises(TryLater):
        session.send(a_message(), before_handing_over=nothing)


@pytest.mark.parametrize(
    "key", ["../secret.eml", "/etc/passwd", "secret.txt", ".hidden.eml", "a/b.eml", "", "link.eml", "none.eml"]
)
def test_only_what_was_kept_is_read(tmp_path: Path, key: str) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    (tmp_path / "secret.eml").write_text("Subject: qzxv\n\n")
    (folder / "secret.txt").write_text("qzxv")
    (folder / ".hidden.eml").write_text("qzxv")
    (folder / "link.eml").symlink_to(tmp_path / "secret.eml")
    assert read_mail(folder, key) is None
    assert list_mail(folder) == []


def test_a_mail_with_everything_is_taken_apart(tmp_path: Path) -> None:
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"], message["To"] = "Mara Öz <mara@example.org>", "ada@example.org"
    message["Subject"], message["Date"] = "Café um 15 Uhr – für dich", "Wed, 05 Jul 2023 15:00:00 +0100"
    message.set_content("Grüße\n")
    message.add_alternative("<p>Grüße</p>", subtype="html")
    message.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="café.ics")
    (tmp_path / "one.eml").write_bytes(message.as_bytes())
    [listed] = list_mail(tmp_path)
    mail = read_mail(tmp_path, "one.eml")
    assert mail is not None
    assert (listed.subject, listed.sender) == ("Café um 15 Uhr – für dich", "Mara Öz <mara@example.org>")
    assert listed.at == dt.datetime(2023, 7, 5, 14, tzinfo=dt.UTC)
    assert (mail.text, mail.html.strip(), mail.header("subject")) == ("Grüße\n", "<p>Grüße</p>", "Café um 15 Uhr – für dich")
    assert [(each.name, each.kind, each.data) for each in mail.attachments] == [
        ("café.ics", "text/calendar", b"BEGIN:VCALENDAR")
    ]


def test_what_the_framework_keeps_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "20230705-1.log").write_bytes(b"Subject: Your code\nTo: mara@example.org\n\n123456\n" + b"-" * 79 + b"\n")
    [listed] = list_mail(tmp_path)
    mail = read_mail(tmp_path, listed.key)
    assert mail is not None
    assert (listed.subject, mail.text.strip()) == ("Your code", "123456")


@settings(max_examples=60)
@given(
    st.binary(max_size=400)
    | st.lists(
        st.sampled_from(
            [
                b"Subject: =?utf-9?q?x?=\n",
                b"Date: never\n",
                b"Content-Type: multipart/mixed; boundary=x\n",
                b"Content-Type: text/html; charset=nonsense\n",
                b"Content-Transfer-Encoding: base64\n",
                b"--x\n",
                b"--x--\n",
                b"\n",
                b"\xff\xfe",
                b"To: \xe9\n",
                b"Content-Type: message/rfc822\n",
            ]
        )
    ).map(b"".join)
)
def test_whatever_lies_in_the_folder_the_mailbox_opens(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    folder = tmp_path_factory.mktemp("mail")
    (folder / "odd.eml").write_bytes(raw)
    [listed] = list_mail(folder)
    mail = read_mail(folder, listed.key)
    assert mail is not None
    (mail.text + mail.html + listed.subject + listed.to).encode()


def test_a_folder_that_is_not_there_is_an_empty_mailbox(tmp_path: Path) -> None:
    assert list_mail(tmp_path / "none") == []


# ——— memory ———


def test_memory_plays_the_parts_it_is_given() -> None:
    memory = MemoryTransport(before=lambda envelope: TryLater("busy") if "busy" in envelope.recipient else None)
    assert isinstance(attempt(memory, a_message("busy@example.org")).error, TryLater)
    memory.verdict = lambda envelope: Uncertain("silence")
    assert attempt(memory, a_message()).announced == 1
    assert memory.sent == []
    memory.keeps_uncertain = True
    assert isinstance(attempt(memory, a_message()).error, Uncertain)
    assert [each.message_id for each in memory.sent] == ["<1@hub.example.org>"]

"""An SMTP server that misbehaves as it is told: on loopback, for tests, soaks and benches.

A recipient says what happens to its messages: `ada+greylist_2@example.org` is refused for now twice and then taken. The form is
`+act_times_seconds`; `times` counts attempts for that recipient; left out it is 0, always, for refusals and 1 for faults.
Every message that is taken stands in the log as one line of JSON, written before anybody hears of it.

    python -m tests.services.smtp_server --port 2525 --log /tmp/taken.jsonl --chance drop-accepted=0.01 --seed 7
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import json
import os
import random
import re
import signal
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

ACTS = (
    "accept",
    "refuse",  # 550 at RCPT, always
    "refuse-sender",  # 550 at MAIL, always; the sender asks for it
    "refuse-data",  # 554 after the final dot, always
    "greylist",  # 451 at RCPT
    "later",  # 451 after the final dot
    "busy",  # 421 at RCPT, and closes
    "drop-rcpt",  # closes at RCPT
    "drop-before-data",  # closes at DATA
    "drop-mid-data",  # closes after some of the body
    "drop-unaccepted",  # closes after the final dot, did not take it
    "drop-accepted",  # closes after the final dot, took it
    "garbage",  # took it, and answers nonsense
    "full-mid-data",  # 552 in the middle of the body, and closes
    "stall-mail",  # the sender asks for it
    "stall-rcpt",
    "stall-data",
    "stall-verdict",  # took it, and answers late
    "twice",  # answers RCPT twice: a reply too many
)
ALWAYS = {"refuse", "refuse-sender", "refuse-data"}
_MESSAGE_ID = re.compile(rb"(?im)^message-id:[ \t]*(\S+)")
_END = b"\r\n.\r\n"


@dataclass(frozen=True)
class Act:
    name: str = "accept"
    times: int = 0
    seconds: float = 1.0


ACCEPT = Act()


def act_for(recipient: str) -> Act:
    """Read what a recipient asks for."""
    _, plus, tag = recipient.partition("@")[0].partition("+")
    name, *more = tag.split("_")
    if not plus or name not in ACTS:
        return ACCEPT
    return Act(name, int(more[0]) if more else 0 if name in ALWAYS else 1, float(more[1]) if len(more) > 1 else 1.0)


@dataclass
class Manners:
    """How the server behaves whoever writes. Counts are of connections or messages, `delay` is seconds before each reply."""

    busy_connections: int = 0  # this many are greeted with 421
    refused_connections: int = 0  # … with 554
    close_after: int = 0  # messages on one connection, then 421 at the next MAIL
    hang_up_after: int = 0  # messages on one connection, then closes without a word
    delay: float = 0.0
    is_tls_offered: bool = False
    context: ssl.SSLContext | None = None
    is_tls_from_the_start: bool = False
    login: tuple[str, str] | None = None
    login_reply: str = ""  # in place of a check
    extensions: tuple[str, ...] = ("PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 30000000")
    chances: Mapping[str, float] = field(default_factory=dict)
    stall: float = 0.3  # seconds, where chance has it stall
    is_data_taken_for_nobody: bool = False  # a message is asked for though its only recipient was refused
    is_closed_when_refused: bool = False  # without a word more
    seed: int = 0


@dataclass(frozen=True)
class Taken:
    message_id: str
    sender: str
    recipient: str
    data: bytes


class SmtpServer:
    """Serves until closed. `taken` holds what it took if it was asked to keep it; `log` is appended to either way."""

    def __init__(self, *, log: Path | None = None, manners: Manners | None = None, port: int = 0, keep: bool = True) -> None:
        self.manners = manners or Manners()
        self.taken: list[Taken] = []
        self.heard: list[str] = []  # commands, if `keep`
        self.connections = 0
        self._keep = keep
        self._attempts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600) if log else None
        self._listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def __enter__(self) -> SmtpServer:
        return self

    def __exit__(self, kind: type[BaseException] | None, no: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    @property
    def ids(self) -> list[str]:
        return [each.message_id for each in self.taken]

    def hang_up(self) -> None:
        """Close all connections without a word, as a server that is started anew."""
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def next_act(self, recipient: str) -> Act:
        """Give what happens to this attempt, and count it."""
        act = act_for(recipient)
        with self._lock:
            self._attempts[recipient] += 1
            nth = self._attempts[recipient]
        if act.name != "accept":
            return act if act.times == 0 or nth <= act.times else ACCEPT
        if self.manners.chances:
            dice = random.Random(f"{self.manners.seed} {recipient} {nth}")
            thrown = dice.random()
            for name, chance in self.manners.chances.items():
                if thrown < chance:
                    return Act(name, 1, self.manners.stall)
                thrown -= chance
        return ACCEPT

    def take(self, sender: str, recipient: str, data: bytes) -> None:
        """Take a message: in the log before anybody hears of it."""
        found = _MESSAGE_ID.search(data)
        message_id = found.group(1).decode() if found else ""
        if self._log is not None:
            line = json.dumps({"message_id": message_id, "recipient": recipient, "size": len(data)})
            os.write(self._log, line.encode() + b"\n")
        if self._keep:
            self.taken.append(Taken(message_id, sender, recipient, data))

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(peer, self.connections), daemon=True).start()

    def _serve(self, peer: socket.socket, number: int) -> None:
        self._open.add(peer)
        try:
            if self.manners.is_tls_from_the_start and self.manners.context:
                peer = self.manners.context.wrap_socket(peer, server_side=True)
            _Talk(self, peer, number).run()
        except (OSError, _HangUp):
            pass
        finally:
            self._open.discard(peer)
            with contextlib.suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)
            peer.close()


class _HangUp(Exception):
    pass


class _Talk:
    """One connection."""

    def __init__(self, server: SmtpServer, peer: socket.socket, number: int) -> None:
        self.server, self.manners, self.peer, self.number = server, server.manners, peer, number
        self.buffer = b""
        self.unsaid = b""  # answers to commands that came in one breath go back in one (RFC 2920 §3.2)
        self.sender = self.recipient = ""
        self.act = ACCEPT
        self.messages = 0

    def run(self) -> None:
        try:
            self.talk()
        finally:
            with contextlib.suppress(OSError):
                self.flush()

    def talk(self) -> None:
        if self.number <= self.manners.busy_connections:
            return self.say("421 too busy")
        if self.number <= self.manners.busy_connections + self.manners.refused_connections:
            return self.say("554 no service for you")
        self.say("220 loopback test server")
        while (line := self.line()) is not None:
            if self.server._keep:
                self.server.heard.append(line)
            verb, _, rest = line.partition(" ")
            answer = getattr(self, f"on_{verb.lower()}", None)
            if answer is None:
                self.say("502 not known here")
            else:
                answer(rest)

    def say(self, reply: str) -> None:
        if self.manners.delay:
            self.pause(self.manners.delay)
        self.unsaid += reply.encode() + b"\r\n"

    def flush(self) -> None:
        unsaid, self.unsaid = self.unsaid, b""
        if unsaid:
            self.peer.sendall(unsaid)

    def pause(self, seconds: float) -> None:
        self.flush()
        time.sleep(seconds)

    def line(self) -> str | None:
        while (end := self.buffer.find(b"\r\n")) < 0:
            self.flush()
            if not (more := self.peer.recv(65_536)):
                return None
            self.buffer += more
        line, self.buffer = self.buffer[:end], self.buffer[end + 2 :]
        return line.decode("utf-8", "replace")

    def on_ehlo(self, rest: str) -> None:
        offered = list(self.manners.extensions)
        if self.manners.is_tls_offered and not isinstance(self.peer, ssl.SSLSocket):
            offered.append("STARTTLS")
        if self.manners.login or self.manners.login_reply:
            offered.append("AUTH PLAIN LOGIN")
        lines = ["loopback", *offered]
        self.say("\r\n".join(f"250{' ' if each is lines[-1] else '-'}{each}" for each in lines))

    def on_helo(self, rest: str) -> None:
        self.say("250 loopback")

    def on_starttls(self, rest: str) -> None:
        self.say("220 go ahead")
        self.flush()
        if self.manners.context is None:
            raise _HangUp
        self.server._open.discard(self.peer)
        self.peer = self.manners.context.wrap_socket(self.peer, server_side=True)
        self.server._open.add(self.peer)
        self.buffer = b""

    def on_auth(self, rest: str) -> None:
        if self.manners.login_reply:
            return self.say(self.manners.login_reply)
        kind, _, given = rest.partition(" ")
        if kind != "PLAIN":
            return self.say("504 only PLAIN")
        _, user, password = base64.b64decode(given).decode().split("\0")
        self.say("235 welcome" if (user, password) == self.manners.login else "535 5.7.8 wrong user or password")

    def on_mail(self, rest: str) -> None:
        if self.manners.close_after and self.messages >= self.manners.close_after:
            self.say("421 enough for one connection")
            raise _HangUp
        self.sender, self.recipient = _path(rest), ""
        act = act_for(self.sender)  # what happens at MAIL, the sender asks for
        if act.name == "stall-mail":
            self.pause(act.seconds)
        self.say("550 5.7.1 you may not send" if act.name == "refuse-sender" else "250 ok")

    def on_rcpt(self, rest: str) -> None:
        self.recipient = _path(rest)
        self.act = self.server.next_act(self.recipient)
        name = self.act.name
        if name == "drop-rcpt":
            raise _HangUp
        if name == "stall-rcpt":
            self.pause(self.act.seconds)
        reply = {
            "refuse": "550 5.1.1 no such person here",
            "greylist": "451 4.7.1 greylisted, come back",
            "busy": "421 4.3.2 closing",
            "twice": "250 ok\r\n250 and again",
        }.get(name, "250 ok")
        self.say(reply)
        if name in ("refuse", "greylist", "busy"):
            self.recipient = ""
        if name == "busy" or (name == "refuse" and self.manners.is_closed_when_refused):
            raise _HangUp

    def on_data(self, rest: str) -> None:
        name = self.act.name
        if name == "drop-before-data":
            raise _HangUp
        if name == "stall-data":
            self.pause(self.act.seconds)
        if not self.recipient and not self.manners.is_data_taken_for_nobody:
            return self.say("554 5.5.1 no valid recipients")
        self.say("354 go on")
        self.flush()
        if name in ("drop-mid-data", "full-mid-data"):
            self.peer.recv(64)
            if name == "full-mid-data":
                self.say("552 5.3.4 too much")
            raise _HangUp
        data = self.body()
        if name == "drop-unaccepted":
            raise _HangUp
        reply = {"refuse-data": "554 5.6.0 we do not like it", "later": "451 4.3.0 not now"}.get(name)
        if reply is None:
            self.server.take(self.sender, self.recipient, data)
            self.messages += 1
            if name == "drop-accepted":
                raise _HangUp
            if name == "stall-verdict":
                self.pause(self.act.seconds)
            reply = "nonsense" if name == "garbage" else "250 2.0.0 taken"
        self.say(reply)
        if self.manners.hang_up_after and self.messages >= self.manners.hang_up_after:
            raise _HangUp

    def body(self) -> bytes:
        pieces = bytearray(self.buffer)
        start = 0
        while True:
            if pieces.startswith(b".\r\n"):
                end, after = 0, 3
                break
            end = pieces.find(_END, start)
            if end >= 0:
                end, after = end + 2, end + 5
                break
            start = max(0, len(pieces) - 4)
            if not (more := self.peer.recv(262_144)):
                raise _HangUp
            pieces += more
        self.buffer = bytes(pieces[after:])
        return re.sub(rb"(?m)^\.", b"", bytes(pieces[:end]))

    def on_rset(self, rest: str) -> None:
        self.say("250 ok")

    def on_noop(self, rest: str) -> None:
        self.say("250 ok")

    def on_quit(self, rest: str) -> None:
        self.say("221 bye")
        raise _HangUp


def _path(rest: str) -> str:
    found = re.search(r"<([^>]*)>", rest)
    return found.group(1) if found else ""


def read_log(log: Path) -> list[dict[str, Any]]:
    """Give what was taken, from any process."""
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="A misbehaving SMTP server on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one; the number is printed")
    parser.add_argument("--log", type=Path, required=True, help="each message taken, a line of JSON")
    parser.add_argument("--chance", action="append", default=[], metavar="ACT=SHARE", help=f"one of {', '.join(ACTS)}")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--close-after", type=int, default=0, help="messages on one connection")
    parser.add_argument("--stall", type=float, default=0.3, help="seconds, where chance has it stall")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each reply")
    given = parser.parse_args(list(arguments) if arguments is not None else None)
    pairs = (each.partition("=") for each in given.chance)
    manners = Manners(
        chances={name: float(share) for name, _, share in pairs},
        seed=given.seed,
        close_after=given.close_after,
        delay=given.delay,
        stall=given.stall,
    )
    server = SmtpServer(log=given.log, manners=manners, port=given.port, keep=False)
    print(server.port, flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()
    server.close()


if __name__ == "__main__":
    main()

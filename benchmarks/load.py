"""Ask a server on this machine the same thing over several connections, and say how fast it answered."""

from __future__ import annotations

import selectors
import socket
import statistics
import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answered:
    """How a run went: requests a second, median latency in milliseconds, the status and size of the answers."""

    per_second: float
    median_ms: float
    status: int
    size: int


@dataclass(slots=True)
class _Connection:
    sock: socket.socket
    received: bytearray = field(default_factory=bytearray)
    expected: int | None = None
    sent_at: float = 0.0


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    if b" 304 " in head.split(b"\r\n", 1)[0]:
        return 0
    raise RuntimeError(f"an answer without a length: {head[:300]!r}")


LEAST = 3  # answers a figure is made of, however busy the machine is


def ask(port: int, path: str, *, headers: dict[str, str] | None = None, seconds: float = 1.0, connections: int = 8) -> Answered:
    """Ask 127.0.0.1 for `path` over keep-alive connections for about `seconds`, at least LEAST and at most 200 000 times.

    Raises RuntimeError where the server closes the connection, or says nothing for half a minute.
    """
    extra = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    request = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: keep-alive\r\n{extra}\r\n".encode()
    selector = selectors.DefaultSelector()
    everyone = []
    for _ in range(connections):
        sock = socket.create_connection(("127.0.0.1", port), timeout=30)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = _Connection(sock)
        everyone.append(connection)
        selector.register(sock, selectors.EVENT_READ, connection)
    latencies: list[float] = []
    status = size = 0
    started = time.perf_counter()
    for connection in everyone:
        connection.sent_at = time.perf_counter()
        connection.sock.sendall(request)
    try:
        while len(latencies) < LEAST or (time.perf_counter() - started < seconds and len(latencies) < 200_000):
            ready = selector.select(timeout=30)
            if not ready:
                raise RuntimeError(f"the server says nothing to {path}")
            for key, _ in ready:
                connection = key.data
                chunk = connection.sock.recv(1 << 20)
                if not chunk:
                    raise RuntimeError(f"the server closed the connection while answering {path}")
                connection.received += chunk
                if connection.expected is None:
                    end = connection.received.find(b"\r\n\r\n")
                    if end < 0:
                        continue
                    head = bytes(connection.received[:end])
                    status, size = int(head[9:12]), _length(head)
                    connection.expected = end + 4 + size
                if len(connection.received) >= connection.expected:
                    now = time.perf_counter()
                    latencies.append(now - connection.sent_at)
                    connection.received.clear()
                    connection.expected, connection.sent_at = None, now
                    connection.sock.sendall(request)
        took = time.perf_counter() - started
    finally:
        selector.close()
        for connection in everyone:
            connection.sock.close()
    return Answered(len(latencies) / took, statistics.median(latencies) * 1000 if latencies else 0.0, status, size)


def headers_of(port: int, path: str) -> dict[str, str]:
    """Ask once and give the answer's headers, names in lower case."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        answer = connection.getresponse()
        answer.read()
        return {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()

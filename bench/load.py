"""Clients that ask the same addresses again and again over kept connections, with nothing but sockets."""

import socket
import threading
import time
from dataclasses import dataclass


@dataclass
class Load:
    """What `clients` saw in `seconds`: answers a second, milliseconds, bytes of an answer, and anything but 200."""

    per_second: float
    p50: float
    p95: float
    p99: float
    size: int
    wrong: int


def ask(connection, host, path, headers):
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Accept: */*", *(f"{k}: {v}" for k, v in headers.items())]
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(65_536)
        if not more:
            raise ConnectionError
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    status = int(head[9:12])
    if b"content-length" not in fields:
        raise ValueError("an answer without a length")
    left = int(fields[b"content-length"]) - len(body)
    while left > 0:
        left -= len(connection.recv(min(left, 1 << 20)))
    return status, int(fields[b"content-length"]), fields.get(b"connection") == b"close"


def run(port, paths, headers, *, clients=16, seconds=8):
    """Each client walks through `paths` in turn until the time is over; the first second does not count."""
    times, wrong, sizes, start = [], [], [], time.perf_counter()
    begin, end = start + 1, start + 1 + seconds

    def client(number):
        connection, at = None, number
        while time.perf_counter() < end:
            connection = connection or socket.create_connection(("127.0.0.1", port), timeout=60)
            began = time.perf_counter()
            try:
                status, size, closed = ask(connection, "127.0.0.1", paths[at % len(paths)], headers)
            except (ConnectionError, OSError):
                connection = None
                continue
            if began >= begin:
                times.append(time.perf_counter() - began)
                sizes.append(size)
                if status != 200:
                    wrong.append(status)
            if closed:
                connection = None
            at += 1

    threads = [threading.Thread(target=client, args=[number]) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ranked = sorted(times) or [float("nan")]
    at = [ranked[min(int(len(ranked) * part), len(ranked) - 1)] * 1_000 for part in (0.5, 0.95, 0.99)]
    return Load(len(times) / seconds, *at, max(sizes, default=0), len(wrong))

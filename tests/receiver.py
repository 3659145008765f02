"""A receiver of webhooks that works, fails, hangs, drips, lies or never ends, as a test wants it."""

import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(ThreadingHTTPServer):
    """Answers as `answer` says, and keeps what arrived."""

    daemon_threads = True

    def __init__(self, answer=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.arrived, self.answer = [], answer or ok
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def handle_error(self, request, address):
        """The sender hangs up on those that misbehave."""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/kcn?khoa=1"

    @property
    def events(self):
        return [event for request in self.arrived for event in json.loads(request.body)["events"]]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.arrived.append(self)
        self.server.answer(self)

    do_GET = do_POST

    def log_message(self, *args):
        pass


def ok(request, status=200, body=b"ok", **headers):
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)


def fails(request):
    ok(request, 500, "Lỗi\r\n\0 bên nhận\x1b[31m".encode() + b"\xff")


def drip(request):
    """A byte now and then, never a whole status line."""
    for _ in range(100):
        request.wfile.write(b"H")
        time.sleep(0.02)


def drips_headers(request):
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX-A: ")
    drip(request)


def hangs(request):
    time.sleep(2)


def hangs_up(request):
    request.connection.shutdown(socket.SHUT_RDWR)


def garbage(request):
    request.wfile.write(b"\x16\x03\x01 what?\r\n\r\n")


def endless(request):
    """200 and a body without end."""
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b"a" * 65_536)


def endless_headers(request):
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        request.wfile.write(b"X-A: b\r\n" * 1_000)

"""One POST to an address that somebody gave: to no machine that only this server can reach, over in ten seconds.

The name is resolved once and the connection goes to the address that was checked (a name that answers otherwise the
second time gains nothing). Redirects are an answer, not followed; of the answer at most one kilobyte is read."""

import ipaddress
import json
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

DEADLINE = 10
READ_AT_MOST = 1024
EXCERPT = 200
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(Exception):
    """This address is not called; the message says why."""


@dataclass(frozen=True)
class Answer:
    """What came back: a status and the beginning of the body, or an error in words."""

    status: int | None
    text: str
    error: str
    ms: int


def check_url(url):
    """ValidationError unless `url` is https without a password, or http to a host that the settings name."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise ValidationError(_("Địa chỉ không hợp lệ.")) from None
    if not (host and url.isascii() and url.isprintable() and " " not in url) or parts.fragment or "@" in parts.netloc:
        raise ValidationError(_("Địa chỉ không hợp lệ."))
    if parts.scheme != "https" and not (parts.scheme == "http" and (settings.DEBUG or is_allowed(host))):
        raise ValidationError(_("Địa chỉ phải bắt đầu bằng https://."))


def is_allowed(host):
    return host.lower() in settings.WEBHOOK_ALLOWED_HOSTS


def check_address(text, host):
    """Refused unless the address is one that any machine on the internet could call.

    A host that the settings name may lie in a private network. This machine itself and link-local addresses (where
    clouds keep their metadata) are open in development only."""
    address = plain(ipaddress.ip_address(text.partition("%")[0]))
    near = address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified
    if settings.DEBUG and address.is_loopback:
        return
    if near or not (address.is_global or is_allowed(host)):
        raise Refused(_("Không được gọi tới địa chỉ nội bộ %(address)s.") % {"address": address})


def plain(address):
    """The IPv4 address inside an IPv6 one that only wraps it."""
    if address.version == 4:
        return address
    inside = ipaddress.IPv4Address(address.packed[-4:]) if address in NAT64 else None
    return address.ipv4_mapped or address.sixtofour or inside or address


def post(url, payload, headers):
    """The Answer of the machine at `url`; whatever goes wrong is told in it, nothing is raised."""
    began, late = time.monotonic(), threading.Event()
    status, text, error = None, "", ""
    try:
        check_url(url)
        parts = urlsplit(url)
        with connected(parts, began, late) as sock:
            status, text = exchange(sock, parts, payload, headers, late)
    except (ValidationError, Refused) as refusal:
        error = " ".join(getattr(refusal, "messages", [str(refusal)]))
    except (OSError, HTTPException, ValueError) as problem:
        error = in_words(problem, late)
    return Answer(status, text, error, int((time.monotonic() - began) * 1000))


@contextmanager
def connected(parts, began, late):
    """A connection to a checked address, in TLS when asked for; at the deadline it is cut off, whatever it is doing."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    for *_kind, place in found:
        check_address(place[0], parts.hostname)
    sock = first_open([place[:2] for *_kind, place in found], began + DEADLINE)
    if parts.scheme == "https":
        context = ssl.create_default_context()
        sock = context.wrap_socket(sock, server_hostname=parts.hostname, do_handshake_on_connect=False)
    with sock, cut_off(sock, DEADLINE - (time.monotonic() - began), late):
        if parts.scheme == "https":
            sock.do_handshake()
        yield sock


def first_open(places, until):
    """A connection to the first of the checked addresses that takes one."""
    for left, place in zip(range(len(places) - 1, -1, -1), places, strict=True):
        try:
            return socket.create_connection(place, timeout=max(until - time.monotonic(), 0.001) / (left + 1))
        except OSError:
            if not left:
                raise
    raise OSError


@contextmanager
def cut_off(sock, seconds, late):
    def cut():
        late.set()
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = threading.Timer(max(seconds, 0), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def exchange(sock, parts, payload, headers, late):
    """(status, beginning of the body). A receiver that has said 2xx has the message, whatever its body does then."""
    connection = HTTPConnection(parts.hostname)
    connection.sock = sock
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request("POST", path, payload, {"Host": parts.netloc, "Connection": "close", **headers})
    answer = connection.getresponse()
    if late.is_set():
        raise TimeoutError  # the head of the answer ended where it was cut off
    with suppress(OSError, HTTPException, ValueError):
        return answer.status, cleaned(answer.read1(READ_AT_MOST))
    return answer.status, ""


def cleaned(body):
    text = "".join(char if char.isprintable() else " " for char in body.decode("utf-8", "replace"))
    return " ".join(text.split())[:EXCERPT]


def in_words(problem, late):
    match problem:
        case _late if late.is_set() or isinstance(problem, TimeoutError):
            return _("Bên nhận không trả lời trong %(n)s giây.") % {"n": DEADLINE}
        case socket.gaierror():
            return _("Không tìm thấy tên máy.")
        case ssl.SSLCertVerificationError():
            return _("Chứng chỉ TLS không tin được: %(why)s") % {"why": problem.verify_message}
        case ssl.SSLError():
            return _("Không bắt tay được TLS.")
        case OSError():
            return _("Không kết nối được: %(why)s") % {"why": problem.strerror or problem}
    return _("Bên nhận trả lời không phải HTTP.")


def as_json(message):
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()

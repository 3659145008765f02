"""One POST to an address that somebody gave: to no machine inside, with a trusted certificate only, not for long."""

import socket
import ssl
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.exceptions import ValidationError

from accounts import outbound
from accounts.models import Webhook
from tests import factories as make
from tests.receiver import Receiver

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def development(settings):
    """In development webhooks may go to this very machine."""
    settings.DEBUG = True


@pytest.fixture
def receiver():
    with Receiver() as made:
        yield made
        made.shutdown()


@pytest.fixture
def soon(monkeypatch):
    """A deadline that a test can wait for."""
    monkeypatch.setattr(outbound, "DEADLINE", 0.3)


# Addresses that are not called ----------------------------------------------------------------------------------------

INSIDE = ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.9", "169.254.169.254", "0.0.0.0", "100.64.0.1"]
INSIDE += ["::1", "::ffff:127.0.0.1", "fe80::1", "fd00::1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "224.0.0.1"]
NEAR = {"127.0.0.1", "169.254.169.254", "0.0.0.0", "::1", "::ffff:127.0.0.1", "fe80::1", "64:ff9b::a9fe:a9fe"}
NEAR |= {"2002:7f00:1::", "224.0.0.1"}


def resolving(monkeypatch, *addresses):
    """The name server answers so, whatever is asked."""
    asked = []

    def answer(host, port, *args, **kwargs):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(address, monkeypatch, settings):
    settings.DEBUG = False
    resolving(monkeypatch, "93.184.216.34", address)
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: pytest.fail("it was called"))
    answer = outbound.post("https://example.vn/", b"{}", {})
    assert answer.status is None and "nội bộ" in answer.error
    settings.WEBHOOK_ALLOWED_HOSTS = ["example.vn"]
    if address in NEAR:
        assert "nội bộ" in outbound.post("https://example.vn/", b"{}", {}).error


def test_a_host_of_the_citys_network_is_called_when_the_settings_name_it(monkeypatch, settings, receiver):
    settings.DEBUG = False
    settings.WEBHOOK_ALLOWED_HOSTS = ["esb.hanoi.vn"]
    asked, called = resolving(monkeypatch, "10.20.0.5"), []
    really = socket.socket
    monkeypatch.setattr(
        socket, "create_connection", lambda place, timeout: called.append(place) or connected(really, receiver)
    )
    answer = outbound.post("http://ESB.hanoi.vn/nhan", b"{}", {})
    assert (answer.status, called, asked) == (200, [("10.20.0.5", 80)], ["esb.hanoi.vn"]), "asked once, called there"
    assert receiver.arrived[0].headers["Host"] == "ESB.hanoi.vn"
    assert "https" in outbound.post("http://khac.hanoi.vn/", b"{}", {}).error


def connected(really, receiver):
    sock = really(socket.AF_INET, socket.SOCK_STREAM)
    sock.connect(receiver.server_address)
    return sock


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.vn/",
        "https://",
        "https://ai:mat@example.vn/",
        "https://example.vn/#a",
        "https://example.vn:99999/",
        "https://exa mple.vn/",
        "https://[::1/",
        "//example.vn",
        "https://ví-dụ.vn/",
        "http://example.vn/",
    ],
)
def test_an_address_that_is_none_is_refused_when_it_is_written(url, settings):
    settings.DEBUG = False
    with pytest.raises(ValidationError) as refused:
        Webhook(owner=make.administrator(), url=url).full_clean()
    assert list(refused.value.message_dict) == ["url"]


# TLS ------------------------------------------------------------------------------------------------------------------


def certificate(folder, name):
    """A key and a certificate for `name` that signs itself."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    made = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(today - timedelta(days=1)).not_valid_after(today + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    file = folder / f"{name}.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return file


@pytest.mark.parametrize(
    ("name", "trusted", "wanted"),
    [("localhost", True, ""), ("localhost", False, "Chứng chỉ"), ("khac.vn", True, "Chứng chỉ")],
)
def test_a_certificate_must_be_trusted_and_name_the_host(name, trusted, wanted, receiver, tmp_path, monkeypatch):
    file = certificate(tmp_path, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    receiver.socket = context.wrap_socket(receiver.socket, server_side=True)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    answer = outbound.post(f"https://localhost:{receiver.server_port}/", b"{}", {})
    assert (answer.status == 200) == (not wanted) and answer.error.startswith(wanted)
    assert bool(answer.error) == bool(wanted)


def test_a_receiver_that_stalls_in_the_handshake_is_cut_off(soon):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        answer = outbound.post(f"https://127.0.0.1:{silent.getsockname()[1]}/", b"{}", {})
    assert "không trả lời" in answer.error and time.monotonic() - began < 1

"""docs/api.md, "a partner system's first hour": its blocks of Python, run one after the other against the portal."""

import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings as portal_settings

from accounts.models import ApiToken
from tests import factories as make
from zones.models import Facility, Import

GUIDE = portal_settings.BASE_DIR / "docs" / "api.md"


@pytest.fixture
def receiver():
    """A partner's machine that takes whatever it is sent."""

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            """Quietly."""

    with HTTPServer(("127.0.0.1", 0), Taker) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/kcn"
        server.shutdown()


@pytest.fixture
def partner(live_server, receiver, monkeypatch, settings, tmp_path):
    """The machine account of an agency with one cluster; its key and the addresses in the environment."""
    settings.DEBUG = True  # the receiver is on this machine
    settings.MEDIA_ROOT = tmp_path
    agency = make.agency(code="HN-SCT", name="Sở Công Thương thành phố Hà Nội")
    make.agency(code="HN-SQHKT", name="Sở Quy hoạch - Kiến trúc thành phố Hà Nội")
    zone = make.zone(code="HN-CCN-CN3", name="Cụm công nghiệp CN3 Sóc Sơn", managing_agency=agency)
    zone.lat, zone.lon, zone.point_precision = 21.25, 105.85, "commune"
    zone.save()
    make.area(zone, value="78.195")
    make.status(zone)
    make.rule("ccn.appraisal", 20, "wd")
    machine = make.user("machine", agency=agency)
    key = ApiToken.objects.create(machine, scope="write", label="LGSP")[1]
    for name, value in {"PORTAL": live_server.url, "KEY": key, "RECEIVER": receiver}.items():
        monkeypatch.setenv(name, value)
    return machine


def test_the_first_hour_goes_as_it_is_told(partner, capsys):
    script = "\n".join(re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL))
    told = {}
    exec(compile(script, str(GUIDE), "exec"), told)
    told["portal"].close()
    assert told["me"]["username"] == partner.username
    assert [cluster["code"] for cluster in told["clusters"]] == ["HN-CCN-CN3"]
    assert told["then"]["area_ha"] == 78.195
    assert Facility.objects.count() == 11
    assert Facility.objects.get(code="HN-CSSX-0010").workers == 120  # what the file had changed was taken back
    assert Import.objects.get().updated == 2
    assert (told["tried"]["status"], told["tried"]["error"]) == (204, "")
    assert told["moved"].json()["due_on"] == "2026-10-16"
    assert told["told"]["due"] == "2026-10-23"  # five working days later
    assert told["items"]["numberReturned"] == 1
    said = capsys.readouterr().out
    assert "update HN-CSSX-0012 ['workers']" in said

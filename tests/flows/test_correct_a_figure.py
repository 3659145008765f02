"""The story of one wrong figure: found, corrected on a decision, overtaken by a colleague, read again as it was."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from zones.models import Document, Zone, ZoneArea

pytestmark = pytest.mark.django_db


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def inputs(response):
    """What the browser sends back: every hidden and filled field of the page's main form, as its markup says."""
    form = re.search(r'<form class="form".*?</form>', response.content.decode(), re.S)[0]
    sent = {}
    for tag in re.findall(r"<input[^>]*>", form):
        held = dict(re.findall(r'(\w[\w-]*)="([^"]*)"', tag))
        if held.get("type") != "checkbox" or " checked" in tag:
            sent[held["name"]] = held.get("value", "on" if held.get("type") == "checkbox" else "")
    for name, options in re.findall(r'<select name="([^"]*)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    for name, text in re.findall(r'<textarea name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        sent[name] = text.strip()
    return sent


def test_a_wrong_figure_is_corrected_on_a_decision_and_nobody_loses_anything():
    board = make.agency(name="Ban Quản lý các khu công nghiệp")
    lan, minh = make.user("editor", agency=board), make.user("editor", agency=board)
    zone = make.zone(name="Cụm công nghiệp Lại Yên", managing_agency=board)
    make.area(zone, "decision", "72.7", as_of=datetime.date(2017, 7, 20), source="Báo cáo cũ")
    yesterday = (timezone.localdate() - datetime.timedelta(days=1)).isoformat()
    lans, minhs = signed_in(lan), signed_in(minh)

    # Lan finds the zone and its figure, and opens the form that corrects it; so does Minh.
    assert "Cụm công nghiệp Lại Yên" in lans.get(reverse("zones:list"), {"search": "lai yen"}).content.decode()
    page = lans.get(reverse("zone", args=[zone.code])).content.decode()
    correct = re.search(r'href="(/zones/[^"]*facts/area/new/\?of=\d+)"', page)[1]
    lans_form, minhs_form = inputs(lans.get(correct)), inputs(minhs.get(correct))
    assert lans_form["value_ha"] == "72,7"

    # The decision is not in the register yet: Lan adds it and comes back to the form with the decision chosen.
    new_document = {
        "type": "QĐ",
        "number": "4756/QĐ-UBND",
        "issued_on": "20/07/2017",
        "issued_precision": "day",
        "city": "HN",
    }
    new_document |= {"agency": board.pk, "publicity": "public", "issuer": "UBND TP Hà Nội"}
    back = lans.post(f"{reverse('zones:document_new')}?next={correct}", new_document).url
    decision = Document.objects.get(number="4756/QĐ-UBND")
    lans_form |= {
        "document": inputs(lans.get(back))["document"],
        "value_ha": "27,2",
        "source": "",
        "note": "đảo chữ số",
    }
    assert lans_form["document"] == str(decision.pk)

    # Lan is faster, and reads back what was recorded. Minh sees both values and lets his stand beside hers.
    done = lans.post(correct, lans_form, follow=True)
    said = " ".join(str(message) for message in done.context["messages"])
    assert "27,2 ha. Số cũ vẫn được giữ trong sổ." in said
    overtaken = minhs.post(correct, minhs_form | {"value_ha": "27,5", "source": "Sổ tay", "standing": "reported"})
    both = overtaken.content.decode()
    assert overtaken.status_code == 409
    assert "27,2" in both and "27,5" in both and "đảo chữ số" in both
    again = {tag["name"]: tag.get("value", "") for tag in hidden_inputs(both)}
    assert minhs.post(correct, again | {"supersedes": ""}).status_code == 302

    # The register uses Lan's figure, shows Minh's beside it, keeps the old one, and knows what it said before.
    page = minhs.get(reverse("zone", args=[zone.code])).content.decode()
    assert Zone.objects.on().get(pk=zone.pk).area_ha == ZoneArea.objects.get(document=decision).value_ha
    assert "4756/QĐ-UBND" in page and "+0,3 ha" in page and "72,7" in page and "đảo chữ số" in page
    assert "27,2" in minhs.get(reverse("zones:document", args=[decision.pk])).content.decode()
    as_known = minhs.get(reverse("zone", args=[zone.code]), {"known_at": yesterday}).context["profile"]
    assert as_known.statements == []


def hidden_inputs(page):
    form = re.search(r'<form method="post" action="/zones/.*?</form>', page, re.S)[0]
    return [dict(re.findall(r'(\w[\w-]*)="([^"]*)"', tag)) for tag in re.findall(r"<input[^>]*>", form)]

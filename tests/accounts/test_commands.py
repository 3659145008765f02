"""The commands that make demo people and API tokens."""

import datetime
import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import ApiToken, RowChange, User
from tests import factories

pytestmark = pytest.mark.django_db


def run(command, *arguments, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command(command, *arguments, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def offices():
    for code in ("HN-SCT", "HN-BQL", "HN-VPUB", "HCM-SCT", "HCM-HEPZA", "HCM-UBND"):
        factories.agency(code=code, city=code.partition("-")[0])


@pytest.fixture
def development(settings):
    settings.DEBUG = True


def shown_password(output, username):
    [line] = [line for line in output.splitlines() if line.startswith(f"{username} ")]
    return line.split()[1]


def test_demo_people_are_refused_outside_of_development(offices):
    with pytest.raises(CommandError, match="only in development"):
        run("create_demo_people")
    assert User.objects.count() == 0


@pytest.mark.usefixtures("development")
def test_demo_people_need_the_register_first():
    with pytest.raises(CommandError, match="load_register first"):
        run("create_demo_people")


@pytest.mark.usefixtures("development", "offices")
def test_demo_people_have_a_role_a_city_and_a_password_that_is_shown_once():
    out, _ = run("create_demo_people")
    people = {user.username: user for user in User.objects.select_related("agency")}
    assert set(people) == {"admin"} | {
        f"{name}_{city}"
        for name in (
            "viewer",
            "editor",
            "approver",
            "head",
            "city",
            "auditor",
            "machine",
            "editor_board",
            "approver_office",
        )
        for city in ("hn", "hcm")
    }
    assert (people["admin"].role, people["admin"].agency) == ("administrator", None)
    assert (people["editor_hn"].agency.code, people["editor_hcm"].agency.code) == ("HN-SCT", "HCM-SCT")
    assert (people["editor_board_hn"].agency.code, people["editor_board_hcm"].agency.code) == ("HN-BQL", "HCM-HEPZA")
    assert people["approver_office_hn"].agency.code == "HN-VPUB"
    assert people["approver_office_hcm"].agency.code == "HCM-UBND"
    assert people["auditor_hn"].agency is None
    assert people["editor_hn"].check_password(shown_password(out, "editor_hn"))
    assert shown_password(out, "editor_hn") != shown_password(out, "editor_hcm")
    assert not people["machine_hn"].has_usable_password()

    again, _ = run("create_demo_people")

    assert "changepassword" in again
    assert "editor_hn" not in again
    assert User.objects.get(username="editor_hn").password == people["editor_hn"].password


def test_a_printed_token_opens_the_api_and_only_its_hash_is_stored(client):
    user = factories.user(username="machine_hn", role="machine")
    out, err = run("api_token", "machine_hn")
    [key] = out.split()
    token = ApiToken.objects.get(user=user)
    assert token.scope == "read"
    assert key not in (token.digest, token.token_key)
    [change] = RowChange.objects.filter(table="accounts_apitoken")
    assert token.digest not in f"{change.row} {change.after}"
    assert abs(token.expiry - timezone.now() - datetime.timedelta(days=90)) < datetime.timedelta(minutes=1)
    assert f'curl -H "Authorization: Bearer {key}"' in err
    assert client.get("/api/v1/zones", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    assert client.get("/api/v1/zones", headers={"Authorization": f"Bearer {key}x"}).status_code == 401


def test_a_token_can_be_made_to_write_for_some_days():
    factories.user(username="machine_hn", role="machine")
    run("api_token", "machine_hn", "--write", "--days", "7", "--label", "Trục LGSP")
    token = ApiToken.objects.get()
    assert (token.scope, token.label) == ("write", "Trục LGSP")
    assert abs(token.expiry - timezone.now() - datetime.timedelta(days=7)) < datetime.timedelta(minutes=1)


@pytest.mark.parametrize("days", ["0", "366", "-1"])
def test_a_token_lasts_a_day_to_a_year(days):
    factories.user(username="machine_hn", role="machine")
    with pytest.raises(CommandError, match="1 to 365"):
        run("api_token", "machine_hn", f"--days={days}")
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("active", [None, False])
def test_there_is_no_token_for_nobody_and_for_who_has_left(active):
    if active is not None:
        factories.user(username="machine_hn", is_active=active)
    with pytest.raises(CommandError, match="no active user"):
        run("api_token", "machine_hn")

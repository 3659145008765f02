"""Signing in: one door for pages, admin and API; delays that others cannot cause; a second factor for who decides."""

import datetime
import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from axes.models import AccessAttempt
from django.core import mail
from django.core.cache import cache
from django.db.models import F
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.access import ROLES
from accounts.models import ApiToken, User
from tests import factories as make

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
CODE = "/accounts/2fa/authenticate/"
ACTIVATE = "/accounts/2fa/totp/activate/"
AWAY = "10.9.8.7"


@pytest.fixture(autouse=True)
def no_rates_from_other_tests():
    cache.clear()


@pytest.fixture
def demanded(settings):
    settings.REQUIRE_TOTP = True


def sign_in(client, person, password=make.PASSWORD, address="127.0.0.1", **query):
    name = getattr(person, "username", person)
    return client.post(LOGIN, {"login": name, "password": password, **query}, REMOTE_ADDR=address)


def is_in(client):
    return "_auth_user_id" in client.session


def code(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def with_totp(person):
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


# The door -----------------------------------------------------------------------------------------------------------


def test_the_right_password_opens_and_leads_to_where_one_was_going(client):
    answer = client.get("/zones/?kind=CCN")
    assert answer.status_code == 302 and answer["Location"] == f"{LOGIN}?next=%2Fzones%2F%3Fkind%3DCCN"
    answer = sign_in(client, make.user(), next="/zones/?kind=CCN")
    assert is_in(client) and answer["Location"] == "/zones/?kind=CCN"


@pytest.mark.parametrize("outside", ["https://example.com/", "//example.com/", "javascript:alert(1)", "/\\example.com"])
def test_signing_in_never_leads_to_another_site(client, outside):
    assert sign_in(client, make.user(), next=outside)["Location"] == "/"


def test_a_wrong_name_and_a_wrong_password_look_the_same(client):
    person = make.user()
    texts = []
    for name in (person.username, "khong-co-ai"):
        page = sign_in(client, name, "sai").content.decode()
        texts.append(re.sub(r"<input[^>]*>|nonce=\S+", "", page))
    assert texts[0] == texts[1] and not is_in(client)


def test_nobody_makes_an_account_and_mail_addresses_have_no_pages(client):
    for name in ("account_signup", "account_email", "account_set_password", "account_confirm_email"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    for path in ("/accounts/signup/", "/accounts/email/", "/accounts/confirm-email/"):
        client.post(path, {"username": "moi", "password1": "a-long-password-1", "password2": "a-long-password-1"})
        client.force_login(make.user())
        assert client.get(path).status_code == 404
        client.logout()
    assert not User.objects.filter(username="moi").exists() and not EmailAddress.objects.exists()


def test_a_stopped_account_is_told_so_only_with_its_password(client):
    person = make.user(is_active=False)
    assert sign_in(client, person)["Location"] == "/accounts/inactive/"
    assert client.get("/accounts/inactive/").status_code == 200
    assert sign_in(client, person, "sai").status_code == 200
    assert not is_in(client)


# Delay --------------------------------------------------------------------------------------------------------------


def fail(client, person, times, **given):
    return [sign_in(client, person, "sai", **given).status_code for _ in range(times)]


def minutes_pass(minutes):
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - datetime.timedelta(minutes=minutes))


def test_the_sixth_try_waits_whatever_the_password_and_is_told_in_words(client):
    person = make.user()
    assert fail(client, person, 4) == [200] * 4
    fail(client, person, 1)
    answer = sign_in(client, person)
    assert answer.status_code == 429 and not is_in(client)
    assert "Thử lại sau 1 phút" in answer.content.decode() and 0 < int(answer["Retry-After"]) <= 60


def test_an_account_that_does_not_exist_waits_just_the_same(client):
    assert fail(client, "khong-co-ai", 6)[-1] == 429


def test_nobody_can_keep_another_out(client):
    person, neighbour = make.user(), make.user()
    fail(client, person, 8, address=AWAY)
    assert sign_in(client, neighbour, address=AWAY).status_code == 302, "another account from the same address"
    client.logout()
    assert sign_in(client, person).status_code == 302, "the same account from its own address"


def test_the_delay_passes_and_doubles_with_each_further_failure(client):
    person = make.user()
    fail(client, person, 5)
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        minutes_pass(minutes - 0.1)
        assert sign_in(client, person).status_code == 429
        minutes_pass(0.2)
        assert fail(client, person, 1) == [429], "one more try, and the next wait begins"
        cache.clear()
    minutes_pass(61)
    assert sign_in(client, person).status_code == 302 and is_in(client)


def test_trying_while_one_waits_does_not_make_it_longer(client):
    person = make.user()
    fail(client, person, 12)
    minutes_pass(1.1)
    assert sign_in(client, person).status_code == 302


def test_signing_in_forgets_the_failures(client):
    person = make.user()
    fail(client, person, 4)
    sign_in(client, person)
    client.logout()
    assert fail(client, person, 4) == [200] * 4
    assert sign_in(client, person).status_code == 302


def test_writing_the_name_another_way_starts_no_new_count(client):
    person = make.user(username="lan.anh")
    for name in ("lan.anh", "LAN.ANH", " Lan.Anh ", "ｌａｎ.anh", "lan.anh"):
        sign_in(client, name, "sai")
    assert sign_in(client, person).status_code == 429


@pytest.mark.parametrize("name", ["a" * 5000, "\x00", "a\x00b", "\u202eabc", "😀", "\ufffe"])
def test_strange_names_are_refused_like_any_other(client, name):
    assert sign_in(client, name, "sai").status_code == 200


def test_one_address_trying_many_accounts_is_slowed_down(client):
    found = [sign_in(client, f"nguoi-{number}", "sai").status_code for number in range(31)]
    assert found[:30] == [200] * 30 and found[30] == 429


# Sessions -----------------------------------------------------------------------------------------------------------


def test_a_session_left_alone_for_half_an_hour_ends(client):
    sign_in(client, make.user())
    stays = client.session.get_expiry_date() - timezone.now()
    assert datetime.timedelta(minutes=29) < stays <= datetime.timedelta(minutes=30)
    assert client.session.get_expire_at_browser_close()


def test_a_session_ends_after_twelve_hours_however_busy(client):
    sign_in(client, make.user())
    client.get("/accounts/2fa/")
    session = client.session
    session["began"] = int(time.time()) - 12 * 3600 + 60
    session.save()
    assert client.get("/accounts/2fa/").status_code == 200
    session["began"] -= 120
    session.save()
    assert client.get("/accounts/2fa/")["Location"].startswith(LOGIN) and not is_in(client)
    assert client.get("/api/v1/zones").status_code in (401, 403)


def test_a_new_password_ends_every_session(client, django_client):
    person = make.user()
    sign_in(client, person)
    sign_in(django_client, person)
    new = "mot-mat-khau-khac-2026"
    data = {"oldpassword": make.PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", data)["Location"] == "/"
    assert client.get("/accounts/2fa/").status_code == django_client.get("/accounts/2fa/").status_code == 302
    assert sign_in(client, person, new).status_code == 302


@pytest.fixture
def django_client(client):
    return type(client)()


def test_admin_has_no_second_way_to_change_a_password(client):
    client.force_login(make.administrator())
    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"


def test_pages_behind_the_door_are_kept_by_no_cache(client):
    client.force_login(make.user())
    assert client.get("/accounts/2fa/")["Cache-Control"] == "no-store"


# Forgotten passwords ------------------------------------------------------------------------------------------------


def test_a_forgotten_password_is_set_anew_by_mail_and_the_second_factor_stays(client):
    person = make.user("approver", email="lan@hanoi.example")
    with_totp(person)
    client.post("/accounts/password/reset/", {"email": "LAN@hanoi.example"})
    [link] = re.findall(r"https?://testserver(\S+)", mail.outbox[0].body)
    form = client.get(link)["Location"]
    new = "mot-mat-khau-khac-2026"
    client.post(form, {"password1": new, "password2": new})
    assert not is_in(client)
    assert sign_in(client, person, new)["Location"].startswith(CODE) and not is_in(client)


def test_asking_for_an_unknown_mail_address_says_the_same_and_writes_to_nobody(client):
    make.user(email="lan@hanoi.example")
    answers = [client.post("/accounts/password/reset/", {"email": at}) for at in ("lan@hanoi.example", "ai@xa.example")]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert [letter.to for letter in mail.outbox] == [["lan@hanoi.example"]]


# The second factor --------------------------------------------------------------------------------------------------


def test_roles_that_decide_must_set_it_up_before_anything_else_opens(client, demanded):
    for role, rules in ROLES.items():
        client.force_login(make.user(role))
        page, api = client.get("/zones/"), client.get("/api/v1/zones")
        if rules.totp:
            assert page.status_code == 302 and page["Location"] == ACTIVATE, role
            assert api.status_code == 403 and api["Content-Type"] == "application/problem+json", role
            assert client.get("/admin/")["Location"] == ACTIVATE, role
            assert client.post("/zones/new/")["Location"] == ACTIVATE, role
        else:
            assert api.status_code == 200 and page.get("Location") != ACTIVATE, role


@pytest.mark.parametrize("role", ["administrator", "viewer"])
def test_setting_it_up_gives_recovery_codes_and_opens_the_pages(client, demanded, role):
    person = make.user(role)
    sign_in(client, person)
    page = client.get(ACTIVATE)
    if page.status_code == 302:
        assert page["Location"].startswith("/accounts/reauthenticate/")
        client.post(page["Location"], {"password": make.PASSWORD})
        page = client.get(ACTIVATE)
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    wrong = client.post(ACTIVATE, {"code": "000000"})
    assert wrong.status_code == 200 and not Authenticator.objects.exists()
    done = client.post(ACTIVATE, {"code": code(secret)})
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    assert len(client.get(done["Location"]).context["unused_codes"]) == 10
    assert client.get("/api/v1/zones").status_code == 200


@pytest.mark.parametrize("door", [LOGIN, "/admin/login/", "/admin/", "/api/docs/"])
def test_with_a_second_factor_no_door_opens_without_the_code(client, demanded, door):
    person = make.administrator()
    secret = with_totp(person)
    client.get(door)
    for path in {door, LOGIN}:
        client.post(path, {"username": person.username, "login": person.username, "password": make.PASSWORD})
    assert not is_in(client)
    assert client.get("/admin/").status_code == 302 and client.get("/api/v1/zones").status_code in (401, 403)
    assert client.get("/accounts/password/change/").status_code == 302
    assert client.post(CODE, {"code": "000000"}).status_code == 200 and not is_in(client)
    client.post(CODE, {"code": code(secret)})
    assert is_in(client) and client.get("/admin/").status_code == 200


def test_a_recovery_code_opens_once(client):
    person = make.user("head")
    with_totp(person)
    one = RecoveryCodes.activate(person).get_unused_codes()[0]
    for opens in (True, False):
        sign_in(client, person)
        client.post(CODE, {"code": one})
        assert is_in(client) is opens
        client.logout()


def test_guessing_codes_is_slowed_down(client):
    person = make.user("head")
    secret = with_totp(person)
    sign_in(client, person)
    for _ in range(10):
        client.post(CODE, {"code": "000000"})
    client.post(CODE, {"code": code(secret)})
    assert not is_in(client)


def test_who_waits_at_the_code_may_leave_and_sign_in_as_another(client):
    person = make.user("head")
    with_totp(person)
    sign_in(client, person)
    client.post("/accounts/logout/", {"next": LOGIN})
    assert client.get(LOGIN).status_code == 200


def test_turning_it_off_asks_for_proof_and_closes_the_pages_again(client, demanded):
    person = make.administrator()
    secret = with_totp(person)
    sign_in(client, person)
    client.post(CODE, {"code": code(secret)})
    off = "/accounts/2fa/totp/deactivate/"
    asked = client.get(off)
    assert asked.status_code == 302 and asked["Location"].startswith("/accounts/reauthenticate/")
    assert client.get(asked["Location"]).status_code == client.get("/accounts/2fa/reauthenticate/").status_code == 200
    client.post(asked["Location"], {"password": make.PASSWORD})
    client.post(off)
    assert not Authenticator.objects.exists()
    assert client.get("/admin/")["Location"] == ACTIVATE


def test_a_key_of_the_api_needs_no_code_but_opens_no_page(client, demanded):
    key = ApiToken.objects.create(user=make.user("machine"))[1]
    header = {"HTTP_AUTHORIZATION": f"Bearer {key}"}
    assert client.get("/api/v1/zones", **header).status_code == 200
    assert client.get("/admin/", **header).status_code == 302

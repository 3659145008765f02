"""What every endpoint of the API promises: who gets in, how bodies are read, how refusals look, how versions guard."""

import datetime
import json

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Agency, ApiToken
from tests.factories import administrator, agency, caller, user

pytestmark = pytest.mark.django_db
AGENCIES = "/api/v1/agencies"
NEW = {"code": "STC-HN", "name": "Sở Tài chính", "kind": "department", "city": "HN"}


def send(client, body, method="post", path=AGENCIES, content_type="application/json", **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.generic(method.upper(), path, raw, content_type, headers=headers)


def check_problem(response, status):
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == response["X-Request-ID"]
    return body


# Who gets in ----------------------------------------------------------------------------------------------------------


def test_whoever_has_not_signed_in_is_told_how_to():
    response = APIClient().get(AGENCIES)
    assert check_problem(response, 401)["instance"] == AGENCIES
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer xyz", "Bearer \xff\xfe", "Bearer " + "a" * 64])
def test_a_wrong_token_is_refused(header):
    check_problem(APIClient().get(AGENCIES, headers={"Authorization": header}), 401)


def test_an_expired_token_is_refused_and_stays_on_record():
    client = caller(expiry=datetime.timedelta(days=-1))
    check_problem(client.get(AGENCIES), 401)
    assert ApiToken.objects.count() == 1


def test_the_token_of_somebody_who_left_is_refused():
    person = administrator(is_active=False)
    check_problem(caller(person).get(AGENCIES), 401)


def test_a_read_token_reads_and_does_not_write():
    client = caller(scope="read")
    assert client.get(AGENCIES).status_code == 200
    check_problem(send(client, NEW), 403)
    assert not Agency.objects.filter(code="STC-HN").exists()


def test_the_last_use_of_a_token_is_noted_at_most_once_a_minute(django_assert_num_queries):
    agency()
    client = caller()
    client.get(AGENCIES)
    noted = ApiToken.objects.get().last_used_at
    # token with person, count, rows; where the database writes the JSON it is asked for the keys of the page first
    with django_assert_num_queries(4 if connection.vendor == "postgresql" else 3):
        client.get(AGENCIES)
    assert ApiToken.objects.get().last_used_at == noted
    ApiToken.objects.update(last_used_at=timezone.now() - datetime.timedelta(minutes=2))
    client.get(AGENCIES)
    assert ApiToken.objects.get().last_used_at >= noted


def test_a_caller_is_told_who_the_portal_takes_them_for():
    person = user("editor")
    told = caller(person, scope="read", label="Trục liên thông").get("/api/v1/me").json()
    assert (told["username"], told["agency"], told["edits"]) == (person.username, person.agency.code, "own agency")
    assert (told["key"]["label"], told["key"]["scope"]) == ("Trục liên thông", "read")
    assert caller().get("/api/v1/me").json()["agency"] is None  # an administrator belongs to none


def test_a_browser_session_may_write_only_with_the_csrf_token():
    person = administrator()
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(person, "accounts.signin.PortalBackend")
    assert client.get(AGENCIES).status_code == 200
    check_problem(send(client, NEW), 403)
    client.cookies["csrftoken"] = "a" * 32
    assert send(client, NEW, **{"X-CSRFToken": "a" * 32}).status_code == 201


def test_a_viewer_may_not_write():
    check_problem(send(caller(user("viewer")), NEW), 403)


# Bodies ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"", b"null", b"[]", b'"text"', b"\xff\xfe", b'{"code": NaN}', b'{"code": Infinity}', b'{"code": 1e999}',
        b'{"code": ' + b"9" * 400 + b"}", b'{"code": ' + b"[" * 30 + b"]" * 30 + b"}", b"[" * 100_000,
        b'{"code": "\\ud800"}', b'{"code": "a\\u0000b"}', b'{"code": "\\u202e"}', b'{"\\u0000": 1}',
        b'{"code": {"a": 1}, "name": ["x"], "kind": 5, "city": true}',
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_meant_is_a_problem_never_an_error(body):
    check_problem(send(caller(), body), 400)


def test_a_body_over_one_megabyte_is_too_large():
    check_problem(send(caller(), {"name": "x" * 1_000_001}), 413)


def test_other_content_types_are_not_read():
    check_problem(send(caller(), b"code=A", content_type="application/x-www-form-urlencoded"), 415)
    check_problem(send(caller(), NEW, content_type="text/plain"), 415)


def test_names_come_out_composed_and_with_single_spaces():
    response = send(caller(), NEW | {"name": "Sở  Ta\u0300i chi\u0301nh "})
    assert response.json()["name"] == "Sở Tài chính"


def test_a_field_that_does_not_exist_is_refused():
    body = check_problem(send(caller(), NEW | {"adress": "x"}), 400)
    assert list(body["errors"]) == ["adress"]


def test_refusals_speak_the_language_that_was_asked_for():
    english = send(caller(), {}, **{"Accept-Language": "en"}).json()["errors"]["code"]
    vietnamese = send(caller(), {}, **{"Accept-Language": "vi"}).json()["errors"]["code"]
    assert english == ["This field is required."]
    assert vietnamese != english


# Addresses and pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nothing",
        "/api/",
        "/api/v1/agencies/KHONG-CO",
        "/api/v1/agencies/%00",
        "/api/v1/agencies?page=" + "9" * 30,
    ],
)
def test_what_is_not_there_is_a_problem_too(path):
    check_problem(caller().get(path), 404)


def test_a_record_that_is_not_there_is_told_in_the_readers_words():
    assert caller().get("/api/v1/agencies/KHONG-CO").json()["detail"] == "Không tìm thấy."


def test_a_trailing_slash_does_no_harm():
    client = caller()
    assert client.get("/api/v1/agencies/").json() == client.get("/api/v1/agencies").json()


@pytest.mark.parametrize(
    "query", ["colour=red", "page_size=0", "page_size=many", "page_size=-5", "kind=nonsense", "ordering=password"]
)
def test_a_parameter_that_cannot_be_used_is_refused_by_name(query):
    body = check_problem(caller().get(f"{AGENCIES}?{query}"), 400)
    assert list(body["errors"]) == [query.split("=")[0]]


def test_pages_hold_fifty_rows_and_at_most_two_hundred():
    Agency.objects.bulk_create([Agency(code=f"A{n:03}", name=f"Sở {n:03}", kind="department") for n in range(210)])
    client = caller()
    first = client.get(AGENCIES).json()
    assert (first["count"], len(first["results"]), first["previous"]) == (210, 50, None)
    assert len(client.get(first["next"]).json()["results"]) == 50
    assert len(client.get(f"{AGENCIES}?page_size=1000").json()["results"]) == 200


def test_there_is_no_deleting():
    agency(code="A1")
    check_problem(caller().delete(f"{AGENCIES}/A1"), 405)


# Versions -------------------------------------------------------------------------------------------------------------


def test_a_change_needs_the_version_that_was_read():
    agency(code="A1", name="Sở Cũ")
    client = caller()
    first = client.get(f"{AGENCIES}/A1")["ETag"]
    assert check_problem(send(client, {"name": "Sở Mới"}, "patch", f"{AGENCIES}/A1"), 428)
    assert check_problem(send(client, {"name": "Sở Mới"}, "patch", f"{AGENCIES}/A1", **{"If-Match": "*"}), 428)

    done = send(client, {"name": "Sở Mới"}, "patch", f"{AGENCIES}/A1", **{"If-Match": first})
    assert done.status_code == 200
    assert done["ETag"] != first
    assert done.json()["name"] == "Sở Mới"

    stale = send(client, {"name": "Sở Khác"}, "patch", f"{AGENCIES}/A1", **{"If-Match": first})
    assert check_problem(stale, 412)["current_etag"] == stale["ETag"] == done["ETag"]
    assert Agency.objects.get(code="A1").name == "Sở Mới"


def test_what_has_not_changed_is_not_sent_again():
    agency(code="A1")
    client = caller()
    etag = client.get(f"{AGENCIES}/A1")["ETag"]
    same = client.get(f"{AGENCIES}/A1", headers={"If-None-Match": etag})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", etag)
    assert client.get(f"{AGENCIES}/A1", headers={"If-None-Match": '"999"'}).status_code == 200


def test_a_whole_record_can_be_sent_back_as_it_was_read():
    agency(code="A1", parent=agency(code="A0"))
    client = caller()
    read = client.get(f"{AGENCIES}/A1")
    done = send(client, read.json(), "put", f"{AGENCIES}/A1", **{"If-Match": read["ETag"]})
    assert done.status_code == 200
    assert done.json() == read.json()


def test_a_code_is_given_once():
    agency(code="STC-HN")
    assert "code" in check_problem(send(caller(), NEW), 400)["errors"]


def test_a_new_record_says_where_it_is():
    client = caller()
    made = send(client, NEW | {"code": "STC-HN"})
    assert (made.status_code, made["Location"]) == (201, "/api/v1/agencies/STC-HN")
    assert client.get(made["Location"])["ETag"] == made["ETag"]

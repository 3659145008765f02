"""Behind nginx every connection comes from the same place; the visitors must still be told apart."""

import pytest
from axes.models import AccessAttempt

PROXY = ""  # what gunicorn gives as the other end of a unix socket


@pytest.fixture
def behind_proxy(settings):
    settings.MIDDLEWARE = ["accounts.middleware.BehindProxy", *settings.MIDDLEWARE]


@pytest.mark.django_db
@pytest.mark.usefixtures("behind_proxy")
@pytest.mark.parametrize("header", ["203.0.113.7", "198.51.100.1, 203.0.113.7"])
def test_a_wrong_password_is_counted_for_the_address_that_the_proxy_saw(client, header):
    headers = {"X-Forwarded-For": header}
    wrong = {"login": "lan", "password": "not it"}

    answer = client.post("/accounts/login/", wrong, headers=headers, REMOTE_ADDR=PROXY)

    assert answer.status_code == 200
    assert list(AccessAttempt.objects.values_list("username", "ip_address")) == [("lan", "203.0.113.7")]


@pytest.mark.django_db
def test_without_a_proxy_the_header_is_only_a_visitors_word(client):
    headers = {"X-Forwarded-For": "203.0.113.7"}

    client.post("/accounts/login/", {"login": "lan", "password": "not it"}, headers=headers, REMOTE_ADDR="192.0.2.1")

    assert AccessAttempt.objects.get().ip_address == "192.0.2.1"

"""When the database is away the portal says so in plain words, on pages and in the API, wherever it was noticed."""

import pytest
from django.db import OperationalError, connections

from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)

SAID = [("/zones/", "tạm thời chưa phục vụ"), ("/api/v1/zones", "tạm thời không phục vụ")]


@pytest.mark.parametrize(("path", "words"), SAID)
def test_a_request_is_answered_503_with_words(client, monkeypatch, path, words):
    client.force_login(make.user())
    client.raise_request_exception = False

    def cut(*args, **kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(connections["default"], "cursor", cut)
    answer = client.get(path)
    monkeypatch.undo()
    assert answer.status_code == 503
    assert answer["Retry-After"]
    if path.startswith("/api/"):
        assert answer.json().keys() == {"type", "title", "status", "detail", "instance", "request_id"}
    assert words in (answer.json()["detail"] if path.startswith("/api/") else answer.content.decode())

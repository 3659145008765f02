"""What every test may ask for, and how transactional tests get past the guards of the history."""

import pytest

from accounts import audit


@pytest.fixture(autouse=True)
def guards_let_the_database_be_emptied(request):
    """A transactional test ends with a flush; the triggers would refuse it. `post_migrate` of the flush makes them anew."""
    transactional = {"transactional_db", "live_server"} & set(request.fixturenames) or any(
        mark.kwargs.get("transaction") for mark in request.node.iter_markers("django_db")
    )
    if not transactional:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    audit.remove()

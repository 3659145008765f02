import pytest
from django.core.management import call_command

from accounts.models import User


@pytest.mark.django_db
def test_createsuperuser_makes_an_administrator_who_may_use_the_administration(client, settings):
    settings.REQUIRE_TOTP = False
    call_command("createsuperuser", interactive=False, username="lan", email="lan@hanoi.example.vn", verbosity=0)
    lan = User.objects.get(username="lan")

    client.force_login(lan)

    assert lan.role == "administrator"
    assert client.get("/admin/accounts/user/").status_code == 200

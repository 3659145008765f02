from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import override

from accounts.access import ROLES, City
from accounts.audit import acting
from accounts.models import Agency, User

DEPARTMENTS = {City.HN: "HN-SCT", City.HCM: "HCM-SCT"}
OFFICES = {City.HN: "HN-VPUB", City.HCM: "HCM-UBND"}  # that follow the leaders' directives
BOARDS = {City.HN: "HN-BQL", City.HCM: "HCM-HEPZA"}
OF_NO_CITY = ("auditor", "administrator")
PASSWORD_LENGTH = 16


class Command(BaseCommand):
    help = "Creates admin and one person per role and city, for trying things out. Only with DJANGO_DEBUG=1."

    @transaction.atomic
    def handle(self, *args, **options):
        if not settings.DEBUG:
            raise CommandError("Demo people exist only in development (DJANGO_DEBUG=1).")
        with override("vi"), acting(None, reason="Người dùng thử"):
            made = [person for person in map(created, people()) if person]
        if not made:
            self.stdout.write("The demo people exist. A new password: python manage.py changepassword USERNAME")
            return
        self.stdout.write(f"{'user':17} {'password':18} {'role':24} agency")
        for user, password in made:
            self.stdout.write(f"{user.username:17} {password:18} {user.role_rules.en:24} {user.agency or ''}")
        self.stdout.write("The passwords are shown this once. A new one: python manage.py changepassword USERNAME")


def people():
    """(username, role, name, agency) of everybody that there should be."""
    wanted = {*DEPARTMENTS.values(), *OFFICES.values(), *BOARDS.values()}
    agencies = {agency.code: agency for agency in Agency.objects.filter(code__in=wanted)}
    if missing := wanted - agencies.keys():
        raise CommandError(f"There is no agency {', '.join(sorted(missing))}: run manage.py load_register first.")
    yield "admin", "administrator", "Quản trị hệ thống", None
    for city in City:
        for role in ROLES.values():
            if role.code != "administrator":
                agency = None if role.code in OF_NO_CITY else agencies[DEPARTMENTS[city]]
                yield f"{role.code}_{city.value.lower()}", role.code, f"{role.vi} ({city.label})", agency
        own = city.value.lower()
        yield f"editor_board_{own}", "editor", f"Chuyên viên Ban Quản lý ({city.label})", agencies[BOARDS[city]]
        yield f"approver_office_{own}", "approver", f"Theo dõi nhiệm vụ ({city.label})", agencies[OFFICES[city]]


def created(person):
    """(user, password) for somebody new, None for who exists; a machine signs in with a token, not a password."""
    username, role, name, agency = person
    if User.objects.filter(username=username).exists():
        return None
    password = None if role == "machine" else get_random_string(PASSWORD_LENGTH)
    user = User.objects.create_user(username, password=password, role=role, first_name=name, agency=agency)
    return user, password or "(api_token)"

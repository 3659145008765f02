from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.audit import acting
from accounts.models import ApiToken, User

LONGEST_DAYS = 365


class Command(BaseCommand):
    help = "Prints a new API token of a user, once; only its hash is stored."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--write", action="store_true", help="the token may also create and change")
        parser.add_argument("--days", type=int, default=90, help=f"valid for so many days (1 to {LONGEST_DAYS}; 90)")
        parser.add_argument("--label", default="", help="what it is used for")

    def handle(self, *args, username, write, days, label, **options):
        if not 1 <= days <= LONGEST_DAYS:
            raise CommandError(f"--days must be 1 to {LONGEST_DAYS}.")
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user «{username}».")
        scope = ApiToken.Scope.WRITE if write else ApiToken.Scope.READ
        with acting(None, reason="Cấp khoá API bằng dòng lệnh"):
            token, key = ApiToken.objects.create(user, expiry=timedelta(days=days), scope=scope, label=label)
        self.stdout.write(key)
        until = timezone.localtime(token.expiry)
        self.stderr.write(f"{user.username}, {scope}, until {until:%d/%m/%Y}. It is shown this once. Try it:")
        self.stderr.write(f'curl -H "Authorization: Bearer {key}" http://127.0.0.1:8000/api/v1/zones')

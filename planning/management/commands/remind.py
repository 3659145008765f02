from argparse import ArgumentTypeError

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import override

from accounts import letters, notices
from accounts.context import YEARS, read_day
from planning import reminders


def given_day(text):
    """The day as read_day reads it; ArgumentTypeError when it is none or lies out of all years."""
    try:
        return read_day(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is no day from {YEARS[0]} to {YEARS[-1]} (2026-12-31)") from error


class Command(BaseCommand):
    help = "Tells people what is due, in the portal and by one letter a day each. Run it every morning; twice is once."

    def add_arguments(self, parser):
        said = "as of this day (YYYY-MM-DD; today); of a day gone by no letters are sent, one to come needs --dry-run"
        parser.add_argument("--day", type=given_day, help=said)
        parser.add_argument("--dry-run", action="store_true", help="only print who would be told what")
        parser.add_argument("--no-mail", action="store_true", help="write the notices, send no letters")

    def handle(self, *args, day, dry_run, no_mail, **options):
        today = timezone.localdate()
        day = day or today
        if day > today and not dry_run:
            raise CommandError(f"{day:%d/%m/%Y} is still to come: only --dry-run can speak of it.")
        occasions = reminders.occasions(day)
        if dry_run:
            self.foretell(notices.untold(occasions))
            return
        made = notices.tell_all(occasions)
        self.stdout.write(f"{day:%d/%m/%Y}: {len(made)} new notices to {len({one.user_id for one in made})} people.")
        if hidden := notices.put_hidden_away():
            self.stdout.write(f"{hidden} unread notices of records that their person may not see count no more.")
        if day < today:
            self.stdout.write(f"{day:%d/%m/%Y} is not today: no letters are sent.")
        elif not no_mail:
            self.mail(day)

    def foretell(self, made):
        for notice in sorted(made, key=lambda one: (one.user.username, one.subject)):
            with override(letters.LANGUAGE):
                said = notices.sentence(notice)
            self.stdout.write(
                f"{notice.user.username} <{notice.user.email or 'no mail address'}>: {notice.subject}: {said}"
            )
        self.stdout.write(f"{len(made)} notices would be written; nothing was.")

    def mail(self, day):
        """Send the letters. CommandError (exit code 1) when one was refused, so that cron or systemd tells."""
        post = letters.send_all(day)
        self.stdout.write(f"{post.sent} letters sent.")
        for letter in letters.cut_off(day):
            self.stderr.write(f"Cut off while sending, unknown whether it arrived: {letter.user.username} {letter.on}.")
        if post.refused or post.left:
            lines = [f"{person.username} <{person.email}>: {why}" for person, why in post.refused]
            lines += [f"{post.left} more were not tried: the mail server does not answer."] if post.left else []
            head = f"{len(post.refused)} letters were not taken; the next run tries again:"
            raise CommandError("\n".join([head, *lines]))

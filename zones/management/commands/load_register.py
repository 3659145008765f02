from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from zones.loading import BadFile, load_register
from zones.loading.counting import OUTCOMES


class Command(BaseCommand):
    help = "Loads the shipped data into the register, all or nothing. Run again, it changes nothing."
    load = staticmethod(load_register)

    def add_arguments(self, parser):
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "data", help="where the CSV files lie")

    def handle(self, *args, folder, verbosity, **options):
        try:
            account = self.load(folder)
        except BadFile as error:
            raise CommandError(f"Nothing was loaded. {error}") from None
        self.stdout.write(row("file", "what", "read", OUTCOMES))
        for line in account:
            self.stdout.write(row(line.file, line.what, line.read, [line.outcomes[outcome] for outcome in OUTCOMES]))
        if verbosity:
            for line in account:
                for reason in line.reasons:
                    self.stdout.write(f"not loadable · {line.file} · {line.what} · {reason}")
        if off := [f"{line.file} {line.what}" for line in account if not line.adds_up]:
            raise CommandError(f"The sums do not add up: {', '.join(off)}.")


def row(file, what, read, numbers):
    return f"{file:27} {what:41} {read:>5} =" + " +".join(f"{number:>13}" for number in numbers)

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.audit import acting
from accounts.models import User
from zones import importing
from zones.models import Import
from zones.models.importing import KINDS


class Command(BaseCommand):
    help = "Shows what a spreadsheet would change in the register; with --apply, changes it, all or nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="xlsx, ods, csv or geojson")
        parser.add_argument("--what", required=True, choices=list(KINDS), help="what its rows are")
        parser.add_argument("--user", required=True, help="the user name of whoever imports it, with their rights")
        parser.add_argument("--sheet", default="", help="the sheet, when there are several")
        parser.add_argument("--skip-rejected", action="store_true", help="leave out the rows that cannot be read")
        parser.add_argument("--apply", action="store_true", help="write it down; without, nothing changes")

    def handle(self, *args, user, **options):
        person = User.objects.filter(username=user, is_active=True).first()
        if person is None or person.role_rules.edit == "nothing":
            raise CommandError(f"There is no active user «{user}» who may change anything.")
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        with acting(person):
            try:
                self.take(person, **options)
            except ValidationError as problem:
                raise CommandError("\n".join(problem.messages)) from problem

    def take(self, person, *, file, what, sheet, skip_rejected, apply, verbosity, **options):
        with file.open("rb") as opened:
            sent = File(opened, name=file.name)
            imported = importing.upload(sent, what=what, by=person, sheet=sheet, skip_rejected=skip_rejected)
        self.refuse_unread(imported)
        self.account(imported, verbosity)
        if imported.state == Import.State.APPLIED:
            at = f"{timezone.localtime(imported.applied_at):%d/%m/%Y %H:%M}"
            return self.stdout.write(f"{imported.applied_by} has written this file down already, {at}.")
        if imported.rejected and not skip_rejected:
            raise CommandError("Nothing was written: mend the rejected rows, or leave them out with --skip-rejected.")
        if apply:
            importing.apply(imported, by=person, skip_rejected=skip_rejected)
        return self.stdout.write("Written." if apply else "Nothing was written; --apply writes it.")

    def refuse_unread(self, imported):
        if imported.state == Import.State.SHEET:
            raise CommandError(f"Which sheet? --sheet takes one of: {', '.join(imported.sheets)}.")
        if imported.state == Import.State.REFUSED:
            raise CommandError(f"The file cannot be read. {imported.problem}")

    def account(self, imported, verbosity):
        """The totals and every rejected row; with -v 2 every changed row as well."""
        preview = importing.outcomes(imported)
        self.stdout.write(" · ".join(f"{name} {count}" for name, count in preview.totals.items()))
        for warning in preview.warnings:
            self.stdout.write(f"warning · {warning}")
        for row in preview.rows("rejected"):
            for refusal in row.refusals:
                self.stdout.write(f"rejected · {refusal.cell or row.number} · {refusal.column} · {refusal.message}")
        for outcome in ("updated", "created") if verbosity > 1 else ():
            for row in preview.rows(outcome):
                said = "; ".join(f"{change.title}: {change.old} → {change.new}" for change in row.changes)
                self.stdout.write(f"{outcome} · {row.number} · {row.label} · {said}")

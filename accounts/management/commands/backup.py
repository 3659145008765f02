from pathlib import Path

from django.core.management.base import BaseCommand

from accounts.backup import write_backup


class Command(BaseCommand):
    help = "Writes the database and all uploaded files into one new file."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, file, **options):
        manifest = write_backup(file)
        self.stdout.write(
            f"{file}: {len(manifest['rows'])} tables, {sum(manifest['rows'].values())} rows, "
            f"{len(manifest['sha256']) - 1} files."
        )

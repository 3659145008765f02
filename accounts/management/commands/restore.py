from pathlib import Path

from django.core.management.base import BaseCommand

from accounts.backup import restore_backup


class Command(BaseCommand):
    help = "Brings the database and all uploaded files back from a file that `backup` wrote."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="overwrite what is in the database and the media folder"
        )

    def handle(self, *args, file, replace, **options):
        manifest = restore_backup(file, replace=replace)
        self.stdout.write(
            f"Restored the state of {manifest['made_at']}: {len(manifest['rows'])} tables, "
            f"{sum(manifest['rows'].values())} rows, {len(manifest['sha256']) - 1} files."
        )

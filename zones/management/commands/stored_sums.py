from django.core.management.base import BaseCommand

from zones import sums


class Command(BaseCommand):
    help = "Folds the latest changes into the stored sums (home page, map); with --rebuild counts everything anew."

    def add_arguments(self, parser):
        parser.add_argument("--rebuild", action="store_true", help="count everything anew from the records")

    def handle(self, *args, rebuild, verbosity, **options):
        if rebuild:
            sums.recount()
        else:
            sums.fold()
        if verbosity:
            for model in sums.SUMS:
                self.stdout.write(f"{model._meta.db_table}: {model.objects.count()} rows")

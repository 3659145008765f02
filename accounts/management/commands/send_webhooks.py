import logging
import time

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, close_old_connections

from accounts.webhooks import send_due

log = logging.getLogger("portal.webhooks")


class Command(BaseCommand):
    help = "Sends the changes of the register to the webhooks whose time has come."

    def add_arguments(self, parser):
        parser.add_argument("--every", type=float, metavar="SECONDS", help="stay, and look again after so many seconds")

    def handle(self, *args, every, **options):
        if every is None:
            self.stdout.write(f"{send_due()} messages sent.")
            return
        if every <= 0:
            raise CommandError("--every must be more than 0.")
        while True:
            close_old_connections()
            try:
                if sent := send_due():
                    log.info("%s messages sent", sent)
            except (OperationalError, InterfaceError) as away:
                log.warning("the database is away: %s", away)
            time.sleep(every)

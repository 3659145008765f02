from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from planning.drawing import drawn
from planning.loading.rules import rules_in


class Command(BaseCommand):
    help = "Draws docs/tracks.md from the tables of moves and from data/rules.csv."
    requires_system_checks = []

    def handle(self, **options):
        with translation.override("vi"):
            text = drawn(rules_in(settings.BASE_DIR / "data"))
        (settings.BASE_DIR / "docs" / "tracks.md").write_text(text, "utf-8")

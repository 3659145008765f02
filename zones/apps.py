from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ZonesConfig(AppConfig):
    name = "zones"
    verbose_name = _("Khu, cụm và số liệu")

    def ready(self):
        from zones import sums

        post_migrate.connect(sums.install, sender=self, dispatch_uid="sums")

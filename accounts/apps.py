from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Cơ quan và người dùng")

    def ready(self):
        from accounts import audit

        connection_created.connect(audit.prepare_connection, dispatch_uid="audit")
        post_migrate.connect(audit.install, sender=self, dispatch_uid="audit")

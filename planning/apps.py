from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    name = "planning"
    verbose_name = _("Quy hoạch")

    def ready(self):
        from planning import duty_imports, importing

        importing.register()
        duty_imports.register()

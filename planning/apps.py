from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    name = "planning"
    verbose_name = _("Quy hoạch")

    def ready(self):
        from planning import consultation_imports, duty_imports, importing, obstacle_imports

        importing.register()
        duty_imports.register()
        consultation_imports.register()
        obstacle_imports.register()

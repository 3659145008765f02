"""The REST router: what stands under /api/."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from accounts.exchange import Changes, WebhookViewSet
from accounts.whoami import Me
from planning import api as planning
from reports.api import FiguresOverview
from zones import api as zones
from zones.api.ogc.views import Landing


class Router(SimpleRouter):
    """Addresses without a trailing slash; with one they work too."""

    def __init__(self):
        super().__init__(trailing_slash=False)
        self.trailing_slash = "/?"


def without_slash(endpoints):
    """For the OpenAPI document: each address once, as it is meant to be written; /api/ogc/ has its own document."""
    return [
        (address.rstrip("/") or "/", regex, method, view)
        for address, regex, method, view in endpoints
        if not address.startswith("/api/ogc")
    ]


class Nothing(APIView):
    """Every other address: a problem in JSON, not a page."""

    schema = None

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        raise Http404(_("Không có địa chỉ này."))


router = Router()
router.register("zones", zones.ZoneViewSet, "api-zone")
router.register("phases", zones.PhaseViewSet, "api-phase")
router.register("facilities", zones.FacilityViewSet, "api-facility")
router.register("tenant-projects", zones.TenantProjectViewSet, "api-project")
router.register("documents", zones.DocumentViewSet, "api-document")
router.register("agencies", zones.AgencyViewSet, "api-agency")
router.register("units", zones.AdminUnitViewSet, "api-unit")
router.register("developers", zones.DeveloperViewSet, "api-developer")
router.register("indicators", zones.IndicatorViewSet, "api-indicator")
router.register("imports", zones.ImportViewSet, "api-import")
for name, viewset in zones.FACT_VIEWSETS.items():
    router.register(f"facts/{name}", viewset, f"api-fact-{name}")

router.register("dossiers", planning.DossierViewSet, "api-dossier")
router.register("steps", planning.StepViewSet, "api-step")
router.register("milestones", planning.MilestoneViewSet, "api-milestone")
router.register("plans", planning.PlanViewSet, "api-plan")
router.register("plan-entries", planning.PlanEntryViewSet, "api-plan-entry")
router.register("sessions", planning.SessionViewSet, "api-session")
router.register("rules", planning.RuleViewSet, "api-rule")
router.register("holidays", planning.HolidayViewSet, "api-holiday")
router.register("directives", planning.DirectiveViewSet, "api-directive")
router.register("tasks", planning.TaskViewSet, "api-task")
router.register("obstacles", planning.ObstacleViewSet, "api-obstacle")
router.register("consultations", planning.ConsultationViewSet, "api-consultation")
router.register("opinions", planning.OpinionViewSet, "api-opinion")
router.register("opinion-items", planning.PointViewSet, "api-opinion-item")
router.register("silence-rules", planning.SilenceRuleViewSet, "api-silence-rule")
router.register("webhooks", WebhookViewSet, "api-webhook")

urlpatterns = [
    path("v1/", include(router.urls)),
    re_path("^v1/me/?$", Me.as_view(), name="me"),
    re_path("^v1/changes/?$", Changes.as_view(), name="changes"),
    re_path("^v1/clock/explain/?$", planning.Explain.as_view(), name="clock-explain"),
    re_path("^v1/figures/overview/?$", FiguresOverview.as_view(), name="figures-overview"),
    re_path("^ogc$", Landing.as_view()),
    path("ogc/", include("zones.api.ogc.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", login_required(SpectacularSwaggerSplitView.as_view(url_name="api-schema")), name="api-docs"),
    re_path("", Nothing.as_view(), name="api-nothing"),
]

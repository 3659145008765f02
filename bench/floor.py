"""The floor: what the tutorial of Django REST framework makes of the same tables. No rights, no history, no sources."""

from django.http import HttpResponse
from django.urls import include, path
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import pagination, permissions, renderers, routers, serializers, viewsets

from zones.models import Facility, Zone


class FiftyAPage(pagination.PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"


class ZoneSerializer(serializers.ModelSerializer):
    class Meta:
        model = Zone
        exclude = ["units"]


class FacilitySerializer(serializers.ModelSerializer):
    class Meta:
        model = Facility
        fields = [field.name for field in Facility._meta.concrete_fields]


class Tutorial:
    pagination_class = FiftyAPage
    permission_classes = [permissions.AllowAny]
    authentication_classes = []
    throttle_classes = []
    renderer_classes = [renderers.JSONRenderer]
    filter_backends = [DjangoFilterBackend]


class ZoneViewSet(Tutorial, viewsets.ModelViewSet):
    queryset = Zone.objects.order_by("name")
    serializer_class = ZoneSerializer
    filterset_fields = ["city", "kind"]
    lookup_field = "code"


class FacilityViewSet(Tutorial, viewsets.ModelViewSet):
    queryset = Facility.objects.order_by("name")
    serializer_class = FacilitySerializer
    filterset_fields = ["city", "relocation_class"]
    lookup_field = "code"


router = routers.DefaultRouter()
router.register("zones", ZoneViewSet)
router.register("facilities", FacilityViewSet)
urlpatterns = [path("healthz", lambda request: HttpResponse("ok")), path("", include(router.urls))]

"""Facts of boundary: the shape in WGS 84, beside what was submitted and in which system."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.templatetags.portal import number
from zones import geometry
from zones.models.fact import Fact
from zones.models.zone import OF_ZONE


class Boundary(Fact):
    """A zone's outline (GeoJSON, EPSG:4326), its box in degrees and its measured hectares on the ellipsoid."""

    zone = models.ForeignKey("zones.Zone", models.PROTECT, related_name="boundaries", verbose_name=_("khu, cụm"))
    phase = models.ForeignKey(
        "zones.Phase", models.PROTECT, null=True, blank=True, related_name="boundaries", verbose_name=_("giai đoạn")
    )
    submitted = models.JSONField(_("toạ độ như đã nộp"))
    srid = models.PositiveIntegerField(
        _("hệ toạ độ đã nộp"), default=4326, choices=[(code, label) for code, label in geometry.SRIDS.items()]
    )
    geometry = models.JSONField(_("ranh giới"), editable=False)
    min_lon = models.FloatField(editable=False)
    min_lat = models.FloatField(editable=False)
    max_lon = models.FloatField(editable=False)
    max_lat = models.FloatField(editable=False)
    centre_lon = models.FloatField(editable=False)
    centre_lat = models.FloatField(editable=False)
    measured_ha = models.DecimalField(_("diện tích đo (ha)"), max_digits=12, decimal_places=4, editable=False)

    access = OF_ZONE

    class Meta(Fact.Meta):
        verbose_name = _("ranh giới")
        verbose_name_plural = pgettext_lazy("nhiều", "ranh giới")
        indexes = [*Fact.Meta.indexes, models.Index(fields=["zone", "-as_of"], name="boundary_zone")]

    def __str__(self):
        return f"{number(self.measured_ha)} ha"

    def clean_fields(self, exclude=None):
        """Read what was submitted before anything else looks at it; a bad shape is refused with reason and place."""
        if exclude and "submitted" in exclude:
            return super().clean_fields(exclude)
        try:
            shape = geometry.read_boundary(self.submitted, self.srid or 4326)
        except geometry.BoundaryProblem as problem:
            raise ValidationError({"submitted": problem.message}) from problem
        self.geometry, self.measured_ha = shape.geometry, shape.area_ha
        self.min_lon, self.min_lat, self.max_lon, self.max_lat = shape.bbox
        self.centre_lon, self.centre_lat = shape.centre
        return super().clean_fields(exclude)

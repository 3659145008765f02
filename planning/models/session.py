"""Sessions of councils and committees, and the dossiers that are meant to reach them."""

from dataclasses import replace

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Access, City, Publicity
from accounts.models import CODE, Agency, Record
from accounts.text import Prose, TextLine
from planning.models.dossier import OF_DOSSIER, Dossier
from zones.models import Document, Precision


class CouncilSession(Record):
    """A session of the People's Council, or a meeting of the Committee, that decides on dossiers.

    `agency`: the office that keeps its calendar. A month or quarter is stored as its last day."""

    class Body(models.TextChoices):
        COUNCIL = "hdnd", _("Hội đồng nhân dân")
        COMMITTEE = "ubnd", _("Uỷ ban nhân dân")
        APPRAISAL = "appraisal", _("Hội đồng thẩm định")

    code = TextLine(_("mã"), max_length=40, unique=True, validators=[CODE])
    name = TextLine(_("tên"), max_length=200)
    city = models.CharField(_("thành phố"), max_length=3, choices=City.choices)
    body = models.CharField(_("cơ quan họp"), max_length=9, choices=Body.choices)
    on = models.DateField(_("ngày họp"))
    on_precision = models.CharField(_("độ chính xác"), max_length=8, choices=Precision.choices, default=Precision.DAY)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("cơ quan giữ lịch")
    )
    publicity = models.CharField(
        _("mức công khai"), max_length=10, choices=Publicity.choices, default=Publicity.INTERNAL
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("văn bản")
    )
    source = TextLine(_("nguồn"), max_length=500, blank=True)
    note = Prose(_("ghi chú"), blank=True)

    access = Access(city="city", agency="agency", publicity="publicity")

    class Meta:
        verbose_name = _("kỳ họp")
        verbose_name_plural = pgettext_lazy("nhiều", "kỳ họp")
        ordering = ["on", "pk"]

    def __str__(self):
        return self.name


OF_SESSION = Access(city="session__city", agency="session__agency", publicity="session__publicity")
OF_SUBJECTS = replace(OF_DOSSIER.within, within=replace(OF_DOSSIER.within.within, within=OF_SESSION))
OF_BOTH = replace(OF_DOSSIER, within=OF_SUBJECTS)  # seen where the dossier and the session are


class SessionDossier(Record):
    """A dossier that is meant to be decided at a session; its chain of steps is planned backwards from that day."""

    session = models.ForeignKey(CouncilSession, models.PROTECT, related_name="items", verbose_name=_("kỳ họp"))
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="sessions", verbose_name=_("hồ sơ"))
    note = Prose(_("ghi chú"), blank=True)

    access = OF_BOTH

    class Meta:
        verbose_name = _("hồ sơ trình kỳ họp")
        verbose_name_plural = pgettext_lazy("nhiều", "hồ sơ trình kỳ họp")
        ordering = ["session", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "dossier"],
                name="session_dossier_once",
                violation_error_message=_("Hồ sơ đã có trong kỳ họp này."),
            )
        ]

    def __str__(self):
        return f"{self.session} – {self.dossier}"

"""What files can be imported into: per kind of record its columns, and what tells its rows apart."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zones import mapping
from zones.columns import Column, document_address, facility_address, project_address, zone_address
from zones.importing.layout import Names
from zones.listings import AREAS, DOCUMENTS, FACILITIES, MEASUREMENTS, PROJECTS, STATUSES, ZONES, Listing
from zones.models import FACTS
from zones.models.importing import KINDS

# What our own csv says at the end of each row about the file itself.
ABOUT_THE_FILE = (_("Tệp xuất: số liệu đến ngày"), _("Tệp xuất: điều kiện lọc"), _("Tệp xuất: lúc"))
IN_THE_MAP = _("Hình dạng ghi ở trang của bản ghi; toạ độ điểm ghi ở cột vĩ độ và kinh độ.")
SHAPE = Column("geometry", _("Hình dạng"), mapping.shape, kind="shape", fixed=IN_THE_MAP)
FIGURES_FROM = (
    Column("figures_on", _("Số liệu từ ngày"), kind="date"),
    Column("figures_document", _("Văn bản của số liệu"), names="document"),
    Column("figures_source", _("Nguồn của số liệu"), long=True),
)


def fixed(columns, where):
    """`columns`, of which a file does not change those of `where` (key → words that say where they are changed)."""
    return tuple(replace(column, fixed=where.get(column.key, column.fixed)) for column in columns)


@dataclass(frozen=True, eq=False)
class Target:
    """One kind of record that rows become. `columns`: all that its files may hold; `key`: those that a file must hold
    (a file of our own may tell its rows apart by `id` instead)."""

    what: str
    listing: Listing
    key_names: tuple[str, ...]
    address: Callable[[Any], str]
    more: tuple[Column, ...] = ()
    default: Callable[[Any], dict] = lambda user: {}
    identity: tuple[str, ...] = ()  # the attributes that tell rows apart, where these are the cells of `key_names`
    after: Callable[[], object] = lambda: None  # what follows on rows that were written or taken back
    section: str = "history"  # of the page at `address`: where that which was written stands
    unread: tuple[str, ...] = ()  # columns of the listing that follow from others, or that one of `more` stands in for
    needed: tuple[str, ...] = ()  # columns that a new row needs beside those without which the model is not stored
    named: Callable[[Any], str] | None = None  # what a row is called in the preview, where its own words do not do
    # Of kinds whose rows are verbs, in place of plan.make_plan's drafting, plan.store, undoing.take_back:
    draft: Callable[..., list] | None = None
    write: Callable[..., None] | None = None
    take_back: Callable[..., None] | None = None

    @property
    def title(self):
        return KINDS[self.what]

    @property
    def noun(self):
        return self.listing.noun

    @property
    def model(self):
        return self.listing.model

    @cached_property
    def columns(self):
        return (*(column for column in self.listing.columns if column.key not in self.unread), *self.more)

    @cached_property
    def by_key(self):
        return {column.key: column for column in self.columns}

    @property
    def key(self):
        return [self.by_key[name] for name in self.key_names]

    @cached_property
    def names(self):
        unread = [column for column in self.listing.columns if column.key in self.unread]
        heads = [head for one in unread for head in (one.title, one.key, format_lazy("{} ({})", one.title, one.unit))]
        return Names(self.columns, (*ABOUT_THE_FILE, *heads))

    @property
    def address_of_new(self):
        """Does a new row stand on a page that is there already: of its zone, of its plan, of its book?"""
        return bool(self.identity) or issubclass(self.model, FACTS)

    @property
    def is_coded(self):
        """Its rows are told apart by a code; otherwise by what they say, or by their number in the register."""
        return self.key_names == ("code",)


def fact_address(fact):
    """The page of the fact's zone; of a city's figure the list of its indicator; "" while neither is known."""
    if fact.zone_id:
        return zone_address(fact.zone)
    if not getattr(fact, "indicator_id", None):
        return ""
    return f"{reverse('zones:measurements')}?{urlencode({'indicator': fact.indicator.code, 'city': fact.city})}"


def of_own_agency(user):
    return {"managing_agency": user.agency}


TARGETS = {
    target.what: target
    for target in (
        Target("zones", ZONES, ("code",), zone_address, (*FIGURES_FROM, SHAPE), of_own_agency),
        Target("areas", AREAS, ("zone_code", "kind", "value_ha", "as_of"), fact_address, section="areas"),
        Target("statuses", STATUSES, ("zone_code", "value", "as_of"), fact_address, section="figures"),
        Target("facilities", FACILITIES, ("code",), facility_address, (SHAPE,), of_own_agency),
        Target("projects", PROJECTS, ("code",), project_address),
        Target("measurements", MEASUREMENTS, ("indicator_code", "as_of"), fact_address, section="measurements"),
        Target("documents", DOCUMENTS, ("type", "number"), document_address, (), lambda user: {"agency": user.agency}),
    )
}

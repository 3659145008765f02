"""Every right is decided here: who may see a record, who may change it.

A model says with `access = Access(...)` where its city, its agency and its publicity stand; `visible_to` and
`editable_by` turn the reader's role (roles.toml) into a filter. Whatever is not allowed is not there: a hidden object
is 404 everywhere. The rules in words: docs/access.md."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Prefetch, Q
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

NOBODY = Q(pk__in=[])
EVERYTHING = ~NOBODY  # not Q(): an empty Q vanishes when it is joined by “or”


class City(models.TextChoices):
    HN = "HN", _("Hà Nội")
    HCM = "HCM", _("TP. Hồ Chí Minh")


BOTH_CITIES = "all"  # in an address: no city is left out, and that was chosen


class Publicity(models.TextChoices):
    PUBLIC = "public", _("Công khai")
    INTERNAL = "internal", _("Nội bộ")
    RESTRICTED = "restricted", _("Hạn chế")


@dataclass(frozen=True)
class Role:
    """One table of roles.toml."""

    code: str
    vi: str
    en: str
    see: str
    edit: str
    approve: bool = False
    history: bool = False
    totp: bool = False
    admin: bool = False

    def __str__(self):
        return self.en if get_language() == "en" else self.vi


ROLES = {
    code: Role(code, **table)
    for code, table in tomllib.loads((Path(__file__).parent / "roles.toml").read_text("utf-8")).items()
}


def role_choices():
    return [(role.code, str(role)) for role in ROLES.values()]


@dataclass(frozen=True)
class Access:
    """Where a model keeps what its visibility hangs on: lookup paths to city, agency and publicity.

    `withdrawn`: the flag of a record that was taken out of the register; it and what belongs to it is nobody's to see,
    but for its trace in the history. `within`: the rule of the record this one belongs to, which must be visible too;
    `optional`: the link to it may be empty, and then nothing is asked. `also(agency)`: the ids of the rows that an
    agency has work with (it leads a task, was asked for its opinion): it sees them whatever their publicity. `raised`:
    where the agency stands that may put such a record down for another one, which then is the one to change it.
    `reference` models (units, agencies, indicators) are open to everybody who has signed in and changed by
    administrators."""

    city: str = ""
    agency: str = ""
    publicity: str = ""
    withdrawn: str = ""
    within: "Access | None" = None
    optional: str = ""
    also: Callable[[object], models.QuerySet] | None = None
    raised: str = ""
    reference: bool = False


def seen_by(user, access):
    """The condition for rows that `user` may see."""
    if not user.is_active or not user.is_authenticated:
        return NOBODY
    seen = seen_itself(user, access)
    if access.optional and seen is not EVERYTHING:
        seen |= Q(**{f"{access.optional}__isnull": True})
    beyond = seen_by(user, access.within) if access.within else EVERYTHING
    return seen if beyond is EVERYTHING else beyond if seen is EVERYTHING else seen & beyond


def seen_itself(user, access):
    """`seen_by` without asking for the record that this one belongs to."""
    role, agency = user.role_rules, user.agency
    standing = Q(**{access.withdrawn: False}) if access.withdrawn else EVERYTHING
    if access.reference or role.see == "everything":
        return standing
    if not access.city:
        return NOBODY
    seen = Q(**{access.publicity: Publicity.PUBLIC})
    if agency and role.see == "whole city":
        seen |= Q(**{access.city: agency.city})
    elif agency:
        seen |= Q(**{access.publicity: Publicity.INTERNAL, access.city: agency.city})
        seen |= Q(**{access.publicity: Publicity.RESTRICTED, access.agency: agency})
    if agency and access.also:
        seen |= Q(pk__in=access.also(agency))
    return seen & standing


def changed_by(user, access):
    """The condition for rows that `user` may change; they must be visible too."""
    if not user.is_active or not user.is_authenticated:
        return NOBODY
    role = user.role_rules
    if role.edit == "everything":
        return seen_by(user, access)
    if role.edit != "own agency" or not access.agency or not user.agency_id:
        return NOBODY
    return Q(**{access.agency: user.agency_id}) & seen_by(user, access)


def holds(condition, value_of):
    """Does the condition of `seen_by` hold for values at hand, `value_of(path)`? For rows that are no longer there."""
    parts = (holds(part, value_of) if isinstance(part, Q) else is_value(value_of, *part) for part in condition.children)
    found = any(parts) if condition.connector == Q.OR else all(parts)
    return found != condition.negated


def is_value(value_of, path, wanted):
    """Whether what stands at `path` is `wanted`, a value or a record; a row that is gone is not among any others."""
    if path.endswith("__isnull"):
        return (value_of(path.removesuffix("__isnull")) is None) == wanted
    return not path.endswith("__in") and value_of(path) == getattr(wanted, "pk", wanted)


def sees_whole(user, record):
    """Does `user` see the record of its own right, not only for the work that their agency has with it?"""

    def value_of(path):
        value = value_at(record, path)
        return getattr(value, "pk", value)

    return holds(seen_by(user, replace(record.access, also=None)), value_of)


class AccessQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The rows that `user` may see; nothing for whoever is not signed in."""
        condition = seen_by(user, self.model.access)
        return self.all() if condition is EVERYTHING else self.filter(condition)

    def editable_by(self, user):
        """The rows that `user` may change."""
        return self.filter(changed_by(user, self.model.access))


def value_at(record, path):
    for name in path.split("__"):
        record = getattr(record, name, None)
    return record


def may_edit(user, record):
    """May `user` leave `record` as it now stands? Works for a record that is not stored yet."""
    if not user.is_authenticated or not user.is_active:
        return False
    role, access = user.role_rules, record.access
    if role.edit == "everything":
        return True
    if role.edit != "own agency" or not access.agency or not user.agency_id:
        return False
    theirs = [access.agency, access.raised] if access.raised and record.pk is None else [access.agency]
    agencies = [value_at(record, path) for path in theirs]
    return any(agency.pk == user.agency_id for agency in agencies if agency)


def check_may_edit(user, record):
    if not may_edit(user, record):
        raise PermissionDenied(_("Chỉ cơ quan quản lý bản ghi này được sửa."))


def get_visible_or_404(queryset, user, **lookup):
    """The one visible record that fits; a hidden one is as absent as one that does not exist."""
    try:
        return queryset.visible_to(user).get(**lookup)
    except (queryset.model.DoesNotExist, ValidationError):  # the gate of text refuses what no code can be
        raise Http404(_("Không tìm thấy.")) from None


def prefetch_visible(name, model, user):
    """The related records under `name` that `user` may see; a hidden one reads as None (its id still tells of it)."""
    return Prefetch(name, model.objects.visible_to(user))


class Visible:
    """For a page or an endpoint with a `model`: only the rows that this user may see."""

    def get_queryset(self):
        return self.model.objects.visible_to(self.request.user)

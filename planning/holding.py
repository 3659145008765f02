"""A record held while something is done to it, as whoever does it last read it; whoever may not do it is refused."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from accounts.models import StaleRecord

NOT_YOURS = _("Việc này không thuộc cơ quan hoặc vai trò của bạn.")


def refuse_unless(allowed):
    if not allowed:
        raise PermissionDenied(NOT_YOURS)


def held(rows, pk, seen):
    """The one of `rows` as it now stands, held for this transaction; StaleRecord when it is not the version that was
    seen (None: whichever it is)."""
    found = rows.select_for_update(of=("self",)).get(pk=pk)
    if seen is not None and found.version != seen:
        raise StaleRecord
    return found

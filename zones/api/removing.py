"""Taking a record back that was put down wrongly: DELETE with the version that was read."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from accounts.models import StaleRecord
from accounts.rest import Conflict
from accounts.text import clean_text
from zones.recording import StillReferred, remove

REASON = OpenApiParameter(
    "reason", str, description=_("Vì sao xoá, ghi vào lịch sử. Với khu, cụm (rút khỏi sổ) bắt buộc phải nêu.")
)


class Removable:
    """For a versioned viewset: 409 with what still hangs on the record; the history keeps what is gone."""

    def known_parameters(self):
        return super().known_parameters() | ({"reason"} if self.action == "destroy" else set())

    @extend_schema(parameters=[REASON], responses={204: None})
    def destroy(self, request, *args, **kwargs):
        """Xoá bản ghi đã ghi nhầm; khu, cụm thì rút khỏi sổ."""
        record = self.get_object()
        self.check_precondition(record)
        try:
            remove(record, by=request.user, reason=clean_text(request.query_params.get("reason", "")))
        except StaleRecord:
            self.refuse_stale(self.again(record))
        except StillReferred as error:
            raise Conflict(error.messages[0], referring=[named(one) for one in error.records]) from error
        return Response(status=204)


def named(record):
    """A record that stands in the way, so that the caller can look it up."""
    return {
        "what": record._meta.model_name,
        "id": record.pk,
        "code": getattr(record, "code", None),
        "name": str(record),
    }

"""Forms of imported files: what is handed in, which sheet is meant, and what the list of imports can be asked."""

from pathlib import PurePosixPath

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import ChoiceFilter, FilterSet

from zones.models import Import
from zones.models.importing import kinds

SHEETS = ("xlsx", "ods", "csv", "geojson")


def check_ending(file):
    """What the file really holds is seen when it is read; an ending that is never read is refused at once."""
    if PurePosixPath(file.name).suffix.lower().lstrip(".") not in SHEETS:
        raise ValidationError(_("Chỉ đọc được tệp xlsx, ods, csv hoặc geojson."))


class UploadForm(forms.Form):
    what = forms.ChoiceField(label=gettext_lazy("Nhập vào"), choices=kinds)
    file = forms.FileField(
        label=gettext_lazy("Tệp"),
        help_text=gettext_lazy("xlsx, ods, csv hoặc geojson; nhiều nhất 20 MB và 50.000 dòng."),
        validators=[check_ending],
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ",".join(f".{ending}" for ending in SHEETS)}),
    )


class SheetForm(forms.Form):
    """Which sheet of a file with several is meant."""

    sheet = forms.ChoiceField(label=gettext_lazy("Dữ liệu nằm ở trang tính nào?"), widget=forms.RadioSelect)

    def __init__(self, *args, sheets, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [(name, name) for name in sheets]


class ImportFilterSet(FilterSet):
    """What the list of imports can be asked, on its page and over REST."""

    what = ChoiceFilter(choices=kinds, label=gettext_lazy("Nhập vào"), empty_label=gettext_lazy("Tất cả"))
    state = ChoiceFilter(
        choices=Import.State.choices, label=gettext_lazy("Tình trạng"), empty_label=gettext_lazy("Tất cả")
    )

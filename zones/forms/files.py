"""Forms that hand in a file, and the one that asks for a reason before something is taken back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zones.uploads import ACCEPTED, check_upload


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("Tệp"),
        help_text=_("pdf, docx, xlsx, png hoặc jpg, tối đa 20 MB."),
        validators=[check_upload],
        max_length=255,
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(f".{ending}" for ending in ACCEPTED)}),
    )
    reason = forms.CharField(
        label=_("Lý do"), required=False, max_length=300, help_text=_("Cần nói khi thay tệp đã có.")
    )

    def __init__(self, *args, replaces, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = replaces


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Lý do"), max_length=300)

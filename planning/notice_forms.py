"""Forms of a notice: its text, pasted or taken from a file, and the rows of the tasks that were read from it."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.forms.utils import ErrorDict, flatatt
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.text import fold
from planning import clock, notice_files
from planning.forms import SINCE_HINT, take
from planning.models import Directive, Task
from zones.forms.correcting import NOT_CHOSEN, RecordForm
from zones.forms.facts import SinceField
from zones.forms.offering import Offer
from zones.importing.reading import Unreadable
from zones.importing.texts import ENDINGS, check_letters
from zones.models import Precision

LONGEST = 200_000  # letters of a text that is still read
ADD = {
    "cooperating": _("Thêm cơ quan phối hợp"),
    "zones": _("Thêm khu, cụm"),
}  # field → the label of the one in which a name can be typed
OWN = ("content", "lead_text", "cooperating_text", "deadline_text", "every", "term_length", "term_unit", "event")


# The text -------------------------------------------------------------------------------------------------------------


class NoticeForm(RecordForm):
    """The text of a directive, pasted as it stands or taken from a file."""

    class Meta:
        model = Directive
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 24})}
        help_texts = {"text": _("Dán nguyên văn từ Word, PDF hoặc trang tin; chưa nhiệm vụ nào được ghi ở bước này.")}

    def scope(self):
        self.fields["text"].required = True
        self.fields["text"].validators.append(MaxLengthValidator(LONGEST))

    def clean_text(self):
        """Letters of the fonts of old cannot be read; the cells of a pasted table stay apart."""
        text = notice_files.with_tables(self.cleaned_data["text"])
        try:
            check_letters(text)
        except Unreadable as why:
            raise ValidationError(why.message) from why
        return text


class NoticeFileForm(forms.Form):
    """A file whose text goes into the field, to be looked over; nothing of it is kept."""

    file = forms.FileField(
        label=_("Tệp"),
        required=False,
        max_length=255,
        help_text=_("Tệp Word (.docx), PDF có chữ hoặc .txt, tối đa 20 MB. Chữ được đưa vào ô văn bản để xem lại."),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{ending}" for ending in ENDINGS), "form": "notice"}),
    )

    def __init__(self, *args, document=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.document = document  # the document of the directive, when it has a file that can be read

    def clean(self):
        """`read`: (the text, what is told about it), and `name`, the file that it was taken from."""
        given = super().clean()
        upload = given.get("file")
        stored = self.document if self.data.get("take") == "document" and not upload else None
        if "file" in self.errors:
            return given
        if not (upload or stored):
            raise ValidationError({"file": _("Chọn tệp trước.")})
        if upload and upload.size > settings.UPLOAD_MAX_BYTES:
            most = {"most": filesizeformat(settings.UPLOAD_MAX_BYTES)}
            raise ValidationError({"file": _("Tệp lớn hơn %(most)s.") % most})
        try:
            self.read = notice_files.from_stored(stored) if stored else notice_files.from_upload(upload)
        except Unreadable as why:
            raise ValidationError({"file": why.message}) from why
        self.name = stored.file_name if stored else upload.name
        return given


def with_text(form, text):
    """The form of a notice anew, not yet checked, with another text in its field; what it was opened with stays."""
    data = form.data.copy()
    data["text"] = text
    anew = type(form)(data, instance=form.instance, user=form.user)
    anew._errors = ErrorDict()
    return anew


# The rows -------------------------------------------------------------------------------------------------------------


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes to tick for what is chosen and for what the notice names; anything else is added by typing its name.

    Written in Python: thirty rows of two hundred boxes each take a template too long."""

    suggested: frozenset = frozenset()

    def render(self, name, value, attrs=None, renderer=None):
        chosen = {str(one) for one in value or ()}
        shown = [(str(key), label) for key, label in self.choices if str(key) in chosen or key in self.suggested]
        boxes = ((name, key, flatatt({"checked": key in chosen}), label) for key, label in shown)
        box = '<div><label class="check"><input type="checkbox" name="{}" value="{}"{}> {}</label></div>'
        within = flatatt({"id": (attrs or {}).get("id"), "aria-live": "polite"})
        return format_html("<div{}>{}</div>", within, format_html_join("", box, boxes))


def adding(name):
    """A field for names that the notice does not have, with the names of the register to choose from while typing."""
    attributes = {"list": f"known-{name}", "data-adds": name, "autocomplete": "off"}
    return forms.CharField(
        label=ADD[name],
        max_length=2000,
        required=False,
        widget=forms.TextInput(attrs=attributes),
        help_text=_("Gõ tên, một phần tên hoặc mã; nhiều tên cách nhau bằng dấu chấm phẩy."),
    )


class ProposedForm(forms.Form):
    """One proposed task as a person leaves it."""

    take = forms.BooleanField(label=_("Nhận nhiệm vụ này"), required=False)
    content = forms.CharField(
        label=_("Nội dung nhiệm vụ"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    lead_agency = forms.TypedChoiceField(
        label=_("Cơ quan chủ trì"), required=False, coerce=int, empty_value=None, widget=Offer
    )
    lead_text = forms.CharField(label=_("Chủ trì như văn bản ghi"), max_length=300, required=False)
    cooperating = forms.TypedMultipleChoiceField(label=_("Cơ quan phối hợp"), required=False, coerce=int, widget=Ticks)
    cooperating_more = adding("cooperating")
    cooperating_text = forms.CharField(label=_("Phối hợp như văn bản ghi"), max_length=500, required=False)
    deadline_text = forms.CharField(label=_("Thời hạn như văn bản ghi"), max_length=300, required=False)
    first_due_on = SinceField(label=_("Hạn"), required=False, help_text=SINCE_HINT)
    every = forms.ChoiceField(label=_("Định kỳ"), choices=Task.Every.choices, required=False)
    term_length = forms.IntegerField(label=_("Thời hạn theo sự kiện"), min_value=1, max_value=999, required=False)
    term_unit = forms.ChoiceField(
        label=_("Đơn vị"), choices=[NOT_CHOSEN, *((unit.value, unit.label) for unit in clock.Unit)], required=False
    )
    event = forms.CharField(label=_("Kể từ sự kiện"), max_length=200, required=False)
    zones = forms.TypedMultipleChoiceField(label=_("Khu, cụm liên quan"), required=False, coerce=int, widget=Ticks)
    zones_more = adding("zones")

    def __init__(self, *args, choices, suggested, known, directive, **kwargs):
        super().__init__(*args, **kwargs)
        self.directive, self.known = directive, known
        for name, offered in choices.items():
            self.fields[name].choices = offered
        for name, keys in suggested.items():
            self.fields[name].widget.suggested = keys

    @property
    def chosen(self):
        """What stands in the fields that are folded away: the names of agencies and zones, and the event."""
        ticked = {name: {str(one) for one in self[name].value() or ()} for name in ADD}
        named = [label for name in ADD for key, label in self.fields[name].choices if str(key) in ticked[name]]
        return [*named, *filter(None, (self[name].value() for name in ("cooperating_more", "zones_more", "event")))]

    def clean(self):
        """A row that is taken must make a task; the others are passed over, whatever stands in them."""
        given = super().clean()
        if not given.get("take"):
            self._errors = ErrorDict()
            return given
        for name in ADD:
            self.add_named(name, given)
        if not self.errors:
            self.task = self.made(given)
            try:
                self.task.full_clean(exclude=["directive", "number", "lead_agency"], validate_unique=False)
            except ValidationError as problem:
                take(self, problem)
        return given

    def add_named(self, name, given):
        """The records whose names were typed, to those that are ticked."""
        for typed in filter(None, map(str.strip, given.get(f"{name}_more", "").split(";"))):
            found = self.known[name].get(fold(typed)) or meant(self.known[name], fold(typed))
            if len(found) == 1:
                given[name] = [*dict.fromkeys([*given.get(name, ()), *found])]
            else:
                words = _("“%(name)s” có thể là nhiều tên; hãy gõ mã.") if found else _("Không có “%(name)s”.")
                self.add_error(f"{name}_more", words % {"name": typed})

    def made(self, given):
        """The task that the row makes, not stored."""
        due, precision = given["first_due_on"] or (None, Precision.DAY)
        own = {name: given[name] for name in OWN}
        own |= {"first_due_on": due, "due_precision": precision, "lead_agency_id": given["lead_agency"]}
        return Task(directive=self.directive, number=1, **own)


def meant(known, typed):
    """The records in whose names the typed words stand: “Sở Tài chính” is “Sở Tài chính thành phố Hà Nội”."""
    return sorted({key for name, keys in known.items() if typed in name for key in keys})


class BaseProposedSet(forms.BaseFormSet):
    @property
    def taken(self):
        return [form for form in self.forms if form.cleaned_data.get("take")]


ProposedSet = forms.formset_factory(ProposedForm, formset=BaseProposedSet, extra=0, absolute_max=1000, max_num=1000)

"""The question to the clock: from which day, how long, with which pause and extension. Page and API ask the same."""

from django import forms
from django.utils.translation import gettext_lazy as _

from planning import clock
from planning.models import Rule
from zones.forms.correcting import DayInput

LONGEST = 999
YEARS = range(1900, 2200)  # any other year is a slip of the finger
UNITS = [(unit.value, unit.label) for unit in clock.Unit]


class RuleField(forms.ModelChoiceField):
    """Chooses a clock of the law; its words tell the article and the days in force."""

    def label_from_instance(self, rule):
        days = f"{rule.valid_from:%d/%m/%Y}" if rule.valid_from else "…"
        return f"{rule} ({rule.article}; {days} – {f'{rule.valid_to:%d/%m/%Y}' if rule.valid_to else '…'})"


class ClockForm(forms.Form):
    """A term by its rule or its own length and unit. All that is given must fit together; `due` then counts it."""

    start = forms.DateField(
        label=_("Ngày sự việc"),
        widget=DayInput,
        help_text=_("Ngày nhận hồ sơ, ngày ban hành…; không tính vào thời hạn."),
    )
    rule = RuleField(
        label=_("Theo quy tắc"),
        queryset=Rule.objects.filter(kind=Rule.Kind.CLOCK),
        required=False,
        empty_label=_("tự ghi độ dài"),
    )
    length = forms.IntegerField(label=_("Độ dài"), required=False, min_value=1, max_value=LONGEST)
    unit = forms.ChoiceField(label=_("Đơn vị"), required=False, choices=[("", "–"), *UNITS])
    pause_start = forms.DateField(label=_("Tạm dừng từ ngày"), required=False, widget=DayInput)
    pause_end = forms.DateField(label=_("Tạm dừng đến ngày"), required=False, widget=DayInput)
    extra = forms.IntegerField(label=_("Gia hạn thêm"), required=False, min_value=1, max_value=LONGEST)
    extra_unit = forms.ChoiceField(label=_("Đơn vị gia hạn"), required=False, choices=[("", "–"), *UNITS])
    from_expiry = forms.BooleanField(label=_("Gia hạn tính từ ngày hết hạn"), required=False)

    def clean(self):
        given = super().clean()
        for name in ("start", "pause_start", "pause_end"):
            if (day := given.get(name)) and day.year not in YEARS:
                self.add_error(name, _("Năm của ngày này không đúng."))
        for size, unit in (("length", "unit"), ("extra", "extra_unit")):
            if given.get(size) and given.get(unit) and given[size] > clock.LONGEST[clock.Unit(given[unit])]:
                self.add_error(size, _("Thời hạn không quá một trăm năm."))
        if not given.get("rule") and not (given.get("length") and given.get("unit")):
            self.add_error("length", _("Chọn một quy tắc, hoặc ghi độ dài và đơn vị."))
        begin, end = given.get("pause_start"), given.get("pause_end")
        if end and not begin:
            self.add_error("pause_start", _("Ghi ngày bắt đầu tạm dừng."))
        if begin and end and end < begin:
            self.add_error("pause_end", _("Ngày kết thúc trước ngày bắt đầu."))
        if bool(given.get("extra")) != bool(given.get("extra_unit")):
            self.add_error("extra", _("Gia hạn cần cả độ dài và đơn vị."))
        return given

    def due(self, calendar):
        """The due day with its explanation."""
        given = self.cleaned_data
        rule = given["rule"]
        term = rule.term if rule else clock.Term(given["length"], clock.Unit(given["unit"]))
        pauses = [clock.Pause(given["pause_start"], given["pause_end"])] if given["pause_start"] else []
        more = []
        if given["extra"]:
            unit = clock.Unit(given["extra_unit"])
            more = [clock.Extension(given["extra"], unit, from_expiry=given["from_expiry"])]
        return clock.due(term, given["start"], calendar, pauses, more)

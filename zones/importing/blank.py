"""The empty form of a target: a sheet to fill in, and one that says what each column expects."""

from io import BytesIO

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from zones.importing.lookups import FURTHER
from zones.importing.targets import TARGETS

FORM_ROWS = 1_000  # rows that offer the lists of allowed values
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def template(what):
    """An xlsx form: heads, lists of allowed values to choose from, and on the second sheet what each column expects."""
    target, file = TARGETS[what], BytesIO()
    columns = [column for column in target.columns if not column.fixed]
    needed = {column.key for column in target.key} | needed_for_new(target) | set(target.needed)
    with Workbook(file, OPTIONS) as book:
        form, guide, lists = (book.add_worksheet(name) for name in (_("Số liệu"), _("Hướng dẫn"), _("Danh mục")))
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        form.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            form.set_column(place, place, 40 if column.long else 18, day if column.kind == "date" else None)
            form.write_string(0, place, column.heading, head)
            offer(form, lists, place, column, target)
        lists.hide()
        describe(guide, columns, needed, target, head)
    return file.getvalue()


def needed_for_new(target):
    """The columns without which no new record can be made."""
    fields = {field.name: field for field in target.model._meta.fields}
    return {
        column.key
        for column in target.columns
        if (field := fields.get(column.attribute)) and not (field.blank or field.null or field.has_default())
    }


def allowed(column, target):
    """The words that a column takes, in the order in which they are chosen."""
    if column.kind == "yesno":
        return [_("Có"), _("Không")]
    field = next((one for one in target.model._meta.fields if one.name == column.attribute), None)
    if column.choices:
        return [str(label) for value, label in column.choices.items() if value]
    return [str(value) for value, _label in getattr(field, "flatchoices", ()) if value]


def offer(form, lists, place, column, target):
    """Let a cell be chosen from the allowed values, which stand in a column of the third sheet."""
    if not (words := allowed(column, target)):
        return
    for line, word in enumerate(words):
        lists.write_string(line, place, word)
    letter = xl_col_to_name(place)
    form.data_validation(
        1, place, FORM_ROWS, place,
        {
            "validate": "list",
            "source": f"='{lists.get_name()}'!${letter}$1:${letter}${len(words)}",
            "error_title": _("Giá trị không có trong danh sách"),
            "error_message": _("Chọn một giá trị trong danh sách."),
        },
    )  # fmt: skip


def describe(guide, columns, needed, target, head):
    for place, (title, width) in enumerate(((_("Cột"), 36), (_("Bắt buộc"), 12), (_("Ghi thế nào"), 110))):
        guide.set_column(place, place, width)
        guide.write_string(0, place, title, head)
    for line, column in enumerate(columns, start=1):
        guide.write_string(line, 0, column.heading)
        guide.write_string(line, 1, _("có") if column.key in needed else "")
        guide.write_string(line, 2, expected(column, target))
    for line, text in enumerate(rules(), start=len(columns) + 2):
        guide.write_string(line, 0, text)


def expected(column, target):
    """What a cell of the column looks like, in one line."""
    if column.names in FURTHER:
        return _("Tên hoặc mã của một %(noun)s trong sổ.") % {"noun": FURTHER[column.names][1]}
    if column.names:
        return NAMED[column.names]()
    if words := allowed(column, target):
        return _("Một trong: %(words)s.") % {"words": "; ".join(words)}
    return WRITTEN.get(column.kind, lambda: _("Chữ."))()


NAMED = {
    "agency": lambda: _("Tên hoặc mã của một cơ quan trong sổ."),
    "zone": lambda: _("Tên hoặc mã của một khu, cụm trong sổ."),
    "unit": lambda: _("Tên hoặc mã của một xã, phường hiện nay trong thành phố."),
    "document": lambda: _("Số, ký hiệu của một văn bản trong sổ; khi trùng số thì ghi thêm năm và cơ quan ban hành."),
    "indicator": lambda: _("Tên hoặc mã của một chỉ tiêu."),
    "phase": lambda: _("Số của giai đoạn đã ghi ở trang của khu."),
}
WRITTEN = {
    "date": lambda: _("Ngày: 31/12/2025, hoặc ô định dạng ngày."),
    "integer": lambda: _("Số nguyên."),
    "hectare": lambda: _("Hecta, nhiều nhất bốn chữ số thập phân: 1.234,5."),
    "number": lambda: _("Số: 1.234,5."),
    "percent": lambda: _("Số: 94,8."),
}


def rules():
    return [
        _("Mỗi dòng là một bản ghi. Không đổi tên cột, không gộp ô, không ẩn dòng hay cột."),
        _("Mã đã có trong sổ: dòng sửa bản ghi ấy. Mã chưa có: dòng thêm bản ghi mới."),
        _("Cột không có trong tệp thì giữ nguyên như sổ; ô để trống xoá giá trị đang có."),
        _("Số có thể hiểu hai cách, như 1.234, sẽ được hỏi lại: ghi 1234 hoặc 1,2340."),
    ]

"""The text of a document (docx, pdf, txt) for a field of the portal: read by the child that reads spreadsheets, too.

What comes out is looked over by a person before it is stored; `told` says to them what was left out."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from zones.importing.letters import GARBLED, trouble
from zones.importing.reading import REASONS, Unreadable, ask_child

ENDINGS = ("docx", "pdf", "txt")
ODD = 0.2  # of the letters in lines that cannot be right: then the file is not taken
OTHER_ENDINGS = {"doc": "old", "wps": "old", "rtf": "old", "odt": "old", "docm": "macro", "dotm": "macro"}
IN_WORD = {
    "kind": _("Chỉ đọc được tệp docx, pdf hoặc txt."),
    "old": _("Tệp kiểu cũ. Hãy mở tệp bằng Word, lưu thành dạng Word (.docx), rồi tải lên lại."),
    "macro": _("Tệp có macro. Hãy lưu lại không kèm macro (.docx) rồi tải lên."),
    "broken": _("Không mở được tệp: tệp hỏng. Hãy mở tệp, lưu lại rồi tải lên, hoặc dán văn bản."),
    "letters": _("Không đọc chắc chắn được chữ trong tệp. Hãy lưu lại dạng Unicode (UTF-8), hoặc dán văn bản."),
    "text": _("Văn bản dài hơn %(most)s chữ cái. Hãy dán riêng phần giao nhiệm vụ."),
    "pages": _("Tệp có %(pages)s trang; nhiều nhất %(most)s trang. Hãy dán riêng phần giao nhiệm vụ."),
    "scan": _("Tệp này chỉ có ảnh quét, không có chữ: dán văn bản, hoặc dùng bản có chữ (tệp Word, bản điện tử)."),
    "large": _("Tệp quá lớn, không đọc được an toàn. Hãy dán văn bản."),
    "slow": _("Đọc tệp quá lâu. Hãy dán văn bản."),
    "empty": _("Tệp không có chữ nào."),
}
SEEN = {
    "changes": _("Tệp có sửa đổi đang theo dõi: phần đã xóa không được lấy, phần thêm được lấy."),
    "notes": _("Chú thích cuối trang không được lấy."),
    "objects": _("Đối tượng nhúng trong tệp không được lấy."),
    "numbers": _("Có số thứ tự tự động không đọc chắc chắn được; hãy so với bản gốc."),
    "bare": _("Không có chữ ở trang %(pages)s (ảnh quét hoặc trang trống)."),
}


@dataclass(frozen=True)
class Text:
    """What stands in a file: `blocks` are paragraphs (text) and tables (rows of cells); of a pdf, `pages` of lines."""

    blocks: list
    pages: list
    told: list


def read_text(path, name):
    """The text of the file at `path` that the office calls `name`; Unreadable says in plain words why not."""
    ending = PurePosixPath(name).suffix.lower().lstrip(".")
    words = REASONS | IN_WORD
    if ending not in ENDINGS:
        raise Unreadable(str(words[OTHER_ENDINGS.get(ending, "kind")]))
    answer = ask_child(path, ending, words)
    try:
        said = answer["text"]
        pages = ", ".join(str(int(number)) for number in said.get("bare", ()))
        told = [str(SEEN[one]) % {"pages": pages} for one in said["told"]]
        found = Text(list(said.get("blocks", ())), list(said.get("pages", ())), told)
    except (AttributeError, KeyError, TypeError, ValueError) as garbage:
        raise Unreadable(str(words["broken"])) from garbage
    return found


def check_letters(text):
    """Refuse a text typed for a font of old, or whose letters are lost; a few odd lines are told: [words]."""
    lines = [line for line in text.splitlines() if line.strip()]
    odd = [(line, why) for line in lines if (why := trouble(line))]
    if not odd:
        return []
    font = next((why for _line, why in odd if why != GARBLED), "")
    if sum(len(line) for line, _why in odd) > ODD * sum(map(len, lines)):
        raise Unreadable(
            _t("Chữ gõ theo phông cũ %(font)s: chuyển sang Unicode rồi tải lên hoặc dán lại.") % {"font": font}
            if font
            else _t("Chữ trong văn bản đã hỏng, không đọc được. Hãy dùng bản khác.")
        )
    return [_t("Có chữ lạ, hãy so với bản gốc: “%(line)s”.") % {"line": odd[0][0].strip()[:80]}]

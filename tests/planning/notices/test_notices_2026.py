"""Sentences and whole notices of 2026, as the two cities write them: what is read, and what is said to be unread.

sentences_2026.txt: a sentence, and below it a line for each task, “> lead | cooperating | deadline | zones”, or “?”
where nobody can be told who is meant."""

from datetime import date
from pathlib import Path

import pytest

from tests.planning.notices.test_notices import in_short, read, short

HERE = Path(__file__).parent
DAY = date(2026, 3, 5)
LETTERHEAD = "Hà Nội, ngày 05 tháng 3 năm 2026\n\n"


def examples():
    """(sentence, the lines below it)."""
    found = []
    for line in (HERE / "sentences_2026.txt").read_text("utf-8").splitlines():
        if line.startswith("  "):
            found[-1][1].append(line.strip())
        else:
            found.append((line, []))
    return found


def in_line(task):
    parts = [short(task.lead), "; ".join(map(short, task.cooperating)), in_short(task.deadline)]
    return f"> {' | '.join([*parts, '; '.join(map(short, task.zones))])}".rstrip()


def doubts(sentence):
    return " ".join(doubt for task in read(LETTERHEAD + sentence, DAY).tasks for doubt in task.doubts)


@pytest.mark.parametrize(("sentence", "lines"), examples(), ids=lambda value: str(value)[:60])
def test_a_sentence_is_read(sentence, lines):
    found = read(LETTERHEAD + sentence, DAY)
    assert [in_line(task) for task in found.tasks] + ["?"] * len(found.unread) == lines


def test_a_round_with_a_day_is_one_duty_with_its_words_and_says_that_the_day_is_no_deadline():
    said = "định kỳ hằng quý báo cáo UBND Thành phố kết quả thực hiện trước ngày 25 tháng cuối quý"
    [task] = read(f"{LETTERHEAD}Sở Công Thương {said}.", DAY).tasks
    assert task.deadline.as_written == said
    assert (task.deadline.periodic.every, task.deadline.on) == ("quarter", None)
    assert task.product == "Báo cáo UBND Thành phố kết quả thực hiện"
    assert "không ghi được thành một hạn" in " ".join(task.doubts)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Giao Sở Công Thương hoàn thành trước Tết Nguyên đán năm 2027.", "không nêu ngày cụ thể"),
        ("Viện QHXD hoàn thành bản đồ hiện trạng đầu tháng 4.", "không nêu ngày cụ thể"),
        ("Sở Công Thương trình đề án ngay sau khi quy hoạch được phê duyệt.", "theo một sự kiện"),
        ("Sở Công Thương trình trước 30/9, báo cáo HĐND tại kỳ họp cuối năm 2026.", "tại kỳ họp cuối năm 2026"),
        ("Sở Công Thương báo cáo trước ngày 05/01 hằng năm.", "không ghi được thành một hạn"),
        ("Sở Công Thương báo cáo hằng tháng trước ngày 25, hằng quý trước ngày 25 tháng cuối quý.", "nhiều kỳ hạn"),
    ],
)
def test_what_names_no_day_is_said_and_not_guessed(sentence, words):
    assert words in doubts(sentence)
    first = read(LETTERHEAD + sentence, DAY).tasks[0]
    assert first.deadline.on is None or "30/9" in first.deadline.as_written


def test_an_event_without_a_length_is_kept():
    text = "Sở Công Thương trình đề án ngay sau khi Quy hoạch phân khu được phê duyệt."
    [task] = read(LETTERHEAD + text, DAY).tasks
    assert task.deadline.after == "Quy hoạch phân khu được phê duyệt"


def lines_of(name):
    found = read((HERE / name).read_text("utf-8"), None)
    return found, [f"{task.item} {in_line(task)}".strip() for task in found.tasks]


def test_a_whole_notice_of_ha_noi():
    found, lines = lines_of("ha_noi_2026.txt")
    assert lines == [
        "a > UBND các xã Sơn Đồng |  | <2026-06-30 | HN-CCN-LAIYEN",
        "a > HN-TAYPHUONG |  | <2026-06-30 | HN-CCN-LAIYEN",
        "- > HN-SNNMT | HN-STC | month 2026-06-30 |",
        "- > HN-SNNMT | HN-STC | quarter 2026-09-30 |",
        "- > HN-SNNMT | HN-STC | every month <25 |",
        "> HN-SQHKT |  | 2026-07-15 | HN-KCN-PHUNGHIEP; HN-KCN-BACTHUONGTIN",
        "> HN-VQH |  | 7wd ngày nhận được yêu cầu |",
        "a > HN-SCT |  | <2026-06-30 |",
        "b > HN-SCT | HN-BQL; UBND các xã có liên quan | month 2026-08-31 |",
        "3.2 > Các chủ đầu tư hạ tầng |  | every quarter <15 |",
        "4 > HN-SCT |  | vague |",
        "5 > HN-VPUB |  | month 2026-12-31 |",
    ]
    assert not found.unread
    assert (found.head.number.value, found.head.issued_on.value) == ("214/TB-VP", date(2026, 5, 12))
    assert (found.head.issuer.value, found.head.concluding.value) == (
        "ỦY BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI",
        "Lê Thanh Hải",
    )
    assert found.tasks[5].product.startswith("Khẩn trương thẩm định đồ án")


def test_a_whole_notice_of_ho_chi_minh_city():
    found, lines = lines_of("ho_chi_minh_2026.txt")
    assert lines == [
        "2.1 > HCM-HEPZA | HCM-STC; HCM-SQHKT; Sở Nông nghiệp và Môi trường; các đơn vị liên quan | <2026-11-20 |",
        "2.2 > HCM-HEPZA |  | month 2026-12-31 | HCM-KCX-TANTHUAN; HCM-KCN-TANBINH; Cát Lái 2",
        "2.3 > HCM-HEPZA |  | half 2027-06-30 |",
        "3 > HCM-SQHKT | HCM-HEPZA; Ủy ban nhân dân các phường có liên quan | quarter 2027-03-31 |",
        "a > HCM-STC |  | <2026-12-10 |",
        "b > HCM-STC |  | 10wd ngày nhận được văn bản của HEPZA |",
        "5 > Sở Nông nghiệp và Môi trường | HCM-HEPZA |  |",
        "5 > Công an Thành phố | HCM-HEPZA |  |",
        "5 > Sở Xây dựng | HCM-HEPZA |  |",
        "6 > Văn phòng Ủy ban nhân dân Thành phố |  | every month <28 |",
    ]
    assert not found.unread
    assert found.head.issuer.value == "ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH"
    assert [cutoff.value for cutoff in found.tasks[1].cutoffs] == [date(2026, 9, 30)]
    assert "Cát Lái (cụm II)" in " ".join(found.tasks[1].doubts)

"""Whole notices of different build, and texts nobody would call a notice."""

import time
import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.notices import Periodic, propose
from tests.planning.notices.notices_cases import BACKGROUND, SENTENCES, SEVERAL
from tests.planning.notices.notices_texts import CONCLUSION_2016, DIRECTIVE, LETTER, MINISTRY, PLAN
from tests.planning.notices.test_notices import AGENCIES, ZONES, in_short, read, short

NOTICES = [CONCLUSION_2016, DIRECTIVE, PLAN, LETTER, MINISTRY]


def in_lines(proposal):
    return [
        (
            task.item,
            short(task.lead),
            [short(one) for one in task.cooperating],
            in_short(task.deadline),
            [short(one) for one in task.zones],
        )
        for task in proposal.tasks
    ]


def test_the_conclusion_of_march_2016():
    proposal = read(CONCLUSION_2016, None)
    head = proposal.head
    assert (head.number.value, head.kind.value, head.issued_on.value) == ("53/TB-VP", "Thông báo", date(2016, 3, 21))
    assert (head.concluding.value, head.meeting_on.value) == ("Trần Văn Minh", date(2016, 3, 15))
    assert head.issuer.value == "VĂN PHÒNG UBND THÀNH PHỐ HÀ NỘI"
    consultant = ["đơn vị tư vấn"]
    assert in_lines(proposal) == [
        ("-", "HN-SCT", consultant, "", []),
        ("-", "HN-SCT", consultant, "month 2016-04-30", []),
        ("-", "HN-SCT", consultant, "month 2016-06-30", []),
        ("3", "HN-SCT", ["HN-SQHKT", "HN-VQH"], "", []),
        ("4", "HN-VPUB", [], "", []),
    ]
    assert [task.number for task in proposal.tasks] == [1, 2, 3, 4, 5]
    assert [task.product for task in proposal.tasks[1:3]] == [
        "Hoàn chỉnh Quy hoạch, báo cáo tập thể UBND Thành phố",
        "Trình HĐND Thành phố",
    ]
    assert [cutoff.value for cutoff in proposal.tasks[0].cutoffs] == [date(2015, 12, 31)]
    assert not proposal.unread


def test_a_directive_hands_its_agencies_down():
    proposal = read(DIRECTIVE, None)
    assert proposal.head.number.value == "08/CT-UBND"
    assert proposal.head.issued_on.value == date(2026, 1, 12)
    assert in_lines(proposal) == [
        ("a", "HN-SCT", ["HN-STC", "UBND các xã liên quan"], "<2026-02-28", []),
        ("b", "HN-SCT", [], "every month <25", []),
        ("-", "HN-SNNMT", [], "2026-04-30", ["HN-CCN-LAIYEN", "HN-CCN-DINAU"]),
        ("-", "HN-SNNMT", [], "ongoing", []),
        ("3", "HN-BQL", [], "quarter 2026-06-30", ["HN-KCN-PHUNGHIEP", "HN-KCN-BACTHUONGTIN"]),
        ("4", "HN-TAYPHUONG", [], "", []),
        ("4", "Hát Môn", [], "", []),
        ("", "các cơ quan, đơn vị", [], "", []),
    ]


def test_a_plan_says_below_each_task_who_and_when():
    proposal = read(PLAN, None)
    assert in_lines(proposal) == [
        ("1", "HN-SCT", ["HN-STC", "chính quyền địa phương"], "quarter 2026-12-31", []),
        ("2", "HN-TAYPHUONG", ["HN-SCT", "HN-SNNMT"], "<2026-06-30", ["HN-CCN-KIMBAI"]),
        ("1", "HN-SCT", ["các đơn vị liên quan"], "every quarter", []),
        ("2", "HN-STC", [], "year 2026-12-31", []),
    ]
    assert proposal.tasks[1].product == "Biên bản nghiệm thu hạ tầng"


def test_a_letter_in_one_paragraph():
    proposal = read(LETTER, None)
    assert proposal.head.number.value == "1234/UBND-ĐT"
    assert proposal.head.issuer.value == "ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH"
    assert in_lines(proposal) == [
        ("1", "HCM-SQHKT", ["HCM-HEPZA"], "quarter 2024-12-31", ["HCM-KCN-LMX2", "HCM-KCN-LMXMR", "HCM-KCN-VINHLOC3"]),
        ("2", "HCM-HEPZA", [], "15wd ngày ban hành văn bản này", []),
        ("3", "HCM-CUCHI", [], "", ["HCM-KCN-PHUOCHIEP"]),
        ("3", "HCM-HOCMON", [], "", ["HCM-KCN-PHUOCHIEP"]),
    ]


def test_a_notice_of_the_government_office_with_a_page_break():
    proposal = read(MINISTRY, None)
    assert in_lines(proposal) == [
        ("Thứ nhất", "TW-BKHDT", ["TW-BCT", "HCM-UBND"], "<2025-03-31", []),
        ("Thứ hai", "HCM-UBND", [], "", ["HCM-KCN-PVH1", "HCM-KCN-PVH2"]),
        ("Thứ ba", "TW-BCT", [], "", []),
    ]


@pytest.mark.parametrize("notice", NOTICES)
def test_every_letter_of_a_notice_is_accounted_for(notice):
    """What is neither a task nor unread was read as background; together they cover the text."""
    proposal = read(notice, None)
    covered = bytearray(len(notice))
    for part in (*proposal.tasks, *proposal.unread, *proposal.background):
        covered[slice(*part.span)] = b"1" * (part.span[1] - part.span[0])
    lost = "".join(char for char, seen in zip(notice, covered, strict=True) if not seen and char.isalpha())
    assert len(lost) < 0.05 * len(notice), lost


@pytest.mark.parametrize("notice", NOTICES)
def test_form_of_the_letters_changes_nothing(notice):
    """Decomposed letters, odd spaces, soft hyphens and other line ends are read the same."""
    expected = in_lines(read(notice, None))
    odd = notice.replace("chủ trì", "chủ\u00a0 \ttrì").replace("Thương", "Thư\u00adơng").replace("\n", "\r\n")
    for text in (unicodedata.normalize("NFD", notice), odd, "\ufeff" + notice):
        assert [str(line) for line in in_lines(read(text, None))] == [str(line) for line in expected]


def quotes(proposal):
    """Everything that quotes the text: its words and its span."""
    for one in vars(proposal.head).values():
        if one:
            yield one.as_written, one.span
    for task in proposal.tasks:
        yield task.sentence, task.span
        for one in (task.lead, *task.cooperating, task.deadline, *task.zones, *task.cutoffs):
            if one:
                yield one.as_written, one.span
    for passage in (*proposal.unread, *proposal.background):
        yield passage.sentence, passage.span


PIECES = [case[0] for case in (*SENTENCES, *SEVERAL)] + BACKGROUND
PIECES += [
    "\n",
    "\n\n",
    "- ",
    "1. ",
    "a) ",
    "; ",
    ": ",
    "ngày 32/13",
    "trước ngày 30/02/2016",
    "(",
    "\u0301",
    "\uf0b7 ",
    "TP.",
    "½",
    "①",
    "◆◇▲△",
]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=9).map("".join),
    st.sampled_from([None, date(2016, 3, 21), date.min, date.max]),
)
def test_spans_quote_the_text_whatever_it_is(text, issued_on):
    proposal = propose(text, issued_on=issued_on, agencies=AGENCIES, zones=ZONES)
    for words, (start, end) in quotes(proposal):
        assert text[start:end] == words
        assert words


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_garbage_never_raises(text):
    propose(text, issued_on=None, agencies=AGENCIES, zones=ZONES)


@pytest.mark.parametrize(
    "piece",
    [
        "Sở Công Thương, ",
        "a",
        "\n",
        "1. ",
        "đến hết hết ",
        "UBND các huyện Sóc Sơn, ",
        "KCN Phạm Văn Hai I, ",
        "các sở, ngành, ",
        "số liệu ",
        "trong vòng ",
        "(",
        "e\u0323\u0302",
        "Giao Sở Công Thương chủ trì, phối hợp với ",
        "thông báo để biết ",
    ],
)
def test_hostile_repetition_takes_no_longer_than_its_length(piece):
    began = time.perf_counter()
    read((piece * 200_000)[:100_000])
    read(((piece * 6000)[:5800] + ". Và\n") * 17)
    assert time.perf_counter() - began < 6


def test_two_hundred_kilobytes_of_orders_in_two_seconds():
    text = ("\n".join(case[0] for case in SENTENCES) + "\n") * 40
    began = time.process_time()
    assert len(read(text[:200_000]).tasks) > 1000
    assert time.process_time() - began < 4  # half of it on a quiet machine


def test_doubts_say_what_is_not_sure():
    doubts = {
        "Sở TN&MT kiểm tra.": "nay là Sở Nông nghiệp và Môi trường",
        "Sở Tài chính báo cáo trước ngày 20/6.": "không ghi năm",
        "Sở Tài chính báo cáo trước ngày 20/2/2016.": "sớm hơn ngày ban hành",
        "Sở Tài chính kiểm tra CCN Liên Hà.": "Liên Hà (Đan Phượng)",
        "Sở Ngoại vụ báo cáo.": "không có trong danh mục cơ quan",
        "Các đơn vị liên quan khẩn trương báo cáo.": "tên chung",
        "Sở Tài chính, Sở Công Thương báo cáo.": "2 cơ quan",
        "Sở Tài chính phối hợp với Sở Công Thương rà soát.": "không nói cơ quan nào chủ trì",
        "Sở Tài chính trình UBND Thành phố trong tuần tới.": "không nêu ngày",
        "Sở Tài chính báo cáo ngày 20/6/2016.": "Không rõ ngày 20/06/2016",
    }
    for sentence, doubt in doubts.items():
        said = " ".join(read(f"Hà Nội.\n{sentence}").tasks[0].doubts)
        assert doubt in said, sentence


def test_a_department_of_two_cities_is_not_guessed():
    task = read("Giao Sở Công Thương rà soát.").tasks[0]
    assert task.lead.code is None
    assert task.lead.candidates == ("HCM-SCT", "HN-SCT")


def test_the_last_day_in_time():
    tasks = read(
        "Hà Nội\n1. Sở Tài chính báo cáo trước ngày 20/6/2016.\n2. Sở Tài chính báo cáo trong quý III/2016."
    ).tasks
    assert [task.deadline.last for task in tasks] == [date(2016, 6, 19), date(2016, 9, 30)]
    assert [str(task.deadline.limit) for task in tasks] == ["before", "quarter"]


def test_a_deadline_in_the_next_sentence_belongs_to_the_task():
    task = read("Hà Nội\n1. Giao Sở Tài chính thẩm định dự thảo. Trình UBND Thành phố trước ngày 10/8/2016.").tasks[0]
    assert in_short(task.deadline) == "<2016-08-10"
    assert task.sentence.endswith("10/8/2016.")


def test_periodic_duties_keep_their_day():
    task = read("Hà Nội.\nSở Tài chính báo cáo trước ngày 25 hằng tháng.").tasks[0]
    assert task.deadline.periodic == Periodic("month", 25, before=True)


def test_a_list_of_duties_without_letterhead_keeps_its_first_lines():
    proposal = read(
        "- Giao Sở Tài chính bố trí vốn.\n- Giao Sở Tư pháp báo cáo (trước ngày 20/5/2016).\nHà Nội là Thủ đô.", None
    )
    assert proposal.head.issued_on is None
    assert [short(task.lead) for task in proposal.tasks] == ["HN-STC", "HN-STP"]


def test_rows_of_a_table_are_said_to_be_unread():
    row = "1\tRà soát CCN Lại Yên\tSở Công Thương\tQuý III/2026"
    proposal = read(f"{row}\n2\tLập danh mục\tSở Tài chính\tTháng 6/2026\n")
    assert not proposal.tasks
    assert proposal.unread[0].sentence == row
    assert "bảng" in proposal.unread[0].why


def test_a_heading_says_who_only_for_the_items_below_it():
    proposal = read(
        "Hà Nội.\n- Giao Sở Tài chính: (1) Rà soát vốn; (2) Báo cáo trong tháng 5.\n- Khẩn trương"
        " hoàn thành trước 30/6/2016."
    )
    assert [short(task.lead) for task in proposal.tasks] == ["HN-STC", "HN-STC"]
    assert [passage.sentence for passage in proposal.unread] == ["Khẩn trương hoàn thành trước 30/6/2016."]


def test_dates_of_other_documents_and_horizons_of_plans_are_no_deadlines():
    text = "Hà Nội.\nGiao Sở Tài chính, theo Quyết định số 12/QĐ-UBND ngày 20/5/2017, rà soát Đề án đến năm 2030."
    task = read(text).tasks[0]
    assert task.deadline is None
    assert not task.doubts

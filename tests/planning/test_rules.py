"""data/rules.csv and data/holidays.csv: what the law says on which day, loaded once and never against people."""

import datetime
import shutil

import pytest
from django.conf import settings

from accounts.audit import acting
from planning.loading.rules import load_holidays, load_rules, rules_in
from planning.models import Holiday, Rule, RuleBook
from tests import factories as make
from zones.loading import Account, BadFile

DATA = settings.BASE_DIR / "data"
RULE_HEAD = "code,title,kind,value,unit,moves,minimum,valid_from,valid_to,article,document_no,certainty,note\n"
DAY_HEAD = "date,kind,name_vi,source_url_or_law,certainty\n"


@pytest.fixture(scope="module")
def book():
    return RuleBook(rules_in(DATA))


def day(text):
    return datetime.date.fromisoformat(text)


def load(loader, folder=DATA):
    account = Account()
    with acting(None, reason="Nạp dữ liệu"):
        loader(folder, account)
    return account[0]


# By hand: code, a day, the value and its mark; None where no rule was in force or none is known.
SAID = [
    ("ccn.size.min", "2026-09-14", 10, "V"),
    ("ccn.size.min", "2026-09-15", 5, "V2"),
    ("ccn.size.max", "2026-09-14", 75, "V"),
    ("ccn.size.max", "2026-09-15", 75, "V2"),
    ("ccn.size.min_craft", "2026-09-14", 5, "V"),
    ("ccn.size.min_craft", "2026-09-15", None, ""),
    ("ccn.craft.min_share", "2026-09-14", 75, "V"),
    ("ccn.craft.min_share", "2026-09-15", 60, "V2"),
    ("ccn.establish.min_avg_occupancy", "2026-09-14", 50, "V"),
    ("ccn.establish.max_unleased", "2026-09-14", 100, "V"),
    ("ccn.establish.max_unleased", "2026-09-15", 50, "V2"),
    ("ccn.expand.min_occupancy", "2026-09-14", 60, "V"),
    ("ccn.expand.min_occupancy", "2026-09-15", 50, "V2"),
    ("ccn.service.max_share", "2025-01-01", 10, "V"),
    ("ccn.minor_increase", "2025-01-01", 5, "V"),
    ("ccn.state_support.max", "2026-09-14", 30, "V"),
    ("ccn.state_support.max", "2026-09-15", None, ""),
    ("ccn.investor.min_score", "2026-11-22", 50, "V"),
    ("ccn.appraisal", "2024-04-30", None, ""),
    ("ccn.appraisal", "2024-05-01", 25, "V"),
    ("ccn.secondary.infra_complete", "2026-09-14", None, ""),
    ("ccn.secondary.infra_complete", "2026-09-15", 100, "V2"),
    ("kcn.list.housing_land", "2022-07-14", None, ""),
    ("kcn.list.housing_land", "2022-07-15", 2, "V"),
    ("kcn.phase.max", "2026-01-01", 500, "V"),
    ("kcn.phase.max_linked", "2026-01-01", 1000, "V"),
    ("kcn.plan_shift.self_pct", "2026-01-01", 2, "V"),
    ("kcn.plan_shift.self_ha", "2026-01-01", 6, "V"),
    ("kcn.plan_shift.ministries_pct", "2026-01-01", 10, "V"),
    ("kcn.plan_shift.ministries_ha", "2026-01-01", 30, "V"),
    ("kcn.province_avg_occupancy", "2026-01-01", 60, "V2"),
    ("kcn.eco.deadline", "2026-01-01", 8, "V"),
    ("kcn.convert.min_years", "2026-01-01", 15, "V2"),
    ("kcn.policy.prime.appraise", "2026-02-28", None, ""),
    ("kcn.policy.prime.appraise", "2026-03-01", 20, "V-OCR"),
    ("kcn.irc.after_policy", "2026-03-01", 5, "V-OCR"),
    ("kcn.irc.alone", "2026-03-01", 10, "V-OCR"),
    ("kcnc.found_expand.occupancy", "2026-06-30", None, ""),
    ("kcnc.found_expand.occupancy", "2026-07-01", 60, "V-OCR"),
    ("kcnc.service.max", "2026-07-01", 15, "V-OCR"),
    ("kcnc.opinion", "2026-07-01", 20, "V-OCR"),
    ("planning.zoning.prepare", "2025-06-30", None, ""),
    ("planning.zoning.prepare", "2025-07-01", 9, "V"),
    ("planning.detailed.prepare", "2025-07-01", 6, "V"),
    ("planning.task.opinion", "2025-07-01", 7, "V2"),
    ("planning.opinion.agencies", "2025-07-01", 15, "V"),
    ("planning.opinion.community", "2025-07-01", 30, "V"),
    ("planning.opinion.community_min", "2025-07-01", 20, "V"),
    ("planning.appraise", "2025-07-01", 30, "V2"),
    ("planning.publish", "2025-07-01", 15, "R"),
    ("planning.green.min", "2026-01-01", 10, "R"),
    ("works.start_notice", "2026-07-01", 3, "V2"),
]


@pytest.mark.parametrize(("code", "on", "value", "mark"), SAID)
def test_the_law_of_a_day(book, code, on, value, mark):
    rule = book.find(code, day(on))
    assert (rule and rule.value, rule.certainty if rule else "") == (value, mark)


def test_every_rule_names_its_article_and_says_so_when_it_is_no_law(book):
    for rules in book.by_code.values():
        for rule in rules:
            assert rule.article
            assert rule.certainty != Rule.Certainty.DESIGNED or "Không phải luật" in rule.note, rule.code


def test_a_shortest_time_is_not_moved_and_other_clocks_are(book):
    clocks = [rule for rules in book.by_code.values() for rule in rules if rule.kind == "clock"]
    assert all(rule.moves != rule.minimum for rule in clocks)
    assert {rule.code for rule in clocks if rule.minimum} == {
        "planning.opinion.community_min",
        "works.start_notice",
        "ccn.reserved_land.release",
    }


@pytest.mark.django_db
def test_the_shipped_rules_and_days_off_are_loaded_once():
    for loader, model in ((load_rules, Rule), (load_holidays, Holiday)):
        first, again = load(loader), load(loader)
        assert first.outcomes["created"] == first.read == model.objects.count() > 50
        assert again.outcomes["unchanged"] == again.read and again.adds_up
    for stored in (*Rule.objects.all(), *Holiday.objects.all()):
        stored.full_clean()


@pytest.mark.django_db
def test_what_a_person_has_corrected_stays():
    load(load_rules)
    rule = Rule.objects.get(code="planning.publish")
    with acting(make.administrator(), reason="Đã đọc điều khoản"):
        rule.value = 20
        rule.save()
    line = load(load_rules)
    assert line.outcomes["kept"] == 1 and line.adds_up
    assert Rule.objects.get(code="planning.publish").value == 20


@pytest.mark.django_db
def test_a_rule_is_tied_to_its_document_when_the_register_has_it(tmp_path):
    folder = copied(tmp_path, "documents.csv")
    number = "208/QĐ-UBND"
    (folder / "rules.csv").write_text(
        RULE_HEAD + f"ccn.size.max,Diện tích,threshold,75,ha,no,no,,,Điều 2,{number},V,\n", "utf-8"
    )
    given = {"number": number, "year": 2025, "type": "QĐ", "issuer": "UBND TP Hà Nội"}
    document = make.document(**given)
    load(load_rules, folder)
    assert Rule.objects.get().document == document


@pytest.mark.django_db
def test_a_day_off_that_is_not_certain_says_so_outside_of_its_name():
    load(load_holidays)
    culture = Holiday.objects.get(on=day("2026-11-24"))
    assert (culture.name, culture.certainty) == ("Ngày Văn hóa Việt Nam", "computed")
    assert "kiểm tra lại luật" in culture.note
    assert not Holiday.objects.filter(name__contains="[").exists()
    tet = Holiday.objects.get(on=day("2027-02-06"))
    assert (tet.name, tet.certainty) == ("Tết Đinh Mùi - Mùng 1", "computed") and "Thủ tướng" in tet.note
    calendar = Holiday.objects.calendar()
    assert calendar.doubts(day("2026-11-20"), day("2026-11-30"))
    assert not calendar.is_working(day("2026-11-24"))


BAD = [
    ("ccn.a,Tên,threshold,1,ha,no,no,2024-01-01,,,,V,", "article"),
    ("ccn.a,Tên,threshold,1,acre,no,no,2024-01-01,,Điều 1,,V,", "unit"),
    ("ccn.a,Tên,threshold,x,ha,no,no,2024-01-01,,Điều 1,,V,", "value"),
    ("ccn.a,Tên,threshold,,ha,no,no,2024-01-01,,Điều 1,,V,", "value"),
    ("ccn.a,Tên,clock,5,ha,no,no,2024-01-01,,Điều 1,,V,", "unit"),
    ("ccn.a,Tên,clock,5,wd,maybe,no,2024-01-01,,Điều 1,,V,", "moves"),
    ("ccn.a,Tên,clock,5,wd,yes,no,2024-13-01,,Điều 1,,V,", "valid_from"),
    ("ccn.a,Tên,clock,5,wd,yes,no,2024-01-01,,Điều 1,,sure,", "certainty"),
    ("CCN A,Tên,clock,5,wd,yes,no,2024-01-01,,Điều 1,,V,", "code"),
    (
        "ccn.a,Tên,clock,5,wd,yes,no,2024-01-01,,Điều 1,,V,\nccn.a,Tên,clock,6,wd,yes,no,2025-01-01,,Điều 1,,V,",
        "valid_from",
    ),
]


def copied(tmp_path, *files):
    for file in files:
        shutil.copy(DATA / file, tmp_path)
    return tmp_path


@pytest.mark.django_db
@pytest.mark.parametrize(("line", "column"), BAD)
def test_a_bad_row_is_refused_by_row_and_column(tmp_path, line, column):
    folder = copied(tmp_path, "documents.csv")
    (folder / "rules.csv").write_text(f"{RULE_HEAD}{line}\n", "utf-8")
    with pytest.raises(BadFile, match=rf"rules.csv, row \d+, column {column}:"):
        load(load_rules, folder)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "column"),
    [
        (",holiday,Tết,Luật,seen", "date"),
        ("2026-01-01,feast,Tết,Luật,seen", "kind"),
        ("2026-01-01,holiday,Tết [?],Luật,seen", "name_vi"),
        ("2026-01-01,holiday,Tết,,seen", "source_url_or_law"),
    ],
)
def test_a_bad_day_off_is_refused_by_row_and_column(tmp_path, line, column):
    (tmp_path / "holidays.csv").write_text(f"{DAY_HEAD}{line}\n", "utf-8")
    with pytest.raises(BadFile, match=f"holidays.csv, row 2, column {column}:"):
        load(load_holidays, tmp_path)

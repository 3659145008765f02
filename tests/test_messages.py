"""Both languages, whole: Vietnamese also where a package speaks, English without Vietnamese left over."""

import html.parser
import re

import polib
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from tests import factories as make
from zones.models import Document, Facility, TenantProject

CATALOGUES = sorted((settings.BASE_DIR / "locale").glob("*/LC_MESSAGES/*.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[ds%]|\{\w*(?::\w)?\}|</?\w+")
VIETNAMESE = re.compile(r"[À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
LANGUAGES = ("vi", "en")

# Vietnamese that stays in English: names of cities and places, of the language itself, short names of documents.
NAMES = ("Hà Nội", "Hồ Chí Minh", "Bình Dương", "Bà Rịa - Vũng Tàu", "Tiếng Việt", "NĐ ", "QĐ ", "TTg")


def read(path):
    return polib.pofile(str(path))


def named(path):
    return path.relative_to(settings.BASE_DIR / "locale").parts[0]


@pytest.fixture(params=CATALOGUES, ids=named)
def catalogue(request):
    return request.param


# The files --------------------------------------------------------------------------------------------------------


def test_both_languages_have_a_catalogue():
    assert {named(path) for path in CATALOGUES} == set(LANGUAGES)


def test_every_message_is_translated_and_none_is_doubtful_or_left_over(catalogue):
    messages = read(catalogue)
    assert [entry.msgid for entry in messages.untranslated_entries()] == []
    assert [entry.msgid for entry in messages.fuzzy_entries()] == []
    assert [entry.msgid for entry in messages.obsolete_entries()] == []


def test_what_is_compiled_is_what_is_written(catalogue):
    def said(entries):
        return {(entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural for entry in entries}

    assert said(polib.mofile(str(catalogue.with_suffix(".mo")))) == said(read(catalogue)), "make messages"


def test_a_translation_keeps_the_placeholders_and_the_space_around_them(catalogue):
    for entry in read(catalogue):
        source = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        forms = list(entry.msgstr_plural.values()) or [entry.msgstr]
        assert set(PLACEHOLDER.findall(forms[-1])) == source, entry.msgid
        for form in forms:
            assert set(PLACEHOLDER.findall(form)) <= source, entry.msgid
            assert (form[0].isspace(), form[-1].isspace()) == (entry.msgid[0].isspace(), entry.msgid[-1].isspace()), (
                form
            )


def test_the_vietnamese_catalogue_holds_only_what_packages_say():
    ours = {(entry.msgctxt, entry.msgid) for path in CATALOGUES if named(path) == "en" for entry in read(path)}
    theirs = {(entry.msgctxt, entry.msgid) for path in CATALOGUES if named(path) == "vi" for entry in read(path)}
    assert theirs & ours == set()
    assert [msgid for _, msgid in theirs if VIETNAMESE.search(msgid)] == []


# What packages say ------------------------------------------------------------------------------------------------


def said_at_sign_in(client):
    return client.post(reverse("account_login"), {"login": make.user().username, "password": "sai"}).content.decode()


def said_of_a_wrong_code(client):
    client.force_login(make.user())
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    return client.post(reverse("mfa_activate_totp"), {"code": "none"}).content.decode()


def said_of_passwords(client):
    client.force_login(make.user())
    sent = {"oldpassword": "sai", "password1": "ngan", "password2": "khac"}
    return client.post(reverse("account_change_password"), sent).content.decode()


def said_of_an_area(client):
    zone = make.zone()
    client.force_login(make.user("editor", agency=zone.managing_agency))
    sent = {"kind": "none", "value_ha": "many", "as_of": "2025", "source": "Report"}
    return client.post(reverse("zones:fact_new", args=[zone.code, "area"]), sent).content.decode()


def said_by_the_admin(client):
    person = make.administrator()
    make.caller(person)
    client.force_login(person)
    return client.get(reverse("admin:accounts_apitoken_changelist")).content.decode()


PAGES = [
    (
        said_at_sign_in,
        "Tên đăng nhập hoặc mật khẩu chưa đúng.",
        "username and/or password you specified are not correct",
    ),
    (said_of_a_wrong_code, "Mã chưa đúng.", "Incorrect code."),
    (said_of_passwords, "Mật khẩu hiện nay chưa đúng.", "Please type your current password."),
    (said_of_passwords, "Mật khẩu quá ngắn; cần ít nhất 12 ký tự.", "It must contain at least 12 characters."),
    (said_of_an_area, "Nhập một số.", "Enter a number."),
    (said_of_an_area, "Không chọn được “none”; hãy chọn", "none is not one of the available choices."),
    (said_by_the_admin, "Đến nội dung chính", "Skip to main content"),
    (said_by_the_admin, "Đầu khoá", "Start of the key"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("ask", "vietnamese", "english"), PAGES)
def test_a_page_passes_on_what_a_package_says_in_the_readers_language(client, language, ask, vietnamese, english):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    said = ask(client)
    assert (vietnamese in said, english in said) == (language == "vi", language == "en")


CALLS = [  # method, address, body, status, then the words
    ("get", "zones?page=99", None, 404, "Không có trang này.", "Invalid page."),
    ("delete", "zones", None, 405, "Địa chỉ này không nhận phương thức DELETE.", 'Method \\"DELETE\\" not allowed.'),
    (
        "post",
        "zones",
        [],
        400,
        "Cần một đối tượng JSON nhưng nhận được kiểu list.",
        "Expected a dictionary, but got list.",
    ),
    ("post", "zones", {"kind": "X"}, 400, "“X” không có trong danh sách chọn.", '\\"X\\" is not a valid choice.'),
    ("post", "zones", {"name": None}, 400, "Trường này không được là null.", "This field may not be null."),
    ("post", "zones", {"name": "a" * 999}, 400, "Chỉ được nhiều nhất 200 ký tự.", "no more than 200 characters."),
    ("post", "facilities", {"workers": "many"}, 400, "Cần một số nguyên.", "A valid integer is required."),
    (
        "post",
        "facilities",
        {"land_area_ha": "1.23456"},
        400,
        "nhiều nhất 4 chữ số thập phân.",
        "than 4 decimal places.",
    ),
    ("post", "facilities", {"surveyed_on": "hôm qua"}, 400, "Ngày không đúng dạng; cần dạng", "Date has wrong format."),
]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("method", "address", "body", "status", "vietnamese", "english"), CALLS)
def test_the_api_refuses_in_the_callers_language(language, method, address, body, status, vietnamese, english):
    client = make.caller()
    answer = getattr(client, method)(f"/api/v1/{address}", body, headers={"Accept-Language": language})
    said = answer.content.decode()
    assert answer.status_code == status
    assert (vietnamese in said, english in said) == (language == "vi", language == "en"), said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [("vi", "Chưa đăng nhập hoặc chưa gửi khoá API."), ("en", "Authentication credentials were not provided.")],
)
def test_the_api_asks_for_a_token_in_the_callers_language(client, language, words):
    answer = client.get("/api/v1/zones", headers={"Accept-Language": language})
    assert (answer.status_code, answer.json()["detail"]) == (401, words)


def test_packages_that_count_speak_one_form_in_vietnamese():
    few, many = "This password is too short. It must contain at least %d ", "character."
    with translation.override("vi"):
        said = {translation.ngettext(few + many, few + "characters.", number) for number in (1, 2, 5)}
    assert said == {"Mật khẩu quá ngắn; cần ít nhất %d ký tự."}


# The English pages ------------------------------------------------------------------------------------------------


class Words(html.parser.HTMLParser):
    """The words of a page that a person reads or hears."""

    READ_ALOUD = ("title", "alt", "aria-label", "placeholder")

    def __init__(self, page):
        super().__init__()
        self.found, self.silent = [], False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.silent = tag in ("script", "style")
        self.found += [value for name, value in attributes if name in self.READ_ALOUD and value]

    def handle_endtag(self, tag):
        self.silent = False

    def handle_data(self, data):
        if not self.silent and data.strip():
            self.found.append(" ".join(data.split()))


def left_in_vietnamese(page):
    """What is not English on a page of a register whose own words have no accents."""
    for words in Words(page).found:
        for name in NAMES:
            words = words.replace(name, "")
        if VIETNAMESE.search(words):
            yield words


@pytest.fixture
def zone():
    """A zone with everything that can be written about it, in letters without accents."""
    agency = make.agency(name="Agency One")
    basis = make.document(number="1/QD", issuer="Issuer One", agency=agency)
    place = make.unit(name="Commune One")
    zone = make.zone(name="Zone One", managing_agency=agency)
    zone.places.create(unit=place)
    given = {"source": "Report", "document": basis}
    older = make.area(zone, value="90", **given)
    make.area(zone, value="100", supersedes=older, **given)
    make.area(zone, kind="industrial", value="60", **given)
    make.status(zone, **given)
    make.status(zone, "yes", aspect="established", **given)
    make.occupancy(zone, **given)
    make.land_use(zone, **given)
    make.boundary(zone, **given)
    make.measurement(zone, indicator=make.indicator(name_vi="Indicator", name_en="Indicator", unit="pcs"), **given)
    make.phase(zone)
    make.project(zone, name="Plant One", source="Report")
    make.facility(name="Producer One", managing_agency=agency, unit=place, source="Report")
    return zone


def addresses(zone):
    facility, project, basis = Facility.objects.get(), TenantProject.objects.get(), Document.objects.get()
    yield from map(reverse, ("home", "zones:list", "zones:facilities", "zones:projects", "zones:documents"))
    yield from map(
        reverse, ("reports:list", "reports:progress", "zones:new", "zones:facility_new", "zones:project_new")
    )
    yield from map(reverse, ("zones:document_new", "account_change_password", "mfa_index", "mfa_activate_totp"))
    yield from (reverse(name, args=[zone.code]) for name in ("zone", "zones:edit"))
    yield from (reverse(name, args=[facility.code]) for name in ("zones:facility", "zones:facility_edit"))
    yield from (reverse(name, args=[project.code]) for name in ("zones:project", "zones:project_edit"))
    yield from (reverse(name, args=[basis.pk]) for name in ("zones:document", "zones:document_edit"))
    for kind in ("status", "area", "land-use", "occupancy", "boundary", "measurement"):
        yield reverse("zones:fact_new", args=[zone.code, kind])
    yield "/no-such-page/"


def test_vietnamese_left_on_a_page_is_found():
    page = '<p>Hà Nội and <b>Khu</b> <i title="Diện tích">x</i> <script>"đ"</script></p><p>Số liệu</p>'
    assert list(left_in_vietnamese(page)) == ["Diện tích", "Số liệu"]


@pytest.mark.django_db
def test_english_pages_have_no_vietnamese_but_names(client, zone):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    opened = [client.get(address) for address in map(reverse, ("account_login", "account_reset_password"))]
    person = make.user("editor", agency=zone.managing_agency)
    client.force_login(person)
    opened.append(client.get(reverse("account_reauthenticate")))
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    opened += [client.get(address, follow=True) for address in addresses(zone)]

    assert {page.request["PATH_INFO"]: page.status_code for page in opened if page.status_code != 200} == {
        "/no-such-page/": 404
    }
    left = {page.request["PATH_INFO"]: list(left_in_vietnamese(page.content.decode())) for page in opened}
    assert {address: words for address, words in left.items() if words} == {}


@pytest.mark.django_db
def test_the_english_administration_has_no_vietnamese_but_names(client, zone):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(make.administrator())
    tables = ("zones_zone", "zones_facility", "zones_document", "zones_zonearea", "accounts_user", "accounts_rowchange")
    lists = [reverse(f"admin:{table}_changelist") for table in (*tables, "mfa_authenticator", "axes_accessattempt")]
    forms = [reverse("admin:zones_zone_change", args=[zone.pk]), reverse("admin:accounts_user_add")]
    for address in (reverse("admin:index"), *lists, *forms):
        page = client.get(address)
        assert (page.status_code, list(left_in_vietnamese(page.content.decode()))) == (200, []), address

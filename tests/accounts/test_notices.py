"""What people are told: in the head of every page, on the page of notices, and by one letter a day."""

import datetime
import email
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email import policy
from io import StringIO

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.utils import timezone, translation

from accounts import letters, notices
from accounts.models import Letter, Notice
from accounts.notice_kinds import SENTENCES
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: DAY)


@pytest.fixture
def office():
    return make.agency(name="Sở Công Thương", city="HN")


@pytest.fixture
def person(office):
    return make.user("editor", agency=office, username="lan", email="lan@sct.example.vn", last_name="Trần Lan")


@pytest.fixture
def task(office):
    return make.task(make.directive(city="HN"), lead_agency=office)


def tell(people, about, key="dịp 1", **given):
    given = {"kind": "task_due_soon", "subject": "Rà soát", "address": "/tasks/", "given": {"days": 2}} | given
    return notices.tell(people, key=key, about=about, **given)


# Telling ------------------------------------------------------------------------------------------------------------


def test_each_is_told_once_for_an_occasion(person, task):
    assert len(tell([person, person], task)) == 1
    assert tell([person], task) == []
    assert len(tell([person], task, "dịp 2")) == 1
    assert Notice.objects.filter(user=person).count() == 2


def test_who_may_not_see_the_record_is_not_told(person):
    hidden = make.task(make.directive(city="HN", publicity="restricted"))
    assert tell([person, make.administrator()], hidden)[0].user.role == "administrator"
    assert not Notice.objects.filter(user=person).exists()


def test_who_no_longer_works_here_is_not_told(person, task):
    person.is_active = False
    person.save()
    assert tell([person], task) == []


def test_what_is_undone_tells_nobody(person, task):
    with pytest.raises(RuntimeError), transaction.atomic():
        tell([person], task)
        raise RuntimeError
    assert not Notice.objects.exists()


def test_long_subjects_and_line_breaks_fit_in(person, task):
    tell([person], task, subject="Rà soát\n\ncác cụm " + "rất dài " * 200, given={"days": 1, "due": DAY})
    stored = Notice.objects.get()
    assert stored.subject.startswith("Rà soát các cụm") and len(stored.subject) <= 500
    assert stored.given == {"days": 1, "due": "2026-11-22"}


def test_two_who_tell_the_same_at_once_tell_it_once(database_for_many):
    person = make.user("editor")
    task = make.task(lead_agency=person.agency)
    meet = threading.Barrier(4)

    def again(_number):
        meet.wait()
        try:
            return len(tell([person], task))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(again, range(4)))
    assert Notice.objects.count() == 1


def test_staff_and_those_who_decide(office):
    people = {role: make.user(role, agency=office) for role in ("viewer", "editor", "approver", "head", "machine")}
    make.user("editor", agency=office, is_active=False)
    assert notices.staff_of(office) == [people["editor"]]
    assert notices.deciders_of(office) == [people["approver"], people["head"]]
    assert notices.staff_of(None) == notices.deciders_of(None) == []
    old = make.agency(successor=make.agency(successor=office))
    assert notices.staff_of(old) == [people["editor"]]


# In words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", SENTENCES)
def test_every_kind_has_a_sentence_whatever_it_was_given(kind):
    names = re.findall(r"%\((\w+)\)s", str(SENTENCES[kind]))
    given = dict.fromkeys(names, 3) | {name: "2026-11-22" for name in names if name in ("due", "on", "since")}
    full = notices.sentence(Notice(kind=kind, given=given))
    assert "%" not in full and ("22/11/2026" in full) == bool({"due", "on", "since"} & set(names))
    assert notices.sentence(Notice(kind=kind, given={}))
    assert len(kind) <= Notice._meta.get_field("kind").max_length
    assert notices.mark(Notice(kind=kind)) in ("late", "soon", "in_plan")


def test_a_kind_that_is_no_more_says_nothing_and_breaks_nothing():
    assert notices.sentence(Notice(kind="xưa", given={})) == ""


def test_a_missing_deadline_is_said():
    notice = Notice(kind="task_given", given={"agency": "VP", "due": None})
    assert notices.sentence(notice) == "VP giao việc mới; thời hạn: không nêu."


# Pages --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(client, person):
    client.force_login(person)
    return lambda: client.get("/notices/").content.decode()


def test_the_head_of_every_page_counts_what_was_not_looked_at(client, person, task, page):
    head = client.get("/tasks/").content.decode()
    assert "Thông báo" in head and "chưa xem" not in head
    tell([person], task), tell([person], task, "dịp 2")
    assert re.search(r"Thông báo \(<strong class=\"number\">2</strong>", client.get("/tasks/").content.decode())


def test_notices_are_listed_by_day_those_not_looked_at_first(person, task, page):
    old, new, read = (
        make.notice(person, about=task, subject=name) for name in ("Rà soát cũ", "Rà soát mới", "Rà soát xong")
    )
    Notice.objects.filter(pk=old.pk).update(at="2026-11-20T02:00Z")
    Notice.objects.filter(pk=new.pk).update(at="2026-11-21T02:00Z")
    Notice.objects.filter(pk=read.pk).update(at="2026-11-22T02:00Z", read_at=timezone.now())
    text = page().partition("<h1>")[2]
    places = [text.index(word) for word in ("Chưa xem", "21/11/2026", "Rà soát mới", "20/11/2026", "Rà soát cũ")]
    places += [text.index(word) for word in ("22/11/2026", "Rà soát xong")]
    assert places == sorted(places)


def test_an_empty_page_says_what_would_be_here(page):
    assert "Chưa có thông báo nào" in page()


def test_reading_the_page_marks_nothing_and_opening_a_notice_marks_it(client, person, task, page):
    notice = make.notice(person, about=task, address=f"/tasks/{task.pk}/")
    page()
    assert client.get(f"/notices/{notice.pk}/open/").status_code == 405
    assert notices.unread(person) == 1
    answer = client.post(f"/notices/{notice.pk}/open/")
    assert answer.headers["Location"] == f"/tasks/{task.pk}/"
    assert notices.unread(person) == 0


def test_one_or_all_can_be_marked(client, person, task, page):
    made = [make.notice(person, about=task) for _number in range(3)]
    other = make.notice(make.user(), about=task)
    client.post(f"/notices/{made[0].pk}/read/")
    assert notices.unread(person) == 2
    client.post("/notices/read/")
    assert notices.unread(person) == 0
    assert notices.unread(other.user) == 1


def test_somebody_else_s_notice_is_not_there(client, task, page):
    other = make.notice(about=task, subject="Của người khác")
    assert "Của người khác" not in page()
    assert client.post(f"/notices/{other.pk}/open/").status_code == 404
    assert client.post(f"/notices/{other.pk}/read/").status_code == 404
    assert not Notice.objects.filter(read_at__isnull=False).exists()


def test_a_record_that_one_may_not_see_any_more_hides_its_notices(client, person, page, mailoutbox):
    task = make.task(make.directive(city="HN"))
    notice = make.notice(person, about=task, subject="Việc nay đã hạn chế")
    assert "Việc nay đã hạn chế" in page()
    task.directive.publicity = "restricted"
    task.directive.save()
    assert "Việc nay đã hạn chế" not in page()
    assert client.post(f"/notices/{notice.pk}/open/").status_code == 404
    letters.send_all(DAY)
    assert not mailoutbox and not Letter.objects.exists()


def test_a_hidden_notice_leaves_the_count_with_the_next_run_or_with_all_others(client, person, task, page):
    hidden = make.task(make.directive(publicity="restricted"))
    make.notice(person, about=hidden), make.notice(person, about=task)
    page()
    assert notices.unread(person) == 2  # reading the page changes nothing
    remind("--no-mail")
    assert notices.unread(person) == 1
    make.notice(person, about=hidden)
    client.post("/notices/read/")
    assert notices.unread(person) == 0


def test_a_notice_of_a_kind_of_record_that_is_no_more_is_left_out(person, task, page):
    make.notice(person, about=task, subject="Việc đã bỏ")
    Notice.objects.update(about="planning.gone")
    assert "Việc đã bỏ" not in page()


def test_many_notices_come_in_pages_with_as_many_statements(client, person, task, django_assert_max_num_queries):
    client.force_login(person)
    for number in range(55):
        make.notice(person, about=task, subject=f"Việc số {number}")
    with django_assert_max_num_queries(10):
        assert client.get("/notices/").content.decode().count("Việc số") == 100  # in its button and in “Đã xem”
    assert client.get("/notices/?page=2").content.decode().count("Việc số") == 10


def test_administrators_look_at_letters_in_the_admin(client, person):
    client.force_login(make.administrator())
    letter = Letter.objects.create(user=person, on=DAY, state="claimed")
    assert "đang gửi" in client.get("/admin/accounts/letter/").content.decode()
    Letter.objects.filter(pk=letter.pk).update(at=timezone.now() - datetime.timedelta(hours=2))
    assert "không rõ đã tới chưa" in client.get("/admin/accounts/letter/").content.decode()


# Letters ------------------------------------------------------------------------------------------------------------


class Postbox(Message):
    """A mail server's memory. `refused`: the answer to some recipients; `at_data`: to every message."""

    def __init__(self):
        super().__init__()
        self.letters, self.refused, self.at_data = [], {}, None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.at_data:
            return self.at_data
        return await super().handle_DATA(server, session, envelope)

    def handle_message(self, message):
        self.letters.append(email.message_from_bytes(message.as_bytes(), policy=policy.default))


def use(settings, port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 0.5


@pytest.fixture
def server(settings):
    """A real mail server, on a port of its own."""
    postbox = Postbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    use(settings, port)
    settings.PORTAL_URL = "https://portal.example.vn"
    yield postbox
    controller.stop()


@contextmanager
def listening(settings):
    """A server that takes the call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use(settings, silent.getsockname()[1])
        yield


def remind(*given):
    """(what was printed, what cron is told)."""
    out, trouble = StringIO(), ""
    try:
        call_command("remind", *given, stdout=out, stderr=out)
    except CommandError as error:
        trouble = str(error)
    return out.getvalue(), trouble


def told_of(task, *names):
    """People of the task's lead with a notice each."""
    people = [make.user("editor", agency=task.lead_agency, email=f"{name}@sct.example.vn") for name in names]
    for person in people:
        make.notice(person, about=task, address=f"/tasks/{task.pk}/")
    return people


def states():
    return {letter.user.email.partition("@")[0]: letter.state for letter in Letter.objects.select_related("user")}


def test_a_letter_tells_in_vietnamese_of_everything_new(server, person, task):
    make.notice(person, about=task, subject="Rà soát cụm Lại Yên", given={"days": 2, "due": "2026-11-24"})
    overdue = {"kind": "task_overdue", "given": {"days": 3, "due": "2026-11-19"}}
    make.notice(person, about=task, subject="Báo cáo lấp đầy", address="/tasks/7/", **overdue)
    make.notice(person, about=task, subject="Đã xem rồi", read_at=timezone.now())
    with translation.override("en"):
        remind()
    letter = server.letters.pop()
    assert letter["Subject"].strip() == "Cổng quy hoạch: 2 việc cần xem ngày 22/11/2026"
    assert letter["To"] == "lan@sct.example.vn"
    assert letter["Message-ID"] == f"<notices-20261122-{person.pk}@localhost>"
    text = letter.get_content()
    assert text.index("Báo cáo lấp đầy") < text.index("Rà soát cụm Lại Yên")  # what is late comes first
    assert "Quá hạn 3 ngày (hạn 19/11/2026), chưa báo cáo hoàn thành." in text
    assert "https://portal.example.vn/tasks/7/" in text and "https://portal.example.vn/notices/" in text
    assert "Đã xem rồi" not in text


def test_without_an_address_of_the_portal_links_are_paths(server, person, task, settings):
    settings.PORTAL_URL = ""
    make.notice(person, about=task, address="/tasks/7/")
    remind()
    assert "\n   /tasks/7/\n" in server.letters.pop().get_content()


def test_one_letter_a_day_and_what_is_new_later_waits_for_the_next(server, person, task):
    make.notice(person, about=task)
    remind(), remind()
    make.notice(person, about=task, subject="Việc buổi chiều")
    remind()
    assert len(server.letters) == 1
    assert Notice.objects.filter(mailed_at=None).get().subject == "Việc buổi chiều"
    letters.send_all(DAY + datetime.timedelta(days=1))
    assert len(server.letters) == 2 and "1 việc" in server.letters[1]["Subject"]


def test_without_a_mail_address_notices_stay_in_the_portal(server, person, task):
    person.email = ""
    person.save()
    make.notice(person, about=task)
    assert remind()[1] == ""
    assert not server.letters and notices.unread(person) == 1


def test_a_server_that_refuses_everything_is_told_of_and_asked_again(server, task):
    told_of(task, "lan", "minh")
    server.at_data = "550 Không nhận thư của cổng"
    text, trouble = remind()
    assert "0 letters sent" in text
    assert "2 letters were not taken" in trouble and "550" in trouble
    assert states() == {"lan": "refused", "minh": "refused"}
    assert not Notice.objects.exclude(mailed_at=None).exists()
    server.at_data = None
    assert remind()[1] == ""
    assert states() == {"lan": "sent", "minh": "sent"} and len(server.letters) == 2
    assert set(Letter.objects.values_list("tries", "error")) == {(2, "")}
    assert not Notice.objects.filter(mailed_at=None).exists()


def test_a_refused_recipient_is_only_their_own_trouble(server, task):
    told_of(task, "lan", "minh", "tuan")
    server.refused = {"minh@sct.example.vn": "550 Hộp thư không tồn tại"}
    trouble = remind()[1]
    assert "minh@sct.example.vn" in trouble and "lan@" not in trouble
    assert states() == {"lan": "sent", "minh": "refused", "tuan": "sent"}
    assert "550" in Letter.objects.get(state="refused").error
    remind()
    assert len(server.letters) == 2  # the others get no second one


def test_an_address_that_is_none_harms_nobody_else(server, task):
    told_of(task, "lan", "minh")
    broken = make.user("editor", agency=task.lead_agency, email="không phải địa chỉ")
    make.notice(broken, about=task)
    assert broken.username in remind()[1]
    assert len(server.letters) == 2


def test_a_server_that_hangs_is_left_after_three_letters(settings, task):
    told_of(task, *"abcde")
    with listening(settings):
        trouble = remind()[1]
    assert "3 letters were not taken" in trouble and "2 more were not tried" in trouble
    assert Letter.objects.filter(state="refused").count() == 3 == Letter.objects.count()
    assert Notice.objects.filter(mailed_at=None).count() == 5


def test_a_server_that_is_away_loses_nothing(settings, server, task):
    port = settings.EMAIL_PORT
    told_of(task, "lan")
    settings.EMAIL_PORT = 9
    assert "ConnectionRefusedError" in remind()[1]
    settings.EMAIL_PORT = port
    assert remind()[1] == "" and len(server.letters) == 1


def test_a_letter_that_was_cut_off_is_told_of_and_not_sent_again_that_day(server, person, task):
    make.notice(person, about=task)
    Letter.objects.create(user=person, on=DAY, state="claimed")
    assert "Cut off" not in remind()[0]  # somebody may be at it
    Letter.objects.update(at=timezone.now() - datetime.timedelta(hours=2))
    assert "unknown whether it arrived: lan" in remind()[0]
    assert not server.letters


def test_a_long_letter_says_how_much_more_there_is(server, person, task):
    for number in range(letters.MOST + 5):
        make.notice(person, about=task, subject=f"Việc số {number}")
    remind()
    text = server.letters.pop().get_content()
    assert text.count("Việc số") == letters.MOST and "… và 5 việc khác" in text
    assert not Notice.objects.filter(mailed_at=None).exists()


def test_two_commands_at_once_send_one_letter(database_for_many, server):
    task = make.task(lead_agency=make.agency(city="HN"))
    told_of(task, "lan", "minh")
    meet = threading.Barrier(3)

    def run(_number):
        meet.wait()
        try:
            letters.send_all(DAY)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(run, range(3)))
    assert sorted(letter["To"] for letter in server.letters) == ["lan@sct.example.vn", "minh@sct.example.vn"]
    assert states() == {"lan": "sent", "minh": "sent"}

"""One letter a day to each person who has a mail address: what the portal has told them and they have not looked at.

The letter is claimed, and the claim stored, before the mail server gets it: two who send at the same time send it
once. What the server refuses is tried again with the next run; a letter that stays claimed was cut off in between."""

import datetime
import smtplib
from dataclasses import dataclass, field
from email.utils import parseaddr
from itertools import groupby

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Letter, Notice
from accounts.notice_kinds import MARKS, mark_of
from accounts.notices import seen, sentence

LANGUAGE = "vi"
MOST = 60  # notices that one letter tells of; it says how many more there are
CUT_OFF_AFTER = datetime.timedelta(hours=1)
REPORTED_FOR = datetime.timedelta(days=7)
GIVES_UP_AFTER = 3  # letters in a row for which the server could not be reached
CLAIMED, SENT, REFUSED = Letter.State.CLAIMED, Letter.State.SENT, Letter.State.REFUSED


@dataclass
class Post:
    """What became of the letters of a run. `refused`: (person, why); `left`: people not tried, as nobody answered."""

    sent: int = 0
    refused: list = field(default_factory=list)
    left: int = 0


def send_all(day):
    """Send every letter of `day` that is not sent yet; the Post tells how it went."""
    post, silent = Post(), 0
    for person, notices in waiting(day):
        if silent == GIVES_UP_AFTER:
            post.left += 1
        elif letter := claimed(person, day, len(notices)):
            why, answered = hand_over(letter, notices)
            silent = 0 if answered else silent + 1
            if why:
                post.refused.append((person, why))
            else:
                post.sent += 1
    return post


def waiting(day):
    """[(person, notices)] of those whose letter of `day` is not sent: what was neither read nor mailed, and what they
    may still see, most pressing first."""
    under_way = Letter.objects.filter(on=day).exclude(state=REFUSED).values("user")
    found = Notice.objects.filter(mailed_at=None, read_at=None, user__is_active=True).exclude(user__email="")
    found = found.exclude(user__in=under_way).select_related("user__agency").order_by("user_id", "-at", "-pk")
    rank = [*MARKS.values()].index
    people = groupby(sorted(seen(found), key=lambda notice: notice.user_id), key=lambda notice: notice.user)
    return [(person, sorted(some, key=lambda notice: rank(mark_of(notice.kind)))) for person, some in people]


def claimed(person, day, notices):
    """The letter of this day, claimed by us; None when it is sent or somebody else is at it."""
    given = {"state": CLAIMED, "tries": 1, "notices": notices}
    letter, is_new = Letter.objects.get_or_create(user=person, on=day, defaults=given)
    again = {"state": CLAIMED, "tries": F("tries") + 1, "notices": notices, "at": timezone.now(), "error": ""}
    if is_new or Letter.objects.filter(pk=letter.pk, state=REFUSED).update(**again):
        return letter
    return None


def hand_over(letter, notices):
    """Give it to the mail server and keep what came of it: (why not, did the server answer)."""
    try:
        message(letter.user, notices, letter.on).send()
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; ValueError: an address that is none
        why, answered = reason(error)
        Letter.objects.filter(pk=letter.pk).update(state=REFUSED, error=why)
        return why, answered
    with transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(state=SENT)
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=timezone.now())
    return "", True


def reason(error):
    """(what went wrong in words, did the server answer)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, text = error.smtp_code, error.smtp_error
    else:
        return printable(f"{type(error).__name__}: {error}"), isinstance(error, ValueError)
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return printable(f"{code} {said}"), True


def printable(text):
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:300]


def is_cut_off(letter):
    """Claimed for an hour: whether it arrived, nobody knows."""
    return letter.state == CLAIMED and letter.at < timezone.now() - CUT_OFF_AFTER


def cut_off(day):
    """The letters of the last week of which nobody knows whether they arrived: they stayed claimed for an hour."""
    found = Letter.objects.filter(state=CLAIMED, at__lt=timezone.now() - CUT_OFF_AFTER)
    return found.filter(on__gt=day - REPORTED_FOR, on__lte=day).select_related("user")


# The text -----------------------------------------------------------------------------------------------------------


def message(person, notices, day):
    """The letter. Its Message-ID is the same each time that the letter of this person and day is tried."""
    with override(LANGUAGE):
        words = {"n": len(notices), "day": f"{day:%d/%m/%Y}", "name": str(person)}
        subject = _("Cổng quy hoạch: %(n)s việc cần xem ngày %(day)s") % words
        parts = [_("Kính gửi: %(name)s") % words, _("Ngày %(day)s, cổng quy hoạch có %(n)s việc cần xem:") % words]
        parts += [entry(number, notice) for number, notice in enumerate(notices[:MOST], start=1)]
        if more := len(notices) - MOST:
            parts += [_("… và %(n)s việc khác, xem trên cổng.") % {"n": more}] if more > 0 else []
        parts.append(_("Xem tất cả thông báo: %(link)s") % {"link": link(reverse("accounts:notices"))})
        parts.append(_("Cổng gửi thư này tự động, mỗi ngày nhiều nhất một thư; không cần trả lời thư."))
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    headers = {"Message-ID": f"<notices-{day:%Y%m%d}-{person.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, "\n\n".join(parts) + "\n", to=[person.email], headers=headers)


def entry(number, notice):
    lines = [f"{number}. {notice.subject}", f"   {sentence(notice)}", f"   {link(notice.address)}"]
    return "\n".join(line for line in lines if line.strip())


def link(address):
    """The address in full; without PORTAL_URL its path."""
    return f"{settings.PORTAL_URL}{address}"

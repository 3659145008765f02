"""The letter that carries a link to its agency: words ready to copy, and the mail where there is an address."""

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone
from django.utils.translation import gettext as _

from planning.consultation_profile import silence_words

NO_MAIL = "django.core.mail.backends.console.EmailBackend"  # what stands in where no mail server is set


def letter(request, address):
    """What is said around the link: who asks, about what, until when, what silence means, how long the link is good."""
    asked, lasts = request.consultation, timezone.localtime(request.link_until)
    parts = [
        _("Kính gửi: %(agency)s") % {"agency": request.agency},
        _("%(agency)s đề nghị quý cơ quan cho ý kiến về: %(title)s.")
        % {"agency": asked.agency, "title": " – ".join(part for part in (asked.title, asked.version_text) if part)},
        _("Trả lời trước hết ngày %(day)s tại liên kết sau, không cần tài khoản:")
        % {"day": f"{request.due_on:%d/%m/%Y}"},
        address,
        _("Liên kết dùng được đến %(moment)s. Ai giữ liên kết này trả lời được thay quý cơ quan.")
        % {"moment": f"{lasts:%H:%M %d/%m/%Y}"},
        silence_words(asked),
    ]
    return "\n\n".join(parts)


def mail(request, text):
    """(was it sent, in words); ("", "") when there is no address to send it to."""
    if not request.contact_email:
        return None, ""
    if settings.EMAIL_BACKEND == NO_MAIL:
        return False, _("Cổng chưa được cấu hình máy chủ thư: hãy tự gửi lời dưới đây.")
    subject = _("Đề nghị cho ý kiến: %(title)s") % {"title": request.consultation.title}
    try:
        send_mail(subject, text, None, [request.contact_email])
    except (SMTPException, OSError):
        return False, _("Không gửi được thư đến %(email)s: hãy tự gửi lời dưới đây.") % {"email": request.contact_email}
    return True, _("Đã gửi thư đến %(email)s.") % {"email": request.contact_email}

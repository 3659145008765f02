"""Uploaded files: what is taken in, under which name it is kept, and how it is given out again.

A file is taken when its content is what its ending says. It is kept under a random name outside of the web root, and
given out as a download that a browser neither shows nor runs."""

import hashlib
import re
import uuid
import zipfile
import zlib
from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.text import clean_text

UNPACKED_MAX_BYTES = 200 * 1024 * 1024
ENTRIES_MAX = 2_000
CONTENT_TYPES, TYPES_MAX_BYTES = "[Content_Types].xml", 1024 * 1024
PNG, JPG, PDF, ZIP = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-", b"PK\x03\x04"
# ending → how the file begins, what stands near its end, the part that an Office file must have
ACCEPTED = {
    "pdf": (PDF, b"%%EOF", None),
    "docx": (ZIP, None, "word/document.xml"),
    "xlsx": (ZIP, None, "xl/workbook.xml"),
    "png": (PNG, b"IEND", None),
    "jpg": (JPG, b"\xff\xd9", None),
    "jpeg": (JPG, b"\xff\xd9", None),
}
TAIL = 2_048
UNSAFE = re.compile(r'[/\\<>:"|?*%]')


def ending_of(name):
    return PurePosixPath(name).suffix.lower().lstrip(".")


def check_upload(upload):
    """ValidationError, in the words of the office, when the file is not one that the portal keeps."""
    ending = ending_of(upload.name)
    if ending not in ACCEPTED:
        raise ValidationError(_("Chỉ nhận tệp pdf, docx, xlsx, png hoặc jpg."), "ending")
    if upload.size > settings.UPLOAD_MAX_BYTES:
        raise ValidationError(_("Tệp lớn hơn %(most)s.") % {"most": filesizeformat(settings.UPLOAD_MAX_BYTES)}, "size")
    clean_name(upload.name)
    begins, ends, part = ACCEPTED[ending]
    upload.seek(0)
    head = upload.read(len(begins))
    upload.seek(max(0, upload.size - TAIL))
    tail = upload.read()
    upload.seek(0)
    if head != begins or (ends and ends not in tail):
        raise ValidationError(
            _("Nội dung tệp không phải là %(ending)s, hoặc tệp bị hỏng.") % {"ending": ending}, "content"
        )
    if part:
        check_office(upload, part)
    upload.seek(0)


def check_office(upload, part):
    """A Word or Excel file: a whole zip with the right parts, not too much inside, and no macros."""
    try:
        with zipfile.ZipFile(upload) as package:
            entries = package.infolist()
            sizes = {entry.filename: entry.file_size for entry in entries}
            too_much = (
                sum(entry.file_size for entry in entries) > UNPACKED_MAX_BYTES
                or sizes.get(CONTENT_TYPES, 0) > TYPES_MAX_BYTES
            )
            if len(entries) > ENTRIES_MAX or too_much:
                raise ValidationError(_("Tệp nén quá nhiều nội dung, không mở được an toàn."), "bomb")
            types = package.read(CONTENT_TYPES) if CONTENT_TYPES in sizes else b""
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as broken:
        raise ValidationError(_("Không mở được tệp: tệp hỏng hoặc có mật khẩu."), "content") from broken
    if part not in sizes or not types:
        raise ValidationError(_("Nội dung tệp không phải là tài liệu Word hay Excel như đuôi tệp."), "content")
    if b"macroEnabled" in types or any(name.lower().endswith(("vbaproject.bin", ".bas")) for name in sizes):
        raise ValidationError(_("Tệp có macro. Hãy lưu lại không kèm macro rồi tải lên."), "macro")


def keep(document, upload):
    """Store a checked file under a random name; an earlier file stays on the disk, its trace in the history."""
    document.file_name = clean_name(upload.name)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    document.file_sha256 = digest.hexdigest()
    upload.seek(0)
    document.file.save(f"{uuid.uuid4().hex}.{ending_of(upload.name)}", upload, save=False)
    document.save()


def clean_name(name):
    """The name that the file came with, in one line, without signs that a path or a shell would read."""
    stem, ending = clean_text(PurePosixPath(name).stem), ending_of(name)
    return f"{UNSAFE.sub('-', stem)[:200].strip(' .') or 'tep'}.{ending}"


def download_name(document):
    """ "Quyết định 123-QĐ-UBND.pdf": what the document is, with a name that survives every file system."""
    return clean_name(
        f"{document.get_type_display()} {document.number}".replace("/", "-") + f".{ending_of(document.file.name)}"
    )


def download(document):
    """The document's file as an attachment; Http404 when there is none."""
    if not document.file:
        raise Http404(_("Văn bản này chưa có tệp."))
    return as_attachment(document.file, download_name(document))


def as_attachment(file, name):
    """A stored file under a whole `name`, which a browser neither sniffs nor runs; Http404 when it is gone."""
    if not file.storage.exists(file.name):
        raise Http404(_("Tệp này không còn trong kho."))
    response = FileResponse(file.open("rb"), as_attachment=True, filename=name)
    response["Content-Type"] = "application/octet-stream"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    return response

"""What a file is by its first bytes; its ending must say the same."""

import os
import struct
import zipfile
import zlib

from bounds import PACKED_MAX, Refused

OLE, ZIP, PDF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"%PDF-"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
MARKUP = (b"<", b"MIME-Version")  # web pages that some programs name .xls
KINDS = {"json": "geojson", "txt": "csv"}  # endings of one content
# what zipfile, zlib and the XML parsers raise on files that are not whole; LookupError: an unknown encoding
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, EOFError, LookupError, OSError, ValueError)


def check_content(path, ending):
    if os.path.getsize(path) > PACKED_MAX:
        raise Refused("size", most=PACKED_MAX // 1024 // 1024)
    kind = kind_of(path)
    if kind != KINDS.get(ending, ending):
        raise Refused("ending", ending=ending)


def kind_of(path):
    """xlsx, ods, docx, pdf, geojson, csv, or "" for others; refuses at once what an older or a locked file is."""
    with open(path, "rb") as file:
        content = file.read(8_192)
        if content.startswith(OLE):
            raise Refused("encrypted" if ENCRYPTED in content + file.read() else "old")
    if content.startswith(ZIP):
        return office(path)
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise Refused("empty")
    if start.startswith(PDF):
        return "pdf"
    if start.startswith(MARKUP):
        return ""
    return "geojson" if start.startswith(b"{") else "csv"


def office(path):
    try:
        with zipfile.ZipFile(path) as package:
            names = package.NameToInfo
            if "xl/workbook.xml" in names:
                return "xlsx"
            if any(name.startswith("word/document") for name in names):
                return "docx"
            with package.open("mimetype") as part:
                return "ods" if part.read(len(ODS_TYPE)) == ODS_TYPE else ""
    except KeyError:
        return ""
    except BROKEN as broken:
        raise Refused("broken") from broken

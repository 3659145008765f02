"""The zip that xlsx, ods and docx files are: counted while it is inflated, before anything inside is believed."""

import struct
import zipfile
import zlib
from xml.parsers import expat

import defusedxml.ElementTree
from bounds import ENTRIES_MAX, UNPACKED_MAX, Refused
from signatures import BROKEN

CHUNK = 256 * 1024
LOCAL_HEADER = 30
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
SMALL_PART_MAX = 5 * 1024 * 1024  # relations, styles: read as a tree


def opened(path):
    """The package, every entry of it whole, with the size it claims, and together not too much."""
    try:
        package = zipfile.ZipFile(path)
        check(package, path)
    except BROKEN as broken:
        raise Refused("broken") from broken
    return package


def check(package, path):
    entries = package.infolist()
    if len(entries) > ENTRIES_MAX or sum(entry.file_size for entry in entries) > UNPACKED_MAX:
        raise Refused("bomb")
    names = {entry.filename.lower() for entry in entries}
    if len(names) != len(entries):
        raise Refused("broken")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused("encrypted")
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise Refused("macro")
    left = UNPACKED_MAX
    with open(path, "rb") as file:
        for entry in entries:
            left -= inflated_size(file, entry, left)


def inflated_size(file, entry, most):
    """How many bytes really come out of an entry; the header of the zip may claim what it likes."""
    file.seek(entry.header_offset)
    signature, *_, name_length, extra_length = struct.unpack("<4s5H3I2H", file.read(LOCAL_HEADER))
    if signature != b"PK\x03\x04" or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused("broken")
    file.seek(name_length + extra_length, 1)
    if entry.compress_type == zipfile.ZIP_STORED:
        size, whole = len(file.read(entry.compress_size)), True
    else:
        size, whole = inflate(file, entry.compress_size, most)
    if size > most:
        raise Refused("bomb")
    if size != entry.file_size or not whole:
        raise Refused("broken")
    return size


def inflate(file, packed, most):
    """The bytes that come out of `packed` bytes, and whether the stream ended; stops soon after `most`."""
    stream, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    while packed and not stream.eof and size <= most:
        chunk = file.read(min(packed, CHUNK))
        if not chunk:
            break
        packed -= len(chunk)
        while chunk and size <= most:
            size += len(stream.decompress(chunk, CHUNK))
            chunk = stream.unconsumed_tail
    return size, stream.eof


def tree(package, name):
    """A small part as a tree of elements; None when the package has no such part."""
    if name not in package.NameToInfo:
        return None
    if package.getinfo(name).file_size > SMALL_PART_MAX:
        raise Refused("bomb")
    try:
        return defusedxml.ElementTree.fromstring(package.read(name), forbid_dtd=True)
    except (*BROKEN, defusedxml.ElementTree.ParseError) as broken:  # ValueError: what defusedxml forbids
        raise Refused("broken") from broken


def scan(package, name, parser):
    """Feed a large part to an expat `parser` piece by piece. As defusedxml does: no document type, so no entities.

    Only UTF-8, as every program writes it: of anything else another reader of the same part would see nothing."""
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler, parser.XmlDeclHandler = forbid, check_declaration
    try:
        with package.open(name) as part:
            if b"\0" in part.peek(2)[:2] or part.peek(2).startswith(UTF_16_MARKS):
                raise Refused("broken")
            parser.ParseFile(part)
    except (*BROKEN, expat.ExpatError) as broken:
        raise Refused("broken") from broken


def check_declaration(version, encoding, standalone):
    if encoding and encoding.lower() not in ("utf-8", "us-ascii"):
        raise Refused("broken")


def forbid(*declared):
    raise Refused("broken")

"""The lines of a pdf, page by page. Pictures are not read: a file of scanned pages has no text."""

import logging

import pypdf
import pypdf.errors
from bounds import LETTERS_MAX, PAGES_MAX, Refused

BARE = 20  # letters of a page that is only a picture with its number


def read(path):
    """{"pages": the text of each page in lines; "told": what was seen, "empty": the numbers of pages without text}."""
    logging.disable(logging.CRITICAL)
    reader = pypdf.PdfReader(path)
    if reader.is_encrypted and not opens(reader):
        raise Refused("encrypted")
    if len(reader.pages) > PAGES_MAX:
        raise Refused("pages", pages=len(reader.pages), most=PAGES_MAX)
    pages, letters = [], 0
    for page in reader.pages:
        pages.append(page.extract_text())
        letters += len(pages[-1])
        if letters > LETTERS_MAX:
            raise Refused("text", most=LETTERS_MAX)
    bare = [number for number, said in enumerate(pages, start=1) if sum(map(str.isalpha, said)) < BARE]
    if len(bare) == len(pages):
        raise Refused("scan")
    return {"pages": pages, "told": ["bare"] if bare else [], "bare": bare}


def opens(reader):
    """Does a locked file open without a password? So do those that are only kept from being changed."""
    try:
        return bool(reader.decrypt(""))
    except (pypdf.errors.PyPdfError, NotImplementedError):
        return False

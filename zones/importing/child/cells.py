"""One cell on its way out of the child: what JSON says by itself stays, the rest is a small object with one tag.

null, true, "text" and 27.2 stand for themselves; {"p": 0.25} is a number shown with %, {"d": "2016-04-01"} a day,
{"t": …} a day with a time, {"e": what the cell shows, "k": why it cannot be used}."""

import datetime
import math
import unicodedata

SPACES = dict.fromkeys(
    map(ord, "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"), " "
)
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))  # zero width: pasted along from pages, seen by nobody
FIRST_SURE_DAY = datetime.date(1900, 3, 1)  # before it, Excel's days and LibreOffice's are not the same


def problem(shown, kind):
    return {"e": shown, "k": kind}


def text(value):
    """`value` in NFC, every kind of space a plain one, without zero-width signs; control characters are a problem."""
    if value.isprintable() and unicodedata.is_normalized("NFC", value):
        return value or None
    value = value.replace("\r\n", "\n").replace("\r", "\n").translate(SPACES).translate(INVISIBLE)
    if bad := next((char for char in value if char != "\n" and unicodedata.category(char) in ("Cc", "Cs")), None):
        return problem(f"U+{ord(bad):04X}", "control")
    return unicodedata.normalize("NFC", value) or None


def number(value):
    """The number that the office sees: the 15 significant digits of Excel, so that 27.200000000000003 is 27.2."""
    if not math.isfinite(value):
        return problem(str(value), "number")
    shown = value if value.is_integer() else float(f"{value:.15g}")
    return int(shown) if shown.is_integer() and abs(shown) < 1e15 else shown


def percent(value):
    shown = number(value)
    return shown if isinstance(shown, dict) else {"p": shown}


def day(value):
    """A day, or a day with a time; days before 01/03/1900 are counted differently by different programs."""
    moment = isinstance(value, datetime.datetime)
    if (value.date() if moment else value) < FIRST_SURE_DAY:
        return problem(value.strftime("%d/%m/") + f"{value.year:04}", "early")
    return {"t": value.isoformat()} if moment else {"d": value.isoformat()}

"""Letters that are no Vietnamese any more: lost, taken for another encoding, or typed for the fonts of old, which drew
TCVN3 (ABC) or VNI with the letters of Western Europe.

A word is taken for old letters when it is no Vietnamese syllable as it stands and would be one if it were read in one
of them: «Müller» and «Señor» are not, «C«ng» and «Coâng» are. Pure."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import product

from accounts.text import TONES

LETTER = r"[^\W\d_]"
GARBLED = "?"  # what `trouble` says of letters that are lost, where it would name a font
# C?m, cÃ´ng nghiá»‡p: what is left of Vietnamese after a program took it for something else
LOST = re.compile(rf"\?(?<={LETTER}.){LETTER}|á[»º]|Ä‘|Æ°|\ufffd")
WORD = re.compile(r"(?:[^\W\d_]|[\xa1-\xbf\xd7\xf7])+")
WESTERN = re.compile(r"[\xa1-\xff]")
SIGNS = set(map(chr, (*range(0xA1, 0xC0), 0xD7, 0xF7)))  # the letters of TCVN3 that are none in Western Europe
TELLING = set("µ¶·¸¨«¬×÷¡¦®§ª\xad")  # those that nobody else puts beside a letter: a short word with one is enough
SHORTENED = re.compile(r"[BCDGHKLMNPQRSTVX]+[§Ñ][BCDGHKLMNPQRSTVX]*")  # Q§, HÑND
ORDINARY = {"µm", "n·m", "thaï", "seán", "aún"}

INITIALS = tuple(re.split(r"\|", "|b|ch|d|đ|gi|h|kh|l|m|n|nh|ph|qu|r|s|t|th|tr|v|x"))
BEFORE_I, BEFORE_A = ["gh", "k", "ngh"], ["c", "g", "ng"]  # are written so before e, ê, i, y and before the others
RHYMES = re.findall(
    r"\w+",
    """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et
ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu o oc oi om on ong op ot ooc oong
ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uc ui um un ung up ut uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưm ưng ưt ưu
ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng yêt yêu
""",
)
ROUNDED = re.findall(
    r"\w+",
    """
oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet uân uât uây uâng uê uêch uênh uên
uơ uy uya uych uyên uyêt uyn uynh uyp uyt uyu
""",
)
UNROUNDED = ("b", "m", "ph", "v", "gi", "qu")  # are not followed by such a rhyme: buýt, voan and moay are all there is
ALONE = ("gi", "gin", "gip", "giêc", "giêng", "giêt", "buyt", "voan", "quôc")
STOPS = ("c", "ch", "p", "t")  # syllables that end so have one of the last tones
SHARP = "\u0301\u0323"
VOWELS = "aeêioôơuưy"
EITHER = ("oa", "oe", "uê", "uơ", "uy")  # hoà and hòa
TCVN3 = {
    "a": "µ¶·¸¹", "ă": "»¼½¾Æ", "â": "ÇÈÉÊË", "e": "ÌÎÏÐÑ", "ê": "ÒÓÔÕÖ", "i": "×ØÜÝÞ", "o": "ßáâãä", "ô": "åæçèé",
    "ơ": "êëìíî", "u": "ïñòóô", "ư": "õö÷øù", "y": "úûüýþ",
}  # fmt: skip
TCVN3_PLAIN = dict(zip("¨©ª«¬\xad®¡¢£¤¥¦§", "ăâêôơưđăâêôơưđ", strict=True))
VNI_TONES = dict(zip("øûõùï", TONES, strict=True))  # after a, e, o, u, y, ô, ö
VNI_MARKED = {"a": ("âàåãáä", "êèúüéë"), "e": ("âàåãáä",), "o": ("âàåãáä",)}  # a letter, and what makes it â or ă
VNI_ALONE = dict(zip("ñôöíìæóòî", ["đ", "ơ", "ư", "í", "ì", "ỉ", "ĩ", "ị", "ỵ"], strict=True))


def composed(letter, tone):
    return unicodedata.normalize("NFC", letter + tone)


def of_tcvn3():
    toned = [(sign, composed(letter, tone)) for letter, signs in TCVN3.items()
             for sign, tone in zip(signs, TONES, strict=True)]  # fmt: skip
    return TCVN3_PLAIN | dict(toned)


def of_vni():
    found = dict(VNI_ALONE)
    found |= {bare + sign: composed(VNI_ALONE.get(bare, bare), tone)
              for bare, (sign, tone) in product("aeouyôö", VNI_TONES.items())}  # fmt: skip
    for bare, rows in VNI_MARKED.items():
        for row, mark in zip(rows, ("\u0302", "\u0306"), strict=False):
            found |= {bare + sign: composed(bare, mark + tone) for sign, tone in zip(row, ("", *TONES), strict=True)}
    return found


FROM_TCVN3, FROM_VNI = of_tcvn3(), of_vni()
IN_VNI = re.compile("|".join(sorted(FROM_VNI, key=len, reverse=True)))


def syllables():
    """Every Vietnamese syllable without its tone → its rhyme."""
    found = dict.fromkeys(ALONE, "")
    for initial, rhyme in product([*INITIALS, *BEFORE_I, *BEFORE_A], RHYMES + ROUNDED):
        narrow = rhyme[0] in "eêiy"
        if initial in (BEFORE_A if narrow else BEFORE_I) or (initial in UNROUNDED and rhyme in ROUNDED):
            continue
        if (initial == "gi" and narrow and rhyme[0] != "e") or (initial == "qu" and rhyme[0] in "uưo"):
            continue
        found[initial + rhyme] = rhyme
    return found


SYLLABLES = syllables()


def is_syllable(word):
    """Could `word`, in lower case, stand in a Vietnamese dictionary?"""
    letters = [unicodedata.normalize("NFD", char) for char in unicodedata.normalize("NFC", word)]
    toned = [place for place, parts in enumerate(letters) if any(mark in TONES for mark in parts)]
    bare = unicodedata.normalize("NFC", "".join(char for parts in letters for char in parts if char not in TONES))
    if len(toned) > 1 or bare not in SYLLABLES:
        return False
    if bare.endswith(STOPS):
        return bool(toned) and any(mark in letters[toned[0]] for mark in SHARP)
    rhyme = SYLLABLES[bare]
    glides = len(rhyme) > 1 and rhyme[-1] in VOWELS and rhyme not in EITHER
    return not (glides and toned and toned[0] == len(letters) - 1)  # xão, not xaõ


def read_tcvn3(word):
    return "".join(FROM_TCVN3.get(char, char if char.isascii() else "\ufffd") for char in word).lower()


def read_vni(word):
    word = word.lower()
    return IN_VNI.sub(lambda found: FROM_VNI[found[0]], word) if IN_VNI.sub("", word).isascii() else ""


FONTS = {"TCVN3 (ABC)": read_tcvn3, "VNI": read_vni}


@lru_cache(maxsize=20_000)
def old_fonts(word):
    """The fonts of old in which `word` is a Vietnamese syllable that it is not as it stands; none for other words."""
    if len(word) < 2 or any(char > "\xff" for char in word) or word.lower() in ORDINARY:
        return []
    if SHORTENED.fullmatch(word):
        return ["TCVN3 (ABC)" if "§" in word else "VNI"]
    if is_syllable(word.removeprefix("«").rstrip("»¹²³ª®").lower()):  # in quotes, with a mark behind it
        return []
    return [name for name, read in FONTS.items() if is_syllable(read(word))]


def trouble(text):
    """What is wrong with the letters of `text`: GARBLED, or the name of the font; "" when they can be stored."""
    if (text.isascii() and "?" not in text) or "://" in text:
        return ""
    if LOST.search(text) or any(map(is_doubled, text.split())):
        return GARBLED
    words = WORD.findall(text)
    found = {word: fonts for word in words if WESTERN.search(word) and (fonts := old_fonts(word))}
    if not found or (len(found) == 1 and not is_sure(*found, words)):
        return ""
    votes = Counter(font for fonts in found.values() for font in fonts)
    return " / ".join(font for font in FONTS if votes[font] == max(votes.values()))


def is_sure(word, words):
    """Is one word enough? Not when it is short, nor beside Vietnamese, which may well name a foreigner."""
    if TELLING & set(word) or SHORTENED.fullmatch(word) or word.endswith("ñ"):
        return True
    beside_vietnamese = any(char > "\xff" for other in words for char in other)
    return len(word) > 2 and (bool(SIGNS & set(word)) or not beside_vietnamese)


def is_doubled(word):
    """UTF-8 that was read as the letters of Western Europe: CÃ´ng."""
    try:
        return not word.isascii() and bool(word.encode("cp1252").decode("utf-8"))
    except UnicodeError:
        return False

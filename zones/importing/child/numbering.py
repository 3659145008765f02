"""The numbers that Word writes before paragraphs by itself: they stand in its lists, not in the text."""

import re

import package

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PLACE = re.compile(r"%([1-9])")
ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
         (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
LEVELS, COUNTED = 9, 3000  # levels of a list; a list goes no further in roman numbers
BASES = 20  # styles that a style goes back to


def letter(count):
    """a … z, aa, bb: as Word counts."""
    return chr(96 + (count - 1) % 26 + 1) * ((count - 1) // 26 + 1) if 0 < count <= COUNTED else str(count)


def roman(count):
    said, left = "", count if 0 < count <= COUNTED else 0
    for value, sign in ROMAN:
        said, left = said + sign * (left // value), left % value
    return said or str(count)


FORMATS = {
    "decimal": str,
    "decimalZero": lambda count: f"{count:02}",
    "lowerLetter": letter,
    "upperLetter": lambda count: letter(count).upper(),
    "lowerRoman": lambda count: roman(count).lower(),
    "upperRoman": roman,
    "none": lambda count: "",
}


def whole(text):
    return int(text) if text and text.isdecimal() and len(text) < 6 else 0


def value(node, name):
    found = node.find(W + name) if node is not None else None
    return None if found is None else found.get(W + "val")


class Level:
    """One level of a list: where it starts, how it counts, what it writes."""

    def __init__(self, node):
        start = value(node, "start")
        self.start = 1 if start is None else whole(start)
        self.format = value(node, "numFmt") or "decimal"
        self.text = value(node, "lvlText") or ""


class Numbering:
    """The lists of a file, with how far each has counted."""

    def __init__(self, whole_package):
        lists = package.tree(whole_package, "word/numbering.xml")
        styles = package.tree(whole_package, "word/styles.xml")
        self.counts = {}  # a list's definition → how far its levels have counted
        self.begun = set()
        definitions, self.lists = {}, {}
        for node in lists.findall(f"{W}abstractNum") if lists is not None else ():
            levels = {whole(one.get(W + "ilvl")): Level(one) for one in node.findall(f"{W}lvl")}
            definitions[node.get(W + "abstractNumId")] = levels
        for node in lists.findall(f"{W}num") if lists is not None else ():
            defined = value(node, "abstractNumId")
            levels, restarts = dict(definitions.get(defined, {})), {}
            for over in node.findall(f"{W}lvlOverride"):
                at, own = whole(over.get(W + "ilvl")), over.find(f"{W}lvl")
                if own is not None:
                    levels[at] = Level(own)
                if (start := value(over, "startOverride")) is not None:
                    restarts[at] = whole(start)
            self.lists[node.get(W + "numId")] = (defined, levels, restarts)
        self.styles = {} if styles is None else {one.get(W + "styleId"): one for one in styles.findall(f"{W}style")}

    def of_style(self, style):
        """The list and level that a style, or one it goes back to, puts its paragraphs in."""
        for _step in range(BASES):
            node = self.styles.get(style)
            properties = node.find(f"{W}pPr/{W}numPr") if node is not None else None
            if properties is not None and value(properties, "numId"):
                return value(properties, "numId"), value(properties, "ilvl")
            style = value(node, "basedOn")
        return None, None

    def next(self, style, number, level):
        """What Word writes before the next paragraph of a list, and whether that is sure; "" outside of lists."""
        if number is None:
            number, of_style = self.of_style(style)
            level = of_style if level is None else level
        if number in (None, "0"):
            return "", True
        defined, levels, restarts = self.lists.get(number, (None, {}, {}))
        at = min(whole(level), LEVELS - 1)
        if at not in levels:
            return "", False
        if levels[at].format == "bullet":
            return "-", True
        counts = self.counts.setdefault(defined, {})
        if number not in self.begun:
            self.begun.add(number)
            for place, start in restarts.items():
                counts[place] = start - 1
        counts[at] = counts.get(at, levels[at].start - 1) + 1
        for deeper in [place for place in counts if place > at]:
            del counts[deeper]
        return self.written(levels, counts, at)

    def written(self, levels, counts, at):
        """The text of a level with the counts of this level and of those above filled in."""
        sure = True

        def count_of(found):
            nonlocal sure
            place = int(found[1]) - 1
            level = levels.get(place, levels[at])
            sure = sure and level.format in FORMATS
            return FORMATS.get(level.format, str)(counts.get(place, level.start))

        return PLACE.sub(count_of, levels[at].text).strip(), sure

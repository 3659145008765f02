"""The text of a Word file in one pass over its main part: paragraphs with their automatic numbers, tables with cells.

What is tracked as deleted, hidden, or stands in headers, footers and notes is left out; `told` says what was seen."""

import re
from xml.parsers import expat

import package
from bounds import LETTERS_MAX, Refused
from numbering import Numbering

MAIN = re.compile(r"word/document\d*\.xml")
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main "
LEFT_OUT = {"del", "moveFrom", "Fallback", "pPrChange", "rPrChange"}
TOLD = {"ins": "changes", "del": "changes", "moveFrom": "changes", "footnoteReference": "notes", "object": "objects"}
SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "sym": "•"}
OFF = ("0", "false", "none", "off")


def read(path):
    """{"blocks": a text for each paragraph, the rows of cells for each table; "told": what was seen}."""
    whole = package.opened(path)
    part = next((name for name in whole.NameToInfo if MAIN.fullmatch(name)), None)
    if part is None:
        raise Refused("broken")
    body = Body(Numbering(whole))
    package.scan(whole, part, body.parser)
    return {"blocks": body.blocks, "told": sorted(body.told)}


class Paragraph:
    """What is known of a paragraph while it is read."""

    def __init__(self):
        self.pieces, self.style, self.level, self.number, self.goes_on = [], "", None, None, False


class Body:
    """What the parser has come across so far."""

    def __init__(self, numbering):
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
        self.parser.CharacterDataHandler = self.text
        self.numbering, self.blocks, self.told, self.letters = numbering, [], set(), 0
        self.paragraphs, self.tables, self.path = [], [], []  # those that are open, the innermost last
        self.skipping = self.listening = 0
        self.hidden = self.capitals = False
        self.before = ""  # of a paragraph whose mark was deleted: it goes on in the next one
        self.starts = {
            "p": self.open_paragraph, "r": self.open_run, "t": self.listen, "vanish": self.vanish, "caps": self.caps,
            "pStyle": self.style, "ilvl": self.level, "numId": self.number, "tbl": self.open_table,
            "tr": self.open_row, "tc": self.open_cell,
        }  # fmt: skip
        self.ends = {"p": self.close_paragraph, "t": self.deafen, "tbl": self.close_table}

    def start(self, name, attributes):
        name = name.rpartition(" ")[2]
        within = self.path[-1] if self.path else ""
        self.path.append(name)
        if within == "rPr" and name in ("del", "moveFrom") and self.path[-3:-2] == ["pPr"]:
            self.paragraphs[-1].goes_on = True  # the mark of the paragraph was deleted, not its text
        if self.skipping or name in LEFT_OUT:
            self.skipping += 1
        if name in TOLD:
            self.told.add(TOLD[name])
        if self.skipping:
            return
        if name in SIGNS and within == "r":
            self.add(SIGNS[name])
        elif handle := self.starts.get(name):
            handle(attributes)

    def end(self, name):
        name = self.path.pop()
        if self.skipping:
            self.skipping -= 1
        elif handle := self.ends.get(name):
            handle()

    def value(self, attributes):
        return attributes.get(f"{W}val", attributes.get(f"{STRICT}val", ""))

    def open_paragraph(self, attributes):
        self.paragraphs.append(Paragraph())

    def style(self, attributes):
        if self.paragraphs:
            self.paragraphs[-1].style = self.value(attributes)

    def level(self, attributes):
        if self.paragraphs and self.path[-2] == "numPr":
            self.paragraphs[-1].level = self.value(attributes)

    def number(self, attributes):
        if self.paragraphs and self.path[-2] == "numPr":
            self.paragraphs[-1].number = self.value(attributes)

    def open_run(self, attributes):
        self.hidden = self.capitals = False

    def vanish(self, attributes):
        if self.path[-3:-1] == ["r", "rPr"]:
            self.hidden = self.value(attributes) not in OFF

    def caps(self, attributes):
        if self.path[-3:-1] == ["r", "rPr"]:
            self.capitals = self.value(attributes) not in OFF

    def listen(self, attributes):
        self.listening = True

    def deafen(self):
        self.listening = False

    def text(self, said):
        if self.listening and not self.skipping:
            self.add(said.upper() if self.capitals else said)

    def add(self, said):
        if self.paragraphs and not self.hidden:
            self.letters += len(said)
            if self.letters > LETTERS_MAX:
                raise Refused("text", most=LETTERS_MAX)
            self.paragraphs[-1].pieces.append(said)

    def close_paragraph(self):
        paragraph = self.paragraphs.pop()
        said, self.before = self.before + "".join(paragraph.pieces), ""
        if paragraph.goes_on:
            self.before = said
            return
        if said.strip():
            number, sure = self.numbering.next(paragraph.style, paragraph.number, paragraph.level)
            self.told |= set() if sure else {"numbers"}
            said = f"{number} {said}" if number else said
        if not self.tables:
            self.blocks.append(said)
        elif self.tables[-1] and self.tables[-1][-1]:
            self.tables[-1][-1][-1].append(said)

    def open_table(self, attributes):
        self.tables.append([])

    def open_row(self, attributes):
        if self.tables:
            self.tables[-1].append([])

    def open_cell(self, attributes):
        if self.tables and self.tables[-1]:
            self.tables[-1][-1].append([])

    def close_table(self):
        """A table within a cell becomes lines of that cell."""
        rows = [["\n".join(filter(None, cell)) for cell in row] for row in self.tables.pop()]
        if not self.tables:
            self.blocks.append(rows)
        elif self.tables[-1] and self.tables[-1][-1]:
            self.tables[-1][-1][-1] += [cell for row in rows for cell in row]

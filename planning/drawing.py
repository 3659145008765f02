"""The tables of moves as a document to read: pictures, clocks and moves in plain words. Text only, from data only."""

from inspect import getdoc

from planning import tracks
from planning.conditions import CONDITIONS
from planning.models import Rule

INTRO = """# Tracks: what may follow on what

This document is drawn from the tables that the portal itself goes by (`manage.py draw_tracks`); do not edit it by hand.

Every matter about a zone is a *dossier* (hồ sơ) on one *track* (tuyến): the legal one, planning, land, construction,
operation, or the relocation of a facility. One zone has several dossiers at the same time and no track waits for
another. A dossier stands in one *state* (trạng thái) and goes on by a *move* (bước) that its table allows.

- The *document* (văn bản) named with a move must be given, or the move is refused. Types: QĐ decision, NQ resolution,
  TB notice, CV letter, TTr submission, BC report, KH plan, GCN registration certificate, K other paper.
- **decision** marks a move that only a person with the right to approve records; other moves any editor of the agency
  concerned may record. The lead agency of the dossier may record every move.
- A *limit* (thời hạn) is the clock of the law that the move ends. "wd" are working days (ngày làm việc), "d" calendar
  days, "m" months, "y" years; "at least" is a shortest time. Where the limit changed, each length stands with its days
  in force: a dossier goes by the rules of its own day (`rule_day`).
- A *condition* (điều kiện) is computed and shown: passed, failed, legacy (the law lets it stand), unknown (the register
  lacks the figure). None of them forbids a move; where one failed, a reason must be written.
- *back* returns a dossier by a document of the authority, *adjust* and *annul* change a decision by a further decision.
  Nothing is ever undone by editing.
- Law is cited as in Vietnamese papers: Luật law, Nghị định decree, Thông tư circular, Quyết định decision; Điều
  article, khoản clause, điểm point.
- The marks of certainty: V the provision was read, V-OCR read in a scan, V2 from a secondary source, R not verified,
  D our own inference and not law.
- A picture shows each move once, from its nearest state; the table below it lists all states from which it may be made.
"""
WAYS = {"forward": "", "back": "back", "adjust": "adjust", "annul": "annul"}
PAUSES = {"supplement": "for a supplement (bổ sung hồ sơ)", "suspension": "as suspended (tạm dừng)"}
AUTHORITIES = {
    "lead": "the dossier's lead agency",
    "commune": "the commune's People's Committee",
    "industry": "the Department of Industry and Trade",
    "planning": "the Department of Planning and Architecture or of Construction",
    "department": "departments of the city",
    "board": "the zone management board",
    "committee": "the provincial People's Committee",
    "council": "the People's Council",
    "ministry": "the ministry that appraises",
    "prime": "the Prime Minister",
    "developer": "the infrastructure developer",
    "enterprise": "the enterprise itself",
}
HOLDERS = {"lead": "lead agency", "cooperating": "cooperating agency", "opinion": "agency asked for its opinion"}


def drawn(rules):
    """The whole document; `rules`: unsaved or stored Rule rows, every period of validity."""
    terms = Terms(rules)
    parts = [INTRO, *(chapter(group, terms) for group in alike(tracks.TABLES)), changes(), conditions(terms)]
    return "\n".join(parts)


def alike(tables):
    """The tables grouped: those that differ in law and clocks only stand together, the newest last."""
    groups = {}
    for table in tables:
        groups.setdefault((table.track, table.kinds, tuple(table.states), tuple(table.moves)), []).append(table)
    return list(groups.values())


class Terms:
    """The rules by code, each with its periods, as short texts."""

    def __init__(self, rules):
        self.rules = {}
        for rule in sorted(rules, key=lambda rule: (rule.code, rule.valid_from is not None, rule.valid_from)):
            self.rules.setdefault(rule.code, []).append(rule)

    def lengths(self, code):
        """'25 d until 14/09/2026, then 20 wd'; rules of the same length in a row are one."""
        texts = []
        for rule in self.rules.get(code, ()):
            length = f"{'at least ' if rule.minimum and rule.kind == 'clock' else ''}{rule.value:f} {unit(rule)}"
            if texts and texts[-1][0] == length:
                texts[-1] = (length, rule.valid_to)
            else:
                texts.append((length, rule.valid_to))
        return ", then ".join(f"{length} until {end:%d/%m/%Y}" if end else length for length, end in texts)

    def marks(self, code):
        return ", ".join(dict.fromkeys(rule.certainty for rule in self.rules.get(code, ())))

    def articles(self, code):
        return "; ".join(dict.fromkeys(rule.article for rule in self.rules.get(code, ())))


def unit(rule):
    return {"metre": "m (metres)", "point": "points"}.get(rule.unit, rule.unit)


def authority(code):
    return f"{AUTHORITIES[code]} ({tracks.AUTHORITIES[code].name})" if code != "lead" else AUTHORITIES[code]


def words(code):
    """A code in plain words: under_appraisal is "under appraisal"."""
    return code.replace("_", " ")


def row(*cells):
    return "| " + " | ".join(str(cell).replace("|", "/") or "–" for cell in cells) + " |"


def grid(head, rows):
    return "\n".join([row(*head), row(*["---"] * len(head)), *rows])


def chapter(group, terms):
    """One track of one kind: its sets of rules, picture, states, clocks and moves."""
    table = group[-1]
    kinds = ", ".join(sorted(table.kinds))
    sets = grid(("Set of rules", "In force", "Law"), [row(one.code, in_force(one), one.law) for one in group])
    parts = [
        f"## {tracks.TRACKS[table.track]} – {kinds}\n\n*{table.name}* (track `{table.track}`)\n",
        f"{sets}\n",
        f"```mermaid\n{picture(table)}\n```\n",
        "### States\n",
        grid(("State", "Vietnamese", "Held by", "Makes the zone", "Ends the track"), states(table)) + "\n",
    ]
    if table.spans:
        parts += ["### Clocks\n", grid(("Clock", "Runs in", "Stands still in", "Limit", "Article", "Mark"),
                                       clocks(table, terms)) + "\n"]  # fmt: skip
    head = ("From", "To", "Move", "Who decides", "Document", "Limit", "Article", "Conditions", "Remarks")
    parts += ["### Moves\n", grid(head, [moved(table, move, terms) for move in table.moves.values()]) + "\n"]
    return "\n".join(parts)


def in_force(table):
    begins = f"from {table.valid_from:%d/%m/%Y}" if table.valid_from else ""
    ends = f"until {table.valid_to:%d/%m/%Y}" if table.valid_to else ""
    return f"{begins} {ends}".strip() or "always"


def picture(table):
    """A Mermaid diagram. Descriptions are quoted by Mermaid's own syntax, so none may hold a colon."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {state.code} : {str(state.name).replace(':', ' –')}" for state in table.states.values()]
    lines += [f"    [*] --> {code}" for code in table.states if code in table.start]
    for move in table.moves.values():
        lines += [f"    {source} --> {move.target} : {words(move.code)}" for source in nearest(table, move)]
    lines += [f"    {state.code} --> [*]" for state in table.states.values() if state.final]
    return "\n".join(lines)


def nearest(table, move):
    """Of the states from which a move may be made: those beside the path, and of the path the nearest to its target."""
    beside = [code for code in table.states if code in move.sources and code not in table.path]
    on_path = [code for code in table.path if code in move.sources]
    if move.way == "back":
        return (beside or on_path)[:1]
    before = [code for code in on_path if move.target in table.path[table.path.index(code) + 1 :]]
    return [*(before or on_path)[-1:], *beside]


def states(table):
    for state in table.states.values():
        made = {"status": state.main, "established": state.established, "operating": state.operating}
        told = ", ".join(f"{aspect}: {words(value)}" for aspect, value in made.items() if value)
        holder = HOLDERS[state.holder]
        if state.with_ != "lead":
            holder = f"{holder}: {AUTHORITIES[state.with_]}"
        yield row(words(state.code), state.name, holder, told, "yes" if state.final else "")


def listed(table, codes):
    return ", ".join(words(code) for code in table.states if code in codes)


def clocks(table, terms):
    for span in table.spans:
        inside = f" (inside “{named(table, span.within)}”, never added to it)" if span.within else ""
        yield row(
            f"`{span.rule}` {span.name}{inside}",
            listed(table, span.states),
            listed(table, span.held),
            terms.lengths(span.rule),
            terms.articles(span.rule),
            terms.marks(span.rule),
        )


def named(table, rule):
    return next(span.name for span in table.spans if span.rule == rule)


def moved(table, move, terms):
    """One move as a line of the table."""
    who = authority(move.authority)
    ends = [span for span in table.spans if move.sources & span.states and move.target not in span.states | span.held]
    limits = "; ".join(f"{span.name}: {terms.lengths(span.rule)}" for span in ends)
    document = f"{'/'.join(move.evidence)}: {move.product}" if move.evidence else ""
    tests = ", ".join(f"`{code}`" for code in move.tests)
    return row(
        listed(table, move.sources),
        words(move.target),
        f"{words(move.code)} – {move.name}",
        f"{who}{' (**decision**)' if move.decides else ''}",
        document,
        limits if move.way == "forward" else "",
        move.law,
        tests,
        remarks(move),
    )


def remarks(move):
    said = [WAYS[move.way]]
    said += [f"the clock stops {PAUSES[move.pauses]}"] if move.pauses else []
    said += [f"ends the pause {PAUSES[move.resumes]}"] if move.resumes else []
    said += ["a reason must be written"] if move.needs_note else []
    said += [f"leaves the zone's {', '.join(sorted(move.keeps))} as it is"] if move.keeps else []
    return "; ".join(filter(None, said))


def changes():
    """The clauses by which a change of law treats dossiers under way."""
    rows = [
        row(
            f"{tracks.TRACKS[one.track]} ({', '.join(sorted(one.kinds))})",
            f"{one.day:%d/%m/%Y}",
            ", ".join(words(code) for code in sorted(one.begun)),
            ", ".join(words(code) for code in sorted(one.filed)),
            one.law,
        )
        for one in tracks.TRANSITIONS
    ]
    head = ("Track", "New rules from", "A round begins in", "Old rules stay when before that day it had reached", "Law")
    text = (
        "## Changes of law\n\nA round that begins on or after the day goes by the new rules. One that began before it "
        "and had reached an appraisal\nkeeps the old rules, also across a supplement. One that had begun and reaches "
        "the appraisal only afterwards fits neither\nclause: a person chooses, and the reason is kept. Where nothing "
        "stands in the fourth column, a round keeps the rules\nunder which it began.\n"
    )
    return f"{text}\n{grid(head, rows)}\n"


def conditions(terms):
    """What the conditions test, and the thresholds by which they judge."""
    rows = [
        row(f"`{code}`", rules[0].title, terms.lengths(code), terms.articles(code), terms.marks(code))
        for code, rules in terms.rules.items()
        if rules[0].kind == Rule.Kind.THRESHOLD
    ]
    tests = [row(f"`{code}`", getdoc(CONDITIONS[code]).splitlines()[0]) for code in sorted(CONDITIONS)]
    thresholds = grid(("Code", "What", "Value", "Article", "Mark"), rows)
    tested = grid(("Condition", "What is tested"), tests)
    return f"## Conditions\n\n{tested}\n\n### Thresholds (ngưỡng)\n\n{thresholds}\n"

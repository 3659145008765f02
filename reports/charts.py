"""Charts as SVG text: the same picture on the page, in the PDF and in Word. No script, no style attributes.

On a page the ink is `currentColor` and everything has a class that the style sheet may colour: `chart`, `chart-title`,
`chart-label`, `chart-value`, `chart-source`, `chart-bar` with `series-1` and on. On paper (`paper_font` given) colours
and font are explicit, and title and source are left to the document, which sets them beside the picture.
"""

import textwrap
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reports.sheet import Bar, Chart, Language, figure, plain

WIDTH = 480
MARGIN = 6  # beside the picture, so that no renderer cuts the last digit
LINE = 18  # a line of text
BAR = 14
GAP = 12
LETTER = 7  # an average letter of the label font, on the generous side
_PAPER = ("#1f3a5f", "#7d9cc0", "#c9d6e6", "#e4e4e4")  # apart in lightness, so they survive a grey print
_OPACITY = ("0.85", "0.5", "0.28", "0.14")


def picture(chart: Chart, language: Language = "vi", *, paper_font: str = "") -> SafeString:
    """The chart as an SVG element; it names itself by its title and tells every value in its description.

    With links it is a group, because what lies inside an image cannot be reached by keyboard or screen reader.
    """
    pen = _Pen(chart, language, paper_font)
    parts = [] if paper_font else [pen.title()]
    if chart.series:
        parts.append(pen.legend())
    parts += [pen.row(bar) for bar in chart.bars]
    if not paper_font:
        parts.append(pen.source())
    role = "group" if any(bar.href for bar in chart.bars) and not paper_font else "img"
    ink, font = ("#000000", paper_font) if paper_font else ("currentColor", "inherit")
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="{}" viewBox="-{} 0 {} {}" width="{}" height="{}"'
        ' font-size="13" font-family="{}" fill="{}"><title>{}</title><desc>{}</desc>{}</svg>',
        *(role, MARGIN, WIDTH + 2 * MARGIN, pen.down, WIDTH + 2 * MARGIN, pen.down, font, ink),
        *(f"{plain(chart.title)} ({plain(chart.unit)})", pen.description(), _joined(parts)),
    )


def _joined(parts: list[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


class _Pen:
    """Draws downwards: each part begins where the last one ended."""

    def __init__(self, chart: Chart, language: Language, paper_font: str) -> None:
        self.chart, self.language, self.paper_font = chart, language, paper_font
        self.down = 0
        totals = [_known(bar) for bar in chart.bars]
        self.scale = Decimal(WIDTH) / (max(totals, default=Decimal(0)) or 1)

    def title(self) -> SafeString:
        lines = textwrap.wrap(f"{plain(self.chart.title)} ({plain(self.chart.unit)})", WIDTH // (LETTER + 1))
        drawn = self._lines(lines, "chart-title", bold=True)
        self.down += GAP // 2
        return drawn

    def source(self) -> SafeString:
        day = figure(self.chart.cutoff_on, "date")
        text = _("Số liệu đến ngày %(day)s. Nguồn: %(source)s") % {"day": day, "source": plain(self.chart.source)}
        drawn = self._lines(textwrap.wrap(text, WIDTH // LETTER), "chart-source")
        self.down += GAP // 2
        return drawn

    def legend(self) -> SafeString:
        """One key for each series, on as many lines as they need."""
        keys, across = [], 0
        for number, name in enumerate(map(plain, self.chart.series)):
            needed = LINE + LETTER * len(name) + GAP
            if across and across + needed > WIDTH:
                self.down, across = self.down + LINE, 0
            key = self._rect(across, 10, number, height=10, top=self.down + 4)
            keys.append(key + self._text(name, across + LINE - 3, self.down + 13, "chart-label"))
            across += needed
        self.down += LINE + GAP // 2
        return _joined(keys)

    def row(self, bar: Bar) -> SafeString:
        values = self.values(bar)
        top = self.down
        room = WIDTH - LETTER * len(values) - GAP
        label = self._lines(textwrap.wrap(plain(bar.label), max(room // LETTER, 12)), "chart-label")
        value = self._text(values, WIDTH, top + 13, "chart-value", end=True)
        drawn = label + value + self._bar(bar)
        self.down += GAP + (BAR if _known(bar) else 0)
        return format_html('<a href="{}">{}</a>', bar.href, drawn) if bar.href and not self.paper_font else drawn

    def values(self, bar: Bar) -> str:
        return " + ".join(figure(value, self.chart.kind, self.language) for value in bar.values)

    def description(self) -> str:
        names = f" ({' + '.join(map(plain, self.chart.series))})" if self.chart.series else ""
        return "; ".join(f"{plain(bar.label)}: {self.values(bar)}" for bar in self.chart.bars) + names

    def _bar(self, bar: Bar) -> SafeString:
        whole = self.scale * _known(bar)
        across = (WIDTH - whole) / 2 if self.chart.form == "funnel" else Decimal(0)
        pieces = []
        for number, value in enumerate(bar.values):
            if value is not None and value > 0:
                pieces.append(self._rect(across, self.scale * value, number, height=BAR, top=self.down + 2))
                across += self.scale * value
        return _joined(pieces)

    def _rect(self, x: Decimal | int, width: Decimal | int, series: int, *, height: int, top: int) -> SafeString:
        shade = min(series, len(_PAPER) - 1)
        look = (
            format_html('fill="{}"', _PAPER[shade])
            if self.paper_font
            else format_html('class="chart-bar series-{}" fill-opacity="{}"', series + 1, _OPACITY[shade])
        )
        return format_html(
            '<rect x="{}" y="{}" width="{}" height="{}" {}/>', f"{x:.1f}", top, f"{width:.1f}", height, look
        )

    def _lines(self, lines: list[str], name: str, *, bold: bool = False) -> SafeString:
        drawn = []
        for line in lines:
            drawn.append(self._text(line, 0, self.down + 13, name, bold=bold))
            self.down += LINE
        return _joined(drawn)

    def _text(self, text: str, x: int, y: int, name: str, *, end: bool = False, bold: bool = False) -> SafeString:
        anchor, weight = "end" if end else "start", "bold" if bold else "normal"
        return format_html(
            '<text x="{}" y="{}" class="{}" text-anchor="{}" font-weight="{}">{}</text>',
            x,
            y,
            name,
            anchor,
            weight,
            text,
        )


def _known(bar: Bar) -> Decimal:
    """The length of a bar: what is known of it."""
    return sum((max(Decimal(value), Decimal(0)) for value in bar.values if value is not None), Decimal(0))

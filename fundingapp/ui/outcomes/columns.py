"""The columns of the indicators, and how their figures are shown while small numbers are hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from fundingapp.application.queries.held_results import ResultRow
from fundingapp.application.queries.safe_results import change_shown
from fundingapp.application.wording import count
from fundingapp.domain.indicators import comparability_of
from fundingapp.domain.judging import Judgement, Standing
from fundingapp.domain.periods import FinancialYear, days_of
from fundingapp.domain.results import Result
from fundingapp.domain.targets import Aim
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.theme import Tone

#: So high that a long name takes two lines where it has no room in one.
NAME_ROW_HEIGHT = 40
#: Where there is nothing to show.
NOTHING = "–"
#: The state of an indicator of which something is hidden.
SMALL = Standing.SMALL.value
TONES = {Standing.MET: Tone.GOOD, Standing.NEAR: Tone.ATTENTION, Standing.NOT_MET: Tone.BAD}
#: What a cell says in which small counts are hidden, on top of its figure.
HIDDEN_TIP = "Small counts may tell who somebody is. “Show the counts” shows them on this screen only."


def tone_of(judgement: Judgement) -> Tone:
    """The tone of the pill that says how a result stands."""
    return TONES.get(judgement.standing, Tone.NEUTRAL)


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator as it is listed; *shows_small*: the user wants its small counts shown on this screen.

    *marks* is what stands in place of what must be hidden, by the figures' names; None while that is being worked out.
    Then every sum that a small count is part of is hidden, whether that is needed or not. With a *heading* it is no
    indicator but the line above those of one project or outcome, of which *row* is the first.
    """

    row: ResultRow
    shows_small: bool = False
    marks: Mapping[str, str] | None = None
    heading: str = ""

    @property
    def key(self) -> object:
        """What tells it from the other lines."""
        return f"heading {self.heading}" if self.heading else self.row.kept.id

    @property
    def hides(self) -> bool:
        """Whether something of it is hidden now."""
        if self.shows_small:
            return False
        return self.row.is_hidden if self.marks is None else bool(self.marks)

    @property
    def for_others(self) -> Line:
        """The same as it may leave this screen."""
        return Line(self.row, False, self.marks, self.heading)

    def _mark(self, measure: str) -> str | None:
        """What is shown in place of a figure; None where it is shown as it is."""
        if not self.hides:
            return None
        if self.marks is not None:
            return self.marks.get(measure)
        row, least = self.row, self.row.to_date.threshold
        if measure == "baseline":
            value = row.baseline.value
            return f"<{least}" if value is not None and 0 < value < least else None
        if measure == "to-date":
            return "[c]" if row.to_date.value is not None and not row.to_date.is_small else row.to_date.hidden
        if measure == "change":
            return ""
        result = row.quarters[int(measure[1:]) - 1]
        return result.hidden if result.is_small else None

    def is_hidden(self, measure: str) -> bool:
        """Whether that figure is hidden now."""
        return self._mark(measure) is not None

    def quarter(self, number: int) -> str:
        """The figure of a quarter, 1 to 4, as the screen shows it; a dash where there is none."""
        mark = self._mark(f"q{number}")
        return mark if mark is not None else self.row.quarters[number - 1].shown

    @property
    def spread(self) -> range | None:
        """The quarters, 1 to 4, that have no figure of their own because one was given for all of them; None where
        there are no such."""
        row, known = self.row, self.row.to_date
        if known.value is None or known.first is None or known.last is None or known.has_gaps:
            return None
        run: list[int] = []
        for number, result in enumerate(row.quarters, start=1):
            first, last = days_of(row.year, number)
            if result.figures or first > known.last or last < known.first:
                if run:
                    break
            else:
                run.append(number)
        return range(run[0], run[-1] + 1) if run else None

    @property
    def spread_label(self) -> str:
        """What the quarters of :attr:`spread` are called: “Q1–Q3”; "" where they are only a part of what is known to
        date, of which no more can be told."""
        known, spread = self.row.to_date, self.spread
        if spread is None or known.first is None or known.last is None:
            return ""
        if days_of(self.row.year, spread[0])[0] > known.first:
            return ""
        return _period(self.row.year, known.first, known.last)

    @property
    def spread_text(self) -> str:
        """What the quarters of :attr:`spread` say together: “Q1–Q3: 195”; “in to date” where it is part of that."""
        if not self.spread_label:
            return "in to date" if self.spread is not None else ""
        return f"{self.spread_label}: {self.known}"

    @property
    def hides_state(self) -> bool:
        """Whether how it stands would tell of what is hidden."""
        against = self.row.target.aim in (Aim.DIRECTION, Aim.CHANGE)
        return self.is_hidden("to-date") or (
            against and (self.is_hidden("baseline") or self.is_hidden("change"))
        )

    @property
    def standing(self) -> Standing:
        """How it stands, as far as that may be told."""
        return Standing.SMALL if self.hides_state else self.row.judgement.standing

    @property
    def state(self) -> str:
        """How it stands, in a word."""
        return SMALL if self.hides_state else self.row.judgement.word

    @property
    def tone(self) -> Tone:
        return Tone.NEUTRAL if self.hides_state else tone_of(self.row.judgement)

    @property
    def baseline(self) -> str:
        """The baseline as it is worded."""
        mark = self._mark("baseline")
        return mark if mark is not None else self.row.baseline.text or NOTHING

    @property
    def known(self) -> str:
        """To date, as the screen shows it."""
        mark = self._mark("to-date")
        return mark if mark is not None else self.row.to_date.shown

    @property
    def to_date(self) -> str:
        """To date, with its change against the baseline where the target asks for one: “954 (+15.9%)”."""
        mark = self._mark("to-date")
        if mark is not None:
            return mark
        said, change = self.row.to_date.shown, change_shown(self.row)
        asks = self.row.target.aim in (Aim.DIRECTION, Aim.CHANGE)
        return f"{said} ({change})" if asks and change and not self.is_hidden("change") else said


class CountColumn(Column[Line]):
    """A column of figures, or of what figures come to. What is copied leaves the screen, so small counts never go
    with it."""

    def copied(self, row: Line) -> str:
        return super().copied(row.for_others)


def _period(year: FinancialYear, first: date, last: date) -> str:
    """Days of *year* as short as they can be told: “Q1–Q3”, “Oct”, “to 31 Jan”, “14 Feb”."""
    for start in range(1, 5):
        for end in range(start, 5):
            if (first, last) == (days_of(year, start)[0], days_of(year, end)[1]):
                return f"Q{start}" if start == end else f"Q{start}–Q{end}"
    if first.day == 1 and (last + timedelta(1)).day == 1:
        return f"{first:%b}" if first.month == last.month else f"{first:%b}–{last:%b}"
    if first == last:
        return f"{last.day} {last:%b}"
    begins = "" if first == year.first_day else f"{first.day} {first:%b} "
    return f"{begins}to {last.day} {last:%b}"


def _quarter(number: int) -> CountColumn:
    def result(line: Line) -> Result:
        return line.row.quarters[number - 1]

    def is_spread(line: Line) -> bool:
        return line.spread is not None and number in line.spread

    def spans(line: Line) -> int:
        return len(line.spread) if line.spread is not None and line.spread[0] == number else 1

    def asks_why(line: Line) -> bool:
        return bool(is_spread(line) or result(line).figures) and not line.hides

    def tip(line: Line) -> str:
        found, known = result(line), line.row.to_date
        said = []
        if is_spread(line) and known.first is not None and known.last is not None:
            days = f"{known.first:%d/%m/%Y} to {known.last:%d/%m/%Y}"
            one = "One figure was given" if len(known.figures) == 1 else "Figures were given"
            said.append(f"{one} for {days}, none by quarter.")
        if found.is_part and found.first is not None and found.last is not None:
            said.append(f"Only part of the quarter: {found.first:%d/%m/%Y} to {found.last:%d/%m/%Y}.")
        if found.why_not:
            said.append(f"{found.why_not[:1].upper()}{found.why_not[1:]}.")
        if line.is_hidden(f"q{number}"):
            said.append(HIDDEN_TIP)
        return " ".join(said)

    def text(line: Line) -> str:
        found = result(line)
        if is_spread(line):
            return line.spread_text if line.spread is not None and line.spread[0] == number else ""
        if found.is_part and found.value is not None and found.first is not None and found.last is not None:
            return f"{_period(line.row.year, found.first, found.last)}: {line.quarter(number)}"
        return line.quarter(number)

    return CountColumn(f"Q{number}", text, RIGHT, why=asks_why, tip=tip, width=56, spans=spans)


def _order_to_date(line: Line) -> tuple[bool, object]:
    """Sorts by the value; what is hidden comes before what there is, whatever it is."""
    value = line.row.to_date.value
    return (False, 0) if value is None or line.is_hidden("to-date") else (True, value)


def project_name(line: Line) -> str:
    """The project's name, or whose it is when no project's."""
    return line.row.project.value.name if line.row.project is not None else "The partnership"


def outcome_name(line: Line) -> str:
    return line.row.outcome.value.name if line.row.outcome is not None else NOTHING


def theme_name(line: Line) -> str:
    """The theme of the indicator's project, "" where it has none."""
    return line.row.project.value.theme if line.row.project is not None else ""


def _papers(line: Line) -> str:
    return count(line.row.evidence, "paper") if line.row.evidence else NOTHING


def _has_baseline(line: Line) -> bool:
    return bool(line.row.baseline.text) and not line.hides


def _trend(line: Line) -> str:
    trend = line.row.trend
    return trend.in_words if trend is not None and not line.hides else ""


def _target_tip(line: Line) -> str:
    target = line.row.target
    if target.aim is Aim.WORDS:
        return f"“{target.text}” is neither a number nor a direction: a person has to judge it."
    return ""


def _about(line: Line) -> str:
    indicator = line.row.indicator
    said = [indicator.name, " · ".join(part for part in (indicator.unit, indicator.counted.value) if part)]
    if indicator.direction.value != "none":
        said.append(indicator.direction.value)
    if comparability := comparability_of(indicator):
        said.append(comparability)
    return "\n".join(said)


def _days_of_baseline(line: Line) -> str:
    baseline = line.row.baseline
    if baseline.first is None or baseline.last is None:
        return ""
    return f"Of {baseline.first:%d/%m/%Y} to {baseline.last:%d/%m/%Y}"


INDICATOR = Column[Line](
    "Indicator",
    lambda line: line.row.indicator.name,
    width=190,
    stretch=3,
    least=128,
    wrap=True,
    sort="indicator",
    filter="indicator",
    tip=_about,
)
PROJECT = Column[Line](
    "Project",
    project_name,
    width=150,
    stretch=2,
    least=100,
    wrap=True,
    sort="project",
    filter="project",
    may_hide=True,
    tip=lambda line: f"{line.row.ref} {project_name(line)}".strip(),
)
OUTCOME = Column[Line](
    "Outcome", outcome_name, width=150, stretch=2, least=80, sort="outcome", filter="outcome", extra=True
)
BASELINE = CountColumn(
    "Baseline",
    lambda line: line.baseline,
    RIGHT,
    why=_has_baseline,
    tip=_days_of_baseline,
    width=66,
    may_hide=True,  # beside the inspector, which says it too
    turn=1,
)
TARGET = CountColumn(
    "Target",
    lambda line: line.row.target.text or NOTHING,
    RIGHT,
    filter="target",
    why=lambda line: bool(line.row.target.text) and not line.hides,
    tip=_target_tip,
    width=66,
    may_hide=True,
    turn=2,
)
QUARTERS = tuple(_quarter(number) for number in range(1, 5))
TO_DATE = CountColumn(
    "To date",
    lambda line: line.to_date,
    RIGHT,
    sort="to-date",
    order=_order_to_date,
    why=lambda line: bool(line.row.to_date.figures) and not line.hides,
    tip=lambda line: HIDDEN_TIP if line.hides else "",
    strong=True,
    width=84,
)
STATE = CountColumn(
    "State",
    lambda line: line.state,
    pill=lambda line: line.tone,
    tip=lambda line: HIDDEN_TIP if line.hides else line.row.judgement.note,
    sort="state",
    filter="state",
    why=lambda line: not line.hides and line.row.judgement.standing in TONES,
    width=96,
)
TREND = CountColumn("Trend", _trend, sort="trend", width=150, extra=True)
OWNER = Column[Line](
    "Data owner",
    lambda line: line.row.indicator.owner,
    sort="owner",
    filter="owner",
    width=110,
    extra=True,
)
EVIDENCE = Column[Line](
    "Evidence",
    _papers,
    sort="evidence",
    order=lambda line: line.row.evidence,
    filter="evidence",
    width=76,
    may_hide=True,
    turn=3,
)


def _with_headings(column: Column[Line]) -> Column[Line]:
    """*column* where some lines are headings: only the first column says anything there."""
    text, why, pill, tip, spans = column.text, column.why, column.pill, column.tip, column.spans
    is_first = column is INDICATOR

    def asks_why(line: Line) -> bool:
        return not line.heading and (why(line) if callable(why) else why)

    def goes_over(line: Line) -> int:
        """A heading has the whole row."""
        if line.heading:
            return len(COLUMNS) if is_first else 1
        return spans(line) if spans is not None else 1

    return replace(
        column,
        text=lambda line: (line.heading if is_first else "") if line.heading else text(line),
        why=asks_why,
        pill=None if pill is None else lambda line: None if line.heading else pill(line),
        tip=None if tip is None else lambda line: line.heading or tip(line),
        tint=lambda line: Tone.NEUTRAL if line.heading else None,
        spans=goes_over if is_first or spans is not None else None,
    )


COLUMNS: tuple[Column[Line], ...] = tuple(
    map(
        _with_headings,
        (
            INDICATOR,
            PROJECT,
            OUTCOME,
            BASELINE,
            TARGET,
            *QUARTERS,
            TO_DATE,
            STATE,
            TREND,
            OWNER,
            EVIDENCE,
        ),
    )
)
_MEASURES = {
    "Baseline": "baseline",
    "Target": "target",
    "Q1": "q1",
    "Q2": "q2",
    "Q3": "q3",
    "Q4": "q4",
    "To date": "to-date",
    "State": "progress",
}


def measure_of(line: Line, column: Column[Line]) -> str:
    """Which part of a result *column* asks “why?” of; a quarter without a figure of its own is part of to date."""
    measure = _MEASURES[column.title]
    is_spread = measure[:1] == "q" and line.spread is not None and int(measure[1:]) in line.spread
    return "to-date" if is_spread else measure


#: How the list can be put together: the choice's words, and the heading of the group that a line belongs to.
GROUPS: dict[str, tuple[str, Callable[[Line], str]]] = {
    "project": ("By project", lambda line: f"{line.row.ref} {project_name(line)}".strip()),
    "outcome": (
        "By outcome",
        lambda line: line.row.outcome.value.name if line.row.outcome is not None else "Of no outcome yet",
    ),
}


def grouped(lines: Sequence[Line], group: str) -> list[Line]:
    """*lines* by their groups, each under its heading; within a group, and the groups, in the order they come."""
    _words, heading_of = GROUPS[group]
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(heading_of(line), []).append(line)
    return [
        each
        for heading, members in groups.items()
        for each in (Line(members[0].row, heading=heading), *members)
    ]

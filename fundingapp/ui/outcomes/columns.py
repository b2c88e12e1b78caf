"""The columns of the indicators, and how their figures are shown while small numbers are hidden."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fundingapp.application.queries.results import ResultRow
from fundingapp.application.wording import count
from fundingapp.domain.results import Aim, Judgement, Result, Standing, number_shown
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.theme import Tone

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
    """An indicator as it is listed; *shows_small*: the user wants its small counts shown on this screen."""

    row: ResultRow
    shows_small: bool = False

    @property
    def hides(self) -> bool:
        """Whether something of it is hidden now."""
        return self.row.is_hidden and not self.shows_small

    def figure(self, result: Result) -> str:
        """A figure as the screen shows it; a dash where there is none."""
        return (result.hidden if self.hides else result.shown) or NOTHING

    @property
    def state(self) -> str:
        """How it stands, in a word; what it comes to is not told while one of its quarters is hidden."""
        return SMALL if self.hides else self.row.judgement.word

    @property
    def tone(self) -> Tone:
        return Tone.NEUTRAL if self.hides else tone_of(self.row.judgement)

    @property
    def baseline(self) -> str:
        """The baseline as it is worded; a small one is hidden with the rest."""
        said, value = self.row.baseline.text, self.row.baseline.value
        if self.hides and value is not None and 0 < value < self.row.to_date.threshold:
            return f"<{self.row.to_date.threshold}"
        return said or NOTHING

    @property
    def to_date(self) -> str:
        """To date, with its change against the baseline where the target asks for one: “954 (+15.9%)”."""
        if self.hides and not self.row.to_date.is_small and self.row.to_date.value is not None:
            return "[c]"  # less what is shown of the quarters, it would give away those that are hidden
        said, judgement = self.figure(self.row.to_date), self.row.judgement
        asks = self.row.target.aim in (Aim.DIRECTION, Aim.CHANGE)
        if not asks or judgement.change is None or self.hides:
            return said
        sign = "+" if judgement.change > 0 else ""
        return f"{said} ({sign}{number_shown(judgement.change)}%)"


class CountColumn(Column[Line]):
    """A column of figures, or of what figures come to. What is copied leaves the screen, so small counts never go
    with it."""

    def copied(self, row: Line) -> str:
        return super().copied(Line(row.row))


def _quarter(number: int) -> CountColumn:
    def result(line: Line) -> Result:
        return line.row.quarters[number - 1]

    def tip(line: Line) -> str:
        found = result(line)
        said = []
        if found.is_part and found.first is not None and found.last is not None:
            said.append(f"Only part of the quarter: {found.first:%d/%m/%Y} to {found.last:%d/%m/%Y}.")
        if found.why_not:
            said.append(f"{found.why_not[:1].upper()}{found.why_not[1:]}.")
        if line.hides and found.is_small:
            said.append(HIDDEN_TIP)
        return " ".join(said)

    def text(line: Line) -> str:
        found = result(line)
        return f"{line.figure(found)}*" if found.is_part and found.value is not None else line.figure(found)

    return CountColumn(
        f"Q{number}",
        text,
        RIGHT,
        why=lambda line: bool(result(line).figures) and not line.hides,
        tip=tip,
        width=56,
    )


def order_of(line: Line, result: Result) -> tuple[bool, object]:
    """Sorts by the value; what is hidden comes first among what there is, whatever it is."""
    if result.value is None or (line.hides and result.is_small):
        return (False, 0)
    return (True, result.value)


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
    if not indicator.is_comparable:
        said.append(f"Not comparable over time. {indicator.comparability}".strip())
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
    least=130,
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
)
TARGET = CountColumn(
    "Target",
    lambda line: line.row.target.text or NOTHING,
    RIGHT,
    filter="target",
    why=lambda line: bool(line.row.target.text) and not line.hides,
    tip=_target_tip,
    width=66,
)
QUARTERS = tuple(_quarter(number) for number in range(1, 5))
TO_DATE = CountColumn(
    "To date",
    lambda line: line.to_date,
    RIGHT,
    sort="to-date",
    order=lambda line: order_of(line, line.row.to_date),
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
)
COLUMNS: tuple[Column[Line], ...] = (
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
)
#: Which part of a result a column asks “why?” of.
MEASURES = {
    "Baseline": "baseline",
    "Target": "target",
    "Q1": "q1",
    "Q2": "q2",
    "Q3": "q3",
    "Q4": "q4",
    "To date": "to-date",
    "State": "progress",
}
#: How the list can be put together: the choice's words, and what rows of one group share.
GROUPS: dict[str, tuple[str, Callable[[Line], str]]] = {
    "project": ("By project", lambda line: f"{line.row.ref} {project_name(line)}".strip().casefold()),
    "outcome": ("By outcome", lambda line: outcome_name(line).casefold()),
}

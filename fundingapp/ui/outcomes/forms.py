"""The forms of the results chain: outcomes, indicators, a year's target, milestones, statements, standard sets, and how
results are judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from PySide6.QtWidgets import QCheckBox, QLabel, QPlainTextEdit, QSizePolicy

from fundingapp.application.commands.figures import ChangeFigure
from fundingapp.application.commands.outcomes import (
    AddMilestone,
    AddOutcome,
    ChangeMilestone,
    ChangeOutcome,
    WriteStatement,
)
from fundingapp.application.commands.results import (
    AddIndicator,
    AddStandardIndicators,
    ChangeIndicator,
    SetIndicatorYear,
    SetResultsRules,
)
from fundingapp.application.effect import Command
from fundingapp.application.ports import Kept
from fundingapp.application.queries.held_results import ResultRow
from fundingapp.application.queries.indicators import FigureRow
from fundingapp.application.wording import count
from fundingapp.domain.areas import AreaKind
from fundingapp.domain.ids import (
    AreaId,
    FigureId,
    FundId,
    IndicatorId,
    MilestoneId,
    OutcomeId,
    PriorityId,
    ProjectId,
    ThemeId,
)
from fundingapp.domain.indicators import (
    Counted,
    Due,
    FigureStatus,
    GoodDirection,
    Indicator,
    Measure,
    ResultLevel,
)
from fundingapp.domain.outcomes import Milestone, Outcome, OutcomeStatement, ResultsRules
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.results import number_shown
from fundingapp.domain.standard_sets import StandardSet
from fundingapp.domain.typed_figures import MARKS, NotANumberError, marks_in, number_in, typed_figure
from fundingapp.ui.forms import Form
from fundingapp.ui.setup.lists import wrong_day
from fundingapp.ui.widgets.check import Check
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.labels import label


class Host(Protocol):
    """What the forms need of the view that shows them."""

    def carry_out(self, command: Command[object], name: str) -> None: ...
    def close_form(self) -> None: ...


#: Projects, places and outcomes to choose from, by their names; an outcome with the project that it is of.
Projects = Sequence[tuple[ProjectId, str]]
Places = Sequence[tuple[AreaId, str]]
Outcomes = Sequence[Kept[Outcome]]

_MEASURES = {
    Measure.FLOW: "adds up, as sessions do",
    Measure.STOCK: "is a level, as open cases are",
}
_COUNTED = {
    Counted.NUMBER: "a number",
    Counted.PEOPLE: "people, each once in a period",
    Counted.CONTACTS: "contacts: some may come twice",
    Counted.SHARE: "a share: so many out of so many",
    Counted.AVERAGE: "an average: a sum, and how many",
}
_DIRECTIONS = {
    GoodDirection.UP: "more is good",
    GoodDirection.DOWN: "fewer is good",
    GoodDirection.NONE: "neither: it is only shown",
}
_DUE = {
    Due.MONTH: "every month",
    Due.QUARTER: "every quarter",
    Due.HALF_YEAR: "every half-year: in Q2 and Q4",
    Due.YEAR: "once a year, at its end",
    Due.ONCE: "once: it is not asked again",
}
_PLACES = {
    AreaKind.BEAT: "all beats",
    AreaKind.WARD: "all wards",
    AreaKind.DISTRICT: "all districts",
    AreaKind.LSOA: "all census areas (LSOA)",
    AreaKind.ZONE: "all zones",
    AreaKind.PARTNERSHIP: "all partnerships",
}
_LEVELS = {
    ResultLevel.OUTPUT: "output: what was delivered",
    ResultLevel.OUTCOME: "outcome: what changed",
}


def _projects(form: Form, projects: Projects, chosen: ProjectId | None) -> DropDown:
    options = [Option(None, "the partnership, no one project")]
    return form.choice("Project", [*options, *(Option(id, name) for id, name in projects)], chosen)


def _outcome_options(outcomes: Outcomes, project: object) -> list[Option]:
    fitting = [kept for kept in outcomes if kept.value.project in (None, project)]
    return [Option(None, "none yet"), *(Option(kept.id, kept.value.name) for kept in fitting)]


def _check(form: Form, words: str, checked: bool) -> QCheckBox:
    box = Check(words)
    box.setChecked(checked)
    box.setAccessibleName(words)
    # Long words must not make the panel wider than there is room.
    box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    box.setToolTip(words)
    form.add("", box)
    return box


def outcome_form(
    host: Host,
    before: Kept[Outcome] | None,
    projects: Projects,
    themes: Sequence[tuple[ThemeId, str]],
    priorities: Sequence[tuple[PriorityId, str]],
    project: ProjectId | None = None,
) -> Form:
    """An outcome: a new one, of *project* by itself, or *before* to be changed."""
    was = before.value if before is not None else Outcome("", project)

    def accept() -> str:
        if not name.text().strip():
            return "An outcome needs its name: what changes, and for whom."
        years = [_year(field.text()) for field in (first, last)]
        if "wrong" in years:
            return "A financial year is typed as 2018/19."
        after = replace(
            was,
            name=name.text(),
            project=ProjectId(of.key) if isinstance(of.key, int) else None,
            theme=ThemeId(theme.key) if isinstance(theme.key, int) else None,
            priority=PriorityId(priority.key) if isinstance(priority.key, int) else None,
            description=description.toPlainText(),
            code=code.text(),
            from_year=years[0] if isinstance(years[0], FinancialYear) else None,
            to_year=years[1] if isinstance(years[1], FinancialYear) else None,
        )
        command: Command[object] = (
            AddOutcome(after) if before is None else ChangeOutcome(OutcomeId(before.id), after)
        )
        host.carry_out(command, "Add the outcome" if before is None else "Change the outcome")
        return ""

    form = Form("Add the outcome" if before is None else "Keep the outcome", accept, host.close_form)
    name = form.text("Outcome", was.name, "such as: victims cope better")
    of = _projects(form, projects, was.project)
    theme = form.choice(
        "Theme", [Option(None, "none named"), *(Option(id, title) for id, title in themes)], was.theme
    )
    priority = form.choice(
        "Priority",
        [Option(None, "none named"), *(Option(id, title) for id, title in priorities)],
        was.priority,
    )
    description = form.long_text("What it means", was.description)
    code = form.text("Code in the funder's framework", was.code, "may be left empty")
    first = form.text("From year", str(was.from_year or ""), "2018/19, or empty")
    last = form.text("To year", str(was.to_year or ""), "2020/21, or empty")
    return form


def _year(text: str) -> FinancialYear | str:
    if not text.strip():
        return ""
    try:
        return FinancialYear.parse(text)
    except ValueError:
        return "wrong"


def indicator_form(
    host: Host,
    before: Kept[Indicator] | None,
    projects: Projects,
    outcomes: Outcomes,
    places: Places,
    project: ProjectId | None = None,
    outcome: OutcomeId | None = None,
) -> Form:
    """An indicator: a new one, or *before* to be changed."""
    was = before.value if before is not None else Indicator("", project, outcome=outcome)

    def accept() -> str:
        if not name.text().strip():
            return "An indicator needs its name: what is counted."
        days = wrong_day(first, last)
        if days:
            return days
        if (first.day is None) is not (last.day is None):
            return "The baseline's days need both the first and the last, or neither."
        after = replace(
            was,
            name=name.text(),
            project=ProjectId(of.key) if isinstance(of.key, int) else None,
            outcome=OutcomeId(towards.key) if isinstance(towards.key, int) else None,
            area=AreaId(place.key) if isinstance(place.key, int) else None,
            level=ResultLevel(level.key),
            counted=Counted(counted.key),
            measure=Measure(measure.key),
            direction=GoodDirection(direction.key),
            unit=unit.text(),
            baseline=baseline.text(),
            baseline_first=first.day,
            baseline_last=last.day,
            target=target.text(),
            source=source.text(),
            owner=owner.text(),
            method=method.toPlainText(),
            code=code.text(),
            code_list=code_list.text(),
            is_comparable=not broken.isChecked(),
            comparability=comparability.text(),
            is_sensitive=sensitive.isChecked(),
            due=Due(due.key),
            summed_over=AreaKind(summed.key) if summed.key is not None else None,
        )
        command: Command[object] = (
            AddIndicator(after) if before is None else ChangeIndicator(IndicatorId(before.id), after)
        )
        host.carry_out(command, "Add the indicator" if before is None else "Change the indicator")
        return ""

    form = Form("Add the indicator" if before is None else "Keep the indicator", accept, host.close_form)
    name = form.text("Indicator", was.name, "such as: clients supported")
    of = _projects(form, projects, was.project)
    towards = form.choice("Outcome that it shows", _outcome_options(outcomes, was.project), was.outcome)
    of.currentIndexChanged.connect(
        lambda _at: towards.set_options(_outcome_options(outcomes, of.key), towards.key)
    )
    level = form.choice(
        "It is an", [Option(each.value, words) for each, words in _LEVELS.items()], was.level.value
    )
    counted = form.choice(
        "What is counted", [Option(each.value, words) for each, words in _COUNTED.items()], was.counted.value
    )
    measure = form.choice(
        "Over the year it",
        [Option(each.value, words) for each, words in _MEASURES.items()],
        was.measure.value,
    )
    direction = form.choice(
        "Good is", [Option(each.value, words) for each, words in _DIRECTIONS.items()], was.direction.value
    )
    due = form.choice(
        "A figure is due", [Option(each.value, words) for each, words in _DUE.items()], was.due.value
    )
    unit = form.text("Unit", was.unit, "such as clients, packs, offences")
    place = form.choice(
        "Place that it is of",
        [Option(None, "none named"), *(Option(id, name) for id, name in places)],
        was.area,
    )
    summed = form.choice(
        "Adds up from figures of",
        [
            Option(None, "no places: it is recorded as a whole"),
            *(Option(each.value, words) for each, words in _PLACES.items()),
        ],
        was.summed_over.value if was.summed_over is not None else None,
    )
    baseline = form.text("Baseline", was.baseline, "a number, such as 171 or 97%")
    first = form.day("Baseline from", was.baseline_first, "31/03/2018, or empty")
    last = form.day("Baseline to", was.baseline_last, "31/03/2018, or empty")
    target = form.text("Target", was.target, "180, 95%, fall, 10% reduction")
    source = form.text("Source", was.source, "such as the provider's case system")
    owner = form.text("Data owner", was.owner, "who gives the figures")
    method = form.long_text("Method", was.method, "how it is counted, and what is left out")
    code = form.text("Code in the funder's list", was.code, "empty for one of your own")
    code_list = form.text("Which list", was.code_list)
    sensitive = _check(form, "Small counts may identify people", was.is_sensitive)
    broken = _check(form, "Not comparable with earlier years", not was.is_comparable)
    comparability = form.text(
        "Why not comparable", was.comparability, "such as: new recording rules in April"
    )
    return form


def year_form(host: Host, row: ResultRow, year: FinancialYear) -> Form:
    """The baseline and target of one year, where they differ from the indicator's own."""
    indicator = row.indicator

    def accept() -> str:
        host.carry_out(
            SetIndicatorYear(IndicatorId(row.kept.id), year, baseline.text(), target.text(), note.text()),
            f"Set the target of {year}",
        )
        return ""

    form = Form(f"Keep for {year}", accept, host.close_form)
    own = [
        f"baseline {indicator.baseline}" if indicator.baseline else "",
        indicator.target and f"target {indicator.target}",
    ]
    said = ", ".join(part for part in own if part) or "neither baseline nor target"
    form.note(
        f"In every year it has {said}. What is typed here counts in {year} only; empty both to go back."
    )
    differs = row.baseline.text != indicator.baseline
    baseline = form.text(f"Baseline in {year}", row.baseline.text if differs else "", indicator.baseline)
    differs = row.target.text != indicator.target
    target = form.text(f"Target in {year}", row.target.text if differs else "", indicator.target)
    note = form.text("Note", row.note, "such as: agreed in June")
    return form


def milestone_form(
    host: Host,
    before: Kept[Milestone] | None,
    projects: Projects,
    outcomes: Outcomes,
    project: ProjectId | None = None,
    outcome: OutcomeId | None = None,
) -> Form:
    """A milestone: a new one, or *before* to be changed, done, put off or given up."""
    was = before.value if before is not None else None

    def accept() -> str:
        if not name.text().strip():
            return "A milestone needs its name: what is to be done."
        if not isinstance(of.key, int):
            return "Choose the project that is to do it."
        days = wrong_day(due, expected, done)
        if days:
            return days
        if due.day is None:
            return "Type by when it is to be done, such as 31/12/2018."
        after = Milestone(
            ProjectId(of.key),
            name.text(),
            due.day,
            OutcomeId(towards.key) if isinstance(towards.key, int) else None,
            expected.day,
            done.day,
            cancelled.isChecked(),
            note.text(),
        )
        command: Command[object] = (
            AddMilestone(after) if before is None else ChangeMilestone(MilestoneId(before.id), after)
        )
        host.carry_out(command, "Add the milestone" if before is None else "Change the milestone")
        return ""

    form = Form("Add the milestone" if before is None else "Keep the milestone", accept, host.close_form)
    name = form.text("Milestone", was.name if was else "", "such as: programme has begun")
    chosen = was.project if was else project
    of = form.choice(
        "Project", [Option(None, "choose it"), *(Option(id, title) for id, title in projects)], chosen
    )
    towards = form.choice("Towards", _outcome_options(outcomes, chosen), was.outcome if was else outcome)
    of.currentIndexChanged.connect(
        lambda _at: towards.set_options(_outcome_options(outcomes, of.key), towards.key)
    )
    due = form.day("Due", was.due if was else None)
    expected = form.day("Expected now", was.expected if was else None, "only when it is another day")
    done = form.day("Done on", was.done_on if was else None, "empty while it is not")
    note = form.text("Note", was.note if was else "")
    cancelled = _check(form, "Given up", was.is_cancelled if was else False)
    return form


_STATEMENT = (
    ("changed", "What changed", "for whom, and how much"),
    ("method", "How that is known", "such as a survey of clients when they leave"),
    ("limits", "What that can't show", "such as who did not answer"),
    ("working_well", "What works well", ""),
    ("to_improve", "What is to be better", ""),
)


def statement_form(
    host: Host,
    outcome: OutcomeId,
    year: FinancialYear,
    quarter: int | None,
    before: OutcomeStatement | None,
) -> Form:
    """What is said of an outcome for a year, or one quarter; each text counts its words."""

    def accept() -> str:
        said = {key: field.toPlainText().strip() for key, field in fields.items()}
        host.carry_out(
            WriteStatement(outcome, year, quarter, **said),
            f"Write of {f'Q{quarter} ' if quarter else ''}{year}",
        )
        return ""

    form = Form("Keep the statement", accept, host.close_form)
    fields: dict[str, QPlainTextEdit] = {}
    for key, caption, hint in _STATEMENT:
        field = form.long_text(caption, getattr(before, key) if before is not None else "", hint)
        fields[key] = field
        counted = label("", "note")
        form.add("", counted)
        counted.setAccessibleName(f"Words in {caption}")
        field.textChanged.connect(_counting(field, counted))
        _counting(field, counted)()
    form.note("Empty all of them to take the statement away.")
    return form


def _counting(field: QPlainTextEdit, words: QLabel) -> Callable[[], None]:
    def show() -> None:
        words.setText(count(len(field.toPlainText().split()), "word"))

    return show


def standard_form(
    host: Host,
    sets: Sequence[StandardSet],
    projects: Projects,
    outcomes: Outcomes,
    project: ProjectId | None = None,
    outcome: OutcomeId | None = None,
) -> Form:
    """Indicators of a standard set for a project; those that are wanted are marked."""
    boxes: dict[str, QCheckBox] = {}

    def accept() -> str:
        codes = tuple(each.code for each in chosen().indicators if boxes[each.code].isChecked())
        if not codes:
            return "Mark the indicators that are wanted."
        host.carry_out(
            AddStandardIndicators(
                ProjectId(of.key) if isinstance(of.key, int) else None,
                codes,
                OutcomeId(towards.key) if isinstance(towards.key, int) else None,
            ),
            f"Take indicators from {chosen().name}",
        )
        return ""

    def chosen() -> StandardSet:
        return next(each for each in sets if each.code == of_set.key)

    def show() -> None:
        about.setText(f"{chosen().about} ({chosen().code_list})")
        for each in sets:
            for one in each.indicators:
                form.show_field(boxes[one.code], each is chosen())
                boxes[one.code].setChecked(each is chosen())

    form = Form("Take them in", accept, host.close_form)
    of_set = form.choice("Standard set", [Option(each.code, each.name) for each in sets])
    about = label("", "note", wrap=True)
    form.add("", about)
    of = _projects(form, projects, project)
    towards = form.choice("Outcome that they show", _outcome_options(outcomes, project), outcome)
    of.currentIndexChanged.connect(
        lambda _at: towards.set_options(_outcome_options(outcomes, of.key), towards.key)
    )
    for each in sets:
        for one in each.indicators:
            box = _check(form, one.name, True)
            box.setToolTip(f"{one.name}\n{one.method}".strip())
            boxes[one.code] = box
    form.note("What the project has already is left as it is. Targets are yours to set.")
    of_set.currentIndexChanged.connect(lambda _at: show())
    show()
    return form


def figure_form(host: Host, row: FigureRow, indicator: Indicator) -> Form:
    """One figure with all that is kept of it: number, status, marks, note, source and the day it was taken."""
    was = row.kept.value

    def accept() -> str:
        try:
            typed = typed_figure(figure.text(), indicator.counted, indicator.unit)
            given = marks_in(marks.text() + typed.marks)
        except NotANumberError as error:
            return f"{error}."
        if typed.is_empty and not given:
            return "Type the figure, or a mark such as x (not available); “Remove” takes it away."
        if wrong := wrong_day(as_at):
            return wrong
        after = replace(
            was,
            value=typed.value,
            numerator=typed.numerator,
            denominator=typed.denominator,
            status=FigureStatus(status.key),
            marks=given,
            note=note.text().strip(),
            source=source.text().strip(),
            as_at=as_at.day,
        )
        host.carry_out(ChangeFigure(FigureId(row.kept.id), after), "Change the figure")
        return ""

    form = Form("Keep the figure", accept, host.close_form)
    hint = "45/50" if indicator.counted in (Counted.SHARE, Counted.AVERAGE) else ""
    figure = form.text(
        f"Figure for {was.first:%d/%m/%Y} to {was.last:%d/%m/%Y}", as_typed(was, indicator), hint
    )
    status = form.choice(
        "Status", [Option(each.value, each.value) for each in FigureStatus], was.status.value
    )
    marks = form.text("Marks", was.marks, "letters")
    form.note("Marks: " + ", ".join(f"{letter} {words}" for letter, words in MARKS.items()) + ".")
    note = form.text("Note", was.note)
    source = form.text("Source", was.source)
    as_at = form.day("Taken from its source on", was.as_at)
    return form


def as_typed(figure: object, indicator: Indicator) -> str:
    """A kept figure as one text: “64”, “45/50”."""
    numerator, denominator = getattr(figure, "numerator", None), getattr(figure, "denominator", None)
    if numerator is not None and denominator is not None:
        return f"{number_shown(numerator)}/{number_shown(denominator)}"
    value = getattr(figure, "value", None)
    return number_shown(value, indicator.counted) if value is not None else ""


def rules_form(host: Host, rules: ResultsRules, fund: FundId, fund_name: str) -> Form:
    """How results are judged and small numbers hidden: of one fund, or of all."""

    def accept() -> str:
        try:
            bands = [number_in(part.strip().removesuffix("%")) for part in listed.text().split(",")]
            near = number_in(steady.text())
            least, base = number_in(threshold.text()), number_in(small.text())
        except NotANumberError as error:
            return f"{error}."
        if None in bands or near is None or least is None or base is None:
            return "None of the numbers may be empty."
        if least != int(least) or base != int(base):
            return "The lowest count shown and the small base are whole numbers."
        after = ResultsRules(
            fund if of.key == "fund" else None,
            tuple(Decimal(band) for band in bands if band is not None),
            near,
            int(least),
            int(base),
        )
        host.carry_out(SetResultsRules(after), "Keep how results are judged")
        return ""

    form = Form("Keep the rules", accept, host.close_form)
    of = form.choice(
        "These rules are for",
        [Option("fund", f"{fund_name} only"), Option("file", "every fund without its own")],
        "fund" if rules.fund is not None else "file",
    )
    listed = form.text(
        "Bands, in per cent of the target", ", ".join(map(number_shown, rules.bands)), "100, 80"
    )
    form.note(
        "From the first on it is met, from the last on near, below that not met. Two bands make three colours, four "
        "make the five of returns. The word always stands beside the colour."
    )
    steady = form.text("Steady up to, in per cent", number_shown(rules.steady))
    form.note("A change no larger than this is shown as ≈.")
    threshold = form.text("Lowest count that is shown", str(rules.threshold))
    form.note("Counts below it (but not 0) of indicators that may tell who somebody is are hidden as “<5”.")
    small = form.text("Small base", str(rules.small_base))
    form.note("A percentage of fewer than this is warned of: one person more or less moves it a lot.")
    return form

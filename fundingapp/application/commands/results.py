"""The results chain: outcomes, indicators with their targets, milestones, what is said of outcomes, and the figures
that are recorded, a whole grid in one step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from fundingapp.application.commands.evidence import Given, copied
from fundingapp.application.commands.gathering import Doing
from fundingapp.application.effect import NOTHING_TO_UNDO, Command, Effect, Topic
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.figure_cells import FigureCell, placed, read_cells
from fundingapp.application.wording import count, short_date
from fundingapp.domain.errors import ExpectedError, NotFoundError, listed
from fundingapp.domain.ids import AreaId, FigureId, IndicatorId, MilestoneId, OutcomeId, ProjectId
from fundingapp.domain.indicators import Counted, Indicator, IndicatorFigure, IndicatorYear, check_indicator
from fundingapp.domain.judging import check_bands
from fundingapp.domain.narratives import check_quarter
from fundingapp.domain.outcomes import (
    Milestone,
    Outcome,
    OutcomeStatement,
    ResultsRules,
    check_milestone,
    check_outcome,
)
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.results import clashes
from fundingapp.domain.standard_sets import indicator_of, standard_indicators
from fundingapp.domain.typed_figures import NotANumberError, marks_in, problem_of

#: So many cells or figures are named in a refusal.
_NAMED = 8


@dataclass(frozen=True, slots=True)
class AddOutcome(Command[OutcomeId]):
    """Adds an outcome. Taken back by SwapRecords."""

    outcome: Outcome
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeOutcome(Command[None]):
    """Puts *after* in place of an outcome. Taken back by SwapRecords."""

    outcome: OutcomeId
    after: Outcome


@dataclass(frozen=True, slots=True)
class RemoveOutcome(Command[None]):
    """Takes an outcome out, with what is said of it and its own evidence; refused while indicators or milestones belong
    to it. Taken back by SwapRecords."""

    outcome: OutcomeId


@dataclass(frozen=True, slots=True)
class AddIndicator(Command[IndicatorId]):
    """Adds an indicator. Taken back by SwapRecords."""

    indicator: Indicator
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeIndicator(Command[None]):
    """Puts *after* in place of an indicator; one with figures stays a number, a share or an average. Taken back by
    SwapRecords."""

    indicator: IndicatorId
    after: Indicator


@dataclass(frozen=True, slots=True)
class RemoveIndicator(Command[None]):
    """Takes an indicator out with its targets; one with figures is closed instead. Taken back by SwapRecords."""

    indicator: IndicatorId


@dataclass(frozen=True, slots=True)
class SetIndicatorYear(Command[None]):
    """Gives an indicator a baseline and target of its own for *year*; all empty takes them away. Taken back by
    SwapRecords."""

    indicator: IndicatorId
    year: FinancialYear
    baseline: str = ""
    target: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class AddStandardIndicators(Command["tuple[IndicatorId, ...]"]):
    """Adds indicators of the standard sets, by their codes, to a *project* (None: to the partnership); those that it
    has already, and those so called as one of its own, are left, and it is told. Taken back by SwapRecords."""

    project: ProjectId | None
    codes: tuple[str, ...]
    outcome: OutcomeId | None = None


@dataclass(frozen=True, slots=True)
class AddMilestone(Command[MilestoneId]):
    """Adds a milestone. Taken back by SwapRecords."""

    milestone: Milestone
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeMilestone(Command[None]):
    """Puts *after* in place of a milestone: done, expected on another day, cancelled. Taken back by SwapRecords."""

    milestone: MilestoneId
    after: Milestone
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveMilestone(Command[None]):
    """Takes a milestone out with its own evidence. Taken back by SwapRecords."""

    milestone: MilestoneId


@dataclass(frozen=True, slots=True)
class WriteStatement(Command[None]):
    """Keeps what is said of an outcome for a year, or for one *quarter* of it; all empty takes it away. Taken back by
    SwapRecords."""

    outcome: OutcomeId
    year: FinancialYear
    quarter: int | None = None
    changed: str = ""
    method: str = ""
    limits: str = ""
    working_well: str = ""
    to_improve: str = ""


@dataclass(frozen=True, slots=True)
class RecordFigures(Command["FiguresRecorded"]):
    """Records the figures of a grid, all of it or nothing: every cell that can't be one is named. Taken back by
    SwapRecords."""

    cells: tuple[FigureCell, ...]


@dataclass(frozen=True, slots=True)
class FiguresRecorded:
    """What recording a grid did: how many cells were new, changed, emptied or as they were, and the figures that are
    there now, in the order of the cells."""

    new: int
    changed: int
    emptied: int
    unchanged: int
    figures: tuple[FigureId, ...]


@dataclass(frozen=True, slots=True)
class ChangeFigure(Command[None]):
    """Puts *after* in place of a figure of the same indicator. Taken back by SwapRecords."""

    figure: FigureId
    after: IndicatorFigure
    evidence: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveFigures(Command[None]):
    """Takes figures out with their own evidence. Taken back by SwapRecords."""

    figures: tuple[FigureId, ...]


@dataclass(frozen=True, slots=True)
class SetResultsRules(Command[None]):
    """Keeps how results of a fund (or, without one, of all) are judged. Taken back by SwapRecords."""

    rules: ResultsRules


# Outcomes


def add_outcome(command: AddOutcome, tools: Tools) -> Effect[OutcomeId]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        doing = Doing(work, tools)
        outcome = _fitted_outcome(work, command.outcome, None)
        id = OutcomeId(doing.add("outcomes", outcome))
        doing.keep(copies, outcome=id)
        return doing.commit("AddOutcome", f"add the outcome “{outcome.name}”", id)


def change_outcome(command: ChangeOutcome, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        kept = work.outcomes.get(command.outcome)
        after = _fitted_outcome(work, command.after, kept.id)
        name = f"change the outcome “{after.name}”"
        if after == kept.value:
            return _nothing(name)
        if after.project != kept.value.project:
            _refuse_leaving(work, kept, after)
        doing.change("outcomes", kept, after)
        return doing.commit("ChangeOutcome", name)


def remove_outcome(command: RemoveOutcome, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        kept = work.outcomes.get(command.outcome)
        names = [each.value.name for each in work.indicators.all() if each.value.outcome == kept.id]
        names += [each.value.name for each in work.milestones.all() if each.value.outcome == kept.id]
        if names:
            raise ExpectedError(
                "in_use",
                f"“{kept.value.name}” can't be removed: {_named(names)} belong{'s' if len(names) == 1 else ''} to it.",
                "Let them belong to another outcome first; nothing was changed.",
            )
        for statement in work.outcome_statements.all():
            if statement.value.outcome == kept.id:
                doing.remove("outcome_statements", statement)
        doing.remove_with_evidence("outcomes", kept, "outcome")
        return doing.commit("RemoveOutcome", f"remove the outcome “{kept.value.name}”")


def _fitted_outcome(work: UnitOfWork, outcome: Outcome, id: int | None) -> Outcome:
    outcome = replace(
        outcome,
        name=_line(outcome.name),
        description=outcome.description.strip(),
        code=_line(outcome.code),
    )
    check_outcome(outcome)
    for kept in work.outcomes.all():
        other = kept.value
        years = (other.from_year, other.to_year) == (outcome.from_year, outcome.to_year)
        if kept.id != id and other.project == outcome.project and years and _same(other.name, outcome.name):
            raise _there_already("outcome", outcome.name)
    return outcome


def _refuse_leaving(work: UnitOfWork, kept: Kept[Outcome], after: Outcome) -> None:
    """An outcome whose indicators stay with their project can't go to another."""
    left = [
        each.value.name
        for each in work.indicators.all()
        if each.value.outcome == kept.id and after.project not in (None, each.value.project)
    ]
    left += [
        each.value.name
        for each in work.milestones.all()
        if each.value.outcome == kept.id and after.project not in (None, each.value.project)
    ]
    if left:
        raise ExpectedError(
            "in_use",
            f"“{kept.value.name}” can't go to another project: {_named(left)} would stay behind.",
            "Move them first; nothing was changed.",
        )


# Indicators


def add_indicator(command: AddIndicator, tools: Tools) -> Effect[IndicatorId]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        doing = Doing(work, tools)
        indicator = _fitted_indicator(work, command.indicator, None)
        id = IndicatorId(doing.add("indicators", indicator))
        doing.keep(copies, indicator=id)
        return doing.commit("AddIndicator", f"add the indicator “{indicator.name}”", id)


def change_indicator(command: ChangeIndicator, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        kept = work.indicators.get(command.indicator)
        after = _fitted_indicator(work, command.after, kept.id)
        name = f"change the indicator “{after.name}”"
        if after == kept.value:
            return _nothing(name)
        if after.counted is not kept.value.counted or after.measure is not kept.value.measure:
            _refuse_other_figures(work, kept, after)
        if after.area is not None and after.area != kept.value.area:
            _take_in_place(doing, kept, after.area)
        doing.change("indicators", kept, after)
        return doing.commit("ChangeIndicator", name)


def _take_in_place(doing: Doing, kept: Kept[Indicator], area: AreaId) -> None:
    """Makes the figures that are held apart for *area* the indicator's own, which it becomes the place of. Raises
    ExpectedError where they can't stand beside those that it has."""
    figures = [each for each in doing.work.indicator_figures.all() if each.value.indicator == kept.id]
    apart = [each for each in figures if each.value.area == area]
    own = [each.value for each in figures if each.value.area in (None, area)]
    problems = clashes(kept.value.name, kept.value.measure, [("", figure) for figure in own]) if apart else ()
    if problems:
        raise _clash(problems)
    for each in apart:
        doing.change("indicator_figures", each, replace(each.value, area=None))


def remove_indicator(command: RemoveIndicator, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        kept = work.indicators.get(command.indicator)
        name = kept.value.name
        number = sum(each.value.indicator == kept.id for each in work.indicator_figures.all())
        if number:
            raise ExpectedError(
                "in_use",
                f"“{name}” can't be removed: it has {count(number, 'figure')}.",
                "Close it instead: it stays with its figures, and nothing is asked of it any more.",
            )
        sentences = [
            each.value.wording
            for each in work.sentences.all()
            if kept.id in (each.value.output, each.value.outcome)
        ]
        if sentences:
            raise ExpectedError(
                "in_use",
                f"“{name}” can't be removed: {count(len(sentences), 'sentence')} of the value view"
                f" name{'s' if len(sentences) == 1 else ''} it.",
                "Change the sentence first; nothing was changed.",
            )
        for year in work.indicator_years.all():
            if year.value.indicator == kept.id:
                doing.remove("indicator_years", year)
        doing.remove_with_evidence("indicators", kept, "indicator")
        return doing.commit("RemoveIndicator", f"remove the indicator “{name}”")


def _fitted_indicator(work: UnitOfWork, indicator: Indicator, id: int | None) -> Indicator:
    """*indicator* as it is kept: texts trimmed, in a project that its outcome serves. Raises ExpectedError."""
    indicator = replace(
        indicator,
        name=_line(indicator.name),
        unit=_line(indicator.unit),
        baseline=_line(indicator.baseline),
        target=_line(indicator.target),
        source=_line(indicator.source),
        owner=_line(indicator.owner),
        code=_line(indicator.code),
        code_list=_line(indicator.code_list),
        method=indicator.method.strip(),
        comparability=indicator.comparability.strip(),
    )
    check_indicator(indicator)
    for kept in work.indicators.all():
        if (
            kept.id != id
            and kept.value.project == indicator.project
            and _same(kept.value.name, indicator.name)
        ):
            raise _there_already("indicator", indicator.name)
    _check_outcome_of(work, indicator.outcome, indicator.project, indicator.name)
    return indicator


def _check_outcome_of(
    work: UnitOfWork, outcome: OutcomeId | None, project: ProjectId | None, name: str
) -> None:
    """Raises ExpectedError when *outcome* is another project's."""
    if outcome is None:
        return
    of = work.outcomes.get(outcome).value
    if of.project is not None and of.project != project:
        ref = work.projects.get(of.project).value.ref
        raise ExpectedError(
            "other_project",
            f"“{name}” can't belong to the outcome “{of.name}”: that is one of {ref}.",
            "Choose an outcome of the same project, or one of the partnership.",
        )


def _refuse_other_figures(work: UnitOfWork, kept: Kept[Indicator], after: Indicator) -> None:
    """Raises ExpectedError when the figures that are held can't be those of *after*."""
    figures = [each.value for each in work.indicator_figures.all() if each.value.indicator == kept.id]
    for figure in figures:
        problem = problem_of(after.counted, figure.value, figure.numerator, figure.denominator)
        was_share, is_share = (each.counted is Counted.SHARE for each in (kept.value, after))
        if problem or (figure.value is not None and was_share is not is_share):
            raise ExpectedError(
                "figures_differ",
                f"“{kept.value.name}” can't become a {_kind_in_words(after.counted)}: its figure for"
                f" {short_date(figure.first)} to {short_date(figure.last)} is a"
                f" {_kind_in_words(kept.value.counted)}.",
                "Close it and add a new indicator, or correct its figures first.",
            )
    problems = clashes(
        kept.value.name, after.measure, [(str(figure.area or ""), figure) for figure in figures]
    )
    if problems:
        raise _clash(problems)


def _kind_in_words(counted: Counted) -> str:
    match counted:
        case Counted.NUMBER:
            return "number"
        case Counted.PEOPLE | Counted.CONTACTS:
            return f"number of {counted.value}"
        case _:
            return str(counted.value)


def set_indicator_year(command: SetIndicatorYear, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        indicator = work.indicators.get(command.indicator).value
        said = IndicatorYear(
            command.indicator,
            command.year,
            _line(command.baseline),
            _line(command.target),
            command.note.strip(),
        )
        there = next(
            (
                kept
                for kept in work.indicator_years.all()
                if (kept.value.indicator, kept.value.year) == (command.indicator, command.year)
            ),
            None,
        )
        name = f"set the target of “{indicator.name}” for {command.year}"
        if not (said.baseline or said.target or said.note):
            if there is None:
                return _nothing(name)
            doing.remove("indicator_years", there)
            return doing.commit(
                "SetIndicatorYear", f"take away the target of “{indicator.name}” for {command.year}"
            )
        if there is None:
            doing.add("indicator_years", said)
        elif there.value == said:
            return _nothing(name)
        else:
            doing.change("indicator_years", there, said)
        return doing.commit("SetIndicatorYear", name)


def add_standard_indicators(command: AddStandardIndicators, tools: Tools) -> Effect[tuple[IndicatorId, ...]]:
    known = standard_indicators()
    with tools.open_work() as work:
        doing = Doing(work, tools)
        ref = work.projects.get(command.project).value.ref if command.project is not None else ""
        own = [kept.value for kept in work.indicators.all() if kept.value.project == command.project]
        there = {(each.code_list, each.code) for each in own if each.code}
        names = {each.name.casefold() for each in own}
        made: list[IndicatorId] = []
        same_code, same_name = 0, []
        for code in dict.fromkeys(command.codes):
            standard = known.get(code.strip().upper())
            if standard is None:
                raise NotFoundError(
                    "standard indicator", code, "Look at the list of standard sets for its code."
                )
            wanted = indicator_of(standard, command.project, command.outcome)
            if (wanted.code_list, wanted.code) in there:
                same_code += 1
                continue
            if wanted.name.casefold() in names:
                same_name.append(f"{wanted.code} “{wanted.name}”")
                continue
            there.add((wanted.code_list, wanted.code))
            indicator = _fitted_indicator(work, wanted, None)
            made.append(IndicatorId(doing.add("indicators", indicator)))
        left = tuple(_left_of_set(same_code, same_name, ref))
        name = f"add {count(len(made), 'standard indicator')}{f' to {ref}' if ref else ''}"
        if not made:
            return Effect((), Topic.NOTHING, name, NOTHING_TO_UNDO, left)
        return replace(doing.commit("AddStandardIndicators", name, tuple(made)), followed=left)


def _left_of_set(same_code: int, same_name: Sequence[str], ref: str) -> Iterable[str]:
    """What of a standard set was left, in sentences."""
    whose = ref or "the partnership"
    if same_code:
        yield f"{count(same_code, 'standard indicator')} of {whose} there already; left as before."
    if same_name:
        called = (
            "an indicator of its own so called" if len(same_name) == 1 else "indicators of its own so called"
        )
        yield (
            f"Left: {listed(same_name, 'and')}, for {whose} has {called}. To have the standard one too, rename yours "
            "and add it again."
        )


# Milestones and statements


def add_milestone(command: AddMilestone, tools: Tools) -> Effect[MilestoneId]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        doing = Doing(work, tools)
        milestone = _fitted_milestone(work, tools, command.milestone)
        id = MilestoneId(doing.add("milestones", milestone))
        doing.keep(copies, milestone=id)
        return doing.commit("AddMilestone", f"add the milestone “{milestone.name}”", id)


def change_milestone(command: ChangeMilestone, tools: Tools) -> Effect[None]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        doing = Doing(work, tools)
        kept = work.milestones.get(command.milestone)
        after = _fitted_milestone(work, tools, command.after)
        doing.change("milestones", kept, after)
        doing.keep(copies, milestone=kept.id)
        name = f"{_doing(kept.value, after)} the milestone “{after.name}”"
        if not doing.has_done:
            return _nothing(name)
        return doing.commit("ChangeMilestone", name)


def _doing(before: Milestone, after: Milestone) -> str:
    if after.done_on is not None and before.done_on is None:
        return "record as done"
    if after.is_cancelled and not before.is_cancelled:
        return "cancel"
    return "change"


def remove_milestone(command: RemoveMilestone, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        kept = work.milestones.get(command.milestone)
        doing.remove_with_evidence("milestones", kept, "milestone")
        return doing.commit("RemoveMilestone", f"remove the milestone “{kept.value.name}”")


def _fitted_milestone(work: UnitOfWork, tools: Tools, milestone: Milestone) -> Milestone:
    milestone = replace(milestone, name=_line(milestone.name), note=milestone.note.strip())
    check_milestone(milestone, tools.today)
    work.projects.get(milestone.project)
    _check_outcome_of(work, milestone.outcome, milestone.project, milestone.name)
    return milestone


def write_statement(command: WriteStatement, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        outcome = work.outcomes.get(command.outcome).value
        if command.quarter is not None:
            check_quarter(command.quarter)
        texts = {
            entry.name: getattr(command, entry.name).strip()
            for entry in fields(OutcomeStatement)
            if entry.name not in {"outcome", "year", "quarter"}
        }
        said = OutcomeStatement(command.outcome, command.year, command.quarter, **texts)
        key = (said.outcome, said.year, said.quarter)
        there = next(
            (
                kept
                for kept in work.outcome_statements.all()
                if (kept.value.outcome, kept.value.year, kept.value.quarter) == key
            ),
            None,
        )
        when = f"Q{said.quarter} of {said.year}" if said.quarter else str(said.year)
        name = f"say what changed for “{outcome.name}” in {when}"
        if not any(texts.values()):
            if there is None:
                return _nothing(name)
            doing.remove("outcome_statements", there)
            name = f"take away what is said of “{outcome.name}” in {when}"
        elif there is None:
            doing.add("outcome_statements", said)
        elif there.value == said:
            return _nothing(name)
        else:
            doing.change("outcome_statements", there, said)
        return doing.commit("WriteStatement", name)


# Figures


def record_figures(command: RecordFigures, tools: Tools) -> Effect[FiguresRecorded]:
    given = [paper for cell in command.cells for paper in cell.evidence]
    with copied(tools, given) as copies, tools.open_work() as work:
        doing = Doing(work, tools)
        cells, problems = read_cells(work, command.cells)
        if problems:
            raise _bad_cells([text for _, text in problems], len(command.cells))
        papers = iter(copies)
        found = {"new": 0, "changed": 0, "emptied": 0, "unchanged": 0}
        figures: list[FigureId] = []
        names: list[str] = []
        for cell in cells:
            of_cell = [next(papers) for _ in cell.of.evidence]
            before = cell.there.value if cell.there is not None else None
            if cell.after is None:
                done = "unchanged" if cell.there is None else "emptied"
                if cell.there is not None:
                    doing.remove_with_evidence("indicator_figures", cell.there, "figure")
            else:
                if cell.there is None:
                    done, id = "new", FigureId(doing.add("indicator_figures", cell.after))
                else:
                    done = "unchanged" if cell.after == before else "changed"
                    id = FigureId(cell.there.id)
                    doing.change("indicator_figures", cell.there, cell.after)
                if of_cell:
                    doing.keep(of_cell, figure=id)
                figures.append(id)
            found[done] += 1
            if done != "unchanged" or of_cell:
                names.append(work.indicators.get(cell.of.indicator).value.name)
        result = FiguresRecorded(**found, figures=tuple(figures))
        name = _recorded(names, result)
        if not doing.has_done:
            return Effect(result, Topic.NOTHING, name, NOTHING_TO_UNDO)
        return doing.commit("RecordFigures", name, result)


def _recorded(names: Sequence[str], result: FiguresRecorded) -> str:
    number = result.new + result.changed + result.emptied
    unlike = list(dict.fromkeys(names))
    of = f"“{unlike[0]}”" if len(unlike) == 1 else count(len(unlike), "indicator")
    if not number:
        return f"attach evidence to figures of {of}" if names else "record figures"
    verb = "empty" if number == result.emptied else "record"
    return f"{verb} {count(number, 'figure')} of {of}"


def _bad_cells(problems: Sequence[str], cells: int) -> ExpectedError:
    named = " ".join(problems[:_NAMED])
    more = f" And {len(problems) - _NAMED:,} more." if len(problems) > _NAMED else ""
    fine = cells - len(problems)
    kept = f" The other {count(fine, 'cell')} {'is' if fine == 1 else 'are'} fine." if fine > 0 else ""
    return ExpectedError(
        "bad_figures", f"{named}{more}{kept}", "Correct them and record again; nothing was changed."
    )


def refuse_clashes(work: UnitOfWork, new: Iterable[IndicatorFigure]) -> None:
    """Raises ExpectedError when figures that are to be added can't stand beside those held, or each other; all are
    named. For imports: figures that they replace must be gone already."""
    by_indicator: dict[IndicatorId, list[IndicatorFigure]] = defaultdict(list)
    for figure in new:
        by_indicator[figure.indicator].append(figure)
    areas = {kept.id: kept.value.name for kept in work.areas.all()}
    held: dict[IndicatorId, list[IndicatorFigure]] = defaultdict(list)
    for kept in work.indicator_figures.all():
        if kept.value.indicator in by_indicator:
            held[kept.value.indicator].append(kept.value)
    problems: list[str] = []
    for of, figures in by_indicator.items():
        indicator = work.indicators.get(of).value
        known = set(clashes(indicator.name, indicator.measure, placed(held[of], areas)))
        after = clashes(indicator.name, indicator.measure, placed([*held[of], *figures], areas))
        problems += [text for text in after if text not in known]
    if problems:
        raise _clash(problems)


def _clash(problems: Sequence[str]) -> ExpectedError:
    more = f"; and {len(problems) - _NAMED:,} more" if len(problems) > _NAMED else ""
    return ExpectedError(
        "figures_overlap",
        f"{'; '.join(problems[:_NAMED])}{more}.",
        "Days count once: take one of the two away first. Nothing was changed.",
    )


def change_figure(command: ChangeFigure, tools: Tools) -> Effect[None]:
    with copied(tools, command.evidence) as copies, tools.open_work() as work:
        doing = Doing(work, tools)
        kept = work.indicator_figures.get(command.figure)
        indicator = work.indicators.get(kept.value.indicator).value
        after = replace(
            command.after,
            indicator=kept.value.indicator,
            note=command.after.note.strip(),
            source=_line(command.after.source),
        )
        where = f"“{indicator.name}”, {short_date(after.first)} to {short_date(after.last)}"
        try:
            after = replace(after, marks=marks_in(after.marks))
        except NotANumberError as error:
            raise _bad_cells([f"{where}: {error}."], 1) from None
        problem = problem_of(indicator.counted, after.value, after.numerator, after.denominator)
        if not problem and after.value is None and after.numerator is None and not after.marks:
            problem = "has neither a number nor a mark that says why"
        if problem:
            raise _bad_cells([f"{where}: the figure {problem}."], 1)
        if after.last < after.first:
            raise _bad_cells([f"{where}: it ends before it begins."], 1)
        others = [
            each.value
            for each in work.indicator_figures.all()
            if each.value.indicator == after.indicator and each.id != kept.id
        ]
        areas = {area.id: area.value.name for area in work.areas.all()}
        known = set(clashes(indicator.name, indicator.measure, placed(others, areas)))
        found = clashes(indicator.name, indicator.measure, placed([*others, after], areas))
        if new := [text for text in found if text not in known]:
            raise _clash(new)
        doing.change("indicator_figures", kept, after)
        doing.keep(copies, figure=kept.id)
        name = f"change a figure of “{indicator.name}”"
        if not doing.has_done:
            return _nothing(name)
        return doing.commit("ChangeFigure", name)


def remove_figures(command: RemoveFigures, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        doing = Doing(work, tools)
        names: list[str] = []
        for id in dict.fromkeys(command.figures):
            kept = work.indicator_figures.get(id)
            names.append(work.indicators.get(kept.value.indicator).value.name)
            doing.remove_with_evidence("indicator_figures", kept, "figure")
        unlike = list(dict.fromkeys(names))
        of = f"“{unlike[0]}”" if len(unlike) == 1 else count(len(unlike), "indicator")
        name = f"remove {count(len(names), 'figure')} of {of}"
        if not names:
            return _nothing(name)
        return doing.commit("RemoveFigures", name)


def set_results_rules(command: SetResultsRules, tools: Tools) -> Effect[None]:
    rules = command.rules
    if problem := check_bands(rules.bands):
        raise ExpectedError(
            "bad_bands", f"{problem}.", "Type them as per cent of the target, such as 100 and 80."
        )
    if rules.threshold < 0 or rules.small_base < 0 or rules.steady < 0:
        raise ExpectedError(
            "bad_bands",
            "A threshold, a small base and a steady band can't be below nought.",
            "Type 0 for none.",
        )
    with tools.open_work() as work:
        doing = Doing(work, tools)
        of = work.funds.get(rules.fund).value.name if rules.fund is not None else "all funds"
        there = next((kept for kept in work.results_rules.all() if kept.value.fund == rules.fund), None)
        name = f"set how results of {of} are judged"
        if there is None:
            doing.add("results_rules", rules)
        elif there.value == rules:
            return _nothing(name)
        else:
            doing.change("results_rules", there, rules)
        return doing.commit("SetResultsRules", name)


# What they share


def _line(text: str) -> str:
    return " ".join(text.split())


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _there_already(what: str, name: str) -> ExpectedError:
    return ExpectedError(
        "there_already",
        f"There is {'an' if what[0] in 'aeiou' else 'a'} {what} “{name}” already.",
        "Choose another name, or change that one.",
    )


def _named(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names[:_NAMED]]
    if len(names) > _NAMED:
        quoted.append(f"{len(names) - _NAMED:,} more")
    return listed(quoted, "and")


def _nothing(name: str) -> Effect[None]:
    return Effect(None, Topic.NOTHING, name, NOTHING_TO_UNDO)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    AddOutcome: add_outcome,
    ChangeOutcome: change_outcome,
    RemoveOutcome: remove_outcome,
    AddIndicator: add_indicator,
    ChangeIndicator: change_indicator,
    RemoveIndicator: remove_indicator,
    SetIndicatorYear: set_indicator_year,
    AddStandardIndicators: add_standard_indicators,
    AddMilestone: add_milestone,
    ChangeMilestone: change_milestone,
    RemoveMilestone: remove_milestone,
    WriteStatement: write_statement,
    RecordFigures: record_figures,
    ChangeFigure: change_figure,
    RemoveFigures: remove_figures,
    SetResultsRules: set_results_rules,
}

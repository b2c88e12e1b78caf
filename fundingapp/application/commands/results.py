"""Indicators with their targets year by year, and the rules by which their results are judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fundingapp.application.commands.evidence import Given, copied
from fundingapp.application.commands.figures import overlap_of
from fundingapp.application.commands.gathering import Doing
from fundingapp.application.commands.naming import same_name, there_already
from fundingapp.application.commands.outcomes import check_outcome_of
from fundingapp.application.effect import Command, Effect, nothing_done
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.wording import count, one_line, short_date
from fundingapp.domain.errors import ExpectedError, NotFoundError, listed
from fundingapp.domain.ids import AreaId, IndicatorId, OutcomeId, ProjectId
from fundingapp.domain.indicators import Counted, Indicator, IndicatorYear, check_indicator
from fundingapp.domain.judging import check_bands
from fundingapp.domain.outcomes import ResultsRules
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.results import clashes
from fundingapp.domain.standard_sets import indicator_of, standard_indicators
from fundingapp.domain.typed_figures import problem_of


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
class SetResultsRules(Command[None]):
    """Keeps how results of a fund (or, without one, of all) are judged. Taken back by SwapRecords."""

    rules: ResultsRules


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
            return nothing_done(name)
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
        raise overlap_of(problems)
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
        name=one_line(indicator.name),
        unit=one_line(indicator.unit),
        baseline=one_line(indicator.baseline),
        target=one_line(indicator.target),
        source=one_line(indicator.source),
        owner=one_line(indicator.owner),
        code=one_line(indicator.code),
        code_list=one_line(indicator.code_list),
        method=indicator.method.strip(),
        comparability=indicator.comparability.strip(),
    )
    check_indicator(indicator)
    for kept in work.indicators.all():
        if (
            kept.id != id
            and kept.value.project == indicator.project
            and same_name(kept.value.name, indicator.name)
        ):
            raise there_already("indicator", indicator.name)
    check_outcome_of(work, indicator.outcome, indicator.project, indicator.name)
    return indicator


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
        raise overlap_of(problems)


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
            one_line(command.baseline),
            one_line(command.target),
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
                return nothing_done(name)
            doing.remove("indicator_years", there)
            return doing.commit(
                "SetIndicatorYear", f"take away the target of “{indicator.name}” for {command.year}"
            )
        if there is None:
            doing.add("indicator_years", said)
        elif there.value == said:
            return nothing_done(name)
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
            return nothing_done(name, (), left)
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
            return nothing_done(name)
        else:
            doing.change("results_rules", there, rules)
        return doing.commit("SetResultsRules", name)


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    AddIndicator: add_indicator,
    ChangeIndicator: change_indicator,
    RemoveIndicator: remove_indicator,
    SetIndicatorYear: set_indicator_year,
    AddStandardIndicators: add_standard_indicators,
    SetResultsRules: set_results_rules,
}

"""The partnership's plan: themes and priorities with the years they are in force, and how projects serve them (R7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from fundingapp.domain.areas import Area
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.identities import Identity, Part
from fundingapp.domain.ids import AreaId, FundId, PriorityId, ProjectId, ThemeId
from fundingapp.domain.money import Money, percent_in_words, percents_of
from fundingapp.domain.periods import FinancialYear


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of the plan called *plan*, in force from *from_year* to *to_year*, both inclusive; None is open."""

    code: str
    title: str
    plan: str = ""
    from_year: FinancialYear | None = None
    to_year: FinancialYear | None = None


@dataclass(frozen=True, slots=True)
class Priority:
    """A priority under a theme. Its *code* is free: papers use figures, letters and Roman numerals.

    *owner_group* is the sub-group that answers for it, *commissioner_priority* what it serves in the commissioner's
    plan, *succeeded_by* the priority of a later plan that takes it up.
    """

    code: str
    title: str
    theme: ThemeId | None = None
    from_year: FinancialYear | None = None
    to_year: FinancialYear | None = None
    owner_group: str = ""
    is_cross_cutting: bool = False
    commissioner_priority: str = ""
    succeeded_by: PriorityId | None = None


class Split(Enum):
    """By what a project's budget is divided; each division takes in the whole of it (R7)."""

    THEME = "theme"
    PRIORITY = "priority"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a project's budget of *year* that serves a theme, a priority or an area; exactly one is named, that
    of *split*. *percent* is above nought; the shares of a project, year and split add up to 100.

    A project without theme shares serves the themes of its priorities, or without these the theme that it names;
    without area shares it serves the area that it names.
    """

    project: ProjectId
    year: FinancialYear
    split: Split
    percent: Decimal
    theme: ThemeId | None = None
    priority: PriorityId | None = None
    area: AreaId | None = None

    @property
    def target(self) -> int:
        """The identity of what it serves."""
        found = next(each for each in (self.theme, self.priority, self.area) if each is not None)
        return int(found)


def make_share(project: ProjectId, year: FinancialYear, split: Split, target: int, percent: Decimal) -> Share:
    """A share of *split*, whose *target* is a theme, a priority or an area accordingly."""
    match split:
        case Split.THEME:
            return Share(project, year, split, percent, theme=ThemeId(target))
        case Split.PRIORITY:
            return Share(project, year, split, percent, priority=PriorityId(target))
        case Split.AREA:
            return Share(project, year, split, percent, area=AreaId(target))


def named(code: str, title: str) -> str:
    """“2 Safer streets”; the title alone where there is no code."""
    return f"{code} {title}".strip()


def is_in_force(entry: Theme | Priority, year: FinancialYear) -> bool:
    """Whether a theme or priority is in force in *year*."""
    return (entry.from_year is None or entry.from_year <= year) and (
        entry.to_year is None or year <= entry.to_year
    )


def years_in_words(from_year: FinancialYear | None, to_year: FinancialYear | None) -> str:
    """“2017/18 to 2019/20”, “from 2019/20”, “to 2018/19”, “in every year”."""
    if from_year is None and to_year is None:
        return "in every year"
    if from_year is None:
        return f"to {to_year}"
    if to_year is None:
        return f"from {from_year}"
    return str(from_year) if from_year == to_year else f"{from_year} to {to_year}"


@dataclass(frozen=True, slots=True)
class PlanRecords:
    """The plan, and the shares of one year: what a budget of that year is divided by."""

    year: FinancialYear
    themes: Mapping[ThemeId, Theme] = field(default_factory=dict)
    priorities: Mapping[PriorityId, Priority] = field(default_factory=dict)
    areas: Mapping[AreaId, Area] = field(default_factory=dict)
    projects: Mapping[ProjectId, Project] = field(default_factory=dict)
    shares: Sequence[Share] = ()

    def name_of(self, split: Split, target: int) -> str:
        """What a theme, priority or area is called."""
        match split:
            case Split.THEME:
                theme = self.themes[ThemeId(target)]
                return named(theme.code, theme.title)
            case Split.PRIORITY:
                priority = self.priorities[PriorityId(target)]
                return named(priority.code, priority.title)
            case Split.AREA:
                return self.areas[AreaId(target)].name

    def is_in_force(self, split: Split, target: int) -> bool:
        """Whether a theme, priority or area is there in the year (an area: on a day of it)."""
        match split:
            case Split.THEME:
                return is_in_force(self.themes[ThemeId(target)], self.year)
            case Split.PRIORITY:
                return is_in_force(self.priorities[PriorityId(target)], self.year)
            case Split.AREA:
                area = self.areas[AreaId(target)]
                return (area.valid_from is None or area.valid_from <= self.year.last_day) and (
                    area.valid_to is None or area.valid_to >= self.year.first_day
                )

    def targets(self, split: Split) -> tuple[int, ...]:
        """The themes, priorities or areas in force in the year, in the order in which they were recorded."""
        return tuple(target for target in self.all_targets(split) if self.is_in_force(split, target))

    def all_targets(self, split: Split) -> tuple[int, ...]:
        """The themes, priorities or areas of all years."""
        match split:
            case Split.THEME:
                return tuple(self.themes)
            case Split.PRIORITY:
                return tuple(self.priorities)
            case Split.AREA:
                return tuple(self.areas)


@dataclass(frozen=True, slots=True)
class ThemeInForce:
    """A theme with its priorities, as they are in force in a year."""

    id: ThemeId
    theme: Theme
    priorities: tuple[tuple[PriorityId, Priority], ...]


@dataclass(frozen=True, slots=True)
class PlanInForce:
    """The plan of a year: its themes with their priorities, then priorities of no theme, and apart from these the
    cross-cutting ones, whatever their theme."""

    themes: tuple[ThemeInForce, ...]
    loose: tuple[tuple[PriorityId, Priority], ...]
    cross_cutting: tuple[tuple[PriorityId, Priority], ...]

    @property
    def priorities(self) -> int:
        """How many priorities are in force."""
        return sum(len(theme.priorities) for theme in self.themes) + len(self.loose) + len(self.cross_cutting)


def plan_in_force(records: PlanRecords) -> PlanInForce:
    """What of the plan is in force in the year of *records*, in the order in which it was recorded.

    A priority whose theme is not in force stands among those of no theme.
    """
    in_force = [(id, each) for id, each in records.priorities.items() if is_in_force(each, records.year)]
    themes = {id: theme for id, theme in records.themes.items() if is_in_force(theme, records.year)}
    plain = [(id, each) for id, each in in_force if not each.is_cross_cutting]
    return PlanInForce(
        tuple(
            ThemeInForce(id, theme, tuple((at, each) for at, each in plain if each.theme == id))
            for id, theme in themes.items()
        ),
        tuple((id, each) for id, each in plain if each.theme not in themes),
        tuple((id, each) for id, each in in_force if each.is_cross_cutting),
    )


# Shares of a budget


@dataclass(frozen=True, slots=True)
class ShareGiven:
    """A share as a person gives it: of a theme, priority or area, in per cent or in pounds."""

    target: int
    percent: Decimal | None = None
    pounds: Money | None = None


def shares_from(given: Sequence[ShareGiven], budget: Money, what: str) -> tuple[Decimal, ...]:
    """The percentages that *given* come to, adding up to 100.

    In per cent they are taken as typed, with two decimals at most. In pounds they have to add up to *budget*, all that
    *what* may spend in the year: each becomes its percentage of it to 18 decimals, what rounding leaves over being
    the largest share's, so that the budget divided by them is the pounds typed. Raises ExpectedError with the sum
    when they come to another, and when one is nought or below.
    """
    if not given:
        return ()
    in_pounds = [each.pounds for each in given if each.pounds is not None]
    in_percent = [each.percent for each in given if each.percent is not None]
    if in_pounds and in_percent:
        raise ExpectedError(
            "shares_mixed",
            f"Some shares of {what} are given in per cent and others in pounds.",
            "Give all of them in one or the other.",
        )
    if len({each.target for each in given}) < len(given):
        raise ExpectedError(
            "shares_repeated", f"{what} names the same share twice.", "Put the two together into one."
        )
    if any(amount <= Money.ZERO for amount in in_pounds) or any(percent <= 0 for percent in in_percent):
        raise ExpectedError(
            "share_nothing", f"A share of {what} is not above nought.", "Leave out what it does not serve."
        )
    if in_pounds:
        total = Money.total(in_pounds)
        if total != budget:
            raise ExpectedError(
                "shares_sum",
                f"The shares of {what} add up to {total.in_words}; its budget is {budget.in_words}, "
                f"a difference of {(budget - total).in_words}.",
                "Correct them so that they add up to the budget.",
            )
        return percents_of(in_pounds)
    for percent in in_percent:
        if percent != percent.quantize(Decimal("0.01")):
            raise ExpectedError(
                "share_decimals",
                f"A share of {what} has more than two decimals: {percent}%.",
                "Give it with two decimals, or give the shares in pounds.",
            )
    whole = sum(in_percent, Decimal(0))
    if whole != 100:
        raise ExpectedError(
            "shares_sum",
            f"The shares of {what} add up to {percent_in_words(whole)}, not 100%.",
            "Correct them so that they add up to 100%.",
        )
    return tuple(in_percent)


def check_in_force(records: PlanRecords, split: Split, targets: Iterable[int]) -> None:
    """Raises ExpectedError for a theme, priority or area that is not there in the year of *records*."""
    for target in targets:
        if records.is_in_force(split, target):
            continue
        when = ""
        if split is not Split.AREA:
            entry: Theme | Priority = (
                records.themes[ThemeId(target)]
                if split is Split.THEME
                else records.priorities[PriorityId(target)]
            )
            when = f": it is in force {years_in_words(entry.from_year, entry.to_year)}"
        raise ExpectedError(
            "not_in_force",
            f"The {split.value} “{records.name_of(split, target)}” is not in force in {records.year}{when}.",
            f"Choose one that is in force in {records.year}.",
        )


@dataclass(frozen=True, slots=True)
class Served:
    """What money serves: a theme, priority or area of the plan by its *id*; without one, what a project names in words,
    or nothing that was said."""

    split: Split
    label: str
    id: int | None = None
    is_cross_cutting: bool = False

    @property
    def is_said(self) -> bool:
        return self.label != _NOT_SAID[self.split]


_NOT_SAID = {Split.THEME: "No theme", Split.PRIORITY: "No priority", Split.AREA: "No area"}


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


class Plan:
    """How the projects of a year serve the plan: asked for again with every amount that is divided."""

    def __init__(self, records: PlanRecords) -> None:
        self.records = records
        self._known = {
            (split, target): Served(
                split,
                records.name_of(split, target),
                target,
                split is Split.PRIORITY and records.priorities[PriorityId(target)].is_cross_cutting,
            )
            for split in Split
            for target in records.all_targets(split)
        }
        self._in_words: dict[tuple[Split, str], Served] = {}
        for target in reversed(records.targets(Split.THEME)):
            theme = records.themes[ThemeId(target)]
            for text in (theme.code, theme.title, named(theme.code, theme.title)):
                self._in_words[Split.THEME, _folded(text)] = self._known[Split.THEME, target]
        for target in reversed(records.targets(Split.AREA)):
            area = records.areas[AreaId(target)]
            for text in (area.code, *area.aliases, area.name):
                self._in_words[Split.AREA, _folded(text)] = self._known[Split.AREA, target]
        self._shares: dict[tuple[ProjectId, Split], list[Share]] = {}
        for share in records.shares:
            if share.year == records.year:
                self._shares.setdefault((share.project, share.split), []).append(share)
        self._cache: dict[tuple[ProjectId, Split], tuple[tuple[Served, Decimal], ...]] = {}

    def in_force(self, split: Split) -> tuple[Served, ...]:
        """The themes, priorities or areas in force in the year, in the order in which they were recorded."""
        return tuple(self._known[split, target] for target in self.records.targets(split))

    def shares(self, project: ProjectId, split: Split) -> Sequence[Share]:
        """The shares that were given, none where the project's own words hold."""
        return self._shares.get((project, split), ())

    def is_whole(self, project: ProjectId, split: Split) -> bool:
        """Whether the shares that were given add up to 100 %."""
        given = self.shares(project, split)
        return not given or sum(share.percent for share in given) == 100

    def served(self, project: ProjectId, split: Split) -> tuple[tuple[Served, Decimal], ...]:
        """What *project* serves, with the percentage of each; they add up to 100.

        Shares that don't, which no command makes, are left aside for what the project names; R7 says so.
        """
        key = (project, split)
        if key not in self._cache:
            self._cache[key] = self._find(project, split)
        return self._cache[key]

    def _find(self, project: ProjectId, split: Split) -> tuple[tuple[Served, Decimal], ...]:
        given = self.shares(project, split)
        if given and self.is_whole(project, split):
            return tuple((self._known[split, share.target], share.percent) for share in given)
        if split is Split.THEME and not given:
            derived = self._themes_of_priorities(project)
            if derived:
                return derived
        held = self.records.projects.get(project)
        text = ""
        if held is not None and split is not Split.PRIORITY:
            text = " ".join((held.theme if split is Split.THEME else held.area).split())
        if not text:
            return ((Served(split, _NOT_SAID[split]), Decimal(100)),)
        return ((self._in_words.get((split, _folded(text)), Served(split, text)), Decimal(100)),)

    def _themes_of_priorities(self, project: ProjectId) -> tuple[tuple[Served, Decimal], ...]:
        """The themes of the priorities that the project shares its budget among, if each has one."""
        parts: dict[Served, Decimal] = {}
        if not self.is_whole(project, Split.PRIORITY):
            return ()
        for share in self.shares(project, Split.PRIORITY):
            theme = self.records.priorities[PriorityId(share.target)].theme
            if theme is None:
                return ()
            served = self._known[Split.THEME, int(theme)]
            parts[served] = parts.get(served, Decimal(0)) + share.percent
        return tuple(parts.items())

    def divide(self, project: ProjectId, split: Split, amount: Money) -> tuple[tuple[Served, Money], ...]:
        """*amount* of *project* by what it serves; the parts add up to it."""
        served = self.served(project, split)
        parts = amount.divide([percent for _, percent in served])
        return tuple((each, part) for (each, _), part in zip(served, parts, strict=True))

    def in_words(self, project: ProjectId, split: Split) -> str:
        """“Safer 60%, Stronger 40%”; the name alone where it serves one, "" where nothing was said."""
        served = self.served(project, split)
        if len(served) == 1:
            return served[0][0].label if served[0][0].is_said else ""
        return ", ".join(f"{each.label} {percent_in_words(percent)}" for each, percent in served)


@dataclass(frozen=True, slots=True)
class HeadSums:
    """A budget head's sums of a year, to be divided by the plan."""

    project: ProjectId
    fund: FundId
    kind: Kind
    budget: Money
    spent: Money
    outturn: Money


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A theme, priority or area with what serves it."""

    served: Served
    budget: Money
    spent: Money
    outturn: Money
    projects: int

    @property
    def left(self) -> Money:
        return self.budget - self.spent


def plan_lines(plan: Plan, heads: Sequence[HeadSums], split: Split) -> tuple[PlanLine, ...]:
    """*heads* by theme, priority or area: first all that are in force, in the order of the plan, then others that money
    serves, last what no share was said of. They add up to the heads (R7): each head is divided by itself."""
    lines: dict[Served, list[Money]] = {}
    projects: dict[Served, set[ProjectId]] = {}
    # A file may hold every ward and beat: only those that something serves are lines.
    for served in plan.in_force(split) if split is not Split.AREA else ():
        lines[served] = [Money.ZERO] * 3
    for head in heads:
        for at, amount in enumerate((head.budget, head.spent, head.outturn)):
            for served, part in plan.divide(head.project, split, amount):
                lines.setdefault(served, [Money.ZERO] * 3)[at] += part
                projects.setdefault(served, set()).add(head.project)
    ordered = sorted(lines.items(), key=lambda entry: not entry[0].is_said)
    return tuple(
        PlanLine(served, budget, spent, outturn, len(projects.get(served, ())))
        for served, (budget, spent, outturn) in ordered
    )


class PlanWords(NamedTuple):
    """What a project serves, as a return says it; "" where nothing was said."""

    theme: str
    priority: str
    area: str


def reconcile_plan(plan: Plan, heads: Sequence[HeadSums], fund: str) -> tuple[Identity, ...]:
    """R7 of the grant called *fund*: its budgets by theme, by priority and by area each come to its budgets."""
    year = plan.records.year
    budgets = Money.total(head.budget for head in heads)
    by = {split: plan_lines(plan, heads, split) for split in Split}
    sums = {split: Money.total(line.budget for line in lines) for split, lines in by.items()}
    projects = {head.project for head in heads}
    broken = sum(not plan.is_whole(project, split) for project in projects for split in Split)
    broken += sum(sums[split] != budgets for split in (Split.PRIORITY, Split.AREA))
    return (
        Identity(
            "R7",
            "Budgets = shares by theme, by priority and by area",
            f"by priority {sums[Split.PRIORITY].in_words}, by area {sums[Split.AREA].in_words}",
            "Budgets of projects",
            budgets,
            tuple(
                Part(
                    line.served.label,
                    line.budget,
                    f"{fund}/{year}/{plan_measure(Split.THEME, line.served.label, 'budget')}",
                )
                for line in by[Split.THEME]
                if line.projects
            ),
            f"{fund}/{year}/awarded",
            "The shares of a project don't add up to 100%: give them again, in the view Plan on Projects.",
            broken=broken,
            broken_name="set of shares",
        ),
    )


def plan_measure(split: Split, label: str, measure: str) -> str:
    """How the figure *measure* (budget, spend, outturn) of what a theme, priority or area is called is named, after its
    scope and year."""
    return f"{split.value}/{label}/{measure}"

"""What a return says beside the money: words, how the projects go, risks, assets, partners' statements, categories of
cost, what changed since the last return, and grants to voluntary bodies (domain paper 4.1, 4.5 and 4.7).

Everything here is as it leaves the house: texts, days and amounts, no records.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fundingapp.domain.agreements import Terms
from fundingapp.domain.assets import AssetState
from fundingapp.domain.bids import word_count
from fundingapp.domain.ids import AssetId, ProjectId, RiskId
from fundingapp.domain.money import Money
from fundingapp.domain.narratives import (
    EXPLANATION,
    RISK,
    NarrativeSection,
    ProjectProgress,
    ProjectStatus,
    ReturnText,
    limit_name,
)
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.rag import Rag, rag_of
from fundingapp.domain.risks import Risk


def limit_of(terms: Terms, section: NarrativeSection) -> int | None:
    """The most words that *section* may have; None where the agreement says nothing of it."""
    return dict(terms.section_words).get(limit_name(section))


@dataclass(frozen=True, slots=True)
class SectionLine:
    """A section of the narrative; *limit* is the most words it may have, *by* whom and when it was written last."""

    section: NarrativeSection
    text: str = ""
    limit: int | None = None
    by: str = ""
    at: datetime | None = None

    @property
    def words(self) -> int:
        return word_count(self.text)

    @property
    def over(self) -> int:
        """By how many words it is too long, 0 where it isn't."""
        return 0 if self.limit is None else max(0, self.words - self.limit)

    @property
    def counted(self) -> str:
        """“312 of 500 words”, “1 word”."""
        number = f"{self.words:,}"
        if self.limit is not None:
            return f"{number} of {self.limit:,} words"
        return f"{number} word" if self.words == 1 else f"{number} words"


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """How a project stands. *suggested* is the spend's colour by the agreement's bands, all kinds of its money
    together; *status* is None while nobody judged."""

    project: ProjectId
    ref: str
    name: str
    suggested: Rag
    status: ProjectStatus | None = None
    spend_rag: Rag | None = None
    delivery_rag: Rag | None = None
    explanation: str = ""
    limit: int | None = None
    by: str = ""
    at: datetime | None = None

    @property
    def spend(self) -> Rag:
        """The spend's colour: as it was judged, else as the figures suggest."""
        return self.spend_rag or self.suggested

    @property
    def words(self) -> int:
        return word_count(self.explanation)

    @property
    def over(self) -> int:
        """By how many words the explanation is too long."""
        return 0 if self.limit is None else max(0, self.words - self.limit)

    @property
    def not_green(self) -> Rag | None:
        """The worse of its colours, None where all are Green."""
        order = list(Rag)
        worst = max((each for each in (self.spend, self.delivery_rag) if each is not None), key=order.index)
        return None if worst is Rag.GREEN else worst

    @property
    def lacks_explanation(self) -> bool:
        """Whether it is not Green, and nobody said why."""
        return self.not_green is not None and not self.explanation


@dataclass(frozen=True, slots=True)
class RiskLine:
    """A risk as the return lists it; *ref* is its project's, "" for one to the whole grant."""

    id: RiskId
    risk: Risk
    ref: str = ""
    project: str = ""
    limit: int | None = None

    @property
    def over(self) -> int:
        """By how many words the description is too long."""
        return 0 if self.limit is None else max(0, word_count(self.risk.description) - self.limit)

    @property
    def left(self) -> int:
        """Its score as it is now: after the mitigation where that was judged."""
        after = self.risk.score_after
        return self.risk.score if after is None else after


@dataclass(frozen=True, slots=True)
class AssetLine:
    """An asset as the return lists it; *papers* are the names of its evidence."""

    id: AssetId
    ref: str
    project: str
    description: str
    cost: Money
    share: Money
    bought_on: date
    custodian: str
    location: str
    life_years: int | None
    state: AssetState
    disposed_on: date | None
    proceeds: Money
    consent: str
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A partner's statement of use; *in_ledger* is what the ledger's lines to that partner charge to the project."""

    id: int
    ref: str
    project: str
    partner: str
    passed_on: Money
    in_ledger: Money
    received_on: date | None = None
    signed_by: str = ""
    signed_on: date | None = None
    note: str = ""

    @property
    def difference(self) -> Money:
        """What the statement says beyond the ledger; above nought it states more."""
        return self.passed_on - self.in_ledger


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """What a project plans and spends for a cost category. None: the file does not divide that figure by category; the
    last line of a project has what is not divided, so that its lines foot to the project."""

    ref: str
    project: str
    category: str
    budget: Money | None
    spent: Money | None
    to_come: Money | None
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class TrailLine:
    """A field that was changed since the last return was certified or sent; *number* is the history's own."""

    number: int
    at: datetime
    by: str
    what: str
    thing: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class GrantGiven:
    """Money granted to a voluntary, community or social enterprise body: the fields of the Transparency Code and of
    360Giving (domain paper 2.6 and 3). *number* is the body's registration number without its scheme."""

    identifier: str
    title: str
    description: str
    awarded_on: date | None
    starts_on: date
    ends_on: date
    department: str
    beneficiary: str
    beneficiary_id: str
    number: str
    purpose: str
    amount: Money
    applied_for: Money | None
    funder: str
    funder_id: str
    programme: str
    modified_on: date


@dataclass(frozen=True, slots=True)
class ReturnStory:
    """All that a quarter's return says beside the money."""

    sections: tuple[SectionLine, ...] = ()
    progress: tuple[ProgressLine, ...] = ()
    risks: tuple[RiskLine, ...] = ()
    assets: tuple[AssetLine, ...] = ()
    statements: tuple[StatementLine, ...] = ()
    categories: tuple[CategoryLine, ...] = ()
    trail: tuple[TrailLine, ...] = ()
    #: Entries of the trail that are not listed, because there are too many.
    trail_left_out: int = 0
    given: tuple[GrantGiven, ...] = ()
    #: Capital purchases that no asset stands for, in words; to be seen to, and in no workbook.
    unlisted: tuple[str, ...] = ()

    def section(self, section: NarrativeSection) -> str:
        """What is said in *section*, "" for nothing."""
        return next((line.text for line in self.sections if line.section is section), "")

    def progress_of(self, project: ProjectId) -> ProgressLine | None:
        return next((line for line in self.progress if line.project == project), None)

    @property
    def has_words(self) -> bool:
        return any(line.text for line in self.sections)

    @property
    def is_judged(self) -> bool:
        """Whether anybody judged a project."""
        return any(line.status is not None for line in self.progress)


#: Of a return that was made of the money alone.
NOTHING_SAID = ReturnStory()


def sections_of(texts: Iterable[ReturnText], terms: Terms) -> tuple[SectionLine, ...]:
    """Every section in its order, with what *texts* (of one quarter) say in it."""
    by_section = {text.section: text for text in texts}
    lines = []
    for section in NarrativeSection:
        limit, text = limit_of(terms, section), by_section.get(section)
        lines.append(
            SectionLine(section, limit=limit)
            if text is None
            else SectionLine(section, text.text, limit, text.by, text.at)
        )
    return tuple(lines)


def progress_of(position: GrantPosition, judged: Iterable[ProjectProgress]) -> tuple[ProgressLine, ...]:
    """Every project of the grant once, by its reference, with what was *judged* of it in one quarter."""
    by_project = {each.project: each for each in judged}
    limit = dict(position.terms.section_words).get(EXPLANATION)
    lines = []
    for id in dict.fromkeys(head.project_id for head in position.projects):
        heads = [head for head in position.projects if head.project_id == id]
        suggested = rag_of(
            Money.total(head.variance for head in heads),
            Money.total(head.budget.current for head in heads),
            heads[0].rag_percents,
        )
        line = ProgressLine(id, heads[0].ref, heads[0].project.name, suggested, limit=limit)
        said = by_project.get(id)
        if said is not None:
            line = ProgressLine(
                id,
                line.ref,
                line.name,
                suggested,
                said.status,
                said.spend_rag,
                said.delivery_rag,
                said.explanation,
                limit,
                said.by,
                said.at,
            )
        lines.append(line)
    return tuple(sorted(lines, key=lambda line: line.ref))


def risks_of(
    risks: Iterable[tuple[RiskId, Risk]],
    position: GrantPosition,
    first: date,
    last: date,
) -> tuple[RiskLine, ...]:
    """The risks of the grant that a return of the days *first* to *last* lists, the worst first."""
    names = {head.project_id: (head.ref, head.project.name) for head in position.projects}
    limit = dict(position.terms.section_words).get(RISK)
    lines = [
        RiskLine(id, risk, *(names[risk.project] if risk.project is not None else ("", "")), limit=limit)
        for id, risk in risks
        if risk.fund == position.fund_id
        and (risk.project is None or risk.project in names)
        and risk.is_open_in(first, last)
    ]
    return tuple(sorted(lines, key=lambda line: (-line.left, -line.risk.score, line.ref, line.id)))


def categories_of(
    position: GrantPosition, planned: Sequence[tuple[ProjectId, str, Money]]
) -> tuple[CategoryLine, ...]:
    """What each project plans by cost category, as its bids' costed lines do, and what of its money is not divided.

    *planned* has (project, category, amount) in the order in which the categories are shown. A project with one
    category and nothing beside it spends in that one; of the others the ledger does not tell what was for which.
    """
    lines: list[CategoryLine] = []
    for id in dict.fromkeys(head.project_id for head in position.projects):
        heads = [head for head in position.projects if head.project_id == id]
        ref, name = heads[0].ref, heads[0].project.name
        sums: dict[str, Money] = {}
        for project, category, amount in planned:
            if project == id:
                sums[category] = sums.get(category, Money.ZERO) + amount
        if not sums:
            continue
        budget, spent, to_come = (
            Money.total(head.budget.current for head in heads),
            Money.total(head.spent for head in heads),
            Money.total(head.forecast_remaining for head in heads),
        )
        rest = budget - Money.total(sums.values())
        if len(sums) == 1 and not rest:
            [(category, amount)] = sums.items()
            lines.append(CategoryLine(ref, name, category, amount, spent, to_come))
            continue
        lines += [CategoryLine(ref, name, category, amount, None, None) for category, amount in sums.items()]
        lines.append(CategoryLine(ref, name, "not divided by category", rest, spent, to_come, is_rest=True))
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class StoryGap:
    """Something that a return's words lack. *is_error*: to be settled before it is sent; else to be looked at.
    *subject* is what it is about: a :class:`NarrativeSection`, a project's, risk's or statement's id, or None."""

    code: str
    is_error: bool
    text: str
    advice: str
    figure: str = ""
    subject: tuple[str, object] = ("", None)


def story_gaps(story: ReturnStory, position: GrantPosition, *, whole_year: bool) -> tuple[StoryGap, ...]:
    """What a receiver of the return would ask for beside the money (domain paper 4.7).

    What is not begun at all is one thing to look at, not one for each project: commissioners differ in what they ask.
    """
    return (
        *_gaps_of_words(story),
        *_gaps_of_progress(story, position),
        *_gaps_of_risks(story),
        *_gaps_of_assets(story),
        *(_gaps_of_statements(story) if whole_year else ()),
    )


#: So many things of one sort are named where they lack the same.
_NAMED = 4


def _gaps_of_words(story: ReturnStory) -> Iterable[StoryGap]:
    if story.sections and not story.has_words:
        yield StoryGap(
            "narrative_empty",
            False,
            "Nothing is said in words yet.",
            "Write what was done, or copy the last quarter's text as a start.",
            subject=("section", NarrativeSection.PROGRESS),
        )
    for line in story.sections:
        if line.over:
            yield StoryGap(
                "narrative_long",
                True,
                f"{line.section.title} has {line.words:,} words, {line.over:,} more than the {line.limit:,} allowed.",
                "Shorten it.",
                subject=("section", line.section),
            )


def _gaps_of_progress(story: ReturnStory, position: GrantPosition) -> Iterable[StoryGap]:
    if story.progress and not story.is_judged:
        yield StoryGap(
            "progress_missing",
            False,
            "Nobody has said yet how the projects stand.",
            "Set each project's status and colours.",
            subject=("project", story.progress[0].project),
        )
    without = [line for line in story.progress if line.status is None]
    if story.is_judged and without:
        names = _named([line.ref for line in without])
        yield StoryGap(
            "progress_missing",
            True,
            f"{names} {'has' if len(without) == 1 else 'have'} no status.",
            "Say how far each project is.",
            subject=("project", without[0].project),
        )
    for line in story.progress:
        figure = f"{line.ref}/{position.year}/variance@{position.to_period}"
        if line.status is None:
            continue
        if line.lacks_explanation and line.not_green is not None:
            yield StoryGap(
                "rag_unexplained",
                True,
                f"{line.ref} is {line.not_green.value}: say why.",
                "Explain it; commissioners ask for a reason beside every colour but Green.",
                figure,
                ("project", line.project),
            )
        if line.status is ProjectStatus.NOT_STARTED and any(
            head.spent for head in position.projects if head.project_id == line.project
        ):
            yield StoryGap(
                "status_contradicts",
                True,
                f"{line.ref} is “not started” and has spent money.",
                "Correct the status, or what is charged to it.",
                f"{line.ref}/{position.year}/spend@{position.to_period}",
                ("project", line.project),
            )
        if line.over:
            yield StoryGap(
                "explanation_long",
                True,
                f"{line.ref}: the explanation has {line.words:,} words, {line.over:,} more than the {line.limit:,} "
                "allowed.",
                "Shorten it.",
                subject=("project", line.project),
            )


def _gaps_of_risks(story: ReturnStory) -> Iterable[StoryGap]:
    open_ones = [line for line in story.risks if line.risk.closed is None]
    if story.progress and not open_ones:
        yield StoryGap(
            "risk_missing",
            False,
            "No risk is recorded.",
            "Add the grant's main risks; most commissioners ask for at least one of each live project.",
            subject=("risks", None),
        )
    of_projects = {line.ref for line in open_ones}
    # Where risks are kept project by project, one without any is missing something.
    over = (ProjectStatus.COMPLETE, ProjectStatus.CANCELLED)
    without = [each.ref for each in story.progress if each.status not in over and each.ref not in of_projects]
    if of_projects - {""} and without:
        have = "has no risk of its own" if len(without) == 1 else "have no risk of their own"
        yield StoryGap(
            "risk_missing",
            False,
            f"{_named(without)} {have}.",
            "Add one; some commissioners ask for at least one of each live project.",
            subject=("risks", None),
        )
    for line in open_ones:
        if not line.risk.mitigation:
            yield StoryGap(
                "risk_unmitigated",
                False,
                f"Risk “{line.risk.name}” has no mitigation.",
                "Say what is done about it.",
                subject=("risk", line.id),
            )
        if line.over:
            yield StoryGap(
                "risk_long",
                True,
                f"Risk “{line.risk.name}”: the description is {line.over:,} words too long, {line.limit:,} are "
                "allowed.",
                "Shorten it.",
                subject=("risk", line.id),
            )


def _gaps_of_assets(story: ReturnStory) -> Iterable[StoryGap]:
    if story.unlisted:
        number = len(story.unlisted)
        what = "1 capital purchase has" if number == 1 else f"{number:,} capital purchases have"
        yield StoryGap(
            "asset_unlisted",
            False,
            f"{what} no asset in the register: {_named(story.unlisted, '; ')}.",
            "Add them, unless nothing lasting was bought.",
            subject=("assets", None),
        )


def _named(things: Sequence[str], joint: str = ", ") -> str:
    """The first of *things*, and how many more there are."""
    more = len(things) - _NAMED
    return joint.join(things[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _gaps_of_statements(story: ReturnStory) -> Iterable[StoryGap]:
    for line in story.statements:
        if line.received_on is None:
            yield StoryGap(
                "statement_awaited",
                False,
                f"{line.ref}: the statement of {line.partner} is awaited.",
                "Ask for it, or record it when it comes.",
                subject=("statement", line.id),
            )
        if line.difference:
            more = "more" if line.difference > Money.ZERO else "less"
            yield StoryGap(
                "statement_differs",
                True,
                f"{line.ref}: {line.partner} states {line.passed_on.in_words}, the ledger's lines to it come to "
                f"{line.in_ledger.in_words}: {abs(line.difference).in_words} {more}.",
                "Settle it with the partner, or correct what is charged.",
                subject=("statement", line.id),
            )

"""Workbooks that go to project leads and come back, and the commissioner's queries: who has one, what is proposed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, LineFilter, Tools, UnitOfWork
from fundingapp.application.queries.budgets import months_to
from fundingapp.application.queries.figure_cells import FigureCell, read_cells
from fundingapp.application.queries.positions import position_of
from fundingapp.application.wording import short_date
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.funds import Partnership
from fundingapp.domain.ids import FundId, IndicatorId, LineId, PartnerBookId, ProjectId, ReturnId
from fundingapp.domain.indicators import Counted, FigureStatus, Indicator, IndicatorFigure
from fundingapp.domain.mails import MailPerson
from fundingapp.domain.money import Money
from fundingapp.domain.narratives import ProjectProgress, ProjectStatus
from fundingapp.domain.outcomes import Milestone
from fundingapp.domain.parties import ContactRole
from fundingapp.domain.partner_answers import (
    AGREE,
    NOT_OURS,
    Asked,
    AskedSort,
    BookTable,
    Entry,
    PartnerBookDocument,
    RowTotal,
    said_of,
)
from fundingapp.domain.partner_books import BookKind, BookState, CellProposal, PartnerBook, ProposalState
from fundingapp.domain.periods import FinancialYear, days_of, last_period_of, period_name
from fundingapp.domain.positions import ProjectPosition
from fundingapp.domain.profiles import MONTHS
from fundingapp.domain.rag import Rag
from fundingapp.domain.typed_figures import WHOLE


@dataclass(frozen=True, slots=True)
class PartnerBooksOf(Question["PartnersAnswer"]):
    """The workbooks of a quarter (1 to 4) that went out, with what those that came back propose."""

    fund: FundId
    year: FinancialYear
    quarter: int


@dataclass(frozen=True, slots=True)
class ProposalShown:
    """A proposal: *label* is what its cell stands for, *now* what the file says today."""

    id: int
    value: CellProposal
    label: str
    now: str

    @property
    def has_moved(self) -> bool:
        """Whether the file has changed since the workbook went out, so that the proposal was made without knowing."""
        return self.value.state is ProposalState.PROPOSED and self.now not in (
            self.value.was,
            self.value.proposed,
        )


@dataclass(frozen=True, slots=True)
class BookShown:
    """A workbook that went out; *lead* is the project's."""

    id: PartnerBookId
    value: PartnerBook
    ref: str
    name: str
    lead: str
    is_late: bool
    proposals: tuple[ProposalShown, ...]

    @property
    def waiting(self) -> int:
        """How many proposals nobody has decided."""
        return sum(each.value.state is ProposalState.PROPOSED for each in self.proposals)


@dataclass(frozen=True, slots=True)
class ProjectToAsk:
    """A project of the grant; *to* are its leads with an address."""

    id: ProjectId
    ref: str
    name: str
    lead: str
    to: tuple[MailPerson, ...]


@dataclass(frozen=True, slots=True)
class PartnersAnswer:
    """The *books* of the quarter, newest first, and the projects that have none out or back (*without*)."""

    books: tuple[BookShown, ...]
    without: tuple[ProjectToAsk, ...]
    returns: tuple[tuple[ReturnId, str], ...]


def project_to_ask(work: UnitOfWork, id: ProjectId) -> ProjectToAsk:
    """The project with its leads that have an address today."""
    project = work.projects.get(id).value
    today = work.today
    people = tuple(
        MailPerson(contact.name, contact.email, f"{contact.role.value} of {project.ref}")
        for contact in (kept.value for kept in work.contacts.all())
        if contact.project == id
        and contact.role is ContactRole.PROJECT_LEAD
        and contact.email
        and (contact.valid_from or today) <= today <= (contact.valid_to or today)
    )
    lead = project.lead or ", ".join(person.name for person in people)
    return ProjectToAsk(id, project.ref, project.name, lead, people)


def projects_of(work: UnitOfWork, fund: FundId, year: FinancialYear) -> list[ProjectId]:
    """The projects that are awarded money of the grant, by reference."""
    found = {
        kept.value.project for kept in work.awards.all() if (kept.value.fund, kept.value.year) == (fund, year)
    }
    return sorted(found, key=lambda project: work.projects.get(project).value.ref)


@dataclass(frozen=True, slots=True)
class ProjectsNamed(Question["tuple[ProjectId, ...]"]):
    """The projects of these references, whatever their case. Raises NotFoundError."""

    refs: tuple[str, ...]


def answer_named(question: ProjectsNamed, tools: Tools) -> tuple[ProjectId, ...]:
    with tools.open_work(reading=True) as work:
        known = {kept.value.ref.casefold(): ProjectId(kept.id) for kept in work.projects.all()}
        for ref in question.refs:
            if ref.strip().casefold() not in known:
                raise NotFoundError("project", ref, "Look at the projects for its reference.")
        return tuple(known[ref.strip().casefold()] for ref in question.refs)


# The workbook


def document_of(
    work: UnitOfWork,
    tools: Tools,
    project: ProjectId,
    fund: FundId,
    year: FinancialYear,
    quarter: int,
    *,
    mark: str = "",
    due: date | None = None,
) -> PartnerBookDocument:
    """The workbook of a project as the file stands: its own lines and nobody else's."""
    held = work.projects.get(project).value
    period = last_period_of(quarter)
    position = position_of(work, fund, year, period)
    heads = [each for each in position.projects if each.project_id == project]
    partnership = next((kept.value for kept in work.partnership.all()), Partnership("The partnership"))
    first, last = days_of(year, quarter)
    tables = (
        _money(heads, period),
        _forecast(held.ref, heads, min(period, MONTHS)),
        _stands(work, held.ref, project, year, quarter),
        _figures(work, held.ref, project, year, quarter),
        _milestones(work, held.ref, project),
        _lines(work, held.ref, heads, fund, year, quarter),
    )
    return PartnerBookDocument(
        mark,
        f"{held.ref} {held.name}: Q{quarter} {year}",
        partnership.name,
        tools.today,
        (
            ("Project", f"{held.ref} {held.name}"),
            ("Fund", position.fund.name),
            ("Quarter", f"Q{quarter} {year}: {short_date(first)} to {short_date(last)}"),
            ("Asked by", tools.who),
            ("Please send back by", short_date(due) if due is not None else "as soon as you can"),
        ),
        (
            "Go through the sheets and fill in or correct the yellow cells. Everything else is locked: if it is"
            " wrong, say so under “Comments”.",
            "On “Ledger lines” choose “agree” or “not ours” for each payment that was charged to your project.",
            "Save the workbook under its own name, keep it an .xlsx file, and send it back.",
        ),
        tuple(table for table in tables if table.rows),
    )


def _money(heads: list[ProjectPosition], period: int) -> BookTable:
    rows: list[tuple[Entry, ...]] = [
        (
            head.kind.value,
            head.budget.award,
            head.budget.current,
            *head.by_quarter,
            RowTotal(3, 6, head.spent),
        )
        for head in heads
    ]
    return BookTable(
        "Spend",
        f"What the ledger shows up to the end of {period_name(period)}, in pounds. Nothing is to be filled in here.",
        ("Money", "Award £", "Budget £", "Q1 £", "Q2 £", "Q3 £", "Q4 £", "Spent to date £"),
        (14, 14, 14, 13, 13, 13, 13, 16),
        tuple(rows),
    )


def _forecast(ref: str, heads: list[ProjectPosition], cut_off: int) -> BookTable:
    rows = []
    for head in heads:
        months = months_to(head, cut_off)
        entries: list[Entry] = [
            amount
            if month <= cut_off
            else Asked(f"forecast/{ref}/{head.kind.value}/{month}", AskedSort.POUNDS, amount)
            for month, amount in enumerate(months, start=1)
        ]
        rows.append((head.kind.value, *entries, RowTotal(1, MONTHS, Money.total(months))))
    return BookTable(
        "Forecast",
        "What was spent by month, and what you expect in the months to come (yellow), in pounds.",
        (
            "Money",
            *(period_name(month).capitalize() for month in range(1, MONTHS + 1)),
            "Year £",
        ),
        (14, *(11,) * MONTHS, 13),
        tuple(rows) if cut_off < MONTHS else (),
    )


def _judged(
    work: UnitOfWork, project: ProjectId, year: FinancialYear, quarter: int
) -> ProjectProgress | None:
    wanted = (project, year, quarter)
    return next(
        (
            kept.value
            for kept in work.project_progress.all()
            if (kept.value.project, kept.value.year, kept.value.quarter) == wanted
        ),
        None,
    )


def _stands(work: UnitOfWork, ref: str, project: ProjectId, year: FinancialYear, quarter: int) -> BookTable:
    said = _judged(work, project, year, quarter)
    colours = tuple(each.value for each in Rag)

    def colour(rag: Rag | None) -> str:
        return rag.value if rag is not None else ""

    rows: tuple[tuple[Entry, ...], ...] = (
        (
            "Status",
            Asked(
                f"progress/{ref}/status",
                AskedSort.CHOICE,
                said.status.value if said is not None else "",
                tuple(each.value for each in ProjectStatus),
            ),
        ),
        (
            "How spending goes",
            Asked(
                f"progress/{ref}/spend-rag",
                AskedSort.CHOICE,
                colour(said.spend_rag if said is not None else None),
                colours,
            ),
        ),
        (
            "How delivery goes",
            Asked(
                f"progress/{ref}/delivery-rag",
                AskedSort.CHOICE,
                colour(said.delivery_rag if said is not None else None),
                colours,
            ),
        ),
        (
            "What happened this quarter, and why it is as it is",
            Asked(
                f"progress/{ref}/explanation", AskedSort.TEXT, said.explanation if said is not None else ""
            ),
        ),
        ("Comments for us", Asked(f"comment/{ref}", AskedSort.TEXT, "")),
    )
    return BookTable(
        "How it stands",
        "Choose from the lists, and say in your own words what happened.",
        ("Question", "Your answer"),
        (34, 90),
        rows,
    )


def _open_indicators(work: UnitOfWork, project: ProjectId) -> list[Kept[Indicator]]:
    return [
        kept for kept in work.indicators.all() if kept.value.project == project and not kept.value.is_closed
    ]


def figure_there(
    work: UnitOfWork, indicator: int, year: FinancialYear, quarter: int
) -> IndicatorFigure | None:
    """What is recorded of an indicator itself for the quarter."""
    days = days_of(year, quarter)
    return next(
        (
            kept.value
            for kept in work.indicator_figures.all()
            if kept.value.indicator == indicator
            and (kept.value.first, kept.value.last) == days
            and kept.value.area is None
            and kept.value.status is FigureStatus.ACTUAL
        ),
        None,
    )


def _figures(work: UnitOfWork, ref: str, project: ProjectId, year: FinancialYear, quarter: int) -> BookTable:
    years = {
        kept.value.indicator: kept.value.target
        for kept in work.indicator_years.all()
        if kept.value.year == year
    }
    rows: list[tuple[Entry, ...]] = []
    for kept in _open_indicators(work, project):
        each = kept.value
        there = figure_there(work, kept.id, year, quarter)
        said: Decimal | str | None = None
        # What may tell who somebody is does not go out again: its lead types it anew where it has changed.
        if there is not None and not each.is_sensitive:
            said = (
                there.value
                if there.numerator is None or there.denominator is None
                else f"{said_of(there.numerator)}/{said_of(there.denominator)}"
            )
        sort = AskedSort.WHOLE if each.counted in WHOLE else AskedSort.FIGURE
        hint = "such as 45/50" if each.counted in (Counted.SHARE, Counted.AVERAGE) else each.unit
        rows.append(
            (
                each.name,
                hint,
                years.get(IndicatorId(kept.id)) or each.target,
                Asked(f"figure/{ref}/{kept.id}", sort, said),
            )
        )
    return BookTable(
        "Figures",
        f"What was measured from {' to '.join(short_date(day) for day in days_of(year, quarter))}; leave empty what"
        " you don't know.",
        ("What is measured", "In", "Target", "This quarter"),
        (60, 18, 18, 16),
        tuple(rows),
    )


def _milestones(work: UnitOfWork, ref: str, project: ProjectId) -> BookTable:
    rows: list[tuple[Entry, ...]] = []
    for kept in work.milestones.all():
        each: Milestone = kept.value
        if each.project == project and not each.is_cancelled:
            subject = f"milestone/{ref}/{kept.id}"
            rows.append(
                (
                    each.name,
                    each.due,
                    Asked(f"{subject}/expected", AskedSort.DAY, each.expected),
                    Asked(f"{subject}/done", AskedSort.DAY, each.done_on),
                )
            )
    return BookTable(
        "Milestones",
        "Say when each was done, or when it is expected now.",
        ("Milestone", "Due", "Expected", "Done on"),
        (60, 14, 14, 14),
        tuple(rows),
    )


def _lines(
    work: UnitOfWork,
    ref: str,
    heads: list[ProjectPosition],
    fund: FundId,
    year: FinancialYear,
    quarter: int,
) -> BookTable:
    last = last_period_of(quarter)
    rows: list[tuple[Entry, ...]] = []
    for head in heads:
        where = LineFilter(
            year=year,
            from_period=3 * quarter - 2,
            to_period=last,
            project=head.project_id,
            fund=fund,
            kind=head.kind,
        )
        rows += [
            (
                line.posted_on,
                line.transaction,
                line.supplier,
                line.description,
                head.kind.value,
                line.share,
                Asked(f"line/{ref}/{line.id}/answer", AskedSort.CHOICE, "", (AGREE, NOT_OURS)),
                Asked(f"line/{ref}/{line.id}/comment", AskedSort.TEXT, ""),
            )
            for line in work.ledger.shares(where)
        ]
    return BookTable(
        "Ledger lines",
        "What was charged to your project this quarter, in pounds. Choose “agree” or “not ours” for each.",
        ("Date", "Transaction", "Supplier", "Description", "Money", "Charged £", "Your answer", "Comment"),
        (12, 16, 28, 36, 12, 13, 14, 40),
        tuple(rows),
    )


# What came back


def problem_with(work: UnitOfWork, year: FinancialYear, quarter: int) -> Callable[[str, str], str]:
    """What says why a typed text can't be what its cell stands for, "" where it can."""

    def problem(subject: str, typed: str) -> str:
        match subject.split("/"):
            case ["progress", _, "status"]:
                return _not_one_of(typed, [each.value for each in ProjectStatus], required=True)
            case ["progress", _, "spend-rag" | "delivery-rag"]:
                return _not_one_of(typed, [each.value for each in Rag])
            case ["line", _, _, "answer"]:
                return _not_one_of(typed, [AGREE, NOT_OURS])
            case ["figure", _, id]:
                cell = FigureCell.of_quarter(IndicatorId(int(id)), year, quarter, typed)
                problems = read_cells(work, [cell])[1]
                return problems[0][1].rstrip(".") if problems else ""
            case _:
                return ""

    return problem


def _not_one_of(typed: str, choices: list[str], *, required: bool = False) -> str:
    if typed in choices or (not typed and not required):
        return ""
    said = f"“{typed}” is" if typed else "Nothing is"
    return f"{said} none of {', '.join(choices)}"


def label_of(work: UnitOfWork, subject: str) -> str:
    """What a cell of *subject* stands for, in words."""
    match subject.split("/"):
        case ["forecast", ref, kind, period]:
            return f"{ref}: {kind} forecast of {period_name(int(period))}"
        case ["progress", ref, part]:
            words = {"spend-rag": "how spending goes", "delivery-rag": "how delivery goes"}
            return f"{ref}: {words.get(part, part)}"
        case ["figure", ref, id]:
            return f"{ref}: {_called(work.indicators.all(), int(id))}"
        case ["milestone", ref, id, part]:
            return f"{ref}: “{_called(work.milestones.all(), int(id))}” {part}"
        case ["line", ref, id, part]:
            line = work.ledger.held_line(LineId(int(id))).line
            what = f"{line.supplier or line.transaction}, {line.amount.in_words}"
            return f"{ref}: {'comment on ' if part == 'comment' else ''}{what}"
        case ["comment", ref]:
            return f"{ref}: comments"
        case _:
            return subject


def _called(rows: list[Kept[Any]], id: int) -> str:
    return next((str(kept.value.name) for kept in rows if kept.id == id), "no longer in the file")


def said_now(work: UnitOfWork, tools: Tools, book: PartnerBook) -> Mapping[str, str]:
    """What the file says today of every cell that the workbook asked for, by its subject."""
    if book.project is None:
        return {}
    document = document_of(work, tools, book.project, book.fund, book.year, book.quarter)
    return {asked.subject: said_of(asked) for asked in document.asked()}


def shown_proposals(work: UnitOfWork, tools: Tools, id: int, book: PartnerBook) -> tuple[ProposalShown, ...]:
    """The proposals of a workbook with what the file says today."""
    kept = [each for each in work.cell_proposals.all() if each.value.book == id]
    if not kept:
        return ()
    now = said_now(work, tools, book) if book.kind is BookKind.PARTNER else {}
    return tuple(
        ProposalShown(
            each.id,
            each.value,
            label_of(work, each.value.subject),
            now.get(each.value.subject, each.value.was),
        )
        for each in kept
    )


def answer_books(question: PartnerBooksOf, tools: Tools) -> PartnersAnswer:
    with tools.open_work(reading=True) as work:
        wanted = (question.fund, question.year, question.quarter)
        books = []
        for kept in sorted(work.partner_books.all(), key=lambda kept: -kept.id):
            book = kept.value
            if (book.fund, book.year, book.quarter) != wanted:
                continue
            ask = project_to_ask(work, book.project) if book.project is not None else None
            late = book.state is BookState.OUT and book.due is not None and book.due < tools.today
            books.append(
                BookShown(
                    PartnerBookId(kept.id),
                    book,
                    ask.ref if ask is not None else "Return",
                    ask.name if ask is not None else "queries of the commissioner",
                    ask.lead if ask is not None else "",
                    late,
                    shown_proposals(work, tools, kept.id, book),
                )
            )
        busy = {book.value.project for book in books if book.value.state is not BookState.SETTLED}
        settled = {book.value.project for book in books if book.value.back_sha256}
        without = tuple(
            project_to_ask(work, project)
            for project in projects_of(work, question.fund, question.year)
            if project not in busy | settled
        )
        returns = tuple(
            (ReturnId(kept.id), f"Q{kept.value.quarter} v{kept.value.version}, {kept.value.file_name}")
            for kept in work.returns.all()
            if (kept.value.fund, kept.value.year, kept.value.quarter) == wanted and kept.value.state.is_out
        )
        return PartnersAnswer(tuple(books), without, returns)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    PartnerBooksOf: answer_books,
    ProjectsNamed: answer_named,
}

"""The forms of what a bid says: its fields, its costed lines, its texts, its papers; and of what is made of bids."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from fundingapp.application.commands.bids import (
    ChangeBid,
    CopyForward,
    CreateBid,
    RecordConsent,
    SetBidCosts,
    SetBidTexts,
)
from fundingapp.application.queries.bid_choices import BidChoicesAnswer
from fundingapp.application.queries.bids import BidRow, BidsAnswer, BidView
from fundingapp.application.wording import count
from fundingapp.domain.agreements import Consent
from fundingapp.domain.bid_packs import cost_lines
from fundingapp.domain.bids import Bid, BidCost, BidState, BidText, CostCategory, Section, word_count
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.ids import BidId, FundId, PartyId, ProjectId
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.bids.moves import Host
from fundingapp.ui.forms import Form, amount_of
from fundingapp.ui.tables.columns import Column, Edit
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import ROW_HEIGHT, STEP
from fundingapp.ui.widgets.buttons import button, link_button
from fundingapp.ui.widgets.check import Check
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.evidence_field import EvidenceField
from fundingapp.ui.widgets.labels import label

#: The panel's width where a grid or a long text is filled in.
WIDE = 690
_NEW = "new"


class BidForm(Form):
    """A new bid, or the fields of one; what may only be changed in a draft can't be touched in another state."""

    def __init__(
        self,
        host: Host,
        choices: BidChoicesAnswer,
        year: FinancialYear,
        view: BidView | None = None,
        fund: FundId | None = None,
        done: Callable[[int | None], object] | None = None,
    ) -> None:
        super().__init__("Keep the bid" if view else "Make the draft", self._accepted, host.close_form)
        self._host, self._view, self._choices, self._done = host, view, choices, done
        bid = view.row.bid if view is not None else None
        is_draft = bid is None or bid.state is BidState.DRAFT
        projects = [Option(kept.id, f"{kept.value.ref} {kept.value.name}") for kept in choices.projects]
        self.project = self.choice(
            "Project", [Option(_NEW, "A new project…"), *projects], bid.project if bid else _NEW
        )
        self.ref = self.text("Reference of the new project", hint="for example LF-18")
        self.project_name = self.text("Name of the new project")
        self.fund = self.choice(
            "Fund", [Option(kept.id, kept.value.name) for kept in choices.funds], bid.fund if bid else fund
        )
        self.year = self.text("Financial year", str(bid.year if bid else year))
        self.kind = self.choice("Kind of money", [])
        self.amount = self.money("Amount asked, £", bid.amount if bid else None)
        self.outside = Check("Outside the year's allocation")
        self.outside.setAccessibleName("Outside the year's allocation")
        self.outside.setChecked(bid.outside_allocation if bid else False)
        self.add("", self.outside)
        applicants = [Option(kept.id, kept.value.name) for kept in choices.parties]
        self.applicant = self.choice(
            "Applicant", [Option(None, "The partnership itself"), *applicants], bid.applicant if bid else None
        )
        self.reference = self.text("The bid's own reference", bid.reference if bid else "", "if it has one")
        self.answer_due = self.day("Answer due", bid.answer_due if bid else None, "if a day is known")
        self.papers = EvidenceField(host.choose_paper)
        self.add("Papers to add" if view else "Papers", self.papers)
        self.project.setEnabled(bid is None)
        for field in (self.fund, self.year, self.kind, self.amount, self.outside):
            field.setEnabled(is_draft)
        if not is_draft and bid is not None:
            self.note(
                f"The bid is {bid.state.value}: fund, year, kind and amount stay as they were asked. Take it back to "
                "draft to change them."
            )
        self.fund.currentIndexChanged.connect(lambda _at: self._show_kinds())
        self.project.currentIndexChanged.connect(lambda _at: self._show_new())
        self._show_kinds(bid.kind if bid else None)
        self._show_new()

    def _show_kinds(self, kind: Kind | None = None) -> None:
        fund = next((kept.value for kept in self._choices.funds if kept.id == self.fund.key), None)
        kinds = fund.kinds if fund is not None else (Kind.REVENUE, Kind.CAPITAL)
        wanted = kind or self.kind.key
        self.kind.set_options([Option(each, each.value) for each in kinds], wanted)
        if self.kind.key is None:
            self.kind.setCurrentIndex(0)

    def _show_new(self) -> None:
        is_new = self.project.key == _NEW
        for field in (self.ref, self.project_name):
            field.setHidden(not is_new)
            item = self._column.itemAt(self._column.indexOf(field) - 1)
            words = item.widget() if item is not None else None
            if words is not None:
                words.setHidden(not is_new)

    def _accepted(self) -> str:
        try:
            year = FinancialYear.parse(self.year.text())
        except ValueError:
            return "Type the financial year, for example 2018/19."
        amount = amount_of(self.amount)
        if amount is None or amount <= Money.ZERO:
            return "Type the amount that is asked for."
        if not isinstance(self.fund.key, int):
            return "Choose the fund; a fund comes with its grant, on the page Grants."
        if not self.answer_due.is_valid:
            return "Type the day of the answer, for example 31/03/2019."
        fund = FundId(self.fund.key)
        kind = self.kind.key if isinstance(self.kind.key, Kind) else Kind.REVENUE
        applicant = PartyId(self.applicant.key) if isinstance(self.applicant.key, int) else None
        if self._view is not None:
            before = self._view.row.bid
            after = replace(
                before,
                fund=fund,
                year=year,
                kind=kind,
                amount=amount,
                outside_allocation=self.outside.isChecked(),
                applicant=applicant,
                reference=self.reference.text().strip(),
                answer_due=self.answer_due.day,
            )
            change = ChangeBid(BidId(self._view.row.id), after, self.papers.given, before)
            self._host.office.do(
                change, f"Change {self._view.row.name}", lambda _effect: self._host.close_form()
            )
            return ""
        project = self._chosen_project()
        if isinstance(project, str):
            return project
        make = CreateBid(
            project,
            fund,
            year,
            kind,
            amount,
            self.reference.text().strip(),
            applicant,
            self.outside.isChecked(),
            self.answer_due.day,
            self.papers.given,
        )
        done = self._done
        self._host.office.do(make, "Make the draft", lambda effect: done(effect.result) if done else None)
        return ""

    def _chosen_project(self) -> ProjectId | Project | str:
        if isinstance(self.project.key, int):
            return ProjectId(self.project.key)
        ref, name = self.ref.text().strip(), self.project_name.text().strip()
        if not ref or not name:
            return "Type the new project's reference and its name, or choose a project that there is."
        return Project(ref, name)


@dataclass(frozen=True, slots=True)
class CostRow:
    """A line of the grid; *key* tells it from the others while it is edited."""

    key: int
    category: str
    description: str
    quarters: tuple[Money, Money, Money, Money]

    @property
    def total(self) -> Money:
        return Money.total(self.quarters)


def _quarter(number: int) -> Column[CostRow]:
    return Column[CostRow].of_amounts(
        f"Q{number} £", lambda row: row.quarters[number - 1], edit=Edit.MONEY, width=74
    )


_COSTS = (
    Column[CostRow]("Category", lambda row: row.category, edit=Edit.TEXT, width=112, stretch=1, least=70),
    Column[CostRow]("For", lambda row: row.description, edit=Edit.TEXT, width=130, stretch=2, least=70),
    _quarter(1),
    _quarter(2),
    _quarter(3),
    _quarter(4),
    Column[CostRow].of_amounts("Total £", lambda row: row.total, width=84, strong=True),
)
_PASTED_QUARTERS = 4


class CostsForm(Form):
    """The costed lines by category and quarter: typed in place, or pasted from a spreadsheet; sums are live."""

    def __init__(self, host: Host, view: BidView) -> None:
        super().__init__("Keep the costs", self._accepted, host.close_form)
        self._host, self._view = host, view
        self._rows = [
            CostRow(at, line.category.value, line.description, line.quarters)
            for at, line in enumerate(cost_lines(kept.value for kept in view.costs))
        ]
        self._next = len(self._rows)
        adding = QWidget()
        across = QHBoxLayout(adding)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(2 * STEP)
        self._category = DropDown("Category")
        self._category.set_options([Option(each.value, each.value) for each in CostCategory])
        across.addWidget(self._category, 1)
        across.addWidget(button("Add a line", self._add, icon="plus"))
        self._remove_button = button("Remove the line", self._remove)
        across.addWidget(self._remove_button)
        self.add("Costs by category and quarter", adding)
        self.table = TableView("Costs", "bids.costs", host.office.settings)
        self.table.accepts_paste = True
        self.table.takes_key = self._takes_key
        self._model = ListTableModel[CostRow](_COSTS, lambda row: row.key, self.table)
        self.table.set_model(self._model)
        self.table.edited.connect(self._edited)
        self.table.pasted.connect(self._pasted)
        self.add("Type into a cell, or paste rows of: category, what for, Q1, Q2, Q3, Q4", self.table)
        self.difference = label("", wrap=True)
        self.difference.setAccessibleName("Difference to the amount asked")
        self.add("Held against the amount asked", self.difference)
        self._show()

    @property
    def rows(self) -> tuple[CostRow, ...]:
        return tuple(self._rows)

    @property
    def total(self) -> Money:
        return Money.total(row.total for row in self._rows)

    def _show(self) -> None:
        zero = (Money.ZERO,) * 4
        sums = (
            [Money.total(row.quarters[at] for row in self._rows) for at in range(4)] if self._rows else zero
        )
        whole = CostRow(-1, "Total", "", (sums[0], sums[1], sums[2], sums[3]))
        self._model.set_rows(self._rows, whole if self._rows else None)
        self.table.setFixedHeight(40 + ROW_HEIGHT * min(11, max(3, len(self._rows) + 1)))
        asked = self._view.row.bid.amount
        gap = asked - self.total
        if gap == Money.ZERO:
            words = f"The lines add up to the amount asked, {asked.in_words}."
        elif not self._rows:
            words = f"{asked.in_words} is asked, and nothing is costed yet."
        else:
            more = "more than is costed" if gap > Money.ZERO else "less than is costed"
            words = (
                f"{self.total.in_words} is costed; the {asked.in_words} asked is {abs(gap).in_words} {more}."
            )
        self.difference.setText(words)
        self._remove_button.setEnabled(bool(self._rows))

    def _add(self) -> None:
        row = CostRow(self._next, str(self._category.key), "", (Money.ZERO,) * 4)
        self._next += 1
        self._rows.append(row)
        self._show()
        self.table.select_key(row.key)
        self.table.setFocus()

    def _remove(self) -> None:
        chosen = set(self.table.selected_keys()) or {getattr(self.table.current_row, "key", None)}
        self._rows = [row for row in self._rows if row.key not in chosen]
        self.say("")
        self._show()

    def _takes_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Delete:
            self._remove()
            return True
        return False

    def _edited(self, row: object, column: object, value: object) -> None:
        if not isinstance(row, CostRow) or not isinstance(column, Column):
            return
        self.say("")
        if column.title == "Category":
            category = category_of(str(value))
            if category is None:
                self.say(_no_category(str(value)))
                return
            after = replace(row, category=category.value)
        elif column.title == "For":
            after = replace(row, description=str(value).strip())
        else:
            quarters = list(row.quarters)
            quarters[int(column.title[1]) - 1] = value if isinstance(value, Money) else Money.ZERO
            after = replace(row, quarters=(quarters[0], quarters[1], quarters[2], quarters[3]))
        self._rows = [after if each.key == row.key else each for each in self._rows]
        QTimer.singleShot(0, self, self._show)  # the cell's editor is still closing

    def _pasted(self, cells: object) -> None:
        if not isinstance(cells, list):
            return
        try:
            made = pasted_costs(cells)
        except ValueError as error:
            self.say(f"Nothing was pasted: {error}")
            return
        self.say("")
        for category, description, quarters in made:
            self._rows.append(CostRow(self._next, category.value, description, quarters))
            self._next += 1
        self._show()

    def _accepted(self) -> str:
        bid = BidId(self._view.row.id)
        costs = []
        for row in self._rows:
            category = category_of(row.category)
            if category is None:
                return _no_category(row.category)
            if not row.total and all(amount == Money.ZERO for amount in row.quarters):
                return (
                    f"The line “{row.category} {row.description}”".rstrip()
                    + " has no amount: type one, or remove it."
                )
            costs += [
                BidCost(bid, category, row.description, number, amount)
                for number, amount in enumerate(row.quarters, start=1)
                if amount != Money.ZERO
            ]
        self._host.office.do(
            SetBidCosts(bid, tuple(costs), tuple(kept.value for kept in self._view.costs)),
            f"Cost {self._view.row.name}",
            lambda _effect: self._host.close_form(),
        )
        return ""


def category_of(text: str) -> CostCategory | None:
    """The category that *text* names, or that alone begins with it; None when that is none or several."""
    wanted = " ".join(text.casefold().split())
    named = [each for each in CostCategory if each.value == wanted]
    begun = [each for each in CostCategory if wanted and each.value.startswith(wanted)]
    return named[0] if named else begun[0] if len(begun) == 1 else None


def _no_category(text: str) -> str:
    return f"“{text}” is not a category; there are {', '.join(each.value for each in CostCategory)}."


def pasted_costs(
    cells: Sequence[Sequence[str]],
) -> list[tuple[CostCategory, str, tuple[Money, Money, Money, Money]]]:
    """The lines that rows of *cells* say: category, what for (may be left out), and four quarters; a total behind them
    must be theirs. A row of headings or of totals is left out. Raises ValueError with the row and what is wrong."""
    made = []
    for number, cell in enumerate(cells, start=1):
        row = [" ".join(each.split()) for each in cell]
        while row and not row[-1]:
            row.pop()
        if not row or (number == 1 and row[0].casefold() == "category") or row[0].casefold() == "total":
            continue
        category = category_of(row[0])
        if category is None:
            raise ValueError(f"row {number}: {_no_category(row[0])}")
        has_words = len(row) > 1 and not _is_amount(row[1])
        description, figures = (row[1], row[2:]) if has_words else ("", row[1:])
        if len(figures) not in {_PASTED_QUARTERS, _PASTED_QUARTERS + 1}:
            raise ValueError(
                f"row {number} has {count(len(figures), 'amount')}; there should be four, one for each quarter."
            )
        amounts = []
        for text in figures:
            try:
                amounts.append(Money.parse(text) if text not in {"", "-", "–"} else Money.ZERO)
            except NotMoneyError as error:
                raise ValueError(f"row {number}: “{text}” is not an amount: {error.reason}.") from None
        quarters = (amounts[0], amounts[1], amounts[2], amounts[3])
        if len(amounts) > _PASTED_QUARTERS and amounts[4] != Money.total(quarters):
            raise ValueError(
                f"row {number}: its total {amounts[4].in_words} is not what its quarters add up to,"
                f" {Money.total(quarters).in_words}."
            )
        made.append((category, description, quarters))
    return made


def _is_amount(text: str) -> bool:
    try:
        Money.parse(text)
    except NotMoneyError:
        return False
    return True


class TextsForm(Form):
    """What the bid says, section by section, with its words counted against the funder's limit."""

    def __init__(self, host: Host, view: BidView, section: Section = Section.SUMMARY) -> None:
        super().__init__("Keep the texts", self._accepted, host.close_form)
        self._host, self._view = host, view
        self._said = {kept.value.section: kept.value.text for kept in view.texts}
        self._now = dict(self._said)
        self._section = section
        self.section = self.choice("Section", self._options(), section)
        steps = QWidget()
        across = QHBoxLayout(steps)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(link_button("Next section", self._next))
        across.addStretch(1)
        self.words = label("", "second")
        self.words.setAccessibleName("Words")
        across.addWidget(self.words)
        self.text_field = QPlainTextEdit(self._now.get(section, ""))
        self.text_field.setAccessibleName("Text")
        self.text_field.setTabChangesFocus(True)
        self.text_field.setMinimumHeight(300)
        self.add("Text", self.text_field)
        self.add("", steps)
        self.text_field.textChanged.connect(self._typed)
        self.section.currentIndexChanged.connect(lambda _at: self._chosen())
        self._count()

    def _limit(self, section: Section) -> int | None:
        return self._view.word_limits.get(section)

    def _options(self) -> list[Option]:
        options = []
        for each in Section:
            words = word_count(self._now.get(each, ""))
            title = f"{each.value[0].upper()}{each.value[1:]}"
            options.append(
                Option(each, f"{title} · {count(words, 'word')}" if words else f"{title} · nothing yet")
            )
        return options

    def _chosen(self) -> None:
        if isinstance(self.section.key, Section):
            self._section = self.section.key
            self.text_field.setPlainText(self._now.get(self._section, ""))
            self._count()

    def _next(self) -> None:
        order = list(Section)
        at = (order.index(self._section) + 1) % len(order)
        self.section.set_options(self._options(), order[at])
        self._section = order[at]
        self.text_field.setPlainText(self._now.get(self._section, ""))
        self._count()
        self.text_field.setFocus()

    def _typed(self) -> None:
        self._now[self._section] = self.text_field.toPlainText()
        self._count()

    def _count(self) -> None:
        words, limit = word_count(self._now.get(self._section, "")), self._limit(self._section)
        if limit is None:
            self.words.setText(count(words, "word"))
        elif words > limit:
            self.words.setText(f"{words:,} of {count(limit, 'word')}: {words - limit:,} too many")
        else:
            self.words.setText(f"{words:,} of {count(limit, 'word')}")

    def _accepted(self) -> str:
        bid = BidId(self._view.row.id)
        changed = tuple(
            BidText(bid, section, text.strip())
            for section, text in self._now.items()
            if text.strip() != self._said.get(section, "")
        )
        if not changed:
            return "Nothing has been changed."
        self._host.office.do(
            SetBidTexts(bid, changed, tuple(kept.value for kept in self._view.texts)),
            f"Write {self._view.row.name}",
            lambda _effect: self._host.close_form(),
        )
        return ""


class PapersForm(Form):
    """Files and references that support a bid."""

    def __init__(self, host: Host, view: BidView) -> None:
        super().__init__("Keep the papers", self._accepted, host.close_form)
        self._host, self._view = host, view
        self.papers = EvidenceField(host.choose_paper)
        self.add("Papers", self.papers)

    def _accepted(self) -> str:
        if not self.papers.given:
            return "Attach a file, or type what leads to the paper."
        row = self._view.row
        self._host.office.do(
            ChangeBid(BidId(row.id), row.bid, self.papers.given),
            f"Attach papers to {row.name}",
            lambda _effect: self._host.close_form(),
        )
        return ""


class ConsentForm(Form):
    """The commissioner's consent to award more than is available."""

    def __init__(self, host: Host, answer: BidsAnswer, year: FinancialYear) -> None:
        super().__init__("Record the consent", self._accepted, host.close_form)
        self._host, self._answer, self._year = host, answer, year
        options = [
            Option((room.fund, room.kind), f"{room.fund_name}, {room.kind.value}") for room in answer.rooms
        ]
        self.of = self.choice("For", options)
        self.amount = self.money("Amount beyond what is available, £")
        self.reference = self.text("Reference", hint="of the commissioner's letter")
        self.dated = self.day("Dated", answer.today)
        self.given_by = self.text("Given by", hint="who signed it")
        self.papers = EvidenceField(host.choose_paper)
        self.add("The letter", self.papers)

    def _accepted(self) -> str:
        amount = amount_of(self.amount)
        if amount is None or amount <= Money.ZERO:
            return "Type the amount that the commissioner consents to."
        if self.dated.day is None:
            return "Type the day of the letter, for example 31/03/2019."
        if not self.reference.text().strip():
            return "Type the reference of the letter."
        if not isinstance(self.of.key, tuple):
            return "There is no grant to consent to yet."
        fund, kind = self.of.key
        consent = Consent(
            fund,
            self._year,
            kind,
            amount,
            self.reference.text().strip(),
            self.dated.day,
            self.given_by.text().strip(),
        )
        self._host.office.do(
            RecordConsent(consent, self.papers.given),
            "Record the consent",
            lambda _effect: self._host.close_form(),
        )
        return ""


class BidList(QWidget):
    """Bids with a box each, and links for all and none."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._links = QWidget()
        across = QHBoxLayout(self._links)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(link_button("All", lambda: self._set_all(True)))
        across.addWidget(link_button("None", lambda: self._set_all(False)))
        across.addStretch(1)
        self._column.addWidget(self._links)
        self._boxes: dict[int, QCheckBox] = {}

    def set_rows(self, rows: Sequence[BidRow], chosen: Collection[int]) -> None:
        """Offers *rows*, those of *chosen* with a mark."""
        for box in self._boxes.values():
            self._column.removeWidget(box)
            box.hide()
            box.deleteLater()
        self._boxes = {}
        for row in rows:
            words = f"{row.ref} {row.project_name}"
            sums = f"{row.bid.amount.in_words} · {row.bid.state.value}"
            box = Check(f"{words}\n{sums}".replace("&", "&&"))
            box.setAccessibleName(f"{words}, {sums}")
            box.setChecked(row.id in chosen)
            box.toggled.connect(lambda _on: self.changed.emit())
            self._column.insertWidget(self._column.count() - 1, box)
            self._boxes[row.id] = box
        self._links.setVisible(len(rows) > 1)

    @property
    def chosen(self) -> tuple[BidId, ...]:
        return tuple(BidId(id) for id, box in self._boxes.items() if box.isChecked())

    def _set_all(self, on: bool) -> None:
        for box in self._boxes.values():
            box.setChecked(on)


class CopyForm(Form):
    """Bids of a year to be made drafts of the next, with their costs and texts."""

    def __init__(
        self,
        host: Host,
        sources: Mapping[FinancialYear, Sequence[BidRow]],
        done: Callable[[FinancialYear, Sequence[BidId]], object],
    ) -> None:
        super().__init__("Copy", self._accepted, host.close_form)
        self._host, self._done, self._sources = host, done, sources
        self.of = self.choice("Copy", [Option(year, f"from {year} to {year.next}") for year in sources])
        self.bids = BidList()
        self.bids.changed.connect(self._sum)
        self.add("Bids", self.bids)
        self.percent = self.text("Uplift, %", "0", "for example 2.5; below nought takes off")
        self.percent.textChanged.connect(lambda _text: self._sum())
        self.sum = label("", wrap=True)
        self.add("Together", self.sum)
        self.note("Costs and texts come with them; states, decisions, offers and papers do not.")
        self.of.currentIndexChanged.connect(lambda _at: self._show())
        self._show()

    @property
    def year(self) -> FinancialYear:
        """The year that is copied from."""
        year = self.of.key
        return year if isinstance(year, FinancialYear) else next(iter(self._sources))

    def _show(self) -> None:
        rows = self._sources[self.year]
        usual = {
            row.id for row in rows if row.bid.state.is_awarded and row.bid.state is not BidState.TERMINATED
        }
        self.bids.set_rows(rows, usual)
        self.accept_button.set_text(f"Copy to {self.year.next}")
        self._sum()

    def _rate(self) -> Decimal | None:
        try:
            rate = Decimal(self.percent.text().strip().rstrip("%").replace("−", "-") or "0")
        except InvalidOperation:
            return None
        return rate if rate.is_finite() else None

    def _sum(self) -> None:
        rate, chosen = self._rate(), set(self.bids.chosen)
        amounts = [row.bid.amount for row in self._sources[self.year] if row.id in chosen]
        words = f"{count(len(amounts), 'bid')} of {Money.total(amounts).in_words}"
        if rate:
            words += f", {Money.total(amount + amount.percent(rate) for amount in amounts).in_words} with the uplift"
        self.sum.setText(words + ".")

    def _accepted(self) -> str:
        rate = self._rate()
        if rate is None:
            return "Type the uplift as a percentage, for example 2.5."
        if not self.bids.chosen:
            return "Choose one or more bids."
        target = self.year.next
        self._host.office.do(
            CopyForward(self.bids.chosen, rate),
            "Copy bids forward",
            lambda effect: self._done(target, effect.result),
        )
        return ""


class PackForm(Form):
    """Which bids go into a pack."""

    def __init__(
        self,
        host: Host,
        rows: Sequence[BidRow],
        chosen: Collection[int],
        write: Callable[[tuple[BidId, ...]], object],
    ) -> None:
        super().__init__("Write the pack…", self._accepted, host.close_form)
        self._write = write
        self.bids = BidList()
        self.bids.set_rows(rows, chosen)
        self.add("Bids in the pack", self.bids)
        self.note(
            "A Word document to read and send, or an Excel workbook with the costs as live sums: facts, texts, costs "
            "by category and quarter, match, conditions, decisions and history."
        )

    def _accepted(self) -> str:
        if not self.bids.chosen:
            return "Choose one or more bids."
        self._write(self.bids.chosen)
        return ""


def fields_of(bid: Bid) -> list[str]:
    """What a bid says of itself beside its sums, for the panel."""
    lines = [f"Kind of money: {bid.kind.value}", f"Financial year: {bid.year}"]
    if bid.reference:
        lines.insert(0, f"Reference: {bid.reference}")
    if bid.outside_allocation:
        lines.append("Asked for outside the year's allocation")
    if bid.submitted_on is not None:
        lines.append(f"Submitted: {bid.submitted_on:%d/%m/%Y}")
    if bid.answer_due is not None:
        lines.append(f"Answer due: {bid.answer_due:%d/%m/%Y}")
    if bid.decided_on is not None:
        lines.append(f"Decided: {bid.decided_on:%d/%m/%Y}, {bid.decision}".rstrip(", "))
    return lines

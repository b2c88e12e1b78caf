"""The agreement behind a grant: its years and sums (R8), its terms in plain words, and what is kept of the fund."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from fundingapp.application.commands.agreements import (
    AddAgreement,
    ChangeAgreement,
    ChangeTerms,
    DescribeFund,
    RemoveAgreement,
    Reprofile,
)
from fundingapp.application.effect import Effect, Topic
from fundingapp.application.queries.agreed import AgreementRow
from fundingapp.application.queries.agreements import AgreementsAnswer, AgreementsOf
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.wording import short_date
from fundingapp.domain.agreements import USUAL_TERMS, Agreement, Split, Terms, share_evenly
from fundingapp.domain.bids import Section
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import AgreementId, FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import GrantPosition
from fundingapp.ui.forms import Form, amount_of
from fundingapp.ui.grants.notices import DATE_HINT, day_in, step_in_words, today
from fundingapp.ui.grants.terms import SILENT, TERMS, TermField
from fundingapp.ui.inspector import (
    Block,
    InspectorPage,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
    WidgetBlock,
)
from fundingapp.ui.office import Office
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import ROW_HEIGHT, STEP, TALL_ROW_HEIGHT, Tone
from fundingapp.ui.views import GrantView
from fundingapp.ui.widgets.buttons import button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.check import Check
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.message_bar import Message
from fundingapp.ui.widgets.money_edit import MoneyEdit


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year of the agreement beside what stands allocated; *year* None is the whole."""

    year: FinancialYear | None
    kinds: str
    agreed: Money
    allocated: Money | None
    hoped: bool = False

    @property
    def difference(self) -> Money | None:
        return None if self.allocated is None else self.allocated - self.agreed


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term as it stands."""

    field: TermField
    terms: Terms
    stated: bool

    @property
    def source(self) -> str:
        """Whether the agreement says it or it is what usually counts."""
        if getattr(self.terms, self.field.name) is None:
            return "–"
        return "agreement" if self.stated and not self.field.is_usual(self.terms) else "usual"


def _in_short(row: TermRow) -> str:
    """What the term says; “nothing” under the heading “It says” where the agreement is silent."""
    said = row.field.of(row.terms)
    return "nothing" if said == SILENT else said


YEARS = (
    Column[YearRow]("Year", lambda row: str(row.year) if row.year else "Not yet split", width=104),
    Column[YearRow]("Kinds", lambda row: row.kinds, stretch=1, width=180, least=80, quiet=True),
    Column[YearRow].of_amounts(
        "Agreement £", lambda row: row.agreed, why=lambda row: row.year is not None, width=116
    ),
    Column[YearRow](
        "Allocated £",
        lambda row: (
            "–" if row.allocated is None else str(row.allocated) + (" (indicative)" if row.hoped else "")
        ),
        RIGHT,
        amount=lambda row: row.allocated,
        width=116,
    ),
    Column[YearRow](
        "Difference £",
        lambda row: "–" if row.difference is None else str(row.difference),
        RIGHT,
        amount=lambda row: row.difference,
        tip=lambda _row: "What is allocated less what the agreement gives the year",
        width=112,
    ),
)
TERM_COLUMNS = (
    Column[TermRow](
        "Term",
        lambda row: row.field.title,
        second=lambda row: row.field.meaning,
        tip=lambda row: row.field.meaning,
        stretch=3,
        width=420,
        least=200,
    ),
    Column[TermRow]("It says", _in_short, stretch=1, width=200, least=120, tip=_in_short),
    Column[TermRow](
        "From",
        lambda row: row.source,
        pill=lambda row: {"agreement": Tone.ACCENT, "usual": Tone.NEUTRAL}.get(row.source),
        width=100,
    ),
)


class AgreementView(GrantView):
    """Shows what the funder's agreement lays down for the grant's years."""

    def __init__(self, office: Office) -> None:
        super().__init__("agreement", "Agreement", office)
        self._position: GrantPosition | None = None
        self._answer: AgreementsAnswer | None = None
        self.buttons = [button("About the fund…", self._open_fund)]
        self.buttons[0].setDisabled(office.is_read_only)
        self._agreement_card = Card("Agreement")
        # Not in the page's head, which shows all buttons of a view or none.
        self._add = button("Record an agreement…", self._open_add, icon="plus")
        self._change = button("Change…", self._open_change)
        self._reprofile = button("Reprofile…", self._open_reprofile)
        self._others = button("Other agreements", self._open_others)
        for each in (self._others, self._change, self._reprofile, self._add):
            self._agreement_card.add_head(each)
        for each in (self._change, self._reprofile, self._add):
            each.setDisabled(office.is_read_only)
        self._about = label("", "second", wrap=True)
        self._agreement_card.add_padded(self._about)
        self._years = TableView("Years of the agreement", "grants.agreed", office.settings, office.asker)
        self._years_model = ListTableModel[YearRow](YEARS, lambda row: str(row.year), self._years)
        self._years.set_model(self._years_model)
        self._years.why_requested.connect(self._why)
        self._agreement_card.add(self._years)
        self.body.addWidget(self._agreement_card)
        self._terms_card = Card("Terms")
        self._terms = TableView("Terms", "grants.terms", office.settings, office.asker, TALL_ROW_HEIGHT)
        self._terms_model = ListTableModel[TermRow](TERM_COLUMNS, lambda row: row.field.title, self._terms)
        self._terms.set_model(self._terms_model)
        self._terms.row_activated.connect(self._open_term)
        self._terms.setMinimumHeight(180)
        self._terms_card.add(self._terms, 1)
        self.body.addWidget(self._terms_card, 1)

    def show_position(self, answer: PositionAnswer) -> None:
        self._position = answer.position
        question = AgreementsOf(answer.position.fund_id, answer.position.year)
        self.office.ask_of_grant("grants.agreements", question, self._show, self)

    def refresh(self, topics: Topic) -> None:
        if self._position is not None and topics & (Topic.GRANTS | Topic.SETUP):
            question = AgreementsOf(self._position.fund_id, self._position.year)
            self.office.ask_of_grant("grants.agreements", question, self._show, self)

    def _show(self, answer: AgreementsAnswer) -> None:
        self._answer = answer
        position, row, fund = self._position, answer.in_force, answer.fund.value
        if position is None:
            return
        self._add.setVisible(row is None)
        self._change.setVisible(row is not None)
        self._reprofile.setVisible(row is not None and any(len(split.years) > 1 for split in row.splits))
        self._others.setVisible(len(answer.agreements) > (row is not None))
        self.state_changed.emit(f"{fund.name} {position.year}")
        fenced = f" Ring-fenced: {fund.ring_fence}." if fund.ring_fence else ""
        origin = f" The money comes from {fund.origin}." if fund.origin else ""
        if row is None:
            self._about.setText(
                f"No agreement is recorded for {position.year}: the usual terms below count. Record the agreement to "
                f"state its sums year by year and where its terms differ.{fenced}{origin}"
            )
        else:
            held = row.kept.value
            parts = [held.span]
            if held.reference:
                parts.append(f"reference {held.reference}")
            parts.append(f"signed {short_date(held.signed_on)}" if held.signed_on else "not signed yet")
            self._about.setText(f"{' · '.join(parts)}.{fenced}{origin}")
        whole = Money.total(split.total for split in row.splits) if row else Money.ZERO
        self._agreement_card.set_title(
            f"“{row.kept.value.title}”" if row else "No agreement yet",
            f"{whole.in_words} in all" if whole else "",
            Tone.ACCENT,
        )
        self._years.setVisible(bool(row and row.splits))
        if row is not None:
            self._show_years(row, answer)
        stated = row is not None
        self._terms_model.set_rows(TermRow(field, answer.terms, stated) for field in TERMS)
        self._terms_card.set_title("Terms", "as the agreement says" if stated else "as usual")

    def _show_years(self, row: AgreementRow, answer: AgreementsAnswer) -> None:
        allocated = {entry.year: entry for entry in answer.allocated}
        rows = []
        for year in row.kept.value.years:
            ours = [(split.kind.value, split.of(year)) for split in row.splits if split.years]
            if not ours:
                continue
            stands = allocated.get(year)
            rows.append(
                YearRow(
                    year,
                    _kinds(ours),
                    Money.total(amount for _, amount in ours),
                    stands.amount if stands else None,
                    bool(stands and stands.hoped),
                )
            )
        rest = [(split.kind.value, split.not_split) for split in row.splits if split.not_split]
        if rest:
            rows.append(YearRow(None, _kinds(rest), Money.total(amount for _, amount in rest), None))
        self._years_model.set_rows(rows)
        self._years.setFixedHeight(40 + ROW_HEIGHT * max(1, min(5, len(rows))))

    def _why(self, row: object, _column: object) -> None:
        if isinstance(row, YearRow) and self._position is not None:
            year = f"{self._position.fund.name}/{self._position.year}"
            self.ask_why(f"{year}/agreed/{row.year}")

    def first_focus(self) -> QWidget:
        return self._terms

    # Recording and changing

    def _open_add(self) -> None:
        self.inspect(
            InspectorPage(
                "Record an agreement", [WidgetBlock(partial(self._form, None))], ("form", "agreement")
            )
        )

    def _open_change(self) -> None:
        if self._answer is None or self._answer.in_force is None:
            return
        row = self._answer.in_force
        blocks: list[Block] = [WidgetBlock(partial(self._form, row))]
        blocks += _history(row)
        blocks.append(StepsBlock([Step("Remove the agreement", partial(self._remove, row))]))
        self.inspect(InspectorPage("Change the agreement", blocks, ("form", "agreement")))

    def _remove(self, row: AgreementRow) -> None:
        self.office.do(
            RemoveAgreement(AgreementId(row.kept.id)),
            "Remove the agreement",
            lambda _effect: self.close_panel(),
        )

    def _form(self, row: AgreementRow | None) -> QWidget:
        position = self._position
        if position is None:
            return QWidget()
        return _AgreementForm(self, position, row)

    def _open_reprofile(self) -> None:
        if self._answer is None or self._answer.in_force is None:
            return
        row = self._answer.in_force

        def build() -> Form:
            def accept() -> str:
                amount, day = amount_of(money), day_in(dated)
                if amount is None or not amount:
                    return "Type the amount that moves."
                if day is None:
                    return f"Type the day of the letter, {DATE_HINT}."
                if not letter.text().strip():
                    return (
                        "Type the letter's reference: the agreement's years are the commissioner's to change."
                    )
                self.office.do(
                    Reprofile(
                        AgreementId(row.kept.id),
                        Kind(kind.key),
                        FinancialYear(int(str(source.key))),
                        FinancialYear(int(str(target.key))),
                        amount,
                        letter.text(),
                        day,
                    ),
                    "Reprofile",
                    self._reprofiled,
                )
                return ""

            form = Form("Reprofile", accept, self.close_panel)
            splits = [split for split in row.splits if len(split.years) > 1]
            kind = form.choice(
                "Kind of money", [Option(split.kind.value, split.kind.value.capitalize()) for split in splits]
            )
            years = [Option(year.start, str(year)) for year in row.kept.value.years]
            source = form.choice("From the year", years)
            target = form.choice("To the year", years, years[1].key)
            money = form.money("Amount, £")
            letter = form.text("Letter", hint="reference of the commissioner's letter")
            dated = form.text("Dated", short_date(today()), DATE_HINT)
            form.note("The whole of the agreement stays; the allocations of both years are revised on Grant.")
            return form

        held = [
            SumRow(f"{split.kind.value.capitalize()} {year}", amount)
            for split in row.splits
            for year, amount in split.years
        ]
        blocks: list[Block] = [SumBlock(held, "As it stands"), WidgetBlock(build, "Move money between years")]
        blocks += _history(row)
        self.inspect(InspectorPage("Reprofile", blocks, ("form", "reprofile")))

    def _reprofiled(self, effect: Effect[str]) -> None:
        self.close_panel()
        if effect.result:
            self.say(Message(effect.result, "Revise the allocation of that year on Grant.", Tone.ATTENTION))

    def _open_others(self) -> None:
        if self._answer is None:
            return
        blocks: list[Block] = []
        for row in self._answer.agreements:
            if row is self._answer.in_force:
                continue
            held = row.kept.value
            caption = f"“{held.title}”, {held.span}" + (
                f", reference {held.reference}" if held.reference else ""
            )
            rows = [SumRow(split.kind.value.capitalize(), split.total) for split in row.splits]
            blocks.append(SumBlock(rows, caption) if rows else TextBlock("It states no sums.", caption))
            blocks += _history(row)
        self.inspect(InspectorPage("Other agreements of the fund", blocks, ("agreements", "others")))

    # Terms

    def _open_term(self, row: object) -> None:
        if not isinstance(row, TermRow) or self._answer is None:
            return
        held = self._answer.in_force
        blocks: list[Block] = [TextBlock(row.field.meaning)]
        usual = row.field.of(USUAL_TERMS)
        if held is None:
            blocks.append(TextBlock(f"{row.field.of(row.terms)}, as usual.".capitalize()))
            blocks.append(
                TextBlock("Terms belong to an agreement. Record it first, then say where it differs.")
            )
            if not self.office.is_read_only:
                blocks.append(StepsBlock([Step("Record an agreement…", self._open_add, True)]))
        elif self.office.is_read_only:
            blocks.append(TextBlock(row.field.of(row.terms)))
        else:
            blocks.append(WidgetBlock(partial(self._term_form, held, row.field)))
        blocks.append(
            TextBlock(usual[:1].upper() + usual[1:], "What counts where no agreement says anything")
        )
        self.inspect(InspectorPage(row.field.title, blocks, ("term", row.field.name)))

    def _term_form(self, held: AgreementRow, field: TermField) -> Form:
        agreement = held.kept.value

        def accept() -> str:
            try:
                if choice is not None:
                    value = next(each for each in field.choices if each.value == choice.key)
                    terms = field.chosen(agreement.terms, value)
                elif lines is not None:
                    terms = field.put(agreement.terms, lines.toPlainText())
                elif text is not None:
                    terms = field.put(agreement.terms, text.text())
                else:
                    raise AssertionError("a term is chosen or typed")
            except ValueError as error:
                return str(error)
            self.office.do(
                ChangeTerms(AgreementId(held.kept.id), agreement, terms),
                "Change the terms",
                lambda _effect: self.close_panel(),
            )
            return ""

        form = Form("Save", accept, self.close_panel)
        choice = text = lines = None
        if field.has_lines:
            lines = form.long_text(field.title, field.typed(agreement.terms), field.hint)
            form.note(
                "A line for each section that has a limit; leave it empty where the agreement says nothing."
            )
            form.note(f"The sections are: {'; '.join(each.value for each in Section)}.")
        elif field.choices:
            options = [Option(each.value, field.shown(each)) for each in field.choices]
            choice = form.choice(field.title, options, getattr(agreement.terms, field.name).value)
        else:
            text = form.text(field.title, field.typed(agreement.terms), field.hint)
            if field.may_be_silent:
                form.note("Leave it empty where the agreement says nothing.")
        return form

    # The fund

    def _open_fund(self) -> None:
        if self._answer is None:
            return
        kept = self._answer.fund
        before = kept.value

        def build() -> Form:
            def accept() -> str:
                after = replace(
                    before,
                    name=name.text(),
                    ring_fence=ring_fence.text(),
                    origin=origin.text(),
                    divides_labour=divides.isChecked(),
                )
                self.office.do(
                    DescribeFund(FundId(kept.id), before, after),
                    "Change the fund",
                    lambda _effect: self.close_panel(),
                )
                return ""

            form = Form("Save", accept, self.close_panel)
            name = form.text("Name", before.name)
            ring_fence = form.text("Ring-fence", before.ring_fence, "what it may be spent on only")
            origin = form.text(
                "Where it comes from", before.origin, "for example Home Office, proceeds of crime"
            )
            divides = Check("Labour and non-labour apart")
            divides.setChecked(before.divides_labour)
            divides.setAccessibleName("Revenue is divided into labour and non-labour")
            form.add("Revenue", divides)
            form.note("How revenue is divided can be set while nothing of the fund's revenue is recorded.")
            return form

        self.inspect(InspectorPage("About the fund", [WidgetBlock(build)], ("form", "fund")))


class _AgreementForm(Form):
    """Title, years and sums of an agreement; the years make the whole of each kind (R8)."""

    def __init__(self, view: AgreementView, position: GrantPosition, row: AgreementRow | None) -> None:
        super().__init__("Save" if row else "Record the agreement", self._save, view.close_panel)
        self._view, self._position, self._row = view, position, row
        held = row.kept.value if row else None
        self._heading = self.text("Title", held.title if held else "", "as its heading says")
        self._first = self.text(
            "First year", str(held.from_year if held else position.year), "for example 2017/18"
        )
        self._last = self.text(
            "Last year", str(held.to_year if held else position.year), "for example 2019/20"
        )
        self._reference = self.text("Reference", held.reference if held else "")
        signed = short_date(held.signed_on) if held and held.signed_on else ""
        self._signed = self.text("Signed", signed, DATE_HINT)
        held_splits = {split.kind: split for split in row.splits} if row else {}
        self._wholes: list[tuple[Kind, MoneyEdit]] = [
            (
                kind,
                self.money(
                    f"Whole agreement, {kind.value}, £",
                    held_splits[kind].total if kind in held_splits else None,
                ),
            )
            for kind in position.fund.kinds
        ]
        self._held = held_splits
        self._fields: dict[tuple[Kind, FinancialYear], MoneyEdit] = {}
        self._years_of = QWidget()
        self._years_form = QHBoxLayout(self._years_of)
        self._years_form.setContentsMargins(0, STEP, 0, 0)
        self._years_form.addWidget(button("Share evenly", partial(self._show_years, True)))
        self._years_form.addWidget(button("Type them", partial(self._show_years, False)))
        self._years_form.addStretch(1)
        self.add("Sums of the years", self._years_of)
        if any(split.years for split in held_splits.values()):
            self._show_years(False)
        self._amendment: QLineEdit | None = None
        if row is not None:
            self._amendment = self.text("Amending letter", hint="needed when a sum changes")

    def _years(self) -> tuple[FinancialYear, ...]:
        try:
            first, last = FinancialYear.parse(self._first.text()), FinancialYear.parse(self._last.text())
        except ValueError:
            self.say("Type the first and the last year, for example 2017/18.")
            return ()
        if not 0 <= last.start - first.start < 10:
            self.say("The last year is the first one or one of the nine after it.")
            return ()
        return tuple(FinancialYear(start) for start in range(first.start, last.start + 1))

    def _show_years(self, evenly: bool) -> None:
        """Fields for the years of each kind that has a whole: filled with equal shares, or as they were agreed."""
        years = self._years()
        if not years:
            return
        self.say("")
        for (_, year), typed in self._fields.items():
            self.show_field(typed, year in years)
        for kind, whole in self._wholes:
            total = amount_of(whole)
            if total is None or not total:
                continue
            shares = dict(share_evenly(total, years))
            split = self._held.get(kind)
            for year in years:
                field: MoneyEdit | None = self._fields.get((kind, year))
                if field is None:
                    field = self.money(f"{kind.value.capitalize()} {year}, £")
                    self._fields[kind, year] = field
                    if split is not None and split.years:
                        field.set_amount(split.of(year))
                if evenly:
                    field.set_amount(shares[year])

    def _splits(self, years: Sequence[FinancialYear]) -> tuple[Split, ...]:
        found = []
        for kind, whole in self._wholes:
            total = amount_of(whole) or Money.ZERO
            typed = tuple(
                (year, amount_of(self._fields[kind, year]) or Money.ZERO)
                for year in years
                if (kind, year) in self._fields
            )
            if total or any(amount for _, amount in typed):
                found.append(Split(kind, total, typed if any(amount for _, amount in typed) else ()))
        return tuple(found)

    def _save(self) -> str:
        years = self._years()
        if not years:
            return "Type the first and the last year, for example 2017/18."
        if not self._heading.text().strip():
            return "Type the agreement's title."
        signed = day_in(self._signed)
        if self._signed.text().strip() and signed is None:
            return f"Type the day it was signed, {DATE_HINT}."
        terms = self._row.kept.value.terms if self._row else USUAL_TERMS
        agreement = Agreement(
            self._position.fund_id,
            self._heading.text(),
            years[0],
            years[-1],
            self._reference.text(),
            signed,
            terms,
        )
        office, close = self._view.office, self._view.close_panel
        if self._row is None:
            office.do(
                AddAgreement(agreement, self._splits(years)), "Record the agreement", lambda _effect: close()
            )
        else:
            office.do(
                ChangeAgreement(
                    AgreementId(self._row.kept.id),
                    self._row.kept.value,
                    agreement,
                    self._splits(years),
                    self._amendment.text() if self._amendment is not None else "",
                ),
                "Change the agreement",
                lambda _effect: close(),
            )
        return ""


def _kinds(sums: Sequence[tuple[str, Money]]) -> str:
    """“revenue”, or “revenue 90,000.00, capital 10,000.00” where there are several."""
    if len(sums) == 1:
        return sums[0][0]
    return ", ".join(f"{kind} {amount}" for kind, amount in sums)


def _history(row: AgreementRow) -> list[Block]:
    """The reprofiles of an agreement, where there are any."""
    if not row.steps:
        return []
    return [TextBlock("\n".join(map(step_in_words, row.steps)), "Reprofiles")]

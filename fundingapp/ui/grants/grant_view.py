"""The grant's own records: allocation, limits, awards, contingency and virements; and how a grant comes into the
file."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractItemView, QWidget

from fundingapp.application.commands.awards import ChangeAward
from fundingapp.application.queries.conditions import ConditionsAnswer, ConditionsOf
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.workspace import GrantAnswer, GrantDetail
from fundingapp.application.wording import count
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import AwardId
from fundingapp.domain.money import Money
from fundingapp.domain.positions import GrantPosition
from fundingapp.ui.forms import Form, amount_of
from fundingapp.ui.gauge_rows import GaugeRows
from fundingapp.ui.grants.columns import AWARDS, MOVEMENTS, AwardRow, MovementRow
from fundingapp.ui.grants.new_grant import NewGrant
from fundingapp.ui.grants.notices import NoticesCard
from fundingapp.ui.inspector import InspectorPage, WidgetBlock
from fundingapp.ui.office import Office
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import ROW_HEIGHT, Tone
from fundingapp.ui.views import GrantView
from fundingapp.ui.widgets.buttons import button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.message_bar import Message

TABLES = "Tables of awards (*.csv *.xlsx *.xlsm *.xls *.ods)"
#: A fund that divides its revenue is set up with its agreement.
_KINDS = (Kind.REVENUE, Kind.CAPITAL)


class OneGrantView(GrantView):
    """Shows what the commissioner gave, within which limits, and to whom it was awarded; records grants."""

    def __init__(self, office: Office) -> None:
        super().__init__("grant", "Grant", office)
        self.new = NewGrant(self)
        self._position: GrantPosition | None = None
        self._detail: GrantAnswer | None = None
        add = button("Add a grant…", self.new.add_by_hand, icon="plus")
        read = button("Read a table of awards…", self.new.choose_table, icon="import")
        for each in (add, read):
            each.setDisabled(office.is_read_only)
            self.buttons.append(each)
        self._ring_fence = label("", "note", wrap=True)
        self._ring_fence.hide()
        self.body.addWidget(self._ring_fence)
        self._limits = Card("Limits")
        self._gauges = GaugeRows()
        self._gauges.why_requested.connect(self.why_requested)
        self._limits.add_padded(self._gauges)
        self._limits.hide()
        self.body.addWidget(self._limits)
        self._notices = NoticesCard(self)
        self.body.addWidget(self._notices)
        self._awards_card = Card("Awards")
        self._awards = TableView("Awards", "grants.awards", office.settings, office.asker)
        self._awards_model = ListTableModel[AwardRow](
            AWARDS, lambda row: row.kept.id if row.kept else row.ref, self._awards
        )
        self._awards.set_model(self._awards_model)
        self._awards.edited.connect(self._award_edited)
        self._awards.why_requested.connect(self._why)
        self._awards.selection_summarised.connect(self.selection_summarised)
        self._awards_card.add(self._awards, 1)
        self.body.addWidget(self._awards_card, 1)
        self._movements_card = Card("Virements")
        if office.is_read_only:
            self._awards.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._movements = TableView("Virements", "grants.movements", office.settings, office.asker)
        self._movements_model = ListTableModel[MovementRow](
            MOVEMENTS, lambda row: row.kept.id, self._movements
        )
        self._movements.set_model(self._movements_model)
        self._movements_card.add(self._movements, 1)
        self._movements_card.setFixedHeight(44 + 4 * ROW_HEIGHT)
        self._movements_card.hide()
        self.body.addWidget(self._movements_card)

    def show_position(self, answer: PositionAnswer) -> None:
        self._position = answer.position
        grant = GrantDetail(answer.position.fund_id, answer.position.year)
        self.office.ask_of_grant("grants.detail", grant, self._show, self)
        limits = ConditionsOf(answer.position.fund_id, answer.position.year)
        self.office.ask_of_grant("grants.limits", limits, self._show_limits, self)

    def _show_limits(self, answer: ConditionsAnswer) -> None:
        position = self._position
        self._limits.setVisible(bool(answer.gauges))
        if position is not None:
            self._limits.set_title("Limits", str(len(answer.gauges)))
            self._gauges.show_gauges(position.fund.name, position.year, answer.gauges)

    def _show(self, detail: GrantAnswer) -> None:
        self._detail = detail
        position = self._position
        if position is None:
            return
        fund = detail.fund.value
        self.state_changed.emit(
            f"{fund.name} {position.year} · from {detail.commissioner_in_words} · "
            f"paid in {position.terms.payment_basis.value}"
        )
        people = [
            ", ".join(filter(None, (each.name, each.role.value, each.email, each.phone)))
            for each in (kept.value for kept in detail.contacts)
        ]
        self.people_changed.emit("\n".join(people))
        self._notices.show_notices(detail, position)
        fenced = [
            words
            for words in (
                f"Ring-fenced: {fund.ring_fence}." if fund.ring_fence else "",
                f"Comes from {fund.origin}." if fund.origin else "",
            )
            if words
        ]
        self._ring_fence.setText(" ".join(fenced))
        self._ring_fence.setVisible(bool(fenced))
        projects = {kept.id: kept.value for kept in detail.projects}
        bids = {(kept.value.project, kept.value.kind): kept.value.state.value for kept in detail.bids}
        budgets = {(entry.project_id, entry.kind): entry.budget.current for entry in position.projects}

        def share(amount: Money) -> str:
            part = position.share_of(amount)
            return f"{part}%" if part is not None else "–"

        rows = [
            AwardRow(
                kept,
                projects[kept.value.project].ref,
                projects[kept.value.project].name,
                kept.value.kind.value,
                bids.get((kept.value.project, kept.value.kind), ""),
                kept.value.amount,
                budgets.get((kept.value.project, kept.value.kind), kept.value.amount),
                share(kept.value.amount),
            )
            for kept in detail.awards
        ]
        for kind in fund.kinds:
            entries = [kept.value for kept in detail.contingencies if kept.value.kind is kind]
            left = position.contingency_by_kind[kind]
            if entries or left:
                # What was set aside, added and given up since is one line of the grant.
                ref, words = (entries[0].ref, entries[0].name) if entries else ("", "Contingency")
                aside = Money.total(entry.change for entry in entries)
                rows.append(AwardRow(None, ref, words, "contingency", "", aside, left, share(aside)))
        some = self.office.listed_in_words(position)
        rows = [
            row for row in rows if self.office.lists(row.kept.value.project if row.kept is not None else None)
        ]
        rows.sort(key=lambda row: row.ref)
        total = AwardRow(
            None,
            "",
            f"Total of {some}" if some else "Total",
            "",
            "",
            Money.total(row.amount for row in rows),
            Money.total(row.budget for row in rows),
            share(Money.total(row.amount for row in rows)),
        )
        self._awards_model.set_rows(rows, total if rows else None)
        self._awards_card.set_title("Awards", some or count(len(detail.awards), "project"))
        applied = [kept for kept in detail.movements if kept.value.counts]
        self._movements_card.setVisible(bool(applied))
        self._movements_card.set_title("Virements", str(len(applied)))

        def name(project: object) -> str:
            return projects[project].ref if isinstance(project, int) else "contingency"

        self._movements_model.set_rows(
            MovementRow(kept, name(kept.value.source), name(kept.value.target)) for kept in applied
        )

    def _why(self, row: object, _column: object) -> None:
        if isinstance(row, AwardRow) and self._position is not None:
            self.ask_why(f"{row.ref}/{self._position.year}/budget")

    # Changing in place

    def _award_edited(self, row: object, _column: object, amount: object) -> None:
        if not isinstance(row, AwardRow) or row.kept is None or not isinstance(amount, Money):
            return
        if amount < Money.ZERO:
            self.say(Message("An award is never below nought.", "Type the amount awarded.", Tone.BAD))
        elif amount != row.kept.value.amount:
            title = f"Change the award of {row.ref}"
            form = WidgetBlock(lambda: self._award_form(row, amount))
            self.inspect(InspectorPage(title, [form], ("form", title)))

    def _award_form(self, row: AwardRow, amount: Money) -> Form:
        kept = row.kept

        def accept() -> str:
            typed = amount_of(money)
            if typed is None:
                return "Type the amount awarded."
            if not reason.text().strip():
                return "Say what was wrong with it: the reason is kept in the bid's history."
            if kept is not None:
                self.office.do(
                    ChangeAward(AwardId(kept.id), kept.value, typed, reason.text()),
                    f"Change the award of {row.ref}",
                    lambda _effect: self.close_panel(),
                )
            return ""

        form = Form("Change the award", accept, self.close_panel)
        money = form.money("Amount awarded, £", amount)
        reason = form.text("Reason", hint="for example mistyped, or the letter corrected")
        form.note(
            f"It was recorded as {row.amount.in_words}; its bid and offer change with it. What moves between lines "
            "within the year is a virement instead: “Move budget…” under Virements."
        )
        return form

    def first_focus(self) -> QWidget:
        return self._awards

"""How a grant comes into the file: read from a table of its awards, or added by hand with its agreement."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from fundingapp.application.commands.grants import AddGrant, PlanRecorded, RecordPlan
from fundingapp.application.effect import Effect
from fundingapp.application.queries.tables import ReadPlan
from fundingapp.application.wording import count
from fundingapp.domain.agreements import Agreement
from fundingapp.domain.allocations import AllocationStatus
from fundingapp.domain.findings import Severity
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.plans import ParsedPlan
from fundingapp.ui.forms import Form, amount_of
from fundingapp.ui.grants.notices import DATE_HINT, day_in
from fundingapp.ui.inspector import Block, InspectorPage, SumBlock, SumRow, TextBlock, WidgetBlock
from fundingapp.ui.noticed import noticed_block
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import GrantView
from fundingapp.ui.widgets.check import Check
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.message_bar import Message

TABLES = "Tables of awards (*.csv *.xlsx *.xlsm *.xls *.ods)"
_NO_YEAR = "Type the financial year, for example 2018/19."


class NewGrant:
    """The forms of a new grant, shown through *view*."""

    def __init__(self, view: GrantView) -> None:
        self._view = view
        #: The year that the window's filter chooses, which a new grant is most likely for.
        self.year: FinancialYear | None = None

    def choose_table(self) -> None:
        """Asks for a table of awards and shows what is in it before anything is recorded."""
        path = self._view.office.files.to_open(self._view, "The table of the grant's awards", TABLES)
        if path is None:
            return
        desk = self._view.office.desk
        self._view.office.work(
            f"Read {path.name}",
            lambda _progress: desk.ask(ReadPlan(path)),
            partial(self._review_plan, path),
        )

    def _review_plan(self, path: Path, plan: object) -> None:
        if not isinstance(plan, ParsedPlan):
            return
        projects = [line for line in plan.awards if line.kind != "contingency"]
        awarded = Money.total(line.amount for line in projects)
        spare = Money.total(line.amount for line in plan.awards if line.kind == "contingency")
        rows = [
            SumRow(f"Awarded to {count(len(projects), 'project')}", awarded),
            SumRow("Contingency", spare),
            SumRow("Together", awarded + spare, is_total=True),
        ]
        if plan.received is not None:
            rows.append(SumRow("Funding received, as the table states", plan.received))
        blocks: list[Block] = [SumBlock(rows, path.name)]
        if plan.findings:
            blocks.append(noticed_block(plan.findings))
        if any(finding.severity is Severity.ERROR for finding in plan.findings):
            blocks.append(TextBlock("Correct the table and read it again; nothing has been recorded."))
        else:
            blocks.append(WidgetBlock(partial(self._plan_form, path, plan), "Which grant is it?"))
        self._view.inspect(InspectorPage("Record the grant", blocks, ("plan", str(path))))

    def _plan_form(self, path: Path, plan: ParsedPlan) -> Form:
        def accept() -> str:
            try:
                chosen = FinancialYear.parse(year.text())
            except ValueError:
                return _NO_YEAR
            if not fund.text().strip() or not commissioner.text().strip():
                return "Type the fund's and the commissioner's names."
            self._view.office.do(
                RecordPlan(plan, fund.text(), commissioner.text(), chosen, path.name),
                "Record the grant",
                partial(self._recorded, chosen),
            )
            return ""

        form = Form("Record the grant", accept, self._view.close_panel)
        fund = form.text("Fund", hint="for example Locality Fund")
        commissioner = form.text("Commissioner", hint="for example Leicestershire PCC")
        year = form.text("Financial year", str(self.year or ""), "for example 2018/19")
        return form

    def _recorded(self, year: FinancialYear, effect: Effect[PlanRecorded]) -> None:
        made = effect.result
        self._view.close_panel()
        self._view.office.grant_wanted.emit(made.fund, year)
        self._view.say(
            Message(
                f"{made.available.in_words} available = {made.awarded.in_words} awarded to "
                f"{count(made.projects, 'project')} + {made.contingency.in_words} contingency.",
                "Next, import the ledger on Spend.",
                Tone.GOOD,
                "Go to Spend",
                lambda: self._view.go("spend"),
            )
        )

    def add_by_hand(self) -> None:
        """Asks for a fund, its allocation and, in short, its agreement."""
        self._view.inspect(InspectorPage("Add a grant", [WidgetBlock(self._hand_form)], ("form", "grant")))

    def _hand_form(self) -> Form:
        def accept() -> str:
            try:
                chosen = FinancialYear.parse(year.text())
                last = FinancialYear.parse(until.text()) if until.text().strip() else chosen
            except ValueError:
                return _NO_YEAR
            if not fund.text().strip() or not commissioner.text().strip():
                return "Type the fund's and the commissioner's names."
            amounts = [(kind, amount_of(field) or Money.ZERO) for kind, field in fields]
            if not any(amount > Money.ZERO for _, amount in amounts):
                return "Type what the commissioner allocated."
            if dated.text().strip() and day_in(dated) is None:
                return f"Type the letter's day, {DATE_HINT}."
            divides = divided.isChecked()
            meant = {Kind.LABOUR, Kind.NON_LABOUR, Kind.CAPITAL} if divides else {Kind.REVENUE, Kind.CAPITAL}
            other = next((kind for kind, amount in amounts if amount and kind not in meant), None)
            if other is not None:
                how = "labour and non-labour" if divides else "revenue"
                return f"The fund's revenue is held as {how}: leave {other.value} empty, or change the tick."
            agreement = None
            if title.text().strip():
                agreement = Agreement(FundId(0), title.text(), chosen, last, reference.text(), day_in(dated))
            self._view.office.do(
                AddGrant(
                    fund.text(),
                    commissioner.text(),
                    chosen,
                    tuple(amounts),
                    letter.text().strip(),
                    day_in(dated),
                    AllocationStatus(str(status.key)),
                    ring_fence=ring_fence.text(),
                    origin=origin.text(),
                    divides_labour=divides,
                    agreement=agreement,
                ),
                "Add the grant",
                partial(self._added, chosen, AllocationStatus(str(status.key))),
            )
            return ""

        form = Form("Add the grant", accept, self._view.close_panel)
        fund = form.text("Fund", hint="for example Locality Fund")
        commissioner = form.text("Commissioner", hint="for example Leicestershire PCC")
        year = form.text("Financial year", str(self.year or ""), "for example 2018/19")
        divided = Check("Labour and non-labour apart")
        form.add("Kinds of money", divided)
        divided.setAccessibleName("Revenue is divided into labour and non-labour")
        order = (Kind.REVENUE, Kind.LABOUR, Kind.NON_LABOUR, Kind.CAPITAL)
        fields = [(kind, form.money(f"Allocated, {kind.value}, £")) for kind in order]

        def show_kinds(on: bool) -> None:
            for kind, field in fields:
                if kind is not Kind.CAPITAL:
                    form.show_field(field, (kind is not Kind.REVENUE) is on)

        divided.toggled.connect(show_kinds)
        show_kinds(False)
        status = form.choice(
            "Status",
            [
                Option("confirmed", "Confirmed: it counts as available"),
                Option("indicative", "Indicative: known, not yet confirmed"),
            ],
            "confirmed",
        )
        letter = form.text("Letter", hint="reference of the commissioner's letter")
        dated = form.text("Dated", hint=DATE_HINT)
        ring_fence = form.text("Ring-fence", hint="what it may be spent on only, where it says so")
        origin = form.text("Where it comes from", hint="for example Home Office, proceeds of crime")
        title = form.text("Agreement (if there is one)", hint="the title of the agreement")
        reference = form.text("Agreement's reference")
        until = form.text("Agreement's last year", hint="where it covers several, for example 2020/21")
        form.note("Its terms and the sums of its years can be filled in afterwards, on Agreement.")
        return form

    def _added(self, year: FinancialYear, status: AllocationStatus, effect: Effect[FundId]) -> None:
        self._view.close_panel()
        self._view.office.grant_wanted.emit(effect.result, year)
        if status is AllocationStatus.INDICATIVE:
            self._view.say(
                Message(
                    "The grant is recorded; it counts as available once it is confirmed.",
                    "Bids can be written now.",
                    Tone.GOOD,
                    "Go to Bids",
                    lambda: self._view.go("bids"),
                )
            )
            return
        self._view.say(
            Message(
                "The grant is recorded.",
                "Next, add the projects that it was awarded to.",
                Tone.GOOD,
                "Go to Projects",
                lambda: self._view.go("projects"),
            )
        )

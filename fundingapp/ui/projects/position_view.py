"""The grant's projects with their quarters and forecast; a project's own sums, forecast and accruals at the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.adjustments import AddAccrual, RemoveAccrual
from fundingapp.application.commands.grants import AddProject, SetForecast
from fundingapp.application.commands.merging import MergeProjects
from fundingapp.application.effect import Command
from fundingapp.application.ports import Kept, LineFilter
from fundingapp.application.queries.budgets import ProfileAnswer, ProfileOf, months_to
from fundingapp.application.queries.parties import Bodies, BodyAnswer
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.workspace import GrantAnswer, GrantDetail
from fundingapp.application.wording import count
from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.ids import AccrualId, PartyId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, period_name
from fundingapp.domain.positions import ProjectPosition
from fundingapp.domain.returns import asks_reason
from fundingapp.ui.charts.profile_spark import ProfileSpark
from fundingapp.ui.explain import ShowLines
from fundingapp.ui.forms import Form, amount_of
from fundingapp.ui.inspector import (
    Block,
    CheckBlock,
    InspectorPage,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
    WidgetBlock,
)
from fundingapp.ui.office import Office
from fundingapp.ui.page import Figure
from fundingapp.ui.place_field import PlaceField
from fundingapp.ui.project_columns import (
    BUDGET,
    MEASURES,
    NAME,
    OUTTURN,
    REF,
    SPENT,
    STATE_SHORT,
    VARIANCE,
    figure_of,
    quarter,
    tone_of,
    total_of,
)
from fundingapp.ui.projects.budget_forms import ProfileForm, ReasonForm
from fundingapp.ui.projects.details_form import details_form
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import GrantView
from fundingapp.ui.warnings_list import WarningsList
from fundingapp.ui.widgets.buttons import button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.evidence_field import EvidenceField
from fundingapp.ui.widgets.message_bar import Message

_REASON_TONES = {"needed": Tone.ATTENTION, "given": Tone.NEUTRAL}


def _reason_word(row: ProjectPosition) -> str:
    """Whether the project's variance is outside the agreement's tolerance, and is explained."""
    if not row.ref or not asks_reason(row):
        return ""
    return "given" if row.reason else "needed"


def _variance(row: ProjectPosition) -> str:
    """The variance, with a sign before it while its reason is asked for."""
    return f"! {row.variance}" if _reason_word(row) == "needed" else str(row.variance)


def _variance_tip(row: ProjectPosition) -> str:
    return {"needed": "Outside tolerance: say why.", "given": row.reason}.get(_reason_word(row), "")


#: So high that a long name takes two lines where it has no room in one.
_ROW_HEIGHT = 40

COLUMNS = (
    REF,
    replace(NAME, wrap=True, least=140),
    BUDGET,
    quarter(1),
    quarter(2),
    quarter(3),
    quarter(4),
    SPENT,
    OUTTURN,
    replace(VARIANCE, text=_variance, tip=_variance_tip),
    STATE_SHORT,
    Column[ProjectPosition](
        "Reason",
        _reason_word,
        pill=lambda row: _REASON_TONES.get(_reason_word(row)),
        tip=_variance_tip,
        sort="reason",
        filter="reason",
        width=76,
        extra=True,
    ),
)


class PositionView(GrantView):
    """Lists the projects; the chosen one opens at the right with its sums and what can be done with it."""

    def __init__(self, office: Office) -> None:
        super().__init__("position", "Position", office)
        self._answer: PositionAnswer | None = None
        self._wanted: str | None = None
        self._shown: tuple[int, Kind] | None = None
        self._at: tuple[int, Kind] | None = None
        self._follows = False
        self._add = button("Add a project…", self._add_project, icon="plus")
        self.buttons.append(self._add)
        self._card = Card()
        self._table = TableView("Projects", "projects.list", office.settings, office.asker, _ROW_HEIGHT)
        self._model = ListTableModel[ProjectPosition](
            COLUMNS, lambda row: (row.project_id, row.kind), self._table
        )
        self._table.set_model(self._model)
        self._table.why_requested.connect(self._why)
        self._table.row_activated.connect(self._open)
        self._table.current_row_changed.connect(self._current_changed)
        self._table.selection_summarised.connect(self.selection_summarised)
        self._card.add(self._table, 1)
        self.body.addWidget(self._card, 1)

    def _follow(self) -> None:
        self._follows = True

    def show_position(self, answer: PositionAnswer) -> None:
        self._answer = answer
        position = answer.position
        needed = sum(_reason_word(row) == "needed" for row in position.projects)
        shown, some = self.office.listed(position), self.office.listed_in_words(position)
        self.state_changed.emit(
            f"{position.fund.name} {position.year} · up to {period_name(position.to_period)}, "
            f"period {position.to_period}"
            + (f" · {some}" if some else "")
            + (f" · {count(needed, 'variance')} without a reason (!)" if needed else "")
        )
        self._add.setEnabled(not self.office.is_read_only)
        name = f"Total of {some}" if some else "Total"
        self._model.set_rows(shown, total_of(position, shown, name) if shown else None)
        if self._wanted is not None:
            self.go_to(self._wanted)
        elif self._shown is not None and self.isVisible():
            project = self._find(*self._shown)
            if project is not None:
                self._open(project)

    def go_to(self, subject: object) -> None:
        """Shows the project of that reference."""
        if not isinstance(subject, str):
            return
        self._wanted = subject
        if self._answer is None:
            return
        for project in self._answer.position.projects:
            if project.ref.casefold() == subject.casefold():
                self._wanted = None
                self._table.select_key((project.project_id, project.kind))
                self._open(project)
                return

    def panel_closed(self) -> None:
        self._shown = None

    def _find(self, project_id: int, kind: Kind) -> ProjectPosition | None:
        if self._answer is None:
            return None
        for project in self._answer.position.projects:
            if (project.project_id, project.kind) == (project_id, kind):
                return project
        return None

    def _why(self, project: object, column: object) -> None:
        if isinstance(project, ProjectPosition) and isinstance(column, Column) and self._answer is not None:
            if not project.ref and self.office.district is not None:
                self.say(
                    Message(
                        f"This is the {project.project.name[:1].lower()}{project.project.name[1:]}.",
                        "Ask of a project's own figure, or choose all districts.",
                    )
                )
                return
            self.ask_why(figure_of(project, self._answer.position, MEASURES[column.title]))

    def _current_changed(self, project: object) -> None:
        if not isinstance(project, ProjectPosition) or not project.ref:
            return
        before, self._at = self._at, (project.project_id, project.kind)
        # Figures that come anew put the cursor back where it was: that is no choice of the user's.
        if self._at != before and self._follows and self._table.hasFocus():
            self._open(project)

    def _open(self, project: object) -> None:
        if not isinstance(project, ProjectPosition) or not project.ref or self._answer is None:
            return
        self._shown = (project.project_id, project.kind)
        position = self._answer.position
        self.office.ask_of_grant(
            "projects.detail",
            GrantDetail(position.fund_id, position.year),
            partial(self._inspect, project),
            self,
        )

    def _inspect(self, project: ProjectPosition, detail: GrantAnswer) -> None:
        if self._answer is None:
            return
        position = self._answer.position

        def figure(measure: str) -> Figure:
            return Figure(figure_of(project, position, measure))

        where = LineFilter(
            year=position.year,
            to_period=position.to_period,
            project=project.project_id,
            fund=position.fund_id,
            kind=project.kind,
        )
        cut_off = position.forecast_from - 1
        blocks: list[Block] = [
            CheckBlock([(project.state.value, tone_of(project), self._standing(project))]),
            SumBlock(
                [
                    *_budget_rows(project, figure),
                    SumRow("Less spent", -project.spent, figure("spend")),
                    SumRow("Left to spend", project.left, figure("left"), is_total=True),
                ]
            ),
            WidgetBlock(
                lambda: ProfileSpark(project.profile, months_to(project, cut_off), cut_off),
                "Spent, expected (dotted), profile (line)",
            ),
            SumBlock(
                [
                    SumRow("Spent", project.spent, figure("spend")),
                    SumRow("Still expected", project.forecast_remaining, figure("remaining")),
                    SumRow("Forecast outturn", project.outturn, figure("outturn"), is_total=True),
                    SumRow("Less current budget", -project.budget.current, figure("budget")),
                    SumRow("Variance", project.variance, figure("variance"), is_total=True),
                ]
            ),
        ]
        blocks.append(WidgetBlock(partial(self._warnings, project), "Warnings"))
        if _reason_word(project):
            blocks.append(
                TextBlock(
                    project.reason or "Its variance is outside tolerance, and the return asks why.",
                    "Reason for the variance",
                )
            )
        if project.spent_ineligible:
            blocks.append(
                SumBlock(
                    [
                        SumRow("Net spend", project.net_spent, figure("net")),
                        SumRow(
                            "Less ineligible, paid by the host",
                            -project.spent_ineligible,
                            figure("ineligible"),
                        ),
                        SumRow("Spent, paid by the grant", project.spent, figure("spend"), is_total=True),
                    ]
                )
            )
        words = [
            f"{name}: {text}"
            for name, text in (
                ("Theme", project.project.theme),
                ("Lead", project.project.lead),
                ("Area", project.project.area),
                ("Kind", project.kind.value),
                ("Spend rating on the return", project.spend_rag.value),
            )
            if text
        ]
        blocks.append(TextBlock("\n".join(words), "About"))
        accruals = [
            kept
            for kept in detail.accruals
            if (kept.value.project, kept.value.kind) == (project.project_id, project.kind)
        ]
        if accruals:
            blocks.append(
                SumBlock(
                    [
                        SumRow(
                            f"Period {kept.value.period}: {kept.value.description}",
                            kept.value.amount,
                            note=kept.value.supplier,
                        )
                        for kept in accruals
                    ],
                    "Accruals, not yet in the ledger",
                )
            )
        blocks.append(
            StepsBlock(
                [
                    Step(
                        "Open the lines",
                        lambda: self.go("spend", ShowLines(where, f"Lines of {project.ref}")),
                        True,
                    )
                ]
            )
        )
        if not self.office.is_read_only:
            steps = [
                Step("Forecast…", partial(self._forecast, project)),
                Step("Profile…", partial(self._profile, project)),
                Step("Accrue…", partial(self._accrue, project)),
                Step("Details…", partial(self._details, project, detail)),
                Step("Move budget…", lambda: self.go("grants", ("virements", "new"))),
            ]
            if _reason_word(project):
                asked = "Change the reason…" if project.reason else "Give the reason…"
                steps.append(Step(asked, partial(self._give_reason, project)))
            others = [
                each
                for each in position.projects
                if each.project_id != project.project_id and each.ref != project.ref
            ]
            if others:
                steps.append(Step("Merge into…", partial(self._merge, project)))
            blocks.append(StepsBlock(steps))
            for kept in accruals:
                blocks.append(
                    StepsBlock(
                        [
                            Step(
                                f"Remove the accrual of {kept.value.amount.in_words}",
                                partial(self._unaccrue, kept),
                            )
                        ]
                    )
                )
        self.inspect(
            InspectorPage(
                f"{project.ref} {project.project.name}", blocks, ("project", project.project_id, project.kind)
            )
        )

    def _warnings(self, project: ProjectPosition) -> QWidget:
        """What will go wrong with the project unless somebody acts, each with its arithmetic."""
        made = WarningsList(self.office, "Nothing to warn of.", scrolls=False)
        made.inspect_requested.connect(self.inspect_deeper_requested)
        made.go_requested.connect(self.go_requested)
        if self._answer is not None:
            position = self._answer.position
            made.show_for(position.fund_id, position.year, project.project_id)
        return made

    @staticmethod
    def _standing(project: ProjectPosition) -> str:
        used = project.used_percent
        share = f"{used}% of the budget is spent" if used is not None else "There is no budget"
        return f"{share}; by now the profile is {project.profile_to_date.in_words}."

    # What can be done

    def _back(self, project: ProjectPosition) -> None:
        found = self._find(project.project_id, project.kind)
        self._open(found or project)

    def _form(self, title: str, build: Callable[[], Form]) -> None:
        """Opens a form as the next step of the inspector, which builds it whenever it shows it."""
        self.inspect_deeper_requested.emit(
            InspectorPage(title, [WidgetBlock(build)], subject=("form", title))
        )

    def _forecast(self, project: ProjectPosition) -> None:
        answer = self._answer
        if answer is None:
            return
        position = answer.position
        first = min(position.to_period, 12) + 1

        def build() -> Form:
            def accept() -> str:
                amount = amount_of(field)
                if amount is None:
                    return "Type what is still expected, in pounds and pence."
                self.office.do(
                    SetForecast(
                        project.project_id, position.fund_id, project.kind, position.year, first, amount
                    ),
                    f"Forecast {project.ref}",
                    lambda _effect: self._back(project),
                )
                return ""

            form = Form("Keep the forecast", accept, lambda: self._back(project))
            field = form.money("Still expected by 31 March, £", project.forecast_remaining)
            months = "no month is left" if first > 12 else f"spread evenly over {period_name(first)} to March"
            form.note(f"The amount is {months}; it replaces what was forecast for those months.")
            return form

        self._form(f"Forecast for {project.ref}", build)

    def _do(self, project: ProjectPosition, command: Command[None], name: str) -> None:
        self.office.do(command, name, lambda _effect: self._back(project))

    def _profile(self, project: ProjectPosition) -> None:
        answer = self._answer
        if answer is None:
            return
        position = answer.position

        def show(found: ProfileAnswer) -> None:
            self._form(
                f"Profile of {project.ref}",
                lambda: ProfileForm(
                    project,
                    position.fund_id,
                    position.year,
                    found,
                    partial(self._do, project),
                    lambda: self._back(project),
                ),
            )

        question = ProfileOf(project.project_id, position.fund_id, project.kind, position.year)
        self.office.ask_of_grant("projects.profile", question, show, self)

    def _give_reason(self, project: ProjectPosition) -> None:
        answer = self._answer
        if answer is None:
            return
        position = answer.position
        self._form(
            f"Variance of {project.ref}",
            lambda: ReasonForm(
                project,
                position.fund_id,
                position.year,
                partial(self._do, project),
                lambda: self._back(project),
            ),
        )

    def _details(self, project: ProjectPosition, detail: GrantAnswer) -> None:
        kept = next((each for each in detail.projects if each.id == project.project_id), None)
        if kept is None:
            return

        def show(bodies: tuple[BodyAnswer, ...]) -> None:
            parties = [(PartyId(each.kept.id), each.kept.value.name) for each in bodies]
            self._form(
                f"Details of {project.ref}",
                lambda: details_form(self.office, kept, parties, lambda: self._back(project)),
            )

        self.office.ask("projects.bodies", Bodies(), show, self)

    def _merge(self, project: ProjectPosition) -> None:
        answer = self._answer
        if answer is None:
            return
        others = {
            each.project_id: f"{each.ref} {each.project.name}"
            for each in answer.position.projects
            if each.project_id != project.project_id
        }

        def build() -> Form:
            def accept() -> str:
                into = into_.key
                if not isinstance(into, int):
                    return "Choose the project that stays."
                ref = others[ProjectId(into)].partition(" ")[0]
                self.office.do(
                    MergeProjects(project.project_id, ProjectId(into)),
                    f"Merge {project.ref} into {ref}",
                    lambda _effect: self._merged(ref),
                )
                return ""

            form = Form(f"Merge {project.ref} into it", accept, lambda: self._back(project))
            into_ = form.choice(
                "The project that stays",
                [Option(None, "choose it"), *(Option(id, name) for id, name in others.items())],
            )
            form.note(
                f"For one project that was recorded twice. {project.ref} goes out of the file; its bids, awards, "
                "conditions, people, match and posts become the other's. Nothing may have been charged, moved, claimed "
                "or planned on it yet. Ctrl+Z takes it back."
            )
            return form

        self._form(f"Merge {project.ref} with another", build)

    def _merged(self, ref: str) -> None:
        self._shown = None
        self._wanted = ref

    def _accrue(self, project: ProjectPosition) -> None:
        answer = self._answer
        if answer is None:
            return
        position = answer.position

        def build() -> Form:
            def accept() -> str:
                amount = amount_of(money)
                if amount is None or not amount:
                    return "Type the amount of the accrual."
                if not what.text().strip():
                    return "Say what was received."
                if not evidence.given:
                    return "Attach a file, or type what leads to the paper, such as the order’s number."
                chosen = period.key
                reverses = back.key
                accrual = Accrual(
                    project.project_id,
                    position.fund_id,
                    project.kind,
                    position.year,
                    chosen if isinstance(chosen, int) else position.to_period,
                    amount,
                    supplier.text().strip(),
                    what.text().strip(),
                    position.year.next if isinstance(reverses, int) else None,
                    reverses if isinstance(reverses, int) else None,
                )
                self.office.do(
                    AddAccrual(accrual, evidence.given),
                    f"Accrue for {project.ref}",
                    lambda _effect: self._back(project),
                )
                return ""

            form = Form("Keep the accrual", accept, lambda: self._back(project))
            money = form.money("Amount, £")
            supplier = form.text("Supplier")
            what = form.text("What was received", hint="for example outreach in March, not yet invoiced")
            periods = [
                Option(number, f"period {number} ({period_name(number)})")
                for number in range(1, CLOSING_PERIOD + 1)
            ]
            period = form.choice("Counts in", periods, position.to_period)
            following = [Option(None, "not yet known")] + [
                Option(number, f"{position.year.next}, period {number} ({period_name(number)})")
                for number in range(1, 13)
            ]
            back = form.choice("Reverses in", following)
            evidence = EvidenceField(
                lambda: self.office.files.to_open(self, "Attach evidence", "Evidence (*)")
            )
            form.add("Evidence", evidence)
            return form

        self._form(f"Accrual for {project.ref}", build)

    def _unaccrue(self, kept: Kept[Accrual]) -> None:
        self.office.do(RemoveAccrual(AccrualId(kept.id)), "Remove the accrual")

    def _add_project(self) -> None:
        answer = self._answer
        if answer is None:
            return
        grant = answer.position

        def build() -> Form:
            def accept() -> str:
                amount = amount_of(award)
                if not ref.text().strip() or not name.text().strip():
                    return "A project needs a reference and a name."
                if amount is None or amount < Money.ZERO:
                    return "Type the amount awarded, in pounds and pence."
                chosen = kind.key
                wanted = ref.text().strip()
                self.office.do(
                    AddProject(
                        Project(
                            wanted,
                            name.text().strip(),
                            theme.text().strip(),
                            lead.text().strip(),
                            area.text().strip(),
                        ),
                        grant.fund_id,
                        grant.year,
                        chosen if isinstance(chosen, Kind) else Kind.REVENUE,
                        amount,
                    ),
                    f"Add {wanted}",
                    lambda _effect: self._added(wanted),
                )
                return ""

            form = Form("Add the project", accept, self.close_panel)
            ref = form.text("Reference", hint="for example LF-19")
            name = form.text("Name")
            award = form.money(f"Award from {grant.fund.name} {grant.year}, £")
            kind = form.choice("Kind", [Option(entry, entry.value) for entry in Kind], Kind.REVENUE)
            theme = form.text("Theme")
            lead = form.text("Lead")
            area = PlaceField(self.office, "Area")
            area.returnPressed.connect(form.accept_button.click)
            form.add("Area", area)
            return form

        self._shown = None
        self.inspect(InspectorPage("Add a project", [WidgetBlock(build)], ("form", "project")))

    def _added(self, ref: str) -> None:
        self._wanted = ref

    def first_focus(self) -> QWidget:
        return self._table

    # Qt overrides

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard arriving in the table chooses its first row; only what the user chooses opens the panel."""
        super().showEvent(event)
        self._follows = False
        QTimer.singleShot(0, self, self._follow)


def _budget_rows(project: ProjectPosition, figure: Callable[[str], Figure]) -> list[SumRow]:
    """R4 of a project, without what is nothing."""
    budget = project.budget
    rows = [
        SumRow("Award", budget.award, figure("award")),
        SumRow("Brought forward", budget.brought_forward, figure("brought forward")),
        SumRow("Virements in", budget.virement_in, figure("virements/in")),
        SumRow("Virements out", -budget.virement_out, figure("virements/out")),
        SumRow("Contingency released", budget.released, figure("contingency/out")),
        SumRow("Surrendered to contingency", -budget.surrendered, figure("contingency/in")),
    ]
    moved = [row for row in rows if row.text == "Award" or row.amount]
    current = SumRow("Current budget", budget.current, figure("budget"), is_total=len(moved) > 1)
    return [*moved, current] if len(moved) > 1 else [current]

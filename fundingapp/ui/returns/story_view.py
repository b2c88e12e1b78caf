"""What a return says beside the money: its words, how the projects stand, risks, assets and partners' statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, cast

from PySide6.QtWidgets import QStackedWidget, QWidget

from fundingapp.application.commands.story import (
    CopyWords,
    ForgetJudgement,
    RemoveAsset,
    RemoveRisk,
    RemoveStatement,
    ReopenRisk,
    WriteText,
)
from fundingapp.application.effect import Command, Topic
from fundingapp.application.ports import Kept
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.story import StoryAnswer, StoryOf, UnlistedPurchase
from fundingapp.application.wording import count, short_date
from fundingapp.domain.assets import ASSET_MACHINE, Asset, AssetState
from fundingapp.domain.ids import AssetId, RiskId
from fundingapp.domain.narratives import NarrativeSection, quarter_before
from fundingapp.domain.partner_books import PartnerStatement
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.rag import Rag
from fundingapp.domain.return_story import ProgressLine, StatementLine, StoryGap
from fundingapp.domain.risks import Risk
from fundingapp.ui.forms import Form
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
from fundingapp.ui.returns.choice import ReturnChoice
from fundingapp.ui.returns.narrative_card import NarrativeFields
from fundingapp.ui.returns.story_forms import (
    AssetForm,
    CloseRiskForm,
    MoveAssetForm,
    ProgressForm,
    RiskForm,
    StatementForm,
)
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import TALL_ROW_HEIGHT, Tone
from fundingapp.ui.views import GrantView, ViewStack
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.segmented import Segmented

PAPERS = "Papers (*)"
WORDS, PROJECTS, RISKS, ASSETS, STATEMENTS = "section", "project", "risk", "asset", "statement"
_TITLES = {
    WORDS: "Words",
    PROJECTS: "Projects",
    RISKS: "Risks",
    ASSETS: "Assets",
    STATEMENTS: "Partner statements",
}
#: Which part a gap's subject belongs to.
_PARTS = {"risks": RISKS, "assets": ASSETS}
_COLOURS = {
    Rag.GREEN: Tone.GOOD,
    Rag.AMBER_GREEN: Tone.GOOD,
    Rag.AMBER: Tone.ATTENTION,
    Rag.AMBER_RED: Tone.ATTENTION,
    Rag.RED: Tone.BAD,
}
_ASSET_TONES = {
    AssetState.HELD: Tone.GOOD,
    AssetState.REQUESTED: Tone.ATTENTION,
    AssetState.DISPOSED: Tone.NEUTRAL,
}
#: Scores from which a risk is shown as bad, and as one to look at: of 25, as a five by five grid is usually coloured.
_BAD_SCORE, _HIGH_SCORE = 15, 8


def _colour(rag: Rag | None) -> Tone | None:
    return _COLOURS[rag] if rag is not None else None


PROJECT_COLUMNS = (
    Column[ProgressLine]("Ref", lambda line: line.ref, width=62, quiet=True),
    Column[ProgressLine]("Project", lambda line: line.name, stretch=2, width=200, least=110),
    Column[ProgressLine](
        "Status", lambda line: line.status.value if line.status is not None else "not said", width=104
    ),
    Column[ProgressLine](
        "Spend",
        lambda line: line.spend.value,
        pill=lambda line: _colour(line.spend),
        tip=lambda line: "as the figures suggest" if line.spend_rag is None else "as a person judged",
        width=118,
    ),
    Column[ProgressLine](
        "Delivery",
        lambda line: line.delivery_rag.value if line.delivery_rag is not None else "–",
        pill=lambda line: _colour(line.delivery_rag),
        width=108,
    ),
    Column[ProgressLine](
        "Explanation",
        lambda line: line.explanation or ("Say why." if line.lacks_explanation else "–"),
        tip=lambda line: line.explanation,
        stretch=3,
        width=240,
        least=120,
        wrap=True,
    ),
)


class RiskRow:
    """A risk with its project's name."""

    def __init__(self, kept: Kept[Risk], ref: str) -> None:
        self.kept, self.id, self.risk, self.ref = kept, kept.id, kept.value, ref

    @property
    def left(self) -> int:
        """The score as it is now."""
        after = self.risk.score_after
        return self.risk.score if after is None else after

    @property
    def tone(self) -> Tone:
        if self.risk.closed is not None:
            return Tone.NEUTRAL
        if self.left >= _BAD_SCORE:
            return Tone.BAD
        return Tone.ATTENTION if self.left >= _HIGH_SCORE else Tone.GOOD


RISK_COLUMNS = (
    Column[RiskRow]("To", lambda row: row.ref or "the grant", width=84),
    Column[RiskRow](
        "Risk",
        lambda row: row.risk.name,
        second=lambda row: row.risk.mitigation or "no mitigation yet",
        tip=lambda row: row.risk.description,
        stretch=3,
        width=280,
        least=160,
    ),
    Column[RiskRow]("Category", lambda row: row.risk.category or "–", width=110, may_hide=True, quiet=True),
    Column[RiskRow](
        "Before", lambda row: str(row.risk.score), RIGHT, order=lambda row: row.risk.score, width=70
    ),
    Column[RiskRow](
        "Now",
        lambda row: str(row.left),
        pill=lambda row: row.tone,
        order=lambda row: row.left,
        tip=lambda row: f"{row.left} of 25: likelihood × impact, after the mitigation where that was judged",
        width=70,
    ),
    Column[RiskRow]("Owner", lambda row: row.risk.owner or "–", width=120, may_hide=True, quiet=True),
    Column[RiskRow](
        "State",
        lambda row: f"closed {short_date(row.risk.closed)}" if row.risk.closed is not None else "open",
        width=130,
    ),
)


class AssetRow:
    """An asset with its project's reference."""

    def __init__(self, kept: Kept[Asset], ref: str) -> None:
        self.kept, self.id, self.asset, self.ref = kept, kept.id, kept.value, ref


ASSET_COLUMNS = (
    Column[AssetRow]("Ref", lambda row: row.ref, width=62, quiet=True),
    Column[AssetRow](
        "Asset",
        lambda row: row.asset.description,
        second=lambda row: " · ".join(filter(None, (row.asset.custodian, row.asset.location))) or "–",
        stretch=3,
        width=240,
        least=150,
    ),
    Column[AssetRow](
        "Bought",
        lambda row: short_date(row.asset.bought_on),
        order=lambda row: row.asset.bought_on,
        width=96,
    ),
    Column[AssetRow].of_amounts("Cost £", lambda row: row.asset.cost, width=96),
    Column[AssetRow].of_amounts("This grant £", lambda row: row.asset.share, width=100),
    Column[AssetRow](
        "State", lambda row: row.asset.state.value, pill=lambda row: _ASSET_TONES[row.asset.state], width=150
    ),
)

STATEMENT_COLUMNS = (
    Column[StatementLine]("Ref", lambda line: line.ref, width=62, quiet=True),
    Column[StatementLine]("Partner", lambda line: line.partner, stretch=3, width=220, least=130),
    Column[StatementLine].of_amounts("Stated £", lambda line: line.passed_on, width=100),
    Column[StatementLine].of_amounts("In the ledger £", lambda line: line.in_ledger, width=112),
    Column[StatementLine](
        "Difference £",
        lambda line: str(line.difference),
        RIGHT,
        pill=lambda line: Tone.BAD if line.difference else None,
        order=lambda line: line.difference.pence,
        width=110,
    ),
    Column[StatementLine](
        "Received",
        lambda line: short_date(line.received_on) if line.received_on is not None else "awaited",
        pill=lambda line: None if line.received_on is not None else Tone.ATTENTION,
        order=lambda line: line.received_on or date.max,
        width=104,
    ),
    Column[StatementLine]("Signed by", lambda line: line.signed_by or "–", width=130, may_hide=True),
)


class StoryView(GrantView):
    """Five parts, one at a time; what is chosen in one of them stands in the inspector, with its forms."""

    def __init__(self, office: Office, choice: ReturnChoice) -> None:
        super().__init__("story", "Words and risks", office)
        self.choice = choice
        self._position: GrantPosition | None = None
        self.answer: StoryAnswer | None = None
        self._subject: tuple[str, object] | None = None
        choice.quarter_changed.connect(self._quarter_changed)
        self._gaps = button("To see to", self._show_gaps, tip="What the return's words lack")
        self._copy = button(
            "Copy the last quarter", self._copy_words, tip="Into sections that are empty, as a start"
        )
        self._add = primary_button("Add", self._add_here, icon="plus")
        self.buttons += [self._gaps, self._copy, self._add]
        self._part = Segmented("Parts of the return", [Option(key, title) for key, title in _TITLES.items()])
        self._part.chosen.connect(lambda _key: self._show_part())
        self.body.addWidget(self._part)
        self._stack = ViewStack()
        self._parts: dict[TableView, QStackedWidget] = {}
        self.words = NarrativeFields(self._show_before)
        self.words.written.connect(self._written)
        words = Card()
        words.add(self.words, 1)
        self._stack.addWidget(words)
        self.projects = self._table("Projects", "returns.progress", PROJECT_COLUMNS, lambda row: row.project)
        self.risks = self._table("Risks", "returns.risks", RISK_COLUMNS, lambda row: row.id)
        self.assets = self._table("Assets", "returns.assets", ASSET_COLUMNS, lambda row: row.id)
        self.statements = self._table(
            "Partner statements", "returns.statements", STATEMENT_COLUMNS, lambda row: row.id
        )
        for table, openers in (
            (self.projects, self.open_project),
            (self.risks, self.open_risk),
            (self.assets, self.open_asset),
            (self.statements, self.open_statement),
        ):
            table.row_activated.connect(openers)
        self.body.addWidget(self._stack, 1)
        self._show_part()

    def _table(
        self, title: str, key: str, columns: Sequence[Column[Any]], id: Callable[[Any], object]
    ) -> TableView:
        """A part that is a table, with what is shown in its place while it is empty."""
        table = TableView(title, key, self.office.settings, self.office.asker, row_height=TALL_ROW_HEIGHT)
        table.set_model(ListTableModel[Any](columns, cast(Any, id), table))
        table.selection_summarised.connect(self.selection_summarised)
        part = ViewStack()
        card = Card()
        card.add(table, 1)
        part.addWidget(card)
        part.addWidget(self._empty(title))
        self._stack.addWidget(part)
        self._parts[table] = part
        return table

    def _empty(self, title: str) -> EmptyState:
        heading, words, step = {
            "Projects": (
                "No project to judge yet",
                "How each project stands is said here, quarter by quarter: award one first.",
                "",
            ),
            "Risks": (
                "Write down what may go wrong",
                "A risk has a likelihood and an impact from 1 to 5, and what is done about it. It stays in the "
                "register until it is closed, so that the next return begins with it.",
                "Add a risk…",
            ),
            "Assets": (
                "Nothing bought out of this fund is recorded",
                "Commissioners ask what was bought with capital, who keeps it, and for their consent before it goes.",
                "Add an asset…",
            ),
            "Partner statements": (
                "No statement of a partner is recorded",
                "Where money is passed on to a partner, it states once a year how it was used. What it states is held "
                "against the ledger's lines to it.",
                "Add a statement…",
            ),
        }[title]
        empty = EmptyState("returns", heading, words)
        if step:
            empty.add_step(step, self._add_here).setDisabled(self.office.is_read_only)
        return empty

    # What the page calls

    def show_position(self, answer: PositionAnswer) -> None:
        self._position = answer.position
        self._ask()

    def refresh(self, topics: Topic) -> None:
        if topics & (Topic.RETURNS | Topic.PROJECTS | Topic.GRANTS | Topic.CHARGES | Topic.YEAR_END):
            self._ask()

    def go_to(self, subject: object) -> None:
        match subject:
            case (str() as part, what):
                self._subject = (part, what)
                self._ask()

    def link_followed(self, link: object) -> None:
        if isinstance(link, StoryGap):
            self.close_panel()
            self._go_to_gap(link.subject)

    def first_focus(self) -> QWidget:
        return self._part

    def _quarter_changed(self, _quarter: int) -> None:
        self._keep_words()
        if self.isVisible():
            self._ask()

    def _keep_words(self) -> None:
        """What is still being typed belongs to the return that was shown."""
        for field in self.words.fields.values():
            field.keep_now()

    def _ask(self) -> None:
        position = self._position
        if position is not None:
            question = StoryOf(position.fund_id, position.year, self.choice.quarter)
            self.office.ask_of_grant("returns.story", question, self._show, self)

    def _show(self, answer: StoryAnswer) -> None:
        before = self.answer
        is_other = before is None or (before.fund, before.year, before.quarter) != (
            answer.fund,
            answer.year,
            answer.quarter,
        )
        if is_other and before is not None:
            self._keep_words()
            for field in self.words.fields.values():
                field.forget()
        self.answer = answer
        read_only = self.office.is_read_only
        for line in answer.story.sections:
            self.words.fields[line.section].show_line(
                line, bool(answer.before.section(line.section)), read_only
            )
        refs = {id: ref for id, ref, _ in answer.projects}
        shown = {line.id for line in answer.story.risks}
        risks = [
            RiskRow(kept, refs.get(kept.value.project, "") if kept.value.project is not None else "")
            for kept in answer.risks
            if kept.id in shown
        ]
        risks.sort(key=lambda row: (row.risk.closed is not None, -row.left, row.id))
        listed = {line.id: line.ref for line in answer.story.assets}
        assets = [AssetRow(kept, listed[AssetId(kept.id)]) for kept in answer.assets if kept.id in listed]
        for table, rows in (
            (self.projects, answer.story.progress),
            (self.risks, risks),
            (self.assets, assets),
            (self.statements, answer.story.statements),
        ):
            cast(ListTableModel[Any], table.model()).set_rows(rows)
            self._parts[table].setCurrentIndex(0 if rows else 1)
        self._say_gaps(answer)
        self._show_part()
        if self._subject is not None:
            subject, self._subject = self._subject, None
            self._go_to_gap(subject)

    def _say_gaps(self, answer: StoryAnswer) -> None:
        errors = sum(gap.is_error for gap in answer.gaps)
        looks = len(answer.gaps) - errors
        parts = [f"{errors} to settle" if errors else "", f"{looks} to look at" if looks else ""]
        said = ", ".join(filter(None, parts)) or "nothing is missing"
        self.state_changed.emit(f"{answer.fund_name} {answer.year} Q{answer.quarter} · {said}")
        self._gaps.set_text(f"To see to ({len(answer.gaps)})" if answer.gaps else "Nothing to see to")
        self._gaps.setEnabled(bool(answer.gaps))

    def _show_part(self) -> None:
        at = list(_TITLES).index(str(self._part.key)) if self._part.key in _TITLES else 0
        self._stack.setCurrentIndex(at)
        read_only = self.office.is_read_only
        words = {RISKS: "Add a risk…", ASSETS: "Add an asset…", STATEMENTS: "Add a statement…"}
        text = words.get(str(self._part.key))
        self._add.set_text(text or "Add a risk…")
        self.offer(self._add, text is not None)
        self._add.setDisabled(read_only)
        self._copy.setDisabled(read_only)

    # What is missing

    def _show_gaps(self) -> None:
        answer = self.answer
        if answer is None:
            return
        blocks: list[Block] = []
        for is_error, caption in ((True, "To settle before it is sent"), (False, "To look at")):
            rows = [
                SumRow(gap.text, "", gap, note=gap.advice) for gap in answer.gaps if gap.is_error is is_error
            ]
            if rows:
                blocks.append(SumBlock(rows, caption))
        self.inspect(InspectorPage("To see to", blocks, ("story", "gaps")))

    def _go_to_gap(self, subject: tuple[str, object]) -> None:
        part, what = subject
        part = _PARTS.get(part, part)
        if part not in _TITLES:
            return
        self._part.choose(part)
        self._show_part()
        answer = self.answer
        if answer is None:
            return
        if part == WORDS:
            self.words.show_section(what if isinstance(what, NarrativeSection) else NarrativeSection.PROGRESS)
            return
        table = {
            PROJECTS: self.projects,
            RISKS: self.risks,
            ASSETS: self.assets,
            STATEMENTS: self.statements,
        }[part]
        if what is not None:
            table.select_key(what)
        rows = cast(ListTableModel[Any], table.model()).rows
        row = next((each for each in rows if self._id_of(each) == what), None)
        openers: dict[str, Callable[[Any], object]] = {
            PROJECTS: self.open_project,
            RISKS: self.open_risk,
            ASSETS: self.open_asset,
            STATEMENTS: self.open_statement,
        }
        if row is not None:
            openers[part](row)
        else:
            table.setFocus()

    def _id_of(self, row: object) -> object:
        return row.project if isinstance(row, ProgressLine) else getattr(row, "id", None)

    # Words

    def _written(self, section: NarrativeSection, text: str) -> None:
        answer = self.answer
        if answer is not None and self.office.opened is not None:
            command = WriteText(answer.fund, answer.year, answer.quarter, section, text)
            self.office.do(command, f"Write “{section.value}”")

    def _copy_words(self) -> None:
        answer = self.answer
        if answer is not None:
            self._keep_words()
            self.office.do(
                CopyWords(answer.fund, answer.year, answer.quarter), "Copy the last quarter's words"
            )

    def _show_before(self, section: NarrativeSection) -> None:
        answer = self.answer
        if answer is None:
            return
        year, quarter = quarter_before(answer.year, answer.quarter)
        text = answer.before.section(section)
        self.inspect(
            InspectorPage(
                f"{section.title}, Q{quarter} {year}", [TextBlock(text)], ("story", "before", section.value)
            )
        )

    # One of them

    def open_project(self, row: object) -> None:
        """How a project stands, with its form."""
        answer = self.answer
        if not isinstance(row, ProgressLine) or answer is None:
            return
        figure = f"{row.ref}/{answer.year}/variance::{answer.fund_name}"
        blocks: list[Block] = [
            CheckBlock(
                [(row.suggested.value, _COLOURS[row.suggested], "is what the figures suggest for spend.")]
            ),
            SumBlock([SumRow("Forecast variance at year end", "why?", Figure(figure))]),
        ]
        if self.office.is_read_only:
            blocks.append(TextBlock(row.explanation or "Nothing is said."))
        else:
            blocks.append(WidgetBlock(lambda: ProgressForm(self, answer, row)))
            if row.status is not None:
                blocks.append(StepsBlock([Step("Take out what is said", partial(self._forget, row))]))
        self.inspect(InspectorPage(f"{row.ref} {row.name}", blocks, ("story", PROJECTS, row.project)))

    def _forget(self, row: ProgressLine) -> None:
        answer = self.answer
        if answer is not None:
            command = ForgetJudgement(row.project, answer.year, answer.quarter)
            self.carry_out(command, f"Take out how {row.ref} stands")

    def open_risk(self, row: object) -> None:
        """A risk, with what may be done with it."""
        if not isinstance(row, RiskRow):
            return
        risk = row.risk
        after = f", {risk.score_after} after the mitigation" if risk.score_after is not None else ""
        words = f"{risk.likelihood} × {risk.impact} = {risk.score}{after}."
        blocks: list[Block] = [CheckBlock([(str(row.left), row.tone, words)])]
        for text, caption in (
            (risk.description, "What may happen"),
            (risk.consequence, "What it would mean"),
            (risk.mitigation, "What is done about it"),
            (" · ".join(filter(None, (risk.owner, risk.proximity, risk.category))), "Owner, when, category"),
        ):
            if text:
                blocks.append(TextBlock(text, caption))
        if not self.office.is_read_only:
            steps = [Step("Change…", partial(self._change_risk, row), is_primary=True)]
            if risk.closed is None:
                steps.append(Step("Close it…", partial(self._close_risk, row)))
            else:
                steps.append(
                    Step(
                        "Open again",
                        lambda: self.carry_out(ReopenRisk(RiskId(row.id)), "Open the risk again"),
                    )
                )
            remove = RemoveRisk(RiskId(row.id))
            steps.append(Step("Remove", lambda: self.carry_out(remove, f"Remove “{risk.name}”")))
            blocks.append(StepsBlock(steps))
        self.inspect(InspectorPage(risk.name, blocks, ("story", RISKS, row.id)))

    def _change_risk(self, row: RiskRow) -> None:
        answer = self.answer
        if answer is not None:
            self._form("Change the risk", lambda: RiskForm(self, answer, row.kept))

    def _close_risk(self, row: RiskRow) -> None:
        self._form("Close the risk", lambda: CloseRiskForm(self, row.kept))

    def open_asset(self, row: object) -> None:
        """An asset, with what may be done with it."""
        if not isinstance(row, AssetRow):
            return
        asset = row.asset
        stands = {
            AssetState.HELD: "It is held.",
            AssetState.REQUESTED: "The commissioner was asked for consent to dispose of it.",
            AssetState.DISPOSED: f"It went on {short_date(asset.disposed_on)} for {asset.proceeds.in_words}"
            f"{f', {asset.consent}' if asset.consent else ''}.",
        }[asset.state]
        blocks: list[Block] = [
            CheckBlock([(asset.state.value, _ASSET_TONES[asset.state], stands)]),
            SumBlock(
                [
                    SumRow("Cost", asset.cost),
                    SumRow("Paid by this grant", asset.share, is_total=True),
                ]
            ),
        ]
        life = f"{asset.life_years} years of life" if asset.life_years is not None else ""
        kept = " · ".join(filter(None, (asset.custodian, asset.location, life)))
        if kept:
            blocks.append(TextBlock(kept, "Where it is"))
        line = next(
            (each for each in (self.answer.story.assets if self.answer else ()) if each.id == row.id), None
        )
        if line is not None and line.papers:
            blocks.append(TextBlock("; ".join(line.papers), "Papers of its ledger line"))
        if not self.office.is_read_only:
            moves = [
                Step(
                    f"{move.name[:1].upper()}{move.name[1:]}…",
                    lambda move=move: self._form(  # type: ignore[misc]
                        f"{move.name[:1].upper()}{move.name[1:]}", lambda: MoveAssetForm(self, row.kept, move)
                    ),
                    is_primary=at == 0,
                )
                for at, move in enumerate(ASSET_MACHINE.from_state(asset.state))
            ]
            blocks.append(StepsBlock(moves))
            remove = RemoveAsset(AssetId(row.id))
            blocks.append(
                StepsBlock(
                    [
                        Step("Change…", partial(self._change_asset, row)),
                        Step("Remove", lambda: self.carry_out(remove, f"Remove {asset.description}")),
                    ]
                )
            )
        self.inspect(InspectorPage(asset.description, blocks, ("story", ASSETS, row.id)))

    def _change_asset(self, row: AssetRow) -> None:
        answer = self.answer
        if answer is not None:
            self._form("Change the asset", lambda: AssetForm(self, answer, row.kept))

    def open_statement(self, row: object) -> None:
        """A partner's statement against the ledger."""
        if not isinstance(row, StatementLine):
            return
        kept = self._kept_statement(row)
        tone = Tone.BAD if row.difference else Tone.GOOD
        words = (
            f"It states {row.difference.in_words} more than the ledger's lines to {row.partner}."
            if row.difference.pence > 0
            else f"It states {abs(row.difference).in_words} less than the ledger's lines to {row.partner}."
        )
        blocks: list[Block] = [
            CheckBlock(
                [("differs", tone, words)]
                if row.difference
                else [("agrees", tone, "It states what the ledger's lines come to.")]
            ),
            SumBlock(
                [
                    SumRow("As it states", row.passed_on),
                    SumRow("As the ledger has it", row.in_ledger),
                    SumRow("Difference", row.difference, is_total=True),
                ]
            ),
        ]
        signed = f", signed by {row.signed_by}" if row.signed_by else ""
        came = f"Received on {short_date(row.received_on)}{signed}." if row.received_on else "It is awaited."
        blocks.append(TextBlock(" ".join(filter(None, (came, row.note)))))
        if kept is not None and not self.office.is_read_only:
            remove = RemoveStatement(row.id)
            blocks.append(
                StepsBlock(
                    [
                        Step(
                            "Record that it came…" if row.received_on is None else "Change…",
                            partial(self._change_statement, kept),
                            is_primary=True,
                        ),
                        Step(
                            "Remove", lambda: self.carry_out(remove, f"Remove the statement of {row.partner}")
                        ),
                    ]
                )
            )
        self.inspect(InspectorPage(f"{row.ref}, {row.partner}", blocks, ("story", STATEMENTS, row.id)))

    def _kept_statement(self, row: StatementLine) -> Kept[PartnerStatement] | None:
        statements = self.answer.statements if self.answer is not None else ()
        return next((kept for kept in statements if kept.id == row.id), None)

    def _change_statement(self, kept: Kept[PartnerStatement]) -> None:
        answer = self.answer
        if answer is not None:
            self._form("The statement", lambda: StatementForm(self, answer, kept))

    # Adding

    def _add_here(self) -> None:
        answer = self.answer
        if answer is None or self.office.is_read_only:
            return
        match self._part.key:
            case "asset" if answer.unlisted:
                self._choose_purchase(answer)
            case "asset":
                self._form("Add an asset", lambda: AssetForm(self, answer, None))
            case "statement":
                self._form("Add a statement", lambda: StatementForm(self, answer, None))
            case _:
                self._form("Add a risk", lambda: RiskForm(self, answer, None))

    def _choose_purchase(self, answer: StoryAnswer) -> None:
        """Capital lines that no asset stands for, to begin with one of them."""
        steps = [
            StepsBlock([Step(f"{each.in_words}…", partial(self._add_bought, answer, each))])
            for each in answer.unlisted[:20]
        ]
        more = len(answer.unlisted) - len(steps)
        blocks: list[Block] = [
            TextBlock(
                f"{count(len(answer.unlisted), 'capital line')} of the ledger without an asset. Begin with one of "
                "them, so that its papers are the asset's."
            ),
            *steps,
            *([TextBlock(f"And {more} more; they come when these are recorded.")] if more > 0 else []),
            StepsBlock(
                [
                    Step(
                        "Another one…",
                        lambda: self._form("Add an asset", lambda: AssetForm(self, answer, None)),
                    )
                ]
            ),
        ]
        self.inspect(InspectorPage("Which purchase?", blocks, ("story", "purchases")))

    def _add_bought(self, answer: StoryAnswer, bought: UnlistedPurchase) -> None:
        self._form("Add an asset", lambda: AssetForm(self, answer, None, bought))

    # Forms

    def _form(self, title: str, build: Callable[[], Form]) -> None:
        self.inspect_deeper_requested.emit(
            InspectorPage(title, [WidgetBlock(build)], ("form", f"story {title}"))
        )

    def carry_out(self, command: Command[Any], name: str) -> None:
        """Does *command* and goes back to the table."""
        self.office.do(command, name, lambda _effect: self.close_form())

    def choose_paper(self) -> Path | None:
        """Asks the user for a file to attach; None when they thought better of it."""
        return self.office.files.to_open(self, "Attach a paper", PAPERS)

    def close_form(self) -> None:
        """Leaves the form; the keyboard is in the table again."""
        self.close_panel()
        tables = {
            PROJECTS: self.projects,
            RISKS: self.risks,
            ASSETS: self.assets,
            STATEMENTS: self.statements,
        }
        table = tables.get(str(self._part.key))
        (table if table is not None else self._part).setFocus()

"""The forms of the view “Words and risks”: how a project stands, a risk, an asset, a partner's statement."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from PySide6.QtWidgets import QLabel

from fundingapp.application.commands.story import (
    AddAsset,
    AddRisk,
    AddStatement,
    ChangeAsset,
    ChangeRisk,
    ChangeStatement,
    CloseRisk,
    JudgeProject,
    MoveAsset,
)
from fundingapp.application.effect import Command
from fundingapp.application.ports import Kept
from fundingapp.application.queries.story import StoryAnswer, UnlistedPurchase
from fundingapp.domain.assets import Asset, AssetState, check_asset
from fundingapp.domain.bids import word_count
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import AssetId, ProjectId, RiskId
from fundingapp.domain.money import Money
from fundingapp.domain.narratives import ProjectStatus
from fundingapp.domain.partner_books import PartnerStatement, check_statement
from fundingapp.domain.periods import days_of
from fundingapp.domain.rag import Rag
from fundingapp.domain.return_story import ProgressLine
from fundingapp.domain.risks import SCALE, Risk, check_risk
from fundingapp.domain.states import Move, Need
from fundingapp.ui.forms import Form, amount_of
from fundingapp.ui.move_form import today
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.day_field import DayField
from fundingapp.ui.widgets.evidence_field import EvidenceField
from fundingapp.ui.widgets.labels import label


class StoryHost(Protocol):
    """What these forms need of the view that shows them."""

    def carry_out(self, command: Command[Any], name: str) -> None: ...
    def choose_paper(self) -> Path | None: ...
    def close_form(self) -> None: ...


def _projects(answer: StoryAnswer) -> list[Option]:
    return [Option(id, f"{ref} {name}") for id, ref, name in answer.projects]


def _bad_day(*fields: DayField) -> str:
    return "" if all(each.is_valid for each in fields) else "Type days as 31/03/2019."


class ProgressForm(Form):
    """How a project stood at the end of the quarter; the words are counted while they are typed."""

    def __init__(self, host: StoryHost, answer: StoryAnswer, line: ProgressLine) -> None:
        super().__init__("Keep it", self._accepted, host.close_form)
        self._host, self._answer, self._line = host, answer, line
        self.status = self.choice(
            "Status",
            [Option(status, status.value.capitalize()) for status in ProjectStatus],
            line.status or ProjectStatus.IN_PROGRESS,
        )
        colours = [Option(rag, rag.value) for rag in Rag]
        self.spend = self.choice(
            "Spend",
            [Option(None, f"As the figures suggest: {line.suggested.value}"), *colours],
            line.spend_rag,
        )
        self.delivery = self.choice("Delivery", [Option(None, "Not said"), *colours], line.delivery_rag)
        self.explanation = self.long_text(
            "Explanation", line.explanation, "compulsory beside every colour but Green"
        )
        self._counter: QLabel = label("", "note", wrap=True)
        self.add("", self._counter)
        self.explanation.textChanged.connect(self._count)
        self._count()

    def _count(self) -> None:
        words, limit = word_count(self.explanation.toPlainText()), self._line.limit
        said = f"{words:,} words" if limit is None else f"{words:,} of {limit:,} words"
        over = f": {words - limit:,} too many" if limit is not None and words > limit else ""
        self._counter.setText(said + over)

    def _accepted(self) -> str:
        status, spend, delivery = self.status.key, self.spend.key, self.delivery.key
        said = self.explanation.toPlainText().strip()
        colours = [rag for rag in (spend or self._line.suggested, delivery) if isinstance(rag, Rag)]
        if not said and any(rag is not Rag.GREEN for rag in colours):
            worst = next(rag for rag in colours if rag is not Rag.GREEN)
            return f"{self._line.ref} is {worst.value}: say why."
        assert isinstance(status, ProjectStatus)
        self._host.carry_out(
            JudgeProject(
                self._line.project,
                self._answer.year,
                self._answer.quarter,
                status,
                spend if isinstance(spend, Rag) else None,
                delivery if isinstance(delivery, Rag) else None,
                said,
            ),
            f"Say how {self._line.ref} stands",
        )
        return ""


class RiskForm(Form):
    """A new risk, or one that is changed."""

    def __init__(self, host: StoryHost, answer: StoryAnswer, kept: Kept[Risk] | None) -> None:
        super().__init__("Keep it" if kept else "Add it", self._accepted, host.close_form)
        self._host, self._answer, self._kept = host, answer, kept
        of = kept.value if kept is not None else Risk(answer.fund, "", "", 3, 3)
        self.name = self.text("Risk", of.name, "in a few words")
        self.project = self.choice("To", [Option(None, "the whole grant"), *_projects(answer)], of.project)
        self.category = self.text("Category", of.category, "for example delivery, finance, staff")
        self.description = self.long_text("Description", of.description, "what may happen, and why")
        self.consequence = self.long_text("Consequence", of.consequence, "what it would mean")
        scale = [Option(number, str(number)) for number in SCALE]
        self.likelihood = self.choice("Likelihood, 5 the worst", scale, of.likelihood)
        self.impact = self.choice("Impact, 5 the worst", scale, of.impact)
        self.mitigation = self.long_text("Mitigation", of.mitigation, "what is done about it")
        after = [Option(None, "Not judged"), *scale]
        self.likelihood_after = self.choice("Likelihood after it", after, of.likelihood_after)
        self.impact_after = self.choice("Impact after it", after, of.impact_after)
        self.proximity = self.text("Proximity", of.proximity, "when it may happen")
        self.owner = self.text("Owner", of.owner, "who sees to it")
        # A return is written after its quarter: a risk of that quarter was raised in it, not on the day of writing.
        in_quarter = min(today(), days_of(answer.year, answer.quarter)[1])
        self.raised = self.day("Raised on", of.raised if kept is not None else in_quarter)

    def _accepted(self) -> str:
        if problem := _bad_day(self.raised):
            return problem
        before = self._kept.value if self._kept is not None else None
        risk = Risk(
            self._answer.fund,
            self.name.text().strip(),
            self.description.toPlainText().strip(),
            _number(self.likelihood.key) or 1,
            _number(self.impact.key) or 1,
            self.mitigation.toPlainText().strip(),
            _number(self.likelihood_after.key),
            _number(self.impact_after.key),
            self.category.text().strip(),
            self.consequence.toPlainText().strip(),
            self.proximity.text().strip(),
            self.owner.text().strip(),
            _project(self.project.key),
            self.raised.day,
            before.closed if before is not None else None,
        )
        try:
            check_risk(risk)
        except ExpectedError as error:
            return str(error)
        if self._kept is None:
            self._host.carry_out(AddRisk(risk), f"Add the risk “{risk.name}”")
        else:
            self._host.carry_out(ChangeRisk(RiskId(self._kept.id), risk), f"Change the risk “{risk.name}”")
        return ""


class CloseRiskForm(Form):
    """The day on which a risk is over."""

    def __init__(self, host: StoryHost, kept: Kept[Risk]) -> None:
        super().__init__("Close the risk", self._accepted, host.close_form)
        self._host, self._kept = host, kept
        self.on = self.day("Closed on", today())
        self.note("The return of that day's quarter still lists it; later ones don't.")

    def _accepted(self) -> str:
        day = self.on.day
        if not self.on.is_valid or day is None:
            return "Type the day, such as 31/03/2019."
        raised = self._kept.value.raised
        if raised is not None and day < raised:
            return f"It was raised on {raised:%d/%m/%Y}: it can't be closed before."
        self._host.carry_out(CloseRisk(RiskId(self._kept.id), day), f"Close “{self._kept.value.name}”")
        return ""


class AssetForm(Form):
    """A new asset (begun from a ledger line where there is one), or one that is changed."""

    def __init__(
        self,
        host: StoryHost,
        answer: StoryAnswer,
        kept: Kept[Asset] | None,
        bought: UnlistedPurchase | None = None,
    ) -> None:
        super().__init__("Keep it" if kept else "Add it", self._accepted, host.close_form)
        self._host, self._answer, self._kept, self._bought = host, answer, kept, bought
        of = kept.value if kept is not None else None
        project = of.project if of is not None else (bought.project if bought is not None else None)
        first = answer.projects[0][0] if answer.projects else None
        self.what = self.text(
            "What was bought",
            of.description if of is not None else (bought.description if bought is not None else ""),
        )
        self.project = self.choice("For", _projects(answer), project if project is not None else first)
        self.cost = self.money(
            "Cost", of.cost if of is not None else (bought.cost if bought is not None else None)
        )
        self.share = self.money(
            "Of it paid by this grant",
            of.share if of is not None else (bought.share if bought is not None else None),
        )
        self.bought_on = self.day(
            "Bought on", of.bought_on if of is not None else (bought.dated if bought is not None else None)
        )
        self.custodian = self.text("Custodian", of.custodian if of is not None else "", "who keeps it")
        self.location = self.text("Location", of.location if of is not None else "")
        life = of.life_years if of is not None else None
        self.life = self.text("Life in years", "" if life is None else str(life), "how long it is to serve")
        self.papers = EvidenceField(host.choose_paper)
        if kept is None:
            self.add("Invoice or other paper", self.papers)

    def _accepted(self) -> str:
        cost, share, project = amount_of(self.cost), amount_of(self.share), _project(self.project.key)
        if cost is None:
            return "Type what it cost."
        if share is None:
            return "Type how much of it this grant paid."
        if not self.bought_on.is_valid or self.bought_on.day is None:
            return "Type the day on which it was bought, such as 31/03/2019."
        years = self.life.text().strip()
        if years and not years.isdecimal():
            return f"“{years}” is no number of years."
        if project is None:
            return "Record a project first."
        of = self._kept.value if self._kept is not None else None
        line = of.line if of is not None else (self._bought.line if self._bought is not None else None)
        asset = Asset(
            project,
            self._answer.fund,
            self.what.text().strip(),
            cost,
            share,
            self.bought_on.day,
            self.custodian.text().strip(),
            self.location.text().strip(),
            int(years) if years else None,
            line=line,
        )
        try:
            check_asset(asset)
        except ExpectedError as error:
            return str(error)
        if self._kept is None:
            self._host.carry_out(AddAsset(asset, self.papers.given), f"Add {asset.description}")
        else:
            self._host.carry_out(ChangeAsset(AssetId(self._kept.id), asset), f"Change {asset.description}")
        return ""


class MoveAssetForm(Form):
    """A move of an asset: what it needs is asked for, and nothing else."""

    def __init__(self, host: StoryHost, kept: Kept[Asset], move: Move[AssetState]) -> None:
        super().__init__(f"{move.name[:1].upper()}{move.name[1:]}", self._accepted, host.close_form)
        self._host, self._kept, self._move = host, kept, move
        self.on = self.day("On", today()) if Need.DATE in move.needs else None
        self.reference = (
            self.text("Commissioner's letter", hint="its reference or day")
            if Need.REFERENCE in move.needs
            else None
        )
        self.reason = self.text("Reason") if Need.REASON in move.needs else None
        self.proceeds = (
            self.money("What it fetched", Money.ZERO) if move.target is AssetState.DISPOSED else None
        )
        self.papers = EvidenceField(host.choose_paper)
        self.add("Papers, if there are any", self.papers)

    def _accepted(self) -> str:
        if self.on is not None and (not self.on.is_valid or self.on.day is None):
            return "Type the day, such as 31/03/2019."
        for field, what in ((self.reference, "the commissioner's letter"), (self.reason, "the reason")):
            if field is not None and not field.text().strip():
                return f"Give {what}."
        proceeds = Money.ZERO
        if self.proceeds is not None:
            amount = amount_of(self.proceeds)
            if amount is None:
                return "Type what it fetched, 0.00 for nothing."
            proceeds = amount
        self._host.carry_out(
            MoveAsset(
                AssetId(self._kept.id),
                self._move.target,
                self.on.day if self.on is not None else None,
                self.reference.text() if self.reference is not None else "",
                self.reason.text() if self.reason is not None else "",
                proceeds,
                self.papers.given,
            ),
            f"{self._move.name[:1].upper()}{self._move.name[1:]}",
        )
        return ""


class StatementForm(Form):
    """A partner's statement, awaited or received. *partner* and *amount* begin a new one."""

    def __init__(
        self,
        host: StoryHost,
        answer: StoryAnswer,
        kept: Kept[PartnerStatement] | None,
    ) -> None:
        super().__init__("Keep it" if kept else "Add it", self._accepted, host.close_form)
        self._host, self._answer, self._kept = host, answer, kept
        of = kept.value if kept is not None else None
        first = answer.projects[0][0] if answer.projects else None
        self.partner = self.text(
            "Partner", of.partner if of is not None else "", "as the ledger calls the supplier"
        )
        self.project = self.choice("For", _projects(answer), of.project if of is not None else first)
        self.amount = self.money("Passed on, as it states", of.passed_on if of is not None else None)
        self.received = self.day(
            "Received on", of.received_on if of is not None else None, "empty while it is awaited"
        )
        self.signed_by = self.text(
            "Signed by", of.signed_by if of is not None else "", "their finance officer"
        )
        self.signed_on = self.day("Signed on", of.signed_on if of is not None else None)
        self.remark = self.text("Note", of.note if of is not None else "")
        self.papers = EvidenceField(host.choose_paper)
        self.add("The statement itself", self.papers)

    def _accepted(self) -> str:
        if problem := _bad_day(self.received, self.signed_on):
            return problem
        amount, project = amount_of(self.amount), _project(self.project.key)
        if amount is None:
            return "Type what was passed on."
        if project is None:
            return "Record a project first."
        statement = PartnerStatement(
            project,
            self._answer.fund,
            self._answer.year,
            self.partner.text().strip(),
            amount,
            self.received.day,
            self.signed_by.text().strip(),
            self.signed_on.day,
            self.remark.text().strip(),
        )
        try:
            check_statement(statement)
        except ExpectedError as error:
            return str(error)
        if self._kept is None:
            command: Command[Any] = AddStatement(statement, self.papers.given)
            self._host.carry_out(command, f"Add the statement of {statement.partner}")
        else:
            command = ChangeStatement(self._kept.id, statement, self.papers.given)
            self._host.carry_out(command, f"Change the statement of {statement.partner}")
        return ""


def _number(key: object) -> int | None:
    return key if isinstance(key, int) else None


def _project(key: object) -> ProjectId | None:
    return ProjectId(key) if isinstance(key, int) else None

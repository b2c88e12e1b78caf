"""The form of one condition in the inspector; what is measured shows its limit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.conditions import AddCondition, ChangeCondition
from fundingapp.application.effect import Command
from fundingapp.application.ports import Kept
from fundingapp.application.queries.conditions import ConditionRow
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.grant_conditions import ConditionKind, Gauge, GrantCondition, check_condition
from fundingapp.domain.ids import ProjectId
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.positions import GrantPosition
from fundingapp.ui.forms import Form
from fundingapp.ui.office import Office
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.evidence_field import EvidenceField


class ConditionForm(Form):
    """A new condition, or one that is changed; *done* is called when it is kept or the form is left."""

    def __init__(
        self,
        office: Office,
        position: GrantPosition,
        projects: Sequence[Kept[Any]],
        row: ConditionRow | None,
        choose_paper: Callable[[], Path | None],
        done: Callable[[], object],
    ) -> None:
        super().__init__("Keep it" if row else "Add it", self._accepted, done)
        self._office = office
        self._position = position
        self._row = row
        self._done = done
        of = row.condition if row is not None else None
        self.clause = self.text("Clause", of.clause if of else "", "for example 4.2")
        self.words = self.long_text("What it asks", of.text if of else "", "as the agreement says it")
        self.words.setMinimumHeight(72)
        self.kind = self.choice(
            "Kind",
            [Option(kind, kind.value.capitalize()) for kind in ConditionKind],
            of.kind if of else ConditionKind.REPORTING,
        )
        self.gauge = self.choice(
            "What is measured",
            [
                *(Option(gauge, gauge.value.capitalize()) for gauge in Gauge),
                Option(None, "Nothing; a person looks after it"),
            ],
            of.gauge if of else Gauge.UNALLOCATED,
        )
        self.side = self.choice(
            "The limit is",
            [Option(True, "the most that is well"), Option(False, "the least that is well")],
            of.at_most if of else True,
        )
        self.limit = self.text("Limit", _limit_of(of), "in pounds, or in per cent")
        listed = [Option(kept.id, f"{kept.value.ref} {kept.value.name}") for kept in projects]
        self.project = self.choice(
            "About", [Option(None, "the whole grant"), *listed], of.project if of else None
        )
        self.years = self.choice(
            "In",
            [Option(True, f"{position.year} only"), Option(False, "every year of the fund")],
            of.year is not None if of else True,
        )
        self.owner = self.text("Owner", of.owner if of else "", "who sees to it")
        self.due = self.day("Due", of.due if of else None, "if there is a day")
        self.proof = self.text("To be shown by", of.proof if of else "", "for example the DBS list")
        self.holds = self.choice(
            "Money",
            [
                Option(False, "may be charged meanwhile"),
                Option(True, "is held back until it is met or waived"),
            ],
            of.before_release if of else False,
        )
        self.evidence = EvidenceField(choose_paper)
        if row is None:
            self.add("The paper it is in, if at hand", self.evidence)
        self.kind.currentIndexChanged.connect(lambda _at: self._show_kind())
        self.gauge.currentIndexChanged.connect(lambda _at: self._gauge_chosen())
        self._show_kind()

    def _gauge_chosen(self) -> None:
        """Match is asked for at least; everything else is limited."""
        self.side.setCurrentIndex(1 if self.gauge.key is Gauge.MATCH_PERCENT else 0)
        self._show_kind()

    @property
    def measured(self) -> Gauge | None:
        """What is measured; None where a person looks after it."""
        is_tolerance = self.kind.key is ConditionKind.TOLERANCE
        return self.gauge.key if is_tolerance and isinstance(self.gauge.key, Gauge) else None

    def _show_kind(self) -> None:
        measured = self.measured is not None
        shown: dict[QWidget, bool] = dict.fromkeys((self.side, self.limit), measured)
        shown[self.gauge] = self.kind.key is ConditionKind.TOLERANCE
        shown |= dict.fromkeys((self.project, self.holds), not measured)
        for field, is_shown in shown.items():
            field.setVisible(is_shown)
            item = self._column.itemAt(self._column.indexOf(field) - 1)
            words = item.widget() if item is not None else None
            if words is not None:
                words.setVisible(is_shown)

    def _accepted(self) -> str:
        """Sends what the form says; what is wrong with it in a sentence."""
        if not self.due.is_valid:
            return "Type the day as 31/03/2019, or leave it empty."
        try:
            condition = self._condition()
            check_condition(condition)
        except ExpectedError as error:
            return str(error)
        command: Command[Any] = (
            AddCondition(condition, self.evidence.given)
            if self._row is None
            else ChangeCondition(self._row.id, condition)
        )
        self._office.do(command, self.accept_button.accessibleName(), lambda _effect: self._done())
        return ""

    def _condition(self) -> GrantCondition:
        kind = self.kind.key
        gauge = self.measured
        measured = gauge is not None
        amount, percent = self._limit(gauge)
        project = self.project.key
        return GrantCondition(
            self._position.fund_id,
            self.clause.text().strip(),
            self.words.toPlainText().strip(),
            kind if isinstance(kind, ConditionKind) else ConditionKind.SPECIAL,
            self._position.year if self.years.key else None,
            ProjectId(project) if isinstance(project, int) and not measured else None,
            self._row.condition.bid if self._row is not None else None,
            self.owner.text().strip(),
            self.due.day,
            proof=self.proof.text().strip(),
            before_release=bool(self.holds.key) and not measured,
            gauge=gauge,
            at_most=bool(self.side.key) if measured else True,
            limit=amount,
            limit_percent=percent,
        )

    def _limit(self, gauge: Gauge | None) -> tuple[Money | None, Decimal | None]:
        """The limit in pounds or in per cent. Raises ExpectedError when it is neither."""
        if gauge is None:
            return None, None
        said = self.limit.text().strip()
        try:
            if not gauge.is_percent:
                return Money.parse(said), None
            percent = Decimal(said.rstrip("% ").strip())
            if percent.is_finite():
                return None, percent
        except (InvalidOperation, NotMoneyError):
            pass
        unit = "per cent, such as 50" if gauge.is_percent else "pounds, such as 15,000.00"
        raise ExpectedError("condition_limit", f"“{said}” is no limit.", f"Type it in {unit}.")


def _limit_of(condition: GrantCondition | None) -> str:
    if condition is None or condition.gauge is None:
        return ""
    return f"{condition.limit_percent}%" if condition.gauge.is_percent else str(condition.limit or Money.ZERO)

"""The forms of the view Value: a sentence with its figures, a reference value, and the uprating of several."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fundingapp.application.commands.value import KeepReferenceValue, UprateReferenceValues, WriteSentence
from fundingapp.application.queries.value import ReferenceRow, SentencePreview, SentenceRow, ValueAnswer
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId, IndicatorId, ProjectId
from fundingapp.domain.indicators import ResultLevel
from fundingapp.domain.sentences import AVOIDED, NAMES, USUAL, check_wording
from fundingapp.domain.unit_costs import check_reference_value
from fundingapp.domain.value import ReferenceValue, Sentence
from fundingapp.ui.forms import Form, amount_of
from fundingapp.ui.office import Office
from fundingapp.ui.outcomes.sentence_label import SentenceLabel
from fundingapp.ui.theme import STEP
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.labels import label

#: How long typing has to rest before the sentence is read again, in milliseconds.
_REST_MS = 200


class SentenceForm(Form):
    """A new sentence, or one that is changed. How it reads now is shown while it is worded."""

    def __init__(
        self,
        office: Office,
        answer: ValueAnswer,
        row: SentenceRow | None,
        done: Callable[[Any], object],
        cancel: Callable[[], object],
        *,
        project: ProjectId | None = None,
        fund: FundId | None = None,
    ) -> None:
        super().__init__("Write it" if row is None else "Save", self._accepted, cancel)
        self._office, self._answer, self._row, self._done, self._fund = office, answer, row, done, fund
        before = row.sentence if row is not None else None
        chosen = before.project if before is not None else project
        options = [Option(kept.id, f"{kept.value.ref} {kept.value.name}") for kept in answer.projects]
        if row is not None and chosen not in {kept.id for kept in answer.projects}:
            options.append(Option(chosen, f"{row.ref} {row.project_name}"))
        self.project: DropDown = self.choice("Project", options, chosen)
        self.project.setEnabled(row is None)
        self.output = self.choice("Output", ())
        self.outcome = self.choice("Outcome", ())
        self.wording = self.long_text("Wording", before.wording if before else USUAL)
        self.wording.setFixedHeight(96)
        names = [Option("", "Put in a figure…")]
        names += [Option(name, f"{{{name}}}: {what}") for name, what in NAMES.items()]
        names += [
            Option(f"{AVOIDED}: {each.value.name}", f"{{{AVOIDED}: {each.value.name}}}: cost avoided")
            for each in answer.references
            if not each.value.is_withdrawn
        ]
        self.names = self.choice("Figures", names)
        self.names.activated.connect(lambda _at: self._put_in())
        self.preview = SentenceLabel()
        self.beside = label("", "note", wrap=True)
        self.beside.setAccessibleName("What must be told beside it")
        reads = QWidget()
        column = QVBoxLayout(reads)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addWidget(self.preview)
        column.addWidget(self.beside)
        self.add("Reads now", reads)
        self._fill_indicators(before)
        self.project.currentIndexChanged.connect(lambda _at: self._fill_indicators(None))
        for field in (self.output, self.outcome):
            field.currentIndexChanged.connect(lambda _at: self._read())
        self.wording.textChanged.connect(self._read)
        self._read()

    def _fill_indicators(self, before: Sentence | None) -> None:
        """The outputs and outcomes of the chosen project, then the partnership's own."""
        project = self.project.key
        for field, level, chosen in (
            (self.output, ResultLevel.OUTPUT, before.output if before else None),
            (self.outcome, ResultLevel.OUTCOME, before.outcome if before else None),
        ):
            ours = [each for each in self._answer.indicators if each.project == project]
            shared = [each for each in self._answer.indicators if each.project is None]
            # Those of the field's own kind first; any may be chosen.
            ordered = sorted(ours, key=lambda each: each.level is not level) + sorted(
                shared, key=lambda each: each.level is not level
            )
            options = [
                Option(each.id, each.name if each.project is not None else f"{each.name} (partnership)")
                for each in ordered
            ]
            if before is None and chosen is None:
                chosen = next((each.id for each in ours if each.level is level), None)
            field.set_options([Option(None, "none"), *options], chosen)
        self._read()

    def _put_in(self) -> None:
        """Puts the chosen figure's name where the cursor is."""
        name = self.names.key
        if name:
            cursor: QTextCursor = self.wording.textCursor()
            cursor.insertText(f"{{{name}}}")
            self.wording.setTextCursor(cursor)
            self.names.setCurrentIndex(0)
            self.wording.setFocus()

    @property
    def sentence(self) -> Sentence | None:
        """What the form says; None without a project."""
        project = self.project.key
        if not isinstance(project, int):
            return None
        output, outcome = self.output.key, self.outcome.key
        return Sentence(
            ProjectId(project),
            self._answer.year,
            " ".join(self.wording.toPlainText().split()),
            IndicatorId(output) if isinstance(output, int) else None,
            IndicatorId(outcome) if isinstance(outcome, int) else None,
        )

    def _read(self) -> None:
        sentence = self.sentence
        if sentence is not None:
            self._office.ask(
                "outcomes.value.preview",
                SentencePreview(sentence, self._answer.quarter, self._fund),
                self._show,
                self,
                pause_ms=_REST_MS,
            )

    def _show(self, row: SentenceRow) -> None:
        self.preview.set_pieces(row.pieces)
        said = list(row.notes)
        if row.typed:
            said.append(f"typed, and so not following the records: {', '.join(row.typed)}")
        self.beside.setText("; ".join(said))
        self.beside.setVisible(bool(said))

    def _accepted(self) -> str:
        sentence = self.sentence
        if sentence is None:
            return "Choose the project that it is about."
        try:
            check_wording(sentence.wording, [each.value.name for each in self._answer.references])
        except ExpectedError as error:
            return str(error)
        command = WriteSentence(
            sentence.project,
            sentence.year,
            sentence.wording,
            sentence.output,
            sentence.outcome,
            self._row.id if self._row is not None else None,
        )
        self._office.do(command, "Write the sentence", self._done)
        return ""


class ReferenceForm(Form):
    """A reference value of one's own, or one that is changed."""

    def __init__(
        self,
        office: Office,
        row: ReferenceRow | None,
        done: Callable[[Any], object],
        cancel: Callable[[], object],
    ) -> None:
        super().__init__("Add it" if row is None else "Save", self._accepted, cancel)
        self._office, self._row, self._done = office, row, done
        before = row.value if row is not None else None
        self.name = self.text("One case of", before.name if before else "", "for example Robbery")
        self.amount = self.money("Is said to cost", before.amount if before else None)
        self.prices = self.text("At the prices of", before.prices if before else "", "for example 2018/19")
        self.source = self.long_text("Source", before.source if before else "", "whose estimate, and of when")
        self.edition = self.day("Published on", before.edition if before else None, "the day it came out")
        self.caveat = self.long_text("What it can't tell", before.caveat if before else "")

    def _accepted(self) -> str:
        if not self.edition.is_valid:
            return "Type the day as 02/08/2019, or leave it empty."
        amount = amount_of(self.amount)
        if amount is None:
            return "Type what one case is said to cost, such as 11,320.00."
        before = self._row.value if self._row is not None else None
        value = ReferenceValue(
            self.name.text(),
            amount,
            self.prices.text(),
            self.source.toPlainText(),
            self.caveat.toPlainText(),
            self.edition.day,
        )
        if before is not None:
            value = replace(value, category=before.category, is_withdrawn=before.is_withdrawn)
        try:
            value = check_reference_value(value)
        except ExpectedError as error:
            return str(error)
        command = KeepReferenceValue(value, before.name if before is not None else "")
        self._office.do(command, f"Keep “{value.name}”", self._done)
        return ""


class UpratingForm(Form):
    """Puts the values in use at the prices of another year."""

    def __init__(self, office: Office, done: Callable[[Any], object], cancel: Callable[[], object]) -> None:
        super().__init__("Uprate", self._accepted, cancel)
        self._office, self._done = office, done
        self.percent = self.text("By per cent", "", "for example 6.4")
        self.prices = self.text("To the prices of", "", "for example 2018/19")
        self.source = self.text("Index and its day", "", "for example GDP deflator of June 2019")
        self.note(
            "Every value in use that was not uprated yet is put up, and says so itself with the amount that it was. "
            "One step takes it back."
        )

    def _accepted(self) -> str:
        said = self.percent.text().strip().removesuffix("%").strip()
        try:
            percent = Decimal(said)
        except InvalidOperation:
            return f"“{said}” is no percentage, such as 6.4."
        if not percent.is_finite():
            return f"“{said}” is no percentage, such as 6.4."
        if not self.prices.text().strip() or not self.source.text().strip():
            return "Name the year of the new prices, and the index."
        command = UprateReferenceValues(percent, self.prices.text(), self.source.text())
        self._office.do(command, "Uprate the reference values", self._done)
        return ""

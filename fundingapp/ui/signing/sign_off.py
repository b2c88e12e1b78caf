"""The sign-off of a return or a year end: who prepared it, who signs, what has changed since, and the paper."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from textwrap import shorten

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.signing import (
    Certify,
    DeclineCertificate,
    PrepareCertificate,
    VoidCertificate,
)
from fundingapp.application.effect import Topic
from fundingapp.application.queries.signing import (
    CertificateShown,
    CertificatesOf,
    PrintCertificate,
    difference_in_words,
)
from fundingapp.application.wording import count
from fundingapp.domain.certificate_papers import figure_in_words
from fundingapp.domain.ids import FundId, ReturnId
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear
from fundingapp.domain.signing import Certificate, CertificateState, Certified, usual_statement
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
from fundingapp.ui.signing.lock_forms import reason_form
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.buttons import Button, button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.message_bar import Message

#: So many characters the card shows, in two or three lines; the tooltip and “Look at it” have all of it.
_MOST = 110

_TONES = {
    CertificateState.AWAITING: Tone.ATTENTION,
    CertificateState.CERTIFIED: Tone.GOOD,
    CertificateState.DECLINED: Tone.BAD,
    CertificateState.VOIDED: Tone.NEUTRAL,
}


class SignOffCard(Card):
    """The newest certificate of what is shown, and what can be done with it. :meth:`show_of` says of what."""

    inspect_requested = Signal(object)  # InspectorPage
    deeper_requested = Signal(object)  # InspectorPage
    close_requested = Signal()
    message_raised = Signal(object)  # Message

    def __init__(self, office: Office, about: Certified) -> None:
        super().__init__("Sign-off")
        self._office, self._about = office, about
        self._fund: FundId | None = None
        self._year: FinancialYear | None = None
        self._to_period = CLOSING_PERIOD
        self._saved: ReturnId | None = None
        self._shown: CertificateShown | None = None
        self._words = label("", "second", wrap=True)
        self.add_head(self._words, 30)
        self._buttons: dict[str, Button] = {
            "prepare": button("Prepare for signature…", self._prepare),
            "sign": button("Sign…", self._sign),
            "decline": button("Decline…", self._decline),
            "look": button("Look at it…", self._look),
        }
        for each in self._buttons.values():
            self.add_head(each)
        self._show([])

    def show_of(
        self,
        fund: FundId,
        year: FinancialYear,
        to_period: int = CLOSING_PERIOD,
        saved: ReturnId | None = None,
    ) -> None:
        """Shows the sign-off of a grant's year up to *to_period*; *saved* is the return's newest file."""
        self._fund, self._year, self._to_period, self._saved = fund, year, to_period, saved
        self._ask()

    def refresh(self, topics: Topic) -> None:
        """Something in *topics* changed."""
        if topics:
            self._ask()

    def _ask(self) -> None:
        if self._fund is not None and self._year is not None:
            question = CertificatesOf(self._fund, self._year)
            # Of a question the newest asked wins: each card has its own, for a page has one in several of its views.
            self._office.ask_of_grant(f"sign-off.{self._about.value}.{id(self)}", question, self._show, self)

    def _show(self, certificates: list[CertificateShown]) -> None:
        self._shown = next(
            (
                each
                for each in certificates
                if (each.certificate.about, each.certificate.to_period) == (self._about, self._to_period)
            ),
            None,
        )
        shown, can_write = self._shown, not self._office.is_read_only
        waits = shown is not None and shown.certificate.state is CertificateState.AWAITING
        stands = shown is not None and shown.certificate.stands
        self._words.setText(shorten(self._short(), _MOST, placeholder="…"))
        self._words.setToolTip(self._sentence())
        self._words.setAccessibleDescription(self._sentence())
        if shown is None:
            self.set_title("Sign-off", "not yet prepared")
        else:
            stale = bool(shown.stale) and shown.certificate.is_open
            self.set_title(
                "Sign-off",
                shown.state_in_words,
                Tone.BAD if stale else _TONES[shown.certificate.state],
            )
        wanted = {
            "prepare": can_write and not waits and not stands,
            "sign": can_write and waits,
            "decline": can_write and waits,
            "look": shown is not None,
        }
        for name, each in self._buttons.items():
            each.setVisible(wanted[name])
        if shown is not None:
            self._buttons["sign"].setEnabled(not shown.why_not_sign and not shown.stale)
            self._buttons["sign"].setToolTip(
                shown.why_not_sign
                or ("Figures have changed since it was prepared: prepare it anew." if shown.stale else "")
            )

    def _short(self) -> str:
        """The newest of what happened, for the one line of the card."""
        if self._shown is None:
            return "One person prepares the figures, another signs for them."
        of, words = self._shown.certificate, ""
        match of.state:
            case CertificateState.AWAITING:
                words = self._shown.why_not_sign or f"Prepared by {of.prepared_by}: it can be signed."
            case CertificateState.CERTIFIED:
                words = f"By {of.signed_by} on {_day(of.decided_at)}."
            case CertificateState.DECLINED:
                words = f"By {of.decided_by}: {of.reason}"
            case CertificateState.VOIDED:
                words = f"By {of.voided_by}: {of.voided_why}"
        if self._shown.stale:
            words = f"{count(len(self._shown.stale), 'figure')} changed since. {words}"
        return words

    def _sentence(self) -> str:
        if self._shown is None:
            return (
                "One person prepares the figures, another signs for them; entries made by hand then stay as they "
                "are."
            )
        of = self._shown.certificate
        prepared = words = f"Prepared by {of.prepared_by} on {_day(of.prepared_at)}."
        match of.state:
            case CertificateState.AWAITING:
                words = f"{prepared} {self._shown.why_not_sign or 'It can be signed here.'}"
            case CertificateState.CERTIFIED:
                role = f", {of.role}," if of.role else ""
                words = f"{prepared} Certified by {of.signed_by}{role} on {_day(of.decided_at)}."
            case CertificateState.DECLINED:
                words = f"{prepared} Declined by {of.decided_by} on {_day(of.decided_at)}: {of.reason}."
            case CertificateState.VOIDED:
                words = f"{prepared} Made void by {of.voided_by} on {_day(of.voided_at)}: {of.voided_why}."
        return words

    # What can be done

    def _open(self, title: str, build: object, key: str) -> None:
        self.inspect_requested.emit(
            InspectorPage(title, [WidgetBlock(build)], ("sign-off", key))  # type: ignore[arg-type]  # makes a form
        )

    def _prepare(self) -> None:
        self._open("Prepare for signature", self._prepare_form, "prepare")

    def _prepare_form(self) -> QWidget:
        fund, year = self._fund, self._year
        if fund is None or year is None:
            raise AssertionError("the card shows a grant's year")

        def accept() -> str:
            if not statement.toPlainText().strip():
                return "Say what is certified by the signature."
            command = PrepareCertificate(
                self._about, fund, year, self._to_period, statement.toPlainText(), self._saved
            )
            self._office.do(command, "Prepare for signature", lambda _effect: self.close_requested.emit())
            return ""

        form = Form("Prepare it", accept, self.close_requested.emit)
        workspace = self._office.workspace
        body = (
            workspace.partnership.name
            if workspace is not None and workspace.partnership
            else "the partnership"
        )
        words = usual_statement(self._about, body, year, self._to_period)
        statement = form.long_text("What is certified", words)
        statement.setFixedHeight(132)
        form.note(
            "The figures are frozen by name, with their checksum and the head of the history. Whoever prepares can't "
            "sign: another person opens the file under their own login."
        )
        return form

    def _sign(self) -> None:
        self._open("Sign", self._sign_form, "sign")

    def _sign_form(self) -> QWidget:
        shown = self._certificate()

        def accept() -> str:
            command = Certify(shown.id, name.text(), role.text())
            self._office.do(command, "Sign the certificate", lambda _effect: self.close_requested.emit())
            return ""

        form = Form("I certify it", accept, self.close_requested.emit)
        name = form.text("Name", "", "as it is to be printed; by itself the one under People")
        role = form.text("Role", "", "for example: section 151 officer")
        form.note(shown.certificate.statement)
        return form

    def _decline(self) -> None:
        shown = self._certificate()
        form = partial(
            reason_form,
            self._office,
            "Decline it",
            lambda why: DeclineCertificate(shown.id, why),
            "Decline the certificate",
            self.close_requested.emit,
            "for example: LF-03 is higher than its invoices",
        )
        self._open("Decline", form, "decline")

    def _void(self) -> None:
        shown = self._certificate()
        waits = shown.certificate.state is CertificateState.AWAITING
        form = partial(
            reason_form,
            self._office,
            "Withdraw it" if waits else "Make it void",
            lambda why: VoidCertificate(shown.id, why),
            "Withdraw the certificate" if waits else "Make the certificate void",
            self.close_requested.emit,
            note="What it was about can be changed, prepared and signed again.",
        )
        title = "Withdraw" if waits else "Make void"
        self.deeper_requested.emit(InspectorPage(title, [WidgetBlock(form)], ("sign-off", "void")))

    def _look(self) -> None:
        shown = self._certificate()
        of = shown.certificate
        hash_ = " ".join(of.checksum[at : at + 8] for at in range(0, len(of.checksum), 8))
        head = " ".join(of.journal_head[at : at + 8] for at in range(0, len(of.journal_head), 8))
        blocks: list[Block] = [
            CheckBlock(
                [(shown.state_in_words, Tone.BAD if shown.stale else _TONES[of.state], self._sentence())]
            ),
            *self._changed(shown),
            TextBlock(of.statement, "What is certified"),
            SumBlock(
                [SumRow(figure_in_words(name), amount, Figure(name)) for name, amount in of.figures],
                "Figures as they were prepared",
            ),
        ]
        blocks.append(TextBlock(f"Checksum (SHA-256): {hash_}\nHistory ended with: {head}", "To check it by"))
        if shown.steps:
            moves = [
                f"{_day(step.at)} {step.by}: {step.after}{f', {step.reason}' if step.reason else ''}"
                for step in shown.steps
            ]
            blocks.append(TextBlock("\n".join(moves), "What became of it"))
        steps = [Step("Write the certificate…", self._print)]
        if of.is_open and not self._office.is_read_only:
            waits = of.state is CertificateState.AWAITING
            steps.append(Step("Withdraw…" if waits else "Make void…", self._void))
        blocks.insert(1, StepsBlock(steps))
        self.inspect_requested.emit(
            InspectorPage(of.name.removeprefix("The ").capitalize(), blocks, ("sign-off", shown.id))
        )

    @staticmethod
    def _changed(shown: CertificateShown) -> list[Block]:
        """What has changed under it, and who was the first to change it."""
        if not shown.stale:
            return []
        words = [difference_in_words(each) for each in shown.stale]
        if shown.alarm is not None:
            words.append(f"{shown.alarm.in_words}.")
        return [TextBlock("\n".join(words), "What has changed since")]

    def _print(self) -> None:
        shown = self._certificate()
        name = f"{_file_name(shown.certificate)}.docx"
        path = self._office.files.to_save(self, "Write the certificate", name, "Word documents (*.docx)")
        if path is None:
            return
        out = path if path.suffix.casefold() == ".docx" else Path(f"{path}.docx")
        desk = self._office.desk
        self._office.work(
            "Write the certificate",
            lambda progress: desk.ask(PrintCertificate(shown.id, out), progress),
            self._written,
        )

    def _written(self, out: Path) -> None:
        folder = out.parent
        self.message_raised.emit(
            Message(
                f"{out.name} is written and read back equal.",
                f"It is in {folder}.",
                Tone.GOOD,
                "Open the folder",
                lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))),
            )
        )

    def _certificate(self) -> CertificateShown:
        if self._shown is None:
            raise AssertionError("these buttons stand only beside a certificate")
        return self._shown


def _day(at: datetime | None) -> str:
    return at.astimezone().strftime("%d/%m/%Y") if at is not None else ""


def _file_name(of: Certificate) -> str:
    year = str(of.year).replace("/", "-")
    upto = "" if of.about is Certified.YEAR_END else f" to period {of.to_period}"
    return f"Certificate of the {of.about.value} {year}{upto}"

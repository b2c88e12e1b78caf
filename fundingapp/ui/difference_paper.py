"""The button that writes the board's paper, “The difference made”, on the pages that have it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from fundingapp.application.queries.difference import DifferenceWritten, WriteDifference
from fundingapp.application.wording import count
from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.office import Office
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.buttons import Button, button
from fundingapp.ui.widgets.message_bar import Message

PAPERS = "Word documents (*.docx);;PDF (*.pdf)"
_KINDS = (".docx", ".pdf")


def difference_button(write: Callable[[], object]) -> Button:
    """“Difference made…”, which has *write* done."""
    made = button("Difference made…", write, icon="file")
    made.setToolTip("Writes the board's paper: what the money was for, what it bought, and what changed")
    return made


def write_difference(
    page: QWidget,
    office: Office,
    grant: tuple[FundId, str, FinancialYear],
    say: Callable[[Message], object],
    quarter: int | None = None,
) -> None:
    """Asks where the paper on a *grant* (its fund, the fund's name and the year) goes, and writes it as a job."""
    fund, name, year = grant
    plain = " ".join("".join(each if each.isalnum() else " " for each in name).split())
    proposed = f"{plain} {year} difference made.docx".replace("/", "-")
    out = office.files.to_save(page, "Write “The difference made”", proposed, PAPERS)
    if out is None:
        return
    if out.suffix.casefold() not in _KINDS:
        out = Path(f"{out}.docx")
    desk, question = office.desk, WriteDifference(year, out, fund, quarter)

    def written(answer: object) -> None:
        if isinstance(answer, DifferenceWritten):
            say(_told(answer))

    office.work(f"Write {out.name}", lambda progress: desk.ask(question, progress), written)


def _told(written: DifferenceWritten) -> Message:
    report = written.report
    off = count(len(report.off), "exception")
    said = f"{report.title}, to Q{report.quarter}, {off}: written to {written.path} and read back."
    if not report.to_see_to:
        return Message(said, "Nothing in it is left to see to.", Tone.GOOD)
    first = report.to_see_to[0]
    more = len(report.to_see_to) - 1
    told = f"{first} And {count(more, 'thing')} more to see to." if more else first
    return Message(said, f"Before it goes: {told}", Tone.ATTENTION)

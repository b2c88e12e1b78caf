"""Lock, post late, reopen with a reason, certify again: through the window, by two people with a login each."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.commands.signing import Certify, PrepareCertificate
from fundingapp.application.ports import LineFilter, LineOrder, Show
from fundingapp.application.queries.downloads import ReadDownload
from fundingapp.application.queries.lines import LineIds, LineRows
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.signing import CertificatesOf, PrintCertificate
from fundingapp.application.sample import YEAR
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId, LineId
from fundingapp.domain.matching import Exclude
from fundingapp.domain.signing import CertificateState, Certified
from fundingapp.ui.explain import ShowLine
from fundingapp.ui.page import Target
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.windows import PATIENCE_MS, open_shell, settle

LOCKED = 11


def press(qtbot: QtBot, shell: Shell, words: str) -> None:
    hands.press(shell.window, words)
    settle(qtbot, shell)


def show(qtbot: QtBot, shell: Shell, page: str, subject: object = None) -> None:
    shell.window.go_to(Target(page, subject))
    settle(qtbot, shell)


def come_as(qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch, login: str, target: str) -> None:
    """The next person sits down: the same file, another login."""
    monkeypatch.setenv("LOGNAME", login)
    shell._close_file_now()
    shell.open_target(target)
    qtbot.waitUntil(
        lambda: shell.office.opened is not None and shell.office.opened.who == login, timeout=PATIENCE_MS
    )
    settle(qtbot, shell)


def locks(shell: Shell) -> list[dict[str, str]]:
    return hands.rows(hands.table(shell.window, "Locks"))


def test_lock_post_late_reopen_and_certify_again(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "ann")
    with open_shell(tmp_path, qtbot, page="reconcile") as shell:
        assert shell.office.opened is not None
        target, desk = shell.office.opened.place, shell.office.desk
        waiting = desk.ask(LineIds(LineFilter(show=Show.WAITING), LineOrder()))
        desk.do(ChargeLines(tuple(map(LineId, waiting)), Exclude("not grant money"), "looked up"))

        # Locked with a reason; the lock says who, what it blocks, and who may reopen it.
        show(qtbot, shell, "reconcile", ("locks", None))
        assert "Nothing is locked" in hands.read(shell.window.stack)
        press(qtbot, shell, "Lock periods…")
        hands.choose(shell.window.inspector, "Up to and including", f"period {LOCKED}")
        hands.type_in(shell.window.inspector, "Reason", "February is agreed")
        press(qtbot, shell, "Lock them")
        [lock] = locks(shell)
        assert lock["What is locked"] == "Periods 1 to 11 (February)"
        assert (lock["By"], lock["What it blocks"], lock["Who may reopen it"]) == (
            "ann",
            "charges, accruals and adjustments",
            "anybody",
        )

        # A line comes for a locked period: it waits, and is charged as a prior-period adjustment.
        download = desk.ask(ReadDownload(Path(target).parent / "GL_extract_P12.xlsx"))
        desk.do(ImportLedger(download, apply_rules=True))
        late_ids = desk.ask(LineIds(LineFilter(show=Show.WAITING, to_period=LOCKED), LineOrder()))
        late = desk.ask(LineRows(tuple(late_ids)))[0]
        assert late.line.period == LOCKED
        show(qtbot, shell, "spend", ShowLine(late.id))
        assert "charge it by hand as a prior-period adjustment" in hands.read(shell.window.inspector)
        hands.choose(shell.window.inspector, "Part 1: charge to", "LF-08")
        hands.type_in(shell.window.inspector, "Reason of the charge", "came late")
        hands.press(shell.window.inspector, "Charge as a prior-period adjustment (Enter)")
        settle(qtbot, shell)
        position = desk.ask(PositionOf(FundId(1), YEAR, 12)).position
        [project] = [each for each in position.projects if each.ref == "LF-08"]
        assert project.prior_period_adjustment == late.line.amount

        # The first quarter is prepared without a file; whoever prepared it can't sign, and another login does.
        prepared = desk.do(PrepareCertificate(Certified.RETURN, FundId(1), YEAR, 3)).result
        with pytest.raises(ExpectedError, match="another person has to sign"):
            desk.do(Certify(prepared))
        come_as(qtbot, shell, monkeypatch, "ben", target)
        shell.office.desk.do(Certify(prepared, "Ben Fox", "section 151 officer"))

        # Reopening with a reason makes it void, and says so.
        show(qtbot, shell, "reconcile", ("locks", None))
        assert len(locks(shell)) == 2
        hands.click_row(hands.table(shell.window, "Locks"), "What is locked", "Periods 1 to 11")
        settle(qtbot, shell)
        press(qtbot, shell, "Reopen…")
        hands.choose(shell.window.inspector, "From", "period 2")
        press(qtbot, shell, "Reopen them")
        assert "Say why: it is kept in the history." in hands.read(shell.window.inspector)
        hands.type_in(shell.window.inspector, "Reason for reopening", "an invoice of May came")
        press(qtbot, shell, "Reopen them")
        [lock] = locks(shell)
        assert lock["What is locked"] == "Period 1 (April)"

        # It is void for that reason, and can be certified again and printed.
        desk = shell.office.desk
        [shown] = desk.ask(CertificatesOf(FundId(1), YEAR))
        assert shown.certificate.state is CertificateState.VOIDED
        assert (
            "reopen the periods of 2018/19 from period 2 on: an invoice of May came"
            in shown.certificate.voided_why
        )
        again = desk.do(PrepareCertificate(Certified.RETURN, FundId(1), YEAR, 3)).result
        come_as(qtbot, shell, monkeypatch, "ann", target)
        shell.office.desk.do(Certify(again, "Ann Fry", "section 151 officer"))
        paper = tmp_path / "certificate.docx"
        shell.office.desk.ask(PrintCertificate(again, paper))
        assert paper.exists()

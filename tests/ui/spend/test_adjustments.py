"""Adjustments in the window: added with evidence, opened, changed, taken out; what is locked stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.adjustments import AddAdjustment
from fundingapp.application.commands.locks import LockPeriods
from fundingapp.application.queries.adjustments import AdjustmentRow
from fundingapp.domain.adjustments import Adjustment, AdjustmentType
from fundingapp.domain.money import Money
from fundingapp.domain.positions import ProjectPosition
from fundingapp.ui.spend.adjustment_form import AdjustmentForm
from fundingapp.ui.spend.adjustments import AdjustmentsView
from tests.builders_core import YEAR
from tests.ui.hands import press, read
from tests.ui.spend.conftest import Spend
from tests.ui.windows import ChosenFiles


def first_project(spend: Spend) -> ProjectPosition:
    answer = spend.shell.office.position
    assert answer is not None
    return answer.position.projects[0]


def opened(spend: Spend) -> AdjustmentsView:
    spend.press("Adjustments…", spend.page)
    return spend.page.adjustments


def form_of(spend: Spend) -> AdjustmentForm:
    spend.settle()
    [form] = [each for each in inspector(spend).findChildren(AdjustmentForm) if each.isVisible()]
    return form


def inspector(spend: Spend) -> QWidget:
    return spend.shell.window.inspector


def attach(spend: Spend, path: Path) -> None:
    files = spend.shell.office.files
    assert isinstance(files, ChosenFiles)
    files.opening = path
    spend.press("Attach a file…", inspector(spend))


def rows(view: AdjustmentsView) -> list[AdjustmentRow]:
    return list(view._rows)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    paper = tmp_path / "commissioner's letter.pdf"
    paper.write_bytes(b"a letter")
    return paper


def test_an_ineligible_amount_is_added_with_its_evidence(spend: Spend, paper: Path) -> None:
    before = first_project(spend).spent
    view = opened(spend)
    assert "Nothing is adjusted" in read(view)
    press(view, "Add an adjustment…")
    form = form_of(spend)
    form.kind.choose("ineligible")
    assert (
        form.rule.text()
        == "Spend that the grant does not pay for: taken off the grant, and paid by the host."
    )
    assert form.line.isVisible()
    assert not form.reverses.isVisible()
    form.amount.field.setText("12.50")
    spend.press("Add it", inspector(spend))
    assert "Say why" in read(form)
    form.reason.setText("refreshments, which the agreement leaves out")
    spend.press("Add it", inspector(spend))
    assert "Attach a file, or type what leads to the paper" in read(form)
    attach(spend, paper)
    assert paper.name in read(form)
    spend.press("Add it", inspector(spend))
    assert first_project(spend).spent == before - Money(12_50)
    [row] = rows(view)
    assert (row.type, row.of.amount, row.in_year) == ("ineligible", Money(-12_50), Money(-12_50))
    assert [kept.value.name for kept in row.evidence] == ["commissioner's letter.pdf"]
    spend.undo()
    assert (rows(view), first_project(spend).spent) == ([], before)


def test_a_line_is_named_by_its_transaction(spend: Spend) -> None:
    charged = next(row for row in spend.rows if row.projects)
    view = opened(spend)
    press(view, "Add an adjustment…")
    form = form_of(spend)
    form.kind.choose("ineligible")
    head = charged.charges[0].charge.head
    assert head is not None
    form.project.choose((head.project, head.kind))
    form.amount.field.setText("0.01")
    form.reason.setText("rejected")
    form.evidence.reference.setText("minute 7")
    form.line.setText("no such line")
    spend.press("Add it", inspector(spend))
    assert "No line with the transaction “no such line”" in read(form)
    form.line.setText(charged.line.transaction)
    spend.press("Add it", inspector(spend))
    [row] = rows(view)
    assert row.line == charged.line.transaction
    view._open(row)
    spend.settle()
    spend.press("Show the line", inspector(spend))
    assert spend.open_panel.answer.row.id == charged.id


@pytest.fixture
def adjusted(spend: Spend, paper: Path) -> Spend:
    """A recharge in period 9 on a letter and a program."""
    project = first_project(spend)
    program = paper.with_name("setup.exe")
    program.write_bytes(b"a program")
    answer = spend.shell.office.position
    assert answer is not None
    entry = Adjustment(
        AdjustmentType.RECHARGE,
        project.project_id,
        answer.position.fund_id,
        project.kind,
        YEAR,
        9,
        Money(5_00),
        "agreed",
    )
    spend.shell.office.do(AddAdjustment(entry, (paper, program)), "add")
    spend.settle()
    return spend


def test_A09_a_copy_that_nobody_can_write_is_opened(adjusted: Spend, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(Path(QUrl(url).toLocalFile())))
    view = opened(adjusted)
    view._open(rows(view)[0])
    adjusted.settle()
    press(inspector(adjusted), "commissioner's letter.pdf")
    adjusted.settle()
    [copy] = shown
    assert (copy.name, copy.read_bytes()) == ("commissioner's letter.pdf", b"a letter")
    assert copy.stat().st_mode & 0o222 == 0
    copy.chmod(0o644)
    copy.unlink()
    copy.parent.rmdir()


def test_A02_a_program_is_never_opened_and_that_is_said(
    adjusted: Spend, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", shown.append)
    view = opened(adjusted)
    view._open(rows(view)[0])
    adjusted.settle()
    press(inspector(adjusted), "setup.exe")
    adjusted.settle()
    assert shown == []
    assert any("“setup.exe” is a program or a script" in text for text in adjusted.messages)


def test_it_is_changed_and_taken_out(adjusted: Spend) -> None:
    view = opened(adjusted)
    view._open(rows(view)[0])
    adjusted.settle()
    adjusted.press("Change…", inspector(adjusted))
    form = form_of(adjusted)
    assert (form.kind.key, form.reason.text()) == ("recharge", "agreed")
    form.amount.field.setText("6.00")
    adjusted.press("Keep it", inspector(adjusted))
    [row] = rows(view)
    assert (row.of.amount, len(row.evidence)) == (Money(6_00), 2)
    view._open(row)
    adjusted.settle()
    adjusted.press("Remove", inspector(adjusted))
    assert rows(view) == []


def test_in_a_locked_period_it_can_only_be_looked_at(adjusted: Spend) -> None:
    adjusted.shell.office.do(LockPeriods(YEAR, 9, "the Q3 return is agreed"), "lock")
    adjusted.settle()
    view = opened(adjusted)
    view._open(rows(view)[0])
    adjusted.settle()
    words = read(inspector(adjusted))
    assert "the Q3 return is agreed" in words
    assert "Attach evidence…" in words
    assert "Change…" not in words
    assert "Remove" not in words
    press(view, "Add an adjustment…")
    form = form_of(adjusted)
    form.kind.choose("recharge")
    form.amount.field.setText("1.00")
    form.period.choose(9)
    form.reason.setText("late")
    form.evidence.reference.setText("minute 7")
    adjusted.press("Add it", inspector(adjusted))
    assert any("are locked" in text and "is refused" in text for text in adjusted.messages)
    assert form.isVisible()  # what was typed is still there
    assert len(rows(view)) == 1


def test_going_back_closes_the_form(spend: Spend) -> None:
    view = opened(spend)
    press(view, "Add an adjustment…")
    form_of(spend)
    spend.press("Back to the lines", view)
    assert not inspector(spend).isVisible()

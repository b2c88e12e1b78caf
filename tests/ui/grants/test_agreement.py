"""The Agreement view: an agreement with its years, a reprofile, terms one by one, and what is kept of the fund."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit
from pytestqt.qtbot import QtBot

from fundingapp.domain.agreements import USUAL_TERMS
from fundingapp.domain.bids import Section
from fundingapp.ui.grants.terms import TERMS
from fundingapp.ui.page import Target
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.windows import open_shell, settle


def show(qtbot: QtBot, shell: Shell, view: str = "agreement") -> None:
    shell.window.go_to(Target("grants", (view, None)))
    settle(qtbot, shell)


def record(qtbot: QtBot, shell: Shell, whole: str = "500,000") -> None:
    """Three years, shared evenly."""
    panel = shell.window.inspector
    hands.press(shell.window, "Record an agreement…")
    hands.type_in(panel, "Title", "Transformation Fund")
    hands.type_in(panel, "First year", "2017/18")
    hands.type_in(panel, "Last year", "2019/20")
    hands.type_in(panel, "Reference", "VAWG/17")
    hands.type_in(panel, "Signed", "14/07/2017")
    hands.type_in(panel, "Whole agreement, revenue, £", whole)
    hands.press(panel, "Share evenly")
    settle(qtbot, shell)
    assert hands.field(panel, "Revenue 2019/20, £").text() == "166,666.66"
    hands.press(panel, "Record the agreement")
    settle(qtbot, shell)


def years(shell: Shell) -> list[dict[str, str]]:
    return hands.rows(hands.table(shell.window, "Years of the agreement"))


def test_an_agreement_is_recorded_with_its_years_and_stated_on_reconcile(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        show(qtbot, shell)
        assert "No agreement is recorded for 2018/19: the usual terms below count." in hands.read(
            shell.window.stack
        )
        record(qtbot, shell)
        assert not shell.window.inspector.isVisible()
        said = hands.read(shell.window.stack)
        assert "2017/18 to 2019/20 · reference VAWG/17 · signed 14/07/2017." in said
        assert "£500,000.00 in all" in said
        assert [(row["Agreement £"], row["Allocated £"], row["Difference £"]) for row in years(shell)] == [
            ("166,666.67", "–", "–"),
            ("166,666.67", "75,500.00", "−91,166.67"),
            ("166,666.66", "–", "–"),
        ]
        hands.click_figure(
            hands.table(shell.window, "Years of the agreement"), "Year", "2018/19", "Agreement £"
        )
        settle(qtbot, shell)
        assert "£166,666.67" in hands.read(shell.window.inspector)
        shell.window.go_to("reconcile")
        settle(qtbot, shell)
        assert "Agreement = the sums of its years" in hands.read(shell.window.stack)
        hands.shortcut(shell.window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert "Agreement = the sums of its years" not in hands.read(shell.window.stack)


def test_what_does_not_foot_is_refused_and_the_form_stays(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        show(qtbot, shell)
        record(qtbot, shell)
        panel = shell.window.inspector
        hands.press(shell.window, "Change…")
        hands.type_in(panel, "Revenue 2018/19, £", "170,000")
        hands.press(panel, "Save")
        settle(qtbot, shell)
        [message] = hands.messages(shell.window)
        assert "add up to £503,333.33, the agreement's whole is £500,000.00: £3,333.33 too much." in message
        assert hands.field(panel, "Revenue 2018/19, £").text() == "170,000.00"


def test_money_moves_between_years_by_a_reprofile(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        show(qtbot, shell)
        record(qtbot, shell)
        panel = shell.window.inspector
        hands.press(shell.window, "Reprofile…")
        hands.choose(panel, "From the year", "2017/18")
        hands.choose(panel, "To the year", "2018/19")
        hands.type_in(panel, "Amount, £", "16666.67")
        hands.press(panel, "Reprofile")
        assert "Type the letter's reference" in hands.read(panel)
        hands.type_in(panel, "Letter", "VAWG/22")
        hands.press(panel, "Reprofile")
        settle(qtbot, shell)
        assert [row["Agreement £"] for row in years(shell)] == ["150,000.00", "183,333.34", "166,666.66"]
        hands.press(shell.window, "Reprofile…")
        assert "(VAWG/22): £16,666.67 of revenue from 2017/18 to 2018/19" in hands.read(panel)


def test_a_term_is_typed_in_plain_words(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        show(qtbot, shell)
        terms, panel = hands.table(shell.window, "Terms"), shell.window.inspector
        hands.open_row(terms, "Term", "Virement on own")
        assert "Terms belong to an agreement. Record it first" in hands.read(panel)
        hands.shortcut(shell.window, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
        record(qtbot, shell)
        hands.open_row(terms, "Term", "Virement on own")
        hands.type_in(panel, "Virement on own authority", "two thousand")
        hands.press(panel, "Save")
        assert "“two thousand” is not an amount" in hands.read(panel)
        hands.type_in(panel, "Virement on own authority", "2,000")
        hands.press(panel, "Save")
        settle(qtbot, shell)
        stands = hands.row(terms, "Term", "Virement on own")
        assert (stands["It says"], stands["From"]) == ("up to £2,000.00", "agreement")
        hands.open_row(terms, "Term", "Carry-forward is asked")
        hands.type_in(panel, "Carry-forward is asked for by", "15 Feb")
        hands.press(panel, "Save")
        settle(qtbot, shell)
        assert hands.row(terms, "Term", "Carry-forward is asked")["It says"] == "15 February"
        hands.open_row(terms, "Term", "Paid")
        hands.choose(panel, "Paid", "in advance")
        hands.press(panel, "Save")
        settle(qtbot, shell)
        assert hands.row(terms, "Term", "Paid")["It says"] == "in advance"
        show(qtbot, shell, "grant")
        assert "paid in advance" in hands.read(shell.window.stack)


def test_a_term_that_can_t_be_meant_is_refused(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        show(qtbot, shell)
        record(qtbot, shell)
        hands.open_row(hands.table(shell.window, "Terms"), "Term", "Withheld")
        hands.type_in(shell.window.inspector, "Withheld from each payment", "120")
        hands.press(shell.window.inspector, "Save")
        settle(qtbot, shell)
        [message] = hands.messages(shell.window)
        assert message.startswith("The retention of 120% is not between 0 and 100.")


def test_ring_fence_and_origin_are_shown_and_revenue_is_not_divided_late(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        show(qtbot, shell)
        panel = shell.window.inspector
        hands.press(shell.window, "About the fund…")
        hands.type_in(panel, "Ring-fence", "Community safety only")
        hands.type_in(panel, "Where it comes from", "PCC revenue")
        hands.press(panel, "Save")
        settle(qtbot, shell)
        assert "Ring-fenced: Community safety only. The money comes from PCC revenue." in hands.read(
            shell.window.stack
        )
        hands.press(shell.window, "About the fund…")
        [tick] = hands.seen(panel, QCheckBox)
        tick.click()
        hands.press(panel, "Save")
        settle(qtbot, shell)
        [message] = hands.messages(shell.window)
        assert "Locality Fund holds revenue: 1 allocation of £65,500.00" in message


def test_an_agreement_is_removed_and_brought_back(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        show(qtbot, shell)
        record(qtbot, shell)
        hands.press(shell.window, "Change…")
        hands.press(shell.window.inspector, "Remove the agreement")
        settle(qtbot, shell)
        assert "No agreement is recorded for 2018/19" in hands.read(shell.window.stack)
        hands.shortcut(shell.window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert len(years(shell)) == 3


def test_the_most_words_of_a_section_are_a_term(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        show(qtbot, shell)
        record(qtbot, shell)
        panel, terms = shell.window.inspector, hands.table(shell.window, "Terms")
        assert hands.row(terms, "Term", "Words in sections of bids and returns")["It says"] == "no limits"
        hands.open_row(terms, "Term", "Words in sections of bids and returns")
        settle(qtbot, shell)
        (box,) = hands.seen(panel, QPlainTextEdit)
        box.setPlainText("milestones: 200\ntexts: 5")
        hands.press(panel, "Save")
        assert "“texts” is not one of a bid's or a return's sections." in hands.read(panel)
        box.setPlainText("milestones: 200\nEvidence of need 1,400 words\n")
        hands.press(panel, "Save")
        settle(qtbot, shell)
        assert hands.row(terms, "Term", "Words in sections of bids and returns")["It says"] == (
            "evidence of need: 1,400, milestones at 3, 6, 9 and 12 months: 200"
        )


@pytest.mark.parametrize("line", ["evidence of need", "aims: 0", "e: 5", "aims: 5\naims: 6", "aims five"])
def test_what_is_no_limit_of_words_is_refused(line: str) -> None:
    field = next(each for each in TERMS if each.name == "section_words")
    with pytest.raises(ValueError, match="“"):
        field.put(USUAL_TERMS, line)


def test_a_limit_of_words_is_typed_as_it_is_shown() -> None:
    field = next(each for each in TERMS if each.name == "section_words")
    terms = replace(USUAL_TERMS, section_words=tuple((each.value, 10) for each in Section))
    assert field.put(USUAL_TERMS, field.typed(terms)) == terms
    assert field.put(terms, " ") == USUAL_TERMS

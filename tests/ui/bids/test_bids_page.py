"""The Bids page as a user acts and sees: a bid from its draft to live, the board by keyboard, what is refused."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

import docx
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QCheckBox, QMenu, QPlainTextEdit
from pytestqt.qtbot import QtBot

from fundingapp import assembly
from fundingapp.application.sample import FILE
from fundingapp.domain.bids import BidState, CostCategory
from fundingapp.domain.money import Money
from fundingapp.ui.bids.board import BidBoard, BidCard, LaneBox, mime_of
from fundingapp.ui.bids.editor import category_of, pasted_costs
from fundingapp.ui.shell import Shell
from fundingapp.ui.widgets.before_after import BeforeAfter
from tests.ui import hands
from tests.ui.bids.years import YEAR, add_year, fill_year
from tests.ui.windows import PATIENCE_MS, ChosenFiles, bare_shell, fresh_sample, open_shell, settle


@cache
def _made_once(filled: bool, _day: date) -> tuple[tempfile.TemporaryDirectory[str], Path]:
    """The sample with bids of 2019/20, made once for all tests of a day; each gets a copy of its folder."""
    kept = tempfile.TemporaryDirectory()
    target = fresh_sample(Path(kept.name) / "sample")
    opened = assembly.Assembly().open(str(target))
    (fill_year if filled else add_year)(opened.desk)
    opened.close()
    return kept, target.parent


@contextmanager
def bids_of_2019(tmp_path: Path, qtbot: QtBot, *, filled: bool = True) -> Iterator[Shell]:
    """The Bids page in 2019/20: with a bid in every lane, or with an allocation and none."""
    shutil.copytree(_made_once(filled, assembly.now().date())[1], tmp_path / "sample")
    with bare_shell(tmp_path, qtbot) as shell:
        shell.open_target(str(tmp_path / "sample" / FILE))
        qtbot.waitUntil(lambda: shell.office.workspace is not None, timeout=PATIENCE_MS)
        settle(qtbot, shell)
        fund = next(grant.fund_id for grant in shell.office.workspace.grants)  # type: ignore[union-attr]
        shell.office.grant_wanted.emit(fund, YEAR)
        shell.window.go_to("bids")
        settle(qtbot, shell)
        assert shell.window.context.year == YEAR
        yield shell


def lane(shell: Shell, title: str) -> LaneBox:
    return next(box for box in shell.window.findChildren(LaneBox) if box.lane.title == title)


def refs(shell: Shell, title: str) -> list[str]:
    return [card.row.ref for card in lane(shell, title).cards]


def card(shell: Shell, ref: str) -> BidCard:
    (board,) = shell.window.findChildren(BidBoard)
    return next(each for each in board.cards if each.row.ref == ref)


def drop(shell: Shell, ref: str, title: str) -> None:
    """Lets the card of *ref* fall on a lane."""
    data = mime_of(card(shell, ref).row.id)
    target = lane(shell, title)
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.MoveAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    target.dropEvent(event)


def fill(shell: Shell, **fields: str) -> None:
    """Types into the fields of the form at the right, by their captions with “_” for blanks."""
    for name, text in fields.items():
        hands.type_in(shell.window.inspector, name.replace("_", " "), text)


def shifts(shell: Shell) -> dict[str, tuple[str, str]]:
    (table,) = hands.seen(shell.window.inspector, BeforeAfter)
    return {shift.name: (str(shift.before), str(shift.after)) for shift in table.shifts}


def test_a_bid_goes_from_its_draft_to_live(tmp_path: Path, qtbot: QtBot) -> None:
    with bids_of_2019(tmp_path, qtbot, filled=False) as shell:
        window, panel = shell.window, shell.window.inspector
        assert "No bids in this year yet" in hands.read(window)
        hands.press(window, "Write the first bid…")
        settle(qtbot, shell)
        fill(shell, Reference_of_the_new_project="YD-01", Name_of_the_new_project="Youth diversion")
        hands.type_in(panel, "Amount asked, £", "10,000")
        hands.press(panel, "Make the draft")
        settle(qtbot, shell)
        assert refs(shell, "Draft") == ["YD-01"]
        assert "goes to the board" in hands.read(panel).lower()

        hands.press(panel, "Costs…")
        settle(qtbot, shell)
        hands.press(panel, "Add a line")
        table = hands.table(panel, "Costs")
        hands.edit_cell(table, "Category", "staff", "Q1 £", "4000")
        settle(qtbot, shell)
        assert "£6,000.00 more than is costed" in hands.read(panel)
        hands.edit_cell(table, "Category", "staff", "Q3 £", "6000")
        settle(qtbot, shell)
        assert "The lines add up to the amount asked, £10,000.00." in hands.read(panel)
        hands.press(panel, "Keep the costs")
        settle(qtbot, shell)
        assert "Q1 4,000.00 · Q3 6,000.00" in hands.read(panel)

        hands.press(panel, "Approve by the board…")
        settle(qtbot, shell)
        fill(shell, Decided_by="Sub-group of the board", Met_on="7/2/2019", Minute="14/2")
        hands.press(panel, "Approve by the board")
        assert "type “none”" in hands.read(panel)
        assert refs(shell, "Draft") == ["YD-01"]
        fill(shell, Interests_declared="none")
        hands.press(panel, "Approve by the board")
        settle(qtbot, shell)
        assert refs(shell, "CSP approved") == ["YD-01"]
        assert "interests declared: none" in hands.read(panel)

        hands.press(panel, "Submit…")
        settle(qtbot, shell)
        fill(shell, Submitted_on="9/2/2019", Answer_due="31/03/2019")
        assert shifts(shell)["Left to ask for"] == ("60,000.00", "50,000.00")
        hands.press(panel, "Submit")
        settle(qtbot, shell)
        assert refs(shell, "Submitted") == ["YD-01"]

        hands.press(panel, "Approve in part…")
        settle(qtbot, shell)
        fill(shell, Decided_on="26/03/2019", Reference="PCC/2019/21")
        hands.press(panel, "Record: approved in part")
        assert "Type the amount that was awarded." in hands.read(panel)
        hands.type_in(panel, "Amount awarded, £", "7,500.50")
        hands.field(panel, "Reference").setFocus()
        assert shifts(shell)["Not yet awarded"] == ("60,000.00", "52,499.50")
        hands.press(panel, "Record: approved in part")
        settle(qtbot, shell)
        assert refs(shell, "Decided") == ["YD-01"]
        assert "£2,499.50 less than asked" in hands.read(panel)

        hands.press(panel, "Offer…")
        settle(qtbot, shell)
        fill(shell, Offer_letter="OL/7", Dated="28/03/2019", Accept_by="25/04/2019")
        (before, others) = hands.seen(panel, QPlainTextEdit)
        before.setPlainText("")
        others.setPlainText("7.1 A report each quarter")
        hands.press(panel, "Offer")
        settle(qtbot, shell)
        assert refs(shell, "Offered") == ["YD-01"]
        assert "7.1 A report each quarter" in hands.read(panel)

        hands.press(panel, "Accept the offer…")
        settle(qtbot, shell)
        fill(shell, Accepted_on="26/04/2019", Accepted_by="S. Officer")
        hands.press(panel, "Accept the offer")
        settle(qtbot, shell)
        assert "25/04/2019" in hands.messages(window)[0], "after its last day an offer is not accepted"
        assert refs(shell, "Offered") == ["YD-01"]
        fill(shell, Accepted_on="20/04/2019")
        hands.press(panel, "Accept the offer")
        settle(qtbot, shell)

        hands.press(panel, "Start…")
        settle(qtbot, shell)
        fill(shell, On="1/5/2019")
        hands.press(panel, "Start")
        settle(qtbot, shell)
        assert refs(shell, "Live") == ["YD-01"]
        assert "£7,500.50 awarded to 1 project" in " ".join(hands.read(window.grant_line).split())

        for _ in range(4):
            hands.shortcut(window, Qt.Key.Key_Z)
            settle(qtbot, shell)
        assert refs(shell, "Submitted") == ["YD-01"]
        assert "£60,000.00 not yet awarded" in " ".join(hands.read(window.grant_line).split())


def test_every_lane_says_how_many_and_how_much(tmp_path: Path, qtbot: QtBot) -> None:
    with bids_of_2019(tmp_path, qtbot) as shell:
        assert lane(shell, "Decided").accessibleName() == "Decided: 2 bids · £14,500.00"
        assert lane(shell, "Complete").accessibleName() == "Complete: none"
        assert refs(shell, "Live") == ["PZ-09", "SW-08"]
        assert refs(shell, "Withdrawn") == ["LT-10"]
        said = card(shell, "DA-04").accessibleName()
        assert said.startswith(
            "DA-04 Domestic abuse outreach, part approved, asked £12,000.00, awarded £9,000.00"
        )
        assert "£60,000.00 available; £28,450.00 awarded, £6,500.00 submitted" in hands.read(shell.window)


def test_a_forbidden_drop_says_the_sentence_and_moves_nothing(tmp_path: Path, qtbot: QtBot) -> None:
    with bids_of_2019(tmp_path, qtbot) as shell:
        drop(shell, "YD-01", "Live")
        settle(qtbot, shell)
        (said,) = hands.messages(shell.window)
        assert said.startswith("YD-01's bid is draft: it can't become live from there.")
        assert "It can become CSP approved or withdrawn." in said
        assert refs(shell, "Draft") == ["YD-01"]
        assert not shell.window.inspector.isVisible()


def test_a_drop_on_the_next_lane_opens_the_form_of_that_move(tmp_path: Path, qtbot: QtBot) -> None:
    with bids_of_2019(tmp_path, qtbot) as shell:
        drop(shell, "AS-07", "Live")
        settle(qtbot, shell)
        assert shell.window.inspector.page is not None
        assert shell.window.inspector.page.title == "AS-07: start"
        assert refs(shell, "Accepted") == ["AS-07"], "nothing moves before the form is accepted"
        fill(shell, On="2/4/2019")
        hands.press(shell.window.inspector, "Start")
        settle(qtbot, shell)
        assert refs(shell, "Live") == ["AS-07", "PZ-09", "SW-08"]


def test_a_refusal_of_the_rules_is_shown_and_the_form_stays(tmp_path: Path, qtbot: QtBot) -> None:
    with bids_of_2019(tmp_path, qtbot, filled=False) as shell:
        window, panel = shell.window, shell.window.inspector
        hands.press(window, "New bid…")
        settle(qtbot, shell)
        fill(shell, Reference_of_the_new_project="YD-01", Name_of_the_new_project="Youth diversion")
        hands.type_in(panel, "Amount asked, £", "10,000")
        hands.press(panel, "Make the draft")
        settle(qtbot, shell)
        hands.press(panel, "Approve by the board…")
        settle(qtbot, shell)
        fill(shell, Decided_by="The board", Met_on="7/2/2019", Minute="14/2", Interests_declared="none")
        hands.press(panel, "Approve by the board")
        settle(qtbot, shell)
        assert "asks for £10,000.00 and has no costed lines" in hands.messages(window)[0]
        assert hands.field(panel, "Minute").text() == "14/2"


def test_the_board_works_with_the_keyboard_alone(tmp_path: Path, qtbot: QtBot) -> None:
    with bids_of_2019(tmp_path, qtbot) as shell:
        first = card(shell, "YD-01")
        first.setFocus()
        hands.key(first, Qt.Key.Key_Right)
        assert card(shell, "SP-02").hasFocus()
        for _ in range(2):
            hands.key(shell.window.focusWidget(), Qt.Key.Key_Right)
        assert card(shell, "DA-04").hasFocus()
        hands.key(card(shell, "DA-04"), Qt.Key.Key_Down)
        assert card(shell, "HC-05").hasFocus()
        tabbed = [
            each
            for each in shell.window.findChildren(BidCard)
            if each.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        assert [each.row.ref for each in tabbed if each.isVisible()] == ["HC-05"], (
            "one card at a time takes Tab"
        )
        hands.key(card(shell, "HC-05"), Qt.Key.Key_Return)
        settle(qtbot, shell)
        assert "HC-05 Hate crime awareness" in hands.read(shell.window.inspector)
        card(shell, "HC-05").setFocus()
        hands.key(card(shell, "HC-05"), Qt.Key.Key_Space)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        words = [action.text() for action in menu.actions() if action.text()]
        assert "Take the decision back…" in words
        assert "Submit…" not in words
        next(action for action in menu.actions() if action.text() == "Take the decision back…").trigger()
        menu.close()
        settle(qtbot, shell)
        fill(shell, Reason="the wrong bid was marked")
        hands.key(hands.field(shell.window.inspector, "Reason"), Qt.Key.Key_Return)
        settle(qtbot, shell)
        assert "HC-05" in refs(shell, "Submitted")


def test_the_table_filters_opens_and_exports(tmp_path: Path, qtbot: QtBot) -> None:
    with bids_of_2019(tmp_path, qtbot) as shell:
        page = shell.window.current_page
        page.go_to(("table", None))  # type: ignore[union-attr]
        settle(qtbot, shell)
        table = hands.table(shell.window, "Bids")
        assert hands.row(table, "Ref", "DA-04")["Awarded £"] == "9,000.00"
        assert hands.row(table, "Ref", "HC-05")["Awarded £"] == "–"
        table.set_filters_shown(True)
        table.set_filter("state", "approved")
        qtbot.waitUntil(lambda: len(hands.rows(table)) == 2)
        files = shell.office.files
        assert isinstance(files, ChosenFiles)
        files.saving = tmp_path / "bids.csv"
        hands.press(shell.window, "Export…")
        settle(qtbot, shell)
        text = files.saving.read_text(encoding="utf-8-sig")
        assert "SP-02" in text
        assert "YD-01" not in text, "what is filtered out is not exported"
        assert "2 rows written" in hands.messages(shell.window)[0]
        hands.go_to_cell(table, "Ref", "DA-04", "Ref")
        hands.key(table, Qt.Key.Key_Return)
        settle(qtbot, shell)
        assert "DA-04 Domestic abuse outreach" in hands.read(shell.window.inspector)


def test_requests_leave_drafts_out_and_sum_what_was_asked(tmp_path: Path, qtbot: QtBot) -> None:
    with bids_of_2019(tmp_path, qtbot) as shell:
        shell.window.current_page.go_to(("requests", None))  # type: ignore[union-attr]
        settle(qtbot, shell)
        table = hands.table(shell.window, "Funding requests")
        assert "YD-01" not in [row["Ref"] for row in hands.rows(table)]
        assert hands.row(table, "Ref", "DA-04")["Decision"] == "PCC/2019/21"
        assert "£28,450.00 awarded · £6,500.00 undecided" in hands.read(shell.window)


def test_last_years_bids_are_copied_forward_and_taken_back(tmp_path: Path, qtbot: QtBot) -> None:
    with bids_of_2019(tmp_path, qtbot) as shell:
        window, panel = shell.window, shell.window.inspector
        hands.press(window, "Copy forward…")
        settle(qtbot, shell)
        hands.choose(panel, "Copy", "from 2019/20")
        settle(qtbot, shell)
        boxes = {box.accessibleName()[:5]: box for box in hands.seen(panel, QCheckBox)}
        assert boxes["SW-08"].isChecked()
        assert not boxes["HC-05"].isChecked(), "what was rejected is not offered by itself"
        hands.press(panel, "None")
        boxes["SW-08"].setChecked(True)
        hands.type_in(panel, "Uplift, %", "2")
        assert "1 bid of £4,250.00, £4,335.00 with the uplift." in hands.read(panel)
        hands.press(panel, "Copy to 2020/21")
        settle(qtbot, shell)
        assert "1 draft made for 2020/21." in hands.messages(window)[0]
        assert str(shell.office.workspace.years[-1]) == "2020/21"  # type: ignore[union-attr]
        hands.shortcut(window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert str(shell.office.workspace.years[-1]) == "2019/20"  # type: ignore[union-attr]


def test_the_pack_of_the_open_bid_is_written_as_a_document(tmp_path: Path, qtbot: QtBot) -> None:
    with bids_of_2019(tmp_path, qtbot) as shell:
        card(shell, "DA-04").opened.emit(card(shell, "DA-04").row)
        settle(qtbot, shell)
        files = shell.office.files
        assert isinstance(files, ChosenFiles)
        files.saving = tmp_path / "pack.docx"
        hands.press(shell.window.inspector, "Bid pack…")
        settle(qtbot, shell)
        hands.press(shell.window.inspector, "Write the pack…")
        settle(qtbot, shell)
        assert "1 bid, asking for £12,000.00, written to" in hands.messages(shell.window)[0]
        assert docx.Document(str(files.saving)).paragraphs[0].text == "Bid DA-04 Domestic abuse outreach"
        assert shell.window.inspector.page is not None
        assert shell.window.inspector.page.title == "DA-04 Domestic abuse outreach"


def test_texts_are_counted_and_kept(tmp_path: Path, qtbot: QtBot) -> None:
    with bids_of_2019(tmp_path, qtbot) as shell:
        panel = shell.window.inspector
        card(shell, "YD-01").opened.emit(card(shell, "YD-01").row)
        settle(qtbot, shell)
        hands.press(panel, "Texts…")
        settle(qtbot, shell)
        hands.choose(panel, "Section", "Risks")
        (field,) = hands.seen(panel, QPlainTextEdit)
        field.setPlainText("Few will come in winter.")
        assert "5 words" in hands.read(panel)
        hands.press(panel, "Keep the texts")
        settle(qtbot, shell)
        assert "Risks" in hands.read(panel)
        hands.shortcut(shell.window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert "Risks" not in hands.read(panel)


def test_costs_are_pasted_from_a_spreadsheet_and_what_is_wrong_is_named(tmp_path: Path, qtbot: QtBot) -> None:
    with bids_of_2019(tmp_path, qtbot) as shell:
        panel = shell.window.inspector
        card(shell, "YD-01").opened.emit(card(shell, "YD-01").row)
        settle(qtbot, shell)
        hands.press(panel, "Costs…")
        settle(qtbot, shell)
        table = hands.table(panel, "Costs")
        QGuiApplication.clipboard().setText(
            "staff\tSessions\t1,000.00\t£500\t\t(20.00)\ntravel\tFares\t1\t2\t3\t4\n"
        )
        table.setFocus()
        hands.key(table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        assert hands.row(table, "For", "Sessions")["Total £"] == "1,480.00"
        assert hands.row(table, "For", "Fares")["Category"] == "travel and subsistence"
        assert "£1,490.00 less than is costed" in hands.read(panel)
        QGuiApplication.clipboard().setText("drinks\tParty\t1\t2\t3\t4\n")
        hands.key(table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        assert "Nothing was pasted: row 1: “drinks” is not a category" in hands.read(panel)


def test_a_bid_that_was_taken_back_closes_its_panel(tmp_path: Path, qtbot: QtBot) -> None:
    with bids_of_2019(tmp_path, qtbot) as shell:
        card(shell, "YD-01").opened.emit(card(shell, "YD-01").row)
        settle(qtbot, shell)
        hands.press(shell.window.inspector, "Remove the draft")
        settle(qtbot, shell)
        assert not shell.window.inspector.isVisible()
        assert refs(shell, "Draft") == []
        hands.shortcut(shell.window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert refs(shell, "Draft") == ["YD-01"]


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("staff", CostCategory.STAFF),
        ("Travel", CostCategory.TRAVEL),
        ("st", CostCategory.STAFF),
        ("m", None),
        ("", None),
        ("party", None),
    ],
)
def test_a_category_is_known_by_its_beginning(text: str, category: CostCategory | None) -> None:
    assert category_of(text) is category


def test_pasted_rows_may_leave_words_out_and_must_foot() -> None:
    (line,) = pasted_costs(
        [["Category", "For", "Q1", "Q2", "Q3", "Q4"], ["staff", "1", "2", "3", "4", "10"], ["Total"]]
    )
    assert line == (CostCategory.STAFF, "", (Money(100), Money(200), Money(300), Money(400)))
    with pytest.raises(ValueError, match=r"its total £11\.00 is not what its quarters add up to, £10\.00"):
        pasted_costs([["staff", "Ann", "1", "2", "3", "4", "11"]])
    with pytest.raises(ValueError, match="has 3 amounts"):
        pasted_costs([["staff", "Ann", "1", "2", "3"]])
    with pytest.raises(ValueError, match="“x” is not an amount"):
        pasted_costs([["staff", "Ann", "1", "2", "x", "3"]])


def test_every_state_has_its_lane() -> None:
    from fundingapp.ui.bids.words import LANES, tone_of

    states = [state for each in LANES for state in each.states]
    assert sorted(states, key=lambda state: state.name) == sorted(BidState, key=lambda state: state.name)
    assert all(tone_of(state) for state in BidState)


def test_awards_of_a_table_run_already_in_one_step(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="bids") as shell:
        window, panel = shell.window, shell.window.inspector
        assert len(refs(shell, "Decided")) == 17
        hands.press(window, "These are running already…")
        settle(qtbot, shell)
        hands.press(panel, "Record as running")
        assert "Type the reference of the offer letter or agreement." in hands.read(panel)
        fill(shell, Offer_letter="PCC/18/2", Accepted_by="S. Officer")
        hands.press(panel, "Record as running")
        settle(qtbot, shell)
        assert len(refs(shell, "Live")) == 17
        assert hands.messages(window) == [
            "17 projects recorded as running. Undo takes all of them back at once."
        ]
        assert "These are running already…" not in hands.read(window.stack)
        hands.shortcut(window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert len(refs(shell, "Decided")) == 17


def test_the_selected_rows_alone_run_already(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="bids") as shell:
        window, panel = shell.window, shell.window.inspector
        window.go_to("bids", ("table", None))
        settle(qtbot, shell)
        table = hands.table(window, "Bids")
        table.setFocus()
        table.selectRow(0)
        hands.press(window, "These are running already…")
        settle(qtbot, shell)
        fill(shell, Offer_letter="PCC/18/2", Accepted_by="S. Officer")
        hands.press(panel, "Record as running")
        settle(qtbot, shell)
        states = [row["State"] for row in hands.rows(table)]
        assert (states.count("live"), states.count("approved")) == (1, 16)


def test_the_rail_counts_the_bids_to_look_at_in_the_year(tmp_path: Path, qtbot: QtBot) -> None:
    with bids_of_2019(tmp_path, qtbot) as shell:
        window = shell.window
        alerts = sum(bool(each.row.alert) for each in hands.seen(window, BidCard))
        assert alerts
        assert window.rail.button("bids").accessibleName() == f"Bids, {alerts} waiting"
        hands.key(window.top_bar.year, Qt.Key.Key_Left)
        settle(qtbot, shell)
        assert window.rail.button("bids").accessibleName() == "Bids"


def test_a_bid_that_is_gone_to_comes_into_sight_on_the_board(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="bids") as shell:
        shell.window.resize(1280, 720)
        settle(qtbot, shell)
        (board,) = hands.seen(shell.window, BidBoard)
        last = card(shell, "LF-17")
        assert board.viewport().rect().intersected(_place(board, last)).isEmpty()
        shell.window.go_to("bids", "LF-17")
        settle(qtbot, shell)
        qtbot.waitUntil(
            lambda: board.viewport().rect().contains(_place(board, card(shell, "LF-17")).center())
        )
        assert board.current is card(shell, "LF-17")


def _place(board: BidBoard, card: BidCard) -> QRect:
    """Where the card stands in what is seen of the board."""
    return QRect(card.mapTo(board.viewport(), QPoint(0, 0)), card.size())

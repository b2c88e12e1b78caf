"""The controls as somebody with hands and a keyboard meets them."""

from unittest.mock import Mock

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.inspector import CheckBlock, Inspector, InspectorPage, SumBlock, SumRow
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.bar import Segment, SegmentBar, Share
from fundingapp.ui.widgets.buttons import button
from fundingapp.ui.widgets.card import Card, KeyFigureCard
from fundingapp.ui.widgets.check import Check
from fundingapp.ui.widgets.chips import Chips, ChipSpec
from fundingapp.ui.widgets.choice import ChoiceButton, DropDown, Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.figure import FigureLabel
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import ElidedLabel
from fundingapp.ui.widgets.message_bar import Message, MessageBar, MessageStrip
from fundingapp.ui.widgets.money_edit import MoneyEdit
from fundingapp.ui.widgets.page_head import PageHead
from fundingapp.ui.widgets.period_picker import PeriodPicker
from fundingapp.ui.widgets.pill import Pill
from fundingapp.ui.widgets.segmented import Segmented
from fundingapp.ui.widgets.stepper import YearStepper
from tests.ui import eye

YEARS = [FinancialYear(2016), FinancialYear(2017), FinancialYear(2018)]
CHIPS = [
    ChipSpec("all", "All", 4212),
    ChipSpec("match", "To match", 7, Tone.ATTENTION),
    ChipSpec("split", "Split", 31),
]


def shown(qtbot: QtBot, widget: QWidget) -> None:
    """Shows *widget* and gives it the focus."""
    qtbot.addWidget(widget)
    widget.show()
    widget.activateWindow()
    widget.setFocus()


# Money


@pytest.mark.parametrize(
    ("typed", "shown_as"),
    [
        ("1234.5", "1,234.50"),
        ("£1,234.50", "1,234.50"),
        ("(12)", "−12.00"),
        ("-3.1", "−3.10"),
        ("5.00CR", "−5.00"),
    ],
)
def test_an_amount_is_accepted_as_finance_systems_write_it(qtbot: QtBot, typed: str, shown_as: str) -> None:
    edit = MoneyEdit("Award")
    shown(qtbot, edit)
    QTest.keyClicks(edit.field, typed)
    with qtbot.waitSignal(edit.amount_changed) as said:
        QTest.keyClick(edit.field, Qt.Key.Key_Return)
    assert edit.field.text() == shown_as
    assert said.args == [Money.parse(typed)]


def test_what_is_no_amount_is_explained_in_words_and_keeps_the_last_amount(qtbot: QtBot) -> None:
    edit = MoneyEdit("Award")
    shown(qtbot, edit)
    edit.set_amount(Money(100_00))
    edit.field.selectAll()
    changed = Mock()
    edit.amount_changed.connect(changed)
    QTest.keyClicks(edit.field, "12.3.4")
    QTest.keyClick(edit.field, Qt.Key.Key_Return)
    words = [label.text() for label in edit.findChildren(QLabel) if label.isVisible()]
    assert words == ["“12.3.4” is not an amount: it is not written as one."]
    assert not edit.is_valid
    assert edit.amount == Money(100_00)
    changed.assert_not_called()


def test_escape_brings_the_last_amount_back(qtbot: QtBot) -> None:
    edit = MoneyEdit("Award")
    shown(qtbot, edit)
    edit.set_amount(Money(100_00))
    QTest.keyClicks(edit.field, "7")
    QTest.keyClick(edit.field, Qt.Key.Key_Escape)
    assert edit.field.text() == "100.00"


def test_an_emptied_field_is_no_amount(qtbot: QtBot) -> None:
    edit = MoneyEdit("Award")
    shown(qtbot, edit)
    edit.set_amount(Money(100_00))
    edit.field.clear()
    with qtbot.waitSignal(edit.amount_changed) as said:
        QTest.keyClick(edit.field, Qt.Key.Key_Return)
    assert said.args == [None]
    assert edit.is_valid


def test_typing_an_amount_right_takes_the_complaint_away(qtbot: QtBot) -> None:
    edit = MoneyEdit("Award")
    shown(qtbot, edit)
    QTest.keyClicks(edit.field, "1,2")
    QTest.keyClick(edit.field, Qt.Key.Key_Return)
    assert not edit.is_valid
    QTest.keyClicks(edit.field, "34")
    assert not [label for label in edit.findChildren(QLabel) if label.isVisible()]


# Figures


@pytest.mark.parametrize("key", [Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_a_figure_answers_why_by_keyboard(qtbot: QtBot, key: Qt.Key) -> None:
    figure = FigureLabel("Spent")
    shown(qtbot, figure)
    figure.set_figure(Money(52_310_44), subject="spent")
    with qtbot.waitSignal(figure.why_requested) as asked:
        QTest.keyClick(figure, key)
    assert asked.args == ["spent"]
    assert figure.accessibleName() == "Spent £52,310.44"


def test_a_figure_answers_why_by_click(qtbot: QtBot) -> None:
    card = KeyFigureCard("Spent to date")
    shown(qtbot, card)
    card.set_figure(Money(-5_00), "note", "spent")
    with qtbot.waitSignal(card.why_requested) as asked:
        QTest.mouseClick(card.figure, Qt.MouseButton.LeftButton)
    assert asked.args == ["spent"]
    assert card.figure.text() == "−£5.00"


def test_a_plain_number_asks_nothing(qtbot: QtBot) -> None:
    figure = FigureLabel("Needs you", explained=False)
    shown(qtbot, figure)
    figure.set_figure("10")
    with qtbot.assertNotEmitted(figure.why_requested):
        QTest.mouseClick(figure, Qt.MouseButton.LeftButton)
    assert figure.focusPolicy() == Qt.FocusPolicy.NoFocus


# Years, periods, choices


def test_the_year_steps_by_keys_and_stops_at_the_ends(qtbot: QtBot) -> None:
    stepper = YearStepper()
    shown(qtbot, stepper)
    stepper.set_years(YEARS)
    changed = Mock()
    stepper.year_changed.connect(changed)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left):
        QTest.keyClick(stepper, key)
    assert [call.args[0].start for call in changed.call_args_list] == [2017, 2016]
    assert stepper.accessibleName() == "Financial year 2016/17"


def test_the_year_steps_by_clicks_on_its_arrows(qtbot: QtBot) -> None:
    stepper = YearStepper()
    shown(qtbot, stepper)
    stepper.set_years(YEARS, FinancialYear(2017))
    middle = stepper.height() // 2
    QTest.mouseClick(stepper, Qt.MouseButton.LeftButton, pos=QPoint(5, middle))
    assert stepper.year == FinancialYear(2016)
    QTest.mouseClick(stepper, Qt.MouseButton.LeftButton, pos=QPoint(stepper.width() - 5, middle))
    assert stepper.year == FinancialYear(2017)


def test_a_file_without_years_shows_none(qtbot: QtBot) -> None:
    stepper = YearStepper()
    shown(qtbot, stepper)
    stepper.set_years([])
    stepper.step(1)
    assert stepper.year is None
    assert not stepper.isEnabled()


def test_the_period_says_its_month_and_steps(qtbot: QtBot) -> None:
    picker = PeriodPicker()
    shown(qtbot, picker)
    picker.set_period(9, locked={8})
    with qtbot.waitSignal(picker.period_changed) as said:
        QTest.keyClick(picker, Qt.Key.Key_Right)
    assert said.args == [10]
    assert picker.text() == "period 10 (January)"
    picker.choose(8)
    assert picker.text() == "period 8 (November) · locked"


def test_a_choice_is_made_in_its_menu_by_keyboard(qtbot: QtBot) -> None:
    choice = ChoiceButton("Funder", [Option(None, "All funders"), Option(7, "Home Office")])
    shown(qtbot, choice)
    choice.open_menu()
    menu = choice.findChild(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert menu is not None
    QTest.keyClick(menu, Qt.Key.Key_Down)
    with qtbot.waitSignal(choice.chosen) as said:
        QTest.keyClick(menu, Qt.Key.Key_Return)
    assert said.args == [7]
    assert choice.accessibleName() == "Funder: Home Office"


def test_a_drop_down_shows_the_option_of_a_key(qtbot: QtBot) -> None:
    drop = DropDown("Funder")
    shown(qtbot, drop)
    drop.set_options([Option(1, "Commissioner"), Option(2, "Home Office")], 2)
    assert (drop.currentText(), drop.key) == ("Home Office", 2)


def test_segments_are_chosen_by_arrows(qtbot: QtBot) -> None:
    quarters = Segmented("Quarter", [Option(at, f"Q{at}") for at in range(1, 5)])
    shown(qtbot, quarters)
    with qtbot.waitSignal(quarters.chosen) as said:
        QTest.keyClick(quarters, Qt.Key.Key_Right)
    assert said.args == [2]
    assert quarters.accessibleName() == "Quarter: Q2"


# Chips


def test_chips_are_chosen_by_arrow_keys(qtbot: QtBot) -> None:
    chips = Chips("Lines")
    chips.set_chips(CHIPS)
    shown(qtbot, chips)
    said = Mock()
    chips.chosen.connect(said)
    focus = chips.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Qt.Key.Key_Right)
    focus = chips.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Qt.Key.Key_Right)
    assert [call.args[0] for call in said.call_args_list] == ["match", "split"]
    assert focus.accessibleName() == "Show To match 7"


def test_only_the_chosen_chip_is_reached_by_tab(qtbot: QtBot) -> None:
    chips = Chips("Lines")
    chips.set_chips(CHIPS)
    shown(qtbot, chips)
    chips.choose("match")
    by_tab = [
        each.accessibleName()
        for each in chips.findChildren(QWidget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert by_tab == ["Show To match 7"]


def test_new_counts_keep_the_chosen_chip(qtbot: QtBot) -> None:
    chips = Chips("Lines")
    shown(qtbot, chips)
    chips.set_chips(CHIPS)
    chips.choose("split")
    chips.set_chips([*CHIPS[:2], ChipSpec("split", "Split", 32), ChipSpec("gone", "Excluded", 1)])
    kept = chips.key
    chips.set_chips(CHIPS[:2])
    assert (kept, chips.key) == ("split", "all")


# Messages


def dismiss_newest(qtbot: QtBot, bar: MessageBar) -> None:
    """Presses the cross of the topmost message by keyboard."""
    strip = next(each for each in bar.findChildren(MessageStrip) if each.message is bar.messages[0])
    cross = next(
        each for each in strip.findChildren(QWidget) if each.accessibleName() == "Dismiss this message"
    )
    QTest.keyClick(cross, Qt.Key.Key_Space)


def test_a_problem_stays_until_it_is_dismissed(qtbot: QtBot) -> None:
    bar = MessageBar()
    shown(qtbot, bar)
    bar.show_message(Message.of_error(ExpectedError("locked", "Period 10 is locked.", "Unlock it first.")))
    bar.show_message(Message("Saved.", tone=Tone.GOOD))
    bar.show_message(Message("Saved again.", tone=Tone.GOOD))
    assert [message.text for message in bar.messages] == ["Saved again.", "Period 10 is locked."]
    dismiss_newest(qtbot, bar)
    assert [message.text for message in bar.messages] == ["Period 10 is locked."]
    dismiss_newest(qtbot, bar)
    assert bar.messages == ()
    assert not bar.isVisible()


def test_a_fourth_problem_waits_for_room(qtbot: QtBot) -> None:
    bar = MessageBar()
    shown(qtbot, bar)
    for number in range(4):
        bar.show_message(Message(f"Problem {number}", tone=Tone.BAD))
    assert [message.text for message in bar.messages] == ["Problem 2", "Problem 1", "Problem 0"]
    dismiss_newest(qtbot, bar)
    assert bar.messages[0].text == "Problem 3"


def test_the_action_of_a_message_does_it_and_goes(qtbot: QtBot) -> None:
    bar = MessageBar()
    shown(qtbot, bar)
    fix = Mock()
    bar.show_message(Message("Row 1,884 has no amount.", "Fix it here.", Tone.BAD, "Fix it", fix))
    words = next(each for each in bar.findChildren(QPushButton) if each.accessibleName() == "Fix it")
    words.setFocus()
    QTest.keyClick(words, Qt.Key.Key_Return)
    fix.assert_called_once()
    assert bar.messages == ()


# The rest


def test_a_state_is_a_word_with_its_sign(qtbot: QtBot) -> None:
    pill = Pill("to explain", Tone.BAD, "≠")
    qtbot.addWidget(pill)
    assert pill.accessibleName() == "≠ to explain"


@pytest.mark.parametrize(
    ("part", "whole", "permille", "tone"),
    [
        (Money(0), Money(100), 0, Tone.ACCENT),
        (Money(100), Money(100), 1000, Tone.ACCENT),
        (Money(101), Money(100), 1010, Tone.BAD),
        (Money(1), Money(0), 1001, Tone.BAD),
        (Money(0), Money(0), 0, Tone.ACCENT),
        (Money(-5), Money(100), 0, Tone.ACCENT),
        (Money(-5), Money(-100), 0, Tone.ACCENT),
    ],
)
def test_a_share_is_over_only_when_it_is(part: Money, whole: Money, permille: int, tone: Tone) -> None:
    share = Share.of(part, whole)
    assert (share.permille, share.tone) == (permille, tone)


def test_the_grant_bar_is_read_aloud(qtbot: QtBot) -> None:
    bar = SegmentBar()
    shown(qtbot, bar)
    bar.set_segments([Segment("Spent", Money(10_00), "accent"), Segment("Left", Money(5_00), "accent_pale")])
    assert bar.accessibleName() == "Spent £10.00, Left £5.00"
    assert not bar.grab().isNull()


def test_what_is_hoped_for_is_hatched_in_the_bar_and_money_is_not(qtbot: QtBot) -> None:
    bar = SegmentBar(12)
    shown(qtbot, bar)
    bar.resize(200, 12)
    there, hoped = (
        Segment("Spent", Money(10_00), "attention"),
        Segment("Hoped", Money(10_00), "attention", True),
    )
    bar.set_segments([there, hoped])
    image = bar.grab().toImage()
    left, right = (
        {image.pixelColor(x, y).name() for x in span for y in range(2, 10)}
        for span in (range(20, 80), range(120, 180))
    )
    assert len(left) == 1
    assert len(right) > 1


def test_the_first_step_of_an_empty_page_is_its_primary_button(qtbot: QtBot) -> None:
    empty = EmptyState("spend", "No spend yet", "Import a ledger download.")
    shown(qtbot, empty)
    first, second = Mock(), Mock()
    one = empty.add_step("Import ledger…", first)
    two = empty.add_step("Open the sample", second)
    QTest.mouseClick(one, Qt.MouseButton.LeftButton)
    QTest.mouseClick(two, Qt.MouseButton.LeftButton)
    first.assert_called_once()
    second.assert_called_once()
    assert (one.property("kind"), two.property("kind")) == ("primary", None)


def test_words_without_room_end_in_dots_and_are_whole_in_the_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("")
    shown(qtbot, label)
    label.resize(60, 20)
    label.set_text("Domestic abuse services in the district")
    assert label.toolTip() == "Domestic abuse services in the district"
    label.resize(600, 20)
    assert label.toolTip() == ""


def test_words_without_room_give_way_to_what_is_short_for_them(qtbot: QtBot) -> None:
    label = ElidedLabel("")
    label.set_text("Small counts of 1 indicator are hidden", "1 hidden")
    shown(qtbot, label)
    label.resize(label.sizeHint())
    assert label.shown == "Small counts of 1 indicator are hidden"
    label.resize(label.width() - 20, label.height())
    assert label.shown == "1 hidden"
    assert label.accessibleName() == label.toolTip() == "Small counts of 1 indicator are hidden"


def test_buttons_of_a_page_go_below_when_room_is_short(qtbot: QtBot) -> None:
    holder = QWidget()
    column = QVBoxLayout(holder)
    head = PageHead("Reconcile")
    for words in ("Statement (PDF)", "Sign as preparer", "Lock period 10"):
        head.add(button(words))
    column.addWidget(head)
    column.addStretch(1)
    shown(qtbot, holder)
    folded: list[bool] = []
    for width in (900, 420):
        holder.resize(width, 300)
        folded.append(head.is_folded)
    assert folded == [False, True]
    for width in range(420, 900, 10):
        holder.resize(width, 300)
        head.set_state("")
        before = head.is_folded
        head.set_state("28 indicators · up to Q4")
        folded.append(before != head.is_folded)
    assert True in folded[2:], "a sentence is read whole before buttons stand beside it"

    def all_seen() -> bool:
        corners = [each.mapTo(head, each.rect().bottomRight()) for each in head.findChildren(QPushButton)]
        return all(head.rect().contains(corner) for corner in corners)

    qtbot.waitUntil(all_seen)


def test_a_hidden_button_takes_no_room_in_a_row(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    row = FlowLayout(box, spacing=10)
    shown, hidden = button("Back"), button("Take the answers")
    row.addWidget(shown)
    alone = row.sizeHint()
    row.addWidget(hidden)
    assert row.sizeHint().width() > alone.width()
    hidden.hide()
    assert row.sizeHint() == alone


def test_a_card_folds_its_buttons_below_and_keeps_its_title(qtbot: QtBot) -> None:
    card = Card("Available")
    card.set_title("Available", "£81,500.00 · £6,000.00 of it carried forward from 2017/18")
    for words in ("Record a notice…", "Close the year…"):
        card.add_head(button(words))
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.addWidget(card)
    column.addStretch(1)
    shown(qtbot, holder)
    tops: list[bool] = []
    for width in (900, 620, 380):
        holder.resize(width, 300)
        qtbot.wait(20)
        assert eye.looked_over(holder) == []
        pressed = card.findChildren(QPushButton)[0]
        tops.append(pressed.mapTo(card, pressed.rect().topLeft()).y() > 24)
    assert tops == [False, False, True]
    assert "carried forward" in card.findChildren(Pill)[0].toolTip()


def test_the_words_of_a_tick_wrap_and_press_it(qtbot: QtBot) -> None:
    tick = Check("Small counts & names may tell who somebody is".replace("&", "&&"))
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.addWidget(tick)
    column.addStretch(1)
    shown(qtbot, holder)
    holder.resize(700, 200)
    qtbot.waitUntil(lambda: tick.width() > 600)
    one_line = tick.height()
    holder.resize(180, 200)
    qtbot.waitUntil(lambda: tick.height() >= one_line + 2 * tick.fontMetrics().height())
    assert eye.cut_off(holder) == []
    at = QPoint(tick.width() - 40, tick.height() - 8)  # in the last line
    QTest.mouseClick(tick, Qt.MouseButton.LeftButton, pos=at)
    assert tick.isChecked()


def test_long_words_in_a_sum_wrap_and_figures_do_not(qtbot: QtBot) -> None:
    inspector = Inspector()
    name = "LF-04 " + "Targeted multiagency preventative action to reduce offences " * 2
    inspector.show_page(
        InspectorPage(
            "Clause 9",
            [
                CheckBlock([("carry-forward awaiting agreement", Tone.ATTENTION, name)]),
                SumBlock(
                    [SumRow("About", name), SumRow("Award", Money.parse("1,234,567.89"), is_total=True)]
                ),
            ],
        )
    )
    qtbot.addWidget(inspector)
    inspector.resize(264, 500)
    inspector.show()
    qtbot.wait(50)
    assert eye.looked_over(inspector) == []
    figure = next(each for each in inspector.findChildren(QLabel) if each.text() == "1,234,567.89")
    assert figure.height() < 2 * figure.fontMetrics().height()

"""A project that several grants pay for, in the window's lists and fields: each grant is a place of its own."""

from __future__ import annotations

from decimal import Decimal

from pytestqt.qtbot import QtBot

from fundingapp.domain.funds import BudgetHead, Kind
from fundingapp.domain.ids import FundId, LineId, ProjectId
from fundingapp.domain.matching import CodingRule, Split, ToProjects, parse_target
from fundingapp.domain.money import Money
from fundingapp.ui.spend.columns import Words
from fundingapp.ui.spend.parts import head_options
from fundingapp.ui.spend.rule_columns import charged_to
from fundingapp.ui.spend.rule_editor import TargetEditor
from fundingapp.ui.spend.several_panel import SeveralPanel
from tests.ui import hands

LOCAL, HOME = (BudgetHead(ProjectId(1), FundId(number), Kind.REVENUE) for number in (1, 2))
OTHER = BudgetHead(ProjectId(2), FundId(1), Kind.CAPITAL)
HEADS = [("LF-01", "Street Pastors", LOCAL), ("LF-01", "Street Pastors", HOME), ("LF-02", "Cameras", OTHER)]
OF_HOME = "LF-01:revenue:Home Office Fund"
CALLED = {LOCAL: "LF-01:revenue:Locality Fund", HOME: OF_HOME, OTHER: "LF-02"}


def test_the_places_of_a_line_name_the_grants_that_a_reference_alone_does_not_tell_apart() -> None:
    assert [option.text for option in head_options(HEADS, CALLED)][1:4] == [
        "LF-01 Street Pastors (revenue, Locality Fund)",
        "LF-01 Street Pastors (revenue, Home Office Fund)",
        "LF-02 Cameras (capital)",
    ]


def test_several_lines_are_charged_or_split_by_grant(qtbot: QtBot) -> None:
    panel = SeveralPanel((LineId(1), LineId(2)), HEADS, CALLED, can_write=True, total=Money(300))
    qtbot.addWidget(panel)
    panel.place.choose(OF_HOME)
    assert panel.place.currentText() == "LF-01 Street Pastors (revenue, Home Office Fund)"
    assert panel.target() == ToProjects((Split(OF_HOME, Decimal(100)),))
    panel.start_splitting()
    panel.second.choose(CALLED[LOCAL])
    panel.percent.setText("33.33")
    assert panel.target() == parse_target(f"split {OF_HOME} 66.67%, {CALLED[LOCAL]} 33.33%")


def test_several_lines_that_came_late_say_so_and_are_charged_beside_what_is_locked(qtbot: QtBot) -> None:
    panel = SeveralPanel((LineId(1), LineId(2), LineId(3)), HEADS, CALLED, can_write=True)
    qtbot.addWidget(panel)
    panel.show()
    panel.set_suggested((LineId(1), LineId(2)), 0)
    panel.place.choose(OF_HOME)
    hands.find(panel, "Charge 3 lines")
    panel.set_late(frozenset({LineId(2), LineId(3)}))
    panel.set_suggested((LineId(1), LineId(2)), 0)
    assert "2 of these came after their period was locked: the locked figures stay" in hands.read(panel)
    hands.find(panel, "Accept 1 suggestion")
    with qtbot.waitSignal(panel.place_requested) as asked:
        hands.press(panel, "Charge 3 lines, 2 of them late")
    assert asked.args is not None
    assert (asked.args[0].lines, asked.args[0].late) == ((1, 2, 3), True)
    panel.set_late(frozenset(panel.lines))
    assert "All of these came after" in hands.read(panel)
    hands.find(panel, "Charge 3 lines, 3 of them late")


def test_a_rule_s_editor_shows_and_gives_the_grant(qtbot: QtBot) -> None:
    editor = TargetEditor()
    qtbot.addWidget(editor)
    editor.set_projects(
        [("LF-01", "Street Pastors"), (OF_HOME, "Street Pastors (revenue, Home Office Fund)")]
    )
    target = parse_target(OF_HOME)
    editor.show_target(target)
    assert editor.project.currentText() == "LF-01 Street Pastors (revenue, Home Office Fund)"
    assert editor.target() == target
    words = Words(projects={"LF-01": "Street Pastors"})
    assert charged_to(CodingRule(1, target), words) == "LF-01 Street Pastors (revenue, Home Office Fund)"
    assert charged_to(CodingRule(1, parse_target("LF-01")), words) == "LF-01 Street Pastors"

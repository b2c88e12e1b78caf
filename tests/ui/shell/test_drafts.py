"""Half-typed forms: what was typed outlives the program and is offered back, and goes when it is not wanted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from fundingapp.ui.drafts import Drafts
from fundingapp.ui.settings import Settings
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.windows import PATIENCE_MS, bare_shell, open_shell, settle

BEGUN = "You had begun this on"


def open_form(qtbot: QtBot, shell: Shell) -> None:
    shell.window.go_to("grants", ("virements", None))
    settle(qtbot, shell)
    hands.press(shell.window.stack, "Move budget…")


def begin(shell: Shell) -> None:
    inspector = shell.window.inspector
    hands.choose(inspector, "From", "LF-03")
    hands.choose(inspector, "To", "LF-13")
    hands.type_in(inspector, "Amount, £", "100")
    hands.type_in(inspector, "Why the money moves", "half a reas")


def kept(shell: Shell) -> int:
    return len(shell.application.settings.drafts())


def wait_for_drafts(qtbot: QtBot, shell: Shell, number: int) -> None:
    qtbot.waitUntil(lambda: kept(shell) == number, timeout=PATIENCE_MS)


def test_K05_a_half_typed_form_is_offered_back_after_the_program_ended(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        open_form(qtbot, shell)
        begin(shell)
        hands.press(shell.window.inspector, "Add a leg")
        wait_for_drafts(qtbot, shell, 1)
        # What a program that ends here would leave: it is on the disk while the form is still open.
        assert "half a reas" in (tmp_path / "settings.ini").read_text(encoding="utf-8")
    with bare_shell(tmp_path, qtbot) as shell:
        shell.open_target(str(next((tmp_path / "sample").glob("*.funding"))))
        qtbot.waitUntil(lambda: shell.office.workspace is not None, timeout=PATIENCE_MS)
        settle(qtbot, shell)
        open_form(qtbot, shell)
        inspector = shell.window.inspector
        assert BEGUN in hands.read(inspector)
        assert hands.field(inspector, "Why the money moves").text() == ""
        hands.press(inspector, "Take it up again")
        settle(qtbot, shell)
        assert BEGUN not in hands.read(inspector)
        assert hands.field(inspector, "Why the money moves").text() == "half a reas"
        amounts = [
            each.text() for each in hands.seen(inspector, QLineEdit) if each.accessibleName() == "Amount, £"
        ]
        assert amounts == ["100.00", ""]
        hands.type_in(inspector, "Why the money moves", "half a reason, finished")
        hands.press(inspector, "Apply the virement")
        settle(qtbot, shell)
        assert hands.messages(shell.window) == [], hands.read(inspector)
        moved = hands.row(hands.table(shell.window, "Virements"), "No.", "1")
        assert (moved["From"], moved["To"], moved["Amount £"]) == ("LF-03", "LF-13", "100.00")
        assert kept(shell) == 0
        open_form(qtbot, shell)
        assert BEGUN not in hands.read(inspector)


def test_what_is_cancelled_or_forgotten_is_not_offered_again(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        inspector = shell.window.inspector
        open_form(qtbot, shell)
        begin(shell)
        wait_for_drafts(qtbot, shell, 1)
        hands.press(inspector, "Cancel")
        assert kept(shell) == 0
        open_form(qtbot, shell)
        assert BEGUN not in hands.read(inspector)
        begin(shell)
        inspector.close_panel()  # Esc: left, not cancelled
        assert kept(shell) == 1
        open_form(qtbot, shell)
        assert BEGUN in hands.read(inspector)
        focus = shell.window.focusWidget()
        assert focus is not None
        assert focus.accessibleName() == "From"
        hands.press(inspector, "Forget it")
        assert BEGUN not in hands.read(inspector)
        assert kept(shell) == 0


@pytest.mark.parametrize(
    ("page", "view", "opens", "name", "words"),
    [
        ("spend", None, "Adjustments…", "Reason", "cast doubt on"),
        ("bids", None, "New bid…", "Name of the new project", "Youth clubs i"),
        ("grants", ("claims", None), "New claim…", "Note", "Quarter o"),
        (
            "year-end",
            ("underspend", None),
            "Ask the commissioner…",
            "Why LF-10 carries it forward",
            "paid for in Ap",
        ),
    ],
)
def test_other_forms_come_back_too(
    tmp_path: Path, qtbot: QtBot, page: str, view: object, opens: str, name: str, words: str
) -> None:
    with open_shell(tmp_path, qtbot, page=page) as shell:
        if view is not None:
            shell.window.go_to(page, view)
            settle(qtbot, shell)
        inspector = shell.window.inspector

        def open_it() -> None:
            if page == "spend":
                if opens in hands.read(shell.window.stack):
                    hands.press(shell.window.stack, opens)
                    settle(qtbot, shell)
                hands.press(shell.window.stack, "Add an adjustment…")
            else:
                hands.press(shell.window.stack, opens)
            settle(qtbot, shell)

        open_it()
        hands.type_in(inspector, name, words)
        inspector.close_panel()
        assert kept(shell) == 1
        open_it()
        hands.press(inspector, "Take it up again")
        assert hands.field(inspector, name).text() == words


def test_drafts_belong_to_a_file_and_the_chosen_grant_and_only_the_newest_are_kept(
    settings: Settings,
) -> None:
    where = ["1 2018/19"]
    drafts = Drafts(settings, "a.funding", lambda: where[0])
    key = drafts.key("Move budget")
    drafts.keep(key, {"Why": "x"})
    found = drafts.find(key)
    assert found is not None
    assert found.typed == {"Why": "x"}
    where[0] = "2 2018/19"
    assert drafts.find(drafts.key("Move budget")) is None
    assert Drafts(settings, "b.funding", lambda: "1 2018/19").find("Move budget") is None
    for number in range(30):
        drafts.keep(drafts.key(str(number)), {"Why": "y"})
    assert drafts.find(key) is None
    assert len(settings.drafts()) == 30


@pytest.mark.parametrize(
    "kept",
    ["{", "5", json.dumps([["k", "Tuesday", {"Why": "x"}]]), json.dumps([["k", "2019-04-01", {"a": 1}]])],
)
def test_drafts_that_can_t_be_read_are_none(settings: Settings, kept: str) -> None:
    settings._store.setValue("forms/drafts", kept)
    assert Drafts(settings, "", str).find("k") is None

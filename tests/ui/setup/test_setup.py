"""The Settings page: whose file it is, bodies over time, places by all their names, and who speaks for whom."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from fundingapp.ui.setup.page import SetupPage
from fundingapp.ui.shell import Shell
from fundingapp.ui.widgets.labels import ElidedLabel
from tests.ui import hands
from tests.ui.windows import ChosenFiles, bare_shell, open_shell, settle

PCC = "Leicestershire Police and Crime Commissioner"
PLACES = """Name\tKind\tCode\tParent\tAliases
Charnwood\tdistrict\tE07000130\t\t
Loughborough East\tbeat\tNL65\tCharnwood\tN65; Beat 65; Bell Foundry Estate
Melton\tdistrict\tE07000133\t\t"""


def view(qtbot: QtBot, shell: Shell, id: str) -> None:
    """Chooses a view of Settings, as a click on its name would."""
    shell.window.go_to("setup")
    page = shell.window.current_page
    assert isinstance(page, SetupPage)
    page.show_view(id)
    settle(qtbot, shell)


def press(qtbot: QtBot, shell: Shell, words: str) -> None:
    hands.press(shell.window, words)
    settle(qtbot, shell)


def paste_places(qtbot: QtBot, shell: Shell, text: str = PLACES) -> None:
    QGuiApplication.clipboard().setText(text)
    press(qtbot, shell, "Paste a list")


def test_it_stands_at_the_foot_of_the_rail_and_opens_by_its_key(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        rail = shell.window.rail
        assert rail.button("setup").y() > rail.button("returns").y() + 100
        hands.shortcut(shell.window, Qt.Key.Key_Comma)
        settle(qtbot, shell)
        assert isinstance(shell.window.current_page, SetupPage)


def test_a_file_without_a_grant_has_settings_too(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, filled=False, page="setup") as shell:
        assert hands.field(shell.window, "Partnership").text()
        view(qtbot, shell, "bodies")
        assert "No bodies yet" in hands.read(shell.window)
        press(qtbot, shell, "Add a body…")
        hands.type_in(shell.window.inspector, "Name", "Charnwood Borough Council")
        hands.choose(shell.window.inspector, "What it is to us", "accountable body")
        press(qtbot, shell, "Add the body")
        bodies = hands.table(shell.window, "Bodies")
        assert hands.row(bodies, "Name", "Charnwood")["What it is"] == "accountable body"


def test_no_settings_while_no_file_is_open(tmp_path: Path, qtbot: QtBot) -> None:
    with bare_shell(tmp_path, qtbot) as shell:
        shell.window.go_to("setup")
        assert shell.window.current_page is None


def test_the_partnership_is_corrected_and_shown_at_once(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="setup") as shell:
        assert not hands.find(shell.window, "Save").isEnabled()
        hands.type_in(shell.window, "Partnership", "")
        press(qtbot, shell, "Save")
        assert "A partnership needs a name." in hands.read(shell.window)
        hands.type_in(shell.window, "Partnership", "Safer Charnwood")
        hands.key(hands.field(shell.window, "Partnership"), Qt.Key.Key_Return)
        settle(qtbot, shell)
        assert shell.window.windowTitle().startswith("Safer Charnwood")
        shell.undo()
        settle(qtbot, shell)
        assert hands.field(shell.window, "Partnership").text() == "Charnwood CSP"


def test_a_body_is_changed_in_the_inspector_and_filtered_in_the_list(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="setup") as shell:
        view(qtbot, shell, "bodies")
        bodies = hands.table(shell.window, "Bodies")
        hands.click_row(bodies, "Name", PCC)
        settle(qtbot, shell)
        assert "fund Locality Fund" in hands.read(shell.window.inspector)
        press(qtbot, shell, "Change…")
        hands.type_in(shell.window.inspector, "First day, if known", "31/2/2019")
        press(qtbot, shell, "Save")
        assert "“31/2/2019” is not a day such as 31/03/2019." in hands.read(shell.window.inspector)
        hands.type_in(shell.window.inspector, "First day, if known", "22/11/2012")
        press(qtbot, shell, "Save")
        assert hands.row(bodies, "Name", PCC)["From"] == "22/11/2012"
        assert "From: 22/11/2012" in hands.read(shell.window.inspector)


def test_what_rests_on_a_body_leaves_no_button_to_remove_it(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="setup") as shell:
        view(qtbot, shell, "bodies")
        hands.click_row(hands.table(shell.window, "Bodies"), "Name", PCC)
        settle(qtbot, shell)
        words = hands.read(shell.window.inspector).splitlines()
        assert "Remove" not in words
        assert "Succeeded by…" in words


def test_a_day_that_can_not_be_is_refused_before_anything_happens(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="setup") as shell:
        view(qtbot, shell, "bodies")
        hands.click_row(hands.table(shell.window, "Bodies"), "Name", PCC)
        settle(qtbot, shell)
        press(qtbot, shell, "Succeeded by…")
        inspector = shell.window.inspector
        press(qtbot, shell, "Look at what will happen")
        assert "Type the first day of the new body, such as 07/05/2028." in hands.read(inspector)
        hands.type_in(inspector, "Its first day", "7/5/2018")
        hands.type_in(inspector, "By what paper", "Transfer order")
        hands.type_in(inspector, "Name of the new body", PCC.upper())
        press(qtbot, shell, "Look at what will happen")
        [refusal] = hands.messages(shell.window)
        assert f"is a name of {PCC} in this file already" in refusal


def test_places_are_pasted_looked_at_and_kept(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="setup") as shell:
        view(qtbot, shell, "places")
        assert "No places yet" in hands.read(shell.window)
        paste_places(qtbot, shell)
        assert "3 rows: 3 places. Nothing is kept yet." in hands.read(shell.window.inspector)
        press(qtbot, shell, "Add 3 places")
        places = hands.table(shell.window, "Places")
        assert [row["Place"].strip() for row in hands.rows(places)] == [
            "Charnwood",
            "Loughborough East",
            "Melton",
        ]
        assert hands.row(places, "Code", "NL65")["Also called"] == "N65; Beat 65; Bell Foundry Estate"
        shell.undo()
        settle(qtbot, shell)
        assert "No places yet" in hands.read(shell.window)


def test_a_list_with_a_row_that_can_not_be_taken_is_not_offered(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="setup") as shell:
        path = tmp_path / "places.csv"
        path.write_text("Place,Kind\nBeat 65,beat\nBeat 66,county\n", encoding="utf-8")
        files = shell.office.files
        assert isinstance(files, ChosenFiles)
        files.opening = path
        view(qtbot, shell, "places")
        press(qtbot, shell, "Read a list…")
        said = hands.read(shell.window.inspector)
        assert "2 rows: 1 place, 1 row that can't be taken. Nothing is kept yet." in said
        assert "Row 3: “county” is no kind of place" in said
        assert "Add 1 place" not in said.splitlines()


def test_a_name_that_means_another_place_is_refused_in_a_sentence(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="setup") as shell:
        view(qtbot, shell, "places")
        paste_places(qtbot, shell)
        press(qtbot, shell, "Add 3 places")
        shell.window.messages.clear()
        press(qtbot, shell, "Add a place…")
        hands.type_in(shell.window.inspector, "Name", "Beat 99")
        hands.type_in(shell.window.inspector, "Also called", "nl-65")
        press(qtbot, shell, "Add the place")
        [refusal] = hands.messages(shell.window)
        assert refusal.startswith(
            "“nl-65” can't mean Beat 99: it means Loughborough East, a beat (as “NL65”)"
        )


def test_a_contact_is_kept_with_its_role_and_shown_with_the_return(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="setup") as shell:
        view(qtbot, shell, "contacts")
        press(qtbot, shell, "Add a contact…")
        inspector = shell.window.inspector
        hands.type_in(inspector, "Name", "Grants team")
        hands.choose(inspector, "Role", "grant officer")
        hands.choose(inspector, "Speaks for", PCC)
        hands.type_in(inspector, "Phone", "0116 000 0000")
        press(qtbot, shell, "Add the contact")
        row = hands.row(hands.table(shell.window, "Contacts"), "Name", "Grants team")
        assert (row["Role"], row["Speaks for"]) == ("grant officer", PCC)
        hands.press(shell.window.rail, "Grants")
        settle(qtbot, shell)
        heads = [each.toolTip() for each in hands.seen(shell.window.stack, ElidedLabel)]
        assert any(each.endswith("Grants team, grant officer, 0116 000 0000") for each in heads)
        hands.press(shell.window.rail, "Returns")
        settle(qtbot, shell)
        said = hands.read(shell.window.inspector)
        assert f"Prepared for\n{PCC}\n" in said
        assert "Grants team, grant officer, 0116 000 0000" in said


def district(qtbot: QtBot, shell: Shell, name: str) -> None:
    hands.choose(shell.window.top_bar, "District", name)
    settle(qtbot, shell)


def test_a_district_filters_the_projects_and_says_so(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="setup") as shell:
        view(qtbot, shell, "places")
        paste_places(qtbot, shell)
        press(qtbot, shell, "Add 3 places")
        whole = hands.read(shell.window.grant_line)
        shell.window.go_to("projects", "LF-05")
        settle(qtbot, shell)
        press(qtbot, shell, "Details…")
        field = hands.field(shell.window.inspector, "Area")
        hands.type_in(shell.window.inspector, "Area", "bell")
        qtbot.wait(200)
        settle(qtbot, shell)
        assert field.offered == ("Loughborough East (Bell Foundry Estate)",)  # type: ignore[attr-defined]
        field.take(field.offered[0])  # type: ignore[attr-defined]
        press(qtbot, shell, "Keep the details")
        district(qtbot, shell, "Charnwood")
        projects = hands.table(shell.window, "Projects")
        [row, *rest] = hands.rows(projects)
        assert row["Ref"] == "LF-05"
        assert [each["Project"] for each in rest] == ["Total of 1 of 17 projects, those in Charnwood"]
        assert rest[0]["Spent £"] == row["Spent £"]
        assert "1 of 17 projects, those in Charnwood" in hands.read(shell.window)
        assert hands.read(shell.window.grant_line) == whole
        hands.click_figure(projects, "Project", "Total", "Spent £")
        settle(qtbot, shell)
        assert "This is the total of 1 of 17 projects" in hands.messages(shell.window)[0]
        shell.window.go_to("overview")
        settle(qtbot, shell)
        assert len(hands.rows(hands.table(shell.window, "Projects"))) == 1
        district(qtbot, shell, "Melton")
        assert hands.rows(hands.table(shell.window, "Projects")) == []
        district(qtbot, shell, "All districts")
        assert len(hands.rows(hands.table(shell.window, "Projects"))) == 17
        district(qtbot, shell, "Charnwood")
        for page, name, rows in (
            (("projects", ("funding", None)), "Funding", 2),
            (("projects", ("plan", None)), "Projects and what they serve", 1),
            (("grants", ("grant", None)), "Awards", 2),
            (("bids", ("table", None)), "Bids", 1),
        ):
            shell.window.go_to(*page)
            settle(qtbot, shell)
            shown = hands.rows(hands.table(shell.window.stack, name))
            assert len(shown) == rows, name
            assert shown[0]["Ref"] == "LF-05", name
            what = "bids" if name == "Bids" else "projects"
            assert f"1 of 17 {what}, those in Charnwood" in hands.read(shell.window.stack), name
            if rows == 2:  # the foot says what it is the total of
                assert shown[1]["Project"] == "Total of 1 of 17 projects, those in Charnwood", name
        shell.window.go_to("projects", ("plan", None))
        settle(qtbot, shell)
        assert "sums of all districts" in hands.read(shell.window.stack)
        # The file goes while its lists are filtered: nothing is asked of it any more.
        shell.window.close()
        qtbot.waitUntil(lambda: shell.office.opened is None, timeout=5_000)
        assert shell.office.opened is None


def test_a_district_that_is_taken_back_filters_no_more(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="setup") as shell:
        view(qtbot, shell, "places")
        paste_places(qtbot, shell)
        press(qtbot, shell, "Add 3 places")
        shell.window.go_to("projects")
        district(qtbot, shell, "Melton")
        assert hands.rows(hands.table(shell.window, "Projects")) == []
        shell.undo()
        settle(qtbot, shell)
        assert not shell.window.top_bar.district.isVisible()
        assert len(hands.rows(hands.table(shell.window, "Projects"))) == 18

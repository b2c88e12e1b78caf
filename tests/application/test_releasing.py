"""What leaves the program is looked through; it goes on for a reason that the history keeps, and is not asked twice."""

from __future__ import annotations

import pytest

from fundingapp.application.commands.parties import AddContact
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Question
from fundingapp.application.queries import ANSWERS
from fundingapp.application.releasing import AcceptPersonalData, LookThrough, found_in, look_before
from fundingapp.domain.parties import Contact, ContactRole
from fundingapp.domain.personal_data import PersonalDataError, SeenCell, look_at_text
from tests.application.proofs import refusal_of
from tests.builders_core import set_up_grant
from tests.fakes import FakeStore

MAIL = [SeenCell("return.xlsx", "Cover", 3, 2, "nobody.inparticular@example.org")]


def held_up(store: FakeStore, cells: list[SeenCell] = MAIL) -> PersonalDataError:
    with pytest.raises(PersonalDataError) as caught:
        look_before(store.open_work, "“return.xlsx”", cells)
    return caught.value


def test_it_is_held_up_with_every_place_and_nothing_of_what_was_found(store: FakeStore) -> None:
    refusal = held_up(store)
    assert refusal.message == (
        "“return.xlsx” holds what looks like personal data: 1 e-mail address (return.xlsx, sheet “Cover”, B3)."
    )
    assert refusal.code == "personal_data"
    assert found_in(refusal) == "1 e-mail address (sheet “Cover”, B3)"


def test_a_decision_is_kept_with_its_reason_and_lets_the_same_go_on(store: FakeStore, desk: Desk) -> None:
    set_up_grant(desk)
    before = desk.undo_name
    refusal = held_up(store)
    assert refusal_of(desk, store, AcceptPersonalData(refusal.key, " ")).code == "no_reason"
    desk.do(AcceptPersonalData(refusal.key, "she is our officer", found_in(refusal)))
    look_before(store.open_work, "“return.xlsx”", MAIL)
    with store.open_work(reading=True) as work:
        [line] = work.journal.lines(1)
    assert line.after["reason"] == "she is our officer"
    assert "nobody" not in str(line)
    # What was done before can still be taken back, and another finding is asked about again.
    assert desk.undo_name == before
    held_up(store, [*MAIL, SeenCell("return.xlsx", "Cover", 4, 2, "call 07700 900123")])


def test_the_partnership_s_own_contacts_are_known(store: FakeStore, desk: Desk) -> None:
    contact = Contact(
        "Nobody", ContactRole.FINANCE, email="Nobody.Inparticular@example.org", phone="07700 900123"
    )
    desk.do(AddContact(contact))
    look_before(store.open_work, "“return.xlsx”", MAIL)
    look_before(store.open_work, "“return.xlsx”", [SeenCell("r", "", 1, 1, "07700 900123")])
    held_up(store, [SeenCell("r", "", 1, 1, "or somebody.else@example.org")])
    held_up(store, [SeenCell("r", "", 1, 1, "NOBODY.INPARTICULAR@example.org pays AB123456C")])


def test_a_list_is_looked_through_as_it_goes_by(store: FakeStore) -> None:
    look = LookThrough(store.open_work, "lines.csv")
    headings = ("Transaction", "Supplier", "Description", "Net amount")
    rows = [
        ("07700900123", "ACME LTD", "Leaflets", 5),
        ("T2", "Nobody Inparticular", "call 01632 960123", 7),
        ("T3", "ACME LTD", "mail nobody.inparticular@example.org", 9),
        ("from nobody.inparticular@example.org", "ACME LTD", "Leaflets", 9),
        (None, "ACME LTD", "Leaflets", 9),
    ]
    assert list(look.rows("Lines", headings, (0, 1, 2), rows)) == rows
    with pytest.raises(PersonalDataError) as caught:
        look.decide()
    assert [(clue.sort.value, clue.place) for clue in caught.value.clues] == [
        ("phone number", "C3"),
        ("e-mail address", "C4"),
        ("e-mail address", "A5"),
    ]
    only_references = LookThrough(store.open_work, "lines.csv")
    assert list(only_references.rows("Lines", headings, (0,), rows)) == rows
    with pytest.raises(PersonalDataError, match="1 e-mail address"):
        only_references.decide()


def test_a_script_that_gave_a_reason_goes_on_and_the_decision_is_recorded(
    store: FakeStore, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Writes(Question[str]):
        __slots__ = ()

    def answer(question: Writes, tools: object) -> str:
        look_before(store.open_work, "“return.xlsx”", MAIL)
        return "written"

    monkeypatch.setitem(ANSWERS, Writes, answer)
    with pytest.raises(PersonalDataError):
        desk.ask(Writes())
    desk.accept_personal_data = "she is our officer"
    assert desk.ask(Writes()) == "written"
    with store.open_work(reading=True) as work:
        assert [line.command for line in work.journal.lines()] == ["AcceptPersonalData"]


def test_the_same_finding_in_another_file_of_that_kind_has_the_same_key() -> None:
    one, other = (
        PersonalDataError("x", look_at_text("a.b@example.org", name)) for name in ("a.txt", "b.txt")
    )
    assert one.key == other.key

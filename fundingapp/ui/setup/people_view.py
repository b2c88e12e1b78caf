"""Who works on the file, and as what."""

from __future__ import annotations

from functools import partial
from typing import Any

from fundingapp.application.commands.members import AddMember, ChangeMember, RemoveMember
from fundingapp.application.effect import Topic
from fundingapp.application.ports import Kept
from fundingapp.application.queries.members import People
from fundingapp.application.wording import count
from fundingapp.domain.members import Member, MemberRole
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import InspectorPage, Step, StepsBlock, TextBlock
from fundingapp.ui.office import Office
from fundingapp.ui.setup.lists import ListView, in_days, wrong_day
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.widgets.buttons import button
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.labels import label

#: What a role in a file is worth (decision D14).
RECORD = (
    "In a funding file these roles are a record of who did what, and no control: whoever has the file can change it. "
    "Keep it where only these people can open it."
)
COLUMNS = (
    Column[Kept[Member]](
        "Name", lambda row: row.value.name, sort="name", filter="name", width=180, stretch=3, least=110
    ),
    Column[Kept[Member]](
        "Role", lambda row: row.value.role.value, sort="role", filter="role", width=190, stretch=2, least=120
    ),
    Column[Kept[Member]]("Login", lambda row: row.value.login, width=150, stretch=2, least=90),
    Column[Kept[Member]]("From", lambda row: in_days(row.value.valid_from), width=92),
    Column[Kept[Member]]("To", lambda row: in_days(row.value.valid_to), width=92),
)


class PeopleView(ListView[Kept[Member]]):
    """A list of people with their roles, each edited at the right."""

    def __init__(self, office: Office) -> None:
        empty = EmptyState(
            "information",
            "Nobody is named yet",
            "Name the finance lead and the section 151 officer by their logins: then only they reopen what is locked, "
            f"and only the section 151 officer signs. {RECORD}",
        )
        empty.add_step("Name a person…", self.add).setDisabled(office.is_read_only)
        super().__init__("people", "People", office, COLUMNS, empty)
        self.card.add_padded(label(RECORD, "note", wrap=True))
        add = button("Name a person…", self.add, icon="plus")
        add.setDisabled(office.is_read_only)
        self.buttons.append(add)

    def key_of(self, row: Any) -> object:
        return row.id

    def refresh(self, topics: Topic) -> None:
        if topics & Topic.SETUP:
            self.office.ask("setup.people", People(), self._show, self)

    def _show(self, people: list[Kept[Member]]) -> None:
        self.tell(count(len(people), "person", "people") if people else "")
        self.card.set_title("People", str(len(people)))
        self.set_rows(people, not people)

    def open_row(self, row: Kept[Member]) -> None:
        of = row.value
        known = [
            ("Role", of.role.value),
            ("Login", of.login),
            ("From", in_days(of.valid_from) if of.valid_from else ""),
            ("To", in_days(of.valid_to) if of.valid_to else ""),
        ]
        steps = []
        if not self.office.is_read_only:
            steps = [
                Step("Change…", partial(self._change, row), True),
                Step("Take off the list", partial(self._remove, row)),
            ]
        text = "\n".join(f"{name}: {words}" for name, words in known if words)
        self.inspect(InspectorPage(of.name, [TextBlock(text), StepsBlock(steps)], ("member", row.id)))

    def add(self) -> None:
        """Opens the form of a new person."""
        self.open_form("Name a person", partial(self._form, None))

    def _change(self, row: Kept[Member]) -> None:
        self.open_form(f"Change {row.value.name}", partial(self._form, row), deeper=True)

    def _remove(self, row: Kept[Member]) -> None:
        self.office.do(
            RemoveMember(row.id), f"Take {row.value.name} off the list", lambda _effect: self.close_panel()
        )

    def _form(self, row: Kept[Member] | None) -> Form:
        opened = self.office.opened
        mine = opened.who if opened is not None else ""
        before = row.value if row is not None else Member("", "", MemberRole.FINANCE_OFFICER)

        def accept() -> str:
            wrong = wrong_day(begins, ends)
            if wrong:
                return wrong
            if not name.text().strip() or not login.text().strip():
                return "A person needs a name and the login that the computer knows them by."
            after = Member(login.text(), name.text(), MemberRole(role.key), begins.day, ends.day)
            if row is None:
                self.office.do(AddMember(after), f"Name {after.name}", self._added)
            else:
                self.office.do(
                    ChangeMember(row.id, after),
                    f"Change {after.name}",
                    lambda _effect: self.choose(row.id),
                )
            return ""

        form = Form("Name the person" if row is None else "Save", accept, self.close_panel)
        name = form.text("Name", before.name, "as it is to be printed on a certificate")
        login = form.text("Login", before.login, f"yours is {mine}" if mine else "")
        role = form.choice("Role", [Option(each.value, each.value) for each in MemberRole], before.role.value)
        begins = form.day("From", before.valid_from)
        ends = form.day("To", before.valid_to)
        return form

    def _added(self, effect: Any) -> None:
        self._shown = effect.result
        self.refresh(Topic.SETUP)

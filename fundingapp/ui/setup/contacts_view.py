"""The people who speak for the bodies, the projects and the partnership."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from fundingapp.application.commands.parties import AddContact, ChangeContact, RemoveContact
from fundingapp.application.effect import Topic
from fundingapp.application.queries.parties import Bodies, BodyAnswer, ContactAnswer, Contacts
from fundingapp.application.wording import count
from fundingapp.domain.ids import PartyId, ProjectId
from fundingapp.domain.parties import Contact, ContactRole
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import InspectorPage, Step, StepsBlock, TextBlock
from fundingapp.ui.office import Office
from fundingapp.ui.setup.lists import ListView, in_days, wrong_day
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.widgets.buttons import button
from fundingapp.ui.widgets.check import Check
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.empty_state import EmptyState


def role_of(contact: Contact) -> str:
    """What a person does: “grant officer”, “grant officer, deputy”."""
    return contact.role.value + (", deputy" if contact.is_deputy else "")


COLUMNS = (
    Column[ContactAnswer](
        "Name", lambda row: row.kept.value.name, sort="name", filter="name", width=150, stretch=3, least=100
    ),
    Column[ContactAnswer](
        "Role",
        lambda row: role_of(row.kept.value),
        sort="role",
        filter="role",
        width=160,
        stretch=2,
        least=90,
    ),
    Column[ContactAnswer](
        "Speaks for",
        lambda row: row.speaks_for,
        sort="for",
        filter="for",
        width=200,
        stretch=3,
        least=100,
    ),
    Column[ContactAnswer](
        "Email", lambda row: row.kept.value.email, width=170, stretch=2, least=90, may_hide=True
    ),
    Column[ContactAnswer]("Phone", lambda row: row.kept.value.phone, width=110, may_hide=True),
    Column[ContactAnswer]("From", lambda row: in_days(row.kept.value.valid_from), width=92, extra=True),
    Column[ContactAnswer]("To", lambda row: in_days(row.kept.value.valid_to), width=92, extra=True),
)


class ContactsView(ListView[ContactAnswer]):
    """A list of contacts, each edited at the right."""

    def __init__(self, office: Office) -> None:
        empty = EmptyState(
            "information",
            "No contacts yet",
            "Keep who speaks for the commissioner, for each partner and for the partnership, with role, deputy and the "
            "days from and to, so that it is known next year too.",
        )
        empty.add_step("Add a contact…", self.add).setDisabled(office.is_read_only)
        super().__init__("contacts", "Contacts", office, COLUMNS, empty)
        self._bodies: tuple[BodyAnswer, ...] = ()
        add = button("Add a contact…", self.add, icon="plus")
        add.setDisabled(office.is_read_only)
        self.buttons.append(add)

    def refresh(self, topics: Topic) -> None:
        if topics & (Topic.SETUP | Topic.PROJECTS):
            self.office.ask("setup.contact_bodies", Bodies(), self._show_bodies, self)
            self.office.ask("setup.contacts", Contacts(), self._show, self)

    def _show_bodies(self, answers: tuple[BodyAnswer, ...]) -> None:
        self._bodies = answers

    def _show(self, answers: tuple[ContactAnswer, ...]) -> None:
        self.tell(count(len(answers), "contact") if answers else "")
        self.card.set_title("Contacts", str(len(answers)))
        self.set_rows(answers, not answers)

    def open_row(self, row: ContactAnswer) -> None:
        contact = row.kept.value
        known = [
            ("Role", role_of(contact)),
            ("Speaks for", row.speaks_for),
            ("Email", contact.email),
            ("Phone", contact.phone),
            ("From", in_days(contact.valid_from) if contact.valid_from else ""),
            ("To", in_days(contact.valid_to) if contact.valid_to else ""),
            ("Note", contact.note),
        ]
        text = "\n".join(f"{name}: {words}" for name, words in known if words)
        steps = []
        if not self.office.is_read_only:
            steps = [
                Step("Change…", partial(self._change, row), True),
                Step("Remove", partial(self._remove, row)),
            ]
        self.inspect(
            InspectorPage(contact.name, [TextBlock(text), StepsBlock(steps)], ("contact", row.kept.id))
        )

    def add(self) -> None:
        """Opens the form of a new contact."""
        self.open_form("Add a contact", partial(self._form, None))

    def _change(self, row: ContactAnswer) -> None:
        self.open_form(f"Change {row.kept.value.name}", partial(self._form, row), deeper=True)

    def _remove(self, row: ContactAnswer) -> None:
        self.office.do(
            RemoveContact(row.kept.id), f"Remove {row.kept.value.name}", lambda _effect: self.close_panel()
        )

    def _form(self, row: ContactAnswer | None) -> Form:
        before = row.kept.value if row is not None else Contact("", ContactRole.SINGLE_POINT)

        def accept() -> str:
            wrong = wrong_day(begins, ends)
            if not name.text().strip() or wrong:
                return wrong or "A contact needs a name."
            kind, _, id = str(whom.key).partition(" ")
            after = replace(
                before,
                name=name.text(),
                role=ContactRole(role.key),
                party=PartyId(int(id)) if kind == "party" else None,
                project=ProjectId(int(id)) if kind == "project" else None,
                email=email.text(),
                phone=phone.text(),
                is_deputy=deputy.isChecked(),
                valid_from=begins.day,
                valid_to=ends.day,
                note=note.text(),
            )
            if row is None:
                self.office.do(AddContact(after), f"Add {after.name}", self._added)
            else:
                self.office.do(
                    ChangeContact(row.kept.id, before, after),
                    f"Change {after.name}",
                    lambda _effect: self.choose(row.kept.id),
                )
            return ""

        form = Form("Add the contact" if row is None else "Save", accept, self.close_panel)
        name = form.text("Name", before.name, "the person, or the office")
        role = form.choice(
            "Role", [Option(each.value, each.value) for each in ContactRole], before.role.value
        )
        deputy = Check("as the deputy")
        deputy.setChecked(before.is_deputy)
        form.add("Deputy", deputy)
        options = [Option("us", "the partnership")]
        options += [Option(f"party {each.kept.id}", each.kept.value.name) for each in self._bodies]
        position = self.office.position
        projects = {} if position is None else {each.project_id: each for each in position.position.projects}
        options += [
            Option(f"project {id}", f"{each.ref} {each.project.name}") for id, each in projects.items()
        ]
        if before.project is not None and before.project not in projects and row is not None:
            options.append(Option(f"project {before.project}", row.speaks_for))
        chosen = "us"
        if before.party is not None:
            chosen = f"party {before.party}"
        elif before.project is not None:
            chosen = f"project {before.project}"
        whom = form.choice("Speaks for", options, chosen)
        email = form.text("Email", before.email)
        phone = form.text("Phone", before.phone)
        begins = form.day("From", before.valid_from)
        ends = form.day("To", before.valid_to)
        note = form.text("Note", before.note)
        return form

    def _added(self, effect: Any) -> None:
        self._shown = effect.result
        self.refresh(Topic.SETUP)

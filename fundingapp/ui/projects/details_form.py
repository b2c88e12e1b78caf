"""What is known of a project besides its money: partner, purpose, lead, place, days and what it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QPlainTextEdit

from fundingapp.application.commands.plan import ChangeProjectDetails
from fundingapp.application.ports import Kept
from fundingapp.domain.funds import Project, Purpose
from fundingapp.domain.ids import PartyId, ProjectId
from fundingapp.ui.forms import Form
from fundingapp.ui.office import Office
from fundingapp.ui.place_field import PlaceField
from fundingapp.ui.widgets.choice import Option

_LINES = 5


def details_form(
    office: Office,
    kept: Kept[Project],
    parties: Sequence[tuple[PartyId, str]],
    done: Callable[[], object],
) -> Form:
    """The form of *kept*; *parties* are the bodies that may deliver it. *done* is called when it was kept or left."""
    before = kept.value

    def accept() -> str:
        if not name.text().strip():
            return "A project needs its name."
        after = replace(
            before,
            name=name.text(),
            theme=theme.text().strip(),
            lead=lead.text().strip(),
            area=" ".join(area.text().split()),
            partner=PartyId(partner.key) if isinstance(partner.key, int) else None,
            purpose=Purpose(purpose.key),
            description=description.toPlainText(),
        )
        office.do(
            ChangeProjectDetails(ProjectId(kept.id), after),
            f"Change the details of {before.ref}",
            lambda _effect: done(),
        )
        return ""

    form = Form("Keep the details", accept, done)
    name = form.text("Name", before.name)
    partner = form.choice(
        "Delivery partner",
        [Option(None, "none named"), *(Option(id, title) for id, title in parties)],
        before.partner,
    )
    purpose = form.choice(
        "Pays for", [Option(each.value, each.value) for each in Purpose], before.purpose.value
    )
    lead = form.text("Lead", before.lead, "who answers for it")
    theme = form.text("Theme in words", before.theme, "where no shares are given of it")
    area = PlaceField(office, "Area", before.area)
    area.returnPressed.connect(form.accept_button.click)
    form.add("Area", area)
    form.note("A place that Settings knows by any of its names makes the district filter find the project.")
    description = QPlainTextEdit(before.description)
    description.setTabChangesFocus(True)
    description.setPlaceholderText("what it does, and for whom")
    description.setFixedHeight(description.fontMetrics().lineSpacing() * _LINES + 14)
    form.add("Description", description)
    return form

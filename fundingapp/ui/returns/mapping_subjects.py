"""What the view of templates can be asked to show."""

from __future__ import annotations

from dataclasses import dataclass

from fundingapp.domain.ids import TemplateId


@dataclass(frozen=True, slots=True)
class TemplateInList:
    """The mapping of one template."""

    id: TemplateId

"""What leaves with the commissioner's workbook beside what its sheets show, told before it is filled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Tools
from fundingapp.application.queries.templates import template_path
from fundingapp.domain.ids import TemplateId
from fundingapp.domain.leaving import LeavingThing


@dataclass(frozen=True, slots=True)
class WhatLeaves(Question[tuple[LeavingThing, ...]]):
    """What goes back to the commissioner with a template: hidden sheets, comments, names of authors. Filling changes
    cells alone, so it is what came with it; raises NotFoundError for a template that is gone."""

    template: TemplateId


def answer_leaving(question: WhatLeaves, tools: Tools) -> tuple[LeavingThing, ...]:
    with tools.open_work(reading=True) as work:
        template = work.templates.get(question.template).value
    with template_path(tools, template) as path:
        return tools.things_leaving(path, path, tools.progress)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {WhatLeaves: answer_leaving}

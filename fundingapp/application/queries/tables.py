"""Reading the small tables a grant is set up from: allocation and awards, coding rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Tools
from fundingapp.domain.plans import ParsedPlan, parse_plan
from fundingapp.domain.rule_tables import ParsedRules, parse_rules


@dataclass(frozen=True, slots=True)
class ReadPlan(Question[ParsedPlan]):
    """What the table of an allocation and its awards holds."""

    path: Path


@dataclass(frozen=True, slots=True)
class ReadRules(Question[ParsedRules]):
    """What a table of coding rules holds."""

    path: Path


def answer_plan(question: ReadPlan, tools: Tools) -> ParsedPlan:
    headings, rows = tools.reader.plain(question.path)
    return parse_plan(headings, rows, question.path.name)


def answer_rules(question: ReadRules, tools: Tools) -> ParsedRules:
    headings, rows = tools.reader.plain(question.path)
    return parse_rules(headings, rows, question.path.name)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {ReadPlan: answer_plan, ReadRules: answer_rules}

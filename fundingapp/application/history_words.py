"""The audit trail in plain words: every field of every record under its name, as a person reads its value.

An entry keeps plain values (amounts as pence, things by their numbers). What they mean is told by the record's own
type, so that a field that is added to a record tomorrow is shown tomorrow, with its name in words.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from fundingapp.application.ports import JournalLine, UnitOfWork
from fundingapp.application.row_names import KIND_OF_ID
from fundingapp.application.wording import count, short_date
from fundingapp.domain.ids import LineId
from fundingapp.domain.money import Money
from fundingapp.domain.small_numbers import WITHHELD

#: What a record is called, by the name of its rows.
NOUNS = {
    "partnership": "Partnership",
    "parties": "Body",
    "funds": "Fund",
    "projects": "Project",
    "allocations": "Allocation",
    "bids": "Bid",
    "awards": "Award",
    "contingencies": "Contingency",
    "movements": "Virement",
    "accruals": "Accrual",
    "adjustments": "Adjustment",
    "evidence": "Evidence",
    "supports": "Link to evidence",
    "locks": "Locked periods",
    "forecasts": "Forecast",
    "rules": "Coding rule",
    "aliases": "Supplier's name",
    "rejections": "Rejected suggestion",
    "dismissals": "Double charge looked at",
    "layouts": "Layout of a download",
    "returns": "Return",
    "contacts": "Contact",
    "areas": "Place",
    "themes": "Theme",
    "priorities": "Priority",
    "shares": "Share of a project",
    "agreements": "Agreement",
    "agreement_sums": "Sum of an agreement",
    "consents": "Consent",
    "conditions": "Condition",
    "schedule": "Date in the calendar",
    "bid_costs": "Cost of a bid",
    "bid_texts": "Text of a bid",
    "board_decisions": "Decision of the board",
    "offers": "Offer",
    "steps": "Step",
    "match_funding": "Match funding",
    "posts": "Post",
    "post_shares": "Funder's share of a post",
    "profiles": "Spend profile",
    "forecasts_kept": "Kept forecast",
    "variance_reasons": "Reason for a variance",
    "claims": "Claim",
    "claim_lines": "Line of a claim",
    "retention_releases": "Release of retention",
    "payments": "Payment",
    "payment_matches": "Payment matched to a claim",
    "payment_lines": "Payment found in the ledger",
    "repayments": "Repayment",
    "carry_forwards": "Carry-forward",
    "settlements": "Settlement of unspent money",
    "year_closes": "Closed year",
    "published": "Published allocation",
    "members": "Person",
    "reconciliations": "Reconciliation",
    "reconciliation_items": "Explained item",
    "certificates": "Certificate",
    "assertions": "Balance kept",
    "alarms": "Alarm",
    "outcomes": "Outcome",
    "outcome_statements": "What is said of an outcome",
    "milestones": "Milestone",
    "results_rules": "Rules for results",
    "indicators": "Indicator",
    "indicator_years": "Target of an indicator for a year",
    "figure_imports": "Import of figures",
    "skipped_figures": "Row without a figure",
    "indicator_figures": "Figure of an indicator",
    "performance_tables": "Performance table",
    "performance_figures": "Figure of a performance table",
    "performance_findings": "Finding in a performance table",
    "publications": "Published table",
    "reference_values": "Reference value",
    "sentences": "Sentence",
    "return_texts": "Narrative of a return",
    "project_progress": "Progress of a project",
    "risks": "Risk",
    "assets": "Asset",
    "partner_statements": "Partner's statement",
    "templates": "Template of a return",
    "mappings": "Mapping of a template",
    "return_proofs": "Proof of a return",
    "accepted_exceptions": "Accepted exception",
    "partner_books": "Workbook that went out",
    "cell_proposals": "Proposal",
    "lines": "Ledger line",
}

#: Fields whose own name does not read well.
_FIELD_WORDS = {
    "accepted_by": "accepted by",
    "at": "recorded at",
    "at_most": "is an upper limit",
    "before_release": "before money is released",
    "by": "by",
    "cut_off": "last period with actual spend",
    "figures": "figures",
    "fte": "full-time equivalent",
    "from_year": "from the year",
    "into_year": "into the year",
    "from_period": "from period",
    "to_period": "to period",
    "to_year": "to the year",
    "to_kind": "to the kind of money",
    "is_file": "is a file",
    "is_final": "is the final one",
    "is_in_kind": "is in kind",
    "is_secured": "is secured",
    "kind": "kind",
    "own_limit": "limit of our own authority",
    "ref": "reference",
    "sha256": "fingerprint of the file",
    "source": "from",
    "target": "to",
    "prior": "before",
    "how": "how it was placed",
    "subject": "of what",
    "whom": "for whom",
    "charge to": "charged to",
    "keyed_by": "lines told apart by",
    "party": "body",
    "parent": "lies in",
    "fund": "fund",
    "is_cross_cutting": "is cross-cutting",
    "authority": "paper",
    "divides_labour": "labour is kept apart",
    "as_at": "taken out of its source on",
    "baseline_first": "first day of the baseline",
    "baseline_last": "last day of the baseline",
    "changed": "what changed",
    "counted": "how it is counted",
    "direction": "direction of good",
    "done_on": "done on",
    "first": "first day",
    "is_cancelled": "is cancelled",
    "is_closed": "is closed",
    "is_comparable": "can be compared with before",
    "is_sensitive": "small counts are hidden",
    "last": "last day",
    "measure": "flow or stock",
    "small_base": "least base of a percentage",
    "steady": "steady up to per cent",
    "threshold": "lowest count that is shown",
    "to_improve": "to be improved",
}
#: The same, of one kind of record, where the word means something else than in the others.
_FIELD_WORDS_IN = {
    "indicators": {"source": "source", "target": "target", "owner": "data owner"},
    "indicator_years": {"target": "target"},
    "indicator_figures": {"source": "source", "batch": "file"},
    "performance_figures": {"target": "target"},
}
#: What a person never needs to see: numbers by which records hold together, and what only repeats the entry itself.
_SILENT = frozenset({"run", "rule", "watched_id", "subject_id", "sequence", "shape", "id"})
#: The same, of one kind of record: what its own name or the head of the entry says already.
_SILENT_IN = {
    "steps": frozenset({"at", "by", "before", "after", "subject"}),
    "evidence": frozenset({"added_at", "added_by", "size"}),
    "rules": frozenset({"order"}),
}
#: Where the words of an entry say why it was done, the most telling first.
_REASONS = ("reason", "comment", "note")
_WORD = re.compile(r"_+")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Names:
    """What things are called now, by their numbers; asked for once and kept."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._known: dict[str, dict[int, str]] = {}

    def of(self, kind: str, id: int) -> str:
        """What the record *id* of *kind* is called; says so when it is not held any more."""
        if kind == "lines":
            rows = self._work.ledger.line_rows([LineId(id)])
            if not rows:
                return "a ledger line that is no longer held"
            line = rows[0].line
            return f"{line.transaction} {line.supplier or line.description} {line.amount.in_words}".strip()
        if kind == "batches":
            return self._batches().get(id, "an import that is no longer held")
        if kind not in self._known:
            rows_of: Any = getattr(self._work, kind)
            self._known[kind] = {kept.id: self._called(kind, kept.value) for kept in rows_of.all()}
        return self._known[kind].get(id) or f"a {NOUNS[kind].lower()} that is no longer held"

    def _batches(self) -> dict[int, str]:
        if "batches" not in self._known:
            self._known["batches"] = {kept.id: kept.value.file_name for kept in self._work.ledger.batches()}
        return self._known["batches"]

    def _called(self, kind: str, value: Any) -> str:
        """The name of a record that is held."""
        plain = {entry.name: getattr(value, entry.name) for entry in fields(value)}
        return named(kind, plain, self)


#: What tells the records of a kind from each other, in the order of saying; a field that is a record's number is named.
_TELLING = (
    "ref",
    "code",
    "number",
    "version",
    "name",
    "title",
    "reference",
    "text",
    "clause",
    "remittance",
    "login",
)
_WHERE = (
    "project",
    "fund",
    "claim",
    "agreement",
    "party",
    "year",
    "from_year",
    "kind",
    "period",
    "to_period",
    "quarter",
)


#: What is known by the indicator or outcome that it is of, and by its days.
_OF_INDICATORS = frozenset({"indicator_figures", "indicator_years", "outcome_statements"})


def named(kind: str, plain: Mapping[str, Any], names: Names) -> str:
    """What the record with these fields is called: by its own name, or by what it belongs to."""
    told = [str(plain[name]) for name in _TELLING if plain.get(name) not in (None, "")]
    if kind == "claims":
        told = [f"claim {plain['number']}"]
    elif kind == "movements":
        told = [f"virement {plain['number']}"] if plain.get("number") else []
    elif kind == "rules":
        told = [f"rule {plain['order']}"] if plain.get("order") is not None else told
    elif kind == "steps":
        begun = plain.get("before") or "begun"
        return f"{_plain_word(plain.get('subject'))}, {begun} → {plain.get('after')}"
    elif kind == "returns":
        told = [f"quarter {plain['quarter']}, version {plain['version']}"]
    hints = _hints(kind)
    where = []
    if kind in _OF_INDICATORS:
        where = [
            _value(hints[name], plain[name], names) for name in ("indicator", "outcome") if plain.get(name)
        ]
        days = [_value(hints[name], plain[name], names) for name in ("first", "last") if plain.get(name)]
        where += [" to ".join(days)] * bool(days)
    for name in _WHERE:
        value = plain.get(name)
        if value in (None, "") or name not in hints or (told and name in {"kind", "period"}):
            continue
        if name == "quarter" and kind == "returns":
            continue
        if kind in {"projects", "parties", "areas", "contacts", "agreements"}:
            continue
        if name == "project" and isinstance(value, int):
            where.append(names.of("projects", value).partition(", ")[0])
            continue
        words = _value(hints[name], value, names) if not isinstance(value, Enum) else str(value.value)
        where.append(f"{name.replace('_', ' ')} {words}" if name in {"period", "to_period"} else words)
    return ", ".join([*dict.fromkeys(told[:2]), *where]) or NOUNS[kind].lower()


def _plain_word(value: object) -> str:
    return str(value.value if isinstance(value, Enum) else value)


@cache
def record_types() -> dict[str, type]:
    """The dataclass of each kind of record, as the unit of work declares its rows."""
    found: dict[str, type] = {}
    for kind in NOUNS:
        member = getattr(UnitOfWork, kind, None)
        if isinstance(member, property) and member.fget is not None:
            # The names that it uses live in the module of the ports.
            rows = get_type_hints(member.fget)["return"]
            found[kind] = get_args(rows)[0]
    return found


@cache
def _hints(kind: str) -> dict[str, Any]:
    """The type of each field of a kind of record."""
    made = record_types().get(kind)
    return get_type_hints(made) if made is not None else {}


def field_words(name: str, kind: str = "") -> str:
    """A field's name in words: “to_period” → “To period”; of the records of *kind*, where it differs among these."""
    words = _FIELD_WORDS_IN.get(kind, {}).get(name) or _FIELD_WORDS.get(name, _WORD.sub(" ", name))
    return f"{words[:1].upper()}{words[1:]}"


def _value(hint: Any, value: Any, names: Names) -> str:
    """A plain *value* of a field of type *hint* as a person reads it."""
    if value is None or value == "":
        return ""
    if get_origin(hint) in {Union, types.UnionType}:
        inner = [each for each in get_args(hint) if each is not type(None)]
        return _value(inner[0] if len(inner) == 1 else None, value, names)
    if hint is Money:
        return value.in_words if isinstance(value, Money) else Money(int(value)).in_words
    if isinstance(value, bool):
        return "yes" if value else "no"
    named_by = KIND_OF_ID.get(getattr(hint, "__name__", ""))
    if named_by is not None and isinstance(value, int):
        return names.of(named_by, value)
    if isinstance(value, Enum):
        return str(value.value)
    if hint is datetime and isinstance(value, str):
        return f"{datetime.fromisoformat(value).astimezone():%d/%m/%Y %H:%M}"
    if hint is date and isinstance(value, str):
        return short_date(date.fromisoformat(value))
    if type(value) is date:
        return short_date(value)
    if isinstance(value, Mapping):
        types_of = get_type_hints(hint) if isinstance(hint, type) and is_dataclass(hint) else {}
        parts = (
            f"{field_words(name).lower()} {_value(types_of.get(name), inner, names)}"
            for name, inner in value.items()
            if inner not in (None, "", [], {})
        )
        return "; ".join(parts)
    if isinstance(value, list | tuple):
        return _several(hint, value, names)
    return str(value)


def _several(hint: Any, values: Sequence[Any], names: Names) -> str:
    """A list of plain values; long ones are cut, and how many there are is said."""
    arguments = get_args(hint)
    shown = []
    for at, each in enumerate(values[:_SHOWN]):
        inner = arguments[at] if arguments and Ellipsis not in arguments and at < len(arguments) else None
        if arguments and (Ellipsis in arguments or get_origin(hint) in {list, Sequence}):
            inner = arguments[0]
        shown.append(_value(inner, each, names))
    more = len(values) - len(shown)
    return "; ".join(shown) + (f"; and {more:,} more" if more > 0 else "")


#: So many entries of a list are written out.
_SHOWN = 13


#: Fields that hold a hundred figures of their own: how many there are is said.
_COUNTED = frozenset({"figures", "quarters"})


class FieldChange(NamedTuple):
    """One field of one thing, before and after; "" where there was or is nothing."""

    thing: str
    field: str
    before: str
    after: str


class Touched(NamedTuple):
    """A record as an entry names it: its kind, its number, and its fields before and after (None: it was not there)."""

    kind: str
    id: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


#: The commands whose entry is one record's fields, without its kind.
_FLAT = {"SaveReturn": "returns", "SetUpPartnership": "partnership"}


def touched(line: JournalLine) -> Iterator[Touched]:
    """The records that an entry put in, took out or changed."""
    before, after = line.before, line.after
    if line.command in _FLAT:
        plain = {name: value for name, value in after.items() if name != "id"}
        yield Touched(_FLAT[line.command], after.get("id", 0), None, plain)
        return
    for record in (*before.get("removed", ()), *before.get("rejections", ())):
        kind, value = _record(record)
        if kind:
            yield Touched(kind, record.get("id", 0), value, None)
    now = {(each["kind"], each["id"]): each["value"] for each in _changed(after)}
    for record in _changed(before):
        key = (record["kind"], record["id"])
        yield Touched(*key, record["value"], now.get(key, {}))
    for record in (*after.get("added", ()), *after.get("rejections", ())):
        kind, value = _record(record)
        if kind:
            yield Touched(kind, record.get("id", 0), None, value)
    rules = [{each["id"]: _record(each)[1] for each in detail.get("rules", ())} for detail in (before, after)]
    for id in dict.fromkeys([*rules[0], *rules[1]]):
        yield Touched("rules", id, rules[0].get(id), rules[1].get(id))
    for was, is_now in zip(before.get("layouts", ()), after.get("layouts", ()), strict=False):
        yield Touched("layouts", was.get("id", 0), was.get("layout"), is_now.get("layout"))
    if line.command == "ChangeRecord" and after.get("kind") in NOUNS:
        # Its own form: the kind of the record lies among the fields that changed.
        yield Touched(str(after["kind"]), int(after["id"]), _without_key(before), _without_key(after))


def _record(record: object) -> tuple[str, Mapping[str, Any]]:
    """Kind and fields of a record in an entry; "" for what is none. Coding rules are kept in words of their own."""
    if not isinstance(record, Mapping):
        return "", {}
    if record.get("kind") in NOUNS and "value" in record:
        return str(record["kind"]), record["value"]
    if "when" in record and "charge to" in record:
        return "rules", {name: value for name, value in record.items() if name != "id"}
    return "", {}


def _changed(detail: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = detail.get("changed", ())
    return [
        each for each in found if isinstance(each, Mapping) and each.get("kind") in NOUNS and "value" in each
    ]


def _without_key(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in detail.items() if name not in {"kind", "id"}}


def _nothing(each: Touched, field: str) -> bool:
    del each, field
    return False


def changes_in(
    line: JournalLine, names: Names, hides: Callable[[Touched, str], bool] = _nothing
) -> list[FieldChange]:
    """Everything that an entry says of before and after, field by field, in plain words; *hides* says which fields are
    withheld."""
    found: list[FieldChange] = []
    for each in touched(line):
        if each.kind == "supports" and not (each.before and each.after):
            found.append(_linked(each, names))
            continue
        found += _of_record(each, names, hides)
    found += _of_charges(line, names)
    found += _of_the_rest(line, names)
    return found


def _linked(each: Touched, names: Names) -> FieldChange:
    """A paper that was attached to something, or taken off it."""
    plain = each.after or each.before or {}
    hints = _hints("supports")
    on = [
        f"{NOUNS[kind].lower()} {names.of(kind, value)}"
        for name, value in plain.items()
        if name != "evidence"
        and value is not None
        and (kind := KIND_OF_ID.get(_id_name(hints.get(name)))) is not None
    ]
    paper = names.of("evidence", plain["evidence"]) if plain.get("evidence") is not None else ""
    words = ", ".join(on)
    return FieldChange(
        f"Evidence for {words}" if words else "Evidence",
        "Paper",
        "" if each.after else paper,
        paper if each.after else "",
    )


def _id_name(hint: Any) -> str:
    """“ClaimId” of ``ClaimId | None``."""
    inner = [each for each in get_args(hint) if each is not type(None)] or [hint]
    return str(getattr(inner[0], "__name__", ""))


def _of_record(each: Touched, names: Names, hides: Callable[[Touched, str], bool]) -> list[FieldChange]:
    before, after = each.before, each.after
    hints = _hints(each.kind)
    whole = {**(before or {}), **(after or {})}
    thing = f"{NOUNS[each.kind]}: {_called_in(each, whole, names)}"
    found = []
    for name in whole:
        if name in _SILENT or name in _SILENT_IN.get(each.kind, ()):
            continue
        was, now = (before or {}).get(name), (after or {}).get(name)
        if was == now:
            continue
        if name in _COUNTED:
            words = [count(len(value), "figure") if value else "" for value in (was, now)]
        else:
            words = [_value(hints.get(name), value, names) for value in (was, now)]
        if words[0] == words[1]:
            continue
        if hides(each, name):
            words = [WITHHELD if said else "" for said in words]
        found.append(FieldChange(thing, field_words(name, each.kind), *words))
    if found or (before is not None and after is not None):
        return found
    return [FieldChange(thing, "Recorded" if before is None else "Removed", "", "")]


def _called_in(each: Touched, whole: Mapping[str, Any], names: Names) -> str:
    """What the record was called in this entry. An entry that keeps only the fields that changed does not say all."""
    telling = [name for name in (*_TELLING, *_WHERE) if name in whole]
    if (
        each.before is not None
        and each.after is not None
        and len(telling) < 2
        and hasattr(UnitOfWork, each.kind)
    ):
        return names.of(each.kind, each.id)
    return named(each.kind, whole, names)


def _of_charges(line: JournalLine, names: Names) -> list[FieldChange]:
    """Where ledger lines were charged, before and after."""
    was, now = _lines_in(line.before), _lines_in(line.after)
    found = []
    for id in list(dict.fromkeys([*was, *now]))[:_LINES_SHOWN]:
        thing = f"Ledger line: {names.of('lines', id)}"
        found.append(
            FieldChange(thing, "Charged to", _placed(was.get(id), names), _placed(now.get(id), names))
        )
    more = len({*was, *now}) - len(found)
    if more > 0:
        found.append(FieldChange("Ledger lines", "And more", "", count(more, "line")))
    return found


#: So many ledger lines of one entry are written out.
_LINES_SHOWN = 100


def _lines_in(detail: Mapping[str, Any]) -> dict[int, Sequence[Mapping[str, Any]]]:
    lines = detail.get("lines")
    if not isinstance(lines, list):
        return {}
    return {
        each["line"]: each.get("charges", ())
        for each in lines
        if isinstance(each, Mapping) and "line" in each
    }


def _placed(charges: Sequence[Mapping[str, Any]] | None, names: Names) -> str:
    if charges is None:
        return ""
    parts = []
    for entry in charges:
        charge = entry.get("charge", {})
        head = charge.get("head")
        amount = Money(charge["amount"]).in_words
        if head is not None:
            where = (
                f"{names.of('projects', head['project'])} ({names.of('funds', head['fund'])}, {head['kind']})"
            )
        else:
            where = str(charge.get("disposition", ""))
        reason = charge.get("reason", "")
        parts.append(f"{amount} {where}" + (f": {reason}" if reason else ""))
    return "; ".join(parts) or "waiting"


#: Parts of an entry that are told elsewhere.
_TOLD = frozenset({"added", "removed", "changed", "lines", "layouts", "rejections", "rules", "reason"})
#: Names under which commands keep amounts as pence, beside their records.
_MONEY = re.compile(r"(total|amount|spent|received|awarded|contingency|pence)$")


def _of_the_rest(line: JournalLine, names: Names) -> list[FieldChange]:
    """What a command says beside its records, as an import does."""
    if line.command == "ChangeRecord" or line.command in _FLAT:
        return []
    found = []
    for name in dict.fromkeys([*line.before, *line.after]):
        was, now = line.before.get(name), line.after.get(name)
        if name in _TOLD and not (name == "lines" and isinstance(was if was is not None else now, int)):
            continue
        if name in _SILENT or was == now:
            continue
        words = [_plain(name, value, names) for value in (was, now)]
        found.append(FieldChange("", field_words(name), *words))
    return found


def _plain(name: str, value: Any, names: Names) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        if name == "batch":
            return names.of("batches", value)
        if name == "line":
            return names.of("lines", value)
        if _MONEY.search(name):
            return Money(value).in_words
        return f"{value:,}"
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        return short_date(date.fromisoformat(value))
    return _value(None, value, names)


def reason_of(line: JournalLine) -> str:
    """Why it was done, as whoever did it said; "" where nothing was said."""
    said = line.after.get("reason")
    if isinstance(said, str) and said:
        return said
    found = list(touched(line))
    for each in found:
        if each.kind == "steps" and each.after and each.after.get("reason"):
            return str(each.after["reason"])
    for name in _REASONS:
        for each in found:
            was, now = (each.before or {}).get(name), (each.after or {}).get(name)
            if isinstance(now, str) and now and now != was:
                return now
    for charges in _lines_in(line.after).values():
        for entry in charges:
            reason = entry.get("charge", {}).get("reason")
            if reason:
                return str(reason)
    return ""


def kinds_of(line: JournalLine) -> tuple[str, ...]:
    """The kinds of records that an entry is about, each once."""
    return tuple(dict.fromkeys(each.kind for each in touched(line)))


def names_project(line: JournalLine, project: int, ref: str) -> bool:
    """Whether an entry is about the project of that number and reference."""
    if re.search(rf"(?<![\w-]){re.escape(ref)}(?![\w-])", line.sentence, re.IGNORECASE):
        return True
    for each in touched(line):
        if each.kind == "projects" and each.id == project:
            return True
        hints = _hints(each.kind)
        for plain in (each.before, each.after):
            for name, value in (plain or {}).items():
                if value == project and _id_name(hints.get(name)) == "ProjectId":
                    return True
    for detail in (line.before, line.after):
        for charges in _lines_in(detail).values():
            if any(
                (entry.get("charge", {}).get("head") or {}).get("project") == project for entry in charges
            ):
                return True
    return False


def names_field(line: JournalLine, field: str) -> bool:
    """Whether an entry changed the field of that name, or gave it a value."""
    for each in touched(line):
        was, now = (each.before or {}).get(field), (each.after or {}).get(field)
        if was != now and (was or now):
            return True
    was, now = line.before.get(field), line.after.get(field)
    return line.command != "ChangeRecord" and field not in _TOLD and was != now


def fields_known() -> list[tuple[str, str]]:
    """Every field of every record that can be looked for, with its words, in the order of the words."""
    found = {
        entry.name: field_words(entry.name)
        for made in record_types().values()
        if is_dataclass(made)
        for entry in fields(made)
        if entry.name not in _SILENT
    }
    return sorted(found.items(), key=lambda each: each[1].casefold())

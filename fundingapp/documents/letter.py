"""The request to carry money forward, as a letter that a commissioner can decide on: figures, reasons, plan."""

from __future__ import annotations

from pathlib import Path

from fundingapp.documents.paper import Cell, Column, Paper, refuse_other_texts
from fundingapp.domain.money import Money
from fundingapp.domain.request_letters import AskedRow, OutturnRow, RequestLetter

_ASKED = (
    Column("Project", 5.4),
    Column("Kind", 2),
    Column("Budget £", 2.4, figures=True),
    Column("Spent £", 2.4, figures=True),
    Column("Left £", 2.4, figures=True),
    Column("Asked £", 2.4, figures=True),
)
_OUTTURN = (
    Column("Project", 4.6),
    Column("Kind", 1.9),
    Column("Budget £", 2.2, figures=True),
    Column("Spent £", 2.2, figures=True),
    Column("Left £", 2.1, figures=True),
    Column("Agreed £", 2, figures=True),
    Column("Asked £", 2, figures=True),
)
_SIGNED = (Column("", 4.5), Column("", 12.5))


def request_letter(letter: RequestLetter) -> Paper:
    """*letter* as a document."""
    year, into = letter.year, letter.year.next
    subject = f"Request to carry forward out of {year}"
    paper = Paper(letter.title, f"{letter.partnership}: {subject.casefold()}", letter.dated, letter.title)
    paper.title(f"Request to carry forward {letter.total.in_words} into {into}")
    paper.subtitle(f"{letter.fund} · {year}")
    facts: list[tuple[str, Cell]] = [
        ("To", ", ".join(filter(None, (letter.addressee, letter.commissioner)))),
        ("From", letter.accountable_body or letter.partnership),
        ("For", letter.partnership),
        ("Date", letter.dated),
        ("Fund", letter.fund),
        ("Agreement", letter.agreement),
        ("Contact", letter.contact),
    ]
    paper.facts([(name, fact) for name, fact in facts if fact != ""])
    kinds = ", ".join(f"{amount.in_words} {kind.value}" for kind, amount in letter.by_kind)
    split = f" ({kinds})" if len(letter.by_kind) > 1 else f" of {letter.by_kind[0][0].value}"
    paper.text(
        f"We ask for your agreement that {letter.total.in_words}{split}, unspent in {year}, may be used in {into} as "
        "set out below."
    )
    paper.text(letter.clause)
    for number, text in letter.clauses:
        paper.text(f"{number}: “{text}”" if number else f"“{text}”")
    paper.heading("What we ask for")
    paper.table(_ASKED, [_asked_row(row) for row in letter.asked], _asked_total(letter))
    for row in letter.asked:
        _one(paper, row)
    paper.heading(f"How {year} ended")
    paper.table(_OUTTURN, [_outturn_row(each) for each in letter.outturn], _outturn_total(letter))
    _foot(paper, letter)
    paper.heading("If it is not agreed")
    paper.text(letter.if_refused)
    paper.heading("Signed")
    paper.facts(
        [
            ("For", letter.accountable_body or letter.partnership),
            ("Name", letter.signatory or "…"),
            ("Role", "Section 151 officer, or their delegate"),
            ("Signature", "…"),
            ("Date", "…"),
        ]
    )
    paper.heading("Your decision")
    paper.facts(
        [
            ("For", letter.commissioner),
            ("Agreed", "in full · in part, £… · not agreed"),
            ("Reference", "…"),
            ("Name and role", "…"),
            ("Signature", "…"),
            ("Date", "…"),
        ]
    )
    paper.note(
        f"Prepared by {letter.prepared_by} with Funding Tracker from the records at history {letter.history_head[:16]}."
    )
    return paper


def prove(paper: Paper, path: Path, name: str) -> None:
    """Reads the document at *path* again. Raises ExpectedError ``read_back_differs`` when it says something else."""
    refuse_other_texts(paper.said, path, name)


def _asked_row(row: AskedRow) -> list[Cell]:
    return [row.title, row.of.kind.value, row.budget, row.spent, row.left, row.of.asked]


def _asked_total(letter: RequestLetter) -> list[Cell]:
    return [
        "Total",
        "",
        Money.total(row.budget for row in letter.asked),
        Money.total(row.spent for row in letter.asked),
        Money.total(row.left for row in letter.asked),
        letter.total,
    ]


def _one(paper: Paper, row: AskedRow) -> None:
    kind = f" ({row.of.kind.value})" if row.of.kind.is_capital else ""
    paper.heading(f"{row.title}{kind}: {row.of.asked.in_words}", 2)
    facts: list[tuple[str, Cell]] = [
        ("Why it was not spent", row.of.reason or "–"),
        ("What it is for", row.of.plan or "–"),
        ("To be spent by", row.of.spend_by or "–"),
    ]
    paper.facts(facts)
    if row.not_asked > Money.ZERO:
        paper.note(f"{row.not_asked.in_words} of what is left is not asked for.")
    elif row.not_asked < Money.ZERO:
        paper.note(f"{(-row.not_asked).in_words} more is asked for than is left by the records of this day.")


def _outturn_row(each: OutturnRow) -> list[Cell]:
    return [each.title, each.kind.value, each.budget, each.spent, each.left, each.carried, each.asked]


def _outturn_total(letter: RequestLetter) -> list[Cell]:
    return [
        "Total",
        "",
        Money.total(each.budget for each in letter.outturn),
        Money.total(each.spent for each in letter.outturn),
        Money.total(each.left for each in letter.outturn),
        Money.total(each.carried for each in letter.outturn),
        Money.total(each.asked for each in letter.outturn),
    ]


def _foot(paper: Paper, letter: RequestLetter) -> None:
    money = letter.money
    said = [
        f"{money.available.in_words} was available and {money.spent.in_words} is spent: "
        f"{money.underspend.in_words} is unspent."
    ]
    decided = [
        (money.carried, "is carried forward by agreement already"),
        (money.returned, "was given back"),
        (money.owed, "is to be given back"),
        (money.surrendered, "is surrendered undrawn"),
    ]
    said += [f"{amount.in_words} of it {words}." for amount, words in decided if amount]
    rest = money.pending - letter.total
    if rest > Money.ZERO:
        said.append(f"{rest.in_words} is neither asked for here nor decided.")
    paper.note(" ".join(said))

"""The return's sheets of words, risks, categories of cost, assets, partners' statements, what changed since the last
return, and grants to voluntary bodies (domain paper 4.5)."""

from __future__ import annotations

from collections.abc import Sequence

from fundingapp.domain.money import Money
from fundingapp.domain.return_story import AssetLine, RiskLine
from fundingapp.domain.returns import ReturnDocument
from fundingapp.workbooks.book import FIRST_ROW, Column, Entry, Formula, Known, Sheet, rounded, sum_of
from fundingapp.workbooks.return_figures import FigureNames

_NO_FIGURE = "[not divided]"

CATEGORY_COLUMNS = (
    Column("Project", widest=16),
    Column("Name", widest=40),
    Column("Category", widest=30),
    Column("Budget £", figures=True),
    Column("Year to date £", figures=True),
    Column("To come £", figures=True),
    Column("Forecast outturn £", figures=True),
    Column("Variance £", figures=True),
)
_BUDGET, _SPENT, _TO_COME, _OUTTURN = 3, 4, 5, 6

RISK_COLUMNS = (
    Column("Project", widest=16, source="risk/ref"),
    Column("Risk", widest=34, source="risk/name"),
    Column("Category", widest=20, source="risk/category"),
    Column("Description", widest=60, source="risk/description"),
    Column("Consequence", widest=44, source="risk/consequence"),
    Column("Likelihood", figures=True, source="risk/likelihood"),
    Column("Impact", figures=True, source="risk/impact"),
    Column("Score", figures=True, source="risk/score"),
    Column("Mitigation", widest=60, source="risk/mitigation"),
    Column("Likelihood after", figures=True, source="risk/likelihood-after"),
    Column("Impact after", figures=True, source="risk/impact-after"),
    Column("Score after", figures=True, source="risk/score-after"),
    Column("Proximity", widest=18, source="risk/proximity"),
    Column("Owner", widest=24, source="risk/owner"),
    Column("Raised"),
    Column("Closed"),
)
_LIKELIHOOD, _IMPACT, _LIKELIHOOD_AFTER, _IMPACT_AFTER = 5, 6, 9, 10

NARRATIVE_COLUMNS = (
    Column("Section", widest=26),
    Column("Text", widest=110),
    Column("Words", figures=True),
    Column("Most words", figures=True),
)

ASSET_COLUMNS = (
    Column("Project", widest=16, source="asset/ref"),
    Column("Name", widest=34, source="asset/project"),
    Column("Asset", widest=44, source="asset/description"),
    Column("Bought on", source="asset/bought"),
    Column("Cost £", figures=True, source="asset/cost"),
    Column("Paid by this grant £", figures=True, source="asset/share"),
    Column("Custodian", widest=26, source="asset/custodian"),
    Column("Location", widest=26, source="asset/location"),
    Column("Life in years", figures=True, source="asset/life"),
    Column("State", widest=20, source="asset/state"),
    Column("Disposed of on", source="asset/disposed"),
    Column("Proceeds £", figures=True, source="asset/proceeds"),
    Column("Commissioner's letter", widest=26),
    Column("Evidence", widest=40),
)

STATEMENT_COLUMNS = (
    Column("Project", widest=16),
    Column("Name", widest=34),
    Column("Partner", widest=40),
    Column("Passed on, as stated £", figures=True),
    Column("Passed on, as in the ledger £", figures=True),
    Column("Difference £", figures=True),
    Column("Received on"),
    Column("Signed by", widest=30),
    Column("Signed on"),
    Column("Note", widest=50),
)

TRAIL_COLUMNS = (
    Column("Entry", figures=True),
    Column("Day"),
    Column("Time"),
    Column("Person", widest=20),
    Column("What was done", widest=50),
    Column("Thing", widest=44),
    Column("Field", widest=24),
    Column("Before", widest=34),
    Column("After", widest=34),
)

TRANSPARENCY_COLUMNS = (
    Column("Date awarded"),
    Column("From"),
    Column("To"),
    Column("Department", widest=34),
    Column("Beneficiary", widest=40),
    Column("Registration number", widest=20),
    Column("Purpose", widest=50),
    Column("Amount £", figures=True),
)

#: As the spreadsheet form of the 360Giving standard heads them; what reads them knows them by these.
GIVING_COLUMNS = (
    Column("Identifier", widest=44),
    Column("Title", widest=44),
    Column("Description", widest=60),
    Column("Currency"),
    Column("Amount Applied For", figures=True),
    Column("Amount Awarded", figures=True),
    Column("Award Date"),
    Column("Planned Dates:Start Date"),
    Column("Planned Dates:End Date"),
    Column("Recipient Org:Identifier", widest=34),
    Column("Recipient Org:Name", widest=40),
    Column("Funding Org:Identifier", widest=34),
    Column("Funding Org:Name", widest=40),
    Column("Grant Programme:Title", widest=34),
    Column("Last Modified"),
)


def has_narrative(document: ReturnDocument) -> bool:
    return document.story.has_words


def has_transparency(document: ReturnDocument) -> bool:
    return bool(document.story.given)


def has_giving(document: ReturnDocument) -> bool:
    """Whether there are rows that are valid: the standard asks for the day of each award."""
    return any(each.awarded_on is not None for each in document.story.given)


def fill_categories(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """What each project plans and spends by category of cost. Each project foots: what the file does not divide stands
    in a line of its own."""
    names = FigureNames(document.position)
    sheet.begin("Cost categories", f"{about} · budgets as the bids' costed lines plan them")
    lines = document.story.categories
    budgets, spends, comings = [], [], []
    for line in lines:
        row = sheet.next_row
        budgets.append(line.budget or Money.ZERO)
        spends.append(line.spent or Money.ZERO)
        comings.append(line.to_come or Money.ZERO)
        entries: list[Entry] = [line.ref, line.project, line.category]
        if line.budget is None or line.spent is None or line.to_come is None:
            entries += [line.budget, *[_NO_FIGURE] * 4]
        else:
            outturn = line.spent + line.to_come
            budget, spent, to_come, forecast = (
                sheet.at(row, column) for column in (_BUDGET, _SPENT, _TO_COME, _OUTTURN)
            )
            of_project = f"{line.ref}/{document.year}/{{}}::{document.fund}@{document.position.to_period}"
            entries += [
                line.budget,
                Known(line.spent, of_project.format("spend")),
                Known(line.to_come, of_project.format("remaining")),
                Known(Formula(rounded(f"{spent}+{to_come}"), outturn), of_project.format("outturn")),
                # Of what is not divided by category, the variance is the project's and not this line's.
                "" if line.is_rest else Formula(rounded(f"{forecast}-{budget}"), outturn - line.budget),
            ]
        sheet.add(entries, called=f"{line.ref}, {line.category}")
    last = sheet.next_row - 1
    sums = [Money.total(each) for each in (budgets, spends, comings)]
    outturn = sums[1] + sums[2]
    totals: list[Entry] = [
        Formula(sum_of(sheet.span(FIRST_ROW, column, last, column)), amount)
        for column, amount in zip((_BUDGET, _SPENT, _TO_COME, _OUTTURN), (*sums, outturn), strict=True)
    ]
    row = sheet.next_row
    variance = Formula(rounded(f"{sheet.at(row, _OUTTURN)}-{sheet.at(row, _BUDGET)}"), outturn - sums[0])
    is_whole = {line.ref for line in lines} == {head.ref for head in document.position.projects}
    if is_whole:
        measures = ("awarded", "spend", "remaining", "outturn")
        totals = [
            Known(total, names.of_grant(measure))  # type: ignore[arg-type]  # made above
            for total, measure in zip(totals, measures, strict=True)
        ]
    sheet.add(["Total", "", "", *totals, variance], strong=True)
    sheet.finish(last)


def fill_risks(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """The risks, the worst first; a score is likelihood times impact."""
    sheet.begin("Risks", f"{about} · likelihood and impact from 1 to 5, 5 is the worst")
    for line in document.story.risks:
        sheet.add(_risk_row(sheet, line), called=line.risk.name)
    sheet.finish(sheet.next_row - 1)


def _risk_row(sheet: Sheet, line: RiskLine) -> list[Entry]:
    row, risk = sheet.next_row, line.risk

    def product(first: int, second: int, value: int) -> Formula:
        return Formula(f"={sheet.at(row, first)}*{sheet.at(row, second)}", value)

    after = risk.score_after
    return [
        line.ref or "whole grant",
        risk.name,
        risk.category,
        risk.description,
        risk.consequence,
        risk.likelihood,
        risk.impact,
        product(_LIKELIHOOD, _IMPACT, risk.score),
        risk.mitigation,
        risk.likelihood_after,
        risk.impact_after,
        None if after is None else product(_LIKELIHOOD_AFTER, _IMPACT_AFTER, after),
        risk.proximity,
        risk.owner,
        risk.raised,
        risk.closed,
    ]


def fill_narrative(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """What is said in words, with how many words it has and may have."""
    sheet.begin("Narrative", about)
    for line in document.story.sections:
        source = f"narrative/{line.section.value.removeprefix('plan for ').replace(' ', '-')}"
        sheet.add(
            [
                line.section.title,
                Known(line.text or "[nothing said]", source=source if line.text else ""),
                line.words,
                "[no limit]" if line.limit is None else line.limit,
            ]
        )
    sheet.finish(sheet.next_row - 1)


def _total(sheet: Sheet, column: int, last: int, amounts: Sequence[Money]) -> Formula:
    return Formula(sum_of(sheet.span(FIRST_ROW, column, last, column)), Money.total(amounts))


def fill_assets(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """The register of what was bought out of the fund, in this year and before."""
    lines = document.story.assets
    sheet.begin("Assets", f"{about} · all that the fund paid for, the oldest first")
    for line in lines:
        sheet.add(_asset_row(line), called=line.description)
    last = sheet.next_row - 1
    sheet.add(
        [
            "Total",
            "",
            "",
            None,
            _total(sheet, 4, last, [line.cost for line in lines]),
            _total(sheet, 5, last, [line.share for line in lines]),
            "",
            "",
            None,
            "",
            None,
            _total(sheet, 11, last, [line.proceeds for line in lines]),
            "",
            "",
        ],
        strong=True,
    )
    sheet.finish(last)


def _asset_row(line: AssetLine) -> list[Entry]:
    return [
        line.ref,
        line.project,
        line.description,
        line.bought_on,
        line.cost,
        line.share,
        line.custodian,
        line.location,
        line.life_years,
        line.state.value,
        line.disposed_on,
        line.proceeds,
        line.consent,
        "; ".join(line.papers) or "[none]",
    ]


def fill_partner_statements(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """What partners say of the money that was passed on to them, against the ledger's lines to each."""
    lines = document.story.statements
    sheet.begin("Partner statements", f"{about} · the difference must be nil")
    for line in lines:
        row = sheet.next_row
        sheet.add(
            [
                line.ref,
                line.project,
                line.partner,
                line.passed_on,
                line.in_ledger,
                Formula(rounded(f"{sheet.at(row, 3)}-{sheet.at(row, 4)}"), line.difference),
                line.received_on if line.received_on is not None else "[awaited]",
                line.signed_by,
                line.signed_on,
                line.note,
            ],
            called=f"{line.ref}, {line.partner}",
        )
    last = sheet.next_row - 1
    row = sheet.next_row
    sheet.add(
        [
            "Total",
            "",
            "",
            _total(sheet, 3, last, [line.passed_on for line in lines]),
            _total(sheet, 4, last, [line.in_ledger for line in lines]),
            Formula(
                rounded(f"{sheet.at(row, 3)}-{sheet.at(row, 4)}"),
                Money.total(line.difference for line in lines),
            ),
            None,
            "",
            None,
            "",
        ],
        strong=True,
    )
    sheet.finish(last)


def fill_trail(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """What was changed in the grant's records since its last return was certified or sent, field by field."""
    story = document.story
    left_out = f" · {story.trail_left_out:,} later rows are not listed" if story.trail_left_out else ""
    sheet.begin(
        "Audit trail", f"{about} · changes since the last return that was certified or sent{left_out}"
    )
    for line in story.trail:
        at = line.at.astimezone()
        sheet.add(
            [
                line.number,
                at.date(),
                f"{at:%H:%M}",
                line.by,
                line.what,
                line.thing,
                line.field,
                line.before,
                line.after,
            ]
        )
    sheet.finish(sheet.next_row - 1)


def fill_transparency(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """Grants to voluntary, community and social enterprise bodies, as the Transparency Code asks to publish them."""
    lines = document.story.given
    sheet.begin("Transparency", f"{about} · grants to voluntary, community and social enterprise bodies")
    for line in lines:
        sheet.add(
            [
                line.awarded_on if line.awarded_on is not None else "[not recorded]",
                line.starts_on,
                line.ends_on,
                line.department,
                line.beneficiary,
                line.number or "[none]",
                line.purpose,
                line.amount,
            ],
            called=line.beneficiary,
        )
    last = sheet.next_row - 1
    total = _total(sheet, 7, last, [line.amount for line in lines])
    sheet.add(["Total", None, None, "", "", "", "", total], strong=True)
    sheet.finish(last)


def fill_giving(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """The same grants in the form of the 360Giving standard; one without the day of its award can't be published."""
    sheet.begin(
        "360Giving", f"{about} · ready to be published: the table alone, without what stands above it"
    )
    for line in document.story.given:
        if line.awarded_on is None:
            continue
        sheet.add(
            [
                line.identifier,
                line.title,
                line.description,
                "GBP",
                line.applied_for,
                line.amount,
                line.awarded_on,
                line.starts_on,
                line.ends_on,
                line.beneficiary_id,
                line.beneficiary,
                line.funder_id,
                line.funder,
                line.programme,
                line.modified_on,
            ],
            called=line.beneficiary,
        )
    sheet.finish(sheet.next_row - 1)

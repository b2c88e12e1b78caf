"""What a return says beside the money, put into a file as people would say it."""

from __future__ import annotations

from datetime import date

from fundingapp.application.commands.story import (
    AddAsset,
    AddRisk,
    AddStatement,
    JudgeProject,
    MoveAsset,
    ReceiveStatement,
    WriteText,
)
from fundingapp.application.desk import Desk
from fundingapp.domain.assets import Asset, AssetState
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.narratives import NarrativeSection, ProjectStatus
from fundingapp.domain.partner_books import PartnerStatement
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.rag import Rag
from fundingapp.domain.risks import Risk


def tell(desk: Desk, fund: FundId, year: FinancialYear, quarter: int = 4) -> None:
    """Words for two quarters, three projects judged, three risks (one over), two assets and two statements."""
    said = {
        NarrativeSection.PROGRESS: "All projects but one run as planned. The youth bus went out on 38 evenings and "
        "reached 412 young people; the victims' service took 95 referrals.",
        NarrativeSection.ISSUES: "The lighting scheme waits for the highways authority's consent.",
        NarrativeSection.MILESTONES: "Evaluation of the summer programme by 30 June.",
        NarrativeSection.UNDERSPEND: "What the lighting scheme does not spend is asked to be carried forward.",
    }
    for section, text in said.items():
        desk.do(WriteText(fund, year, quarter, section, text))
    if quarter > 1:
        desk.do(WriteText(fund, year, quarter - 1, NarrativeSection.PROGRESS, "The projects have begun."))
        desk.do(WriteText(fund, year, quarter - 1, NarrativeSection.CHANGES, "None."))
    for project, status, spend, delivery, why in (
        (1, ProjectStatus.IN_PROGRESS, None, Rag.GREEN, "Fewer sessions in the winter; caught up by March."),
        (2, ProjectStatus.COMPLETE, Rag.GREEN, Rag.GREEN, ""),
        (3, ProjectStatus.ON_HOLD, Rag.AMBER, Rag.AMBER_RED, ""),
    ):
        desk.do(JudgeProject(ProjectId(project), year, quarter, status, spend, delivery, why))
    first = year.first_day
    desk.do(
        AddRisk(
            Risk(
                fund, "Staff leave before the year is over", "Posts are funded until March only.", 4, 4,
                "Notice of next year's awards by January.", 2, 4, "staff", "Sessions are cancelled.",
                "this quarter", "CSM", raised=first,
            )
        )
    )  # fmt: skip
    desk.do(
        AddRisk(
            Risk(
                fund, "Consent for the lighting comes late", "The scheme can't start without it.", 5, 3,
                owner="Project lead", category="delivery", project=ProjectId(3), raised=first,
            )
        )
    )  # fmt: skip
    desk.do(
        AddRisk(
            Risk(
                fund, "Venue lost", "The hall is sold.", 2, 2, "Another hall was found.", 1, 1,
                raised=first, closed=date(year.start + 1, 2, 1),
            )
        )
    )  # fmt: skip
    van = desk.do(
        AddAsset(
            Asset(
                ProjectId(1), fund, "Youth bus", Money(4_200_00), Money(3_000_00), date(year.start, 6, 1),
                "Charnwood Borough Council", "depot", 7,
            )
        )
    ).result  # fmt: skip
    desk.do(
        AddAsset(
            Asset(
                ProjectId(2), fund, "Two mobile cameras", Money(1_899_90), Money(1_899_90),
                date(year.start, 9, 12), "Police", "Loughborough", 5,
            )
        )
    )  # fmt: skip
    desk.do(MoveAsset(van, AssetState.REQUESTED, date(year.start + 1, 3, 1)))
    awaited = desk.do(
        AddStatement(PartnerStatement(ProjectId(1), fund, year, "Youth Trust", Money(1_000_00)))
    ).result
    desk.do(ReceiveStatement(awaited, date(year.start + 1, 3, 20), "J. Finance", date(year.start + 1, 3, 18)))
    desk.do(AddStatement(PartnerStatement(ProjectId(2), fund, year, "Victim Support", Money(0))))

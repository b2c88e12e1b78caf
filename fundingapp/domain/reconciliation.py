"""The identities that must hold in a grant's position to the penny (R1 to R18, R31)."""

from __future__ import annotations

from collections.abc import Callable

from fundingapp.domain.adjustments import AdjustmentType
from fundingapp.domain.identities import Identity, Part
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD
from fundingapp.domain.positions import GrantPosition


def reconcile(position: GrantPosition) -> tuple[Identity, ...]:
    """The identities of a grant's position, in the order of the work; each is stated once, here."""
    name, year = position.fund.name, position.year

    def figure(measure: str) -> str:
        return f"{name}/{year}/{measure}"

    def ledger_figure(measure: str) -> str:
        return f"ledger/{year}/{measure}"

    resources = position.resources
    budgets = [project.budget for project in position.projects]
    waiting = position.waiting_lines
    control_total = Money.total(entry.total for entry in position.controls)
    control_lines = sum(entry.lines for entry in position.controls)

    accrued = Money.total(project.spent_accruals for project in position.projects)
    reversed_ = Money.total(project.spent_reversed for project in position.projects)
    elsewhere = position.charged_elsewhere
    unequal = sum(entry.unequal_lines for entry in position.ledger)
    last = position.to_period
    before = Money.total(project.up_to(last - 1) for project in position.projects)
    this = Money.total(project.in_period(last) for project in position.projects)
    adjusted = Money.total(project.prior_period_adjustment for project in position.projects)
    return (
        Identity(
            "R1",
            "Available = what the commissioner confirmed",
            "allocation + brought forward + supplements − reductions",
            "Available",
            Money.total(entry.available for entry in position.resources_by_kind.values()),
            (
                Part("Allocation", resources.allocation, figure("allocation")),
                Part("Brought forward", resources.brought_forward, figure("brought forward")),
                Part("Supplements", resources.supplements, figure("supplements")),
                Part("Reductions", -resources.reductions, figure("less/reductions")),
            ),
            figure("available"),
        ),
        Identity(
            "R2",
            "Available = budgets + contingency + not yet awarded",
            f"{_count(len(position.projects), 'project')} and the contingency line",
            "Available",
            position.available,
            (
                Part("Budgets of projects", position.awarded, figure("awarded")),
                Part("Contingency", position.contingency, figure("contingency")),
                Part("Not yet awarded", position.unallocated, figure("unallocated")),
                *_consented(position, figure("consented")),
            ),
            figure("available"),
            "More is awarded than is available: reduce an award, or record the commissioner's consent.",
        ),
        Identity(
            "R4",
            "Budgets now = awards and what moved since",
            "awards + brought forward + virements + contingency released − surrendered; "
            f"{_count(len(position.movements), 'virement')}",
            "Budgets of projects",
            position.awarded,
            (
                Part("Awards", Money.total(budget.award for budget in budgets), figure("award")),
                Part(
                    "Brought forward",
                    Money.total(budget.brought_forward for budget in budgets),
                    figure("brought forward/projects"),
                ),
                # Into projects and out of them are the same moves: the figure is one, taken off the second time.
                Part(
                    "Virements in",
                    Money.total(budget.virement_in for budget in budgets),
                    figure("virements/out"),
                ),
                Part(
                    "Virements out",
                    -Money.total(budget.virement_out for budget in budgets),
                    figure("less/virements/out"),
                ),
                Part(
                    "Contingency released",
                    Money.total(budget.released for budget in budgets),
                    figure("contingency/out"),
                ),
                Part(
                    "Surrendered",
                    -Money.total(budget.surrendered for budget in budgets),
                    figure("less/contingency/in"),
                ),
            ),
            figure("awarded"),
        ),
        Identity(
            "R9",
            "Ledger held = ledger downloads",
            f"{position.ledger_lines:,} lines held, {control_lines:,} in the newest downloads",
            "Ledger lines held",
            position.ledger_total,
            (Part("Control total of the downloads", control_total, ledger_figure("control")),),
            ledger_figure("total"),
            "A line was kept as an earlier download had it. Look at the changed lines on Spend.",
        ),
        Identity(
            "R10",
            "Ledger = charged + income + excluded",
            "every line has its place"
            if not waiting
            else f"{_count(waiting, 'line')} {'waits' if waiting == 1 else 'wait'} for a project",
            "Ledger lines held",
            position.ledger_total,
            (
                Part("Charged to projects", position.charged, ledger_figure("charged")),
                Part("Income", position.income, ledger_figure("income")),
                Part("Excluded with a reason", position.excluded, ledger_figure("excluded")),
            ),
            ledger_figure("total"),
            "Charge these lines on Spend, or exclude them with a reason.",
        ),
        Identity(
            "R11",
            "Lines placed = their parts",
            "each line's parts sum to the line"
            if not unequal
            else f"{_count(unequal, 'line')} with other parts",
            "Lines placed",
            position.placed,
            (
                Part("Parts charged to projects", position.charged, ledger_figure("charged")),
                Part("Parts taken as income", position.income, ledger_figure("income")),
                Part("Parts excluded", position.excluded, ledger_figure("excluded")),
            ),
            ledger_figure("placed"),
            "Open the line on Spend and charge it again.",
            broken=unequal,
        ),
        Identity(
            "R12",
            "Net spend = ledger + accruals − reversals + adjustments",
            f"up to period {position.to_period}; each item is counted once",
            "Net spend of this grant",
            position.net_spent,
            (
                *_charged(position, ledger_figure),
                Part("Charged to other grants", -elsewhere, figure("less/elsewhere")),
                Part("Accruals", accrued, figure("accruals")),
                Part("Reversals of accruals", -reversed_, figure("reversals")),
                *(
                    Part(name, position.spent_adjusted(type), figure(type.value))
                    for type, name in ADJUSTED_NAMES.items()
                    if type is not AdjustmentType.INELIGIBLE
                ),
            ),
            figure("net"),
        ),
        _carried_over(position),
        Identity(
            "R14",
            "Net spend = eligible + ineligible",
            "the grant pays what is eligible, the host pays the rest"
            if not position.overdrawn
            else f"{_count(position.overdrawn, 'adjustment')} beyond the ledger line put right",
            "Net spend of this grant",
            position.net_spent,
            (
                Part("Eligible, paid by the grant", position.spent, figure("spend")),
                Part("Ineligible, paid by the host", position.host_funded, figure("host")),
            ),
            figure("net"),
            "A ledger line was charged anew after an adjustment of it was made: look at Adjustments on Spend.",
            broken=position.overdrawn,
            broken_name="adjustment",
        ),
        Identity(
            "R17",
            "Year to date = before + this period + adjustment",
            f"period {last}; the adjustment is what changed in quarters already sent",
            "Year to date",
            position.spent,
            (
                Part(
                    f"Up to period {last - 1}, as submitted where it was", before - adjusted, figure("before")
                ),
                Part(f"Period {last}", this, figure(f"spend/P{last}")),
                Part("Prior-period adjustment", adjusted, figure("prior")),
            ),
            figure("spend"),
        ),
        Identity(
            "R18",
            "Forecast outturn = year to date + still expected",
            f"variance {(position.outturn - position.awarded).in_words} against budgets",
            "Forecast outturn",
            position.outturn,
            (
                Part("Year to date", position.spent, figure("spend")),
                Part("Still expected", Money.total(position.remaining_totals()), figure("remaining")),
            ),
            figure("outturn"),
        ),
        Identity(
            "R31",
            "Grant spend = sum of its projects by quarter",
            "as the return's sheets foot",
            "Spend of this grant",
            position.spent,
            tuple(
                Part(f"Quarter {quarter}", position.spent_in_quarter(quarter), figure(f"stated/Q{quarter}"))
                for quarter in range(1, 5)
            )
            + (Part("Prior-period adjustment", adjusted, figure("prior")),),
            figure("spend"),
        ),
    )


#: What the amounts of each type are called where they are summed, in the order of R12 and R14.
ADJUSTED_NAMES = {
    AdjustmentType.WRITE_OFF: "Accruals written off",
    AdjustmentType.PREPAYMENT: "Prepayments",
    AdjustmentType.RECHARGE: "Recharges",
    AdjustmentType.CORRECTION: "Journal corrections",
    AdjustmentType.IRRECOVERABLE_VAT: "Irrecoverable VAT",
    AdjustmentType.RECOVERABLE_VAT: "Recoverable VAT",
    AdjustmentType.INELIGIBLE: "Ineligible",
}


def _charged(position: GrantPosition, figure: Callable[[str], str]) -> tuple[Part, ...]:
    """What the ledger charges to projects of any grant, the closing adjustments apart."""
    closing = Money.total(entry.charged for entry in position.ledger if entry.period == CLOSING_PERIOD)
    months = Part("Charged from the ledger, all grants", position.charged - closing, figure("charged/months"))
    if position.to_period < CLOSING_PERIOD:
        return (months,)
    return (months, Part("Charged in period 13, all grants", closing, figure("charged/closing")))


def _carried_over(position: GrantPosition) -> Identity:
    """R13: what last year accrued is taken off in this one, or written off with a reason (L09)."""
    still_open = sum(bool(accrual.open) for accrual in position.carried)
    number = len(position.carried)
    scope = f"{position.fund.name}/{position.year}"
    note = (
        f"{_count(number, 'accrual')} of {position.year.previous}" if number else "nothing was brought over"
    )
    return Identity(
        "R13",
        "Last year's accruals = reversed + written off",
        f"{note}, {still_open:,} not reversed" if still_open else note,
        f"Accruals of {position.year.previous}",
        Money.total(accrual.amount for accrual in position.carried),
        (
            Part(
                f"Reversed in {position.year}",
                Money.total(entry.reversed for entry in position.carried),
                f"{scope}/carried/reversed",
            ),
            Part(
                "Written off",
                Money.total(entry.written_off for entry in position.carried),
                f"{scope}/carried/written off",
            ),
        ),
        f"{scope}/carried",
        advice="Say in which period the accrual reverses, or write it off with a reason: Adjustments on Spend.",
        broken=still_open,
        broken_name="accrual",
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _consented(position: GrantPosition, figure: str) -> tuple[Part, ...]:
    """What is awarded beyond what is available with the commissioner's consent, to be taken off (R2)."""
    beyond = position.over_programmed_with_consent
    return (Part("Awarded beyond it, with consent", -beyond, figure),) if beyond else ()

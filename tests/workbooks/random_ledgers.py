"""Random ledgers written in the styles of many finance systems, with what a careful person reads in them.

The words are those of real systems and published lists, not of the reader's own vocabulary. :func:`written` draws a
ledger and a style; the style says which oddities it has, so that a failure can be understood.
"""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
LONG_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]

# One tuple of headings for each style of system: transaction, date, centre, account, supplier, text.
SYSTEMS: tuple[tuple[str, ...], ...] = (
    ("Trans No", "Trans Date", "Cost Centre", "Account", "Supplier", "Description"),
    ("voucher_no", "trans_date", "dim_1", "account", "apar_name", "description"),
    ("Document Number", "Posting Date", "Cost Center", "Cost Element", "Vendor", "Text"),
    ("Document Reference", "GL Date", "Department", "Full Account Flexfield", "Source", "Description"),
    ("Doc Ref 1", "Doc Date", "Cost Centre", "Account Number", "Narrative 1", "Narrative 2"),
    ("Journal No", "Date", "Cost Centre", "Subjective", "Creditor Name", "Narrative"),
    (
        "Transaction Number",
        "Payment Date",
        "Service Area",
        "Expense Type",
        "Supplier Name",
        "Purpose of Spend",
    ),
    ("TransNo", "Effective Date", "CostC", "Subj", "Vendor Name", "Details"),
    ("Reference", "Date Paid", "Directorate", "Nominal Code", "Beneficiary", "Expenditure Category"),
    ("Internal Ref", "Clearing Date", "Service", "CIPFA Code", "Payee", "Particulars"),
    ("Our Ref", "Date of Payment", "Division", "Detail Code", "Creditor", "Merchant Category"),
    ("Jnl Ref", "Accounting Date", "Cost Ctr", "GL Code", "Payee Name", "Line Description"),
    ("Transaction ID", "Invoice Date", "Responsible Unit", "Ledger Code", "Company Name", "Item Text"),
)
AMOUNT_NAMES = (
    "Amount",
    "Net Amount",
    "Amount (£)",
    "Net Amount £",
    "Value",
    "Line Amount",
    "Amount ex VAT",
    "Amount excl. VAT (£)",
    "Transaction Amount",
    "Val/COArea Crcy",
    "Amount in GBP",
    "Net",
    "Spend (£)",
    "Amount Paid",
    "Actual",
    "AMOUNT\nGBP",
    "Posted Amount",
)
ODD_NAMES = ("Value of charge", "Sterling", "Col7", "", "F12", "Charged", "Sum of money", "Posting")
PAIRS = (
    ("Debit", "Credit"),
    ("Debit £", "Credit £"),
    ("Dr", "Cr"),
    ("Accounted Dr", "Accounted Cr"),
    ("Debit Amount", "Credit Amount"),
    ("DR Value", "CR Value"),
    ("Expenditure", "Income"),
    ("Paid out", "Paid in"),
    ("Payments", "Receipts"),
)
FLAGS = (
    ("Dr/Cr", "D", "C"),
    ("D/C", "DR", "CR"),
    ("dc_flag", "1", "-1"),
    ("Sign", "Debit", "Credit"),
    ("S/H", "S", "H"),
)
SUPPLIERS = (
    "ACME LTD",
    "Café Rouge Théâtre",
    "O’Brien & Sons",
    "Smith, Jones and Partners",
    'The "Old" Bakery',
    "Señor Muñoz Ltd",
    "Borough Council",
    "REDACTED",
    "Müller Training",
    "Women's Aid",
    "Total Security Services",
    "Balance Support CIC",
    "Credit Union; North",
    "Youth – Detached Work",
    "=SUM(A1)",
)
TEXTS = (
    "Detached work",
    "Training, two days",
    "Room hire",
    "Journal: correction",
    "Apr 18 retainer",
    "Net of discount",
    "Target hardening | locks",
    "CCTV – maintenance",
    "Grant to voluntary sector",
    "Travel 12/06",
)


@dataclass
class Line:
    """One line as it was meant."""

    ref: str
    day: date
    centre: str
    account: str
    supplier: str
    text: str
    pence: int


@dataclass
class Written:
    """A file, the lines it was written from, and the style it was written in."""

    path: Path
    lines: list[Line]
    style: dict[str, Any] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(line.pence for line in self.lines)


def lines_of(draw: random.Random, number: int, year: int) -> list[Line]:
    """Random lines of one financial year, in order of date, a few of them credits."""
    first = date(year, 4, 1)
    days = sorted(first + timedelta(days=draw.randrange(365)) for _ in range(number))
    made = []
    for at, day in enumerate(days):
        size = draw.choice(
            (draw.randrange(1, 5_000), draw.randrange(1, 500_000), draw.randrange(1, 400_000_000))
        )
        if draw.random() < 0.05:
            size = size // 100 * 100 or 100
        pence = -size if draw.random() < 0.15 else size
        made.append(
            Line(
                draw.choice((f"{550000 + at:06}", f"{46290000 + at} - 1", f"0{at:05}"))
                if draw.random() < 0.02
                else f"{550000 + at:06}",
                day,
                draw.choice(("CS4410", "CS4402", "00123", "X10")),
                draw.choice(("3201", "0042", "2301", "40110")),
                draw.choice(SUPPLIERS),
                draw.choice(TEXTS),
                pence,
            )
        )
    return made


def number(pence: int, style: str) -> str:
    """An amount as text in one of the styles of finance systems."""
    pounds, rest = divmod(abs(pence), 100)
    plain, grouped = f"{pounds}.{rest:02}", f"{pounds:,}.{rest:02}"
    minus = pence < 0
    forms = {
        "plain": ("-" if minus else "") + plain,
        "grouped": ("-" if minus else "") + grouped,
        "pound": ("-£" if minus else "£") + grouped,
        "pound_minus": ("£-" if minus else "£") + grouped,
        "brackets": f"({grouped})" if minus else grouped,
        "pound_brackets": f"(£{grouped})" if minus else f"£{grouped}",
        "bracket_pound": f"£({grouped})" if minus else f"£{grouped}",
        "trailing": plain + ("-" if minus else ""),
        "trailing_grouped": grouped + ("-" if minus else " "),
        "unicode": ("−" if minus else "") + grouped,
        "cr": plain + (" CR" if minus else ""),
        "crdr": plain + ("CR" if minus else "DR"),
        "spaces": f" {'-' if minus else ''}{grouped} ",
        "short": ("-" if minus else "") + (plain.rstrip("0").rstrip(".") or "0"),
        "comma": ("-" if minus else "") + f"{pounds:,}".replace(",", ".") + f",{rest:02}",
        "gbp": ("-" if minus else "") + grouped + " GBP",
    }
    return forms[style]


NUMBERS = [
    "plain",
    "grouped",
    "pound",
    "pound_minus",
    "brackets",
    "pound_brackets",
    "bracket_pound",
    "trailing",
    "trailing_grouped",
    "unicode",
    "cr",
    "crdr",
    "spaces",
    "short",
    "comma",
    "gbp",
]


def _ordinal(number: int) -> str:
    if number in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def day_text(day: date, style: str) -> str:
    """A date as text in one of the usual styles of the United Kingdom, or in one that must be asked about."""
    short, long = MONTHS[day.month - 1], LONG_MONTHS[day.month - 1]
    forms = {
        "slash": f"{day:%d/%m/%Y}",
        "slash_bare": f"{day.day}/{day.month}/{day.year}",
        "dot": f"{day:%d.%m.%Y}",
        "dash": f"{day:%d-%m-%Y}",
        "iso": f"{day:%Y-%m-%d}",
        "iso_time": f"{day:%Y-%m-%d}T00:00:00",
        "time": f"{day:%d/%m/%Y} 23:59:59",
        "named": f"{day.day:02}-{short}-{day.year % 100:02}",
        "named_long": f"{day.day} {long} {day.year}",
        "named_short": f"{day.day} {short}  {day.year}",
        "weekday": f"{day:%a} {day.day} {short} {day.year}",
        "upper": f"{day.day:02}-{short.upper()}-{day.year}",
        "compact": f"{day:%Y%m%d}",
        "ordinal": f"{day.day}{_ordinal(day.day)} {long} {day.year}",
        "serial": str((day - date(1899, 12, 30)).days),
        "two_digits": f"{day:%d/%m/%y}",
        "american": f"{day.month}/{day.day}/{day.year}",
    }
    return forms[style]


DAYS = [
    "slash",
    "slash_bare",
    "dot",
    "dash",
    "iso",
    "iso_time",
    "time",
    "named",
    "named_long",
    "named_short",
    "weekday",
    "upper",
    "compact",
    "ordinal",
    "serial",
    "two_digits",
    "american",
]


def written(seed: int, folder: Path) -> Written:
    """The random ledger of *seed*, written into *folder*."""
    draw = random.Random(seed)
    lines = lines_of(draw, draw.choice((1, 3, 8, 20, 40, 90)), draw.choice((2018, 2023)))
    as_workbook = draw.random() < 0.4
    style: dict[str, Any] = {
        "seed": seed,
        "system": draw.choice(SYSTEMS),
        "money": draw.choice(("signed", "signed", "signed", "pair", "flag")),
        "odd": draw.random() < 0.1,
        "vat": draw.random() < 0.3,
        "gross": draw.random() < 0.3,
        "balance": draw.random() < 0.15,
        "budget": draw.random() < 0.05,
        "preamble": draw.choice((0, 0, 1, 3, 6)),
        "shift": draw.choice((0, 0, 0, 1, 2)),
        "gap": draw.random() < 0.1,
        "blank_rows": draw.random() < 0.15,
        "total": draw.choice(("", "", "Total", "Grand Total:", "none", "Total for report")),
        "subtotals": draw.random() < 0.1,
        "footer": draw.random() < 0.2,
        "again": draw.random() < 0.1,
        "two_lines": draw.random() < 0.12,
        "duplicate_heading": draw.random() < 0.05,
        "drop": draw.sample(range(6), draw.choice((0, 0, 1, 2))),
        "period": draw.random() < 0.3,
        "shuffle": draw.random() < 0.4,
        "number": draw.choice(NUMBERS),
        "day": draw.choice(DAYS[:-2] if draw.random() < 0.92 else DAYS),
        "workbook": as_workbook,
        "sheets": draw.choice((1, 1, 2, 12)) if as_workbook and len(lines) >= 8 else 1,
        "other_words": draw.random() < 0.2,
        "summary": draw.random() < 0.2,
        "second": draw.random() < 0.12,
        "closing_total_of_all": False,
    }
    if 0 in style["drop"] and 4 in style["drop"] and 5 in style["drop"]:
        style["drop"] = []
    if style["money"] == "pair":
        style["pair"] = draw.choice(PAIRS)
        style["number"] = draw.choice(("plain", "grouped", "pound", "short"))
    if style["money"] == "flag":
        style["flag"] = draw.choice(FLAGS)
    if style["day"] == "american" and all(line.day.day <= 12 for line in lines):
        style["day"] = "slash"  # nothing in the file would tell them apart
    parts = _split(lines, style["sheets"])
    rows = [_rows(draw, part, style, at) for at, part in enumerate(parts)]
    if as_workbook:
        path = folder / f"ledger{seed}.xlsx"
        _write_workbook(draw, path, rows, style, parts)
    else:
        path = folder / f"ledger{seed}.csv"
        _write_text(draw, path, rows[0], style)
    return Written(path, lines, style)


def _split(lines: list[Line], sheets: int) -> list[list[Line]]:
    if sheets == 1:
        return [lines]
    size = max(1, -(-len(lines) // sheets))
    return [lines[at : at + size] for at in range(0, len(lines), size)]


def _rows(draw: random.Random, lines: list[Line], style: dict[str, Any], sheet: int) -> list[list[Any]]:
    """The rows of one sheet: values in a workbook, texts in a text file."""
    names: tuple[str, ...] = draw.choice(SYSTEMS) if sheet and style["other_words"] else style["system"]
    columns: list[tuple[str, Any]] = []
    for at, key in enumerate(("ref", "day", "centre", "account", "supplier", "text")):
        if at not in style["drop"] or (key == "day" and not style["period"]):
            columns.append((names[at], key))
    if style["period"]:
        columns.append(
            (draw.choice(("Period", "Per", "Acct Period")) if not sheet else style["period_name"], "period")
        )
        style.setdefault("period_name", columns[-1][0])
    amount = style.setdefault(
        "amount_name", draw.choice(ODD_NAMES) if style["odd"] else draw.choice(AMOUNT_NAMES)
    )
    if style["money"] == "pair":
        columns += [(style["pair"][0], "debit"), (style["pair"][1], "credit")]
    else:
        columns.append((amount, "amount"))
        if style["money"] == "flag":
            columns.append((style["flag"][0], "flag"))
        if style["vat"]:
            columns.append(("VAT", "vat"))
            if style["gross"]:
                columns.append(
                    (
                        style.setdefault(
                            "gross_name", draw.choice(("Gross", "Total", "Amount inc VAT", "Invoice Total"))
                        ),
                        "gross",
                    )
                )
    if style["balance"]:
        columns.append(
            (
                style.setdefault(
                    "balance_name", draw.choice(("Balance", "Running Balance", "Cumulative", "Position"))
                ),
                "balance",
            )
        )
    if style["budget"]:
        columns.append(("Budget", "budget"))
    if not sheet:
        order = list(range(len(columns)))
        if style["shuffle"]:
            draw.shuffle(order)
        style["order"] = order
    order = style["order"]
    columns = [columns[at] for at in order]
    if style["gap"]:
        columns.insert(len(columns) // 2, ("", "gap"))
    shift = [None] * style["shift"]
    rows: list[list[Any]] = []
    titles = (
        "SOMEWHERE BOROUGH COUNCIL",
        "Payments to suppliers",
        "Run by: finance",
        "Cost centres: all",
        "Layout: standard",
        "",
    )
    for at in range(style["preamble"]):
        rows.append([*shift, titles[at % len(titles)] or None])
    headings = [name for name, _ in columns]
    if style["duplicate_heading"]:
        rows.append([*shift, *headings])
        rows.append([])
    split = [name.split(" ", 1) if " " in name and "\n" not in name else ["", name] for name in headings]
    if style["two_lines"] and any(first for first, _ in split):
        rows.append([*shift, *(first or None for first, _ in split)])
        rows.append([*shift, *(last for _, last in split)])
    else:
        style["two_lines"] = False
        rows.append([*shift, *headings])
    running = start = 0
    for at, line in enumerate(lines):
        running += line.pence
        rows.append([*shift, *(_cell(draw, line, key, style, running) for _, key in columns)])
        if style["blank_rows"] and draw.random() < 0.1:
            rows.append([])
        if style["again"] and at and at % 15 == 0:
            rows.append([*shift, *headings] if not style["two_lines"] else [])
        if style["subtotals"] and at % 10 == 9 and style["money"] == "signed":
            rows.append(_total_row(columns, shift, "Sub-total", running - start, style))
            start = running
    if style["total"] and len(lines) > 1:
        label = "" if style["total"] == "none" else style["total"]
        if label or style["money"] == "signed":
            rows.append([])
            rows.append(_total_row(columns, shift, label, running, style, lines))
    if style["footer"]:
        rows.append([])
        rows.append([*shift, "Please note: figures are subject to audit"])
        rows.append([*shift, "*** End of report ***"])
    return rows


def _total_row(
    columns: list[tuple[str, Any]],
    shift: list[None],
    label: str,
    pence: int,
    style: dict[str, Any],
    lines: list[Line] | None = None,
) -> list[Any]:
    row: list[Any] = []
    labelled = False
    for _, key in columns:
        if key == "amount" and style["money"] == "signed":
            row.append(_money(pence, style))
        elif key == "debit" and lines is not None:
            row.append(_money(sum(line.pence for line in lines if line.pence > 0), style))
        elif key == "credit" and lines is not None:
            row.append(_money(-sum(line.pence for line in lines if line.pence < 0), style))
        elif key in ("supplier", "text", "centre") and not labelled and label:
            row.append(label)
            labelled = True
        else:
            row.append(None)
    if label and not labelled:
        row[0] = label if row[0] is None else row[0]
    return [*shift, *row]


def _money(pence: int, style: dict[str, Any]) -> Any:
    if style["workbook"] and style["number"] not in ("cr", "crdr", "trailing", "pound_brackets"):
        return Decimal(pence).scaleb(-2)
    return number(pence, style["number"])


def _cell(draw: random.Random, line: Line, key: str, style: dict[str, Any], running: int) -> Any:
    whole = abs(line.pence) if style["money"] == "flag" else line.pence
    vat = abs(line.pence) // 5 * (1 if whole > 0 else -1)
    if key == "day":
        if style["workbook"] and style["day"] not in ("named", "weekday", "american", "two_digits"):
            return line.day
        return day_text(line.day, style["day"])
    if key == "amount":
        if style["money"] == "flag":
            return _money(abs(line.pence), style)
        return _money(line.pence, style)
    if key == "debit":
        return _money(line.pence, style) if line.pence > 0 else style.get("empty")
    if key == "credit":
        return _money(-line.pence, style) if line.pence < 0 else style.get("empty")
    if key == "flag":
        return style["flag"][1] if line.pence > 0 else style["flag"][2]
    if key == "vat":
        return _money(vat, style)
    if key == "gross":
        return _money(whole + vat, style)
    if key == "balance":
        return _money(running, style)
    if key == "budget":
        return _money(1_000_000, style)
    if key == "period":
        year = line.day.year if line.day.month >= 4 else line.day.year - 1
        return f"{year}{(line.day.month - 4) % 12 + 1:02}"
    if key == "gap":
        return None
    return getattr(line, key)


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp850")


def _write_text(draw: random.Random, path: Path, rows: list[list[Any]], style: dict[str, Any]) -> None:
    separator = style["separator"] = draw.choice((",", ",", ";", "\t", "|"))
    end = style["end"] = draw.choice(("\n", "\r\n", "\r"))
    out = io.StringIO()
    writer = csv.writer(
        out,
        delimiter=separator,
        lineterminator=end,
        quoting=csv.QUOTE_ALL
        if draw.random() < 0.5 or any("\n" in str(cell) for row in rows for cell in row)
        else csv.QUOTE_MINIMAL,
    )
    width = max(map(len, rows))
    for row in rows:
        cells = ["" if cell is None else str(cell) for cell in row]
        writer.writerow(cells + [""] * (width - len(cells)) if row or draw.random() < 0.5 else [])
    text = out.getvalue()
    if draw.random() < 0.1:
        text = f"sep={separator}{end}" + text
    encodings = list(ENCODINGS)
    draw.shuffle(encodings)
    for encoding in encodings:
        try:
            raw = text.encode(encoding)
        except UnicodeEncodeError:
            continue
        style["encoding"] = encoding
        path.write_bytes(raw)
        return


def _write_workbook(
    draw: random.Random,
    path: Path,
    sheets: list[list[list[Any]]],
    style: dict[str, Any],
    parts: list[list[Line]],
) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        dates = book.add_format({"num_format": "dd/mm/yyyy"})
        if style["summary"]:
            sheet = book.add_worksheet("Summary")
            sheet.write_row(0, 0, ["Cost centre", "Total"])
            centres: dict[str, int] = {}
            for part in parts:
                for line in part:
                    centres[line.centre] = centres.get(line.centre, 0) + line.pence
            for at, (centre, pence) in enumerate(sorted(centres.items()), start=1):
                sheet.write_string(at, 0, centre)
                sheet.write_number(at, 1, pence / 100)
        for at, rows in enumerate(sheets):
            sheet = book.add_worksheet(
                f"{MONTHS[(at + 3) % 12]} {18 + at // 12}" if len(sheets) > 1 else "Ledger"
            )
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell is None or cell == "":
                        continue
                    if isinstance(cell, date):
                        sheet.write_datetime(row, column, cell, dates)
                    elif isinstance(cell, Decimal):
                        sheet.write_number(row, column, float(cell))
                    else:
                        sheet.write_string(row, column, str(cell))

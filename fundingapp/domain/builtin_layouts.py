"""The layouts that the program brings along: what common finance systems print (``domain.md`` 4.6).

Each is used by name for a table that has its amount column, whatever else the table holds and in whatever order.
"""

from __future__ import annotations

from collections.abc import Mapping

from fundingapp.domain.layouts import Layout
from fundingapp.domain.ledger import Meaning


def _layout(name: str, system: str, columns: Mapping[str, Meaning]) -> Layout:
    return Layout(name, tuple(columns), tuple(columns.values()), system)


BUILT_IN: tuple[Layout, ...] = (
    _layout(
        "Unit4 transaction table",
        "Unit4 (Agresso)",
        {
            "client": Meaning.OTHER,
            "account": Meaning.ACCOUNT,
            "dim_1": Meaning.COST_CENTRE,
            "dim_2": Meaning.OTHER,
            "dim_3": Meaning.OTHER,
            "dim_4": Meaning.OTHER,
            "dim_5": Meaning.OTHER,
            "dim_6": Meaning.OTHER,
            "dim_7": Meaning.OTHER,
            "period": Meaning.PERIOD,
            "fiscal_year": Meaning.YEAR,
            "trans_date": Meaning.DATE,
            "voucher_date": Meaning.OTHER,
            "voucher_no": Meaning.OTHER,
            "voucher_type": Meaning.TYPE,
            "sequence_no": Meaning.OTHER,
            "line_no": Meaning.OTHER,
            "description": Meaning.DESCRIPTION,
            "amount": Meaning.AMOUNT,
            "dc_flag": Meaning.OTHER,  # the amount carries its sign already
            "cur_amount": Meaning.OTHER,
            "currency": Meaning.OTHER,
            "tax_code": Meaning.OTHER,
            "apar_id": Meaning.OTHER,
            "apar_name": Meaning.SUPPLIER,
            "apar_type": Meaning.OTHER,
            "ext_inv_ref": Meaning.OTHER,
            "ext_ref": Meaning.OTHER,
            "order_id": Meaning.OTHER,
            "user_id": Meaning.OTHER,
            "last_update": Meaning.OTHER,
            "status": Meaning.OTHER,
            "agrtid": Meaning.TRANSACTION,
        },
    ),
    _layout(
        "Unit4 open data",
        "Unit4 (Agresso)",
        {
            "Body": Meaning.OTHER,
            "Transaction Date": Meaning.DATE,
            "Supplier": Meaning.SUPPLIER,
            "Transaction Number": Meaning.TRANSACTION,
            "Net Amount": Meaning.AMOUNT,
            "Irrecoverable VAT": Meaning.VAT,
            "Department": Meaning.COST_CENTRE,
            "Procurement Category": Meaning.OTHER,
            "CIPFA Expenditure Code": Meaning.ACCOUNT,
            "Purpose": Meaning.DESCRIPTION,
            "Card Flag": Meaning.OTHER,
        },
    ),
    _layout(
        "SAP cost-centre line items (KSB1)",
        "SAP",
        {
            "Posting Date": Meaning.DATE,
            "Period": Meaning.PERIOD,
            "Fiscal Year": Meaning.YEAR,
            "Document Number": Meaning.TRANSACTION,
            "Document Type": Meaning.TYPE,
            "Cost Element": Meaning.ACCOUNT,
            "Cost Element Name": Meaning.OTHER,
            "Name": Meaning.DESCRIPTION,
            "Name of Offsetting Account": Meaning.SUPPLIER,
            "Val/COArea Crcy": Meaning.AMOUNT,
            "Cost Center": Meaning.COST_CENTRE,
        },
    ),
    _layout(
        "Oracle, debit and credit",
        "Oracle",
        {
            "GL Date": Meaning.DATE,
            "Document Reference": Meaning.TRANSACTION,
            "Source": Meaning.SUPPLIER,
            "Category": Meaning.TYPE,
            "Description": Meaning.DESCRIPTION,
            "Full Account Flexfield": Meaning.ACCOUNT,
            "Account Description": Meaning.OTHER,
            "Debit": Meaning.DEBIT,
            "Credit": Meaning.CREDIT,
            "Person": Meaning.OTHER,
        },
    ),
    _layout(
        "TechnologyOne transactions",
        "TechnologyOne",
        {
            "Ledger": Meaning.OTHER,
            "Account Number": Meaning.ACCOUNT,
            "Account Description": Meaning.OTHER,
            "Cost Centre": Meaning.COST_CENTRE,
            "Doc Type": Meaning.TYPE,
            "Doc Ref 1": Meaning.TRANSACTION,
            "Doc Date": Meaning.DATE,
            "Period": Meaning.PERIOD,
            "Narrative 1": Meaning.SUPPLIER,
            "Narrative 2": Meaning.DESCRIPTION,
            "Actual Amount": Meaning.AMOUNT,
        },
    ),
    _layout(
        "Civica transactions",
        "Civica",
        {
            "Cost Centre": Meaning.COST_CENTRE,
            "Subjective": Meaning.ACCOUNT,
            "Period": Meaning.PERIOD,
            "Date": Meaning.DATE,
            "Type": Meaning.TYPE,
            "Journal No": Meaning.TRANSACTION,
            "Reference": Meaning.OTHER,
            "Creditor Name": Meaning.SUPPLIER,
            "Narrative": Meaning.DESCRIPTION,
            "Value": Meaning.AMOUNT,
        },
    ),
    _layout(
        "Advanced enquiry",
        "Advanced",
        {
            "Cost Centre": Meaning.COST_CENTRE,
            "Funding": Meaning.OTHER,
            "Nominal": Meaning.ACCOUNT,
            "Balance Class": Meaning.CLASS,
            "Transaction Type": Meaning.TYPE,
            "Transaction Date": Meaning.DATE,
            "Period": Meaning.PERIOD,
            "Reference": Meaning.TRANSACTION,
            "Supplier": Meaning.SUPPLIER,
            "Description": Meaning.DESCRIPTION,
            "Amount": Meaning.AMOUNT,
        },
    ),
    _layout(
        "Published spend",
        "",
        {
            "Body Name": Meaning.OTHER,
            "Service Area": Meaning.COST_CENTRE,
            "Expense Type": Meaning.ACCOUNT,
            "Date": Meaning.DATE,
            "Transaction Number": Meaning.TRANSACTION,
            "Supplier Name": Meaning.SUPPLIER,
            "Description": Meaning.DESCRIPTION,
            "Amount ex VAT": Meaning.AMOUNT,
        },
    ),
)

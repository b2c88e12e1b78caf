"""Formulas over awkward values, and a workbook of them for the judges: LibreOffice and formualizer."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

#: A1 to A30.
VALUES: tuple[float | str | None, ...] = (
    1, 2, 3, -1, 0, 0.5, -2.5, 1.005, 2.675, 0.1, 0.2, 0.3, 1234.56, -1234.565, 100, 99.995, 1e6, 123456789.12,
    43555, 43585, "5", "abc", "ABC", "a*c", "x", "Yes", "no ", "Q1 2018/19", "5 - High", None,
)  # fmt: skip
#: Formulas in one column of the sheet; the first of them is in F1.
HEIGHT = 300
_FIRST = 6

_SINGLE = [
    "1",
    "0",
    "-1",
    "2.5",
    "A1",
    "B2",
    "C3",
    "A10",
    "A20",
    '"abc"',
    '"5"',
    '""',
    "A30",
    "TRUE",
    "1/0",
    "A4",
    "A13",
    "A14",
    "NA()",
]
_SECOND = ["0", "1", "2", "3", "-1", "1.5", "A5", "A30", "A21", "-2"]
_RANGES = ["A1:A30", "A1:A12", "A13:A18", "A21:A30", "A19:A20", "A29:A30", "A5:A5", "A:A"]
_ONE = [
    "ABS",
    "SIGN",
    "INT",
    "TRUNC",
    "EVEN",
    "ODD",
    "SQRT",
    "EXP",
    "LN",
    "LOG10",
    "LOG",
    "NOT",
    "ISERROR",
    "ISERR",
    "ISNA",
    "ISBLANK",
    "ISTEXT",
    "ISNONTEXT",
    "ISNUMBER",
    "ISLOGICAL",
    "ISEVEN",
    "ISODD",
    "N",
    "T",
    "LEN",
    "UPPER",
    "LOWER",
    "PROPER",
    "TRIM",
    "CLEAN",
    "CHAR",
    "CODE",
    "VALUE",
    "LEFT",
    "RIGHT",
    "YEAR",
    "MONTH",
    "DAY",
    "WEEKDAY",
    "WEEKNUM",
    "UNICODE",
    "UNICHAR",
    "SUM",
    "COUNT",
    "COUNTA",
    "AVERAGE",
    "MIN",
    "MAX",
    "MEDIAN",
    "PRODUCT",
    "SUMSQ",
    "ROWS",
    "COLUMNS",
    "AND",
    "OR",
    "XOR",
    "CONCATENATE",
    "DATEVALUE",
    "ERROR.TYPE",
    "ISOWEEKNUM",
    "STDEV",
    "VAR",
]
_TWO = [
    "ROUND",
    "ROUNDUP",
    "ROUNDDOWN",
    "TRUNC",
    "MROUND",
    "CEILING",
    "FLOOR",
    "MOD",
    "QUOTIENT",
    "POWER",
    "LEFT",
    "RIGHT",
    "REPT",
    "EXACT",
    "FIND",
    "SEARCH",
    "IFERROR",
    "IFNA",
    "IF",
    "EDATE",
    "EOMONTH",
    "DAYS",
    "WEEKDAY",
    "WEEKNUM",
    "SUM",
    "AVERAGE",
    "MIN",
    "MAX",
    "AND",
    "OR",
    "CONCATENATE",
    "LOG",
    "SUMPRODUCT",
    "CHOOSE",
    "COUNT",
]
_OVER_RANGES = [
    "SUM({})",
    "COUNT({})",
    "COUNTA({})",
    "COUNTBLANK({})",
    "AVERAGE({})",
    "MIN({})",
    "MAX({})",
    "MEDIAN({})",
    "PRODUCT({})",
    "AND({})",
    "OR({})",
    "SUMPRODUCT({})",
    "STDEV({})",
    "STDEVP({})",
    "VAR({})",
    "VARP({})",
    "ROWS({})",
    "COLUMNS({})",
    "ROW({})",
    "COLUMN({})",
    "SUMSQ({})",
    "SUBTOTAL(9,{})",
    "SUBTOTAL(3,{})",
    "LARGE({},1)",
    "LARGE({},2)",
    "SMALL({},1)",
    "RANK(1,{})",
    "RANK(A5,{},1)",
    "INDEX({},2)",
    "INDEX({},1,1)",
    "MATCH(1,{},0)",
    'MATCH("abc",{},0)',
    'MATCH("A*",{},0)',
    "MATCH(2,{},1)",
    'VLOOKUP("abc",{},1,FALSE)',
    "VLOOKUP(3,{},1,FALSE)",
    "VLOOKUP(A30,{},1,FALSE)",
    "VLOOKUP(2,{},1)",
    "SUM(OFFSET({},1,0))",
    "ROWS(OFFSET({},1,0,2,1))",
    "HLOOKUP(1,{},2,FALSE)",
    "SUMPRODUCT(({}>0)*1)",
    'SUMPRODUCT(--({}="abc"))',
    'SUMPRODUCT(({}<>"")*1)',
    "SUM(INDEX({},0,1))",
    "COUNTIF({},A22)",
    'CONCATENATE("x",{})',
    'TEXTJOIN(",",TRUE,{})',
    "CONCAT({})",
    'LOOKUP(2,1/({}="abc"),{})',
    "LOOKUP(3,{},{})",
    "{}*1",
    '{}&""',
    "-{}",
]
_CRITERIA = [
    "1",
    '"1"',
    '"=1"',
    '"=5"',
    '"<>1"',
    '"1.0"',
    '"005"',
    '"P1"',
    '"2018/19"',
    '"M4"',
    '"Mark 1"',
    "0",
    '">0"',
    '"<=2.5"',
    '"abc"',
    '"<>abc"',
    '"a*"',
    '"?bc"',
    '"="',
    '"<>"',
    '""',
    "A30",
    "A21",
    "A5",
    '">"&A4',
    '"Yes"',
    '"*"',
    '"~*"',
    '"a~*c"',
    "5",
    '"5"',
    '"<>5"',
    '"<43560"',
]
_CONDITIONAL = (
    "COUNTIF({0},{1})", "SUMIF({0},{1})", "AVERAGEIF({0},{1})", "SUMIF({0},{1},A1)", 'COUNTIFS({0},{1},{0},">0")',
    "SUMIFS({0},{0},{1})", "AVERAGEIFS({0},{0},{1})", "MAXIFS({0},{0},{1})", "MINIFS({0},{0},{1})",
)  # fmt: skip
_FORMATS = (
    "0", "0.00", "#,##0", "#,##0.00", "£#,##0.00", "0%", "0.0%", "dd/mm/yyyy", "d mmm yyyy", "mmmm yyyy", "mmm-yy",
    "yyyy-mm-dd", "dddd", "000", '""Q""0', "#", "0.0#", "#,##0;(#,##0)", '0;-0;""nil""', "@", "General", "ddd d mmmm",
)  # fmt: skip
#: As they stand in templates, or where programs are known to come apart.
_BY_HAND = r"""
IF(A1>0,"y","n")|IF(A30="","blank","no")|IF(A30=0,1,2)|IF(ISBLANK(A30),1,2)|IF(1,,2)|IF(0,1)|IF(0,1,)
SWITCH(2,1,"a",2,"b","c")|SWITCH(9,1,"a","c")|IFS(FALSE,1,TRUE,2)|IFS(FALSE,1)|CHOOSE(4,1,2)|CHOOSE(1.9,"p","q")
0.1+0.2-0.3|(0.1+0.2)-0.3|1*(0.5-0.4-0.1)|IF(0.1+0.2-0.3=0,"z","nz")|IF(0.1+0.2=0.3,"e","ne")|SUM(0.1,0.2,-0.3)
SUM(A10:A11)-A12|ROUND(SUM(A10:A11)-A12,2)|A10+A11=A12|1.1*1.1|1/3|2/3*3|(1/3)*3=1|43.1-43.2+1|ROUND(1.005,2)
ROUND(2.5,0)|ROUND(-2.5,0)|ROUND(1234.565,2)|ROUNDDOWN(4.35*100,0)|INT(4.35*100)|INT(0.3/0.1)|MOD(10,3)|MOD(-10,3)
MOD(1.1,0.1)|-2^2|2^3^2|-A1^2|50%|10%*A15|"a"&1.5|"a"&1/3|"a"&1E6|"a"&TRUE|1=1|"a"="A"|"a"<"B"|"10">"9"|ABS(-0)
SUM(A1:A3,A5,10)|SUM((A1:A3,A5))|SUM(A1:A5 A3:A7)|A1:A5 A3:A3|INDEX(A1:B5,2,0)|SUM(INDEX(A1:A9,2):INDEX(A1:A9,4))
SUM(A1:INDEX(A1:A9,3))|MATCH(100,A1:A3)|MATCH(0.5,A1:A3)|VLOOKUP(2,A1:B9,3,FALSE)|VLOOKUP(2,A1:B9,0,FALSE)
VLOOKUP("zz",A1:B9,1,FALSE)|HLOOKUP(1,A1:B3,2,FALSE)|ADDRESS(3,4)|ADDRESS(3,4,4)|INDIRECT("A3")|INDIRECT("A"&2)
SUM(INDIRECT("A1:A3"))|INDIRECT("nope")|INDIRECT("Values!A3")|ROW()|COLUMN()|ROW(A7)|COUNTIF(Values!A1:A30,">1")
AND(A1:A5)|OR(A1=2,A2=2)|OR(A22="abc")|ISNUMBER(MATCH("abc",A1:A30,0))|IFERROR(VLOOKUP("zz",A1:A9,1,FALSE),"none")
IFNA(MATCH(77,A1:A9,0),-1)|SUMPRODUCT(A1:A3,A4:A6)|SUMPRODUCT((A1:A3>1)*(A4:A6<1)*A7:A9)
SUMPRODUCT(1/COUNTIF(A1:A12,A1:A12))|SUMPRODUCT(--(A21:A29="ABC"),A1:A9)|COUNTIFS(A1:A9,">0",A1:A9,"<3")
SUMIFS(A1:A9,A1:A9,">"&0.2,A1:A9,"<2")|TEXT(A13,"#,##0.00")&" pounds"|"£"&TEXT(A13,"0.00")|TRIM("  a  b ")
PROPER("o'neil mc-x")|UPPER("straße")|LOWER("ÀB")|EXACT("a","A")|SUBSTITUTE("aaa","a","b",2)|VALUE("1,234.5")
VALUE("5%")|VALUE("x")|VALUE("")|A21+1|A22+1|A21*1|SUM(A21,1)|A21=5|A22=A23|A30=0|A30=""|A30=FALSE
DATE(2019,3,31)|DATE(2018,14,1)|DATE(2019,2,30)|DATE(2019,0,0)|YEAR("2019-03-31")|DATEVALUE("2019-03-31")
"2019-03-31"+1|DAY(A30)|RANK(3,A1:A5)|LARGE(A1:A5,2)|SMALL(A1:A5,9)|SUBTOTAL(109,A1:A5)|SUBTOTAL(9,A1:A5,A7:A9)
AVERAGE(A25,A26)|AVERAGE("x")|MIN(A25)|MAX(A25:A26)|COUNTBLANK(A20:A35)|COUNTBLANK(E:E)|COUNTIF(A:A,"<>abc")
ERROR.TYPE(NA())|NETWORKDAYS(43555,43585)|XOR(TRUE,FALSE,TRUE)|QUOTIENT(-7,2)|MROUND(7,3)|CEILING(4.3,0.5)
FLOOR(4.3,0.5)|TRUNC(-4.9)|SQRT(-1)|LN(0)|1E308*10|10^400|0/0|POWER(0,0)|(-8)^(1/3)|SUM(1/0,1)|TRUE+1|TRUE=1
"a"*1|+"a"|--"5"|-"x"|INDEX(A1:A3,4)|INDEX(A1:A3,0)|OFFSET(A1,2,0)|OFFSET(A1,-1,0)|SUM(OFFSET(A1,0,0,3,1))
HYPERLINK("http://x","go")|CODE("A")|CLEAN("a"&CHAR(10)&"b")|VALUE(LEFT(A29,1))*VALUE(LEFT("3 - Low",1))
IFERROR(VALUE(LEFT(A22,1)),"N/A")|PERCENTILE(A1:A9,0.3)|QUARTILE(B1:B9,3)|QUARTILE(A1:A6,1)|NPV(0.035,B1:B4)|TYPE(A22)
TYPE(1/0)|AGGREGATE(9,6,A1:A20)|AGGREGATE(14,6,B1:B9,2)|AGGREGATE(4,6,B1:B9)|SUBTOTAL(9,B1:B9)|CEILING(4.31,0.1)
SUMPRODUCT(--ISNUMBER(MATCH(B1:B9,B3:B5,0)))|SUMPRODUCT(IF(A1:A3>1,1,0))|SUMPRODUCT(--(LEFT(C1:C9,1)="B"),B1:B9)
SUMPRODUCT(COUNTIF(C1:C9,C2:C4))|SUMPRODUCT(SUMIF(C1:C9,C2:C4,B1:B9))|DATE(YEAR(A20),MONTH(A20)+3,DAY(A20)-1)|IF(A1=0,0,ROUND(A8,0))
"""


def _listed() -> Iterator[str]:
    for function, value in product(_ONE, _SINGLE):
        yield f"{function}({value})"
    for function in _TWO:
        texts = ['"a"', "A22"] if function in {"FIND", "SEARCH", "EXACT", "IFERROR", "IFNA", "IF"} else []
        for value, second in product(_SINGLE, _SECOND + texts):
            yield f"{function}({value},{second})"
    for operator, left, right in product(
        ["+", "-", "*", "/", "^", "&", "=", "<>", "<", ">", "<=", ">="], _SINGLE, _SINGLE
    ):
        yield f"{left}{operator}{right}"
    for form, cells in product(_OVER_RANGES, _RANGES):
        yield form.replace("{}", cells)
    for form, cells, criterion in product(_CONDITIONAL, [*_RANGES[:6], "A:A"], _CRITERIA):
        yield form.format(cells, criterion)
    numbers = [
        "0",
        "1",
        "-1",
        "0.5",
        "1234.565",
        "-1234.56",
        "0.005",
        "43555",
        "A22",
        "A20",
        "1000000",
        "A30",
        "99.995",
    ]
    for value, form in product(numbers, _FORMATS):
        yield f'TEXT({value},"{form}")'
    for day in ["A19", "A20", "43555", "43466", "A5", "36526", "43555.75"]:
        for other in ["A20", "43921", "43580", "36525"]:
            yield from (f'DATEDIF({day},{other},"{unit}")' for unit in ("d", "m", "y", "ym"))
            yield from (f"NETWORKDAYS({day},{other})", f"NETWORKDAYS({day},{other},A19:A20)")
        for step in ["0", "1", "-1", "13", "5", "-7"]:
            yield from (f"EDATE({day},{step})", f"EOMONTH({day},{step})", f"WORKDAY({day},{step})")
            yield from (f"DATE(YEAR({day}),MONTH({day})+{step},DAY({day}))", f"DATE(YEAR({day}),{step},31)")
        yield from (f"WEEKDAY({day},{kind})" for kind in (1, 2, 3, 11, 12, 16))
    parts = ['"b"', '"c"', '"x"', '""', '"B"', '"?"']
    for text, part, number in product(('"abcabc"', "A28", "A22", "A13"), parts, (1, 2, 4)):
        yield from (f"FIND({part},{text},{number})", f"SEARCH({part},{text},{number})")
        yield from (f'SUBSTITUTE({text},{part},"zz",{number})', f'SUBSTITUTE({text},{part},"-")')
        yield from (f"MID({text},{number},2)", f"REPLACE({text},{number},2,{part})")
    yield from (each for line in _BY_HAND.strip().splitlines() for each in line.split("|"))


def random_formula(chance: random.Random, depth: int = 3) -> str:
    """A formula as a template's author might nest it."""
    if depth == 0 or chance.random() < 0.15:
        return chance.choice(["A1", "A5", "A13", "A22", "A30", "$B$3", "C2", "2", '"x"', "0.25", "B4"])

    def inner() -> str:
        return random_formula(chance, depth - 1)

    cells = chance.choice(["A1:A9", "B1:B9", "$A$1:$A$20", "C1:C9"])
    forms: list[Callable[[], str]] = [
        lambda: f"IF({inner()}{chance.choice(['=', '>', '<>', '<='])}{inner()},{inner()},{inner()})",
        lambda: f"IFERROR({inner()}/{inner()},{inner()})",
        lambda: f"SUM({cells},B2)*{inner()}",
        lambda: f"ROUND({inner()}+{inner()},2)",
        lambda: f"{inner()}&{inner()}",
        lambda: f"VLOOKUP({inner()},$B$1:$C$9,2,FALSE)",
        lambda: f"IFERROR(INDEX($C$1:$C$9,MATCH({inner()},$B$1:$B$9,0)),{inner()})",
        lambda: f"SUMIF({cells},{inner()},$B$1:$B$9)",
        lambda: f'COUNTIFS($B$1:$B$9,">"&{inner()})',
        lambda: f"({inner()}-{inner()})",
        lambda: f"LEFT({inner()},2)",
        lambda: f"MAX({cells},{random.Random(depth).randint(1, 9)})",
        lambda: f"AND({inner()}>0,{inner()}<>0)",
    ]
    return chance.choice(forms)()


def formulas(*, random_ones: int = 500, every: int = 1) -> list[str]:
    """All samples, or every so many-th of the listed ones, with as many random ones."""
    chance = random.Random(20190331)
    return [*list(_listed())[::every], *(random_formula(chance) for _ in range(random_ones))]


def cell_of(at: int) -> tuple[int, int]:
    """Row and column of the formula with that number, counted from nought."""
    return at % HEIGHT + 1, _FIRST + at // HEIGHT


def write(path: Path, samples: list[str]) -> Path:
    """A workbook with *samples* on the sheet Values, beside the values that they read."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "use_future_functions": True})
    sheet = book.add_worksheet("Values")
    for row, value in enumerate(VALUES):
        if value is not None:
            sheet.write(row, 0, value)
    for row in range(9):
        sheet.write_number(row, 1, 10 * (row + 1))
        sheet.write_string(row, 2, "ABCDEFGHI"[row])
    for at, formula in enumerate(samples):
        row, column = cell_of(at)
        sheet.write_formula(row - 1, column - 1, f"={formula}")
    book.close()
    return path

"""The rules that imports cannot show, as functions from source text to the places that break them."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, order=True)
class Breach:
    """One place that breaks a rule."""

    line: int
    what: str


CLOCK_READERS = {"today", "now", "utcnow"}
CLOCKS = {"date", "datetime", "time", "time_ns"}
INEXACT = {"float", "round", "print"}
NARROW_TYPES = {"int", "float", "dict", "list"}


def _dotted(node: ast.expr) -> str:
    """``a.b.c`` as text; nothing for anything that is not a plain chain of names."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def core_breaches(source: str) -> list[Breach]:
    """What the core must not do: read the clock (it is a port), print, or touch binary fractions.

    Also a float written as a number, since ``Money.percent(0.1)`` loses pennies without naming the type.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in CLOCK_READERS:
            if CLOCKS & set(_dotted(node.value).split(".")):
                found.append(Breach(node.lineno, f"reads the clock: {_dotted(node)}"))
        elif isinstance(node, ast.Attribute) and _dotted(node) in {"time.time", "time.time_ns"}:
            found.append(Breach(node.lineno, f"reads the clock: {_dotted(node)}"))
        elif isinstance(node, ast.Name) and node.id in INEXACT:
            found.append(Breach(node.lineno, f"uses {node.id}"))
        elif isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            found.append(Breach(node.lineno, f"uses the binary fraction {node.value}"))
    return sorted(found)


def foreign_imports(source: str, *, allowed: tuple[str, ...]) -> list[Breach]:
    """Imports that are neither the standard library's nor below one of the *allowed* packages."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        names = (
            [node.module or "."] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        )
        for name in names:
            standard = name.partition(".")[0] in sys.stdlib_module_names
            if not standard and not any(name == own or name.startswith(own + ".") for own in allowed):
                found.append(Breach(node.lineno, f"imports {name}"))
    return sorted(found)


def window_breaches(source: str) -> list[Breach]:
    """What windows must not do: run the event loop by hand, or send values through Qt's own narrow types.

    ``Signal(int)`` carries 32 bits, ``Signal(float)`` rounds, and a dict or a list arrives changed.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute | ast.Name):
            name = node.attr if isinstance(node, ast.Attribute) else node.id
            if name == "processEvents":
                found.append(Breach(node.lineno, "calls processEvents"))
        elif isinstance(node, ast.Call) and _dotted(node.func).rpartition(".")[2] == "Signal":
            for argument in ast.walk(node):
                narrow = isinstance(argument, ast.Name) and argument.id in NARROW_TYPES
                narrow = narrow or (isinstance(argument, ast.Constant) and argument.value in NARROW_TYPES)
                if narrow:
                    found.append(Breach(node.lineno, "sends a narrow type through a Signal"))
    return sorted(found)


def resaving_breaches(source: str) -> list[Breach]:
    """Workbooks that openpyxl has loaded and that are saved again: it drops what it does not know.

    Followed by name within one module: whatever has been assigned from ``load_workbook`` has no ``save``.
    """
    tree = ast.parse(source)

    def loads(node: ast.AST | None) -> bool:
        return isinstance(node, ast.Call) and _dotted(node.func).rpartition(".")[2] == "load_workbook"

    loaded: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and loads(node.value):
            loaded |= {_dotted(target) for target in node.targets}
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and loads(node.value):
            loaded.add(_dotted(node.target))
        elif isinstance(node, ast.withitem):
            inner = any(loads(part) for part in ast.walk(node.context_expr))
            if inner and node.optional_vars is not None:
                loaded.add(_dotted(node.optional_vars))
    loaded.discard("")
    found = []
    for node in ast.walk(tree):
        if not (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "save"
        ):
            continue
        if loads(node.func.value) or _dotted(node.func.value) in loaded:
            found.append(Breach(node.lineno, "saves a workbook that was loaded"))
    return sorted(found)


# Written in pieces, so that this file is not its own first finding.
_REGISTRIES = re.compile(
    r"--(?:extra-)?index" + r"-url|--find" + r"-links|https?://[^\s)\"']*/simple(?=[/\"'\s]|$)"
    r"|\b(?:pypi|pythonhosted|test\.pypi)\." + r"(?:org|io)\b|registry\." + r"npmjs|deb\." + r"debian\.org"
    r"|^\s*registry\s*=",
    re.MULTILINE,
)
_MACHINE = re.compile(r"(?<![\w.~/-])/(?:work|root|opt/wheels)" + r"/[\w.-]|[A-Z]:\\Users" + r"\\\w+\\")


def address_breaches(text: str, *, checkout: Path = ROOT) -> list[Breach]:
    """Addresses of package registries, and paths that exist on one person's machine only."""
    patterns = [(_REGISTRIES, "names a package registry"), (_MACHINE, "names a path of one machine")]
    if len(checkout.parts) > 2:
        own = re.compile(r"(?<![\w.~/-])" + re.escape(str(checkout)) + r"(?![\w.-])")
        patterns.append((own, "names a path of one machine"))
    return sorted(
        Breach(text.count("\n", 0, match.start()) + 1, f"{what}: {match.group(0).strip()}")
        for pattern, what in patterns
        for match in pattern.finditer(text)
    )


GENERATED = {".git", ".venv", "venv", "build", "dist", "__pycache__", "node_modules", "htmlcov"}


def project_files() -> Iterator[Path]:
    """Every file that belongs to the project, whether or not this checkout is a git one."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        generated = any(part in GENERATED or part.endswith((".egg-info", "_cache")) for part in parts)
        if not generated and ".hypothesis" not in parts and path.is_file():
            yield path


def python_files(room: str) -> list[Path]:
    """The Python files below *room*, a folder named from the top of the checkout."""
    return sorted((ROOT / room).rglob("*.py"))

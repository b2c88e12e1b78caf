"""README.md is true: its map is the tree, its links lead somewhere, and its commands can be typed."""

import re
from pathlib import Path

import pytest

from tests.architecture.shape import ROOT, project_files

README = (ROOT / "README.md").read_text(encoding="utf-8")
DEPTH = 2


def blocks(text: str) -> list[list[str]]:
    """The lines of each fenced block."""
    return [
        block.strip("\n").splitlines()
        for block in re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    ]


def section(heading: str) -> str:
    return README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def mapped_folders(lines: list[str]) -> set[str]:
    """The folders of a map: four spaces a level, the name with a slash, then what it is for."""
    found, above = set(), [""]
    for line in lines:
        entry = re.fullmatch(r"(?P<indent>(?: {4})*)(?P<name>[\w.-]+)/ +(?P<what>\S.*)", line)
        assert entry is not None, f"this line of the map can't be read: {line}"
        level = len(entry["indent"]) // 4
        above[level:] = [entry["name"]]
        found.add("/".join(above))
    return found


def folders_of(files: list[Path], depth: int) -> set[str]:
    """Every folder that holds a file, down to *depth* levels; a test's own caches are no part of the project."""
    found = set()
    for path in files:
        parts = path.relative_to(ROOT).parts[:-1][:depth]
        found |= {"/".join(parts[:level]) for level in range(1, len(parts) + 1)}
    return found


def test_the_map_is_the_tree() -> None:
    map_lines = blocks(section("Map of the tree"))[0]
    assert mapped_folders(map_lines) == folders_of(list(project_files()), DEPTH)


def test_the_rule_on_maps_sees_what_is_missing_and_what_is_gone() -> None:
    files = [ROOT / "a" / "b" / "c" / "file", ROOT / "d" / "file", ROOT / "file"]
    assert folders_of(files, 2) == {"a", "a/b", "d"}
    assert mapped_folders(["a/   one", "    b/  two", "d/ three"]) == {"a", "a/b", "d"}
    with pytest.raises(AssertionError, match="can't be read"):
        mapped_folders(["a/"])


def test_every_link_leads_somewhere() -> None:
    targets = re.findall(r"\]\((?!https?://)([^)#]+)\)", README)
    assert "resources/screenshots/overview.png" in targets
    assert [target for target in targets if not (ROOT / target).is_file()] == []


def test_the_decisions_are_numbered_and_say_instead_of_what() -> None:
    decisions = re.findall(r"^(\d+)\. (.*)$", section("Decisions"), re.MULTILINE)
    assert [int(number) for number, _ in decisions] == list(range(1, len(decisions) + 1))
    assert [text for _, text in decisions if "Instead of" not in text] == []


def test_the_files_that_are_named_in_commands_are_there() -> None:
    outside_the_map = README.replace(section("Map of the tree"), "")
    for line in (line for block in blocks(outside_the_map) for line in block):
        for word in line.split():
            if word.startswith(("installer/", "tests/")) and not word.endswith("/"):
                assert (ROOT / word).exists(), word
            if word.startswith("tests.") and "-m" in line:
                assert (ROOT / word.replace(".", "/") / "__main__.py").is_file(), word


def test_the_two_commands_are_those_of_the_installer() -> None:
    assert blocks(section("The two commands"))[0] == [
        "python3 installer/start.py run",
        "python3 installer/start.py test",
    ]


def test_the_change_log_begins_with_the_newest() -> None:
    log = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", log, re.MULTILINE)[0] == "Not yet released"

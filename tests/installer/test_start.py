"""The decisions of installer/start.py that can be tried without installing anything."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from installer import start


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("win32", {}, True),
        ("darwin", {}, True),
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
        ("win32", {"QT_QPA_PLATFORM": "minimal:enable_fonts"}, False),
        ("linux", {"DISPLAY": ":0", "QT_QPA_PLATFORM": "xcb"}, True),
    ],
)
def test_a_screen_is_named_by_the_system_or_the_settings(
    platform: str, environment: dict[str, str], *, expected: bool
) -> None:
    assert start.names_a_screen(platform, environment) is expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, []),
        ({"DISPLAY": ":7"}, ["/tmp/.X11-unix/X7", "\0/tmp/.X11-unix/X7"]),
        ({"DISPLAY": "unix:7.1"}, ["/tmp/.X11-unix/X7", "\0/tmp/.X11-unix/X7"]),
        ({"DISPLAY": "localhost:10.0"}, [("localhost", 6010)]),
        ({"DISPLAY": "nonsense"}, []),
        ({"WAYLAND_DISPLAY": "/run/w"}, ["/run/w"]),
        ({"WAYLAND_DISPLAY": "wayland-1", "XDG_RUNTIME_DIR": "/run/user/7"}, ["/run/user/7/wayland-1"]),
        ({"WAYLAND_DISPLAY": "wayland-1"}, []),
    ],
)
def test_screens_listen_where_their_settings_say(
    environment: dict[str, str], expected: list[str | tuple[str, int]]
) -> None:
    assert start.screen_sockets(environment) == expected


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there a screen is never asked")
def test_a_named_screen_that_nobody_serves_is_no_screen(tmp_path: Path) -> None:
    address = str(tmp_path / "wayland-0")
    named = {"WAYLAND_DISPLAY": address}
    assert not start.has_screen("linux", named)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(address)
        server.listen()
        assert start.has_screen("linux", named)


@pytest.mark.parametrize(
    ("os_release", "expected"),
    [
        ('NAME="Debian GNU/Linux"\nID=debian\n', True),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', True),
        ('NAME="not debian"\nID=fedora\n', False),
        ("", False),
    ],
)
def test_debian_is_known_by_its_name_or_its_family(os_release: str, *, expected: bool) -> None:
    assert start.is_debian(os_release) is expected


def test_nothing_is_missing_where_everything_loads() -> None:
    assert start.missing_packages(lambda _: True, font=True, screen=True) == []


def test_only_what_does_not_load_is_missing() -> None:
    packages = start.missing_packages(lambda library: library != "libEGL.so.1", font=False, screen=True)
    assert packages == ["libegl1", "fonts-dejavu-core"]


def test_libraries_of_a_screen_are_missing_only_when_there_is_one() -> None:
    without = start.missing_packages(lambda _: False, font=True, screen=False)
    assert "libgl1" in without
    assert "libxcb-cursor0" not in without
    assert "libxcb-cursor0" in start.missing_packages(lambda _: False, font=True, screen=True)


def test_a_font_is_looked_for_in_every_folder(tmp_path: Path) -> None:
    folders = [tmp_path / "missing", tmp_path]
    assert not start.has_font(folders)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "Letters.TTF").touch()
    assert start.has_font(folders)


def test_packages_that_may_not_be_installed_are_named_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(start, "as_root", lambda: None)
    with pytest.raises(start.SetUpError) as refusal:
        start.apt_install(["libgl1", "libegl1"], reason="Qt needs libraries")
    assert str(refusal.value).endswith("please type: sudo apt-get install libgl1 libegl1")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        (
            "E: Failed to fetch x  Could not resolve 'host'\nE: maybe run apt-get update?",
            "the network does not answer",
        ),
        ("W: old\nE: Unable to locate package libgl1\n", "Unable to locate package libgl1"),
        ("", ""),
    ],
)
def test_the_complaint_of_apt_is_put_in_a_few_words(errors: str, words: str) -> None:
    assert start.why_apt_failed(errors) == words


def test_a_venv_has_its_python_where_the_system_puts_it() -> None:
    assert start.venv_python(Path("v"), "win32") == Path("v/Scripts/python.exe")
    assert start.venv_python(Path("v"), "linux") == Path("v/bin/python")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with settings and two locks, for stamps."""
    (tmp_path / "pyproject.toml").write_text("[project]", encoding="utf-8")
    for lock in ("RUNTIME", "DEVELOPMENT"):
        path = tmp_path / f"{lock}.lock"
        path.write_text(lock, encoding="utf-8")
        old = getattr(start, lock)
        monkeypatch.setattr(start, lock, start.Lock(old.name, path, old.holds))
    return tmp_path


def test_the_second_set_up_finds_nothing_to_do(project: Path) -> None:
    wanted = start.wanted_stamp(start.RUNTIME, python="3.11.7", root=project)
    kept = project / "stamp.json"
    kept.write_text(json.dumps(wanted), encoding="utf-8")
    assert start.outdated(start.read_stamp(kept), wanted) == set()


def test_a_developers_set_up_serves_the_application_too(project: Path) -> None:
    stamp = start.wanted_stamp(start.DEVELOPMENT, python="3.11.7", root=project)
    assert start.outdated(stamp, start.wanted_stamp(start.RUNTIME, python="3.11.7", root=project)) == set()


def test_the_applications_set_up_does_not_serve_a_developer(project: Path) -> None:
    stamp = start.wanted_stamp(start.RUNTIME, python="3.11.7", root=project)
    wanted = start.wanted_stamp(start.DEVELOPMENT, python="3.11.7", root=project)
    assert start.outdated(stamp, wanted) == {"development"}


def test_a_changed_lock_is_installed_again(project: Path) -> None:
    stamp = start.wanted_stamp(start.DEVELOPMENT, python="3.11.7", root=project)
    start.DEVELOPMENT.path.write_text("newer", encoding="utf-8")
    wanted = start.wanted_stamp(start.DEVELOPMENT, python="3.11.7", root=project)
    assert start.outdated(stamp, wanted) == {"development"}


def test_another_python_or_another_place_counts_as_new(project: Path) -> None:
    stamp = start.wanted_stamp(start.RUNTIME, python="3.11.7", root=project)
    (project / "moved").mkdir()
    (project / "moved" / "pyproject.toml").write_text("[project]", encoding="utf-8")
    moved = start.wanted_stamp(start.RUNTIME, python="3.11.7", root=project / "moved")
    assert start.outdated(stamp, moved) == {"project"}
    newer = start.wanted_stamp(start.RUNTIME, python="3.12.1", root=project)
    assert start.outdated(stamp, newer) == {"project", "runtime"}


@pytest.mark.parametrize("text", ["", "{", "[1]", '"x"'])
def test_a_damaged_stamp_counts_as_none(tmp_path: Path, text: str) -> None:
    kept = tmp_path / "stamp.json"
    kept.write_text(text, encoding="utf-8")
    assert start.read_stamp(kept) == {}
    assert start.read_stamp(tmp_path / "missing.json") == {}


@pytest.mark.parametrize(
    ("output", "word"),
    [
        (
            "WARNING: Retrying ... NewConnectionError('...')\nERROR: No matching distribution found for rich",
            "network",
        ),
        ("Temporary failure in name resolution", "network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "hash"),
        ("ERROR: Could not install packages: [Errno 28] No space left on device", "disk"),
        ("ERROR: No matching distribution found for rich==15.0.0", "not offered"),
        ("first\n  ERROR: something odd\n\n", "something odd"),
        ("", "it said nothing"),
    ],
)
def test_the_many_lines_of_pip_become_one_sentence(output: str, word: str) -> None:
    sentence = start.why_pip_failed(output)
    assert word in sentence
    assert "\n" not in sentence


def test_without_a_wish_the_sample_is_shown_where_it_can_be_seen() -> None:
    assert start.application_arguments([], screen=True) == ["--sample"]
    assert start.application_arguments([], screen=False) == ["demo"]
    assert start.application_arguments(["--sample"], screen=False) == ["demo"]


def test_a_command_needs_no_screen(tmp_path: Path) -> None:
    arguments = ["verify", str(tmp_path / "a.funding")]
    assert not start.asks_for_window(arguments)
    assert start.application_arguments(arguments, screen=False) == arguments


def test_a_file_without_a_screen_is_refused_with_advice(tmp_path: Path) -> None:
    file = tmp_path / "a.funding"
    file.touch()
    assert start.application_arguments([str(file)], screen=True) == [str(file)]
    with pytest.raises(start.SetUpError, match="--help"):
        start.application_arguments([str(file)], screen=False)


def test_tests_are_spread_over_the_processors_unless_asked_otherwise() -> None:
    assert start.pytest_arguments(["-x"], processors=2) == ["-n", "2", "--dist", "loadgroup", "-x"]
    assert start.pytest_arguments([], processors=32)[:2] == ["-n", "4"]
    assert start.pytest_arguments([], processors=1) == []
    assert start.pytest_arguments(["-n0"], processors=2) == ["-n0"]
    assert start.pytest_arguments(["--pdb"], processors=2) == ["--pdb"]


def test_the_tests_keep_compiled_modules_whatever_the_shell_says() -> None:
    given = {"PYTHONDONTWRITEBYTECODE": "1", "LANG": "C"}
    assert start.test_environment(given) == {"QT_QPA_PLATFORM": "offscreen", "LANG": "C"}
    assert start.test_environment({"QT_QPA_PLATFORM": "xcb"}) == {"QT_QPA_PLATFORM": "xcb"}


def test_a_process_ended_by_a_signal_has_the_shells_status() -> None:
    assert [start.exit_status(code) for code in (0, 3, -15)] == [0, 3, 143]


def ask(*arguments: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    path = Path(start.__file__)
    return subprocess.run([python, str(path), *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [(), ("walk",)])
def test_an_unknown_job_gets_a_sentence(arguments: tuple[str, ...]) -> None:
    asked = ask(*arguments)
    assert (asked.returncode, asked.stdout) == (2, "")
    assert asked.stderr.startswith("Please type: ")


def test_an_older_python_gets_a_sentence() -> None:
    source = Path(start.__file__).read_text(encoding="utf-8")
    program = f"import sys; sys.version_info = (3, 9, 2); sys.version = '3.9.2 (old)'\nexec({source!r})"
    asked = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert asked.returncode == 1
    assert asked.stderr.strip() == "Funding Tracker needs Python 3.11 or newer, and this is Python 3.9.2."


def test_a_mistake_of_the_system_gets_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: start.Lock) -> Path:
        raise PermissionError(13, os.strerror(13), "folder/.venv")

    monkeypatch.setattr(start, "set_up", refuse)
    assert start.main(["run", "verify"]) == start.SET_UP_REFUSED
    assert capsys.readouterr().err == "The set-up could not be finished: Permission denied (folder/.venv).\n"

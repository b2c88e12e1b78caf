"""Set up everything in .venv beside this checkout, then run the application or its tests.

    python3 installer/start.py run [FILE, or a command and its arguments]
    python3 installer/start.py test [arguments for pytest]

Standard library only: this runs before anything is installed. Whatever goes wrong is said in one sentence that
tells what could not be done and what to type. Its own words go to standard error, so that the standard output of a
command started through it is that command's alone.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python gets a sentence instead of a traceback
    sys.exit(f"Funding Tracker needs Python 3.11 or newer, and this is Python {sys.version.split()[0]}.")

import ctypes
import hashlib
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "set-up.json"
LOG = VENV / "set-up.log"

SET_UP_REFUSED = 3  # as in the command line: refused, with one sentence that says why

QT_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
SCREEN_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}
FONT_PACKAGE = "fonts-dejavu-core"

UNSEEN_PLATFORMS = {"offscreen", "minimal", "minimalegl", "vnc"}
"""Values of QT_QPA_PLATFORM under which a window opens where nobody sees it."""

OPEN_A_SCREEN = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"


class SetUpError(Exception):
    """One sentence: what could not be done, and what to type."""


@dataclass(frozen=True, slots=True)
class Lock:
    """A list of wheels with their hashes, and which other list it already holds."""

    name: str
    path: Path
    holds: tuple[str, ...]


RUNTIME = Lock("runtime", ROOT / "installer" / "requirements.lock", ("runtime",))
DEVELOPMENT = Lock("development", ROOT / "installer" / "requirements-dev.lock", ("runtime", "development"))


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


# The screen


def names_a_screen(platform: str, environment: Mapping[str, str]) -> bool:
    """Whether a window would have somewhere to appear, as far as the settings tell."""
    if environment.get("QT_QPA_PLATFORM", "").partition(":")[0] in UNSEEN_PLATFORMS:
        return False
    if platform in {"win32", "darwin"}:
        return True
    return bool(environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY"))


def screen_sockets(environment: Mapping[str, str]) -> list[str | tuple[str, int]]:
    """Where the screens named in *environment* listen: paths of local sockets, or host and port."""
    found: list[str | tuple[str, int]] = []
    wayland = environment.get("WAYLAND_DISPLAY", "")
    if wayland.startswith("/"):
        found.append(wayland)
    elif wayland and environment.get("XDG_RUNTIME_DIR"):
        found.append(f"{environment['XDG_RUNTIME_DIR']}/{wayland}")
    x11 = re.fullmatch(
        r"(?:[a-z]+/)?(?P<host>[^:/]*):(?P<number>\d+)(?:\.\d+)?", environment.get("DISPLAY", "")
    )
    if x11 and x11["host"] in {"", "unix"}:
        local = f"/tmp/.X11-unix/X{x11['number']}"  # noqa: S108 - the address that X servers listen at
        found += [local, "\0" + local]
    elif x11:
        found.append((x11["host"], 6000 + int(x11["number"])))
    return found


def answers(address: str | tuple[str, int]) -> bool:
    """Whether something accepts a connection at *address*."""
    try:
        if isinstance(address, tuple):
            with socket.create_connection(address, timeout=3):
                return True
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as local:
            local.settimeout(3)
            local.connect(address)
            return True
    except OSError:
        return False


def has_screen(platform: str, environment: Mapping[str, str]) -> bool:
    """Whether a screen is named and answers. Windows and macOS have one without being asked."""
    if not names_a_screen(platform, environment):
        return False
    return platform in {"win32", "darwin"} or any(map(answers, screen_sockets(environment)))


# The system's own packages


def is_debian(os_release: str) -> bool:
    """Whether the text of /etc/os-release describes Debian, Ubuntu or a relative of theirs."""
    names = re.findall(r"^ID(?:_LIKE)?=(.*)$", os_release, flags=re.MULTILINE)
    return bool({"debian", "ubuntu"} & {word for name in names for word in name.strip("\"'").split()})


def on_debian() -> bool:
    try:
        return is_debian(Path("/etc/os-release").read_text(encoding="utf-8"))
    except OSError:
        return False


def library_loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_font(folders: Iterable[Path]) -> bool:
    """Whether there is any font to draw letters with; Qt brings none of its own."""
    endings = {".ttf", ".otf", ".ttc", ".pfb"}
    return any(path.suffix.lower() in endings for folder in folders for path in folder.rglob("*"))


def font_folders() -> list[Path]:
    home = Path.home()
    return [
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".fonts",
        home / ".local" / "share" / "fonts",
    ]


def missing_packages(loads: Callable[[str], bool], *, font: bool, screen: bool) -> list[str]:
    """The Debian packages whose libraries Qt needs and does not find; with *screen*, those of a real one too."""
    wanted = QT_LIBRARIES | (SCREEN_LIBRARIES if screen else {})
    packages = [package for library, package in wanted.items() if not loads(library)]
    return packages if font else [*packages, FONT_PACKAGE]


def as_root() -> list[str] | None:
    """What to put before a command so that it runs as root, or None where that is not allowed."""
    if sys.platform == "win32":
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def apt_get(before: Sequence[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    # "env" hands the setting through sudo, which drops the environment it was called with.
    command = [
        *before,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-q",
        "-o",
        "DPkg::Lock::Timeout=120",
    ]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)


def why_apt_failed(errors: str) -> str:
    """apt-get's complaint in a few words."""
    if "Could not resolve" in errors or "Failed to fetch" in errors:
        return "the network does not answer"
    return last_line(errors).removeprefix("E: ")


def apt_install(packages: Sequence[str], *, reason: str) -> None:
    """Install Debian packages; refuse in one sentence, with the command for a person to type."""
    by_hand = f"please type: sudo apt-get install {' '.join(packages)}"
    before = as_root()
    if before is None or shutil.which("apt-get") is None:
        raise SetUpError(f"{reason}, and installing needs an administrator: {by_hand}")
    say(f"Installing {' '.join(packages)} from the system's own packages ...")
    # Lists that could not be refreshed may still name the packages, so only the second command decides.
    apt_get(before, "update")
    done = apt_get(before, "install", "-y", "--no-install-recommends", *packages)
    if done.returncode != 0:
        problem = why_apt_failed(done.stderr) or f"exit status {done.returncode}"
        raise SetUpError(f"{reason}, and apt-get could not help ({problem}): {by_hand}")


def need_qt_libraries(*, screen: bool) -> None:
    """See that Qt finds the shared libraries that its wheels leave to the system."""
    if not (sys.platform == "linux" and on_debian()):
        return

    def missing() -> list[str]:
        return missing_packages(library_loads, font=has_font(font_folders()), screen=screen)

    packages = missing()
    if packages:
        apt_install(packages, reason="Qt's windows need system libraries that are not here")


# The environment in .venv


def venv_python(venv: Path, platform: str) -> Path:
    return venv / "Scripts" / "python.exe" if platform == "win32" else venv / "bin" / "python"


def last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def make_venv() -> None:
    """Make .venv, or mend one whose Python has gone away. What else is in it stays."""
    if importlib.util.find_spec("ensurepip") is None:
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        reason = "This Python cannot make an environment of its own, because its venv package is not here"
        if not on_debian():
            raise SetUpError(f"{reason}: please install the venv and ensurepip modules of {version}.")
        apt_install([f"{version}-venv"], reason=reason)
    say("Making .venv ...")
    command = [sys.executable, "-m", "venv", str(VENV)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        problem = last_line(done.stderr) or last_line(done.stdout)
        raise SetUpError(f"{VENV} could not be made ({problem}): please look at that folder, or remove it.")


def digest(*parts: bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


def wanted_stamp(lock: Lock, *, python: str, root: Path) -> dict[str, str]:
    """What the stamp in .venv says once *lock* and the project are installed.

    The Python counts, because wheels are chosen for it; the place counts, because the project is installed by its path.
    """
    project = digest((root / "pyproject.toml").read_bytes(), str(root).encode(), python.encode())
    stamp = {"project": project}
    for name in lock.holds:
        path = RUNTIME.path if name == RUNTIME.name else DEVELOPMENT.path
        stamp[name] = digest(path.read_bytes(), python.encode())
    return stamp


def read_stamp(path: Path) -> dict[str, str]:
    """What was installed at the last set-up; nothing, if that cannot be told."""
    try:
        stamp = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in stamp.items()} if isinstance(stamp, dict) else {}


def outdated(stamp: Mapping[str, str], wanted: Mapping[str, str]) -> set[str]:
    """The parts that have to be installed again."""
    return {part for part, value in wanted.items() if stamp.get(part) != value}


def why_pip_failed(output: str) -> str:
    """pip's many lines as one sentence for a person."""
    if "DO NOT MATCH THE HASHES" in output:
        return "A downloaded part is not the one that was tested (its hash differs), so nothing of it was installed."
    if "No space left on device" in output:
        return "The disk is full: please free about 1 GB and try again."
    if "Permission denied" in output:
        return f"Writing into {VENV} is not allowed: please check who owns it."
    network = (
        "NewConnectionError",
        "ConnectTimeout",
        "ReadTimeout",
        "NameResolution",
        "ProxyError",
        "SSLError",
    )
    if any(
        sign in output for sign in (*network, "name resolution", "Connection broken", "Failed to establish")
    ):
        return (
            "The parts the application needs could not be fetched, because the network does not answer: "
            "please connect this computer and try again."
        )
    if "No matching distribution found" in output:
        return "A part the application needs is not offered for this computer or this Python."
    return f"pip could not install what the application needs ({last_line(output) or 'it said nothing'})."


def pip_install(python: Path, *arguments: str) -> None:
    """Install with the environment's own pip and the user's own pip settings; the whole output goes to a log."""
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *arguments]
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    with LOG.open("a", encoding="utf-8") as log:
        log.write(done.stdout)
    if done.returncode != 0:
        raise SetUpError(f"{why_pip_failed(done.stdout)} (The whole story is in {LOG}.)")


def set_up(lock: Lock) -> Path:
    """Make .venv hold *lock* and the project, and return its Python. Quick when nothing has changed."""
    python = venv_python(VENV, sys.platform)
    wanted = wanted_stamp(lock, python=sys.version.split()[0], root=ROOT)
    stamp = read_stamp(STAMP) if python.exists() else {}
    parts = outdated(stamp, wanted)
    if not parts:
        return python
    if not python.exists() or not stamp:
        make_venv()
    STAMP.unlink(missing_ok=True)  # until this is finished, nothing can be said of what .venv holds
    LOG.unlink(missing_ok=True)
    if parts & set(lock.holds):
        say("Installing what the application needs into .venv (a few minutes the first time) ...")
        pip_install(python, "--require-hashes", "--only-binary", ":all:", "-r", str(lock.path))
    # Everything that builds the project is in the lock, so this asks the network for nothing.
    pip_install(python, "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT))
    STAMP.write_text(json.dumps(stamp | wanted, indent=1) + "\n", encoding="utf-8")
    return python


# What a person asks for


def exit_status(code: int) -> int:
    """The status for the shell; a process ended by a signal counts as 128 and the signal's number."""
    return 128 - code if code < 0 else code


def call(
    command: Sequence[str | Path], *, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> int:
    return exit_status(subprocess.call(command, cwd=cwd, env=environment))


def asks_for_window(arguments: Sequence[str]) -> bool:
    """Whether *arguments* open the window: none, the sample, or a file. Everything else is a command."""
    return not arguments or arguments[0] == "--sample" or Path(arguments[0]).is_file()


def application_arguments(arguments: Sequence[str], *, screen: bool) -> list[str]:
    """What to pass on to the application: what was asked for, or the sample in a window or in the terminal."""
    if not asks_for_window(arguments):
        return list(arguments)
    if screen:
        return list(arguments) or ["--sample"]
    if not arguments or arguments[0] == "--sample":
        return ["demo"]
    raise SetUpError(
        f"There is no screen here to open {arguments[0]} on; the same work can be done with commands, "
        "which this lists: python3 installer/start.py run --help"
    )


def opens_a_screen(python: Path) -> bool:
    """Whether Qt itself gets on with the screen; tried in a process of its own, because Qt aborts when it does not."""
    tried = subprocess.run([python, "-c", OPEN_A_SCREEN], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        say(f"Qt cannot use the screen that is here ({tried.stderr.strip().partition(chr(10))[0]}).")
    return tried.returncode == 0


def run(arguments: Sequence[str]) -> int:
    """Start the application: on the file named, or on the sample."""
    window = asks_for_window(arguments)
    screen = window and has_screen(sys.platform, os.environ)
    python = set_up(RUNTIME)
    if screen:
        need_qt_libraries(screen=True)
        screen = opens_a_screen(python)
    passed_on = application_arguments(arguments, screen=screen)
    if window and not screen:
        say("There is no screen here for the window, so the sample's year is worked through in the terminal.")
    return call([python, "-m", "fundingapp", *passed_on])


def pytest_arguments(arguments: Sequence[str], *, processors: int) -> list[str]:
    """pytest's arguments, spread over the processors unless the caller has a say in that or wants to look inside."""
    own_way = ("-n", "--numprocesses", "--dist", "--pdb", "--trace", "-s", "--capture=no")
    if (
        processors < 2
        or "no:xdist" in arguments
        or any(argument.startswith(own_way) for argument in arguments)
    ):
        return list(arguments)
    return ["-n", str(min(processors, 4)), "--dist", "loadgroup", *arguments]


def test_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of the tests: without a screen, and with compiled modules kept.

    The tests start some hundreds of processes. Where each has to compile the application again, as Python does when it
    is told to keep nothing, that alone is minutes.
    """
    kept = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {"QT_QPA_PLATFORM": "offscreen", **kept}


def test(arguments: Sequence[str]) -> int:
    """Check the code as a reader would and then run the tests; stop at the first check that fails."""
    python = set_up(DEVELOPMENT)
    need_qt_libraries(screen=False)
    environment = test_environment(os.environ)
    checks: dict[str, list[str | Path]] = {
        "ruff check": [python, "-m", "ruff", "check", "--quiet", "."],
        "ruff format --check": [python, "-m", "ruff", "format", "--check", "--quiet", "."],
        "mypy": [python, "-m", "mypy"],
    }
    for name, command in checks.items():
        status = call(command, cwd=ROOT, environment=environment)
        if status != 0:
            say(f"Stopped at {name}: what it lists above has to be put right before the tests are run.")
            return status
    # pytest has the last word: its closing line says how many passed and failed.
    spread = pytest_arguments(arguments, processors=os.cpu_count() or 1)
    return call([python, "-m", "pytest", *spread], cwd=ROOT, environment=environment)


def main(arguments: Sequence[str]) -> int:
    jobs = {"run": run, "test": test}
    if not arguments or arguments[0] not in jobs:
        say("Please type: python3 installer/start.py run [FILE], or python3 installer/start.py test")
        return 2
    try:
        return jobs[arguments[0]](arguments[1:])
    except SetUpError as refusal:
        say(str(refusal))
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        say(f"The set-up could not be finished: {error.strerror or error}{place}.")
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    return SET_UP_REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Where a file lies is told by its folder, its drive and whether locks work there (N01, N07)."""

from __future__ import annotations

from pathlib import Path

import pytest

from fundingapp.persistence import surroundings
from fundingapp.persistence.surroundings import (
    Kind,
    Whereabouts,
    linux_mounts,
    locks_work,
    macos_mounts,
    network_among,
    whereabouts,
    windows_network_of,
)

MOUNTINFO = r"""
1 27 0:21 / /proc rw,relatime - proc proc rw
6 27 254:0 / / rw,relatime - ext4 /dev/vda rw
7 6 0:40 / /srv/finance rw,relatime shared:5 - cifs //server/finance rw,vers=3.0
8 7 0:41 / /srv/finance/local rw - tmpfs tmpfs rw
9 6 0:42 / /home/ann/CSP\040grants rw - fuse.sshfs ann@host:/grants rw
10 6 0:43 / /mnt/nfs rw - nfs4 server:/export rw
11 6 0:44 / /mnt/nfs rw - ext4 /dev/vdb rw
12 6 0:45 / /media/stick rw - fuseblk /dev/sdb1 rw
a line that is none
"""
MOUNT = """/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//ann@server/grants on /Volumes/CSP grants (smbfs, nodev, nosuid, mounted by ann)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
"""


@pytest.mark.parametrize(
    ("folder", "network"),
    [
        ("/home/ann", ""),
        ("/srv/finance", "cifs"),
        ("/srv/finance/csp", "cifs"),
        ("/srv/finances", ""),
        ("/srv/finance/local/x", ""),
        ("/home/ann/CSP grants/2019", "sshfs"),
        ("/mnt/nfs", ""),
        ("/media/stick/grants", ""),
    ],
)
def test_a_network_drive_is_told_by_its_file_system(folder: str, network: str) -> None:
    """The innermost mount counts, and of two at one place the later."""
    assert network_among(linux_mounts(MOUNTINFO), folder) == network


@pytest.mark.parametrize(("folder", "network"), [("/Users/ann", ""), ("/Volumes/CSP grants/2019", "smbfs")])
def test_a_network_drive_of_a_mac_is_told_by_what_mount_says(folder: str, network: str) -> None:
    assert network_among(macos_mounts(MOUNT), folder) == network


@pytest.mark.parametrize(
    ("path", "is_share"),
    [
        (r"\\server\finance\grants.funding", True),
        (r"\\?\UNC\server\finance\grants.funding", True),
        (r"S:\grants.funding", True),
        (r"\\?\S:\grants.funding", True),
        (r"C:\grants.funding", False),
        (r"\\?\C:\grants.funding", False),
    ],
)
def test_a_share_of_windows_is_told_by_its_name_or_its_drive(path: str, is_share: bool) -> None:
    asked = []

    def drive_type(root: str) -> int:
        asked.append(root)
        return 4 if root == "S:\\" else 3

    assert windows_network_of(path, drive_type) == ("share" if is_share else "")
    assert all(root in ("S:\\", "C:\\") for root in asked)


def test_the_locks_of_this_drive_are_tried_and_nothing_is_left_of_it(tmp_path: Path) -> None:
    assert locks_work(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert locks_work(tmp_path / "nowhere"), "where no file can be made nothing is tried"


def test_locks_that_let_two_in_are_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "_lock", lambda _handle: True)
    assert not locks_work(tmp_path)
    assert whereabouts(tmp_path / "x.funding") == Whereabouts(Kind.NO_LOCKS)
    assert whereabouts(tmp_path / "x.funding", try_locks=False) == Whereabouts(Kind.LOCAL)


def test_a_place_is_local_synced_or_of_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert whereabouts(tmp_path / "x.funding") == Whereabouts(Kind.LOCAL)
    assert not Whereabouts(Kind.LOCAL).needs_copy
    synced = tmp_path / "OneDrive - Our Council" / "x.funding"
    assert whereabouts(synced) == Whereabouts(Kind.SYNCED, "OneDrive")
    monkeypatch.setattr(surroundings, "_network_of", lambda _path: "cifs")
    assert whereabouts(tmp_path / "x.funding") == Whereabouts(Kind.NETWORK, "cifs")
    assert whereabouts(synced).kind is Kind.SYNCED
    assert all(Whereabouts(kind).needs_copy for kind in Kind if kind is not Kind.LOCAL)

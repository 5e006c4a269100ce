"""The dimensions of a dataset; h5py's, but for the class of the scales."""

from typing import Any

from h5py._hl.dims import DimensionManager, DimensionProxy  # there is no public name

from beamio.formats.hdf5.objects.member import Access, adopt


class Dimension(DimensionProxy):  # type: ignore[misc] # h5py has no types
    """A dimension of a dataset: its label and its scales."""

    access = Access()

    def __getitem__(self, item: Any) -> Any:
        """Return the scale of an index or a name."""
        return adopt(super().__getitem__(item), self.access)

    def items(self) -> list[tuple[str, Any]]:
        """Return the scales with their names."""
        return [(name, adopt(scale, self.access)) for name, scale in super().items()]


class Dimensions(DimensionManager):  # type: ignore[misc] # h5py has no types
    """The dimensions of a dataset."""

    def __init__(self, dataset: Any) -> None:
        super().__init__(dataset)
        self._access = dataset.access

    def __getitem__(self, index: int) -> Dimension:
        """Return the dimension of an axis."""
        dimension: Dimension = super().__getitem__(index)
        dimension.__class__ = Dimension
        dimension.access = self._access
        return dimension

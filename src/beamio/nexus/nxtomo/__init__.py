"""NXtomo: the projections, flats and darks of a scan with their geometry."""

from beamio.nexus.nxtomo.images import Images
from beamio.nexus.nxtomo.nxtomo import NXtomo
from beamio.nexus.nxtomo.transformations import Transformation

__all__ = ["Images", "NXtomo", "Transformation"]

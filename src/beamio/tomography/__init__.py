"""Tomography scans of any layout, made into NXtomo."""

from beamio.tomography.build import BuildReport, build_nxtomo, make_plan
from beamio.tomography.options import BuildOptions
from beamio.tomography.plan import BuildPlan

__all__ = ["BuildOptions", "BuildPlan", "BuildReport", "build_nxtomo", "make_plan"]

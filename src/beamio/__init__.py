"""Data IO for beamlines."""

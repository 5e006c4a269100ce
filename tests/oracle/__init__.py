"""Right answers, worked out without beamio."""

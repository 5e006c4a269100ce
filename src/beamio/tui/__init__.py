"""The full-screen browser; `beamio.tui.app` has it, which needs Textual."""

import os
from pathlib import Path

import pytest
from foreign_files import foreign  # noqa: F401 (a fixture)
from hypothesis import settings

settings.register_profile("default", deadline=None)
settings.load_profile("default")

ROOT = Path(__file__).parents[1]
SAMPLES = Path(os.environ.get("BEAMIO_SAMPLES", ROOT.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def samples():
    """The folder of real files; tests that need it skip where it is not there."""
    if not SAMPLES.is_dir():
        pytest.skip(f"the sample files are not in {SAMPLES}; set BEAMIO_SAMPLES")
    return SAMPLES

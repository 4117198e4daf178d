"""Makes `import src` find the sample project, which is put together from the catalog."""

import sys
import tempfile
from pathlib import Path

import pytest

if "src" not in sys.modules:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "generated"))
    from make_sample import make

    SAMPLE = tempfile.TemporaryDirectory(prefix="sample-")
    sys.path.insert(0, str(make(Path(SAMPLE.name))))


@pytest.fixture
def anyio_backend() -> str:
    """The event loop that servers run on."""
    return "asyncio"

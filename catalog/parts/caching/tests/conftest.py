"""Makes `import src` find the sample project, which is put together from the catalog."""

import sys
import tempfile
from pathlib import Path

import pytest

if "src" not in sys.modules:
    sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "tests" / "generated"))
    from make_sample import make

    sys.path.insert(0, str(make(Path(tempfile.mkdtemp(prefix="sample-")))))


@pytest.fixture
def anyio_backend() -> str:
    """The event loop that servers run on."""
    return "asyncio"

"""Lists what is installed in a virtual environment, by the names of its folders alone."""

import json
import sys
from pathlib import Path


def installed(folder: Path) -> list[str]:
    """Give "name==version" of every distribution, sorted."""
    found = (path.stem.rpartition("-") for path in folder.glob("lib/*/site-packages/*.dist-info"))
    return sorted(f"{name.replace('_', '-').lower()}=={version}" for name, _, version in found)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(installed(Path(sys.argv[1]))))

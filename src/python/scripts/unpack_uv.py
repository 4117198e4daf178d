"""Takes the program `uv` out of the one wheel in a folder and puts it beside it, ready to run."""

import sys
import zipfile
from pathlib import Path


def main() -> None:
    """Unpack FOLDER/*.whl into FOLDER/uv."""
    folder = Path(sys.argv[1])
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".data/scripts/uv"))
        program = folder / "uv"
        program.write_bytes(archive.read(name))
        program.chmod(0o755)


if __name__ == "__main__":
    main()

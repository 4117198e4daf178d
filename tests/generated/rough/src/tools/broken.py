"""Cannot be imported."""

raise SystemExit("the file ends the process")

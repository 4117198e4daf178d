"""The tools, one file each, and yours to edit; `args.py` holds the types of their arguments."""

"""One file for each step: PART_0001.py, then PART_0002.py and so on."""

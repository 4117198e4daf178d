"""A plain function that takes its time in a thread."""

import time


def thread(seconds: float) -> str:
    time.sleep(seconds)
    return "done"

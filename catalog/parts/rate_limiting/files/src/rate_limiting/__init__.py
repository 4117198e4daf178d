"""Limits on how often somebody may call: rates, whom they concern, and where they are counted."""

from .gcra import Bucket, Memory, Rate, Store, StoreError, Verdict
from .policy import Policy, subject_of

__all__ = [
    "Bucket",
    "Memory",
    "Policy",
    "Rate",
    "Store",
    "StoreError",
    "Verdict",
    "subject_of",
]

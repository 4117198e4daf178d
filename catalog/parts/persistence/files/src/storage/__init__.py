"""The database: its connections, its tables, and how they come up to date."""

from .base import Base
from .database import Database, Limits, Unavailable
from .url import Address

__all__ = ["Address", "Base", "Database", "Limits", "Unavailable"]

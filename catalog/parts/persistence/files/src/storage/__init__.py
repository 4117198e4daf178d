"""The database: its connections, its tables, and how they come up to date."""

from .base import Base
from .database import Database, Limits, Unavailable
from .repository import Repository
from .url import Address
from .values import Item, Values

__all__ = ["Address", "Base", "Database", "Item", "Limits", "Repository", "Unavailable", "Values"]

"""Where cached results are: in this process, in a SQLite file, or in Redis."""

from .backend import Backend, CacheDown
from .flight import Cache, Times
from .key import code_version, key_of
from .memory import Memory

__all__ = ["Backend", "Cache", "CacheDown", "Memory", "Times", "code_version", "key_of"]

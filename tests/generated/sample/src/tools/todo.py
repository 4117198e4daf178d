"""A tool still to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

if TYPE_CHECKING:
    from ..runtime import Context
    from .args import TodoArgs


async def todo(ctx: Context, /, **kwargs: Unpack[TodoArgs]) -> Any:
    """A tool still to be written."""
    raise NotImplementedError("todo is not implemented yet: edit src/tools/todo.py")

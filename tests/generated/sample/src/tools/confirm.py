"""Ask the user before doing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

if TYPE_CHECKING:
    from ..runtime import Context
    from .args import ConfirmArgs


async def confirm(ctx: Context, /, **kwargs: Unpack[ConfirmArgs]) -> Any:
    """Ask the user before doing anything."""
    schema = {"type": "object", "properties": {"sure": {"type": "boolean"}}}
    question = {
        "method": "elicitation/create",
        "params": {"mode": "form", "message": kwargs["what"], "requestedSchema": schema},
    }
    answers = await ctx.ask({"sure": question})
    return f"the user said {answers['sure']['action']}"

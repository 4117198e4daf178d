"""Lists in pages: a cursor says after which entry the next page begins."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from .errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Mapping

    Rows = Mapping[str, Mapping[str, Any]]

MAX_CURSOR = 4096
"""Characters of a cursor; ours are as long as the longest name or URI, and a little more."""


class BadCursor(ToolError):  # noqa: N818 - reads as what happened
    """A cursor that this list never gave out."""

    def __init__(self) -> None:
        super().__init__("Unknown cursor: begin again without one", data={"reason": "cursor"})


def page(kind: str, rows: Rows, cursor: str | None, size: int) -> dict[str, Any]:
    """Up to `size` of the rows (wire objects by their key), as `{kind: […], "nextCursor"?: …}`.

    A cursor holds the last key that was shown and how many came before, so it needs no memory of
    ours and works on every replica; when that entry is gone, the count alone decides.
    """
    keys = list(rows)
    begin = 0 if cursor is None else _begin(kind, keys, cursor)
    shown = keys[begin : begin + size]
    answer: dict[str, Any] = {kind: [rows[key] for key in shown]}
    if begin + size < len(keys):
        answer["nextCursor"] = _packed(kind, begin + size, shown[-1])
    return answer


def _packed(kind: str, count: int, key: str) -> str:
    text = json.dumps([kind, count, key], ensure_ascii=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode("ascii")).decode("ascii")


def _begin(kind: str, keys: list[str], cursor: str) -> int:
    if len(cursor) > MAX_CURSOR:
        raise BadCursor
    try:
        known, count, key = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
    except (ValueError, TypeError, RecursionError) as error:
        raise BadCursor from error
    if known != kind or type(count) is not int or count < 1 or not isinstance(key, str):
        raise BadCursor
    return keys.index(key) + 1 if key in keys else min(count - 1, len(keys))

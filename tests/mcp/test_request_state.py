"""Attacks on requestState over the wire: it counts for the request, the server and the time that it was made for. The rest is in src/mcp/request_state_test.cpp."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conftest import SERVER, HttpServer, Pipes, modern

ABLE = {"elicitation": {}}
TOOL, OTHER = "test_input_required_result_tampered_state", "test_input_required_result_request_state"
ANSWERS = {"confirm": {"action": "accept", "content": {"ok": True}}}


def asked(server: HttpServer, tool: str = TOOL, arguments: dict[str, Any] | None = None) -> str:
    """The state that comes with a question."""
    return server.call(tool, arguments, ABLE).json["result"]["requestState"]


def answered(server: HttpServer, state: Any, tool: str = TOOL, arguments: dict[str, Any] | None = None) -> Any:
    """What is said to a state that comes back."""
    return server.call(tool, arguments, ABLE, inputResponses=ANSWERS, requestState=state)


def flipped(at: int) -> Callable[[str], str]:
    """With another letter at a place."""
    return lambda state: state[:at] + ("A" if state[at] != "A" else "B") + (state[at + 1 :] if at != -1 else "")


CHANGES: dict[str, Callable[[str], Any]] = {
    "its first letter": flipped(0),
    "a letter of its nonce": flipped(5),
    "a letter within": flipped(40),
    "its last group": lambda state: state[:-4] + "AAAA",
    "cut short": lambda state: state[:-4],
    "cut to nothing": lambda _: "",
    "longer": lambda state: state + "AAAA",
    "twice": lambda state: state + state,
    "backwards": lambda state: state[::-1],
    "in small letters": str.lower,
    "with a line end": lambda state: state + "\n",
    "with a zero byte": lambda state: state + "\0",
    "a number": lambda _: 7,
    "null": lambda _: None,
    "a list": lambda state: [state],
    "an object": lambda state: {"state": state},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_state_is_refused(server: HttpServer, change: str) -> None:
    state = asked(server)
    assert answered(server, CHANGES[change](state)).code == -32602
    assert "result" in answered(server, state).json


def test_a_state_is_for_its_own_request(server: HttpServer) -> None:
    state = asked(server, TOOL, {"what": "a"})
    assert answered(server, state, OTHER, {"what": "a"}).code == -32602
    assert answered(server, state, TOOL, {"what": "b"}).code == -32602
    assert answered(server, state, TOOL, {}).code == -32602
    assert answered(server, state, TOOL, {"what": "a"}).status == 200


def test_a_state_of_another_process_is_refused(server: HttpServer) -> None:
    other = Pipes(SERVER)
    try:
        state = other.ask(modern("tools/call", 1, ABLE, name=TOOL, arguments={}))["result"]["requestState"]
    finally:
        other.close()
        other.process.wait()
    assert answered(server, state).code == -32602


def test_what_counts_once_is_not_replayed(server: HttpServer) -> None:
    state = asked(server, "test_once")
    assert answered(server, state, "test_once").status == 200
    assert [answered(server, state, "test_once").code for _ in range(3)] == [-32602] * 3
    assert answered(server, asked(server, "test_once"), "test_once").status == 200

"""Transcripts over pipes: both eras, side by side, and everything that is no message."""

from __future__ import annotations

import json
import signal
import time
from typing import Any

import pytest

from conftest import META, MODERN, Pipes, envelope, greeting, legacy, modern

HELLO = {"jsonrpc": "2.0", "method": "notifications/initialized"}


def cancelled(request_id: Any) -> dict[str, Any]:
    """The notification that a request is not wanted any more."""
    return {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": request_id}}


def error_of(message: Any) -> int:
    """The code of an error."""
    assert "result" not in message
    return message["error"]["code"]


def text_of(message: Any) -> str:
    """The text of a tool's result."""
    return message["result"]["content"][0]["text"]


def test_modern_needs_no_greeting(pipes: Pipes) -> None:
    found = pipes.ask(modern("server/discover"))["result"]
    assert found["supportedVersions"][0] == MODERN
    assert found["resultType"] == "complete"
    assert isinstance(found["ttlMs"], int) and found["cacheScope"] in ("public", "private")
    assert found["_meta"][META + "serverInfo"]["name"] == "conformance-server"
    assert text_of(pipes.ask(modern("tools/call", 2, name="greet", arguments={"name": "Ada"}))) == "Hello, Ada!"
    assert pipes.close() == 0


def test_initialize_after_discover_in_one_process(pipes: Pipes) -> None:
    assert "result" in pipes.ask(modern("server/discover"))
    begun = pipes.ask(greeting("2025-06-18"))["result"]
    assert begun["protocolVersion"] == "2025-06-18"
    pipes.send(HELLO)
    listed = pipes.ask(legacy("tools/list", 3))["result"]
    assert "resultType" not in listed and "ttlMs" not in listed
    assert pipes.ask(modern("tools/list", 4))["result"]["resultType"] == "complete"


@pytest.mark.parametrize(("asked", "given"), [(v, v) for v in ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")] + [(MODERN, "2025-11-25"), ("1999-01-01", "2025-11-25"), ("", "2025-11-25")])
def test_versions_are_negotiated(pipes: Pipes, asked: str, given: str) -> None:
    assert pipes.ask(greeting(asked))["result"]["protocolVersion"] == given


def test_initialize_may_come_again(pipes: Pipes) -> None:
    assert pipes.ask(greeting("2025-11-25"))["result"]["protocolVersion"] == "2025-11-25"
    assert pipes.ask(greeting("2024-11-05"))["result"]["protocolVersion"] == "2024-11-05"


@pytest.mark.parametrize("params", [{}, {"_meta": {}}, {"_meta": {META + "protocolVersion": MODERN}}, {"_meta": {META + "protocolVersion": 7, META + "clientCapabilities": {}}}, {"_meta": {META + "protocolVersion": MODERN, META + "clientCapabilities": []}}, {"_meta": {**envelope(), META + "logLevel": "loud"}}, {"_meta": {**envelope(), "progressToken": {}}}])
def test_a_broken_envelope_is_named(pipes: Pipes, params: dict[str, Any]) -> None:
    assert error_of(pipes.ask({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": params})) == -32602


def test_an_unknown_version_is_told_what_there_is(pipes: Pipes) -> None:
    answer = pipes.ask(modern("tools/list", meta={**envelope(), META + "protocolVersion": "2030-01-01"}))
    assert error_of(answer) == -32022
    assert answer["error"]["data"] == {"supported": [MODERN], "requested": "2030-01-01"}


@pytest.mark.parametrize("method", ["initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "tasks/list", "tasks/result", "Tools/list", "tools/list ", "nonsense"])
def test_removed_and_unknown_methods_of_the_modern_era(pipes: Pipes, method: str) -> None:
    assert error_of(pipes.ask(modern(method))) == -32601


@pytest.mark.parametrize("method", ["server/discover", "subscriptions/listen", "tasks/get", "nonsense"])
def test_unknown_methods_of_the_legacy_era(pipes: Pipes, method: str) -> None:
    pipes.ask(greeting())
    assert error_of(pipes.ask(legacy(method, 2))) == -32601


def test_ping_needs_no_greeting(pipes: Pipes) -> None:
    assert pipes.ask(legacy("ping"))["result"] == {}


@pytest.mark.parametrize("request_id", [0, 1, -7, 2**53, 2**63 - 1, -(2**63), 2**64 - 1, "", "a", "ü", "x" * 5000, "null", "1"])
def test_legal_ids_come_back_as_they_were(pipes: Pipes, request_id: Any) -> None:
    answer = pipes.ask(modern("tools/list", request_id))
    assert answer["id"] == request_id and type(answer["id"]) is type(request_id)


@pytest.mark.parametrize("request_id", ["null", "true", "false", "1.5", "1.0", "1e2", "[]", "[1]", "{}", "18446744073709551616", "-9223372036854775809"])
def test_illegal_ids_are_refused_without_one(pipes: Pipes, request_id: str) -> None:
    body = json.dumps(modern("tools/list", "ID")).replace('"ID"', request_id)
    answer = pipes.ask(body.encode())
    assert error_of(answer) in (-32600, -32700) and "id" not in answer


NO_MESSAGES = {
    "not json": (b"{nonsense", -32700),
    "two values": (b"{} {}", -32700),
    "a byte order mark": (b"\xef\xbb\xbf" + json.dumps(modern("tools/list")).encode(), -32700),
    "invalid UTF-8": (b'{"jsonrpc":"2.0","id":1,"method":"\xff"}', -32700),
    "overlong UTF-8": (b'{"jsonrpc":"2.0","id":1,"method":"\xc0\xaf"}', -32700),
    "a lone surrogate": (b'{"jsonrpc":"2.0","id":1,"method":"\\ud800"}', -32700),
    "a name twice": (b'{"jsonrpc":"2.0","id":1,"method":"ping","method":"ping"}', -32700),
    "a name twice below": (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":1,"a":2}}', -32700),
    "a batch": (json.dumps([modern("tools/list")]).encode(), -32600),
    "an empty batch": (b"[]", -32600),
    "a number": (b"17", -32600),
    "null": (b"null", -32600),
    "an empty object": (b"{}", -32600),
    "no version": (b'{"id":1,"method":"ping"}', -32600),
    "another version": (b'{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600),
    "a version that is a number": (b'{"jsonrpc":2.0,"id":1,"method":"ping"}', -32600),
    "names in capitals": (b'{"JSONRPC":"2.0","ID":1,"METHOD":"ping"}', -32600),
    "a method in capitals": (b'{"jsonrpc":"2.0","id":1,"Method":"ping"}', -32600),
    "an empty method": (b'{"jsonrpc":"2.0","id":1,"method":""}', -32600),
    "a method that is none": (b'{"jsonrpc":"2.0","id":1,"method":7}', -32600),
    "params in a list": (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', -32602),
    "params of text": (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":"x"}', -32602),
    "request and result": (b'{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}', -32600),
    "result and error": (b'{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}}', -32600),
    "a result without id": (b'{"jsonrpc":"2.0","result":{}}', -32600),
    "65 levels": (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":' + b'{"a":' * 64 + b"1" + b"}" * 65, -32700),
    "not a number": (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":NaN}}', -32700),
    "a comment": (b'{"jsonrpc":"2.0","id":1,"method":"ping"} // hello', -32700),
}


@pytest.mark.parametrize("case", NO_MESSAGES)
def test_what_is_no_message_is_refused_and_forgotten(pipes: Pipes, case: str) -> None:
    text, code = NO_MESSAGES[case]
    assert error_of(pipes.ask(text)) == code
    assert pipes.ask(legacy("ping", "after")) == {"jsonrpc": "2.0", "id": "after", "result": {}}


@pytest.mark.parametrize("text", [b"", b"  ", b"\t\r"])
def test_empty_lines_are_nothing(pipes: Pipes, text: bytes) -> None:
    pipes.send(text, legacy("ping", 1))
    assert pipes.receive()["id"] == 1


@pytest.mark.parametrize("message", [{"jsonrpc": "2.0", "method": "notifications/nonsense"}, {"jsonrpc": "2.0", "method": "tools/list"}, cancelled("nobody"), cancelled(None), cancelled([1]), {"jsonrpc": "2.0", "id": "ask-1", "result": {}}, {"jsonrpc": "2.0", "id": 5, "error": {"code": 1, "message": "x"}}, {"jsonrpc": "2.0", "method": "notifications/cancelled"}])
def test_notifications_and_stray_responses_get_no_answer(pipes: Pipes, message: dict[str, Any]) -> None:
    pipes.send(message, legacy("ping", "next"))
    assert pipes.receive()["id"] == "next"


def test_crlf_ends_a_line_too(pipes: Pipes) -> None:
    assert pipes.ask(json.dumps(legacy("ping")).encode() + b"\r")["result"] == {}


def test_a_line_of_ten_megabytes_is_refused_and_the_next_one_served(pipes: Pipes) -> None:
    pipes.send(json.dumps(modern("tools/call", name="greet", arguments={"name": "x" * 10_000_000})).encode())
    answer = pipes.receive()
    assert error_of(answer) == -32600 and "id" not in answer
    assert pipes.ask(legacy("ping"))["result"] == {}


def test_a_line_of_three_megabytes_is_served(pipes: Pipes) -> None:
    answer = pipes.ask(modern("tools/call", name="greet", arguments={"name": "x" * 3_000_000}))
    assert len(text_of(answer)) == 3_000_008


def test_a_slow_call_blocks_nobody(pipes: Pipes) -> None:
    pipes.send(modern("tools/call", "slow", name="test_wait"), legacy("ping", "quick"))
    assert pipes.receive()["id"] == "quick"


def test_a_cancelled_request_is_never_answered(pipes: Pipes) -> None:
    pipes.send(modern("tools/call", "slow", name="test_wait"), cancelled("slow"))
    pipes.send(modern("tools/call", "slow", name="greet", arguments={"name": "again"}))
    assert text_of(pipes.receive()) == "Hello, again!"
    assert pipes.close() == 0


def test_an_id_that_is_being_served_is_refused(pipes: Pipes) -> None:
    pipes.send(modern("tools/call", 7, name="test_wait"))
    assert error_of(pipes.ask(modern("tools/list", 7))) == -32600
    assert "result" in pipes.ask(modern("tools/list", "7"))


def test_an_id_is_free_as_soon_as_its_answer_is_there(pipes: Pipes) -> None:
    """A worker answers: the reader must not find the id taken because that worker has not tidied up yet."""
    for _ in range(300):
        assert pipes.ask(modern("tools/call", 7, name="test_error_handling"))["result"]["isError"] is True


def test_the_end_of_input_ends_the_server(pipes: Pipes) -> None:
    begun = time.monotonic()
    pipes.send(modern("tools/call", 1, name="test_wait"))
    assert pipes.close() == 0
    assert time.monotonic() - begun < 10


def test_what_was_asked_before_the_end_is_answered(pipes: Pipes) -> None:
    pipes.send(modern("tools/call", 1, name="test_tool_with_logging"))
    pipes.process.stdin.write(json.dumps(legacy("ping", 2)).encode())  # type: ignore[union-attr]
    assert pipes.close() == 0
    answers = {pipes.receive()["id"], pipes.receive()["id"]}
    assert answers == {1, 2} and pipes.receive() is None


def test_sigterm_ends_it_in_good_order(pipes: Pipes) -> None:
    pipes.ask(modern("subscriptions/listen", "l", notifications={"toolsListChanged": True}))
    pipes.process.send_signal(signal.SIGTERM)
    told, ended = pipes.receive(), pipes.receive()
    assert told["method"] == "notifications/cancelled" and told["params"]["requestId"] == "l"
    assert ended["id"] == "l" and ended["result"]["_meta"][META + "subscriptionId"] == "l"
    assert pipes.process.wait(10) == 0 and pipes.receive() is None


def test_listening_is_acknowledged_first_and_hears_only_what_it_wants(pipes: Pipes) -> None:
    wanted = {"toolsListChanged": True, "resourceSubscriptions": ["test://watched-resource"]}
    ack = pipes.ask(modern("subscriptions/listen", "l", notifications={**wanted, "promptsListChanged": False}))
    assert ack["method"] == "notifications/subscriptions/acknowledged" and ack["params"]["notifications"] == wanted
    pipes.send(modern("tools/call", 1, name="test_trigger_prompt_change"))
    assert pipes.receive()["id"] == 1
    pipes.send(modern("tools/call", 2, name="test_touch"))
    heard = [pipes.receive(), pipes.receive()]
    update = next(m for m in heard if "method" in m)
    assert update["params"]["uri"] == "test://watched-resource" and update["params"]["_meta"][META + "subscriptionId"] == "l"
    pipes.send(cancelled("l"))
    pipes.send(modern("tools/call", 3, name="test_touch"))
    assert pipes.receive()["id"] == 3


@pytest.mark.parametrize("wanted", [None, [], "x", {"toolsListChanged": 1}, {"resourceSubscriptions": "x"}, {"resourceSubscriptions": [1]}, {"taskIds": {}}])
def test_a_filter_that_is_none_is_refused(pipes: Pipes, wanted: Any) -> None:
    assert error_of(pipes.ask(modern("subscriptions/listen", 1, notifications=wanted))) == -32602


def test_legacy_questions_and_answers(pipes: Pipes) -> None:
    pipes.ask(greeting(elicitation={}))
    pipes.send(HELLO, legacy("tools/call", 5, name="test_elicitation", arguments={"message": "Who?"}))
    question = pipes.receive()
    assert question["method"] == "elicitation/create" and question["params"]["message"] == "Who?"
    pipes.send({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "accept", "content": {"username": "a", "email": "b"}}})
    assert text_of(pipes.receive()).startswith("User response: action: accept")


@pytest.mark.parametrize("reply", [{"error": {"code": -1, "message": "no"}}, {"result": {}}, {"result": {"action": "perhaps"}}, {"result": {"action": "accept", "content": {"username": 1}}}])
def test_a_client_that_answers_badly_fails_the_tool_only(pipes: Pipes, reply: dict[str, Any]) -> None:
    pipes.ask(greeting(elicitation={}))
    question = pipes.ask(legacy("tools/call", 5, name="test_elicitation", arguments={"message": "Who?"}))
    answer = pipes.ask({"jsonrpc": "2.0", "id": question["id"], **reply})
    assert answer["id"] == 5 and answer["result"]["isError"] is True


def test_no_question_goes_to_a_client_that_cannot_answer(pipes: Pipes) -> None:
    pipes.ask(greeting())
    assert error_of(pipes.ask(legacy("tools/call", 5, name="test_elicitation", arguments={"message": "Who?"}))) == -32600
    modern_answer = pipes.ask(modern("tools/call", 6, name="test_elicitation", arguments={"message": "Who?"}))
    assert error_of(modern_answer) == -32021
    assert modern_answer["error"]["data"] == {"requiredCapabilities": {"elicitation": {}}}


def test_legacy_subscriptions_and_log_level(pipes: Pipes) -> None:
    pipes.ask(greeting())
    assert pipes.ask(legacy("resources/subscribe", 1, uri="test://watched-resource"))["result"] == {}
    pipes.send(legacy("tools/call", 2, name="test_touch"))
    heard = [pipes.receive(), pipes.receive()]
    assert [m["params"]["uri"] for m in heard if m.get("method") == "notifications/resources/updated"] == ["test://watched-resource"]
    assert pipes.ask(legacy("resources/unsubscribe", 3, uri="test://watched-resource"))["result"] == {}
    pipes.send(legacy("tools/call", 4, name="test_touch"))
    assert pipes.receive()["id"] == 4
    assert pipes.ask(legacy("logging/setLevel", 5, level="error"))["result"] == {}
    assert pipes.ask(legacy("tools/call", 6, name="test_logging_tool"))["id"] == 6
    assert error_of(pipes.ask(legacy("logging/setLevel", 7, level="LOUD"))) == -32602


@pytest.mark.parametrize(("level", "count"), [("debug", 1), ("info", 1), ("notice", 0), ("emergency", 0), (None, 0)])
def test_modern_logging_is_by_request(pipes: Pipes, level: str | None, count: int) -> None:
    meta = envelope(**({"logLevel": level} if level else {}))
    pipes.send(modern("tools/call", 1, name="test_logging_tool", meta=meta), legacy("ping", "end"))
    heard: list[Any] = []
    while len([m for m in heard if "id" in m]) < 2:
        heard.append(pipes.receive())
    assert len([m for m in heard if m.get("method") == "notifications/message"]) == count


@pytest.mark.parametrize("token", ["t", 7, 0, ""])
def test_progress_carries_the_token_and_grows(pipes: Pipes, token: Any) -> None:
    pipes.send(modern("tools/call", 1, name="test_tool_with_progress", meta=envelope(progressToken=token)))
    told = [pipes.receive() for _ in range(3)]
    assert [m["params"]["progress"] for m in told] == [0, 50, 100]
    assert all(m["params"]["progressToken"] == token for m in told)
    assert pipes.receive()["id"] == 1


SIEVED = {
    "2024-11-05": {"title", "annotations", "outputSchema", "icons"},
    "2025-03-26": {"title", "outputSchema", "icons"},
    "2025-06-18": {"icons"},
    "2025-11-25": set(),
}


@pytest.mark.parametrize("version", SIEVED)
def test_older_revisions_see_what_they_know(pipes: Pipes, version: str) -> None:
    pipes.ask(greeting(version))
    tool = next(t for t in pipes.ask(legacy("tools/list", 1))["result"]["tools"] if t["name"] == "test_rich")
    everything = {"title", "annotations", "outputSchema", "icons"}
    assert everything - set(tool) == SIEVED[version]
    result = pipes.ask(legacy("tools/call", 2, name="test_rich"))["result"]
    assert ("structuredContent" in result) == (version >= "2025-06-18")
    kinds = [block["type"] for block in result["content"]]
    assert ("audio" in kinds) == (version >= "2025-03-26") and ("resource_link" in kinds) == (version >= "2025-06-18")
    assert len(kinds) == 3 and "resultType" not in result


def test_a_missing_resource_has_the_code_of_its_era(pipes: Pipes) -> None:
    pipes.ask(greeting())
    old = pipes.ask(legacy("resources/read", 1, uri="test://none"))
    new = pipes.ask(modern("resources/read", 2, uri="test://none"))
    assert (error_of(old), error_of(new)) == (-32002, -32602)
    assert old["error"]["data"] == new["error"]["data"] == {"uri": "test://none"}


@pytest.mark.parametrize("uri", ["test://template//data", "test://template/a/b/data", "test://template/%2f/data", "test://template/%00/data", "test://template/%ff/data", "test://template/%2/data", "test://template/1/data/", "TEST://template/1/data", "", 7])
def test_uris_that_fit_no_template(pipes: Pipes, uri: Any) -> None:
    assert error_of(pipes.ask(modern("resources/read", 1, uri=uri))) == -32602


@pytest.mark.parametrize("cursor", ["", "x", "YWZ0ZXI6", "YWZ0ZXI6MA==", "YWZ0ZXI6LTE=", "YWZ0ZXI6MTIz ", 7, None, {}])
def test_cursors_of_others_are_refused(pipes: Pipes, cursor: Any) -> None:
    assert error_of(pipes.ask(modern("tools/list", 1, cursor=cursor))) == -32602


@pytest.mark.parametrize(("params", "is_protocol_error"), [({"name": "nobody"}, True), ({}, True), ({"name": 7}, True), ({"name": "greet", "arguments": []}, True), ({"name": "greet", "arguments": {"name": 7}}, False), ({"name": "json_schema_2020_12_tool", "arguments": {}}, False), ({"name": "json_schema_2020_12_tool", "arguments": {"phone": "1", "more": 1}}, False)])
def test_wrong_calls(pipes: Pipes, params: dict[str, Any], is_protocol_error: bool) -> None:
    answer = pipes.ask(modern("tools/call", 1, **params))
    if is_protocol_error:
        assert error_of(answer) == -32602
    else:
        assert answer["result"]["isError"] is True and "schema" in text_of(answer)


@pytest.mark.parametrize(("ref", "argument", "code"), [({"type": "ref/prompt", "name": "nobody"}, {"name": "a", "value": ""}, -32602), ({"type": "ref/other"}, {"name": "a", "value": ""}, -32602), ({"type": "ref/prompt", "name": "test_prompt_with_arguments"}, {"name": "arg3", "value": ""}, -32602), ({"type": "ref/prompt", "name": "test_prompt_with_arguments"}, {"name": "arg1"}, -32602), ({"type": "ref/prompt", "name": "test_prompt_with_arguments"}, {"name": "arg1", "value": "parr"}, None)])
def test_completion(pipes: Pipes, ref: Any, argument: Any, code: int | None) -> None:
    answer = pipes.ask(modern("completion/complete", 1, ref=ref, argument=argument))
    if code:
        assert error_of(answer) == code
    else:
        assert answer["result"]["completion"] == {"values": [], "total": 0, "hasMore": False}


def test_a_client_that_does_not_read_is_no_harm_to_the_end(pipes: Pipes) -> None:
    """Megabytes of answers that nobody takes, then a signal: it ends all the same."""
    pipes.ask(legacy("ping"))
    pipes.send(*[modern("tools/list", n) for n in range(200)])
    pipes.process.send_signal(signal.SIGTERM)
    assert pipes.process.wait(10) == 0

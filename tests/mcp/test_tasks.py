"""Transcripts of tasks: what a listener hears of them, which the official suite does not ask."""

from __future__ import annotations

import json
import time
from typing import Any

from conftest import META, HttpServer, Pipes, headers_of, http, modern

ABLE = {"extensions": {META + "tasks": {}}, "elicitation": {}}
ACCEPTED = {"action": "accept", "content": {"confirm": True}}


def begun(pipes: Pipes, name: str, **arguments: Any) -> str:
    """The id of a new task."""
    return pipes.ask(modern("tools/call", "begin", ABLE, name=name, arguments=arguments))["result"]["taskId"]


def state_of(pipes: Pipes, task: str) -> str:
    """What tasks/get says."""
    return pipes.ask(modern("tasks/get", "get", ABLE, taskId=task))["result"]["status"]


def wait_for(pipes: Pipes, task: str, state: str) -> None:
    """Until the task is there."""
    until = time.monotonic() + 20
    while state_of(pipes, task) != state:
        assert time.monotonic() < until
        time.sleep(0.02)


def heard(message: Any, task: str, subscription: Any) -> Any:
    """The task in a notification of a subscription."""
    assert message["method"] == "notifications/tasks" and message["params"]["taskId"] == task
    assert message["params"]["_meta"][META + "subscriptionId"] == subscription
    return message["params"]


def test_a_listener_hears_what_becomes_of_its_task(pipes: Pipes) -> None:
    task = begun(pipes, "confirm_delete")
    wait_for(pipes, task, "input_required")
    granted = pipes.ask(modern("subscriptions/listen", "l", ABLE, notifications={"taskIds": [task, "nobody's"]}))
    assert granted["params"]["notifications"] == {"taskIds": [task]}
    pipes.send(modern("tasks/update", "update", ABLE, taskId=task, inputResponses={"confirm": ACCEPTED}))
    messages: list[Any] = []
    while not messages or messages[-1].get("params", {}).get("status") != "completed":
        messages.append(pipes.receive())
    states = [heard(message, task, "l") for message in messages if "method" in message]
    assert [state["status"] for state in states] == ["working", "completed"]
    assert states[-1]["result"]["content"][0]["text"] == "deleted"


def test_a_listener_hears_that_its_task_was_cancelled(pipes: Pipes) -> None:
    task, other = begun(pipes, "slow_compute", seconds=30), begun(pipes, "slow_compute", seconds=30)
    pipes.ask(modern("subscriptions/listen", "l", ABLE, notifications={"taskIds": [task]}))
    for one in (other, task):
        pipes.send(modern("tasks/cancel", one, ABLE, taskId=one))
    messages = [pipes.receive() for _ in range(3)]
    assert [heard(message, task, "l")["status"] for message in messages if "method" in message] == ["cancelled"]
    assert state_of(pipes, other) == "cancelled"


def test_a_task_is_heard_over_http_too(server: HttpServer) -> None:
    task = server.call("failing_job", capabilities=ABLE).json["result"]["taskId"]
    message = modern("subscriptions/listen", 7, ABLE, notifications={"taskIds": [task]})
    with server.connect() as wire:
        wire.send(http(message, headers_of(message)))
        assert wire.head()[1]["content-type"] == "text/event-stream"
        events = [json.loads(wire.chunk().split(b"data: ")[1]) for _ in range(2)]
    assert events[0]["params"]["notifications"] == {"taskIds": [task]}
    assert heard(events[1], task, 7)["status"] in ("failed", "completed")

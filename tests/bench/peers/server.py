"""The tool of mcp_server.cpp on the official Python SDK, with its cheapest settings."""

import socket

import uvicorn
from mcp.server.mcpserver import MCPServer
from starlette.applications import Starlette

server = MCPServer("bench", version="1.0.0", log_level="ERROR")


@server.tool(structured_output=False)
def greet(name: str) -> str:
    """Greets somebody by name."""
    return f"Hello, {name}!"


def application() -> Starlette:
    """Without sessions and without streams."""
    return server.streamable_http_app(json_response=True, stateless_http=True)


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(application(), log_level="critical")).run(sockets=[listener])

// The tool of mcp_server.cpp on the official TypeScript SDK, with its cheapest settings.

import { createServer } from "node:http";

import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, fromJsonSchema, McpServer } from "@modelcontextprotocol/server";

const inputSchema = fromJsonSchema({ type: "object", properties: { name: { type: "string" } }, required: ["name"] });

function made() {
  const server = new McpServer({ name: "bench", version: "1.0.0" });
  server.registerTool("greet", { description: "Greets somebody by name", inputSchema }, ({ name }) => ({
    content: [{ type: "text", text: `Hello, ${name}!` }],
  }));
  return server;
}

const handle = toNodeHandler(createMcpHandler(made, { responseMode: "json" }));
const listener = createServer(handle).listen(0, "127.0.0.1", () => console.log(listener.address().port));

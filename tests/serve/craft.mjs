// One talk with the crafter through the official TypeScript SDK: make, call, update, delete a server.
// The first argument says how, as JSON; what was seen goes to standard output, as JSON.

import { readFileSync } from "node:fs";

const how = JSON.parse(readFileSync(0, "utf8"));

/** Client and transports of the package's major version: 1 speaks until 2025-11-25, 2 speaks on. */
async function sdk() {
  if (how.sdk === 1) {
    const [{ Client }, stdio, http] = await Promise.all([
      import("@modelcontextprotocol/sdk/client/index.js"),
      import("@modelcontextprotocol/sdk/client/stdio.js"),
      import("@modelcontextprotocol/sdk/client/streamableHttp.js"),
    ]);
    return { Client, Stdio: stdio.StdioClientTransport, Http: http.StreamableHTTPClientTransport, options: {} };
  }
  const [core, stdio] = await Promise.all([import("@modelcontextprotocol/client"), import("@modelcontextprotocol/client/stdio")]);
  const mode = how.mode === "modern" ? { pin: "2026-07-28" } : how.mode;
  return {
    Client: core.Client,
    Stdio: stdio.StdioClientTransport,
    Http: core.StreamableHTTPClientTransport,
    options: { versionNegotiation: { mode } },
  };
}

const { Client, Stdio, Http, options } = await sdk();

/** Connects, lets `talk` happen, and closes. */
async function connected(transport, talk) {
  const client = new Client({ name: "tests", version: "1.0.0" }, options);
  await client.connect(transport);
  try {
    return await talk(client);
  } finally {
    await client.close();
  }
}

function started(words) {
  return new Stdio({ command: how.command, args: [...words, "-C", how.folder], env: how.environment, stderr: "inherit" });
}

function crafter() {
  if (!how.url) return started(["serve", ...how.more]);
  return new Http(new URL(how.url), { requestInit: { headers: { Authorization: `Bearer ${how.token}` } } });
}

const call = (client, name, args, more) =>
  how.sdk === 1 ? client.callTool({ name, arguments: args }, undefined, more) : client.callTool({ name, arguments: args }, more);

/** The build when it has ended. */
async function ended(client, begun) {
  const build_id = begun.structuredContent.build_id;
  for (let i = 0; i < 1200; i++) {
    const { structuredContent } = await call(client, "get_build_status", { build_id });
    if (["success", "failed", "cancelled"].includes(structuredContent.status)) return structuredContent;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`${build_id} does not end`);
}

const name = how.form.server_name;
const progress = [];
const seen = await connected(crafter(), async (client) => {
  const all = { server: client.getServerVersion(), tools: (await client.listTools()).tools.map((tool) => tool.name) };
  all.refused = await call(client, "create_mcp_server", { server_name: "X", complexty: "simple" });
  all.created = await ended(client, await call(client, "create_mcp_server", how.form));
  all.answer = await connected(started(["run", name]), (server) => call(server, "get_weather", { city: "Oslo" }));
  const updates = { version: "0.2.0", description: "Weather, newer" };
  all.updated = await call(client, "update_server", { server_name: name, updates }, { onprogress: (p) => progress.push(p.progress), timeout: 120_000 });
  all.unchanged = await call(client, "update_server", { server_name: name, updates });
  all.info = (await call(client, "get_server_info", { server_name: name })).structuredContent;
  all.unconfirmed = await call(client, "delete_server", { server_name: name });
  all.deleted = await call(client, "delete_server", { server_name: name, confirm: true });
  all.unknown = await call(client, "get_server_info", { server_name: name });
  return all;
});
process.stdout.write(JSON.stringify({ ...seen, progress }));

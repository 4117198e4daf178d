// Preloaded into the suite, which cannot be given a token: adds one to every request to the server under test.
import http from "node:http";
import { createRequire } from "node:module";

const { MCP_ORIGIN, MCP_TOKEN } = process.env;
const bearer = `Bearer ${MCP_TOKEN}`;

const { getGlobalDispatcher, setGlobalDispatcher } = createRequire(process.argv[1])("undici"); // fetch goes through it, too
const introduce = (headers) =>
  Array.isArray(headers) ? [...headers, "authorization", bearer] : { ...headers, authorization: bearer };
setGlobalDispatcher(
  getGlobalDispatcher().compose((dispatch) => (options, handler) => {
    const ours = new URL(options.origin).origin === MCP_ORIGIN;
    return dispatch(ours ? { ...options, headers: introduce(options.headers) } : options, handler);
  }),
);

const request = http.request;
http.request = (options, ...rest) => {
  const ours = `http://${options.hostname}:${options.port}` === MCP_ORIGIN;
  return request(ours ? { ...options, headers: introduce(options.headers) } : options, ...rest);
};

// The official TypeScript client, unmodified, as an agent: node agent.js URL PERSON_TOKEN DRAFT_TOKEN STATUARY. It reads and
// drafts over HTTP and over the standard streams of `statuary mcp`. Prints `all steps done`.

const assert = require("node:assert/strict");
const { Client } = require("@modelcontextprotocol/sdk/client/index.js");
const { StdioClientTransport } = require("@modelcontextprotocol/sdk/client/stdio.js");
const { StreamableHTTPClientTransport } = require("@modelcontextprotocol/sdk/client/streamableHttp.js");

const [url, person, draftToken, statuary] = process.argv.slice(2);

async function api(method, path, body) {
  const headers = { authorization: `Bearer ${person}`, "content-type": "application/json" };
  const answer = await fetch(`${url}/api/statuary/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.json();
}

async function act(transport, workspace) {
  const client = new Client({ name: "agent", version: "1" });
  await client.connect(transport);
  assert.equal(client.getServerVersion().name, "statuary");
  await client.ping();
  const { tools } = await client.listTools();
  assert.deepEqual(tools.filter((tool) => !tool.annotations.readOnlyHint).map((tool) => tool.name), ["draft_report"]);
  const call = async (name, given) => {
    const result = await client.callTool({ name, arguments: given });
    const found = JSON.parse(result.content[0].text);
    assert.ok(!result.isError, result.content[0].text);
    return found.data;
  };
  const found = await call("find_workspaces", { search: "crane" });
  assert.deepEqual(found.workspaces.map((one) => one.id), [workspace]);
  const sources = [{ type: "workspace", id: workspace }];
  const sentences = [{ text: "The crane waits.", sources }];
  const made = await call("draft_report", { workspace_id: workspace, color: "yellow", sentences });
  await assert.rejects(client.callTool({ name: "publish_report", arguments: {} }), /Unknown tool/);
  await client.close();
  return made.id;
}

async function main() {
  const workspace = (await api("POST", "/workspaces", { title: "Crane of the east pier" })).id;
  const requestInit = { headers: { authorization: `Bearer ${draftToken}` } };
  const ids = [await act(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }), workspace)];
  console.log("over HTTP");
  const program = { command: statuary, args: ["mcp", "--url", url], env: { STATUARY_MCP_TOKEN: draftToken } };
  ids.push(await act(new StdioClientTransport(program), workspace));
  console.log("over standard streams");
  const { report_drafts: listed } = await api("GET", "/report_drafts");
  assert.deepEqual(listed.map((one) => one.id), ids.reverse());
  console.log("all steps done");
}

main();

//! `statuary mcp`

use std::io::{BufRead, Read, Write, stdin, stdout};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::http::{Method, Uri};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::console::say;
use super::server_token::ServerToken;
use conform::client::{Client, Request};
use service::body::LIMIT;
use service::surface::MCP;

/// How long a request may take.
const TIMEOUT: Duration = Duration::from_mins(1);
/// The longest message, in bytes.
const LONGEST: u64 = LIMIT as u64;
/// The code of an error of the transport in JSON-RPC.
const FAILED: i64 = -32_000;
/// The code of a message that is not JSON.
const UNREADABLE: i64 = -32_700;

/// Options of `mcp`.
#[derive(clap::Args)]
pub struct Args {
    /// The URL of the server, without `/mcp`.
    #[arg(long)]
    url: Uri,
    #[command(flatten)]
    token: ServerToken,
}

/// Passes messages of the Model Context Protocol from standard input to a server, and its answers to standard output, one in a
/// line, until the input ends.
pub async fn run(args: Args) -> Result<()> {
    let token = args.token.read("STATUARY_MCP_TOKEN")?;
    tokio::task::spawn_blocking(move || pass(&args.url, &token)).await?
}

fn pass(url: &Uri, token: &str) -> Result<()> {
    let mut client = Client::new(url, MCP, TIMEOUT)?;
    client.agent = concat!("statuary-mcp/", env!("CARGO_PKG_VERSION"));
    let (mut input, mut output) = (stdin().lock(), stdout().lock());
    let mut version = None;
    loop {
        let mut line = Vec::new();
        let length = input.by_ref().take(LONGEST + 1).read_until(b'\n', &mut line)?;
        if length == 0 {
            return Ok(());
        }
        if line.len() as u64 > LONGEST {
            bail!("a message is longer than {LONGEST} bytes");
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        if let Some(answer) = answer(&mut client, token, &line, &mut version) {
            // A text in JSON has no line breaks.
            serde_json::to_writer(&mut output, &answer)?;
            output.write_all(b"\n")?;
            output.flush()?;
        }
    }
}

/// The answer to a message; none if it needs none.
fn answer(client: &mut Client, token: &str, line: &[u8], version: &mut Option<String>) -> Option<Value> {
    let message: Value = match serde_json::from_slice(line) {
        Ok(message) => message,
        Err(error) => return Some(failed(&Value::Null, UNREADABLE, &format!("not JSON: {error}"))),
    };
    let id = message.get("id").filter(|_| message.get("method").is_some()).cloned();
    let answered = ask(client, token, &message, version.as_deref());
    let answer = match answered {
        Ok(answer) => answer,
        Err(error) => {
            say(format_args!("statuary: {error:#}"));
            return id.map(|id| failed(&id, FAILED, &format!("{error:#}")));
        }
    };
    // The revision that the server chose is a header of all later requests.
    if let Some(chosen) = answer.as_ref().and_then(|answer| answer["result"]["protocolVersion"].as_str()) {
        *version = Some(chosen.to_owned());
    }
    // A notification has no answer, whatever the server said to it.
    answer.filter(|_| id.is_some())
}

fn ask(client: &mut Client, token: &str, message: &Value, version: Option<&str>) -> Result<Option<Value>> {
    let params = &message["params"];
    let own = params["_meta"]["io.modelcontextprotocol/protocolVersion"].as_str();
    let mut request = Request::new(Method::POST, MCP)
        .with("authorization", format!("Bearer {token}"))
        .with("accept", "application/json, text/event-stream")
        .json(message);
    if let Some(version) = own.or(version) {
        request = request.with("mcp-protocol-version", version);
    }
    if own.is_some() {
        request = request.with("mcp-method", header(message["method"].as_str().unwrap_or_default()));
        if let Some(name) = params["name"].as_str() {
            request = request.with("mcp-name", header(name));
        }
    }
    let response = client.send(&request).context("the server is not reachable")?;
    if response.body.is_empty() {
        return Ok(None);
    }
    // Errors of the layers in front of the protocol are problem documents.
    if response.json["jsonrpc"] == "2.0" {
        let mut answer = response.json;
        if answer["id"].is_null() && message["id"] != Value::Null {
            answer["id"] = message["id"].clone();
        }
        return Ok(Some(answer));
    }
    bail!("the server answers with status {}: {}", response.status, reason(&response.json))
}

fn reason(problem: &Value) -> &str {
    problem["detail"].as_str().or_else(|| problem["title"].as_str()).unwrap_or("no reason")
}

/// A text as the value of a header: in Base64 if it has other characters than visible ones of ASCII.
fn header(text: &str) -> String {
    let is_plain = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if is_plain && text.trim() == text && !text.starts_with("=?") {
        return text.to_owned();
    }
    format!("=?base64?{}?=", BASE64_STANDARD.encode(text))
}

fn failed(id: &Value, code: i64, message: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
}

// The real server on a directory of its own, and the troubles that are made for it.
"use strict";
const { spawn, execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const READY = /^listening on (http:\S+)$/m;
const START_MS = 20_000;

class Server {
  static async start(binary) {
    for (let tries = 0; tries < 5; tries += 1) {
      const server = new Server(binary);
      if (await server.ready()) return server;
      await server.stop();
    }
    throw new Error("the server did not start");
  }

  constructor(binary) {
    this.directory = fs.mkdtempSync(path.join(os.tmpdir(), "estair-console."));
    this.data = path.join(this.directory, "data");
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    this.output = "";
    this.log = "";
    this.child = spawn(binary, ["--listen", `127.0.0.1:${port}`, "--data-dir", this.data], {
      env: {
        PATH: process.env.PATH,
        ESTAIR_CREDIT_CUTOFF: "24:00",
        ESTAIR_RATE_LIMIT: "0",
        MESSAGER_RETRY_SCHEDULE: "100ms,200ms,300ms",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout.on("data", (text) => { this.output += text; });
    this.child.stderr.on("data", (text) => { this.log += text; });
    this.ended = new Promise((resolve) => { this.child.on("exit", resolve); });
  }

  async ready() {
    const until = Date.now() + START_MS;
    while (Date.now() < until && this.child.exitCode === null) {
      const listening = READY.exec(this.output);
      if (listening && fs.existsSync(path.join(this.data, "tokens.json"))) {
        this.url = listening[1];
        this.known = JSON.parse(fs.readFileSync(path.join(this.data, "tokens.json"), "utf8"));
        return true;
      }
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
    return false;
  }

  token(role) {
    return role === "client" ? this.known.clients[0].token : this.known.tokens[role];
  }

  // A call to the API, as another program makes it.
  async call(role, method, target, body) {
    const answer = await fetch(this.url + target, {
      method,
      headers: { authorization: `Bearer ${this.token(role)}`, "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    const json = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${target}: ${answer.status} ${JSON.stringify(json)}`);
    return json;
  }

  // The book's database refuses every movement, as it would on a full disk, until it is told otherwise.
  refuseMovements() {
    this.sql("CREATE TRIGGER no_room BEFORE INSERT ON mouvements BEGIN SELECT RAISE(ABORT, 'no room'); END");
  }

  acceptMovements() {
    this.sql("DROP TRIGGER no_room");
  }

  // The session that was opened last now belongs to the user of a client: the console itself opens none for a client.
  handLastSessionToClient() {
    this.sql(
      "UPDATE estair_sessions SET user_id = (SELECT MIN(id) FROM estair_users WHERE role = 'client') "
      + "WHERE id = (SELECT MAX(id) FROM estair_sessions)",
    );
  }

  // Makes every list longer by this many rows.
  async fill(count) {
    const sources = ["wave", "orange", "bmp", "bsp"];
    for (let from = 0; from < count; from += 1_000) {
      const batch = Array.from({ length: Math.min(1_000, count - from) }, (_, at) => ({
        source: sources[at % sources.length],
        reference: `FILL-${count}-${String(from + at).padStart(6, "0")}${at % 7 ? "" : "-AVEC-UNE-SUITE-QUI-EST-FORT-LONGUE"}`,
        type: ["payment", "debit", "refund"][at % 3],
        amount: (at % 3 === 1 ? -1 : 1) * (1_000 + (at * 7_919) % 250_000),
        currency: "XOF",
        account_id: 1,
      }));
      await this.call("service", "POST", "/api/mouvements", { mouvements: batch });
    }
    execFileSync("python3", [path.join(__dirname, "fill.py"), this.data, String(count)]);
  }

  sql(statement, prefix = "estair", values = []) {
    const book = fs.readdirSync(this.data).find((name) => name.startsWith(prefix) && /\.(db|sqlite3?)$/.test(name));
    const script = "import sqlite3, sys\nbook = sqlite3.connect(sys.argv[1], timeout=10)\n"
      + "with book:\n    book.execute(sys.argv[2], sys.argv[3:])\n";
    execFileSync("python3", ["-c", script, path.join(this.data, book), statement, ...values]);
  }

  // Stops it as an operator does; gives the exit code.
  async stop() {
    this.child.kill("SIGTERM");
    const code = await this.ended;
    fs.rmSync(this.directory, { recursive: true, force: true });
    return code;
  }
}

module.exports = { Server };

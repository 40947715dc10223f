// Runs the collection's flows, one after the other, on a fresh server; between two of them makes the trouble that they are about.
"use strict";
const { spawn, execFileSync } = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");
const os = require("node:os");
const path = require("node:path");
const newman = require("newman");

const root = path.join(__dirname, "../../..");
const collection = JSON.parse(fs.readFileSync(path.join(root, "docs/collection/estair.postman_collection.json"), "utf8"));
const FLOW_MS = 120_000;
const START_MS = 20_000;

class Server {
  constructor(binary, port) {
    Object.assign(this, { binary, port, log: "" });
    this.directory = fs.mkdtempSync(path.join(os.tmpdir(), "estair-collection."));
    this.data = path.join(this.directory, "data");
  }

  async start() {
    const environment = { ESTAIR_CREDIT_CUTOFF: "24:00", ESTAIR_RATE_LIMIT: "0", MESSAGER_RETRY_SCHEDULE: "100ms,200ms,300ms" };
    this.child = spawn(this.binary, ["--listen", `127.0.0.1:${this.port}`, "--data-dir", this.data], {
      env: { PATH: process.env.PATH, ...environment }, stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    this.child.stdout.on("data", (text) => { said += text; });
    this.child.stderr.on("data", (text) => { this.log += text; });
    this.ended = new Promise((resolve) => { this.child.on("exit", resolve); });
    const until = Date.now() + START_MS;
    while (Date.now() < until && this.child.exitCode === null) {
      if (/^listening on /m.test(said) && fs.existsSync(path.join(this.data, "tokens.json"))) return;
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
    throw new Error(`the server did not start: ${said}${this.log}`);
  }

  // Stops it as an operator does; gives the exit code.
  stop() {
    this.child.kill("SIGTERM");
    return this.ended;
  }

  sql(statement) {
    const script = "import sqlite3, sys\nbook = sqlite3.connect(sys.argv[1], timeout=10)\nwith book:\n    book.execute(sys.argv[2])\n";
    execFileSync("python3", ["-c", script, path.join(this.data, "estair.db"), statement]);
  }

}

const freePort = () => new Promise((resolve, reject) => {
  const probe = net.createServer().on("error", reject);
  probe.listen(0, "127.0.0.1", () => { const { port } = probe.address(); probe.close(() => resolve(port)); });
});

function environment(server) {
  const { tokens, clients } = JSON.parse(fs.readFileSync(path.join(server.data, "tokens.json"), "utf8"));
  const values = { adresse: `http://127.0.0.1:${server.port}`, messager: `http://127.0.0.1:${server.port}/messager` };
  for (const [role, token] of Object.entries(tokens)) values[`jeton_${role}`] = token;
  for (const { account_id: id, token } of clients) values[`jeton_client${id}`] = token;
  return { name: "essai", values: Object.entries(values).map(([key, value]) => ({ key, value, enabled: true })) };
}

// What has to happen before a flow.
const before = {
  "7. Messager en échec, première partie": (server) => (
    server.sql("CREATE TRIGGER no_room BEFORE INSERT ON mouvements BEGIN SELECT RAISE(ABORT, 'no room'); END")),
  "7. Messager en échec, seconde partie : rejouer": (server) => server.sql("DROP TRIGGER no_room"),
  // The clock goes on to 18:00: the day that the credit dies on was another one. A start looks for dead credits at once.
  "8. Expiration, seconde partie": async (server) => {
    await server.stop();
    server.sql("UPDATE requetes_financieres SET expiry_date = '2020' || substr(expiry_date, 5) WHERE status = 'waiting'");
    await server.start();
  },
};

function run(folder, given) {
  return new Promise((resolve, reject) => {
    newman.run({ collection, environment: given, folder, timeout: FLOW_MS, timeoutRequest: 20_000 }, (error, summary) => (
      error ? reject(error) : resolve(summary)));
  });
}

async function main() {
  let [passed, failed] = [0, 0];
  const count = (is, name, why = "") => {
    console.log(`${is ? "ok" : "not ok"} ${name}${is ? "" : `\n  ${why}`}`);
    if (is) passed += 1; else failed += 1;
  };
  const server = new Server(process.argv[2], await freePort());
  try {
    await server.start();
    let given = environment(server);
    for (const { name, item } of collection.item.filter(({ name: it }) => /^\d/.test(it))) {
      await before[name]?.(server);
      const { run: { executions, failures, stats }, environment: after } = await run(name, given);
      given = { name: "essai", values: after.values.toJSON() };
      const asked = new Set(executions.map(({ item: { name: it } }) => it));
      const skipped = item.filter(({ name: it }) => !asked.has(it)).map(({ name: it }) => it);
      const why = failures.map(({ error, source }) => `${source?.name}: ${error.name}: ${error.message}`);
      count(!why.length && !skipped.length, `${name} (${item.length} steps, ${stats.assertions.total} checks)`, [...why, ...skipped.map((it) => `${it}: was not asked`)].join("\n  "));
    }
    count(await server.stop() === 0, "the server stops cleanly", server.log.slice(-2000));
  } finally {
    if (server.child?.exitCode === null) await server.stop();
    fs.rmSync(server.directory, { recursive: true, force: true });
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

main().catch((error) => {
  console.log(`not ok the run broke off\n  ${error.stack}\n0 passed, 1 failed`);
  process.exitCode = 1;
});

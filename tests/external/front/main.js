// The agency's front in a real browser, on an origin of its own, against the real server: asks, sees it granted as it happens, hears of it by push.
"use strict";
const assert = require("node:assert/strict");
const { execFileSync, spawn } = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const axe = require("axe-core");
const { chromium } = require("playwright-core");
const { check, count } = require("../console/report.js");

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml" };
const START_MS = 20_000;

// The built front, as any host of static files serves it: every path that is no file is the page.
function serveFront(directory, api) {
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const file = path.join(directory, path.normalize(pathname));
    const found = file.startsWith(directory) && fs.existsSync(file) && fs.statSync(file).isFile() ? file : path.join(directory, "index.html");
    const settings = pathname === "/assets/config.json" && JSON.stringify({ baseUrl: api() });
    response.writeHead(200, { "content-type": TYPES[path.extname(found)] ?? "application/octet-stream" });
    response.end(settings || fs.readFileSync(found));
  });
  return new Promise((resolve, reject) => {
    // A port below those that outgoing connections are given.
    const tries = (port) => server.once("error", () => (port < 32_000 ? tries(port + 1) : reject(new Error("no port is free"))))
      .listen(port, "127.0.0.1", () => resolve(server));
    tries(20_000 + crypto.randomInt(10_000));
  });
}

const originOf = (server) => `http://localhost:${server.address().port}`;

async function startServer(binary, origin) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "estair-front."));
  const data = path.join(directory, "data");
  const child = spawn(binary, ["--listen", "127.0.0.1:0", "--data-dir", data], {
    env: {
      PATH: process.env.PATH, ESTAIR_CREDIT_CUTOFF: "24:00", ESTAIR_CORS_ORIGINS: origin, FRONT_URL: origin, VAPID_SUBJECT: "mailto:it@example.test",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [said, log] = ["", ""];
  child.stdout.on("data", (text) => { said += text; });
  child.stderr.on("data", (text) => { log += text; });
  const ended = new Promise((resolve) => { child.on("exit", resolve); });
  const until = Date.now() + START_MS;
  while (Date.now() < until && child.exitCode === null) {
    const [, url] = /^listening on (http:\S+)$/m.exec(said) ?? [];
    if (url && fs.existsSync(path.join(data, "tokens.json"))) {
      const { tokens, clients } = JSON.parse(fs.readFileSync(path.join(data, "tokens.json"), "utf8"));
      return {
        url, token: (role) => (role === "client" ? clients[0].token : tokens[role]),
        stop: async () => {
          child.kill("SIGTERM");
          const code = await ended;
          fs.rmSync(directory, { recursive: true, force: true });
          assert.equal(code, 0, log.slice(-2000));
        },
      };
    }
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  child.kill("SIGTERM");
  throw new Error(`the server did not start: ${said}${log}`);
}

async function call(server, role, method, target, body) {
  const answer = await fetch(server.url + target, {
    method, headers: { authorization: `Bearer ${server.token(role)}`, "content-type": "application/json" }, body: body && JSON.stringify(body),
  });
  const json = await answer.json();
  assert.ok(answer.ok, `${method} ${target}: ${answer.status} ${JSON.stringify(json)}`);
  return json;
}

// Headless Chromium cannot subscribe at its maker's server: a subscription as that server would give it stands in.
function standIn() {
  const keys = crypto.createECDH("prime256v1");
  keys.generateKeys();
  const device = {
    endpoint: `https://fcm.googleapis.com/fcm/send/${crypto.randomUUID()}`,
    keys: { p256dh: keys.getPublicKey("base64url"), auth: crypto.randomBytes(16).toString("base64url") },
  };
  const script = (json) => {
    // A browser holds it over a reload.
    const [hold, held, drop] = [() => localStorage.setItem("held", "1"), () => localStorage.getItem("held"), () => localStorage.removeItem("held")];
    const given = { ...json, toJSON: () => json, getKey: () => null, unsubscribe: async () => { drop(); return true; } };
    PushManager.prototype.subscribe = async () => { hold(); return given; };
    PushManager.prototype.getSubscription = async () => (held() ? given : null);
  };
  return { device, script };
}

async function until(find, what = "it") {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = await find();
    if (found) return found;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  throw new Error(`${what} did not come`);
}

async function sees(page, selector, text) {
  await page.locator(selector).filter({ hasText: text }).first().waitFor();
}

async function violations(page) {
  await page.evaluate(axe.source);
  const { violations: found } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
  return found.filter(({ impact }) => ["serious", "critical"].includes(impact)).map(({ id, nodes }) => `${id}: ${nodes[0].target}`);
}

async function signIn(page, server, origin) {
  await page.goto(`${origin}/`);
  await page.getByLabel("Jeton").fill(server.token("client"));
  await page.getByRole("button", { name: "Entrer" }).click();
  await page.getByRole("heading", { name: "Agence Plateau" }).waitFor();
}

// A mark that a page which loads again does not have.
const mark = (page) => page.evaluate(() => { globalThis.still = true; });
const isStill = (page) => page.evaluate(() => globalThis.still === true);

async function day(page, server, origin) {
  await check("an agency signs in from another origin and reads its headroom", async () => {
    await signIn(page, server, origin);
    await sees(page, "#headroom", "1 000 000 XOF");
    await sees(page, ".live", "En direct");
    assert.deepEqual(await violations(page), []);
    await mark(page);
  });
  await check("a credit is asked and seen granted as it happens", async () => {
    await page.getByLabel("Montant").fill("400000");
    await sees(page, "[role=status]", "accordé aussitôt");
    await page.getByRole("button", { name: "Demander" }).click();
    await page.waitForURL("**/requetes/*");
    await sees(page, "#status", "Accordée");
    assert.deepEqual(await violations(page), []);
    await page.getByRole("link", { name: "Compte" }).click();
    await sees(page, "#daily", "400 000 XOF");
    await sees(page, "#headroom", "600 000 XOF");
  });
  await check("one over the limit waits, and moves when finance decides", async () => {
    await page.getByLabel("Montant").fill("700 000");
    await sees(page, "[role=status]", "finance décidera");
    await page.getByRole("button", { name: "Demander" }).click();
    await sees(page, "#status", "En attente");
    const id = Number(new URL(page.url()).pathname.split("/").pop());
    await call(server, "finance", "PUT", "/api/accounts/1/limit", { limit: "2000000", reason: "groupe" });
    await call(server, "finance", "PATCH", `/api/requetes-financieres/${id}`, { status: "to_treat" });
    await sees(page, "#status", "Accordée");
    assert.ok(await isStill(page), "the page was loaded again");
  });
  await check("the statement", async () => {
    await page.getByRole("link", { name: "Relevé" }).click();
    await sees(page, "td", "700 000 XOF");
    assert.deepEqual(await violations(page), []);
  });
  await check("a ticket, and the answer that comes by itself", async () => {
    await page.getByRole("link", { name: "Aide" }).click();
    await page.getByLabel("Sujet").fill("Billet à modifier");
    await page.getByLabel("Description").fill("PNR ABC123");
    await page.getByRole("button", { name: "Envoyer" }).click();
    await page.waitForURL("**/helpdesk/*");
    const id = Number(new URL(page.url()).pathname.split("/").pop());
    await call(server, "operation", "POST", `/api/helpdesk/${id}/commentaires`, { body: "C'est fait." });
    await sees(page, ".thread li", "C'est fait.");
    await page.getByLabel("Répondre").fill("Merci.");
    await page.getByRole("button", { name: "Envoyer" }).click();
    await sees(page, ".thread .mine", "Merci.");
    assert.deepEqual(await violations(page), []);
    assert.ok(await isStill(page), "the page was loaded again");
  });
}

// What the server's template says of a granted credit, about this request.
function pushOf(binary, origin, id) {
  const text = execFileSync(binary, ["notify", "preview", "credit_auto_approved", "push"], { env: { PATH: process.env.PATH, FRONT_URL: origin } }).toString();
  const payload = JSON.parse(text.slice(text.indexOf("{")));
  const { data } = payload.notification;
  return JSON.parse(JSON.stringify(payload).replaceAll(data.url, `/requetes/${id}`));
}

async function hearing(context, page, binary, origin, device) {
  const devtools = await context.newCDPSession(page);
  const registered = new Promise((resolve) => {
    devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => registrations.filter((one) => !one.isDeleted).forEach(resolve));
  });
  await devtools.send("ServiceWorker.enable");
  await page.goto(`${origin}/`);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  const { registrationId } = await registered;
  await check("this device is subscribed", async () => {
    const told = page.waitForRequest((request) => request.url().endsWith("/api/push/subscriptions") && request.method() === "POST");
    await page.getByRole("button", { name: "Me prévenir" }).click();
    const request = await told;
    assert.deepEqual(request.postDataJSON(), device);
    assert.equal((await request.response()).status(), 201);
    await page.getByText("Cet appareil vous prévient.").waitFor();
  });
  await check("a push is shown, and its press opens the request", async () => {
    const payload = pushOf(binary, origin, 1);
    assert.deepEqual(payload.notification.actions.map(({ action }) => action), ["view", "dismiss"]);
    await devtools.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data: JSON.stringify(payload) });
    await until(() => page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).length === 1), "the notification");
    await context.serviceWorkers()[0].evaluate(async () => {
      const [notification] = await self.registration.getNotifications();
      self.dispatchEvent(new NotificationEvent("notificationclick", { notification, action: "" }));
    });
    await page.waitForURL("**/requetes/1");
    await sees(page, "#status", "Accordée");
  });
  await check("who signs out is forgotten here and at the server", async () => {
    const told = page.waitForRequest((request) => request.url().endsWith("/api/push/subscriptions") && request.method() === "DELETE");
    await page.getByRole("button", { name: "Se déconnecter" }).click();
    assert.ok((await (await told).response()).ok());
    await page.waitForURL("**/connexion");
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  });
}

async function main() {
  const [, , binary, directory] = process.argv;
  let server;
  const front = await serveFront(path.resolve(directory), () => server.url);
  const unlisted = await serveFront(path.resolve(directory), () => server.url);
  const args = ["--lang=fr-FR", ...(process.getuid() === 0 ? ["--no-sandbox"] : [])];
  const browser = await chromium.launch({ executablePath: process.env.ESTAIR_TEST_CHROMIUM, args });
  try {
    server = await startServer(binary, originOf(front));
    const context = await browser.newContext({ permissions: ["notifications"], locale: "fr-FR", viewport: { width: 375, height: 812 } });
    context.setDefaultTimeout(15_000);
    const { device, script } = standIn();
    await context.addInitScript(script, device);
    const page = await context.newPage();
    const troubles = [];
    page.on("pageerror", (error) => troubles.push(error.message));
    await day(page, server, originOf(front));
    await hearing(context, page, binary, originOf(front), device);
    await check("an origin that is not listed is not let in", async () => {
      const other = await browser.newPage();
      await other.goto(`${originOf(unlisted)}/`);
      await other.getByLabel("Jeton").fill(server.token("client"));
      await other.getByRole("button", { name: "Entrer" }).click();
      await other.getByRole("alert").filter({ hasText: "ne répond pas" }).waitFor({ timeout: 15_000 });
    });
    await check("no page reported an error", () => assert.deepEqual(troubles, []));
  } finally {
    await browser.close();
    front.close();
    unlisted.close();
    await check("the server stops cleanly", () => server?.stop());
  }
}

main().catch((error) => {
  count.failed += 1;
  console.log(`not ok the checks broke off\n  ${error.stack}`);
}).finally(() => {
  console.log(`${count.passed} passed, ${count.failed} failed`);
  process.exitCode = count.failed ? 1 : 0;
});

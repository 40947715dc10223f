// What an attacker tries: with a browser that is signed in, with a session that is not of the staff, with texts that would
// like to be code. The pages and the actions are read from the console's own table of routes: a new one is tried too.
"use strict";
const assert = require("node:assert/strict");
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { follow } = require("./browser.js");
const { HOSTILE } = require("./work.js");
const { check } = require("./report.js");

const UUID = "01890000-0000-7000-8000-000000000000";
const ROUTES = routes();
const of = (method) => ROUTES.filter(({ methods }) => methods.includes(method)).map(({ target }) => target);
const PUBLIC = ["/sign-in", "/sign-in/ask", "/sign-in/link", "/assets/console.css", "/assets/app.webmanifest"];
const PAGES = of("get").filter((target) => !PUBLIC.includes(target));
const ACTIONS = of("post").filter((target) => !PUBLIC.includes(target));
// What an agency has too, and what everybody has who is signed in.
const SHARED = [...ROUTES.filter(({ both }) => both).map(({ target }) => target), "/live", "/live/counts", "/live/news", "/sign-out"];
const OF_STAFF = (targets) => targets.filter((target) => !SHARED.includes(target));

function routes() {
  const source = fs.readFileSync(path.join(__dirname, "../../../estair-http/src/console/pages/mod.rs"), "utf8");
  const shared = source.indexOf("fn of_both()");
  const found = [...source.matchAll(/\.route\("([^"]+)",\s*(.+?)\)(?:\.merge\(.*)?;?$/gm)].map(({ index, 1: route, 2: handlers }) => ({
    both: index > shared && index < source.indexOf("\n}\n", shared),
    target: route.replace(/^\/$/, "").replace("{id}", "1").replace("{uuid}", UUID).replace("{name}", "console.css"),
    methods: [...handlers.matchAll(/\b(get|post)\(/g)].map(([, method]) => method),
  }));
  const lines = source.split("\n").filter((line) => line.includes(".route(")).length;
  assert.ok(found.length > 25 && found.length === lines && found.every(({ methods }) => methods.length), "the routes are read");
  // A Messager that runs apart has some of them as well.
  return found.filter(({ target }, at) => found.findLastIndex((other) => other.target === target) === at);
}

// Posts from inside a page, as a script there could.
const post = (page, target, fields) => page.evaluate(async ([to, body]) => {
  const answer = await fetch(to, { method: "POST", body: new URLSearchParams(body), redirect: "manual" });
  return answer.status;
}, [target, fields]);

const sessionOf = async (page) => (await page.context().cookies()).find((one) => one.name.includes("estair-console"));

// Another site, which serves one page.
async function elsewhere(html, visit) {
  const site = http.createServer((_, answer) => answer.setHeader("content-type", "text/html").end(html));
  await new Promise((resolve) => { site.listen(0, "127.0.0.1", resolve); });
  try {
    await visit(`http://localhost:${site.address().port}/`);
  } finally {
    site.closeAllConnections();
    site.close();
  }
}

async function foreignForms(browser) {
  await check(`a form without the session's own token does nothing, for each of ${ACTIONS.length} actions`, async () => {
    const page = await browser.as("admin");
    const others = await browser.as("finance");
    const theirs = await others.locator("input[name=csrf]").first().inputValue();
    for (const action of ACTIONS) {
      for (const csrf of ["", "wrong", theirs]) {
        assert.equal(await post(page, `/console${action}`, { csrf, reason: "x" }), 403, `${action} with "${csrf}"`);
      }
    }
  });
  await check("a form of another site does nothing, with the token and all", async () => {
    const page = await browser.as("admin");
    const token = await page.locator("input[name=csrf]").first().inputValue();
    const forms = ACTIONS.map((action) => (
      `<form method=post action="${browser.server.url}/console${action}"><input name=csrf value="${token}">`
      + "<input name=do value=pause><input name=reason value=x><button>x</button></form>"));
    await elsewhere(forms.join(""), async (address) => {
      for (const at of ACTIONS.keys()) {
        await page.goto(address);
        const [answer] = await Promise.all([
          page.waitForResponse((response) => response.request().method() === "POST"),
          page.getByRole("button").nth(at).click(),
        ]);
        assert.equal(answer.status(), 403, ACTIONS[at]);
      }
    });
    const stats = await browser.server.call("admin", "GET", "/messager/api/stats");
    assert.equal(stats.paused, false);
  });
  await check("no page changes anything when it is only asked for", async () => {
    const page = await browser.as("admin");
    const book = async () => [
      (await browser.server.call("admin", "GET", "/api/requetes-financieres?limit=1")).items,
      (await browser.server.call("admin", "GET", "/messager/api/stats")).paused,
    ];
    const before = await book();
    for (const one of ACTIONS) await page.request.get(`/console${one}?do=pause&reason=x&step=confirm&status=closed`);
    assert.deepEqual(await book(), before);
    assert.equal((await page.request.get("/console/requests")).status(), 200, "nobody was signed out");
  });
}

async function frames(browser) {
  await check("no other site can show the console in a frame", async () => {
    const page = await browser.as("admin");
    await elsewhere(`<iframe src="${browser.server.url}/console/sign-in"></iframe>`, async (address) => {
      const before = browser.troubles.length;
      await page.goto(address);
      await page.waitForTimeout(300);
      const inside = await page.frames().at(-1).locator("body").innerText().catch(() => "");
      assert.ok(!inside.includes("Connexion"), inside);
      // The browser says on that site's page that the policy kept it out.
      browser.troubles.splice(before);
    });
  });
  await check("every page says so in its headers, and what is not there does too", async () => {
    const page = await browser.as("admin");
    for (const one of [...PAGES, "/sign-in", "/nowhere"].filter((name) => name !== "/live")) {
      const headers = (await page.request.get(`/console${one}`)).headers();
      assert.match(headers["content-security-policy"], /default-src 'none'.*frame-ancestors 'none'/, one);
      assert.doesNotMatch(headers["content-security-policy"], /unsafe/, one);
      assert.equal(headers["x-frame-options"], "DENY", one);
      assert.equal(headers["x-content-type-options"], "nosniff", one);
      assert.equal(headers["cache-control"], "no-store", one);
    }
  });
}

async function strangers(browser) {
  await check("a service cannot sign in", async () => {
    const page = await browser.as("service");
    assert.ok((await page.locator("main").innerText()).includes("La console est réservée au personnel."));
    assert.deepEqual(await page.context().cookies(), []);
  });
  await check(`a client's session opens none of ${OF_STAFF(PAGES).length} pages of staff and does nothing there`, async () => {
    const page = await browser.as("operation");
    const csrf = await page.locator("input[name=csrf]").first().inputValue();
    browser.server.handLastSessionToClient();
    for (const one of OF_STAFF(PAGES)) assert.equal((await page.request.get(`/console${one}`)).status(), 403, one);
    for (const one of OF_STAFF(ACTIONS)) assert.equal(await post(page, `/console${one}`, { csrf, reason: "x" }), 403, one);
  });
  await check("without a session every page leads to the sign-in page, and no action is done", async () => {
    const page = await browser.window();
    for (const one of PAGES) {
      const answer = await page.request.get(`/console${one}`, { maxRedirects: 0 });
      assert.match(answer.headers().location ?? "", /^\/console\/sign-in/, one);
    }
    await page.goto("/console/sign-in");
    for (const one of ACTIONS) assert.equal(await post(page, `/console${one}`, { reason: "x" }), 401, one);
  });
}

async function sessions(browser) {
  await check("the session's cookie is closed to scripts and to other sites", async () => {
    const page = await browser.as("admin");
    const cookie = await sessionOf(page);
    assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, "Strict", "/console"]);
    assert.equal(await page.evaluate(() => document.cookie), "");
  });
  await check("a session that somebody else chose is not the one that is opened", async () => {
    const page = await browser.window();
    const chosen = "chosen-by-somebody-else";
    await page.context().addCookies([{ name: "estair-console", value: chosen, domain: "127.0.0.1", path: "/console" }]);
    await page.goto("/console/sign-in");
    await page.getByLabel("Jeton").fill(browser.server.token("finance"));
    await page.getByRole("button", { name: "Se connecter" }).click();
    await page.getByRole("heading", { name: "À traiter" }).waitFor();
    assert.notEqual((await sessionOf(page)).value, chosen);
    const first = (await sessionOf(page)).value;
    assert.notEqual((await sessionOf(await browser.as("finance"))).value, first, "each sign-in opens a session of its own");
    const other = await browser.window();
    await other.context().addCookies([{ name: "estair-console", value: chosen, domain: "127.0.0.1", path: "/console" }]);
    await other.goto("/console");
    assert.match(other.url(), /\/console\/sign-in/);
  });
  await check("who signs out ends the session, not the cookie alone", async () => {
    const page = await browser.as("finance");
    const kept = await sessionOf(page);
    await page.getByRole("button", { name: "Se déconnecter" }).click();
    await page.getByRole("heading", { name: "Connexion" }).waitFor();
    assert.equal(await sessionOf(page), undefined);
    const thief = await browser.window();
    await thief.context().addCookies([kept]);
    await thief.goto("/console/requests");
    assert.match(thief.url(), /\/console\/sign-in/);
  });
  await check("signing in leads nowhere else", async () => {
    for (const next of ["//evil.example.test", "https://evil.example.test/", "/\\evil.example.test", "/%5Cevil.example.test",
      "javascript:alert(1)", "/\t/evil.example.test", "@evil.example.test", ".evil.example.test"]) {
      const page = await browser.window();
      const answer = await page.goto(`/console/sign-in?next=${encodeURIComponent(next)}`);
      if (next.includes("\t")) {
        assert.equal(answer.status(), 422, "a control character is refused before there is a form");
        await page.context().close();
        continue;
      }
      await page.getByLabel("Jeton").fill(browser.server.token("admin"));
      await follow(page, page.getByRole("button", { name: "Se connecter" }));
      assert.equal(new URL(page.url()).origin, browser.server.url, next);
      await page.context().close();
    }
  });
}

// What no form of the console takes: what others send, answer and are called. Gives the pages that show it.
async function plant(browser) {
  const { server } = browser;
  const movement = {
    source: "manual", reference: `X-${HOSTILE}`, type: "payment", amount: 1, currency: "XOF", account_id: 1,
    description: HOSTILE, source_description: HOSTILE, subagent: HOSTILE, terminal: HOSTILE, recordlocator: HOSTILE,
    first_passenger: HOSTILE, first_segment: HOSTILE, document: HOSTILE, consolidator: HOSTILE,
  };
  const { mouvement_id: written } = (await server.call("service", "POST", "/api/mouvements", { mouvements: [movement] })).results[0];
  assert.ok(written, "the movement is written");
  const json = JSON.stringify({ requete_id: 1, note: HOSTILE });
  const [{ message_uuid: message }] = (await server.call("admin", "GET", "/messager/api/messages?status=failed&limit=1")).items;
  server.sql("UPDATE messager_messages SET payload = ?, result = ?, domain = ? WHERE uuid = ?", "messager", [json, json, HOSTILE, message]);
  server.sql("UPDATE messager_attempts SET error = ?, replayed_by = ?, reason = ?", "messager", [HOSTILE, HOSTILE, HOSTILE]);
  server.sql("UPDATE estair_notifications SET recipient = ?, params = ?, last_error = ?", "estair", [HOSTILE, json, HOSTILE]);
  server.sql("UPDATE mouvement_logs SET user_agent = ?, ip_address = ?", "estair", [HOSTILE, HOSTILE]);
  server.sql("UPDATE estair_accounts SET email = ?, name = ? WHERE id = 2", "estair", [HOSTILE, HOSTILE]);
  return [`/movements/${written}`, `/messages/${message}`, "/notifications", "/notifications/1", "/accounts", "/accounts/2",
    "/accounts/1", "/requests", "/requests/1", "/requests/2", "/support/1", "/movements/1", "/audit", "/messages", "",
    `/requests?q=${encodeURIComponent(HOSTILE)}`, `/messages?domain=${encodeURIComponent(HOSTILE)}`,
    `/requests/new?description=${encodeURIComponent(HOSTILE)}&account_id=2`, `/sign-in?next=${encodeURIComponent(HOSTILE)}`,
    `/${encodeURIComponent(HOSTILE)}`];
}

async function texts(browser) {
  const shown = [];
  await check("a text stays text, whoever sent it and wherever it is shown", async () => {
    const page = await browser.as("admin");
    for (const one of await plant(browser)) {
      await page.goto(`/console${one}`);
      const made = await page.locator("main img, main script, main [onerror], main svg [onload]").count();
      assert.equal(made, 0, `${one} made an element of a text`);
      const text = await page.locator("main").evaluate((main) => (
        main.textContent + [...main.querySelectorAll("input, textarea")].map((field) => field.value).join()));
      if (text.includes("onerror=alert(1)")) shown.push(one);
    }
    assert.ok(shown.length > 14, `the text is shown: ${shown.join(" ")}`);
    assert.deepEqual(browser.troubles, []);
  });
}

async function attack(browser) {
  await foreignForms(browser);
  await frames(browser);
  await strangers(browser);
  await sessions(browser);
  await texts(browser);
}

module.exports = { attack };

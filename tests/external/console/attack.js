// What an attacker tries with a browser that is signed in, and with a session that is not of the staff.
"use strict";
const assert = require("node:assert/strict");
const http = require("node:http");
const { check } = require("./report.js");

const PAGES = ["", "/requests", "/requests/1", "/requests/new", "/support", "/support/1", "/accounts", "/accounts/1",
  "/accounts/1/statement.csv", "/messages", "/messages/stats", "/movements/1", "/audit", "/notifications",
  "/notifications/templates", "/live", "/live/news"];
const ACTIONS = ["/requests/new", "/requests/1", "/support/new", "/support/1", "/support/1/comments", "/accounts/new",
  "/accounts/1/limit", "/messages/replay", "/messages/pause", "/audit", "/notifications/templates", "/sign-out"];

// Posts from inside a page, as a script there could.
const post = (page, target, fields) => page.evaluate(async ([to, body]) => {
  const answer = await fetch(to, { method: "POST", body: new URLSearchParams(body), redirect: "manual" });
  return answer.status;
}, [target, fields]);

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
  await check("a form without the session's own token does nothing, whichever action it is for", async () => {
    const page = await browser.as("admin");
    const others = await browser.as("finance");
    const theirs = await others.locator("input[name=csrf]").first().inputValue();
    for (const action of ACTIONS) {
      for (const csrf of ["", "wrong", theirs]) {
        assert.equal(await post(page, `/console${action}`, { csrf, reason: "x" }), 403, `${action} with "${csrf}"`);
      }
    }
  });
  await check("a form of another site does nothing", async () => {
    const page = await browser.as("admin");
    const token = await page.locator("input[name=csrf]").first().inputValue();
    const form = `<form method=post action="${browser.server.url}/console/messages/pause"><input name=csrf value="${token}">`
      + "<input name=do value=pause><input name=reason value=x><button>x</button></form>";
    await elsewhere(form, async (address) => {
      await page.goto(address);
      const [answer] = await Promise.all([
        page.waitForResponse((response) => response.request().method() === "POST"),
        page.getByRole("button").click(),
      ]);
      assert.equal(answer.status(), 403);
    });
    const stats = await browser.server.call("admin", "GET", "/messager/api/stats");
    assert.equal(stats.paused, false);
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
  await check("every page says so in its headers", async () => {
    const page = await browser.as("admin");
    for (const one of PAGES.filter((name) => name !== "/live" && !name.endsWith(".csv"))) {
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
  await check("a client and a service cannot sign in", async () => {
    for (const role of ["client", "service"]) {
      const page = await browser.as(role);
      assert.ok((await page.locator("main").innerText()).includes("La console est réservée au personnel."), role);
      assert.deepEqual(await page.context().cookies(), [], role);
    }
  });
  await check("a client's session opens no page of the staff and does nothing", async () => {
    const page = await browser.as("operation");
    await page.locator("input[name=csrf]").first().waitFor({ state: "attached" });
    browser.server.handLastSessionToClient();
    for (const one of PAGES) assert.equal((await page.request.get(`/console${one}`)).status(), 403, one);
    for (const one of ACTIONS) assert.equal(await post(page, `/console${one}`, {}), 403, one);
  });
  await check("without a session every page leads to the sign-in page", async () => {
    const page = await browser.window();
    for (const one of PAGES.filter((name) => !name.startsWith("/live") && name !== "/messages/stats")) {
      await page.goto(`/console${one}`);
      assert.match(page.url(), /\/console\/sign-in/, one);
    }
  });
  await check("the session's cookie is closed to scripts and to other sites", async () => {
    const page = await browser.as("admin");
    const [cookie] = (await page.context().cookies()).filter((one) => one.name.includes("console"));
    assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, "Strict", "/console"]);
    assert.equal(await page.evaluate(() => document.cookie), "");
  });
}

async function attack(browser) {
  await foreignForms(browser);
  await frames(browser);
  await strangers(browser);
}

module.exports = { attack };

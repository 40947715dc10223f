// Every page as people see it, with nothing, ten rows and ten thousand rows behind it: axe finds nothing serious, nothing
// sticks out on a phone; light and dark, wide and narrow, and on paper.
"use strict";
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const axe = require("axe-core");
const { NARROW, WIDE } = require("./browser.js");
const { check } = require("./report.js");

const PICTURES = process.env.ESTAIR_SCREENSHOTS;
const EMPTY = ["", "/requests", "/requests/new", "/support", "/support/new", "/accounts", "/accounts/new", "/accounts/1", "/payments", "/messages",
  "/audit", "/notifications", "/notifications/templates", "/requests?status=closed", "/unknown"];
const FILLED = [...EMPTY, "/requests/1", "/requests/2", "/requests/3", "/requests/6", "/requests?amount=x", "/support/1", "/accounts/2",
  "/movements/2", "/notifications/1", "/messages?status=failed"];
const LISTS = ["/requests", "/support", "/accounts", "/accounts/1", "/messages", "/notifications"];
// The width of a sheet of paper, less its margins.
const PAPER = { width: 718, height: 1047 };

async function violations(page) {
  if (!await page.evaluate(() => Boolean(globalThis.axe))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
  return violations.filter((one) => ["serious", "critical"].includes(one.impact)).flatMap((one) => (
    one.nodes.slice(0, 3).map((node) => `${one.id}: ${node.target.join(" ")}: ${node.failureSummary.split("\n").slice(1, 3).join(" ")}`)
  ));
}

// What is wider than the window, and not inside something that scrolls by itself.
const stickingOut = (page) => page.evaluate(() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const wide = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > root.clientWidth + 1);
  return wide.slice(-5).map((one) => `${one.tagName.toLowerCase()}.${one.getAttribute("class")}`);
});

async function picture(page, name) {
  if (!PICTURES) return;
  fs.mkdirSync(PICTURES, { recursive: true });
  const file = name.replaceAll(/[^a-z0-9-]+/gi, "_");
  await page.screenshot({ path: path.join(PICTURES, `${file}.png`), fullPage: true });
}

// A page as it stands. Colours do not depend on the width: two of the four combinations show all there is to find; people
// get a picture of each.
async function inspect(page, name) {
  for (const [width, size, colorScheme] of [["wide", WIDE, "light"], ["narrow", NARROW, "dark"]]) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await violations(page), [], `${width}, ${colorScheme}`);
    assert.deepEqual(await stickingOut(page), [], width);
    await picture(page, `${name}-${width}-${colorScheme}`);
    if (!PICTURES) continue;
    const other = colorScheme === "light" ? "dark" : "light";
    await page.emulateMedia({ colorScheme: other });
    await picture(page, `${name}-${width}-${other}`);
  }
  await page.setViewportSize(WIDE);
}

async function look(browser, state) {
  if (state === "none") await signIn(await browser.window());
  // Two windows share the pages: the browser has a process for each.
  const left = await pages(browser, state);
  const window = async () => {
    const page = await browser.as("admin");
    for (let target = left.shift(); target !== undefined; target = left.shift()) await lookAt(page, state, target);
    return page;
  };
  const [page] = await Promise.all([window(), window()]);
  await paper(page, state);
  if (state === "ten") await forms(browser, await browser.as("operation"));
  if (state === "ten-thousand") await onward(page);
}

async function lookAt(page, state, target) {
  await check(`axe: ${state}: ${target || "/"}`, async () => {
    const answer = await page.goto(`/console${target}`);
    assert.ok(answer.status() < 500, `status ${answer.status()}`);
    await inspect(page, `${state}-${target}`);
  });
}

async function pages(browser, state) {
  if (state === "none") return EMPTY;
  const { items } = await browser.server.call("finance", "GET", "/messager/api/messages?limit=100");
  const failed = items.find((message) => message.status === "failed");
  return [...FILLED, `/messages/${items.at(-1).message_uuid}`, `/messages/${failed.message_uuid}`];
}

async function signIn(nobody) {
  await check("axe: the sign-in page", async () => {
    await nobody.goto("/console/sign-in");
    await inspect(nobody, "sign-in");
  });
}

// A statement on paper has its figures and its lines, and nothing to press.
async function paper(page, state) {
  await check(`${state}: a statement on paper`, async () => {
    await page.goto("/console/accounts/1");
    await page.emulateMedia({ media: "print", colorScheme: "light" });
    await page.setViewportSize(PAPER);
    const seen = await page.evaluate(() => [...document.querySelectorAll("nav, button, .button, input, select, .news, .keys, summary")]
      .filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 80)));
    assert.deepEqual(seen, []);
    assert.deepEqual(await stickingOut(page), []);
    if (state !== "none") assert.ok(await page.locator(".ledger thead").isVisible(), "a table, not cards");
    await picture(page, `${state}-statement-on-paper`);
    await page.emulateMedia({ media: null });
    await page.setViewportSize(WIDE);
  });
}

// Long lists go on, and every page but the last leads to another.
async function onward(page) {
  for (const list of LISTS) {
    await check(`ten-thousand: ${list} goes on`, async () => {
      await page.goto(`/console${list}`);
      const seen = new Set();
      for (let at = 0; at < 3; at += 1) {
        const rows = await page.locator("[data-row] .row-link").evaluateAll((links) => links.map((link) => link.href));
        assert.equal(rows.length, 50);
        rows.forEach((row) => seen.add(row));
        const from = page.url();
        const next = page.getByRole("link", { name: "Page suivante" });
        await Promise.all([page.waitForURL((url) => url.href !== from), next.click()]);
      }
      assert.equal(seen.size, 150, "no row twice");
      await inspect(page, `ten-thousand-${list}-further`);
    });
  }
}

// Pages that an address does not lead to: a preview, a refusal, what unfolds.
async function forms(browser, page) {
  await check("axe: a preview", async () => {
    await page.goto("/console/requests/new");
    await page.getByLabel("Crédit du jour").check();
    await page.getByLabel("N° de compte").fill("1");
    await page.getByLabel("Montant").fill("20 000 000");
    await page.getByRole("button", { name: "Prévisualiser" }).click();
    await page.getByRole("heading", { name: "Aperçu avant création" }).waitFor();
    await inspect(page, "preview");
  });
  await check("axe: a refusal with its fields", async () => {
    await page.goto("/console/requests/new");
    await page.getByLabel("Chargement", { exact: true }).check();
    await page.getByLabel("N° de compte").fill("1");
    await page.getByLabel("Montant").fill("-5,5");
    await page.getByRole("button", { name: "Prévisualiser" }).click();
    await page.getByRole("alert").waitFor();
    await inspect(page, "refusal");
  });
  const admin = await browser.as("admin");
  await check("axe: pausing, and the menu and the filters of a phone", async () => {
    await admin.goto("/console/messages");
    await admin.locator(".pop summary").click();
    await inspect(admin, "pausing");
    await admin.setViewportSize(NARROW);
    await admin.goto("/console/messages");
    await admin.getByText("Menu", { exact: true }).click();
    await admin.getByText("Filtres", { exact: true }).click();
    assert.deepEqual(await violations(admin), []);
    assert.deepEqual(await stickingOut(admin), []);
    await picture(admin, "unfolded-narrow");
  });
}

module.exports = { look };

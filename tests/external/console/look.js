// Every page as people see it: axe finds nothing serious, nothing sticks out on a phone; light and dark, wide and narrow.
"use strict";
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const axe = require("axe-core");
const { NARROW, WIDE } = require("./browser.js");
const { check } = require("./report.js");

const PICTURES = process.env.ESTAIR_SCREENSHOTS;
const EMPTY = ["", "/requests", "/support", "/accounts/1", "/messages", "/audit", "/notifications"];
const WORKED = [...EMPTY, "/requests/new", "/requests/1", "/requests/2", "/requests/3", "/requests?amount=x", "/support/1", "/accounts",
  "/accounts/new", "/accounts/2", "/movements/2", "/notifications/1", "/notifications/templates?notice=credit_refused",
  "/messages?status=completed", "/unknown"];

async function violations(page) {
  await page.evaluate(axe.source);
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

// Pictures in both schemes, for people to look at.
async function pictures(page, name) {
  if (!PICTURES) return;
  fs.mkdirSync(PICTURES, { recursive: true });
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    const file = `${name}-${colorScheme}`.replaceAll(/[^a-z0-9-]+/gi, "_");
    await page.screenshot({ path: path.join(PICTURES, `${file}.png`), fullPage: true });
  }
}

// A page as it stands. Colours do not depend on the width: two of the four combinations show all.
async function inspect(page, name) {
  for (const [width, size, colorScheme] of [["wide", WIDE, "light"], ["narrow", NARROW, "dark"]]) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await violations(page), [], `${width}, ${colorScheme}`);
    assert.deepEqual(await stickingOut(page), [], width);
    await pictures(page, `${name}-${width}`);
  }
}

async function look(browser, state) {
  const nobody = await browser.window();
  if (state === "empty") {
    await check("axe: the sign-in page", async () => {
      await nobody.goto("/console/sign-in");
      await inspect(nobody, "sign-in");
    });
  }
  const page = await browser.as("admin");
  for (const target of await pages(browser, state)) {
    await check(`axe: ${state}: ${target || "/"}`, async () => {
      await page.setViewportSize(WIDE);
      await page.goto(`/console${target}`);
      await inspect(page, `${state}-${target}`);
    });
  }
  if (state === "worked") await forms(await browser.as("operation"));
}

async function pages(browser, state) {
  if (state === "empty") return EMPTY;
  const { items } = await browser.server.call("finance", "GET", "/messager/api/messages?limit=1");
  return [...WORKED, `/messages/${items[0].message_uuid}`];
}

// Pages that an address does not lead to: a preview, a refusal, the form of a ticket.
async function forms(page) {
  await check("axe: a preview", async () => {
    await page.goto("/console/requests/new");
    await page.getByLabel("Crédit du jour").check();
    await page.getByLabel("N° de compte").fill("1");
    await page.getByLabel("Montant").fill("20 000 000");
    await page.getByRole("button", { name: "Prévisualiser" }).click();
    await inspect(page, "preview");
  });
  await check("axe: a refusal with its fields", async () => {
    await page.setViewportSize(WIDE);
    await page.goto("/console/requests/new");
    await page.getByLabel("Rechargement").check();
    await page.getByLabel("N° de compte").fill("1");
    await page.getByLabel("Montant").fill("-5,5");
    await page.getByRole("button", { name: "Prévisualiser" }).click();
    await page.getByRole("alert").waitFor();
    await inspect(page, "refusal");
  });
  await check("axe: the form of a ticket", async () => {
    await page.setViewportSize(WIDE);
    await page.goto("/console/support/new");
    await inspect(page, "ticket-new");
  });
}

module.exports = { look };

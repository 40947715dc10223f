// An agency's day, on a phone: what it may have is read at once, and asked for in three taps.
"use strict";
const assert = require("node:assert/strict");
const path = require("node:path");
const axe = require("axe-core");
const { follow, NARROW } = require("./browser.js");
const { check } = require("./report.js");

const plain = async (page) => (await page.locator("main").innerText()).replaceAll(/[\u00a0\u202f]/g, " ");

async function picture(page, name) {
  if (process.env.ESTAIR_SCREENSHOTS) {
    await page.screenshot({ path: path.join(process.env.ESTAIR_SCREENSHOTS, `agency-${name}.png`), fullPage: true });
  }
}

async function isAccessible(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), []);
  const [inside, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, globalThis.innerWidth]);
  assert.ok(inside <= shown, `${page.url()} is ${inside} wide on ${shown}`);
}

async function agency(browser) {
  const page = await browser.as("client");
  await page.setViewportSize(NARROW);
  await page.goto("/console");
  await check("an agency reads at once what it may have, and asks for it in three taps", async () => {
    const first = await plain(page);
    for (const words of ["Crédit possible maintenant", "Accordé tout de suite, jusqu’au", "À régler", "Mes demandes"]) {
      assert.ok(first.includes(words), `${words} is not on the first page: ${first}`);
    }
    const offer = await page.locator("#offer .figure").boundingBox();
    assert.ok(offer.y + offer.height < NARROW.height, "the headroom is seen without scrolling");
    await isAccessible(page);
    await picture(page, "home");
    let taps = 0;
    const tap = async (what, leads) => {
      taps += 1;
      if (leads) await follow(page, what); else await what.click();
    };
    await tap(page.getByRole("link", { name: "Demander un crédit" }), true);
    await isAccessible(page);
    await picture(page, "credit");
    await tap(page.getByLabel(/^Montant/), false);
    await page.getByLabel(/^Montant/).fill("5 000");
    await tap(page.getByRole("button", { name: "Confirmer la demande" }), true);
    assert.equal(taps, 3);
    assert.ok((await plain(page)).includes("5 000"), await plain(page));
  });
  await check("its state moves by itself until it is written", async () => {
    await page.locator("main").getByText(/^Écrite$/).first().waitFor();
    await isAccessible(page);
    await picture(page, "request");
  });
  await check("a ticket, its statement and what it is told are its own", async () => {
    await page.goto("/console/support/new");
    await page.getByLabel("Sujet").fill("Billet à modifier");
    await page.getByLabel("Que se passe-t-il ?").fill("PNR ABC123");
    await isAccessible(page);
    await follow(page, page.locator("main form").getByRole("button").last());
    assert.ok((await plain(page)).includes("Billet à modifier"));
    await isAccessible(page);
    await picture(page, "ticket");
    for (const [target, words] of [["/console/accounts/1", "Relevé"], ["/console/notifications", "Notifications"], ["/console/requests", "5 000"]]) {
      await page.goto(target);
      assert.ok((await page.locator("body").innerText()).replaceAll(/[\u00a0\u202f]/g, " ").includes(words), target);
      await isAccessible(page);
      await picture(page, target.split("/")[2]);
    }
    assert.equal((await page.request.get("/console/accounts/2")).status(), 404);
  });
  await check("it installs as an app", async () => {
    const manifest = await (await page.request.get("/console/assets/app.webmanifest")).json();
    assert.ok(manifest.name && manifest.icons.length >= 2 && manifest.start_url, JSON.stringify(manifest));
    for (const { src } of manifest.icons) {
      assert.equal((await page.request.get(new URL(src, `${browser.server.url}/console/assets/app.webmanifest`).href)).status(), 200, src);
    }
  });
  await page.context().close();
}

module.exports = { agency };

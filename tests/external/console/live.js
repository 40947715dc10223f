// What changes where it stands: chips, rows, figures and counts follow without a reload, and what is typed stays.
"use strict";
const assert = require("node:assert/strict");
const { follow } = require("./browser.js");
const { announces, approve, button, create, link, says } = require("./work.js");
const { check } = require("./report.js");

const load = (page, amount) => create(page, { category: "Chargement", account: 1, amount, foreseen: [`${amount} XOF`] });
const chip = (page, words) => page.locator("#state .chip").getByText(words, { exact: true });
const row = (page, path) => page.locator(`#request-${path.split("/").at(-1)}`);

async function lists(browser, operation, finance) {
  await check("live: what is new in a list is counted behind a bar, and shown when asked for", async () => {
    await finance.goto("/console/requests");
    await create(operation, { category: "Déchargement", account: 1, amount: "1 000", foreseen: ["1 000 XOF"] });
    await create(operation, { category: "Crédit du jour", account: 3, amount: "2 000", foreseen: ["2 000 XOF"] });
    await announces(finance, "2 nouveaux.");
    const rows = await finance.locator("tbody tr").count();
    await follow(finance, link(finance, "Actualiser"));
    assert.equal(await finance.locator("tbody tr").count(), rows + 2);
  });
  await check("live: a row changes where it stands, in the list, on the first page and in the decision table", async () => {
    const path = await load(operation, "4 000");
    const [list, queue, table] = await Promise.all([1, 2, 3].map(() => finance.context().newPage()));
    await list.goto("/console/requests");
    await queue.goto("/console");
    await table.goto("/console/decisions");
    await approve(finance, path);
    await row(list, path).getByText("Écrite", { exact: true }).waitFor();
    assert.ok(await list.locator("#news").isHidden(), "nothing is new in the list");
    await row(queue, path).getByText("n’est plus dans cette liste").waitFor();
    await row(table, path).getByText("n’est plus dans cette liste").waitFor();
    assert.ok(await row(table, path).locator("[name=every]").isDisabled(), "what was decided is not sent again");
    await announces(table, "Cette page a changé.");
    await Promise.all([list, queue, table].map((page) => page.close()));
  });
  await check("live: the menu and the title of the tab count what waits", async () => {
    await finance.goto("/console");
    const counted = async () => Number(await finance.locator("[data-count=queue]").innerText());
    await finance.locator("[data-count=queue]").waitFor();
    const before = await counted();
    assert.ok((await finance.title()).startsWith(`(${before}) `), await finance.title());
    await load(operation, "6 000");
    await finance.waitForFunction((wanted) => document.title.startsWith(`(${wanted}) `), before + 1);
    assert.equal(await counted(), before + 1);
  });
}

async function pages(browser, operation, finance) {
  await check("live: approved, queued, written: the page moves by itself, and what is typed stays", async () => {
    const path = await load(operation, "7 000");
    const page = await finance.context().newPage();
    await page.goto(path);
    await page.getByLabel("Motif").fill("Une phrase commencée");
    await page.getByLabel("Ajouter un commentaire").fill("Un commentaire commencé");
    await approve(finance, path);
    await chip(page, "Écrite").waitFor();
    await page.locator("#movement").getByText("Écrit", { exact: true }).waitFor();
    assert.equal(await page.getByLabel("Ajouter un commentaire").inputValue(), "Un commentaire commencé");
    assert.equal(await page.getByLabel("Motif").inputValue(), "Une phrase commencée");
    await announces(page, "Cette page a changé.");
    await page.close();
  });
  await check("live: a client's answer is marked for each person until that person has seen it", async () => {
    const ticket = await browser.server.call("client", "POST", "/api/helpdesk", { subject: "Bagage perdu", description: "Deux valises" });
    const mark = (page) => page.locator(`#support-${ticket.id} .unseen`);
    const admin = await browser.as("admin");
    await operation.goto("/console/support");
    await mark(operation).waitFor();
    await follow(operation, operation.locator(`#support-${ticket.id} .row-link`));
    await operation.getByLabel("Ajouter un commentaire").fill("Lesquelles ?");
    await follow(operation, button(operation, "Répondre"));
    await operation.goto("/console/support");
    assert.equal(await mark(operation).count(), 0);
    await admin.goto("/console/support");
    await browser.server.call("client", "POST", `/api/helpdesk/${ticket.id}/commentaires`, { body: "Les rouges" });
    await mark(operation).waitFor();
    await mark(admin).waitFor();
    await says(operation, "Le client a répondu");
    await operation.goto(`/console/support/${ticket.id}`);
    await operation.goto("/console/support");
    assert.equal(await mark(operation).count(), 0, "operation has seen it");
    await admin.reload();
    assert.equal(await mark(admin).count(), 1, "admin has not");
    await admin.context().close();
  });
  await check("live: it is paused, and goes on with what was missed", async () => {
    await finance.goto("/console/requests");
    await button(finance, "Suspendre le direct").click();
    const path = await load(operation, "8 000");
    await finance.reload();
    await announces(finance, "Le direct est suspendu.");
    await approve(operation.context().finance, path);
    await finance.waitForTimeout(3_000);
    await row(finance, path).getByText("À décider", { exact: true }).waitFor();
    await button(finance, "Reprendre le direct").click();
    await row(finance, path).getByText("Écrite", { exact: true }).waitFor();
  });
}

async function live(browser) {
  const operation = await browser.as("operation");
  const finance = await browser.as("finance");
  operation.context().finance = await browser.as("finance");
  await lists(browser, operation, finance);
  await pages(browser, operation, finance);
  await Promise.all([operation.context().finance, operation, finance].map((page) => page.context().close()));
}

module.exports = { live };

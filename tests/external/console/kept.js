// Tries to lose what is typed, in every form of the console: by going back, reading the page again, another language, a session
// that ended, a refusal. What is kept is the person's own.
"use strict";
const assert = require("node:assert/strict");
const { follow } = require("./browser.js");
const { button, link } = require("./work.js");
const { check } = require("./report.js");

const FIELDS = "input:not([type=hidden], [type=file], [type=search], [type=password], [type=checkbox], [type=radio]), textarea";

// What fits a field, and nobody has typed before.
const textFor = ({ type, mode, name }) => {
  if (type === "email") return "quelqu-un@example.test";
  if (type === "date") return "2025-10-21";
  return mode === "numeric" || mode === "decimal" || name.endsWith("_id") ? "417" : "Une phrase à moitié écr";
};

// The forms of a page that something is typed in, each by its place.
const formsOf = (page) => page.evaluate((fields) => [...document.forms]
  .map((form, at) => ({ at, method: form.method, action: form.getAttribute("action"), names: [...form.querySelectorAll(fields)].map((one) => one.name) }))
  .filter(({ method, names }) => method === "post" && names.length), FIELDS);

async function type(page, action) {
  await page.evaluate(() => { for (const fold of document.querySelectorAll("main details")) fold.open = true; });
  const fields = page.locator(`form[method=post][action="${action}"]`).locator(FIELDS);
  const typed = {};
  for (let at = 0; at < await fields.count(); at += 1) {
    const field = fields.nth(at);
    const text = textFor(await field.evaluate((one) => ({ type: one.type, mode: one.inputMode, name: one.name })));
    await field.fill(text);
    // A field may hold less.
    typed[at] = await field.inputValue();
  }
  return typed;
}

async function holds(page, action, typed, after) {
  const fields = page.locator(`form[method=post][action="${action}"]`).locator(FIELDS);
  const found = {};
  for (const at of Object.keys(typed)) found[at] = await fields.nth(Number(at)).inputValue();
  assert.deepEqual(found, typed, `${action} on ${page.url()} ${after}`);
}

// Loses nothing in any form of this page; gives how many it has.
async function survives(page, target) {
  await page.goto(target);
  const forms = await formsOf(page);
  for (const { action } of forms) {
    await page.goto(target);
    const typed = await type(page, action);
    await page.reload();
    await holds(page, action, typed, "after a reload");
    await follow(page, page.locator("a.lang"));
    await holds(page, action, typed, "in another language");
    await follow(page, page.locator("a.lang"));
    await page.goto("/console/audit");
    await page.goBack();
    await holds(page, action, typed, "after going back");
    await page.locator(".kept button").first().click();
  }
  return forms.length;
}

async function everywhere(browser) {
  const { items } = await browser.server.call("finance", "GET", "/messager/api/messages?limit=100");
  const failed = items.find((message) => message.status === "failed") ?? items[0];
  const draft = await browser.server.call("operation", "POST", "/api/requetes-financieres", { category: "load", account_id: 1, amount: 900, assigned_to: "operation" });
  const ticket = await browser.server.call("client", "POST", "/api/helpdesk", { subject: "Horaire", description: "Changé ?" });
  const { items: people } = await browser.server.call("admin", "GET", "/api/personnes");
  const pages = {
    admin: ["/decisions", "/requests/new", "/support/new", "/accounts/new", "/accounts/1", "/people/new", `/people/${people[0].id}`, "/messages",
      `/messages/${failed.message_uuid}`, "/payments", "/audit", "/notifications/templates", `/support/${ticket.id}`, `/requests/${draft.id}`],
    operation: [`/requests/${draft.id}`],
  };
  for (const [role, targets] of Object.entries(pages)) {
    const page = await browser.as(role);
    for (const target of targets) {
      await check(`kept: ${role}: ${target}`, async () => { await survives(page, `/console${target}`); });
    }
    await page.context().close();
  }
  const client = await browser.as("client");
  for (const target of ["/requests/new", "/support/new", `/support/${ticket.id}`]) {
    await check(`kept: client: ${target}`, async () => {
      await client.goto(`/console${target}`);
      for (const { action } of await formsOf(client)) {
        const typed = await type(client, action);
        await client.reload();
        await holds(client, action, typed, "after a reload");
        await client.goto("/console");
        await client.goBack();
        await holds(client, action, typed, "after going back");
      }
    });
  }
  await client.context().close();
  return { ticket, draft };
}

async function refusals(browser, ticket) {
  await check("kept: a refusal stands at the address of its page, and a reload sends nothing again", async () => {
    const page = await browser.as("operation");
    await page.goto("/console/requests/new?category=unload&account_id=1&helpdesk_id=1");
    await page.getByLabel("Montant").fill("-5,5");
    await page.getByLabel("Description").fill("Des frais");
    await follow(page, button(page, "Prévisualiser"));
    await page.getByRole("alert").waitFor();
    assert.ok(page.url().endsWith("/console/requests/new?category=unload&account_id=1&helpdesk_id=1"), page.url());
    await page.reload();
    assert.equal(await page.getByLabel("Description").inputValue(), "Des frais");
    assert.equal(await page.getByLabel("Montant").inputValue(), "-5,5");
    await page.goto(`/console/support/${ticket.id}`);
    await page.getByLabel("Ajouter un commentaire").fill("  ");
    await page.evaluate(() => { for (const one of document.querySelectorAll("[required]")) one.required = false; });
    await follow(page, button(page, "Répondre"));
    assert.ok(page.url().endsWith(`/console/support/${ticket.id}`), page.url());
    await follow(page, link(page, "English"));
    assert.equal(await page.getByRole("heading", { name: "Comments" }).count(), 1);
    await follow(page, link(page, "Français"));
    await page.context().close();
  });
  await check("kept: what was sent and done is not there again", async () => {
    const page = await browser.as("operation");
    await page.goto(`/console/support/${ticket.id}`);
    await page.getByLabel("Ajouter un commentaire").fill("Une réponse entière");
    await follow(page, button(page, "Répondre"));
    assert.equal(await page.getByLabel("Ajouter un commentaire").inputValue(), "");
    await page.goto(`/console/support/${ticket.id}`);
    assert.equal(await page.getByLabel("Ajouter un commentaire").inputValue(), "");
    await page.context().close();
  });
  await check("kept: reading the page again by its key asks first", async () => {
    const page = await browser.as("operation");
    await page.goto(`/console/support/${ticket.id}`);
    await page.getByLabel("Ajouter un commentaire").fill("À moitié");
    await page.locator("main").focus();
    await page.keyboard.press("r");
    await page.locator("#news").getByText("Un texte est en cours").waitFor();
    await Promise.all([page.waitForEvent("framenavigated"), page.keyboard.press("r")]);
    assert.equal(await page.getByLabel("Ajouter un commentaire").inputValue(), "À moitié");
    await page.context().close();
  });
}

async function sessions(browser, ticket) {
  const signIn = async (page, role) => {
    await page.getByLabel("Jeton").fill(browser.server.token(role));
    await follow(page, button(page, "Se connecter"));
  };
  const field = (page) => page.getByLabel("Ajouter un commentaire");
  await check("kept: a session that ended is opened again, and comes back to the filled form", async () => {
    const page = await browser.as("operation");
    await page.goto(`/console/support/${ticket.id}`);
    await field(page).fill("Écrit avant la fin");
    await page.context().clearCookies();
    await follow(page, button(page, "Répondre"));
    await follow(page, link(page, "Se connecter"));
    await signIn(page, "operation");
    assert.equal(new URL(page.url()).pathname, `/console/support/${ticket.id}`);
    assert.equal(await field(page).inputValue(), "Écrit avant la fin");
    await page.context().clearCookies();
    await page.goto(`/console/support/${ticket.id}`);
    await signIn(page, "finance");
    await page.goto(`/console/support/${ticket.id}`);
    assert.equal(await page.evaluate(() => Object.values(sessionStorage).join().includes("avant la fin")), false, "nobody else's");
    await page.context().close();
  });
  await check("kept: signing out wipes it, in every tab", async () => {
    const page = await browser.as("operation");
    const other = await page.context().newPage();
    for (const one of [page, other]) {
      await one.goto(`/console/support/${ticket.id}`);
      await field(one).fill("Rien pour le suivant");
    }
    await follow(page, button(page, "Se déconnecter"));
    const left = (one) => one.evaluate(() => Object.values(sessionStorage).join());
    assert.ok(!(await left(page)).includes("suivant"));
    await other.waitForFunction(() => !Object.values(sessionStorage).join().includes("suivant"));
    await page.context().close();
  });
}

async function kept(browser) {
  const { ticket } = await everywhere(browser);
  await refusals(browser, ticket);
  await sessions(browser, ticket);
}

module.exports = { kept };

// Each role's day among 1,600 requests, counted: clicks, keys that do something, and pages loaded. How long it takes is told, and
// proves nothing.
"use strict";
const assert = require("node:assert/strict");
const zlib = require("node:zlib");
const { follow } = require("./browser.js");
const { button, link, says } = require("./work.js");
const { check } = require("./report.js");

const REQUESTS = 1_600;
const DECISIONS = 30;
// Calls of another program at once.
const AT_ONCE = 16;
const MOST_COMPRESSED = 100 * 1024;

// A day at the browser, counted from the first page on.
class Day {
  static async of(browser, role) {
    const page = await browser.as(role);
    const day = new Day(page);
    page.on("load", () => { day.loads += 1; });
    return day;
  }

  constructor(page) {
    Object.assign(this, { page, clicks: 0, keys: 0, loads: 0, began: Date.now() });
  }

  // A click that leads to another page.
  async follow(what) {
    this.clicks += 1;
    await follow(this.page, what);
  }

  // A click that stays.
  async click(what) {
    this.clicks += 1;
    await what.click();
  }

  async press(key) {
    this.keys += 1;
    await Promise.all([this.page.waitForEvent("load"), this.page.keyboard.press(key)]);
  }

  // Asserts what it took, at most, and tells it.
  async took({ clicks, loads }) {
    const { page } = this;
    const seconds = ((Date.now() - this.began) / 1000).toFixed(1);
    console.log(`  ${this.clicks} clicks, ${this.keys} keys, ${this.loads} pages, ${seconds} s`);
    assert.ok(this.clicks + this.keys <= clicks, `${this.clicks} clicks and ${this.keys} keys, not ${clicks}`);
    assert.ok(this.loads <= loads, `${this.loads} pages, not ${loads}`);
    await page.context().close();
  }
}

// Many requests, created as another program creates them; the book stays one that verifies.
async function fill(server, total) {
  const { total: there } = await server.call("admin", "GET", "/api/requetes-financieres?count=true&limit=1");
  const wanted = Array.from({ length: Math.max(total - there.count, 0) }, (_, at) => ({
    category: at % 3 ? "load" : "unload", account_id: 1 + (at % 3), amount: 1_000 + (at * 7_919) % 250_000, assigned_to: "operation",
    description: `Billet ${at}, à compléter avec l’agence avant de le confier à la finance`,
  }));
  const one = async () => {
    for (let body = wanted.pop(); body; body = wanted.pop()) await server.call("operation", "POST", "/api/requetes-financieres", body);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

async function auditor(browser) {
  const { server } = browser;
  const person = await server.call("admin", "POST", "/api/personnes", { name: "Awa Contrôle", email: "awa@example.test", role: "auditor" });
  server.known.tokens.auditor = (await server.call("admin", "POST", `/api/personnes/${person.id}/jetons`, { name: "essai" })).token;
  await check("the auditor's day: the chain, a verification, an export", async () => {
    const day = await Day.of(browser, "auditor");
    const { page } = day;
    await day.follow(link(page, "Audit").first());
    await day.follow(page.locator(".row-link").first());
    await says(page, ["Le contenu correspond à son empreinte.", "Empreinte précédente"]);
    await day.follow(link(page, "Audit").first());
    await day.follow(button(page, "Vérifier"));
    await page.getByText("Tout concorde").waitFor({ timeout: 30_000 });
    await day.follow(link(page, "Agence Plateau").first());
    day.clicks += 1;
    const [download] = await Promise.all([page.waitForEvent("download"), link(page, "Télécharger (CSV)").click()]);
    assert.match(download.suggestedFilename(), /\.csv$/);
    assert.equal(await page.locator("main form[method=post]:not([action$='/audit'])").count(), 0, "nothing to change");
    await day.took({ clicks: 6, loads: 30 });
  });
}

async function operation(browser) {
  const { server } = browser;
  await check("operation's day: a draft is made, completed and passed on", async () => {
    const day = await Day.of(browser, "operation");
    const { page } = day;
    await day.follow(link(page, "Nouvelle demande"));
    await day.click(page.getByLabel("Chargement", { exact: true }));
    await page.getByLabel("N° de compte").fill("1");
    await page.getByLabel("Montant").fill("41 000");
    await page.getByLabel("Confié à").selectOption({ label: "Opérations" });
    await day.follow(button(page, "Prévisualiser"));
    await day.follow(button(page, "Créer la demande"));
    await says(page, "Brouillon");
    await day.click(page.getByText("Modifier le brouillon"));
    await page.locator("form[action$='/draft']").getByLabel("Montant").fill("42 000");
    await day.follow(page.locator("form[action$='/draft']").getByRole("button", { name: "Enregistrer" }));
    await day.follow(button(page, "Confier à la finance"));
    await says(page, ["42 000", "Finance"]);
    await day.took({ clicks: 7, loads: 6 });
  });
  await check("operation's day: a client's answer is found, answered, and given back", async () => {
    const ticket = await server.call("client", "POST", "/api/helpdesk", { subject: "Nom mal écrit", description: "KOUASSI" });
    const day = await Day.of(browser, "operation");
    const { page } = day;
    await page.locator(`#support-${ticket.id} .unseen`).waitFor();
    await day.follow(page.locator(`#support-${ticket.id} .row-link`));
    await day.follow(button(page, "Prendre en charge"));
    await day.click(page.getByLabel("Ajouter un commentaire"));
    await page.getByLabel("Ajouter un commentaire").fill("Corrigé, vérifiez de votre côté");
    await day.follow(button(page, "Répondre et rendre à l’agence"));
    await says(page, ["Corrigé, vérifiez de votre côté", "Agence"]);
    await day.took({ clicks: 4, loads: 5 });
  });
}

async function finance(browser) {
  await check(`finance's day: ${DECISIONS} decisions in at most 10 clicks or keys`, async () => {
    const { server } = browser;
    const paths = [];
    for (let at = 0; at < DECISIONS; at += 1) {
      const draft = { category: "load", account_id: 1 + (at % 3), amount: 1_000 + at, assigned_to: "finance" };
      paths.push((await server.call("operation", "POST", "/api/requetes-financieres", draft)).id);
    }
    const day = await Day.of(browser, "finance");
    const { page } = day;
    await day.follow(link(page, "Table de décision"));
    const group = () => page.locator("form.decisions", { has: page.locator(`#request-${paths.at(-1)}`) });
    // One is held with its reason; the others pass together, by a button that says how many and how much.
    await day.click(page.locator(`#request-${paths[0]} input[type=checkbox]`));
    await group().getByLabel("Motif").fill("À revoir avec l’agence");
    await day.follow(group().getByRole("button", { name: /en attente/ }));
    await says(page, "1 décision(s) prise(s).");
    assert.equal((await server.call("finance", "GET", `/api/requetes-financieres/${paths[0]}`)).status, "waiting");
    await day.follow(group().getByRole("button", { name: /^Approuver tous/ }));
    for (const id of paths.slice(1)) {
      const { status } = await server.call("finance", "GET", `/api/requetes-financieres/${id}`);
      assert.ok(["to_treat", "processing", "closed"].includes(status), `${id} is ${status}`);
    }
    assert.equal((await server.call("finance", "GET", `/api/requetes-financieres/${paths[0]}`)).status, "waiting", "what is held stays held");
    await day.took({ clicks: 10, loads: 4 });
  });
}

async function admin(browser) {
  await check("admin's day: credits past their expiry are cancelled, and a person is added", async () => {
    const { server } = browser;
    const credit = await server.call("client", "POST", "/api/requetes-financieres", { category: "daily_credit", amount: 1_000 });
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await server.call("admin", "GET", `/api/requetes-financieres/${credit.id}`)).status === "closed") break;
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
    // Yesterday's: nobody waits here for midnight. From here on the book is none that verifies.
    server.sql("UPDATE requetes_financieres SET expiry_date = created_at WHERE id = ?", "estair", [String(credit.id)]);
    const day = await Day.of(browser, "admin");
    const { page } = day;
    await day.follow(link(page, "Table de décision").first());
    const unpaid = page.locator("#unpaid");
    await unpaid.locator(`#request-${credit.id}`).waitFor();
    await day.follow(unpaid.getByRole("button", { name: /^Annuler tous/ }));
    await says(page, "décision(s) prise(s).");
    await day.follow(link(page, "Personnes").first());
    await day.follow(link(page, "Nouvelle personne"));
    await page.getByLabel("Nom", { exact: true }).fill("Moussa Comptoir");
    await page.getByLabel("E-mail").fill("moussa@example.test");
    await page.getByLabel("Rôle").selectOption({ label: "Opérations" });
    await day.follow(button(page, "Créer la personne"));
    await says(page, "Moussa Comptoir");
    await day.took({ clicks: 5, loads: 6 });
  });
}

// What travels of every page with all of it behind it: the longest lists and pages, compressed as browsers ask for.
async function weight(browser) {
  await check("no page is over 100 KB compressed, with 1,600 requests", async () => {
    const { server } = browser;
    for (let at = 0; at < 210; at += 1) {
      const description = `Dépôt ${at} de l’agence, reçu au guichet et à vérifier avec la banque avant de l’approuver`;
      await server.call("operation", "POST", "/api/requetes-financieres", { category: "load", account_id: 1 + (at % 3), amount: 5_000 + at * 7, description });
    }
    const page = await browser.as("admin");
    const targets = ["", "/decisions", "/requests", "/requests?status=open", "/support", "/support/1", "/accounts", "/accounts/1", "/accounts/1?limit=200",
      "/messages", "/audit", "/audit/trail", "/movements/1", "/notifications", "/notifications/templates", "/people", "/report", "/requests/1", "/requests/new",
      "/search?q=000", "/assets/console.js", "/assets/kept.js", "/assets/console.css"];
    const heavy = [];
    let most = [0, ""];
    for (const target of targets) {
      const answer = await page.request.get(`/console${target}`);
      assert.equal(answer.status(), 200, target);
      const size = zlib.gzipSync(await answer.body()).length;
      if (size > most[0]) most = [size, target || "/"];
      if (size > MOST_COMPRESSED) heavy.push(`${target}: ${size}`);
    }
    console.log(`  the heaviest is ${most[1]}: ${most[0]} bytes`);
    assert.deepEqual(heavy, []);
    await page.context().close();
  });
}

async function day(browser) {
  await check(`there are ${REQUESTS} requests`, async () => {
    await fill(browser.server, REQUESTS);
    const { total } = await browser.server.call("admin", "GET", "/api/requetes-financieres?count=true&limit=1");
    assert.ok(total.count >= REQUESTS, JSON.stringify(total));
  });
  await auditor(browser);
  await operation(browser);
  await finance(browser);
  await weight(browser);
  await admin(browser);
}

module.exports = { day };

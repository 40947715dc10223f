// Each role's daily work, as people do it: by the words that they read.
"use strict";
const assert = require("node:assert/strict");
const { follow } = require("./browser.js");
const { check } = require("./report.js");

// A text that would run, were it not escaped.
const HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>";

const button = (page, name) => page.getByRole("button", { name, exact: true });
const link = (page, name) => page.getByRole("link", { name });
const status = (page) => page.locator(".head .chip").first().innerText();

async function says(page, words) {
  const text = (await page.locator("main").innerText()).replaceAll(/[\u00a0\u202f]/g, " ");
  for (const one of [words].flat()) assert.ok(text.includes(one), `"${one}" is not on ${page.url()}:\n${text}`);
}

// Fills in the form of a new request, previews it, and creates it; gives its page's path.
async function create(page, { category, account, amount, foreseen }) {
  await page.goto("/console/requests/new");
  await page.getByLabel(category, { exact: true }).check();
  await page.getByLabel("N° de compte").fill(String(account));
  await page.getByLabel("Montant").fill(amount);
  await page.getByLabel("Description").fill(`${category} ${HOSTILE}`);
  await follow(page, button(page, "Prévisualiser"));
  await says(page, ["Aperçu avant création", ...foreseen]);
  await follow(page, button(page, "Créer la demande"));
  await says(page, "Créé.");
  return new URL(page.url()).pathname;
}

async function approve(page, path) {
  await page.goto(path);
  await follow(page, button(page, "Approuver"));
  await says(page, "Modification enregistrée.");
}

// Waits until the bar of news says this.
async function announces(page, words) {
  const bar = page.locator("#news");
  await bar.getByText(words).waitFor().catch(async () => assert.equal(await bar.textContent(), words));
}

// Reloads until the request has this status: Messager works meanwhile.
async function until(page, path, wanted) {
  for (let tries = 0; tries < 60; tries += 1) {
    await page.goto(path);
    if (await status(page) === wanted) return;
    await page.waitForTimeout(150);
  }
  assert.equal(await status(page), wanted);
}

async function loads(browser, operation, finance) {
  let path;
  await check("operation previews a load and creates it", async () => {
    path = await create(operation, { category: "Chargement", account: 1, amount: "500 000", foreseen: ["500 000 XOF", "À décider"] });
    await says(operation, ["Chargement", HOSTILE, "Demande créée"]);
    assert.equal(await button(operation, "Approuver").count(), 0, "the decision is not operation's");
  });
  await check("finance approves it, and it is followed until it is closed and written", async () => {
    await approve(finance, path);
    await until(finance, path, "Écrite");
    await says(finance, ["Mouvement écrit", "Message confié à Messager", "+500 000 XOF", "Livré"]);
  });
}

async function credits(browser, operation, finance, admin) {
  let path;
  await check("operation is told that a credit over the limit will wait", async () => {
    const foreseen = ["900 000 XOF", "250 000 XOF", "Le plafond ne suffit pas"];
    path = await create(operation, { category: "Crédit du jour", account: 2, amount: "900 000", foreseen });
    assert.equal(await status(operation), "En attente");
  });
  await check("finance sees it first, with what approving would do, and the figures", async () => {
    await finance.goto("/console");
    await says(finance, ["Décisions de la finance", "900 000 XOF", "l’approbation serait refusée"]);
    await follow(finance, finance.locator(".card").first().getByRole("link", { name: "Examiner" }));
    assert.equal(new URL(finance.url()).pathname, path);
    assert.equal(await button(finance, "Approuver").count(), 0, "no button is known to fail");
    await says(finance, ["250 000", "900 000"]);
  });
  await check("finance raises the limit with a reason and approves in one step", async () => {
    await finance.getByLabel("Motif").fill(`Garantie ${HOSTILE}`);
    await follow(finance, finance.getByRole("button", { name: /^Relever à 910.000.XOF et approuver$/ }));
    await says(finance, "Modification enregistrée.");
    await until(finance, path, "Écrite");
    await finance.goto("/console/accounts/2");
    await says(finance, ["900 000 / 910 000", "250 000", HOSTILE]);
  });
  await check("finance raises a limit by itself", async () => {
    const form = finance.locator("form", { has: finance.getByLabel("Nouveau plafond") });
    await form.getByLabel("Nouveau plafond").fill("1 500 000");
    await form.getByLabel("Motif").fill("Saison");
    await follow(finance, button(finance, "Changer le plafond"));
    await says(finance, ["Plafond enregistré.", "910 000", "1 500 000", "Saison"]);
    await says(finance, ["900 000 / 1 500 000", "60 %"]);
  });
  await check("admin cancels the credit, and it weighs no more", async () => {
    await admin.goto(path);
    await follow(admin, link(admin, "Annuler ce crédit"));
    await follow(admin, button(admin, "Prévisualiser"));
    await follow(admin, button(admin, "Créer la demande"));
    await says(admin, "Créé.");
    await until(admin, new URL(admin.url()).pathname, "Écrite");
    await admin.goto("/console/accounts/2");
    await says(admin, ["0 / 1 500 000", "crédit annulé"]);
  });
}

async function tickets(browser, operation, finance) {
  let path;
  await check("operation opens a ticket, takes it and comments on it", async () => {
    await operation.goto("/console/support");
    await follow(operation, link(operation, "Nouveau ticket"));
    await operation.getByLabel("N° de compte").fill("1");
    await operation.getByLabel("Sujet").fill(`Billet ${HOSTILE}`);
    await operation.getByLabel("Description").fill(`À rembourser ${HOSTILE}`);
    await operation.getByLabel("N° de vente (etatsdevente)").fill("77");
    await follow(operation, button(operation, "Créer le ticket"));
    path = new URL(operation.url()).pathname;
    await follow(operation, button(operation, "Prendre en charge"));
    await operation.getByLabel("Ajouter un commentaire").fill(`Vu avec l’agence ${HOSTILE}`);
    await follow(operation, button(operation, "Répondre"));
    await says(operation, ["Commentaire ajouté.", `Vu avec l’agence ${HOSTILE}`, "En cours"]);
  });
  await check("operation creates the ticket's fee, which carries its sale", async () => {
    await follow(operation, link(operation, "Créer des frais pour ce ticket"));
    assert.equal(await operation.getByLabel("N° de vente (etatsdevente)").inputValue(), "77");
    await operation.getByLabel("Montant").fill("5 000");
    await follow(operation, button(operation, "Prévisualiser"));
    await follow(operation, button(operation, "Créer la demande"));
    await says(operation, ["Déchargement", "5 000 XOF", "77"]);
    const fee = new URL(operation.url()).pathname;
    await approve(finance, fee);
    await until(finance, fee, "Écrite");
  });
  await check("operation resolves the ticket", async () => {
    await operation.goto(path);
    await follow(operation, button(operation, "Résoudre et clore"));
    await says(operation, ["Modification enregistrée.", "Résolu"]);
  });
}

async function messages(browser, operation, finance, admin) {
  let path;
  let message;
  const paths = [];
  await check("admin pauses the deliveries: a message waits", async () => {
    await admin.goto("/console/messages");
    await admin.getByText("Pause…").click();
    await admin.getByLabel("Motif").fill("Entretien");
    await follow(admin, button(admin, "Mettre les livraisons en pause"));
    await says(admin, ["Les livraisons sont en pause.", "Entretien"]);
    for (const account of [3, 1]) {
      path = await create(operation, { category: "Chargement", account, amount: "70 000", foreseen: ["70 000 XOF"] });
      paths.push(path);
      await approve(finance, path);
      await until(finance, path, "En file");
    }
    await says(finance, "Aucune tentative pour l’instant.");
  });
  await check("its figures and its list follow without a reload", async () => {
    await admin.locator("[data-stat=pending]").filter({ hasText: "2" }).waitFor();
    await announces(admin, "2 nouveaux.");
  });
  await check("a message whose every attempt fails is shown as failed, with each attempt", async () => {
    browser.server.refuseMovements();
    await admin.goto("/console/messages");
    await admin.getByText("Reprise…").click();
    await admin.getByLabel("Motif").fill("Entretien fini");
    await follow(admin, button(admin, "Reprendre les livraisons"));
    await says(admin, "Les livraisons reprennent.");
    await finance.goto("/console");
    const warning = link(finance, "2 message(s) en échec dans Messager.");
    for (let tries = 0; tries < 60 && await warning.count() === 0; tries += 1) {
      await finance.waitForTimeout(250);
      await finance.goto("/console");
    }
    await follow(finance, warning);
    await follow(finance, finance.locator(".row-link").nth(1));
    message = new URL(finance.url()).pathname;
    assert.equal(await status(finance), "En échec");
    assert.equal(await finance.locator("tbody tr").count(), 4, "one attempt and three retries");
  });
  await check("operation sees it, and may not replay it", async () => {
    await operation.goto(message);
    assert.equal(await button(operation, "Rejouer").count(), 0);
    await operation.goto("/console/messages?status=failed");
    assert.equal(await button(operation, "Rejouer les messages en échec").count(), 0);
  });
  await check("finance replays it once the cause is gone: the movement is written, once", async () => {
    browser.server.acceptMovements();
    await finance.goto(message);
    await finance.getByLabel("Motif").fill(`Disque agrandi ${HOSTILE}`);
    await follow(finance, button(finance, "Rejouer"));
    await says(finance, "Rejeu lancé.");
    await until(finance, message, "Terminé");
    await says(finance, ["Rejoué par", HOSTILE]);
    await until(finance, paths[0], "Écrite");
    await says(finance, ["Mouvement écrit", "Livré"]);
    await follow(finance, link(finance, message.split("/").at(-1)).first());
    assert.equal(new URL(finance.url()).pathname, message, "the timeline leads to its message");
    const { items } = await browser.server.call("finance", "GET", "/api/accounts/3/mouvements");
    assert.deepEqual(items.map((movement) => movement.total_operation), ["70000"]);
  });
  await check("finance replays the rest of a filter: counted first, with a reason", async () => {
    await finance.goto("/console/messages?status=failed");
    await follow(finance, button(finance, "Rejouer les messages en échec"));
    await says(finance, "1 message(s) en échec");
    await finance.getByLabel("Motif").fill(`Le reste ${HOSTILE}`);
    await follow(finance, button(finance, "Confirmer le rejeu"));
    await says(finance, "1 message(s) rejoué(s).");
    await until(finance, paths[1], "Écrite");
  });
}

async function watching(browser, operation, finance) {
  await check("a list is read and opened by keyboard alone", async () => {
    await finance.goto("/console/requests");
    await finance.keyboard.press("j");
    await finance.keyboard.press("j");
    const wanted = await finance.locator(".row-link").nth(1).getAttribute("href");
    await finance.keyboard.press("Enter");
    await finance.waitForURL(`**${wanted}`);
  });
  await check("the keyboard skips the menu, finds the filters, is seen where it stands, and can be told to be silent", async () => {
    await finance.goto("/console/requests");
    await finance.keyboard.press("Tab");
    const focused = () => finance.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      return { text: document.activeElement.textContent, name: document.activeElement.name ?? "", seen: outlineStyle !== "none" && outlineWidth !== "0px" };
    });
    assert.deepEqual(await focused(), { text: "Aller au contenu", name: "", seen: true });
    await finance.keyboard.press("Enter");
    for (let tries = 0; tries < 4; tries += 1) {
      await finance.keyboard.press("Tab");
      assert.ok((await focused()).seen, JSON.stringify(await focused()));
    }
    await finance.locator("main").focus();
    await finance.keyboard.press("/");
    assert.equal((await focused()).name, "q");
    await finance.locator("main").focus();
    await button(finance, "Désactiver ces raccourcis").click();
    await finance.keyboard.press("j");
    assert.equal(await finance.locator("tr.at").count(), 0);
    await finance.reload();
    await button(finance, "Activer les raccourcis clavier").click();
    await finance.locator("main").focus();
    await finance.keyboard.press("j");
    assert.equal(await finance.locator("tr.at").count(), 1);
  });
  await check("the audit shows what a movement changed, and the book is verified", async () => {
    await finance.goto("/console/audit");
    await says(finance, ["Derniers mouvements écrits", "Agence Plateau"]);
    await finance.getByLabel("Numéro du mouvement").fill("1");
    await follow(finance, button(finance, "Ouvrir"));
    await says(finance, ["Le contenu correspond à son empreinte.", "Empreinte précédente"]);
    assert.equal(await finance.locator("tr.moved").count(), 2, "the balance and the exposition");
    await finance.goto("/console/audit");
    await follow(finance, button(finance, "Vérifier"));
    await finance.getByText("Tout concorde").waitFor();
  });
  await check("what a phone and a proxy refuse a stream for is asked for instead", async () => {
    const page = await browser.as("finance");
    // The rounds are shorter here, nothing else.
    await page.addInitScript(() => {
      const every = globalThis.setInterval;
      globalThis.setInterval = (run, ms) => every(run, ms / 20);
    });
    await page.route("**/console/live?*", (route) => route.fulfill({ status: 503 }));
    await page.goto("/console/requests");
    const one = await create(operation, { category: "Chargement", account: 1, amount: "3 000", foreseen: ["3 000 XOF"] });
    await announces(page, "1 nouveau.");
    await page.goto(one);
    await approve(finance, one);
    await page.locator("#state .chip").getByText("Écrite").waitFor();
  });
  await check("a list's filters are its address, and are cleared at once", async () => {
    await finance.goto("/console/requests");
    await finance.getByLabel("Statut").selectOption({ label: "Écrite" });
    await finance.getByLabel("Catégorie").selectOption({ label: "Crédit du jour" });
    await follow(finance, button(finance, "Filtrer"));
    assert.match(finance.url(), /status=closed&category=daily_credit/);
    await finance.reload();
    assert.equal(await finance.locator("tbody tr").count(), 1);
    await finance.getByLabel("N° de compte").fill("3");
    await follow(finance, button(finance, "Filtrer"));
    await says(finance, "Rien ne correspond à ces filtres.");
    await follow(finance, link(finance, "Effacer les filtres"));
    assert.ok(await finance.locator("tbody tr").count() > 3);
  });
  await check("an account spells its figures out, draws its month and names its days", async () => {
    await finance.goto("/console/accounts/1");
    await says(finance, ["solde + crédit du jour − encours", "solde de la veille + Σ des mouvements", "Reste disponible 1 000 000"]);
    const [balance] = await finance.locator("polyline.balance").evaluateAll((all) => all.map((one) => one.points.numberOfItems));
    assert.equal(balance, 30);
    await finance.getByText("Voir les chiffres").click();
    assert.equal(await finance.locator(".compact tbody tr").count(), 30);
  });
  await check("templates are shown, and a test says what came of it", async () => {
    await finance.goto("/console/notifications");
    await follow(finance, link(finance, "Modèles"));
    await says(finance, ["Teams", "accordée automatiquement : une décision est attendue."]);
    await finance.getByLabel("Notification").selectOption({ label: "Crédit refusé" });
    await follow(finance, button(finance, "Afficher"));
    await says(finance, ["Votre demande de crédit de 500 000 XOF", "Notification push"]);
    await finance.getByLabel("Adresse").fill("moi@example.test");
    await follow(finance, button(finance, "Envoyer un essai").first());
    await says(finance, "est pas configuré");
  });
  await check("the statement is downloaded as CSV", async () => {
    await finance.goto("/console/accounts/1");
    const [download] = await Promise.all([finance.waitForEvent("download"), link(finance, "Télécharger (CSV)").click()]);
    assert.match(download.suggestedFilename(), /\.csv$/);
  });
  await check("the console speaks English when asked, and keeps the choice", async () => {
    await finance.goto("/console/accounts");
    await follow(finance, link(finance, "English"));
    await finance.getByRole("heading", { name: "Accounts" }).waitFor();
    await finance.goto("/console");
    await follow(finance, link(finance, "Français"));
    await finance.getByRole("heading", { name: "À traiter" }).waitFor();
  });
}

async function work(browser) {
  const operation = await browser.as("operation");
  const finance = await browser.as("finance");
  const admin = await browser.as("admin");
  await loads(browser, operation, finance);
  await credits(browser, operation, finance, admin);
  await tickets(browser, operation, finance);
  await messages(browser, operation, finance, admin);
  await watching(browser, operation, finance);
  await check("admin opens an account", async () => {
    await admin.goto("/console/accounts/new");
    await admin.getByLabel("Nom").fill(`Agence ${HOSTILE}`);
    await admin.getByLabel("Plafond").fill("100 000");
    await follow(admin, button(admin, "Créer le compte"));
    await says(admin, ["Créé.", HOSTILE, "0 / 100 000"]);
  });
  await check("who signs out is asked to sign in again, in every tab", async () => {
    const other = await finance.context().newPage();
    await other.goto("/console/requests");
    await follow(finance, button(finance, "Se déconnecter"));
    await other.goto("/console/requests");
    assert.match(other.url(), /\/console\/sign-in\?next=/);
  });
}

module.exports = { HOSTILE, announces, approve, button, create, link, says, status, work };

// Takes the pictures of the guide from the running console: a fresh server, a small day of work through the API, then each page as its role sees it.
//   node pictures.js SERVER DIRECTORY
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { Server } = require("../../tests/external/console/server.js");
const { Browser, follow } = require("../../tests/external/console/browser.js");
const { shoot } = require("./steady.js");

const SIZE = { width: 1180, height: 760 };
const BROAD = { width: 1440, height: 760 };
const FIGURES = { width: 1180, height: 458 };
const FLAT = { width: 1180, height: 445 };
const PHONE = { width: 390, height: 780 };
const REQUESTS = "/api/requetes-financieres";
const TRIES = 200;

async function until(what, look) {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  throw new Error(`${what}: did not happen`);
}

// Messager counts by the minute of the clock: what is delivered belongs to one, and so does its picture.
const inFreshMinute = () => new Promise((resolve) => {
  const into = Date.now() % 60_000;
  setTimeout(resolve, into < 30_000 ? 0 : 60_000 - into);
});

// The day: what each role would find in the morning.
async function day(server) {
  const call = (role, method, target, body) => server.call(role, method, target, body);
  const closed = (id) => until(`request ${id} is closed`, async () => (await call("admin", "GET", `${REQUESTS}/${id}`)).status === "closed");
  const credit = (amount, account) => call("operation", "POST", REQUESTS, { category: "daily_credit", amount, account_id: account });
  const load = (amount, account, more = {}) => (
    call("operation", "POST", REQUESTS, { category: "load", amount, account_id: account, description: "Versement en banque", ...more }));

  const ids = {};
  ids.granted = (await call("client", "POST", REQUESTS, { category: "daily_credit", amount: "400000" })).id;
  await closed(ids.granted);
  const first = await load("250000", 1);
  await call("finance", "PATCH", `${REQUESTS}/${first.id}`, { status: "to_treat" });
  await closed(first.id);
  const fee = await call("operation", "POST", REQUESTS,
    { category: "unload", amount: "15000", account_id: 1, etatsdevente_id: 4711, description: "Frais de modification" });
  await call("finance", "PATCH", `${REQUESTS}/${fee.id}`, { status: "to_treat" });
  await closed(fee.id);
  ids.waiting = (await call("client", "POST", REQUESTS, { category: "daily_credit", amount: "700000", description: "Groupe de 12 passagers" })).id;
  await credit("260000", 2);
  await credit("40000", 3);
  ids.load = (await load("150000", 3)).id;
  ids.draft = (await load("90000", 2, { assigned_to: "operation" })).id;
  ids.ticket = (await call("client", "POST", "/api/helpdesk",
    { subject: "Billet à modifier", description: "Le passager du PNR ABC123 part le 24 au lieu du 22." })).id;
  await call("client", "POST", "/api/helpdesk", { subject: "Facture du mois", description: "Pouvez-vous me renvoyer la facture ?" });
  await call("operation", "PATCH", `/api/helpdesk/${ids.ticket}`, { status: "in_progress" });
  await call("operation", "POST", `/api/helpdesk/${ids.ticket}/commentaires`, { body: "C'est possible, avec 15 000 XOF de frais. Je modifie ?" });
  await call("client", "POST", `/api/helpdesk/${ids.ticket}/commentaires`, { body: "Oui, merci." });
  // A payment that the file of payments has too.
  await call("service", "POST", "/api/mouvements",
    { source: "wave", reference: "WV-20870", type: "payment", amount: "60000", currency: "XOF", account_id: 2 });
  // One message that fails for good.
  server.refuseMovements();
  ids.stuck = (await credit("20000", 2)).id;
  const failed = await until("a message fails", async () => {
    const list = await call("finance", "GET", "/messager/api/messages?status=failed");
    return list.items[0];
  });
  server.acceptMovements();
  ids.message = failed.message_uuid;
  await until("every notification is settled", async () => {
    const [all, pending] = await Promise.all(["", "&status=pending"].map((which) => (
      call("admin", "GET", `/api/notifications?count=true${which}`))));
    const before = ids.notifications;
    ids.notifications = all.total.count;
    return pending.total.count === 0 && before === all.total.count;
  });
  return ids;
}

// A file of payments as finance gets it: a row that is in the book already, two that would be written, one of an account that nobody has.
const PAYMENTS = `reference,account_id,amount
WV-20870,2,60000
WV-20871,1,150000
WV-20872,3,45000
WV-20873,99,20000
`;

async function tryPayments(page) {
  await page.locator("input[type=file]").setInputFiles({ name: "wave.csv", mimeType: "text/csv", buffer: Buffer.from(PAYMENTS) });
  await page.locator("select[name=source]").selectOption("wave");
  await follow(page, page.getByRole("button", { name: "Essayer" }));
}

// Role, name, target, and where it is not the plain page: the window's size, what is done on it first.
const pages = (ids) => [
  ["admin", "messager", "/messages"],
  ["finance", "file-finance", ""],
  ["finance", "table-de-decision", "/decisions"],
  ["finance", "paiements", "/payments", FLAT, tryPayments],
  ["finance", "demande-en-attente", `/requests/${ids.waiting}`],
  ["finance", "compte", "/accounts/1", FIGURES],
  ["operation", "file-operation", ""],
  ["operation", "nouvelle-demande", "/requests/new"],
  ["operation", "ticket", `/support/${ids.ticket}`],
  ["operation", "tickets", "/support"],
  ["admin", "demande-accordee", `/requests/${ids.granted}`],
  ["admin", "comptes", "/accounts"],
  ["admin", "message", `/messages/${ids.message}`],
  ["admin", "notifications", "/notifications", BROAD],
  ["admin", "audit", "/audit"],
];

// The browser's own words, in fields of dates and files, are French too.
async function speaksFrench(page) {
  await page.setContent("<input required>");
  const words = await page.locator("input").evaluate((input) => input.validationMessage);
  if (!words.startsWith("Veuillez")) throw new Error(`the browser says "${words}": it has no French (Debian: chromium-l10n)`);
}

// Opens a page and waits until it is whole: the fonts are there, and what waits is counted beside the lines of the menu.
async function open(page, target, first) {
  const whole = async (act) => {
    const [counted] = await Promise.all([page.waitForResponse((answer) => answer.url().endsWith("/counts")), act()]);
    await counted.finished();
    await page.evaluate(async () => {
      await document.fonts.ready;
      await new Promise((drawn) => { requestAnimationFrame(() => requestAnimationFrame(drawn)); });
    });
  };
  await whole(async () => {
    const answer = await page.goto(`/console${target}`);
    if (!answer.ok()) throw new Error(`/console${target}: ${answer.status()}`);
  });
  if (first) await whole(() => first(page));
}

async function main() {
  const [, , binary, directory] = process.argv;
  fs.mkdirSync(directory, { recursive: true });
  const server = await Server.start(binary);
  const browser = await Browser.open(server);
  try {
    await speaksFrench(await browser.window());
    await inFreshMinute();
    const ids = await day(server);
    const windows = new Map();
    for (const [role, name, target, size = SIZE, first] of pages(ids)) {
      if (!windows.has(role)) windows.set(role, await browser.as(role, { deviceScaleFactor: 1.5 }));
      const page = windows.get(role);
      await page.setViewportSize(size);
      await open(page, target, first);
      await shoot(page, path.join(directory, `${name}.png`));
    }
    await agency(browser, directory, ids);
  } finally {
    await browser.close();
    await server.stop();
  }
}

// The agency's own space, on a phone.
async function agency(browser, directory, ids) {
  const page = await browser.as("client", { deviceScaleFactor: 1.5 });
  await page.setViewportSize(PHONE);
  for (const [name, target] of [["agence", ""], ["agence-demande", `/requests/${ids.granted}`], ["agence-releve", "/accounts/1"]]) {
    await open(page, target);
    await shoot(page, path.join(directory, `${name}.png`));
  }
}

main().catch((error) => {
  console.error(error.stack);
  process.exitCode = 1;
});

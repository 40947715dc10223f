// What differs from run to run in what the console shows (days, hours, ages, durations, uuids, names) becomes the same each time, so that
// the same sources give the same pictures. Everything else in them is as the server said it.
"use strict";
const { createHash } = require("node:crypto");

// The day of all pictures. The server of the guide lets credits in at any hour (24:00): what dies at that midnight is shown with the rule's
// hour.
const DAY = "21/10/2025";
const DIES = `${DAY} à 18h00`;
const AT = "10h15";
const EXACTLY = "10:15:02";
const AGE = "8\u00a0min";
const TOOK = "38\u00a0ms";

// Texts that are drawn at random, by what they become: the same one each time, in the order in which they are met.
const drawn = new Map();
function stands(text) {
  const key = text.toLowerCase();
  if (!drawn.has(key)) drawn.set(key, createHash("sha256").update(`${drawn.size}`).digest("hex"));
  return drawn.get(key);
}

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-([0-9a-f]{12})\b/g;
// The last part of a uuid is in the name too.
const uuid = (all, tail) => {
  const head = stands(all);
  return `019a0618-${head.slice(0, 4)}-7${head.slice(4, 7)}-a${head.slice(7, 10)}-${stands(tail).slice(0, 12)}`;
};

const DATE = "\\d\\d/\\d\\d/\\d{4}";
const RULES = [
  [UUID, uuid],
  [/\b[0-9a-f]{64}\b/g, (seal) => stands(seal)],
  [/\b(REQ|SUP)-\d{8}-([0-9A-F]{12})\b/g, (_, kind, tail) => `${kind}-20251021-${stands(tail).slice(0, 12).toUpperCase()}`],
  [/"\d{4}-\d\d-\d\dT[^"]*Z"/g, '"2025-10-21T18:00:00Z"'],
  [new RegExp(`${DATE} à 00h00`, "g"), DIES],
  [new RegExp(`${DATE} à \\d\\dh\\d\\d`, "g"), (text) => (text === DIES ? text : `${DAY} à ${AT}`)],
  [new RegExp(`${DATE} à \\d\\d:\\d\\d:\\d\\d`, "g"), `${DAY} à ${EXACTLY}`],
  [new RegExp(DATE, "g"), DAY],
  [/il y a \d+\u00a0(s|min)/g, `il y a ${AGE}`],
  [/^\d[\d\u00a0\u202f ]*\u00a0ms$/g, TOOK],
];

// What was said so already stays: a page that shows news keeps the rest.
const said = new Set();
function steady(text) {
  if (said.has(text)) return text;
  const wanted = RULES.reduce((so, [found, becomes]) => so.replace(found, becomes), text);
  said.add(wanted);
  return wanted;
}

// In the page: what its texts say, and others in the place of some.
const texts = () => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walk.nextNode()) found.push(walk.currentNode.data);
  return found;
};
const say = (instead) => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (walk.currentNode.data in instead) walk.currentNode.data = instead[walk.currentNode.data];
};

// Takes the picture; again, where the page showed news meanwhile.
async function shoot(page, file) {
  for (let tries = 0; tries < 20; tries += 1) {
    const before = await page.evaluate(texts);
    const wanted = before.map(steady);
    await page.evaluate(say, Object.fromEntries(before.map((text, at) => [text, wanted[at]])));
    await page.screenshot({ path: file, animations: "disabled" });
    const after = await page.evaluate(texts);
    if (after.length === wanted.length && after.every((text, at) => text === wanted[at])) return;
  }
  throw new Error(`${file}: the page does not come to rest`);
}

module.exports = { shoot };

// Runs every check on one server and one browser, and counts them.
"use strict";
const assert = require("node:assert/strict");
const { Browser } = require("./browser.js");
const { Server } = require("./server.js");
const { agency } = require("./agency.js");
const { attack } = require("./attack.js");
const { check, count } = require("./report.js");
const { day } = require("./day.js");
const { kept } = require("./kept.js");
const { live } = require("./live.js");
const { look } = require("./look.js");
const { work } = require("./work.js");

async function main() {
  const began = Date.now();
  const server = await Server.start(process.argv[2]);
  const browser = await Browser.open(server);
  try {
    await look(browser, "none");
    await work(browser);
    await agency(browser);
    await live(browser);
    await day(browser);
    await server.fill(10);
    await attack(browser);
    // Both only read what is there, but for a comment or two: they share the time.
    await Promise.all([kept(browser), look(browser, "ten")]);
    if (process.env.ESTAIR_SCREENSHOTS) {
      await server.fill(10_000);
      await look(browser, "ten-thousand");
    }
    await check("no page reported an error, ran a text as a script, or broke its own policy", () => {
      assert.deepEqual(browser.troubles, []);
    });
  } finally {
    await browser.close();
    const log = server.log;
    await check("the server stops cleanly", async () => assert.equal(await server.stop(), 0, log.slice(-2000)));
  }
  console.log(`the console's checks took ${Math.round((Date.now() - began) / 1000)} s`);
}

main().catch((error) => {
  count.failed += 1;
  console.log(`not ok the checks broke off\n  ${error.stack}`);
}).finally(() => {
  console.log(`${count.passed} passed, ${count.failed} failed`);
  process.exitCode = count.failed ? 1 : 0;
});

// Pushes in a browser: each payload that was sent is given to Angular's own service worker, in Chromium, and what people
// are shown is compared with what was meant. A click leads where it says.
"use strict";
const assert = require("node:assert/strict");
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { chromium } = require("playwright-core");

const WORKER = path.dirname(require.resolve("@angular/service-worker/package.json"));

const PAGE = `<!doctype html><html lang="fr"><title>ESTAIR</title>
<script>navigator.serviceWorker.register("/ngsw-worker.js");</script>`;

// The smallest manifest that the worker accepts: it keeps nothing.
const MANIFEST = {
  configVersion: 1, timestamp: 1, appData: {}, index: "/index.html", assetGroups: [], dataGroups: [], hashTable: {},
  navigationUrls: [], navigationRequestStrategy: "performance",
};

function serve() {
  const files = {
    "/ngsw-worker.js": ["text/javascript", fs.readFileSync(path.join(WORKER, "ngsw-worker.js"))],
    "/ngsw.json": ["application/json", JSON.stringify(MANIFEST)],
  };
  const server = http.createServer((request, response) => {
    const [type, body] = files[new URL(request.url, "http://localhost").pathname] ?? ["text/html", PAGE];
    response.writeHead(200, { "content-type": type }).end(body);
  });
  return new Promise((resolve, reject) => {
    // A port below those that outgoing connections are given.
    const tries = (port) => server.once("error", () => (port < 32_000 ? tries(port + 1) : reject(new Error("no port is free"))))
      .listen(port, "127.0.0.1", () => resolve(server));
    tries(20_000 + process.pid % 11_000);
  });
}

async function check(name, holds) {
  try {
    await holds();
    console.log(`ok ${name}`);
  } catch (error) {
    console.log(`not ok ${name}`);
    console.log(error.stack.replaceAll(/^/gm, "  "));
    process.exitCode = 1;
  }
}

// Waits until `find` gives something.
async function until(find) {
  for (let tries = 0; tries < 100; tries++) {
    const found = await find();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("nothing came");
}

const shown = (page) => page.evaluate(async () => {
  const registration = await navigator.serviceWorker.ready;
  return (await registration.getNotifications()).map(({ title, body, icon, badge, tag, renotify, lang, data, actions }) => (
    { title, body, icon, badge, tag, renotify, lang, data, actions }
  ));
});

// What the browser shows of a payload: addresses of pictures become absolute, an action has an icon.
function meant(notification, origin) {
  const at = (file) => (file ? new URL(file, origin).href : "");
  return { ...notification, icon: at(notification.icon), badge: at(notification.badge) };
}

async function main(pushes) {
  const server = await serve();
  const origin = `http://127.0.0.1:${server.address().port}`;
  const args = process.getuid() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({ executablePath: process.env.ESTAIR_TEST_CHROMIUM, args });
  try {
    const context = await browser.newContext({ baseURL: origin, permissions: ["notifications"] });
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    const registered = new Promise((resolve) => {
      devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => registrations.forEach(resolve));
    });
    await devtools.send("ServiceWorker.enable");
    await page.goto("/");
    const { registrationId } = await registered;
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));

    const push = (payload) => devtools.send("ServiceWorker.deliverPushMessage", {
      origin, registrationId, data: JSON.stringify(payload),
    });
    // Nothing is closed in between: a push takes the place of the one before about the same thing.
    const text = ({ tag, title, body }) => JSON.stringify([tag, title, body]);
    for (const { notice, payload } of pushes) {
      await check(`push ${notice} is shown by Angular's service worker`, async () => {
        await push(payload);
        const one = await until(async () => (await shown(page)).find((one) => text(one) === text(payload.notification)));
        const actions = one.actions.map(({ action, title }) => ({ action, title }));
        assert.deepEqual({ ...one, actions }, meant(payload.notification, origin));
      });
    }
    const things = new Set(pushes.map(({ payload }) => payload.notification.tag));
    await check("a push replaces the one before about the same thing", async () => {
      assert.ok(things.size < pushes.length);
      assert.equal((await shown(page)).length, things.size);
    });
    await check("a flat payload is not shown: the shape is what makes it appear", async () => {
      await push({ title: "ESTAIR", body: "texte" });
      await page.waitForTimeout(500);
      assert.equal((await shown(page)).length, things.size);
    });
    await check("a click leads to the request", async () => {
      const { tag, data } = pushes[0].payload.notification;
      const [worker] = context.serviceWorkers();
      await worker.evaluate(async (tag) => {
        const [notification] = await self.registration.getNotifications({ tag });
        self.dispatchEvent(new NotificationEvent("notificationclick", { notification, action: "" }));
      }, tag);
      await until(() => new URL(page.url()).pathname === new URL(data.url, origin).pathname);
    });
  } finally {
    await browser.close();
    server.close();
  }
}

main(JSON.parse(fs.readFileSync(process.argv[2], "utf8"))).catch((error) => {
  console.log(`not ok the service worker in a browser\n${error.stack.replaceAll(/^/gm, "  ")}`);
  process.exitCode = 1;
});

// The browser: one window for each role that is signed in, and what goes wrong in any of them.
"use strict";
const { chromium } = require("playwright-core");

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 375, height: 812 };

// Presses what leads to another page, and waits until that is there.
async function follow(page, what) {
  await Promise.all([page.waitForEvent("framenavigated"), what.click()]);
  await page.waitForLoadState();
}

class Browser {
  static async open(server) {
    const args = process.getuid() === 0 ? ["--no-sandbox"] : [];
    const executablePath = process.env.ESTAIR_TEST_CHROMIUM;
    // Its own words, in fields of dates and files, are in the language of the environment, whatever the page's locale.
    const env = { ...process.env, LANGUAGE: "fr" };
    return new Browser(server, await chromium.launch({ executablePath, args, env }));
  }

  constructor(server, chrome) {
    this.server = server;
    this.chrome = chrome;
    this.troubles = [];
  }

  // A window with nobody signed in.
  async window(options = {}) {
    const context = await this.chrome.newContext({ ...options, viewport: WIDE, baseURL: this.server.url, reducedMotion: "reduce", locale: "fr-FR" });
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    page.on("pageerror", (error) => this.troubles.push(`${page.url()}: ${error.message}`));
    page.on("dialog", (dialog) => {
      this.troubles.push(`${page.url()}: a dialog opened: ${dialog.message()}`);
      return dialog.dismiss();
    });
    page.on("console", (message) => {
      // The browser repeats every status from 400 up: the checks look at those themselves.
      if (message.type() !== "error" || message.text().startsWith("Failed to load resource")) return;
      this.troubles.push(`${page.url()}: ${message.text()}`);
    });
    return page;
  }

  // A window with this role signed in, through the form.
  async as(role, options = {}) {
    const page = await this.window(options);
    await page.goto("/console");
    await page.getByLabel("Jeton").fill(this.server.token(role));
    await follow(page, page.getByRole("button", { name: "Se connecter" }));
    return page;
  }

  close() {
    return this.chrome.close();
  }
}

module.exports = { Browser, follow, WIDE, NARROW };

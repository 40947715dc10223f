// Pictures of every mail and card, for people to look at:
//
//   ESTAIR_GALLERY=DIR cargo test -p estair-notify --all-features --test rendering gallery
//   node tests/external/notify/pictures.js DIR      (NODE_PATH as in `run`)
//
// Mails at the width of a reading pane and of a phone, cards as the reference renderer of Adaptive Cards draws them: one
// PNG each beside its source.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");

const RENDERER = require.resolve("adaptivecards/dist/adaptivecards.min.js");
const CARD = '<body style="margin:16px;width:500px;background:#fff"><div id="card" style="border:1px solid #ddd;border-radius:6px"></div>';
const FONT = '"Segoe UI", "DejaVu Sans", sans-serif';

async function mail(page, directory, file) {
  await page.setContent(fs.readFileSync(path.join(directory, file), "utf8"));
  for (const [name, width] of [["mail", 680], ["mail-phone", 375]]) {
    await page.setViewportSize({ width, height: 400 });
    await page.screenshot({ path: path.join(directory, `${path.parse(file).name}-${name}.png`), fullPage: true });
  }
}

async function card(page, directory, file) {
  await page.setViewportSize({ width: 532, height: 200 });
  await page.setContent(CARD);
  await page.addScriptTag({ path: RENDERER });
  await page.evaluate(([content, fontFamily]) => {
    const { AdaptiveCard, HostConfig } = globalThis.AdaptiveCards;
    // Bold and links of Teams' Markdown, and no backslashes.
    AdaptiveCard.onProcessMarkdown = (text, result) => {
      const plain = new Option(text).innerHTML.replaceAll(/\\(.)/g, "$1");
      result.outputHtml = plain.replaceAll(/\*\*(.+?)\*\*/g, "<b>$1</b>").replaceAll(/\[(.+?)\]\((.+?)\)/g, "<a href=$2>$1</a>");
      result.didProcess = true;
    };
    const drawn = new AdaptiveCard();
    drawn.hostConfig = new HostConfig({ fontFamily, actions: { actionsOrientation: "horizontal", actionAlignment: "left" } });
    drawn.parse(content);
    document.getElementById("card").append(drawn.render());
  }, [JSON.parse(fs.readFileSync(path.join(directory, file), "utf8")), FONT]);
  await page.screenshot({ path: path.join(directory, `${file.slice(0, -".card.json".length)}-card.png`), fullPage: true });
}

async function main(directory) {
  const args = process.getuid() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({ executablePath: process.env.ESTAIR_TEST_CHROMIUM ?? "/usr/bin/chromium", args });
  const page = await browser.newPage();
  for (const file of fs.readdirSync(directory)) {
    if (file.endsWith(".html")) await mail(page, directory, file);
    if (file.endsWith(".card.json")) await card(page, directory, file);
  }
  await browser.close();
}

main(process.argv[2]).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});

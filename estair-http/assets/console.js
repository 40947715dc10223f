// What the pages do without a reload: news behind a bar, the figures of Messager, keys, and forms sent once.
// Every page works without it.
"use strict";
(() => {
  const body = document.body;
  // On a phone the menu and the filters are folded; filters that are set stay in sight.
  const folds = [[".menu", "(max-width: 899px)"], [".fold:not([data-set])", "(max-width: 719px)"]];
  document.documentElement.classList.add("js");
  for (const [which, width] of folds) {
    const place = document.querySelector(which);
    const narrow = matchMedia(width);
    const fold = () => { if (place) place.open = !narrow.matches; };
    fold();
    narrow.addEventListener("change", fold);
  }

  // A form goes out once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
  });
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // Rows by keyboard.
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.classList.contains("at"));
    const next = all[Math.min(Math.max(at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by, 0), all.length - 1)];
    all.forEach((row) => row.classList.toggle("at", row === next));
    const link = next.querySelector(".row-link");
    if (link) link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  // One key alone can be in the way of who dictates: the choice to have none is kept.
  const keys = document.querySelector(".keys");
  const none = "estair-keys-off";
  const marks = () => {
    if (!keys) return;
    const off = localStorage.getItem(none) !== null;
    keys.classList.toggle("off", off);
    const button = keys.querySelector("button");
    button.hidden = false;
    button.textContent = off ? button.dataset.on : button.dataset.off;
  };
  if (keys) {
    marks();
    keys.querySelector("button").addEventListener("click", () => {
      if (localStorage.getItem(none) === null) localStorage.setItem(none, "1");
      else localStorage.removeItem(none);
      marks();
    });
  }
  // Decisions by keyboard: `a` approves the row, `l` raises the limit for it, `w` asks for the reason of putting it on hold.
  const decide = (what) => {
    const row = document.querySelector("form.decisions [data-row].at");
    const form = row && row.closest("form");
    const button = form && form.querySelector(`[data-press="${what}"]`);
    if (!button) return;
    for (const box of form.querySelectorAll("[name=chosen]")) box.checked = row.contains(box);
    const reason = form.querySelector("[name=reason]");
    if (what === "waiting" && reason && !reason.value) return reason.focus();
    sessionStorage.setItem("estair-row", rows().indexOf(row));
    form.requestSubmit(button);
  };
  if (document.querySelector("form.decisions")) {
    // The next one is under the cursor.
    const at = sessionStorage.getItem("estair-row");
    sessionStorage.removeItem("estair-row");
    for (let n = 0; at !== null && n <= Number(at); n++) step(1);
  }
  document.addEventListener("keydown", (event) => {
    if (!keys || keys.classList.contains("off")) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "r") location.reload();
    else if (event.key === "a") decide("to_treat");
    else if (event.key === "w") decide("waiting");
    else if (event.key === "l") decide("raise");
    else if (event.key === "/") {
      const search = document.querySelector("main input[type=search]") ?? document.querySelector("[data-search]")
        ?? document.querySelector(".filters input:not([type=hidden]), .filters select");
      if (!search) return;
      const folded = search.closest("details");
      if (folded) folded.open = true;
      search.focus();
    } else return;
    event.preventDefault();
  });

  if (!body.dataset.events) return;

  // News: what concerns this page is counted, and shown when the reader asks for it.
  const bar = document.getElementById("news");
  const kind = body.dataset.watch;
  const id = body.dataset.watchId;
  const stats = document.querySelector("[data-stats]");
  const ids = new Set();
  let last = body.dataset.since;
  const tell = (text) => {
    bar.querySelector("span").textContent = text;
    bar.querySelector("a").href = location.href.replace(/#.*$/, "");
    bar.hidden = false;
  };
  const hear = (noun, data) => {
    // A movement is news of its account too.
    if (kind === "account" && noun === "movement") return hear("account", { id: data.account_id });
    // The program cannot tell what was missed.
    if (noun === "reset") return tell(bar.dataset.changed);
    if (noun === "message" && stats) count();
    if (noun !== kind) return;
    const of = String(noun === "message" ? data.message_uuid : data.id);
    // What the page shows already is no news.
    if (document.querySelector(`[data-is="${of} ${data.status} ${data.retry_count}"]`)) return;
    if (id) { if (of === id) tell(bar.dataset.changed); return; }
    ids.add(of);
    tell(ids.size === 1 ? bar.dataset.one : bar.dataset.many.replace("{n}", ids.size));
  };

  // The figures of Messager: once a second at most when something happens, and every ten seconds for their ages.
  let figures = null;
  let asked = 0;
  const count = () => {
    if (!asked) asked = setTimeout(() => { asked = 0; refresh(); }, 1000);
  };
  const refresh = async () => {
    try {
      const answer = await fetch(stats.dataset.stats);
      if (!answer.ok) return;
      const now = await answer.json();
      for (const [name, value] of Object.entries(now)) {
        const place = document.querySelector(`[data-stat="${name}"]`);
        if (place) place.textContent = value;
      }
      const text = [now.pending, now.processing, now.completed, now.failed, now.paused].join();
      if (figures !== null && figures !== text && bar.hidden) tell(bar.dataset.changed);
      figures = text;
    } catch { /* The network is away: the next round asks again. */ }
  };

  let source = null;
  let timer = 0;
  let clock = 0;
  const ask = async () => {
    try {
      const answer = await fetch(`${body.dataset.news}?after=${encodeURIComponent(last)}`);
      if (answer.status === 401) return stop();
      if (!answer.ok) return;
      const { after, news } = await answer.json();
      last = after;
      for (const one of news) hear(one.noun, one.data);
    } catch { /* The network is away: the next round asks again. */ }
  };
  const stop = () => {
    if (source) source.close();
    source = null;
    clearInterval(timer);
    clearInterval(clock);
    timer = 0;
    clock = 0;
  };
  const start = (live) => {
    if (stats) { refresh(); clock = setInterval(refresh, 10000); }
    if (!kind) return;
    if (!live) { ask(); timer = setInterval(ask, 10000); return; }
    const url = new URL(body.dataset.events, location.href);
    url.searchParams.set("after", last);
    source = new EventSource(url);
    for (const noun of ["request", "support", "account", "movement", "message", "reset"]) {
      source.addEventListener(noun, (event) => {
        last = event.lastEventId;
        hear(noun, JSON.parse(event.data));
      });
    }
    // A browser that is refused a stream asks by itself.
    source.addEventListener("error", () => {
      if (source && source.readyState === EventSource.CLOSED) see(false);
    });
  };
  const see = (live) => { stop(); if (!document.hidden) start(live); };
  document.addEventListener("visibilitychange", () => see(true));
  addEventListener("pagehide", stop);
  see(true);
})();

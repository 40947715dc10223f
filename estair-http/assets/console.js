// What the pages do without a reload: news behind a bar, the figures of Messager, keys, and forms sent once.
// Every page works without it.
"use strict";
(() => {
  const body = document.body;
  const menu = document.querySelector(".menu");
  const narrow = matchMedia("(max-width: 899px)");
  const fold = () => { if (menu) menu.open = !narrow.matches; };
  document.documentElement.classList.add("js");
  fold();
  narrow.addEventListener("change", fold);

  // A form goes out once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
  });
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
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "r") location.reload();
    else if (event.key === "/") {
      const search = document.querySelector("input[type=search], .filters input:not([type=hidden]), .filters select");
      if (!search) return;
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
  let last = body.dataset.since || "0";
  const tell = (text) => {
    bar.querySelector("span").textContent = text;
    bar.querySelector("a").href = location.href.replace(/#.*$/, "");
    bar.hidden = false;
  };
  const hear = (noun, of) => {
    if (noun !== kind) return;
    if (id) { if (String(of) === id) tell(bar.dataset.changed); return; }
    ids.add(of);
    tell(ids.size === 1 ? bar.dataset.one : bar.dataset.many.replace("{n}", ids.size));
  };
  let figures = null;
  const apply = (now) => {
    for (const [name, value] of Object.entries(now)) {
      const place = document.querySelector(`[data-stat="${name}"]`);
      if (place) place.textContent = value;
    }
    const text = [now.pending, now.processing, now.completed, now.failed, now.paused].join();
    if (figures !== null && figures !== text) tell(bar.dataset.changed);
    figures = text;
  };

  let source = null;
  let timer = 0;
  const ask = async () => {
    try {
      const answer = await fetch(`${body.dataset.news}?after=${encodeURIComponent(last)}`);
      if (answer.status === 401) return stop();
      if (!answer.ok) return;
      const { after, news } = await answer.json();
      last = String(after);
      for (const one of news) hear(one.noun, one.id);
      if (stats) {
        const answer = await fetch(stats.dataset.stats);
        if (answer.ok) apply(await answer.json());
      }
    } catch { /* The network is away: the next round asks again. */ }
  };
  const poll = () => { if (!timer) timer = setInterval(ask, 10000); };
  const stop = () => {
    if (source) source.close();
    source = null;
    clearInterval(timer);
    timer = 0;
  };
  const start = () => {
    if (!kind && !stats) return;
    const url = new URL(body.dataset.events, location.href);
    url.searchParams.set("after", last);
    if (stats) url.searchParams.set("stats", "1");
    source = new EventSource(url);
    for (const noun of ["request", "support", "account", "movement", "message"]) {
      source.addEventListener(noun, (event) => {
        if (event.lastEventId) last = event.lastEventId;
        hear(noun, JSON.parse(event.data).id);
      });
    }
    // What came between the page and the stream.
    source.addEventListener("open", ask);
    source.addEventListener("stats", (event) => apply(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      if (source && source.readyState === EventSource.CLOSED) { stop(); poll(); }
    });
  };
  const see = () => { stop(); if (!document.hidden) start(); };
  document.addEventListener("visibilitychange", see);
  addEventListener("pagehide", stop);
  see();
})();

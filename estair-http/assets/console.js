// What the pages do without a reload: news where they stand or behind a bar, the figures of Messager, keys, and forms sent once.
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
    // What is downloaded leaves the page, and its form, where they are.
    if (form.method !== "post" || event.submitter?.hasAttribute("data-download")) return;
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
  // Reading the page again asks first where somebody types: pressed once more, it is done, and the text is there again.
  let asked = false;
  const reload = () => {
    const bar = document.getElementById("news");
    if (asked || !globalThis.estairKept.typedIn(document).length) return location.reload();
    asked = true;
    bar.querySelector("span").textContent = bar.dataset.ask;
    bar.querySelector("a").href = location.href.replace(/#.*$/, "");
    bar.hidden = false;
  };
  document.addEventListener("keydown", (event) => {
    if (!keys || keys.classList.contains("off")) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "r") reload();
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

  // Web push: this browser becomes a device of whoever is signed in, or is one no more.
  const push = document.querySelector("[data-push]");
  if (push) {
    const says = push.querySelector("[role=status]");
    const press = (what) => push.querySelector(`[data-do=${what}]`);
    const send = async (what, device) => {
      const { endpoint, keys } = device.toJSON();
      const fields = { csrf: push.dataset.csrf, do: what, endpoint, p256dh: keys.p256dh, auth: keys.auth };
      const answer = await fetch(push.dataset.devices, { method: "POST", body: new URLSearchParams(fields) });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
    };
    const worker = () => navigator.serviceWorker.register(push.dataset.worker, { scope: push.dataset.scope });
    const device = async () => (await navigator.serviceWorker.getRegistration(push.dataset.scope))?.pushManager.getSubscription();
    const show = (on) => {
      says.hidden = Notification.permission !== "denied";
      says.textContent = says.dataset.denied;
      press("on").hidden = on || Notification.permission === "denied";
      press("off").hidden = !on;
    };
    const failed = () => { says.hidden = false; says.textContent = says.dataset.failed; };
    const on = async () => {
      if (await Notification.requestPermission() !== "granted") return show(false);
      await worker();
      const { pushManager } = await navigator.serviceWorker.ready;
      const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: push.dataset.push });
      try { await send("keep", made); } catch (error) { await made.unsubscribe(); throw error; }
      show(true);
    };
    const off = async () => {
      const known = await device();
      if (known) { await send("forget", known); await known.unsubscribe(); }
      show(false);
    };
    if (!("serviceWorker" in navigator) || !("PushManager" in globalThis)) says.textContent = says.dataset.none;
    else {
      press("on").addEventListener("click", () => on().catch(failed));
      press("off").addEventListener("click", () => off().catch(failed));
      device().then((known) => show(Boolean(known)), failed);
    }
  }

  // Parts that change where they stand: read again when there is news, and put in the place of the old ones.
  const bar = document.getElementById("news");
  const kind = body.dataset.watch;
  const id = body.dataset.watchId;
  const stats = document.querySelector("[data-stats]");
  let last = body.dataset.since;
  const here = () => location.href.replace(/#.*$/, "");
  const tell = (text) => {
    bar.querySelector("span").textContent = text;
    bar.querySelector("a").href = here();
    bar.hidden = false;
  };
  const live = () => document.querySelectorAll("[data-live]");
  // What every page has another of, each time it is made, is no change.
  const lasting = (part) => part.innerHTML.replace(/(name="(?:csrf|key)" value=")[^"]*/g, "$1");
  const typing = (part) => part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
  // Puts what is fresh in the place of a part, with what was typed there and where the reader is. False where that cannot be:
  // somebody types, or the field for what was typed is gone. The part stays then.
  const replace = (part, fresh) => {
    const typed = globalThis.estairKept.typedIn(part);
    if (typing(part) || !typed.every((field) => globalThis.estairKept.like(fresh, field))) return false;
    for (const field of typed) globalThis.estairKept.carry(field, globalThis.estairKept.like(fresh, field));
    const focused = part.contains(document.activeElement) && document.activeElement.getAttribute("href");
    const open = [...part.querySelectorAll("details")].map((one) => one.open);
    for (const { name, value } of fresh.attributes) if (name.startsWith("data-")) part.setAttribute(name, value);
    part.replaceChildren(...fresh.childNodes);
    part.querySelectorAll("details").forEach((one, at) => { if (open[at] !== undefined) one.open = open[at]; });
    if (focused) [...part.querySelectorAll("a")].find((one) => one.getAttribute("href") === focused)?.focus({ preventScroll: true });
    return true;
  };
  // A row that the list does not have any more stays in its place, and says so.
  const leave = (row) => {
    if (row.classList.contains("gone")) return;
    row.classList.add("gone");
    for (const field of row.querySelectorAll("input")) field.disabled = true;
    const words = document.createElement("span");
    words.className = "small muted";
    words.textContent = ` ${bar.dataset.gone}`;
    row.querySelector(".row-link").after(words);
  };
  const renewFrom = (page) => {
    let kept = false;
    for (const part of live()) {
      const fresh = page.getElementById(part.id);
      if (fresh && lasting(fresh) !== lasting(part)) kept = !replace(part, fresh) || kept;
    }
    const listed = (row) => !row.closest("[data-live]") || row.matches("[data-live]");
    const gone = [...document.querySelectorAll("[data-row][id]")].filter((row) => listed(row) && !page.getElementById(row.id));
    gone.forEach(leave);
    const fresh = [...page.querySelectorAll("[data-row][id]")].filter((row) => listed(row) && !document.getElementById(row.id));
    if (fresh.length) tell(fresh.length === 1 ? bar.dataset.one : bar.dataset.many.replace("{n}", fresh.length));
    // A list that was empty has no place for its first row, a table of decisions none for its sums.
    else if (kept || (gone.length && document.querySelector("form.decisions"))) tell(bar.dataset.changed);
  };
  // The first news is looked at at once; while there is more, half of the time at most goes to reading.
  let reading = 0;
  let pause = 300;
  const renew = () => {
    if (!reading) reading = setTimeout(async () => {
      const began = performance.now();
      try {
        const answer = await fetch(here());
        if (answer.ok && !answer.redirected) {
          renewFrom(new DOMParser().parseFromString(await answer.text(), "text/html"));
        }
        await count();
      } catch { /* The network is away: the next news asks again. */ }
      reading = 0;
      pause = Math.max(1000, performance.now() - began);
      setTimeout(() => { pause = 300; }, 5000);
    }, pause);
  };

  // How much waits: beside the lines of the menu, and in the title of the tab.
  const title = document.title;
  const count = async () => {
    const answer = await fetch(body.dataset.counts);
    if (!answer.ok) return;
    const counts = await answer.json();
    for (const place of document.querySelectorAll("[data-count]")) {
      place.textContent = counts[place.dataset.count] ?? "";
      place.hidden = !place.textContent;
    }
    document.title = counts.title ? `(${counts.title}) ${title}` : title;
  };

  // News: what concerns this page is shown where it stands; what is new in its list is counted, and shown when the reader asks.
  const concerns = (noun, of) => {
    if (body.classList.contains("agency")) return true;
    if (document.querySelector(`[data-hears~="${CSS.escape(noun)}:${CSS.escape(of)}"]`)) return true;
    return noun === kind && (!id || of === id);
  };
  const hear = (noun, data) => {
    // A movement is news of its account too.
    if (noun === "movement") hear("account", { id: data.account_id });
    const of = String(noun === "message" ? data.message_uuid : data.id);
    if (noun === "message" && stats) soon();
    // What the page shows already is no news.
    if (document.querySelector(`[data-is="${of} ${data.status} ${data.retry_count}"]`)) return;
    // Of a reset the program cannot tell what was missed.
    if (noun === "reset" || concerns(noun, of)) return live().length || !id ? renew() : tell(bar.dataset.changed);
    if (document.querySelector("[data-count]")) recount();
  };
  let counting = 0;
  const recount = () => {
    if (!counting) counting = setTimeout(() => { counting = 0; count().catch(() => {}); }, 2000);
  };

  // The figures of Messager: once a second at most when something happens, and every ten seconds for their ages.
  let figures = null;
  let looked = 0;
  const soon = () => {
    if (!looked) looked = setTimeout(() => { looked = 0; refresh(); }, 1000);
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
      if (figures !== null && figures !== text) renew();
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
    count().catch(() => {});
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
  // Whoever reads a list in peace pauses it, in this tab; what was missed is shown when it goes on.
  const still = "estair-paused";
  const isPaused = () => sessionStorage.getItem(still) !== null;
  const see = (live) => { stop(); if (!document.hidden && !isPaused()) start(live); };
  for (const button of document.querySelectorAll("[data-pause]")) {
    const show = () => {
      button.textContent = isPaused() ? button.dataset.resume : button.dataset.pause;
      if (isPaused()) tell(bar.dataset.paused);
      else bar.hidden = true;
    };
    button.hidden = false;
    if (isPaused()) show();
    else button.textContent = button.dataset.pause;
    button.addEventListener("click", () => {
      if (isPaused()) sessionStorage.removeItem(still);
      else sessionStorage.setItem(still, "1");
      show();
      see(true);
    });
  }
  document.addEventListener("visibilitychange", () => see(true));
  addEventListener("pagehide", stop);
  see(true);
})();

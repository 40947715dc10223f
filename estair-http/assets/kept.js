// What somebody types is kept in the tab until it was sent and done: after going back, reading the page again, another language, an
// ended session. It is the person's own: shown to nobody else, and gone with signing out.
"use strict";
(() => {
  const body = document.body;
  const mine = "estair-kept ";
  const from = "estair-kept-from";
  const owner = "estair-kept-by";
  const out = "estair-signed-out";
  const FIELDS = "input:not([type=hidden], [type=file], [type=search], [type=password]), select, textarea";
  // Which rows are chosen is decided anew: they may be others by now.
  const fieldsOf = (place) => [...place.querySelectorAll(FIELDS)]
    .filter((field) => field.name && field.name !== "chosen" && field.form?.method === "post");
  const isChoice = (field) => field.type === "checkbox" || field.type === "radio";
  const isTyped = (field) => {
    if (isChoice(field)) return field.checked !== field.defaultChecked;
    if (field.matches("select")) return field.selectedIndex !== Math.max([...field.options].findIndex((one) => one.defaultSelected), 0);
    return field.value !== field.defaultValue;
  };
  const typedIn = (place) => fieldsOf(place).filter(isTyped);
  const isLike = (one, other) => one.name === other.name && one.type === other.type && (!isChoice(one) || one.value === other.value)
    && one.form?.getAttribute("action") === other.form?.getAttribute("action");
  const like = (place, field) => fieldsOf(place).find((other) => isLike(field, other));
  const carry = (field, to) => {
    if (isChoice(field)) to.checked = field.checked;
    else to.value = field.value;
  };
  globalThis.estairKept = { typedIn, like, carry };

  const wipe = () => {
    for (const key of Object.keys(sessionStorage)) {
      if (key === from || key === owner || key.startsWith(mine)) sessionStorage.removeItem(key);
    }
  };
  addEventListener("storage", (event) => { if (event.key === out) wipe(); });
  if (!body.dataset.who) {
    // Signing in again leads to the page that somebody was typing on.
    const link = document.querySelector("a[data-sign-in]");
    const back = sessionStorage.getItem(from);
    if (link && back) {
      const to = new URL(link.href);
      const prefix = to.pathname.replace(/\/sign-in$/, "");
      if (back.startsWith(prefix)) to.searchParams.set("next", back.slice(prefix.length) || "/");
      link.href = to.href;
    }
    return;
  }
  if (sessionStorage.getItem(owner) !== body.dataset.who) wipe();
  sessionStorage.setItem(owner, body.dataset.who);

  // An answer to a form stands at the address of its page: reading it again sends nothing, another language finds it.
  const plain = (address) => {
    const url = new URL(address, location.href);
    for (const name of ["done", "n", "refused"]) url.searchParams.delete(name);
    return url.pathname + url.search;
  };
  if (body.dataset.at) {
    const back = sessionStorage.getItem(from) ?? "";
    const at = back.split("?")[0] === body.dataset.at.split("?")[0] ? back : body.dataset.at;
    history.replaceState(null, "", at);
    for (const link of document.querySelectorAll("a.lang")) {
      const lang = new URL(link.href).searchParams.get("lang");
      const to = new URL(at, location.href);
      to.searchParams.set("lang", lang);
      link.href = to.href;
    }
  }

  // Several forms of a page may be sent to one place: their fields tell them apart.
  const nameOf = (form) => `${mine}${location.pathname} ${form.getAttribute("action")} ${fieldsOf(form).map((one) => one.name)}`;
  const keep = (form) => {
    const fields = fieldsOf(form);
    // What an answer to a form shows as its own was typed all the same.
    if (!body.dataset.at && !fields.some(isTyped)) return sessionStorage.removeItem(nameOf(form));
    const values = fields.map((field) => [field.name, isChoice(field) ? field.value : null, isChoice(field) ? field.checked : field.value]);
    try { sessionStorage.setItem(nameOf(form), JSON.stringify({ values })); } catch { /* The tab's room is full: the page still has it. */ }
  };
  const read = (form) => JSON.parse(sessionStorage.getItem(nameOf(form)) ?? "null");
  const restore = (form, { values }) => {
    for (const [name, choice, value] of values) {
      const field = fieldsOf(form).find((one) => one.name === name && (!isChoice(one) || one.value === choice));
      if (field) carry({ type: field.type, checked: value, value }, field);
    }
    if (!fieldsOf(form).some(isTyped)) return;
    for (let fold = form.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const note = document.getElementById("kept").content.cloneNode(true).firstElementChild;
    note.querySelector("button").addEventListener("click", () => {
      sessionStorage.removeItem(nameOf(form));
      form.reset();
      note.remove();
    });
    form.prepend(note);
  };
  const forms = () => [...document.forms].filter((form) => form.method === "post" && fieldsOf(form).length);

  // What was sent from here is done where the address says so; else it is there again.
  const done = new URLSearchParams(location.search).has("done");
  for (const key of Object.keys(sessionStorage)) {
    if (!key.startsWith(mine)) continue;
    const kept = JSON.parse(sessionStorage.getItem(key));
    if (kept.sent && done) sessionStorage.removeItem(key);
  }
  for (const form of forms()) {
    const kept = read(form);
    if (kept) restore(form, kept);
  }
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.method === "post" && fieldsOf(form).length) keep(form);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-sign-out]")) {
      wipe();
      localStorage.setItem(out, String(Date.now()));
      return;
    }
    if (form.method !== "post") return;
    sessionStorage.setItem(from, plain(location.href));
    const kept = read(form);
    if (kept) sessionStorage.setItem(nameOf(form), JSON.stringify({ ...kept, sent: true }));
  });
})();

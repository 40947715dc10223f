// Shows what the server pushes, and opens what it is about. It keeps no page: what an agency reads is never an old one.
"use strict";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("push", (event) => {
  let told;
  try { told = event.data.json().notification; } catch { return; }
  if (!told) return;
  const { title, body, tag, lang, renotify, data } = told;
  const icon = new URL("icon-192.png", self.location).href;
  event.waitUntil(self.registration.showNotification(title, { body, tag, lang, data, icon, renotify: Boolean(tag && renotify) }));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  if (event.action === "dismiss") return;
  const home = self.registration.scope;
  const asked = new URL(event.notification.data?.url ?? home, home);
  // A page of this console, and nothing else.
  const to = asked.href.startsWith(home) ? asked.href : home;
  event.waitUntil((async () => {
    const windows = await self.clients.matchAll({ type: "window" });
    const open = windows.find((one) => one.url.startsWith(home));
    if (!open) return self.clients.openWindow(to);
    await open.focus();
    return open.navigate(to);
  })());
});

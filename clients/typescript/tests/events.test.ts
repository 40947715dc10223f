import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { afterAll, expect, inject, test, vi } from "vitest";
import { createClient, follow, isProblem, ok, type EstairEvent } from "../src/index.js";

const baseUrl = inject("url");
const known = inject("known");
const token = known.clients[2]?.token ?? "";
const plain = createClient({ baseUrl, token });
const finance = createClient({ baseUrl, token: known.tokens.finance });

/** A line to the server that can be cut. */
const sockets = new Set<Socket>();
const line = createServer((near) => {
  const far = connect(Number(new URL(baseUrl).port), "127.0.0.1");
  for (const socket of [near, far]) {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  }
  near.pipe(far).pipe(near);
});
const cut = (): void => sockets.forEach((socket) => socket.destroy());
const lineUrl = await new Promise<string>((resolve) => {
  line.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(line.address() as AddressInfo).port}`));
});
afterAll(() => {
  cut();
  line.close();
});

const ask = (amount: string) => ok(plain.POST("/api/requetes-financieres", { body: { category: "daily_credit", amount } }));

test("a credit is seen moving, and a line that is cut loses nothing", async () => {
  await ok(finance.PUT("/api/accounts/{id}/limit", { params: { path: { id: 3 } }, body: { limit: "1000", reason: "test" } }));
  const states: string[] = [];
  const end = new AbortController();
  let opened: () => void = () => undefined;
  const open = new Promise<void>((resolve) => { opened = resolve; });
  const onState = (state: string): void => {
    states.push(state);
    if (state === "open") opened();
  };
  const seen: EstairEvent[] = [];
  const listening = (async () => {
    const events = createClient({ baseUrl: lineUrl, token }).events({ signal: end.signal, onState, backoff: 20 });
    for await (const event of events) {
      seen.push(event);
      if (event.event === "movement") cut();
      if (seen.filter(({ event }) => event === "movement").length === 3) return;
    }
  })();
  await open;
  for (const [at, amount] of ["1", "2", "3"].entries()) {
    await ask(amount);
    // The next one is asked for while the line is down.
    await vi.waitUntil(() => seen.filter(({ event }) => event === "movement").length > at, 10_000);
  }
  await listening;
  end.abort();
  const movements = seen.filter(({ event }) => event === "movement").map(({ data }) => data.id);
  expect(new Set(movements).size).toBe(3);
  expect(new Set(seen.map(({ id, event }) => `${id} ${event}`)).size).toBe(seen.length);
  expect(seen.map(({ event }) => event)).not.toContain("reset");
  expect(seen.every(({ data }) => data.account_id === 3)).toBe(true);
  expect(states.filter((state) => state === "open").length).toBeGreaterThan(1);
});

test("a line that is cut before the first event tells to load again", async () => {
  const idle = createClient({ baseUrl: lineUrl, token: known.clients[1]?.token ?? "" });
  let opened = 0;
  const onState = (state: string): void => {
    if (state === "open" && (opened += 1) === 1) setTimeout(cut, 50);
  };
  const events = idle.events({ onState, backoff: 20 });
  expect((await events.next()).value).toEqual({ id: "", event: "reset", data: {} });
  expect(opened).toBe(2);
  await events.return();
});

test("an id that nobody gave begins with reset", async () => {
  const events = plain.events({ lastEventId: "made-up" });
  expect((await events.next()).value).toMatchObject({ event: "reset", data: {} });
  await events.return();
});

test("the signal ends it quietly", async () => {
  const end = new AbortController();
  const events = plain.events({ signal: end.signal, onState: (state) => { if (state === "open") end.abort(); } });
  expect((await events.next()).done).toBe(true);
});

test("who may not listen is told so once", async () => {
  const error = await createClient({ baseUrl, token: "nobody's" }).events().next().catch((thrown: unknown) => thrown);
  expect(isProblem(error, "unauthenticated")).toBe(true);
});

test("a stream is read whatever its pieces and line ends, and a silent one is dropped", async () => {
  const text = ": hello\r\nid: 1\revent: request\ndata: {\"id\":7,\ndata: \"status\":\"é\"}\r\n\r\nretry: 5\n\ndata:{}\n\n";
  const bytes = new TextEncoder().encode(text);
  for (const size of [1, 2, 7, bytes.length]) {
    let calls = 0;
    const send = (): Promise<Response> => {
      calls += 1;
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          if (calls > 1) return controller.close();
          for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        },
      });
      return Promise.resolve(new Response(body));
    };
    const events = follow("http://x.test", async () => ({}), { fetch: send });
    const [one, two] = [await events.next(), await events.next()];
    await events.return();
    expect(one.value).toEqual({ id: "1", event: "request", data: { id: 7, status: "é" } });
    expect(two.value).toEqual({ id: "1", event: "message", data: {} });
  }
  let calls = 0;
  const end = new AbortController();
  const silent = (_: unknown, init?: RequestInit): Promise<Response> => {
    calls += 1;
    if (calls === 3) end.abort();
    const body = new ReadableStream({ start: (it) => init?.signal?.addEventListener("abort", () => it.error(new Error("cut"))) });
    return Promise.resolve(new Response(body));
  };
  const events = follow("http://x.test", async () => ({}), { fetch: silent, silence: 10, backoff: 1, signal: end.signal, lastEventId: "1" });
  expect((await events.next()).done).toBe(true);
  expect(calls).toBe(3);
});

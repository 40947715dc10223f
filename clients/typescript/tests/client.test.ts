import { expect, inject, test } from "vitest";
import { createClient, each, isProblem, newKey, ok, type Estair } from "../src/index.js";

const baseUrl = inject("url");
const known = inject("known");
const as = (token: string): Estair => createClient({ baseUrl, token });
const [agency, other] = known.clients.map((client) => as(client.token)) as [Estair, Estair];
const finance = as(known.tokens.finance);

const credit = (amount: string) => ({ body: { category: "daily_credit", amount } });

test("an account and its amounts, which are texts", async () => {
  const account = await ok(agency.GET("/api/accounts/{id}", { params: { path: { id: 1 } } }));
  expect(account).toMatchObject({ id: 1, currency: "XOF", limit: "1000000" });
  const preview = await ok(agency.POST("/api/requetes-financieres/preview", credit("400000")));
  expect(preview).toMatchObject({ outcome: "to_treat", amount: "400000" });
});

test("a problem is thrown, typed by its code", async () => {
  const error = await as("nobody's").GET("/api/accounts").catch((thrown: unknown) => thrown);
  expect(isProblem(error, "unauthenticated")).toBe(true);

  const wrong = await agency.POST("/api/requetes-financieres", credit("0.5")).catch((thrown: unknown) => thrown);
  if (!isProblem(wrong, "invalid_amount")) throw wrong;
  expect(wrong.fields.errors[0]?.field).toBe("amount");
  expect(wrong.status).toBe(422);
  expect(wrong.requestId).toBeTruthy();

  const waiting = await ok(agency.POST("/api/requetes-financieres", credit("1000000")));
  expect(waiting.status).toBe("waiting");
  const at = { params: { path: { id: waiting.id } } };
  const limit = await finance.PATCH("/api/requetes-financieres/{id}", { ...at, body: { status: "to_treat" } })
    .catch((thrown: unknown) => thrown);
  if (!isProblem(limit, "credit_limit_exceeded")) throw limit;
  expect(limit.fields).toMatchObject({ limit: "1000000", amount: "1000000" });

  const foreign = await other.GET("/api/requetes-financieres/{id}", at).catch((thrown: unknown) => thrown);
  expect(isProblem(foreign, "not_found")).toBe(true);
});

test("what is no problem document is a problem too", async () => {
  const html = () => Promise.resolve(new Response("<h1>Bad gateway</h1>", { status: 502, statusText: "Bad Gateway" }));
  const error = await createClient({ baseUrl, token: "x", fetch: html }).GET("/api/accounts").catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: "ProblemError", code: "unknown", status: 502 });
});

test("the same key is one request, and an answer that was lost is asked for again", async () => {
  const headers = { "Idempotency-Key": newKey() };
  const first = await ok(agency.POST("/api/requetes-financieres", { ...credit("1"), headers }));
  const { data, response } = await agency.POST("/api/requetes-financieres", { ...credit("1"), headers });
  expect(data?.id).toBe(first.id);
  expect(response.headers.get("idempotent-replayed")).toBe("true");

  let calls = 0;
  const keys = new Set<string | null>();
  const lossy = createClient({
    baseUrl,
    token: known.clients[0]?.token ?? "",
    fetch: async (input, init) => {
      calls += 1;
      if (input instanceof Request) keys.add(input.headers.get("idempotency-key"));
      const answer = await fetch(input, init);
      if (calls === 1) throw new TypeError("the connection was lost");
      return answer;
    },
  });
  const made = await lossy.POST("/api/requetes-financieres", credit("2"));
  expect(made.response.headers.get("idempotent-replayed")).toBe("true");
  expect([calls, keys.size]).toEqual([2, 1]);
});

test("a call that may not be repeated is made once", async () => {
  let calls = 0;
  const dead = () => { calls += 1; return Promise.reject(new TypeError("no")); };
  const client = createClient({ baseUrl, token: "x", fetch: dead });
  await expect(client.PATCH("/api/helpdesk/{id}", { params: { path: { id: 1 } }, body: {} })).rejects.toThrow("no");
  expect(calls).toBe(1);
  await expect(client.GET("/api/accounts")).rejects.toThrow("no");
  expect(calls).toBe(4);
});

test("a list is walked page by page to its end", async () => {
  for (let amount = 1; amount <= 5; amount += 1) await ok(other.POST("/api/requetes-financieres", credit(`${amount}`)));
  let pages = 0;
  const list = (cursor?: string) => {
    pages += 1;
    return ok(other.GET("/api/requetes-financieres", { params: { query: { limit: 2, ...(cursor && { cursor }) } } }));
  };
  const amounts: string[] = [];
  for await (const request of each(list)) amounts.push(request.amount);
  expect(amounts).toEqual(["5", "4", "3", "2", "1"]);
  expect(pages).toBe(3);
});

import { readFileSync } from "node:fs";
import { expect, inject, test } from "vitest";
import { createClient, isProblem, newKey, ok, type Estair, type ProblemCode, type ProblemError } from "../src/index.js";

const baseUrl = inject("url");
const { tokens, clients } = inject("known");
const as = (token: string): Estair => createClient({ baseUrl, token });
const [operation, finance, admin, service] = [tokens.operation, tokens.finance, tokens.admin, tokens.service].map(as) as
  [Estair, Estair, Estair, Estair];

// The problem that a call ends with, which has to be this one.
async function refused<Code extends ProblemCode>(call: Promise<unknown>, code: Code): Promise<ProblemError<Code>> {
  const error = await call.then(() => undefined, (thrown: unknown) => thrown);
  if (!isProblem(error, code)) throw new Error(`not ${code}: ${String(error)}`);
  return error;
}

test("every code of the rules and of the server is one of the union's", async () => {
  interface Document {
    components: { schemas: { Problem: { properties: { code: { enum: string[] } } } } };
  }
  const codesOf = (document: Document) => document.components.schemas.Problem.properties.code.enum;
  const file = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

  const typed = codesOf(JSON.parse(file("clients/openapi.json")) as Document);
  const served = codesOf(await fetch(`${baseUrl}/api/openapi.json`).then((answer) => answer.json()) as Document);
  expect(served).toEqual(typed);
  const rules = [...file("docs/refusals.md").matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
  expect(rules.length).toBeGreaterThan(30);
  expect(rules.filter((code) => !typed.includes(code ?? ""))).toEqual([]);
  // Since when a code is among them: were one taken away, this would not compile.
  const late: ProblemCode[] = ["last_admin", "idempotency_key_reused", "not_a_draft", "account_shadow", "notification_not_ended"];
  expect(late.filter((code) => !typed.includes(code))).toEqual([]);
});

test("the particulars that a code comes with are known", async () => {
  const account = await ok(admin.POST("/api/accounts", { body: { name: "Agence Marcory", reference: "M-1", limit: "10" } }));
  const twice = await refused(admin.POST("/api/accounts", { body: { name: "Autre", reference: "M-1" } }), "reference_reused");
  expect(twice.fields.reference).toBe("M-1");

  const payment = (reference: string) => ({
    body: { source: "wave", reference, type: "payment", amount: "9999999999999", currency: "XOF", account_id: account.id },
  });
  await ok(service.POST("/api/mouvements", payment("P-1")));
  const full = await refused(service.POST("/api/mouvements", payment("P-2")), "amount_out_of_range");
  expect(full.fields.figure).toBe("balance");

  const load = await ok(operation.POST("/api/requetes-financieres", { body: { category: "load", amount: "5", account_id: account.id } }));
  const at = { params: { path: { id: load.id } } };
  const kept = await refused(operation.PATCH("/api/requetes-financieres/{id}", { ...at, body: { amount: "6" } }), "not_a_draft");
  expect(kept.fields.current).toBe("open");
  const moved = (body: { status: string; version?: number }) => finance.PATCH("/api/requetes-financieres/{id}", { ...at, body });
  const stale = await refused(moved({ status: "to_treat", version: 99 }), "stale_version");
  expect(stale.fields).toEqual({ given: 99, current: load.version });
  const unknown = await refused(moved({ status: "closed" }), "transition_not_allowed");
  expect(unknown.fields).toMatchObject({ from: "open", to: "closed" });

  const draft = { category: "daily_credit", amount: "50", account_id: account.id };
  const credit = await ok(operation.POST("/api/requetes-financieres", { body: draft }));
  const cancel = { body: { category: "cancel_credit", account_id: account.id, parent_id: credit.id } };
  const early = await refused(admin.POST("/api/requetes-financieres", cancel), "credit_not_granted");
  expect(early.fields.current).toBe("waiting");
});

test("a code that comes with nothing has no particulars", async () => {
  const { user_id: id } = await ok(admin.GET("/api/moi"));
  if (typeof id !== "number") throw new Error("the admin is nobody");
  const last = await refused(admin.PATCH("/api/personnes/{id}", { params: { path: { id } }, body: { disabled: true } }), "last_admin");
  expect(last.fields).toEqual({});

  const headers = { "Idempotency-Key": newKey() };
  const agency = as(clients[1]?.token ?? "");
  const open = (subject: string) => agency.POST("/api/helpdesk", { body: { subject, description: "x" }, headers });
  await ok(open("Un"));
  const reused = await refused(open("Deux"), "idempotency_key_reused");
  expect(reused.fields).toEqual({});
});

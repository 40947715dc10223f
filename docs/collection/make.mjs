// Writes estair.postman_collection.json (Postman's format 2.1, which Insomnia imports too) from the contract, clients/openapi.json, and
// the flows of flows.mjs. A step that the contract does not know is an error. With --check it changes nothing and ends with 1 when the
// file is old.
import { readFile, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { flows } from "./flows.mjs";

const here = new URL(".", import.meta.url);
const target = new URL("estair.postman_collection.json", here);
const contract = JSON.parse(await readFile(new URL("../../clients/openapi.json", here), "utf8"));

const METHODS = ["get", "post", "put", "patch", "delete"];
const operations = new Map();
for (const [path, item] of Object.entries(contract.paths)) {
  for (const method of METHODS.filter((one) => item[one])) operations.set(item[method].operationId, { path, method, ...item[method] });
}

// What a step keeps of an `id` is a number, and is sent as one.
const numbers = new Set(flows.flatMap(({ steps }) => steps.flatMap(({ keep = {} }) => (
  Object.keys(keep).filter((name) => /(^|\.)(user_)?id$/.test(keep[name]))))));
const json = (body) => (
  JSON.stringify(body, null, 2).replaceAll(/"\{\{(\w+)\}\}"/g, (text, name) => (numbers.has(name) ? `{{${name}}}` : text)));

const bearer = (who) => (who
  ? { type: "bearer", bearer: [{ key: "token", value: `{{jeton_${who}}}`, type: "string" }] }
  : { type: "noauth" });

function url(root, path, query = {}) {
  const pairs = Object.entries(query).map(([key, value]) => ({ key, value: String(value) }));
  const [plain, inline] = path.split("?");
  if (inline) for (const pair of inline.split("&")) pairs.push({ key: pair.split("=")[0], value: pair.split("=")[1] });
  const text = pairs.map(({ key, value }) => `${key}=${value}`).join("&");
  return {
    raw: `{{${root}}}${plain}${text ? `?${text}` : ""}`,
    host: [`{{${root}}}`],
    path: plain.split("/").filter(Boolean),
    ...(pairs.length ? { query: pairs } : {}),
  };
}

function request(method, where, who, body, key) {
  const header = [];
  if (body) header.push({ key: "Content-Type", value: "application/json" });
  if (key) header.push({ key: "Idempotency-Key", value: key });
  return {
    method: method.toUpperCase(), auth: bearer(who), header, url: where,
    ...(body ? { body: { mode: "raw", raw: json(body), options: { raw: { language: "json" } } } } : {}),
  };
}

const event = (listen, lines) => ({ listen, script: { type: "text/javascript", exec: lines } });

const READ = "const at = (body, path) => path.split('.').reduce((it, key) => (it == null ? it : it[key]), body);";
const SAID = "let body; try { body = pm.response.json(); } catch { body = undefined; }";
const SAME = "const same = (one, other) => String(one) === pm.variables.replaceIn(String(other));";

function script(step) {
  const lines = [READ, SAID, SAME];
  if (step.until) {
    lines.push(
      `const wanted = ${JSON.stringify(step.until)};`,
      `const there = pm.response.code === ${step.status}`
      + " && Object.entries(wanted).every(([path, value]) => same(at(body, path), value));",
      "const tries = Number(pm.variables.get('essais') || 0);",
      "if (!there && tries < 180 && pm.response.code < 400) {",
      "  pm.variables.set('essais', tries + 1); pm.environment.set('essais', tries + 1);",
      "  pm.execution.setNextRequest(pm.info.requestName);",
      "  setTimeout(() => {}, 500);",
      "  return;",
      "}",
      "pm.environment.unset('essais'); pm.variables.unset('essais');",
    );
  }
  lines.push(`pm.test('statut ${step.status}', () => pm.expect(pm.response.code, pm.response.text()).to.equal(${step.status}));`);
  for (const [path, value] of Object.entries({ ...step.until, ...step.holds })) {
    const found = `at(body, ${JSON.stringify(path)})`;
    lines.push(`pm.test(${JSON.stringify(`${path} : ${value}`)}, () => pm.expect(same(${found}, ${JSON.stringify(value)}), `
      + `JSON.stringify(${found})).to.equal(true));`);
  }
  if (step.status >= 400) {
    lines.push("pm.test('un problème RFC 9457', () => "
      + "pm.expect(pm.response.headers.get('Content-Type')).to.equal('application/problem+json'));");
  }
  for (const [name, path] of Object.entries(step.keep ?? {})) {
    lines.push(`pm.environment.set(${JSON.stringify(name)}, at(body, ${JSON.stringify(path)}));`);
  }
  // A loop by setNextRequest may leave the script with `return`: it runs in a function.
  return ["(() => {", ...lines.map((line) => `  ${line}`), "})();"];
}

function fromContract(step) {
  const operation = operations.get(step.call);
  const wrong = (what) => new Error(`${step.name}: ${step.call}: ${what}`);
  if (!operation) throw wrong("the contract has no such operation");
  const parameters = operation.parameters ?? [];
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => {
    if (step.path?.[name] === undefined) throw wrong(`no value of ${name}`);
    return step.path[name];
  });
  for (const name of Object.keys(step.query ?? {})) {
    if (!parameters.some((one) => one.in === "query" && one.name === name)) throw wrong(`no parameter ${name}`);
  }
  const answers = Object.keys(operation.responses);
  if (!answers.includes(String(step.status))) throw wrong(`no answer ${step.status} among ${answers}`);
  if (step.body) checkBody(operation, step, wrong);
  const creates = parameters.some((one) => one.in === "header" && one.name === "Idempotency-Key");
  return request(operation.method, url("adresse", path, step.query), step.as, step.body, step.key ?? (creates ? "{{$guid}}" : undefined));
}

function checkBody(operation, step, wrong) {
  checkFields(operation.requestBody?.content?.["application/json"]?.schema, step.body, wrong);
}

// Every field of the body, of the objects in its lists too, is one that the contract has.
function checkFields(schema, body, wrong) {
  if (Array.isArray(body)) {
    for (const item of body) checkFields(schema?.items, item, wrong);
    return;
  }
  const properties = contract.components.schemas[schema?.$ref?.split("/").pop()]?.properties;
  if (!properties || typeof body !== "object" || body === null) return;
  for (const [field, value] of Object.entries(body)) {
    if (!(field in properties)) throw wrong(`no field ${field}`);
    checkFields(properties[field], value, wrong);
  }
}

function stepItem(step) {
  const [method, path] = (step.messager ?? "").split(" ");
  const item = {
    name: step.name,
    event: [event("test", script(step))],
    request: step.messager ? request(method, url("messager", path), step.as, step.body) : fromContract(step),
  };
  const before = Object.entries(step.before ?? {});
  if (before.length) {
    item.event.unshift(event("prerequest", before.map(([name, value]) => (
      `pm.environment.set(${JSON.stringify(name)}, pm.variables.replaceIn(${JSON.stringify(value)}));`))));
  }
  return item;
}

// Every operation there is, by tag, with the contract's example as its body.
function reference() {
  const tags = new Map(contract.tags.map(({ name, description }) => [name, { name, description, item: [] }]));
  for (const operation of operations.values()) {
    const { path, method, summary, description, parameters = [], requestBody, tags: [tag] = [] } = operation;
    const schema = requestBody?.content?.["application/json"]?.schema;
    const named = contract.components.schemas[schema?.$ref?.split("/").pop()];
    const example = requestBody?.content?.["application/json"]?.example ?? named?.example ?? (requestBody ? {} : undefined);
    const plain = path.replaceAll(/\{(\w+)\}/g, ":$1");
    const where = url("adresse", plain);
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    if (names.length) where.variable = names.map((key) => ({ key, value: "1" }));
    const query = parameters.filter((one) => one.in === "query");
    if (query.length) where.query = query.map((one) => ({ key: one.name, value: "", description: one.description, disabled: true }));
    if (!tags.has(tag)) tags.set(tag, { name: tag, item: [] });
    tags.get(tag).item.push({
      name: `${method.toUpperCase()} ${path}`,
      request: {
        ...request(method, where, (operation.security ?? [1]).some((one) => Object.keys(one).length === 0) ? undefined : "admin", example),
        description: [summary, description].filter(Boolean).join("\n\n"),
      },
    });
  }
  return {
    name: "Référence : chaque opération", description: "Faite du contrat (`/api/openapi.json`).",
    item: [...tags.values()].filter((tag) => tag.item.length),
  };
}

const body = {
  info: {
    name: "ESTAIR",
    description: "Les flux de la mission, chacun avec ses vérifications, et chaque opération de l'API. Fait par docs/collection/make.mjs : "
      + "ne pas changer à la main.",
    schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
  },
  item: [
    ...flows.map(({ name, about, steps }) => ({ name, description: about, item: steps.map(stepItem) })),
    reference(),
  ],
};
const hash = createHash("sha256").update(JSON.stringify(body)).digest("hex");
body.info._postman_id = [
  hash.slice(0, 8), hash.slice(8, 12), `4${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`, hash.slice(20, 32),
].join("-");
const text = `${JSON.stringify(body, null, 1)}\n`;
if (!process.argv.includes("--check")) {
  await writeFile(target, text);
} else if ((await readFile(target, "utf8").catch(() => "")) !== text) {
  console.error("docs/collection/estair.postman_collection.json is not what the contract and the flows say: run clients/update");
  process.exitCode = 1;
}

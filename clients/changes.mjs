// What changed between two contracts, as a caller feels it: changes.mjs OLD NEW
// A line a change, those that break a caller first ("breaking:"); ends with 1 when there is one.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const METHODS = ["get", "put", "post", "patch", "delete"];

function operations(document) {
  const found = new Map();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS.filter((one) => item[one])) found.set(`${method.toUpperCase()} ${path}`, item[method]);
  }
  return found;
}

const resolved = (document, schema) => (schema?.$ref
  ? resolved(document, schema.$ref.slice(2).split("/").reduce((at, key) => at?.[key.replaceAll("~1", "/")], document)) : schema ?? {});
const types = (schema) => [schema.type].flat().filter(Boolean).sort().join("|");
const bodies = (holder) => Object.entries(holder?.content ?? {});

/** What changed, as `{ breaking, other }`: lists of lines. */
export function changes(old, now) {
  const [breaking, other] = [[], []];
  const [before, after] = [operations(old), operations(now)];
  for (const name of before.keys()) if (!after.has(name)) breaking.push(`${name} is gone`);
  for (const name of after.keys()) if (!before.has(name)) other.push(`${name} is new`);
  for (const [name, was] of before) {
    const is = after.get(name);
    if (is) compare(name, was, is);
  }
  const codes = (document) => Object.keys(document["x-problem-codes"] ?? {});
  for (const code of codes(old).filter((one) => !codes(now).includes(one))) breaking.push(`the code ${code} is gone`);
  for (const code of codes(now).filter((one) => !codes(old).includes(one))) other.push(`the code ${code} is new`);
  return { breaking, other };

  function compare(name, was, is) {
    const key = (one) => `${one.in} ${one.name}`;
    const parameters = (operation) => new Map((operation.parameters ?? []).map((one) => [key(one), one]));
    const [gave, give] = [parameters(was), parameters(is)];
    for (const one of gave.keys()) if (!give.has(one)) breaking.push(`${name}: the parameter ${one} is gone`);
    for (const [one, { required }] of give) {
      if (!gave.has(one)) (required ? breaking : other).push(`${name}: the parameter ${one} is new${required ? " and required" : ""}`);
      else if (required && !gave.get(one).required) breaking.push(`${name}: the parameter ${one} is required now`);
    }
    if (is.requestBody?.required && !was.requestBody) breaking.push(`${name}: a body is required now`);
    for (const [kind, { schema }] of bodies(was.requestBody)) {
      const now_ = is.requestBody?.content?.[kind];
      if (now_) shapes(`${name} body`, schema, now_.schema, "sent"); else breaking.push(`${name}: a body of ${kind} is taken no more`);
    }
    for (const [status, response] of Object.entries(was.responses)) {
      const there = is.responses[status];
      if (!there) {
        if (status < "400") breaking.push(`${name}: the answer ${status} is gone`);
        continue;
      }
      for (const [kind, { schema }] of bodies(response)) {
        const now_ = there.content?.[kind];
        if (now_) shapes(`${name} ${status}`, schema, now_.schema, "read"); else breaking.push(`${name} ${status}: ${kind} is gone`);
      }
    }
  }

  // What is sent may become freer, what is read may become richer; neither the reverse.
  function shapes(place, was, is, way, depth = 0) {
    if (depth > 12) return;
    [was, is] = [resolved(old, was), resolved(now, is)];
    if (types(was) !== types(is)) {
      const freer = types(is).split("|").concat("").includes(types(was)) || types(was).split("|").every((one) => types(is).split("|").includes(one));
      (way === "sent" && freer ? other : breaking).push(`${place}: ${types(was) || "anything"} became ${types(is) || "anything"}`);
      return;
    }
    for (const value of was.enum ?? []) {
      if (is.enum && !is.enum.includes(value)) (way === "sent" ? breaking : other).push(`${place}: the value ${value} is gone`);
    }
    for (const value of is.enum ?? []) {
      if (was.enum && !was.enum.includes(value)) other.push(`${place}: the value ${value} is new`);
    }
    for (const [field, schema] of Object.entries(was.properties ?? {})) {
      const there = is.properties?.[field];
      if (there) shapes(`${place}.${field}`, schema, there, way, depth + 1); else breaking.push(`${place}.${field} is gone`);
    }
    for (const field of Object.keys(is.properties ?? {})) {
      if (!was.properties?.[field]) {
        const needed = way === "sent" && is.required?.includes(field);
        (needed ? breaking : other).push(`${place}.${field} is new${needed ? " and required" : ""}`);
      }
    }
    for (const field of is.required ?? []) {
      if (way === "sent" && was.properties?.[field] && !was.required?.includes(field)) breaking.push(`${place}.${field} is required now`);
    }
    for (const field of was.required ?? []) {
      if (way === "read" && is.properties?.[field] && !is.required?.includes(field)) breaking.push(`${place}.${field} may be missing now`);
    }
    if (was.items && is.items) shapes(`${place}[]`, was.items, is.items, way, depth + 1);
    for (const [at, part] of (was.allOf ?? []).entries()) if (is.allOf?.[at]) shapes(place, part, is.allOf[at], way, depth + 1);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [old, now] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, "utf8")));
  const { breaking, other } = changes(old, now);
  for (const line of breaking) console.log(`breaking: ${line}`);
  for (const line of other) console.log(`added: ${line}`);
  if (!breaking.length && !other.length) console.log("the contract is the same");
  process.exitCode = breaking.length ? 1 : 0;
}

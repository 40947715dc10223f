// Writes src/schema.ts from the contract, clients/openapi.json. With --check it changes nothing and ends with 1 when the two differ.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const here = new URL(".", import.meta.url);
const target = new URL("../src/schema.ts", here);
const document = JSON.parse(await readFile(new URL("../../openapi.json", here), "utf8"));

// The server reads amounts from numbers too; here they are texts alone, so that none is ever a binary float.
document.components.schemas.AmountInput = {
  type: "string",
  description: "An exact decimal: `500000`, `12.50`.",
};

const head = "// Made from clients/openapi.json by scripts/generate.mjs: change the server, not this file.\n\n";
const text = head + astToString(await openapiTS(document));
if (!process.argv.includes("--check")) {
  await writeFile(target, text);
} else if ((await readFile(target, "utf8").catch(() => "")) !== text) {
  console.error("clients/typescript/src/schema.ts is not what the contract says: run clients/update");
  process.exitCode = 1;
}

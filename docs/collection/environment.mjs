// Prints an environment for the collection from what the demonstration wrote:
//   node docs/collection/environment.mjs http://127.0.0.1:8080 estair-data/tokens.json > mine.postman_environment.json
import { readFileSync } from "node:fs";

const [, , address = "http://127.0.0.1:8080", file = "estair-data/tokens.json"] = process.argv;
const { tokens, clients } = JSON.parse(readFileSync(file, "utf8"));
const secrets = [
  ...Object.entries(tokens).map(([role, token]) => [`jeton_${role}`, token]),
  ...clients.map(({ account_id: id, token }) => [`jeton_client${id}`, token]),
];
const values = [
  { key: "adresse", value: address, type: "default", enabled: true },
  { key: "messager", value: `${address}/messager`, type: "default", enabled: true },
  ...secrets.map(([key, value]) => ({ key, value, type: "secret", enabled: true })),
];
console.log(JSON.stringify({ name: "ESTAIR, démonstration", values, _postman_variable_scope: "environment" }, null, 1));

import assert from "node:assert/strict";
import { test } from "node:test";
import { changes } from "./changes.mjs";

const contract = (edit = () => {}) => {
  const document = {
    paths: {
      "/a": {
        post: {
          parameters: [{ in: "query", name: "q" }],
          requestBody: { required: true, content: { "application/json": { schema: { $ref: "#/components/schemas/In" } } } },
          responses: { 200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Out" } } } }, 404: {} },
        },
      },
    },
    components: {
      schemas: {
        In: { type: "object", required: ["x"], properties: { x: { type: "string" }, kind: { type: "string", enum: ["p", "q"] } } },
        Out: { type: "object", required: ["id"], properties: { id: { type: "integer" }, items: { type: "array", items: { type: "string" } } } },
      },
    },
    "x-problem-codes": { no: {} },
  };
  edit(document, document.components.schemas);
  return document;
};
const found = (edit) => changes(contract(), contract(edit));

test("the same contract has no change", () => assert.deepEqual(found(), { breaking: [], other: [] }));

test("what takes something from a caller breaks", () => {
  for (const [edit, line] of [
    [(it) => { delete it.paths["/a"]; }, "POST /a is gone"],
    [(it) => { it.paths["/a"].post.parameters = []; }, "POST /a: the parameter query q is gone"],
    [(it) => { it.paths["/a"].post.parameters[0].required = true; }, "POST /a: the parameter query q is required now"],
    [(_, { In }) => { In.required.push("kind"); }, "POST /a body.kind is required now"],
    [(_, { In }) => { In.properties.y = {}; In.required.push("y"); }, "POST /a body.y is new and required"],
    [(_, { In }) => { In.properties.kind.enum = ["p"]; }, "POST /a body.kind: the value q is gone"],
    [(_, { Out }) => { delete Out.properties.id; }, "POST /a 200.id is gone"],
    [(_, { Out }) => { Out.required = []; }, "POST /a 200.id may be missing now"],
    [(_, { Out }) => { Out.properties.id.type = "string"; }, "POST /a 200.id: integer became string"],
    [(_, { Out }) => { Out.properties.items.items.type = ["string", "null"]; }, "POST /a 200.items[]: string became null|string"],
    [(it) => { it["x-problem-codes"] = {}; }, "the code no is gone"],
  ]) assert.deepEqual(found(edit).breaking, [line]);
});

test("what gives more does not", () => {
  for (const edit of [
    (it) => { it.paths["/b"] = { get: { responses: {} } }; },
    (it) => { it.paths["/a"].post.parameters.push({ in: "query", name: "sort" }); },
    (_, { In }) => { In.properties.y = { type: "string" }; },
    (_, { In }) => { In.properties.x.type = ["string", "null"]; },
    (_, { Out }) => { Out.properties.more = { type: "string" }; },
    (it) => { it["x-problem-codes"].other = {}; },
  ]) {
    const { breaking, other } = found(edit);
    assert.deepEqual([breaking, other.length], [[], 1]);
  }
});

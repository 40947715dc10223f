/** ESTAIR's API for browsers and Node. */
export { add, compare, format, isAmount, negate, subtract } from "./amount.js";
export type { Amount } from "./amount.js";
export { createClient } from "./client.js";
export type { Estair, EstairOptions, Token } from "./client.js";
export { follow } from "./events.js";
export type { EstairEvent, EventName, FollowOptions, StreamState } from "./events.js";
export { newKey } from "./idempotency.js";
export { each, ok } from "./pages.js";
export type { Page } from "./pages.js";
export { isProblem, ProblemError } from "./problem.js";
export type { FieldError, Problem, ProblemCode, ProblemFields } from "./problem.js";
export type { components, operations, paths } from "./schema.js";

import type { components } from "./schema.js";

type Schemas = components["schemas"];
/** An account with its indicators. */
export type Account = Schemas["Account"];
/** A financial request, as lists show it. */
export type FinancialRequest = Schemas["FinancialRequest"];
/** A financial request with what the caller may do with it now. */
export type FinancialRequestWithActions = Schemas["FinancialRequestWithActions"];
/** A support request. */
export type SupportRequest = Schemas["SupportRequest"];
/** A movement. */
export type Movement = Schemas["Movement"];
/** A line of a statement. */
export type StatementLine = Schemas["StatementLine"];
/** What would become of a request. */
export type Preview = Schemas["Preview"];

import type { components } from "./schema.js";

/** A problem document (RFC 9457). */
export type Problem = components["schemas"]["Problem"];

/** The codes of the contract, one for each rule. */
export type ProblemCode = Problem["code"];

/** What is wrong with one field. */
export interface FieldError {
  field: string;
  message: string;
}

interface FieldErrors {
  errors: FieldError[];
}

interface Current {
  current: string;
}

/** Of codes of the contract alone: one that it has no more does not compile. */
type Particulars<Known extends { [Code in keyof Known]: Code extends ProblemCode ? object : never }> = Known;

type Known = Particulars<{
  amount_out_of_range: { figure: string };
  assignment_not_allowed: Current & { assigned_to: string };
  atomic_group_refused: { place: number; cause: ProblemCode };
  credit_cutoff_passed: { cutoff: string };
  credit_expired: { expiry_date: string };
  credit_limit_exceeded: { limit: string; active_credit: string; amount: string };
  credit_not_granted: Current;
  currency_mismatch: { expected: string; given: string };
  forbidden: { role: string; action: string };
  immutable: Current;
  invalid_amount: FieldErrors;
  invalid_expiry: { expected: string };
  invalid_value: FieldErrors;
  malformed_payload: FieldErrors;
  message_not_failed: Current;
  not_a_draft: Current;
  not_found: { what: string };
  notification_not_ended: Current;
  payload_mismatch: { field: string };
  reference_reused: { reference: string };
  stale_version: { given: number; current: number };
  transition_forbidden: { from: string; to: string; role: string; by: string[] };
  transition_not_allowed: { from: string; to: string; allowed: string[] };
}>;

/** The particulars of a problem with this code. */
export type ProblemFields<Code extends string> = Code extends keyof Known ? Known[Code] : Record<string, unknown>;

/** Thrown for every answer that is no success. */
export class ProblemError<Code extends string = ProblemCode | "unknown"> extends Error {
  override readonly name = "ProblemError";

  constructor(
    /** The stable code; `unknown` where something other than ESTAIR answered. */
    readonly code: Code,
    /** The status of the answer. */
    readonly status: number,
    /** For people; may change. */
    readonly detail: string,
    /** The particulars that come with the code. */
    readonly fields: ProblemFields<Code>,
    /** Seconds after which the call may be made again. */
    readonly retryAfter: number | undefined,
    /** What the server's log calls this call. */
    readonly requestId: string | undefined,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** Whether something thrown is a problem; with a code, whether it is that one, whose particulars are then known. */
export function isProblem(error: unknown): error is ProblemError;
export function isProblem<Code extends ProblemCode>(error: unknown, code: Code): error is ProblemError<Code>;
export function isProblem(error: unknown, code?: string): boolean {
  return error instanceof ProblemError && (code === undefined || error.code === code);
}

/** The problem that an answer tells. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const after = Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
  const id = response.headers.get("x-request-id") ?? undefined;
  const said: unknown = await response.json().catch(() => undefined);
  if (typeof said === "object" && said !== null && "code" in said && typeof said.code === "string") {
    const { type: _type, title, status: _status, detail, code, ...fields } = said as Problem & Record<string, unknown>;
    return new ProblemError(code, response.status, detail || title, fields, after, id);
  }
  return new ProblemError("unknown", response.status, response.statusText || `status ${response.status}`, {}, after, id);
}

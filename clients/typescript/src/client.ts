import createFetchClient, { type Client, type ClientOptions, type Middleware } from "openapi-fetch";
import { follow, type EstairEvent, type FollowOptions } from "./events.js";
import { newKey } from "./idempotency.js";
import { problemOf } from "./problem.js";
import type { paths } from "./schema.js";
import { pause } from "./time.js";

/** A bearer token, or what gives one for each call. */
export type Token = string | (() => string | undefined | Promise<string | undefined>);

/** What a client is made of. */
export interface EstairOptions {
  /** Where ESTAIR answers: `https://estair.example.test`, without `/api`. */
  baseUrl: string;
  /** Who calls. */
  token: Token;
  /** How often a call that is safe to repeat is made again when it got no answer, or 503 or 429; 2 when left out. */
  retries?: number;
  /** Instead of the platform's. */
  fetch?: typeof fetch;
}

/** The API, typed by the contract; every answer that is no success throws a `ProblemError`. */
export interface Estair extends Client<paths> {
  /** What changes, as it changes, for ever: connects again by itself and misses nothing. */
  events(options?: Omit<FollowOptions, "fetch">): AsyncGenerator<EstairEvent, void, undefined>;
}

const KEY = "Idempotency-Key";
/** POSTs that create nothing. */
const KEYLESS = /\/preview$/;
const LONGEST_WAIT = 30;

/** A client of this server. */
export function createClient({ baseUrl, token, retries = 2, fetch: given }: EstairOptions): Estair {
  const base = baseUrl.replace(/\/+$/, "");
  const send = given ?? ((input, init) => fetch(input, init));
  const bearer = async (): Promise<Record<string, string>> => {
    const value = typeof token === "function" ? await token() : token;
    return value ? { Authorization: `Bearer ${value}` } : {};
  };

  const credentials: Middleware = {
    async onRequest({ request, schemaPath }) {
      for (const [name, value] of Object.entries(await bearer())) request.headers.set(name, value);
      if (request.method === "POST" && !KEYLESS.test(schemaPath) && !request.headers.has(KEY)) {
        request.headers.set(KEY, newKey());
      }
      return request;
    },
    async onResponse({ response }) {
      if (!response.ok) throw await problemOf(response);
    },
  };

  const client = createFetchClient<paths>({
    baseUrl: base,
    fetch: (request: Request) => again(send, request, retries),
  } satisfies ClientOptions);
  client.use(credentials);
  return Object.assign(client, {
    events: (options: Omit<FollowOptions, "fetch"> = {}) =>
      follow(`${base}/api/events`, bearer, { ...options, fetch: send }),
  });
}

/** Makes a call again that got no answer, or "later", as long as doing it twice is doing it once. */
async function again(send: typeof fetch, request: Request, retries: number): Promise<Response> {
  const repeatable = request.method === "GET" || request.method === "PUT" || request.headers.has(KEY);
  for (let left = repeatable ? retries : 0; ; left -= 1) {
    const tried = left > 0 ? request.clone() : request;
    let wait = 0.2 * 2 ** (retries - left);
    try {
      const response = await send(tried);
      const later = response.status === 503 || response.status === 429 || await stillRunning(response);
      const told = Number(response.headers.get("retry-after") ?? 0);
      if (left <= 0 || !later || told > LONGEST_WAIT) return response;
      wait = Math.max(wait, told || 0);
    } catch (error) {
      if (left <= 0 || request.signal.aborted) throw error;
    }
    await pause(wait * 1000, request.signal);
  }
}

/** The first call with this key has not ended: its answer is worth waiting for. */
async function stillRunning(response: Response): Promise<boolean> {
  if (response.status !== 409) return false;
  const said: unknown = await response.clone().json().catch(() => undefined);
  return typeof said === "object" && said !== null && "code" in said && said.code === "idempotency_in_progress";
}

import { problemOf, ProblemError } from "./problem.js";
import { pause } from "./time.js";

/** What an event is news of. */
export type EventName = "request" | "support" | "account" | "movement" | "message" | "reset";

/** Something that changed. */
export interface EstairEvent {
  /** Opaque: where a stream may go on. */
  id: string;
  /** News of what; `reset`: load your lists again, something may have been missed. */
  event: EventName | (string & {});
  /** The id of what changed, its new status, its account. */
  data: {
    id?: number | null;
    status?: string | null;
    account_id?: number | null;
    requete_id?: number | null;
    mouvement_id?: number | null;
    message_uuid?: string;
    kind?: string;
    at?: string;
  };
}

/** Whether news come in now. */
export type StreamState = "connecting" | "open" | "waiting";

/** How a stream is followed. */
export interface FollowOptions {
  /** Ends it. */
  signal?: AbortSignal;
  /** Goes on after this event. */
  lastEventId?: string;
  /** Told when the connection comes and goes. */
  onState?: (state: StreamState) => void;
  /** Milliseconds without a byte after which the connection is taken for dead; 45,000 when left out (the server says something every 15 s). */
  silence?: number;
  /** Milliseconds before the second try; each further one waits twice as long, up to 30 s. 500 when left out. */
  backoff?: number;
  /** Instead of the platform's. */
  fetch?: typeof fetch;
}

const LONGEST_WAIT = 30_000;

/**
 * Follows a stream of server-sent events over `fetch`, so that the bearer token travels in a header: `EventSource` can send none.
 * It connects again by itself and goes on after the last event; it ends by the signal, or throws when the server says that this
 * caller may not listen (401, 403).
 */
export async function* follow(
  url: string,
  headers: () => Promise<Record<string, string>>,
  { signal, lastEventId, onState, silence = 45_000, backoff = 500, fetch: send = fetch }: FollowOptions = {},
): AsyncGenerator<EstairEvent, void, undefined> {
  let last = lastEventId;
  let failures = 0;
  let connected = false;
  while (!signal?.aborted) {
    const quiet = new AbortController();
    const stop = () => quiet.abort(signal?.reason);
    signal?.addEventListener("abort", stop, { once: true });
    let wait = 0;
    try {
      onState?.("connecting");
      const sent = { ...(await headers()), Accept: "text/event-stream", ...(last ? { "Last-Event-ID": last } : {}) };
      const response = await send(url, { headers: sent, signal: quiet.signal, cache: "no-store" });
      if (!response.ok || !response.body) throw await problemOf(response);
      onState?.("open");
      // Cut before the first event: what happened meanwhile has no place to go on after.
      if (!last && connected) yield { id: "", event: "reset", data: {} };
      connected = true;
      for await (const event of parse(response.body, silence)) {
        failures = 0;
        last = event.id || last;
        yield event;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (error instanceof ProblemError) {
        if (error.status < 500 && error.status !== 429 && error.status !== 408) throw error;
        wait = (error.retryAfter ?? 0) * 1000;
      }
    } finally {
      signal?.removeEventListener("abort", stop);
      quiet.abort();
    }
    if (signal?.aborted) return;
    onState?.("waiting");
    wait = Math.max(wait, Math.min(backoff * 2 ** failures, LONGEST_WAIT)) * (0.75 + Math.random() / 2);
    failures += 1;
    try {
      await pause(wait, signal);
    } catch {
      return;
    }
  }
}

/** The events of a body, as the HTML standard reads them. */
async function* parse(body: ReadableStream<Uint8Array>, silence: number): AsyncGenerator<EstairEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = "";
  let [id, event, data]: [string, string, string[]] = ["", "", []];
  for (;;) {
    const timer = setTimeout(() => void reader.cancel().catch(() => undefined), silence);
    const { done, value } = await reader.read().finally(() => clearTimeout(timer));
    if (done) return;
    // A line may end with CR, LF or both; a CR at the very end may have its LF still to come.
    const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (data.length) yield { id, event: event || "message", data: JSON.parse(data.join("\n")) as EstairEvent["data"] };
        [event, data] = ["", []];
        continue;
      }
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const text = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "id" && !text.includes("\0")) id = text;
      else if (field === "event") event = text;
      else if (field === "data") data.push(text);
    }
  }
}

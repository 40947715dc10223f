/** A key for a call that creates something: the same call with the same key is done once, whatever becomes of its answer. */
export function newKey(): string {
  return crypto.randomUUID();
}

/** A page of a list. */
export interface Page<Item> {
  items: Item[];
  /** Where the next page begins; null or left out on the last one. */
  next_cursor?: string | null;
}

/**
 * The body of a call that succeeded. One that did not has thrown a `ProblemError`.
 *
 * ```ts
 * const account = await ok(estair.GET("/api/accounts/{id}", { params: { path: { id: 1 } } }));
 * ```
 */
export async function ok<Data>(call: Promise<{ data?: Data; response: Response }>): Promise<NonNullable<Data>> {
  const { data, response } = await call;
  if (data === undefined || data === null) throw new TypeError(`${response.url}: an answer without a body`);
  return data;
}

/**
 * Every item of a list, page after page, each page asked for when its first item is.
 *
 * ```ts
 * const list = (cursor?: string) => ok(estair.GET("/api/requetes-financieres", { params: { query: { status: "waiting", ...(cursor && { cursor }) } } }));
 * for await (const request of each(list)) console.log(request.name);
 * ```
 */
export async function* each<Item>(list: (cursor?: string) => Promise<Page<Item>>): AsyncGenerator<Item, void, undefined> {
  let page = await list();
  for (;;) {
    yield* page.items;
    if (!page.next_cursor) return;
    page = await list(page.next_cursor);
  }
}

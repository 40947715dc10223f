import { HttpClient, type HttpContext } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import type { Observable } from 'rxjs';
import { ESTAIR } from './config';

/** A page of a list, as the API answers it. */
export interface Page<Item> {
  items: Item[];
  next_cursor?: string | null;
}

type Value = string | number | boolean | undefined;
/** Parameters of a query; what is undefined is left out. */
export type Query = Record<string, Value>;

/** The calls that the services share. */
@Injectable({ providedIn: 'root' })
export class Api {
  private readonly http = inject(HttpClient);
  private readonly config = inject(ESTAIR);

  get<Answer>(path: string, query: Query = {}): Observable<Answer> {
    return this.http.get<Answer>(this.url(path), { params: given(query) });
  }

  post<Answer>(path: string, body: unknown, context?: HttpContext): Observable<Answer> {
    return this.http.post<Answer>(this.url(path), body, context ? { context } : {});
  }

  patch<Answer>(path: string, body: unknown): Observable<Answer> {
    return this.http.patch<Answer>(this.url(path), body);
  }

  delete<Answer>(path: string, body?: unknown): Observable<Answer> {
    return this.http.delete<Answer>(this.url(path), { body });
  }

  private url(path: string): string {
    return `${this.config.baseUrl.replace(/\/+$/, '')}/api${path}`;
  }
}

function given(query: Query): Record<string, string | number | boolean> {
  return Object.fromEntries(Object.entries(query).filter((pair): pair is [string, string | number | boolean] => (
    pair[1] !== undefined && pair[1] !== '')));
}

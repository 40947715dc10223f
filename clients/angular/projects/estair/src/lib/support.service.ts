import { inject, Injectable } from '@angular/core';
import type { components, SupportRequest } from '@estair/client';
import type { Observable } from 'rxjs';
import { Api, type Page } from './api';
import { withKey } from './interceptors';

type Schemas = components['schemas'];
/** What help is asked for. */
export type SupportDraft = Schemas['NewSupportRequest'];
/** What shall change. */
export type SupportPatch = Schemas['SupportRequestPatch'];
/** A comment. */
export type Comment = Schemas['Comment'];

/** Which support requests. */
export interface SupportFilter {
  status?: string;
  assigned_to?: string;
  account_id?: number;
  q?: string;
  limit?: number;
  cursor?: string;
}

const PATH = '/helpdesk';

/** Support requests. */
@Injectable({ providedIn: 'root' })
export class SupportService {
  private readonly api = inject(Api);

  /** A page, newest first. */
  list(filter: SupportFilter = {}): Observable<Page<SupportRequest>> {
    return this.api.get(PATH, { ...filter });
  }

  /** One, with its newest comments. */
  one(id: number): Observable<SupportRequest> {
    return this.api.get(`${PATH}/${id}`);
  }

  /** Opens one; with a key, the same call again is the same ticket. */
  create(draft: SupportDraft, key?: string): Observable<SupportRequest> {
    return this.api.post(PATH, draft, key ? withKey(key) : undefined);
  }

  /** Changes it. */
  update(id: number, patch: SupportPatch): Observable<SupportRequest> {
    return this.api.patch(`${PATH}/${id}`, patch);
  }

  /** Adds a comment. */
  comment(id: number, body: string, key?: string): Observable<SupportRequest> {
    return this.api.post(`${PATH}/${id}/commentaires`, { body }, key ? withKey(key) : undefined);
  }

  /** Its comments, newest first. */
  comments(id: number, cursor?: string): Observable<Page<Comment>> {
    return this.api.get(`${PATH}/${id}/commentaires`, { cursor });
  }
}

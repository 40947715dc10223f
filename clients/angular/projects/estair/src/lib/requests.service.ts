import { inject, Injectable } from '@angular/core';
import type { components, FinancialRequest, FinancialRequestWithActions, Preview } from '@estair/client';
import type { Observable } from 'rxjs';
import { Api, type Page } from './api';
import { withKey } from './interceptors';

type Schemas = components['schemas'];
/** What is asked for. */
export type RequestDraft = Schemas['NewFinancialRequest'];
/** What shall change. */
export type RequestPatch = Schemas['FinancialRequestPatch'];
/** Something that happened to a request. */
export type TimelineEntry = Schemas['TimelineEntry'];

/** Which requests. */
export interface RequestFilter {
  status?: string;
  category?: string;
  account_id?: number;
  q?: string;
  limit?: number;
  cursor?: string;
}

const PATH = '/requetes-financieres';

/** Financial requests. */
@Injectable({ providedIn: 'root' })
export class RequestsService {
  private readonly api = inject(Api);

  /** A page, newest first. */
  list(filter: RequestFilter = {}): Observable<Page<FinancialRequest>> {
    return this.api.get(PATH, { ...filter });
  }

  /** One, with what the caller may do with it now. */
  one(id: number): Observable<FinancialRequestWithActions> {
    return this.api.get(`${PATH}/${id}`);
  }

  /** What would become of it; nothing is stored. */
  preview(draft: RequestDraft): Observable<Preview> {
    return this.api.post(`${PATH}/preview`, draft);
  }

  /** Asks for it; with a key, the same call again is the same request. */
  create(draft: RequestDraft, key?: string): Observable<FinancialRequestWithActions> {
    return this.api.post(PATH, draft, key ? withKey(key) : undefined);
  }

  /** Changes it. */
  update(id: number, patch: RequestPatch): Observable<FinancialRequestWithActions> {
    return this.api.patch(`${PATH}/${id}`, patch);
  }

  /** What happened to it, newest first. */
  timeline(id: number, cursor?: string): Observable<Page<TimelineEntry>> {
    return this.api.get(`${PATH}/${id}/historique`, { cursor });
  }
}

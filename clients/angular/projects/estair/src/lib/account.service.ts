import { inject, Injectable } from '@angular/core';
import type { Account, components, StatementLine } from '@estair/client';
import type { Observable } from 'rxjs';
import { Api, type Page } from './api';

type Schemas = components['schemas'];
/** A page of a statement. */
export type Statement = Schemas['Statement'];
export type { Account, StatementLine };

/** Which lines of a statement. */
export interface StatementFilter {
  from?: string;
  to?: string;
  type?: string;
  source?: string;
  limit?: number;
  cursor?: string;
}

/** Accounts and their statements. */
@Injectable({ providedIn: 'root' })
export class AccountService {
  private readonly api = inject(Api);

  /** Those that the caller may see: a client's own alone. */
  list(cursor?: string): Observable<Page<Account>> {
    return this.api.get('/accounts', { cursor });
  }

  /** One, with its indicators; of a past day where one is given (`2025-10-21`). */
  one(id: number, day?: string): Observable<Account> {
    return this.api.get(`/accounts/${id}`, { day });
  }

  /** Its statement, newest first, with the running balance. */
  statement(id: number, filter: StatementFilter = {}): Observable<Statement> {
    return this.api.get(`/accounts/${id}/mouvements`, { ...filter });
  }

  /** Its limit and how it came to be. */
  limit(id: number): Observable<Schemas['Limit']> {
    return this.api.get(`/accounts/${id}/limit`);
  }
}

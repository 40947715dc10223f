import { inject, Injectable, NgZone, signal } from '@angular/core';
import { type EstairEvent, follow, type StreamState } from '@estair/client';
import { filter, Observable, share, startWith, switchMap, timer } from 'rxjs';
import { ESTAIR } from './config';

/** Milliseconds that the connection outlives its last listener: from one page to the next it stays. */
const LINGER = 1000;

/** What changes, as it changes. */
@Injectable({ providedIn: 'root' })
export class EventsService {
  private readonly config = inject(ESTAIR);
  private readonly zone = inject(NgZone);
  private last: string | undefined;
  private end: AbortController | undefined;
  private readonly told = signal<StreamState | 'closed'>('closed');

  /** Whether news come in now: for a mark in the corner. */
  readonly state = this.told.asReadonly();

  /** The news, over one connection for all who listen; it connects again by itself and misses nothing. Errors are refusals (401, 403). */
  readonly events: Observable<EstairEvent> = new Observable<EstairEvent>((subscriber) => {
    const end = this.end = new AbortController();
    // Outside of Angular's zone: a stream that waits keeps nothing unstable, and only news make views look again.
    this.zone.runOutsideAngular(() => void this.listen(end.signal, (event) => this.zone.run(() => subscriber.next(event)))
      .then(() => subscriber.complete(), (error: unknown) => this.zone.run(() => subscriber.error(error))));
    return () => {
      end.abort();
      this.told.set('closed');
    };
  }).pipe(share({ resetOnRefCountZero: () => timer(LINGER) }));

  /**
   * Loads at once, and again whenever something of these kinds changed (with an id: that one alone), or something may have been missed.
   *
   * ```ts
   * readonly account = toSignal(this.events.live(() => this.accounts.one(1), ['account', 'movement']));
   * ```
   */
  live<Value>(load: () => Observable<Value>, kinds: EstairEvent['event'][], id?: number): Observable<Value> {
    const concerns = ({ event, data }: EstairEvent): boolean => (
      event === 'reset' || (kinds.includes(event) && (id === undefined || data.id === id)));
    return this.events.pipe(filter(concerns), startWith(undefined), switchMap(load));
  }

  /** Who is signed in has changed: the connection ends, and what comes next begins anew. */
  forget(): void {
    this.end?.abort();
    this.last = undefined;
  }

  private async listen(signal: AbortSignal, tell: (event: EstairEvent) => void): Promise<void> {
    const { baseUrl, token } = this.config;
    const headers = (): Promise<Record<string, string>> => {
      const value = token();
      return Promise.resolve(value ? { Authorization: `Bearer ${value}` } : {} as Record<string, string>);
    };
    // A stream that goes on after nothing tells of what happens once it is open: what was loaded before then is loaded again.
    let isNew = this.last === undefined;
    const onState = (state: StreamState): void => this.zone.run(() => {
      this.told.set(state);
      if (state !== 'open' || !isNew) return;
      isNew = false;
      tell({ id: '', event: 'reset', data: {} });
    });
    const options = { signal, onState, ...(this.last ? { lastEventId: this.last } : {}) };
    for await (const event of follow(`${baseUrl.replace(/\/+$/, '')}/api/events`, headers, options)) {
      this.last = event.id || this.last;
      tell(event);
    }
  }
}

export type { EstairEvent };

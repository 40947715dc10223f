import { inject, Injectable, signal } from '@angular/core';
import { SwPush } from '@angular/service-worker';
import { firstValueFrom, map, type Observable } from 'rxjs';
import { Api } from './api';

/** What a push is about. */
export type PushType = 'credit_requested' | 'credit_approved' | 'credit_refused' | 'credit_expired' | 'approval_request' | 'movement_succeeded'
  | 'helpdesk_created' | 'helpdesk_resolved' | 'error_notification';

/** The actions of a notification: `view` opens what it is about, `dismiss` closes it. Angular's service worker does both by itself. */
export type PushAction = 'view' | 'dismiss';

/** What a push carries, as Angular's service worker takes it. */
export interface PushMessage {
  notification: {
    title: string;
    body: string;
    icon?: string;
    badge?: string;
    tag?: string;
    lang?: string;
    data: { type: PushType | (string & {}); requete_id?: number; helpdesk_id?: number; amount?: string | number; expiry_date?: string; url?: string };
    actions?: { action: PushAction | (string & {}); title: string }[];
  };
}

/** Somebody pressed a notification, or one of its actions. */
export interface PushClick {
  action: PushAction | '' | (string & {});
  data: PushMessage['notification']['data'];
}

/** Push in the browser. It needs `provideServiceWorker('ngsw-worker.js')`. */
@Injectable({ providedIn: 'root' })
export class PushService {
  private readonly api = inject(Api);
  private readonly worker = inject(SwPush);
  private readonly on = signal(false);

  /** Whether this browser can. */
  readonly isPossible = this.worker.isEnabled;
  /** Whether this device gets pushes. */
  readonly isOn = this.on.asReadonly();
  /** Pushes that came while a page of the front is open. */
  readonly messages: Observable<PushMessage> = this.worker.messages as Observable<PushMessage>;
  /** Presses. Where they lead the worker knows by itself; listen where the page has more to do. */
  readonly clicks: Observable<PushClick> = this.worker.notificationClicks.pipe(map(({ action, notification }) => (
    { action, data: notification.data as PushClick['data'] })));

  constructor() {
    if (this.isPossible) this.worker.subscription.subscribe((subscription) => this.on.set(subscription !== null));
  }

  /** Asks the person, subscribes this device, and tells the server. To be called when somebody pressed something. */
  async enable(): Promise<void> {
    const { public_key: serverPublicKey } = await firstValueFrom(this.api.get<{ public_key: string }>('/push/public-key'));
    const subscription = await this.worker.requestSubscription({ serverPublicKey });
    const { endpoint, keys } = subscription.toJSON();
    await firstValueFrom(this.api.post('/push/subscriptions', { endpoint, keys }));
    this.on.set(true);
  }

  /** Forgets this device, here and at the server. To be called before somebody signs out, too. */
  async disable(): Promise<void> {
    const subscription = await firstValueFrom(this.worker.subscription);
    if (!subscription) return;
    await firstValueFrom(this.api.delete('/push/subscriptions', { endpoint: subscription.endpoint }));
    await this.worker.unsubscribe();
    this.on.set(false);
  }
}

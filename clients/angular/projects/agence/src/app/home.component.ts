import { DatePipe } from '@angular/common';
import { Component, inject, signal } from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { FormsModule } from '@angular/forms';
import { Router, RouterLink } from '@angular/router';
import { AccountService, EventsService, MoneyPipe, PushService, RequestsService } from '@estair/angular';
import { isAmount, newKey, type Preview } from '@estair/client';
import { catchError, debounceTime, EMPTY, firstValueFrom, map, of, Subject, switchMap } from 'rxjs';
import { categoryName, refusal, said, statusName } from './words';

@Component({
  standalone: true,
  imports: [DatePipe, FormsModule, MoneyPipe, RouterLink],
  template: `
    @if (account(); as account) {
      <section class="card">
        <h1>{{ account.name }}</h1>
        <dl class="figures">
          <div><dt>Solde</dt><dd>{{ account.balance | money: account.currency }}</dd></div>
          <div><dt>Vous devez</dt><dd>{{ account.outstanding | money: account.currency }}</dd></div>
          <div><dt>Crédit du jour</dt><dd id="daily">{{ account.daily_credit | money: account.currency }}</dd></div>
          <div><dt>Reste sous le plafond</dt><dd id="headroom">{{ account.headroom | money: account.currency }}</dd></div>
          <div><dt>Passe aussitôt, au plus</dt><dd id="available">{{ account.available | money: account.currency }}</dd></div>
        </dl>
        @if (account.status === 'suspended') { <p class="warn" role="status">Votre compte est suspendu : les tickets et la lecture restent ouverts.</p> }
      </section>
      <form class="card" (ngSubmit)="ask()">
        <h2>Demander un crédit</h2>
        <label>Montant ({{ account.currency }})
          <input name="amount" inputmode="decimal" autocomplete="off" required [(ngModel)]="amount" (ngModelChange)="looks.next($event)"></label>
        @if (preview(); as preview) {
          <p role="status" [class.good]="preview.outcome === 'to_treat'" [class.warn]="preview.outcome !== 'to_treat'">{{ outlook(preview) }}</p>
        }
        @if (trouble(); as trouble) { <p class="bad" role="alert">{{ trouble }}</p> }
        <button [disabled]="busy()">Demander</button>
      </form>
    }
    <section class="card">
      <h2>Vos demandes</h2>
      <ul class="rows">
        @for (request of requests(); track request.id) {
          <li><a [routerLink]="['/requetes', request.id]">
            <strong>{{ request.amount | money: request.currency }}</strong> {{ category(request.category) }}
            <span class="chip" [class]="request.status">{{ status(request.status) }}</span>
            <small>{{ request.created_at | date: 'dd/MM HH:mm' }}</small></a></li>
        } @empty { <li>Aucune pour le moment.</li> }
      </ul>
    </section>
    @if (push.isPossible) {
      <section class="card">
        <h2>Notifications</h2>
        @if (push.isOn()) {
          <p>Cet appareil vous prévient. <button type="button" class="quiet" (click)="mute()">Arrêter</button></p>
        } @else {
          <p><button type="button" class="quiet" (click)="hear()">Me prévenir sur cet appareil</button></p>
        }
        @if (refused(); as refused) { <p class="bad" role="alert">{{ refused }}</p> }
      </section>
    }
  `,
})
export class HomeComponent {
  readonly push = inject(PushService);
  private readonly requestsService = inject(RequestsService);
  private readonly accounts = inject(AccountService);
  private readonly events = inject(EventsService);
  private readonly router = inject(Router);

  readonly account = toSignal(this.events.live(() => this.accounts.list().pipe(map(({ items }) => items[0])), ['account', 'movement']).pipe(
    catchError((error: unknown) => this.out(error))));
  readonly requests = toSignal(this.events.live(() => this.requestsService.list({ limit: 10 }).pipe(map(({ items }) => items)), ['request']).pipe(
    catchError(() => EMPTY)), { initialValue: [] });
  readonly looks = new Subject<string>();
  readonly preview = signal<Preview | undefined>(undefined);
  readonly trouble = signal('');
  readonly refused = signal('');
  readonly busy = signal(false);
  amount = '';
  private key = newKey();

  readonly status = statusName;
  readonly category = categoryName;

  constructor() {
    const look = (amount: string) => (!isAmount(amount) ? of(undefined)
      : this.requestsService.preview({ category: 'daily_credit', amount }).pipe(catchError(() => of(undefined))));
    this.looks.pipe(map((text) => text.replaceAll(/\s/g, '')), debounceTime(250), switchMap(look), takeUntilDestroyed())
      .subscribe((preview) => this.preview.set(preview));
  }

  outlook({ outcome, code }: Preview): string {
    if (outcome === 'to_treat') return 'Il sera accordé aussitôt.';
    if (outcome === 'waiting') return 'Il dépasse votre plafond : finance décidera.';
    return outcome === 'open' ? 'Finance décidera.' : refusal(code);
  }

  async ask(): Promise<void> {
    this.busy.set(true);
    this.trouble.set('');
    try {
      // The key stays the same until an answer came: pressed twice, or sent again after a lost answer, it is one request.
      const draft = { category: 'daily_credit', amount: this.amount.replaceAll(/\s/g, '') };
      const { id } = await firstValueFrom(this.requestsService.create(draft, this.key));
      this.key = newKey();
      await this.router.navigate(['/requetes', id]);
    } catch (error) {
      this.trouble.set(said(error));
    } finally {
      this.busy.set(false);
    }
  }

  async hear(): Promise<void> {
    this.refused.set('');
    try {
      await this.push.enable();
    } catch (error) {
      this.refused.set(said(error));
    }
  }

  mute(): void {
    void this.push.disable().catch((error: unknown) => this.refused.set(said(error)));
  }

  private out(error: unknown): typeof EMPTY {
    this.trouble.set(said(error));
    return EMPTY;
  }
}

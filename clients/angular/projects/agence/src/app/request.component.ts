import { DatePipe } from '@angular/common';
import { Component, inject, input, numberAttribute } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { EventsService, MoneyPipe, RequestsService } from '@estair/angular';
import { catchError, EMPTY, switchMap } from 'rxjs';
import { categoryName, statusName } from './words';

@Component({
  standalone: true,
  imports: [DatePipe, MoneyPipe],
  template: `
    @if (request(); as request) {
      <section class="card">
        <h1>{{ request.amount | money: request.currency }}</h1>
        <p>{{ category(request.category) }} · {{ request.name }}</p>
        <p><span class="chip big" id="status" [class]="request.status" role="status">{{ status(request.status) }}</span></p>
        <ol class="steps">
          @for (step of steps; track step) {
            <li [class.done]="reached(request.status, step)">{{ status(step) }}</li>
          }
        </ol>
        @if (request.status === 'waiting') { <p class="warn">Finance en est prévenue et décidera.</p> }
        @if (request.expiry_date) { <p><small>Expire le {{ request.expiry_date | date: "dd/MM/yyyy 'à' HH'h'mm" : 'UTC' }} (UTC)</small></p> }
      </section>
    }
  `,
})
export class RequestComponent {
  readonly id = input.required({ transform: numberAttribute });
  readonly steps = ['to_treat', 'processing', 'closed'];
  readonly status = statusName;
  readonly category = categoryName;
  private readonly requests = inject(RequestsService);
  private readonly events = inject(EventsService);

  readonly request = toSignal(toObservable(this.id).pipe(switchMap((id) => (
    this.events.live(() => this.requests.one(id), ['request'], id).pipe(catchError(() => EMPTY))))));

  reached(status: string, step: string): boolean {
    return this.steps.indexOf(status) >= this.steps.indexOf(step);
  }
}

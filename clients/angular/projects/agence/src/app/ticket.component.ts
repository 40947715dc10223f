import { DatePipe } from '@angular/common';
import { Component, computed, inject, input, numberAttribute, signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { FormsModule } from '@angular/forms';
import { EventsService, SupportService } from '@estair/angular';
import { newKey } from '@estair/client';
import { catchError, EMPTY, firstValueFrom, switchMap } from 'rxjs';
import { said, ticketName } from './words';

@Component({
  standalone: true,
  imports: [DatePipe, FormsModule],
  template: `
    @if (ticket(); as ticket) {
      <section class="card">
        <h1>{{ ticket.subject }}</h1>
        <p><span class="chip" [class]="ticket.status" role="status">{{ status(ticket.status) }}</span> {{ ticket.name }}</p>
        <p class="text">{{ ticket.description }}</p>
        <ol class="thread">
          @for (comment of ticket.comments; track comment.id) {
            <li [class.mine]="comment.created_by != null"><p class="text">{{ comment.body }}</p><small>{{ comment.created_at | date: 'dd/MM HH:mm' }}</small></li>
          }
        </ol>
      </section>
      @if (mayComment()) {
        <form class="card" (ngSubmit)="answer()">
          <label>Répondre <textarea name="body" rows="3" required maxlength="10000" [(ngModel)]="body"></textarea></label>
          @if (trouble(); as trouble) { <p class="bad" role="alert">{{ trouble }}</p> }
          <button>Envoyer</button>
        </form>
      }
    }
  `,
})
export class TicketComponent {
  readonly id = input.required({ transform: numberAttribute });
  readonly status = ticketName;
  readonly trouble = signal('');
  body = '';
  private key = newKey();
  private readonly support = inject(SupportService);
  private readonly events = inject(EventsService);
  readonly ticket = toSignal(toObservable(this.id).pipe(switchMap((id) => (
    this.events.live(() => this.support.one(id), ['support'], id).pipe(catchError(() => EMPTY))))));
  // Just the buttons that work (P4).
  readonly mayComment = computed(() => this.ticket()?.allowed_actions.some(({ action }) => action === 'comment') ?? false);

  async answer(): Promise<void> {
    this.trouble.set('');
    try {
      await firstValueFrom(this.support.comment(this.id(), this.body, this.key));
      this.key = newKey();
      this.body = '';
    } catch (error) {
      this.trouble.set(said(error));
    }
  }
}

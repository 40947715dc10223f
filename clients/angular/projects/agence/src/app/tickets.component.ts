import { Component, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { FormsModule } from '@angular/forms';
import { Router, RouterLink } from '@angular/router';
import { EventsService, SupportService } from '@estair/angular';
import { newKey } from '@estair/client';
import { catchError, EMPTY, firstValueFrom, map } from 'rxjs';
import { said, ticketName } from './words';

@Component({
  standalone: true,
  imports: [FormsModule, RouterLink],
  template: `
    <section class="card">
      <h1>Aide</h1>
      <ul class="rows">
        @for (ticket of tickets(); track ticket.id) {
          <li><a [routerLink]="['/helpdesk', ticket.id]">{{ ticket.subject }} <span class="chip" [class]="ticket.status">{{ status(ticket.status) }}</span></a></li>
        } @empty { <li>Aucun ticket.</li> }
      </ul>
    </section>
    <form class="card" (ngSubmit)="open()">
      <h2>Ouvrir un ticket</h2>
      <label>Sujet <input name="subject" required maxlength="255" [(ngModel)]="subject"></label>
      <label>Description <textarea name="description" rows="4" required maxlength="10000" [(ngModel)]="description"></textarea></label>
      @if (trouble(); as trouble) { <p class="bad" role="alert">{{ trouble }}</p> }
      <button>Envoyer</button>
    </form>
  `,
})
export class TicketsComponent {
  readonly status = ticketName;
  readonly trouble = signal('');
  subject = '';
  description = '';
  private key = newKey();
  private readonly support = inject(SupportService);
  private readonly events = inject(EventsService);
  private readonly router = inject(Router);
  readonly tickets = toSignal(this.events.live(() => this.support.list({ limit: 20 }).pipe(map(({ items }) => items)), ['support']).pipe(
    catchError(() => EMPTY)), { initialValue: [] });

  async open(): Promise<void> {
    try {
      const { id } = await firstValueFrom(this.support.create({ subject: this.subject, description: this.description }, this.key));
      this.key = newKey();
      await this.router.navigate(['/helpdesk', id]);
    } catch (error) {
      this.trouble.set(said(error));
    }
  }
}

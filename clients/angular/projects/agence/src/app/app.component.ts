import { Component, inject } from '@angular/core';
import { Router, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { EventsService, PushService } from '@estair/angular';
import { SessionService } from './session.service';

@Component({
  selector: 'agence-root',
  standalone: true,
  imports: [RouterLink, RouterLinkActive, RouterOutlet],
  template: `
    <header>
      <a class="brand" routerLink="/">ESTAIR</a>
      @if (session.isOpen()) {
        <nav>
          <a routerLink="/" routerLinkActive="here" [routerLinkActiveOptions]="{ exact: true }">Compte</a>
          <a routerLink="/releve" routerLinkActive="here">Relevé</a>
          <a routerLink="/helpdesk" routerLinkActive="here">Aide</a>
        </nav>
        <span class="live" [class.on]="events.state() === 'open'" role="status">{{ events.state() === 'open' ? 'En direct' : 'Hors ligne' }}</span>
        <button type="button" class="quiet" (click)="leave()">Se déconnecter</button>
      }
    </header>
    <main><router-outlet /></main>
  `,
})
export class AppComponent {
  readonly session = inject(SessionService);
  readonly events = inject(EventsService);
  private readonly push = inject(PushService);
  private readonly router = inject(Router);

  async leave(): Promise<void> {
    // What is meant for this person reaches this device no more.
    if (this.push.isOn()) await this.push.disable().catch(() => undefined);
    this.session.close();
    this.events.forget();
    await this.router.navigateByUrl('/connexion');
  }
}

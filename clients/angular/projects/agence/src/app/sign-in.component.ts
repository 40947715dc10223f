import { Component, inject, input, signal } from '@angular/core';
import { FormsModule } from '@angular/forms';
import { Router } from '@angular/router';
import { AccountService } from '@estair/angular';
import { firstValueFrom } from 'rxjs';
import { SessionService } from './session.service';
import { said } from './words';

@Component({
  standalone: true,
  imports: [FormsModule],
  template: `
    <form class="card narrow" (ngSubmit)="enter()">
      <h1>Se connecter</h1>
      <label>Jeton <input name="token" type="password" autocomplete="off" required [(ngModel)]="token"></label>
      @if (trouble(); as trouble) { <p class="bad" role="alert">{{ trouble }}</p> }
      <button [disabled]="busy()">Entrer</button>
    </form>
  `,
})
export class SignInComponent {
  readonly retour = input<string>();
  readonly trouble = signal('');
  readonly busy = signal(false);
  token = '';
  private readonly session = inject(SessionService);
  private readonly accounts = inject(AccountService);
  private readonly router = inject(Router);

  async enter(): Promise<void> {
    this.busy.set(true);
    this.session.open(this.token.trim());
    try {
      await firstValueFrom(this.accounts.list());
      // Nowhere else than here: a path of our own.
      const back = this.retour();
      await this.router.navigateByUrl(back?.startsWith('/') && !back.startsWith('//') ? back : '/');
    } catch (error) {
      this.session.close();
      this.trouble.set(said(error));
    } finally {
      this.busy.set(false);
    }
  }
}

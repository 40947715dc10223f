import { computed, Injectable, signal } from '@angular/core';

const KEPT = 'estair.token';

/** Who is signed in, as long as the tab is open. */
@Injectable({ providedIn: 'root' })
export class SessionService {
  private readonly kept = signal(sessionStorage.getItem(KEPT) ?? undefined);

  readonly token = this.kept.asReadonly();
  readonly isOpen = computed(() => this.kept() !== undefined);

  open(token: string): void {
    sessionStorage.setItem(KEPT, token);
    this.kept.set(token);
  }

  close(): void {
    sessionStorage.removeItem(KEPT);
    this.kept.set(undefined);
  }
}

import { DatePipe } from '@angular/common';
import { Component, inject, signal } from '@angular/core';
import { AccountService, MoneyPipe, type StatementLine } from '@estair/angular';
import { firstValueFrom } from 'rxjs';
import { said, typeName } from './words';

@Component({
  standalone: true,
  imports: [DatePipe, MoneyPipe],
  template: `
    <section class="card">
      <h1>Relevé</h1>
      @if (trouble(); as trouble) { <p class="bad" role="alert">{{ trouble }}</p> }
      <div class="scroll"><table>
        <thead><tr><th>Date</th><th>Mouvement</th><th class="right">Montant</th><th class="right">Solde</th></tr></thead>
        <tbody>
          @for (line of lines(); track line.id) {
            <tr><td>{{ line.completed_at | date: 'dd/MM HH:mm' : 'UTC' }}</td><td>{{ type(line.type) }}</td>
              <td class="right">{{ line.total_operation | money: line.currency_code }}</td>
              <td class="right">{{ line.balance_after | money: line.currency_code }}</td></tr>
          }
        </tbody>
      </table></div>
      @if (next()) { <button type="button" class="quiet" (click)="more()">Plus ancien</button> }
    </section>
  `,
})
export class StatementComponent {
  readonly lines = signal<StatementLine[]>([]);
  readonly next = signal<string | undefined>(undefined);
  readonly trouble = signal('');
  readonly type = typeName;
  private readonly accounts = inject(AccountService);
  private account: number | undefined;

  constructor() {
    void this.more();
  }

  async more(): Promise<void> {
    try {
      this.account ??= (await firstValueFrom(this.accounts.list())).items[0]?.id;
      if (this.account === undefined) return;
      const { items, next_cursor: next } = await firstValueFrom(this.accounts.statement(this.account, { limit: 20, cursor: this.next() }));
      this.lines.update((lines) => [...lines, ...items]);
      this.next.set(next ?? undefined);
    } catch (error) {
      this.trouble.set(said(error));
    }
  }
}

import { Pipe, type PipeTransform } from '@angular/core';
import { format } from '@estair/client';

/** An amount for people: `{{ account.balance | money: account.currency }}` gives `500 000 XOF`. It stays a text all the way. */
@Pipe({ name: 'money', standalone: true })
export class MoneyPipe implements PipeTransform {
  transform(amount: string | null | undefined, currency = 'XOF', language = 'fr'): string {
    return amount === null || amount === undefined ? '' : format(amount, currency, language);
  }
}

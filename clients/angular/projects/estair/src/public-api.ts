/** ESTAIR for Angular 17 and later. */
export * from './lib/account.service';
export * from './lib/config';
export * from './lib/events.service';
export * from './lib/interceptors';
export * from './lib/money.pipe';
export * from './lib/problem';
export * from './lib/push.service';
export * from './lib/requests.service';
export * from './lib/support.service';

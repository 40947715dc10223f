import { type EnvironmentProviders, InjectionToken, makeEnvironmentProviders } from '@angular/core';

/** Where ESTAIR is, and who calls. */
export interface EstairConfig {
  /** `https://estair.example.test`, without `/api`. */
  baseUrl: string;
  /** The bearer token of who is signed in; asked for at each call. */
  token: () => string | undefined;
}

export const ESTAIR = new InjectionToken<EstairConfig>('ESTAIR');

/**
 * Makes the services available. Beside it: `provideHttpClient(withInterceptors(estairInterceptors))`, and, for push,
 * `provideServiceWorker`.
 */
export function provideEstair(config: () => EstairConfig): EnvironmentProviders {
  return makeEnvironmentProviders([{ provide: ESTAIR, useFactory: config }]);
}

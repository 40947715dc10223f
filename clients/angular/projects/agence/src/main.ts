import { registerLocaleData } from '@angular/common';
import { provideHttpClient, withInterceptors } from '@angular/common/http';
import french from '@angular/common/locales/fr';
import { inject, isDevMode, LOCALE_ID } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { provideRouter, withComponentInputBinding } from '@angular/router';
import { provideServiceWorker } from '@angular/service-worker';
import { estairInterceptors, provideEstair } from '@estair/angular';
import { AppComponent } from './app/app.component';
import { routes } from './app/routes';
import { SessionService } from './app/session.service';

interface Settings {
  baseUrl: string;
}

registerLocaleData(french);

async function start(): Promise<void> {
  const settings = await fetch('assets/config.json', { cache: 'no-store' }).then((answer) => answer.json() as Promise<Settings>);
  await bootstrapApplication(AppComponent, {
    providers: [
      { provide: LOCALE_ID, useValue: 'fr' },
      provideRouter(routes, withComponentInputBinding()),
      provideHttpClient(withInterceptors(estairInterceptors)),
      provideEstair(() => {
        const session = inject(SessionService);
        return { baseUrl: settings.baseUrl, token: () => session.token() };
      }),
      provideServiceWorker('ngsw-worker.js', { enabled: !isDevMode() }),
    ],
  });
}

void start();

import { inject } from '@angular/core';
import { type CanActivateFn, Router, type Routes } from '@angular/router';
import { HomeComponent } from './home.component';
import { RequestComponent } from './request.component';
import { SessionService } from './session.service';
import { SignInComponent } from './sign-in.component';
import { StatementComponent } from './statement.component';
import { TicketComponent } from './ticket.component';
import { TicketsComponent } from './tickets.component';

const signedIn: CanActivateFn = (_, state) => (
  inject(SessionService).isOpen() || inject(Router).createUrlTree(['/connexion'], { queryParams: { retour: state.url } }));

// The paths of requests and tickets are those that ESTAIR's messages lead to (FRONT_URL).
export const routes: Routes = [
  { path: 'connexion', component: SignInComponent },
  { path: '', pathMatch: 'full', component: HomeComponent, canActivate: [signedIn] },
  { path: 'releve', component: StatementComponent, canActivate: [signedIn] },
  { path: 'requetes/:id', component: RequestComponent, canActivate: [signedIn] },
  { path: 'helpdesk', component: TicketsComponent, canActivate: [signedIn] },
  { path: 'helpdesk/:id', component: TicketComponent, canActivate: [signedIn] },
  { path: '**', redirectTo: '' },
];

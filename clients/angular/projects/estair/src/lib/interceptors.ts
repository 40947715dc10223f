import { HttpContext, HttpContextToken, HttpErrorResponse, type HttpInterceptorFn, type HttpRequest } from '@angular/common/http';
import { inject } from '@angular/core';
import { newKey } from '@estair/client';
import { catchError, throwError } from 'rxjs';
import { ESTAIR } from './config';
import { problemOf } from './problem';

/** The key of a call that creates something, where the caller keeps one: a form that survives a reload, a button pressed twice. */
export const IDEMPOTENCY_KEY = new HttpContextToken<string | undefined>(() => undefined);

/** A context with this key. */
export function withKey(key: string): HttpContext {
  return new HttpContext().set(IDEMPOTENCY_KEY, key);
}

/** Calls of ours alone: no other server is told the token. */
function isOurs(request: HttpRequest<unknown>, baseUrl: string): boolean {
  return request.url.startsWith(`${baseUrl.replace(/\/+$/, '')}/`);
}

/** Sends the bearer token. */
export const bearerInterceptor: HttpInterceptorFn = (request, next) => {
  const { baseUrl, token } = inject(ESTAIR);
  const value = isOurs(request, baseUrl) ? token() : undefined;
  return next(value ? request.clone({ setHeaders: { Authorization: `Bearer ${value}` } }) : request);
};

/** Gives each POST its idempotency key: the one of its context, or one of its own. */
export const keyInterceptor: HttpInterceptorFn = (request, next) => {
  if (request.method !== 'POST' || !isOurs(request, inject(ESTAIR).baseUrl) || request.headers.has('Idempotency-Key')) {
    return next(request);
  }
  const key = request.context.get(IDEMPOTENCY_KEY) ?? newKey();
  return next(request.clone({ setHeaders: { 'Idempotency-Key': key } }));
};

/** Turns what is no success into a `ProblemError` of @estair/client. */
export const problemInterceptor: HttpInterceptorFn = (request, next) => {
  if (!isOurs(request, inject(ESTAIR).baseUrl)) return next(request);
  return next(request).pipe(catchError((error: unknown) => (
    throwError(() => (error instanceof HttpErrorResponse ? problemOf(error) : error)))));
};

/** All three, in their order. */
export const estairInterceptors: HttpInterceptorFn[] = [problemInterceptor, bearerInterceptor, keyInterceptor];

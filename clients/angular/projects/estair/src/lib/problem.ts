import { HttpErrorResponse } from '@angular/common/http';
import { ProblemError } from '@estair/client';

/** The problem that an answer tells; what is none is a problem with the code `unknown`, and status 0 without any answer. */
export function problemOf(answer: HttpErrorResponse): ProblemError {
  const said: unknown = typeof answer.error === 'string' ? parsed(answer.error) : answer.error;
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  const after = Number.isFinite(seconds) ? seconds : undefined;
  const id = answer.headers.get('x-request-id') ?? undefined;
  if (typeof said === 'object' && said !== null && 'code' in said && typeof said.code === 'string') {
    const { type: _type, title, status: _status, detail, code, ...fields } = said as Record<string, unknown> & { code: string };
    return new ProblemError(code as 'unknown', answer.status, String(detail ?? title ?? code), fields, after, id);
  }
  return new ProblemError('unknown', answer.status, answer.statusText || answer.message, {}, after, id);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import type { ApiAnswer } from '#infra/local/simulators/simulator';

const headers = { 'content-type': 'application/json' };

/** The answer of a method that has done what it was asked for. */
export function done(result: unknown): ApiAnswer {
  return { status: 200, headers, body: JSON.stringify({ ok: true, result }) };
}

/** A refusal in the envelope of "Making requests". */
export function refused(error_code: number, description: string, parameters?: object): ApiAnswer {
  const body = { ok: false, error_code, description, ...(parameters ? { parameters } : {}) };
  return { status: error_code, headers, body: JSON.stringify(body) };
}

export const unauthorized = refused(401, 'Unauthorized');
export const notFound = refused(404, 'Not Found');
export const badRequest = (reason: string) => refused(400, `Bad Request: ${reason}`);

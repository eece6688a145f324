import * as z from 'zod';
import { parsedJson } from '#shared/json';

/** A function's error as Lambda reports it to the caller. */
export const FunctionError = z.looseObject({
  errorType: z.string().default('Error'),
  errorMessage: z.string().default(''),
});
export type FunctionError = z.infer<typeof FunctionError>;

/** The end of an invocation. The payload is the JSON text the handler returned. */
export type Outcome =
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'failed'; readonly error: FunctionError };

export function failed(errorType: string, errorMessage: string): Outcome {
  return { kind: 'failed', error: { errorType, errorMessage } };
}

/** An error body posted by the runtime; one that cannot be read is still an error. */
export function failedWith(body: string): Outcome {
  const error = FunctionError.safeParse(parsedJson(body));
  if (error.success) return { kind: 'failed', error: error.data };
  return failed('Runtime.Unknown', 'the runtime reported an error that is not JSON');
}

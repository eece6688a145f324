import middy from '@middy/core';

/**
 * Starts the handler of a Lambda function. It ends when its work ends.
 *
 * middy by itself answers five milliseconds before the time is up. The work goes on then, beside the next invocation
 * and by its clock, and Lambda sees no reason to end the process. Here Lambda ends a function that is too slow: it
 * leaves the same state as a crash.
 */
export function lambdaHandler<Event, Result>() {
  return middy<Event, Result>({ timeoutEarlyInMillis: 0 });
}

import * as core from 'zod/v4/core';
import type { MediaContext, MediaSource, MediaSourceDefinition } from './media.ts';

/** Closes a connector's types, as `defineSender` does: a `locate` that does not fit its schemas does not compile. */
export function defineMediaSource<Account, Credentials>(
  definition: MediaSourceDefinition<Account, Credentials>,
): MediaSource {
  const { hosts, redirectHosts = [], maxSizeBytes, keptHours, direct, locate } = definition;
  const typed = (context: MediaContext<unknown, unknown>) =>
    context as MediaContext<Account, Credentials>;
  return {
    hosts,
    redirectHosts,
    maxSizeBytes,
    keptHours,
    readAccount: (value) => core.parse(definition.account, value),
    readCredentials: (value) => core.parse(definition.credentials, value),
    direct: direct && ((reference, context) => direct(reference, typed(context))),
    locate: (reference, context, openDestination = noDestination) =>
      locate(reference, typed(context), openDestination),
  };
}

function noDestination(): Promise<never> {
  return Promise.reject(new Error('this provider delivers files and was given no destination'));
}

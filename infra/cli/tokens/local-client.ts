import type { ConnectorId } from '#connectors/declarations';
import type { JsonObject } from '#shared/json';

/** A secret with everything that a way to get tokens needs, and the words for what was added to it. */
interface Completed {
  readonly secret: JsonObject;
  readonly note?: string;
}

const completions: Partial<Record<ConnectorId, (secret: JsonObject, method: string) => Completed>> =
  {
    twitter: (secret, method) => {
      const { consumerKey: clientId, consumerSecret: clientSecret, oauth2 } = secret;
      if (method !== 'oauth2' || oauth2 !== undefined || clientId === undefined) return { secret };
      return {
        secret: { ...secret, oauth2: { clientId, clientSecret } },
        note: 'the secret has no oauth2.clientId: the simulated X knows an app without one by its consumer key and secret, so these are used',
      };
    },
  };

/** Completes the secret of an account whose provider is the simulator of the local stack. */
export function forSimulator(
  connector: ConnectorId,
  secret: JsonObject,
  method: string,
): Completed {
  return completions[connector]?.(secret, method) ?? { secret };
}

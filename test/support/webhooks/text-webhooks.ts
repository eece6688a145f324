import type { StackDescription } from '#infra/local/description';
import { harnesses } from '#test/connectors/harnesses';
import type { CallingProvider } from '#test/support/connectors/harness';
import type { CallingConnector } from '#test/support/connectors/lists';
import type { SignedRequest } from './signed-webhooks.ts';

/** How the provider of this connector calls us. */
export function callingProvider(connector: CallingConnector): CallingProvider {
  const { calls } = harnesses[connector];
  if (!calls) throw new Error(`the harness of ${connector} does not say how its provider calls us`);
  return calls;
}

/**
 * One text message as the webhook of a provider that calls us. `key` is one digit: another one is another message of
 * another customer.
 */
export function textWebhook(
  connector: CallingConnector,
  stack: StackDescription,
  key: string,
  text: string,
): SignedRequest {
  return callingProvider(connector).text(stack, key, text);
}

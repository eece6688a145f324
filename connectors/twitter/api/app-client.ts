import type { TwitterApi } from 'twitter-api-v2';
import { type ApiContext, xClient } from './client.ts';

/**
 * The client in the name of our app and of no user, for the calls that X grants to an app only: the list of webhooks,
 * and replays. It costs one request more, for a token that X does not charge for. Throws `CallFailed`.
 */
export function appClient(context: ApiContext): Promise<TwitterApi> {
  return xClient(context).appLogin();
}

import extractCashtags from 'twitter-text/dist/extractCashtags.js';
import { ConnectorError } from '#shared/errors';

/** Throws `limit_exceeded` for a post with more cashtags (`$TSLA`) than X takes of this account, as X finds them. */
export function checkCashtags(text: string, maxCashtags: number): void {
  const found = extractCashtags(text);
  if (found.length <= maxCashtags) return;
  const named = found.slice(0, 10).map((each) => `$${each}`);
  const title = `the public reply has ${found.length} cashtags in one post (${named.join(', ')}); allowed: ${maxCashtags}`;
  const advice = { action: 'reply_in_private', channel: 'twitter' } as const;
  throw new ConnectorError('limit_exceeded', title, { advice });
}

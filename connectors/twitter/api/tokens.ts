import * as z from 'zod/mini';
import type { OAuth2 } from '#connectors/twitter/credentials';
import { type ApiContext, clientWith } from './client.ts';

const Answer = z.object({
  access_token: z.string().check(z.minLength(1)),
  refresh_token: z.optional(z.string()),
  expires_in: z.number(),
  scope: z._default(z.string(), ''),
});

/** The app, as the token endpoint of OAuth 2 knows it. */
type Client = Pick<OAuth2, 'clientId' | 'clientSecret'>;

export interface Granted {
  readonly accessToken: string;
  /** Absent where `offline.access` was not granted. */
  readonly refreshToken: string | undefined;
  /** Counted from the answer's own `Date`, or from `now` where it has none. */
  readonly expiresAt: string;
  readonly scopes: readonly string[];
}

/**
 * Asks the token endpoint of OAuth 2 once. A confidential client is known by its header, a public one by the id in the
 * body. The package would send JSON here, because it looks for the path in `url.password`; X documents a form.
 */
export async function grant(
  { clientId, clientSecret }: Client,
  asked: Readonly<Record<string, string>>,
  context: Pick<ApiContext, 'apiUrl' | 'timeoutSeconds'> & { readonly now: Date },
): Promise<Granted> {
  const client = clientWith({ clientId, ...(clientSecret ? { clientSecret } : {}) }, context);
  const { data, headers } = await client.post<unknown>(
    'https://api.x.com/2/oauth2/token',
    { ...asked, ...(clientSecret ? {} : { client_id: clientId }) },
    { forceBodyMode: 'url', fullResponse: true },
  );
  const answer = Answer.parse(data);
  const dated = Date.parse(String((headers as Record<string, unknown>)['date']));
  // A token is spent by now, so nothing here may throw: without a readable `Date` our own clock counts.
  const answeredMs = Number.isNaN(dated) ? context.now.getTime() : dated;
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expiresAt: new Date(answeredMs + answer.expires_in * 1000).toISOString(),
    scopes: answer.scope.split(' ').filter(Boolean),
  };
}

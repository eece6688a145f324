import * as z from 'zod';
import type { RefusedStart } from '#shared/connector/authorization';

const text = z.string().min(1);
const AppKeys = z.object({ consumerKey: text, consumerSecret: text });
const Client = z.object({
  oauth2: z.object({ clientId: text, clientSecret: text.optional() }),
});

/** The keys of the app in a secret that may hold no tokens yet. */
export function appKeysIn(secret: unknown): z.infer<typeof AppKeys> | RefusedStart {
  const read = AppKeys.safeParse(secret);
  if (read.success) return read.data;
  return missing(
    'the secret has no consumerKey and consumerSecret',
    'copy “API Key and Secret” of the app from X’s developer console into the JSON: {"consumerKey":"…","consumerSecret":"…"}',
  );
}

/** The OAuth 2 client of the app. */
export function clientIn(secret: unknown): z.infer<typeof Client>['oauth2'] | RefusedStart {
  const read = Client.safeParse(secret);
  if (read.success) return read.data.oauth2;
  return missing(
    'the secret has no oauth2.clientId',
    'copy “OAuth 2.0 Client ID and Client Secret” from X’s developer console into the JSON: {…,"oauth2":{"clientId":"…","clientSecret":"…"}}',
  );
}

function missing(says: string, next: string): RefusedStart {
  return { refused: { subject: 'app', state: 'wrong', reason: 'keys_missing', says, next } };
}

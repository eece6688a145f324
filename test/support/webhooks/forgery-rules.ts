import type { Webhook, WebhookOutcome, WebhookRequest } from '#shared/connector/webhook';
import { carriesToken, forgeriesOf, type Genuine } from './forgeries.ts';

/** A webhook endpoint, and how its provider signs for it. */
export interface Door extends Genuine {
  readonly request: WebhookRequest;
  readonly context: Parameters<Webhook['verify']>[1];
}

type Verify = Webhook['verify'];

const bodiless = { subpath: '', headers: {}, body: Buffer.alloc(0) } as const;

/** The forgeries that were not refused as they must be, by name. */
export function admittedForgeries(verify: Verify, door: Door, signsBody = true): string[] {
  return [...forgeriesOf(door)].flatMap(([name, { query, ...forged }]) => {
    if (!signsBody && carriesToken(door, forged)) return [];
    const request = { ...door.request, ...forged, rawQueryString: query };
    return isRefused(verify(request, door.context)) ? [] : [name];
  });
}

function isRefused(outcome: WebhookOutcome): boolean {
  return outcome.kind === 'refused' && [401, 403].includes(outcome.statusCode);
}

/** Names under which providers send what is to be given back or signed. */
const challenges = [
  'crc_token',
  'hub.challenge',
  'challenge',
  'echostr',
  'validationToken',
  'token',
];

/** Texts that somebody would like to have signed: the provider's own shapes, and bodies. */
const wanted = (body: string): readonly string[] => [
  'NGVlZjY4NTItYzQ4Ny00YzFjLTlkODEtNDQyNDQ3M2IzZDIz',
  'abcdefghijklmnop',
  '1158201444',
  Buffer.from(body).toString('base64'),
  body,
  ` ${body}`,
  '{}',
  'null',
];

/** Bodies that are admitted with a signature which the door itself has given to a stranger. */
export function selfSignedBodies(verify: Verify, door: Door): string[] {
  return challenges.flatMap((name) =>
    wanted(door.body.toString('utf8')).flatMap((text) => {
      const rawQueryString = new URLSearchParams({
        'hub.mode': 'subscribe',
        [name]: text,
      }).toString();
      const asked = { ...bodiless, method: 'GET', rawQueryString } as const;
      const given = wordsIn(verify(asked, door.context));
      const opened = given.filter((word) => {
        const headers = { 'content-type': door.contentType, [door.header]: word };
        const request = { ...door.request, headers, body: Buffer.from(text) };
        return verify(request, door.context).kind === 'items';
      });
      return opened.map(() => `${name}=${text}`);
    }),
  );
}

/** Whatever in an answer could be a signature: the whole, and each text of its JSON. */
function wordsIn(outcome: WebhookOutcome): string[] {
  if (outcome.kind !== 'challenge') return [];
  const { body = '', headers = {} } = outcome.response;
  const texts = [...body.matchAll(/"([^"]*)"/g)].map(([, text = '']) => text);
  return [body, ...texts, ...Object.values(headers)].flatMap((word) => [word, `sha256=${word}`]);
}

import * as fc from 'fast-check';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { describe, expect, it } from 'vitest';
import { signedText } from '#connectors/twilio/form';
import { verify } from '#connectors/twilio/webhook/verify';
import type { WebhookRequest } from '#shared/connector/webhook';
import { parameters } from '#test/properties/parameters';
import {
  accountSid,
  authToken,
  bound,
  context,
  formOf,
  formType,
  hashOf,
  type Pairs,
  publicUrl,
  vendorParameters,
} from './signed-request.ts';

const message = (from: string, digits: string, text: string): Pairs => [
  ['AccountSid', accountSid],
  ['Body', text],
  ['From', from],
  ['MessageSid', `SM${digits.repeat(16)}`],
  ['To', '+15005550006'],
];
const forged = message('+19995550199', '66', 'somebody else');
const validation = (request: WebhookRequest) => verify(request, context);

/**
 * What somebody may post who has seen one signed request: the signed text, cut anew into path, query and form. The
 * form is empty, the forged one, or the forged one with the rest of the signed text at its end.
 */
function recut(signed: string): Omit<WebhookRequest, 'headers'>[] {
  const tail = signed.slice(publicUrl.length);
  const start = tail.indexOf(signedText(forged), 1);
  const ends = [...(start > 0 ? [start] : []), tail.length];
  return ends.flatMap((end) => {
    const url = tail.slice(0, end);
    const rest = tail.slice(end + signedText(forged).length);
    const last = forged.map(
      ([name, value]) => [name, name === 'To' ? value + rest : value] as const,
    );
    const marks = [...url].flatMap((letter, index) => (letter === '?' ? [index] : []));
    return [...marks, url.length].flatMap((mark) => {
      const where = { subpath: url.slice(1, mark), rawQueryString: url.slice(mark + 1) };
      if (mark > 0 && !url.startsWith('/')) return [];
      return [
        { ...where, method: 'GET', body: Buffer.alloc(0) } as const,
        ...['', formOf(forged), formOf(last)].map(
          (body) => ({ ...where, method: 'POST', body: Buffer.from(body) }) as const,
        ),
      ];
    });
  });
}

describe('a signature that was made for something else', () => {
  const words = fc.constantFrom(
    ...['?', '&', '=', '/', `bodySHA256=${hashOf(formOf(forged))}`, formOf(forged)],
    ...[signedText(forged), 'AccountSid', accountSid, 'hello'],
  );
  const said = fc.array(words, { maxLength: 8 }).map((each) => each.join(''));

  it.each(['', '/fallback', '/status/msg_a_1.0.1', '?x=1', '/fallback?x=1'])(
    'of a form at %j opens nothing else, whatever its customer wrote',
    (where) => {
      let tried = 0;
      void fc.assert(
        fc.property(said, (text) => {
          const pairs = message('+15035550142', 'a1', text);
          const url = publicUrl + where;
          const signature = getExpectedTwilioSignature(authToken, url, vendorParameters(pairs));
          const headers = { 'content-type': formType, 'x-twilio-signature': signature };
          for (const request of recut(url + signedText(pairs))) {
            tried += 1;
            expect(validation({ ...request, headers }).kind, JSON.stringify(request)).toBe(
              'refused',
            );
          }
        }),
        {
          ...parameters(300),
          examples: [
            [`?bodySHA256=${hashOf(formOf(forged))}&`],
            [`&bodySHA256=${hashOf(formOf(forged))}&`],
            [`?${formOf(forged)}&x=`],
            [signedText(forged)],
            [`?${signedText(forged)}`],
          ],
        },
      );
      if (where !== '') expect(tried).toBeGreaterThan(0);
    },
  );

  it('of a URL with the hash of an empty body opens no other body, and no form without the hash', () => {
    const empty = bound('');
    expect(validation(empty).kind).toBe('items');
    for (const text of [formOf(forged), '{}', ' ']) {
      const body = Buffer.from(text);
      expect(validation({ ...empty, body }).kind).toBe('refused');
      expect(validation({ ...empty, rawQueryString: '', body }).kind).toBe('refused');
    }
  });

  it('is refused with a reason of its own where a path or a query holds a form', () => {
    const request = bound('', { subpath: `fallbackAccountSid${accountSid}` });
    expect(validation(request)).toMatchObject({ kind: 'refused', reason: 'form_in_url' });
    expect(validation(bound('', { query: `x=1AccountSid${accountSid}` }))).toMatchObject({
      reason: 'form_in_url',
    });
  });
});

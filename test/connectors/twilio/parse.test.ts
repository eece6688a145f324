import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readItems } from '#connectors/twilio/items';
import { parse } from '#connectors/twilio/parser';
import { ConnectorError } from '#shared/errors';
import { parameters } from '#test/properties/parameters';
import { accountSid, throughQueue } from './signed-request.ts';

const names = fc.constantFrom(
  ...['AccountSid', 'MessageSid', 'SmsSid', 'From', 'To', 'Body', 'NumMedia', 'MediaUrl0'],
  ...['MessageStatus', 'SmsStatus', 'ErrorCode', 'MessageType', 'Latitude', 'Longitude'],
  ...['OptOutType', 'FlowData', 'ButtonText', 'ExternalUserId', 'WaId', '__proto__', 'constructor'],
);
const values = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(...['whatsapp:+1', 'rcs:', '+15035550142', 'messenger:1', 'received', '1e9']),
  fc.constantFrom(
    ...['delivered', 'failed', 'toString', '-1', 'NaN', '\u0000', `SM${'1'.repeat(32)}`],
  ),
);
const forms = fc.array(fc.tuple(names, values), { maxLength: 14 });

describe('parsing a Twilio callback', () => {
  it('of any parameters at all gives events or a ConnectorError', async () => {
    const counts = { read: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(forms, fc.string(), async (params, subpath) => {
        const [item] = readItems(params, subpath, accountSid);
        try {
          await parse({ payload: throughQueue(item?.payload), account: {} });
          counts.read += 1;
        } catch (error) {
          counts.refused += 1;
          expect(error).toBeInstanceOf(ConnectorError);
        }
      }),
      parameters(2000),
    );
    expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(10);
  });

  it.each([undefined, null, {}, { params: [['a']], subpath: '' }, { params: {}, subpath: '' }])(
    'refuses %j as unreadable',
    (payload) => {
      expect(() => parse({ payload, account: {} })).toThrow(ConnectorError);
    },
  );

  it('refuses a channel this project does not have, by name', () => {
    const params = [
      ['MessageSid', 'SM1'],
      ['From', 'messenger:100'],
      ['To', 'messenger:200'],
      ['Body', 'private words'],
    ];
    expect(() => parse({ payload: { params, subpath: '' }, account: {} })).toThrow(
      'an address of the channel "messenger"; only whatsapp, rcs and plain numbers are read',
    );
  });
});

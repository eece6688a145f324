import { describe, expect, it } from 'vitest';
import { parse } from '#connectors/twilio/parser';
import { accountSid, throughQueue } from './signed-request.ts';

const service = `MG${'a'.repeat(32)}`;
const base = {
  ...{ AccountSid: accountSid, MessageSid: 'SM1', NumMedia: '0' },
  ...{ From: '+15035550142', To: '+15005550006' },
};

/** The one event of a form, as far as consent goes. */
async function read(fields: Readonly<Record<string, string>>) {
  const params = Object.entries({ ...base, ...fields });
  const [event] = await parse({
    payload: throughQueue({ params, subpath: '' }),
    account: {},
  });
  if (event?.kind !== 'message' && event?.kind !== 'status') throw new Error(event?.kind);
  return { kind: event.kind, consent: event.consent, metadata: event.metadata };
}

describe('a word about consent', () => {
  it.each([
    ['Stop!', 'revoked', 'STOP'],
    ['  ARRÊT svp 🙏 ', 'revoked', 'STOP'],
    ['opt-out', 'revoked', 'STOP'],
    ['Unstop', 'granted', 'START'],
  ])('changes it for the number that was written to: %j', async (Body, state, optOut) => {
    expect(await read({ Body })).toMatchObject({
      metadata: { optOut, optOutSource: 'keyword' },
      consent: {
        ...{ category: 'all_messages', state, source: 'keyword' },
        ...{ evidence: Body.trim(), sender: '+15005550006' },
      },
    });
  });

  it('is for the Messaging Service where the webhook names one', async () => {
    const { consent } = await read({ Body: 'STOP', MessagingServiceSid: service });
    expect(consent?.sender).toBe(service);
    const start = await read({ Body: 'START', MessagingServiceSid: service });
    expect(start.consent).toMatchObject({ state: 'granted', sender: service });
  });

  it('is for the agent on RCS, without the prefix of the channel', async () => {
    const { consent } = await read({ From: 'rcs:+15035550142', To: 'rcs:shop', Body: 'stop' });
    expect(consent?.sender).toBe('shop');
  });

  it('counts as the caption of a picture, too', async () => {
    const picture = { NumMedia: '1', MediaUrl0: 'https://api.twilio.com/m/1' };
    const { consent } = await read({ ...picture, MediaContentType0: 'image/png', Body: 'STOP' });
    expect(consent).toMatchObject({ state: 'revoked', sender: '+15005550006' });
  });

  it.each(['HELP', 'info'])('changes nothing where it asks for help: %s', async (Body) => {
    const { consent, metadata } = await read({ Body });
    expect(metadata).toMatchObject({ optOut: 'HELP', optOutSource: 'keyword' });
    expect(consent).toBeUndefined();
  });

  it('is not read from an ordinary answer', async () => {
    for (const Body of ['YES', 'yes please', 'can you cancel my order', 'Fine', '']) {
      const { consent, metadata } = await read({ Body });
      expect(consent, Body).toBeUndefined();
      expect(metadata, Body).not.toHaveProperty('optOut');
    }
  });

  it('is marked for a person where it is a sentence, and changes nothing', async () => {
    const { consent, metadata } = await read({ Body: 'Please stop texting me, I moved away' });
    expect(metadata).toMatchObject({ optOut: 'REVIEW', optOutSource: 'sentence' });
    expect(consent).toBeUndefined();
  });

  it('is only a word on WhatsApp, unless Twilio says otherwise', async () => {
    const whatsapp = { From: 'whatsapp:+15035550142', To: 'whatsapp:+15005550006' };
    for (const Body of ['STOP', 'cancel', 'please stop texting me']) {
      const { consent, metadata } = await read({ ...whatsapp, Body });
      expect(consent, Body).toBeUndefined();
      expect(metadata, Body).not.toHaveProperty('optOut');
    }
    const told = await read({ ...whatsapp, Body: 'Basta!', OptOutType: 'STOP' });
    expect(told.consent).toMatchObject({
      ...{ state: 'revoked', source: 'provider', evidence: 'Basta!', sender: '+15005550006' },
    });
  });

  it('is what Twilio says, whatever the customer wrote', async () => {
    const start = await read({ Body: 'stop', OptOutType: 'START' });
    expect(start.consent).toMatchObject({ state: 'granted', source: 'provider' });
    const empty = await read({ Body: '', OptOutType: 'stop' });
    expect(empty).toMatchObject({
      metadata: { optOut: 'STOP' },
      consent: { state: 'revoked', evidence: 'OptOutType STOP' },
    });
    expect((await read({ Body: 'x', OptOutType: 'PAUSE' })).consent).toBeUndefined();
    expect((await read({ Body: 'help', OptOutType: 'HELP' })).consent).toBeUndefined();
  });

  it('is kept as evidence, 40 characters of it and no half of one', async () => {
    const Body = `${'x'.repeat(39)}🙏🙏`;
    const { consent } = await read({ Body, OptOutType: 'STOP' });
    expect(consent?.evidence).toHaveLength(40);
    expect(consent?.evidence.isWellFormed()).toBe(true);
  });
});

describe('a status', () => {
  const failed = { From: '+15005550006', To: '+15035550142', MessageStatus: 'failed' };

  it('tells of an opt-out by error 21610, for the sender or its Messaging Service', async () => {
    const { consent } = await read({ ...failed, ErrorCode: '21610' });
    expect(consent).toEqual({
      ...{ category: 'all_messages', state: 'revoked', source: 'delivery_error' },
      ...{ evidence: 'Twilio error 21610', sender: '+15005550006' },
    });
    const through = { ...failed, ErrorCode: '21610', MessagingServiceSid: service };
    expect((await read(through)).consent?.sender).toBe(service);
    const rcs = { ...failed, From: 'rcs:shop', To: 'rcs:+15035550142', ErrorCode: '21610' };
    expect((await read(rcs)).consent?.sender).toBe('shop');
  });

  it.each([
    ['30630', 'all_messages'],
    ['63033', 'all_messages'],
    ['63050', 'marketing_messages'],
  ])('tells of an opt-out by error %s, too, from %s', async (ErrorCode, category) => {
    expect((await read({ ...failed, ErrorCode })).consent).toEqual({
      ...{ category, state: 'revoked', source: 'delivery_error' },
      ...{ evidence: `Twilio error ${ErrorCode}`, sender: '+15005550006' },
    });
  });

  it.each(['30004', '63032', '63049', '30007', 'toString', ''])(
    'tells nothing of consent by any other code: %s',
    async (ErrorCode) => {
      expect((await read({ ...failed, ErrorCode })).consent).toBeUndefined();
    },
  );
});

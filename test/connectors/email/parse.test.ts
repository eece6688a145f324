import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '#connectors/email/parser';
import { ConnectorError } from '#shared/errors';
import { parameters } from '#test/properties/parameters';
import { mailOf, readMessage } from './inbox.ts';

describe('a mail is never dropped for being malformed', () => {
  it('whatever its bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (bytes) => {
        const message = await readMessage(bytes);
        expect(message.providerMessageId).not.toBe('');
        expect(message.customer.identities[0].address).toMatch(/^\S+@\S+$/);
      }),
      parameters(150),
    );
  });

  it('whatever stands in its headers', async () => {
    const header = fc.tuple(
      fc.constantFrom(
        'From',
        'To',
        'Subject',
        'Message-ID',
        'References',
        'Date',
        'Content-Type',
        'Reply-To',
      ),
      fc.string({ maxLength: 60 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(header, { maxLength: 8 }), async (headers) => {
        const raw = `${headers.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\nHello`;
        await readMessage(raw);
      }),
      parameters(150),
    );
  });

  it('with more lines than the parser is given, by its headers alone', async () => {
    const message = await readMessage(mailOf('\n'.repeat(100_500), ['Subject: Lines']));
    expect(message).toMatchObject({
      text: 'Lines',
      content: { type: 'unsupported', reason: 'more than 100000 lines of text' },
      customer: { identities: [{ address: 'anna@customer.example' }] },
    });
  });

  it('with twenty thousand recipients', async () => {
    const to = Array.from({ length: 20_000 }, (_, index) => `u${index}@x.example`).join(',\r\n ');
    const message = await readMessage(`From: a@x.example\r\nTo: ${to}\r\nSubject: s\r\n\r\nHello`);
    expect(message.text).toBe('Hello');
  });

  it('with carriage returns alone as line ends', async () => {
    expect((await readMessage(mailOf('Hello').replaceAll('\r\n', '\r'))).text).toBe('Hello');
  });
});

describe('a text', () => {
  it('mislabelled as windows-1252 is mended', async () => {
    const message = await readMessage(
      mailOf('Grüße aus Köln', ['Content-Type: text/plain; charset=iso-8859-1']),
    );
    expect(message.text).toBe('Grüße aus Köln');
  });

  it('that is right is not mended', async () => {
    const raw = Buffer.from(
      mailOf('Grüße', ['Content-Type: text/plain; charset=iso-8859-1']),
      'latin1',
    );
    expect((await readMessage(raw)).text).toBe('Grüße');
  });

  it('loses control characters and keeps its right-to-left marks', async () => {
    const message = await readMessage(
      mailOf('a\u0000b\u0007 \u200fשלום', ['Content-Type: text/plain; charset=utf-8']),
    );
    expect(message.text).toBe('ab \u200fשלום');
  });

  it('too long for the table is cut and says so', async () => {
    const message = await readMessage(
      mailOf('ü'.repeat(100_000), ['Content-Type: text/plain; charset=utf-8']),
    );
    expect(Buffer.byteLength(message.text)).toBe(120_000);
    expect(message.metadata).toEqual({ truncated: 'text' });
  });
});

describe('the sender', () => {
  it('wants answers elsewhere: the customer is the Reply-To, and the From address is told', async () => {
    const message = await readMessage(mailOf('Hi', ['Reply-To: Office <office@customer.example>']));
    expect(message.customer.identities[0].address).toBe('office@customer.example');
    expect(message.metadata).toEqual({ sentBy: 'anna@customer.example' });
  });

  it('whose name shows another address is flagged', async () => {
    const raw = 'From: "boss@acme.example" <x@evil.example>\r\n\r\nHi';
    expect((await readMessage(raw)).metadata).toEqual({ nameHoldsAddress: 'true' });
  });

  it('without a readable address is the envelope sender, and is not verified', async () => {
    const message = await readMessage('From: "a@b x"@evil\r\n\r\nHi');
    expect(message.customer.identities[0].address).toBe('anna@customer.example');
    expect(message).toMatchObject({
      authenticity: { level: 'unverified' },
      metadata: { fromProblem: 'malformed' },
    });
  });
});

describe('the authenticity', () => {
  const validation = (status: string) => ({ status });
  it.each([
    [{ dmarcVerdict: validation('PASS') }, 'verified'],
    [{ dmarcVerdict: validation('GRAY') }, 'aligned_unknown'],
    [
      {
        dmarcVerdict: validation('PROCESSING_FAILED'),
        spfVerdict: validation('FAIL'),
        dkimVerdict: validation('GRAY'),
      },
      'unverified',
    ],
    [{ dmarcVerdict: undefined, spfVerdict: undefined, dkimVerdict: undefined }, 'unverified'],
    [{ dmarcVerdict: validation('FAIL') }, 'failed'],
  ])('of %j is %s', async (verdicts, level) => {
    expect((await readMessage(mailOf('Hi'), verdicts)).authenticity?.level).toBe(level);
  });

  it('is told with the reason, and a failed one is never the contact of its address', async () => {
    const fates = [];
    for (const status of ['PASS', 'GRAY', 'FAIL']) {
      const message = await readMessage(mailOf('Hi'), { dmarcVerdict: validation(status) });
      fates.push([message.authenticity?.reasons, message.senderStanding]);
    }
    expect(fates).toEqual([
      [undefined, 'authenticated'],
      [['dmarc_not_passed'], 'unknown'],
      [['dmarc_fail'], 'untrusted'],
    ]);
  });

  it('changes nothing about what a mail names: whether that counts is for the store to decide', async () => {
    const raw = mailOf('Hi', ['In-Reply-To: <x@y.example>']);
    const token = 'abcdefghijklmnop.qrstuvwxyz234567';
    const recipients = [`help+r.${token}@acme.example`];
    for (const status of ['PASS', 'FAIL']) {
      const { thread } = await readMessage(raw, { dmarcVerdict: validation(status), recipients });
      expect(thread?.follows).toEqual([
        { providerMessageId: `ref:${token}`, proof: 'secret' },
        { providerMessageId: 'x@y.example', proof: 'claimed' },
      ]);
    }
  });
});

describe('references', () => {
  it('are read newest first, fifty at most, without brackets too', async () => {
    const ids = Array.from({ length: 80 }, (_, index) => `id${index}@x.example`);
    const message = await readMessage(
      mailOf('Hi', [`In-Reply-To: ${ids[3]}`, `References: <${ids.join('>\r\n <')}>`]),
    );
    const follows = message.thread?.follows ?? [];
    expect(follows).toHaveLength(50);
    expect(new Set(follows.map(({ proof }) => proof))).toEqual(new Set(['claimed']));
    const ids50 = follows.map(({ providerMessageId }) => providerMessageId);
    expect(ids50.slice(0, 3)).toEqual(['id3@x.example', 'id79@x.example', 'id78@x.example']);
  });
});

describe('what cannot be read', () => {
  it.each([
    ['a payload of another kind', { kind: 'letter' }],
    ['no payload', undefined],
    [
      'a mail without its bytes',
      {
        kind: 'mail',
        inbox: 'x',
        notification: {
          mail: { messageId: 'm' },
          receipt: { recipients: [], action: { type: 'S3' } },
        },
      },
    ],
    [
      'an event whose part is missing',
      { kind: 'event', event: { eventType: 'Bounce', mail: { messageId: 'm' } } },
    ],
  ])('%s is refused with a ConnectorError', async (_, payload) => {
    const reading = (async () => parse({ payload, account: { address: 'help@acme.example' } }))();
    await expect(reading).rejects.toBeInstanceOf(ConnectorError);
  });
});

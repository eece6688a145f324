import { describe, expect, it } from 'vitest';
import { bareMessageId, followedIds } from '#connectors/email/inbound/message-ids';
import { wireId } from '#connectors/email/outbound/wire-id';
import { inbox, mailOf, readMessage } from './inbox.ts';

const anna = 'anna@customer.example';
const mailFrom = (from: string, ...headers: readonly string[]) =>
  [`From: ${from}`, `To: ${inbox.address}`, ...headers, 'Subject: x', '', 'Hello'].join('\r\n');

describe('an address as its own display name', () => {
  it.each([`'${anna}' <${anna}>`, `"'${anna}'" <${anna}>`, `"<${anna}>" <${anna}>`, anna])(
    'deceives nobody: %s',
    async (from) => {
      const { authenticity } = await readMessage(mailFrom(from));
      expect([authenticity?.level, authenticity?.warnings]).toEqual(['verified', undefined]);
    },
  );

  it('is no name', async () => {
    expect((await readMessage(mailFrom(`'${anna}' <${anna}>`))).customer).not.toHaveProperty(
      'displayName',
    );
  });

  it.each([`'boss@acme.example' <${anna}>`, `'${anna} <${anna}>`, `''${anna}'' <${anna}>`])(
    'is malformed where it is another, or written in another way: %s',
    async (from) => {
      expect((await readMessage(mailFrom(from))).authenticity?.reasons).toContain('malformed_from');
    },
  );

  it.each([`"'boss@acme.example'" <${anna}>`, `"boss@acme.example ${anna}" <${anna}>`])(
    'is shown to be another: %s',
    async (from) => {
      expect((await readMessage(mailFrom(from))).authenticity?.warnings).toContain(
        'name_shows_address',
      );
    },
  );
});

describe('a message id', () => {
  it.each([
    ['< abc @x.example >', 'abc@x.example'],
    ['<abc@\r\n x.example>', 'abc@x.example'],
    ['<abc@x.example>', 'abc@x.example'],
    ['abc@x.example', 'abc@x.example'],
    ['<tencent_0A1B2C>', 'tencent_0A1B2C'],
    ['<@x.example>', undefined],
    ['abc', undefined],
    ['<>', undefined],
    ['<010201234567890a-12345678-1234-1234-1234-123456789012-000000>', undefined],
    ['<ref:aaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaa>', undefined],
    ['<sha256:00>', undefined],
  ])('of %j is %j', (header, id) => {
    expect(bareMessageId(header)).toBe(id);
  });

  it('without a domain is followed, and written whole in an answer', () => {
    const ids = followedIds('<tencent_A1>', 'Your mail <a@x.example>,<b@x.example c@x.example>');
    expect(ids.map(({ providerMessageId, proof }) => [providerMessageId, proof])).toEqual([
      ['tencent_A1', 'claimed'],
      ['c@x.example', 'claimed'],
      ['b@x.example', 'claimed'],
      ['a@x.example', 'claimed'],
    ]);
    expect(wireId('tencent_A1', 'eu-west-1')).toEqual(['<tencent_A1>']);
    expect(wireId('sha256:00', 'eu-west-1')).toEqual([]);
  });

  it('with blanks is not shared by all mails of a domain', async () => {
    const [one, two] = ['< a @x.example >', '< b @x.example >'].map((id) =>
      mailFrom(anna, `Message-ID: ${id}`),
    );
    const ids = [await readMessage(one ?? ''), await readMessage(two ?? '')];
    expect(ids.map(({ thread }) => thread?.key)).toEqual(['a@x.example', 'b@x.example']);
  });
});

describe('a file name that is a path of Windows', () => {
  it.each([
    String.raw`"C:\TEMP\nsmail.png"`,
    String.raw`"C:\\TEMP\\nsmail.png"`,
    String.raw`"\\server\share\nsmail.png"`,
    String.raw`C:\TEMP\nsmail.png`,
    String.raw`"Temp\nsmail.png"`,
  ])('is its last piece: %s', async (name) => {
    for (const field of [
      'Content-Type: image/png; name',
      'Content-Disposition: inline; filename',
    ]) {
      const other = field.startsWith('Content-D') ? ['Content-Type: image/png'] : [];
      const part = ['--B', `${field}=${name}`, ...other, '', 'x', '--B--', ''].join('\n');
      const mail = mailOf(part, ['Content-Type: multipart/mixed; boundary=B']);
      expect((await readMessage(mail)).attachments[0]?.fileName).toBe('nsmail.png');
    }
  });

  it('but a quoted letter is only a letter', async () => {
    const part = [
      '--B',
      String.raw`Content-Type: image/png; name="a \"b\" c.png"`,
      '',
      'x',
      '--B--',
    ];
    const mail = mailOf(part.join('\n'), ['Content-Type: multipart/mixed; boundary=B']);
    expect((await readMessage(mail)).attachments[0]?.fileName).toBe('a _b_ c.png');
  });
});

describe('the customer of a mail that a list or a company sends', () => {
  const customerOf = async (mail: string) => {
    const { customer, authenticity, displayName } = await readMessage(mail).then((message) => ({
      ...message,
      displayName: message.customer.displayName,
    }));
    return [customer.identities[0].address, displayName, authenticity?.reasons];
  };

  it.each(['Precedence: bulk', 'Precedence: list', 'X-BeenThere: devs@list.example'])(
    'is the writer, where an old list wants answers itself: %s',
    async (header) => {
      const mail = [
        ...['From: Ann <ann@customer.example>', 'To: devs@list.example'],
        ...['Reply-To: devs@list.example', header, 'Subject: x', '', 'Hello'],
      ].join('\r\n');
      expect(await customerOf(mail)).toEqual(['ann@customer.example', 'Ann', undefined]);
    },
  );

  it.each([
    ['Reise über Berlin <bahn@train.example>', 'Reply-To: service@train.example'],
    ['Colis par Avion <post@air.example>', 'Reply-To: service@air.example'],
  ])('is no person whom a group names: %s', async (from, replyTo) => {
    expect((await customerOf(mailFrom(from, replyTo)))[2]).toEqual(['reply_to']);
  });

  it.each([
    ["'Fred' via Support <support@acme.example>", 'X-A: 1'],
    ['Fred via Support Team <support@acme.example>', 'X-A: 1'],
    ['Fred via Talk <list-1@lists.example>', 'List-Id: <talk.lists.example>'],
    ['Fred via LinkedIn <messages@linkedin.example>', 'X-A: 1'],
    ['Fred über Verein <x@y.example>', 'X-Original-From: Fred <fred@customer.example>'],
  ])('is the person whom a group names: %s', async (from, header) => {
    const mail = mailFrom(from, header, 'Reply-To: fred@customer.example');
    expect(await customerOf(mail)).toEqual(['fred@customer.example', 'Fred', ['rewritten']]);
  });
});

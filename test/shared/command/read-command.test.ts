import { describe, expect, it } from 'vitest';
import { readCommand, readReply, readSignal } from '#shared/command/read-command';

const conversationId = 'cnv_aaaaaaaaaaaaaaaaaaaaaaaaaa';
const text = { type: 'text', text: 'Hello' };
const reply = { replyId: 'r1', conversationId, content: text };
const template = { type: 'template', name: 'hello', language: 'en', components: [] };
const withContent = (content: unknown) => ({ ...reply, content });
const withComponents = (json: string) =>
  JSON.stringify(withContent({ ...template, components: ['<here>'] })).replace('"<here>"', json);

/** The reasons by HTTP, which are the same on the queue. */
function reasonsFor(body: string): readonly string[] {
  const posted = readReply(Buffer.from(body), conversationId);
  const queued = readCommand(body);
  if (!('refusal' in posted) || !('refusal' in queued)) throw new Error('it is a reply');
  expect(queued.refusal).toEqual(posted.refusal);
  expect(posted.refusal.code).toBe('invalid_reply');
  return posted.refusal.reasons;
}

describe('a body that is no object of JSON', () => {
  it.each([
    ['', 'the body is empty; send a JSON object'],
    [' \n', 'the body is empty; send a JSON object'],
    ['Hello', 'the body is not JSON'],
    ['{"replyId": "r1",', 'the body is not JSON (it breaks off at character 18)'],
    ['replyId=r1&content=Hello', 'the body is a form; send JSON'],
    ['content%5Btext%5D=Hello', 'the body is a form; send JSON'],
    [
      '--x\r\nContent-Disposition: form-data; name="replyId"\r\n\r\nr1\r\n--x--',
      'the body is a form; send JSON',
    ],
    ['[]', 'the body is an array; allowed: an object'],
    ['"Hello"', 'the body is a string; allowed: an object'],
    ['17', 'the body is a number; allowed: an object'],
    ['true', 'the body is a boolean; allowed: an object'],
    ['null', 'the body is null; allowed: an object'],
  ])('is told what it is: %j', (body, words) => {
    const [reason = '', ...more] = reasonsFor(body);
    expect(more).toEqual([]);
    expect(reason.startsWith(words)).toBe(true);
  });

  it('is told that it is not UTF-8', () => {
    const bytes = Buffer.from('{"replyId":"r\u00e9"}', 'latin1');
    expect(readReply(bytes, conversationId)).toMatchObject({
      refusal: { code: 'invalid_reply', reasons: ['the body is not UTF-8; send JSON'] },
    });
  });

  it('may begin with a byte order mark, whichever way it comes', () => {
    const body = `\ufeff${JSON.stringify(reply)}`;
    expect(readReply(Buffer.from(body), conversationId)).toMatchObject(reply);
    expect(readCommand(body)).toMatchObject(reply);
  });
});

describe('a field that no command has', () => {
  const fields = 'replyId, conversationId, content, fallbackTemplate, caller, inReplyToMessageId';
  it.each<[string, unknown]>([
    [
      'fallbackTemplat: unknown; did you mean fallbackTemplate?',
      { ...reply, fallbackTemplat: template },
    ],
    ['reply_id: unknown; did you mean replyId?', { ...reply, reply_id: 'r2' }],
    [`foo: unknown; allowed: ${fields}, author, metadata`, { ...reply, foo: 1 }],
    ['content.txt: unknown; did you mean text?', withContent({ ...text, txt: 'x' })],
    [
      'content.buttons[0].titel: unknown; did you mean title?',
      withContent({
        ...{ type: 'buttons', text: 'Well?' },
        buttons: [{ id: 'a', title: 'A', titel: 'A' }],
      }),
    ],
    [
      'content.sections[0].rows[0].descripton: unknown; did you mean description?',
      withContent({
        ...{ type: 'list', text: 'Well?', button: 'Choose' },
        sections: [{ rows: [{ id: 'a', title: 'A', descripton: 'x' }] }],
      }),
    ],
    [
      'content.sections[0].name: unknown; allowed: title, rows',
      withContent({
        ...{ type: 'list', text: 'Well?', button: 'Choose' },
        sections: [{ name: 'x', rows: [{ id: 'a', title: 'A' }] }],
      }),
    ],
    [
      'content.contacts[0].phone: unknown; did you mean phones?',
      withContent({ type: 'contacts', contacts: [{ name: 'Ada', phone: '+1' }] }),
    ],
    [
      'author.name: unknown; allowed: role, displayName',
      { ...reply, author: { displayName: 'A', name: 'B' } },
    ],
    [
      'fallbackTemplate.langage: unknown; did you mean language?',
      { ...reply, fallbackTemplate: { ...template, langage: 'en' } },
    ],
    [
      'content.lat: unknown; allowed: type, latitude, longitude, name, address, url',
      withContent({ type: 'location', latitude: 1, longitude: 2, lat: 1 }),
    ],
  ])('is refused by name: %s', (reason, command) => {
    expect(reasonsFor(JSON.stringify(command))).toEqual([
      expect.stringMatching(`^${escaped(reason)}`),
    ]);
  });

  it('of a sign is refused too', () => {
    const sign = { conversationId, signal: 'read', mesageId: 'msg_1' };
    const refusal = {
      code: 'invalid_signal',
      reasons: ['mesageId: unknown; did you mean messageId?'],
    };
    expect(readSignal(JSON.stringify(sign), conversationId)).toMatchObject({ refusal });
    expect(readCommand(JSON.stringify(sign))).toMatchObject({ refusal });
  });

  it('is the provider’s own inside of the components of a template', () => {
    const components = [{ type: 'body', anything: { goes: ['here', 1.5, null] } }];
    const command = withContent({ ...template, components });
    expect(readCommand(JSON.stringify(command))).toMatchObject(command);
  });

  it('is named beside everything else that is wrong', () => {
    const command = { replyId: 5, content: { type: 'hologram' }, caller: '', metdata: {} };
    expect(reasonsFor(JSON.stringify({ ...command, conversationId }))).toEqual([
      'replyId: 5; allowed: a string',
      'content.type: "hologram"; allowed: text, media, location, contacts, reaction, buttons, list, link_button, template',
      'caller: 0 characters; allowed: 1 or more',
      'metdata: unknown; did you mean metadata?',
    ]);
  });
});

function escaped(words: string): string {
  return words.replace(/[.?[\]()*+]/g, String.raw`\$&`);
}

const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;

describe('what would be lost or changed on its way', () => {
  it.each([
    ['metadata.__proto__: a member is named __proto__', '"metadata":{"__proto__":"x"}'],
    ['extra: unknown', `"extra":${nested(30)}`],
    ['nested deeper than 24 levels', `"extra":${nested(30)}`],
    ['extra: a number beyond what the table holds', '"extra":1e300'],
    ['the name "replyId" is given twice', '"replyId":"r2"'],
    ['metadata.a: holds half of a character', '"metadata":{"a":"\\ud83d"}'],
    ['author.displayName: holds half of a character', '"author":{"displayName":"\\udc4d"}'],
  ])('is refused: %s', (words, field) => {
    const body = JSON.stringify(reply).replace('{"replyId"', `{${field},"replyId"`);
    expect(reasonsFor(body).join('\n')).toContain(words);
  });

  it.each([
    ['1e300', 'content.components[0]: a number beyond what the table holds'],
    ['1e-200', 'content.components[0]: a number beyond what the table holds'],
    [
      '[{"id":12345678901234567890}]',
      'content.components[0][0].id: a whole number beyond 9007199254740991',
    ],
    ['{"constructor":{}}', 'content.components[0].constructor: a member is named constructor'],
    ['{"a":1,"a":2}', 'the name "a" is given twice'],
    ['{"\\u0061":1,"a":2}', 'the name "a" is given twice'],
    [nested(3_000), 'content.components[0][0][0][0][0][0]…: nested deeper than 24 levels'],
    [nested(100_000), 'nested deeper than 24 levels'],
  ])('is refused in the components of a template: %.40s', (component, words) => {
    expect(reasonsFor(withComponents(component)).join('\n')).toContain(words);
  });

  it('is not what looks like it', () => {
    const escapes = String.raw`"a \" b": 1, "c\\": [2], "d": {"a": "}{\":"}`;
    const command = withComponents(`{${escapes}, "constructor": "x", "n": -9007199254740991}`);
    expect(readCommand(command)).toMatchObject({ replyId: 'r1' });
  });
});

describe('a text', () => {
  it.each(['', ' \n\t', '\u200b\u2060', '\u0000\u0007', '\ufe0f', '\u00ad'])(
    'with nothing to read is refused: %j',
    (blank) => {
      expect(reasonsFor(JSON.stringify(withContent({ ...text, text: blank })))).toHaveLength(1);
      const buttons = { type: 'buttons', text: blank, buttons: [{ id: 'a', title: 'A' }] };
      expect(reasonsFor(JSON.stringify(withContent(buttons)))).toHaveLength(1);
    },
  );

  it.each(['.', '👍', '\u200d👩', '1', ' x '])('of one character is a text: %j', (words) => {
    expect(readCommand(JSON.stringify(withContent({ ...text, text: words })))).toMatchObject({
      content: { text: words },
    });
  });
});

describe('a conversation', () => {
  const { conversationId: _, ...unaddressed } = reply;
  it('is the one of the path, whether or not the body names it', () => {
    for (const command of [reply, unaddressed]) {
      expect(readReply(JSON.stringify(command), conversationId)).toMatchObject({ conversationId });
    }
  });

  it('that the body names otherwise is refused', () => {
    expect(
      readReply(JSON.stringify({ ...reply, conversationId: 'cnv_b' }), conversationId),
    ).toEqual({
      ...{ replyId: 'r1', conversationId },
      refusal: {
        code: 'invalid_reply',
        reasons: [`conversationId: "cnv_b" in the body; the path says "${conversationId}"`],
      },
    });
    const sign = { conversationId: 'cnv_b', signal: 'read' };
    expect(readSignal(JSON.stringify(sign), conversationId)).toMatchObject({
      refusal: { code: 'invalid_signal' },
    });
  });

  it('has to be named on the queue', () => {
    expect(readCommand(JSON.stringify(unaddressed))).toMatchObject({
      refusal: { reasons: ['conversationId: missing; allowed: a string'] },
    });
  });
});

describe('a refused command', () => {
  it('keeps the names that can be read of it', () => {
    const names = { replyId: 'r1', conversationId, caller: 'desk' };
    for (const rest of [{ extra: 1 }, { content: { type: 'hologram' } }, { content: 7 }]) {
      expect(readCommand(JSON.stringify({ ...names, ...rest }))).toMatchObject(names);
    }
    const deep = JSON.stringify({ ...names, content: '<here>' }).replace('"<here>"', nested(9_000));
    expect(readCommand(deep)).toMatchObject(names);
    const huge = JSON.stringify({ ...names, content: { ...text, text: 'x'.repeat(600_000) } });
    expect(readCommand(huge)).toMatchObject({ ...names, refusal: { code: 'body_too_large' } });
  });

  it('has no name that is not usable', () => {
    for (const replyId of [5, '', 'x'.repeat(257), '\ud800', null]) {
      expect(readCommand(JSON.stringify({ ...reply, replyId }))).not.toHaveProperty('replyId');
    }
  });

  it('says no more than a person reads', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`x${index}`, 1]));
    const reasons = reasonsFor(JSON.stringify({ ...reply, ...many }));
    expect(reasons).toHaveLength(21);
    expect(reasons.at(-1)).toBe('and 4980 more');
    const long = reasonsFor(JSON.stringify({ ...reply, ['y'.repeat(100_000)]: 1 }));
    expect(long.join().length).toBeLessThan(400);
  });
});

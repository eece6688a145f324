import { describe, expect, it } from 'vitest';
import { readCommand, readReply, readSignal } from '#shared/command/read-command';

import { conversationId, reasonsFor, reply, template, text, withContent } from './reasons-for.ts';

const withComponents = (json: string) =>
  JSON.stringify(withContent({ ...template, components: ['<here>'] })).replace('"<here>"', json);

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

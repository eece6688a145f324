import { describe, expect, it } from 'vitest';
import { readCommand, readSignal } from '#shared/command/read-command';
import { conversationId, reasonsFor, reply, template, text, withContent } from './reasons-for.ts';

describe('a field that no command has', () => {
  const fields =
    'replyId, conversationId, content, fallbackTemplate, asText, subject, to, cc, bcc, sendAt, caller, purpose, override, inReplyToMessageId';
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

import { describe, expect, it } from 'vitest';
import { readCommand, readReply } from '#shared/command/read-command';
import { metadataNames } from '#shared/model/metadata-name';

const conversationId = 'cnv_aaaaaaaaaaaaaaaaaaaaaaaaaa';
const reply = { replyId: 'r1', conversationId, content: { type: 'text', text: 'Hello' } };
const readBothWays = (metadata: object) => {
  const body = JSON.stringify({ ...reply, metadata });
  return [readReply(body, conversationId), readCommand(body)];
};

describe("a reply's own metadata", () => {
  it.each(metadataNames)('may not speak in our name: %s', (name) => {
    for (const read of readBothWays({ ticket: '7', [name]: 'fallback_template' })) {
      const reasons = [`metadata.${name}: is written by Switchboard; choose another name`];
      expect(read).toMatchObject({ refusal: { code: 'invalid_reply', reasons } });
    }
  });

  it('names each that it may not hold', () => {
    for (const read of readBothWays({ sentAs: 'x', handledBy: 'y' })) {
      expect(read).toMatchObject({
        refusal: { reasons: [expect.stringMatching(/sentAs/), expect.stringMatching(/handledBy/)] },
      });
    }
  });

  it('keeps every other name', () => {
    const metadata = { ticket: '7', 'sent.as': 'x', SentAs: 'y', toString: 'z' };
    for (const read of readBothWays(metadata)) expect(read).toMatchObject({ metadata });
  });
});

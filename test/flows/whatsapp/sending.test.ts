import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReplyContent } from '#shared/model/reply-content';
import { contents } from '#test/connectors/whatsapp/contents';
import { untilIdle } from '#test/support/aws/stored';
import { replyByHttp, replyByQueue } from '#test/support/replies/replies';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { makeFault, type ProviderSend, writeAs } from '#test/support/stack/providers';

let stack: LocalStack;
let conversationId: string;
let messageId: string;
let providerMessageId: string;

beforeAll(async () => {
  stack = await startLocalStack();
  const text = 'What can you send?';
  const written = await writeAs(stack.description, 'whatsapp', { from: '16505551234', text });
  providerMessageId = written.providerMessageId;
  const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  conversationId = event?.subject ?? '';
  messageId = event?.data.message?.id ?? '';
});
afterAll(() => stack.stop());

const simulator = () => stack.description.providers['whatsapp'] ?? '';
const account = () => {
  const found = stack.description.accounts.find(({ connector }) => connector === 'whatsapp');
  if (!found) throw new Error('no WhatsApp account');
  return found;
};
const sends = async (): Promise<ProviderSend[]> =>
  (await (await fetch(`${simulator()}/_sent`)).json()) as ProviderSend[];
const about = (replyId: string) => (event: HeardEvent) =>
  (event.data.replyId ?? event.data.message?.replyId) === replyId;
const kindOf = ({ type }: HeardEvent) => type.split('.').at(-2);

/** Sends a reply and waits for its end; resolves with what the provider took meanwhile, and the events about it. */
async function fateOf(replyId: string, content: ReplyContent, more: object = {}) {
  const before = (await sends()).length;
  await replyByQueue(stack, { conversationId, replyId, content, ...more });
  const over = (event: HeardEvent) =>
    about(replyId)(event) && ['delivered', 'failed'].includes(kindOf(event) ?? '');
  await stack.helpdesk.waitFor(over);
  await untilIdle(stack);
  const events = stack.helpdesk.heard.map(({ event }) => event).filter(about(replyId));
  return { taken: (await sends()).slice(before), events };
}

/** A file at the provider, as a helpdesk with its own access might have put it there. */
async function uploaded(contentType: string): Promise<string> {
  const form = new FormData();
  form.set('messaging_product', 'whatsapp');
  form.set('type', contentType);
  form.set('file', new Blob(['some bytes'], { type: contentType }), 'a');
  const response = await fetch(`${simulator()}/v25.0/${account().address}/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${account().secrets?.['accessToken']}` },
    body: form,
  });
  return ((await response.json()) as { id: string }).id;
}

describe('every kind of reply', () => {
  it.each(contents)('goes out once and is delivered: %s', async (name, given) => {
    const content = await placed(given);
    const replyId = `kind-${name}`;
    const quotes = content.type !== 'template' && content.type !== 'reaction';
    const answering = quotes ? { inReplyToMessageId: messageId } : {};
    const { taken, events } = await fateOf(replyId, content, answering);
    expect(events.map(kindOf)).toEqual(['accepted', 'sent', 'delivered']);
    expect(taken).toHaveLength(1);
    const request = taken[0]?.request ?? {};
    expect(request['context']).toEqual(quotes ? { message_id: providerMessageId } : undefined);
    if (content.type === 'reaction') {
      const { emoji } = content;
      expect(request['reaction']).toEqual({ message_id: providerMessageId, emoji });
    }
  });

  /** The ids that only this run knows. */
  async function placed(content: ReplyContent): Promise<ReplyContent> {
    if (content.type === 'reaction') return { ...content, messageId };
    if (content.type !== 'media' || content.providerMediaId === undefined) return content;
    return { ...content, providerMediaId: await uploaded(content.contentType) };
  }
});

describe('a file of ours', () => {
  const put = async (Key: string, Body: Uint8Array) => {
    const Bucket = stack.description.buckets.archive;
    await stack.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    return `s3://${Bucket}/${Key}`;
  };

  it('is handed over and shown', async () => {
    const url = await put('uploads/7/bill.pdf', Buffer.from('%PDF-1.7'));
    const { taken, events } = await fateOf('file', {
      ...{ type: 'media', contentType: 'application/pdf', url },
      ...{ fileName: 'Rechnung.pdf', caption: 'Your bill' },
    });
    expect(events.map(kindOf)).toEqual(['accepted', 'sent', 'delivered']);
    expect(taken).toHaveLength(1);
    expect(taken[0]?.request['document']).toMatchObject({
      id: expect.stringMatching(/./),
      caption: 'Your bill',
      filename: 'Rechnung.pdf',
    });
  });

  it.each([
    ['too large', 'media_too_large', 'uploads/large.png', 5 * 1024 * 1024 + 1],
    ['empty', 'media_rejected', 'uploads/empty.png', 0],
    ['elsewhere', 'invalid_reply', 'raw/a.png', 100],
  ])('that is %s is refused with %s before it is accepted', async (_, code, key, size) => {
    const url = await put(key, new Uint8Array(size));
    const content = { type: 'media', contentType: 'image/png', url } as const;
    await expectRefused(code, content);
  });

  it('that is not there is refused with media_not_found', async () => {
    const url = `s3://${stack.description.buckets.archive}/uploads/none.png`;
    await expectRefused('media_not_found', { type: 'media', contentType: 'image/png', url });
  });

  async function expectRefused(code: string, content: ReplyContent): Promise<void> {
    const answer = await replyByHttp(stack, conversationId, { replyId: `http-${code}`, content });
    expect(answer).toMatchObject({ body: { error: code } });
    const { taken, events } = await fateOf(`file-${code}`, content);
    expect(taken).toEqual([]);
    expect(events.map(kindOf)).toEqual(['failed']);
    expect(events.at(-1)?.data.errors).toMatchObject([{ code }]);
  }
});

describe('a limit of the channel', () => {
  it('is named at once', async () => {
    const buttons = ['a', 'b', 'c', 'd'].map((id) => ({ id, title: id }));
    const { taken, events } = await fateOf('limit', { type: 'buttons', text: 't', buttons });
    expect(taken).toEqual([]);
    expect(events.map(kindOf)).toEqual(['failed']);
    expect(events[0]?.data.errors).toMatchObject([
      { code: 'limit_exceeded', title: 'buttons has 4 entries; WhatsApp allows 3' },
    ]);
  });
});

describe('a fallback template', () => {
  it('goes out when Meta says that the window is closed', async () => {
    await makeFault(stack.description, 'whatsapp', '131047');
    const fallbackTemplate = { type: 'template', name: 'ask_again', language: 'en' };
    const content = { type: 'text', text: 'Too late?' } as const;
    const { taken, events } = await fateOf('fallback', content, { fallbackTemplate });
    expect(events.map(kindOf)).toEqual(['accepted', 'sent', 'delivered']);
    expect(taken.map(({ text }) => text)).toEqual(['[template ask_again]']);
    expect(events[1]?.data).toMatchObject({ metadata: { sentAs: 'fallback_template' } });
  });
});

describe('a sign of reading or typing', () => {
  const signs = async (): Promise<Record<string, unknown>[]> =>
    (await (await fetch(`${simulator()}/_signals`)).json()) as Record<string, unknown>[];
  const post = async (body: object, id = conversationId) => {
    const url = `${stack.description.url}/v1/conversations/${id}/signals`;
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    return { status: response.status, body: await response.json() };
  };

  it('reaches the provider by either way', async () => {
    await replyByQueue(stack, { conversationId, signal: 'read', messageId });
    await untilIdle(stack);
    expect(await post({ signal: 'typing' })).toEqual({
      status: 202,
      body: { conversationId, signal: 'typing', status: 'queued' },
    });
    await untilIdle(stack);
    expect(await signs()).toMatchObject([
      { status: 'read', message_id: providerMessageId },
      { message_id: providerMessageId, typing_indicator: { type: 'text' } },
    ]);
  });

  it('that cannot be read is answered', async () => {
    expect(await post({ signal: 'wave' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_signal' },
    });
    const nobody = 'cnv_aaaaaaaaaaaaaaaaaaaaaaaaaa';
    expect(await post({ signal: 'read' }, nobody)).toMatchObject({ status: 404 });
    await replyByQueue(stack, { conversationId, signal: 'wave' });
    const [answer] = await stack.helpdesk.waitFor(
      ({ data }) => data.errors?.[0]?.code === 'invalid_signal',
    );
    expect(answer?.subject).toBe(conversationId);
  });
});

describe('the normalized queue', () => {
  it('keeps every promise of the contract', () => {
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });
});

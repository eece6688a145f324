import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { render } from '#connectors/whatsapp/outbound/render';
import { upload } from '#connectors/whatsapp/outbound/upload';
import type { SendContext } from '#shared/connector/sender';
import type { ReplyContent } from '#shared/model/reply-content';
import {
  type Act,
  type ScriptedProvider,
  startScriptedProvider,
} from '#test/functions/send/harness/scripted-provider';
import { account, credentials } from './signed-webhook.ts';
import { reply, target } from './text-reply.ts';

let provider: ScriptedProvider;
let answer: Act;

beforeAll(async () => {
  provider = await startScriptedProvider(() => answer);
});
afterAll(() => provider.stop());

const content: ReplyContent = {
  ...{ type: 'media', contentType: 'application/pdf', caption: 'Bill' },
  ...{ url: 's3://archive/uploads/7', fileName: 'Größe.pdf' },
};

function handOver(change: Partial<SendContext<never, never>> = {}) {
  const [request] = render({ ...reply(''), content }, target(), account);
  if (!request) throw new Error('nothing was rendered');
  return upload(request, [Buffer.from('%PDF-1.7 bytes')], {
    ...{ account, credentials, apiUrl: provider.url, publicUrl: '', messageId: 'm' },
    ...{ part: 0, attempt: 1, timeoutSeconds: 5, ...change },
  });
}

describe('handing a file over', () => {
  it('posts it as a form, and shows it by the id Meta gave', async () => {
    answer = { status: 200, body: { id: '4490709327384033' } };
    const outcome = await handOver();
    expect(outcome).toMatchObject({
      kind: 'uploaded',
      request: {
        phoneNumberId: account.address,
        body: {
          type: 'document',
          document: { id: '4490709327384033', caption: 'Bill', filename: 'Größe.pdf' },
        },
      },
    });
    expect(outcome).not.toHaveProperty('request.file');
    const asked = provider.asked.at(-1);
    expect(asked?.path).toBe(`/${account.graphVersion}/${account.address}/media`);
    const form = await new Response(asked?.body, {
      headers: { 'content-type': String(asked?.headers['content-type']) },
    }).formData();
    expect(form.get('messaging_product')).toBe('whatsapp');
    expect(form.get('type')).toBe('application/pdf');
    const file = form.get('file') as File;
    expect(await file.text()).toBe('%PDF-1.7 bytes');
    expect([file.type, file.name]).toEqual(['application/pdf', 'Größe.pdf']);
  });

  it.each<[string, Act, string, string]>([
    [
      'a refused file',
      { status: 400, body: { error: { code: 131053 } } },
      'failed',
      'media_rejected',
    ],
    [
      'a throttle',
      { status: 400, body: { error: { code: 130429 } } },
      'not_sent',
      'provider_throttled',
    ],
    ['a 500', { status: 500, body: {} }, 'not_sent', 'request_rejected'],
    ['a yes without an id', { status: 200, body: {} }, 'not_sent', 'outcome_unknown'],
    ['a yes that is no JSON', { status: 200, body: 'yes' }, 'not_sent', 'outcome_unknown'],
    ['a lost connection', 'reset', 'not_sent', 'outcome_unknown'],
    ['no answer', 'hang', 'not_sent', 'outcome_unknown'],
    [
      'a broken token',
      { status: 401, body: { error: { code: 190 } } },
      'account_paused',
      'credentials_rejected',
    ],
  ])('ends with %s as surely not sent', async (_, act, kind, code) => {
    answer = act;
    const timeoutSeconds = act === 'hang' ? 0.2 : 5;
    expect(await handOver({ timeoutSeconds })).toMatchObject({ kind, error: { code } });
  });
});

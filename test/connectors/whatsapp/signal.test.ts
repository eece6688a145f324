import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signal } from '#connectors/whatsapp/outbound/send';
import {
  type Act,
  type ScriptedProvider,
  startScriptedProvider,
} from '#test/functions/send/harness/scripted-provider';
import { account, credentials } from './signed-webhook.ts';
import { target } from './text-reply.ts';

/** Meta's own example of a read mark with the typing indicator, where it has been fetched. */
const example = fileURLToPath(
  new URL(
    '../../../../shared/corpus/whatsapp/send/request.typing-indicator-and-read-receipt.meta-openapi.json',
    import.meta.url,
  ),
);
const present = existsSync(example);
if (!present) console.log("Meta's example of a read mark is not here: 0 corpus cases ran");

const wamid = 'wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQUYzMjEzNDM2RTZGQ0MzMDJBRgA=';
let provider: ScriptedProvider;
let answer: Act = { status: 200, body: { success: true } };

beforeAll(async () => {
  provider = await startScriptedProvider(() => answer);
});
afterAll(() => provider.stop());

const show = (sign: 'read' | 'typing', change = {}) =>
  signal(
    {
      ...{ signal: sign, providerMessageId: wamid },
      businessIdentity: { ...target().businessIdentity, ...change },
    },
    {
      ...{ account, credentials, apiUrl: provider.url, publicUrl: '', messageId: '' },
      ...{ part: 0, attempt: 1, timeoutSeconds: 0.5 },
    },
  );

describe('a sign to the customer', () => {
  it('is a read mark, with the dots where it is typing, from the number written to', async () => {
    expect(await show('read')).toBe(true);
    expect(await show('typing', { address: '777' })).toBe(true);
    const [read, typing] = provider.asked.slice(-2);
    expect(read?.path).toBe(`/${account.graphVersion}/${account.address}/messages`);
    expect(read?.headers['authorization']).toBe(`Bearer ${credentials.accessToken}`);
    const mark = { messaging_product: 'whatsapp', status: 'read', message_id: wamid };
    expect(JSON.parse(read?.body ?? '')).toEqual(mark);
    expect(typing?.path).toBe(`/${account.graphVersion}/777/messages`);
    expect(JSON.parse(typing?.body ?? '')).toEqual({ ...mark, typing_indicator: { type: 'text' } });
  });

  it.runIf(present)("is Meta's own example, word for word", async () => {
    await show('typing');
    const meant = JSON.parse(readFileSync(example, 'utf8'));
    expect(JSON.parse(provider.asked.at(-1)?.body ?? '')).toEqual(meant);
  });

  it.each<[string, Act]>([
    ['refused', { status: 400, body: { error: { code: 100 } } }],
    ['lost', 'reset'],
    ['left unanswered', 'hang'],
  ])('throws nothing when it is %s', async (_, act) => {
    answer = act;
    expect(await show('read')).toBe(false);
  });
});

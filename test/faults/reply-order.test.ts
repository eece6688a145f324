import { afterEach, describe, expect, it } from 'vitest';
import { attemptHttp } from '#shared/http-attempt';
import { accounts } from './accounts.ts';
import { checkReplyOrder } from './ledger/check-reply-order.ts';
import { type LoggedAttempt, newLedger } from './ledger/ledger.ts';
import { type Provider, startProvider } from './provider/provider.ts';
import { tally } from './tally.ts';

let provider: Provider | undefined;
afterEach(() => provider?.stop());

/** A provider of direct messages that takes the words `held` only when it is told to. */
async function holdingProvider() {
  let letGo = () => {};
  const isLetGo = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let taken = 0;
  provider = await startProvider({
    ...{
      seed: 1,
      faults: tally(),
      rate: () => 0,
      mayLose: () => false,
      isJudged: () => false,
      now: Date.now,
    },
    mustAccept: () => true,
    accepted: () => {
      taken += 1;
    },
    messageSaying: async (text) => {
      if (text === 'held') await isLetGo;
      return text === 'held' ? 'msg_abc_2' : 'msg_abc_3';
    },
  });
  const { url, sends } = provider;
  const post = (text: string) =>
    attemptHttp({
      ...{ url: `${url}/2/dm_conversations/with/160010/messages`, method: 'POST', headers: {} },
      ...{ body: JSON.stringify({ text }), timeoutSeconds: text === 'held' ? 0.2 : 20 },
    });
  const takes = async (count: number) => {
    while (taken < count) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { sends, post, takes, letGo };
}

const account = accounts[0];
if (!account) throw new Error('no account');
const send = (messageId: string, part = 0) => ({
  ...{ account, to: '1', text: 'x', messageId, part, attempt: 1, providerId: 'p', at: 0 },
});
const attempt = (messageId: string, more: Partial<LoggedAttempt> = {}): LoggedAttempt => ({
  ...{ messageId, part: 0, outcome: 'sent', beganAt: 10, endedAt: 11, ...more },
});
const problems = (sends: readonly ReturnType<typeof send>[], attempts: LoggedAttempt[]) =>
  checkReplyOrder([], new Map(), sends, attempts);

const swapped = [send('msg_abc_3'), send('msg_abc_2')];
const givenUp = attempt('msg_abc_2', { outcome: 'uncertain', beganAt: 1, endedAt: 4 });
const later = attempt('msg_abc_3');
const problem = ['out of order: msg_abc_2 part 0 left after msg_abc_3'];

describe('a reply that its provider took after a later one', () => {
  it('is excused where its provider held the request for longer than its sender waited', async () => {
    const { sends, post, takes, letGo } = await holdingProvider();
    const ledger = newLedger();
    const log = (sequence: number, outcome: string, attemptedAt: Date) =>
      ledger.log(
        'send',
        `${JSON.stringify({
          ...{ level: 'INFO', message: 'attempt made', timestamp: new Date().toISOString() },
          ...{ conversationId: 'cnv_abc', sequence, part: 0, outcome, attemptedAt },
        })}\n`,
      );
    const firstBegan = new Date();
    const first = await post('held');
    expect(first.kind).toBe('uncertain');
    log(2, first.kind, firstBegan);
    const secondBegan = new Date();
    expect(await post('next')).toMatchObject({ kind: 'answer', status: 201 });
    log(3, 'sent', secondBegan);
    letGo();
    await takes(2);
    expect(sends.map(({ messageId }) => messageId)).toEqual(['msg_abc_3', 'msg_abc_2']);
    expect(checkReplyOrder([], new Map(), sends, ledger.attempts)).toEqual([]);
    expect(checkReplyOrder([], new Map(), sends, [])).toEqual(problem);
  });

  it('is excused where it was given up before the later one began', () => {
    expect(problems(swapped, [givenUp, later])).toEqual([]);
  });

  it.each<[string, LoggedAttempt[]]>([
    ['no log tells of its attempt', [later]],
    ['no log tells of the attempt of the later one', [givenUp]],
    ['it was given up after the later one began', [{ ...givenUp, endedAt: 10.5 }, later]],
    ['its sender had an answer', [{ ...givenUp, outcome: 'sent' }, later]],
    ['it was surely not sent the first time', [{ ...givenUp, outcome: 'not_sent' }, later]],
    ['the later one began before, and was tried again', [givenUp, { ...later, beganAt: 2 }, later]],
    [
      'it was tried again after the later one began',
      [givenUp, later, { ...givenUp, beganAt: 12, endedAt: 14 }],
    ],
    ['another part of it was given up', [{ ...givenUp, part: 1 }, later]],
  ])('is a broken promise where %s', (_, attempts) => {
    expect(problems(swapped, attempts)).toEqual(problem);
  });

  it('is a broken promise where it passed only one of two later ones in time', () => {
    const sends = [send('msg_abc_3'), send('msg_abc_4'), send('msg_abc_2')];
    const early = attempt('msg_abc_4', { beganAt: 2 });
    expect(problems(sends, [givenUp, later, early])).toEqual([
      'out of order: msg_abc_2 part 0 left after msg_abc_4',
    ]);
  });

  it('is a broken promise within one reply: an uncertain part holds back the next', () => {
    const attempts = [givenUp, attempt('msg_abc_2', { part: 1 })];
    expect(problems([send('msg_abc_2', 1), send('msg_abc_2', 0)], attempts)).toEqual([
      'out of order: msg_abc_2 part 0 left after msg_abc_2',
    ]);
  });

  it('is no concern of another conversation', () => {
    expect(problems([send('msg_abd_3'), send('msg_abc_2')], [])).toEqual([]);
  });
});

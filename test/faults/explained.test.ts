import { describe, expect, it } from 'vitest';
import { silenceOf } from './invocations.ts';
import { checkReplies, type SendEvidence } from './ledger/check-replies.ts';
import { newLedger } from './ledger/ledger.ts';
import type { TableView } from './ledger/table-view.ts';
import { wholeLines } from './worker/lines.ts';

const returned = { kind: 'returned', residentBytes: 0 } as const;
const killed = { kind: 'killed', how: 'SIGKILL' } as const;

describe('a sender that could not speak', () => {
  it.each([
    ['killed after its call', 'send.afterHttp', 'kill', killed, 0],
    ['an exception after its call', 'send.afterHttp', 'throw', { ...returned, threwAt: 'x' }, 0],
    ['frozen after its claim, and then met by a fault', 'send.afterClaim', 'freeze', returned, 1],
  ] as const)('is one with %s', (_, name, how, ending, faults) => {
    expect(silenceOf({ order: { name, hit: 1, how } }, { ending, faults })).toMatch(
      /^(ended|a fault)/,
    );
  });

  it.each([
    ['frozen after its claim, and met by no fault', 'send.afterClaim', 'freeze', returned, 0],
    ['killed where it had recorded its attempt', 'send.afterRecord', 'kill', killed, 3],
    ['ordered to die where it never came', 'send.afterHttp', 'kill', returned, 3],
  ] as const)('is not one %s', (_, name, how, ending, faults) => {
    expect(silenceOf({ order: { name, hit: 1, how } }, { ending, faults })).toBeUndefined();
  });
});

describe('an uncertain reply', () => {
  const messageId = 'msg_abc_2';
  const ledger = newLedger();
  const reply = { replyId: 'r1', conversationId: 'cnv_abc', startedAt: 1, ackedAt: 2 };
  ledger.replies.set('r1', { ...reply, markers: ['mk-r1'] });
  const message = { replyId: 'r1', content: { type: 'text', text: 'mk-r1' } };
  const entry = { conversationId: 'cnv_abc', sequence: 2, revision: 1, publishedRevision: 1 };
  const item = { message, status: 'uncertain', delivery: { state: 'uncertain', attempt: 1 } };
  const entries = new Map([['cnv_abc', [{ ...entry, item }]]]);
  const view: TableView = { conversations: new Map(), entries, quarantined: [] };
  const problems = (evidence: Partial<SendEvidence>) =>
    checkReplies(ledger, view, {
      sends: [],
      undecided: new Map(),
      brokenClaims: new Map(),
      brokenRecords: new Map(),
      history: new Map(),
      ...evidence,
    }).violations;

  it('without a cause is a broken promise', () => {
    expect(problems({}).join()).toContain('reply r1 is uncertain without a cause');
  });

  it('of which its provider never heard is explained by a sender that could not speak', () => {
    expect(problems({ brokenClaims: new Map([[messageId, 'ended']]) })).toEqual([]);
  });

  it('that its provider has refused is not', () => {
    const history = new Map([[messageId, ['part 0 attempt 1: throttled']]]);
    const brokenClaims = new Map([[messageId, 'ended']]);
    expect(problems({ history, brokenClaims }).join()).toContain('uncertain without a cause');
  });
});

describe('what a worker writes', () => {
  it('is heard in whole lines, however a pipe cuts it', () => {
    const ledger = newLedger();
    const line =
      '{"conversationId":"cnv_abc","sequence":2,"part":0,"outcome":"uncertain"}\nand the end';
    for (let cut = 0; cut <= line.length; cut += 1) {
      ledger.unanswered.clear();
      const received: string[] = [];
      const lines = wholeLines((text) => {
        received.push(text);
        ledger.log('send', text);
      });
      lines.take(line.slice(0, cut));
      lines.take(line.slice(cut));
      lines.end();
      expect([...ledger.unanswered]).toEqual(['msg_abc_2']);
      expect(received.join('')).toBe(line);
    }
  });
});

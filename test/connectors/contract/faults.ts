import { expect } from 'vitest';
import { simulators } from '#infra/local/simulators/simulators';
import type { SendOutcome } from '#shared/connector/sender';
import type { ContractTest, Subject } from './contract-test.ts';
import type { Play } from './play.ts';

/** A request to send a text, as the connector renders it. */
async function requestOf(play: Play, text: string): Promise<unknown> {
  const to = await play.write(`before ${text}`);
  const [request] = play.render({ type: 'text', text }, to);
  return request;
}

const test = (
  name: string,
  run: (play: Play, subject: Subject) => Promise<void>,
): ContractTest => ({
  name: `when its provider fails, ${name}`,
  run: async (subject) => {
    const play = await subject.play();
    await play.reset();
    await run(play, subject);
  },
});

async function failing(play: Play, kind: string, over = {}): Promise<SendOutcome> {
  const request = await requestOf(play, `met by ${kind}`);
  await play.ask('POST', '/_fault', { kind });
  return play.send(request, over);
}

const errorOf = (outcome: SendOutcome) => ('error' in outcome ? outcome.error : undefined);

/** Every failure is classified; what may have been sent is uncertain, and nothing is thrown. */
export const faults: readonly ContractTest[] = [
  test('classifies each fault that its simulator can show, none of them as sent', async (play, {
    connector,
  }) => {
    const request = await requestOf(play, 'met by everything');
    const kinds: Record<string, number> = {};
    for (const kind of simulators[connector].faults.kinds) {
      await play.ask('POST', '/_fault', { kind });
      const outcome = await play.send(request);
      kinds[outcome.kind] = (kinds[outcome.kind] ?? 0) + 1;
      expect(errorOf(outcome), kind).toMatchObject({
        ...{ code: expect.stringMatching(/./), title: expect.stringMatching(/./) },
      });
    }
    expect(kinds).not.toHaveProperty('sent');
    expect(Object.keys(kinds).length).toBeGreaterThan(1);
    expect((await play.ask('GET', '/_sent')).body).toEqual([]);
  }),
  test('tells that a throttled request was surely not sent', async (play) => {
    expect((await failing(play, '429')).kind).toBe('not_sent');
  }),
  test('leaves open what became of a request that ended in a 500', async (play) => {
    expect(['uncertain', 'not_sent']).toContain((await failing(play, '500')).kind);
  }),
  test('classifies a code that is in none of its lists', async (play) => {
    const outcome = await failing(play, 'unknown');
    expect(['failed', 'uncertain', 'not_sent']).toContain(outcome.kind);
    expect(errorOf(outcome)?.title).toBeTruthy();
  }),
  test('calls a request that gets no answer uncertain', async (play) => {
    expect((await failing(play, 'hang', { timeoutSeconds: 0.2 })).kind).toBe('uncertain');
  }),
  test('calls a request uncertain whose connection breaks before the answer', async (play) => {
    expect((await failing(play, 'reset-after-accept')).kind).toBe('uncertain');
  }),
  test('tells no secret in an error', async (play) => {
    const { error } = { error: undefined, ...(await failing(play, 'unknown')) };
    const secrets = Object.values(play.context.credentials as Record<string, string>);
    for (const secret of secrets.filter(({ length }) => length > 5)) {
      expect(JSON.stringify(error)).not.toContain(secret);
    }
  }),
  test('sends the same request when the fault is over', async (play) => {
    const request = await requestOf(play, 'in the end');
    await play.ask('POST', '/_fault', { kind: '429' });
    await play.send(request);
    expect(await play.send(request)).toMatchObject({ kind: 'sent' });
    expect((await play.ask('GET', '/_sent')).body).toHaveLength(1);
  }),
];

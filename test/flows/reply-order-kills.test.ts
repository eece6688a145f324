import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningStack, startStack } from '#infra/local/stack';
import { deliveryState, untilIdle } from '#test/support/aws/stored';
import { localConnectors } from '#test/support/connectors/lists';
import {
  arrived,
  openTalk,
  type Talk,
  type Way,
  withoutPacing,
  write,
} from '#test/support/replies/order';
import { scratchFolder } from '#test/support/runner/scratch';
import { type LocalStack, openLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { killAll } from '#test/support/stack/workers';

const victims = ['accept-reply', 'send'] as const;

/** In the deployed order (upload + attempt < lease < visibility), and short: what a dead worker held comes back in seconds. */
const seconds = {
  ...{ upload: 4, attempt: 3, lease: 8 },
  visibility: { outbound: 10, replies: 4 },
} as const;

let folder: string;
let running: RunningStack;
let stack: LocalStack;
let end: () => void;
beforeAll(async () => {
  folder = scratchFolder('reply-order-kills-');
  running = await startStack({
    localDir: folder,
    port: 0,
    quiet: true,
    adjust: (fn) => ({ ...fn, environment: { ...fn.environment, ...shorter(fn.label) } }),
  });
  stack = openLocalStack(running.stack);
  for (const [queue, timeout] of Object.entries(seconds.visibility)) {
    await stack.sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: running.stack.queues[queue as 'outbound' | 'replies'],
        Attributes: { VisibilityTimeout: String(timeout) },
      }),
    );
  }
  end = withoutPacing(stack, 'twitter');
});
afterAll(async () => {
  end();
  await stack.stop();
  await running.stop();
  rmSync(folder, { recursive: true, force: true });
});

function shorter(label: string): Record<string, string> {
  if (label !== 'send') return {};
  return {
    UPLOAD_TIMEOUT_SECONDS: String(seconds.upload),
    ATTEMPT_TIMEOUT_SECONDS: String(seconds.attempt),
    LEASE_SECONDS: String(seconds.lease),
  };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Kills a function's workers until one of them dies with an event in its hands; not for ever, because all of its work
 * may be done. Long enough for what another death holds back to come again.
 */
async function killAtWork(victim: string): Promise<void> {
  const before = deathsOf(victim);
  for (let tries = 0; tries < 40 && deathsOf(victim) === before; tries += 1) {
    await pause(200);
    killAll(running.stack, victim);
  }
}

/** Writes five replies to each, again and again, and kills workers of both functions in the middle of it. */
async function writeUnderFire(talks: readonly Talk[], way: Way): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    const writing = talks.map((talk) => write(stack, talk, way, { count: 5 }));
    await Promise.all([...writing, ...victims.map(killAtWork)]);
  }
}

/** Invocations that ended with the death of their process; a function that has never run has no log. */
function deathsOf(label: string): number {
  const file = join(running.stack.logs, `${label}.log`);
  if (!existsSync(file)) return 0;
  return readFileSync(file, 'utf8').split('Runtime.ExitError').length - 1;
}

/**
 * What has arrived is in order and nothing of it twice; what has not is uncertain or failed, and what is sent has
 * arrived. The first entry is the customer's question, and the replies stand behind it as they were taken.
 */
async function expectTrueAndInOrder(talk: Talk): Promise<number> {
  const texts = await arrived(stack, talk);
  const places = texts.map((text) => talk.taken.indexOf(text));
  expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b));
  const accepted = stack.helpdesk.heard
    .map(({ event }) => event)
    .filter(({ type, subject }) => type.includes('accepted') && subject === talk.conversationId)
    .map(({ data }) => data.message?.text);
  expect(accepted).toEqual(talk.taken);
  for (const [index, text] of talk.taken.entries()) {
    const state = await deliveryState(stack, talk.conversationId, index + 2);
    expect({ text, state, hasArrived: texts.includes(text) }).toMatchObject(
      state === 'sent'
        ? { hasArrived: true }
        : { state: expect.stringMatching(/uncertain|failed/) },
    );
    if (state === 'failed') expect(texts).not.toContain(text);
  }
  return texts.length;
}

describe.each<Way>(['queue', 'http'])('while the workers of both functions are killed', (way) => {
  it(`twenty replies by ${way} leave in order, on every channel`, async () => {
    const talks = await Promise.all(localConnectors.map((connector) => openTalk(stack, connector)));
    const before = victims.map(deathsOf);
    await writeUnderFire(talks, way);
    await untilIdle(stack, 180);
    for (const [index, victim] of victims.entries()) {
      expect(deathsOf(victim) - (before[index] ?? 0), victim).toBeGreaterThanOrEqual(2);
    }
    let count = 0;
    for (const talk of talks) count += await expectTrueAndInOrder(talk);
    expect(count).toBeGreaterThan(40);
  }, 280_000);
});

describe('after all that', () => {
  it('every promise to the consumer is kept', () => {
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });
});

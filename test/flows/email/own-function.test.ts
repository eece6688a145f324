import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LambdaFunction } from '#infra/local/lambda/function';
import { queueDepths } from '#test/support/aws/stored';
import { openMailbox } from '#test/support/mail/mailbox';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { post } from '#test/support/webhooks/signed-webhooks';
import { textWebhook } from '#test/support/webhooks/text-webhooks';

type Environment = LambdaFunction['environment'];

/** Changes the environment of one function. */
const changed =
  (label: string, change: (environment: Environment) => Environment) => (fn: LambdaFunction) =>
    fn.label === label ? { ...fn, environment: change(fn.environment) } : fn;

let stack: LocalStack;
afterAll(() => stack.stop());

const isHeard = (text: string) =>
  stack.helpdesk.waitFor(({ data }) => data.message?.text === text, { seconds: 25 });

describe('while no mail can be handled', () => {
  beforeAll(async () => {
    stack = await startLocalStack(
      undefined,
      'local',
      changed('normalize-mail', (environment) => ({ ...environment, TABLE_NAME: 'no-such-table' })),
    );
  });

  it('no other channel waits, and the mails wait on a queue of their own', async () => {
    const mailbox = openMailbox(stack);
    for (const number of [1, 2, 3]) await mailbox.post({ text: `Mail ${number}` });
    const { status } = await post(textWebhook('twilio', stack.description, '1', 'An SMS'));
    expect(status).toBe(200);
    await isHeard('An SMS');
    await expect
      .poll(async () => (await queueDepths(stack))['mail-ingress'], { timeout: 20_000 })
      .toBe(3);
    expect((await queueDepths(stack))['ingress']).toBe(0);
    await stack.stop();
  });
});

describe('while the release before still puts mails on `ingress.fifo`', () => {
  beforeAll(async () => {
    stack = await startLocalStack(
      undefined,
      'local',
      changed('receive-email', ({ INGRESS_QUEUE_URL = '', ...rest }) => ({
        ...rest,
        INGRESS_QUEUE_URL: INGRESS_QUEUE_URL.replace(/mailingress/i, 'Ingress'),
      })),
    );
  });

  it('they are handed on, and arrive in order', async () => {
    const mailbox = openMailbox(stack);
    const texts = [1, 2, 3, 4].map((number) => `Forwarded ${number}`);
    for (const text of texts) await mailbox.write({ text });
    const heard = stack.helpdesk.heard.flatMap(({ event }) => event.data.message?.text ?? []);
    expect(heard).toEqual(texts);
    expect((await queueDepths(stack))['mail-ingress dead letters']).toBe(0);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallingConnector, callingConnectors } from '#test/support/connectors/lists';
import { replyByHttp, textReply } from '#test/support/replies/replies';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { loggedWords } from '#test/support/stack/logs';
import { sentWith, writeAs } from '#test/support/stack/providers';
import { accountOf, post } from '#test/support/webhooks/signed-webhooks';
import { textWebhook } from '#test/support/webhooks/text-webhooks';

const bareToken = 'EAAbareTokenPastedAtFirst';

let stack: LocalStack;
let manager: SecretsManagerClient;
beforeAll(async () => {
  stack = await startLocalStack();
  const { endpoints, region, credentials } = stack.description;
  const endpoint = endpoints.secretsManager;
  manager = new SecretsManagerClient({ endpoint, region, credentials });
});
afterAll(async () => {
  manager.destroy();
  await stack.stop();
});

const secretOf = (connector: string) => `switchboard/local/${connector}/main`;
const put = (connector: string, SecretString: string) =>
  manager.send(new PutSecretValueCommand({ SecretId: secretOf(connector), SecretString }));
const filled = (connector: CallingConnector) =>
  JSON.stringify(accountOf(stack.description, connector).secrets);
const webhookOf = (connector: CallingConnector) =>
  textWebhook(connector, stack.description, '3', 'with a secret');

/** What a function has written of one kind, as JSON. */
function linesOf(label: string, message: RegExp): Record<string, unknown>[] {
  const text = readFileSync(join(stack.description.logs, `${label}.log`), 'utf8');
  const lines = text.split('\n').filter((line) => line.startsWith('{') && message.test(line));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a secret', () => {
  it('that was a bare token first opens the door with the right JSON, and is told of once', async () => {
    const right = filled('whatsapp');
    await put('whatsapp', bareToken);
    await put('whatsapp', right);
    for (let again = 0; again < 3; again += 1) {
      expect((await post(webhookOf('whatsapp'))).status).toBe(200);
    }
    const told = () => linesOf('receive-whatsapp', /secret version ignored/);
    await expect.poll(told).toMatchObject([
      {
        level: 'WARN',
        secretId: secretOf('whatsapp'),
        stage: 'AWSPREVIOUS',
        reason: 'is not JSON',
      },
    ]);
  });

  it('that is empty is answered 503 in constant words, and told to operators with the command', async () => {
    await put('twilio', '{}');
    await put('twilio', '{}');
    const answer = await post(webhookOf('twilio'));
    expect([answer.status, await answer.text()]).toEqual([503, '{"error":"misconfigured"}']);
    const command = `aws secretsmanager put-secret-value --secret-id ${secretOf('twilio')} --secret-string '{"accountSid":"…","authToken":"…"}'`;
    await expect
      .poll(() => linesOf('receive-twilio', /to fill it/))
      .toMatchObject([
        {
          code: 'misconfigured',
          message: `secret ${secretOf('twilio')} is empty; to fill it: ${command}`,
        },
      ]);
  });

  it('that lacks what sending needs stops the sender by name, and nothing is sent', async () => {
    await writeAs(stack.description, 'twitter', { from: '1600000000000000009', text: 'hello?' });
    const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === 'hello?');
    const { accessToken: _, ...half } = JSON.parse(filled('twitter')) as Record<string, string>;
    await put('twitter', JSON.stringify({ ...half, accessTokenSecret: '' }));
    const conversationId = event?.subject ?? '';
    await replyByHttp(stack, conversationId, textReply(conversationId, 'half', 'not sent'));
    const reason = /lacks a valid accessTokenSecret, accessToken;/;
    await expect
      .poll(() => linesOf('send', /message failed/)[0], { timeout: 20_000 })
      .toMatchObject({ code: 'misconfigured', reason: expect.stringMatching(reason) });
    expect(await sentWith(stack.description, 'twitter', 'not sent')).toEqual([]);
  });

  it('stands in no log, whatever was wrong with it', () => {
    const values = callingConnectors.flatMap((connector) =>
      Object.values(accountOf(stack.description, connector).secrets ?? {}),
    );
    expect(values.length).toBeGreaterThan(5);
    expect(loggedWords(stack.description, [bareToken, ...values])).toEqual([]);
  });
});

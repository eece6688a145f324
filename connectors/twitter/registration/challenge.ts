import { createHmac, randomUUID } from 'node:crypto';
import type { RegistrationContext, RegistrationStep } from '#shared/connector/registration';
import { attemptHttp, type HttpResult } from '#shared/http-attempt';
import { objectOf, parsedJson } from '#shared/json';

type Context = Pick<
  RegistrationContext<unknown, { readonly consumerSecret: string }>,
  'webhookUrl' | 'credentials' | 'timeoutSeconds'
>;

/**
 * Asks the URL for its challenge as X would, with a token of X's shape, and compares the answer with the consumer
 * secret. X says only that its check failed; this says why.
 */
export async function checkChallenge(context: Context): Promise<RegistrationStep> {
  const { webhookUrl, credentials, timeoutSeconds } = context;
  const token = Buffer.from(randomUUID()).toString('base64');
  const query = new URLSearchParams({ crc_token: token });
  const result = await attemptHttp({
    ...{ url: `${webhookUrl}?${query}`, method: 'GET', headers: {}, timeoutSeconds },
  });
  const hash = createHmac('sha256', credentials.consumerSecret).update(token).digest('base64');
  return { subject: 'challenge', ...verdict(result, `sha256=${hash}`) };
}

type Verdict = Omit<RegistrationStep, 'subject'>;

function verdict(result: HttpResult, expected: string): Verdict {
  if (result.kind !== 'answer') return notReached(result.error.title);
  const { status, headers, text } = result;
  if (status >= 300 && status < 400) {
    const to = headers.get('location') ?? 'another address';
    return wrong(
      'redirect',
      `the URL redirects (${status}) to ${to}; X follows no redirect and disables the webhook`,
      'register the address that answers itself, or take the redirect away',
    );
  }
  if (status !== 200) return wrong('status', ...byStatus(status));
  const given = objectOf(parsedJson(text))['response_token'];
  if (typeof given !== 'string') {
    return wrong(
      'no_token',
      'the URL answers 200 without a response_token: another program answers there',
      'does the host lead to the API of this stage? Compare the URL with the output …WebhookUrl of the deployment',
    );
  }
  if (given === expected)
    return { state: 'ok', says: 'the URL answers the challenge (CRC) rightly' };
  return wrong(
    'wrong_secret',
    'the URL answers the challenge with another consumer secret than this one',
    'the endpoint answers with the account’s secret as it is stored (in AWS, or by the local stack), and reads it again after 30 seconds at most: put the same consumerSecret there, wait 30 seconds, then call this again',
  );
}

function byStatus(status: number): readonly [says: string, next: string] {
  if (status === 404) {
    return [
      'the URL answers 404: there is no such webhook',
      'deploy the stage with this account first; the path is /webhooks/twitter/<account>',
    ];
  }
  if (status === 403) {
    return [
      'the URL answers 403: the challenge was refused',
      'does the secret of the account hold a consumerSecret? A firewall before the URL must let GET with a query through',
    ];
  }
  return [
    `the URL answers ${status} to the challenge`,
    'the log of the receiving function says why (docs/operations.md); an empty secret is the usual cause after the first deployment',
  ];
}

/** X may reach what this machine does not, so this alone stops nothing. */
function notReached(title: string): Verdict {
  return {
    state: 'note',
    reason: 'not_reached',
    says: `this machine does not reach the URL: ${title}`,
    next: 'a certificate that is not valid, a name that is not there yet and a firewall stop X too',
  };
}

function wrong(reason: string, says: string, next: string): Verdict {
  return { state: 'wrong', reason, says, next };
}

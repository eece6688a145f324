import { defineDoctor } from '#shared/connector/define-doctor';
import type { Advice, ConsoleEntry } from '#shared/connector/doctor';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';
import { explain } from './webhook/explain.ts';
import { retryOverride, withoutFragment } from './webhook-url.ts';

/** Says what to enter in Twilio's console, and why a webhook is refused. */
export const doctor = defineDoctor({
  account: Account,
  credentials: Credentials,
  consoleEntries,
  settingAdvice,
  secretAdvice,
  explain,
});

function consoleEntries(
  publicUrl: string,
  account: Pick<Account, 'messagingServiceSid'> | undefined,
): ConsoleEntry[] {
  const url = withoutFragment(publicUrl);
  const service = account?.messagingServiceSid;
  const place = service ? `Messaging Service ${service}, Integration` : 'the number, Messaging';
  const [primary, fallback] = service
    ? ['Request URL', 'Fallback URL']
    : ['A message comes in', 'Primary handler fails'];
  return [
    {
      field: `${place}: ${primary}, HTTP POST`,
      value: url + retryOverride,
      reason:
        'what follows # is neither sent nor signed: Twilio repeats three times on 4xx, 5xx and timeouts. rp has no value for 429 alone, and 4xx repeats a 403 too; only Twilio itself is repeated, never a forger',
    },
    {
      field: `${place}: ${fallback}, HTTP POST`,
      value: `${url}/fallback${retryOverride}`,
      reason: 'asked when the first one has failed for good',
    },
  ];
}

function settingAdvice({ address, messagingServiceSid }: Account): Advice[] {
  if (!/^\d{3,8}$/.test(address) || messagingServiceSid) return [];
  return [
    {
      name: 'short-code',
      finding: `${address} is a short code: customers of other countries cannot write to it`,
      next: 'use it in the country it was bought for',
    },
  ];
}

function secretAdvice(credentials: Credentials): Advice[] {
  const { authToken, secondaryAuthToken, apiKeySid, apiKeySecret } = credentials;
  const tokens = Object.entries({ authToken, secondaryAuthToken });
  return [
    ...tokens.flatMap(([name, token]) =>
      token === undefined || /^[0-9a-f]{32}$/.test(token)
        ? []
        : [
            {
              name: 'unusual-token',
              finding: `${name} does not look like an Auth Token of Twilio, 32 hexadecimal digits in lower case`,
              next: `copy it again from the console (Account, API keys & tokens), without spaces or quotes`,
            },
          ],
    ),
    ...((apiKeySid === undefined) === (apiKeySecret === undefined)
      ? []
      : [
          {
            name: 'half-a-key',
            finding: 'of apiKeySid and apiKeySecret one is missing, so the Auth Token is used',
            next: 'fill both in, or neither',
          },
        ]),
  ];
}

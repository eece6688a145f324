import { expect } from 'vitest';
import { topics } from '#connectors/topics';
import { webhooks } from '#connectors/webhooks';
import type { WebhookOutcome } from '#shared/connector/webhook';
import {
  admittedForgeries,
  type Door,
  selfSignedBodies,
} from '#test/support/webhooks/forgery-rules';
import {
  type ContractTest,
  called,
  either,
  lacking,
  notCalled,
  type Subject,
} from './contract-test.ts';

const secret = 'k3y-of-the-tests';

function signedBy({ harness, connector }: Subject, key = secret): Door {
  const signed = harness.calls?.signed(key);
  if (!signed) throw new Error(`the harness of ${connector} signs nothing`);
  return signed;
}

/** Asks the endpoint with the good webhook, and what a test changes of it. */
function asked(
  subject: Subject,
  change: (signed: Door) => Partial<Door> = () => ({}),
  key = secret,
): WebhookOutcome {
  const signed = signedBy(subject, key);
  const { request, context } = { ...signed, ...change(signed) };
  const webhook = webhooks[subject.connector];
  if (!webhook) throw new Error(`${subject.connector} has no webhook`);
  return webhook.verify(request, context);
}

const kindOf = (...given: Parameters<typeof asked>) => asked(...given).kind;
const headersOnly =
  (headers: (signed: Door) => Record<string, string>) =>
  (signed: Door): Partial<Door> => ({ request: { ...signed.request, headers: headers(signed) } });
const withBody =
  (body: (genuine: Buffer) => Buffer) =>
  ({ request }: Door): Partial<Door> => ({ request: { ...request, body: body(request.body) } });

/** The secrets that an endpoint knows, the current one first. */
const knowing =
  (subject: Subject, ...keys: readonly string[]) =>
  ({ context }: Door): Partial<Door> => ({
    context: {
      ...context,
      credentials: keys.flatMap((key) => signedBy(subject, key).context.credentials),
    },
  });

const test = (name: string, run: ContractTest['run']): ContractTest => ({
  ...{ name: `at its webhook endpoint, ${name}`, unless: notCalled, run },
});

const forgeries: readonly ContractTest[] = [
  test('takes what the provider has signed', (subject) => {
    expect(kindOf(subject)).toBe('items');
  }),
  test('refuses what carries no signature', (subject) => {
    const bare = headersOnly(({ contentType }) => ({ 'content-type': contentType }));
    expect(kindOf(subject, bare)).toBe('refused');
  }),
  test('refuses what another secret has signed', (subject) => {
    expect(kindOf(subject, knowing(subject, 'k3y-of-another-provider'))).toBe('refused');
  }),
  test('refuses everything while it knows no secret', (subject) => {
    expect(kindOf(subject, knowing(subject))).toBe('refused');
  }),
  test('refuses a signature made with an empty secret, though its own is empty', (subject) => {
    expect(kindOf(subject, () => ({}), '')).toBe('refused');
  }),
  {
    ...test('refuses another body under a good signature', (subject) => {
      const longer = withBody((body) => Buffer.concat([body, Buffer.from(' ')]));
      expect(kindOf(subject, longer)).toBe('refused');
    }),
    unless: either(notCalled, lacking('body signature')),
  },
  test('refuses every forgery in the catalogue', (subject) => {
    const signed = signedBy(subject);
    const verify = webhooks[subject.connector]?.verify ?? (() => ({ kind: 'items' }) as never);
    const bound = subject.harness.lacks['body signature'] === undefined;
    expect(admittedForgeries(verify, signed, bound)).toEqual([]);
  }),
  test('gives no stranger a signature that it would take for the provider’s', (subject) => {
    const verify = webhooks[subject.connector]?.verify ?? (() => ({ kind: 'items' }) as never);
    expect(selfSignedBodies(verify, signedBy(subject))).toEqual([]);
  }),
  test('tells no secret when it refuses', (subject) => {
    const outcome = asked(subject, knowing(subject, 'k3y-of-another-provider'));
    for (const known of [secret, 'k3y-of-another-provider']) {
      expect(JSON.stringify(outcome)).not.toContain(known);
    }
  }),
];

const rotation: readonly ContractTest[] = [
  test('takes the current and the previous secret while a rotation goes on', (subject) => {
    const both = knowing(subject, 'the next secret', secret);
    expect(kindOf(subject, both)).toBe('items');
    expect(kindOf(subject, both, 'the next secret')).toBe('items');
  }),
  test('refuses the previous secret when the rotation is over', (subject) => {
    expect(kindOf(subject, knowing(subject, 'the next secret'))).toBe('refused');
  }),
  test('reads a replayed webhook to the same items, so that the queue drops them', async (subject) => {
    const play = await subject.play();
    await play.reset();
    await play.ask('POST', '/_conditions', { repeat: true });
    await play.write('written once, posted twice');
    const ids = play.items().map(({ deduplicationId }) => deduplicationId);
    expect(ids.length).toBeGreaterThanOrEqual(2);
    expect(new Set(ids).size).toBe(ids.length / 2);
  }),
  test('knows which bodies it takes', ({ connector }) => {
    const { maxBodyBytes = 0, contentTypes = [] } = webhooks[connector] ?? {};
    expect(maxBodyBytes).toBeGreaterThan(1000);
    // API Gateway takes 10 MB; a Lambda event 6 MB, in which a form travels as base64.
    expect(maxBodyBytes).toBeLessThanOrEqual(4_500_000);
    expect(contentTypes.length).toBeGreaterThan(0);
  }),
  test('throws at no body that is signed, whatever it holds', (subject) => {
    const { sign, header, contentType } = signedBy(subject);
    for (const text of ['', '\u0000', 'null', '[]', '7', '"a"', '{', '{"a":1}', '%', 'a=1&a=2']) {
      const body = Buffer.from(text);
      const signed = ({ request }: Door): Partial<Door> => ({
        request: {
          ...{ ...request, body },
          headers: { 'content-type': contentType, [header]: sign(body, secret) },
        },
      });
      expect(['items', 'refused', 'ignored'], text).toContain(kindOf(subject, signed));
    }
  }),
];

const notifications: readonly ContractTest[] = [
  {
    name: 'makes an unreadable item of a notification that is no JSON, and throws at none',
    unless: called,
    run: ({ connector, harness }) => {
      const accounts = [{ account: 'main', settings: harness.account as never }];
      for (const text of ['', 'null', '7', '[]', '{', '{"a":1}', '"text"']) {
        const told = topics[connector]?.(text, accounts);
        const items = told && 'items' in told ? told.items : [];
        expect(items.length, text).toBe(1);
        expect(items[0]?.item.unreadable, text).toEqual(expect.any(String));
      }
    },
  },
  {
    name: 'ignores the handshake of SNS',
    unless: called,
    run: ({ connector }) => {
      for (const Type of ['SubscriptionConfirmation', 'UnsubscribeConfirmation']) {
        expect(topics[connector]?.(JSON.stringify({ Type }), [])).toHaveProperty('ignored');
      }
    },
  },
];

export const verifying: readonly ContractTest[] = [...forgeries, ...rotation, ...notifications];

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parsers } from '#connectors/parsers';
import { senders } from '#connectors/senders';
import { webhooks } from '#connectors/webhooks';
import type { Sender } from '#shared/connector/define-sender';
import type { Webhook } from '#shared/connector/webhook';
import { callingConnectors } from '#test/support/connectors/lists';
import type { ContractTest } from './contract/contract-test.ts';
import { faults } from './contract/faults.ts';
import { limits } from './contract/limits.ts';
import { reading } from './contract/reading.ts';
import { roundTrips } from './contract/round-trips.ts';
import { type OpenSubject, openSubject } from './contract/subject.ts';
import { verifying } from './contract/verifying.ts';

const [connector = 'twilio'] = callingConnectors;
const sender = senders[connector] as { -readonly [Member in keyof Sender]: Sender[Member] };

let open: OpenSubject;
beforeEach(() => {
  open = openSubject(connector);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await open.stop();
});

/** The share of these tests that fail; those that do not concern the connector are left out. */
async function failing(tests: readonly ContractTest[]): Promise<number> {
  const all = tests.filter(({ unless }) => unless?.(open.subject) === undefined);
  let failed = 0;
  for (const { run } of all) {
    await Promise.resolve(open.subject)
      .then(run)
      .catch(() => {
        failed += 1;
      });
  }
  return failed / all.length;
}

describe('the contract turns red', () => {
  it('in none of its tests for a connector that keeps it', async () => {
    expect(await failing([...verifying, ...limits, ...faults])).toBe(0);
  });

  it('for a webhook endpoint that takes everything', async () => {
    const webhook = webhooks[connector] as Webhook;
    const taken = { kind: 'items', items: [], response: { statusCode: 200 } } as const;
    vi.spyOn(webhook, 'verify').mockReturnValue(taken);
    expect(await failing(verifying)).toBeGreaterThan(0.5);
  });

  it('for a parser that drops what it is given', async () => {
    vi.spyOn(parsers, connector).mockReturnValue([]);
    expect(await failing([...reading, ...roundTrips])).toBeGreaterThan(0.7);
  });

  it('for a sender that renders and accepts anything', async () => {
    vi.spyOn(sender, 'render').mockReturnValue([{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}]);
    expect(await failing(limits)).toBeGreaterThan(0.4);
  });

  it('for a sender that calls everything sent', async () => {
    vi.spyOn(sender, 'send').mockResolvedValue({ kind: 'sent' });
    expect(await failing(faults)).toBeGreaterThan(0.7);
  });
});

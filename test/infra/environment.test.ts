import { describe, expect, it } from 'vitest';
import type { ReceiveEnv } from '#functions/receive/env';
import type { SendEnv } from '#functions/send/env';
import type { EnvironmentOf } from '#infra/cdk/constructs/bundled-function';

const receive = {
  CONNECTOR: 'twilio',
  ACCOUNTS: '[]',
  INGRESS_QUEUE_URL: 'https://queue',
  STATUSES_QUEUE_URL: 'https://queue',
  ARCHIVE_BUCKET: 'archive',
};

/** Held by the compiler (`npm run check`): a line that stops being an error is one. */
describe('the environment of a function', () => {
  it('is what its schema reads, of zod and of zod/mini alike', () => {
    const complete: EnvironmentOf<typeof ReceiveEnv> = receive;
    expect(Object.keys(complete)).toHaveLength(5);
  });

  it('does not compile with a variable forgotten or invented', () => {
    const { CONNECTOR: _, ...rest } = receive;
    // @ts-expect-error CONNECTOR is forgotten
    const forgotten: EnvironmentOf<typeof ReceiveEnv> = rest;
    // @ts-expect-error TABLE is invented
    const invented: EnvironmentOf<typeof ReceiveEnv> = { ...receive, TABLE: 'x' };
    // @ts-expect-error a lease is text here, whatever the schema makes of it
    const lease: EnvironmentOf<typeof SendEnv>['LEASE_SECONDS'] = 60;
    expect([forgotten, invented, lease]).toHaveLength(3);
  });
});

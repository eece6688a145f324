import { describe, expect, it } from 'vitest';
import { SendEnv } from '#functions/send/env';

const env = {
  ACCOUNTS: '[]',
  TABLE_NAME: 'conversations',
  RETENTION: '{}',
  GENERATION: '0',
  NORMALIZED_QUEUE_URL: 'https://sqs.example/normalized.fifo',
  OUTBOUND_QUEUE_URL: 'https://sqs.example/outbound.fifo',
  ARCHIVE_BUCKET: 'archive',
  ATTEMPT_TIMEOUT_SECONDS: '15',
  UPLOAD_TIMEOUT_SECONDS: '45',
  LEASE_SECONDS: '120',
  RECONCILE_AFTER_SECONDS: '60',
  NEAR_SECONDS: '120',
  UNCERTAIN_AFTER_SECONDS: '900',
  DEAD_LETTERS_URL: 'https://sqs.example/dead.fifo',
  MOST_TRIES: '10',
};

describe('the environment of send', () => {
  it('is refused with a lease that an attempt can outlast: it would be given back each time', () => {
    const { error } = SendEnv.safeParse({ ...env, LEASE_SECONDS: '60' });
    expect(error?.issues).toMatchObject([
      { path: ['LEASE_SECONDS'], message: expect.stringContaining('must be longer than') },
    ]);
  });

  it('is taken with a longer one', () => {
    expect(SendEnv.safeParse({ ...env, LEASE_SECONDS: '61' }).error?.issues ?? []).toEqual([]);
  });
});

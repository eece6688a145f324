import type { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { requestObject } from '#shared/aws/objects/signed-object';
import type { ListedEntry } from '#shared/connector/catch-up';
import { ConnectorError } from '#shared/errors';
import { canonicalJson } from '#shared/json';
import { claimChecks } from './claim-check.ts';

/** Keeps what an unfinished reading has read: lists come newest first, and nothing is queued before the oldest is known. */
export interface Held {
  put(key: string, entries: readonly ListedEntry[]): Promise<void>;
  /** Undefined where the object is gone: the reading begins anew. */
  get(key: string): Promise<readonly ListedEntry[] | undefined>;
}

const Entries = z.array(
  z.object({
    id: z.string(),
    occurredAt: z.string(),
    item: z
      .object({
        groupKey: z.tuple([z.string(), z.string()]),
        deduplicationId: z.string(),
        payload: z.unknown(),
      })
      .optional(),
    isOwn: z.boolean(),
    isExpected: z.boolean(),
  }),
);

const getTimeoutSeconds = 10;

/** Keeps it where large items wait for the queue, under `claims/`, which empties itself. */
export function heldIn(client: SQSClient, bucket: string): Held {
  const claims = claimChecks(client, bucket);
  return {
    put: async (key, entries) => {
      await claims.put(key, canonicalJson(entries));
    },
    get: async (key) => {
      const timeoutSeconds = getTimeoutSeconds;
      const response = await requestObject(client, { method: 'GET', bucket, key, timeoutSeconds });
      const text = await response.text();
      // S3 tells a missing object as forbidden to a function that may not list.
      if (response.status === 404 || response.status === 403) return undefined;
      if (!response.ok) {
        throw new ConnectorError('unavailable', `S3 answered ${response.status} for a reading`);
      }
      return Entries.parse(JSON.parse(text)) as readonly ListedEntry[];
    },
  };
}

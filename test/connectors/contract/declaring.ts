import { expect } from 'vitest';
import { mediaSources } from '#connectors/media-sources';
import { senders } from '#connectors/senders';
import { topics } from '#connectors/topics';
import { webhooks } from '#connectors/webhooks';
import type { ContractTest } from './contract-test.ts';

/** What a connector declares is what it has. */
export const declaring: readonly ContractTest[] = [
  {
    name: 'has a title, and an API that is called by HTTPS',
    run: ({ declaration }) => {
      expect(declaration.title).not.toBe('');
      expect(declaration.apiUrl).toMatch(/^https:\/\/[^/]+$/);
    },
  },
  {
    name: 'reads the settings of its account, and refuses empty ones',
    run: ({ connector, harness }) => {
      const sender = senders[connector];
      expect(sender.readAccount(harness.account)).toMatchObject(harness.account as object);
      expect(() => sender.readAccount({})).toThrow();
    },
  },
  {
    name: 'refuses a secret with nothing in it',
    unless: ({ declaration }) =>
      declaration.credentials ? undefined : 'has no secret: AWS knows our functions by their roles',
    run: ({ connector }) => {
      expect(() => senders[connector].readCredentials({})).toThrow();
    },
  },
  {
    name: 'receives as it declares, and in no other way',
    run: ({ connector, declaration, harness }) => {
      expect(Object.hasOwn(webhooks, connector)).toBe(declaration.receives === 'webhook');
      expect(Object.hasOwn(topics, connector)).toBe(declaration.receives !== 'webhook');
      expect(declaration.topicPublisher !== undefined).toBe(declaration.receives === 'topic');
      expect(harness.calls !== undefined).toBe(declaration.receives === 'webhook');
    },
  },
  {
    name: 'looks attempts up if it declares so, and only then',
    run: ({ connector, declaration }) => {
      expect(senders[connector].reconcile !== undefined).toBe(declaration.looksUpAttempts ?? false);
    },
  },
  {
    name: 'fetches files if it declares so, and only then',
    run: ({ connector, declaration }) => {
      expect(Object.hasOwn(mediaSources, connector)).toBe(declaration.fetchesMedia ?? false);
    },
  },
  {
    name: 'shows typing or read marks if a channel declares so, and only then',
    run: ({ connector, channels }) => {
      const declared = channels.some(([, { signals = [] }]) => signals.length > 0);
      expect(senders[connector].signal !== undefined).toBe(declared);
    },
  },
  {
    name: 'gives a reason for each thing that its provider lacks',
    run: ({ harness }) => {
      for (const reason of Object.values(harness.lacks)) expect(reason.length).toBeGreaterThan(10);
    },
  },
];

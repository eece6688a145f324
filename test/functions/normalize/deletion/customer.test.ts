import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deleteCustomer } from '#functions/normalize/delete-customer';
import { handleEvent } from '#functions/normalize/handle-event';
import type { CustomerDeletion } from '#shared/connector/channel-event';
import type { IngressMessage } from '#shared/model/ingress';
import { rawItem } from '#shared/raw/item';
import { Crash, dying } from '#test/support/aws/dying-client';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type DeletionHarness, openDeletionHarness, postBody } from './harness.ts';

let emulators: Emulators;
let harness: DeletionHarness;
beforeAll(async () => {
  emulators = await startEmulators();
  harness = await openDeletionHarness(emulators);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await emulators.stop();
});

const identityOf = (address: string) =>
  ({ channel: 'twitter', kind: 'user_id', scope: '', address }) as const;

let customers = 0;
/** A customer with a name, and the words of all their posts. */
function nextCustomer() {
  customers += 1;
  const address = `17000000000000000${String(customers).padStart(2, '0')}`;
  return { address, word: `cw${customers}celesta${customers}`, name: `Cn${customers}Ottokar` };
}

let posts = 0;
async function write(by: string, text: string, name: string, from = harness) {
  posts += 1;
  const id = `2500000000000${String(posts).padStart(6, '0')}`;
  await from.receive(postBody({ id, text, by, name }));
  return id;
}

function deletionOf(address: string): CustomerDeletion {
  return {
    ...{ kind: 'customer_deletion', id: `user-${address}`, channel: 'twitter' },
    ...{ customer: { identities: [identityOf(address)] }, occurredAt: '2026-11-21T10:00:00.000Z' },
  };
}

function itemOf(address: string): IngressMessage {
  return {
    ...{ connector: 'twitter', account: harness.account, payload: { user: address } },
    ...{ receivedAt: '2026-11-21T10:00:01.000Z', deduplicationId: `user-${address}` },
  };
}

const erase = (address: string, dependencies = harness.dependencies) =>
  handleEvent(dependencies, itemOf(address), deletionOf(address), rawItem(itemOf(address)));

const deletedIn = (events: readonly { readonly type: string }[]) =>
  events.filter(({ type }) => type === 'switchboard.message.deleted.v1');

describe('the deletion of a customer', () => {
  it('takes the words of every message, in all conversations, and the names', async () => {
    const { address, word, name } = nextCustomer();
    for (let each = 0; each < 3; each += 1) await write(address, `${word} ${each}`, name);
    const other = nextCustomer();
    await write(other.address, other.word, other.name);
    await harness.heard();
    await erase(address);
    expect(await harness.traces(word)).toEqual([]);
    expect(await harness.traces(name)).toEqual([]);
    expect(deletedIn(await harness.heard())).toHaveLength(3);
    expect((await harness.traces(other.word)).length).toBeGreaterThan(0);
    expect((await harness.traces(other.name)).length).toBeGreaterThan(0);
  });

  it('told again changes and tells nothing', async () => {
    const { address, word, name } = nextCustomer();
    await write(address, word, name);
    await erase(address);
    await harness.heard();
    await erase(address);
    expect(await harness.heard()).toEqual([]);
    expect(await harness.traces(word)).toEqual([]);
  });

  it('of a person without a message changes nothing', async () => {
    await erase('1799999999999999999');
    expect(await harness.heard()).toEqual([]);
  });

  it('deletes a message that comes late, and never tells its text', async () => {
    const { address, word, name } = nextCustomer();
    await write(address, 'first', name);
    await erase(address);
    await harness.heard();
    await write(address, word, name);
    const events = await harness.heard();
    expect(deletedIn(events)).toHaveLength(1);
    expect(JSON.stringify(events)).not.toContain(word);
    expect(await harness.traces(word)).toEqual([]);
  });

  it('goes on after a crash at any call', { timeout: 300_000 }, async () => {
    let number = 1;
    for (;;) {
      const { address, word, name } = nextCustomer();
      await write(address, `${word} 1`, name);
      await write(address, `${word} 2`, name);
      await harness.heard();
      let calls = 0;
      const dies = () => {
        calls += 1;
        return calls === number ? ('after' as const) : undefined;
      };
      const { target } = harness;
      const table = { ...target.table, client: dying(target.table.client, dies) };
      const normalized = { ...target.normalized, client: dying(target.normalized.client, dies) };
      const mortal = { ...harness.dependencies, target: { ...target, table, normalized } };
      const died = await erase(address, mortal).then(
        () => false,
        (fault) => {
          if (!(fault instanceof Crash)) throw fault;
          return true;
        },
      );
      const early = await harness.heard();
      await erase(address);
      const told = [...deletedIn(early), ...deletedIn(await harness.heard())];
      expect(new Set(told.map((event) => JSON.stringify(event))).size).toBe(2);
      expect(await harness.traces(word), `call ${number}`).toEqual([]);
      expect(await harness.traces(name), `call ${number}`).toEqual([]);
      if (!died) break;
      number += number < 12 ? 1 : 5;
    }
    expect(number).toBeGreaterThan(25);
  });

  it('of a long history is handed on in steps', { timeout: 300_000 }, async () => {
    const { address, word, name } = nextCustomer();
    const count = 130;
    for (let each = 0; each < count; each += 1) await write(address, `${word} ${each}`, name);
    await harness.heard();
    const ingress = await emulators.queue('ingress-steps.fifo');
    const dependencies = { ...harness.dependencies, ingress };
    await deleteCustomer(dependencies, itemOf(address), deletionOf(address));
    expect(deletedIn(await harness.heard())).toHaveLength(100);
    const [next, ...others] = (await emulators.drainBodies(ingress)) as IngressMessage[];
    expect(others).toEqual([]);
    if (!next) throw new Error('nothing was handed on');
    await deleteCustomer(dependencies, next, deletionOf(address));
    expect(deletedIn(await harness.heard())).toHaveLength(count - 100);
    expect(await emulators.drainBodies(ingress)).toEqual([]);
    expect(await harness.traces(word)).toEqual([]);
    expect(await harness.traces(name)).toEqual([]);
  });
});

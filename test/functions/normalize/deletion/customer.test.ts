import { describe, expect, it } from 'vitest';
import { deleteCustomer } from '#functions/normalize/delete-customer';
import { handleEvent } from '#functions/normalize/handle-event';
import type { CustomerDeletion } from '#shared/connector/customer-deletion';
import type { IngressMessage } from '#shared/model/ingress';
import { rawItem } from '#shared/raw/item';
import { ownUserId } from '#test/connectors/twitter/received';
import { Crash, dying } from '#test/support/aws/dying-client';
import type { Emulators } from '#test/support/aws/emulators';
import { type DeletionHarness, postBody, useDeletionHarness } from './harness.ts';

let emulators: Emulators;
let harness: DeletionHarness;
useDeletionHarness((opened, started) => {
  harness = opened;
  emulators = started;
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

/** A direct message that a colleague wrote in the X app, with the profiles that X sends along. */
function sentBody(to: string, name: string, text: string): object {
  posts += 1;
  const id = `2500000000000${String(posts).padStart(6, '0')}`;
  return {
    for_user_id: ownUserId,
    direct_message_events: [
      {
        ...{ type: 'message_create', id, created_timestamp: String(Date.UTC(2026, 10, 21, 9)) },
        message_create: {
          ...{ target: { recipient_id: to }, sender_id: ownUserId, message_data: { text } },
        },
      },
    ],
    users: { [to]: { id: to, name, screen_name: `${name}_x` } },
  };
}

/** A post of ours that answers them, as a colleague wrote it in the X app. */
function answerBody(to: string, name: string, text: string): object {
  posts += 1;
  const id = `2500000000000${String(posts).padStart(6, '0')}`;
  return {
    data: {
      ...{ event_type: 'post.create', event_uuid: `-${id}`, filter: { user_id: ownUserId } },
      payload: {
        ...{ id, author_id: ownUserId, text, created_at: '2026-11-21T09:59:00.000Z' },
        ...{ in_reply_to_user_id: to, in_reply_to_tweet_id: `${id}1` },
      },
      includes: { users: [{ id: to, name, username: `${name}_x` }] },
    },
  };
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

  it('takes the names from what we wrote to them, and leaves our words', async () => {
    const { address, word, name } = nextCustomer();
    await harness.receive(sentBody(address, name, `${word} sent`));
    await harness.receive(answerBody(address, name, `${word} answered`));
    await harness.heard();
    expect((await harness.traces(name)).length).toBeGreaterThanOrEqual(4);
    await erase(address);
    expect(await harness.traces(name)).toEqual([]);
    expect((await harness.traces(word)).length).toBe(2);
    await harness.receive(sentBody(address, name, `${word} late`));
    expect(await harness.traces(name)).toEqual([]);
    expect((await harness.traces(word)).length).toBe(3);
    await harness.heard();
  });

  it('before their first message deletes what they wrote until then, and takes the names', async () => {
    const { address, word, name } = nextCustomer();
    await erase(address);
    await write(address, word, name);
    const events = await harness.heard();
    expect(deletedIn(events)).toHaveLength(1);
    expect(JSON.stringify(events)).not.toContain(word);
    expect(JSON.stringify(events)).not.toContain(name);
    expect(await harness.traces(word)).toEqual([]);
    expect(await harness.traces(name)).toEqual([]);
  });

  it('that meets their first message finds it, or is found by it', async () => {
    const together = Array.from({ length: 8 }, () => nextCustomer());
    await Promise.all(
      together.flatMap(({ address, word, name }) => [write(address, word, name), erase(address)]),
    );
    for (const { word, name } of together) {
      expect(await harness.traces(word)).toEqual([]);
      expect(await harness.traces(name)).toEqual([]);
    }
    await harness.heard();
  });

  it('leaves what they write after it, with a user that is back', async () => {
    const { address, word, name } = nextCustomer();
    const early = { ...deletionOf(address), occurredAt: '2026-11-20T00:00:00.000Z' };
    await handleEvent(harness.dependencies, itemOf(address), early, rawItem(itemOf(address)));
    await write(address, word, name);
    expect(deletedIn(await harness.heard())).toEqual([]);
    expect((await harness.traces(word)).length).toBeGreaterThan(0);
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
    expect(JSON.stringify(events)).not.toContain(name);
    expect(await harness.traces(word)).toEqual([]);
    expect(await harness.traces(name)).toEqual([]);
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

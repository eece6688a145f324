import '#test/model/quiet';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsers } from '#connectors/parsers';
import { maxParameters } from '#connectors/twilio/webhook/signature';
import { webhooks } from '#connectors/webhooks';
import { normalizer } from '#functions/normalize/normalize';
import type { Table } from '#shared/aws/store/table';
import { ConnectorError } from '#shared/errors';
import { harnesses } from '#test/connectors/harnesses';
import { bucket } from '#test/model/bucket';
import { type Database, startDatabase } from '#test/model/database';
import { fifoQueue } from '#test/model/queues/fifo-queue';
import { parameters } from './parameters.ts';
import { type Body, bodies, deepBodies } from './poison.ts';
import { accounts, type Connector, connectors, openDoor, signatureOf } from './signed-webhooks.ts';

let database: Database;
let table: Table;
beforeAll(async () => {
  database = await startDatabase();
  table = await database.createTable('poison');
});
afterAll(() => database.stop());

/** What the caller of the function is told: a status, or the code of a failure with a name. */
async function outcomeOf(answer: Promise<number>): Promise<number | string> {
  try {
    return await answer;
  } catch (fault) {
    if (fault instanceof ConnectorError) return fault.code;
    throw fault;
  }
}

const refusals = [401, 403, 'body_too_large', 'unsupported_media_type'];

/** Takes every queued item through the reader; resolves with why items were set aside. */
async function readAll({ queue, claims }: ReturnType<typeof openDoor>): Promise<string[]> {
  const objects = bucket();
  for (const [key, body] of claims) objects.put(key, body);
  const outgoing = fifoQueue('outgoing', () => 0);
  const now = () => new Date('2026-11-21T10:00:00.000Z');
  const normalize = normalizer({
    ...{ accounts, parsers, now, archive: { client: objects.client, bucket: 'archive' } },
    media: outgoing,
    target: { table, normalized: outgoing, outbound: outgoing, now },
  });
  for (const { body } of queue.taken) await normalize(body);
  const kept = [...objects.objects].filter(([key]) => key.startsWith('quarantine/'));
  return kept.map(([, text]) => String(JSON.parse(text).reason));
}

it('there is a door for each connector that takes webhooks', () => {
  expect(Object.keys(webhooks).toSorted()).toEqual([...connectors].toSorted());
});

describe.each(connectors)('the door of %s', (connector) => {
  it('refuses whatever is not signed, and queues nothing of it', async () => {
    await fc.assert(
      fc.asyncProperty(bodies(connector), fc.string(), async ({ bytes, type }, guess) => {
        const door = openDoor(connector);
        const names = Object.keys(signatureOf(connector, Buffer.alloc(0), type).headers);
        const headers = Object.fromEntries(names.map((name) => [name, guess]));
        expect(refusals).toContain(await outcomeOf(door.post(bytes, type, { headers, query: '' })));
        expect(refusals).toContain(
          await outcomeOf(door.post(bytes, type, { headers: {}, query: '' })),
        );
        expect(door.queue.taken).toHaveLength(0);
      }),
      parameters(100),
    );
  });

  it('refuses a signature of other bytes', async ({ skip }) => {
    const reason = harnesses[connector].lacks['body signature'];
    if (reason !== undefined) skip(reason);
    await fc.assert(
      fc.asyncProperty(bodies(connector), async ({ bytes, type }) => {
        const door = openDoor(connector);
        const signed = signatureOf(connector, Buffer.concat([bytes, Buffer.from('&x=1')]), type);
        expect(refusals).toContain(await outcomeOf(door.post(bytes, type, signed)));
        expect(door.queue.taken).toHaveLength(0);
      }),
      parameters(100),
    );
  });

  it('queues what is signed, whatever it is, in words SQS takes', async () => {
    await fc.assert(
      fc.asyncProperty(bodies(connector), async (body) => {
        const door = openDoor(connector);
        const outcome = await outcomeOf(signedPost(connector, door, body));
        const capped = body.bytes.length > (webhooks[connector]?.maxBodyBytes ?? 0);
        const expected = capped
          ? ['body_too_large']
          : [admitted(connector, body.bytes), 'unsupported_media_type'];
        expect(expected).toContain(outcome);
        expect(door.queue.offences).toEqual([]);
      }),
      parameters(200),
    );
  }, 120_000);

  it('takes no body beyond its cap, signed or not, and any up to it', async () => {
    const { maxBodyBytes = 0, contentTypes = [] } = webhooks[connector] ?? {};
    const [type = ''] = contentTypes;
    for (const letter of ['x', '[', '{', '\u0000', '&', '=']) {
      const door = openDoor(connector);
      const large = Buffer.alloc(maxBodyBytes - 2, letter);
      const larger = Buffer.alloc(maxBodyBytes + 3, letter);
      const expected = admitted(connector, large);
      expect(await outcomeOf(signedPost(connector, door, { bytes: large, type }))).toBe(expected);
      expect(door.queue.offences).toEqual([]);
      expect(door.queue.taken).toHaveLength(expected === 200 ? 1 : 0);
      const refused = openDoor(connector);
      const outcome = await outcomeOf(signedPost(connector, refused, { bytes: larger, type }));
      expect(outcome).toBe('body_too_large');
      expect(refused.queue.taken).toHaveLength(0);
    }
  }, 120_000);

  it('lets nothing through that the reader chokes on', async () => {
    await fc.assert(
      fc.asyncProperty(bodies(connector), async (body) => {
        const door = openDoor(connector);
        await outcomeOf(signedPost(connector, door, body));
        const reasons = await readAll(door);
        expect(reasons.every((reason) => reason.length > 0)).toBe(true);
      }),
      parameters(100),
    );
  }, 120_000);

  it('has what is nested deeper than the stack set aside or read, and never thrown', async () => {
    await fc.assert(
      fc.asyncProperty(deepBodies(connector), async (body) => {
        const door = openDoor(connector);
        fc.pre(body.bytes.length <= (webhooks[connector]?.maxBodyBytes ?? 0));
        fc.pre(admitted(connector, body.bytes) === 200);
        expect(await signedPost(connector, door, body)).toBe(200);
        expect(door.queue.taken.length).toBeGreaterThan(0);
        await readAll(door);
      }),
      parameters(20),
    );
  }, 120_000);
});

/** X's door signs tokens in its challenge, and refuses as a body whatever could be one: a text without a brace. */
function admitted(connector: Connector, bytes: Buffer): number {
  if (connector === 'twilio' && [...new URLSearchParams(bytes.toString())].length > maxParameters)
    return 403;
  return connector === 'twitter' && !bytes.includes('{') ? 401 : 200;
}

function signedPost(
  connector: Connector,
  door: ReturnType<typeof openDoor>,
  { bytes, type }: Pick<Body, 'bytes' | 'type'>,
): Promise<number> {
  return door.post(bytes, type, signatureOf(connector, bytes, type));
}

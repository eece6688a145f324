import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ConnectorId, declarations } from '#connectors/declarations';
import { webhooks } from '#connectors/webhooks';
import type { ChannelMessage } from '#shared/connector/channel-event';
import type { Webhook } from '#shared/connector/webhook';
import { harnesses } from '#test/connectors/harnesses';
import { fixtureCases } from '#test/support/connectors/fixtures';
import { type ContractCase, judge } from '#test/support/connectors/rules';
import { forgeriesOf } from '#test/support/webhooks/forgeries';
import {
  admittedForgeries,
  type Door,
  selfSignedBodies,
} from '#test/support/webhooks/forgery-rules';

const connectors = Object.keys(declarations) as ConnectorId[];

describe('the contract suite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fixtures-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(connectors)('is red for %s when its folder of fixtures is empty', (connector) => {
    expect(() => fixtureCases(harnesses[connector], folder)).toThrow('no fixtures in');
  });

  const item = { groupKey: ['us', 'them'], deduplicationId: 'one', payload: { a: 1 } } as const;
  const address = { channel: 'sms', kind: 'phone', scope: '', address: '+1' } as const;
  const message: ChannelMessage = {
    kind: 'message',
    channel: 'sms',
    direction: 'inbound',
    visibility: 'private',
    providerMessageId: 'm1',
    business: address,
    customer: { identities: [address] },
    content: { type: 'text', text: 'hi' },
    text: 'hi',
    attachments: [],
  };
  const violationsOf = async (
    items: () => readonly object[],
    parse: (payload: unknown) => readonly object[] = () => [message],
  ) => {
    const planted = { name: 'planted', receive: items as ContractCase['receive'] };
    const read = ({ payload }: { payload: unknown }) => parse(payload) as ChannelMessage[];
    return (await judge(planted, read, {}, ['sms'])).violations.join();
  };

  it('finds nothing wrong with a connector that does nothing wrong', async () => {
    expect(await violationsOf(() => [item])).toBe('');
  });

  it('finds a message that is marked as a status, and a status that is not marked', async () => {
    const status = { kind: 'status', id: 's1', target: { messageId: 'm' }, status: 'sent' };
    const marked = { ...item, isStatus: true };
    expect(await violationsOf(() => [marked])).toContain('marked as a status, it is a message');
    expect(
      await violationsOf(
        () => [item],
        () => [status],
      ),
    ).toContain('is not marked');
    expect(
      await violationsOf(
        () => [marked],
        () => [status],
      ),
    ).toBe('');
  });

  describe('at a door', () => {
    const door = harnesses.twitter.calls?.signed('key') as Door;
    const genuine = webhooks['twitter']?.verify as Webhook['verify'];
    const taken = { kind: 'items', items: [], response: { statusCode: 200 } } as const;

    it('finds nothing wrong with one that refuses forgeries and signs nothing it takes', () => {
      expect(admittedForgeries(genuine, door)).toEqual([]);
      expect(selfSignedBodies(genuine, door)).toEqual([]);
    });

    it('expects of a token in a header only what a token can do', () => {
      const sign = (_: Buffer, secret: string) => secret;
      const token: Door = { ...door, header: 'x-token', secret: 'key', sign };
      const verify: Webhook['verify'] = ({ method, headers }) =>
        method === 'POST' && headers['x-token'] === 'key'
          ? taken
          : { kind: 'refused', statusCode: 401, reason: '' };
      expect(admittedForgeries(verify, token, false)).toEqual([]);
      expect(admittedForgeries(verify, token)).toContain('no body');
      expect(admittedForgeries(() => taken, token, false)).toContain('no signature');
    });

    it('names every forgery where one takes everything', () => {
      const admitted = admittedForgeries(() => taken, door);
      expect(admitted).toEqual([...forgeriesOf(door).keys()]);
      expect(admitted.length).toBeGreaterThan(40);
    });

    it('has no forgery that is the genuine webhook, whatever the key', () => {
      for (let key = 0; key < 200; key += 1) {
        const doors = Object.values(harnesses).flatMap(({ calls, lacks }) =>
          // A fixed token is the signature of any body.
          lacks['body signature'] ? [] : (calls?.signed(`key ${key}`) ?? []),
        );
        const tokens = Object.values(harnesses).filter(({ lacks }) => lacks['body signature']);
        expect(doors.length + tokens.length).toBe(Object.keys(webhooks).length);
        for (const each of doors) {
          const { header, body, sign, secret } = each;
          const same = [...forgeriesOf(each)].filter(
            ([, forged]) =>
              forged.headers[header] === sign(body, secret) &&
              forged.body.equals(body) &&
              forged.method === 'POST',
          );
          expect(same.map(([name]) => name)).toEqual([]);
        }
      }
    });

    it('notices one that takes the first of two signatures, or answers a forgery 400', () => {
      const firstOnly: Webhook['verify'] = (request, context) => {
        const [first = ''] = (request.headers[door.header] ?? '').split(',');
        return genuine(
          { ...request, headers: { ...request.headers, [door.header]: first } },
          context,
        );
      };
      expect(admittedForgeries(firstOnly, door)).toContain('a signature twice');
      const badRequest = { kind: 'refused', statusCode: 400, reason: '' } as const;
      const wrongStatus = (() => badRequest) as unknown as Webhook['verify'];
      expect(admittedForgeries(wrongStatus, door)).toContain('no signature');
    });

    it('notices one that takes what it has signed', () => {
      const oracle: Webhook['verify'] = (request, context) => {
        const outcome = genuine(request, context);
        const isOwn = outcome.kind === 'refused' && outcome.reason === 'body_is_no_event';
        return isOwn ? taken : outcome;
      };
      expect(selfSignedBodies(oracle, door)).toContain('crc_token=abcdefghijklmnop');
    });
  });

  it('notices items that break the contract', async () => {
    const calls = [1, 2, 3].values();
    const other = () => ({ ...item, deduplicationId: String(calls.next().value) });
    expect(await violationsOf(() => [{ ...item, groupKey: ['us', ''] }])).toContain('group key');
    expect(await violationsOf(() => [{ ...item, deduplicationId: '' }])).toContain(
      'deduplication id',
    );
    expect(await violationsOf(() => [other()])).toContain('read twice');
    expect(await violationsOf(() => [{ ...item, payload: { a: undefined } }])).toContain('queue');
    expect(await violationsOf(() => [{ ...item, payload: { at: new Date(0) } }])).toContain(
      'queue',
    );
  });

  it('notices values that break the contract', async () => {
    const calls = [1, 2, 3].values();
    const wrong = async (change: object) =>
      violationsOf(
        () => [item],
        () => [{ ...message, ...change }],
      );
    expect(await wrong({ customer: { identities: [] } })).toContain('identities');
    expect(await wrong({ content: { type: 'hologram' } })).toContain('content');
    expect(await wrong({ occurredAt: '1762164722' })).toContain('occurredAt');
    expect(await wrong({ text: '\ud83d' })).toContain('lone surrogate');
    expect(await wrong({ providerMessageId: '' })).toContain('providerMessageId');
    expect(await wrong({ channel: 'rcs' })).toContain('rcs is not declared');
    expect(await wrong({ subject: undefined })).toContain('plain JSON');
    const group = { ...address, kind: 'group' } as const;
    const inGroup = { customer: { identities: [group] } };
    expect(await wrong(inGroup)).toBe('');
    expect(await wrong({ customer: { identities: [group, address] } })).toContain('beside its own');
    expect(await wrong({ ...inGroup, author: inGroup.customer })).toContain('stands for a person');
    expect(await wrong({ assertsIdentities: [group] })).toContain('stands for a person');
    expect(await wrong({ ...inGroup, replacesIdentities: [address] })).toContain('changes the');
    expect(await wrong({ author: { identities: [address] } })).toContain('beside its customer');
    const status = { kind: 'status', id: 's', target: {}, status: 'seen' };
    expect(
      await violationsOf(
        () => [item],
        () => [status],
      ),
    ).toContain('names no message');
    expect(
      await violationsOf(
        () => [item],
        () => [status],
      ),
    ).toContain('status');
    const changing = () => [{ ...message, text: String(calls.next().value) }];
    expect(await violationsOf(() => [item], changing)).toContain('parsed twice');
    const writing = (payload: unknown) => {
      (payload as { a: number }).a = 2;
      return [message];
    };
    expect(await violationsOf(() => [item], writing)).toContain('the parser throws TypeError');
  });
});

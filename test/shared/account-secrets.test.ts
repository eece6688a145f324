import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { accountSecrets } from '#shared/aws/secrets/account-secrets';

const client = new SecretsManagerClient({ region: 'eu-central-1' });
const manager = mockClient(client);
let now = 0;
let warnings: (readonly [string, object])[] = [];
const secrets = () =>
  accountSecrets(
    client,
    () => now,
    (message, details) => warnings.push([message, details]),
  );
const Credentials = z.object({
  k: z.string().min(3),
  token: z.string().optional(),
  more: z.array(z.string()).optional(),
});
const read = (value: unknown) => Credentials.parse(value);
const version = (stage: string) => ({ VersionStage: stage });
const notFound = (what = '') =>
  Object.assign(new Error(`Secrets Manager can't find the specified secret${what}.`), {
    name: 'ResourceNotFoundException',
  });
const noValue = () => notFound(' value for staging label: AWSCURRENT');
const reads = () => manager.commandCalls(GetSecretValueCommand, version('AWSCURRENT')).length;
const holds = (stage: 'AWSCURRENT' | 'AWSPREVIOUS', SecretString: string) =>
  manager
    .on(GetSecretValueCommand, version(stage))
    .resolves({ SecretString, VersionId: `${stage}-version` });
const faultOf = (asked: Promise<unknown>) => asked.catch((fault: unknown) => fault);

beforeEach(() => {
  manager.reset();
  now = 1_000_000;
  warnings = [];
  holds('AWSCURRENT', '{"k":"new"}');
  holds('AWSPREVIOUS', '{"k":"old"}');
});

describe('the secrets of an account', () => {
  it('are both sets while a rotation is under way, the current one first', async () => {
    expect(await secrets().of('s', read)).toEqual([{ k: 'new' }, { k: 'old' }]);
    expect(await secrets().current('s', read)).toEqual({ k: 'new' });
    expect(warnings).toEqual([]);
  });

  it('are one set where nothing was ever rotated', async () => {
    manager.on(GetSecretValueCommand, version('AWSPREVIOUS')).rejects(notFound());
    expect(await secrets().of('s', read)).toEqual([{ k: 'new' }]);
  });

  it('are one set with nothing in it where the account needs none', async () => {
    expect(await secrets().of(undefined, (value) => value)).toEqual([{}]);
    expect(await secrets().current(undefined, (value) => value)).toEqual({});
    expect(reads()).toBe(0);
  });

  it('are read once in five minutes', async () => {
    const cached = secrets();
    await cached.of('s', read);
    now += 4 * 60_000;
    await cached.of('s', read);
    await cached.current('s', read);
    expect(reads()).toBe(1);
    now += 2 * 60_000;
    await cached.of('s', read);
    expect(reads()).toBe(2);
  });

  it('are read anew for a wrong signature, but not for each of a flood of them', async () => {
    const cached = secrets();
    const first = await cached.of('s', read);
    expect(await cached.of('s', read, { refresh: true })).toBe(first);
    now += 31_000;
    for (let flood = 0; flood < 100; flood += 1) await cached.of('s', read, { refresh: true });
    expect(reads()).toBe(2);
  });

  it('pass a fault of AWS on, so that the webhook is answered 503', async () => {
    manager
      .on(GetSecretValueCommand)
      .rejects(Object.assign(new Error(), { name: 'ThrottlingException' }));
    const asked = secrets().of('s', read);
    await expect(asked).rejects.toMatchObject({ name: 'ThrottlingException' });
  });

  it('stay what they were while Secrets Manager is down', async () => {
    const cached = secrets();
    await cached.of('s', read);
    manager.on(GetSecretValueCommand).rejects(new Error('down'));
    now += 6 * 60_000;
    expect(await cached.of('s', read)).toEqual([{ k: 'new' }, { k: 'old' }]);
  });
});

describe('a previous version that cannot be used', () => {
  it.each([
    ['a bare token that was pasted first', 'EAAhunter2', 'is not JSON'],
    ['a bare token that is JSON by chance', '20261121', 'is not a JSON object'],
    ['a quoted token', '"hunter2"', 'is not a JSON object'],
    ['nothing', '{}', 'is empty'],
    ['other fields', '{"appSecret":"hunter2"}', 'lacks a valid k'],
  ])('(%s) is ignored and told of once', async (_, value, reason) => {
    holds('AWSPREVIOUS', value);
    const cached = secrets();
    for (let minute = 0; minute < 30; minute += 1) {
      expect(await cached.of('s', read, { refresh: true })).toEqual([{ k: 'new' }]);
      now += 60_000;
    }
    expect(reads()).toBeGreaterThan(20);
    expect(warnings).toEqual([
      [
        'secret version ignored',
        { secretId: 's', stage: 'AWSPREVIOUS', versionId: 'AWSPREVIOUS-version', reason },
      ],
    ]);
    expect(JSON.stringify(warnings)).not.toMatch(/hunter2|20261121/);
  });

  it('is told of again when it is another version', async () => {
    holds('AWSPREVIOUS', 'one');
    const cached = secrets();
    await cached.of('s', read);
    manager
      .on(GetSecretValueCommand, version('AWSPREVIOUS'))
      .resolves({ SecretString: 'two', VersionId: 'another' });
    now += 10 * 60_000;
    await cached.of('s', read);
    expect(warnings).toHaveLength(2);
  });
});

describe('a current version that cannot be used', () => {
  const command = `aws secretsmanager put-secret-value --secret-id s --secret-string '{"k":"…"}'`;

  it.each([
    ['{}', 'is empty'],
    ['EAAhunter2', 'is not JSON'],
    ['"hunter2"', 'is not a JSON object'],
    ['[]', 'is not a JSON object'],
    ['null', 'is not a JSON object'],
    ['{"secret":"hunter2"}', 'lacks a valid k'],
    ['{"k":"xy"}', 'lacks a valid k'],
    ['{"k":"hunter2","token":3,"more":["hunter2",4]}', 'lacks a valid token, more.1'],
  ])('%s is told by its fields and never by its values', async (value, reason) => {
    holds('AWSCURRENT', value);
    manager.on(GetSecretValueCommand, version('AWSPREVIOUS')).rejects(notFound());
    for (const asked of [secrets().of('s', read), secrets().current('s', read)]) {
      const fault = await faultOf(asked);
      expect(fault).toMatchObject({ code: 'misconfigured' });
      expect((fault as Error).message).toBe(`secret s ${reason}; to fill it: ${command}`);
      expect(String((fault as Error).stack)).not.toContain('hunter2');
    }
  });

  it('is told as empty when the stack has made it and nobody has filled it', async () => {
    manager.on(GetSecretValueCommand, version('AWSCURRENT')).rejects(noValue());
    manager.on(GetSecretValueCommand, version('AWSPREVIOUS')).rejects(notFound(' value'));
    const fault = await faultOf(secrets().of('s', read));
    expect(fault).toMatchObject({
      code: 'misconfigured',
      message: `secret s is empty; to fill it: ${command}`,
    });
  });

  it('is told as missing when there is no such secret', async () => {
    manager.on(GetSecretValueCommand).rejects(notFound());
    const fault = await faultOf(secrets().of('s', read));
    expect(fault).toMatchObject({ code: 'misconfigured', message: 'there is no secret s' });
  });

  it('costs one reading in 30 seconds however many ask, and is noticed when it is filled', async () => {
    holds('AWSCURRENT', '{}');
    holds('AWSPREVIOUS', '{}');
    const cached = secrets();
    for (let flood = 0; flood < 100; flood += 1) {
      expect(await faultOf(cached.of('s', read))).toMatchObject({ code: 'misconfigured' });
      expect(await faultOf(cached.of('s', read, { refresh: true }))).toBeInstanceOf(Error);
    }
    expect(reads()).toBe(1);
    holds('AWSCURRENT', '{"k":"new"}');
    now += 30_000;
    expect(await cached.of('s', read)).toEqual([{ k: 'new' }]);
  });

  it('leaves the previous one good for what is received, says so once, and is not sent with', async () => {
    holds('AWSCURRENT', 'EAAhunter2');
    const cached = secrets();
    for (let minute = 0; minute < 10; minute += 1) {
      expect(await cached.of('s', read)).toEqual([{ k: 'old' }]);
      expect(await faultOf(cached.current('s', read))).toMatchObject({ code: 'misconfigured' });
      now += 60_000;
    }
    expect(warnings).toHaveLength(1);
    expect(warnings).toMatchObject([
      ['secret version ignored', { stage: 'AWSCURRENT', reason: 'is not JSON' }],
    ]);
    holds('AWSCURRENT', '{"k":"new"}');
    now += 30_000;
    expect(await cached.current('s', read)).toEqual({ k: 'new' });
  });
});

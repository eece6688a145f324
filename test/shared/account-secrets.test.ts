import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { accountSecrets } from '#shared/aws/account-secrets';

const manager = mockClient(SecretsManagerClient);
let now = 0;
const secrets = () => accountSecrets(manager as unknown as SecretsManagerClient, () => now);
const version = (stage: string) => ({ VersionStage: stage });
const notFound = Object.assign(new Error('none'), { name: 'ResourceNotFoundException' });
const reads = () => manager.commandCalls(GetSecretValueCommand, version('AWSCURRENT')).length;

beforeEach(() => {
  manager.reset();
  now = 1_000_000;
  manager
    .on(GetSecretValueCommand, version('AWSCURRENT'))
    .resolves({ SecretString: '{"k":"new"}' });
  manager
    .on(GetSecretValueCommand, version('AWSPREVIOUS'))
    .resolves({ SecretString: '{"k":"old"}' });
});

describe('the secrets of an account', () => {
  it('are both sets while a rotation is under way, the current one first', async () => {
    expect(await secrets().of('s')).toEqual([{ k: 'new' }, { k: 'old' }]);
  });

  it('are one set where nothing was ever rotated', async () => {
    manager.on(GetSecretValueCommand, version('AWSPREVIOUS')).rejects(notFound);
    expect(await secrets().of('s')).toEqual([{ k: 'new' }]);
  });

  it('are read once in five minutes', async () => {
    const cached = secrets();
    await cached.of('s');
    now += 4 * 60_000;
    await cached.of('s');
    expect(reads()).toBe(1);
    now += 2 * 60_000;
    await cached.of('s');
    expect(reads()).toBe(2);
  });

  it('are read anew for a wrong signature, but not for each of a flood of them', async () => {
    const cached = secrets();
    await cached.of('s');
    now += 31_000;
    for (let flood = 0; flood < 100; flood += 1) await cached.of('s', { refresh: true });
    expect(reads()).toBe(2);
  });

  it('never show themselves in an error', async () => {
    manager.on(GetSecretValueCommand, version('AWSCURRENT')).resolves({ SecretString: 'hunter2' });
    const fault = await secrets()
      .of('s')
      .catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'misconfigured' });
    expect(String(fault)).not.toContain('hunter2');
  });

  it('must be there', async () => {
    manager.on(GetSecretValueCommand, version('AWSCURRENT')).rejects(notFound);
    await expect(secrets().of('s')).rejects.toMatchObject({ code: 'misconfigured' });
  });

  it('pass a fault of AWS on, so that the webhook is answered 503', async () => {
    manager
      .on(GetSecretValueCommand)
      .rejects(Object.assign(new Error(), { name: 'ThrottlingException' }));
    await expect(secrets().of('s')).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});

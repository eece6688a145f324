import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { declarations } from '#connectors/declarations';
import type { LambdaFunction } from '#infra/local/lambda/function';
import { refuseRealAddresses } from '#infra/local/real-addresses';
import { startStack } from '#infra/local/stack';

const played = vi.hoisted(() => ({ twilio: true }));
vi.mock('#infra/local/simulators/twilio/simulator', async (original) => {
  const { simulator } = await original<{ simulator: object }>();
  const changed = {
    ...simulator,
    get connector() {
      return played.twilio ? 'twilio' : 'nobody';
    },
  };
  return { simulator: changed };
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'addresses-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = async (name: string): Promise<readonly LambdaFunction[]> => {
  const functions: LambdaFunction[] = [];
  const running = await startStack({
    ...{ localDir: join(folder, name), port: 0, quiet: true },
    adjust: (fn, endpoints) => {
      functions.push({ ...fn, environment: { ...endpoints, ...fn.environment } });
      return fn;
    },
  });
  await running.stop();
  return functions;
};

describe('the local stack', { timeout: 120_000 }, () => {
  it('does not start with an account that no simulator plays', async () => {
    played.twilio = false;
    const started = start('unplayed').finally(() => {
      played.twilio = true;
    });
    await expect(started).rejects.toThrow(
      'no simulator plays twilio: what twilio/main sends would reach its real provider. Take the account out of the stage, or write a simulator (infra/local/simulators)',
    );
  });

  it('gives its functions no address of a provider, and of no AWS service that is not emulated', async () => {
    const functions = await start('played');
    const environments = JSON.stringify(functions.map(({ environment }) => environment));
    for (const { apiUrl } of Object.values(declarations)) {
      const { hostname } = new URL(apiUrl.replace('{region}', 'eu-central-1'));
      expect(environments).not.toContain(hostname);
    }
    expect(environments).not.toContain('amazonaws.com');
    for (const { environment } of functions) {
      // The SDK takes this one for every service that has none of its own.
      expect(environment['AWS_ENDPOINT_URL']).toBe('http://127.0.0.1:9');
      expect(Object.entries(environment).filter(([, value]) => value === '')).toEqual([]);
    }
  });
});

describe('a function', () => {
  const fn = (apiUrl: string) => ({
    label: 'send',
    environment: {
      ACCOUNTS: JSON.stringify([
        { connector: 'twilio', account: 'main', publicUrl: 'https://hooks.example', apiUrl },
      ]),
    },
  });

  it.each(['http://127.0.0.1:4000', 'http://localhost:4000', 'http://[::1]:4000'])(
    'may know an address on this machine: %s',
    (apiUrl) => {
      expect(() => refuseRealAddresses([fn(apiUrl)])).not.toThrow();
    },
  );

  it.each(['https://api.twilio.com', 'http://127.0.0.1.example.com', 'not a url', ''])(
    'may know no other: %s',
    (apiUrl) => {
      expect(() => refuseRealAddresses([fn(apiUrl)])).toThrow(
        `the function send would call twilio/main at ${JSON.stringify(apiUrl)}, expected an address on this machine`,
      );
    },
  );
});

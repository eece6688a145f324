import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import { readBody } from '#infra/local/http/read-body';
import { place } from '#infra/local/place';
import { SecretNotFound, type SecretStore, type SecretVersion } from './secret-store.ts';

export interface SecretsManager {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

const GetSecretValue = z.object({
  SecretId: z.string(),
  VersionId: z.string().optional(),
  VersionStage: z.string().optional(),
});
const PutSecretValue = z.object({
  SecretId: z.string(),
  SecretString: z.string(),
  ClientRequestToken: z.string().optional(),
});
const DescribeSecret = z.object({ SecretId: z.string() });

type Action = (body: unknown, store: SecretStore) => object;

const actions: Readonly<Record<string, Action>> = {
  GetSecretValue: (body, store) => {
    const { SecretId, VersionId, VersionStage } = GetSecretValue.parse(body);
    const name = secretName(SecretId);
    const version = store.read(name, { versionId: VersionId, stage: VersionStage });
    return { ...described(name, version), SecretString: version.value };
  },
  PutSecretValue: (body, store) => {
    const { SecretId, SecretString, ClientRequestToken } = PutSecretValue.parse(body);
    const name = secretName(SecretId);
    store.versions(name);
    return described(name, store.write(name, SecretString, ClientRequestToken));
  },
  DescribeSecret: (body, store) => {
    const name = secretName(DescribeSecret.parse(body).SecretId);
    const versions = store.versions(name).map(({ id, stages }) => [id, stages] as const);
    return { ARN: arnOf(name), Name: name, VersionIdsToStages: Object.fromEntries(versions) };
  },
};

/** Answers the three calls of Secrets Manager that are used, in its JSON protocol, on a free loopback port. */
export async function startSecretsManager(store: SecretStore): Promise<SecretsManager> {
  const server = createServer((request, response) => {
    answer(store, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(
  store: SecretStore,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = (await readBody(request, 1024 * 1024)) ?? Buffer.alloc(0);
  const name = String(request.headers['x-amz-target']).replace('secretsmanager.', '');
  const { status, result } = perform(name, body, store);
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(result));
}

function perform(
  name: string,
  body: Buffer,
  store: SecretStore,
): { readonly status: number; readonly result: object } {
  const action = actions[name];
  if (!action) return refused('UnknownOperationException', `${name} is not emulated`);
  try {
    return { status: 200, result: action(JSON.parse(body.toString('utf8')), store) };
  } catch (fault) {
    if (fault instanceof SecretNotFound) return refused(fault.name, fault.message);
    if (fault instanceof Error && 'syscall' in fault) {
      return { ...refused('InternalServiceError', fault.message), status: 500 };
    }
    return refused('InvalidParameterException', 'the parameters of the call cannot be read');
  }
}

function refused(type: string, message: string): { status: number; result: object } {
  return { status: 400, result: { __type: type, message } };
}

function described(name: string, { id, stages, createdAt }: SecretVersion): object {
  return {
    ARN: arnOf(name),
    Name: name,
    VersionId: id,
    VersionStages: stages,
    CreatedDate: createdAt,
  };
}

function arnOf(name: string): string {
  return `arn:aws:secretsmanager:${place.region}:${place.accountId}:secret:${name}-LOCAL0`;
}

/** A secret may be asked for by name, by ARN, or by its ARN without the six characters AWS adds. */
export function secretName(idOrArn: string): string {
  return idOrArn
    .replace(/^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:/, '')
    .replace(/-LOCAL0$/, '');
}

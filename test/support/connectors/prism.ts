import { createRequire } from 'node:module';
import { getHttpOperationsFromSpec } from '@stoplight/prism-cli/dist/operations.js';

/** Prism's parts, by way of its command-line package: the only one of them this project names. */
export const ofPrism = createRequire(
  import.meta.resolve('@stoplight/prism-cli/dist/operations.js'),
);

export interface MockServer {
  readonly listen: (port: number, host: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

/**
 * A server that answers as an OpenAPI description says (a file, or the object itself) and refuses with 422 what the
 * description does not allow. `checkSecurity: false` for APIs whose authentication Prism does not know.
 */
export async function mockServer(
  description: string | object,
  { checkSecurity = true, errors = false } = {},
): Promise<MockServer> {
  const { createServer } = ofPrism('@stoplight/prism-http-server');
  const { createLogger } = ofPrism('@stoplight/prism-core');
  const checks = { validateRequest: true, validateResponse: false, checkSecurity };
  const mock = { dynamic: false };
  return createServer(await getHttpOperationsFromSpec(description), {
    cors: false,
    config: { ...checks, isProxy: false, errors, upstreamProxy: undefined, mock },
    components: { logger: createLogger('PRISM', { level: 'silent' }) },
  });
}

/**
 * A proxy before another server, which answers 500 to a request and to an answer that the description does not allow. It
 * leaves security to that server.
 */
export async function validatingProxy(description: string, upstream: string): Promise<MockServer> {
  const { createServer } = ofPrism('@stoplight/prism-http-server');
  const { createLogger } = ofPrism('@stoplight/prism-core');
  const checks = { validateRequest: true, validateResponse: true, checkSecurity: false };
  return createServer(await getHttpOperationsFromSpec(description), {
    cors: false,
    config: { ...checks, isProxy: true, upstream: new URL(upstream), errors: true },
    components: { logger: createLogger('PRISM', { level: 'silent' }) },
  });
}

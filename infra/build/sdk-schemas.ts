import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const schemaFile = /@aws-sdk\/client-([^/]+)\/dist-es\/schemas\/schemas_\d+\.js$/;
const constant = /^const (_\w+) = ("(?:[^"\\]|\\.)*");$/gm;

/**
 * Their errors are told apart by name here, and an error without a class of its own still carries one: the service's
 * code, which for SQS is that of its older protocol (`AWS.SimpleQueueService.NonExistentQueue`).
 */
const clientsWithoutErrorClasses = new Set(['sqs', 'secrets-manager', 's3', 'sesv2']);

/** Lets the bundler drop what the SDK's schema files hold of operations that nobody calls. */
export const sdkSchemasPlugin: Plugin = {
  name: 'sdk-schemas',
  setup(build) {
    build.onLoad({ filter: schemaFile }, async ({ path }) => {
      const source = literalKeys(await readFile(path, 'utf8'));
      const client = schemaFile.exec(path)?.[1] ?? '';
      const lean = clientsWithoutErrorClasses.has(client);
      return { contents: lean ? withoutErrorClasses(source) : source, loader: 'js' };
    });
  },
};

/**
 * The same program with every computed key that is a string constant of the file spelled as that string. A computed
 * key may run code as far as a bundler knows, so it keeps the object: 68 kB of S3 where two operations need 9.
 */
function literalKeys(source: string): string {
  const constants = new Map<string, string>();
  for (const [, name = '', literal = ''] of source.matchAll(constant)) constants.set(name, literal);
  return source.replace(/\[(_\w+)\]:/g, (key, name: string) => {
    const literal = constants.get(name);
    return literal === undefined ? key : `${literal}:`;
  });
}

/** Leaves out the registration of each modelled error; the service's base exception stays and takes their place. */
function withoutErrorClasses(source: string): string {
  return source.replace(/^n0_registry\.registerError\(.*\);$/gm, '');
}

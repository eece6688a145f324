import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const schemaFile = /@aws-sdk\/client-([^/]+)\/dist-es\/schemas\/schemas_\d+\.js$/;
const constant = /^const (_\w+) = ("(?:[^"\\]|\\.)*");$/gm;

/**
 * The error classes of each client that our code asks for. Every other error is told apart by its name, and one
 * without a class of its own still carries that: the service's code, which for SQS is that of its older protocol
 * (`AWS.SimpleQueueService.NonExistentQueue`).
 */
export const errorClasses: Readonly<Record<string, readonly string[]>> = {
  sqs: [],
  'secrets-manager': [],
  s3: [],
  sesv2: [],
  dynamodb: ['ConditionalCheckFailedException', 'TransactionCanceledException'],
};

/** Lets the bundler drop the schemas of SDK operations that are not called. */
export const sdkSchemasPlugin: Plugin = {
  name: 'sdk-schemas',
  setup(build) {
    build.onLoad({ filter: schemaFile }, async ({ path }) => {
      const source = literalKeys(await readFile(path, 'utf8'));
      const client = schemaFile.exec(path)?.[1] ?? '';
      const needed = errorClasses[client];
      return { contents: needed ? withErrorClasses(source, needed) : source, loader: 'js' };
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

/** Leaves out the registration of every other modelled error; the service's base exception takes their place. */
function withErrorClasses(source: string, needed: readonly string[]): string {
  return source.replace(/^n0_registry\.registerError\(.*, (\w+)\);$/gm, (line, name: string) =>
    needed.includes(name) ? line : '',
  );
}

import { beforeAll, describe, expect, it } from 'vitest';
import { type Finding, lint } from './lint.ts';

interface Layer {
  /** A file of the layer; `<n>` makes room for one file for each import. */
  readonly file: string;
  readonly mayNot: readonly string[];
  readonly may: readonly string[];
}

const anywhere = ['twilio', 'twilio/lib/index.js', 'nodemailer', 'mailparser', 'axios'];
const cdk = ['aws-cdk-lib', 'aws-cdk-lib/aws-sqs', 'constructs'];
const aws = ['@aws-sdk/client-sqs', '@smithy/core'];
const above = ['#connectors/declarations', '#functions/send/env', '#infra/cdk/stack'];

/** Who may look at whom: docs/architecture.md draws it, biome.json and biome/ hold it, and this holds those. */
const layers: Readonly<Record<string, Layer>> = {
  'shared code': {
    file: 'shared/planted<n>.ts',
    mayNot: [...anywhere, ...cdk, ...aws, ...above, '#shared/aws/queues/sqs', '../connectors/x.ts'],
    may: ['zod', 'node:crypto', '#shared/model/message', './errors.ts', '@middy/core'],
  },
  'the AWS side of shared code': {
    file: 'shared/aws/planted<n>.ts',
    mayNot: [...anywhere, ...cdk, ...above, '../errors.ts'],
    may: ['@aws-sdk/client-sqs', '#shared/aws/queues/sqs', '#shared/model/message', './sqs.ts'],
  },
  'a connector': {
    file: 'connectors/planted<n>/thing.ts',
    mayNot: [
      ...anywhere,
      ...cdk,
      ...aws,
      '#connectors/parsers',
      '../twilio/parser.ts',
      '#shared/aws/queues/sqs',
      '#functions/send/env',
      '#infra/cdk/stack',
    ],
    may: ['zod', './verify.ts', '#shared/connector/webhook', 'twilio/lib/webhooks/webhooks.js'],
  },
  'the one call of a connector to an AWS that is its provider': {
    file: 'connectors/planted<n>/outbound/call.ts',
    mayNot: [
      ...anywhere,
      ...cdk,
      ...aws,
      '#connectors/parsers',
      '#shared/aws/queues/sqs',
      '#shared/aws/store/append/append',
      '#functions/send/env',
    ],
    may: ['#shared/aws/signed-post', '#shared/http-attempt', '#connectors/whatsapp-aws/account'],
  },
  'the pure half of a connector to AWS': {
    file: 'connectors/planted<n>/sns.ts',
    mayNot: [...anywhere, ...aws, 'node:fs', 'node:http', '#shared/aws/signed-post'],
    may: ['zod/v4/core', './items.ts', '#shared/connector/topic'],
  },
  'the pure half of a connector': {
    file: 'connectors/planted<n>/inbound/parse.ts',
    mayNot: [
      ...anywhere,
      ...aws,
      'twitter-api-v2',
      'twilio/lib/rest/Twilio.js',
      'twilio/lib/rest/api/v2010/account/message.js',
      'node:fs',
      'node:fs/promises',
      'node:http',
      'node:https',
      'node:net',
      'node:child_process',
      'node:process',
      '#shared/aws/objects/s3',
      '#connectors/parsers',
    ],
    may: [
      ...['zod', 'zod/mini', 'node:crypto', './payload.ts', '#shared/model/message', 'postal-mime'],
      'twilio/lib/webhooks/webhooks.js',
    ],
  },
  'a function': {
    file: 'functions/planted<n>/thing.ts',
    mayNot: [
      ...anywhere,
      ...cdk,
      ...aws,
      '#functions/send/send',
      '../send/send.ts',
      '#infra/cdk/stack',
    ],
    may: ['#shared/aws/queues/sqs', '#connectors/parsers', './env.ts', '@middy/core'],
  },
  infrastructure: {
    file: 'infra/planted<n>.ts',
    mayNot: [
      ...anywhere,
      ...aws,
      '#shared/aws/queues/sqs',
      '#functions/send/send',
      '../../shared/errors.ts',
    ],
    may: [
      'aws-cdk-lib',
      '#functions/send/env',
      '#connectors/declarations',
      '#shared/model/message',
    ],
  },
  'a construct': {
    file: 'infra/cdk/constructs/planted<n>.ts',
    mayNot: [
      ...anywhere,
      ...aws,
      '../stack.ts',
      '#shared/errors',
      '#functions/send/env',
      '#connectors/parsers',
    ],
    may: ['aws-cdk-lib', 'constructs', './message-queue.ts'],
  },
  'the local stack': {
    file: 'infra/local/planted<n>.ts',
    mayNot: [
      ...anywhere,
      ...cdk,
      '../stack.ts',
      '#shared/aws/queues/sqs',
      '#functions/send/env',
      '#connectors/twilio/account',
      '#connectors/webhooks',
      '#connectors/parsers',
      '#connectors/senders',
    ],
    may: ['node:http', '#infra/build/build', '#connectors/declarations', './world.ts'],
  },
  'the command line': {
    file: 'infra/cli/planted<n>.ts',
    mayNot: [
      '#shared/aws/queues/sqs',
      '#functions/send/env',
      '#connectors/twilio/account',
      'aws-cdk-lib',
    ],
    may: ['node:util', '#infra/local/stack', '#connectors/declarations', '#connectors/parsers'],
  },
};

const cases = Object.entries(layers).flatMap(([name, { file, may, mayNot }]) =>
  [...mayNot, ...may].map((specifier, index) => ({
    name,
    specifier,
    path: file.replace('<n>', `-${index}`),
    forbidden: mayNot.includes(specifier),
  })),
);

const mailSender = 'connectors/email/outbound/send.ts';
const mailImports = [
  ...['@aws-sdk/client-sesv2', '#shared/aws/sesv2'],
  ...['aws-cdk-lib', '#connectors/parsers', '#functions/send/env'],
]
  .map((specifier) => `import '${specifier}';\n`)
  .join('');

/** Every way to import, a line each. */
const forms = (specifier: string) =>
  [
    `import '${specifier}';`,
    `import { a } from '${specifier}';`,
    `import type { b } from '${specifier}';`,
    `export { c } from '${specifier}';`,
    `export type { d } from "${specifier}";`,
    `export const e = [a, import('${specifier}'), null as unknown as b];`,
  ].join('\n');

const rules = ['plugin', 'lint/style/noRestrictedImports'];

describe('who may import whom', () => {
  let found: ReadonlyMap<string, readonly Finding[]>;
  const restricted = (path: string) => {
    const findings = found.get(path)?.filter(({ category }) => rules.includes(category)) ?? [];
    return [...new Set(findings.map(({ line }) => line))].toSorted();
  };
  beforeAll(() => {
    const planted = cases.map(({ path, specifier }) => [path, `${forms(specifier)}\n`] as const);
    found = lint(new Map([...planted, [mailSender, mailImports]]));
  });

  it('the sender of mail alone has a client of AWS among the connectors', () => {
    expect(restricted(mailSender)).toEqual([3, 4, 5]);
  });

  it.each(cases.filter(({ forbidden }) => forbidden))(
    '$name may not import $specifier, in whichever form',
    ({ path }) => {
      expect(restricted(path)).toEqual([1, 2, 3, 4, 5, 6]);
    },
  );

  it.each(cases.filter(({ forbidden }) => !forbidden))(
    '$name may import $specifier',
    ({ path }) => {
      expect(restricted(path)).toEqual([]);
    },
  );
});

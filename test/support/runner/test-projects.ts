import { nightlyFiles } from './nightly-files.ts';
import type { Size } from './size.ts';

const everything = ['test/**/*.test.ts'];

/**
 * These start and stop local stacks, or change the environment of their process: each has a process of its own. A client of
 * the AWS SDK takes its address from the environment once, and would keep the one of another file.
 */
const alone = [
  'test/connectors/whatsapp-aws/media.test.ts',
  'test/functions/fetch-media/delivered.test.ts',
  'test/{cli,docs,flows,local}/**/*.test.ts',
  'test/connectors/contract.test.ts',
  'test/connectors/contract-planted.test.ts',
  'test/connectors/{email,whatsapp-aws}/send.test.ts',
  'test/shared/{file-reader,claim-check}.test.ts',
];

/** The two kinds of test files, and which of them a size runs. */
export function projectsOf(size: Size) {
  const never = ['test/planted/**', ...(size === 'full' ? [] : nightlyFiles)];
  return [
    { name: 'alone', include: alone, exclude: never },
    // What these import is loaded once in each worker, and not for every file.
    { name: 'together', include: everything, exclude: [...never, ...alone], isolate: false },
  ];
}

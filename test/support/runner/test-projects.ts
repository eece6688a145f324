import { nightlyFiles } from './nightly-files.ts';
import type { Size } from './size.ts';

const everything = ['test/**/*.test.ts'];

/**
 * These change the environment of their process, or replace a module of the product: each has a process of its own. A client
 * of the AWS SDK takes its address from the environment once, and would keep the one of another file.
 */
export const alone = [
  'test/functions/fetch-media/deleted.test.ts',
  'test/cli/activate-mail.test.ts',
  'test/cli/webhooks.test.ts',
  'test/cli/tokens.test.ts',
  'test/connectors/contract.test.ts',
  'test/connectors/contract-planted.test.ts',
  'test/connectors/{aws-sms,email,whatsapp-aws}/send.test.ts',
  'test/connectors/whatsapp-aws/media.test.ts',
  'test/functions/fetch-media/delivered.test.ts',
  'test/local/{real-addresses,runtime}.test.ts',
  'test/shared/{file-address,file-reader,claim-check,held-reading}.test.ts',
];

export function projectsOf(size: Size) {
  const never = ['test/planted/**', ...(size === 'full' ? [] : nightlyFiles)];
  return [
    { name: 'alone', include: alone, exclude: never },
    // What these import is loaded once in each worker, and not for every file.
    { name: 'together', include: everything, exclude: [...never, ...alone], isolate: false },
  ];
}

/** Test files that only `npm run test:nightly` runs (docs/contributing/testing.md says what stands for them otherwise). */
export const nightlyFiles: readonly string[] = [
  'test/cli/dlq-replies.test.ts',
  'test/flows/reply-order-kills.test.ts',
  'test/flows/uncertain-replies.test.ts',
  'test/flows/waiting-replies.test.ts',
  'test/local/trouble.test.ts',
];

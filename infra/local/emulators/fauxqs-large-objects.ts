import type { buildApp } from 'fauxqs';

/** Above every mail (SES: 40 MB) and every file of a channel (WhatsApp: 100 MB). */
const largestObjectBytes = 110 * 1024 * 1024;

/**
 * Lets S3 take objects in one PUT as S3 does (up to 5 GB): 2.4.1 answers 413 above 11 MiB. SQS and SNS have parsers of
 * their own and keep their limits.
 */
export function acceptLargeObjects(app: ReturnType<typeof buildApp>): void {
  app.addContentTypeParser(
    /^./,
    { parseAs: 'buffer', bodyLimit: largestObjectBytes },
    (_request: unknown, body: unknown, done: (fault: null, body: unknown) => void) =>
      done(null, body),
  );
}

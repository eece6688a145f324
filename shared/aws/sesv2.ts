import { SESv2Client } from '@aws-sdk/client-sesv2';

/**
 * Makes one attempt, always: SES has no idempotency token, and with the SDK's default retries a lost answer sends the
 * mail three times (docs/architecture.md, "The way of a reply").
 */
export const sesv2 = new SESv2Client({
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 2_000 },
});

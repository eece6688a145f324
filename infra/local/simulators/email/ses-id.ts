import { randomBytes, randomUUID } from 'node:crypto';
import { place } from '#infra/local/place';

/** The domain of SES in the region of the stack, which stands in its ids on the wire. */
export const sesDomain = `${place.region}.amazonses.com`;

/** The server of SES that sends mail on. */
export const sesServer = `a1-1.smtp-out.${sesDomain}`;

/** Makes an id in SES's form: `0102` and the time, random, six zeros. */
export function sesId(now: Date): string {
  const time = now.getTime().toString(16).padStart(12, '0');
  return `0102${time}-${randomBytes(4).toString('hex')}${randomUUID().slice(8)}-000000`;
}

/** A message id as it stands in the mail. */
export const wireId = (id: string) => `<${id}@${sesDomain}>`;

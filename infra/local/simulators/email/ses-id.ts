import { randomBytes, randomUUID } from 'node:crypto';

/** Makes an id in the form of eu-west-1: `0102` and the time, random, six zeros. */
export function sesId(now: Date): string {
  const time = now.getTime().toString(16).padStart(12, '0');
  return `0102${time}-${randomBytes(4).toString('hex')}${randomUUID().slice(8)}-000000`;
}

/** A message id as it stands in the mail. */
export const wireId = (id: string) => `<${id}@eu-west-1.amazonses.com>`;

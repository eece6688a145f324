import { hashOf } from '#shared/ids';

/**
 * The tag by which SES names the account back to us on its events. Tag values may hold only A-Z a-z 0-9 _ - (SESv2
 * MessageTag), so the address itself cannot be one.
 */
export function accountTag(address: string): string {
  return hashOf(address).slice(0, 32);
}

/** The names of our tags on everything we send. */
export const tagNames = { message: 'switchboard_message', account: 'switchboard_account' } as const;

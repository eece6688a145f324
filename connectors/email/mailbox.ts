import type { Identity } from '#shared/model/identity';

/** The identity of a mail address. */
export function mailbox(address: string): Identity {
  return { channel: 'email', kind: 'mailbox', scope: '', address };
}

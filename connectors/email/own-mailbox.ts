import type { Account } from './account.ts';
import { splitAddress } from './mail-address.ts';

/** True when mail to this (lower-case) address is for this account: its mailbox, or the mailbox with a `+` label. */
export function isOwnMailbox(address: string, account: Account): boolean {
  const own = splitAddress(account.address);
  const { local, domain } = splitAddress(address);
  if (domain !== own.domain && domain !== account.replyDomain) return false;
  return local === own.local || local.startsWith(`${own.local}+`);
}

import type { AccountSetting } from '#shared/accounts';
import { omitUndefined } from '#shared/json';
import type { Conversation } from '#shared/model/conversation';
import type { ReplyRules } from '#shared/reply/check';
import { capabilitiesOf, consentSendersOf, pricesOfAccount } from './capabilities.ts';
import { isConnectorId } from './declarations.ts';
import { replyChecks } from './reply-checks.ts';

/** The stage's settings that replies are checked against. */
export interface ReplySettings {
  readonly accounts: readonly AccountSetting[];
  /** Holds the files that replies show. */
  readonly archiveBucket: string;
}

/** The rules that a reply in this conversation has to meet. */
export function replyRulesOf(
  { accounts, archiveBucket }: ReplySettings,
  { connector, account, channel }: Pick<Conversation, 'connector' | 'account' | 'channel'>,
): ReplyRules {
  const setting = accounts.find((each) => each.connector === connector && each.account === account);
  const check = isConnectorId(connector) ? replyChecks[connector] : undefined;
  const title = `the account ${connector}/${account} of this conversation is not configured`;
  return {
    capabilities: capabilitiesOf(connector, channel),
    archiveBucket,
    ...omitUndefined({ prices: pricesOfAccount(accounts, { connector, account }) }),
    ...(setting?.personalData ? { personalData: setting.personalData } : {}),
    consentSenders: setting ? consentSendersOf(setting) : [],
    check: (reply, target) =>
      setting && check
        ? check(reply, target, setting.settings)
        : { problem: { code: 'unknown_account', title } },
  };
}

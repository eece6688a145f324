import type { AccountSetting } from '#shared/accounts';
import type { ReplyCheck } from '#shared/connector/define-reply-check';
import type { Conversation } from '#shared/model/conversation';
import type { ReplyRules } from '#shared/reply/check';
import { capabilitiesOf } from './capabilities.ts';
import { type ConnectorId, isConnectorId } from './declarations.ts';
import { replyCheck as email } from './email/reply-check.ts';
import { replyCheck as twilio } from './twilio/reply-check.ts';
import { replyCheck as twitter } from './twitter/reply-check.ts';
import { replyCheck as whatsapp } from './whatsapp/reply-check.ts';
import { replyCheck as whatsappAws } from './whatsapp-aws/reply-check.ts';

/** What the connectors know of their providers' limits beside what they declare. */
const checks: Readonly<Record<ConnectorId, ReplyCheck>> = {
  whatsapp,
  twilio,
  twitter,
  email,
  'whatsapp-aws': whatsappAws,
};

/** The stage's settings that replies are checked against. */
export interface ReplySettings {
  readonly accounts: readonly AccountSetting[];
  /** Holds the files that replies show. */
  readonly archiveBucket: string;
}

/** All that a reply in this conversation is measured by. */
export function replyRulesOf(
  { accounts, archiveBucket }: ReplySettings,
  { connector, account, channel }: Pick<Conversation, 'connector' | 'account' | 'channel'>,
): ReplyRules {
  const setting = accounts.find((each) => each.connector === connector && each.account === account);
  const check = isConnectorId(connector) ? checks[connector] : undefined;
  const title = `the account ${connector}/${account} of this conversation is not configured`;
  return {
    capabilities: capabilitiesOf(connector, channel),
    archiveBucket,
    check: (content, target) =>
      setting && check
        ? check(content, target, setting.settings)
        : { complaint: { code: 'unknown_account', title } },
  };
}

import type { CheckReply } from '#shared/connector/reply-complaint';
import type { Channel } from '#shared/model/channel';
import type { ReplyRules } from '#shared/reply-check';
import { capabilitiesOf } from './capabilities.ts';
import { type ConnectorId, isConnectorId } from './declarations.ts';
import { checkReply as whatsapp } from './whatsapp/check-reply.ts';

/** What the connectors know of their providers' limits beside what they declare. */
const checks: Partial<Record<ConnectorId, CheckReply>> = {
  whatsapp,
  'whatsapp-aws': whatsapp,
};

/** All that a reply on this channel is measured by. */
export function replyRulesOf(connector: string, channel: Channel): ReplyRules {
  return {
    capabilities: capabilitiesOf(connector, channel),
    check: isConnectorId(connector) ? checks[connector] : undefined,
  };
}

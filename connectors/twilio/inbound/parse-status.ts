import { failureOf } from '#connectors/twilio/failure';
import { statusUpdateId } from '#connectors/twilio/items';
import { readStatusPath } from '#connectors/twilio/status-path';
import { statuses } from '#connectors/twilio/statuses';
import type { ChannelEvent } from '#shared/connector/channel-event';
import { type Callback, filled, pick, required } from './payload.ts';

const metadataFields = {
  rawDlrDoneDate: 'RawDlrDoneDate',
  messagingServiceSid: 'MessagingServiceSid',
  channelStatusMessage: 'ChannelStatusMessage',
  /** RCS may fall back to SMS: this tells what really went out. */
  sentFrom: 'From',
} as const;

/**
 * A status callback ("Outbound message status in status callbacks"). Callbacks repeat and overtake each other; the
 * store sees to that. A state this code does not know is counted as ignored, for Twilio adds some without notice.
 */
export function parseStatus({ fields, subpath }: Callback, status: string): ChannelEvent {
  const providerMessageId = required(fields, 'MessageSid');
  if (!statuses.has(status)) {
    return { kind: 'ignored', reason: `unknown status ${status.slice(0, 40)}` };
  }
  const known = statuses.get(status);
  if (known === undefined) return { kind: 'ignored', reason: `status ${status} says nothing new` };
  const reference = readStatusPath(subpath);
  return {
    kind: 'status',
    id: statusUpdateId(fields, status),
    target: {
      providerMessageId,
      ...(reference ? { messageId: reference.messageId, part: reference.part } : {}),
    },
    status: known,
    ...(known === 'failed' ? failureIn(fields, status) : {}),
    metadata: {
      ...pick(fields, metadataFields),
      ...(reference ? { attempt: String(reference.attempt) } : {}),
    },
  };
}

function failureIn(fields: ReadonlyMap<string, string>, status: string) {
  return failureOf({
    status,
    code: filled(fields, 'ErrorCode'),
    to: filled(fields, 'To') ?? '',
    from: filled(fields, 'From') ?? '',
    messagingServiceSid: filled(fields, 'MessagingServiceSid'),
  });
}

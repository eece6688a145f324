import { memberAs, personAs } from '#shared/aws/store/append/new-entry';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { OtherRecord, StatusRecord } from '#shared/table/update';

type Status = ChannelUpdate & { readonly kind: 'status' };

/** A failure has a reason, if only that none was given. */
function errorsOf({ status, errors = [] }: Status): DeliveryError[] {
  if (status !== 'failed' || errors.length > 0) return [...errors];
  const title = 'the provider reports a failure without a reason';
  return [{ code: 'provider_failed', title, retryable: false }];
}

/** A change as it is remembered and told. */
export function recordOf(update: ChannelUpdate, receivedAt: string): OtherRecord | StatusRecord {
  const base = { id: update.id, occurredAt: update.occurredAt ?? receivedAt };
  switch (update.kind) {
    case 'status':
      return statusRecordOf(update, receivedAt);
    case 'reaction': {
      const author = update.group ? memberAs(update.customer) : personAs(update.customer);
      return { ...base, kind: 'reaction', emoji: update.emoji, author };
    }
    case 'edit':
      return { ...base, kind: 'edit', content: update.content, text: update.text };
    case 'deletion':
      return { ...base, kind: 'deletion' };
  }
}

/** A status as it is remembered and told. */
export function statusRecordOf(update: Status, receivedAt: string): StatusRecord {
  const { id, occurredAt = receivedAt, status, metadata = {}, target } = update;
  const { providerMessageId } = target;
  const known = providerMessageId === undefined ? {} : { providerMessageId };
  const told = { status, errors: errorsOf(update), metadata };
  return { kind: 'status', id, occurredAt, ...known, ...told };
}

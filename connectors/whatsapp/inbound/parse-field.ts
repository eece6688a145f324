import { firstText, isoTime } from '#connectors/whatsapp/item';
import { type Envelope, MetaError } from '#connectors/whatsapp/payload';
import type { ChannelAlert, ChannelEvent, ProviderChange } from '#shared/connector/channel-event';
import { isObject, type JsonObject, jsonOf, objectOf, omitUndefined } from '#shared/json';
import { parseHandover } from './parse-notice.ts';

/** Events of the account, its number, its templates; each is an alert under its own name. */
export const accountFields: ReadonlySet<string> = new Set([
  'account_alerts',
  'account_review_update',
  'account_settings_update',
  'account_update',
  'automatic_events',
  'business_capability_update',
  'business_username_update',
  'flows',
  'message_template_components_update',
  'message_template_quality_update',
  'message_template_status_update',
  'partner_solutions',
  'payment_configuration_update',
  'phone_number_name_update',
  'phone_number_quality_update',
  'security',
  'template_category_update',
]);

/**
 * Updates of groups; an alert only where they name no group (parse-group.ts). The last is spelled as in Meta's OpenAPI.
 */
export const groupFields: ReadonlySet<string> = new Set([
  'group_lifecycle_update',
  'group_participants_update',
  'group_settings_update',
  'group_status_update',
  'group_participant_update',
]);

/** The fields whose lists are items of their own; the rest of such a change is an error or nothing. */
const listFields: ReadonlySet<string> = new Set(['messages', 'standby', 'smb_message_echoes']);

/** Reads the rest of a change beside messages and statuses. Nothing is dropped: an unknown field is an alert. */
export function parseField(envelope: Envelope, business: string): ChannelEvent {
  const { field, value } = envelope;
  if (field === 'messaging_handovers' && isObject(value)) {
    return parseHandover(envelope, value, business);
  }
  // The address book of the owner's phone: names we show come with the messages themselves.
  if (field === 'smb_app_state_sync') return { kind: 'ignored', reason: 'address_book' };
  if (isChange(field)) {
    return alert(envelope, field, titleOf(field, objectOf(value)));
  }
  if (!isObject(value)) return unsupported(envelope);
  const { contacts: _contacts, errors, ...rest } = value;
  if (Object.keys(rest).length > 0 || !listFields.has(field)) return unsupported(envelope);
  if (!Array.isArray(errors) || errors.length === 0) {
    return { kind: 'ignored', reason: 'empty_change' };
  }
  return alert(envelope, 'account_error', errorTitle(errors[0]));
}

function isChange(field: string): field is ProviderChange {
  return accountFields.has(field) || groupFields.has(field);
}

function unsupported(envelope: Envelope): ChannelEvent {
  const name = envelope.field.slice(0, 64);
  return alert(envelope, 'unsupported_field', `Webhook field "${name}" with unknown content`);
}

function alert(
  { id, entryTime, value }: Envelope,
  code: ChannelAlert['code'],
  title: string,
): ChannelEvent {
  return omitUndefined({
    kind: 'alert' as const,
    id,
    channel: 'whatsapp' as const,
    code,
    title,
    details: value === undefined ? undefined : jsonOf(value),
    occurredAt: isoTime(entryTime),
  });
}

/** `account_update: ACCOUNT_VIOLATION`; the event is what an operator looks for. */
function titleOf(field: string, value: JsonObject): string {
  const event = firstText(value, 'event', 'decision', 'alert_type', 'type');
  return event === undefined ? field : `${field}: ${event.slice(0, 100)}`;
}

function errorTitle(error: unknown): string {
  const read = MetaError.safeParse(error);
  if (!read.success) return 'Error of the account';
  const { title, message, code } = read.data;
  return `${title ?? message ?? 'Error of the account'}${code === undefined ? '' : ` (${code})`}`;
}

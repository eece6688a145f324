import { customerAddressOf, firstText, isoTime } from '#connectors/whatsapp/item';
import type { Envelope } from '#connectors/whatsapp/payload';
import type { ChannelEvent, ChannelMessage } from '#shared/connector/channel-event';
import { isObject, type JsonObject, objectOf, omitUndefined } from '#shared/json';
import { notice } from './content.ts';
import { businessIdentity, groupOf } from './identities.ts';
import { groupFields, parseField } from './parse-field.ts';

/**
 * Reads an event of a group (webhooks for Groups API): it is made, deleted, renamed or suspended; a member joins,
 * leaves or asks to join. It becomes a notice in the group's conversation, which a new group begins; so a helpdesk can
 * write to a group in which there is no message yet. An event that names no group (one that could not be made) is an
 * alert of the account. So is, beside the notice, an event about a group's standing: no one can write there then.
 */
export function parseGroupEvent(
  envelope: Envelope,
  event: JsonObject,
  business: string,
): readonly ChannelEvent[] {
  const { field } = envelope;
  const told = parseField({ ...envelope, value: event }, business);
  const group = groupOf(customerAddressOf('groupEvent', event), subjectOf(event));
  if (group === undefined || !groupFields.has(field)) return [told];
  const type = firstText(event, 'type') ?? field;
  const message: ChannelMessage = omitUndefined({
    kind: 'message' as const,
    channel: 'whatsapp' as const,
    direction: 'inbound' as const,
    visibility: 'private' as const,
    providerMessageId: envelope.id,
    business: businessIdentity(business),
    customer: group,
    occurredAt: isoTime(event['timestamp']),
    opensReplyWindow: false,
    ...notice(type, textOf(type, event), event),
    metadata: { groupId: group.identities[0].address },
  });
  return field === 'group_status_update' ? [message, told] : [message];
}

/** The name the group has now. A change of settings says of each setting if it was made. */
function subjectOf(event: JsonObject): string | undefined {
  const change = [event['subject'], event['group_subject']].find(isObject);
  if (change === undefined) return firstText(event, 'subject');
  return change['update_successful'] === false ? undefined : firstText(change, 'text');
}

/** `[group_participants_add: 16505551234]`: the text that an agent sees without looking into the details. */
function textOf(type: string, event: JsonObject): string {
  const about = [subjectOf(event), ...peopleIn(event)].filter((each) => each !== undefined);
  const errors = Array.isArray(event['errors']) ? event['errors'] : [];
  const what = errors.length > 0 ? `${type} failed` : type;
  return about.length === 0 ? `[${what}]` : `[${what}: ${about.join(', ')}]`;
}

const listsOfPeople = ['added_participants', 'removed_participants', 'failed_participants'];

function peopleIn(event: JsonObject): (string | undefined)[] {
  const listed = listsOfPeople
    .flatMap((name) => event[name])
    .map((person) => firstText(objectOf(person), 'wa_id', 'user_id', 'parent_user_id', 'input'));
  return [...listed, firstText(event, 'wa_id', 'user_id')];
}

import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { ChannelEvent, ChannelMessage } from '#shared/connector/channel-event';
import type { Parse } from '#shared/connector/parser';
import type { WebhookItem } from '#shared/connector/webhook';
import { ConnectorError } from '#shared/errors';
import { canonicalJson } from '#shared/json';
import { Attachment } from '#shared/model/attachment';
import { Channel } from '#shared/model/channel';
import { Content } from '#shared/model/content';
import { DeliveryError, DeliveryStatus } from '#shared/model/delivery-status';
import { Identity } from '#shared/model/identity';
import { Authenticity } from '#shared/model/message';

/** One webhook or mail: how its door reads it, and the body kept beside it. */
export interface ContractCase {
  readonly name: string;
  readonly receive: () => readonly WebhookItem[];
  readonly raw?: Uint8Array;
}

export interface Judged {
  /** What the connector did against the contract, a sentence each. */
  readonly violations: readonly string[];
  readonly events: readonly ChannelEvent[];
  readonly unreadable: number;
}

const text = z.string().refine((value) => value.isWellFormed(), 'holds a lone surrogate');
const id = text.min(1);
const time = z.iso.datetime().optional();
const Customer = z.object({
  identities: z.array(Identity).min(1),
  displayName: text.optional(),
  username: text.optional(),
});
const Group = Identity.extend({ kind: z.literal('group') });
const Update = z.object({
  id,
  group: Group.optional(),
  target: z
    .object({ providerMessageId: id.optional(), messageId: id.optional() })
    .refine((target) => Object.values(target).some(Boolean), 'names no message'),
  occurredAt: time,
});

/** The canonical values, as strictly as this project's own schemas have them. */
const Value = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('message'),
    channel: Channel,
    direction: z.enum(['inbound', 'outbound']),
    visibility: z.enum(['private', 'public']),
    providerMessageId: id,
    deduplicationId: id.optional(),
    providerAliases: z.array(id).optional(),
    business: Identity,
    customer: Customer,
    author: Customer.optional(),
    senderStanding: z.enum(['authenticated', 'unknown', 'untrusted']).optional(),
    copyOf: id.optional(),
    thread: z
      .object({
        key: id,
        follows: z.array(
          z.object({
            providerMessageId: id,
            proof: z.enum(['provider', 'secret', 'claimed']),
          }),
        ),
        subject: text.optional(),
      })
      .optional(),
    occurredAt: time,
    content: Content,
    text,
    attachments: z.array(Attachment.omit({ id: true })),
    recipients: z.array(Identity).optional(),
    authenticity: Authenticity.optional(),
    errors: z.array(DeliveryError).optional(),
    metadata: z.record(z.string(), text).optional(),
  }),
  Update.extend({
    kind: z.literal('status'),
    status: DeliveryStatus,
    errors: z.array(DeliveryError).optional(),
  }),
  Update.extend({ kind: z.literal('reaction'), emoji: text, customer: Customer }),
  Update.extend({ kind: z.literal('edit'), content: Content, text }),
  Update.extend({ kind: z.literal('deletion') }),
  z.object({
    kind: z.literal('alert'),
    id,
    channel: Channel,
    code: id,
    title: id,
    occurredAt: time,
  }),
  z.object({
    kind: z.literal('customer_deletion'),
    id,
    channel: Channel,
    customer: Customer,
    occurredAt: time,
  }),
  z.object({ kind: z.literal('ignored'), reason: id }),
]);

/** Runs one case through door and parser, twice where once proves nothing. */
export async function judge(
  each: ContractCase,
  parse: Parse,
  account: unknown,
  channels: readonly string[],
): Promise<Judged> {
  const items = each.receive();
  const violations = [
    ...items.flatMap(itemViolations),
    ...(isDeepStrictEqual(items, each.receive()) ? [] : ['read twice, it gives other items']),
  ];
  const events: ChannelEvent[] = [];
  let unreadable = 0;
  for (const item of items) {
    const parsed = item.unreadable
      ? 'unreadable'
      : await parsedTwice(parse, item, account, each.raw);
    if (parsed === 'unreadable') unreadable += 1;
    else {
      events.push(...parsed.events);
      violations.push(
        ...parsed.violations,
        ...laneViolations(item, parsed.events, each.raw !== undefined),
        ...parsed.events.flatMap((event) => valueViolations(event, channels)),
      );
    }
  }
  return {
    violations: violations.map((violation) => `${each.name}: ${violation}`),
    events,
    unreadable,
  };
}

function itemViolations({ groupKey, deduplicationId, payload }: WebhookItem): string[] {
  return [
    ...(groupKey.length === 2 && groupKey.every((key) => key !== '')
      ? []
      : [`its group key is ${JSON.stringify(groupKey)}`]),
    ...(deduplicationId === '' ? ['it has no deduplication id'] : []),
    ...(isDeepStrictEqual(JSON.parse(canonicalJson(payload)), payload)
      ? []
      : ['its payload is not what it was after the queue']),
  ];
}

/**
 * What is marked as a status overtakes messages, so it must be nothing else; a status that is not marked delays them.
 * An echo that is a message and its status at once is a message. A stored mail shows that it is a report only when it is
 * read.
 */
function laneViolations(
  { isStatus }: WebhookItem,
  events: readonly ChannelEvent[],
  isStored: boolean,
): string[] {
  const kinds = events.map(({ kind }) => kind).filter((kind) => kind !== 'ignored');
  const other = kinds.find((kind) => kind !== 'status');
  if (isStatus) return other ? [`marked as a status, it is a ${other}`] : [];
  return kinds.length > 0 && !other && !isStored ? ['a status is not marked as one'] : [];
}

/** As it comes from the queue, and frozen: a parser that writes into its input throws. */
async function parsedTwice(
  parse: Parse,
  { payload }: WebhookItem,
  account: unknown,
  raw?: Uint8Array,
) {
  const input = () => ({
    payload: frozen(JSON.parse(canonicalJson(payload))),
    account: frozen(structuredClone(account)),
    ...(raw ? { raw: Uint8Array.from(raw) } : {}),
  });
  const given = input();
  try {
    const events = await parse(given);
    const violations = [
      ...(isDeepStrictEqual(events, await parse(input())) ? [] : ['parsed twice, it differs']),
      ...(isDeepStrictEqual(JSON.parse(JSON.stringify(withoutFiles(events))), withoutFiles(events))
        ? []
        : ['its values are not plain JSON']),
      ...(isDeepStrictEqual(given, input()) ? [] : ['it changes the raw bytes']),
    ];
    return { events, violations };
  } catch (fault) {
    if (fault instanceof ConnectorError && fault.code === 'unreadable_payload') return 'unreadable';
    return { events: [], violations: [`the parser throws ${String(fault)}`] };
  }
}

/** The bytes of files are stored, and go into no table and no queue. */
function withoutFiles(events: readonly ChannelEvent[]): readonly object[] {
  return events.map((event) => {
    if (event.kind !== 'message') return event;
    const attachments = event.attachments.map(({ bytes: _, ...attachment }) => attachment);
    return { ...event, attachments };
  });
}

function valueViolations(event: ChannelEvent, channels: readonly string[]): string[] {
  const read = Value.safeParse(event);
  const channel = 'channel' in event ? event.channel : undefined;
  return [
    ...(read.success ? [] : [`a ${event.kind}: ${z.prettifyError(read.error)}`]),
    ...(channel === undefined || channels.includes(channel) ? [] : [`${channel} is not declared`]),
    ...(event.kind === 'message' ? groupViolations(event) : []),
  ];
}

/** A group has one address and is no person: nothing of its members becomes the group's, and the other way round. */
function groupViolations({
  author,
  customer,
  replacesIdentities = [],
  assertsIdentities = [],
}: ChannelMessage): string[] {
  const groups = (all: readonly Identity[]) => all.filter(({ kind }) => kind === 'group').length;
  const inGroup = groups(customer.identities) > 0;
  const others = [...replacesIdentities, ...assertsIdentities];
  return [
    ...(inGroup && customer.identities.length > 1 ? ['a group has an address beside its own'] : []),
    ...(groups([...others, ...(author?.identities ?? [])]) > 0
      ? ['a group stands for a person']
      : []),
    ...(inGroup && others.length > 0 ? ['a group changes the addresses of a person'] : []),
    ...(author && !inGroup
      ? ['a message outside of groups has an author beside its customer']
      : []),
  ];
}

/** Frozen all the way down. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}

export function isInbound(event: ChannelEvent): event is ChannelMessage {
  return event.kind === 'message' && event.direction === 'inbound';
}

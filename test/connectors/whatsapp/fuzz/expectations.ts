import type { ChannelEvent, Customer, MessageTarget } from '#shared/connector/channel-event';

/**
 * What is wrong with an event, or nothing. Written by hand and cheap, because a hundred thousand webhooks pass
 * here; the schemas themselves look at a sample.
 */
export function violationOf(event: ChannelEvent): string | undefined {
  const member = unfit(event);
  if (member !== undefined) return `holds ${member}, which JSON has not`;
  switch (event.kind) {
    case 'message':
      return (
        missing('providerMessageId', event.providerMessageId) ??
        customerViolation(event.customer) ??
        textViolation(event) ??
        (Array.isArray(event.attachments) ? undefined : 'attachments are no list')
      );
    case 'edit':
      return updateViolation(event) ?? textViolation(event);
    case 'reaction':
      return updateViolation(event) ?? customerViolation(event.customer);
    case 'status':
      return updateViolation(event) ?? missing('status', event.status);
    case 'deletion':
      return updateViolation(event);
    case 'alert':
      return (
        missing('id', event.id) ?? missing('code', event.code) ?? missing('title', event.title)
      );
    case 'ignored':
      return missing('reason', event.reason);
    default:
      return `is of the kind ${String((event as { kind?: unknown }).kind)}`;
  }
}

function updateViolation(event: {
  readonly id: string;
  readonly target: MessageTarget;
}): string | undefined {
  const { providerMessageId, messageId } = event.target;
  return missing('id', event.id) ?? missing('target', providerMessageId ?? messageId);
}

function textViolation(event: {
  readonly text: string;
  readonly content: { readonly type: string };
}): string | undefined {
  if (typeof event.text !== 'string') return `text is ${typeof event.text}`;
  return missing('content.type', event.content.type);
}

function customerViolation({ identities }: Customer): string | undefined {
  if (identities.length === 0) return 'the customer has no address';
  const addresses = identities.map(({ address }) => missing('address', address));
  return addresses.find((violation) => violation !== undefined);
}

function missing(name: string, value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? undefined : `${name} is ${String(value)}`;
}

/** The first thing that JSON cannot carry. Not recursive: events may be as deep as what came in. */
function unfit(event: unknown): string | undefined {
  const waiting: unknown[] = [event];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) {
      if (!isPlain(value)) return String(value);
      continue;
    }
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== Array.prototype) return 'a class';
    waiting.push(...Object.values(value));
  }
  return undefined;
}

function isPlain(value: unknown): boolean {
  return typeof value === 'number'
    ? Number.isFinite(value)
    : value === null || typeof value === 'string' || typeof value === 'boolean';
}

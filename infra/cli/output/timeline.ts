import type { History } from '#infra/cli/stage/history';
import { currentMessage } from '#shared/events/current-message';
import type { Cost } from '#shared/model/cost';
import { dollarsOf } from '#shared/model/price';
import { type Entry, isRedacted } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';
import { messageParts } from '#shared/table/parts';
import type { Update } from '#shared/table/update';
import { authorOf, delayOf, errorsOf, messageLine, partsOf } from './describe.ts';
import { clockTime, columns, localTime, oneLine, type Terminal } from './terminal.ts';

/** One line of `show --json`. The names are stable. */
export function entryJson(
  conversation: ConversationItem,
  { entry, updates, edit }: History,
): Record<string, unknown> {
  const { sequence, alert, firstStatus, edits, reactions } = entry;
  const cost = costIn(entry);
  const message = currentMessage(conversation, entry, edit);
  if (!message) return { kind: 'alert', sequence, alert };
  const counts = {
    ...(edits ? { edits: edits.count } : {}),
    ...(reactions === undefined ? {} : { reactions }),
    ...(cost ? { cost } : {}),
  };
  const first = firstStatus ? { firstStatus } : {};
  return { kind: 'message', sequence, message, ...first, ...counts, updates };
}

/** The entries as lines for a person: one for each message, and below it what became of it. */
export function timeline(
  conversation: ConversationItem,
  histories: readonly History[],
  { paint }: Pick<Terminal, 'paint'>,
): string[] {
  const lines = columns(histories.map((history) => entryCells(conversation, history)));
  return histories.flatMap((history, at) => {
    const { entry } = history;
    const line = lines[at] ?? '';
    const colour = entry.status === 'failed' ? 'red' : 'dim';
    const below = [historyOf(history), costLine(entry), ...partsOf(messageParts(entry))].filter(
      (text) => text !== '',
    );
    return [line, ...below.map((text) => paint(colour, `${' '.repeat(5)}${oneLine(text, 1000)}`))];
  });
}

/** The estimated price of a reply that was sent. Not stored: what the account had spent on that day. */
function costIn({ delivery }: Pick<Entry, 'delivery'>): Omit<Cost, 'dayTotal'> | undefined {
  if (delivery?.state !== 'sent' || !delivery.price) return undefined;
  const { micros, asOf } = delivery.price;
  return { amount: dollarsOf(micros), currency: 'USD', estimated: true, asOf };
}

function costLine(entry: Pick<Entry, 'delivery'>): string {
  const cost = costIn(entry);
  return cost ? `cost about ${cost.amount} ${cost.currency} (prices of ${cost.asOf})` : '';
}

function entryCells(conversation: ConversationItem, { entry, edit }: History): string[] {
  const number = `#${entry.sequence}`.padEnd(3);
  const message = currentMessage(conversation, entry, edit);
  if (!message) {
    const { occurredAt = '', code = '', title = '' } = entry.alert ?? {};
    return [number, localTime(occurredAt), 'alert', code, oneLine(title)];
  }
  const { direction, receivedAt } = message;
  const way = direction === 'inbound' ? 'in' : 'out';
  const author = oneLine(authorOf(message), 30);
  const said = isRedacted(entry) ? '[deleted]' : oneLine(messageLine(message), 1000);
  return [number, localTime(receivedAt), way, author, said];
}

/** `accepted 23:41:00, sent 23:41:00, delivered 23:41:01`, in the order it was stored, with the last reasons. */
function historyOf({ entry, updates }: History): string {
  const { firstStatus, firstErrors, message, revision } = entry;
  const older = revision - updates.length;
  const told = [
    ...(older > 0 ? [`${older} more changes`] : []),
    ...updates.map((update) => `${changeOf(update)} ${clockTime(update.occurredAt)}`),
  ];
  if (!firstStatus || !message) return oneLine(told.join(', '), 1000);
  const first = withErrors(firstStatus, firstErrors ?? []);
  return oneLine([`${first} ${clockTime(message.receivedAt)}`, ...told].join(', '), 1000);
}

function changeOf(update: Update): string {
  switch (update.kind) {
    case 'status':
      return withErrors(update.status, update.errors);
    case 'reaction':
      return update.emoji === '' ? 'reaction removed' : `reaction ${update.emoji}`;
    case 'edit':
      return 'edited';
    case 'deletion':
      return 'deleted';
    case 'delay':
      return `delayed (${delayOf(update)})`;
    case 'attachment':
      return `attachment ${update.attachment.state}`;
  }
}

function withErrors(status: string, errors: Parameters<typeof errorsOf>[0]): string {
  return errors.length === 0 ? status : `${status} (${errorsOf(errors)})`;
}

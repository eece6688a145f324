import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { keyIn, type ObjectEraser } from '#shared/aws/objects/erase';
import { fileKeys } from '#shared/aws/objects/media-keys';
import { unlessRefused } from '#shared/aws/store/conditional-writes';
import { type Place, readState } from '#shared/aws/store/state';
import { readItem, type Table } from '#shared/aws/store/table';
import { failpoint } from '#shared/failpoint';
import { type Entry, EntryItem } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';
import { entryKey, referenceKey, stateKey } from '#shared/table/keys';
import { knownParts } from '#shared/table/parts';
import { withoutFiles, withoutText } from '#shared/table/redaction';
import { type EntryState, StateItem } from '#shared/table/state';
import { redactCopies } from './copies.ts';
import { emptyEdits, emptyParkedEdits } from './edits.ts';
import { eraseRaw } from './raw.ts';

type Route = Pick<ConversationItem, 'id' | 'connector' | 'account'>;

/**
 * Takes the words, names and files of a message whose deletion its state has recorded: from the buckets, from the raw
 * payload, from edits, from messages that quote it, and last from the entry itself. Each step leaves what the next ones
 * need, so a repeat after a crash at any point finishes the rest. Resolves with the state, in which it is `done`.
 */
export async function redact(
  table: Table,
  eraser: ObjectEraser,
  conversation: Route,
  state: EntryState,
): Promise<EntryState> {
  const place = { conversationId: conversation.id, sequence: state.sequence };
  const entry = await readItem(
    table,
    EntryItem,
    entryKey(place.conversationId, place.sequence),
    true,
  );
  if (entry?.message) {
    await eraser.erase(filesOf(eraser, entry));
    failpoint('redact.afterFiles');
    await redactReferences(table, eraser, conversation, entry, state);
    await emptyEdits(table, place);
    await emptyEntry(table, place, entry);
    failpoint('redact.afterEntry');
  }
  return recordDone(table, place, state);
}

/**
 * The keys of the objects that belong to a message: its files, fetched or not, its HTML, and the uploads that a reply
 * shows. A reply may show a customer's file too, which belongs to the customer's message.
 */
function filesOf(eraser: ObjectEraser, { message, reply }: EntryItem): string[] {
  const { attachments = [], html, sanitizedHtml } = message ?? {};
  const own = fileKeys(attachments.map(({ id }) => id));
  const shown = reply?.content?.type === 'media' ? reply.content.url : undefined;
  const uploads = [shown, ...attachments.map(({ uri }) => uri)].filter((uri) =>
    keyIn(eraser, uri)?.startsWith('uploads/'),
  );
  const objects = [html, sanitizedHtml, ...uploads].flatMap((uri) => keyIn(eraser, uri) ?? []);
  return [...new Set([...own, ...objects])];
}

/** The provider's ids of a message, under which its raw item, early edits and copies are found. */
function idsOf({ message, providerMessageId }: EntryItem, state: EntryState): Set<string> {
  const parts = knownParts(state).map((part) => part.providerMessageId);
  const named = [providerMessageId, state.providerMessageId, ...parts];
  return new Set([message?.raw?.keptUnder, ...named].filter((id) => id !== undefined));
}

/** Deletes the raw items of a message that keeps its words: they hold the profile of the customer. */
export async function eraseRawOf(
  table: Table,
  eraser: ObjectEraser,
  { connector, account }: Pick<Route, 'connector' | 'account'>,
  entry: Entry,
): Promise<boolean> {
  let isErased = false;
  for (const id of idsOf(entry, entry)) {
    if (await eraseRaw(table, eraser, referenceKey(connector, account, id))) isErased = true;
  }
  return isErased;
}

/** Takes what stands under the provider's ids of a message: its raw item, early edits, and copies in other messages. */
async function redactReferences(
  table: Table,
  eraser: ObjectEraser,
  { connector, account }: Route,
  entry: EntryItem,
  state: EntryState,
): Promise<void> {
  for (const id of idsOf(entry, state)) {
    const reference = referenceKey(connector, account, id);
    await eraseRaw(table, eraser, reference);
    await emptyParkedEdits(table, reference);
    await redactCopies(table, eraser, { connector, account }, id);
  }
}

/** The fields of an entry that say something of people. */
const named: ReadonlySet<string> = new Set(['message', 'reply', 'opening']);

/** Writes the entry again without its words. Nothing where it has expired. */
async function emptyEntry(table: Table, place: Place, entry: EntryItem): Promise<void> {
  const told = Object.entries(withoutText(entry)).filter(([name]) => named.has(name));
  await unlessRefused(table, {
    Key: entryKey(place.conversationId, place.sequence),
    UpdateExpression: `SET ${told.map(([name]) => `${name} = :${name}`).join(', ')}`,
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: Object.fromEntries(told.map(([name, value]) => [`:${name}`, value])),
  });
}

async function recordDone(table: Table, place: Place, state: EntryState): Promise<EntryState> {
  const files = state.files ? { ':files': withoutFiles(state) } : {};
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: stateKey(place.conversationId, place.sequence),
        UpdateExpression: `SET redaction = :done${state.files ? ', files = :files' : ''}`,
        ConditionExpression: 'redaction = :due',
        ExpressionAttributeValues: { ':done': 'done', ':due': 'due', ...files },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return StateItem.parse(Attributes);
  } catch (fault) {
    if (!(fault instanceof ConditionalCheckFailedException)) throw fault;
    return (await readState(table, place)) ?? state;
  }
}

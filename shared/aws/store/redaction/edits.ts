import { unlessRefused } from '#shared/aws/store/conditional-writes';
import { keysUnder } from '#shared/aws/store/redaction/keys-under';
import type { Place } from '#shared/aws/store/state';
import type { Table } from '#shared/aws/store/table';
import { editKey, type Key } from '#shared/table/keys';
import { noContent } from '#shared/table/redaction';

/** Takes the words of an edit; the item stays, so that a repeat of the edit is known. Nothing where there is none. */
export async function emptyEdit(table: Table, key: Key): Promise<void> {
  await unlessRefused(table, {
    Key: key,
    UpdateExpression: 'SET content = :content, #text = :text',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeNames: { '#text': 'text' },
    ExpressionAttributeValues: { ':content': noContent, ':text': '' },
  });
}

/** Takes the words of every edit of a message, counted or not. */
export async function emptyEdits(table: Table, { conversationId, sequence }: Place): Promise<void> {
  await emptyAll(table, editKey(conversationId, sequence, ''));
}

/** Takes the words of the edits that came before their message and were kept under one of its references. */
export async function emptyParkedEdits(table: Table, { pk }: Key): Promise<void> {
  await emptyAll(table, { pk, sk: 'EDIT#' });
}

async function emptyAll(table: Table, prefix: Key): Promise<void> {
  for await (const key of keysUnder(table, prefix)) await emptyEdit(table, key);
}

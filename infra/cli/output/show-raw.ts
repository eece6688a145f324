import { createHash } from 'node:crypto';
import { CliError, usageError } from '#infra/cli/cli-error';
import type { Context } from '#infra/cli/command';
import { readObject } from '#infra/cli/replay/objects';
import { openReplayStack } from '#infra/cli/replay/stack';
import { type Keeping, keptItem } from '#infra/cli/stage/kept-item';
import { readItem } from '#infra/cli/stage/table';
import { entryOfMessageId, isNamed } from '#shared/ids';
import { IngressMessage } from '#shared/model/ingress';
import { EntryItem, isRedacted } from '#shared/table/entry';
import { ConversationItem } from '#shared/table/items';
import { conversationKey, entryKey, stateKey } from '#shared/table/keys';
import { StateItem } from '#shared/table/state';

/** `show <message id> --raw`: the raw payload of a message, byte by byte, wherever it lies. */
export async function showRaw(id: string, { terminal, localDir }: Context): Promise<void> {
  const place = entryOfMessageId(id);
  if (!place) throw usageError(`${id}: --raw takes the id of a message, msg_…`, 'show');
  const stack = openReplayStack(localDir);
  const conversation = await readItem(
    stack.table,
    ConversationItem,
    conversationKey(place.conversationId),
  );
  const key = entryKey(place.conversationId, place.sequence);
  const entry = await readItem(stack.table, EntryItem, key);
  if (!conversation || !entry || !isNamed(place, entry)) {
    throw new CliError(`no message ${id}`, './switchboard show <conversation>');
  }
  const bytes = await rawPayload(stack, conversation, entry);
  if (!bytes) {
    const state = await readItem(
      stack.table,
      StateItem,
      stateKey(place.conversationId, place.sequence),
    );
    throw nothingKept(id, entry, state);
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== Buffer.from(entry.message?.raw?.sha256 ?? []).toString('hex')) {
    throw new CliError(
      `what is kept of ${id} is not what came: its sha256 is ${sha256}`,
      `compare raw.sha256 of the message: ./switchboard show ${id} --json`,
    );
  }
  terminal.bytes(bytes);
}

/** The mail that the item is about, or the item itself. */
async function rawPayload(
  keeping: Keeping,
  conversation: ConversationItem,
  entry: EntryItem,
): Promise<Uint8Array | undefined> {
  const text = await keptItem(keeping, conversation, entry);
  if (text === undefined) return undefined;
  const { raw } = IngressMessage.parse(JSON.parse(text));
  return raw ? readObject(keeping.objects, raw) : Buffer.from(text);
}

function nothingKept(id: string, { message }: EntryItem, state: StateItem | undefined): CliError {
  const why = reasonOf(message, state);
  return new CliError(`nothing raw is kept of ${id}: ${why}`, `./switchboard show ${id}`);
}

function reasonOf(message: EntryItem['message'], state: StateItem | undefined): string {
  if (state && isRedacted(state)) return 'the message was deleted, and its raw item with it';
  return message?.raw ? 'its time is over' : 'it did not come in a webhook';
}

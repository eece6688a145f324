import { readArguments, readPositionals } from '#infra/cli/arguments';
import { CliError, usageError } from '#infra/cli/cli-error';
import type { Command } from '#infra/cli/command';
import { customerOf } from '#infra/cli/output/describe';
import { participantsOf } from '#infra/cli/output/mail-words';
import { localTime, oneLine, type Terminal } from '#infra/cli/output/terminal';
import { entryJson, timeline } from '#infra/cli/output/timeline';
import { readConsents } from '#infra/cli/stage/consents';
import { findConversation } from '#infra/cli/stage/find-conversation';
import { type History, readHistory } from '#infra/cli/stage/history';
import { pauseOf } from '#infra/cli/stage/pause';
import { openStack } from '#infra/cli/stage/stack';
import { openTable, readEntries } from '#infra/cli/stage/table';
import { entryOfMessageId, isNamed } from '#shared/ids';
import { Conversation } from '#shared/model/conversation';
import type { Entry } from '#shared/table/entry';
import type { ConsentItem, ConversationItem } from '#shared/table/items';

/** Prints one conversation from its beginning. */
export const show: Command = {
  summary: 'print one conversation from its beginning',
  help: `./switchboard show <id> [--json | --raw]

  <id>      the id of a conversation, its beginning, or the id of a message in it
  --json    lines of JSON: {"kind":"conversation","conversation":…}, {"kind":"consent","consent":…} for each
            word of consent, then for each entry
            {"kind":"message","sequence":…,"message":…,"updates":[…]} or {"kind":"alert",…};
            "cost" of a reply that was sent at a provider that charges by the use
  --raw     only the payload that a message was read from, byte for byte; <id> is that of the message`,
  run: async (args, context) => {
    const { values, positionals } = readArguments('show', args, {
      json: { type: 'boolean' },
      raw: { type: 'boolean' },
    });
    const [id] = readPositionals('show', positionals, ['id'] as const);
    if (values.raw) {
      if (values.json) throw usageError('show: --raw and --json exclude each other', 'show');
      // S3's client is loaded when it is asked for.
      const { showRaw } = await import('#infra/cli/output/show-raw');
      return showRaw(id, context);
    }
    const { terminal, localDir } = context;
    const table = openTable(openStack(localDir));
    const conversation = await findConversation(table, id);
    const entries = await readEntries(table, conversation.id);
    mustHave(entries, id, conversation.id);
    const consents = await readConsents(table, conversation);
    const histories: History[] = [];
    for (const entry of entries) histories.push(await readHistory(table, conversation, entry));
    const print = values.json ? printJson : printLines;
    const pause = await pauseOf(table, conversation, [conversation.channel]);
    print({ conversation, consents, histories, pause }, terminal);
  },
};

interface Shown {
  readonly conversation: ConversationItem;
  readonly consents: readonly ConsentItem[];
  readonly histories: readonly History[];
  /** The words for an account that sends nothing now. */
  readonly pause: string | undefined;
}

function printJson({ conversation, consents, histories }: Shown, terminal: Terminal): void {
  const lines = [
    { kind: 'conversation', conversation: Conversation.parse(conversation) },
    ...consents.map((consent) => ({ kind: 'consent', consent })),
    ...histories.map((history) => entryJson(conversation, history)),
  ];
  for (const line of lines) terminal.data(JSON.stringify(line));
}

function printLines({ conversation, consents, histories, pause }: Shown, terminal: Terminal): void {
  terminal.data(terminal.paint('bold', conversation.id));
  const paused = pause === undefined ? [] : [['sending', oneLine(pause, 400)] as const];
  for (const [name, value] of [...headerOf(conversation), ...paused, ...consents.map(consentLine)])
    terminal.data(`  ${name.padEnd(10)}${value}`);
  terminal.data('');
  for (const line of timeline(conversation, histories, terminal)) terminal.data(line);
}

/** Throws where a message was named that is not among the entries. */
function mustHave(entries: readonly Entry[], id: string, conversationId: string): void {
  const named = entryOfMessageId(id);
  const isThere = (entry: Entry) => entry.sequence === named?.sequence && isNamed(named, entry);
  if (!named || entries.some(isThere)) return;
  throw new CliError(`no message ${id}`, `./switchboard show ${conversationId}`);
}

/** `all_messages revoked on …, to +1500 (STOP)` */
function consentLine(word: ConsentItem): readonly [string, string] {
  const { category, state, sender, evidence, occurredAt } = word;
  const to = sender === '*' ? '' : `, to ${sender}`;
  return [
    'consent',
    oneLine(`${category} ${state} on ${localTime(occurredAt)}${to} (${evidence})`),
  ];
}

function headerOf(conversation: ConversationItem): (readonly [string, string])[] {
  const { channel, connector, account, visibility, status, subject, replyWindow } = conversation;
  const more = conversation.customerIdentities.slice(1).map(({ address }) => address);
  const others = participantsOf(conversation);
  const { relatedConversationId: related } = conversation;
  return [
    ['channel', `${channel}, through ${connector}/${account}, ${visibility}, ${status}`],
    ['customer', oneLine([customerOf(conversation), ...more].join(', '))],
    ...(others === undefined ? [] : [['with', oneLine(others, 1000)] as const]),
    ['we are', oneLine(conversation.businessIdentity.address)],
    ...(related === undefined
      ? []
      : [['related', `to ${related}, which it names and does not continue`] as const]),
    ...(subject === undefined ? [] : [['subject', oneLine(subject)] as const]),
    ...(replyWindow
      ? [['window', `replies until ${localTime(replyWindow.closesAt)}`] as const]
      : []),
  ];
}

import { randomUUID } from 'node:crypto';
import { answeredIn } from '#infra/cli/answered';
import { readArguments } from '#infra/cli/arguments';
import type { Command } from '#infra/cli/command';
import { delayOf, errorsOf, partsOf } from '#infra/cli/output/describe';
import { refusedCommand } from '#infra/cli/output/refused-command';
import { localTime, type Terminal } from '#infra/cli/output/terminal';
import { openReplayStack } from '#infra/cli/replay/stack';
import { readSaid } from '#infra/cli/reply-content';
import { mailOptions, refuseFiles, withMail } from '#infra/cli/reply-mail';
import { findConversation } from '#infra/cli/stage/find-conversation';
import { followReply, type ReplyProgress } from '#infra/cli/stage/follow-reply';
import { pauseOf } from '#infra/cli/stage/pause';
import { errorIn, type JsonAnswer, postJson, warningsIn } from '#infra/cli/stage/post-json';
import { openStack } from '#infra/cli/stage/stack';
import { openTable } from '#infra/cli/stage/table';

const answerTimeoutSeconds = 30;

/** Answers a customer, as an agent does. */
export const reply: Command = {
  summary: 'answer as an agent, and follow what becomes of the reply',
  help: `./switchboard reply <id> "text" [options]
./switchboard reply <id> --json-content '{"type":"location","latitude":52.5,"longitude":13.4}'
./switchboard reply <id> --content file.json [options]

  <id>                 the id of a conversation, its beginning, or the id of a message in it
  "text"               the answer
  --json-content       other content than a text, as a JSON object (docs/consuming/reply.md)
  --content            the same, read from a file
  --as-text            buttons, a list or a link as numbered text, on a channel that has none
  --fallback-template  name:language of a template to send if the reply window is closed
  --answers            the id of the message that it answers (the newest of the customer)
  --bot                a program wrote it, no person
  --purpose            marketing: a campaign's message
  --override           personal_data: a public reply shows an address or a number on purpose
  --send-at            the time at which the provider is to send it, as 2026-12-01T08:00:00+01:00
  --to, --cc, --bcc    addresses of a mail, each given again or after a comma; --cc "": no copies
  --subject            a subject of its own, for a mail
  --html               the file with the HTML of a mail, beside the text
  --file               a file beside the text, of a mail or on X; again for each. In a mail a picture
                       that the HTML shows as cid:<file name> stands in it
  --alt-text           the words for a picture, on X: the first belongs to the first --file, and so on
  --reply-id           your own id of the reply; repeated with the same content it is sent once
  --no-wait            end when the reply is queued
  --json               one line for each status:
                       {"replyId","conversationId","messageId","status","occurredAt","errors"},
                       "queued" with "warnings" where there are some, "delayed" with "delay". A
                       refusal: {…,"status":"refused","error","reasons","advice","findings"}

A reply that waits for the pace of its account is "delayed", with the time at which it is expected;
that ends with 0. A refusal, a failure and an account that is paused end with 1.`,
  run: async (args, context) => {
    const { values, positionals } = readArguments('reply', args, options);
    const [given, text] = readSaid(positionals, values);
    const stack = openStack(context.localDir);
    const table = openTable(stack);
    const conversation = await findConversation(table, given);
    const { id: conversationId } = conversation;
    refuseFiles(values.file, conversation);
    const said = await withMail(text, values, () => openReplayStack(context.localDir).objects);
    const answered = answeredIn(stack, conversation);
    const replyId = values['reply-id'] ?? randomUUID();
    const answer = await postJson(
      `${stack.url}/v1/conversations/${conversationId}/replies`,
      { replyId, ...said, ...askedOf(values) },
      { signal: context.signal, timeoutSeconds: answerTimeoutSeconds },
    );
    const named = { replyId, conversationId };
    if (answer.status !== 202) {
      if (values.json) context.terminal.data(refusalJson(named, answer));
      throw refusedCommand('reply', answer, answered, context.localDir);
    }
    const tell = (progress: ReplyProgress) =>
      context.terminal.data(
        values.json ? JSON.stringify(progress) : lineOf(progress, context.terminal),
      );
    const warnings = warningsIn(answer);
    tell({
      ...named,
      status: 'queued',
      errors: [],
      ...(warnings.length === 0 ? {} : { warnings }),
    });
    for (const warning of warnings) context.terminal.note(`  ${warning}`);
    if (values['no-wait']) context.terminal.note(`  ./switchboard show ${conversationId}`);
    else {
      const pause = () => pauseOf(table, conversation, [conversation.channel]);
      await followReply(table, { ...named, answered, pause }, tell, context);
    }
  },
};

const options = {
  content: { type: 'string' },
  'json-content': { type: 'string' },
  'fallback-template': { type: 'string' },
  'send-at': { type: 'string' },
  answers: { type: 'string' },
  bot: { type: 'boolean' },
  purpose: { type: 'string' },
  override: { type: 'string', multiple: true },
  'as-text': { type: 'boolean' },
  'reply-id': { type: 'string' },
  ...mailOptions,
  'no-wait': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** A refusal as the one line of `--json`, with what a program needs to go on: the advice, and the findings. */
function refusalJson(
  named: { readonly replyId: string; readonly conversationId: string },
  answer: JsonAnswer,
): string {
  return JSON.stringify({ ...named, status: 'refused', ...errorIn(answer) });
}

interface Asked {
  readonly 'send-at'?: string;
  readonly answers?: string;
  readonly bot?: boolean;
  readonly purpose?: string;
  readonly override?: readonly string[];
}

/** The fields beside the content, as the HTTP API takes them; the API checks them. */
function askedOf({ 'send-at': sendAt, answers, bot, purpose, override }: Asked) {
  return {
    ...(override === undefined ? {} : { override }),
    ...(sendAt === undefined ? {} : { sendAt }),
    ...(answers === undefined ? {} : { inReplyToMessageId: answers }),
    ...(bot ? { author: { role: 'bot' } } : {}),
    ...(purpose === undefined ? {} : { purpose }),
  };
}

function lineOf(progress: ReplyProgress, { paint }: Pick<Terminal, 'paint'>): string {
  const { status, replyId, messageId, occurredAt, errors, parts, delay } = progress;
  const colour = status === 'failed' || status === 'uncertain' ? 'red' : 'green';
  const about = status === 'queued' ? `reply ${replyId}` : messageId;
  const at = occurredAt === undefined ? undefined : localTime(occurredAt);
  const wait = delay && delayOf(delay);
  const rest = [about, at, wait, errorsOf(errors)].filter(Boolean).join('  ');
  const each = partsOf(parts).map((part) => `\n${' '.repeat(11)}${part}`);
  return `${paint(colour, status.padEnd(10))} ${rest}${each.join('')}`;
}

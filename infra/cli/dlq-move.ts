import { readArguments } from './arguments.ts';
import { usageError } from './cli-error.ts';
import type { Context } from './command.ts';
import { letterJson, subjectOf } from './dlq-describe.ts';
import { findLetter, listed } from './dlq-find.ts';
import { type DeadLetterQueue, openDeadLetterQueues, queueNamed } from './dlq-queues.ts';
import { redrive } from './dlq-redrive.ts';
import { oneLine } from './terminal.ts';

const everyMoves = 100;

interface Wanted {
  readonly queues: readonly DeadLetterQueue[];
  readonly messageId?: string;
}

/** `dlq redrive`: what to move, and how far it is. */
export async function runRedrive(args: readonly string[], context: Context): Promise<void> {
  const { values, positionals } = readArguments('dlq redrive', args, {
    all: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
  const given = values.all ? undefined : positionals[0];
  if (positionals.length > 1 || (positionals.length === 1) === values.all) {
    throw usageError('dlq redrive takes one of <queue>, <message> and --all', 'dlq');
  }
  const { queues } = openDeadLetterQueues(context.localDir);
  const wanted = await wantedOf(queues, given);
  if (values['dry-run']) return tellDry(wanted, values.json, context);
  let moved = 0;
  for (const queue of wanted.queues) moved += await redriveOne(queue, wanted, values.json, context);
  if (moved === 0) context.terminal.note('nothing to move');
}

async function wantedOf(all: readonly DeadLetterQueue[], given?: string): Promise<Wanted> {
  if (given === undefined) return { queues: all };
  const queue = queueNamed(all, given);
  if (queue) return { queues: [queue] };
  const { letter } = await findLetter(all, given);
  return { queues: [letter.queue], messageId: letter.messageId };
}

async function tellDry(
  { queues, messageId }: Wanted,
  json: boolean,
  { terminal }: Context,
): Promise<void> {
  const all = await listed(queues);
  const wanted = all.filter(
    ({ letter }) => messageId === undefined || letter.messageId === messageId,
  );
  for (const each of wanted) {
    const { queue, messageId: id } = each.letter;
    const line = `would move ${id} (${oneLine(subjectOf(each.letter), 60)}) to ${queue.name}`;
    terminal.data(json ? JSON.stringify({ ...letterJson(each), wouldMove: true }) : line);
  }
  if (messageId === undefined) terminal.note('and what stands behind these in their groups');
}

async function redriveOne(
  queue: DeadLetterQueue,
  { messageId }: Wanted,
  json: boolean,
  { terminal, signal }: Context,
): Promise<number> {
  const moved = await redrive(queue, {
    ...(messageId === undefined ? {} : { messageId }),
    signal,
    moved: (count) => {
      if (count % everyMoves === 0) terminal.note(`${queue.name}: ${count} moved`);
    },
  });
  if (json) terminal.data(JSON.stringify({ queue: queue.name, moved }));
  else if (moved > 0) terminal.data(`${queue.name}: ${moved} moved back`);
  return moved;
}

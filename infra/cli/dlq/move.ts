import { readArguments } from '#infra/cli/arguments';
import { CliError, usageError } from '#infra/cli/cli-error';
import type { Context } from '#infra/cli/command';
import { oneLine } from '#infra/cli/output/terminal';
import { messageJson, subjectOf } from './describe.ts';
import { findMessage, listed } from './find.ts';
import { type Objection, overtakenObjection } from './overtaken.ts';
import { type DeadLetterQueue, openDeadLetterQueues, queueNamed } from './queues.ts';
import { type Redriven, redrive } from './redrive.ts';

const everyMoves = 100;

interface Wanted {
  readonly queues: readonly DeadLetterQueue[];
  readonly messageId?: string;
  readonly objection: Objection;
  readonly json: boolean;
}

/** `dlq redrive`: what to move, and how far it is. */
export async function runRedrive(args: readonly string[], context: Context): Promise<void> {
  const { values, positionals } = readArguments('dlq redrive', args, {
    all: { type: 'boolean', default: false },
    force: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
  const given = values.all ? undefined : positionals[0];
  if (positionals.length > 1 || (positionals.length === 1) === values.all) {
    throw usageError('dlq redrive takes one of <queue>, <message> and --all', 'dlq');
  }
  const { queues, table } = openDeadLetterQueues(context.localDir);
  const objection = values.force ? async () => undefined : overtakenObjection(table);
  const wanted = { ...(await meant(queues, given)), objection, json: values.json };
  if (values['dry-run']) return tellDry(wanted, context);
  const results = [];
  for (const queue of wanted.queues) results.push(await redriveOne(queue, wanted, context));
  const left = results.flatMap((each) => [...each.left]);
  if (left.length > 0) throw refusal(left, given);
  const isMoved = results.some(({ count }) => count > 0);
  if (!isMoved) context.terminal.note('nothing to move');
  context.terminal.note(
    isMoved ? 'did they fail again? ./switchboard dlq list' : '  ./switchboard dlq list',
  );
}

async function meant(
  all: readonly DeadLetterQueue[],
  given?: string,
): Promise<Pick<Wanted, 'queues' | 'messageId'>> {
  if (given === undefined) return { queues: all };
  const queue = queueNamed(all, given);
  if (queue) return { queues: [queue] };
  const { message } = await findMessage(all, given);
  return { queues: [message.queue], messageId: message.messageId };
}

async function tellDry(
  { queues, messageId, objection, json }: Wanted,
  { terminal }: Context,
): Promise<void> {
  const all = await listed(queues);
  const wanted = all.filter(
    ({ message }) => messageId === undefined || message.messageId === messageId,
  );
  for (const each of wanted) {
    const { queue, messageId: id } = each.message;
    const reason = await objection(each.message);
    const about = `${id} (${oneLine(subjectOf(each.message), 60)})`;
    const line = reason
      ? `would leave ${about}: ${reason}`
      : `would move ${about} to ${queue.name}`;
    const told = { ...messageJson(each), wouldMove: !reason, ...(reason ? { reason } : {}) };
    terminal.data(json ? JSON.stringify(told) : line);
  }
  if (wanted.length === 0) return terminal.note('nothing to move');
  if (messageId === undefined) terminal.note('and what stands behind these in their groups');
  terminal.note('to move them: the same command without --dry-run');
}

async function redriveOne(
  queue: DeadLetterQueue,
  { messageId, objection, json }: Wanted,
  { terminal, signal }: Context,
): Promise<Redriven> {
  const redriven = await redrive(queue, {
    ...(messageId === undefined ? {} : { messageId }),
    ...{ signal, objection },
    moved: (count) => {
      if (count % everyMoves === 0) terminal.note(`${queue.name}: ${count} moved`);
    },
  });
  const { count: moved, left } = redriven;
  if (json) {
    const told = { queue: queue.name, moved, ...(left.size > 0 ? { left: left.size } : {}) };
    terminal.data(JSON.stringify(told));
  } else if (moved > 0) terminal.data(`${queue.name}: ${moved} moved back`);
  return redriven;
}

/** Lists the dead letters that stay, and why; `--force` moves them all the same. */
function refusal(left: readonly (readonly [string, string])[], given = '--all'): CliError {
  const reasons = left.map(([id, reason]) => `${id}: ${reason}`);
  const what = left.length === 1 ? 'left 1 dead letter' : `left ${left.length} dead letters`;
  return new CliError(
    `${what}, ${reasons.join('; ')}`,
    `the helpdesk is told that it failed; to send it nevertheless: ./switchboard dlq redrive ${given} --force`,
  );
}

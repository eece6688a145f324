import { readArguments, readCount, readPositionals } from '#infra/cli/arguments';
import { usageError } from '#infra/cli/cli-error';
import type { Context } from '#infra/cli/command';
import { findMessage } from './find.ts';
import { listMessages } from './list.ts';
import { runRedrive } from './move.ts';
import { openDeadLetterQueues } from './queues.ts';
import { showMessage } from './show.ts';

const actions: Readonly<
  Record<string, (args: readonly string[], context: Context) => Promise<void>>
> = { list: runList, show: runShow, redrive: runRedrive };

/** `dlq`: list, show or redrive. */
export async function runDlq(
  [name = '', ...rest]: readonly string[],
  context: Context,
): Promise<void> {
  const run = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!run) {
    const given = name === '' ? 'nothing' : name;
    const other = name === 'replay' ? '. replay is a command of its own: see replay --help' : '';
    throw usageError(`dlq takes list, show or redrive; given: ${given}${other}`, 'dlq');
  }
  await run(rest, context);
}

async function runList(args: readonly string[], context: Context): Promise<void> {
  const { values, positionals } = readArguments('dlq list', args, {
    limit: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  });
  readPositionals('dlq list', positionals, []);
  const limit = readCount('--limit', values.limit, 'dlq');
  const { queues } = openDeadLetterQueues(context.localDir);
  await listMessages(queues, { limit, json: values.json }, context);
}

async function runShow(args: readonly string[], context: Context): Promise<void> {
  const { values, positionals } = readArguments('dlq show', args, {
    json: { type: 'boolean', default: false },
  });
  const [given] = readPositionals('dlq show', positionals, ['message'] as const);
  const { queues, logs } = openDeadLetterQueues(context.localDir);
  showMessage(await findMessage(queues, given), { logs, json: values.json }, context);
}

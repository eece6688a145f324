import { readArguments, readDuration } from './arguments.ts';
import { CliError, usageError } from './cli-error.ts';
import type { Context } from './command.ts';
import { confirmed } from './replay-confirm.ts';
import { planJson, planLines, summaryOf } from './replay-lines.ts';
import { type Planned, planReplay } from './replay-plan.ts';
import { putOnIngress } from './replay-queue.ts';
import { type Selection, selectKeys } from './replay-selection.ts';
import { openReplayStack } from './replay-stack.ts';

/** `replay`: shows what would be different, and puts on the ingress queue what is. */
export async function runReplay(args: readonly string[], context: Context): Promise<void> {
  const { values, positionals } = readArguments('replay', args, {
    since: { type: 'string' },
    connector: { type: 'string' },
    account: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
  const selection = readSelection(positionals, values);
  const stack = openReplayStack(context.localDir);
  const keys = await selectKeys(stack.objects, selection);
  const plan = await planReplay(stack, keys, { ...selection, signal: context.signal });
  if (plan.length === 0 && selection.what?.startsWith('s3://')) throw nothing(selection.what);
  tell(plan, values.json, context);
  const wanted = plan.flatMap((each) => each.replay ?? []);
  if (values['dry-run'] || wanted.length === 0) return;
  if (!values.yes && !(await confirmed(`Replay ${wanted.length}?`, context.signal))) return;
  for (const each of wanted) {
    if (context.signal.aborted) throw interrupted();
    await putOnIngress(stack.ingress, each);
  }
  context.terminal.note(`${wanted.length} put on the ingress queue`);
  context.terminal.note('  npx switchboard tail --since 1m --once');
}

function readSelection(
  positionals: readonly string[],
  values: Partial<Record<'since' | 'connector' | 'account', string>>,
): Selection {
  const { since, connector, account } = values;
  const [what, ...rest] = positionals;
  if (rest.length > 0 || (what === undefined && since === undefined)) {
    throw usageError('replay takes one of <s3 uri>, quarantine and --since', 'replay');
  }
  if (what?.startsWith('s3://') && (since ?? connector ?? account) !== undefined) {
    throw usageError(
      'replay: an s3 uri says all; --since, --connector, --account do not go with it',
      'replay',
    );
  }
  const seconds = since === undefined ? undefined : readDuration('--since', since, 'replay');
  return {
    what,
    ...(seconds === undefined ? {} : { since: new Date(Date.now() - seconds * 1000) }),
    ...(connector === undefined ? {} : { connector }),
    ...(account === undefined ? {} : { account }),
  };
}

function tell(plan: readonly Planned[], json: boolean, { terminal }: Context): void {
  for (const each of plan) {
    const lines = json ? [JSON.stringify(planJson(each))] : planLines(each, terminal);
    for (const line of lines) terminal.data(line);
  }
  terminal.note(summaryOf(plan));
}

function nothing(uri: string): CliError {
  return new CliError(
    `nothing is kept under ${uri}`,
    'npx switchboard replay --since 1d --dry-run',
  );
}

function interrupted(): CliError {
  return new CliError('interrupted: not everything was replayed', 'the same command goes on');
}

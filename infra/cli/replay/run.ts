import { readArguments, readDuration } from '#infra/cli/arguments';
import { CliError, usageError } from '#infra/cli/cli-error';
import type { Context } from '#infra/cli/command';
import { confirmed } from '#infra/cli/confirm';
import type { IngressMessage } from '#shared/model/ingress';
import { isLeftAside, planJson, planLines, summaryOf } from './lines.ts';
import { type Planned, planReplay } from './plan.ts';
import { putOnIngress } from './queue.ts';
import { isSetAside, type Selection, selectItems } from './selection.ts';
import { openReplayStack } from './stack.ts';

/** `replay`: shows the differences, and puts the items that differ on the ingress queue. */
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
  const { what } = selection;
  const items = await selectItems(stack, selection, context.signal);
  const plan = await planReplay(stack, items, { ...selection, signal: context.signal });
  if (plan.length === 0 && saysAll(what)) throw nothing(what);
  tell(plan, values.json, context);
  const wanted = plan.flatMap((each) => each.replay ?? []);
  const { note } = context.terminal;
  if (values['dry-run'] || wanted.length === 0) return note(afterPlan(plan, wanted.length));
  if (
    !values.yes &&
    !(await confirmed(`Replay ${wanted.length}?`, context.signal, {
      command: 'replay',
      allowed: '--yes replays, --dry-run only shows',
    }))
  ) {
    return note('nothing was replayed');
  }
  const queues = [];
  for (const each of wanted) {
    if (context.signal.aborted) throw interrupted();
    queues.push(await putOnIngress(stack.ingress, each));
  }
  for (const [queue, all] of Map.groupBy(queues, (name) => name)) {
    note(`${all.length} put on ${queue}`);
  }
  note(`  ./switchboard tail --since ${spanOf(wanted)} --once`);
}

/** The span in which the events of these items lie: they carry the time at which the items were received. */
function spanOf(wanted: readonly { readonly item: IngressMessage }[]): string {
  const first = Math.min(...wanted.map(({ item }) => Date.parse(item.receivedAt)));
  const minutes = Math.ceil((Date.now() - first) / 60_000) + 1;
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.ceil(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.ceil(hours / 24)}d`;
}

/** Names the next step after a plan that replays nothing now. */
function afterPlan(plan: readonly Planned[], wanted: number): string {
  if (wanted > 0) return 'to replay: the same command without --dry-run';
  if (plan.some(({ unreadable }) => unreadable !== undefined)) {
    return 'correct the parser or the account of what is unreadable, then replay again';
  }
  if (plan.some(isLeftAside)) return 'to let in one of them: ./switchboard replay <its s3 uri>';
  if (plan.length > 0) return 'nothing to do: what is stored is what would be read now';
  return 'nothing was found; messages that failed are dead letters: ./switchboard dlq list';
}

function readSelection(
  positionals: readonly string[],
  values: Partial<Record<'since' | 'connector' | 'account', string>>,
): Selection {
  const { since, connector, account } = values;
  const [what, ...rest] = positionals;
  if (rest.length > 0 || (what === undefined && since === undefined)) {
    throw usageError(
      'replay takes one of <message id>, <s3 uri>, quarantine, held and --since',
      'replay',
    );
  }
  const seconds = since === undefined ? undefined : readDuration('--since', since, 'replay');
  const narrowed = {
    ...(seconds === undefined ? {} : { since: new Date(Date.now() - seconds * 1000) }),
    ...(connector === undefined ? {} : { connector }),
    ...(account === undefined ? {} : { account }),
  };
  if (saysAll(what) && Object.keys(narrowed).length > 0) {
    throw usageError(
      `replay: ${what} names the items; --since, --connector and --account exclude it`,
      'replay',
    );
  }
  return { what, ...narrowed };
}

/** One object, one message, or what stands below a uri. */
function saysAll(what: string | undefined): what is string {
  return what !== undefined && !isSetAside(what);
}

function tell(plan: readonly Planned[], json: boolean, { terminal }: Context): void {
  for (const each of plan) {
    const lines = json ? [JSON.stringify(planJson(each))] : planLines(each, terminal);
    for (const line of lines) terminal.data(line);
  }
  terminal.note(summaryOf(plan));
}

function nothing(what: string): CliError {
  return new CliError(`nothing is kept under ${what}`, './switchboard replay --since 1d --dry-run');
}

function interrupted(): CliError {
  return new CliError('interrupted: not everything was replayed', 'the same command continues');
}

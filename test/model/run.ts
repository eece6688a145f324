import type { Database } from './database.ts';
import { problems } from './invariants.ts';
import { add, emptyModel, type Model } from './model.ts';
import type { Defect } from './mutants.ts';
import { observe } from './observed.ts';
import type { ProviderServer } from './provider.ts';
import { createSystem, type System } from './system.ts';
import { customers, providerIdOf, statusWebhook, textWebhook, type Webhook } from './webhooks.ts';

/** One run: the system, and the provider's webhooks that were not answered 2xx and come again. */
export interface Run {
  readonly system: System;
  readonly model: Model;
  readonly unanswered: Webhook[];
  /** Everything that was ever posted, for whoever posts it again. */
  readonly posted: Webhook[];
  readonly wrong: string[];
}

let runs = 0;

/** Opens a run, lets `work` happen, brings everything to rest, and resolves with what is wrong then. */
export async function withRun(
  { database, providers }: { readonly database: Database; readonly providers: ProviderServer },
  defect: Defect | undefined,
  work: (run: Run) => Promise<void>,
): Promise<{ readonly problems: readonly string[]; readonly system: System }> {
  runs += 1;
  const name = `run${runs}`;
  const table = await database.createTable(name);
  const system = createSystem(table, providers.open(name), defect);
  const run: Run = { system, model: emptyModel(), unanswered: [], posted: [], wrong: [] };
  system.provider.now = () => nowOf(run);
  system.provider.onToldFirst = async (delivered) => {
    const webhook = statusWebhook(delivered, 'delivered', true, nowOf(run));
    told(run, `${delivered.messageId}.${delivered.part}`, 'delivered', true);
    await post(run, webhook);
    await normalizeHeads(system);
  };
  try {
    await work(run);
    await drain(run);
    const observed = await observe(database, system);
    return { problems: [...run.wrong, ...problems(run.model, system, observed)], system };
  } finally {
    providers.close(name);
    await database.dropTable(table);
  }
}

/** Both functions take what their queues hand out now, each message once. */
export async function normalizeHeads(system: System): Promise<void> {
  for (const head of system.ingress.heads()) await system.normalize(head);
  for (const head of system.statuses.heads()) await system.normalizeStatuses(head);
}

export const nowOf = ({ system }: Run) => new Date(system.clock.milliseconds);

export function told(
  run: Run,
  key: string,
  status: 'sent' | 'delivered' | 'read' | 'failed',
  named: boolean,
) {
  const { told: known } = run.model;
  known.set(key, [...(known.get(key) ?? []), { status, named }]);
}

/** Posts a webhook; the provider keeps what is not answered 2xx. A known secret is never refused. */
export async function post(
  { system, unanswered, posted, wrong }: Run,
  webhook: Webhook,
  ...how: [fault?: Parameters<System['post']>[2], turn?: Parameters<System['post']>[3]]
): Promise<void> {
  if (!posted.includes(webhook)) posted.push(webhook);
  const { secrets } = system;
  const status = await system.post(webhook, secrets.signsWith(), ...how);
  const kept = unanswered.indexOf(webhook);
  if (status === 200 && kept >= 0) unanswered.splice(kept, 1);
  if (status !== 200 && kept < 0) unanswered.push(webhook);
  if (status !== 200 && status !== 503 && secrets.mustBeKnown()) {
    wrong.push(`an authentic webhook was answered ${status}`);
  }
}

const maxRounds = 60;

/**
 * What happens sooner or later in any case: providers repeat what was not answered, queues hand out what was not
 * deleted, the sweep runs, time passes. What does not come to rest by it is left for the invariants to find.
 */
async function drain(run: Run): Promise<void> {
  const { system } = run;
  payDebts(run);
  system.secrets.adopt();
  let quiet = 0;
  for (let round = 0; round < maxRounds; round += 1) {
    quiet = (await drainOnce(run)) ? quiet + 1 : 0;
    // What was tried in the first quiet round is looked after in the second.
    if (quiet === 2) return;
    system.clock.milliseconds += 16 * 60_000;
  }
  run.wrong.push(`does not come to rest: ${system.lastErrors.slice(-3)}`);
}

/** Messages of which something was told before they were posted. */
function payDebts(run: Run): void {
  const { owed, messages } = run.model;
  for (const [id, customer] of owed) {
    const about = customers[customer];
    if (!about) continue;
    run.unanswered.push(...textWebhook(about, [id], nowOf(run)));
    add(messages, customer, providerIdOf(about.connector, id));
  }
  owed.clear();
}

async function drainOnce(run: Run): Promise<boolean> {
  const { system } = run;
  for (const webhook of [...run.unanswered]) await post(run, webhook);
  await emptyQueue(system.ingress.heads, system.normalize);
  await emptyQueue(system.statuses.heads, system.normalizeStatuses);
  await emptyQueue(system.replies.heads, system.accept);
  await emptyQueue(system.outbound.heads, system.send);
  const idle = await system.sweep();
  const { ingress, statuses, replies, outbound } = system;
  const left = [ingress, statuses, replies, outbound].flatMap((queue) => queue.heads());
  return idle && left.length + run.unanswered.length === 0;
}

/** Group by group until nothing moves. */
async function emptyQueue<Message extends { deleted: boolean }>(
  heads: () => Message[],
  handle: (message: Message) => Promise<void>,
): Promise<void> {
  let moved = true;
  while (moved) {
    moved = false;
    for (const head of heads()) {
      await handle(head);
      moved ||= head.deleted;
    }
  }
}

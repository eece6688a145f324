import fc from 'fast-check';
import type { Fault } from './faults.ts';
import { interleave } from './interleave.ts';
import { add, type Model, newId } from './model.ts';
import { answers } from './provider.ts';
import { nowOf, post, type Run, told } from './run.ts';
import type { Turn } from './system.ts';
import {
  changeWebhook,
  customers,
  echoWebhook,
  poisonWebhook,
  providerIdOf,
  statusWebhook,
  textWebhook,
  wamidOf,
} from './webhooks.ts';

/** What one command does to a run; its words are what a failing run is reported with. */
export type Step = (run: Run) => Promise<void>;
type Command = fc.AsyncCommand<Model, Run>;
type Commands = fc.Arbitrary<Command>;

function command(words: readonly unknown[], step: Step): Command {
  const text = JSON.stringify(words).slice(1, -1);
  return { check: () => true, run: (_, run) => step(run), toString: () => text };
}

const pick = fc.nat(30);
const at = <Item>(items: readonly Item[], index: number): Item | undefined =>
  items[index % Math.max(1, items.length)];

const fault: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constantFrom('kill', 'kill', 'kill', 'outage', 'conflict', 'undeleted'),
  call: fc.nat(6),
  when: fc.constantFrom('before', 'after'),
  calls: fc.integer({ min: 1, max: 3 }),
});
const maybeFault = fc.option(fault, { nil: undefined, freq: 3 });
const customer = fc.nat(customers.length - 1);
const onWhatsapp = fc.nat(1);

/** A customer writes, one message or several in one webhook. */
const text = fc
  .tuple(customer, fc.integer({ min: 1, max: 3 }), maybeFault)
  .map(([who, count, how]) =>
    command(['text', who, count, how], async (run) => {
      const about = customers[who];
      if (!about) return;
      const ids = Array.from({ length: count }, () => newId(run.model, 'm'));
      for (const id of ids) add(run.model.messages, who, providerIdOf(about.connector, id));
      for (const webhook of textWebhook(about, ids, nowOf(run))) await post(run, webhook, how);
    }),
  );

/** A provider repeats a webhook, whatever was answered. */
const repeat = fc.tuple(pick, maybeFault).map(([index, how]) =>
  command(['repeat', index, how], async (run) => {
    const webhook = at(run.posted, index);
    if (webhook) await post(run, webhook, how);
  }),
);

/** A reaction, an edit or a deletion, of a message that came before or of one that is still to come. */
const change = fc
  .tuple(onWhatsapp, fc.constantFrom('reaction', 'edit', 'revoke'), fc.boolean(), pick)
  .map(([who, kind, early, index]) =>
    command(['change', who, kind, early, index], async (run) => {
      const about = customers[who];
      const ids = [...(run.model.messages.get(who) ?? [])].filter((id) => /\.m\d+$/.test(id));
      const known = at(ids, index)?.slice('wamid.'.length);
      const id = early || known === undefined ? newId(run.model, 'm') : known;
      if (!about) return;
      if (id !== known) run.model.owed.set(id, who);
      const number = run.model.issued;
      run.model.issued += 1;
      add(run.model.changes, wamidOf(id), wamidOf(`${id}.${kind}.${number}`));
      await post(run, changeWebhook(about, id, kind, number, nowOf(run)));
    }),
  );

/** The owner answers from the phone. */
const echo = fc.tuple(onWhatsapp, maybeFault).map(([who, how]) =>
  command(['echo', who, how], async (run) => {
    const about = customers[who];
    if (!about) return;
    const id = newId(run.model, 'e');
    add(run.model.messages, who, wamidOf(id));
    await post(run, echoWebhook(about, id, nowOf(run)), how);
  }),
);

const poison = maybeFault.map((how) =>
  command(['poison', how], async (run) => {
    const id = newId(run.model, 'p');
    run.model.poison.add(id);
    await post(run, poisonWebhook(id), how);
  }),
);

/** Somebody posts what the provider never signed: refused, and nothing is queued. */
const forge = customer.map((who) =>
  command(['forge', who], async ({ system, wrong }) => {
    const about = customers[who];
    const [webhook] = about ? textWebhook(about, ['forged'], new Date()) : [];
    if (!webhook) return;
    const before = system.ingress.taken.length;
    const status = await system.post(webhook, 'guessed');
    if (![401, 403].includes(status)) wrong.push(`a forged webhook was answered ${status}`);
    if (system.ingress.taken.length !== before) wrong.push('a forged webhook was queued');
  }),
);

/** A helpdesk replies; `again` repeats an earlier replyId, `other` with another text. */
const reply = fc
  .tuple(
    fc.constantFrom(-1, 0, 0, 1, 2, 2),
    fc.constantFrom('new', 'new', 'long', 'again', 'other'),
    pick,
  )
  .map(([who, kind, index]) =>
    command(['reply', who, kind, index], async (run) => {
      const { replies } = run.model;
      const repeated = kind === 'again' || kind === 'other';
      const replyId = (repeated && at([...replies.keys()], index)) || newId(run.model, 'r');
      const earlier = replies.get(replyId) ?? [];
      const content = { customer: who, text: written(run.model, kind === 'long') };
      handIn(run, replyId, kind === 'again' ? (earlier[0] ?? content) : content);
    }),
  );

/** Puts a reply on the queue, if the helpdesk knows the customer's conversation. */
export function handIn(
  run: Run,
  replyId: string,
  content: { customer: number; text: string },
): void {
  const conversationId = conversationIdOf(run, content.customer);
  if (conversationId === undefined) return;
  const { replies } = run.model;
  replies.set(replyId, [...(replies.get(replyId) ?? []), content]);
  const body = { replyId, conversationId, content: { type: 'text', text: content.text } };
  const id = newId(run.model, 'q');
  run.system.replies.push({ id, body: JSON.stringify(body), deleted: false });
}

/** Two messages of WhatsApp or four of SMS, when long. */
function written(model: Model, long: boolean): string {
  return `answer ${newId(model, 'a')}${long ? ' word'.repeat(1000) : ''}`;
}

/** As a helpdesk knows it: from the event that opened the conversation. */
function conversationIdOf({ system }: Run, who: number): string | undefined {
  if (who < 0) return 'cnv_unknown';
  const opened = system.normalized.taken
    .map(({ body }) => JSON.parse(body))
    .find(
      ({ data }) =>
        data.conversation?.customerIdentities[0].address === customers[who]?.address &&
        data.conversation.id !== undefined,
    );
  return opened?.partitionkey;
}

/** Two customers have written, and the helpdesk knows of it. */
export const openConversations: Step = async (run) => {
  for (const who of [0, 2]) {
    const about = customers[who];
    const id = newId(run.model, 'm');
    if (!about) continue;
    add(run.model.messages, who, providerIdOf(about.connector, id));
    for (const webhook of textWebhook(about, [id], nowOf(run))) await post(run, webhook);
    for (const head of run.system.ingress.heads()) await run.system.normalize(head);
  }
};

/** What a function may be handed now: of each queue one of the messages it would hand out. */
type Work = 'normalize' | 'accept' | 'accept_again' | 'send' | 'sweep';
interface Job {
  readonly work: Work;
  readonly index: number;
  readonly how: Fault | undefined;
}

async function perform({ system }: Run, { work, index, how }: Job, turn?: Turn): Promise<void> {
  if (work === 'sweep') return void (await system.sweep(how, turn));
  if (work === 'normalize' || work === 'send') {
    const queue = work === 'normalize' ? system.ingress : system.outbound;
    const message = at(queue.heads(), index);
    if (message) await system[work](message, how, turn);
    return;
  }
  const all = system.replies.filter(({ deleted }) => work === 'accept_again' || !deleted);
  const queued = at(all, index);
  if (queued) await system.accept(queued, how, turn);
}

const work = fc.constantFrom<Work[]>(
  'normalize',
  'normalize',
  'send',
  'accept',
  'accept_again',
  'sweep',
);
const job = fc.record({ work, index: pick, how: maybeFault });

const invoke = job.map((each) => command(['invoke', each], (run) => perform(run, each)));

/** One message of every queue, without a fault: so that runs get somewhere. */
const flow = pick.map((index) =>
  command(['flow', index], async (run) => {
    for (const each of ['normalize', 'accept', 'send'] as const) {
      await perform(run, { work: each, index, how: undefined });
    }
  }),
);

/** Several functions at the same time, their calls interleaved. No two of them hold the same group. */
const together = fc
  .tuple(
    fc.array(job, { minLength: 2, maxLength: 3 }),
    fc.array(pick, { minLength: 8, maxLength: 8 }),
  )
  .map(([jobs, picks]) =>
    command(['together', jobs, picks], async (run) => {
      const distinct = jobs.filter(
        (each, index) =>
          each.work.startsWith('accept') ||
          jobs.findIndex(({ work: other }) => other === each.work) === index,
      );
      await interleave(
        distinct.map((each) => (turn) => perform(run, each, turn)),
        picks,
      );
    }),
  );

const script = fc.array(fc.constantFrom(...answers), { minLength: 1, maxLength: 3 }).map((some) =>
  command(['script', some], async ({ system }) => {
    system.provider.script.push(...some);
  }),
);

/** The provider tells how far a delivered message is; sometimes without our own ids. */
const tell = fc
  .tuple(
    pick,
    fc.constantFrom('sent', 'delivered', 'read', 'failed'),
    fc.constantFrom(true, true, false),
  )
  .map(([index, status, named]) =>
    command(['tell', index, status, named], async (run) => {
      const delivered = at(run.system.provider.delivered, index);
      if (!delivered) return;
      const key = `${delivered.messageId}.${delivered.part}`;
      const before = run.model.told.get(key)?.find((each) => each.status === status);
      const how = before?.named ?? named;
      told(run, key, status, how);
      await post(run, statusWebhook(delivered, status, how, nowOf(run)));
    }),
  );

const advance = fc.constantFrom(1, 31, 61, 301, 901, 3_700, 90_000).map((seconds) =>
  command(['advance', seconds], async ({ system }) => {
    system.clock.milliseconds += seconds * 1000;
  }),
);

const rotate = fc
  .constantFrom('rotate', 'adopt')
  .map((what) =>
    command([what], async ({ system }) => system.secrets[what as 'rotate' | 'adopt']()),
  );

/** Mostly of what customers write. */
export const messageCommands: readonly Commands[] = [
  ...[text, text, text, repeat, change, change, echo, poison, forge],
  ...[flow, invoke, invoke, invoke, together, together, reply, advance, rotate],
];

/** Mostly of what agents write. */
export const replyCommands: readonly Commands[] = [
  ...[text, reply, reply, reply, flow, flow, flow, invoke, invoke, invoke, together, together],
  ...[script, script, tell, tell, advance, rotate],
];

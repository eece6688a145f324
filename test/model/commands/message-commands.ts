import fc from 'fast-check';
import { add, newId } from '#test/model/model';
import { nowOf, post } from '#test/model/run';
import {
  changeWebhook,
  customers,
  echoWebhook,
  poisonWebhook,
  providerIdOf,
  textWebhook,
  wamidOf,
} from '#test/model/webhooks';
import { at, command, customer, maybeFault, onWhatsapp, pick } from './command.ts';

/** A customer writes, one message or several in one webhook. */
export const text = fc
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
export const repeat = fc.tuple(pick, maybeFault).map(([index, how]) =>
  command(['repeat', index, how], async (run) => {
    const webhook = at(run.posted, index);
    if (webhook) await post(run, webhook, how);
  }),
);

/** A reaction, an edit or a deletion, of a message that came before or of one that is still to come. */
export const change = fc
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
export const echo = fc.tuple(onWhatsapp, maybeFault).map(([who, how]) =>
  command(['echo', who, how], async (run) => {
    const about = customers[who];
    if (!about) return;
    const id = newId(run.model, 'e');
    add(run.model.messages, who, wamidOf(id));
    await post(run, echoWebhook(about, id, nowOf(run)), how);
  }),
);

export const poison = maybeFault.map((how) =>
  command(['poison', how], async (run) => {
    const id = newId(run.model, 'p');
    run.model.poison.add(id);
    await post(run, poisonWebhook(id), how);
  }),
);

/** Somebody posts what the provider never signed: refused, and nothing is queued. */
export const forge = customer.map((who) =>
  command(['forge', who], async ({ system, wrong }) => {
    const about = customers[who];
    const [webhook] = about ? textWebhook(about, ['forged'], new Date()) : [];
    if (!webhook) return;
    const queued = () => system.ingress.taken.length + system.statuses.taken.length;
    const before = queued();
    const status = await system.post(webhook, 'guessed');
    if (![401, 403].includes(status)) wrong.push(`a forged webhook was answered ${status}`);
    if (queued() !== before) wrong.push('a forged webhook was queued');
  }),
);

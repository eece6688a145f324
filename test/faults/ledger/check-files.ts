import { createHash } from 'node:crypto';
import { fileOf } from '#test/faults/channels/email';
import type { Ledger, SeenEvent } from './ledger.ts';

interface Told {
  readonly type: string;
  readonly data: {
    readonly message?: { readonly id: string; readonly providerMessageId?: string };
    readonly attachment?: { readonly state: string; readonly sha256?: string };
  };
}

/** Every file of an acknowledged mail is told as stored, once, with the bytes that came. */
export function checkFiles({ messages, events }: Ledger): string[] {
  const told = [...new Map(events.map((event) => [event.id, event])).values()].map(read);
  const received = told.filter(({ type }) => type === 'switchboard.message.received.v1');
  const ids = new Map(
    received.map(({ data: { message } }) => [message?.providerMessageId, message?.id]),
  );
  const stored = told.filter(({ type }) => type === 'switchboard.attachment.updated.v1');
  const byMessage = Map.groupBy(stored, ({ data }) => data.message?.id);
  return messages.flatMap((message) => {
    const file = message.customer.account.connector === 'email' ? fileOf(message) : undefined;
    if (file === undefined) return [];
    const { providerId } = message;
    return problemsOf(providerId, file, byMessage.get(ids.get(providerId)) ?? []);
  });
}

function problemsOf(providerId: string, file: string, told: readonly Told[]): string[] {
  const [first, ...more] = told;
  if (!first) return [`file lost: ${providerId}`];
  if (more.length > 0) return [`file told ${told.length} times: ${providerId}`];
  const { state, sha256 } = first.data.attachment ?? {};
  const isRight = state === 'stored' && sha256 === createHash('sha256').update(file).digest('hex');
  return isRight ? [] : [`file not as it came (${state}): ${providerId}`];
}

function read({ body }: SeenEvent): Told {
  return JSON.parse(body) as Told;
}

import type { Ledger } from './ledger/ledger.ts';

/** What an event tells, as far as a helpdesk goes on with it. */
interface Told {
  readonly id?: string;
  readonly subject?: string;
  readonly type?: string;
  readonly data?: {
    readonly message?: {
      readonly id?: string;
      readonly text?: string;
      readonly direction?: string;
      readonly providerMessageId?: string;
      readonly content?: { readonly type?: string };
    };
  };
}

/**
 * Writes down every event in the order it came, and learns which conversations there are, what they are answered in,
 * and under which id each reply goes.
 */
export function helpdesk(ledger: Ledger, conversations: string[]) {
  const known = new Set<string>();
  return ({ body }: { body: string }): void => {
    const told = JSON.parse(body) as Told;
    ledger.events.push({ id: told.id ?? '', body });
    if (told.type === 'switchboard.message.accepted.v1') noteAccepted(ledger, told);
    if (!isWritten(told)) return;
    const { subject = '' } = told;
    const providerId = told.data?.message?.providerMessageId ?? '';
    ledger.received.set(providerId, subject);
    if (ledger.stopping.has(providerId) || known.has(subject)) return;
    known.add(subject);
    conversations.push(subject);
  };
}

/** Notices of people who have written nothing are nothing to answer. */
function isWritten({ type, data }: Told): boolean {
  const { direction, content } = data?.message ?? {};
  const isInbound = type === 'switchboard.message.received.v1' && direction === 'inbound';
  return isInbound && content?.type !== 'notice';
}

function noteAccepted({ acceptedAs }: Ledger, { data }: Told): void {
  const { text = '', id = '' } = data?.message ?? {};
  acceptedAs.set(text.trim().split(/\s+/)[0] ?? '', id);
}

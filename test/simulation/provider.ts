import type { VirtualClock } from './virtual-clock.ts';

/** One message as the provider got it. */
export interface Sent {
  readonly ms: number;
  readonly number: string;
  readonly text: string;
}

/** Meta's edge for messages in place of the network: it takes everything, after a while. */
export function playProvider(clock: VirtualClock, milliseconds: number) {
  const sent: Sent[] = [];
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const { text, to } = JSON.parse(String(init?.body)) as { text: { body: string }; to: string };
    const [, number = ''] = /(\d+)\/messages$/.exec(String(input)) ?? [];
    sent.push({ ms: clock.nowMs(), number, text: text.body });
    await clock.sleep(milliseconds);
    const id = `wamid.${sent.length}`;
    const answer = { messaging_product: 'whatsapp', contacts: [{ input: to }], messages: [{ id }] };
    // A true body is read in turns of the event loop, of which the virtual clock does not know: time would pass meanwhile.
    const written = JSON.stringify(answer);
    return { status: 200, headers: new Headers(), text: async () => written } as Response;
  };
  return { sent, restore: () => Object.assign(globalThis, { fetch: original }) };
}

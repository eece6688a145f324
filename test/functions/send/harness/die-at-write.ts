import type { Harness } from './harness.ts';

/** From this write to the table or to a queue on, no call works any more. Resolves with what mends that. */
export function dieAtWrite({ target }: Harness, at: number): () => void {
  const clients = [target.table.client, target.normalized.client, target.outbound.client];
  let made = 0;
  const originals = clients.map((client) => client.send);
  for (const [index, client] of clients.entries()) {
    const original = originals[index];
    const send = async (command: object) => {
      const isWrite = /Update|Put|Transact|SendMessage/.test(command.constructor.name);
      if (isWrite) made += 1;
      if (made > at) throw new Error('dead');
      return Reflect.apply(original as () => unknown, client, [command]);
    };
    Object.assign(client, { send });
  }
  return () => {
    for (const [index, client] of clients.entries())
      Object.assign(client, { send: originals[index] });
  };
}

export class Crash extends Error {}

/** Decides for each call whether the process dies at it: before it has gone out, or after it was answered. */
export type Dies = (command: string) => 'before' | 'after' | undefined;

/** The same client, whose process dies at the calls that are chosen. */
export function dying<Client extends { send: unknown }>(client: Client, dies: Dies): Client {
  const send = client.send as (command: object, ...rest: unknown[]) => Promise<unknown>;
  const dyingSend = async (given: object, ...rest: unknown[]): Promise<unknown> => {
    const command = given.constructor.name;
    const when = dies(command);
    if (when === 'before') throw new Crash(command);
    const answer = await send.call(client, given, ...rest);
    if (when === 'after') throw new Crash(command);
    return answer;
  };
  return new Proxy(client, {
    get: (target, name) => (name === 'send' ? dyingSend : Reflect.get(target, name)),
  });
}

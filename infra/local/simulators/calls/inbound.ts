import * as z from 'zod';
import type { SimulatorContext } from './context.ts';
import { readCall } from './read-call.ts';

/** Has a customer write to us, and resolves with the provider's id and the status of our answer. */
export function askInbound({ simulator, world }: SimulatorContext, body: Buffer) {
  const schema = z.strictObject({
    account: z.enum(world.accounts.map(({ account }) => account)).optional(),
    from: simulator.customer,
    text: z.string().default(''),
    name: z.string().min(1).optional(),
    ...simulator.inboundFields,
  });
  const { account, from, text, name, ...more } = readCall(schema, body);
  const named = { ...(account ? { account } : {}), ...(name ? { name } : {}) };
  return simulator.inbound({ from, text, more, ...named }, world);
}

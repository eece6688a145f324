import * as z from 'zod';
import { BadCall } from './calls/bad-call.ts';
import { readCall } from './calls/read-call.ts';
import type { SimulatedSend, SimulatorWorld, StatusReport } from './simulator.ts';
import { deliver } from './whatsapp-delivery.ts';
import { accountOf } from './whatsapp-inbound.ts';
import { stateOf } from './whatsapp-state.ts';
import { deliverStatus } from './whatsapp-statuses.ts';

const Change = z.strictObject({
  account: z.string().optional(),
  field: z.string().min(1),
  value: z.record(z.string(), z.unknown()),
});

/** `/_signals` and `/_change`: what tests and people may ask of Meta beside the calls of every provider. */
export const ownCalls = {
  'GET /_signals': (_: Buffer, world: SimulatorWorld) => stateOf(world).signals,
  'POST /_change': async (body: Buffer, world: SimulatorWorld) => {
    const { field, value, ...rest } = readCall(Change, body);
    const account = accountOf(rest, world);
    return { status: await deliver({ account, field, value }, world) };
  },
};

export const statuses = ['sent', 'delivered', 'read', 'played', 'failed', 'deleted', 'warning'];

/** A status by hand; `failed` with one of Meta's codes. */
export function reportStatus(
  { messageId }: SimulatedSend,
  { status, code }: StatusReport,
  world: SimulatorWorld,
): Promise<number> {
  const message = stateOf(world).sent.get(messageId);
  if (message === undefined) throw new BadCall(`Meta has no message ${messageId}`);
  return deliverStatus(message, status, world, code === undefined ? undefined : Number(code));
}

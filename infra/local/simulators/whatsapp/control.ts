import * as z from 'zod';
import { BadCall } from '#infra/local/simulators/calls/bad-call';
import { readCall } from '#infra/local/simulators/calls/read-call';
import type {
  SimulatedSend,
  SimulatorWorld,
  StatusReport,
} from '#infra/local/simulators/simulator';
import { deliver } from './delivery.ts';
import { changeGroup, GroupChange } from './groups.ts';
import { accountOf } from './inbound.ts';
import { stateOf } from './state.ts';
import { deliverStatus } from './statuses.ts';

const Change = z.strictObject({
  account: z.string().optional(),
  field: z.string().min(1),
  value: z.record(z.string(), z.unknown()),
});

/** `/_signals`, `/_change` and `/_group`: what tests and people may ask of Meta beside the calls of every provider. */
export const ownCalls = {
  'GET /_signals': (_: Buffer, world: SimulatorWorld) => stateOf(world).signals,
  'POST /_change': async (body: Buffer, world: SimulatorWorld) => {
    const { field, value, ...rest } = readCall(Change, body);
    const account = accountOf(rest, world);
    return { status: await deliver({ account, field, value }, world) };
  },
  'POST /_group': (body: Buffer, world: SimulatorWorld) => {
    const change = readCall(GroupChange, body);
    return changeGroup(change, accountOf(change, world), world);
  },
};

export const statuses = ['sent', 'delivered', 'read', 'played', 'failed', 'deleted', 'warning'];

/** The group member who reports the status; every member, when absent. */
export const statusFields = { recipient: z.string().min(1).optional() };
const StatusFields = z.object(statusFields);

/** Sends a status on request; `failed` with one of Meta's codes. */
export function reportStatus(
  { messageId }: SimulatedSend,
  { status, code, more }: StatusReport,
  world: SimulatorWorld,
): Promise<number> {
  const message = stateOf(world).sent.get(messageId);
  if (message === undefined) throw new BadCall(`Meta has no message ${messageId}`);
  const { recipient } = StatusFields.parse(more);
  return deliverStatus(message, status, world, {
    ...(code === undefined ? {} : { code: Number(code) }),
    ...(recipient === undefined ? {} : { recipient }),
  });
}

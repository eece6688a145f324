import * as z from 'zod';
import { BadCall } from './bad-call.ts';
import type { SimulatorContext } from './context.ts';
import { readCall } from './read-call.ts';

/** The form of a code that is a number; some write it as text. */
export const numericCode = z.union([z.int().transform(String), z.string().regex(/^\d+$/)], {
  error: 'expected a number',
});

export function showSent({ world }: SimulatorContext) {
  return world.sent;
}

export function forgetSent({ world }: SimulatorContext) {
  world.forget();
  return { cleared: true };
}

/** Makes the provider send a status of a message, and resolves with the status code of our answer. */
export async function askStatus({ simulator, world }: SimulatorContext, body: Buffer) {
  const schema = z.strictObject({
    messageId: z.string().min(1),
    status: z.enum(simulator.statuses),
    ...(simulator.statusCode ? { code: simulator.statusCode.optional() } : {}),
    ...simulator.statusFields,
  });
  const { messageId, status, code, ...more } = readCall(schema, body);
  const send = world.sent.find((each) => each.messageId === messageId);
  if (send === undefined) {
    throw new BadCall(`no message ${messageId} was sent here: GET /_sent lists them`);
  }
  const report = { status, more, ...(code === undefined ? {} : { code }) };
  return { status: await simulator.reportStatus(send, report, world) };
}

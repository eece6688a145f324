import * as z from 'zod';
import { BadCall } from '#infra/local/simulators/calls/bad-call';
import type { Simulator } from '#infra/local/simulators/simulator';
import { answer } from './api.ts';
import { faults } from './faults.ts';
import { inbound, inboundFields } from './inbound.ts';
import { stateOf } from './state.ts';

/** Telegram's Bot API, by its documentation (core.telegram.org/bots/api). */
export const simulator: Simulator = {
  connector: 'telegram',
  answer,
  faults,
  calls: { 'GET /_signals': (_, world) => stateOf(world).signals },
  customer: z.string().regex(/^[1-9]\d{0,15}$/, { error: 'expected a Telegram user id, a number' }),
  inboundFields,
  inbound,
  // A bot is told nothing of what becomes of its messages.
  statuses: [],
  reportStatus: () => {
    throw new BadCall('Telegram tells a bot nothing of the messages that it has sent');
  },
};

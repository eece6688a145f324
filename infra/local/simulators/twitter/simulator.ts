import * as z from 'zod';
import type {
  ApiAnswer,
  ApiRequest,
  Simulator,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { callerOf } from './access/caller.ts';
import { reportStatus, statuses } from './activity/own.ts';
import { notFound, unauthorized, wrongWay } from './answers.ts';
import { ownConditions } from './conditions.ts';
import { faults } from './faults.ts';
import { inbound, inboundFields } from './inbound.ts';
import { answerFile } from './media/files.ts';
import { routes } from './routes.ts';
import { stateOf } from './state.ts';

/**
 * X as its users see it: OAuth is really checked, unknown JSON keys are refused, files have rules, and the activity of
 * our own account comes back as `dm.sent` and `post.create`. X never repeats a webhook, and neither does this.
 */
export const simulator: Simulator = {
  connector: 'twitter',
  answer,
  faults,
  conditions: ownConditions,
  customer: z
    .string()
    .regex(/^(?:@?\w{1,20}|\d{1,19})$/, 'expected a handle, as @nora, or a numeric user id'),
  statuses,
  reportStatus,
  inboundFields,
  inbound,
};

async function answer(request: ApiRequest, world: SimulatorWorld): Promise<ApiAnswer> {
  const file = answerFile(request, world);
  if (file) return file;
  const caller = callerOf(request, world);
  if (!caller) return unauthorized;
  const onPath = routes.filter(({ path }) => path.test(request.path));
  const route = onPath.find(({ method }) => method === request.method);
  if (!route) return notFound;
  if (!route.ways.includes(caller.way)) return wrongWay(caller.way, route.ways);
  const [, ...ids] = route.path.exec(request.path) ?? [];
  const state = stateOf(world);
  return route.answer({ request, world, state, caller, account: caller.account, ids });
}

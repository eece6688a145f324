import * as z from 'zod';
import type {
  ApiAnswer,
  ApiRequest,
  Simulator,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { issueAppToken } from './access/app-token.ts';
import { callerOf } from './access/caller.ts';
import { spendCredit } from './access/credits.ts';
import { countCall } from './access/limits.ts';
import { answerOauth1 } from './access/oauth1-consent.ts';
import { answerOauth2 } from './access/oauth2.ts';
import { reportStatus, statuses } from './activity/own.ts';
import { creditsDepleted, forbidden, notFound, unauthorized, wrongWay } from './answers.ts';
import { ownConditions } from './conditions.ts';
import { ownCalls } from './control.ts';
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
  calls: ownCalls,
};

async function answer(request: ApiRequest, world: SimulatorWorld): Promise<ApiAnswer> {
  const open =
    answerFile(request, world) ??
    issueAppToken(request, world) ??
    answerOauth1(request, world) ??
    answerOauth2(request, world);
  return open ?? answerCall(request, world);
}

/** Answers a call for which one has to have signed in. */
async function answerCall(request: ApiRequest, world: SimulatorWorld): Promise<ApiAnswer> {
  const caller = callerOf(request, world);
  if (!caller) return unauthorized;
  const onPath = routes.filter(({ path }) => path.test(request.path));
  const route = onPath.find(({ method }) => method === request.method);
  if (!route) return notFound;
  if (!route.ways.includes(caller.way)) return wrongWay(caller.way, route.ways);
  const { scopes } = caller;
  if (scopes && route.scopes?.some((scope) => !scopes.includes(scope))) return forbidden;
  const counted = countCall(route, caller, world);
  if (counted.refusal) return counted.refusal;
  if (route.hasPrice && !spendCredit(world)) return withHeaders(creditsDepleted, counted.headers);
  const [, ...ids] = route.path.exec(request.path) ?? [];
  const state = stateOf(world);
  const { account } = caller;
  const given = await route.answer({ request, world, state, caller, account, ids });
  return withHeaders(given, counted.headers);
}

function withHeaders(given: ApiAnswer, headers: Readonly<Record<string, string>>): ApiAnswer {
  return { ...given, headers: { ...given.headers, ...headers } };
}

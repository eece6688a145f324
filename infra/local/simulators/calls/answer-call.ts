import type { ApiAnswer, ApiRequest } from '#infra/local/simulators/simulator';
import { BadCall } from './bad-call.ts';
import { changeConditions, forgetConditions, showConditions } from './change-conditions.ts';
import { setClock, showClock } from './clock.ts';
import type { SimulatorContext } from './context.ts';
import { addFaults, forgetFaults, showFaults } from './faults.ts';
import { askInbound } from './inbound.ts';
import { askStatus, forgetSent, showSent } from './sent.ts';

/** The calls that every simulator offers to tests and people, beside its provider's own API. */
const calls: Readonly<Record<string, (context: SimulatorContext, body: Buffer) => unknown>> = {
  'GET /_sent': showSent,
  'DELETE /_sent': forgetSent,
  'GET /_fault': showFaults,
  'POST /_fault': addFaults,
  'DELETE /_fault': forgetFaults,
  'POST /_status': askStatus,
  'GET /_conditions': showConditions,
  'POST /_conditions': changeConditions,
  'DELETE /_conditions': forgetConditions,
  'POST /_inbound': askInbound,
  'GET /_clock': showClock,
  'POST /_clock': setClock,
};

/**
 * Answers a path that begins with `/_`: 400 with a sentence for a call that cannot be followed. Undefined for all other
 * paths.
 */
export async function answerCall(
  context: SimulatorContext,
  request: ApiRequest,
): Promise<ApiAnswer | undefined> {
  if (!request.path.startsWith('/_')) return undefined;
  const { simulator, world } = context;
  const name = `${request.method} ${request.path}`;
  const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
  const own = simulator.calls?.[name];
  try {
    if (call) return json(200, await call(context, request.body));
    if (own) return json(200, await own(request.body, world));
  } catch (fault) {
    if (fault instanceof BadCall) return json(400, { error: fault.message });
    throw fault;
  }
  const allowed = [...Object.keys(calls), ...Object.keys(simulator.calls ?? {})].join(', ');
  return json(404, { error: `no call ${name}, allowed are ${allowed}` });
}

function json(status: number, value: unknown): ApiAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

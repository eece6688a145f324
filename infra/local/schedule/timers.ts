import { randomUUID } from 'node:crypto';
import { place } from '#infra/local/place';
import type { App } from '#infra/local/template/app';
import {
  declared,
  nameIn,
  RuleProperties,
  ScheduleProperties,
} from '#infra/local/template/declared';
import { rateSeconds } from './rate.ts';

/** One function that is called again and again. */
export interface Timer {
  readonly name: string;
  readonly functionName: string;
  readonly expression: string;
  /** JSON for the function; the event of EventBridge when absent. */
  readonly input?: string;
  readonly arn: string;
}

/** Every enabled rule and schedule of the app that has an expression. */
export function timersOf(app: App): readonly Timer[] {
  const rules = app.resources('AWS::Events::Rule').flatMap((resource) => {
    const { ScheduleExpression, State, Targets } = declared(RuleProperties, resource);
    if (!ScheduleExpression || State !== 'ENABLED') return [];
    return Targets.map((target) => timer(resource, ScheduleExpression, target));
  });
  const schedules = app.resources('AWS::Scheduler::Schedule').flatMap((resource) => {
    const { ScheduleExpression, State, Target } = declared(ScheduleProperties, resource);
    return State === 'ENABLED' ? [timer(resource, ScheduleExpression, Target)] : [];
  });
  return [...rules, ...schedules];
}

function timer(
  { logicalId, identity }: { logicalId: string; identity: { attributes: Record<string, string> } },
  expression: string,
  target: { Arn: string; Input?: string | undefined },
): Timer {
  return {
    name: logicalId,
    functionName: nameIn(target.Arn),
    expression,
    arn: identity.attributes['Arn'] ?? '',
    ...(target.Input === undefined ? {} : { input: target.Input }),
  };
}

/**
 * Calls every timer's function at its rate, for the first time after one interval. Returns a function that stops them.
 * `everySeconds` takes the place of the rates: EventBridge knows none below a minute, and tests should not wait so
 * long.
 */
export function startTimers(
  timers: readonly Timer[],
  invoke: (functionName: string, payload: string) => Promise<unknown>,
  warn: (text: string) => void,
  everySeconds?: number,
): () => void {
  const running = timers.flatMap((each) => {
    const seconds = rateSeconds(each.expression);
    if (seconds === undefined) {
      warn(`${each.name}: ${each.expression} does not run here, only rate(…) does`);
      return [];
    }
    const call = () => {
      invoke(each.functionName, each.input ?? scheduledEvent(each)).catch((fault: unknown) =>
        warn(`${each.name}: ${String(fault)}`),
      );
    };
    return [setInterval(call, (everySeconds ?? seconds) * 1000)];
  });
  return () => {
    for (const each of running) clearInterval(each);
  };
}

/** The event that EventBridge sends for a schedule ("Scheduled events"). */
function scheduledEvent({ arn }: Timer): string {
  return JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: place.accountId,
    time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    region: place.region,
    resources: [arn],
    detail: {},
  });
}

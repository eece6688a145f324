import * as z from 'zod';
import type { ApiAnswer, ApiRequest, SimulatorWorld } from './simulator.ts';
import { deliver, deliverWaiting } from './whatsapp-delivery.ts';
import { graphJson, parsedJson } from './whatsapp-errors.ts';
import { changeGroup, GroupChange } from './whatsapp-groups.ts';
import { accountOf } from './whatsapp-inbound.ts';
import { stateOf, Weather } from './whatsapp-state.ts';

const Change = z.strictObject({
  account: z.string().optional(),
  field: z.string().min(1),
  value: z.record(z.string(), z.unknown()),
});

/** `/_weather`, `/_change`, `/_group` and `/_signals`: what tests and people may ask of Meta. */
export async function control(
  request: ApiRequest,
  world: SimulatorWorld,
): Promise<ApiAnswer | undefined> {
  const state = stateOf(world);
  switch (`${request.method} ${request.path}`) {
    case 'GET /_weather':
      return graphJson({ ...state.weather, waiting: state.waiting.length });
    case 'DELETE /_weather':
      return changeWeather(Weather.parse({}), world);
    case 'GET /_signals':
      return graphJson(state.signals);
    case 'POST /_weather':
      return asked(Weather, request, async (weather) => changeWeather(weather, world));
    case 'POST /_group':
      return asked(GroupChange, request, async (change) =>
        graphJson(await changeGroup(change, accountOf(change, world), world)),
      );
    case 'POST /_change':
      return asked(Change, request, async ({ field, value, ...rest }) => {
        const account = accountOf(rest, world);
        return graphJson({ status: await deliver({ account, field, value }, world) });
      });
    default:
      return undefined;
  }
}

/** What was held back comes at once, by the old weather. */
function changeWeather(weather: Weather, world: SimulatorWorld): ApiAnswer {
  void deliverWaiting(world);
  stateOf(world).weather = weather;
  return graphJson(weather);
}

async function asked<Value>(
  schema: z.ZodType<Value>,
  { body }: ApiRequest,
  answer: (value: Value) => Promise<ApiAnswer>,
): Promise<ApiAnswer> {
  const read = schema.safeParse(parsedJson(body));
  return read.success ? answer(read.data) : badRequest(z.prettifyError(read.error));
}

function badRequest(error: string): ApiAnswer {
  return { ...graphJson({ error }), status: 400 };
}

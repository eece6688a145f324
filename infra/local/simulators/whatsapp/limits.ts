import type {
  ApiAnswer,
  SimulatedAccount,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { graphError } from './errors.ts';
import type { Person } from './people.ts';
import type { Send } from './send.ts';
import { mediaUses } from './send-media.ts';
import { ownConditionsOf, pairOf, stateOf } from './state.ts';

const windowMilliseconds = 24 * 3600 * 1000;

/** One message in six seconds to one customer, and 45 borrowed from the future (about-the-platform, "Pair limits"). */
const pairBurst = 45;
const pairMilliseconds = 6000;

/** The refusal of a well-formed message by a limit of Meta's; undefined when Meta takes it. */
export function limitRefusal(
  send: Send,
  account: SimulatedAccount,
  person: Person,
  world: SimulatorWorld,
): ApiAnswer | undefined {
  const own = String(account.settings['displayPhoneNumber'] ?? '').replace(/\D/g, '');
  if (own !== '' && person.phone === own) return graphError(131021);
  return (
    missingMedia(send, account, world) ??
    (send.type === 'template' ? undefined : closedWindow(account, person, world)) ??
    pairLimit(account, person, world)
  );
}

/** Refuses a media id that was never uploaded to this number, or that has expired. */
function missingMedia(
  send: Send,
  account: SimulatedAccount,
  world: SimulatorWorld,
): ApiAnswer | undefined {
  const { media } = stateOf(world);
  const missing = mediaUses(send).find(({ id }) => {
    const file = media.get(id);
    return file?.account !== account || file.expiresAt < world.now().getTime();
  });
  if (missing === undefined) return undefined;
  const what = 'is not a valid whatsapp business account media attachment ID';
  return graphError(100, { message: `Param ${missing.param} ${what}` });
}

/** Refuses a message to a customer who has not written for 24 hours or, with `strictWindow`, has never written. */
function closedWindow(
  account: SimulatedAccount,
  person: Person,
  world: SimulatorWorld,
): ApiAnswer | undefined {
  const last = stateOf(world).lastInbound.get(pairOf(account, person));
  if (last === undefined) {
    return ownConditionsOf(world).strictWindow ? graphError(131047) : undefined;
  }
  return world.now().getTime() - last > windowMilliseconds ? graphError(131047) : undefined;
}

function pairLimit(
  account: SimulatedAccount,
  person: Person,
  world: SimulatorWorld,
): ApiAnswer | undefined {
  const { pairs } = stateOf(world);
  const pair = pairOf(account, person);
  const now = world.now().getTime();
  const { left, at } = pairs.get(pair) ?? { left: pairBurst, at: now };
  const available = Math.min(pairBurst, left + Math.max(0, now - at) / pairMilliseconds);
  if (available < 1) return graphError(131056);
  pairs.set(pair, { left: available - 1, at: now });
  return undefined;
}

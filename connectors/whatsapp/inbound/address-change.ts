import { firstText } from '#connectors/whatsapp/item';
import { type JsonObject, objectOf } from '#shared/json';
import { distinctIdentities, type Identity, identityKey } from '#shared/model/identity';
import { identities } from './identities.ts';

/** The customer's addresses before and after a change WhatsApp tells of. */
export interface AddressChange {
  readonly current: readonly Identity[];
  readonly previous: readonly Identity[];
}

/** `customer_…` was its name in the first versions; `customer_identity_changed` is a new security code, no address. */
const changeTypes = /^(user|customer)_changed_(number|user_id)$/;

/** The end of "User Ada changed from 4917… to 4917…"; a name may hold anything, so nothing before it counts. */
const toldChange = / changed from (\S{1,160}) to (\S{1,160})$/;

/**
 * Reads a `system` message about a new number or a new user id; undefined where it is about something else, or names no
 * new address. The new ones stand in `system`, before v12 as `new_wa_id`. The message itself is written in the old
 * address's name. `previous_user_id` came in August 2026; before that only the body's sentence had it, which is
 * believed only where it ends in a new address that is known.
 */
export function addressChangeOf(message: JsonObject): AddressChange | undefined {
  const system = objectOf(message['system']);
  const type = firstText(system, 'type') ?? '';
  if (!changeTypes.test(type) && system['new_wa_id'] === undefined) return undefined;
  const [, toldFrom, toldTo] = toldChange.exec(firstText(system, 'body')?.trim() ?? '') ?? [];
  const told = identities('phone', toldTo);
  const named = [
    ...identities('phone', firstText(system, 'wa_id', 'new_wa_id')),
    ...identities('bsuid', firstText(system, 'user_id')),
    ...identities('parent_bsuid', firstText(system, 'parent_user_id')),
  ];
  const current = distinctIdentities(named.length > 0 ? named : told.filter(isAddress));
  if (current.length === 0) return undefined;
  const isTold = told.some((each) => isAmong(current, each));
  const previous = [
    ...identities('bsuid', firstText(system, 'previous_user_id')),
    ...identities('parent_bsuid', firstText(system, 'previous_parent_user_id')),
    ...identities('phone', firstText(message, 'from')),
    ...identities('bsuid', firstText(message, 'from_user_id')),
    ...identities('parent_bsuid', firstText(message, 'from_parent_user_id')),
    ...(isTold ? identities('phone', toldFrom).filter(isAddress) : []),
  ];
  return {
    current,
    previous: distinctIdentities(previous).filter((each) => !isAmong(current, each)),
  };
}

/** A sentence holds words as well; a field holds nothing but an address. */
function isAddress({ kind }: Identity): boolean {
  return kind !== 'user_id';
}

function isAmong(all: readonly Identity[], identity: Identity): boolean {
  return all.some((each) => identityKey(each) === identityKey(identity));
}

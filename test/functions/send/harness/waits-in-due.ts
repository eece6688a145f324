import { dueClassOf } from '#shared/table/keys';

/** True while a reply waits to be sent, or to be settled. Looking its status up much later is neither. */
export function waitsInDue(state: { readonly duePk?: string | undefined } | undefined): boolean {
  const dueClass = dueClassOf(state ?? {});
  return dueClass !== undefined && dueClass !== 'status';
}

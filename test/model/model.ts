import { type DeliveryStatus, statusRank } from '#shared/model/delivery-status';

/** What the world outside has done, which is all that the end is judged by. */
export interface Model {
  /** Of each customer the ids of the messages posted: their own, and the owner's from the phone. */
  readonly messages: Map<number, Set<string>>;
  /** Of each message the ids of what was told about it later. */
  readonly changes: Map<string, Set<string>>;
  /** Messages something was told about before they were posted; the drain posts them. */
  readonly owed: Map<string, number>;
  /** Of each replyId every command with it: customer and text. */
  readonly replies: Map<string, { readonly customer: number; readonly text: string }[]>;
  /** Of each delivered part of a reply (`messageId.part`) the statuses told. */
  readonly told: Map<string, { readonly status: DeliveryStatus; readonly named: boolean }[]>;
  readonly poison: Set<string>;
  issued: number;
}

export function emptyModel(): Model {
  return {
    messages: new Map(),
    changes: new Map(),
    owed: new Map(),
    replies: new Map(),
    told: new Map(),
    poison: new Set(),
    issued: 0,
  };
}

export function newId(model: Model, prefix: string): string {
  model.issued += 1;
  return `${prefix}${model.issued}`;
}

export function add<Key, Value>(sets: Map<Key, Set<Value>>, key: Key, value: Value): void {
  sets.set(key, (sets.get(key) ?? new Set()).add(value));
}

/** One reply at the end: how often each part was delivered, and what the table says of it. */
export interface Ending {
  readonly state: string;
  /** The part that is next or under way. */
  readonly part: number;
  readonly parts: number;
  readonly delivered: readonly number[];
  readonly told: Model['told'] extends Map<string, infer Told> ? readonly Told[] : never;
}

/** What is wrong with how often the parts of a reply were delivered; undefined where all is well. */
export function wrongCounts({ state, part, parts, delivered, told }: Ending): string | undefined {
  const toldFailed = told.flat().some(({ status }) => status === 'failed');
  const wanted = Array.from({ length: parts }, (_, index) => {
    if (state === 'sent' || index < part) return [1];
    if ((state === 'uncertain' && index === part) || (state === 'failed' && toldFailed))
      return [0, 1];
    return [0];
  });
  const fits = wanted.every((counts, index) => counts.includes(delivered[index] ?? 0));
  return fits ? undefined : `${state} at part ${part} of ${parts}, delivered ${delivered}`;
}

/** The status a reply of one part must show: the furthest of what it reached here and what was told. */
export function finalStatus({ state, told }: Ending): DeliveryStatus {
  const [own = []] = told;
  const heard = own.filter(({ named }) => named || state === 'sent').map(({ status }) => status);
  return [state as DeliveryStatus, ...heard].reduce((best, status) =>
    statusRank[status] > statusRank[best] ? status : best,
  );
}

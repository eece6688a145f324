import { localTime, oneLine, type Style, type Terminal } from '#infra/cli/output/terminal';
import type { Change } from './changes.ts';
import type { Outcome } from './outcome.ts';
import type { Planned } from './plan.ts';

/** One line of `--json`. The names are stable. */
export function planJson({
  uri,
  messageId,
  item,
  quarantined,
  letter,
  unreadable,
  outcomes,
  replay,
}: Planned) {
  const { connector, account, receivedAt } = item ?? {};
  return {
    uri,
    messageId,
    connector,
    account,
    receivedAt,
    quarantined,
    ...letter,
    willReplay: replay !== undefined,
    ...(unreadable === undefined ? {} : { unreadable }),
    outcomes,
  };
}

/** The same for people: the object or the message, then a line for each value in it, then one for each field that differs. */
export function planLines(planned: Planned, { paint }: Pick<Terminal, 'paint'>): string[] {
  const { uri, messageId, item, quarantined, letter, unreadable, outcomes } = planned;
  const from = item ? `  ${item.connector}/${item.account}, ${localTime(item.receivedAt)}` : '';
  return [
    uri ?? messageId ?? '',
    ...(from ? [from] : []),
    ...(quarantined
      ? [`  ${quarantined.held ? 'held' : 'quarantined'}: ${oneLine(quarantined.reason)}`]
      : []),
    ...(letter ? [`  from ${oneLine(letter.sender, 80)}: ${oneLine(letter.subject, 100)}`] : []),
    ...(unreadable === undefined
      ? []
      : [`  ${paint('red', 'still unreadable')}: ${oneLine(unreadable)}`]),
    ...outcomes.flatMap((outcome) => outcomeLines(outcome, quarantined !== undefined, paint)),
  ];
}

const colours: Readonly<Record<Outcome['outcome'], Style>> = {
  new: 'green',
  changed: 'cyan',
  same: 'dim',
  ignored: 'dim',
};

function outcomeLines(
  { outcome, kind, messageId, note, changes }: Outcome,
  wasQuarantined: boolean,
  paint: Terminal['paint'],
): string[] {
  const isStoredSince = wasQuarantined && outcome === 'same' && messageId !== undefined;
  const words = {
    new: `new ${kind}`,
    changed: 'would be corrected',
    same: isStoredSince ? 'stored since' : 'no difference',
    ignored: 'ignored',
  }[outcome];
  const about = [messageId, note === undefined ? undefined : oneLine(note, 100)].filter(Boolean);
  return [
    `  ${paint(colours[outcome], words)}${about.length > 0 ? `: ${about.join(', ')}` : ''}`,
    ...changes.map(changeLine),
  ];
}

function changeLine({ field, stored, read, corrected }: Change): string {
  const kept = corrected ? '' : '  (stays as it is stored)';
  return `    ${field}: ${shown(stored)} → ${shown(read)}${kept}`;
}

function shown(value: unknown): string {
  return value === undefined ? '(absent)' : oneLine(JSON.stringify(value), 80);
}

/** `3 items: 1 to replay, 1 without a difference, 1 still unreadable`. */
export function summaryOf(plan: readonly Planned[]): string {
  const unreadable = plan.filter((each) => each.unreadable !== undefined).length;
  const wanted = plan.filter(({ replay }) => replay !== undefined).length;
  const aside = plan.filter(isLeftAside).length;
  const same = plan.length - unreadable - wanted - aside;
  const parts = [
    `${wanted} to replay`,
    ...(aside > 0 ? [`${aside} left aside`] : []),
    ...(same > 0 ? [`${same} without a difference`] : []),
    ...(unreadable > 0 ? [`${unreadable} still unreadable`] : []),
  ];
  return `${plan.length} ${plan.length === 1 ? 'item' : 'items'}: ${parts.join(', ')}`;
}

/** True for a held item that is let in only where a person names it: a report of another mail. */
export function isLeftAside({ quarantined, item, replay, outcomes }: Planned): boolean {
  const isIgnored = outcomes.length > 0 && outcomes.every(({ outcome }) => outcome === 'ignored');
  return quarantined?.held === true && isIgnored && replay === undefined && !item?.released;
}

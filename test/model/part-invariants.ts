import { type DeliveryStatus, type MessagePart, statusRank } from '#shared/model/delivery-status';
import type { Entry } from '#shared/table/entry';
import { messageParts } from '#shared/table/parts';
import type { Ending } from './model.ts';
import type { Observed } from './observed.ts';

/** What is said of a reply in several messages is true of each of them, in the table and in the last event. */
export function partProblems({ events }: Observed, entry: Entry, ending: Ending): string[] {
  const parts = messageParts(entry);
  if (ending.parts === 1 || !parts) return [];
  const { replyId } = entry.message ?? {};
  const last = events
    .map(({ event: { data } }) => data)
    .findLast((data) => 'status' in data && data.replyId === replyId && data.message);
  const told = last && 'parts' in last ? last.parts : undefined;
  return [
    ...parts.flatMap((part) => reportProblems(part, ending)),
    ...wholeProblems(entry, parts),
    ...(told && missing(told) !== missing(parts)
      ? [`told ${missing(told)}, not ${missing(parts)}`]
      : []),
  ];
}

/** Each part as far as was told of it. What was told under the provider's id alone may have found nobody. */
function reportProblems(
  { part, status }: MessagePart,
  { state, told, ...ending }: Ending,
): string[] {
  const heard = told[part] ?? [];
  const isKnown = state === 'sent' || part < ending.part;
  const [surely, perhaps] = [heard.filter(({ named }) => named || isKnown), heard];
  const own: DeliveryStatus[] = (ending.delivered[part] ?? 0) > 0 && isKnown ? ['sent'] : [];
  const least = furthest([...own, ...surely.map((each) => each.status)]);
  const max = furthest(['failed', ...own, ...perhaps.map((each) => each.status)]);
  const fits = least === undefined || statusRank[status] >= statusRank[least];
  return fits && statusRank[status] <= statusRank[max ?? 'failed']
    ? []
    : [`part ${part} shows ${status}, was told ${heard.map((each) => each.status)}`];
}

function furthest(statuses: readonly DeliveryStatus[]): DeliveryStatus | undefined {
  return statuses.toSorted((one, other) => statusRank[other] - statusRank[one])[0];
}

const isMissing = ({ status }: MessagePart) => status === 'failed';
const missing = (parts: readonly MessagePart[]) => parts.map(isMissing).join();
const isArrived = (part: MessagePart) =>
  !isMissing(part) && statusRank[part.status] >= statusRank.sent;

function wholeProblems({ status, errors = [] }: Entry, parts: readonly MessagePart[]): string[] {
  const shown = `${status} of ${parts.map((part) => part.status)}`;
  const code = errors[0]?.code;
  if (status === 'failed') {
    const isInPart = code === 'sent_in_part';
    return parts.some(isMissing) && isInPart === parts.some(isArrived) ? [] : [`${shown}: ${code}`];
  }
  // Some surely arrived, some surely not: that is known, and no uncertainty of another part hides it.
  if (status === 'uncertain' && parts.some(isMissing) && parts.some(isArrived)) return [shown];
  if (status === undefined || statusRank[status] < statusRank.sent) return [];
  const isTrue = parts.every(
    (part) => isArrived(part) && statusRank[part.status] >= statusRank[status],
  );
  return isTrue ? [] : [shown];
}

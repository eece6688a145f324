import { firstOf, type ReplyComplaint } from '#shared/connector/reply-complaint';
import type { ReplyContent } from '#shared/model/reply-content';
import { invalid } from './complaints.ts';

type LocationContent = Extract<ReplyContent, { type: 'location' }>;

export function checkLocation({
  latitude,
  longitude,
  name,
  address,
}: LocationContent): ReplyComplaint | undefined {
  return firstOf([
    beyond('latitude', latitude, 90),
    beyond('longitude', longitude, 180),
    name === '' ? invalid('name is empty') : undefined,
    address === '' ? invalid('address is empty') : undefined,
  ]);
}

function beyond(field: string, degrees: number, limit: number): ReplyComplaint | undefined {
  if (Math.abs(degrees) <= limit) return undefined;
  const title = `${field} is ${degrees}; allowed: ${-limit} to ${limit}`;
  return { code: 'limit_exceeded', title };
}

import { foreignPrefix } from '#connectors/twilio/address';
import type { ChannelAlert } from '#shared/connector/channel-event';

/**
 * Tells once that messages of a channel come in which this project has not: `messenger:`, `instagram:`. The alert has one
 * id for each channel, so that many messages are one alert. Each webhook is archived whole and can be read again.
 */
export function foreignChannel(fields: ReadonlyMap<string, string>): ChannelAlert | undefined {
  const prefix = ['From', 'To']
    .map((name) => foreignPrefix(fields.get(name) ?? ''))
    .find((found) => found !== undefined);
  if (prefix === undefined) return undefined;
  return {
    kind: 'alert',
    id: `channel:${prefix}`,
    channel: 'sms',
    code: 'unsupported_field',
    title: `messages of the channel "${prefix}" come to this account and are not read; only whatsapp, rcs and plain numbers are`,
  };
}

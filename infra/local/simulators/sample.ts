import type { Channel } from '#shared/model/channel';

/** Invented facts of a provider, valid on this machine only. */
export interface Sample {
  /** New credentials, as the provider would issue them: the same field names and shapes. Absent: it issues none. */
  readonly credentials?: () => Readonly<Record<string, string>>;
  /** A customer of each channel who writes when no other is named. The numbers and domains belong to no real person. */
  readonly customers: Readonly<Partial<Record<Channel, string>>>;
  /** The prefix by which the provider tells a channel from another one with the same addresses. */
  readonly addressPrefix?: Readonly<Partial<Record<Channel, string>>>;
}

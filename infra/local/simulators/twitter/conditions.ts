import * as z from 'zod';
import type { SimulatorWorld } from '#infra/local/simulators/simulator';

/** The conditions of X beside those of every provider. */
export const ownConditions = {
  /** The seconds for which X works on a video, from its upload on. */
  processingSeconds: z.number().min(0).max(600).default(1),
  /** `fails`: X cannot read any video. */
  processing: z.enum(['succeeds', 'fails']).default('succeeds'),
  /**
   * `outage`: events happen, and none reaches us. `invalid`: the same, because X has given our webhooks up; each
   * works again once it is validated.
   */
  webhook: z.enum(['normal', 'outage', 'invalid']).default('normal'),
  /** The form of the webhooks: the X Activity API, or the older Account Activity API. */
  activityApi: z.enum(['x_activity', 'account_activity']).default('x_activity'),
  /** Seconds between two challenges of a registered webhook. */
  challengeSeconds: z.number().min(0.1).max(86_400).default(1800),
  webhookLimit: z.int().min(0).max(100).default(1),
  subscriptionLimit: z.int().min(0).max(75_000).default(1500),
  /** The seconds that stand for the fifteen minutes of a rate limit; 0: there are no limits. */
  limitWindowSeconds: z.number().min(0).max(900).default(0),
  /** The seconds that stand for the day of a daily limit. */
  limitDaySeconds: z.number().min(1).max(86_400).default(86_400),
  /** The calls that the app has paid for, of those that have a price; without it they never end. */
  credits: z.int().min(0).max(1_000_000).optional(),
  /** X lets us answer only those posts that mention or quote us, and our own. */
  summoned: z.boolean().default(false),
  /** The seconds for which an OAuth 2 access token is good. */
  accessTokenSeconds: z.number().min(0.1).max(7200).default(7200),
};

const OwnConditions = z.object(ownConditions);

export function conditionsOf({ conditions }: SimulatorWorld): z.infer<typeof OwnConditions> {
  return OwnConditions.parse(conditions());
}

import * as z from 'zod';
import type { SimulatorWorld } from '#infra/local/simulators/simulator';

/** The conditions of X beside those of every provider. */
export const ownConditions = {
  /** The seconds for which X works on a video, from its upload on. */
  processingSeconds: z.number().min(0).max(600).default(1),
  /** `fails`: X cannot read any video. */
  processing: z.enum(['succeeds', 'fails']).default('succeeds'),
};

const OwnConditions = z.object(ownConditions);

export function conditionsOf({ conditions }: SimulatorWorld): z.infer<typeof OwnConditions> {
  return OwnConditions.parse(conditions());
}

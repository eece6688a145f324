import { answerMutants } from './answers.ts';
import { deletionMutants } from './deletions.ts';
import { doorMutants } from './doors.ts';
import { inboundMutants } from './inbound.ts';
import type { Mutant } from './mutant.ts';
import { outboundMutants } from './outbound.ts';
import { pacingMutants } from './pacing.ts';

/** Every way in which the pipeline is built wrong. */
export const mutants: readonly Mutant[] = [
  ...inboundMutants,
  ...doorMutants,
  ...outboundMutants,
  ...answerMutants,
  ...pacingMutants,
  ...deletionMutants,
];

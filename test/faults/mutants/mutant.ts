import type { TextChange } from '#test/faults/bundles/text-plugin';

/** One way to build the pipeline wrong, which the harness must notice. */
export interface Mutant {
  readonly name: string;
  readonly changes: readonly TextChange[];
}

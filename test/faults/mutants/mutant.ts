import type { TextChange } from '#test/faults/bundles/text-plugin';

/** One way to build the pipeline wrong, which the harness must notice. */
export interface Mutant {
  readonly name: string;
  /** What the harness must say of it. Another complaint does not count: it would be there for another reason. */
  readonly problem: RegExp;
  readonly changes: readonly TextChange[];
}

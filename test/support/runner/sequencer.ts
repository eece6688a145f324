import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that mostly wait: they come first, and the others are run beside them. */
const first = [
  'test/flows/provider-faults.test.ts',
  'test/connectors/contract.test.ts',
  'test/cli/flow.test.ts',
  'test/flows/provider-conditions.test.ts',
  'test/flows/reply-order.test.ts',
];

/** Vitest's own order behind what takes longest: without it a fresh clone begins with whatever is largest. */
export class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files);
    const place = ({ moduleId }: TestSpecification) => {
      const at = first.findIndex((path) => moduleId.endsWith(path));
      return at < 0 ? first.length : at;
    };
    return usual.toSorted((one, other) => place(one) - place(other));
  }
}

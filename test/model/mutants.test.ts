import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Found } from '#test/properties/parameters';
import { checkCommands, type Stage, startStage } from './check.ts';
import { messageCommands, replyCommands, statusCommands } from './commands/commands.ts';
import { openConversations } from './commands/reply-commands.ts';
import { mutants } from './mutants.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

/** The runs that have found each, for the small size: the nightly searches anywhere. */
const found: Readonly<Record<string, Found>> = {
  'deletes a queue message whose work failed': { seed: 503919789, run: 6 },
  'answers 200 before the items are queued': { seed: 503931234, run: 2 },
  'hands out messages of one group in any order': { seed: 503933704, run: 3 },
  'takes replies in any order': { seed: 503937963, run: 23 },
  'stores a message again that it has': { seed: 503954270, run: 2 },
  'accepts a reply again that it has': { seed: 503954914, run: 1 },
  'sends again what may have been sent': { seed: 503957145, run: 1 },
  'lets a status overwrite a later one': { seed: 503957963, run: 24 },
  'forgets that a part failed': { seed: 503976392, run: 28 },
  'tells trouble of an account as often as it is reported': { seed: 503984777, run: 84 },
  'loses an event and moves the cursor': { seed: 504003545, run: 1 },
  'publishes other bytes the second time': { seed: 504003828, run: 26 },
  'never sweeps': { seed: 504013755, run: 1 },
};

const allCommands = [...messageCommands, ...replyCommands];

describe('a system that', () => {
  it.each(Object.entries(mutants))(
    '%s is found out',
    async (name, defect) => {
      const from = found[name];
      const checked = await checkCommands(stage, defect.inStatuses ? statusCommands : allCommands, {
        ...{ runs: 300, maxCommands: 40, defect },
        ...(from ? { from } : {}),
        opening: openConversations,
      });
      console.log(
        `found in run ${checked.runs} of seed ${checked.seed}: ${checked.problem?.split('\n').at(-1)}`,
      );
      expect(checked.problem).toBeDefined();
    },
    300_000,
  );
});

it('each has a run that has found it', () => {
  expect(Object.keys(found).toSorted()).toEqual(Object.keys(mutants).toSorted());
});

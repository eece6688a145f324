import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCommands, type Stage, startStage } from './check.ts';
import { messageCommands, replyCommands, statusCommands } from './commands/commands.ts';
import { openConversations } from './commands/reply-commands.ts';
import { mutants } from './mutants.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const allCommands = [...messageCommands, ...replyCommands];

describe('a system that', () => {
  it.each(Object.entries(mutants))(
    '%s is found out',
    async (_, defect) => {
      const checked = await checkCommands(stage, defect.inStatuses ? statusCommands : allCommands, {
        ...{ runs: 300, maxCommands: 40, defect },
        opening: openConversations,
      });
      console.log(`found in run ${checked.runs}: ${checked.problem?.split('\n').at(-1)}`);
      expect(checked.problem).toBeDefined();
    },
    300_000,
  );
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCommands, reportOf, type Stage, startStage } from './check.ts';
import { replyCommands, statusCommands } from './commands/commands.ts';
import { openConversations } from './commands/reply-commands.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

describe('any sequence of replies, answers of providers, statuses, faults and deaths', () => {
  it('sends each reply once or says why not, and statuses only climb', async () => {
    const checked = await checkCommands(stage, replyCommands, {
      runs: { small: 12, full: 120 },
      opening: openConversations,
    });
    console.log(reportOf('replies', checked));
    expect(checked.problem).toBeUndefined();
  }, 900_000);

  it('says of each reply what is true of all its parts', async () => {
    const checked = await checkCommands(stage, statusCommands, {
      runs: { small: 10, full: 60 },
      opening: openConversations,
    });
    console.log(reportOf('statuses', checked));
    expect(checked.problem).toBeUndefined();
  }, 900_000);
});

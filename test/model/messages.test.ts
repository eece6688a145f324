import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCommands, reportOf, type Stage, startStage } from './check.ts';
import { messageCommands } from './commands/commands.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

describe('any sequence of messages, repeats, changes, faults and deaths', () => {
  it('stores each message once and in order, and publishes it so', async () => {
    const checked = await checkCommands(stage, messageCommands, {
      runs: { small: 24, full: 880 },
    });
    console.log(reportOf('messages', checked));
    expect(checked.problem).toBeUndefined();
  }, 900_000);
});

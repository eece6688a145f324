import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCommands, reportOf, type Stage, startStage } from './check.ts';
import * as commands from './commands.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const { text, reply, flow, invoke, together, script, tell, advance, rotate } = commands;
const list = [
  ...[text, reply, reply, reply, flow, flow, flow, invoke, invoke, invoke, together, together],
  ...[script, script, tell, tell, advance, rotate],
];

describe('any sequence of replies, answers of providers, statuses, faults and deaths', () => {
  it('sends each reply once or says why not, and statuses only climb', async () => {
    const checked = await checkCommands(stage, list, {
      runs: 500,
      opening: commands.openConversations,
    });
    console.log(reportOf('replies', checked));
    expect(checked.problem).toBeUndefined();
  }, 900_000);
});

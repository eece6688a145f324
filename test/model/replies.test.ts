import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCommands, type Stage, startStage } from './check.ts';
import * as commands from './commands.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

describe('replies', () => {
  it('go out', async () => {
    const { text, reply, flow, invoke, together, script, tell, advance, rotate } = commands;
    const t = performance.now();
    const r = await checkCommands(
      stage,
      [
        text,
        reply,
        reply,
        flow,
        flow,
        invoke,
        invoke,
        together,
        script,
        tell,
        tell,
        advance,
        rotate,
      ],
      { runs: 100, opening: commands.openConversations },
    );
    console.log((performance.now() - t) / 100, { ...r, details: undefined });
    if (r.details.failed) console.log(fc.defaultReportMessage(r.details), r.details.errorInstance);
    expect(r.details.failed).toBe(false);
  }, 600_000);
});

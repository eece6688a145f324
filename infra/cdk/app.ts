import { exit, stderr } from 'node:process';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { Misconfigured } from './config/misconfigured.ts';
import type { Stage } from './config/stage.ts';
import { stageNamed } from './config/stages.ts';
import { addSwitchboard } from './switchboard.ts';

const app = new App();
const name = String(app.node.tryGetContext('stage') ?? 'local');
const stage: Stage = await stageNamed(name).catch((fault: unknown) => {
  if (!(fault instanceof Misconfigured)) throw fault;
  stderr.write(`${fault.message}\n`);
  exit(1);
});
addSwitchboard(app, stage, fileURLToPath(new URL('../../dist', import.meta.url)));

import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { stageNamed } from './config/stages.ts';
import { addSwitchboard } from './switchboard.ts';

const app = new App();
const stage = await stageNamed(String(app.node.tryGetContext('stage') ?? 'local'));
addSwitchboard(app, stage, fileURLToPath(new URL('../dist', import.meta.url)));

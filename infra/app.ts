import { fileURLToPath } from 'node:url';
import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Stage } from './config/stage.ts';
import { SwitchboardMailStack } from './mail-stack.ts';
import { SwitchboardStack } from './stack.ts';

const app = new App();
const { stage } = await configuration(app.node.tryGetContext('stage') ?? 'local');


import { type App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Stage } from './config/stage.ts';
import { SwitchboardMailStack } from './mail-stack.ts';
import { SwitchboardStack } from './stack.ts';

export interface Switchboard {
  readonly core: SwitchboardStack;
  /** Only in a stage that receives mail. */
  readonly mail?: SwitchboardMailStack;
}

/** Puts one stage into an app, tagged and checked by cdk-nag: a finding without an answer stops synthesis. */
export function addSwitchboard(app: App, stage: Stage, bundlesFolder: string): Switchboard {
  const { awsAccount: account, region, mail } = stage;
  const stackName = `switchboard-${stage.stage}`;
  const props = {
    stage,
    bundlesFolder,
    env: { ...(account ? { account } : {}), ...(region ? { region } : {}) },
    terminationProtection: stage.removal === 'retain',
  };
  const tags = { app: 'switchboard', stage: stage.stage, ...stage.tags };
  for (const [key, value] of Object.entries(tags)) Tags.of(app).add(key, value);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

  const core = new SwitchboardStack(app, 'Switchboard', { ...props, stackName });
  if (!mail) return { core };
  const ofMail = { ...props, core, mail, stackName: `${stackName}-mail` };
  return { core, mail: new SwitchboardMailStack(app, 'SwitchboardMail', ofMail) };
}

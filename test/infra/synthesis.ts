import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { bundleEntries } from '#infra/build/entries';
import type { Stage } from '#infra/cdk/config/stage';
import { addSwitchboard, type Switchboard } from '#infra/cdk/switchboard';

const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));

const functionsFolder = fileURLToPath(new URL('../../functions', import.meta.url));

let bundles: string | undefined;

/** Bundles of one line, made once: a template does not depend on what is in them. */
function emptyBundles(): string {
  bundles ??= writeBundles();
  return bundles;
}

function writeBundles(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  for (const name of Object.keys(bundleEntries(functionsFolder))) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'index.mjs'), 'export const handler = async () => {};\n');
  }
  return folder;
}

/** Synthesizes with AWS's own rules over the template as well, as a deployment does. They take seconds and change nothing. */
export function synthesizeValidated(app: App): void {
  const given = process.env['CDK_VALIDATION'];
  process.env['CDK_VALIDATION'] = 'true';
  try {
    app.synth();
  } finally {
    process.env['CDK_VALIDATION'] = given ?? 'false';
  }
}

/** An app with the feature flags of `cdk.json`, as the CDK command line would start it. */
export function appWithStage(stage: Stage): { app: App } & Switchboard {
  const app = new App({ context });
  return { app, ...addSwitchboard(app, stage, emptyBundles()) };
}

export interface CfnResource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template has no types
  readonly Properties: Record<string, any>;
}

/** The resources of one type, by logical id. Fails when there is none: a rule over nothing proves nothing. */
export function resourcesOf(template: Template, type: string): [string, CfnResource][] {
  const found = Object.entries(template.findResources(type)) as [string, CfnResource][];
  if (found.length === 0) throw new Error(`no ${type} in the template`);
  return found;
}

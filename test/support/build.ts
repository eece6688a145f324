import { buildFunctions } from '#infra/build/build';

/** Once for the whole run: the bundles that tests start, measure and synthesize. */
export async function setup(): Promise<void> {
  await buildFunctions();
}

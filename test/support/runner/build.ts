import { buildFunctions } from '#infra/build/build';
import { size } from './size.ts';

/** Once for the whole run: the bundles that tests start, measure and synthesize. */
export async function setup(): Promise<void> {
  console.log(`test size: ${size} (TEST_SIZE)`);
  await buildFunctions();
}

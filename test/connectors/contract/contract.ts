import type { ContractTest } from './contract-test.ts';
import { declaring } from './declaring.ts';
import { deepReading } from './deep-reading.ts';
import { faults } from './faults.ts';
import { limits } from './limits.ts';
import { reading } from './reading.ts';
import { roundTrips } from './round-trips.ts';
import { verifying } from './verifying.ts';

/** Everything that a connector inherits. A test with `unless` is skipped where its reason applies, and says so. */
export const contract: readonly ContractTest[] = [
  ...declaring,
  ...reading,
  ...deepReading,
  ...verifying,
  ...limits,
  ...roundTrips,
  ...faults,
];

import type { LambdaFunction } from '#infra/local/lambda/function';
import type { Pacing } from '#shared/connector/declaration';

interface Paces {
  readonly pacing?: Pacing;
  readonly publicPacing?: Pacing;
}

/** Gives the accounts of a connector other paces, and takes slots so many seconds ahead at the most. */
export function paced(connector: string, paces: Paces, nearSeconds: number) {
  return (fn: LambdaFunction): LambdaFunction => {
    if (!['send', 'sweep'].includes(fn.label)) return fn;
    const accounts = JSON.parse(fn.environment['ACCOUNTS'] ?? '[]') as { connector: string }[];
    const ACCOUNTS = JSON.stringify(
      accounts.map((each) => (each.connector === connector ? { ...each, ...paces } : each)),
    );
    const environment = { ...fn.environment, ACCOUNTS, NEAR_SECONDS: String(nearSeconds) };
    return { ...fn, environment };
  };
}

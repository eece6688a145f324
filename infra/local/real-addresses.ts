import { accountsOf } from '#infra/local/accounts';
import type { LambdaFunction } from '#infra/local/lambda/function';

const thisMachine: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** Throws when a function would call a provider anywhere but on this machine. */
export function refuseRealAddresses(
  functions: readonly Pick<LambdaFunction, 'label' | 'environment'>[],
): void {
  for (const fn of functions) {
    const externalServices = accountsOf([fn]).find(({ apiUrl }) => !isOnThisMachine(apiUrl));
    if (externalServices === undefined) continue;
    const { connector, account, apiUrl } = externalServices;
    throw new Error(
      `the function ${fn.label} would call ${connector}/${account} at ${JSON.stringify(apiUrl)}, expected an address on this machine`,
    );
  }
}

function isOnThisMachine(url: string): boolean {
  return thisMachine.includes(URL.parse(url)?.hostname ?? '');
}

import type { Mutant } from './mutant.ts';

/** What can be done wrong about who may come in. */
export const doorMutants: readonly Mutant[] = [
  {
    name: 'X door without its guard',
    // It signs any token of X's shape, and then takes it for a body.
    problem: /^an unverified request|^a forged webhook of twitter/,
    changes: [
      {
        file: 'connectors/twitter/webhook/verify.ts',
        search: '  if (!isEvent(request.body)) {',
        replacement: '  if (!isEvent(request.body) && request.body.length === 0) {',
      },
    ],
  },
  {
    name: 'a previous secret that breaks the current one',
    problem: /^a signed webhook was answered 5/,
    changes: [
      {
        file: 'shared/aws/secrets/account-secrets.ts',
        search: "  const previous = await readVersion(client, secretId, 'AWSPREVIOUS', read);",
        replacement: `  const previous = await readVersion(client, secretId, 'AWSPREVIOUS', read);
  if (previous && 'reason' in previous) throw new ConnectorError('misconfigured', previous.reason);`,
      },
    ],
  },
  {
    name: 'a forged mail that joins',
    problem: /^a forged mail joined: /,
    changes: [
      {
        file: 'shared/aws/store/append/join.ts',
        search: "  if (standing === 'untrusted' || isUnproven) return false;\n",
        replacement: '',
      },
    ],
  },
];

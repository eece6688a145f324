import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type AccountSecrets, accountSecrets } from '#shared/aws/secrets/account-secrets';

/** Account secrets as the functions read them, over one secret that is always this and was never rotated. */
export function fixedSecrets(value: unknown): AccountSecrets {
  const SecretString = typeof value === 'string' ? value : JSON.stringify(value);
  const send = async ({ input }: { input: { VersionStage: string } }) => {
    if (input.VersionStage === 'AWSCURRENT') return { SecretString, VersionId: 'only' };
    throw Object.assign(new Error(), { name: 'ResourceNotFoundException' });
  };
  return accountSecrets({ send } as unknown as SecretsManagerClient, Date.now, () => {});
}

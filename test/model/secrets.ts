import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type AccountSecrets, accountSecrets } from '#shared/aws/secrets/account-secrets';
import { accountSid, type Connector } from './webhooks.ts';

/** The signing secrets of a run: those we hold, and the one the provider signs with. */
export interface SigningSecrets {
  readonly secrets: AccountSecrets;
  /** We get a new version; the one before stays good. */
  readonly rotate: () => void;
  /** The provider signs with our newest from now on. */
  readonly adopt: () => void;
  readonly signsWith: () => string;
  /** Whether what the provider signs with is one of our two, and has been for long enough to be known. */
  readonly mustBeKnown: () => boolean;
}

/** A forced reading of the secrets is repeated after 30 s at the earliest (account-secrets.ts). */
const knownAfterMilliseconds = 30_000;

export function signingSecrets(nowMilliseconds: () => number): SigningSecrets {
  let version = 1;
  let rotatedAt = -Infinity;
  let signing = 1;
  const secretOf = (connector: Connector, number: number) => {
    const name = `secret-${number}`;
    return connector === 'whatsapp'
      ? { appSecret: name, verifyToken: 'verify', accessToken: 'EAAtests' }
      : { accountSid, authToken: name };
  };
  const send = async ({ input }: { input: { SecretId: Connector; VersionStage: string } }) => {
    const number = input.VersionStage === 'AWSCURRENT' ? version : version - 1;
    if (number < 1) throw Object.assign(new Error(), { name: 'ResourceNotFoundException' });
    return { SecretString: JSON.stringify(secretOf(input.SecretId, number)) };
  };
  return {
    secrets: accountSecrets({ send } as unknown as SecretsManagerClient, nowMilliseconds, () => {}),
    rotate: () => {
      version += 1;
      rotatedAt = nowMilliseconds();
    },
    adopt: () => {
      signing = version;
    },
    signsWith: () => `secret-${signing}`,
    mustBeKnown: () =>
      signing >= version - 1 && nowMilliseconds() - rotatedAt >= knownAfterMilliseconds,
  };
}

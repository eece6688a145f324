import { type Emulator, startDynoxide } from '#infra/local/emulators/dynoxide';
import { startFauxqs } from '#infra/local/emulators/fauxqs';
import type { LocalDirectory } from '#infra/local/local-directory';
import type { Logs } from '#infra/local/logs';
import { place } from '#infra/local/place';
import type { Reaper } from '#infra/local/process/reaper';
import type { Teardown } from '#infra/local/process/teardown';
import type { Progress } from '#infra/local/progress';
import { openSecretStore, type SecretStore } from '#infra/local/secrets/secret-store';
import { type SecretsManager, startSecretsManager } from '#infra/local/secrets/secrets-manager';

/** The emulated AWS. It holds only what an earlier run left. */
export interface Services {
  readonly dynoxide: Emulator;
  readonly fauxqs: Emulator;
  readonly secretsManager: SecretsManager;
  readonly secrets: SecretStore;
}

interface ServicesContext {
  readonly teardown: Teardown;
  readonly progress: Progress;
  readonly logs: Logs;
}

/** Starts every emulator at once. */
export async function startServices(
  reaper: Reaper,
  directory: LocalDirectory,
  { teardown, progress, logs }: ServicesContext,
): Promise<Services> {
  const secrets = openSecretStore(directory.secrets);
  const [dynoxide, fauxqs, secretsManager] = await Promise.all([
    progress.step('DynamoDB (dynoxide)', () =>
      startDynoxide(reaper, directory.dynamodb, (text) => logs.write('dynoxide', text)),
    ),
    progress.step('SQS, SNS and S3 (fauxqs)', () =>
      startFauxqs(reaper, directory.fauxqs, place.region, (text) => logs.write('fauxqs', text)),
    ),
    startSecretsManager(secrets),
  ]);
  for (const each of [dynoxide, fauxqs, secretsManager]) teardown.defer(() => each.stop());
  return { dynoxide, fauxqs, secretsManager, secrets };
}

/** A port on which nothing listens: calls there fail at once, and stay on this machine. */
const nowhere = 'http://127.0.0.1:9';

/** Tells the SDK in a function the URL of each service; every other AWS service gets a URL on which nothing listens. */
export function endpointVariables(
  services: Services,
  ses: string | undefined,
): Record<string, string> {
  const { dynoxide, fauxqs, secretsManager } = services;
  return {
    AWS_ENDPOINT_URL: nowhere,
    AWS_ENDPOINT_URL_DYNAMODB: dynoxide.endpoint,
    AWS_ENDPOINT_URL_SQS: fauxqs.endpoint,
    AWS_ENDPOINT_URL_SNS: fauxqs.endpoint,
    AWS_ENDPOINT_URL_S3: fauxqs.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.endpoint,
    AWS_ENDPOINT_URL_SESV2: ses ?? nowhere,
  };
}

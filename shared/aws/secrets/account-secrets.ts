import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ConnectorError } from '#shared/errors';
import {
  fillCommand,
  type ReadCredentials,
  readVersion,
  type SecretVersion,
} from './secret-version.ts';

const freshForMilliseconds = 5 * 60_000;
/** A wrong signature may force a fresh read, but a flood of them must not force one each (cost attack). */
const forcedAtMostEveryMilliseconds = 30_000;

export interface AccountSecrets {
  /**
   * Resolves with the credential sets valid now, the current one first: after a rotation the previous one stays valid,
   * so no webhook is lost while both are in use. A version that cannot be read is left out and reported once. With
   * `refresh` they are read again, unless that happened just now. Throws `misconfigured` when none can be read. An
   * account that needs no secret has one empty set.
   */
  of(
    secretId: string | undefined,
    read: ReadCredentials,
    options?: { readonly refresh?: boolean },
  ): Promise<readonly unknown[]>;
  /**
   * Resolves with the current set, used to call a provider. With `refresh` it is read again, unless that happened just
   * now. Throws `misconfigured` when it cannot be read.
   */
  current(
    secretId: string | undefined,
    read: ReadCredentials,
    options?: { readonly refresh?: boolean },
  ): Promise<unknown>;
}

/** Tells operators which secret is wrong and why, never what it holds. */
type Warn = (message: string, details: Readonly<Record<string, string>>) => void;

interface Cached {
  readonly at: number;
  /** Valid sets only, the current one first. */
  readonly sets: readonly unknown[];
  /** Set if the current version cannot be used. */
  readonly fault?: ConnectorError;
}

/** Reads account secrets and keeps them for five minutes, per execution environment. */
export function accountSecrets(
  client: SecretsManagerClient,
  now: () => number,
  warn: Warn,
): AccountSecrets {
  const cache = new Map<string, Cached>();
  const report = onceEach(warn);
  const load = async (secretId: string, read: ReadCredentials, refresh = false) => {
    const cached = cache.get(secretId);
    // A broken secret is read again soon, so that a repair takes effect, but not for each of a flood of webhooks.
    const soon = refresh || cached?.fault;
    const usable = soon ? forcedAtMostEveryMilliseconds : freshForMilliseconds;
    if (cached && now() - cached.at < usable) return cached;
    // While Secrets Manager is down, recently valid credentials are better than refusing webhooks.
    const fallback = cached ? () => cached : undefined;
    const loaded = await readSecret(client, secretId, read, report).catch(fallback);
    const kept = { ...loaded, at: now() };
    cache.set(secretId, kept);
    return kept;
  };
  return {
    async of(secretId, read, { refresh } = {}) {
      if (secretId === undefined) return [read({})];
      const { sets, fault } = await load(secretId, read, refresh);
      if (sets.length === 0 && fault) throw fault;
      return sets;
    },
    async current(secretId, read, { refresh } = {}) {
      if (secretId === undefined) return read({});
      const { sets, fault } = await load(secretId, read, refresh);
      if (fault) throw fault;
      return sets[0];
    },
  };
}

type Report = (secretId: string, stage: string, version: SecretVersion | undefined) => void;

/** Reports each unusable version once in the life of an execution environment. */
function onceEach(warn: Warn): Report {
  const told = new Set<string>();
  return (secretId, stage, version) => {
    if (!version || 'credentials' in version) return;
    const { reason, versionId = '' } = version;
    const key = `${secretId} ${versionId}`;
    if (told.has(key)) return;
    told.add(key);
    warn('secret version ignored', { secretId, stage, versionId, reason });
  };
}

async function readSecret(
  client: SecretsManagerClient,
  secretId: string,
  read: ReadCredentials,
  report: Report,
): Promise<Omit<Cached, 'at'>> {
  const current = await readVersion(client, secretId, 'AWSCURRENT', read);
  const previous = await readVersion(client, secretId, 'AWSPREVIOUS', read);
  const sets = [current, previous].flatMap((each) =>
    each && 'credentials' in each ? [each.credentials] : [],
  );
  report(secretId, 'AWSPREVIOUS', previous);
  if (current && 'credentials' in current) return { sets };
  if (sets.length > 0) report(secretId, 'AWSCURRENT', current);
  const message = current
    ? `secret ${secretId} ${current.reason}; to fill it: ${fillCommand(secretId, read)}`
    : `there is no secret ${secretId}`;
  return { sets, fault: new ConnectorError('misconfigured', message) };
}

import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { beginAnew } from '#infra/local/trouble/begin-anew';
import { parsedJson } from '#shared/json';

const Version = z.object({
  id: z.string(),
  value: z.string(),
  stages: z.array(z.string()),
  createdAt: z.number(),
});
export type SecretVersion = z.infer<typeof Version>;

const Secrets = z.record(z.string(), z.array(Version));

/** Secrets by name, with the versions Secrets Manager keeps: `AWSCURRENT` and, after a change, `AWSPREVIOUS`. */
export interface SecretStore {
  /** The file in which the secrets are kept. */
  readonly file: string;
  /** Throws `ResourceNotFoundException` for a secret, version or stage that is not there. */
  readonly read: (name: string, wanted: VersionWanted) => SecretVersion;
  /** Every version that still has a stage. */
  readonly versions: (name: string) => readonly SecretVersion[];
  /** Makes a value current; what was current becomes previous. The same version id again changes nothing. */
  readonly write: (name: string, value: string, versionId?: string) => SecretVersion;
  readonly has: (name: string) => boolean;
  readonly names: () => readonly string[];
}

export interface VersionWanted {
  readonly versionId?: string | undefined;
  readonly stage?: string | undefined;
}

/** A secret that is not there, in Secrets Manager's words. */
export class SecretNotFound extends Error {
  override readonly name = 'ResourceNotFoundException';
}

/**
 * Keeps secrets in one file, readable by its owner only; each change is written at once. Throws a sentence when the
 * file cannot be read: people edit it.
 */
export function openSecretStore(file: string): SecretStore {
  let secrets = existsSync(file) ? readSecrets(file) : {};
  const save = (changed: typeof secrets): void => {
    writeFileSync(`${file}.next`, `${JSON.stringify(changed, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.next`, file);
    secrets = changed;
  };
  const versions = (name: string): readonly SecretVersion[] => {
    const found = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
    if (found) return found;
    throw new SecretNotFound("Secrets Manager can't find the specified secret.");
  };
  return {
    file,
    has: (name) => Object.hasOwn(secrets, name),
    names: () => Object.keys(secrets),
    versions,
    read: (name, { versionId, stage = versionId ? undefined : 'AWSCURRENT' }) => {
      const found = versions(name).find(
        ({ id, stages }) =>
          (!versionId || id === versionId) && (stage === undefined || stages.includes(stage)),
      );
      if (found) return found;
      throw new SecretNotFound("Secrets Manager can't find the specified secret value.");
    },
    write: (name, value, versionId = randomUUID()) => {
      const before = Object.hasOwn(secrets, name) ? (secrets[name] ?? []) : [];
      const same = before.find(({ id }) => id === versionId);
      if (same) return same;
      const version = {
        id: versionId,
        value,
        stages: ['AWSCURRENT'],
        createdAt: Date.now() / 1000,
      };
      const previous = before.find(({ stages }) => stages.includes('AWSCURRENT'));
      const kept = previous ? [{ ...previous, stages: ['AWSPREVIOUS'] }] : [];
      save({ ...secrets, [name]: [version, ...kept] });
      return version;
    },
  };
}

function readSecrets(file: string): Record<string, SecretVersion[]> {
  const text = readFileSync(file, 'utf8');
  const secrets = Secrets.safeParse(parsed(text, file));
  if (secrets.success) return secrets.data;
  const [issue] = secrets.error.issues;
  const reason = `${issue?.path.join('.')}: ${issue?.message}`;
  throw new Error(`${file} is not a list of secrets (${reason}): mend it, or ${beginAnew}`);
}

function parsed(text: string, file: string): unknown {
  const value = parsedJson(text);
  if (value !== undefined) return value;
  throw new Error(`${file} is not JSON: mend it, or ${beginAnew}`);
}

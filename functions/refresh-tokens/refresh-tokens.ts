import { capabilitiesOf } from '#connectors/capabilities';
import type { AccountSetting } from '#shared/accounts';
import { raiseAlert } from '#shared/aws/publish/account-trouble';
import type { PublishTarget } from '#shared/aws/publish/publish';
import type { WritableSecrets } from '#shared/aws/secrets/writable-secrets';
import { pauseAccount } from '#shared/aws/store/sending/pause';
import {
  endTokenLease,
  leaseTokens,
  readTokens,
  rejectedSince,
  type TokensItem,
} from '#shared/aws/store/tokens/token-lease';
import type { EndingTokens, RefreshOutcome, TokenRefresh } from '#shared/connector/token-refresh';
import { hashOf } from '#shared/ids';
import type { JsonObject } from '#shared/json';
import { logger } from '#shared/logger';
import { Channel } from '#shared/model/channel';
import type { DeliveryError } from '#shared/model/delivery-status';

export interface RefreshDependencies {
  readonly accounts: readonly AccountSetting[];
  readonly refreshOf: (connector: string) => TokenRefresh | undefined;
  readonly secrets: WritableSecrets;
  readonly leaseSeconds: number;
  readonly target: PublishTarget;
}

/** The result of one run for one account. */
export interface Refreshed {
  readonly account: string;
  readonly outcome:
    | RefreshOutcome['kind']
    | 'not_due'
    | 'no_tokens'
    | 'held'
    | 'ended'
    | 'replaced'
    | 'not_stored'
    | 'failed';
}

/** Tokens are refreshed this long before their end: several runs may fail, and clocks may differ by minutes. */
const marginSeconds = 1800;
const timeoutSeconds = 10;
/** Calls without an outcome after which people are told, though more follow. */
const alertAfterTries = 3;
/** The pause of an account whose tokens cannot be refreshed: a person has to sign in. */
const pauseSeconds = 3600;

/**
 * Refreshes the tokens that end soon, or that the provider has refused. It is the only place that refreshes: a refresh
 * token is good once, and two that use it at the same time lose the account.
 */
export async function refreshTokens(dependencies: RefreshDependencies): Promise<Refreshed[]> {
  const results: Refreshed[] = [];
  for (const setting of dependencies.accounts) {
    const refresh = dependencies.refreshOf(setting.connector);
    if (!refresh || setting.secretId === undefined) continue;
    const account = `${setting.connector}/${setting.account}`;
    const one = { ...setting, secretId: setting.secretId };
    // One account's fault keeps no other from its tokens.
    const outcome = await refreshOne(dependencies, refresh, one).catch((fault: unknown) => {
      logger.error('token refresh failed', { account, name: faultName(fault) });
      return 'failed' as const;
    });
    if (outcome !== 'not_due' && outcome !== 'no_tokens') {
      logger.info('tokens refreshed', { account, outcome });
    }
    results.push({ account, outcome });
  }
  return results;
}

type Setting = AccountSetting & { readonly secretId: string };

async function refreshOne(
  dependencies: RefreshDependencies,
  refresh: TokenRefresh,
  setting: Setting,
): Promise<Refreshed['outcome']> {
  const { secrets, target, leaseSeconds } = dependencies;
  const tokens = refresh.endingTokens(await secrets.read(setting.secretId));
  if (!tokens) return 'no_tokens';
  const known = await readTokens(target.table, setting);
  const tokenHash = hashOf(tokens.refreshToken);
  if (known.endedFor === tokenHash) return 'ended';
  if (!(await isDue(dependencies, setting, tokens, known))) return 'not_due';
  const now = target.now();
  const leaseUntil = new Date(now.getTime() + leaseSeconds * 1000).toISOString();
  const lease = await leaseTokens(target.table, setting, known, { tokenHash, now, leaseUntil });
  if (!lease) return 'held';
  const secret = await secrets.read(setting.secretId);
  if (refresh.endingTokens(secret)?.refreshToken !== tokens.refreshToken) {
    await endTokenLease(target.table, setting, lease, 'open');
    return 'replaced';
  }
  const { apiUrl } = setting;
  const outcome = await refresh.refresh(secret, { apiUrl, timeoutSeconds, now });
  if (outcome.kind === 'refreshed') {
    return store(dependencies, refresh, setting, lease, tokens, outcome.changes);
  }
  return settle(dependencies, setting, lease, outcome);
}

async function isDue(
  { target }: RefreshDependencies,
  setting: Setting,
  { expiresAt }: EndingTokens,
  { refreshedAt = '' }: TokensItem,
): Promise<boolean> {
  const leftMs = Date.parse(expiresAt) - target.now().getTime();
  if (leftMs <= marginSeconds * 1000) return true;
  return rejectedSince(target.table, setting, refreshedAt);
}

/** Writes the new tokens, into the secret as it is by now: a person may have changed another field of it. */
async function store(
  { secrets, target }: RefreshDependencies,
  refresh: TokenRefresh,
  setting: Setting,
  lease: TokensItem,
  used: EndingTokens,
  changes: JsonObject,
): Promise<Refreshed['outcome']> {
  const { secretId } = setting;
  try {
    const latest = await secrets.read(secretId);
    const isReplaced = refresh.endingTokens(latest)?.refreshToken !== used.refreshToken;
    if (!isReplaced) await secrets.replace(secretId, { ...latest, ...changes });
    const refreshedAt = target.now().toISOString();
    await endTokenLease(target.table, setting, lease, { refreshedAt });
    return isReplaced ? 'replaced' : 'refreshed';
  } catch (fault) {
    logger.error('new tokens not stored', { secretId, name: faultName(fault) });
    const title = `new tokens were issued and could not be stored in ${secretId}; sign in again`;
    const error = { code: 'credentials_rejected', title, retryable: false } as const;
    await giveUp(target, setting, lease, error);
    return 'not_stored';
  }
}

async function settle(
  { target }: RefreshDependencies,
  setting: Setting,
  lease: TokensItem,
  { kind, error }: Exclude<RefreshOutcome, { kind: 'refreshed' }>,
): Promise<Refreshed['outcome']> {
  if (kind === 'refused') {
    await giveUp(target, setting, lease, error);
    return kind;
  }
  if (lease.tries >= alertAfterTries) {
    const title = `tokens were not refreshed in ${lease.tries} calls: ${error.title}`;
    await alert(target, setting, { ...error, code: 'credentials_rejected', title });
  }
  await endTokenLease(target.table, setting, lease, 'open');
  return kind;
}

/** Tells people once, and stops: no further call is made with this refresh token. */
async function giveUp(
  target: PublishTarget,
  setting: Setting,
  lease: TokensItem,
  error: DeliveryError,
): Promise<void> {
  const before = lease.tries > 1 ? ' (an earlier call had no outcome: its tokens are lost)' : '';
  await alert(target, setting, { ...error, title: `${error.title}${before}` });
  await pauseAccount(target.table, setting, pauseSeconds, target.now());
  await endTokenLease(target.table, setting, lease, 'ended');
}

async function alert(
  target: PublishTarget,
  { connector, account }: Setting,
  error: DeliveryError,
): Promise<void> {
  const at = target.now().toISOString();
  for (const channel of Channel.options) {
    if (!capabilitiesOf(connector, channel)) continue;
    await raiseAlert(target, { connector, account, channel }, error, at);
  }
}

/** The message may quote a secret, so the name alone is logged. */
function faultName(fault: unknown): string {
  return fault instanceof Error ? fault.name : typeof fault;
}

import type { TwitterApi } from 'twitter-api-v2';
import * as z from 'zod';
import type { Account } from '#connectors/twitter/account';
import { refusalOf } from '#connectors/twitter/api/refusals';
import type { RegistrationStep } from '#shared/connector/registration';

const Me = z.object({ data: z.object({ id: z.string(), username: z.string() }) });

/** Asks X whose the new tokens are, and what they may: one read of a user. */
export async function tokenSteps(
  client: TwitterApi,
  account: Account,
): Promise<readonly RegistrationStep[]> {
  try {
    const answer = await client.v2.get<unknown>('users/me', {}, { fullResponse: true });
    const { id, username } = Me.parse(answer.data).data;
    const level = (answer.headers as Readonly<Record<string, unknown>>)['x-access-level'];
    return [ownerStep(id, username, account), ...levelSteps(level)];
  } catch (fault) {
    const { reason, says, next } = refusalOf(fault);
    return [{ subject: 'owner', state: 'wrong', reason, says, next }];
  }
}

function ownerStep(id: string, username: string, { address }: Account): RegistrationStep {
  if (id === address) {
    return { subject: 'owner', state: 'ok', id, says: `the tokens are those of @${username}` };
  }
  return {
    ...{ subject: 'owner', state: 'wrong', reason: 'another_account', id },
    says: `the tokens are those of @${username} (${id}), and the account of the stage is ${address}`,
    next: 'sign out on x.com, call this again and sign in as the account that answers; or correct its address in the stage’s configuration',
  };
}

/** OAuth 1.0a tells the permission that a token was made with in a header; OAuth 2 tells none. */
function levelSteps(level: unknown): readonly RegistrationStep[] {
  if (typeof level !== 'string') return [];
  if (level === 'read-write-directmessages') {
    return [{ subject: 'permission', state: 'ok', says: 'read, write and direct messages' }];
  }
  return [
    {
      ...{ subject: 'permission', state: 'wrong', reason: 'permission_missing' },
      says: `the tokens may only ${level}: direct messages are neither received nor sent`,
      next: 'set “Read, write and Direct Messages” in the app’s user authentication settings, then call this again: tokens keep the permission they were made with',
    },
  ];
}

export function scopeStep(granted: readonly string[], wanted: readonly string[]): RegistrationStep {
  const missing = wanted.filter((each) => !granted.includes(each));
  if (missing.length === 0) return { subject: 'scopes', state: 'ok', says: granted.join(' ') };
  return {
    ...{ subject: 'scopes', state: 'wrong', reason: 'scopes_missing' },
    says: `X did not grant ${missing.join(', ')}`,
    next: 'set “Read, write and Direct Messages” in the app’s user authentication settings, then call this again',
  };
}

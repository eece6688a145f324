import type { Credentials } from '#connectors/twilio/credentials';
import type { DoctorContext, NamedCredentials } from '#shared/connector/doctor';
import { asItIs, differing, distinct, type Variant } from './variant.ts';

/** Every token that may have signed: those that verify, and those that would explain it. None of them is ever said. */
export function tokenVariants({
  credentials,
  others,
}: DoctorContext<Credentials>): readonly Variant<string>[] {
  const valid = credentials.flatMap(({ value }) => tokensOf(value).map(asItIs));
  const near = credentials.flatMap(nearTokens);
  const foreign = others.flatMap(({ name, value }) =>
    tokensOf(value).map((token) =>
      differing(
        token,
        'token',
        `it was signed with a token of ${name}`,
        `point the webhook of that account's number at its own URL, or put its token into this account's secret`,
      ),
    ),
  );
  return distinct([...valid, ...near, ...foreign], (token) => token);
}

function tokensOf({ authToken, secondaryAuthToken }: Credentials): readonly string[] {
  return [authToken, secondaryAuthToken ?? ''].filter((token) => token !== '');
}

function nearTokens({ name, value }: NamedCredentials<Credentials>): readonly Variant<string>[] {
  const clean = tokensOf(value).map((token) =>
    differing(
      token.trim().replace(/^(["'])(.*)\1$/s, '$2'),
      'token',
      `the token in ${name} has spaces, a line break or quotes around it`,
      'write the token into the secret without them',
    ),
  );
  const { apiKeySecret } = value;
  if (apiKeySecret === undefined) return clean;
  const byKey = differing(
    apiKeySecret,
    'token',
    `it was signed with apiKeySecret of ${name}; Twilio signs with the Auth Token alone`,
    'sign with the Auth Token: this was no request of Twilio',
  );
  return [...clean, byKey];
}

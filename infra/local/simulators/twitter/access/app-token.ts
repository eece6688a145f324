import type { ApiAnswer, ApiRequest, SimulatorWorld } from '#infra/local/simulators/simulator';
import { json, notFound } from '#infra/local/simulators/twitter/answers';
import { stateOf } from '#infra/local/simulators/twitter/state';
import { basicCredentials, formOf, newToken } from './tokens.ts';

const wrongCredentials = json(403, {
  errors: [
    {
      code: 99,
      message: 'Unable to verify your credentials',
      label: 'authenticity_token_error',
    },
  ],
});

/** `POST /oauth2/token`: the app's own token, for its consumer key and secret. Undefined for other paths. */
export function issueAppToken(request: ApiRequest, world: SimulatorWorld): ApiAnswer | undefined {
  if (request.path !== '/oauth2/token') return undefined;
  if (request.method !== 'POST') return notFound;
  const [key, secret] = basicCredentials(request) ?? [];
  const account = world.accounts.find(
    ({ credentials }) =>
      credentials['consumerKey'] === key && credentials['consumerSecret'] === secret,
  );
  if (!account) return wrongCredentials;
  if (formOf(request).get('grant_type') !== 'client_credentials') {
    const message = 'Missing required parameter: grant_type';
    return json(403, { errors: [{ code: 170, message, label: 'forbidden_missing_parameter' }] });
  }
  const { tokens } = stateOf(world);
  // An app has one such token, until it is taken back.
  const known = [...tokens].find(
    ([, token]) => !token.family && token.account.credentials['consumerKey'] === key,
  );
  const token = known?.[0] ?? newToken();
  tokens.set(token, { account });
  return json(200, { token_type: 'bearer', access_token: token });
}

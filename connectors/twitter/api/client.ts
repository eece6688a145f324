import {
  type ITwitterApiClientPlugin,
  TwitterApi,
  type TwitterApiOAuth2Init,
  type TwitterApiTokens,
  type TwitterResponse,
} from 'twitter-api-v2';
import type { Credentials } from '#connectors/twitter/credentials';
import { attemptHttp, type HttpAttempt, type HttpResult } from '#shared/http-attempt';
import { parsedJson } from '#shared/json';

/** The data of calls to X beside the calls themselves. */
export interface ApiContext {
  /** X's API, without a trailing slash. */
  readonly apiUrl: string;
  readonly credentials: Credentials;
  /** The time limit of one HTTP request. */
  readonly timeoutSeconds: number;
}

/** A call that X did not answer with 2xx, with everything that is known of it: the raw answer, or the network's fault. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly result: HttpResult;

  constructor(result: HttpResult) {
    super(result.kind === 'answer' ? `X answered ${result.status}` : result.error.title);
    this.result = result;
  }
}

/**
 * The client of `twitter-api-v2` in our user's name. The package makes the requests and signs them; the requests leave
 * through our own transport, because that of the package knows only X's hosts and https, and its errors lose the
 * answer. Each call is exactly one HTTP request. Calls throw `CallFailed`.
 */
export function xClient(context: ApiContext): TwitterApi {
  const { oauth2 } = context.credentials;
  return clientWith(oauth2 ? oauth2.accessToken : oauth1Tokens(context.credentials), context);
}

/** The clients of our user, in the order in which they are tried where X's documents and its API differ: OAuth 2 first. */
export function userClients(context: ApiContext): readonly TwitterApi[] {
  const { oauth2, accessToken } = context.credentials;
  return [
    ...(oauth2 ? [clientWith(oauth2.accessToken, context)] : []),
    ...(accessToken ? [clientWith(oauth1Tokens(context.credentials), context)] : []),
  ];
}

/** Resolves with a client of the app itself, after one call for its bearer token. */
export function appClient(context: ApiContext): Promise<TwitterApi> {
  const { consumerKey, consumerSecret } = context.credentials;
  return clientWith({ appKey: consumerKey, appSecret: consumerSecret }, context).appLogin();
}

/** A client with any tokens of the package, which leaves through our transport. */
export function clientWith(
  tokens: string | TwitterApiTokens | TwitterApiOAuth2Init,
  context: Pick<ApiContext, 'apiUrl' | 'timeoutSeconds'>,
): TwitterApi {
  const settings = { plugins: [ownTransport(context)] };
  // The package declares one constructor for each form of tokens, and none for their union.
  return new TwitterApi(tokens as TwitterApiTokens, settings);
}

function oauth1Tokens(credentials: Credentials): TwitterApiTokens {
  const { consumerKey, consumerSecret, accessToken = '', accessTokenSecret = '' } = credentials;
  const app = { appKey: consumerKey, appSecret: consumerSecret };
  return { ...app, accessToken, accessSecret: accessTokenSecret };
}

/** The part of the package that builds and signs a request; its types keep it for subclasses. */
interface RequestBuilder {
  readonly getHttpRequestArgs: (params: { readonly url: string }) => {
    readonly url: URL;
    readonly method: HttpAttempt['method'];
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string | Uint8Array;
  };
}

/** Sends what the package has built, by `attemptHttp`, to the configured API. */
function ownTransport({
  apiUrl,
  timeoutSeconds,
}: Pick<ApiContext, 'apiUrl' | 'timeoutSeconds'>): ITwitterApiClientPlugin {
  return {
    onBeforeRequestConfig: async ({ client, url, params }): Promise<TwitterResponse<unknown>> => {
      const builder = client as unknown as RequestBuilder;
      const rebased = `${apiUrl}${url.pathname}${url.search}`;
      const built = builder.getHttpRequestArgs({ ...params, url: rebased });
      const { method, headers, body } = built;
      // A POST without a body carries `{}`: X refuses the end of an upload without it (trypost pull request 202, 2026-07).
      const result = await attemptHttp({
        ...{ url: built.url.href, method, headers, timeoutSeconds },
        ...(body === undefined ? {} : { body }),
      });
      if (result.kind !== 'answer' || result.status < 200 || result.status > 299) {
        throw new CallFailed(result);
      }
      // The token endpoints of OAuth 1.0a answer with a form.
      const isForm = url.pathname.startsWith('/oauth/');
      const data = isForm
        ? Object.fromEntries(new URLSearchParams(result.text))
        : parsedJson(result.text);
      return { data, headers: Object.fromEntries(result.headers) };
    },
  };
}

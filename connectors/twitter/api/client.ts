import { type ITwitterApiClientPlugin, TwitterApi, type TwitterResponse } from 'twitter-api-v2';
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
  const { consumerKey, consumerSecret, accessToken, accessTokenSecret } = context.credentials;
  return new TwitterApi(
    {
      appKey: consumerKey,
      appSecret: consumerSecret,
      accessToken,
      accessSecret: accessTokenSecret,
    },
    { plugins: [ownTransport(context)] },
  );
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
      const result = await attemptHttp({
        ...{ url: built.url.href, method, headers, timeoutSeconds },
        ...(body === undefined ? {} : { body }),
      });
      if (result.kind !== 'answer' || result.status < 200 || result.status > 299) {
        throw new CallFailed(result);
      }
      const data = parsedJson(result.text);
      return { data, headers: Object.fromEntries(result.headers) };
    },
  };
}

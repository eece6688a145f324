import { replaceFiles } from './replace-files.ts';

/**
 * Leaves out the parts of the AWS SDK that are for other places than a Lambda function, and for operations that our
 * functions do not call: 45 kB of the receiving Lambda, which is a fifth of its cold start. Each replacement keeps the
 * shape that its importers expect; test/build/lean-bundle.test.ts runs the result.
 */
export const leanSdkPlugin = replaceFiles('lean-sdk', [
  {
    // Needed by streaming operations only (S3 Select, Transcribe, Bedrock); a client just wants to be constructed.
    file: /@smithy\/core\/dist-es\/submodules\/event-streams\/index\.js$/,
    contents: `export const eventStreamSerdeProvider = () => ({});
      export const resolveEventStreamSerdeConfig = (config) => config;
      export class EventStreamSerde {
        constructor() { throw new Error('event streams are left out: infra/build/lean-sdk.ts'); }
      }`,
  },
  {
    // For AWS_RETRY_MODE=adaptive; our clients have the standard mode, and a queue behind them.
    file: /@smithy\/core\/dist-es\/submodules\/retry\/util-retry\/DefaultRateLimiter\.js$/,
    contents: `export class DefaultRateLimiter {
        constructor() { throw new Error('adaptive retries are left out: infra/build/lean-sdk.ts'); }
      }`,
  },
  {
    file: /@smithy\/core\/dist-es\/submodules\/retry\/util-retry\/AdaptiveRetryStrategy\.js$/,
    contents: `export class AdaptiveRetryStrategy {
        constructor() { throw new Error('adaptive retries are left out: infra/build/lean-sdk.ts'); }
      }`,
  },
  {
    // Warns of a Node too old for the SDK; the runtime of our functions is pinned.
    file: /@aws-sdk\/core\/dist-es\/submodules\/client\/emitWarningIfUnsupportedVersion\.js$/,
    contents: `export const state = { warningEmitted: true };
      export const emitWarningIfUnsupportedVersion = () => {};`,
  },
  {
    // Fallbacks for a Node without node:crypto or zlib.crc32; the classes beside them take the native ones.
    file: /\/submodules\/\w+\/(sha256\/Sha256|sha1\/Sha1|sha512\/Sha512|md5\/Md5|crc32\/Crc32)Js\.js$/,
    contents: (source) => `${/export class \w+/.exec(source)} {}`,
  },
  {
    // ~/.aws/config and ~/.aws/credentials: a function has neither, and looking for them costs two file reads.
    file: /@smithy\/core\/dist-es\/submodules\/config\/shared-ini-file-loader\/loadSharedConfigFiles\.js$/,
    contents: `export const CONFIG_PREFIX_SEPARATOR = '.';
      export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
  },
  {
    // The region of a virtual machine. Lambda tells it in AWS_REGION.
    file: /@smithy\/core\/dist-es\/submodules\/config\/config-resolver\/regionConfig\/getInstanceMetadataRegion\.js$/,
    contents: 'export const getInstanceMetadataRegion = async () => undefined;',
  },
  {
    // Tells AWS the version of the SDK and which of its features a call uses, for AWS's own statistics.
    file: /@aws-sdk\/core\/dist-es\/submodules\/client\/middleware-user-agent\/user-agent-middleware\.js$/,
    contents: `export const userAgentMiddleware = () => (next) => next;
      export const getUserAgentMiddlewareOptions = {};
      export const getUserAgentPlugin = () => ({ applyToStack: () => {} });`,
  },
  {
    // The clients import all of it for the version in the user agent.
    file: /@aws-sdk\/[^/]+\/package\.json$/,
    contents: (source) => JSON.stringify({ version: (JSON.parse(source) as Versioned).version }),
  },
]);

interface Versioned {
  readonly version: string;
}

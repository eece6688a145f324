import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

interface Replacement {
  /** A file of the SDK, as it ends on disk. */
  readonly file: RegExp;
  /** What stands in its place. */
  readonly contents: string;
}

/**
 * What the SDK carries for other places than a Lambda function, or for operations that none of ours calls.
 * Each replacement keeps the shape that its importers expect.
 */
const replacements: readonly Replacement[] = [
  {
    // Needed by streaming operations only (S3 Select, Transcribe, Bedrock); a client just wants to be constructed.
    file: /@smithy\/core\/dist-es\/submodules\/event-streams\/index\.js$/,
    contents: `export const eventStreamSerdeProvider = () => ({});
      export const resolveEventStreamSerdeConfig = (config) => config;
      export class EventStreamSerde {
        constructor() { throw new Error('event streams are not in this bundle: infra/build/lean-sdk.ts'); }
      }`,
  },
  {
    // Fallbacks for a Node without node:crypto or zlib.crc32; the classes beside them take the native ones.
    file: /@smithy\/core\/dist-es\/submodules\/checksum\/(sha256\/Sha256|md5\/Md5|crc32\/Crc32)Js\.js$/,
    contents: 'export const Sha256Js = undefined, Md5Js = undefined, Crc32Js = undefined;',
  },
  {
    // ~/.aws/config and ~/.aws/credentials: a function has neither, and looking for them costs two file reads.
    file: /@smithy\/core\/dist-es\/submodules\/config\/shared-ini-file-loader\/loadSharedConfigFiles\.js$/,
    contents: `export const CONFIG_PREFIX_SEPARATOR = '.';
      export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
  },
];

/** Leaves out of the AWS SDK what no function of ours uses: about 30 kB, which is 15 % of the receiving Lambda. */
export const leanSdkPlugin: Plugin = {
  name: 'lean-sdk',
  setup(build) {
    for (const { file, contents } of replacements) {
      build.onLoad({ filter: file }, () => ({ contents, loader: 'js' }));
    }
    // The clients import their whole package.json for the version in the user agent.
    build.onLoad({ filter: /@aws-sdk\/[^/]+\/package\.json$/ }, async ({ path }) => ({
      contents: JSON.stringify({ version: versionIn(await readFile(path, 'utf8')) }),
      loader: 'json',
    }));
  },
};

function versionIn(packageJson: string): unknown {
  return (JSON.parse(packageJson) as Record<string, unknown>)['version'];
}

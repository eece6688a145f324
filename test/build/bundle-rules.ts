import type { Metafile } from 'esbuild';
import { carriedBy } from '#test/guards/room-rules';

/**
 * Bytes of one minified bundle: its size is its cold start. `send` holds every connector, so a new connector may raise
 * this by what it adds. Of it 94,000 are X's client and 27,000 twitter-text (docs/decisions/0017).
 */
export const maxBytes = 880_000;

/**
 * Bytes of the two bundles that read items: messages are waited for by people, mails are not. Deletions, delays,
 * spending, and files, polls and deleted users of X made `normalize` 31,000 heavier.
 */
const maxReaderBytes: Readonly<Record<string, number>> = {
  normalize: 656_000,
  'normalize-mail': 1_033_000,
  // The client of X alone is 92 kB. Nobody waits for this function.
  'catch-up': 600_000,
};

/** Bytes of a receiving bundle, and of one that takes unsubscribe links, which each connector has for itself, by the function it is made of. */
const maxReceiveBytes = {
  /** Each reads the settings of accounts: prices, paces and personal data among them. X declares its prices as well. */
  'functions/receive': 202_000,
  'functions/receive-sns': 207_000,
  'functions/unsubscribe': 192_000,
};
/** Bytes in it that are the connector's own: what a connector adds to the cold start of its webhooks. */
const maxConnectorBytes = 10_000;

type Inputs = Metafile['outputs'][string]['inputs'];

function bytesFrom(inputs: Inputs, folder: string): number {
  const own = Object.entries(inputs).filter(([input]) => input.startsWith(`${folder}/`));
  return own.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
}

function allowedBytes(path: string, inputs: Inputs): number {
  const reader = maxReaderBytes[bundleNameOf(path)];
  if (reader !== undefined) return reader;
  const made = Object.entries(maxReceiveBytes).find(([folder]) => bytesFrom(inputs, folder) > 0);
  return made?.[1] ?? maxBytes;
}

/** Packages, or their roots, that have a lighter way in or no place in a function at all. */
const forbiddenAnywhere = [
  /node_modules\/twilio\/lib\/(index|rest\/Twilio)\.js$/,
  /node_modules\/nodemailer\/(.*\/)?nodemailer\.js$/,
  /node_modules\/(mailparser|axios|aws-xray-sdk[^/]*)\//,
];

/** A receiver verifies and queues: it reads no payload, sends nothing, and takes the small face of zod. */
const forbiddenInReceive = [
  /connectors\/[^/]+\/(inbound\/|outbound\/|(parser|payload|sender|reply-check|media-source)\.ts$)/,
  /node_modules\/zod\/v4\/classic\//,
];

/** Whoever takes replies checks and renders them: no call to a provider, and nothing that only such a call needs. */
const forbiddenInTakers = [
  /connectors\/[^/]+\/(sender|outbound\/(send|classify|upload|compose|reconcile|graph-call|call))\.ts$/,
  /node_modules\/(twilio|twitter-api-v2|nodemailer|postal-mime|htmlparser2|sanitize-html|ical\.js)\//,
  /node_modules\/@aws-sdk\/client-(s3|sesv2|secrets-manager)\//,
];

/** Mails have a function of their own: no other one carries what reads them. */
const forbiddenInNormalize = [
  /node_modules\/(postal-mime|htmlparser2|sanitize-html)\//,
  /connectors\/email\/(parser|inbound\/(?!(parse-event|payload|read-event|machine\/(status-code|statuses|complaint))\.))/,
];
/** `normalize-mail` reads mails and nothing else. */
const forbiddenInNormalizeMail = [/connectors\/(?!email\/)[^/]+\/(parser\.ts|inbound\/)/];

/** What reads lists in place of a webhook: no message is parsed or sent there. */
const forbiddenInCatchUp = [
  /connectors\/[^/]+\/(inbound\/|outbound\/|(parser|payload|sender|reply-check|media-source)\.ts$)/,
  /node_modules\/@aws-sdk\/client-s3\//,
];

function bundleNameOf(path: string): string {
  return path.split('/').at(-2) ?? '';
}

/** The connector of a receiving bundle. */
function receiverOf(path: string): string | undefined {
  return /\/(?:receive|unsubscribe)-([^/]+)\/index\.mjs$/.exec(path)?.[1];
}

/** Code of connectors that a receiving bundle has no use for: another one's, and the registries, which name them all. */
function foreignIn(connector: string): RegExp {
  const own = [connector, carriedBy[connector]].filter((each) => each !== undefined);
  return new RegExp(`^connectors/(?!(${own.join('|')})/)`);
}

function forbiddenIn(path: string): readonly RegExp[] {
  const receiver = receiverOf(path);
  if (receiver !== undefined) return [...forbiddenInReceive, foreignIn(receiver)];
  if (bundleNameOf(path) === 'catch-up') return forbiddenInCatchUp;
  if (bundleNameOf(path) === 'normalize') return forbiddenInNormalize;
  if (bundleNameOf(path) === 'normalize-mail') return forbiddenInNormalizeMail;
  return /\/(submit|accept)-reply\/index\.mjs$/.test(path) ? forbiddenInTakers : [];
}

/** What is wrong with the bundles esbuild tells of, a sentence each. */
export function bundleProblems({ outputs }: Metafile): string[] {
  return Object.entries(outputs)
    .filter(([path]) => path.endsWith('/index.mjs'))
    .flatMap(([path, { bytes, inputs }]) => {
      const allowed = allowedBytes(path, inputs);
      const own = receiverOf(path) === undefined ? 0 : bytesFrom(inputs, 'connectors');
      const forbidden = [...forbiddenAnywhere, ...forbiddenIn(path)];
      const carried = Object.entries(inputs)
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .map(([input]) => input)
        .filter((input) => forbidden.some((pattern) => pattern.test(input)));
      return [
        ...(bytes > allowed ? [`${path} has ${bytes} bytes, allowed are ${allowed}`] : []),
        ...(own > maxConnectorBytes
          ? [`${path} has ${own} bytes of its connector, allowed are ${maxConnectorBytes}`]
          : []),
        ...carried.map((input) => `${path} carries ${input}`),
      ];
    });
}

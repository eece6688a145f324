import type { Metafile } from 'esbuild';

/** Bytes of one minified bundle. What a bundle weighs is what its cold start costs (docs/performance.md). */
const maxBytes = 680_000;
const maxReceiveBytes = 200_000;

function allowedBytes(path: string): number {
  return path.endsWith('/receive/index.mjs') ? maxReceiveBytes : maxBytes;
}

/** Packages, or their roots, that have a lighter way in or no place in a function at all. */
const forbiddenAnywhere = [
  /node_modules\/twilio\/lib\/(index|rest\/Twilio)\.js$/,
  /node_modules\/nodemailer\/(.*\/)?nodemailer\.js$/,
  /node_modules\/(mailparser|axios|aws-xray-sdk[^/]*)\//,
];

/** A door verifies and queues: it reads no payload, sends nothing, and takes the small face of zod. */
const forbiddenInReceive = [
  /connectors\/[^/]+\/(inbound\/|outbound\/|(parser|payload|sender|reply-check|media-source)\.ts$)/,
  /node_modules\/zod\/v4\/classic\//,
];

/** Whoever takes replies checks and renders them: no call to a provider, and nothing that only such a call needs. */
const forbiddenInTakers = [
  /connectors\/[^/]+\/(sender|outbound\/(send|classify|upload|compose|reconcile|graph-call|call))\.ts$/,
  /node_modules\/(twilio|twitter-api-v2|nodemailer|postal-mime|htmlparser2)\//,
  /node_modules\/@aws-sdk\/client-(s3|sesv2|secrets-manager)\//,
];

function forbiddenIn(path: string): readonly RegExp[] {
  if (path.endsWith('/receive/index.mjs')) return forbiddenInReceive;
  return /\/(submit|accept)-reply\/index\.mjs$/.test(path) ? forbiddenInTakers : [];
}

/** What is wrong with the bundles esbuild tells of, a sentence each. */
export function bundleProblems({ outputs }: Metafile): string[] {
  return Object.entries(outputs)
    .filter(([path]) => path.endsWith('/index.mjs'))
    .flatMap(([path, { bytes, inputs }]) => {
      const allowed = allowedBytes(path);
      const forbidden = [...forbiddenAnywhere, ...forbiddenIn(path)];
      const carried = Object.entries(inputs)
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .map(([input]) => input)
        .filter((input) => forbidden.some((pattern) => pattern.test(input)));
      return [
        ...(bytes > allowed ? [`${path} has ${bytes} bytes, allowed are ${allowed}`] : []),
        ...carried.map((input) => `${path} carries ${input}`),
      ];
    });
}

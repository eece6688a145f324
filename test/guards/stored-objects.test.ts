import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFiles } from './tree-rules.ts';

/** Everything that writes an object into S3, by the SDK, by its upload library or by a request signed by hand. */
const writers =
  /\b(?:PutObjectCommand|CopyObjectCommand|CreateMultipartUploadCommand|UploadPartCommand|PutObject|putObject|CopyObject|createPresignedPost|getSignedUrl)\b|@aws-sdk\/lib-storage|service: *['"]s3['"]/;

/** The two places that write, both with `Content-Disposition: attachment`, and those who call the first of them. */
const allowed: Readonly<Record<string, RegExp>> = {
  'shared/aws/objects/put-object.ts': /ContentDisposition: contentDisposition/,
  'shared/aws/objects/signed-object.ts': /'content-disposition': 'attachment'/,
  'shared/aws/objects/archive.ts': /import \{ putObject \} from '\.\/put-object\.ts'/,
  'shared/aws/objects/media-store.ts': /import \{ putObject \} from '\.\/put-object\.ts'/,
  'infra/cli/reply-mail.ts': /ContentDisposition: 'attachment'/,
};

/** Stands for Amazon SES, which stores mails without asking us. */
const standIns = ['infra/local/mail/mail-store.ts'];

/** Files that write objects in a way of their own. */
function otherWriters(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path, text }) => writers.test(withoutPolicies(text)) && !standIns.includes(path))
    .filter(({ path, text }) => !allowed[path]?.test(text) || sdkCalls(text) > 1)
    .map(({ path }) => path);
}

/** The names of permissions say who may write, and write nothing. */
function withoutPolicies(text: string): string {
  return text.replace(/'s3:[A-Za-z]+'/g, '');
}

function sdkCalls(text: string): number {
  return text.match(/new PutObjectCommand/g)?.length ?? 0;
}

const project = fileURLToPath(new URL('../..', import.meta.url));
const files = sourceFiles(project, ['infra', 'functions', 'connectors', 'shared']);

describe('objects', () => {
  it('are written in two places only, which make an attachment of each', () => {
    expect(otherWriters(files)).toEqual([]);
    for (const path of Object.keys(allowed)) {
      expect(files.filter((file) => file.path === path && writers.test(file.text))).toHaveLength(1);
    }
  });

  it.each([
    ['functions/send/keep.ts', "import { PutObjectCommand } from '@aws-sdk/client-s3';"],
    ['shared/aws/copy.ts', "import { CopyObjectCommand } from '@aws-sdk/client-s3';"],
    ['shared/aws/parts.ts', "import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';"],
    ['shared/aws/stream.ts', "import { Upload } from '@aws-sdk/lib-storage';"],
    ['shared/aws/by-hand.ts', "const signer = new SignatureV4({ service: 's3', region });"],
    ['functions/send/direct.ts', "import { S3 } from '@aws-sdk/client-s3';\ns3.putObject({});"],
    ['shared/aws/objects/archive.ts', 'client.send(new PutObjectCommand({ Bucket, Key }));'],
    [
      'shared/aws/objects/put-object.ts',
      'new PutObjectCommand({ ContentDisposition: contentDisposition });\nnew PutObjectCommand({});',
    ],
    [
      'shared/aws/objects/signed-object.ts',
      "new SignatureV4({ service: 's3' }); // no header any more",
    ],
  ])('are noticed when %s writes one otherwise', (path, text) => {
    expect(otherWriters([{ path, text }])).toEqual([path]);
  });

  it('are not mistaken for a permission', () => {
    const text = "actions: ['s3:PutObject']";
    expect(otherWriters([{ path: 'infra/cdk/constructs/x.ts', text }])).toEqual([]);
  });
});

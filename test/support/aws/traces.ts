import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { Archive } from '#shared/aws/objects/archive';
import type { Table } from '#shared/aws/store/table';
import { unpackRaw } from '#shared/raw/unpack';

/** Everything that we store: each item of the table, each object of the buckets. */
export interface Stores {
  readonly table: Pick<Table, 'client' | 'name'>;
  readonly buckets: readonly Archive[];
}

/**
 * The places where a word can still be read, in any encoding that we write: plain, base64, hex, UTF-16, compressed, and
 * as a raw payload with our dictionary.
 */
export async function tracesOf(word: string, { table, buckets }: Stores): Promise<string[]> {
  const found: string[] = [];
  for (const item of await itemsOf(table)) {
    if (valueHolds(word, item)) found.push(`${nameIn(item, 'pk')} ${nameIn(item, 'sk')}`);
  }
  for (const { client, bucket } of buckets) {
    for (const key of await keysOf(client, bucket)) {
      const bytes = await bytesOf(client, bucket, key);
      if (holds(word, Buffer.from(key)) || holds(word, bytes)) found.push(`s3://${bucket}/${key}`);
    }
  }
  return found.toSorted();
}

type Item = Readonly<Record<string, unknown>>;

/** Every item, as it is stored: no schema leaves anything out. */
async function itemsOf({ client, name }: Stores['table']): Promise<Item[]> {
  const items: Item[] = [];
  let start: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const page: Pick<ScanCommandOutput, 'Items' | 'LastEvaluatedKey'> = await client.send(
      new ScanCommand({ TableName: name, ConsistentRead: true, ExclusiveStartKey: start }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}

function nameIn(item: Item, attribute: string): string {
  const value = item[attribute];
  return typeof value === 'object' && value && 'S' in value ? String(value.S) : String(value);
}

function valueHolds(word: string, value: unknown): boolean {
  if (value instanceof Uint8Array) return holds(word, Buffer.from(value));
  if (value instanceof Set) return [...value].some((each) => valueHolds(word, each));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).some(
      ([name, each]) => isWrittenIn(word, Buffer.from(name)) || valueHolds(word, each),
    );
  }
  return isWrittenIn(word, Buffer.from(String(value)));
}

/** True when the word is in the bytes, or in what they unfold to. */
export function holds(word: string, bytes: Buffer): boolean {
  return unfolded(bytes).some((each) => isWrittenIn(word, each));
}

function isWrittenIn(word: string, bytes: Buffer): boolean {
  return spellings(word).some((spelling) => bytes.includes(spelling));
}

function unfolded(bytes: Buffer): Buffer[] {
  const ways = [
    (given: Buffer) => Buffer.from(unpackRaw(given)),
    ...[inflateRawSync, inflateSync, gunzipSync, brotliDecompressSync],
  ];
  return [bytes, ...ways.flatMap((unfold) => attempt(() => Buffer.from(unfold(bytes))))];
}

function attempt(work: () => Buffer): Buffer[] {
  try {
    return [work()];
  } catch {
    return [];
  }
}

const known = new Map<string, Buffer[]>();

function spellings(word: string): Buffer[] {
  const written = known.get(word) ?? spellingsOf(word);
  known.set(word, written);
  return written;
}

/** A word in base64 has three forms: they depend on how many bytes stand before it. */
function spellingsOf(word: string): Buffer[] {
  const bytes = Buffer.from(word);
  const shifted = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const start = Math.ceil((before * 4) / 3);
    const end = Math.floor(((before + bytes.length) * 4) / 3);
    return whole.slice(start, end);
  });
  const urlSafe = shifted.map((each) => each.replaceAll('+', '-').replaceAll('/', '_'));
  const hex = bytes.toString('hex');
  const texts = [word, hex, hex.toUpperCase(), ...shifted, ...urlSafe];
  return [...texts.map((each) => Buffer.from(each)), Buffer.from(word, 'utf16le')];
}

async function keysOf(client: S3Client, Bucket: string): Promise<string[]> {
  const { Contents = [], IsTruncated } = await client.send(new ListObjectsV2Command({ Bucket }));
  if (IsTruncated) throw new Error(`${Bucket} has more objects than this scan reads`);
  return Contents.flatMap(({ Key }) => Key ?? []);
}

async function bytesOf(client: S3Client, Bucket: string, Key: string): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

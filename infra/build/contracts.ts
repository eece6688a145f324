import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { Conversation } from '#shared/model/conversation';
import { Event } from '#shared/model/event';
import { ReplyCommand } from '#shared/model/reply';
import { withDescriptions } from './describe-contracts.ts';
import { whatsappPage, writeMessageTypes } from './message-types.ts';

export const contractsFolder = fileURLToPath(new URL('../../docs/contracts', import.meta.url));

/**
 * The types that others exchange with us. Each type of the model with an id comes along when one of these refers to it.
 */
const contracts = [Event, Conversation, ReplyCommand];

/**
 * The published JSON Schemas (draft 2020-12), file name to text. They describe what may be written, not what we
 * write: `io: 'input'` leaves unknown properties open, so that a consumer who validates survives an additive change.
 */
export function contractFiles(): ReadonlyMap<string, string> {
  const $schema = 'https://json-schema.org/draft/2020-12/schema';
  return new Map(
    Object.entries(plainContracts()).map(([id, schema]) => [
      fileName(id),
      `${JSON.stringify({ $schema, $id: fileName(id), ...withDescriptions(id, schema) }, undefined, 2)}\n`,
    ]),
  );
}

/** The same as values, by the id of their schema, without the descriptions of their fields. */
export function plainContracts(): Readonly<Record<string, object>> {
  for (const contract of contracts) {
    if (!z.globalRegistry.has(contract)) throw new Error('a contract needs an id: .meta({ id })');
  }
  return z.toJSONSchema(z.globalRegistry, { io: 'input', uri: fileName }).schemas;
}

/** The files of a folder that are missing, differ from the model, or describe a type that is gone. */
export async function staleContracts(folder: string): Promise<string[]> {
  const wanted = contractFiles();
  const present = await readdir(folder).catch(() => []);
  const names = new Set([...wanted.keys(), ...present]);
  const stale: string[] = [];
  for (const name of [...names].toSorted()) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (text !== wanted.get(name)) stale.push(name);
  }
  return stale;
}

/** Brings a folder up to date; gives the names of the files it changed. */
export async function writeContracts(folder: string): Promise<string[]> {
  const wanted = contractFiles();
  const stale = await staleContracts(folder);
  await mkdir(folder, { recursive: true });
  for (const name of stale) {
    const text = wanted.get(name);
    await (text === undefined ? rm(join(folder, name)) : writeFile(join(folder, name), text));
  }
  return stale;
}

/** Zod collects recursive parts without an id of their own under `__shared`. */
function fileName(id: string): string {
  return `${id === '__shared' ? 'Shared' : id}.schema.json`;
}

if (import.meta.main) {
  await writeContracts(contractsFolder);
  await writeMessageTypes(whatsappPage);
}

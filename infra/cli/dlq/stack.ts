import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type * as z from 'zod';
import { CliError } from '#infra/cli/cli-error';
import { openStack, projectRoot, type Stack } from '#infra/cli/stage/stack';

/**
 * Opens the stack that runs in this folder, and reads more of its description.
 * Throws `CliError` when none runs, or when its description does not say it.
 */
export function openStackWith<Schema extends z.ZodType>(
  localDir: string,
  schema: Schema,
): { readonly stack: Stack; readonly more: z.infer<Schema> } {
  const stack = openStack(localDir);
  const file = join(resolve(projectRoot, localDir), 'stack.json');
  const more = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (more.success) return { stack, more: more.data };
  const missing = more.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new CliError(
    `${localDir}/stack.json does not say ${missing}`,
    'it was written by an older version: start the stack again',
  );
}

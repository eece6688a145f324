import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type StackTemplate, Template } from '#infra/local/template/template';

const Manifest = z.looseObject({
  artifacts: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      properties: z
        .looseObject({ templateFile: z.string().optional(), stackName: z.string().optional() })
        .optional(),
    }),
  ),
});

const AssetManifest = z.looseObject({
  files: z
    .record(
      z.string(),
      z.looseObject({
        source: z.looseObject({ path: z.string() }),
        destinations: z.record(z.string(), z.looseObject({ objectKey: z.string() })),
      }),
    )
    .default({}),
});

/** Reads the output of `cdk synth` in a folder: each stack's template, and the folders its functions' code is in. */
export function readAssembly(directory: string): readonly StackTemplate[] {
  const { artifacts } = read(directory, 'manifest.json', Manifest);
  return Object.entries(artifacts)
    .filter(([, { type }]) => type === 'aws:cloudformation:stack')
    .map(([id, { properties }]) => ({
      name: properties?.stackName ?? id,
      template: read(directory, properties?.templateFile ?? `${id}.template.json`, Template),
      assetDirectories: assetDirectories(directory, id),
    }));
}

/** S3 key of an asset → the folder whose zip would be uploaded under that key. */
function assetDirectories(directory: string, stackId: string): ReadonlyMap<string, string> {
  const { files } = read(directory, `${stackId}.assets.json`, AssetManifest);
  return new Map(
    Object.values(files).flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ objectKey }) => [objectKey, join(directory, source.path)]),
    ),
  );
}

function read<Output>(directory: string, file: string, schema: z.ZodType<Output>): Output {
  return schema.parse(JSON.parse(readFileSync(join(directory, file), 'utf8')));
}

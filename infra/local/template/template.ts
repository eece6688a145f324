import * as z from 'zod';

/** One resource as CloudFormation writes it; its properties still hold intrinsics. */
const Resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});

export const Template = z.looseObject({
  Resources: z.record(z.string(), Resource).default({}),
  Outputs: z
    .record(
      z.string(),
      z.looseObject({
        Value: z.unknown(),
        Export: z.looseObject({ Name: z.unknown() }).optional(),
      }),
    )
    .default({}),
  Parameters: z.record(z.string(), z.looseObject({ Default: z.unknown().optional() })).default({}),
});
export type Template = z.infer<typeof Template>;

/** A stack of the assembly: its template, and where the code of its functions lies, by S3 key. */
export interface StackTemplate {
  readonly name: string;
  readonly template: Template;
  readonly assetDirectories: ReadonlyMap<string, string>;
}

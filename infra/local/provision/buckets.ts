import type { App } from '#infra/local/template/app';

/** Creates the buckets; one that is there already keeps its objects. */
export async function provisionBuckets(app: App, endpoint: string): Promise<void> {
  for (const { identity } of app.resources('AWS::S3::Bucket')) {
    const bucket = `${endpoint}/${identity.ref}`;
    const found = await fetch(bucket, { method: 'HEAD' });
    if (found.ok) continue;
    const created = await fetch(bucket, { method: 'PUT' });
    await created.arrayBuffer();
    if (!created.ok) throw new Error(`bucket ${identity.ref}: S3 answered ${created.status}`);
  }
}

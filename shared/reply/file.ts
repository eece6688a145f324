/** The folder where a helpdesk puts files to send, and the one where we put customers' files. */
const readablePrefixes = ['uploads/', 'media/'];

/**
 * The key of a file that a reply may show: in the one bucket, and in two of its folders. A caller who may reply must
 * not thereby read other data that we keep.
 */
export function replyFileKey(bucket: string, uri: string): string | undefined {
  const start = `s3://${bucket}/`;
  const key = uri.startsWith(start) ? uri.slice(start.length) : '';
  // A path may not climb out of its folder: a URL would resolve the dots before it is signed.
  const climbs = key.split('/').some((part) => /^(\.|%2e){1,2}$/i.test(part));
  return !climbs && readablePrefixes.some((prefix) => key.startsWith(prefix)) ? key : undefined;
}

/** Says which files a reply may show, for one that it may not. */
export function elsewhereTitle(bucket: string, uri: string): string {
  const allowed = readablePrefixes.map((prefix) => `s3://${bucket}/${prefix}`).join(', ');
  return `url is ${uri}; allowed is what begins with ${allowed}`;
}

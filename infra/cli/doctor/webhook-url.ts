/** The trouble with the URL of a webhook that no provider can call with success, and the URL to use instead. */
export interface UrlProblem {
  readonly finding: string;
  readonly next: string;
}

/** Finds everything in a URL by which webhooks of the connector would never arrive, or never fit their signature. */
export function urlProblems(connector: string, publicUrl: string): readonly UrlProblem[] {
  const { protocol, hostname, host, pathname, search } = new URL(publicUrl.replace(/#.*/s, ''));
  const isPlain = protocol === 'http:' && !isLoopback(hostname);
  const { findings, path } = pathProblems(connector, pathname);
  const all = [
    ...(isPlain ? ['it is http://, which is allowed for this machine (localhost) only'] : []),
    ...findings,
    ...(search === '' ? [] : [`it has the query ${search}: it would be signed and is not ours`]),
  ];
  const allowed = `${isPlain ? 'https:' : protocol}//${host}${path}`;
  const next = `use ${allowed}, here and at the provider`;
  return all.map((finding) => ({ finding: `${publicUrl} can never work: ${finding}`, next }));
}

/** `/<stage>/webhooks/<connector>/<account>`, the stage only where the API has one. */
function pathProblems(connector: string, path: string) {
  const webhook = /^(\/?.*?)\/webhooks\/([^/]+)\/([^/]+)(.*)$/.exec(path);
  const wanted = `/webhooks/${connector}/<account>`;
  if (!webhook) {
    return { findings: [`its path is ${path}; allowed: ${wanted}`], path: wanted };
  }
  const [, before = '', named = '', account = '', behind = ''] = webhook;
  const findings = [
    ...(/\/$|\/\//.test(before) ? ['its path has two slashes in a row'] : []),
    ...(named === connector ? [] : [`its path is that of ${named}, not of ${connector}`]),
    ...(/^[a-z0-9-]{1,32}$/.test(account)
      ? []
      : [`${account} is no account; allowed: a to z, digits and -`]),
    ...(behind === '' ? [] : [behindAccount(behind)]),
  ];
  const stage = before.replaceAll(/\/+/g, '/').replace(/\/$/, '');
  return { findings, path: `${stage}/webhooks/${connector}/${account.toLowerCase()}` };
}

function behindAccount(behind: string): string {
  return /^\/+$/.test(behind)
    ? 'it has a slash at the end, which would be signed'
    : `its path goes on with ${behind} behind the account`;
}

/** Tells if a host is this machine, as `URL` spells it. */
function isLoopback(hostname: string): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

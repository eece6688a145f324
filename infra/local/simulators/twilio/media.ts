/** Files of one message together ("Accepted content types for media"): MMS, and the channels with a prefix. */
const maxBytes = { mms: 5_000_000, channels: 16_000_000 };
const maxFiles = 10;
const fetchSeconds = 10;

/** Twilio's codes for files, by what is wrong with them. */
const codes = {
  invalidUrl: 21620,
  tooMany: 21623,
  notFetched: 11200,
  tooLarge: 30019,
  ofChannel: 63019,
};

/** Numbers that Twilio sells with MMS: of the United States, Canada and Australia, and short codes. */
const mmsSender = /^(?:\+1\d{10}|\+61\d{9}|\d{3,8})$/;
/** `From` of another country: "has not been enabled for MMS". */
const noMms = 21621;

/** The error code with which Twilio would refuse the files of this form, or nothing. */
export function mediaRefusal(form: URLSearchParams): number | undefined {
  const urls = form.getAll('MediaUrl');
  if (urls.length === 0) return undefined;
  if (urls.length > maxFiles) return codes.tooMany;
  if (!urls.every((url) => /^https?:\/\/./i.test(url) && URL.canParse(url)))
    return codes.invalidUrl;
  const from = form.get('From') ?? '';
  const isChannel = (form.get('To') ?? '').includes(':');
  return isChannel || from === '' || mmsSender.test(from) ? undefined : noMms;
}

/**
 * Fetches the files as Twilio does after it has taken the message. Resolves with the error code of the message; with
 * nothing where all is well. Only files on this machine are fetched: nothing of a local stack goes out on the web.
 */
export async function mediaFault(form: URLSearchParams): Promise<number | undefined> {
  const isChannel = (form.get('To') ?? '').includes(':');
  const urls = form
    .getAll('MediaUrl')
    .filter((url) => /^http:\/\/(127\.0\.0\.1|localhost):/.test(url));
  const files = await Promise.all(urls.map(fetched));
  if (files.includes(undefined)) return isChannel ? codes.ofChannel : codes.notFetched;
  const bytes = files.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  return bytes > (isChannel ? maxBytes.channels : maxBytes.mms) ? codes.tooLarge : undefined;
}

/** The size of a file; nothing where it is not there or has no content type. */
async function fetched(url: string): Promise<number | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(fetchSeconds * 1000) });
    const bytes = await response.arrayBuffer();
    const isFile = response.ok && response.headers.get('content-type') !== null;
    return isFile ? bytes.byteLength : undefined;
  } catch {
    return undefined;
  }
}

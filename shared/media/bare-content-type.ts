/** The media type alone, in small letters: `audio/ogg; codecs=opus` is an `audio/ogg`. */
export function bareContentType(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

export interface MailHeader {
  readonly name: string;
  readonly value: string;
}

/** The header fields of a raw mail, unfolded and otherwise as they are (RFC 5322 2.2). */
export function readHeaders(raw: Buffer): MailHeader[] {
  const lines = raw.toString('latin1').split(/\r?\n/);
  const end = lines.indexOf('');
  const fields: string[] = [];
  for (const line of end < 0 ? lines : lines.slice(0, end)) {
    const last = fields.length - 1;
    if (/^[ \t]/.test(line) && last >= 0) fields[last] = `${fields[last]} ${line.trim()}`;
    else fields.push(line);
  }
  return fields.flatMap((field) => {
    const colon = field.indexOf(':');
    return colon < 1
      ? []
      : [{ name: field.slice(0, colon).trim(), value: field.slice(colon + 1).trim() }];
  });
}

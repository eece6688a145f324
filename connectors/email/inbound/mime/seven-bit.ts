/** Charsets of seven bits that switch between ASCII and two bytes a letter; neither library reads them. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: SO and SI are the signs of this charset
const shiftedOut = /\u000e([^\u000f\n]*)\u000f?/g;

/** ISO-2022-KR (RFC 1557) as EUC-KR: SO opens Korean, SI closes it, an escape sequence announces both. */
export function eucKrOf(bytes: Uint8Array): Buffer {
  const text = Buffer.from(bytes).toString('latin1').replaceAll('\u001b$)C', '');
  return Buffer.from(text.replace(shiftedOut, withHighBits), 'latin1');
}

/** HZ (RFC 1843) as GBK: `~{` opens Chinese, `~}` closes it, `~~` is a tilde. */
export function gbkOf(bytes: Uint8Array): Buffer {
  const text = Buffer.from(bytes).toString('latin1');
  const decoded = text.replace(
    /~\{((?:(?!~\})[^\n])*)(?:~\})?|~~|~\n/g,
    (sign: string, letters: string | undefined) => {
      if (letters !== undefined) return withHighBits(sign, letters);
      return sign === '~~' ? '~' : '';
    },
  );
  return Buffer.from(decoded, 'latin1');
}

function withHighBits(_: string, letters: string): string {
  return letters.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) | 0x80));
}

/** One SMS as Twilio and AWS take it; characters behind it are not read. */
const maxLength = 1600;

/** Letters of other scripts that look like Latin ones, and the dotless i. Each has its Latin letter below it. */
const lookAlikes = ['аеорсѕтухіјкмнвοτρυνκιαεı', 'aeopcstyxijkmhbotpuvkiaei'] as const;
const latinOf = new Map([...lookAlikes[0]].map((letter, at) => [letter, lookAlikes[1][at] ?? '']));
const anyLookAlike = new RegExp(`[${lookAlikes[0]}]`, 'gu');

/** White letters in black circles (🅢) and squares (🆂), which no normal form of Unicode reads as letters. */
const enclosed = /[\u{1F150}-\u{1F169}\u{1F170}-\u{1F189}]/gu;

/** Letters and signs that show as a blank. */
const blanks = /\u115F|\u1160|\u2800/gu;

/**
 * Reads the many spellings of a word as one: lower case, no accents, plain letters for wide, enclosed and foreign ones,
 * nothing that cannot be seen, no letter more than twice in a row.
 */
export function fold(text: string): string {
  return text
    .slice(0, maxLength)
    .normalize('NFKD')
    .replace(enclosed, enclosedLetter)
    .toLowerCase()
    .replace(blanks, ' ')
    .replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(anyLookAlike, (letter) => latinOf.get(letter) ?? letter)
    .replace(/(\p{L})\1{2,}/gu, '$1');
}

/** The circles and the squares each begin with A, 32 characters apart. */
function enclosedLetter(character: string): string {
  const index = ((character.codePointAt(0) ?? 0) - 0x1f150) % 32;
  return String.fromCharCode('a'.charCodeAt(0) + index);
}

/** The first words of the line that a phone puts under a message. */
const signature = /\n\s*(?:sent from|enviado desde|gesendet von|envoye de|inviato da|verzonden)\b/;

/** A folded text without the signature of a phone below it. */
export function withoutSignature(folded: string): string {
  return folded.split(signature, 1)[0] ?? '';
}

import { attributionForm } from './attribution-form.ts';
import { readHeaderLine } from './header-labels.ts';
import type { Line } from './line.ts';
import { words } from './words.ts';

/** The lines at each end of a quote that are looked at. */
const maxLooked = 12;

const greetings = words(`
  hi|hello|hey|dear|good morning|good afternoon|hallo|guten tag|guten morgen|sehr geehrte|liebe|lieber|moin|
  bonjour|madame|monsieur|cher|chère|hola|buenos días|buenas tardes|estimado|estimada|querido|ciao|
  buongiorno|gentile|salve|egregio|olá|oi|bom dia|boa tarde|prezado|caro|cara|beste|geachte|goedemorgen|goedendag|
  dag|hej|hejsan|kære|kjære|hei|moi|dzień dobry|cześć|witam|szanowny|szanowna|szanowni|dobrý den|ahoj|vážený|
  здравствуйте|добрый день|привет|уважаемый|уважаемая|добрий день|merhaba|sayın|γεια|καλημέρα|αγαπητέ|
  مرحبا|السلام عليكم|عزيزي|שלום|您好|你好|尊敬的|お世話に|こんにちは|안녕하세요|สวัสดี|xin chào|kính gửi|halo|yth|bună|
  kedves|tisztelt|sziasztok
`);
const closings = words(`
  regards|kind regards|best regards|best|sincerely|cheers|thanks|mit freundlichen grüßen|viele grüße|
  freundliche grüße|beste grüße|gruß|cordialement|bien à vous|saludos|un saludo|atentamente|cordiali saluti|
  saluti|distinti saluti|atenciosamente|cumprimentos|obrigado|met vriendelijke groet|groeten|
  med vänliga hälsningar|hälsningar|mvh|med venlig hilsen|hilsen|pozdrawiam|z poważaniem|s pozdravem|
  с уважением|з повагою|saygılarımla|iyi günler|με εκτίμηση|مع تحياتي|בברכה|此致|敬具|よろしく
`);

/**
 * True when a quote shows by itself that it is a mail: greeting, close, signature, a quote inside it, a header or an
 * attribution. Without that, and without an attribution above, `>` is also how people paste logs and cite pages.
 */
export function isQuotedMail(quote: readonly Line[]): boolean {
  const written = quote.filter(({ quoted }) => quoted).map(({ text }) => withoutMark(text));
  const ends = [...written.slice(0, maxLooked), ...written.slice(-maxLooked)];
  return ends.some(isOfMail);
}

/** A line of the quote with one mark less. */
function withoutMark(text: string): string {
  return text.slice(text.indexOf('>') + 1).trim();
}

function isOfMail(text: string): boolean {
  if (text.length > 500) return false;
  if (/^>\s?\S/.test(text) || /^-- ?$/.test(text)) return true;
  const lower = text.toLowerCase();
  if (
    greetings.some((word) => isOpening(lower, word)) ||
    closings.some((word) => isAlone(lower, word))
  )
    return true;
  const header = readHeaderLine(text);
  if (header && (header.kinds.has('sent') || header.kinds.has('subject'))) return true;
  return attributionForm(text, /[:：]$/.test(text)) === 'sure';
}

/** A greeting opens a short line that ends in a comma, an exclamation mark or nothing. */
function isOpening(lower: string, word: string): boolean {
  if (!lower.startsWith(word) || lower.length > 60) return false;
  return /^[\p{L}\p{M}]/u.test(lower.slice(word.length)) && /^\p{Ll}/u.test(word)
    ? false
    : /[,!:，：！、]$/.test(lower) || lower.length <= word.length + 20;
}

function isAlone(lower: string, word: string): boolean {
  return lower.startsWith(word) && /^[,.!]?$/.test(lower.slice(word.length));
}

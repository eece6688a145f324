import { unwrapped } from '#connectors/email/clean-text';
import { htmlToText } from './html-text.ts';

/** A longer text says something itself. */
const longestStub = 600;

/** Sentences that stand in place of a text: this message is HTML, or your program shows none. */
const notices = [
  // English.
  /\b(?:message|e-?mail|mail|newsletter|notification)\b.{0,40}\b(?:in|as|is|was sent in|requires?|contains?|uses?)\b.{0,30}\bhtml\b/i,
  /\bhtml\b[- ]*(?:capable|compatible|compliant|enabled|aware|format(?:ted)?|version|e-?mail|mail|message|newsletter|content|part|only)\b/i,
  /\b(?:not|no|n't|un(?:able|supported))\b.{0,60}\bhtml\b/i,
  /\b(?:view|read|see|display|enable|turn on|switch to)\b.{0,60}\bhtml\b/i,
  /\b(?:mail|client|program|reader|browser|viewer)\b.{0,40}\b(?:not|n't|cannot|un(?:able|supported))\b.{0,40}\b(?:support|display|show|render|view)\w*\b.{0,40}\b(?:format|messages?|e-?mails?|content|mime)\b/i,
  // German, Dutch, Scandinavian.
  /\bhtml[- ]?(?:format|fähig|version|mail|e-?mail|nachricht|darstellung|ansicht|anzeige|weergave|bericht|formaat|meddelande|besked|visning|visning)/i,
  /\bhtml\b.{0,60}(?:anzeigen|darstellen|unterstütz|ansehen|weergeven|ondersteun|bekijken|visa|stöd|vise|støtt|understøtt)/i,
  /(?:unterstützt|ondersteunt|stöder|støtter|understøtter)\b.{0,40}\bhtml\b/i,
  // French, Spanish, Portuguese, Italian.
  /(?:format|formato|versi[oó]n|versão|versione|au|em|en|in)\s+html\b/i,
  /(?:message|messagerie|mensaje|correo|mensagem|messaggio|logiciel|lector|cliente|client)\b.{0,80}\bhtml\b/i,
  // Polish, Czech, Russian, Ukrainian.
  /(?:wiadomo|program|zpráv|klient|сообщени|письм|клиент|програм|лист|формат).{0,80}html/i,
  // Japanese, Chinese, Korean.
  /html.{0,20}(?:メール|形式|表示|邮件|郵件|格式|信件|메일|형식|지원)/i,
];

/**
 * Tells if a plain part only says that the text is in the HTML. It must be such a sentence, and the HTML must say more
 * and not this: a customer who writes of HTML says so in both.
 */
export function isStub(plain: string, html: string): boolean {
  const sentence = unwrapped(plain);
  if (plain.length > longestStub || !notices.some((notice) => notice.test(sentence))) return false;
  const shown = unwrapped(htmlToText(html));
  return shown.length > sentence.length && !shown.includes(sentence);
}

/**
 * The words that mail programs put before the subject of an automatic answer, in their own languages. Only as programs
 * write them: with a colon, a dash or brackets, or before the `Re:` of what they answer.
 */
const marks = [
  'auto(?:matic)?[- ]?(?:reply|response)|auto[- ]?respons(?:e|der)?|autorespond(?:er)?|automated (?:reply|response)|ooo',
  'vacation (?:reply|response|notice)',
  'automatische (?:antwort|antwoord)|automatisch antwoord|abwesenheits(?:notiz|meldung|nachricht|agent|assistent)|afwezigheids(?:bericht|assistent)',
  'réponse automatique|message d.absence|notification d.absence',
  'respuesta automática|resposta automática|resposta automàtica',
  'risposta automatica|răspuns automat',
  'autosvar|automatiskt? svar|frånvaromeddelande|fraværs(?:besked|melding)|automaattinen vastaus|poissaoloilmoitus',
  'automatyczna odpowiedź|odpowiedź automatyczna|automatická odpověď|automatická odpoveď',
  'automatikus válasz|samodejni odgovor|automatski odgovor|αυτόματη απάντηση|otomatik (?:yanıt|cevap)',
  'автоматический ответ|автоответ(?:чик)?|автоматична відповідь|автоматичен отговор',
  '自动(?:回复|答复)|自動(?:回覆|返信|応答|回复)|不在(?:通知|返信)|자동 ?(?:회신|응답)',
  'رد تلقائي|תשובה אוטומטית|תגובה אוטומטית|ตอบกลับอัตโนมัติ|trả lời tự động|balasan otomatis|jawaban otomatis',
].join('|');

/** Words that a person puts before a subject as well: they count where the mail answers another one. */
const absences = [
  'out of (?:the )?office(?: auto-?reply)?|away from (?:my )?(?:e-?mail|mail|desk)|abwesen(?:d|heit)|niet aanwezig',
  'absence du bureau|fuera de (?:la )?oficina|ausencia de la oficina|fora do escritório|fuori (?:sede|ufficio)|assenza dall.ufficio',
  'frånvaro|ikke til ?stede|nieobecność w biurze|mimo kancelář|házon kívül|ofis dışında|нет на рабочем месте|부재 ?중',
].join('|');

const reply = '(?:re|aw|antw|sv|vs|odp|ynt)\\s*[:：]';
const label = '^\\s*(?:\\[[^\\]]{0,40}\\]\\s*)?';
/** A mark as only programs write it. */
const marked = new RegExp(
  `${label}(?:${marks})\\s*(?:[:：]|\\s[-–—]\\s|${reply})|^\\s*\\[(?:${marks}|${absences})\\]\\s*${reply}|${label}(?:${absences})\\s*[:：]?\\s*${reply}`,
  'iu',
);
const alone = new RegExp(`${label}(?:(?:${marks})\\s*$|(?:${absences})\\s*(?:[:：]|$))`, 'iu');

/**
 * True for a subject that a program gave to an automatic answer. An answer to such a mail begins with `Re:`. A mark alone
 * and "Out of office: …" are also subjects of people; `answers` tells that the mail answers one, or has no sender.
 */
export function isAutomaticSubject(subject: string, answers: boolean): boolean {
  return marked.test(subject) || (answers && alone.test(subject));
}

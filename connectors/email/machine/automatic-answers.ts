/**
 * What mail programs put before the subject of an automatic answer, in their own languages. Only with the colon, or
 * alone: "Abwesenheit nächste Woche" is a subject of people.
 */
const marks = [
  'auto(?:matic)?[- ]?(?:reply|response)|auto[- ]?respons(?:e|der)?|autorespond(?:er)?|automated (?:reply|response)',
  'out of (?:the )?office(?: auto-?reply)?|vacation (?:reply|response|notice)',
  'automatische (?:antwort|antwoord)|automatisch antwoord|abwesenheits(?:notiz|meldung|nachricht|agent|assistent)|afwezigheids(?:bericht|assistent)|niet aanwezig',
  'réponse automatique|absence du bureau|message d.absence|notification d.absence',
  'respuesta automática|fuera de (?:la )?oficina|ausencia de la oficina|resposta automática|resposta automàtica|fora do escritório',
  'risposta automatica|fuori (?:sede|ufficio)|assenza dall.ufficio|răspuns automat',
  'autosvar|automatiskt? svar|frånvaro(?:meddelande)?|fraværs(?:besked|melding)|ikke til ?stede|automaattinen vastaus|poissaoloilmoitus',
  'automatyczna odpowiedź|odpowiedź automatyczna|nieobecność w biurze|automatická odpověď|automatická odpoveď|mimo kancelář',
  'automatikus válasz|házon kívül|samodejni odgovor|automatski odgovor|αυτόματη απάντηση|otomatik (?:yanıt|cevap)|ofis dışında',
  'автоматический ответ|автоответ(?:чик)?|автоматична відповідь|автоматичен отговор|нет на рабочем месте',
  '自动(?:回复|答复)|自動(?:回覆|返信|応答|回复)|不在(?:通知|返信)|자동 ?(?:회신|응답)|부재 ?중',
  'رد تلقائي|תשובה אוטומטית|תגובה אוטומטית|ตอบกลับอัตโนมัติ|trả lời tự động|balasan otomatis|jawaban otomatis',
].join('|');

const marked = new RegExp(`^\\s*(?:\\[[^\\]]{0,40}\\]\\s*)?(?:${marks})\\s*(?:[:：]|$)`, 'iu');

/** True for a subject that a program gave to an automatic answer. An answer to such a mail begins with `Re:`. */
export function isAutomaticSubject(subject: string): boolean {
  return marked.test(subject);
}

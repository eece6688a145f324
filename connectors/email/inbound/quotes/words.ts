/**
 * The words that mail clients write around a quote, in their languages. Lower case; found by reading the clients' own
 * texts. A missing word costs a quote left standing, never a customer's line.
 */

/** The verb of an attribution line, "wrote". */
export const wroteWords = words(`
  wrote|writes|sent:|said:|napisana przez|missatge de|בתאריך|بواسطة|schrieb|geschrieben|a écrit|écrit|escribió|escribio|va escriure|escreveu|
  ha scritto|scrisse|schreef|geschreven|skrev|skrifaði|napsal|napísal|napisał|napisao|je napisal|
  napisala|kirjoitti|kirjutas|rakstīja|parašė|rašė|írta|ezt írta|a scris|yazdı|şunu yazdı|έγραψε|
  написал|пишет|писал|пише|написав|написа|כתב|كتب|كتابة|نوشت|ने लिखा|เขียน|đã viết|menulis|tulis:|写道|
  寫道|写了|寫了|書きました|wrote：|のメール|작성|썼습니다|skribis
`);

/** Opens an attribution line; needed only where no other sign is strong. */
export const dateOpeners =
  /(?:^|[\s-])On (?=(?:\d{1,2}[\s./-]|\d{4}-|(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)))/i;

/** Between dashes: `-----Original Message-----`. */
export const originalMessageWords = new Set(
  words(`
  original message|reply message|original mail|original e-mail|original email|original appointment|
  ursprüngliche nachricht|urspruengliche nachricht|originalnachricht|antwort nachricht|
  ursprüngliche mail|message original|message d'origine|message d’origine|mensaje original|
  missatge original|mensagem original|messaggio originale|messaggio originario|oorspronkelijk bericht|
  origineel bericht|oprindelig meddelelse|oprindelig besked|opprinnelig melding|opprinnelig beskjed|originalmeddelande|
  ursprungligt meddelande|ursprungsmeddelande|alkuperäinen viesti|wiadomość oryginalna|
  oryginalna wiadomość|původní zpráva|původní e-mail|pôvodná správa|eredeti üzenet|mesaj original|
  mesajul original|orijinal mesaj|özgün ileti|исходное сообщение|исходное письмо|
  первоначальное сообщение|оригінальне повідомлення|оригинално съобщение|αρχικό μήνυμα|הודעה מקורית|
  الرسالة الأصلية|رسالة أصلية|پیام اصلی|ข้อความต้นฉบับ|thư gốc|tin nhắn gốc|pesan asli|原始邮件|原始郵件|原邮件|
  原始信件|元のメッセージ|오리지널 메시지|원본 메시지|원본 메일|originalna poruka|izvirno sporočilo
`),
);

/** Says that a message is forwarded: the text below it is what the customer wants to show. */
export const forwardWords = words(`
  forwarded message|forwarded by|begin forwarded message|forwarded mail|weitergeleitete nachricht|
  anfang der weitergeleiteten|message transféré|message transmis|début du message|mensaje reenviado|
  mensagem encaminhada|mensagem reencaminhada|messaggio inoltrato|inizio messaggio inoltrato|
  doorgestuurd bericht|begin doorgestuurd bericht|videresendt meddelelse|videresendt besked|
  videresendt melding|vidarebefordrat meddelande|välitetty viesti|przekazana wiadomość|
  wiadomość przekazana|přeposlaná zpráva|preposlaná správa|továbbított üzenet|mesaj redirecționat|
  iletilen mesaj|yönlendirilen ileti|пересылаемое сообщение|пересланное сообщение|
  переслане повідомлення|препратено съобщение|προωθημένο μήνυμα|הודעה שהועברה|رسالة معاد توجيهها|
  الرسالة المعاد توجيهها|ข้อความที่ส่งต่อ|thư đã chuyển tiếp|tin nhắn được chuyển tiếp|pesan terusan|
  pesan diteruskan|转发邮件|转发的邮件|轉寄郵件|轉寄的郵件|転送メッセージ|転送されたメッセージ|전달된 메시지|전달된 메일
`);

/**
 * Words by which a person speaks of himself or to the reader. No client writes them into an attribution, so a line that
 * holds one is a sentence of the customer's. Lower case, except where only the capital tells.
 */
export const personalWords = new Set(
  words(`
  i'm|i've|me|my|you|your|we|our|us|ich|mir|mich|mein|meine|meinem|meiner|meinen|wir|uns|unser|unsere|
  dir|dein|deine|Sie|Ihr|Ihre|Ihren|Ihrem|Ihrer|Ihnen|j'ai|m'a|mon|mes|nous|notre|nos|vous|votre|vos|
  yo|mi|mis|nosotros|nuestro|nuestra|usted|ustedes|su|sus|io|mio|mia|noi|nostro|nostra|voi|vostro|vostra|
  suo|sua|eu|meu|minha|nosso|nossa|você|vocês|vosso|seu|ik|mij|mijn|wij|ons|onze|uw|jij|jouw|jag|mig|
  mitt|vi|oss|vår|dig|din|jeg|meg|vores|jer|dere|mnie|mój|moja|nam|nas|nasz|państwo|
  państwa|państwu|państwem|pan|pani|pana|wam|was|wasz|я|мне|меня|мой|моя|мы|нам|нас|наш|вы|вам|вас|ваш|
  ваша|ваше|ваши|ти|мені|мене|мій|ми|ви|ben|bana|benim|biz|bize|bizim|siz|size|sizin|لي|إلي|أنا|نحن|لنا|
  אני|לי|אנחנו|jsem|mně|jste|vám|váš|minä|minulle|teidän|εγώ|μου|εσείς|σας
`),
);

/** The same in scripts that write no spaces. */
export const personalSigns = /我|你|您|贵公司|貴社|私は|私が|御社|弊社|저희|제가|당신|귀사/;

export function words(list: string): string[] {
  return list.split('|').map((word) => word.trim());
}

/** The words of a line, without what stands around them. */
export function wordsOf(text: string): string[] {
  return text
    .split(/[\s,;:()<>"“”„«»[\]]+/)
    .map((word) => word.replace(/\.{1,3}$/, ''))
    .filter(Boolean);
}

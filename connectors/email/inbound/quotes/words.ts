/**
 * The words that mail clients write around a quote, in their languages. Lower case; found by reading the clients' own
 * texts. A missing word costs a quote left standing, never a customer's line.
 */

/** The verb of an attribution line, "wrote". */
export const wroteWords = words(`
  wrote|writes|sent:|said:|schrieb|geschrieben|a écrit|écrit|escribió|escribio|va escriure|escreveu|
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

/** Words of the line that a phone adds below the customer's text. */
export const sentFromWords = words(`
  sent from|sent via|sent with|get outlook for|von meinem|gesendet von|gesendet mit|
  diese nachricht wurde von mein|envoyé de|envoyé depuis|envoyé à partir|enviado desde|enviado do|
  enviado a partir|enviado de meu|enviat des|inviato da|verzonden vanaf|verstuurd vanaf|verzonden met|
  sendt fra|skickat från|skickat fran|lähetetty|wysłane z|odesláno z|odeslané z|odoslané z|
  iphone-ról küldve|trimis de pe|iphone'umdan|iphone’umdan|отправлено с|отправлено из|надіслано з|
  изпратено от|στάλθηκε από|נשלח מ|أرسلت من|تم الإرسال من|ส่งจาก|đã gửi từ|dikirim dari|发自我的|發自我的|从我的|
  傳送自|から送信|에서 보냄|나의 iphone
`);

function words(list: string): string[] {
  return list.split('|').map((word) => word.trim());
}

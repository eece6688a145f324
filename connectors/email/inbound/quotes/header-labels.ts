export type HeaderKind = 'from' | 'sent' | 'date' | 'to' | 'subject' | 'cc';

/**
 * The labels that Outlook and similar clients give to the headers above a quoted mail, by language. Some words mean two
 * things in two languages (`data`), so a block is decided by several of them together, never by one. `sent` is apart
 * from `date`: people write a date above a journey or a bill, and only clients write "Sent".
 */
const labels: Readonly<Record<HeaderKind, string>> = {
  from: `
    from|von|de|da|van|fra|från|lähettäjä|od|odesílatel|odosielateľ|feladó|expeditor|de la|kimden|
    gönderen|от|від|от кого|από|מאת|من|از|จาก|từ|dari|发件人|寄件者|寄件人|差出人|보낸 사람|보낸사람|expéditeur|
    mittente|remitente|remetente|afzender|absender|saatja|no|nuo|šalje|pošiljatelj
  `,
  sent: `
    sent|message du|gesendet|envoyé|enviado|enviada|enviada em|enviado el|enviat|inviato|verzonden|sendt|skickat|
    lähetetty|wysłano|wysłane|odesláno|odoslané|elküldve|trimis|gönderildi|gönderilme tarihi|
    отправлено|надіслано|изпратено|στάλθηκε|נשלח|تم الإرسال|ส่ง|đã gửi|dikirim|发送时间|发件时间|
    寄件日期|传送日期|傳送日期|送信日時|보낸 날짜|data di invio|sent on|poslano|date d'envoi|saadetud|nosūtīts|
    išsiųsta
  `,
  date: `
    date|datum|data|dato|päivämäärä|päiväys|dátum|tarih|дата|ημερομηνία|תאריך|التاريخ|تاريخ|วันที่|ngày|
    tanggal|日期|時間|日付|날짜|fecha
  `,
  to: `
    to|an|à|a|para|per|aan|til|till|vastaanottaja|do|komu|címzett|către|catre|kime|kimden|alıcı|
    кому|до|προς|אל|إلى|به|ถึง|tới|đến|kepada|收件人|收件者|宛先|받는 사람|받는사람|pour|destinataire|destinatario|
    za|adresatas|kellele|kam|prima
  `,
  subject: `
    subject|betreff|objet|sujet|asunto|assunto|assumpte|oggetto|onderwerp|emne|ämne|aihe|temat|předmět|
    predmet|tárgy|subiect|konu|тема|относно|θέμα|נושא|الموضوع|موضوع|เรื่อง|chủ đề|perihal|subjek|主题|
    主旨|件名|제목|re|teema|temats|tema|zadeva
  `,
  cc: `
    cc|kopie|copie|copie à|copia|kopi|kopia|kopio|kópia|másolatot kap|bilgi|копия|копія|κοιν.|עותק|نسخة|
    สำเนา|抄送|副本|참조|bcc|reply-to|antwort an|importance|priority|attachments|organization
  `,
};

const kinds = new Map<string, ReadonlySet<HeaderKind>>();
for (const [kind, words] of Object.entries(labels) as [HeaderKind, string][]) {
  for (const word of words.split('|').map((each) => each.trim())) {
    kinds.set(word, new Set([...(kinds.get(word) ?? []), kind]));
  }
}

const longestLabel = 24;

export interface HeaderLine {
  readonly kinds: ReadonlySet<HeaderKind>;
  readonly value: string;
}

/** A line `Label: value` of a quoted header block; nothing for any other line. */
export function readHeaderLine(plain: string): HeaderLine | undefined {
  const colon = plain.slice(0, longestLabel + 4).search(/[:：]/);
  if (colon < 1) return undefined;
  const label = plain.slice(0, colon).replaceAll('*', '').trim().toLowerCase();
  const found = kinds.get(label);
  return found && { kinds: found, value: plain.slice(colon + 1) };
}

/** A subject that a person wrote as an answer or a forward. Servers do not begin theirs with one of these. */
const answered =
  /^\s*(?:re|aw|sv|antw|odp|vs|ynt|fwd?|wg|tr|rv|doorst|i|回复|答复|转发|返信|転送)\s*[:：]/iu;

/** The way mail servers begin their reports, in the languages of the large ones (Exchange speaks them all). */
const subjects = new RegExp(
  [
    // English
    'undeliver(?:ed|able)',
    'non-?deliver(?:y|ed|able)',
    'deliver(?:y|ing) (?:status|notification|failure|failed|error|problem|report|warning|has failed|incomplete|delayed)',
    '(?:permanent|final|e?mail|message) deliver(?:y|ing)',
    '(?:returned|bounced?|delayed|nondeliverable|rejected|failed) (?:e-?mail|message|deliver)',
    'fail(?:ure|ed) (?:notice|notification|to deliver|deliver)',
    '(?:could|can|was|has) ?not (?:be(?:en)? )?deliver',
    '(?:unable|error|trouble|problem)s? (?:to |while |in )?(?:deliver|sending your|during deliver)',
    'mail (?:system )?error',
    'user unknown',
    '(?:message|mail) (?:status|rejected|returned|delayed|undeliver|not delivered)',
    'warning: (?:could not send|message )',
    // German, Dutch and the Nordic languages
    'unzustellbar|nicht zu(?:stellbar|gestellt)|zustell(?:ung|bericht)s? ?(?:fehl|nicht)|zustellungsfehler',
    'onbestelbaar|niet (?:be|af)gele?verd|niet (?:te )?bezorg|(?:bezorging|aflevering) mislukt',
    'kan ikke leveres|kan inte levereras|g[åa]r inte att leverera|ikke lever(?:t|et)|olever|ulever|leverings?fe[ij]l',
    'ei voi(?:da|tu) toimittaa|toimitus epäonnistui|toimittamatta',
    // French, Spanish, Portuguese, Italian, Romanian
    'non[- ]?remis|non[- ]distribu|[ée]chec d(?:e|u) (?:la )?(?:remise|livraison|distribution)|message non délivré',
    'no se (?:puede|pudo|ha podido) entregar|no entreg(?:ado|able)|(?:error|fallo) (?:de|en la) entrega|correo devuelto',
    'não (?:foi possível|é possível|pôde ser) entreg|não entreg|falha na entrega|mensagem devolvida',
    'non recapit|mancat[ao] (?:consegna|recapito)|impossibile recapitare|recapito non riuscito',
    'nelivrat|imposibil de livrat|nu s-a putut livra',
    // Slavic languages, Hungarian, Greek, Turkish
    'nie można dostarczyć|niedostarcz|nie dostarczono|błąd dor[ęe]cz|zwrot (?:wiadomości|poczty)',
    'nedoručiteľn|nedoručiteln|nelze doručit|nedoručen|nie je možné doručiť',
    'недоставлен|не доставлен|не уда(?:ется|лось) доставить|невозможно доставить|ошибка доставки|сбой доставки',
    'не вдалося доставити|неможливо доставити|помилка доставки',
    'kézbesíthetetlen|nem kézbesíthető|sikertelen kézbesítés',
    'μη παραδοτέο|αποτυχία παράδοσης|αδυναμία παράδοσης|δεν είναι δυνατή η παράδοση',
    'teslim edile(?:medi|mez|meyen)|iletile(?:medi|mez|meyen)|teslimat başarısız',
    // Arabic, Hebrew, Chinese, Japanese, Korean, Thai, Vietnamese, Indonesian
    'تعذر (?:ال)?تسليم|غير قابل للتسليم|فشل (?:في )?(?:ال)?تسليم|לא ניתן למסור|לא נמסר|כשל במסירה',
    '退信|[无無]法(?:投[递遞]|送[达達]|[传傳][递遞送])|(?:投[递遞]|[传傳]送|[发發寄]送)失[败敗]|未(?:能)?(?:投[递遞]|送[达達]|[传傳][递遞])',
    '(?:配信|配達|送信|送達)(?:不能|できません|エラー|失敗|に失敗)|メールエラー|未配信|不達',
    '(?:배달|전달|전송|발송)(?:되지|할 수 없| ?실패| ?불가)|반송',
    'ส่งไม่(?:ได้|สำเร็จ)|ไม่สามารถส่ง|không (?:thể gửi|gửi được)|gửi không thành công',
    'tidak (?:dapat (?:di)?kirim|terkirim)|gagal (?:terkirim|dikirim)|pengiriman gagal',
  ].join('|'),
  'iu',
);

/** Sentences and codes of the reports of servers. None of them is a thing that a customer writes about an order. */
const sentences = new RegExp(
  [
    '\\bfinal-recipient\\s*:',
    '\\b[45]\\.\\d\\.\\d{1,3}\\b',
    '(?:said|error|reply|code|smtp|response)\\W{1,6}[45][0-7]\\d\\b',
    '^\\W{0,4}(?:<{3} )?[45][0-7]\\d[ -]',
    '\\b(?:mail from|rcpt to)\\s*:',
    '(?:notification|event)Type\\\\?"\\s*:\\s*\\\\?"Bounce',
    'wasn.t able to deliver|unable to deliver|could not deliver|could not be delivered|was not delivered|not reach the following',
    'deliver(?:y|ing)[^.\\n]{0,40} (?:failed|delayed|postponed|error)|permanent(?:ly)?[^.\\n]{0,20} (?:error|fail)',
    'no such (?:user|recipient|mailbox|address)|unknown (?:user|recipient|address)|(?:user|recipient|address|mailbox)[^.\\n]{0,30} (?:unknown|not found|unavailable|full)',
    'delivery attempts?',
  ].join('|'),
  'imu',
);

/** Whole beginnings of subjects that servers give, and people who write of a delivery do not. */
const titles =
  /^\s*(?:\[postmaster\]\s*)?(?:undeliverable(?: e?-?mail| message)?|returned mail|failure notice|mail system error - returned mail|e-?mail delivery failure|undelivered mail returned to sender|mail could not be delivered|unzustellbar|non remis|メッセージを配信できません|メールエラー通知)\s*(?:$|[:：。"(,])/iu;
/** Domino names the address that it does not know in the subject. */
const namedTitle = /^\s*delivery (?:failure|status)[^@]*@/i;

/** The forms in which servers write codes: in fields, after a reply code, in qmail's brackets, after an address. */
const forms = new RegExp(
  [
    '^[ \\t]*(?:final-recipient[ \\t]*:|status[ \\t]*:[ \\t]*[45]\\.\\d)',
    '(?<![\\d.])[45][0-7]\\d[ -]#?[45]\\.\\d{1,3}\\.\\d{1,3}\\b',
    '\\(#[45]\\.\\d{1,3}\\.\\d{1,3}\\)',
    '^[ \\t]*<[^<>@\\s]+@[^<>\\s]+>:',
  ].join('|'),
  'im',
);

/** The line in which a server says that the returned mail follows, where that is no part of its own. */
const returns =
  /(?:original|copy of the|your|returned|old|rejected) (?:e-?mail|message|headers?)(?: follows| is included|, including| below| returned|:|\s*$|\s*-)|message (?:header|details)|below this line|--- returned/imu;

/** Only so much of a text is looked at: reports begin with what they report. */
const lookedAt = 16_000;

export function isReportSubject(subject: string): boolean {
  return !answered.test(subject) && subjects.test(subject);
}

export function isReportTitle(subject: string): boolean {
  return titles.test(subject) || namedTitle.test(subject);
}

export function hasReportText(text: string): boolean {
  return sentences.test(text.slice(0, lookedAt));
}

export function isReportForm(text: string): boolean {
  return forms.test(text.slice(0, lookedAt));
}

export function announcesReturned(text: string): boolean {
  return returns.test(text.slice(0, lookedAt));
}

/** True when a server says that it goes on trying. */
export function tellsDelay(subject: string, text: string): boolean {
  const trying =
    /(?:delay|warning|postponed|still being retried|verzögert|retard|ritardo|opóźni|задерж|遅延|延迟|延遲|지연)/iu;
  const goesOn =
    /will (?:be retried|keep trying|continue|retry)|(?:attempts|try|tries|trying|retry)[^.\n]{0,40}(?:continue|again|for|until)|not yet been delivered|has been (?:delayed|postponed)|no action is required|do not need to resend|do(?: not|n.t) (?:need to )?resend/iu;
  const given =
    /(?:given up|giving up|gave up|permanent(?:ly)? (?:error|fail|fatal)|failed permanently)/iu;
  const start = text.slice(0, lookedAt);
  return (trying.test(subject) || goesOn.test(start)) && goesOn.test(start) && !given.test(start);
}
